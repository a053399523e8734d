//! Events as XML, whoever wrote the file: Event Viewer (`<Events>` around them), `wevtutil qe /f:xml` (no root),
//! `tracerpt` (a second namespace, payloads in hexadecimal), or a piece cut out of any of these.
//!
//! Owns the way from bytes to [`Event`](crate::model::Event)s. The file is never parsed as one document: each
//! `<Event>` element is found by its ends and read alone, so that damage costs one event, a missing root costs
//! nothing, and memory stays bounded. [`header`] decides whether an
//! event is wanted, [`one`] reads an element, [`payload`] looks into undecoded bytes.
//!
//! Folklore: `wevtutil` writes no line ends between events; saved web pages put `- ` before elements.

mod header;
mod one;
mod payload;
mod shape;

use std::ops::Range;

use memchr::memmem::Finder;

use crate::model::{ArtifactFormat, Event, Findings, Origin, Problem, ProblemKind};
use crate::source::Source;

use super::Context;
use super::intake::Intake;
use super::window::{self, Window};
use header::Header;
pub(crate) use one::parse_event;
pub(crate) use shape::{Draft, Input, Section, Slot, guid, is_named_by_attribute, local_name};

/// An element longer than this is skipped: Windows does not log events of more than 64 KiB.
const EVENT_BYTES: usize = 1 << 20;
/// More bytes than a tag's name with its prefix takes, kept when a search goes on after a refill.
const OVERLAP: usize = 64;

/// Whether the first bytes are those of XML whose first real element is an event or a list of events.
pub(crate) fn sniff(head: &[u8]) -> bool {
    let head = window::decode_head(head);
    let head = skip_record_line(head.trim_start_matches('\u{feff}').trim_start());
    if !head.starts_with('<') {
        return false;
    }
    let Some(start) = Tags::new().start(head.as_bytes(), 0) else {
        return head.contains("<Events>") || (head.contains("<Events ") && head.contains("/events/event"));
    };
    let rest = head.get(start..).unwrap_or_default();
    let is_event = rest.contains("/win/2004/08/events/event") || rest.contains("System>");
    // What stands before it is a declaration, comments or the root, not another document.
    let before = head.get(..start).unwrap_or_default();
    let roots = before.matches('<').count();
    is_event && roots <= 4 && !before.contains("<html") && !before.contains("<Task")
}

/// The text behind `Record 1`, a line with which `evtx_dump` announces each event.
fn skip_record_line(head: &str) -> &str {
    let Some(rest) = head.strip_prefix("Record ") else {
        return head;
    };
    let number = rest.bytes().take_while(u8::is_ascii_digit).count();
    match rest.get(number..) {
        Some(after) if number > 0 => after.trim_start(),
        _ => head,
    }
}

/// Reads the whole artifact.
pub(crate) fn read(source: Source, context: &Context<'_>, findings: &mut Findings) {
    findings.format = Some(ArtifactFormat::EventXml);
    let mut reader = Reader {
        window: Window::open(source),
        tags: Tags::new(),
        intake: Intake::new(context),
        context,
    };
    reader.run();
    let Reader { window, intake, .. } = reader;
    intake.finish(&window, findings);
}

struct Reader<'a, 'c> {
    window: Window,
    tags: Tags,
    intake: Intake<'a, 'c>,
    context: &'a Context<'c>,
}

/// Where an element ends, if it does.
enum End {
    /// At this position.
    At(usize),
    /// Another event begins here first.
    Cut(usize),
    /// Nowhere in the bytes that one event may have.
    TooLong,
    /// The artifact ends first.
    Missing,
}

impl Reader<'_, '_> {
    fn run(&mut self) {
        while !self.intake.is_full() && self.seek() {
            match self.end() {
                End::At(end) => {
                    self.element(0..end);
                    self.window.advance(end);
                }
                End::Cut(next) => {
                    self.partial(next, ProblemKind::Damaged, "an event without its end");
                    self.window.advance(next);
                }
                End::TooLong => {
                    self.note(
                        ProblemKind::Damaged,
                        "an event of more than 1 MiB, or without its end",
                    );
                    self.window.advance(OVERLAP.min(EVENT_BYTES));
                }
                End::Missing => {
                    let limit = self.window.get().len();
                    self.partial(limit, ProblemKind::Truncated, "the artifact ends inside an event");
                    return;
                }
            }
        }
    }

    /// Moves the window to the next start of an event; false when there is none.
    fn seek(&mut self) -> bool {
        let mut from = 0;
        loop {
            if let Some(start) = self.tags.start(self.window.get(), from) {
                self.window.advance(start);
                return true;
            }
            let searched = self.window.get().len().saturating_sub(OVERLAP);
            self.window.advance(searched);
            from = 0;
            if !self.window.fill() {
                return false;
            }
        }
    }

    /// Looks for the end of the event that the window begins with.
    fn end(&mut self) -> End {
        let mut from = 0;
        loop {
            let at_hand = self.window.get();
            let end = self.tags.end(at_hand, from);
            let limit = end.unwrap_or(at_hand.len());
            let inside = at_hand.get(..limit).unwrap_or_default();
            // Its own name, whatever prefix it has, is no start of another.
            let name = at_hand.iter().position(|byte| b" >/\t\r\n".contains(byte));
            if let Some(next) = self.tags.start(inside, from.max(name.unwrap_or(6))) {
                return End::Cut(next);
            }
            if let Some(end) = end {
                return if end > EVENT_BYTES {
                    End::TooLong
                } else {
                    End::At(end)
                };
            }
            if at_hand.len() > EVENT_BYTES {
                return End::TooLong;
            }
            from = at_hand.len().saturating_sub(OVERLAP);
            if !self.window.fill() {
                return End::Missing;
            }
        }
    }

    /// Takes or skips one element.
    fn element(&mut self, range: Range<usize>) {
        let element = self.window.get().get(range).unwrap_or_default();
        let interest = self.context.interest;
        if let Some(header) = Header::scan(element)
            && !interest.wants(header.provider, header.id)
            && !self.intake.dumps_want(element)
            && !std::str::from_utf8(element).map_or(true, |text| interest.mentions(text))
        {
            let record = header.record.unwrap_or(0);
            self.intake
                .count(header.computer, header.channel, record, header.time);
            return;
        }
        match parse_event(element, self.origin()) {
            Ok(event) => self.take(event),
            Err(detail) => self.note(ProblemKind::Damaged, &detail),
        }
    }

    /// Takes what there is of an event whose end is missing, up to `limit`, and says so.
    fn partial(&mut self, limit: usize, kind: ProblemKind, detail: &str) {
        let bytes = self.window.get().get(..limit).unwrap_or_default();
        let event = one::parse_part(bytes, self.origin());
        match event {
            Some(event) => {
                self.note(kind, &format!("{detail}; what there is of it was read"));
                self.take(event);
            }
            None => self.note(kind, detail),
        }
    }

    fn take(&mut self, mut event: Event) {
        event.origin.record = event.record_id;
        payload::read_hex(&mut event);
        self.intake.take(event);
    }

    fn origin(&self) -> Origin {
        Origin::offset(self.context.path.clone(), self.window.offset_of(0))
    }

    fn note(&mut self, kind: ProblemKind, detail: &str) {
        self.intake.note(Problem::new(kind, self.origin(), detail));
    }
}

/// Finds the ends of `Event` elements, with and without a namespace prefix.
struct Tags {
    name: Finder<'static>,
    close: Finder<'static>,
}

impl Tags {
    fn new() -> Self {
        Self {
            name: Finder::new("Event"),
            close: Finder::new("Event>"),
        }
    }

    /// The position of the next `<Event` or `<prefix:Event`, at or after `from`.
    fn start(&self, bytes: &[u8], from: usize) -> Option<usize> {
        let mut from = from;
        loop {
            let hit = from.checked_add(self.name.find(bytes.get(from..)?)?)?;
            let after = hit.checked_add(5)?;
            if matches!(bytes.get(after), Some(b' ' | b'>' | b'/' | b'\t' | b'\r' | b'\n'))
                && let Some(start) = open_before(bytes, hit)
            {
                return Some(start);
            }
            from = after;
        }
    }

    /// The position after the next `</Event>` or `</prefix:Event>`, or after an empty `<Event/>` at 0.
    fn end(&self, bytes: &[u8], from: usize) -> Option<usize> {
        if from == 0
            && let Some(close) = memchr::memchr(b'>', bytes)
            && close > 0
            && bytes.get(close.saturating_sub(1)) == Some(&b'/')
        {
            return close.checked_add(1);
        }
        let mut from = from;
        loop {
            let hit = from.checked_add(self.close.find(bytes.get(from..)?)?)?;
            let before = bytes.get(..prefix_start(bytes, hit)).unwrap_or_default();
            if before.ends_with(b"</") {
                return hit.checked_add(6);
            }
            from = hit.checked_add(6)?;
        }
    }
}

/// The `<` before a name, past a namespace prefix.
fn open_before(bytes: &[u8], name: usize) -> Option<usize> {
    let open = prefix_start(bytes, name).checked_sub(1)?;
    (bytes.get(open) == Some(&b'<')).then_some(open)
}

/// Where the namespace prefix of a name begins, or the name itself when it has none.
fn prefix_start(bytes: &[u8], name: usize) -> usize {
    let Some(colon) = name.checked_sub(1).filter(|&at| bytes.get(at) == Some(&b':')) else {
        return name;
    };
    let prefix = bytes.get(colon.saturating_sub(32)..colon).unwrap_or_default();
    let letters = prefix
        .iter()
        .rev()
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
        .count();
    colon.saturating_sub(letters)
}

#[cfg(test)]
mod tests;
