//! Binary traces, `.etl`, as Windows writes them, without the conversion on a Windows machine.
//!
//! ```
//! # fn first(bytes: &[u8]) -> Option<()> {
//! for record in logonscope::reader::etl::read(bytes) {
//!     let record = record.ok()?;
//!     println!("{:?} {} {}", record.event.time, record.event.provider, record.event.text());
//! }
//! # None }
//! ```
//!
//! [`read`] and [`Trace`] stand by themselves: they need none of the rest of the crate but [`crate::model`]. Each [`Record`] has
//! the record as it is stored, the event that was made of it, and how.
//!
//! | what | decoded to | source |
//! | --- | --- | --- |
//! | buffers, plain and compressed (Xpress, Xpress-Huffman, LZNT1) | records | `WMI_BUFFER_HEADER`, [MS-XCA] |
//! | the header of the trace | clock, zone, session, version of Windows, losses | `TRACE_LOGFILE_HEADER`, `evntrace.h` |
//! | the head of every record | time (UTC), process, thread, provider, id, level, ... | `evntcons.h`, `evntrace.h`, `wmistr.h` |
//! | extended data | user, session, related activity, call stack | `EVENT_HEADER_EXT_TYPE_*`, `evntcons.h` |
//! | TraceLogging | names and types of all fields | `TraceLoggingProvider.h` |
//! | events that are one string | the text | `EventWriteString` |
//! | events of manifests that the trace carries: merged and relogged traces, .NET EventSources | names, types, message | `tdh.h`, `ManifestEnvelope` |
//! | events of manifests beside the trace, `.man` | the same | the schema of instrumentation manifests |
//! | events of programs beside the trace, `.dll`, `.exe`, `.sys`, `.mui` | the same | the resource `WEVT_TEMPLATE`, `etl/program` |
//! | messages of WPP, with format files, `.tmf`, beside the trace | text, arguments, function, file, line, level, flags | the pages on TMF files |
//! | records of the kernel | names and types, from a table | the classes of `MSNT_SystemTrace` |
//!
//! What is not: a message of WPP without its format file, an event without its manifest: only texts in their payloads are found;
//! records of the kernel that the table lacks. How many there were is a problem, so that silence is never taken for health.
//! Records of the kernel are made events only where they are asked for: for listing, not for diagnosis.
//!
//! The files beside a trace are those of the same bundle, `Interest::companions`.
//!
//! Facts of the machine: `host.time_zone` (name and offset when the trace began, or the offset alone), `host.boot_time`,
//! `host.processors`, `host.name` where the kernel told it, `os.version`, `os.name` where the
//! trace was merged.
//!
//! Heads, extended data and payloads are compared with another reader, record by record, where that is installed:
//! `tests/trace_reference.rs`.
//!
//! Folklore: in the low-level trace of UiPath robots the file, the line and the message come as three values; what the
//! vendor prints as one line is them joined by blanks. The driver had its messages ready as strings, so that they are in
//! the file even where the format files are missing.

mod buffer;
mod census;
mod decode;
mod definitions;
mod front;
mod header;
mod kernel;
mod manifest;
mod payload;
mod pending;
mod pieces;
mod program;
mod record;
mod sieve;
mod tdh;
mod template;
mod text;
mod tracelogging;
mod unpack;
mod wpp;
mod zone;

#[cfg(test)]
mod tests;

pub(super) use pieces::read_pieces;

pub use front::{Raw, Record, RecordClass, Trace, read};

use std::sync::Arc;

use buffer::{Buffer, Buffers};
use census::Census;
use decode::Decoder;
use definitions::Definitions;
use pending::Pending;
use record::{Class, Next, Records};
use sieve::{Asked, Sieve};
use template::Template;

use super::Context;
use super::encoding;
use super::local_time::Stamp;
use super::session_dump::Dumps;
use super::sink::Sink;
use super::wording::Wording;
use crate::model::{
    Companion, Decoding, Event, Fact, FactScope, Findings, Origin, Problem, ProblemKind, Value, time_text,
};
use crate::source::Source;

/// Reads a trace.
pub(crate) fn read_artifact(source: Source, context: &Context<'_>, findings: &mut Findings) {
    read_by(source, context, findings, Sieve::new(context.interest));
}

fn read_by<'a>(source: Source, context: &Context<'a>, findings: &mut Findings, sieve: Option<Sieve<'a>>) {
    let wording = Wording::new(context.interest);
    let buffers = Buffers::new(source.into_stream(), context.limits.ratio);
    let decoder = Decoder::new(Definitions::of(context.interest.companions()));
    let reading = Reading::new(&wording, Sink::new(context, findings), decoder, sieve);
    run(reading, buffers).finish(context, findings);
}

/// Reads all buffers.
fn run(mut reading: Reading<'_, '_, '_>, mut buffers: Buffers) -> Dumps {
    while !reading.is_done()
        && let Some(next) = buffers.next()
    {
        match next {
            Ok(buffer) => {
                reading.buffer(&buffer);
                buffers.reuse(buffer);
            }
            Err((kind, at, detail)) => reading.problem(kind, at, &detail),
        }
    }
    let is_told = |problem: &Problem| problem.kind == ProblemKind::Truncated;
    if buffers.is_cut() && !reading.sink.findings().problems.iter().any(is_told) {
        let detail = "the trace ends inside a buffer";
        reading.problem(ProblemKind::Truncated, buffers.bytes(), detail);
    }
    reading.finish(buffers.bytes())
}

/// Whether a text tells how the records of traces read.
pub(crate) fn sniff_formats(head: &str) -> bool {
    wpp::sniff(head) || manifest::sniff(head)
}

/// What of a program tells how the records of traces read, as a smaller program; none where nothing does. The path says
/// whether it holds the texts of another one in a language (`.mui`).
#[must_use]
pub fn only_definitions(path: &str, program: &[u8]) -> Option<Vec<u8>> {
    program::only_definitions(path, program)
}

/// Counts the definitions of a program that traces take as a companion.
pub(crate) fn read_program(_: Source, context: &Context<'_>, findings: &mut Findings) {
    let own: Vec<Companion> = companion(context).cloned().into_iter().collect();
    findings.records = Definitions::of(&own).count() as u64;
}

/// The companion of traces that an artifact is.
pub(crate) fn companion<'a>(context: &Context<'a>) -> Option<&'a Companion> {
    let mut companions = context.interest.companions().iter();
    companions.find(|companion| companion.path == context.path)
}

/// Reads a file that tells how the records of traces read: its definitions are counted; traces take them as companions.
pub(crate) fn read_formats(source: Source, context: &Context<'_>, findings: &mut Findings) {
    use std::io::Read as _;
    /// Bytes of such a file.
    const BYTES: u64 = 64 << 20;
    let mut bytes = Vec::new();
    let result = source.into_stream().take(BYTES).read_to_end(&mut bytes);
    let (coding, mark) = encoding::detect(&bytes);
    let text = encoding::decode(bytes.get(mark..).unwrap_or_default(), coding);
    findings.encoding = Some(coding);
    findings.records = Definitions::default().text(&text) as u64;
    if let Err(error) = result {
        let mut sink = Sink::new(context, findings);
        let origin = sink.artifact();
        sink.problem(ProblemKind::of(&error), origin, error.to_string());
    }
}

struct Reading<'a, 'c, 'h> {
    wording: &'a Wording<'a>,
    sink: Sink<'c>,
    decoder: Decoder,
    census: Census,
    pending: Pending,
    /// What passes over records that cannot be of interest; none where all are.
    sieve: Option<Sieve<'a>>,
    /// Whether records of the kernel are asked for.
    wants_kernel: bool,
    /// Which record it is.
    number: u64,
    /// The number of the record that each event kept was made of.
    numbers: Vec<u64>,
    dumps: Dumps,
    /// Who takes events over, where all that the trace tells of its records was learnt before: then no record waits.
    hand_on: Option<pieces::HandOn<'h>>,
    /// Whether nobody wants further events.
    is_stopped: bool,
}

impl<'a, 'c> Reading<'a, 'c, '_> {
    fn new(wording: &'a Wording<'a>, sink: Sink<'c>, decoder: Decoder, sieve: Option<Sieve<'a>>) -> Self {
        let interest = wording.interest();
        Self {
            sieve,
            wants_kernel: interest.wants(kernel::PROVIDER, ANY_ID),
            dumps: Dumps::of_log(sink.context()),
            wording,
            sink,
            decoder,
            census: Census::default(),
            pending: Pending::default(),
            number: 0,
            numbers: Vec::new(),
            hand_on: None,
            is_stopped: false,
        }
    }

    /// Whether reading on is in vain.
    fn is_done(&self) -> bool {
        self.is_stopped || self.sink.is_full()
    }

    fn buffer(&mut self, buffer: &Buffer) {
        self.census.buffer(buffer.packing);
        let mut records = Records::new(&buffer.bytes);
        let place = |at: usize| match buffer.records_at {
            Some(start) => start.saturating_add(at as u64),
            None => buffer.offset,
        };
        loop {
            match records.next() {
                Next::Record(at, record, bytes) => self.record(place(at), &record, bytes),
                Next::Broken(at) => {
                    let detail = "a record that does not read; the rest of its buffer is lost";
                    return self.problem(ProblemKind::Damaged, place(at), detail);
                }
                Next::End => return,
            }
            self.hand_on_many();
            if self.is_done() {
                return;
            }
        }
    }

    fn record(&mut self, at: u64, record: &record::Record<'_>, bytes: &[u8]) {
        self.number = self.number.saturating_add(1);
        if self.decoder.learn(record) {
            return self.census.trace();
        }
        self.census.time(record.stamp);
        if !self.wants_kernel
            && let Some(place) = kernel::place(record)
        {
            let is_known = self.decoder.knows(place, record);
            return self.census.kernel(is_known);
        }
        // What may be defined further on waits for that.
        let clock = self.decoder.clock;
        let may_wait = self.hand_on.is_none();
        if may_wait && !self.decoder.is_ready(record) && self.pending.push(self.number, at, clock, bytes) {
            return;
        }
        if !self.pass_over(at, record) {
            self.event(self.number, at, record);
        }
    }

    /// Counts a record that cannot be of interest; false for one that may be.
    fn pass_over(&mut self, at: u64, record: &record::Record<'_>) -> bool {
        let Some(sieve) = &mut self.sieve else {
            return false;
        };
        let provider = self.decoder.provider(record);
        let asked = sieve.asked(record, &provider, self.decoder.definitions.providers.len());
        if asked == Asked::Id {
            return false;
        }
        let Some((decoding, template)) = self.decoder.classify(record) else {
            return false;
        };
        let is_loud = |template: &Arc<Template>| {
            let of = usize::from(asked == Asked::Framed);
            let told = template
                .is_loud
                .get(of)
                .map(|told| told.get_or_init(|| sieve.is_told_by(template, asked)));
            told.copied().unwrap_or(true)
        };
        if template.as_ref().is_some_and(is_loud)
            || self.dumps.wants(sieve.bare(record.payload))
            || sieve.passes(record.payload, asked)
        {
            return false;
        }
        self.census.event(at, record, decoding, &provider);
        true
    }

    fn event(&mut self, number: u64, at: u64, record: &record::Record<'_>) {
        let origin = Origin::offset(self.sink.context().path.clone(), at);
        let mut event = self.decoder.blank(origin);
        let decoding = self.decoder.decode(&mut event, record);
        self.census.event(at, record, decoding, &event.provider);
        if event.id.is_none() && event.message.is_none() && event.fields.is_empty() {
            return;
        }
        let interest = self.wording.interest();
        if !interest.narrow().admits(&event) {
            return;
        }
        let wanted = interest.wants(&event.provider, event.id.unwrap_or(ANY_ID));
        let text = event.full_text();
        self.dumps
            .record(&text, event.time.map(Stamp::Exact), || event.origin.clone());
        let questions = interest.of_traces();
        let asked = match record.class {
            Class::Event if questions.is_some_and(|of| of.is_framed(&event.provider)) => Asked::Framed,
            _ => Asked::Anything,
        };
        if wanted || sieve::mentions(interest, asked, &text) {
            let text = telling(&event, decoding).unwrap_or_else(|| text.into_owned());
            self.wording.name_tracer(&mut event, &text);
            self.wording.tell(&mut event, &text);
            self.numbers.push(number);
            self.sink.event(event);
        }
    }

    fn problem(&mut self, kind: ProblemKind, at: u64, detail: &str) {
        let origin = Origin::offset(self.sink.context().path.clone(), at);
        self.sink.problem(kind, origin, detail);
    }

    /// Decodes what waited for definitions, and brings the events back into the order of the records.
    fn settle(&mut self) {
        let pending = std::mem::take(&mut self.pending);
        for (number, at, clock, bytes) in pending.records() {
            self.decoder.clock = clock;
            let record = record::parse(bytes).filter(|_| !self.is_done());
            if let Some(record) = record.filter(|record| !self.pass_over(at, record)) {
                self.event(number, at, &record);
            }
        }
        let events = std::mem::take(&mut self.sink.findings().events);
        let mut numbered: Vec<_> = self.numbers.iter().zip(events).collect();
        numbered.sort_by_key(|(number, _)| **number);
        self.sink.findings().events = numbered.into_iter().map(|(_, event)| event).collect();
        self.name_providers();
    }

    /// Names the providers of what was read before their names were told.
    fn name_providers(&mut self) {
        let renamed = self.census.rename(|guid| self.decoder.defined(guid));
        for event in &mut self.sink.findings().events {
            if let Some(name) = renamed.get(&*event.provider) {
                event.provider = Arc::clone(name);
            }
        }
    }

    fn finish(mut self, bytes: u64) -> Dumps {
        self.settle();
        let path = self.sink.context().path.clone();
        for (kind, at, detail, count) in self.census.problems() {
            let origin = Origin::offset(path.clone(), at);
            self.sink.problems(kind, origin, detail, count);
        }
        match &self.decoder.header {
            None => {
                let detail = "the trace does not begin with its header: its events have no times";
                self.problem(ProblemKind::Damaged, 0, detail);
            }
            Some(header) if header.events_lost > 0 || header.buffers_lost > 0 => {
                let detail = format!(
                    "the session that wrote the trace lost {} events and {} buffers",
                    header.events_lost, header.buffers_lost
                );
                self.problem(ProblemKind::Truncated, 0, &detail);
            }
            Some(_) => {}
        }
        let computer = Arc::clone(&self.decoder.computer);
        let facts = facts(&self.decoder, &path);
        let report = self.census.report(self.decoder.header.as_ref());
        let findings = self.sink.findings();
        for event in findings
            .events
            .iter_mut()
            .filter(|event| event.computer.is_empty())
        {
            event.computer = Arc::clone(&computer);
        }
        findings.records = self.number;
        findings.bytes = bytes;
        findings.facts.extend(facts);
        findings.trace = Some(report);
        self.dumps
    }
}

/// What is searched for codes and sentences of an event whose fields have types: addresses are none. The whole text of all others.
fn telling(event: &Event, decoding: Decoding) -> Option<String> {
    let is_typed = matches!(
        decoding,
        Decoding::Kernel | Decoding::Manifest | Decoding::TraceLogging | Decoding::Wpp
    );
    if !is_typed {
        return None;
    }
    let mut text = String::new();
    if decoding == Decoding::Wpp {
        text.push_str(event.message.as_deref().unwrap_or_default());
    }
    for field in &event.fields {
        if !matches!(
            field.value,
            Value::Hex64(_) | Value::Binary(_) | Value::List(_) | Value::Time(_)
        ) {
            text.push(' ');
            text.push_str(&field.value.to_text());
        }
    }
    Some(text)
}

/// An id that no list of ids has: events without one are asked for where all ids of their provider are.
const ANY_ID: u16 = u16::MAX;

/// What a trace tells of the machine that wrote it.
fn facts(decoder: &Decoder, path: &Arc<str>) -> Vec<Fact> {
    let Some(header) = &decoder.header else {
        return Vec::new();
    };
    let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let values = [
        ("host.name", text(&decoder.computer)),
        ("host.time_zone", census::time_zone(header)),
        ("host.boot_time", header.boot.map(time_text)),
        (
            "host.processors",
            Some(header.processors.to_string()).filter(|_| header.processors > 0),
        ),
        ("os.version", census::os(header)),
        ("os.name", decoder.product.clone()),
    ];
    let facts = values.into_iter().filter_map(|(name, value)| {
        Some(Fact {
            host: Arc::clone(&decoder.computer),
            name: name.into(),
            value: value?.into(),
            scope: FactScope::Observed,
            at: header.start,
            local: None,
            origin: Origin::offset(path.clone(), 0),
        })
    });
    facts.collect()
}
