//! A trace for listing: gone through twice, so that its events can be handed on piece by piece while memory holds one piece. Must not
//! know what becomes of them.
//!
//! The first time, definitions, names and the computer are learnt, which merged traces tell at their end.

use std::io::{self, Read, Seek, Write};
use std::ops::ControlFlow;
use std::sync::Arc;

use super::buffer::Buffers;
use super::decode::Decoder;
use super::definitions::Definitions;
use super::record::{Next, Records};
use super::{Reading, run};
use crate::model::{ArtifactFormat, Findings, ProblemKind};
use crate::reader::Context;
use crate::reader::sink::{Sink, add_problem};
use crate::reader::wording::Wording;
use crate::source::{Cursor, FileAt, ReadAt, Source};

/// Events of a piece.
const EVENTS: usize = 4096;
/// Bytes of a stream that are held in memory, and not in a file without a name.
const HELD: u64 = 16 << 20;

/// Who takes the events over, a piece at a time.
pub(super) type HandOn<'h> = &'h mut dyn FnMut(&mut Findings) -> ControlFlow<()>;

/// Reads a trace. All events but the last few are given to `hand_on`, and none once it breaks; the rest stays in the findings.
pub(crate) fn read_pieces(
    source: Source,
    context: &Context<'_>,
    findings: &mut Findings,
    hand_on: HandOn<'_>,
) {
    findings.format = Some(ArtifactFormat::Etl);
    let (first, second) = match twice(source) {
        Ok(both) => both,
        Err(error) => {
            let mut sink = Sink::new(context, findings);
            let origin = sink.artifact();
            return sink.problem(ProblemKind::of(&error), origin, error.to_string());
        }
    };
    let mut decoder = Decoder::new(Definitions::of(context.interest.companions()));
    decoder.learn_all(Buffers::new(first, context.limits.ratio));
    let wording = Wording::new(context.interest);
    let sieve = super::Sieve::new(context.interest);
    let mut reading = Reading::new(&wording, Sink::new(context, findings), decoder, sieve);
    reading.hand_on = Some(hand_on);
    let buffers = Buffers::new(second, context.limits.ratio);
    run(reading, buffers).finish(context, findings);
}

type Stream = Box<dyn Read + Send>;

/// The same bytes two times.
fn twice(source: Source) -> io::Result<(Stream, Stream)> {
    let (at, end) = match source {
        Source::At(at) => (at, Ok(())),
        Source::Stream(stream) => held(stream)?,
    };
    let again = Cursor::new(Arc::clone(&at)).chain(Failing(end.err()));
    Ok((Box::new(Cursor::new(at)), Box::new(again)))
}

/// Bytes that came as a stream, and how that ended.
fn held(mut stream: Stream) -> io::Result<(Arc<dyn ReadAt>, io::Result<()>)> {
    let mut bytes = Vec::new();
    let end = (&mut stream).take(HELD).read_to_end(&mut bytes);
    if end.is_err() || (bytes.len() as u64) < HELD {
        return Ok((Arc::new(bytes), end.map(drop)));
    }
    let mut file = tempfile::tempfile()?;
    file.write_all(&bytes)?;
    drop(bytes);
    let end = io::copy(&mut stream, &mut file);
    file.flush()?;
    file.rewind()?;
    Ok((Arc::new(FileAt::new(file)?), end.map(drop)))
}

/// Fails once, as a stream did.
struct Failing(Option<io::Error>);

impl Read for Failing {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

impl Decoder {
    /// Goes to the end of a trace for what it tells of its records.
    pub(super) fn learn_all(&mut self, mut buffers: Buffers) {
        while let Some(next) = buffers.next() {
            let Ok(buffer) = next else { continue };
            let mut records = Records::new(&buffer.bytes);
            while let Next::Record(_, record, _) = records.next() {
                self.learn(&record);
            }
            buffers.reuse(buffer);
        }
        // The clock begins anew with the header.
        (self.header, self.clock) = (None, None);
    }
}

impl Reading<'_, '_, '_> {
    /// Hands the events on once they are many.
    pub(super) fn hand_on_many(&mut self) {
        if self.sink.findings().events.len() < EVENTS {
            return;
        }
        let Some(hand_on) = &mut self.hand_on else {
            return;
        };
        let mut piece = Findings {
            format: Some(ArtifactFormat::Etl),
            events: self.sink.take_events(),
            ..Findings::default()
        };
        self.is_stopped = hand_on(&mut piece).is_break();
        self.numbers.clear();
        let limit = self.sink.context().limits.problems_per_artifact;
        let findings = self.sink.findings();
        findings.facts.append(&mut piece.facts);
        for problem in piece.problems {
            add_problem(findings, problem, limit);
        }
    }
}
