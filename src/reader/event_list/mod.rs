//! Events written as blocks of `Name: value` lines: as people paste them from Event Viewer, as `wevtutil qe /f:text`
//! and PowerShell's `Format-List` write them, in the language of the machine.
//!
//! ```text
//! Log Name:      Microsoft-Windows-TerminalServices-LocalSessionManager/Operational
//! Source:        TerminalServices-LocalSessionManager
//! Date:          5/4/2026 10:49:19 AM
//! Event ID:      40
//! Description:
//! Session 12 has been disconnected, reason code 5
//! ```
//!
//! A block may lack most of it; an event id with a value is enough. Blocks stand among loose text, which is read as
//! prose. The description of an English event gives its fields by their labels; of others the codes and the labels
//! that are known stay.
//!
//! An event in XML among other text is read as what it is.
//!
//! Folklore: dates are local and in the order of the machine's settings. `Format-List *` puts the message first.
//! Short source names (`TaskScheduler`) stand for the full provider. `wevtutil` begins a block with `Event[0]:`, on
//! newer systems without the colon.

mod block;
mod labels;

use crate::model::{Event, EventFilter, Findings};
use crate::source::Source;

use super::Context;
use super::lines::{Line, Text, for_each_line};
use super::local_time::DateOrder;
use super::plain_text::Prose;
use super::sink::Sink;
use super::wording::Wording;
use block::{Block, Step};
use labels::{Label, split_label};

/// Lines of loose text read together.
const LOOSE_LINES: usize = 4_096;

/// Lines of an event in XML; more are no event.
const XML_LINES: usize = 1_000;

/// Whether a text holds such a block, or an event in XML among other text.
pub(crate) fn sniff(head: &str) -> bool {
    let mut framed = false;
    let mut bare_id = false;
    let xml = head.lines().any(is_xml) && (head.contains("<System") || head.contains("<EventID"));
    if xml {
        return true;
    }
    for line in head.lines() {
        let line = unquote(line);
        if frame(line) || title(line).is_some() {
            framed = true;
        }
        let Some((name, value, _)) = split_label(line) else {
            continue;
        };
        match Label::of(name) {
            Some(Label::Id) if number(value).is_none() => {}
            // Processes and tasks have an `Id`, too.
            Some(Label::Id) if name.eq_ignore_ascii_case("id") => bare_id = true,
            Some(Label::Id) => return true,
            Some(Label::Source) if name.eq_ignore_ascii_case("providername") => framed = true,
            Some(Label::Channel) => framed = true,
            _ => {}
        }
        if framed && bare_id {
            return true;
        }
    }
    head.lines().any(|line| title(unquote(line)).is_some())
}

/// Reads blocks and the text between them.
pub(crate) fn read(source: Source, context: &Context<'_>, findings: &mut Findings) {
    let wording = Wording::new(context.interest);
    let mut sink = Sink::new(context, findings);
    let mut text = Text::open(source, &sink);
    let order = match DateOrder::learn(&text.preview()) {
        DateOrder::Unknown => DateOrder::of_days_in_a_row(&text.preview()),
        known => known,
    };
    let mut list = List {
        wording: &wording,
        prose: Prose::new(&wording, order),
        order,
        loose: Vec::new(),
        block: None,
        xml: Vec::new(),
        records: 0,
    };
    for_each_line(&mut text, |line| {
        list.line(&mut sink, line);
        !sink.is_full()
    });
    list.end_xml(&mut sink);
    list.end_block(&mut sink);
    list.end_loose(&mut sink);
    let records = list.records;
    text.finish(&mut sink);
    sink.findings().records = records;
}

/// Gives an event that some other format framed what its description tells.
pub(crate) fn tell_description(event: &mut Event, description: &str, wording: &Wording<'_>) {
    if !wording.tell(event, description) {
        block::tell_labels(event, with_lines(description).lines());
    }
}

/// A description that a line-based log ran together, with its lines put back: wide gaps stand for their ends, and a label keeps the
/// value that stands one gap behind it.
fn with_lines(description: &str) -> std::borrow::Cow<'_, str> {
    let gaps = description.matches("  ").count();
    if gaps < 2 || description.trim().contains('\n') {
        return description.into();
    }
    let mut lines = String::with_capacity(description.len());
    for piece in description
        .split("  ")
        .map(str::trim)
        .filter(|piece| !piece.is_empty())
    {
        let is_heading = !piece.contains(": ") && piece.ends_with(':');
        let follows_label = lines.rsplit('\n').next().is_some_and(|line| line.ends_with(':'));
        if !lines.is_empty() {
            lines.push(if follows_label && !is_heading { ' ' } else { '\n' });
        }
        lines.push_str(piece);
    }
    lines.into()
}

struct List<'a> {
    wording: &'a Wording<'a>,
    prose: Prose<'a>,
    order: DateOrder,
    loose: Vec<Line<'static>>,
    block: Option<Block>,
    /// The lines of an event in XML that was pasted among the rest.
    xml: Vec<Line<'static>>,
    /// Events, and lines of text around them.
    records: u64,
}

impl List<'_> {
    fn line(&mut self, sink: &mut Sink<'_>, line: Line<'_>) {
        let line = line.into_owned();
        let text = unquote(&line.text);
        if !self.xml.is_empty() || is_xml(text) {
            let ends = text.contains("</Event>") || self.xml.len() >= XML_LINES;
            if self.xml.is_empty() {
                self.end_block(sink);
                self.end_loose(sink);
            }
            self.xml.push(line);
            if ends {
                self.end_xml(sink);
            }
            return;
        }
        if frame(text) {
            return self.open(sink, Block::framed(line));
        }
        if let Some((id, source)) = title(text) {
            let block = Block::titled(id, source, line.clone());
            return self.open(sink, block);
        }
        match self.block.as_mut().map(|block| block.step(text)) {
            Some(Step::Taken) => {
                if let Some(block) = self.block.as_mut() {
                    block.keep(line);
                }
            }
            Some(Step::Again { heir }) => {
                let heir = heir.then(|| self.block.as_ref().map(Block::heir)).flatten();
                self.end_block(sink);
                let mut block = heir.unwrap_or_else(|| Block::open(&line));
                block.step(text);
                block.keep(line);
                self.block = Some(block);
            }
            Some(Step::Doubtful) if self.goes_on(text) => {
                if let Some(block) = self.block.as_mut() {
                    block.go_on(text);
                    block.keep(line);
                }
            }
            Some(Step::Ended | Step::Doubtful) => {
                self.end_block(sink);
                self.loose(sink, line);
            }
            None if Block::opens(text) => {
                let mut block = Block::open(&line);
                block.step(text);
                block.keep(line);
                self.open(sink, block);
            }
            None => self.loose(sink, line),
        }
    }

    /// Whether a paragraph behind a description belongs to it: that of an event whose text is known, unless it tells something itself.
    fn goes_on(&self, text: &str) -> bool {
        let interest = self.wording.interest();
        let is_complaint = !interest.is_everything() && interest.mentions(text);
        !is_complaint
            && self
                .block
                .as_ref()
                .is_some_and(|block| block.is_known(self.wording))
    }

    fn open(&mut self, sink: &mut Sink<'_>, block: Block) {
        self.end_block(sink);
        self.end_loose(sink);
        self.block = Some(block);
    }

    fn loose(&mut self, sink: &mut Sink<'_>, line: Line<'static>) {
        self.loose.push(line);
        if self.loose.len() >= LOOSE_LINES {
            self.end_loose(sink);
        }
    }

    fn end_loose(&mut self, sink: &mut Sink<'_>) {
        if !self.loose.is_empty() {
            let told = self.loose.iter().filter(|line| !line.text.trim().is_empty());
            self.records = self.records.saturating_add(told.count() as u64);
            self.prose.lines(sink, &self.loose);
            self.loose.clear();
        }
    }

    /// Makes an event of the block, or loose text if it is none.
    fn end_block(&mut self, sink: &mut Sink<'_>) {
        let Some(block) = self.block.take() else {
            return;
        };
        if !block.is_event() {
            for line in block.into_lines() {
                self.loose(sink, line);
            }
            return;
        }
        self.end_loose(sink);
        self.records = self.records.saturating_add(1);
        let event = block.event(sink, self.wording, self.order);
        if self.wants(&event) {
            sink.event(event);
        }
    }

    /// Makes an event of pasted XML; what is none, or was cut, is loose text.
    fn end_xml(&mut self, sink: &mut Sink<'_>) {
        let lines = std::mem::take(&mut self.xml);
        let Some(first) = lines.first() else {
            return;
        };
        let text = lines
            .iter()
            .map(|line| unquote(&line.text))
            .collect::<Vec<_>>()
            .join("\n");
        let start = text.find("<Event").unwrap_or(0);
        let end = text
            .find("</Event>")
            .map_or(text.len(), |at| at + "</Event>".len());
        let xml = text.get(start..end).unwrap_or_default();
        let origin = sink.line(first.place.line, first.place.offset);
        match super::event_xml::parse_event(xml.as_bytes(), origin) {
            Ok(event) => {
                self.records = self.records.saturating_add(1);
                if self.wants(&event) {
                    sink.event(event);
                }
            }
            Err(_) => lines.into_iter().for_each(|line| self.loose(sink, line)),
        }
    }

    fn wants(&self, event: &Event) -> bool {
        let interest = self.wording.interest();
        match (event.id, interest.events()) {
            _ if interest.mentions(&event.text()) => true,
            // Nobody said whose event it is: whoever has that number.
            (Some(id), EventFilter::Listed(list)) if event.provider.is_empty() => {
                list.values().any(|ids| ids.contains(&id))
            }
            (Some(id), _) => interest.wants(&event.provider, id),
            (None, _) => false,
        }
    }
}

/// Whether an event in XML begins in a line.
fn is_xml(line: &str) -> bool {
    line.contains("<Event>") || line.contains("<Event ")
}

/// The line without the quote marks of a mail.
fn unquote(line: &str) -> &str {
    line.trim_start_matches(['>', '|', '\u{feff}']).trim_end()
}

/// `Event[0]:`, with which `wevtutil` begins a block.
fn frame(line: &str) -> bool {
    let inner = line.trim().strip_prefix("Event[");
    let inner = inner.and_then(|rest| rest.trim_end_matches(':').strip_suffix(']'));
    inner.is_some_and(|index| !index.is_empty() && index.bytes().all(|byte| byte.is_ascii_digit()))
}

/// `Event 104, TaskScheduler`, the title that Event Viewer shows above an event.
fn title(line: &str) -> Option<(&str, &str)> {
    let (word, rest) = line.trim().split_once(' ')?;
    let known = [
        "Event",
        "Ereignis",
        "Événement",
        "Evento",
        "Gebeurtenis",
        "イベント",
    ]
    .contains(&word);
    let (id, source) = known.then(|| rest.split_once(','))??;
    let source = source.trim();
    let plain = (3..=80).contains(&source.len())
        && !source.contains([':', '"', '.', ','])
        && source.matches(' ').count() < 4;
    (number(id).is_some() && id.len() <= 5 && plain).then_some((id, source))
}

/// A whole number, with the separators that some settings print.
fn number(text: &str) -> Option<u32> {
    let digits: String = text
        .trim()
        .chars()
        .filter(|c| !matches!(c, ',' | '.' | '\u{a0}' | ' '))
        .collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests;
