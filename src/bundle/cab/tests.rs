//! Cabinets written here: every packing, blocks across members, lies and flipped bits.

use std::io::Read;

use super::super::{Bundle, open_memory};
use crate::Limits;
use crate::model::ProblemKind;

/// One block: packed bytes and how many plain ones they stand for.
type Block = (Vec<u8>, u16);

fn checksum(bytes: &[u8]) -> u32 {
    let mut sum = 0_u32;
    for word in bytes.chunks(4) {
        sum ^= match *word {
            [a, b, c, d] => u32::from_le_bytes([a, b, c, d]),
            [a, b, c] => u32::from_be_bytes([0, a, b, c]),
            [a, b] => u32::from_be_bytes([0, 0, a, b]),
            [a] => u32::from(a),
            _ => 0,
        };
    }
    sum
}

fn cabinet(packing: u16, members: &[(&str, &[u8])], blocks: &[Block]) -> Vec<u8> {
    let mut listed = Vec::new();
    let mut start = 0_u32;
    for (name, bytes) in members {
        listed.extend((bytes.len() as u32).to_le_bytes());
        listed.extend(start.to_le_bytes());
        listed.extend([0; 8]);
        listed.extend(name.as_bytes());
        listed.push(0);
        start += bytes.len() as u32;
    }
    let data_start = 36 + 8 + listed.len() as u32;
    let mut out = b"MSCF\0\0\0\0".to_vec();
    out.extend([0; 8]);
    out.extend(44_u32.to_le_bytes());
    out.extend([0, 0, 0, 0, 3, 1, 1, 0]);
    out.extend((members.len() as u16).to_le_bytes());
    out.extend([0; 6]);
    out.extend(data_start.to_le_bytes());
    out.extend((blocks.len() as u16).to_le_bytes());
    out.extend(packing.to_le_bytes());
    out.extend(listed);
    for (packed, plain) in blocks {
        let sizes = [(packed.len() as u16).to_le_bytes(), plain.to_le_bytes()].concat();
        let sum = checksum(packed) ^ checksum(&sizes);
        out.extend(sum.to_le_bytes());
        out.extend(sizes);
        out.extend(packed);
    }
    out
}

fn mszip(plain: &[u8]) -> Vec<Block> {
    let mut compress = flate2::Compress::new(flate2::Compression::new(6), false);
    let mut blocks = Vec::new();
    let mut before: &[u8] = &[];
    for chunk in plain.chunks(32 << 10) {
        compress.reset();
        if !before.is_empty() {
            compress.set_dictionary(before).unwrap();
        }
        let mut packed = Vec::with_capacity(40 << 10);
        let finish = flate2::FlushCompress::Finish;
        compress.compress_vec(chunk, &mut packed, finish).unwrap();
        blocks.push(([b"CK", packed.as_slice()].concat(), chunk.len() as u16));
        before = chunk;
    }
    blocks
}

/// Writes bits as LZX wants them.
#[derive(Default)]
struct Bits {
    out: Vec<u8>,
    held: u64,
    count: u32,
}

impl Bits {
    fn put(&mut self, value: u32, bits: u32) {
        self.held = self.held << bits | u64::from(value);
        self.count += bits;
        while self.count >= 16 {
            self.count -= 16;
            self.out.extend(((self.held >> self.count) as u16).to_le_bytes());
        }
    }

    fn align(&mut self) {
        if self.count > 0 {
            self.put(0, 16 - self.count);
        }
    }
}

/// A packer for windows of 32 KiB with one fixed code: the first symbols of a tree have words of `short` bits, the
/// others of one more.
struct Packer {
    bits: Bits,
    plain: Vec<u8>,
    last: [usize; 1],
}

fn put_symbol(bits: &mut Bits, symbol: u32, short: u32, count: u32) {
    if symbol < count {
        bits.put(symbol, short);
    } else {
        bits.put(count * 2 + (symbol - count), short + 1);
    }
}

fn put_lengths(bits: &mut Bits, symbols: std::ops::Range<u32>, short: u32, count: u32) {
    // a code of two words: for the short length and for the long one
    for symbol in 0..20 {
        bits.put(u32::from(symbol == 17 - short || symbol == 16 - short), 4);
    }
    for symbol in symbols {
        // lower symbol numbers get the lower word
        bits.put(u32::from(symbol < count), 1);
    }
}

impl Packer {
    /// All of `plain` as one verbatim (1) or aligned (2) block, cut where blocks of the cabinet end.
    fn pack(plain: &[u8], kind: u32) -> Vec<Block> {
        let mut bits = Bits::default();
        bits.put(0, 1);
        bits.put(kind, 3);
        bits.put(plain.len() as u32, 24);
        if kind == 2 {
            for _ in 0..8 {
                bits.put(3, 3);
            }
        }
        put_lengths(&mut bits, 0..256, 8, 16);
        put_lengths(&mut bits, 256..496, 8, 16);
        put_lengths(&mut bits, 0..249, 7, 7);
        let mut packer = Self {
            bits,
            plain: plain.to_vec(),
            last: [1],
        };
        let mut blocks = Vec::new();
        for start in (0..plain.len()).step_by(32 << 10) {
            let end = (start + (32 << 10)).min(plain.len());
            packer.chunk(start, end, kind);
            packer.bits.align();
            blocks.push((std::mem::take(&mut packer.bits.out), (end - start) as u16));
        }
        blocks
    }

    fn chunk(&mut self, mut at: usize, end: usize, kind: u32) {
        while at < end {
            let (length, offset) = self.longest(at, end);
            if length < 2 {
                put_symbol(&mut self.bits, u32::from(self.plain[at]), 8, 16);
                at += 1;
                continue;
            }
            let header = (length - 2).min(7) as u32;
            let slot_start = if offset == self.last[0] { 0 } else { slot(offset) };
            put_symbol(&mut self.bits, 256 + slot_start * 8 + header, 8, 16);
            if header == 7 {
                put_symbol(&mut self.bits, length as u32 - 9, 7, 7);
            }
            if slot_start > 0 {
                let (base, extra) = (BASES[slot_start as usize], slot_start.max(2) / 2 - 1);
                let low = offset as u32 + 2 - base;
                if kind == 2 && extra >= 3 {
                    self.bits.put(low >> 3, extra - 3);
                    self.bits.put(low & 7, 3);
                } else {
                    self.bits.put(low, extra);
                }
                self.last = [offset];
            }
            at += length;
        }
    }

    fn longest(&self, at: usize, end: usize) -> (usize, usize) {
        let room = (end - at).min(257);
        let candidates = [self.last[0], 1, 2, 7, 64, 300, 5000, 20_000, 32_000];
        let fit = |offset: usize| {
            let run =
                (0..room).take_while(|n| offset <= at && self.plain[at + n] == self.plain[at + n - offset]);
            (run.count(), offset)
        };
        candidates
            .into_iter()
            .map(fit)
            .max_by_key(|(length, _)| *length)
            .unwrap()
    }
}

/// The first offset of each slot of a window of 32 KiB.
const BASES: [u32; 30] = [
    0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 3072,
    4096, 6144, 8192, 12_288, 16_384, 24_576,
];

fn slot(offset: usize) -> u32 {
    (3..30)
        .rev()
        .find(|slot| BASES[*slot] <= offset as u32 + 2)
        .unwrap() as u32
}

fn noisy_text(len: usize) -> Vec<u8> {
    let mut seed = 9_u32;
    let mut text = Vec::new();
    while text.len() < len {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        match seed >> 29 {
            0..3 => text.extend(b"svc-robot logged on to RPA-07 "),
            3..5 => text.extend(seed.to_be_bytes()),
            5 => text.extend([b'='; 300]),
            _ => text.extend_from_within(text.len().saturating_sub(5000)..text.len().saturating_sub(4900)),
        }
    }
    text.truncate(len);
    text
}

fn contents(bundle: &Bundle) -> Vec<u8> {
    let mut all = Vec::new();
    for member in &bundle.members {
        member
            .open()
            .unwrap()
            .into_stream()
            .read_to_end(&mut all)
            .unwrap();
    }
    all
}

fn check(packing: u16, plain: &[u8], blocks: &[Block]) {
    let (first, second) = plain.split_at(plain.len() / 3);
    let cab = cabinet(
        packing,
        &[("logs\\a.log", first), ("logs\\b.log", second)],
        blocks,
    );
    let bundle = open_memory("mdm.cab", cab, &Limits::default());
    assert_eq!(bundle.problems, []);
    assert_eq!(&*bundle.members[0].path, "mdm.cab!/logs/a.log");
    assert!(contents(&bundle) == plain);
}

#[test]
fn every_packing_gives_the_bytes_back() {
    let plain = noisy_text(150_000);
    let stored: Vec<Block> = plain
        .chunks(32 << 10)
        .map(|part| (part.to_vec(), part.len() as u16))
        .collect();
    check(0, &plain, &stored);
    check(1, &plain, &mszip(&plain));
    check(0x0f03, &plain, &Packer::pack(&plain, 1));
    check(0x0f03, &plain, &Packer::pack(&plain, 2));
}

/// A stored block of LZX of odd length, the padding after it, a second one, across blocks of the cabinet.
#[test]
fn stored_blocks_of_lzx() {
    let plain = noisy_text(40_001);
    let mut bits = Bits::default();
    bits.put(0, 1);
    let (first, second) = plain.split_at(35_001);
    let mut stream = Vec::new();
    for (number, part) in [first, second].into_iter().enumerate() {
        bits.put(3, 3);
        bits.put(part.len() as u32, 24);
        bits.put(0, 16 - bits.count % 16);
        stream.append(&mut bits.out);
        stream.extend([1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0]);
        stream.extend(part);
        stream.extend(vec![0; (number == 0).into()]);
    }
    let head = 4 + 12 + (32 << 10);
    let blocks = [
        (stream[..head].to_vec(), 32_768),
        (stream[head..].to_vec(), 40_001 - 32_768),
    ];
    check(0x0f03, &plain, &blocks);
}

/// What a packer does to the targets of calls is undone.
#[test]
fn calls_are_translated_back() {
    let mut packed = noisy_text(2000);
    packed.retain(|byte| *byte != 0xe8);
    packed.splice(100..105, [0xe8, 0x64 + 0x10, 0, 0, 0]);
    let mut bits = Bits::default();
    bits.put(1, 1);
    bits.put(0, 16);
    bits.put(50_000, 16);
    bits.put(3, 3);
    bits.put(packed.len() as u32, 24);
    bits.align();
    let mut stream = bits.out;
    stream.extend([1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0]);
    stream.extend(&packed);
    let mut plain = packed.clone();
    plain[101] = 0x10;
    check(0x0f03, &plain, &[(stream, packed.len() as u16)]);
}

#[test]
fn damage_costs_what_follows_and_is_told() {
    let plain = noisy_text(100_000);
    let members: [(&str, &[u8]); 2] = [("a", &plain[..30_000]), ("b", &plain[30_000..])];
    let cab = cabinet(1, &members, &mszip(&plain));
    let bundle = open_memory("a.cab", cab[..cab.len() - 500].to_vec(), &Limits::default());
    let kinds: Vec<ProblemKind> = bundle.problems.iter().map(|problem| problem.kind).collect();
    assert_eq!(kinds, [ProblemKind::Truncated, ProblemKind::Truncated]);
    assert!(plain.starts_with(&contents(&bundle)) && bundle.members.len() == 2);
}

#[test]
fn flipped_bits_end() {
    let plain = noisy_text(70_000);
    let mut seed = 77_u32;
    for blocks in [
        (1, mszip(&plain)),
        (0x0f03, Packer::pack(&plain, 1)),
        (0x0f03, Packer::pack(&plain, 2)),
    ] {
        let cab = cabinet(blocks.0, &[("a", &plain)], &blocks.1);
        for _ in 0..300 {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let mut bytes = cab.clone();
            let at = seed as usize % if seed & 1 == 0 { 200 } else { bytes.len() };
            bytes[at] ^= 1 << (seed >> 20 & 7);
            let bundle = open_memory("a.cab", bytes, &Limits::default());
            assert!(contents(&bundle).len() <= 70_000 || !bundle.problems.is_empty());
        }
    }
}
