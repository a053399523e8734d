//! What somebody complains of where nothing but their words tells it: the symptom of the cause that the words are most like. Owns that
//! such an incident is told only where there is no other.

use std::sync::Arc;

use crate::diagnose::incidents::folding::wanted;
use crate::diagnose::incidents::group::{Group, Occurrence};
use crate::diagnose::incidents::sightings::Sightings;
use crate::diagnose::timeline::host::Host;
use crate::knowledge::derived::WORDS_TOLD;
use crate::knowledge::{CauseRule, Knowledge, Subject};
use crate::model::{Event, Weight};
use crate::parse::Focus;

/// The complaint of each host whose notes are like a cause.
pub(super) fn find<'a>(
    knowledge: &'a Knowledge,
    hosts: &[Host],
    sightings: &Sightings<'_>,
    focus: &Focus,
) -> Vec<Group<'a>> {
    let Some((signal, known)) = knowledge.signal(WORDS_TOLD.name) else {
        return Vec::new();
    };
    let of_host = |(number, host): (usize, &Host)| {
        let sighting = sightings.on_host(signal, number).first()?;
        let keys = sightings.keys(sighting);
        if !focus.includes(sighting.at.map(|at| at.time)) || !wanted(focus, keys) {
            return None;
        }
        let told = &host.entries.get(sighting.event.entry)?.event;
        let cause = meant(knowledge, host, told)?;
        let symptom = knowledge.symptom(cause.def.explains.first()?)?;
        let occurrence = Occurrence {
            at: sighting.at,
            signal,
            title: None,
            event: sighting.event,
            again: false,
        };
        Some(Group {
            named: Some(Arc::clone(known.summary())),
            ..Group::new(symptom, number, keys.clone(), occurrence)
        })
    };
    hosts.iter().enumerate().filter_map(of_host).collect()
}

/// The cause that is meant: of those that the words are like, the first that a setting of the host speaks for, too, else the first.
fn meant<'a>(knowledge: &'a Knowledge, host: &Host, told: &Event) -> Option<&'a CauseRule> {
    let like = ["First", "Second", "Third"].iter().filter_map(|place| {
        let name = told.field_text(place)?;
        knowledge.cause(name.trim_matches('|'))
    });
    let like: Vec<&CauseRule> = like.collect();
    let set = like.iter().find(|cause| is_set_on(host, cause));
    set.or(like.first()).copied()
}

/// Whether a setting of a host speaks for a cause.
fn is_set_on(host: &Host, cause: &CauseRule) -> bool {
    cause.supports.iter().any(|item| match &item.subject {
        Subject::Fact(name, condition) => {
            let value = host
                .facts
                .get(&*host.with_meant_task(name, None))
                .and_then(|facts| facts.first());
            item.weight >= Weight::Moderate
                && value.is_some_and(|fact| condition.holds(Some(&fact.value), &|_| None))
        }
        Subject::Signals(_) => false,
    })
}
