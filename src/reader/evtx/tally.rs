//! What comes out of chunks, added up in the order of the file. Decodes nothing.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::limits::Limits;
use crate::model::{ChannelSpan, Event, Findings, Origin, Problem, ProblemKind, Time};

use super::Context;

/// Channels times computers that one log may hold. A collector's log holds a few thousand.
const MAX_SPANS: usize = 65_536;

/// What some chunks gave, or all of them.
#[derive(Debug)]
pub(crate) struct Tally<'a> {
    limits: &'a Limits,
    path: Arc<str>,
    records: u64,
    events: Vec<Event>,
    cut: bool,
    problems: Vec<Problem>,
    spans: Spans,
}

impl<'a> Tally<'a> {
    /// Nothing yet.
    pub(crate) fn new(context: &Context<'a>) -> Self {
        Self {
            limits: context.limits,
            path: Arc::clone(&context.path),
            records: 0,
            events: Vec::new(),
            cut: false,
            problems: Vec::new(),
            spans: Spans::default(),
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

    /// Keeps an event of interest, up to the limit.
    pub(crate) fn keep(&mut self, event: Event) {
        if self.events.len() < self.limits.events {
            self.events.push(event);
        } else {
            self.cut = true;
        }
    }

    /// Notes a problem. Past the limit it is only counted, with the first of its kind.
    pub(crate) fn note(&mut self, problem: Problem) {
        if self.problems.len() < self.limits.problems_per_artifact {
            self.problems.push(problem);
            return;
        }
        let same = self.problems.iter().rposition(|known| known.kind == problem.kind);
        match same.and_then(|index| self.problems.get_mut(index)) {
            Some(known) => known.count = known.count.saturating_add(problem.count),
            // One entry for each kind may stand past the limit: there are few kinds.
            None => self.problems.push(problem),
        }
    }

    /// Appends what later chunks gave.
    pub(crate) fn absorb(&mut self, later: Self) {
        self.records = self.records.saturating_add(later.records);
        self.cut |= later.cut;
        for event in later.events {
            self.keep(event);
        }
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
        findings.events.append(&mut self.events);
        findings.problems.append(&mut self.problems);
        findings.spans.extend(self.spans.into_sorted());
    }
}

/// What is covered, by computer and channel.
#[derive(Debug, Default)]
struct Spans {
    by_computer: BTreeMap<Arc<str>, BTreeMap<Arc<str>, ChannelSpan>>,
    held: usize,
    /// Records that found no place.
    uncounted: u64,
}

impl Spans {
    fn add(&mut self, computer: &str, channel: &str, record: u64, time: Option<Time>) {
        let known = self.by_computer.get_mut(computer);
        if let Some(span) = known.and_then(|channels| channels.get_mut(channel)) {
            return span.add(record, time);
        }
        let mut span = ChannelSpan {
            computer: Arc::from(computer),
            channel: Arc::from(channel),
            records: 0,
            first_record: record,
            last_record: record,
            first: None,
            last: None,
        };
        span.add(record, time);
        self.insert(span);
    }

    fn absorb(&mut self, later: Self) {
        self.uncounted = self.uncounted.saturating_add(later.uncounted);
        for span in later.into_sorted() {
            let channels = self.by_computer.get_mut(&span.computer);
            let Some(known) = channels.and_then(|channels| channels.get_mut(&span.channel)) else {
                self.insert(span);
                continue;
            };
            known.records = known.records.saturating_add(span.records);
            known.first_record = known.first_record.min(span.first_record);
            known.last_record = known.last_record.max(span.last_record);
            known.first = [known.first, span.first].into_iter().flatten().min();
            known.last = [known.last, span.last].into_iter().flatten().max();
        }
    }

    fn insert(&mut self, span: ChannelSpan) {
        if self.held >= MAX_SPANS {
            self.uncounted = self.uncounted.saturating_add(span.records);
            return;
        }
        self.held = self.held.saturating_add(1);
        let channels = self.by_computer.entry(Arc::clone(&span.computer)).or_default();
        channels.insert(Arc::clone(&span.channel), span);
    }

    fn into_sorted(self) -> impl Iterator<Item = ChannelSpan> {
        self.by_computer.into_values().flat_map(BTreeMap::into_values)
    }
}
