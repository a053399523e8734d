//! The own decoder: a record of a chunk to an event, without XML text in between.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::cursor::Cursor;
use super::instance::{self, Definition, Slice, Values};
use super::layout::{Content, Layout, Name, Piece, Role, Step};
use super::odd::Odd;
use super::peek::Peeks;
use super::shelf::Layouts;
use super::sieve::Sieve;
use super::spell::{self, spell, token};
use super::texts::Texts;
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

/// Where the parts of an event go as they are decoded.
pub(super) trait Taker {
    /// A layout begins.
    fn enter(&mut self, layout: &Layout) -> Result<(), Odd>;

    /// The event, for a value of `System`.
    fn head(&mut self) -> Result<&mut Draft, Odd>;

    /// Whether a value of `System` is wanted.
    fn wants(&self, _slot: Slot) -> bool {
        true
    }

    /// The event.
    fn draft(&mut self) -> &mut Draft;

    /// A field.
    fn field(&mut self, name: &Name, value: Value) -> Result<(), Odd>;

    /// A field whose value is a text in UTF-16.
    fn text<'c>(&mut self, name: &Name, bytes: &'c [u8], texts: &mut Texts<'c>) -> Result<(), Odd>;
}

impl Taker for Draft {
    fn enter(&mut self, layout: &Layout) -> Result<(), Odd> {
        self.event.fields.reserve(layout.fields);
        Ok(())
    }

    fn head(&mut self) -> Result<&mut Draft, Odd> {
        Ok(self)
    }

    fn draft(&mut self) -> &mut Draft {
        self
    }

    fn field(&mut self, name: &Name, value: Value) -> Result<(), Odd> {
        self.event.fields.push(Field {
            name: Arc::clone(&name.text),
            value,
        });
        Ok(())
    }

    fn text<'c>(&mut self, name: &Name, bytes: &'c [u8], texts: &mut Texts<'c>) -> Result<(), Odd> {
        self.field(name, texts.decode(value::STRING, bytes)?)
    }
}

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
    texts: Texts<'c>,
    /// Lists to be used again.
    slices: Vec<Vec<Slice>>,
    pub(super) peeks: Peeks<'c>,
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

    /// Hands a layout out, so that nobody counts who shares it with other threads. Meanwhile it is missing here: a template
    /// that holds itself is nothing that anybody writes.
    fn lend(&mut self, index: usize) -> Result<Arc<Layout>, Odd> {
        let (_, layout) = self.layouts.get_mut(index).ok_or(Odd::TooMuch)?;
        match layout {
            Ok(_) => std::mem::replace(layout, UNKNOWN),
            Err(odd) => Err(*odd),
        }
    }

    fn give_back(&mut self, index: usize, layout: Arc<Layout>) {
        if let Some((_, place)) = self.layouts.get_mut(index) {
            *place = Ok(layout);
        }
    }

    fn add(&mut self, key: Key, layout: Result<Arc<Layout>, Odd>) -> usize {
        let index = self.layouts.len();
        self.layouts.push((key, layout));
        self.by_key.insert(key, index);
        index
    }
}

/// Texts of `System` that the events of a chunk share. Those of layouts get a copy of their own, so that threads need
/// not wait for each other to count those who share them.
struct Names<'c> {
    empty: Arc<str>,
    /// By the bytes of their values.
    known: Vec<(u8, &'c [u8], Arc<str>)>,
    /// That of the layout, and the copy.
    literals: Vec<(Arc<str>, Arc<str>)>,
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

    /// The copy of a text of a layout.
    fn copy(&mut self, literal: &Arc<str>) -> Arc<str> {
        let is_it = |(known, _): &&(Arc<str>, Arc<str>)| Arc::ptr_eq(known, literal);
        if let Some((_, copy)) = self.literals.iter().rev().take(16).find(is_it) {
            return Arc::clone(copy);
        }
        let copy: Arc<str> = Arc::from(&**literal);
        self.literals.push((Arc::clone(literal), Arc::clone(&copy)));
        copy
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
                literals: Vec::new(),
            },
            texts: Texts::default(),
            slices: Vec::new(),
            peeks: Peeks::default(),
        }
    }

    /// Decodes the content of a record, which lies in `start..end` of the chunk, and puts the event at the end of `events`:
    /// events are large, and moved seldom.
    pub(super) fn record<'e>(
        &mut self,
        start: usize,
        end: usize,
        origin: Origin,
        events: &'e mut Vec<Event>,
    ) -> Result<&'e mut Event, Odd> {
        let mut draft = Draft::of(self.blank(origin));
        let has_event = self.stream(start, end, None, &mut draft, 0)?;
        if !has_event {
            return Err(Odd::unknown("record without an event", start, 0));
        }
        draft.settle();
        if is_hollow(&draft.event) {
            return Err(Odd::unknown("event without provider and time", start, 0));
        }
        Ok(events.push_mut(draft.event))
    }

    /// An event of which nothing is known but where it is read.
    pub(super) fn blank(&self, origin: Origin) -> Event {
        Event::blank(origin, &self.names.empty)
    }

    /// Decodes the content of a record part by part; says whether it held the `<Event>`. One that fails costs nothing: it
    /// is decoded again.
    pub(super) fn parts_of(&mut self, start: usize, end: usize, taker: &mut impl Taker) -> Result<bool, Odd> {
        let budget = self.budget;
        let result = self.stream(start, end, None, taker, 0);
        if result.is_err() {
            self.budget = budget;
        }
        result
    }

    /// Decodes what is left of a record whose head is known: the steps of its layout behind that one. Says whether it held the
    /// `<Event>`. One that fails costs nothing, as with [`parts_of`](Self::parts_of).
    pub(super) fn rest_of(
        &mut self,
        (index, rest): (usize, usize),
        values: &Values<'c>,
        taker: &mut impl Taker,
    ) -> Result<bool, Odd> {
        let budget = self.budget;
        let layout = self.known.lend(index)?;
        let result = self.run(&layout, rest, values, taker, 0);
        let has_event = layout.has_event;
        self.known.give_back(index, layout);
        if result.is_err() {
            self.budget = budget;
        }
        result.map(|()| has_event)
    }

    /// Decodes the payload of a record, which is the last of its values and all that is left of it. One that fails costs nothing,
    /// as with [`parts_of`](Self::parts_of).
    pub(super) fn payload_of(
        &mut self,
        section: Section,
        values: &Values<'c>,
        taker: &mut impl Taker,
    ) -> Result<bool, Odd> {
        let budget = self.budget;
        let end = values.end();
        let size = values
            .descriptors()
            .last()
            .map_or(0, |&[low, high, ..]| usize::from(u16::from_le_bytes([low, high])));
        let result = self
            .spend(INSTANCE_COST)
            .and_then(|()| self.stream(end.saturating_sub(size), end, Some(section), taker, 1));
        if result.is_err() {
            self.budget = budget;
        }
        // The head held the event.
        result.map(|_| true)
    }

    /// The layout at a place that [`index`](Self::index) gave, to be kept.
    pub(super) fn known_layout(&self, index: usize) -> Option<Arc<Layout>> {
        self.by_place(index).as_ref().ok().cloned()
    }

    /// The text of an activity; `None` for the nil GUID.
    pub(super) fn activity(&mut self, bytes: &'c [u8]) -> Result<Option<Arc<str>>, Odd> {
        self.texts.activity(bytes)
    }

    /// The text of a value of `System` that many records share.
    pub(super) fn name(&mut self, kind: u8, bytes: &'c [u8]) -> Result<Option<Arc<str>>, Odd> {
        self.names.get(kind, bytes)
    }

    /// What the sieve needs of a template; `None` when its records must be decoded to be judged.
    pub(super) fn sieve(&mut self, definition: Definition) -> Option<&Sieve> {
        let index = self.index(definition, None);
        self.by_place(index).as_ref().ok()?.sieve.as_ref()
    }

    /// The layout at a place that [`index`](Self::index) gave.
    pub(super) fn by_place(&self, index: usize) -> &Result<Arc<Layout>, Odd> {
        self.known
            .layouts
            .get(index)
            .map_or(&UNKNOWN, |(_, layout)| layout)
    }

    /// The place of the layout of a template, used in an element of that section.
    pub(super) fn index(&mut self, definition: Definition, place: Option<Section>) -> usize {
        let key = (definition.offset, place);
        match self.known.find(key) {
            Some(index) => index,
            None => {
                let layout = self.make(definition, place);
                self.known.add(key, layout)
            }
        }
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
        taker: &mut impl Taker,
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
                    let (held, next) = self.instance(cursor.at(), end, place, taker, depth)?;
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
                    self.run(&layout, 0, &Values::NONE, taker, depth)?;
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
        taker: &mut impl Taker,
        depth: u32,
    ) -> Result<(bool, usize), Odd> {
        let (definition, values) = instance::read(self.chunk, at, end)?;
        let last = values.end();
        if last > end {
            return Err(Odd::unknown("end of the values", last, 0));
        }
        let index = self.index(definition, place);
        let layout = self.known.lend(index)?;
        let result = self.run(&layout, 0, &values, taker, depth);
        let has_event = layout.has_event;
        self.known.give_back(index, layout);
        result?;
        Ok((has_event, last))
    }

    /// Runs the steps of a layout from the `first` on.
    fn run(
        &mut self,
        layout: &Layout,
        first: usize,
        values: &Values<'c>,
        taker: &mut impl Taker,
        depth: u32,
    ) -> Result<(), Odd> {
        self.spend(values.len().saturating_add(INSTANCE_COST))?;
        let mut slices = self.slices.pop().unwrap_or_default();
        slices.clear();
        slices.extend(values.iter());
        taker.enter(layout)?;
        let result = self.steps(layout, first, &slices, taker, depth);
        self.slices.push(slices);
        result
    }

    fn steps(
        &mut self,
        layout: &Layout,
        first: usize,
        slices: &[Slice],
        taker: &mut impl Taker,
        depth: u32,
    ) -> Result<(), Odd> {
        let is_missing = |index: u16| {
            let slice = slices.get(usize::from(index));
            slice.is_some_and(|slice| slice.kind == value::NULL)
        };
        let mut next = first;
        while let Some(step) = layout.steps.get(next) {
            next = next.saturating_add(1);
            self.spend(1)?;
            match step {
                Step::SkipUnless { value, to } => {
                    if is_missing(*value) {
                        next = next.max(*to);
                    }
                }
                Step::System { slot, content } => self.system(*slot, content, slices, taker)?,
                Step::Attribute { name, content } => {
                    let value = self.content(content, slices)?;
                    if value != Value::Null {
                        taker.field(name, value)?;
                    }
                }
                Step::Field {
                    name,
                    content,
                    role,
                    section,
                } => {
                    self.field(name, content, (*role, *section), slices, taker, depth)?;
                }
                Step::Message(content) => self.message(content, slices, taker)?,
                Step::Nested { value, section } => {
                    if let Some(slice) = slices
                        .get(usize::from(*value))
                        .filter(|slice| slice.kind == BIN_XML)
                    {
                        self.nested(*slice, *section, taker, depth)?;
                    }
                }
                Step::Instance { at, section } => {
                    self.instance(
                        *at,
                        self.chunk.len(),
                        Some(*section),
                        taker,
                        depth.saturating_add(1),
                    )?;
                }
            }
        }
        Ok(())
    }

    /// A value of `<System>`.
    pub(super) fn system(
        &mut self,
        slot: Slot,
        content: &Content,
        slices: &[Slice],
        taker: &mut impl Taker,
    ) -> Result<(), Odd> {
        if slot.is_substitute() && !taker.draft().event.provider.is_empty() {
            return Ok(());
        }
        if let Some(number) = self.number(content, slices) {
            if taker.wants(slot) {
                taker.head()?.set_number(slot, Some(number));
            }
            return Ok(());
        }
        if slot == Slot::Activity
            && let Content::Value(index) = content
            && let Some(slice) = slices.get(usize::from(*index))
            && slice.kind == value::GUID
        {
            self.spend(usize::from(slice.size).saturating_add(8))?;
            let activity = self.texts.activity(slice.of(self.chunk)?)?;
            taker.head()?.event.activity = activity;
            return Ok(());
        }
        let text;
        let value;
        let input = match content {
            Content::Literal(literal) if slot.is_shared_text() => {
                text = Some(self.names.copy(literal));
                text.as_ref().map_or(Input::Value(&Value::Null), Input::Shared)
            }
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
        if !matches!(input, Input::Value(Value::Null)) && taker.wants(slot) {
            let names = &mut self.names;
            taker.head()?.set(slot, input, &mut |text| names.share(text));
        }
        Ok(())
    }

    /// A number without sign, which most values of `<System>` are.
    fn number(&self, content: &Content, slices: &[Slice]) -> Option<u64> {
        let Content::Value(index) = content else {
            return None;
        };
        let slice = slices.get(usize::from(*index))?;
        let bytes = self.chunk.get(slice.start..)?;
        Some(match (slice.kind, slice.size) {
            (value::UINT8, 1) => u8::from_le_bytes(*bytes.first_chunk()?).into(),
            (value::UINT16, 2) => u16::from_le_bytes(*bytes.first_chunk()?).into(),
            (value::UINT32, 4) => u32::from_le_bytes(*bytes.first_chunk()?).into(),
            _ => return None,
        })
    }

    /// A value of binary XML, in an element of that section.
    fn nested(
        &mut self,
        slice: Slice,
        section: Section,
        taker: &mut impl Taker,
        depth: u32,
    ) -> Result<(), Odd> {
        let end = slice.start.saturating_add(slice.size.into());
        self.stream(slice.start, end, Some(section), taker, depth.saturating_add(1))?;
        Ok(())
    }

    fn field(
        &mut self,
        name: &Name,
        content: &Content,
        (role, section): (Role, Section),
        slices: &[Slice],
        taker: &mut impl Taker,
        depth: u32,
    ) -> Result<(), Odd> {
        if let Content::Value(index) = content
            && let Some(slice) = slices.get(usize::from(*index))
        {
            if slice.kind == BIN_XML && slice.size > 0 {
                return self.nested(*slice, section, taker, depth);
            }
            if slice.kind & ARRAY != 0 && role == Role::Leaf {
                return self.array(name, *slice, taker);
            }
            if role == Role::Leaf && slice.kind != BIN_XML {
                self.spend(usize::from(slice.size).saturating_add(8))?;
                let bytes = slice.of(self.chunk)?;
                return match slice.kind {
                    value::STRING => taker.text(name, bytes, &mut self.texts),
                    value::SID => taker.field(name, self.texts.decode(value::SID, bytes)?),
                    kind => taker.field(name, value::decode(kind, bytes)?),
                };
            }
        }
        if role == Role::Message {
            self.message(content, slices, taker)?;
        }
        let value = self.content(content, slices)?;
        if role != Role::Container || !value.to_text().trim().is_empty() {
            taker.field(name, value)?;
        }
        Ok(())
    }

    /// An array repeats its element, once for each item.
    ///
    /// Spec: [MS-EVEN6] 3.1.4.7.5
    fn array(&mut self, name: &Name, slice: Slice, taker: &mut impl Taker) -> Result<(), Odd> {
        let items = value::items(slice.kind, slice.of(self.chunk)?)?;
        self.spend(items.len().saturating_mul(8).saturating_add(slice.size.into()))?;
        if items.is_empty() {
            taker.field(name, Value::Null)?;
        }
        for item in items {
            taker.field(name, value::decode(slice.kind & !ARRAY, item)?)?;
        }
        Ok(())
    }

    fn message(&mut self, content: &Content, slices: &[Slice], taker: &mut impl Taker) -> Result<(), Odd> {
        let value = self.content(content, slices)?;
        let text = value.to_text();
        if !text.trim().is_empty() {
            taker.draft().event.message = Some(Arc::from(text.trim()));
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
            return self.texts.decode(slice.kind, bytes);
        }
        match value::items(slice.kind, bytes)?.as_slice() {
            [] => Ok(Value::Null),
            [item] => value::decode(slice.kind & !ARRAY, item),
            _ => Err(Odd::value("array beside other content", slice.kind)),
        }
    }

    /// Whether somebody asks by which process an event was written.
    pub(super) fn asks_for_process(&self) -> bool {
        self.layouts.asks("process")
    }

    /// What may still be spent.
    pub(super) const fn budget(&self) -> usize {
        self.budget
    }

    pub(super) fn spend(&mut self, units: usize) -> Result<(), Odd> {
        self.budget = self.budget.checked_sub(units).ok_or(Odd::TooMuch)?;
        Ok(())
    }
}
