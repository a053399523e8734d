//! Explains what somebody typed or pasted: a code in any spelling, a symbol, the name of an event, a whole log
//! line. Owns the finding of codes in text and the choice of the space by the words around them; knows the code
//! tables, but neither events nor causes: it names them, others look them up.

pub(crate) mod bare_numbers;
mod context;
mod functions;
mod label;
mod named_events;
mod refusal_numbers;
mod scan;
pub(crate) mod telling_words;
pub(crate) mod told;

use serde::Serialize;

use self::context::Context;
use self::label::{NamedNumber, label, symbol_before};
use self::named_events::{event_at, event_by_number};
use self::scan::{Token, tokens};
use super::codes::{Codes, Form, Reading, spell};
use crate::model::{CodeSpace, CodeUse, parse_code};

/// No more of a text is looked at, in bytes.
const MAX_TEXT: usize = 64 << 10;
/// No more codes of one text are explained.
const MAX_CODES: usize = 64;
/// A text of so few words is taken for a question: every number in it counts.
const SHORT: usize = 3;

/// What a text mentions, explained.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Explanation {
    /// The text that was explained, without blanks around it.
    pub text: String,
    /// The codes in it, in the order of their first appearance.
    pub codes: Vec<CodeMention>,
    /// The events it names, in the order of their first appearance.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<EventMention>,
    /// Remarks on the text as a whole.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// A code that a text mentions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct CodeMention {
    /// As it is written there.
    pub text: String,
    /// How often the text mentions it.
    pub count: usize,
    /// The number, also that of a symbol, in every usual spelling; nothing for a word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spellings: Option<Spellings>,
    /// What the bits of a number say by themselves; nothing for symbols and words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub form: Option<String>,
    /// The words that told in which space to read it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context: Option<String>,
    /// Whether several readings remain, and only the place of the number can tell.
    pub ambiguous: bool,
    /// The readings that fit, likeliest first.
    pub readings: Vec<Reading>,
    /// What the same number means where it does not stand here.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub elsewhere: Vec<Reading>,
}

/// A number in its usual spellings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Spellings {
    /// `0x80070520`.
    pub hex: String,
    /// `2147943712`.
    pub unsigned: u32,
    /// `-2147023584`.
    pub signed: i32,
}

/// An event that a text names, for the caller to look up.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct EventMention {
    /// As it is written there.
    pub text: String,
    /// The short name of the log, where the text or the number tells it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log: Option<String>,
    /// The id of the event.
    pub id: u16,
}

impl Explanation {
    /// Whether something of the text could be explained.
    pub fn found(&self) -> bool {
        !self.events.is_empty()
            || self
                .codes
                .iter()
                .any(|code| code.readings.iter().any(|reading| reading.known))
    }
}

/// Explains a text.
pub fn explain(text: &str, codes: &Codes) -> Explanation {
    let text = text.trim().trim_matches(['"', '\'', '`']).trim();
    let cut = cut_at(text, MAX_TEXT);
    let mut explanation = Explanation {
        text: cut.to_owned(),
        codes: Vec::new(),
        events: Vec::new(),
        notes: Vec::new(),
    };
    if cut.len() < text.len() {
        explanation
            .notes
            .push(format!("Only the first {} KiB were looked at.", MAX_TEXT >> 10));
    }
    match parse_code(cut) {
        Some(value) if !cut.contains(char::is_whitespace) => lone_number(value, codes, &mut explanation),
        _ => pasted(cut, codes, &mut explanation),
    }
    if explanation.codes.is_empty() && explanation.events.is_empty() {
        explanation.notes.push(match cut {
            "" => "There is nothing to explain.".to_owned(),
            _ => "No code, name of a code or event that is known here was found in it. What can be explained: 0x80070520, ERROR_LOGON_FAILURE, \"LSM 40\", 4625, or a line of a log.".to_owned(),
        });
    }
    explanation
}

/// The longest beginning of at most `limit` bytes that ends between characters.
fn cut_at(text: &str, limit: usize) -> &str {
    text.get(..text.floor_char_boundary(limit)).unwrap_or(text)
}

/// A number and nothing else.
fn lone_number(value: u32, codes: &Codes, explanation: &mut Explanation) {
    let text = explanation.text.clone();
    let mut readings = codes.readings(value);
    // A number written in hex comes from a system log rather than from the robot that prints it signed.
    if text.starts_with("0x") || text.starts_with("0X") {
        readings.sort_by_key(|reading| reading.space == CodeSpace::UipathRdp);
    }
    if let Some(log) = event_by_number(value) {
        push_event(&mut explanation.events, &text, Some(log), value);
    }
    if readings.is_empty() && !explanation.events.is_empty() {
        return;
    }
    let mut mention = CodeMention::of_number(&text, value);
    mention.ambiguous = differ(&readings);
    mention.readings = readings;
    explanation.codes.push(mention);
    explanation.notes.extend(in_hex(&text, codes));
}

/// Digits that somebody left the `0x` of: `520` is nothing to speak of, and 0x520 an error that causes are known for.
fn in_hex(text: &str, codes: &Codes) -> Option<String> {
    let is_decimal = (3..=8).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    let value = u32::from_str_radix(text, 16).ok().filter(|_| is_decimal)?;
    let readings = codes.readings(value);
    let told = readings
        .iter()
        .find(|reading| reading.known && !reading.symbol.is_empty() && !reading.causes.is_empty())?;
    Some(format!(
        "With 0x before it, it is {}: `explain 0x{text}`.",
        told.symbol
    ))
}

/// Words with or without codes among them.
fn pasted(text: &str, codes: &Codes, explanation: &mut Explanation) {
    let tokens = tokens(text);
    let whole = Context::of_text(&tokens);
    let short = tokens.len() <= SHORT;
    let mut left_out = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        let mention = match token.value {
            None => word_mention(token, token.text == text, codes),
            Some(value) => {
                if let Some(event) = event_at(at, &tokens, &whole) {
                    push_event(&mut explanation.events, &event.text, event.log, value);
                    continue;
                }
                if let Some(named) = symbol_before(at, &tokens, codes) {
                    let Some(note) = wrong_name(token.text, &named) else {
                        continue; // the name before it has been explained
                    };
                    explanation.notes.push(note);
                }
                number_mention(at, &tokens, codes, &whole, short)
            }
        };
        let Some(mention) = mention else { continue };
        let same = |known: &&mut CodeMention| known.says_the_same(&mention);
        if let Some(known) = explanation.codes.iter_mut().find(same) {
            known.count += 1;
        } else if explanation.codes.len() < MAX_CODES {
            explanation.codes.push(mention);
        } else {
            left_out += 1;
        }
    }
    explanation.notes.truncate(MAX_CODES);
    if left_out > 0 {
        explanation
            .notes
            .push(format!("{left_out} more codes were left out."));
    }
    if let [token] = tokens.as_slice()
        && token.value.is_none()
        && explanation.codes.is_empty()
    {
        explanation.notes.extend(similar_names(token.text, codes));
    }
}

/// A symbol or word of the tables. In prose only what cannot be an ordinary word counts.
fn word_mention(token: &Token<'_>, alone: bool, codes: &Codes) -> Option<CodeMention> {
    if !(token.is_symbol() || alone) {
        return None;
    }
    let mut readings: Vec<Reading> = Vec::new();
    for code in codes.named(token.text) {
        let reading = codes.reading_of(code);
        if readings
            .iter()
            .all(|known| known.symbol != reading.symbol || known.value != reading.value)
        {
            readings.push(reading);
        }
    }
    let first = readings.first()?;
    let mut mention = CodeMention::of_number(token.text, first.value);
    if first.space == CodeSpace::PowerAutomate {
        mention.spellings = None;
    }
    mention.form = None;
    mention.ambiguous = differ(&readings);
    mention.readings = readings;
    Some(mention)
}

/// A number in a text, if it looks like a code there.
fn number_mention(
    at: usize,
    tokens: &[Token<'_>],
    codes: &Codes,
    whole: &Context,
    short: bool,
) -> Option<CodeMention> {
    let token = tokens.get(at)?;
    let value = token.value?;
    let label = label(at, tokens);
    if label.counts_something_else {
        return None;
    }
    let named = symbol_before(at, tokens, codes);
    let mut context = Context::default();
    if let Some(named) = &named {
        context.prefer(named.space);
    }
    context.extend(&label.context);
    let decided = !context.is_empty();
    let all = codes.readings(value);
    if !(decided || looks_like_code(token, value, &all, whole, short)) {
        return None;
    }
    context.extend_within(whole, decided);
    let mut readings: Vec<Reading> = Vec::new();
    for &space in context.spaces() {
        let reading = codes.reading(CodeUse { space, value });
        if let Some(reading) = reading.filter(|new| readings.iter().all(|known| known.meaning != new.meaning))
        {
            readings.push(reading);
        }
    }
    let mut elsewhere = all;
    elsewhere.retain(|other| readings.iter().all(|reading| reading.meaning != other.meaning));
    if readings.is_empty() && decided && !short && matches!(Form::of(value), Form::Plain) {
        return None;
    }
    if readings.is_empty() || !decided {
        readings.append(&mut elsewhere);
    }
    if let ([], [space, ..]) = (readings.as_slice(), context.spaces()) {
        readings.push(codes.reading_in(CodeUse { space: *space, value }));
    }
    if whole.finished_action() {
        readings.iter_mut().for_each(note_exit_code);
    }
    let words = named.map_or(label.words, |named| named.name.to_owned());
    let mut mention = CodeMention::of_number(token.text, value);
    mention.context = Some(words).filter(|words| !words.is_empty());
    mention.ambiguous = differ(&readings);
    mention.readings = readings;
    mention.elsewhere = elsewhere;
    Some(mention)
}

/// Whether a number without a label may be a code: by its form, by what the text is about, or because little else
/// is there.
fn looks_like_code(token: &Token<'_>, value: u32, all: &[Reading], whole: &Context, short: bool) -> bool {
    let known = all.iter().any(|reading| reading.known);
    let failing = match Form::of(value) {
        Form::Win32InHresult(_) | Form::NtstatusInHresult(_) | Form::Hresult(_) => true,
        Form::Ntstatus(parts) => known || parts.severity > 1,
        Form::ServerReason(_) | Form::Connecting(_) | Form::Plain => false,
    };
    let spoken_of = || all.iter().any(|reading| whole.spaces().contains(&reading.space));
    // Nobody fills a count up to eight digits: `0x0000052E`.
    let is_padded = token.hex && token.text.trim_start_matches('-').len() == "0x0000052E".len();
    (failing && (known || token.hex))
        || (is_padded && all.iter().any(|reading| !reading.causes.is_empty()))
        || (known && value > 0xFFFF && (short || spoken_of()))
        || (known && short && !whole.is_empty())
}

/// In TaskScheduler 201 and 202 a wrapped Win32 code is what the program returned.
fn note_exit_code(reading: &mut Reading) {
    if let (CodeSpace::Hresult, Form::Win32InHresult(code)) = (reading.space, Form::of(reading.value)) {
        let note = format!(
            "In TaskScheduler 201 and 202 it is what the program returned ({code}), not a failure to log on: the task had started."
        );
        reading.note = Some(match reading.note.take() {
            Some(before) => format!("{before} {note}"),
            None => note,
        });
    }
}

/// Says so where a text gives a number the name of another: articles do.
fn wrong_name(text: &str, named: &NamedNumber<'_>) -> Option<String> {
    let CodeUse { space, value } = named.belongs_to?;
    let name = named.name;
    Some(format!(
        "The text calls {text} {name}; that name belongs to {space} {}.",
        spell(space, value)
    ))
}

/// Names of the tables that hold a word that is none of them, or are spelled almost like it.
fn similar_names(word: &str, codes: &Codes) -> Option<String> {
    let word = word.to_ascii_lowercase();
    let stem = word.trim_matches(|letter: char| letter == '_' || letter == '.');
    if stem.len() < 4 {
        return None;
    }
    let symbols = || codes.iter().map(|code| code.symbol.as_str());
    let mut names: Vec<&str> = symbols()
        .filter(|symbol| symbol.to_ascii_lowercase().contains(stem))
        .collect();
    if names.is_empty() {
        let most = stem.len() / 8;
        names = symbols()
            .filter(|symbol| is_misspelled(stem, &symbol.to_ascii_lowercase(), most))
            .collect();
    }
    names.sort_unstable();
    names.dedup();
    names.truncate(8);
    (!names.is_empty()).then(|| format!("Names like it: {}.", names.join(", ")))
}

/// Whether one word becomes the other by leaving out, adding or changing at most so many letters.
fn is_misspelled(word: &str, name: &str, most: usize) -> bool {
    if word.len().abs_diff(name.len()) > most {
        return false;
    }
    let name: Vec<u8> = name.bytes().collect();
    let mut row: Vec<usize> = (0..=name.len()).collect();
    for (at, letter) in word.bytes().enumerate() {
        let mut before = at;
        let mut left = at.saturating_add(1);
        for (cell, other) in row.iter_mut().skip(1).zip(&name) {
            let changed = before.saturating_add(usize::from(letter != *other));
            before = *cell;
            left = changed.min(before.saturating_add(1)).min(left.saturating_add(1));
            *cell = left;
        }
        if let Some(first) = row.first_mut() {
            *first = at.saturating_add(1);
        }
    }
    row.last().is_some_and(|distance| *distance <= most)
}

fn push_event(events: &mut Vec<EventMention>, text: &str, log: Option<&str>, value: u32) {
    let Ok(id) = u16::try_from(value) else { return };
    let event = EventMention {
        text: text.to_owned(),
        log: log.map(str::to_owned),
        id,
    };
    if !events.contains(&event) && events.len() < MAX_CODES {
        events.push(event);
    }
}

/// Whether the readings say different things.
fn differ(readings: &[Reading]) -> bool {
    let mut said = readings.iter().map(|reading| {
        let name = if reading.symbol.is_empty() {
            &reading.meaning
        } else {
            &reading.symbol
        };
        name.as_str()
    });
    let first = said.next();
    said.any(|name| Some(name) != first)
}

impl CodeMention {
    /// Whether two places of a text mention one code: the same reading, or the same text without one.
    fn says_the_same(&self, other: &Self) -> bool {
        let key = |mention: &Self| {
            mention
                .readings
                .first()
                .map(|first| (first.space, first.spelling.clone()))
        };
        match (key(self), key(other)) {
            (None, None) => self.text == other.text,
            (one, two) => one == two,
        }
    }

    fn of_number(text: &str, value: u32) -> Self {
        Self {
            text: text.to_owned(),
            count: 1,
            spellings: Some(Spellings {
                hex: format!("0x{value:X}"),
                unsigned: value,
                signed: value.cast_signed(),
            }),
            form: Some(Form::of(value).to_string()),
            context: None,
            ambiguous: false,
            readings: Vec::new(),
            elsewhere: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests;
