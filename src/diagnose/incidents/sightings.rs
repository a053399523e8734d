//! Sightings: which signals were seen when, on which host, with which keys. Which signals an event shows, the matcher tells.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rayon::prelude::*;

use crate::diagnose::incidents::signal_matcher::Matcher;
use crate::diagnose::ledgers::Ledgers;
use crate::diagnose::timeline::accounts::is_no_user;
use crate::diagnose::timeline::derived_event::Words;
use crate::diagnose::timeline::host::{Entry, Host, Moment};
use crate::knowledge::signal::usual_keys;
use crate::knowledge::{Key, Knowledge, Signal};
use crate::model::Event;

/// An event by host and place on its timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::diagnose) struct EventRef {
    pub host: usize,
    pub entry: usize,
}

/// A signal that was seen.
#[derive(Debug)]
pub(in crate::diagnose) struct Sighting {
    pub at: Option<Moment>,
    pub event: EventRef,
    signal: u32,
    /// Few sightings are ever asked for them.
    keys: OnceLock<Box<Keys>>,
}

/// The keys of one sighting or incident.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::diagnose) struct Keys([Option<Arc<str>>; Key::ALL.len()]);

impl Keys {
    pub(in crate::diagnose) fn get(&self, key: Key) -> Option<&Arc<str>> {
        self.0.get(key as usize)?.as_ref()
    }

    pub(in crate::diagnose) fn set(&mut self, key: Key, value: impl Into<Arc<str>>) {
        if let Some(place) = self.0.get_mut(key as usize) {
            *place = Some(value.into());
        }
    }

    /// Takes over what is not known yet.
    pub(in crate::diagnose) fn complete(&mut self, other: &Self) {
        for (own, other) in self.0.iter_mut().zip(&other.0) {
            if own.is_none() {
                own.clone_from(other);
            }
        }
    }
}

/// Events that one thread matches at a time.
const PIECE: usize = 4_096;

/// The sightings in the entries of a host, piece by piece.
fn seen_on(host: usize, entries: &[Entry], knowledge: &Knowledge, matcher: &Matcher) -> Vec<Vec<Sighting>> {
    let pieces = entries.par_chunks(PIECE).enumerate();
    let seen = pieces.map(|(piece, entries)| {
        let places = (piece * PIECE..).zip(entries);
        matcher.in_room(|room| {
            let mut seen = Vec::new();
            for (place, entry) in places {
                let event = EventRef { host, entry: place };
                let shown = match entry.event.shown() {
                    Some(known) => Arc::clone(known),
                    None => matcher.signals(knowledge, &entry.event.whole(), room),
                };
                seen.extend(shown.iter().map(|&signal| Sighting {
                    at: entry.at,
                    event,
                    signal,
                    keys: OnceLock::new(),
                }));
            }
            seen
        })
    });
    seen.collect()
}

/// All sightings by signal, each list in order of host and time.
#[derive(Debug)]
pub(in crate::diagnose) struct Sightings<'a> {
    by_signal: Vec<Vec<Sighting>>,
    knowledge: &'a Knowledge,
    hosts: &'a [Host],
    ledgers: &'a [Ledgers],
    /// Texts of keys: the same few come again and again.
    words: Mutex<Words>,
}

impl<'a> Sightings<'a> {
    /// Matches every event of every host.
    pub(in crate::diagnose) fn new(
        matcher: &Matcher,
        knowledge: &'a Knowledge,
        hosts: &'a [Host],
        ledgers: &'a [Ledgers],
    ) -> Self {
        let mut by_signal: Vec<Vec<Sighting>> = Vec::new();
        by_signal.resize_with(knowledge.signals().len(), Vec::new);
        for (host, timeline) in hosts.iter().enumerate() {
            let seen = seen_on(host, &timeline.entries, knowledge, matcher);
            // Lists that grow by doubling would take half as much again.
            let mut counts = vec![0_usize; by_signal.len()];
            for sighting in seen.iter().flatten() {
                if let Some(count) = counts.get_mut(sighting.signal as usize) {
                    *count += 1;
                }
            }
            for (list, count) in by_signal.iter_mut().zip(counts) {
                list.reserve_exact(count);
            }
            for sighting in seen.into_iter().flatten() {
                if let Some(list) = by_signal.get_mut(sighting.signal as usize) {
                    list.push(sighting);
                }
            }
        }
        for list in &mut by_signal {
            list.sort_by_key(|sighting| {
                (
                    sighting.event.host,
                    sighting.at.is_none(),
                    sighting.at,
                    sighting.event.entry,
                )
            });
        }
        Self {
            by_signal,
            knowledge,
            hosts,
            ledgers,
            words: Mutex::default(),
        }
    }

    /// The keys of a sighting.
    pub(in crate::diagnose) fn keys<'s>(&self, sighting: &'s Sighting) -> &'s Keys {
        sighting
            .keys
            .get_or_init(|| Box::new(self.read_keys(sighting).unwrap_or_default()))
    }

    fn read_keys(&self, sighting: &Sighting) -> Option<Keys> {
        let signal = self.knowledge.signals().get(sighting.signal as usize)?;
        let host = self.hosts.get(sighting.event.host)?;
        let event = &host.entries.get(sighting.event.entry)?.event;
        let ledgers = self.ledgers.get(sighting.event.host)?;
        let mut words = self.words.lock().unwrap_or_else(PoisonError::into_inner);
        let mut shared = |text: &str| words.share(text);
        let texts = if signal.has_own_keys() {
            signal.keys(event).map(|text| text.map(|text| shared(&text)))
        } else {
            usual_keys(event, shared)
        };
        Some(completed(texts, sighting.at, host, ledgers))
    }

    /// Every sighting of a signal.
    pub(in crate::diagnose) fn of(&self, signal: usize) -> &[Sighting] {
        self.by_signal.get(signal).map(Vec::as_slice).unwrap_or_default()
    }

    /// The sightings of a signal on one host in a span of time, both ends included.
    pub(in crate::diagnose) fn within(
        &self,
        signal: usize,
        host: usize,
        from: Moment,
        to: Moment,
    ) -> &[Sighting] {
        let list = self.on_host(signal, host);
        let start = list.partition_point(|sighting| sighting.at.is_some_and(|at| at < from));
        let end = list.partition_point(|sighting| sighting.at.is_some_and(|at| at <= to));
        list.get(start..end).unwrap_or_default()
    }

    /// The sightings of a signal on one host.
    pub(in crate::diagnose) fn on_host(&self, signal: usize, host: usize) -> &[Sighting] {
        let list = self.of(signal);
        let start = list.partition_point(|sighting| sighting.event.host < host);
        let end = list.partition_point(|sighting| sighting.event.host <= host);
        list.get(start..end).unwrap_or_default()
    }
}

/// The keys of an event, completed by what the ledgers and the host's accounts know.
pub(in crate::diagnose) fn keys_of(
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
        let before = at?.just_before();
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
