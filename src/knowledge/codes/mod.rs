//! The code tables: what a number or word means in the space it belongs to. Owns the loading of the tables
//! and every way to look a code up; knows nothing of where codes stand in logs, nor of causes beyond their ids.
//!
//! A number is never explained outside its space: `get` answers for one space, and
//! [`readings`](Codes::readings) lists the spaces in which a bare number means something.

mod denials;
mod form;
mod reading;
mod said;
mod sentences;

pub use form::{Form, Hresult, Ntstatus, spell};
pub use reading::Reading;

pub(in crate::knowledge) use denials::word_before;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::Path;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::{EMBEDDED, load};
use crate::error::{Error, Result};
use crate::model::{CodeSpace, CodeUse};

/// What a code is written as in its table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
#[non_exhaustive]
pub enum CodeValue {
    /// A number, as its 32 bits.
    Number(u32),
    /// A word, as Power Automate uses them.
    Word(String),
}

/// What kind of trouble a code speaks of, before any cause is weighed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum CodeClass {
    /// No failure.
    Success,
    /// The account: missing, disabled, locked, expired, restricted.
    Account,
    /// The password: wrong, expired, to be changed.
    Password,
    /// The right to log on in this way.
    LogonRight,
    /// Permission to something after the logon.
    Access,
    /// Where credentials are stored or passed on.
    CredentialStore,
    /// Domain controllers, trust, Kerberos and NTLM.
    Domain,
    /// Clocks that differ.
    Time,
    /// The network path.
    Network,
    /// Security layer, authentication and settings of Remote Desktop.
    RdpSecurity,
    /// Licences.
    Licensing,
    /// The connection broker of a Remote Desktop farm.
    Broker,
    /// Somebody else has the session or the machine.
    Contention,
    /// A time limit of a policy.
    Limit,
    /// A session was logged off or disconnected on purpose.
    Logoff,
    /// The machine is going down.
    Shutdown,
    /// A logon or Windows session: its state, its kind, its end.
    Session,
    /// Memory and other pools, graphics.
    Resources,
    /// A service.
    Service,
    /// The definition, settings or program of a task.
    Task,
    /// A program's own failure.
    Program,
    /// The Remote Desktop or another protocol.
    Protocol,
    /// Says nothing by itself.
    General,
}

/// One entry of a code table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Code {
    /// The space the value belongs to.
    pub space: CodeSpace,
    /// The value.
    pub value: CodeValue,
    /// The name in the vendor's headers; empty if it has none.
    pub symbol: String,
    /// Other names of the same value.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// What it says, in our own words.
    pub meaning: String,
    /// What it usually means around robots, tasks and sessions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usual: Option<String>,
    /// Where the plain reading misleads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caution: Option<String>,
    /// The ids of causes that it may come from, likeliest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub causes: Vec<String>,
    /// The kind of trouble.
    pub class: CodeClass,
    /// The Win32 code that Windows makes of it, if it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub win32: Option<u32>,
    /// Where the value and its symbol come from.
    pub defined_in: String,
    /// Telling words of the sentences in which the system says it, in English and as a user added them: all of them stand there, in
    /// this order. [`Codes::sentences`] gives those of all languages.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub said: Vec<String>,
    /// The operations in which such a sentence is a complaint, where it is told of other things, too; by default it is one anywhere.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub said_in: Vec<String>,
    /// Whether it is of interest wherever it stands, in any log.
    pub notable: bool,
    /// Whether it is background noise when nothing else points at a fault.
    pub quiet: bool,
}

/// All code tables.
#[derive(Debug, Clone, Default)]
pub struct Codes {
    entries: BTreeMap<(CodeSpace, CodeValue), Code>,
    /// Symbols, aliases and words in lower case.
    names: BTreeMap<String, Vec<(CodeSpace, CodeValue)>>,
    /// How the system says them in other languages.
    spoken: &'static [sentences::Spoken],
    /// Their sentences, made when a text is asked for them.
    sayings: OnceLock<said::Sayings>,
}

/// A file as it is written; one space per file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CodeFile {
    space: CodeSpace,
    defined_in: String,
    code: Vec<CodeEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CodeEntry {
    value: toml::Value,
    #[serde(default)]
    symbol: String,
    #[serde(default)]
    aliases: Vec<String>,
    meaning: String,
    usual: Option<String>,
    caution: Option<String>,
    #[serde(default)]
    causes: Vec<String>,
    class: CodeClass,
    win32: Option<u32>,
    defined_in: Option<String>,
    #[serde(default)]
    said: Vec<String>,
    #[serde(default)]
    said_in: Vec<String>,
    #[serde(default)]
    notable: bool,
    #[serde(default)]
    quiet: bool,
}

impl Codes {
    /// The built-in tables.
    ///
    /// # Errors
    /// None for a crate whose tests passed; the tables are checked there.
    pub fn embedded() -> Result<Self> {
        let mut codes = Self {
            spoken: sentences::SPOKEN,
            ..Self::default()
        };
        for file in EMBEDDED.iter().filter(|file| file.path.starts_with("codes/")) {
            let table =
                serde_json::from_str(file.image).map_err(|error| Error::knowledge(file.path, error))?;
            codes.put(file.path, table)?;
        }
        codes.index();
        Ok(codes)
    }

    /// The built-in tables with those of a folder added: every TOML file in it that has `[[code]]` entries, or the sentences of a
    /// language.
    ///
    /// # Errors
    /// A file that cannot be read, is no TOML, or is no code table in spite of its `[[code]]`; sentences of a code that is not known.
    pub fn with_folder(folder: &Path) -> Result<Self> {
        let mut files = Vec::new();
        load::collect(folder, folder, 0, &mut files)?;
        let (mut own, mut spoken) = (Vec::new(), Vec::new());
        for (path, text) in &files {
            let wrong = |error| Error::knowledge(path.as_str(), error);
            let table: toml::Table = text.parse().map_err(wrong)?;
            if table.contains_key("code") {
                own.push((path.as_str(), text.as_str()));
            } else if table.contains_key("language") {
                spoken.push((path.as_str(), toml::from_str(text).map_err(wrong)?));
            }
        }
        let mut codes = Self::embedded()?;
        codes.add(own)?;
        for (path, file) in spoken {
            codes.add_sentences(path, file)?;
        }
        Ok(codes)
    }

    /// Reads tables from pairs of path and text. The path serves the messages only.
    ///
    /// # Errors
    /// When a text is not a code table, or two entries have the same space and value.
    pub fn load<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self> {
        let mut codes = Self::default();
        for (path, text) in files {
            let table = toml::from_str(text).map_err(|error| Error::knowledge(path, error))?;
            codes.put(path, table)?;
        }
        codes.index();
        Ok(codes)
    }

    fn put(&mut self, path: &str, table: CodeFile) -> Result<()> {
        for code in entries(path, table)? {
            match self.entries.entry((code.space, code.value.clone())) {
                Entry::Occupied(_) => return Err(twice(path, &code)),
                Entry::Vacant(slot) => slot.insert(code),
            };
        }
        Ok(())
    }

    /// Adds tables of a user's own; an entry of the same space and value replaces the one at hand.
    ///
    /// # Errors
    /// As [`Codes::load`], among the new tables.
    pub fn add<'a>(&mut self, files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<()> {
        self.entries.extend(Self::load(files)?.entries);
        self.index();
        Ok(())
    }

    fn sayings(&self) -> &said::Sayings {
        self.sayings.get_or_init(|| said::Sayings::new(self))
    }

    fn index(&mut self) {
        self.sayings = OnceLock::new();
        self.names.clear();
        for (key, code) in &self.entries {
            let word = match &code.value {
                CodeValue::Word(word) => Some(word),
                CodeValue::Number(_) => None,
            };
            for name in code.aliases.iter().chain([&code.symbol]).chain(word) {
                if !name.is_empty() {
                    self.names
                        .entry(name.to_ascii_lowercase())
                        .or_default()
                        .push(key.clone());
                }
            }
        }
    }

    /// Every entry, by space and value.
    pub fn iter(&self) -> impl Iterator<Item = &Code> {
        self.entries.values()
    }

    /// The telling words of every sentence in which the system says a code, in any language.
    pub fn sentences(&self) -> impl Iterator<Item = (&Code, &str)> {
        let of_tables = self
            .iter()
            .flat_map(|code| code.said.iter().map(move |words| (code, &**words)));
        let of_languages = self.spoken.iter().flat_map(|spoken| {
            let code = self.get(spoken.space, spoken.value);
            let words = spoken.sentences.iter().map(|sentence| sentence.words);
            code.into_iter()
                .flat_map(move |code| words.clone().map(move |words| (code, words)))
        });
        of_tables.chain(of_languages)
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The entry of exactly this space and value.
    pub fn get(&self, space: CodeSpace, value: u32) -> Option<&Code> {
        self.entries.get(&(space, CodeValue::Number(value)))
    }

    /// The entry that explains a code of this space: its own, or that of the code it wraps.
    ///
    /// `0x80070520` is explained by Win32 1312, `0xD0000001` by NTSTATUS `0xC0000001`, FreeRDP's `0x1000C` by
    /// the server's reason 12. A Task Scheduler result that is no `SCHED_*` is an HRESULT, and LSM event 40
    /// carries one when the transport failed.
    pub fn resolve(&self, used: CodeUse) -> Option<&Code> {
        let CodeUse { space, value } = used;
        if let Some(code) = self.get(space, value) {
            return Some(code);
        }
        let inner = form::unwrapped(space, value)?;
        self.resolve(inner)
    }

    /// The entries of this symbol, alias or word; case does not count.
    pub fn named(&self, name: &str) -> impl Iterator<Item = &Code> {
        let keys = self.names.get(&name.to_ascii_lowercase());
        keys.into_iter().flatten().filter_map(|key| self.entries.get(key))
    }

    /// The values that are of interest wherever they stand, in the forms that logs print: HRESULT and NTSTATUS.
    ///
    /// A Win32 code counts in its HRESULT form only; `1326` by itself may be anything.
    pub fn notable(&self) -> impl Iterator<Item = CodeUse> {
        self.entries
            .values()
            .filter(|code| code.notable)
            .filter_map(|code| {
                let CodeValue::Number(value) = code.value else {
                    return None;
                };
                match code.space {
                    CodeSpace::Win32 => Some(CodeUse {
                        space: CodeSpace::Hresult,
                        value: form::hresult_of_win32(value)?,
                    }),
                    space => Some(CodeUse { space, value }),
                }
            })
    }
}

fn twice(path: &str, code: &Code) -> Error {
    Error::knowledge(path, format!("{} {:?} is there twice", code.space, code.value))
}

fn entries(
    path: &str,
    CodeFile {
        space,
        defined_in,
        code,
    }: CodeFile,
) -> Result<Vec<Code>> {
    let entry = |raw: CodeEntry| {
        let value = parse_value(&raw.value).map_err(|detail| Error::knowledge(path, detail))?;
        if raw.meaning.trim().is_empty() {
            return Err(Error::knowledge(path, format!("{value:?} has no meaning")));
        }
        Ok(Code {
            space,
            value,
            symbol: raw.symbol,
            aliases: raw.aliases,
            meaning: raw.meaning,
            usual: raw.usual,
            caution: raw.caution,
            causes: raw.causes,
            class: raw.class,
            win32: raw.win32,
            defined_in: raw.defined_in.unwrap_or_else(|| defined_in.clone()),
            said: raw.said,
            said_in: raw.said_in,
            notable: raw.notable,
            quiet: raw.quiet,
        })
    };
    code.into_iter().map(entry).collect()
}

/// A number in any TOML spelling, signed or not, or a word.
fn parse_value(value: &toml::Value) -> Result<CodeValue, String> {
    match value {
        toml::Value::Integer(number) => u32::try_from(*number)
            .or_else(|_| i32::try_from(*number).map(i32::cast_unsigned))
            .map(CodeValue::Number)
            .map_err(|_| format!("{number} has more than 32 bits")),
        toml::Value::String(word) if !word.trim().is_empty() => Ok(CodeValue::Word(word.clone())),
        other => Err(format!("a value is a number or a word, not {other}")),
    }
}

#[cfg(test)]
mod required;
#[cfg(test)]
mod said_tests;
#[cfg(test)]
mod tests;
