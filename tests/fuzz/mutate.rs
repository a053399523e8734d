//! Seeds to hostile input: what a broken disk, a cut upload and a stranger with a hex editor do to a file.

/// Numbers that look like chance and follow from the seed alone.
#[derive(Debug, Clone)]
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// SplitMix64: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Below `end`, which counts as one when it is none.
    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    pub fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    pub fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }
}

/// Numbers at which counts, lengths and offsets break.
const EDGES: [u64; 18] = [
    0,
    1,
    2,
    7,
    8,
    0x7f,
    0x80,
    0xff,
    0x100,
    0x7fff,
    0x8000,
    0xffff,
    0x1_0000,
    0x7fff_ffff,
    0x8000_0000,
    0xffff_ffff,
    0x1_0000_0000,
    u64::MAX,
];

/// Text that means something to somebody.
const WORDS: [&[u8]; 44] = [
    b"\"",
    b"'",
    b"\\",
    b"\n",
    b"\r\n",
    b"\0",
    b"\t",
    b"<",
    b">",
    b"</",
    b"/>",
    b"&",
    b"&#x0;",
    b"&amp;",
    b"<![CDATA[",
    b"]]>",
    b"<!--",
    b"<?xml version=\"1.0\" encoding=\"UTF-16\"?>",
    b"<!DOCTYPE a [<!ENTITY b \"c\">]>",
    b"{",
    b"}",
    b"[",
    b"]",
    b":",
    b",",
    b";",
    b"=",
    b"\xff",
    b"\xfe\xff",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xd8\x00",
    b"\xf0\x9f\x92\xa5",
    b"\xe2\x80\xae",
    b"\x1b[2J",
    b"99999999999999999999",
    b"-9223372036854775808",
    b"0x80070520",
    b"2147943726",
    b"1601-01-01T00:00:00Z",
    b"9999-12-31T23:59:60.9999999+23:59",
    b"HKEY_LOCAL_MACHINE\\",
    b"hex(7):",
    b"S-1-5-21-1-2-3-500",
];

/// One to eight changes to `seed`, with parts of `other` mixed in; the first `keep` bytes stay, so that the input is
/// still taken for what it was. Never longer than `limit`.
pub fn mutate(chance: &mut Chance, seed: &[u8], other: &[u8], keep: usize, limit: usize) -> Vec<u8> {
    if chance.one_in(64) {
        let len = chance.below(600);
        return (0..len).map(|_| chance.next() as u8).collect();
    }
    let mut bytes = seed.to_vec();
    let keep = if chance.one_in(4) {
        0
    } else {
        keep.min(bytes.len())
    };
    let most = *chance.pick(&[6, 6, 6, 40]);
    let steps = 1 + chance.below(most);
    for _ in 0..steps {
        step(chance, &mut bytes, other, keep);
        bytes.truncate(limit);
    }
    bytes
}

/// Where a change happens; now and then near one of the last, because fields lie side by side.
fn place(chance: &mut Chance, len: usize, keep: usize) -> usize {
    if len <= keep {
        return len;
    }
    let room = len - keep;
    // heads are denser in meaning than tails
    let room = if chance.one_in(2) { room.min(512) } else { room };
    keep + chance.below(room)
}

fn step(chance: &mut Chance, bytes: &mut Vec<u8>, other: &[u8], keep: usize) {
    let at = place(chance, bytes.len(), keep);
    let span = |chance: &mut Chance, most: usize| {
        let bound = *chance.pick(&[4, 16, 64, 512, 8192]);
        (1 + chance.below(bound)).min(most)
    };
    let left = bytes.len() - at;
    match chance.below(11) {
        0 => bytes
            .iter_mut()
            .skip(at)
            .take(1)
            .for_each(|byte| *byte ^= 1 << chance.below(8)),
        1 => bytes
            .iter_mut()
            .skip(at)
            .take(1)
            .for_each(|byte| *byte = chance.next() as u8),
        2 => number(chance, bytes, at),
        3 => {
            let word = *chance.pick(&WORDS);
            bytes.splice(at..at, word.iter().copied());
        }
        4 => {
            let word = *chance.pick(&WORDS);
            let end = at + word.len().min(left);
            bytes.splice(at..end, word.iter().copied());
        }
        5 if left > 0 => drop(bytes.drain(at..at + span(chance, left))),
        6 if left > 0 => {
            let part = bytes[at..at + span(chance, left)].to_vec();
            let times = *chance.pick(&[1, 1, 2, 8, 64]);
            let to = place(chance, bytes.len(), keep);
            bytes.splice(to..to, part.repeat(times));
        }
        7 if !other.is_empty() => {
            let from = chance.below(other.len());
            let part = &other[from..from + span(chance, other.len() - from)];
            let end = if chance.one_in(2) {
                at
            } else {
                at + part.len().min(left)
            };
            bytes.splice(at..end, part.iter().copied());
        }
        8 if left > 0 && chance.one_in(3) => bytes.truncate(at),
        9 if left > 0 => {
            // a field of one place in another: offsets that point at themselves, sizes of other things
            let width = (*chance.pick(&[1, 2, 4, 8])).min(left);
            let field = bytes[at..at + width].to_vec();
            let to = place(chance, bytes.len() - width + 1, keep).min(bytes.len() - width);
            bytes[to..to + width].copy_from_slice(&field);
        }
        _ => number(chance, bytes, at),
    }
}

/// Puts a number where one may be: an edge, an offset into the input, or the old one give or take a little.
fn number(chance: &mut Chance, bytes: &mut [u8], at: usize) {
    let at = if chance.one_in(2) { at & !3 } else { at };
    let width = *chance.pick(&[1, 2, 2, 4, 4, 4, 8]);
    let len = bytes.len() as u64;
    let Some(field) = bytes.get_mut(at..at + width) else {
        return;
    };
    let mut old = [0; 8];
    old[..width].copy_from_slice(field);
    let old = u64::from_le_bytes(old);
    let new = match chance.below(4) {
        0 => *chance.pick(&EDGES),
        1 => chance.next() % len.max(1),
        2 => old.wrapping_add(chance.next() % 33).wrapping_sub(16),
        _ => len.wrapping_add(chance.next() % 5).wrapping_sub(2),
    };
    let mut new = new.to_le_bytes();
    if chance.one_in(6) {
        new[..width].reverse();
    }
    field.copy_from_slice(&new[..width]);
}
