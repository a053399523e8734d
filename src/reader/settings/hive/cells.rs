//! The cells of a registry hive: keys, lists of keys, values and their data. Must not know which of them matter.
//!
//! Source: the *Windows registry file format specification* of M. Suhanov, and hives of Windows 7 to 11. Offsets count
//! from the end of the base block; a cell begins with its size, negative while it is in use. All numbers are
//! little-endian.
//!
//! No number of the file is believed: a cell has to lie inside the file, a count is cut to what its cell can hold, and
//! the cells read are counted against a budget.

use std::sync::Arc;

use crate::reader::little_endian::{half, text, word};
use crate::source::{ReadAt, read_range};

/// Bytes of the base block, before the first cell.
pub(super) const BASE: u64 = 4096;
/// Pages read of one hive, at least one for each cell. The keys that matter and their neighbours are some thousands.
const PAGES: usize = 400_000;
/// Bytes of a page.
const PAGE: usize = 4096;
/// Bytes of one cell that are looked at: a list of 16,000 keys.
const CELL_BYTES: usize = 128 << 10;
/// Keys below one key that are looked at.
const SUBKEYS: usize = 50_000;
/// Bytes of one value that are looked at.
const VALUE_BYTES: usize = 16 << 10;
/// Data longer than this lies in several cells, from format 1.4 on.
const SEGMENT: usize = 16_344;
/// The fixed part of a key.
const KEY_BYTES: usize = 76;
/// The fixed part of a value.
const VALUE_HEAD: usize = 20;
/// Key names have up to 255 characters, names of values up to 16,383; those that matter are short.
const NAME_BYTES: usize = 1024;
/// No cell is meant.
const NONE: u32 = u32::MAX;

/// Why a cell was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Broken {
    /// What was needed.
    pub(super) what: &'static str,
    /// Where in the file.
    pub(super) at: u64,
}

type Result<T> = std::result::Result<T, Broken>;

/// The cells of one hive.
pub(super) struct Cells {
    bytes: Arc<dyn ReadAt>,
    left: usize,
}

/// A key.
#[derive(Debug, Clone)]
pub(super) struct Key {
    /// The name as it is written.
    pub(super) name: String,
    subkeys: (u32, u32),
    values: (u32, u32),
}

/// A value, without its data.
#[derive(Debug, Clone)]
pub(super) struct Value {
    /// The name; empty for the default value.
    pub(super) name: String,
    /// Where it is in the file.
    pub(super) at: u64,
    /// The type, as `REG_SZ` is 1.
    pub(super) kind: u32,
    size: u32,
    data: [u8; 4],
}

impl Cells {
    /// The cells in these bytes.
    pub(super) fn new(bytes: Arc<dyn ReadAt>) -> Self {
        Self { bytes, left: PAGES }
    }

    /// Whether the budget is used up.
    pub(super) const fn is_spent(&self) -> bool {
        self.left == 0
    }

    /// The content of the cell at `offset` or its first `limit` bytes, and where it is in the file.
    fn cell(&mut self, offset: u32, limit: usize) -> Result<(Vec<u8>, u64)> {
        let at = BASE.saturating_add(u64::from(offset));
        let broken = |what| Broken { what, at };
        if self.left == 0 {
            return Err(broken("more cells than are read of one hive"));
        }
        if offset == NONE || !offset.is_multiple_of(8) {
            return Err(broken("a reference that is no cell"));
        }
        let want = limit.min(CELL_BYTES).saturating_add(4);
        let mut bytes = read_range(&*self.bytes, at, want)
            .map_err(|_| broken("a cell that cannot be read from the disk"))?;
        self.left = self.left.saturating_sub(bytes.len().div_ceil(PAGE).max(1));
        let size = word(&bytes, 0).map(u32::cast_signed);
        let size = size.ok_or_else(|| broken("a cell past the end of the hive"))?;
        if size >= 0 {
            return Err(broken("a cell that is not in use"));
        }
        let inside = usize::try_from(size.unsigned_abs()).unwrap_or(usize::MAX);
        bytes.truncate(inside);
        bytes.drain(..bytes.len().min(4));
        Ok((bytes, at))
    }

    /// The key at `offset`.
    pub(super) fn key(&mut self, offset: u32) -> Result<Key> {
        let (bytes, at) = self.cell(offset, KEY_BYTES + NAME_BYTES)?;
        let broken = || Broken {
            what: "a key that does not read",
            at,
        };
        if bytes.get(..2) != Some(b"nk") {
            return Err(broken());
        }
        let numbers = || {
            Some((
                half(&bytes, 2)?,
                word(&bytes, 20)?,
                word(&bytes, 28)?,
                word(&bytes, 36)?,
                word(&bytes, 40)?,
                half(&bytes, 72)?,
            ))
        };
        let (flags, subkeys, subkey_list, values, value_list, name_length) = numbers().ok_or_else(broken)?;
        let name = bytes
            .get(KEY_BYTES..)
            .and_then(|rest| rest.get(..usize::from(name_length)))
            .ok_or_else(broken)?;
        Ok(Key {
            name: text(name, flags & 0x20 != 0),
            subkeys: (subkeys, subkey_list),
            values: (values, value_list),
        })
    }

    /// Where the keys below a key are, as far as their lists read; what does not goes to `broken`.
    pub(super) fn subkeys(&mut self, key: &Key, broken: &mut Vec<Broken>) -> Vec<u32> {
        let (count, list) = key.subkeys;
        let limit = usize::try_from(count).unwrap_or(usize::MAX).min(SUBKEYS);
        let mut found = Vec::new();
        if count == 0 || list == NONE {
            return found;
        }
        // An index root names lists and nothing else, so two levels are all there are.
        match self.list(list) {
            Ok(List::Keys(keys)) => found = keys,
            Ok(List::Lists(lists)) => {
                for list in lists {
                    if found.len() >= limit || self.is_spent() {
                        break;
                    }
                    match self.list(list) {
                        Ok(List::Keys(keys)) => found.extend(keys),
                        Ok(List::Lists(_)) => broken.push(Broken {
                            what: "a list of lists of keys in another",
                            at: BASE.saturating_add(u64::from(list)),
                        }),
                        Err(error) => broken.push(error),
                    }
                }
            }
            Err(error) => broken.push(error),
        }
        found.truncate(limit);
        found
    }

    fn list(&mut self, offset: u32) -> Result<List> {
        let (bytes, at) = self.cell(offset, CELL_BYTES)?;
        let broken = || Broken {
            what: "a list of keys that does not read",
            at,
        };
        let count = half(&bytes, 2).ok_or_else(broken)?;
        let rest = bytes.get(4..).unwrap_or_default();
        let every = |step: usize| -> Vec<u32> {
            rest.chunks_exact(step)
                .take(usize::from(count))
                .filter_map(|element| word(element, 0))
                .collect()
        };
        match bytes.get(..2) {
            Some(b"lf" | b"lh") => Ok(List::Keys(every(8))),
            Some(b"li") => Ok(List::Keys(every(4))),
            Some(b"ri") => Ok(List::Lists(every(4))),
            _ => Err(broken()),
        }
    }

    /// The values of a key, without their data.
    pub(super) fn values(&mut self, key: &Key, broken: &mut Vec<Broken>) -> Vec<Value> {
        let (count, list) = key.values;
        if count == 0 || list == NONE {
            return Vec::new();
        }
        let offsets = match self.cell(list, CELL_BYTES) {
            Ok((bytes, _)) => bytes,
            Err(error) => {
                broken.push(error);
                return Vec::new();
            }
        };
        let limit = usize::try_from(count).unwrap_or(usize::MAX);
        let mut values = Vec::new();
        for element in offsets.chunks_exact(4).take(limit) {
            let Some(offset) = word(element, 0) else { break };
            match self.value(offset) {
                Ok(value) => values.push(value),
                Err(error) => broken.push(error),
            }
            if self.is_spent() {
                break;
            }
        }
        values
    }

    fn value(&mut self, offset: u32) -> Result<Value> {
        let (bytes, at) = self.cell(offset, VALUE_HEAD + NAME_BYTES)?;
        let broken = || Broken {
            what: "a value that does not read",
            at,
        };
        if bytes.get(..2) != Some(b"vk") {
            return Err(broken());
        }
        let numbers = || {
            let data: [u8; 4] = bytes.get(8..12)?.try_into().ok()?;
            Some((
                half(&bytes, 2)?,
                word(&bytes, 4)?,
                data,
                word(&bytes, 12)?,
                half(&bytes, 16)?,
            ))
        };
        let (name_length, size, data, kind, flags) = numbers().ok_or_else(broken)?;
        let name = bytes.get(VALUE_HEAD..).unwrap_or_default();
        let name = name.get(..usize::from(name_length)).unwrap_or(name);
        Ok(Value {
            name: text(name, flags & 1 != 0),
            at,
            kind,
            size,
            data,
        })
    }

    /// The data of a value, at most [`VALUE_BYTES`] of it.
    pub(super) fn data(&mut self, value: &Value) -> Result<Vec<u8>> {
        let size = usize::try_from(value.size & 0x7FFF_FFFF).unwrap_or(usize::MAX);
        if value.size & 0x8000_0000 != 0 {
            // Up to four bytes stand in the place of the reference.
            return Ok(value.data.get(..size.min(4)).unwrap_or_default().to_vec());
        }
        if size == 0 {
            return Ok(Vec::new());
        }
        let offset = u32::from_le_bytes(value.data);
        let (mut bytes, at) = self.cell(offset, size.min(VALUE_BYTES))?;
        if size > SEGMENT && bytes.get(..2) == Some(b"db") {
            return self.segments(&bytes, at);
        }
        if bytes.len() < size.min(VALUE_BYTES) {
            return Err(Broken {
                what: "data that is shorter than its value says",
                at,
            });
        }
        bytes.truncate(size);
        Ok(bytes)
    }

    /// The first segment of data that lies in several: the budget of a value is no larger.
    fn segments(&mut self, head: &[u8], at: u64) -> Result<Vec<u8>> {
        let broken = || Broken {
            what: "a list of segments that does not read",
            at,
        };
        let list = word(head, 4).ok_or_else(broken)?;
        let (list, _) = self.cell(list, 4)?;
        let first = word(&list, 0).ok_or_else(broken)?;
        let (bytes, _) = self.cell(first, VALUE_BYTES.min(SEGMENT))?;
        Ok(bytes)
    }
}

/// What a list of keys holds.
enum List {
    Keys(Vec<u32>),
    Lists(Vec<u32>),
}
