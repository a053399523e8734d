//! The records that were seen, so that one that lies in two files counts once. Knows nothing of what they tell.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::model::Time;

/// A record by its number and time.
pub(in crate::diagnose) type Record = (u64, Option<Time>);

/// The records of one log that were seen. Those of a file come in rising order, and then their list is enough.
enum Records {
    Rising(Vec<Record>),
    Mixed(HashSet<Record>),
}

impl Records {
    /// Whether it is new.
    fn insert(&mut self, record: Record) -> bool {
        match self {
            Self::Rising(list) if list.last().is_none_or(|last| *last < record) => {
                list.push(record);
                true
            }
            Self::Rising(list) if list.binary_search(&record).is_ok() => false,
            Self::Rising(list) => {
                let mut all: HashSet<Record> = list.drain(..).collect();
                all.insert(record);
                *self = Self::Mixed(all);
                true
            }
            Self::Mixed(all) => all.insert(record),
        }
    }
}

/// The records that were seen, so that one that lies in two files counts once.
#[derive(Default)]
pub(in crate::diagnose) struct Seen {
    streams: HashMap<(Arc<str>, Arc<str>), usize>,
    records: Vec<Records>,
    /// The machine and channel asked for last, and their place.
    last: Option<(Arc<str>, Arc<str>, usize)>,
}

impl Seen {
    /// Whether it is new.
    pub(in crate::diagnose) fn insert(
        &mut self,
        machine: &Arc<str>,
        channel: &Arc<str>,
        record: Record,
    ) -> bool {
        let place = match &self.last {
            Some((known, of, place)) if known == machine && of == channel => *place,
            _ => {
                let next = self.records.len();
                let key = (Arc::clone(machine), Arc::clone(channel));
                let place = *self.streams.entry(key).or_insert(next);
                if place == next {
                    self.records.push(Records::Rising(Vec::new()));
                }
                self.last = Some((Arc::clone(machine), Arc::clone(channel), place));
                place
            }
        };
        let records = self.records.get_mut(place);
        records.is_none_or(|records| records.insert(record))
    }
}
