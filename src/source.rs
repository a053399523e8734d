//! The bytes of one artifact, wherever they lie. A bundle hands them out, a reader takes them; neither
//! knows the other. Must not know formats.

use std::fmt;
use std::io::{self, Read};
use std::sync::Arc;

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
