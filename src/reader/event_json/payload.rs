//! The payload of a record of JSON: objects whose members are the fields. Must not know tools.

use serde_json::{Map, Value as Json};

use crate::model::{Event, Value};
use crate::reader::event_xml::is_named_by_attribute;
use crate::reader::json::json_value;

/// Objects in objects: a payload has few.
const DEPTH: usize = 8;
/// Fields taken from one record.
const FIELDS: usize = 512;

/// Takes the members of a payload: an object, a text that holds one, or a text of `name: value ¦ name: value`.
pub(super) fn members(event: &mut Event, payload: &Json) {
    match payload {
        Json::Object(object) => inside(event, object, 0),
        Json::String(text) => match serde_json::from_str::<Json>(text) {
            Ok(Json::Object(object)) => repeated(event, unwrapped(&object)),
            _ => listed(event, text),
        },
        _ => {}
    }
}

/// A payload that a text repeats. Values without a name are joined there.
fn repeated(event: &mut Event, object: &Map<String, Json>) {
    match object.get("Data") {
        Some(Json::String(joined)) => {
            for part in joined.split(", ").take(FIELDS) {
                event.push("", value(&Json::from(part)));
            }
            if let Some(binary) = object.get("Binary") {
                event.push("Binary", value(binary));
            }
        }
        _ => inside(event, object, 0),
    }
}

/// What stands in `EventData` or `UserData` where a text repeats them.
fn unwrapped(object: &Map<String, Json>) -> &Map<String, Json> {
    ["EventData", "UserData"]
        .iter()
        .find_map(|name| object.get(*name)?.as_object())
        .unwrap_or(object)
}

/// `name: value ¦ name: value`, as hayabusa writes details.
fn listed(event: &mut Event, text: &str) {
    for part in text.split('¦').take(FIELDS) {
        if let Some((name, text)) = part.split_once(':') {
            event.push(name.trim(), value(&Json::from(text.trim())));
        }
    }
}

fn inside(event: &mut Event, object: &Map<String, Json>, depth: usize) {
    for (name, value) in object {
        if depth > DEPTH || event.fields.len() >= FIELDS {
            return;
        }
        // Attributes of the element around it, and its white space.
        if name.starts_with('@') || name.starts_with('#') || name == "xmlns" {
            continue;
        }
        // A payload without anything in it is no field.
        if matches!(name.as_str(), "EventData" | "UserData") && self::value(value) == Value::Null {
            continue;
        }
        if let Some(element) = name.strip_suffix("_attributes")
            && let Some(attributes) = value.as_object()
        {
            self::attributes(event, element, attributes);
        } else if is_named_by_attribute(name) {
            data(event, value, depth);
        } else {
            member(event, name, value, depth);
        }
    }
}

/// An element that goes by its own name.
fn member(event: &mut Event, name: &str, value: &Json, depth: usize) {
    match value {
        Json::Array(items) => {
            for item in items {
                member(event, name, item, depth + 1);
            }
        }
        Json::Object(object) => {
            if let Some(attributes) = object.get("#attributes").and_then(Json::as_object) {
                self::attributes(event, name, attributes);
            }
            match object.get("#text") {
                Some(text) => event.push(name, self::value(text)),
                None => inside(event, object, depth + 1),
            }
        }
        other => event.push(name, self::value(other)),
    }
}

/// Attributes of an element become fields of the form `Element.attribute`.
fn attributes(event: &mut Event, element: &str, attributes: &Map<String, Json>) {
    for (name, value) in attributes {
        if !name.starts_with("xmlns") && name != "Name" && value.as_str() != Some("") {
            event.push(&format!("{element}.{name}"), self::value(value));
        }
    }
}

/// `Data` elements, one or several: named by an attribute, or in order and without a name.
fn data(event: &mut Event, value: &Json, depth: usize) {
    match value {
        Json::Array(items) => items.iter().for_each(|item| data(event, item, depth)),
        Json::Object(object) => {
            let attributes = object
                .get("#attributes")
                .and_then(Json::as_object)
                .unwrap_or(object);
            let name = ["@Name", "Name"]
                .iter()
                .find_map(|key| attributes.get(*key)?.as_str());
            let text = ["#text", "Text", "Value", "content"]
                .iter()
                .find_map(|key| object.get(*key));
            match (name, text) {
                (_, Some(Json::Array(items))) => items.iter().for_each(|item| data(event, item, depth)),
                (name, Some(text)) => event.push(name.unwrap_or_default(), self::value(text)),
                (Some(name), None) => event.push(name, Value::Null),
                (None, None) => inside(event, object, depth + 1),
            }
        }
        other => event.push("", self::value(other)),
    }
}

/// A value. Present but without content is [`Value::Null`], whichever way it was written.
pub(super) fn value(value: &Json) -> Value {
    match value {
        Json::String(text) if text.is_empty() => Value::Null,
        other => json_value(other.clone()),
    }
}
