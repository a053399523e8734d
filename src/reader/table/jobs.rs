//! The tables of jobs and of logs that an Orchestrator exports, and the same made of its interface by scripts.
//!
//! Which columns a file has depends on version, language and on what the user chose to show; no exported file was at
//! hand. What the columns are called on the pages is documented
//! (<https://docs.uipath.com/orchestrator/standalone/2023.4/user-guide/about-jobs>,
//! <https://docs.uipath.com/orchestrator/standalone/2023.4/user-guide/about-logs>), and so are the names of the interface
//! (<https://docs.uipath.com/orchestrator/standalone/2020.10/api-guide/jobs-requests>). So headings are told by synonyms,
//! without regard to case, blanks and signs. Headings in other languages than English are translations, not seen.
//!
//! A row becomes what a robot's log would say: the host, the account, the time, and the text of the error. The time of a
//! job is that of its end, where its error belongs; without one, of its start, else of its making. Where a time names no
//! offset its zone is not known: an Orchestrator shows UTC, its own zone or that of the browser.

use chrono::FixedOffset;

use super::columns;
use super::headed::Headed;
use super::layout::{SEPARATORS, is_preface};
use super::rows::{MOST_COLUMNS, Row, of_headings, split};
use super::run_headings::{Column, STATES, column, offset, placed};
use crate::model::{Event, Findings, Level, Origin, ProblemKind, Value};
use crate::reader::Context;
use crate::reader::lines::Text;
use crate::reader::local_time::DateOrder;
use crate::reader::record_words;
use crate::reader::sink::Sink;
use crate::reader::wording::{UIPATH, Wording};
use crate::source::Source;

/// The separator, the columns, and the offset that the heading of each names.
type Layout = (char, Vec<Column>, Vec<Option<FixedOffset>>);

/// Whether a text begins with such a table.
pub(crate) fn sniff(head: &str) -> bool {
    layout(head).is_some()
}

/// The separator and the columns, if the first row has the headings of such a table, and it or the row behind it
/// something that no other product's table has.
fn layout(head: &str) -> Option<Layout> {
    let mut lines = head
        .lines()
        .map(|line| line.trim_start_matches('\u{feff}').trim());
    let first = lines.find(|line| !is_preface(line))?;
    let row = lines.next().unwrap_or_default();
    SEPARATORS.into_iter().find_map(|separator| {
        let cells = split(first, separator).0;
        let columns = of_headings(cells.iter().take(MOST_COLUMNS), column, Column::Other);
        let has = |wanted: &[Column]| columns.iter().any(|column| wanted.contains(column));
        let fits = has(&[Column::State, Column::Level])
            && has(&[Column::Time, Column::Ended, Column::Started, Column::Created])
            && has(&[Column::Message])
            && has(&[Column::Process, Column::Robot, Column::Machine, Column::Host])
            && !has(&[Column::Foreign]);
        let own = has(&[Column::Robot, Column::Account, Column::Job])
            || split(row, separator).0.iter().any(|cell| state(cell).is_some());
        let offsets = cells.iter().map(|cell| offset(cell));
        (fits && own).then(|| (separator, columns, offsets.collect()))
    })
}

fn state(cell: &str) -> Option<Level> {
    let lower = cell.trim().to_lowercase();
    STATES
        .iter()
        .find(|(word, _)| *word == lower)
        .map(|(_, level)| *level)
}

fn is_row(columns: &[Column], cells: &[String]) -> bool {
    cells.len() == columns.len()
        && columns.iter().zip(cells).any(|(column, cell)| match column {
            Column::State => state(cell).is_some(),
            Column::Level => record_words::level(cell).is_some(),
            _ => false,
        })
}

/// Reads the whole artifact.
pub(crate) fn read(source: Source, context: &Context<'_>, findings: &mut Findings) {
    let wording = Wording::new(context.interest);
    let mut sink = Sink::new(context, findings);
    let mut text = Text::open(source, &sink);
    let make = |_: &mut Sink<'_>, head: &str| {
        let (separator, columns, offsets) = layout(head).unwrap_or((',', Vec::new(), Vec::new()));
        Table {
            wording: &wording,
            rows: Headed::new(separator, columns.len()),
            columns,
            offsets,
            order: DateOrder::learn(head),
            undated: 0,
            unplaced: (0, None),
        }
    };
    let table = super::read_lines(&mut text, &mut sink, make, Table::line);
    if let Some(table) = table {
        table.finish(&mut sink);
    }
    text.finish(&mut sink);
}

struct Table<'a> {
    wording: &'a Wording<'a>,
    columns: Vec<Column>,
    offsets: Vec<Option<FixedOffset>>,
    order: DateOrder,
    rows: Headed,
    undated: u64,
    /// How many times name no zone, and where the first stands.
    unplaced: (u64, Option<Origin>),
}

impl Table<'_> {
    fn line(&mut self, sink: &mut Sink<'_>, number: u64, offset: u64, text: &str) {
        // One of the cells is a state.
        let is_row = |cells: &[String]| is_row(&self.columns, cells);
        for row in self.rows.line(number, offset, text, is_row) {
            self.row(sink, &row);
        }
    }

    fn row(&mut self, sink: &mut Sink<'_>, row: &Row) {
        let Some((cells, _)) = self.rows.cells(sink, row) else {
            return;
        };
        let interest = self.wording.interest();
        if !interest.mentions(&row.text) {
            return;
        }
        let mut event = self.event(sink, row, &cells);
        if event.time.is_none() && event.local.is_none() {
            self.undated = self.undated.saturating_add(1);
        } else if event.time.is_none() {
            self.unplaced.0 = self.unplaced.0.saturating_add(1);
            self.unplaced.1.get_or_insert_with(|| event.origin.clone());
        }
        if let Some(message) = event.message.clone() {
            self.wording.tell(&mut event, &message);
            sink.event(event);
        }
    }

    fn cell<'c>(&self, cells: &'c [String], wanted: Column) -> Option<&'c str> {
        let at = self.columns.iter().position(|column| *column == wanted)?;
        let cell = cells.get(at)?.trim();
        (!cell.is_empty()).then_some(cell)
    }

    fn event(&self, sink: &Sink<'_>, row: &Row, cells: &[String]) -> Event {
        let cell = |column: Column| self.cell(cells, column);
        let mut event = Event::new(sink.line(row.line, row.offset));
        event.provider = UIPATH.into();
        event.message = cell(Column::Message).map(Into::into);
        event.computer = cell(Column::Host)
            .or_else(|| cell(Column::Machine))
            .unwrap_or_default()
            .into();
        let by_state = cell(Column::State).and_then(state);
        let level = cell(Column::Level).and_then(record_words::level);
        event.level = level.or(by_state).unwrap_or_default();
        let times = [Column::Time, Column::Ended, Column::Started, Column::Created];
        let stamp = times.into_iter().find_map(|column| {
            let at = self.columns.iter().position(|other| *other == column)?;
            let stamp = columns::date(cell(column)?, self.order)?;
            Some(placed(stamp, self.offsets.get(at).copied().flatten()))
        });
        if let Some(stamp) = stamp {
            stamp.apply(&mut event);
        }
        for (name, column) in [
            ("State", Column::State),
            ("processName", Column::Process),
            ("robotName", Column::Robot),
            ("jobId", Column::Job),
            ("Started", Column::Started),
            ("User", Column::Account),
        ] {
            // A robot that runs as a service does its jobs as others: its own account says nothing of them.
            let service = |text: &&str| column != Column::Account || !text.starts_with("NT ");
            if let Some(text) = cell(column).filter(service) {
                event.push(name, Value::text(text));
            }
        }
        event
    }

    fn finish(mut self, sink: &mut Sink<'_>) {
        if let Some(row) = self.rows.finish() {
            self.row(sink, &row);
        }
        if let (count, Some(origin)) = self.unplaced {
            let detail = "times of an Orchestrator that name no zone: it shows UTC, its own or that of the browser; \
                          they are read as local times of the host";
            sink.problems(ProblemKind::TimeZoneAssumed, origin, detail, count);
        }
        if self.undated > 0 {
            let origin = sink.artifact();
            let detail = "rows without a date that can be read in one way only have no time";
            sink.problems(ProblemKind::Undecoded, origin, detail, self.undated);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::run;
    use super::*;
    use crate::model::{ArtifactFormat, parse_rfc3339};

    const INFO: &str = "\"Could not start executor. A specified logon session does not exist. It may already have been \
                        terminated. (0x80070520)\"";

    #[test]
    fn a_table_of_jobs() {
        let found = run(&format!(
            "Process,Machine,Hostname,Host Identity,State,Started,Ended,Info\n\
             Nightly,Pool-A,RPA-07,CORP\\svc-robot,Faulted,2026-05-04 08:00:01,2026-05-04 08:00:39,{INFO}\n\
             Daily,Pool-A,RPA-08,NT AUTHORITY\\LOCAL SERVICE,Successful,2026-05-04 09:00:01,2026-05-04 09:10:00,Job completed\n"
        ));
        assert_eq!(found.format, Some(ArtifactFormat::JobTable));
        let [failed, done] = &found.events[..] else {
            panic!("{:?}", found.events)
        };
        assert_eq!((&*failed.computer, failed.level), ("RPA-07", Level::Error));
        assert_eq!(failed.local.unwrap().to_string(), "2026-05-04 08:00:39");
        assert_eq!(failed.field("User"), Some(&Value::text("CORP\\svc-robot")));
        assert_eq!(failed.field("processName"), Some(&Value::text("Nightly")));
        assert_eq!(failed.field("code"), Some(&Value::Hex32(0x8007_0520)));
        assert_eq!((&*done.computer, done.field("User")), ("RPA-08", None));
        let zones = found
            .problems
            .iter()
            .filter(|problem| problem.kind == ProblemKind::TimeZoneAssumed);
        assert_eq!(zones.map(|problem| problem.count).sum::<u64>(), 2);
        assert_eq!(found.problems.len(), 1);
    }

    #[test]
    fn fields_of_the_interface_and_other_languages() {
        for text in [
            format!(
                "\"Key\",\"ReleaseName\",\"HostMachineName\",\"State\",\"StartTime\",\"EndTime\",\"Info\"\n\
                 \"1c\",\"Nightly\",\"RPA-07\",\"Faulted\",\"2026-05-04T06:00:01.5Z\",\"2026-05-04T06:00:39Z\",{INFO}\n"
            ),
            format!(
                "Prozess;Maschine;Hostname;Hostidentität;Zustand;Gestartet;Beendet;Informationen\n\
                 Nightly;Pool-A;RPA-07;CORP\\svc-robot;Fehlgeschlagen;04.05.2026 08:00:01 +02:00;2026-05-04T08:00:39+02:00;{INFO}\n"
            ),
        ] {
            let found = run(&text);
            let event = &found.events[0];
            assert_eq!(
                (&*event.computer, event.level),
                ("RPA-07", Level::Error),
                "{text}"
            );
            assert_eq!(event.time, parse_rfc3339("2026-05-04T06:00:39Z"), "{text}");
            assert!(found.problems.is_empty(), "{:?}", found.problems);
        }
    }

    #[test]
    fn a_table_of_log_lines() {
        let found = run("Time,Level,Process,Hostname,Host identity,Message\n\
             05/24/2026 10:49:19 AM,Error,Nightly,RPA-07,CORP\\svc-robot,\"Rdp connection failed: Message: Logon \
             failed.\nLast error: 131092\"\n05/24/2026 10:49:20 AM,Info,Nightly,RPA-07,CORP\\svc-robot,done\n");
        assert_eq!(found.format, Some(ArtifactFormat::JobTable));
        let event = &found.events[0];
        assert_eq!(event.field("LastError"), Some(&Value::Unsigned(131_092)));
        assert_eq!(event.local.unwrap().to_string(), "2026-05-24 10:49:19");
        assert_eq!((found.events.len(), event.level), (2, Level::Error));
    }

    #[test]
    fn damage_costs_one_row() {
        let found = run(&format!(
            "Process,Hostname,State,Ended,Info\n\
             Nightly,RPA-07,Faulted,2026-05-04T06:00:39Z,\"lost\n\
             Nightly,RPA-07,Faulted,2026-05-04T07:00:39Z,{INFO}\n\
             Nightly,RPA-07\n"
        ));
        assert!(found.events.iter().any(|event| event.field("code").is_some()));
        let damaged = found
            .problems
            .iter()
            .filter(|problem| problem.kind == ProblemKind::Damaged);
        assert_eq!(damaged.map(|problem| problem.count).sum::<u64>(), 2);
    }

    #[test]
    fn tables_of_others_are_not_taken() {
        for text in [
            "Time,Level,Process,Message\n2026-05-04 08:00:00,Error,svchost,failed\n",
            "State,Time,Machine,Details\nopen,2026-05-04 08:00:00,RPA-07,x\n",
            "Level,Date and Time,Source,Event ID,Task Category\nError,2026-05-04 08:00:00,x,1,None\n",
            "Message,Id,Level,ProviderName,ProcessId,MachineName,TimeCreated,State\na,1,2,x,3,RPA-07,2026-05-04 08:00:00,Running\n",
            "Process, state and the time: a message of the robot\n",
        ] {
            assert!(!sniff(text), "{text}");
        }
    }
}
