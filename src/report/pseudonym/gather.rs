//! Which names a diagnosis holds: those that stand in a place for names, and those whose form tells what they are.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Kind;
use super::text::{ACCOUNT, MAIL, has_form};
use crate::model::Diagnosis;

/// Names by their lower case.
pub(super) type Names = BTreeMap<String, Kind>;

/// What every machine has, and what tells nothing of anybody.
const COMMON: &[&str] = &[
    "-",
    "system",
    "local service",
    "network service",
    "nt authority",
    "nt-autorität",
    "authority",
    "service",
    "builtin",
    "everyone",
    "anonymous logon",
    "window manager",
    "font driver host",
    "localhost",
    "local",
    "workgroup",
    "administrator",
    "guest",
    "n/a",
    "unknown",
    "none",
    "null",
    "(null)",
    "nt service",
    "iis apppool",
    "microsoft",
    "windows",
    "software",
    "hklm",
    "hkcu",
    "hku",
    "azuread",
    "example",
];

/// Fields of the diagnosis whose words are ours: changing them would change the meaning, or be no diagnosis any more.
pub(super) fn is_vocabulary(member: &str) -> bool {
    const OURS: &[&str] = &[
        "schema",
        "verdict",
        "weight",
        "kind",
        "lane",
        "format",
        "encoding",
        "space",
        "clock",
        "id",
        "symptom",
        "signal",
        "item",
        "if_seen",
        "if_absent",
        "separates",
        "layout",
        "level",
        "first",
        "last",
        "at",
        "from",
        "to",
        "start",
        "end",
        "until",
        "covering",
        "times",
        "worked_until",
        "works_again",
        "references",
        "tool",
        "scope",
        "channel",
        "provider",
        "related",
        "part_of",
        "joined_by",
        "end_class",
        "symbol",
        "version",
        "knowledge",
        "time_zone",
        "os",
        "code",
        "capped",
        "outcome",
    ];
    OURS.contains(&member)
}

/// Every name that is to be replaced wherever it stands.
pub(super) fn names(diagnosis: &Diagnosis, value: &Value) -> Names {
    let mut names = Names::new();
    for host in &diagnosis.hosts {
        add_host(&mut names, &host.name);
        host.aliases.iter().for_each(|alias| add_host(&mut names, alias));
        for (name, value) in &host.facts {
            add_field(&mut names, name, value);
        }
        for source in &host.fact_sources {
            add_field(&mut names, &source.name, &source.value);
        }
    }
    for record in &diagnosis.records {
        for field in &record.fields {
            add_field(&mut names, &field.name, &field.value);
        }
    }
    walk(&mut names, value, "");
    names
}

fn walk(names: &mut Names, value: &Value, under: &str) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| walk(names, item, under)),
        Value::Object(members) => {
            for (name, member) in members {
                walk(names, member, name);
            }
        }
        Value::String(text) if !is_vocabulary(under) => {
            match under {
                "host" | "computer" | "against" => add_host(names, text),
                "user" => add_user(names, text),
                "path" | "paths" => add_path(names, text),
                _ => {}
            }
            add_by_form(names, text);
        }
        _ => {}
    }
}

/// `CORP\anna` and `anna@corp.example` tell by their form what they are.
fn add_by_form(names: &mut Names, text: &str) {
    let accounts = ACCOUNT.iter().flat_map(|account| account.captures_iter(text));
    for found in accounts {
        if let (Some(domain), Some(user)) = (found.name("domain"), found.name("user"))
            && !is_common(domain.as_str())
        {
            add(names, Kind::Domain, domain.as_str());
            add(names, Kind::User, user.as_str());
        }
    }
    for found in MAIL.iter().flat_map(|mail| mail.find_iter(text)) {
        add_user(names, found.as_str());
    }
}

/// A field of an event or a setting whose name says what its value is.
fn add_field(names: &mut Names, name: &str, value: &str) {
    let name = name.to_lowercase();
    let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
    // A sentence is no name.
    if value.chars().count() > 64 || value.contains('\n') {
        return;
    }
    if ends(&[
        "user",
        "username",
        "accountname",
        "account",
        "principal",
        "runas",
        "loginname",
    ]) {
        add_user(names, value);
    } else if ends(&["domain", "domainname", "realm"]) {
        add(names, Kind::Domain, value);
    } else if ends(&[
        "host",
        "hostname",
        "workstation",
        "workstationname",
        "computer",
        "computername",
        "machine",
        "machinename",
        "clientname",
        "server",
        "servername",
    ]) {
        add_host(names, value);
    }
}

fn add_user(names: &mut Names, text: &str) {
    if let Some((domain, user)) = text.rsplit_once('\\') {
        add(names, Kind::Domain, domain);
        add(names, Kind::User, user);
    } else if let Some((user, domain)) = text.split_once('@') {
        add(names, Kind::User, user);
        add(names, Kind::Domain, domain);
    } else {
        add(names, Kind::User, text);
    }
}

fn add_host(names: &mut Names, text: &str) {
    let text = text.trim_matches('\\');
    if text.parse::<std::net::IpAddr>().is_ok() {
        return;
    }
    match text.split_once('.') {
        Some((host, domain)) => {
            add(names, Kind::Host, host);
            add(names, Kind::Domain, domain);
        }
        None => add(names, Kind::Host, text),
    }
}

fn add_path(names: &mut Names, path: &str) {
    if path.contains(['/', '!', '.']) {
        names.insert(path.to_lowercase(), Kind::Path);
    }
    let last = path.rsplit(['/', '\\']).next().unwrap_or_default();
    if last.contains('.') {
        names.entry(last.to_lowercase()).or_insert(Kind::Path);
    }
}

pub(super) fn is_common(name: &str) -> bool {
    let name = name.trim().to_lowercase();
    name.is_empty() || COMMON.contains(&name.as_str())
}

fn add(names: &mut Names, kind: Kind, name: &str) {
    let name = name.trim();
    let is_form = has_form(name) || name.to_uppercase().starts_with("S-1-");
    if !is_common(name) && !is_form && !name.bytes().all(|byte| byte.is_ascii_digit()) {
        names.entry(name.to_lowercase()).or_insert(kind);
    }
}
