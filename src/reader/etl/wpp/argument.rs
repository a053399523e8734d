//! The types of arguments, and arguments taken off a trace. Must not know texts.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::tmf::Argument;
use crate::model::{Value, from_filetime, time_text};
use crate::reader::etl::payload::{Payload, Show, kind};

/// Names of one list.
const NAMES: usize = 512;

/// A type, by its name without `Item`.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Item {
    /// A whole number of so many bytes: `Long`, `UChar`, `LongLongX`, ...
    Number {
        size: usize,
        signed: bool,
    },
    /// A number as wide as a pointer.
    Pointer,
    /// `Float` and `Double`.
    Float,
    Double,
    /// Text up to a zero: `String`, `WString`, and those without ends of lines: `RString`, `RWString`.
    Text {
        kind: u16,
        is_line: bool,
    },
    /// Text behind the count of its bytes: `PString`, `PWString`, `DSString`, `DSWString`.
    Counted {
        is_wide: bool,
    },
    Guid,
    Sid,
    /// A code that is shown in hexadecimal: `NTSTATUS`, `HRESULT`, and `NTerror`, whose text is not here.
    Status,
    /// A code that is shown in decimal: `WINERROR`, `Merror`.
    Error,
    IpV4,
    IpV6,
    Mac,
    Port,
    /// A FILETIME.
    Timestamp,
    /// A time in units of 100 ns, or for `WaitTime` of a millisecond.
    Span {
        unit: u64,
    },
    /// Four characters.
    Char4,
    /// Bytes behind their count: `HEXDump`.
    Dump,
    /// A number that stands for a name: `ListByte(a,b)`, `ListLong(a=5,b)`.
    List {
        size: usize,
        names: Vec<(u64, String)>,
    },
    /// Bits that stand for names: `SetLong(1,2,3)`.
    Set {
        size: usize,
        names: Vec<(u64, String)>,
    },
    /// A number whose names are not in the format file: `Enum(NAME)`, `FlagsEnum(NAME)`.
    Enum {
        is_mask: bool,
    },
    /// A type whose size is not known: nothing behind it can be read.
    Unknown,
}

impl Item {
    /// The type of a name without `Item`.
    pub(super) fn parse(text: &str) -> Self {
        let (name, list) = match text.split_once('(') {
            Some((name, list)) => (name.trim_end(), list.trim_end().trim_end_matches(')')),
            None => (text, ""),
        };
        let number = |size, signed| Self::Number { size, signed };
        let text = |kind, is_line| Self::Text { kind, is_line };
        match name {
            "Char" | "CharShort" | "CharSign" => number(1, true),
            "UChar" => number(1, false),
            "WChar" | "UShort" => number(2, false),
            "Short" => number(2, true),
            "Long" => number(4, true),
            "ULong" | "ULongX" => number(4, false),
            "LongLong" | "Quad" => number(8, true),
            "ULongLong" | "ULongLongX" | "UQuad" | "LongLongX" | "LongLongXX" | "LongLongO" => {
                number(8, false)
            }
            "Ptr" => Self::Pointer,
            "Float" => Self::Float,
            "Double" => Self::Double,
            "String" => text(kind::NARROW, false),
            "WString" => text(kind::WIDE, false),
            "RString" => text(kind::NARROW, true),
            "RWString" => text(kind::WIDE, true),
            "PString" | "DSString" => Self::Counted { is_wide: false },
            "PWString" | "DSWString" => Self::Counted { is_wide: true },
            "Guid" | "CLSID" | "IID" | "LIBID" => Self::Guid,
            "Sid" => Self::Sid,
            "NTSTATUS" | "HRESULT" | "NTerror" => Self::Status,
            "WINERROR" | "Merror" => Self::Error,
            "Bool" => Self::List {
                size: 4,
                names: names("false,true"),
            },
            "IPAddr" => Self::IpV4,
            "IPV6Addr" => Self::IpV6,
            "MACAddr" => Self::Mac,
            "Port" => Self::Port,
            "Timestamp" => Self::Timestamp,
            "TimeDelta" => Self::Span { unit: 10_000 },
            "WaitTime" => Self::Span { unit: 1 },
            "Char4" => Self::Char4,
            "HEXDump" => Self::Dump,
            "ListByte" | "ListShort" | "ListLong" => Self::List {
                size: width(name),
                names: names(list),
            },
            "SetByte" | "SetShort" | "SetLong" => Self::Set {
                size: width(name),
                names: names(list),
            },
            "Enum" => Self::Enum { is_mask: false },
            "FlagsEnum" => Self::Enum { is_mask: true },
            _ => Self::Unknown,
        }
    }
}

fn width(name: &str) -> usize {
    match name.trim_start_matches("List").trim_start_matches("Set") {
        "Byte" => 1,
        "Short" => 2,
        _ => 4,
    }
}

/// `a,b=0x5,c`: each is one more than the one before.
fn names(list: &str) -> Vec<(u64, String)> {
    let mut next = 0_u64;
    let mut names = Vec::new();
    for entry in list.split(',').take(NAMES) {
        let (name, value) = match entry.split_once('=') {
            Some((name, value)) => (name, Value::text(value.trim()).as_u64().unwrap_or(next)),
            None => (entry, next),
        };
        names.push((value, name.trim().to_owned()));
        next = value.wrapping_add(1);
    }
    names
}

/// An argument of a message in a trace.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) number: u16,
    /// Its expression in the source; empty where that says nothing.
    pub(super) name: String,
    pub(super) value: Value,
    /// What the text shows for `%s`.
    pub(super) text: String,
    /// The number it is, and its bytes, for formats of numbers.
    pub(super) bits: Option<(u64, usize)>,
}

/// All arguments of a message; `None` where the trace ends before them.
pub(super) fn all(arguments: &[Argument], mut payload: Payload<'_>) -> Option<Vec<Found>> {
    let each = arguments.iter().map(|argument| {
        let (value, text, bits) = one(&argument.item, &mut payload)?;
        // `Arg` is what the preprocessor writes for expressions it does not keep.
        let name = Some(argument.name.as_str()).filter(|name| *name != "Arg");
        Some(Found {
            number: argument.number,
            name: name.unwrap_or_default().to_owned(),
            text: text.unwrap_or_else(|| value.to_text().into_owned()),
            value,
            bits,
        })
    });
    each.collect()
}

type Taken = (Value, Option<String>, Option<(u64, usize)>);

fn one(item: &Item, payload: &mut Payload<'_>) -> Option<Taken> {
    let numbered =
        |value: Value, text: String, bits: u64, size: usize| Some((value, Some(text), Some((bits, size))));
    match item {
        Item::Number { size, signed } => {
            let bits = bits(payload, *size)?;
            let value = if *signed {
                Value::Signed(sign(bits, *size))
            } else {
                Value::Unsigned(bits)
            };
            Some((value, None, Some((bits, *size))))
        }
        Item::Pointer => {
            let size = payload.pointer;
            let bits = payload.pointer()?;
            numbered(Value::Hex64(bits), format!("0x{bits:X}"), bits, size)
        }
        Item::Text { kind, is_line } => {
            let value = payload.value(*kind, Show::Plain, None)?;
            let text = value.to_text();
            let line = is_line.then(|| text.replace(['\t', '\r', '\n'], " ").trim_end().to_owned());
            Some((line.map_or_else(|| value.clone(), Value::text), None, None))
        }
        Item::Guid => {
            let value = Value::Guid(payload.guid()?);
            let text = value.to_text().trim_matches(['{', '}']).to_owned();
            Some((value, Some(text), None))
        }
        Item::Status => {
            let code = payload.word()?;
            numbered(Value::Hex32(code), format!("0x{code:08X}"), u64::from(code), 4)
        }
        Item::Error => {
            let code = u64::from(payload.word()?);
            numbered(Value::Unsigned(code), code.to_string(), code, 4)
        }
        Item::List { size, names } | Item::Set { size, names } => {
            let bits = bits(payload, *size)?;
            let text = if matches!(item, Item::Set { .. }) {
                set(bits, names)
            } else {
                let name = names.iter().find(|(value, _)| *value == bits);
                name.map_or_else(|| bits.to_string(), |(_, name)| name.clone())
            };
            numbered(Value::text(text.as_str()), text, bits, *size)
        }
        Item::Enum { is_mask } => {
            let bits = u64::from(payload.word()?);
            let value = if *is_mask {
                Value::Hex64(bits)
            } else {
                Value::Signed(sign(bits, 4))
            };
            Some((value, None, Some((bits, 4))))
        }
        _ => other(item, payload).map(|value| (value, None, None)),
    }
}

/// Types that are shown in one way only.
fn other(item: &Item, payload: &mut Payload<'_>) -> Option<Value> {
    Some(match item {
        Item::Float => payload.value(kind::FLOAT, Show::Plain, None)?,
        Item::Double => payload.value(kind::DOUBLE, Show::Plain, None)?,
        Item::Counted { is_wide: true } => payload.value(kind::COUNTED_WIDE, Show::Plain, None)?,
        Item::Counted { is_wide: false } => payload.value(kind::COUNTED_NARROW, Show::Plain, None)?,
        Item::Sid => Value::Sid(payload.sid()?.into()),
        Item::IpV4 => Value::text(Ipv4Addr::from(payload.word()?.to_le_bytes()).to_string()),
        Item::IpV6 => {
            let bytes: [u8; 16] = payload.take(16)?.try_into().ok()?;
            Value::text(Ipv6Addr::from(bytes).to_string())
        }
        Item::Mac => {
            let bytes = payload.take(6)?.iter().map(|byte| format!("{byte:02x}"));
            Value::text(bytes.collect::<Vec<_>>().join(":"))
        }
        Item::Port => Value::Unsigned(u64::from(payload.half()?.swap_bytes())),
        Item::Timestamp => {
            let ticks = payload.long()?;
            from_filetime(ticks).map_or_else(|| Value::Unsigned(ticks), |time| Value::text(time_text(time)))
        }
        Item::Span { unit } => {
            let millis = payload.long()? / unit;
            let (seconds, millis) = (millis / 1000, millis % 1000);
            Value::text(format!(
                "{}~{:02}:{:02}:{:02}.{millis:03}",
                seconds / 86_400,
                seconds / 3600 % 24,
                seconds / 60 % 60,
                seconds % 60
            ))
        }
        Item::Char4 => Value::text(
            payload
                .take(4)?
                .iter()
                .map(|&byte| char::from(byte))
                .collect::<String>(),
        ),
        Item::Dump => Value::Binary(payload.counted()?.into()),
        _ => return None,
    })
}

fn bits(payload: &mut Payload<'_>, size: usize) -> Option<u64> {
    let bytes = payload.take(size)?;
    Some(
        bytes
            .iter()
            .rev()
            .fold(0, |bits, &byte| bits << 8 | u64::from(byte)),
    )
}

/// The number with sign that so many bytes hold.
pub(super) const fn sign(bits: u64, size: usize) -> i64 {
    let unused = 64_u32.saturating_sub(size as u32 * 8);
    (bits << unused).cast_signed() >> unused
}

/// The names of the bits that are set, by their place or by the value that the list gives them.
fn set(bits: u64, names: &[(u64, String)]) -> String {
    let set = names
        .iter()
        .filter(|(place, _)| *place < 64 && bits >> place & 1 != 0)
        .map(|(_, name)| name.as_str());
    format!("[{}]", set.collect::<Vec<_>>().join(","))
}
