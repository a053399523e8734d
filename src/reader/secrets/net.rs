//! The net below all forms: in a note in which people speak of passwords, what looks like one wherever it stands, and what was found to be a
//! secret wherever it stands again. Must not know what sentences say.

use std::ops::Range;

use aho_corasick::AhoCorasick;

use super::tokens::is_token;
use super::words::{is_odd, is_sign, is_strong};

/// Bytes of a secret that is looked for again: a shorter one stands in other words.
const SHORTEST: usize = 6;
/// Secrets that are looked for again.
const MOST: usize = 256;
/// What stands before a number and a sign in names of cases, and in how many of something there are.
const REFERENCES: [&str; 24] = [
    "ticket", "case", "fall", "vorgang", "inc", "incident", "bug", "issue", "pr", "req", "chg", "change",
    "task", "sr", "room", "raum", "nr", "no", "id", "event", "error", "fehler", "server", "windows",
];

/// Secrets that were found, to be found again.
#[derive(Debug, Default)]
pub(super) struct Again(Vec<String>);

impl Again {
    /// Remembers a secret, if it looks like nothing else.
    pub(super) fn add(&mut self, secret: &str) {
        let is_phrase = secret.split_whitespace().count() > 2;
        let is_told = secret.len() >= SHORTEST && (is_phrase || is_strong(secret));
        if is_told && self.0.len() < MOST && !self.0.iter().any(|known| known == secret) {
            self.0.push(secret.to_owned());
        }
    }

    /// What finds them; none where there are none.
    pub(super) fn searcher(&self) -> Option<AhoCorasick> {
        let some = (!self.0.is_empty()).then_some(&self.0)?;
        AhoCorasick::builder()
            .match_kind(aho_corasick::MatchKind::LeftmostLongest)
            .build(some)
            .ok()
    }
}

/// Where secrets that were found stand again as words of their own.
pub(super) fn again(text: &str, searcher: &AhoCorasick) -> Vec<Range<usize>> {
    let is_apart = |found: &Range<usize>| {
        let before = text.get(..found.start).and_then(|text| text.chars().next_back());
        let behind = text.get(found.end..).and_then(|text| text.chars().next());
        ![before, behind].into_iter().flatten().any(char::is_alphanumeric)
    };
    let places = searcher.find_iter(text).map(|found| found.range());
    places.filter(is_apart).collect()
}

/// What looks like a password in a text, whatever stands around it.
pub(super) fn cast(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    for word in
        text.split(|c: char| c.is_whitespace() || matches!(c, '"' | '“' | '”' | '„' | '«' | '»' | '`'))
    {
        let bare = word.trim_matches(['.', ',', ';', ':', '\'', '(', ')', '[', ']', '>', '<', '*', '?']);
        if is_caught(bare) {
            let start = at + word.find(bare).unwrap_or(0);
            found.push(start..start + bare.len());
        }
        // Each mark between two words is one character.
        let end = at + word.len();
        at = end
            + text
                .get(end..)
                .and_then(|rest| rest.chars().next())
                .map_or(0, char::len_utf8);
    }
    found
}

/// Whether a word has letters, digits and a sign, as few words but passwords have.
fn is_caught(word: &str) -> bool {
    let bare = word.trim_end_matches('!');
    let exclaimed = bare.len() < word.len();
    let has = |is: fn(char) -> bool| word.contains(is);
    let head = bare.trim_end_matches(|c: char| c.is_ascii_digit());
    let head = head.trim_end_matches(is_sign).to_lowercase();
    // Versions have a plus, what stands for many names a star, and the account of a machine a dollar at its end.
    let named = bare.strip_suffix('$').unwrap_or(bare);
    let is_signed = || named.contains(|c| is_sign(c) && !matches!(c, '+' | '*'));
    has(char::is_alphabetic)
        && has(|c| c.is_ascii_digit())
        && !word.contains(['/', '|', '\\', '=', '{', '}', '<', '>', '@'])
        && !REFERENCES.contains(&&*head)
        && ((is_signed() && (is_odd(bare) || is_token(bare))) || (exclaimed && is_word_and_number(bare)))
}

/// Whether a word is one of a language with a capital and a number behind it: `Sommer2024`.
fn is_word_and_number(word: &str) -> bool {
    let head = word.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = word.len() - head.len();
    let mut letters = head.chars();
    letters.next().is_some_and(char::is_uppercase)
        && head.chars().count() >= 4
        && (2..=4).contains(&digits)
        && letters.all(char::is_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caught(text: &str) -> Vec<&str> {
        cast(text)
            .into_iter()
            .filter_map(|range| text.get(range))
            .collect()
    }

    #[test]
    fn what_looks_like_a_password_is_caught_wherever_it_stands() {
        for (text, secret) in [
            (
                "If that fails, try the one from before: Herbst#2023.",
                "Herbst#2023",
            ),
            ("we use Sommer2024! for all robots", "Sommer2024!"),
            ("(svc-rpa / Kx7!pq22)", "Kx7!pq22"),
            ("»Zima$77x« stand auf dem Zettel", "Zima$77x"),
        ] {
            assert_eq!(caught(text), [secret], "{text}");
        }
    }

    #[test]
    fn names_of_things_go_through() {
        for text in [
            "Ticket#4711, bug#12 and INC0012345 are closed!",
            "It works on Windows11! And on Server2022! See KB5034441!",
            "svc-robot01@corp.example, CORP\\svc-rpa$2 and https://x.example/a?b=C1!",
            "error 0x8007052E, S-1-5-21-1-2-3-500, build 19045.3930, C:\\Temp\\a#1.txt",
            "the password of RPA07$ and DESKTOP-1N4R894$ was not changed, as that of Robot*01",
            "RPA-07 and dc01.corp.example at 10:42:07, task \\Nightly, version 1.2.3+build4",
        ] {
            assert_eq!(caught(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn what_was_found_is_found_again() {
        let mut known = Again::default();
        for secret in ["Sommer2024", "abc", "blue horse stands", "password"] {
            known.add(secret);
        }
        let searcher = known.searcher().expect("two are worth it");
        let text = "Sommer2024 again, xSommer2024, and blue horse stands; password";
        let found: Vec<_> = again(text, &searcher)
            .into_iter()
            .filter_map(|range| text.get(range))
            .collect();
        assert_eq!(found, ["Sommer2024", "blue horse stands"]);
    }
}
