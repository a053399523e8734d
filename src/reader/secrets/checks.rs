//! Whether a value is what a form asks for. Must not know where it stands.

use super::plain::{OF, QUALIFIERS, SAID_OF, WHOSE};
use super::rules::Check;
use super::states::is_state;
use super::tokens::{is_joined, is_token};
use super::words::{
    could_be, is_account, is_call, is_coded, is_dotted, is_given, is_key, is_mixed, is_mixed_wide, is_odd,
    is_pass, is_plain, is_strong, is_sure, is_typed, is_word,
};
use super::{encoded, phrases};

/// Words of a secret in several behind a label.
const PHRASE_WORDS: usize = 6;

/// What stands behind a name.
pub(super) struct Found<'t> {
    /// The value.
    pub(super) text: &'t str,
    /// The name, in lower case.
    pub(super) name: &'t str,
    /// The words between the two, in lower case.
    pub(super) between: &'t str,
    /// No quotation marks stand around it.
    pub(super) bare: bool,
    /// An equals sign stands before it.
    pub(super) assigned: bool,
}

impl Found<'_> {
    /// Whether it is what a form asks for.
    pub(super) fn holds(&self, check: Check) -> bool {
        let Self { text, name, bare, .. } = *self;
        let first = text.split([' ', '\t']).next().unwrap_or(text);
        // What a script calls.
        if bare && check != Check::Shape && is_call(first) {
            return false;
        }
        match check {
            Check::Shape => true,
            Check::Any => !bare || !is_plain(first),
            Check::Strong => {
                is_strong(first) && !is_state(&first.trim_end_matches(['!', '?', '.', ',']).to_lowercase())
            }
            Check::Sure => is_sure(first),
            Check::Coded => is_coded(text),
            Check::Key => is_key(text),
            Check::Odd => is_odd(first) || is_key(first),
            Check::Mixed => is_mixed_wide(text),
            Check::Encoded => encoded::holds_secret(text),
            Check::Given => is_given(text),
            Check::Typed => is_typed(first),
            Check::Joined => {
                (is_typed(text) || is_joined(text) || is_token(text) || phrases::read(text, 0).is_some())
                    && !phrases::is_reference(first)
                    && !is_plain(first)
            }
            Check::Signed => {
                is_odd(first) || (is_typed(first) && first.contains(['!', '#', '$', '~', '^', '§', '€']))
            }
            Check::Pair => {
                !is_account(first) && !first.contains('|') && (is_typed(first) || is_capital(first))
            }
            Check::Line => {
                let is_phrase = || phrases::read(text, 0).is_some_and(|phrase| phrase.words > 1);
                !is_plain(first) && (!is_pass(name) || is_mixed(first) || is_phrase())
            }
            Check::Label => self.is_label(first),
            Check::ByName if is_word(name) => {
                let dotted = (!bare || self.assigned) && is_dotted(text);
                let told = !is_pass(name) || is_mixed(text) || dotted;
                told && (!bare || !is_plain(first))
            }
            // Words that mean a key or a code as often.
            Check::ByName if name.ends_with("clave") || name.ends_with("κωδικός") => is_sure(text),
            Check::ByName if bare && is_camel(text) => false,
            Check::ByName => is_strong(text) || (!bare && self.is_quoted_key()),
        }
    }

    /// Whether what stands between quotation marks can be a key: one long word, or several that are no sentence.
    fn is_quoted_key(&self) -> bool {
        let count = self.text.split(' ').count();
        match count {
            1 => self.text.len() >= 8,
            _ => count > 2 && self.name.ends_with("key") && is_given(self.text),
        }
    }

    /// Whether a value behind a label of several words is a secret: where the words say which password it is, whatever is no state.
    fn is_label(&self, first: &str) -> bool {
        let text = self.text.trim_end();
        let alone = first.len() == text.len();
        let cases = first.contains(char::is_uppercase) && first.contains(char::is_lowercase);
        if alone && cases && is_strong(first) {
            return true;
        }
        let is_phrase =
            text.split_whitespace().count() <= PHRASE_WORDS && !text.contains([':', '=', '"', '\\']);
        let told = first.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        is_phrase
            && (says_which(self.between) || (is_slavic(self.name) && is_owner(self.between)))
            && if alone { could_be(first) } else { !is_plain(first) }
            && !is_state(&told)
            && !is_account(first)
    }
}

/// Whether a word begins with a capital and goes on in small letters, or with signs between them.
fn is_capital(word: &str) -> bool {
    let word = word.trim_matches(['.', ',', ';', ':', '!', '?', ')', '"', '\'']);
    could_be(word)
        && word.chars().count() >= 5
        && word.starts_with(char::is_uppercase)
        && word.contains(char::is_lowercase)
        && !is_plain(word)
        && !is_state(&word.to_lowercase())
}

/// Whether a word is made of words with capitals and nothing else, as names of kinds are: `TokenElevationTypeLimited`.
fn is_camel(word: &str) -> bool {
    let humps: Vec<&str> = word
        .split(|c: char| c.is_ascii_uppercase())
        .filter(|hump| !hump.is_empty())
        .collect();
    word.chars().all(|c| c.is_ascii_alphabetic())
        && word.starts_with(|c: char| c.is_ascii_uppercase())
        && humps.len() >= 3
        && humps.iter().all(|hump| hump.len() >= 3)
}

/// Whether a name is a word of a language that puts whose it is behind it, without a word between.
fn is_slavic(name: &str) -> bool {
    ["пароль", "парол", "hasło", "haslo", "heslo", "geslo", "lozinka"]
        .iter()
        .any(|word| name.ends_with(word))
}

/// Whether one word can be whose a password is.
fn is_owner(between: &str) -> bool {
    let mut words = between.split_whitespace();
    let owner = words.next().unwrap_or_default();
    let ends = ["а", "я", "у", "ы", "и", "a", "u", "y", "i", "ů", "e"];
    words.next().is_none()
        && ends.iter().any(|end| owner.ends_with(end))
        && !is_state(owner)
        && !WHOSE.has(owner)
        && !SAID_OF.has(owner)
}

/// Whether the words between a name and its mark say which password it is: an old or a new one, or whose.
fn says_which(between: &str) -> bool {
    let head = between.split('(').next().unwrap_or_default();
    let mut words = head.split_whitespace();
    let is_bracket = between.trim_start().starts_with('(') && between.trim_end().ends_with(')');
    let inner = between.trim_matches(['(', ')', ' ', '\t']);
    let Some(first) = words.next() else {
        return is_bracket && !inner.split_whitespace().any(|word| SAID_OF.has(word));
    };
    if OF.has(first) || first.starts_with("d'") || first.starts_with("dell'") {
        // The name of an account may follow those that only say that one does.
        let object = words.next_back().map(|word| word.trim_matches(['"', '\'']));
        return object.is_some_and(|object| !WHOSE.has(object) && !OF.has(object));
    }
    std::iter::once(first)
        .chain(words)
        .all(|word| QUALIFIERS.has(word))
}
