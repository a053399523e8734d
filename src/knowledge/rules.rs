//! What files say, with their references resolved: logs, symptoms, causes and their items of evidence. Owns these types; must not know files,
//! nor how evidence is weighed.

use std::borrow::Cow;
use std::sync::Arc;

use chrono::TimeDelta;

use super::condition::Condition;
use super::first_step::FirstStep;
use super::schema;
use super::signal::Key;
use crate::model::{Letters, Phrase, PieceTable, Weight};

/// A log that signals are seen in.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct LogSource {
    /// The short name.
    pub alias: Arc<str>,
    /// The providers that write it, in lower case.
    pub providers: Vec<Arc<str>>,
    /// The provider, as Windows spells it.
    pub provider: Arc<str>,
    /// The channel whose silence counts.
    pub channel: Arc<str>,
    /// The command with which a customer exports it; empty where none does.
    pub export: Arc<str>,
    /// What a person should know who exports it.
    pub remark: Arc<str>,
    /// The other machine that writes it; empty where the one that fails does.
    pub elsewhere: Arc<str>,
    /// Whether Windows writes it without being told to.
    pub default_on: bool,
}

/// A change that a fault may have begun after.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ChangeKind {
    /// What kind of change.
    pub kind: Arc<str>,
    /// The signal that shows it, by index.
    pub signal: usize,
    /// Keys in which it must agree with the incident.
    pub join: Vec<Key>,
    /// Whether it must lie on the incident's host.
    pub same_host: bool,
}

/// Settings whose facts begin alike, and how a customer exports them.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SettingGroup {
    /// How the names of the facts begin.
    pub prefix: Arc<str>,
    /// What it is, for a person.
    pub title: Arc<str>,
    /// The command.
    pub export: Arc<str>,
}

/// Conditions by field name; all must hold.
pub type FieldConditions = Vec<(Arc<str>, Condition)>;

/// One way in which a symptom shows.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Anchor {
    /// The signal, by index.
    pub signal: usize,
    /// Further conditions on its fields.
    pub conditions: FieldConditions,
    /// Replaces the symptom's title.
    pub title: Option<Arc<str>>,
    /// Where it shows the symptom.
    pub kind: AnchorKind,
    /// It shows the symptom only on a host where nothing else of that kind does.
    pub alone: bool,
}

/// Where an anchor shows its symptom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AnchorKind {
    /// Wherever it is seen.
    Plain,
    /// Among a few records that somebody chose, if a cause has something heavy behind it that is not of every day.
    Chosen,
    /// Where what it says itself makes a cause likely.
    Explained,
}

/// Something that needs explaining.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Symptom {
    /// The stable id.
    pub id: Arc<str>,
    /// One line; keys are filled in.
    pub title: Arc<str>,
    /// What shows it.
    pub anchors: Vec<Anchor>,
    /// Keys that make occurrences one incident.
    pub fold_by: Vec<Key>,
    /// The longest silence inside one incident.
    pub fold_within: TimeDelta,
    /// Signals of success, by index.
    pub success: Vec<usize>,
    /// Keys in which a success must agree.
    pub success_join: Vec<Key>,
    /// It is what an excerpt shows where nothing tells which symptom it was.
    pub general: bool,
    /// It befalls work that runs by itself.
    pub work: bool,
    /// It befalls a session that was there.
    pub of_a_session: bool,
    /// The derived event of a lost session that it stands for: complaints that inherit such a loss are weighed with its causes, too.
    pub loss: Option<Arc<str>>,
    /// Symptoms that tell the same story better.
    pub yields_to: Vec<Arc<str>>,
    /// How close, for `yields_to`.
    pub yields_within: TimeDelta,
}

/// What an item of evidence looks at.
#[derive(Debug, Clone)]
pub enum Subject {
    /// Signals by index; any of them.
    Signals(Vec<usize>),
    /// A fact by name, and what its value must be.
    Fact(Arc<str>, Condition),
}

/// A span of time around an occurrence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Window {
    /// How long before.
    pub before: TimeDelta,
    /// How long after.
    pub after: TimeDelta,
    /// Only around the first occurrence.
    pub first: bool,
    /// Nothing from before the last success.
    pub since_success: bool,
}

/// One item of evidence.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Item {
    /// What it looks at.
    pub subject: Subject,
    /// Further conditions on the signal's fields.
    pub conditions: FieldConditions,
    /// Keys in which it must agree with the incident.
    pub join: Vec<Key>,
    /// Whether it must lie on the incident's host.
    pub same_host: bool,
    /// How far it may lie from an occurrence; `None`: the occurrence itself.
    pub window: Option<Window>,
    /// At least so many.
    pub at_least: u64,
    /// Count different values of this field instead of occurrences.
    pub distinct: Option<Arc<str>>,
    /// It concerns everything on its host at that time.
    pub of_the_host: bool,
    /// The item is that it is not there.
    pub missing: bool,
    /// How much it weighs.
    pub weight: Weight,
    /// What its proven absence weighs against the cause.
    pub if_absent: Option<Weight>,
    /// Without it the cause is not supported.
    pub required: bool,
    /// Items of one group restate one thing.
    pub group: Option<Arc<str>>,
    /// Replaces the signal's summary.
    pub say: Option<Arc<str>>,
    /// Signals by index, any of which makes the item void.
    pub unless: Vec<usize>,
    /// Signals by index, any of which ends what the item tells.
    pub until: Vec<usize>,
    /// The item counts only for these symptoms; empty: for all.
    pub symptoms: Vec<Arc<str>>,
}

impl Item {
    /// Whether the item has a say on a symptom.
    pub fn applies_to(&self, symptom: &str) -> bool {
        self.symptoms.is_empty() || self.symptoms.iter().any(|id| **id == *symptom)
    }
}

/// A cause, ready to be weighed.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct CauseRule {
    /// The file as it was written, but for its tests and how people tell it.
    pub def: schema::CauseDef,
    pub(super) apart: Apart,
    /// The stable id.
    pub id: Arc<str>,
    /// What speaks for it.
    pub supports: Vec<Item>,
    /// What speaks against it.
    pub against: Vec<Item>,
    /// Which step of its remedy comes first for what failed.
    pub first_steps: Vec<FirstStep>,
    /// The file it came from.
    pub path: Arc<str>,
}

impl CauseRule {
    /// The tests that the file carries.
    pub fn cases(&self) -> Cow<'_, [schema::CaseDef]> {
        self.apart.cases.get()
    }

    /// How people tell it who do not know yet what it is: sentences in several languages.
    pub fn heard(&self) -> Cow<'_, [String]> {
        self.apart.heard.get()
    }

    /// The same, for what is built in already cut into words.
    pub(crate) fn heard_phrases(&self) -> Vec<Phrase> {
        let mut phrases = Vec::new();
        let mut rest = self.apart.heard_terms;
        while let Some((count, behind)) = rest.split_first()
            && let Some((line, behind)) = behind.split_at_checked(*count as usize)
        {
            phrases.push(Phrase::BuiltIn(line));
            rest = behind;
        }
        if phrases.is_empty() {
            phrases.extend(self.heard().iter().map(|line| Phrase::cut(line)));
        }
        phrases
    }

    /// Where what is written of it lies among the pieces of letters of all causes.
    pub(crate) fn letters(&self, table: PieceTable) -> Letters {
        match self.apart.letters {
            Some(number) => Letters::BuiltIn(number),
            None => table.cut(self.told().iter().map(|text| &**text)),
        }
    }

    /// What is heard of it, and what its file says it is.
    pub(crate) fn told(&self) -> Vec<String> {
        let heard = self.heard().into_owned();
        heard
            .into_iter()
            .chain([self.def.title.clone(), self.def.explanation.clone()])
            .collect()
    }
}

/// What few runs ask for.
#[derive(Debug, Clone)]
pub(super) struct Apart {
    pub(super) cases: Stored<schema::CaseDef>,
    pub(super) heard: Stored<String>,
    /// The words of what is built in, see [`BuiltIn`](super::BuiltIn).
    pub(super) heard_terms: &'static [u32],
    /// The same of its pieces of letters.
    pub(super) letters: Option<u8>,
}

/// A part of a file.
#[derive(Debug, Clone)]
pub(super) enum Stored<T> {
    Read(Vec<T>),
    /// As JSON: what is built in is read when it is asked for.
    Image(&'static str),
}

impl<T: Clone + serde::de::DeserializeOwned> Stored<T> {
    fn get(&self) -> Cow<'_, [T]> {
        match self {
            Self::Read(all) => Cow::Borrowed(all),
            // A test holds all of them to load.
            Self::Image(image) => Cow::Owned(serde_json::from_str(image).unwrap_or_default()),
        }
    }
}
