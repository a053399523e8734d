//! Sightings: which signals were seen when, on which host, with which keys. Owns the quick search for candidates; what an
//! event must look like is the signal's own matter.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use aho_corasick::AhoCorasick;
use rayon::prelude::*;

use super::case::{Host, Moment};
use super::ledgers::Ledgers;
use crate::knowledge::signal::searched_text;
use crate::knowledge::{Key, Knowledge, Signal};
use crate::model::{Event, Interest};

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

    /// Takes values that are known already in place of its own: the same few come again and again.
    fn share(&mut self, known: &mut HashSet<Arc<str>>) {
        for value in self.0.iter_mut().flatten() {
            match known.get(value) {
                Some(same) => *value = Arc::clone(same),
                None => drop(known.insert(Arc::clone(value))),
            }
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

/// The signals that may be known by the events of one provider.
#[derive(Debug, Default)]
struct OfProvider {
    /// Those of any of its events.
    any: Vec<usize>,
    by_id: HashMap<u16, Vec<usize>>,
}

/// Finds the signals that an event may show. Compiled once for an analyzer; it is asked with the knowledge it was made of.
#[derive(Debug)]
pub(super) struct Matcher {
    by_provider: HashMap<Box<str>, OfProvider>,
    /// Finds the literals of the interest, among which those of the signals are.
    literals: AhoCorasick,
    by_literal: Vec<Vec<usize>>,
    /// Signals that are known by nothing but codes.
    by_code: HashMap<u32, Vec<usize>>,
}

/// Room that is used again for one event after the other.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    provider: String,
    text: String,
    candidates: Vec<usize>,
}

impl Matcher {
    /// Prepares the search. `interest` is what the knowledge wants to see.
    pub(super) fn new(knowledge: &Knowledge, interest: &Interest) -> Self {
        let mut by_provider: HashMap<Box<str>, OfProvider> = HashMap::new();
        let mut by_literal = vec![Vec::new(); interest.needles().len()];
        let mut by_code: HashMap<u32, Vec<usize>> = HashMap::new();
        let mut literal = |text: &str, index: usize| {
            let place = interest.needles().binary_search_by(|needle| (**needle).cmp(text));
            if let Some(signals) = place.ok().and_then(|place| by_literal.get_mut(place)) {
                signals.push(index);
            }
        };
        for (index, signal) in knowledge.signals().iter().enumerate() {
            if signal.providers().is_empty() {
                for text in signal.texts() {
                    literal(text, index);
                }
                for (code, spellings) in signal.spelled_codes().filter(|_| signal.texts().is_empty()) {
                    by_code.entry(code).or_default().push(index);
                    for spelling in spellings {
                        literal(spelling, index);
                    }
                }
                continue;
            }
            for provider in signal.providers() {
                let of = by_provider.entry(provider.to_lowercase().into()).or_default();
                if signal.ids().is_empty() {
                    of.any.push(index);
                }
                for &id in signal.ids() {
                    of.by_id.entry(id).or_default().push(index);
                }
            }
        }
        Self {
            by_provider,
            literals: interest.scanner().clone(),
            by_literal,
            by_code,
        }
    }

    /// The signals an event may show, in their order; leaves the text of the event in the scratch.
    fn candidates(&self, event: &Event, scratch: &mut Scratch) {
        let Scratch {
            provider,
            text,
            candidates,
        } = scratch;
        candidates.clear();
        provider.clear();
        provider.push_str(&event.provider);
        provider.make_ascii_lowercase();
        if let Some(of) = self.by_provider.get(provider.as_str()) {
            candidates.extend(&of.any);
            candidates.extend(event.id.and_then(|id| of.by_id.get(&id)).into_iter().flatten());
        }
        searched_text(event, text);
        for found in self.literals.find_overlapping_iter(text.as_str()) {
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
        candidates.sort_unstable();
        candidates.dedup();
    }

    /// The signals an event shows, in their order.
    pub(super) fn signals<'k>(
        &self,
        knowledge: &'k Knowledge,
        event: &Event,
        scratch: &mut Scratch,
    ) -> impl Iterator<Item = (usize, &'k Signal)> {
        self.candidates(event, scratch);
        let Scratch { text, candidates, .. } = scratch;
        candidates.iter().filter_map(|&index| {
            let signal = knowledge.signals().get(index)?;
            signal.matches(event, text).then_some((index, signal))
        })
    }

    /// Whether any signal looks at this event: else it need not be kept.
    pub(super) fn is_seen(&self, knowledge: &Knowledge, event: &Event, scratch: &mut Scratch) -> bool {
        self.signals(knowledge, event, scratch).next().is_some()
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
        let mut known = HashSet::new();
        for (number, (host, ledgers)) in hosts.iter().zip(ledgers).enumerate() {
            let pieces = host.entries.par_chunks(PIECE).enumerate();
            let seen: Vec<Vec<(usize, Sighting)>> = pieces
                .map(|(piece, entries)| {
                    let mut scratch = Scratch::default();
                    let mut seen = Vec::new();
                    for (place, entry) in (piece * PIECE..).zip(entries) {
                        let event = EventRef {
                            host: number,
                            entry: place,
                        };
                        for (index, signal) in matcher.signals(knowledge, &entry.event, &mut scratch) {
                            let keys = keys_of(signal, &entry.event, entry.at, host, ledgers);
                            let at = entry.at;
                            seen.push((index, Sighting { at, event, keys }));
                        }
                    }
                    seen
                })
                .collect();
            for (index, mut sighting) in seen.into_iter().flatten() {
                sighting.keys.share(&mut known);
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

/// The keys of an event, completed by what the ledgers and the host's accounts know.
pub(super) fn keys_of(
    signal: &Signal,
    event: &Event,
    at: Option<Moment>,
    host: &Host,
    ledgers: &Ledgers,
) -> Keys {
    let mut keys = Keys::default();
    for (key, text) in Key::ALL.into_iter().zip(signal.keys(event)) {
        if let Some(text) = text {
            let text = if key == Key::User {
                account(text, host)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnose::Analyzer;
    use crate::model::{Origin, Value};

    #[test]
    fn every_literal_and_code_is_found_wherever_it_stands() {
        let analyzer = Analyzer::new().unwrap();
        let knowledge = analyzer.knowledge();
        let mut scratch = Scratch::default();
        let mut candidates = |value: Value| {
            let mut event = Event::new(Origin::artifact("t"));
            event.push("Text", value);
            analyzer.matcher.candidates(&event, &mut scratch);
            scratch.candidates.clone()
        };
        let anywhere = knowledge.signals().iter().enumerate();
        for (index, signal) in anywhere.filter(|(_, signal)| signal.providers().is_empty()) {
            for text in signal.texts() {
                assert!(candidates(Value::text(&**text)).contains(&index), "{text}");
            }
            for code in signal.codes().iter().filter(|_| signal.texts().is_empty()) {
                assert!(candidates(Value::Hex32(code.value)).contains(&index), "{code:?}");
            }
        }
        assert!(candidates(Value::text("all is well")).is_empty());
    }
}
