//! Plain LZ77 of the Xpress family, in which trace sessions compress their buffers. Knows no traces.
//!
//! Source: [MS-XCA] 2.4.4, and the compressed buffers of three public traces.

/// Unpacks `packed` into at most `limit` bytes; none where it refers to what is not there.
///
/// Flags come 32 at a time, the highest first: 0 is one byte as it is, 1 a match. A match is 16 bits, the distance less
/// one in the upper 13 and the length less three in the lower 3; longer ones go on in half a byte, a byte, 16 or 32 bits.
pub(super) fn unpack(packed: &[u8], limit: usize) -> Option<Vec<u8>> {
    let mut input = Input {
        bytes: packed,
        at: 0,
        half: None,
    };
    let mut out = Vec::new();
    while let Some(flags) = input.word() {
        for bit in (0..32).rev() {
            if flags >> bit & 1 == 0 {
                let Some(byte) = input.byte() else {
                    return Some(out);
                };
                out.push(byte);
            } else {
                let Some(token) = input.half_word() else {
                    return Some(out);
                };
                let distance = usize::from(token >> 3) + 1;
                let length = input.length(token)?;
                let start = out.len().checked_sub(distance)?;
                if length > limit.saturating_sub(out.len()) {
                    return None;
                }
                // The match may run into what it writes.
                for at in start..start.checked_add(length)? {
                    out.push(*out.get(at)?);
                }
            }
            if out.len() > limit {
                return None;
            }
        }
    }
    Some(out)
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

    /// The two examples of the specification's test vectors: literals alone, and a match over what it writes.
    #[test]
    fn the_examples_of_the_specification() {
        let literals = b"abcdefghijklmnopqrstuvwxyz";
        let mut packed = 0x3F_u32.to_le_bytes().to_vec();
        packed.extend(literals);
        assert_eq!(unpack(&packed, 1000).as_deref(), Some(&literals[..]));
        let packed = [
            0xFF, 0xFF, 0xFF, 0x1F, 0x61, 0x62, 0x63, 0x17, 0x00, 0x0F, 0xFF, 0x26, 0x01,
        ];
        assert_eq!(unpack(&packed, 1000), Some(b"abc".repeat(100)));
    }

    #[test]
    fn nothing_is_believed() {
        assert_eq!(unpack(&[], 10), Some(Vec::new()));
        // A match before the first byte, and one past the limit.
        assert_eq!(unpack(&[0xFF, 0xFF, 0xFF, 0xFF, 8, 0], 100), None);
        let packed = [
            0xFF, 0xFF, 0xFF, 0x1F, 0x61, 0x62, 0x63, 0x17, 0x00, 0x0F, 0xFF, 0x26, 0x01,
        ];
        assert_eq!(unpack(&packed, 299), None);
        for cut in 0..packed.len() {
            let _ = unpack(packed.get(..cut).unwrap(), 1000);
        }
    }
}
