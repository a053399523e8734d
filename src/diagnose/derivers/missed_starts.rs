//! Scheduled starts that were missed since the host was down or asleep: the scheduler notes them once it is up again. Derives an event of
//! each, which cites the going down.

use chrono::TimeDelta;

use crate::diagnose::derivers::Deriver;
use crate::diagnose::ledgers::power::{Away, PowerLedger};
use crate::diagnose::timeline::derived_event::Derived;
use crate::diagnose::timeline::host::{Entry, Host, Moment};
use crate::knowledge::derived::TASK_START_MISSED;
use crate::model::Event;
use crate::model::providers::{Records, TASK_SCHEDULER};

pub(super) const DERIVER: Deriver = Deriver {
    reads: &[MISSED],
    emits: &[TASK_START_MISSED],
    derive: |on| {
        let missed = on.host.each(&[MISSED]);
        missed
            .filter_map(|(_, entry)| {
                let away = longest(on.host, &on.ledgers.power, entry.at?)?;
                tell(on.host, entry, &away)
            })
            .collect()
    },
};

/// The scheduler did not start a task as it missed its schedule.
const MISSED: Records = TASK_SCHEDULER.ids(&[153]);
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

fn tell(host: &Host, missed: &Entry, away: &Away<'_>) -> Option<Entry> {
    let task = missed.event.field_text("TaskName")?;
    let asked = away.down.and_then(|down| down.request_in(host));
    let of_request = |name: &str| asked.and_then(|event: &Event| event.field_text(name));
    let minutes = away.until.since(away.from).map(|span| span.num_minutes());
    let told = Derived::new(&TASK_START_MISSED, host.entries.get(away.cite)?)
        .at(missed.at)
        .with("TaskName", task)
        .with("Class", away.down.map_or("asleep", |down| down.kind.name()))
        .with_some("Process", away.down.and_then(|down| down.process.as_deref()))
        .with_some("User", away.down.and_then(|down| down.user.as_deref()))
        .with_some("By", away.down.and_then(|down| down.by()))
        .with_some("ReasonCode", of_request("ReasonCode"))
        .with_some("Minutes", minutes);
    Some(told.build())
}
