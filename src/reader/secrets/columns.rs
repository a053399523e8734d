//! Tables in lines: a column below the name of a secret, whether signs or blanks part the cells. Must not know pages, which
//! [`tables`](super::tables) has.

use std::ops::Range;

use super::over_lines::is_rule;
use super::states::is_state;
use super::{phrases, tables, text, tokens, words};

/// Bytes and words that the heading of a column has at most.
const HEADING_BYTES: usize = 40;
const HEADING_WORDS: usize = 4;
/// What a name may stand in.
const LABEL_MARKS: [char; 7] = ['"', '\'', '*', '_', '`', ':', ' '];

/// A table below whose heading secrets stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Table {
    /// A sign parts the cells: the numbers of the columns, and how often it stands in the heading.
    Signs {
        numbers: Vec<usize>,
        sign: char,
        signs: usize,
    },
    /// Blanks part them: the number of the column, none in a table of keys, where it begins, and how many there are. Other words that are none of a language are
    /// secrets, too.
    Blanks {
        number: Option<usize>,
        start: usize,
        cells: usize,
    },
    /// Two signs part the headings, and one or two the cells, as pages that people edit have them.
    Wiki { numbers: Vec<usize> },
    /// Rows of a page with the numbers of their columns.
    Page { numbers: Vec<usize> },
}

impl Table {
    /// What the heading of a table says of its rows.
    pub(super) fn of(said: &str) -> Option<Self> {
        if said.contains("<tr") || said.contains("<TR") {
            let numbers = tables::columns(said);
            return (!numbers.is_empty()).then_some(Self::Page { numbers });
        }
        if said.contains("||") || said.contains("!!") {
            let cells = wiki_cells(said).into_iter().enumerate();
            let cells = cells.filter(|(_, cell)| said.get(cell.clone()).is_some_and(is_label));
            let numbers: Vec<usize> = cells.map(|(number, _)| number).collect();
            return (!numbers.is_empty()).then_some(Self::Wiki { numbers });
        }
        for sign in [',', ';', '\t', '|'] {
            let said = within_frame(said, sign);
            let is_heading =
                |cell: &str| cell.len() <= HEADING_BYTES && cell.split_whitespace().count() <= HEADING_WORDS;
            if !said.contains(sign) || said.contains(['=', ':']) || !said.split(sign).all(is_heading) {
                continue;
            }
            let cells = said.split(sign).enumerate();
            let numbers: Vec<usize> = cells
                .filter(|(_, cell)| is_label(cell))
                .map(|(number, _)| number)
                .collect();
            if !numbers.is_empty() {
                let signs = outside_quotes(said, sign);
                return Some(Self::Signs { numbers, sign, signs });
            }
        }
        if !said.contains("  ") || said.contains([':', '=']) {
            return None;
        }
        let all = aligned(said);
        let text = |range: &Range<usize>| said.get(range.clone()).unwrap_or_default();
        // A name with its value beside it is no heading.
        let is_word =
            |c: char| c.is_alphabetic() || matches!(c, ' ' | '(' | ')' | '/' | '-' | '.' | '#' | '*');
        if all.len() < 2 || !all.iter().all(|range| text(range).chars().all(is_word)) {
            return None;
        }
        let number = all.iter().position(|range| is_label(text(range)));
        let first = number.or_else(|| all.iter().position(|range| is_key_name(text(range))))?;
        let start = all.get(first)?.start;
        if first == 0 && all.len() == 2 {
            return None;
        }
        Some(Self::Blanks {
            number,
            start,
            cells: all.len(),
        })
    }

    /// The secrets in a row, and the table where it goes on.
    pub(super) fn row(self, said: &str) -> (Vec<Range<usize>>, Option<Self>) {
        let text = |range: &Range<usize>| said.get(range.clone()).unwrap_or_default();
        match &self {
            Self::Page { numbers } => {
                if !said.contains("<tr") && !said.contains("<TR") {
                    return (Vec::new(), (!said.contains("</table")).then_some(self));
                }
                let found = tables::below(said, numbers);
                (found, (!said.contains("</table")).then_some(self))
            }
            Self::Wiki { numbers } => {
                let is_rule = said.trim_matches(['|', '-', ' ', '}']).is_empty();
                if !said.contains('|') && !is_rule {
                    return (Vec::new(), None);
                }
                let cells = wiki_cells(said);
                let found = numbers.iter().filter_map(|number| cells.get(*number));
                let found = found.filter(|cell| is_held(text(cell)) && !is_label(text(cell)));
                (found.cloned().collect(), Some(self))
            }
            Self::Blanks { number, start, cells } => {
                if !said.contains("  ") && said.contains(' ') {
                    return (Vec::new(), None);
                }
                (aligned_row(said, *number, *start, *cells), Some(self))
            }
            Self::Signs { numbers, sign, signs } => {
                let row = within_frame(said, *sign);
                let shift = said.find(row).unwrap_or_default();
                let said = row;
                let text = |range: &Range<usize>| said.get(range.clone()).unwrap_or_default();
                let here = outside_quotes(said, *sign);
                // Empty cells at the end of a row may be left out.
                let is_whole = *signs == here
                    || (*sign == '\t' && here < *signs && numbers.iter().any(|number| *number <= here));
                if !is_whole && !is_rule(said) {
                    return (Vec::new(), None);
                }
                let found = numbers.iter().filter_map(|number| cell(said, *number, *sign));
                let mut found: Vec<Range<usize>> = found.collect();
                // One name below another: the secrets stand beside them.
                if found.iter().any(|range| is_label(text(range))) {
                    return (Vec::new(), None);
                }
                found.retain(|range| is_held(text(range)));
                let shifted =
                    |range: Range<usize>| range.start.saturating_add(shift)..range.end.saturating_add(shift);
                (found.into_iter().map(shifted).collect(), Some(self))
            }
        }
    }
}

/// A row without the strokes around it, which some lines have and others do not.
fn within_frame(said: &str, sign: char) -> &str {
    if sign != '|' {
        return said;
    }
    let row = said.trim();
    let row = row.strip_prefix('|').unwrap_or(row);
    row.strip_suffix('|').unwrap_or(row)
}

/// The cells of a row of a page that people edit.
fn wiki_cells(said: &str) -> Vec<Range<usize>> {
    let inner = said.trim_matches([' ', '\t', '\r', '|', '!']);
    let mut start = said.find(inner).unwrap_or_default();
    let sign = ["||", "!!", "|"]
        .into_iter()
        .find(|sign| inner.contains(sign))
        .unwrap_or("|");
    let mut cells = Vec::new();
    for cell in inner.split(sign) {
        let bare = cell.trim_matches([' ', '\t', '{', '}', '*', '`', '_']);
        let from = start.saturating_add(cell.find(bare).unwrap_or_default());
        cells.push(from..from.saturating_add(bare.len()));
        start = start.saturating_add(cell.len()).saturating_add(sign.len());
    }
    cells
}

/// The text of a line that is one cell of a table, whatever marks it as one.
pub(super) fn cell_of_line(said: &str) -> Range<usize> {
    tables::bare(said, 0..said.len(), &['|', '!', '*', '`'])
}

/// Whether a line is the heading of a column and nothing else, and names a secret.
pub(super) fn heads_cells(said: &str) -> bool {
    let is_heading =
        said.trim_start().starts_with(['!', '<']) && (said.starts_with('!') || said.contains("<th"));
    is_heading && !said.contains("</tr") && said.get(cell_of_line(said)).is_some_and(is_label)
}

/// The secret in a line that is one cell of a table with such a heading.
pub(super) fn of_cell(said: &str) -> Option<Range<usize>> {
    let range = cell_of_line(said);
    let cell = said.get(range.clone())?;
    let told = words::is_odd(cell) || words::is_typed(cell) || tokens::is_joined(cell);
    let is_phrase =
        || phrases::read(cell, 0).is_some_and(|phrase| phrase.words > 1 && phrase.range.end == cell.len());
    let is = is_held(cell)
        && !phrases::is_reference(cell)
        && !words::is_plain(cell)
        && (is_phrase() || (told && !cell.contains(' ') && !(tokens::is_named(cell) && cell.contains('_'))));
    is.then_some(range)
}

/// The secrets in a row of cells that blanks part.
fn aligned_row(said: &str, number: Option<usize>, start: usize, cells: usize) -> Vec<Range<usize>> {
    let text = |range: &Range<usize>| said.get(range.clone()).unwrap_or_default();
    let all = aligned(said);
    let is_below = |range: &&Range<usize>| range.start <= start && range.end > start;
    let cell = number.and_then(|number| match all.len() == cells {
        true => all.get(number),
        false => all.iter().find(is_below),
    });
    let is_cell = |range: &&Range<usize>| {
        let cell = text(range);
        is_held(cell)
            && !is_label(cell)
            && !cell.starts_with(['(', '<', '[', '-'])
            && !words::is_plain(cell)
            && !is_state(&cell.to_lowercase())
            && !cell.bytes().all(|byte| byte.is_ascii_digit())
    };
    let mut found: Vec<Range<usize>> = cell.filter(is_cell).cloned().into_iter().collect();
    found.extend(sure_words(said));
    found.extend(keys(said));
    found
}

/// Whether a heading is that of a table of keys.
fn is_key_name(cell: &str) -> bool {
    let lower = cell.trim().to_lowercase();
    [
        "keyname",
        "key name",
        "access key",
        "accesskey",
        "key1",
        "key2",
        "primarykey",
        "primary key",
    ]
    .contains(&&*lower)
}

/// The cells of a row that two blanks part at least.
fn aligned(said: &str) -> Vec<Range<usize>> {
    let mut all = Vec::new();
    let mut start = 0_usize;
    for cell in said.split("  ") {
        let inner = cell.trim();
        if !inner.is_empty() {
            let from = start.saturating_add(cell.find(inner).unwrap_or_default());
            all.push(from..from.saturating_add(inner.len()));
        }
        start = start.saturating_add(cell.len()).saturating_add(2);
    }
    all
}

/// The keys of a row.
fn keys(said: &str) -> Vec<Range<usize>> {
    let mut all = aligned(said);
    all.retain(|range| said.get(range.clone()).is_some_and(words::is_key));
    all
}

/// Whether a cell is the name of a secret.
pub(super) fn is_label(cell: &str) -> bool {
    text::is_secret_name(cell.trim_matches(LABEL_MARKS))
}

/// Whether a cell below the name of a secret holds one: it is no time, no rule, and nothing that stands for a yes or a no.
pub(super) fn is_held(cell: &str) -> bool {
    const FLAGS: [&str; 16] = [
        "true", "false", "yes", "no", "ja", "nein", "oui", "non", "si", "sí", "sim", "never", "none", "null",
        "n/a", "ok",
    ];
    let is_flag = || FLAGS.iter().any(|flag| cell.eq_ignore_ascii_case(flag));
    let is_time = || cell.contains(':') && cell.bytes().filter(u8::is_ascii_digit).count() >= 4;
    cell.chars().count() >= 3 && !is_rule(cell) && !is_flag() && !is_time()
}

/// How often a sign stands in a row outside of quotation marks.
fn outside_quotes(row: &str, sign: char) -> usize {
    row.split('"')
        .step_by(2)
        .flat_map(|part| part.match_indices(sign).map(move |(place, _)| part.get(..place)))
        .filter(|head| !head.is_some_and(|head| head.ends_with('\\')))
        .count()
}

/// Where a cell of a row stands, without its quotation marks. The sign may stand within them.
fn cell(row: &str, number: usize, sign: char) -> Option<Range<usize>> {
    let (mut start, mut quoted, mut at, mut before) = (0, false, 0, ' ');
    for (place, c) in row.char_indices().chain([(row.len(), sign)]) {
        if c == '"' {
            quoted = !quoted;
        }
        let is_escaped = std::mem::replace(&mut before, c) == '\\' && place < row.len();
        if c == sign && !is_escaped && (!quoted || place == row.len()) {
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
pub(super) fn sure_words(said: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0_usize;
    for part in said.split_inclusive([' ', '\t', '<', '>', '"', '\'', '`', ',', ';', '|', '\r', '\n']) {
        let word = part.trim_end_matches([' ', '\t', '<', '>', '"', '\'', '`', ',', ';', '|', '\r', '\n']);
        if words::is_sure(word) || (words::is_odd(word) && !word.contains(['=', ':', '/'])) {
            found.push(start..start.saturating_add(word.len()));
        }
        start = start.saturating_add(part.len());
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strokes_around_a_row_are_no_cells() {
        for heading in [
            "| Service | User | Password | Note |",
            "Service | User | Password | Note |",
        ] {
            let mut table = Table::of(heading).unwrap();
            for (row, secret) in [
                ("SQL | sa | `Wild=mint` | x |", "Wild=mint"),
                (r"| Web | adm | wild\|mint5 | x |", r"wild\|mint5"),
                ("| Web | adm | wildmint | |", "wildmint"),
            ] {
                let (found, next) = table.row(row);
                let found: Vec<&str> = found.into_iter().map(|range| row.get(range).unwrap()).collect();
                assert_eq!(found, [secret], "{heading}");
                table = next.unwrap();
            }
        }
    }
}
