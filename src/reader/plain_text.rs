//! Any text: a mail, a ticket, a log of a program that this crate does not know, a single pasted sentence.
//!
//! Each line that mentions something of interest becomes an event. A sentence that was wrapped over some lines, with
//! or without the quote marks of a mail, is put together again. Where the knowledge knows the sentence, the
//! event is the one that it stands for: the same as from the log it was copied from. A line takes its time from a
//! stamp of its own or from the stamped line that it continues.

use crate::model::{Event, Findings, Level, ProblemKind, Value};
use crate::source::Source;

use super::inline_names;
use super::lines::{Block, Line, Text};
use super::local_time::{self, DateOrder};
use super::mentions;
use super::program_log::{self, ProgramLog};
use super::secrets::{self, Announcing};
use super::session_dump::Dumps;
use super::sink::Sink;
use super::text_page::{Page, STAMP_LINES};
use super::wording::Wording;
use super::{Context, power_automate, robot_version};

/// Wrapped sentences are looked for in so many bytes from the beginning: people write mails, programs write
/// gigabytes. Further on a line must itself mention something of interest.
const WRAP_BYTES: u64 = 4 << 20;

/// Lines that a wrapped sentence may go on for, to either side of the line that showed it.
const WRAP_LINES: usize = 3;

/// What people write is no longer than so many bytes.
const NOTE_BYTES: usize = 64 << 10;

/// How far up the line may be that names the log of an id.
const HEADING_LINES: usize = 12;

/// A line that names a record and says no more than so many bytes about it is the heading of what stands below.
const SHORT_HEADING: usize = 24;
/// Lines below such a heading that are its description.
const DESCRIPTION_LINES: usize = 8;

/// Lines put together at once.
const PAGE_LINES: usize = 4_096;

/// A page, and what its lines say of those below them.
type Heard<'p> = (&'p Page, &'p mut Announcing);

/// Reads any text.
pub(crate) fn read(source: Source, context: &Context<'_>, findings: &mut Findings) {
    let mut dumps = Dumps::of_log(context);
    read_each(source, context, findings, |block, order| {
        dumps.block(
            block,
            &context.path,
            |_| true,
            |line| (line.to_owned(), local_time::near_start(line, order)),
        );
    });
    dumps.finish(context, findings);
}

/// Reads what is left of a text of which the readers of settings have taken what is theirs.
pub(crate) fn read_rest(source: Source, context: &Context<'_>, findings: &mut Findings) {
    read_each(source, context, findings, |_, _| ());
}

fn read_each(
    source: Source,
    context: &Context<'_>,
    findings: &mut Findings,
    mut each: impl FnMut(&mut Block<'_>, DateOrder),
) {
    let wording = Wording::new(context.interest);
    let mut sink = Sink::new(context, findings);
    let mut text = Text::open(source, &sink);
    let mut prose = Prose::new(&wording, DateOrder::Unknown);
    let mut searched = 0_u64;
    let mut program = None;
    while !sink.is_full()
        && let Some(mut block) = text.next_block(|_| true)
    {
        if searched == 0 {
            let head = String::from_utf8_lossy(block.bytes);
            prose.order = DateOrder::learn(&head);
            prose.is_note = block.bytes.len() <= NOTE_BYTES;
            program = ProgramLog::new(&head, prose.order).filter(|_| !context.interest.is_everything());
            let stated = program_log::stated_offset(&head, prose.order);
            sink.findings().utc_offset = stated.or(sink.findings().utc_offset);
        }
        if context.interest.is_everything() || searched < WRAP_BYTES {
            robot_version::search(&mut sink, &mut block);
            prose.whole_block(&mut sink, &mut block);
        } else {
            prose.hits_in(&mut sink, &mut block);
        }
        if let Some(program) = &mut program {
            let mut at = 0;
            while let Some((line, next)) = block.line_at(at) {
                program.line(&line);
                at = next;
            }
        }
        each(&mut block, prose.order);
        searched = searched.saturating_add(block.bytes.len() as u64);
    }
    if let Some(program) = program {
        program.finish(&mut sink);
    }
    text.finish(&mut sink);
}

/// Turns lines into events.
#[derive(Debug)]
pub(crate) struct Prose<'a> {
    wording: &'a Wording<'a>,
    order: DateOrder,
    /// Whether lines may mean records by the names of logs: in notes that people write, not in logs of programs.
    is_note: bool,
}

impl<'a> Prose<'a> {
    /// Reads with what is of interest, and dates in the given order.
    pub(crate) const fn new(wording: &'a Wording<'a>, order: DateOrder) -> Self {
        Self {
            wording,
            order,
            is_note: false,
        }
    }

    /// Reads lines that a person wrote or pasted.
    pub(crate) const fn of_a_note(wording: &'a Wording<'a>, order: DateOrder) -> Self {
        Self {
            wording,
            order,
            is_note: true,
        }
    }

    fn whole_block(&self, sink: &mut Sink<'_>, block: &mut Block<'_>) {
        let mut at = 0;
        loop {
            let mut lines = Vec::new();
            while lines.len() < PAGE_LINES
                && let Some((line, next)) = block.line_at(at)
            {
                lines.push(line);
                at = next;
            }
            if lines.is_empty() || sink.is_full() {
                return;
            }
            self.lines(sink, &lines);
        }
    }

    /// Reads only around the lines that mention something.
    fn hits_in(&self, sink: &mut Sink<'_>, block: &mut Block<'_>) {
        let scanner = self.wording.interest().scanner(block.bytes.len());
        let mut from = 0;
        while !sink.is_full()
            && let Some(rest) = block.bytes.get(from..)
            && let Some(hit) = scanner.first(rest)
        {
            let end = from.saturating_add(hit.end);
            let mut start = block.line_start(from.saturating_add(hit.start)).max(from);
            for _ in 0..STAMP_LINES {
                if start <= from {
                    break;
                }
                start = block.line_start(start - 1).max(from);
            }
            let stop = block.line_end(end);
            let mut lines = Vec::new();
            let mut after = 0;
            while after < WRAP_LINES
                && let Some((line, next)) = block.line_at(start)
            {
                lines.push(line);
                start = next;
                after += usize::from(start >= stop);
            }
            self.lines(sink, &lines);
            from = start.max(end);
        }
    }

    /// Reads some lines that follow each other.
    pub(crate) fn lines(&self, sink: &mut Sink<'_>, lines: &[Line<'_>]) {
        let page = Page::new(lines, self.order, self.is_note);
        let interest = self.wording.interest();
        let mut next = 0;
        let mut above = Announcing::new(!interest.is_everything());
        if interest.is_everything() {
            for row in 0..page.rows.len() {
                if row >= next && page.rows.get(row).is_some_and(|row| row.end > row.start) {
                    next = self.emit(sink, (&page, &mut above), (row, row), next);
                }
            }
            return;
        }
        let meant = (0..page.rows.len()).filter(|row| self.meant(&page, *row).is_some());
        let mut rows: Vec<(usize, usize)> = meant.map(|row| (row, row)).collect();
        let scanner = interest.scanner(page.joined.len());
        scanner.each(page.joined.as_bytes(), |hit| {
            rows.push((page.row_of(hit.start), page.row_of(hit.end.saturating_sub(1))));
        });
        rows.sort_unstable();
        rows.dedup();
        for (first, last) in rows {
            if first >= next && page.is_one_piece(first, last) {
                next = self.emit(sink, (&page, &mut above), (first, last), next);
            }
        }
    }

    /// The record that a row means by the name of its log.
    fn meant<'p>(&self, page: &'p Page, row: usize) -> Option<mentions::Mention<'a, 'p>> {
        let interest = self.wording.interest();
        let logs = || {
            let above = (row.saturating_sub(HEADING_LINES)..row).rev();
            above.map(|row| mentions::logs_named(interest, page.text(row, row)))
        };
        let text = page.text(row, row);
        if !self.is_note || !text.bytes().any(|byte| byte.is_ascii_digit()) {
            return None;
        }
        mentions::find(interest, text, &[]).or_else(|| {
            let above = logs().find(|logs| !logs.is_empty())?;
            mentions::find(interest, text, &above)
        })
    }

    /// Makes an event of some rows; returns the row after them.
    fn emit(&self, sink: &mut Sink<'_>, heard: Heard<'_>, rows: (usize, usize), floor: usize) -> usize {
        let (page, above) = heard;
        let (first, mut last, is_description) = self.extent(page, rows, floor);
        let meant = self.meant(page, first);
        if meant
            .as_ref()
            .is_some_and(|mention| mention.rest.len() < SHORT_HEADING)
        {
            last = self.description_below(page, last);
        }
        let Some(row) = page.rows.get(first) else {
            return last + 1;
        };
        let lines;
        let text = if is_description {
            lines = page.lines(first, last);
            &lines
        } else {
            page.text(first, last)
        };
        let mut event = Event::new(sink.line(row.place.line, row.place.offset));
        event.message = Some(text.into());
        if above.mask(&mut event, first, |row| page.text(row, row)) {
            sink.problem(ProblemKind::SecretMasked, event.origin.clone(), secrets::REPLACED);
        }
        if let Some(stamp) = page.stamp_of(first) {
            stamp.apply(&mut event);
        }
        let mut is_known = false;
        if let Some((code, message)) = power_automate::error_in(text) {
            event.provider = power_automate::POWER_AUTOMATE.into();
            event.push("code", Value::text(code));
            self.wording.tell(&mut event, &message);
        } else if let Some(mention) = meant.filter(|_| self.wording.sentence(text, "", None).is_none()) {
            event.provider = mention.provider.clone();
            event.channel = mention.channel.clone();
            event.id = Some(mention.id);
            let behind = text.find(mention.rest).and_then(|at| text.get(at..));
            self.wording.tell(&mut event, behind.unwrap_or(text));
            inline_names::complete(&mut event, text);
        } else {
            is_known = self.wording.tell(&mut event, text);
        }
        if self.is_note
            && event
                .first_field_text(&["User", "TargetUserName", "UserName"])
                .is_none()
            && let Some(account) = page.account_beside(first)
        {
            event.push("User", Value::text(account));
        }
        if let Some((name, value)) = named_value(text).filter(|_| !is_known)
            && event.field(name).is_none()
        {
            event.push(name, Value::text(value));
        }
        sink.event(event);
        last + 1
    }

    /// The last of the rows that go on with a record which a line alone names.
    fn description_below(&self, page: &Page, last: usize) -> usize {
        let below = last + 1..=last.saturating_add(DESCRIPTION_LINES);
        let goes_on = |&row: &usize| page.continues(row) && self.meant(page, row).is_none();
        below.take_while(goes_on).last().unwrap_or(last)
    }

    /// The rows that a known sentence takes which crosses the given rows, else these; and whether they are a whole description.
    fn extent(&self, page: &Page, (first, last): (usize, usize), floor: usize) -> (usize, usize, bool) {
        let mut low = first;
        while low > floor && first - low < WRAP_LINES && page.continues(low) {
            low -= 1;
        }
        let mut high = last;
        while high - last < WRAP_LINES && page.continues(high + 1) {
            high += 1;
        }
        let opened = self.wording.opens_description(page.text(first, first));
        let description = opened.map_or(first, |_| page.description(first));
        high = high.max(description);
        let base = page.rows.get(low).map_or(0, |row| row.start);
        let sentence = self.wording.sentence(page.text(low, high), "", None);
        let rows = sentence.map(|sentence| {
            let row_of = |position: usize| page.row_of(base.saturating_add(position));
            (row_of(sentence.start), row_of(sentence.end.saturating_sub(1)))
        });
        match rows.filter(|(start, end)| *start <= last && *end >= first) {
            Some((start, end)) if start == first && opened == Some(true) && description > end => {
                (start, description, true)
            }
            Some((start, end)) => (start.min(first), end.max(last), false),
            None => (first, last, false),
        }
    }
}

/// A line that is nothing but `Name: value` or `Name=value`.
fn named_value(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))?;
    let (name, rest) = text.split_at_checked(end)?;
    let value = rest.trim_start().strip_prefix([':', '='])?.trim();
    let named = (2..=40).contains(&name.len()) && name.starts_with(|c: char| c.is_ascii_alphabetic());
    let plain = !value.is_empty() && value.len() <= 256 && !value.starts_with("//");
    // `ERROR: text` names a level and no value.
    let named = named && Level::from_word(name).is_none();
    (named && plain).then_some((name, value))
}

#[cfg(test)]
mod tests {
    use super::super::text_page::ROW_BYTES;
    use super::*;
    use crate::limits::Limits;
    use crate::model::{EventFilter, Interest, MessagePattern};
    use std::collections::BTreeMap;
    use std::sync::Arc;

    fn interest() -> Interest {
        let pattern = MessagePattern::new(
            r"Session (?<Session>\d+) has been disconnected, reason code (?<Reason>\d+)",
            "has been disconnected, reason code",
            "Microsoft-Windows-TerminalServices-LocalSessionManager",
            "Microsoft-Windows-TerminalServices-LocalSessionManager/Operational",
            Some(40),
        );
        Interest::new(
            EventFilter::Listed(BTreeMap::new()),
            [
                "specified logon session does not exist".to_owned(),
                "lasttaskresult".to_owned(),
            ],
            [0x8007_0520],
            vec![pattern.unwrap()],
        )
        .unwrap()
    }

    fn run(text: impl Into<Vec<u8>>, interest: &Interest) -> Findings {
        let limits = Limits::default();
        let context = Context {
            path: Arc::from("mail.txt"),
            interest,
            limits: &limits,
            recover: false,
        };
        let mut findings = Findings::default();
        read(Source::memory(text), &context, &mut findings);
        findings
    }

    fn only(text: impl Into<Vec<u8>>) -> Event {
        let mut findings = run(text, &interest());
        assert_eq!(findings.events.len(), 1, "{:#?}", findings.events);
        findings.events.remove(0)
    }

    #[test]
    fn a_pasted_sentence_is_the_event_it_stands_for() {
        let event =
            only("Hello,\n\n  2026-05-04 08:00:00  Session 3 has been disconnected, reason code 5\nBye");
        assert_eq!(event.id, Some(40));
        assert_eq!(event.field("Reason"), Some(&Value::text("5")));
        assert!(event.local.is_some());
        assert_eq!((event.origin.line, event.origin.offset), (Some(3), Some(8)));
    }

    #[test]
    fn a_wrapped_sentence_is_put_together() {
        let event =
            only("> we got: A specified logon\n> session does not exist. It may\n> already be gone.\n");
        assert_eq!(
            event.message.as_deref(),
            Some("we got: A specified logon session does not exist. It may")
        );
        let event = only("Session 3 has been\ndisconnected, reason\r\ncode 11");
        assert_eq!(event.field("Reason"), Some(&Value::text("11")));
    }

    #[test]
    fn lines_that_do_not_belong_together_are_not_joined() {
        for text in [
            "A specified logon\n\nsession does not exist",
            "2026-05-04 08:00:00 A specified logon\n2026-05-04 08:00:01 session does not exist",
        ] {
            assert_eq!(run(text, &interest()).events, [], "{text}");
        }
    }

    #[test]
    fn a_line_that_begins_with_a_time_of_day_is_a_record_of_its_own() {
        let text = "14:20:07.902  40  Session 6 has been disconnected, reason code 2\n14:20:08.011  40  Session 7 has been disconnected, reason code 5";
        let findings = run(text, &interest());
        let sessions: Vec<_> = findings
            .events
            .iter()
            .map(|event| event.field_text("Session"))
            .collect();
        assert_eq!(sessions, [Some("6".to_owned()), Some("7".to_owned())]);
    }

    #[test]
    fn a_continued_line_has_the_time_of_its_record() {
        let text = "2026-05-04T08:00:00Z ERROR job failed\n  System.Exception:\n  inner 0x80070520\n\nloose 0x80070520";
        let findings = run(text, &interest());
        let times: Vec<_> = findings.events.iter().map(|event| event.time).collect();
        assert_eq!(times, [local_time::exact("2026-05-04T08:00:00Z"), None]);
    }

    #[test]
    fn named_values_become_fields() {
        let event = only("LastTaskResult : 2147943712");
        assert_eq!(event.field("LastTaskResult"), Some(&Value::text("2147943712")));
        assert_eq!(event.field("code"), Some(&Value::Hex32(0x8007_0520)));
        assert_eq!(named_value("http://x"), None);
        assert_eq!(named_value("two words: x"), None);
        assert_eq!(named_value("Empty:"), None);
        assert_eq!(named_value("ERROR: no session"), None);
    }

    #[test]
    fn every_encoding_says_the_same() {
        let text = "Gerät: Session 3 has been disconnected, reason code 5\r\n";
        let wide = |big: bool| -> Vec<u8> {
            text.encode_utf16()
                .flat_map(|unit| {
                    if big {
                        unit.to_be_bytes()
                    } else {
                        unit.to_le_bytes()
                    }
                })
                .collect()
        };
        let ansi: Vec<u8> = text
            .chars()
            .map(|c| u8::try_from(u32::from(c)).unwrap())
            .collect();
        for bytes in [text.as_bytes().to_vec(), wide(false), wide(true), ansi] {
            assert_eq!(only(bytes).message.as_deref(), Some(text.trim_end()));
        }
    }

    #[test]
    fn hits_deep_inside_a_large_text_are_found() {
        let mut text = "nothing to see here\n".repeat(300_000);
        text.push_str("2026-05-04 08:00:00 failed:\n  code 0x80070520\n");
        let event = only(text.into_bytes());
        assert_eq!(event.origin.line, Some(300_002));
        assert!(event.local.is_some());
    }

    #[test]
    fn a_long_line_gives_the_place_and_not_all_of_it() {
        let filler = "{\"id\":12345},".repeat(3_000);
        let text = format!("{filler}{{\"error\":{{\"code\":\"0x80070520\",\"message\":\"m\"}}}},{filler}");
        let event = only(text);
        assert!(
            event
                .message
                .as_deref()
                .is_some_and(|message| message.len() <= 2 * ROW_BYTES)
        );
        assert_eq!(&*event.provider, power_automate::POWER_AUTOMATE);
    }
}
