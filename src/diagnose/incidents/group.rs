//! An incident before it is weighed: the occurrences of a symptom that are one story. Owns what is known of it; how occurrences are folded
//! is in [`folding`](crate::diagnose::incidents::folding), and why it happened is weighed elsewhere.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::diagnose::incidents::sightings::{EventRef, Keys};
use crate::diagnose::timeline::host::Moment;
use crate::knowledge::{AnchorKind, Symptom};

/// One time a symptom showed.
#[derive(Debug, Clone)]
pub(in crate::diagnose) struct Occurrence {
    pub at: Option<Moment>,
    pub signal: usize,
    /// What it is called, where what it showed by has a name of its own.
    pub title: Option<Arc<str>>,
    pub event: EventRef,
    /// Whether it is one more thing that a record shows of which an occurrence before tells already.
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
        let first = self.occurrences.first();
        first
            .and_then(|occurrence| occurrence.title.as_deref())
            .unwrap_or(&self.symptom.title)
    }

    /// How often the symptom showed: a record that shows it in several ways is one.
    pub(in crate::diagnose) fn count(&self) -> u64 {
        self.occurrences.iter().filter(|own| !own.again).count() as u64
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
