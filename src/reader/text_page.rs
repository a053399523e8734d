//! Some lines of a text as one: without quote marks and margins, joined by blanks, each with the stamp that it has or continues. Owns which line
//! goes on with the one before it; must not know what is of interest.

use super::lines::{Line, Place};
use super::local_time::{self, DateOrder, Stamp};
use super::table::told_times;

/// Lines of a description with labels that was pasted without its frame.
const LABELLED_LINES: usize = 64;

/// How far up the stamped line may be that a line continues.
pub(super) const STAMP_LINES: usize = 20;

/// A longer line is taken apart, so that an event shows the place and not a megabyte around it.
pub(super) const ROW_BYTES: usize = 4 << 10;

/// Lines without quote marks and margins, joined by one blank each.
pub(super) struct Page {
    pub(super) joined: String,
    pub(super) rows: Vec<Row>,
}

pub(super) struct Row {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) place: Place,
    pub(super) stamp: Option<Stamp>,
    /// Whether the stamp is labelled as the end of what the lines around tell of.
    ends: bool,
    /// Whether it begins with a time of day: a record of its own, on a day that nobody tells.
    begins: bool,
}

impl Page {
    pub(super) fn new(lines: &[Line<'_>], order: DateOrder, is_note: bool) -> Self {
        let mut joined = String::new();
        let mut rows = Vec::with_capacity(lines.len());
        let mut day = None;
        for line in lines {
            let text = line
                .text
                .trim_start_matches(['>', '|', ' ', '\t', '\u{feff}', '\0'])
                .trim_end();
            let mut rest = text;
            loop {
                let (piece, after) = split_row(rest);
                let start = joined.len();
                joined.push_str(piece);
                let told = is_note.then(|| told_times::find(piece, order)).flatten();
                let (ends, told) = told.map_or((false, None), |(ends, stamp)| (ends, Some(stamp)));
                let stamp = told.or_else(|| local_time::near_start(piece, order));
                day = is_note.then(|| local_time::day(piece, order)).flatten().or(day);
                let at = local_time::leading_time(piece);
                let of_day = || Some(Stamp::Local(day?.and_time(at?)));
                rows.push(Row {
                    start,
                    end: joined.len(),
                    place: line.place,
                    stamp: stamp.or_else(of_day),
                    ends,
                    begins: at.is_some(),
                });
                if after.is_empty() {
                    break;
                }
                rest = after;
            }
            joined.push(' ');
        }
        Self { joined, rows }
    }

    pub(super) fn row_of(&self, position: usize) -> usize {
        self.rows
            .partition_point(|row| row.start <= position)
            .saturating_sub(1)
    }

    pub(super) fn text(&self, first: usize, last: usize) -> &str {
        let start = self.rows.get(first).map_or(0, |row| row.start);
        let end = self.rows.get(last).map_or(start, |row| row.end);
        self.joined.get(start..end).unwrap_or_default()
    }

    /// Some rows, each on its line.
    pub(super) fn lines(&self, first: usize, last: usize) -> String {
        let rows = (first..=last).map(|row| self.text(row, row));
        rows.collect::<Vec<_>>().join("\n")
    }

    /// The last row of a description that opens with a row: labelled values, and empty lines between them.
    pub(super) fn description(&self, first: usize) -> usize {
        let mut last = first;
        for row in first + 1..self.rows.len().min(first + LABELLED_LINES) {
            let text = self.text(row, row);
            let is_stamped = self
                .rows
                .get(row)
                .is_some_and(|row| row.stamp.is_some() || row.begins);
            let is_labelled = text.contains([':', '：']) && !is_stamped;
            let goes_on = last + 1 == row && self.continues(row);
            match text {
                "" => {}
                _ if is_labelled || goes_on => last = row,
                _ => break,
            }
        }
        last
    }

    /// Whether a row can go on what the row before says: neither is blank, and it has no stamp or time of its own.
    pub(super) fn continues(&self, row: usize) -> bool {
        let text = |row: usize| self.rows.get(row).is_some_and(|row| row.end > row.start);
        row > 0
            && text(row)
            && text(row - 1)
            && self
                .rows
                .get(row)
                .is_some_and(|row| row.stamp.is_none() && !row.begins)
    }

    pub(super) fn is_one_piece(&self, first: usize, last: usize) -> bool {
        (first + 1..=last).all(|row| self.continues(row))
    }

    /// The stamp of a row, or of the one that it continues, or that of the end which the lines around it tell.
    pub(super) fn stamp_of(&self, row: usize) -> Option<Stamp> {
        self.stamp_above(row).or_else(|| self.end_below(row))
    }

    fn end_below(&self, row: usize) -> Option<Stamp> {
        let below = self.rows.iter().skip(row + 1).take(STAMP_LINES);
        let mut card = below.take_while(|row| row.end > row.start);
        card.find(|row| row.ends)?.stamp
    }

    /// The account that the lines around a row name as that of the job.
    pub(super) fn account_beside(&self, row: usize) -> Option<&str> {
        let text = |row: usize| self.text(row, row);
        let above = (row.saturating_sub(STAMP_LINES)..=row).rev();
        let below = row + 1..row.saturating_add(STAMP_LINES).min(self.rows.len());
        let above = above.take_while(|&row| !text(row).is_empty());
        let below = below.take_while(|&row| !text(row).is_empty());
        above.chain(below).find_map(|row| told_times::account(text(row)))
    }

    fn stamp_above(&self, row: usize) -> Option<Stamp> {
        let lowest = row.saturating_sub(STAMP_LINES);
        for row in (lowest..=row).rev() {
            let stamp = self.rows.get(row)?.stamp;
            if stamp.is_some() || !self.continues(row) {
                return stamp;
            }
        }
        None
    }
}

/// Cuts off as much of a line as makes a row, behind a comma or a blank if there is one.
fn split_row(line: &str) -> (&str, &str) {
    if line.len() <= ROW_BYTES {
        return (line, "");
    }
    let limit = line.floor_char_boundary(ROW_BYTES);
    let (row, _) = line.split_at_checked(limit).unwrap_or((line, ""));
    let end = row.rfind([',', ' ']).map_or(limit, |at| at + 1);
    line.split_at_checked(end).unwrap_or((line, ""))
}
