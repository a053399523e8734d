//! What can be a secret where a sentence says that one stands there, and what cannot. Must not know what says so.

use super::moved;
use super::phrases::{self, bare};
use super::plain::{REFERS, SAID_OF};
use super::spoken::{BETWEEN, FILLERS};
use super::states::{ends_as_state, is_state};
use super::tokens::{is_joined, is_named, is_token};
use super::words::{self, could_be, is_odd, is_plain, is_typed};

/// Words of a secret of nothing but words.
pub(super) const WORDS: usize = 6;

/// What stands before a colon, an arrow or an equals sign at the end of a word; none where there is none.
pub(super) fn is_sign(word: &str) -> Option<&str> {
    let word = word.trim_end_matches(['*', '_', '`', '"']);
    ["->", "=>", "→", ":", "：", "="]
        .iter()
        .find_map(|sign| word.strip_suffix(sign))
}

/// Whether words can be a secret that begins with a capital: neither the first nor the last holds a sentence together.
pub(super) fn is_name_of_words(said: &str) -> bool {
    let mut words = said.split_whitespace();
    let (Some(first), Some(last)) = (words.next(), words.next_back()) else {
        return false;
    };
    let is_inner = |word: &str| word.chars().count() > 1 && !phrases::is_function(&word.to_lowercase());
    said.starts_with(char::is_uppercase)
        && first.contains(char::is_lowercase)
        && said.split_whitespace().count() <= WORDS
        && said
            .chars()
            .all(|c| c.is_alphabetic() || matches!(c, ' ' | '\'' | '’' | '-'))
        && is_inner(first)
        && is_inner(last)
        && !is_state(&first.to_lowercase())
}

/// Whether a clause ends behind a word.
pub(super) fn is_closed(word: &str, behind: &str) -> bool {
    // Arabic and Hebrew join "and" to the next word.
    behind.is_empty()
        || word.ends_with(['.', ',', ';', '!', ')'])
        || behind.starts_with(['و', 'ו', '(', '–', '—'])
}

/// Whether a few words hold no sentence together and say nothing of a state.
pub(super) fn is_phrase_of_words(said: &str, copula: &str) -> bool {
    const STATES: [&str; 16] = [
        "case",
        "too",
        "user",
        "company",
        "streng",
        "very",
        "sehr",
        "très",
        "muy",
        "molto",
        "muito",
        "bardzo",
        "очень",
        "mycket",
        "meget",
        "zeer",
    ];
    let mut words = said.split_whitespace();
    (2..=4).contains(&words.clone().count())
        && words.all(|word| {
            let lower = word.to_lowercase();
            word.chars().count() > 2 && !is_no_value(word, copula) && !STATES.contains(&&*lower)
        })
}

/// Whether words behind one for a state are no sentence that says more of it: none of them holds a sentence together.
pub(super) fn is_phrase_from_state(said: &str, copula: &str) -> bool {
    let mut words = said.split(' ');
    let begins = words
        .next()
        .is_some_and(|first| is_state(&first.to_lowercase()) || is_plain(first));
    let is_content = |word: &str| {
        word.chars().count() > 2 && word.chars().all(char::is_alphabetic) && !is_no_value(word, copula)
    };
    begins && (3..=WORDS).contains(&said.split(' ').count()) && words.all(is_content)
}

/// Whether words behind "ist" are a sentence, whose nouns have capitals: an article stands in it.
pub(super) fn is_german_prose(said: &str, copula: &str) -> bool {
    const ARTICLES: [&str; 14] = [
        "der", "die", "das", "des", "dem", "den", "ein", "eine", "eines", "einer", "von", "vom", "für", "im",
    ];
    matches!(copula, "ist" | "war" | "sei" | "is" | "was" | "bleibt" | "steht")
        && said.split_whitespace().any(|word| ARTICLES.contains(&word))
}

/// Whether a word looks like a secret where something says that it is one.
pub(super) fn is_secretive(word: &str) -> bool {
    let word = bare(word);
    let is_dashed = word.matches(['-', '.', '_']).count() > 0
        && word
            .chars()
            .all(|c| c.is_alphabetic() || matches!(c, '-' | '.' | '_'));
    let is = is_odd(word)
        || is_token(word)
        || is_typed(word)
        || (is_joined(word) && (is_dashed || word.contains(words::is_sign)));
    let is_account = is_named(word) && !has_mixed_letters(word);
    is && !word.contains(' ') && could_be(word) && !phrases::is_reference(word) && !is_account
}

/// Whether a word has a capital and a digit, as names of accounts seldom have.
pub(super) fn has_mixed_letters(word: &str) -> bool {
    word.contains(char::is_uppercase) || !word.is_ascii()
}

/// Whether a word can be no secret, nor begin one.
pub(super) fn is_no_value(word: &str, copula: &str) -> bool {
    let lower = word.to_lowercase();
    is_plain(word)
        || is_state(&lower)
        || ends_as_state(word, copula)
        || REFERS.has(&lower)
        || SAID_OF.has(&lower)
        || BETWEEN.has(&lower)
        || FILLERS.has(&lower)
        || phrases::is_function(&lower)
        || phrases::is_thing(&lower)
        || moved::is_change(&lower)
        || super::is_secret_name(&lower)
}
