//! Adds up what speaks for and against a cause. Owns all that a verdict depends on, what holds it below what the sum says, and what would
//! change it. The numbers are in [`score`]; must not know where findings come from.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diagnose::weighing::event_evidence::OF_NOTE;
use crate::diagnose::weighing::score;
use crate::diagnose::weighing::side::{Side, WhatIf};
use crate::knowledge::derived::is_of_any_text;
use crate::knowledge::{CauseRule, WORDS_GROUP};
use crate::model::{Flip, Missing, Term, Verdict, Weight};

/// All that a verdict depends on.
#[derive(Clone, Default)]
pub(super) struct Tally {
    supports: Vec<(Weight, Option<Arc<str>>)>,
    against: Vec<(Weight, Option<Arc<str>>)>,
    absent: Vec<Weight>,
    joined: bool,
    /// Whether a note tells of it in somebody's own words.
    told: bool,
    /// Whether all that happened came right by itself.
    healed: bool,
    /// Whether nothing but a list of many faults tells of it.
    listed: bool,
    lacks_required: bool,
    required_unknown: usize,
    unknown: usize,
}

impl Tally {
    pub(super) fn of(supports: &Side, against: &Side, (healed, listed): (bool, bool)) -> Self {
        let weights = |side: &Side| {
            side.seen
                .iter()
                .map(|(evidence, group)| (evidence.weight, group.clone()))
                .collect()
        };
        let joins = || {
            let keys = supports.seen.iter().flat_map(|(evidence, _)| &evidence.joined_by);
            keys.map(|key| &**key)
        };
        Self {
            supports: weights(supports),
            against: weights(against),
            absent: supports.absent.iter().map(|(_, weight)| *weight).collect(),
            joined: joins().any(|key| key != OF_NOTE),
            healed,
            listed,
            told: joins().any(|key| key == OF_NOTE),
            lacks_required: supports.lacks_required,
            required_unknown: supports.unknown.iter().filter(|(_, item)| item.required).count(),
            unknown: supports.unknown.len(),
        }
    }

    /// As it would be if this missing thing were seen.
    fn if_seen(&self, missing: &Missing, item: &WhatIf) -> Self {
        let mut tally = self.clone();
        let side = if missing.against {
            &mut tally.against
        } else {
            &mut tally.supports
        };
        side.push((missing.weight, item.group.clone()));
        tally.joined |= !missing.against && item.joins;
        tally.required_unknown -= usize::from(item.required && !missing.against).min(tally.required_unknown);
        tally
    }

    /// As it would be if this missing thing were proven absent.
    fn if_absent(&self, missing: &Missing, item: &WhatIf) -> Self {
        let mut tally = self.clone();
        if !missing.against {
            tally.absent.extend(item.if_absent);
            tally.lacks_required |= item.required;
            tally.required_unknown -= usize::from(item.required).min(tally.required_unknown);
            tally.unknown -= 1.min(tally.unknown);
        }
        tally
    }

    /// The verdict, why it is held below what the sum says, and the sum.
    pub(super) fn conclude(&self, rule: &CauseRule) -> (Verdict, Option<&'static str>, f64) {
        let (contra, veto) = self.contra();
        let score_of =
            |supports: &[_]| score::posterior(rule.def.prior, heaviest(supports), contra.iter().copied());
        let score = score_of(&self.supports);
        let (mut verdict, mut capped) = (score::verdict(score), None);
        let others = self.without_words();
        let without_words = score::verdict(score_of(&others));
        for (holds, limit, why) in self.limits(rule, without_words) {
            if holds && verdict > limit {
                (verdict, capped) = (limit, Some(why));
            }
        }
        let nothing = self.supports.is_empty() && self.against.is_empty() && self.absent.is_empty();
        if veto {
            (verdict, capped) = (Verdict::RuledOut, None);
        } else if nothing && self.unknown > 0 && !self.lacks_required {
            (verdict, capped) = (Verdict::NotEvaluated, None);
        }
        (verdict, capped, score)
    }

    /// The log odds by all but the words of a text; none where it cannot have been so.
    pub(super) fn log_odds_without_words(&self, rule: &CauseRule) -> Option<f64> {
        let (contra, veto) = self.contra();
        let is_open = !veto && !self.lacks_required;
        is_open.then(|| score::log_odds(rule.def.prior, heaviest(&self.without_words()), contra))
    }

    /// What counts against it, and whether something rules it out.
    fn contra(&self) -> (Vec<Weight>, bool) {
        let mut contra = heaviest(&self.against);
        contra.extend(self.absent.iter().copied());
        let veto = contra.contains(&Weight::Veto);
        contra.retain(|weight| *weight != Weight::Veto);
        (contra, veto)
    }

    fn without_words(&self) -> Vec<(Weight, Option<Arc<str>>)> {
        let mut others = self.supports.clone();
        others.retain(|(_, group)| group.as_deref() != Some(WORDS_GROUP));
        others
    }

    /// What a verdict is held below, in the order in which it is told, and whether it applies.
    fn limits(&self, rule: &CauseRule, without_words: Verdict) -> [(bool, Verdict, &'static str); 9] {
        let is_loose = !self.joined;
        [
            (
                true,
                // What the words of a text are like tells which of the possible comes first.
                without_words.max(Verdict::Possible),
                "the words of a text make nothing more than possible",
            ),
            (
                is_loose && self.told,
                Verdict::Possible,
                "nothing but somebody's own words tells of it",
            ),
            (
                is_loose && !self.told,
                Verdict::Possible,
                "nothing but closeness in time joins the evidence to the incident",
            ),
            (
                rule.def.experimental,
                Verdict::Possible,
                "the evidence logs can give does not carry more for this cause",
            ),
            (
                self.required_unknown > 0,
                Verdict::Possible,
                "what it needs could not be judged",
            ),
            (
                self.supports.is_empty(),
                Verdict::Unlikely,
                "nothing was seen that supports it",
            ),
            (
                self.lacks_required,
                Verdict::Unlikely,
                "what it needs is proven absent",
            ),
            (
                self.healed,
                Verdict::Possible,
                "nothing else failed with it, and it was right again within two minutes or befalls a person now and then",
            ),
            (
                self.listed,
                Verdict::Possible,
                "the text that tells of it speaks of many faults, as lists and lessons do",
            ),
        ]
    }
}

/// The weights that count: the heaviest of each group, and each item without a group.
fn heaviest(items: &[(Weight, Option<Arc<str>>)]) -> Vec<Weight> {
    let mut groups: BTreeMap<&str, Weight> = BTreeMap::new();
    let mut weights = Vec::new();
    for (weight, group) in items {
        match group {
            Some(group) => {
                let heaviest = groups.entry(group).or_insert(*weight);
                *heaviest = (*heaviest).max(*weight);
            }
            None => weights.push(*weight),
        }
    }
    weights.extend(groups.into_values());
    weights
}

/// The sum of a cause, term by term.
pub(super) fn sum(rule: &CauseRule, supports: &Side, against: &Side) -> Vec<Term> {
    let prior = score::prior(rule.def.prior);
    let mut terms = vec![Term {
        item: Arc::from("prior"),
        factor: prior / (1.0 - prior),
        note: format!("the odds before any evidence, {:.0} %", prior * 100.0),
    }];
    terms.extend(supports.terms(false));
    terms.extend(supports.absent.iter().map(|(item, weight)| Term {
        item: Arc::clone(item),
        factor: 1.0 / score::factor(*weight),
        note: "proven absent".to_owned(),
    }));
    terms.extend(against.terms(true));
    terms
}

/// Each missing thing that would change the verdict by itself, the greatest change first.
pub(super) fn flips(rule: &CauseRule, tally: &Tally, supports: &Side, against: &Side) -> Vec<Flip> {
    let now = tally.conclude(rule).0;
    let mut flips: Vec<Flip> = supports
        .unknown
        .iter()
        .chain(&against.unknown)
        .filter(|(missing, _)| !is_of_any_text(&missing.signal))
        .map(|(missing, item)| Flip {
            signal: Arc::clone(&missing.signal),
            needs: missing.needs.clone(),
            covering: missing.covering,
            if_seen: tally.if_seen(missing, item).conclude(rule).0,
            if_absent: tally.if_absent(missing, item).conclude(rule).0,
        })
        .filter(|flip| flip.if_seen != now || flip.if_absent != now)
        .collect();
    flips.sort_by(|a, b| {
        b.if_seen
            .cmp(&a.if_seen)
            .then_with(|| a.if_absent.cmp(&b.if_absent))
            .then_with(|| a.signal.cmp(&b.signal))
    });
    flips.dedup();
    flips
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::Knowledge;

    fn missing(weight: Weight, against: bool) -> Missing {
        Missing {
            signal: Arc::from("x"),
            needs: String::new(),
            covering: None,
            weight,
            against,
        }
    }

    fn what_if(required: bool) -> WhatIf {
        WhatIf {
            group: None,
            joins: true,
            required,
            if_absent: None,
        }
    }

    #[test]
    fn what_is_missing_flips_a_verdict() {
        let knowledge = Knowledge::embedded().unwrap();
        let rule = knowledge
            .causes()
            .iter()
            .find(|rule| !rule.def.experimental && rule.def.prior == crate::knowledge::schema::Prior::Common)
            .unwrap();
        let tally = Tally {
            supports: vec![(Weight::Weak, None)],
            joined: true,
            required_unknown: 1,
            unknown: 1,
            ..Tally::default()
        };
        assert_eq!(tally.conclude(rule).0, Verdict::Possible);
        let strong = missing(Weight::Strong, false);
        assert_eq!(
            tally.if_seen(&strong, &what_if(true)).conclude(rule).0,
            Verdict::Likely
        );
        assert_eq!(
            tally.if_absent(&strong, &what_if(true)).conclude(rule).0,
            Verdict::Unlikely
        );
        let veto = missing(Weight::Veto, true);
        assert_eq!(
            tally.if_seen(&veto, &what_if(false)).conclude(rule).0,
            Verdict::RuledOut
        );
    }

    #[test]
    fn of_a_group_only_the_heaviest_counts() {
        let group = Some(Arc::from("g"));
        let items = [
            (Weight::Weak, group.clone()),
            (Weight::Strong, group),
            (Weight::Moderate, None),
        ];
        assert_eq!(heaviest(&items), [Weight::Moderate, Weight::Strong]);
    }
}
