//! Records that say what others said. What decides over the event of a record, as it lies there, is put together here: the templates and the
//! values but those that are each record's own. Knows no events.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use super::decode::Decoder;
use super::head::Head;
use super::instance::{self, Values};
use super::layout::{Content, Layout, Piece, Role, Step};
use super::spell::token;
use super::value::{self, BIN_XML, FILETIME, GUID};
use super::walk::Frame;
use crate::limits::Limits;
use crate::model::{Interest, Own, Stencils, Value};

/// No piece of a log has as many records.
const MOST_OF_A_PIECE: usize = 1 << 16;

/// What each thread remembers of the records that it read.
#[derive(Debug)]
pub(super) struct Memories(Box<[Mutex<Option<Box<Stencils>>>]>);

impl Memories {
    /// None where it is not known what is asked of events, or where they are counted one by one.
    pub(super) fn new(interest: &Interest, limits: &Limits) -> Self {
        let is_wanted = interest.knows_asked() && limits.events >= MOST_OF_A_PIECE;
        let threads = if is_wanted {
            rayon::current_num_threads().max(1)
        } else {
            0
        };
        Self((0..threads).map(|_| Mutex::default()).collect())
    }

    fn of_thread(&self) -> Option<&Mutex<Option<Box<Stencils>>>> {
        self.0.get(rayon::current_thread_index().unwrap_or(0))
    }

    /// That of the thread, which is to be given back.
    pub(super) fn lend(&self) -> Option<Box<Stencils>> {
        let own = self.of_thread()?;
        let lent = own.lock().unwrap_or_else(PoisonError::into_inner).take();
        Some(lent.unwrap_or_default())
    }

    /// Gives it back.
    pub(super) fn take_back(&self, stencils: Option<Box<Stencils>>) {
        if let Some(own) = self.of_thread() {
            *own.lock().unwrap_or_else(PoisonError::into_inner) = stencils;
        }
    }
}

/// Puts the content of a record together, and its own values; nothing when it is not one that is remembered. Its values end at `end`.
pub(super) fn put<'c>(
    decoder: &mut Decoder<'c>,
    head: &mut Head<'c>,
    (frame, offset): (&Frame, u64),
    outer: (&Values<'c>, usize),
    stencils: &mut Stencils,
) -> Option<()> {
    let chunk = decoder.chunk;
    let (values, end) = outer;
    let section = head.payload()?;
    let &[low, high, ..] = values.descriptors().last()?;
    let start = end.checked_sub(u16::from_le_bytes([low, high]).into())?;
    let at = instance::begin(chunk, start, end)?;
    let (definition, inner) = instance::read(chunk, at, end).ok()?;
    let index = decoder.index(definition, Some(section));
    let layout = decoder.by_place(index).as_ref().ok()?;
    let mark = layout.mark.filter(|_| !layout.has_instance)?;
    if !stencils.is_worth(mark) {
        return None;
    }
    if head.frame.is_none() {
        let common = head.common(chunk, values)?;
        head.frame = Some(stencils.frame(&common));
    }
    let (content, own) = stencils.content();
    head.put(chunk, (frame, offset), values, (content, own))?;
    content.extend_from_slice(&mark.to_le_bytes());
    payload(chunk, (layout, &inner), end, (content, own))
}

/// Puts the payload there, an instance of that layout, which ends at `end`.
fn payload(
    chunk: &[u8],
    (layout, values): (&Layout, &Values<'_>),
    end: usize,
    (content, own): (&mut Vec<u8>, &mut Own),
) -> Option<()> {
    let count = u16::try_from(values.len()).ok()?;
    content.extend_from_slice(&count.to_le_bytes());
    content.extend_from_slice(values.descriptors().as_flattened());
    let mut free = layout.free.iter().copied().peekable();
    let (mut from, mut to) = (values.start(), values.start());
    for (place, &[low, high, kind, _]) in (0_u16..).zip(values.descriptors()) {
        let next = to.checked_add(u16::from_le_bytes([low, high]).into())?;
        if kind == BIN_XML {
            return None;
        }
        if free.next_if_eq(&place).is_some()
            && let Some(value) = own_value(kind, chunk.get(to..next)?)
        {
            content.extend_from_slice(chunk.get(from..to)?);
            from = next;
            own.values.push(value);
        }
        to = next;
    }
    content.extend_from_slice(chunk.get(from..to)?);
    // Something else behind the values is nothing that anybody writes.
    matches!(chunk.get(to..end)?, [] | [token::END, ..]).then_some(())
}

/// A value that decides nothing where nobody asks for it.
fn own_value(kind: u8, bytes: &[u8]) -> Option<Value> {
    let fits = matches!((kind, bytes.len()), (GUID, 16) | (FILETIME, 8));
    fits.then(|| value::decode(kind, bytes).ok())?
}

/// The values that make one field each, of a name that nobody asks for.
pub(super) fn free(steps: &[Step], interest: &Interest) -> Box<[u16]> {
    let (mut used, mut free) = (BTreeSet::new(), BTreeSet::new());
    for step in steps {
        let (content, is_free) = match step {
            Step::Field {
                name,
                content,
                role: Role::Leaf,
                ..
            } => (content, !interest.asks(&name.text)),
            Step::Field { content, .. }
            | Step::Attribute { content, .. }
            | Step::System { content, .. }
            | Step::Message(content) => (content, false),
            Step::SkipUnless { .. } | Step::Nested { .. } | Step::Instance { .. } => continue,
        };
        for value in content.values() {
            if used.insert(value) && is_free && matches!(content, Content::Value(_)) {
                free.insert(value);
            } else {
                free.remove(&value);
            }
        }
    }
    free.into_iter().collect()
}

impl Content {
    /// The values in it.
    fn values(&self) -> impl Iterator<Item = u16> {
        let (own, pieces): (_, &[Piece]) = match self {
            Self::Value(value) => (Some(*value), &[]),
            Self::Mixed(pieces) => (None, pieces),
            Self::Empty | Self::Literal(_) => (None, &[]),
        };
        own.into_iter()
            .chain(pieces.iter().filter_map(|piece| match piece {
                Piece::Value(value) => Some(*value),
                Piece::Literal(_) => None,
            }))
    }
}
