//! "Began after": what changed between the last success and the first failure. Owns when that may be said; which signals
//! are changes is knowledge.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diagnose::incidents::group::Group;
use crate::diagnose::weighing::bench::Bench;
use crate::diagnose::weighing::event_evidence::agree;
use crate::diagnose::weighing::templates;
use crate::knowledge::ChangeKind;
use crate::model::Change;

/// Changes told of one incident.
const MOST: usize = 6;

/// The last change of each kind after the last success and before the first failure, the latest first. Nothing where no success
/// is known: a change that nothing shows to have mattered is no news.
pub(in crate::diagnose) fn began_after(bench: &Bench<'_>, group: &Group<'_>) -> Vec<Change> {
    let (Some(until), Some(first)) = (group.worked_until(), group.first()) else {
        return Vec::new();
    };
    let mut last: BTreeMap<&str, Change> = BTreeMap::new();
    for kind in bench.knowledge.changes() {
        let Some(change) = latest(bench, group, kind, until, first.time) else {
            continue;
        };
        let known = last.get(&*kind.kind).is_some_and(|known| known.at >= change.at);
        if !known {
            last.insert(&kind.kind, change);
        }
    }
    let mut changes: Vec<Change> = last.into_values().collect();
    changes.sort_by(|a, b| b.cmp(a));
    changes.truncate(MOST);
    changes
}

fn latest(
    bench: &Bench<'_>,
    group: &Group<'_>,
    kind: &ChangeKind,
    after: crate::model::Time,
    before: crate::model::Time,
) -> Option<Change> {
    let list = if kind.same_host {
        bench.sightings.on_host(kind.signal, group.host)
    } else {
        bench.sightings.of(kind.signal)
    };
    let between = list.iter().filter(|sighting| {
        let in_time = sighting.at.is_some_and(|at| at.time > after && at.time < before);
        let joined = kind.join.iter().all(|key| {
            let keys = (group.keys.get(*key), bench.sightings.keys(sighting).get(*key));
            matches!(keys, (Some(own), Some(other)) if agree(*key, own, other))
        });
        in_time && joined
    });
    let sighting = between.max_by_key(|sighting| sighting.at)?;
    let host = bench.hosts.get(sighting.event.host)?;
    let event = &host.entries.get(sighting.event.entry)?.event;
    let signal = bench.knowledge.signals().get(kind.signal)?;
    Some(Change {
        at: sighting.at?.time,
        kind: Arc::clone(&kind.kind),
        summary: templates::fill(
            signal.summary(),
            Some(event),
            bench.sightings.keys(sighting),
            &host.name,
        ),
        origin: event.origin.clone(),
    })
}
