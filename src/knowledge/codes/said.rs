//! The sentences in which the system tells a code, in several languages, each known by a few telling words in their order: what
//! stands between them (names, articles, line breaks) does not matter, nor do apostrophes, which people leave out. Knows no format
//! and no label.

use std::borrow::Cow;
use std::sync::OnceLock;

use super::denials::{Denials, OF_ANY};
use super::sentences::Sentence;
use super::{Code, CodeClass, CodeValue, Codes};
use crate::model::sentence_words::{key_of, other_than, plain};
use crate::model::{Clue, CodeSpace, Keyed, UNSPACED};

/// No more bytes lie between two telling words of one sentence.
const GAP: usize = 90;
/// No more bytes lie between all of them, besides one for each.
const GAPS: usize = 130;
/// Places of a first word that are tried.
const STARTS: usize = 16;
/// Letters of a short word.
const SHORT: usize = 2;
/// What ends a sentence.
pub(super) const ENDS: &[&str] = &[". ", "。"];

/// One sentence.
#[derive(Debug, Clone)]
struct Phrase {
    /// As they are compared, with a blank between any two.
    words: Cow<'static, str>,
    /// The rarest of them, or two that stand side by side, which is searched for first.
    key: Cow<'static, str>,
    /// Another word that must stand there; empty where there is none.
    other: Cow<'static, str>,
    /// What denies it, if it tells what an account is.
    denials: Option<Denials>,
    code: (CodeSpace, CodeValue),
}

/// The sentences of all codes.
#[derive(Debug, Clone, Default)]
pub(super) struct Sayings {
    phrases: Vec<Phrase>,
    /// Finds the keys, and the place of the sentence of each.
    finder: OnceLock<Keyed<usize>>,
}

/// A sentence that was found: the code, and where it stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Said<'c> {
    /// The code that it tells.
    pub(crate) code: &'c Code,
    start: usize,
    end: usize,
    /// Letters of its words: the more, the surer.
    letters: usize,
}

impl Sayings {
    pub(super) fn new(codes: &Codes) -> Self {
        let mut phrases = Vec::new();
        for code in codes.entries.values() {
            phrases.extend(code.said.iter().filter_map(|text| Phrase::cut(text, code)));
        }
        for spoken in codes.spoken {
            let key = (spoken.space, CodeValue::Number(spoken.value));
            if let Some(code) = codes.entries.get(&key) {
                let sentences = spoken.sentences.iter();
                phrases.extend(sentences.map(|sentence| Phrase::built_in(sentence, code)));
            }
        }
        Self {
            phrases,
            finder: OnceLock::new(),
        }
    }

    fn found_in(&self, text: &str) -> Vec<(&Phrase, usize, usize)> {
        let phrases = self.phrases.iter().enumerate();
        let make = || Keyed::new(phrases.map(|(place, phrase)| (&phrase.key, place)));
        let mut places: Vec<usize> = Vec::new();
        let finder = self.finder.get_or_init(make);
        finder.each(text, |place, _| places.push(*place));
        places.sort_unstable();
        places.dedup();
        let found = |place: usize| {
            let phrase = self.phrases.get(place)?;
            let (start, end) = phrase.find(text)?;
            Some((phrase, start, end))
        };
        places.into_iter().filter_map(found).collect()
    }
}

impl Phrase {
    /// One of a table, if it has words.
    fn cut(text: &str, code: &Code) -> Option<Self> {
        let key = key_of(&text.to_lowercase())?;
        Some(Self {
            words: plain(text).into(),
            other: other_than(&key, text).into(),
            key: key.into(),
            denials: (code.class == CodeClass::Account).then_some(OF_ANY),
            code: (code.space, code.value.clone()),
        })
    }

    fn built_in(sentence: &Sentence, code: &Code) -> Self {
        Self {
            words: sentence.words.into(),
            key: sentence.key.into(),
            other: sentence.other.into(),
            denials: (code.class == CodeClass::Account).then_some(sentence.denials),
            code: (code.space, code.value.clone()),
        }
    }

    /// Where all words stand in their order, close enough to each other and in one sentence that does not deny them.
    fn find(&self, text: &str) -> Option<(usize, usize)> {
        let mut words = self.words.split_ascii_whitespace();
        let first = words.next()?;
        let starts = text.match_indices(first).take(STARTS);
        starts.into_iter().find_map(|(start, word)| {
            let mut end = start.saturating_add(word.len());
            let mut between = 0_usize;
            for word in words.clone() {
                let rest = text.get(end..)?;
                let at = place_of(word, rest).filter(|at| *at <= GAP)?;
                let gap = rest.get(..at)?;
                if ENDS.iter().any(|ends| gap.contains(ends)) || self.is_denied(|denials| denials.among(gap))
                {
                    return None;
                }
                between = between.saturating_add(at.saturating_sub(1));
                end = end.saturating_add(at).saturating_add(word.len());
            }
            let is_denied = self.is_denied(|denials| denials.around(text, start, end));
            (between <= GAPS && !is_denied).then_some((start, end))
        })
    }

    fn is_denied(&self, denies: impl Fn(&Denials) -> bool) -> bool {
        self.denials.as_ref().is_some_and(denies)
    }

    fn letters(&self) -> usize {
        self.words.split_ascii_whitespace().map(str::len).sum()
    }
}

/// Where a word stands. A short one stands in many others, so it must begin where a word does.
fn place_of(word: &str, text: &str) -> Option<usize> {
    if word.chars().nth(SHORT).is_some() || word.contains(|letter| letter >= UNSPACED) {
        return text.find(word);
    }
    let begins = |at: &usize| {
        let before = text.get(..*at).and_then(|before| before.chars().next_back());
        !before.is_some_and(char::is_alphanumeric)
    };
    let mut places = text.match_indices(word).map(|(at, _)| at);
    places.find(begins)
}

impl Codes {
    /// The codes that the sentences of a text tell. Of sentences that overlap, the one counts of which more stands there.
    pub(crate) fn said_in(&self, text: &str) -> Vec<Said<'_>> {
        let text = plain(text);
        let mut found: Vec<Said<'_>> = Vec::new();
        for (phrase, start, end) in self.sayings().found_in(&text) {
            let Some(code) = self.entries.get(&phrase.code) else {
                continue;
            };
            found.push(Said {
                code,
                start,
                end,
                letters: phrase.letters(),
            });
        }
        found.sort_by_key(|said| (std::cmp::Reverse(said.letters), said.start));
        let mut kept: Vec<Said<'_>> = Vec::new();
        for said in found {
            let overlaps = |other: &Said<'_>| said.start < other.end && other.start < said.end;
            if !kept.iter().any(overlaps) {
                kept.push(said);
            }
        }
        kept.sort_by_key(|said| said.start);
        kept
    }

    /// For each sentence that the tables know two words of it, or one of few words.
    pub(crate) fn sentence_clues(&self) -> impl Iterator<Item = Clue> {
        self.sayings().phrases.iter().map(|phrase| Clue {
            literal: (*phrase.key).into(),
            with: (*phrase.other).into(),
        })
    }
}
