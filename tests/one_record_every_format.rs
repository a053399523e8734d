//! The format must not decide what an event says: records of the events that ledgers and the heaviest signals use, each written in every
//! format that tools export, in the languages whose texts are known, must be the same enriched event; what a format cannot carry, its
//! entry in `FORMATS` tells.
//!
//! `one_record_every_format/records.toml` holds the records and the texts that Windows shows for them; nothing of it comes from the
//! forms of sentences that the product knows.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test may panic"
)]

#[path = "one_record_every_format/renderers.rs"]
mod renderers;
mod support;
#[path = "one_record_every_format/verdicts.rs"]
mod verdicts;

use std::collections::{BTreeMap, BTreeSet};

use logonscope::Limits;
use logonscope::bundle;
use logonscope::knowledge::Knowledge;
use logonscope::model::{Event, Level, Value};
use logonscope::parse::Parser;
use serde::Deserialize;

/// One record, and what Windows shows for it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    provider: String,
    channel: String,
    id: u16,
    level: u8,
    /// `data`: named values; `user`: those of `UserData`; `strings`: values without names.
    body: String,
    #[serde(default)]
    fields: Vec<(String, String)>,
    /// Binary data behind the strings, in hexadecimal.
    binary: Option<String>,
    text: String,
    /// What the text shows for values that are numbers of messages or SIDs of known names.
    #[serde(default)]
    shown: BTreeMap<String, String>,
    /// Fields in a paragraph of their own, which a sentence pasted alone does not have.
    #[serde(default)]
    cut: Vec<String>,
    /// The text in other languages.
    #[serde(default)]
    texts: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct File {
    record: Vec<Record>,
}

/// What of the payload a format carries.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Payload {
    /// All of it.
    Whole,
    /// All but binary data.
    Values,
    /// The values with their names; strings without names only as far as the text shows them.
    Named,
    /// The values with their names; strings without names under names of the tool.
    Renamed,
    /// What the text shows.
    Text,
}

/// A format.
struct Format {
    name: &'static str,
    render: fn(&Record) -> Vec<u8>,
    payload: Payload,
    /// What of the frame it does not carry.
    lacks: &'static [Part],
}

/// A part of an event beside its provider, id and payload.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Channel,
    Computer,
    Level,
    Number,
    Time,
}
use Part::{Channel, Computer, Number, Time};

const FORMATS: &[Format] = &[
    format(
        "event log",
        |record| renderers::log(record).to_evtx(),
        Payload::Whole,
        &[],
    ),
    format("evtx_dump JSON", renderers::evtx_dump, Payload::Whole, &[]),
    format("EvtxECmd CSV", renderers::evtxecmd, Payload::Whole, &[]),
    format("ConvertTo-Json", renderers::convert_to_json, Payload::Values, &[]),
    format("Winlogbeat", renderers::winlogbeat, Payload::Renamed, &[]),
    format("NXLog", renderers::nxlog, Payload::Named, &[]),
    format(
        "wevtutil text",
        |record| renderers::wevtutil_text(record, "en"),
        Payload::Text,
        &[Number],
    ),
    format(
        "Event Viewer list",
        |record| renderers::viewer_list(record, "en"),
        Payload::Text,
        &[Number],
    ),
    format(
        "Event Viewer CSV",
        |record| renderers::viewer_csv(record, "en"),
        Payload::Text,
        &[Channel, Computer, Number],
    ),
    format("Export-Csv", renderers::export_csv, Payload::Text, &[]),
    format(
        "pasted sentence",
        renderers::sentence,
        Payload::Text,
        &[Channel, Computer, Part::Level, Number, Time],
    ),
];

const fn format(
    name: &'static str,
    render: fn(&Record) -> Vec<u8>,
    payload: Payload,
    lacks: &'static [Part],
) -> Format {
    Format {
        name,
        render,
        payload,
        lacks,
    }
}

fn records() -> Vec<Record> {
    let text = include_str!("one_record_every_format/records.toml");
    toml::from_str::<File>(text).unwrap().record
}

/// The events of a file as the product enriches them.
fn read(parser: &Parser, bytes: Vec<u8>) -> Vec<Event> {
    let bundle = bundle::open_memory("export", bytes, &Limits::default());
    let mut events = Vec::new();
    let keep = |event: &Event| {
        events.push(event.clone());
        true
    };
    parser.each(&bundle, keep).unwrap();
    events
}

/// A value as any format may write it; `None` for nothing.
fn value(value: &Value) -> Option<String> {
    let text = value.to_text();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = text.trim_matches(['{', '}']);
    let hexadecimal = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
    let number = match hexadecimal {
        Some(digits) => u64::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    };
    match (text, number) {
        ("" | "-", _) => None,
        (_, Some(number)) => Some(number.to_string()),
        (text, None) if text.len() == 36 => Some(text.to_lowercase()),
        (text, None) => Some(text.to_owned()),
    }
}

/// The fields of an event; strings without a name by their place.
fn fields(event: &Event) -> BTreeMap<String, String> {
    let mut place = 0;
    let mut all = BTreeMap::new();
    for field in &event.fields {
        let name = if field.name.is_empty() {
            place += 1;
            format!("#{}", place - 1)
        } else {
            field.name.to_lowercase()
        };
        if let Some(value) = value(&field.value) {
            all.entry(name).or_insert(value);
        }
    }
    all
}

/// Fields that are made of others, and cannot be there where those are not.
const COMPUTED: [&str; 6] = [
    "failurecode",
    "binary",
    "lastalive",
    "utcoffsetminutes",
    "code",
    "address",
];

/// The fields that an event of this format must have: all, or those that the text shows as they are.
fn carried(
    record: &Record,
    format: &Format,
    language: &str,
    all: &BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    let text = record.texts.get(language).unwrap_or(&record.text);
    let is_shown = |name: &str| {
        let own = record.fields.iter().enumerate().find(|(at, (field, _))| {
            let key = if field.is_empty() {
                format!("#{at}")
            } else {
                field.to_lowercase()
            };
            key == name
        });
        match own {
            Some((at, (field, _))) => {
                let key = record.key(at, field);
                let is_cut = record.cut.contains(&key) && format.lacks.contains(&Time);
                text.contains(&format!("{{{key}}}")) && !record.shown.contains_key(&key) && !is_cut
            }
            // Made of others: of strings and values that the text shows, unless it is told otherwise.
            None => record.binary.is_none() || !COMPUTED.contains(&name),
        }
    };
    let is_carried = |name: &str| match format.payload {
        Payload::Whole => true,
        Payload::Values => record.binary.is_none() || !COMPUTED.contains(&name),
        Payload::Named if record.body == "strings" => is_shown(name),
        Payload::Renamed if record.body == "strings" => false,
        Payload::Named | Payload::Renamed => true,
        Payload::Text => is_shown(name),
    };
    let all = all.iter().filter(|(name, _)| is_carried(name));
    all.map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// A level as a word, which every format has for what Windows always logs.
fn word(level: Level) -> String {
    let shown = if level == Level::None {
        Level::Information
    } else {
        level
    };
    shown.to_string()
}

/// Says how an event differs from what it should be.
fn compare(
    record: &Record,
    (format, language): (&Format, &str),
    wanted: &Event,
    found: &[Event],
) -> Vec<String> {
    let mut wrong = Vec::new();
    let [event] = found else {
        let ids: Vec<_> = found.iter().map(|event| event.id).collect();
        return vec![format!("{} events instead of one: {ids:?}", found.len())];
    };
    let mut differ = |what: &str, wanted: String, found: String| {
        if wanted != found {
            wrong.push(format!("{what}: {found:?} instead of {wanted:?}"));
        }
    };
    let lower = |text: &str| text.to_lowercase();
    differ("provider", lower(&wanted.provider), lower(&event.provider));
    differ("id", format!("{:?}", wanted.id), format!("{:?}", event.id));
    let parts: [(Part, &str, Said); 5] = [
        (Channel, "channel", |event| event.channel.to_string()),
        (Computer, "computer", |event| event.computer.to_string()),
        (Part::Level, "level", |event| word(event.level)),
        (Number, "number", |event| format!("{:?}", event.record_id)),
        (Time, "time", |event| {
            format!("{:?}", event.time.map(|time| time.timestamp()))
        }),
    ];
    for (part, name, of) in parts {
        if !format.lacks.contains(&part) {
            differ(name, of(wanted), of(event));
        }
    }
    let all = fields(wanted);
    let must = carried(record, format, language, &all);
    let is_allowed = |name: &str, value: &str| match format.payload {
        Payload::Renamed if record.body == "strings" => true,
        _ => {
            let is_words = record.shown.iter().any(|(key, words)| {
                let key = key
                    .parse::<u8>()
                    .map_or_else(|_| key.to_lowercase(), |place| format!("#{place}"));
                key == name && words.starts_with(value.trim_end_matches('.'))
            });
            all.get(name).is_some_and(|wanted| wanted == value) || is_words
        }
    };
    let got = fields(event);
    for (name, value) in &must {
        differ(name, value.clone(), got.get(name).cloned().unwrap_or_default());
    }
    for (name, value) in got.iter().filter(|(name, _)| !must.contains_key(*name)) {
        if !is_allowed(name, value) {
            differ(name, String::new(), value.clone());
        }
    }
    wrong
}

#[test]
fn one_record_is_one_event_in_every_format() {
    let texts = Knowledge::for_listing().unwrap().record_texts().clone();
    let parser = Parser::new().assume_zone("+02:00").record_texts(texts);
    let mut wrong = Vec::new();
    let mut whole: BTreeMap<&str, usize> = BTreeMap::new();
    let records = records();
    for record in &records {
        let xml = renderers::log(record).to_viewer_xml().into_bytes();
        let [wanted] = &read(&parser, xml)[..] else {
            panic!("the XML of {} {} is not one event", record.provider, record.id);
        };
        let all = fields(wanted);
        for (at, (name, text)) in record.fields.iter().enumerate() {
            let name = if name.is_empty() {
                format!("#{at}")
            } else {
                name.to_lowercase()
            };
            let about = format!("{name} of {} {}", record.provider, record.id);
            assert_eq!(
                all.get(&name).cloned(),
                value(&Value::text(text.as_str())),
                "{about}"
            );
        }
        for format in FORMATS {
            let mut found = read(&parser, (format.render)(record));
            // What the text explains behind its values is a line of the note.
            found.retain(|event| !format.lacks.contains(&Time) || event.id.is_some());
            let lines = compare(record, (format, "en"), wanted, &found);
            *whole.entry(format.name).or_default() += usize::from(lines.is_empty());
            let about = format!("{} {} as {}", record.provider, record.id, format.name);
            wrong.extend(lines.into_iter().map(|line| format!("{about}: {line}")));
        }
        for language in record.texts.keys() {
            for (name, render) in localized(language) {
                let format = FORMATS.iter().find(|format| format.name == name).unwrap();
                let found = read(&parser, render(record, language));
                let lines = compare(record, (format, language), wanted, &found);
                let about = format!("{} {} as {name} ({language})", record.provider, record.id);
                wrong.extend(lines.into_iter().map(|line| format!("{about}: {line}")));
            }
        }
    }
    let kinds: BTreeSet<_> = records
        .iter()
        .map(|record| (&record.provider, record.id))
        .collect();
    assert!(kinds.len() >= 60, "{} kinds of records", kinds.len());
    assert!(
        wrong.is_empty(),
        "{} differences, alike per format {whole:?} of {}:\n{}",
        wrong.len(),
        records.len(),
        wrong.join("\n")
    );
}

type Said = fn(&Event) -> String;

type Localized = fn(&Record, &str) -> Vec<u8>;

/// The formats that show texts in the language of the machine.
fn localized(language: &str) -> Vec<(&'static str, Localized)> {
    let mut formats: Vec<(&'static str, Localized)> = vec![
        ("wevtutil text", renderers::wevtutil_text),
        ("Event Viewer CSV", renderers::viewer_csv),
    ];
    if language == "de" {
        formats.push(("Event Viewer list", renderers::viewer_list));
    }
    formats
}
