//! What a log covers: per computer and channel the ids, times and counts of all its records, of interest or not.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::value::utf16;
use crate::model::{ChannelSpan, Time, from_filetime};

/// Channels times computers that one log may hold. A collector's log holds a few thousand.
pub(super) const MAX_SPANS: usize = 65_536;

/// The name of a computer or channel as the sieve finds it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Given<'l, 'c> {
    /// In the template.
    Shared(&'l Arc<str>),
    /// In a value: UTF-16.
    Raw(&'c [u8]),
}

impl Given<'_, '_> {
    fn text(&self) -> Arc<str> {
        match self {
            Self::Shared(text) => Arc::clone(text),
            Self::Raw(bytes) => Arc::from(utf16(bytes).trim()),
        }
    }
}

/// The same, kept.
#[derive(Debug)]
enum Name<'c> {
    Shared(Arc<str>),
    Raw(&'c [u8]),
}

impl<'c> Name<'c> {
    /// Threads share the template, so that its names are only counted up when one is new.
    fn keep(given: Given<'_, 'c>) -> Self {
        match given {
            Given::Shared(text) => Self::Shared(Arc::clone(text)),
            Given::Raw(bytes) => Self::Raw(bytes),
        }
    }

    fn is(&self, given: Given<'_, '_>) -> bool {
        match (self, given) {
            (Self::Shared(a), Given::Shared(b)) => Arc::ptr_eq(a, b) || a == b,
            (Self::Raw(a), Given::Raw(b)) => *a == b,
            _ => false,
        }
    }

    fn into_text(self) -> Arc<str> {
        match self {
            Self::Shared(text) => text,
            Self::Raw(bytes) => Arc::from(utf16(bytes).trim()),
        }
    }
}

/// Records of one chunk that have the same computer and channel.
#[derive(Debug)]
struct Stretch<'c> {
    computer: Name<'c>,
    channel: Name<'c>,
    records: u64,
    first_record: u64,
    last_record: u64,
    /// The earliest and latest FILETIME that is a time; the earlier is later while there is none.
    first: u64,
    last: u64,
    /// Whether its records are asked for.
    admitted: bool,
}

impl Stretch<'_> {
    fn into_span(self) -> ChannelSpan {
        let time = |ticks| from_filetime(ticks).filter(|_| self.first <= self.last);
        ChannelSpan {
            first: time(self.first),
            last: time(self.last),
            computer: self.computer.into_text(),
            channel: self.channel.into_text(),
            records: self.records,
            first_record: self.first_record,
            last_record: self.last_record,
        }
    }
}

/// The first FILETIME past the year 9999.
const END_OF_TIME: u64 = 2_650_467_744_000_000_000;

/// What the records of one chunk cover, as far as the sieve judged them.
#[derive(Debug, Default)]
pub(super) struct Covered<'c> {
    stretches: Vec<Stretch<'c>>,
}

/// Whether a FILETIME is a time.
pub(super) const fn is_time(ticks: u64) -> bool {
    ticks > 0 && ticks < END_OF_TIME
}

/// A stretch of what a chunk covers, by its place.
#[derive(Debug, Clone, Copy)]
pub(super) struct StretchId(usize);

impl<'c> Covered<'c> {
    /// The stretch of a computer and channel; `admits` is asked once whether they are asked for.
    pub(super) fn stretch(
        &mut self,
        (computer, channel): (Given<'_, 'c>, Given<'_, 'c>),
        admits: impl FnOnce(&str, &str) -> bool,
    ) -> StretchId {
        let is_it = |known: &Stretch<'_>| known.channel.is(channel) && known.computer.is(computer);
        if let Some(place) = self.stretches.iter().rposition(is_it) {
            return StretchId(place);
        }
        self.stretches.push(Stretch {
            computer: Name::keep(computer),
            channel: Name::keep(channel),
            records: 0,
            first_record: u64::MAX,
            last_record: 0,
            first: u64::MAX,
            last: 0,
            admitted: admits(&computer.text(), &channel.text()),
        });
        StretchId(self.stretches.len().saturating_sub(1))
    }

    /// Counts a record in; says whether its computer and channel are asked for.
    pub(super) fn count(&mut self, stretch: StretchId, record: u64, ticks: u64) -> bool {
        let Some(known) = self.stretches.get_mut(stretch.0) else {
            return true;
        };
        known.records = known.records.saturating_add(1);
        known.first_record = known.first_record.min(record);
        known.last_record = known.last_record.max(record);
        if is_time(ticks) {
            known.first = known.first.min(ticks);
            known.last = known.last.max(ticks);
        }
        known.admitted
    }
}

/// What is covered, by computer and channel.
#[derive(Debug, Default)]
pub(super) struct Spans {
    by_computer: BTreeMap<Arc<str>, BTreeMap<Arc<str>, ChannelSpan>>,
    held: usize,
    /// Records that found no place.
    pub(super) uncounted: u64,
}

impl Spans {
    pub(super) fn add(&mut self, computer: &str, channel: &str, record: u64, time: Option<Time>) {
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

    /// Adds what the sieve passed; says how many records.
    pub(super) fn cover(&mut self, covered: Covered<'_>) -> u64 {
        let mut records: u64 = 0;
        for stretch in covered.stretches {
            records = records.saturating_add(stretch.records);
            if stretch.records > 0 {
                self.merge(stretch.into_span());
            }
        }
        records
    }

    pub(super) fn absorb(&mut self, later: Self) {
        self.uncounted = self.uncounted.saturating_add(later.uncounted);
        for span in later.into_sorted() {
            self.merge(span);
        }
    }

    fn merge(&mut self, span: ChannelSpan) {
        let channels = self.by_computer.get_mut(&span.computer);
        let Some(known) = channels.and_then(|channels| channels.get_mut(&span.channel)) else {
            return self.insert(span);
        };
        known.records = known.records.saturating_add(span.records);
        known.first_record = known.first_record.min(span.first_record);
        known.last_record = known.last_record.max(span.last_record);
        known.first = [known.first, span.first].into_iter().flatten().min();
        known.last = [known.last, span.last].into_iter().flatten().max();
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

    pub(super) fn into_sorted(self) -> impl Iterator<Item = ChannelSpan> {
        self.by_computer.into_values().flat_map(BTreeMap::into_values)
    }
}
