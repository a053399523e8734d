//! Like records, such as floods are made of: those of one template whose values are the same, byte for byte, but for time,
//! record id, process and thread. Of those that the knowledge lets count as one only the first in a chunk is decoded.

use std::ops::Range;

use super::instance::{self, Definition, Values};
use super::value::BIN_XML;

/// How many kinds of records are compared with: floods are of one or two.
const KINDS: usize = 8;

/// The values of a record as they lie there. The payload, which Windows puts last, stands apart: the first record of a
/// chunk holds its definition too.
#[derive(Debug, Clone, Copy)]
struct Raw<'c> {
    /// Sizes and types of the values, and their bytes.
    outer: (&'c [u8], &'c [u8]),
    /// The definition of the payload, and the same of its values.
    inner: (usize, &'c [u8], &'c [u8]),
}

impl<'c> Raw<'c> {
    /// `None` when something about the payload is unusual.
    fn new(chunk: &'c [u8], values: &Values<'c>) -> Option<Self> {
        let (table, data) = values.raw(chunk);
        let bare = Self {
            outer: (table, data),
            inner: (0, &[], &[]),
        };
        let Some((rest, &[low, high, BIN_XML, _])) = table.split_last_chunk::<4>() else {
            return Some(bare);
        };
        let size = usize::from(u16::from_le_bytes([low, high]));
        let end = values.end();
        let start = end.checked_sub(size)?;
        if size == 0 {
            return Some(bare);
        }
        let at = instance::begin(chunk, start, end)?;
        let (definition, inner) = instance::read(chunk, at, end).ok()?;
        let (inner_table, inner_data) = inner.raw(chunk);
        Some(Self {
            outer: (rest, data.get(..data.len().checked_sub(size)?)?),
            inner: (definition.offset, inner_table, inner_data),
        })
    }
}

/// The first of like records.
#[derive(Debug)]
struct First<'c> {
    /// Its place in the chunk.
    start: usize,
    definition: Definition,
    /// Which span its time lies in.
    span: u64,
    raw: Raw<'c>,
    /// The bytes that like records share, as ranges of the outer values: all but those that are each record's own.
    shared: Vec<Range<usize>>,
    repeats: u64,
}

impl First<'_> {
    fn is_like(&self, other: &Raw<'_>) -> bool {
        let (own, others) = (self.raw.outer.1, other.outer.1);
        let mut shared = self.shared.iter();
        self.raw.outer.0 == other.outer.0
            && own.len() == others.len()
            && shared.all(|range| own.get(range.clone()) == others.get(range.clone()))
            && self.raw.inner == other.inner
    }
}

/// The like records of a chunk.
#[derive(Debug, Default)]
pub(super) struct Folds<'c> {
    firsts: Vec<First<'c>>,
}

impl<'c> Folds<'c> {
    /// Whether a record is like one before, and counts as that one.
    pub(super) fn is_repeat(
        &mut self,
        chunk: &'c [u8],
        (start, definition): (usize, Definition),
        values: &Values<'c>,
        own: &[u16],
        span: u64,
    ) -> bool {
        let Some(raw) = Raw::new(chunk, values) else {
            return false;
        };
        let is_like = |first: &&mut First<'_>| {
            first.definition == definition && first.span == span && first.is_like(&raw)
        };
        if let Some(first) = self.firsts.iter_mut().rev().take(KINDS).find(is_like) {
            first.repeats = first.repeats.saturating_add(1);
            return true;
        }
        self.firsts.push(First {
            start,
            definition,
            span,
            raw,
            shared: shared(values, own, raw.outer.1.len()),
            repeats: 0,
        });
        false
    }

    /// How many others the record at that place stands for.
    pub(super) fn repeats(&self, start: usize) -> u64 {
        let first = self.firsts.iter().find(|first| first.start == start);
        first.map_or(0, |first| first.repeats)
    }
}

/// The bytes of all values but the `own` ones, up to `size`.
fn shared(values: &Values<'_>, own: &[u16], size: usize) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    let mut at = 0_usize;
    for (index, slice) in (0_u16..).zip(values.iter()) {
        let end = at.saturating_add(slice.size.into()).min(size);
        if !own.contains(&index) {
            match ranges.last_mut() {
                Some(last) if last.end == at => last.end = end,
                _ => ranges.push(at..end),
            }
        }
        at = end;
    }
    ranges
}
