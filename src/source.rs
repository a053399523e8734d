//! The bytes of one artifact, wherever they lie. A bundle hands them out, a reader takes them; neither
//! knows the other. Must not know formats.

use std::fmt;
use std::io::{self, Read};
use std::sync::Arc;

use crate::limits::{Stop, StopReason};

/// Bytes that can be read at any position, by several threads at once.
pub trait ReadAt: Send + Sync {
    /// How many bytes there are.
    fn len(&self) -> u64;

    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Reads at `offset` and returns how many bytes came; 0 only at the end.
    ///
    /// # Errors
    /// Whatever the operating system says.
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize>;
}

impl ReadAt for [u8] {
    fn len(&self) -> u64 {
        <[u8]>::len(self) as u64
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let rest = usize::try_from(offset)
            .ok()
            .and_then(|start| self.get(start..))
            .unwrap_or_default();
        let mut rest = rest;
        rest.read(buffer)
    }
}

impl ReadAt for Vec<u8> {
    fn len(&self) -> u64 {
        ReadAt::len(self.as_slice())
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        self.as_slice().read_at(offset, buffer)
    }
}

impl ReadAt for Arc<[u8]> {
    fn len(&self) -> u64 {
        ReadAt::len(self.as_ref())
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        self.as_ref().read_at(offset, buffer)
    }
}

/// A file on disk, read by position so that threads share it without a lock.
#[derive(Debug)]
pub struct FileAt {
    file: std::fs::File,
    len: u64,
}

impl FileAt {
    /// Takes an open file; its length is what it is now.
    ///
    /// # Errors
    /// When the length cannot be told.
    pub fn new(file: std::fs::File) -> io::Result<Self> {
        let len = file.metadata()?.len();
        Ok(Self { file, len })
    }
}

impl ReadAt for FileAt {
    fn len(&self) -> u64 {
        self.len
    }

    #[cfg(unix)]
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        std::os::unix::fs::FileExt::read_at(&self.file, buffer, offset)
    }

    #[cfg(windows)]
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        std::os::windows::fs::FileExt::seek_read(&self.file, buffer, offset)
    }
}

/// Bytes to read into, that begin at the start of a page.
///
/// The allocator hands out large blocks that begin 16 bytes into a page, and there the kernel of Linux copies a file at a
/// third of the speed.
#[derive(Debug)]
pub(crate) struct Buffer {
    bytes: Vec<u8>,
    start: usize,
    len: usize,
}

impl Buffer {
    /// Bytes of a page, and of no cache line less.
    const PAGE: usize = 4096;

    /// A buffer of so many bytes, all of them zero.
    pub(crate) fn new(len: usize) -> Self {
        let bytes = vec![0; len.saturating_add(Self::PAGE)];
        // Where no place is known to be right, any will do.
        let start = Some(bytes.as_ptr().align_offset(Self::PAGE))
            .filter(|&start| start < Self::PAGE)
            .unwrap_or(0);
        Self { bytes, start, len }
    }

    /// All of its bytes.
    pub(crate) fn bytes(&self) -> &[u8] {
        let end = self.start.saturating_add(self.len);
        self.bytes.get(self.start..end).unwrap_or_default()
    }

    /// All of its bytes, to be written.
    pub(crate) fn bytes_mut(&mut self) -> &mut [u8] {
        let end = self.start.saturating_add(self.len);
        self.bytes.get_mut(self.start..end).unwrap_or_default()
    }
}

/// Reads `len` bytes at `offset`, fewer only where the bytes end. Allocates no more than there is.
///
/// # Errors
/// Whatever the operating system says.
pub fn read_range(bytes: &dyn ReadAt, offset: u64, len: usize) -> io::Result<Vec<u8>> {
    let left = usize::try_from(bytes.len().saturating_sub(offset)).unwrap_or(usize::MAX);
    let mut buffer = vec![0; len.min(left)];
    let filled = fill_at(bytes, offset, &mut buffer)?;
    buffer.truncate(filled);
    Ok(buffer)
}

/// Fills `buffer` from `offset` on, less only where the bytes end; says how much of it.
pub(crate) fn fill_at(bytes: &dyn ReadAt, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match bytes.read_at(offset.saturating_add(filled as u64), rest) {
            Ok(0) => break,
            Ok(count) => filled = filled.saturating_add(count),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// Why a stream ended before its own end. It travels inside the [`io::Error`] the stream ends with; all bytes
/// that came before it are good to use.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StreamEnd {
    /// A limit of the run cut the stream; the text says which.
    #[error("{0}")]
    Limit(String),
    /// All bytes came, but their checksum or their number is not what the archive says.
    #[error("{0}")]
    Mismatch(String),
    /// The archive ends before the stream does.
    #[error("{0}")]
    Truncated(String),
    /// The stream cannot be unpacked any further.
    #[error("{0}")]
    Damaged(String),
    /// The run was ended.
    #[error("{0}")]
    Stopped(StopReason),
}

impl StreamEnd {
    /// The reason inside an error that a stream ended with, if it is one of these.
    pub fn of(error: &io::Error) -> Option<&Self> {
        error.get_ref()?.downcast_ref()
    }
}

impl From<StreamEnd> for io::Error {
    fn from(end: StreamEnd) -> Self {
        let kind = match end {
            StreamEnd::Limit(_) => io::ErrorKind::FileTooLarge,
            StreamEnd::Mismatch(_) | StreamEnd::Damaged(_) => io::ErrorKind::InvalidData,
            StreamEnd::Truncated(_) => io::ErrorKind::UnexpectedEof,
            StreamEnd::Stopped(_) => io::ErrorKind::TimedOut,
        };
        Self::new(kind, end)
    }
}

/// A part of other bytes: a member of an archive that lies there as it is.
pub struct Region {
    base: Arc<dyn ReadAt>,
    start: u64,
    len: u64,
}

impl Region {
    /// The bytes from `start` on, `len` of them or as many as there are.
    pub fn new(base: Arc<dyn ReadAt>, start: u64, len: u64) -> Self {
        let len = len.min(base.len().saturating_sub(start));
        Self { base, start, len }
    }
}

impl fmt::Debug for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Region({} bytes at {})", self.len, self.start)
    }
}

impl ReadAt for Region {
    fn len(&self) -> u64 {
        self.len
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.len.saturating_sub(offset)).unwrap_or(usize::MAX);
        let want = buffer.len().min(left);
        let Some(buffer) = buffer.get_mut(..want).filter(|part| !part.is_empty()) else {
            return Ok(0);
        };
        self.base.read_at(self.start.saturating_add(offset), buffer)
    }
}

/// The bytes of one artifact.
pub enum Source {
    /// Bytes that can be read anywhere: a file on disk, or a member held in memory.
    At(Arc<dyn ReadAt>),
    /// Bytes that come once, in order: a member of an archive while it is unpacked.
    Stream(Box<dyn Read + Send>),
}

impl Source {
    /// Bytes in memory.
    pub fn memory(bytes: impl Into<Vec<u8>>) -> Self {
        Self::At(Arc::new(bytes.into()))
    }

    /// The bytes in order, from the first.
    pub fn into_stream(self) -> Box<dyn Read + Send> {
        match self {
            Self::At(at) => Box::new(Cursor { at, position: 0 }),
            Self::Stream(stream) => stream,
        }
    }
}

impl Source {
    /// The same bytes, as long as the run may go on; each read asks.
    #[must_use]
    pub fn until(self, stop: &Stop) -> Self {
        let stop = stop.clone();
        match self {
            Self::At(at) => Self::At(Arc::new(Until { inner: at, stop })),
            Self::Stream(stream) => Self::Stream(Box::new(Until { inner: stream, stop })),
        }
    }
}

/// Bytes that end with an error once the run is to end.
struct Until<T> {
    inner: T,
    stop: Stop,
}

impl<T> Until<T> {
    fn check(&self) -> io::Result<()> {
        match self.stop.reason() {
            Some(reason) => Err(StreamEnd::Stopped(reason).into()),
            None => Ok(()),
        }
    }
}

impl ReadAt for Until<Arc<dyn ReadAt>> {
    fn len(&self) -> u64 {
        self.inner.len()
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        self.check()?;
        self.inner.read_at(offset, buffer)
    }
}

impl Read for Until<Box<dyn Read + Send>> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.check()?;
        self.inner.read(buffer)
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At(at) => write!(f, "Source::At({} bytes)", at.len()),
            Self::Stream(_) => f.write_str("Source::Stream"),
        }
    }
}

/// `Read` and `Seek` over positioned bytes; clones share the bytes, not the position.
#[derive(Clone)]
pub struct Cursor {
    at: Arc<dyn ReadAt>,
    position: u64,
}

impl Cursor {
    /// Starts at the first byte.
    pub fn new(at: Arc<dyn ReadAt>) -> Self {
        Self { at, position: 0 }
    }
}

impl fmt::Debug for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cursor({} of {})", self.position, self.at.len())
    }
}

impl Read for Cursor {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.at.read_at(self.position, buffer)?;
        self.position = self.position.saturating_add(count as u64);
        Ok(count)
    }
}

impl io::Seek for Cursor {
    fn seek(&mut self, to: io::SeekFrom) -> io::Result<u64> {
        let target = match to {
            io::SeekFrom::Start(offset) => Some(offset),
            io::SeekFrom::End(delta) => self.at.len().checked_add_signed(delta),
            io::SeekFrom::Current(delta) => self.position.checked_add_signed(delta),
        };
        self.position = target.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.position)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_begins_at_a_page() {
        for len in [1, 4096, 131_072, 1 << 20] {
            let mut buffer = Buffer::new(len);
            assert_eq!(buffer.bytes().len(), len);
            assert_eq!(buffer.bytes_mut().as_ptr().align_offset(Buffer::PAGE), 0);
        }
    }
}
