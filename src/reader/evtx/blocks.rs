//! Brings the bytes of a log in, block by block, and has them worked on in parallel. Knows nothing of what is in
//! them but the size of a chunk.
//!
//! Memory is bounded whatever the size of the log and the number of threads: positioned reads fill one block for each
//! thread; a stream is read one batch ahead. Results are handed on in the order of the file, those of one window of
//! blocks while the next one is worked on.

use std::io::{self, Read};
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;

use super::header::CHUNK_SIZE;
use crate::source::{Buffer, ReadAt, Source, fill_at};

/// Bytes worked on as one piece: small enough to stay in a core's cache.
const BLOCK: usize = 2 * CHUNK_SIZE;
/// Blocks whose results wait to be handed on in order, and that are read ahead of a stream: 4 MiB of the log.
const WINDOW: usize = 32;
/// Bytes at the start that are looked at before the reading begins.
const HEAD: usize = 4096;

/// The bytes of a log, opened.
pub(super) struct Blocks {
    head: Vec<u8>,
    start: u64,
    source: Opened,
}

enum Opened {
    At(Arc<dyn ReadAt>),
    Stream(Box<dyn Read + Send>),
}

/// How the reading ended.
#[derive(Debug, Default)]
pub(super) struct End {
    /// Bytes from the start of the file up to where reading ended.
    pub(super) bytes: u64,
    /// Why it ended before the end of the file.
    pub(super) error: Option<io::Error>,
}

impl Blocks {
    /// Reads the head.
    pub(super) fn open(source: Source) -> io::Result<Self> {
        let mut head = vec![0; HEAD];
        let source = match source {
            Source::At(at) => {
                let count = fill_at(&*at, 0, &mut head)?;
                head.truncate(count);
                Opened::At(at)
            }
            Source::Stream(mut stream) => {
                let count = read_full(&mut *stream, &mut head)?;
                head.truncate(count);
                Opened::Stream(stream)
            }
        };
        Ok(Self {
            head,
            start: 0,
            source,
        })
    }

    /// The first bytes of the file.
    pub(super) fn head(&self) -> &[u8] {
        &self.head
    }

    /// Where the first chunk is.
    pub(super) fn start_at(&mut self, offset: u64) {
        self.start = offset;
    }

    /// Has every block worked on, in parallel, and hands the results on in order until `sink` breaks.
    /// `work` gets the offset of the block; its size is a multiple of that of a chunk, except at the end.
    pub(super) fn run<T: Send>(
        self,
        work: impl Fn(u64, &[u8]) -> T + Sync,
        sink: impl FnMut(T) -> ControlFlow<()> + Send,
    ) -> End {
        match self.source {
            Opened::At(at) => run_at(&*at, self.start, work, sink),
            Opened::Stream(stream) => {
                let skipped = usize::try_from(self.start).unwrap_or(usize::MAX);
                let head = self.head.get(skipped..).unwrap_or_default().to_vec();
                let at = u64::try_from(self.head.len().min(skipped)).unwrap_or(self.start);
                run_stream(io::Cursor::new(head).chain(stream), at, work, sink)
            }
        }
    }
}

fn run_at<T: Send>(
    at: &dyn ReadAt,
    start: u64,
    work: impl Fn(u64, &[u8]) -> T + Sync,
    mut sink: impl FnMut(T) -> ControlFlow<()> + Send,
) -> End {
    let mut end = End {
        bytes: at.len().min(start),
        error: None,
    };
    let buffers = Mutex::new(Vec::new());
    let blocks = at.len().saturating_sub(start).div_ceil(BLOCK as u64);
    let read = |index: u64| {
        let offset = start.saturating_add(index.saturating_mul(BLOCK as u64));
        with_buffer(&buffers, |buffer| {
            let count = fill_at(at, offset, buffer)?;
            let bytes = buffer.get(..count).unwrap_or_default();
            Ok((count as u64, work(offset, bytes)))
        })
    };
    let mut done: Vec<io::Result<(u64, T)>> = Vec::new();
    for first in (0..blocks).step_by(WINDOW) {
        let window = first..blocks.min(first.saturating_add(WINDOW as u64));
        let (flow, next) = rayon::join(
            || end.hand_on(std::mem::take(&mut done), &mut sink),
            || window.into_par_iter().map(read).collect(),
        );
        if flow.is_break() {
            return end;
        }
        done = next;
    }
    let _ = end.hand_on(done, &mut sink);
    end
}

impl End {
    /// Hands the results of a window on; breaks where `sink` does and where reading failed.
    fn hand_on<T>(
        &mut self,
        results: Vec<io::Result<(u64, T)>>,
        sink: &mut impl FnMut(T) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        for result in results {
            match result {
                Ok((count, result)) => {
                    self.bytes = self.bytes.saturating_add(count);
                    sink(result)?;
                }
                Err(error) => {
                    self.error = Some(error);
                    return ControlFlow::Break(());
                }
            }
        }
        ControlFlow::Continue(())
    }
}

/// Lends a buffer of one block. As many exist as threads were at work at once.
fn with_buffer<T>(buffers: &Mutex<Vec<Buffer>>, use_it: impl FnOnce(&mut [u8]) -> T) -> T {
    let lent = buffers.lock().unwrap_or_else(PoisonError::into_inner).pop();
    let mut buffer = lent.unwrap_or_else(|| Buffer::new(BLOCK));
    let result = use_it(buffer.bytes_mut());
    buffers
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(buffer);
    result
}

fn run_stream<T: Send>(
    mut stream: impl Read + Send,
    start: u64,
    work: impl Fn(u64, &[u8]) -> T + Sync,
    mut sink: impl FnMut(T) -> ControlFlow<()> + Send,
) -> End {
    let mut end = End {
        bytes: start,
        error: None,
    };
    let mut ready = Vec::new();
    let mut coming = Vec::new();
    let mut done: Vec<io::Result<(u64, T)>> = Vec::new();
    let mut at = start;
    let mut read = fill(&mut stream, &mut ready);
    loop {
        let batch = ready.as_slice();
        let (flow, (more, next)) = rayon::join(
            || end.hand_on(std::mem::take(&mut done), &mut sink),
            || {
                rayon::join(
                    || match read {
                        Ok(true) => fill(&mut stream, &mut coming),
                        _ => Ok(false),
                    },
                    || {
                        batch
                            .par_chunks(BLOCK)
                            .enumerate()
                            .map(|(index, bytes)| {
                                let offset = at.saturating_add((index * BLOCK) as u64);
                                Ok((bytes.len() as u64, work(offset, bytes)))
                            })
                            .collect()
                    },
                )
            },
        );
        if flow.is_break() {
            return end;
        }
        done = next;
        at = at.saturating_add(batch.len() as u64);
        if !matches!(read, Ok(true)) {
            let flow = end.hand_on(done, &mut sink);
            if flow.is_continue() {
                end.error = read.err();
            }
            return end;
        }
        read = more;
        std::mem::swap(&mut ready, &mut coming);
    }
}

/// Reads the next batch; says whether there may be more. What came before an error is kept.
fn fill(stream: &mut impl Read, batch: &mut Vec<u8>) -> io::Result<bool> {
    let size = WINDOW * BLOCK;
    batch.clear();
    let limit = u64::try_from(size).unwrap_or(u64::MAX);
    stream.by_ref().take(limit).read_to_end(batch)?;
    Ok(batch.len() == size)
}

fn read_full(stream: &mut dyn Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match stream.read(rest) {
            Ok(0) => break,
            Ok(count) => filled = filled.saturating_add(count),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}
