//! The quick look: words without any of which a text holds no secret, and which of the forms each of them asks for. Must not know how
//! forms are applied.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::calls::CALL_HINTS;
use super::givens::{GIVENS, PAIRS};
use super::layers::LAYER_HINTS;
use super::pairs::PAIR_HINTS;
use super::pins::PIN_HINTS;
use super::rules::{RULES, Rule};
use super::secret_names::NAMED;
use super::shapes::SHAPES;
use super::sources::SOURCES;
use super::spoken::{SAID_HINTS, SPOKEN};
use super::tools::{COMMAND_HINTS, FUNCTION_ENDS};
use crate::model::Literals;

/// How many rules there are.
const COUNT: usize = RULES.len() + SHAPES.len() + SOURCES.len() + SPOKEN.len() + GIVENS.len() + PAIRS.len();

/// What finds secrets otherwise, each with a number behind those of the rules.
pub(super) const COMMANDS: usize = COUNT;
pub(super) const PROSE: usize = COUNT + 1;
pub(super) const CALLS: usize = COUNT + 2;
pub(super) const TABLES: usize = COUNT + 3;
/// What only a text within this one can hold.
const LAYERS: usize = COUNT + 4;
pub(super) const PINS: usize = COUNT + 5;
pub(super) const BESIDE: usize = COUNT + 6;

/// All rules.
pub(super) fn rules() -> impl Iterator<Item = &'static Rule> {
    let written = RULES.iter().chain(SHAPES).chain(SOURCES);
    written.chain(SPOKEN).chain(GIVENS).chain(PAIRS)
}

/// Numbers of rules, one bit for each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Wanted([u128; 2]);

impl Wanted {
    /// What the words of a text ask for, and where those words begin that are names of secrets.
    pub(super) fn of(text: &str) -> (Self, Vec<usize>) {
        let mut wanted = Self::default();
        let mut names = Vec::new();
        if let Some(hints) = HINTS.as_ref() {
            hints.words.searcher(text.len()).each(text.as_bytes(), |hit| {
                let rules = hints.rules.get(hit.literal).copied().unwrap_or_default();
                if rules.has(TABLES) {
                    names.push(hit.start);
                }
                wanted.join(rules);
            });
        }
        (wanted, names)
    }

    pub(super) fn has(self, number: usize) -> bool {
        let part = self.0.get(number / 128).copied().unwrap_or_default();
        part >> (number % 128) & 1 == 1
    }

    fn note(&mut self, number: usize) {
        if let Some(part) = self.0.get_mut(number / 128) {
            *part |= 1 << (number % 128);
        }
    }

    fn join(&mut self, other: Self) {
        for (part, other) in self.0.iter_mut().zip(other.0) {
            *part |= other;
        }
    }
}

/// What a quick look searches for: the hints of all rules, and which rules each belongs to. The last numbers are those of what is read
/// without rules.
struct Hints {
    words: Literals,
    rules: Vec<Wanted>,
}

static HINTS: LazyLock<Option<Hints>> = LazyLock::new(|| {
    let mut all: BTreeMap<Box<str>, Wanted> = BTreeMap::new();
    let mut note = |hint: &str, number: usize| {
        all.entry(hint.to_ascii_lowercase().into())
            .or_default()
            .note(number);
    };
    for (number, rule) in rules().enumerate() {
        rule.hints.split(';').for_each(|hint| note(hint, number));
    }
    for end in FUNCTION_ENDS.each() {
        note(&format!("{end} "), COMMANDS);
    }
    for (hints, number) in [
        (COMMAND_HINTS, COMMANDS),
        (NAMED, PROSE),
        (SAID_HINTS, PROSE),
        (CALL_HINTS, CALLS),
        (NAMED, TABLES),
        ("keyname ;keyname\t", TABLES),
        (LAYER_HINTS, LAYERS),
        (PIN_HINTS, PINS),
        (PAIR_HINTS, BESIDE),
    ] {
        hints.split(';').for_each(|hint| note(hint, number));
    }
    let (words, rules): (Vec<_>, Vec<_>) = all.into_iter().unzip();
    // Most text of every log goes through it.
    let words = Literals::new(words).ok()?;
    Some(Hints { words, rules })
});

/// Whether a text has any of the words.
pub(super) fn is_hinted(text: &[u8]) -> bool {
    HINTS
        .as_ref()
        .is_some_and(|hints| hints.words.searcher(text.len()).is_in(text))
}

/// Fails where there are more rules than numbers.
#[cfg(test)]
pub(super) fn check_count() {
    const { assert!(BESIDE < 256, "a bit for each") };
}
