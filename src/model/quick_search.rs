//! Literals that are searched for all at once by a searcher that is ready at once: an automaton takes longer to make than a small
//! bundle to read. Knows nothing of what the literals mean.
//!
//! The first few bytes of each literal are a number, and a bit is set for its hash; where a text has no such bit, no literal
//! begins. The others are few, and looked up.

use std::cmp::Ordering;
use std::ops::ControlFlow;

/// Bytes at the beginning of a literal by which it is found, at most.
const WINDOW: usize = 4;
/// Bits of the hash.
const HASH_BITS: u32 = 16;
/// Words that hold a bit for each hash.
const WORDS: usize = 1 << (HASH_BITS - u64::BITS.ilog2());

/// Finds literals; case of ASCII letters does not count.
#[derive(Debug, Clone)]
pub(crate) struct QuickSearch {
    /// Those that fill a window, and those that do not: a few short ones would make the beginnings of all others short, and short
    /// beginnings stand in every text.
    groups: Vec<Group>,
}

/// Where a literal stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hit {
    /// Its place among all literals.
    pub(crate) literal: usize,
    /// Its first byte.
    pub(crate) start: usize,
    /// The byte after its last.
    pub(crate) end: usize,
}

/// Words that are found in a text, each with what it stands for.
#[derive(Debug, Clone)]
pub(crate) struct Keyed<T> {
    search: QuickSearch,
    /// In the order of the keys.
    values: Vec<T>,
}

/// Literals that are found by as many bytes at their beginning.
#[derive(Debug, Clone)]
struct Group {
    /// What each literal begins with, as a number; sorted, as the literals are.
    beginnings: Vec<u32>,
    /// Where the bytes behind that end among those of all, and the place of the literal among all.
    rests: Vec<(usize, usize)>,
    /// What stands behind the beginnings, one after the other.
    bytes: Vec<u8>,
    /// How many bytes the beginning has.
    window: usize,
    /// A bit for each hash of a beginning.
    bits: Box<[u64; WORDS]>,
}

impl QuickSearch {
    /// Takes literals in lower case, sorted and none of them empty.
    pub(crate) fn new<'l>(literals: impl Iterator<Item = &'l [u8]>) -> Self {
        let (long, short): (Vec<_>, Vec<_>) = literals
            .enumerate()
            .partition(|(_, literal)| literal.len() >= WINDOW);
        let groups = [long, short].into_iter().filter(|group| !group.is_empty());
        Self {
            groups: groups.map(|group| Group::new(&group)).collect(),
        }
    }

    /// Hands on each place where a literal stands, in no order that means anything.
    pub(crate) fn each(&self, bytes: &[u8], mut found: impl FnMut(Hit)) {
        for group in &self.groups {
            let _ = group.each(bytes.iter().copied(), &mut |hit| {
                found(hit);
                ControlFlow::Continue(())
            });
        }
    }

    /// Of the literals in a text the one that ends first, the longest of those that end there.
    pub(crate) fn first(&self, bytes: &[u8]) -> Option<Hit> {
        let mut first: Option<Hit> = None;
        for group in &self.groups {
            let _ = group.each(bytes.iter().copied(), &mut |hit| {
                if first.is_some_and(|known| hit.start >= known.end) {
                    return ControlFlow::Break(());
                }
                if first.is_none_or(|known| (hit.end, hit.start) < (known.end, known.start)) {
                    first = Some(hit);
                }
                ControlFlow::Continue(())
            });
        }
        first
    }

    /// Whether any of the literals is there.
    pub(crate) fn is_in(&self, bytes: impl Iterator<Item = u8> + Clone) -> bool {
        let stands = |group: &Group| {
            group
                .each(bytes.clone(), &mut |_| ControlFlow::Break(()))
                .is_break()
        };
        self.groups.iter().any(stands)
    }
}

impl Group {
    fn new(literals: &[(usize, &[u8])]) -> Self {
        let shortest = literals.iter().map(|(_, literal)| literal.len()).min();
        let window = shortest.unwrap_or(WINDOW).clamp(1, WINDOW);
        let mut group = Self {
            beginnings: Vec::new(),
            rests: Vec::new(),
            bytes: Vec::new(),
            window,
            bits: Box::new([0; WORDS]),
        };
        for (index, literal) in literals {
            let (beginning, rest) = literal.split_at_checked(window).unwrap_or((literal, &[]));
            let number = beginning.iter().fold(0, |number, byte| push(number, *byte));
            group.beginnings.push(number);
            group.bytes.extend_from_slice(rest);
            group.rests.push((group.bytes.len(), *index));
            let (word, bit) = place(number);
            if let Some(word) = group.bits.get_mut(word) {
                *word |= bit;
            }
        }
        group
    }

    fn each(
        &self,
        mut bytes: impl Iterator<Item = u8> + Clone,
        hit: &mut impl FnMut(Hit) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let keep = u32::MAX >> (8 * WINDOW.saturating_sub(self.window));
        let mut number = 0;
        for _ in 1..self.window {
            match bytes.next() {
                Some(byte) => number = push(number, byte),
                None => return ControlFlow::Continue(()),
            }
        }
        let mut start = 0_usize;
        while let Some(byte) = bytes.next() {
            let here = start;
            start = start.saturating_add(1);
            number = push(number, byte) & keep;
            let (word, bit) = place(number);
            if self.bits.get(word).is_none_or(|word| word & bit == 0) {
                continue;
            }
            let first = self.beginnings.partition_point(|known| *known < number);
            let same = self
                .beginnings
                .iter()
                .skip(first)
                .take_while(|known| **known == number);
            for place in first..first.saturating_add(same.count()) {
                let Some((rest, index)) = self.rest(place) else {
                    continue;
                };
                let mut follows = bytes.clone().map(|byte| byte.to_ascii_lowercase());
                if rest.iter().all(|byte| follows.next() == Some(*byte)) {
                    hit(Hit {
                        literal: index,
                        start: here,
                        end: here.saturating_add(self.window).saturating_add(rest.len()),
                    })?;
                }
            }
        }
        ControlFlow::Continue(())
    }

    /// The bytes of a literal behind its beginning, and its place among all.
    fn rest(&self, place: usize) -> Option<(&[u8], usize)> {
        let &(end, index) = self.rests.get(place)?;
        let before = place.checked_sub(1).and_then(|before| self.rests.get(before));
        let start = before.map_or(0, |(end, _)| *end);
        Some((self.bytes.get(start..end)?, index))
    }
}

impl<T> Keyed<T> {
    /// Takes keys in lower case, none of them empty, with what each stands for.
    pub(crate) fn new<K: AsRef<str>>(pairs: impl IntoIterator<Item = (K, T)>) -> Self {
        let mut pairs: Vec<(K, T)> = pairs.into_iter().collect();
        pairs.sort_by(|a, b| in_order(a.0.as_ref(), b.0.as_ref()));
        Self {
            search: QuickSearch::new(pairs.iter().map(|(key, _)| key.as_ref().as_bytes())),
            values: pairs.into_iter().map(|(_, value)| value).collect(),
        }
    }

    /// Hands on what each key stands for wherever it stands in a text, in no order that means anything.
    pub(crate) fn each<'k>(&'k self, text: &str, mut found: impl FnMut(&'k T, Hit)) {
        self.search.each(text.as_bytes(), |hit| {
            if let Some(value) = self.values.get(hit.literal) {
                found(value, hit);
            }
        });
    }
}

/// The order of two texts: nearly always the first letters decide.
pub(crate) fn in_order(a: &str, b: &str) -> Ordering {
    let first = |text: &str| match text.as_bytes().first_chunk() {
        Some(bytes) => u64::from_be_bytes(*bytes),
        None => {
            let bytes = text.bytes().chain(std::iter::repeat(0)).take(8);
            bytes.fold(0, |number, byte| number << 8 | u64::from(byte))
        }
    };
    first(a).cmp(&first(b)).then_with(|| a.cmp(b))
}

const fn push(number: u32, byte: u8) -> u32 {
    number << 8 | byte.to_ascii_lowercase() as u32
}

/// Where the bit of a number stands.
const fn place(number: u32) -> (usize, u64) {
    let hash = number.wrapping_mul(0x9E37_79B1) >> (u32::BITS - HASH_BITS);
    ((hash >> 6) as usize, 1 << (hash & 63))
}

#[cfg(test)]
mod tests {
    use aho_corasick::AhoCorasickBuilder;
    use proptest::prelude::*;

    use super::*;

    fn found(literals: &[String], text: &[u8]) -> Vec<usize> {
        let search = QuickSearch::new(literals.iter().map(String::as_bytes));
        let mut found = Vec::new();
        search.each(text, |hit| {
            let stands = text.get(hit.start..hit.end).unwrap();
            assert!(stands.eq_ignore_ascii_case(literals.get(hit.literal).unwrap().as_bytes()));
            found.push(hit.literal);
        });
        assert_eq!(search.is_in(text.iter().copied()), !found.is_empty());
        found.sort_unstable();
        found
    }

    proptest! {
        #[test]
        fn finds_what_an_automaton_finds(
            literals in prop::collection::btree_set("[a-cé]{1,7}", 0..8),
            text in "[a-cA-Cé]{0,40}",
        ) {
            let literals: Vec<String> = literals.into_iter().collect();
            let automaton = AhoCorasickBuilder::new().ascii_case_insensitive(true).build(&literals).unwrap();
            let mut hits: Vec<usize> =
                automaton.find_overlapping_iter(&text).map(|hit| hit.pattern().as_usize()).collect();
            hits.sort_unstable();
            prop_assert_eq!(found(&literals, text.as_bytes()), hits);
        }
    }

    #[test]
    fn zeros_may_be_left_out() {
        let search = QuickSearch::new([&b"no such logon"[..]].into_iter());
        let text: Vec<u8> = "No Such Logon"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert!(!search.is_in(text.iter().copied()));
        assert!(search.is_in(text.iter().copied().filter(|byte| *byte != 0)));
    }

    #[test]
    fn the_order_of_texts_is_the_usual_one() {
        let texts = [
            "",
            "a",
            "a\0",
            "ab",
            "abcdefgh",
            "abcdefgha",
            "abcdefgi",
            "z",
            "\u{e4}",
            "\u{e4}bcdefgh",
        ];
        for a in texts {
            for b in texts {
                assert_eq!(in_order(a, b), a.cmp(b), "{a:?} {b:?}");
            }
        }
    }
}
