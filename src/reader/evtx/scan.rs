//! Looks for codes and words that are of interest wherever they stand, in bytes that nobody has decoded. What it
//! finds is only a reason to decode a record; the decoded values decide.

use std::collections::BTreeSet;

use aho_corasick::{AhoCorasick, Input, Match, MatchKind, packed};

use super::instance::{self, Values};
use super::spell::token;
use super::value::{ARRAY, BIN_XML};
use super::wanted::telling_codes;
use crate::model::Interest;

/// Digits of a code by which its text is found; more would make more prefixes, fewer would find too much.
const PREFIX: usize = 4;
/// Digits of the longest code.
const LONGEST: usize = 10;
/// How deep values are looked into. Windows makes two levels.
const DEEPEST: u32 = 3;

/// Finds codes: as numbers of 32 bits, and as text.
#[derive(Debug)]
pub(super) struct Scanner {
    codes: Vec<u32>,
    /// A bit for each hash of a code.
    hashes: Box<[u64; 1024]>,
    /// The first digits of the texts, in UTF-16.
    prefixes: Prefixes,
    /// The texts in lower case, sorted.
    texts: Vec<Box<[u8]>>,
}

impl Scanner {
    pub(super) fn new(interest: &Interest) -> Self {
        let codes: Vec<u32> = match interest.is_everything() {
            true => Vec::new(),
            false => telling_codes(interest).collect(),
        };
        let mut hashes = Box::new([0_u64; 1024]);
        let mut texts = BTreeSet::new();
        for &code in &codes {
            let (word, bit) = place(code);
            if let Some(word) = hashes.get_mut(word) {
                *word |= bit;
            }
            texts.insert(format!("{code:08x}").into_bytes().into_boxed_slice());
            texts.insert(code.to_string().into_bytes().into_boxed_slice());
            if code >= 0x8000_0000 {
                texts.insert(code.cast_signed().unsigned_abs().to_string().into_bytes().into());
            }
        }
        let prefixes: BTreeSet<Vec<u8>> = texts.iter().flat_map(|text| spellings(text)).collect();
        Self {
            codes,
            hashes,
            prefixes: Prefixes::new(&prefixes),
            texts: texts.into_iter().collect(),
        }
    }

    /// The places in a chunk where the text of a code stands.
    pub(super) fn scan(&self, chunk: &[u8]) -> Hits {
        let mut places = Vec::new();
        let mut from = 0;
        while let Some(hit) = self.prefixes.find(chunk, from) {
            let start = hit.start();
            if self.is_code(chunk.get(start..).unwrap_or_default()) {
                places.push(start);
            }
            from = start.saturating_add(2);
        }
        Hits { places, next: 0 }
    }

    /// Whether UTF-16 text begins with a code.
    fn is_code(&self, bytes: &[u8]) -> bool {
        let (units, _) = bytes.as_chunks::<2>();
        let digits: Vec<u8> = units
            .iter()
            .take(LONGEST)
            .map(|[low, high]| if *high == 0 { low.to_ascii_lowercase() } else { 0 })
            .collect();
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
    pub(super) fn is_in(&self, values: &Values<'_>, chunk: &[u8], depth: u32) -> bool {
        if self.codes.is_empty() {
            return false;
        }
        values.iter().any(|slice| match (slice.kind, slice.size) {
            (0x07 | 0x08 | 0x10 | 0x14, 4) => self.is_at(chunk, slice.start),
            // As a code in 64 bits: with zeros above, or with its sign extended.
            (0x09 | 0x0A | 0x10 | 0x15, 8) => {
                let high = chunk.get(slice.start.saturating_add(4)..slice.start.saturating_add(8));
                matches!(high, Some([0, 0, 0, 0] | [0xFF, 0xFF, 0xFF, 0xFF]))
                    && self.is_at(chunk, slice.start)
            }
            (0x02, size) => size > 0,
            (BIN_XML, size) if size > 0 => {
                let end = slice.start.saturating_add(size.into());
                let at = match chunk.get(slice.start..end) {
                    Some([token::FRAGMENT, _, _, _, token::INSTANCE, ..]) => slice.start.saturating_add(4),
                    Some([token::INSTANCE, ..]) => slice.start,
                    // Content without a template is text.
                    _ => return false,
                };
                match instance::read(chunk, at, end) {
                    Ok((_, values)) if depth < DEEPEST => self.is_in(&values, chunk, depth.saturating_add(1)),
                    _ => true,
                }
            }
            (kind, size) => {
                kind & ARRAY != 0 && matches!(kind & !ARRAY, 0x02 | 0x07..=0x0A | 0x14 | 0x15) && size > 0
            }
        })
    }

    fn is_at(&self, chunk: &[u8], start: usize) -> bool {
        let Some(bytes) = chunk.get(start..).and_then(|rest| rest.first_chunk::<4>()) else {
            return false;
        };
        let code = u32::from_le_bytes(*bytes);
        let (word, bit) = place(code);
        self.hashes.get(word).is_some_and(|word| word & bit != 0) && self.codes.binary_search(&code).is_ok()
    }
}

/// Searches for the first digits of codes.
#[derive(Debug)]
enum Prefixes {
    /// With the vector instructions of the processor. The automaton by itself would look for its rarest byte first,
    /// and in UTF-16 that is the zero, which is everywhere: it is ten times slower.
    Packed(packed::Searcher),
    /// On other processors, and for more prefixes than fit.
    Automaton(AhoCorasick),
    /// There are none.
    None,
}

impl Prefixes {
    fn new(prefixes: &BTreeSet<Vec<u8>>) -> Self {
        if prefixes.is_empty() {
            return Self::None;
        }
        let mut builder = packed::Config::new()
            .match_kind(packed::MatchKind::LeftmostFirst)
            .builder();
        if let Some(searcher) = builder.extend(prefixes).build() {
            return Self::Packed(searcher);
        }
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostFirst)
            .prefilter(false)
            .build(prefixes);
        // It compiles for any set of codes that fits into memory.
        automaton.map_or(Self::None, Self::Automaton)
    }

    fn find(&self, chunk: &[u8], from: usize) -> Option<Match> {
        let span = from..chunk.len();
        if span.is_empty() {
            return None;
        }
        match self {
            Self::Packed(searcher) => searcher.find_in(chunk, span.into()),
            Self::Automaton(automaton) => automaton.find(Input::new(chunk).range(span)),
            Self::None => None,
        }
    }
}

/// The word and the bit of a code in the table of hashes.
fn place(code: u32) -> (usize, u64) {
    let hash = (code ^ (code >> 16)) & 0xFFFF;
    (usize::try_from(hash >> 6).unwrap_or(0), 1 << (hash & 63))
}

/// The first digits of a text in UTF-16, in both cases.
fn spellings(text: &[u8]) -> [Vec<u8>; 2] {
    let digits = text.get(..PREFIX).unwrap_or(text);
    [digits.to_ascii_lowercase(), digits.to_ascii_uppercase()]
        .map(|digits| digits.into_iter().flat_map(|digit| [digit, 0]).collect())
}

/// Places in a chunk, in order.
#[derive(Debug)]
pub(super) struct Hits {
    places: Vec<usize>,
    next: usize,
}

impl Hits {
    /// Whether there is one before `end` that was not asked for yet.
    pub(super) fn any_before(&mut self, end: usize) -> bool {
        let before = self.next;
        while self.places.get(self.next).is_some_and(|&place| place < end) {
            self.next = self.next.saturating_add(1);
        }
        self.next > before
    }
}

/// Finds words in the values of a record.
#[derive(Debug)]
pub(super) struct Words {
    words: Option<AhoCorasick>,
}

impl Words {
    /// Words are looked for by their longest run of ASCII letters: bytes of text in UTF-16 are those of ASCII with
    /// zeros between. A word without such a run, in a script of its own, is not found here.
    pub(super) fn new(interest: &Interest) -> Self {
        let runs: BTreeSet<&str> = interest
            .needles()
            .iter()
            .filter_map(|word| {
                word.split(|letter: char| !letter.is_ascii())
                    .max_by_key(|run| run.len())
            })
            .filter(|run| run.len() >= PREFIX)
            .collect();
        let words = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .build(&runs)
            .ok();
        Self {
            words: words.filter(|_| !runs.is_empty()),
        }
    }

    /// Whether one of the words may occur in the content of a record.
    pub(super) fn occur_in(&self, content: &[u8]) -> bool {
        let Some(words) = &self.words else {
            return false;
        };
        let squeezed: Vec<u8> = content.iter().copied().filter(|&byte| byte != 0).collect();
        words.is_match(&squeezed)
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
            let bytes = [&[7][..], &utf16(text)].concat();
            assert_eq!(scanner.scan(&bytes).places.len(), 1, "{text}");
        }
        for text in ["80070521", "8007052", "5", "C0000", "2147"] {
            assert!(scanner.scan(&utf16(text)).places.is_empty(), "{text}");
        }
    }

    #[test]
    fn hits_are_handed_out_once() {
        let mut hits = Hits {
            places: vec![5, 50],
            next: 0,
        };
        assert!(!hits.any_before(5));
        assert!(hits.any_before(40));
        assert!(!hits.any_before(50));
        assert!(hits.any_before(100));
        assert!(!hits.any_before(1000));
    }

    #[test]
    fn words_by_their_ascii_part() {
        let words = Words::new(&interest());
        assert!(words.occur_in(&utf16("There is No Such Logon session")));
        assert!(words.occur_in(&utf16("Die angemeldete Sitzung \u{fc}ber alles")));
        assert!(words.occur_in(b"no such logon"));
        assert!(!words.occur_in(&utf16("no such thing")));
    }
}
