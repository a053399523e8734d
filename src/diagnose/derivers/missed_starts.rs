//! Scheduled starts that were missed since the host was down or asleep: the scheduler notes them once it is up again, or says nothing, and a
//! task that starts at that time every day did not. Derives an event of each, which cites the going down.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use crate::diagnose::derivers::{Deriver, Pointed};
use crate::diagnose::ledgers::power::{Away, PowerLedger};
use crate::diagnose::timeline::derived_event::Derived;
use crate::diagnose::timeline::host::{Entry, Host, Moment};
use crate::knowledge::derived::TASK_START_MISSED;
use crate::model::providers::{Records, TASK_SCHEDULER};
use crate::model::{Event, is_task_of_windows};

pub(super) const DERIVER: Deriver = Deriver {
    reads: &[MISSED, STARTED],
    emits: &[TASK_START_MISSED],
    derive: |on| {
        let noted = on.host.each(&[MISSED]).filter_map(|(_, entry)| {
            let away = longest(on.host, &on.ledgers.power, entry.at?)?;
            let task = entry.event.field_text("TaskName")?;
            Some(tell(on.host, (task, entry.at?), &away)?.build())
        });
        let mut missed: Vec<Entry> = noted.collect();
        missed.extend(unnoted(on.host, &on.ledgers.power, on.pointed));
        missed
    },
};

/// The scheduler did not start a task as it missed its schedule.
const MISSED: Records = TASK_SCHEDULER.ids(&[153]);
/// A task was started.
const STARTED: Records = TASK_SCHEDULER.ids(&[100]);
/// A daily start is never so much earlier or later.
const PUNCTUAL: TimeDelta = TimeDelta::minutes(5);
/// Days that are looked through for a start behind the last one.
const DAYS: i64 = 14;

/// The starts at a time of day that somebody asks about which did not come as they do every day, while the host was away. Of a host that nobody
/// asks about that is everyday: a notebook is closed at night.
fn unnoted(host: &Host, power: &PowerLedger, pointed: Pointed<'_>) -> Vec<Entry> {
    let mut starts: BTreeMap<String, Vec<Moment>> = BTreeMap::new();
    let mut end = None;
    for (_, entry) in host.each(&[STARTED]) {
        let (Some(task), Some(at)) = (entry.event.field_text("TaskName"), entry.at) else {
            continue;
        };
        end = Some(at).max(end);
        if !is_task_of_windows(&task) {
            starts.entry(task).or_default().push(at);
        }
    }
    let Some(end) = end else { return Vec::new() };
    let mut missed = Vec::new();
    for (task, starts) in &starts {
        let Some(last) = starts.iter().copied().max() else {
            continue;
        };
        if !last.is_daily(starts.iter().copied(), PUNCTUAL) {
            continue;
        }
        let next = (1..=DAYS).map(|day| last.later(TimeDelta::days(day)));
        let next = next
            .take_while(|at| *at <= end)
            .filter(|at| pointed.is_at(at.time));
        missed.extend(next.filter_map(|at| {
            let away = power.away_at(at)?;
            Some(
                tell(host, (task.clone(), at), &away)?
                    .with("Habit", "yes")
                    .build(),
            )
        }));
    }
    missed
}

/// It notices within this span after the host is up again.
const NOTICED: TimeDelta = TimeDelta::minutes(30);

/// The longest of the times of which the scheduler tells at an instant that the host was away: after one of hours a short restart may follow
/// at once, which misses nothing.
fn longest<'a>(host: &Host, power: &'a PowerLedger, at: Moment) -> Option<Away<'a>> {
    const ONE_AFTER_THE_OTHER: usize = 4;
    let lasted = |away: &Away<'_>| away.until.since(away.from);
    let before = |away: &Away<'a>| {
        let left = NOTICED - at.since(away.from).filter(|since| *since < NOTICED)?;
        power.away_before(host, away.from.just_before(), left)
    };
    let first = power.away_before(host, at, NOTICED)?;
    let all = std::iter::successors(Some(first), before).take(ONE_AFTER_THE_OTHER);
    all.max_by_key(lasted)
}

fn tell(host: &Host, (task, at): (String, Moment), away: &Away<'_>) -> Option<Derived> {
    let asked = away.down.and_then(|down| down.request_in(host));
    let of_request = |name: &str| asked.and_then(|event: &Event| event.field_text(name));
    let minutes = away.until.since(away.from).map(|span| span.num_minutes());
    let told = Derived::new(&TASK_START_MISSED, host.entries.get(away.cite)?)
        .at(Some(at))
        .with("TaskName", task)
        .with("Class", away.down.map_or("asleep", |down| down.kind.name()))
        .with_some("Process", away.down.and_then(|down| down.process.as_deref()))
        .with_some("User", away.down.and_then(|down| down.user.as_deref()))
        .with_some("By", away.down.and_then(|down| down.by()))
        .with_some("ReasonCode", of_request("ReasonCode"))
        .with_some("Minutes", minutes);
    Some(told)
}
