//! Bytes to events and facts, one folder or file for each format. Formats are told by content, never by name.
//!
//! Owns every byte-level format. Must not know causes, symptoms or bundles: what is of interest comes in as an
//! `Interest`, what was found goes out as [`Findings`].
//!
#![doc = include_str!("README.md")]
#![deny(clippy::indexing_slicing, clippy::string_slice)]

use std::io::{self, Read};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::limits::Limits;
use crate::model::{ArtifactFormat, Encoding, Event, Findings, Form, Interest, Origin, ProblemKind};
use crate::source::Source;

mod classic_security;
mod code_page;
mod encoding;
#[cfg(feature = "etl")]
pub mod etl;
mod event_json;
mod event_list;
mod event_xml;
mod evtx;
#[cfg(feature = "diagnose")]
mod excerpt;
mod intake;
mod job_lines;
mod json;
mod lines;
mod little_endian;
mod local_time;
mod loose_xml;
mod mail;
mod mentions;
mod notes;
mod own_lines;
mod plain_text;
mod power_automate;
mod provider_names;
mod records;
mod robot_log;
mod robot_version;
mod room;
mod secrets;
mod session_dump;
mod set_aside;
mod settings;
mod shapes;
mod sink;
mod sniff;
mod strings;
mod table;
#[cfg(test)]
mod tests;
mod trace_export;
mod trace_text;
mod wer_report;
mod window;
mod wording;

use code_page::CodePage;
#[cfg(feature = "diagnose")]
pub(crate) use excerpt::lines as excerpt;
use sink::Sink;
use sniff::Kind;

/// What a reader needs besides the bytes.
#[derive(Debug, Clone)]
pub(crate) struct Context<'a> {
    /// The path inside the bundle, for origins. Never believed.
    pub path: Arc<str>,
    /// What is wanted; the rest is counted and skipped.
    pub interest: &'a Interest,
    /// The budgets.
    pub limits: &'a Limits,
    /// Whether stale records in the slack of logs are wanted too.
    pub recover: bool,
}

/// Reads one artifact: the whole of it, from its first byte.
type Reader = fn(Source, &Context<'_>, &mut Findings);

/// A format of text: its name, whether a text begins like it, and its reader.
struct TextFormat {
    format: ArtifactFormat,
    sniff: fn(&str) -> bool,
    read: Reader,
}

/// The formats of text that are read as events. The first whose `sniff` says yes to the first 64 KiB reads the
/// artifact, so the strictest come first. What none of them takes is plain text.
const TEXT_FORMATS: &[TextFormat] = &[
    TextFormat {
        format: ArtifactFormat::EventList,
        sniff: wer_report::sniff,
        read: wer_report::read,
    },
    TextFormat {
        format: ArtifactFormat::EventJson,
        sniff: event_json::sniff,
        read: event_json::read,
    },
    TextFormat {
        format: ArtifactFormat::TraceText,
        sniff: trace_text::sniff,
        read: trace_text::read,
    },
    TextFormat {
        format: ArtifactFormat::RobotLog,
        sniff: robot_log::sniff,
        read: robot_log::read,
    },
    TextFormat {
        format: ArtifactFormat::Json,
        sniff: power_automate::sniff,
        read: power_automate::read,
    },
    TextFormat {
        format: ArtifactFormat::TraceText,
        sniff: trace_export::xperf::sniff,
        read: trace_export::xperf::read,
    },
    TextFormat {
        format: ArtifactFormat::TraceText,
        sniff: trace_export::perfview::sniff,
        read: trace_export::perfview::read,
    },
    TextFormat {
        format: ArtifactFormat::TraceText,
        sniff: trace_export::wpa::sniff,
        read: trace_export::wpa::read,
    },
    TextFormat {
        format: ArtifactFormat::TraceText,
        sniff: trace_export::pktmon::sniff,
        read: trace_export::pktmon::read,
    },
    TextFormat {
        format: ArtifactFormat::TracerptCsv,
        sniff: table::tracerpt::sniff,
        read: table::tracerpt::read,
    },
    TextFormat {
        format: ArtifactFormat::TraceText,
        sniff: table::trace_csv::sniff,
        read: table::trace_csv::read,
    },
    TextFormat {
        format: ArtifactFormat::FlowRuns,
        sniff: table::flow_runs::sniff,
        read: table::flow_runs::read,
    },
    TextFormat {
        format: ArtifactFormat::JobTable,
        sniff: table::jobs::sniff,
        read: table::jobs::read,
    },
    TextFormat {
        format: ArtifactFormat::EventTable,
        sniff: table::events::sniff,
        read: table::events::read,
    },
    TextFormat {
        format: ArtifactFormat::EventList,
        sniff: event_list::sniff,
        read: event_list::read,
    },
];

/// Who reads an artifact.
enum Choice {
    /// A reader of this format.
    Reader(ArtifactFormat, Reader),
    /// A reader of settings.
    Settings(settings::Kind),
    /// None in this build.
    #[cfg(not(feature = "etl"))]
    LeftOut(ArtifactFormat),
}

/// Reads one artifact: every event and every setting of it, with this path in their origins. Never fails: what cannot be read is a
/// problem among the findings. [`Analyzer::read_artifact`](crate::diagnose::Analyzer::read_artifact) takes only what a diagnosis needs.
///
/// # Errors
/// None in practice.
pub fn read_everything(source: Source, path: &str, limits: &Limits) -> crate::Result<Findings> {
    let interest = Interest::everything()?;
    let context = Context {
        path: path.into(),
        interest: &interest,
        limits,
        recover: false,
    };
    Ok(read(source, &context))
}

/// Reads one artifact in one piece.
pub(crate) fn read(source: Source, context: &Context<'_>) -> Findings {
    read_pieces(source, context, |_| (), |()| ControlFlow::Continue(()))
}

/// Reads one artifact piece by piece, so that memory holds no more than a few pieces and what is made of them.
///
/// `digest` gets the findings of each piece in the thread that read it, several at once; what it leaves of the
/// events and facts stays among the findings of the whole. What it makes is handed to `sink` in the order of the
/// artifact, until `sink` breaks. Event logs come in pieces of a few chunks that do not depend on the number of
/// threads, every other format in one.
pub(crate) fn read_pieces<T: Send>(
    source: Source,
    context: &Context<'_>,
    digest: impl Fn(&mut Findings) -> T + Sync,
    sink: impl FnMut(T) -> ControlFlow<()> + Send,
) -> Findings {
    write_pieces(source, context, None, |piece, _| digest(piece), sink)
}

/// What becomes of a record before it is decoded to an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Course {
    /// It is written part by part.
    Parts,
    /// It becomes an event that the writer is asked to write.
    Whole,
    /// It is not asked for.
    Skip,
}

/// Writes events while they are read.
pub(crate) trait Writer: Sync {
    /// What becomes of the event with this head: all of it but fields and message.
    fn course(&self, head: &Event) -> Course;

    /// How parts are written.
    fn form(&self) -> &dyn Form;

    /// Writes an event that has a time, if it is asked for.
    fn whole(&self, event: Event, out: &mut Vec<u8>);

    /// Bytes to write to: empty, and perhaps with room.
    fn buffer(&self) -> Vec<u8>;
}

/// Like [`read_pieces`], with a writer for the events of formats that can do without keeping them. `digest` also gets what
/// was written of the piece, all of which comes before the events that it finds in it.
pub(crate) fn write_pieces<T: Send>(
    source: Source,
    context: &Context<'_>,
    writer: Option<&dyn Writer>,
    digest: impl Fn(&mut Findings, Vec<u8>) -> T + Sync,
    mut sink: impl FnMut(T) -> ControlFlow<()> + Send,
) -> Findings {
    let mut findings = Findings::default();
    let (head, source, count) = match open(source.until(&context.limits.stop)) {
        Ok(opened) => opened,
        Err(error) => {
            let mut sink = Sink::new(context, &mut findings);
            let origin = sink.artifact();
            sink.problem(ProblemKind::of(&error), origin, error.to_string());
            return findings;
        }
    };
    if let Some(what) = set_aside::unread(&head) {
        set_aside::note(what, context, &mut findings);
        let _ = sink(digest(&mut findings, Vec::new()));
    } else if evtx::sniff(&head) {
        evtx::read(source, (context, writer), &mut findings, digest, sink);
    } else if cfg!(feature = "etl") && context.interest.is_listing() && sniff::kind(&head) == Kind::Etl {
        #[cfg(feature = "etl")]
        list_trace(source, context, &mut findings, digest, sink);
    } else {
        let (head, source, places) = unmailed(head, source);
        let (head, source, foreign) = recoded(head, source);
        let kind = sniff::kind(&head);
        match choose(&kind, &head, context) {
            Choice::Reader(format, read) => {
                findings.format = Some(format);
                read(source, context, &mut findings);
            }
            Choice::Settings(kind) => settings::read(kind, source, context, &mut findings),
            #[cfg(not(feature = "etl"))]
            Choice::LeftOut(format) => left_out(format, context, &mut findings),
        }
        if let Kind::Text(text) = &kind {
            notes::tell(&head, &text.text, context, &mut findings);
        }
        if foreign {
            findings.encoding = Some(Encoding::Ansi);
            forget_offsets(&mut findings);
        }
        if let Some(places) = places {
            put_in_place(&places, &mut findings);
        }
        secrets::mask(context, &mut findings);
        let _ = sink(digest(&mut findings, Vec::new()));
    }
    findings.bytes = findings.bytes.max(count.bytes());
    findings
}

/// Reads a trace for listing, piece by piece.
#[cfg(feature = "etl")]
fn list_trace<T>(
    source: Source,
    context: &Context<'_>,
    findings: &mut Findings,
    digest: impl Fn(&mut Findings, Vec<u8>) -> T,
    mut sink: impl FnMut(T) -> ControlFlow<()>,
) {
    let mut flow = ControlFlow::Continue(());
    etl::read_pieces(source, context, findings, &mut |piece| {
        secrets::mask(context, piece);
        flow = sink(digest(piece, Vec::new()));
        flow
    });
    secrets::mask(context, findings);
    if flow.is_continue() {
        let _ = sink(digest(findings, Vec::new()));
    }
}

/// Takes offsets away that are none in the artifact; lines stay.
fn forget_offsets(findings: &mut Findings) {
    for_each_origin(findings, |origin| origin.offset = None);
}

/// Names the lines of a mail as they are in the artifact, and no offsets, which are those of what was decoded.
fn put_in_place(places: &mail::Places, findings: &mut Findings) {
    for_each_origin(findings, |origin| {
        origin.offset = None;
        origin.line = origin.line.and_then(|line| places.of(line));
    });
}

fn for_each_origin(findings: &mut Findings, change: impl FnMut(&mut Origin)) {
    let events = findings.events.iter_mut().map(|event| &mut event.origin);
    let facts = findings.facts.iter_mut().map(|fact| &mut fact.origin);
    let problems = findings.problems.iter_mut().map(|problem| &mut problem.origin);
    events.chain(facts).chain(problems).for_each(change);
}

/// The text of a mail, with the lines of the artifact that it stands in; what is none stays.
fn unmailed(head: Vec<u8>, source: Source) -> (Vec<u8>, Source, Option<mail::Places>) {
    match mail::decoded(&head, source) {
        (source, None) => (head, source, None),
        (source, places) => match open(source) {
            Ok((head, source, _)) => (head, source, places),
            Err(error) => (head, Source::Stream(Box::new(Failed::new(error))), None),
        },
    }
}

/// The text in UTF-8 where it is in a code page that readers do not know; its offsets are not those of the artifact.
fn recoded(head: Vec<u8>, source: Source) -> (Vec<u8>, Source, bool) {
    let declares = head.trim_ascii_start().starts_with(b"<?xml");
    let is_text =
        !declares && matches!(sniff::kind(&head), Kind::Text(ref head) if head.encoding == Encoding::Ansi);
    match is_text.then(|| CodePage::of(&head)).flatten() {
        Some(page) => {
            let stream = page.recode(source.into_stream());
            (page.decode(&head).into_bytes(), Source::Stream(stream), true)
        }
        None => (head, source, false),
    }
}

/// Tells the format, other than that of event logs, and its reader by the first bytes.
fn choose(kind: &Kind, head: &[u8], context: &Context<'_>) -> Choice {
    match kind {
        Kind::Empty => Choice::Reader(ArtifactFormat::Empty, read_empty),
        #[cfg(feature = "etl")]
        Kind::Etl => Choice::Reader(ArtifactFormat::Etl, etl::read_artifact),
        #[cfg(not(feature = "etl"))]
        Kind::Etl => Choice::LeftOut(ArtifactFormat::Etl),
        Kind::Hive => Choice::Reader(ArtifactFormat::RegistryHive, settings::read_hive),
        #[cfg(feature = "etl")]
        Kind::Binary if etl::companion(context).is_some() => {
            Choice::Reader(ArtifactFormat::TraceFormats, etl::read_program)
        }
        Kind::Binary => Choice::Reader(ArtifactFormat::Other, read_nothing),
        #[cfg(feature = "etl")]
        Kind::Text(text) if etl::sniff_formats(&text.text) => {
            Choice::Reader(ArtifactFormat::TraceFormats, etl::read_formats)
        }
        Kind::Text(head) if set_aside::is_own(&head.text) => {
            Choice::Reader(ArtifactFormat::OwnOutput, set_aside::skip)
        }
        Kind::Text(_) if event_xml::sniff(head) => Choice::Reader(ArtifactFormat::EventXml, event_xml::read),
        Kind::Text(head) if own_lines::sniff(&head.text, context.interest) => {
            Choice::Reader(ArtifactFormat::TraceText, own_lines::read)
        }
        Kind::Text(head) => choose_text(&head.text),
    }
}

/// Says that the reader of a format is not part of this build.
#[cfg(not(feature = "etl"))]
fn left_out(format: ArtifactFormat, context: &Context<'_>, findings: &mut Findings) {
    findings.format = Some(format);
    let mut sink = Sink::new(context, findings);
    let origin = sink.artifact();
    let detail = format!(
        "not read: this build of the library is without its feature `{}`",
        format.name()
    );
    sink.problem(ProblemKind::Unreadable, origin, detail);
}

/// Whether these first bytes of a file are of a text that this program wrote: a report, a listing, a table of a batch.
#[must_use]
pub fn is_own_output(head: &[u8]) -> bool {
    set_aside::is_own(&String::from_utf8_lossy(head))
}

/// Settings that can stand among other text are looked for only where no log was found: logs quote everything.
fn choose_text(head: &str) -> Choice {
    let settings = settings::sniff(head);
    if let Some(kind) = settings.filter(|kind| !kind.mixes()) {
        return Choice::Settings(kind);
    }
    if let Some(found) = TEXT_FORMATS.iter().find(|candidate| (candidate.sniff)(head)) {
        return Choice::Reader(found.format, found.read);
    }
    let read = if loose_xml::sniff(head) {
        loose_xml::read
    } else {
        plain_text::read
    };
    settings.map_or(Choice::Reader(ArtifactFormat::PlainText, read), Choice::Settings)
}

/// Nothing is in it, unless something follows a long run of zeros.
fn read_empty(source: Source, context: &Context<'_>, findings: &mut Findings) {
    plain_text::read(source, context, findings);
    let mut sink = Sink::new(context, findings);
    if sink.findings().events.is_empty() {
        let origin = sink.artifact();
        sink.problem(ProblemKind::Empty, origin, "nothing in it");
    }
}

/// Not a log: there is nothing to read, and nothing is lost.
fn read_nothing(_source: Source, _context: &Context<'_>, _findings: &mut Findings) {}

/// How many bytes of an artifact there are, as far as that is known.
struct Count(Arc<AtomicU64>);

impl Count {
    fn bytes(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Takes the first bytes, and puts them back before the rest.
fn open(source: Source) -> io::Result<(Vec<u8>, Source, Count)> {
    let count = Arc::new(AtomicU64::new(0));
    let mut head = Vec::new();
    match source {
        Source::At(at) => {
            count.store(at.len(), Ordering::Relaxed);
            crate::source::Cursor::new(Arc::clone(&at))
                .take(sniff::HEAD_BYTES as u64)
                .read_to_end(&mut head)?;
            Ok((head, Source::At(at), Count(count)))
        }
        Source::Stream(stream) => {
            let mut stream = Counted {
                stream,
                count: Arc::clone(&count),
            };
            let failure = (&mut stream)
                .take(sniff::HEAD_BYTES as u64)
                .read_to_end(&mut head)
                .err();
            let rest: Box<dyn Read + Send> = match failure {
                // What came is read; the failure is met again behind it.
                Some(error) if !head.is_empty() => Box::new(Failed::new(error)),
                Some(error) => return Err(error),
                None => Box::new(stream),
            };
            let whole = io::Cursor::new(head.clone()).chain(rest);
            Ok((head, Source::Stream(Box::new(whole)), Count(count)))
        }
    }
}

/// A stream that counts what was read of it.
struct Counted {
    stream: Box<dyn Read + Send>,
    count: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.stream.read(buffer)?;
        self.count.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

/// The end of a stream that broke off.
struct Failed(Option<io::Error>);

impl Failed {
    const fn new(error: io::Error) -> Self {
        Self(Some(error))
    }
}

impl Read for Failed {
    fn read(&mut self, _buffer: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}
