//! Names of one or two letters in text. They are replaced as they are spelled, and where they are a word as well, only where what
//! stands before or behind says that a name is meant: `CORP\an`, `user an`.

use std::collections::BTreeMap;

use super::Kind;
use super::text::is_word;

/// Words of one and two letters that stand in reports and logs.
const WORDS: &[&str] = &[
    "a", "i", "s", "t", "x", "am", "an", "as", "at", "be", "by", "do", "go", "he", "if", "in", "is", "it",
    "me", "my", "no", "of", "ok", "on", "or", "so", "to", "up", "us", "we", "vs", "id", "ip", "os", "pc",
    "dc", "ou", "ad", "ca", "kb", "mb", "gb", "ms", "pm", "tz", "ui", "un", "da", "der", "im", "la", "le",
    "de", "du", "el", "en", "et", "il", "un", "zu",
];

/// What stands before a name.
const LEADS: &[&str] = &[
    "user ",
    "users ",
    "account ",
    "accounts ",
    "user: ",
    "account: ",
    "user=",
    "account=",
    "user \"",
    "account \"",
    "host ",
    "computer ",
    "owner ",
    "as user ",
    "\\",
];

/// Where such names stand in a text.
pub(super) fn find(names: &BTreeMap<String, Kind>, text: &str) -> Vec<(usize, usize, Kind)> {
    let mut found = Vec::new();
    for (name, kind) in names {
        let is_common = WORDS.contains(&name.to_lowercase().as_str());
        for (start, _) in text.match_indices(name.as_str()) {
            let end = start.saturating_add(name.len());
            if is_word(text, start, end) && (!is_common || is_named(text, start, end)) {
                found.push((start, end, *kind));
            }
        }
    }
    found
}

fn is_named(text: &str, start: usize, end: usize) -> bool {
    let before = text.get(..start).unwrap_or_default();
    let near: String = before
        .chars()
        .rev()
        .take(12)
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
        .collect();
    let near = near.to_lowercase();
    let behind = text.get(end..).unwrap_or_default();
    behind.starts_with('@')
        || LEADS.iter().any(|lead| near.ends_with(lead))
        || (start == 0 && behind.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_a_word_is_found_where_a_name_is_meant() {
        let names: BTreeMap<String, Kind> = [("an", Kind::User), ("jw", Kind::User)]
            .map(|(name, kind)| (name.to_owned(), kind))
            .into();
        let places = |text: &str| {
            find(&names, text)
                .into_iter()
                .map(|(start, ..)| start)
                .collect::<Vec<_>>()
        };
        assert_eq!(places(r"an error of CORP\an"), [17]);
        assert_eq!(places("the user an had an error"), [9]);
        assert_eq!(places("jw closed it; JW did not, nor did xjw"), [0]);
        assert_eq!(places("an"), [0]);
    }
}
