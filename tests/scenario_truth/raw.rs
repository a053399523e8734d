//! What the product says, against the records themselves, read by another reader and joined by other code.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use evtx::EvtxParser;
use logonscope::diagnose::Analyzer;
use logonscope::{Limits, bundle};
use serde_json::Value;

use crate::judge::diagnose;
use crate::scenarios::truth::Scenario;
use crate::scenarios::world::{Form, LSM_OP};
use crate::scenarios::{self};
use crate::support::evtx::{Event, Log, time};

/// One record of the Local Session Manager.
struct Record {
    id: u64,
    at: DateTime<Utc>,
    session: u64,
    user: String,
}

/// A stay as the records tell it: session, user, its 21 and its 23, and when it was connected (21, 25) and disconnected (24).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Stay {
    session: u64,
    user: String,
    start: Option<DateTime<Utc>>,
    end: Option<DateTime<Utc>>,
    states: Vec<(DateTime<Utc>, bool)>,
}

fn records(bytes: &[u8]) -> Vec<Record> {
    let Ok(mut parser) = EvtxParser::from_buffer(bytes.to_vec()) else {
        return Vec::new();
    };
    // Damaged records tell nothing.
    let records = parser
        .records_json_value()
        .filter_map(|record| Some(record.ok()?.data["Event"].take()));
    let record = |event: Value| {
        let data = &event["UserData"]["EventXML"];
        let number = |value: &Value| value.as_u64().or_else(|| value.as_str()?.parse().ok());
        let system = &event["System"];
        if system["Channel"] != LSM_OP {
            return None;
        }
        let id = number(&system["EventID"]).or_else(|| number(&system["EventID"]["#text"]));
        let at = &system["TimeCreated"]["#attributes"]["SystemTime"];
        Some(Record {
            id: id?,
            at: at.as_str()?.parse().ok()?,
            session: number(&data["SessionID"]).unwrap_or(0),
            user: data["User"].as_str().unwrap_or_default().to_owned(),
        })
    };
    records.filter_map(record).collect()
}

/// Joins 21 and 25 with 23, each in its own start of the host, which a 32 begins.
fn stays(records: &[Record]) -> Vec<Stay> {
    let mut done = Vec::new();
    let mut open: BTreeMap<u64, Stay> = BTreeMap::new();
    for record in records {
        let stay = |start| Stay {
            session: record.session,
            user: record.user.clone(),
            start,
            end: None,
            states: Vec::new(),
        };
        let state = (record.at, record.id != 24);
        match record.id {
            32 => done.extend(std::mem::take(&mut open).into_values()),
            21 => {
                let begun = Stay {
                    states: vec![state],
                    ..stay(Some(record.at))
                };
                done.extend(open.insert(record.session, begun));
            }
            25 => {
                let known = open.entry(record.session).or_insert_with(|| stay(None));
                known.states.push(state);
            }
            // What goes after the end is the client of a session that is no more.
            24 => {
                if let Some(known) = open.get_mut(&record.session) {
                    known.states.push(state);
                }
            }
            23 => {
                let mut ended = open.remove(&record.session).unwrap_or_else(|| stay(None));
                ended.end = Some(record.at);
                done.push(ended);
            }
            _ => {}
        }
    }
    done.extend(open.into_values());
    done
}

/// The stays of a ledger.
fn ledger(diagnosis: &Value) -> Vec<Stay> {
    let moment = |value: &Value| value.as_str().and_then(|text| text.parse::<DateTime<Utc>>().ok());
    let state = |state: &Value| {
        let is_active = !state["summary"].as_str()?.starts_with("disconnected");
        Some((moment(&state["at"])?, is_active))
    };
    // Where nobody was there, the list is left out.
    let stays = diagnosis["sessions"].as_array().into_iter().flatten();
    // What audits alone tell of has no session.
    let known = stays.filter_map(|stay| {
        Some(Stay {
            session: stay["session"].as_u64()?,
            user: stay["user"].as_str().unwrap_or_default().to_owned(),
            start: moment(&stay["start"]),
            end: moment(&stay["end"]),
            states: stay["states"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(state)
                .collect(),
        })
    });
    known.collect()
}

/// The stays of the records that are not in a ledger, or more than once.
fn missed(name: &str, raw: &[Stay], ledger: &[Stay]) -> Vec<String> {
    let mut differences = Vec::new();
    for stay in raw {
        let same = ledger.iter().filter(|known| {
            known.session == stay.session
                && known.user == stay.user
                && (known.start == stay.start || stay.start.is_none())
                && (stay.end.is_none() || known.end == stay.end)
                && stay.states.iter().all(|state| known.states.contains(state))
        });
        let count = same.count();
        if count != 1 {
            differences.push(format!("{name}: {count} times in the ledger: {stay:?}"));
        }
    }
    differences
}

/// What the ledger of a bundle has otherwise than its records.
pub fn differences(scenario: &Scenario, analyzer: &Analyzer) -> Vec<String> {
    let ledger = ledger(&diagnose(&scenario.name(), &scenario.files, analyzer));
    let own = scenario
        .channels
        .iter()
        .filter(|(_, channel)| **channel == LSM_OP);
    let raw: Vec<Stay> = own
        .filter_map(|(path, _)| scenario.files.iter().find(|(name, _)| name == path))
        .flat_map(|(_, bytes)| stays(&records(bytes)))
        .collect();
    let mut differences = missed(&scenario.name(), &raw, &ledger);
    if ledger.len() != raw.len() {
        let name = scenario.name();
        differences.push(format!(
            "{name}: {} stays, {} in the ledger",
            raw.len(),
            ledger.len()
        ));
    }
    differences
}

/// The same of a folder of real logs: how many stays its logs of sessions tell, and what the ledger has otherwise.
pub fn real_differences(folder: &Path, analyzer: &Analyzer) -> (usize, Vec<String>) {
    let name = folder.display().to_string();
    let bundle = bundle::open(&[folder.to_owned()], &Limits::default()).unwrap();
    let ledger = ledger(&serde_json::to_value(analyzer.analyze_bundle(&bundle)).unwrap());
    let (mut count, mut differences) = (0, Vec::new());
    for file in std::fs::read_dir(folder).into_iter().flatten() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        if !bytes.starts_with(b"ElfFile") {
            continue;
        }
        let raw = stays(&records(&bytes));
        count += raw.len();
        differences.append(&mut missed(&name, &raw, &ledger));
    }
    (count, differences)
}

/// A story whose logs are all there as event logs, with some life behind it.
pub fn whole_logs(kind: &'static str, seed: u64) -> Scenario {
    scenarios::build(seed, kind, scenarios::inject_of(kind), |w| {
        w.form = Form::Evtx;
        w.complete = true;
        w.later = 4;
    })
}

/// The log of a robot's sessions, a few records of every kind.
fn log() -> Log {
    let start = time("2026-03-02T08:00:00Z");
    let event = |hours: i64, id: u16| {
        let event = scenarios::world::lsm(id).data("User", r"CORP\svc-robot");
        let event = event.data("SessionID", 3u32).data("Address", "10.1.0.9");
        Event::at(event, start + TimeDelta::hours(hours))
    };
    let events = (0..40).flat_map(|round| {
        [
            event(round * 5, 21),
            event(round * 5 + 1, 24),
            event(round * 5 + 2, 23),
        ]
    });
    Log::new(LSM_OP, "RPA-07").first_record(7_000).events(events)
}

fn diagnosis(files: &[(&str, Vec<u8>)], analyzer: &Analyzer) -> Value {
    let files: Vec<(String, Vec<u8>)> = files
        .iter()
        .map(|(name, bytes)| ((*name).to_owned(), bytes.clone()))
        .collect();
    let bundle = bundle::open_memory("a.zip", crate::support::archive::zip(&files), &Limits::default());
    serde_json::to_value(analyzer.analyze_bundle(&bundle)).unwrap()
}

/// Exports number the headers of their records anew. The number that a record states is its own: the same log twice counts once, and what a
/// filter left out is missing.
pub fn numbers(analyzer: &Analyzer) {
    let whole = diagnosis(&[("a/lsm.evtx", log().to_evtx())], analyzer);
    let twice = diagnosis(
        &[
            ("a/lsm.evtx", log().to_evtx()),
            ("a/saved.evtx", log().renumbered().to_evtx()),
        ],
        analyzer,
    );
    assert_eq!(whole["sessions"].as_array().unwrap().len(), 40);
    assert_eq!(whole["sessions"], twice["sessions"]);
    let cover = |diagnosis: &Value| {
        let cover = &diagnosis["coverage"][0];
        (
            cover["records"].as_u64(),
            cover["missing_records"].as_u64().unwrap_or(0),
        )
    };
    assert_eq!(cover(&whole), (Some(120), 0));
    assert_eq!(cover(&twice), (Some(120), 0));
    let mut filtered = log();
    let numbered: Vec<Event> = filtered
        .numbered()
        .into_iter()
        .map(|(number, event)| event.clone().record(number))
        .collect();
    filtered.events = numbered.into_iter().filter(|event| event.id == 23).collect();
    let filtered = diagnosis(&[("a/lsm.evtx", filtered.renumbered().to_evtx())], analyzer);
    assert_eq!(cover(&filtered), (Some(40), 78));
    let origin = &filtered["sessions"][0]["states"];
    assert!(origin.as_array().is_none_or(Vec::is_empty), "{origin}");
}
