//! The picture: everything that happened on one axis of time, as data that the script of the page draws. Each item has its words,
//! so that the picture can be read aloud and searched.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Context, coverage};
use crate::model::{Happening, Incident, Lane, SessionReport, Time};
use crate::report::{collect, commands, mail, markdown};

/// Rows of tasks of one host; all further tasks share one.
const TASKS: usize = 8;
/// Rows into which the sessions of one host are packed.
const SESSIONS: usize = 24;

/// One item: a bar where it has an end, a tick where it has none.
#[derive(Serialize)]
pub(super) struct Item<'a> {
    /// When, in milliseconds since 1970.
    t: i64,
    /// Until when.
    #[serde(skip_serializing_if = "Option::is_none")]
    u: Option<i64>,
    /// What it looks like.
    c: &'a str,
    /// What it says.
    s: String,
    /// What stands inside a bar.
    #[serde(skip_serializing_if = "Option::is_none")]
    n: Option<String>,
    /// Where a click goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    a: Option<String>,
    /// Its number, for evidence.
    #[serde(skip_serializing_if = "Option::is_none")]
    e: Option<usize>,
}

#[derive(Serialize)]
pub(super) struct Row<'a> {
    name: String,
    kind: &'static str,
    items: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct HostLanes<'a> {
    name: String,
    /// Whether anything tells the zone of its times.
    placed: bool,
    /// From which instant on which offset holds, in milliseconds and minutes.
    offsets: Vec<(i64, i32)>,
    rows: Vec<Row<'a>>,
}

#[derive(Serialize)]
struct Step {
    line: String,
}

#[derive(Serialize)]
struct Data<'a> {
    hosts: Vec<HostLanes<'a>>,
    from: i64,
    to: i64,
    focus: Option<(i64, i64)>,
    copy: BTreeMap<&'static str, String>,
    head: String,
    tail: &'static str,
    steps: Vec<Step>,
}

/// Everything the script needs, as JSON.
pub(super) fn data(context: &Context<'_>) -> String {
    let hosts: Vec<HostLanes<'_>> = hosts(context);
    let times = || {
        hosts
            .iter()
            .flat_map(|host| &host.rows)
            .flat_map(|row| &row.items)
    };
    let from = times().map(|item| item.t).min().unwrap_or_default();
    let to = times()
        .map(|item| item.u.unwrap_or(item.t))
        .max()
        .unwrap_or_default();
    let steps = collect::steps(context.teller);
    let head = collect::head(&steps);
    let data = Data {
        focus: focus(context),
        copy: copies(context),
        head,
        tail: collect::TAIL,
        steps: steps
            .iter()
            .map(|step| Step {
                line: collect::line(step),
            })
            .collect(),
        hosts,
        from,
        to,
    };
    serde_json::to_string(&data).unwrap_or_default()
}

fn copies(context: &Context<'_>) -> BTreeMap<&'static str, String> {
    let Some(incident) = context.diagnosis().incidents.first() else {
        return BTreeMap::new();
    };
    let remedy = incident
        .causes
        .first()
        .map(|cause| commands::plain(&cause.remediation.join("\n")))
        .unwrap_or_default();
    BTreeMap::from([
        ("mail", mail::of(context.teller)),
        ("note", markdown::note(context.teller, incident)),
        ("remedy", remedy),
    ])
}

/// The span of the first incident and its evidence.
fn focus(context: &Context<'_>) -> Option<(i64, i64)> {
    let incident = context.diagnosis().incidents.first()?;
    let cause = incident.causes.first();
    let evidence = cause
        .into_iter()
        .flat_map(|cause| context.teller.evidence(cause, super::super::answer::EVIDENCE));
    let times = evidence
        .filter_map(|evidence| evidence.at)
        .chain(incident.first)
        .chain(incident.last);
    let times: Vec<i64> = times.map(|time| time.timestamp_millis()).collect();
    Some((*times.iter().min()?, *times.iter().max()?))
}

fn hosts<'d>(context: &'d Context<'_>) -> Vec<HostLanes<'d>> {
    let diagnosis = context.diagnosis();
    let lanes = diagnosis.hosts.iter().map(|host| {
        let name = &*host.name;
        let mut rows = Vec::new();
        rows.extend(incidents(context, name));
        rows.extend(evidence(context, name));
        rows.extend(power(context, name));
        rows.extend(sessions(context, name));
        rows.extend(tasks(context, name));
        rows.extend(lane(context, name, Lane::Job, "Robot jobs"));
        rows.extend(lane(context, name, Lane::Change, "Changes"));
        rows.extend(lane(context, name, Lane::Logon, "Refused logons"));
        rows.extend(lane(context, name, Lane::Record, "Other records"));
        rows.extend(coverage::rows(context, name));
        let times: Vec<i64> = rows
            .iter()
            .flat_map(|row: &Row<'_>| &row.items)
            .flat_map(|item| [Some(item.t), item.u])
            .flatten()
            .collect();
        HostLanes {
            name: name.to_owned(),
            placed: !context.teller.clock.is_unplaced(name),
            offsets: offsets(
                context,
                name,
                times.iter().min().copied(),
                times.iter().max().copied(),
            ),
            rows,
        }
    });
    // Hosts with a fault first.
    let mut lanes: Vec<HostLanes<'_>> = lanes.filter(|lanes| !lanes.rows.is_empty()).collect();
    lanes.sort_by_key(|lanes| !lanes.rows.iter().any(|row| row.kind == "incidents"));
    lanes
}

/// Each day of the span is asked for its offset; only changes are kept.
fn offsets(context: &Context<'_>, host: &str, from: Option<i64>, to: Option<i64>) -> Vec<(i64, i32)> {
    const DAY: i64 = 86_400_000;
    let (Some(from), Some(to)) = (from, to) else {
        return Vec::new();
    };
    let mut found: Vec<(i64, i32)> = Vec::new();
    let days = (to.saturating_sub(from) / DAY).min(4_000);
    for day in 0..=days {
        let at = from.saturating_add(day.saturating_mul(DAY));
        let Some(time) = Time::from_timestamp_millis(at) else {
            continue;
        };
        let minutes = context.teller.clock.offset_minutes(host, time);
        if found.last().is_none_or(|(_, last)| *last != minutes) {
            found.push((at, minutes));
        }
    }
    found
}

/// A bar.
pub(super) fn bar(from: Time, until: Time, class: &str, text: String) -> Item<'_> {
    Item {
        u: Some(until.timestamp_millis()),
        ..item(from, class, text)
    }
}

fn item(time: Time, class: &str, text: String) -> Item<'_> {
    Item {
        t: time.timestamp_millis(),
        u: None,
        c: class,
        s: text,
        n: None,
        a: None,
        e: None,
    }
}

fn incidents<'d>(context: &'d Context<'_>, host: &str) -> Option<Row<'d>> {
    let own = context
        .diagnosis()
        .incidents
        .iter()
        .filter(|incident| *incident.host == *host);
    let mut items = Vec::new();
    for incident in own {
        let times = incident
            .times
            .iter()
            .copied()
            .chain(incident.first)
            .chain(incident.last);
        let times: std::collections::BTreeSet<Time> = times.collect();
        for time in times {
            items.push(Item {
                a: Some(format!("incident-{}", incident.id)),
                ..item(time, verdict(incident), incident.title.clone())
            });
        }
    }
    row("Faults", "incidents", items)
}

fn verdict(incident: &Incident) -> &'static str {
    incident
        .best()
        .map_or("not-evaluated", |cause| cause.verdict.name())
}

fn evidence<'d>(context: &'d Context<'_>, host: &str) -> Option<Row<'d>> {
    let incident = context
        .diagnosis()
        .incidents
        .first()
        .filter(|incident| *incident.host == *host)?;
    let cause = incident.causes.first()?;
    let shown = context.teller.evidence(cause, super::super::answer::EVIDENCE);
    let items = (1..).zip(shown).filter_map(|(number, evidence)| {
        Some(Item {
            e: Some(number),
            a: context
                .records
                .of(&evidence.origin)
                .map(|record| format!("record-{record}")),
            ..item(evidence.at?, "evidence", context.teller.sentence(evidence, host))
        })
    });
    row("Evidence", "evidence", items.collect())
}

pub(super) fn row<'a>(name: &str, kind: &'static str, items: Vec<Item<'a>>) -> Option<Row<'a>> {
    (!items.is_empty()).then(|| Row {
        name: name.to_owned(),
        kind,
        items,
    })
}

fn happening<'d>(context: &'d Context<'_>, happening: &'d Happening, class: &'d str) -> Item<'d> {
    let place = happening
        .origin
        .as_ref()
        .map(|origin| format!(" [{}]", context.teller.places.name(origin)));
    let record = happening
        .origin
        .as_ref()
        .and_then(|origin| context.records.of(origin));
    Item {
        u: happening.until.map(|until| until.timestamp_millis()),
        a: record.map(|record| format!("record-{record}")),
        ..item(
            happening.at,
            class,
            format!("{}{}", happening.summary, place.unwrap_or_default()),
        )
    }
}

fn of_lane<'d>(context: &'d Context<'_>, host: &'d str, lane: Lane) -> impl Iterator<Item = &'d Happening> {
    let all = context.diagnosis().happenings.iter();
    all.filter(move |happening| happening.lane == lane && *happening.host == *host)
}

const fn class(happening: &Happening) -> &'static str {
    if happening.failed { "failed" } else { "fine" }
}

fn lane<'d>(context: &'d Context<'_>, host: &'d str, lane: Lane, name: &str) -> Option<Row<'d>> {
    let items = of_lane(context, host, lane);
    let items = items.map(|found| {
        happening(
            context,
            found,
            if lane == Lane::Change {
                "change"
            } else {
                class(found)
            },
        )
    });
    row(name, lane.name(), items.collect())
}

/// Bars from each start or waking to the next going down or sleep, and the marks of these.
fn power<'d>(context: &'d Context<'_>, host: &'d str) -> Option<Row<'d>> {
    let mut items: Vec<Item<'_>> = Vec::new();
    let mut up: Option<Time> = None;
    for found in of_lane(context, host, Lane::Power) {
        if found.summary.starts_with("The host started") {
            up = Some(found.at);
        } else if let Some(start) = up.take() {
            items.push(Item {
                u: Some(found.at.timestamp_millis()),
                ..item(start, "up", "The host was up".to_owned())
            });
            // Only a sleep ends with the host as it was.
            up = found.until;
        }
        items.push(happening(context, found, class(found)));
    }
    row("Power", "power", items)
}

/// One row for each task with a failure or many runs, and one for all others.
fn tasks<'d>(context: &'d Context<'_>, host: &'d str) -> Vec<Row<'d>> {
    let mut by_task: BTreeMap<&str, Vec<&Happening>> = BTreeMap::new();
    for found in of_lane(context, host, Lane::Task) {
        by_task
            .entry(found.subject.as_deref().unwrap_or("a task"))
            .or_default()
            .push(found);
    }
    let mut tasks: Vec<(&str, Vec<&Happening>)> = by_task.into_iter().collect();
    let failed = |runs: &[&Happening]| runs.iter().filter(|run| run.failed).count();
    tasks.sort_by(|a, b| (failed(&b.1), b.1.len(), a.0).cmp(&(failed(&a.1), a.1.len(), b.0)));
    let rest = tasks.split_off(tasks.len().min(TASKS));
    let items = |runs: Vec<&'d Happening>| {
        runs.into_iter()
            .map(|run| happening(context, run, class(run)))
            .collect()
    };
    let mut rows: Vec<Row<'_>> = tasks
        .into_iter()
        .filter_map(|(name, runs)| row(name, "task", items(runs)))
        .collect();
    let mut rest: Vec<&Happening> = rest.into_iter().flat_map(|(_, runs)| runs).collect();
    rest.sort_by_key(|run| run.at);
    rows.extend(row("other tasks", "task", items(rest)));
    rows
}

/// Sessions side by side where they overlap.
fn sessions<'d>(context: &'d Context<'_>, host: &str) -> Vec<Row<'d>> {
    let all = context.diagnosis().sessions.iter();
    let mut own: Vec<&SessionReport> = all.filter(|session| *session.host == *host).collect();
    own.sort_by_key(|session| begin(session));
    let mut rows: Vec<(Time, Vec<Item<'_>>)> = Vec::new();
    for session in own {
        let Some(start) = begin(session) else { continue };
        let known = session.states.iter().filter_map(|state| state.at).max();
        let end = session.end.or(known).filter(|end| *end >= start).unwrap_or(start);
        let free = rows.iter().position(|(until, _)| *until <= start);
        let place = free.unwrap_or_else(|| rows.len().min(SESSIONS - 1));
        if place == rows.len() {
            rows.push((end, Vec::new()));
        }
        if let Some((until, items)) = rows.get_mut(place) {
            *until = (*until).max(end);
            items.extend(stay(session, start, end));
        }
    }
    let named = rows
        .into_iter()
        .enumerate()
        .filter_map(|(index, (_, items))| row(if index == 0 { "Sessions" } else { "" }, "session", items));
    named.collect()
}

fn begin(session: &SessionReport) -> Option<Time> {
    let told = session.states.iter().filter_map(|state| state.at).min();
    session.start.or(told).or(session.end)
}

/// One bar for the stay, and one for each state in it.
fn stay(session: &SessionReport, start: Time, end: Time) -> Vec<Item<'static>> {
    let who = session.user.as_deref().unwrap_or("user not known");
    let client = session
        .address
        .as_deref()
        .map(|address| format!(" from {address}"))
        .unwrap_or_default();
    let how = match (&session.end, &session.end_class) {
        (_, Some(class)) => format!("; it ended: {}", class.replace('-', " ")),
        (Some(_), None) => "; it ended".to_owned(),
        (None, None) => "; its end is not in the logs".to_owned(),
    };
    let text = format!("{} of {who}, {}{client}{how}", session.named(), session.kind);
    let mut items = vec![Item {
        u: Some(end.timestamp_millis()),
        n: Some(who.rsplit('\\').next().unwrap_or(who).to_owned()),
        ..item(
            start,
            if session.end.is_some() {
                "stay"
            } else {
                "stay open"
            },
            text.clone(),
        )
    }];
    let changes: Vec<(Time, &str)> = session
        .states
        .iter()
        .filter_map(|state| Some((state.at?, state.summary.as_str())))
        .collect();
    for (index, (at, state)) in changes.iter().enumerate() {
        if !state.contains("disconnected") {
            continue;
        }
        let until = changes
            .get(index.saturating_add(1))
            .map_or(end, |(next, _)| *next);
        items.push(Item {
            u: Some(until.timestamp_millis()),
            ..item(*at, "away", format!("{text}; disconnected then"))
        });
    }
    items
}
