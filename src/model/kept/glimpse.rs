//! A value that is looked at where it lies.

use std::borrow::Cow;

use crate::model::{Value, parse_code};

/// A value of an event, looked at without taking it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Glimpse<'a> {
    /// Text.
    Text(&'a str),
    /// Any other value.
    Other(Cow<'a, Value>),
}

impl<'a> Glimpse<'a> {
    /// That of a value.
    pub(crate) fn of(value: &'a Value) -> Self {
        match value {
            Value::Text(text) => Self::Text(text),
            other => Self::Other(Cow::Borrowed(other)),
        }
    }

    /// What [`Value::to_text`] gives.
    pub(crate) fn to_text(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) => Cow::Borrowed(text),
            Self::Other(value) => value.to_text(),
        }
    }

    /// The same, taken.
    pub(crate) fn into_text(self) -> Cow<'a, str> {
        match self {
            Self::Text(text) => Cow::Borrowed(text),
            Self::Other(Cow::Borrowed(value)) => value.to_text(),
            Self::Other(Cow::Owned(value)) => Cow::Owned(value.to_text().into_owned()),
        }
    }

    /// The text that an event tells: trimmed, unless there is none or a dash, as [`Event::field_str`](crate::model::Event::field_str) has it.
    pub(crate) fn into_told(self) -> Option<Cow<'a, str>> {
        let text = match self.into_text() {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
            Cow::Owned(text) if text.trim().len() == text.len() => Cow::Owned(text),
            Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
        };
        (!text.is_empty() && text != "-").then_some(text)
    }

    /// What [`Value::as_code`] gives.
    pub(crate) fn as_code(&self) -> Option<u32> {
        match self {
            Self::Text(text) => parse_code(text),
            Self::Other(value) => value.as_code(),
        }
    }

    /// The bytes of a GUID that is typed as one.
    pub(crate) fn guid(&self) -> Option<[u8; 16]> {
        match self {
            Self::Other(value) => match **value {
                Value::Guid(bytes) => Some(bytes),
                _ => None,
            },
            Self::Text(_) => None,
        }
    }

    /// The value itself.
    pub(crate) fn into_value(self) -> Value {
        match self {
            Self::Text(text) => Value::text(text),
            Self::Other(value) => value.into_owned(),
        }
    }
}
