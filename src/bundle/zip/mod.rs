//! Zip (PKWARE APPNOTE 6.3.10): from bytes to a list of entries, by the central directory where there is a
//! whole one, by the local headers where it is missing or broken. Owns the layout; knows no paths and no limits
//! but the number of entries.
//!
//! Own code and not a crate's archive type, because that one keeps one entry for each name, fails as a whole when
//! its directory is broken, and lends its streams instead of giving them away.

#[cfg(feature = "archives")]
mod aes_ctr;
mod directory;
mod field;
mod local;
mod members;
mod seal;

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use super::codec::Codec;
use crate::source::{ReadAt, Region};
use seal::Cipher;

pub(super) use members::take;
pub(super) use seal::Key;

/// One entry of a zip, as its headers say.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    /// The name as it stands there: CP437 or UTF-8.
    name: Vec<u8>,
    /// The method of its coding; for AES the method below the encryption.
    method: u16,
    /// How it is encrypted, if it is.
    cipher: Option<Cipher>,
    /// Whether it is a link of Unix.
    link: bool,
    /// Coded bytes, if said.
    packed: Option<u64>,
    /// Plain bytes, if said.
    size: Option<u64>,
    /// CRC-32 of the plain bytes, if said.
    crc: Option<u32>,
    /// Where its local header lies.
    header: u64,
}

impl Entry {
    /// How it is encrypted by its flags (APPNOTE 4.4.4); AES shows only in the extra field.
    fn cipher_of(flags: u16, time: u16, crc: u32) -> Option<Cipher> {
        let [.., check] = if flags & 8 != 0 {
            time.to_le_bytes()
        } else {
            let [.., a, b] = crc.to_le_bytes();
            [a, b]
        };
        match flags & (1 | 1 << 6) {
            0 => None,
            1 => Some(Cipher::Traditional { check }),
            _ => Some(Cipher::Other),
        }
    }

    /// Whether it stands for a folder.
    fn is_folder(&self) -> bool {
        matches!(self.name.last(), Some(b'/' | b'\\')) && self.size.unwrap_or(0) == 0
    }

    /// Its coding, if it is one we read.
    fn codec(&self) -> Option<Codec> {
        Codec::of_zip(self.method)
    }
}

/// An entry and where its coded bytes lie.
#[derive(Debug)]
struct Placed {
    entry: Entry,
    /// From the first coded byte; `None` when there is no local header where the directory says.
    start: Option<u64>,
    /// How many coded bytes there are.
    len: u64,
    /// Whether there are fewer than the headers say.
    cut: bool,
    /// Whether its local header belongs to an entry before it.
    shared: bool,
}

impl Placed {
    /// Its coded bytes.
    fn bytes(&self, zip: &Arc<dyn ReadAt>) -> Option<Arc<dyn ReadAt>> {
        Some(Arc::new(Region::new(zip.clone(), self.start?, self.len)))
    }
}

/// What a zip holds.
#[derive(Debug, Default)]
struct Listing {
    /// In the order of the directory, then what only its local header told of.
    entries: Vec<Placed>,
    /// Why the directory did not do, if it did not.
    damage: Option<String>,
    /// Whether there are more entries than were wanted.
    more: bool,
}

/// Lists a zip, `limit` entries at most.
///
/// # Errors
/// When the bytes cannot be read.
fn list(zip: &Arc<dyn ReadAt>, limit: usize) -> io::Result<Listing> {
    let directory = directory::read(zip, limit)?;
    let mut listing = Listing {
        entries: Vec::new(),
        more: directory.more,
        damage: directory.damage,
    };
    let mut entries = directory.entries;
    if listing.damage.is_some() && !listing.more {
        let known: BTreeMap<u64, &Entry> = entries.iter().map(|entry| (entry.header, entry)).collect();
        let (found, more) = local::scan(zip, &known, limit.saturating_sub(entries.len()))?;
        listing.more = more;
        entries.extend(found);
    }
    listing.entries = place(zip, entries)?;
    Ok(listing)
}

/// Finds the coded bytes of each entry. Where entries lie over one another, each ends where the next begins:
/// no byte of the zip is unpacked twice, which is what overlapping bombs live on.
fn place(zip: &Arc<dyn ReadAt>, entries: Vec<Entry>) -> io::Result<Vec<Placed>> {
    let mut next_header: BTreeMap<u64, bool> = BTreeMap::new();
    let mut starts = Vec::with_capacity(entries.len());
    for entry in &entries {
        let start = local::data_start(zip.as_ref(), entry.header)?;
        if start.is_some() {
            next_header.insert(entry.header, false);
        }
        starts.push(start);
    }
    let mut placed = Vec::with_capacity(entries.len());
    for (entry, start) in entries.into_iter().zip(starts) {
        let Some(start) = start else {
            placed.push(Placed {
                entry,
                start: None,
                len: 0,
                cut: true,
                shared: false,
            });
            continue;
        };
        let shared = next_header.insert(entry.header, true) == Some(true);
        let after = entry.header.saturating_add(1);
        let wall = next_header
            .range(after..)
            .next()
            .map_or(zip.len(), |(header, _)| *header);
        let room = wall.saturating_sub(start);
        let len = entry.packed.unwrap_or(room).min(room);
        let cut = entry.packed.is_some_and(|packed| packed > room);
        placed.push(Placed {
            entry,
            start: Some(start),
            len,
            cut,
            shared,
        });
    }
    Ok(placed)
}
