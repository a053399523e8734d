//! Compressors for the buffers of traces: plain and short, not tight. They follow the descriptions of the formats, [MS-XCA],
//! and know nothing of how the product unpacks.

use std::collections::HashMap;

/// A piece of compressed data before it is written.
enum Item {
    Byte(u8),
    /// Distance and length.
    Match(usize, usize),
}

/// Splits bytes into literals and matches: each match begins where the same three bytes stood last.
fn items(plain: &[u8], farthest: usize, longest: impl Fn(usize) -> usize) -> Vec<Item> {
    let mut last: HashMap<[u8; 3], usize> = HashMap::new();
    let mut items = Vec::new();
    let mut at = 0;
    while at < plain.len() {
        let here = plain[at..].first_chunk::<3>().copied();
        let before = here.and_then(|three| last.insert(three, at));
        let found = before.filter(|before| at - before <= farthest).map(|before| {
            let most = longest(at).min(plain.len() - at);
            let same = (0..most)
                .take_while(|n| plain[before + n] == plain[at + n])
                .count();
            (at - before, same)
        });
        match found {
            Some((distance, length)) if length >= 3 => {
                items.push(Item::Match(distance, length));
                at += length;
            }
            _ => {
                items.push(Item::Byte(plain[at]));
                at += 1;
            }
        }
    }
    items
}

/// The bytes behind a match whose length, less three, does not fit `told`: a byte, then 16, then 32 bits.
fn long_length(rest: usize, told: usize, packed: &mut Vec<u8>) {
    let left = rest - told;
    if left < 255 {
        packed.push(left as u8);
    } else {
        packed.push(255);
        match u16::try_from(rest) {
            Ok(rest) if rest > 0 => packed.extend(rest.to_le_bytes()),
            _ => {
                packed.extend([0, 0]);
                packed.extend(u32::try_from(rest).unwrap().to_le_bytes());
            }
        }
    }
}

/// [MS-XCA] 2.3: plain LZ77.
pub fn xpress(plain: &[u8]) -> Vec<u8> {
    let mut packed = Vec::new();
    let (mut flags_at, mut flags, mut count) = (0, 0_u32, 32);
    let mut half: Option<usize> = None;
    for item in items(plain, 8192, |_| usize::MAX) {
        if count == 32 {
            if !packed.is_empty() {
                packed[flags_at..flags_at + 4].copy_from_slice(&u32::to_le_bytes(flags));
            }
            flags_at = packed.len();
            packed.extend([0; 4]);
            (flags, count) = (0, 0);
        }
        match item {
            Item::Byte(byte) => packed.push(byte),
            Item::Match(distance, length) => {
                flags |= 1 << (31 - count);
                let rest = length - 3;
                let token = (distance - 1) << 3 | rest.min(7);
                packed.extend(u16::try_from(token).unwrap().to_le_bytes());
                if rest >= 7 {
                    let nibble = (rest - 7).min(15) as u8;
                    match half.take() {
                        Some(at) => packed[at] |= nibble << 4,
                        None => {
                            half = Some(packed.len());
                            packed.push(nibble);
                        }
                    }
                    if rest >= 22 {
                        long_length(rest, 22, &mut packed);
                    }
                }
            }
        }
        count += 1;
    }
    // Flags that stand for nothing are ones.
    if count < 32 {
        flags |= u32::MAX >> count;
    }
    if packed.is_empty() {
        packed.extend([0; 4]);
    }
    packed[flags_at..flags_at + 4].copy_from_slice(&flags.to_le_bytes());
    packed
}

/// Bits in words of 16, two of which stand before any byte between them.
struct Bits {
    packed: Vec<u8>,
    /// Where the next two words go.
    words: [usize; 2],
    word: u32,
    count: u32,
}

impl Bits {
    fn new(mut packed: Vec<u8>) -> Self {
        let at = packed.len();
        packed.extend([0; 4]);
        Self {
            packed,
            words: [at, at + 2],
            word: 0,
            count: 0,
        }
    }

    fn put(&mut self, value: u32, count: u32) {
        for bit in (0..count).rev() {
            if self.count == 16 {
                self.flush();
                // A word is reserved once a full one is followed by another bit.
                self.words = [self.words[1], self.packed.len()];
                self.packed.extend([0; 2]);
            }
            self.word = self.word << 1 | (value >> bit & 1);
            self.count += 1;
        }
    }

    fn flush(&mut self) {
        let word = u16::try_from(self.word << (16 - self.count)).unwrap();
        let at = self.words[0];
        self.packed[at..at + 2].copy_from_slice(&word.to_le_bytes());
        (self.word, self.count) = (0, 0);
    }
}

/// [MS-XCA] 2.1: LZ77 and Huffman, with a code in which every symbol has nine bits.
pub fn huffman(plain: &[u8]) -> Vec<u8> {
    let mut packed = Vec::new();
    let mut done = 0;
    let mut items = items(plain, 65535, |_| usize::MAX).into_iter().peekable();
    loop {
        let end = done + (64 << 10);
        packed.extend([0x99; 256]);
        let mut bits = Bits::new(packed);
        while done < end
            && let Some(item) = items.next()
        {
            match item {
                Item::Byte(byte) => {
                    bits.put(u32::from(byte), 9);
                    done += 1;
                }
                Item::Match(distance, length) => {
                    done += length;
                    let rest = length - 3;
                    let width = distance.ilog2();
                    bits.put(256 + (width << 4) + rest.min(15) as u32, 9);
                    if rest >= 15 {
                        long_length(rest, 15, &mut bits.packed);
                    }
                    bits.put(distance as u32 - (1 << width), width);
                }
            }
        }
        let is_last = items.peek().is_none();
        if is_last {
            bits.put(256, 9);
        }
        if bits.count > 0 {
            bits.flush();
        }
        packed = bits.packed;
        if is_last {
            return packed;
        }
    }
}

/// [MS-XCA] 2.5: LZNT1, in chunks of 4 KiB.
pub fn lznt1(plain: &[u8]) -> Vec<u8> {
    let mut packed = Vec::new();
    for chunk in plain.chunks(4096) {
        let bits = |done: usize| {
            let mut length = 12;
            while done > 1 && (done - 1) >> (16 - length) > 0 {
                length -= 1;
            }
            length
        };
        let mut data = Vec::new();
        let mut done = 0;
        let items = items(chunk, 4096, |at| (1 << bits(at)) + 2);
        for group in items.chunks(8) {
            let flags_at = data.len();
            data.push(0);
            for (bit, item) in group.iter().enumerate() {
                match item {
                    Item::Byte(byte) => {
                        data.push(*byte);
                        done += 1;
                    }
                    Item::Match(distance, length) => {
                        data[flags_at] |= 1 << bit;
                        let token = (distance - 1) << bits(done) | (length - 3);
                        data.extend(u16::try_from(token).unwrap().to_le_bytes());
                        done += length;
                    }
                }
            }
        }
        let (mark, data) = if data.len() < chunk.len() {
            (0xB000, data)
        } else {
            (0x3000, chunk.to_vec())
        };
        packed.extend((mark | u16::try_from(data.len() - 1).unwrap()).to_le_bytes());
        packed.extend(data);
    }
    packed
}
