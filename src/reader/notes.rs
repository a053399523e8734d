//! What a short text tells as a whole: mails, tickets and chats say in several sentences what no line of theirs says alone. Makes one
//! event of all concepts that a note tells. Must not know what follows from them.

use crate::model::{ArtifactFormat, Event, Findings, NOTE_TOLD, Value};

use super::Context;
use super::sink::Sink;

/// Bytes of what somebody writes of one fault; manuals have more.
const LONGEST: usize = 16 << 10;
/// One concept alone is told everywhere.
const FEWEST: usize = 2;

/// Adds the event of what a note tells, if this is one. `head` is the beginning of the artifact, which has been read, and `text` what it says.
pub(super) fn tell(head: &[u8], text: &str, context: &Context<'_>, findings: &mut Findings) {
    if head.len() > LONGEST || context.interest.is_everything() || !findings.format.is_none_or(is_written) {
        return;
    }
    let told = context.interest.concepts().told_in(text);
    if told.len() < FEWEST {
        return;
    }
    let mut sink = Sink::new(context, findings);
    let first = told.iter().map(|told| told.line).min().unwrap_or_default();
    let begin: usize = text.split_inclusive('\n').take(first).map(str::len).sum();
    let mut event = Event::new(sink.line(first as u64 + 1, begin as u64));
    event.provider = NOTE_TOLD.into();
    for told in told {
        event.push(&told.concept, Value::Bool(true));
    }
    sink.event(event);
}

/// Whether people write in this format: what programs write of themselves tells no story.
const fn is_written(format: ArtifactFormat) -> bool {
    matches!(
        format,
        ArtifactFormat::PlainText
            | ArtifactFormat::CommandOutput
            | ArtifactFormat::SessionList
            | ArtifactFormat::SystemInfo
            | ArtifactFormat::EventList
            | ArtifactFormat::RobotLog
            | ArtifactFormat::Json
            | ArtifactFormat::PowerAutomate
    )
}
