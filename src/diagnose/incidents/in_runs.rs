//! What stands in the runs of a task that failed, and in none that worked. The number with which a program ends says only that it
//! failed; a record or a line of its log that comes with each failure says why. Owns which records come with a failure; what they
//! mean is weighed elsewhere.

use std::collections::BTreeSet;

use chrono::TimeDelta;

use crate::diagnose::incidents::folding::is_success_of;
use crate::diagnose::incidents::group::Group;
use crate::diagnose::incidents::sightings::Sightings;
use crate::diagnose::timeline::host::{Entry, Host, Moment};
use crate::knowledge::derived::{CODE_TOLD, HOST_RESTART, TASK_RUN};
use crate::knowledge::{CauseRule, DERIVED, Item, Knowledge, Subject};
use crate::model::Weight;
use crate::model::providers::TASK_SCHEDULER;

/// Logs count in whole seconds, and a program writes before and after the scheduler does.
const SLACK: TimeDelta = TimeDelta::seconds(2);
/// Once may be chance.
const FEWEST: usize = 2;
/// Runs that are looked at.
const MOST: usize = 200;
/// Records that an incident takes over.
const MOST_RECORDS: usize = 40;

/// What comes with the failures of a task.
#[derive(Debug, Default)]
pub(in crate::diagnose) struct InRuns {
    signals: BTreeSet<usize>,
    /// Places on the timeline of the host.
    entries: BTreeSet<usize>,
    /// Whether there were enough runs to tell chance from cause.
    pub is_sure: bool,
}

/// From when to when a run went on.
type Span = (Moment, Moment);

impl InRuns {
    /// Looks through the runs of an incident's task.
    pub(in crate::diagnose) fn new(
        knowledge: &Knowledge,
        host: &Host,
        sightings: &Sightings<'_>,
        group: &Group<'_>,
    ) -> Self {
        let occurrences = group.occurrences.iter().take(MOST);
        let failed = spans(host, occurrences.map(|occurrence| occurrence.event.entry));
        if failed.len() < FEWEST {
            return Self::default();
        }
        let worked = spans(host, successes(sightings, group).take(MOST));
        let mut found = Self {
            is_sure: failed.len() > FEWEST || !worked.is_empty(),
            ..Self::default()
        };
        for signal in telling(knowledge) {
            let in_run = |run: &Span| seen_in(run, signal, sightings, group.host, host);
            let hits: Vec<BTreeSet<usize>> = failed
                .iter()
                .map(in_run)
                .filter(|seen| !seen.is_empty())
                .collect();
            let inside: BTreeSet<usize> = hits.iter().flatten().copied().collect();
            let list = sightings.on_host(signal, group.host);
            let all = list.partition_point(|sighting| sighting.at.is_some());
            // A log that a program writes itself is often sent in part.
            let comes_with =
                hits.len() >= FEWEST && hits.len() * 5 >= failed.len() * 2 && inside.len() * 2 >= all;
            if comes_with && worked.iter().filter(|run| !in_run(run).is_empty()).count() * 10 <= worked.len()
            {
                found.signals.insert(signal);
                found.entries.extend(inside);
            }
        }
        found
    }

    /// Their records, which are part of the incident.
    pub(in crate::diagnose) fn records<'h>(&self, host: &'h Host) -> impl Iterator<Item = &'h Entry> {
        let places = self.entries.iter().take(MOST_RECORDS);
        places.filter_map(|place| host.entries.get(*place))
    }

    /// Whether an entry of the host is one of them.
    pub(in crate::diagnose) fn holds(&self, entry: usize) -> bool {
        self.entries.contains(&entry)
    }

    /// Whether an item looks at what comes with the failures.
    pub(in crate::diagnose) fn bears_on(&self, item: &Item) -> bool {
        match &item.subject {
            Subject::Signals(signals) => {
                !item.missing && signals.iter().any(|signal| self.signals.contains(signal))
            }
            Subject::Fact(..) => false,
        }
    }

    /// Whether a cause is told by what comes with the failures, whatever it explains otherwise.
    pub(in crate::diagnose) fn tells(&self, rule: &CauseRule) -> bool {
        let mut items = rule.supports.iter();
        items.any(|item| item.weight >= Weight::Strong && self.bears_on(item))
    }
}

/// The signals that point at some cause.
fn telling(knowledge: &Knowledge) -> BTreeSet<usize> {
    let items = knowledge.causes().iter().flat_map(|rule| &rule.supports);
    let items = items.filter(|item| item.weight >= Weight::Moderate && !item.missing);
    items
        .flat_map(|item| match &item.subject {
            Subject::Signals(signals) => signals.as_slice(),
            Subject::Fact(..) => &[],
        })
        .copied()
        .collect()
}

/// When the task worked.
fn successes<'s>(sightings: &'s Sightings<'_>, group: &'s Group<'_>) -> impl Iterator<Item = usize> + 's {
    let lists = group.symptom.success.iter();
    let all = lists.flat_map(|&signal| sightings.on_host(signal, group.host));
    let own = all.filter(|sighting| is_success_of(group, sightings.keys(sighting)));
    own.map(|sighting| sighting.event.entry)
}

/// When the host began to go down, in order.
fn downs(host: &Host) -> Vec<Moment> {
    let derived = host.entries.iter().skip(host.raw);
    let restarts = derived.filter(|entry| HOST_RESTART.is(entry.event.like()));
    let mut downs: Vec<Moment> = restarts.filter_map(|entry| entry.at).collect();
    downs.sort_unstable();
    downs
}

/// The runs among some entries in which a program ran to its end, in order. What a host that goes down stops is no reason of the run that it
/// cut, so the run is looked at until then.
fn spans(host: &Host, entries: impl Iterator<Item = usize>) -> Vec<Span> {
    let ran = |entry: &&Entry| {
        let class = entry.event.field_str("Class");
        TASK_RUN.is(&entry.event) && matches!(class.as_deref(), Some("completed" | "failed-action"))
    };
    let downs = downs(host);
    let span = |entry: &Entry| {
        let lasted = TimeDelta::try_seconds(entry.event.field_number("Seconds")?.into())?;
        let (from, to) = (entry.at?.earlier(lasted + SLACK), entry.at?.later(SLACK));
        let next = downs.partition_point(|down| *down < from);
        let cut = downs.get(next).copied();
        Some((from, cut.map_or(to, |down| to.min(down))))
    };
    let runs = entries.filter_map(|place| host.entries.get(place));
    let mut spans: Vec<Span> = runs.filter(ran).filter_map(span).collect();
    spans.sort_unstable();
    spans
}

/// The places of what was seen within a run, but for what the scheduler says of it and what is derived from that.
fn seen_in(
    &(from, to): &Span,
    signal: usize,
    sightings: &Sightings<'_>,
    number: usize,
    host: &Host,
) -> BTreeSet<usize> {
    let is_record = |place: &usize| {
        host.entries.get(*place).is_some_and(|Entry { event, .. }| {
            !TASK_SCHEDULER.wrote(event) && (!event.provider.starts_with(DERIVED) || CODE_TOLD.is(event))
        })
    };
    let seen = sightings.within(signal, number, from, to).iter();
    seen.map(|sighting| sighting.event.entry)
        .filter(is_record)
        .collect()
}
