//! What trace sessions compress their buffers with: the three formats of `RtlCompressBuffer`. Knows no traces.
//!
//! Sources: [MS-XCA], whose sections are named at each function. Which of the formats it is, the buffer says in the field that
//! holds its state elsewhere (offset 0x2C): 2, 3 or 4, the numbers of `COMPRESSION_FORMAT_*` of the Windows Driver Kit. Seen in
//! the first buffer and in all compressed buffers of three public traces, where it is 3.

mod huffman;
mod lznt1;
mod xpress;

/// A format of compressed data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Packing {
    /// `COMPRESSION_FORMAT_LZNT1`.
    Lznt1,
    /// `COMPRESSION_FORMAT_XPRESS`, plain LZ77.
    Xpress,
    /// `COMPRESSION_FORMAT_XPRESS_HUFF`, LZ77 and Huffman.
    XpressHuffman,
}

impl Packing {
    /// All formats, the one that Windows uses for traces first.
    const ALL: [Self; 3] = [Self::Xpress, Self::XpressHuffman, Self::Lznt1];

    /// The format of its number.
    pub(super) const fn of(number: u32) -> Option<Self> {
        match number & 0xFFFF {
            2 => Some(Self::Lznt1),
            3 => Some(Self::Xpress),
            4 => Some(Self::XpressHuffman),
            _ => None,
        }
    }

    /// Its number.
    pub(super) const fn number(self) -> u16 {
        match self {
            Self::Lznt1 => 2,
            Self::Xpress => 3,
            Self::XpressHuffman => 4,
        }
    }

    /// The name by which `RtlCompressBuffer` is documented.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Lznt1 => "LZNT1",
            Self::Xpress => "Xpress",
            Self::XpressHuffman => "Xpress-Huffman",
        }
    }

    /// Unpacks into `out`, which it empties first, and stops at `limit` bytes. Says whether that went well.
    fn unpack(self, packed: &[u8], limit: usize, out: &mut Vec<u8>) -> bool {
        out.clear();
        let unpacked = match self {
            Self::Lznt1 => lznt1::unpack(packed, limit, out),
            Self::Xpress => xpress::unpack(packed, limit, out),
            Self::XpressHuffman => huffman::unpack(packed, limit, out),
        };
        unpacked.is_some() && out.len() <= limit
    }
}

/// Unpacks `size` bytes into `out` by the format that is stated, or, where its data are none of that format, by the one whose
/// result has that size. Says which it was.
pub(super) fn unpack(
    stated: Option<Packing>,
    packed: &[u8],
    size: usize,
    out: &mut Vec<u8>,
) -> Option<Packing> {
    if let Some(stated) = stated
        && stated.unpack(packed, size, out)
    {
        return Some(stated);
    }
    let mut others = Packing::ALL
        .into_iter()
        .filter(|&packing| Some(packing) != stated);
    let found = others.find(|packing| packing.unpack(packed, size, out) && out.len() == size);
    if found.is_none() {
        out.clear();
    }
    found
}

/// Unpacks what is there of data that were cut off.
pub(super) fn beginning(
    stated: Option<Packing>,
    packed: &[u8],
    size: usize,
    out: &mut Vec<u8>,
) -> Option<Packing> {
    let packing = stated.unwrap_or(Packing::Xpress);
    let _ = packing.unpack(packed, size, out);
    out.truncate(size);
    (!out.is_empty()).then_some(packing)
}

/// Copies `length` bytes from `distance` bytes before the end of `out`; a copy may run into what it writes. `None` where there is
/// not so much before, or where the result would be longer than `limit`.
fn copy(out: &mut Vec<u8>, distance: usize, length: usize, limit: usize) -> Option<()> {
    let start = out.len().checked_sub(distance).filter(|_| distance > 0)?;
    if length > limit.saturating_sub(out.len()) {
        return None;
    }
    let mut left = length;
    // Each round doubles what can be copied at once.
    while left > 0 {
        let count = left.min(out.len() - start);
        out.extend_from_within(start..start + count);
        left -= count;
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::super::tests::writer::pack;
    use super::*;

    /// Text with repetitions near and far, and bytes without any.
    fn samples() -> Vec<Vec<u8>> {
        let mut number = 12345_u32;
        let mut noise = |_| {
            number = number.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (number >> 24) as u8
        };
        let words = b"RdpWrapper: Log on Wrapper: exiting connection loop ".repeat(40);
        vec![
            b"a".to_vec(),
            b"abc".repeat(100),
            vec![0; 200_000],
            (0..5000).map(&mut noise).collect(),
            [words.clone(), (0..300).map(&mut noise).collect(), words].concat(),
            (0..70_000)
                .map(|n| if n % 7 == 0 { noise(n) } else { b'x' })
                .collect(),
        ]
    }

    #[test]
    fn what_is_packed_comes_back() {
        let mut out = Vec::new();
        for plain in samples() {
            let all = [
                (Packing::Xpress, pack::xpress(&plain)),
                (Packing::XpressHuffman, pack::huffman(&plain)),
                (Packing::Lznt1, pack::lznt1(&plain)),
            ];
            for (packing, packed) in all {
                assert_eq!(
                    unpack(Some(packing), &packed, plain.len(), &mut out),
                    Some(packing)
                );
                assert!(out == plain, "{packing:?} of {} bytes", plain.len());
                // A header that states another format, or none.
                for stated in [None, Some(Packing::Lznt1), Some(Packing::XpressHuffman)] {
                    let found = unpack(stated, &packed, plain.len(), &mut out);
                    assert!(found.is_some(), "{packing:?} taken for {stated:?}");
                }
            }
        }
    }

    #[test]
    fn nothing_is_believed() {
        let mut out = Vec::new();
        for plain in samples() {
            for (packing, packed) in [
                (Packing::Xpress, pack::xpress(&plain)),
                (Packing::XpressHuffman, pack::huffman(&plain)),
                (Packing::Lznt1, pack::lznt1(&plain)),
            ] {
                // Never more than asked for, wherever the data are cut or changed.
                for cut in (0..packed.len()).step_by(1 + packed.len() / 60) {
                    let _ = packing.unpack(&packed[..cut], plain.len(), &mut out);
                    assert!(out.len() <= plain.len());
                    let mut changed = packed.clone();
                    changed[cut] ^= 0x5A;
                    let _ = packing.unpack(&changed, plain.len(), &mut out);
                    assert!(out.len() <= plain.len());
                    let _ = packing.unpack(&packed, cut.min(plain.len()), &mut out);
                    assert!(out.len() <= cut.min(plain.len()));
                }
            }
        }
        for packing in Packing::ALL {
            let _ = packing.unpack(&[], 10, &mut out);
            assert!(out.is_empty());
        }
    }
}
