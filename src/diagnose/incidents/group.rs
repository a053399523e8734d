//! Incidents: occurrences of symptoms, folded where they are one story. Owns the folding; why it happened is weighed elsewhere.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::TimeDelta;

use crate::diagnose::derivers::exported_lists;
use crate::diagnose::incidents::sightings::{EventRef, Keys, Sighting, Sightings};
use crate::diagnose::incidents::{excerpt, incident_user, inherited, likeness};
use crate::diagnose::ledgers::Ledgers;
use crate::diagnose::timeline::host::{Entry, Host, Moment};
use crate::knowledge::derived::CODE_TOLD;
use crate::knowledge::signal::field;
use crate::knowledge::{AnchorKind, Key, Knowledge, Symptom};
use crate::model::user_key;
use crate::parse::Focus;

/// One time a symptom showed.
#[derive(Debug, Clone)]
pub(in crate::diagnose) struct Occurrence {
    pub at: Option<Moment>,
    pub signal: usize,
    pub event: EventRef,
}

/// Occurrences that are one story, in order of time; those without a time come last.
#[derive(Debug)]
pub(in crate::diagnose) struct Group<'a> {
    pub symptom: &'a Symptom,
    pub host: usize,
    pub keys: Keys,
    pub occurrences: Vec<Occurrence>,
    /// The last success before, and the first one after.
    pub worked: [Option<Success>; 2],
    /// Stands in the place of the symptom's title.
    pub named: Option<Arc<str>>,
    /// Codes that were told of the same thing: complaints by themselves, had this incident not been the better one.
    pub told: Vec<EventRef>,
    /// What must be found for it to be told.
    pub kind: AnchorKind,
}

/// A time when what the symptom is about worked.
#[derive(Debug, Clone, Copy)]
pub(in crate::diagnose) struct Success {
    pub at: Moment,
    pub event: EventRef,
}

impl<'a> Group<'a> {
    pub(super) fn new(symptom: &'a Symptom, host: usize, keys: Keys, first: Occurrence) -> Self {
        Self {
            symptom,
            host,
            keys,
            occurrences: vec![first],
            worked: [None; 2],
            named: None,
            told: Vec::new(),
            kind: AnchorKind::Plain,
        }
    }

    /// The template of its title: that of what it showed by first, if that has one.
    pub(in crate::diagnose) fn title(&self) -> &str {
        if let Some(named) = &self.named {
            return named;
        }
        let signal = self.occurrences.first().map(|occurrence| occurrence.signal);
        let anchor = self
            .symptom
            .anchors
            .iter()
            .find(|anchor| Some(anchor.signal) == signal);
        anchor
            .and_then(|anchor| anchor.title.as_deref())
            .unwrap_or(&self.symptom.title)
    }

    /// The last success before it.
    pub(in crate::diagnose) fn worked_until(&self) -> Option<crate::model::Time> {
        self.worked[0].map(|success| success.at.time)
    }

    /// When the occurrences were, in order; of more than `most`, so many evenly taken from the first to the last.
    pub(in crate::diagnose) fn times(&self, most: usize) -> Vec<crate::model::Time> {
        let all: BTreeSet<crate::model::Time> = self
            .occurrences
            .iter()
            .filter_map(|occurrence| Some(occurrence.at?.time))
            .collect();
        let last = all.len().saturating_sub(1);
        let taken = most.saturating_sub(1).max(1);
        let all = all.into_iter().enumerate();
        all.filter(|(index, _)| {
            // the first of each of so many parts, and the last of all
            let part = |index: usize| index.saturating_mul(taken) / last.max(1);
            last < most || *index == last || *index == 0 || part(*index) != part(index.saturating_sub(1))
        })
        .map(|(_, time)| time)
        .collect()
    }

    pub(in crate::diagnose) fn first(&self) -> Option<Moment> {
        self.occurrences.iter().find_map(|occurrence| occurrence.at)
    }

    pub(in crate::diagnose) fn last(&self) -> Option<Moment> {
        self.occurrences.iter().rev().find_map(|occurrence| occurrence.at)
    }
}

/// Finds all incidents, in order of symptom, host and time.
pub(in crate::diagnose) fn find<'a>(
    knowledge: &'a Knowledge,
    hosts: &[Host],
    ledgers: &[Ledgers],
    sightings: &Sightings<'_>,
    focus: &Focus,
) -> Vec<Group<'a>> {
    let of_kind = |kind| of_kind(kind, knowledge, (hosts, ledgers), sightings, focus);
    let mut groups = of_kind(AnchorKind::Plain);
    let mut told: BTreeMap<(Arc<str>, usize), Told> = BTreeMap::new();
    for group in &groups {
        let key = (Arc::clone(&group.symptom.id), group.host);
        let told = told.entry(key).or_default();
        told.times
            .extend(group.occurrences.iter().filter_map(|own| own.at));
        told.untimed |= group.occurrences.iter().any(|own| own.at.is_none());
    }
    told.values_mut().for_each(|told| told.times.sort_unstable());
    let code = knowledge.signal(CODE_TOLD.name).map(|(place, _)| place);
    let mut handed: BTreeMap<(Arc<str>, usize), Vec<EventRef>> = BTreeMap::new();
    for group in &mut groups {
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
                handed.entry(key).or_default().push(own.event);
            }
            better.is_none()
        });
    }
    groups.retain(|group| !group.occurrences.is_empty());
    for group in &mut groups {
        if let Some(codes) = handed.get(&(Arc::clone(&group.symptom.id), group.host)) {
            group.told.extend(codes.iter().take(MOST_TOLD));
        }
    }
    let told = excerpt::find(knowledge, (hosts, ledgers), sightings, focus, &groups);
    groups.extend(told.into_iter().map(|mut group| {
        if let (Some(host), Some(ledgers)) = (hosts.get(group.host), ledgers.get(group.host)) {
            incident_user::complete(&mut group, host, ledgers);
        }
        group
    }));
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
    groups
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
        asked().flat_map(move |of| of_host(symptom, of, hosts, sightings, (focus, kind)))
    });
    found.collect()
}

/// Whether two incidents began at one time, or nobody knows.
fn is_near(a: &Group<'_>, b: &Group<'_>) -> bool {
    a.first()
        .zip(b.first())
        .is_none_or(|(a, b)| a.near(b, SAME_STORY))
}

/// Incidents that begin so close together tell one story.
const SAME_STORY: TimeDelta = TimeDelta::minutes(5);

/// How many codes in loose text are handed to a better incident.
const MOST_TOLD: usize = 20;

/// When a symptom showed on a host.
#[derive(Default)]
struct Told {
    /// In order.
    times: Vec<Moment>,
    /// Whether it showed at a time that nobody knows.
    untimed: bool,
}

impl Told {
    /// Whether it stands for an occurrence of another symptom: they lie close, or nobody knows.
    fn tells(&self, own: &Occurrence, within: TimeDelta) -> bool {
        let near = |at: Moment| {
            let next = self.times.partition_point(|time| *time < at.earlier(within));
            self.times.get(next).is_some_and(|time| time.near(at, within))
        };
        self.untimed || own.at.map_or(!self.times.is_empty(), near)
    }
}

/// A burst goes on with one of so many incidents before it.
const RECENT: usize = 32;

/// Every sighting that shows a symptom on a host, in order of time; an event that shows it in two ways counts once.
fn shown<'s>(
    symptom: &Symptom,
    host: usize,
    hosts: &[Host],
    sightings: &'s Sightings<'_>,
    (focus, kind): (&Focus, AnchorKind),
) -> Vec<(usize, &'s Sighting)> {
    let mut shown: Vec<(usize, &Sighting)> = Vec::new();
    let mut taken = BTreeSet::new();
    let of_kind = |alone: bool| {
        let anchors = symptom.anchors.iter();
        anchors.filter(move |anchor| anchor.kind == kind && anchor.alone == alone)
    };
    for anchor in of_kind(false).chain(of_kind(true)) {
        if anchor.alone && !shown.is_empty() {
            break;
        }
        for sighting in sightings.on_host(anchor.signal, host) {
            let entry = hosts
                .get(host)
                .and_then(|host| host.entries.get(sighting.event.entry));
            let holds = entry.is_some_and(|entry| {
                anchor
                    .conditions
                    .iter()
                    .all(|(name, condition)| condition.holds(field(&entry.event, name).as_deref(), &|_| None))
            });
            let wanted =
                focus.includes(sighting.at.map(|at| at.time)) && wanted(focus, sightings.keys(sighting));
            if holds && wanted && taken.insert(sighting.event) {
                shown.push((anchor.signal, sighting));
            }
        }
    }
    shown.sort_by_key(|(_, sighting)| (sighting.at.is_none(), sighting.at, sighting.event.entry));
    shown
}

fn of_host<'a>(
    symptom: &'a Symptom,
    (host, ledgers): (usize, &Ledgers),
    hosts: &[Host],
    sightings: &Sightings<'_>,
    (focus, kind): (&Focus, AnchorKind),
) -> Vec<Group<'a>> {
    let shown = shown(symptom, host, hosts, sightings, (focus, kind));
    let mut open: BTreeMap<Vec<String>, usize> = BTreeMap::new();
    let mut groups: Vec<Group<'a>> = Vec::new();
    for (signal, sighting) in shown {
        let keys = sightings.keys(sighting);
        let mut id: Vec<String> = symptom.fold_by.iter().map(|key| fold_text(*key, keys)).collect();
        let class = keys.get(Key::Class).zip(sighting.at);
        id.extend(class.and_then(|(class, at)| ledgers.power.taken_down_by(at, class)));
        let occurrence = Occurrence {
            at: sighting.at,
            signal,
            event: sighting.event,
        };
        let fits = |number: &usize| {
            groups
                .get(*number)
                .is_some_and(|group| belongs(group, &occurrence, sightings))
        };
        let known = open.get(&id).copied().filter(fits).or_else(|| {
            let near = |number: &usize| {
                groups.get(*number).is_some_and(|group| {
                    same_burst(group, (sighting.at, keys))
                        || hosts
                            .get(host)
                            .is_some_and(|host| told_twice(group, (sighting, keys), host))
                })
            };
            (0..groups.len())
                .rev()
                .take(RECENT)
                .find(|number| near(number) && fits(number))
        });
        if let Some(group) = known.and_then(|number| groups.get_mut(number)) {
            group.keys.complete(keys);
            group.occurrences.push(occurrence);
            open.insert(id, known.unwrap_or_default());
            continue;
        }
        open.insert(id, groups.len());
        groups.push(Group {
            kind,
            ..Group::new(symptom, host, keys.clone(), occurrence)
        });
    }
    for group in &mut groups {
        if let Some(host) = hosts.get(host) {
            incident_user::complete(group, host, ledgers);
        }
        group.worked = successes(group, sightings);
    }
    groups
}

pub(super) fn wanted(focus: &Focus, keys: &Keys) -> bool {
    keys.get(Key::User).is_none_or(|user| focus.is_of(user))
}

pub(super) fn fold_text(key: Key, keys: &Keys) -> String {
    let text = keys.get(key).map(|value| value.to_string()).unwrap_or_default();
    match key {
        Key::User => user_key(&text),
        Key::Code => crate::model::parse_code(&text).map_or(text, |code| code.to_string()),
        _ => text.to_lowercase(),
    }
}

/// Whether a sighting and a group are one failure told in several lines, only some of which carry the code: they agree in
/// all keys but the code, one of them has none, and they lie close together or neither has a time.
fn same_burst(group: &Group<'_>, (at, keys): (Option<Moment>, &Keys)) -> bool {
    let agree = group.symptom.fold_by.iter().all(|&key| {
        let (own, other) = (fold_text(key, &group.keys), fold_text(key, keys));
        own == other || (key == Key::Code && (own.is_empty() || other.is_empty()))
    });
    let close = match (group.last(), at) {
        (Some(last), Some(at)) => at.near(last, TimeDelta::seconds(30)),
        (None, None) => true,
        _ => false,
    };
    agree && group.symptom.fold_by.contains(&Key::Code) && close
}

/// Whether a robot tells one failure in two of its files, each with a code of its own: the trace has that of the connection, the
/// log that of what came of it.
fn told_twice(group: &Group<'_>, (sighting, keys): (&Sighting, &Keys), host: &Host) -> bool {
    const WITHIN: TimeDelta = TimeDelta::seconds(5);
    let agree = group.symptom.fold_by.iter().all(|&key| {
        let (own, other) = (fold_text(key, &group.keys), fold_text(key, keys));
        own == other || key == Key::Code || own.is_empty() || other.is_empty()
    });
    let path = |event: EventRef| {
        host.entries
            .get(event.entry)
            .map(|entry| &entry.event.origin.path)
    };
    let last = group.occurrences.last();
    let elsewhere = last.is_some_and(|last| path(last.event) != path(sighting.event));
    let close = group
        .last()
        .zip(sighting.at)
        .is_some_and(|(last, at)| at.near(last, WITHIN));
    group.symptom.id.starts_with("robot-") && agree && elsewhere && close
}

/// Whether an occurrence goes on with a group: not after too long a silence, and not after a success.
fn belongs(group: &Group<'_>, next: &Occurrence, sightings: &Sightings<'_>) -> bool {
    let (Some(last), Some(at)) = (group.last(), next.at) else {
        return true;
    };
    let Some(gap) = at.since(last) else { return false };
    gap <= group.symptom.fold_within
        && !succeeded(group, sightings, (last, at))
            .any(|success| success.at.is_some_and(|when| when > last && when < at))
}

/// Sightings of success in a span of time that are of this incident's host and keys.
fn succeeded<'s>(
    group: &'s Group<'_>,
    sightings: &'s Sightings<'_>,
    (from, to): (Moment, Moment),
) -> impl Iterator<Item = &'s Sighting> {
    let signals = group.symptom.success.iter();
    let all = signals.flat_map(move |&signal| sightings.within(signal, group.host, from, to));
    all.filter(|sighting| is_success_of(group, sightings.keys(sighting)))
}

/// Whether a success is of this incident's keys.
pub(super) fn is_success_of(group: &Group<'_>, keys: &Keys) -> bool {
    let of_another = match (group.keys.get(Key::User), keys.get(Key::User)) {
        (Some(own), Some(other)) => user_key(own) != user_key(other),
        _ => false,
    };
    !of_another
        && group
            .symptom
            .success_join
            .iter()
            .all(|&key| match (group.keys.get(key), keys.get(key)) {
                (Some(a), Some(b)) if key == Key::User => user_key(a) == user_key(b),
                (Some(a), Some(b)) => a.eq_ignore_ascii_case(b),
                _ => false,
            })
}

fn successes(group: &Group<'_>, sightings: &Sightings<'_>) -> [Option<Success>; 2] {
    let (Some(first), Some(last)) = (group.first(), group.last()) else {
        return [None; 2];
    };
    let is_own = |sighting: &&Sighting| is_success_of(group, sightings.keys(sighting));
    let success = |sighting: &Sighting| {
        Some(Success {
            at: sighting.at?,
            event: sighting.event,
        })
    };
    let lists = || {
        group
            .symptom
            .success
            .iter()
            .map(|&signal| sightings.on_host(signal, group.host))
    };
    let before = lists().filter_map(|list| {
        let end = list.partition_point(|sighting| sighting.at.is_some_and(|at| at < first));
        let list = list.get(..end).unwrap_or_default();
        list.iter().rev().find(is_own).and_then(success)
    });
    let after = lists().filter_map(|list| {
        let start = list.partition_point(|sighting| sighting.at.is_some_and(|at| at <= last));
        let list = list.get(start..).unwrap_or_default();
        list.iter().find(is_own).and_then(success)
    });
    [
        before.max_by_key(|success| success.at),
        after.min_by_key(|success| success.at),
    ]
}

/// The ledgers' view when it worked: what stood then as it stood at the failure tells little.
pub(in crate::diagnose) fn when_it_worked(group: &Group<'_>, host: &Host, ledgers: &Ledgers) -> Vec<Entry> {
    let user = group.keys.get(Key::User);
    let successes = group.worked.iter().flatten();
    let entries = successes.filter_map(|success| host.entries.get(success.event.entry));
    entries
        .filter(|base| covers_sessions(host, base))
        .map(|base| ledgers.context(base, user.map(|user| &**user), host))
        .collect()
}

/// Whether the log of sessions covers the time of an entry.
fn covers_sessions(host: &Host, base: &Entry) -> bool {
    base.at.is_some_and(|at| host.covers_sessions(at.time, at.time))
}

/// The events that are the incident itself: each occurrence's, what it was derived from, and the ledgers' view beside it.
pub(in crate::diagnose) fn own_events(group: &Group<'_>, host: &Host, ledgers: &Ledgers) -> Vec<Entry> {
    /// Beyond so many occurrences the views repeat each other.
    const MOST: usize = 200;
    let user = group.keys.get(Key::User);
    let mut own = Vec::new();
    // What stands on one line, such as a document of thousands of objects, is taken once.
    let mut taken = BTreeSet::new();
    for occurrence in group.occurrences.iter().take(MOST) {
        let Some(base) = host.entries.get(occurrence.event.entry) else {
            continue;
        };
        let user = user.map(|user| &**user);
        own.push(ledgers.context(base, user, host));
        own.extend(exported_lists::beside(host, base, user));
        own.push(Entry {
            event: base.event.clone(),
            at: base.at,
        });
        if taken.insert((&base.event.origin, &base.event.provider)) {
            own.extend(same_origin(host, base).map(|entry| Entry {
                event: entry.event.clone(),
                at: entry.at,
            }));
        }
    }
    // What its own records tell besides is there already.
    let of_itself: BTreeSet<_> = group
        .occurrences
        .iter()
        .filter_map(|occurrence| Some(&host.entries.get(occurrence.event.entry)?.event.origin))
        .collect();
    let told = group
        .told
        .iter()
        .filter_map(|event| host.entries.get(event.entry));
    let told = told.filter(|entry| !of_itself.contains(&entry.event.origin));
    own.extend(told.map(|entry| Entry {
        event: entry.event.clone(),
        at: entry.at,
    }));
    own.extend(inherited::losses(group, host).into_iter().map(|entry| Entry {
        event: entry.event.clone(),
        at: entry.at,
    }));
    own
}

/// Other entries that cite the same record, and the codes in it that mean one thing only: what else a code may mean, the better
/// symptom knows better.
fn same_origin<'h>(host: &'h Host, base: &'h Entry) -> impl Iterator<Item = &'h Entry> {
    let raw = at_once(host.entries.get(..host.raw).unwrap_or_default(), base);
    let derived = at_once(host.entries.get(host.raw..).unwrap_or_default(), base);
    let codes = derived.filter(|entry| CODE_TOLD.is(&entry.event) && entry.event.field("Only").is_some());
    raw.chain(codes).filter(move |entry| {
        entry.event.origin == base.event.origin && entry.event.provider != base.event.provider
    })
}

/// The entries of the same instant, of some in order of time.
fn at_once<'h>(entries: &'h [Entry], base: &'h Entry) -> impl Iterator<Item = &'h Entry> {
    // Those without a time come last.
    let start = match base.at {
        Some(at) => entries.partition_point(|entry| entry.at.is_some_and(|other| other < at)),
        None => entries.partition_point(|entry| entry.at.is_some()),
    };
    let rest = entries.iter().skip(start);
    rest.take_while(move |entry| entry.at == base.at)
}
