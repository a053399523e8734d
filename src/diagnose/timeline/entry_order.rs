//! The order of what a host's logs hold. Owns what comes first: the number of a record within a log, the time across logs, the setting of the
//! clock before both, and which way round a table lists its records.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::TimeDelta;

use crate::diagnose::timeline::clock;
use crate::diagnose::timeline::host::{Entry, Host};
use crate::model::{Event, Problem, ProblemKind, Time, time_text};

/// Files of one log whose numbers go one way and whose times go the other lie no further apart: by more no clock is set back unseen.
const APART: TimeDelta = TimeDelta::days(1);

/// Whether a table lists its newest record first, as Event Viewer does. Where neither numbers nor fractions of a second tell records of
/// one second apart, only their order in the table does: the end of a task would come before its beginning.
pub(super) fn newest_first(events: &[Event]) -> bool {
    let times = || {
        events
            .iter()
            .filter(|event| event.record_id.is_none())
            .filter_map(|event| event.time)
    };
    let (mut up, mut down) = (0_usize, 0_usize);
    for (earlier, later) in times().zip(times().skip(1)) {
        up += usize::from(later > earlier);
        down += usize::from(later < earlier);
    }
    down > up
}

/// Entries by channel, those with a record id apart from those without, in their order.
fn by_channel(entries: Vec<Entry>) -> BTreeMap<(Arc<str>, bool), Vec<Entry>> {
    let mut channels: BTreeMap<(Arc<str>, bool), Vec<Entry>> = BTreeMap::new();
    let mut run: Vec<Entry> = Vec::new();
    let key = |entry: &Entry| {
        let channel = Arc::clone(&entry.event.like().channel);
        (channel, entry.event.record_id().is_some())
    };
    let mut settle = |run: &mut Vec<Entry>| {
        if let Some(first) = run.first() {
            channels.entry(key(first)).or_default().append(run);
        }
    };
    for entry in entries {
        let goes_on = run.last().is_none_or(|last| {
            let has_id = |entry: &Entry| entry.event.record_id().is_some();
            let is_same =
                last.event.is_like(&entry.event) || last.event.like().channel == entry.event.like().channel;
            is_same && has_id(last) == has_id(&entry)
        });
        if !goes_on {
            settle(&mut run);
        }
        run.push(entry);
    }
    settle(&mut run);
    channels
}

/// The records of one file: their numbers, and their times.
#[derive(Debug, Clone)]
struct Spans {
    numbers: (u64, u64),
    times: (Time, Time),
}

impl Spans {
    /// Whether another file goes on with the numbers of this one, or begins before them. A log that was made anew counts from the beginning,
    /// and what was kept of the old one has numbers that say nothing beside it: days lie between them, and not the way the numbers go.
    fn is_one_with(&self, other: &Self) -> bool {
        let apart = |a: &Self, b: &Self| b.times.0 - a.times.1 > APART;
        let follows = |a: &Self, b: &Self| a.numbers.1 < b.numbers.0;
        (!apart(self, other) || follows(self, other)) && (!apart(other, self) || follows(other, self))
    }

    fn widen(&mut self, other: &Self) {
        widen(&mut self.numbers, other.numbers);
        widen(&mut self.times, other.times);
    }
}

/// Makes a span hold another.
pub(super) fn widen<T: Copy + Ord>(span: &mut (T, T), other: (T, T)) {
    span.0 = span.0.min(other.0);
    span.1 = span.1.max(other.1);
}

/// Puts the numbered records of a channel in order: by their numbers, but those of a log that was made anew behind those of the old one.
fn by_number(entries: &mut [Entry]) {
    let first = entries
        .first()
        .map(|entry| Arc::clone(&entry.event.like().origin.path));
    let is_one = |entry: &Entry| first.as_ref() == Some(&entry.event.like().origin.path);
    if entries.iter().all(is_one) {
        entries.sort_by_key(|entry| entry.event.record_id());
        return;
    }
    let lives = lives(entries);
    entries.sort_by_key(|entry| {
        let life = lives.get(&entry.event.like().origin.path).copied().unwrap_or(0);
        (life, entry.event.record_id())
    });
}

/// Which log each file is of, of logs that followed each other.
fn lives(entries: &[Entry]) -> BTreeMap<Arc<str>, usize> {
    let mut files: BTreeMap<&Arc<str>, Spans> = BTreeMap::new();
    for entry in entries {
        let event = &entry.event;
        if let Some((number, time)) = event.record_id().zip(event.time()) {
            let own = Spans {
                numbers: (number, number),
                times: (time, time),
            };
            let known = files
                .entry(&event.like().origin.path)
                .or_insert_with(|| own.clone());
            known.widen(&own);
        }
    }
    let mut lives: Vec<(Spans, Vec<&Arc<str>>)> = Vec::new();
    let mut in_time: Vec<_> = files.into_iter().collect();
    in_time.sort_by_key(|(_, spans)| spans.times);
    for (path, spans) in in_time {
        match lives.iter_mut().rev().find(|(life, _)| life.is_one_with(&spans)) {
            Some((life, paths)) => {
                life.widen(&spans);
                paths.push(path);
            }
            None => lives.push((spans, vec![path])),
        }
    }
    lives.sort_by_key(|(spans, _)| spans.times);
    let of = lives.into_iter().enumerate();
    of.flat_map(|(life, (_, paths))| paths.into_iter().map(move |path| (Arc::clone(path), life)))
        .collect()
}

/// A span of time as a person says it, in the two largest of its units.
fn in_words(span: TimeDelta) -> String {
    let seconds = span.num_seconds();
    let units = [("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1)];
    let mut left = seconds;
    let mut parts = Vec::new();
    for (unit, size) in units {
        let count = left / size;
        left %= size;
        match count {
            0 => {}
            1 => parts.push(format!("1 {unit}")),
            count => parts.push(format!("{count} {unit}s")),
        }
    }
    parts.truncate(2);
    if parts.is_empty() {
        return "less than a second".to_owned();
    }
    parts.join(" ")
}

/// Orders by record id inside each channel and by time across, and numbers the epochs between settings of the clock.
pub(super) fn order(host: &mut Host, problems: &mut Vec<Problem>) {
    let mut channels = by_channel(std::mem::take(&mut host.entries));
    for ((_, numbered), entries) in &mut channels {
        if *numbered {
            by_number(entries);
        }
    }
    let set_back = clock::number(&mut channels);
    for jump in &set_back {
        let detail = format!(
            "the clock of {} went back {}, from {} to {}",
            host.name,
            in_words(jump.old - jump.new),
            time_text(jump.old),
            time_text(jump.new)
        );
        problems.push(Problem::new(ProblemKind::ClockJump, jump.origin.clone(), detail));
    }
    host.jumped = !set_back.is_empty();
    host.entries = Vec::with_capacity(channels.values().map(Vec::len).sum());
    for entries in channels.values_mut() {
        host.entries.append(entries);
    }
    host.entries.sort_by(|a, b| {
        let key = |entry: &Entry| (entry.at.is_none(), entry.at);
        key(a)
            .cmp(&key(b))
            .then_with(|| a.event.like().channel.cmp(&b.event.like().channel))
            .then_with(|| a.event.record_id().cmp(&b.event.record_id()))
    });
    host.raw = host.entries.len();
    let times = || host.entries.iter().filter_map(|entry| entry.at).map(|at| at.time);
    host.span = times().min().zip(times().max());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnose::timeline::host::Moment;
    use crate::model::Origin;

    #[test]
    fn tables_that_begin_with_the_newest_record() {
        let table = |seconds: &[i64]| -> Vec<Event> {
            let event = |second: &i64| {
                let mut event = Event::new(Origin::artifact("tasks.csv"));
                event.time = Time::from_timestamp(*second, 0);
                event
            };
            seconds.iter().map(event).collect()
        };
        assert!(newest_first(&table(&[9, 9, 8, 8, 3])));
        // An hour comes twice in autumn.
        assert!(newest_first(&table(&[9, 8, 9, 8, 3])));
        assert!(!newest_first(&table(&[3, 8, 8, 9])));
        assert!(!newest_first(&table(&[3, 3, 3])));
        let mut numbered = table(&[9, 8, 3]);
        numbered.iter_mut().for_each(|event| event.record_id = Some(1));
        assert!(!newest_first(&numbered));
    }

    /// A record of a file: its number, and its day.
    fn record(path: &str, number: u64, day: i64) -> Entry {
        let mut event = Event::new(Origin::artifact(path));
        event.record_id = Some(number);
        event.time = Time::from_timestamp(day * 86_400 + i64::try_from(number).unwrap(), 0);
        let at = event.time.map(Moment::at);
        Entry {
            event: event.into(),
            at,
        }
    }

    fn ordered(records: &[(&str, u64, i64)]) -> Vec<(u64, i64)> {
        let mut entries: Vec<Entry> = records
            .iter()
            .map(|(path, number, day)| record(path, *number, *day))
            .collect();
        by_number(&mut entries);
        let day = |entry: &Entry| entry.at.unwrap().time.timestamp() / 86_400;
        let told = entries
            .iter()
            .map(|entry| (entry.event.record_id.unwrap(), day(entry)));
        told.collect()
    }

    #[test]
    fn what_was_kept_of_a_log_that_was_made_anew_comes_first_whatever_its_numbers() {
        let anew = [("b", 1, 400), ("b", 2, 401), ("a", 1, 10), ("a", 3, 12)];
        assert_eq!(ordered(&anew), [(1, 10), (3, 12), (1, 400), (2, 401)]);
        let far = [("b", 1, 400), ("a", 900, 10), ("a", 901, 12)];
        assert_eq!(ordered(&far), [(900, 10), (901, 12), (1, 400)]);
        // An archive of the same log, and one that was exported twice.
        let archive = [("a", 5, 400), ("b", 3, 10), ("b", 4, 11)];
        assert_eq!(ordered(&archive), [(3, 10), (4, 11), (5, 400)]);
        let twice = [
            ("a", 1, 10),
            ("a", 3, 12),
            ("b", 2, 11),
            ("b", 4, 9),
            ("b", 5, 13),
        ];
        assert_eq!(ordered(&twice), [(1, 10), (2, 11), (3, 12), (4, 9), (5, 13)]);
    }
}
