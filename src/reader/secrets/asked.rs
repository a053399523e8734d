//! What a line asks for, and the answer in the one below it: a question and a word, an option and its value, a label on a page and its text.
//! Must not know how lines follow each other.

use std::ops::Range;

use super::announced::is_short_name;
use super::{text, words};

/// Whether a few words ask for a password.
pub(super) fn is_question(said: &str) -> bool {
    said.ends_with('?')
        && said.split_whitespace().count() <= 12
        && said
            .split(|c: char| !c.is_alphanumeric())
            .any(|word| is_short_name(word) || text::is_secret_name(word))
}

/// The one word of an answer, behind who says it.
pub(super) fn answer(said: &str) -> Option<Range<usize>> {
    let word = said.split_whitespace().next_back()?;
    let start = said.rfind(word)?;
    let who = said.get(..start)?.trim_end();
    let alone = who.is_empty() || who.ends_with([':', '>', ']', '|']);
    (alone && words::is_typed(word)).then(|| start..start.saturating_add(word.len()))
}

/// Whether an item of a list of arguments is an option that a secret stands behind, and whether it means nothing else: `-p`, `--password`,
/// `password=`.
pub(super) fn argument(said: &str) -> Option<bool> {
    let option = said.trim_start_matches(['-', '/']);
    let name = option.trim_end_matches('=');
    let is_option = option.len() < said.len() || name.len() < option.len();
    let sure = text::is_secret_name(name)
        || ["rp", "pw", "pass"]
            .iter()
            .any(|known| name.eq_ignore_ascii_case(known));
    let is = is_option && !said.contains(' ') && (sure || name.eq_ignore_ascii_case("p"));
    is.then_some(sure)
}

/// The item of a list behind such an option, where it can be its secret.
pub(super) fn value(said: &str, sure: bool) -> Vec<Range<usize>> {
    let is = words::is_typed(said) || words::is_odd(said) || (sure && words::is_given(said));
    let whole = 0..said.len();
    is.then_some(whole).into_iter().collect()
}

/// The one word of a line of a page, whatever elements stand around it, where it can be a secret.
pub(super) fn within_elements(said: &str) -> Option<Range<usize>> {
    let start = said.starts_with('<').then(|| said.find('>'))??.saturating_add(1);
    let word = said.get(start..)?.split('<').next()?.trim();
    let plain = word.replace("&amp;", "&");
    let start = start.saturating_add(said.get(start..)?.find(word)?);
    words::is_typed(&plain).then(|| start..start.saturating_add(word.len()))
}

/// Whether a line of a script is a remark of a few words that speaks of a password.
pub(super) fn is_remark(said: &str) -> bool {
    const MARKS: [&str; 6] = [";", "#", "//", "'", "--", "rem "];
    const WORDS: [&str; 9] = [
        "passw",
        "kennw",
        "pwd",
        "contrase",
        "mot de passe",
        "senha",
        "hasł",
        "парол",
        "credential",
    ];
    let lower = said.to_lowercase();
    MARKS.iter().any(|mark| lower.starts_with(mark))
        && lower.split_whitespace().count() <= 8
        && WORDS.iter().any(|word| lower.contains(word))
}
