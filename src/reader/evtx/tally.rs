//! What comes out of chunks, added up in the order of the file. Decodes nothing.

use std::sync::Arc;

use crate::limits::Limits;
use crate::model::{
    ArtifactFormat, Awaited, Event, Fact, Findings, Kept, Origin, Problem, ProblemKind, Stencils, Taken, Time,
};

use super::Context;
use super::spans::{Covered, MAX_SPANS, Spans};

/// What some chunks gave, or all of them.
#[derive(Debug)]
pub(crate) struct Tally<'a> {
    limits: &'a Limits,
    path: Arc<str>,
    records: u64,
    events: Vec<Event>,
    /// Those that the digest packed.
    kept: Vec<Kept>,
    /// What packs them, with a place for each of the events.
    pub(super) stencils: Option<Box<Stencils>>,
    facts: Vec<Fact>,
    cut: bool,
    problems: Vec<Problem>,
    spans: Spans,
    by_reference: u64,
}

impl<'a> Tally<'a> {
    /// Nothing yet.
    pub(crate) fn new(context: &Context<'a>) -> Self {
        Self {
            limits: context.limits,
            path: Arc::clone(&context.path),
            records: 0,
            events: Vec::new(),
            kept: Vec::new(),
            stencils: None,
            facts: Vec::new(),
            cut: false,
            problems: Vec::new(),
            spans: Spans::default(),
            by_reference: 0,
        }
    }

    /// Whether no further event is kept.
    pub(crate) fn is_full(&self) -> bool {
        self.cut
    }

    /// Counts a record in, of interest or not.
    pub(crate) fn count(&mut self, computer: &str, channel: &str, record: u64, time: Option<Time>) {
        self.records = self.records.saturating_add(1);
        self.spans.add(computer, channel, record, time);
    }

    /// Counts the records in that the sieve of a chunk passed.
    pub(super) fn cover(&mut self, covered: Covered<'_>) {
        self.records = self.records.saturating_add(self.spans.cover(covered));
    }

    /// Counts a record in that nobody could decode: its channel is not known.
    pub(super) fn count_undecoded(&mut self) {
        self.records = self.records.saturating_add(1);
    }

    /// Counts the records that were left to the `evtx` crate.
    pub(super) fn count_by_reference(&mut self, records: usize) {
        self.by_reference = self.by_reference.saturating_add(records as u64);
    }

    /// How many records were left to the `evtx` crate.
    #[cfg(test)]
    pub(super) fn by_reference(&self) -> u64 {
        self.by_reference
    }

    /// Keeps an event of interest, up to the limit.
    pub(crate) fn keep(&mut self, event: Event) {
        self.events.push(event);
        self.limit();
    }

    /// The events of interest; [`limit`](Self::limit) is to follow where one is added.
    pub(super) const fn events_mut(&mut self) -> &mut Vec<Event> {
        &mut self.events
    }

    /// Counts the record of the last event in.
    pub(super) fn count_last(&mut self, record: u64) {
        let Some(event) = self.events.last() else { return };
        self.records = self.records.saturating_add(1);
        self.spans
            .add(&event.computer, &event.channel, record, event.time);
    }

    /// Waits for what becomes of the last event, which cost so much to decode.
    pub(super) fn expect(&mut self, awaited: Option<Awaited>, cost: usize) {
        let place = self.events.len().saturating_sub(1);
        if let (Some(stencils), Some(awaited)) = (&mut self.stencils, awaited) {
            stencils.wait(awaited, place, cost);
        }
    }

    /// Makes room for other events between those of the last chunk, whose `places` in it are known.
    pub(super) fn make_room(&mut self, places: &[usize], others: &[usize]) {
        let Some(stencils) = &mut self.stencils else {
            return;
        };
        // The events come to lie elsewhere.
        stencils.forget_awaited();
        let taken = stencils.packer.events_mut();
        let first = taken.len().saturating_sub(places.len());
        let gaps = others.iter().map(|place| (*place, Taken::Gap));
        let mut all: Vec<(usize, Taken)> = gaps.collect();
        all.extend(places.iter().copied().zip(taken.drain(first..)));
        all.sort_by_key(|(place, _)| *place);
        taken.extend(all.into_iter().map(|(_, taken)| taken));
    }

    /// Takes the last event back.
    pub(super) fn drop_last(&mut self) {
        self.events.truncate(self.events.len().saturating_sub(1));
    }

    /// Drops the events past the limit.
    pub(super) fn limit(&mut self) {
        if self.events.len() > self.limits.events {
            self.events.truncate(self.limits.events);
            self.cut = true;
        }
        if self.kept.len() > self.limits.events {
            self.kept.truncate(self.limits.events);
            self.cut = true;
        }
    }

    /// Notes a problem. Past the limit it is only counted, with the last of its kind.
    pub(crate) fn note(&mut self, problem: Problem) {
        let full = self.problems.len() >= self.limits.problems_per_artifact;
        let is_same = |known: &&mut Problem| {
            known.kind == problem.kind && (full || known.kind == ProblemKind::SecretMasked)
        };
        match self.problems.iter_mut().rev().find(is_same) {
            Some(known) => known.count = known.count.saturating_add(problem.count),
            // One entry for each kind may stand past the limit: there are few kinds.
            None => self.problems.push(problem),
        }
    }

    /// Has the events looked at, in the thread that read them; what `digest` leaves of them is kept.
    pub(super) fn digest<T>(&mut self, digest: impl FnOnce(&mut Findings) -> T) -> T {
        let mut piece = Findings {
            format: Some(ArtifactFormat::Evtx),
            events: std::mem::take(&mut self.events),
            stencils: self.stencils.take(),
            ..Findings::default()
        };
        let made = digest(&mut piece);
        self.events = piece.events;
        self.kept = piece.kept;
        self.stencils = piece.stencils;
        self.facts = piece.facts;
        for problem in piece.problems {
            self.note(problem);
        }
        made
    }

    /// Appends what later chunks gave.
    pub(crate) fn absorb(&mut self, mut later: Self) {
        self.records = self.records.saturating_add(later.records);
        self.by_reference = self.by_reference.saturating_add(later.by_reference);
        self.cut |= later.cut;
        self.events.append(&mut later.events);
        self.kept.append(&mut later.kept);
        self.limit();
        self.facts.extend(later.facts);
        for problem in later.problems {
            self.note(problem);
        }
        self.spans.absorb(later.spans);
    }

    /// Hands all over, the spans sorted by computer and channel.
    pub(crate) fn finish(mut self, findings: &mut Findings) {
        if self.cut {
            let detail = format!("more than {} events of interest", self.limits.events);
            let problem = Problem::new(ProblemKind::LimitHit, Origin::artifact(self.path.clone()), detail);
            self.note(problem);
        }
        if self.spans.uncounted > 0 {
            let detail = format!("records of more than {MAX_SPANS} channels and computers");
            let mut problem =
                Problem::new(ProblemKind::LimitHit, Origin::artifact(self.path.clone()), detail);
            problem.count = self.spans.uncounted;
            self.note(problem);
        }
        findings.records = findings.records.saturating_add(self.records);
        // The list of a large log is a tenth of a gigabyte: it is handed over, not copied.
        if findings.events.is_empty() {
            findings.events = self.events;
        } else {
            findings.events.append(&mut self.events);
        }
        findings.kept.append(&mut self.kept);
        findings.facts.append(&mut self.facts);
        findings.problems.append(&mut self.problems);
        findings.spans.extend(self.spans.into_sorted());
    }
}
