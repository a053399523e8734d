//! One machine and what is known of it: the ground that ledgers, incidents and weighing stand on. Owns what a host, an entry of its timeline and
//! an instant on its clock are; how they are sorted out of what was read is in [`gather`](crate::diagnose::timeline::gather).

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, OnceLock};

use chrono::TimeDelta;
use foldhash::fast::FixedState;

use crate::diagnose::timeline::channel_cover::ChannelCover;
pub(in crate::diagnose) use crate::model::host_key;
use crate::model::providers::{Records, SESSIONS_LOG};
use crate::model::{Event, Fact, Kept, NOTE_TEXT, Time, Value, is_note_told};

/// An instant on one host. Where a record tells by how much the clock was set back, what came before it and after is compared by the time that
/// went by. Times of different epochs, between which nobody knows how much that was, are never subtracted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::diagnose) struct Moment {
    /// How often the clock had been set back by nobody knows how much.
    pub epoch: u32,
    /// The time on that clock.
    pub time: Time,
    /// By how many seconds the clock had been set back in that epoch, as records tell.
    lag: u32,
}

impl Moment {
    /// On a clock that was not set back so far.
    pub(in crate::diagnose) const fn at(time: Time) -> Self {
        Self::in_epoch(0, time)
    }

    /// In an epoch, on a clock that was not set back within it.
    pub(in crate::diagnose) const fn in_epoch(epoch: u32, time: Time) -> Self {
        Self { epoch, time, lag: 0 }
    }

    /// Another time of the same setting.
    pub(in crate::diagnose) const fn with_time(self, time: Time) -> Self {
        Self { time, ..self }
    }

    /// The same time after one more setting back: by as much, or by nobody knows how much.
    pub(in crate::diagnose) fn set_back(self, by: Option<TimeDelta>) -> Self {
        let seconds = |by: TimeDelta| {
            // A part of a second counts as a whole one, lest what came after seems to come before.
            let whole = by.num_seconds() + i64::from(by.subsec_nanos() > 0);
            u32::try_from(whole).ok()?.checked_add(self.lag)
        };
        match by.and_then(seconds) {
            Some(lag) => Self { lag, ..self },
            None => Self::in_epoch(self.epoch.saturating_add(1), self.time),
        }
    }

    /// Whether the clock was set back between the two.
    pub(in crate::diagnose) const fn is_on_setting_of(self, other: Self) -> bool {
        self.epoch == other.epoch && self.lag == other.lag
    }

    fn lag(self) -> TimeDelta {
        TimeDelta::seconds(i64::from(self.lag))
    }

    /// How long after `earlier`; `None` across a setting of the clock of which nobody knows by how much.
    pub(in crate::diagnose) fn since(self, earlier: Self) -> Option<TimeDelta> {
        (self.epoch == earlier.epoch).then(|| self.time - earlier.time + self.lag() - earlier.lag())
    }

    /// The instant `span` before, on the same setting of the clock.
    pub(in crate::diagnose) fn earlier(self, span: TimeDelta) -> Self {
        let time = self.time.checked_sub_signed(span).unwrap_or(Time::MIN_UTC);
        Self { time, ..self }
    }

    /// The instant `span` after, on the same setting of the clock.
    pub(in crate::diagnose) fn later(self, span: TimeDelta) -> Self {
        let time = self.time.checked_add_signed(span).unwrap_or(Time::MAX_UTC);
        Self { time, ..self }
    }

    /// What lies before an instant begins before it, and may end in it.
    pub(in crate::diagnose) fn just_before(self) -> Self {
        self.earlier(TimeDelta::milliseconds(1))
    }

    /// Whether some of these instants, itself among them, lie at about its time of day on so many days that it is everyday.
    pub(in crate::diagnose) fn is_daily(self, all: impl Iterator<Item = Self>, slack: TimeDelta) -> bool {
        const DAYS: usize = 3;
        let days: BTreeSet<i64> = all.filter_map(|other| self.days_after(other, slack)).collect();
        days.len() >= DAYS
    }

    /// By how many days it is later than the other, if both lie at about the same time of day.
    fn days_after(self, other: Self, slack: TimeDelta) -> Option<i64> {
        let day = TimeDelta::days(1).num_seconds();
        let apart = self.since(other)?.num_seconds();
        let days = (apart + day / 2).div_euclid(day);
        ((apart - days * day).abs() <= slack.num_seconds()).then_some(days)
    }

    /// Whether it lies within `span` of the other, before or after.
    pub(in crate::diagnose) fn near(self, other: Self, span: TimeDelta) -> bool {
        self.since(other).is_some_and(|delta| delta.abs() <= span)
    }
}

impl Ord for Moment {
    fn cmp(&self, other: &Self) -> Ordering {
        let of_times = || {
            if self.lag == other.lag {
                return self.time.cmp(&other.time);
            }
            let passed = self.since(*other).unwrap_or_default();
            passed.cmp(&TimeDelta::zero()).then(self.lag.cmp(&other.lag))
        };
        self.epoch.cmp(&other.epoch).then_with(of_times)
    }
}

impl PartialOrd for Moment {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// One event on a host's timeline.
#[derive(Debug)]
pub(in crate::diagnose) struct Entry {
    /// The event; small, because entries are sorted and appended to by the hundred thousand.
    pub event: Kept,
    /// When, unless nobody knows.
    pub at: Option<Moment>,
}

/// One machine.
#[derive(Debug, Default)]
pub(in crate::diagnose) struct Host {
    /// The name it had last; empty for text of which nobody knows the machine.
    pub name: Arc<str>,
    /// The names it had before.
    pub aliases: Vec<Arc<str>>,
    /// Raw events first, in order; derived events are appended by the ledgers.
    pub entries: Vec<Entry>,
    /// How many of the entries are raw; the derived follow them.
    pub raw: usize,
    /// The places of the raw entries by the ids of their records, once somebody asks.
    pub by_id: OnceLock<HashMap<u16, Vec<usize>, FixedState>>,
    /// Facts by name, the effective first.
    pub facts: BTreeMap<Arc<str>, Vec<Fact>>,
    /// What each channel covers.
    pub cover: Vec<ChannelCover>,
    /// The time zone, for display.
    pub zone: Option<String>,
    /// The earliest and the latest time seen.
    pub span: Option<(Time, Time)>,
    /// Account names by SID, in lower case.
    pub accounts: BTreeMap<String, Arc<str>>,
    /// Whether its clock was ever set back.
    pub jumped: bool,
    /// When its clock was set by more than a minute, by the new time.
    pub clock_set: Vec<Moment>,
    /// Whether it audits logons: a Security log without any, which every boot writes, is of a machine that does not.
    pub audits_logons: bool,
}

/// Ids of Security that only the audit of logons writes.
pub(in crate::diagnose) const fn is_id_of_logons(id: u16) -> bool {
    matches!(id, 4624 | 4625 | 4634 | 4647 | 4648)
}

impl Host {
    /// A fact's effective value.
    pub(in crate::diagnose) fn fact(&self, name: &str) -> Option<&Fact> {
        self.facts.get(name).and_then(|facts| facts.first())
    }

    /// Its records of these kinds in order, each with its place. Many ask for a few ids each, so they are looked up.
    pub(in crate::diagnose) fn each<'h>(
        &'h self,
        records: &'h [Records],
    ) -> impl Iterator<Item = (usize, &'h Entry)> {
        let by_id = self.by_id.get_or_init(|| {
            let mut places: HashMap<u16, Vec<usize>, FixedState> = HashMap::default();
            for (place, entry) in self.entries.iter().enumerate() {
                if let Some(id) = entry.event.like().id {
                    places.entry(id).or_default().push(place);
                }
            }
            places
        });
        let of_kind = |kind: &'h Records| {
            let places = kind.ids.iter().filter_map(|id| by_id.get(id)).flatten().copied();
            let entries = places.filter_map(|place| Some((place, self.entries.get(place)?)));
            let mut last: Option<(&Event, bool)> = None;
            entries.filter(move |(_, entry)| {
                let like = entry.event.like();
                match last {
                    // Most records are like the one before of that id.
                    Some((before, wrote)) if std::ptr::eq(before, like) => wrote,
                    _ => last.insert((like, kind.provider.wrote(like))).1,
                }
            })
        };
        let mut found: Vec<(usize, &Entry)> = records.iter().flat_map(of_kind).collect();
        // The places of each id are in order already: a stable sort only merges them.
        found.sort_by_key(|(place, _)| *place);
        found.into_iter()
    }

    /// Its raw entries of which something holds that events have in common, see [`Kept::like`], in order.
    pub(in crate::diagnose) fn raw_where<'h>(
        &'h self,
        holds: impl Fn(&Event) -> bool + 'h,
    ) -> impl DoubleEndedIterator<Item = &'h Entry> {
        let raw = self.entries.get(..self.raw).unwrap_or_default();
        raw.iter().filter(move |entry| holds(entry.event.like()))
    }

    /// A name of a setting with the task in the place of `$task` that a complaint about an excerpt means and does not name: of those whose last
    /// result is the code that is complained of, or else of all, the only one, or several that agree in that setting.
    pub(in crate::diagnose) fn with_meant_task<'n>(&self, name: &'n str, code: Option<u32>) -> Cow<'n, str> {
        const TASK: &str = "$task";
        if !self.is_excerpt() || !name.contains(TASK) {
            return Cow::Borrowed(name);
        }
        let named = self.facts.keys().filter_map(|name| name.strip_prefix("task."));
        let tasks: BTreeSet<&str> = named.filter_map(|name| Some(name.rsplit_once('.')?.0)).collect();
        let setting = |task: &str| self.fact(&name.replace(TASK, task)).map(|fact| &fact.value);
        let ended_so = |task: &&&str| {
            let result = self.fact(&format!("task.{task}.LastResult"));
            let result = result.and_then(|fact| fact.value.trim().parse().ok());
            result.is_some() && result == code
        };
        let failed: Vec<&str> = tasks.iter().filter(ended_so).copied().collect();
        let mut meant = if failed.is_empty() {
            tasks.into_iter().collect()
        } else {
            failed
        }
        .into_iter();
        let first = meant.next();
        let alike =
            |first: &&str| meant.all(|task| setting(task).is_some() && setting(task) == setting(first));
        match first.filter(alike) {
            Some(task) => Cow::Owned(name.replace(TASK, task)),
            None => Cow::Borrowed(name),
        }
    }

    /// The texts of its notes, with their paths.
    pub(in crate::diagnose) fn note_texts(&self) -> impl Iterator<Item = (&Arc<str>, &str)> {
        let notes = self.raw_where(is_note_told);
        notes.filter_map(|entry| match entry.event.field(NOTE_TEXT) {
            Some(Value::Text(text)) => Some((&entry.event.origin.path, &**text)),
            _ => None,
        })
    }

    /// Takes raw entries out that are no records of a log, before anything is derived from them.
    pub(in crate::diagnose) fn leave_out(&mut self, is_out: impl Fn(&Event) -> bool) {
        // Nothing is known of the whole event yet, and records of logs stay anyway.
        let is_of_log = |event: &Kept| event.like().id.is_some() && event.time().is_some();
        self.entries
            .retain(|entry| is_of_log(&entry.event) || !is_out(&entry.event));
        self.raw = self.entries.len();
        self.by_id = OnceLock::new();
    }

    /// How many records its logs hold, of interest or not.
    pub(in crate::diagnose) fn records(&self) -> u64 {
        self.cover.iter().map(|channel| channel.records).sum()
    }

    /// Whether no more than an excerpt was sent of it: a few records, and as few events of interest.
    pub(in crate::diagnose) fn is_excerpt(&self) -> bool {
        const RECORDS: u64 = 60;
        const EVENTS: usize = 60;
        self.raw <= EVENTS && self.records() <= RECORDS
    }

    /// Whether its log of sessions covers a span of time.
    pub(in crate::diagnose) fn covers_sessions(&self, from: Time, to: Time) -> bool {
        let mut cover = self.cover.iter();
        cover.any(|cover| cover.channel.eq_ignore_ascii_case(SESSIONS_LOG) && cover.covers(from, to))
    }
}

/// Facts that a host has several of at once; all others are settings with one effective value.
pub(in crate::diagnose) fn is_list(name: &str) -> bool {
    [
        "robot.user",
        "right.",
        "group.",
        "hotfix.",
        "program.",
        "session.",
        "task.",
        "whoami.",
        "gpo.",
        "collection.",
        "account.",
        "host.address",
    ]
    .iter()
    .any(|prefix| name.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_goes_on_over_a_setting_back_that_a_record_tells() {
        let time = |text: &str| format!("2026-05-04T{text}Z").parse::<Time>().unwrap();
        let hour = TimeDelta::milliseconds(3_599_500);
        let before = Moment::at(time("12:00:00"));
        let after = Moment::at(time("11:30:00")).set_back(Some(hour));
        assert!(before < after);
        assert_eq!(after.since(before), Some(TimeDelta::minutes(30)));
        assert!(after.earlier(TimeDelta::minutes(31)) < before);
        assert!(!after.is_on_setting_of(before));
        let unknown = Moment::at(time("11:30:00")).set_back(None);
        assert!(after < unknown);
        assert_eq!(unknown.since(before), None);
    }

    #[test]
    fn names_of_hosts() {
        assert_eq!(host_key("RPA-07.corp.example"), "rpa-07");
        assert_eq!(host_key("10.0.0.5"), "10.0.0.5");
    }
}
