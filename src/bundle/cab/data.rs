//! The packed stream of a cabinet's folder: blocks of at most 32 KiB of plain bytes, each with a checksum.

use std::io::{self, Read};
use std::sync::Arc;

use flate2::{Decompress, FlushDecompress};

use super::lzx::Lzx;
use crate::source::{ReadAt, StreamEnd, read_range};

/// Plain bytes of one block at most, and what MSZIP may look back.
const BLOCK: usize = 32 << 10;

/// How a folder is packed ([MS-CAB] 2.3, typeCompress).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Packing {
    Stored,
    Mszip,
    Quantum,
    /// The binary logarithm of the window.
    Lzx(u8),
    Unknown,
}

impl Packing {
    pub(super) fn of(field: u16) -> Self {
        let [method, window] = field.to_le_bytes();
        match (method & 0x0f, window & 0x1f) {
            (0, _) => Self::Stored,
            (1, _) => Self::Mszip,
            (2, _) => Self::Quantum,
            (3, window @ 15..=21) => Self::Lzx(window),
            _ => Self::Unknown,
        }
    }
}

/// One folder of a cabinet.
#[derive(Debug, Clone, Copy)]
pub(super) struct Folder {
    /// Where its first block lies.
    pub(super) start: u64,
    /// How many blocks it says it has.
    pub(super) blocks: u16,
    pub(super) packing: Packing,
    /// Bytes in each block's head that belong to the application.
    pub(super) reserve: u8,
}

impl Folder {
    /// Packed bytes at most.
    pub(super) fn packed(&self, cab: &dyn ReadAt) -> u64 {
        cab.len().saturating_sub(self.start)
    }

    /// Its plain bytes; `None` when its packing is not read.
    pub(super) fn open(&self, cab: Arc<dyn ReadAt>) -> Option<Stream> {
        let unpacker = match self.packing {
            Packing::Stored => Unpacker::Stored,
            Packing::Mszip => Unpacker::Mszip {
                inflate: Decompress::new(false),
                history: Vec::new(),
            },
            Packing::Lzx(window) => Unpacker::Lzx(Box::new(Lzx::new(window))),
            Packing::Quantum | Packing::Unknown => return None,
        };
        Some(Stream {
            cab,
            position: self.start,
            left: self.blocks,
            reserve: self.reserve,
            unpacker,
            plain: Vec::new(),
            given: 0,
            mismatch: None,
        })
    }
}

enum Unpacker {
    Stored,
    Mszip { inflate: Decompress, history: Vec<u8> },
    Lzx(Box<Lzx>),
}

/// The plain bytes of a folder.
pub(super) struct Stream {
    cab: Arc<dyn ReadAt>,
    position: u64,
    left: u16,
    reserve: u8,
    unpacker: Unpacker,
    plain: Vec<u8>,
    given: usize,
    /// Where the first block with a wrong checksum lies. Its bytes are given all the same.
    mismatch: Option<u64>,
}

impl Stream {
    /// Unpacks the next block; nothing is left after it when there is none.
    fn next_block(&mut self) -> io::Result<()> {
        self.plain.clear();
        self.given = 0;
        let Some(left) = self.left.checked_sub(1) else {
            return match self.mismatch.take() {
                Some(at) => Err(StreamEnd::Mismatch(format!(
                    "the checksum of the block at byte {at} is wrong"
                ))
                .into()),
                None => Ok(()),
            };
        };
        self.left = left;
        let at = self.position;
        let head = read_range(self.cab.as_ref(), at, 8 + usize::from(self.reserve))?;
        let Some(([a, b, c, d, p, q, r, s], reserve)) = head.split_first_chunk::<8>() else {
            return Err(cut());
        };
        let stated = u32::from_le_bytes([*a, *b, *c, *d]);
        let (packed, size) = (u16::from_le_bytes([*p, *q]), u16::from_le_bytes([*r, *s]));
        let start = at.saturating_add(head.len() as u64);
        let data = read_range(self.cab.as_ref(), start, usize::from(packed))?;
        self.position = start.saturating_add(u64::from(packed));
        if data.len() < usize::from(packed) {
            return Err(cut());
        }
        let sum = checksum(&data, checksum(reserve, u32::from_le_bytes([*p, *q, *r, *s])));
        if stated != 0 && stated != sum {
            self.mismatch = self.mismatch.or(Some(at));
        }
        self.unpack(&data, usize::from(size))
    }

    fn unpack(&mut self, data: &[u8], size: usize) -> io::Result<()> {
        if size > BLOCK {
            return Err(damaged("a block of more than 32 KiB"));
        }
        match &mut self.unpacker {
            Unpacker::Stored => self.plain.extend_from_slice(data),
            Unpacker::Mszip { inflate, history } => mszip(inflate, history, data, size, &mut self.plain)?,
            Unpacker::Lzx(lzx) => lzx.block(data, size, &mut self.plain).map_err(damaged)?,
        }
        Ok(())
    }
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // a block may be empty where a folder goes on in the next cabinet
        while self.given >= self.plain.len() {
            if self.left == 0 && self.mismatch.is_none() {
                return Ok(0);
            }
            self.next_block()?;
        }
        let mut rest = self.plain.get(self.given..).unwrap_or_default();
        let count = rest.read(buffer)?;
        self.given = self.given.saturating_add(count);
        Ok(count)
    }
}

fn cut() -> io::Error {
    StreamEnd::Truncated("the cabinet ends inside a block".into()).into()
}

fn damaged(what: &str) -> io::Error {
    StreamEnd::Damaged(what.into()).into()
}

/// One MSZIP block ([MS-MCI]): `CK`, then deflate that may look back into the block before.
fn mszip(
    inflate: &mut Decompress,
    history: &mut Vec<u8>,
    data: &[u8],
    size: usize,
    plain: &mut Vec<u8>,
) -> io::Result<()> {
    let Some(data) = data.strip_prefix(b"CK") else {
        return Err(damaged("an MSZIP block without its mark"));
    };
    inflate.reset(false);
    if !history.is_empty() {
        inflate
            .set_dictionary(history)
            .map_err(|_| damaged("MSZIP history"))?;
    }
    plain.reserve(size);
    inflate
        .decompress_vec(data, plain, FlushDecompress::Finish)
        .map_err(|_| damaged("an MSZIP block that does not unpack"))?;
    if plain.len() < size {
        return Err(damaged("an MSZIP block that is too short"));
    }
    plain.truncate(size);
    history.extend_from_slice(plain);
    history.drain(..history.len().saturating_sub(BLOCK));
    Ok(())
}

/// The checksum of a block: its 32-bit words combined by exclusive or, the odd bytes at the end as one big-endian word.
fn checksum(data: &[u8], seed: u32) -> u32 {
    let (words, rest) = data.as_chunks::<4>();
    let sum = words
        .iter()
        .fold(seed, |sum, word| sum ^ u32::from_le_bytes(*word));
    sum ^ rest.iter().fold(0, |word, byte| word << 8 | u32::from(*byte))
}
