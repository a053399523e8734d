//! How far the clocks of two machines of one bundle are apart, told by what both wrote of one thing: a logon that a domain
//! controller checked, a connection that client and server logged. Times are never rewritten; windows are widened.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::TimeDelta;

use crate::diagnose::timeline::host::{Host, Moment};
use crate::model::providers::{AUDITING, RCM, RDP_CLIENT};
use crate::model::{ClockSkew, Event, Fact, FactScope, Origin, user_key};

/// Clocks further apart than this are not matched.
const FARTHEST: TimeDelta = TimeDelta::hours(3);
/// One thing is written on both machines within this span.
const ONE_THING: i64 = 2_000;
/// So many pairs are needed.
const PAIRS: usize = 4;
/// Events of one key beyond this number are left out.
const MOST: usize = 400;

/// What two machines tell each other apart by.
type Meetings = BTreeMap<(Side, String), Vec<(Moment, Origin)>>;

/// Where a meeting is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Side {
    /// On the machine that was logged on to, or that was connected to.
    There,
    /// On the domain controller that checked it, or on the client.
    Here,
}

/// How far one clock is ahead of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::diagnose) struct Skew {
    /// The second clock's time less the first's.
    pub ahead: TimeDelta,
    /// How many pairs of events say so.
    pub pairs: usize,
    /// One of them, on the second machine.
    origin: Origin,
}

/// The skew between the machines of a bundle, by their numbers, the lower first.
#[derive(Debug, Default)]
pub(in crate::diagnose) struct Skews(BTreeMap<(usize, usize), Skew>);

impl Skews {
    /// Estimates the skew of every two machines that met often enough.
    pub(in crate::diagnose) fn new(hosts: &[Host]) -> Self {
        let meetings: Vec<Meetings> = hosts.iter().map(meetings).collect();
        let mut skews = BTreeMap::new();
        for (first, one) in meetings.iter().enumerate() {
            for (second, other) in meetings.iter().enumerate().skip(first + 1) {
                if let Some(skew) = between(one, other) {
                    skews.insert((first, second), skew);
                }
            }
        }
        Self(skews)
    }

    /// How far the clock of `other` is ahead of that of `own`; nothing where it is not known.
    pub(in crate::diagnose) fn ahead(&self, own: usize, other: usize) -> Option<TimeDelta> {
        match own.cmp(&other) {
            std::cmp::Ordering::Less => self.0.get(&(own, other)).map(|skew| skew.ahead),
            std::cmp::Ordering::Greater => self.0.get(&(other, own)).map(|skew| -skew.ahead),
            std::cmp::Ordering::Equal => None,
        }
    }

    /// What to report of a machine: against the one that it met most often.
    pub(in crate::diagnose) fn report(&self, own: usize, hosts: &[Host]) -> Option<ClockSkew> {
        let met = self.0.iter().filter(|((a, b), _)| *a == own || *b == own);
        let (&(a, b), skew) = met.max_by_key(|((a, b), skew)| (skew.pairs, std::cmp::Reverse((*a, *b))))?;
        let other = if a == own { b } else { a };
        Some(ClockSkew {
            against: Arc::clone(&hosts.get(other)?.name),
            milliseconds: -self.ahead(own, other)?.num_milliseconds(),
            pairs: skew.pairs as u64,
        })
    }

    /// States each machine's skew as a fact, so that causes can look at it.
    pub(in crate::diagnose) fn tell(&self, hosts: &mut [Host]) {
        for ((first, second), skew) in &self.0 {
            for (number, ahead) in [(*first, -skew.ahead), (*second, skew.ahead)] {
                let Some(host) = hosts.get_mut(number) else {
                    continue;
                };
                let fact = Fact {
                    host: Arc::clone(&host.name),
                    name: Arc::from("time.skew_seconds"),
                    value: Arc::from(ahead.num_seconds().to_string()),
                    scope: FactScope::Observed,
                    at: None,
                    local: None,
                    origin: skew.origin.clone(),
                };
                host.facts.entry(Arc::clone(&fact.name)).or_default().push(fact);
            }
        }
    }
}

/// What a machine wrote of meetings with others, on its last setting of the clock.
fn meetings(host: &Host) -> Meetings {
    let raw = host.entries.get(..host.raw).unwrap_or_default();
    let last = raw.iter().filter_map(|entry| entry.at).max();
    let mut meetings = Meetings::new();
    for entry in raw {
        let Some(at) = entry
            .at
            .filter(|at| last.is_some_and(|last| at.is_on_setting_of(last)))
        else {
            continue;
        };
        let may_meet = matches!(
            entry.event.like().id,
            Some(1024 | 1149 | 4624 | 4625 | 4768 | 4771 | 4776)
        );
        if let Some(key) = may_meet.then(|| meeting(&entry.event)).flatten() {
            let list = meetings.entry(key).or_default();
            if list.len() < MOST {
                list.push((at, entry.event.origin.clone()));
            }
        }
    }
    meetings
}

/// The side and the key of an event that has a twin on another machine.
fn meeting(event: &Event) -> Option<(Side, String)> {
    let account = || {
        let name = event.field_text("TargetUserName")?;
        // Machines log on all the time, and services on their own.
        (!name.ends_with('$')).then(|| format!("account {}", user_key(&name)))
    };
    match event.id? {
        4624 | 4625 if AUDITING.wrote(event) => Some((Side::There, account()?)),
        4768 | 4771 | 4776 if AUDITING.wrote(event) => Some((Side::Here, account()?)),
        1149 if RCM.wrote(event) => {
            let server = event.computer.split('.').next()?.to_lowercase();
            Some((Side::There, format!("server {server}")))
        }
        1024 if RDP_CLIENT.wrote(event) => {
            let server = event.first_field_text(&["Value"])?;
            let server = server.split(['.', ':']).next()?.to_lowercase();
            Some((Side::Here, format!("server {server}")))
        }
        _ => None,
    }
}

/// The skew of the second machine against the first: the difference that most pairs agree on.
fn between(first: &Meetings, second: &Meetings) -> Option<Skew> {
    let mut differences: Vec<(i64, Origin)> = Vec::new();
    for ((side, key), own) in first {
        let twin = match side {
            Side::There => Side::Here,
            Side::Here => Side::There,
        };
        let Some(others) = second.get(&(twin, key.clone())) else {
            continue;
        };
        for (at, _) in own {
            let from = at.time.checked_sub_signed(FARTHEST)?;
            let start = others.partition_point(|(other, _)| other.time < from);
            let near = others.iter().skip(start);
            let near = near.take_while(|(other, _)| other.time - at.time <= FARTHEST);
            differences.extend(
                near.map(|(other, origin)| ((other.time - at.time).num_milliseconds(), origin.clone())),
            );
        }
    }
    differences.sort();
    densest(&differences)
}

/// The middle of the narrow span that holds most differences. Work that comes back every hour agrees with its neighbours nearly
/// as well: of spans that hold almost as many, the one nearest to no difference counts. A span that stands out from nothing
/// proves nothing.
fn densest(differences: &[(i64, Origin)]) -> Option<Skew> {
    let count = |from: usize| {
        let start = differences.get(from).map_or(0, |(at, _)| *at);
        differences
            .get(from..)
            .unwrap_or_default()
            .partition_point(|(at, _)| *at <= start + ONE_THING)
    };
    let counts: Vec<usize> = (0..differences.len()).map(count).collect();
    let most = counts.iter().copied().max().filter(|most| *most >= PAIRS)?;
    let good =
        (0..differences.len()).filter(|from| counts.get(*from).is_some_and(|count| count * 5 >= most * 4));
    let best = good.min_by_key(|from| {
        let at = differences.get(*from).map_or(i64::MAX, |(at, _)| at.abs());
        (at, std::cmp::Reverse(counts.get(*from).copied()))
    })?;
    let pairs = counts.get(best).copied()?;
    // By chance as many would fall into any span of this width.
    let expected = differences.len() as i64 * ONE_THING / (2 * FARTHEST.num_milliseconds());
    if (pairs as i64) < 3 * (expected + 1) {
        return None;
    }
    let (middle, origin) = differences.get(best + pairs / 2)?;
    Some(Skew {
        ahead: TimeDelta::milliseconds(*middle),
        pairs,
        origin: origin.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnose::timeline::host::Entry;
    use crate::model::{Time, Value};

    fn host(name: &str, id: u16, seconds: &[i64]) -> Host {
        let start: Time = "2026-05-04T08:00:00Z".parse().unwrap();
        let mut host = Host {
            name: Arc::from(name),
            ..Host::default()
        };
        for &second in seconds {
            let mut event = Event::new(Origin::artifact(Arc::from(name)));
            event.provider = Arc::from("Microsoft-Windows-Security-Auditing");
            event.id = Some(id);
            event.push("TargetUserName", Value::text("svc-robot"));
            let time = start + TimeDelta::seconds(second);
            host.entries.push(Entry {
                event: event.into(),
                at: Some(Moment::at(time)),
            });
        }
        host.raw = host.entries.len();
        host
    }

    const LOGONS: [i64; 6] = [10, 400, 1_730, 2_900, 7_003, 9_999];

    #[test]
    fn a_controller_five_minutes_ahead() {
        let ahead: Vec<i64> = LOGONS.iter().map(|second| second + 312).collect();
        let mut hosts = [host("DC-01", 4776, &ahead), host("RPA-07", 4624, &LOGONS)];
        let skews = Skews::new(&hosts);
        assert_eq!(skews.ahead(1, 0), Some(TimeDelta::seconds(312)));
        assert_eq!(skews.ahead(0, 1), Some(TimeDelta::seconds(-312)));
        let report = skews.report(1, &hosts).unwrap();
        assert_eq!(
            (&*report.against, report.milliseconds, report.pairs),
            ("DC-01", -312_000, 6)
        );
        skews.tell(&mut hosts);
        assert_eq!(&*hosts[1].fact("time.skew_seconds").unwrap().value, "-312");
    }

    #[test]
    fn hourly_work_is_not_taken_for_an_hour_of_skew() {
        let hourly: Vec<i64> = (0..12).map(|hour| hour * 3_600).collect();
        let skews = Skews::new(&[host("DC-01", 4776, &hourly), host("RPA-07", 4624, &hourly)]);
        assert_eq!(skews.ahead(0, 1), Some(TimeDelta::zero()));
    }

    #[test]
    fn few_pairs_prove_nothing() {
        let skews = Skews::new(&[host("DC-01", 4776, &[5, 700]), host("RPA-07", 4624, &[0, 690])]);
        assert_eq!(skews.ahead(0, 1), None);
    }
}
