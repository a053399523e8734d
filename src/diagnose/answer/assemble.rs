//! Puts the result together: incidents with their causes and stories, codes, the ask list, what was read and what was not.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::TimeDelta;
use rayon::prelude::*;
use sha2::{Digest, Sha256};

use crate::diagnose::incidents::group::{Group, own_events, when_it_worked};
use crate::diagnose::incidents::in_runs::InRuns;
use crate::diagnose::timeline::host::{Entry, Host, Moment};
use crate::diagnose::weighing::bench::{Bench, weigh};
use crate::diagnose::weighing::event_evidence::ITSELF;
use crate::diagnose::weighing::templates;
use crate::knowledge::codes::{Codes, spell};
use crate::knowledge::derived::CODE_TOLD;
use crate::knowledge::{AnchorKind, DERIVED, Key, Knowledge};
use crate::limits::Limits;
use crate::model::providers::{
    AUDITING, LSM, NETLOGON, Provider, RDP_CLIENT, RDP_CORE, TASK_SCHEDULER, USER32, WINLOGON,
};
use crate::model::{
    Cause, CodeCount, CodeSpace, CodeUse, Coverage, Diagnosis, Event, Evidence, Fact, FactSource, HostReport,
    Incident, InputReport, Origin, Problem, ProblemKind, SCHEMA, Time, TimelineEntry, ToolInfo, Verdict,
    Weight,
};

/// Times of occurrences that an incident lists.
const TIMES: usize = 200;
/// Entries of one incident's story.
const STORY: usize = 40;
/// Causes that are told though they explain nothing: ruled out, unlikely, not evaluated.
const REST: usize = 12;

/// What the caller of the library asked for, and the tables that its result is told with.
#[derive(Debug, Clone, Copy)]
pub(in crate::diagnose) struct Asked<'a> {
    pub codes: &'a Codes,
    /// Causes are listed though nothing was seen of them.
    pub every_cause: bool,
    /// The instant that the complaint is about.
    pub about: Option<Time>,
}

/// A diagnosis without findings.
fn empty(knowledge: &Knowledge, inputs: Vec<InputReport>, problems: Vec<Problem>) -> Diagnosis {
    Diagnosis {
        schema: SCHEMA.to_owned(),
        tool: ToolInfo {
            name: env!("CARGO_PKG_NAME").to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            knowledge: knowledge.hash().to_owned(),
        },
        inputs,
        hosts: Vec::new(),
        incidents: Vec::new(),
        codes: Vec::new(),
        sessions: Vec::new(),
        findings: Vec::new(),
        happenings: Vec::new(),
        records: Vec::new(),
        coverage: Vec::new(),
        ask: Vec::new(),
        collections: Vec::new(),
        problems,
    }
}

/// Past the limit, those that showed least often are left out.
fn leave_out(groups: &mut Vec<Group<'_>>, limits: &Limits) -> Option<Problem> {
    let left = groups
        .len()
        .checked_sub(limits.incidents)
        .filter(|left| *left > 0)?;
    groups.sort_by_key(|group| std::cmp::Reverse(group.occurrences.len()));
    groups.truncate(limits.incidents);
    let detail = format!(
        "the limit of {} incidents was reached; {left} that showed least often are left out",
        limits.incidents
    );
    Some(Problem::new(ProblemKind::LimitHit, Origin::artifact(""), detail))
}

/// What is said of incidents that were found when the run was over.
fn unweighed(left: usize, limits: &Limits) -> Option<Problem> {
    let reason = limits.stop.reason().filter(|_| left > 0)?;
    let detail = format!("{reason}: this result is partial; {left} incidents were not weighed");
    Some(Problem::new(
        ProblemKind::Interrupted,
        Origin::artifact(""),
        detail,
    ))
}

/// Whether an incident, of which something is known, is what a complaint about an instant means: people give the minute.
fn is_about(incident: &Incident, about: Option<Time>) -> bool {
    const GIVEN: TimeDelta = TimeDelta::seconds(90);
    let known = incident
        .best()
        .is_some_and(|cause| cause.verdict >= Verdict::Possible);
    let mut times = incident.times.iter().chain(&incident.first).chain(&incident.last);
    known && about.is_some_and(|about| times.any(|at| (*at - about).abs() <= GIVEN))
}

/// What somebody points at comes first, then the surest. What failed of robots and tasks comes before what may have been somebody's
/// everyday, and what goes on before what works again.
fn sort(incidents: &mut [Incident], knowledge: &Knowledge, about: Option<Time>) {
    let is_of_work = |incident: &Incident| {
        let symptom = knowledge.symptom(&incident.symptom);
        symptom.is_some_and(|symptom| symptom.work)
    };
    incidents.sort_by(|a, b| {
        let best = |incident: &Incident| {
            incident.best().map(|cause| {
                (
                    cause.verdict,
                    is_of_work(incident),
                    incident.works_again.is_none(),
                    (cause.score * 1000.0).round() as i64,
                )
            })
        };
        is_about(b, about)
            .cmp(&is_about(a, about))
            .then_with(|| best(b).cmp(&best(a)))
            .then_with(|| (a.first, &a.host, &a.symptom, &a.id).cmp(&(b.first, &b.host, &b.symptom, &b.id)))
    });
}

/// The whole result.
pub(in crate::diagnose) fn diagnosis(
    asked: Asked<'_>,
    bench: &Bench<'_>,
    (mut groups, limits): (Vec<Group<'_>>, &Limits),
    inputs: Vec<InputReport>,
    mut problems: Vec<Problem>,
) -> Diagnosis {
    problems.extend(leave_out(&mut groups, limits));
    let mut incidents: Vec<Incident> = groups
        .par_iter()
        .filter(|_| limits.stop.reason().is_none())
        .map(|group| (group, incident(asked.every_cause, bench, group)))
        .filter(|(group, incident)| group.kind != AnchorKind::Explained || says_why(incident))
        .map(|(_, incident)| incident)
        .collect();
    problems.extend(unweighed(groups.len() - incidents.len(), limits));
    // What an excerpt was taken to complain of, and no cause explains, is no complaint.
    if groups.iter().any(|group| group.named.is_some()) {
        incidents.retain(|incident| {
            incident
                .best()
                .is_some_and(|cause| cause.verdict >= Verdict::Possible)
        });
    }
    // What is everyday is told only for a reason that is not.
    if groups.iter().any(|group| group.kind == AnchorKind::Chosen) {
        incidents.retain(|incident| {
            incident
                .best()
                .is_some_and(|cause| is_reason(bench.knowledge, cause))
        });
    }
    sort(&mut incidents, bench.knowledge, asked.about);
    crate::diagnose::answer::related_incidents::link(&mut incidents);
    problems.sort_by(|a, b| (a.kind, &a.origin, &a.detail).cmp(&(b.kind, &b.origin, &b.detail)));
    problems.dedup();
    let coverage: Vec<Coverage> = bench
        .hosts
        .iter()
        .flat_map(|host| host.cover.iter().map(|cover| cover.report(host)))
        .collect();
    let ask = crate::diagnose::answer::ask_list::list(bench.knowledge, &incidents, &coverage);
    Diagnosis {
        hosts: (0..)
            .zip(bench.hosts)
            .map(|(number, host)| HostReport {
                clock_skew: bench.skews.report(number, bench.hosts),
                ..host_report(host)
            })
            .collect(),
        ask,
        records: super::cited_records::records(bench.hosts, &incidents),
        happenings: super::happenings::list(bench),
        findings: super::findings::list(bench, &groups, &incidents),
        incidents,
        codes: codes(asked.codes, bench.hosts),
        sessions: bench
            .hosts
            .iter()
            .zip(bench.ledgers)
            .flat_map(|(host, ledgers)| ledgers.report(host, bench.codes))
            .collect(),
        coverage,
        ..empty(bench.knowledge, inputs, filtered(bench.hosts, problems))
    }
}

/// Says which exports prove nothing by silence.
fn filtered(hosts: &[Host], mut problems: Vec<Problem>) -> Vec<Problem> {
    for host in hosts {
        for cover in host.cover.iter().filter(|cover| cover.is_filtered()) {
            let Some(path) = cover.paths.first() else { continue };
            let lacks = if cover.missing == 1 {
                "record of the span is"
            } else {
                "records of the span are"
            };
            let detail = format!(
                "{} of {}: {} {lacks} not in the export; its silence proves nothing",
                cover.channel, host.name, cover.missing
            );
            problems.push(Problem::new(
                ProblemKind::Filtered,
                Origin::artifact(Arc::clone(path)),
                detail,
            ));
        }
    }
    problems
}

fn host_report(host: &Host) -> HostReport {
    let value = |name: &str| host.fact(name).map(|fact| fact.value.to_string());
    let os = value("os.name").or_else(|| value("os.version").map(|version| format!("Windows {version}")));
    let facts = host.facts.iter().map(|(name, facts)| {
        let mut values: Vec<&str> = facts.iter().map(|fact| &*fact.value).collect();
        if !crate::diagnose::timeline::host::is_list(name) {
            values.truncate(1);
        }
        values.dedup();
        (Arc::clone(name), values.join("; "))
    });
    HostReport {
        name: shown(&host.name),
        aliases: host.aliases.clone(),
        time_zone: host.zone.clone(),
        clock_skew: None,
        os,
        facts: facts.collect(),
        fact_sources: host
            .facts
            .iter()
            .flat_map(|(name, facts)| sources(name, facts))
            .collect(),
    }
}

/// Sources of one fact that are listed.
const SOURCES: usize = 64;

/// Where the values of a fact were read, those in force first.
fn sources(name: &Arc<str>, facts: &[Fact]) -> impl Iterator<Item = FactSource> {
    let effective = facts.first();
    facts.iter().take(SOURCES).map(move |fact| FactSource {
        name: Arc::clone(name),
        value: Arc::clone(&fact.value),
        scope: fact.scope,
        beaten: !crate::diagnose::timeline::host::is_list(name)
            && effective.is_some_and(|first| first.value != fact.value),
        at: fact.at,
        origin: fact.origin.clone(),
    })
}

/// Text of which nobody knows the machine has a host without a name.
pub(in crate::diagnose) fn shown(name: &Arc<str>) -> Arc<str> {
    if name.is_empty() {
        Arc::from("(unknown host)")
    } else {
        Arc::clone(name)
    }
}

/// Whether a cause has something heavy behind it and is none of every day.
fn is_reason(knowledge: &Knowledge, cause: &Cause) -> bool {
    let everyday = knowledge.cause(&cause.id).is_some_and(|rule| rule.def.everyday);
    let heavy = cause
        .supports
        .iter()
        .any(|evidence| evidence.weight >= Weight::Strong);
    cause.verdict >= Verdict::Possible && heavy && !everyday
}

/// Whether the records of an incident make its first cause likely by themselves.
fn says_why(incident: &Incident) -> bool {
    incident.best().is_some_and(|cause| {
        let heavy = |evidence: &&Evidence| evidence.weight >= Weight::Strong;
        let own = |evidence: &Evidence| evidence.joined_by.iter().any(|key| &**key == ITSELF);
        cause.verdict >= Verdict::Likely && cause.supports.iter().filter(heavy).any(own)
    })
}

fn incident(every_cause: bool, bench: &Bench<'_>, group: &Group<'_>) -> Incident {
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
            &group.keys,
            &host.name,
        ),
        host: shown(&host.name),
        user: key(Key::User),
        session: group.keys.get(Key::Session).and_then(|text| text.parse().ok()),
        task: key(Key::Task),
        code: key(Key::Code).map(|code| code.to_string()),
        timeline: story(bench, group, host, &causes),
        began_after: crate::diagnose::answer::changes::began_after(bench, group),
        causes,
        ..blank(group)
    }
}

fn blank(group: &Group<'_>) -> Incident {
    Incident {
        id: String::new(),
        symptom: Arc::clone(&group.symptom.id),
        title: String::new(),
        host: Arc::from(""),
        user: None,
        session: None,
        task: None,
        code: None,
        first: group.first().map(|at| at.time),
        last: group.last().map(|at| at.time),
        count: group.occurrences.len() as u64,
        times: group.times(TIMES),
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
    hash.update(crate::diagnose::timeline::host::host_key(&host.name).as_bytes());
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
        if let Some(line) = line(
            bench,
            occurrence.signal,
            host,
            occurrence.event.entry,
            &group.keys,
        ) {
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
    let mut seen = BTreeSet::new();
    let lines = lines
        .into_iter()
        .filter(|(at, _, origin)| seen.insert((*at, origin.clone())));
    lines
        .take(STORY)
        .map(|(at, summary, origin)| TimelineEntry { at, summary, origin })
        .collect()
}

type Line = (Option<Time>, String, Origin);

fn line(
    bench: &Bench<'_>,
    signal: usize,
    host: &Host,
    entry: usize,
    keys: &crate::diagnose::incidents::sightings::Keys,
) -> Option<Line> {
    let (signal, entry) = (bench.knowledge.signals().get(signal)?, host.entries.get(entry)?);
    let summary = templates::fill(signal.summary(), Some(&entry.event), keys, &host.name);
    Some((entry.at.map(|at| at.time), summary, entry.event.origin.clone()))
}

/// Which code of which space stands in which field of which event.
fn code_in(event: &Event) -> Vec<CodeUse> {
    let of = |name: &str, space: CodeSpace| {
        let value = event.get(name)?.as_code()?;
        Some(CodeUse { space, value })
    };
    let hresult = |name: &str| {
        let found = of(name, CodeSpace::Hresult)?;
        let scheduler = matches!(found.value >> 12, 0x0041 | 0x8_0041);
        Some(CodeUse {
            space: if scheduler {
                CodeSpace::TaskScheduler
            } else {
                CodeSpace::Hresult
            },
            ..found
        })
    };
    let wrote = |provider: Provider| provider.wrote(event);
    let found = match event.id {
        Some(40) if wrote(LSM) => vec![reason(event, "Reason")],
        Some(103) if wrote(RDP_CORE) => vec![reason(event, "ReasonCode")],
        Some(4625 | 4776) if wrote(AUDITING) => {
            vec![
                of("Status", CodeSpace::Ntstatus),
                of("SubStatus", CodeSpace::Ntstatus),
            ]
        }
        Some(4768 | 4771) if wrote(AUDITING) => vec![of("Status", CodeSpace::Kerberos)],
        Some(2) if wrote(WINLOGON) => vec![of("Win32Status", CodeSpace::Win32)],
        Some(1026) if wrote(RDP_CLIENT) => vec![of("Value", CodeSpace::DiscReason)],
        Some(1074) if wrote(USER32) => vec![of("ReasonCode", CodeSpace::ShutdownReason)],
        Some(5719) if wrote(NETLOGON) => vec![of("FailureCode", CodeSpace::Ntstatus)],
        _ if wrote(TASK_SCHEDULER) => vec![hresult("ResultCode")],
        _ => vec![
            of("LastError", CodeSpace::Freerdp),
            of("err", CodeSpace::UipathRdp),
            of("status", CodeSpace::Ntstatus),
            hresult("code"),
        ],
    };
    found
        .into_iter()
        .flatten()
        // That no reason is given is a reason of its own.
        .filter(|code| code.value != 0 || code.space == CodeSpace::ExtendedDisconnect)
        .collect()
}

/// A disconnect reason is a reason code when it is small and an HRESULT when its top bit is set.
fn reason(event: &Event, name: &str) -> Option<CodeUse> {
    let value = event.get(name)?.as_code()?;
    let space = if value >= 0x8000_0000 {
        CodeSpace::Hresult
    } else {
        CodeSpace::ExtendedDisconnect
    };
    Some(CodeUse { space, value })
}

/// The code that a text told, as the derived event has it.
fn told_code(event: &Event) -> Option<CodeUse> {
    if !CODE_TOLD.is(event) {
        return None;
    }
    let space: CodeSpace = event.field_text("Space")?.parse().ok()?;
    // Codes of Win32 are told in the form of an HRESULT.
    let space = match space {
        CodeSpace::Win32 => CodeSpace::Hresult,
        other => other,
    };
    let value = event.get("code")?.as_code()?;
    Some(CodeUse { space, value })
}

/// A code before it is counted.
fn none_of(known: &Codes, used: CodeUse) -> CodeCount {
    let known = known.resolve(used);
    CodeCount {
        space: used.space,
        value: spell(used.space, used.value),
        symbol: known
            .map(|code| code.symbol.clone())
            .filter(|symbol| !symbol.is_empty()),
        meaning: known.map(|code| code.meaning.clone()).unwrap_or_default(),
        count: 0,
        first: None,
        last: None,
    }
}

fn codes(known: &Codes, hosts: &[Host]) -> Vec<CodeCount> {
    let mut counts: BTreeMap<CodeUse, CodeCount> = BTreeMap::new();
    let mut add = |used: CodeUse, time: Option<Time>| {
        let count = counts.entry(used).or_insert_with(|| none_of(known, used));
        count.count += 1;
        count.first = count.first.into_iter().chain(time).min();
        count.last = count.last.into_iter().chain(time).max();
    };
    for host in hosts {
        let (raw, derived) = host
            .entries
            .split_at_checked(host.raw)
            .unwrap_or((&host.entries, &[]));
        let told = derived.iter().filter_map(|entry| {
            let used = told_code(&entry.event)?;
            Some(((&entry.event.origin, used.value), (used, entry.event.time)))
        });
        let mut told: BTreeMap<(&Origin, u32), (CodeUse, Option<Time>)> = told.collect();
        for event in raw.iter().map(|entry| &entry.event) {
            for used in code_in(event) {
                // The same code of the same record counts once, whether a field holds it or its text.
                told.remove(&(&event.origin, used.value));
                add(used, event.time);
            }
        }
        told.into_values().for_each(|(used, time)| add(used, time));
    }
    let mut list: Vec<CodeCount> = counts.into_values().collect();
    list.sort_by(|a, b| {
        b.count
            .cmp(&a.count)
            .then_with(|| (a.space, &a.value).cmp(&(b.space, &b.value)))
    });
    list
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Findings, Value};

    /// Tasks that fail for want of a logon session, one more often than the others.
    fn failures(tasks: usize) -> Findings {
        let mut findings = Findings::default();
        for number in 0..=tasks {
            let mut event = Event::new(Origin::record(Arc::from("Tasks.evtx"), number as u64 + 1, 0));
            event.provider = "Microsoft-Windows-TaskScheduler".into();
            event.channel = "Microsoft-Windows-TaskScheduler/Operational".into();
            event.computer = "RPA-07".into();
            event.id = Some(104);
            event.time = crate::model::parse_rfc3339(&format!("2026-05-04T08:{:02}:00Z", number % 60));
            event.push("TaskName", Value::text(format!("\\Jobs\\T{}", number % tasks)));
            event.push("ResultCode", Value::Unsigned(0x8007_0520));
            findings.events.push(event);
        }
        findings
    }

    #[test]
    fn a_limit_on_incidents_leaves_out_the_least() {
        let told = |limit: usize| {
            let limits = Limits {
                incidents: limit,
                ..Limits::default()
            };
            let analyzer = crate::diagnose::Analyzer::new().unwrap().limits(limits);
            analyzer.diagnose_findings(vec![(Arc::from("Tasks.evtx"), failures(12))])
        };
        let cut = |diagnosis: &Diagnosis| {
            let mut problems = diagnosis.problems.iter();
            problems.any(|problem| problem.kind == ProblemKind::LimitHit)
        };
        let all = told(100);
        assert_eq!(all.incidents.len(), 12);
        assert!(!cut(&all));
        let some = told(5);
        assert_eq!(some.incidents.len(), 5);
        assert!(cut(&some));
        assert!(some.incidents.iter().any(|incident| incident.count == 2));
    }
}
