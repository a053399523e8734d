//! Sightings: which signals were seen when, on which host, with which keys. Owns the quick search for candidates; what an
//! event must look like is the signal's own matter.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use aho_corasick::{AhoCorasick, MatchKind};

use super::case::{Host, Moment};
use super::ledgers::Ledgers;
use crate::error::{Error, Result};
use crate::knowledge::signal::code_spellings;
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
    pub keys: Keys,
}

/// The keys of one sighting or incident, in their order. A list, because they are few and sightings are many.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Keys(Vec<(Key, Arc<str>)>);

impl Keys {
    pub(super) fn get(&self, key: Key) -> Option<&Arc<str>> {
        self.0.iter().find(|(own, _)| *own == key).map(|(_, value)| value)
    }

    pub(super) fn set(&mut self, key: Key, value: impl Into<Arc<str>>) {
        let value = value.into();
        match self.0.binary_search_by_key(&key, |(own, _)| *own) {
            Ok(at) => {
                if let Some(own) = self.0.get_mut(at) {
                    own.1 = value;
                }
            }
            Err(at) => self.0.insert(at, (key, value)),
        }
    }

    /// Takes over what is not known yet.
    pub(super) fn complete(&mut self, other: &Self) {
        for (key, value) in &other.0 {
            if self.get(*key).is_none() {
                self.set(*key, Arc::clone(value));
            }
        }
    }

    /// Takes values that are known already in place of its own: the same few come again and again.
    fn share(&mut self, known: &mut HashSet<Arc<str>>) {
        for (_, value) in &mut self.0 {
            match known.get(value) {
                Some(same) => *value = Arc::clone(same),
                None => drop(known.insert(Arc::clone(value))),
            }
        }
        self.0.shrink_to_fit();
    }
}

/// Finds the signals that an event may show. Compiled once for an analyzer; it is asked with the knowledge it was made of.
#[derive(Debug)]
pub(super) struct Matcher {
    by_event: HashMap<(Box<str>, u16), Vec<usize>>,
    by_provider: HashMap<Box<str>, Vec<usize>>,
    literals: AhoCorasick,
    by_literal: Vec<Vec<usize>>,
    /// Signals that are known by nothing but codes.
    by_code: HashMap<u32, Vec<usize>>,
}

impl Matcher {
    /// Prepares the search.
    ///
    /// # Errors
    /// When the literals are too many to search for at once.
    pub(super) fn new(knowledge: &Knowledge) -> Result<Self> {
        let mut by_event: HashMap<(Box<str>, u16), Vec<usize>> = HashMap::new();
        let mut by_provider: HashMap<Box<str>, Vec<usize>> = HashMap::new();
        let mut literals: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        let mut by_code: HashMap<u32, Vec<usize>> = HashMap::new();
        for (index, signal) in knowledge.signals().iter().enumerate() {
            if signal.providers().is_empty() {
                for text in signal.texts() {
                    literals.entry(text.to_string()).or_default().push(index);
                }
                for code in signal.codes().iter().filter(|_| signal.texts().is_empty()) {
                    by_code.entry(code.value).or_default().push(index);
                    for spelling in code_spellings(code.value) {
                        literals.entry(spelling).or_default().push(index);
                    }
                }
                continue;
            }
            for provider in signal.providers() {
                let provider: Box<str> = provider.to_lowercase().into();
                if signal.ids().is_empty() {
                    by_provider.entry(provider).or_default().push(index);
                } else {
                    for &id in signal.ids() {
                        by_event.entry((provider.clone(), id)).or_default().push(index);
                    }
                }
            }
        }
        let scanner = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::Standard)
            .build(literals.keys())
            .map_err(|error| Error::Usage(format!("the knowledge has too many literals: {error}")))?;
        Ok(Self {
            by_event,
            by_provider,
            literals: scanner,
            by_literal: literals.into_values().collect(),
            by_code,
        })
    }

    /// The signals an event shows, in their order.
    pub(super) fn signals(&self, knowledge: &Knowledge, event: &Event) -> Vec<usize> {
        let provider: Box<str> = event.provider.to_lowercase().into();
        let mut candidates: BTreeSet<usize> = BTreeSet::new();
        candidates.extend(self.by_provider.get(&provider).into_iter().flatten());
        if let Some(id) = event.id {
            candidates.extend(self.by_event.get(&(provider, id)).into_iter().flatten());
        }
        let text = event.full_text();
        for found in self.literals.find_overlapping_iter(text.as_ref()) {
            candidates.extend(
                self.by_literal
                    .get(found.pattern().as_usize())
                    .into_iter()
                    .flatten(),
            );
        }
        for code in event.fields.iter().filter_map(|field| field.value.as_code()) {
            candidates.extend(self.by_code.get(&code).into_iter().flatten());
        }
        if candidates.is_empty() {
            return Vec::new();
        }
        let text = text.to_lowercase();
        let matches = |&index: &usize| {
            knowledge
                .signals()
                .get(index)
                .is_some_and(|signal| signal.matches(event, &text))
        };
        candidates.into_iter().filter(matches).collect()
    }

    /// Whether any signal looks at this event: else it need not be kept.
    pub(super) fn is_seen(&self, knowledge: &Knowledge, event: &Event) -> bool {
        !self.signals(knowledge, event).is_empty()
    }
}

/// All sightings by signal, each list in order of host and time.
#[derive(Debug, Default)]
pub(super) struct Sightings {
    by_signal: Vec<Vec<Sighting>>,
}

impl Sightings {
    /// Matches every event of every host.
    pub(super) fn new(matcher: &Matcher, knowledge: &Knowledge, hosts: &[Host], ledgers: &[Ledgers]) -> Self {
        let signals = knowledge.signals();
        let mut all = Self {
            by_signal: vec![Vec::new(); signals.len()],
        };
        let mut known = HashSet::new();
        for (number, (host, ledgers)) in hosts.iter().zip(ledgers).enumerate() {
            for (place, entry) in host.entries.iter().enumerate() {
                let shown = matcher.signals(knowledge, &entry.event);
                let event = EventRef {
                    host: number,
                    entry: place,
                };
                for &index in &shown {
                    let Some(signal) = signals.get(index) else {
                        continue;
                    };
                    let mut keys = keys_of(signal, &entry.event, entry.at, host, ledgers);
                    keys.share(&mut known);
                    if let Some(list) = all.by_signal.get_mut(index) {
                        list.push(Sighting {
                            at: entry.at,
                            event,
                            keys,
                        });
                    }
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

    /// The sightings of a signal on one host.
    pub(super) fn on_host(&self, signal: usize, host: usize) -> &[Sighting] {
        let list = self.of(signal);
        let start = list.partition_point(|sighting| sighting.event.host < host);
        let end = list.partition_point(|sighting| sighting.event.host <= host);
        list.get(start..end).unwrap_or_default()
    }
}

/// The keys of an event, completed by what the ledgers and the host's accounts know.
pub(super) fn keys_of(
    signal: &Signal,
    event: &Event,
    at: Option<Moment>,
    host: &Host,
    ledgers: &Ledgers,
) -> Keys {
    let mut keys = Keys::default();
    for key in Key::ALL {
        if let Some(text) = signal.key(event, key) {
            let text = if key == Key::User {
                account(&text, host)
            } else {
                text
            };
            if key != Key::User || !is_no_user(&text) {
                keys.set(key, text);
            }
        }
    }
    let session = keys.get(Key::Session).and_then(|text| text.parse::<u32>().ok());
    if keys.get(Key::User).is_none()
        && let (Some(session), Some(at)) = (session, at)
        && let Some(user) = ledgers
            .sessions
            .stay_at(session, at.earlier(chrono::TimeDelta::milliseconds(1)))
            .and_then(|stay| stay.user.clone())
    {
        keys.set(Key::User, user);
    }
    keys
}

/// The account behind a SID, where the bundle tells.
fn account(text: &str, host: &Host) -> String {
    if text.starts_with("S-1-")
        && let Some(name) = host.accounts.get(&text.to_lowercase())
    {
        return name.to_string();
    }
    text.to_owned()
}

/// Placeholders that stand where an account would.
pub(super) fn is_no_user(text: &str) -> bool {
    matches!(
        text.to_lowercase().as_str(),
        "" | "-" | "(none)" | "(default user)" | "n/a" | "null" | "s-1-0-0"
    )
}
