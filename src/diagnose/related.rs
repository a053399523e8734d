//! One cause behind many symptoms is told once: links incidents that have the same leading cause for the same reason.

use chrono::TimeDelta;

use crate::model::{Evidence, Incident, Verdict, same_user};

/// Incidents of one user with one cause are one story when they lie this close.
const CLOSE: TimeDelta = TimeDelta::hours(2);

/// Links each incident to the first before it, in the order of the report, that tells its cause.
pub(super) fn link(incidents: &mut [Incident]) {
    for number in 1..incidents.len() {
        let (before, rest) = incidents.split_at_mut(number);
        let Some(own) = rest.first_mut() else { break };
        let leader = before
            .iter_mut()
            .find(|other| other.part_of.is_none() && tells(other, own));
        if let Some(leader) = leader {
            own.part_of = Some(leader.id.clone());
            leader.related.push(own.id.clone());
        }
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
    let is_own = |evidence: &&Evidence| !evidence.joined_by.iter().any(|key| &**key == "itself");
    a.iter()
        .filter(is_own)
        .any(|evidence| b.iter().any(|other| other.origin == evidence.origin))
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
