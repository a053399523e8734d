//! Finds all incidents. Owns which of them stands where several tell one thing: what yields to a better one, what an excerpt is asked for
//! where nothing else shows, what is told only where it explains something. Must not know how occurrences are folded.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::TimeDelta;

use crate::diagnose::incidents::group::{Group, Occurrence};
use crate::diagnose::incidents::sightings::{EventRef, Sightings};
use crate::diagnose::incidents::{counting, excerpt, folding, likeness};
use crate::diagnose::ledgers::Ledgers;
use crate::diagnose::timeline::host::{Host, Moment};
use crate::knowledge::derived::CODE_TOLD;
use crate::knowledge::{AnchorKind, Knowledge};
use crate::parse::Focus;

/// Incidents that begin so close together tell one story.
const SAME_STORY: TimeDelta = TimeDelta::minutes(5);

/// How many codes in loose text are handed to a better incident.
const MOST_TOLD: usize = 20;

/// Finds all incidents, in order of symptom, host and time.
pub(in crate::diagnose) fn incidents<'a>(
    knowledge: &'a Knowledge,
    hosts: &[Host],
    ledgers: &[Ledgers],
    sightings: &Sightings<'_>,
    focus: &Focus,
) -> Vec<Group<'a>> {
    let of_kind = |kind| of_kind(kind, knowledge, (hosts, ledgers), sightings, focus);
    let mut groups = of_kind(AnchorKind::Plain);
    yield_to_better(knowledge, hosts, &mut groups);
    let told = excerpt::find(knowledge, (hosts, ledgers), sightings, focus, &groups);
    groups.extend(told);
    if groups.is_empty() {
        groups = of_kind(AnchorKind::Chosen);
    }
    if groups.is_empty() {
        groups = likeness::find(knowledge, hosts, sightings, focus);
    }
    let mut errors = of_kind(AnchorKind::Explained);
    // What another incident tells already.
    errors.retain(|error| {
        !groups
            .iter()
            .any(|other| other.host == error.host && is_near(other, error))
    });
    groups.append(&mut errors);
    for group in &mut groups {
        if let Some(host) = hosts.get(group.host) {
            counting::mark(group, host);
        }
    }
    groups
}

/// Takes from each incident what a better one tells, and hands the codes of loose text among it to that one.
fn yield_to_better(knowledge: &Knowledge, hosts: &[Host], groups: &mut Vec<Group<'_>>) {
    let mut told: BTreeMap<(Arc<str>, usize), Told> = BTreeMap::new();
    for group in groups.iter() {
        let key = (Arc::clone(&group.symptom.id), group.host);
        let told = told.entry(key).or_default();
        told.times
            .extend(group.occurrences.iter().filter_map(|own| own.at));
        told.untimed |= group.occurrences.iter().any(|own| own.at.is_none());
        told.is_excerpt = hosts.get(group.host).is_some_and(Host::is_excerpt);
    }
    told.values_mut().for_each(|told| told.times.sort_unstable());
    let code = knowledge.signal(CODE_TOLD.name).map(|(place, _)| place);
    let mut handed: BTreeMap<(Arc<str>, usize), Vec<Handed>> = BTreeMap::new();
    for group in groups.iter_mut() {
        let symptom = group.symptom;
        let better = |own: &Occurrence| {
            let ids = symptom.yields_to.iter();
            let mut keys = ids.map(|id| (Arc::clone(id), group.host));
            keys.find(|key| {
                told.get(key)
                    .is_some_and(|told| told.tells(own, symptom.yields_within))
            })
        };
        group.occurrences.retain(|own| {
            let better = better(own);
            if let Some(key) = better.clone().filter(|_| Some(own.signal) == code) {
                handed.entry(key).or_default().push(Handed {
                    event: own.event,
                    at: own.at,
                    within: symptom.yields_within,
                });
            }
            better.is_none()
        });
    }
    groups.retain(|group| !group.occurrences.is_empty());
    for group in groups.iter_mut() {
        if let Some(codes) = handed.get(&(Arc::clone(&group.symptom.id), group.host)) {
            // Another incident of the kind, days or a year away, has codes of its own.
            let own = codes.iter().filter(|code| code.is_of(group));
            let own: Vec<EventRef> = own.map(|code| code.event).take(MOST_TOLD).collect();
            group.told.extend(own);
        }
    }
}

/// What shows by anchors of one kind, on each host; what somebody chose only among the few records of an excerpt.
fn of_kind<'a>(
    kind: AnchorKind,
    knowledge: &'a Knowledge,
    (hosts, ledgers): (&[Host], &[Ledgers]),
    sightings: &Sightings<'_>,
    focus: &Focus,
) -> Vec<Group<'a>> {
    let is_asked = |host: usize| kind != AnchorKind::Chosen || hosts.get(host).is_some_and(Host::is_excerpt);
    let asked = || ledgers.iter().enumerate().filter(|(host, _)| is_asked(*host));
    let symptoms = knowledge.symptoms().iter();
    let found = symptoms.flat_map(|symptom| {
        asked().flat_map(move |of| folding::of_host(symptom, of, hosts, sightings, (focus, kind)))
    });
    found.collect()
}

/// Whether two incidents began at one time, or nobody knows.
fn is_near(a: &Group<'_>, b: &Group<'_>) -> bool {
    a.first()
        .zip(b.first())
        .is_none_or(|(a, b)| a.near(b, SAME_STORY))
}

/// A code in loose text that a better symptom tells, and how close to it that must show.
struct Handed {
    event: EventRef,
    at: Option<Moment>,
    within: TimeDelta,
}

impl Handed {
    /// Whether it belongs to this incident: they lie close, or nobody knows.
    fn is_of(&self, group: &Group<'_>) -> bool {
        let times = || group.occurrences.iter().map(|own| own.at);
        self.at
            .is_none_or(|at| times().any(|own| own.is_none_or(|own| own.near(at, self.within))))
    }
}

/// When a symptom showed on a host.
#[derive(Default)]
struct Told {
    /// In order.
    times: Vec<Moment>,
    /// Whether it showed at a time that nobody knows.
    untimed: bool,
    /// Whether little more was sent of the host than what shows it.
    is_excerpt: bool,
}

impl Told {
    /// Whether it stands for an occurrence of another symptom: they lie close, or nobody knows. What a note tells without a time is one of
    /// the things that a whole log holds, and stands for none of them.
    fn tells(&self, own: &Occurrence, within: TimeDelta) -> bool {
        let near = |at: Moment| {
            let next = self.times.partition_point(|time| *time < at.earlier(within));
            self.times.get(next).is_some_and(|time| time.near(at, within))
        };
        let perhaps = self.untimed && (self.is_excerpt || own.at.is_none());
        perhaps || own.at.map_or(!self.times.is_empty(), near)
    }
}
