//! What a report says in numbers, against the list of events: that each record it cites is there, that each time is one of a record, and
//! that it counts no more than there is from there on. The list is gone through by code that knows nothing of how causes are found.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use logonscope::bundle::Bundle;
use logonscope::diagnose::Analyzer;
use logonscope::knowledge::Knowledge;
use logonscope::parse::Parser;
use logonscope::report::{self, events};
use serde_json::Value;

use crate::reach::{self, Reach};

/// A line of the list of events.
pub(super) struct Listed {
    path: String,
    pub at: Option<DateTime<Utc>>,
    pub host: String,
    pub channel: String,
    pub provider: String,
    pub id: Option<u64>,
    pub record: Option<u64>,
    pub fields: Value,
}

/// The list of events of a bundle.
struct List {
    events: Vec<Listed>,
    /// By path and number of record or line.
    places: BTreeMap<(String, u64), Vec<usize>>,
    times: BTreeSet<DateTime<Utc>>,
    /// Local times, as if they were of UTC: the list of one log does not know what another tells of the zone.
    local: BTreeSet<DateTime<Utc>>,
}

impl List {
    fn has(&self, at: DateTime<Utc>) -> bool {
        let mut offsets = (-56..=56).map(|quarters| TimeDelta::minutes(15 * quarters));
        self.times.contains(&at)
            || !self.local.is_empty() && offsets.any(|offset| self.local.contains(&(at + offset)))
    }
}

pub(super) fn moment(value: &Value) -> Option<DateTime<Utc>> {
    let text = value.as_str()?;
    let text = if text.ends_with('Z') {
        text.to_owned()
    } else {
        format!("{text}Z")
    };
    text.parse().ok()
}

/// How many records a sentence tells of besides those of the thing that it names: "..., and 3 more of this kind".
fn others(evidence: &Value) -> u64 {
    let summary = evidence["summary"].as_str().unwrap_or_default();
    let more = summary
        .split(" more of this kind")
        .next()
        .filter(|said| said.len() < summary.len());
    let number = more.and_then(|said| said.rsplit(' ').next());
    number.and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// The number of a record, or of a line where records have none.
fn number(origin: &Value) -> Option<u64> {
    origin["record"].as_u64().or_else(|| origin["line"].as_u64())
}

fn short(name: &str) -> String {
    name.split('.').next().unwrap_or_default().to_lowercase()
}

fn list(bundle: &Bundle) -> List {
    let mut bytes = Vec::new();
    let written = Parser::new().write(bundle, events::Jsonl, |part| {
        bytes.extend_from_slice(part);
        true
    });
    written.unwrap();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let (mut all, mut places) = (Vec::new(), BTreeMap::new());
    let (mut times, mut local) = (BTreeSet::new(), BTreeSet::new());
    for line in bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let event: Value = serde_json::from_slice(line).unwrap();
        let origin = &event["origin"];
        if let Some(number) = number(origin) {
            let place: &mut Vec<usize> = places.entry((text(&origin["path"]), number)).or_default();
            place.push(all.len());
        }
        let told = moment(&event["time"]);
        let is_local = event["clock"].is_string();
        if is_local {
            local.extend(told);
        } else {
            times.extend(told);
        }
        let at = told.filter(|_| !is_local);
        all.push(Listed {
            path: text(&origin["path"]),
            at,
            host: short(&text(&event["computer"])),
            channel: text(&event["channel"]),
            provider: text(&event["provider"]).to_lowercase(),
            id: event["id"].as_u64(),
            record: origin["record"].as_u64(),
            fields: event["fields"].clone(),
        });
    }
    List {
        events: all,
        places,
        times,
        local,
    }
}

/// One bundle while it is gone through.
struct Recount<'a> {
    name: &'a str,
    list: List,
    knowledge: &'a Knowledge,
    faults: Vec<String>,
    /// How many numbers were looked at.
    checked: usize,
}

impl Recount<'_> {
    fn blame(&mut self, of: &Value, what: &str) {
        let name = self.name;
        self.faults.push(format!("{name}: {what}: {of}"));
    }

    /// The records of which a signal of this id can be, each once, from an instant on.
    fn can_show(&self, signal: &str, host: &str, from: Option<DateTime<Utc>>) -> usize {
        let known = self.knowledge.signal(signal).map(|(_, signal)| signal);
        let fits = |event: &&Listed| {
            let raw = known.filter(|signal| signal.derived().is_empty());
            let of_signal = raw.is_none_or(|signal| {
                let mut providers = signal.providers().iter();
                let named = signal.providers().is_empty()
                    || providers.any(|name| event.provider.eq_ignore_ascii_case(name));
                let listed = event
                    .id
                    .is_some_and(|id| signal.ids().iter().any(|own| u64::from(*own) == id));
                named && (signal.ids().is_empty() || listed)
            });
            let on_host = host.is_empty() || event.host.is_empty() || event.host == host;
            of_signal && on_host && from.is_none_or(|from| event.at.is_none_or(|at| at >= from))
        };
        let records: BTreeSet<(&str, u64)> = self
            .list
            .events
            .iter()
            .enumerate()
            .filter(|(_, event)| fits(event))
            .map(|(place, event)| {
                (
                    event.channel.as_str(),
                    event.record.unwrap_or(u64::MAX / 2 + place as u64),
                )
            })
            .collect();
        records.len()
    }

    /// What a record shows by itself is counted from its first one in reach of the incident, and no record of the same is left out.
    fn exact(&mut self, evidence: &Value, cited: usize, reach: &[Reach]) {
        let count = evidence["count"].as_u64().unwrap_or(1) + others(evidence);
        let cited = &self.list.events[cited];
        let Some(at) = moment(&evidence["at"]) else {
            return;
        };
        self.checked += 1;
        // Which of the items of a cause it is, the report does not say: the least of them binds.
        let of_items = reach.iter().map(|reach| reach.alike(cited, &self.list.events));
        let least = of_items.min_by_key(BTreeMap::len).unwrap_or_default();
        if let Some((record, earlier)) = least.iter().find(|(_, earlier)| **earlier < at) {
            self.blame(evidence, &format!("is not the first: {record:?} at {earlier}"));
        }
        if (count as usize) < least.len() {
            self.blame(
                evidence,
                &format!("counts {count}, and there are {}", least.len()),
            );
        }
    }

    fn evidence(&mut self, evidence: &Value, reach: &[Reach]) {
        let origin = &evidence["origin"];
        let Some(record) = origin["record"].as_u64() else {
            return;
        };
        self.checked += 1;
        let path = origin["path"].as_str().unwrap_or_default().to_owned();
        let Some(cited) = self
            .list
            .places
            .get(&(path, record))
            .and_then(|places| places.first())
        else {
            return self.blame(evidence, "cites a record that is not there");
        };
        let place = *cited;
        let cited = &self.list.events[place];
        let at = moment(&evidence["at"]);
        let told_later = matches!(cited.id, Some(41 | 6008 | 6005 | 12));
        // What a record shows by itself has the time of that record; what is derived may tell of another instant.
        let signal = evidence["signal"].as_str().unwrap_or_default();
        let is_raw = self
            .knowledge
            .signal(signal)
            .is_some_and(|(_, signal)| signal.derived().is_empty());
        let of_cited = |at: DateTime<Utc>| cited.at.is_none_or(|own| own == at);
        // A record of waking up is written with a clock that still stands where the host fell asleep.
        let woke = cited.id == Some(107);
        let is_time = at.is_none_or(|at| {
            self.list.has(at) && (!is_raw || of_cited(at))
                || told_later && cited.at >= Some(at)
                || woke && cited.at <= Some(at)
        });
        let (host, count) = (cited.host.clone(), evidence["count"].as_u64().unwrap_or(1));
        let is_own = is_raw && at.is_some_and(of_cited);
        let there = self.can_show(signal, &host, at.filter(|_| !told_later && !woke));
        if !is_time {
            self.blame(evidence, "has a time that no record has");
        }
        if count > there as u64 {
            self.blame(evidence, &format!("counts {count} of {there}"));
        }
        if is_own {
            self.exact(evidence, place, reach);
        }
    }

    fn incident(&mut self, incident: &Value) {
        self.checked += 1;
        let (first, last) = (moment(&incident["first"]), moment(&incident["last"]));
        let told = incident["times"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(moment);
        let times: Vec<DateTime<Utc>> = told.collect();
        let sorted = times.windows(2).all(|pair| pair[0] < pair[1]);
        let bounded = times.iter().all(|at| Some(*at) >= first && Some(*at) <= last);
        if !sorted || !bounded || first > last {
            self.blame(&incident["times"], "times are not in order");
        }
        let ends = (times.first().copied(), times.last().copied());
        let count = incident["count"].as_u64().unwrap_or(0);
        if ends != (first, last) || times.len() as u64 > count {
            self.blame(
                &incident["times"],
                "are not those of the first, the last and so many",
            );
        }
        let crash = incident["causes"].to_string().contains("\"unexpected-restart\"");
        let known = |at: &DateTime<Utc>| crash || self.list.has(*at);
        if !times.iter().chain(&first).chain(&last).all(known) {
            self.blame(&incident["times"], "has a time that no record has");
        }
        let within = self.list.events.iter().filter(|event| {
            let at = event.at.or(first);
            first.is_none() || at >= first && at <= last
        });
        let there = within.count() as u64;
        if !crash && count > there {
            self.blame(&incident["title"], &format!("counts more than {there}"));
        }
        for cause in incident["causes"].as_array().into_iter().flatten() {
            for side in ["for", "against"] {
                for evidence in cause[side].as_array().into_iter().flatten() {
                    let reach = reach::of(self.knowledge, incident, cause, side, evidence);
                    self.evidence(evidence, &reach);
                }
            }
        }
    }

    /// How many records the logs have, channel by channel, and that no span reaches beyond them.
    fn coverage(&mut self, coverage: &Value) {
        let mut told: BTreeMap<(String, String), u64> = BTreeMap::new();
        for cover in coverage.as_array().into_iter().flatten() {
            self.checked += 1;
            let paths = cover["paths"].to_string();
            let channel = cover["channel"].as_str().unwrap_or_default();
            *told.entry((paths, channel.to_owned())).or_default() += cover["records"].as_u64().unwrap_or(0);
        }
        for ((paths, channel), count) in told {
            let own = self.list.events.iter().enumerate();
            let own = own.filter(|(_, event)| {
                event.channel == channel && paths.contains(&format!("\"{}\"", event.path))
            });
            let places: BTreeSet<u64> = own
                .map(|(place, event)| event.record.unwrap_or(u64::MAX / 2 + place as u64))
                .collect();
            if places.len() as u64 != count {
                let what = format!("{channel} has {} records and not {count}", places.len());
                self.blame(&Value::String(paths), &what);
            }
        }
    }

    /// Each record that the report shows is there, with the time that it has there.
    fn shown(&mut self, shown: &Value) {
        let origin = &shown["origin"];
        let Some(record) = origin["record"].as_u64() else {
            return;
        };
        self.checked += 1;
        let path = origin["path"].as_str().unwrap_or_default().to_owned();
        if !self.list.places.contains_key(&(path, record)) {
            return self.blame(shown, "shows a record that is not there");
        }
        for name in ["at", "time"] {
            if moment(&shown[name]).is_some_and(|at| !self.list.has(at)) {
                self.blame(shown, "shows a time that no record has");
            }
        }
    }

    /// A code is counted no more often than there are events, and from the time of one to that of another.
    fn code(&mut self, code: &Value) {
        self.checked += 1;
        let ends = [moment(&code["first"]), moment(&code["last"])];
        let known = ends.iter().flatten().all(|at| self.list.has(*at));
        if !known || ends[0] > ends[1] || code["count"].as_u64() > Some(self.list.events.len() as u64) {
            self.blame(code, "counts or times that no records have");
        }
    }

    /// Sentences of the printed report that count: "N times since" says the same as the evidence does.
    fn printed(&mut self, diagnosis: &logonscope::model::Diagnosis) {
        let options = report::Options {
            detail: true,
            ..report::Options::default()
        };
        let text = report::render(diagnosis, report::Format::Text, &options);
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let counts: BTreeSet<u64> = diagnosis
            .incidents
            .iter()
            .flat_map(|incident| {
                let evidence = incident
                    .causes
                    .iter()
                    .flat_map(|cause| cause.supports.iter().chain(&cause.against));
                evidence.map(|evidence| evidence.count).chain([incident.count])
            })
            .collect();
        for (place, _) in text.match_indices(" times since ") {
            let number = text
                .get(..place)
                .unwrap()
                .rsplit(' ')
                .next()
                .unwrap_or_default()
                .replace(',', "");
            self.checked += 1;
            if !number.parse().is_ok_and(|number: u64| counts.contains(&number)) {
                let words = text
                    .get(..place)
                    .unwrap()
                    .chars()
                    .rev()
                    .take(60)
                    .collect::<Vec<_>>();
                let words: String = words.into_iter().rev().collect();
                self.blame(&Value::String(words), "a number that nothing counts");
            }
        }
    }
}

/// What a report of a bundle says otherwise than its records, and how many numbers were looked at.
pub fn faults(name: &str, bundle: &Bundle, analyzer: &Analyzer) -> (Vec<String>, usize) {
    let diagnosis = analyzer.analyze_bundle(bundle);
    let mut recount = Recount {
        name,
        list: list(bundle),
        knowledge: analyzer.knowledge(),
        faults: Vec::new(),
        checked: 0,
    };
    recount.printed(&diagnosis);
    let json: Value = serde_json::to_value(&diagnosis).unwrap();
    for incident in json["incidents"].as_array().unwrap() {
        recount.incident(incident);
    }
    recount.coverage(&json["coverage"]);
    for part in ["records", "happenings", "findings"] {
        for shown in json[part].as_array().into_iter().flatten() {
            recount.shown(shown);
        }
    }
    for code in json["codes"].as_array().into_iter().flatten() {
        recount.code(code);
    }
    for session in json["sessions"].as_array().into_iter().flatten() {
        recount.checked += 1;
        let bounds = [&session["start"], &session["end"]];
        let known = |bound: &&Value| moment(bound).is_none_or(|at| recount.list.has(at));
        let crashed = session["end_class"] == "crash";
        if !crashed && !bounds.iter().all(known) {
            recount.blame(session, "a stay has a time that no record has");
        }
    }
    (recount.faults, recount.checked)
}
