//! Puts the result together: incidents in their order, codes, the ask list, what was read and what was not. Owns the order and what of it is
//! left out; what each part says is in the other files of this folder.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::TimeDelta;
use rayon::prelude::*;

use crate::diagnose::answer::incident::incident;
use crate::diagnose::answer::{
    agreement, ask_list, cited_records, code_counts, findings, happenings, host_reports, related_incidents,
};
use crate::diagnose::derivers::told_words;
use crate::diagnose::incidents::excerpt;
use crate::diagnose::incidents::group::Group;
use crate::diagnose::incidents::sightings::Keys;
use crate::diagnose::question::{Question, Standing};
use crate::diagnose::timeline::coverage;
use crate::diagnose::timeline::host::{Entry, Host};
use crate::diagnose::weighing::bench::Bench;
use crate::diagnose::weighing::event_evidence::ITSELF;
use crate::knowledge::codes::Codes;
use crate::knowledge::{AnchorKind, Knowledge};
use crate::limits::Limits;
use crate::model::{
    Cause, Coverage, Diagnosis, Evidence, Incident, InputReport, Origin, Problem, ProblemKind, SCHEMA, Time,
    ToolInfo, Verdict, Weight,
};
use crate::parse::Focus;

/// What the caller of the library asked for, and the tables that its result is told with.
#[derive(Debug, Clone, Copy)]
pub(in crate::diagnose) struct Asked<'a> {
    pub codes: &'a Codes,
    /// Causes are listed though nothing was seen of them.
    pub every_cause: bool,
    /// What is looked at alone.
    pub focus: &'a Focus,
}

impl Asked<'_> {
    /// The instant that the complaint is about.
    fn about(&self) -> Option<Time> {
        self.focus.around.map(|(at, _)| at)
    }
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
        question: None,
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

/// How near an incident, of which something is known, lies to the instant that a complaint is about: at it, about it, or not. People give the
/// minute, and of two restarts in two minutes one is meant.
fn nearness(incident: &Incident, about: Option<Time>) -> u8 {
    const GIVEN: TimeDelta = TimeDelta::seconds(90);
    const JUST_THEN: TimeDelta = TimeDelta::seconds(10);
    let Some(about) = about.filter(|_| incident.best().is_some_and(is_possible)) else {
        return 0;
    };
    let is_minute = about.timestamp() % 60 == 0;
    let until = if is_minute {
        about + TimeDelta::seconds(59)
    } else {
        about
    };
    let near = |at: &Time| {
        let just_then = *at >= about - JUST_THEN && *at <= until + JUST_THEN;
        let given = (*at - about).abs() <= GIVEN;
        u8::from(given) + u8::from(given && just_then)
    };
    let times = incident.times.iter().chain(&incident.first).chain(&incident.last);
    times.map(near).max().unwrap_or(0)
}

/// How an incident goes on: it worked again after a failure or two, it happened once, it went on until somebody mended it, or it goes on.
const fn lasting(incident: &Incident) -> u8 {
    match (incident.works_again, incident.count) {
        (Some(_), ..=2) => 0,
        (None, ..=1) => 1,
        (Some(_), _) => 2,
        (None, _) => 3,
    }
}

/// What the incidents of one cause are together, on one host: whether one of them befell work that runs by itself, and how it goes on.
#[derive(Clone, Copy, Default)]
struct Together {
    work: bool,
    lasting: u8,
}

/// What speaks for the incidents of a cause, by host and cause: of two causes that are as sure the one comes first that broke more.
fn together(
    incidents: &[(Standing, Incident)],
    knowledge: &Knowledge,
) -> BTreeMap<(Arc<str>, Arc<str>), Together> {
    let mut all: BTreeMap<(Arc<str>, Arc<str>), Together> = BTreeMap::new();
    for (_, incident) in incidents {
        let Some(cause) = incident.best() else { continue };
        let symptom = knowledge.symptom(&incident.symptom);
        let of_cause = all
            .entry((Arc::clone(&incident.host), Arc::clone(&cause.id)))
            .or_default();
        of_cause.work |= symptom.is_some_and(|symptom| symptom.work);
        of_cause.lasting = of_cause.lasting.max(lasting(incident));
    }
    all
}

/// What somebody points at comes first, then the surest. What failed of robots and tasks comes before what may have been somebody's
/// everyday, and what goes on before what happened once and what works again.
fn sort(incidents: &mut [(Standing, Incident)], knowledge: &Knowledge, about: Option<Time>) {
    let together = together(incidents, knowledge);
    // What nothing explains is no answer, and stays behind what has one.
    let standing = |(standing, incident): &(Standing, Incident)| match incident.best() {
        Some(_) => standing.score,
        None => standing.score.min(0),
    };
    let best = |incident: &Incident| {
        let cause = incident.best()?;
        let key = (Arc::clone(&incident.host), Arc::clone(&cause.id));
        let all = together.get(&key).copied().unwrap_or_default();
        let own = (lasting(incident), (cause.score * 1000.0).round() as i64);
        Some((cause.verdict, all.work, all.lasting, own))
    };
    incidents.sort_by(|left, right| {
        let ((_, a), (_, b)) = (left, right);
        nearness(b, about)
            .cmp(&nearness(a, about))
            .then_with(|| standing(right).cmp(&standing(left)))
            .then_with(|| best(b).cmp(&best(a)))
            .then_with(|| (a.first, &a.host, &a.symptom, &a.id).cmp(&(b.first, &b.host, &b.symptom, &b.id)))
    });
}

/// The incidents with their causes, each with how it stands to what the customer asks.
fn weighed(
    asked: Asked<'_>,
    bench: &Bench<'_>,
    (groups, limits): (&[Group<'_>], &Limits),
    question: Option<&Question>,
) -> Vec<(Standing, Incident)> {
    let standing = |numbered| question.map(|question| question.standing(numbered, bench.hosts));
    let weighed = groups
        .par_iter()
        .enumerate()
        .filter(|_| limits.stop.reason().is_none())
        .map(|(number, group)| ((number, group), incident(asked.every_cause, bench, group)))
        .filter(|((_, group), incident)| group.kind != AnchorKind::Explained || says_why(incident));
    let with_standing = weighed.map(|(numbered, incident)| {
        let standing = standing(numbered).unwrap_or_default();
        let asked = standing.asked;
        (standing, Incident { asked, ..incident })
    });
    with_standing.collect()
}

/// What the logs hold of whom a customer asks about, where no incident is theirs: a record that is noise in a log is not when somebody asks
/// about it.
fn asked_of<'a>(
    question: &mut Question,
    bench: &Bench<'a>,
    groups: &[Group<'_>],
    focus: &Focus,
) -> Vec<Group<'a>> {
    let is_asked =
        |numbered: (usize, &Group<'_>)| question.standing(numbered, bench.hosts).asked == Some(true);
    // Who asks how something works, or files a case that is closed, names hosts and users as well.
    if groups.iter().enumerate().any(is_asked) || !told_words::complained(bench.hosts) {
        return Vec::new();
    }
    let points = |host: &Host, entry: &Entry, keys: &Keys| question.points_at(host, entry, keys);
    let on = (bench.hosts, bench.ledgers);
    let found = excerpt::pointed_at(bench.knowledge, on, bench.sightings, (focus, &points));
    question.take(&found, bench.hosts);
    found
}

/// Those incidents that are told, in their order.
fn in_order(
    mut incidents: Vec<(Standing, Incident)>,
    groups: &[Group<'_>],
    knowledge: &Knowledge,
    about: Option<Time>,
) -> Vec<Incident> {
    let has_best = |incident: &Incident, is: &dyn Fn(&Cause) -> bool| incident.best().is_some_and(is);
    // What an excerpt was taken to complain of, and no cause explains, is no complaint.
    if groups.iter().any(|group| group.named.is_some()) {
        incidents.retain(|(_, incident)| has_best(incident, &is_possible));
    }
    // What is everyday is told only for a reason that is not.
    if groups.iter().any(|group| group.kind == AnchorKind::Chosen) {
        incidents.retain(|(_, incident)| has_best(incident, &|cause| is_reason(knowledge, cause)));
    }
    sort(&mut incidents, knowledge, about);
    incidents.into_iter().map(|(_, incident)| incident).collect()
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
    let mut question = Question::of(bench.knowledge, bench.hosts, &groups);
    if let Some(question) = &mut question {
        groups.extend(asked_of(question, bench, &groups, asked.focus));
    }
    let weighed = weighed(asked, bench, (&groups, limits), question.as_ref());
    problems.extend(unweighed(groups.len() - weighed.len(), limits));
    let mut incidents = in_order(weighed, &groups, bench.knowledge, asked.about());
    agreement::lead(&mut incidents);
    let found = incidents.is_empty() || incidents.iter().any(|incident| incident.asked != Some(false));
    let question = question.map(|question| question.report(found));
    related_incidents::link(&mut incidents);
    problems.sort_by(|a, b| (a.kind, &a.origin, &a.detail).cmp(&(b.kind, &b.origin, &b.detail)));
    problems.dedup();
    let coverage: Vec<Coverage> = bench
        .hosts
        .iter()
        .flat_map(|host| host.cover.iter().map(|cover| coverage::report(cover, host)))
        .collect();
    let sent = ask_list::Sent {
        coverage: &coverage,
        lists: ask_list::lists(bench.knowledge, bench.hosts),
    };
    let ask = ask_list::list(bench.knowledge, &incidents, &sent);
    Diagnosis {
        hosts: host_reports::list(bench),
        ask,
        records: cited_records::records(bench.hosts, &incidents),
        happenings: happenings::list(bench, asked.focus),
        findings: findings::list(bench, &groups, &incidents),
        question,
        incidents,
        codes: code_counts::list(asked.codes, bench.hosts),
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

fn is_possible(cause: &Cause) -> bool {
    cause.verdict >= Verdict::Possible
}

/// Whether a cause has something heavy behind it and is none of every day.
fn is_reason(knowledge: &Knowledge, cause: &Cause) -> bool {
    let everyday = knowledge.cause(&cause.id).is_some_and(|rule| rule.def.everyday);
    let heavy = cause
        .supports
        .iter()
        .any(|evidence| evidence.weight >= Weight::Strong);
    is_possible(cause) && heavy && !everyday
}

/// Whether the records of an incident make its first cause likely by themselves.
fn says_why(incident: &Incident) -> bool {
    incident.best().is_some_and(|cause| {
        let heavy = |evidence: &&Evidence| evidence.weight >= Weight::Strong;
        let own = |evidence: &Evidence| evidence.joined_by.iter().any(|key| &**key == ITSELF);
        cause.verdict >= Verdict::Likely && cause.supports.iter().filter(heavy).any(own)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Event, Findings, Value};

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

    #[test]
    fn of_two_sure_causes_the_one_that_broke_more_comes_first() {
        let knowledge = Knowledge::embedded().unwrap();
        let incident = |symptom: &str, cause: &str, (verdict, count): (Verdict, u64), again: bool| {
            let at = crate::model::parse_rfc3339("2026-05-04T08:00:00Z");
            let cause = Cause {
                id: Arc::from(cause),
                verdict,
                ..Cause::default()
            };
            let incident = Incident {
                symptom: Arc::from(symptom),
                count,
                works_again: at.filter(|_| again),
                causes: vec![cause],
                ..Incident::default()
            };
            (Standing::default(), incident)
        };
        let mut all = [
            incident("host-restart", "unexpected-restart", (Verdict::Strong, 1), false),
            incident(
                "logon-refused",
                "machine-trust-broken",
                (Verdict::Strong, 1),
                false,
            ),
            incident(
                "task-logon-failure",
                "machine-trust-broken",
                (Verdict::Likely, 6),
                true,
            ),
        ];
        sort(&mut all, &knowledge, None);
        assert_eq!(
            all.map(|(_, incident)| incident.symptom.to_string()),
            ["logon-refused", "host-restart", "task-logon-failure"]
        );
    }
}
