//! The values that a substitution can hold, and their bytes.

use chrono::{DateTime, Datelike, Timelike, Utc};

use super::Event;
use super::binxml::Element;

/// A moment; events carry it to 100 ns.
pub type Time = DateTime<Utc>;

/// Reads a moment such as `2026-05-04T06:00:00.125Z`.
pub fn time(text: &str) -> Time {
    DateTime::parse_from_rfc3339(text)
        .unwrap_or_else(|error| panic!("{text}: {error}"))
        .to_utc()
}

/// 100 ns steps since 1601-01-01 UTC.
pub fn filetime(at: Time) -> u64 {
    let unix = i128::from(at.timestamp()) * 10_000_000 + i128::from(at.timestamp_subsec_nanos() / 100);
    u64::try_from(unix + 116_444_736_000_000_000).expect("after 1601")
}

/// A typed value, as BinXML knows them ([MS-EVEN6] 2.2.12.4).
#[derive(Debug, Clone)]
pub enum Value {
    Null,
    Str(String),
    Ansi(Vec<u8>),
    I8(i8),
    U8(u8),
    I16(i16),
    U16(u16),
    I32(i32),
    U32(u32),
    I64(i64),
    U64(u64),
    F32(f32),
    F64(f64),
    Bool(bool),
    Binary(Vec<u8>),
    /// In the usual spelling, with or without braces.
    Guid(String),
    /// A pointer-sized number; `true` for 64 bits.
    Size(u64, bool),
    FileTime(Time),
    SystemTime(Time),
    /// In the usual spelling, `S-1-5-18`.
    Sid(String),
    Hex32(u32),
    Hex64(u64),
    Strings(Vec<String>),
    U16s(Vec<u16>),
    U32s(Vec<u32>),
    Hex64s(Vec<u64>),
    Guids(Vec<String>),
    Times(Vec<Time>),
    /// An element in its own right, written as a nested template instance.
    Xml(Box<Element>),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Str(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Str(text)
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Self::Str(text.clone())
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::U32(number)
    }
}

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Self::U64(number)
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Bool(flag)
    }
}

impl From<Time> for Value {
    fn from(at: Time) -> Self {
        Self::FileTime(at)
    }
}

impl Value {
    /// The type byte of a value and of the substitution that shows it.
    pub fn kind(&self) -> u8 {
        match self {
            Self::Null => 0x00,
            Self::Str(_) => 0x01,
            Self::Ansi(_) => 0x02,
            Self::I8(_) => 0x03,
            Self::U8(_) => 0x04,
            Self::I16(_) => 0x05,
            Self::U16(_) => 0x06,
            Self::I32(_) => 0x07,
            Self::U32(_) => 0x08,
            Self::I64(_) => 0x09,
            Self::U64(_) => 0x0a,
            Self::F32(_) => 0x0b,
            Self::F64(_) => 0x0c,
            Self::Bool(_) => 0x0d,
            Self::Binary(_) => 0x0e,
            Self::Guid(_) => 0x0f,
            // A size is stored as the hexadecimal number of its width.
            Self::Size(_, false) | Self::Hex32(_) => 0x14,
            Self::Size(_, true) | Self::Hex64(_) => 0x15,
            Self::FileTime(_) => 0x11,
            Self::SystemTime(_) => 0x12,
            Self::Sid(_) => 0x13,
            Self::Xml(_) => 0x21,
            Self::Strings(_) => 0x81,
            Self::U16s(_) => 0x86,
            Self::U32s(_) => 0x88,
            Self::Guids(_) => 0x8f,
            Self::Times(_) => 0x91,
            Self::Hex64s(_) => 0x95,
        }
    }

    /// The type byte that the template declares for it.
    pub fn declared(&self) -> u8 {
        match self {
            Self::Size(..) => 0x10,
            Self::Null => 0x01,
            other => other.kind(),
        }
    }

    /// The bytes of everything but [`Value::Xml`], which needs its place in the chunk.
    pub fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Null | Self::Xml(_) => Vec::new(),
            Self::Str(text) => utf16(text),
            Self::Ansi(bytes) | Self::Binary(bytes) => bytes.clone(),
            Self::I8(n) => n.to_le_bytes().to_vec(),
            Self::U8(n) => n.to_le_bytes().to_vec(),
            Self::I16(n) => n.to_le_bytes().to_vec(),
            Self::U16(n) => n.to_le_bytes().to_vec(),
            Self::I32(n) => n.to_le_bytes().to_vec(),
            Self::U32(n) | Self::Hex32(n) => n.to_le_bytes().to_vec(),
            Self::I64(n) => n.to_le_bytes().to_vec(),
            Self::U64(n) | Self::Hex64(n) | Self::Size(n, true) => n.to_le_bytes().to_vec(),
            Self::Size(n, false) => u32::try_from(*n).expect("32 bits").to_le_bytes().to_vec(),
            Self::F32(n) => n.to_le_bytes().to_vec(),
            Self::F64(n) => n.to_le_bytes().to_vec(),
            Self::Bool(flag) => u32::from(*flag).to_le_bytes().to_vec(),
            Self::Guid(text) => guid_bytes(text).to_vec(),
            Self::FileTime(at) => filetime(*at).to_le_bytes().to_vec(),
            Self::SystemTime(at) => system_time(*at).to_vec(),
            Self::Sid(text) => sid_bytes(text),
            Self::Strings(texts) => texts
                .iter()
                .flat_map(|text| [utf16(text), vec![0, 0]].concat())
                .collect(),
            Self::U16s(all) => all.iter().flat_map(|n| n.to_le_bytes()).collect(),
            Self::U32s(all) => all.iter().flat_map(|n| n.to_le_bytes()).collect(),
            Self::Hex64s(all) => all.iter().flat_map(|n| n.to_le_bytes()).collect(),
            Self::Guids(all) => all.iter().flat_map(|text| guid_bytes(text)).collect(),
            Self::Times(all) => all.iter().flat_map(|at| filetime(*at).to_le_bytes()).collect(),
        }
    }

    /// What a reader shows: one text per element of an array, one otherwise, none for null.
    pub fn texts(&self) -> Vec<String> {
        match self {
            Self::Null | Self::Xml(_) => Vec::new(),
            Self::Str(text) => vec![text.clone()],
            Self::Ansi(bytes) => vec![bytes.iter().map(|&byte| char::from(byte)).collect()],
            Self::I8(n) => vec![n.to_string()],
            Self::U8(n) => vec![n.to_string()],
            Self::I16(n) => vec![n.to_string()],
            Self::U16(n) => vec![n.to_string()],
            Self::I32(n) => vec![n.to_string()],
            Self::U32(n) => vec![n.to_string()],
            Self::I64(n) => vec![n.to_string()],
            Self::U64(n) => vec![n.to_string()],
            Self::F32(n) => vec![n.to_string()],
            Self::F64(n) => vec![n.to_string()],
            Self::Bool(flag) => vec![flag.to_string()],
            Self::Binary(bytes) => vec![bytes.iter().map(|byte| format!("{byte:02X}")).collect()],
            Self::Guid(text) => vec![braced(text)],
            Self::Size(n, _) | Self::Hex64(n) => vec![format!("0x{n:x}")],
            Self::Hex32(n) => vec![format!("0x{n:x}")],
            Self::FileTime(at) => vec![Event::stamp(*at)],
            Self::SystemTime(at) => vec![at.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()],
            Self::Sid(text) => vec![text.clone()],
            Self::Strings(texts) => texts.clone(),
            Self::U16s(all) => all.iter().map(ToString::to_string).collect(),
            Self::U32s(all) => all.iter().map(ToString::to_string).collect(),
            Self::Hex64s(all) => all.iter().map(|n| format!("0x{n:x}")).collect(),
            Self::Guids(all) => all.iter().map(|text| braced(text)).collect(),
            Self::Times(all) => all.iter().map(|at| Event::stamp(*at)).collect(),
        }
    }
}

fn braced(guid: &str) -> String {
    format!("{{{}}}", guid.trim_matches(['{', '}']).to_uppercase())
}

/// UTF-16LE without an end mark.
pub fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// The 16 bytes of a GUID: the first three groups little endian, the rest as spelled.
pub fn guid_bytes(text: &str) -> [u8; 16] {
    let digits: String = text.chars().filter(char::is_ascii_hexdigit).collect();
    assert_eq!(digits.len(), 32, "a GUID: {text}");
    let mut bytes = [0; 16];
    for (at, place) in [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15]
        .into_iter()
        .enumerate()
    {
        bytes[place] = u8::from_str_radix(digits.get(at * 2..at * 2 + 2).unwrap(), 16).unwrap();
    }
    bytes
}

/// The binary form of a security identifier: revision, count, big-endian authority, little-endian parts.
fn sid_bytes(text: &str) -> Vec<u8> {
    let parts: Vec<u64> = text
        .strip_prefix("S-")
        .unwrap_or_else(|| panic!("a SID: {text}"))
        .split('-')
        .map(|part| part.parse().unwrap())
        .collect();
    let mut bytes = vec![
        u8::try_from(parts[0]).unwrap(),
        u8::try_from(parts.len() - 2).unwrap(),
    ];
    bytes.extend_from_slice(&parts[1].to_be_bytes()[2..]);
    for part in &parts[2..] {
        bytes.extend_from_slice(&u32::try_from(*part).unwrap().to_le_bytes());
    }
    bytes
}

/// The eight 16-bit fields of SYSTEMTIME.
pub fn system_time(at: Time) -> [u8; 16] {
    let fields = [
        at.year().unsigned_abs(),
        at.month(),
        at.weekday().num_days_from_sunday(),
        at.day(),
        at.hour(),
        at.minute(),
        at.second(),
        at.timestamp_subsec_millis(),
    ];
    let mut bytes = [0; 16];
    for (place, field) in bytes.chunks_exact_mut(2).zip(fields) {
        place.copy_from_slice(&u16::try_from(field).unwrap().to_le_bytes());
    }
    bytes
}
