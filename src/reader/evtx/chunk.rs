//! One chunk: its records pass the sieve, those of interest are decoded, and something is done about the rest.
//!
//! A record that is not of interest costs its header, the place of its template among those of the chunk, and two
//! comparisons. One that the sieve cannot judge is decoded and judged then. One that cannot be decoded here goes to
//! the `evtx` crate. Every record goes one of these ways, and only one.

use std::sync::Arc;

use super::decode::Decoder;
use super::head::Heads;
use super::instance::{self, Definition, Values};
use super::lines::{Lines, Start};
use super::odd::Odd;
use super::reference;
use super::repeat;
use super::sieve::{Judge, Verdict};
use super::tally::Tally;
use super::walk::{Found, Frame, Walk, carve};
use super::wanted::is_wanted;
use super::{Run, header};
use crate::model::{Event, Findings, Origin, Problem, ProblemKind, Recalled, Value};
use crate::reader::event_xml::Draft;
use crate::reader::{Course, secrets};

/// The field that marks a stale record, found in the slack of a log.
pub(super) const RECOVERED: &str = "logonscope.recovered";
/// The field that says for how many like records another one stands.
pub(super) const REPEATS: &str = "logonscope.repeats";

/// Reads one slot for a chunk; `bytes` may be short at the end of the file.
pub(super) fn read(bytes: &[u8], offset: u64, run: &Run<'_>, tally: &mut Tally<'_>, lines: &mut Lines<'_>) {
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
        path: Arc::from(&*run.context.path),
        chunk: bytes,
        offset,
        decoder: Decoder::new(bytes, &run.layouts),
        judge: Judge::new(run, bytes),
        heads: Heads::default(),
        starts: Vec::new(),
        places: Vec::new(),
        others: Vec::new(),
        odd: Vec::new(),
    };
    reader.records(tally, lines);
    reader.finish(tally);
}

/// An instance of a template.
type Instance<'c> = (Definition, Values<'c>);

struct Reader<'c> {
    run: &'c Run<'c>,
    /// The path, of its own, so that threads need not wait for each other to count those who share it.
    path: Arc<str>,
    chunk: &'c [u8],
    offset: u64,
    decoder: Decoder<'c>,
    judge: Judge<'c>,
    heads: Heads<'c>,
    /// The offsets in the chunk of the events that the tally got.
    starts: Vec<usize>,
    /// The offsets of those that the stencils of the tally have a place for.
    places: Vec<usize>,
    /// Events of interest that were not read in their order, with their offset in the chunk.
    others: Vec<(usize, Event)>,
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

impl<'c> Reader<'c> {
    fn records(&mut self, tally: &mut Tally<'_>, lines: &mut Lines<'_>) {
        let mut walk = Walk::new(self.chunk);
        for found in walk.by_ref() {
            match found {
                Found::Record(frame) => {
                    let (verdict, outermost) = self.judge(&frame);
                    self.act(frame, (verdict, outermost), tally, lines);
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
    fn judge(&mut self, frame: &Frame) -> (Verdict, Option<Instance<'c>>) {
        let (chunk, end) = (self.chunk, frame.content_end());
        let outermost = instance::outermost(chunk, frame.content(), end);
        let like = outermost.and_then(|(definition, values)| {
            let verdict = self.judge.judge_like(frame, definition, &values)?;
            Some((verdict, definition, values))
        });
        let Some((verdict, definition, values)) = like.or_else(|| self.judge_new(frame)) else {
            return (Verdict::Unsure, None);
        };
        let verdict = match verdict {
            Verdict::Demanded { demand, free_text } => {
                let interest = self.run.context.interest;
                if self.decoder.may_meet(definition, &values, demand, interest) {
                    Verdict::Wanted
                } else {
                    let has_code = self.judge.has_code(&values);
                    Verdict::Passed { has_code, free_text }
                }
            }
            verdict => verdict,
        };
        (verdict, Some((definition, values)))
    }

    /// Judges a record that is not like the last one of its template.
    fn judge_new(&mut self, frame: &Frame) -> Option<(Verdict, Definition, Values<'c>)> {
        let (chunk, end) = (self.chunk, frame.content_end());
        let at = instance::begin(chunk, frame.content(), end)?;
        let (definition, values) = instance::read(chunk, at, end).ok()?;
        let sieve = self.decoder.sieve(definition)?;
        let verdict = self.judge.judge(sieve, frame, definition, &values);
        Some((verdict, definition, values))
    }

    fn act(
        &mut self,
        frame: Frame,
        (verdict, outermost): (Verdict, Option<Instance<'c>>),
        tally: &mut Tally<'_>,
        lines: &mut Lines<'_>,
    ) {
        let interest = self.run.context.interest;
        let judged = match verdict {
            Verdict::Excluded | Verdict::Repeat => return,
            Verdict::Passed { has_code, free_text } => {
                if !(has_code || free_text && self.run.words.occur_in(self.content(&frame))) {
                    return;
                }
                false
            }
            Verdict::Wanted => true,
            Verdict::Demanded { .. } | Verdict::Unsure => false,
        };
        if judged && lines.is_open() && self.write(&frame, outermost, lines) {
            return;
        }
        // Heads are those of records that are written, or of events; few of what is written are events.
        let known = outermost.filter(|_| judged && !lines.is_open());
        let recalled = known.and_then(|instance| self.recall(&frame, instance, tally));
        let Recalled::New(awaited) = recalled.unwrap_or(Recalled::New(None)) else {
            return;
        };
        let budget = self.decoder.budget();
        match self.decode(&frame, known, tally.events_mut()) {
            Ok(event) => {
                frame.give_number(event);
                let number = frame.number(event.record_id);
                let is_kept = judged || is_wanted(event, interest);
                if verdict == Verdict::Unsure {
                    tally.count_last(number);
                }
                if is_kept {
                    self.keep(frame.start, tally, lines);
                    let cost = budget.saturating_sub(self.decoder.budget());
                    tally.expect(awaited, cost);
                } else {
                    tally.drop_last();
                }
            }
            Err(odd) => {
                lines.stop();
                self.odd.push(Left {
                    frame,
                    odd,
                    is_counted: verdict != Verdict::Unsure,
                });
            }
        }
    }

    /// What is known of a record by what others said; nothing where it is not one that is remembered.
    fn recall(
        &mut self,
        frame: &Frame,
        (definition, values): Instance<'c>,
        tally: &mut Tally<'_>,
    ) -> Option<Recalled> {
        let stencils = tally.stencils.as_mut()?;
        if self.judge.stands_for_others {
            return None;
        }
        let shape = self.judge.shape()?;
        let offset = self.at(frame.start);
        let (decoder, path) = (&mut self.decoder, &self.path);
        let origin = || Origin::record(Arc::clone(path), frame.id, offset);
        let end = values.end();
        let ends = (end, frame.content_end());
        let head = self
            .heads
            .known(decoder, (shape, definition), &values, (ends, origin), true)?;
        repeat::put(decoder, head, (frame, offset), (&values, end), stencils)?;
        let recalled = stencils.recall(|cost| decoder.spend(cost).is_ok());
        if matches!(recalled, Recalled::Done) {
            self.places.push(frame.start);
        }
        Some(recalled)
    }

    /// Makes an event of a record, at the end of `events`; `known` is the instance of one that was judged.
    fn decode<'e>(
        &mut self,
        frame: &Frame,
        known: Option<Instance<'c>>,
        events: &'e mut Vec<Event>,
    ) -> Result<&'e mut Event, Odd> {
        let offset = self.at(frame.start);
        let (decoder, path) = (&mut self.decoder, &self.path);
        let origin = || Origin::record(Arc::clone(path), frame.id, offset);
        if let Some((definition, values)) = known
            && let Some(shape) = self.judge.shape()
            && let Some(head) = self
                .heads
                .of(decoder, (shape, definition), &values, (frame, origin), true)
        {
            let (rest, payload) = (head.rest(), head.payload());
            let mut draft = head.draft(offset);
            let decoded = match payload {
                Some(section) => decoder.payload_of(section, &values, &mut draft),
                None => decoder.rest_of(rest, &values, &mut draft),
            };
            if decoded.is_ok() {
                draft.settle();
                head.expect_fields(draft.event.fields.len());
                return Ok(events.push_mut(draft.event));
            }
        }
        decoder.record(frame.content(), frame.content_end(), origin(), events)
    }

    /// Writes a record without an event of it; false when there must be one.
    fn write(&mut self, frame: &Frame, outermost: Option<Instance<'c>>, lines: &mut Lines<'_>) -> bool {
        let offset = self.at(frame.start);
        let (decoder, path) = (&mut self.decoder, &self.path);
        let origin = || Origin::record(Arc::clone(path), frame.id, offset);
        if let Some((definition, values)) = outermost
            && let Some(shape) = self.judge.shape()
            && let Some(head) = self
                .heads
                .of(decoder, (shape, definition), &values, (frame, origin), false)
        {
            let (rest, payload) = (head.rest(), head.payload());
            let course = lines.write(head.start(offset), |line| match payload {
                Some(section) => decoder.payload_of(section, &values, line),
                None => decoder.rest_of(rest, &values, line),
            });
            return course != Course::Whole;
        }
        let mut start = Start::new(Draft::of(decoder.blank(origin())));
        let course = lines.write(&mut start, |line| {
            decoder.parts_of(frame.content(), frame.content_end(), line)
        });
        course != Course::Whole
    }

    /// Keeps the last event of the tally, or has it written if it can be.
    fn keep(&mut self, start: usize, tally: &mut Tally<'_>, lines: &mut Lines<'_>) {
        let is_timed = tally
            .events_mut()
            .last()
            .is_some_and(|event| event.time.is_some());
        if !lines.is_open() || !is_timed {
            lines.stop();
            self.starts.push(start);
            if let Some(stencils) = &mut tally.stencils {
                stencils.packer.gap();
                self.places.push(start);
            }
            return;
        }
        let mut piece = Findings {
            events: tally.events_mut().pop().into_iter().collect(),
            ..Findings::default()
        };
        secrets::mask(self.run.context, &mut piece);
        for problem in piece.problems {
            tally.note(problem);
        }
        for event in piece.events {
            lines.whole(event);
        }
    }

    fn carve(&mut self, from: usize, to: usize) {
        if !self.run.context.recover {
            return;
        }
        for frame in carve(self.chunk, from, to) {
            let origin = self.origin(&frame);
            let mut found = Vec::new();
            // What does not decode is not a record: its template was overwritten, or it never was one.
            let decoded = self
                .decoder
                .record(frame.content(), frame.content_end(), origin, &mut found);
            if decoded.is_err() {
                continue;
            }
            for mut event in found {
                if is_wanted(&event, self.run.context.interest) {
                    frame.give_number(&mut event);
                    event.push(RECOVERED, Value::Bool(true));
                    self.others.push((frame.start, event));
                }
            }
        }
    }

    fn content(&self, frame: &Frame) -> &[u8] {
        self.chunk
            .get(frame.content()..frame.content_end())
            .unwrap_or_default()
    }

    fn origin(&self, frame: &Frame) -> Origin {
        Origin::record(Arc::clone(&self.path), frame.id, self.at(frame.start))
    }

    /// The offset in the file.
    fn at(&self, start: usize) -> u64 {
        self.offset.saturating_add(start as u64)
    }

    fn finish(mut self, tally: &mut Tally<'_>) {
        tally.cover(std::mem::take(&mut self.judge.covered));
        if !self.odd.is_empty() {
            tally.count_by_reference(self.odd.len());
            reference::read_records(
                self.chunk,
                self.offset,
                &self.odd,
                self.run,
                &mut self.others,
                tally,
            );
        }
        if !self.others.is_empty() {
            // Rare: all are put into the order of the chunk.
            let others: Vec<usize> = self.others.iter().map(|(start, _)| *start).collect();
            tally.make_room(&self.places, &others);
            let first = tally.events_mut().len().saturating_sub(self.starts.len());
            let own = self.starts.drain(..).zip(tally.events_mut().drain(first..));
            self.others.extend(own);
            self.others.sort_by_key(|(start, _)| *start);
            for (start, event) in self.others {
                self.starts.push(start);
                tally.events_mut().push(event);
            }
        }
        let first = tally.events_mut().len().saturating_sub(self.starts.len());
        let events = tally.events_mut().iter_mut().skip(first);
        for (start, event) in self.starts.iter().zip(events) {
            let repeats = self.judge.folds.repeats(*start);
            if repeats > 0 {
                event.push(REPEATS, Value::Unsigned(repeats));
            }
        }
        tally.limit();
    }
}
