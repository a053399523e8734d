//! Logs of programs whose stamps are in UTC though they do not say so, on a machine whose zone is known: their errors follow the ends of
//! sessions, and repeat what event logs say, as UTC and never as local times. Must not know what follows from that for a fault.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::NaiveDateTime;

use crate::model::run_lines::is_of_program;
use crate::model::{Artifact, Event, Time};

use super::shared_moments;

/// An error follows the end of its session so soon.
const FOLLOWS: i64 = 30;
/// Two logs say the same thing so close.
const SAME: i64 = 10;
/// Shorter texts are everybody's.
const SHORTEST: usize = 20;
/// So many errors and texts are compared.
const MOST: usize = 1_000;
/// So much oftener than by chance must they meet.
const NO_CHANCE: u64 = 10;

/// What the logs of the machine tell, in seconds since 1970.
#[derive(Default)]
struct Told<'a> {
    ends: BTreeSet<i64>,
    texts: BTreeMap<i64, Vec<&'a str>>,
    first: Option<i64>,
    last: Option<i64>,
}

/// The paths of such logs. `utc` places a local time of the machine.
pub(super) fn find(
    artifacts: &[Artifact],
    utc: impl Fn(NaiveDateTime) -> Option<Time>,
) -> BTreeSet<Arc<str>> {
    let logs = artifacts.iter().map(|artifact| (artifact, errors(artifact)));
    let logs: Vec<_> = logs.filter(|(_, errors)| !errors.is_empty()).collect();
    if logs.is_empty() {
        return BTreeSet::new();
    }
    let mut told = Told::default();
    for event in artifacts.iter().flat_map(|artifact| &artifact.findings.events) {
        let at = event.time.or_else(|| utc(event.local?));
        if let Some(at) = at.filter(|_| !event.computer.is_empty()) {
            told.take(event, at.timestamp());
        }
    }
    for kept in artifacts.iter().flat_map(|artifact| &artifact.findings.kept) {
        let like = kept.like();
        if let Some(at) = kept.time().filter(|_| !like.computer.is_empty()) {
            // Only of an error the text counts.
            told.take(if like.level.is_error() { kept } else { like }, at.timestamp());
        }
    }
    let is_in_utc = |errors: &[(NaiveDateTime, &str)]| {
        let placed = errors
            .iter()
            .filter_map(|(local, text)| Some((utc(*local)?.timestamp(), *text)));
        let plain = errors
            .iter()
            .map(|(local, text)| (local.and_utc().timestamp(), *text));
        let plain = plain.filter(|(at, text)| told.meets(*at, text)).count();
        plain > 0
            && told.is_no_chance(plain, errors.len())
            && !placed.into_iter().any(|(at, text)| told.meets(at, text))
    };
    let found = logs.into_iter().filter(|(_, errors)| is_in_utc(errors));
    found.map(|(artifact, _)| Arc::clone(&artifact.path)).collect()
}

/// The errors of a program's own log whose stamps name no offset.
fn errors(artifact: &Artifact) -> Vec<(NaiveDateTime, &str)> {
    if artifact.findings.utc_offset.is_some() {
        return Vec::new();
    }
    let events = artifact.findings.events.iter().filter(|event| {
        event.level.is_error() && event.time.is_none() && event.computer.is_empty() && is_of_program(event)
    });
    let errors =
        events.filter_map(|event| Some((event.local?, event.message.as_deref().unwrap_or_default())));
    errors.take(MOST).collect()
}

impl<'a> Told<'a> {
    fn take(&mut self, event: &'a Event, at: i64) {
        self.first = Some(self.first.map_or(at, |first| first.min(at)));
        self.last = Some(self.last.map_or(at, |last| last.max(at)));
        if shared_moments::ends_a_session(event) {
            self.ends.insert(at);
        }
        let text = event.message.as_deref().unwrap_or_default();
        let text = text.lines().next().unwrap_or_default().trim();
        if event.level.is_error() && text.len() >= SHORTEST && self.texts.len() < MOST {
            self.texts.entry(at).or_default().push(text);
        }
    }

    /// Whether something that the machine wrote goes with an error at an instant.
    fn meets(&self, at: i64, says: &str) -> bool {
        let mut same = self
            .texts
            .range(at - SAME..=at + SAME)
            .flat_map(|(_, texts)| texts);
        self.ends.range(at - FOLLOWS..=at).next().is_some() || same.any(|text| says.contains(text))
    }

    /// Whether so many of the errors would hardly meet the end of a session wherever they lay.
    fn is_no_chance(&self, met: usize, errors: usize) -> bool {
        let span = self
            .first
            .zip(self.last)
            .map_or(0, |(first, last)| (last - first).unsigned_abs());
        let of_ends = self.ends.len() as u64 * FOLLOWS.unsigned_abs();
        (met as u64).saturating_mul(span) > NO_CHANCE.saturating_mul(errors as u64).saturating_mul(of_ends)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::providers::LSM;
    use crate::model::run_lines::{OF_PROGRAM, RUN_LINE};
    use crate::model::{Level, Origin, Value};
    use crate::parse::test_inputs::{artifact, local};

    fn event(computer: &str, at: &str) -> Event {
        let mut event = Event::new(Origin::artifact("log"));
        event.computer = computer.into();
        event.local = Some(local(at));
        event
    }

    fn error(at: &str, says: &str) -> Event {
        let mut event = event("", at);
        event.level = Level::Error;
        event.message = Some(says.into());
        event.push(RUN_LINE, Value::text(OF_PROGRAM));
        event
    }

    fn session(id: u16, at: &str) -> Event {
        let mut event = event("RPA-07", at);
        event.provider = LSM.name.into();
        event.id = Some(id);
        event
    }

    /// Whether a log is in UTC on a machine two hours ahead of it, whose sessions begin and end on the 4th and the 5th.
    fn is_in_utc(errors: Vec<Event>) -> bool {
        let mut said = event("RPA-07", "2026-05-05 09:00:00");
        said.level = Level::Error;
        said.message = Some("Der Server antwortet nicht mehr".into());
        let log = vec![
            session(21, "2026-05-04 08:00:00"),
            session(23, "2026-05-04 12:00:00"),
            said,
        ];
        let artifacts = [artifact("log.csv", log), artifact("a.log", errors)];
        let two_ahead = |at: NaiveDateTime| Some((at - chrono::TimeDelta::hours(2)).and_utc());
        !find(&artifacts, two_ahead).is_empty()
    }

    #[test]
    fn errors_that_fit_as_utc_alone_tell_it() {
        assert!(is_in_utc(vec![error(
            "2026-05-04 10:00:04",
            "Schaltfläche fehlt"
        )]));
        assert!(is_in_utc(vec![error(
            "2026-05-05 07:00:02",
            "12 ERROR Der Server antwortet nicht mehr"
        )]));
    }

    #[test]
    fn errors_that_fit_as_they_are_or_nowhere_do_not() {
        assert!(!is_in_utc(vec![error(
            "2026-05-04 12:00:04",
            "Schaltfläche fehlt"
        )]));
        assert!(!is_in_utc(vec![
            error("2026-05-04 10:00:04", "a"),
            error("2026-05-04 12:00:04", "b")
        ]));
        assert!(!is_in_utc(vec![error("2026-05-04 09:59:58", "before the end")]));
        assert!(!is_in_utc(vec![error(
            "2026-05-05 07:00:02",
            "12 ERROR etwas anderes ist geschehen"
        )]));
        assert!(!is_in_utc(vec![]));
    }
}
