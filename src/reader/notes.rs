//! What a short text tells as a whole: mails, tickets and chats say in several sentences what no line of theirs says alone. Makes one
//! event of all concepts that a note tells, and of the topics that its words are like. Must not know what follows from them.

use std::borrow::Cow;

use crate::model::{ArtifactFormat, Event, Findings, LIKE, LIKE_WORDS, NOTE_TEXT, NOTE_TOLD, Value};

use super::Context;
use super::console;
use super::sink::Sink;
use super::wording::Wording;

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
    let own = own_words(text, context, findings);
    let told = context.interest.concepts().told_in(&own);
    // Who asks something writes it above what they paste: what a console shows alone is nobody's words.
    let is_pasted = own
        .lines()
        .find(|line| !line.trim().is_empty())
        .is_some_and(console::is_command);
    // What a program writes into its log is nobody's words either.
    let is_log = findings.format == Some(ArtifactFormat::RobotLog);
    let like = if is_pasted || is_log {
        Vec::new()
    } else {
        context.interest.parlance().likest(&own, TOPICS, WORDS)
    };
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

/// A text without the lines that are records and nothing else: what Windows writes is nobody's telling, and the record is there itself.
fn own_words<'t>(text: &'t str, context: &Context<'_>, findings: &Findings) -> Cow<'t, str> {
    let mut records = findings
        .events
        .iter()
        .filter(|event| event.id.is_some())
        .peekable();
    let Some(first) = records.peek() else {
        return Cow::Borrowed(text);
    };
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let begin = lines.iter().position(|line| !line.trim().is_empty());
    if findings.format == Some(ArtifactFormat::EventList) {
        // Who asks something writes it above what they paste.
        let is_list = begin.is_some_and(|begin| first.origin.line == Some(begin as u64 + 1));
        return if is_list {
            Cow::Borrowed("")
        } else {
            Cow::Borrowed(text)
        };
    }
    let wording = Wording::new(context.interest);
    let mut is_record = vec![false; lines.len()];
    for event in records {
        let (Some(message), Some(line)) = (event.message.as_deref(), event.origin.line) else {
            continue;
        };
        if !is_nothing_else(message, &wording) {
            continue;
        }
        let from = usize::try_from(line.saturating_sub(1)).unwrap_or(usize::MAX);
        for (line, is_record) in lines.iter().zip(&mut is_record).skip(from) {
            if !message.contains(line.trim()) {
                break;
            }
            *is_record = true;
        }
    }
    let own = lines.iter().zip(&is_record);
    own.map(|(line, is_record)| match (is_record, line.ends_with('\n')) {
        (true, true) => "\n",
        (true, false) => "",
        (false, _) => line,
    })
    .collect()
}

/// Whether a text is a description of several lines, or the sentence of a record from its first word to nearly its last.
fn is_nothing_else(message: &str, wording: &Wording<'_>) -> bool {
    const LINES: usize = 3;
    if message.trim().lines().count() >= LINES {
        return true;
    }
    let sentence = wording.sentence(message, "", None);
    sentence
        .is_some_and(|sentence| sentence.end.saturating_sub(sentence.start) * 10 >= message.trim().len() * 9)
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
