//! What an incident about a session inherits: how the session ledger says that session was lost. A product tells only that its
//! session is gone, often minutes later; what Windows wrote of that instant explains both. Owns which losses are meant.

use std::collections::BTreeSet;

use chrono::TimeDelta;

use crate::diagnose::incidents::group::Group;
use crate::diagnose::timeline::host::{Entry, Host};
use crate::knowledge::derived::{SESSION_DISCONNECT, SESSION_END, derived_event};
use crate::knowledge::{Key, Knowledge, Symptom};
use crate::model::same_user;

/// How long before the product's complaint the session may have been lost: it notices at its next step.
const BEFORE: TimeDelta = TimeDelta::minutes(10);
/// A complaint in whole seconds or minutes may be stamped before the loss.
const AFTER: TimeDelta = TimeDelta::minutes(1);

/// Whether a derived event tells that a session was lost.
fn is_loss(entry: &Entry) -> bool {
    SESSION_DISCONNECT.is(&entry.event) || SESSION_END.is(&entry.event)
}

/// The losses of the incident's session, each once.
pub(super) fn losses<'h>(group: &Group<'_>, host: &'h Host) -> Vec<&'h Entry> {
    let Some(user) = group.keys.get(Key::User) else {
        return Vec::new();
    };
    let mut all = lately_lost(group, host);
    all.retain(|entry| {
        let of = entry.event.field_text("User");
        of.is_some_and(|of| same_user(&of, user))
    });
    all
}

/// The losses of sessions, anybody's, about which an incident may be; none where it is about no session.
pub(super) fn lately_lost<'h>(group: &Group<'_>, host: &'h Host) -> Vec<&'h Entry> {
    let derived = host.entries.get(host.raw..).unwrap_or_default();
    let mut places = BTreeSet::new();
    let times = group.occurrences.iter().filter_map(|occurrence| occurrence.at);
    for at in times.filter(|_| group.symptom.of_a_session) {
        let (from, to) = (at.earlier(BEFORE), at.later(AFTER));
        let start = derived.partition_point(|entry| entry.at.is_some_and(|when| when < from));
        let near = derived.iter().enumerate().skip(start);
        let near = near.take_while(|(_, entry)| entry.at.is_some_and(|when| when <= to));
        let lost = near.filter(|(_, entry)| is_loss(entry));
        places.extend(lost.map(|(place, _)| place));
    }
    places
        .into_iter()
        .filter_map(|place| derived.get(place))
        .collect()
}

/// The symptoms whose causes explain an incident: its own, and those of the losses that it inherits.
pub(in crate::diagnose) fn symptoms<'g>(
    group: &'g Group<'_>,
    own: &[Entry],
    knowledge: &'g Knowledge,
) -> Vec<&'g str> {
    let tells = |symptom: &&Symptom| {
        let loss = symptom.loss.as_deref().and_then(derived_event);
        loss.is_some_and(|loss| own.iter().any(|entry| loss.is(&entry.event)))
    };
    let lost = knowledge.symptoms().iter().filter(tells);
    let lost = lost.filter(|_| group.symptom.of_a_session);
    let lost: BTreeSet<&str> = lost.map(|symptom| &*symptom.id).collect();
    std::iter::once(&*group.symptom.id).chain(lost).collect()
}

/// When the session of an incident was lost, by what it inherits.
pub(in crate::diagnose) fn instants<'o>(
    group: &Group<'_>,
    own: &'o [Entry],
) -> impl Iterator<Item = crate::diagnose::timeline::host::Moment> + 'o {
    let inherits = group.symptom.of_a_session;
    own.iter()
        .filter(move |entry| inherits && is_loss(entry))
        .filter_map(|entry| entry.at)
}
