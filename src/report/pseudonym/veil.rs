//! What a name is replaced in: a diagnosis, events, the parts of a capsule, a path. Knows which of their members hold names.

use std::sync::Arc;

use serde_json::Value;

use super::text::Replacer;
use super::{Key, gather};
use crate::model::{self, CapsulePart, Diagnosis, Event};

/// Letters in a row that make bytes a text.
const LETTERS: usize = 4;

/// Replaces the names that were gathered.
#[derive(Debug)]
pub struct Veil<'k> {
    key: &'k mut Key,
    replacer: Replacer,
}

impl<'k> Veil<'k> {
    pub(super) const fn new(key: &'k mut Key, replacer: Replacer) -> Self {
        Self { key, replacer }
    }

    /// The key, with all that was replaced so far.
    pub const fn key(&self) -> &Key {
        self.key
    }

    /// The diagnosis without its names.
    ///
    /// # Errors
    ///
    /// If the result would be no diagnosis any more. Then nothing is to be shown.
    pub fn diagnosis(&mut self, diagnosis: &Diagnosis) -> Result<Diagnosis, String> {
        let failed = |error: serde_json::Error| format!("names cannot be replaced: {error}");
        let mut value = serde_json::to_value(diagnosis).map_err(failed)?;
        self.walk(&mut value, "");
        serde_json::from_value(value).map_err(failed)
    }

    fn walk(&mut self, value: &mut Value, under: &str) {
        match value {
            Value::String(text) if !gather::is_vocabulary(under) => {
                *text = self.replacer.conceal(self.key, under, text);
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.walk(item, under)),
            Value::Object(members) => {
                let named = std::mem::take(members);
                // A field of a record stands beside its name, which says what it holds.
                let called = named
                    .get("name")
                    .and_then(Value::as_str)
                    .unwrap_or_default()
                    .to_owned();
                for (name, mut member) in named {
                    let is_field = name == "value" && !called.is_empty();
                    self.walk(&mut member, if is_field { &called } else { &name });
                    let name = if under == "facts" { self.text(&name) } else { name };
                    members.insert(name, member);
                }
            }
            _ => {}
        }
    }

    /// A text without its names.
    pub fn text(&mut self, text: &str) -> String {
        self.replacer.conceal(self.key, "", text)
    }

    /// A path of what was sent without its names.
    pub fn path(&mut self, path: &str) -> String {
        self.replacer.conceal(self.key, "path", path)
    }

    /// The event without its names.
    pub fn event(&mut self, event: &mut Event) {
        event.computer = self
            .replacer
            .conceal(self.key, "computer", &event.computer)
            .into();
        event.origin.path = self.path(&event.origin.path).into();
        let texts = [&mut event.message, &mut event.activity, &mut event.sid];
        for text in texts.into_iter().flatten() {
            *text = self.replacer.conceal(self.key, "", text).into();
        }
        for field in &mut event.fields {
            self.value(&field.name, &mut field.value);
        }
    }

    fn value(&mut self, name: &str, value: &mut model::Value) {
        use model::Value as V;
        let under = gather::place_of(name);
        match value {
            V::Text(text) => *text = self.replacer.conceal(self.key, under, text).into(),
            V::Sid(text) => *text = self.replacer.conceal(self.key, under, text).into(),
            V::Guid(bytes) => {
                let text = self.text(&model::guid_text(bytes));
                *bytes = model::parse_guid(&text).unwrap_or(*bytes);
            }
            V::List(items) => items.iter_mut().for_each(|item| self.value(name, item)),
            V::Binary(bytes) if holds_letters(bytes) => *value = V::Null,
            _ => {}
        }
    }

    /// The part of a capsule without its names.
    pub fn part(&mut self, part: &mut CapsulePart) {
        part.path = self.path(&part.path).into();
        part.events.iter_mut().for_each(|event| self.event(event));
        if let Some(text) = &mut part.text {
            let lines: Vec<String> = text.lines().map(|line| self.text(line)).collect();
            *text = lines.join("\n") + "\n";
        }
        for fact in &mut part.facts {
            fact.host = self.host(&fact.host);
            fact.name = self.text(&fact.name).into();
            fact.value = self
                .replacer
                .conceal(self.key, gather::place_of(&fact.name), &fact.value)
                .into();
        }
        for span in &mut part.spans {
            span.computer = self.host(&span.computer);
        }
    }

    fn host(&mut self, name: &str) -> Arc<str> {
        self.replacer.conceal(self.key, "host", name).into()
    }
}

/// Whether letters stand in a row, of one byte or of two.
fn holds_letters(bytes: &[u8]) -> bool {
    let is_letter = |byte: &u8| byte.is_ascii_alphanumeric();
    let narrow = bytes.windows(LETTERS).any(|row| row.iter().all(is_letter));
    let wide = |row: &[u8]| {
        row.chunks_exact(2)
            .all(|pair| is_letter(&pair[0]) && pair[1] == 0)
    };
    narrow || bytes.windows(LETTERS * 2).any(wide)
}

#[cfg(test)]
mod tests {
    use super::holds_letters;

    #[test]
    fn bytes_that_are_a_text_are_told_from_a_number() {
        assert!(holds_letters(b"\x01\0ERIKA\0"));
        assert!(holds_letters(b"\x01\0E\0r\0i\0k\0a\0"));
        assert!(!holds_letters(&[0x6a, 0, 0, 0xc0, 0x20, 0x05, 0x07, 0x80]));
    }
}
