//! Windows event logs (`.evtx`): a file header, then chunks of 64 KiB that each stand for themselves.
//!
//! Owns the format from the first byte to the [`Event`](crate::model::Event). Must not know what the events mean.
//!
//! The parts, in the order in which bytes pass them: [`blocks`] brings them in and keeps threads busy; [`header`]
//! checks a chunk and [`walk`] finds its records; in [`chunk`] the [`sieve`] judges each record by the [`layout`] of its
//! template, which is made from the [`spell`]ed-out definition and kept on a [`shelf`], and by the [`shape`] of its values, which
//! is nearly always that of the record before; [`fold`] tells floods, [`peek`] looks at single fields and [`scan`] for codes;
//! those of interest that say what others said are known by [`repeat`]; the rest is decoded by [`decode`], whose [`head`] is that of a record before, also where they are only written as [`lines`], or, left by that, read a second time by the `evtx` crate ([`reference`]); [`tally`] adds up what came out.
//!
//! Folklore: a third of the logs that customers send are flagged dirty, because they were copied while in use;
//! the counts in their headers are stale, so chunks are counted by the length of the file. A third of the chunk
//! slots are empty, because Windows preallocates them. Neither is a problem.

mod blocks;
mod chunk;
mod cursor;
mod decode;
mod fold;
mod head;
mod header;
mod instance;
mod layout;
mod lines;
mod odd;
mod peek;
mod reference;
mod repeat;
mod scan;
#[cfg(feature = "evtx-fallback")]
mod second_reading;
mod shape;
mod shelf;
mod sieve;
mod spans;
mod spell;
mod tally;
mod texts;
mod value;
mod walk;
mod wanted;

use std::ops::ControlFlow;

use crate::model::{ArtifactFormat, Findings, Origin, Problem, ProblemKind};
use crate::source::Source;

use super::{Context, Writer, secrets};
use header::{CHUNK_MAGIC, CHUNK_SIZE, FILE_HEADER_SIZE, FILE_MAGIC, FileHeader};
use lines::Lines;
use repeat::Memories;
use scan::{Scanner, Words};
use shelf::Layouts;
pub(crate) use tally::Tally;
use wanted::Asked;

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
/// depend on how many threads there are. Of each piece of the log `digest` makes what `sink` gets, see
/// [`write_pieces`](super::write_pieces).
pub(crate) fn read<T: Send>(
    source: Source,
    asked: (&Context<'_>, Option<&dyn Writer>),
    findings: &mut Findings,
    digest: impl Fn(&mut Findings, Vec<u8>) -> T + Sync,
    sink: impl FnMut(T) -> ControlFlow<()> + Send,
) {
    findings.format = Some(ArtifactFormat::Evtx);
    let (total, bytes) = tally(source, asked, digest, sink);
    findings.bytes = bytes;
    total.finish(findings);
}

/// Reads a log; the number is that of the bytes it has.
fn tally<'a, T: Send>(
    source: Source,
    (context, writer): (&'a Context<'a>, Option<&dyn Writer>),
    digest: impl Fn(&mut Findings, Vec<u8>) -> T + Sync,
    mut sink: impl FnMut(T) -> ControlFlow<()> + Send,
) -> (Tally<'a>, u64) {
    let mut total = Tally::new(context);
    let mut blocks = match blocks::Blocks::open(source) {
        Ok(blocks) => blocks,
        Err(error) => {
            let origin = Origin::artifact(context.path.clone());
            total.note(Problem::new(ProblemKind::of(&error), origin, error.to_string()));
            return (total, 0);
        }
    };
    let header = FileHeader::read(blocks.head());
    if let Some((kind, detail)) = header.problems() {
        let origin = Origin::offset(context.path.clone(), 0);
        total.note(Problem::new(kind, origin, detail));
    }
    blocks.start_at(header.first_chunk_offset());
    let run = Run::new(context);
    let end = blocks.run(
        |offset, bytes| {
            let mut tally = Tally::new(context);
            tally.stencils = run.memories.lend().filter(|_| writer.is_none());
            // Stale records come last and belong between the others: with them, nothing is written before all is read.
            let mut lines = Lines::new(writer.filter(|_| !context.recover));
            for (chunk, at) in bytes.chunks(CHUNK_SIZE).zip((offset..).step_by(CHUNK_SIZE)) {
                chunk::read(chunk, at, &run, &mut tally, &mut lines);
            }
            let written = lines.finish();
            let made = tally.digest(|piece| {
                secrets::mask(context, piece);
                digest(piece, written)
            });
            run.memories.take_back(tally.stencils.take());
            (tally, made)
        },
        |(tally, made)| {
            total.absorb(tally);
            sink(made)?;
            if total.is_full() {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        },
    );
    if let Some(error) = end.error {
        let origin = Origin::offset(context.path.clone(), end.bytes);
        total.note(Problem::new(ProblemKind::of(&error), origin, error.to_string()));
    }
    if let Some(missing) = header.missing_chunks(end.bytes) {
        let origin = Origin::offset(context.path.clone(), end.bytes);
        let detail = format!("the file header counts {missing} more chunks than the file holds");
        total.note(Problem::new(ProblemKind::Truncated, origin, detail));
    }
    (total, end.bytes)
}

/// What the reading of one log shares between its chunks.
#[derive(Debug)]
struct Run<'a> {
    context: &'a Context<'a>,
    layouts: Layouts<'a>,
    asked: Asked<'a>,
    scanner: Scanner,
    words: Words<'a>,
    memories: Memories,
}

impl<'a> Run<'a> {
    fn new(context: &'a Context<'a>) -> Self {
        Self {
            context,
            layouts: Layouts::new(context.interest),
            asked: Asked::new(context.interest.narrow()),
            scanner: Scanner::new(context.interest),
            words: Words::new(context.interest),
            memories: Memories::new(context.interest, context.limits),
        }
    }

    fn origin(&self, offset: u64) -> Origin {
        Origin::offset(self.context.path.clone(), offset)
    }
}

#[cfg(test)]
mod tests;
