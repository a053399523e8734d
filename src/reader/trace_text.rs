//! Traces as text: the lines that `tracefmt`, `netsh trace convert`, the kernel debugger's `!wmitrace.logdump` and
//! `pktmon etl2txt` write.
//!
//! ```text
//! [0]0AF4.0C64::05/04/2026-08:00:39.998 [MyDriver]Message
//! [1]07C8.14F8::2026/05/04-08:00:40.926143200 [My-Provider]{"Status":5,"meta":{"time":"2026-05-04T06:00:40.9261432Z"}}
//! 462678 [0]0F3C.1280::2026-05-04 08:00:46.378805100 [My-Provider]Message
//! ```
//!
//! Processor, process and thread (hexadecimal, without `0x`), time, with `-seq` eight hexadecimal digits, the
//! provider, the message; lines without this prefix continue the message. A leading number comes from a viewer.
//! A first line may say `EventTrace`.
//!
//! Folklore: the time of the line is **local** while the JSON that TraceLogging prints is UTC, so that one line
//! with both tells the offset of all; seen as exactly 7 hours in five of five lines of two public dumps. A dump
//! of WPP messages whose format files were missing says `(No Format Information found)`: nothing in it can be
//! read, and that is a problem, not health. The in-flight recorder of drivers prints times of zeros: no time.

use std::borrow::Cow;

use chrono::NaiveDateTime;
use memchr::memmem;
use serde_json::{Map, Value as Json};

use crate::model::{Event, Findings, Interest, Level, ProblemKind, Value};
use crate::source::Source;

use super::Context;
use super::json::json_value;
use super::lines::{Block, Place, Text};
use super::local_time::{self, DateOrder, Stamp};
use super::plain_text::Prose;
use super::records::{self, Piece};
use super::session_dump::Dumps;
use super::sink::Sink;
use super::trace_export::pktmon;
use super::trace_prefix::prefix;
use super::wording::Wording;

/// What `tracefmt` prints for a message whose format file it lacks.
pub(crate) const UNDECODED: &str = "No Format Information found";

/// What is said of such messages.
pub(crate) const UNDECODED_DETAIL: &str =
    "a WPP message without its format file: decode the .etl anew where the TMF or PDB files are";

/// The start of the time in the JSON of a TraceLogging event.
const JSON_TIME: &str = "\"time\":\"";

/// Whether the text is such a trace: most of its lines begin so, or the first does.
pub(crate) fn sniff(head: &str) -> bool {
    let mut lines = head.lines().filter(|line| !line.trim().is_empty()).peekable();
    lines.next_if(|line| line.trim() == "EventTrace");
    let is_record = |line: &str| starts_record(line.as_bytes());
    let first = lines.peek().is_some_and(|line| is_record(line));
    let (mut records, mut all) = (0_usize, 0_usize);
    for line in lines.take(200) {
        all += 1;
        records += usize::from(is_record(line));
    }
    records > 0 && (records * 2 > all || (first && records * 5 > all))
}

/// Whether a line begins a record rather than continuing one.
fn starts_record(line: &[u8]) -> bool {
    let end = memchr::memchr(b'\n', line.get(..512).unwrap_or(line));
    let line = end.and_then(|end| line.get(..end)).unwrap_or(line);
    prefix(line).is_some()
        || (line.starts_with(b"Unknown(") && memmem::find(line, UNDECODED.as_bytes()).is_some())
}

/// Reads a trace.
pub(crate) fn read(source: Source, context: &Context<'_>, findings: &mut Findings) {
    let wording = Wording::new(context.interest);
    let mut sink = Sink::new(context, findings);
    let mut text = Text::open(source, &sink);
    let mut trace = Trace {
        prose: Prose::new(&wording, DateOrder::MonthFirst),
        telling: Telling::new(&wording),
        undecoded: 0,
        first_undecoded: None,
        dumps: Dumps::of_log(context),
    };
    while !sink.is_full()
        && let Some(mut block) = text.next_block(starts_record)
    {
        trace.block(&mut sink, &mut block);
    }
    text.finish(&mut sink);
    let dumps = trace.finish(&mut sink);
    dumps.finish(context, findings);
}

struct Trace<'a> {
    telling: Telling<'a>,
    prose: Prose<'a>,
    undecoded: u64,
    first_undecoded: Option<Place>,
    dumps: Dumps,
}

/// Makes events of what the lines of a trace say, whatever sets their fields apart.
pub(crate) struct Telling<'a> {
    wording: &'a Wording<'a>,
    /// Minutes east of UTC of the times of the lines.
    utc_offset: Option<i32>,
}

impl<'a> Telling<'a> {
    /// Nothing is known of the zone yet.
    pub(crate) const fn new(wording: &'a Wording<'a>) -> Self {
        Self {
            wording,
            utc_offset: None,
        }
    }

    /// What is of interest.
    pub(crate) const fn interest(&self) -> &'a Interest {
        self.wording.interest()
    }

    /// Gives an event with the frame of a line what the line says.
    pub(crate) fn tell(&mut self, event: &mut Event, provider: &str, message: &str) {
        event.provider = provider.trim().into();
        event.message = Some(message.into());
        if let Some(fields) = json_object(message) {
            let local = event.local;
            tell_json(event, fields);
            if let (Some(local), Some(time)) = (local, event.time) {
                self.utc_offset = offset_of(local, time).or(self.utc_offset);
            }
        }
        pktmon::tell(event, message);
        self.wording.name_tracer(event, message);
        self.wording.tell(event, message);
        if let Some(offset) = self.utc_offset {
            local_time::resolve(event, offset);
        }
    }

    /// Places the times of all lines by the offset that one of them told.
    pub(crate) fn place(self, sink: &mut Sink<'_>) {
        if let Some(offset) = self.utc_offset {
            let findings = sink.findings();
            findings.utc_offset = Some(offset);
            for event in &mut findings.events {
                local_time::resolve(event, offset);
            }
        }
    }
}

impl Trace<'_> {
    fn block(&mut self, sink: &mut Sink<'_>, block: &mut Block<'_>) {
        self.count_undecoded(block);
        if self.telling.utc_offset.is_none() {
            self.telling.utc_offset = first_offset(block.bytes);
        }
        let mut from = 0;
        while !sink.is_full()
            && let Some(piece) = records::next(block, self.telling.interest(), from, starts_record)
        {
            match piece {
                Piece::Record {
                    start,
                    first_end,
                    end,
                } => self.record(sink, block, (start, first_end, end)),
                Piece::Loose { start, end } => {
                    let lines = records::lines(block, start, end);
                    self.prose.lines(sink, &lines);
                }
            }
            from = piece.end();
        }
        self.dumps.block(block, &sink.context().path, starts_record, says);
    }

    fn count_undecoded(&mut self, block: &mut Block<'_>) {
        let mut hits = memmem::find_iter(block.bytes, UNDECODED).peekable();
        if let (Some(&first), None) = (hits.peek(), self.first_undecoded) {
            self.first_undecoded = Some(block.place(block.line_start(first)));
        }
        self.undecoded = self.undecoded.saturating_add(hits.count() as u64);
    }

    /// Reads a record that was found in the block.
    fn record(
        &mut self,
        sink: &mut Sink<'_>,
        block: &mut Block<'_>,
        (start, first_end, end): (usize, usize, usize),
    ) {
        let Some(prefix) = prefix(block.slice(start, first_end)) else {
            // A message of WPP that could not be decoded: counted already.
            return;
        };
        let place = block.place(start);
        let message = block.slice(start.saturating_add(prefix.message), end);
        let message = block.decode(message);
        let provider = block.decode(prefix.provider);
        let mut event = Event::new(sink.line(place.line, place.offset));
        event.local = prefix.local;
        event.process = Some(prefix.process);
        event.thread = Some(prefix.thread);
        self.telling.tell(&mut event, &provider, message.trim_end());
        if !message.trim().is_empty() {
            sink.event(event);
        }
    }

    fn finish(self, sink: &mut Sink<'_>) -> Dumps {
        self.telling.place(sink);
        if let Some(place) = self.first_undecoded {
            let origin = sink.line(place.line, place.offset);
            sink.problems(ProblemKind::Undecoded, origin, UNDECODED_DETAIL, self.undecoded);
        }
        self.dumps
    }
}

/// What a line says behind its frame, and when: provider and message.
fn says(line: &str) -> (String, Option<Stamp>) {
    let Some(prefix) = prefix(line.as_bytes()) else {
        return (line.to_owned(), None);
    };
    let provider = String::from_utf8_lossy(prefix.provider);
    let message = line.get(prefix.message..).unwrap_or_default();
    (format!("{provider}] {message}"), prefix.local.map(Stamp::Local))
}

/// The JSON object that a message is, if it is one.
fn json_object(message: &str) -> Option<Map<String, Json>> {
    let message = message.trim();
    if !message.starts_with('{') {
        return None;
    }
    match serde_json::from_str(message).ok()? {
        Json::Object(fields) => Some(fields),
        _ => None,
    }
}

/// Takes over the fields of a TraceLogging event, and from `meta` what the frame knows better.
fn tell_json(event: &mut Event, fields: Map<String, Json>) {
    for (name, value) in fields {
        match value {
            Json::Object(meta) if name == "meta" => tell_meta(event, &meta),
            other => event.push(&name, json_value(other)),
        }
    }
}

fn tell_meta(event: &mut Event, meta: &Map<String, Json>) {
    let text = |name: &str| meta.get(name).and_then(Json::as_str);
    let number = |name: &str| meta.get(name).and_then(Json::as_u64);
    if let Some(provider) = text("provider") {
        event.provider = provider.into();
    }
    if let Some(name) = text("event") {
        event.push("EventName", Value::text(name));
    }
    if let Some(time) = text("time").and_then(local_time::exact) {
        Stamp::Exact(time).apply(event);
    }
    if let Some(level) = number("level").and_then(|level| u8::try_from(level).ok()) {
        event.level = Level::from_number(level);
    }
    if let Some(activity) = text("activity") {
        event.activity = Some(activity.to_ascii_lowercase().into());
    }
}

/// Minutes that the local time is east of UTC; none if they are no offset that exists.
fn offset_of(local: NaiveDateTime, time: crate::model::Time) -> Option<i32> {
    let seconds = local.signed_duration_since(time.naive_utc()).num_seconds();
    // Offsets are whole quarters of an hour; the two stamps may be rounded apart.
    let quarters = seconds.checked_add(450)?.div_euclid(900);
    let rest = seconds.checked_sub(quarters.checked_mul(900)?)?;
    (rest.abs() <= 2 && quarters.abs() <= 56)
        .then(|| i32::try_from(quarters * 15).ok())
        .flatten()
}

/// The offset that the first line with both times tells.
fn first_offset(bytes: &[u8]) -> Option<i32> {
    memmem::find_iter(bytes, JSON_TIME).find_map(|hit| {
        let start = memchr::memrchr(b'\n', bytes.get(..hit)?).map_or(0, |at| at + 1);
        let local = prefix(bytes.get(start..hit)?)?.local?;
        let rest = bytes.get(hit + JSON_TIME.len()..)?;
        let end = memchr::memchr(b'"', rest.get(..40).unwrap_or(rest))?;
        let time: Cow<'_, str> = String::from_utf8_lossy(rest.get(..end)?);
        offset_of(local, local_time::exact(&time)?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;
    use crate::model::{Clock, EventFilter};
    use crate::reader::wording::UIPATH;
    use std::collections::BTreeMap;
    use std::sync::Arc;

    const TRACE: &str = "EventTrace\n\
        [0]0AF4.0C64::05/04/2026-08:00:39.998 [MyDriver]Opening session\n\
        [0]0AF4.0C64::05/04/2026-08:00:40.000 00004ea4 [MyDriver]Session failed 0xC000006D\n\
        more of it\n\
        [1]48D498.48D750::05/04/2026-08:00:41.123456789 [My-Provider]{\"Status\":\"0xC000006D(NT=The logon \
        is invalid.)\",\"meta\":{\"provider\":\"My-Provider\",\"event\":\"LogonEnd\",\
        \"time\":\"2026-05-04T06:00:41.1234567Z\",\"level\":2}}\n\
        [3]0004.0054::00/00/0000-00:00:00.000 [MyDriver_]failed without a time\n";

    fn run(bytes: impl Into<Vec<u8>>, interest: &Interest) -> Findings {
        let limits = Limits::default();
        let context = Context {
            path: Arc::from("trace.txt"),
            interest,
            limits: &limits,
            recover: false,
        };
        let mut findings = Findings::default();
        read(Source::memory(bytes), &context, &mut findings);
        findings
    }

    fn looking_for(needle: &str) -> Interest {
        let filter = EventFilter::Listed(BTreeMap::new());
        Interest::new(filter, [needle.to_owned()], [], Vec::new()).unwrap()
    }

    #[test]
    fn json_tells_the_offset_of_all_lines() {
        assert!(sniff(TRACE));
        let findings = run(TRACE, &Interest::everything().unwrap());
        assert_eq!(findings.utc_offset, Some(120));
        assert_eq!(findings.records, 6);
        let event = |needle: &str| {
            let found = |event: &&Event| event.message.as_deref().is_some_and(|text| text.contains(needle));
            findings.events.iter().find(found).unwrap()
        };
        let failed = event("Session failed");
        assert_eq!(failed.time, local_time::exact("2026-05-04T06:00:40Z"));
        assert_eq!((failed.clock, failed.process), (Clock::Host, Some(0xAF4)));
        assert_eq!(
            failed.message.as_deref(),
            Some("Session failed 0xC000006D\nmore of it")
        );
        assert_eq!(failed.field("code"), Some(&Value::Hex32(0xC000_006D)));
        let json = event("Status");
        assert_eq!((json.clock, json.level), (Clock::Exact, Level::Error));
        assert_eq!(json.field("Status"), Some(&Value::Hex32(0xC000_006D)));
        assert_eq!(json.field("EventName"), Some(&Value::text("LogonEnd")));
        let timeless = event("without a time");
        assert_eq!((timeless.time, timeless.local), (None, None));
    }

    #[test]
    fn only_what_is_of_interest_is_decoded() {
        let findings = run(TRACE, &looking_for("MORE OF"));
        assert_eq!((findings.events.len(), findings.records), (1, 6));
        let event = &findings.events[0];
        assert_eq!((event.origin.line, &*event.provider), (Some(3), "MyDriver"));
        // The offset comes from a line that is not of interest.
        assert_eq!(event.time, local_time::exact("2026-05-04T06:00:40Z"));
    }

    #[test]
    fn without_json_the_time_stays_local() {
        let line = "[0]0AF4.0C64::05/04/2026-08:00:39.998 [MyDriver]RdpWrapper: err(rdp):-5\n";
        let findings = run(line, &looking_for("rdpwrapper"));
        let event = &findings.events[0];
        assert_eq!((event.time, findings.utc_offset), (None, None));
        assert!(event.local.is_some());
        assert_eq!(&*event.provider, UIPATH);
        assert_eq!(event.field("TraceProvider"), Some(&Value::text("MyDriver")));
        assert_eq!(event.field("err"), Some(&Value::Signed(-5)));
    }

    #[test]
    fn undecoded_messages_are_a_problem() {
        let line = "Unknown( 10): GUID=37753236-0000-0000-0000-000000000000 (No Format Information found).\n";
        let text = line.repeat(3);
        assert!(sniff(&text));
        let findings = run(text, &looking_for("rdpwrapper"));
        let problem = &findings.problems[0];
        assert_eq!((problem.kind, problem.count), (ProblemKind::Undecoded, 3));
        assert_eq!(problem.origin.line, Some(1));
    }

    #[test]
    fn damage_costs_only_itself() {
        let mut bytes = TRACE.as_bytes().to_vec();
        let at = TRACE.find("Opening").unwrap();
        bytes.splice(at..at, *b"\xFF\x00\xC3");
        bytes.truncate(bytes.len() - 60);
        let findings = run(bytes, &looking_for("session failed"));
        assert_eq!(findings.events.len(), 1);
        assert_eq!(findings.utc_offset, Some(120));
    }
}
