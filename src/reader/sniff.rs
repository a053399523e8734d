//! What an artifact is, told by its first bytes and never by its name. Must not read further.

use crate::model::Encoding;

use super::encoding;
use super::little_endian::word;

/// Bytes of an artifact that tell what it is.
pub(crate) const HEAD_BYTES: usize = 64 << 10;

/// The kinds that bytes alone tell, before any text reader is asked.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// No bytes, or nothing but zeros and blanks.
    Empty,
    /// A registry hive.
    Hive,
    /// A binary trace.
    Etl,
    /// Something else that is not text.
    Binary,
    /// Text.
    Text(Head),
}

/// The beginning of a text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Head {
    /// The text as far as it is known, without a byte order mark.
    pub(crate) text: String,
    /// How it is stored.
    pub(crate) encoding: Encoding,
}

/// Tells what begins with these bytes.
pub(crate) fn kind(head: &[u8]) -> Kind {
    if head.starts_with(b"regf") {
        return Kind::Hive;
    }
    let (encoding, mark) = encoding::detect(head);
    let body = head.get(mark..).unwrap_or_default();
    let narrow = matches!(encoding, Encoding::Utf8 | Encoding::Ansi);
    if narrow
        && body
            .iter()
            .all(|byte| matches!(byte, 0 | b' ' | b'\t' | b'\r' | b'\n'))
    {
        return Kind::Empty;
    }
    if is_etl(head) {
        return Kind::Etl;
    }
    if (narrow && is_binary(body)) || has_magic(head) {
        return Kind::Binary;
    }
    let text = encoding::decode(body, encoding);
    if !narrow && is_wide_binary(&text) {
        return Kind::Binary;
    }
    Kind::Text(Head { text, encoding })
}

/// Formats that a customer's folder holds besides logs and that could pass for text at their beginning.
fn has_magic(head: &[u8]) -> bool {
    const MAGIC: [&[u8]; 10] = [
        b"%PDF-",
        b"{\\rtf",
        b"MZ\x90",
        b"PK\x03\x04",
        b"\x89PNG",
        b"\xFF\xD8\xFF",
        b"GIF8",
        b"SQLite format 3\0",
        b"\x1F\x8B\x08",
        b"7z\xBC\xAF\x27\x1C",
    ];
    MAGIC.iter().any(|magic| head.starts_with(magic))
}

/// Whether one byte in twenty or more is a control character that no text has.
///
/// Zeros count less: a log whose writer was cut off by a power loss ends in a run of them, and some begin with one.
fn is_binary(body: &[u8]) -> bool {
    let (mut controls, mut zeros) = (0_usize, 0_usize);
    for &byte in body {
        zeros += usize::from(byte == 0);
        controls += usize::from(matches!(byte, 1..=6 | 14..=26 | 28..=31 | 127));
    }
    let text = body.len().saturating_sub(zeros);
    controls.saturating_mul(20) > text
        || (zeros > 0 && text.saturating_mul(10) < zeros)
        || (zeros.saturating_mul(4) > body.len() && !zeros_are_a_run(body, zeros))
}

/// Whether the zeros stand together, at the beginning or the end.
fn zeros_are_a_run(body: &[u8], zeros: usize) -> bool {
    let front = body.iter().take_while(|&&byte| byte == 0).count();
    let back = body.iter().rev().take_while(|&&byte| byte == 0).count();
    front.saturating_add(back).saturating_add(16) >= zeros
}

/// Whether what decodes as UTF-16 is not text: control characters, or characters of no script.
fn is_wide_binary(text: &str) -> bool {
    let (mut odd, mut all) = (0_usize, 0_usize);
    for c in text.chars() {
        all += 1;
        let control = c.is_control() && !matches!(c, '\t' | '\r' | '\n' | '\u{c}' | '\u{1b}');
        let private = matches!(u32::from(c), 0xE000..=0xF8FF | 0xFFF0..=0xFFFF);
        odd += usize::from(control || private);
    }
    odd.saturating_mul(20) > all
}

/// Types of records that a buffer can begin with: system, compact, performance and full headers of 32 and 64 bits,
/// instances, events, and messages of WPP.
const ETL_RECORDS: [u8; 15] = [
    1, 2, 3, 4, 0x0A, 0x0B, 0x0D, 0x0E, 0x0F, 0x10, 0x11, 0x12, 0x13, 0x14, 0x15,
];

/// Tells a binary trace by its first buffer: `WMI_BUFFER_HEADER` (72 bytes) with its size at 0 and the bytes filled
/// at 0x30, then a record whose header says its type in byte 2 and has the top bit of byte 3 set.
///
/// There is no magic number. Layout as in the `evntrace.h` and `wmistr.h` of the Windows SDK and as decoded on
/// traces of Windows 7 to 11.
fn is_etl(head: &[u8]) -> bool {
    let (Some(size), Some(filled)) = (word(head, 0), word(head, 0x30)) else {
        return false;
    };
    let record = |at: usize, set: &[u8]| head.get(at).is_some_and(|byte| set.contains(byte));
    let sizes = (512..=64 << 20).contains(&size) && (72..=64 << 20).contains(&filled) && size % 8 == 0;
    sizes && record(74, &ETL_RECORDS) && head.get(75).is_some_and(|byte| byte & 0x80 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_text(bytes: &[u8]) -> bool {
        matches!(kind(bytes), Kind::Text(_))
    }

    #[test]
    fn kinds_are_told_by_content() {
        assert_eq!(kind(b""), Kind::Empty);
        assert_eq!(kind(&[0; 4096]), Kind::Empty);
        assert_eq!(kind(b"\xEF\xBB\xBF\r\n"), Kind::Empty);
        assert_eq!(kind(b"regf\x01\0"), Kind::Hive);
        assert_eq!(kind(b"\x89PNG\r\n\x1a\n"), Kind::Binary);
        assert_eq!(kind(b"%PDF-1.7 text follows"), Kind::Binary);
        let noise: Vec<u8> = (0..4096_u32)
            .map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8)
            .collect();
        assert_eq!(kind(&noise), Kind::Binary);
        assert!(is_text(b"0xc0000192"));
        assert!(is_text("イベント ID: 101".as_bytes()));
    }

    #[test]
    fn zeros_at_the_end_leave_a_log_a_log() {
        let mut log = b"2026-05-04 08:00:00 started\r\n".repeat(20);
        log.extend_from_slice(&[0; 600]);
        assert!(is_text(&log));
    }

    #[test]
    fn a_trace_is_told_by_its_first_buffer() {
        let mut etl = vec![0_u8; 0x1000];
        etl[0..4].copy_from_slice(&0x1000_u32.to_le_bytes());
        etl[0x30..0x34].copy_from_slice(&0x800_u32.to_le_bytes());
        etl[72..76].copy_from_slice(&[2, 0, 2, 0xC0]);
        assert_eq!(kind(&etl), Kind::Etl);
        etl[75] = 0;
        assert_ne!(kind(&etl), Kind::Etl);
        etl.truncate(74);
        assert_ne!(kind(&etl), Kind::Etl);
    }
}
