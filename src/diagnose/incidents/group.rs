//! An incident before it is weighed: the occurrences of a symptom that are one story. Owns what is known of it; how occurrences are folded
//! is in [`folding`](crate::diagnose::incidents::folding), and why it happened is weighed elsewhere.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::diagnose::incidents::sightings::{EventRef, Keys};
use crate::diagnose::timeline::host::Moment;
use crate::knowledge::{AnchorKind, Key, Symptom};

/// Sessions of one incident that are kept.
pub(in crate::diagnose) const SESSIONS: usize = 64;

/// Sessions of one incident that a sentence names.
const NAMED_SESSIONS: usize = 4;

/// The numbers of several sessions, so that they fit where a sentence has room for one: `5 (also 10 and 3)`.
fn sessions_in_words(sessions: &[Arc<str>]) -> Option<String> {
    let [first, others @ ..] = sessions else {
        return None;
    };
    let (last, before) = others.split_last()?;
    Some(if others.len() >= NAMED_SESSIONS {
        format!("{first} (and {} others)", others.len())
    } else if before.is_empty() {
        format!("{first} (also {last})")
    } else {
        format!("{first} (also {} and {last})", before.join(", "))
    })
}

/// Adds the session of these keys to some that are kept once each.
fn take_session(sessions: &mut Vec<Arc<str>>, keys: &Keys) {
    if let Some(session) = keys.get(Key::Session)
        && !sessions.contains(session)
        && sessions.len() < SESSIONS
    {
        sessions.push(Arc::clone(session));
    }
}

/// Where records that a sentence counts are of several sessions, it names them all.
pub(in crate::diagnose) fn name_sessions(keys: &mut Keys, all: impl Iterator<Item = Keys>) {
    let mut sessions = Vec::new();
    take_session(&mut sessions, keys);
    all.for_each(|other| take_session(&mut sessions, &other));
    if let Some(sessions) = sessions_in_words(&sessions) {
        keys.set(Key::Session, sessions);
    }
}

/// One time a symptom showed.
#[derive(Debug, Clone)]
pub(in crate::diagnose) struct Occurrence {
    pub at: Option<Moment>,
    pub signal: usize,
    /// What it is called, where what it showed by has a name of its own.
    pub title: Option<Arc<str>>,
    pub event: EventRef,
    /// Whether another occurrence tells of the same failure: its record shows two things, or it is written of in several.
    pub again: bool,
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
    /// The sessions that its occurrences were in, each once, in the order in which they came.
    pub(super) sessions: Vec<Arc<str>>,
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
            sessions: keys.get(Key::Session).cloned().into_iter().collect(),
            keys,
            occurrences: vec![first],
            worked: [None; 2],
            named: None,
            told: Vec::new(),
            kind: AnchorKind::Plain,
        }
    }

    /// Takes one more occurrence, of which these keys are known.
    pub(super) fn add(&mut self, occurrence: Occurrence, keys: &Keys) {
        self.keys.complete(keys);
        take_session(&mut self.sessions, keys);
        self.occurrences.push(occurrence);
    }

    /// The session, where all of it was in one.
    pub(in crate::diagnose) fn only_session(&self) -> Option<&Arc<str>> {
        self.keys.get(Key::Session).filter(|_| self.sessions.len() < 2)
    }

    /// Its keys for a sentence: of several sessions all are named.
    pub(in crate::diagnose) fn keys_in_words(&self) -> Keys {
        let mut keys = self.keys.clone();
        if let Some(sessions) = sessions_in_words(&self.sessions) {
            keys.set(Key::Session, sessions);
        }
        keys
    }

    /// The template of its title: that of what it showed by first, if that has one.
    pub(in crate::diagnose) fn title(&self) -> &str {
        if let Some(named) = &self.named {
            return named;
        }
        let first = self.occurrences.first();
        first
            .and_then(|occurrence| occurrence.title.as_deref())
            .unwrap_or(&self.symptom.title)
    }

    /// How often it failed, as far as the records can be told apart.
    pub(in crate::diagnose) fn count(&self) -> u64 {
        self.occurrences.iter().filter(|own| !own.again).count() as u64
    }

    /// The last success before it.
    pub(in crate::diagnose) fn worked_until(&self) -> Option<crate::model::Time> {
        self.worked[0].map(|success| success.at.time)
    }

    /// When it failed, in order; of more than `most` failures, so many evenly taken from the first to the last.
    pub(in crate::diagnose) fn times(&self, most: usize) -> Vec<crate::model::Time> {
        let all: BTreeSet<crate::model::Time> = self
            .occurrences
            .iter()
            .filter(|own| !own.again)
            .filter_map(|own| Some(own.at?.time))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_sessions_fit_where_one_is_named() {
        let words = |numbers: &[&str]| {
            let sessions: Vec<Arc<str>> = numbers.iter().map(|number| Arc::from(*number)).collect();
            sessions_in_words(&sessions)
        };
        assert_eq!(words(&[]), None);
        assert_eq!(words(&["5"]), None);
        assert_eq!(words(&["5", "10"]).as_deref(), Some("5 (also 10)"));
        assert_eq!(words(&["5", "10", "3"]).as_deref(), Some("5 (also 10 and 3)"));
        assert_eq!(
            words(&["1", "2", "3", "4", "6"]).as_deref(),
            Some("1 (and 4 others)")
        );
    }
}
