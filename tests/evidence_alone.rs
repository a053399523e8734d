//! Whoever sends one record means what it decides: every decisive or strong item of every cause, alone in what was sent, names that
//! cause among the first three. The records are those of the causes' own tests, as event XML and as the list that Event Viewer copies, so that a new cause is tried as it is added.

use std::collections::{BTreeMap, BTreeSet};

use logonscope::diagnose::Analyzer;
use logonscope::knowledge::schema::GivenDef;
use logonscope::knowledge::{CauseRule, Item, Knowledge, Subject};
use logonscope::model::{Event, Weight};
use logonscope::parse::Parser;
use logonscope::{Limits, bundle};

/// A record as XML, and the event that the reader makes of it.
struct Record {
    name: String,
    xml: String,
    event: Event,
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

fn xml_of(knowledge: &Knowledge, given: &GivenDef) -> Option<(String, String)> {
    let name = given.event.as_deref()?;
    let (alias, id) = name.split_once('/')?;
    let source = knowledge.source(alias)?;
    let mut values = String::new();
    let mut provider = source.provider.to_string();
    let mut level = "2".to_owned();
    for text in &given.data {
        values.push_str(&format!("<Data>{}</Data>", escaped(text)));
    }
    for (field, value) in &given.fields {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        match field.as_str() {
            "provider" => provider = value,
            "level" => level = value,
            _ => values.push_str(&format!("<Data Name=\"{field}\">{}</Data>", escaped(&value))),
        }
    }
    let message = given.message.as_deref().map_or(String::new(), |text| {
        format!(
            "<RenderingInfo Culture=\"en-US\"><Message>{}</Message></RenderingInfo>",
            escaped(text)
        )
    });
    let xml = format!(
        "<Events><Event xmlns=\"http://schemas.microsoft.com/win/2004/08/events/event\"><System><Provider Name=\"{}\"/><EventID>{id}</EventID>\
         <Level>{level}</Level><TimeCreated SystemTime=\"2026-05-04T10:00:00Z\"/><EventRecordID>7</EventRecordID><Channel>{}</Channel>\
         <Computer>RPA-07</Computer></System><EventData>{values}</EventData>{message}</Event></Events>",
        escaped(&provider),
        source.channel,
    );
    Some((name.to_owned(), xml))
}

/// The records of all tests, each once.
fn records(knowledge: &Knowledge) -> Vec<Record> {
    let mut all: BTreeMap<String, String> = BTreeMap::new();
    for rule in knowledge.causes() {
        for case in rule.cases().iter() {
            for given in &case.given {
                if let Some((name, xml)) = xml_of(knowledge, given) {
                    all.insert(xml, name);
                }
            }
        }
    }
    let read = |(xml, name): (String, String)| {
        let bundle = bundle::open_memory("r.xml", xml.clone().into_bytes(), &Limits::default());
        let mut events = Parser::new().bundle(bundle).ok()?;
        let event = events.find_map(Result::ok)?;
        Some(Record { name, xml, event })
    };
    all.into_iter().filter_map(read).collect()
}

fn shows(knowledge: &Knowledge, item: &Item, event: &Event) -> bool {
    let Subject::Signals(signals) = &item.subject else {
        return false;
    };
    let text = text_of(event);
    let holds = item
        .conditions
        .iter()
        .all(|(name, condition)| condition.holds(event.field_text(name).as_deref(), &|_| None));
    let sees = |index: &usize| {
        knowledge
            .signals()
            .get(*index)
            .is_some_and(|signal| signal.derived().is_empty() && signal.matches(event, &text))
    };
    holds && signals.iter().any(sees)
}

fn text_of(event: &Event) -> String {
    let mut text = event.message.as_deref().unwrap_or_default().to_lowercase();
    for field in &event.fields {
        text.push(' ');
        text.push_str(&field.value.to_text().to_lowercase());
    }
    text
}

/// Whether an item decides by itself: it needs nothing beside it, or what it looks at is trouble.
fn decides(item: &Item, event: &Event) -> bool {
    let heavy = item.weight >= Weight::Strong && item.weight <= Weight::Decisive;
    let alone = item.window.is_none()
        || item.weight == Weight::Decisive
        || event.level == logonscope::model::Level::Error
            && event.id.is_some_and(|id| !(4624..=4799).contains(&id));
    heavy && alone && !item.missing && item.at_least <= 1
}

/// What a text must say for a signal of text alone.
fn literals(knowledge: &Knowledge, item: &Item) -> Vec<String> {
    let Subject::Signals(signals) = &item.subject else {
        return Vec::new();
    };
    let of_text = signals
        .iter()
        .filter_map(|index| knowledge.signals().get(*index))
        .filter(|signal| {
            signal.derived().is_empty() && signal.ids().is_empty() && signal.sources().is_empty()
        });
    of_text
        .flat_map(|signal| signal.texts().iter().map(|text| text.to_string()))
        .collect()
}

#[test]
fn what_a_line_decides_is_told_alone() {
    let knowledge = Knowledge::embedded().unwrap();
    let analyzer = Analyzer::new().unwrap();
    let mut silent: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    let mut tried = 0;
    for rule in knowledge.causes() {
        for item in rule.supports.iter().filter(|item| {
            item.weight >= Weight::Strong
                && item.weight <= Weight::Decisive
                && !item.missing
                && item.at_least <= 1
                && item.conditions.is_empty()
        }) {
            for literal in literals(&knowledge, item) {
                let line = format!("2026-05-04T10:00:00Z {literal}\n");
                let sent = bundle::open_memory("note.txt", line.clone().into_bytes(), &Limits::default());
                let event = Parser::new()
                    .text(&literal)
                    .bundle(bundle::open_memory(
                        "note.txt",
                        line.into_bytes(),
                        &Limits::default(),
                    ))
                    .ok()
                    .and_then(|mut events| events.find_map(Result::ok));
                let Some(event) = event else { continue };
                if !shows(&knowledge, item, &event) {
                    continue;
                }
                let diagnosis = analyzer.analyze_bundle(&sent);
                let told: BTreeSet<&str> = diagnosis
                    .incidents
                    .iter()
                    .flat_map(|incident| incident.causes.iter().take(3))
                    .filter(|cause| !cause.supports.is_empty())
                    .map(|cause| &*cause.id)
                    .collect();
                tried += 1;
                if !told.contains(&*rule.id) {
                    silent
                        .entry(&rule.id)
                        .or_default()
                        .insert(format!("{literal} -> {told:?}"));
                }
            }
        }
    }
    let count: usize = silent.values().map(BTreeSet::len).sum();
    assert!(silent.is_empty(), "{count} of {tried}: {silent:#?}");
}

#[test]
fn what_decides_is_told_alone() {
    let knowledge = Knowledge::embedded().unwrap();
    let analyzer = Analyzer::new().unwrap();
    let records = records(&knowledge);
    let mut tried = 0;
    let mut silent: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for record in &records {
        let deciding: Vec<&CauseRule> = knowledge
            .causes()
            .iter()
            .filter(|rule| {
                rule.supports
                    .iter()
                    .any(|item| decides(item, &record.event) && shows(&knowledge, item, &record.event))
            })
            .filter(|rule| {
                !rule.against.iter().any(|item| {
                    item.weight >= Weight::Strong && !item.missing && shows(&knowledge, item, &record.event)
                })
            })
            .collect();
        if deciding.is_empty() {
            continue;
        }
        let sent = bundle::open_memory("r.xml", record.xml.clone().into_bytes(), &Limits::default());
        let diagnosis = analyzer.analyze_bundle(&sent);
        let told: BTreeSet<&str> = diagnosis
            .incidents
            .iter()
            .flat_map(|incident| incident.causes.iter().take(3))
            .filter(|cause| cause.score > 0.0 && !cause.supports.is_empty())
            .map(|cause| &*cause.id)
            .collect();
        for rule in deciding {
            tried += 1;
            if !told.contains(&*rule.id) {
                silent.entry(&rule.id).or_default().insert(format!(
                    "{} -> {told:?} {}",
                    record.name,
                    text_of(&record.event)
                ));
            }
        }
    }
    assert!(tried > 100, "{tried}");
    let count: usize = silent.values().map(BTreeSet::len).sum();
    assert!(silent.is_empty(), "{count} of {tried}: {silent:#?}");
}
