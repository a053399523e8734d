//! Cuts a text into words and numbers. Owns the question what looks like a number that could be a code: no part
//! of a time, a date, a version, an address or a GUID. Knows no table.

use crate::model::parse_code;

/// A word or a number of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token<'a> {
    /// As it is written, with the sign of a number.
    pub(super) text: &'a str,
    /// The number, if it is one.
    pub(super) value: Option<u32>,
    /// Whether the number is written with `0x`.
    pub(super) hex: bool,
    /// Whether it stands to the token before as a value to its name: `NAME=1`, `NAME: 1`, `NAME (1)`.
    pub(super) adjoins: bool,
    /// Whether a sentence or line ended before it.
    pub(super) opens: bool,
    /// Whether nothing but blanks stand between it and the token before.
    pub(super) follows: bool,
}

impl Token<'_> {
    /// Whether a word is written as no ordinary word is: with an underscore, or a capital after a small letter.
    pub(super) fn is_symbol(&self) -> bool {
        let humped = |pair: (char, char)| pair.0.is_ascii_lowercase() && pair.1.is_ascii_uppercase();
        self.value.is_none()
            && (self.text.contains('_') || self.text.chars().zip(self.text.chars().skip(1)).any(humped))
    }
}

/// The length of a GUID without braces.
const GUID: usize = 36;

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// The words and numbers of a text, in order.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut found: Vec<Token<'_>> = Vec::new();
    let mut rest = text;
    let mut end = 0;
    while let Some(skip) = rest.find(is_word) {
        let start = text.len() - rest.len() + skip;
        let tail = text.get(start..).unwrap_or_default();
        let length = tail.find(|letter| !is_word(letter)).unwrap_or(tail.len());
        let between = text.get(end..start).unwrap_or_default();
        let before = text.get(..start).unwrap_or_default();
        let after = tail.get(length..).unwrap_or_default();
        let word = tail.get(..length).unwrap_or_default();
        if starts_with_guid(tail) {
            rest = tail.get(GUID..).unwrap_or_default();
            end = start + GUID;
            continue;
        }
        rest = after;
        if part_of_larger(before, word, after) {
            end = start + length;
            continue;
        }
        let signed = word.starts_with(|letter: char| letter.is_ascii_digit()) && has_sign(before);
        let token_text = text
            .get(start - usize::from(signed)..start + length)
            .unwrap_or(word);
        let (value, hex) = number(token_text);
        found.push(Token {
            text: token_text,
            value,
            hex,
            adjoins: matches!(between.trim(), "(" | "=" | ":" | "["),
            opens: between.contains(['\n', ';', '|']) || between.contains(". "),
            follows: between.chars().all(char::is_whitespace),
        });
        end = start + length;
    }
    found
}

/// Whether the last character is a minus that belongs to the number after it.
fn has_sign(before: &str) -> bool {
    let mut back = before.chars().rev();
    back.next() == Some('-') && !back.next().is_some_and(|letter| is_word(letter) || letter == '-')
}

/// The value of a token that is written like a number.
fn number(text: &str) -> (Option<u32>, bool) {
    let digits = text.trim_start_matches('-');
    let prefixed = digits.starts_with("0x") || digits.starts_with("0X");
    let decimal = digits.bytes().all(|byte| byte.is_ascii_digit());
    // `C000006A`, as people write it who read the Security log.
    let bare = digits.len() == 8
        && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
        && digits.bytes().filter(u8::is_ascii_digit).count() >= 2
        && digits.starts_with(['8', 'C', 'D', 'E', 'c', 'd', 'e']);
    if !(prefixed || decimal || bare) {
        return (None, false);
    }
    (parse_code(text), prefixed)
}

/// Whether a run of letters and digits is a piece of a time, date, version, address or grouped number, or the number of an issue.
fn part_of_larger(before: &str, word: &str, after: &str) -> bool {
    if before.ends_with("(#") || before.ends_with("[#") {
        return true;
    }
    let digit = |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii_digit());
    if !digit(word.chars().next()) || word.starts_with("0x") || word.starts_with("0X") {
        return false;
    }
    let mut back = before.chars().rev();
    let (left, beyond_left) = (back.next(), digit(back.next()));
    let mut ahead = after.chars();
    let (right, next) = (ahead.next(), ahead.as_str());
    let beyond_right = digit(next.chars().next()) && !next.starts_with("0x") && !next.starts_with("0X");
    let group = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count() == 3;
    match (left, right) {
        // `2,147,943,726`, but not the list `40,12,5`
        (Some(','), _) if beyond_left && group(word) && word.len() == 3 => true,
        (_, Some(',')) if word.len() <= 3 && group(next) => true,
        (Some('.' | ':' | '/' | '-'), _) if beyond_left => true,
        (_, Some('.' | ':' | '/' | '-')) => beyond_right,
        _ => false,
    }
}

/// Whether a text begins with a GUID: 8-4-4-4-12 hexadecimal digits.
fn starts_with_guid(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= GUID
        && bytes.iter().take(GUID).enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}
