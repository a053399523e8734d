//! Literals and numbers that are searched for in the bytes of a record, before anything of it is decoded. Knows nothing of what they
//! mean, nor how records are made.
//!
//! Texts stand there in UTF-8, in a code page or in UTF-16. Without the zeros, the ASCII of all of them is the same bytes, so that is
//! what is searched. Of each literal the four bytes that are rarest in texts set a bit; where a text has no such bit, no literal stands.

use std::collections::BTreeSet;

use super::SMALLEST_TELLING_CODE;

/// Bytes by which a literal is found.
const WINDOW: usize = 4;
/// Bits of the hash of those.
const HASH_BITS: u32 = 17;
/// Words that hold a bit for each hash.
const WORDS: usize = 1 << (HASH_BITS - u64::BITS.ilog2());
/// What makes small letters of great ones; other bytes may become others, so whoever is found is compared.
const SMALL: u32 = 0x2020_2020;
/// The letters of texts, the most frequent first.
const FREQUENT: &[u8] = b" eatinosrlcdmupfgyhbvw.";

/// A literal in lower case, and what must stand in the same bytes if it is to count: a word of ordinary use says nothing by itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Clue {
    pub(crate) literal: Box<str>,
    /// In lower case, ASCII; empty where the literal alone tells enough.
    pub(crate) with: Box<str>,
}

impl Clue {
    /// A literal that tells enough.
    pub(crate) fn alone(literal: &str) -> Self {
        Self {
            literal: literal.into(),
            with: "".into(),
        }
    }
}

/// Finds out whether bytes hold a literal or a number; case of ASCII letters does not count.
#[derive(Debug, Clone)]
pub(crate) struct ByteSearch {
    bits: Box<[u64; WORDS]>,
    /// What is in the windows of the literals, as numbers and sorted.
    windows: Vec<u32>,
    /// For each window how many bytes stand before it, the whole literal, and what must stand in the same bytes.
    literals: Vec<(usize, Box<[u8]>, Option<Finder>)>,
    /// Literals that have no window, in UTF-8 and in UTF-16, zeros and all: without them, they would be found by chance.
    short: Anchored<Box<[u8]>>,
    codes: Anchored<u32>,
}

impl ByteSearch {
    /// Takes literals, and numbers, of which those count that tell something wherever they stand.
    pub(crate) fn new(clues: impl Iterator<Item = Clue>, codes: &BTreeSet<u32>) -> Self {
        let spell = |clue: Clue| {
            let spellings = spellings(&clue.literal).into_iter();
            spellings.map(move |spelling| (spelling, clue.with.clone()))
        };
        let spellings: BTreeSet<(Vec<u8>, Box<str>)> = clues.flat_map(spell).collect();
        let is_long = |(spelling, _): &(Vec<u8>, _)| spelling.len() >= WINDOW && !spelling.contains(&0);
        let (long, short): (Vec<_>, Vec<_>) = spellings
            .into_iter()
            .filter(|(spelling, _)| !spelling.is_empty())
            .partition(is_long);
        let long = long.into_iter();
        let mut entries: Vec<_> = long.map(|(literal, with)| (entry(literal), with)).collect();
        entries.sort_unstable();
        let mut bits = Box::new([0; WORDS]);
        for ((window, ..), _) in &entries {
            let (word, bit) = place(*window);
            if let Some(word) = bits.get_mut(word) {
                *word |= bit;
            }
        }
        let short = short.into_iter().flat_map(|(spelling, _)| {
            let at = rarest(spelling.windows(1));
            let small = spelling.get(at).copied().unwrap_or_default();
            let anchors = BTreeSet::from([small, small.to_ascii_uppercase()]);
            let spelling = spelling.into_boxed_slice();
            anchors
                .into_iter()
                .map(move |anchor| (anchor, at, spelling.clone()))
        });
        let codes = codes.iter().filter(|&&code| code >= SMALLEST_TELLING_CODE);
        let codes = codes.map(|&code| match code.to_le_bytes() {
            [.., third, 0] => (third, 2, code),
            [.., last] => (last, 3, code),
        });
        Self {
            bits,
            windows: entries.iter().map(|((window, ..), _)| *window).collect(),
            short: Anchored::new(short),
            codes: Anchored::new(codes),
            literals: entries
                .into_iter()
                .map(|((_, before, literal), with)| (before, literal, Finder::new(&with)))
                .collect(),
        }
    }

    /// Whether bytes hold one of the literals; `bare` is all of them but the zeros.
    pub(crate) fn is_said(&self, bytes: &[u8], bare: &[u8]) -> bool {
        let mut windows = bare.windows(WINDOW).enumerate();
        let is_long = windows.any(|(at, window)| {
            let number = number(window);
            let (word, bit) = place(number);
            self.bits.get(word).is_some_and(|word| word & bit != 0) && self.is_at(bare, at, number)
        });
        is_long
            || self
                .short
                .any(bytes, |found, literal| begins_with(found, literal))
    }

    /// Whether bytes hold one of the numbers.
    pub(crate) fn has_code(&self, bytes: &[u8]) -> bool {
        self.codes
            .any(bytes, |found, code| found.starts_with(&code.to_le_bytes()))
    }

    /// Whether one of the literals stands where this window of it was found.
    #[cold]
    fn is_at(&self, bytes: &[u8], at: usize, number: u32) -> bool {
        let first = self.windows.partition_point(|window| *window < number);
        let windows = self.windows.get(first..).unwrap_or_default().iter();
        let same = windows.zip(self.literals.get(first..).unwrap_or_default());
        same.take_while(|(window, _)| **window == number)
            .any(|(_, (before, literal, with))| {
                let start = at.checked_sub(*before);
                start.is_some_and(|start| begins_with(bytes.get(start..).unwrap_or_default(), literal))
                    && with.as_ref().is_none_or(|with| with.is_in(bytes))
            })
    }
}

/// Finds one word in whatever case, by its rarest letter.
#[derive(Debug, Clone)]
struct Finder {
    word: Box<[u8]>,
    at: usize,
    letters: [u8; 2],
}

impl Finder {
    fn new(word: &str) -> Option<Self> {
        let at = rarest(word.as_bytes().windows(1));
        let letter = word.as_bytes().get(at)?;
        Some(Self {
            word: word.as_bytes().into(),
            at,
            letters: [letter.to_ascii_lowercase(), letter.to_ascii_uppercase()],
        })
    }

    fn is_in(&self, bytes: &[u8]) -> bool {
        let [small, great] = self.letters;
        memchr::memchr2_iter(small, great, bytes).any(|place| {
            let rest = place.checked_sub(self.at).and_then(|start| bytes.get(start..));
            rest.is_some_and(|rest| begins_with(rest, &self.word))
        })
    }
}

/// Things that are found by one byte of theirs: a quick search for that byte comes first.
#[derive(Debug, Clone)]
struct Anchored<T> {
    anchors: Vec<u8>,
    /// For each byte the things that are found by it, and how many bytes stand before it.
    things: Vec<Vec<(usize, T)>>,
}

impl<T> Anchored<T> {
    fn new(things: impl Iterator<Item = (u8, usize, T)>) -> Self {
        let mut all: Vec<Vec<(usize, T)>> = std::iter::repeat_with(Vec::new).take(256).collect();
        for (anchor, before, thing) in things {
            if let Some(of_byte) = all.get_mut(usize::from(anchor)) {
                of_byte.push((before, thing));
            }
        }
        let anchors =
            (0..=u8::MAX).filter(|byte| all.get(usize::from(*byte)).is_some_and(|of| !of.is_empty()));
        Self {
            anchors: anchors.collect(),
            things: all,
        }
    }

    /// Whether one of the things is where its byte is; `is` gets all bytes from where it would begin.
    fn any(&self, bytes: &[u8], is: impl Fn(&[u8], &T) -> bool) -> bool {
        let is_at = |at: usize| {
            let byte = bytes.get(at).map_or(0, |byte| usize::from(*byte));
            let things = self.things.get(byte).into_iter().flatten();
            let mut things = things.filter_map(|(before, thing)| Some((at.checked_sub(*before)?, thing)));
            things.any(|(start, thing)| is(bytes.get(start..).unwrap_or_default(), thing))
        };
        self.anchors.chunks(3).any(|few| match *few {
            [one] => memchr::memchr_iter(one, bytes).any(is_at),
            [one, two] => memchr::memchr2_iter(one, two, bytes).any(is_at),
            [one, two, three] => memchr::memchr3_iter(one, two, three, bytes).any(is_at),
            _ => false,
        })
    }
}

/// The bytes of which one must stand where a literal does, in lower case: its longest run of ASCII, which is the same in every encoding,
/// or where that tells nothing the whole in UTF-8 and in UTF-16.
fn spellings(literal: &str) -> Vec<Vec<u8>> {
    let runs = literal.split(|letter: char| !letter.is_ascii());
    let run = runs.max_by_key(|run| run.len()).unwrap_or_default();
    if run.len() >= WINDOW {
        return vec![run.into()];
    }
    let mut wide: Vec<u8> = literal.encode_utf16().flat_map(u16::to_le_bytes).collect();
    if wide.iter().filter(|byte| **byte != 0).count() >= WINDOW {
        wide.retain(|byte| *byte != 0);
    }
    let spellings = [literal.as_bytes().to_vec(), wide];
    spellings.map(|bytes| bytes.to_ascii_lowercase()).into()
}

/// The window of a literal, how many bytes stand before it, and the literal.
fn entry(literal: Vec<u8>) -> (u32, usize, Box<[u8]>) {
    let at = rarest(literal.windows(WINDOW));
    let window = literal.get(at..).and_then(|rest| rest.get(..WINDOW));
    (number(window.unwrap_or_default()), at, literal.into())
}

/// Which of some pieces of text is the rarest, by its letters.
fn rarest<'b>(pieces: impl Iterator<Item = &'b [u8]>) -> usize {
    let rarity = |byte: &u8| memchr::memchr(*byte, FREQUENT).unwrap_or(FREQUENT.len());
    let ranks = pieces.map(|piece| piece.iter().map(rarity).sum::<usize>());
    let best = ranks
        .enumerate()
        .max_by_key(|(at, rank)| (*rank, usize::MAX - at));
    best.map_or(0, |(at, _)| at)
}

fn begins_with(bytes: &[u8], literal: &[u8]) -> bool {
    let start = bytes.get(..literal.len());
    start.is_some_and(|start| start.eq_ignore_ascii_case(literal))
}

fn number(window: &[u8]) -> u32 {
    window
        .try_into()
        .map_or(0, |bytes| u32::from_le_bytes(bytes) | SMALL)
}

/// Where the bit of a window stands.
const fn place(number: u32) -> (usize, u64) {
    let hash = number.wrapping_mul(0x9E37_79B1) >> (u32::BITS - HASH_BITS);
    ((hash >> 6) as usize, 1 << (hash & 63))
}

#[cfg(test)]
mod tests {
    use aho_corasick::AhoCorasickBuilder;
    use proptest::prelude::*;

    use super::*;

    fn search(literals: &[&str], codes: &[u32]) -> ByteSearch {
        ByteSearch::new(
            literals.iter().map(|word| Clue::alone(word)),
            &codes.iter().copied().collect(),
        )
    }

    proptest! {
        #[test]
        fn finds_what_an_automaton_finds(
            literals in prop::collection::btree_set("[a-c@/]{1,9}", 0..8),
            text in "[a-cA-C@/]{0,60}",
        ) {
            let literals: Vec<&str> = literals.iter().map(String::as_str).collect();
            let automaton = AhoCorasickBuilder::new().ascii_case_insensitive(true).build(&literals).unwrap();
            prop_assert_eq!(search(&literals, &[]).is_said(text.as_bytes(), text.as_bytes()), automaton.is_match(&text));
        }

        #[test]
        fn finds_numbers_wherever_they_stand(
            codes in prop::collection::btree_set(any::<u32>(), 0..40),
            before in prop::collection::vec(any::<u8>(), 0..9),
            code in any::<u32>(),
        ) {
            let codes: Vec<u32> = codes.into_iter().collect();
            let mut bytes = before;
            bytes.extend(codes.first().unwrap_or(&code).to_le_bytes());
            let is_there = bytes.windows(4).any(|bytes| {
                let code = u32::from_le_bytes(bytes.try_into().unwrap());
                code >= SMALLEST_TELLING_CODE && codes.contains(&code)
            });
            prop_assert_eq!(search(&[], &codes).has_code(&bytes), is_there);
        }
    }

    #[test]
    fn every_encoding_is_searched() {
        let search = search(
            &[
                "s\u{fc}\u{df}e nacht",
                "\u{30ed}\u{30b0}\u{30aa}\u{30f3}",
                "\u{3042}",
                "n\u{e9}",
                "@@",
                "/v:",
            ],
            &[],
        );
        let is_in = |text: &str| {
            let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let bare: Vec<u8> = wide.iter().copied().filter(|byte| *byte != 0).collect();
            [
                search.is_said(text.as_bytes(), text.as_bytes()),
                search.is_said(&wide, &bare),
            ]
        };
        for text in [
            "Eine S\u{fc}\u{df}e Nacht",
            "\u{30ed}\u{30b0}\u{30aa}\u{30f3}!",
            "\u{3042}",
            "n\u{e9}",
            "a@@b",
            "mstsc /V:x",
        ] {
            assert_eq!(is_in(text), [true; 2], "{text}");
        }
        for text in [
            "Eine s\u{fc}\u{df}e Macht",
            "\u{30b0}\u{30aa}\u{30f3}",
            "n\u{e0}",
            "a@b",
            "",
        ] {
            assert_eq!(is_in(text), [false; 2], "{text}");
        }
    }

    #[test]
    fn a_word_of_ordinary_use_needs_another() {
        let clue = |literal: &str, with: &str| Clue {
            literal: literal.into(),
            with: with.into(),
        };
        let clues = [
            clue("format", "handle"),
            clue("format", "disk"),
            Clue::alone("err(rdp)"),
        ];
        let search = ByteSearch::new(clues.into_iter(), &BTreeSet::new());
        let is_said = |text: &str| search.is_said(text.as_bytes(), text.as_bytes());
        assert!(
            is_said("The handle has a wrong FORMAT") && is_said("Format the Disk") && is_said("err(rdp):-7")
        );
        assert!(!is_said("format BGRA") && !is_said("the disk"));
    }
}
