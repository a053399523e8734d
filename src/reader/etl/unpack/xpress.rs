//! Plain LZ77 of the Xpress family. Knows no traces.
//!
//! Source: [MS-XCA] 2.4.4, and the compressed buffers of three public traces.

use super::copy;

/// Unpacks to the end of `packed` or to `limit` bytes; `None` where it refers to what is not there. [MS-XCA] 2.4.4.
///
/// Flags come 32 at a time, the highest first: 0 is one byte as it is, 1 a match. A match is 16 bits, the distance less
/// one in the upper 13 and the length less three in the lower 3; longer ones go on in half a byte, a byte, 16 or 32 bits.
pub(super) fn unpack(packed: &[u8], limit: usize, out: &mut Vec<u8>) -> Option<()> {
    let mut input = Input {
        bytes: packed,
        at: 0,
        half: None,
    };
    while out.len() < limit
        && let Some(mut flags) = input.word()
    {
        let mut left = 32;
        while left > 0 {
            // All literals up to the next match at once.
            let literals = flags.leading_zeros().min(left);
            if literals > 0 {
                let count = (literals as usize).min(limit - out.len());
                let Some(bytes) = input.bytes.get(input.at..input.at + count) else {
                    out.extend_from_slice(input.bytes.get(input.at..).unwrap_or_default());
                    return Some(());
                };
                out.extend_from_slice(bytes);
                input.at += count;
                left -= literals;
                flags = flags.checked_shl(literals).unwrap_or(0);
            }
            if out.len() >= limit {
                return Some(());
            }
            if left > 0 {
                let Some(token) = input.half_word() else {
                    return Some(());
                };
                let length = input.length(token)?;
                copy(out, usize::from(token >> 3) + 1, length, limit)?;
                left -= 1;
                flags <<= 1;
            }
        }
    }
    Some(())
}

struct Input<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Where the byte is whose upper half is the next half byte of a length.
    half: Option<usize>,
}

impl Input<'_> {
    fn byte(&mut self) -> Option<u8> {
        let byte = self.bytes.get(self.at).copied()?;
        self.at += 1;
        Some(byte)
    }

    fn half_word(&mut self) -> Option<u16> {
        let bytes = self.bytes.get(self.at..self.at.checked_add(2)?)?;
        self.at += 2;
        Some(u16::from_le_bytes(bytes.try_into().ok()?))
    }

    fn word(&mut self) -> Option<u32> {
        let bytes = self.bytes.get(self.at..self.at.checked_add(4)?)?;
        self.at += 4;
        Some(u32::from_le_bytes(bytes.try_into().ok()?))
    }

    /// The length of a match, in bytes.
    fn length(&mut self, token: u16) -> Option<usize> {
        let mut length = usize::from(token & 7);
        if length == 7 {
            let half = match self.half.take() {
                Some(at) => self.bytes.get(at)? >> 4,
                None => {
                    self.half = Some(self.at);
                    self.byte()? & 15
                }
            };
            length = usize::from(half);
            if length == 15 {
                length = usize::from(self.byte()?);
                if length == 255 {
                    length = usize::from(self.half_word()?);
                    if length == 0 {
                        length = usize::try_from(self.word()?).ok()?;
                    }
                    length = length.checked_sub(15 + 7)?;
                }
                length = length.checked_add(15)?;
            }
            length = length.checked_add(7)?;
        }
        length.checked_add(3)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unpacked(packed: &[u8], limit: usize) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        unpack(packed, limit, &mut out).map(|()| out)
    }

    /// [MS-XCA] 3.1: literals alone, and a match over what it writes.
    #[test]
    fn the_examples_of_the_specification() {
        let literals = b"abcdefghijklmnopqrstuvwxyz";
        let mut packed = 0x3F_u32.to_le_bytes().to_vec();
        packed.extend(literals);
        assert_eq!(unpacked(&packed, 1000).as_deref(), Some(&literals[..]));
        let packed = [
            0xFF, 0xFF, 0xFF, 0x1F, 0x61, 0x62, 0x63, 0x17, 0x00, 0x0F, 0xFF, 0x26, 0x01,
        ];
        assert_eq!(unpacked(&packed, 1000), Some(b"abc".repeat(100)));
    }

    #[test]
    fn matches_that_cannot_be() {
        assert_eq!(unpacked(&[], 10), Some(Vec::new()));
        // A match before the first byte, and one past the limit.
        assert_eq!(unpacked(&[0xFF, 0xFF, 0xFF, 0xFF, 8, 0], 100), None);
        let packed = [
            0xFF, 0xFF, 0xFF, 0x1F, 0x61, 0x62, 0x63, 0x17, 0x00, 0x0F, 0xFF, 0x26, 0x01,
        ];
        assert_eq!(unpacked(&packed, 299), None);
        for cut in 0..packed.len() {
            let _ = unpacked(packed.get(..cut).unwrap(), 1000);
        }
    }
}
