//! What lists tell. Of sessions (`quser`, `qwinsta`, `DumpSessionsInfo`): who had a session then, and whether there was a place left
//! for another connection. Of tasks (`schtasks`, `Get-ScheduledTaskInfo`): whose last run could not log on, or found no program.
//! Derives an event of each, at the time of the list where that is known. Must not know how lists are read.

use std::cell::LazyCell;
use std::sync::Arc;

use chrono::TimeDelta;

use crate::diagnose::derivers::Deriver;
use crate::diagnose::derivers::recorded_codes;
use crate::diagnose::ledgers::tasks::{TaskLedger, is_logon_code};
use crate::diagnose::timeline::derived_event::Derived;
use crate::diagnose::timeline::host::{Entry, Host};
use crate::knowledge::derived::{
    CODE_TOLD, LIST_CONTEXT, SESSION_LISTED, SESSION_PLACES, TASK_LISTED, TASK_LOGON_FAILED,
};
use crate::model::{Fact, FactScope, Problem, ProblemKind, same_user};

pub(super) const DERIVER: Deriver = Deriver {
    reads: &[],
    emits: &[
        SESSION_LISTED,
        SESSION_PLACES,
        TASK_LISTED,
        TASK_LOGON_FAILED,
        CODE_TOLD,
    ],
    derive: |on| {
        let listed = derive(on.host, &on.ledgers.tasks);
        let mut found = recorded_codes::of_results(on.host, &listed, on.codes);
        found.extend(listed);
        found
    },
};

/// A list made so near to an occurrence shows the sessions as they were then.
const NEAR: TimeDelta = TimeDelta::minutes(10);
/// Lists so far apart may differ.
const SAME_TIME: TimeDelta = TimeDelta::minutes(5);

/// The events that lists of sessions tell of.
fn derive(host: &Host, tasks: &TaskLedger) -> Vec<Entry> {
    let mut events = Vec::new();
    for (name, state) in [
        ("session.active", "active"),
        ("session.disconnected", "disconnected"),
    ] {
        for fact in facts(host, name) {
            let event = Derived::of_fact(&SESSION_LISTED, fact, host)
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
        let event = Derived::of_fact(&SESSION_PLACES, fact, host)
            .with("Held", held)
            .with("Limit", limit)
            .with("Free", limit.saturating_sub(held).max(0))
            .with("Layout", layout(fact));
        events.push(event.build());
    }
    events.extend(results_of_tasks(host, tasks));
    events
}

/// What the list of sessions that is nearest to an instant shows of a user and of others; nothing where the nearest was made
/// at another time. A list without a time was made when the rest was gathered, so it tells of any.
pub(in crate::diagnose) fn beside(host: &Host, base: &Entry, user: Option<&str>) -> Option<Entry> {
    let at = base.at.map(|at| at.time);
    let gap = |fact: &Fact| match (fact.at, at) {
        (Some(made), Some(at)) => (made - at).abs(),
        _ => TimeDelta::zero(),
    };
    let timed = |fact: &Fact| fact.at.is_some() && at.is_some();
    let lists = facts(host, "session.user_count");
    let list = lists
        .iter()
        .filter(|fact| gap(fact) <= NEAR)
        .min_by_key(|fact| (fact.scope == FactScope::Inferred, !timed(fact), gap(fact)))?;
    let of_state = |name: &str| {
        let of_list = |fact: &&Fact| fact.at == list.at && fact.origin.path == list.origin.path;
        facts(host, name).iter().filter(of_list).collect::<Vec<&Fact>>()
    };
    let (active, disconnected) = (of_state("session.active"), of_state("session.disconnected"));
    let event = Derived::of_fact(&LIST_CONTEXT, list, host)
        .at(base.at)
        .with("Layout", layout(list))
        .with("Timed", if timed(list) { "yes" } else { "no" })
        .with_some("User", user);
    let event = match user {
        Some(user) => seen_by(event, user, &active, &disconnected),
        None => event
            .with("AnyActive", active.len())
            .with("AnyDisconnected", disconnected.len())
            .with("AnyHeld", active.len() + disconnected.len())
            .with_some("ActiveUser", active.first().map(|fact| &fact.value))
            .with_some("DisconnectedUser", disconnected.first().map(|fact| &fact.value)),
    };
    Some(event.build())
}

/// A list as the user of an incident stands in it.
fn seen_by(event: Derived, user: &str, active: &[&Fact], disconnected: &[&Fact]) -> Derived {
    let is_own = |fact: &&Fact| same_user(&fact.value, user);
    let state = if active.iter().any(is_own) {
        "active"
    } else if disconnected.iter().any(is_own) {
        "disconnected"
    } else {
        "none"
    };
    let others = |list: &[&Fact]| -> Vec<Arc<str>> {
        let others = list.iter().filter(|fact| !is_own(fact));
        others.map(|fact| Arc::clone(&fact.value)).collect()
    };
    let (active, disconnected) = (others(active), others(disconnected));
    event
        .with("OwnState", state)
        .with("OtherActive", active.len())
        .with("OtherDisconnected", disconnected.len())
        .with_some("OtherUser", active.first().or(disconnected.first()))
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
            &TASK_LOGON_FAILED
        } else {
            &TASK_LISTED
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
            "sessions of users: {} by a guess at an unpublished layout, and {} in {}, which counts",
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
