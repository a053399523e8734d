//! Like records, such as floods are made of: those of one template whose values are the same, byte for byte, but for time,
//! record id, process and thread. Of those that the knowledge lets count as one only the first in a chunk is decoded.

use std::hash::{BuildHasher, Hasher};
use std::ops::Range;
use std::rc::Rc;

use foldhash::fast::FixedState;

use super::instance::{Definition, Values};

/// How many kinds of records are compared with: floods are of one or two.
const KINDS: usize = 8;

/// A record as it lies there. The payload, which Windows puts last, stands apart: the first record of a chunk holds its
/// definition too.
#[derive(Debug, Clone)]
pub(super) struct Lying<'c> {
    pub(super) definition: Definition,
    /// Sizes and types of the values but the payload.
    pub(super) table: &'c [[u8; 4]],
    /// Their bytes.
    pub(super) data: &'c [u8],
    /// The bytes of them that like records share: all but those that are each record's own.
    pub(super) shared: Rc<[Range<usize>]>,
    pub(super) payload: Option<(Definition, Values<'c>)>,
    /// Which span its time lies in.
    pub(super) span: u64,
}

impl Lying<'_> {
    /// A number that like records have in common, and others hardly ever.
    fn key(&self, payload: &[u8]) -> u64 {
        let mut hasher = FixedState::default().build_hasher();
        hasher.write_usize(self.definition.offset);
        hasher.write_u64(self.span);
        for range in &*self.shared {
            hasher.write(self.data.get(range.clone()).unwrap_or_default());
        }
        hasher.write(payload);
        hasher.finish()
    }

    fn is_like(&self, other: &Lying<'_>) -> bool {
        let mut shared = self.shared.iter();
        self.definition == other.definition
            && self.span == other.span
            && self.table == other.table
            && self.data.len() == other.data.len()
            && shared.all(|range| self.data.get(range.clone()) == other.data.get(range.clone()))
            && match (&self.payload, &other.payload) {
                (None, None) => true,
                (Some((own, values)), Some((others, other))) => {
                    own == others && values.descriptors() == other.descriptors()
                }
                _ => false,
            }
    }
}

/// The first of like records.
#[derive(Debug)]
struct First<'c> {
    /// Its place in the chunk.
    start: usize,
    key: u64,
    lying: Lying<'c>,
    /// The bytes of its payload's values.
    payload: &'c [u8],
    repeats: u64,
}

/// The like records of a chunk.
#[derive(Debug, Default)]
pub(super) struct Folds<'c> {
    firsts: Vec<First<'c>>,
}

impl<'c> Folds<'c> {
    /// Whether the record at that place is like one before, and counts as that one.
    pub(super) fn is_repeat(&mut self, chunk: &'c [u8], start: usize, lying: Lying<'c>) -> bool {
        let payload = lying.payload.as_ref();
        let payload = payload.map_or(&[] as &[u8], |(_, values)| values.bytes(chunk));
        let key = lying.key(payload);
        let is_like = |first: &&mut First<'_>| {
            first.key == key && first.payload == payload && first.lying.is_like(&lying)
        };
        if let Some(first) = self.firsts.iter_mut().rev().take(KINDS).find(is_like) {
            first.repeats = first.repeats.saturating_add(1);
            return true;
        }
        self.firsts.push(First {
            start,
            key,
            lying,
            payload,
            repeats: 0,
        });
        false
    }

    /// How many others the record at that place stands for.
    pub(super) fn repeats(&self, start: usize) -> u64 {
        let place = self.firsts.binary_search_by_key(&start, |first| first.start);
        let first = place.ok().and_then(|place| self.firsts.get(place));
        first.map_or(0, |first| first.repeats)
    }
}

/// The bytes of all values but the `own` ones.
pub(super) fn shared(table: &[[u8; 4]], own: &[u16]) -> Rc<[Range<usize>]> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    let mut at = 0_usize;
    for (index, &[low, high, ..]) in (0_u16..).zip(table) {
        let end = at.saturating_add(u16::from_le_bytes([low, high]).into());
        if !own.contains(&index) {
            match ranges.last_mut() {
                Some(last) if last.end == at => last.end = end,
                _ => ranges.push(at..end),
            }
        }
        at = end;
    }
    ranges.into()
}
