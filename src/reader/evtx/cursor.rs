//! Checked little-endian reads. Knows no format.

use std::fmt;

/// A read past the end: what was wanted, where, how many bytes it needs and how many there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Short {
    pub(super) what: &'static str,
    pub(super) at: usize,
    pub(super) needed: usize,
    pub(super) had: usize,
}

impl fmt::Display for Short {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            what,
            at,
            needed,
            had,
        } = self;
        write!(f, "{what} at {at:#x} needs {needed} bytes, there are {had}")
    }
}

/// A position in bytes. Reads move it; a failed read does not.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    /// Starts at `at`, which may lie past the end: the first read then fails.
    pub(super) const fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at }
    }

    /// Where the next read starts.
    pub(super) const fn at(&self) -> usize {
        self.at
    }

    /// Moves to `at`.
    pub(super) const fn seek(&mut self, at: usize) {
        self.at = at;
    }

    /// The next byte, not taken; `None` at the end.
    pub(super) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// The next `count` bytes.
    pub(super) fn take(&mut self, count: usize, what: &'static str) -> Result<&'a [u8], Short> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let taken = rest.get(..count).ok_or(Short {
            what,
            at: self.at,
            needed: count,
            had: rest.len(),
        })?;
        self.at = self.at.saturating_add(count);
        Ok(taken)
    }

    /// The next `N` bytes.
    pub(super) fn array<const N: usize>(&mut self, what: &'static str) -> Result<[u8; N], Short> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let taken = rest.first_chunk::<N>().ok_or(Short {
            what,
            at: self.at,
            needed: N,
            had: rest.len(),
        })?;
        self.at = self.at.saturating_add(N);
        Ok(*taken)
    }

    pub(super) fn u8(&mut self, what: &'static str) -> Result<u8, Short> {
        self.array(what).map(u8::from_le_bytes)
    }

    pub(super) fn u16(&mut self, what: &'static str) -> Result<u16, Short> {
        self.array(what).map(u16::from_le_bytes)
    }

    pub(super) fn u32(&mut self, what: &'static str) -> Result<u32, Short> {
        self.array(what).map(u32::from_le_bytes)
    }

    pub(super) fn u64(&mut self, what: &'static str) -> Result<u64, Short> {
        self.array(what).map(u64::from_le_bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_read_says_what_where_needed_and_had() {
        let mut cursor = Cursor::new(&[1, 2, 3, 4, 5], 0);
        assert_eq!(cursor.u32("size"), Ok(0x0403_0201));
        let error = cursor.u16("flags").unwrap_err();
        assert_eq!(error.to_string(), "flags at 0x4 needs 2 bytes, there are 1");
        assert_eq!(cursor.u8("flags"), Ok(5));
        assert_eq!(cursor.peek(), None);
        assert!(Cursor::new(&[1], usize::MAX).u8("far").is_err());
        assert!(Cursor::new(&[1], 0).take(usize::MAX, "all").is_err());
    }
}
