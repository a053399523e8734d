//! Lines that stand in a table of events and are no rows of it: what somebody wrote or pasted below, one record a line. Must not know
//! the columns of the table.

use crate::reader::lines::{Line, Place};
use crate::reader::local_time::DateOrder;
use crate::reader::plain_text::Prose;
use crate::reader::sink::Sink;
use crate::reader::wording::Wording;

use super::columns;
use super::rows::Row;

/// Lines that are kept.
const MOST: usize = 1_000;
/// Words that a line of a record has at least: a day, a time, a log, a number and a sentence.
const WORDS: usize = 6;

/// The lines so far.
#[derive(Debug, Default)]
pub(super) struct LinesBelow(Vec<Line<'static>>);

impl LinesBelow {
    /// Takes a row that is none where it begins with a date, or goes on with such a line; false where it is of the table.
    pub(super) fn take(&mut self, row: &Row) -> bool {
        let text = row.text.trim();
        let words: Vec<&str> = text.split_whitespace().collect();
        let mut begins = (2..=3).filter_map(|many| words.get(..many));
        let is_record = words.len() > WORDS && begins.any(|begin| columns::looks_dated(&begin.join(" ")));
        let follows = self
            .0
            .last()
            .is_some_and(|last| last.place.line.saturating_add(1) == row.line && !text.is_empty());
        if !(is_record || follows) || self.0.len() >= MOST {
            return false;
        }
        let place = Place {
            line: row.line,
            offset: row.offset,
        };
        let text = row.text.trim_end().to_owned().into();
        self.0.push(Line { text, place });
        true
    }

    /// Reads them as the lines of a note.
    pub(super) fn read(&self, sink: &mut Sink<'_>, wording: &Wording<'_>, order: DateOrder) {
        if !self.0.is_empty() {
            Prose::of_a_note(wording, order).lines(sink, &self.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::limits::Limits;
    use crate::model::Interest;
    use crate::reader::Context;
    use crate::source::Source;

    fn events(below: &str) -> usize {
        let text = format!(
            "Information\t7/11/2024 3:16:01 AM\tTaskScheduler\t201\tNone\n\
             Information\t7/11/2024 3:15:00 AM\tTaskScheduler\t107\tNone\n{below}"
        );
        let interest = Interest::everything().unwrap();
        let limits = Limits::default();
        let context = Context {
            path: Arc::from("history.txt"),
            interest: &interest,
            limits: &limits,
            recover: false,
        };
        crate::reader::read(Source::memory(text), &context).events.len()
    }

    #[test]
    fn records_pasted_below_a_table_are_records() {
        let below = "\n7/11/2024 3:16:01 AM  TaskScheduler 201  Task Scheduler successfully completed task \"\\Collect\" , instance \
                     \"{99aab4fe-98cf-afc3-50ae-02a8a17b4dd3}\" , action \"C:\\lab\\collect.exe\" with return code 2147942403.\n";
        assert_eq!(events(below), 3);
        // What goes on with the message of a row stays with it.
        assert_eq!(events("The task was\nlaunched on 7/11/2024\n"), 2);
        assert_eq!(events("7/11/2024\n"), 2);
    }
}
