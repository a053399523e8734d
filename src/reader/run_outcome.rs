//! What an object of JSON says of how a run ended. Owns the names of states; must not know formats.

use serde_json::{Map, Value as Json};

/// Whether an object is a run that ended well: what it is called is no complaint.
pub(super) fn ended_well(object: &Map<String, Json>) -> bool {
    const STATES: [&str; 5] = ["status", "state", "result", "outcome", "runstatus"];
    const WELL: [&str; 5] = ["succeeded", "success", "successful", "completed", "passed"];
    let is_one_of = |text: &str, words: &[&str]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    let told = |name: &str, value: &Json| {
        is_one_of(name, &STATES) && value.as_str().is_some_and(|text| is_one_of(text, &WELL))
    };
    let has_error =
        |name: &str, value: &Json| name.to_ascii_lowercase().contains("error") && !is_empty(value);
    let mut members = object.iter();
    let well = members.any(|(name, value)| told(name, value));
    well && !object.iter().any(|(name, value)| has_error(name, value))
}

/// Whether a value says nothing.
fn is_empty(value: &Json) -> bool {
    match value {
        Json::Null => true,
        Json::String(text) => text.trim().is_empty(),
        Json::Array(items) => items.is_empty(),
        Json::Object(members) => members.is_empty(),
        Json::Bool(told) => !told,
        Json::Number(number) => number.as_u64() == Some(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn well(text: &str) -> bool {
        let parsed: Json = serde_json::from_str(text).unwrap();
        ended_well(parsed.as_object().unwrap())
    }

    #[test]
    fn a_run_that_ended_well_and_one_that_did_not() {
        assert!(well(
            r#"{"flow":"AccountLockedOut-Notifier","status":"Succeeded","error":null}"#
        ));
        assert!(well(r#"{"State":"Completed","errors":[],"name":"x"}"#));
        assert!(!well(r#"{"status":"Failed","error":null}"#));
        assert!(!well(
            r#"{"status":"Succeeded","error":{"code":"AccountLockedOut"}}"#
        ));
        assert!(!well(r#"{"flow":"x"}"#));
    }
}
