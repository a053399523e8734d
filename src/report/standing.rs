//! How it stands, for the first lines: how many faults and failures there are, whether the first still shows, and what the customer asks
//! about. Owns which failures of several incidents are the same.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use super::answer::Teller;
use super::{places, wording};
use crate::model::{Incident, Time, same_user};

/// What two incidents tell of one failure lies no further apart.
const ONE_FAILURE: TimeDelta = TimeDelta::seconds(5);

impl<'d> Teller<'d> {
    /// How many faults and failures there are, and whether the first still shows.
    pub(super) fn standing(&self, incident: &Incident) -> String {
        let faults = self.faults();
        let told = incident.count.max(1);
        let own = self.failures(incident);
        let all: u64 = faults.iter().map(|fault| self.failures(fault)).sum();
        let number = wording::counted(faults.len() as u64, "fault");
        let failures = wording::counted(all, "failure");
        let mut text = match faults.len() {
            // It says itself that it happened once.
            0 | 1 if own == 1 => format!("{number}; it "),
            // Otherwise nobody knows why the numbers of this line and of the next differ.
            0 | 1 if own > told => format!(
                "{number}, {failures}: {told} as told here, {} more of the same cause; it ",
                own - told
            ),
            0 | 1 => format!("{number}, {failures}; it "),
            _ => format!("{number}, {failures}. The first "),
        };
        let when = |time| self.clock.weekday(&incident.host, time, self.said);
        text += &wording::course(incident, own, when);
        text
    }

    /// How often it failed, with what others tell of it; a failure that both tell is one.
    fn failures(&self, incident: &Incident) -> u64 {
        let parts = self.diagnosis.incidents.iter();
        let parts = parts.filter(|other| other.part_of.as_ref() == Some(&incident.id));
        let mut known = Known::default();
        known.take(incident);
        parts.map(|part| known.take(part)).sum::<u64>() + incident.count.max(1)
    }

    /// What the customer's own words ask about, where that decides which fault comes first.
    pub(super) fn question(&self) -> Option<String> {
        let question = self.diagnosis.question.as_ref()?;
        let first = self.diagnosis.incidents.first()?;
        let names: Vec<&str> = question
            .notes
            .iter()
            .map(|path| places::file_name(path))
            .collect();
        let asks = match names.as_slice() {
            [one] => format!("{one} asks"),
            [first, second] => format!("{first} and {second} ask"),
            [first, rest @ ..] => format!("{first} and {} more texts ask", rest.len()),
            [] => "The customer asks".to_owned(),
        };
        let named = question
            .users
            .iter()
            .chain(&question.tasks)
            .chain(&question.hosts);
        let named: Vec<&str> = named.map(String::as_str).take(2).collect();
        if !question.found {
            let about = match named.as_slice() {
                [] => "something else".to_owned(),
                names => names.join(" and "),
            };
            return Some(format!(
                "{asks} about {about}. Nothing was found of that: what follows befell others."
            ));
        }
        let decides = self.faults().len() > 1 && first.asked == Some(true);
        let is_other = |incident: &&Incident| incident.asked == Some(false);
        let others = self.faults().into_iter().filter(is_other).count() as u64;
        let rest = match others {
            0 => ".".to_owned(),
            1 => "; one of the others is somebody else's.".to_owned(),
            others => format!("; {others} of the others are other people's."),
        };
        decides.then(|| format!("{asks} about the first{rest}"))
    }

    /// The incidents that no other one tells.
    pub(super) fn faults(&self) -> Vec<&'d Incident> {
        let told = |incident: &&Incident| incident.part_of.is_none();
        self.diagnosis.incidents.iter().filter(told).collect()
    }
}

/// The failures that were counted already.
#[derive(Default)]
struct Known<'d> {
    by_time: BTreeMap<Time, Vec<&'d Incident>>,
    /// Each incident, and how many failures it added.
    all: Vec<(&'d Incident, u64)>,
}

impl<'d> Known<'d> {
    /// Takes those of an incident, and tells how many were not known.
    fn take(&mut self, incident: &'d Incident) -> u64 {
        let count = incident.count.max(1);
        let listed = incident.times.len() as u64;
        // Without times, and where so many are listed that they may be but some, their number alone is compared.
        let fresh = if listed == 0 || (listed < count && listed > LISTED) {
            let same = self.all.iter().filter(|(other, _)| is_of_one(other, incident));
            count.saturating_sub(same.map(|(_, added)| added).sum())
        } else {
            let new = incident.times.iter().filter(|time| !self.has(**time, incident));
            // Several may be of one instant.
            (count * new.count() as u64).div_ceil(listed)
        };
        for time in &incident.times {
            self.by_time.entry(*time).or_default().push(incident);
        }
        self.all.push((incident, fresh));
        fresh
    }

    fn has(&self, time: Time, incident: &Incident) -> bool {
        let from = time.checked_sub_signed(ONE_FAILURE).unwrap_or(time);
        let to = time.checked_add_signed(ONE_FAILURE).unwrap_or(time);
        let near = self.by_time.range(from..=to).flat_map(|(_, all)| all);
        near.into_iter().any(|other| is_of_one(other, incident))
    }
}

/// Times that an incident lists whatever their number.
const LISTED: u64 = 100;

/// Whether two incidents may tell of one failure: they name no two hosts, tasks, users or sessions.
fn is_of_one(a: &Incident, b: &Incident) -> bool {
    let agree = |a: Option<&str>, b: Option<&str>, same: fn(&str, &str) -> bool| {
        a.zip(b).is_none_or(|(a, b)| same(a, b))
    };
    a.host == b.host
        && agree(a.task.as_deref(), b.task.as_deref(), str::eq_ignore_ascii_case)
        && agree(a.user.as_deref(), b.user.as_deref(), same_user)
        && a.session.zip(b.session).is_none_or(|(a, b)| a == b)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(task: &str, count: u64, minutes: &[u32]) -> Incident {
        let time = |minute: &u32| format!("2026-05-04T10:{minute:02}:00Z").parse().unwrap();
        Incident {
            host: "RPA-07".into(),
            task: Some(task.into()),
            count,
            times: minutes.iter().map(time).collect(),
            ..Incident::default()
        }
    }

    #[test]
    fn a_failure_that_two_incidents_tell_is_counted_once() {
        let (first, told, other) = (
            failed("\\A", 3, &[0, 10, 20]),
            failed("\\a", 2, &[10, 30]),
            failed("\\B", 3, &[0, 10, 20]),
        );
        let nowhen = failed("\\A", 4, &[]);
        let mut known = Known::default();
        assert_eq!(known.take(&first), 3);
        assert_eq!(known.take(&told), 1);
        assert_eq!(known.take(&other), 3, "another task failed then, too");
        assert_eq!(known.take(&nowhen), 0, "as many are known");
    }
}
