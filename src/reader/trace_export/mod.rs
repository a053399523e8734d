//! What viewers of traces export as text: the dumper of `xperf` ([`xperf`]), the tables of `wpaexporter` and Windows Performance
//! Analyzer ([`wpa`]), the events of PerfView as text, table and XML ([`perfview`]), and the packets that `pktmon` prints
//! ([`pktmon`]).
//!
//! Owns what they share: an event is made of a line, lines that are none go on with its message. These exports are made to look at
//! performance; what a diagnosis finds in them is what providers wrote.

pub(crate) mod perfview;
pub(crate) mod pktmon;
pub(crate) mod wpa;
pub(crate) mod xperf;

use super::Context;
use super::lines::Text;
use super::local_time::Stamp;
use super::session_dump::Dumps;
use super::sink::Sink;
use super::table::read_lines;
use super::wording::Wording;
use crate::model::{Event, Findings, Interest, ProblemKind, Value};
use crate::source::Source;

/// Bytes of a message that lines without an event of their own go on with.
const MESSAGE_BYTES: usize = 64 << 10;
/// Lines of the beginning by which a form is told.
const SAMPLE: usize = 50;

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Line {
    /// An event, filled.
    Event,
    /// Something about the trace or the table.
    Other,
    /// An event of no interest.
    Passed,
    /// Nothing by itself: it goes on with the event before.
    More,
    /// What the format does not allow.
    Damaged,
}

/// A format of lines.
trait Form {
    /// Reads a line; an event of no interest need not be filled.
    fn line(&mut self, text: &str, event: &mut Event, interest: &Interest) -> Line;

    /// What is to be said of the whole: of which kind, in words, how often.
    fn problem(&self) -> Option<(ProblemKind, String, u64)> {
        None
    }
}

/// Reads a text in a form, which is made of its beginning.
fn read_by<F: Form>(make: fn(&str) -> F, source: Source, context: &Context<'_>, findings: &mut Findings) {
    let wording = Wording::new(context.interest);
    let mut sink = Sink::new(context, findings);
    let mut text = Text::open(source, &sink);
    let make = |_: &mut Sink<'_>, head: &str| Reading {
        form: make(head),
        wording: &wording,
        dumps: Dumps::of_log(context),
        pending: None,
        records: 0,
    };
    let reading = read_lines(&mut text, &mut sink, make, Reading::line);
    let dumps = reading.map(|reading| reading.finish(&mut sink));
    text.finish(&mut sink);
    if let Some(dumps) = dumps {
        dumps.finish(context, findings);
    }
}

struct Reading<'a, F> {
    form: F,
    wording: &'a Wording<'a>,
    dumps: Dumps,
    /// The last event: lines that are none go on with its message.
    pending: Option<Event>,
    records: u64,
}

impl<F: Form> Reading<'_, F> {
    fn line(&mut self, sink: &mut Sink<'_>, line: u64, offset: u64, text: &str) {
        let text = text.trim_start_matches('\u{feff}').trim_end();
        if text.trim_start().is_empty() {
            return;
        }
        let mut event = Event::new(sink.line(line, offset));
        let kind = self.form.line(text, &mut event, self.wording.interest());
        if matches!(kind, Line::Event | Line::Passed) {
            self.records = self.records.saturating_add(1);
        }
        match kind {
            Line::More => {
                if let Some(event) = &mut self.pending {
                    let before = event.message.as_deref().unwrap_or_default();
                    if before.len() < MESSAGE_BYTES {
                        event.message = Some(format!("{before}\n{text}").trim_start().into());
                    }
                }
                return;
            }
            Line::Damaged => {
                let origin = event.origin.clone();
                sink.problem(
                    ProblemKind::Damaged,
                    origin,
                    "a line that is no row of the export",
                );
            }
            _ => {}
        }
        self.flush(sink);
        if kind == Line::Event {
            self.pending = Some(event);
        }
    }

    /// Hands on the last event.
    fn flush(&mut self, sink: &mut Sink<'_>) {
        let Some(mut event) = self.pending.take() else {
            return;
        };
        let interest = self.wording.interest();
        let message = event.message.clone().unwrap_or_default();
        self.dumps
            .record(&message, event.time.map(Stamp::Exact), || event.origin.clone());
        let wanted = event.id.is_some_and(|id| interest.wants(&event.provider, id));
        if wanted || interest.mentions(&message) {
            self.wording.name_tracer(&mut event, &message);
            self.wording.tell(&mut event, &message);
            sink.event(event);
        }
    }

    fn finish(mut self, sink: &mut Sink<'_>) -> Dumps {
        self.flush(sink);
        if let Some((kind, detail, count)) = self.form.problem() {
            let origin = sink.artifact();
            sink.problems(kind, origin, detail, count);
        }
        sink.findings().records = self.records;
        self.dumps
    }
}

/// What is said of exports whose times count from the beginning of the trace, which they do not name.
fn without_time(events: u64) -> Option<(ProblemKind, String, u64)> {
    let detail = "an event whose time counts from the beginning of the trace, which the export does not tell";
    (events > 0).then(|| (ProblemKind::Undecoded, detail.to_owned(), events))
}

/// Splits `Provider/Task/Opcode` into the provider and the name of the event.
fn split_name(name: &str) -> (&str, &str) {
    name.split_once('/').unwrap_or(("", name))
}

/// Takes over a process as viewers write it, `name.exe (1234)` or `name(1234)`: its number, and its name as a field.
fn set_process(event: &mut Event, text: &str) {
    let text = text.trim();
    let parts = text
        .strip_suffix(')')
        .and_then(|text| text.rsplit_once('('))
        .and_then(|(name, number)| Some((name.trim(), plain_number(number.trim())?.parse().ok()?)));
    let (name, number) = parts.map_or((text, None), |(name, number)| (name, Some(number)));
    event.process = number.or(event.process);
    if !name.is_empty() {
        event.push("ProcessName", Value::text(name));
    }
}

/// Digits without the separators of thousands; none where it is no number.
fn plain_number(text: &str) -> Option<String> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let mut groups = whole.trim_start_matches('-').split(',');
    let first = groups.next()?;
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let grouped = groups.all(|group| group.len() == 3 && is_digits(group));
    let fits = is_digits(first) && grouped && (fraction.is_empty() || is_digits(fraction));
    fits.then(|| text.replace(',', ""))
}

/// A value: a number, or text without its quotes.
fn value(text: &str) -> Value {
    let text = text.trim();
    let bare = text
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'))
        .unwrap_or(text);
    let number = plain_number(bare);
    let whole = number.as_deref().and_then(|number| number.parse().ok());
    match whole {
        Some(whole) if number.as_deref() != Some("0") || bare == "0" => Value::Signed(whole),
        _ => Value::text(bare),
    }
}

/// The values of an event from a place on as one text, as they would be said.
fn said(event: &Event, from: usize) -> String {
    let mut text = String::new();
    for field in event.fields.iter().skip(from) {
        let value = field.value.to_text();
        if !value.is_empty() {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(&value);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_processes_as_viewers_write_them() {
        for (text, number) in [
            ("26,420.482528", Some("26420.482528")),
            ("4,444", Some("4444")),
            ("12", Some("12")),
            ("1,23", None),
            ("", None),
            ("a,bcd", None),
        ] {
            assert_eq!(plain_number(text).as_deref(), number, "{text}");
        }
        for (text, name, number) in [
            ("MsMpEng.exe (3016)", "MsMpEng.exe", Some(3016)),
            ("Idle (   0)", "Idle", Some(0)),
            ("Process(3,164)", "Process", Some(3164)),
            ("Unknown (?)", "Unknown (?)", None),
        ] {
            let mut event = Event::new(crate::model::Origin::artifact("a"));
            set_process(&mut event, text);
            assert_eq!(event.process, number, "{text}");
            assert_eq!(event.field_text("ProcessName").as_deref(), Some(name));
        }
    }
}
