//! A secret that a verb gives, wherever its language puts the verb: "we use X as the password", "a jelszó X volt", "раньше был пароль X",
//! "the old one, that is X". Must not know what stands behind a word for "is", which [`topics`](super::topics) has.

use std::ops::Range;

use super::claims::{is_no_value, is_secretive};
use super::clause_words::Word;
use super::labels;
use super::moved;
use super::phrases::{self, bare};
use super::plain::{OF, QUALIFIERS};
use super::spoken::{CLAUSES, PAST};
use super::tokens::{is_joined, is_token};
use super::topic_words::{ARTICLES, FINALS, HAD, NEGATIONS, OLD, REFERENTS, SAME, TAKEN, USED_AS, USES};
use super::topics::{Clause, Told};
use super::words::{could_be, is_odd, is_typed};

/// Words before what a secret is used as that are looked at, and words of a secret there.
const BEFORE: usize = 10;
const LONGEST: usize = 5;
/// Words of the clause before one that only says again what was meant.
const MEANT: usize = 12;
/// A word for "was" in the language of a name, whose ends words for states have.
const LANGUAGES: [(&str, &str); 17] = [
    ("hesl", "je"),
    ("has", "jest"),
    ("парол", "был"),
    ("senha", "é"),
    ("palavra", "é"),
    ("contras", "es"),
    ("clave", "es"),
    ("m", "est"),
    ("l", "är"),
    ("adgang", "er"),
    ("passord", "er"),
    ("kodeord", "er"),
    ("salasan", "on"),
    ("parol", "era"),
    ("wacht", "is"),
    ("k", "ist"),
    ("passwort", "ist"),
];

impl Clause<'_, '_> {
    /// The secret before the name of what it is used as.
    pub(super) fn used_as(&self, number: usize) -> Option<Range<usize>> {
        if self.words.get(number)?.text.starts_with('(') {
            let before = self.words.get(number.checked_sub(1)?)?;
            let word = bare(before.text);
            let is = (is_secretive(word) || is_joined(word)) && !is_no_value(word, "");
            return is.then(|| before.bare());
        }
        let said = |at: usize| self.words.get(at).map(Word::lower);
        let is_used = |back: &usize| {
            let word = number.checked_sub(*back).and_then(said);
            word.is_some_and(|word| USED_AS.has(&word))
        };
        let used = number.checked_sub((1..=3).find(is_used)?)?;
        let between = used.saturating_add(1)..number;
        let is_which = |word: &str| ARTICLES.has(word) || QUALIFIERS.has(word);
        if !between.filter_map(said).all(|word| is_which(&word)) {
            return None;
        }
        let words = self.words.get(..used)?;
        let last = words.last()?;
        let is_verb = |word: &Word<'_>| USES.has(&word.lower());
        let count = words.iter().rev().take(BEFORE).position(is_verb);
        if let Some(quoted) = labels::quoted_before(self.text, last.end()).filter(|_| count.is_some()) {
            return Some(quoted);
        }
        let whole = last.bare();
        if is_token(bare(last.text)) {
            return Some(whole);
        }
        let count = count.filter(|count| *count > 0)?;
        let first = words.get(words.len().checked_sub(count)?)?;
        if count > 1
            && count <= LONGEST
            && let Some(phrase) = phrases::read(self.text, first.start)
            && phrase.range.end.saturating_add(2) >= whole.end
        {
            return Some(first.bare().start..whole.end);
        }
        let word = bare(last.text);
        let is = is_typed(word) || is_joined(word) || (self.ends_use(number) && is_word(word));
        (is && !is_no_value(word, "") && !phrases::is_reference(word)).then_some(whole)
    }

    /// Whether a clause ends with the name that stands here, or with the verb behind it.
    fn ends_use(&self, number: usize) -> bool {
        let next = self.words.get(number.saturating_add(1));
        let is_taken = |word: &Word<'_>| TAKEN.has(&word.lower());
        let is_of = |word: &Word<'_>| OF.has(&word.text.to_lowercase());
        self.ends(number) || next.is_some_and(|next| is_taken(next) || is_of(next))
    }

    /// Whether a clause ends behind a word.
    fn ends(&self, number: usize) -> bool {
        let Some(next) = self.words.get(number.saturating_add(1)) else {
            return true;
        };
        self.words.get(number).is_some_and(Word::closes)
            || CLAUSES.has(&next.lower())
            || next.text.starts_with(['(', '–', '—'])
    }

    /// The word behind a name where a verb stands before the name, at the end of the clause, or denied behind it.
    pub(super) fn by_verb(&self, number: usize) -> Option<Range<usize>> {
        let at = number.saturating_add(1);
        let (name, value) = (self.words.get(number)?, self.words.get(at)?);
        let word = bare(value.text);
        let said = |at: usize| self.words.get(at).map(Word::lower);
        let behind = said(at.saturating_add(1)).unwrap_or_default();
        let any = |is: fn(&str) -> bool| {
            let mut subject = self.subject.iter();
            subject.any(|word| is(&word.lower()))
        };
        let is_given = any(|word| HAD.has(word) || PAST.has(word)) && self.ends(at);
        let is_final = FINALS.has(&behind) && !value.closes() && self.ends(at.saturating_add(1));
        let is_denied = any(|word| OLD.has(word)) && NEGATIONS.has(&behind);
        let lower = name.text.to_lowercase();
        let language = LANGUAGES.iter().find(|(begin, _)| lower.starts_with(begin));
        let copula = language.map_or("", |(_, copula)| copula);
        if is_no_value(word, copula) || phrases::is_reference(word) || !(is_given || is_final || is_denied) {
            return None;
        }
        // "We had password problems."
        let is_compound = lower.is_ascii() && lower.starts_with('p');
        let is = is_secretive(word) || is_parted(word) || (!is_compound && is_word(word));
        is.then(|| value.bare())
    }

    /// What was meant, behind a word that only says it again: "the old one, that is X".
    pub(super) fn meant(&self, number: usize) -> Option<Range<usize>> {
        let before = self.words.get(number.saturating_sub(MEANT)..number)?;
        let (last, head) = before.split_last()?;
        let from = head
            .iter()
            .rposition(|word| word.text.ends_with(['.', ';', '!', '?']));
        let head = head.get(from.map_or(0, |from| from.saturating_add(1))..)?;
        let clause = || head.iter().chain([last]);
        let any = |is: &dyn Fn(&str) -> bool| clause().any(|word| is(&word.lower()));
        let is_known = clause().any(|word| self.is_name(word)) || self.above || !self.names.is_empty();
        let is_same = any(&|word| OLD.has(word) || SAME.has(word.rsplit(['\'', '’']).next().unwrap_or(word)));
        if !is_known || !(is_same || any(&|word| REFERENTS.has(word))) {
            return None;
        }
        let at = number.saturating_add(1);
        let next = self.words.get(at)?;
        let word = bare(next.text);
        let is = is_same && is_word(word) && self.ends(at) && !is_no_value(word, "");
        self.value(next.start, Told::Odd, "")
            .or_else(|| is.then(|| next.bare()))
    }
}

/// Whether a word can be a secret of letters alone: it is long enough, and says nothing of a change.
pub(super) fn is_word(word: &str) -> bool {
    let lower = word.to_lowercase();
    word.chars().count() > 4 && could_be(word) && !moved::is_change(&lower)
}

/// Whether a word looks like none of a language and has a stroke or an equals sign between its parts, as paths and settings have it.
pub(super) fn is_parted(word: &str) -> bool {
    let mut parts = word.split(['/', '=']);
    let is_part = |part: &str| part.chars().count() > 1 && part.chars().all(char::is_alphanumeric);
    word.contains(['/', '=']) && is_odd(word) && parts.all(is_part)
}
