//! Every cause that explains an incident, best first. Owns which causes are asked and how they are ordered; what each is worth is judged in
//! [`judge`](crate::diagnose::weighing::judge).

use std::cmp::Ordering;
use std::collections::BTreeSet;

use chrono::TimeDelta;

use crate::diagnose::incidents::group::Group;
use crate::diagnose::incidents::in_runs::InRuns;
use crate::diagnose::incidents::inherited;
use crate::diagnose::timeline::host::{Entry, Moment};
use crate::diagnose::weighing::bench::{Bench, Trial};
use crate::diagnose::weighing::judge::Judged;
use crate::diagnose::weighing::likest_first::Likest;
use crate::knowledge::derived::{CODE_TOLD, WORDS_TOLD};
use crate::knowledge::{CauseRule, Knowledge};
use crate::model::{Cause, Verdict, Weight};

/// Every cause of a symptom, best first; `in_full` with the sums behind the verdicts.
pub(in crate::diagnose) fn weigh(
    bench: &Bench<'_>,
    group: &Group<'_>,
    (own, worked): (&[Entry], &[Entry]),
    in_runs: &InRuns,
    in_full: bool,
) -> Vec<Cause> {
    let told = told_causes(bench, group, own);
    let host = bench.hosts.get(group.host).filter(|host| host.is_excerpt());
    let likest = host.and_then(Likest::of);
    let is_residual = |id: &str| bench.knowledge.cause(id).is_some_and(|rule| rule.def.residual);
    let leading = likest.iter().flat_map(Likest::leading);
    let in_words: BTreeSet<&str> = leading.filter(|id| !is_residual(id)).collect();
    let symptoms = inherited::symptoms(group, own, bench.knowledge);
    let explains = |cause: &&CauseRule| {
        let mut explained = cause.def.explains.iter();
        explained.any(|symptom| symptoms.contains(&&**symptom))
            || told.contains(&*cause.id)
            || in_words.contains(&*cause.id)
            || in_runs.tells(cause)
    };
    let shown = bench.matcher.in_room(|room| {
        let shown = |entry: &Entry| bench.matcher.signals(bench.knowledge, &entry.event, room);
        own.iter().map(shown).collect()
    });
    let trial = Trial {
        bench,
        group,
        symptoms: &symptoms,
        times: times(group, own),
        own,
        worked,
        shown,
        in_runs,
        healed: !own.is_empty() && all_have(bench, group, "BackAfter") || worked_at_once(group),
        lone: all_have(bench, group, "Lone"),
        listed: bench.lists.hold(group, bench.hosts),
        in_full,
    };
    let mut causes: Vec<Judged> = bench
        .knowledge
        .causes()
        .iter()
        .filter(explains)
        .map(|rule| trial.judge(rule))
        .collect();
    // A cause of what the incident inherits is told where it has something to say.
    let belongs = |cause: &Cause| {
        let rule = bench.knowledge.cause(&cause.id);
        let own = rule.is_some_and(|rule| rule.def.explains.iter().any(|id| **id == *group.symptom.id));
        own || !is_residual(&cause.id) && (told.contains(&*cause.id) || cause.verdict >= Verdict::Possible)
    };
    causes.retain(|judged| in_words.contains(&*judged.cause.id) || belongs(&judged.cause));
    let mut causes = in_order(&trial, causes, likest);
    causes.retain(belongs);
    specific_first(bench.knowledge, in_runs, &mut causes);
    causes
}

/// The times of an incident, in order.
fn times(group: &Group<'_>, own: &[Entry]) -> Vec<Moment> {
    let occurrences = group.occurrences.iter();
    let mut times: Vec<Moment> = occurrences.filter_map(|occurrence| occurrence.at).collect();
    times.extend(inherited::instants(group, own));
    times.sort_unstable();
    times
}

/// The causes, best first.
fn in_order(trial: &Trial<'_>, mut causes: Vec<Judged>, likest: Option<Likest<'_>>) -> Vec<Cause> {
    let host = trial.bench.hosts.get(trial.group.host);
    let by_join = trial.group.first().is_none() && host.is_some_and(|host| !host.is_excerpt());
    causes.sort_by(|a, b| better_first(&a.cause, &b.cause, by_join));
    if let Some(likest) = likest {
        likest.order(trial, &mut causes);
    }
    causes.into_iter().map(|judged| judged.cause).collect()
}

/// The surest first; of equals what is of this incident comes before what was merely near. `by_join` where nobody knows when it failed in the
/// logs of many days: everything is near then, and what is joined by more counts first.
fn better_first(a: &Cause, b: &Cause, by_join: bool) -> Ordering {
    let is_joined = |cause: &Cause| by_join && joined(cause) > 0;
    b.verdict
        .cmp(&a.verdict)
        .then_with(|| is_joined(b).cmp(&is_joined(a)))
        .then(b.score.total_cmp(&a.score))
        .then_with(|| joined(b).cmp(&joined(a)))
        .then_with(|| a.id.cmp(&b.id))
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

/// Whether all events of which an incident consists have a field.
fn all_have(bench: &Bench<'_>, group: &Group<'_>, name: &str) -> bool {
    occurred(bench, group).all(|entry| entry.event.field(name).is_some())
}

/// Whether what failed once worked so soon afterwards that nobody had time to mend anything.
fn worked_at_once(group: &Group<'_>) -> bool {
    const SOON: TimeDelta = TimeDelta::minutes(2);
    let again = group.worked[1].zip(group.last());
    group.count() == 1
        && again.is_some_and(|(success, failed)| success.at.since(failed).is_some_and(|gap| gap <= SOON))
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

/// Whether something speaks strongly for a cause.
fn is_shown(cause: &Cause) -> bool {
    let mut supports = cause.supports.iter();
    supports.any(|evidence| evidence.weight >= Weight::Strong)
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
        let is_residual = |other: &Cause| knowledge.cause(&other.id).is_some_and(|other| other.def.residual);
        let general = causes.iter().take(index).position(|other| {
            let refines = rule.def.refines.iter().any(|id| **id == *other.id);
            let is_as_sure = special.verdict == other.verdict;
            ((refines || says_why && is_residual(other))
                && (special.verdict >= Verdict::Likely || is_as_sure && special.score >= other.score))
                || is_as_sure && is_residual(other) && is_shown(special)
        });
        if let Some(place) = general {
            let special = causes.remove(index);
            causes.insert(place, special);
        }
    }
}
