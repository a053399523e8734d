//! What the product knows: logs, signals, symptoms, causes, codes. The knowledge itself is data, in TOML files under
//! `data/`; this module loads it, checks it and looks things up in it.
//!
//! Owns the file format ([`schema`]), the language of conditions and the lint. Must not know how events are read or
//! how causes are weighed.

pub mod codes;
mod command;
mod condition;
mod content_hash;
mod denied;
pub mod derived;
mod duration;
pub mod events;
pub mod explain;
mod first_step;
mod interest;
pub mod lint;
mod load;
#[cfg(test)]
mod messages_tests;
pub(crate) mod parlance;
mod parts;
mod record_fields;
mod resolve;
mod rules;
pub mod schema;
mod sentence_form;
pub(crate) mod signal;
mod told;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

pub use condition::Condition;
pub use duration::parse_duration;
pub use first_step::FirstStep;
pub(crate) use first_step::led_by;
pub use rules::{
    Anchor, AnchorKind, CauseRule, ChangeKind, FieldConditions, Item, LogSource, SettingGroup, Subject,
    Symptom, Window,
};
pub use signal::{Key, Signal};
use told::is_made;
pub(crate) use told::{GROUP as TOLD_GROUP, WORDS as WORDS_GROUP, words_alone};

use crate::error::{Error, Result};
use crate::model::{Concepts, RecordTexts, StringNames};

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
    /// The number of the cause in [`LETTERS`].
    letters: Option<u8>,
}

/// The pieces of letters of what is heard of each cause.
static LETTERS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/letter_pieces.bin"));

/// The files that are built in, by their path.
static EMBEDDED: &[BuiltIn] = include!(concat!(env!("OUT_DIR"), "/knowledge_files.rs"));

/// What [`load::hash`] says of them: three megabytes, that nobody reads at each start.
const EMBEDDED_HASH: &str = include_str!(concat!(env!("OUT_DIR"), "/knowledge_hash.txt"));

/// The path and text of each of them.
fn embedded_texts<'a>() -> impl Iterator<Item = (&'a str, &'a str)> {
    EMBEDDED.iter().map(|file| (file.path, file.text))
}

/// The provider of events that the ledgers derive is this and their name.
pub const DERIVED: &str = "logonscope/";

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
    hash: String,
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

    /// The logs of the built-in knowledge, and of causes their [titles](Self::title) alone: enough to tell what numbers mean.
    ///
    /// # Errors
    /// None for a released build: a test loads it.
    pub fn for_codes() -> Result<Self> {
        let of_logs = |file: &&BuiltIn| file.path == "sources.toml";
        load::load_built_in(EMBEDDED.iter().filter(of_logs), condition::built_in)
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

    /// The groups of settings that a customer can export.
    pub fn settings(&self) -> &[SettingGroup] {
        &self.settings
    }

    /// The group of settings that a fact belongs to: the one with the longest prefix.
    pub fn setting(&self, fact: &str) -> Option<&SettingGroup> {
        let fits = self
            .settings
            .iter()
            .filter(|group| fact.starts_with(&*group.prefix));
        fits.max_by_key(|group| group.prefix.len())
    }

    /// The settings that a command exports.
    pub(crate) fn setting_exported_by(&self, command: &str) -> Option<&SettingGroup> {
        self.settings.iter().find(|group| *group.export == *command)
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

    /// The title of a cause by its id.
    pub fn title(&self, id: &str) -> Option<Cow<'_, str>> {
        match self.cause(id) {
            Some(rule) => Some(Cow::Borrowed(&*rule.def.title)),
            None if self.causes.is_empty() => load::title(EMBEDDED, id).map(Cow::Owned),
            None => None,
        }
    }

    /// SHA-256 over all files, in hexadecimal: it names the knowledge in every report.
    pub fn hash(&self) -> &str {
        &self.hash
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
    fn titles_are_known_without_the_causes() {
        let (few, all) = (Knowledge::for_codes().unwrap(), Knowledge::embedded().unwrap());
        assert!(few.causes().is_empty() && few.sources().len() == all.sources().len());
        for cause in all.causes() {
            assert_eq!(few.title(&cause.id), all.title(&cause.id));
        }
        assert_eq!((few.title("nobody"), all.title("nobody")), (None, None));
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
