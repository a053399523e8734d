//! What silence can prove: from when to when a channel of a host is really there. Owns nothing but that question.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::case::Host;
use crate::model::{Artifact, Coverage, Time};

/// What the exports of one channel of one host cover.
#[derive(Debug, Clone)]
pub(super) struct ChannelCover {
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
    pub(super) const fn is_filtered(&self) -> bool {
        self.missing > self.records / 50 + 2
    }

    /// Whether the whole of a span is covered.
    pub(super) fn covers(&self, from: Time, to: Time) -> bool {
        !self.is_filtered()
            && self.from.is_some_and(|start| start <= from)
            && self.to.is_some_and(|end| end >= to)
    }

    pub(super) fn report(&self, host: &Host) -> Coverage {
        let beginning = host.span.map(|(first, _)| first);
        Coverage {
            host: Arc::clone(&host.name),
            channel: Arc::clone(&self.channel),
            // A log that was never cleared covers from the beginning of time: that is no instant to show.
            from: self.from.max(beginning).filter(|from| *from > Time::MIN_UTC),
            to: self.to,
            records: self.records,
            missing_records: self.missing,
            paths: self.paths.clone(),
        }
    }
}

/// Fills in the cover of each host.
///
/// A log that still has its first record reaches back to the beginning: silence before that record counts. A log is silent
/// after its last record until it was exported, which was not before the last record of the logs exported with it.
pub(super) fn assign(hosts: &mut [Host], artifacts: &[Artifact], lead: &dyn Fn(&str) -> String) {
    let mut index = BTreeMap::new();
    for (number, host) in hosts.iter().enumerate() {
        index.insert(lead(&host.name), number);
    }
    let mut exported: BTreeMap<(usize, &str), Time> = BTreeMap::new();
    let mut spans = Vec::new();
    for artifact in artifacts {
        let folder = artifact.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for span in &artifact.findings.spans {
            let Some(&host) = index.get(&lead(&span.computer)) else {
                continue;
            };
            if let Some(last) = span.last {
                let end = exported.entry((host, folder)).or_insert(last);
                *end = (*end).max(last);
            }
            spans.push((host, folder, &artifact.path, span));
        }
    }
    let mut covers: BTreeMap<(usize, Arc<str>), ChannelCover> = BTreeMap::new();
    for (host, folder, path, span) in spans {
        let from = if span.first_record <= 1 {
            Some(Time::MIN_UTC)
        } else {
            span.first
        };
        let to = exported.get(&(host, folder)).copied().max(span.last);
        let expected = span
            .last_record
            .saturating_sub(span.first_record)
            .saturating_add(1);
        let cover = covers
            .entry((host, Arc::clone(&span.channel)))
            .or_insert_with(|| ChannelCover {
                channel: Arc::clone(&span.channel),
                from,
                to,
                records: 0,
                missing: 0,
                paths: Vec::new(),
            });
        cover.from = cover.from.into_iter().chain(from).min();
        cover.to = cover.to.max(to);
        cover.records = cover.records.saturating_add(span.records);
        cover.missing = cover
            .missing
            .saturating_add(expected.saturating_sub(span.records));
        if !cover.paths.contains(path) {
            cover.paths.push(Arc::clone(path));
        }
    }
    for ((host, _), cover) in covers {
        if let Some(host) = hosts.get_mut(host) {
            host.cover.push(cover);
        }
    }
}
