//! Of the build script: the sentences of the system in many languages, as a table that needs no reading: their words as they are
//! compared, and those by which they are searched for.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failure stops the build"
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;

use toml::Table;

use super::sentence_words::{key_of, other_than, plain};

/// What a file has besides its spaces.
const OTHERS: &[&str] = &["language", "denials", "denials_behind"];

/// The sentences of all files: by space and value of their code, each with what denies it in its language.
#[derive(Default)]
pub(crate) struct Sentences {
    codes: BTreeMap<(String, i64), Vec<[String; 3]>>,
}

impl Sentences {
    /// Takes a file: what denies in its language, and a table for each space that gives the sentences of its codes.
    pub(crate) fn add(&mut self, file: &Table) {
        let language = file["language"].as_str().unwrap();
        let words = |name: &str| -> Vec<String> {
            let words = file.get(name).map(|words| words.as_array().unwrap());
            let words = words.into_iter().flatten();
            words.map(|word| word.as_str().unwrap().to_owned()).collect()
        };
        let denials = format!(
            "Denials {{ among: &{:?}, behind: &{:?} }}",
            words("denials"),
            words("denials_behind")
        );
        for (space, codes) in file.iter().filter(|(name, _)| !OTHERS.contains(&name.as_str())) {
            for (value, sentences) in codes.as_table().unwrap() {
                let known = self.codes.entry((space.clone(), number(value))).or_default();
                let sentences = sentences.as_array().unwrap().iter();
                known.extend(sentences.map(|words| {
                    let words = words.as_str().unwrap();
                    [language, &denials, words].map(str::to_owned)
                }));
            }
        }
    }

    /// The code of the table.
    pub(crate) fn code(&self) -> String {
        let mut code = String::from("&[\n");
        for ((space, value), sentences) in &self.codes {
            let value = u32::try_from(*value).unwrap_or_else(|_| i32::try_from(*value).unwrap() as u32);
            writeln!(
                code,
                "    Spoken {{ space: CodeSpace::{}, value: {value}, sentences: &[",
                variant(space)
            )
            .unwrap();
            for [language, denials, words] in sentences {
                let key = key_of(&words.to_lowercase()).unwrap();
                writeln!(
                    code,
                    "        Sentence {{ language: {language:?}, words: {:?}, key: {key:?}, other: {:?}, denials: {denials} }},",
                    plain(words),
                    other_than(&key, words)
                )
                .unwrap();
            }
            code.push_str("    ] },\n");
        }
        code.push(']');
        code
    }
}

/// A value in any spelling that a key of TOML can have.
fn number(text: &str) -> i64 {
    let hexadecimal = text
        .strip_prefix("0x")
        .map(|digits| i64::from_str_radix(digits, 16));
    hexadecimal.unwrap_or_else(|| text.parse()).unwrap()
}

/// The variant of `CodeSpace` that is spelled so in files.
fn variant(space: &str) -> String {
    let mut begins = true;
    let mut name = String::new();
    for letter in space.chars() {
        match letter {
            '-' => {}
            _ if begins => name.extend(letter.to_uppercase()),
            _ => name.push(letter),
        }
        begins = letter == '-';
    }
    name
}
