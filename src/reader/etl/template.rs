//! What the fields of an event are called and how they are stored, and events filled by it. Must not know where the definition
//! came from: manifests, traces and tables make them.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, OnceLock};

use super::payload::{Payload, Show, kind};
use crate::model::{Event, Field, Value};

/// Values of one event that are taken.
const VALUES: usize = 256;
/// Elements of one array that are kept; all are passed over.
const ELEMENTS: usize = 64;
/// Elements of one array at most: as many as a payload has bytes.
const LONGEST: usize = 64 << 10;
/// Values of one event that are read at all, those of arrays one by one.
const WORK: usize = 128 << 10;
/// How deep structures may lie in structures.
const DEPTH: usize = 4;
/// Characters of a message made of a definition.
const MESSAGE: usize = 16 << 10;

/// A number that is stated in the definition, or by another field of the event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Size {
    /// Not stated.
    #[default]
    Open,
    /// This.
    Fixed(u16),
    /// The value of the property with this number.
    Property(u16),
    /// 16 bits in front of the values.
    InFront,
    /// As many as there are up to the end.
    Rest,
}

/// The definition of a field.
#[derive(Debug, Clone, Default)]
pub(super) struct Property {
    pub(super) name: Arc<str>,
    /// One of [`kind`].
    pub(super) kind: u16,
    pub(super) show: Show,
    /// How many values there are.
    pub(super) count: Size,
    /// Bytes of a value, or characters of UTF-16.
    pub(super) length: Size,
    /// Its number, by which other properties call it.
    pub(super) number: u16,
    /// What its values mean.
    pub(super) map: Option<Arc<Meanings>>,
    /// The fields of a structure.
    pub(super) members: Vec<Property>,
}

/// What numbers stand for.
#[derive(Debug, Clone, Default)]
pub(super) struct Meanings {
    pub(super) names: BTreeMap<u64, Arc<str>>,
    /// Whether each bit has a meaning of its own.
    pub(super) is_mask: bool,
}

impl Meanings {
    /// The names of a number; none where one part of it has none.
    pub(super) fn of(&self, number: u64) -> Option<String> {
        if !self.is_mask {
            return self.names.get(&number).map(|name| name.trim().to_owned());
        }
        let mut left = number;
        let mut names = Vec::new();
        for (&bits, name) in &self.names {
            if bits != 0 && number & bits == bits {
                left &= !bits;
                names.push(name.trim());
            }
        }
        (left == 0 && !names.is_empty()).then(|| names.join("|"))
    }
}

/// The definition of an event.
#[derive(Debug, Clone, Default)]
pub(super) struct Template {
    /// The provider, where the definition tells its name.
    pub(super) provider: Option<Arc<str>>,
    pub(super) channel: Option<Arc<str>>,
    /// What the event is called.
    pub(super) name: Option<Arc<str>>,
    /// The text of the message, with `%1` for the first field.
    pub(super) message: Option<Arc<str>>,
    /// Shared with the other events of the same template.
    pub(super) properties: Arc<[Property]>,
    /// Whether its own texts are of interest, once that was asked: where anything is, and where less is asked.
    pub(super) is_loud: [OnceLock<bool>; 2],
    /// Whether the value of one property states the size of another, once that was asked.
    pub(super) has_sizes: OnceLock<bool>,
}

/// The field that holds the name of an event, once for all events.
static EVENT_NAME: LazyLock<Arc<str>> = LazyLock::new(|| "EventName".into());

impl Template {
    /// Hands out the texts that its events have besides their values. What a message says of a field by its name alone is none of
    /// them: `MethodToken=%3` tells of no token.
    pub(super) fn texts(&self, mut each: impl FnMut(&str)) {
        if let Some(name) = &self.name {
            each(name);
        }
        if let Some(message) = &self.message {
            each(&without_names(message, &self.properties));
        }
        let maps = self
            .properties
            .iter()
            .filter_map(|property| property.map.as_ref());
        for map in maps {
            map.names.values().for_each(|name| each(name));
        }
    }

    /// Whether any field is as wide as a pointer.
    pub(super) fn has_pointers(&self) -> bool {
        self.properties
            .iter()
            .any(|property| OF_POINTERS.contains(&property.kind))
    }

    /// Fills an event; false, and nothing filled, where the payload ends within a field.
    pub(super) fn fill(&self, event: &mut Event, payload: Payload<'_>) -> bool {
        self.fill_all(event, payload).is_some()
    }

    /// Fills an event, and says how many bytes of the payload no field took; none, and nothing filled, where it ends within a field.
    pub(super) fn fill_all(&self, event: &mut Event, payload: Payload<'_>) -> Option<usize> {
        let has_sizes = *self.has_sizes.get_or_init(|| has_sizes(&self.properties));
        let mut filling = Filling {
            payload,
            fields: Vec::with_capacity(self.properties.len() + 2),
            numbers: has_sizes.then(BTreeMap::new),
            shown: self.message.is_some().then(Vec::new),
            left: WORK,
        };
        if let Some(name) = &self.name {
            filling.fields.push(Field {
                name: Arc::clone(&EVENT_NAME),
                value: Value::Text(Arc::clone(name)),
            });
        }
        let own = filling.fields.len();
        for property in &*self.properties {
            // Definitions grow at their end: an event of an older provider stops earlier.
            let is_over = filling.payload.bytes.is_empty() && filling.fields.len() > own;
            if is_over || filling.fields.len() - own >= VALUES {
                break;
            }
            filling.property(property, 0)?;
        }
        let left = filling.payload.bytes.len();
        if let Some(provider) = &self.provider {
            event.provider = Arc::clone(provider);
        }
        if let Some(channel) = &self.channel {
            event.channel = Arc::clone(channel);
        }
        if let Some(message) = &self.message {
            let shown = filling.shown.unwrap_or_default();
            event.message = Some(message_of(message, &shown, &filling.fields).into());
        }
        if event.fields.is_empty() {
            event.fields = filling.fields;
        } else {
            event.fields.append(&mut filling.fields);
        }
        Some(left)
    }
}

/// The text of a message without the names of fields that stand in front of their values: `User=%1`, `User: %1`.
fn without_names(message: &str, properties: &[Property]) -> String {
    let mut text = String::with_capacity(message.len());
    let mut rest = message;
    while let Some((before, after)) = rest.split_once('%') {
        let (number, tail) = numbered(after);
        let property = number.and_then(|number| properties.get(number.checked_sub(1)?));
        let label = before.trim_end_matches(['=', ':', ' ']);
        let named = property.and_then(|property| label.strip_suffix(&*property.name));
        text.push_str(named.unwrap_or(before));
        text.push('%');
        rest = tail;
    }
    text.push_str(rest);
    text
}

/// The number at the beginning of a text, of two digits at most, and what is behind it.
fn numbered(text: &str) -> (Option<usize>, &str) {
    let digits = text.bytes().take_while(u8::is_ascii_digit).take(2).count();
    let (number, tail) = text.split_at_checked(digits).unwrap_or_default();
    (number.parse().ok(), tail)
}

/// What a message shows of a property.
enum Shown {
    /// The value of the field at this place.
    Field(usize),
    /// What the value means.
    Meaning(String),
    /// Nothing: it is a structure.
    Nothing,
}

struct Filling<'a> {
    payload: Payload<'a>,
    fields: Vec<Field>,
    /// Values of properties that may state the size of others, where any does.
    numbers: Option<BTreeMap<u16, u64>>,
    /// What a message shows of each property, where there is one.
    shown: Option<Vec<Shown>>,
    /// Values that may still be read: some take no bytes.
    left: usize,
}

impl Filling<'_> {
    fn size(&mut self, size: Size) -> Option<Option<usize>> {
        Some(match size {
            Size::Open => None,
            Size::Fixed(size) => Some(usize::from(size)),
            Size::Property(number) => Some(usize::try_from(*self.numbers.as_ref()?.get(&number)?).ok()?),
            Size::Rest => Some(self.payload.bytes.len() / self.payload.pointer),
            Size::InFront => Some(usize::from(self.payload.half()?)),
        })
    }

    fn property(&mut self, property: &Property, depth: usize) -> Option<()> {
        let count = self.size(property.count)?;
        self.left = self.left.checked_sub(count.unwrap_or(1).max(1))?;
        if !property.members.is_empty() {
            return self.structures(property, count.unwrap_or(1), depth);
        }
        let length = self.size(property.length)?;
        let value = match count {
            None => self.payload.value(property.kind, property.show, length)?,
            // Definitions of manifests state a count of one where there is no array.
            Some(1) if property.count == Size::Fixed(1) => {
                self.payload.value(property.kind, property.show, length)?
            }
            Some(count) => self.list(property, count, length)?,
        };
        let is_asked = self.numbers.is_some() || (self.shown.is_some() && property.map.is_some());
        let number = is_asked.then(|| value.as_u64()).flatten();
        if let Some((numbers, number)) = self.numbers.as_mut().zip(number) {
            numbers.insert(property.number, number);
        }
        if let Some(shown) = &mut self.shown {
            let meaning = number
                .zip(property.map.as_ref())
                .and_then(|(number, map)| map.of(number));
            shown.push(meaning.map_or(Shown::Field(self.fields.len()), Shown::Meaning));
        }
        self.fields.push(Field {
            name: Arc::clone(&property.name),
            value,
        });
        Some(())
    }

    fn list(&mut self, property: &Property, count: usize, length: Option<usize>) -> Option<Value> {
        let mut values = Vec::new();
        for _ in 0..Some(count).filter(|&count| count <= LONGEST)? {
            let value = self.payload.value(property.kind, property.show, length)?;
            if values.len() < ELEMENTS {
                values.push(value);
            }
        }
        Some(Value::List(values))
    }

    /// The fields of an array of structures become lists, each under its own name.
    fn structures(&mut self, property: &Property, count: usize, depth: usize) -> Option<()> {
        if depth >= DEPTH || count > LONGEST {
            return None;
        }
        let first = self.fields.len();
        let shown = self.shown.as_ref().map_or(0, Vec::len);
        for index in 0..count {
            let before = self.fields.len();
            // A structure of no bytes would be there as often as it says.
            let left = self.payload.bytes.len();
            for member in &property.members {
                self.property(member, depth + 1)?;
            }
            if self.payload.bytes.len() == left {
                break;
            }
            if index > 0 {
                let more = self.fields.split_off(before);
                for (place, field) in more.into_iter().enumerate() {
                    if let Some(kept) = self.fields.get_mut(first + place) {
                        append(&mut kept.value, field.value);
                    }
                }
            }
        }
        // A message counts the structure as one.
        if let Some(all) = &mut self.shown {
            all.truncate(shown);
            all.push(Shown::Nothing);
        }
        Some(())
    }
}

/// The types whose values are as wide as a pointer: one itself, a count of such width, and a SID behind two of them.
const OF_POINTERS: [u16; 3] = [kind::POINTER, 308, 310];

/// Whether the value of one property states the size of another.
fn has_sizes(properties: &[Property]) -> bool {
    let is_size = |size| matches!(size, Size::Property(_));
    properties
        .iter()
        .any(|property| is_size(property.count) || is_size(property.length) || has_sizes(&property.members))
}

/// Makes a list of a value and another.
fn append(kept: &mut Value, value: Value) {
    if let Value::List(values) = kept {
        if values.len() < ELEMENTS {
            values.push(value);
        }
    } else {
        let first = std::mem::replace(kept, Value::Null);
        *kept = Value::List(vec![first, value]);
    }
}

/// The text of a message: `%1` or `%1!S!` is the first value, `%n` an end of line, `%t` a tab, `%%` a percent sign.
fn message_of(text: &str, shown: &[Shown], fields: &[Field]) -> String {
    let mut message = String::with_capacity(text.len().min(MESSAGE) * 2);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        message.push_str(before);
        let (number, tail) = numbered(after);
        rest = tail;
        if let Some(number) = number {
            match number.checked_sub(1).and_then(|place| shown.get(place)) {
                Some(Shown::Field(place)) => {
                    if let Some(field) = fields.get(*place) {
                        field.value.write_text(&mut message);
                    }
                }
                Some(Shown::Meaning(meaning)) => message.push_str(meaning),
                Some(Shown::Nothing) | None => {}
            }
            let form = tail.strip_prefix('!').and_then(|form| form.split_once('!'));
            if let Some((_, tail)) = form {
                rest = tail;
            }
        } else if let Some(letter) = tail.chars().next() {
            match letter {
                'n' => message.push('\n'),
                't' => message.push('\t'),
                'b' => message.push(' '),
                'r' => {}
                letter => message.push(letter),
            }
            rest = tail.get(letter.len_utf8()..).unwrap_or_default();
        }
        if message.len() > MESSAGE {
            return message;
        }
    }
    message.push_str(rest);
    message.truncate(message.trim_end().len());
    message
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Origin;

    fn fill(template: &Template, bytes: &[u8]) -> Option<Event> {
        let mut event = Event::new(Origin::artifact("a.etl"));
        let payload = Payload { bytes, pointer: 8 };
        template.fill(&mut event, payload).then_some(event)
    }

    fn property(name: &str, kind: u16, number: u16) -> Property {
        Property {
            name: name.into(),
            kind,
            number,
            ..Property::default()
        }
    }

    #[test]
    fn sizes_that_other_fields_state() {
        let template = Template {
            message: Some("%2 of %1!u!: %3%n100%%".into()),
            properties: [
                property("Count", kind::UINT16, 0),
                Property {
                    count: Size::Property(0),
                    ..property("Ids", kind::UINT32, 1)
                },
                Property {
                    length: Size::Property(0),
                    ..property("Name", kind::WIDE, 2)
                },
                Property {
                    count: Size::Fixed(2),
                    members: vec![property("A", kind::UINT8, 4), property("B", kind::UINT8, 5)],
                    ..property("Pairs", kind::STRUCT, 3)
                },
            ]
            .into(),
            ..Template::default()
        };
        let bytes = [2, 0, 7, 0, 0, 0, 8, 0, 0, 0, b'h', 0, b'i', 0, 1, 2, 3, 4];
        let event = fill(&template, &bytes).unwrap();
        assert_eq!(event.message.as_deref(), Some("7,8 of 2: hi\n100%"));
        assert_eq!(event.field("Name"), Some(&Value::text("hi")));
        let list = |a, b| Value::List(vec![Value::Unsigned(a), Value::Unsigned(b)]);
        assert_eq!(event.field("A"), Some(&list(1, 3)));
        assert_eq!(event.field("B"), Some(&list(2, 4)));
        // An older event stops before the name; one that stops within a field is another's.
        assert_eq!(fill(&template, &bytes[..10]).unwrap().fields.len(), 2);
        assert_eq!(fill(&template, &bytes[..11]), None);
        assert_eq!(fill(&template, &[0xFF, 0xFF, 0]), None);
    }

    #[test]
    fn names_of_fields_in_a_message_are_none_of_its_texts() {
        let texts = |message: &str| {
            let template = Template {
                message: Some(message.into()),
                properties: [
                    property("User", kind::WIDE, 0),
                    property("Token", kind::UINT32, 1),
                ]
                .into(),
                ..Template::default()
            };
            let mut all = String::new();
            template.texts(|text| all.push_str(text));
            all
        };
        assert_eq!(texts("User=%1;%nToken=%2"), "%;%n%");
        assert_eq!(texts("User: %1!s!, Token %2"), "%!s!, %");
        assert_eq!(texts("The User %2 has no Token."), "The User % has no Token.");
        assert_eq!(texts("100%% of %9 and %"), "100%% of % and %");
    }

    #[test]
    fn meanings_of_numbers() {
        let mut meanings = Meanings {
            names: [(1, "One".into()), (2, "Two".into())].into(),
            is_mask: false,
        };
        assert_eq!((meanings.of(2).as_deref(), meanings.of(3)), (Some("Two"), None));
        meanings.is_mask = true;
        assert_eq!(meanings.of(3).as_deref(), Some("One|Two"));
        assert_eq!((meanings.of(7), meanings.of(0)), (None, None));
    }
}
