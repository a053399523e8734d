//! Bytes that must be read at any position but come as a stream: held in memory while the memory limit
//! allows, in an unlinked temporary file otherwise. Must not know containers.

use std::fs::File;
use std::io::{self, Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::source::{Buffer, FileAt, ReadAt};

/// One step of growth, and the unit in which memory is counted.
const SEGMENT: usize = 256 << 10;

/// The memory that held bytes may take, shared by everything held in one run.
#[derive(Debug, Clone)]
pub(super) struct Memory(Arc<AtomicU64>);

impl Memory {
    /// `bytes` in all.
    pub(super) fn new(bytes: u64) -> Self {
        Self(Arc::new(AtomicU64::new(bytes)))
    }

    fn take(&self, bytes: usize) -> bool {
        self.0
            .try_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                left.checked_sub(bytes as u64)
            })
            .is_ok()
    }

    fn give_back(&self, bytes: u64) {
        self.0.fetch_add(bytes, Ordering::Relaxed);
    }
}

/// Bytes in memory in segments of one size, so that growing copies nothing.
struct Segments {
    segments: Vec<Box<[u8]>>,
    len: u64,
    memory: Memory,
}

impl ReadAt for Segments {
    fn len(&self) -> u64 {
        self.len
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let (Ok(index), Ok(inside)) = (
            usize::try_from(offset / SEGMENT as u64),
            usize::try_from(offset % SEGMENT as u64),
        ) else {
            return Ok(0);
        };
        let mut rest = self
            .segments
            .get(index)
            .and_then(|segment| segment.get(inside..))
            .unwrap_or_default();
        rest.read(buffer)
    }
}

impl Drop for Segments {
    fn drop(&mut self) {
        let count = self.segments.len() as u64;
        self.memory.give_back(count.saturating_mul(SEGMENT as u64));
    }
}

/// What came of holding a stream: the bytes that came, and the error that ended it early, if any.
pub(super) struct Held {
    pub(super) bytes: Arc<dyn ReadAt>,
    pub(super) error: Option<io::Error>,
}

/// Reads a stream to its end. An error of the stream keeps what came before it.
///
/// # Errors
/// When the temporary file cannot be made or written.
pub(super) fn hold(mut stream: impl Read, memory: &Memory) -> io::Result<Held> {
    let mut held = Segments {
        segments: Vec::new(),
        len: 0,
        memory: memory.clone(),
    };
    loop {
        if !memory.take(SEGMENT) {
            return spill(&held, stream);
        }
        let mut segment = Vec::new();
        let error = (&mut stream).take(SEGMENT as u64).read_to_end(&mut segment).err();
        let last = segment.len() < SEGMENT;
        held.len = held.len.saturating_add(segment.len() as u64);
        held.segments.push(segment.into_boxed_slice());
        if last || error.is_some() {
            return Ok(Held {
                bytes: Arc::new(held),
                error,
            });
        }
    }
}

/// Goes on in a file without a name, which no other user can open and which ends with this process.
fn spill(held: &Segments, mut stream: impl Read) -> io::Result<Held> {
    let mut file: File = tempfile::tempfile()?;
    for segment in &held.segments {
        file.write_all(segment)?;
    }
    let mut buffer = Buffer::new(SEGMENT);
    let mut error = None;
    loop {
        match stream.read(buffer.bytes_mut()) {
            Ok(0) => break,
            Ok(count) => file.write_all(buffer.bytes().get(..count).unwrap_or_default())?,
            Err(reason) if reason.kind() == io::ErrorKind::Interrupted => {}
            Err(reason) => {
                error = Some(reason);
                break;
            }
        }
    }
    Ok(Held {
        bytes: Arc::new(FileAt::new(file)?),
        error,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Cursor;

    fn round_trip(len: usize, memory: &Memory) -> Vec<u8> {
        let bytes: Vec<u8> = (0..len).map(|index| (index % 251) as u8).collect();
        let held = hold(bytes.as_slice(), memory).unwrap();
        assert!(held.error.is_none());
        assert_eq!(held.bytes.len(), len as u64);
        let mut back = Vec::new();
        Cursor::new(held.bytes).read_to_end(&mut back).unwrap();
        assert!(back == bytes);
        back
    }

    #[test]
    fn memory_first_then_a_file() {
        for memory in [0, 1 << 20, 64 << 20] {
            let memory = Memory::new(memory);
            for len in [0, 1, SEGMENT - 1, SEGMENT, SEGMENT + 1, 3 << 20] {
                round_trip(len, &memory);
            }
        }
        let memory = Memory::new(1 << 20);
        drop(hold(io::repeat(1).take(900 << 10), &memory).unwrap());
        assert_eq!(memory.0.load(Ordering::Relaxed), 1 << 20, "given back");
    }
}
