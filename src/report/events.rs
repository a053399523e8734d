//! Normalized events, one a line: JSON for programs, CSV for spreadsheets.

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use crate::model::{Clock, Event, Field, Level, Origin, Time};

#[derive(Serialize)]
struct Line<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<Time>,
    #[serde(skip_serializing_if = "is_exact")]
    clock: Clock,
    #[serde(skip_serializing_if = "str::is_empty")]
    computer: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    channel: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    provider: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<u16>,
    level: Level,
    #[serde(skip_serializing_if = "Option::is_none")]
    sid: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    activity: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    process: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thread: Option<u32>,
    #[serde(skip_serializing_if = "no_fields")]
    fields: Fields<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
    origin: &'a Origin,
}

fn is_exact(clock: &Clock) -> bool {
    *clock == Clock::Exact
}

fn no_fields(fields: &Fields<'_>) -> bool {
    fields.0.is_empty()
}

/// Fields as an object in their order; unnamed ones as `#0`, `#1`, as knowledge files name them.
struct Fields<'a>(&'a [Field]);

impl Fields<'_> {
    fn names(&self) -> Vec<String> {
        let mut place = 0_usize;
        let name = |field: &Field| {
            if field.name.is_empty() {
                place += 1;
                format!("#{}", place - 1)
            } else {
                field.name.to_string()
            }
        };
        self.0.iter().map(name).collect()
    }
}

impl Serialize for Fields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, field) in self.names().iter().zip(self.0) {
            map.serialize_entry(name, &field.value)?;
        }
        map.end()
    }
}

/// One event as one line of JSON.
pub fn jsonl(event: &Event) -> String {
    super::jsonl::line(&Line {
        time: event.time,
        clock: event.clock,
        computer: &event.computer,
        channel: &event.channel,
        provider: &event.provider,
        id: event.id,
        level: event.level,
        sid: event.sid.as_deref(),
        activity: event.activity.as_deref(),
        process: event.process,
        thread: event.thread,
        fields: Fields(&event.fields),
        message: event.message.as_deref(),
        origin: &event.origin,
    })
}

/// The first row of the CSV form.
pub fn csv_header() -> String {
    "time,computer,channel,provider,id,level,fields,message,path,record,line,offset\r\n".to_owned()
}

/// One event as one row of CSV; its fields in one cell as `Name=value; ...`.
pub fn csv(event: &Event) -> String {
    let number = |number: Option<u64>| number.map(|number| number.to_string()).unwrap_or_default();
    let fields: Vec<String> = Fields(&event.fields)
        .names()
        .iter()
        .zip(&event.fields)
        .map(|(name, field)| format!("{name}={}", field.value.to_text()))
        .collect();
    let time = event
        .time
        .map(|time| time.format("%Y-%m-%dT%H:%M:%S%.fZ").to_string());
    super::csv::row([
        time.unwrap_or_default(),
        event.computer.to_string(),
        event.channel.to_string(),
        event.provider.to_string(),
        number(event.id.map(u64::from)),
        event.level.to_string(),
        fields.join("; "),
        event.message.as_deref().unwrap_or_default().to_owned(),
        event.origin.path.to_string(),
        number(event.origin.record),
        number(event.origin.line),
        number(event.origin.offset),
    ])
}
