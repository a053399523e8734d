//! Numbers and UTF-16 in little-endian bytes, where no cursor is at hand. Knows no format.

/// The 16 bits at `at`; `None` past the end.
pub(super) fn half(bytes: &[u8], at: usize) -> Option<u16> {
    let bytes = bytes.get(at..at.checked_add(2)?)?;
    Some(u16::from_le_bytes(bytes.try_into().ok()?))
}

/// The 32 bits at `at`; `None` past the end.
pub(super) fn word(bytes: &[u8], at: usize) -> Option<u32> {
    let bytes = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(bytes.try_into().ok()?))
}

/// The 64 bits at `at`; `None` past the end.
pub(super) fn long(bytes: &[u8], at: usize) -> Option<u64> {
    let bytes = bytes.get(at..at.checked_add(8)?)?;
    Some(u64::from_le_bytes(bytes.try_into().ok()?))
}

/// UTF-16 up to its end. A lone surrogate becomes the replacement character.
pub(super) fn wide(bytes: &[u8]) -> String {
    let units = bytes
        .chunks_exact(2)
        .map(|pair| u16::from_le_bytes(pair.try_into().unwrap_or_default()));
    char::decode_utf16(units)
        .map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

/// Text of one byte a character, or of UTF-16, as the registry stores its names and old exports their values.
pub(super) fn text(bytes: &[u8], narrow: bool) -> String {
    if narrow {
        return bytes.iter().map(|&byte| char::from(byte)).collect();
    }
    wide(bytes)
}
