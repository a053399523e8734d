//! Events that carry the names of their own fields: TraceLogging. Must not know traces.
//!
//! Source: `TraceLoggingProvider.h` of the Windows SDK describes the two blocks, that of the provider and that of the
//! event; checked against a public trace of every primitive type.

use crate::model::{Event, Value, from_filetime, from_systemtime, sid_text};
use crate::reader::encoding;

use super::record::guid;
use crate::reader::little_endian::{half, long, word};

/// Values of one event that are taken.
const VALUES: usize = 256;
/// Elements of one array that are taken.
const ELEMENTS: usize = 64;

/// The name of the provider: a size, then the name up to a zero.
pub(super) fn provider(traits: &[u8]) -> Option<&str> {
    let name = traits.get(2..)?.split(|&byte| byte == 0).next()?;
    std::str::from_utf8(name).ok().filter(|name| !name.is_empty())
}

/// Fills an event with its name and its fields; false when not all of the payload was understood.
pub(super) fn fill(event: &mut Event, schema: &[u8], payload: &[u8]) -> bool {
    let mut names = Schema {
        bytes: schema.get(2..).unwrap_or_default(),
    };
    let mut data = Payload { bytes: payload };
    let Some(name) = names.tags().and_then(|()| names.text()) else {
        return false;
    };
    event.push("EventName", Value::text(name));
    for _ in 0..VALUES {
        if names.bytes.is_empty() {
            return true;
        }
        let Some((name, kind)) = names.field() else {
            return false;
        };
        let value = match kind.count {
            Count::One => data.value(kind.data),
            Count::Fixed(count) => data.values(kind.data, usize::from(count)),
            Count::Counted => {
                let count = data.take(2).and_then(|two| half(two, 0));
                count.and_then(|count| data.values(kind.data, usize::from(count)))
            }
            Count::Custom => None,
        };
        match value {
            Some(Value::Null) => {}
            Some(value) => event.push(name, value),
            None => return false,
        }
    }
    false
}

/// How many values a field has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Count {
    One,
    Fixed(u16),
    Counted,
    Custom,
}

#[derive(Debug, Clone, Copy)]
struct Kind {
    data: u8,
    count: Count,
}

/// The names and types of an event.
struct Schema<'a> {
    bytes: &'a [u8],
}

impl<'a> Schema<'a> {
    fn byte(&mut self) -> Option<u8> {
        let (&byte, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(byte)
    }

    /// Tags: bytes of which all but the last have the top bit set.
    fn tags(&mut self) -> Option<()> {
        while self.byte()? & 0x80 != 0 {}
        Some(())
    }

    fn text(&mut self) -> Option<&'a str> {
        let end = self.bytes.iter().position(|&byte| byte == 0)?;
        let text = std::str::from_utf8(self.bytes.get(..end)?).ok()?;
        self.bytes = self.bytes.get(end + 1..)?;
        Some(text)
    }

    /// A name, the type in memory, and where their bits say so: the type for display, tags, a count.
    fn field(&mut self) -> Option<(&'a str, Kind)> {
        let name = self.text()?;
        let stored = self.byte()?;
        if stored & 0x80 != 0 && self.byte()? & 0x80 != 0 {
            self.tags()?;
        }
        let count = match stored & 0x60 {
            0 => Count::One,
            0x20 => {
                let count = half(self.bytes, 0)?;
                self.bytes = self.bytes.get(2..)?;
                Count::Fixed(count)
            }
            0x40 => Count::Counted,
            _ => Count::Custom,
        };
        let data = stored & 0x1F;
        Some((name, Kind { data, count }))
    }
}

/// The values of an event.
struct Payload<'a> {
    bytes: &'a [u8],
}

impl<'a> Payload<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.bytes.split_at_checked(count)?;
        self.bytes = rest;
        Some(taken)
    }

    fn counted(&mut self) -> Option<&'a [u8]> {
        let count = half(self.take(2)?, 0)?;
        self.take(usize::from(count))
    }

    fn values(&mut self, kind: u8, count: usize) -> Option<Value> {
        // The elements of text types would be texts of characters.
        let mut values = Vec::new();
        for index in 0..count {
            let value = self.value(kind)?;
            if index < ELEMENTS {
                values.push(value);
            }
            if self.bytes.is_empty() && index + 1 < count {
                return None;
            }
        }
        Some(Value::List(values))
    }

    /// One value; [`Value::Null`] for the head of a structure, whose fields follow as if it were not there.
    fn value(&mut self, kind: u8) -> Option<Value> {
        Some(match kind {
            0 | 24 => Value::Null,
            1 => self.wide()?,
            2 => self.narrow()?,
            3 => Value::Signed(i64::from(self.take(1)?.first()?.cast_signed())),
            4 => Value::Unsigned(u64::from(*self.take(1)?.first()?)),
            5 => Value::Signed(i64::from(half(self.take(2)?, 0)?.cast_signed())),
            6 => Value::Unsigned(u64::from(half(self.take(2)?, 0)?)),
            7 => Value::Signed(i64::from(word(self.take(4)?, 0)?.cast_signed())),
            8 => Value::Unsigned(u64::from(word(self.take(4)?, 0)?)),
            9 => Value::Signed(long(self.take(8)?, 0)?.cast_signed()),
            10 => Value::Unsigned(long(self.take(8)?, 0)?),
            11 => Value::Float(f64::from(f32::from_bits(word(self.take(4)?, 0)?))),
            12 => Value::Float(f64::from_bits(long(self.take(8)?, 0)?)),
            13 => Value::Bool(word(self.take(4)?, 0)? != 0),
            14 | 25 => Value::Binary(self.counted()?.into()),
            15 => Value::Guid(guid(self.take(16)?, 0)?),
            17 => from_filetime(long(self.take(8)?, 0)?).map_or(Value::text("0"), Value::Time),
            18 => from_systemtime(self.take(16)?).map_or(Value::text("0"), Value::Time),
            19 => {
                let (sid, size) = sid_text(self.bytes)?;
                self.take(size)?;
                Value::Sid(sid.into())
            }
            20 => Value::Hex32(word(self.take(4)?, 0)?),
            21 => Value::Hex64(long(self.take(8)?, 0)?),
            22 => Value::text(encoding::decode(self.counted()?, crate::model::Encoding::Utf16Le)),
            23 => Value::text(String::from_utf8_lossy(self.counted()?)),
            _ => return None,
        })
    }

    /// UTF-16 up to a zero; the last text of a payload may lack it.
    fn wide(&mut self) -> Option<Value> {
        let units = self
            .bytes
            .chunks_exact(2)
            .take_while(|unit| *unit != [0, 0])
            .count();
        let text = self.take(units.checked_mul(2)?)?;
        let _ = self.take(2);
        Some(Value::text(encoding::decode(
            text,
            crate::model::Encoding::Utf16Le,
        )))
    }

    fn narrow(&mut self) -> Option<Value> {
        let count = self.bytes.iter().take_while(|&&byte| byte != 0).count();
        let text = self.take(count)?;
        let _ = self.take(1);
        Some(Value::text(String::from_utf8_lossy(text)))
    }
}
