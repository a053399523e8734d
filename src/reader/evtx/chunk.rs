//! One chunk: the sieve that judges its records, the decoding of those of interest, and what is done about the rest.
//!
//! A record that is not of interest costs its header, the place of its template among those of the chunk, and two
//! comparisons. One that the sieve cannot judge is decoded and judged then. One that cannot be decoded here goes to
//! the `evtx` crate. Every record goes one of these ways, and only one.

use std::sync::Arc;

use super::decode::Decoder;
use super::instance::{self, Slice, Values};
use super::layout::{Sieve, Source};
use super::odd::Odd;
use super::reference;
use super::spans::{Covered, Given};
use super::spell::token;
use super::tally::Tally;
use super::value::{FILETIME, STRING, UINT16, utf16};
use super::walk::{Found, Frame, Walk, carve};
use super::wanted::{Wanted, is_wanted};
use super::{Run, header};
use crate::model::{Event, Origin, Problem, ProblemKind, Value};

/// Values that the sieve looks at, at most. The templates of Windows have their last one of interest before the 20th.
const REACH: usize = 32;
/// The field that marks a stale record, found in the slack of a log.
pub(super) const RECOVERED: &str = "logonscope.recovered";

/// Reads one slot for a chunk; `bytes` may be short at the end of the file.
pub(super) fn read(bytes: &[u8], offset: u64, run: &Run<'_>, tally: &mut Tally<'_>) {
    if header::is_blank(bytes) {
        return;
    }
    if bytes.len() < header::CHUNK_SIZE {
        let detail = format!(
            "the last chunk has {} of {} bytes",
            bytes.len(),
            header::CHUNK_SIZE
        );
        tally.note(Problem::new(ProblemKind::Truncated, run.origin(offset), detail));
    }
    if let Some(detail) = header::damage(bytes) {
        tally.note(Problem::new(ProblemKind::Damaged, run.origin(offset), detail));
    }
    let mut reader = Reader {
        run,
        chunk: bytes,
        offset,
        decoder: Decoder::new(bytes, &run.layouts),
        providers: Vec::new(),
        covered: Covered::default(),
        events: Vec::new(),
        odd: Vec::new(),
    };
    reader.records(tally);
    reader.finish(tally);
}

/// What the sieve makes of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// Not of interest by provider and id. Its words may still be.
    Passed { has_code: bool, free_text: bool },
    /// Of interest.
    Wanted,
    /// To be decoded first.
    Unsure,
}

struct Reader<'c> {
    run: &'c Run<'c>,
    chunk: &'c [u8],
    offset: u64,
    decoder: Decoder<'c>,
    /// What is wanted of the providers that are named by a value.
    providers: Vec<(&'c [u8], Wanted)>,
    covered: Covered<'c>,
    /// Events of interest with their offset in the chunk.
    events: Vec<(usize, Event)>,
    /// Records for the `evtx` crate.
    odd: Vec<Left>,
}

/// A record that was not decoded here.
#[derive(Debug, Clone, Copy)]
pub(super) struct Left {
    pub(super) frame: Frame,
    pub(super) odd: Odd,
    /// Whether the sieve counted it.
    pub(super) is_counted: bool,
}

impl Reader<'_> {
    fn records(&mut self, tally: &mut Tally<'_>) {
        let mut hits = self.run.scanner.scan(self.chunk);
        let mut walk = Walk::new(self.chunk);
        for found in walk.by_ref() {
            match found {
                Found::Record(frame) => {
                    let verdict = self.judge(&frame);
                    let has_code = hits.any_before(frame.end);
                    self.act(frame, verdict, has_code, tally);
                }
                Found::Damage { from, to } => {
                    let detail = format!("{} bytes between records are no record", to.saturating_sub(from));
                    tally.note(Problem::new(
                        ProblemKind::Damaged,
                        self.run.origin(self.at(from)),
                        detail,
                    ));
                    self.carve(from, to);
                }
            }
        }
        self.carve(walk.slack(), self.chunk.len());
    }

    /// Judges a record by the values its template puts in place, and counts it in if it can.
    fn judge(&mut self, frame: &Frame) -> Verdict {
        let (chunk, end) = (self.chunk, frame.content_end());
        let at = match chunk.get(frame.content()..end) {
            Some([token::FRAGMENT, _, _, _, token::INSTANCE, ..]) => frame.content().saturating_add(4),
            Some([token::INSTANCE, ..]) => frame.content(),
            _ => return Verdict::Unsure,
        };
        let Ok((definition, values)) = instance::read(chunk, at, end) else {
            return Verdict::Unsure;
        };
        let Some(sieve) = self.decoder.sieve(definition) else {
            return Verdict::Unsure;
        };
        sift(
            chunk,
            frame,
            end,
            &values,
            sieve,
            &mut self.providers,
            &mut self.covered,
            self.run,
        )
        .unwrap_or(Verdict::Unsure)
    }

    fn act(&mut self, frame: Frame, verdict: Verdict, has_code: bool, tally: &mut Tally<'_>) {
        let interest = self.run.context.interest;
        let judged = match verdict {
            Verdict::Passed {
                has_code: in_value,
                free_text,
            } => {
                let is_candidate =
                    has_code || in_value || (free_text && self.run.words.occur_in(self.content(&frame)));
                if !is_candidate {
                    return;
                }
                false
            }
            Verdict::Wanted => true,
            Verdict::Unsure => false,
        };
        let origin = Origin::record(self.run.context.path.clone(), frame.id, self.at(frame.start));
        match self.decoder.record(frame.content(), frame.content_end(), origin) {
            Ok(mut event) => {
                event.record_id = Some(frame.id);
                if verdict == Verdict::Unsure {
                    tally.count(&event.computer, &event.channel, frame.id, event.time);
                }
                if judged || is_wanted(&event, interest) {
                    self.events.push((frame.start, event));
                }
            }
            Err(odd) => self.odd.push(Left {
                frame,
                odd,
                is_counted: verdict != Verdict::Unsure,
            }),
        }
    }

    fn carve(&mut self, from: usize, to: usize) {
        if !self.run.context.recover {
            return;
        }
        for frame in carve(self.chunk, from, to) {
            let origin = Origin::record(self.run.context.path.clone(), frame.id, self.at(frame.start));
            // What does not decode is not a record: its template was overwritten, or it never was one.
            let Ok(mut event) = self.decoder.record(frame.content(), frame.content_end(), origin) else {
                continue;
            };
            if is_wanted(&event, self.run.context.interest) {
                event.record_id = Some(frame.id);
                event.push(RECOVERED, Value::Bool(true));
                self.events.push((frame.start, event));
            }
        }
    }

    fn content(&self, frame: &Frame) -> &[u8] {
        self.chunk
            .get(frame.content()..frame.content_end())
            .unwrap_or_default()
    }

    /// The offset in the file.
    fn at(&self, start: usize) -> u64 {
        self.offset.saturating_add(start as u64)
    }

    fn finish(mut self, tally: &mut Tally<'_>) {
        tally.cover(self.covered);
        if !self.odd.is_empty() {
            tally.count_by_reference(self.odd.len());
            reference::read_records(
                self.chunk,
                self.offset,
                &self.odd,
                self.run,
                &mut self.events,
                tally,
            );
        }
        self.events.sort_by_key(|(start, _)| *start);
        for (_, event) in self.events {
            tally.keep(event);
        }
    }
}

/// Reads what the sieve needs out of the values; `None` when something is not as expected.
#[expect(
    clippy::too_many_arguments,
    reason = "disjoint parts of the reader, on the hottest path"
)]
fn sift<'c>(
    chunk: &'c [u8],
    frame: &Frame,
    end: usize,
    values: &Values<'_>,
    sieve: &Sieve,
    providers: &mut Vec<(&'c [u8], Wanted)>,
    covered: &mut Covered<'c>,
    run: &Run<'_>,
) -> Option<Verdict> {
    let mut slices = [Slice::NONE; REACH];
    let wanted_slices = slices.get_mut(..sieve.reach)?;
    if values.len() < sieve.reach {
        return None;
    }
    for (place, slice) in wanted_slices.iter_mut().zip(values.iter()) {
        *place = slice;
    }
    let of = |index: u16, kind: u8| -> Option<&'c [u8]> {
        let slice = slices
            .get(usize::from(index))
            .filter(|slice| slice.kind == kind)?;
        let last = slice.start.checked_add(slice.size.into())?;
        chunk
            .get(slice.start..last.min(end))
            .filter(|bytes| bytes.len() == usize::from(slice.size))
    };
    let time = u64::from_le_bytes(of(sieve.time, FILETIME)?.try_into().ok()?);
    let id = match sieve.id {
        Source::Literal(id) => id,
        Source::Value(index) => u16::from_le_bytes(of(index, UINT16)?.try_into().ok()?),
    };
    let computer = given(&sieve.computer, &of)?;
    let channel = given(&sieve.channel, &of)?;
    let wanted = match &sieve.provider {
        Source::Literal(wanted) => wanted,
        Source::Value(index) => provider(of(*index, STRING)?, providers, run),
    };
    let verdict = if wanted.has(id) {
        Verdict::Wanted
    } else {
        Verdict::Passed {
            has_code: run.scanner.is_in(values, chunk, 0),
            free_text: wanted.free_text,
        }
    };
    covered.add(computer, channel, frame.id, time);
    Some(verdict)
}

/// A name, from the template or from the values.
fn given<'l, 'c>(
    source: &'l Source<Arc<str>>,
    of: &impl Fn(u16, u8) -> Option<&'c [u8]>,
) -> Option<Given<'l, 'c>> {
    match source {
        Source::Literal(text) => Some(Given::Shared(text)),
        Source::Value(index) => of(*index, STRING).map(Given::Raw),
    }
}

/// What is wanted of a provider that is named by a value.
fn provider<'l, 'c>(raw: &'c [u8], known: &'l mut Vec<(&'c [u8], Wanted)>, run: &Run<'_>) -> &'l Wanted {
    let index = match known.iter().position(|(name, _)| *name == raw) {
        Some(index) => index,
        None => {
            known.push((raw, Wanted::of(utf16(raw).trim(), run.context.interest)));
            known.len().saturating_sub(1)
        }
    };
    #[expect(clippy::indexing_slicing, reason = "the index was found or pushed above")]
    &known[index].1
}
