//! What `xperf -a dumper` prints: a line for each kind of event with the names of its columns, then a line for each event.
//!
//! ```text
//! BeginHeader
//!                 P-Start,  TimeStamp,     Process Name ( PID),  ParentPID, Command Line
//! EndHeader
//! OS Version: 10.0.19045, Trace Size: 20736KB, Events Lost: 0, Buffers lost: 0, Trace Start: 134223552000000000, Trace Length: 2 sec
//!                 P-Start,     104743,    UiRobot.exe (10612),        480, "C:\Robot\UiRobot.exe" execute, all
//! ```
//!
//! Sources: a fragment in google/UIforETW (`etwpmc_parser.py`), and the documentation of other programs that read it. Stamps are
//! microseconds from the beginning of the trace, which is a FILETIME. Folklore: the last column is not quoted and has commas;
//! messages of the tool (`Error: ...`) stand between the rows.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::TimeDelta;

use super::{Form, Line, SAMPLE, said, set_process, split_name, value};
use crate::model::{Event, Findings, Interest, Level, ProblemKind, Time, Value, from_filetime};
use crate::reader::Context;
use crate::source::Source;

/// Kinds of events, and columns of one.
const KINDS: usize = 8192;
const COLUMNS: usize = 128;

/// Whether a text is such a dump: a line names a kind of event and its columns.
pub(crate) fn sniff(head: &str) -> bool {
    let mut lines = head.lines().filter(|line| !line.trim().is_empty()).take(SAMPLE);
    let first = lines.next().unwrap_or_default();
    first.trim() == "BeginHeader" || is_heading(first)
}

/// Reads the whole artifact.
pub(crate) fn read(source: Source, context: &Context<'_>, findings: &mut Findings) {
    super::read_by(|_| Dumper::default(), source, context, findings);
}

fn is_heading(line: &str) -> bool {
    let mut cells = line.split(',').map(str::trim);
    cells.next().is_some_and(|name| !name.is_empty()) && cells.next() == Some("TimeStamp")
}

/// A column, by what it is called.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Column {
    Process,
    Thread,
    Provider,
    Id,
    Version,
    Level,
    Opcode,
    Task,
    Field(Arc<str>),
}

fn column(name: &str, is_unknown: bool) -> Column {
    match name {
        "Process Name ( PID)" | "New Process Name ( PID)" => Column::Process,
        "ThreadID" | "New TID" => Column::Thread,
        // Of events without a definition, the head is all there is.
        "ProviderId" | "EventGuid" if is_unknown => Column::Provider,
        "Id" if is_unknown => Column::Id,
        "Version" if is_unknown => Column::Version,
        "Level" if is_unknown => Column::Level,
        "Opcode" | "Type" if is_unknown => Column::Opcode,
        "Task" if is_unknown => Column::Task,
        name => Column::Field(name.into()),
    }
}

#[derive(Debug, Default)]
struct Dumper {
    kinds: HashMap<Box<str>, Vec<Column>, foldhash::fast::RandomState>,
    start: Option<Time>,
    /// Events and buffers that the session lost.
    lost: [u64; 2],
    without_time: u64,
}

impl Dumper {
    fn heading(&mut self, line: &str) {
        let mut cells = line.split(',').map(str::trim);
        let name = cells.next().unwrap_or_default();
        let is_unknown = name.starts_with("UnknownEvent") || name.starts_with("InvalidEvent");
        let columns = cells.skip(1).take(COLUMNS);
        if self.kinds.len() < KINDS {
            let columns = columns.map(|name| column(name, is_unknown)).collect();
            self.kinds.insert(name.into(), columns);
        }
    }

    /// The line about the trace.
    fn trace(&mut self, line: &str) {
        for (name, value) in line.split(", ").filter_map(|part| part.split_once(": ")) {
            let number = value.trim().parse::<u64>().ok();
            match name {
                "Trace Start" => self.start = number.and_then(from_filetime),
                "Events Lost" => self.lost[0] = number.unwrap_or(0),
                "Buffers lost" | "Buffers Lost" => self.lost[1] = number.unwrap_or(0),
                _ => {}
            }
        }
    }

    fn time(&self, micros: u64) -> Option<Time> {
        let since = TimeDelta::microseconds(i64::try_from(micros).ok()?);
        self.start?.checked_add_signed(since)
    }

    /// Fills an event with what stands behind its stamp.
    fn fill(event: &mut Event, columns: &[Column], rest: &str) {
        let count = columns.len().max(1);
        // The last column has commas of its own.
        let cells = rest.splitn(count, ',').map(str::trim);
        for (column, cell) in columns.iter().zip(cells) {
            let number = || Value::text(cell).as_u64();
            match column {
                Column::Process => set_process(event, cell),
                Column::Thread => event.thread = number().and_then(|number| u32::try_from(number).ok()),
                Column::Provider => event.provider = cell.to_ascii_lowercase().into(),
                Column::Id => event.id = number().and_then(|number| u16::try_from(number).ok()),
                Column::Version => event.version = number().and_then(|number| u8::try_from(number).ok()),
                Column::Opcode => event.opcode = number().and_then(|number| u8::try_from(number).ok()),
                Column::Task => event.task = number().and_then(|number| u16::try_from(number).ok()),
                Column::Level => {
                    let level = number().and_then(|number| u8::try_from(number).ok());
                    event.level = level.map_or(event.level, Level::from_number);
                }
                Column::Field(name) => event.push(name, value(cell)),
            }
        }
    }
}

impl Form for Dumper {
    fn line(&mut self, text: &str, event: &mut Event, interest: &Interest) -> Line {
        if is_heading(text) {
            self.heading(text);
            return Line::Other;
        }
        if text.starts_with("OS Version:") {
            self.trace(text);
            return Line::Other;
        }
        let row = text.split_once(',').and_then(|(name, rest)| {
            let (stamp, rest) = rest.split_once(',').unwrap_or((rest, ""));
            let name = name.trim();
            Some((name, self.kinds.get(name)?, stamp.trim().parse().ok()?, rest))
        });
        let Some((name, columns, micros, rest)) = row else {
            return Line::Other;
        };
        if name.starts_with("FirstReliable") {
            return Line::Other;
        }
        let is_unknown = columns.contains(&Column::Id);
        if !is_unknown && !interest.mentions(text) {
            return Line::Passed;
        }
        let (provider, name) = if is_unknown { ("", name) } else { split_name(name) };
        event.provider = provider.into();
        event.time = self.time(micros);
        event.push("EventName", Value::text(name));
        let own = event.fields.len();
        Self::fill(event, columns, rest);
        let message = said(event, own);
        event.message = (!message.is_empty()).then(|| message.into());
        self.without_time = self.without_time.saturating_add(u64::from(event.time.is_none()));
        Line::Event
    }

    fn problem(&self) -> Option<(ProblemKind, String, u64)> {
        let [events, buffers] = self.lost;
        if events == 0 && buffers == 0 {
            return super::without_time(self.without_time);
        }
        let detail = format!("the session that wrote the trace lost {events} events and {buffers} buffers");
        Some((ProblemKind::Truncated, detail, 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reader::table::testing::run;

    const DUMP: &str = r#"BeginHeader
                P-Start,  TimeStamp,     Process Name ( PID),  ParentPID, Command Line
   UnknownEvent/Crimson,  TimeStamp,     Process Name ( PID),   ThreadID, CPU,                             ProviderId,     Id,   Task, Opcode, Version, Channel, Level,            Keyword, UserDataLength
Contoso-Robot/Session/Refused,  TimeStamp,     Process Name ( PID),   ThreadID, CPU, User, Text
EndHeader
OS Version: 10.0.19045, Trace Size: 20736KB, Events Lost: 3, Buffers lost: 0, Trace Start: 134223552000000000, Trace Length: 2 sec, PointerSize: 8, Trace Name: t.etl
FirstReliableEventTimeStamp, 13
                P-Start,     104743,        UiRobot.exe (10612),        480, "C:\Robot\UiRobot.exe" execute, all
Error: Description for thread state (9) could not be found. Thread state array out of date!!
   UnknownEvent/Crimson,     204743,        svchost.exe (  96),       7720,   1, {5D896912-022D-40AA-A3A8-4FA5515C76D7},     40,      0,      0,       0,      16,     4, 0x1000000000000000,             24
Contoso-Robot/Session/Refused,    3000000,        UiRobot.exe (10612),       7720,   2, "svc-robot", "refused, err(rdp):-1073741537"
"#;

    #[test]
    fn rows_by_the_columns_of_their_kind() {
        assert!(sniff(DUMP));
        let found = run(DUMP);
        let [start, unknown, refused] = found.events.as_slice() else {
            panic!("{:#?}", found.events)
        };
        assert_eq!(
            start.time.unwrap().to_rfc3339(),
            "2026-05-04T08:00:00.104743+00:00"
        );
        assert_eq!(start.process, Some(10_612));
        assert_eq!(start.field("ParentPID"), Some(&Value::Signed(480)));
        assert_eq!(
            start.field_text("Command Line").as_deref(),
            Some(r#""C:\Robot\UiRobot.exe" execute, all"#)
        );
        assert_eq!(&*unknown.provider, "{5d896912-022d-40aa-a3a8-4fa5515c76d7}");
        assert_eq!((unknown.id, unknown.level), (Some(40), Level::Information));
        assert_eq!(&*refused.provider, "Contoso-Robot");
        assert_eq!(
            refused.field_text("EventName").as_deref(),
            Some("Session/Refused")
        );
        assert_eq!((refused.thread, refused.process), (Some(7720), Some(10_612)));
        assert_eq!(refused.field("User"), Some(&Value::text("svc-robot")));
        assert!(
            refused
                .message
                .as_deref()
                .unwrap()
                .contains("err(rdp):-1073741537")
        );
        let [lost] = found.problems.as_slice() else {
            panic!("{:#?}", found.problems)
        };
        assert!(lost.detail.contains("lost 3 events"));
    }

    #[test]
    fn a_part_of_a_dump_has_no_time() {
        let text: String = DUMP
            .lines()
            .skip(1)
            .filter(|line| !line.starts_with("OS"))
            .fold(String::new(), |text, line| text + line + "\n");
        assert!(sniff(&text));
        let found = run(&text);
        assert_eq!(found.events.len(), 3);
        assert!(found.events.iter().all(|event| event.time.is_none()));
        assert_eq!(found.problems[0].count, 3);
        assert!(!sniff("Name, Time, Value\n"));
    }
}
