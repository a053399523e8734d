//! The shape of the knowledge files. What they mean is written for authors in `README.md` beside this file.
//! Owns the field names and nothing else: no matching, no weighing.

mod cause;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use cause::{CaseDef, CaseKind, CauseDef, FirstStepDef, GivenDef, ItemDef, Prior, WindowDef};

use crate::model::{COMPLAINS, CONTENT, DOCUMENT, ELSEWHERE, HARMLESS};

/// One or several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
#[non_exhaustive]
pub enum OneOrMany {
    /// One.
    One(String),
    /// Several; any of them will do.
    Many(Vec<String>),
}

impl Default for OneOrMany {
    fn default() -> Self {
        Self::Many(Vec::new())
    }
}

impl OneOrMany {
    /// All of them.
    pub fn as_slice(&self) -> &[String] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many,
        }
    }
}

/// The JSON Schema of a kind of knowledge file, indented, for editors: `cause`, `symptom` or `definitions` (sources, settings,
/// changes, signals, messages).
#[cfg(feature = "schema")]
pub fn json_schema(kind: FileKind) -> String {
    let schema = match kind {
        FileKind::Cause => schemars::schema_for!(CauseDef),
        FileKind::Symptom => schemars::schema_for!(SymptomDef),
        FileKind::Definitions => schemars::schema_for!(DefinitionsFile),
    };
    serde_json::to_string_pretty(&schema).unwrap_or_default() + "\n"
}

/// The kinds of knowledge files.
#[cfg(feature = "schema")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FileKind {
    /// A cause, with its cases.
    Cause,
    /// A symptom.
    Symptom,
    /// Sources, settings, changes, signals and messages.
    Definitions,
}

/// Conditions by field name; every one of them must hold.
pub type Conditions = BTreeMap<String, OneOrMany>;

/// A file of shared definitions: sources, signals and messages.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct DefinitionsFile {
    /// Logs, by the short names that signals use.
    #[serde(default)]
    pub source: Vec<SourceDef>,
    /// Settings, and the commands with which a customer exports them.
    #[serde(default)]
    pub setting: Vec<SettingDef>,
    /// Changes that a fault may have begun after.
    #[serde(default)]
    pub change: Vec<ChangeDef>,
    /// Observable things.
    #[serde(default)]
    pub signal: Vec<SignalDef>,
    /// Sentences that stand for events.
    #[serde(default)]
    pub message: Vec<MessageDef>,
    /// Words that tell in what a code was met.
    #[serde(default)]
    pub context: Vec<ContextDef>,
    /// What people tell in words of their own.
    #[serde(default)]
    pub concept: Vec<ConceptDef>,
    /// What the labels in descriptions of events stand for.
    #[serde(default)]
    pub labels: Vec<LabelsDef>,
    /// What labels are called in other languages.
    #[serde(default)]
    pub label_words: Vec<LabelWordsDef>,
    /// The names of the strings of events.
    #[serde(default)]
    pub strings: Vec<StringsDef>,
}

/// What the labels in descriptions of events stand for.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct LabelsDef {
    /// The source, by alias.
    pub source: String,
    /// The events; without them, all of the source.
    #[serde(default)]
    pub ids: Vec<u16>,
    /// Fields by label in English: `account name`, or under a heading `subject/account name`.
    pub fields: BTreeMap<String, String>,
    /// Headings that group labels.
    #[serde(default)]
    pub headings: Vec<String>,
}

/// What labels are called in another language.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct LabelWordsDef {
    /// The language: `de`.
    pub language: String,
    /// Labels and headings in English, and what they are called.
    pub words: BTreeMap<String, OneOrMany>,
}

/// The names of the strings of events, in order.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct StringsDef {
    /// The source, by alias.
    pub source: String,
    /// The provider, where it is one of several of the source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// The events.
    pub ids: Vec<u16>,
    /// The names.
    pub names: Vec<String>,
}

/// Words that tell in what a code was met.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ContextDef {
    /// What they tell.
    pub kind: ContextKind,
    /// The operation or kind of logon: `task-save`, `network-shell`.
    pub name: String,
    /// The words, in lower case; any of them.
    pub words: Vec<String>,
}

/// One thing that people tell in words of their own.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ConceptDef {
    /// What is told: `works-by-hand`.
    pub name: String,
    /// The words, in lower case; any of them. ` ~ ` stands for a few words of the same sentence, a star for the rest of a word.
    pub words: Vec<String>,
    /// Whether who tells it complains, or rather does not: absent where it may be either.
    #[serde(default)]
    pub tone: Option<Tone>,
}

/// How somebody speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Tone {
    /// Something fails.
    Complaint,
    /// Nothing does: a lesson, a plan, a question.
    Harmless,
    /// Something of another system may: what is like a cause of ours must be much more so.
    Elsewhere,
    /// Whoever wrote it made a document about faults: a test plan, a draft, a list of questions. What it alone says is no more than possible.
    Document,
    /// Something goes as it should, or somebody asks, or asks for something: a text that says nothing of a fault beside it reports none.
    Content,
}

impl Tone {
    /// The field of a note's event under which it is told.
    pub(super) const fn field(self) -> &'static str {
        match self {
            Self::Complaint => COMPLAINS,
            Self::Harmless => HARMLESS,
            Self::Elsewhere => ELSEWHERE,
            Self::Document => DOCUMENT,
            Self::Content => CONTENT,
        }
    }
}

/// What words around a code tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ContextKind {
    /// What was being done.
    Operation,
    /// With what kind of logon.
    Logon,
    /// What was being done, where no operation is named.
    Background,
    /// Of a note, not of a code: what is asked, and what is waved aside.
    Question,
}

/// A log and its short name.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct SourceDef {
    /// The short name: `LSM`, `TaskScheduler`, `Security`.
    pub alias: String,
    /// The provider names, in any case.
    pub provider: OneOrMany,
    /// The channel whose silence counts.
    pub channel: String,
    /// The command with which a customer exports it, and nothing else: a script runs it.
    #[serde(default)]
    pub export: String,
    /// What a person should know who exports it, or what there is to send where no command gets it.
    #[serde(default)]
    pub remark: String,
    /// Another machine than the one that fails writes it: the client that connects, a broker, a gateway.
    #[serde(default)]
    pub elsewhere: String,
    /// Whether Windows writes it without being told to; if not, its silence proves nothing by itself.
    #[serde(default = "yes")]
    pub default_on: bool,
}

const fn yes() -> bool {
    true
}

/// A change that a fault may have begun after.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ChangeDef {
    /// What kind of change: `password change`, `restart`, `update`.
    pub kind: String,
    /// The signals that show it.
    pub signal: OneOrMany,
    /// Keys in which it must agree with the incident. `host` unless said otherwise; without `host` any host.
    #[serde(default)]
    pub join: Option<Vec<String>>,
}

/// A group of settings and how to get at them.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct SettingDef {
    /// How the names of these facts begin: `rdp.`, `right.`; the longest that fits counts.
    pub prefix: OneOrMany,
    /// What it is, for a person.
    pub title: String,
    /// The command with which a customer exports it, and nothing else: a script runs it.
    pub export: String,
}

/// One observable thing.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct SignalDef {
    /// The stable id.
    pub id: String,
    /// What was seen, for a person; `{Field}` and `{user}`, `{session}`, `{task}`, `{code}` are filled in.
    pub summary: String,
    /// The sources, by alias; any of them.
    #[serde(default)]
    pub source: OneOrMany,
    /// The event ids; any of them. Empty: any id.
    #[serde(default)]
    pub ids: Vec<u16>,
    /// The name of an event that the ledgers derive, instead of a source.
    #[serde(default)]
    pub derived: OneOrMany,
    /// Concepts, all of which one note of a person tells; none that begins with `!`.
    #[serde(default)]
    pub told: Vec<String>,
    /// Literals, any of which the text contains; case does not count.
    #[serde(default)]
    pub text: OneOrMany,
    /// A regular expression over the text; named groups become fields.
    #[serde(default)]
    pub regex: Option<String>,
    /// Codes as `space:value`, any of which the event carries.
    #[serde(default)]
    pub code: OneOrMany,
    /// Conditions on fields.
    #[serde(default, rename = "where")]
    pub conditions: Conditions,
    /// Which field holds which key, where the usual names do not: `user = "SubjectUserName"`.
    #[serde(default)]
    pub keys: BTreeMap<String, OneOrMany>,
    /// What to ask the customer for when it could not be seen; the source's export otherwise.
    #[serde(default)]
    pub ask: String,
    /// A span in which records of an event log that say the same count as one: `10s`. Only where the number of them
    /// says nothing.
    #[serde(default)]
    pub fold: String,
    /// The ledgers read what it finds: it is of use though no cause looks at it.
    #[serde(default)]
    pub ledger: bool,
    /// It names circumstances, such as a shell or a prompt that was used: alone it is no complaint.
    #[serde(default)]
    pub circumstance: bool,
}

/// A sentence and the event it stands for: a form, or an expression and its literal.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct MessageDef {
    /// The source, by alias.
    pub source: String,
    /// The provider, where it is one of several of the source; without it, the source's first, and the others are its other names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// The event id.
    pub id: Option<u16>,
    /// Telling words with the fields between them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<String>,
    /// A regular expression; named groups become fields.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// A literal every match of the expression contains.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub literal: Option<String>,
}

/// Something that needs explaining.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct SymptomDef {
    /// The stable id.
    pub id: String,
    /// It is what an excerpt shows where nothing tells which of the symptoms of a cause it was.
    #[serde(default)]
    pub general: bool,
    /// It befalls work that runs by itself, a task, a job of a robot or a flow: told before what may be somebody's everyday.
    #[serde(default)]
    pub work: bool,
    /// One line; keys are filled in.
    pub title: String,
    /// What shows it.
    pub anchor: Vec<AnchorDef>,
    /// Occurrences that agree in these keys are one incident. The host always counts.
    #[serde(default)]
    pub fold_by: Vec<String>,
    /// The longest silence inside one incident.
    #[serde(default = "week")]
    pub fold_within: String,
    /// Signals of success: they end an incident and tell since when it worked.
    #[serde(default)]
    pub success: Vec<String>,
    /// Keys in which a success must agree with the incident.
    #[serde(default)]
    pub success_join: Vec<String>,
    /// It befalls a session that was there: where it names no user and only one user was there, it is that user's.
    #[serde(default)]
    pub of_a_session: bool,
    /// The derived event of a lost session that this symptom stands for. A product's complaint about a session, which inherits such
    /// a loss, is weighed with the causes of this symptom, too.
    #[serde(default)]
    pub loss: Option<String>,
    /// Symptoms that tell the same story better: where one of them stands close by, this one is not told.
    #[serde(default)]
    pub yields_to: Vec<String>,
    /// How close, for `yields_to`.
    #[serde(default = "five_minutes")]
    pub yields_within: String,
}

fn week() -> String {
    "7d".to_owned()
}

fn five_minutes() -> String {
    "5m".to_owned()
}

/// One way in which a symptom shows.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct AnchorDef {
    /// The signal.
    pub signal: String,
    /// Further conditions on its fields.
    #[serde(default, rename = "where")]
    pub conditions: Conditions,
    /// Replaces the symptom's title where it showed like this first.
    #[serde(default)]
    pub title: Option<String>,
    /// It is everyday in a log, and a complaint where it is among the few records that somebody chose and something makes a cause likely.
    #[serde(default)]
    pub chosen: bool,
    /// It is a complaint where what it says itself makes a cause likely: an error of a program that may be of anything.
    #[serde(default)]
    pub explained: bool,
    /// It is what the others restate: it counts only where no other way in which the symptom shows is there.
    #[serde(default)]
    pub alone: bool,
}
