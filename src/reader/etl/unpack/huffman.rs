//! LZ77 and Huffman of the Xpress family. Knows no traces.
//!
//! Source: [MS-XCA] 2.1 and 2.2.

use super::copy;

/// Symbols of the code: 256 bytes, and 256 kinds of matches.
const SYMBOLS: usize = 512;
/// Bytes of a table: a length of 4 bits for each symbol.
const TABLE: usize = SYMBOLS / 2;
/// Bits of the longest code.
const LONGEST: u32 = 15;
/// Bytes that one table is for.
const BLOCK: usize = 64 << 10;

/// Unpacks to `limit` bytes or to the mark of the end; `None` where the data are none of this format. [MS-XCA] 2.2.4.
///
/// The data are blocks of 64 KiB, each behind a table of the lengths of the codes. A symbol below 256 is that byte; of the others,
/// the lower 4 bits are the length of a match less three and the upper 4 the bits of its distance.
pub(super) fn unpack(packed: &[u8], limit: usize, out: &mut Vec<u8>) -> Option<()> {
    let mut at = 0;
    while out.len() < limit {
        let table = packed.get(at..)?.get(..TABLE)?;
        let codes = codes(table)?;
        let mut bits = Bits::new(packed, at + TABLE);
        let end = limit.min(out.len().checked_add(BLOCK)?);
        if !block(&mut bits, &codes, end, limit, out)? {
            return Some(());
        }
        at = bits.at;
    }
    Some(())
}

/// Unpacks one block, which ends where `out` has `end` bytes or, as a match may run past it, more; false at the mark of the end.
fn block(bits: &mut Bits<'_>, codes: &[u16], end: usize, limit: usize, out: &mut Vec<u8>) -> Option<bool> {
    while out.len() < end {
        let entry = *codes.get((bits.next >> (32 - LONGEST)) as usize)?;
        bits.skip(u32::from(entry & 0xF))?;
        let symbol = entry >> 4;
        if let Ok(byte) = u8::try_from(symbol) {
            out.push(byte);
            continue;
        }
        // The mark of the end is the shortest match at distance one, behind which nothing is left.
        if symbol == 256 && bits.is_done() {
            return Some(false);
        }
        let length = bits.length(usize::from(symbol & 0xF))?;
        let width = u32::from(symbol >> 4 & 0xF);
        // A shift by 32 is none here: a distance of one has no bits.
        let low = bits.next.checked_shr(32 - width).unwrap_or(0);
        bits.skip(width)?;
        copy(out, (low + (1 << width)) as usize, length, limit)?;
    }
    Some(true)
}

/// For every 15 bits, the symbol that they begin with and, in the lower 4 bits, how many of them are its code. [MS-XCA] 2.2.4,
/// the building of the decoding table; codes of one length are given in the order of the symbols.
fn codes(table: &[u8]) -> Option<Vec<u16>> {
    let length = |symbol: usize| {
        let pair = table.get(symbol / 2).copied().unwrap_or(0);
        u16::from(if symbol.is_multiple_of(2) {
            pair & 0xF
        } else {
            pair >> 4
        })
    };
    let mut codes = Vec::with_capacity(1 << LONGEST);
    for bits in 1..=LONGEST as u16 {
        let symbols = (0..SYMBOLS).filter(|&symbol| length(symbol) == bits);
        for symbol in symbols {
            let entry = u16::try_from(symbol).ok()? << 4 | bits;
            let filled = codes.len().checked_add(1 << (LONGEST - u32::from(bits)))?;
            if filled > 1 << LONGEST {
                return None;
            }
            codes.resize(filled, entry);
        }
    }
    (codes.len() == 1 << LONGEST).then_some(codes)
}

/// Bits in words of 16, the lower byte first and the highest bit first, between which lengths stand as bytes. [MS-XCA] 2.2.4.
struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
    /// The bits to come, the next one highest.
    next: u32,
    /// Of those, how many more than 16.
    extra: u32,
}

impl<'a> Bits<'a> {
    fn new(bytes: &'a [u8], at: usize) -> Self {
        let mut bits = Self {
            bytes,
            at,
            next: 0,
            extra: 16,
        };
        let high = u32::from(bits.half_word());
        bits.next = high << 16 | u32::from(bits.half_word());
        bits
    }

    /// The next 16 bits; zeros behind the end, where only bits that mean nothing can stand.
    fn half_word(&mut self) -> u16 {
        let byte = |at: usize| self.bytes.get(at).copied().unwrap_or(0);
        let word = u16::from_le_bytes([byte(self.at), byte(self.at.saturating_add(1))]);
        self.at = self.at.saturating_add(2);
        word
    }

    /// Goes past at most 15 bits. `None` where what was used lies behind the end.
    fn skip(&mut self, count: u32) -> Option<()> {
        self.next <<= count;
        if count > self.extra {
            let word = u32::from(self.half_word());
            self.next |= word << (count - self.extra);
            self.extra += 16;
        }
        self.extra -= count;
        // Two words are read ahead.
        (self.at <= self.bytes.len().saturating_add(4)).then_some(())
    }

    /// Whether all bytes were taken.
    const fn is_done(&self) -> bool {
        self.at >= self.bytes.len()
    }

    /// The length of a match whose symbol says so much of it.
    fn length(&mut self, told: usize) -> Option<usize> {
        let mut length = told;
        if length == 15 {
            length = usize::from(*self.bytes.get(self.at)?);
            self.at += 1;
            if length == 255 {
                let bytes = self.bytes.get(self.at..)?.first_chunk::<2>()?;
                self.at += 2;
                length = usize::from(u16::from_le_bytes(*bytes));
                if length == 0 {
                    let bytes = self.bytes.get(self.at..)?.first_chunk::<4>()?;
                    self.at += 4;
                    length = usize::try_from(u32::from_le_bytes(*bytes)).ok()?;
                }
                length = length.checked_sub(15)?;
            }
            length = length.checked_add(15)?;
        }
        length.checked_add(3)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unpacked(lengths: &[(usize, u8)], data: &[u8], limit: usize) -> Option<Vec<u8>> {
        let mut packed = vec![0; TABLE];
        for &(at, pair) in lengths {
            packed[at] = pair;
        }
        packed.extend(data);
        let mut out = Vec::new();
        unpack(&packed, limit, &mut out).map(|()| out)
    }

    /// [MS-XCA] 3.2: literals alone, and a match over what it writes.
    #[test]
    fn the_examples_of_the_specification() {
        let mut lengths = vec![
            (0x30, 0x50),
            (0x3B, 0x45),
            (0x3C, 0x44),
            (0x3D, 0x04),
            (0x80, 0x04),
        ];
        lengths.extend((0x31..=0x3A).map(|at| (at, 0x55)));
        let data = [
            0xD8, 0x52, 0x3E, 0xD7, 0x94, 0x11, 0x5B, 0xE9, 0x19, 0x5F, 0xF9, 0xD6, 0x7C, 0xDF, 0x8D, 0x04,
            0, 0, 0, 0,
        ];
        let letters = b"abcdefghijklmnopqrstuvwxyz";
        assert_eq!(unpacked(&lengths, &data, 26).as_deref(), Some(&letters[..]));
        assert_eq!(unpacked(&lengths, &data, 1000).as_deref(), Some(&letters[..]));
        let lengths = [(0x30, 0x30), (0x31, 0x23), (0x80, 0x02), (0x8F, 0x20)];
        let data = [0xA8, 0xDC, 0x00, 0x00, 0xFF, 0x26, 0x01];
        assert_eq!(unpacked(&lengths, &data, 300), Some(b"abc".repeat(100)));
    }

    #[test]
    fn codes_that_cannot_be() {
        // Lengths that say nothing, too little, and more than there can be.
        assert_eq!(unpacked(&[], &[0; 20], 10), None);
        assert_eq!(unpacked(&[(0x30, 0x10)], &[0; 20], 10), None);
        assert_eq!(unpacked(&[(0x30, 0x11), (0x31, 0x01)], &[0; 20], 10), None);
        // Two symbols of one bit: as many literals as there are bits, and no more.
        let literals = unpacked(&[(0x30, 0x11)], &[0xFF; 4], 1000);
        assert_eq!(literals, None);
        assert_eq!(unpacked(&[(0x30, 0x11)], &[0xFF; 4], 32), Some(vec![b'a'; 32]));
    }
}
