//! The events of one piece of a log as bytes. Owns their layout, as far as it is read; [`packer`](super::packer) writes it.
//!
//! Each begins with the number of its shape, that of the signals it shows, flags that tell which of the values follow that not every event
//! has (time, record id, record, line and offset of the origin, process, thread, activity, message), and how many bytes it is from its
//! beginning to the values of its fields, each of which has its type before it. Texts lie apart, each once, and are told by their places.
//! One that says what others said has the number of a [`Stencil`] instead, and of the values of its fields only its own.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use chrono::{NaiveDate, NaiveTime};

use super::{Glimpse, Shown, Stencil};
use crate::model::{Event, Origin, Time, Value, guid_text};

/// What events have in common whose values alone differ.
#[derive(Debug)]
pub(crate) struct Shape {
    /// An event without them.
    pub(super) head: Event,
    /// No other shape of the same [`Shapes`](super::Shapes) has it.
    pub(super) number: u32,
}

impl Shape {
    pub(crate) const fn number(&self) -> u32 {
        self.number
    }
}

/// No signals are known.
pub(super) const UNKNOWN: u16 = u16::MAX;

/// Which values an event has.
pub(super) mod flag {
    pub(in crate::model::kept) const TIME: u16 = 1;
    pub(in crate::model::kept) const RECORD_ID: u16 = 1 << 1;
    /// The origin has the same number.
    pub(in crate::model::kept) const SAME_RECORD: u16 = 1 << 2;
    pub(in crate::model::kept) const RECORD: u16 = 1 << 3;
    pub(in crate::model::kept) const LINE: u16 = 1 << 4;
    pub(in crate::model::kept) const OFFSET: u16 = 1 << 5;
    pub(in crate::model::kept) const PROCESS: u16 = 1 << 6;
    pub(in crate::model::kept) const THREAD: u16 = 1 << 7;
    pub(in crate::model::kept) const ACTIVITY: u16 = 1 << 8;
    pub(in crate::model::kept) const MESSAGE: u16 = 1 << 9;
    /// It is of a stencil, whose number stands where that of the shape would.
    pub(in crate::model::kept) const STENCIL: u16 = 1 << 10;
    /// The activity as the bytes of its GUID.
    pub(in crate::model::kept) const ACTIVITY_GUID: u16 = 1 << 11;
}

/// Bytes of a time: year and day of the year, seconds of the day, nanoseconds.
const TIME_BYTES: usize = 12;
/// Bits of the day of the year.
pub(super) const DAY_BITS: u32 = 9;

/// What a value is.
pub(super) mod kind {
    pub(in crate::model::kept) const NULL: u8 = 0;
    pub(in crate::model::kept) const TEXT: u8 = 1;
    pub(in crate::model::kept) const UNSIGNED: u8 = 2;
    pub(in crate::model::kept) const SIGNED: u8 = 3;
    pub(in crate::model::kept) const HEX32: u8 = 4;
    pub(in crate::model::kept) const HEX64: u8 = 5;
    pub(in crate::model::kept) const FLOAT: u8 = 6;
    pub(in crate::model::kept) const NO: u8 = 7;
    pub(in crate::model::kept) const YES: u8 = 8;
    pub(in crate::model::kept) const BINARY: u8 = 9;
    pub(in crate::model::kept) const GUID: u8 = 10;
    pub(in crate::model::kept) const TIME: u8 = 11;
    pub(in crate::model::kept) const SID: u8 = 12;
    /// In a stencil: a value that is the event's own.
    pub(in crate::model::kept) const OWN: u8 = 13;
}

/// The events of one piece of a log.
#[derive(Debug, Default)]
pub(super) struct Pack {
    pub(super) shapes: Box<[Arc<Shape>]>,
    pub(super) stencils: Box<[Arc<Stencil>]>,
    pub(super) shown: Box<[Shown]>,
    pub(super) bytes: Box<[u8]>,
    pub(super) texts: Box<str>,
    /// Where each event begins.
    pub(super) starts: Box<[u32]>,
    /// Those that somebody looked at as a whole.
    pub(super) lent: OnceLock<Box<[OnceLock<Box<Event>>]>>,
}

/// What of an event does not belong to its fields.
#[derive(Default)]
struct Front<'a> {
    time: Option<Time>,
    record_id: Option<u64>,
    record: Option<u64>,
    line: Option<u64>,
    offset: Option<u64>,
    process: Option<u32>,
    thread: Option<u32>,
    activity: Option<Cow<'a, str>>,
    message: Option<&'a str>,
}

impl Pack {
    /// An event as a whole, made once.
    pub(super) fn lend(&self, number: u32) -> &Event {
        let lent = self
            .lent
            .get_or_init(|| self.starts.iter().map(|_| OnceLock::new()).collect());
        match lent.get(number as usize) {
            Some(place) => place.get_or_init(|| Box::new(self.unpack(number))),
            None => &super::NONE,
        }
    }

    #[cfg(test)]
    pub(super) fn is_lent(&self, number: u32) -> bool {
        let lent = self.lent.get().and_then(|lent| lent.get(number as usize));
        lent.is_some_and(|place| place.get().is_some())
    }

    /// An event as a whole.
    pub(super) fn unpack(&self, number: u32) -> Event {
        let front = self.front(&mut self.bytes_of(number));
        let mut event = self.head(number).clone();
        event.origin = Origin {
            path: event.origin.path,
            record: front.record,
            line: front.line,
            offset: front.offset,
        };
        event.time = front.time;
        event.record_id = front.record_id;
        event.process = front.process;
        event.thread = front.thread;
        event.activity = front.activity.map(Arc::from);
        event.message = front.message.map(Arc::from);
        let mut values = self.values(number);
        for field in &mut event.fields {
            field.value = values.take().into_value();
        }
        event
    }

    fn bytes_of(&self, number: u32) -> Bytes<'_> {
        let start = self
            .starts
            .get(number as usize)
            .map_or(0, |start| *start as usize);
        Bytes(self.bytes.get(start..).unwrap_or_default())
    }

    /// The stencil of an event, if it is of one.
    fn stencil(&self, number: u32) -> Option<&Stencil> {
        let [place, _, flags, _] = self.bytes_of(number).start();
        let stencil = (flags & flag::STENCIL != 0).then(|| self.stencils.get(usize::from(place)))??;
        Some(stencil)
    }

    /// The shape of an event.
    pub(super) fn head(&self, number: u32) -> &Event {
        if let Some(stencil) = self.stencil(number) {
            return &stencil.shape.head;
        }
        let shape = self.shapes.get(usize::from(self.bytes_of(number).u16()));
        shape.map_or(&super::NONE, |shape| &shape.head)
    }

    pub(super) fn shown(&self, number: u32) -> Option<&Shown> {
        if let Some(stencil) = self.stencil(number) {
            return Some(&stencil.shown);
        }
        let [_, shown, ..] = self.bytes_of(number).start();
        self.shown.get(usize::from(shown))
    }

    /// The values of its fields.
    fn values(&self, number: u32) -> Values<'_> {
        let event = self.bytes_of(number);
        let [place, _, flags, start] = Bytes(event.0).start();
        let own = Bytes(event.0.get(usize::from(start)..).unwrap_or_default());
        let stencil = match flags & flag::STENCIL {
            0 => None,
            _ => self.stencils.get(usize::from(place)),
        };
        match stencil {
            Some(stencil) => Values {
                bytes: Bytes(&stencil.values),
                texts: &stencil.texts,
                own,
            },
            None => Values {
                bytes: own,
                texts: &self.texts,
                own: Bytes(&[]),
            },
        }
    }

    pub(super) fn time(&self, number: u32) -> Option<Time> {
        let mut bytes = self.bytes_of(number);
        let [_, _, flags, _] = bytes.start();
        (flags & flag::TIME != 0).then(|| bytes.time()).flatten()
    }

    pub(super) fn record_id(&self, number: u32) -> Option<u64> {
        let mut bytes = self.bytes_of(number);
        let [_, _, flags, _] = bytes.start();
        if flags & flag::TIME != 0 {
            let _ = bytes.take(TIME_BYTES);
        }
        (flags & flag::RECORD_ID != 0).then(|| bytes.u64())
    }

    pub(super) fn activity(&self, number: u32) -> Option<Cow<'_, str>> {
        self.front(&mut self.bytes_of(number)).activity
    }

    pub(super) fn origin(&self, number: u32) -> Origin {
        let front = self.front(&mut self.bytes_of(number));
        Origin {
            path: Arc::clone(&self.head(number).origin.path),
            record: front.record,
            line: front.line,
            offset: front.offset,
        }
    }

    /// The value of the field at that place.
    pub(super) fn glimpse(&self, number: u32, place: usize) -> Glimpse<'_> {
        let mut values = self.values(number);
        for _ in 0..place {
            values.pass();
        }
        values.take()
    }

    fn front<'a>(&'a self, bytes: &mut Bytes<'a>) -> Front<'a> {
        let mut front = Front::default();
        let [_, _, flags, _] = bytes.start();
        let has = |flag: u16| flags & flag != 0;
        if has(flag::TIME) {
            front.time = bytes.time();
        }
        front.record_id = has(flag::RECORD_ID).then(|| bytes.u64());
        front.record = has(flag::RECORD).then(|| bytes.u64());
        if has(flag::SAME_RECORD) {
            front.record = front.record_id;
        }
        front.line = has(flag::LINE).then(|| bytes.u64());
        front.offset = has(flag::OFFSET).then(|| bytes.u64());
        front.process = has(flag::PROCESS).then(|| bytes.u32());
        front.thread = has(flag::THREAD).then(|| bytes.u32());
        front.activity = has(flag::ACTIVITY).then(|| Cow::Borrowed(bytes.text(&self.texts)));
        if has(flag::ACTIVITY_GUID) {
            front.activity = Some(Cow::Owned(guid_text(&bytes.array())));
        }
        front.message = has(flag::MESSAGE).then(|| bytes.text(&self.texts));
        front
    }
}

/// The values of the fields of an event, from one on.
struct Values<'a> {
    bytes: Bytes<'a>,
    texts: &'a str,
    /// Those that are its own, where the others are those of a stencil.
    own: Bytes<'a>,
}

impl<'a> Values<'a> {
    /// The next one.
    fn take(&mut self) -> Glimpse<'a> {
        match self.bytes.value(self.texts) {
            Some(value) => value,
            None => self
                .own
                .value("")
                .unwrap_or(Glimpse::Other(Cow::Owned(Value::Null))),
        }
    }

    /// Goes past the next one.
    fn pass(&mut self) {
        if self.bytes.pass() == kind::OWN {
            self.own.pass();
        }
    }
}

/// Bytes that are read from their beginning on. What is behind their end is zero; nothing is, as they are written.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn text(&mut self, texts: &'a str) -> &'a str {
        let (start, length) = (self.u32() as usize, self.u32() as usize);
        let end = start.saturating_add(length);
        texts.get(start..end).unwrap_or_default()
    }

    /// A value; nothing where it is the event's own.
    fn value(&mut self, texts: &'a str) -> Option<Glimpse<'a>> {
        let bytes = self;
        let value = match bytes.u8() {
            kind::OWN => return None,
            kind::TEXT => return Some(Glimpse::Text(bytes.text(texts))),
            kind::UNSIGNED => Value::Unsigned(bytes.u64()),
            kind::SIGNED => Value::Signed(bytes.u64().cast_signed()),
            kind::HEX32 => Value::Hex32(bytes.u32()),
            kind::HEX64 => Value::Hex64(bytes.u64()),
            kind::FLOAT => Value::Float(f64::from_bits(bytes.u64())),
            kind::NO => Value::Bool(false),
            kind::YES => Value::Bool(true),
            kind::BINARY => {
                let length = bytes.u32() as usize;
                Value::Binary(bytes.take(length).into())
            }
            kind::GUID => Value::Guid(bytes.array()),
            kind::TIME => bytes.time().map_or(Value::Null, Value::Time),
            kind::SID => Value::Sid(Arc::from(bytes.text(texts))),
            _ => Value::Null,
        };
        Some(Glimpse::Other(Cow::Owned(value)))
    }

    fn take(&mut self, length: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at_checked(length).unwrap_or_default();
        self.0 = rest;
        taken
    }

    fn array<const N: usize>(&mut self) -> [u8; N] {
        match self.0.split_first_chunk::<N>() {
            Some((taken, rest)) => {
                self.0 = rest;
                *taken
            }
            None => [0; N],
        }
    }

    fn u8(&mut self) -> u8 {
        u8::from_le_bytes(self.array())
    }

    fn u16(&mut self) -> u16 {
        u16::from_le_bytes(self.array())
    }

    fn u32(&mut self) -> u32 {
        u32::from_le_bytes(self.array())
    }

    fn u64(&mut self) -> u64 {
        u64::from_le_bytes(self.array())
    }

    /// What each event begins with.
    fn start(&mut self) -> [u16; 4] {
        [self.u16(), self.u16(), self.u16(), self.u16()]
    }

    fn time(&mut self) -> Option<Time> {
        let (day, seconds, nanos) = (self.u32(), self.u32(), self.u32());
        let date = NaiveDate::from_yo_opt(day.cast_signed() >> DAY_BITS, day & ((1 << DAY_BITS) - 1))?;
        let time = NaiveTime::from_num_seconds_from_midnight_opt(seconds, nanos)?;
        Some(date.and_time(time).and_utc())
    }

    /// Goes past one value; says of what kind it is.
    fn pass(&mut self) -> u8 {
        let kind = self.u8();
        let length = match kind {
            kind::NULL | kind::NO | kind::YES | kind::OWN => 0,
            kind::HEX32 => 4,
            kind::GUID => 16,
            kind::TIME => TIME_BYTES,
            kind::BINARY => self.u32() as usize,
            // A number, or the place of a text.
            _ => 8,
        };
        let _ = self.take(length);
        kind
    }
}
