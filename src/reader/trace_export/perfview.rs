//! Events as PerfView writes them: lines that were copied out of its window, its table for a spreadsheet, and its XML.
//!
//! ```text
//! Microsoft-Windows-DotNETRuntime/GC/Start  1,234.567  UiRobot (3164)  ThreadID="4,444" Count="1"
//! Event Name,Time MSec,Process Name,Rest
//!  <Event EventName="Microsoft-Windows-DotNETRuntime/GC/Start" TimeMsec="1234.567" ProcessName="UiRobot(3164)" Count="1"/>
//! ```
//!
//! Source: `EventWindow.xaml.cs` and the tests of microsoft/perfview. Times are milliseconds from the beginning of the trace, which
//! none of them tells. Folklore: older versions do not escape names in their XML, which then is none; each event has a line
//! of its own, so one such line costs itself.

use quick_xml::escape::unescape;

use super::{Form, Line, SAMPLE, plain_number, said, set_process, split_name, value};
use crate::model::{Event, Findings, Interest, ProblemKind, Value};
use crate::reader::Context;
use crate::reader::table::split;
use crate::source::Source;

/// Fields of one event that are taken.
const FIELDS: usize = 256;

/// Which of the three it is.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Shape {
    Lines,
    /// Columns, and what is between them.
    Table(Vec<String>, char),
    Xml,
}

/// Whether a text is one of the three.
pub(crate) fn sniff(head: &str) -> bool {
    shape(head).is_some()
}

fn shape(head: &str) -> Option<Shape> {
    let mut lines = head
        .lines()
        .map(|line| line.trim_start_matches('\u{feff}').trim())
        .filter(|line| !line.is_empty());
    let first = lines.next()?;
    if first == "<Events>" {
        let is_event = |line: &str| line.starts_with("<Event EventName=") && line.contains(" TimeMsec=");
        return lines.next().is_some_and(is_event).then_some(Shape::Xml);
    }
    for separator in [',', ';', '\t'] {
        let columns = split(first, separator).0;
        let named = |place: usize, name: &str| columns.get(place).is_some_and(|column| column.trim() == name);
        if named(0, "Event Name") && named(1, "Time MSec") && named(2, "Process Name") {
            return Some(Shape::Table(columns, separator));
        }
    }
    let sample: Vec<&str> = std::iter::once(first).chain(lines).take(SAMPLE).collect();
    let told = sample.iter().filter(|line| copied(line).is_some()).count();
    (told * 2 > sample.len()).then_some(Shape::Lines)
}

/// Reads the whole artifact.
pub(crate) fn read(source: Source, context: &Context<'_>, findings: &mut Findings) {
    super::read_by(Events::of, source, context, findings);
}

/// An event taken apart.
struct Parts {
    name: String,
    millis: String,
    process: String,
    fields: Vec<(String, String)>,
}

impl Parts {
    fn fill(self, event: &mut Event) {
        let (provider, name) = split_name(self.name.trim());
        event.provider = provider.into();
        event.push("EventName", Value::text(name));
        event.push("TimeMsec", Value::text(self.millis.trim()));
        set_process(event, &self.process);
        let own = event.fields.len();
        for (name, text) in &self.fields {
            match name.as_str() {
                "ThreadID" => event.thread = plain_number(text).and_then(|number| number.parse().ok()),
                name => event.push(name, value(text)),
            }
        }
        let message = said(event, own);
        event.message = (!message.is_empty()).then(|| message.into());
    }
}

/// A copied line: two blanks or a tab are between its parts.
fn copied(line: &str) -> Option<Parts> {
    let (name, rest) = cell(line.trim())?;
    let (millis, rest) = cell(rest)?;
    let (process, fields) = cell(rest)?;
    let is_time = plain_number(millis).is_some_and(|number| number.contains('.'));
    let fits = is_time && name.contains('/') && process.ends_with(')') && fields.contains("=\"");
    fits.then(|| Parts {
        name: name.to_owned(),
        millis: millis.to_owned(),
        process: process.to_owned(),
        fields: pairs(fields),
    })
}

fn cell(text: &str) -> Option<(&str, &str)> {
    let at = text.find('\t').into_iter().chain(text.find("  ")).min()?;
    let (cell, rest) = text.split_at_checked(at)?;
    Some((cell.trim(), rest.trim_start()))
}

/// A row of the table: the column `Rest` has all fields without a column of their own.
fn row(columns: &[String], separator: char, text: &str) -> Option<Parts> {
    let cells = split(text, separator).0;
    let [name, millis, process, rest @ ..] = cells.as_slice() else {
        return None;
    };
    plain_number(millis.trim())?;
    let mut fields = Vec::new();
    for (column, cell) in columns.iter().skip(3).zip(rest) {
        match (column.trim(), cell.trim()) {
            (_, "") => {}
            ("Rest", cell) => fields.extend(pairs(cell)),
            (column, cell) => fields.push((column.to_owned(), cell.to_owned())),
        }
    }
    Some(Parts {
        name: name.clone(),
        millis: millis.clone(),
        process: process.clone(),
        fields,
    })
}

/// An element of the XML, which has a line of its own.
fn element(text: &str) -> Result<Parts, Line> {
    let Some(attributes) = text.trim().strip_prefix("<Event ") else {
        let is_root = matches!(text.trim(), "<Events>" | "</Events>");
        return Err(if is_root { Line::Other } else { Line::More });
    };
    let mut fields = pairs(attributes);
    let mut take = |wanted: &str| {
        let place = fields.iter().position(|(name, _)| name == wanted)?;
        Some(fields.remove(place).1)
    };
    let (name, millis, process) = (take("EventName"), take("TimeMsec"), take("ProcessName"));
    let (name, millis) = name.zip(millis).ok_or(Line::Damaged)?;
    Ok(Parts {
        name,
        millis,
        process: process.unwrap_or_default(),
        fields,
    })
}

/// Names and values of `Name="value"`, as many as there are.
fn pairs(text: &str) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    let mut rest = text;
    while let Some((name, after)) = rest.split_once("=\"").filter(|_| pairs.len() < FIELDS) {
        let (stored, after) = after.split_once('"').unwrap_or((after, ""));
        let text = unescape(stored).map_or_else(|_| stored.to_owned(), std::borrow::Cow::into_owned);
        pairs.push((name.rsplit([' ', '\t']).next().unwrap_or(name).to_owned(), text));
        rest = after;
    }
    pairs
}

#[derive(Debug)]
struct Events {
    shape: Option<Shape>,
    /// Whether the first line is behind.
    is_begun: bool,
    events: u64,
}

impl Events {
    fn of(head: &str) -> Self {
        Self {
            shape: shape(head),
            is_begun: false,
            events: 0,
        }
    }
}

impl Form for Events {
    fn line(&mut self, text: &str, event: &mut Event, _: &Interest) -> Line {
        let is_first = !std::mem::replace(&mut self.is_begun, true);
        let parts = match &self.shape {
            Some(Shape::Lines) => copied(text).ok_or(Line::More),
            Some(Shape::Table(..)) if is_first => Err(Line::Other),
            Some(Shape::Table(columns, separator)) => row(columns, *separator, text).ok_or(Line::More),
            Some(Shape::Xml) => element(text),
            None => Err(Line::More),
        };
        match parts {
            Ok(parts) => {
                parts.fill(event);
                self.events = self.events.saturating_add(1);
                Line::Event
            }
            Err(kind) => kind,
        }
    }

    fn problem(&self) -> Option<(ProblemKind, String, u64)> {
        super::without_time(self.events)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reader::table::testing::run;
    use crate::reader::wording::UIPATH;

    const LINES: &str = "Contoso-Robot/Session/Refused  1,234.567  UiRobot (3164)  ThreadID=\"4,444\" User=\"svc-robot\" Text=\"RdpWrapper: err(rdp):-1073741537\"\n\
        Windows Kernel/Process/Start\t2,000.001\tUiRobot (3164)\tImageFileName=\"a &amp; b\"\n";
    const TABLE: &str = "Event Name;Time MSec;Process Name;User;Rest\n\
        Contoso-Robot/Session/Refused;1234.567;UiRobot (3164);svc-robot;\"ThreadID=\"\"4,444\"\" Text=\"\"RdpWrapper: err(rdp):-1073741537\"\"\"\n";
    const XML: &str = "<Events>\n <Event EventName=\"Contoso-Robot/Session/Refused\" TimeMsec=\"1234.567\" ProcessName=\"UiRobot(3164)\" ThreadID=\"4,444\" \
        User=\"svc-robot\" Text=\"RdpWrapper: err(rdp):-1073741537\"/>\n <Event lost/>\n</Events>\n";

    #[test]
    fn one_event_in_three_shapes() {
        for (text, problems) in [(LINES, 1), (TABLE, 1), (XML, 2)] {
            assert!(sniff(text), "{text}");
            let found = run(text);
            let event = &found.events[0];
            // The line names who wrote it.
            assert_eq!(&*event.provider, UIPATH, "{text}");
            assert_eq!(event.field_text("EventName").as_deref(), Some("Session/Refused"));
            assert_eq!((event.process, event.thread), (Some(3164), Some(4444)), "{text}");
            assert_eq!(event.field("User"), Some(&Value::text("svc-robot")));
            assert!(
                event
                    .message
                    .as_deref()
                    .unwrap()
                    .ends_with("err(rdp):-1073741537"),
                "{text}"
            );
            assert_eq!(found.problems.len(), problems, "{:#?}", found.problems);
        }
        let found = run(LINES);
        assert_eq!(
            found.events[1].field("ImageFileName"),
            Some(&Value::text("a & b"))
        );
        assert!(!sniff("a/b  1.5  c (2)\n"));
    }
}
