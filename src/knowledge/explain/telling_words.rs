//! What a text must hold for a code to be found in it: words of sentences, symbols, and numbers in all spellings. Owns what is searched for
//! before a text is looked at; what counts in it is decided in [`told`](super::told) and [`bare_numbers`](super::bare_numbers).

use super::bare_numbers::client_spellings;
use super::refusal_numbers::is_of_refusal;
use super::told::TELLING_LABELS;
use super::{SHORT, functions};
use crate::knowledge::codes::{Code, CodeValue, Codes};
use crate::knowledge::signal::code_spellings;
use crate::model::{Clue, CodeSpace, SMALLEST_TELLING_CODE};

/// Words that must stand in a text before a small number in it is looked at, beside the labels after which one is surely a code.
const SMALL_NUMBER_WORDS: &[&str] = &[
    "error code: 13",
    "error code 13",
    "error code: 17",
    "error code: 19",
    "fehlercode: 13",
    "fehlercode 13",
    "error code: 0x",
    "fehlercode: 0x",
];

/// What a text must hold for [`told`](super::told) to find anything: words of sentences, symbols, and numbers in all spellings, in lower case, some
/// of them twice. The `clues` are [those](telling_clues) with what must stand beside a word.
pub(crate) fn telling_words(clues: &[Clue]) -> Vec<String> {
    clues.iter().map(|clue| clue.literal.to_string()).collect()
}

/// The same, with what must stand beside a word of a sentence.
pub(crate) fn telling_clues(codes: &Codes) -> Vec<Clue> {
    let words = TELLING_LABELS
        .iter()
        .chain(SMALL_NUMBER_WORDS)
        .chain(functions::FUNCTIONS);
    let mut clues: Vec<Clue> = words.map(|word| Clue::alone(word)).collect();
    clues.extend(codes.sentence_clues());
    clues.extend(client_spellings(codes).map(|text| Clue::alone(&text)));
    for code in codes.iter().filter(|code| !code.causes.is_empty()) {
        let names = code.aliases.iter().chain([&code.symbol]);
        let names = names.filter(|name| name.len() > SHORT);
        clues.extend(names.map(|name| Clue::alone(&name.to_lowercase())));
        clues.extend(spellings(code).iter().map(|text| Clue::alone(text)));
        if let CodeValue::Number(value) = code.value
            && is_of_refusal(code)
        {
            clues.push(Clue::alone(&format!(" {value}")));
        }
    }
    clues
}

/// How a code is written: itself, and as an HRESULT where it is one of Win32.
fn spellings(code: &Code) -> Vec<String> {
    let CodeValue::Number(value) = code.value else {
        return Vec::new();
    };
    let wrapped =
        (code.space == CodeSpace::Win32 && value < SMALLEST_TELLING_CODE).then_some(0x8007_0000 | value);
    let values = [Some(value), wrapped].into_iter().flatten();
    values
        .filter(|value| *value >= SMALLEST_TELLING_CODE)
        .flat_map(|value| code_spellings(value).chain([format!("0x{value:x}")]))
        .collect()
}
