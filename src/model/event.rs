//! One thing that happened, whatever format told of it.

use std::fmt;
use std::sync::Arc;

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

use super::{Origin, Time, Value};

/// How sure the time of an event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Clock {
    /// The source says UTC or carries an offset.
    #[default]
    Exact,
    /// A local time, moved by the offset that the host's own events reveal.
    Host,
    /// A local time, moved by the offset the user gave.
    Assumed,
    /// A local time of an unknown zone, read as if it were UTC.
    Unknown,
}

impl Clock {
    /// The stable name, as JSON spells it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Host => "host",
            Self::Assumed => "assumed",
            Self::Unknown => "unknown",
        }
    }
}

/// The severity of an event, as the Windows event level numbers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// 0: always logged.
    #[default]
    None,
    /// 1
    Critical,
    /// 2
    Error,
    /// 3
    Warning,
    /// 4
    Information,
    /// 5 and above
    Verbose,
}

impl Level {
    /// The level of its number in the record.
    pub const fn from_number(number: u8) -> Self {
        match number {
            0 => Self::None,
            1 => Self::Critical,
            2 => Self::Error,
            3 => Self::Warning,
            4 => Self::Information,
            _ => Self::Verbose,
        }
    }

    /// Whether something failed, by this.
    pub(crate) const fn is_error(self) -> bool {
        matches!(self, Self::Error | Self::Critical)
    }

    /// Its number in a record.
    pub const fn number(self) -> u8 {
        match self {
            Self::None => 0,
            Self::Critical => 1,
            Self::Error => 2,
            Self::Warning => 3,
            Self::Information => 4,
            Self::Verbose => 5,
        }
    }

    /// The stable name, as JSON spells it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Critical => "critical",
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Information => "information",
            Self::Verbose => "verbose",
        }
    }

    /// The level that a message of a trace names: by the symbol of its driver, `TRACE_LEVEL_ERROR`, or by a number; [`Level::None`]
    /// for any other text.
    pub fn from_trace(text: &str) -> Self {
        if let Ok(number) = text.parse() {
            return Self::from_number(number);
        }
        let word = text.rsplit('_').next().unwrap_or_default();
        Self::from_word(word).unwrap_or_default()
    }

    /// The level of an English word, as text logs print it; `None` for any other word.
    pub fn from_word(word: &str) -> Option<Self> {
        let word = word.trim().to_ascii_lowercase();
        Some(match word.as_str() {
            "critical" | "fatal" => Self::Critical,
            "error" | "err" => Self::Error,
            "warning" | "warn" => Self::Warning,
            "information" | "info" | "informational" => Self::Information,
            "verbose" | "trace" | "debug" => Self::Verbose,
            _ => return None,
        })
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A named value of an event. Classic events do not name theirs: the name is then empty and the order counts.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Field {
    /// The name, or empty.
    pub name: Arc<str>,
    /// The value.
    pub value: Value,
}

/// One thing that happened.
///
/// Every field but `origin` may be missing: a line of text may have a message and nothing else.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Event {
    /// The provider, as the record spells it. Its case varies (`User32`, `USER32`).
    pub provider: Arc<str>,
    /// The channel, as the record names it; never the file's name.
    pub channel: Arc<str>,
    /// The low 16 bits of the event id; qualifiers are dropped.
    pub id: Option<u16>,
    /// The record id inside its channel on its host.
    pub record_id: Option<u64>,
    /// When it happened.
    pub time: Option<Time>,
    /// When it happened, in the local time of its host, while the offset is not known yet.
    pub local: Option<NaiveDateTime>,
    /// How sure `time` is.
    pub clock: Clock,
    /// The severity.
    pub level: Level,
    /// The machine that wrote it, as the record says.
    pub computer: Arc<str>,
    /// `Correlation@ActivityID` in the text form of [`guid_text`](super::guid_text): the key that joins the
    /// events of one RDP connection.
    pub activity: Option<Arc<str>>,
    /// The process that logged it.
    pub process: Option<u32>,
    /// The thread that logged it.
    pub thread: Option<u32>,
    /// The user it was logged for, as a SID.
    pub sid: Option<Arc<str>>,
    /// The version of the event's definition.
    pub version: Option<u8>,
    /// The task number.
    pub task: Option<u16>,
    /// The opcode.
    pub opcode: Option<u8>,
    /// The keyword mask.
    pub keywords: Option<u64>,
    /// The payload in its order, from `EventData`, `UserData` or what a reader made of text.
    pub fields: Vec<Field>,
    /// The text of the message, where the source has one.
    pub message: Option<Arc<str>>,
    /// Where it was read.
    pub origin: Origin,
}

impl Event {
    /// An event of which nothing is known but where it was read.
    pub fn new(origin: Origin) -> Self {
        Self::blank(origin, &Arc::from(""))
    }

    /// The same, with an empty text that many events share.
    pub(crate) fn blank(origin: Origin, empty: &Arc<str>) -> Self {
        Self {
            provider: Arc::clone(empty),
            channel: Arc::clone(empty),
            id: None,
            record_id: None,
            time: None,
            local: None,
            clock: Clock::Exact,
            level: Level::None,
            computer: Arc::clone(empty),
            activity: None,
            process: None,
            thread: None,
            sid: None,
            version: None,
            task: None,
            opcode: None,
            keywords: None,
            fields: Vec::new(),
            message: None,
            origin,
        }
    }

    /// The first field of that name; case does not count.
    pub fn field(&self, name: &str) -> Option<&Value> {
        self.fields
            .iter()
            // Nearly every name is spelled as it is asked for.
            .find(|field| *field.name == *name || field.name.eq_ignore_ascii_case(name))
            .map(|field| &field.value)
    }

    /// The place of the field that [`field`](Self::field) finds.
    pub(crate) fn place_of(&self, name: &str) -> Option<usize> {
        self.fields
            .iter()
            .position(|field| *field.name == *name || field.name.eq_ignore_ascii_case(name))
    }

    /// The n-th unnamed field, from 0: classic events hold their strings in order. Collectors number them instead, from `param1` on,
    /// and leave out those that are empty.
    pub fn positional(&self, index: usize) -> Option<&Value> {
        let mut unnamed = self.fields.iter().filter(|field| field.name.is_empty());
        match unnamed.next() {
            Some(first) => std::iter::once(first)
                .chain(unnamed)
                .nth(index)
                .map(|field| &field.value),
            None => self.field(&format!("param{}", index.checked_add(1)?)),
        }
    }

    /// A field by its name, or by its place for names like `#0`.
    pub fn get(&self, name: &str) -> Option<&Value> {
        match name.strip_prefix('#') {
            Some(index) => self.positional(index.parse().ok()?),
            None => self.field(name),
        }
    }

    /// The text of a field, trimmed; `None` when it is missing, empty or a dash, which Windows writes for "nothing".
    pub fn field_text(&self, name: &str) -> Option<String> {
        self.field_str(name).map(std::borrow::Cow::into_owned)
    }

    /// Like [`field_text`](Self::field_text), borrowed where the value already is text.
    pub fn field_str(&self, name: &str) -> Option<std::borrow::Cow<'_, str>> {
        use std::borrow::Cow;
        let text = match self.get(name)?.to_text() {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
            Cow::Owned(text) if text.trim().len() == text.len() => Cow::Owned(text),
            Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
        };
        (!text.is_empty() && text != "-").then_some(text)
    }

    /// A field as a whole number, written in any of the ways codes are written.
    pub fn field_number(&self, name: &str) -> Option<u32> {
        self.get(name).and_then(Value::as_code)
    }

    /// The text of the first of several fields that has one.
    pub fn first_field_text(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| self.field_text(name))
    }

    /// Adds a field.
    pub fn push(&mut self, name: &str, value: Value) {
        self.fields.push(Field {
            name: Arc::from(name),
            value,
        });
    }

    /// Adds a field unless there is one of that name.
    pub fn supply(&mut self, name: &str, value: Value) {
        if self.field(name).is_none() {
            self.push(name, value);
        }
    }

    /// The message and all values, joined by blanks: what a search looks through.
    pub fn full_text(&self) -> std::borrow::Cow<'_, str> {
        match &self.message {
            Some(message) if !self.fields.is_empty() => {
                let mut text = message.to_string();
                for field in &self.fields {
                    text.push(' ');
                    text.push_str(&field.value.to_text());
                }
                std::borrow::Cow::Owned(text)
            }
            _ => self.text(),
        }
    }

    /// The message, or the values joined by blanks when there is none.
    pub fn text(&self) -> std::borrow::Cow<'_, str> {
        match &self.message {
            Some(message) => std::borrow::Cow::Borrowed(message),
            None => {
                let parts: Vec<_> = self.fields.iter().map(|field| field.value.to_text()).collect();
                std::borrow::Cow::Owned(parts.join(" "))
            }
        }
    }
}
