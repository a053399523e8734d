//! Logs whose lines begin as a user described: with `%TRACE_FORMAT_PREFIX%` the prefix of `tracefmt` can be anything, and
//! other programs write what they like. The forms come with what is of interest. Lines that no form matches continue the
//! message.

use crate::model::{Event, Findings, Level, Value, parse_code};
use crate::source::Source;

use super::Context;
use super::lines::{Block, Text};
use super::local_time::{self, DateOrder};
use super::plain_text::Prose;
use super::records::{self, Piece};
use super::session_dump::Dumps;
use super::sink::Sink;
use super::wording::Wording;
use crate::model::Interest;

/// Lines of the beginning that are looked at.
const LINES: usize = 200;
/// Bytes of a line that are looked at for its beginning.
const LINE_BYTES: usize = 4 << 10;

/// Whether most lines of a text begin in a form that the user described.
pub(crate) fn sniff(head: &str, interest: &Interest) -> bool {
    if interest.line_forms().is_empty() {
        return false;
    }
    let lines = head.lines().filter(|line| !line.trim().is_empty()).take(LINES);
    let (mut records, mut all) = (0_usize, 0_usize);
    for line in lines {
        all += 1;
        records += usize::from(starts_record(line.as_bytes(), interest));
    }
    records * 2 > all
}

/// The text of the line that bytes begin with, if it is text.
fn first_line(bytes: &[u8]) -> Option<&str> {
    let bytes = bytes.get(..LINE_BYTES).unwrap_or(bytes);
    let end = memchr::memchr(b'\n', bytes).unwrap_or(bytes.len());
    let line = bytes.get(..end)?;
    let text = match std::str::from_utf8(line) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(line.get(..error.valid_up_to())?).ok()?,
    };
    Some(text.trim_end_matches('\r'))
}

fn starts_record(bytes: &[u8], interest: &Interest) -> bool {
    first_line(bytes).is_some_and(|line| interest.line_forms().iter().any(|form| form.is_match(line)))
}

/// Reads such a log.
pub(crate) fn read(source: Source, context: &Context<'_>, findings: &mut Findings) {
    let wording = Wording::new(context.interest);
    let mut sink = Sink::new(context, findings);
    let mut text = Text::open(source, &sink);
    let starts = |bytes: &[u8]| starts_record(bytes, context.interest);
    let mut order = None;
    let mut dumps = Dumps::of_log(context);
    while !sink.is_full()
        && let Some(mut block) = text.next_block(starts)
    {
        let order = *order.get_or_insert_with(|| DateOrder::learn(&String::from_utf8_lossy(block.bytes)));
        let mut from = 0;
        while !sink.is_full()
            && let Some(piece) = records::next(&block, context.interest, from, starts)
        {
            match piece {
                Piece::Record { start, end, .. } => {
                    record(&wording, &mut sink, &mut block, (start, end), order);
                }
                Piece::Loose { start, end } => {
                    let lines = records::lines(&mut block, start, end);
                    Prose::new(&wording, order).lines(&mut sink, &lines);
                }
            }
            from = piece.end();
        }
        dumps.block(&mut block, &context.path, starts, |line| {
            says(line, context.interest, order)
        });
    }
    text.finish(&mut sink);
    dumps.finish(context, findings);
}

/// What the first line of a record says behind its frame, and when.
fn says(line: &str, interest: &Interest, order: DateOrder) -> (String, Option<local_time::Stamp>) {
    let captures = interest.line_forms().iter().find_map(|form| form.captures(line));
    let group = |name: &str| Some(captures.as_ref()?.name(name)?.as_str().trim());
    let time = group("time").and_then(|text| stamp(text, order));
    (group("message").unwrap_or(line).to_owned(), time)
}

fn record(
    wording: &Wording<'_>,
    sink: &mut Sink<'_>,
    block: &mut Block<'_>,
    (start, end): (usize, usize),
    order: DateOrder,
) {
    let place = block.place(start);
    let text = block.decode(block.slice(start, end)).into_owned();
    let first = text.lines().next().unwrap_or_default();
    let forms = wording.interest().line_forms().iter();
    let Some((form, captures)) = forms
        .filter_map(|form| Some((form, form.captures(first)?)))
        .next()
    else {
        return;
    };
    let mut event = Event::new(sink.line(place.line, place.offset));
    let mut message = first.to_owned();
    for name in form.names() {
        let Some(value) = captures.name(name).map(|group| group.as_str().trim()) else {
            continue;
        };
        match name {
            "message" => value.clone_into(&mut message),
            "time" => {
                if let Some(stamp) = stamp(value, order) {
                    stamp.apply(&mut event);
                }
            }
            "level" => event.level = Level::from_word(value).unwrap_or_default(),
            "provider" => event.provider = value.into(),
            "computer" => event.computer = value.into(),
            "process" => event.process = value.parse().ok(),
            "thread" => event.thread = value.parse().ok(),
            "hex_process" => event.process = parse_code(&format!("0x{value}")),
            "hex_thread" => event.thread = parse_code(&format!("0x{value}")),
            _ => event.push(name, Value::text(value)),
        }
    }
    for line in text.lines().skip(1) {
        message.push('\n');
        message.push_str(line);
    }
    let message = message.trim_end();
    event.message = Some(message.into());
    wording.name_tracer(&mut event, message);
    wording.tell(&mut event, message);
    sink.event(event);
}

/// A stamp in any form, also with the dash that `tracefmt` puts between date and time.
fn stamp(text: &str, order: DateOrder) -> Option<local_time::Stamp> {
    let order = match order {
        DateOrder::Unknown => DateOrder::MonthFirst,
        known => known,
    };
    local_time::whole(text, order).or_else(|| {
        let (date, time) = text.rsplit_once('-')?;
        local_time::whole(&format!("{date} {time}"), order)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;
    use crate::model::ArtifactFormat;
    use crate::model::Pattern;
    use crate::reader::wording::UIPATH;
    use std::sync::Arc;

    const LOG: &str = "tracedrv_c258: Dispatch: 0af4.0c64: 05/14/2026-08:00:39.998:  IOCTL = 1\n\
        tracedrv_c264: Logon: 0af4.0c64: 05/14/2026-08:00:40.001:  RdpWrapper: err(rdp):-5\n and more\n\
        no line of the form, but 0x80070520 is in it\n\
        tracedrv_c264: Logon: 0af4.0c64: 05/14/2026-08:00:41.001:  done\n";

    #[test]
    fn lines_as_a_user_describes_them() {
        let form = r"^(?<file>\w+): (?<function>\w+): (?<hex_process>[0-9a-f]+)\.(?<hex_thread>[0-9a-f]+): (?<time>[\d/]+-[\d:.]+):\s+(?<message>.*)$";
        let plain = Interest::everything().unwrap();
        let interest = plain.clone().with_line_forms(vec![Pattern::new(form).unwrap()]);
        let limits = Limits::default();
        let mut context = Context {
            path: Arc::from("trace.txt"),
            interest: &interest,
            limits: &limits,
            recover: false,
        };
        let found = crate::reader::read(Source::memory(LOG), &context);
        assert_eq!(found.format, Some(ArtifactFormat::TraceText));
        let messages: Vec<_> = found
            .events
            .iter()
            .filter_map(|event| event.message.as_deref())
            .collect();
        assert_eq!(
            messages,
            [
                "IOCTL = 1",
                "RdpWrapper: err(rdp):-5\n and more\nno line of the form, but 0x80070520 is in it",
                "done"
            ]
        );
        let event = &found.events[1];
        assert_eq!((event.process, event.thread), (Some(0xAF4), Some(0xC64)));
        assert_eq!(event.local.unwrap().to_string(), "2026-05-14 08:00:40.001");
        assert_eq!(event.field("function"), Some(&Value::text("Logon")));
        assert_eq!(
            (&*event.provider, event.field("err")),
            (UIPATH, Some(&Value::Signed(-5)))
        );
        context.interest = &plain;
        let found = crate::reader::read(Source::memory(LOG), &context);
        assert_eq!(found.format, Some(ArtifactFormat::PlainText));
    }
}
