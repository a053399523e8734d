//! Sightings: which signals were seen when, on which host, with which keys. Which signals an event shows, the matcher tells.

use std::collections::HashSet;
use std::sync::Arc;

use rayon::prelude::*;

use super::case::{Entry, Host, Moment};
use super::ledgers::Ledgers;
use super::matcher::{Matcher, Scratch};
use crate::knowledge::signal::usual_keys;
use crate::knowledge::{Key, Knowledge, Signal};
use crate::model::Event;

/// An event by host and place on its timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct EventRef {
    pub host: usize,
    pub entry: usize,
}

/// A signal that was seen.
#[derive(Debug, Clone)]
pub(super) struct Sighting {
    pub at: Option<Moment>,
    pub event: EventRef,
    /// Shared by the signals of one event.
    pub keys: Arc<Keys>,
}

/// The keys of one sighting or incident.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Keys([Option<Arc<str>>; Key::ALL.len()]);

impl Keys {
    pub(super) fn get(&self, key: Key) -> Option<&Arc<str>> {
        self.0.get(key as usize)?.as_ref()
    }

    pub(super) fn set(&mut self, key: Key, value: impl Into<Arc<str>>) {
        if let Some(place) = self.0.get_mut(key as usize) {
            *place = Some(value.into());
        }
    }

    /// Takes over what is not known yet.
    pub(super) fn complete(&mut self, other: &Self) {
        for (own, other) in self.0.iter_mut().zip(&other.0) {
            if own.is_none() {
                own.clone_from(other);
            }
        }
    }
}

/// Events that one thread matches at a time.
const PIECE: usize = 4_096;

/// All sightings by signal, each list in order of host and time.
#[derive(Debug, Default)]
pub(super) struct Sightings {
    by_signal: Vec<Vec<Sighting>>,
}

impl Sightings {
    /// Matches every event of every host.
    pub(super) fn new(matcher: &Matcher, knowledge: &Knowledge, hosts: &[Host], ledgers: &[Ledgers]) -> Self {
        let mut all = Self {
            by_signal: vec![Vec::new(); knowledge.signals().len()],
        };
        for (number, (host, ledgers)) in hosts.iter().zip(ledgers).enumerate() {
            let pieces = host.entries.par_chunks(PIECE).enumerate();
            let seen: Vec<Vec<(usize, Sighting)>> = pieces
                .map(|(piece, entries)| {
                    let first = EventRef {
                        host: number,
                        entry: piece * PIECE,
                    };
                    let mut looking = Looking {
                        matcher,
                        knowledge,
                        host,
                        ledgers,
                        words: HashSet::new(),
                    };
                    matcher.in_room(|room| looking.look(first, entries, room))
                })
                .collect();
            for (index, sighting) in seen.into_iter().flatten() {
                if let Some(list) = all.by_signal.get_mut(index) {
                    list.push(sighting);
                }
            }
        }
        for list in &mut all.by_signal {
            list.sort_by_key(|sighting| {
                (
                    sighting.event.host,
                    sighting.at.is_none(),
                    sighting.at,
                    sighting.event.entry,
                )
            });
        }
        all
    }

    /// Every sighting of a signal.
    pub(super) fn of(&self, signal: usize) -> &[Sighting] {
        self.by_signal.get(signal).map(Vec::as_slice).unwrap_or_default()
    }

    /// The sightings of a signal on one host in a span of time, both ends included.
    pub(super) fn within(&self, signal: usize, host: usize, from: Moment, to: Moment) -> &[Sighting] {
        let list = self.on_host(signal, host);
        let start = list.partition_point(|sighting| sighting.at.is_some_and(|at| at < from));
        let end = list.partition_point(|sighting| sighting.at.is_some_and(|at| at <= to));
        list.get(start..end).unwrap_or_default()
    }

    /// The sightings of a signal on one host.
    pub(super) fn on_host(&self, signal: usize, host: usize) -> &[Sighting] {
        let list = self.of(signal);
        let start = list.partition_point(|sighting| sighting.event.host < host);
        let end = list.partition_point(|sighting| sighting.event.host <= host);
        list.get(start..end).unwrap_or_default()
    }
}

/// One thread's look through events of one host.
struct Looking<'a> {
    matcher: &'a Matcher,
    knowledge: &'a Knowledge,
    host: &'a Host,
    ledgers: &'a Ledgers,
    /// Texts of keys: the same few come again and again.
    words: HashSet<Arc<str>>,
}

impl Looking<'_> {
    /// What events show; `first` is the place of the first of them.
    fn look(&mut self, first: EventRef, entries: &[Entry], room: &mut Scratch) -> Vec<(usize, Sighting)> {
        let mut seen = Vec::new();
        for (place, entry) in (first.entry..).zip(entries) {
            let shown = self.matcher.signals(self.knowledge, &entry.event, room);
            let event = EventRef {
                entry: place,
                ..first
            };
            let mut usual = None;
            for &index in &*shown {
                let Some(signal) = self.knowledge.signals().get(index) else {
                    continue;
                };
                let keys = if signal.has_own_keys() {
                    let texts = signal.keys(&entry.event);
                    let texts = texts.map(|text| text.map(|text| shared(&mut self.words, &text)));
                    Arc::new(completed(texts, entry.at, self.host, self.ledgers))
                } else {
                    Arc::clone(usual.get_or_insert_with(|| {
                        let texts = usual_keys(&entry.event, |text| shared(&mut self.words, text));
                        Arc::new(completed(texts, entry.at, self.host, self.ledgers))
                    }))
                };
                let at = entry.at;
                seen.push((index, Sighting { at, event, keys }));
            }
        }
        seen
    }
}

/// The known text that is equal to this one.
fn shared(words: &mut HashSet<Arc<str>>, text: &str) -> Arc<str> {
    if let Some(known) = words.get(text) {
        return Arc::clone(known);
    }
    let new: Arc<str> = Arc::from(text);
    words.insert(Arc::clone(&new));
    new
}

/// The keys of an event, completed by what the ledgers and the host's accounts know.
pub(super) fn keys_of(
    signal: &Signal,
    event: &Event,
    at: Option<Moment>,
    host: &Host,
    ledgers: &Ledgers,
) -> Keys {
    completed(signal.keys(event), at, host, ledgers)
}

fn completed(
    texts: [Option<Arc<str>>; Key::ALL.len()],
    at: Option<Moment>,
    host: &Host,
    ledgers: &Ledgers,
) -> Keys {
    let mut keys = Keys(texts);
    if let Some(user) = keys.0.get_mut(Key::User as usize) {
        let account = user.take().map(|text| account(text, host));
        *user = account.filter(|text| !is_no_user(text));
    }
    let user = || {
        let session = keys.get(Key::Session)?.parse::<u32>().ok()?;
        let before = at?.earlier(chrono::TimeDelta::milliseconds(1));
        ledgers.sessions.stay_at(session, before)?.user.clone()
    };
    if keys.get(Key::User).is_none()
        && let Some(user) = user()
    {
        keys.set(Key::User, user);
    }
    keys
}

/// The account behind a SID, where the bundle tells.
fn account(text: Arc<str>, host: &Host) -> Arc<str> {
    let known = text
        .starts_with("S-1-")
        .then(|| host.accounts.get(&text.to_lowercase()));
    known.flatten().map_or(text, Arc::clone)
}

/// Placeholders that stand where an account would.
pub(super) fn is_no_user(text: &str) -> bool {
    ["", "-", "(none)", "(default user)", "n/a", "null", "s-1-0-0"]
        .iter()
        .any(|placeholder| text.eq_ignore_ascii_case(placeholder))
}
