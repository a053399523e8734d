//! What the interest wants of one provider, in the form that costs a comparison or two for each record.

use std::sync::Arc;

use chrono::TimeDelta;

use super::shape::Course;
use super::spans::is_time;
use crate::model::providers::is_of_windows;
use crate::model::{Event, EventFilter, Interest, Level, Narrow, SMALLEST_TELLING_CODE, Time, Value};

/// Which events of one provider are wanted.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    ids: Ids,
    /// Whether its other events are searched for literals.
    free_text: bool,
    /// Whether its other events are not wanted whatever they say.
    excluded: bool,
    /// Ids of which like records count as one, and within how many ticks.
    folds: Arc<[(u16, u64)]>,
    /// Ids that are wanted only where one of the demands holds.
    demands: Arc<[(u16, usize)]>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Ids {
    All,
    None,
    Listed(Arc<[u16]>),
}

impl Wanted {
    /// What is wanted of the provider of that name.
    ///
    /// The components of Windows write values into fields of known meaning; words of interest stand in what other
    /// programs write, so only their events are searched for literals.
    pub(super) fn of(provider: &str, interest: &Interest) -> Self {
        let lower = provider.to_lowercase();
        let narrow = interest.narrow();
        let listed = match interest.events() {
            EventFilter::All => Some(None),
            EventFilter::Listed(list) => list
                .get(lower.as_str())
                .map(|ids| (!ids.is_empty()).then_some(ids)),
        };
        let is_asked = |id: &u16| narrow.ids.is_empty() || narrow.ids.contains(id);
        let ids = match listed {
            _ if !narrow.admits_provider(provider) => Ids::None,
            None => Ids::None,
            Some(Some(ids)) => Ids::Listed(ids.iter().copied().filter(is_asked).collect()),
            Some(None) if narrow.ids.is_empty() => Ids::All,
            Some(None) => Ids::Listed(narrow.ids.iter().copied().collect()),
        };
        Self {
            ids,
            free_text: !is_of_windows(provider) && !interest.needles().is_empty(),
            folds: interest
                .folds_of(&lower)
                .map(|(id, span)| (id, ticks(span)))
                .collect(),
            demands: interest.demands_of(&lower).collect(),
            excluded: !narrow.admits_provider(provider) || !narrow.ids.is_empty(),
        }
    }

    /// Whether the event of that id is wanted.
    fn has(&self, id: u16) -> bool {
        match &self.ids {
            Ids::All => true,
            Ids::None => false,
            Ids::Listed(ids) => ids.binary_search(&id).is_ok(),
        }
    }
}

impl Wanted {
    /// What becomes of records of that id.
    pub(super) fn course(&self, id: u16) -> Course {
        let free_text = self.free_text;
        if self.has(id) {
            let mut folds = self.folds.iter();
            let demand = self.demands.binary_search_by_key(&id, |(known, _)| *known);
            Course::Wanted {
                fold: folds.find(|(known, _)| *known == id).map(|(_, span)| *span),
                demand: demand
                    .ok()
                    .and_then(|place| self.demands.get(place))
                    .map(|(_, number)| *number),
                free_text,
            }
        } else if self.excluded {
            Course::Excluded
        } else {
            Course::Passed { free_text }
        }
    }
}

/// A span in the units of a FILETIME, 1 at least.
fn ticks(span: TimeDelta) -> u64 {
    u64::try_from(span.num_milliseconds())
        .unwrap_or(0)
        .saturating_mul(10_000)
        .max(1)
}

/// What of `System` is asked for besides provider and id, in the units of the record.
#[derive(Debug)]
pub(super) struct Asked<'a> {
    narrow: &'a Narrow,
    /// FILETIMEs, rounded outwards.
    ticks: (u64, u64),
    /// A bit for each number of a level.
    levels: u8,
}

impl<'a> Asked<'a> {
    pub(super) fn new(narrow: &'a Narrow) -> Self {
        let numbers = (0..=5).filter(|&number| narrow.admits_level(Level::from_number(number)));
        Self {
            narrow,
            ticks: (
                narrow.since.map_or(0, filetime),
                narrow
                    .until
                    .map_or(u64::MAX, |until| filetime(until).saturating_add(1)),
            ),
            levels: numbers.fold(0, |mask, number| mask | 1 << number),
        }
    }

    /// Whether records of this computer and channel are asked for.
    pub(super) fn admits_names(&self, computer: &str, channel: &str) -> bool {
        self.narrow.admits_computer(computer) && self.narrow.admits_channel(channel)
    }

    /// Whether a record of this time and level may be asked for.
    pub(super) fn admits(&self, ticks: u64, level: Option<u8>) -> bool {
        let (since, until) = self.ticks;
        ((since <= ticks && ticks <= until) || !is_time(ticks))
            && level.is_none_or(|number| self.levels & 1 << number.min(5) != 0)
    }
}

/// The last FILETIME that is not after an instant.
fn filetime(time: Time) -> u64 {
    let seconds = u64::try_from(time.timestamp().saturating_add(11_644_473_600)).unwrap_or(0);
    seconds
        .saturating_mul(10_000_000)
        .saturating_add(u64::from(time.timestamp_subsec_nanos() / 100))
}

/// The codes that are searched for everywhere.
pub(super) fn telling_codes(interest: &Interest) -> impl Iterator<Item = u32> {
    interest.codes().range(SMALLEST_TELLING_CODE..).copied()
}

/// Whether a decoded event is of interest: by provider and id, or because it carries a code or a literal that is of
/// interest anywhere.
pub(super) fn is_wanted(event: &Event, interest: &Interest) -> bool {
    interest.narrow().admits(event) && is_of_interest(event, interest)
}

fn is_of_interest(event: &Event, interest: &Interest) -> bool {
    interest.is_everything()
        || event.id.is_some_and(|id| interest.wants(&event.provider, id))
        || event.fields.iter().any(|field| match &field.value {
            Value::Text(text) => interest.mentions(text),
            value => value
                .as_code()
                .is_some_and(|code| code >= SMALLEST_TELLING_CODE && interest.codes().contains(&code)),
        })
}

/// Whether nothing is left of an event: no provider, no time. The values of such a record were overwritten with
/// zeros, its template was not; seen in logs from shadow copies.
pub(super) fn is_hollow(event: &Event) -> bool {
    event.provider.is_empty() && event.time.is_none()
}
