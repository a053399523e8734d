//! Weighs causes: looks for each item of evidence and adds up what was found. Three-valued: an item is seen, absent (a log
//! covers the window and does not have it) or unknown. The numbers are in [`score`](crate::diagnose::weighing::score).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{score, templates};
use crate::diagnose::incidents::group::Group;
use crate::diagnose::incidents::in_runs::InRuns;
use crate::diagnose::incidents::inherited;
use crate::diagnose::incidents::sightings::Sightings;
use crate::diagnose::incidents::signal_matcher::Matcher;
use crate::diagnose::ledgers::Ledgers;
use crate::diagnose::timeline::host::{Entry, Host, Moment};
use crate::diagnose::weighing::event_evidence::{OF_NOTE, Outcome};
use crate::knowledge::codes::Codes;
use crate::knowledge::derived::{CODE_TOLD, WORDS_TOLD};
use crate::knowledge::{CauseRule, FirstStep, Item, Knowledge, Subject, led_by};
use crate::knowledge::{TOLD_GROUP, WORDS_GROUP};
use crate::model::{Cause, Evidence, Flip, Missing, Term, Verdict, Weight};

/// All that weighing looks at.
pub(in crate::diagnose) struct Bench<'a> {
    pub knowledge: &'a Knowledge,
    pub matcher: &'a Matcher,
    pub codes: &'a Codes,
    pub hosts: &'a [Host],
    pub ledgers: &'a [Ledgers],
    pub sightings: &'a Sightings<'a>,
    pub skews: &'a crate::diagnose::timeline::clock_skew::Skews,
}

/// Every cause of a symptom, best first; `in_full` with the sums behind the verdicts.
pub(in crate::diagnose) fn weigh(
    bench: &Bench<'_>,
    group: &Group<'_>,
    (own, worked): (&[Entry], &[Entry]),
    in_runs: &InRuns,
    in_full: bool,
) -> Vec<Cause> {
    let told = told_causes(bench, group, own);
    let symptoms = inherited::symptoms(group, own, bench.knowledge);
    let explains = |cause: &&CauseRule| {
        let mut explained = cause.def.explains.iter();
        explained.any(|symptom| symptoms.contains(&&**symptom))
            || told.contains(&*cause.id)
            || in_runs.tells(cause)
    };
    let shown = bench.matcher.in_room(|room| {
        let shown = |entry: &Entry| bench.matcher.signals(bench.knowledge, &entry.event, room);
        own.iter().map(shown).collect()
    });
    let occurrences = group.occurrences.iter();
    let mut times: Vec<Moment> = occurrences.filter_map(|occurrence| occurrence.at).collect();
    times.extend(inherited::instants(group, own));
    times.sort_unstable();
    let trial = Trial {
        bench,
        group,
        symptoms: &symptoms,
        times,
        own,
        worked,
        shown,
        in_runs,
        healed: !own.is_empty()
            && occurred(bench, group).all(|entry| entry.event.field("BackAfter").is_some()),
        in_full,
    };
    let mut causes: Vec<Cause> = bench
        .knowledge
        .causes()
        .iter()
        .filter(explains)
        .map(|rule| trial.judge(rule))
        .collect();
    // A cause of what the incident inherits is told where it has something to say.
    causes.retain(|cause| {
        let rule = bench.knowledge.cause(&cause.id);
        let own = rule.is_some_and(|rule| rule.def.explains.iter().any(|id| **id == *group.symptom.id));
        own || told.contains(&*cause.id) || cause.verdict >= Verdict::Possible
    });
    causes.sort_by(|a, b| {
        b.verdict
            .cmp(&a.verdict)
            .then(b.score.total_cmp(&a.score))
            // Of equals, what is of this incident comes before what was merely near.
            .then_with(|| joined(b).cmp(&joined(a)))
            .then_with(|| a.id.cmp(&b.id))
    });
    specific_first(bench.knowledge, in_runs, &mut causes);
    causes
}

/// The causes that the codes of an incident name, as the tables have it: any of those of which it consists, and that of a code beside
/// it which means one thing only.
fn told_causes(bench: &Bench<'_>, group: &Group<'_>, own: &[Entry]) -> BTreeSet<String> {
    let told = |entry: &&Entry| CODE_TOLD.is(&entry.event) || WORDS_TOLD.is(&entry.event);
    let lists = occurred(bench, group).filter(told).flat_map(|entry| {
        let places = ["First", "Second", "Third", "Further"];
        places
            .into_iter()
            .filter_map(|place| entry.event.field_text(place))
    });
    let only = own.iter().filter(told);
    let lists = lists.chain(only.filter_map(|entry| entry.event.field_text("Only")));
    let split = |list: String| list.split('|').map(str::to_owned).collect::<Vec<_>>();
    lists.flat_map(split).filter(|id| !id.is_empty()).collect()
}

/// The events of which an incident consists.
fn occurred<'a>(bench: &'a Bench<'_>, group: &'a Group<'_>) -> impl Iterator<Item = &'a Entry> {
    let host = bench.hosts.get(group.host);
    let entries = host.map(|host| host.entries.as_slice()).unwrap_or_default();
    let occurrences = group.occurrences.iter();
    occurrences.filter_map(|occurrence| entries.get(occurrence.event.entry))
}

/// How many findings are joined to the incident by more than closeness in time.
fn joined(cause: &Cause) -> usize {
    let supports = cause.supports.iter();
    supports.filter(|evidence| !evidence.joined_by.is_empty()).count()
}

/// Where a special form of a cause is likely, or as well supported as the general one, it is the better answer.
fn specific_first(knowledge: &Knowledge, in_runs: &InRuns, causes: &mut Vec<Cause>) {
    for index in 0..causes.len() {
        let Some(special) = causes.get(index) else { break };
        if special.verdict < Verdict::Possible {
            break;
        }
        let Some(rule) = knowledge.cause(&special.id) else {
            continue;
        };
        // Whatever says why a program failed is a form of that it failed.
        let says_why = in_runs.tells(rule);
        let says_only_that = |other: &Cause| {
            let other = knowledge.cause(&other.id);
            says_why && other.is_some_and(|other| other.def.residual)
        };
        let general = causes.iter().take(index).position(|other| {
            (rule.def.refines.iter().any(|id| **id == *other.id) || says_only_that(other))
                && (special.verdict >= Verdict::Likely
                    || special.verdict == other.verdict && special.score >= other.score)
        });
        if let Some(place) = general {
            let special = causes.remove(index);
            causes.insert(place, special);
        }
    }
}

/// One incident before the bench.
pub(in crate::diagnose) struct Trial<'a> {
    pub bench: &'a Bench<'a>,
    pub group: &'a Group<'a>,
    /// The symptoms whose causes explain it.
    symptoms: &'a [&'a str],
    /// When it showed, in order.
    pub times: Vec<Moment>,
    pub own: &'a [Entry],
    /// The ledgers' view when it worked.
    pub worked: &'a [Entry],
    /// The signals that each own event shows, by index and in order.
    pub shown: Vec<Arc<[u32]>>,
    /// What came with each failure and with no success.
    pub in_runs: &'a InRuns,
    /// Whether all that happened came right by itself.
    healed: bool,
    /// Whether the sums are written down.
    in_full: bool,
}

/// The findings on one side of a cause.
#[derive(Default)]
struct Side {
    seen: Vec<(Evidence, Option<Arc<str>>)>,
    absent: Vec<(Arc<str>, Weight)>,
    unknown: Vec<(Missing, WhatIf)>,
    lacks_required: bool,
}

/// What an item that could not be judged would do.
#[derive(Clone)]
struct WhatIf {
    group: Option<Arc<str>>,
    joins: bool,
    required: bool,
    if_absent: Option<Weight>,
}

/// All that a verdict depends on.
#[derive(Clone, Default)]
struct Tally {
    supports: Vec<(Weight, Option<Arc<str>>)>,
    against: Vec<(Weight, Option<Arc<str>>)>,
    absent: Vec<Weight>,
    joined: bool,
    /// Whether a note tells of it in somebody's own words.
    told: bool,
    /// Whether all that happened came right by itself.
    healed: bool,
    lacks_required: bool,
    required_unknown: usize,
    unknown: usize,
}

impl Tally {
    fn of(supports: &Side, against: &Side) -> Self {
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
            healed: false,
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
    fn conclude(&self, rule: &CauseRule) -> (Verdict, Option<&'static str>, f64) {
        let mut contra = heaviest(&self.against);
        contra.extend(self.absent.iter().copied());
        let veto = contra.contains(&Weight::Veto);
        contra.retain(|weight| *weight != Weight::Veto);
        let score_of =
            |supports: &[_]| score::posterior(rule.def.prior, heaviest(supports), contra.iter().copied());
        let score = score_of(&self.supports);
        let (mut verdict, mut capped) = (score::verdict(score), None);
        // What the words of a text are like tells which of the possible comes first.
        let is_word = |(_, group): &(Weight, Option<Arc<str>>)| group.as_deref() == Some(WORDS_GROUP);
        let mut without = verdict;
        if self.supports.iter().any(is_word) {
            let mut others = self.supports.clone();
            others.retain(|item| !is_word(item));
            without = score::verdict(score_of(&others));
        }
        let mut hold = |limit: Verdict, why: &'static str| {
            if verdict > limit {
                verdict = limit;
                capped = Some(why);
            }
        };
        hold(
            without.max(Verdict::Possible),
            "the words of a text make nothing more than possible",
        );
        if !self.joined {
            let why = if self.told {
                "nothing but somebody's own words tells of it"
            } else {
                "nothing but closeness in time joins the evidence to the incident"
            };
            hold(Verdict::Possible, why);
        }
        if rule.def.experimental {
            hold(
                Verdict::Possible,
                "the evidence logs can give does not carry more for this cause",
            );
        }
        if self.required_unknown > 0 {
            hold(Verdict::Possible, "what it needs could not be judged");
        }
        if self.supports.is_empty() {
            hold(Verdict::Unlikely, "nothing was seen that supports it");
        }
        if self.lacks_required {
            hold(Verdict::Unlikely, "what it needs is proven absent");
        }
        if self.healed {
            hold(
                Verdict::Possible,
                "the session was there again within two minutes, and nothing in it was cut off",
            );
        }
        let nothing = self.supports.is_empty() && self.against.is_empty() && self.absent.is_empty();
        if veto {
            (verdict, capped) = (Verdict::RuledOut, None);
        } else if nothing && self.unknown > 0 && !self.lacks_required {
            (verdict, capped) = (Verdict::NotEvaluated, None);
        }
        (verdict, capped, score)
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

impl Side {
    /// A code that the cause itself looks at in the same line says nothing more by its table: the heavier of both counts.
    fn tell_codes_once(&mut self) {
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

    /// Each item seen, heaviest first; of a group only the first counts.
    fn terms(&self, against: bool) -> Vec<Term> {
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

impl<'a> Trial<'a> {
    fn judge(&self, rule: &CauseRule) -> Cause {
        let supports = self.side(rule, false);
        let against = self.side(rule, true);
        let tally = Tally {
            healed: self.healed,
            ..Tally::of(&supports, &against)
        };
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
        let cause = self.write(rule, verdict, capped.map(str::to_owned), score, supports, against);
        Cause { sum, flips, ..cause }
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

    pub(in crate::diagnose) fn fill(&self, template: &str) -> String {
        templates::fill(template, None, &self.group.keys, &self.host().name)
    }

    pub(in crate::diagnose) fn host(&self) -> &Host {
        // A group is made of an event of its host, so the host is there.
        static NOWHERE: std::sync::LazyLock<Host> = std::sync::LazyLock::new(Host::default);
        self.bench.hosts.get(self.group.host).unwrap_or(&NOWHERE)
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
                self.without_a_time(found, is_against)
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
    /// speak against it, unless somebody chose the few records that were sent with it. Settings are of no time.
    fn without_a_time(&self, outcome: Outcome, is_against: bool) -> Outcome {
        match outcome {
            Outcome::Seen(mut evidence) if self.group.first().is_none() && evidence.at.is_some() => {
                if is_against && !self.host().is_excerpt() {
                    return Outcome::Unknown(Missing {
                        signal: evidence.signal,
                        needs: "the time of the failure".to_owned(),
                        covering: None,
                        weight: evidence.weight,
                        against: true,
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

/// The sum of a cause, term by term.
fn sum(rule: &CauseRule, supports: &Side, against: &Side) -> Vec<Term> {
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
fn flips(rule: &CauseRule, tally: &Tally, supports: &Side, against: &Side) -> Vec<Flip> {
    let now = tally.conclude(rule).0;
    let mut flips: Vec<Flip> = supports
        .unknown
        .iter()
        .chain(&against.unknown)
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
