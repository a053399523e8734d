//! Windows event logs (`.evtx`): a file header, then chunks of 64 KiB that each stand for themselves.
//!
//! Owns the format from the first byte to the [`Event`](crate::model::Event). Must not know what the events mean.
//!
//! The parts: [`blocks`] brings the bytes in and keeps threads busy, [`header`] reads the two kinds of header,
//! [`reference`] decodes by way of the `evtx` crate, [`tally`] adds up what came out.
//!
//! Folklore: a third of the logs that customers send are flagged dirty, because they were copied while in use;
//! the counts in their headers are stale, so chunks are counted by the length of the file. A third of the chunk
//! slots are empty, because Windows preallocates them. Neither is a problem.

mod blocks;
mod cursor;
mod header;
mod reference;
mod tally;

use std::ops::ControlFlow;

use crate::model::{Findings, Format, Origin, Problem, ProblemKind};
use crate::source::Source;

use super::Context;
use header::{CHUNK_MAGIC, CHUNK_SIZE, FILE_HEADER_SIZE, FILE_MAGIC, FileHeader};
pub(crate) use tally::Tally;

/// Whether these are the first bytes of an event log, or of one whose file header was lost or overwritten.
/// Wants the first 4,104 bytes, and makes do with fewer.
pub(crate) fn sniff(head: &[u8]) -> bool {
    let after_header = usize::try_from(FILE_HEADER_SIZE)
        .ok()
        .and_then(|size| head.get(size..));
    head.starts_with(FILE_MAGIC)
        || head.starts_with(CHUNK_MAGIC)
        || after_header.is_some_and(|rest| rest.starts_with(CHUNK_MAGIC))
}

/// Reads a log into `findings`. Chunks are decoded in parallel on the current rayon pool; what comes out does not
/// depend on how many threads there are.
pub(crate) fn read(source: Source, context: &Context<'_>, findings: &mut Findings) {
    findings.format = Some(Format::Evtx);
    let mut total = Tally::new(context);
    let mut blocks = match blocks::Blocks::open(source) {
        Ok(blocks) => blocks,
        Err(error) => {
            let origin = Origin::artifact(context.path.clone());
            total.note(Problem::new(ProblemKind::Unreadable, origin, error.to_string()));
            return total.finish(findings);
        }
    };
    let header = FileHeader::read(blocks.head());
    if let Some((kind, detail)) = header.problems() {
        let origin = Origin::offset(context.path.clone(), 0);
        total.note(Problem::new(kind, origin, detail));
    }
    blocks.start_at(header.first_chunk_offset());
    let end = blocks.run(
        |offset, bytes| {
            let mut tally = Tally::new(context);
            for (chunk, at) in bytes.chunks(CHUNK_SIZE).zip((offset..).step_by(CHUNK_SIZE)) {
                read_chunk(chunk, at, context, &mut tally);
            }
            tally
        },
        |tally| {
            total.absorb(tally);
            if total.is_full() {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        },
    );
    if let Some(error) = end.error {
        let origin = Origin::offset(context.path.clone(), end.bytes);
        total.note(Problem::new(ProblemKind::Unreadable, origin, error.to_string()));
    }
    if let Some(missing) = header.missing_chunks(end.bytes) {
        let origin = Origin::offset(context.path.clone(), end.bytes);
        let detail = format!("the file header counts {missing} more chunks than the file holds");
        total.note(Problem::new(ProblemKind::Truncated, origin, detail));
    }
    findings.bytes = end.bytes;
    total.finish(findings);
}

/// Reads one slot for a chunk; `bytes` may be short at the end of the file.
fn read_chunk(bytes: &[u8], offset: u64, context: &Context<'_>, tally: &mut Tally<'_>) {
    if header::is_blank(bytes) {
        return;
    }
    let short = bytes.len() < CHUNK_SIZE;
    if short {
        let origin = Origin::offset(context.path.clone(), offset);
        let detail = format!("the last chunk has {} of {CHUNK_SIZE} bytes", bytes.len());
        tally.note(Problem::new(ProblemKind::Truncated, origin, detail));
    }
    if let Some(detail) = header::damage(bytes) {
        let origin = Origin::offset(context.path.clone(), offset);
        tally.note(Problem::new(ProblemKind::Damaged, origin, detail));
    }
    reference::read_chunk(bytes, offset, context, tally);
}

#[cfg(test)]
mod tests;
