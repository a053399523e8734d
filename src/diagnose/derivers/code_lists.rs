//! Lines that explain codes, and lists of what may have happened: nobody complains of what stands in them. Owns how such a line, table or
//! list is known; must not know what a code means.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::diagnose::derivers::loose_text::{AROUND, Line};
use crate::diagnose::timeline::host::Entry;
use crate::model::{Event, Origin, is_note_told};

/// Digits and letters of a code that a line explains behind an arrow.
const SHORTEST_CODE: usize = 4;
/// Words of the heading of a list of possibilities, in lower case.
pub(super) const POSSIBILITIES: &[&str] = &[
    "of the following reasons",
    "one of these reasons",
    "possible causes are",
    "possible reasons are",
    "possible causes:",
    "causes possibles",
    "mögliche ursachen",
    "mögliche gründe",
    "posibles causas",
    "causas posibles",
    "cause possibili",
    "possibili cause",
    "causas possíveis",
    "possíveis causas",
    "mogelijke oorzaken",
    "möjliga orsaker",
    "możliwe przyczyny",
    "možné příčiny",
    "возможные причины",
    "olası nedenler",
    "考えられる原因",
    "可能的原因",
    "가능한 원인",
    "folgenden gründe",
    "l'une des raisons suivantes",
    "raisons suivantes",
    "siguientes motivos",
    "siguientes razones",
    "seguenti motivi",
    "seguintes motivos",
    "следующих причин",
    "następujących powodów",
    "以下のいずれか",
    "以下原因",
];

/// Texts and lines that explain codes: nobody complains of what stands in them.
#[derive(Debug, Default)]
pub(in crate::diagnose) struct LeftOut {
    /// The paths of texts that are lists of faults with their explanations.
    references: BTreeSet<Arc<str>>,
    /// Lines that explain codes one below the other.
    lines: BTreeSet<Origin>,
    /// The paths of texts with such lines.
    with_lists: BTreeSet<Arc<str>>,
}

impl LeftOut {
    /// Leaves a text out as a whole.
    pub(super) fn add_reference(&mut self, path: &str) {
        self.references.insert(Arc::from(path));
    }

    /// Leaves the lines of a note out that explain codes.
    pub(super) fn add_lists(&mut self, note: &[Line<'_>]) {
        let of_table = in_tables(note);
        let is_listed = |place| is_in_list(note, place) || is_in_array(note, place);
        let places = (0..note.len()).filter(|place| is_listed(*place) || of_table.contains(place));
        for (entry, _) in places.filter_map(|place| note.get(place)) {
            self.with_lists.insert(Arc::clone(&entry.event.origin.path));
            self.lines.insert(entry.event.origin.clone());
        }
    }

    pub(in crate::diagnose) fn is_empty(&self) -> bool {
        self.references.is_empty() && self.lines.is_empty()
    }

    /// Whether an event is of these texts or lines, or is what such a text tells as a whole.
    pub(in crate::diagnose) fn holds(&self, event: &Event) -> bool {
        let origin = &event.origin;
        let is_told = || is_note_told(event) && self.with_lists.contains(&origin.path);
        let is_line = event.id.is_none();
        // A record that is only named is one of the faults of such a list; one that is quoted has its time.
        let is_named = event.time.is_none() && event.local.is_none();
        (is_line || is_named) && self.references.contains(&origin.path)
            || is_line && (self.lines.contains(origin) || is_told())
    }
}

/// Whether a line stands in a list of possibilities, as a dialog gives them that knows nothing: that is no statement.
pub(super) fn is_one_of_several(note: &[Line<'_>], place: usize) -> bool {
    const LINES: u64 = 6;
    let Some((entry, _)) = note.get(place) else {
        return false;
    };
    let own = entry.event.origin.line.unwrap_or_default();
    // The texts of one JSON document all stand on its line.
    let before = note.iter().take(place + 1).rev().take(AROUND);
    let near =
        before.take_while(|(entry, _)| entry.event.origin.line.is_some_and(|line| line + LINES >= own));
    near.into_iter()
        .any(|(_, text)| POSSIBILITIES.iter().any(|heading| text.contains(heading)))
}

/// Whether what a note tells is a list of faults with their explanations: somebody who has one does not have so many, of so many kinds,
/// at no time.
pub(super) fn is_reference(told: &[Entry]) -> bool {
    const KINDS: usize = 3;
    const CODES: usize = 4;
    let all = |name: &str| -> usize {
        let values = told.iter().filter_map(|entry| entry.event.field_text(name));
        values.collect::<BTreeSet<_>>().len()
    };
    all("Topic") >= KINDS && all("Symbol") >= CODES && told.iter().all(|entry| entry.at.is_none())
}

/// Whether a line tells what a code means, and one near it what another means: that is a list, and none of them is complained of.
fn is_in_list(note: &[Line<'_>], place: usize) -> bool {
    const NEAR: usize = 2;
    let meant = |place: usize| note.get(place).and_then(|(_, text)| code_that_is_explained(text));
    let Some(own) = meant(place) else {
        return false;
    };
    (place.saturating_sub(NEAR)..=place + NEAR).any(|other| meant(other).is_some_and(|code| code != own))
}

/// Whether a text of a JSON document is a code and nothing else, and so is the one beside it: settings list what a program is to wait for or
/// to try again. The texts of one document all stand on its line.
fn is_in_array(note: &[Line<'_>], place: usize) -> bool {
    let code = |place: usize| {
        let (entry, text) = note.get(place)?;
        let digits = text.trim().strip_prefix("0x")?;
        let is_code = digits.len() >= SHORTEST_CODE && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_code.then_some((&entry.event.origin, digits))
    };
    let Some((origin, digits)) = code(place) else {
        return false;
    };
    let is_beside = |other: usize| code(other).is_some_and(|(at, code)| at == origin && code != digits);
    is_beside(place + 1) || place.checked_sub(1).is_some_and(is_beside)
}

/// The places of lines that are a table of codes: each begins with a number and goes on with what it means, one number above the other.
fn in_tables(note: &[Line<'_>]) -> BTreeSet<usize> {
    /// Steps that somebody tells are numbered, too, but not so high.
    const HIGHEST_STEP: u32 = 20;
    const SHORTEST: usize = 3;
    let mut found = BTreeSet::new();
    let mut run: Vec<(usize, u32)> = Vec::new();
    for (place, (_, line)) in note.iter().enumerate() {
        let number = number_that_is_explained(line);
        let goes_on = number.is_some_and(|number| run.last().is_none_or(|(_, last)| number > *last));
        if !goes_on {
            run.clear();
        }
        run.extend(number.map(|number| (place, number)));
        if run.len() >= SHORTEST && run.last().is_some_and(|(_, last)| *last > HIGHEST_STEP) {
            found.extend(run.iter().map(|(place, _)| *place));
        }
    }
    found
}

/// The number of a line that begins with one, in either base, and goes on with words: `256 Internal licensing error.`
fn number_that_is_explained(line: &str) -> Option<u32> {
    const WORDS: usize = 3;
    let line = line.trim_start_matches(['|', '`', ' ']);
    let (number, rest) = line.split_once([' ', '\t', '|'])?;
    let rest = rest.trim_start_matches(|letter: char| !letter.is_alphanumeric());
    // Rows of what happened have times and counts.
    let is_text = rest.starts_with(char::is_alphabetic)
        && rest.split_whitespace().nth(WORDS - 1).is_some()
        && !rest.contains(|letter: char| letter.is_ascii_digit());
    let number = number.trim_end_matches(['`', ':', '|']);
    let number = match number.strip_prefix("0x") {
        Some(digits) => u32::from_str_radix(digits, 16).ok(),
        None => number.parse().ok(),
    };
    number.filter(|_| is_text)
}

/// The code of a line that begins with one and goes on with an arrow and what it means: `- 0xC000006A -> wrong password`.
fn code_that_is_explained(line: &str) -> Option<&str> {
    const ARROWS: &[&str] = &["->", "=>", "→", "⇒", "=", "means ", "|"];
    let line = line.trim_start_matches(['-', '*', '•', '|', '`', ' ']);
    let end = line.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_')?;
    let (code, rest) = line.split_at(end);
    let rest = rest.trim_start_matches(['`', ')', ' ']);
    let is_code = code.bytes().any(|byte| byte.is_ascii_digit()) && code.len() >= SHORTEST_CODE;
    (is_code && ARROWS.iter().any(|arrow| rest.starts_with(arrow))).then_some(code)
}
