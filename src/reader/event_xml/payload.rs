//! Text inside payloads that nobody could decode: `tracerpt` prints them as hexadecimal digits when it lacks the
//! manifest. Traces that log ready-made strings can still be read so.

use crate::model::{Event, Value};

/// Payload bytes looked at; what is logged as text stands in the first few hundred.
const BYTES: usize = 64 << 10;
/// Characters that make a run of UTF-16 text, and of text of one byte a character.
const WIDE_RUN: usize = 4;
const NARROW_RUN: usize = 5;

/// Gives an event without a message the text that its hexadecimal payload holds.
pub(super) fn read_hex(event: &mut Event) {
    if event.message.is_some() {
        return;
    }
    let mut texts = Vec::new();
    for field in &event.fields {
        if matches!(&*field.name, "BinaryEventData" | "EventPayload")
            && let Value::Text(digits) = &field.value
        {
            texts.extend(strings(&unhex(digits)));
        }
    }
    if !texts.is_empty() {
        event.message = Some(texts.join(" ").into());
    }
}

/// The bytes of a row of hexadecimal digits, up to the first thing that is none; blanks do not count.
fn unhex(digits: &str) -> Vec<u8> {
    let digits = digits.trim();
    let digits = digits.strip_prefix("0x").unwrap_or(digits);
    let mut nibbles = digits
        .chars()
        .filter(|c| !c.is_whitespace())
        .take(BYTES * 2)
        .map_while(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok()));
    let mut bytes = Vec::new();
    while let (Some(high), Some(low)) = (nibbles.next(), nibbles.next()) {
        bytes.push(high << 4 | low);
    }
    bytes
}

/// Runs of printable text, in the order of the bytes: UTF-16 with the low byte first, or ASCII.
fn strings(bytes: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let wide = wide_run(rest);
        if wide.chars().count() >= WIDE_RUN {
            let length = wide.encode_utf16().count().saturating_mul(2);
            rest = rest.get(length..).unwrap_or_default();
            found.push(wide);
            continue;
        }
        let narrow = rest.iter().take_while(|byte| is_text(u32::from(**byte))).count();
        if narrow >= NARROW_RUN {
            let (run, after) = rest.split_at(narrow);
            found.push(String::from_utf8_lossy(run).into_owned());
            rest = after;
        } else {
            rest = rest.get(1..).unwrap_or_default();
        }
    }
    found
}

fn wide_run(bytes: &[u8]) -> String {
    let units = bytes
        .chunks_exact(2)
        .map(|pair| u16::from_le_bytes(pair.try_into().unwrap_or_default()));
    char::decode_utf16(units)
        .map_while(Result::ok)
        .take_while(|&c| is_text(u32::from(c)) || (c.is_alphabetic() && u32::from(c) < 0x0530))
        .collect()
}

/// Printable ASCII and the blanks of text.
fn is_text(code: u32) -> bool {
    (0x20..0x7F).contains(&code) || matches!(code, 0x09 | 0x0A | 0x0D)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Origin;

    #[test]
    fn text_in_hexadecimal() {
        let mut payload = vec![0x22, 0, 0, 0];
        payload.extend("rdp.cpp\0".encode_utf16().flat_map(u16::to_le_bytes));
        payload.extend(b"\x01\x02RdpWrapper: f\xFCr\0");
        let digits: String = payload.iter().map(|byte| format!("{byte:02X}")).collect();
        let mut event = Event::new(Origin::artifact("t"));
        event.push("EventPayload", Value::text(digits.clone()));
        read_hex(&mut event);
        assert_eq!(event.message.as_deref(), Some("rdp.cpp RdpWrapper: f"));
        let mut other = Event::new(Origin::artifact("t"));
        other.push("Binary", Value::text(digits));
        read_hex(&mut other);
        assert_eq!(other.message, None);
    }

    #[test]
    fn odd_payloads() {
        assert_eq!(unhex("0x41 42 4"), [0x41, 0x42]);
        assert_eq!(unhex("zz"), [0_u8; 0]);
        assert!(strings(&[0xFF; 99]).is_empty());
        assert!(strings(b"").is_empty());
    }
}
