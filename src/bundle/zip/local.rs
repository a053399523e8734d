//! Local headers of a zip (APPNOTE 4.3.7) and the scan over them that stands in for a directory.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::sync::Arc;

use super::Entry;
use super::field::{Fields, extra};
use crate::source::{ReadAt, read_range};

const HEAD: usize = 30;
/// How much is searched at once.
const WINDOW: usize = 1 << 20;

/// Where the coded bytes of the entry start whose local header should lie at `header`.
pub(super) fn data_start(zip: &dyn ReadAt, header: u64) -> io::Result<Option<u64>> {
    let head = read_range(zip, header, HEAD)?;
    if head.len() < HEAD || !head.starts_with(b"PK\x03\x04") {
        return Ok(None);
    }
    let fields = Fields(&head);
    let variable = u64::from(fields.u16(26)).saturating_add(u64::from(fields.u16(28)));
    let start = header.saturating_add(HEAD as u64).saturating_add(variable);
    Ok((start <= zip.len()).then_some(start))
}

/// Walks from local header to local header. `known` entries (by the offset of their header) are stepped over.
/// Gives the others, `limit` at most, and whether there were more.
pub(super) fn scan(
    zip: &Arc<dyn ReadAt>,
    known: &BTreeMap<u64, &Entry>,
    limit: usize,
) -> io::Result<(Vec<Entry>, bool)> {
    let zip = zip.as_ref();
    let descriptors = Descriptors::find(zip, limit)?;
    let mut found = Vec::new();
    let mut search = Search::new(*b"PK\x03\x04");
    let mut position = 0;
    while let Some(header) = search.next(zip, position)? {
        position = header.saturating_add(4);
        if let Some(entry) = known.get(&header) {
            let start = data_start(zip, header)?.unwrap_or(position);
            position = start.saturating_add(entry.packed.unwrap_or(0));
            continue;
        }
        let Some((mut entry, start, streamed)) = read(zip, header)? else {
            continue;
        };
        if found.len() >= limit {
            return Ok((found, true));
        }
        if streamed {
            descriptors.complete(&mut entry, start);
        }
        position = start.saturating_add(entry.packed.unwrap_or(0)).max(position);
        found.push(entry);
    }
    Ok((found, false))
}

/// The local header at `header`, where its data starts, and whether its sizes follow the data; `None` when it is not
/// plausible: chance writes `PK\3\4` too.
fn read(zip: &dyn ReadAt, header: u64) -> io::Result<Option<(Entry, u64, bool)>> {
    let head = read_range(zip, header, HEAD)?;
    if head.len() < HEAD {
        return Ok(None);
    }
    let fields = Fields(&head);
    let (flags, method, name_len) = (fields.u16(6), fields.u16(8), usize::from(fields.u16(26)));
    if name_len == 0 || fields.u16(4) & 0xff > 99 || method > 99 {
        return Ok(None);
    }
    let extra_len = usize::from(fields.u16(28));
    let variable = read_range(
        zip,
        header.saturating_add(HEAD as u64),
        name_len.saturating_add(extra_len),
    )?;
    let (Some(name), Some(extra_field)) = (variable.get(..name_len), variable.get(name_len..)) else {
        return Ok(None);
    };
    let streamed = flags & 8 != 0;
    let said = |at| (!streamed || fields.u32(at) != 0).then(|| fields.u32(at));
    let mut entry = Entry {
        name: name.to_vec(),
        method,
        cipher: Entry::cipher_of(flags, fields.u16(10), fields.u32(14)),
        link: false,
        packed: said(18).map(u64::from),
        size: said(22).map(u64::from),
        crc: said(14),
        header,
    };
    let wide = |at| fields.u32(at) == u32::MAX;
    extra(&mut entry, extra_field, [wide(22), wide(18), false]);
    let start = header
        .saturating_add(HEAD as u64)
        .saturating_add(variable.len() as u64);
    Ok(Some((entry, start, streamed && said(18).is_none())))
}

/// Data descriptors (APPNOTE 4.3.9) by where the data they close starts. One search finds them all, so that no
/// number of headers makes it slow.
struct Descriptors(HashMap<u64, Descriptor>);

#[derive(Clone, Copy)]
struct Descriptor {
    crc: u32,
    packed: u64,
    size: u64,
}

impl Descriptors {
    fn find(zip: &dyn ReadAt, limit: usize) -> io::Result<Self> {
        let mut found = HashMap::new();
        let mut search = Search::new(*b"PK\x07\x08");
        let mut position = 0;
        while let Some(at) = search.next(zip, position)? {
            position = at.saturating_add(4);
            let bytes = read_range(zip, at, 24)?;
            let fields = Fields(&bytes);
            let narrow = (u64::from(fields.u32(8)), u64::from(fields.u32(12)));
            for (packed, size) in [narrow, (fields.u64(8), fields.u64(16))] {
                let descriptor = Descriptor {
                    crc: fields.u32(4),
                    packed,
                    size,
                };
                if let Some(start) = at.checked_sub(packed) {
                    found.entry(start).or_insert(descriptor);
                }
            }
            if found.len() > limit.saturating_mul(2) {
                break;
            }
        }
        Ok(Self(found))
    }

    fn complete(&self, entry: &mut Entry, start: u64) {
        if let Some(descriptor) = self.0.get(&start) {
            entry.packed = Some(descriptor.packed);
            entry.size = Some(descriptor.size);
            entry.crc = Some(descriptor.crc);
        }
    }
}

/// Finds a signature onward from a position, reading the zip once as long as positions only grow.
struct Search {
    signature: [u8; 4],
    finder: memchr::memmem::Finder<'static>,
    window: Vec<u8>,
    start: u64,
}

impl Search {
    fn new(signature: [u8; 4]) -> Self {
        Self {
            signature,
            finder: memchr::memmem::Finder::new(&signature).into_owned(),
            window: Vec::new(),
            start: 0,
        }
    }

    /// The first place at or after `position`.
    fn next(&mut self, zip: &dyn ReadAt, mut position: u64) -> io::Result<Option<u64>> {
        loop {
            let inside = position
                .checked_sub(self.start)
                .and_then(|inside| usize::try_from(inside).ok());
            if let Some(rest) = inside.and_then(|inside| self.window.get(inside..))
                && rest.len() >= self.signature.len()
            {
                if let Some(at) = self.finder.find(rest) {
                    return Ok(Some(position.saturating_add(at as u64)));
                }
                position = position.saturating_add((rest.len() - (self.signature.len() - 1)) as u64);
            }
            self.window = read_range(zip, position, WINDOW)?;
            self.start = position;
            if self.window.len() < self.signature.len() {
                return Ok(None);
            }
        }
    }
}
