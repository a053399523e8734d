//! What lists of sessions tell (`quser`, `qwinsta`, `DumpSessionsInfo`): who had a session then, and whether there was a place left
//! for another connection. Derives an event of each, at the time of the list where that is known. Must not know how lists are read.

use chrono::TimeDelta;

use super::case::{Entry, Host};
use super::derived::Derived;
use crate::model::{Fact, FactScope, Problem, ProblemKind};

/// Lists so far apart may differ.
const SAME_TIME: TimeDelta = TimeDelta::minutes(5);

/// The events that lists of sessions tell of.
pub(super) fn derive(host: &Host) -> Vec<Entry> {
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
    events
}

/// Lists that were read by a guess and say other than one whose layout is known. The latter counts.
pub(super) fn conflicts(host: &Host) -> Vec<Problem> {
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
