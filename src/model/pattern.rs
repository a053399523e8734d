//! A regular expression of the knowledge, compiled when the first text comes that may hold a match. A run asks few of the
//! many there are, and compiling all of them takes longer than reading a small bundle. Knows no formats and no causes.

use std::sync::{Arc, OnceLock};

use regex::{Captures, Regex, RegexBuilder, bytes};
use regex_syntax::hir::{Hir, HirKind};

/// Bytes that a compiled expression may take: files of users are no reason to run out of memory.
const COMPILED_BYTES: usize = 1 << 20;

/// A regular expression. Case does not count, and `.` crosses lines. Copies share what was compiled.
#[derive(Debug, Clone)]
pub(crate) struct Pattern(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    text: Box<str>,
    /// What every match contains, apart from the case of ASCII letters; may be empty.
    needed: OnceLock<Box<str>>,
    /// `None` inside when it does not compile.
    compiled: OnceLock<Option<Regex>>,
    /// The same for texts in ASCII alone, which takes a tenth of the time to compile: no tables of Unicode's classes and cases.
    /// `None` inside when it needs those.
    ascii: OnceLock<Option<bytes::Regex>>,
}

impl Pattern {
    /// An expression of anybody's: compiled at once, so that a mistake shows where it is written.
    ///
    /// # Errors
    /// What the engine says of it.
    pub(crate) fn new(text: &str) -> Result<Self, regex::Error> {
        let pattern = Self::built_in(text);
        pattern.0.compiled.set(Some(compile(text)?)).ok();
        Ok(pattern)
    }

    /// An expression that comes with the program, which tests have compiled. One that does not compile matches nothing.
    pub(crate) fn built_in(text: &str) -> Self {
        Self(Arc::new(Inner {
            text: text.into(),
            needed: OnceLock::new(),
            compiled: OnceLock::new(),
            ascii: OnceLock::new(),
        }))
    }

    /// The compiled expression; `None` when it does not compile.
    pub(crate) fn regex(&self) -> Option<&Regex> {
        self.0
            .compiled
            .get_or_init(|| compile(&self.0.text).ok())
            .as_ref()
    }

    /// Whether it says itself how much of a text it goes over: between two places, or from one end of it.
    pub(crate) fn spans(&self) -> bool {
        [".*", "^", "$"].iter().any(|sign| self.0.text.contains(sign))
    }

    /// Whether a text holds a match.
    pub(crate) fn is_match(&self, text: &str) -> bool {
        if !self.may_match(text) {
            return false;
        }
        let ascii = self.ascii().filter(|_| text.is_ascii());
        match ascii {
            Some(regex) => regex.is_match(text.as_bytes()),
            None => self.regex().is_some_and(|regex| regex.is_match(text)),
        }
    }

    /// The expression for texts in ASCII, unless the one for all texts is at hand or must be.
    fn ascii(&self) -> Option<&bytes::Regex> {
        if self.0.compiled.get().is_some() {
            return None;
        }
        let compile = || {
            bytes::RegexBuilder::new(&self.0.text)
                .unicode(false)
                .case_insensitive(true)
                .dot_matches_new_line(true)
                .size_limit(COMPILED_BYTES)
                .build()
                .ok()
        };
        self.0.ascii.get_or_init(compile).as_ref()
    }

    /// The groups of the first match in a text.
    pub(crate) fn captures<'t>(&self, text: &'t str) -> Option<Captures<'t>> {
        self.may_match(text).then(|| self.regex()?.captures(text))?
    }

    /// The names of the named groups.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.regex()
            .into_iter()
            .flat_map(|regex| regex.capture_names().flatten())
    }

    /// Letters beyond ASCII may be other cases of ASCII ones, so that such a text decides nothing.
    fn may_match(&self, text: &str) -> bool {
        holds(text.as_bytes(), self.needed().as_bytes()) || !text.is_ascii()
    }

    fn needed(&self) -> &str {
        let find = || {
            let parsed = regex_syntax::Parser::new().parse(&self.0.text).ok();
            parsed.as_ref().and_then(needed).unwrap_or_default().into()
        };
        self.0.needed.get_or_init(find)
    }
}

fn compile(text: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(text)
        .case_insensitive(true)
        .dot_matches_new_line(true)
        .size_limit(COMPILED_BYTES)
        .build()
}

/// The longest literal in ASCII that every match contains.
fn needed(expression: &Hir) -> Option<String> {
    match expression.kind() {
        HirKind::Literal(literal) => {
            let text = std::str::from_utf8(&literal.0)
                .ok()
                .filter(|text| text.is_ascii())?;
            Some(text.to_owned())
        }
        HirKind::Capture(group) => needed(&group.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => needed(&repetition.sub),
        HirKind::Concat(parts) => parts.iter().filter_map(needed).max_by_key(String::len),
        _ => None,
    }
}

/// Whether bytes hold others, apart from the case of ASCII letters.
fn holds(text: &[u8], needed: &[u8]) -> bool {
    let Some((first, rest)) = needed.split_first() else {
        return true;
    };
    let (lower, upper) = (first.to_ascii_lowercase(), first.to_ascii_uppercase());
    memchr::memchr2_iter(lower, upper, text).any(|at| {
        let tail = text.get(at.saturating_add(1)..).unwrap_or_default();
        tail.get(..rest.len())
            .is_some_and(|tail| tail.eq_ignore_ascii_case(rest))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needed_of(text: &str) -> String {
        Pattern::built_in(text).needed().to_owned()
    }

    #[test]
    fn what_every_match_contains() {
        assert_eq!(
            needed_of(r"(?:^|/)MSRD-Results-(?<host>[^/]+?)(?:-\d{8})?/"),
            "MSRD-Results-"
        );
        assert_eq!(needed_of(r"ab(?:cde|fgh)+ij?"), "ab");
        assert_eq!(needed_of(r"(?:long)?(x){0,3}"), "");
        assert_eq!(needed_of(r"Straße"), "", "letters beyond ASCII have other cases");
        assert_eq!(needed_of(r"(?:abc){2,}d"), "abc");
    }

    #[test]
    fn nothing_is_lost_by_looking_for_it_first() {
        let pattern = Pattern::built_in(r"task\s+failed:\s(?<code>\d+)");
        assert_eq!(&pattern.captures("TASK  Failed: 12").unwrap()["code"], "12");
        assert!(
            pattern.is_match("ta\u{17f}\u{212a} failed: 1"),
            "other cases of s and k"
        );
        assert!(!pattern.is_match("task failed."));
        assert_eq!(pattern.names().collect::<Vec<_>>(), ["code"]);
    }

    #[test]
    fn texts_in_ascii_are_matched_alike() {
        for (text, hay, fits) in [
            (r"\w+\s\d{2}\b.+x", "Task 12\nfor X", true),
            (r"stra\u{df}e|gr(?:u|\u{fc})n", "GRUN", true),
            (r"[\u{430}-\u{44f}]+", "abc", false),
            (r"^(?<name>[^\s]+)$", "svc-robot", true),
        ] {
            let (lazy, whole) = (Pattern::built_in(text), Pattern::new(text).unwrap());
            assert_eq!(lazy.is_match(hay), fits, "{text}");
            assert_eq!(whole.is_match(hay), fits, "{text}");
        }
    }

    #[test]
    fn a_mistake_shows_at_once_or_matches_nothing() {
        assert!(Pattern::new("(").is_err());
        assert!(
            Pattern::new(&format!("(?:{}){{1000}}", r"\w{100}")).is_err(),
            "too large"
        );
        assert!(!Pattern::built_in("(").is_match("("));
    }
}
