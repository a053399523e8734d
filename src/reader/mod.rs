//! Bytes to events and facts, one folder or file for each format. Formats are told by content, never by name.
//!
//! Owns every byte-level format. Must not know causes, symptoms or bundles: what is of interest comes in as an
//! [`Interest`], what was found goes out as [`Findings`].
#![deny(clippy::indexing_slicing, clippy::string_slice)]

mod event_xml;
mod evtx;
mod settings;

use std::io::{self, Read};
use std::sync::Arc;

use crate::limits::Limits;
use crate::model::{Findings, Format, Interest, Origin, Problem, ProblemKind};
use crate::source::{Cursor, Source};

/// What a reader needs besides the bytes.
#[derive(Debug, Clone)]
pub struct Context<'a> {
    /// The path inside the bundle, for origins. Never believed.
    pub path: Arc<str>,
    /// What is wanted; the rest is counted and skipped.
    pub interest: &'a Interest,
    /// The budgets.
    pub limits: &'a Limits,
    /// Whether stale records in the slack of logs are wanted too.
    pub recover: bool,
}

/// Reads one artifact. Never fails: what cannot be read is a problem among the findings.
pub fn read(source: Source, context: &Context<'_>) -> Findings {
    let mut findings = Findings::default();
    match sniffed(source) {
        Ok((source, head)) if evtx::sniff(&head) => evtx::read(source, context, &mut findings),
        Ok((source, head)) if event_xml::sniff(&head) => event_xml::read(source, context, &mut findings),
        Ok(_) => findings.format = Some(Format::Other),
        Err(error) => {
            let origin = Origin::artifact(context.path.clone());
            let problem = Problem::new(ProblemKind::Unreadable, origin, error.to_string());
            findings.problems.push(problem);
        }
    }
    findings
}

/// Bytes at the start by which formats are told.
const HEAD: u64 = 8_192;

/// The source again, and its first bytes.
fn sniffed(source: Source) -> io::Result<(Source, Vec<u8>)> {
    let mut head = Vec::new();
    match source {
        Source::At(at) => {
            Cursor::new(Arc::clone(&at)).take(HEAD).read_to_end(&mut head)?;
            Ok((Source::At(at), head))
        }
        Source::Stream(mut stream) => {
            stream.by_ref().take(HEAD).read_to_end(&mut head)?;
            let whole = io::Cursor::new(head.clone()).chain(stream);
            Ok((Source::Stream(Box::new(whole)), head))
        }
    }
}
