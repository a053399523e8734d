//! Lays events down as bytes, see [`pack`](super::pack).

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use chrono::{Datelike, Timelike};
use foldhash::fast::FixedState;

use super::pack::{DAY_BITS, Pack, Shape, UNKNOWN, flag, kind};
use super::stencil::Placed;
use super::{Kept, Own, Packed, Shown, Stencil};
use crate::model::{ByPlace, Clock, Event, Field, Origin, Time, Value};

/// So many shapes are remembered; a log has some dozens.
const MOST_SHAPES: usize = 4 << 10;

/// Id, length of the provider's name and number of fields: hardly any two shapes of a log have all in common.
type Key = (Option<u16>, usize, usize);

/// The shapes that came before, of one piece after the other, so that all share them.
#[derive(Debug, Default)]
pub(crate) struct Shapes {
    by_key: HashMap<Key, Vec<Arc<Shape>>, FixedState>,
    count: usize,
    next: u32,
}

impl Shapes {
    /// The shape of an event.
    pub(crate) fn of(&mut self, event: &Event) -> Arc<Shape> {
        if self.count >= MOST_SHAPES {
            self.by_key.clear();
            self.count = 0;
        }
        let key = (event.id, event.provider.len(), event.fields.len());
        let known = self.by_key.entry(key).or_default();
        if let Some(shape) = known.iter().find(|shape| is_of(event, &shape.head)) {
            return Arc::clone(shape);
        }
        let shape = Arc::new(Shape {
            head: head(event),
            number: self.next,
        });
        known.push(Arc::clone(&shape));
        self.count += 1;
        self.next = self.next.wrapping_add(1);
        shape
    }
}

/// Whether an event is of a shape.
fn is_of(event: &Event, shape: &Event) -> bool {
    event.level == shape.level
        && event.version == shape.version
        && event.task == shape.task
        && event.opcode == shape.opcode
        && event.keywords == shape.keywords
        && event.clock == shape.clock
        && event.message.is_some() == shape.message.is_some()
        && event.provider == shape.provider
        && event.channel == shape.channel
        && event.computer == shape.computer
        && event.sid == shape.sid
        && event.origin.path == shape.origin.path
        && event
            .fields
            .iter()
            .zip(&shape.fields)
            .all(|(a, b)| a.name == b.name)
}

/// An event without the values that are its own.
fn head(event: &Event) -> Event {
    let path = Arc::clone(&event.origin.path);
    let mut shape = Event::new(Origin::artifact(path));
    shape.provider = Arc::clone(&event.provider);
    shape.channel = Arc::clone(&event.channel);
    shape.id = event.id;
    shape.clock = event.clock;
    shape.level = event.level;
    shape.computer = Arc::clone(&event.computer);
    shape.sid = event.sid.clone();
    shape.version = event.version;
    shape.task = event.task;
    shape.opcode = event.opcode;
    shape.keywords = event.keywords;
    shape.message = event.message.as_ref().map(|_| Arc::from(""));
    let nameless = |field: &Field| Field {
        name: Arc::clone(&field.name),
        value: Value::Null,
    };
    shape.fields = event.fields.iter().map(nameless).collect();
    shape
}

/// What was taken.
#[derive(Debug)]
pub(crate) enum Taken {
    /// The number and shape of an event that is packed.
    Packed(u32, Arc<Shape>),
    /// An event as it is.
    Whole(Box<Event>),
    /// The place of an event that comes later, or not at all.
    Gap,
}

/// Packs events one after the other.
#[derive(Debug, Default)]
pub(crate) struct Packer {
    shapes: Vec<Arc<Shape>>,
    stencils: Vec<Arc<Stencil>>,
    shown: Vec<Shown>,
    bytes: Vec<u8>,
    texts: String,
    starts: Vec<u32>,
    /// Where texts lie.
    places: HashMap<Arc<str>, u32, FixedState>,
    /// The same of those that came last, each with the number of the piece that it lies in.
    near: ByPlace<(u32, u32)>,
    piece: u32,
    events: Vec<Taken>,
    /// No gap is left before this place.
    filled: usize,
}

impl Packer {
    /// Leaves a place for the next event that is taken, which may come behind others.
    pub(crate) fn gap(&mut self) {
        self.events.push(Taken::Gap);
    }

    /// What was taken so far, gaps and all.
    pub(crate) const fn events_mut(&mut self) -> &mut Vec<Taken> {
        &mut self.events
    }

    /// Leaves the first gap for good: there is no event for it.
    pub(crate) fn pass(&mut self) {
        if self.next_gap().is_some() {
            self.filled += 1;
        }
    }

    /// The first gap.
    fn next_gap(&mut self) -> Option<&mut Taken> {
        let rest = self.events.get(self.filled..).unwrap_or_default();
        let gap = rest.iter().position(|taken| matches!(taken, Taken::Gap));
        self.filled += gap.unwrap_or(rest.len());
        self.events.get_mut(self.filled)
    }

    /// Puts an event into the first gap, or behind the others.
    fn fill(&mut self, taken: Taken) {
        match self.next_gap() {
            Some(gap) => *gap = taken,
            None => self.events.push(taken),
        }
        self.filled += 1;
    }

    /// Takes an event of a shape, with the signals that it shows, where they are known.
    pub(crate) fn take(&mut self, event: &Event, shape: &Arc<Shape>, shown: Option<&Shown>) {
        if !fits(event) || self.is_full() {
            self.fill(Taken::Whole(Box::new(event.clone())));
            return;
        }
        let taken = Arc::clone(shape);
        let (shape, shown) = (self.shape(shape), self.signals(shown));
        let (Ok(start), Ok(number)) = (u32::try_from(self.bytes.len()), u32::try_from(self.starts.len()))
        else {
            return;
        };
        self.starts.push(start);
        self.fill(Taken::Packed(number, taken));
        let before = self.bytes.len();
        self.front(event, [shape, shown]);
        let values = u16::try_from(self.bytes.len() - before).unwrap_or_default();
        let place = before + 6;
        if let Some(place) = self.bytes.get_mut(place..place + 2) {
            place.copy_from_slice(&values.to_le_bytes());
        }
        for field in &event.fields {
            self.value(&field.value);
        }
    }

    /// Takes an event of a stencil, behind the others.
    pub(super) fn like(&mut self, stencil: &Arc<Stencil>, placed: &mut Placed, own: &Own) {
        let (Ok(start), Ok(number)) = (u32::try_from(self.bytes.len()), u32::try_from(self.starts.len()))
        else {
            return;
        };
        self.starts.push(start);
        self.events
            .push(Taken::Packed(number, Arc::clone(&stencil.shape)));
        let flags = flag::STENCIL
            | flag::RECORD_ID
            | flag::SAME_RECORD
            | flag::OFFSET
            | flag_if(own.time.is_some(), flag::TIME)
            | flag_if(own.process.is_some(), flag::PROCESS)
            | flag_if(own.thread.is_some(), flag::THREAD)
            | flag_if(own.activity.is_some(), flag::ACTIVITY_GUID);
        let optional = [
            (flag::TIME, 12),
            (flag::PROCESS, 4),
            (flag::THREAD, 4),
            (flag::ACTIVITY_GUID, 16),
        ];
        let size = optional.iter().filter(|(flag, _)| flags & flag != 0);
        let values = size.fold(24_u16, |sum, (_, size)| sum + size);
        let place = match *placed {
            Some((piece, place)) if piece == self.piece => place,
            _ => {
                self.stencils.push(Arc::clone(stencil));
                let place = u16::try_from(self.stencils.len() - 1).unwrap_or(UNKNOWN);
                *placed = Some((self.piece, place));
                place
            }
        };
        for number in [place, UNKNOWN, flags, values] {
            self.put(&number.to_le_bytes());
        }
        if let Some(time) = own.time {
            self.time(time);
        }
        self.put(&own.record.to_le_bytes());
        self.put(&own.offset.to_le_bytes());
        for number in [own.process, own.thread].into_iter().flatten() {
            self.put(&number.to_le_bytes());
        }
        if let Some(activity) = own.activity {
            self.put(&activity);
        }
        for value in &own.values {
            self.value(value);
        }
    }

    /// The values of an event as those of a stencil, with the texts in them; those at these places are each event's own.
    pub(super) fn draw(&mut self, event: &Event, own: &[usize]) -> Option<(Box<[u8]>, Box<str>)> {
        if !fits(event) {
            return None;
        }
        for (place, field) in event.fields.iter().enumerate() {
            match own.contains(&place) {
                true => self.bytes.push(kind::OWN),
                false => self.value(&field.value),
            }
        }
        let drawn = (self.bytes.as_slice().into(), self.texts.as_str().into());
        self.forget();
        Some(drawn)
    }

    /// What was taken, in its order.
    pub(crate) fn finish(&mut self) -> Vec<Kept> {
        let pack = Arc::new(Pack {
            shapes: self.shapes.drain(..).collect(),
            stencils: self.stencils.drain(..).collect(),
            shown: self.shown.drain(..).collect(),
            bytes: self.bytes.as_slice().into(),
            texts: self.texts.as_str().into(),
            starts: self.starts.as_slice().into(),
            lent: OnceLock::new(),
        });
        self.forget();
        self.filled = 0;
        let packed = |number, shape| Kept {
            packed: Some(Packed {
                pack: Arc::clone(&pack),
                number,
                shape,
            }),
            own: None,
        };
        let kept = |taken: Taken| match taken {
            Taken::Packed(number, shape) => Some(packed(number, shape)),
            Taken::Whole(event) => Some(Kept::from(event)),
            Taken::Gap => None,
        };
        self.events.drain(..).filter_map(kept).collect()
    }

    /// Forgets what lies there.
    fn forget(&mut self) {
        self.bytes.clear();
        self.texts.clear();
        self.starts.clear();
        self.places.clear();
        self.piece = self.piece.wrapping_add(1);
    }

    /// Whether places and numbers would become too large.
    fn is_full(&self) -> bool {
        const BYTES: usize = 1 << 30;
        self.bytes.len().max(self.texts.len()) > BYTES || self.starts.len() >= usize::from(UNKNOWN)
    }

    fn put(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    fn shape(&mut self, shape: &Arc<Shape>) -> u16 {
        let known = self.shapes.iter().position(|known| Arc::ptr_eq(known, shape));
        let place = known.unwrap_or_else(|| {
            self.shapes.push(Arc::clone(shape));
            self.shapes.len() - 1
        });
        // No piece has as many events.
        u16::try_from(place).unwrap_or(UNKNOWN)
    }

    fn signals(&mut self, shown: Option<&Shown>) -> u16 {
        let Some(shown) = shown else { return UNKNOWN };
        let known = self.shown.iter().position(|known| known == shown);
        let place = known.unwrap_or_else(|| {
            self.shown.push(Arc::clone(shown));
            self.shown.len() - 1
        });
        u16::try_from(place).unwrap_or(UNKNOWN)
    }

    fn front(&mut self, event: &Event, [shape, shown]: [u16; 2]) {
        let origin = &event.origin;
        let same = event.record_id.is_some() && event.record_id == origin.record;
        let flags = [
            (event.time.is_some(), flag::TIME),
            (event.record_id.is_some(), flag::RECORD_ID),
            (same, flag::SAME_RECORD),
            (!same && origin.record.is_some(), flag::RECORD),
            (origin.line.is_some(), flag::LINE),
            (origin.offset.is_some(), flag::OFFSET),
            (event.process.is_some(), flag::PROCESS),
            (event.thread.is_some(), flag::THREAD),
            (event.activity.is_some(), flag::ACTIVITY),
            (event.message.is_some(), flag::MESSAGE),
        ];
        let flags = flags.iter().filter(|(is_set, _)| *is_set);
        let flags = flags.fold(0, |all, (_, flag)| all | flag);
        // How far it is to the values is known later.
        for number in [shape, shown, flags, 0] {
            self.put(&number.to_le_bytes());
        }
        if let Some(time) = event.time {
            self.time(time);
        }
        let record = origin.record.filter(|_| !same);
        for number in [event.record_id, record, origin.line, origin.offset]
            .into_iter()
            .flatten()
        {
            self.put(&number.to_le_bytes());
        }
        for number in [event.process, event.thread].into_iter().flatten() {
            self.put(&number.to_le_bytes());
        }
        for text in [&event.activity, &event.message].into_iter().flatten() {
            self.text(text);
        }
    }

    fn time(&mut self, time: Time) {
        let time = time.naive_utc();
        let day = time.year() << DAY_BITS | time.ordinal().cast_signed();
        self.put(&day.to_le_bytes());
        self.put(&time.num_seconds_from_midnight().to_le_bytes());
        self.put(&time.nanosecond().to_le_bytes());
    }

    fn text(&mut self, text: &Arc<str>) {
        let near = self.near.get(text).filter(|(piece, _)| *piece == self.piece);
        let start = match near {
            Some((_, start)) => start,
            None => {
                let next = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
                let start = *self.places.entry(Arc::clone(text)).or_insert(next);
                if start == next {
                    self.texts.push_str(text);
                }
                self.near.put(text, (self.piece, start));
                start
            }
        };
        self.put(&start.to_le_bytes());
        self.put(&u32::try_from(text.len()).unwrap_or(0).to_le_bytes());
    }

    fn number(&mut self, kind: u8, number: u64) {
        self.bytes.push(kind);
        self.put(&number.to_le_bytes());
    }

    fn value(&mut self, value: &Value) {
        match value {
            // Lists are not packed.
            Value::Null | Value::List(_) => self.bytes.push(kind::NULL),
            Value::Text(text) => {
                self.bytes.push(kind::TEXT);
                self.text(text);
            }
            Value::Sid(text) => {
                self.bytes.push(kind::SID);
                self.text(text);
            }
            Value::Unsigned(number) => self.number(kind::UNSIGNED, *number),
            Value::Signed(number) => self.number(kind::SIGNED, number.cast_unsigned()),
            Value::Hex32(number) => {
                self.bytes.push(kind::HEX32);
                self.put(&number.to_le_bytes());
            }
            Value::Hex64(number) => self.number(kind::HEX64, *number),
            Value::Float(number) => self.number(kind::FLOAT, number.to_bits()),
            Value::Bool(flag) => self.bytes.push(if *flag { kind::YES } else { kind::NO }),
            Value::Binary(bytes) => {
                self.bytes.push(kind::BINARY);
                self.put(&u32::try_from(bytes.len()).unwrap_or(0).to_le_bytes());
                self.put(bytes);
            }
            Value::Guid(bytes) => {
                self.bytes.push(kind::GUID);
                self.put(bytes);
            }
            Value::Time(time) => {
                self.bytes.push(kind::TIME);
                self.time(*time);
            }
        }
    }
}

const fn flag_if(is_set: bool, flag: u16) -> u16 {
    if is_set { flag } else { 0 }
}

/// Whether an event can be packed: it has a place in UTC or none at all, and no value of many. Long ones gain nothing.
fn fits(event: &Event) -> bool {
    const LONGEST: usize = 1 << 20;
    let is_short = |value: &Value| match value {
        Value::List(_) => false,
        Value::Text(text) | Value::Sid(text) => text.len() <= LONGEST,
        Value::Binary(bytes) => bytes.len() <= LONGEST,
        _ => true,
    };
    event.local.is_none()
        && event.clock == Clock::Exact
        && event.message.as_ref().is_none_or(|text| text.len() <= LONGEST)
        && event.fields.iter().all(|field| is_short(&field.value))
}
