//! How events are written: whole, or part by part while they are read. Knows no format of either side.

use std::fmt;
use std::sync::Arc;

use super::{Event, Value};

/// How events are written: the forms of [`report::events`](crate::report::events), or [one of your own](EventForm::of).
#[derive(Clone)]
pub struct EventForm(Arc<dyn Form + Send>);

impl EventForm {
    /// A form of your own: appends an event to bytes. Is called from several threads at once.
    pub fn of(write: impl Fn(&Event, &mut Vec<u8>) + Send + Sync + 'static) -> Self {
        Self::new(write)
    }

    pub(crate) fn new(form: impl Form + Send + 'static) -> Self {
        Self(Arc::new(form))
    }

    /// Appends an event.
    pub fn write(&self, event: &Event, out: &mut Vec<u8>) {
        self.0.event(event, out);
    }

    pub(crate) fn form(&self) -> &dyn Form {
        &*self.0
    }
}

impl fmt::Debug for EventForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventForm").finish_non_exhaustive()
    }
}

/// The name of a field while its record is read.
#[derive(Debug, Clone, Copy)]
pub(crate) enum PartName<'a> {
    /// As it is; may be empty.
    Plain(&'a str),
    /// What [`Form::name`] made of one that is not empty.
    Spelled(&'a [u8]),
}

/// The value of a field while its record is read.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Part<'a> {
    /// A text that is not empty, of printable ASCII without quotation marks and backslashes.
    Plain(&'a [u8]),
    /// A text that is not empty, of ASCII without a zero.
    Ascii(&'a [u8]),
    /// A text that is not empty, as UTF-16 in low byte first, without a zero. Lone surrogates are possible.
    Utf16(&'a [[u8; 2]]),
    /// Any value.
    Value(&'a Value),
}

/// How events are written. A function that appends an [`Event`] to bytes is a form.
///
/// A form that can write an event part by part spares the reader from making the event: then
/// [`begin`](Self::begin), [`field`](Self::field) for each field in its order, and [`end`](Self::end) write the same bytes as
/// [`event`](Self::event).
pub(crate) trait Form: Sync {
    /// Appends an event.
    fn event(&self, event: &Event, out: &mut Vec<u8>);

    /// Whether events can be written part by part.
    fn takes_parts(&self) -> bool {
        false
    }

    /// Appends what [`begin`](Self::begin) writes of computer, channel and provider. Many events have the same.
    fn names(&self, _head: &Event, _out: &mut Vec<u8>) {}

    /// Begins an event that has no fields and no message yet; `names` is what [`names`](Self::names) made of it.
    fn begin(&self, _head: &Event, _names: &[u8], _out: &mut Vec<u8>) {}

    /// Appends the name of a field, which is not empty, as the form spells it. Many fields have the same name.
    fn name(&self, _name: &str, _out: &mut Vec<u8>) {}

    /// Appends a field; before it come so many, and so many without a name.
    fn field(&self, _before: (usize, usize), _name: PartName<'_>, _value: Part<'_>, _out: &mut Vec<u8>) {}

    /// Ends an event that has so many fields. It has its message now, and still none of its fields.
    fn end(&self, _fields: usize, _event: &Event, _out: &mut Vec<u8>) {}
}

impl<F: Fn(&Event, &mut Vec<u8>) + Sync> Form for F {
    fn event(&self, event: &Event, out: &mut Vec<u8>) {
        self(event, out);
    }
}
