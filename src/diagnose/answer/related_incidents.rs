//! One cause behind many symptoms is told once: links incidents that have the same leading cause for the same reason.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::TimeDelta;

use crate::diagnose::weighing::event_evidence::ITSELF;
use crate::model::{Evidence, Incident, Origin, Verdict, same_user, user_key};

/// Incidents of one user with one cause are one story when they lie this close.
const CLOSE: TimeDelta = TimeDelta::hours(2);

/// Links each incident to the first before it, in the order of the report, that tells its cause.
pub(in crate::diagnose) fn link(incidents: &mut [Incident]) {
    let mut leaders = Leaders::default();
    for number in 0..incidents.len() {
        let (before, rest) = incidents.split_at_mut(number);
        let Some(own) = rest.first_mut() else { break };
        let leader = leaders
            .of(own)
            .into_iter()
            .find(|place| before.get(*place).is_some_and(|other| tells(other, own)));
        match leader.and_then(|place| before.get_mut(place)) {
            Some(leader) => {
                own.part_of = Some(leader.id.clone());
                leader.related.push(own.id.clone());
            }
            None => leaders.add(number, own),
        }
    }
}

/// Incidents that are no part of others, by what may join further ones to them.
#[derive(Default)]
struct Leaders {
    by_origin: BTreeMap<(Arc<str>, Origin), usize>,
    by_user: BTreeMap<(Arc<str>, String), Vec<usize>>,
}

impl Leaders {
    fn add(&mut self, number: usize, incident: &Incident) {
        let Some(cause) = incident.best() else { return };
        for evidence in cause.supports.iter().filter(|evidence| is_own(evidence)) {
            let key = (Arc::clone(&cause.id), evidence.origin.clone());
            self.by_origin.entry(key).or_insert(number);
        }
        if let Some(user) = &incident.user {
            let key = (Arc::clone(&cause.id), user_key(user));
            self.by_user.entry(key).or_default().push(number);
        }
    }

    /// Those that may tell the cause of an incident, in order.
    fn of(&self, incident: &Incident) -> BTreeSet<usize> {
        let Some(cause) = incident.best() else {
            return BTreeSet::new();
        };
        let by_origin = cause.supports.iter().filter_map(|evidence| {
            let key = (Arc::clone(&cause.id), evidence.origin.clone());
            self.by_origin.get(&key)
        });
        let user = incident
            .user
            .as_deref()
            .map(|user| (Arc::clone(&cause.id), user_key(user)));
        let by_user = user.and_then(|key| self.by_user.get(&key)).into_iter().flatten();
        by_origin.chain(by_user).copied().collect()
    }
}

/// Whether both have the same leading cause, and either cite the same record for it or befall the same user at the same time.
fn tells(leader: &Incident, own: &Incident) -> bool {
    let (Some(a), Some(b)) = (leader.best(), own.best()) else {
        return false;
    };
    let known = a.id == b.id && a.verdict >= Verdict::Possible;
    known && (share(&a.supports, &b.supports) || one_story(leader, own))
}

fn share(a: &[Evidence], b: &[Evidence]) -> bool {
    a.iter()
        .filter(|evidence| is_own(evidence))
        .any(|evidence| b.iter().any(|other| other.origin == evidence.origin))
}

/// Whether it is more than the incident itself.
fn is_own(evidence: &Evidence) -> bool {
    !evidence.joined_by.iter().any(|key| &**key == ITSELF)
}

fn one_story(leader: &Incident, own: &Incident) -> bool {
    let same = match (&leader.user, &own.user) {
        (Some(a), Some(b)) => same_user(a, b),
        _ => false,
    };
    let close = match (leader.first, leader.last, own.first, own.last) {
        (Some(from), Some(to), Some(first), Some(last)) => first <= to + CLOSE && last >= from - CLOSE,
        _ => false,
    };
    leader.host == own.host && same && close
}
