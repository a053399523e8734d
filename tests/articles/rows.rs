//! Each row of `ARTICLES.md`: the case that it names, written into files as customers send them, in three forms.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use logonscope::diagnose::Analyzer;
use logonscope::knowledge::Knowledge;
use logonscope::knowledge::schema::{CaseDef, CaseKind, GivenDef};
use logonscope::model::Verdict;
use logonscope::{Limits, bundle};
use serde_json::{Value as Json, json};

use super::support::archive::{Files, zip};
use super::support::evtx::{Event, Log};

/// Logs as Windows keeps them, as `wevtutil /f:xml` writes them, and as lines of JSON.
const FORMS: [&str; 3] = ["evtx", "xml", "jsonl"];

/// The first day of the cases.
const DAY: i64 = 4;

/// `d2 10:00:00` as an instant; the cases' days are those of May 2026, and those before.
fn instant(at: &str) -> String {
    let (day, time) = match at.strip_prefix('d') {
        Some(rest) => rest.split_once(' ').unwrap(),
        None => ("1", at),
    };
    let day = DAY + day.parse::<i64>().unwrap() - 1;
    let time = if time.matches(':').count() == 1 {
        format!("{time}:00")
    } else {
        time.to_owned()
    };
    // Months before May have days enough.
    let (month, day) = match day {
        1.. => (5, day),
        -29..=0 => (4, day + 30),
        -60..=-30 => (3, day + 61),
        _ => (2, day + 89),
    };
    format!("2026-{month:02}-{day:02}T{time}Z")
}

fn text_of(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The files of a case. An event that says nothing else has the level of an error.
fn files(knowledge: &Knowledge, case: &CaseDef, form: &str) -> Files {
    let mut logs: BTreeMap<(String, String), Vec<Event>> = BTreeMap::new();
    let mut lines: BTreeMap<(String, String), String> = BTreeMap::new();
    let mut files = Files::new();
    let mut facts = Vec::new();
    for (number, given) in case.given.iter().enumerate() {
        let host = given.host.as_deref().unwrap_or("RPA-07");
        if let Some(name) = &given.event {
            let (alias, id) = name.split_once('/').unwrap();
            let source = knowledge.source(alias).unwrap();
            let place = (host.to_owned(), source.channel.to_string());
            let id: u16 = id.parse().unwrap();
            let number = logs.get(&place).map_or(1, |events| events.len() + 1);
            let line = json_line(given, (&source.provider, id), (&source.channel, host), number);
            writeln!(lines.entry(place.clone()).or_default(), "{line}").unwrap();
            logs.entry(place)
                .or_default()
                .push(event(given, &source.provider, id));
        } else if let Some(text) = &given.text {
            files.push((format!("case/line{number}.log"), line(given, text).into_bytes()));
        } else if let Some(name) = &given.fact {
            let at = given.at.as_deref().map(instant);
            // An export names no host; of one host it is where the rest is.
            let host = given.host.as_deref().unwrap_or_default();
            facts.push(json!({"host": host, "name": name, "value": given.value, "scope": "plain", "at": at}));
        }
    }
    for (number, ((host, channel), events)) in logs.into_iter().enumerate() {
        let log = Log::new(&channel, &host).events(events);
        let bytes = match form {
            "evtx" => log.to_evtx(),
            "xml" => log.to_wevtutil_xml().into_bytes(),
            _ => lines.remove(&(host, channel)).unwrap().into_bytes(),
        };
        files.push((format!("case/{number}.{form}"), bytes));
    }
    let rows = |rows: Vec<Json>| rows.iter().map(Json::to_string).collect::<Vec<_>>().join(",\n");
    let (spans, facts) = (rows(spans(knowledge, case)), rows(facts));
    let capsule = format!(
        "{{\"schema\":\"logonscope.capsule/1\",\"path\":\"settings\",\"spans\":[\n{spans}\n],\"facts\":[\n{facts}\n]}}\n"
    );
    files.push(("case/settings.capsule.json".to_owned(), capsule.into_bytes()));
    files
}

/// A line of a log has a time, a run of a flow an end; what somebody pasted has neither.
fn line(given: &GivenDef, text: &str) -> String {
    let Some(at) = given.at.as_deref().map(instant) else {
        return text.to_owned();
    };
    if let Some(inner) = text.strip_prefix('{') {
        return format!("{{\"endTime\": \"{at}\", {inner}");
    }
    let user = given
        .fields
        .get("user")
        .map_or_else(String::new, |user| format!(" user: {}", text_of(user)));
    format!("{at} {text}{user}\r\n")
}

/// What the logs cover that a case says are whole.
fn spans(knowledge: &Knowledge, case: &CaseDef) -> Vec<Json> {
    let hosts: BTreeSet<&str> = case
        .given
        .iter()
        .map(|given| given.host.as_deref().unwrap_or("RPA-07"))
        .collect();
    let channels = case
        .covered
        .iter()
        .map(|alias| &knowledge.source(alias).unwrap().channel);
    let span = |channel: &str, host: &str| {
        json!({"computer": host, "channel": channel, "records": 10_000, "first_record": 1, "last_record": 10_000,
            "first": "2026-02-01T00:00:00Z", "last": "2026-08-01T00:00:00Z"})
    };
    channels
        .flat_map(|channel| hosts.iter().map(move |host| span(channel, host)))
        .collect()
}

fn event(given: &GivenDef, provider: &str, id: u16) -> Event {
    let provider = given
        .fields
        .get("provider")
        .map_or_else(|| provider.to_owned(), text_of);
    let level = given.fields.get("level").and_then(Json::as_u64);
    let mut event = Event::new(&provider, id).level(u8::try_from(level.unwrap_or(2)).unwrap());
    if let Some(at) = &given.at {
        event = event.at(instant(at).as_str());
    }
    if let Some(activity) = &given.activity {
        event = event.activity(activity);
    }
    if let Some(message) = &given.message {
        event = event.message(message);
    }
    if !given.data.is_empty() {
        return event.classic(&given.data, None);
    }
    let named = given
        .fields
        .iter()
        .filter(|(name, _)| !matches!(name.as_str(), "provider" | "level"));
    named.fold(event, |event, (name, value)| {
        event.data(name, text_of(value).as_str())
    })
}

/// The same event as a line of JSON, in the shape that `evtx_dump` gives it.
fn json_line(
    given: &GivenDef,
    (provider, id): (&str, u16),
    (channel, host): (&str, &str),
    number: usize,
) -> Json {
    let provider = given
        .fields
        .get("provider")
        .map_or_else(|| provider.to_owned(), text_of);
    let level = given.fields.get("level").and_then(Json::as_u64).unwrap_or(2);
    let data: serde_json::Map<String, Json> = given
        .fields
        .iter()
        .filter(|(name, _)| !matches!(name.as_str(), "provider" | "level"))
        .map(|(name, value)| (name.clone(), text_of(value).into()))
        .collect();
    let data = match given.data.is_empty() {
        true => Json::Object(data),
        false => json!({"Data": {"#text": given.data}}),
    };
    let mut event = json!({"Event": {
        "#attributes": {"xmlns": "http://schemas.microsoft.com/win/2004/08/events/event"},
        "System": {"Provider": {"#attributes": {"Name": provider}}, "EventID": id, "Level": level, "Channel": channel,
            "Computer": host, "EventRecordID": number},
        "EventData": data,
    }});
    let system = &mut event["Event"]["System"];
    if let Some(at) = &given.at {
        system["TimeCreated"] = json!({"#attributes": {"SystemTime": instant(at)}});
    }
    if let Some(activity) = &given.activity {
        system["Correlation"] = json!({"#attributes": {"ActivityID": activity}});
    }
    if let Some(message) = &given.message {
        event["Event"]["RenderingInfo"] = json!({"Message": message});
    }
    event
}

/// What a case expects: the verdict of its cause.
fn expected(case: &CaseDef) -> Verdict {
    case.expect
        .trim_start_matches(['>', '=', ' '])
        .parse()
        .unwrap_or(Verdict::Possible)
}

#[test]
fn every_row_holds_in_every_form() {
    let knowledge = Knowledge::embedded().unwrap();
    let analyzer = Analyzer::with_knowledge(knowledge.clone())
        .unwrap()
        .every_cause(true);
    let page = include_str!("../../src/knowledge/ARTICLES.md");
    let rows = page
        .lines()
        .filter(|line| line.starts_with("| ") && line.matches('`').count() >= 4);
    let (mut wrong, mut proven) = (Vec::new(), 0);
    for row in rows {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [step, _, cause, _, name] = cells[..] else {
            panic!("{row}")
        };
        let rule = knowledge.cause(cause.trim_matches('`')).unwrap();
        let cases = rule.cases();
        let case = cases
            .iter()
            .find(|case| case.kind == CaseKind::Hit && case.name == name)
            .unwrap();
        proven += 1;
        for form in FORMS {
            let sent = zip(&files(&knowledge, case, form));
            let diagnosis =
                analyzer.analyze_bundle(&bundle::open_memory("case.zip", sent, &Limits::default()));
            let of_symptom = || {
                let symptom = case.symptom.as_deref();
                diagnosis
                    .incidents
                    .iter()
                    .filter(move |one| symptom.is_none_or(|symptom| symptom == &*one.symptom))
            };
            let holds = of_symptom().any(|incident| {
                let place = incident.causes.iter().position(|one| one.id == rule.id);
                place.is_some_and(|place| {
                    incident.causes[place].verdict >= expected(case) && (place == 0 || !case.first)
                })
            });
            if !holds {
                let found: Vec<String> = diagnosis
                    .incidents
                    .iter()
                    .map(|one| {
                        let first = one
                            .causes
                            .iter()
                            .take(2)
                            .map(|cause| format!("{} {}", cause.id, cause.verdict));
                        format!("{}: {:?}", one.symptom, first.collect::<Vec<_>>())
                    })
                    .collect();
                wrong.push(format!(
                    "{step} {form} {} {name:?} {}: {found:?}",
                    rule.id, case.expect
                ));
            }
        }
    }
    assert!(proven >= 66, "{proven} rows");
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}
