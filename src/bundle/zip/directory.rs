//! The central directory of a zip and the records that lead to it (APPNOTE 4.3.12 to 4.3.16).

use std::io::{self, BufReader, Read};
use std::sync::Arc;

use super::Entry;
use super::field::{Fields, extra};
use crate::source::{Cursor, ReadAt, Region, read_range};

/// The end record without its comment.
const END: usize = 22;
/// The longest comment.
const COMMENT: usize = 65_535;

/// What the central directory says.
#[derive(Debug, Default)]
pub(super) struct Directory {
    pub(super) entries: Vec<Entry>,
    /// Why it cannot be trusted to be all, if so.
    pub(super) damage: Option<String>,
    /// Whether there are more entries than were wanted.
    pub(super) more: bool,
}

impl Directory {
    fn damaged(why: &str) -> Self {
        Self {
            damage: Some(why.into()),
            ..Self::default()
        }
    }
}

/// Where the directory lies.
#[derive(Debug, Clone, Copy)]
struct Place {
    start: u64,
    end: u64,
    /// What must be added to every offset: the length of what was put before the zip, such as an unpacker.
    shift: u64,
}

/// Reads the directory, `limit` entries at most. No count in it is believed: it is read until it ends.
pub(super) fn read(zip: &Arc<dyn ReadAt>, limit: usize) -> io::Result<Directory> {
    let Some(place) = find(zip.as_ref())? else {
        return Ok(Directory::damaged(
            "it has no directory at its end: it was cut off, or bytes follow it",
        ));
    };
    let region = Region::new(zip.clone(), place.start, place.end.saturating_sub(place.start));
    let mut bytes = BufReader::with_capacity(64 << 10, Cursor::new(Arc::new(region)));
    let mut directory = Directory::default();
    let mut head = [0; 46];
    loop {
        match fill(&mut bytes, &mut head)? {
            0 => break,
            46 if head.starts_with(b"PK\x01\x02") => {}
            // a digital signature may stand after the entries (APPNOTE 4.3.13)
            _ if head.starts_with(b"PK\x05\x05") => break,
            _ => {
                directory.damage = Some("its directory is broken".into());
                break;
            }
        }
        if directory.entries.len() >= limit {
            directory.more = true;
            break;
        }
        match entry(&mut bytes, Fields(&head), place.shift)? {
            Some(entry) => directory.entries.push(entry),
            None => {
                directory.damage = Some("its directory is broken".into());
                break;
            }
        }
    }
    Ok(directory)
}

/// Fills the buffer as far as there are bytes.
fn fill(bytes: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match bytes.read(rest)? {
            0 => break,
            count => filled = filled.saturating_add(count),
        }
    }
    Ok(filled)
}

/// The entry after its fixed head (APPNOTE 4.3.12); `None` if it is cut.
fn entry(bytes: &mut impl Read, head: Fields<'_>, shift: u64) -> io::Result<Option<Entry>> {
    let lens = [head.u16(28), head.u16(30), head.u16(32)].map(usize::from);
    let mut variable = vec![0; lens.iter().sum()];
    if fill(bytes, &mut variable)? != variable.len() {
        return Ok(None);
    }
    let [name_len, extra_len, _] = lens;
    let (name, rest) = variable.split_at(name_len);
    let wide = |at| head.u32(at) == u32::MAX;
    let unix = head.u16(4) >> 8 == 3;
    let mut entry = Entry {
        name: name.to_vec(),
        method: head.u16(10),
        cipher: Entry::cipher_of(head.u16(8), head.u16(12), head.u32(16)),
        link: unix && (head.u32(38) >> 28) == 0o12,
        packed: Some(u64::from(head.u32(20))),
        size: Some(u64::from(head.u32(24))),
        crc: Some(head.u32(16)),
        header: u64::from(head.u32(42)),
    };
    extra(
        &mut entry,
        rest.get(..extra_len).unwrap_or_default(),
        [wide(24), wide(20), wide(42)],
    );
    entry.header = entry.header.saturating_add(shift);
    Ok(Some(entry))
}

/// Finds the directory by the last end record that leads to one.
fn find(zip: &dyn ReadAt) -> io::Result<Option<Place>> {
    let tail_start = zip.len().saturating_sub((END + COMMENT) as u64);
    let tail = read_range(zip, tail_start, END + COMMENT)?;
    for at in memchr::memmem::rfind_iter(&tail, b"PK\x05\x06") {
        let record = Fields(tail.get(at..).unwrap_or_default());
        let end = tail_start.saturating_add(at as u64);
        if record.0.len() >= END
            && let Some(place) = lead(zip, record, end)?
        {
            return Ok(Some(place));
        }
    }
    Ok(None)
}

/// Follows an end record at `end` to its directory.
fn lead(zip: &dyn ReadAt, record: Fields<'_>, end: u64) -> io::Result<Option<Place>> {
    let mut end = end;
    let mut size = u64::from(record.u32(12));
    let mut offset = u64::from(record.u32(16));
    let locator_at = end.saturating_sub(20);
    let locator = read_range(zip, locator_at, 20)?;
    if locator.starts_with(b"PK\x06\x07") {
        // the wide record lies where the locator says or, when something was put before the zip, right before it
        for at in [Fields(&locator).u64(8), locator_at.saturating_sub(56)] {
            let wide = read_range(zip, at, 56)?;
            if wide.len() == 56 && wide.starts_with(b"PK\x06\x06") {
                (size, offset, end) = (Fields(&wide).u64(40), Fields(&wide).u64(48), at);
                break;
            }
        }
    }
    // one that says it is empty is believed only if there is no member
    if size == 0 && offset <= end && !read_range(zip, 0, 4)?.starts_with(b"PK\x03\x04") {
        return Ok(Some(Place {
            start: end,
            end,
            shift: 0,
        }));
    }
    // as the record says, or right before the record: then everything is shifted
    for start in [Some(offset), end.checked_sub(size)].into_iter().flatten() {
        if start < end && read_range(zip, start, 4)?.starts_with(b"PK\x01\x02") {
            let shift = start.saturating_sub(offset);
            return Ok(Some(Place { start, end, shift }));
        }
    }
    Ok(None)
}

/// Whether the directory itself is encrypted (APPNOTE 7.3): nothing in it can be listed.
pub(super) fn is_encrypted(zip: &dyn ReadAt) -> io::Result<bool> {
    let head = read_range(zip, 0, 30)?;
    Ok(head.starts_with(b"PK\x03\x04") && Fields(&head).u16(6) & (1 << 13) != 0)
}
