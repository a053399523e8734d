//! Secrets that go on over the lines of a text, each of which may be an event of its own: a heading and the row below it, an
//! element and the text in it, a private key. Must not know what a secret looks like in one line.

use std::ops::Range;

use crate::model::Event;

use super::{names_password, text, words};

/// Lines below a heading in which the data may stand: a rule of dashes and the first row.
const LINES_BELOW: u64 = 3;
/// Lines that a private key has at most.
const KEY_LINES: u64 = 200;
/// Lines that a password in a script has at most.
const TEXT_LINES: u64 = 20;
/// Lines between an element and its text.
const ELEMENT_LINES: u64 = 2;

/// What the events before one said.
#[derive(Debug, Default)]
pub(super) struct Above {
    /// The line of a heading that names the password.
    heading: Option<u64>,
    /// The line that a private key begins in.
    key: Option<u64>,
    /// The line of an element that names a secret and has its text below.
    element: Option<u64>,
    /// What a line said of those below it.
    announced: Option<Announced>,
}

/// What a line says of the lines below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Announced {
    /// The secret stands in the next line, or behind a bracket in the one after it.
    Next { line: u64 },
    /// A table has a column of secrets: its number, what parts the cells, and the line of the last row.
    Column { line: u64, number: usize, sign: char },
    /// A table of words that stand below each other has such a column.
    Words { line: u64 },
    /// The lines up to the mark that ends them are the secret, as a script writes a text over lines.
    Here { opened: u64, line: u64 },
}

impl Above {
    /// Whether the next events may hold what one before announced.
    pub(super) const fn is_open(&self) -> bool {
        self.heading.is_some() || self.key.is_some() || self.element.is_some() || self.announced.is_some()
    }

    /// Whether an event holds what one before announced; notes what it announces itself.
    pub(super) fn row(&mut self, event: &Event, suspect: bool) -> bool {
        let Some(line) = event.origin.line else {
            return false;
        };
        let said = event.text();
        let said = said.trim();
        let within = |from: Option<u64>, lines: u64| {
            from.is_some_and(|from| line > from && line <= from.saturating_add(lines))
        };
        let mut row = within(self.key, KEY_LINES);
        if row && said.contains("-----END") {
            self.key = None;
            row = false;
        }
        if within(self.element, ELEMENT_LINES) {
            row |= !said.ends_with('>') || said.contains("</");
        }
        self.element = self.element.filter(|&from| line <= from);
        let names = suspect && names_password(event);
        row |= !names && within(self.heading, LINES_BELOW);
        if names {
            self.heading = Some(line).filter(|_| !text::is_assigned(said));
        } else if self
            .heading
            .is_some_and(|from| line > from.saturating_add(LINES_BELOW))
        {
            self.heading = None;
        }
        if suspect
            && said.contains("-----BEGIN")
            && said.contains("PRIVATE KEY")
            && !said.contains("-----END")
        {
            self.key = Some(line);
        } else if self.key.is_some_and(|from| line > from.saturating_add(KEY_LINES)) {
            self.key = None;
        }
        if opens_element(said) {
            self.element = Some(line);
        }
        row
    }
}

impl Above {
    /// The secrets in a line of text of which one before said that they are there; notes what it says itself.
    pub(super) fn below(&mut self, event: &Event, suspect: bool) -> Vec<Range<usize>> {
        let (Some(line), Some(said)) = (event.origin.line, &event.message) else {
            return Vec::new();
        };
        let (found, next) = match self.announced {
            Some(Announced::Next { line: from })
                if line > from && line <= from.saturating_add(LINES_BELOW) =>
            {
                (sure_words(said), Some(Announced::Next { line: from }))
            }
            Some(Announced::Here { opened, line: from })
                if line == from.saturating_add(1)
                    && line <= opened.saturating_add(TEXT_LINES)
                    && !said.trim_start().starts_with("'@")
                    && !said.trim_start().starts_with("\"@") =>
            {
                let whole = 0..said.len();
                (vec![whole], Some(Announced::Here { opened, line }))
            }
            Some(Announced::Words { line: from }) if line > from && line <= from.saturating_add(2) => {
                (sure_words(said), Some(Announced::Words { line }))
            }
            Some(Announced::Column {
                line: from,
                number,
                sign,
            }) if line > from && line <= from.saturating_add(2) => {
                let cell = cell(said, number, sign).filter(|range| {
                    said.get(range.clone())
                        .is_some_and(|cell| words::is_strong(cell) && !cell.contains(':'))
                });
                (
                    cell.into_iter().collect(),
                    Some(Announced::Column { line, number, sign }),
                )
            }
            _ => (Vec::new(), None),
        };
        let done = matches!(next, Some(Announced::Next { .. })) && !found.is_empty();
        self.announced = next.filter(|_| !done);
        if suspect {
            self.announced = announced(said, line).or(self.announced);
        }
        found
    }
}

/// Names of passwords that are words or parts of words elsewhere.
const SHORT: [&str; 3] = ["pass", "pw", "p"];

/// What a line says of those below it.
fn announced(said: &str, line: u64) -> Option<Announced> {
    let said = said.trim();
    let head = said.trim_end_matches([
        ' ', '\t', ':', '=', '>', '{', '[', '(', '|', '"', '\'', '*', '_', '-', '`', '@',
    ]);
    let last = head.rsplit([' ', '$', ':']).next().unwrap_or_default();
    let opens_text = said.ends_with("@'") || said.ends_with("@\"");
    if opens_text
        && (text::is_secret_name(last) || SHORT.iter().any(|short| short.eq_ignore_ascii_case(last)))
    {
        return Some(Announced::Here { opened: line, line });
    }
    let is_marked = head.len() < said.len() || !said.contains([' ', ',', ';']);
    let is_short =
        matches!(head.split(' ').next_back(), Some("pass" | "pw" | "Pass" | "PW")) && head.len() < said.len();
    if head.len() < 200 && (is_short || (is_marked && text::is_secret_name(head))) {
        return Some(Announced::Next { line });
    }
    for sign in [',', ';', '\t', '|'] {
        let is_name = |cell: &str| text::is_secret_name(cell.trim().trim_matches(['"', '\'', '*', ' ']));
        if said.contains(sign)
            && !said.contains(['=', ':'])
            && let Some(number) = said.split(sign).position(is_name)
        {
            return Some(Announced::Column { line, number, sign });
        }
    }
    let in_columns = said.contains("  ") && !said.contains([':', '=']);
    (in_columns && said.split("  ").any(|cell| text::is_secret_name(cell.trim())))
        .then_some(Announced::Words { line })
}

/// Where a cell of a row stands, without its quotation marks. The sign may stand within them.
fn cell(row: &str, number: usize, sign: char) -> Option<Range<usize>> {
    let (mut start, mut quoted, mut at) = (0, false, 0);
    for (place, c) in row.char_indices().chain([(row.len(), sign)]) {
        if c == '"' {
            quoted = !quoted;
        }
        if c == sign && (!quoted || place == row.len()) {
            if at == number {
                let cell = row.get(start..place)?;
                let left = cell.trim_start_matches([' ', '"', '\'', '`']);
                let inner = left.trim_end_matches([' ', '"', '\'', '`', '\r']);
                let start = start.saturating_add(cell.len() - left.len());
                return Some(start..start.saturating_add(inner.len()));
            }
            at = at.saturating_add(1);
            start = place.saturating_add(c.len_utf8());
        }
    }
    None
}

/// The words of a line that look like neither words nor names.
fn sure_words(said: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0_usize;
    for part in said.split_inclusive([' ', '\t', '<', '>', '"', '\'', '`', ',', ';', '|', '\r', '\n']) {
        let word = part.trim_end_matches([' ', '\t', '<', '>', '"', '\'', '`', ',', ';', '|', '\r', '\n']);
        if words::is_sure(word) {
            found.push(start..start.saturating_add(word.len()));
        }
        start = start.saturating_add(part.len());
    }
    found
}

/// Whether a line ends with the beginning of an element that names a secret, and perhaps with that of the value in it.
fn opens_element(line: &str) -> bool {
    let Some(inner) = line.strip_suffix('>') else {
        return false;
    };
    let Some((_, tag)) = inner.rsplit_once('<') else {
        return false;
    };
    let name = tag.split([' ', '\t']).next().unwrap_or_default();
    let name = name.rsplit(':').next().unwrap_or_default().to_lowercase();
    let mut called = tag.split(['"', '\'']).zip(tag.split(['"', '\'']).skip(1));
    let is_called = |(before, value): (&str, &str)| {
        (before.ends_with("name=") || before.ends_with("key=")) && text::is_secret_name(value)
    };
    let names = text::is_secret_name(&name) || called.any(is_called);
    names && !tag.starts_with(['/', '!', '?']) && !tag.ends_with('/')
}

/// Whether a line is empty or drawn.
pub(super) fn is_rule(line: &str) -> bool {
    line.trim().chars().all(|c| matches!(c, '-' | '=' | ' '))
}
