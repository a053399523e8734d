//! Weighs causes: looks for each item of evidence and adds up what was found. Three-valued: an item is seen, absent (a log
//! covers the window and does not have it) or unknown. The numbers are in [`score`](super::score).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::case::{Entry, Host};
use super::incident::Group;
use super::look::Outcome;
use super::sighting::Sightings;
use super::{Ledgers, score, tell};
use crate::knowledge::{CauseRule, Item, Knowledge, Subject};
use crate::model::{Cause, Evidence, Missing, Verdict, Weight};

/// All that weighing looks at.
pub(super) struct Bench<'a> {
    pub knowledge: &'a Knowledge,
    pub hosts: &'a [Host],
    pub ledgers: &'a [Ledgers],
    pub sightings: &'a Sightings,
}

/// Every cause of a symptom, best first.
pub(super) fn weigh(bench: &Bench<'_>, group: &Group<'_>, own: &[Entry], worked: &[Entry]) -> Vec<Cause> {
    let explains = |cause: &&CauseRule| {
        cause
            .def
            .explains
            .iter()
            .any(|symptom| **symptom == *group.symptom.id)
    };
    let texts = own
        .iter()
        .map(|entry| entry.event.full_text().to_lowercase())
        .collect();
    let trial = Trial {
        bench,
        group,
        own,
        worked,
        texts,
    };
    let mut causes: Vec<Cause> = bench
        .knowledge
        .causes()
        .iter()
        .filter(explains)
        .map(|rule| trial.judge(rule))
        .collect();
    causes.sort_by(|a, b| {
        b.verdict
            .cmp(&a.verdict)
            .then(b.score.total_cmp(&a.score))
            .then_with(|| a.id.cmp(&b.id))
    });
    specific_first(bench.knowledge, &mut causes);
    causes
}

/// Where a special form of a cause is likely, or as well supported as the general one, it is the better answer.
fn specific_first(knowledge: &Knowledge, causes: &mut Vec<Cause>) {
    for index in 0..causes.len() {
        let Some(special) = causes.get(index) else { break };
        if special.verdict < Verdict::Possible {
            break;
        }
        let Some(rule) = knowledge.cause(&special.id) else {
            continue;
        };
        let general = causes.iter().take(index).position(|other| {
            rule.def.refines.iter().any(|id| **id == *other.id)
                && (special.verdict >= Verdict::Likely || special.verdict == other.verdict)
        });
        if let Some(place) = general {
            let special = causes.remove(index);
            causes.insert(place, special);
        }
    }
}

/// One incident before the bench.
pub(super) struct Trial<'a> {
    pub bench: &'a Bench<'a>,
    pub group: &'a Group<'a>,
    pub own: &'a [Entry],
    /// The ledgers' view when it worked.
    pub worked: &'a [Entry],
    /// The text of each own event in lower case: every item of every cause searches it.
    pub texts: Vec<String>,
}

/// The findings on one side of a cause.
#[derive(Default)]
struct Side {
    seen: Vec<(Evidence, Option<Arc<str>>)>,
    absent: Vec<Weight>,
    unknown: Vec<Missing>,
    lacks_required: bool,
    required_unknown: bool,
}

impl Side {
    /// The weights that count: the heaviest of each group, and each item without a group.
    fn weights(&self) -> Vec<Weight> {
        let mut groups: BTreeMap<&str, Weight> = BTreeMap::new();
        let mut weights = Vec::new();
        for (evidence, group) in &self.seen {
            match group {
                Some(group) => {
                    let heaviest = groups.entry(group).or_insert(evidence.weight);
                    *heaviest = (*heaviest).max(evidence.weight);
                }
                None => weights.push(evidence.weight),
            }
        }
        weights.extend(groups.into_values());
        weights
    }

    fn evidence(self) -> Vec<Evidence> {
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
}

impl<'a> Trial<'a> {
    fn judge(&self, rule: &CauseRule) -> Cause {
        let supports = self.side(&rule.supports, false);
        let against = self.side(&rule.against, true);
        let mut contra = against.weights();
        contra.extend(supports.absent.iter().copied());
        let veto = contra.contains(&Weight::Veto);
        contra.retain(|weight| *weight != Weight::Veto);
        let score = score::posterior(rule.def.prior, supports.weights(), contra);
        let (mut verdict, mut capped) = (score::verdict(score), None);
        let mut hold = |limit: Verdict, why: &str| {
            if verdict > limit {
                verdict = limit;
                capped = Some(why.to_owned());
            }
        };
        let joined = supports
            .seen
            .iter()
            .any(|(evidence, _)| !evidence.joined_by.is_empty());
        if !joined {
            hold(
                Verdict::Possible,
                "nothing but closeness in time joins the evidence to the incident",
            );
        }
        if rule.def.experimental {
            hold(
                Verdict::Possible,
                "the evidence logs can give does not carry more for this cause",
            );
        }
        if supports.required_unknown {
            hold(Verdict::Possible, "what it needs could not be judged");
        }
        if supports.seen.is_empty() {
            hold(Verdict::Unlikely, "nothing was seen that supports it");
        }
        if supports.lacks_required {
            hold(Verdict::Unlikely, "what it needs is proven absent");
        }
        let nothing = supports.seen.is_empty() && against.seen.is_empty() && supports.absent.is_empty();
        if veto {
            (verdict, capped) = (Verdict::RuledOut, None);
        } else if nothing && !supports.unknown.is_empty() && !supports.lacks_required {
            (verdict, capped) = (Verdict::NotEvaluated, None);
        }
        self.write(rule, verdict, capped, score, supports, against)
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
        let mut unknown = std::mem::take(&mut supports.unknown);
        unknown.extend(against.unknown.iter().cloned());
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
            remediation: def.remediation.clone(),
            risk: def.risk.clone(),
            verify: def.verify.clone(),
            conflicts: def.conflicts.clone(),
            references: def.references.clone(),
        }
    }

    /// Whether what failed worked afterwards.
    fn works_again(&self) -> bool {
        self.group.worked[1].is_some()
    }

    pub(super) fn fill(&self, template: &str) -> String {
        tell::fill(template, None, &self.group.keys, &self.host().name)
    }

    pub(super) fn host(&self) -> &Host {
        // A group is made of an event of its host, so the host is there.
        static NOWHERE: std::sync::LazyLock<Host> = std::sync::LazyLock::new(Host::default);
        self.bench.hosts.get(self.group.host).unwrap_or(&NOWHERE)
    }

    fn side(&self, items: &[Item], is_against: bool) -> Side {
        let mut side = Side::default();
        for item in items
            .iter()
            .filter(|item| item.applies_to(&self.group.symptom.id))
        {
            let found = self.look(item);
            let is_fact = matches!(item.subject, Subject::Fact(..));
            match if is_fact {
                found
            } else {
                self.without_a_time(found, is_against)
            } {
                Outcome::Seen(mut evidence) if is_fact && !is_against && self.works_again() => {
                    // What was exported after it worked again did not stand in the way then.
                    if evidence.weight > Weight::Weak {
                        evidence.weight = Weight::Weak;
                        evidence.summary.push_str("; but it works again");
                    }
                    side.seen.push((*evidence, item.group.clone()));
                }
                Outcome::Seen(mut evidence) => {
                    if !is_against && evidence.weight > Weight::Weak && self.was_so_when_it_worked(item) {
                        evidence.weight = Weight::Weak;
                        evidence.summary.push_str("; but so it was when it worked");
                    }
                    side.seen.push((*evidence, item.group.clone()));
                }
                Outcome::Absent => {
                    side.lacks_required |= item.required;
                    side.absent.extend(item.if_absent);
                }
                Outcome::Moot => {}
                Outcome::Unknown(mut missing) => {
                    missing.against = is_against;
                    side.required_unknown |= item.required;
                    side.unknown.push(missing);
                }
            }
        }
        side
    }

    /// A complaint without a time lies beside everything that the logs hold: what has a time cannot be joined to it, and cannot
    /// speak against it. Settings are of no time.
    fn without_a_time(&self, outcome: Outcome, is_against: bool) -> Outcome {
        match outcome {
            Outcome::Seen(mut evidence) if self.group.first().is_none() && evidence.at.is_some() => {
                if is_against {
                    return Outcome::Unknown(Missing {
                        signal: evidence.signal,
                        needs: "the time of the failure".to_owned(),
                        covering: None,
                        weight: evidence.weight,
                        against: true,
                    });
                }
                evidence.joined_by.clear();
                Outcome::Seen(evidence)
            }
            other => other,
        }
    }
}
