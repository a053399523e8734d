//! What may be made of the programs beside a trace. Without a limit, a few bytes that all events point at would become gigabytes.

use std::cell::Cell;

/// What may still be made, of all programs together.
#[derive(Debug)]
pub(super) struct Room {
    entries: Cell<usize>,
    fields: Cell<usize>,
    meanings: Cell<usize>,
    messages: Cell<usize>,
    texts: Cell<usize>,
}

impl Default for Room {
    fn default() -> Self {
        Self {
            entries: Cell::new(400_000),
            fields: Cell::new(400_000),
            meanings: Cell::new(200_000),
            messages: Cell::new(1_000_000),
            texts: Cell::new(64 << 20),
        }
    }
}

impl Room {
    /// Room for entries of lists, events for one: as many as are asked for, or as are left.
    pub(super) fn entries(&self, count: usize) -> usize {
        take(&self.entries, count)
    }

    /// Whether there is room for one more field.
    pub(super) fn field(&self) -> bool {
        take(&self.fields, 1) > 0
    }

    /// Room for meanings of numbers.
    pub(super) fn meanings(&self, count: usize) -> usize {
        take(&self.meanings, count)
    }

    /// Whether one more entry of a table of messages may be looked at.
    pub(super) fn message(&self) -> bool {
        take(&self.messages, 1) > 0
    }

    /// A text, if there is room for it.
    pub(super) fn text(&self, text: String) -> Option<String> {
        (take(&self.texts, text.len()) == text.len()).then_some(text)
    }
}

/// Takes so many of what is left, or what is left.
fn take(left: &Cell<usize>, count: usize) -> usize {
    let count = count.min(left.get());
    left.set(left.get() - count);
    count
}
