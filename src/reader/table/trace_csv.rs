//! The CSV of `tracefmt -csv`, with and without `-csvheader`.
//!
//! **The columns are a guess.** What is documented is that fields of the prefix and the message are set apart by commas, that
//! headings are written only when asked for, and that the prefix cannot be changed
//! (<https://learn.microsoft.com/windows-hardware/drivers/devtest/example-8--using-the-csv-file-format>); which fields there
//! are is published nowhere, and no file was at hand. So columns are told by headings that name the fields of tracefmt's usual
//! prefix, or by cells that look like them. The message comes last and may have commas of its own. Numbers of processes and
//! threads are read as hexadecimal from four digits on, as in the usual prefix. Where columns cannot be told, the file is
//! searched as plain text.

use super::rows::{self, Row, Rows, split};
use crate::model::{Event, Findings, Level, Origin, ProblemKind};
use crate::reader::Context;
use crate::reader::lines::Text;
use crate::reader::local_time::{self, DateOrder, Stamp};
use crate::reader::session_dump::Dumps;
use crate::reader::sink::Sink;
use crate::reader::trace_text::{Telling, UNDECODED, UNDECODED_DETAIL};
use crate::reader::wording::Wording;
use crate::source::Source;

/// A column that matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Date,
    Time,
    Process,
    Thread,
    Provider,
    Level,
    Message,
    Other,
}

/// Headings in lower case, letters and digits alone.
const HEADINGS: &[(Column, &[&str])] = &[
    (Column::Date, &["date"]),
    (
        Column::Time,
        &[
            "time",
            "timestamp",
            "clocktime",
            "datetime",
            "localtime",
            "systemtime",
        ],
    ),
    (Column::Process, &["pid", "processid", "process"]),
    (Column::Thread, &["tid", "threadid", "thread"]),
    (
        Column::Provider,
        &[
            "provider",
            "providername",
            "guidname",
            "module",
            "modulename",
            "component",
            "componentname",
        ],
    ),
    (Column::Level, &["level", "levelname"]),
    (Column::Message, &["message", "msg", "text", "messagetext"]),
];

/// Cells of a prefix at most.
const PREFIX: usize = 24;
/// Rows of the beginning that are looked at.
const SAMPLE: usize = 50;
/// Bytes of a message that lines without a row of their own go on with.
const MESSAGE_BYTES: usize = 64 << 10;

/// Whether a text begins with such a table.
pub(crate) fn sniff(head: &str) -> bool {
    layout(head).is_some()
}

/// The columns, and whether the first row names them.
fn layout(head: &str) -> Option<(Vec<Column>, bool)> {
    let mut lines = head
        .lines()
        .map(|line| line.trim_start_matches('\u{feff}'))
        .filter(|line| !line.trim().is_empty() && line.trim() != "EventTrace");
    let first = split(lines.clone().next()?, ',').0;
    if let Some(columns) = of_headings(&first) {
        return Some((columns, true));
    }
    let columns = of_cells(&first)?;
    let sample: Vec<&str> = lines.by_ref().take(SAMPLE).collect();
    let rows = sample
        .iter()
        .filter(|line| of_cells(&split(line, ',').0).as_ref() == Some(&columns));
    let count = rows.count();
    (count >= 2 && count * 2 > sample.len()).then_some((columns, false))
}

fn of_headings(cells: &[String]) -> Option<Vec<Column>> {
    let named = |heading: &str| {
        let letters = heading.chars().filter(|letter| letter.is_alphanumeric());
        let bare: String = letters.flat_map(char::to_lowercase).collect();
        let found = HEADINGS.iter().find(|(_, names)| names.contains(&bare.as_str()));
        found.map(|(column, _)| *column)
    };
    let columns = rows::of_headings(cells.iter().take(PREFIX), named, Column::Other);
    let has = |column| columns.contains(&column);
    let told = has(Column::Message) && has(Column::Process) && has(Column::Thread);
    (told && (has(Column::Time) || has(Column::Date))).then_some(columns)
}

/// Tells the columns by a row: a time as tracefmt writes it, two numbers that look like a process and a thread, a name, and
/// behind all that the message.
fn of_cells(cells: &[String]) -> Option<Vec<Column>> {
    let cells: Vec<&str> = cells.iter().map(|cell| cell.trim()).collect();
    let time = cells.iter().take(PREFIX).position(|cell| is_time(cell))?;
    let process = cells
        .windows(2)
        .take(PREFIX)
        .position(|pair| pair.iter().all(|cell| is_padded_hex(cell)))?;
    let mut columns = vec![Column::Other; time.max(process + 1) + 1];
    *columns.get_mut(time)? = Column::Time;
    *columns.get_mut(process)? = Column::Process;
    *columns.get_mut(process + 1)? = Column::Thread;
    let is_name = |cell: &str| {
        let name = cell.trim_matches(['[', ']']);
        (2..=64).contains(&name.len())
            && name.starts_with(|letter: char| letter.is_ascii_alphabetic())
            && name
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'))
    };
    let free = |columns: &[Column], at: usize| columns.get(at).is_none_or(|column| *column == Column::Other);
    let name = (0..cells.len().saturating_sub(1).min(PREFIX))
        .find(|&at| free(&columns, at) && cells.get(at).is_some_and(|cell| is_name(cell)));
    let last = columns.len().max(name.map_or(0, |at| at + 1));
    columns.resize(last, Column::Other);
    if let Some(column) = name.and_then(|at| columns.get_mut(at)) {
        *column = Column::Provider;
    }
    (cells.len() > last).then(|| {
        columns.push(Column::Message);
        columns
    })
}

/// A date and a time joined as tracefmt does it, or with the year first, with fractions of a second.
fn is_time(cell: &str) -> bool {
    let joined = cell
        .get(10..11)
        .is_some_and(|sign| matches!(sign, "-" | " " | "T"));
    joined && cell.contains('.') && cell.len() <= 30 && stamp(cell).is_some()
}

fn stamp(cell: &str) -> Option<Stamp> {
    local_time::whole(cell, DateOrder::MonthFirst)
}

/// `0AF4`: four to eight upper-case hexadecimal digits.
fn is_padded_hex(cell: &str) -> bool {
    let digits = cell.strip_prefix("0x").unwrap_or(cell);
    (4..=8).contains(&digits.len())
        && digits
            .bytes()
            .all(|byte| byte.is_ascii_digit() || (b'A'..=b'F').contains(&byte))
}

fn number(cell: &str) -> Option<u32> {
    match cell.strip_prefix("0x") {
        Some(digits) => u32::from_str_radix(digits, 16).ok(),
        None if cell.len() >= 4 => u32::from_str_radix(cell, 16).ok(),
        None => cell.parse().ok(),
    }
}

/// Reads the whole artifact.
pub(crate) fn read(source: Source, context: &Context<'_>, findings: &mut Findings) {
    let wording = Wording::new(context.interest);
    let mut sink = Sink::new(context, findings);
    let mut text = Text::open(source, &sink);
    let make = |_: &mut Sink<'_>, head: &str| {
        let (columns, headed) = layout(head).unwrap_or_default();
        Table {
            telling: Telling::new(&wording),
            dumps: Dumps::of_log(context),
            columns,
            headings: headed,
            rows: Rows::default(),
            pending: None,
            undecoded: (0, None),
        }
    };
    let table = super::read_lines(&mut text, &mut sink, make, Table::line);
    text.finish(&mut sink);
    if let Some(table) = table {
        let dumps = table.finish(&mut sink);
        dumps.finish(context, findings);
    }
}

struct Table<'a> {
    telling: Telling<'a>,
    dumps: Dumps,
    columns: Vec<Column>,
    /// Whether the row of headings is still to come.
    headings: bool,
    rows: Rows,
    /// The last event and its provider: lines that are no rows go on with its message.
    pending: Option<(Event, String, String)>,
    undecoded: (u64, Option<Origin>),
}

impl Table<'_> {
    fn line(&mut self, sink: &mut Sink<'_>, line: u64, offset: u64, text: &str) {
        let bare = text.trim_start_matches('\u{feff}').trim();
        if bare == "EventTrace" || (bare.is_empty() && self.pending.is_none()) {
            return;
        }
        if self.headings {
            self.headings = false;
            return;
        }
        let columns = &self.columns;
        let is_open = |text: &str| split(text, ',').1;
        let starts = |text: &str| is_row(columns, &split(text, ',').0);
        for row in self.rows.line(line, offset, text, is_open, starts) {
            self.row(sink, &row);
        }
    }

    fn row(&mut self, sink: &mut Sink<'_>, row: &Row) {
        let (cells, _) = split(&row.text, ',');
        let origin = sink.line(row.line, row.offset);
        if row.damaged {
            sink.problem(
                ProblemKind::Damaged,
                origin.clone(),
                "a row with a quote that does not end",
            );
        }
        if row.text.contains(UNDECODED) {
            self.undecoded.0 = self.undecoded.0.saturating_add(1);
            self.undecoded.1.get_or_insert(origin);
            return;
        }
        if is_row(&self.columns, &cells) {
            self.flush(sink);
            self.pending = Some(self.event(origin, &cells));
        } else if let Some((_, _, message)) = &mut self.pending {
            if message.len() < MESSAGE_BYTES {
                message.push('\n');
                message.push_str(row.text.trim_end());
            }
        } else {
            sink.problem(ProblemKind::Damaged, origin, "a line that is no row of the table");
        }
    }

    /// The event of a row, its provider and its message.
    fn event(&self, origin: Origin, cells: &[String]) -> (Event, String, String) {
        let place = |wanted: Column| self.columns.iter().position(|column| *column == wanted);
        let cell = |wanted: Column| {
            let cell = cells.get(place(wanted)?)?.trim();
            (!cell.is_empty()).then_some(cell)
        };
        let mut event = Event::new(origin);
        let whole = match (cell(Column::Date), cell(Column::Time)) {
            (Some(date), Some(time)) => Some(format!("{date} {time}")),
            (date, time) => date.or(time).map(str::to_owned),
        };
        if let Some(stamp) = whole.and_then(|text| stamp(&text)) {
            stamp.apply(&mut event);
        }
        event.process = cell(Column::Process).and_then(number);
        event.thread = cell(Column::Thread).and_then(number);
        event.level = cell(Column::Level).and_then(Level::from_word).unwrap_or_default();
        let provider = cell(Column::Provider)
            .unwrap_or_default()
            .trim_matches(['[', ']']);
        let message = match place(Column::Message) {
            // The last column goes on to the end of the row.
            Some(at) if at + 1 == self.columns.len() => cells.get(at..).unwrap_or_default().join(","),
            _ => cell(Column::Message).unwrap_or_default().to_owned(),
        };
        (event, provider.to_owned(), message)
    }

    fn flush(&mut self, sink: &mut Sink<'_>) {
        let Some((mut event, provider, message)) = self.pending.take() else {
            return;
        };
        let message = message.trim();
        let stamp = event.time.map(Stamp::Exact).or(event.local.map(Stamp::Local));
        self.dumps.record(message, stamp, || event.origin.clone());
        let interest = self.telling.interest();
        if !message.is_empty() && (interest.mentions(message) || interest.mentions(&provider)) {
            self.telling.tell(&mut event, &provider, message);
            sink.event(event);
        }
    }

    fn finish(mut self, sink: &mut Sink<'_>) -> Dumps {
        if let Some(row) = std::mem::take(&mut self.rows).finish() {
            self.row(sink, &row);
        }
        self.flush(sink);
        let origin = sink.artifact();
        sink.problem(
            ProblemKind::Guessed,
            origin,
            "a CSV of tracefmt, whose columns are not published: they are told by headings or by what stands in them",
        );
        if let (count, Some(origin)) = self.undecoded {
            sink.problems(ProblemKind::Undecoded, origin, UNDECODED_DETAIL, count);
        }
        self.telling.place(sink);
        self.dumps
    }
}

/// Whether cells are a row: a time where times stand.
fn is_row(columns: &[Column], cells: &[String]) -> bool {
    let time = columns
        .iter()
        .position(|column| *column == Column::Time)
        .or_else(|| columns.iter().position(|column| *column == Column::Date));
    let cell = time.and_then(|at| cells.get(at)).map_or("", |cell| cell.trim());
    let dated = columns.contains(&Column::Date) && columns.contains(&Column::Time);
    let is_clock = || cell.len() >= 8 && cell.get(2..3) == Some(":") && cell.get(5..6) == Some(":");
    cells.len() >= columns.len() && (stamp(cell).is_some() || (dated && is_clock()))
}

#[cfg(test)]
mod tests {
    use super::super::testing::run;
    use super::*;
    use crate::model::{ArtifactFormat, Value};

    const ROWS: &str = "0,0AF4,0C64,05/04/2026-08:00:39.998,0001,UiPath,rdp.cpp 34 RdpWrapper: Connect: failed, err(rdp):-1073741537\n\
                        1,07C8,14F8,05/04/2026-08:00:40.998,0002,My-Provider,code 0xC000006D\nand more\n\
                        1,07C8,14F8,05/04/2026-08:00:41.998,0003,My-Provider,done\n";

    #[test]
    fn with_and_without_headings() {
        for text in [
            format!("CPU,PID,TID,Time,Seq,Provider,Message\n{ROWS}"),
            ROWS.to_owned(),
        ] {
            let found = run(&text);
            assert_eq!(found.format, Some(ArtifactFormat::TraceText), "{text}");
            let [first, second, third] = &found.events[..] else {
                panic!("{:#?}", found.events)
            };
            assert_eq!(
                (first.process, first.thread),
                (Some(0xAF4), Some(0xC64)),
                "{text}"
            );
            assert_eq!(first.local.unwrap().to_string(), "2026-05-04 08:00:39.998");
            assert_eq!(first.field("err"), Some(&Value::Signed(-1_073_741_537)), "{text}");
            assert!(
                first
                    .message
                    .as_deref()
                    .unwrap()
                    .ends_with("failed, err(rdp):-1073741537")
            );
            assert_eq!(&*second.provider, "My-Provider");
            assert_eq!(second.message.as_deref(), Some("code 0xC000006D\nand more"));
            assert_eq!(third.message.as_deref(), Some("done"));
            let kinds: Vec<_> = found.problems.iter().map(|problem| problem.kind).collect();
            assert_eq!(kinds, [ProblemKind::Guessed]);
        }
    }

    #[test]
    fn date_and_time_apart_and_an_offset_told_by_json() {
        let found = run("Date,Time,ProcessId,ThreadId,Message\n\
             05/04/2026,08:00:39.998,2804,3172,\"{\"\"Status\"\":5,\"\"meta\"\":{\"\"time\"\":\"\"2026-05-04T06:00:39.998Z\"\"}}\"\n\
             05/04/2026,08:00:41.000,2804,3172,Session failed\n");
        assert_eq!(found.utc_offset, Some(120));
        assert_eq!(found.events[1].time, local_time::exact("2026-05-04T06:00:41Z"));
    }

    #[test]
    fn damage_and_what_lacks_its_format_file() {
        let found = run(&format!(
            "CPU,PID,TID,Time,Seq,Provider,Message\n\u{fffd}\u{fffd},x\n0,0AF4,0C64,05/04/2026-08:00:39.998,0,P,Unknown( 10): GUID=1 (No Format Information found).\n{ROWS}"
        ));
        assert_eq!(found.events.len(), 3);
        let mut kinds: Vec<_> = found.problems.iter().map(|problem| problem.kind).collect();
        kinds.sort();
        assert_eq!(
            kinds,
            [ProblemKind::Damaged, ProblemKind::Undecoded, ProblemKind::Guessed]
        );
    }

    #[test]
    fn other_tables_are_not_taken() {
        for text in [
            "Time,Level,Process,Message\n2026-05-04 08:00:00,Error,svchost,failed\n",
            "Process Name,PID,Operation,Path\na,1234,x,y\n",
            "2026-05-04 08:00:39.998,1234,5678,hello\nso, this is a mail,\nand text, it is\n",
            "a,b,c\n",
            "",
        ] {
            assert!(!sniff(text), "{text}");
        }
    }
}
