//! Names of passwords with their values behind a sign, in a column or beside an account, within sentences. Must not know what sentences say
//! of them.

use std::ops::Range;

use super::claims::{WORDS, is_no_value};
use super::clause_words::Word;
use super::moved;
use super::phrases::{self, bare};
use super::plain::{OF, QUALIFIERS, REFERS, SAID_OF};
use super::spoken::{BETWEEN, COPULAS, FILLERS};
use super::states::is_state;
use super::topic_words::{ARTICLES, JOINTS, NAMED_AFTER, POINTERS, REFERENTS, TRIED, USERS, WITH};
use super::topics::{Clause, SUBJECT, Told};
use super::words::{is_plain, is_sure};

/// Secrets beside each other.
const ITEMS: usize = 6;

/// Quotation marks: what opens, and what closes.
const MARKS: [(char, char); 7] = [
    ('"', '"'),
    ('\'', '\''),
    ('`', '`'),
    ('„', '“'),
    ('“', '”'),
    ('«', '»'),
    ('»', '«'),
];

/// What stands before the name of what it is: `"X" is the new password`.
pub(super) fn before(text: &str, name: usize) -> Option<Range<usize>> {
    let head = text.get(..name)?;
    let line = head.rfind(['\r', '\n']).map_or(0, |end| end.saturating_add(1));
    let head = head.get(line..)?;
    let mut words = head.split_whitespace().rev();
    let copula = words
        .by_ref()
        .take(4)
        .find(|word| COPULAS.has(&word.to_lowercase()))?;
    let before = line.saturating_add(head.rfind(copula)?);
    let alone = || {
        let word = words.next().map(bare).filter(|word| is_sure(word))?;
        let start = text.get(..before)?.rfind(word)?;
        Some(start..start.saturating_add(word.len()))
    };
    quoted_before(text, before).or_else(alone)
}

/// What stands between quotation marks that close here.
pub(super) fn quoted_before(text: &str, end: usize) -> Option<Range<usize>> {
    let head = text.get(..end)?.trim_end();
    let line = head.rfind(['\r', '\n']).map_or(0, |end| end.saturating_add(1));
    let head = head.get(line..)?;
    let (open, close) = *MARKS.iter().find(|(_, close)| head.ends_with(*close))?;
    let inner = head.strip_suffix(close)?;
    let start = inner.rfind(open)?.saturating_add(open.len_utf8());
    let said = inner.get(start..)?;
    let is = said.chars().count() > 3 && said.len() < 80 && !is_no_value(said.split_whitespace().next()?, "");
    is.then(|| line.saturating_add(start)..line.saturating_add(inner.len()))
}

impl Clause<'_, '_> {
    /// Whether a name stands alone before its value: in a column of names, or behind the name of an account.
    pub(super) fn is_member(&self, number: usize, word: &Word<'_>) -> bool {
        let Some(next) = self.words.get(number.saturating_add(1)) else {
            return false;
        };
        if word.closes() {
            return false;
        }
        let gap = self.text.get(word.end()..next.start).unwrap_or_default();
        let line = self
            .text
            .get(..word.start)
            .and_then(|head| head.rsplit('\n').next());
        let is_first = line.is_some_and(|line| line.trim().is_empty());
        let rest = self.text.get(next.start..).unwrap_or_default();
        if is_first
            && (gap.contains('\t') || gap.len() > 1)
            && !rest.contains(['\t', '|'])
            && !rest.contains("  ")
        {
            return true;
        }
        // "user rb1, password X, domain D".
        let before = self.words.get(..number).unwrap_or_default();
        let account = before.len().checked_sub(2).and_then(|from| before.get(from..));
        let Some([user, account]) = account else {
            return false;
        };
        USERS.has(&bare(user.text).to_lowercase()) && account.text.ends_with([',', ';', '/'])
    }

    /// Whether somebody logs on with the name that stands here: "with the password X".
    pub(super) fn is_with(&self, number: usize) -> bool {
        let before = self
            .words
            .get(number.saturating_sub(5)..number)
            .unwrap_or_default();
        before.iter().any(|word| WITH.has(&word.text.to_lowercase()))
    }

    /// Words with capitals that begin here, where there are some.
    pub(super) fn names_from(&self, word: &Word<'_>) -> Option<Range<usize>> {
        let from = self.words.iter().position(|other| other.start == word.start)?;
        let is_name = |word: &&Word<'_>| {
            let inner = bare(word.text);
            inner.starts_with(char::is_uppercase)
                && inner.contains(char::is_lowercase)
                && !is_no_value(inner, "")
                && !phrases::is_reference(inner)
        };
        let count = self.words.iter().skip(from).take_while(is_name).count();
        let last = self
            .words
            .get(from.saturating_add(count.min(WORDS)).checked_sub(1)?)?;
        let end = last.start.saturating_add(bare(last.text).len());
        (count > 1).then_some(word.start..end)
    }

    /// What stands behind a colon, an arrow or an equals sign behind the name of a password, and further ones beside it.
    pub(super) fn behind_sign(&self, number: usize, label: &str) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        let Some(label) = self.is_label(number, label) else {
            return found;
        };
        let Some(mut next) = self.words.get(number.saturating_add(1)) else {
            return found;
        };
        for _ in 0..ITEMS {
            let from = next
                .start
                .saturating_add(next.text.len() - next.text.trim_start_matches(['*', '_', '`']).len());
            let told = if found.is_empty() { label } else { Told::Odd };
            let Some(range) = self.value(from, told, "") else {
                break;
            };
            let end = range.end;
            found.push(range);
            let mut behind = self.words.iter().skip_while(|word| word.start < end).peekable();
            let comma = self.text.get(end..).is_some_and(|rest| rest.starts_with(','));
            let is_joint = |word: &&&Word<'_>| {
                matches!(word.text, "/" | "|" | "&" | ",") || JOINTS.has(&word.text.to_lowercase())
            };
            let joint = behind.next_if(|word| is_joint(&word)).is_some();
            let Some(word) = behind.peek().filter(|_| comma || joint) else {
                break;
            };
            next = word;
        }
        found
    }

    /// Whether what stands before a sign is the name of a password with what only says which one it is.
    fn is_label(&self, number: usize, label: &str) -> Option<Told> {
        let words = self.words.get(..number).unwrap_or_default();
        // A full stop ends what was said before.
        let from = words
            .iter()
            .rposition(|word| word.text.ends_with(['.', ',', ';', '!', '?', '|']));
        let words = words
            .get(from.map_or(0, |from| from.saturating_add(1))..)
            .unwrap_or_default();
        let this = self.words.get(number);
        let all = words.iter().chain(this.filter(|_| !label.is_empty()));
        let first = all.clone().position(|word| self.is_name(word))?;
        let is_of_name = |word: &Word<'_>| NAMED_AFTER.has(&bare(word.text).to_lowercase());
        if all.clone().take(first).any(is_of_name) {
            return None;
        }
        let is_which = |word: &&Word<'_>| {
            let lower = bare(word.text).to_lowercase();
            self.is_name(word)
                || [
                    &REFERENTS,
                    &POINTERS,
                    &ARTICLES,
                    &QUALIFIERS,
                    &OF,
                    &FILLERS,
                    &BETWEEN,
                ]
                .iter()
                .any(|known| known.has(&lower))
                || TRIED.has(&lower)
                || phrases::is_reference(bare(word.text))
                || lower.contains(|c: char| c.is_ascii_digit() || matches!(c, '_' | '.'))
                || word.text.starts_with('(')
                || matches!(word.text, "/" | "-" | "&")
        };
        let behind = all.skip(first);
        let others = behind.clone().filter(|word| !is_which(word));
        let says = |word: &Word<'_>| {
            let lower = bare(word.text).to_lowercase();
            SAID_OF.has(&lower)
                || REFERS.has(&lower)
                || is_state(&lower)
                || moved::is_change(&lower)
                || is_plain(&lower)
        };
        (behind.clone().count() <= SUBJECT && !others.clone().any(says)).then(|| match others.count() {
            0 => Some(Told::Line),
            1 | 2 => Some(Told::Odd),
            _ => None,
        })?
    }
}
