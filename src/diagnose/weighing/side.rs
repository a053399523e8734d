//! The findings on one side of a cause. Owns which of them say one thing twice, and how they are told, as evidence and as terms of the sum;
//! must not know the verdict.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::diagnose::weighing::score;
use crate::knowledge::TOLD_GROUP;
use crate::knowledge::derived::WORDS_TOLD;
use crate::model::{Evidence, Missing, Term, Weight};

/// The findings on one side of a cause.
#[derive(Default)]
pub(super) struct Side {
    pub(super) seen: Vec<(Evidence, Option<Arc<str>>)>,
    pub(super) absent: Vec<(Arc<str>, Weight)>,
    pub(super) unknown: Vec<(Missing, WhatIf)>,
    pub(super) lacks_required: bool,
}

/// What an item that could not be judged would do.
#[derive(Clone)]
pub(super) struct WhatIf {
    pub(super) group: Option<Arc<str>>,
    pub(super) joins: bool,
    pub(super) required: bool,
    pub(super) if_absent: Option<Weight>,
}

impl Side {
    /// A code that the cause itself looks at in the same line says nothing more by its table: the heavier of both counts.
    pub(super) fn tell_codes_once(&mut self) {
        let is_told = |group: &Option<Arc<str>>| group.as_deref() == Some(TOLD_GROUP);
        let Some((code, _)) = self.seen.iter().find(|(_, group)| is_told(group)).cloned() else {
            return;
        };
        let restates = |(evidence, group): &(Evidence, Option<Arc<str>>)| {
            !is_told(group) && evidence.origin == code.origin
        };
        let heaviest = self
            .seen
            .iter()
            .filter(|item| restates(item))
            .map(|(evidence, _)| evidence.weight)
            .max();
        match heaviest {
            Some(weight) if weight >= code.weight => self.seen.retain(|(_, group)| !is_told(group)),
            Some(_) => self.seen.retain(|item| !restates(item)),
            None => {}
        }
    }

    pub(super) fn evidence(self) -> Vec<Evidence> {
        let mut list: Vec<Evidence> = self.seen.into_iter().map(|(evidence, _)| evidence).collect();
        list.sort_by(|a, b| {
            b.weight
                .cmp(&a.weight)
                .then_with(|| a.at.cmp(&b.at))
                .then_with(|| a.signal.cmp(&b.signal))
        });
        // Two items may look at one thing from two sides; it is told once, with its heavier weight.
        let mut told = BTreeSet::new();
        list.retain(|evidence| told.insert((Arc::clone(&evidence.signal), evidence.origin.clone())));
        list
    }

    /// Each item seen, heaviest first; of a group only the first counts.
    pub(super) fn terms(&self, against: bool) -> Vec<Term> {
        let mut seen: Vec<_> = self.seen.iter().collect();
        seen.sort_by_key(|(evidence, _)| std::cmp::Reverse(evidence.weight));
        let mut groups = BTreeSet::new();
        let term = |(evidence, group): &(Evidence, Option<Arc<str>>)| {
            let counts = group
                .as_ref()
                .is_none_or(|group| groups.insert(Arc::clone(group)));
            let factor = score::factor(evidence.weight);
            Term {
                item: Arc::clone(&evidence.signal),
                factor: match (counts, against) {
                    (false, _) => 1.0,
                    (true, false) => factor,
                    (true, true) if evidence.weight == Weight::Veto => 0.0,
                    (true, true) => 1.0 / factor,
                },
                note: if counts {
                    evidence.summary.clone()
                } else {
                    format!(
                        "already counted by another piece of evidence: {}",
                        evidence.summary
                    )
                },
            }
        };
        seen.into_iter().map(term).collect()
    }
}

/// Whether nothing but the likeness of people's words is found.
pub(super) fn is_of_words(evidence: &Evidence) -> bool {
    *evidence.signal == *WORDS_TOLD.name
}
