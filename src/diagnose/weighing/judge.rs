//! Judges one cause of an incident: looks for each item of its evidence and adds up what was found. Three-valued: an item is seen, absent (a
//! log covers the window and does not have it) or unknown. Owns what a finding is worth beside what else is known of the incident.

use std::sync::Arc;

use crate::diagnose::weighing::bench::Trial;
use crate::diagnose::weighing::event_evidence::Outcome;
use crate::diagnose::weighing::side::{Side, WhatIf, is_of_words};
use crate::diagnose::weighing::tally::{Tally, flips, sum};
use crate::knowledge::derived::{CODE_TOLD, is_of_any_text};
use crate::knowledge::{CauseRule, FirstStep, Item, Subject, led_by, words_alone};
use crate::model::{Cause, Evidence, Missing, Verdict, Weight};

/// A cause with its verdict, and its log odds by all but the words of a text; none where it cannot have been so.
pub(super) struct Judged {
    pub(super) cause: Cause,
    pub(super) log_odds: Option<f64>,
}

impl Trial<'_> {
    /// The cause with its verdict.
    pub(super) fn judge(&self, rule: &CauseRule) -> Judged {
        self.conclude(rule, self.side(rule, false))
    }

    /// The same where the words of a text put it before all others: they make it possible.
    pub(super) fn judge_as_likest(&self, rule: &CauseRule) -> Judged {
        let mut supports = self.side(rule, false);
        let words = supports
            .seen
            .iter_mut()
            .filter(|(evidence, _)| is_of_words(evidence));
        for (evidence, _) in words {
            evidence.weight = evidence.weight.max(words_alone(rule.def.prior));
        }
        self.conclude(rule, supports)
    }

    fn conclude(&self, rule: &CauseRule, supports: Side) -> Judged {
        let against = self.side(rule, true);
        let passed = self.healed || self.lone && rule.def.passing;
        let tally = Tally::of(&supports, &against, (passed, self.listed));
        let (verdict, capped, score) = tally.conclude(rule);
        let told = self.in_full || verdict >= Verdict::Possible;
        let sum = if told {
            sum(rule, &supports, &against)
        } else {
            Vec::new()
        };
        let flips = if self.in_full {
            flips(rule, &tally, &supports, &against)
        } else {
            Vec::new()
        };
        let log_odds = tally.log_odds_without_words(rule);
        let cause = self.write(rule, verdict, capped.map(str::to_owned), score, supports, against);
        Judged {
            cause: Cause { sum, flips, ..cause },
            log_odds,
        }
    }

    fn write(
        &self,
        rule: &CauseRule,
        verdict: Verdict,
        capped: Option<String>,
        score: f64,
        mut supports: Side,
        against: Side,
    ) -> Cause {
        let def = &rule.def;
        let missing = std::mem::take(&mut supports.unknown);
        let mut unknown: Vec<Missing> = missing.into_iter().map(|(missing, _)| missing).collect();
        unknown.extend(against.unknown.iter().map(|(missing, _)| missing.clone()));
        // What somebody might have written could tell of every cause: it tells none from another, so no cause asks for it.
        unknown.retain(|missing| !is_of_any_text(&missing.signal));
        unknown.sort_by(|a, b| b.weight.cmp(&a.weight).then_with(|| a.signal.cmp(&b.signal)));
        unknown.dedup();
        Cause {
            id: Arc::clone(&rule.id),
            title: self.fill(&def.title),
            verdict,
            score: if verdict == Verdict::RuledOut { 0.0 } else { score },
            capped,
            explanation: self.fill(&def.explanation),
            supports: supports.evidence(),
            against: against.evidence(),
            unknown,
            remediation: led_by(&def.remediation, self.first_step(rule)),
            risk: def.risk.clone(),
            verify: def.verify.clone(),
            conflicts: def.conflicts.clone(),
            references: def.references.clone(),
            sum: Vec::new(),
            flips: Vec::new(),
        }
    }

    /// The step of the remedy that is for what failed here.
    fn first_step(&self, rule: &CauseRule) -> Option<usize> {
        let fits = |first: &&FirstStep| {
            let of_symptom = |id: &Arc<str>| self.symptoms.iter().any(|symptom| **symptom == **id);
            let seen = |item: &Item| matches!(self.look(item), Outcome::Seen(_));
            (first.symptoms.is_empty() || first.symptoms.iter().any(of_symptom))
                && first.item.as_ref().is_none_or(seen)
        };
        rule.first_steps.iter().find(fits).map(|first| first.step)
    }

    /// Whether what failed worked afterwards.
    fn works_again(&self) -> bool {
        self.group.worked[1].is_some()
    }

    /// Whether an item has a say on the incident. What came with each failure has, whatever it explains otherwise.
    fn applies(&self, rule: &CauseRule, item: &Item) -> bool {
        let of = |symptom: &str| item.applies_to(symptom);
        self.symptoms.iter().any(|symptom| of(symptom))
            || self.in_runs.bears_on(item)
            || self.in_runs.tells(rule) && rule.def.explains.iter().any(|symptom| of(symptom))
    }

    fn side(&self, rule: &CauseRule, is_against: bool) -> Side {
        let items = if is_against { &rule.against } else { &rule.supports };
        let mut side = Side::default();
        for item in items.iter().filter(|item| self.applies(rule, item)) {
            let found = self.look(item);
            let is_fact = matches!(item.subject, Subject::Fact(..));
            match if is_fact {
                found
            } else {
                self.without_a_time(found, item, is_against)
            } {
                Outcome::Seen(mut evidence) => {
                    if !is_against && evidence.weight > Weight::Weak {
                        self.set_against_success(item, is_fact, &mut evidence);
                        self.strengthen(item, &mut evidence);
                    }
                    side.seen.push((*evidence, item.group.clone()));
                }
                Outcome::Absent => {
                    side.lacks_required |= item.required;
                    let weighs = |weight| (self.name_of(item), weight);
                    side.absent.extend(item.if_absent.map(weighs));
                }
                Outcome::Moot => {}
                Outcome::Unknown(mut missing) => {
                    missing.against = is_against;
                    let what_if = WhatIf {
                        group: item.group.clone(),
                        joins: is_fact || item.window.is_none() || !item.join.is_empty(),
                        required: item.required && !is_against,
                        if_absent: item.if_absent,
                    };
                    side.unknown.push((missing, what_if));
                }
            }
        }
        side.tell_codes_once();
        side
    }

    /// What stood the same when it worked tells little of why it failed.
    fn set_against_success(&self, item: &Item, is_fact: bool, evidence: &mut Evidence) {
        // What was exported after it worked again did not stand in the way then.
        let but = if is_fact && self.works_again() {
            "; but it works again"
        } else if self.was_so_when_it_worked(item) {
            "; but so it was when it worked"
        } else {
            return;
        };
        evidence.weight = Weight::Weak;
        evidence.summary.push_str(but);
    }

    /// What came with each of several failures and with no success is more than a thing that was seen once. A code that means several
    /// things means them each time, and a program writes many that do not end it.
    fn strengthen(&self, item: &Item, evidence: &mut Evidence) {
        if !self.in_runs.bears_on(item) {
            return;
        }
        let is_vague = *evidence.signal == *CODE_TOLD.name;
        evidence.weight = match evidence.weight {
            Weight::Strong if is_vague => Weight::Moderate,
            Weight::Moderate if self.in_runs.is_sure && !is_vague => Weight::Strong,
            Weight::Strong if self.in_runs.is_sure => Weight::Decisive,
            other => other,
        };
    }

    /// The first signal of an item, or its fact.
    fn name_of(&self, item: &Item) -> Arc<str> {
        match &item.subject {
            Subject::Fact(name, _) => Arc::clone(name),
            Subject::Signals(list) => {
                let first = list
                    .first()
                    .and_then(|&index| self.bench.knowledge.signals().get(index));
                first.map(|signal| Arc::clone(signal.id())).unwrap_or_default()
            }
        }
    }

    /// A complaint without a time lies beside everything that the logs hold: what has a time cannot be joined to it, and cannot
    /// speak against it, unless somebody chose the few records that were sent with it. What came afterwards nobody can tell. Settings are
    /// of no time.
    fn without_a_time(&self, outcome: Outcome, item: &Item, is_against: bool) -> Outcome {
        let is_afterwards = item.window.is_some_and(|window| window.before.is_zero());
        match outcome {
            Outcome::Seen(mut evidence) if self.group.first().is_none() && evidence.at.is_some() => {
                if is_afterwards || is_against && !self.host().is_excerpt() {
                    return Outcome::Unknown(Missing {
                        signal: evidence.signal,
                        needs: "the time of the failure".to_owned(),
                        covering: None,
                        weight: evidence.weight,
                        against: is_against,
                    });
                }
                // Of the few records that somebody chose, what concerns the whole host concerns the complaint.
                let of_host =
                    self.host().is_excerpt() && evidence.joined_by.iter().any(|key| **key == *"host");
                if !of_host {
                    evidence.joined_by.clear();
                }
                Outcome::Seen(evidence)
            }
            other => other,
        }
    }
}
