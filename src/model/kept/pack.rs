//! The events of one piece of a log as bytes. Owns their layout, as far as it is read; [`packer`](super::packer) writes it.
//!
//! Each begins with the number of its shape, that of the signals it shows, flags that tell which of the values follow that not every event
//! has (time, record id, record, line and offset of the origin, process, thread, activity, message), and how many bytes it is from its
//! beginning to the values of its fields, each of which has its type before it. Texts lie apart, each once, and are told by their places.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use chrono::{NaiveDate, NaiveTime};

use super::{Glimpse, Shown};
use crate::model::{Event, Origin, Time, Value};

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
}

/// The events of one piece of a log.
#[derive(Debug, Default)]
pub(super) struct Pack {
    pub(super) shapes: Box<[Arc<Shape>]>,
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
    activity: Option<&'a str>,
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
        let mut bytes = self.bytes_of(number);
        let front = self.front(&mut bytes);
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
        for field in &mut event.fields {
            field.value = self.value(&mut bytes).into_value();
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

    /// The shape of an event.
    pub(super) fn head(&self, number: u32) -> &Event {
        let shape = self.shapes.get(usize::from(self.bytes_of(number).u16()));
        shape.map_or(&super::NONE, |shape| &shape.head)
    }

    pub(super) fn shown(&self, number: u32) -> Option<&Shown> {
        let [_, shown, ..] = self.bytes_of(number).start();
        self.shown.get(usize::from(shown))
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

    pub(super) fn activity(&self, number: u32) -> Option<&str> {
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

    /// The value of the first field of that name.
    pub(super) fn glimpse(&self, number: u32, name: &str) -> Option<Glimpse<'_>> {
        let place = self.head(number).place_of(name)?;
        let event = self.bytes_of(number);
        let [.., values] = self.bytes_of(number).start();
        let mut bytes = Bytes(event.0.get(usize::from(values)..).unwrap_or_default());
        for _ in 0..place {
            bytes.pass();
        }
        Some(self.value(&mut bytes))
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
        front.activity = has(flag::ACTIVITY).then(|| self.text(bytes));
        front.message = has(flag::MESSAGE).then(|| self.text(bytes));
        front
    }

    fn text(&self, bytes: &mut Bytes<'_>) -> &str {
        let (start, length) = (bytes.u32() as usize, bytes.u32() as usize);
        let end = start.saturating_add(length);
        self.texts.get(start..end).unwrap_or_default()
    }

    fn value<'a>(&'a self, bytes: &mut Bytes<'a>) -> Glimpse<'a> {
        let value = match bytes.u8() {
            kind::TEXT => return Glimpse::Text(self.text(bytes)),
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
            kind::SID => Value::Sid(Arc::from(self.text(bytes))),
            _ => Value::Null,
        };
        Glimpse::Other(Cow::Owned(value))
    }
}

/// Bytes that are read from their beginning on. What is behind their end is zero; nothing is, as they are written.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
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

    /// Goes past one value.
    fn pass(&mut self) {
        let length = match self.u8() {
            kind::NULL | kind::NO | kind::YES => 0,
            kind::HEX32 => 4,
            kind::GUID => 16,
            kind::TIME => TIME_BYTES,
            kind::BINARY => self.u32() as usize,
            // A number, or the place of a text.
            _ => 8,
        };
        let _ = self.take(length);
    }
}
