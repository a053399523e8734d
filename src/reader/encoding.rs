//! How the text of an artifact is stored, told from its first bytes. Must not know formats.
//!
//! Windows tools write text as UTF-16 with a byte order mark (`reg export`, `secedit`, redirection in Windows
//! PowerShell), as UTF-8 with or without one, or in the code page of the machine. Pieces cut out of a UTF-16
//! file have no mark; they are told by the zero byte that every second byte of Latin text is.

use crate::model::Encoding;

/// How many of a hundred code units must have a zero half before bytes without a mark count as UTF-16.
/// Pure Latin text has 100; a Japanese log still has its blanks, digits, ids and line ends.
const ZERO_HALVES_PERCENT: usize = 30;

/// The encoding that the first bytes show, and the length of the byte order mark in bytes.
pub(crate) fn detect(head: &[u8]) -> (Encoding, usize) {
    if head.starts_with(&[0xEF, 0xBB, 0xBF]) {
        return (Encoding::Utf8, 3);
    }
    if head.starts_with(&[0xFF, 0xFE]) {
        return (Encoding::Utf16Le, 2);
    }
    if head.starts_with(&[0xFE, 0xFF]) {
        return (Encoding::Utf16Be, 2);
    }
    if let Some(encoding) = utf16_without_mark(head) {
        return (encoding, 0);
    }
    if is_utf8(head) {
        (Encoding::Utf8, 0)
    } else {
        (Encoding::Ansi, 0)
    }
}

/// Tells UTF-16 by which half of the code units is zero; text has next to no zero in the other half.
fn utf16_without_mark(head: &[u8]) -> Option<Encoding> {
    let units = head.len() / 2;
    if units < 4 {
        return None;
    }
    let (mut even, mut odd) = (0_usize, 0_usize);
    for pair in head.chunks_exact(2) {
        even += usize::from(pair.first() == Some(&0));
        odd += usize::from(pair.last() == Some(&0));
    }
    let many = |zeros: usize| zeros.saturating_mul(100) >= units.saturating_mul(ZERO_HALVES_PERCENT);
    let few = |zeros: usize| zeros.saturating_mul(100) <= units;
    if many(odd) && few(even) {
        Some(Encoding::Utf16Le)
    } else if many(even) && few(odd) {
        Some(Encoding::Utf16Be)
    } else {
        None
    }
}

/// Whether the bytes are UTF-8 but for a character that the end of the head may have cut.
///
/// One bad sequence in a thousand bytes is damage inside UTF-8, provided that there are good sequences.
fn is_utf8(head: &[u8]) -> bool {
    let (mut good, mut bad) = (0_usize, 0_usize);
    for chunk in head.utf8_chunks() {
        good += chunk.valid().bytes().filter(|&byte| byte >= 0xC0).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    let cut = usize::from(std::str::from_utf8(head).is_err_and(|error| error.error_len().is_none()));
    let bad = bad.saturating_sub(cut);
    bad == 0 || (good > bad && bad.saturating_mul(1000) <= head.len())
}

/// Decodes a whole piece of text, without its byte order mark. Damaged sequences become U+FFFD.
pub(crate) fn decode(bytes: &[u8], encoding: Encoding) -> String {
    let (text, _) = codec(encoding).decode_without_bom_handling(bytes);
    match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text.into_owned(),
    }
}

/// The decoder for an encoding.
pub(crate) fn codec(encoding: Encoding) -> &'static encoding_rs::Encoding {
    match encoding {
        Encoding::Utf8 => encoding_rs::UTF_8,
        Encoding::Utf16Le => encoding_rs::UTF_16LE,
        Encoding::Utf16Be => encoding_rs::UTF_16BE,
        Encoding::Ansi => encoding_rs::WINDOWS_1252,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str, big: bool) -> Vec<u8> {
        text.encode_utf16()
            .flat_map(|unit| {
                if big {
                    unit.to_be_bytes()
                } else {
                    unit.to_le_bytes()
                }
            })
            .collect()
    }

    #[test]
    fn every_encoding_is_told() {
        assert_eq!(detect(b"plain"), (Encoding::Utf8, 0));
        assert_eq!(detect(b"\xEF\xBB\xBFplain"), (Encoding::Utf8, 3));
        assert_eq!(detect("Ger\u{e4}t".as_bytes()), (Encoding::Utf8, 0));
        assert_eq!(detect(b"Ger\xE4t"), (Encoding::Ansi, 0));
        assert_eq!(detect(&utf16("\u{feff}Session 3", false)), (Encoding::Utf16Le, 2));
        assert_eq!(detect(&utf16("Session 3", false)), (Encoding::Utf16Le, 0));
        assert_eq!(detect(&utf16("Session 3", true)), (Encoding::Utf16Be, 0));
        let japanese = utf16("イベント ID: 101\r\nエラー値: 2147943645\r\n", false);
        assert_eq!(detect(&japanese), (Encoding::Utf16Le, 0));
        assert_eq!(detect(b""), (Encoding::Utf8, 0));
    }

    #[test]
    fn a_cut_character_is_not_damage() {
        let text = "Sitzung für Benutzer".as_bytes();
        let cut = text.iter().position(|&byte| byte == 0xC3).unwrap() + 1;
        assert_eq!(detect(&text[..cut]), (Encoding::Utf8, 0));
    }

    #[test]
    fn damage_in_long_utf8_keeps_it_utf8() {
        let mut text = "Anmeldung für Gerät geprüft. ".repeat(100).into_bytes();
        text.insert(1450, 0xFF);
        assert_eq!(detect(&text), (Encoding::Utf8, 0));
    }

    #[test]
    fn decoding_drops_the_mark() {
        assert_eq!(
            decode(&utf16("\u{feff}RPA-07", true), Encoding::Utf16Be),
            "RPA-07"
        );
        assert_eq!(decode(b"Ger\xE4t", Encoding::Ansi), "Gerät");
    }
}
