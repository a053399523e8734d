//! What is said of a password that was spoken of before, in a clause of its own: "before that it was X", "the old one (X)", "it went from X
//! to Y", and a secret of nothing but words behind what says that the password is something. One grammar for all languages: what stands
//! for the password, what says that it is something, the secret, and what cannot be one. Must not know how a name is followed by its
//! value in one clause, which [`prose`](super::prose) has.

use std::ops::Range;

use super::claims::{
    WORDS, is_closed, is_german_prose, is_name_of_words, is_no_value, is_phrase_from_state,
    is_phrase_of_words, is_secretive, is_sign,
};
use super::clause_words::{Word, words_of};
use super::phrases::{self, Phrase, bare};
use super::plain::{SAID_OF, WHOSE};
use super::spoken::{CLAUSES, COPULAS, FILLERS, MOVES, PAST};
use super::states::is_state;
use super::topic_words::{ARTICLES, EARLIER, IS, MEANT, NOTES, NOWS, OLD, POINTERS, REFERENTS};
use super::verbs::{is_parted, is_word};
use super::words::{Words, has_inner_capital, is_typed};
use super::{labels, moved, prose, values, wide};

/// Words of a clause before what says that something is something.
pub(super) const SUBJECT: usize = 6;
/// Bytes of a text that is looked at.
const BYTES: usize = 2 << 10;

/// How sure it is that a value stands somewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    /// Only what looks like no word of a sentence.
    Odd,
    /// A few words, too.
    Words,
    /// Whatever stands there up to the end of the clause.
    Line,
}

/// Finds what is said of a password in a text; `above` says that the lines above speak of one.
pub(super) fn find(text: &str, above: bool) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    if text.len() > BYTES {
        return found;
    }
    let names = prose::names_in(text);
    let first = names.first().map(|name| name.start);
    if first.is_none() && !above {
        return found;
    }
    found.extend(names.iter().filter_map(|name| labels::before(text, name.start)));
    wide::find(text, above, &names, &mut found);
    let words = words_of(text);
    let mut clause = 0_usize;
    for (number, word) in words.iter().enumerate() {
        let is_known = above || first.is_some_and(|first| word.end() > first);
        if is_known {
            let subject = words.get(clause..number).unwrap_or_default();
            let place = Clause {
                text,
                words: &words,
                subject,
                names: &names,
                above,
            };
            found.extend(place.at(number, word));
        }
        if word.closes() {
            clause = number.saturating_add(1);
        }
    }
    // "Bila je" says twice that it was.
    found.dedup();
    found
}

/// A place in a clause.
pub(super) struct Clause<'c, 't> {
    pub(super) text: &'t str,
    pub(super) words: &'c [Word<'t>],
    /// The words of the clause before the place.
    pub(super) subject: &'c [Word<'t>],
    pub(super) names: &'c [Range<usize>],
    /// The lines above speak of a password.
    pub(super) above: bool,
}

impl Clause<'_, '_> {
    /// The secrets that a word announces.
    fn at(&self, number: usize, word: &Word<'_>) -> Vec<Range<usize>> {
        let lower = word.lower();
        if let Some(label) = is_sign(word.text) {
            return self.behind_sign(number, label);
        }
        if NOWS.has(&lower) && self.subject.iter().any(|word| self.is_name(word)) {
            return self.behind_copula(number, word, "");
        }
        if lower == "on" {
            return match self.names.iter().any(|name| self.is_finnic(name)) {
                true => self.behind_copula(number, word, "on"),
                false => Vec::new(),
            };
        }
        if MEANT.has(&lower)
            && let Some(meant) = self.meant(number)
        {
            return vec![meant];
        }
        if EARLIER.has(&lower)
            && let Some(next) = self
                .words
                .get(number.saturating_add(1))
                .filter(|next| next.closes())
            && let Some(value) = self.value(next.start, Told::Odd, "")
        {
            return vec![value];
        }
        if COPULAS.has(&lower) || IS.has(&lower) {
            return self.behind_copula(number, word, &lower);
        }
        if MOVES.has(&lower) {
            return self.behind_move(number, word).into_iter().collect();
        }
        let names = self.is_name(word);
        if !(names || REFERENTS.has(&lower)) {
            return Vec::new();
        }
        if names && let Some(used) = self.used_as(number) {
            return vec![used];
        }
        if names
            && !word.closes()
            && let Some(given) = self.by_verb(number)
        {
            return vec![given];
        }
        if names && self.is_member(number, word) {
            let next = self
                .words
                .get(number.saturating_add(1))
                .map_or(0, |next| next.start);
            let found = self.value(next, Told::Line, "");
            return found.into_iter().collect();
        }
        self.beside(number, word, names).into_iter().collect()
    }

    /// Whether a name is a word of a language in which "on" means "is".
    fn is_finnic(&self, name: &Range<usize>) -> bool {
        let name = self.text.get(name.clone()).unwrap_or_default().to_lowercase();
        ["salasana", "tunnussana", "parool"]
            .iter()
            .any(|known| name.starts_with(known))
    }

    /// The secret beside a name or what stands for one, in brackets or after a comma: "the old one (X)", "the old password, X, ...".
    fn beside(&self, number: usize, word: &Word<'_>, names: bool) -> Option<Range<usize>> {
        let next = self.words.get(number.saturating_add(1))?;
        if next.text.starts_with(['(', '[']) {
            self.in_brackets(next)
        } else if word.text.ends_with(',') && (names || self.names_before(number)) {
            let told = self.value(next.start, Told::Odd, "").filter(|range| {
                // A comma ends what is said beside.
                let behind = self.text.get(range.end..).unwrap_or_default();
                behind.starts_with([',', '.', ')']) || behind.is_empty()
            });
            told.filter(|range| {
                self.text
                    .get(range.clone())
                    .is_some_and(|value| value.contains(' ') || is_secretive(value))
            })
        } else if !names && !word.closes() {
            let first = bare(next.text);
            let is_word = is_secretive(first) && first.contains(char::is_lowercase);
            let value = self.value(next.start, Told::Odd, "");
            value.filter(|range| {
                is_word || (first.starts_with(char::is_uppercase) && range.len() > first.len())
            })
        } else if self.is_with(number) {
            self.names_from(next)
        } else {
            None
        }
    }

    /// Whether a word is a name of a password or ends one.
    pub(super) fn is_name(&self, word: &Word<'_>) -> bool {
        self.names.iter().any(|name| {
            name.start < word.end()
                && name.end > word.start
                && name.end.saturating_add(4) >= word.end().saturating_sub(2)
        })
    }

    /// Whether a name of a password stands a few words before one.
    fn names_before(&self, number: usize) -> bool {
        let from = number.saturating_sub(2);
        self.words
            .get(from..number)
            .unwrap_or_default()
            .iter()
            .any(|word| self.is_name(word))
    }

    /// The secret in brackets that begin with a word.
    fn in_brackets(&self, word: &Word<'_>) -> Option<Range<usize>> {
        let inner = values::in_brackets(self.text, word.start)?.inner;
        let said = self.text.get(inner.clone())?;
        let range = values::quoted(self.text, inner.start).map_or(inner.clone(), |quoted| quoted.inner);
        let first = said.split_whitespace().next()?;
        let is_phrase =
            phrases::read(said, 0).is_some_and(|phrase| phrase.words > 1) || is_name_of_words(said);
        let is = is_secretive(said) || range != inner || is_phrase;
        (is && !said.contains([':', '=', '/']) && !is_no_value(bare(first), "")).then_some(range)
    }

    /// What stands behind a word that says that something is something.
    fn behind_copula(&self, number: usize, word: &Word<'_>, lower: &str) -> Vec<Range<usize>> {
        let is_over = word.text.ends_with(['.', '!', '?', ',']);
        let Some(told) = self.subject(lower).filter(|_| !is_over) else {
            return Vec::new();
        };
        let mut at = number.saturating_add(1);
        // "vorher war es X".
        while let Some(next) = self.words.get(at) {
            let bare = next.lower();
            let goes_on = FILLERS.has(&bare)
                || POINTERS.has(&bare)
                || COPULAS.has(&bare)
                || IS.has(&bare)
                || (REFERENTS.has(&bare) && next.text.ends_with(':'));
            if !goes_on || next.text.ends_with(['.', ',', ';']) {
                break;
            }
            at = at.saturating_add(1);
        }
        // "it went from X to Y".
        let from = self.words.get(at).map_or(0, |next| next.start);
        if matches!(lower, "went") {
            return moved::both(self.text, from);
        }
        // Some say what it became.
        let is_to = |next: &&Word<'_>| moved::is_change(&next.text.to_lowercase());
        if self.words.get(at).filter(is_to).is_some() {
            return Vec::new();
        }
        self.value(from, told, lower).into_iter().collect()
    }

    /// What a password was changed to, where that is nothing but words.
    fn behind_move(&self, number: usize, word: &Word<'_>) -> Option<Range<usize>> {
        let changed = |word: &Word<'_>| moved::is_change(&word.text.to_lowercase());
        let before = self.subject;
        let near = before.get(before.len().saturating_sub(3)..).unwrap_or_default();
        let is = near.iter().any(changed) && before.iter().any(|word| self.is_name(word));
        let behind = self.text.get(word.end()..)?;
        let same = before.get(before.len().saturating_sub(7)..).unwrap_or_default();
        let is = is
            || (same.iter().any(|word| self.is_name(word))
                && (before.iter().any(changed) || moved::ends_with_change(behind)));
        let next = self.words.get(number.saturating_add(1)).filter(|_| is)?;
        // It is something of the password that was changed.
        let says = |word: &Word<'_>| {
            let lower = word.lower();
            SAID_OF.has(&lower) && !WHOSE.has(&lower)
        };
        let name = before.iter().rposition(|word| self.is_name(word))?;
        if before.get(name.saturating_add(1)).is_some_and(says) {
            return None;
        }
        let is_sure = near.iter().any(changed);
        self.value(next.start, Told::Words, "").filter(|range| {
            let said = self.text.get(range.clone()).unwrap_or_default();
            let is_host = !is_sure && (said.contains('-') || has_inner_capital(said));
            said.contains(' ') || (is_secretive(said) && !is_host)
        })
    }

    /// What may stand behind a clause that begins so; none where it speaks of something else.
    fn subject(&self, copula: &str) -> Option<Told> {
        let name = self.subject.iter().rposition(|word| self.is_name(word));
        if let Some(name) = name {
            let rest = self.subject.get(name.saturating_add(1)..).unwrap_or_default();
            let says = |word: &Word<'_>| {
                SAID_OF.has(&word.text.to_lowercase()) && !WHOSE.has(&word.text.to_lowercase())
            };
            return (rest.len() <= SUBJECT && !rest.first().is_some_and(says)).then_some(Told::Words);
        }
        let is_known = |word: &Word<'_>| {
            let lower = word.lower();
            REFERENTS.has(&lower) || POINTERS.has(&lower) || ARTICLES.has(&lower)
        };
        let refers = |word: &Word<'_>| REFERENTS.has(&word.lower());
        let is_near = (!self.names.is_empty() && (self.subject.iter().any(refers) || PAST.has(copula)))
            || self.says_earlier(copula);
        let told = if is_near { Told::Words } else { Told::Odd };
        (self.subject.len() <= SUBJECT && self.subject.iter().all(is_known)).then_some(told)
    }

    /// Whether a clause is about a password and says that it is no more: "the old password", "the password used to be".
    fn speaks_of_an_old_one(&self, copula: &str) -> bool {
        let old = |word: &Word<'_>| OLD.has(&word.lower());
        let names = self.subject.iter().any(|word| self.is_name(word));
        names && (PAST.has(copula) || self.subject.iter().any(old))
    }

    /// Whether a clause says nothing but that something was another one earlier: "before it was".
    fn says_earlier(&self, copula: &str) -> bool {
        let is = |words: &Words| {
            let mut subject = self.subject.iter();
            subject.any(|word| words.has(&word.lower()))
        };
        let known = |word: &Word<'_>| {
            let lower = word.lower();
            POINTERS.has(&lower) || ARTICLES.has(&lower)
        };
        PAST.has(copula) && is(&EARLIER) && self.subject.iter().all(known)
    }

    /// The secret that stands here.
    pub(super) fn value(&self, at: usize, told: Told, copula: &str) -> Option<Range<usize>> {
        let text = self.text;
        if let Some(found) = values::quoted(text, at) {
            let inner = text.get(found.inner.clone())?;
            let first = inner.split_whitespace().next()?;
            return (inner.chars().count() > 3 && !is_no_value(first, copula)).then_some(found.inner);
        }
        let (place, word) = phrases::next(text, at)?;
        let inner = bare(word);
        if is_no_value(inner, copula) {
            return (told != Told::Odd)
                .then(|| self.phrase_from_state(place, copula))
                .flatten();
        }
        let is_phrase = |phrase: &Phrase| {
            let said = text.get(phrase.range.clone()).unwrap_or_default();
            phrase.words > 1
                && (phrase.signed || phrase.numbered)
                && (phrase.signed || told != Told::Odd || said.starts_with(char::is_uppercase))
        };
        if let Some(phrase) = phrases::read(text, place).filter(is_phrase) {
            return Some(phrase.range);
        }
        let start = place.saturating_add(word.find(inner)?);
        let is_said =
            told == Told::Words && COPULAS.has(copula) && self.subject.iter().any(|word| self.is_name(word));
        let is_last = || {
            text.get(place.saturating_add(word.len())..)
                .is_some_and(|rest| is_closed(word, rest.trim()))
        };
        let is_typed = || is_typed(inner) && !phrases::is_reference(inner) && is_last();
        if is_secretive(inner) || (told != Told::Odd && is_parted(inner)) || (is_said && is_typed()) {
            return Some(start..start.saturating_add(inner.len()));
        }
        (told != Told::Odd).then(|| self.words_from(place.saturating_add(word.find(inner)?), told, copula))?
    }

    /// A secret of words that begins with one for a state: "the password is correct horse battery".
    fn phrase_from_state(&self, at: usize, copula: &str) -> Option<Range<usize>> {
        let rest = self.text.get(at..)?;
        let end = rest.find(['.', ',', ';', '!', '?', '(', ')', '\r', '\n', '"']);
        let said = rest.get(..end.unwrap_or(rest.len()))?.trim_end();
        is_phrase_from_state(said, copula).then(|| at..at.saturating_add(said.len()))
    }

    /// A secret of nothing but words that begins here: with a capital, or with what is said of its blanks behind it.
    fn words_from(&self, at: usize, told: Told, copula: &str) -> Option<Range<usize>> {
        let from = self.words.iter().position(|word| word.end() > at)?;
        let mut last = from;
        let mut count = 0_usize;
        for (number, word) in self.words.iter().enumerate().skip(from) {
            let inner = bare(word.text);
            let lower = inner.to_lowercase();
            let next = self.words.get(number.saturating_add(1));
            let is_joint = || next.is_some_and(|next| next.closes() && !is_no_value(bare(next.text), copula));
            let is_clause = CLAUSES.has(&lower) && !word.closes() && !is_joint();
            if count > 0
                && (is_clause
                    || matches!(word.text, "/" | "|" | "->" | "→")
                    || word.text.starts_with(['(', '[', '-', '–', '—', 'و', 'ו']))
            {
                break;
            }
            let is_letters = !inner.is_empty()
                && inner
                    .chars()
                    .all(|c| c.is_alphabetic() || matches!(c, '\'' | '’' | '-'));
            count = count.saturating_add(1);
            if !is_letters || count > WORDS || is_state(&lower) || WHOSE.has(&lower) || self.is_name(word) {
                return None;
            }
            last = number;
            if word.closes() {
                break;
            }
        }
        let last = self.words.get(last)?;
        let end = at.saturating_add(
            self.text
                .get(at..last.end())?
                .trim_end_matches(|c: char| !c.is_alphanumeric())
                .len(),
        );
        let said = self.text.get(at..end)?;
        let behind = self.text.get(last.end()..)?.trim_start();
        let is_noted = is_noted(last.text, behind);
        let is_line = told == Told::Line
            && (count > 1 || said.chars().count() > 5)
            && said.contains(char::is_alphabetic);
        let is_said = COPULAS.has(copula) && self.subject.iter().any(|word| self.is_name(word));
        let is_line =
            is_line || (is_said && is_phrase_of_words(said, copula) && is_closed(last.text, behind));
        // "The old password was plumtree." What an old one was is the word itself; states are known above.
        let is_one = count == 1
            && said.chars().count() > 4
            && COPULAS.has(copula) | IS.has(copula)
            && (self.speaks_of_an_old_one(copula)
                || (said.starts_with(char::is_lowercase) && self.says_earlier(copula) && is_word(said)))
            && is_closed(last.text, behind);
        let is = is_line
            || is_one
            || (count > 1 && (is_noted || is_name_of_words(said)) && !is_german_prose(said, copula));
        is.then_some(at..end)
    }
}

/// Whether what stands behind a word says that a secret has blanks or letters of its own: in brackets, or behind a comma.
fn is_noted(last: &str, behind: &str) -> bool {
    let note = match behind.strip_prefix('(') {
        Some(note) => note.split(')').next(),
        None => behind
            .split(['.', ';', ','])
            .next()
            .filter(|_| last.ends_with(',')),
    };
    note.is_some_and(|note| NOTES.iter().any(|known| note.to_lowercase().contains(known)))
}
