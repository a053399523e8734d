//! What the records of a time that somebody asks about say, as far as the knowledge knows them: none of it is a fault, or an incident would tell
//! it, and whoever asks wants to know of it all the same. Restarts, sessions and refused logons are told by themselves. Must not know what is
//! shown of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::diagnose::derivers::clock_jumps;
use crate::diagnose::timeline::clock;
use crate::diagnose::timeline::host::{Host, Moment};
use crate::diagnose::weighing::bench::Bench;
use crate::diagnose::weighing::templates;
use crate::knowledge::{Knowledge, Subject};
use crate::model::providers::{AUDITING, LSM};
use crate::model::{Happening, Lane};
use crate::parse::Focus;

/// Of a flood of records the first ones show what it is.
const MOST: usize = 100;
/// Seconds by which a clock is set that somebody may notice; less is the everyday work of a time service.
const NOTICED: i64 = 2;

/// What records of a host say that lie where the focus points at, each sentence once, in order.
pub(super) fn list(
    bench: &Bench<'_>,
    number: usize,
    (name, focus): (&Arc<str>, &Focus),
) -> Vec<(Moment, Happening)> {
    let (Some(host), Some((asked, _))) = (bench.hosts.get(number), focus.around) else {
        return Vec::new();
    };
    let mut said: BTreeMap<String, (Moment, Happening, u64)> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for signal in of_records(bench.knowledge) {
        let Some(known) = bench.knowledge.signals().get(signal) else {
            continue;
        };
        for sighting in bench.sightings.on_host(signal, number) {
            let (Some(at), Some(entry)) = (sighting.at, host.entries.get(sighting.event.entry)) else {
                continue;
            };
            let is_left_out = !focus.points_at(at.time)
                || sighting.event.entry >= host.raw
                || AUDITING.wrote(entry.event.like())
                || LSM.wrote(entry.event.like());
            if is_left_out || !seen.insert(sighting.event.entry) {
                continue;
            }
            let keys = bench.sightings.keys(sighting);
            let summary = templates::fill(known.summary(), Some(&entry.event), keys, &host.name);
            let apart = |at: Moment| (at.time - asked).abs();
            let happening = Happening::said(
                (at.time, name, Lane::Record),
                summary.clone(),
                entry.event.origin(),
            );
            let one = said.entry(summary).or_insert_with(|| (at, happening.clone(), 0));
            one.2 += 1;
            if apart(at) < apart(one.0) {
                (one.0, one.1) = (at, happening);
            }
        }
    }
    let settings = small_settings(host, focus, name);
    let counted = said.into_values().map(|(at, mut happening, count)| {
        match count {
            1 => {}
            2 => happening.summary.push_str(", twice about then"),
            count => happening.summary.push_str(&format!(", {count} times about then")),
        }
        (at, happening)
    });
    let mut all: Vec<_> = counted.chain(settings).collect();
    all.sort_by_key(|(at, _)| *at);
    all.truncate(MOST);
    all
}

/// Settings of the clock that are too small to put anything out of order.
fn small_settings(host: &Host, focus: &Focus, name: &Arc<str>) -> Vec<(Moment, Happening)> {
    let mut told: Vec<(Moment, Happening)> = Vec::new();
    for (_, entry) in host.each(clock::SETTINGS) {
        let Some(at) = entry.at.filter(|at| focus.points_at(at.time)) else {
            continue;
        };
        let seconds = clock::setting(&entry.event).map_or(0, |(old, new)| (new - old).num_seconds());
        let is_known = told
            .last()
            .is_some_and(|(last, _)| last.near(at, clock_jumps::ONE_SETTING));
        if !(NOTICED..=clock_jumps::LEAST).contains(&seconds.abs()) || is_known {
            continue;
        }
        let summary = format!(
            "The clock was set {}",
            clock_jumps::in_words(seconds, &entry.event)
        );
        told.push((
            at,
            Happening::said((at.time, name, Lane::Record), summary, entry.event.origin()),
        ));
    }
    told
}

/// The signals of records, known by their ids, that some cause looks at; changes have a lane of their own.
fn of_records(knowledge: &Knowledge) -> BTreeSet<usize> {
    let items = knowledge
        .causes()
        .iter()
        .flat_map(|cause| cause.supports.iter().chain(&cause.against));
    let signals = items.filter_map(|item| match &item.subject {
        Subject::Signals(signals) => Some(signals.iter().copied()),
        Subject::Fact(..) => None,
    });
    let changes: BTreeSet<usize> = knowledge.changes().iter().map(|change| change.signal).collect();
    let is_of_record = |signal: &usize| {
        let known = knowledge.signals().get(*signal);
        known.is_some_and(|known| !known.ids().is_empty() && known.texts().is_empty())
    };
    signals
        .flatten()
        .filter(|signal| !changes.contains(signal) && is_of_record(signal))
        .collect()
}
