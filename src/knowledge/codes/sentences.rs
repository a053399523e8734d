//! The sentences of the system in many languages: those that are built in, which the build script made of `data/sentences`, and
//! the form of the files that tell them.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::denials::Denials;
use super::{CodeValue, Codes};
use crate::error::{Error, Result};
use crate::model::{CodeSpace, parse_code};

/// One sentence, cut when the program was built.
#[derive(Debug)]
pub(super) struct Sentence {
    /// The language, as the name of its file.
    #[cfg_attr(not(test), allow(dead_code, reason = "tests ask which language says what"))]
    pub(super) language: &'static str,
    /// Its telling words as they are compared.
    pub(super) words: &'static str,
    pub(super) key: &'static str,
    pub(super) other: &'static str,
    pub(super) denials: Denials,
}

/// The sentences of a code.
#[derive(Debug)]
pub(super) struct Spoken {
    pub(super) space: CodeSpace,
    pub(super) value: u32,
    pub(super) sentences: &'static [Sentence],
}

/// Those that are built in.
pub(super) static SPOKEN: &[Spoken] = include!(concat!(env!("OUT_DIR"), "/sentences.rs"));

/// A file of a language.
#[derive(Deserialize)]
pub(super) struct SentenceFile {
    /// Of the built-in ones, which nobody reads twice.
    #[serde(rename = "language")]
    _language: String,
    #[serde(rename = "denials", default)]
    _denials: Vec<String>,
    #[serde(rename = "denials_behind", default)]
    _denials_behind: Vec<String>,
    /// For each space the values of its codes, and their sentences.
    #[serde(flatten)]
    spaces: BTreeMap<CodeSpace, BTreeMap<String, Vec<String>>>,
}

impl Codes {
    /// Adds the sentences of a file of a user to the codes that they are of.
    pub(super) fn add_sentences(&mut self, path: &str, file: SentenceFile) -> Result<()> {
        for (space, values) in file.spaces {
            for (text, sentences) in values {
                let value = parse_code(&text).map(CodeValue::Number);
                let code = value.and_then(|value| self.entries.get_mut(&(space, value)));
                let Some(code) = code else {
                    let detail = format!("{space} {text} is no code that is known");
                    return Err(Error::knowledge(path, detail));
                };
                code.said.extend(sentences);
            }
        }
        Ok(())
    }
}
