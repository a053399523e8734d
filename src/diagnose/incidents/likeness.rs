//! What somebody complains of where nothing but their words tells it: the symptom of the cause that the words are most like. Owns that
//! such an incident is told only where there is no other.

use std::sync::Arc;

use crate::diagnose::incidents::folding::wanted;
use crate::diagnose::incidents::group::{Group, Occurrence};
use crate::diagnose::incidents::sightings::Sightings;
use crate::diagnose::timeline::host::Host;
use crate::knowledge::Knowledge;
use crate::knowledge::derived::WORDS_TOLD;
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
        let first = host
            .entries
            .get(sighting.event.entry)?
            .event
            .field_text("First")?;
        let cause = knowledge.cause(first.trim_matches('|'))?;
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
