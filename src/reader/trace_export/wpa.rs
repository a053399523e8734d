//! The table of generic events as `wpaexporter` and Windows Performance Analyzer write it: one row of headings, then a row for
//! each event.
//!
//! Sources: the columns of "Generic Events",
//! <https://learn.microsoft.com/windows-hardware/test/wpt/generic-events>; that numbers stand in quotes with separators of thousands
//! is what exports of public programs show. Which columns there are is up to the profile. Times count from the beginning of the
//! trace, in the unit that the heading names.

use super::{Form, Line, set_process, value};
use crate::model::{Event, Findings, Interest, Level, ProblemKind, Value};
use crate::reader::Context;
use crate::reader::table::split;
use crate::source::Source;

/// Columns that are taken.
const COLUMNS: usize = 256;

/// A column, by what it is called.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Column {
    Provider,
    Id,
    Name,
    Process,
    Thread,
    Level,
    Message,
    Time,
    /// The number of the row, and how many it stands for.
    Row,
    Field(String),
}

fn column(heading: &str) -> Column {
    let lower = heading.trim().to_ascii_lowercase();
    match lower.as_str() {
        "provider name" => Column::Provider,
        "id" | "event id" => Column::Id,
        "task name" | "opcode name" | "event name" => Column::Name,
        "process" | "process name" => Column::Process,
        "threadid" | "thread id" => Column::Thread,
        "level" => Column::Level,
        "message" | "formatted message" => Column::Message,
        "line #" | "count" => Column::Row,
        _ if lower.starts_with("time (") => Column::Time,
        _ => Column::Field(heading.trim().to_owned()),
    }
}

fn columns(line: &str) -> Option<Vec<Column>> {
    let cells = split(line.trim_start_matches('\u{feff}'), ',').0;
    let columns: Vec<Column> = cells.iter().take(COLUMNS).map(|cell| column(cell)).collect();
    let has = |wanted: &Column| columns.contains(wanted);
    (has(&Column::Provider) && has(&Column::Name) && has(&Column::Time)).then_some(columns)
}

/// Whether a text begins with the headings of such a table.
pub(crate) fn sniff(head: &str) -> bool {
    head.lines()
        .find(|line| !line.trim().is_empty())
        .is_some_and(|line| columns(line).is_some())
}

/// Reads the whole artifact.
pub(crate) fn read(source: Source, context: &Context<'_>, findings: &mut Findings) {
    super::read_by(|_| Table::default(), source, context, findings);
}

#[derive(Debug, Default)]
struct Table {
    columns: Option<Vec<Column>>,
    events: u64,
}

impl Form for Table {
    fn line(&mut self, text: &str, event: &mut Event, _: &Interest) -> Line {
        let Some(columns) = &self.columns else {
            self.columns = columns(text);
            return Line::Other;
        };
        let (cells, is_open) = split(text, ',');
        if cells.len() < columns.len() && !is_open {
            return Line::More;
        }
        let (mut names, mut said, mut message) = (Vec::new(), String::new(), None);
        for (column, cell) in columns.iter().zip(&cells) {
            let cell = cell.trim();
            let number = || super::plain_number(cell).and_then(|number| number.parse::<u32>().ok());
            match column {
                _ if cell.is_empty() => {}
                Column::Provider => event.provider = cell.into(),
                Column::Id => event.id = number().and_then(|id| u16::try_from(id).ok()),
                Column::Name if cell == "win:Info" || names.contains(&cell) => {}
                Column::Name => names.push(cell),
                Column::Process => set_process(event, cell),
                Column::Thread => event.thread = number(),
                Column::Level => {
                    let level = number().and_then(|number| u8::try_from(number).ok());
                    event.level = level
                        .map(Level::from_number)
                        .or_else(|| Level::from_word(&cell.to_ascii_lowercase()))
                        .unwrap_or(event.level);
                }
                Column::Message => message = Some(cell),
                Column::Time => event.push("TraceTime", value(cell)),
                Column::Row => {}
                Column::Field(name) => {
                    event.push(name, value(cell));
                    said.push_str(cell);
                    said.push(' ');
                }
            }
        }
        if !names.is_empty() {
            event.push("EventName", Value::text(names.join("/")));
        }
        let message = message.unwrap_or(said.trim());
        event.message = (!message.is_empty()).then(|| message.into());
        self.events = self.events.saturating_add(1);
        Line::Event
    }

    fn problem(&self) -> Option<(ProblemKind, String, u64)> {
        super::without_time(self.events)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reader::table::testing::run;

    #[test]
    fn rows_of_generic_events() {
        let text = "Line #,Provider Name,Task Name,Opcode Name,Id,Process,ThreadId,Field 1,Field 2,Message,Time (s)\n\
            1,Contoso-Robot,Session,win:Info,40,UiRobot.exe (10612),\"7,720\",svc-robot,-1073741537,,\"26,420.482528\"\n\
            2,Contoso-Robot,Session,Refused,41,UiRobot.exe (10612),\"7,720\",,,\"RdpWrapper: refused, err(rdp):-1073741537\",\"26,420.5\"\n";
        assert!(sniff(text));
        let found = run(text);
        let [one, two] = found.events.as_slice() else {
            panic!("{:#?}", found.events)
        };
        assert_eq!((&*one.provider, one.id), ("Contoso-Robot", Some(40)));
        assert_eq!((one.process, one.thread), (Some(10_612), Some(7_720)));
        assert_eq!(one.field_text("EventName").as_deref(), Some("Session"));
        assert_eq!(one.message.as_deref(), Some("svc-robot -1073741537"));
        assert_eq!(one.field("TraceTime"), Some(&Value::text("26,420.482528")));
        assert_eq!(two.field_text("EventName").as_deref(), Some("Session/Refused"));
        assert_eq!(
            two.message.as_deref(),
            Some("RdpWrapper: refused, err(rdp):-1073741537")
        );
        assert_eq!(found.problems[0].count, 2);
        assert!(!sniff("Provider Name,Id,Message\n"));
    }
}
