//! Looks for codes and words that are of interest wherever they stand, in bytes that nobody has decoded. What it
//! finds is only a reason to decode a record; the decoded values decide.

use std::collections::BTreeSet;

use super::instance::{self, Values};
use super::value::{ARRAY, BIN_XML, STRING};
use super::wanted::telling_codes;
use crate::model::Interest;

/// Digits of a code by which its text is found.
const PREFIX: usize = 4;
/// Digits of the longest code.
const LONGEST: usize = 10;
/// How deep values are looked into. Windows makes two levels.
const DEEPEST: u32 = 3;

/// A bit for each number of 16 bits.
#[derive(Debug)]
struct Bits(Box<[u64; 1024]>);

impl Bits {
    fn new() -> Self {
        Self(Box::new([0; 1024]))
    }

    fn set(&mut self, number: u16) {
        if let Some(word) = self.0.get_mut(usize::from(number >> 6)) {
            *word |= 1 << (number & 63);
        }
    }

    fn has(&self, number: u16) -> bool {
        self.0
            .get(usize::from(number >> 6))
            .is_some_and(|word| word & 1 << (number & 63) != 0)
    }
}

/// Finds codes: as numbers of 32 bits, and as text.
#[derive(Debug)]
pub(super) struct Scanner {
    codes: Vec<u32>,
    /// The hashes of the codes.
    hashes: Bits,
    /// The texts in lower case, sorted.
    texts: Vec<Box<[u8]>>,
    /// What their first four digits are as a hexadecimal number, the decimal ones too.
    prefixes: Bits,
    /// Digits of the shortest text.
    shortest: usize,
}

impl Scanner {
    pub(super) fn new(interest: &Interest) -> Self {
        let codes: Vec<u32> = match interest.is_everything() {
            true => Vec::new(),
            false => telling_codes(interest).collect(),
        };
        let mut hashes = Bits::new();
        let mut texts: BTreeSet<Box<[u8]>> = BTreeSet::new();
        for &code in &codes {
            hashes.set(hash(code));
            texts.insert(format!("{code:08x}").into_bytes().into());
            texts.insert(code.to_string().into_bytes().into());
            if code >= 0x8000_0000 {
                texts.insert(code.cast_signed().unsigned_abs().to_string().into_bytes().into());
            }
        }
        let mut prefixes = Bits::new();
        for text in &texts {
            prefixes.set(
                text.iter()
                    .take(PREFIX)
                    .fold(0, |prefix, &byte| prefix << 4 | digit([byte, 0]).unwrap_or(0)),
            );
        }
        Self {
            codes,
            hashes,
            prefixes,
            shortest: texts.iter().map(|text| text.len()).min().unwrap_or(0).max(PREFIX),
            texts: texts.into_iter().collect(),
        }
    }

    /// Whether a text in UTF-16 holds a code. Every code has a digit where one of so many units is looked at as the
    /// shortest has digits, so the others are looked at only around a digit.
    fn is_in_text(&self, bytes: &[u8]) -> bool {
        let (units, _) = bytes.as_chunks::<2>();
        let step = self.shortest;
        let mut at = step.saturating_sub(1);
        while let Some(&unit) = units.get(at) {
            if digit(unit).is_none() {
                at = at.saturating_add(step);
                continue;
            }
            let (before, after) = units.split_at_checked(at).unwrap_or_default();
            let is_digit = |unit: &&[u8; 2]| digit(**unit).is_some();
            let start = at.saturating_sub(before.iter().rev().take_while(is_digit).count());
            let end = at.saturating_add(after.iter().take_while(is_digit).count());
            if self.is_in_digits(units.get(start..end).unwrap_or_default()) {
                return true;
            }
            at = end.saturating_add(step);
        }
        false
    }

    /// Whether a code begins anywhere in a run of digits.
    fn is_in_digits(&self, run: &[[u8; 2]]) -> bool {
        if run.len() < self.shortest {
            return false;
        }
        let mut prefix = 0_u16;
        for (place, &unit) in run.iter().enumerate() {
            prefix = prefix << 4 | digit(unit).unwrap_or(0);
            let Some(start) = place.checked_sub(PREFIX.saturating_sub(1)) else {
                continue;
            };
            if self.prefixes.has(prefix) && self.is_code(run.get(start..).unwrap_or_default()) {
                return true;
            }
        }
        false
    }

    /// Whether a run of digits begins with a code.
    fn is_code(&self, run: &[[u8; 2]]) -> bool {
        let mut digits = [0_u8; LONGEST];
        let mut count = 0;
        for (digit, [low, _]) in digits.iter_mut().zip(run) {
            *digit = low.to_ascii_lowercase();
            count += 1;
        }
        let digits = digits.get(..count).unwrap_or_default();
        // The only candidate besides an exact match is the greatest text below.
        let above = self.texts.partition_point(|text| **text <= *digits);
        self.texts
            .iter()
            .take(above)
            .rev()
            .take_while(|text| text.get(..PREFIX) == digits.get(..PREFIX))
            .any(|text| digits.starts_with(text))
    }

    /// Whether one of the values, or of the values in them, is a code as a number.
    fn is_in(&self, values: &Values<'_>, chunk: &[u8], depth: u32) -> bool {
        let mut at = values.start();
        values.descriptors().iter().any(|&[low, high, kind, _]| {
            let size = usize::from(u16::from_le_bytes([low, high]));
            let suspect = Suspect::new(kind, at, size);
            at = at.saturating_add(size);
            suspect.is_some_and(|suspect| self.is_code_in(suspect, 0, chunk, depth))
        })
    }

    /// Whether there are codes to be found.
    pub(super) const fn is_blind(&self) -> bool {
        self.codes.is_empty()
    }

    /// Whether one of these values, the first of which lies at `start`, is a code or holds one; `depth` is that of the payload.
    pub(super) fn is_among<'c>(
        &self,
        suspects: &mut Suspects<'c>,
        chunk: &'c [u8],
        start: usize,
        depth: u32,
    ) -> bool {
        suspects.0.iter_mut().any(|(suspect, harmless)| {
            let Suspect::Text(at, size) = *suspect else {
                return self.is_code_in(*suspect, start, chunk, depth);
            };
            let at = start.saturating_add(at);
            let Some(text) = chunk.get(at..at.saturating_add(size)) else {
                return true;
            };
            // Records say the same again and again.
            if *harmless == text {
                return false;
            }
            let holds = self.is_in_text(text);
            if !holds {
                *harmless = text;
            }
            holds
        })
    }

    fn is_code_in(&self, suspect: Suspect, start: usize, chunk: &[u8], depth: u32) -> bool {
        match suspect {
            Suspect::Word(at) => self.is_at(chunk, start.saturating_add(at)),
            Suspect::Long(at) => {
                let at = start.saturating_add(at);
                let high = chunk.get(at.saturating_add(4)..at.saturating_add(8));
                matches!(high, Some([0, 0, 0, 0] | [0xFF, 0xFF, 0xFF, 0xFF])) && self.is_at(chunk, at)
            }
            Suspect::Text(at, size) => {
                let at = start.saturating_add(at);
                let text = chunk.get(at..at.saturating_add(size));
                text.is_none_or(|bytes| self.is_in_text(bytes))
            }
            Suspect::Nested(at, size) => {
                let at = start.saturating_add(at);
                let end = at.saturating_add(size);
                let Some(at) = instance::begin(chunk, at, end) else {
                    // Content without a template may be anything.
                    return true;
                };
                match instance::read(chunk, at, end) {
                    Ok((_, values)) if depth < DEEPEST => self.is_in(&values, chunk, depth.saturating_add(1)),
                    _ => true,
                }
            }
            Suspect::Any => true,
        }
    }

    fn is_at(&self, chunk: &[u8], start: usize) -> bool {
        let Some(bytes) = chunk.get(start..).and_then(|rest| rest.first_chunk::<4>()) else {
            return false;
        };
        let code = u32::from_le_bytes(*bytes);
        self.hashes.has(hash(code)) && self.codes.binary_search(&code).is_ok()
    }
}

/// A value that may hold a code, by its place from the first value on.
#[derive(Debug, Clone, Copy)]
enum Suspect {
    /// A number of 32 bits.
    Word(usize),
    /// One of 64 bits: a code with zeros above, or with its sign extended.
    Long(usize),
    /// A text in UTF-16, and its size.
    Text(usize, usize),
    /// Binary XML, and its size.
    Nested(usize, usize),
    /// What is not looked into.
    Any,
}

impl Suspect {
    fn new(kind: u8, at: usize, size: usize) -> Option<Self> {
        Some(match (kind, size) {
            (0x07 | 0x08 | 0x10 | 0x14, 4) => Self::Word(at),
            (0x09 | 0x0A | 0x10 | 0x15, 8) => Self::Long(at),
            (STRING, size) if size > 0 => Self::Text(at, size),
            (BIN_XML, size) if size > 0 => Self::Nested(at, size),
            (0x02, size) if size > 0 => Self::Any,
            (kind, size) if kind & ARRAY != 0 && size > 0 => {
                return matches!(kind & !ARRAY, 0x02 | 0x07..=0x0A | 0x14 | 0x15).then_some(Self::Any);
            }
            _ => return None,
        })
    }
}

/// The values that may hold a code, each with the text without one that stood there last.
#[derive(Debug, Default)]
pub(super) struct Suspects<'c>(Vec<(Suspect, &'c [u8])>);

impl Suspects<'_> {
    /// Those among the values of a table.
    pub(super) fn list(&mut self, table: &[[u8; 4]]) {
        self.0.clear();
        let mut at = 0_usize;
        for &[low, high, kind, _] in table {
            let size = usize::from(u16::from_le_bytes([low, high]));
            let suspect = Suspect::new(kind, at, size);
            self.0.extend(suspect.map(|suspect| (suspect, &[] as &[u8])));
            at = at.saturating_add(size);
        }
    }
}

fn hash(code: u32) -> u16 {
    let [a, b, c, d] = code.to_le_bytes();
    u16::from_le_bytes([a, b]) ^ u16::from_le_bytes([c, d])
}

/// The digit, hexadecimal too, that a unit of UTF-16 is.
const fn digit([low, high]: [u8; 2]) -> Option<u16> {
    #[expect(
        clippy::indexing_slicing,
        reason = "counted while compiling: a byte is below 256"
    )]
    const DIGITS: [u8; 256] = {
        let mut digits = [0xFF; 256];
        let mut value = 0;
        while value < 16 {
            digits[b"0123456789abcdef"[value] as usize] = value as u8;
            digits[b"0123456789ABCDEF"[value] as usize] = value as u8;
            value += 1;
        }
        digits
    };
    #[expect(clippy::indexing_slicing, reason = "a byte is below 256")]
    let digit = DIGITS[low as usize];
    if high == 0 && digit < 16 {
        Some(digit as u16)
    } else {
        None
    }
}

/// Finds words in the values of a record.
#[derive(Debug)]
pub(super) struct Words<'i> {
    interest: &'i Interest,
}

impl<'i> Words<'i> {
    /// Words are looked for by their longest run of ASCII letters: bytes of text in UTF-16 are those of ASCII with
    /// zeros between. A word without such a run, in a script of its own, is not found here.
    pub(super) const fn new(interest: &'i Interest) -> Self {
        Self { interest }
    }

    /// Whether one of the words may occur in the content of a record.
    pub(super) fn occur_in(&self, content: &[u8]) -> bool {
        let squeezed = content.iter().copied().filter(|&byte| byte != 0);
        self.interest
            .ascii_words()
            .is_some_and(|words| words.is_in(squeezed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::EventFilter;

    fn interest() -> Interest {
        let codes = [0x8007_0520, 0xC000_006D, 131_085, 0x0004_1301, 5];
        let words = [
            "angemeldete Sitzung \u{fc}ber".to_owned(),
            "no such logon".to_owned(),
        ];
        Interest::new(EventFilter::Listed([].into()), words, codes, Vec::new()).unwrap()
    }

    fn utf16(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    #[test]
    fn codes_in_texts() {
        let scanner = Scanner::new(&interest());
        for text in [
            "0x80070520",
            "at 80070520.",
            "2147943712",
            "-2147023584",
            "C000006D",
            "c000006d",
            "00800080070520",
            "0xffffffffC000006d",
            "131085",
            "267009",
        ] {
            assert!(scanner.is_in_text(&utf16(text)), "{text}");
            let within = format!("The last of the sessions, {text}, failed");
            assert!(scanner.is_in_text(&utf16(&within)), "{within}");
        }
        for text in ["80070521", "8007052", "5", "C0000", "2147", "a 8007 0520 b", ""] {
            assert!(!scanner.is_in_text(&utf16(text)), "{text}");
        }
        // Wherever it stands.
        for lead in 0..40 {
            let text = format!("{}80070520{}", "x".repeat(lead), "y".repeat(lead % 7));
            assert!(scanner.is_in_text(&utf16(&text)), "{text}");
            let text = format!("{}80070520", "1".repeat(lead));
            assert!(scanner.is_in_text(&utf16(&text)), "{text}");
        }
    }

    #[test]
    fn words_by_their_ascii_part() {
        let interest = interest();
        let words = Words::new(&interest);
        assert!(words.occur_in(&utf16("There is No Such Logon session")));
        assert!(words.occur_in(&utf16("Die angemeldete Sitzung \u{fc}ber alles")));
        assert!(words.occur_in(b"no such logon"));
        assert!(!words.occur_in(&utf16("no such thing")));
    }
}
