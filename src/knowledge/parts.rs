//! What all files of the knowledge hold, sorted by kind and id. Owns what replaces what when several files say it; must not know what their
//! references mean.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::bad;
use super::command;
use super::record_fields;
use super::rules::{Apart, SettingGroup};
use super::schema::{
    CauseDef, ChangeDef, ContextDef, DefinitionsFile, MessageDef, SignalDef, SourceDef, SymptomDef, Tone,
};
use crate::error::Result;
use crate::model::Concept;

/// What all files hold, by id; later ones have replaced earlier ones.
#[derive(Default)]
pub(super) struct Parts {
    pub(super) sources: BTreeMap<String, (Arc<str>, SourceDef)>,
    pub(super) settings: BTreeMap<String, SettingGroup>,
    pub(super) changes: Vec<(Arc<str>, ChangeDef)>,
    pub(super) signals: BTreeMap<String, (Arc<str>, SignalDef)>,
    pub(super) messages: Vec<(Arc<str>, MessageDef)>,
    pub(super) fields: record_fields::Definitions,
    pub(super) contexts: Vec<ContextDef>,
    /// Concepts by their names: several files may add to one.
    pub(super) concepts: BTreeMap<String, Concept>,
    pub(super) symptoms: BTreeMap<String, (Arc<str>, SymptomDef)>,
    pub(super) causes: BTreeMap<String, (Arc<str>, CauseDef, Apart)>,
}

impl Parts {
    pub(super) fn cause(&mut self, origin: Arc<str>, cause: CauseDef, apart: Apart) {
        self.causes.insert(cause.id.clone(), (origin, cause, apart));
    }

    pub(super) fn symptom(&mut self, origin: Arc<str>, symptom: SymptomDef) {
        self.symptoms.insert(symptom.id.clone(), (origin, symptom));
    }

    pub(super) fn definitions(&mut self, origin: &Arc<str>, file: DefinitionsFile) -> Result<()> {
        for source in file.source {
            let told = command::check(&source.export);
            told.map_err(|error| bad(origin, format!("export of source {}: {error}", source.alias)))?;
            self.sources
                .insert(source.alias.clone(), (Arc::clone(origin), source));
        }
        for setting in file.setting {
            let told = command::check(&setting.export);
            told.map_err(|error| bad(origin, format!("export of {:?}: {error}", setting.title)))?;
            for prefix in setting.prefix.as_slice() {
                let group = SettingGroup {
                    prefix: Arc::from(prefix.as_str()),
                    title: Arc::from(setting.title.as_str()),
                    export: Arc::from(setting.export.as_str()),
                };
                self.settings.insert(prefix.clone(), group);
            }
        }
        let changes = file.change.into_iter();
        self.changes
            .extend(changes.map(|change| (Arc::clone(origin), change)));
        for signal in file.signal {
            let id = signal.id.clone();
            if let Some((other, _)) = self.signals.insert(id.clone(), (Arc::clone(origin), signal))
                && Arc::ptr_eq(&other, origin)
            {
                return Err(bad(origin, format!("signal {id} is defined twice")));
            }
        }
        self.contexts.extend(file.context);
        for concept in file.concept {
            let known = self.concepts.entry(concept.name).or_default();
            known.words.extend(concept.words);
            known.tone = concept.tone.map(Tone::field).or(known.tone);
        }
        self.fields.labels.extend(file.labels);
        self.fields.words.extend(file.label_words);
        self.fields.strings.extend(file.strings);
        let messages = file.message.into_iter();
        self.messages
            .extend(messages.map(|message| (Arc::clone(origin), message)));
        Ok(())
    }
}
