//! Bytes to events and facts, one folder or file for each format. Formats are told by content, never by name.
//!
//! Owns every byte-level format. Must not know causes, symptoms or bundles: what is of interest comes in as an
//! `Interest`, what was found goes out as [`Findings`].
//!
#![doc = include_str!("README.md")]
#![deny(clippy::indexing_slicing, clippy::string_slice)]

use std::ops::ControlFlow;
use std::sync::Arc;

use crate::limits::Limits;
#[cfg(not(feature = "etl"))]
use crate::model::ArtifactFormat;
use crate::model::{Encoding, Event, Findings, Form, Interest, Origin, ProblemKind};
use crate::source::Source;

mod choose;
mod classic_security;
mod code_page;
mod console;
mod encoding;
#[cfg(feature = "etl")]
pub mod etl;
mod event_json;
mod event_list;
mod event_xml;
mod evtx;
#[cfg(feature = "diagnose")]
mod excerpt;
mod inline_names;
mod intake;
mod job_lines;
mod json;
mod lines;
mod little_endian;
pub(crate) mod local_time;
mod loose_xml;
mod mail;
mod mentions;
mod notes;
mod opened;
mod own_lines;
mod plain_text;
mod power_automate;
mod program_log;
mod provider_names;
mod record_words;
mod records;
mod robot_log;
mod robot_version;
mod room;
mod run_outcome;
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
mod text_page;
mod trace_export;
mod trace_prefix;
mod trace_text;
mod wer_report;
mod window;
mod wording;

use choose::{Choice, choose};
#[cfg(feature = "diagnose")]
pub(crate) use excerpt::lines as excerpt;
use opened::{open, recoded, unmailed};
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
