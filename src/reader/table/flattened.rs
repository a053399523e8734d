//! Records that a tool wrote as a table whose headings are the names it gives the members of its JSON: the timeline of hayabusa, an
//! export of a search. Each row is read as that object would be. Which tools name what, [`event_json`] knows.
//!
//! Tables whose headings are those of the Event Viewer or of PowerShell are read by [`events`](super::events).

use serde_json::{Map, Value as Json};

use super::columns;
use super::headed::Headed;
use super::layout::{SEPARATORS, is_preface};
use super::rows::{MOST_COLUMNS, Row, split};
use crate::model::{Findings, ProblemKind};
use crate::reader::Context;
use crate::reader::event_json;
use crate::reader::lines::Text;
use crate::reader::sink::Sink;
use crate::reader::wording::Wording;
use crate::source::Source;

/// Whether a text begins with the headings of such a table.
pub(crate) fn sniff(head: &str) -> bool {
    layout(head).is_some()
}

/// The separator and the headings.
fn layout(head: &str) -> Option<(char, Vec<String>)> {
    let mut lines = head
        .lines()
        .map(|line| line.trim_start_matches('\u{feff}').trim());
    let first = lines.find(|line| !is_preface(line))?;
    SEPARATORS.into_iter().find_map(|separator| {
        let mut cells = split(first, separator).0;
        cells.truncate(MOST_COLUMNS);
        let headings: Vec<String> = cells.iter().map(|cell| cell.trim().to_owned()).collect();
        let fits = columns::of_headings(&headings).is_none() && event_json::names_a_record(&headings);
        fits.then_some((separator, headings))
    })
}

/// Reads the whole artifact.
pub(crate) fn read(source: Source, context: &Context<'_>, findings: &mut Findings) {
    let wording = Wording::new(context.interest);
    let mut sink = Sink::new(context, findings);
    let mut text = Text::open(source, &sink);
    let make = |_: &mut Sink<'_>, head: &str| {
        let (separator, headings) = layout(head).unwrap_or((',', Vec::new()));
        Table {
            wording: &wording,
            rows: Headed::new(separator, headings.len()),
            headings,
            records: 0,
        }
    };
    let table = super::read_lines(&mut text, &mut sink, make, Table::line);
    let records = table.map_or(0, |mut table| {
        if let Some(row) = table.rows.finish() {
            table.row(&mut sink, &row);
        }
        table.records
    });
    text.finish(&mut sink);
    sink.findings().records = records;
}

struct Table<'a> {
    wording: &'a Wording<'a>,
    headings: Vec<String>,
    rows: Headed,
    records: u64,
}

impl Table<'_> {
    fn line(&mut self, sink: &mut Sink<'_>, number: u64, offset: u64, text: &str) {
        for row in self.rows.line(number, offset, text, |_| true) {
            self.row(sink, &row);
        }
    }

    fn row(&mut self, sink: &mut Sink<'_>, row: &Row) {
        let Some((cells, origin)) = self.rows.cells(sink, row) else {
            return;
        };
        let cells = cells.iter().map(|cell| Json::from(cell.trim()));
        let object: Map<String, Json> = self.headings.iter().cloned().zip(cells).collect();
        let Some(mut event) = event_json::of_row(&object, &origin) else {
            sink.problem(ProblemKind::Damaged, origin, "a row that is no event");
            return;
        };
        self.records += 1;
        let interest = self.wording.interest();
        interest.strings().name(&mut event);
        if event.id.is_some_and(|id| interest.wants(&event.provider, id)) {
            if let Some(message) = event.message.clone() {
                self.wording.tell(&mut event, &message);
            }
            sink.event(event);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::run;
    use crate::model::{ArtifactFormat, Value, parse_rfc3339};

    #[test]
    fn a_timeline_of_hayabusa_is_read_as_events() {
        let found = run(
            "\"Timestamp\",\"Computer\",\"Channel\",\"EventID\",\"Level\",\"RecordID\",\"RuleTitle\",\"Details\",\"ExtraFieldInfo\"\n\
             \"2026-03-30 22:00:00.488 +00:00\",\"ETL-01\",\"Sec\",\"4625\",\"low\",\"28644\",\"Logon Failure\",\"TgtUser: etl ¦ Type: 4 ¦ SrcIP: -\",\"Status: 0xc0000072 ¦ SubStatus: 0x0\"\n\
             \"cut\n",
        );
        assert_eq!(found.format, Some(ArtifactFormat::EventTable));
        let event = found.events.first().unwrap();
        assert_eq!((event.id, event.record_id), (Some(4625), Some(28_644)));
        assert_eq!((&*event.computer, &*event.channel), ("ETL-01", "Security"));
        assert_eq!(event.time, parse_rfc3339("2026-03-30T22:00:00.488Z"));
        assert_eq!(event.field("TargetUserName"), Some(&Value::text("etl")));
        assert_eq!(event.field_number("LogonType"), Some(4));
        assert_eq!(found.records, 1);
        assert_eq!(found.problems.len(), 2, "{:?}", found.problems);
    }

    #[test]
    fn other_tables_are_none() {
        let found = run("Timestamp,Computer,Rule\n2026-03-30 22:00:00,A,B\n");
        assert_ne!(found.format, Some(ArtifactFormat::EventTable));
    }
}
