//! Facts and names that events give away in passing: the robot's version, the account behind a SID, the version of Windows.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use chrono::TimeDelta;
use regex::Regex;

use crate::diagnose::timeline::host::{Host, Moment};
use crate::model::providers::{EVENT_LOG, INSTALLER, KERNEL_GENERAL, LSM, WINLOGON};
use crate::model::{Event, Fact, FactScope, user_key};

/// `18.3.2`, `2018.3`, `23.10.8.0` after a word that says it is a version, in text that speaks of the product.
static VERSION: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:UiPath|UiRobot|Robot|Studio|Executor)[^\n]{0,120}?(?:version|ver\.?|\bv|[/\[ ])\s*:?=?\s*\[?((?:20)?(?:1[6-9]|2[0-9])\.(?:1[0-2]|[1-9])(?:\.\d{1,5}){0,2})\b").ok()
});

/// The facts that events carry, each once.
pub(in crate::diagnose) fn facts(events: &[Event]) -> Vec<Fact> {
    let mut found: Vec<Fact> = Vec::new();
    for event in events {
        let learnt = [
            ("robot.user", robot_user(event)),
            ("robot.version", robot_version(event)),
            ("os.version", os_version(event)),
        ];
        for (name, value) in learnt {
            let Some(value) = value else { continue };
            let fact = Fact {
                host: Arc::clone(&event.computer),
                name: Arc::from(name),
                value: Arc::from(value),
                scope: FactScope::Observed,
                at: event.time,
                local: None,
                origin: event.origin.clone(),
            };
            add(&mut found, [fact]);
        }
    }
    found
}

/// Adds facts that are not known yet.
pub(in crate::diagnose) fn add(known: &mut Vec<Fact>, facts: impl IntoIterator<Item = Fact>) {
    for fact in facts {
        let same =
            |other: &Fact| other.name == fact.name && other.value == fact.value && other.host == fact.host;
        if !known.iter().any(same) {
            known.push(fact);
        }
    }
}

/// `Start for user: [svc-robot], domain: [CORP]`: the robot service opens the session of this account. An execution log names
/// the account the job runs as.
fn robot_user(event: &Event) -> Option<String> {
    if event.id.is_some() {
        return None;
    }
    if event.field("processName").is_some() {
        return event.first_field_text(&["user", "windowsIdentity"]);
    }
    announced_user(event).or_else(|| told_user(event))
}

/// The account that loose text says is the robot's: `robot user CORP\\anna`, `Robot name RPA-07 (CORP\\anna)`.
static ROBOT_USER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let of_robot = r"robot[ _-]?(?:user|name|account)(?:name)?|roboter(?:konto|benutzer|name)|compte (?:du )?robot|utilisateur (?:du )?robot|usuario (?:del )?robot|cuenta (?:del )?robot|utente (?:del )?robot";
    let name = r#"[^\s\\"'\[\](){}<>,;:=/]+"#;
    Regex::new(&format!(
        r#"(?i)\b(?:{of_robot})\s*[:=]?\s*(?:[^\s\\:=]+\s+)?["'(\[]?({name}\\{name})"#
    ))
    .ok()
});

fn told_user(event: &Event) -> Option<String> {
    if !event.provider.is_empty() {
        return None;
    }
    let text = event.text();
    let found = ROBOT_USER.as_ref()?.captures(&text)?;
    Some(found.get(1)?.as_str().trim_end_matches('.').to_owned())
}

/// The account for which the robot service says that it opens a session.
pub(in crate::diagnose) fn announced_user(event: &Event) -> Option<String> {
    let message = event.message.as_deref()?;
    let (_, rest) = message.split_once("Start for user: [")?;
    let (user, rest) = rest.split_once(']')?;
    let domain = rest
        .split_once("domain: [")
        .and_then(|(_, rest)| rest.split_once(']'))
        .map(|(domain, _)| domain);
    let name = match domain.filter(|domain| !domain.is_empty()) {
        Some(domain) => format!(r"{domain}\{user}"),
        None => user.to_owned(),
    };
    (!user.is_empty()).then_some(name)
}

/// Whether the events of a provider may tell the robot's version whatever they say besides.
pub(in crate::diagnose) fn reads(provider: &str) -> bool {
    // None of Windows itself; most events are.
    !provider.starts_with("Microsoft-") && {
        let provider = provider.to_ascii_lowercase();
        provider.contains("uipath") || provider.contains("uirobot") || INSTALLER.is(&provider)
    }
}

/// Whether a text in ASCII has one of the words that a version must follow.
fn names_product(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    ["uipath", "robot", "studio", "executor"]
        .iter()
        .any(|word| text.contains(word))
}

fn robot_version(event: &Event) -> Option<String> {
    if event.id.is_some() && !reads(&event.provider) {
        return None;
    }
    let text = event.text();
    if text.is_ascii() && !names_product(&text) {
        return None;
    }
    let captures = VERSION.as_ref()?.captures(&text)?;
    Some(captures.get(1)?.as_str().to_owned())
}

/// EventLog 6009 names version and build: `10.00.`, `17763`. So does the record of a start that the kernel writes.
fn os_version(event: &Event) -> Option<String> {
    if KERNEL_GENERAL.ids(&[12]).are(event) {
        let [major, minor, build] =
            ["MajorVersion", "MinorVersion", "BuildVersion"].map(|name| event.field_number(name));
        return Some(format!("{}.{}.{}", major?, minor?, build?));
    }
    if !EVENT_LOG.ids(&[6009]).are(event) {
        return None;
    }
    let (version, build) = (event.field_text("#0")?, event.field_text("#1")?);
    Some(format!(
        "{}.{build}",
        version.trim_end_matches('.').replace(".00", ".0")
    ))
}

/// Builds of Windows that exist for clients alone, as far as a desktop goes; the semi-annual servers of some of them have none.
/// 9600, 14393, 17763 and 26100 are both client and server.
/// <https://learn.microsoft.com/windows/release-health/release-information>
const OF_CLIENTS: &[u32] = &[
    10240, 10586, 15063, 16299, 17134, 18362, 18363, 19041, 19042, 19043, 19044, 19045, 22000, 22621, 22631,
    26200,
];
/// Builds that exist for servers alone: 2022, and the annual channel's 23H2.
const OF_SERVERS: &[u32] = &[20348, 25398];

/// Tells a client from a server by the name or the build of Windows, where nothing says it outright.
pub(in crate::diagnose) fn role(host: &mut Host) {
    if host.fact("os.role").is_some() {
        return;
    }
    let by_name = host.fact("os.name").and_then(|fact| {
        let name = fact.value.to_lowercase();
        let role = if name.contains("server") {
            "server"
        } else if ["windows 7", "windows 8", "windows 10", "windows 11"]
            .iter()
            .any(|client| name.contains(client))
        {
            "workstation"
        } else {
            return None;
        };
        Some((role, fact))
    });
    let by_build = || {
        ["os.build", "os.version"].iter().find_map(|name| {
            let fact = host.fact(name)?;
            let build = fact
                .value
                .split('.')
                .filter_map(|part| part.trim().parse::<u32>().ok())
                .find(|part| *part >= 9600)?;
            let role = match (OF_CLIENTS.contains(&build), OF_SERVERS.contains(&build)) {
                (true, _) => "workstation",
                (_, true) => "server",
                _ => return None,
            };
            Some((role, fact))
        })
    };
    let Some((role, source)) = by_name.or_else(by_build) else {
        return;
    };
    let fact = Fact {
        name: Arc::from("os.role"),
        value: Arc::from(role),
        scope: FactScope::Observed,
        ..source.clone()
    };
    host.facts.insert(Arc::from("os.role"), vec![fact]);
}

/// An account of a domain is known on every machine once one of them tells it: what a SID means is the same everywhere.
pub(in crate::diagnose) fn share(hosts: &mut [Host]) {
    let mut all = BTreeMap::new();
    for host in hosts.iter() {
        for (sid, name) in &host.accounts {
            all.entry(sid.clone()).or_insert_with(|| Arc::clone(name));
        }
    }
    for host in hosts {
        for (sid, name) in &all {
            host.accounts
                .entry(sid.clone())
                .or_insert_with(|| Arc::clone(name));
        }
    }
}

/// Winlogon notifies of a logon within this span of the session manager.
const NOTIFIED: TimeDelta = TimeDelta::seconds(60);

/// Which SID has logged on under which name: Winlogon 7001 carries session and SID, LSM 21 session and name. Ids of sessions
/// come again, so that only neighbours in time are of one logon, and a SID with two names has none.
fn logged_on(host: &Host) -> BTreeMap<String, Arc<str>> {
    let mut names: BTreeMap<String, Vec<(Moment, String)>> = BTreeMap::new();
    for (_, entry) in host.each(&[LSM.ids(&[21])]) {
        if let (Some(at), Some(session), Some(user)) = (
            entry.at,
            entry.event.field_text("SessionID"),
            entry.event.field_text("User"),
        ) {
            names.entry(session).or_default().push((at, user));
        }
    }
    let mut found: BTreeMap<String, Option<Arc<str>>> = BTreeMap::new();
    for (_, entry) in host.each(&[WINLOGON.ids(&[7001])]) {
        let (Some(at), Some(session)) = (entry.at, entry.event.field_text("TSId")) else {
            continue;
        };
        let Some(sid) = entry
            .event
            .field_text("UserSid")
            .filter(|sid| sid.starts_with("S-1-5-21-"))
        else {
            continue;
        };
        let near = names.get(&session).into_iter().flatten();
        for (_, user) in near.filter(|(when, _)| at.near(*when, NOTIFIED)) {
            found
                .entry(sid.to_lowercase())
                .and_modify(|known| {
                    if known
                        .as_ref()
                        .is_some_and(|known| user_key(known) != user_key(user))
                    {
                        *known = None;
                    }
                })
                .or_insert_with(|| Some(Arc::from(user.as_str())));
        }
    }
    found
        .into_iter()
        .filter_map(|(sid, name)| Some((sid, name?)))
        .collect()
}

/// Learns which account a SID is, from the records that carry both, from two records of one logon, and from `whoami`.
pub(in crate::diagnose) fn accounts(host: &mut Host) {
    for entry in &host.entries {
        let event = &entry.event;
        let Some(4624 | 4720 | 4722 | 4723 | 4724 | 4738 | 4740 | 4647 | 4672) = event.like().id else {
            continue;
        };
        let sid = event.first_field_text(&["TargetUserSid", "TargetSid", "SubjectUserSid"]);
        let name = event.first_field_text(&["TargetUserName", "SubjectUserName"]);
        if let (Some(sid), Some(name)) = (sid, name)
            && sid.starts_with("S-1-5-21-")
            && !name.starts_with("S-1-")
        {
            host.accounts.insert(sid.to_lowercase(), Arc::from(name));
        }
    }
    for (sid, name) in logged_on(host) {
        host.accounts.entry(sid).or_insert(name);
    }
    let value = |name: &str| host.fact(name).map(|fact| Arc::clone(&fact.value));
    if let (Some(sid), Some(name)) = (value("whoami.sid"), value("whoami.user")) {
        host.accounts.insert(sid.to_lowercase(), name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnose::timeline::host::Entry;
    use crate::model::{Origin, Time, Value};

    fn entry(provider: &str, id: u16, at: &str, fields: [(&str, &str); 2]) -> Entry {
        let mut event = Event::new(Origin::artifact("a.evtx"));
        event.provider = provider.into();
        event.id = Some(id);
        for (name, value) in fields {
            event.push(name, Value::text(value));
        }
        let time: Time = format!("2026-05-04T{at}Z").parse().unwrap();
        Entry {
            event: event.into(),
            at: Some(Moment::at(time)),
        }
    }

    fn logon(at: &str, session: &str, user: &str) -> Entry {
        let lsm = "Microsoft-Windows-TerminalServices-LocalSessionManager";
        entry(lsm, 21, at, [("SessionID", session), ("User", user)])
    }

    fn notified(at: &str, session: &str, sid: &str) -> Entry {
        entry(
            "Microsoft-Windows-Winlogon",
            7001,
            at,
            [("TSId", session), ("UserSid", sid)],
        )
    }

    #[test]
    fn one_logon_tells_whose_a_sid_is() {
        let host = Host {
            entries: vec![
                logon("08:00:00", "2", r"CORP\svc-robot"),
                notified("08:00:01", "2", "S-1-5-21-1-2-3-1104"),
                // Another day's session 2 is not the same.
                notified("11:00:00", "2", "S-1-5-21-1-2-3-1105"),
                logon("12:00:00", "3", r"CORP\anna"),
                notified("12:00:01", "3", "S-1-5-21-1-2-3-1106"),
                logon("13:00:00", "3", r"CORP\bert"),
                notified("13:00:01", "3", "S-1-5-21-1-2-3-1106"),
            ],
            ..Host::default()
        };
        let known = logged_on(&host);
        assert_eq!(known.len(), 1, "{known:?}");
        assert_eq!(&*known["s-1-5-21-1-2-3-1104"], r"CORP\svc-robot");
    }
}
