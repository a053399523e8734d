//! From when to when a channel of a host is really there, as one value. Owns what such a cover says of a span of time; how it comes about is in
//! [`coverage`](crate::diagnose::timeline::coverage).

use std::sync::Arc;

use crate::model::Time;

/// What the exports of one channel of one host cover.
#[derive(Debug, Clone)]
pub(in crate::diagnose) struct ChannelCover {
    /// The channel.
    pub channel: Arc<str>,
    /// From when on nothing is missing; `None` when the export proves nothing.
    pub from: Option<Time>,
    /// Until when.
    pub to: Option<Time>,
    /// How many records.
    pub records: u64,
    /// Record ids of the span that the export lacks.
    pub missing: u64,
    /// The artifacts.
    pub paths: Vec<Arc<str>>,
}

impl ChannelCover {
    /// An export in which more than a fiftieth of the records is missing was filtered; its silence proves nothing.
    pub(in crate::diagnose) const fn is_filtered(&self) -> bool {
        self.missing > self.records / 50 + 2
    }

    /// Whether the whole of a span is covered.
    pub(in crate::diagnose) fn covers(&self, from: Time, to: Time) -> bool {
        !self.is_filtered()
            && self.from.is_some_and(|start| start <= from)
            && self.to.is_some_and(|end| end >= to)
    }
}
