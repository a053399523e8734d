//! Words that look like none of a language and like no name of a thing. Must not know where they stand.

use super::phrases::is_reference;
use super::states::is_state;
use super::words::{has_inner_capital, is_plain, is_sign};

/// Signs that stand between letters of a secret, and seldom of a word.
const INNER: [char; 5] = ['&', '!', '§', '€', '~'];
/// The same, where a digit stands in the word, too.
const WITH_DIGIT: [char; 9] = [',', ';', '#', '?', '$', '%', '+', '^', '*'];
/// Names of keys, which stand joined in sentences.
const KEYS: [&str; 18] = [
    "ctrl", "strg", "alt", "altgr", "shift", "umschalt", "maj", "win", "del", "entf", "suppr", "canc", "esc",
    "tab", "enter", "mayús", "fn", "cmd",
];

/// Whether a word is made of words with a sign between them, and is no name of a thing.
pub(super) fn is_joined(word: &str) -> bool {
    let parts: Vec<&str> = word.split(|c: char| !c.is_alphanumeric()).collect();
    word.chars().count() >= 8
        && !is_reference(word)
        && !is_state(&word.to_lowercase())
        && !is_plain(word)
        && (parts.len() >= 3
            || (parts.len() == 2 && word.contains(char::is_uppercase))
            || has_inner_capital(word))
        && word.contains(char::is_lowercase)
        && word.matches('.').count() < 2
}

/// Whether a word can be the name of an account, a host or a program: letters, and digits at its end or behind a sign.
pub(super) fn is_named(word: &str) -> bool {
    let head = word.trim_end_matches(|c: char| c.is_ascii_digit());
    head.chars()
        .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
        && !head.contains(|c: char| c.is_ascii_digit())
}

/// Whether a word looks like none of a language and no name: a sign between its letters, a digit within them, or letters of both cases and
/// digits in turns.
pub(super) fn is_token(word: &str) -> bool {
    let count = word.chars().count();
    if !(6..=64).contains(&count)
        || is_reference(word)
        || word.contains('@')
        || word.contains(['=', '(', '[', '<', '"', '/'])
    {
        return false;
    }
    let lower = word.to_lowercase();
    // What tells a file or a key apart, and opens nothing.
    if ["sha256:", "sha1:", "sha512", "md5:"]
        .iter()
        .any(|kind| lower.starts_with(kind))
    {
        return false;
    }
    // Cells of a row.
    if [',', ';', '|'].iter().any(|sign| word.matches(*sign).count() > 1) {
        return false;
    }
    let has_digit = word.contains(|c: char| c.is_ascii_digit());
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    let is_key = || lower.split('+').any(|part| KEYS.contains(&part));
    let signed = letters >= 4
        && !lower.contains("amp;")
        && (is_between(word, &INNER) || (has_digit && is_between(word, &WITH_DIGIT)))
        && !is_key()
        && !is_symbol(word)
        && !is_issue(word);
    signed || (letters >= 4 && is_woven(word))
}

/// Whether a word names an issue of a project by its number.
fn is_issue(word: &str) -> bool {
    let number = word.rsplit_once('#').map(|(_, number)| number);
    number.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Whether a word is the name of a function behind that of its module, as debuggers write it.
fn is_symbol(word: &str) -> bool {
    word.split_once('!').is_some_and(|(module, function)| {
        let is_name = |name: &str| {
            name.chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | ':'))
        };
        is_name(module) && has_inner_capital(function) && function.split('+').next().is_some_and(is_name)
    })
}

/// Whether one of these signs stands between letters or digits.
fn is_between(word: &str, signs: &[char]) -> bool {
    word.char_indices().any(|(place, c)| {
        let before = word.get(..place).and_then(|head| head.chars().next_back());
        let behind = word
            .get(place.saturating_add(c.len_utf8())..)
            .and_then(|rest| rest.chars().next());
        signs.contains(&c)
            && before.is_some_and(char::is_alphanumeric)
            && behind.is_some_and(char::is_alphanumeric)
    })
}

/// Whether letters of both cases and digits change often in one part of a word, as in keys.
fn is_woven(word: &str) -> bool {
    let kind = |c: char| match c {
        c if c.is_ascii_digit() => 1,
        c if c.is_uppercase() => 2,
        c if c.is_alphabetic() => 3,
        _ => 0,
    };
    let is_part = |part: &str| {
        let kinds: Vec<u8> = part.chars().map(kind).collect();
        let changes = kinds
            .windows(2)
            .filter(|pair| matches!(pair, [a, b] if a != b && !(*a == 2 && *b == 3)))
            .count();
        let digits = kinds.iter().filter(|kind| **kind == 1).count();
        part.len() >= 8 && digits >= 2 && changes >= 5
    };
    word.split(|c: char| !c.is_alphanumeric()).any(is_part) && !word.contains(is_sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_look_like_none_are_told_from_names() {
        for word in [
            "corn&grain,7",
            "Plum!tree",
            "lime&salt7",
            "Waffle,3",
            "Ash,Oak&Elm",
            "kq-Zt8LqXw3Vn7Rb",
        ] {
            assert!(is_token(word), "{word}");
        }
        for word in [
            "RPA-VM-017",
            "svc_robot11",
            "ntdll!RtlUserThreadStart+0x21",
            "Ctrl+Alt+Del",
            "project#1290",
            "2026-03-02T08:15:00",
            "v23.10.8.71542",
            "ann@corp.test",
            "C:\\rpa\\run&go.cmd",
            "name=a&b",
            "Server2019",
            "0x8007052E",
            "3c1f7a90-8b5e-4d27-a1c3-77f0e9d2b6aa",
            "hello,world",
        ] {
            assert!(!is_token(word), "{word}");
        }
    }
}
