//! How far a piece of evidence reaches: which records a cause must count, by what its rule says and by nothing of how it is weighed.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use logonscope::knowledge::{Item, Knowledge, Subject};
use serde_json::Value;

use crate::recount::{Listed, moment};

/// The fields that tell of whom and of what a record is: two records that agree in them, and in what they are, tell the same thing.
const TELLING: [&str; 22] = [
    "TargetUserName",
    "TargetDomainName",
    "User",
    "UserName",
    "AccountName",
    "UserContext",
    "TaskName",
    "SessionID",
    "Session",
    "Status",
    "SubStatus",
    "FailureCode",
    "LogonType",
    "ResultCode",
    "ErrorCode",
    "Reason",
    "param1",
    "param2",
    "Param1",
    "Param2",
    "IpAddress",
    "WorkstationName",
];

/// Fields in which the keys of a join stand. A record that has none of them got its key from the ledgers.
const OF_KEYS: [(&str, &[&str]); 4] = [
    (
        "user",
        &[
            "TargetUserName",
            "User",
            "UserName",
            "AccountName",
            "UserContext",
            "Param1",
            "param1",
        ],
    ),
    ("task", &["TaskName"]),
    ("session", &["SessionID", "Session"]),
    ("host", &[]),
];

/// Where records of an item lie.
pub(super) struct Reach {
    spans: Vec<(DateTime<Utc>, DateTime<Utc>)>,
    /// Fields on which the item sets conditions.
    fields: Vec<String>,
    /// The keys that join it.
    keys: Vec<String>,
}

impl Reach {
    fn new(item: &Item, times: &[DateTime<Utc>], keys: &[String]) -> Self {
        let span = |at: &DateTime<Utc>| {
            let zero = TimeDelta::zero();
            let (before, after) = item
                .window
                .map_or((zero, zero), |window| (window.before, window.after));
            (*at - before, *at + after)
        };
        let firsts = usize::from(!times.is_empty());
        let times = match item.window {
            Some(window) if window.first => &times[..firsts],
            _ => times,
        };
        Self {
            spans: times.iter().map(span).collect(),
            fields: item.conditions.iter().map(|(name, _)| name.to_string()).collect(),
            keys: keys.to_vec(),
        }
    }

    /// The records that tell the same as a cited one and lie in reach: when each is first told.
    pub fn alike(&self, cited: &Listed, events: &[Listed]) -> BTreeMap<Option<u64>, DateTime<Utc>> {
        let has = |name: &str| !cited.fields[name].is_null();
        let is_told = |key: &String| {
            let names = OF_KEYS.iter().find(|(own, _)| own == key);
            names.is_none_or(|(_, names)| names.is_empty() || names.iter().any(|name| has(name)))
        };
        let mut found = BTreeMap::new();
        if !self.keys.iter().all(is_told) {
            return found;
        }
        for event in events {
            let is_same = (event.id, &event.provider, &event.channel, &event.host)
                == (cited.id, &cited.provider, &cited.channel, &cited.host);
            let Some(at) = event.at.filter(|_| is_same) else {
                continue;
            };
            let agrees = |name: &str| event.fields[name] == cited.fields[name];
            let in_reach = self.spans.iter().any(|(from, to)| *from <= at && at <= *to);
            if in_reach
                && TELLING.iter().all(|name| agrees(name))
                && self.fields.iter().all(|name| agrees(name))
            {
                let first = found.entry(event.record).or_insert(at);
                *first = at.min(*first);
            }
        }
        found
    }
}

/// The reach of each item of a cause that a piece of evidence may be of.
pub(super) fn of(
    knowledge: &Knowledge,
    incident: &Value,
    cause: &Value,
    side: &str,
    evidence: &Value,
) -> Vec<Reach> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let rule = knowledge.cause(&text(&cause["id"])).unwrap();
    let signal = knowledge
        .signal(&text(&evidence["signal"]))
        .map(|(index, _)| index);
    let symptom = text(&incident["symptom"]);
    let times: Vec<DateTime<Utc>> = list(&incident["times"]).iter().filter_map(moment).collect();
    let keys: Vec<String> = list(&evidence["joined_by"]).iter().map(text).collect();
    let items = if side == "for" {
        &rule.supports
    } else {
        &rule.against
    };
    let mine = |item: &&Item| {
        let has = match &item.subject {
            Subject::Signals(signals) => signal.is_some_and(|signal| signals.contains(&signal)),
            Subject::Fact(..) => false,
        };
        has && item.applies_to(&symptom)
    };
    let items: Vec<&Item> = items.iter().filter(mine).collect();
    // Values that differ are counted, or what came before a success is not: only the engine knows.
    let is_open =
        |item: &&Item| item.distinct.is_some() || item.window.is_some_and(|window| window.since_success);
    if items.iter().any(is_open) {
        return Vec::new();
    }
    let reach = items.into_iter().map(|item| Reach::new(item, &times, &keys));
    reach.collect()
}
