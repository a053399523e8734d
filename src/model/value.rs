//! One value of an event, typed as its source typed it.

use std::borrow::Cow;
use std::sync::Arc;

use serde::{Serialize, Serializer};

use super::{Time, parse_code, time_text};

/// A value as the source typed it. Text sources have only [`Value::Text`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// Present but without content.
    Null,
    /// Text. Events of one log share what they have in common.
    Text(Arc<str>),
    /// A whole number without sign.
    Unsigned(u64),
    /// A whole number with sign.
    Signed(i64),
    /// A number of 32 bits that is written in hexadecimal: `HexInt32`, status codes.
    Hex32(u32),
    /// A number of 64 bits that is written in hexadecimal: `HexInt64`, logon ids, keywords.
    Hex64(u64),
    /// A floating-point number.
    Float(f64),
    /// True or false.
    Bool(bool),
    /// Bytes.
    Binary(Box<[u8]>),
    /// A GUID, as the 16 bytes of a Windows `GUID` structure.
    Guid([u8; 16]),
    /// An instant, UTC.
    Time(Time),
    /// A security identifier in its `S-1-...` form.
    Sid(Arc<str>),
    /// Several values.
    List(Vec<Value>),
}

impl Value {
    /// Text.
    pub fn text(text: impl Into<Arc<str>>) -> Self {
        Self::Text(text.into())
    }

    /// The value as a person would write it, and as Windows renders it in event XML.
    pub fn to_text(&self) -> Cow<'_, str> {
        match self {
            Self::Null => Cow::Borrowed(""),
            Self::Text(text) | Self::Sid(text) => Cow::Borrowed(text),
            Self::Unsigned(number) => Cow::Owned(number.to_string()),
            Self::Signed(number) => Cow::Owned(number.to_string()),
            Self::Hex32(_) | Self::Hex64(_) => {
                let mut text = String::new();
                self.write_text(&mut text);
                Cow::Owned(text)
            }
            Self::Float(number) => Cow::Owned(number.to_string()),
            Self::Bool(flag) => Cow::Borrowed(if *flag { "true" } else { "false" }),
            Self::Binary(bytes) => Cow::Owned(hex(bytes)),
            Self::Guid(bytes) => Cow::Owned(guid_text(bytes)),
            Self::Time(time) => Cow::Owned(time_text(*time)),
            Self::List(_) => {
                let mut text = String::new();
                self.write_text(&mut text);
                Cow::Owned(text)
            }
        }
    }

    /// Appends what [`to_text`](Self::to_text) gives.
    pub(crate) fn write_text(&self, text: &mut String) {
        match self {
            Self::Unsigned(number) => text.push_str(itoa::Buffer::new().format(*number)),
            Self::Signed(number) => text.push_str(itoa::Buffer::new().format(*number)),
            Self::Hex32(number) => push_hex(u64::from(*number), text),
            Self::Hex64(number) => push_hex(*number, text),
            Self::List(items) => {
                for (place, item) in items.iter().enumerate() {
                    if place > 0 {
                        text.push(',');
                    }
                    item.write_text(text);
                }
            }
            _ => text.push_str(&self.to_text()),
        }
    }

    /// The value as a code: any whole number that fits 32 bits, in any spelling (decimal, negative, hexadecimal).
    pub fn as_code(&self) -> Option<u32> {
        match self {
            Self::Unsigned(number) | Self::Hex64(number) => u32::try_from(*number).ok(),
            Self::Signed(number) => u32::try_from(*number)
                .ok()
                .or_else(|| i32::try_from(*number).ok().map(i32::cast_unsigned)),
            Self::Hex32(number) => Some(*number),
            Self::Text(text) => parse_code(text),
            _ => None,
        }
    }

    /// The value as a whole number without sign.
    pub fn as_u64(&self) -> Option<u64> {
        match self {
            Self::Unsigned(number) | Self::Hex64(number) => Some(*number),
            Self::Signed(number) => u64::try_from(*number).ok(),
            Self::Hex32(number) => Some(u64::from(*number)),
            Self::Text(text) => {
                let text = text.trim();
                match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
                    Some(digits) => u64::from_str_radix(digits, 16).ok(),
                    None => text.parse().ok(),
                }
            }
            _ => None,
        }
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_none(),
            Self::Unsigned(number) => serializer.serialize_u64(*number),
            Self::Signed(number) => serializer.serialize_i64(*number),
            Self::Float(number) => serializer.serialize_f64(*number),
            Self::Bool(flag) => serializer.serialize_bool(*flag),
            Self::List(items) => serializer.collect_seq(items),
            Self::Text(_)
            | Self::Hex32(_)
            | Self::Hex64(_)
            | Self::Binary(_)
            | Self::Guid(_)
            | Self::Time(_)
            | Self::Sid(_) => serializer.serialize_str(&self.to_text()),
        }
    }
}

const LOWER: &[u8; 16] = b"0123456789abcdef";
const UPPER: &[u8; 16] = b"0123456789ABCDEF";

/// Upper-case hexadecimal without separators, as event XML shows binary data.
fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().saturating_mul(2));
    for &byte in bytes {
        push_digits(byte, UPPER, &mut text);
    }
    text
}

/// Appends a number in hexadecimal.
fn push_hex(number: u64, text: &mut String) {
    let mut room = [0; 18];
    text.extend(hex_text(number, &mut room).iter().copied().map(char::from));
}

/// A number in hexadecimal, after `0x` and without leading zeros; `room` is room for it.
pub(crate) fn hex_text(mut number: u64, room: &mut [u8; 18]) -> &[u8] {
    let mut start = room.len();
    loop {
        start -= 1;
        room[start] = LOWER[(number & 0xF) as usize];
        number >>= 4;
        if number == 0 {
            break;
        }
    }
    start -= 2;
    room[start] = b'0';
    room[start + 1] = b'x';
    &room[start..]
}

/// Appends the two digits of a byte.
fn push_digits(byte: u8, digits: &[u8; 16], text: &mut String) {
    for half in [byte >> 4, byte & 0xF] {
        text.push(
            digits
                .get(usize::from(half))
                .map_or('0', |digit| char::from(*digit)),
        );
    }
}

/// The text of a Windows `GUID`: braces, lower case. The first three parts are little-endian.
///
/// Spec: [MS-DTYP] 2.3.4
pub fn guid_text(bytes: &[u8; 16]) -> String {
    String::from_utf8_lossy(&guid_letters(bytes)).into_owned()
}

/// The letters of [`guid_text`].
pub(crate) fn guid_letters(bytes: &[u8; 16]) -> [u8; 38] {
    let mut text = [b'-'; 38];
    text[0] = b'{';
    text[37] = b'}';
    for (place, byte) in GUID_PLACES.into_iter().zip(in_written_order(*bytes)) {
        text[place] = LOWER[usize::from(byte >> 4)];
        text[place + 1] = LOWER[usize::from(byte & 0xF)];
    }
    text
}

/// Where the two digits of each byte stand in the text of a `GUID`.
const GUID_PLACES: [usize; 16] = [1, 3, 5, 7, 10, 12, 15, 17, 20, 22, 25, 27, 29, 31, 33, 35];

/// The bytes of a `GUID` in the order of its text, or those of a text in the order of the value: the first three parts are
/// little-endian.
const fn in_written_order(bytes: [u8; 16]) -> [u8; 16] {
    let [a0, a1, a2, a3, b0, b1, c0, c1, d0, d1, d2, d3, d4, d5, d6, d7] = bytes;
    [a3, a2, a1, a0, b1, b0, c1, c0, d0, d1, d2, d3, d4, d5, d6, d7]
}

/// The `GUID` that a text is, with or without braces, in either case.
pub fn parse_guid(text: &str) -> Option<[u8; 16]> {
    let text = text.trim();
    let inner = text
        .strip_prefix('{')
        .and_then(|text| text.strip_suffix('}'))
        .unwrap_or(text)
        .as_bytes();
    let dashes = [8, 13, 18, 23];
    if inner.len() != 36 || dashes.iter().any(|&place| inner.get(place) != Some(&b'-')) {
        return None;
    }
    let digit = |place: usize| char::from(*inner.get(place)?).to_digit(16);
    let mut bytes = [0; 16];
    for (byte, place) in bytes.iter_mut().zip(GUID_PLACES) {
        *byte = u8::try_from(digit(place - 1)? << 4 | digit(place)?).ok()?;
    }
    Some(in_written_order(bytes))
}

/// The `S-1-...` text of a binary security identifier, and how many bytes it took.
///
/// Spec: [MS-DTYP] 2.4.2.2: revision, count of sub-authorities (at most 15), 48-bit big-endian authority,
/// 32-bit little-endian sub-authorities.
pub fn sid_text(bytes: &[u8]) -> Option<(String, usize)> {
    let (&[revision, count, a, b, c, d, e, f], rest) = bytes.split_first_chunk::<8>()?;
    let count = usize::from(count);
    if count > 15 {
        return None;
    }
    let subs = rest.get(..count.checked_mul(4)?)?;
    let authority = u64::from_be_bytes([0, 0, a, b, c, d, e, f]);
    let mut text = String::with_capacity(48);
    let mut digits = itoa::Buffer::new();
    text.push_str("S-");
    text.push_str(digits.format(revision));
    text.push('-');
    text.push_str(digits.format(authority));
    for sub in subs.chunks_exact(4) {
        text.push('-');
        text.push_str(digits.format(u32::from_le_bytes(sub.try_into().ok()?)));
    }
    Some((text, subs.len().checked_add(8)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_in_every_spelling() {
        for value in [
            Value::Unsigned(0x8007_0520),
            Value::Signed(-2_147_023_584),
            Value::Hex32(0x8007_0520),
            Value::text("2147943712"),
            Value::text("-2147023584"),
            Value::text("0x80070520"),
        ] {
            assert_eq!(value.as_code(), Some(0x8007_0520), "{value:?}");
        }
        assert_eq!(Value::text("RPA-07").as_code(), None);
    }

    #[test]
    fn guid_and_sid_texts() {
        let guid = [
            0x12, 0x69, 0x89, 0x5d, 0x2d, 0x02, 0xaa, 0x40, 0xa3, 0xa8, 0x4f, 0xa5, 0x51, 0x5c, 0x76, 0xd7,
        ];
        assert_eq!(guid_text(&guid), "{5d896912-022d-40aa-a3a8-4fa5515c76d7}");
        for text in [
            "{5d896912-022d-40aa-a3a8-4fa5515c76d7}",
            " 5D896912-022D-40AA-A3A8-4FA5515C76D7",
        ] {
            assert_eq!(parse_guid(text), Some(guid));
        }
        for text in [
            "",
            "{5d896912-022d-40aa-a3a8-4fa5515c76d7",
            "5d896912+022d-40aa-a3a8-4fa5515c76d7",
            "5d896912-022d-40aa-a3a8-4fa5515c76dg",
        ] {
            assert_eq!(parse_guid(text), None, "{text}");
        }
        let system = [1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0];
        assert_eq!(sid_text(&system), Some(("S-1-5-18".to_owned(), 12)));
        assert_eq!(sid_text(&system[..11]), None);
        assert_eq!(sid_text(&[1, 200, 0, 0, 0, 0, 0, 5]), None);
    }
}
