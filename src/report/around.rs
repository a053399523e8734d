//! What happened to the hosts at a time that somebody asks about where nothing failed: who went down or slept, whose session ended, when the
//! clock was set. Owns what of it is told; must not know how it is laid out.

use std::sync::Arc;

use chrono::TimeDelta;

use crate::model::{Coverage, Diagnosis, Happening, Lane, Origin, SessionReport, Time};

/// One line of it.
pub(super) struct Line<'d> {
    pub at: Time,
    /// Until when it went on, where that is told; where the clock was set, to which time.
    pub until: Option<Time>,
    /// What stands before that time.
    ends: &'static str,
    /// Whether one record says it, and no more is known of it.
    is_record: bool,
    pub host: &'d Arc<str>,
    pub summary: String,
    pub origin: Option<&'d Origin>,
}

impl Line<'_> {
    /// What happened, and until when, with times as `show` puts them.
    pub(super) fn sentence(&self, show: impl Fn(Time) -> String) -> String {
        let until = self.until.map(|until| format!("{} {}", self.ends, show(until)));
        format!("{}{}", self.summary, until.unwrap_or_default())
    }
}

/// Refused logons that are told: more are much the same.
const REFUSED: usize = 5;
/// Other records that are told.
const RECORDS: usize = 5;

/// What happened in a span of time, and what came before each start, sleep and setting of the clock in it, in order of time.
pub(super) fn told(diagnosis: &Diagnosis, (from, until): (Time, Time)) -> Vec<Line<'_>> {
    let touches = |one: &&Happening| one.at <= until && one.until.unwrap_or(one.at) >= from;
    let mut shown: Vec<&Happening> = Vec::new();
    for one in diagnosis.happenings.iter().filter(is_of_host).filter(touches) {
        // The clock may have been set: what came before is not what has the earlier time.
        let of_host = || diagnosis.happenings.iter().filter(is_of_host);
        let before = of_host().filter(|other| other.host == one.host && order(other) < order(one));
        for one in before.max_by_key(|other| order(other)).into_iter().chain([one]) {
            if !shown.contains(&one) {
                shown.push(one);
            }
        }
    }
    let hosts = hosts_at(diagnosis, from);
    let before = last_before(diagnosis, (&hosts, from), &shown);
    shown.extend(&before);
    between(diagnosis, &mut shown);
    shown.sort_by_key(|one| (&one.host, order(one)));
    let with_start = |one: &Happening| match before.iter().any(|other| std::ptr::eq(*other, one)) {
        true => start_after(diagnosis, one),
        false => None,
    };
    let power = |one| match with_start(one) {
        None => happened(one),
        start => Line {
            until: start,
            ends: "; it started again",
            ..happened(one)
        },
    };
    let mut lines: Vec<Line<'_>> = shown.into_iter().map(power).collect();
    let refused = diagnosis.happenings.iter().filter(|one| one.lane == Lane::Logon);
    let refused = refused.filter(touches).take(REFUSED).map(happened);
    let ended = |session: &&SessionReport| session.end.is_some_and(|end| end >= from && end <= until);
    let ends = diagnosis.sessions.iter().filter(ended).filter_map(end_of);
    let began = |session: &&SessionReport| session.start.is_some_and(|start| start >= from && start <= until);
    let begins = diagnosis.sessions.iter().filter(began).filter_map(begin_of);
    let open = open_sessions(diagnosis, &hosts, (from, until));
    let records = records(diagnosis, (from, until));
    for line in refused.chain(begins).chain(ends).chain(open).chain(records) {
        let place = lines
            .iter()
            .rposition(|other| other.host == line.host && other.at <= line.at);
        lines.insert(place.map_or(0, |place| place + 1), line);
    }
    let mut cited = Vec::new();
    lines.retain(|line| {
        line.origin.is_none_or(|origin| {
            let is_new = !cited.contains(&origin);
            cited.push(origin);
            is_new
        })
    });
    lines
}

/// What happened in a span of time that no incident tells, in order of time: sessions and the host before single records, and the nearest to
/// its middle.
pub(super) fn besides(diagnosis: &Diagnosis, (from, until): (Time, Time), most: usize) -> Vec<Line<'_>> {
    let incidents = diagnosis.incidents.iter();
    let causes = incidents.flat_map(|incident| incident.causes.first());
    let evidence: Vec<&Origin> = causes
        .flat_map(|cause| cause.supports.iter().map(|evidence| &evidence.origin))
        .collect();
    let is_other = |line: &Line<'_>| {
        let begins = line.at >= from && line.at <= until;
        begins && line.origin.is_none_or(|origin| !evidence.contains(&origin))
    };
    let mut lines: Vec<Line<'_>> = told(diagnosis, (from, until))
        .into_iter()
        .filter(is_other)
        .collect();
    lines.sort_by_key(|line| (line.is_record, apart(line.at, (from, until))));
    lines.truncate(most);
    lines.sort_by_key(|line| line.at);
    lines
}

/// How far an instant is from the middle of a span.
fn apart(at: Time, (from, until): (Time, Time)) -> TimeDelta {
    (at - (from + (until - from) / 2)).abs()
}

/// What other records say that lie nearest to the middle of a span.
fn records(diagnosis: &Diagnosis, span: (Time, Time)) -> Vec<Line<'_>> {
    let of_record = |one: &&Happening| one.lane == Lane::Record && one.at >= span.0 && one.at <= span.1;
    let mut all: Vec<&Happening> = diagnosis.happenings.iter().filter(of_record).collect();
    all.sort_by_key(|one| apart(one.at, span));
    all.truncate(RECORDS);
    all.sort_by_key(|one| one.at);
    all.into_iter().map(happened).collect()
}

/// Hosts of which it is told how they stood: of many nobody knows which is asked about.
const HOSTS: usize = 3;

/// The hosts whose logs reach over an instant.
fn hosts_at(diagnosis: &Diagnosis, at: Time) -> Vec<&Arc<str>> {
    let reaches =
        |cover: &&Coverage| cover.from.is_some_and(|from| from <= at) && cover.to.is_some_and(|to| at <= to);
    let mut hosts: Vec<&Arc<str>> = diagnosis
        .coverage
        .iter()
        .filter(reaches)
        .map(|cover| &cover.host)
        .collect();
    hosts.sort();
    hosts.dedup();
    if hosts.len() > HOSTS { Vec::new() } else { hosts }
}

/// What happened to each host last before a time in which nothing happened to it: since then it had been up, off or asleep.
fn last_before<'d>(
    diagnosis: &'d Diagnosis,
    (hosts, from): (&[&Arc<str>], Time),
    shown: &[&Happening],
) -> Vec<&'d Happening> {
    let last = |host: &&Arc<str>| {
        let quiet = !shown.iter().any(|one| one.host == **host);
        let of_host = diagnosis
            .happenings
            .iter()
            .filter(|one| one.lane == Lane::Power && one.host == **host && one.at < from);
        of_host.max_by_key(|one| order(one)).filter(|_| quiet)
    };
    hosts.iter().filter_map(last).collect()
}

/// When a host that had gone down started again.
fn start_after(diagnosis: &Diagnosis, down: &Happening) -> Option<Time> {
    let is_start = |one: &&Happening| {
        one.lane == Lane::Power && one.outcome.as_deref() == Some("started") && one.host == down.host
    };
    let starts = diagnosis.happenings.iter().filter(is_start);
    let later = starts.filter(|one| order(one) > order(down));
    let next = later.min_by_key(|one| order(one))?;
    (down.outcome.as_deref() == Some("down")).then_some(next.at)
}

/// The sessions that were there all the time.
fn open_sessions<'d>(
    diagnosis: &'d Diagnosis,
    hosts: &[&Arc<str>],
    (from, until): (Time, Time),
) -> Vec<Line<'d>> {
    const MOST: usize = 5;
    let was_there = |session: &&SessionReport| {
        hosts.contains(&&session.host)
            && session.start.is_some_and(|start| start < from)
            && session.end.is_none_or(|end| end > until)
    };
    let open = diagnosis.sessions.iter().filter(was_there);
    open.filter_map(there).take(MOST).collect()
}

fn there(session: &SessionReport) -> Option<Line<'_>> {
    Some(Line {
        at: session.start?,
        until: session.end,
        ends: " until",
        is_record: false,
        host: &session.host,
        summary: session.opening(),
        origin: session.states.first().map(|state| &state.origin),
    })
}

/// Whether a host went down, came up or slept, or its clock was set.
fn is_of_host(one: &&Happening) -> bool {
    one.lane == Lane::Power || one.sets_clock()
}

/// Adds the settings of the clock between what is told, without which the times seem to be out of order.
fn between<'d>(diagnosis: &'d Diagnosis, shown: &mut Vec<&'d Happening>) {
    let spans = |one: &Happening| {
        let of_host = || shown.iter().filter(|other| other.host == one.host);
        of_host().any(|other| order(other) < order(one)) && of_host().any(|other| order(other) > order(one))
    };
    let more: Vec<&Happening> = diagnosis
        .happenings
        .iter()
        .filter(|one| one.sets_clock())
        .filter(|one| spans(one) && !shown.contains(one))
        .collect();
    shown.extend(more);
}

/// Where it stands among its like; a stored diagnosis does not tell how the clock went, and the times must do.
const fn order(one: &Happening) -> (usize, Time) {
    (one.rank, one.at)
}

fn happened(one: &Happening) -> Line<'_> {
    Line {
        at: one.at,
        until: one.until,
        ends: if one.sets_clock() { ", to" } else { " until" },
        is_record: one.lane == Lane::Record,
        host: &one.host,
        summary: one.summary.clone(),
        origin: one.origin.as_ref(),
    }
}

fn begin_of(session: &SessionReport) -> Option<Line<'_>> {
    Some(Line {
        until: None,
        summary: session.beginning(),
        ..there(session)?
    })
}

fn end_of(session: &SessionReport) -> Option<Line<'_>> {
    let seen_last = || session.states.last().map(|state| &state.origin);
    Some(Line {
        at: session.end?,
        until: None,
        ends: " until",
        is_record: false,
        host: &session.host,
        summary: session.ending(),
        origin: session.end_origin.as_ref().or_else(seen_last),
    })
}
