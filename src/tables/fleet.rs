//! What many cases have in common: common causes, rising causes, and the symptoms that nothing explains, by fingerprint.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use super::{Case, Fingerprint};
use crate::model::{Diagnosis, Incident, Time};

/// Weeks that are shown, the last one included.
const WEEKS: usize = 12;
/// Weeks before the last one that it is compared with.
const BEFORE: usize = 4;

/// Gathers cases one by one. What it holds grows with the number of different causes, hosts and
/// fingerprints, and of cases without a diagnosis.
#[derive(Debug, Default)]
pub struct Fleet {
    states: BTreeMap<String, u64>,
    hosts: BTreeMap<Arc<str>, HostSum>,
    causes: BTreeMap<Arc<str>, Sum>,
    symptoms: BTreeMap<Arc<str>, Sum>,
    unexplained: BTreeMap<String, (Sum, Cluster)>,
    unread: Vec<Unread>,
}

/// What is counted of a cause, a symptom or a fingerprint.
#[derive(Debug, Default)]
struct Sum {
    title: String,
    cases: u64,
    incidents: u64,
    occurrences: u64,
    hosts: BTreeSet<Arc<str>>,
    /// Cases by the day on which it was first there.
    days: BTreeMap<NaiveDate, u64>,
}

#[derive(Debug, Default)]
struct HostSum {
    cases: u64,
    incidents: u64,
    causes: BTreeSet<Arc<str>>,
}

/// The result.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FleetReport {
    /// `logonscope.fleet/1`.
    pub schema: String,
    /// Cases by how they ended.
    pub states: BTreeMap<String, u64>,
    /// Causes at `possible` or better, in the most cases first.
    pub causes: Vec<Common>,
    /// Symptoms, in the most cases first.
    pub symptoms: Vec<Common>,
    /// Hosts, those of the most incidents first. Hosts of the same name count as one.
    pub hosts: Vec<HostCommon>,
    /// Causes with more cases in the last week than the weeks before let expect, the most surprising first.
    pub rising: Vec<Rising>,
    /// Incidents that no cause explains at `possible` or better, by fingerprint; in the most cases first.
    pub unexplained: Vec<Cluster>,
    /// Cases without a whole diagnosis.
    pub unread: Vec<Unread>,
}

/// A cause or a symptom over all cases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Common {
    /// Its id.
    pub id: Arc<str>,
    /// The title of a cause; empty for a symptom.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// Cases with it.
    pub cases: u64,
    /// Different hosts with it.
    pub hosts: u64,
    /// Incidents of it.
    pub incidents: u64,
    /// Occurrences in these incidents.
    pub occurrences: u64,
    /// Cases by the week of the first occurrence, the last week of the fleet last.
    pub weeks: Vec<Week>,
}

/// A host over all cases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct HostCommon {
    /// Its name.
    pub host: Arc<str>,
    /// Cases with incidents of it.
    pub cases: u64,
    /// Its incidents.
    pub incidents: u64,
    /// Their causes at `possible` or better.
    pub causes: Vec<Arc<str>>,
}

/// Seven days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Week {
    /// The first day, UTC.
    pub from: NaiveDate,
    /// Cases in which the first occurrence lies in it.
    pub cases: u64,
}

/// A cause that there is more of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Rising {
    /// Its id.
    pub id: Arc<str>,
    /// Its title.
    pub title: String,
    /// The first day of the last week, UTC.
    pub from: NaiveDate,
    /// Cases in that week.
    pub cases: u64,
    /// Cases in a week before, the mean of up to four weeks.
    pub before: f64,
}

/// Incidents of one fingerprint.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Cluster {
    /// [`Fingerprint::id`].
    pub fingerprint: String,
    /// [`Fingerprint::shape`].
    pub shape: String,
    /// Cases with it.
    pub cases: u64,
    /// Different hosts with it.
    pub hosts: u64,
    /// Incidents of it.
    pub incidents: u64,
    /// Occurrences in these incidents.
    pub occurrences: u64,
    /// The first case it was seen in, ...
    pub case: String,
    /// ... the incident there, ...
    pub incident: String,
    /// ... and its title.
    pub title: String,
}

/// A case without a whole diagnosis.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Unread {
    /// The case.
    pub case: String,
    /// How it ended.
    pub state: String,
    /// Why.
    pub detail: String,
}

impl Fleet {
    /// Adds a case.
    pub fn add(&mut self, case: &Case<'_>, diagnosis: Option<&Diagnosis>) {
        let state = self.states.entry(case.state.to_owned()).or_default();
        *state = state.saturating_add(1);
        if diagnosis.is_none() || !case.detail.is_empty() {
            self.unread.push(Unread {
                case: case.name.to_owned(),
                state: case.state.to_owned(),
                detail: case.detail.to_owned(),
            });
        }
        let incidents = diagnosis
            .map(|diagnosis| &*diagnosis.incidents)
            .unwrap_or_default();
        let mut first = Firsts::default();
        for incident in incidents {
            self.incident(case, incident, &mut first);
        }
        first.count(self);
    }

    fn incident(&mut self, case: &Case<'_>, incident: &Incident, first: &mut Firsts) {
        let host = self.hosts.entry(Arc::clone(&incident.host)).or_default();
        host.incidents = host.incidents.saturating_add(1);
        first.hosts.insert(Arc::clone(&incident.host));
        let symptom = Arc::clone(&incident.symptom);
        self.symptoms
            .entry(Arc::clone(&symptom))
            .or_default()
            .add(incident);
        earliest(&mut first.symptoms, symptom, incident.first);
        if let Some(cause) = incident.best() {
            host.causes.insert(Arc::clone(&cause.id));
            let sum = self.causes.entry(Arc::clone(&cause.id)).or_default();
            sum.add(incident);
            sum.title.clone_from(&cause.title);
            earliest(&mut first.causes, Arc::clone(&cause.id), incident.first);
            return;
        }
        let Fingerprint { id, shape } = Fingerprint::of(incident);
        let (sum, _) = self.unexplained.entry(id.clone()).or_insert_with(|| {
            let cluster = Cluster {
                fingerprint: id.clone(),
                shape,
                case: case.name.to_owned(),
                incident: incident.id.clone(),
                title: incident.title.clone(),
                ..Cluster::default()
            };
            (Sum::default(), cluster)
        });
        sum.add(incident);
        earliest(&mut first.unexplained, id, incident.first);
    }

    /// The report; its last week ends with `until`, or with the latest day on which a cause or symptom was first there. A clock that ran
    /// ahead makes a latest day that no other case reaches: then say until when.
    pub fn report(&self, until: Option<NaiveDate>) -> FleetReport {
        let days = || self.symptoms.values().flat_map(|sum| sum.days.keys().copied());
        let until = until.or_else(|| days().max());
        let since = days().min();
        let weeks = Weeks { until, since };
        let mut rising: Vec<(f64, Rising)> = self
            .causes
            .iter()
            .filter_map(|(id, sum)| weeks.rising(id, sum))
            .collect();
        rising.sort_by(|(a, one), (b, other)| b.total_cmp(a).then_with(|| one.id.cmp(&other.id)));
        let mut unexplained: Vec<Cluster> = self.unexplained.values().map(cluster).collect();
        unexplained.sort_by(|a, b| {
            (b.cases, b.incidents, &a.fingerprint).cmp(&(a.cases, a.incidents, &b.fingerprint))
        });
        FleetReport {
            schema: "logonscope.fleet/1".to_owned(),
            states: self.states.clone(),
            causes: common(&self.causes, &weeks),
            symptoms: common(&self.symptoms, &weeks),
            hosts: self.most_hosts(),
            rising: rising.into_iter().map(|(_, rising)| rising).collect(),
            unexplained,
            unread: self.unread.clone(),
        }
    }

    fn most_hosts(&self) -> Vec<HostCommon> {
        let mut hosts: Vec<HostCommon> = self
            .hosts
            .iter()
            .map(|(host, sum)| HostCommon {
                host: Arc::clone(host),
                cases: sum.cases,
                incidents: sum.incidents,
                causes: sum.causes.iter().cloned().collect(),
            })
            .collect();
        hosts.sort_by(|a, b| (b.incidents, b.cases, &a.host).cmp(&(a.incidents, a.cases, &b.host)));
        hosts
    }
}

/// What one case has, each with its first occurrence there.
#[derive(Default)]
struct Firsts {
    causes: BTreeMap<Arc<str>, Option<Time>>,
    symptoms: BTreeMap<Arc<str>, Option<Time>>,
    unexplained: BTreeMap<String, Option<Time>>,
    hosts: BTreeSet<Arc<str>>,
}

impl Firsts {
    fn count(self, fleet: &mut Fleet) {
        for (id, time) in self.causes {
            fleet.causes.entry(id).or_default().case(time);
        }
        for (id, time) in self.symptoms {
            fleet.symptoms.entry(id).or_default().case(time);
        }
        for (id, time) in self.unexplained {
            fleet.unexplained.entry(id).or_default().0.case(time);
        }
        for host in self.hosts {
            let sum = fleet.hosts.entry(host).or_default();
            sum.cases = sum.cases.saturating_add(1);
        }
    }
}

fn earliest<K: Ord>(firsts: &mut BTreeMap<K, Option<Time>>, key: K, time: Option<Time>) {
    let known = firsts.entry(key).or_insert(time);
    *known = known.iter().copied().chain(time).min();
}

impl Sum {
    fn add(&mut self, incident: &Incident) {
        self.incidents = self.incidents.saturating_add(1);
        self.occurrences = self.occurrences.saturating_add(incident.count);
        self.hosts.insert(Arc::clone(&incident.host));
    }

    fn case(&mut self, first: Option<Time>) {
        self.cases = self.cases.saturating_add(1);
        if let Some(first) = first {
            let day = self.days.entry(first.date_naive()).or_default();
            *day = day.saturating_add(1);
        }
    }
}

fn common(sums: &BTreeMap<Arc<str>, Sum>, weeks: &Weeks) -> Vec<Common> {
    let mut all: Vec<Common> = sums
        .iter()
        .map(|(id, sum)| Common {
            id: Arc::clone(id),
            title: sum.title.clone(),
            cases: sum.cases,
            hosts: sum.hosts.len() as u64,
            incidents: sum.incidents,
            occurrences: sum.occurrences,
            weeks: weeks.of(sum),
        })
        .collect();
    all.sort_by(|a, b| (b.cases, b.incidents, &a.id).cmp(&(a.cases, a.incidents, &b.id)));
    all
}

fn cluster((sum, cluster): &(Sum, Cluster)) -> Cluster {
    Cluster {
        cases: sum.cases,
        hosts: sum.hosts.len() as u64,
        incidents: sum.incidents,
        occurrences: sum.occurrences,
        ..cluster.clone()
    }
}

/// The weeks of a fleet, counted back from its last day.
struct Weeks {
    until: Option<NaiveDate>,
    since: Option<NaiveDate>,
}

impl Weeks {
    /// The weeks as far back as there is a case, the last one last.
    fn of(&self, sum: &Sum) -> Vec<Week> {
        let Some((until, since)) = self.until.zip(self.since) else {
            return Vec::new();
        };
        let mut weeks = Vec::new();
        let mut last = Some(until);
        while let Some(end) = last.filter(|end| *end >= since && weeks.len() < WEEKS) {
            let Some(from) = end.checked_sub_days(Days::new(6)) else {
                break;
            };
            let cases = sum.days.range(from..=end).map(|(_, cases)| *cases);
            weeks.push(Week {
                from,
                cases: cases.fold(0, u64::saturating_add),
            });
            last = from.pred_opt();
        }
        weeks.reverse();
        weeks
    }

    /// Whether the last week has more cases than the mean of the weeks before plus twice its root, which is what chance alone rarely
    /// exceeds; with by how many roots it does. The oldest week may be cut off and does not count unless the fleet reaches beyond it.
    fn rising(&self, id: &Arc<str>, sum: &Sum) -> Option<(f64, Rising)> {
        let weeks = self.of(sum);
        let (now, earlier) = weeks.split_last()?;
        let whole = earlier.iter().filter(|week| Some(week.from) >= self.since);
        let before: Vec<u64> = whole.rev().take(BEFORE).map(|week| week.cases).collect();
        if before.is_empty() {
            return None;
        }
        let sum_before = before.iter().copied().fold(0, u64::saturating_add);
        let mean = real(sum_before) / real(before.len() as u64);
        let surprise = (real(now.cases) - mean) / mean.max(1.0).sqrt();
        let rising = Rising {
            id: Arc::clone(id),
            title: sum.title.clone(),
            from: now.from,
            cases: now.cases,
            before: (mean * 100.0).round() / 100.0,
        };
        (surprise > 2.0).then_some((surprise, rising))
    }
}

/// A count as a real number, exact below 2^32.
fn real(count: u64) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{CASE, diagnosis, incident};
    use super::*;
    use crate::model::Verdict;

    /// A case with one incident of this verdict whose first occurrence lies so many days after the first of May.
    fn case(fleet: &mut Fleet, name: &str, days: u64, verdict: Verdict) {
        let mut diagnosis = diagnosis();
        let mut one = incident(name, verdict);
        one.first = one.first.and_then(|time| time.checked_add_days(Days::new(days)));
        diagnosis.incidents = vec![one];
        fleet.add(&Case { name, ..CASE }, Some(&diagnosis));
    }

    #[test]
    fn what_is_common_comes_first_and_counts_cases_once() {
        let mut fleet = Fleet::default();
        fleet.add(&CASE, Some(&diagnosis()));
        fleet.add(
            &Case {
                name: "again",
                ..CASE
            },
            Some(&diagnosis()),
        );
        let failed = Case {
            name: "bad",
            state: "failed",
            detail: "no archive",
            ..CASE
        };
        fleet.add(&failed, None);
        let report = fleet.report(None);
        assert_eq!(
            report.states,
            [("failed".to_owned(), 1), ("findings".to_owned(), 2)].into()
        );
        assert_eq!(report.causes.len(), 1);
        let cause = &report.causes[0];
        assert_eq!(
            (&*cause.id, cause.cases, cause.hosts, cause.incidents),
            ("password-drift", 2, 1, 2)
        );
        assert_eq!((report.symptoms[0].cases, report.symptoms[0].incidents), (2, 4));
        assert_eq!(report.unread[0].detail, "no archive");
        assert_eq!((&*report.hosts[0].host, report.hosts[0].cases), ("PC-anna", 2));
    }

    #[test]
    fn unexplained_incidents_of_one_shape_are_one_cluster() {
        let mut fleet = Fleet::default();
        for name in ["anna", "bob", "carl"] {
            case(&mut fleet, name, 0, Verdict::Unlikely);
        }
        case(&mut fleet, "dora", 0, Verdict::Possible);
        let report = fleet.report(None);
        assert_eq!(report.unexplained.len(), 1);
        let cluster = &report.unexplained[0];
        assert_eq!((cluster.cases, cluster.hosts, &*cluster.case), (3, 3, "anna"));
        assert_eq!(report.causes[0].cases, 1);
    }

    #[test]
    fn a_cause_rises_above_the_weeks_before() {
        let mut fleet = Fleet::default();
        for week in 0..6 {
            case(&mut fleet, &format!("steady-{week}"), week * 7, Verdict::Likely);
        }
        assert!(fleet.report(None).rising.is_empty(), "one a week is no rise");
        for more in 0..3 {
            case(&mut fleet, &format!("new-{more}"), 35, Verdict::Likely);
        }
        let report = fleet.report(None);
        let rising = &report.rising[0];
        assert_eq!(
            (&*rising.id, rising.cases, rising.before),
            ("password-drift", 4, 1.0)
        );
        let weeks: Vec<u64> = report.causes[0].weeks.iter().map(|week| week.cases).collect();
        assert_eq!(weeks, [1, 1, 1, 1, 1, 4]);
        let until = NaiveDate::from_ymd_opt(2026, 6, 1);
        assert!(fleet.report(until).rising.is_empty(), "the end is where one says");
    }

    #[test]
    fn one_week_has_nothing_to_rise_above() {
        let mut fleet = Fleet::default();
        for more in 0..9 {
            case(&mut fleet, &format!("new-{more}"), 0, Verdict::Likely);
        }
        assert!(fleet.report(None).rising.is_empty());
        assert_eq!(fleet.report(None), fleet.report(None));
    }
}
