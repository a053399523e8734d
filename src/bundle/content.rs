//! Where the bytes of a member lie and how they come out: as they are, or as a stream through a decoder, a
//! checksum and a limit. Must not know which container said so.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::PathBuf;
use std::sync::Arc;

use super::codec::Codec;
use super::zip::Key;
use crate::limits::Limits;
use crate::source::{Cursor, FileAt, ReadAt, Region, Source, StreamEnd, read_range};

/// Unpacked bytes that are free of the ratio limit: short members of one repeated character are harmless.
const RATIO_FREE: u64 = 1 << 20;

/// How coded bytes are read.
const BUFFER: usize = 64 << 10;

/// The bytes of one member.
#[derive(Clone)]
pub(super) enum Content {
    /// A file on disk, opened when it is read: a bundle may hold more files than a process may open.
    File { path: PathBuf, len: u64 },
    /// Bytes that lie somewhere as they are; their checksum, if the container says one, is not compared.
    Plain {
        bytes: Arc<dyn ReadAt>,
        crc: Option<u32>,
    },
    /// Coded bytes inside a container.
    Packed(Packed),
    /// A whole member in one coding, such as gzip.
    Coded { inner: Arc<Self>, codec: Codec },
}

/// Coded bytes inside a container, and what the container says of them.
#[derive(Clone)]
pub(super) struct Packed {
    pub(super) bytes: Arc<dyn ReadAt>,
    pub(super) codec: Codec,
    /// Plain bytes, if the container says.
    pub(super) size: Option<u64>,
    /// CRC-32 of the plain bytes, if the container says.
    pub(super) crc: Option<u32>,
    /// Whether the container ends before these bytes do.
    pub(super) cut: bool,
    /// What decrypts them first.
    pub(super) key: Option<Key>,
}

impl Content {
    /// How many plain bytes the container promises.
    pub(super) fn size(&self) -> Option<u64> {
        match self {
            Self::File { len, .. } => Some(*len),
            Self::Plain { bytes, .. } => Some(bytes.len()),
            Self::Packed(packed) => packed.size,
            Self::Coded { .. } => None,
        }
    }

    /// The CRC-32 that the container promises.
    pub(super) fn crc(&self) -> Option<u32> {
        match self {
            Self::Packed(packed) => packed.crc,
            Self::Plain { crc, .. } => *crc,
            _ => None,
        }
    }

    /// How many plain bytes may come at most, by the limits on size and ratio.
    pub(super) fn bound(&self, limits: &Limits) -> u64 {
        let unpacked = |packed: u64| unpacked_bound(packed, limits).min(limits.entry_bytes);
        match self {
            Self::File { len, .. } => *len,
            Self::Plain { bytes, .. } => bytes.len(),
            Self::Packed(packed) => unpacked(packed.bytes.len()),
            Self::Coded { inner, .. } => unpacked(inner.bound(limits)),
        }
    }

    /// The bytes, without a limit on their number.
    ///
    /// # Errors
    /// When the file cannot be opened or the head of a coded stream is broken.
    pub(super) fn open(&self) -> io::Result<Source> {
        Ok(match self {
            Self::File { path, .. } => Source::At(Arc::new(FileAt::new(File::open(path)?)?)),
            Self::Plain { bytes, .. } => Source::At(bytes.clone()),
            Self::Packed(packed) => packed.open()?,
            Self::Coded { inner, codec } => {
                let stream = inner.open()?.into_stream();
                let stream = BufReader::with_capacity(BUFFER, stream);
                Source::Stream(codec.decode(Box::new(stream), None)?)
            }
        })
    }

    /// The bytes, `allowance` of them at most; the stream says so when there were more.
    ///
    /// # Errors
    /// As [`Content::open`].
    pub(super) fn open_within(&self, allowance: u64) -> io::Result<Source> {
        Ok(match self.open()? {
            Source::At(bytes) if bytes.len() > allowance => {
                Source::At(Arc::new(Region::new(bytes, 0, allowance)))
            }
            Source::At(bytes) => Source::At(bytes),
            Source::Stream(inner) => Source::Stream(Box::new(limited(inner, allowance))),
        })
    }

    /// The last `len` bytes of what can be read anywhere.
    pub(super) fn tail(&self, len: u64) -> io::Result<Vec<u8>> {
        match self {
            Self::Packed(_) | Self::Coded { .. } => Ok(Vec::new()),
            Self::File { .. } | Self::Plain { .. } => match self.open()? {
                Source::At(bytes) => {
                    let start = bytes.len().saturating_sub(len);
                    read_range(bytes.as_ref(), start, usize::try_from(len).unwrap_or(0))
                }
                Source::Stream(_) => Ok(Vec::new()),
            },
        }
    }

    /// The first `len` bytes, fewer if there are fewer or an error comes first.
    pub(super) fn head(&self, len: usize) -> io::Result<Vec<u8>> {
        let mut head = Vec::new();
        let stream = self.open()?.into_stream();
        match stream.take(len as u64).read_to_end(&mut head) {
            Err(error) if head.is_empty() => Err(error),
            _ => Ok(head),
        }
    }
}

impl Packed {
    /// The same bytes under a key.
    pub(super) fn with_key(&self, key: Key) -> Self {
        Self {
            key: Some(key),
            ..self.clone()
        }
    }

    fn open(&self) -> io::Result<Source> {
        let coded = match &self.key {
            None => Box::new(Cursor::new(self.bytes.clone())),
            Some(key) => key.open(&self.bytes)?,
        };
        let coded = BufReader::with_capacity(BUFFER, coded);
        let inner = self.codec.decode(Box::new(coded), self.size)?;
        Ok(Source::Stream(Box::new(Checked {
            inner,
            seen: 0,
            crc: crc32fast::Hasher::new(),
            promise: self.clone(),
            ended: false,
        })))
    }
}

/// Ends with an error when the bytes are not those that the container promised.
struct Checked {
    inner: Box<dyn Read + Send>,
    seen: u64,
    crc: crc32fast::Hasher,
    promise: Packed,
    ended: bool,
}

impl Checked {
    fn end(&mut self) -> io::Result<usize> {
        self.ended = true;
        let size = self.promise.size;
        if self.promise.cut || size.is_some_and(|size| self.seen < size) {
            let promised = size.map_or(String::from("more"), |size| size.to_string());
            let seen = self.seen;
            return Err(StreamEnd::Truncated(format!("ends after {seen} bytes of {promised}")).into());
        }
        let crc = self.crc.clone().finalize();
        match self.promise.crc {
            Some(promised) if promised != crc => Err(StreamEnd::Mismatch(format!(
                "the checksum of what came is {crc:08x}, the archive says {promised:08x}"
            ))
            .into()),
            _ => Ok(0),
        }
    }
}

impl Read for Checked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.ended || buffer.is_empty() {
            return Ok(0);
        }
        let left = self
            .promise
            .size
            .map_or(u64::MAX, |size| size.saturating_sub(self.seen));
        if left == 0 {
            let more = self.inner.read(&mut [0]).unwrap_or(0);
            if more == 0 {
                return self.end();
            }
            self.ended = true;
            let text = format!("there is more than the {} bytes that the archive says", self.seen);
            return Err(StreamEnd::Mismatch(text).into());
        }
        let want = buffer.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        let part = buffer.get_mut(..want).unwrap_or_default();
        let count = match self.inner.read(part) {
            Err(_) if self.promise.cut => 0,
            other => other?,
        };
        if count == 0 {
            return self.end();
        }
        self.crc.update(part.get(..count).unwrap_or_default());
        self.seen = self.seen.saturating_add(count as u64);
        Ok(count)
    }
}

/// How many bytes may come out of `packed` ones by the limit on the ratio.
pub(super) fn unpacked_bound(packed: u64, limits: &Limits) -> u64 {
    packed.saturating_mul(limits.ratio).max(RATIO_FREE)
}

/// A stream that ends with an error when more than the allowance would come, and says of every other error what it is.
pub(super) fn limited(inner: Box<dyn Read + Send>, allowance: u64) -> impl Read + Send {
    Limited {
        inner,
        left: allowance,
        allowance,
    }
}

/// Says of a decoder's error what kind of end it is. What the operating system says stays as it is.
fn explain(error: io::Error) -> io::Error {
    let text = error.to_string();
    match error.kind() {
        _ if StreamEnd::of(&error).is_some() || error.raw_os_error().is_some() => error,
        io::ErrorKind::Interrupted => error,
        io::ErrorKind::UnexpectedEof => StreamEnd::Truncated(text).into(),
        _ => StreamEnd::Damaged(text).into(),
    }
}

/// Ends with an error when more than the allowance would come.
struct Limited {
    inner: Box<dyn Read + Send>,
    left: u64,
    allowance: u64,
}

impl Read for Limited {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            return match self.inner.read(&mut [0]).map_err(explain)? {
                0 => Ok(0),
                _ => Err(StreamEnd::Limit(format!(
                    "only the first {} bytes are read: the limit on unpacked bytes or on their ratio to packed ones",
                    self.allowance
                ))
                .into()),
            };
        }
        let want = buffer.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        let count = self.inner.read(buffer.get_mut(..want).unwrap_or_default());
        let count = count.map_err(explain)?;
        self.left = self.left.saturating_sub(count as u64);
        Ok(count)
    }
}
