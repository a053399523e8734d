//! Names that a report is not to tell, replaced alike everywhere, and put back by whoever holds the key.
//!
//! Owns one step on the diagnosis, before any renderer: users, hosts, domains, security identifiers, addresses, folders, files and
//! GUIDs become made-up ones. Must not know formats: what the step leaves is rendered as any other diagnosis.
//!
//! A pseudonym is an HMAC-SHA-256 of the name under the secret of the [`Key`], so it is the same in every run with that key and tells
//! nobody else the name. Spellings of one name that differ in case give one pseudonym in different case. Names of tasks are not
//! replaced. Names that stand nowhere but in free text are recognized by their spelling or by what stands before them; others are not. An
//! ordinary word that somebody is called by is replaced where it stands in a place for names or as `DOMAIN\word`, and stays elsewhere. What
//! a record holds as bytes is left out where letters stand in it.

mod gather;
mod sentences;
mod short;
mod text;
mod token;
mod veil;
mod words;

use std::collections::BTreeMap;

use crate::model::Diagnosis;
pub use gather::Names;
use serde::{Deserialize, Serialize};
use text::Replacer;
pub(crate) use token::Kind;
pub use veil::Veil;

/// What the first field of a key file says.
const SCHEMA: &str = "logonscope.key/1";

/// The secret behind the pseudonyms, and which of them have been given so far.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {
    schema: String,
    secret: String,
    /// What each pseudonym stands for.
    #[serde(default)]
    names: BTreeMap<String, String>,
    #[serde(skip)]
    given: BTreeMap<String, String>,
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Key")
            .field("names", &self.names.len())
            .finish_non_exhaustive()
    }
}

impl Key {
    /// A key of 32 bytes that nobody can guess.
    pub fn new(secret: [u8; 32]) -> Self {
        Self {
            schema: SCHEMA.to_owned(),
            secret: secret.iter().map(|byte| format!("{byte:02x}")).collect(),
            names: BTreeMap::new(),
            given: BTreeMap::new(),
        }
    }

    /// Reads what [`Self::to_json`] wrote.
    ///
    /// # Errors
    ///
    /// If it is no key file.
    pub fn from_json(bytes: &[u8]) -> Result<Self, String> {
        // What serde says of a mistake quotes the text, and the text is a secret.
        let mut key: Self =
            serde_json::from_slice(bytes).map_err(|_| "no key file of logonscope".to_owned())?;
        let is_secret = key.secret.len() == 64 && key.secret.bytes().all(|byte| byte.is_ascii_hexdigit());
        if key.schema != SCHEMA || !is_secret {
            return Err(format!("no key file of schema {SCHEMA:?}"));
        }
        key.given = key
            .names
            .iter()
            .map(|(pseudonym, name)| (name.clone(), pseudonym.clone()))
            .collect();
        Ok(key)
    }

    /// What is to be kept, and kept secret, to put the names back.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// The diagnosis without its names.
    ///
    /// # Errors
    ///
    /// If the result would be no diagnosis any more. Then nothing is to be shown.
    pub fn conceal(&mut self, diagnosis: &Diagnosis) -> Result<Diagnosis, String> {
        let mut names = Names::new();
        names.of_diagnosis(diagnosis);
        self.veil(&names)?.diagnosis(diagnosis)
    }

    /// What replaces these names, for more than one thing that tells them.
    ///
    /// # Errors
    ///
    /// If there are more names than can be looked for at once.
    pub fn veil(&mut self, names: &Names) -> Result<Veil<'_>, String> {
        let replacer = Replacer::new(names).map_err(|error| format!("names cannot be replaced: {error}"))?;
        Ok(Veil::new(self, replacer))
    }

    /// A text with every pseudonym of this key put back. What starts as JSON or as a page is escaped as they are; a whole diagnosis is
    /// written anew, since names that are keys in it stand in their order.
    pub fn reveal(&self, text: &str) -> String {
        let diagnosis = serde_json::from_str::<Diagnosis>(text).ok();
        let whole = diagnosis.and_then(|diagnosis| self.reveal_diagnosis(&diagnosis).ok());
        whole.map_or_else(
            || text::reveal(&self.names, text),
            |whole| super::json::render(&whole),
        )
    }

    /// A diagnosis with its names put back.
    ///
    /// # Errors
    ///
    /// If the result would be no diagnosis any more.
    pub fn reveal_diagnosis(&self, diagnosis: &Diagnosis) -> Result<Diagnosis, String> {
        let failed = |error: serde_json::Error| format!("names cannot be put back: {error}");
        let text = serde_json::to_string(diagnosis).map_err(failed)?;
        serde_json::from_str(&text::reveal(&self.names, &text)).map_err(failed)
    }

    /// The pseudonym of a name in this spelling.
    fn pseudonym(&mut self, kind: Kind, name: &str) -> String {
        if let Some(pseudonym) = self.given.get(name) {
            return pseudonym.clone();
        }
        // Two names that meet in one pseudonym are one in a million millions; the later one takes the next.
        let mut attempt = 0;
        loop {
            let pseudonym = token::make(self.secret.as_bytes(), kind, name, attempt);
            if !self.names.contains_key(&pseudonym) && pseudonym != name {
                self.names.insert(pseudonym.clone(), name.to_owned());
                self.given.insert(name.to_owned(), pseudonym.clone());
                return pseudonym;
            }
            attempt += 1;
        }
    }
}

#[cfg(test)]
mod tests;
