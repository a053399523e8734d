//! Values of the types that events have, taken off the front of a payload. Must not know records.
//!
//! Sources: `TDH_IN_TYPE` and `TDH_OUT_TYPE` of `tdh.h`, whose numbers are the kinds here; the types of TraceLogging
//! (`TraceLoggingProvider.h`) and of manifests are among them. Checked against a public trace of every primitive type.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::record::{Guid, guid};
use crate::model::{Encoding, Value, from_filetime, from_systemtime, sid_text};
use crate::reader::encoding;
use crate::reader::little_endian::{half, long, word};

/// `TDH_INTYPE_*`.
pub(super) mod kind {
    pub(in super::super) const WIDE: u16 = 1;
    pub(in super::super) const NARROW: u16 = 2;
    pub(in super::super) const INT8: u16 = 3;
    pub(in super::super) const UINT8: u16 = 4;
    pub(in super::super) const INT16: u16 = 5;
    pub(in super::super) const UINT16: u16 = 6;
    pub(in super::super) const INT32: u16 = 7;
    pub(in super::super) const UINT32: u16 = 8;
    pub(in super::super) const INT64: u16 = 9;
    pub(in super::super) const UINT64: u16 = 10;
    pub(in super::super) const FLOAT: u16 = 11;
    pub(in super::super) const DOUBLE: u16 = 12;
    pub(in super::super) const BOOL: u16 = 13;
    pub(in super::super) const BINARY: u16 = 14;
    pub(in super::super) const GUID: u16 = 15;
    pub(in super::super) const POINTER: u16 = 16;
    pub(in super::super) const FILETIME: u16 = 17;
    pub(in super::super) const SYSTEMTIME: u16 = 18;
    pub(in super::super) const SID: u16 = 19;
    pub(in super::super) const HEX32: u16 = 20;
    pub(in super::super) const HEX64: u16 = 21;
    /// UTF-16 behind its count of bytes.
    pub(in super::super) const COUNTED_WIDE: u16 = 22;
    /// Bytes of text behind their count.
    pub(in super::super) const COUNTED_NARROW: u16 = 23;
    /// The head of a structure, whose fields follow as if it were not there.
    pub(in super::super) const STRUCT: u16 = 24;
    /// Bytes behind their count.
    pub(in super::super) const COUNTED_BINARY: u16 = 25;
}

/// How a value is shown where its type leaves that open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Show {
    /// As its type is.
    #[default]
    Plain,
    /// In hexadecimal: masks, addresses, NTSTATUS, HRESULT.
    Hex,
    /// True or false.
    Bool,
    /// A port, whose high byte comes first.
    Port,
    /// Four bytes of an address.
    IpV4,
    /// Sixteen bytes of an address.
    IpV6,
    /// A `SOCKADDR`.
    Socket,
    /// Bytes of text.
    Text,
}

impl Show {
    /// The way of a `TDH_OUTTYPE_*`.
    pub(super) const fn of_tdh(number: u16) -> Self {
        match number {
            13 => Self::Bool,
            16..=19 | 29 | 31 | 32 | 37 => Self::Hex,
            22 => Self::Port,
            23 => Self::IpV4,
            24 => Self::IpV6,
            25 => Self::Socket,
            _ => Self::Plain,
        }
    }

    /// The way of a `TlgOut*`, of TraceLogging.
    pub(super) const fn of_tracelogging(number: u8) -> Self {
        match number {
            2 | 11 | 12 | 35 => Self::Text,
            3 => Self::Bool,
            4 | 14 | 15 | 37 => Self::Hex,
            7 => Self::Port,
            8 => Self::IpV4,
            9 => Self::IpV6,
            10 => Self::Socket,
            _ => Self::Plain,
        }
    }
}

/// What is left of the values of an event.
#[derive(Debug, Clone, Copy)]
pub(super) struct Payload<'a> {
    pub(super) bytes: &'a [u8],
    /// Bytes of a pointer in it: 4 or 8.
    pub(super) pointer: usize,
}

impl<'a> Payload<'a> {
    pub(super) fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.bytes.split_at_checked(count)?;
        self.bytes = rest;
        Some(taken)
    }

    pub(super) fn byte(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    pub(super) fn half(&mut self) -> Option<u16> {
        half(self.take(2)?, 0)
    }

    pub(super) fn word(&mut self) -> Option<u32> {
        word(self.take(4)?, 0)
    }

    pub(super) fn long(&mut self) -> Option<u64> {
        long(self.take(8)?, 0)
    }

    pub(super) fn guid(&mut self) -> Option<Guid> {
        guid(self.take(16)?, 0)
    }

    /// A number as wide as a pointer.
    pub(super) fn pointer(&mut self) -> Option<u64> {
        if self.pointer == 4 {
            self.word().map(u64::from)
        } else {
            self.long()
        }
    }

    /// Bytes behind their count of 16 bits.
    pub(super) fn counted(&mut self) -> Option<&'a [u8]> {
        let count = self.half()?;
        self.take(usize::from(count))
    }

    pub(super) fn sid(&mut self) -> Option<String> {
        let (sid, size) = sid_text(self.bytes)?;
        self.take(size)?;
        Some(sid)
    }

    /// UTF-16 up to a zero; the last text of a payload may lack it.
    pub(super) fn wide(&mut self) -> Option<String> {
        let units = self
            .bytes
            .chunks_exact(2)
            .take_while(|unit| *unit != [0, 0])
            .count();
        let text = self.take(units.checked_mul(2)?)?;
        let _ = self.take(2);
        Some(wide(text))
    }

    /// Bytes of text up to a zero; the last text of a payload may lack it.
    pub(super) fn narrow(&mut self) -> Option<String> {
        let count = memchr::memchr(0, self.bytes).unwrap_or(self.bytes.len());
        let text = self.take(count)?;
        let _ = self.take(1);
        Some(narrow(text))
    }

    /// One value; `length` are the bytes, or for UTF-16 the characters, that the definition of the event states for it.
    /// [`Value::Null`] for the head of a structure.
    pub(super) fn value(&mut self, kind: u16, show: Show, length: Option<usize>) -> Option<Value> {
        let value = match (kind, length) {
            (kind::WIDE, Some(units)) => Value::text(until_zero(&wide(self.take(units.checked_mul(2)?)?))),
            (kind::NARROW, Some(count)) => Value::text(until_zero(&narrow(self.take(count)?))),
            (kind::BINARY, Some(count)) => return Some(shown_bytes(self.take(count)?, show)),
            (kind::BINARY, None) if show == Show::IpV6 => return Some(shown_bytes(self.take(16)?, show)),
            _ => self.plain(kind, show)?,
        };
        Some(shown(value, show))
    }

    fn plain(&mut self, kind: u16, show: Show) -> Option<Value> {
        Some(match kind {
            0 | kind::STRUCT => Value::Null,
            kind::WIDE => Value::text(self.wide()?),
            kind::NARROW => Value::text(self.narrow()?),
            kind::INT8 => Value::Signed(i64::from(self.byte()?.cast_signed())),
            kind::UINT8 => Value::Unsigned(u64::from(self.byte()?)),
            kind::INT16 => Value::Signed(i64::from(self.half()?.cast_signed())),
            kind::UINT16 => Value::Unsigned(u64::from(self.half()?)),
            kind::INT32 => Value::Signed(i64::from(self.word()?.cast_signed())),
            kind::UINT32 => Value::Unsigned(u64::from(self.word()?)),
            kind::INT64 => Value::Signed(self.long()?.cast_signed()),
            kind::UINT64 => Value::Unsigned(self.long()?),
            kind::FLOAT => Value::Float(f64::from(f32::from_bits(self.word()?))),
            kind::DOUBLE => Value::Float(f64::from_bits(self.long()?)),
            kind::BOOL => Value::Bool(self.word()? != 0),
            kind::BINARY | kind::COUNTED_BINARY => shown_bytes(self.counted()?, show),
            kind::GUID => Value::Guid(self.guid()?),
            kind::POINTER | 308 => Value::Hex64(self.pointer()?),
            kind::FILETIME => from_filetime(self.long()?).map_or(Value::text("0"), Value::Time),
            kind::SYSTEMTIME => from_systemtime(self.take(16)?).map_or(Value::text("0"), Value::Time),
            kind::SID => Value::Sid(self.sid()?.into()),
            kind::HEX32 => Value::Hex32(self.word()?),
            kind::HEX64 => Value::Hex64(self.long()?),
            kind::COUNTED_WIDE | 300 => Value::text(wide(self.counted()?)),
            kind::COUNTED_NARROW | 301 => Value::text(narrow(self.counted()?)),
            // Counts whose high byte comes first, of old providers.
            302 => Value::text(encoding::decode(self.counted_high_first()?, Encoding::Utf16Le)),
            303 => Value::text(narrow(self.counted_high_first()?)),
            // Texts that go on to the end.
            304 => Value::text(encoding::decode(self.take(self.bytes.len())?, Encoding::Utf16Le)),
            305 => Value::text(narrow(self.take(self.bytes.len())?)),
            306 => Value::text(encoding::decode(self.take(2)?, Encoding::Utf16Le)),
            307 => Value::text(narrow(self.take(1)?)),
            310 => Value::Sid(self.token_sid()?.into()),
            _ => return None,
        })
    }

    fn counted_high_first(&mut self) -> Option<&'a [u8]> {
        let count = self.half()?.swap_bytes();
        self.take(usize::from(count))
    }

    /// A SID behind the two pointers of a `TOKEN_USER`, as classic events have it; four zeros where there is none. Pointers mean
    /// nothing on another machine, so whoever wrote the record again may have made them zero: then the SID tells.
    pub(super) fn token_sid(&mut self) -> Option<String> {
        let head = self.pointer.checked_mul(2)?;
        let is_there = || {
            let rest = self.bytes.get(head..).unwrap_or_default();
            // Of revision 1, with a part behind its authority, which is below 256.
            matches!(rest, [1, 1..=15, 0, 0, 0, 0, 0, authority, ..] if *authority > 0)
        };
        if word(self.bytes, 0)? == 0 && !is_there() {
            self.take(4)?;
            return Some(String::new());
        }
        self.take(head)?;
        self.sid()
    }
}

/// UTF-16, which is mostly ASCII.
fn wide(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() / 2);
    let ascii = bytes.chunks_exact(2).map_while(|unit| match unit {
        [byte @ ..=0x7F, 0] => Some(char::from(*byte)),
        _ => None,
    });
    text.extend(ascii);
    if text.len() * 2 == bytes.len() {
        return text;
    }
    encoding::decode(bytes, Encoding::Utf16Le)
}

/// Bytes of text, UTF-8 or of a code page.
fn narrow(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => encoding::decode(bytes, Encoding::Ansi),
    }
}

/// Text of a fixed size as far as it is used.
fn until_zero(text: &str) -> String {
    text.split('\0').next().unwrap_or_default().to_owned()
}

fn shown(value: Value, show: Show) -> Value {
    match (show, value) {
        (Show::Hex, Value::Unsigned(number)) => {
            u32::try_from(number).map_or(Value::Hex64(number), Value::Hex32)
        }
        (Show::Hex, Value::Signed(number)) => match i32::try_from(number) {
            Ok(number) => Value::Hex32(number.cast_unsigned()),
            Err(_) => Value::Hex64(number.cast_unsigned()),
        },
        (Show::Bool, Value::Unsigned(number)) => Value::Bool(number != 0),
        (Show::Bool, Value::Signed(number)) => Value::Bool(number != 0),
        (Show::Port, Value::Unsigned(number)) => {
            let port = u16::try_from(number).map(u16::swap_bytes);
            port.map_or(Value::Unsigned(number), |port| Value::Unsigned(u64::from(port)))
        }
        (Show::IpV4, Value::Unsigned(number)) => match u32::try_from(number) {
            Ok(number) => Value::text(Ipv4Addr::from(number.to_le_bytes()).to_string()),
            Err(_) => Value::Unsigned(number),
        },
        (_, value) => value,
    }
}

/// Bytes as they are shown; as they are where they are not what they are said to be.
fn shown_bytes(bytes: &[u8], show: Show) -> Value {
    let text = match show {
        Show::IpV6 => <[u8; 16]>::try_from(bytes)
            .ok()
            .map(|ip| Ipv6Addr::from(ip).to_string()),
        Show::IpV4 => <[u8; 4]>::try_from(bytes)
            .ok()
            .map(|ip| Ipv4Addr::from(ip).to_string()),
        Show::Socket => socket(bytes),
        Show::Text => std::str::from_utf8(bytes).ok().map(str::to_owned),
        _ => None,
    };
    text.map_or_else(|| Value::Binary(bytes.into()), Value::text)
}

/// `SOCKADDR_IN` and `SOCKADDR_IN6`: a family, a port, for the latter a flow, then the address.
fn socket(bytes: &[u8]) -> Option<String> {
    let port = half(bytes, 2)?.swap_bytes();
    match half(bytes, 0)? {
        2 => {
            let ip: [u8; 4] = bytes.get(4..8)?.try_into().ok()?;
            Some(format!("{}:{port}", Ipv4Addr::from(ip)))
        }
        23 => {
            let ip: [u8; 16] = bytes.get(8..24)?.try_into().ok()?;
            Some(format!("[{}]:{port}", Ipv6Addr::from(ip)))
        }
        _ => None,
    }
}
