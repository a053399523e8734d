//! The report of each file: what was read of it, of which machine, from when to when.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::model::{Artifact, ArtifactFormat, InputReport, Kept, Time};
use crate::parse::time_zones::Clocks;

/// What was read, before the events move to their hosts.
pub(in crate::diagnose) fn read(artifacts: &[Artifact]) -> Vec<InputReport> {
    artifacts
        .iter()
        .map(|Artifact { path, findings }| InputReport {
            path: Arc::clone(path),
            format: findings.format.unwrap_or(ArtifactFormat::Other),
            encoding: findings.encoding,
            bytes: findings.bytes,
            records: findings.records,
            events: findings.count() as u64,
            facts: findings.facts.len() as u64,
            host: None,
            first: None,
            last: None,
            clock: None,
            trace: findings.trace.clone(),
        })
        .collect()
}

/// Fills in what is known once times are placed.
pub(in crate::diagnose) fn finish(inputs: &mut [InputReport], artifacts: &[Artifact], clocks: &Clocks) {
    for (input, Artifact { path, findings }) in inputs.iter_mut().zip(artifacts) {
        let spans = || findings.spans.iter();
        let mut computers: BTreeSet<&Arc<str>> = spans().map(|span| &span.computer).collect();
        let mut times = Ends::default();
        times.extend(spans().flat_map(|span| [span.first, span.last]).flatten());
        let mut last: Option<&Arc<str>> = None;
        for event in findings.alike() {
            // Most events of a log share the name.
            if last.is_none_or(|last| !Arc::ptr_eq(last, &event.computer)) {
                computers.insert(&event.computer);
                last = Some(&event.computer);
            }
        }
        times.extend(findings.events.iter().filter_map(|event| event.time));
        times.extend(findings.kept.iter().filter_map(Kept::time));
        computers.retain(|name| !name.is_empty());
        input.host = computers
            .first()
            .filter(|_| computers.len() == 1)
            .map(|name| Arc::clone(name));
        input.first = times.first;
        input.last = times.last;
        input.clock = clocks.placed.get(path).copied();
    }
}

/// The earliest and the latest of some times.
#[derive(Default)]
struct Ends {
    first: Option<Time>,
    last: Option<Time>,
}

impl Extend<Time> for Ends {
    fn extend<T: IntoIterator<Item = Time>>(&mut self, times: T) {
        for time in times {
            self.first = Some(self.first.map_or(time, |first| first.min(time)));
            self.last = self.last.max(Some(time));
        }
    }
}
