//! What happened on each host, whether or not it failed: restarts, runs of tasks and of jobs, changes. Owns which of it a report
//! gets; the ledgers and the knowledge say what it is.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::TimeDelta;

use crate::diagnose::ledgers::tasks::Work;
use crate::diagnose::timeline::host::{Entry, Host};
use crate::diagnose::weighing::bench::Bench;
use crate::diagnose::weighing::templates;
use crate::knowledge::DERIVED;
use crate::knowledge::derived::{HOST_BOOT, HOST_RESTART, HOST_SLEPT, TASK_LOGON_FAILED, TASK_RUN};
use crate::model::{Event, Happening, Lane, Time, Value};

/// Happenings of one lane of one host.
const MOST: usize = 1_500;
/// Happenings of one diagnosis.
const ALL: usize = 10_000;

/// Everything, by host in order of time.
pub(in crate::diagnose) fn list(bench: &Bench<'_>) -> Vec<Happening> {
    let mut all = Vec::new();
    for (number, host) in bench.hosts.iter().enumerate() {
        let name = super::host_reports::shown(&host.name);
        let mut found: Vec<Happening> = derived(host, &name);
        found.extend(jobs(bench, number, &name));
        found.extend(changes(bench, number, &name));
        for lane in [Lane::Power, Lane::Task, Lane::Job, Lane::Change] {
            let left = ALL.saturating_sub(all.len()).min(MOST);
            let of_lane = found.iter().filter(|happening| happening.lane == lane).cloned();
            all.extend(thinned(of_lane.collect(), left));
        }
    }
    all.sort_by(|a, b| (&a.host, a.at, a.lane, &a.origin).cmp(&(&b.host, b.at, b.lane, &b.origin)));
    all
}

/// All failures, as far as there is room, and of the others some, evenly taken.
fn thinned(mut all: Vec<Happening>, most: usize) -> Vec<Happening> {
    if all.len() <= most {
        return all;
    }
    all.sort_by(|a, b| (!a.failed, a.at, &a.origin).cmp(&(!b.failed, b.at, &b.origin)));
    let failed = all.iter().take_while(|happening| happening.failed).count();
    let (mut kept, rest) = (all, most.saturating_sub(failed));
    let others = kept.split_off(failed);
    let step = others.len().div_ceil(rest.max(1)).max(1);
    kept.truncate(most);
    kept.extend(others.into_iter().step_by(step).take(rest));
    kept
}

fn derived(host: &Host, name: &Arc<str>) -> Vec<Happening> {
    let derived = host.entries.iter().skip(host.raw);
    derived.filter_map(|entry| of_event(entry, name)).collect()
}

/// What a derived event is, without its time and place.
struct Told {
    lane: Lane,
    failed: bool,
    subject: Option<String>,
    outcome: Option<String>,
    summary: String,
}

impl Told {
    const fn of_power(failed: bool, summary: String) -> Self {
        Self {
            lane: Lane::Power,
            failed,
            subject: None,
            outcome: None,
            summary,
        }
    }
}

/// What a derived event tells, if it is one that is listed.
fn told(event: &Event) -> Option<Told> {
    let text = |name: &str| event.field_text(name);
    let with = |name: &str, before: &str| {
        text(name)
            .map(|value| format!("{before}{value}"))
            .unwrap_or_default()
    };
    Some(match event.provider.strip_prefix(DERIVED)? {
        name if name == TASK_RUN.name => task_run(event)?,
        name if name == TASK_LOGON_FAILED.name => {
            let task = text("TaskName")?;
            let summary = format!(
                "{task} could not log on{}{}",
                with("User", " as "),
                with("ResultCode", ": result ")
            );
            Told {
                lane: Lane::Task,
                failed: true,
                subject: Some(task),
                outcome: Some("logon-failed".to_owned()),
                summary,
            }
        }
        name if name == HOST_RESTART.name => Told::of_power(
            text("Class").is_some_and(|class| class == "unexpected"),
            format!(
                "The host went down{}{}{}",
                with("Class", ": "),
                with("Process", ", by "),
                with("User", ", for ")
            ),
        ),
        name if name == HOST_BOOT.name => Told::of_power(false, "The host started".to_owned()),
        name if name == HOST_SLEPT.name => {
            let under_job = text("User").is_some();
            let while_at_work = if under_job { " while a job was running" } else { "" };
            Told::of_power(under_job, format!("The host slept{while_at_work}"))
        }
        _ => return None,
    })
}

/// A derived event as one line.
fn of_event(entry: &Entry, host: &Arc<str>) -> Option<Happening> {
    let event = &entry.event;
    let at = entry.at?.time;
    let text = |name: &str| event.field_text(name);
    let told = told(event)?;
    let seconds = text("Seconds")
        .and_then(|text| text.parse::<i64>().ok())
        .filter(|seconds| *seconds > 0);
    let begun = match event.field("Began") {
        Some(Value::Time(begun)) => Some(*begun),
        _ => None,
    };
    let before = |seconds| begun.or_else(|| at.checked_sub_signed(TimeDelta::try_seconds(seconds)?));
    let start = seconds.and_then(before);
    let of_run = |name: &str| text(name).filter(|_| told.outcome.is_some());
    Some(Happening {
        at: start.unwrap_or(at),
        until: start.map(|_| at),
        host: Arc::clone(host),
        lane: told.lane,
        user: of_run("User").map(Arc::from),
        code: of_run("ResultCode"),
        subject: told.subject.map(Arc::from),
        outcome: told.outcome.map(Arc::from),
        failed: told.failed,
        summary: told.summary,
        origin: Some(event.origin.clone()),
    })
}

fn task_run(event: &Event) -> Option<Told> {
    let task = event.field_text("TaskName")?;
    let class = event.field_text("Class").unwrap_or_default();
    let code = event.field_number("ResultCode").filter(|code| *code != 0);
    let result = code
        .map(|code| format!(" with result {code:#x}"))
        .unwrap_or_default();
    Some(Told {
        lane: Lane::Task,
        failed: class != "completed" || code.is_some(),
        summary: match class.as_str() {
            "completed" => format!("{task} completed{result}"),
            other => format!("{task} ended: {}{result}", other.replace('-', " ")),
        },
        subject: Some(task),
        outcome: Some(class),
    })
}

fn jobs(bench: &Bench<'_>, number: usize, host: &Arc<str>) -> Vec<Happening> {
    let runs = bench
        .ledgers
        .get(number)
        .map(|ledgers| ledgers.tasks.runs.as_slice());
    let jobs = runs
        .unwrap_or_default()
        .iter()
        .filter(|run| run.work == Work::Job);
    let mut seen = BTreeSet::new();
    let once = |at: Time, user: &Option<String>| (at, user.clone());
    let mut found = Vec::new();
    for run in jobs {
        let Some(at) = run.start.or(run.end).map(|at| at.time) else {
            continue;
        };
        if !seen.insert(once(at, &run.user)) {
            continue;
        }
        let whose = run
            .user
            .as_deref()
            .map(|user| format!(" of {user}"))
            .unwrap_or_default();
        let (outcome, end) = match run.end {
            Some(_) => ("ended", ""),
            None => ("unfinished", "; its end is not in the logs"),
        };
        found.push(Happening {
            at,
            until: run.end.map(|end| end.time).filter(|end| *end > at),
            host: Arc::clone(host),
            lane: Lane::Job,
            subject: run.user.as_deref().map(Arc::from),
            user: run.user.as_deref().map(Arc::from),
            outcome: Some(outcome.into()),
            code: None,
            failed: false,
            summary: format!("A robot job{whose} ran{end}"),
            origin: None,
        });
    }
    found
}

/// What the knowledge calls a change.
fn changes(bench: &Bench<'_>, number: usize, name: &Arc<str>) -> Vec<Happening> {
    let Some(host) = bench.hosts.get(number) else {
        return Vec::new();
    };
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for change in bench.knowledge.changes() {
        let Some(signal) = bench.knowledge.signals().get(change.signal) else {
            continue;
        };
        for sighting in bench.sightings.on_host(change.signal, number) {
            let (Some(at), Some(entry)) = (sighting.at, host.entries.get(sighting.event.entry)) else {
                continue;
            };
            // Restarts have a lane of their own.
            if HOST_RESTART.is(&entry.event) || !seen.insert(sighting.event.entry) {
                continue;
            }
            let keys = bench.sightings.keys(sighting);
            let told = templates::fill(signal.summary(), Some(&entry.event), keys, &host.name);
            found.push(Happening {
                at: at.time,
                until: None,
                host: Arc::clone(name),
                lane: Lane::Change,
                subject: Some(Arc::clone(&change.kind)),
                user: None,
                outcome: None,
                code: None,
                failed: false,
                summary: told,
                origin: Some(entry.event.origin.clone()),
            });
        }
    }
    found
}
