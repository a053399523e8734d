//! What lists tell. Of sessions (`quser`, `qwinsta`, `DumpSessionsInfo`): who had a session then, and whether there was a place left
//! for another connection. Of tasks (`schtasks`, `Get-ScheduledTaskInfo`): whose last run could not log on, or found no program.
//! Derives an event of each, at the time of the list where that is known. Must not know how lists are read.

use std::cell::LazyCell;

use chrono::TimeDelta;

use crate::diagnose::ledgers::tasks::{TaskLedger, is_logon_code};
use crate::diagnose::timeline::derived_event::Derived;
use crate::diagnose::timeline::host::{Entry, Host};
use crate::model::{Fact, FactScope, Problem, ProblemKind};

/// Lists so far apart may differ.
const SAME_TIME: TimeDelta = TimeDelta::minutes(5);

/// The events that lists of sessions tell of.
pub(in crate::diagnose) fn derive(host: &Host, tasks: &TaskLedger) -> Vec<Entry> {
    let mut events = Vec::new();
    for (name, state) in [
        ("session.active", "active"),
        ("session.disconnected", "disconnected"),
    ] {
        for fact in facts(host, name) {
            let event = Derived::of_fact("session-listed", fact, host)
                .with("User", &fact.value)
                .with("State", state)
                .with("Layout", layout(fact));
            events.push(event.build());
        }
    }
    let limit = host.fact("rdp.MaxInstanceCount").and_then(number);
    for fact in facts(host, "session.place_count") {
        let (Some(limit), Some(held)) = (limit, number(fact)) else {
            continue;
        };
        let event = Derived::of_fact("session-places", fact, host)
            .with("Held", held)
            .with("Limit", limit)
            .with("Free", limit.saturating_sub(held).max(0))
            .with("Layout", layout(fact));
        events.push(event.build());
    }
    events.extend(results_of_tasks(host, tasks));
    events
}

/// The last results of tasks. One of a refused logon is the failure itself, of which the list does not know the time; a log
/// that tells of it does.
fn results_of_tasks<'h>(host: &'h Host, tasks: &'h TaskLedger) -> impl Iterator<Item = Entry> + 'h {
    let result_of = |name: &str| {
        let task = name.strip_prefix("task.")?.strip_suffix(".LastResult")?;
        Some((task.to_owned(), facts(host, name).first()?))
    };
    let results = host.facts.keys().filter_map(move |name| result_of(name));
    let told = LazyCell::new(|| tasks.results());
    results.filter_map(move |(task, fact)| {
        let code: u32 = fact.value.trim().parse().ok().filter(|code| *code != 0)?;
        let kind = if is_logon_code(code) {
            "task-logon-failed"
        } else {
            "task-listed"
        };
        let of_task = |name: &str| host.fact(&format!("task.{task}.{name}"));
        if of_task("Enabled").is_some_and(|enabled| &*enabled.value == "false") {
            return None;
        }
        if told.contains(&(task.to_ascii_lowercase(), code)) {
            return None;
        }
        let user = of_task("UserId");
        let event = Derived::of_fact(kind, fact, host)
            .at(None)
            .with("TaskName", &task)
            .with_some("User", user.map(|user| &user.value))
            .with("ResultCode", code);
        Some(event.build())
    })
}

/// Lists that were read by a guess and say other than one whose layout is known. The latter counts.
pub(in crate::diagnose) fn conflicts(host: &Host) -> Vec<Problem> {
    let (guessed, known): (Vec<&Fact>, Vec<&Fact>) = facts(host, "session.user_count")
        .iter()
        .partition(|fact| fact.scope == FactScope::Inferred);
    let together = |one: &Fact, other: &Fact| match (one.at, other.at) {
        (Some(one), Some(other)) => (one - other).abs() <= SAME_TIME,
        _ => true,
    };
    let rival = |guess: &Fact| {
        let known = known
            .iter()
            .find(|fact| fact.value != guess.value && together(fact, guess))?;
        let detail = format!(
            "{} sessions of users by a guess at an unpublished layout, and {} in {}, which counts",
            guess.value, known.value, known.origin
        );
        Some(Problem::new(ProblemKind::Conflict, guess.origin.clone(), detail))
    };
    guessed.into_iter().find_map(rival).into_iter().collect()
}

fn facts<'h>(host: &'h Host, name: &str) -> &'h [Fact] {
    host.facts.get(name).map(Vec::as_slice).unwrap_or_default()
}

fn number(fact: &Fact) -> Option<i64> {
    fact.value.trim().parse().ok()
}

const fn layout(fact: &Fact) -> &'static str {
    match fact.scope {
        FactScope::Inferred => "guessed",
        _ => "published",
    }
}
