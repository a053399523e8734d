//! The value types of binary XML, each from its bytes. Knows no records and no templates.
//!
//! Spec: [MS-EVEN6] 2.2.12 (value types) and 3.1.4.7.5 (arrays).

use chrono::DateTime;
use encoding_rs::WINDOWS_1252;

use super::odd::Odd;
use crate::model::{Time, Value, from_systemtime, sid_text};

/// No value. Its bytes, if there are any, are a deleted value.
pub(super) const NULL: u8 = 0x00;
/// UTF-16 text.
pub(super) const STRING: u8 = 0x01;
/// 8 bits without sign.
pub(super) const UINT8: u8 = 0x04;
/// 16 bits without sign.
pub(super) const UINT16: u8 = 0x06;
pub(super) const UINT64: u8 = 0x0A;
/// 32 bits without sign.
pub(super) const UINT32: u8 = 0x08;
/// A GUID.
pub(super) const GUID: u8 = 0x0F;
/// An instant.
pub(super) const FILETIME: u8 = 0x11;
/// A security identifier.
pub(super) const SID: u8 = 0x13;
/// A number of 64 bits that is written in hexadecimal.
pub(super) const HEX64: u8 = 0x15;
/// Binary XML in a value.
pub(super) const BIN_XML: u8 = 0x21;
/// The bit that makes an array of a type.
pub(super) const ARRAY: u8 = 0x80;

/// Decodes one value that is neither an array nor binary XML.
///
/// Present but without content is [`Value::Null`]. Numbers of a size that their type does not have are odd.
pub(super) fn decode(kind: u8, bytes: &[u8]) -> Result<Value, Odd> {
    Ok(match kind {
        NULL => Value::Null,
        STRING => text(utf16(bytes)),
        0x02 => text(ansi(bytes)),
        0x03 => Value::Signed(i8::from_le_bytes(fixed(kind, bytes)?).into()),
        UINT8 => Value::Unsigned(u8::from_le_bytes(fixed(kind, bytes)?).into()),
        0x05 => Value::Signed(i16::from_le_bytes(fixed(kind, bytes)?).into()),
        UINT16 => Value::Unsigned(u16::from_le_bytes(fixed(kind, bytes)?).into()),
        0x07 => Value::Signed(i32::from_le_bytes(fixed(kind, bytes)?).into()),
        UINT32 => Value::Unsigned(u32::from_le_bytes(fixed(kind, bytes)?).into()),
        0x09 => Value::Signed(i64::from_le_bytes(fixed(kind, bytes)?)),
        0x0A => Value::Unsigned(u64::from_le_bytes(fixed(kind, bytes)?)),
        0x0B => Value::Float(shortest(f32::from_le_bytes(fixed(kind, bytes)?))),
        0x0C => Value::Float(f64::from_le_bytes(fixed(kind, bytes)?)),
        0x0D => match i32::from_le_bytes(fixed(kind, bytes)?) {
            0 => Value::Bool(false),
            1 => Value::Bool(true),
            // Folklore: some providers keep a bit mask in a boolean; the number says more than "true".
            other => Value::Signed(other.into()),
        },
        0x0E if bytes.is_empty() => Value::Null,
        0x0E => Value::Binary(bytes.into()),
        GUID => Value::Guid(fixed(kind, bytes)?),
        0x10 => match bytes.len() {
            4 => Value::Hex32(u32::from_le_bytes(fixed(kind, bytes)?)),
            _ => Value::Hex64(u64::from_le_bytes(fixed(kind, bytes)?)),
        },
        FILETIME => Value::Time(instant(u64::from_le_bytes(fixed(kind, bytes)?))),
        0x12 => {
            let fields: [u8; 16] = fixed(kind, bytes)?;
            // What is no date is shown as the first instant of FILETIME, as Windows does.
            Value::Time(from_systemtime(&fields).unwrap_or(instant(0)))
        }
        SID => match sid_text(bytes) {
            Some((sid, used)) if used == bytes.len() => Value::Sid(sid.into()),
            _ => return Err(Odd::value("security identifier", kind)),
        },
        0x14 => Value::Hex32(u32::from_le_bytes(fixed(kind, bytes)?)),
        HEX64 => Value::Hex64(u64::from_le_bytes(fixed(kind, bytes)?)),
        _ => return Err(Odd::value("value type", kind)),
    })
}

/// The bytes of each item of an array. Texts end with a zero, the last one may lack it.
pub(super) fn items(kind: u8, bytes: &[u8]) -> Result<Vec<&[u8]>, Odd> {
    let width = match kind & !ARRAY {
        STRING => return Ok(split_utf16(bytes)),
        0x02 => return Ok(split_ansi(bytes)),
        0x13 => return split_sids(bytes),
        0x03 | 0x04 => 1,
        0x05 | 0x06 => 2,
        0x07 | 0x08 | 0x0B | 0x0D | 0x14 => 4,
        0x09 | 0x0A | 0x0C | 0x11 | 0x15 => 8,
        0x0F | 0x12 => 16,
        _ => return Err(Odd::value("array type", kind)),
    };
    let items = bytes.chunks_exact(width);
    if items.remainder().is_empty() {
        Ok(items.collect())
    } else {
        Err(Odd::value("array size", kind))
    }
}

fn split_utf16(mut bytes: &[u8]) -> Vec<&[u8]> {
    let mut items = Vec::new();
    while !bytes.is_empty() {
        let end = bytes
            .chunks_exact(2)
            .position(|unit| unit == [0, 0])
            .map_or(bytes.len(), |units| units.saturating_mul(2));
        items.push(bytes.get(..end).unwrap_or_default());
        bytes = bytes.get(end.saturating_add(2)..).unwrap_or_default();
    }
    items
}

fn split_ansi(bytes: &[u8]) -> Vec<&[u8]> {
    if bytes.is_empty() {
        return Vec::new();
    }
    let bytes = bytes.strip_suffix(&[0]).unwrap_or(bytes);
    bytes.split(|&byte| byte == 0).collect()
}

fn split_sids(mut bytes: &[u8]) -> Result<Vec<&[u8]>, Odd> {
    let mut items = Vec::new();
    while !bytes.is_empty() {
        let size = sid_text(bytes).map_or(usize::MAX, |(_, used)| used);
        let (item, rest) = bytes
            .split_at_checked(size)
            .ok_or(Odd::value("security identifier", 0x13))?;
        items.push(item);
        bytes = rest;
    }
    Ok(items)
}

/// UTF-16 up to the first zero. A lone surrogate becomes the replacement character.
pub(super) fn utf16(bytes: &[u8]) -> String {
    let (units, _) = bytes.as_chunks::<2>();
    let (folded, zeros) = units.iter().fold((0_u16, 0_usize), |(folded, zeros), unit| {
        let unit = u16::from_le_bytes(*unit);
        (folded | unit, zeros + usize::from(unit == 0))
    });
    let units = if zeros == 0 {
        units
    } else {
        let end = units.iter().position(|unit| *unit == [0, 0]);
        units.get(..end.unwrap_or(units.len())).unwrap_or_default()
    };
    if folded < 0x80 {
        let ascii = units.iter().map(|[low, _]| *low).collect();
        if let Ok(text) = String::from_utf8(ascii) {
            return text;
        }
    }
    char::decode_utf16(units.iter().map(|unit| u16::from_le_bytes(*unit)))
        .map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

/// The code page is not told; Windows-1252 is the most common one, and ASCII is the same in all. Zeros are dropped.
fn ansi(bytes: &[u8]) -> String {
    let mut text = WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned();
    text.retain(|letter| letter != '\0');
    text
}

fn text(text: String) -> Value {
    if text.is_empty() {
        Value::Null
    } else {
        Value::Text(text.into())
    }
}

fn fixed<const N: usize>(kind: u8, bytes: &[u8]) -> Result<[u8; N], Odd> {
    bytes.try_into().map_err(|_| Odd::value("value size", kind))
}

/// The number that has the digits of the narrow one: 0.1 and not 0.10000000149.
fn shortest(number: f32) -> f64 {
    number.to_string().parse().unwrap_or_else(|_| f64::from(number))
}

/// Any FILETIME as an instant, the first one too: it stands for "never" and is shown as 1601.
pub(super) fn instant(ticks: u64) -> Time {
    let seconds = i64::try_from(ticks / 10_000_000).unwrap_or(i64::MAX);
    let nanos = u32::try_from(ticks % 10_000_000).unwrap_or(0).saturating_mul(100);
    DateTime::from_timestamp(seconds.saturating_sub(11_644_473_600), nanos).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(kind: u8, bytes: &[u8]) -> String {
        decode(kind, bytes).unwrap().to_text().into_owned()
    }

    #[test]
    fn numbers_of_every_type() {
        assert_eq!(shown(0x03, &[0xFF]), "-1");
        assert_eq!(shown(0x04, &[0xFF]), "255");
        assert_eq!(shown(0x05, &[0, 0x80]), "-32768");
        assert_eq!(shown(0x06, &[0, 0x80]), "32768");
        assert_eq!(shown(0x07, &0x8007_0520_u32.to_le_bytes()), "-2147023584");
        assert_eq!(shown(0x08, &0x8007_0520_u32.to_le_bytes()), "2147943712");
        assert_eq!(shown(0x09, &(-1_i64).to_le_bytes()), "-1");
        assert_eq!(shown(0x0A, &u64::MAX.to_le_bytes()), u64::MAX.to_string());
        assert_eq!(shown(0x0B, &0.1_f32.to_le_bytes()), "0.1");
        assert_eq!(shown(0x0C, &0.1_f64.to_le_bytes()), "0.1");
        assert_eq!(shown(0x10, &[1, 0, 0, 0]), "0x1");
        assert_eq!(shown(0x10, &[1, 0, 0, 0, 0, 0, 0, 0]), "0x1");
        assert_eq!(shown(0x14, &0xC000_006D_u32.to_le_bytes()), "0xc000006d");
        assert_eq!(shown(0x15, &0x3E7_u64.to_le_bytes()), "0x3e7");
        assert!(decode(0x08, &[1, 2]).is_err());
        assert!(decode(0x08, &[]).is_err());
    }

    #[test]
    fn booleans_keep_what_is_no_boolean() {
        assert_eq!(decode(0x0D, &[0; 4]).unwrap(), Value::Bool(false));
        assert_eq!(decode(0x0D, &[1, 0, 0, 0]).unwrap(), Value::Bool(true));
        assert_eq!(decode(0x0D, &[6, 0, 0, 0]).unwrap(), Value::Signed(6));
    }

    #[test]
    fn texts() {
        assert_eq!(shown(0x01, b"R\0P\0A\0\0\0x\0"), "RPA");
        assert_eq!(shown(0x01, &[0xE9, 0]), "\u{e9}");
        assert_eq!(shown(0x01, &[0x3D, 0xD8, 0x00, 0xDE]), "\u{1f600}");
        assert_eq!(shown(0x01, &[0x3D, 0xD8]), "\u{fffd}");
        assert_eq!(decode(0x01, &[0, 0]).unwrap(), Value::Null);
        assert_eq!(shown(0x02, b"caf\xE9\0"), "caf\u{e9}");
    }

    #[test]
    fn times_and_identifiers() {
        assert_eq!(shown(0x11, &0_u64.to_le_bytes()), "1601-01-01T00:00:00Z");
        let ticks = 131_644_278_080_567_528_u64;
        assert_eq!(
            shown(0x11, &ticks.to_le_bytes()),
            "2018-03-02T01:30:08.056752800Z"
        );
        decode(0x11, &u64::MAX.to_le_bytes()).unwrap();
        assert_eq!(shown(0x12, &[0; 16]), "1601-01-01T00:00:00Z");
        assert_eq!(shown(0x13, &[1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0]), "S-1-5-18");
        assert!(decode(0x13, &[1, 9, 0, 0, 0, 0, 0, 5]).is_err());
    }

    #[test]
    fn arrays() {
        let texts = items(0x81, b"a\0\0\0\0\0b\0").unwrap();
        assert_eq!(texts, [&b"a\0"[..], b"", b"b\0"]);
        assert_eq!(items(0x82, b"a\0\0b\0").unwrap(), [&b"a"[..], b"", b"b"]);
        assert_eq!(items(0x88, &[0; 8]).unwrap().len(), 2);
        assert!(items(0x88, &[0; 7]).is_err());
        assert!(items(0x8E, &[0; 8]).is_err());
        assert_eq!(
            items(0x93, &[1, 0, 0, 0, 0, 0, 0, 5, 1, 0, 0, 0, 0, 0, 0, 5])
                .unwrap()
                .len(),
            2
        );
        assert!(items(0x93, &[1, 0, 0]).is_err());
    }
}
