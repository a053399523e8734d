//! Ordinary words, of people and of Windows. An account may be called `user` or `security`; wherever it is not written as
//! `DOMAIN\user`, the word means what it says and stays.
//!
//! The list holds every word of the fixed sentences of the knowledge, which a test compares, and the words that people use most in
//! what they report. It has no name of a person.

use std::sync::LazyLock;

static WORDS: LazyLock<Vec<&'static str>> = LazyLock::new(|| include_str!("words.txt").lines().collect());

/// Whether a name is nothing but ordinary words.
pub(super) fn is_ordinary(name: &str) -> bool {
    let folded = name.to_lowercase();
    let mut parts = folded.split_whitespace().peekable();
    parts.peek().is_some() && parts.all(|part| WORDS.binary_search(&part).is_ok())
}

#[cfg(test)]
mod tests {
    use super::{WORDS, is_ordinary};

    #[test]
    fn the_list_is_sorted_and_has_words_and_no_names() {
        assert!(WORDS.is_sorted_by(|a, b| a < b));
        for word in ["user", "Security", "NT", "Terminal Services", "true"] {
            assert!(is_ordinary(word), "{word}");
        }
        for name in ["erika", "Erika Muster", "RPA-07", "FILE-SERVER", "", " "] {
            assert!(!is_ordinary(name), "{name}");
        }
    }
}
