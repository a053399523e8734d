//! Who an incident is about when its own lines do not say. Owns the ways to find out; each answers only where one user alone fits.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use chrono::TimeDelta;
use regex::Regex;

use crate::diagnose::incidents::group::Group;
use crate::diagnose::incidents::inherited;
use crate::diagnose::ledgers::Ledgers;
use crate::diagnose::timeline::accounts::{is_named_for_robots, is_no_user, is_robot_by_name};
use crate::diagnose::timeline::host::{Entry, Host, Moment};
use crate::diagnose::timeline::learned_facts::announced_user;
use crate::knowledge::Key;
use crate::model::providers::{AUDITING, LSM, RCM};
use crate::model::{Event, Fact, Time, user_key};

/// A failed attempt leaves its trace in the logs of Windows before the product gives up and complains.
const BEFORE: TimeDelta = TimeDelta::seconds(60);
/// What a product writes first may be stamped before what Windows writes.
const AFTER: TimeDelta = TimeDelta::seconds(5);
/// So many records before a complaint are looked through.
const MOST_LINES: usize = 1_000;
/// How long before a complaint about a session that session may have ended.
const LATELY: TimeDelta = TimeDelta::minutes(15);
/// How long before a complaint about a missing session the robot's account may have had one.
const DAY: TimeDelta = TimeDelta::days(1);

/// How far apart the logs of a robot may be that are taken to be of one account, the surest first: within a year it may have been given
/// another.
const ONE_ACCOUNT: [TimeDelta; 2] = [TimeDelta::days(60), TimeDelta::days(300)];

/// Fills in the user of an incident that has none.
pub(in crate::diagnose) fn complete(group: &mut Group<'_>, host: &Host, ledgers: &Ledgers) {
    if group.keys.get(Key::User).is_some() {
        return;
    }
    let found = who_is_named(group, host)
        .or_else(|| of_its_job(group, host))
        .or_else(|| of_the_robot(group, host))
        .or_else(|| who_was_announced(group, host))
        .or_else(|| who_tried(group, host))
        .or_else(|| who_lost_a_session(group, host))
        .or_else(|| who_was_there(group, ledgers))
        .or_else(|| who_has_sessions(group, ledgers))
        .or_else(|| who_is_spoken_of(group, host))
        .or_else(|| who_is_listed(group, host));
    if let Some(user) = found {
        group.keys.set(Key::User, user);
    }
}

/// `user: DOMAIN\name` in words, in the languages that products and their add-ons speak.
static NAMED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let words = concat!(
        r"user(?:[ _]?name)?|robot(?:[ _]?(?:name|user))?|account|benutzer(?:name)?|konto|utilisateur|compte|usuario|cuenta|usu[áa]rio|utilizador|utente|",
        r"пользователь|учетная запись|użytkownik|用户名?|使用者|帳戶|ユーザー名?",
    );
    let name = r#"[^\s\\"'\[\](){}<>,;:=]+"#;
    let account = format!(r"{name}\\{name}|{name}@{name}");
    let between = r#"(?:\s*[:=：]\s*|[ \t]+)(?:[^\s\\:=]+[ \t]+)?["'\[(]?"#;
    Regex::new(&format!(r#"(?i)\b(?:{words}){between}({account})"#)).ok()
});

/// The account that the complaint itself names, if it is one at every occurrence that names any. A plain word after "user"
/// may be anything, so it takes a domain.
fn who_is_named(group: &Group<'_>, host: &Host) -> Option<Arc<str>> {
    if !is_of_automation(group) {
        return None;
    }
    let entries = group.occurrences.iter();
    let entries = entries.filter_map(|occurrence| host.entries.get(occurrence.event.entry));
    let named: Vec<Arc<str>> = entries
        .filter_map(|entry| {
            let text = entry.event.message.as_deref()?;
            let name = NAMED.as_ref()?.captures(text)?.get(1)?;
            Some(Arc::from(name.as_str().trim_end_matches('.')))
        })
        .collect();
    only(named.iter())
}

fn is_of_automation(group: &Group<'_>) -> bool {
    let mut kinds = ["robot-", "flow-"].iter();
    kinds.any(|kind| group.symptom.id.starts_with(kind))
}

/// The account of the job, or else of the process, that the complaint is about: other lines of that job name it.
fn of_its_job(group: &Group<'_>, host: &Host) -> Option<Arc<str>> {
    let raw = || host.entries.get(..host.raw).unwrap_or_default().iter();
    ["jobId", "processName"].into_iter().find_map(|field| {
        let entries = group.occurrences.iter();
        let entries = entries.filter_map(|occurrence| host.entries.get(occurrence.event.entry));
        let jobs: BTreeSet<String> = entries
            .filter_map(|entry| entry.event.field_text(field))
            .collect();
        if jobs.is_empty() {
            return None;
        }
        let of_job = raw().filter(|entry| entry.event.id.is_none());
        let of_job = of_job.filter(|entry| {
            let own = entry.event.field_text(field);
            own.is_some_and(|own| jobs.contains(&own))
        });
        let users: Vec<Arc<str>> = of_job
            .filter_map(|entry| entry.event.first_field_text(&["windowsIdentity", "user", "User"]))
            .map(Arc::from)
            .collect();
        only(users.iter())
    })
}

/// The only account called a robot that the notes spell out with its domain: "the robot runs as CORP\\rpa-01".
fn who_is_spoken_of(group: &Group<'_>, host: &Host) -> Option<Arc<str>> {
    if !is_of_automation(group) {
        return None;
    }
    let accounts = host.note_texts().flat_map(|(_, text)| spelled_out(text));
    let robots: Vec<Arc<str>> = accounts
        .filter(|user| is_robot_by_name(user))
        .map(Arc::from)
        .collect();
    only(robots.iter())
}

/// What a text writes as `DOMAIN\name`, with nothing else around it: no folder of a path.
fn spelled_out(text: &str) -> impl Iterator<Item = &str> {
    let is_of_name = |letter: char| letter.is_alphanumeric() || "._-$\\".contains(letter);
    let words = text.split(move |letter: char| !is_of_name(letter));
    let words = words.map(|word| word.trim_matches(['.', '-']));
    words.filter(|word| {
        let parts = word.split_once('\\');
        parts.is_some_and(|(domain, name)| domain.len() > 1 && name.len() > 1 && !name.contains(['\\', '$']))
    })
}

/// Of the accounts in lists of sessions the only one that is called a robot.
fn who_is_listed(group: &Group<'_>, host: &Host) -> Option<Arc<str>> {
    if !is_of_automation(group) {
        return None;
    }
    let lists = ["session.active", "session.disconnected"].iter();
    let listed = lists.filter_map(|name| host.facts.get(*name)).flatten();
    let robots = listed.filter(|fact| is_robot_by_name(&fact.value));
    only(robots.map(|fact| &fact.value))
}

/// A robot's complaint is of the account the robot works with, where the logs of its time name only one.
fn of_the_robot(group: &Group<'_>, host: &Host) -> Option<Arc<str>> {
    if !group.symptom.id.starts_with("robot-") {
        return None;
    }
    let facts = host.facts.get("robot.user").map(Vec::as_slice);
    its_account(facts.unwrap_or_default(), group.first().map(|at| at.time))
}

/// The only account that facts of about that time name, or of that year where none is nearer.
fn its_account(facts: &[Fact], time: Option<Time>) -> Option<Arc<str>> {
    let within = |span: TimeDelta| {
        let apart = move |fact: &&Fact| {
            let apart = fact.at.zip(time).map(|(at, time)| (at - time).abs());
            apart.is_none_or(|apart| apart <= span)
        };
        facts.iter().filter(apart).map(|fact| &fact.value)
    };
    let nearest = ONE_ACCOUNT
        .into_iter()
        .find(|span| within(*span).next().is_some())?;
    only(within(nearest))
}

/// The robot names the account before it opens a session for it: a complaint is of the one that was named last before it, if
/// that is so at each occurrence.
fn who_was_announced(group: &Group<'_>, host: &Host) -> Option<Arc<str>> {
    if !group.symptom.id.starts_with("robot-") {
        return None;
    }
    let raw = host.entries.get(..host.raw).unwrap_or_default();
    let announced = |at: Moment| {
        let end = raw.partition_point(|entry| entry.at.is_some_and(|when| when <= at));
        let lately = raw.get(..end)?.iter().rev();
        lately
            .take_while(|entry| entry.at.is_some_and(|when| when >= at.earlier(BEFORE)))
            .take(MOST_LINES)
            .find_map(|entry| announced_user(&entry.event))
    };
    let times = group.occurrences.iter().filter_map(|occurrence| occurrence.at);
    let users: Option<Vec<Arc<str>>> = times.map(|at| announced(at).map(Arc::from)).collect();
    only(users?.iter())
}

/// The only user who had a session on the host on the day before is the robot's, if its name says that it is no person's; of
/// several, the only one that is called a robot.
fn who_has_sessions(group: &Group<'_>, ledgers: &Ledgers) -> Option<Arc<str>> {
    let at = group.first().filter(|_| group.symptom.id.starts_with("robot-"))?;
    let there = ledgers.sessions.during(at.earlier(DAY), at);
    let users: Vec<Arc<str>> = there
        .filter_map(|stay| stay.user.as_deref())
        .map(Arc::from)
        .collect();
    let alone = only(users.iter()).filter(|user| is_named_for_robots(user));
    alone.or_else(|| only(users.iter().filter(|user| is_robot_by_name(user))))
}

/// A complaint of a robot or a flow is of the user for whom Windows was asked for a session each time: who tried at half
/// of the occurrences or more, when nobody else tried at half as many.
fn who_tried(group: &Group<'_>, host: &Host) -> Option<Arc<str>> {
    if !is_of_automation(group) {
        return None;
    }
    let times: BTreeSet<_> = group
        .occurrences
        .iter()
        .filter_map(|occurrence| occurrence.at)
        .collect();
    let mut tries: BTreeMap<String, (usize, Arc<str>)> = BTreeMap::new();
    for at in &times {
        let (from, to) = (at.earlier(BEFORE), at.later(AFTER));
        let raw = host.entries.get(..host.raw).unwrap_or_default();
        let start = raw.partition_point(|entry| entry.at.is_some_and(|when| when < from));
        let near = raw
            .iter()
            .skip(start)
            .take_while(|entry| entry.at.is_some_and(|when| when <= to));
        let users: BTreeMap<String, String> = near
            .filter_map(tried)
            .map(|user| (user_key(&user), user))
            .collect();
        for (key, user) in users {
            tries.entry(key).or_insert_with(|| (0, user.into())).0 += 1;
        }
    }
    let mut ranked: Vec<(usize, Arc<str>)> = tries.into_values().collect();
    ranked.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    let second = ranked.get(1).map_or(0, |(count, _)| *count);
    let (count, user) = ranked.into_iter().next()?;
    (count * 2 >= times.len() && second * 2 < count).then_some(user)
}

/// The user for whom a record shows that a session was asked for.
fn tried(entry: &Entry) -> Option<String> {
    let event = &entry.event;
    let user = match event.id? {
        41 if LSM.wrote(event) => event.field_text("User")?,
        1149 if RCM.wrote(event) => with_domain(event, "Param2", "Param1")?,
        4625 if AUDITING.wrote(event) => with_domain(event, "TargetDomainName", "TargetUserName")?,
        _ => return None,
    };
    (!is_no_user(&user)).then_some(user)
}

/// The user of two fields; the one of the domain may be absent.
fn with_domain(event: &Event, domain: &str, name: &str) -> Option<String> {
    let name = event.field_text(name)?;
    Some(match event.field_text(domain) {
        Some(domain) => format!("{domain}\\{name}"),
        None => name,
    })
}

/// A complaint that a session is gone is of the only user who lost one just before.
fn who_lost_a_session(group: &Group<'_>, host: &Host) -> Option<Arc<str>> {
    let lost = inherited::lately_lost(group, host);
    let users = lost.iter().filter_map(|entry| entry.event.field_text("User"));
    let users: Vec<Arc<str>> = users.map(Arc::from).collect();
    only(users.iter())
}

/// A complaint about a session is of the only user who had one on the host lately.
fn who_was_there(group: &Group<'_>, ledgers: &Ledgers) -> Option<Arc<str>> {
    let at = group.first().filter(|_| group.symptom.of_a_session)?;
    let from = at.earlier(LATELY);
    let there = ledgers.sessions.during(from, at);
    let users: Vec<Arc<str>> = there
        .filter_map(|stay| stay.user.as_deref())
        .map(Arc::from)
        .collect();
    only(users.iter())
}

/// The user, if all names are of one.
fn only<'u>(users: impl Iterator<Item = &'u Arc<str>>) -> Option<Arc<str>> {
    let users: BTreeMap<String, &Arc<str>> = users.map(|user| (user_key(user), user)).collect();
    match users.len() {
        1 => users.into_values().next().map(Arc::clone),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{FactScope, Origin};

    #[test]
    fn the_account_of_a_robot_is_that_of_its_time() {
        let time = |text: &str| Some(format!("{text}T08:00:00Z").parse::<Time>().unwrap());
        let fact = |value: &str, at| Fact {
            host: "RPA-07".into(),
            name: "robot.user".into(),
            value: value.into(),
            scope: FactScope::Observed,
            at,
            local: None,
            origin: Origin::artifact("Robot.log"),
        };
        let (old, new) = (
            fact(r"CORP\rpa-old", time("2025-03-01")),
            fact(r"CORP\rpa-new", time("2026-03-01")),
        );
        let user = |facts: &[Fact], at| its_account(facts, time(at)).map(|user| user.to_string());
        let both = [old, new];
        assert_eq!(user(&both, "2026-03-20").as_deref(), Some(r"CORP\rpa-new"));
        assert_eq!(user(&both, "2025-03-20").as_deref(), Some(r"CORP\rpa-old"));
        assert_eq!(user(&both[..1], "2026-03-20"), None);
        assert_eq!(user(&both[..1], "2025-10-20").as_deref(), Some(r"CORP\rpa-old"));
        assert_eq!(
            user(&[fact(r"CORP\rpa", None)], "2026-03-20").as_deref(),
            Some(r"CORP\rpa")
        );
    }

    #[test]
    fn accounts_are_told_from_paths_and_machines() {
        let text = r"Der Robot läuft unter BERGTAL\svc.rpa2. See C:\Users\anna\bot.log, \\nas\share, BERGTAL\PC-7$ and 'CORP\bot-1'.";
        let found: Vec<&str> = spelled_out(text).collect();
        assert_eq!(found, [r"BERGTAL\svc.rpa2", r"CORP\bot-1"]);
    }
}
