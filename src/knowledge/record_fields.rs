//! Which fields the labels in descriptions and the strings without names of events are: from the files under `data/records` to what
//! the readers ask. Knows no formats and no causes.

use std::sync::Arc;

use super::LogSource;
use super::schema::{LabelWordsDef, LabelsDef, StringsDef};
use crate::model::{LabelSet, Labels, StringNames};

/// All definitions of fields.
#[derive(Debug, Default)]
pub(super) struct Definitions {
    pub(super) labels: Vec<LabelsDef>,
    pub(super) words: Vec<LabelWordsDef>,
    pub(super) strings: Vec<StringsDef>,
}

impl Definitions {
    /// What the labels are.
    ///
    /// # Errors
    /// When there is no such source.
    pub(super) fn labels(&self, sources: &[LogSource]) -> Result<Labels, String> {
        let set = |def: &LabelsDef| {
            let lower =
                |(label, field): (&String, &String)| (label.to_lowercase().into(), field.as_str().into());
            Ok(LabelSet {
                providers: find(sources, &def.source)?.providers.clone().into(),
                ids: def.ids.iter().copied().collect(),
                fields: def.fields.iter().map(lower).collect(),
                headings: def
                    .headings
                    .iter()
                    .map(|heading| heading.to_lowercase().into())
                    .collect(),
            })
        };
        let sets: Result<Vec<LabelSet>, String> = self.labels.iter().map(set).collect();
        let words = self.words.iter().flat_map(|def| &def.words);
        let words = words.flat_map(|(english, others)| {
            let others = others.as_slice().iter();
            others.map(|other| (other.to_lowercase().into(), english.to_lowercase().into()))
        });
        Ok(Labels::new(sets?, words.collect()))
    }

    /// What the strings are called.
    ///
    /// # Errors
    /// When there is no such source, or it has no such provider.
    pub(super) fn strings(&self, sources: &[LogSource]) -> Result<StringNames, String> {
        let mut strings = StringNames::default();
        for def in &self.strings {
            let (providers, _) = find(sources, &def.source)?.provider(def.provider.as_deref())?;
            let names: Arc<[Arc<str>]> = def.names.iter().map(|name| Arc::from(name.as_str())).collect();
            for provider in &providers {
                for &id in &def.ids {
                    strings.add(provider, id, Arc::clone(&names));
                }
            }
        }
        Ok(strings)
    }
}

/// The source of a short name.
///
/// # Errors
/// When there is none.
pub(super) fn find<'a>(sources: &'a [LogSource], alias: &str) -> Result<&'a LogSource, String> {
    let found = sources.iter().find(|source| *source.alias == *alias);
    found.ok_or_else(|| format!("there is no source {alias:?}"))
}

impl LogSource {
    /// The names in lower case that a record of this source may have its provider by, and the one it is called by: those of the provider
    /// named, else all of them.
    ///
    /// # Errors
    /// When the source has no such provider.
    pub(super) fn provider(&self, own: Option<&str>) -> Result<(Vec<Arc<str>>, Arc<str>), String> {
        let Some(own) = own else {
            return Ok((self.providers.clone(), Arc::clone(&self.provider)));
        };
        let lower: Arc<str> = own.to_lowercase().into();
        if self.providers.contains(&lower) {
            Ok((vec![lower], Arc::from(own)))
        } else {
            Err(format!("{own:?} is no provider of its source"))
        }
    }
}
