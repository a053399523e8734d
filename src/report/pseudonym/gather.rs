//! Which names a diagnosis holds: those that stand in a place for names, and those whose form tells what they are.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::text::{self, MAIL, has_form};
use super::words::is_ordinary;
use super::{Kind, sentences};
use crate::model::{CapsulePart, Diagnosis, Event, Lane};

/// What texts may tell, gathered before anything is replaced.
#[derive(Debug, Clone, Default)]
pub struct Names {
    /// What is replaced, by its lower case.
    pub(super) known: BTreeMap<String, Kind>,
    /// Names of one or two letters as they are spelled: in another case they are words.
    pub(super) short: BTreeMap<String, Kind>,
    /// Names that are ordinary words, in lower case: they are replaced where nothing but a name can stand.
    pub(super) ordinary: BTreeMap<String, Kind>,
    /// The last parts of the names of tasks, in lower case: they stay, though a file may be called the same.
    pub(super) tasks: BTreeSet<String>,
    /// What looks like an address and is the version of a program.
    pub(super) versions: BTreeSet<String>,
}

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
    "true",
    "false",
    "yes",
    "no",
    "enabled",
    "disabled",
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
    // The last words of `IIS APPPOOL\...`, `Window Manager\...`, `Font Driver Host\...`.
    "apppool",
    "manager",
    "host",
    "autorität",
];

/// Names of fewer letters are found in any text; they are looked for by other rules.
pub(super) const SHORTEST: usize = 3;

/// Members of the diagnosis whose text is the knowledge's: nobody's name is learned from them, and what looks like a path or a number
/// there is what somebody is to type.
pub(super) fn is_fixed(member: &str) -> bool {
    const FIXED: &[&str] = &[
        "command",
        "remark",
        "remediation",
        "risk",
        "verify",
        "conflicts",
        "explanation",
        "meaning",
    ];
    FIXED.contains(&member)
}

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

impl Names {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes every name that a diagnosis tells in a place for names, or that its form tells.
    pub fn of_diagnosis(&mut self, diagnosis: &Diagnosis) {
        for host in &diagnosis.hosts {
            self.host(&host.name);
            host.aliases.iter().for_each(|alias| self.host(alias));
            for (name, value) in &host.facts {
                self.field(name, value);
            }
            for source in &host.fact_sources {
                self.field(&source.name, &source.value);
            }
        }
        if let Some(question) = &diagnosis.question {
            question.hosts.iter().for_each(|host| self.host(host));
            question.users.iter().for_each(|user| self.field("User", user));
            question.tasks.iter().for_each(|task| self.task(task));
        }
        for record in &diagnosis.records {
            if let Some(message) = record.message.as_deref().filter(|_| record.id.is_none()) {
                self.by_people(message);
            }
            for field in &record.fields {
                self.field(&field.name, &field.value);
            }
        }
        let happened = diagnosis.happenings.iter();
        let tasks = happened.filter(|happening| happening.lane == Lane::Task);
        for task in tasks.filter_map(|happening| happening.subject.as_deref()) {
            self.task(task);
        }
        for task in diagnosis
            .incidents
            .iter()
            .filter_map(|incident| incident.task.as_deref())
        {
            self.task(task);
        }
        if let Ok(value) = serde_json::to_value(diagnosis) {
            self.walk(&value, "");
        }
    }

    /// Takes every name that an event tells.
    pub fn of_event(&mut self, event: &Event) {
        self.host(&event.computer);
        self.path(&event.origin.path);
        for field in &event.fields {
            let value = field.value.to_text();
            self.field(&field.name, &value);
            self.by_form(&value);
        }
        if let Some(message) = &event.message {
            self.by_form(message);
            // What has no id is no record of Windows: a line of a log, or what somebody wrote.
            if event.id.is_none() {
                self.by_people(message);
            }
        }
    }

    /// Takes every name that a part of a capsule tells.
    pub fn of_part(&mut self, part: &CapsulePart) {
        self.path(&part.path);
        part.events.iter().for_each(|event| self.of_event(event));
        for fact in &part.facts {
            self.host(&fact.host);
            self.field(&fact.name, &fact.value);
            self.by_form(&fact.value);
        }
        part.spans.iter().for_each(|span| self.host(&span.computer));
        if let Some(text) = &part.text {
            self.by_form(text);
            self.by_people(text);
        }
    }

    /// Takes a path of what was sent.
    pub fn of_path(&mut self, path: &str) {
        self.path(path);
    }

    fn walk(&mut self, value: &Value, under: &str) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.walk(item, under)),
            Value::Object(members) => {
                for (name, member) in members {
                    self.walk(member, name);
                }
            }
            Value::String(text) if !is_vocabulary(under) && !is_fixed(under) => {
                match under {
                    "host" | "computer" | "against" => self.host(text),
                    "user" => self.user(text),
                    "path" | "paths" => self.path(text),
                    // The names of fields and settings are ours and Windows'.
                    "name" => return,
                    _ => {}
                }
                self.by_form(text);
            }
            _ => {}
        }
    }

    /// `CORP\anna` and `anna@corp.example` tell by their form what they are, and so do names of computers.
    fn by_form(&mut self, text: &str) {
        for (domain, user) in text::accounts(text) {
            if !is_common(domain) && !is_ordinary(domain) {
                self.account(domain, user);
            }
        }
        for found in MAIL.iter().flat_map(|mail| mail.find_iter(text)) {
            self.user(found.as_str());
        }
        for computer in sentences::computers(text) {
            self.host(computer);
        }
        for account in sentences::accounts(text) {
            self.user(account);
        }
    }

    /// What people write names persons in full.
    fn by_people(&mut self, text: &str) {
        for person in sentences::persons(text) {
            self.add(Kind::User, person);
        }
    }

    /// A field of an event or a setting whose name says what its value is.
    fn field(&mut self, name: &str, value: &str) {
        let name = name.to_lowercase();
        if name.ends_with("version") || name.starts_with("program.") || name.starts_with("robot.") {
            self.versions.insert(value.trim().to_owned());
        }
        if let Some(task) = name.strip_prefix("task.").and_then(|rest| rest.rsplit_once('.')) {
            self.task(task.0);
        }
        if ["taskname", "task"].contains(&name.as_str()) {
            self.task(value);
        }
        // A sentence is no name.
        if value.chars().count() > 64 || value.contains('\n') {
            return;
        }
        let lists = [
            "account.",
            "group.",
            "session.active",
            "session.disconnected",
            "right.",
        ];
        if lists.iter().any(|list| name.starts_with(list)) && !value.contains(' ') {
            value.split([',', ';']).for_each(|user| self.user(user));
        }
        match place_of(&name) {
            "user" => self.user(value),
            "domain" => self.add(Kind::Domain, value),
            "host" => self.host(value),
            _ => {}
        }
    }

    fn user(&mut self, text: &str) {
        if let Some((domain, user)) = text.rsplit_once('\\') {
            self.account(domain, user);
        } else if let Some((user, domain)) = text.split_once('@') {
            self.add(Kind::User, user);
            self.add(Kind::Domain, domain);
        } else {
            self.add(Kind::User, text);
            self.parts_of(text);
        }
    }

    /// An account of a domain; where either is an ordinary word, both are a name together all the same.
    fn account(&mut self, domain: &str, user: &str) {
        let whole = format!(r"{domain}\{user}");
        let is_word = |name: &str| is_ordinary(name) && !is_common(name);
        if (is_word(domain) || is_word(user)) && !is_common(domain) && may_be(Kind::User, user) {
            self.known.insert(whole.to_lowercase(), Kind::Account);
        }
        self.add(Kind::Domain, domain);
        self.add(Kind::User, user);
        self.parts_of(user);
    }

    /// `anna.muster` is a person, who is written as `Anna Muster`, too.
    fn parts_of(&mut self, user: &str) {
        let parts: Vec<&str> = user.split(['.', '_']).collect();
        let is_name = |part: &&str| {
            part.chars().count() >= SHORTEST && part.chars().all(char::is_alphabetic) && !is_ordinary(part)
        };
        if let [first, last] = parts.as_slice()
            && is_name(first)
            && is_name(last)
        {
            self.add(Kind::User, &format!("{first} {last}"));
            self.add(Kind::User, &format!("{last}, {first}"));
        }
    }

    fn host(&mut self, text: &str) {
        let text = text.trim_matches('\\');
        if text.parse::<std::net::IpAddr>().is_ok() {
            return;
        }
        match text.split_once('.') {
            Some((host, domain)) => {
                self.add(Kind::Host, host);
                self.add(Kind::Domain, domain);
            }
            None => self.add(Kind::Host, text),
        }
    }

    fn path(&mut self, path: &str) {
        if path.contains(['/', '!', '.']) {
            self.known.insert(path.to_lowercase(), Kind::Path);
        }
        let last = path.rsplit(['/', '\\']).next().unwrap_or_default();
        if last.contains('.') {
            self.known.entry(last.to_lowercase()).or_insert(Kind::Path);
        }
    }

    fn add(&mut self, kind: Kind, name: &str) {
        let name = name.trim();
        let is_form = has_form(name) || name.to_uppercase().starts_with("S-1-");
        if is_common(name) || is_form || !may_be(kind, name) {
            return;
        }
        if is_ordinary(name) {
            self.ordinary.entry(name.to_lowercase()).or_insert(kind);
            return;
        }
        if name.chars().count() < SHORTEST {
            self.short.entry(name.to_owned()).or_insert(kind);
        }
        self.known.entry(name.to_lowercase()).or_insert(kind);
    }

    /// The name of a task, whose last part may be the name of a file, too.
    fn task(&mut self, task: &str) {
        if let Some(last) = task.rsplit('\\').next().filter(|last| !last.is_empty()) {
            self.tasks.insert(last.to_lowercase());
        }
    }
}

/// Whether something in a place for names can be one: no number, no sentence, nothing that Windows forbids in a name.
fn may_be(kind: Kind, name: &str) -> bool {
    const FORBIDDEN: &[char] = &[
        '"', '/', '[', ']', ':', ';', '|', '=', '+', '*', '?', '<', '>', '%', '{', '}', '(', ')',
    ];
    let is_number = name.starts_with("0x") || !name.chars().any(char::is_alphabetic);
    let words = name.split_whitespace().count();
    let most = if kind == Kind::Host { 1 } else { 3 };
    !is_number && (1..=most).contains(&words) && !name.contains(FORBIDDEN) && !name.ends_with('.')
}

pub(super) fn is_common(name: &str) -> bool {
    let name = name.trim().to_lowercase();
    name.is_empty() || COMMON.contains(&name.as_str())
}

/// What the value of a field of this name is: `user`, `host`, `domain`; empty for anything else.
pub(super) fn place_of(name: &str) -> &'static str {
    const PLACES: &[(&str, &[&str])] = &[
        (
            "user",
            &[
                "user",
                "username",
                "accountname",
                "account",
                "principal",
                "runas",
                "loginname",
                "userid",
                "usercontext",
            ],
        ),
        ("domain", &["domain", "domainname", "realm"]),
        (
            "host",
            &[
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
                "host.name",
            ],
        ),
    ];
    let name = name.to_lowercase();
    let ends = |endings: &&(&str, &[&str])| endings.1.iter().any(|ending| name.ends_with(ending));
    PLACES.iter().find(ends).map_or("", |(place, _)| place)
}
