//! Looks for one item of evidence: in the incident itself, around it, or in the silence of a log that covers it.
//!
//! Owns what joins a sighting to an incident, and when silence counts. What the finding weighs is [`weigh`](super::weigh)'s.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::TimeDelta;

use super::case::{Entry, Host, Moment};
use super::identity;
use super::sighting::{EventRef, Keys, Sighting, keys_of};
use super::tell;
use super::weigh::Trial;
use crate::knowledge::signal::field;
use crate::knowledge::{DERIVED, Item, Key, Signal, Subject, Window};
use crate::model::{Evidence, Fact, Missing, Origin, Time, user_key};

/// What a list of holders tells of an account.
enum Through<'f> {
    Yes(&'f Fact),
    No,
    /// A group of which nobody told the members.
    Unknown(&'f str),
}

/// Facts that list accounts and groups.
fn holds_a_right(name: &str) -> bool {
    name.starts_with("right.") || name.starts_with("group.")
}

/// What became of one item.
pub(super) enum Outcome {
    Seen(Box<Evidence>),
    Absent,
    Unknown(Missing),
    /// It asks for a key that this incident does not have.
    Moot,
}

impl<'a> Trial<'a> {
    /// Looks for one item.
    pub(super) fn look(&self, item: &Item) -> Outcome {
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

    fn lookup(&self, name: &str) -> Option<String> {
        if name == "host" {
            return Some(self.host().name.to_string());
        }
        let key = name.parse::<Key>().ok()?;
        self.group.keys.get(key).map(|value| value.to_string())
    }

    /// The name of a fact, with the incident's keys in the place of `$task` and the like.
    fn fact_name(&self, template: &str) -> String {
        Key::ALL.iter().fold(template.to_owned(), |name, key| {
            let variable = format!("${}", key.name());
            match self.group.keys.get(*key) {
                Some(value) if name.contains(&variable) => name.replace(&variable, value),
                _ => name,
            }
        })
    }

    fn fact(&self, item: &Item, name: &str, condition: &crate::knowledge::Condition) -> Outcome {
        let name = self.fact_name(name);
        let name = name.as_str();
        let facts = self.host().facts.get(name).map(Vec::as_slice).unwrap_or_default();
        let lookup = |name: &str| self.lookup(name);
        // Whether somebody unnamed is in a list, nobody can tell.
        if condition.variables().any(|name| lookup(name).is_none()) {
            return Outcome::Moot;
        }
        let effective = if super::case::is_list(name) {
            facts
        } else {
            facts.get(..1).unwrap_or_default()
        };
        if effective.is_empty() {
            let needs = format!("the setting {name}");
            return Outcome::Unknown(Missing {
                signal: Arc::from(name),
                needs,
                covering: None,
                weight: item.weight,
                against: false,
            });
        }
        let found = effective
            .iter()
            .find(|fact| condition.holds(Some(&fact.value), &lookup));
        let found = match found {
            None if holds_a_right(name) => match self.through_a_group(effective, condition) {
                Through::Yes(fact) => Some(fact),
                Through::No => None,
                Through::Unknown(group) => {
                    return Outcome::Unknown(Missing {
                        signal: Arc::from(name),
                        needs: format!("the members of {group}"),
                        covering: None,
                        weight: item.weight,
                        against: false,
                    });
                }
            },
            found => found,
        };
        let found = if item.missing {
            match found {
                Some(_) => return Outcome::Absent,
                None => effective.first(),
            }
        } else {
            found
        };
        match found {
            Some(fact) => Outcome::Seen(Box::new(Evidence {
                signal: Arc::from(name),
                summary: item.say.as_deref().map_or_else(
                    || format!("{name} is {}", fact.value),
                    |say| self.fill(&say.replace("{value}", &fact.value)),
                ),
                weight: item.weight,
                joined_by: vec![Arc::from("fact")],
                at: fact.at,
                count: 1,
                origin: fact.origin.clone(),
            })),
            None => Outcome::Absent,
        }
    }

    /// Rights are given to groups: whether a holder contains the incident's user, where the condition is about that user.
    fn through_a_group<'f>(
        &self,
        holders: &'f [Fact],
        condition: &crate::knowledge::Condition,
    ) -> Through<'f> {
        let lookup = |name: &str| self.lookup(name);
        let Some(user) = self.group.keys.get(Key::User) else {
            return Through::No;
        };
        if !condition.holds(Some(user), &lookup) || condition.holds(Some("nobody of that name"), &lookup) {
            return Through::No;
        }
        let mut open = None;
        for fact in holders {
            match identity::belongs(self.host(), &fact.value, user) {
                identity::Belongs::Yes => return Through::Yes(fact),
                identity::Belongs::Unknown => open = open.or(Some(&*fact.value)),
                identity::Belongs::No => {}
            }
        }
        open.map_or(Through::No, Through::Unknown)
    }

    /// Items without a window lie in the incident's own events.
    fn in_itself(&self, item: &Item, signals: &[usize]) -> Option<Evidence> {
        let lookup = |name: &str| self.lookup(name);
        let mut hits = Vec::new();
        for (entry, text) in self.own.iter().zip(&self.texts) {
            for signal in signals.iter().filter_map(|&index| self.signal(index)) {
                let conditions = item.conditions.iter();
                let mut conditions = conditions
                    .map(|(name, condition)| condition.holds(field(&entry.event, name).as_deref(), &lookup));
                if signal.matches(&entry.event, text) && conditions.all(|holds| holds) {
                    hits.push((entry, signal));
                    break;
                }
            }
        }
        // A derived event and the record it stands on are one thing that was seen.
        let places: BTreeSet<&Origin> = hits.iter().map(|(entry, _)| &entry.event.origin).collect();
        let count = places.len() as u64;
        let &(entry, signal) = hits.first().filter(|_| count >= item.at_least)?;
        let keys = keys_of(
            signal,
            &entry.event,
            entry.at,
            self.host(),
            self.bench.ledgers.get(self.group.host)?,
        );
        let joined = vec![Arc::from("itself")];
        Some(self.evidence(item, signal, entry, &keys, joined, count))
    }

    /// Whether the ledgers showed the same when it worked: then it does not set the failure apart.
    pub(super) fn was_so_when_it_worked(&self, item: &Item) -> bool {
        let (None, Subject::Signals(signals)) = (item.window, &item.subject) else {
            return false;
        };
        let lookup = |name: &str| self.lookup(name);
        let shows = |entry: &Entry, signal: &Signal| {
            signal.matches(&entry.event, "")
                && item
                    .conditions
                    .iter()
                    .all(|(name, condition)| condition.holds(field(&entry.event, name).as_deref(), &lookup))
        };
        let signals = || signals.iter().filter_map(|&index| self.signal(index));
        self.worked
            .iter()
            .any(|entry| signals().any(|signal| shows(entry, signal)))
    }

    /// Items with a window lie around an occurrence.
    fn around(&self, item: &Item, signals: &[usize]) -> Option<Evidence> {
        let mut best: Option<(&Sighting, usize, Vec<Arc<str>>)> = None;
        let mut places = BTreeSet::new();
        let mut values = BTreeSet::new();
        for &index in signals {
            let list = if item.same_host {
                self.bench.sightings.on_host(index, self.group.host)
            } else {
                self.bench.sightings.of(index)
            };
            for sighting in self.in_window(item, list) {
                let Some(joined) = self.joins(item, sighting) else {
                    continue;
                };
                let Some(entry) = self.entry(sighting.event) else {
                    continue;
                };
                if !places.insert(&entry.event.origin) {
                    continue;
                }
                if let Some(name) = &item.distinct {
                    values.insert(
                        field(&entry.event, name)
                            .map(|text| text.to_lowercase())
                            .unwrap_or_default(),
                    );
                }
                let better = best
                    .as_ref()
                    .is_none_or(|(known, ..)| self.distance(sighting) < self.distance(known));
                if better {
                    best = Some((sighting, index, joined));
                }
            }
        }
        let count = if item.distinct.is_some() {
            values.len()
        } else {
            places.len()
        } as u64;
        let (sighting, index, joined) = best.filter(|_| count >= item.at_least)?;
        let (signal, entry) = (self.signal(index)?, self.entry(sighting.event)?);
        Some(self.evidence(item, signal, entry, &sighting.keys, joined, count))
    }

    /// The sightings of a list that lie in the item's window around some occurrence. A thing without a time is in every
    /// window of its own host.
    fn in_window<'s>(&self, item: &Item, list: &'s [Sighting]) -> Vec<&'s Sighting> {
        let Some(window) = item.window else {
            return Vec::new();
        };
        let mut times: Vec<Moment> = self
            .group
            .occurrences
            .iter()
            .filter_map(|occurrence| occurrence.at)
            .collect();
        times.sort();
        if window.first {
            times.truncate(1);
        }
        let untimed = times.is_empty();
        list.iter()
            .filter(|sighting| match sighting.at {
                None => true,
                Some(_) if !untimed && self.is_elsewhere(sighting) => {
                    self.near_elsewhere(window, &times, sighting)
                }
                Some(at) if window.since_success && self.outlived(at) => false,
                Some(_) if untimed => true,
                Some(at) => {
                    // The nearest occurrences after and before decide.
                    let place = times.partition_point(|time| *time < at);
                    let after = times
                        .get(place)
                        .and_then(|next| next.since(at))
                        .is_some_and(|gap| gap <= window.before);
                    let before = place.checked_sub(1).and_then(|index| times.get(index));
                    let before = before
                        .and_then(|last| at.since(*last))
                        .is_some_and(|gap| gap <= window.after);
                    after || before
                }
            })
            .collect()
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
            let other = sighting.keys.get(key)?;
            if !agree(key, own, other) {
                return None;
            }
            joined.push(Arc::from(key.name()));
        }
        // What another machine tells of nobody in particular is not evidence.
        let elsewhere = sighting.event.host != self.group.host;
        if elsewhere && !item.join.is_empty() && joined.is_empty() {
            return None;
        }
        let entry = self.entry(sighting.event)?;
        if sighting.event.host == self.group.host && entry.event.provider.ends_with("/host-restart") {
            // What takes the host down takes every session and every run on it down.
            joined.push(Arc::from("host"));
        }
        if item.of_the_host && sighting.event.host == self.group.host && sighting.at.is_some() {
            joined.push(Arc::from("host"));
        }
        let lookup = |name: &str| self.lookup(name);
        let mut conditions = item.conditions.iter();
        conditions
            .all(|(name, condition)| condition.holds(field(&entry.event, name).as_deref(), &lookup))
            .then_some(joined)
    }

    fn distance(&self, sighting: &Sighting) -> i64 {
        let times = self
            .group
            .occurrences
            .iter()
            .filter_map(|occurrence| occurrence.at);
        let gaps = times.filter_map(|at| sighting.at.and_then(|own| own.since(at)));
        gaps.map(|gap| gap.num_milliseconds().saturating_abs())
            .min()
            .unwrap_or(i64::MAX)
    }

    fn evidence(
        &self,
        item: &Item,
        signal: &Signal,
        entry: &Entry,
        keys: &Keys,
        joined: Vec<Arc<str>>,
        count: u64,
    ) -> Evidence {
        let template = item.say.as_deref().unwrap_or(signal.summary());
        Evidence {
            signal: Arc::clone(signal.id()),
            summary: tell::fill(template, Some(&entry.event), keys, &self.host().name),
            weight: item.weight,
            joined_by: joined,
            at: entry.at.map(|at| at.time),
            count,
            origin: entry.event.origin.clone(),
        }
    }

    /// Nothing found: is that silence, or did nobody listen?
    fn not_found(&self, item: &Item, signals: &[usize]) -> Outcome {
        let heard = match item.window {
            None => self.own_is_complete(signals),
            Some(_) => signals
                .iter()
                .filter_map(|&index| self.signal(index))
                .all(|signal| self.is_covered(item, signal)),
        };
        let first = signals.first().and_then(|&index| self.signal(index));
        if !heard {
            let (needs, covering) = first.map(|signal| self.needs(signal)).unwrap_or_default();
            let signal = first.map(|signal| Arc::clone(signal.id())).unwrap_or_default();
            return Outcome::Unknown(Missing {
                signal,
                needs,
                covering,
                weight: item.weight,
                against: false,
            });
        }
        match first.filter(|_| item.missing) {
            Some(signal) => Outcome::Seen(Box::new(self.silence(item, signal))),
            None => Outcome::Absent,
        }
    }

    /// The ledgers' view is part of an incident only where the session log covers it; all else in an incident is there to see.
    fn own_is_complete(&self, signals: &[usize]) -> bool {
        let context = format!("{DERIVED}ledger-context");
        let asks_ledger = signals
            .iter()
            .filter_map(|&index| self.signal(index))
            .any(|signal| signal.providers().iter().any(|p| **p == *context));
        let covered = |entry: &Entry| {
            *entry.event.provider == *context
                && field(&entry.event, "ServerSide").is_some_and(|side| side == "yes")
        };
        !asks_ledger || self.own.iter().any(covered)
    }

    fn silence(&self, item: &Item, signal: &Signal) -> Evidence {
        let summary = match &item.say {
            Some(say) => self.fill(say),
            None => format!("not seen though its log covers the time: {}", signal.id()),
        };
        let path = self.channels(signal).iter().find_map(|channel| {
            let cover = self
                .host()
                .cover
                .iter()
                .find(|cover| cover.channel.eq_ignore_ascii_case(channel))?;
            cover.paths.first().cloned()
        });
        let own = || self.own.first().map(|entry| entry.event.origin.clone());
        Evidence {
            signal: Arc::clone(signal.id()),
            summary,
            weight: item.weight,
            joined_by: Vec::new(),
            at: None,
            count: 0,
            origin: path
                .map(Origin::artifact)
                .or_else(own)
                .unwrap_or_else(|| Origin::artifact("")),
        }
    }

    /// Whether a log that would show the signal covers the item's window around every occurrence that counts.
    fn is_covered(&self, item: &Item, signal: &Signal) -> bool {
        let Some(window) = item.window else { return false };
        let (Some(first), Some(last)) = (self.group.first(), self.group.last()) else {
            return false;
        };
        let last = if window.first { first } else { last };
        let (mut from, to) = (first.earlier(window.before), last.later(window.after));
        if let Some(until) = self.group.worked_until().filter(|_| window.since_success) {
            from.time = from.time.max(until);
        }
        let set = |at: &Moment| at.time >= from.time && at.time <= to.time;
        let one_clock =
            (!self.host().jumped || from.epoch == to.epoch) && !self.host().clock_set.iter().any(set);
        let channels = self.channels(signal);
        let covers = |host: &Host| {
            channels.iter().any(|channel| {
                let to = host
                    .span
                    .map_or(to.time, |(_, end)| to.time.min(end.max(last.time)));
                host.cover.iter().any(|cover| {
                    cover.channel.eq_ignore_ascii_case(channel)
                        && cover.covers(from.time.max(Time::MIN_UTC), to)
                        && (&**channel != "Security" || audits_logons(host) || !is_of_logons(signal))
                })
            })
        };
        one_clock
            && !channels.is_empty()
            && if item.same_host {
                covers(self.host())
            } else {
                self.bench.hosts.iter().any(covers)
            }
    }

    /// The channels in which a signal would show.
    fn channels(&self, signal: &Signal) -> Vec<Arc<str>> {
        let named = signal
            .sources()
            .iter()
            .filter_map(|&index| self.bench.knowledge.sources().get(index));
        let mut channels: Vec<Arc<str>> = named.map(|source| Arc::clone(&source.channel)).collect();
        for name in signal.derived() {
            let alias = match &**name {
                "host-restart" | "host-boot" | "clock-jump" => "EventLog",
                "task-logon-failed" | "task-run" => "TaskScheduler",
                "logon-flood" => "Security",
                _ => "LSM",
            };
            channels.extend(
                self.bench
                    .knowledge
                    .source(alias)
                    .map(|source| Arc::clone(&source.channel)),
            );
        }
        channels
    }

    /// What to ask for, to judge a signal, and the instant that the words name.
    fn needs(&self, signal: &Signal) -> (String, Option<Time>) {
        if !signal.ask().is_empty() {
            return (signal.ask().to_string(), None);
        }
        let channels = self.channels(signal);
        match (channels.first(), self.group.first().map(|at| at.time)) {
            (Some(channel), Some(at)) => (super::ask::covering(channel, at, at), Some(at)),
            (Some(channel), None) => (format!("{channel} of the time of the failure"), None),
            (None, _) => {
                let says = tell::outline(signal.summary());
                (format!("any log of that time that says: {says}"), None)
            }
        }
    }

    fn signal(&self, index: usize) -> Option<&'a Signal> {
        self.bench.knowledge.signals().get(index)
    }

    fn entry(&self, event: EventRef) -> Option<&'a Entry> {
        self.bench.hosts.get(event.host)?.entries.get(event.entry)
    }
}

/// Whether a signal is of the logons that Security writes only where they are audited.
fn is_of_logons(signal: &Signal) -> bool {
    signal
        .ids()
        .iter()
        .any(|id| matches!(id, 4624 | 4625 | 4634 | 4647 | 4648))
}

/// A Security log without any logon, which every boot writes, is of a machine that does not audit them.
fn audits_logons(host: &Host) -> bool {
    let raw = host.entries.get(..host.raw).unwrap_or_default();
    raw.iter().any(|entry| {
        matches!(entry.event.id, Some(4624 | 4625 | 4634 | 4647 | 4648))
            && entry.event.channel.eq_ignore_ascii_case("Security")
    })
}

/// Whether two values of a key are one.
pub(super) fn agree(key: Key, own: &str, other: &str) -> bool {
    match key {
        Key::User => user_key(own) == user_key(other),
        Key::Code => match (crate::model::parse_code(own), crate::model::parse_code(other)) {
            (Some(a), Some(b)) => a == b,
            _ => own.eq_ignore_ascii_case(other),
        },
        _ => own.eq_ignore_ascii_case(other),
    }
}
