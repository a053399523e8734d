//! Literals and numbers that are searched for in the bytes of a record, before anything of it is decoded. Knows nothing of what they
//! mean, nor how records are made.
//!
//! Texts stand there in UTF-8, in a code page or in UTF-16. Without the zeros, the ASCII of all of them is the same bytes, so that is what is
//! searched.

use std::collections::{BTreeMap, BTreeSet};

mod words;

use words::{Finder, WINDOW, Words, begins_with, rarest};

use super::SMALLEST_TELLING_CODE;

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

/// Words of which one must stand beside a literal.
#[derive(Debug, Clone)]
struct Beside {
    /// Places among the companions, sorted.
    companions: Box<[usize]>,
    /// Those that are too short to be among them.
    short: Box<[Finder]>,
}

/// Finds out whether bytes hold a literal or a number; case of ASCII letters does not count.
#[derive(Debug, Clone)]
pub(crate) struct ByteSearch {
    literals: Words,
    /// For each literal what must stand in the same bytes; none where it tells enough by itself.
    needs: Vec<Option<Beside>>,
    /// What must stand beside literals. Many ask for the same, so all of them that stand in some bytes are found in one go, once
    /// one of the literals is there.
    companions: Words,
    /// Literals that have no window, in UTF-8 and in UTF-16, zeros and all: without them, they would be found by chance.
    short: Anchored<Box<[u8]>>,
    codes: Anchored<u32>,
}

impl ByteSearch {
    /// Takes literals, and numbers, of which those count that tell something wherever they stand.
    pub(crate) fn new(clues: impl Iterator<Item = Clue>, codes: &BTreeSet<u32>) -> Self {
        let (mut long, mut short) = (BTreeMap::<Vec<u8>, BTreeSet<Box<str>>>::new(), BTreeSet::new());
        for clue in clues {
            for spelling in spellings(&clue.literal) {
                if spelling.len() >= WINDOW && !spelling.contains(&0) {
                    long.entry(spelling).or_default().insert(clue.with.clone());
                } else if !spelling.is_empty() {
                    short.insert(spelling);
                }
            }
        }
        drop_told(&mut long);
        let is_companion = |word: &&str| word.len() >= WINDOW;
        let companions = long.values().flatten().map(|word| &**word);
        let companions: BTreeSet<&str> = companions.filter(is_companion).collect();
        let companions: Vec<&str> = companions.into_iter().collect();
        let beside = |with: &BTreeSet<Box<str>>| {
            let (companion, short): (Vec<&str>, Vec<&str>) =
                with.iter().map(|word| &**word).partition(is_companion);
            let places = companion
                .iter()
                .filter_map(|word| companions.binary_search(word).ok());
            let short = short.iter().filter_map(|word| Finder::new(word.as_bytes()));
            (!with.is_empty()).then(|| Beside {
                companions: places.collect(),
                short: short.collect(),
            })
        };
        let short = short.into_iter().flat_map(|spelling| {
            let at = rarest(&spelling);
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
            literals: Words::new(long.keys().map(Vec::as_slice)),
            needs: long.values().map(beside).collect(),
            companions: Words::new(companions.iter().map(|word| word.as_bytes())),
            short: Anchored::new(short),
            codes: Anchored::new(codes),
        }
    }

    /// Whether bytes hold one of the literals; `bare` is all of them but the zeros.
    pub(crate) fn is_said(&self, bytes: &[u8], bare: &[u8]) -> bool {
        let mut companions: Option<Vec<usize>> = None;
        let is_long = self.literals.any(bare, |literal| {
            let Some(beside) = self.needs.get(literal).and_then(Option::as_ref) else {
                return true;
            };
            let there = companions.get_or_insert_with(|| self.companions.all(bare));
            let mut there = there.iter();
            there.any(|word| beside.companions.binary_search(word).is_ok())
                || beside.short.iter().any(|word| word.is_in(bare))
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

/// Drops literals in which another one stands that tells enough by itself: it would be found there, too. What tells enough by itself
/// in one sentence needs no other word in the next.
fn drop_told(literals: &mut BTreeMap<Vec<u8>, BTreeSet<Box<str>>>) {
    let tells = |with: &BTreeSet<Box<str>>| with.iter().any(|word| word.is_empty());
    let telling = literals.iter().filter(|(_, with)| tells(with));
    let telling: Vec<Vec<u8>> = telling.map(|(literal, _)| literal.clone()).collect();
    let words = Words::new(telling.iter().map(Vec::as_slice));
    literals.retain(|literal, with| {
        if tells(with) {
            with.clear();
        }
        !words.any(literal, |place| telling.get(place) != Some(literal))
    });
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
        fn a_literal_counts_beside_one_of_its_companions(
            clues in prop::collection::btree_set(("[a-c]{1,6}", "[a-c]{0,5}"), 0..8),
            text in "[a-cA-C]{0,40}",
        ) {
            let clue = |(literal, with): &(String, String)| Clue {
                literal: literal.as_str().into(),
                with: with.as_str().into(),
            };
            let lower = text.to_ascii_lowercase();
            let is_there = clues.iter().any(|(literal, with)| {
                // What has no window tells by itself.
                lower.contains(literal) && (literal.len() < WINDOW || lower.contains(with))
            });
            let search = ByteSearch::new(clues.iter().map(clue), &BTreeSet::new());
            prop_assert_eq!(search.is_said(text.as_bytes(), text.as_bytes()), is_there);
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
