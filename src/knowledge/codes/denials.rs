//! What denies that an account is locked, disabled, expired: words of each language, before the sentence, in it or behind it.

use super::said::ENDS;
use crate::model::UNSPACED;

/// Bytes behind a sentence in which a word may deny it.
const BEHIND: usize = 40;

/// What denies a sentence of one language. What an account is, no sentence of the system tells with such a word.
#[derive(Debug, Clone, Copy)]
pub(super) struct Denials {
    /// Among its words, or right before them.
    pub(super) among: &'static [&'static str],
    /// Behind them: a verb at the end of the sentence.
    pub(super) behind: &'static [&'static str],
}

/// Of sentences whose language nobody told.
pub(super) const OF_ANY: Denials = Denials {
    among: &[
        "not", "no", "isn't", "isnt", "wasnt", "never", "nicht", "kein", "keine", "nie", "pas", "não", "nao",
        "non", "не", "ні", "inte", "ikke", "ej", "niet", "geen", "není", "neni", "nem", "nincs",
    ],
    behind: &["değil"],
};

impl Denials {
    /// Whether words deny: "the account is not locked".
    pub(super) fn among(&self, gap: &str) -> bool {
        says(gap, self.among)
    }

    /// Whether the word before a place denies what stands there, or one of those behind it.
    pub(super) fn around(&self, text: &str, start: usize, end: usize) -> bool {
        let last = word_before(text.get(..start).unwrap_or_default());
        let behind = text.get(end..).unwrap_or_default();
        let room = behind.floor_char_boundary(BEHIND);
        let behind = behind.get(..room).unwrap_or_default();
        let ended = ENDS.iter().filter_map(|ends| behind.find(ends)).min();
        let behind = behind.get(..ended.unwrap_or(room)).unwrap_or_default();
        last.is_some_and(|word| self.among.contains(&word)) || says(behind, self.behind)
    }
}

/// The word at the end of a text, behind which a blank stands.
pub(in crate::knowledge) fn word_before(text: &str) -> Option<&str> {
    let words = text.strip_suffix(' ')?;
    words.rsplit(|letter: char| !letter.is_alphanumeric()).next()
}

/// Whether a text says one of some words. Scripts without blanks have them anywhere.
fn says(text: &str, words: &[&str]) -> bool {
    let is_unspaced = |letter: char| letter >= UNSPACED || ('\u{e00}'..'\u{e80}').contains(&letter);
    let anywhere = |word: &&&str| word.starts_with(is_unspaced);
    let mut spoken = text.split(|letter: char| !letter.is_alphanumeric());
    words.iter().filter(anywhere).any(|word| text.contains(word)) || spoken.any(|word| words.contains(&word))
}
