//! JSON values as events hold them. Must not know what documents mean.

use serde_json::{Map, Value as Json};

use crate::model::{Value, parse_code};

/// A value of JSON as an event holds it. A decoded status, `0xC000000D(NT=...)`, keeps its number alone.
pub(crate) fn json_value(value: Json) -> Value {
    match value {
        Json::Null => Value::Null,
        Json::Bool(flag) => Value::Bool(flag),
        Json::Number(number) => number
            .as_u64()
            .map(Value::Unsigned)
            .or_else(|| number.as_i64().map(Value::Signed))
            .or_else(|| number.as_f64().map(Value::Float))
            .unwrap_or(Value::Null),
        Json::String(text) => decoded_status(&text).unwrap_or_else(|| Value::text(text)),
        Json::Array(_) | Json::Object(_) => Value::text(value.to_string()),
    }
}

/// `0xC000000D(NT=...)` or `87(WIN=...)`, as trace converters print codes.
fn decoded_status(text: &str) -> Option<Value> {
    let (number, meaning) = text.split_once('(')?;
    let named = ["NT=", "WIN=", "HR=", "HRESULT="]
        .iter()
        .any(|space| meaning.starts_with(space));
    if !named || !meaning.ends_with(')') {
        return None;
    }
    parse_code(number).map(Value::Hex32)
}

/// A member that is text; the case of its name does not count.
pub(crate) fn text_of<'a>(object: &'a Map<String, Json>, name: &str) -> Option<&'a str> {
    let value = object.get(name).or_else(|| {
        let found = object.iter().find(|(other, _)| other.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value)
    });
    value.and_then(Json::as_str)
}

/// How .NET and the older ConvertTo-Json begin a time: `/Date(1777881600000)/`.
const NET_DATE: &str = "/Date(";

/// Whether a text is a time in that form.
pub(crate) fn is_net_date(text: &str) -> bool {
    text.starts_with(NET_DATE)
}

/// The milliseconds since 1970, in UTC, of a time in that form. What may follow the number is the zone of the machine, for display only.
pub(crate) fn net_millis(text: &str) -> Option<i64> {
    let inner = text.strip_prefix(NET_DATE)?.split(')').next()?;
    let digits = inner.trim_start_matches('-').split(['+', '-']).next()?;
    let millis: i64 = digits.parse().ok()?;
    if inner.starts_with('-') {
        millis.checked_neg()
    } else {
        Some(millis)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_their_types() {
        let value = |text: &str| json_value(serde_json::from_str(text).unwrap());
        assert_eq!(value("5"), Value::Unsigned(5));
        assert_eq!(value("-5"), Value::Signed(-5));
        assert_eq!(value("\"87(WIN=The parameter is incorrect.)\""), Value::Hex32(87));
        assert_eq!(value("\"0xC000000D(NT=Invalid.)\""), Value::Hex32(0xC000_000D));
        assert_eq!(value("\"five (5)\""), Value::text("five (5)"));
        assert_eq!(value("[1, 2]"), Value::text("[1,2]"));
    }
}
