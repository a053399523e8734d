//! One incident as the result tells it: title, causes and story. Owns which causes are listed, what the story holds and the id that is the
//! same in every run; must not know other incidents.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::TimeDelta;
use sha2::{Digest, Sha256};

use crate::diagnose::answer::changes::began_after;
use crate::diagnose::answer::host_reports::shown;
use crate::diagnose::incidents::group::{Group, Occurrence};
use crate::diagnose::incidents::in_runs::InRuns;
use crate::diagnose::incidents::own_events::{own_events, when_it_worked};
use crate::diagnose::incidents::sightings::{Keys, keys_of};
use crate::diagnose::timeline::host::{Entry, Host, Moment, host_key};
use crate::diagnose::weighing::bench::Bench;
use crate::diagnose::weighing::templates;
use crate::diagnose::weighing::weigh::weigh;
use crate::knowledge::{DERIVED, Key};
use crate::model::{Cause, Incident, Origin, Time, TimelineEntry, Verdict, Weight};

/// Times of occurrences that an incident lists.
const TIMES: usize = 200;

/// Entries of one incident's story.
const STORY: usize = 40;

/// Causes that are told though they explain nothing: ruled out, unlikely, not evaluated.
const REST: usize = 12;

/// An incident with its causes; with `every_cause` those of which nothing was seen, too.
pub(super) fn incident(every_cause: bool, bench: &Bench<'_>, group: &Group<'_>) -> Incident {
    let (Some(host), Some(ledgers)) = (bench.hosts.get(group.host), bench.ledgers.get(group.host)) else {
        return blank(group);
    };
    let mut own = own_events(group, host, ledgers);
    let worked = when_it_worked(group, host, ledgers);
    let in_runs = InRuns::new(bench.knowledge, host, bench.sightings, group);
    own.extend(in_runs.records(host).map(|entry| Entry {
        event: entry.event.clone(),
        at: entry.at,
    }));
    let causes = weigh(bench, group, (&own, &worked), &in_runs, every_cause);
    let causes = if every_cause {
        causes
    } else {
        shortlist(causes, group)
    };
    let key = |key| group.keys.get(key).cloned();
    let first = group.occurrences.first();
    let first = first.and_then(|occurrence| host.entries.get(occurrence.event.entry));
    Incident {
        id: fingerprint(group, host),
        title: templates::fill(
            group.title(),
            first.map(|entry| &*entry.event),
            &group.keys_in_words(),
            &host.name,
        ),
        host: shown(&host.name),
        user: key(Key::User),
        session: group.only_session().and_then(|text| text.parse().ok()),
        task: key(Key::Task),
        code: key(Key::Code).map(|code| code.to_string()),
        timeline: story(bench, group, host, &causes),
        began_after: began_after(bench, group),
        causes,
        ..blank(group)
    }
}

fn blank(group: &Group<'_>) -> Incident {
    let times = group.times(TIMES);
    Incident {
        id: String::new(),
        symptom: Arc::clone(&group.symptom.id),
        title: String::new(),
        host: Arc::from(""),
        user: None,
        session: None,
        task: None,
        code: None,
        asked: None,
        first: times.first().copied(),
        last: times.last().copied(),
        count: group.count(),
        times,
        worked_until: group.worked_until(),
        works_again: group.worked[1].map(|success| success.at.time),
        began_after: Vec::new(),
        part_of: None,
        related: Vec::new(),
        causes: Vec::new(),
        timeline: Vec::new(),
    }
}

/// The same for the same input, whatever else is in the bundle.
fn fingerprint(group: &Group<'_>, host: &Host) -> String {
    let mut hash = Sha256::new();
    hash.update(group.symptom.id.as_bytes());
    hash.update([0]);
    hash.update(host_key(&host.name).as_bytes());
    for key in [Key::User, Key::Task, Key::Session, Key::Code, Key::Class] {
        hash.update([0]);
        hash.update(
            group
                .keys
                .get(key)
                .map(|text| text.to_lowercase())
                .unwrap_or_default()
                .as_bytes(),
        );
    }
    hash.update(
        group
            .first()
            .map(|at| at.time.timestamp_millis())
            .unwrap_or_default()
            .to_le_bytes(),
    );
    hash.finalize()
        .iter()
        .take(6)
        .fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

/// Keeps what can be the cause, what was seen and speaks against one, and the heaviest of what could not be judged. Where
/// nothing can be the cause, says so.
fn shortlist(causes: Vec<Cause>, group: &Group<'_>) -> Vec<Cause> {
    let (mut kept, rest): (Vec<Cause>, Vec<Cause>) = causes
        .into_iter()
        .partition(|cause| cause.verdict >= Verdict::Possible);
    let told = |cause: &Cause| match cause.verdict {
        Verdict::RuledOut | Verdict::Unlikely => !cause.supports.is_empty(),
        Verdict::NotEvaluated => cause
            .unknown
            .iter()
            .any(|missing| !missing.against && missing.weight >= Weight::Strong),
        _ => true,
    };
    let rest: Vec<Cause> = rest.into_iter().filter(told).collect();
    if kept.is_empty() {
        kept.push(insufficient(&rest, group));
    }
    kept.extend(rest.into_iter().take(REST));
    kept
}

/// The honest answer when no cause is supported.
fn insufficient(rest: &[Cause], group: &Group<'_>) -> Cause {
    let mut unknown: Vec<_> = rest
        .iter()
        .flat_map(|cause| cause.unknown.iter().cloned())
        .collect();
    unknown.sort_by(|a, b| b.weight.cmp(&a.weight).then_with(|| a.needs.cmp(&b.needs)));
    unknown.dedup_by(|a, b| a.needs == b.needs);
    unknown.truncate(8);
    Cause {
        id: Arc::from("insufficient-evidence"),
        title: "What was sent does not show the cause".to_owned(),
        verdict: Verdict::NotEvaluated,
        score: 0.0,
        capped: None,
        explanation: format!(
            "The symptom {} is there, and nothing in the logs points at one cause.",
            group.symptom.id
        ),
        supports: Vec::new(),
        against: Vec::new(),
        unknown,
        remediation: vec![
            "Ask the customer for what is listed under the unknowns; then run the analysis again.".to_owned(),
        ],
        risk: String::new(),
        verify: String::new(),
        conflicts: Vec::new(),
        references: Vec::new(),
        sum: Vec::new(),
        flips: Vec::new(),
    }
}

/// The story: what was cited, and what the ledgers tell of the ten minutes around the first and the last occurrence.
fn story(bench: &Bench<'_>, group: &Group<'_>, host: &Host, causes: &[Cause]) -> Vec<TimelineEntry> {
    let mut lines: BTreeSet<Line> = BTreeSet::new();
    for cause in causes.iter().filter(|cause| cause.verdict >= Verdict::Possible) {
        for evidence in cause
            .supports
            .iter()
            .chain(&cause.against)
            .filter(|evidence| evidence.at.is_some())
        {
            lines.insert((evidence.at, evidence.summary.clone(), evidence.origin.clone()));
        }
    }
    for occurrence in group.occurrences.iter().take(STORY / 4) {
        let keys = occurrence_keys(bench, group, occurrence).unwrap_or_else(|| group.keys.clone());
        if let Some(line) = line(bench, occurrence.signal, host, occurrence.event.entry, &keys) {
            lines.insert(line);
        }
    }
    let span = TimeDelta::minutes(10);
    let mut around: Vec<Moment> = group.first().into_iter().chain(group.last()).collect();
    around.dedup();
    for (index, signal) in bench.knowledge.signals().iter().enumerate() {
        if !signal
            .providers()
            .iter()
            .any(|provider| provider.starts_with(DERIVED))
        {
            continue;
        }
        let near = around.iter().flat_map(|at| {
            bench
                .sightings
                .within(index, group.host, at.earlier(span), at.later(span))
        });
        for sighting in near {
            let keys = bench.sightings.keys(sighting);
            if let Some(line) = line(bench, index, host, sighting.event.entry, keys) {
                lines.insert(line);
            }
        }
    }
    lines.extend(endings(bench, group, host, &around));
    let mut seen = BTreeSet::new();
    let lines = lines
        .into_iter()
        .filter(|(at, _, origin)| seen.insert((*at, origin.clone())));
    let lines = lines
        .take(STORY)
        .map(|(at, summary, origin)| TimelineEntry { at, summary, origin });
    in_order(lines.collect(), host)
}

/// The same in the order in which it happened: the clock of the host may have been set back meanwhile.
fn in_order(mut lines: Vec<TimelineEntry>, host: &Host) -> Vec<TimelineEntry> {
    let raw = host.entries.get(..host.raw).unwrap_or_default();
    let mut moments = raw.iter().filter_map(|entry| entry.at);
    // Settings only ever add up: where the last record is on that of the first, so are all.
    let ends = moments.next().zip(moments.next_back());
    if ends.is_some_and(|(first, last)| !first.is_on_setting_of(last)) {
        let on_one = |a: &Entry, b: &Entry| a.at.zip(b.at).is_none_or(|(a, b)| a.is_on_setting_of(b));
        let settings: Vec<&[Entry]> = raw.chunk_by(on_one).collect();
        lines.sort_by_cached_key(|line| moment(line, &settings));
    }
    lines
}

/// When a line of the story was, of a host whose clock was set between these runs of records.
fn moment(line: &TimelineEntry, settings: &[&[Entry]]) -> Option<Moment> {
    let time = line.at?;
    let at_that_time = |run: &&[Entry]| {
        let first = run.partition_point(|entry| entry.at.is_some_and(|at| at.time < time));
        let mut same = run
            .get(first..)?
            .iter()
            .take_while(|entry| entry.at.is_some_and(|at| at.time == time));
        same.find(|entry| entry.event.origin() == line.origin)?.at
    };
    // What is told with a time of its own lies in the last run that reaches over it.
    let reaches = |run: &&&[Entry]| {
        let ends = [run.first(), run.last()].map(|entry| entry.and_then(|entry| entry.at));
        matches!(ends, [Some(first), Some(last)] if first.time <= time && time <= last.time)
    };
    let over = || {
        let run = settings.iter().rev().find(reaches)?;
        Some(run.first()?.at?.with_time(time))
    };
    settings
        .iter()
        .find_map(at_that_time)
        .or_else(over)
        .or(Some(Moment::at(time)))
}

/// Whose sessions ended around some instants, and how; of very many the first.
fn endings(bench: &Bench<'_>, group: &Group<'_>, host: &Host, around: &[Moment]) -> Vec<Line> {
    /// A restart ends every session of a host.
    const MOST: usize = 8;
    let near = TimeDelta::minutes(2);
    let Some(ledgers) = bench.ledgers.get(group.host) else {
        return Vec::new();
    };
    let mut ended: Vec<_> = ledgers
        .sessions
        .told()
        .filter(|(_, stay)| !stay.end_is_guess)
        .filter(|(_, stay)| {
            stay.end
                .is_some_and(|end| around.iter().any(|at| end.near(*at, near)))
        })
        .collect();
    ended.sort_by_key(|(_, stay)| stay.end);
    let reports = ended
        .into_iter()
        .take(MOST)
        .map(|(number, stay)| ledgers.stay_report(number, stay, host, bench.codes));
    reports
        .filter_map(|stay| Some((stay.end, stay.ending(), stay.end_origin?)))
        .collect()
}

/// What is known of one occurrence: its own keys before those of the whole incident, which may be in several sessions.
fn occurrence_keys(bench: &Bench<'_>, group: &Group<'_>, occurrence: &Occurrence) -> Option<Keys> {
    let host = bench.hosts.get(group.host)?;
    let entry = host.entries.get(occurrence.event.entry)?;
    let signal = bench.knowledge.signals().get(occurrence.signal)?;
    let ledgers = bench.ledgers.get(group.host)?;
    let mut keys = keys_of(signal, &entry.event, entry.at, host, ledgers);
    keys.complete(&group.keys);
    Some(keys)
}

type Line = (Option<Time>, String, Origin);

fn line(bench: &Bench<'_>, signal: usize, host: &Host, entry: usize, keys: &Keys) -> Option<Line> {
    let (signal, entry) = (bench.knowledge.signals().get(signal)?, host.entries.get(entry)?);
    let summary = templates::fill(signal.summary(), Some(&entry.event), keys, &host.name);
    Some((entry.at.map(|at| at.time), summary, entry.event.origin.clone()))
}
