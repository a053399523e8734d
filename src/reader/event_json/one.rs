//! One object of JSON to an [`Event`]. Must not know how objects are found.

use std::sync::Arc;

use chrono::DateTime;
use serde_json::{Map, Value as Json};

use super::origins::{ADDED, DETAILS, ORIGINS, Origin, Paths};
use super::payload;
use crate::model::providers::{HAYABUSA_CHANNELS, HAYABUSA_PROVIDERS};
use crate::model::{Event, Origin as Place, Value};
use crate::reader::event_xml::{Draft, Input, Slot};
use crate::reader::json::{is_net_date, net_millis};
use crate::reader::local_time::{self, DateOrder, Stamp};
use crate::reader::record_words;

/// An event, and what its record says besides.
pub(super) struct Record {
    /// The event.
    pub(super) event: Event,
    /// When it arrived at a collector, where its own time says no zone.
    pub(super) received: Option<crate::model::Time>,
}

/// The event that an object is; `None` where it is none.
pub(super) fn record(object: &Map<String, Json>, place: &Place) -> Option<Record> {
    if let Some(system) = object.get("System").and_then(Json::as_object)
        && let Some(event) = schema(object, system, place)
    {
        return Some(Record {
            event,
            received: None,
        });
    }
    let origin = ORIGINS.iter().find(|origin| is_of(object, origin))?;
    let mut draft = Draft::new(place.clone());
    for (slot, paths) in origin.slots {
        if let Some(value) = first(object, paths) {
            fill(&mut draft, *slot, value, origin.utc);
        }
    }
    let mut event = draft.finish();
    event.id?;
    tell_names(&mut event);
    event.message = first(object, origin.message).and_then(text).map(Arc::from);
    for path in origin.payload {
        if let Some(value) = at(object, path) {
            payload::members(&mut event, value);
        }
    }
    if event.fields.is_empty() {
        tell_strings(&mut event, first(object, origin.strings));
    }
    if origin.rest {
        tell_rest(&mut event, object, origin);
    }
    if origin.shortens {
        tell_details(&mut event);
    }
    let received = first(object, origin.received)
        .filter(|_| event.time.is_none() && event.local.is_some())
        .and_then(stamp);
    let received = match received {
        Some(Stamp::Exact(time)) => Some(time),
        _ => None,
    };
    Some(Record { event, received })
}

fn is_of(object: &Map<String, Json>, origin: &Origin) -> bool {
    origin.marks.iter().all(|paths| {
        paths
            .iter()
            .any(|path| at(object, path).is_some_and(|value| !value.is_null()))
    })
}

/// Whether names are the marks of a tool's records, with what tells the id and the time.
pub(super) fn has_marks(names: &[String]) -> bool {
    let any_of = |paths: Paths| paths.iter().any(|path| names.iter().any(|name| name == path));
    ORIGINS.iter().any(|origin| {
        let mut marks = origin.marks.iter();
        let tells = |wanted: Slot| {
            let mut slots = origin.slots.iter();
            slots.any(|(slot, paths)| *slot == wanted && any_of(paths))
        };
        !origin.marks.is_empty() && marks.all(|paths| any_of(paths)) && tells(Slot::Id) && tells(Slot::Time)
    })
}

/// The value at a path: by its whole name, as flattened objects have it, or step by step.
fn at<'a>(object: &'a Map<String, Json>, path: &str) -> Option<&'a Json> {
    if let Some(value) = object.get(path) {
        return Some(value);
    }
    let (name, rest) = path.split_once('.')?;
    at(object.get(name)?.as_object()?, rest)
}

fn first(object: &Map<String, Json>, paths: Paths) -> Option<&Json> {
    paths
        .iter()
        .filter_map(|path| at(object, path))
        .find(|value| !value.is_null() && value.as_str() != Some(""))
}

/// A value without what wraps it: a list of one, as searches return fields, or an object with a value.
fn bare(value: &Json) -> &Json {
    match value {
        Json::Array(items) => match items.as_slice() {
            [one] => bare(one),
            _ => value,
        },
        Json::Object(object) => ["#text", "Value", "value", "$text", "DateTime"]
            .iter()
            .find_map(|name| object.get(*name))
            .map_or(value, bare),
        other => other,
    }
}

fn text(value: &Json) -> Option<&str> {
    bare(value)
        .as_str()
        .map(str::trim)
        .filter(|text| !text.is_empty())
}

/// Fills a part of `System`.
fn fill(draft: &mut Draft, slot: Slot, value: &Json, utc: bool) {
    let value = bare(value);
    match slot {
        Slot::Time => match stamp(value) {
            Some(Stamp::Local(local)) if utc => draft.event.time = Some(local.and_utc()),
            Some(stamp) => stamp.apply(&mut draft.event),
            None => {}
        },
        Slot::Level if value.as_str().is_some_and(|word| word.parse::<u64>().is_err()) => {
            let level = value.as_str().and_then(record_words::level);
            draft.event.level = level.unwrap_or(draft.event.level);
        }
        // Masks are signed where .NET wrote them.
        Slot::Keywords if value.as_i64().is_some_and(i64::is_negative) => {
            draft.event.keywords = value.as_i64().map(i64::cast_unsigned);
        }
        // A name stands there where the SID could be resolved.
        Slot::Sid if !value.as_str().is_some_and(|text| text.starts_with("S-1-")) => {}
        _ => {
            let value = match value {
                Json::String(text) => Value::text(text.trim()),
                Json::Number(number) => match number.as_u64() {
                    Some(number) => Value::Unsigned(number),
                    None => return,
                },
                _ => return,
            };
            draft.set(slot, Input::Value(&value), &mut |text| Arc::from(text));
        }
    }
}

/// A time as JSON has it: a text, .NET's `/Date(...)/`, seconds, milliseconds.
fn stamp(value: &Json) -> Option<Stamp> {
    /// More than this are no seconds but milliseconds: it would be the year 5138.
    const SECONDS: f64 = 1.0e11;
    match bare(value) {
        Json::String(text) => {
            let text = text.trim();
            if is_net_date(text) {
                return net_millis(text).and_then(millis_stamp);
            }
            local_time::whole(text, DateOrder::Unknown).or_else(|| {
                text.parse::<f64>()
                    .ok()
                    .and_then(|_| stamp(&serde_json::from_str(text).ok()?))
            })
        }
        Json::Number(number) => {
            let number = number.as_f64()?;
            let millis = if number.abs() > SECONDS {
                number
            } else {
                number * 1e3
            };
            #[expect(clippy::cast_possible_truncation, reason = "what is out of range is no time")]
            let micros = (millis * 1e3).round() as i64;
            DateTime::from_timestamp_micros(micros).map(Stamp::Exact)
        }
        _ => None,
    }
}

fn millis_stamp(millis: i64) -> Option<Stamp> {
    DateTime::from_timestamp_millis(millis).map(Stamp::Exact)
}

/// An event in the shape of its XML: `System` with elements and their attributes, beside the payload.
///
/// Attributes stand in `#attributes` of the element or in `NAME_attributes` beside it (`evtx_dump`, chainsaw), behind `@`
/// (whoever converts XML), or as plain members (Velociraptor).
fn schema(object: &Map<String, Json>, system: &Map<String, Json>, place: &Place) -> Option<Event> {
    let mut draft = Draft::new(place.clone());
    for (name, value) in system {
        let element = name.strip_suffix("_attributes").unwrap_or(name);
        if let Some(slot) = Slot::of_text(element).filter(|_| element == name) {
            fill(&mut draft, slot, value, true);
        }
        let Some(members) = value.as_object() else {
            continue;
        };
        let inner = members
            .get("#attributes")
            .and_then(Json::as_object)
            .unwrap_or(members);
        for (attribute, value) in inner {
            let attribute = attribute.trim_start_matches('@');
            if let Some(slot) = Slot::of_attribute(element, attribute) {
                fill(&mut draft, slot, value, true);
            }
        }
    }
    let mut event = draft.finish();
    event.id?;
    if event.provider.is_empty() && event.channel.is_empty() {
        return None;
    }
    for name in [
        "EventData",
        "UserData",
        "DebugData",
        "ProcessingErrorData",
        "BinaryEventData",
    ] {
        if let Some(value) = object.get(name) {
            payload::members(&mut event, value);
        }
    }
    let rendered = at(object, "RenderingInfo.Message").or_else(|| object.get("Message"));
    event.message = rendered.and_then(text).map(Arc::from);
    Some(event)
}

/// Spells out the channels and providers that are abbreviated, and names the provider of a channel that has one only.
fn tell_names(event: &mut Event) {
    if let Some((_, provider)) = HAYABUSA_PROVIDERS
        .iter()
        .find(|(short, _)| **short == *event.provider)
    {
        event.provider = Arc::from(provider.name);
    }
    if let Some((_, channel, provider)) = HAYABUSA_CHANNELS
        .iter()
        .find(|(short, ..)| **short == *event.channel)
    {
        event.channel = Arc::from(*channel);
        if event.provider.is_empty()
            && let Some(provider) = provider
        {
            event.provider = Arc::from(provider.name);
        }
    }
}

/// Values without names, by the names that the event's template has for them.
fn tell_strings(event: &mut Event, strings: Option<&Json>) {
    let Some(Json::Array(items)) = strings else {
        return;
    };
    let values = items.iter().map(|item| match bare(item) {
        // Nothing was left of it but its type.
        Json::Object(_) => Value::Null,
        other => payload::value(other),
    });
    for value in values {
        event.push("", value);
    }
}

/// Members of the record that are nothing else.
fn tell_rest(event: &mut Event, object: &Map<String, Json>, origin: &Origin) {
    // Whom the record was logged for, told beside its payload where the SID could be resolved.
    // Of the names of a slot the one that fills it: another may be a field of the payload.
    let slots = origin.slots.iter();
    let slot_names: Vec<&str> = slots
        .filter_map(|(_, paths)| paths.iter().copied().find(|path| object.contains_key(*path)))
        .collect();
    let is_resolved = object.contains_key("AccountType");
    let is_whom = |name: &str| is_resolved && matches!(name, "AccountName" | "Domain");
    for (name, value) in object {
        let known = is_whom(name)
            || slot_names.contains(&name.as_str())
            || origin.message.contains(&name.as_str())
            || origin.added.contains(&name.as_str())
            || ADDED.contains(&name.as_str());
        if !known && !value.is_object() && !value.is_array() {
            event.push(name, payload::value(value));
        }
    }
}

/// Gives the fields of an event the names of its template where a tool shortened them.
fn tell_details(event: &mut Event) {
    let is_remote = event.provider.contains("TerminalServices");
    let found: Vec<(&str, Value)> = DETAILS
        .iter()
        .filter_map(|(short, audit, remote)| {
            let value = event.field(short)?.clone();
            let name = if is_remote { *remote } else { *audit };
            (event.field(name).is_none()).then_some((name, value))
        })
        .collect();
    for (name, value) in found {
        // `3 - NETWORK`
        let number = match &value {
            Value::Text(text) if name == "LogonType" => text.split(" - ").next().map(Value::text),
            _ => None,
        };
        event.push(name, number.unwrap_or(value));
    }
}
