//! How a log or a group of settings is got: what it is called, the command that makes it, what to know about that, and where it
//! lies. Must not know which of them a customer is asked for.

use std::sync::Arc;

use crate::knowledge::{Knowledge, LogSource, SettingGroup};

/// One thing that can be gathered.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Export {
    pub(super) what: String,
    pub(super) command: Option<Arc<str>>,
    pub(super) remark: Option<Arc<str>>,
    /// Another machine than the one that fails writes it.
    pub(super) is_elsewhere: bool,
}

/// Nothing where a text is empty.
fn told(text: &Arc<str>) -> Option<Arc<str>> {
    (!text.is_empty()).then(|| Arc::clone(text))
}

impl Export {
    /// What only words ask for.
    pub(super) fn of_words(what: String) -> Self {
        Self {
            what,
            ..Self::default()
        }
    }

    /// A log, by these words.
    pub(super) fn of_source(what: String, source: &LogSource) -> Self {
        let place = told(&source.elsewhere).map(|place| format!("it lies on {place}"));
        let remark = told(&source.remark).map(|remark| remark.to_string());
        let said: Vec<String> = place.into_iter().chain(remark).collect();
        Self {
            what,
            command: told(&source.export),
            remark: (!said.is_empty()).then(|| said.join("; ").into()),
            is_elsewhere: !source.elsewhere.is_empty(),
        }
    }

    /// Settings, by the name of their group.
    pub(super) fn of_setting(group: &SettingGroup) -> Self {
        Self {
            what: group.title.to_string(),
            command: told(&group.export),
            ..Self::default()
        }
    }

    /// What an author asks for in his own words. Where they begin with the command that exports a setting or a log, they are that.
    pub(super) fn asked(knowledge: &Knowledge, words: &str) -> Self {
        let bare = words.replace('"', "");
        if let Some(group) = knowledge.setting_exported_by(words) {
            return Self::of_setting(group);
        }
        let rest_of = |source: &LogSource| {
            let export = source.export.replace('"', "");
            let rest = bare.strip_prefix(&export).filter(|_| !export.is_empty())?;
            (rest.is_empty() || rest.starts_with(' ')).then(|| rest.to_owned())
        };
        let found = knowledge
            .sources()
            .iter()
            .find_map(|source| Some((source, rest_of(source)?)));
        match found {
            Some((source, rest)) => Self::of_source(format!("the log {}{rest}", source.channel), source),
            None => Self::of_words(words.to_owned()),
        }
    }
}
