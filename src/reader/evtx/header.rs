//! The header of the file and the header of a chunk: magic, counts, checksums. Decodes no records.
//!
//! Layout: [MS-EVEN6] does not describe the file; the offsets here are those of the libevtx documentation, checked
//! against real logs.

use super::cursor::Cursor;
use crate::model::ProblemKind;

/// The first bytes of a log.
pub(super) const FILE_MAGIC: &[u8; 8] = b"ElfFile\0";
/// The first bytes of a chunk.
pub(super) const CHUNK_MAGIC: &[u8; 8] = b"ElfChnk\0";
/// Bytes of the block that the file header stands in.
pub(super) const FILE_HEADER_SIZE: u64 = 4096;
/// Bytes of a chunk.
pub(super) const CHUNK_SIZE: usize = 65_536;
/// Bytes of the header of a chunk; the first record follows.
pub(super) const CHUNK_HEADER_SIZE: usize = 512;

/// The flag of a log that was not closed properly: its counts are stale.
const DIRTY: u32 = 1;
/// The flag of a header without checksums.
const NO_CRC32: u32 = 4;

/// What the first block of the file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum FileHeader {
    /// A header that can be read.
    Sound {
        /// How many chunks the file should hold; modulo 65,536.
        chunks: u16,
        /// Whether the log was in use when it was copied.
        dirty: bool,
        /// Whether the checksum of the header fits.
        intact: bool,
    },
    /// No header; chunks follow where they belong.
    Lost,
    /// No header block at all: the bytes begin with a chunk.
    Absent,
    /// Fewer bytes than a header.
    Short(usize),
}

impl FileHeader {
    /// Reads the first block, which may be short.
    pub(super) fn read(head: &[u8]) -> Self {
        if head.starts_with(CHUNK_MAGIC) {
            return Self::Absent;
        }
        if head.len() < 128 {
            return Self::Short(head.len());
        }
        if !head.starts_with(FILE_MAGIC) {
            return Self::Lost;
        }
        let word = |at| u32_at(head, at);
        let flags = word(120);
        let intact = flags & NO_CRC32 != 0
            || head
                .get(..120)
                .is_some_and(|bytes| crc32fast::hash(bytes) == word(124));
        Self::Sound {
            chunks: u16::try_from(word(40) >> 16).unwrap_or(0),
            dirty: flags & DIRTY != 0,
            intact,
        }
    }

    /// Where the first chunk starts.
    pub(super) fn first_chunk_offset(&self) -> u64 {
        match self {
            Self::Absent => 0,
            _ => FILE_HEADER_SIZE,
        }
    }

    /// What is wrong with it.
    pub(super) fn problems(&self) -> Option<(ProblemKind, String)> {
        match self {
            Self::Sound { intact: true, .. } => None,
            Self::Sound { .. } => Some((
                ProblemKind::Damaged,
                "the checksum of the file header does not fit; the chunks are read by their place".to_owned(),
            )),
            Self::Lost => Some((
                ProblemKind::Damaged,
                "no file header; the chunks are read by their place".to_owned(),
            )),
            Self::Absent => Some((
                ProblemKind::Truncated,
                "the file begins with a chunk, its header is missing".to_owned(),
            )),
            Self::Short(0) => Some((ProblemKind::Empty, "nothing in it".to_owned())),
            Self::Short(bytes) => Some((
                ProblemKind::Truncated,
                format!("a file header needs 128 bytes, there are {bytes}"),
            )),
        }
    }

    /// How many chunks the file lacks, where the header can be believed and the file ends at `end`.
    pub(super) fn missing_chunks(&self, end: u64) -> Option<u64> {
        let &Self::Sound {
            chunks,
            dirty: false,
            intact: true,
        } = self
        else {
            return None;
        };
        let held = end.saturating_sub(FILE_HEADER_SIZE).div_ceil(CHUNK_SIZE as u64);
        u64::from(chunks).checked_sub(held).filter(|&missing| missing > 0)
    }
}

/// Whether a slot was never written. Windows sets space aside before it needs it.
pub(super) fn is_blank(bytes: &[u8]) -> bool {
    bytes.iter().take(CHUNK_HEADER_SIZE).all(|&byte| byte == 0) && bytes.iter().all(|&byte| byte == 0)
}

/// The fields of the header of a chunk that reading needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ChunkHeader {
    /// Whether it begins as a chunk must.
    pub(super) has_magic: bool,
    /// The id of the first record.
    pub(super) first_record: u64,
    /// The id of the last record.
    pub(super) last_record: u64,
    /// Where the last record starts.
    pub(super) last_offset: u32,
    /// Where the records end.
    pub(super) free_offset: u32,
    records_checksum: u32,
    flags: u32,
    checksum: u32,
}

impl ChunkHeader {
    /// Reads the header; `None` when there are fewer bytes than one has.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let mut cursor = Cursor::new(bytes.get(..CHUNK_HEADER_SIZE)?, 24);
        let first_record = cursor.u64("first record id").ok()?;
        let last_record = cursor.u64("last record id").ok()?;
        Some(Self {
            has_magic: bytes.starts_with(CHUNK_MAGIC),
            first_record,
            last_record,
            last_offset: u32_at(bytes, 44),
            free_offset: u32_at(bytes, 48),
            records_checksum: u32_at(bytes, 52),
            flags: u32_at(bytes, 120),
            checksum: u32_at(bytes, 124),
        })
    }

    /// Whether neither checksum is in use.
    fn is_unchecked(&self) -> bool {
        self.flags & NO_CRC32 != 0
    }
}

/// What is wrong with a chunk as a whole: its magic or one of its two checksums.
pub(super) fn damage(bytes: &[u8]) -> Option<String> {
    let Some(header) = ChunkHeader::read(bytes) else {
        return Some(format!(
            "the header of a chunk needs 512 bytes, there are {}",
            bytes.len()
        ));
    };
    if !header.has_magic {
        return Some("a chunk without its magic".to_owned());
    }
    if header.is_unchecked() {
        return None;
    }
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(bytes.get(..120)?);
    hasher.update(bytes.get(128..CHUNK_HEADER_SIZE)?);
    let found = hasher.finalize();
    if found != header.checksum {
        let stored = header.checksum;
        return Some(format!(
            "the checksum of a chunk's header is {found:#010x}, stored is {stored:#010x}"
        ));
    }
    let free = header.free_offset;
    let Some(records) = bytes.get(CHUNK_HEADER_SIZE..usize::try_from(free).ok()?) else {
        // A short last chunk was reported as such.
        return (bytes.len() >= CHUNK_SIZE).then(|| format!("a chunk's free space begins at {free}"));
    };
    let found = crc32fast::hash(records);
    let stored = header.records_checksum;
    (found != stored)
        .then(|| format!("the checksum of a chunk's records is {found:#010x}, stored is {stored:#010x}"))
}

/// The little-endian number at `at`, 0 past the end.
fn u32_at(bytes: &[u8], at: usize) -> u32 {
    Cursor::new(bytes, at).u32("header field").unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file_header(chunks: u16, flags: u32) -> Vec<u8> {
        let mut head = vec![0; 4096];
        head[..8].copy_from_slice(FILE_MAGIC);
        head[42..44].copy_from_slice(&chunks.to_le_bytes());
        head[120..124].copy_from_slice(&flags.to_le_bytes());
        let checksum = crc32fast::hash(&head[..120]);
        head[124..128].copy_from_slice(&checksum.to_le_bytes());
        head
    }

    #[test]
    fn a_clean_header_counts_chunks_and_a_dirty_one_does_not() {
        let clean = FileHeader::read(&file_header(3, 0));
        assert_eq!(clean.problems(), None);
        assert_eq!(clean.missing_chunks(4096 + 65_536), Some(2));
        assert_eq!(clean.missing_chunks(4096 + 3 * 65_536), None);
        let dirty = FileHeader::read(&file_header(3, DIRTY));
        assert_eq!((dirty.problems(), dirty.missing_chunks(4096)), (None, None));
    }

    #[test]
    fn every_broken_header_is_named() {
        let mut broken = file_header(3, 0);
        broken[9] = 1;
        assert_eq!(
            FileHeader::read(&broken).problems().unwrap().0,
            ProblemKind::Damaged
        );
        broken[124..128].fill(0);
        broken[120] = 4;
        assert_eq!(FileHeader::read(&broken).problems(), None);
        assert_eq!(FileHeader::read(&[0; 4096]), FileHeader::Lost);
        assert_eq!(FileHeader::read(CHUNK_MAGIC).first_chunk_offset(), 0);
        assert_eq!(
            FileHeader::read(b"ElfFile\0").problems().unwrap().0,
            ProblemKind::Truncated
        );
    }
}
