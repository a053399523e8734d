//! Whoever sends one record means what it decides: every decisive or strong item of every cause, alone in what was sent, names that
//! cause among the first three. The records are those of the causes' own tests and the lines are the literals of their signals, so that
//! a new cause is tried as it is added.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use logonscope::diagnose::Analyzer;
use logonscope::knowledge::schema::GivenDef;
use logonscope::knowledge::{CauseRule, Item, Knowledge, Subject};
use logonscope::model::{Diagnosis, Event, Level, Weight};
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
    // A client tells where it connects to in health.
    let level = if alias == "RDPClient" { "4" } else { "2" };
    let mut level = level.to_owned();
    for text in &given.data {
        write!(values, "<Data>{}</Data>", escaped(text)).ok()?;
    }
    for (field, value) in &given.fields {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        match field.as_str() {
            "provider" => provider = value,
            "level" => level = value,
            _ => write!(values, "<Data Name=\"{field}\">{}</Data>", escaped(&value)).ok()?,
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
    let audit = event.id.is_some_and(|id| (4624..=4799).contains(&id));
    let trouble = event.level == Level::Error && !audit;
    let alone = item.window.is_none() || item.weight == Weight::Decisive || trouble;
    is_heavy(item) && alone
}

fn is_heavy(item: &Item) -> bool {
    (Weight::Strong..=Weight::Decisive).contains(&item.weight) && !item.missing && item.at_least <= 1
}

/// Whether the same record speaks as heavily against the cause, or lacks what it needs.
fn is_doubtful(knowledge: &Knowledge, rule: &CauseRule, event: &Event) -> bool {
    let against =
        |item: &Item| item.weight >= Weight::Strong && !item.missing && shows(knowledge, item, event);
    let lacks = |item: &Item| item.required && !shows(knowledge, item, event);
    rule.against.iter().any(against) || rule.supports.iter().any(lacks)
}

/// Whether a record tells that something worked, or names nobody: Credential Guard writes `@@` and letters in the place of a name.
fn is_no_trouble(knowledge: &Knowledge, event: &Event) -> bool {
    let success = |index: &usize| {
        knowledge
            .signals()
            .get(*index)
            .is_some_and(|signal| signal.matches(event, ""))
    };
    let mut symptoms = knowledge.symptoms().iter();
    symptoms.any(|symptom| symptom.success.iter().any(success))
        || event
            .field_text("TargetUserName")
            .is_some_and(|name| name.starts_with("@@"))
}

/// The causes that support was found for among the first three of some incident.
fn told(diagnosis: &Diagnosis) -> BTreeSet<&str> {
    let incidents = diagnosis.incidents.iter();
    let first = incidents.flat_map(|incident| incident.causes.iter().take(3));
    first
        .filter(|cause| !cause.supports.is_empty())
        .map(|cause| &*cause.id)
        .collect()
}

/// Whether what was told is something that the cause explains, or nothing was told.
fn is_asked(rule: &CauseRule, diagnosis: &Diagnosis) -> bool {
    let explains = |symptom: &str| rule.def.explains.iter().any(|id| id == symptom);
    diagnosis.incidents.is_empty()
        || diagnosis
            .incidents
            .iter()
            .any(|incident| explains(&incident.symptom))
}

fn diagnose(analyzer: &Analyzer, name: &str, text: &str) -> Diagnosis {
    let bundle = bundle::open_memory(name, text.as_bytes().to_vec(), &Limits::default());
    analyzer.analyze_bundle(&bundle)
}

#[test]
fn a_record_that_decides_is_told_alone() {
    let knowledge = Knowledge::embedded().unwrap();
    let analyzer = Analyzer::new().unwrap();
    let mut tried = 0;
    let mut silent = Vec::new();
    for record in records(&knowledge) {
        let event = &record.event;
        if is_no_trouble(&knowledge, event) {
            continue;
        }
        let decided = |rule: &&CauseRule| {
            let mut items = rule.supports.iter();
            items.any(|item| decides(item, event) && shows(&knowledge, item, event))
                && !is_doubtful(&knowledge, rule, event)
        };
        let rules: Vec<&CauseRule> = knowledge.causes().iter().filter(decided).collect();
        if rules.is_empty() {
            continue;
        }
        let diagnosis = diagnose(&analyzer, "r.xml", &record.xml);
        for rule in rules.into_iter().filter(|rule| is_asked(rule, &diagnosis)) {
            tried += 1;
            if !told(&diagnosis).contains(&*rule.id) {
                silent.push(format!("{} {} {}", rule.id, record.name, text_of(event)));
            }
        }
    }
    assert!(tried > 100, "{tried}");
    assert!(silent.is_empty(), "{} of {tried}: {silent:#?}", silent.len());
}

/// What a text must say for the signals of text that an item looks at.
fn literals(knowledge: &Knowledge, item: &Item) -> Vec<String> {
    let Subject::Signals(signals) = &item.subject else {
        return Vec::new();
    };
    let known = signals.iter().filter_map(|index| knowledge.signals().get(*index));
    // Circumstances are no complaint by themselves.
    let of_text = known.filter(|signal| {
        !signal.is_circumstance()
            && signal.derived().is_empty()
            && signal.ids().is_empty()
            && signal.sources().is_empty()
    });
    of_text
        .flat_map(|signal| signal.texts().iter().map(|text| text.to_string()))
        .collect()
}

#[test]
fn a_line_that_decides_is_told_alone() {
    let knowledge = Knowledge::embedded().unwrap();
    let analyzer = Analyzer::new().unwrap();
    let mut tried = 0;
    let mut silent = Vec::new();
    for rule in knowledge.causes() {
        for item in rule
            .supports
            .iter()
            .filter(|item| is_heavy(item) && item.conditions.is_empty())
        {
            for literal in literals(&knowledge, item) {
                let line = format!("2026-05-04T10:00:00Z {literal}\n");
                let sent = bundle::open_memory("note.txt", line.clone().into_bytes(), &Limits::default());
                let mut events = Parser::new().text(&literal).bundle(sent).unwrap();
                let Some(event) = events
                    .find_map(Result::ok)
                    .filter(|event| shows(&knowledge, item, event))
                else {
                    continue;
                };
                if is_doubtful(&knowledge, rule, &event) {
                    continue;
                }
                let diagnosis = diagnose(&analyzer, "note.txt", &line);
                if !is_asked(rule, &diagnosis) {
                    continue;
                }
                tried += 1;
                if !told(&diagnosis).contains(&*rule.id) {
                    silent.push(format!("{}: {literal}", rule.id));
                }
            }
        }
    }
    assert!(tried > 200, "{tried}");
    assert!(silent.is_empty(), "{} of {tried}: {silent:#?}", silent.len());
}
