//! Folds the sightings of a symptom on one host into incidents: what goes on, what is told twice, what ended with a success. Owns which
//! occurrences are one story; must not know which of several incidents is the better one.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;

use crate::diagnose::incidents::group::{Group, Occurrence, Success};
use crate::diagnose::incidents::incident_user;
use crate::diagnose::incidents::sightings::{EventRef, Keys, Sighting, Sightings};
use crate::diagnose::ledgers::Ledgers;
use crate::diagnose::timeline::host::{Host, Moment};
use crate::knowledge::signal::field;
use crate::knowledge::{Anchor, AnchorKind, Key, Symptom};
use crate::model::{Origin, user_key};
use crate::parse::Focus;

/// A burst goes on with one of so many incidents before it.
const RECENT: usize = 32;

/// Every sighting that shows a symptom on a host, in order of time; an event that shows it in two ways counts once.
fn shown<'s>(
    symptom: &'s Symptom,
    host: usize,
    hosts: &[Host],
    sightings: &'s Sightings<'_>,
    (focus, kind): (&Focus, AnchorKind),
) -> Vec<(&'s Anchor, &'s Sighting)> {
    let mut shown: Vec<(&Anchor, &Sighting)> = Vec::new();
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
                shown.push((anchor, sighting));
            }
        }
    }
    shown.sort_by_key(|(_, sighting)| (sighting.at.is_none(), sighting.at, sighting.event.entry));
    shown
}

/// One record, or one line of a text: where it stands, and when it was. An event that is derived from one is still of it.
pub(super) type Record<'h> = (&'h Origin, Option<Moment>);

/// The record that a sighting is of, where it is of one.
pub(super) fn record<'h>(host: Option<&'h Host>, sighting: &Sighting) -> Option<Record<'h>> {
    let origin = &host?.entries.get(sighting.event.entry)?.event.origin;
    let is_one = origin.record.is_some() || origin.line.is_some();
    is_one.then_some((origin, sighting.at))
}

/// The group that an occurrence goes on with: that of its keys, or one that it is a part of though some keys differ.
fn going_on(
    groups: &[Group<'_>],
    of_id: Option<usize>,
    (occurrence, sighting): (&Occurrence, &Sighting),
    sightings: &Sightings<'_>,
    host: Option<&Host>,
) -> Option<usize> {
    let keys = sightings.keys(sighting);
    let fits = |number: &usize| {
        let group = groups.get(*number);
        group.is_some_and(|group| belongs(group, occurrence, sightings))
    };
    let near = |number: &usize| {
        groups.get(*number).is_some_and(|group| {
            same_burst(group, (sighting.at, keys))
                || host.is_some_and(|host| told_twice(group, (sighting, keys), host))
        })
    };
    let recent = || (0..groups.len()).rev().take(RECENT);
    of_id
        .filter(fits)
        .or_else(|| recent().find(|number| near(number) && fits(number)))
}

pub(super) fn of_host<'a>(
    symptom: &'a Symptom,
    (host, ledgers): (usize, &Ledgers),
    hosts: &[Host],
    sightings: &Sightings<'_>,
    (focus, kind): (&Focus, AnchorKind),
) -> Vec<Group<'a>> {
    let shown = shown(symptom, host, hosts, sightings, (focus, kind));
    let mut open: BTreeMap<Vec<String>, usize> = BTreeMap::new();
    let mut groups: Vec<Group<'a>> = Vec::new();
    let mut records: BTreeMap<Record<'_>, (usize, usize)> = BTreeMap::new();
    for (anchor, sighting) in shown {
        let signal = anchor.signal;
        let keys = sightings.keys(sighting);
        let record = record(hosts.get(host), sighting);
        let mut id: Vec<String> = symptom.fold_by.iter().map(|key| fold_text(*key, keys)).collect();
        let class = keys.get(Key::Class).zip(sighting.at);
        id.extend(class.and_then(|(class, at)| ledgers.power.taken_down_by(at, class)));
        let told = record.as_ref().and_then(|record| records.get(record)).copied();
        let is_again = |(group, by): &(usize, usize)| *by != signal || open.get(&id) == Some(group);
        let told = told.filter(is_again).map(|(group, _)| group);
        let occurrence = Occurrence {
            at: sighting.at,
            signal,
            title: anchor.title.clone(),
            event: sighting.event,
            again: told.is_some(),
        };
        let known = told.or_else(|| {
            let of_id = open.get(&id).copied();
            going_on(
                &groups,
                of_id,
                (&occurrence, sighting),
                sightings,
                hosts.get(host),
            )
        });
        let number = known.unwrap_or(groups.len());
        records.extend(record.map(|record| (record, (number, signal))));
        if let Some(group) = known.and_then(|number| groups.get_mut(number)) {
            group.add(occurrence, keys);
            open.insert(id, number);
            continue;
        }
        open.insert(id, number);
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
