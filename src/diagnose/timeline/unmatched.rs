//! What the user of the tool points at and what was sent does not hold: no host, no user, no time of these. Nothing found is then no
//! verdict, so it is told with what there is. Must not know causes.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::SubsecRound as _;

use crate::diagnose::timeline::accounts::is_no_user;
use crate::diagnose::timeline::host::Host;
use crate::knowledge::Key;
use crate::knowledge::signal::usual_keys;
use crate::model::{Origin, Problem, ProblemKind, Time, time_text, user_key};
use crate::parse::Focus;

/// Names of one kind that are listed.
const LISTED: usize = 8;

/// A host that was pointed at, where there is none of that name.
pub(in crate::diagnose) fn host(focus: &Focus, hosts: &[Host]) -> Option<Problem> {
    let wanted = focus.host.as_deref()?;
    let named = |host: &&Host| !host.name.is_empty();
    let is_there = hosts.iter().filter(named).any(|host| is_on(focus, host));
    if is_there {
        return None;
    }
    let names = hosts.iter().filter(named).map(|host| host.name.to_string());
    Some(problem(
        "--host",
        &format!("no host {wanted:?}"),
        &there_are(names.collect()),
    ))
}

/// Whether a host is the one that was pointed at, by its name or by one that it had before.
pub(in crate::diagnose) fn is_on(focus: &Focus, host: &Host) -> bool {
    let mut names = std::iter::once(&host.name).chain(&host.aliases);
    names.any(|name| focus.is_on(name))
}

/// A user or a time that was pointed at, where nothing is of either.
pub(in crate::diagnose) fn within(focus: &Focus, hosts: &[Host]) -> Vec<Problem> {
    user(focus, hosts).into_iter().chain(time(focus, hosts)).collect()
}

fn user(focus: &Focus, hosts: &[Host]) -> Option<Problem> {
    let wanted = focus.user.as_deref()?;
    let mut seen: BTreeMap<String, (usize, Arc<str>)> = BTreeMap::new();
    for entry in hosts.iter().flat_map(|host| &host.entries) {
        let user = usual_keys(&entry.event, |text: &str| Arc::from(text))
            .into_iter()
            .nth(Key::User as usize)
            .flatten();
        let sid = entry.event.sid.clone();
        for user in [user, sid].into_iter().flatten().filter(|user| !is_no_user(user)) {
            if focus.is_of(&user) {
                return None;
            }
            let count = &mut seen.entry(user_key(&user)).or_insert((0, user)).0;
            *count = count.saturating_add(1);
        }
    }
    let mut seen: Vec<_> = seen.into_values().collect();
    seen.retain(|(_, user)| !user.starts_with("S-1-"));
    seen.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    let names = seen.into_iter().map(|(_, user)| user.to_string());
    Some(problem(
        "--user",
        &format!("nothing of sessions, tasks, jobs or logons names a user {wanted:?}"),
        &there_are(names.collect()),
    ))
}

/// Records without a time lie in every span.
fn time(focus: &Focus, hosts: &[Host]) -> Option<Problem> {
    let (option, from, to) = match (focus.around, focus.since, focus.until) {
        (Some((at, span)), ..) => (
            "--around",
            at.checked_sub_signed(span).unwrap_or(at),
            at.checked_add_signed(span).unwrap_or(at),
        ),
        (None, None, None) => return None,
        (None, since, until) => (
            if since.is_some() { "--since" } else { "--until" },
            since.unwrap_or(Time::MIN_UTC),
            until.unwrap_or(Time::MAX_UTC),
        ),
    };
    let spans = || hosts.iter().filter_map(|host| host.span);
    let is_untimed = hosts
        .iter()
        .any(|host| host.entries.iter().any(|entry| entry.at.is_none()));
    if is_untimed || spans().any(|(first, last)| first <= to && last >= from) {
        return None;
    }
    let first = spans().map(|(first, _)| first).min()?;
    let last = spans().map(|(_, last)| last).max()?;
    let second = |time: Time| time_text(time.trunc_subsecs(0));
    let there = format!("; what was sent is from {} to {}", second(first), second(last));
    Some(problem(option, "no record of that time", &there))
}

fn problem(option: &str, what: &str, there: &str) -> Problem {
    Problem::new(
        ProblemKind::NothingMatches,
        Origin::artifact(option),
        format!("{what} in what was sent{there}"),
    )
}

fn there_are(mut names: Vec<String>) -> String {
    let more = names.len().saturating_sub(LISTED);
    names.truncate(LISTED);
    match (names.is_empty(), more) {
        (true, _) => "; nothing in it is named".to_owned(),
        (_, 0) => format!(": there are {}", names.join(", ")),
        _ => format!(": there are {}, and {more} more", names.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_goes_by_its_former_names_too() {
        let host = Host {
            name: Arc::from("RPA-07.corp.example"),
            aliases: vec![Arc::from("WIN-1A2B3C4D5E6")],
            ..Host::default()
        };
        let on = |name: &str| {
            let focus = Focus {
                host: Some(name.to_owned()),
                ..Focus::default()
            };
            is_on(&focus, &host)
        };
        assert!(on("rpa-07") && on("WIN-1A2B3C4D5E6") && !on("RPA-08"));
    }
}
