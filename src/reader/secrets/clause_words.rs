//! The words of a text with their places, as the clauses of [`topics`](super::topics) have them. Must not know what a word means.

use std::ops::Range;

use super::phrases::{self, bare};

/// A word of a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word<'t> {
    pub(super) start: usize,
    pub(super) text: &'t str,
}

impl Word<'_> {
    pub(super) const fn end(&self) -> usize {
        self.start.saturating_add(self.text.len())
    }

    /// Where it stands without the marks of a sentence at its ends.
    pub(super) fn bare(&self) -> Range<usize> {
        let inner = bare(self.text);
        let start = self
            .start
            .saturating_add(self.text.find(inner).unwrap_or_default());
        start..start.saturating_add(inner.len())
    }

    /// The same in lower case.
    pub(super) fn lower(&self) -> String {
        bare(self.text).to_lowercase()
    }

    /// What stands before a place of it, and what stands there, as far as there is something.
    fn parts(self, at: usize) -> [Option<Self>; 2] {
        let (before, text) = self.text.split_at_checked(at).unwrap_or((self.text, ""));
        let start = self.start.saturating_add(before.len());
        let before = Self { text: before, ..self };
        [before, Self { start, text }].map(|part| Some(part).filter(|part| !part.text.is_empty()))
    }

    /// Whether a clause ends with it.
    pub(super) fn closes(&self) -> bool {
        self.text.contains(",\"")
            || self
                .text
                .ends_with(['.', ',', ';', ':', '!', '?', ')', '。', '、', '，'])
            || matches!(self.text, "-" | "–" | "—")
    }
}

/// The words of a text. Elements of a page part words, and so does the beginning of a cell.
pub(super) fn words_of(text: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut at = 0_usize;
    while let Some((start, word)) = phrases::next(text, at) {
        let word = Word { start, text: word };
        if let Some((open, end)) = tag_in(text, word) {
            let [before, _] = word.parts(open);
            words.extend(before);
            at = end;
        } else {
            let cell = word.text.rfind(",\"").map_or(0, |cell| cell.saturating_add(2));
            let at_cell = if cell < word.text.len() { cell } else { 0 };
            words.extend(word.parts(at_cell).into_iter().flatten());
            at = word.end();
        }
    }
    words
}

/// Where an element of a page begins in a word, and where it ends in the text.
fn tag_in(text: &str, word: Word<'_>) -> Option<(usize, usize)> {
    let is_tag = |open: &usize| {
        let tag = word.text.get(open.saturating_add(1)..);
        tag.is_some_and(|tag| tag.starts_with(|sign: char| sign == '/' || sign.is_ascii_alphabetic()))
    };
    let open = word.text.find('<').filter(is_tag)?;
    let at = word.start.saturating_add(open);
    let close = text.get(at..)?.find('>')?;
    Some((open, at.saturating_add(close).saturating_add(1)))
}
