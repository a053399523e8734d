//! Records that wait for the definitions of their fields: merged traces have those at their end. Must not know records.

use super::header::Clock;

/// Bytes of records that wait.
const BYTES: usize = 16 << 20;

/// A record that waits.
#[derive(Debug)]
struct Waiting {
    number: u64,
    at: u64,
    clock: Option<Clock>,
    /// Where it ends among the bytes of all.
    end: usize,
}

/// Records that wait, one behind the other.
#[derive(Debug, Default)]
pub(super) struct Pending {
    bytes: Vec<u8>,
    waiting: Vec<Waiting>,
}

impl Pending {
    /// Keeps a record; false where there is no room.
    pub(super) fn push(&mut self, number: u64, at: u64, clock: Option<Clock>, record: &[u8]) -> bool {
        let end = self.bytes.len().saturating_add(record.len());
        if end > BYTES {
            return false;
        }
        self.bytes.extend_from_slice(record);
        self.waiting.push(Waiting {
            number,
            at,
            clock,
            end,
        });
        true
    }

    /// The records in their order: number, place in the trace, clock, bytes.
    pub(super) fn records(&self) -> impl Iterator<Item = (u64, u64, Option<Clock>, &[u8])> {
        let starts = std::iter::once(0).chain(self.waiting.iter().map(|one| one.end));
        starts.zip(&self.waiting).map(|(start, one)| {
            let bytes = self.bytes.get(start..one.end).unwrap_or_default();
            (one.number, one.at, one.clock, bytes)
        })
    }
}
