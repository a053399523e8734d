//! A password that became another one, in sentences of any language: "changed from X to Y". Must not know what else sentences say.

use std::ops::Range;

use super::plain::SAID_OF;
use super::states::is_state;
use super::words::{could_be, is_plain, is_sign};
use super::{phrases, values};

/// Bytes behind the name that are looked at.
const BYTES: usize = 400;
/// Bytes before its end that are looked at.
const BEFORE: usize = 80;
/// Words that are looked at.
const WORDS: usize = 60;

/// What stands before what was, and before what is now.
const WAYS: [(&str, &str); 26] = [
    ("from", "to"),
    ("from", "into"),
    ("von", "auf"),
    ("von", "zu"),
    ("von", "in"),
    ("von", "nach"),
    ("de", "à"),
    ("de", "en"),
    ("de", "a"),
    ("de", "para"),
    ("de", "por"),
    ("da", "a"),
    ("dal", "al"),
    ("da", "in"),
    ("van", "naar"),
    ("van", "in"),
    ("z", "na"),
    ("ze", "na"),
    ("från", "till"),
    ("fra", "til"),
    ("с", "на"),
    ("со", "на"),
    ("з", "на"),
    ("din", "în"),
    ("iz", "u"),
    ("từ", "thành"),
];

/// Parts of words that say that something was changed.
const CHANGES: [&str; 45] = [
    "chang",
    "geänder",
    "änder",
    "umgestell",
    "umgesetz",
    "gewechsel",
    "ersetz",
    "replac",
    "reset",
    "rotat",
    "switch",
    "updat",
    "setze",
    "gesetz",
    "modif",
    "remplac",
    "cambi",
    "sostitui",
    "reimpost",
    "sustitu",
    "actualiz",
    "alter",
    "mudamos",
    "mudou",
    "mudei",
    "trocamos",
    "trocou",
    "trocad",
    "substitu",
    "atualiz",
    "wijzig",
    "verander",
    "aangepas",
    "vervang",
    "zmien",
    "zmian",
    "ändra",
    "bytt",
    "endre",
    "ændre",
    "skift",
    "измен",
    "смен",
    "помен",
    "змін",
];
/// Words that say so themselves.
const CHANGED: [&str; 13] = [
    "set",
    "замен",
    "změn",
    "zmen",
    "promijen",
    "spremen",
    "muutet",
    "vaihd",
    "megváltoz",
    "değiştir",
    "schimb",
    "bytte",
    "đổi",
];

/// Whether a word says that something was changed.
pub(super) fn is_change(word: &str) -> bool {
    CHANGES.iter().any(|part| word.contains(part))
        || CHANGED
            .iter()
            .any(|begin| word.starts_with(begin) && (begin.len() > 3 || word == *begin))
}

/// A value in a sentence, whether quotation marks stand around it, and where it ends with them.
struct Value {
    range: Range<usize>,
    quoted: bool,
    end: usize,
}

/// Finds what was and what is now, behind the name of a password that ends at `from`.
pub(super) fn find(text: &str, from: usize, found: &mut Vec<Range<usize>>) {
    let limit = text.floor_char_boundary(from.saturating_add(BYTES).min(text.len()));
    let said = text.get(..limit).unwrap_or_default();
    let rest = said.get(from..).unwrap_or_default();
    let line = rest
        .find(['\r', '\n'])
        .map_or(said.len(), |end| from.saturating_add(end));
    let said = said.get(..line).unwrap_or_default();
    let mut at = from;
    let before = text.get(..from).unwrap_or_default();
    let before = before.get(before.ceil_char_boundary(before.len().saturating_sub(BEFORE))..);
    let before = before.unwrap_or_default().rsplit(['\n', '.', '!', '?']).next();
    let mut before = before.unwrap_or_default().split_whitespace();
    let mut changed = before.any(|word| is_change(&word.to_lowercase()));
    for number in 0..WORDS {
        let Some((start, word)) = phrases::next(said, at) else {
            break;
        };
        at = start.saturating_add(word.len());
        let lower = word.to_lowercase();
        // It is something of the password that was changed: its length, its age.
        if number == 0 && SAID_OF.has(&lower) && !is_change(&lower) {
            break;
        }
        changed |= is_change(&lower);
        if !WAYS.iter().any(|(before, _)| *before == lower) {
            continue;
        }
        let Some((old, new)) = pair(said, at, &lower) else {
            continue;
        };
        let is_changed =
            changed || (old.quoted && new.quoted) || said.get(new.end..).is_some_and(ends_with_change);
        let text = |value: &Value| said.get(value.range.clone()).unwrap_or_default();
        let are = [&old, &new]
            .iter()
            .all(|value| is_value(text(value), value.quoted))
            && [&old, &new]
                .iter()
                .any(|value| value.quoted || is_signed(text(value)));
        if is_changed && are {
            at = new.end;
            found.extend([old.range, new.range]);
        }
    }
}

/// What was and what is now, where something went from one to the other: the words begin at `at`.
pub(super) fn both(said: &str, at: usize) -> Vec<Range<usize>> {
    let pair = phrases::next(said, at)
        .and_then(|(start, way)| pair(said, start.saturating_add(way.len()), &way.to_lowercase()));
    let Some((old, new)) = pair else { return Vec::new() };
    let text = |value: &Value| said.get(value.range.clone()).unwrap_or_default();
    let is = |value: &Value| is_value(text(value), value.quoted) && (value.quoted || is_signed(text(value)));
    match is(&old) && is(&new) {
        true => vec![old.range, new.range],
        false => Vec::new(),
    }
}

/// The two values behind the word that stands before the first one.
fn pair(said: &str, at: usize, before: &str) -> Option<(Value, Value)> {
    let old = value(said, at)?;
    let (start, between) = phrases::next(said, old.end)?;
    let between_is = between.to_lowercase();
    let is_way = |way: &(&str, &str)| way.0 == before && way.1 == between_is;
    WAYS.iter().any(is_way).then_some(())?;
    let new = value(said, start.saturating_add(between.len()))?;
    Some((old, new))
}

/// The value that stands next.
fn value(said: &str, at: usize) -> Option<Value> {
    let (start, word) = phrases::next(said, at)?;
    if let Some(found) = values::quoted(said, start) {
        return Some(Value {
            range: found.inner,
            quoted: true,
            end: found.end,
        });
    }
    let bare = word.trim_end_matches(['.', ',', ';', ':', '!', '?', ')']);
    Some(Value {
        range: start..start.saturating_add(bare.len()),
        quoted: false,
        end: start.saturating_add(word.len()),
    })
}

/// Whether one of the next words says that something was changed, as German and Dutch have it at the end.
pub(super) fn ends_with_change(said: &str) -> bool {
    let sentence = said.split(['.', '!', '?', ';']).next().unwrap_or_default();
    let mut words = sentence.split_whitespace().take(6);
    words.any(|word| is_change(&word.to_lowercase()))
}

/// Whether a word has a digit or a sign, as words of sentences and names of people do not.
fn is_signed(word: &str) -> bool {
    word.contains(|c: char| c.is_ascii_digit() || c == '_' || is_sign(c))
}

fn is_value(text: &str, quoted: bool) -> bool {
    let first = text.split_whitespace().next().unwrap_or_default();
    let is_state = is_plain(first) || is_state(&text.to_lowercase());
    if quoted {
        return text.chars().count() >= 4 && !is_state;
    }
    could_be(text) && text.contains(char::is_lowercase) && !is_state
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is found behind the first word.
    fn values(text: &str) -> Vec<&str> {
        let mut found = Vec::new();
        find(text, text.find(' ').unwrap(), &mut found);
        found.into_iter().map(|range| text.get(range).unwrap()).collect()
    }

    #[test]
    fn what_was_and_what_is_now_are_found_in_any_language() {
        for text in [
            "password changed from Bluebird-21 to Greybird_22 today",
            "Kennwort wurde von „Bluebird-21“ auf „Greybird_22“ umgestellt.",
            "Kennwort von Bluebird-21 auf Greybird_22 geändert",
            "contraseña: la cambiamos de Bluebird-21 a Greybird_22 ayer",
            "password è stata cambiata da Bluebird-21 a Greybird_22.",
            "senha foi alterada de Bluebird-21 para Greybird_22",
            "wachtwoord is gewijzigd van Bluebird-21 naar Greybird_22",
            "hasło zmieniliśmy z Bluebird-21 na Greybird_22.",
            "passordet ble endret fra Bluebird-21 til Greybird_22.",
            "пароль изменили с Bluebird-21 на Greybird_22 вчера",
        ] {
            assert_eq!(values(text), ["Bluebird-21", "Greybird_22"], "{text}");
        }
    }

    #[test]
    fn what_else_was_changed_stays() {
        for text in [
            "password length was changed from eight8 to twelve12",
            "password expiry changed from 30 to 60",
            "password changed from never to always",
            "password was changed on the way from RPA-07 to RPA-08",
            "password protection of the robot moved from Host_01a to Host_02a",
            "password changed from C:\\a to D:\\b",
        ] {
            assert!(values(text).is_empty(), "{text}");
        }
    }
}
