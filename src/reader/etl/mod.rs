//! Binary traces, `.etl`, as Windows writes them, without the conversion on a Windows machine.
//!
//! What is decoded: buffers, compressed ones too; the head of every record, so its time (UTC), process, thread, and of
//! events the provider, id and level; TraceLogging events whole, with the names of their fields; events that are one
//! string. Of all other payloads, whose field names are in the manifest of the provider, the texts in it.
//!
//! What is not: a message of WPP has its text in the format file of its program, so only arguments that are texts are
//! found. How many there were is a problem, so that silence is never taken for health. Records of the kernel are counted
//! and passed over.
//!
//! Sources are given in [`record`], [`buffer`], [`clock`] and [`names`]. The head of WPP messages follows
//! `MESSAGE_TRACE_HEADER` and the order that the documentation of `TraceMessage` gives; no public trace with such
//! messages was at hand.
//!
//! Folklore: in the low-level trace of UiPath robots the file, the line and the message come as three values; what the
//! vendor prints as one line is them joined by blanks. The driver had its messages ready as strings, so that they are in
//! the file even where the format files are missing.

mod buffer;
mod clock;
mod names;
mod providers;
mod record;
mod text;
mod xpress;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use buffer::{Buffer, Buffers};
use clock::Header;
use record::{Class, Guid, Next, Record, Records};

use super::Context;
use super::encoding;
use super::local_time::Stamp;
use super::session_dump::Dumps;
use super::sink::Sink;
use super::wording::{UIPATH, Wording};
use crate::model::{Encoding, Event, Findings, Level, Origin, ProblemKind, Value, guid_text};
use crate::source::Source;

/// Characters that make a text in a payload; shorter ones are chance.
const RUN: usize = 4;
/// Providers whose names are remembered.
const PROVIDERS: usize = 10_000;

/// Reads a trace.
pub(crate) fn read(source: Source, context: &Context<'_>, findings: &mut Findings) {
    let wording = Wording::new(context.interest);
    let mut buffers = Buffers::new(source.into_stream());
    let mut trace = Trace {
        wording: &wording,
        sink: Sink::new(context, findings),
        header: None,
        records: 0,
        providers: BTreeMap::new(),
        messages: Tally::default(),
        unnamed: Tally::default(),
        dumps: Dumps::of_log(context),
    };
    while !trace.sink.is_full()
        && let Some(next) = buffers.next()
    {
        match next {
            Ok(buffer) => trace.buffer(&buffer),
            Err((kind, at, detail)) => trace.problem(kind, at, &detail),
        }
        if buffers.is_cut() && trace.sink.findings().problems.is_empty() {
            trace.problem(
                ProblemKind::Truncated,
                buffers.bytes(),
                "the trace ends inside a buffer",
            );
        }
    }
    let dumps = trace.finish(buffers.bytes());
    dumps.finish(context, findings);
}

/// Like things, counted, and where the first was.
#[derive(Default)]
struct Tally {
    count: u64,
    first: Option<u64>,
}

impl Tally {
    fn add(&mut self, at: u64) {
        self.count = self.count.saturating_add(1);
        self.first.get_or_insert(at);
    }
}

struct Trace<'a, 'c> {
    wording: &'a Wording<'a>,
    sink: Sink<'c>,
    header: Option<Header>,
    records: u64,
    providers: BTreeMap<Guid, Arc<str>>,
    /// Messages of WPP.
    messages: Tally,
    /// Events whose fields have no names here.
    unnamed: Tally,
    dumps: Dumps,
}

impl Trace<'_, '_> {
    fn buffer(&mut self, buffer: &Buffer) {
        let mut records = Records::new(&buffer.bytes);
        let place = |at: usize| match buffer.records_at {
            Some(start) => start.saturating_add(at as u64),
            None => buffer.offset,
        };
        loop {
            match records.next() {
                Next::Record(at, record) => self.record(place(at), &record),
                Next::Broken(at) => {
                    self.problem(
                        ProblemKind::Damaged,
                        place(at),
                        "a record that does not read; the rest of its buffer is lost",
                    );
                    return;
                }
                Next::End => return,
            }
            if self.sink.is_full() {
                return;
            }
        }
    }

    fn record(&mut self, at: u64, record: &Record<'_>) {
        if self.records == 0 {
            self.header = Header::of(record);
        }
        self.records = self.records.saturating_add(1);
        if record.class == Class::Kernel {
            return;
        }
        let mut event = Event::new(Origin::offset(self.sink.context().path.clone(), at));
        self.frame(&mut event, record);
        let named = record
            .schema
            .is_some_and(|schema| names::fill(&mut event, schema, record.payload));
        if !named {
            let message = if record.is_string {
                string(record.payload)
            } else {
                self.count(at, record);
                joined(record.payload)
            };
            if !message.is_empty() {
                event.message = Some(message.into());
            }
        }
        if event.id.is_none() && event.message.is_none() && event.fields.is_empty() {
            return;
        }
        let interest = self.wording.interest();
        let wanted = event.id.is_some_and(|id| interest.wants(&event.provider, id));
        let text = event.full_text().into_owned();
        self.dumps
            .record(&text, event.time.map(Stamp::Exact), || event.origin.clone());
        if wanted || interest.mentions(&text) {
            self.tell(&mut event, &text);
            self.sink.event(event);
        }
    }

    /// What the head of a record says.
    fn frame(&mut self, event: &mut Event, record: &Record<'_>) {
        event.provider = self.provider(record);
        event.time = self.header.and_then(|header| header.clock.time(record.stamp));
        event.process = record.process;
        event.thread = record.thread;
        event.level = Level::from_number(record.level);
        event.activity = record.activity.map(|guid| guid_text(&guid).into());
        if record.class == Class::Event {
            event.id = Some(record.id);
            event.version = Some(record.version);
            event.opcode = Some(record.opcode);
            event.task = Some(record.task);
            event.keywords = Some(record.keywords);
        }
    }

    fn provider(&mut self, record: &Record<'_>) -> Arc<str> {
        if let Some(known) = self.providers.get(&record.provider) {
            return Arc::clone(known);
        }
        let guid = guid_text(&record.provider);
        let own = record.traits.and_then(names::provider);
        let name: Arc<str> = own.or_else(|| providers::name(&guid)).unwrap_or(&guid).into();
        if self.providers.len() < PROVIDERS {
            self.providers.insert(record.provider, Arc::clone(&name));
        }
        name
    }

    fn count(&mut self, at: u64, record: &Record<'_>) {
        match record.class {
            Class::Message => self.messages.add(at),
            _ if record.payload.is_empty() => {}
            _ => self.unnamed.add(at),
        }
    }

    /// What the words of an event tell.
    fn tell(&self, event: &mut Event, text: &str) {
        if self.wording.is_uipath(text) && &*event.provider != UIPATH {
            event.push("TraceProvider", Value::text(&*event.provider));
            event.provider = UIPATH.into();
            // The id is one of the driver's, which nobody published.
            event.id = None;
        }
        self.wording.tell(event, text);
    }

    fn problem(&mut self, kind: ProblemKind, at: u64, detail: &str) {
        let origin = Origin::offset(self.sink.context().path.clone(), at);
        self.sink.problem(kind, origin, detail);
    }

    fn finish(mut self, bytes: u64) -> Dumps {
        let path = self.sink.context().path.clone();
        let undecoded = [
            (
                &self.messages,
                "a WPP message without its format file: decode the trace where the TMF or PDB files are; \
                 only texts in it were read",
            ),
            (
                &self.unnamed,
                "an event whose fields are named in its provider's manifest: convert the trace with `tracerpt` on a \
                 machine that has the provider; only texts in it were read",
            ),
        ];
        for (tally, detail) in undecoded {
            if let Some(first) = tally.first {
                let origin = Origin::offset(path.clone(), first);
                self.sink
                    .problems(ProblemKind::Undecoded, origin, detail, tally.count);
            }
        }
        match self.header {
            None => self.problem(
                ProblemKind::Damaged,
                0,
                "the trace does not begin with its header: its events have no times",
            ),
            Some(header) if header.events_lost > 0 || header.buffers_lost > 0 => {
                let detail = format!(
                    "the session that wrote the trace lost {} events and {} buffers",
                    header.events_lost, header.buffers_lost
                );
                self.problem(ProblemKind::Truncated, 0, &detail);
            }
            Some(_) => {}
        }
        let findings = self.sink.findings();
        findings.records = self.records;
        findings.bytes = bytes;
        self.dumps
    }
}

/// A payload that is one text.
fn string(payload: &[u8]) -> String {
    let text = encoding::decode(payload, Encoding::Utf16Le);
    text.trim_end_matches('\0').trim_end().to_owned()
}

/// The texts of a payload, joined by blanks as the vendor's tools show values.
fn joined(payload: &[u8]) -> String {
    let mut text = String::new();
    for run in text::runs(payload, RUN) {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(run.trim());
    }
    text
}
