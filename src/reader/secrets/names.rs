//! The names of secrets in a text, found once for all forms: each stands for itself as a sign in a copy of the text, so that the expression
//! of a form need not hold the words of all languages. Must not know the forms.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::secret_names::{KEYS, WORDS, qualified, unqualified};
use super::text::quick;
use super::words::is_word;

/// What stands for a word for passwords, and for one for tokens and keys; no text has them otherwise.
const PASSWORD: &str = "z\u{e000}z";
const KEY: &str = "z\u{e001}z";
/// What stands for one of them in a text of its own.
const OTHER: &str = "\u{e002}";

/// A line before a word is none of it: `_pass` would end within `_password`. What says which one it is belongs to the name: `password.old`.
static NAMES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let names = qualified(&format!("{WORDS}|{KEYS}"));
    Regex::new(&quick(&format!("(?i)_?({names})"))).ok()
});

/// A text with signs for the names of secrets in it.
#[derive(Debug)]
pub(super) struct Named<'t> {
    signed: Cow<'t, str>,
    /// Where each sign and the name that it stands for are.
    places: Vec<(Range<usize>, Range<usize>)>,
}

impl<'t> Named<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        let mut named = Self {
            signed: Cow::Borrowed(text),
            places: Vec::new(),
        };
        let Some(names) = NAMES.as_ref() else { return named };
        let mut signed = String::new();
        let mut done = 0_usize;
        for found in names.captures_iter(text) {
            let (Some(name), Some(word)) = (found.get(0), found.get(1)) else {
                continue;
            };
            let (start, word) = (word.start(), word.as_str());
            signed.push_str(&plain(text.get(done..start).unwrap_or_default()));
            let sign = signed.len();
            let is_password = is_word(unqualified(&word.to_lowercase()));
            signed.push_str(if is_password { PASSWORD } else { KEY });
            done = name.end();
            named.places.push((sign..signed.len(), start..done));
        }
        if done > 0 {
            signed.push_str(&plain(text.get(done..).unwrap_or_default()));
            named.signed = Cow::Owned(signed);
        }
        named
    }

    /// The text with the signs.
    pub(super) fn signed(&self) -> &str {
        &self.signed
    }

    /// Where a range of it is in the text itself.
    pub(super) fn in_text(&self, range: &Range<usize>) -> Range<usize> {
        let at = |at: usize| {
            let behind = self.places.partition_point(|(sign, _)| sign.start <= at);
            let place = behind.checked_sub(1).and_then(|last| self.places.get(last));
            moved(at, place.map(|(sign, name)| (sign, name)))
        };
        at(range.start)..at(range.end)
    }

    /// Where a place of the text itself is in the one with the signs.
    pub(super) fn in_signed(&self, at: usize) -> usize {
        let behind = self.places.partition_point(|(_, name)| name.start <= at);
        let place = behind.checked_sub(1).and_then(|last| self.places.get(last));
        moved(at, place.map(|(sign, name)| (name, sign)))
    }
}

/// Where a place is when the range that begins last before it becomes another one: behind it where it stands within.
fn moved(at: usize, place: Option<(&Range<usize>, &Range<usize>)>) -> usize {
    match place {
        None => at,
        Some((from, to)) if at == from.start => to.start,
        Some((from, to)) => to.end.saturating_add(at.saturating_sub(from.end)),
    }
}

/// A text without signs of its own.
fn plain(text: &str) -> Cow<'_, str> {
    match text.contains(['\u{e000}', '\u{e001}']) {
        true => Cow::Owned(text.replace(['\u{e000}', '\u{e001}'], OTHER)),
        false => Cow::Borrowed(text),
    }
}

/// The wording of a form for texts with signs; none where it has words of its own that signs may stand for.
pub(super) fn signed_form(form: &str) -> Option<String> {
    let words = ["{WORDS}", "{KEYS}", "{NAMES}"];
    let mut own = form.replace(r"\b", " ");
    for word in words {
        own = own.replace(word, " ");
    }
    if !words.iter().any(|word| form.contains(word))
        || NAMES.as_ref().is_none_or(|names| names.is_match(&own))
    {
        return None;
    }
    let (password, key) = (PASSWORD, KEY);
    let form = with_signs(form)
        .replace("{WORDS}", password)
        .replace("{KEYS}", key)
        .replace("{NAMES}", &format!("{password}|{key}"));
    Some(form)
}

/// A form whose letters of any kind may be signs, too.
fn with_signs(form: &str) -> String {
    let mut out = String::with_capacity(form.len());
    let mut rest = form;
    while let Some(open) = rest.find(['[', '\\']) {
        let (head, tail) = rest.split_at_checked(open).unwrap_or((rest, ""));
        out.push_str(head);
        let length = match tail.strip_prefix('[') {
            Some(class) => class
                .replace(r"\]", "__")
                .find(']')
                .map_or(tail.len(), |end| end.saturating_add(2)),
            None => 1_usize.saturating_add(tail.chars().nth(1).map_or(0, char::len_utf8)),
        };
        let (piece, behind) = tail.split_at_checked(length).unwrap_or((tail, ""));
        match piece {
            r"\w" => out.push_str("[\\w\u{e000}\u{e001}]"),
            _ if piece.starts_with('[') && !piece.starts_with("[^") && piece.contains("a-z") => {
                out.push_str("[\u{e000}\u{e001}");
                out.push_str(piece.trim_start_matches('['));
            }
            _ => out.push_str(piece),
        }
        rest = behind;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_found_again() {
        let text = "the password and api_key, \u{e000} and пароль: x";
        let named = Named::of(text);
        let signed = named.signed();
        assert_eq!(
            signed,
            format!("the {PASSWORD} and {KEY}, {OTHER} and {PASSWORD}: x")
        );
        for word in [" and ", ": x"] {
            let at = signed.find(word).unwrap();
            assert_eq!(text.find(word), Some(named.in_text(&(at..at)).start));
            assert_eq!(named.in_signed(text.find(word).unwrap()), at);
        }
        let place = signed.find(KEY).unwrap();
        assert_eq!(
            text.get(named.in_text(&(place..place + KEY.len()))),
            Some("api_key")
        );
    }

    #[test]
    fn forms_take_signs_for_letters() {
        assert_eq!(
            signed_form(r"\b[A-Za-z_]*{WORDS}[^a-z]\w").unwrap(),
            "\\b[\u{e000}\u{e001}A-Za-z_]*z\u{e000}z[^a-z][\\w\u{e000}\u{e001}]"
        );
        assert_eq!(signed_form("a token of {WORDS}"), None);
        assert_eq!(signed_form("no name"), None);
    }
}
