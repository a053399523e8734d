//! A signal: which events show one observable thing, and which of their fields are keys. Owns the match of one event
//! against one signal; finding the candidates quickly is the engine's work.

use std::borrow::Cow;
use std::str::FromStr;
use std::sync::Arc;

use chrono::TimeDelta;
use regex::Regex;

use super::FieldConditions;
use crate::model::{CodeUse, Event};

/// What joins one thing that was seen with another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// The account, in any spelling.
    User,
    /// The Terminal Services session id.
    Session,
    /// The path of a scheduled task.
    Task,
    /// The id of one run of a task.
    Instance,
    /// The logon id (LUID) of the Security log.
    Logon,
    /// The activity id of one RDP connection.
    Activity,
    /// The code that was carried.
    Code,
    /// The client's address.
    Address,
    /// A word that classifies, set by the ledgers.
    Class,
}

impl Key {
    /// Every key.
    pub const ALL: [Self; 9] = [
        Self::User,
        Self::Session,
        Self::Task,
        Self::Instance,
        Self::Logon,
        Self::Activity,
        Self::Code,
        Self::Address,
        Self::Class,
    ];

    /// The name, as knowledge files and templates spell it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Session => "session",
            Self::Task => "task",
            Self::Instance => "instance",
            Self::Logon => "logon",
            Self::Activity => "activity",
            Self::Code => "code",
            Self::Address => "address",
            Self::Class => "class",
        }
    }

    /// The fields that usually hold it, the better first.
    pub const fn usual_fields(self) -> &'static [&'static str] {
        match self {
            Self::User => &[
                "TargetUserName",
                "User",
                "UserName",
                "AccountName",
                "UserContext",
                "user",
                "windowsIdentity",
            ],
            Self::Session => &["SessionID", "SessionId", "Session", "TargetSession", "TSId"],
            Self::Task => &["TaskName"],
            Self::Instance => &["InstanceId", "TaskInstanceId"],
            Self::Logon => &["TargetLogonId", "LogonID", "LogonId"],
            Self::Activity => &[],
            Self::Code => &[
                "ResultCode",
                "FailureCode",
                "Win32Status",
                "Reason",
                "ReasonCode",
                "LastError",
                "err",
                "ErrorCode",
                "code",
            ],
            Self::Address => &["Address", "IpAddress", "ClientIP", "ClientAddress", "IPString"],
            Self::Class => &["Class"],
        }
    }
}

impl FromStr for Key {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|key| key.name() == text)
            .ok_or_else(|| {
                let names: Vec<_> = Self::ALL.iter().map(|key| key.name()).collect();
                format!("no key {text:?}; there are host, {}", names.join(", "))
            })
    }
}

/// One observable thing.
#[derive(Debug, Clone)]
pub struct Signal {
    pub(super) id: Arc<str>,
    pub(super) summary: Arc<str>,
    pub(super) sources: Vec<usize>,
    pub(super) providers: Vec<Arc<str>>,
    pub(super) ids: Vec<u16>,
    pub(super) derived: Vec<Arc<str>>,
    pub(super) texts: Vec<Arc<str>>,
    pub(super) regex: Option<Regex>,
    pub(super) codes: Vec<CodeUse>,
    pub(super) conditions: FieldConditions,
    pub(super) keys: Vec<(Key, Vec<Arc<str>>)>,
    pub(super) ask: Arc<str>,
    /// Zero: every record counts.
    pub(super) fold: TimeDelta,
    pub(super) ledger: bool,
}

impl Signal {
    /// The stable id.
    pub const fn id(&self) -> &Arc<str> {
        &self.id
    }

    /// What was seen, as a template.
    pub const fn summary(&self) -> &Arc<str> {
        &self.summary
    }

    /// The sources, as indices into [`Knowledge::sources`](super::Knowledge::sources).
    pub fn sources(&self) -> &[usize] {
        &self.sources
    }

    /// The providers, in lower case; empty for any.
    pub fn providers(&self) -> &[Arc<str>] {
        &self.providers
    }

    /// The event ids; empty for any.
    pub fn ids(&self) -> &[u16] {
        &self.ids
    }

    /// The names of the derived events it is.
    pub fn derived(&self) -> &[Arc<str>] {
        &self.derived
    }

    /// The literals of the text, in lower case.
    pub fn texts(&self) -> &[Arc<str>] {
        &self.texts
    }

    /// The codes it carries.
    pub fn codes(&self) -> &[CodeUse] {
        &self.codes
    }

    /// What to ask the customer for when it could not be seen.
    pub const fn ask(&self) -> &Arc<str> {
        &self.ask
    }

    /// The span in which records that say the same count as one; zero when each counts.
    pub const fn fold(&self) -> TimeDelta {
        self.fold
    }

    /// Whether the ledgers read what it finds.
    pub const fn is_for_ledgers(&self) -> bool {
        self.ledger
    }

    /// Whether its conditions or codes name an exact value.
    pub fn is_exact(&self) -> bool {
        !self.codes.is_empty() || self.conditions.iter().any(|(_, condition)| condition.is_exact())
    }

    /// Whether an event shows it. `text` is the event's text in lower case.
    pub fn matches(&self, event: &Event, text: &str) -> bool {
        let provider = self.providers.is_empty()
            || self
                .providers
                .iter()
                .any(|provider| provider.eq_ignore_ascii_case(&event.provider));
        provider
            && (self.ids.is_empty() || event.id.is_some_and(|id| self.ids.contains(&id)))
            && (self.texts.is_empty() || self.texts.iter().any(|literal| text.contains(&**literal)))
            && (self.codes.is_empty() || self.codes.iter().any(|code| carries(event, text, code.value)))
            && self
                .regex
                .as_ref()
                .is_none_or(|regex| regex.is_match(&event.full_text()))
            && self
                .conditions
                .iter()
                .all(|(name, condition)| condition.holds(field(event, name).as_deref(), &|_| None))
    }

    /// The text of a key in an event that shows this signal.
    pub fn key(&self, event: &Event, key: Key) -> Option<String> {
        if key == Key::Activity {
            return event.activity.as_deref().map(str::to_owned);
        }
        let usable = |name: &str| {
            let text = field(event, name)?.trim().to_owned();
            (!text.is_empty() && text != "-").then_some(text)
        };
        match self.keys.iter().find(|(own, _)| *own == key) {
            Some((_, names)) => names.iter().find_map(|name| usable(name)),
            None => key
                .usual_fields()
                .iter()
                .find_map(|name| usable(name))
                .or_else(|| self.captured(event, key.name())),
        }
    }

    fn captured(&self, event: &Event, name: &str) -> Option<String> {
        let regex = self.regex.as_ref()?;
        let text = event.full_text();
        Some(regex.captures(&text)?.name(name)?.as_str().to_owned())
    }
}

/// The text of a field, or of one of the event's own values under the names `message`, `level`, `computer`, `channel`,
/// `provider`, `id`, `sid`, `process`.
pub(crate) fn field<'a>(event: &'a Event, name: &str) -> Option<Cow<'a, str>> {
    if let Some(value) = event.get(name) {
        return Some(value.to_text());
    }
    Some(match name {
        "message" => event.text(),
        "level" => Cow::Owned(event.level.to_string()),
        "computer" => Cow::Borrowed(&*event.computer),
        "channel" => Cow::Borrowed(&*event.channel),
        "provider" => Cow::Borrowed(&*event.provider),
        "id" => Cow::Owned(event.id?.to_string()),
        "sid" => Cow::Borrowed(event.sid.as_deref()?),
        "process" => Cow::Owned(event.process?.to_string()),
        _ => return None,
    })
}

/// Whether an event carries a code: in a value, or in its text in any spelling. Numbers below 65,536 count only as
/// values of fields that hold codes, since small numbers stand everywhere.
fn carries(event: &Event, text: &str, code: u32) -> bool {
    let small = code < 0x1_0000;
    let in_field = event.fields.iter().any(|field| {
        let holds_code = || {
            Key::Code
                .usual_fields()
                .iter()
                .any(|name| field.name.eq_ignore_ascii_case(name))
        };
        field.value.as_code() == Some(code) && (!small || holds_code())
    });
    in_field || code_spellings(code).any(|spelling| text.contains(&spelling))
}

/// How a code is written in a text, in lower case: in hexadecimal, as an unsigned and as a signed number. None for those
/// below 65,536.
pub(crate) fn code_spellings(code: u32) -> impl Iterator<Item = String> {
    let large = (code >= 0x1_0000).then(|| [format!("{code:08x}"), code.to_string()]);
    let signed = (code >= 0x8000_0000).then(|| code.cast_signed().to_string());
    large.into_iter().flatten().chain(signed)
}
