//! What a short text tells as a whole: mails, tickets and chats say in several sentences what no line of theirs says alone. Makes one
//! event of all concepts that a note tells, and of the topics that its words are like. Must not know what follows from them.

use crate::model::{ArtifactFormat, Event, Findings, LIKE, LIKE_WORDS, NOTE_TEXT, NOTE_TOLD, Value};

use super::Context;
use super::sink::Sink;

/// Bytes of what somebody writes of one fault; manuals have more.
const LONGEST: usize = 16 << 10;
/// One concept alone is told everywhere.
const FEWEST: usize = 2;
/// Topics that a note is compared with further on, and the words that are kept of each.
const TOPICS: usize = 8;
const WORDS: usize = 5;

/// Adds the event of what a note tells, if this is one. `head` is the beginning of the artifact, which has been read, and `text` what it says.
pub(super) fn tell(head: &[u8], text: &str, context: &Context<'_>, findings: &mut Findings) {
    if head.len() > LONGEST || context.interest.is_everything() || !findings.format.is_none_or(is_written) {
        return;
    }
    let told = context.interest.concepts().told_in(text);
    let like = context.interest.parlance().likest(text, TOPICS, WORDS);
    let is_letter = may_ask(&context.path, findings.format);
    if told.len() < FEWEST && like.is_empty() && !is_letter {
        return;
    }
    let mut sink = Sink::new(context, findings);
    let first = told.iter().map(|told| told.line).min().unwrap_or_default();
    let begin: usize = text.split_inclusive('\n').take(first).map(str::len).sum();
    let mut event = Event::new(sink.line(first as u64 + 1, begin as u64));
    event.provider = NOTE_TOLD.into();
    for tone in told.iter().filter_map(|told| told.tone) {
        if event.field(tone).is_none() {
            event.push(tone, Value::Bool(true));
        }
    }
    if told.len() >= FEWEST {
        for told in told {
            event.push(&told.concept, Value::Bool(true));
        }
    }
    if is_letter {
        event.push(NOTE_TEXT, Value::text(text));
    }
    for like in like {
        event.push(&[LIKE, &like.topic].concat(), Value::Float(like.score));
        event.push(
            &[LIKE_WORDS, &like.topic].concat(),
            Value::text(quoted(&like.words)),
        );
    }
    sink.event(event);
}

/// `"IP address", "NTLM"`: words of the text, told from ours.
fn quoted(words: &[String]) -> String {
    let words: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
    words.join(", ")
}

/// Whether a text may be what a customer asks: a program's log and the copy of a log ask nothing.
fn may_ask(path: &str, format: Option<ArtifactFormat>) -> bool {
    const OF_PROGRAMS: &[&str] = &[
        "log", "csv", "tsv", "json", "jsonl", "ndjson", "xml", "reg", "inf", "ini", "conf", "config", "etl",
        "evtx",
    ];
    let ending = path
        .rsplit_once('.')
        .map(|(_, ending)| ending.to_ascii_lowercase());
    let is_log = ending.is_some_and(|ending| OF_PROGRAMS.contains(&&*ending));
    !is_log
        && format.is_none_or(|format| {
            matches!(
                format,
                ArtifactFormat::PlainText | ArtifactFormat::CommandOutput | ArtifactFormat::SessionList
            )
        })
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
