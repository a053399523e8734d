//! Secrets that go on over the lines of a text, each of which may be an event of its own: a heading and the row below it, an
//! element and the text in it, a private key. Must not know what a secret looks like in one line.

use std::ops::Range;

use crate::model::Event;

use super::announced::{Announced, KEY_LINES, LINES_BELOW};
use super::talk::Talk;
use super::{names_password, text};

/// Lines between an element and its text.
const ELEMENT_LINES: u64 = 2;

/// What the events before one said.
#[derive(Debug, Default)]
pub(super) struct Above {
    /// The line of a heading that names the password.
    heading: Option<u64>,
    /// The line that a private key begins in.
    key: Option<u64>,
    /// The line of an element that names a secret and has its text below.
    element: Option<u64>,
    /// What a line said of those below it.
    announced: Option<Announced>,
    /// A conversation about a password.
    talk: Talk,
}

impl Above {
    /// Whether the next events may hold what one before announced.
    pub(super) const fn is_open(&self) -> bool {
        self.heading.is_some()
            || self.key.is_some()
            || self.element.is_some()
            || self.announced.is_some()
            || self.talk.is_open()
    }

    /// Whether an event holds what one before announced; notes what it announces itself.
    pub(super) fn row(&mut self, event: &Event, suspect: bool) -> bool {
        let Some(line) = event.origin.line else {
            return false;
        };
        let said = event.text();
        let said = said.trim();
        let within = |from: Option<u64>, lines: u64| {
            from.is_some_and(|from| line > from && line <= from.saturating_add(lines))
        };
        let mut row = within(self.key, KEY_LINES);
        if row && said.contains("-----END") {
            self.key = None;
            row = false;
        }
        if within(self.element, ELEMENT_LINES) {
            row |= !said.ends_with('>') || said.contains("</");
        }
        self.element = self.element.filter(|&from| line <= from);
        let names = suspect && names_password(event);
        row |= !names && within(self.heading, LINES_BELOW) && !begins_with_time(said);
        if names {
            self.heading = Some(line).filter(|_| !text::is_assigned(said));
        } else if self
            .heading
            .is_some_and(|from| line > from.saturating_add(LINES_BELOW))
        {
            self.heading = None;
        }
        if suspect
            && said.contains("-----BEGIN")
            && said.contains("PRIVATE KEY")
            && !said.contains("-----END")
        {
            self.key = Some(line);
        } else if self.key.is_some_and(|from| line > from.saturating_add(KEY_LINES)) {
            self.key = None;
        }
        if opens_element(said) {
            self.element = Some(line);
        }
        row
    }
}

impl Above {
    /// The secrets in a line of text of which one before said that they are there; notes what it says itself.
    pub(super) fn below(&mut self, event: &Event, suspect: bool) -> Vec<Range<usize>> {
        let (Some(line), Some(said)) = (event.origin.line, &event.message) else {
            return Vec::new();
        };
        let (mut found, next) = match self.announced.take() {
            Some(announced) => announced.below(line, said),
            None => (Vec::new(), None),
        };
        self.announced = next;
        if suspect && !self.announced.as_ref().is_some_and(Announced::goes_on) {
            self.announced = Announced::of(said, line).or(self.announced.take());
        }
        found.extend(self.talk.hear_lines(said, suspect));
        found
    }
}

/// What the lines of a page say of those below them, where only some of the lines become events: the heading of a table does not.
#[derive(Debug, Default)]
pub(in crate::reader) struct Announcing {
    /// Where every line becomes an event, the events say it.
    wanted: bool,
    /// How many lines were looked at.
    done: usize,
    told: Option<Announced>,
    talk: Talk,
}

impl Announcing {
    /// Hears lines, where that is wanted.
    pub(in crate::reader) fn new(wanted: bool) -> Self {
        Self {
            wanted,
            ..Self::default()
        }
    }

    /// Replaces the secrets of the event of a line that lines above it announce; true when there were some. Lines come in the order of
    /// the page.
    pub(in crate::reader) fn mask<'t>(
        &mut self,
        event: &mut Event,
        number: usize,
        above: impl Fn(usize) -> &'t str,
    ) -> bool {
        let Some(line) = event
            .message
            .clone()
            .filter(|_| self.wanted && number >= self.done)
        else {
            return false;
        };
        for number in self.done..number {
            self.look_at(number, above(number));
        }
        let found = self.look_at(number, &line);
        let masked = text::mask_ranges(&line, found);
        let is_some = masked.is_some();
        if let Some(masked) = masked {
            event.message = Some(masked.into());
        }
        is_some
    }

    /// The secrets in a line; hears what it says itself.
    fn look_at(&mut self, number: usize, line: &str) -> Vec<Range<usize>> {
        self.done = number.saturating_add(1);
        let number = u64::try_from(number).unwrap_or(u64::MAX);
        let (mut found, next) = match self.told.take() {
            Some(told) => told.below(number, line),
            None => (Vec::new(), None),
        };
        self.told = next;
        let suspect = text::may_hold(line) || text::is_secret_name(line);
        if suspect && !self.told.as_ref().is_some_and(Announced::goes_on) {
            self.told = Announced::of(line, number).or(self.told.take());
        }
        found.extend(self.talk.hear_lines(line, suspect));
        if suspect && !found.is_empty() {
            found.extend(text::find(line));
        }
        found
    }
}

/// Whether a line ends with the beginning of an element that names a secret, and perhaps with that of the value in it.
fn opens_element(line: &str) -> bool {
    let Some(inner) = line.strip_suffix('>') else {
        return false;
    };
    // The value in the element has no name of its own.
    let within = ["<value", "<string", "<text", "<data"]
        .iter()
        .find_map(|value| strip_end(inner, value));
    let inner = within.map_or(inner, |outer| outer.trim_end().trim_end_matches('>'));
    let Some((_, tag)) = inner.rsplit_once('<') else {
        return false;
    };
    let name = tag.split([' ', '\t']).next().unwrap_or_default();
    let name = name.rsplit(':').next().unwrap_or_default().to_lowercase();
    let mut called = tag.split(['"', '\'']).zip(tag.split(['"', '\'']).skip(1));
    let is_called = |(before, value): (&str, &str)| {
        (before.ends_with("name=") || before.ends_with("key=")) && text::is_secret_name(value)
    };
    let names = text::is_secret_name(&name) || name == "keymaterial" || called.any(is_called);
    names && !tag.starts_with(['/', '!', '?']) && !tag.ends_with('/')
}

/// A text without this end, whatever its case.
fn strip_end<'t>(text: &'t str, end: &str) -> Option<&'t str> {
    let (head, tail) = text.split_at_checked(text.len().checked_sub(end.len())?)?;
    tail.eq_ignore_ascii_case(end).then_some(head)
}

/// Whether a line begins with a date, as those of logs do and rows of tables do not.
pub(super) fn begins_with_time(line: &str) -> bool {
    let day = line.trim_start_matches(['[', '(', '<']).bytes().take(10);
    let is_day = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'-' | b'/' | b'.');
    day.clone().count() == 10 && day.clone().all(is_day) && day.filter(u8::is_ascii_digit).count() >= 6
}

/// Whether a line is empty or drawn.
pub(super) fn is_rule(line: &str) -> bool {
    line.trim().chars().all(|c| matches!(c, '-' | '=' | ' '))
}
