//! Looks for one item of evidence: in the incident itself or around it. Owns what joins a sighting to an incident. Settings are
//! looked for in [`setting_evidence`](crate::diagnose::weighing::setting_evidence), what was not found is judged in [`absent_evidence`](crate::diagnose::weighing::absent_evidence), and what a finding
//! weighs is [`judge`](crate::diagnose::weighing::judge)'s.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::TimeDelta;

use crate::diagnose::incidents::group::{SESSIONS, name_sessions};
use crate::diagnose::incidents::sightings::{EventRef, Keys, Sighting, keys_of};
use crate::diagnose::timeline::host::{Entry, Moment};
use crate::diagnose::weighing::bench::Trial;
use crate::diagnose::weighing::evidence_words::{LOOKED_AT, add_more};
use crate::knowledge::derived::{HOST_RESTART, SESSION_DISCONNECT, SESSION_END, WORDS_TOLD};
use crate::knowledge::signal::field;
use crate::knowledge::{Item, Key, Signal, Subject, Window};
use crate::model::providers::AUDITING;
use crate::model::{Event, Evidence, Missing, Origin, Weight, is_note_told, user_key};

/// How evidence is joined that lies in the records of the incident itself.
pub(in crate::diagnose) const ITSELF: &str = "itself";
/// How evidence is joined that somebody's note tells of in words of its own.
pub(super) const OF_NOTE: &str = "note";

/// Whether an event is what somebody tells in words of their own, or what these words are like.
pub(super) fn is_of_note(event: &Event) -> bool {
    is_note_told(event) || WORDS_TOLD.is(event)
}

/// How evidence is joined that lies in the incident itself.
fn own_place(event: &Event) -> Arc<str> {
    Arc::from(if is_of_note(event) { OF_NOTE } else { ITSELF })
}

/// What became of one item.
pub(in crate::diagnose) enum Outcome {
    Seen(Box<Evidence>),
    Absent,
    Unknown(Missing),
    /// It asks for a key that this incident does not have.
    Moot,
}

/// No log reaches so far.
const LONGER_THAN_LOGS: TimeDelta = TimeDelta::days(36_525);

/// A record that shows a signal of an item.
pub(super) struct Hit<'s> {
    pub signal: usize,
    pub sighting: &'s Sighting,
    pub entry: &'s Entry,
    joined: Vec<Arc<str>>,
}

/// How many different values a field has among them; case does not count.
fn values(hits: &[Hit<'_>], name: &str) -> usize {
    let value = |hit: &Hit<'_>| field(&hit.entry.event, name).map(|text| text.to_lowercase());
    let values: BTreeSet<String> = hits.iter().map(|hit| value(hit).unwrap_or_default()).collect();
    values.len()
}

impl<'a> Trial<'a> {
    /// Looks for one item.
    pub(in crate::diagnose) fn look(&self, item: &Item) -> Outcome {
        match &item.subject {
            Subject::Fact(name, condition) => self.fact(item, name, condition),
            Subject::Signals(signals) => {
                if item.window.is_some() && self.lacks_key(item) || self.is_void(item) {
                    return Outcome::Moot;
                }
                let found = match item.window {
                    None => self.in_itself(item, signals),
                    Some(_) => self.around(item, signals),
                };
                match found {
                    Some(evidence) if !item.missing => Outcome::Seen(Box::new(evidence)),
                    Some(_) => Outcome::Absent,
                    None => self.not_found(item, signals),
                }
            }
        }
    }

    /// Whether what makes the item void is there.
    fn is_void(&self, item: &Item) -> bool {
        if item.unless.is_empty() {
            return false;
        }
        let plain = Item {
            conditions: Vec::new(),
            at_least: 1,
            distinct: None,
            ..item.clone()
        };
        match item.window {
            None => self.in_itself(&plain, &item.unless).is_some(),
            Some(_) => self.around(&plain, &item.unless).is_some(),
        }
    }

    /// Keys that mean nothing unless the incident has them: without its logon id, any logon would do.
    fn lacks_key(&self, item: &Item) -> bool {
        let strict = [Key::Logon, Key::Instance, Key::Activity, Key::Task, Key::Code];
        item.join
            .iter()
            .any(|key| strict.contains(key) && self.group.keys.get(*key).is_none())
    }

    pub(in crate::diagnose) fn lookup(&self, name: &str) -> Option<String> {
        if name == "host" {
            return Some(self.host().name.to_string());
        }
        let key = name.parse::<Key>().ok()?;
        self.group.keys.get(key).map(|value| value.to_string())
    }

    /// Whether an event meets the conditions of an item.
    fn meets(&self, item: &Item, event: &Event) -> bool {
        let mut conditions = item.conditions.iter();
        conditions.all(|(name, condition)| {
            condition.holds(field(event, name).as_deref(), &|name| self.lookup(name))
        })
    }

    /// Items without a window lie in the incident's own events. What a note tells in somebody's own words is no record.
    fn in_itself(&self, item: &Item, signals: &[usize]) -> Option<Evidence> {
        let mut hits = Vec::new();
        for (entry, shown) in self.own.iter().zip(&self.shown) {
            let is_shown = |index: &&usize| {
                let index = u32::try_from(**index);
                index.is_ok_and(|index| shown.binary_search(&index).is_ok())
            };
            let first = signals.iter().find(is_shown);
            if let Some(signal) = first.and_then(|&index| self.signal(index))
                && self.meets(item, &entry.event)
            {
                hits.push((entry, signal));
            }
        }
        // A derived event and the record it stands on are one thing that was seen.
        let places: BTreeSet<&Origin> = hits.iter().map(|(entry, _)| &entry.event.origin).collect();
        let count = places.len() as u64;
        let &(entry, signal) = hits.first().filter(|_| count >= item.at_least)?;
        let ledgers = self.bench.ledgers.get(self.group.host)?;
        let keys_of = |entry: &Entry, signal| keys_of(signal, &entry.event, entry.at, self.host(), ledgers);
        let own = keys_of(entry, signal);
        let mut keys = own.clone();
        let all = hits.iter().take(SESSIONS);
        name_sessions(&mut keys, all.map(|(entry, signal)| keys_of(entry, signal)));
        let mut seen = BTreeSet::new();
        let once = hits
            .iter()
            .filter(|(entry, of)| of.id() == signal.id() && seen.insert(&entry.event.origin));
        let alike: Vec<(&Entry, Cow<'_, Keys>)> = once
            .take(LOOKED_AT)
            .map(|(entry, signal)| (*entry, Cow::Owned(keys_of(entry, signal))))
            .collect();
        let told = if alike.len() == LOOKED_AT {
            count
        } else {
            self.same_as(item, signal, (entry, &own), &alike).0
        };
        let joined = vec![own_place(&entry.event)];
        let mut evidence = self.evidence(item, signal, entry, &keys, joined, told);
        add_more(&mut evidence.summary, count.saturating_sub(told));
        Some(evidence)
    }

    /// Whether the ledgers showed the same when it worked: then it does not set the failure apart.
    pub(in crate::diagnose) fn was_so_when_it_worked(&self, item: &Item) -> bool {
        let (None, Subject::Signals(signals)) = (item.window, &item.subject) else {
            return false;
        };
        let shows = |entry: &Entry, signal: &Signal| {
            signal.matches(&entry.event, "") && self.meets(item, &entry.event)
        };
        let signals = || signals.iter().filter_map(|&index| self.signal(index));
        self.worked
            .iter()
            .any(|entry| signals().any(|signal| shows(entry, signal)))
    }

    /// Items with a window lie around an occurrence.
    fn around(&self, item: &Item, signals: &[usize]) -> Option<Evidence> {
        let hits = self.hits(item, signals);
        let nearest = hits.iter().min_by_key(|hit| self.distance(hit.sighting))?;
        let values = item.distinct.as_ref().map(|name| values(&hits, name));
        let count = values.unwrap_or(hits.len()) as u64;
        if count < item.at_least {
            return None;
        }
        // The sentence names one thing: it counts the records of that thing alone, and cites the first of them.
        let named = || hits.iter().filter(|hit| hit.signal == nearest.signal);
        let first = named()
            .filter(|hit| hit.sighting.at.is_some())
            .min_by_key(|hit| hit.sighting.at);
        let cited = first.unwrap_or(nearest);
        let signal = self.signal(cited.signal)?;
        let own = self.bench.sightings.keys(cited.sighting);
        let (told, more) = if let Some(values) = values {
            (values as u64, 0)
        } else {
            let all: Vec<(&Entry, Cow<'_, Keys>)> = named()
                .map(|hit| (hit.entry, Cow::Borrowed(self.bench.sightings.keys(hit.sighting))))
                .collect();
            self.same_as(item, signal, (cited.entry, own), &all)
        };
        let mut keys = own.clone();
        let all = named().take(SESSIONS);
        name_sessions(
            &mut keys,
            all.map(|hit| self.bench.sightings.keys(hit.sighting).clone()),
        );
        let mut evidence = self.evidence(item, signal, cited.entry, &keys, cited.joined.clone(), told);
        add_more(&mut evidence.summary, more);
        if HOST_RESTART.is(&nearest.entry.event) {
            self.set_against_others(item, &hits, &mut evidence);
        }
        Some(evidence)
    }

    /// A host that went down once or twice does not explain what failed again and again at other times.
    fn set_against_others(&self, item: &Item, hits: &[Hit<'_>], evidence: &mut Evidence) {
        const FEW: usize = 3;
        let Some(window) = item.window.filter(|window| !window.first) else {
            return;
        };
        let near = |time: &&Moment| {
            let mut times = hits.iter().filter_map(|hit| hit.sighting.at);
            times.any(|at| {
                let before = time.since(at).is_some_and(|gap| gap <= window.before);
                let after = at.since(**time).is_some_and(|gap| gap <= window.after);
                if at <= **time { before } else { after }
            })
        };
        let all = self.times.len();
        let explained = self.times.iter().filter(near).count();
        if all >= FEW && explained * 2 < all {
            evidence.weight = evidence.weight.min(Weight::Weak);
            evidence.summary.push_str(&format!(
                "; but {} of {all} failures lie elsewhere",
                all - explained
            ));
        }
    }

    /// What shows one of the signals in the item's window, each record once.
    fn hits<'s>(&'s self, item: &Item, signals: &[usize]) -> Vec<Hit<'s>> {
        let mut places = BTreeSet::new();
        let mut hits = Vec::new();
        for &signal in signals {
            let list = if item.same_host {
                self.bench.sightings.on_host(signal, self.group.host)
            } else {
                self.bench.sightings.of(signal)
            };
            for sighting in self.in_window(item, list) {
                let (Some(joined), Some(entry)) = (self.joins(item, sighting), self.entry(sighting.event))
                else {
                    continue;
                };
                if places.insert(&entry.event.origin) {
                    hits.push(Hit {
                        signal,
                        sighting,
                        entry,
                        joined,
                    });
                }
            }
        }
        hits
    }

    /// The sightings of a list that lie in the item's window around some occurrence. A thing without a time is in every
    /// window of its own host.
    fn in_window<'s>(&self, item: &Item, list: &'s [Sighting]) -> Vec<&'s Sighting> {
        let Some(window) = item.window else {
            return Vec::new();
        };
        let times = match self.times.first() {
            Some(first) if window.first => std::slice::from_ref(first),
            _ => self.times.as_slice(),
        };
        let untimed = times.is_empty();
        self.perhaps(window, times, list)
            .filter(|sighting| match sighting.at {
                None => true,
                Some(_) if !untimed && self.is_elsewhere(sighting) => {
                    self.near_elsewhere(window, times, sighting)
                }
                Some(at) if window.since_success && self.outlived(at) => false,
                // Where nobody knows when it failed, what had ended by the end of the logs says nothing for certain.
                Some(at) if untimed => self.lasts(item, (sighting, at), at.later(LONGER_THAN_LOGS)),
                Some(at) if !self.bears_on_any(sighting, at, times) => false,
                Some(at) => {
                    // The nearest occurrences after and before decide.
                    let place = times.partition_point(|time| *time < at);
                    let next = times.get(place);
                    let after = next
                        .and_then(|next| next.since(at))
                        .is_some_and(|gap| gap <= window.before)
                        && next.is_some_and(|next| self.lasts(item, (sighting, at), *next));
                    let before = place.checked_sub(1).and_then(|index| times.get(index));
                    let before = before
                        .and_then(|last| at.since(*last))
                        .is_some_and(|gap| gap <= window.after);
                    after || before
                }
            })
            .collect()
    }

    /// Whether nothing ended what was seen before an instant.
    fn lasts(&self, item: &Item, (sighting, at): (&Sighting, Moment), until: Moment) -> bool {
        let mut ends = item.until.iter().flat_map(|&signal| {
            let host = sighting.event.host;
            self.bench.sightings.within(signal, host, at, until)
        });
        let is_later = |end: &Sighting| (end.at, end.event.entry) > (Some(at), sighting.event.entry);
        !ends.any(is_later)
    }

    /// Whether what was seen ended nothing, neither a host nor a session, or bears on the occurrence after it or before it.
    fn bears_on_any(&self, sighting: &Sighting, at: Moment, times: &[Moment]) -> bool {
        let entry = self.entry(sighting.event);
        let goes_down = entry.is_some_and(|entry| HOST_RESTART.is(&entry.event));
        let ends = goes_down || entry.is_some_and(|entry| ends_session(&entry.event));
        let Some(ledgers) = self.bench.ledgers.get(sighting.event.host).filter(|_| ends) else {
            return true;
        };
        let place = times.partition_point(|time| *time < at);
        let around = times.get(place.saturating_sub(1)..).unwrap_or_default();
        let own = self
            .group
            .keys
            .get(Key::Session)
            .and_then(|session| session.parse().ok());
        // What ended one session is nothing to one that began after it.
        let was_there = |time: Moment| {
            let stay = own.and_then(|session| ledgers.sessions.stay_at(session, time.just_before()));
            let start = stay.and_then(|stay| stay.start);
            sighting.event.host != self.group.host || start.is_none_or(|start| start <= at)
        };
        around
            .iter()
            .take(2)
            .any(|time| (!goes_down || ledgers.power.bears_on(at, *time)) && was_there(*time))
    }

    /// The sightings of a list, in order, without those of the own host that are too early or too late for every occurrence.
    fn perhaps<'s>(
        &self,
        window: Window,
        times: &[Moment],
        list: &'s [Sighting],
    ) -> impl Iterator<Item = &'s Sighting> {
        let span = times.first().zip(times.last());
        let span = span.map(|(first, last)| (first.earlier(window.before), last.later(window.after)));
        let hosts = list.chunk_by(|a, b| a.event.host == b.event.host);
        let own = self.group.host;
        hosts.flat_map(move |list| {
            let is_own = list.first().is_some_and(|sighting| sighting.event.host == own);
            let (from, to, untimed) = match span {
                Some((from, to)) if is_own => (
                    list.partition_point(|sighting| sighting.at.is_some_and(|at| at < from)),
                    list.partition_point(|sighting| sighting.at.is_some_and(|at| at <= to)),
                    list.partition_point(|sighting| sighting.at.is_some()),
                ),
                _ => (0, list.len(), list.len()),
            };
            let timed = list.get(from..to).unwrap_or_default();
            timed.iter().chain(list.get(untimed..).unwrap_or_default())
        })
    }

    fn is_elsewhere(&self, sighting: &Sighting) -> bool {
        sighting.event.host != self.group.host
    }

    /// Whether what another machine wrote lies in the window. Its clock runs by itself: where the bundle tells how far it is
    /// ahead, the window reaches as much further on that side. How often either clock was set before does not matter.
    fn near_elsewhere(&self, window: Window, times: &[Moment], sighting: &Sighting) -> bool {
        let Some(at) = sighting.at else { return true };
        if window.since_success && self.outlived(at) {
            return false;
        }
        let ahead = self.bench.skews.ahead(self.group.host, sighting.event.host);
        let ahead = ahead.unwrap_or_default();
        let zero = TimeDelta::zero();
        let (before, after) = (window.before + (-ahead).max(zero), window.after + ahead.max(zero));
        times.iter().any(|own| {
            let gap = at.time - own.time;
            gap <= after && -gap <= before
        })
    }

    /// Whether it worked after this instant and before the incident.
    fn outlived(&self, at: Moment) -> bool {
        self.group.worked_until().is_some_and(|until| at.time <= until)
    }

    /// Whether a sighting agrees with the incident in the item's keys and conditions; by which keys it is joined. A key that
    /// the incident lacks cannot be compared and joins nothing.
    fn joins(&self, item: &Item, sighting: &Sighting) -> Option<Vec<Arc<str>>> {
        let mut joined = Vec::new();
        for &key in &item.join {
            let Some(own) = self.group.keys.get(key) else {
                continue;
            };
            let other = self.bench.sightings.keys(sighting).get(key)?;
            if !agree(key, own, other) {
                return None;
            }
            joined.push(Arc::from(key.name()));
        }
        // What another machine tells of nobody in particular is not evidence.
        let elsewhere = self.is_elsewhere(sighting);
        if elsewhere && !item.join.is_empty() && joined.is_empty() {
            return None;
        }
        let mut own = self.group.occurrences.iter();
        let entry = self.entry(sighting.event)?;
        if item.weight >= Weight::Decisive && own.any(|occurrence| occurrence.event == sighting.event) {
            joined.push(own_place(&entry.event));
        }
        // What takes the host down takes every session and every run on it down.
        let is_there = || sighting.at.is_some() || self.is_told_beside(entry);
        let of_all = HOST_RESTART.is(&entry.event) || (item.of_the_host && is_there());
        if of_all && !elsewhere {
            joined.push(Arc::from("host"));
        }
        if !elsewhere && self.in_runs.holds(sighting.event.entry) {
            joined.push(Arc::from("run"));
        }
        self.meets(item, &entry.event).then_some(joined)
    }

    /// Whether it is a record without a time that somebody put into one text with the incident.
    fn is_told_beside(&self, entry: &Entry) -> bool {
        let is_beside = |other: &Entry| other.event.origin.path == entry.event.origin.path;
        let mut own = self.group.occurrences.iter();
        entry.event.id.is_some() && own.any(|occurrence| self.entry(occurrence.event).is_some_and(is_beside))
    }

    fn distance(&self, sighting: &Sighting) -> i64 {
        let Some(own) = sighting.at else { return i64::MAX };
        let next = self.times.partition_point(|time| *time < own);
        let around = self.times.get(next.saturating_sub(1)..).unwrap_or_default();
        let gaps = around.iter().take(2).filter_map(|at| own.since(*at));
        gaps.map(|gap| gap.num_milliseconds().saturating_abs())
            .min()
            .unwrap_or(i64::MAX)
    }

    pub(in crate::diagnose) fn signal(&self, index: usize) -> Option<&'a Signal> {
        self.bench.knowledge.signals().get(index)
    }

    fn entry(&self, event: EventRef) -> Option<&'a Entry> {
        self.bench.hosts.get(event.host)?.entries.get(event.entry)
    }
}

/// Whether it tells that a session ended or lost its client, or that its user asked for it.
fn ends_session(event: &Event) -> bool {
    SESSION_END.is(event) || SESSION_DISCONNECT.is(event) || AUDITING.ids(&[4647]).are(event)
}

/// Whether two values of a key are one.
pub(in crate::diagnose) fn agree(key: Key, own: &str, other: &str) -> bool {
    match key {
        Key::User => user_key(own) == user_key(other),
        Key::Code => match (crate::model::parse_code(own), crate::model::parse_code(other)) {
            (Some(a), Some(b)) => a == b,
            _ => own.eq_ignore_ascii_case(other),
        },
        _ => own.eq_ignore_ascii_case(other),
    }
}
