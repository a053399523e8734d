//! All that is known of a case in the order of time, one line each: failures, evidence, sessions, runs of tasks and jobs, restarts,
//! changes.

use std::collections::BTreeSet;

use super::answer::{Teller, YEAR};
use super::page::{Page, Style};
use super::places::{Places, short_hosts};
use super::{Clockface, Options, csv, wording};
use crate::model::{Diagnosis, Origin, Time, same_user};

/// The kind of a line that a diagnosis stands on.
const EVIDENCE: &str = "evidence";

/// Which lines are wanted.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Nothing before.
    pub since: Option<Time>,
    /// Nothing after.
    pub until: Option<Time>,
    /// Only this user, where a line names one.
    pub user: Option<String>,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
struct Line {
    at: Time,
    host: String,
    kind: &'static str,
    summary: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    origin: Option<Origin>,
}

/// For a terminal.
pub fn text(diagnosis: &Diagnosis, wanted: &Wanted, options: &Options) -> String {
    let clock = Clockface::new(options.zone, diagnosis);
    let places = Places::new(diagnosis);
    let hosts = short_hosts(diagnosis);
    let mut page = Page::new(options.colour, options.width);
    let lines = lines(diagnosis, wanted);
    let Some(first) = lines.first() else {
        let teller = Teller::new(diagnosis, &clock, &places);
        let known = teller
            .span()
            .map(|(host, from, to)| format!(" What was sent is of {}.", clock.days_and_zone(host, from, to)));
        let text = format!("Nothing is known of that time.{}", known.unwrap_or_default());
        page.bullet(0, "", None, &text);
        return page.finish();
    };
    // One clock for all lines, or what happened at once on two hosts would not look so.
    let of = reference(diagnosis, &clock).unwrap_or(&first.host);
    let last = lines.last().map_or(first.at, |line| line.at);
    let said = match clock.said(of, first.at) {
        // A day without its year would be one of several.
        said if last - first.at >= YEAR => said.without_year(),
        said => said,
    };
    page.heading(&format!(
        "{}, all times of {} in {}",
        clock.days(of, first.at, last),
        hosts
            .get(of)
            .map_or_else(|| wording::host_name(of), |short| *short),
        clock.offset_name(of, first.at)
    ));
    for line in &lines {
        let host = hosts
            .get(line.host.as_str())
            .map_or(line.host.as_str(), |short| *short);
        let style = match line.kind {
            "failure" => Some(Style::Red),
            EVIDENCE => Some(Style::Yellow),
            "change" => Some(Style::Bold),
            _ => None,
        };
        let place = line.origin.as_ref().filter(|origin| !origin.path.is_empty());
        let place = place
            .map(|origin| format!(" {}", places.bracketed(origin)))
            .unwrap_or_default();
        let mark = format!("{} {host} {}", clock.weekday(of, line.at, said), line.kind);
        page.hanging(&mark, style, &format!("{}{place}", line.summary));
    }
    page.finish()
}

/// The host whose clock all lines are shown by: that of the first incident, or the first whose zone is known.
fn reference<'d>(diagnosis: &'d Diagnosis, clock: &Clockface<'_>) -> Option<&'d str> {
    let failed = diagnosis.incidents.iter().map(|incident| &*incident.host);
    let known = diagnosis.hosts.iter().map(|host| &*host.name);
    failed.chain(known).find(|host| clock.knows(host))
}

/// One line of JSON each.
pub fn jsonl(diagnosis: &Diagnosis, wanted: &Wanted) -> String {
    super::jsonl::lines(&lines(diagnosis, wanted), diagnosis)
}

/// A table.
pub fn csv(diagnosis: &Diagnosis, wanted: &Wanted, options: &Options) -> String {
    let clock = Clockface::new(options.zone, diagnosis);
    let mut text = csv::row(["time", "host", "kind", "summary", "user", "origin"]);
    for line in lines(diagnosis, wanted) {
        let origin = line.origin.map(|origin| origin.to_string()).unwrap_or_default();
        text += &csv::row([
            clock.exact(&line.host, line.at),
            line.host,
            line.kind.to_owned(),
            line.summary,
            line.user.unwrap_or_default(),
            origin,
        ]);
    }
    text
}

fn lines(diagnosis: &Diagnosis, wanted: &Wanted) -> Vec<Line> {
    let all = [
        failures(diagnosis),
        evidence(diagnosis),
        sessions(diagnosis),
        happenings(diagnosis),
    ];
    let inside = |line: &Line| {
        wanted.since.is_none_or(|since| line.at >= since)
            && wanted.until.is_none_or(|until| line.at <= until)
            && match (&wanted.user, &line.user) {
                (Some(wanted), Some(user)) => same_user(wanted, user),
                _ => true,
            }
    };
    let lines: BTreeSet<Line> = all.into_iter().flatten().filter(inside).collect();
    // What is told as evidence needs no second line.
    let is_evidence = |line: &Line| line.kind == EVIDENCE;
    let told = |line: &Line| {
        line.origin
            .clone()
            .map(|origin| (line.at, origin, line.summary.clone()))
    };
    let cited: BTreeSet<_> = lines
        .iter()
        .filter(|line| is_evidence(line))
        .filter_map(told)
        .collect();
    let once = |line: &Line| {
        is_evidence(line)
            || line.origin.as_ref().is_none_or(|origin| origin.path.is_empty())
            || !told(line).is_some_and(|told| cited.contains(&told))
    };
    lines.into_iter().filter(once).collect()
}

fn failures(diagnosis: &Diagnosis) -> Vec<Line> {
    let mut lines = Vec::new();
    for incident in &diagnosis.incidents {
        let times: BTreeSet<Time> = incident
            .times
            .iter()
            .copied()
            .chain(incident.first)
            .chain(incident.last)
            .collect();
        let cause = incident
            .best()
            .map(|cause| format!(" ({} cause: {})", cause.verdict, cause.id))
            .unwrap_or_default();
        lines.extend(times.into_iter().map(|at| Line {
            at,
            host: incident.host.to_string(),
            kind: "failure",
            summary: format!("{}{cause}", incident.title),
            user: incident.user.as_deref().map(str::to_owned),
            origin: None,
        }));
    }
    lines
}

fn evidence(diagnosis: &Diagnosis) -> Vec<Line> {
    let mut lines = Vec::new();
    for incident in &diagnosis.incidents {
        for evidence in incident.best().into_iter().flat_map(|cause| &cause.supports) {
            lines.extend(evidence.at.map(|at| Line {
                at,
                host: incident.host.to_string(),
                kind: EVIDENCE,
                summary: evidence.summary.clone(),
                user: None,
                origin: Some(evidence.origin.clone()),
            }));
        }
    }
    lines
}

fn sessions(diagnosis: &Diagnosis) -> Vec<Line> {
    let mut lines = Vec::new();
    for session in &diagnosis.sessions {
        let who = session.user.as_deref().unwrap_or("a user not known");
        let client = session
            .address
            .as_deref()
            .map(|address| format!(" from {address}"))
            .unwrap_or_default();
        let line = |at: Time, what: &str, origin: Option<Origin>| Line {
            at,
            host: session.host.to_string(),
            kind: "session",
            summary: format!("{} of {who} ({}{client}): {what}", session.named(), session.kind),
            user: session.user.as_deref().map(str::to_owned),
            origin,
        };
        for state in &session.states {
            lines.extend(
                state
                    .at
                    .map(|at| line(at, &state.summary, Some(state.origin.clone()))),
            );
        }
        let how = session.end_class.as_deref().map_or_else(
            || "ended".to_owned(),
            |class| format!("ended, {}", class.replace('-', " ")),
        );
        lines.extend(session.end.map(|at| line(at, &how, None)));
    }
    lines
}

fn happenings(diagnosis: &Diagnosis) -> Vec<Line> {
    let happenings = diagnosis.happenings.iter();
    happenings
        .map(|happening| Line {
            at: happening.at,
            host: happening.host.to_string(),
            kind: happening.lane.name(),
            summary: happening.summary.clone(),
            user: None,
            origin: happening.origin.clone(),
        })
        .collect()
}
