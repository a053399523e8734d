//! The letters of a text that was not made yet: most of those in logs can hold no secret, and that is told while they are
//! counted. Must not know what a secret looks like.

use super::hints::is_hinted;
use super::text::CLEAR_TEXT;

/// Bytes of a token that stands alone; fewer are none.
const TOKEN_BYTES: usize = 20;

/// Whether a text has a sign that a secret may stand behind.
pub(super) fn has_mark(text: &str) -> bool {
    text.bytes().any(|byte| mark(byte) & (MARK | WIDE) != 0)
}

/// What the letters of a text in UTF-16 are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::reader) struct Letters {
    count: usize,
    seen: u8,
}

impl Letters {
    /// Goes through a text, and leaves its letters in `narrow`, as far as they are ASCII.
    pub(in crate::reader) fn of(units: &[[u8; 2]], narrow: &mut Vec<u8>) -> Self {
        let mut seen = 0;
        narrow.clear();
        narrow.extend(units.iter().map(|[low, high]| {
            seen |= mark(*low | u8::from(*high != 0) << 7);
            *low
        }));
        Self {
            count: units.len(),
            seen,
        }
    }

    /// Whether there is a zero among them.
    pub(in crate::reader) const fn have_zero(self) -> bool {
        self.seen & ZERO != 0
    }

    /// Whether all of them are ASCII.
    pub(in crate::reader) const fn are_ascii(self) -> bool {
        self.seen & WIDE == 0
    }

    /// Whether all of them are printable ASCII, and none a quotation mark or a backslash.
    pub(in crate::reader) const fn are_plain(self) -> bool {
        self.seen & (WIDE | ZERO | QUOTED) == 0
    }

    /// Whether they hold no secret for sure, so that nobody need look at the words.
    pub(in crate::reader) const fn are_harmless(self) -> bool {
        let names_none = self.count < CLEAR_TEXT.len() || self.seen & LETTER == 0;
        self.seen & (MARK | WIDE) == 0 && names_none && (self.count < TOKEN_BYTES || self.seen & PATH != 0)
    }

    /// Whether the text, which is this, may hold a secret.
    pub(in crate::reader) fn may_hold(self, units: &[[u8; 2]], narrow: &[u8]) -> bool {
        if self.are_ascii() {
            return is_hinted(narrow);
        }
        let units: Vec<u16> = units.iter().map(|unit| u16::from_le_bytes(*unit)).collect();
        is_hinted(String::from_utf16_lossy(&units).as_bytes())
    }
}

/// A secret stands behind one of these.
const MARK: u8 = 1;
const ZERO: u8 = 2;
/// No ASCII.
const WIDE: u8 = 4;
/// The rarest letter of the longest of the names.
const LETTER: u8 = 8;
/// Of no token.
const PATH: u8 = 16;
/// No letter that stands for itself between quotation marks.
const QUOTED: u8 = 32;

const MARKS: [u8; 256] = {
    let mut marks = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        #[expect(clippy::indexing_slicing, reason = "counted while compiling: it is below 256")]
        {
            marks[byte] = match byte as u8 {
                0 => ZERO,
                b'\t' | b'\r' | b'\n' => MARK | QUOTED,
                b' ' | b':' | b'=' | b'>' => MARK,
                0x80.. => WIDE,
                b'w' | b'W' => LETTER,
                b'\\' => PATH | QUOTED,
                b'{' => PATH,
                ..0x20 | b'"' | 0x7F => QUOTED,
                _ => 0,
            };
        }
        byte += 1;
    }
    marks
};

const fn mark(byte: u8) -> u8 {
    #[expect(clippy::indexing_slicing, reason = "a byte is below 256")]
    MARKS[byte as usize]
}
