//! One block of lines that may be an event: which lines belong to it, and what it says.

use crate::model::providers::AUDITING;
use crate::model::{Event, Origin, Value};

use super::super::lines::{Line, Place};
use super::super::local_time::{self, DateOrder};
use super::super::sink::Sink;
use super::super::wording::Wording;
use super::super::{classic_security, provider_names};
use super::labels::{self, Label, split_label};
use super::number;

/// Lines of one block; an event of 64 KiB has fewer.
const BLOCK_LINES: usize = 2_000;

/// Fields taken from one description.
const FIELDS: usize = 64;

/// What became of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// It belongs to the block.
    Taken,
    /// It begins another block; an heir shares the header, as in a list of ids under one source.
    Again { heir: bool },
    /// It belongs to no block.
    Ended,
    /// It is a paragraph behind the description: more of it, or what somebody wrote below.
    Doubtful,
}

/// The lines of a block, sorted into header and description.
#[derive(Debug)]
pub(super) struct Block {
    place: Place,
    header: Vec<(Label, String)>,
    /// Whether a label was in a language that writes the day first.
    day_first: bool,
    /// Where `Format-List` aligns its colons.
    column: Option<usize>,
    description: Option<Vec<String>>,
    /// Between `Event[..]` lines everything belongs to the block.
    framed: bool,
    after_blank: bool,
    /// Whether paragraphs behind the description were taken.
    is_behind: bool,
    lines: Vec<Line<'static>>,
}

impl Block {
    /// Whether a line can begin a block.
    pub(super) fn opens(text: &str) -> bool {
        let Some((name, value, column)) = split_label(text) else {
            return false;
        };
        match Label::of(name) {
            Some(Label::Id) => number(value).is_some(),
            Some(Label::Channel | Label::Source | Label::Date) => true,
            // `Format-List *` has the message first.
            Some(Label::Description) => column.is_some(),
            _ => false,
        }
    }

    /// An empty block that begins at a line.
    pub(super) fn open(line: &Line<'_>) -> Self {
        Self {
            place: line.place,
            header: Vec::new(),
            day_first: false,
            column: None,
            description: None,
            framed: false,
            after_blank: false,
            is_behind: false,
            lines: Vec::new(),
        }
    }

    /// A block of `wevtutil`.
    pub(super) fn framed(line: Line<'static>) -> Self {
        let mut block = Self::open(&line);
        block.framed = true;
        block.lines.push(line);
        block
    }

    /// A block under the title of Event Viewer.
    pub(super) fn titled(id: &str, source: &str, line: Line<'static>) -> Self {
        let mut block = Self::open(&line);
        block.header.push((Label::Id, id.to_owned()));
        block.header.push((Label::Source, source.to_owned()));
        block.lines.push(line);
        block
    }

    /// A block with the same header but for the id.
    pub(super) fn heir(&self) -> Self {
        let shared = |&&(label, _): &&(Label, String)| !matches!(label, Label::Id | Label::Record);
        Self {
            header: self.header.iter().filter(shared).cloned().collect(),
            day_first: self.day_first,
            place: self.lines.last().map_or(self.place, |line| line.place),
            column: self.column,
            description: None,
            framed: false,
            after_blank: false,
            is_behind: false,
            lines: Vec::new(),
        }
    }

    /// Keeps a line that was taken.
    pub(super) fn keep(&mut self, line: Line<'static>) {
        if self.lines.is_empty() {
            self.place = line.place;
        }
        self.lines.push(line);
    }

    pub(super) fn into_lines(self) -> Vec<Line<'static>> {
        self.lines
    }

    /// Whether the block is an event: it has an id, or a source and a description.
    pub(super) fn is_event(&self) -> bool {
        let id = self.get(Label::Id).and_then(number).is_some();
        let source = self.get(Label::Source).is_some() || self.get(Label::Channel).is_some();
        id || (source && self.description.is_some())
    }

    fn get(&self, label: Label) -> Option<&str> {
        let found = self.header.iter().find(|(other, _)| *other == label);
        found.map(|(_, value)| value.as_str())
    }

    /// Takes a line, or says what it is instead.
    pub(super) fn step(&mut self, text: &str) -> Step {
        if self.lines.len() >= BLOCK_LINES {
            return Step::Ended;
        }
        if text.trim().is_empty() {
            self.after_blank = true;
            if let Some(description) = self.description.as_mut().filter(|lines| !lines.is_empty()) {
                description.push(String::new());
            }
            return Step::Taken;
        }
        let step = match split_label(text)
            .and_then(|(name, value, column)| Some((Label::of(name)?, name, value, column)))
        {
            Some((label, name, value, column)) => self.labelled(text, (label, name, value), column),
            None => self.unlabelled(text),
        };
        self.after_blank = false;
        step
    }

    fn labelled(
        &mut self,
        text: &str,
        (label, name, value): (Label, &str, &str),
        column: Option<usize>,
    ) -> Step {
        let aligned = column.is_some() && (self.column.is_none() || self.column == column);
        let listed = self.column.is_some() && aligned;
        if self.description.is_some() && !listed {
            let begins = match label {
                Label::Channel => true,
                Label::Id => number(value).is_some() && !name.eq_ignore_ascii_case("id"),
                Label::Source | Label::Date => self.after_blank && !text.starts_with([' ', '\t']),
                _ => false,
            };
            if begins && !self.framed {
                return Step::Again { heir: false };
            }
            return self.describe(text);
        }
        // `Format-List *` tells the level twice, as a number and, after everything else, as a word.
        if name.eq_ignore_ascii_case("leveldisplayname")
            && let Some((_, level)) = self.header.iter_mut().find(|(other, _)| *other == label)
        {
            value.clone_into(level);
            return Step::Taken;
        }
        if label != Label::Other && self.get(label).is_some()
            || (label == Label::Description && self.description.is_some())
        {
            let heir = label == Label::Id && self.description.is_none();
            return Step::Again { heir };
        }
        if label == Label::Id && number(value).is_none() {
            return self.unlabelled(text);
        }
        self.column = self.column.or(column.filter(|_| !self.framed));
        self.day_first |= !labels::is_english(name);
        if label == Label::Description {
            let first = (!value.is_empty()).then(|| value.to_owned());
            self.description = Some(first.into_iter().collect());
        } else {
            self.header.push((label, value.to_owned()));
        }
        Step::Taken
    }

    fn unlabelled(&mut self, text: &str) -> Step {
        let started = self.description.as_ref().is_some_and(|lines| !lines.is_empty());
        let indented = text.starts_with([' ', '\t']);
        let is_paragraph = self.after_blank && !indented && !text.contains([':', '：']);
        if started && !self.framed && (is_paragraph || self.is_behind) {
            return Step::Doubtful;
        }
        // `wevtutil` indents its header; a label of it that is not known begins no description.
        let header = self.framed && indented && self.description.is_none();
        if header && split_label(text).is_some() {
            return Step::Taken;
        }
        let named = [Label::Id, Label::Source, Label::Channel]
            .into_iter()
            .any(|label| self.get(label).is_some());
        if self.description.is_none() && !self.framed && !named {
            return Step::Ended;
        }
        self.describe(text)
    }

    /// Takes a line of a paragraph behind the description.
    pub(super) fn go_on(&mut self, text: &str) {
        self.is_behind = true;
        self.describe(text);
    }

    fn describe(&mut self, text: &str) -> Step {
        self.description
            .get_or_insert_default()
            .push(text.trim().to_owned());
        Step::Taken
    }

    /// Whether it is an event whose text is known: then the paragraphs behind its first are more of it.
    pub(super) fn is_known(&self, wording: &Wording<'_>) -> bool {
        if self.is_behind {
            return true;
        }
        let mut event = Event::new(Origin::artifact(""));
        self.tell_frame(&mut event, wording);
        wording.knows(&event, &self.text())
    }

    fn text(&self) -> String {
        let text = self.description.as_deref().unwrap_or_default().join("\n");
        text.trim().to_owned()
    }

    /// The event that the block is.
    pub(super) fn event(&self, sink: &Sink<'_>, wording: &Wording<'_>, order: DateOrder) -> Event {
        let mut event = Event::new(sink.line(self.place.line, self.place.offset));
        event.computer = self.get(Label::Computer).unwrap_or_default().into();
        event.level = self.get(Label::Level).map(labels::level).unwrap_or_default();
        event.record_id = self.get(Label::Record).and_then(|value| value.parse().ok());
        event.sid = self
            .get(Label::User)
            .filter(|user| user.starts_with("S-1-"))
            .map(Into::into);
        event.activity = self.get(Label::Activity).and_then(activity);
        self.tell_frame(&mut event, wording);
        self.tell_time(&mut event, order);
        let text = self.text();
        event.message = (!text.is_empty()).then(|| text.as_str().into());
        if !wording.tell(&mut event, &text) {
            tell_labels(&mut event, text.lines());
        }
        event
    }

    /// Gives an event id, channel and provider.
    fn tell_frame(&self, event: &mut Event, wording: &Wording<'_>) {
        // Qualifiers stand in the upper half of classic ids.
        event.id = self
            .get(Label::Id)
            .and_then(number)
            .and_then(|id| u16::try_from(id & 0xFFFF).ok());
        event.channel = self.get(Label::Channel).unwrap_or_default().into();
        self.tell_provider(event, wording);
        if event.provider.is_empty() && event.id.is_some_and(labels::is_audit) {
            event.provider = AUDITING.name.into();
        }
        classic_security::rename(event);
    }

    fn tell_provider(&self, event: &mut Event, wording: &Wording<'_>) {
        let source = provider_names::full(self.get(Label::Source).unwrap_or_default(), wording.interest());
        event.provider = if source.is_empty() {
            labels::provider_of_channel(&event.channel, event.id.unwrap_or(0)).into()
        } else {
            source.into()
        };
    }

    fn tell_time(&self, event: &mut Event, order: DateOrder) {
        let order = match order {
            DateOrder::Unknown if self.day_first => DateOrder::DayFirst,
            known => known,
        };
        let read = |date: &str| local_time::whole(date, order).or_else(|| local_time::leading(date, order));
        let stamp = self
            .get(Label::Date)
            .and_then(|date| read(date).or_else(|| read(&format!("{date} {}", self.get(Label::Time)?))));
        if let Some(stamp) = stamp {
            stamp.apply(event);
        }
    }
}

/// Gives an event the labelled values of a description that is not known. A value that it has already, under whatever name, stands.
pub(super) fn tell_labels<'t>(event: &mut Event, lines: impl Iterator<Item = &'t str>) {
    let mut taken = 0;
    for line in lines {
        let Some((name, value, _)) = split_label(line) else {
            continue;
        };
        let plain = !value.is_empty()
            && name.split_whitespace().count() <= 4
            && value.len() <= 512
            && !value.ends_with(':');
        let field = labels::field(name);
        if plain && value != "-" && event.field(&field).is_none() && taken < FIELDS {
            event.push(&field, Value::text(value));
            taken += 1;
        }
    }
}

/// An activity id in the form of event XML.
fn activity(text: &str) -> Option<std::sync::Arc<str>> {
    let bare = text.trim().trim_matches(['{', '}']).to_ascii_lowercase();
    let shaped = bare.len() == 36 && bare.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    let zero = bare.bytes().all(|byte| matches!(byte, b'0' | b'-'));
    (shaped && !zero).then(|| format!("{{{bare}}}").into())
}
