//! The sentences in which the system tells a code, in several languages, each known by a few telling words in their order: what
//! stands between them (names, articles, line breaks) does not matter, nor do apostrophes, which people leave out. Knows no format
//! and no label.

use std::sync::OnceLock;

use super::{Code, CodeClass, CodeValue, Codes};
use crate::model::{Clue, CodeSpace, Keyed, UNSPACED};

/// No more bytes lie between two telling words of one sentence.
const GAP: usize = 90;
/// No more bytes lie between all of them, besides one for each.
const GAPS: usize = 130;
/// Places of a first word that are tried.
const STARTS: usize = 16;
/// The signs that stand for an apostrophe.
const APOSTROPHES: &[char] = &['\'', '’', '‘', '´', '`', 'ʼ', '′'];

/// Words that any program writes. Where one of them were searched for first, nearly every line would have to be looked at.
const EVERYDAY: &[&str] = &[
    "access",
    "algorithm",
    "allowed",
    "another",
    "application",
    "associated",
    "attempt",
    "attempts",
    "attribut",
    "attribute",
    "automatically",
    "available",
    "because",
    "between",
    "certificate",
    "change",
    "changed",
    "client",
    "combination",
    "complete",
    "component",
    "components",
    "computer",
    "configuration",
    "connect",
    "connected",
    "connection",
    "consistent",
    "contact",
    "contains",
    "context",
    "continue",
    "currently",
    "database",
    "definition",
    "difference",
    "directory",
    "disabled",
    "display",
    "domain",
    "driver",
    "element",
    "enabled",
    "encryption",
    "failure",
    "function",
    "generate",
    "impossible",
    "information",
    "instance",
    "insufficient",
    "integrity",
    "invalid",
    "license",
    "licensed",
    "limite",
    "malformed",
    "mapping",
    "message",
    "modified",
    "namespace",
    "number",
    "object",
    "operation",
    "password",
    "permission",
    "process",
    "program",
    "properties",
    "provider",
    "reached",
    "received",
    "references",
    "request",
    "required",
    "resources",
    "restriction",
    "section",
    "security",
    "service",
    "services",
    "session",
    "settings",
    "signed",
    "specified",
    "started",
    "supplied",
    "supported",
    "system",
    "terminated",
    "token",
    "unable",
    "unexpected",
    "unreachable",
    "unsupported",
    "validate",
    "values",
    "version",
    "virtual",
    "windows",
];
/// Words that deny what they stand among. What an account is, no sentence of the system tells with one.
const DENIALS: &[&str] = &[
    "not", "isn't", "isnt", "never", "nicht", "kein", "keine", "nie", "pas", "no", "não", "nao", "non", "не",
    "ні", "inte", "ikke", "ej", "niet", "geen", "není", "neni", "nem", "nincs", "değil",
];
/// A word of fewer Latin letters is one of everyday, too.
const SHORTEST: usize = 6;

/// One sentence.
#[derive(Debug, Clone)]
struct Phrase {
    words: Vec<String>,
    /// The rarest of them, or two that stand side by side, which is searched for first.
    key: String,
    /// Another word that must stand there; empty where there is none.
    other: String,
    /// Whether it tells what an account is.
    of_state: bool,
    code: (CodeSpace, CodeValue),
}

/// The sentences of all codes.
#[derive(Debug, Clone, Default)]
pub(super) struct Sayings {
    phrases: Vec<Phrase>,
    /// Finds the keys, and the place of the sentence of each.
    finder: OnceLock<Keyed<usize>>,
}

/// A sentence that was found: the code, and where it stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Said<'c> {
    /// The code that it tells.
    pub(crate) code: &'c Code,
    start: usize,
    end: usize,
    /// Letters of its words: the more, the surer.
    letters: usize,
}

impl Sayings {
    pub(super) fn new<'c>(codes: impl Iterator<Item = &'c Code>) -> Self {
        let mut phrases = Vec::new();
        for code in codes {
            for text in &code.said {
                let Some(key) = key_of(&text.to_lowercase()) else {
                    continue;
                };
                phrases.push(Phrase {
                    words: text.split_whitespace().map(plain).collect(),
                    other: other_than(&key, text),
                    key,
                    of_state: code.class == CodeClass::Account,
                    code: (code.space, code.value.clone()),
                });
            }
        }
        Self {
            phrases,
            finder: OnceLock::new(),
        }
    }

    fn found_in(&self, text: &str) -> Vec<(&Phrase, usize, usize)> {
        let phrases = self.phrases.iter().enumerate();
        let make = || Keyed::new(phrases.map(|(place, phrase)| (&phrase.key, place)));
        let mut places: Vec<usize> = Vec::new();
        let finder = self.finder.get_or_init(make);
        finder.each(text, |place, _| places.push(*place));
        places.sort_unstable();
        places.dedup();
        let found = |place: usize| {
            let phrase = self.phrases.get(place)?;
            let (start, end) = phrase.find(text)?;
            Some((phrase, start, end))
        };
        places.into_iter().filter_map(found).collect()
    }
}

/// What is searched for first of words in lower case: the longest that is not of everyday, else the longest two that stand side by
/// side. Apostrophes cut words, since people leave them out.
fn key_of(words: &str) -> Option<String> {
    let runs = words.split(|letter: char| letter.is_whitespace() || APOSTROPHES.contains(&letter));
    let letters = |run: &str| run.chars().count();
    let is_rare = |run: &&str| {
        let is_short = letters(run) < SHORTEST && run.chars().all(|letter| letter < UNSPACED);
        !is_short && !EVERYDAY.contains(&run.trim_end_matches([':', ',', '.']))
    };
    if let Some(rare) = runs.clone().filter(is_rare).max_by_key(|run| letters(run)) {
        return Some(rare.to_owned());
    }
    let whole: Vec<&str> = words.split_whitespace().collect();
    let pairs = whole.windows(2).map(|pair| pair.join(" "));
    let pairs = pairs.filter(|pair| !pair.contains(APOSTROPHES));
    let pair = pairs.max_by_key(|pair| letters(pair));
    pair.or_else(|| runs.max_by_key(|run| letters(run)).map(str::to_owned))
}

/// The longest word of a sentence besides that one; none that may be spelled in more than one way.
fn other_than(key: &str, text: &str) -> String {
    let words = text.split_whitespace().map(str::to_lowercase);
    let others =
        words.filter(|word| word.bytes().all(|byte| byte.is_ascii_alphanumeric()) && !key.contains(&**word));
    others.max_by_key(String::len).unwrap_or_default()
}

impl Phrase {
    /// Where all words stand in their order, close enough to each other and in one sentence.
    fn find(&self, text: &str) -> Option<(usize, usize)> {
        let (first, others) = self.words.split_first()?;
        let starts = text.match_indices(first.as_str()).take(STARTS);
        starts.into_iter().find_map(|(start, word)| {
            let mut end = start.saturating_add(word.len());
            let mut between = 0_usize;
            for word in others {
                let rest = text.get(end..)?;
                let at = rest.find(word.as_str()).filter(|at| *at <= GAP)?;
                let gap = rest.get(..at)?;
                if gap.contains(". ") || self.of_state && denies(gap) {
                    return None;
                }
                between = between.saturating_add(at.saturating_sub(1));
                end = end.saturating_add(at).saturating_add(word.len());
            }
            (between <= GAPS).then_some((start, end))
        })
    }
}

/// Whether words deny: "the account is not locked".
fn denies(gap: &str) -> bool {
    let mut words = gap.split(|letter: char| !letter.is_alphanumeric() && !APOSTROPHES.contains(&letter));
    words.any(|word| DENIALS.contains(&word))
}

impl Codes {
    /// The codes that the sentences of a text tell. Of sentences that overlap, the one counts of which more stands there.
    pub(crate) fn said_in(&self, text: &str) -> Vec<Said<'_>> {
        let text = plain(text);
        let mut found: Vec<Said<'_>> = Vec::new();
        for (phrase, start, end) in self.sayings().found_in(&text) {
            let Some(code) = self.entries.get(&phrase.code) else {
                continue;
            };
            found.push(Said {
                code,
                start,
                end,
                letters: phrase.words.iter().map(String::len).sum(),
            });
        }
        found.sort_by_key(|said| (std::cmp::Reverse(said.letters), said.start));
        let mut kept: Vec<Said<'_>> = Vec::new();
        for said in found {
            let overlaps = |other: &Said<'_>| said.start < other.end && other.start < said.end;
            if !kept.iter().any(overlaps) {
                kept.push(said);
            }
        }
        kept.sort_by_key(|said| said.start);
        kept
    }

    /// For each sentence that the tables know two words of it, or one of few words.
    pub(crate) fn sentence_clues(&self) -> impl Iterator<Item = Clue> {
        self.sayings().phrases.iter().map(|phrase| Clue {
            literal: phrase.key.as_str().into(),
            with: phrase.other.as_str().into(),
        })
    }
}

/// Lower case, with one kind of blank and without apostrophes.
fn plain(text: &str) -> String {
    let lower = text.to_lowercase();
    let letters = lower.chars().filter(|letter| !APOSTROPHES.contains(letter));
    letters
        .map(|letter| if letter.is_whitespace() { ' ' } else { letter })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn symbols(text: &str) -> Vec<String> {
        let codes = Codes::embedded().unwrap();
        let said = codes.said_in(text);
        said.iter().map(|said| said.code.symbol.clone()).collect()
    }

    #[test]
    fn sentences_are_known_by_their_words_in_any_language() {
        for (text, symbol) in [
            (
                "ERROR: The user name or password is incorrect.",
                "ERROR_LOGON_FAILURE",
            ),
            (
                "FEHLER: Eine angegebene Anmeldesitzung ist\nnicht vorhanden.",
                "ERROR_NO_SUCH_LOGON_SESSION",
            ),
            (
                "Le nom d’utilisateur ou le mot de passe est incorrect.",
                "ERROR_LOGON_FAILURE",
            ),
            (
                "Anmeldung an CORP: Das Konto des Benutzers ist momentan deaktiviert",
                "ERROR_ACCOUNT_DISABLED",
            ),
        ] {
            assert_eq!(symbols(text), [symbol], "{text}");
        }
    }

    #[test]
    fn apostrophes_and_case_do_not_matter() {
        for text in [
            "We can't sign you in with this credential because your domain isn't available.",
            "we cant sign you in with this credential because your domain isnt available",
            "WE CAN’T SIGN YOU IN WITH THIS CREDENTIAL BECAUSE YOUR DOMAIN ISN’T AVAILABLE.",
        ] {
            assert_eq!(symbols(text), ["ERROR_NO_LOGON_SERVERS"], "{text}");
        }
        assert_eq!(
            symbols("Le compte de l´utilisateur a expiré."),
            ["ERROR_ACCOUNT_EXPIRED"]
        );
    }

    #[test]
    fn of_two_sentences_in_one_place_the_longer_counts() {
        assert_eq!(
            symbols("The password for this account has expired."),
            ["ERROR_PASSWORD_EXPIRED"]
        );
        assert_eq!(
            symbols("The user's account has expired."),
            ["ERROR_ACCOUNT_EXPIRED"]
        );
    }

    #[test]
    fn what_an_account_is_not_is_no_sentence() {
        let codes = Codes::embedded().unwrap();
        let told = |text: &str| codes.said_in(text).len();
        assert_eq!(told("Kontot är låst."), 1);
        assert_eq!(told("Kontot är inte låst, lösenordet är bytt."), 0);
        assert_eq!(told("the account is not currently disabled"), 0);
    }

    #[test]
    fn words_far_apart_or_in_another_order_are_no_sentence() {
        assert!(symbols("password incorrect is or the user name").is_empty());
        let far = format!("the user name {} or password is incorrect", "x ".repeat(100));
        assert!(symbols(&far).is_empty());
    }

    #[test]
    fn every_sentence_has_its_clue() {
        let codes = Codes::embedded().unwrap();
        let sentences: Vec<String> = codes
            .iter()
            .flat_map(|code| &code.said)
            .map(|text| text.to_lowercase())
            .collect();
        let clues: Vec<Clue> = codes.sentence_clues().collect();
        assert_eq!(sentences.len(), clues.len());
        for (text, clue) in sentences.iter().zip(&clues) {
            assert!(
                text.contains(&*clue.literal) && text.contains(&*clue.with),
                "{text}: {clue:?}"
            );
        }
        let alone = clues
            .iter()
            .filter(|clue| clue.with.is_empty() && clue.literal.is_ascii());
        assert!(alone.count() < 20, "most sentences have two words of their own");
    }

    #[test]
    fn every_sentence_is_found_and_told_of_one_code() {
        let codes = Codes::embedded().unwrap();
        for code in codes.iter() {
            for text in &code.said {
                let said = codes.said_in(text);
                assert!(
                    said.iter().any(|said| said.code == code),
                    "{} does not tell {} {:?}",
                    text,
                    code.space,
                    code.value
                );
            }
        }
    }
}
