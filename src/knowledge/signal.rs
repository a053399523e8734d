//! A signal: which events show one observable thing, and which of their fields are keys. Owns the match of one event
//! against one signal; finding the candidates quickly is the engine's work.

use std::borrow::Cow;
use std::str::FromStr;
use std::sync::{Arc, LazyLock};

use chrono::TimeDelta;

use super::derived::{CODE_TOLD, SCREEN_HIDDEN, SETTING_TOLD, WORDS_TOLD};
use super::{Condition, FieldConditions, denied};
use crate::model::{
    CodeUse, Demand, Event, Holds, Pattern, SMALLEST_TELLING_CODE, Value, is_note_told, sentence_at,
};

/// What joins one thing that was seen with another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
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
    pub(super) regex: Option<Pattern>,
    pub(super) codes: Vec<CodeUse>,
    /// How the codes are written in texts, in the same order.
    pub(super) spellings: Vec<Box<[Box<str>]>>,
    pub(super) conditions: FieldConditions,
    pub(super) keys: Vec<(Key, Vec<Arc<str>>)>,
    pub(super) ask: Arc<str>,
    /// Zero: every record counts.
    pub(super) fold: TimeDelta,
    pub(super) ledger: bool,
    pub(super) circumstance: bool,
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

    /// The codes and how each is written in texts, in lower case.
    pub(crate) fn spelled_codes(&self) -> impl Iterator<Item = (u32, &[Box<str>])> {
        let values = self.codes.iter().map(|code| code.value);
        values.zip(self.spellings.iter().map(|spellings| &**spellings))
    }

    /// What to ask the customer for when it could not be seen.
    pub const fn ask(&self) -> &Arc<str> {
        &self.ask
    }

    /// The span in which records that say the same count as one; zero when each counts.
    pub const fn fold(&self) -> TimeDelta {
        self.fold
    }

    /// Whether it names circumstances only, and alone is no complaint.
    pub const fn is_circumstance(&self) -> bool {
        self.circumstance
    }

    /// Whether the ledgers read what it finds.
    pub const fn is_for_ledgers(&self) -> bool {
        self.ledger
    }

    /// Whether only events without an id show it.
    pub(crate) fn wants_no_id(&self) -> bool {
        let mut conditions = self.conditions.iter();
        conditions.any(|(name, condition)| &**name == "id" && condition.is_absence())
    }

    /// Whether its conditions or codes name an exact value.
    pub fn is_exact(&self) -> bool {
        !self.codes.is_empty() || self.conditions.iter().any(|(_, condition)| condition.is_exact())
    }

    /// What the fields of its events must be, but for those that are not fields of the source; `None` when nothing is left.
    pub(super) fn demand(&self, computed: &[&str]) -> Option<Demand> {
        let is_read = |name: &str| {
            let unread = OWN_VALUES.iter().chain(computed);
            !name.starts_with('#') && !unread.into_iter().any(|other| name.eq_ignore_ascii_case(other))
        };
        // What is compared with another field is compared once the event is there.
        let is_plain = |condition: &Condition| condition.variables().next().is_none();
        let conditions = self
            .conditions
            .iter()
            .filter(|(name, condition)| is_read(name) && is_plain(condition));
        let fields: Vec<(Box<str>, Holds)> = conditions
            .map(|(name, condition)| {
                let condition = condition.clone();
                let holds: Holds = Arc::new(move |value| condition.holds(value, &|_| None));
                ((&**name).into(), holds)
            })
            .collect();
        (!fields.is_empty()).then_some(Demand { fields })
    }

    /// Whether an event shows it. `text` is the event's text in lower case: the message and all values that are no mere
    /// identifiers, instants or flags.
    pub fn matches(&self, event: &Event, text: &str) -> bool {
        let provider = self.providers.is_empty()
            || self
                .providers
                .iter()
                .any(|provider| provider.eq_ignore_ascii_case(&event.provider));
        provider
            && (self.ids.is_empty() || event.id.is_some_and(|id| self.ids.contains(&id)))
            && self.is_told(event, text)
            && (self.codes.is_empty() || self.carries(event, text))
            && self.conditions.iter().all(|(name, condition)| {
                let other = |name: &str| field(event, name).map(Cow::into_owned);
                condition.holds(field(event, name).as_deref(), &other)
            })
    }

    /// Whether the text says one of the literals, and what the pattern asks for. People write of several things in one line: what
    /// somebody wrote must say both in one sentence, unless the pattern tells whose it is or goes over more.
    fn is_told(&self, event: &Event, text: &str) -> bool {
        let Some(regex) = &self.regex else {
            return self.texts.is_empty() || self.texts.iter().any(|literal| is_said(event, text, literal));
        };
        let is_whole = event.id.is_some() || regex.spans() || regex.names().next().is_some();
        if self.texts.is_empty() || is_whole {
            return regex.is_match(text)
                && (self.texts.is_empty() || self.texts.iter().any(|literal| is_said(event, text, literal)));
        }
        let said = |literal: &&Arc<str>| is_said(event, text, literal);
        self.texts.iter().filter(said).any(|literal| {
            let mut places = text.match_indices(&**literal);
            places.any(|(at, _)| regex.is_match(sentence_at(text, at)))
        })
    }

    /// Whether it says itself where keys are: those of its events are not the [usual ones](usual_keys).
    pub(crate) fn has_own_keys(&self) -> bool {
        !self.keys.is_empty() || self.regex.is_some()
    }

    /// The names of the fields that it looks at.
    pub(crate) fn asked_fields(&self) -> impl Iterator<Item = &str> {
        let compared = self
            .conditions
            .iter()
            .flat_map(|(_, condition)| condition.variables());
        self.conditions.iter().map(|(name, _)| &**name).chain(compared)
    }

    /// The channels that it names itself, where it may be written by anybody.
    pub(crate) fn channels(&self) -> impl Iterator<Item = Arc<str>> {
        let named = self.conditions.iter().filter(|(name, _)| &**name == "channel");
        named.flat_map(|(_, condition)| condition.named()).map(Arc::from)
    }

    /// The texts of all keys in an event that shows this signal.
    pub fn keys(&self, event: &Event) -> [Option<Arc<str>>; Key::ALL.len()] {
        let mut texts = usual_keys(event, |text| Arc::from(text));
        let groups = self.captured(event);
        for (text, key) in texts.iter_mut().zip(Key::ALL) {
            let own = self.keys.iter().find(|(own, _)| *own == key);
            if key == Key::Activity {
                continue;
            }
            if let Some((_, names)) = own {
                *text = names
                    .iter()
                    .find_map(|name| usable(&field(event, name)?).map(Arc::from));
            } else if text.is_none() {
                let group =
                    |(name, text): &(&str, String)| (*name == key.name()).then(|| Arc::from(text.as_str()));
                *text = groups.iter().find_map(group);
            }
        }
        texts
    }

    /// What the named groups of its pattern hold.
    fn captured(&self, event: &Event) -> Vec<(&str, String)> {
        let Some(regex) = self.regex.as_ref().filter(|regex| regex.names().next().is_some()) else {
            return Vec::new();
        };
        let text = event.full_text();
        let Some(groups) = regex.captures(&text) else {
            return Vec::new();
        };
        regex
            .names()
            .filter_map(|name| Some((name, groups.name(name)?.as_str().to_owned())))
            .collect()
    }

    /// Whether an event carries one of the codes: in a value, or in its text in any spelling. Numbers below 65,536 count
    /// only as values of fields that hold codes, since small numbers stand everywhere.
    fn carries(&self, event: &Event, text: &str) -> bool {
        let in_fields = event.fields.iter().any(|field| {
            field.value.as_code().is_some_and(|found| {
                let is_it = self.codes.iter().any(|code| code.value == found);
                is_it && (found >= SMALLEST_TELLING_CODE || holds_codes(&field.name))
            })
        });
        let mut spellings = self.spellings.iter().flatten();
        in_fields || spellings.any(|spelling| text.contains(&**spelling))
    }
}

/// Whether fields of that name hold codes.
fn holds_codes(name: &str) -> bool {
    let mut usual = Key::Code.usual_fields().iter();
    usual.any(|code| name.eq_ignore_ascii_case(code))
}

/// Whether a text says a literal. People say of some things that there were none; what a record says, it says.
fn is_said(event: &Event, text: &str, literal: &str) -> bool {
    text.contains(literal) && (event.id.is_some() || denied::says(text, literal))
}

/// A text that says something; none when it is blank or a dash.
fn usable(text: &str) -> Option<&str> {
    let text = text.trim();
    (!text.is_empty() && text != "-").then_some(text)
}

/// A name of a field, which key it usually holds, and how many names are better.
type Usual = (&'static str, Key, usize);

/// The usual names by their length.
static USUAL: LazyLock<Vec<Vec<Usual>>> = LazyLock::new(|| {
    let mut by_length = Vec::new();
    for key in Key::ALL {
        for (rank, name) in key.usual_fields().iter().enumerate() {
            if by_length.len() <= name.len() {
                by_length.resize(name.len().saturating_add(1), Vec::new());
            }
            if let Some(names) = by_length.get_mut(name.len()) {
                names.push((*name, key, rank));
            }
        }
    }
    by_length
});

/// For each key the text of the best of the fields that usually hold it. Of two fields of one name the first counts.
/// `make` gives the texts a home.
pub(crate) fn usual_keys(
    event: &Event,
    mut make: impl FnMut(&str) -> Arc<str>,
) -> [Option<Arc<str>>; Key::ALL.len()] {
    let mut best: [Option<(usize, &Value)>; Key::ALL.len()] = [None; Key::ALL.len()];
    for field in &event.fields {
        let names = USUAL.get(field.name.len()).map(Vec::as_slice).unwrap_or_default();
        for &(name, key, rank) in names {
            let Some(place) = best.get_mut(key as usize) else {
                continue;
            };
            if name.eq_ignore_ascii_case(&field.name)
                && place.is_none_or(|(known, _)| rank < known)
                && says_something(&field.value)
            {
                *place = Some((rank, &field.value));
            }
        }
    }
    let mut texts = best.map(|found| usable(&found?.1.to_text()).map(&mut make));
    if let Some(place) = texts.get_mut(Key::Activity as usize) {
        place.clone_from(&event.activity);
    }
    texts
}

fn says_something(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Text(text) | Value::Sid(text) => !matches!(text.trim(), "" | "-"),
        _ => true,
    }
}

/// What the literals, codes and patterns of signals are looked for in: the message and all values in lower case, but for
/// those that are nothing but an identifier, an instant or a flag.
pub(crate) fn searched_text(event: &Event, out: &mut String) {
    out.clear();
    // These quote a text that is searched already, or are a setting: its name is no complaint of what it names.
    let quotes = [WORDS_TOLD, CODE_TOLD, SETTING_TOLD, SCREEN_HIDDEN];
    if is_note_told(event) || quotes.iter().any(|kind| kind.is(event)) {
        return;
    }
    if let Some(message) = &event.message {
        push_lower(message, out);
    }
    for field in &event.fields {
        if !out.is_empty() {
            out.push(' ');
        }
        match &field.value {
            Value::Null | Value::Guid(_) | Value::Time(_) | Value::Bool(_) | Value::Float(_) => {}
            Value::Text(text) | Value::Sid(text) => push_lower(text, out),
            value => push_lower(&value.to_text(), out),
        }
    }
}

fn push_lower(text: &str, out: &mut String) {
    if text.is_ascii() {
        let start = out.len();
        out.push_str(text);
        if let Some(added) = out.get_mut(start..) {
            added.make_ascii_lowercase();
        }
    } else {
        out.push_str(&text.to_lowercase());
    }
}

/// The names of values that every event has, by which conditions ask for them where there is no such field.
const OWN_VALUES: &[&str] = &[
    "message", "level", "computer", "channel", "provider", "id", "sid", "process",
];

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

/// How a code is written in a text, in lower case: in hexadecimal, as an unsigned and as a signed number. None for those
/// below 65,536; those just above it are also the ids of listeners, sizes and exponents of keys, and written out only in hexadecimal.
pub(crate) fn code_spellings(code: u32) -> impl Iterator<Item = String> {
    const TELLING_IN_DECIMAL: u32 = 0x2_0000;
    let hexadecimal = (code >= SMALLEST_TELLING_CODE).then(|| format!("{code:08x}"));
    let decimal = (code >= TELLING_IN_DECIMAL).then(|| code.to_string());
    let signed = (code >= 0x8000_0000).then(|| code.cast_signed().to_string());
    hexadecimal.into_iter().chain(decimal).chain(signed)
}
