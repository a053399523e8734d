//! How many failures an incident is: programs tell of one failure in several records. Owns which records tell of one; must not know symptoms.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::TimeDelta;

use crate::diagnose::incidents::group::{Group, Occurrence};
use crate::diagnose::timeline::host::Host;

/// What is written of one failure lies no further apart.
const ONE_FAILURE: TimeDelta = TimeDelta::seconds(2);
/// Letters by which lines of one file are told apart: what comes behind names one of many.
const LETTERS: usize = 24;

/// Marks what tells of a failure that an occurrence before tells already. A kind of record is written once for each failure, so of records
/// that lie together there are as many failures as there are records of the kind that comes most often; and what a note tells at no time
/// is one of those whose time is known.
pub(super) fn mark(group: &mut Group<'_>, host: &Host) {
    let timed = group.occurrences.iter().any(|own| own.at.is_some());
    let together = |a: &Occurrence, b: &Occurrence| match (a.at, b.at) {
        (Some(a), Some(b)) => b.near(a, ONE_FAILURE),
        (None, None) => true,
        _ => false,
    };
    for told in group.occurrences.chunk_by_mut(together) {
        match told {
            [first, ..] if timed && first.at.is_none() => told.iter_mut().for_each(|own| own.again = true),
            told => once(told, host),
        }
    }
}

fn once(told: &mut [Occurrence], host: &Host) {
    let mut kinds: BTreeMap<Kind, Vec<usize>> = BTreeMap::new();
    for (place, own) in told.iter().enumerate().filter(|(_, own)| !own.again) {
        kinds.entry(kind(own, host)).or_default().push(place);
    }
    // Of equals the one that comes first.
    let most = kinds
        .values()
        .max_by_key(|places| (places.len(), std::cmp::Reverse(places.first().copied())));
    let Some(most) = most else {
        // What it said again is told elsewhere: it still failed.
        return told.first_mut().map_or((), |first| first.again = false);
    };
    for (place, own) in told.iter_mut().enumerate() {
        own.again |= most.binary_search(&place).is_err();
    }
}

/// The file, the source and the number of a record, the beginning of a line.
type Kind = (Arc<str>, Arc<str>, Option<u16>, String);

fn kind(own: &Occurrence, host: &Host) -> Kind {
    let Some(entry) = host.entries.get(own.event.entry) else {
        return (Arc::from(""), Arc::from(""), None, String::new());
    };
    let like = entry.event.like();
    let origin = entry.event.origin();
    let words = match (origin.record, like.id) {
        (None, None) => entry.event.message.as_deref().unwrap_or_default(),
        _ => "",
    };
    let words = words
        .chars()
        .filter(|c| c.is_alphabetic())
        .take(LETTERS)
        .collect();
    (origin.path, Arc::clone(&like.provider), like.id, words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnose::Analyzer;
    use crate::model::{Event, Findings, Origin, Value, parse_rfc3339};

    /// How many failures these records are: the log, the number, the second of each.
    fn failures(records: &[(&str, u16, Option<u32>)]) -> u64 {
        let mut by_log: BTreeMap<&str, Findings> = BTreeMap::new();
        for (number, (log, id, second)) in (1..).zip(records) {
            let mut event = Event::new(Origin::record(Arc::from(*log), number, 0));
            event.provider = "Microsoft-Windows-TerminalServices-RemoteConnectionManager".into();
            event.channel = "System".into();
            event.computer = "RPA-07".into();
            event.id = Some(*id);
            event.time = second.and_then(|second| {
                parse_rfc3339(&format!("2026-05-04T10:{:02}:{:02}Z", second / 60, second % 60))
            });
            event.push("Status", Value::text("0x80090034"));
            by_log.entry(log).or_default().events.push(event);
        }
        let found = by_log
            .into_iter()
            .map(|(log, findings)| (Arc::from(log), findings));
        let diagnosis = Analyzer::new().unwrap().diagnose_findings(found.collect());
        diagnosis.incidents.iter().map(|incident| incident.count).sum()
    }

    #[test]
    fn two_records_of_one_failure_are_one() {
        assert_eq!(failures(&[("System.evtx", 1057, Some(0))]), 1);
        assert_eq!(
            failures(&[("System.evtx", 1058, Some(0)), ("System.evtx", 1057, Some(1))]),
            1
        );
        assert_eq!(
            failures(&[("System.evtx", 1057, Some(0)), ("Copy.evtx", 1057, Some(0))]),
            1
        );
    }

    #[test]
    fn records_of_one_kind_are_as_many_failures() {
        let twice = [
            ("System.evtx", 1058, Some(0)),
            ("System.evtx", 1057, Some(0)),
            ("System.evtx", 1058, Some(1)),
            ("System.evtx", 1057, Some(1)),
        ];
        assert_eq!(failures(&twice), 2);
        let apart = [("System.evtx", 1058, Some(0)), ("System.evtx", 1057, Some(90))];
        assert_eq!(failures(&apart), 2);
    }

    #[test]
    fn what_is_told_at_no_time_is_no_failure_more() {
        assert_eq!(
            failures(&[("System.evtx", 1057, Some(0)), ("Note.txt", 1057, None)]),
            1
        );
        assert_eq!(failures(&[("A.txt", 1057, None), ("B.txt", 1057, None)]), 1);
    }
}
