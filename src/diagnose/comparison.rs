//! Two diagnoses beside each other: whether what failed before still fails, and what differs between a machine that works and one
//! that does not. Owns when that may be said; needs nothing but the two results.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::model::{Diagnosis, Incident, Lane, Time, Verdict, host_key, user_key};

/// What came of a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// It was tried again, and did not fail.
    Fixed,
    /// The later logs do not show it, and do not show that it was tried either.
    CannotTell,
    /// It fails as before.
    StillThere,
}

impl Fate {
    /// The words for it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Fixed => "fixed",
            Self::CannotTell => "cannot tell",
            Self::StillThere => "still there",
        }
    }
}

/// A fault of the earlier diagnosis and what the later one says of it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Verified {
    /// The fault.
    pub incident: Incident,
    /// What came of it.
    pub outcome: Fate,
    /// Why that is said.
    pub reason: String,
}

/// What became of each fault of `before`, and which faults of `after` are new.
pub fn verify(before: &Diagnosis, after: &Diagnosis) -> (Vec<Verified>, Vec<Incident>) {
    let verified = failed(before)
        .map(|incident| one(incident, before, after))
        .collect();
    let mut known: BTreeSet<Key> = before.incidents.iter().map(key).collect();
    let new = failed(after).filter(|incident| known.insert(key(incident)));
    (verified, new.cloned().collect())
}

/// What failed by itself: no consequence of another failure, though one cause may have broken several tasks or users alike.
fn failed(diagnosis: &Diagnosis) -> impl Iterator<Item = &Incident> {
    let is_alike = |incident: &Incident, whole: &str| {
        let whole = diagnosis.incidents.iter().find(|other| *other.id == *whole);
        whole.is_none_or(|whole| whole.symptom == incident.symptom && key(whole) != key(incident))
    };
    let mut seen: BTreeSet<Key> = BTreeSet::new();
    let alone = diagnosis
        .incidents
        .iter()
        .filter(|incident| incident.part_of.is_none());
    let roots: BTreeSet<Key> = alone.map(key).collect();
    diagnosis
        .incidents
        .iter()
        .filter(move |incident| match incident.part_of.as_deref() {
            None => true,
            Some(whole) => {
                is_alike(incident, whole) && !roots.contains(&key(incident)) && seen.insert(key(incident))
            }
        })
}

/// What makes two incidents the same fault: the symptom on the host for the user and the task; never the time or the session.
type Key = (String, String, String, String);

fn key(incident: &Incident) -> Key {
    (
        incident.symptom.to_string(),
        host_key(&incident.host),
        incident.user.as_deref().map(user_key).unwrap_or_default(),
        incident
            .task
            .as_deref()
            .map(str::to_lowercase)
            .unwrap_or_default(),
    )
}

fn one(incident: &Incident, before: &Diagnosis, after: &Diagnosis) -> Verified {
    let (outcome, reason) = judge(incident, before, after);
    Verified {
        incident: incident.clone(),
        outcome,
        reason,
    }
}

fn judge(incident: &Incident, before: &Diagnosis, after: &Diagnosis) -> (Fate, String) {
    // Exports overlap: only what is later than the last failure of before counts.
    let since = incident.last;
    let later = |time: Option<Time>| time.is_none_or(|time| since.is_none_or(|since| time > since));
    let again: u64 = after
        .incidents
        .iter()
        .filter(|other| key(other) == key(incident) && later(other.last))
        .map(|other| match other.times.as_slice() {
            [] => other.count,
            times => times.iter().filter(|time| later(Some(**time))).count() as u64,
        })
        .sum();
    if again > 0 {
        let times = if again == 1 {
            "once".to_owned()
        } else {
            format!("{again} times")
        };
        return (Fate::StillThere, format!("it failed {times} in the later logs"));
    }
    let host = host_key(&incident.host);
    if !after.hosts.iter().any(|other| host_key(&other.name) == host) {
        return (
            Fate::CannotTell,
            format!("nothing of {} is in the later logs", incident.host),
        );
    }
    let covered = after
        .coverage
        .iter()
        .filter(|cover| host_key(&cover.host) == host);
    let last = covered.filter_map(|cover| cover.to).max();
    if last.is_none_or(|last| since.is_some_and(|since| last <= since)) {
        return (
            Fate::CannotTell,
            "the later logs end before the last failure".to_owned(),
        );
    }
    match succeeded(incident, after, since) {
        Some(how) => (Fate::Fixed, how),
        None => (Fate::CannotTell, missing(incident, before, after)),
    }
}

/// How the later logs show that it works: the task ran, the user was logged on without losing the session.
fn succeeded(incident: &Incident, after: &Diagnosis, since: Option<Time>) -> Option<String> {
    let later = |time: Time| since.is_none_or(|since| time > since);
    let host = host_key(&incident.host);
    if let Some(task) = &incident.task {
        let runs = after.happenings.iter().filter(|happening| {
            let same = happening
                .subject
                .as_deref()
                .is_some_and(|subject| subject.eq_ignore_ascii_case(task));
            happening.lane == Lane::Task
                && same
                && !happening.failed
                && host_key(&happening.host) == host
                && later(happening.at)
        });
        let count = runs.count();
        return (count > 0).then(|| format!("{task} ran {}", times(count)));
    }
    let user = incident.user.as_deref().map(user_key);
    let stays = after.sessions.iter().filter(|session| {
        let own = user
            .as_ref()
            .is_none_or(|user| session.user.as_deref().map(user_key).as_ref() == Some(user));
        let whole = session.end_class.as_deref() == Some("logoff");
        own && whole && host_key(&session.host) == host && session.start.is_some_and(later)
    });
    let count = stays.count();
    (count > 0).then(|| {
        format!(
            "a session of the same kind began and ended with a plain logoff {}",
            times(count)
        )
    })
}

fn times(count: usize) -> String {
    if count == 1 {
        "once".to_owned()
    } else {
        format!("{count} times")
    }
}

/// Why nothing can be told: the log is not there, or there was no attempt.
fn missing(incident: &Incident, before: &Diagnosis, after: &Diagnosis) -> String {
    let host = host_key(&incident.host);
    let cited: BTreeSet<&str> = incident
        .causes
        .iter()
        .flat_map(|cause| &cause.supports)
        .map(|evidence| &*evidence.origin.path)
        .collect();
    let channels = |diagnosis: &Diagnosis, cited: Option<&BTreeSet<&str>>| -> BTreeSet<Arc<str>> {
        let own = diagnosis
            .coverage
            .iter()
            .filter(|cover| host_key(&cover.host) == host);
        let wanted = own
            .filter(|cover| cited.is_none_or(|cited| cover.paths.iter().any(|path| cited.contains(&**path))));
        wanted.map(|cover| Arc::clone(&cover.channel)).collect()
    };
    let had = channels(before, Some(&cited));
    let has = channels(after, None);
    let lost: Vec<&str> = had.difference(&has).map(|channel| &**channel).collect();
    if lost.is_empty() {
        "it did not fail again, and no later success is in the logs".to_owned()
    } else {
        format!("the later logs lack {}", lost.join(", "))
    }
}

/// Something that is not the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Difference {
    /// Whether a cause of the bad case looks at it.
    pub matters: bool,
    /// What kind of thing: `setting`, `right`, `version`, `code`, `log`, `fault`.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// How it is in the good case, if it is there.
    pub good: Option<String>,
    /// How it is in the bad case, if it is there.
    pub bad: Option<String>,
}

/// What differs between a case that works and one that does not; what causes of the latter look at comes first. Machines are compared
/// by name, or the only ones with each other.
pub fn differences(good: &Diagnosis, bad: &Diagnosis) -> Vec<Difference> {
    let looked_at = looked_at(bad);
    let mut all = BTreeSet::new();
    for (first, second) in pairs(good, bad) {
        let host = |diagnosis: &Diagnosis, name: &str| {
            let found = diagnosis.hosts.iter().find(|host| *host.name == *name);
            found.map(|host| host.facts.clone()).unwrap_or_default()
        };
        let (left, right) = (host(good, &first), host(bad, &second));
        let names: BTreeSet<&Arc<str>> = left.keys().chain(right.keys()).collect();
        let (left_tasks, right_tasks) = (tasks(&left), tasks(&right));
        for name in names {
            let (good, bad) = (left.get(name), right.get(name));
            // What only one has is told as a whole.
            let is_lone = |task: &&str| !(left_tasks.contains(task) && right_tasks.contains(task));
            let lone = task_of(name).filter(is_lone);
            if let Some(task) = lone.filter(|_| good != bad) {
                let there = |tasks: &BTreeSet<&str>| tasks.contains(task).then(|| "there".to_owned());
                all.insert(Difference {
                    matters: false,
                    kind: "task",
                    name: task.to_owned(),
                    good: there(&left_tasks),
                    bad: there(&right_tasks),
                });
            } else if good != bad {
                all.insert(Difference {
                    matters: looked_at.contains(&**name),
                    kind: kind_of(name),
                    name: name.to_string(),
                    good: good.cloned(),
                    bad: bad.cloned(),
                });
            }
        }
    }
    all.extend(mix(good, bad));
    let mut list: Vec<Difference> = all.into_iter().collect();
    let place = |kind: &str| ORDER.iter().position(|other| *other == kind);
    list.sort_by(|a, b| (!a.matters, place(a.kind), &a.name).cmp(&(!b.matters, place(b.kind), &b.name)));
    list
}

/// The kinds of differences: what somebody set comes before what came of it.
const ORDER: [&str; 7] = ["fault", "setting", "right", "version", "task", "code", "log"];

/// The facts that causes of at least possible incidents cite or ask for.
fn looked_at(bad: &Diagnosis) -> BTreeSet<&str> {
    let causes = bad
        .incidents
        .iter()
        .flat_map(|incident| &incident.causes)
        .filter(|cause| cause.verdict >= Verdict::Possible);
    let mut names = BTreeSet::new();
    for cause in causes {
        names.extend(
            cause
                .supports
                .iter()
                .chain(&cause.against)
                .map(|evidence| &*evidence.signal),
        );
        names.extend(cause.unknown.iter().map(|missing| &*missing.signal));
    }
    names
}

/// The task that a setting is of: `task.\Nightly.Enabled`.
fn task_of(name: &str) -> Option<&str> {
    let (task, _) = name.strip_prefix("task.")?.rsplit_once('.')?;
    Some(task)
}

/// The tasks of which there are settings.
fn tasks(facts: &BTreeMap<Arc<str>, String>) -> BTreeSet<&str> {
    facts.keys().filter_map(|name| task_of(name)).collect()
}

fn kind_of(name: &str) -> &'static str {
    match name.split_once('.') {
        Some(("right", _)) => "right",
        Some(("os" | "program", _)) | Some((_, "version")) => "version",
        _ => "setting",
    }
}

fn pairs(good: &Diagnosis, bad: &Diagnosis) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    for host in &bad.hosts {
        let same = good
            .hosts
            .iter()
            .find(|other| host_key(&other.name) == host_key(&host.name));
        pairs.extend(same.map(|same| (same.name.to_string(), host.name.to_string())));
    }
    // Two machines that are to be alike have two names: those with the most facts are compared.
    let most = |diagnosis: &Diagnosis| {
        diagnosis
            .hosts
            .iter()
            .max_by_key(|host| host.facts.len())
            .map(|host| host.name.to_string())
    };
    if pairs.is_empty() {
        pairs.extend(most(good).zip(most(bad)));
    }
    pairs
}

/// How many times as often in the same time something must come to be told though both have it.
const OFTEN: u64 = 5;
/// Fewer are chance.
const FEWEST: u64 = 10;

/// Codes, logs and faults that only one of the two shows, or one far more often in the same time.
fn mix(good: &Diagnosis, bad: &Diagnosis) -> Vec<Difference> {
    let mut all = Vec::new();
    for (kind, left, right) in [
        ("code", codes(good), codes(bad)),
        ("fault", faults(good), faults(bad)),
        ("log", logs(good), logs(bad)),
    ] {
        let names: BTreeSet<&String> = left.keys().chain(right.keys()).collect();
        // A log holds records, a code is met in records, a fault happens.
        let counted = |count: &u64| match kind {
            "fault" => times(usize::try_from(*count).unwrap_or(usize::MAX)),
            _ if *count == 1 => "1 record".to_owned(),
            _ => format!("{count} records"),
        };
        let differ = |(one, other): (u64, u64)| {
            let rates = (one.saturating_mul(hours(bad)), other.saturating_mul(hours(good)));
            let (less, more) = (rates.0.min(rates.1), rates.0.max(rates.1));
            kind != "log" && one.max(other) >= FEWEST && more >= less.saturating_mul(OFTEN)
        };
        for name in names {
            let (good, bad) = (left.get(name), right.get(name));
            if good.copied().zip(bad.copied()).is_none_or(differ) {
                all.push(Difference {
                    matters: kind == "fault",
                    kind,
                    name: name.clone(),
                    good: good.map(counted),
                    bad: bad.map(counted),
                });
            }
        }
    }
    all
}

/// How long the logs of a case go on.
fn hours(diagnosis: &Diagnosis) -> u64 {
    let covers = || diagnosis.coverage.iter();
    let from = covers().filter_map(|cover| cover.from).min();
    let to = covers().filter_map(|cover| cover.to).max();
    let span = from.zip(to).map_or(0, |(from, to)| (to - from).num_hours());
    u64::try_from(span).unwrap_or_default().max(1)
}

/// How many records show each code.
fn codes(diagnosis: &Diagnosis) -> BTreeMap<String, u64> {
    let codes = diagnosis.codes.iter().map(|code| {
        let meaning = code.symbol.as_deref().unwrap_or(&code.meaning);
        let name = match meaning.trim_end_matches('.') {
            "" => code.value.clone(),
            meaning => format!("{} ({meaning})", code.value),
        };
        (name, code.count)
    });
    codes.collect()
}

/// How often each fault happened.
fn faults(diagnosis: &Diagnosis) -> BTreeMap<String, u64> {
    let roots = diagnosis
        .incidents
        .iter()
        .filter(|incident| incident.part_of.is_none());
    let mut counts = BTreeMap::new();
    for incident in roots {
        let count: &mut u64 = counts.entry(incident.title.clone()).or_default();
        *count = count.saturating_add(incident.count);
    }
    counts
}

/// How many records there are of each log.
fn logs(diagnosis: &Diagnosis) -> BTreeMap<String, u64> {
    let covers = diagnosis.coverage.iter();
    covers
        .map(|cover| (cover.channel.to_string(), cover.records))
        .collect()
}

#[cfg(test)]
mod tests;
