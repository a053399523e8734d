//! What the interest wants of one provider, in the form that costs a comparison or two for each record.

use std::sync::Arc;

use crate::model::{Event, EventFilter, Interest, Value};

/// Codes below this are too common as plain numbers to mean anything outside their own field.
const SMALLEST_TELLING_CODE: u32 = 0x1_0000;

/// Which events of one provider are wanted.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    ids: Ids,
    /// Whether its other events are searched for literals.
    pub(super) free_text: bool,
}

#[derive(Debug, Clone)]
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
        let ids = match interest.events() {
            EventFilter::All => Ids::All,
            EventFilter::Listed(list) => match list.get(lower.as_str()) {
                None => Ids::None,
                Some(ids) if ids.is_empty() => Ids::All,
                Some(ids) => Ids::Listed(ids.iter().copied().collect()),
            },
        };
        Self {
            ids,
            free_text: !lower.starts_with("microsoft-windows-") && !interest.needles().is_empty(),
        }
    }

    /// Whether the event of that id is wanted.
    pub(super) fn has(&self, id: u16) -> bool {
        match &self.ids {
            Ids::All => true,
            Ids::None => false,
            Ids::Listed(ids) => ids.binary_search(&id).is_ok(),
        }
    }
}

/// The codes that are searched for everywhere.
pub(super) fn telling_codes(interest: &Interest) -> impl Iterator<Item = u32> {
    interest.codes().range(SMALLEST_TELLING_CODE..).copied()
}

/// Whether a decoded event is of interest: by provider and id, or because it carries a code or a literal that is of
/// interest anywhere.
pub(super) fn is_wanted(event: &Event, interest: &Interest) -> bool {
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
