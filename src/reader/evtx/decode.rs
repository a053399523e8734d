//! The own decoder: a record of a chunk to an event, without XML text in between.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::cursor::Cursor;
use super::instance::{self, Definition, Slice, Values};
use super::layout::{Content, Layout, Piece, Role, Step};
use super::odd::Odd;
use super::shelf::Layouts;
use super::sieve::Sieve;
use super::spell::{self, spell, token};
use super::value::{self, ARRAY, BIN_XML};
use super::wanted::is_hollow;
use crate::model::{Event, Field, Origin, Value};
use crate::reader::event_xml::{Draft, Input, Section, Slot};

/// How deep values of binary XML may lie in each other. Windows makes two levels.
const DEEPEST: u32 = 8;
/// Work for one chunk: steps, values and bytes of text. A chunk of the densest real log takes a tenth of it; one
/// made to unfold without end stops here.
const BUDGET: usize = 8 << 20;

/// What an instance of a template costs besides its values.
const INSTANCE_COST: usize = 16;
/// Stands where a layout should be.
const UNKNOWN: Result<Arc<Layout>, Odd> = Err(Odd::TooMuch);

/// A template by its place in the chunk, used in an element of that section.
type Key = (usize, Option<Section>);

/// Decodes the records of one chunk.
pub(super) struct Decoder<'c> {
    pub(super) chunk: &'c [u8],
    layouts: &'c Layouts<'c>,
    known: Known,
    spelled: Vec<u8>,
    budget: usize,
    names: Names<'c>,
    /// Lists to be used again.
    slices: Vec<Vec<Slice>>,
}

/// The templates of a chunk that were used so far.
#[derive(Default)]
struct Known {
    layouts: Vec<(Key, Result<Arc<Layout>, Odd>)>,
    by_key: BTreeMap<Key, usize>,
    /// Which one was met last at offsets of this remainder: nearly always the one that is looked for.
    recent: [usize; 32],
}

impl Known {
    fn find(&mut self, key: Key) -> Option<usize> {
        let recent = self.recent.get_mut((key.0 / 8) % 32)?;
        if self.layouts.get(*recent).is_some_and(|(known, _)| *known == key) {
            return Some(*recent);
        }
        let index = *self.by_key.get(&key)?;
        *recent = index;
        Some(index)
    }

    fn add(&mut self, key: Key, layout: Result<Arc<Layout>, Odd>) -> usize {
        let index = self.layouts.len();
        self.layouts.push((key, layout));
        self.by_key.insert(key, index);
        index
    }
}

/// Texts of `System` that the events of a chunk share, by the bytes of their values.
struct Names<'c> {
    empty: Arc<str>,
    known: Vec<(u8, &'c [u8], Arc<str>)>,
}

impl<'c> Names<'c> {
    /// The text of a value; `None` when it is of another type, or empty.
    fn get(&mut self, kind: u8, bytes: &'c [u8]) -> Result<Option<Arc<str>>, Odd> {
        let is_it = |(known, raw, _): &&(u8, &[u8], Arc<str>)| *known == kind && *raw == bytes;
        if let Some((.., text)) = self.known.iter().rev().take(16).find(is_it) {
            return Ok(Some(Arc::clone(text)));
        }
        if !matches!(kind, value::STRING | value::SID) {
            return Ok(None);
        }
        let (Value::Text(text) | Value::Sid(text)) = value::decode(kind, bytes)? else {
            return Ok(None);
        };
        let text: Arc<str> = Arc::from(text.trim());
        self.known.push((kind, bytes, Arc::clone(&text)));
        Ok(Some(text))
    }

    /// The shared form of a text that is not a value.
    fn share(&mut self, text: &str) -> Arc<str> {
        let same = self
            .known
            .iter()
            .rev()
            .take(16)
            .find(|(.., known)| **known == *text);
        same.map_or_else(|| Arc::from(text), |(.., known)| Arc::clone(known))
    }
}

impl<'c> Decoder<'c> {
    pub(super) fn new(chunk: &'c [u8], layouts: &'c Layouts<'c>) -> Self {
        Self {
            chunk,
            layouts,
            known: Known::default(),
            spelled: Vec::new(),
            budget: BUDGET,
            names: Names {
                empty: Arc::from(""),
                known: Vec::new(),
            },
            slices: Vec::new(),
        }
    }

    /// Decodes the content of a record, which lies in `start..end` of the chunk.
    pub(super) fn record(&mut self, start: usize, end: usize, origin: Origin) -> Result<Event, Odd> {
        let mut draft = Draft::of(Event::blank(origin, &self.names.empty));
        let has_event = self.stream(start, end, None, &mut draft, 0)?;
        if !has_event {
            return Err(Odd::unknown("record without an event", start, 0));
        }
        let event = draft.finish();
        if is_hollow(&event) {
            return Err(Odd::unknown("event without provider and time", start, 0));
        }
        Ok(event)
    }

    /// What the sieve needs of a template; `None` when its records must be decoded to be judged.
    pub(super) fn sieve(&mut self, definition: Definition) -> Option<&Sieve> {
        self.find(definition, None).as_ref().ok()?.sieve.as_ref()
    }

    pub(super) fn find(
        &mut self,
        definition: Definition,
        place: Option<Section>,
    ) -> &Result<Arc<Layout>, Odd> {
        let key = (definition.offset, place);
        let index = match self.known.find(key) {
            Some(index) => index,
            None => {
                let layout = self.make(definition, place);
                self.known.add(key, layout)
            }
        };
        self.known
            .layouts
            .get(index)
            .map_or(&UNKNOWN, |(_, layout)| layout)
    }

    fn make(&mut self, definition: Definition, place: Option<Section>) -> Result<Arc<Layout>, Odd> {
        let body = definition.body(self.chunk)?;
        self.spelled.clear();
        let piece = spell::Piece::Definition;
        let result = spell(self.chunk, body.start, body.end, piece, &mut self.spelled);
        self.spend(self.spelled.len())?;
        result?;
        self.layouts.get(&self.spelled, place)
    }

    /// Decodes a stream of tokens; says whether it held the `<Event>`.
    fn stream(
        &mut self,
        start: usize,
        end: usize,
        place: Option<Section>,
        draft: &mut Draft,
        depth: u32,
    ) -> Result<bool, Odd> {
        if depth > DEEPEST {
            return Err(Odd::TooMuch);
        }
        let bytes = self.chunk.get(..end).unwrap_or(self.chunk);
        let mut cursor = Cursor::new(bytes, start);
        let mut has_event = false;
        loop {
            match cursor.peek() {
                None | Some(token::END) => return Ok(has_event),
                Some(token::FRAGMENT) => drop(cursor.array::<4>("fragment header")?),
                Some(token::INSTANCE) => {
                    let (held, next) = self.instance(cursor.at(), end, place, draft, depth)?;
                    has_event |= held;
                    cursor.seek(next);
                }
                Some(_) => {
                    self.spend(end.saturating_sub(cursor.at()))?;
                    let mut spelled = Vec::new();
                    let piece = spell::Piece::Direct;
                    let result = spell(self.chunk, cursor.at(), end, piece, &mut spelled);
                    self.spend(spelled.len())?;
                    result?;
                    let layout = self.layouts.make(&spelled, place)?;
                    self.run(&layout, &Values::NONE, draft, depth)?;
                    return Ok(has_event || layout.has_event);
                }
            }
        }
    }

    /// Decodes an instance of a template; says whether it held the `<Event>`, and where it ends.
    fn instance(
        &mut self,
        at: usize,
        end: usize,
        place: Option<Section>,
        draft: &mut Draft,
        depth: u32,
    ) -> Result<(bool, usize), Odd> {
        let (definition, values) = instance::read(self.chunk, at, end)?;
        let last = values.end();
        if last > end {
            return Err(Odd::unknown("end of the values", last, 0));
        }
        let layout = self.find(definition, place).clone()?;
        self.run(&layout, &values, draft, depth)?;
        Ok((layout.has_event, last))
    }

    fn run(
        &mut self,
        layout: &Layout,
        values: &Values<'c>,
        draft: &mut Draft,
        depth: u32,
    ) -> Result<(), Odd> {
        self.spend(values.len().saturating_add(INSTANCE_COST))?;
        let mut slices = self.slices.pop().unwrap_or_default();
        slices.clear();
        slices.extend(values.iter());
        draft.event.fields.reserve(layout.fields);
        let result = self.steps(layout, &slices, draft, depth);
        self.slices.push(slices);
        result
    }

    fn steps(&mut self, layout: &Layout, slices: &[Slice], draft: &mut Draft, depth: u32) -> Result<(), Odd> {
        let is_missing = |index: u16| {
            let slice = slices.get(usize::from(index));
            slice.is_some_and(|slice| slice.kind == value::NULL)
        };
        let mut next = 0;
        while let Some(step) = layout.steps.get(next) {
            next = next.saturating_add(1);
            self.spend(1)?;
            match step {
                Step::SkipUnless { value, to } => {
                    if is_missing(*value) {
                        next = next.max(*to);
                    }
                }
                Step::System { slot, content } => self.system(*slot, content, slices, draft)?,
                Step::Attribute { name, content } => {
                    let value = self.content(content, slices)?;
                    if value != Value::Null {
                        push(draft, name, value);
                    }
                }
                Step::Field {
                    name,
                    content,
                    role,
                    section,
                } => {
                    self.field(name, content, (*role, *section), slices, draft, depth)?;
                }
                Step::Message(content) => self.message(content, slices, draft)?,
                Step::Nested { value, section } => {
                    if let Some(slice) = slices
                        .get(usize::from(*value))
                        .filter(|slice| slice.kind == BIN_XML)
                    {
                        self.nested(*slice, *section, draft, depth)?;
                    }
                }
                Step::Instance { at, section } => {
                    self.instance(
                        *at,
                        self.chunk.len(),
                        Some(*section),
                        draft,
                        depth.saturating_add(1),
                    )?;
                }
            }
        }
        Ok(())
    }

    /// A value of `<System>`.
    fn system(
        &mut self,
        slot: Slot,
        content: &Content,
        slices: &[Slice],
        draft: &mut Draft,
    ) -> Result<(), Odd> {
        if slot.is_substitute() && !draft.event.provider.is_empty() {
            return Ok(());
        }
        let text;
        let value;
        let input = match content {
            Content::Literal(text) => Input::Shared(text),
            Content::Value(index) if slot.is_shared_text() => {
                let slice = slices.get(usize::from(*index)).copied().unwrap_or(Slice::NONE);
                self.spend(usize::from(slice.size))?;
                text = self.names.get(slice.kind, slice.of(self.chunk)?)?;
                match &text {
                    Some(text) => Input::Shared(text),
                    None => {
                        value = self.content(content, slices)?;
                        Input::Value(&value)
                    }
                }
            }
            _ => {
                value = self.content(content, slices)?;
                Input::Value(&value)
            }
        };
        // A missing value leaves the slot as it is.
        if !matches!(input, Input::Value(Value::Null)) {
            let names = &mut self.names;
            draft.set(slot, input, &mut |text| names.share(text));
        }
        Ok(())
    }

    /// A value of binary XML, in an element of that section.
    fn nested(&mut self, slice: Slice, section: Section, draft: &mut Draft, depth: u32) -> Result<(), Odd> {
        let end = slice.start.saturating_add(slice.size.into());
        self.stream(slice.start, end, Some(section), draft, depth.saturating_add(1))?;
        Ok(())
    }

    fn field(
        &mut self,
        name: &Arc<str>,
        content: &Content,
        (role, section): (Role, Section),
        slices: &[Slice],
        draft: &mut Draft,
        depth: u32,
    ) -> Result<(), Odd> {
        if let Content::Value(index) = content
            && let Some(slice) = slices.get(usize::from(*index))
        {
            if slice.kind == BIN_XML && slice.size > 0 {
                return self.nested(*slice, section, draft, depth);
            }
            if slice.kind & ARRAY != 0 && role == Role::Leaf {
                return self.array(name, *slice, draft);
            }
        }
        if role == Role::Message {
            self.message(content, slices, draft)?;
        }
        let value = self.content(content, slices)?;
        if role != Role::Container || !value.to_text().trim().is_empty() {
            push(draft, name, value);
        }
        Ok(())
    }

    /// An array repeats its element, once for each item.
    ///
    /// Spec: [MS-EVEN6] 3.1.4.7.5
    fn array(&mut self, name: &Arc<str>, slice: Slice, draft: &mut Draft) -> Result<(), Odd> {
        let items = value::items(slice.kind, slice.of(self.chunk)?)?;
        self.spend(items.len().saturating_mul(8).saturating_add(slice.size.into()))?;
        if items.is_empty() {
            push(draft, name, Value::Null);
        }
        for item in items {
            push(draft, name, value::decode(slice.kind & !ARRAY, item)?);
        }
        Ok(())
    }

    fn message(&mut self, content: &Content, slices: &[Slice], draft: &mut Draft) -> Result<(), Odd> {
        let value = self.content(content, slices)?;
        let text = value.to_text();
        if !text.trim().is_empty() {
            draft.event.message = Some(Arc::from(text.trim()));
        }
        Ok(())
    }

    /// The content of an element or attribute as one value.
    fn content(&mut self, content: &Content, slices: &[Slice]) -> Result<Value, Odd> {
        match content {
            Content::Empty => Ok(Value::Null),
            Content::Literal(text) => {
                self.spend(text.len())?;
                Ok(Value::text(&**text))
            }
            Content::Value(index) => self.value(*index, slices),
            Content::Mixed(pieces) => {
                let mut text = String::new();
                for piece in pieces {
                    match piece {
                        Piece::Literal(part) => text.push_str(part),
                        Piece::Value(index) => text.push_str(&self.value(*index, slices)?.to_text()),
                    }
                    self.spend(8)?;
                }
                self.spend(text.len())?;
                Ok(if text.is_empty() {
                    Value::Null
                } else {
                    Value::text(text)
                })
            }
        }
    }

    fn value(&mut self, index: u16, slices: &[Slice]) -> Result<Value, Odd> {
        let Some(slice) = slices.get(usize::from(index)) else {
            return Ok(Value::Null);
        };
        self.spend(usize::from(slice.size).saturating_add(8))?;
        let bytes = slice.of(self.chunk)?;
        if slice.kind == BIN_XML && bytes.is_empty() {
            return Ok(Value::Null);
        }
        if slice.kind & ARRAY == 0 {
            return value::decode(slice.kind, bytes);
        }
        match value::items(slice.kind, bytes)?.as_slice() {
            [] => Ok(Value::Null),
            [item] => value::decode(slice.kind & !ARRAY, item),
            _ => Err(Odd::value("array beside other content", slice.kind)),
        }
    }

    pub(super) fn spend(&mut self, units: usize) -> Result<(), Odd> {
        self.budget = self.budget.checked_sub(units).ok_or(Odd::TooMuch)?;
        Ok(())
    }
}

fn push(draft: &mut Draft, name: &Arc<str>, value: Value) {
    draft.event.fields.push(Field {
        name: Arc::clone(name),
        value,
    });
}
