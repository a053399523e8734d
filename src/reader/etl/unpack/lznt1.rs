//! LZNT1, in which NTFS and the kernel compress. Knows no traces.
//!
//! Source: [MS-XCA] 2.5.

/// Bytes that a chunk unpacks to.
const CHUNK: usize = 4096;

/// Unpacks to the end of the chunks or to `limit` bytes; `None` where the data are none of this format. [MS-XCA] 2.5.1.2.
///
/// Each chunk begins with 16 bits: its size less three in the lower 12, then always 3, then whether it is compressed. A size of
/// nothing ends the data.
pub(super) fn unpack(packed: &[u8], limit: usize, out: &mut Vec<u8>) -> Option<()> {
    let mut rest = packed;
    while out.len() < limit
        && let Some((head, after)) = rest.split_first_chunk::<2>()
    {
        let head = u16::from_le_bytes(*head);
        if head == 0 {
            return Some(());
        }
        if head >> 12 & 7 != 3 {
            return None;
        }
        let (chunk, after) = after.split_at_checked(usize::from(head & 0xFFF) + 1)?;
        let room = CHUNK.min(limit - out.len());
        if head & 0x8000 == 0 {
            out.extend_from_slice(chunk.get(..room).unwrap_or(chunk));
        } else {
            unpack_chunk(chunk, room, out)?;
        }
        rest = after;
    }
    Some(())
}

/// Unpacks one chunk to its end or to `room` bytes. [MS-XCA] 2.5.1.3 and 2.5.1.4.
///
/// Flags come 8 at a time, the lowest first: 0 is one byte as it is, 1 a match of 16 bits: below, the length less three, above,
/// the distance less one. The distance has as many bits as it needs at that place of the chunk, and at least 4.
fn unpack_chunk(chunk: &[u8], room: usize, out: &mut Vec<u8>) -> Option<()> {
    let start = out.len();
    let limit = start.checked_add(room)?;
    let mut input = chunk.iter();
    while let Some(&flags) = input.next() {
        for bit in 0..8 {
            if out.len() >= limit {
                return Some(());
            }
            let Some(&byte) = input.next() else {
                return Some(());
            };
            if flags >> bit & 1 == 0 {
                out.push(byte);
                continue;
            }
            let token = u16::from_le_bytes([byte, *input.next()?]);
            let done = (out.len() - start).checked_sub(1)?;
            // 12 bits of length for the first 16 bytes, 11 for 32, and so on.
            let length_bits = done.max(0xF).leading_zeros() + 16 - usize::BITS;
            let distance = usize::from(token >> length_bits) + 1;
            let length = usize::from(token & ((1 << length_bits) - 1)) + 3;
            // A match that reaches before its chunk, and one that is cut by the limit.
            if distance > out.len() - start {
                return None;
            }
            super::copy(out, distance, length.min(limit - out.len()), limit)?;
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// [MS-XCA] 3.3.
    #[test]
    fn the_example_of_the_specification() {
        let plain = "F# F# G A A G F# E D D E F# F# E E F# F# G A A G F# E D D E F# E D D E E F# D E F# G F# D E F# G \
                     F# E D E A F# F# G A A G F# E D D E F# E D D\0";
        let packed = [
            0x38, 0xb0, 0x88, 0x46, 0x23, 0x20, 0x00, 0x20, 0x47, 0x20, 0x41, 0x00, 0x10, 0xa2, 0x47, 0x01,
            0xa0, 0x45, 0x20, 0x44, 0x00, 0x08, 0x45, 0x01, 0x50, 0x79, 0x00, 0xc0, 0x45, 0x20, 0x05, 0x24,
            0x13, 0x88, 0x05, 0xb4, 0x02, 0x4a, 0x44, 0xef, 0x03, 0x58, 0x02, 0x8c, 0x09, 0x16, 0x01, 0x48,
            0x45, 0x00, 0xbe, 0x00, 0x9e, 0x00, 0x04, 0x01, 0x18, 0x90, 0x00,
        ];
        let mut out = Vec::new();
        assert_eq!(unpack(&packed, 1000, &mut out), Some(()));
        assert_eq!(String::from_utf8_lossy(&out), plain);
    }

    #[test]
    fn chunks_that_cannot_be() {
        let mut out = Vec::new();
        for packed in [
            // Another mark, a chunk that is cut off, a match before the first byte, and one before the chunk.
            &[0x00, 0x10, b'a'][..],
            &[0x05, 0x30, b'a'],
            &[0x02, 0xB0, 1, 0, 0],
            &[0x00, 0x30, b'a', 0x04, 0xB0, 2, b'b', 0xFF, 0xFF, 0],
        ] {
            out.clear();
            assert_eq!(unpack(packed, 100, &mut out), None, "{packed:?}");
        }
        // As it is, and the end.
        out.clear();
        assert_eq!(
            unpack(&[0x01, 0x30, b'a', b'b', 0, 0, 1], 100, &mut out),
            Some(())
        );
        assert_eq!(out, b"ab");
    }
}
