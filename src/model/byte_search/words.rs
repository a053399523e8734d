//! Many words found in one pass over bytes. Of each word four bytes set a bit; where a text has no such bit, no word stands. Knows nothing
//! of what words stand for.

use std::cmp::Reverse;

/// Bytes by which a literal is found.
pub(super) const WINDOW: usize = 4;
/// Bits of the hash of those.
const HASH_BITS: u32 = 17;
/// Words that hold a bit for each hash.
const WORDS: usize = 1 << (HASH_BITS - u64::BITS.ilog2());
/// What makes small letters of great ones; other bytes may become others, so whoever is found is compared.
const SMALL: u64 = 0x2020_2020_2020_2020;
/// Letters that are compared at once.
const EIGHT: usize = size_of::<u64>();
/// The letters of texts, the most frequent first.
const FREQUENT: &[u8] = b" eatinosrlcdmupfgyhbvw.";
/// How rare each byte is in texts.
const RARITY: [u8; 256] = {
    let mut all = [FREQUENT.len() as u8; 256];
    let mut place = 0;
    while place < FREQUENT.len() {
        all[FREQUENT[place] as usize] = place as u8;
        place += 1;
    }
    all
};

/// Words that are found by a window of theirs, in whatever case.
#[derive(Debug, Clone)]
pub(super) struct Words {
    bits: Box<[u64; WORDS]>,
    /// For each of these numbers how many bits are set before it.
    ranks: Vec<usize>,
    /// For each bit that is set, in their order, where the windows begin that set it; the end of all of them at last.
    starts: Vec<usize>,
    /// In the order of their bits.
    windows: Vec<Window>,
}

/// A window of a word.
#[derive(Debug, Clone)]
struct Window {
    /// Which bit it sets.
    hash: u32,
    /// The letters of the window and of what follows it in the word, up to eight, and which bits of them count.
    letters: u64,
    mask: u64,
    /// How many bytes of the word stand before it.
    before: usize,
    word: Box<[u8]>,
    /// Which word it is.
    place: usize,
}

impl Words {
    /// Takes words that are long enough to have a window. Each is found by the one that fewest of them have: what is in many words
    /// is in many texts, too, and all who share it would have to be compared there.
    pub(super) fn new<'w>(words: impl Iterator<Item = &'w [u8]> + Clone) -> Self {
        let mut counts = vec![0_u32; 1 << HASH_BITS];
        for window in words.clone().flat_map(|word| word.windows(WINDOW)) {
            if let Some(count) = counts.get_mut(hash(window) as usize) {
                *count += 1;
            }
        }
        let count = |window: &[u8]| counts.get(hash(window) as usize).copied().unwrap_or(1);
        let mut windows: Vec<Window> = words
            .enumerate()
            .map(|(place, word)| Window::new(place, word, count))
            .collect();
        windows.sort_by_key(|window| window.hash);
        let mut bits = Box::new([0_u64; WORDS]);
        let mut starts = Vec::new();
        let mut last = None;
        for (at, window) in windows.iter().enumerate() {
            if last != Some(window.hash) {
                starts.push(at);
                last = Some(window.hash);
            }
            let (word, bit) = place(window.hash);
            if let Some(word) = bits.get_mut(word) {
                *word |= bit;
            }
        }
        starts.push(windows.len());
        let mut count = 0;
        let ranks = bits.iter().map(|word| {
            let before = count;
            count += word.count_ones() as usize;
            before
        });
        Self {
            ranks: ranks.collect(),
            bits,
            starts,
            windows,
        }
    }

    /// Whether a word stands in bytes that counts, which `counts` says of its place.
    pub(super) fn any(&self, bytes: &[u8], mut counts: impl FnMut(usize) -> bool) -> bool {
        let mut windows = bytes.windows(WINDOW).enumerate();
        windows.any(|(at, window)| {
            let hash = hash(window);
            let (word, bit) = place(hash);
            let word = self.bits.get(word).copied().unwrap_or_default();
            word & bit != 0 && {
                let mut of = self.of(hash).iter();
                of.any(|window| window.is_of_word(bytes, at) && counts(window.place))
            }
        })
    }

    /// The places of all words that stand in bytes, some more than once.
    pub(super) fn all(&self, bytes: &[u8]) -> Vec<usize> {
        let mut all = Vec::new();
        self.any(bytes, |place| {
            all.push(place);
            false
        });
        all
    }

    /// The windows whose bit was found.
    #[cold]
    fn of(&self, hash: u32) -> &[Window] {
        let (word, bit) = place(hash);
        let before = self.bits.get(word).map_or(0, |word| word & (bit - 1));
        let rank = self
            .ranks
            .get(word)
            .map_or(0, |rank| rank + before.count_ones() as usize);
        let bounds = self.starts.get(rank).zip(self.starts.get(rank + 1));
        let windows = bounds.and_then(|(start, end)| self.windows.get(*start..*end));
        windows.unwrap_or_default()
    }
}

impl Window {
    /// The best window of a word; `count` says how many words have one.
    fn new(place: usize, word: &[u8], count: impl Fn(&[u8]) -> u32) -> Self {
        let windows = word.windows(WINDOW).enumerate();
        let best = windows.min_by_key(|(_, window)| (count(window).checked_ilog2(), Reverse(rarity(window))));
        let before = best.map_or(0, |(at, _)| at);
        let rest = word.get(before..).unwrap_or_default();
        let letters = rest.get(..rest.len().min(EIGHT)).unwrap_or_default();
        let mut eight = [0; EIGHT];
        for (place, letter) in eight.iter_mut().zip(letters) {
            *place = *letter;
        }
        Self {
            hash: hash(rest),
            letters: u64::from_le_bytes(eight) | SMALL,
            mask: u64::MAX >> (u64::BITS as usize - 8 * letters.len().max(1)),
            before,
            word: word.into(),
            place,
        }
    }

    /// Whether the word stands where its window was found.
    fn is_of_word(&self, bytes: &[u8], at: usize) -> bool {
        let eight = bytes.get(at..).and_then(<[u8]>::first_chunk);
        let is_near =
            eight.is_none_or(|eight| ((u64::from_le_bytes(*eight) | SMALL) ^ self.letters) & self.mask == 0);
        is_near && {
            let start = at.checked_sub(self.before);
            start.is_some_and(|start| begins_with(bytes.get(start..).unwrap_or_default(), &self.word))
        }
    }
}

/// Finds one word in whatever case, by its rarest letter.
#[derive(Debug, Clone)]
pub(super) struct Finder {
    word: Box<[u8]>,
    at: usize,
    letters: [u8; 2],
}

impl Finder {
    pub(super) fn new(word: &[u8]) -> Option<Self> {
        let at = rarest(word);
        let letter = word.get(at)?;
        Some(Self {
            word: word.into(),
            at,
            letters: [letter.to_ascii_lowercase(), letter.to_ascii_uppercase()],
        })
    }

    pub(super) fn is_in(&self, bytes: &[u8]) -> bool {
        let [small, great] = self.letters;
        memchr::memchr2_iter(small, great, bytes).any(|place| {
            let rest = place.checked_sub(self.at).and_then(|start| bytes.get(start..));
            rest.is_some_and(|rest| begins_with(rest, &self.word))
        })
    }
}

/// Which letter of a text is the rarest.
pub(super) fn rarest(text: &[u8]) -> usize {
    let best = text
        .chunks(1)
        .enumerate()
        .max_by_key(|(at, letter)| (rarity(letter), Reverse(*at)));
    best.map_or(0, |(at, _)| at)
}

/// How rare a piece of text is, by its letters.
fn rarity(piece: &[u8]) -> usize {
    let rarity = |byte: &u8| RARITY.get(usize::from(*byte)).copied().unwrap_or_default();
    piece.iter().map(|byte| usize::from(rarity(byte))).sum()
}

pub(super) fn begins_with(bytes: &[u8], literal: &[u8]) -> bool {
    let start = bytes.get(..literal.len());
    start.is_some_and(|start| start.eq_ignore_ascii_case(literal))
}

/// Which bit the window sets that bytes begin with.
fn hash(bytes: &[u8]) -> u32 {
    let window = bytes
        .first_chunk()
        .map_or(0, |window| u32::from_le_bytes(*window));
    (window | SMALL as u32).wrapping_mul(0x9E37_79B1) >> (u32::BITS - HASH_BITS)
}

/// Where a bit stands.
const fn place(hash: u32) -> (usize, u64) {
    ((hash >> 6) as usize, 1 << (hash & 63))
}
