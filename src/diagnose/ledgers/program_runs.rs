//! How the runs of programs ended that write logs of their own, by the lines that tell it: errors, and the last line before a silence.
//! Which words a run ends with each log tells by itself: those of most of its runs. Must not know how lines are read.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{TimeDelta, Timelike};

use crate::diagnose::timeline::host::{Entry, Host, Moment};
use crate::model::run_lines::{SHAPE, SILENCE, is_of_program};

/// A program that lost its session or its desktop fails this soon, at its next step.
const FAILS_WITHIN: TimeDelta = TimeDelta::seconds(30);
/// A program writes this often while it works.
const AT_WORK: TimeDelta = TimeDelta::minutes(15);
/// What it still wrote after it was told to end.
const LAST_WORDS: TimeDelta = TimeDelta::minutes(1);
/// Stamps in whole seconds lie so much early.
const WHOLE_SECOND: TimeDelta = TimeDelta::seconds(1);

/// The runs of one host.
#[derive(Debug, Default)]
pub(in crate::diagnose) struct ProgramRuns {
    /// When errors were written, in order.
    faults: Vec<Moment>,
    /// The last lines of runs that did not end as others do: when, and until when nothing followed. In order.
    cut: Vec<(Moment, Option<Moment>)>,
}

/// The last line of a run.
struct Last {
    at: Moment,
    until: Option<Moment>,
    shape: String,
    /// It is a warning or an error: that says by itself that the run did not end well.
    warns: bool,
}

impl ProgramRuns {
    /// Reads the marked lines of a host.
    pub(in crate::diagnose) fn new(host: &Host) -> Self {
        let mut runs = Self::default();
        let mut logs: BTreeMap<Arc<str>, Vec<Last>> = BTreeMap::new();
        let lines = host.raw_where(|event| event.id.is_none());
        for entry in lines.filter(|entry| is_of_program(&entry.event)) {
            let Some(at) = entry.at else { continue };
            if entry.event.level.is_error() {
                runs.faults.push(at);
            }
            if let Some(last) = last_line(entry, at) {
                let log = logs.entry(Arc::clone(&entry.event.origin.path));
                log.or_default().push(last);
            }
        }
        for lasts in logs.into_values() {
            runs.cut.extend(cut_off(lasts));
        }
        runs.faults.sort_unstable();
        runs.cut.sort_unstable();
        runs
    }

    /// Whether a program wrote an error right after an instant, and not before.
    pub(in crate::diagnose) fn failed_after(&self, at: Moment) -> bool {
        let is_whole = |at: Moment| at.time.nanosecond() == 0;
        // In the same whole second nobody knows which came first.
        let from = if is_whole(at) { at.later(WHOLE_SECOND) } else { at };
        let next = self
            .faults
            .partition_point(|time| *time < at.earlier(WHOLE_SECOND));
        let near = self.faults.iter().skip(next);
        let mut near = near.take_while(|time| **time <= at.later(FAILS_WITHIN));
        near.any(|time| *time >= from || !is_whole(at) && is_whole(*time) && time.later(WHOLE_SECOND) > at)
    }

    /// Whether a program was at work when the host went down or fell asleep: it fell silent then, and not with the words of an end.
    pub(in crate::diagnose) fn cut_at(&self, at: Moment) -> bool {
        let latest = at.later(LAST_WORDS);
        let next = self.cut.partition_point(|(time, _)| *time <= latest);
        let last = next.checked_sub(1).and_then(|place| self.cut.get(place));
        last.is_some_and(|(time, until)| *time >= at.earlier(AT_WORK) && until.is_none_or(|until| until > at))
    }
}

fn last_line(entry: &Entry, at: Moment) -> Option<Last> {
    let shape = entry.event.field_text(SHAPE)?;
    let silence = entry.event.field_text(SILENCE);
    let silence = silence.and_then(|seconds| TimeDelta::try_seconds(seconds.parse().ok()?));
    Some(Last {
        at,
        until: silence.map(|silence| at.later(silence)),
        shape,
        warns: entry.event.level.is_error() || entry.event.level == crate::model::Level::Warning,
    })
}

/// The last lines of one log that are not those of an end. Where most runs do not end alike, nobody knows what an end looks like,
/// and only warnings count.
fn cut_off(lasts: Vec<Last>) -> impl Iterator<Item = (Moment, Option<Moment>)> {
    let mut shapes: BTreeMap<&str, usize> = BTreeMap::new();
    // The log may end anywhere, too.
    let is_end = |last: &&Last| !last.warns && last.until.is_some();
    for last in lasts.iter().filter(is_end) {
        *shapes.entry(&last.shape).or_default() += 1;
    }
    let all: usize = shapes.values().sum();
    let most = shapes.iter().max_by_key(|(_, times)| **times);
    let is_usual = |times: usize| times > 1 && times * 2 > all;
    let usual = most.filter(|(_, times)| is_usual(**times));
    let usual = usual.map(|(shape, _)| (*shape).to_owned());
    lasts
        .into_iter()
        .filter(move |last| match &usual {
            Some(usual) => last.shape != *usual,
            None => last.warns,
        })
        .map(|last| (last.at, last.until))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::run_lines::{OF_PROGRAM, RUN_LINE};
    use crate::model::{Event, Level, Origin, Value};

    /// A line at a second, with the silence after it if it is the last of a run.
    fn line(second: i64, level: Level, says: &str, silence: Option<i64>) -> Entry {
        let mut event = Event::new(Origin::artifact("import.log"));
        event.level = level;
        event.push(RUN_LINE, Value::text(OF_PROGRAM));
        if let Some(silence) = silence {
            event.push(SHAPE, Value::text(says));
            event.push(SILENCE, Value::Signed(silence));
        }
        Entry {
            event: event.into(),
            at: Some(at(second)),
        }
    }

    fn at(second: i64) -> Moment {
        let time = chrono::DateTime::UNIX_EPOCH + TimeDelta::seconds(second);
        Moment::at(time)
    }

    fn runs(lines: Vec<Entry>) -> ProgramRuns {
        ProgramRuns::new(&Host {
            raw: lines.len(),
            entries: lines,
            ..Host::default()
        })
    }

    const HOUR: i64 = 3_600;

    #[test]
    fn a_run_that_ends_in_other_words_was_cut_off() {
        let runs = runs(vec![
            line(HOUR, Level::Information, "Lauf beendet", Some(HOUR)),
            line(3 * HOUR, Level::Information, "Lauf beendet", Some(HOUR)),
            line(5 * HOUR, Level::Information, "Beleg # gebucht", Some(2 * HOUR)),
        ]);
        assert!(runs.cut_at(at(5 * HOUR + 200)));
        assert!(!runs.cut_at(at(3 * HOUR + 200)));
        assert!(!runs.cut_at(at(6 * HOUR)));
    }

    #[test]
    fn where_runs_end_in_any_words_only_a_warning_tells() {
        let runs = runs(vec![
            line(HOUR, Level::Information, "GET /a", Some(HOUR)),
            line(3 * HOUR, Level::Information, "GET /b", Some(HOUR)),
            line(5 * HOUR, Level::Warning, "aborted", Some(HOUR)),
        ]);
        assert!(!runs.cut_at(at(3 * HOUR + 20)));
        assert!(runs.cut_at(at(5 * HOUR + 20)));
    }

    #[test]
    fn an_error_before_the_session_ended_is_not_its_work() {
        let runs = runs(vec![line(100, Level::Error, "", None)]);
        assert!(runs.failed_after(at(95)));
        assert!(!runs.failed_after(at(100)), "the same whole second");
        assert!(!runs.failed_after(at(103)));
        assert!(!runs.failed_after(at(60)));
    }
}
