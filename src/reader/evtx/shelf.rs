//! The layouts of a log: each distinct template is laid out once for each thread, whatever the number of its chunks.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::layout::Layout;
use super::odd::Odd;
use crate::model::Interest;
use crate::reader::event_xml::Section;

/// Distinct templates kept by a thread. The largest log of a machine has a few hundred.
const MOST: usize = 8_192;
/// Bytes of their spelled form kept, by all threads together.
const MOST_BYTES: usize = 8 << 20;

/// The layouts of a log, by what they are made of.
///
/// Each thread has its own: events share the names of their layout, and counting those who share is what two threads
/// would wait for each other at.
#[derive(Debug)]
pub(super) struct Layouts<'i> {
    interest: &'i Interest,
    shelves: Box<[Mutex<Shelf>]>,
}

#[derive(Debug, Default)]
struct Shelf {
    by_hash: BTreeMap<u32, Vec<Entry>>,
    held: usize,
    bytes: usize,
}

#[derive(Debug, Clone)]
struct Entry {
    spelled: Box<[u8]>,
    place: Option<Section>,
    layout: Result<Arc<Layout>, Odd>,
}

impl<'i> Layouts<'i> {
    pub(super) fn new(interest: &'i Interest) -> Self {
        let threads = rayon::current_num_threads().max(1);
        Self {
            interest,
            shelves: (0..threads).map(|_| Mutex::default()).collect(),
        }
    }

    /// The layout of a spelled definition, made when it is new.
    pub(super) fn get(&self, spelled: &[u8], place: Option<Section>) -> Result<Arc<Layout>, Odd> {
        let thread = rayon::current_thread_index().unwrap_or(0);
        let Some(shelf) = self.shelves.get(thread).or(self.shelves.first()) else {
            return self.make(spelled, place).map(Arc::new);
        };
        let mut shelf = shelf.lock().unwrap_or_else(PoisonError::into_inner);
        let hash = crc32fast::hash(spelled);
        let entries = shelf.by_hash.get(&hash).map(Vec::as_slice).unwrap_or_default();
        let same = |entry: &&Entry| entry.place == place && *entry.spelled == *spelled;
        if let Some(entry) = entries.iter().find(same) {
            return entry.layout.clone();
        }
        let mut layout = self.make(spelled, place);
        let bytes = shelf.bytes.saturating_add(spelled.len());
        let is_kept = shelf.held < MOST && bytes < MOST_BYTES / self.shelves.len().max(1);
        if let (Ok(layout), true) = (&mut layout, is_kept) {
            layout.mark = u32::try_from(shelf.held).ok();
        }
        let layout = layout.map(Arc::new);
        if is_kept {
            shelf.held = shelf.held.saturating_add(1);
            shelf.bytes = bytes;
            shelf.by_hash.entry(hash).or_default().push(Entry {
                spelled: spelled.into(),
                place,
                layout: layout.clone(),
            });
        }
        layout
    }

    /// Whether somebody may ask for the field of that name.
    pub(super) fn asks(&self, name: &str) -> bool {
        self.interest.asks(name)
    }

    /// A layout that is used once.
    pub(super) fn make(&self, spelled: &[u8], place: Option<Section>) -> Result<Layout, Odd> {
        Layout::new(spelled, place, self.interest)
    }
}
