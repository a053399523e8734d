//! Derived events by the hundred thousand, packed as they are made. Must not know what they say.

use crate::diagnose::timeline::derived_event::Derived;
use crate::diagnose::timeline::host::{Entry, Moment};
use crate::model::{Packer, Shapes};

/// Events that are packed together.
const PIECE: usize = 512;

/// Derived events in their order, packed but for the last ones.
#[derive(Debug, Default)]
pub(in crate::diagnose) struct Packing {
    packer: Packer,
    shapes: Shapes,
    moments: Vec<Option<Moment>>,
    entries: Vec<Entry>,
}

impl Packing {
    /// Takes one more.
    pub(in crate::diagnose) fn push(&mut self, derived: Derived) {
        let (event, at) = derived.into_event();
        let shape = self.shapes.of(&event);
        self.packer.take(&event, &shape, None);
        self.moments.push(at);
        if self.moments.len() >= PIECE {
            self.settle();
        }
    }

    /// All of them.
    pub(in crate::diagnose) fn finish(mut self) -> Vec<Entry> {
        self.settle();
        self.entries
    }

    fn settle(&mut self) {
        let entries = self.packer.finish().into_iter().zip(self.moments.drain(..));
        self.entries
            .extend(entries.map(|(event, at)| Entry { event, at }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::derived::TASK_RUN;
    use crate::model::{Event, Origin};

    #[test]
    fn events_come_out_in_their_order() {
        let base = |number: u64| Entry {
            event: Event::new(Origin::record("Tasks.evtx", number, 0)).into(),
            at: None,
        };
        let mut packing = Packing::default();
        let count = 2 * PIECE as u64 + 3;
        for number in 0..count {
            packing.push(Derived::new(&TASK_RUN, &base(number)).with("Seconds", number));
        }
        let entries = packing.finish();
        assert_eq!(entries.len() as u64, count);
        for (number, entry) in (0..).zip(&entries) {
            assert_eq!(entry.event.origin().record, Some(number));
            assert_eq!(entry.event.field_text("Seconds"), Some(number.to_string()));
        }
    }
}
