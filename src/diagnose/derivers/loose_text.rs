//! Text of which nobody knows the log: what somebody pasted, wrote in a ticket or had on the screen, and messages of products. Owns which
//! events are such text, and its lines as notes; must not know codes.

use std::collections::BTreeMap;

use crate::diagnose::timeline::host::{Entry, Host};
use crate::model::Event;
use crate::model::providers::{POWER_AUTOMATE, Provider, UIPATH};

/// A line of a note with itself in lower case.
pub(super) type Line<'h> = (&'h Entry, String);

/// What belongs to a line lies within so many lines of it.
pub(super) const AROUND: usize = 20;

/// A text that goes on for longer is a log; only the line of the code tells what it was met in.
pub(super) const LONGEST_NOTE: usize = 400;

/// The products whose messages quote codes of the system.
const PRODUCTS: [Provider; 2] = [UIPATH, POWER_AUTOMATE];

/// Whether an event is text of which nobody knows the log, or a product's message of a failure.
pub(super) fn is_loose(event: &Event) -> bool {
    let of_product = || PRODUCTS.iter().any(|product| product.wrote(event));
    event.id.is_none() && event.message.is_some() && (event.provider.is_empty() || of_product())
}

/// Whether it is a message of a trace, which has a provider and no number.
pub(super) fn is_traced(event: &Event) -> bool {
    event.id.is_none_or(|id| id == 0) && !event.provider.is_empty()
}

/// Whether it is a message in the trace of the robot, whose parts have names that begin alike.
pub(super) fn is_traced_by_robot(event: &Event) -> bool {
    let name = event.provider.get(..UIPATH.name.len());
    is_traced(event) && name.is_some_and(|name| UIPATH.is(name))
}

/// The loose lines of a host by their texts, in order, each with itself in lower case.
pub(super) fn notes(host: &Host) -> BTreeMap<&str, Vec<Line<'_>>> {
    let mut notes: BTreeMap<&str, Vec<Line<'_>>> = BTreeMap::new();
    for entry in host.raw_where(is_loose) {
        let note = notes.entry(&entry.event.origin.path).or_default();
        note.push((entry, in_one_line(&entry.event.text())));
    }
    for note in notes.values_mut() {
        note.sort_by_key(|(entry, _)| &entry.event.origin);
    }
    notes
}

/// A text in lower case, with single blanks in the place of wider gaps.
pub(super) fn in_one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&word.to_lowercase());
    }
    line
}
