//! What events mean: which fields an event has, what kind of thing each field holds, what Windows says by the event and what it is good
//! for. Read when somebody asks, as codes are, so that an analysis pays nothing for it. Owns `data/events`; must not know how an event
//! is read or weighed. Source of the entries: Microsoft's pages on the audit events and the manifests of the providers.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{EMBEDDED, load};
use crate::error::{Error, Result};
use crate::model::CodeSpace;

/// What is known of one event.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct EventEntry {
    /// The short name of its log in `sources.toml`.
    pub source: String,
    /// Its id in that log.
    pub id: u16,
    /// What Windows says by it, as one sentence.
    pub meaning: String,
    /// What a reader of the log learns from it.
    pub good_for: String,
    /// The fields worth looking at, the most telling first.
    #[serde(default)]
    pub fields: Vec<EventField>,
}

impl EventEntry {
    /// The fields as one line: `TargetUserName, TargetDomainName (the calling computer)`.
    pub fn field_line(&self) -> String {
        let names = self.fields.iter().map(|field| match field.note.as_str() {
            "" => field.name.clone(),
            note => format!("{} ({note})", field.name),
        });
        names.collect::<Vec<_>>().join(", ")
    }
}

/// One field of an event.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct EventField {
    /// The name in the record, or `#0`, `#1` where the strings of a classic event have none.
    pub name: String,
    /// What kind of thing it holds.
    pub kind: FieldKind,
    /// What its name does not tell.
    #[serde(default)]
    pub note: String,
}

/// What kind of thing a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[non_exhaustive]
pub enum FieldKind {
    /// A user or computer account, in any spelling.
    Account,
    /// The number of a session.
    Session,
    /// The path of a scheduled task.
    Task,
    /// One run of a task, or one logon: what joins the records of a span.
    Instance,
    /// A network address or the name of a machine.
    Address,
    /// A number whose meaning stands in this space.
    Code(CodeSpace),
    /// An instant.
    Time,
    /// Anything else.
    Text,
}

/// The kinds that are one word.
const WORDS: [(&str, FieldKind); 7] = [
    ("account", FieldKind::Account),
    ("session", FieldKind::Session),
    ("task", FieldKind::Task),
    ("instance", FieldKind::Instance),
    ("address", FieldKind::Address),
    ("time", FieldKind::Time),
    ("text", FieldKind::Text),
];

impl TryFrom<String> for FieldKind {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if let Some(space) = text.strip_prefix("code:") {
            return space.parse().map(Self::Code);
        }
        let found = WORDS.iter().find(|(word, _)| *word == text);
        found
            .map(|(_, kind)| *kind)
            .ok_or_else(|| format!("{text:?} is no kind of field"))
    }
}

impl From<FieldKind> for String {
    fn from(kind: FieldKind) -> Self {
        if let FieldKind::Code(space) = kind {
            return format!("code:{space}");
        }
        let found = WORDS.iter().find(|(_, known)| *known == kind);
        found.map(|(word, _)| (*word).to_owned()).unwrap_or_default()
    }
}

#[derive(Deserialize)]
struct EventFile {
    event: Vec<EventEntry>,
}

/// All entries, by the short name of the log in lower case and the id.
#[derive(Debug, Clone, Default)]
pub struct Events {
    entries: BTreeMap<(String, u16), EventEntry>,
}

impl Events {
    /// The built-in entries.
    ///
    /// # Errors
    /// None for a crate whose tests passed; the entries are checked there.
    pub fn embedded() -> Result<Self> {
        let mut events = Self::default();
        for file in EMBEDDED.iter().filter(|file| file.path.starts_with("events/")) {
            let table =
                serde_json::from_str(file.image).map_err(|error| Error::knowledge(file.path, error))?;
            events.put(file.path, table)?;
        }
        Ok(events)
    }

    /// The built-in entries with those of a folder added: every TOML file in it that has `[[event]]` entries. An entry of the same log
    /// and id replaces the one at hand.
    ///
    /// # Errors
    /// A file that cannot be read, is no TOML, or tells an event wrongly or twice.
    pub fn with_folder(folder: &Path) -> Result<Self> {
        let mut files = Vec::new();
        load::collect(folder, folder, 0, &mut files)?;
        let mut own = Self::default();
        for (path, text) in &files {
            let wrong = |error| Error::knowledge(path.as_str(), error);
            let table: toml::Table = text.parse().map_err(wrong)?;
            if table.contains_key("event") {
                own.put(path, toml::from_str(text).map_err(wrong)?)?;
            }
        }
        let mut events = Self::embedded()?;
        events.entries.extend(own.entries);
        Ok(events)
    }

    fn put(&mut self, path: &str, file: EventFile) -> Result<()> {
        for entry in file.event {
            let key = (entry.source.to_ascii_lowercase(), entry.id);
            if let Some(other) = self.entries.insert(key, entry) {
                let text = format!("{} {} is told twice", other.source, other.id);
                return Err(Error::knowledge(path, text));
            }
        }
        Ok(())
    }

    /// What is known of an event of the log with this short name; ASCII case does not count.
    pub fn get(&self, log: &str, id: u16) -> Option<&EventEntry> {
        self.entries.get(&(log.to_ascii_lowercase(), id))
    }

    /// All entries, by log and id.
    pub fn iter(&self) -> impl Iterator<Item = &EventEntry> {
        self.entries.values()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::Knowledge;

    #[test]
    fn every_event_is_of_a_known_log_and_says_all_that_an_entry_says() {
        let (knowledge, events) = (Knowledge::embedded().unwrap(), Events::embedded().unwrap());
        assert!(events.iter().count() > 100);
        for event in events.iter() {
            assert!(knowledge.source(&event.source).is_some(), "{event:?}");
            assert!(event.meaning.ends_with('.'), "{event:?}");
            assert!(
                !event.good_for.is_empty() && !event.good_for.ends_with('.'),
                "{event:?}"
            );
        }
    }

    #[test]
    fn a_kind_is_read_as_it_is_written_and_nothing_else_is_one() {
        for text in ["account", "instance", "code:ntstatus", "code:task-scheduler"] {
            let kind = FieldKind::try_from(text.to_owned()).unwrap();
            assert_eq!(String::from(kind), text);
        }
        assert!(FieldKind::try_from("code:moon".to_owned()).is_err());
        assert!(FieldKind::try_from("user".to_owned()).is_err());
    }

    #[test]
    fn an_event_told_twice_or_with_an_unknown_kind_is_refused() {
        let one = "[[event]]\nsource = \"LSM\"\nid = 21\nmeaning = \"A.\"\ngood_for = \"b\"\n";
        let put = |text: &str| Events::default().put("own.toml", toml::from_str(text).unwrap());
        assert!(put(one).is_ok());
        let error = put(&format!("{one}{one}")).unwrap_err().to_string();
        assert!(error.contains("LSM 21 is told twice"), "{error}");
        let wrong = format!("{one}fields = [{{ name = \"User\", kind = \"person\" }}]\n");
        assert!(toml::from_str::<EventFile>(&wrong).is_err());
    }
}
