//! Writes records while they are decoded, without an event of each, for those who asked for all of them and keep none.
//!
//! What cannot be written so becomes an event as usual: one that must be seen whole before it is written, one that may
//! hold a secret, one whose template puts a value of `System` behind the payload. From the first record on that has no
//! time or is left to the `evtx` crate, all of the piece are kept as events, so that they come in their order.

use super::decode::Taker;
use super::layout::{Layout, Name};
use super::odd::Odd;
use super::texts::Texts;
use super::value::{STRING, decode};
use crate::model::{Event, Form, Part, Value};
use crate::reader::event_xml::{Draft, Slot};
use crate::reader::secrets::Letters;
use crate::reader::{Course, Writer, secrets};

/// Why a record was given up; nobody gets to see it.
const REFUSED: Odd = Odd::TooMuch;

/// What was written of a piece of a log.
pub(super) struct Lines<'w> {
    writer: Option<&'w dyn Writer>,
    out: Vec<u8>,
    /// A text while it is looked at.
    narrow: Vec<u8>,
}

impl<'w> Lines<'w> {
    pub(super) fn new(writer: Option<&'w dyn Writer>) -> Self {
        Self {
            writer,
            out: writer.map(Writer::buffer).unwrap_or_default(),
            narrow: Vec::new(),
        }
    }

    /// Whether records are written.
    pub(super) fn is_open(&self) -> bool {
        self.writer.is_some()
    }

    /// All records that follow are kept.
    pub(super) fn stop(&mut self) {
        self.writer = None;
    }

    /// All that was written.
    pub(super) fn finish(self) -> Vec<u8> {
        self.out
    }

    /// Has a record written part by part, of which so much is known: `read` decodes the rest.
    pub(super) fn write(
        &mut self,
        start: &mut Start,
        read: impl FnOnce(&mut Line<'_>) -> Result<bool, Odd>,
    ) -> Course {
        let Some(writer) = self.writer else {
            return Course::Whole;
        };
        let before = self.out.len();
        let mut line = Line {
            writer,
            form: writer.form(),
            out: &mut self.out,
            narrow: &mut self.narrow,
            start,
            fields: 0,
            unnamed: 0,
            course: None,
        };
        let result = read(&mut line).and_then(|has_event| match has_event {
            true => line.end(),
            false => Err(REFUSED),
        });
        match (result, line.course) {
            (Ok(()), Some(Course::Parts)) => Course::Parts,
            (_, course) => {
                self.out.truncate(before);
                course
                    .filter(|course| *course == Course::Skip)
                    .unwrap_or(Course::Whole)
            }
        }
    }

    /// Writes an event that has a time.
    pub(super) fn whole(&mut self, event: Event) {
        if let Some(writer) = self.writer {
            writer.whole(event, &mut self.out);
        }
    }
}

/// What is known of a record before it is written: its head, or nothing yet.
pub(super) struct Start {
    pub(super) draft: Draft,
    /// What the form makes of the names in the head; empty until it did.
    names: Vec<u8>,
}

impl Start {
    pub(super) const fn new(draft: Draft) -> Self {
        Self {
            draft,
            names: Vec::new(),
        }
    }
}

/// One record while it is written.
pub(super) struct Line<'l> {
    writer: &'l dyn Writer,
    form: &'l dyn Form,
    out: &'l mut Vec<u8>,
    narrow: &'l mut Vec<u8>,
    start: &'l mut Start,
    fields: usize,
    unnamed: usize,
    /// What becomes of it, once its head is known.
    course: Option<Course>,
}

impl Line<'_> {
    /// The head is complete.
    fn begin(&mut self) -> Result<(), Odd> {
        let Start { draft, names } = &mut *self.start;
        draft.settle();
        let event = &mut draft.event;
        event.record_id = event.record_id.or(event.origin.record);
        event.origin.record = event.record_id;
        let course = self.writer.course(event);
        self.course = Some(course);
        if course != Course::Parts {
            return Err(REFUSED);
        }
        if names.is_empty() {
            self.form.names(event, names);
        }
        self.form.begin(event, names, self.out);
        Ok(())
    }

    fn end(&mut self) -> Result<(), Odd> {
        if self.course.is_none() {
            self.begin()?;
        }
        if self
            .start
            .draft
            .event
            .message
            .as_deref()
            .is_some_and(secrets::may_hold)
        {
            return self.refuse();
        }
        self.form.end(self.fields, &self.start.draft.event, self.out);
        Ok(())
    }

    fn refuse<T>(&mut self) -> Result<T, Odd> {
        self.course = Some(Course::Whole);
        Err(REFUSED)
    }

    fn part(&mut self, name: &Name, value: Part<'_>) -> Result<(), Odd> {
        if self.course.is_none() {
            self.begin()?;
        }
        let before = (self.fields, self.unnamed);
        self.form.field(before, name.part(self.form), value, self.out);
        self.fields = self.fields.saturating_add(1);
        self.unnamed = self.unnamed.saturating_add(usize::from(name.text.is_empty()));
        Ok(())
    }
}

impl Taker for Line<'_> {
    fn enter(&mut self, layout: &Layout) -> Result<(), Odd> {
        if layout.names_secret {
            self.refuse()
        } else {
            Ok(())
        }
    }

    fn head(&mut self) -> Result<&mut Draft, Odd> {
        match self.course {
            None => Ok(&mut self.start.draft),
            Some(_) => self.refuse(),
        }
    }

    fn wants(&self, slot: Slot) -> bool {
        // No form writes these.
        !matches!(slot, Slot::Version | Slot::Task | Slot::Opcode | Slot::Keywords)
    }

    fn draft(&mut self) -> &mut Draft {
        &mut self.start.draft
    }

    fn field(&mut self, name: &Name, value: Value) -> Result<(), Odd> {
        match value {
            Value::Text(ref text) if secrets::may_hold(text) => self.refuse(),
            _ => self.part(name, Part::Value(&value)),
        }
    }

    fn text<'c>(&mut self, name: &Name, bytes: &'c [u8], texts: &mut Texts<'c>) -> Result<(), Odd> {
        let (units, _) = bytes.as_chunks::<2>();
        let units = units.strip_suffix(&[[0, 0]]).unwrap_or(units);
        let letters = Letters::of(units, self.narrow);
        if units.is_empty() || letters.have_zero() {
            // What has a zero in it ends there, which is rare.
            return self.field(name, decode(STRING, bytes)?);
        }
        if texts.may_hold(units, letters, self.narrow) {
            return self.refuse();
        }
        // The room goes to the form and comes back.
        let narrow = std::mem::take(self.narrow);
        let result = self.part(
            name,
            match (letters.are_plain(), letters.are_ascii()) {
                (true, _) => Part::Plain(&narrow),
                (_, true) => Part::Ascii(&narrow),
                _ => Part::Utf16(units),
            },
        );
        *self.narrow = narrow;
        result
    }
}
