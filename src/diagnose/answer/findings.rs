//! Findings: evidence in a whole log that identifies a cause by itself, where no incident has it. Nobody complains of it, so it is told
//! below the incidents and never loudly.

use std::collections::HashSet;
use std::sync::Arc;

use crate::diagnose::incidents::excerpt;
use crate::diagnose::incidents::group::Group;
use crate::diagnose::incidents::sightings::{EventRef, Sighting};
use crate::diagnose::weighing::bench::Bench;
use crate::diagnose::weighing::evidence_words::{LOOKED_AT, add_more};
use crate::diagnose::weighing::templates;
use crate::model::{Finding, Incident, Origin};

/// Findings of one run.
const MOST: usize = 50;

/// What stands in the logs beside the incidents.
pub(super) fn list(bench: &Bench<'_>, groups: &[Group<'_>], incidents: &[Incident]) -> Vec<Finding> {
    let own: HashSet<EventRef> = groups
        .iter()
        .flat_map(|group| group.occurrences.iter().map(|own| own.event))
        .collect();
    let evidence = incidents.iter().flat_map(|incident| &incident.causes);
    let evidence = evidence.flat_map(|cause| cause.supports.iter().chain(&cause.against));
    let cited: HashSet<&Origin> = evidence.map(|item| &item.origin).collect();
    let explained: HashSet<&str> = incidents
        .iter()
        .filter_map(|incident| incident.best())
        .map(|cause| &*cause.id)
        .collect();
    let of_host = |(number, host)| {
        let standing = excerpt::standing(bench.knowledge, (number, host), bench.sightings);
        standing.into_iter().map(move |found| (host, found))
    };
    let all = bench.hosts.iter().enumerate().flat_map(of_host);
    let tell = |(host, found): (&crate::diagnose::timeline::host::Host, excerpt::Standing<'_>)| {
        let cause = bench.knowledge.causes().get(found.cause)?;
        let signal = bench.knowledge.signals().get(found.signal)?;
        let entry = |event: EventRef| host.entries.get(event.entry);
        let is_cited = |event: EventRef| {
            own.contains(&event) || entry(event).is_some_and(|entry| cited.contains(&entry.event.origin))
        };
        if explained.contains(&*cause.def.id) || found.shown.iter().any(|sighting| is_cited(sighting.event)) {
            return None;
        }
        let first = found.shown.first()?;
        let event = &entry(first.event)?.event;
        let told = |sighting: &Sighting| {
            let event = &entry(sighting.event)?.event;
            let keys = bench.sightings.keys(sighting);
            Some(templates::fill(signal.summary(), Some(event), keys, &host.name))
        };
        let mut summary = told(first)?;
        // It counts what says the same.
        let others = found.shown.iter().take(LOOKED_AT);
        let others = others
            .filter(|sighting| told(sighting).is_some_and(|text| text != summary))
            .count();
        add_more(&mut summary, others as u64);
        let time = |at: Option<crate::diagnose::timeline::host::Moment>| at.map(|at| at.time);
        Some(Finding {
            host: Arc::clone(&host.name),
            cause: Arc::from(&*cause.def.id),
            title: Arc::from(&*cause.def.title),
            summary,
            count: (found.shown.len() - others) as u64,
            first: time(first.at),
            last: time(found.shown.last()?.at),
            origin: event.origin.clone(),
        })
    };
    all.filter_map(tell).take(MOST).collect()
}
