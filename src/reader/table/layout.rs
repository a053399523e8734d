//! How a table of events is laid out: its separator, its headings, the order of day and month. Owns what the first lines tell; must not know what
//! rows say.

use super::audit_columns;
use super::columns::{self, Column};
use super::rows::split;
use super::snare;
use crate::model::ProblemKind;
use crate::reader::console::is_command;
use crate::reader::local_time::DateOrder;
use crate::reader::sink::Sink;

/// Rows whose words tell the language of a table.
const FIRST_ROWS: usize = 50;
/// Separators, the rarest in other text first.
pub(super) const SEPARATORS: [char; 3] = ['\t', ';', ','];

/// The separator, and the columns as far as the headings tell; none where there are no headings.
pub(super) fn layout(head: &str) -> Option<(char, Vec<Column>)> {
    let order = DateOrder::learn(head);
    let mut lines = rows_of(head);
    let first = lines.next()?;
    if let Some(columns) = snare::columns(first) {
        return Some(('\t', columns));
    }
    let second = lines.next();
    SEPARATORS.into_iter().find_map(|separator| {
        let (cells, _) = split(first, separator);
        if cells.len() < 4 {
            return None;
        }
        match columns::of_headings(&cells).or_else(|| audit_columns::of_headings(&cells)) {
            Some(columns) => Some((separator, columns)),
            None if columns::is_data(&cells, order) => Some((separator, Vec::new())),
            // Headings in a language that is not known.
            None => {
                let row = split(second?, separator).0;
                let fits = row.len() >= cells.len() && columns::is_surely_data(&row, order);
                fits.then(|| (separator, vec![Column::Other; cells.len()]))
            }
        }
    })
}

/// The lines from the headings on.
fn rows_of(head: &str) -> impl Iterator<Item = &str> {
    head.lines().map(str::trim).filter(|line| !is_preface(line))
}

/// Lines before the headings: `#TYPE`, Excel's `sep=`, the command that printed the table, nothing.
pub(super) fn is_preface(line: &str) -> bool {
    line.is_empty() || line.starts_with("#TYPE") || line.starts_with("sep=") || is_command(line)
}

/// The order of day and month: what a date tells that can be read one way only, else how the days follow each
/// other, else what the language of headings and levels suggests.
pub(super) fn order(sink: &mut Sink<'_>, head: &str, separator: char) -> DateOrder {
    let learnt = DateOrder::learn(head);
    if learnt != DateOrder::Unknown {
        return learnt;
    }
    let in_a_row = DateOrder::of_days_in_a_row(head);
    if in_a_row != DateOrder::Unknown {
        let origin = sink.artifact();
        let detail = "dates that can be read two ways are read so that the log goes on from day to day";
        sink.problem(ProblemKind::Guessed, origin, detail);
        return in_a_row;
    }
    let mut rows = rows_of(head).take(FIRST_ROWS).map(|row| split(row, separator).0);
    let headings = rows.next().unwrap_or_default();
    let guessed = match columns::order_of_headings(&headings) {
        DateOrder::Unknown => columns::order_of_levels(rows),
        known => known,
    };
    if guessed != DateOrder::Unknown && head.contains('/') {
        let origin = sink.artifact();
        let detail = "dates that can be read two ways are read with the day first, as the language of the table writes them";
        sink.problem(ProblemKind::Guessed, origin, detail);
    }
    guessed
}
