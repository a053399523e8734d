//! The offset of a machine whose local times nobody explains, by what two clocks both saw: a flow that failed at 14:22:12Z and the end
//! of its session at 15:22:09 are one moment, an hour apart. Owns which records belong to one moment; must not know what they mean for a fault.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDateTime;

use crate::model::providers::{
    AUDITING, EVENT_LOG, KERNEL_GENERAL, LSM, POWER_AUTOMATE, Records, TASK_SCHEDULER, UIPATH, USER32,
    WINLOGON,
};
use crate::model::{Artifact, Event, host_key};

/// Records of one moment lie this close.
const SECONDS: i64 = 10;
/// A product tells so long afterwards that its session ended.
const TOLD_LATE: i64 = 60;
/// Where records that tell of such moments lie this close as they are written, nothing speaks for another offset.
const AS_WRITTEN: i64 = 120;
/// Zones lie whole quarters of an hour apart, and no further from UTC than this many of them.
const QUARTER: i64 = 900;
const QUARTERS: std::ops::RangeInclusive<i64> = -48..=56;
/// So many moments are compared; a log that has more has other ways to tell its zone.
const MOST: usize = 400;

/// What happens at one moment, as several logs tell it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Happening {
    /// A session begins or gets its client back.
    SessionBegins,
    /// A session ends or loses its client, and what runs in it fails.
    SessionEnds,
    /// A task starts.
    TaskStarts,
}

/// The records that tell each.
const TOLD_BY: &[(Happening, Records)] = &[
    (Happening::SessionBegins, LSM.ids(&[21, 25])),
    (Happening::SessionBegins, AUDITING.ids(&[4624, 4778])),
    (Happening::SessionBegins, WINLOGON.ids(&[7001])),
    (Happening::SessionEnds, LSM.ids(&[23, 24, 39, 40, 54])),
    (Happening::SessionEnds, AUDITING.ids(&[4634, 4647, 4779])),
    (Happening::SessionEnds, WINLOGON.ids(&[7002])),
    (Happening::SessionEnds, USER32.ids(&[1074])),
    (Happening::SessionEnds, EVENT_LOG.ids(&[6006])),
    (Happening::SessionEnds, KERNEL_GENERAL.ids(&[13])),
    (
        Happening::TaskStarts,
        TASK_SCHEDULER.ids(&[100, 107, 110, 119, 129]),
    ),
];

/// Whether a record tells that a session ended or lost its client, by whatever log.
pub(super) fn ends_a_session(event: &Event) -> bool {
    let is_end = |happening: &Happening| *happening == Happening::SessionEnds;
    TOLD_BY
        .iter()
        .any(|(happening, records)| is_end(happening) && records.are(event))
}

fn happening(event: &Event) -> Option<Happening> {
    let product = POWER_AUTOMATE.wrote(event) || UIPATH.wrote(event) && event.level.is_error();
    if product {
        return Some(Happening::SessionEnds);
    }
    let told = TOLD_BY.iter().find(|(_, records)| records.are(event));
    told.map(|(happening, _)| *happening)
}

/// What is known of one machine: moments by the clock of UTC and by its own. Seconds since 1970, as they are written.
#[derive(Default)]
struct Seen {
    exact: BTreeSet<(Happening, i64)>,
    local: BTreeSet<(Happening, i64)>,
}

/// Minutes east of UTC of each machine of which exactly one offset puts what belongs together at one moment. `is_placed` says of which
/// machines the zone is known.
pub(super) fn offsets(artifacts: &[Artifact], is_placed: impl Fn(&str) -> bool) -> BTreeMap<String, i32> {
    // Event logs are in UTC: where nothing else was sent, there is nothing to find out.
    let is_local = |event: &Event| event.time.is_none() && event.local.is_some();
    if !artifacts
        .iter()
        .any(|artifact| artifact.findings.events.iter().any(is_local))
    {
        return BTreeMap::new();
    }
    let mut machines: BTreeMap<String, Seen> = BTreeMap::new();
    for artifact in artifacts {
        let own = artifact.findings.utc_offset.is_some();
        for event in artifact.findings.events_where(|event| happening(event).is_some()) {
            let Some(happening) = happening(event) else {
                continue;
            };
            let seen = machines.entry(host_key(&event.computer)).or_default();
            match (event.time, event.local) {
                (Some(time), _) => seen.exact.insert((happening, seconds(time.naive_utc()))),
                (None, Some(local)) if !own => seen.local.insert((happening, seconds(local))),
                _ => false,
            };
        }
    }
    // Who does not say which machine it was, may be any.
    let unnamed = machines.remove("").unwrap_or_default();
    if machines.is_empty() {
        machines.insert(String::new(), Seen::default());
    }
    let alone = machines.len() == 1;
    let told = machines
        .into_iter()
        .filter(|(host, _)| !is_placed(host))
        .filter_map(|(host, mut seen)| {
            seen.exact.extend(unnamed.exact.iter().copied());
            if alone {
                seen.local.extend(unnamed.local.iter().copied());
            }
            Some((host, seen.offset()?))
        });
    told.collect()
}

const fn seconds(time: NaiveDateTime) -> i64 {
    time.and_utc().timestamp()
}

impl Seen {
    /// Minutes east of UTC, where one offset fits and no other as well.
    fn offset(&self) -> Option<i32> {
        if self.exact.len() > MOST || self.local.len() > MOST || self.meet(0, (AS_WRITTEN, AS_WRITTEN)) > 0 {
            return None;
        }
        let late = || self.offset_within((TOLD_LATE, SECONDS));
        self.offset_within((SECONDS, SECONDS)).or_else(late)
    }

    /// The offset at which the machine's log has moments at most so many seconds before and after the exact ones.
    fn offset_within(&self, (before, after): (i64, i64)) -> Option<i32> {
        let met = QUARTERS.map(|quarters| (self.meet(quarters * QUARTER, (before, after)), quarters));
        let mut met: Vec<(usize, i64)> = met.filter(|(moments, _)| *moments > 0).collect();
        met.sort_unstable();
        let (best, quarters) = met.pop()?;
        let is_only = met.last().is_none_or(|(second, _)| *second < best);
        // So many of the pairs meet at an offset by chance.
        let pairs = self.exact.len().saturating_mul(self.local.len()) as u64;
        let by_chance = pairs.saturating_mul((before + after).unsigned_abs()) / QUARTER.unsigned_abs();
        (is_only && best as u64 > by_chance).then(|| i32::try_from(quarters * QUARTER / 60).ok())?
    }

    /// How many of the exact moments the machine's own log has, too, if its clock is so many seconds ahead of UTC.
    fn meet(&self, ahead: i64, (before, after): (i64, i64)) -> usize {
        let met = |&&(happening, at): &&(Happening, i64)| {
            let at = at + ahead;
            let near = (happening, at - before)..=(happening, at + after);
            self.local.range(near).next().is_some()
        };
        self.exact.iter().filter(met).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Origin, Time};
    use crate::parse::test_inputs::{artifact, local};

    fn record(provider: &str, id: Option<u16>) -> Event {
        let mut event = Event::new(Origin::artifact("log"));
        event.provider = provider.into();
        event.id = id;
        event
    }

    /// A flow that failed at 14:22:12 UTC.
    fn flow() -> Artifact {
        let mut event = record(POWER_AUTOMATE.name, None);
        event.time = Some(Time::from_naive_utc_and_offset(
            local("2024-12-04 14:22:12"),
            chrono::Utc,
        ));
        artifact("run.json", vec![event])
    }

    fn sessions(records: &[(u16, &str)]) -> Artifact {
        let row = |(id, at): &(u16, &str)| {
            let mut event = record(LSM.name, Some(*id));
            event.local = Some(local(at));
            event
        };
        artifact("lsm.csv", records.iter().map(row).collect())
    }

    fn told(artifacts: &[Artifact]) -> Vec<(String, i32)> {
        offsets(artifacts, |_| false).into_iter().collect()
    }

    #[test]
    fn the_end_of_the_session_is_the_failure_of_the_flow() {
        let log = sessions(&[
            (21, "2024-12-04 15:00:02"),
            (40, "2024-12-04 15:22:09"),
            (24, "2024-12-04 15:22:09"),
        ]);
        assert_eq!(told(&[flow(), log]), [(String::new(), 60)]);
        let log = sessions(&[(23, "2024-12-04 19:52:10")]);
        assert_eq!(told(&[flow(), log]), [(String::new(), 330)]);
    }

    #[test]
    fn a_product_tells_of_the_end_a_little_later() {
        let log = sessions(&[(21, "2024-12-04 07:02:00"), (23, "2024-12-04 07:21:31")]);
        assert_eq!(told(&[flow(), log]), [(String::new(), -420)]);
        let too_early = sessions(&[(23, "2024-12-04 07:22:50")]);
        assert_eq!(told(&[flow(), too_early]), []);
    }

    #[test]
    fn what_fits_as_written_or_nowhere_or_twice_tells_nothing() {
        for records in [
            &[(23, "2024-12-04 14:22:10")][..],
            &[(23, "2024-12-04 15:21:10")],
            &[(21, "2024-12-04 15:22:10")],
            &[(23, "2024-12-04 15:22:10"), (23, "2024-12-04 16:22:10")],
            &[(23, "2024-12-05 23:22:10")],
            &[],
        ] {
            assert_eq!(told(&[flow(), sessions(records)]), [], "{records:?}");
        }
        let log = sessions(&[(23, "2024-12-04 15:22:10")]);
        assert!(offsets(&[flow(), log], |_| true).is_empty());
    }
}
