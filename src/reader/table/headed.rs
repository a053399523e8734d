//! The rows below a line of headings: which lines are one row, and whether it has a cell for each heading. Must not know what headings mean.

use super::layout::is_preface;
use super::rows::{Row, Rows, quotes_fit, split};
use crate::model::{Origin, ProblemKind};
use crate::reader::sink::Sink;

/// Takes the lines of such a table.
pub(super) struct Headed {
    separator: char,
    columns: usize,
    /// Whether the headings have passed.
    passed: bool,
    rows: Rows,
}

impl Headed {
    /// Of a table with so many headings.
    pub(super) fn new(separator: char, columns: usize) -> Self {
        Self {
            separator,
            columns,
            passed: false,
            rows: Rows::default(),
        }
    }

    /// Takes a line and hands out the rows that are complete with it. A line with as many cells as there are headings is a row even where a
    /// quote is lost, if it is one by its cells, too.
    pub(super) fn line(
        &mut self,
        number: u64,
        offset: u64,
        text: &str,
        is_row: impl Fn(&[String]) -> bool,
    ) -> Vec<Row> {
        if !self.passed {
            self.passed = !is_preface(text.trim_start_matches('\u{feff}').trim());
            return Vec::new();
        }
        let (separator, columns) = (self.separator, self.columns);
        let is_open = |text: &str| split(text, separator).1;
        let starts = |text: &str| {
            text.matches(separator).count() + 1 >= columns
                && quotes_fit(text, separator)
                && is_row(&split(text, separator).0)
        };
        self.rows.line(number, offset, text, is_open, starts)
    }

    /// The row that the end of the file cut off.
    pub(super) fn finish(&mut self) -> Option<Row> {
        std::mem::take(&mut self.rows).finish()
    }

    /// The cells of a row and its place; none where the row is blank. What is wrong with it is noted.
    pub(super) fn cells(&self, sink: &mut Sink<'_>, row: &Row) -> Option<(Vec<String>, Origin)> {
        if row.text.trim().is_empty() {
            return None;
        }
        let (cells, _) = split(&row.text, self.separator);
        let origin = sink.line(row.line, row.offset);
        if row.damaged || cells.len() != self.columns {
            let detail = match row.damaged {
                true => "a row with a quote that does not end",
                false => "a row with more or fewer cells than the table has headings",
            };
            sink.problem(ProblemKind::Damaged, origin.clone(), detail);
        }
        Some((cells, origin))
    }
}
