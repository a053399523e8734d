//! The CSV that `tracerpt` makes of a trace. Fixed columns, then the payload: any number of values without names.
//!
//! Folklore: cells are padded with blanks and quotes come behind them, which readers of plain CSV get wrong.
//! `Clock-Time` is a FILETIME, unless the trace was converted with `-rts`: then it is ticks of an unknown clock.

use super::rows::{Row, Rows, split_padded};
use crate::model::{Event, Findings, Level, ProblemKind, Value, from_filetime};
use crate::reader::Context;
use crate::reader::lines::Text;
use crate::reader::local_time::Stamp;
use crate::reader::session_dump::Dumps;
use crate::reader::sink::Sink;
use crate::reader::wording::Wording;
use crate::source::Source;

/// FILETIMEs from 1981 to 2108. Ticks of other clocks are far smaller.
const FILETIMES: std::ops::Range<u64> = 120_000_000_000_000_000..160_000_000_000_000_000;

/// Whether a text begins with the headings of such a file.
pub(crate) fn sniff(head: &str) -> bool {
    head.lines()
        .find(|line| !line.trim().is_empty())
        .is_some_and(|line| headings(line).is_some())
}

/// Where the columns are.
#[derive(Debug, Default, Clone)]
struct Headings {
    names: Vec<String>,
    payload: usize,
}

fn headings(line: &str) -> Option<Headings> {
    let names: Vec<String> = split_padded(line)
        .0
        .iter()
        .map(|name| name.to_ascii_lowercase())
        .collect();
    let payload = names.iter().position(|name| name == "user data")?;
    let has = |wanted: &str| names.iter().any(|name| name == wanted);
    (has("event name") && has("clock-time")).then_some(Headings { names, payload })
}

/// Reads the whole artifact.
pub(crate) fn read(source: Source, context: &Context<'_>, findings: &mut Findings) {
    let wording = Wording::new(context.interest);
    let mut sink = Sink::new(context, findings);
    let mut text = Text::open(source, &sink);
    let make = |_: &mut Sink<'_>, _: &str| Table {
        wording: &wording,
        headings: None,
        rows: Rows::default(),
        ticks: 0,
        dumps: Dumps::of_log(context),
    };
    let table = super::read_lines(&mut text, &mut sink, make, Table::line);
    let dumps = table.map(|table| table.finish(&mut sink));
    text.finish(&mut sink);
    if let Some(dumps) = dumps {
        dumps.finish(context, findings);
    }
}

struct Table<'a> {
    wording: &'a Wording<'a>,
    headings: Option<Headings>,
    rows: Rows,
    ticks: u64,
    dumps: Dumps,
}

impl Table<'_> {
    fn line(&mut self, sink: &mut Sink<'_>, number: u64, offset: u64, text: &str) {
        let Some(headings) = &self.headings else {
            self.headings = headings(text);
            return;
        };
        let payload = headings.payload;
        let is_open = |text: &str| split_padded(text).1;
        let starts = |text: &str| is_row(text, payload);
        for row in self.rows.line(number, offset, text, is_open, starts) {
            self.row(sink, &row);
        }
    }

    fn finish(mut self, sink: &mut Sink<'_>) -> Dumps {
        if let Some(row) = std::mem::take(&mut self.rows).finish() {
            self.row(sink, &row);
        }
        if self.ticks > 0 {
            let origin = sink.artifact();
            let detail = "rows with raw clock ticks have no time: convert the trace without -rts";
            sink.problems(ProblemKind::Undecoded, origin, detail, self.ticks);
        }
        self.dumps
    }

    fn row(&mut self, sink: &mut Sink<'_>, row: &Row) {
        if row.text.trim().is_empty() {
            return;
        }
        let (cells, _) = split_padded(&row.text);
        let Some(headings) = self.headings.clone() else {
            return;
        };
        let wrong = cells.len() <= headings.payload.min(8);
        if row.damaged || wrong {
            let origin = sink.line(row.line, row.offset);
            let detail = if wrong {
                "a row with too few cells"
            } else {
                "a row with a quote that does not end"
            };
            sink.problem(ProblemKind::Damaged, origin, detail);
        }
        if wrong {
            return;
        }
        let mut event = Event::new(sink.line(row.line, row.offset));
        for (name, cell) in headings.names.iter().zip(&cells).take(headings.payload) {
            self.ticks = self.ticks.saturating_add(u64::from(set(&mut event, name, cell)));
        }
        let payload = cells.get(headings.payload..).unwrap_or_default();
        let interest = self.wording.interest();
        let wanted = event.id.is_some_and(|id| interest.wants(&event.provider, id));
        let message = payload.join(" ");
        self.dumps
            .record(&message, event.time.map(Stamp::Exact), || event.origin.clone());
        if !wanted && !interest.mentions(&message) {
            return;
        }
        for value in payload {
            event.push("", Value::text(*value));
        }
        if !message.trim().is_empty() {
            event.message = Some(message.trim().into());
        }
        self.wording.name_tracer(&mut event, &message);
        self.wording.tell(&mut event, &message);
        sink.event(event);
    }
}

/// Whether a line is a row even where the one before did not end: its fixed columns are there.
fn is_row(text: &str, payload: usize) -> bool {
    let (cells, _) = split_padded(text);
    cells.len() >= payload && cells.iter().any(|cell| filetime(cell).is_some())
}

fn filetime(cell: &str) -> Option<u64> {
    cell.parse().ok().filter(|ticks| FILETIMES.contains(ticks))
}

/// Sets what a column holds; true when it is a time that cannot be told.
fn set(event: &mut Event, name: &str, cell: &str) -> bool {
    let cell = cell.trim();
    if cell.is_empty() {
        return false;
    }
    let number = || Value::text(cell).as_u64();
    match name {
        "event name" => event.provider = cell.into(),
        "type" => event.push("Type", Value::text(cell)),
        "event id" => event.id = number().and_then(|id| u16::try_from(id).ok()),
        "version" => event.version = number().and_then(|id| u8::try_from(id).ok()),
        "level" => {
            event.level = number()
                .and_then(|id| u8::try_from(id).ok())
                .map_or(event.level, Level::from_number);
        }
        "opcode" => event.opcode = number().and_then(|id| u8::try_from(id).ok()),
        "task" => event.task = number().and_then(|id| u16::try_from(id).ok()),
        "keyword" => event.keywords = number(),
        "pid" => event.process = number().and_then(|id| u32::try_from(id).ok()),
        "tid" => event.thread = number().and_then(|id| u32::try_from(id).ok()),
        "activity id" => {
            let bare = cell.trim_matches(['{', '}']);
            let nil = bare.bytes().all(|byte| matches!(byte, b'0' | b'-'));
            event.activity = (!nil).then(|| format!("{{{}}}", bare.to_ascii_lowercase()).into());
        }
        "clock-time" => {
            event.time = filetime(cell).and_then(from_filetime);
            return event.time.is_none();
        }
        _ => {}
    }
    false
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::limits::Limits;
    use crate::model::{EventFilter, Interest};

    const HEAD: &str = "Event Name,       Type,   Event ID, Version, Channel, Level, Opcode, Task, Keyword, PID, TID, \
        Processor Number, Instance ID, Parent Instance ID, Activity ID, Related Activity ID, Clock-Time, Kernel(ms), \
        User(ms), User Data\n";

    fn row(clock: &str, data: &str) -> String {
        format!(
            "RpaTrace,  Info,  7, 0, 0, 4, 0, 0, 0x0000000000000001, 0x000001D8, 0x000004EC, 0, , , \
             {{00000000-0000-0000-0000-000000000000}}, ,   {clock}, 0, 0, {data}\n"
        )
    }

    fn run(text: &str) -> Findings {
        let interest = Interest::new(
            EventFilter::Listed([].into()),
            ["rdpwrapper:".to_owned()],
            [],
            Vec::new(),
        )
        .unwrap();
        let limits = Limits::default();
        let context = Context {
            path: Arc::from("a.csv"),
            interest: &interest,
            limits: &limits,
            recover: false,
        };
        let mut findings = Findings::default();
        read(Source::memory(text), &context, &mut findings);
        findings
    }

    #[test]
    fn rows_of_interest() {
        let text = format!(
            "{HEAD}{}{}{}",
            row(
                "134222184000000000",
                r#""rdp.cpp", 34, "RdpWrapper: Connect, failed""#
            ),
            row("134222184000000000", r#""other", 4"#),
            row("12345", "\"RdpWrapper: over\nlines\"")
        );
        assert!(sniff(&text));
        let found = run(&text);
        let [first, second] = &found.events[..] else {
            panic!("{:?}", found.events)
        };
        assert_eq!(
            first.message.as_deref(),
            Some("rdp.cpp 34 RdpWrapper: Connect, failed")
        );
        assert_eq!(
            (first.id, first.process, first.thread),
            (None, Some(0x1D8), Some(0x4EC))
        );
        assert_eq!(first.time.unwrap().to_rfc3339(), "2026-05-02T18:00:00+00:00");
        assert_eq!(first.positional(1).unwrap().as_u64(), Some(34));
        assert_eq!(second.message.as_deref(), Some("RdpWrapper: over\nlines"));
        assert_eq!(second.time, None);
        assert_eq!(found.problems.len(), 1);
    }

    #[test]
    fn damage_costs_one_row() {
        let text = format!(
            "{HEAD}{}broken, row\n{}",
            row("134222184000000000", "\"RdpWrapper: lost"),
            row("134222184000000000", "\"RdpWrapper: whole\"")
        );
        let found = run(&text);
        assert_eq!(found.events.len(), 2);
        assert_eq!(found.events[1].message.as_deref(), Some("RdpWrapper: whole"));
        assert!(
            found
                .problems
                .iter()
                .all(|problem| problem.kind == ProblemKind::Damaged)
        );
        assert!(!sniff("Event Name, Type\n"));
    }
}
