//! Like records, such as floods are made of: those of one template whose values are the same, but for time, record id,
//! process and thread. Of those that the knowledge lets count as one only the first in a chunk is decoded.

use super::instance::{self, Definition, Values};
use super::spell::token;
use super::value::BIN_XML;

/// How many kinds of records are compared with: floods are of one or two.
const KINDS: usize = 8;

/// The first of like records.
#[derive(Debug)]
struct First<'c> {
    /// Its place in the chunk.
    start: usize,
    definition: Definition,
    /// Which span its time lies in.
    span: u64,
    payload: Vec<(usize, &'c [u8])>,
    repeats: u64,
}

/// The like records of a chunk.
#[derive(Debug, Default)]
pub(super) struct Folds<'c> {
    firsts: Vec<First<'c>>,
    /// The payload of the record at hand.
    payload: Vec<(usize, &'c [u8])>,
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
        self.payload.clear();
        if payload(chunk, values, own, &mut self.payload).is_none() {
            return false;
        }
        let is_like = |first: &&mut First<'_>| {
            first.definition == definition && first.span == span && first.payload == self.payload
        };
        if let Some(first) = self.firsts.iter_mut().rev().take(KINDS).find(is_like) {
            first.repeats = first.repeats.saturating_add(1);
            return true;
        }
        self.firsts.push(First {
            start,
            definition,
            span,
            payload: self.payload.clone(),
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

/// Appends the values but for the `own` ones of each record, with their types; of binary XML those in it, with their
/// template. `None` when something about them is unusual.
fn payload<'c>(
    chunk: &'c [u8],
    values: &Values<'c>,
    own: &[u16],
    payload: &mut Vec<(usize, &'c [u8])>,
) -> Option<()> {
    for (index, slice) in (0_u16..).zip(values.iter()) {
        if own.contains(&index) {
            continue;
        }
        let bytes = slice.of(chunk).ok()?;
        if slice.kind != BIN_XML || bytes.is_empty() {
            payload.push((slice.kind.into(), bytes));
            continue;
        }
        let at = match bytes {
            [token::FRAGMENT, _, _, _, token::INSTANCE, ..] => slice.start.checked_add(4)?,
            [token::INSTANCE, ..] => slice.start,
            _ => return None,
        };
        let end = slice.start.checked_add(bytes.len())?;
        let (definition, inner) = instance::read(chunk, at, end).ok()?;
        let (descriptors, data) = inner.raw(chunk);
        payload.push((definition.offset, descriptors));
        payload.push((definition.offset, data));
    }
    Some(())
}
