//! Incidents of one host at one time that have one cause: what is sure of one of them leads where another could have several causes. Owns
//! which incidents speak of one time; must not know what speaks for a cause.

use std::sync::Arc;

use chrono::TimeDelta;

use crate::model::{Cause, Incident, Time, Verdict};

/// Incidents that lie no further apart are of one time.
const NEAR: TimeDelta = TimeDelta::hours(1);

/// Puts the cause first, where no more than `possible` is said of an incident, that another one of its host and time surely has.
pub(super) fn lead(incidents: &mut [Incident]) {
    let told: Vec<Told> = incidents.iter().filter_map(Told::of).collect();
    for incident in incidents.iter_mut() {
        let is_open = incident
            .best()
            .is_some_and(|best| best.verdict == Verdict::Possible);
        if !is_open {
            continue;
        }
        let shared = |cause: &Cause| {
            cause.verdict == Verdict::Possible && told.iter().any(|told| told.is_of(incident, cause))
        };
        if let Some(place) = incident.causes.iter().position(shared).filter(|place| *place > 0)
            && let Some(causes) = incident.causes.get_mut(..=place)
        {
            causes.rotate_right(1);
        }
    }
}

/// The sure cause of an incident, and when and where that was.
struct Told {
    host: Arc<str>,
    cause: Arc<str>,
    /// From when to when; nothing where it has no time.
    span: Option<(Time, Time)>,
}

impl Told {
    fn of(incident: &Incident) -> Option<Self> {
        let best = incident.best().filter(|best| best.verdict >= Verdict::Likely)?;
        Some(Self {
            host: Arc::clone(&incident.host),
            cause: Arc::clone(&best.id),
            span: incident.first.zip(incident.last),
        })
    }

    fn is_of(&self, incident: &Incident, cause: &Cause) -> bool {
        // What a customer tells without a time is of the time of the logs that came with it.
        let is_of_its_time = match (incident.first.zip(incident.last), self.span) {
            (Some((first, last)), Some((from, to))) => first <= to + NEAR && from <= last + NEAR,
            (None, Some(_)) => true,
            (_, None) => false,
        };
        self.cause == cause.id && self.host == incident.host && is_of_its_time
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn incident(host: &str, hour: u32, causes: &[(&str, Verdict)]) -> Incident {
        let at = format!("2026-05-04T{hour:02}:00:00Z").parse().ok();
        let cause = |&(id, verdict): &(&str, Verdict)| Cause {
            id: Arc::from(id),
            verdict,
            ..Cause::default()
        };
        Incident {
            host: Arc::from(host),
            first: at,
            last: at,
            causes: causes.iter().map(cause).collect(),
            ..Incident::default()
        }
    }

    fn first_beside(sure: Incident) -> String {
        let open = [("drift", Verdict::Possible), ("licensing", Verdict::Possible)];
        let mut all = [incident("A", 10, &open), sure];
        lead(&mut all);
        let best = all.first().and_then(Incident::best);
        best.map(|best| best.id.to_string()).unwrap_or_default()
    }

    #[test]
    fn what_is_sure_beside_leads_where_several_are_possible() {
        let sure = |host, hour, verdict| incident(host, hour, &[("licensing", verdict)]);
        assert_eq!(first_beside(sure("A", 11, Verdict::Strong)), "licensing");
        assert_eq!(
            first_beside(sure("B", 11, Verdict::Strong)),
            "drift",
            "another host"
        );
        assert_eq!(
            first_beside(sure("A", 14, Verdict::Strong)),
            "drift",
            "another time"
        );
        let untimed = Incident {
            first: None,
            last: None,
            ..incident(
                "A",
                10,
                &[("drift", Verdict::Possible), ("licensing", Verdict::Possible)],
            )
        };
        let mut all = [untimed, sure("A", 14, Verdict::Strong)];
        lead(&mut all);
        let best = all.first().and_then(Incident::best);
        assert_eq!(
            best.map(|best| &*best.id),
            Some("licensing"),
            "a complaint without a time"
        );
        assert_eq!(
            first_beside(sure("A", 11, Verdict::Possible)),
            "drift",
            "not sure"
        );
    }
}
