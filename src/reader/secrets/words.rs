//! What a word is: one of a language, a name, or what neither looks like. Must not know where it stands.

use super::plain::PLAIN;

/// Whether a name is that of a password and not of a token or a key.
pub(super) fn is_word(name: &str) -> bool {
    const TOKENS: [&str; 6] = ["token", "secret", "key", "sig", "clave", "κωδικός"];
    let name = name.trim_end_matches(|c: char| c.is_ascii_digit());
    !TOKENS.iter().any(|end| name.ends_with(end)) && !name.ends_with("signature")
}

/// A word of many meanings: `pass="specialize"`, "all tests pass: 7".
pub(super) fn is_pass(name: &str) -> bool {
    name == "pass"
}

/// Whether letters and something else make up a word.
pub(super) fn is_mixed(word: &str) -> bool {
    is_strong(word) && word.contains(|c: char| !c.is_alphabetic())
}

/// Whether a word stands for a secret or for none, or goes on a sentence.
pub(super) fn is_plain(word: &str) -> bool {
    let word = word
        .trim_matches([
            '.', ',', ';', ':', '!', '?', ')', '{', '}', '[', ']', '"', '\'', '>',
        ])
        .to_lowercase();
    word.is_empty()
        || PLAIN.contains(&word.as_str())
        || word.bytes().all(|byte| matches!(byte, b'*' | b'x' | b'.'))
}

/// Whether a word looks like none of a language: letters with digits, signs within, or capitals within.
pub(in crate::reader) fn is_strong(word: &str) -> bool {
    let word = word.trim_matches(['.', ',', ';', ':', '"', '\'', ')', '(', '[', ']']);
    let has = |is: fn(char) -> bool| word.chars().any(is);
    let is_number = word.starts_with("0x") || !has(char::is_alphabetic);
    let signs = word.contains(['!', '#', '$', '%', '^', '&', '*', '+', '=', '~', '?', '@', '_']);
    word.chars().count() >= 6
        && !is_number
        && !word.contains(['\\'])
        && (has(|c| c.is_ascii_digit()) || signs || has_inner_capital(word))
}

/// Whether a word looks like neither a word of a language nor the name of an account, a host, a file or a setting.
pub(super) fn is_sure(word: &str) -> bool {
    let has = |is: fn(char) -> bool| word.chars().any(is);
    let signs = word.contains(['!', '#', '$', '%', '^', '&', '*', '+', '~', '?', '@']);
    let cases = has(char::is_uppercase) && has(char::is_lowercase);
    is_strong(word)
        && has(|c| c.is_ascii_digit())
        && (signs || cases)
        && !word.contains(['=', '(', '{', '/', ':'])
        && !has_extension(word)
}

/// Whether a word ends as the names of files do: a sign within, and a few letters behind the last full stop.
fn has_extension(word: &str) -> bool {
    word.trim_end_matches('.')
        .rsplit_once('.')
        .is_some_and(|(_, end)| (2..=4).contains(&end.len()) && end.chars().all(|c| c.is_ascii_lowercase()))
}

fn has_inner_capital(word: &str) -> bool {
    let mut before = None;
    word.chars().any(|c| {
        let inner = c.is_uppercase() && before.is_some_and(char::is_lowercase);
        before = Some(c);
        inner
    })
}

/// Whether a word is encoded bytes.
pub(super) fn is_coded(word: &str) -> bool {
    word.contains(|c: char| c.is_ascii_digit() || matches!(c, '=' | '~' | '+' | '%'))
        || has_inner_capital(word)
}
