//! An instance of a template: where its definition is, and its values. Decodes no value.

use super::cursor::Cursor;
use super::odd::Odd;
use super::spell::token;

/// Where the definition of a template lies in the chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Definition {
    /// The offset by which instances name it.
    pub(super) offset: usize,
}

/// Bytes before the tokens of a definition: the next definition, a GUID, the size.
const DEFINITION_HEADER: usize = 24;

impl Definition {
    /// The tokens of the definition.
    pub(super) fn body(self, chunk: &[u8]) -> Result<std::ops::Range<usize>, Odd> {
        let mut cursor = Cursor::new(chunk, self.offset);
        cursor.array::<20>("header of a template")?;
        let size = usize::try_from(cursor.u32("size of a template")?).unwrap_or(usize::MAX);
        let start = self.offset.saturating_add(DEFINITION_HEADER);
        let end = start.saturating_add(size);
        if end > chunk.len() {
            return Err(Odd::unknown(
                "size of a template",
                self.offset,
                u32::try_from(size).unwrap_or(u32::MAX),
            ));
        }
        Ok(start..end)
    }
}

/// The values of an instance, as bytes with their types.
#[derive(Debug, Clone, Copy)]
pub(super) struct Values<'a> {
    /// Four bytes each: size, type, nothing.
    descriptors: &'a [[u8; 4]],
    /// Where the first value is.
    start: usize,
}

/// One value: its type, where it is and how long it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slice {
    pub(super) kind: u8,
    pub(super) start: usize,
    pub(super) size: u16,
}

impl Slice {
    /// No value.
    pub(super) const NONE: Self = Self {
        kind: super::value::NULL,
        start: 0,
        size: 0,
    };

    /// The bytes of the value.
    pub(super) fn of(self, chunk: &[u8]) -> Result<&[u8], Odd> {
        let size = usize::from(self.size);
        Ok(Cursor::new(chunk, self.start).take(size, "value")?)
    }
}

impl<'a> Values<'a> {
    /// No values: content without a template.
    pub(super) const NONE: Self = Self {
        descriptors: &[],
        start: 0,
    };

    /// The size and type of each.
    pub(super) const fn descriptors(&self) -> &'a [[u8; 4]] {
        self.descriptors
    }

    /// Where the first value is.
    pub(super) const fn start(&self) -> usize {
        self.start
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.descriptors.len()
    }

    /// The values in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = Slice> + use<'a> {
        let mut start = self.start;
        self.descriptors.iter().map(move |&[low, high, kind, _]| {
            let size = u16::from_le_bytes([low, high]);
            let slice = Slice { kind, start, size };
            start = start.saturating_add(usize::from(size));
            slice
        })
    }

    /// The values as they lie there.
    pub(super) fn bytes<'c>(&self, chunk: &'c [u8]) -> &'c [u8] {
        chunk.get(self.start..self.end()).unwrap_or_default()
    }

    /// Where the last value ends.
    pub(super) fn end(&self) -> usize {
        self.iter().fold(self.start, |end, slice| {
            end.saturating_add(usize::from(slice.size))
        })
    }
}

/// Where the token of the instance is that content begins with, behind a fragment header or without one; `None` when the
/// content is anything else.
pub(super) fn begin(chunk: &[u8], start: usize, end: usize) -> Option<usize> {
    match chunk.get(start..end)? {
        [token::FRAGMENT, _, _, _, token::INSTANCE, ..] => start.checked_add(4),
        [token::INSTANCE, ..] => Some(start),
        _ => None,
    }
}

/// Reads an instance whose token is at `at`; its values must end by `end`.
pub(super) fn read(chunk: &[u8], at: usize, end: usize) -> Result<(Definition, Values<'_>), Odd> {
    let bytes = chunk.get(..end).unwrap_or(chunk);
    // The token, a version, the short form of the template's GUID.
    let mut cursor = Cursor::new(bytes, at.saturating_add(6));
    let offset = usize::try_from(cursor.u32("offset of a template")?).unwrap_or(usize::MAX);
    let definition = Definition { offset };
    if offset == cursor.at() {
        cursor.seek(definition.body(bytes)?.end);
    }
    let count = usize::try_from(cursor.u32("count of values")?).unwrap_or(usize::MAX);
    let table = cursor.take(count.saturating_mul(4), "table of values")?;
    let (descriptors, _) = table.as_chunks::<4>();
    let values = Values {
        descriptors,
        start: cursor.at(),
    };
    Ok((definition, values))
}

/// Bytes of a record's content before its table of values: the fragment header, the token, a version, the short form of the
/// template's GUID, where the template is, the count of values.
const OUTERMOST: usize = 18;

/// Reads the instance that the content of a record begins with, as nearly all do: behind a fragment header, of a template that
/// lies elsewhere. `None` for any other, which [`begin`] and [`read`] are for; else it is what they give.
pub(super) fn outermost(chunk: &[u8], start: usize, end: usize) -> Option<(Definition, Values<'_>)> {
    let content = chunk.get(start..end)?;
    let (head, rest) = content.split_first_chunk::<OUTERMOST>()?;
    let &[
        token::FRAGMENT,
        _,
        _,
        _,
        token::INSTANCE,
        _,
        _,
        _,
        _,
        _,
        a,
        b,
        c,
        d,
        count @ ..,
    ] = head
    else {
        return None;
    };
    let offset = usize::try_from(u32::from_le_bytes([a, b, c, d])).ok()?;
    let count = usize::try_from(u32::from_le_bytes(count)).ok()?;
    // Where the count would be there is the definition.
    if offset.checked_add(4)? == start.checked_add(OUTERMOST)? {
        return None;
    }
    let size = count.checked_mul(4)?;
    let (descriptors, _) = rest.get(..size)?.as_chunks::<4>();
    let values = Values {
        descriptors,
        start: start.checked_add(OUTERMOST)?.checked_add(size)?,
    };
    Some((Definition { offset }, values))
}

/// Where an instance ends.
pub(super) fn end(chunk: &[u8], at: usize, end: usize) -> Result<usize, Odd> {
    let (_, values) = read(chunk, at, end)?;
    let last = values.end();
    if last > end {
        return Err(Odd::unknown("end of the values", last, 0));
    }
    Ok(last)
}
