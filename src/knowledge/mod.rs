//! What the product knows: logs, signals, symptoms, causes, codes. The knowledge itself is data, in TOML files under
//! `data/`; this module loads it, checks it and looks things up in it.
//!
//! Owns the file format ([`schema`]), the language of conditions and the lint. Must not know how events are read or
//! how causes are weighed.

pub mod codes;
mod condition;
pub mod derived;
mod duration;
pub mod events;
pub mod explain;
mod first_step;
pub mod lint;
mod load;
#[cfg(test)]
mod messages_tests;
pub(crate) mod parlance;
mod record_fields;
pub mod schema;
mod sentence_form;
pub(crate) mod signal;
mod told;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, OnceLock};

use chrono::TimeDelta;

pub use condition::Condition;
pub use duration::parse_duration;
pub use first_step::FirstStep;
pub(crate) use first_step::led_by;
pub use signal::{Key, Signal};
use told::is_made;
pub(crate) use told::{GROUP as TOLD_GROUP, WORDS as WORDS_GROUP};

use crate::error::{Error, Result};
use crate::model::providers::{self, Records};
use crate::model::{
    Clue, Concepts, Demand, EventFilter, Interest, NamedLog, OfTraces, Phrase, Question, RecordTexts,
    StringNames, Weight, spellings,
};

/// A file that is built in.
struct BuiltIn {
    /// Its path under `data/`.
    path: &'static str,
    /// As it is written.
    text: &'static str,
    /// The same as JSON, without what follows.
    image: &'static str,
    /// The tests, as JSON.
    cases: &'static str,
    /// How people tell the cause, as JSON.
    heard: &'static str,
    /// The words of these lines: how many a line has, then these, sorted, as [`terms`](crate::model::Phrase::terms) gives them.
    heard_terms: &'static [u32],
}

/// The files that are built in, by their path.
static EMBEDDED: &[BuiltIn] = include!(concat!(env!("OUT_DIR"), "/knowledge_files.rs"));

/// The path and text of each of them.
fn embedded_texts<'a>() -> impl Iterator<Item = (&'a str, &'a str)> {
    EMBEDDED.iter().map(|file| (file.path, file.text))
}

/// The provider of events that the ledgers derive is this and their name.
pub const DERIVED: &str = "logonscope/";

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
    /// The command with which a customer exports it.
    pub export: Arc<str>,
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
    apart: Apart,
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

/// What few runs ask for.
#[derive(Debug, Clone)]
struct Apart {
    cases: Stored<schema::CaseDef>,
    heard: Stored<String>,
    /// The words of what is built in, see [`BuiltIn`].
    heard_terms: &'static [u32],
}

/// A part of a file.
#[derive(Debug, Clone)]
enum Stored<T> {
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
}

/// All that is known.
#[derive(Debug, Clone)]
pub struct Knowledge {
    sources: Vec<LogSource>,
    settings: Vec<SettingGroup>,
    changes: Vec<ChangeKind>,
    signals: Vec<Signal>,
    signal_index: BTreeMap<Arc<str>, usize>,
    texts: RecordTexts,
    contexts: Vec<schema::ContextDef>,
    concepts: Arc<Concepts>,
    symptoms: Vec<Symptom>,
    causes: Vec<CauseRule>,
    /// Made when it is asked for where nothing was added to what is built in.
    hash: OnceLock<String>,
}

impl Knowledge {
    /// The knowledge that is built in.
    ///
    /// # Errors
    /// None for a released build: a test loads it.
    pub fn embedded() -> Result<Self> {
        load::load_built_in(EMBEDDED, condition::built_in)
    }

    /// What is known of how records read and nothing else: enough to list events, not to diagnose.
    ///
    /// # Errors
    /// None for a released build: a test loads it.
    pub fn for_listing() -> Result<Self> {
        let of_records = |file: &&BuiltIn| file.path == "sources.toml" || file.path.starts_with("records/");
        load::load_built_in(EMBEDDED.iter().filter(of_records), condition::built_in)
    }

    /// The built-in knowledge with the files of a folder added; an entry with an id that exists replaces it.
    ///
    /// # Errors
    /// A file that cannot be read or does not load, with the place in it.
    pub fn with_folder(folder: &Path) -> Result<Self> {
        let mut own = Vec::new();
        load::collect(folder, folder, 0, &mut own)?;
        let own = own.iter().map(|(path, text)| (path.as_str(), text.as_str()));
        let files: Vec<(&str, &str)> = embedded_texts().chain(own).collect();
        load::load(&files, condition::compile)
    }

    /// The logs.
    pub fn sources(&self) -> &[LogSource] {
        &self.sources
    }

    /// A log by its short name; case does not count.
    pub fn source(&self, alias: &str) -> Option<&LogSource> {
        self.sources
            .iter()
            .find(|source| source.alias.eq_ignore_ascii_case(alias))
    }

    /// The changes that a fault may have begun after.
    pub fn changes(&self) -> &[ChangeKind] {
        &self.changes
    }

    /// The group of settings that a fact belongs to: the one with the longest prefix.
    pub fn setting(&self, fact: &str) -> Option<&SettingGroup> {
        let fits = self
            .settings
            .iter()
            .filter(|group| fact.starts_with(&*group.prefix));
        fits.max_by_key(|group| group.prefix.len())
    }

    /// The signals; other parts refer to them by index.
    pub fn signals(&self) -> &[Signal] {
        &self.signals
    }

    /// A signal by id.
    pub fn signal(&self, id: &str) -> Option<(usize, &Signal)> {
        let &index = self.signal_index.get(id)?;
        Some((index, self.signals.get(index)?))
    }

    /// The names of the strings of events that have none.
    pub(crate) fn strings(&self) -> &StringNames {
        self.texts.strings()
    }

    /// What is known of how records read in texts, for whoever parses without diagnosing.
    pub fn record_texts(&self) -> &RecordTexts {
        &self.texts
    }

    /// Words that tell in what a code was met.
    pub fn contexts(&self) -> &[schema::ContextDef] {
        &self.contexts
    }

    /// The symptoms.
    pub fn symptoms(&self) -> &[Symptom] {
        &self.symptoms
    }

    /// A symptom by id.
    pub fn symptom(&self, id: &str) -> Option<&Symptom> {
        self.symptoms.iter().find(|symptom| &*symptom.id == id)
    }

    /// The causes, by id.
    pub fn causes(&self) -> &[CauseRule] {
        &self.causes
    }

    /// A cause by id.
    pub fn cause(&self, id: &str) -> Option<&CauseRule> {
        self.causes.iter().find(|cause| &*cause.id == id)
    }

    /// SHA-256 over all files, in hexadecimal: it names the knowledge in every report.
    pub fn hash(&self) -> &str {
        self.hash.get_or_init(|| load::hash(embedded_texts()))
    }

    /// What the readers should look for. `more` are events the ledgers need besides, as (provider, id), and codes
    /// that are of interest anywhere; `words` are literals that make a text of interest besides, and `clues` a record of a trace.
    ///
    /// # Errors
    /// When the literals are too many to search for at once.
    pub(crate) fn interest(
        &self,
        more: impl Iterator<Item = &'static Records> + Clone,
        codes: impl IntoIterator<Item = u32>,
        words: impl IntoIterator<Item = String>,
        clues: Vec<Clue>,
    ) -> Result<Interest> {
        let mut list: BTreeMap<Box<str>, BTreeSet<u16>> = BTreeMap::new();
        for signal in &self.signals {
            for provider in signal.providers() {
                if !signal.ids().is_empty() {
                    list.entry((&**provider).into()).or_default().extend(signal.ids());
                }
            }
        }
        for records in more.clone() {
            for name in records.provider.names() {
                list.entry(name.to_lowercase().into())
                    .or_default()
                    .extend(records.ids);
            }
        }
        let needles = self
            .signals
            .iter()
            .flat_map(|signal| signal.texts().iter().map(|text| text.to_string()));
        let coded = self
            .signals
            .iter()
            .flat_map(|signal| signal.codes().iter().map(|code| code.value));
        let codes: BTreeSet<u32> = codes.into_iter().chain(coded).collect();
        let interest = Interest::new(
            EventFilter::Listed(list),
            needles.chain(words),
            codes.iter().copied(),
            self.texts.messages().to_vec(),
        )?;
        let logs = self.sources.iter().map(|source| {
            let others = source.providers.iter().skip(1).cloned();
            let providers = std::iter::once(Arc::clone(&source.provider)).chain(others);
            NamedLog::new(&source.alias, providers.collect(), Arc::clone(&source.channel))
        });
        let interest = interest.with_logs(logs.collect()).folded(self.folds(more));
        let interest = interest
            .with_texts(self.texts.clone())
            .with_traces(self.of_traces(&codes, clues));
        Ok(interest.with_concepts(Arc::clone(&self.concepts)))
    }

    /// What is asked of traces: of events of Windows with an id what signals ask of such events of any provider, of all others what
    /// is asked of texts, but for words that only say something in what a person wrote.
    fn of_traces(&self, codes: &BTreeSet<u32>, clues: Vec<Clue>) -> OfTraces {
        let (anywhere, bound): (Vec<_>, Vec<_>) = self
            .signals
            .iter()
            .partition(|signal| signal.providers().is_empty());
        let asking = || anywhere.iter().filter(|signal| !signal.wants_no_id());
        let texts = asking()
            .flat_map(|signal| signal.texts())
            .map(|text| Clue::alone(text));
        // The codes of a signal that has literals decide only once one of these is there.
        let coded = || asking().filter(|signal| signal.texts().is_empty());
        let spelled = coded().flat_map(|signal| signal.spelled_codes());
        let spelled = spelled.flat_map(|(_, spellings)| spellings.iter().map(|text| Clue::alone(text)));
        let own = || providers::UIPATH_SENTENCES.map(Clue::alone).into_iter();
        let framed = Question::new(
            texts.chain(spelled).chain(own()).collect(),
            coded()
                .flat_map(|signal| signal.codes())
                .map(|code| code.value)
                .collect(),
        );
        let texts = self.signals.iter().flat_map(|signal| signal.texts());
        let texts = texts.map(|text| Clue::alone(text));
        let sentences = self
            .texts
            .messages()
            .iter()
            .map(|message| Clue::alone(&message.literal));
        let numbers = spellings(codes).map(|text| Clue::alone(&text));
        let others = texts.chain(sentences).chain(numbers).chain(own()).chain(clues);
        let others = Question::new(others.collect(), codes.clone());
        let by_text = bound.iter().filter(|signal| signal.ids().is_empty());
        let by_text = by_text
            .flat_map(|signal| signal.providers())
            .map(|name| (&**name).into());
        OfTraces::new(framed, others, by_text.collect())
    }

    /// The events of which only those are wanted whose fields are as a signal asks: those where every signal that lists them
    /// asks for some field. `whole` tells events that are wanted whatever they say, and `computed` the fields that an event
    /// has only once it was put right.
    pub(crate) fn demands(
        &self,
        whole: impl Fn(&str, u16) -> bool,
        computed: &[&str],
    ) -> BTreeMap<(Box<str>, u16), Vec<Demand>> {
        let mut demands: BTreeMap<(Box<str>, u16), Vec<Demand>> = BTreeMap::new();
        let mut unasked: BTreeSet<(Box<str>, u16)> = BTreeSet::new();
        for signal in &self.signals {
            let demand = signal.demand(computed);
            for provider in signal.providers() {
                for &id in signal.ids() {
                    let key: (Box<str>, u16) = ((&**provider).into(), id);
                    match &demand {
                        Some(demand) if !whole(provider, id) => {
                            demands.entry(key).or_default().push(demand.clone());
                        }
                        _ => drop(unasked.insert(key)),
                    }
                }
            }
        }
        let of_any_id = |provider: &str| {
            let mut signals = self.signals.iter().filter(|signal| signal.ids().is_empty());
            signals.any(|signal| signal.providers().iter().any(|own| **own == *provider))
        };
        demands.retain(|key, _| !unasked.contains(key) && !of_any_id(&key.0));
        demands
    }

    /// The events of which like ones count as one: those where every signal that lists them says so.
    fn folds(&self, more: impl Iterator<Item = &'static Records>) -> BTreeMap<(Box<str>, u16), TimeDelta> {
        let mut folds: BTreeMap<(Box<str>, u16), TimeDelta> = BTreeMap::new();
        let mut shorten = |provider: &str, id: u16, span: TimeDelta| {
            let known = folds.entry((provider.to_lowercase().into(), id)).or_insert(span);
            *known = (*known).min(span);
        };
        for signal in &self.signals {
            for provider in signal.providers() {
                for &id in signal.ids() {
                    shorten(provider, id, signal.fold());
                }
            }
        }
        for records in more {
            for name in records.provider.names() {
                for &id in records.ids {
                    shorten(name, id, TimeDelta::zero());
                }
            }
        }
        folds.retain(|_, span| *span > TimeDelta::zero());
        folds
    }
}

/// A failure to make sense of a knowledge file.
fn bad(path: &str, detail: impl std::fmt::Display) -> Error {
    Error::knowledge(path, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_knowledge_loads() {
        let knowledge = Knowledge::embedded().unwrap();
        assert!(knowledge.symptoms().len() >= 12);
        assert!(knowledge.source("lsm").is_some());
        knowledge.interest([].iter(), [], [], Vec::new()).unwrap();
    }

    #[test]
    fn every_expression_of_the_built_in_knowledge_compiles() {
        let files: Vec<_> = embedded_texts().collect();
        load::load(&files, condition::compile).unwrap();
    }

    #[test]
    fn what_is_built_in_is_what_the_files_say() {
        let files: Vec<_> = embedded_texts().collect();
        let read = load::load(&files, condition::built_in).unwrap();
        let built_in = Knowledge::embedded().unwrap();
        assert_eq!(built_in.hash(), read.hash());
        let causes = |knowledge: &Knowledge| -> Vec<String> {
            let cases = |rule: &CauseRule| format!("{:?} {:?}", rule.def, rule.cases());
            knowledge.causes().iter().map(cases).collect()
        };
        assert_eq!(causes(&built_in), causes(&read));
        assert!(built_in.causes().iter().all(|rule| rule.cases().len() > 1));
        let rest = |knowledge: &Knowledge| {
            let Knowledge {
                sources,
                settings,
                changes,
                signals,
                texts,
                symptoms,
                ..
            } = knowledge;
            format!("{sources:?} {settings:?} {changes:?} {signals:?} {texts:?} {symptoms:?}")
        };
        assert_eq!(rest(&built_in), rest(&read));
    }
}
