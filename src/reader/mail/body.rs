//! Bodies of mails: quoted-printable and base64 to lines in UTF-8. What is no such text is written as it stands. Must not know headers' fields.

use encoding_rs::{Decoder, Encoding, ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::LONGEST;
use super::header::{Part, Transfer};
use super::places::Places;

/// The body of a part while its lines come.
pub(super) struct Body {
    /// What is ready to be read: whole lines, and pieces of long ones.
    pub(super) out: Vec<u8>,
    part: Part,
    /// For what is not told line by line.
    wide: Option<Decoder>,
    /// Whether no byte of the part came yet.
    is_new: bool,
    /// The line that is being put together.
    line: Vec<u8>,
    /// Letters of base64 that wait for the rest of their group.
    group: Vec<u8>,
    /// The line of the file that came last, the one in which `line` began, and how many lines `out` has had.
    number: u64,
    began: u64,
    written: u64,
    places: Places,
}

impl Body {
    pub(super) fn new(places: Places) -> Self {
        Self {
            out: Vec::new(),
            part: Part::default(),
            wide: None,
            is_new: true,
            line: Vec::new(),
            group: Vec::new(),
            number: 0,
            began: 0,
            written: 0,
            places,
        }
    }

    /// The number of the line that comes next.
    pub(super) const fn stands_in(&mut self, number: u64) {
        self.number = number;
    }

    /// Begins the body of a part.
    pub(super) fn begin(&mut self, part: Part) {
        self.flush();
        self.part = part;
        self.is_new = true;
        self.wide = part
            .charset
            .filter(|charset| [ISO_2022_JP, UTF_16LE, UTF_16BE].contains(charset))
            .map(Encoding::new_decoder_with_bom_removal);
    }

    pub(super) fn is_plain(&self) -> bool {
        matches!(self.part.transfer, Transfer::Plain | Transfer::Attached)
    }

    /// Takes a line of the file.
    pub(super) fn line(&mut self, line: &[u8]) {
        match self.part.transfer {
            Transfer::Plain => self.plain(line),
            Transfer::Quoted => self.quoted(line),
            Transfer::Base64 => self.base64(line),
            Transfer::Attached if is_base64(line.trim_ascii()) => {}
            Transfer::Attached => self.as_is(line),
        }
    }

    /// Writes what stands in the file as it stands there.
    pub(super) fn as_is(&mut self, line: &[u8]) {
        self.flush();
        if self.out.last().is_none_or(|last| *last == b'\n') {
            self.places.note(self.written.saturating_add(1), self.number);
        }
        self.out.extend_from_slice(line);
        self.written = self.written.saturating_add(u64::from(line.ends_with(b"\n")));
    }

    fn plain(&mut self, line: &[u8]) {
        // Each line of this one begins in ASCII, and all bytes of it are.
        let is_coded = |charset: &&'static Encoding| {
            *charset == ISO_2022_JP || (self.wide.is_none() && std::str::from_utf8(line).is_err())
        };
        match self.part.charset.filter(is_coded) {
            Some(charset) => {
                let (text, _) = charset.decode_without_bom_handling(line);
                self.as_is(text.as_bytes());
            }
            None => self.as_is(line),
        }
    }

    /// A line of quoted-printable.
    pub(super) fn quoted(&mut self, line: &[u8]) {
        let text = line.strip_suffix(b"\n").unwrap_or(line);
        let end = line.get(text.len()..).unwrap_or_default();
        let (text, end) = match text.strip_suffix(b"\r") {
            Some(text) if !end.is_empty() => (text, &b"\r\n"[..]),
            _ => (text, end),
        };
        match text.trim_ascii_end().strip_suffix(b"=") {
            Some(broken) if !end.is_empty() => self.give(&unescape(broken)),
            _ => {
                self.give(&unescape(text));
                self.give(end);
            }
        }
    }

    /// A line of base64. One whose bytes are no text is written as it stands.
    fn base64(&mut self, line: &[u8]) {
        let letters = line.trim_ascii();
        let whole = [self.group.as_slice(), letters].concat();
        let is_end = letters.ends_with(b"=");
        let keep = if is_end { 0 } else { whole.len() % 4 };
        let (now, rest) = whole.split_at(whole.len().saturating_sub(keep));
        let bytes = base64(now).filter(|_| !letters.is_empty() && base64(&padded(rest)).is_some());
        if self.is_new {
            self.tell_mark(bytes.as_deref().unwrap_or_default());
        }
        match bytes.filter(|bytes| self.wide.is_some() || is_text(bytes)) {
            Some(bytes) => {
                self.group = rest.to_vec();
                self.give(&bytes);
            }
            None => self.as_is(line),
        }
    }

    /// Files that Windows writes say themselves that they are UTF-16.
    fn tell_mark(&mut self, bytes: &[u8]) {
        let wide = match bytes {
            [0xFF, 0xFE, ..] => UTF_16LE,
            [0xFE, 0xFF, ..] => UTF_16BE,
            _ => return,
        };
        self.wide = Some(wide.new_decoder_with_bom_removal());
    }

    /// Takes decoded bytes.
    fn give(&mut self, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        self.is_new = false;
        let Some(wide) = self.wide.as_mut() else {
            return self.put(bytes);
        };
        let room = wide.max_utf8_buffer_length(bytes.len()).unwrap_or_default();
        let mut text = String::with_capacity(room);
        let (_, _, _) = wide.decode_to_string(bytes, &mut text, false);
        let odd = |c: char| c.is_control() && !matches!(c, '\t' | '\r' | '\n');
        self.put(text.replace(odd, "\u{fffd}").as_bytes());
    }

    /// Puts lines together, and writes those that are whole.
    fn put(&mut self, bytes: &[u8]) {
        for piece in bytes.split_inclusive(|&byte| byte == b'\n') {
            if self.line.is_empty() {
                self.began = self.number;
            }
            self.line.extend_from_slice(piece);
            if piece.ends_with(b"\n") || self.line.len() >= LONGEST {
                self.write();
            }
        }
    }

    /// Writes the line, whole or not.
    fn write(&mut self) {
        if self.line.is_empty() {
            return;
        }
        if self.out.last().is_none_or(|last| *last == b'\n') {
            self.places.note(self.written.saturating_add(1), self.began);
        }
        let charset = self.part.charset.unwrap_or(WINDOWS_1252);
        match std::str::from_utf8(&self.line) {
            // A letter that the end of a piece cuts is whole again behind it.
            Err(error) if charset != UTF_8 && self.wide.is_none() && error.error_len().is_some() => {
                let (text, _) = charset.decode_without_bom_handling(&self.line);
                self.out.extend_from_slice(text.as_bytes());
            }
            _ => self.out.extend_from_slice(&self.line),
        }
        self.written = self.written.saturating_add(u64::from(self.line.ends_with(b"\n")));
        self.line.clear();
    }

    /// Writes what is left, with the end of its line: what comes next is another thing.
    pub(super) fn flush(&mut self) {
        let group = std::mem::take(&mut self.group);
        self.put(&group);
        if !self.line.is_empty() {
            self.line.push(b'\n');
            self.write();
        }
    }
}

/// Whether bytes have no control character that text has not.
fn is_text(bytes: &[u8]) -> bool {
    bytes
        .iter()
        .all(|byte| !matches!(byte, 0..=8 | 11 | 14..=26 | 28..=31 | 127))
}

/// Whether a line holds letters of base64 and nothing else.
fn is_base64(line: &[u8]) -> bool {
    let is_letter = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    !line.is_empty() && line.iter().all(is_letter)
}

pub(super) const fn is_hexadecimal(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'A'..=b'F')
}

/// What escapes stand for. What is none, or stands for a control character, stays.
pub(super) fn unescape(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, after)) = rest.split_first() {
        let escaped = match after {
            [high, low, ..] if *first == b'=' => digit(*high).zip(digit(*low)),
            _ => None,
        };
        let byte = escaped.map(|(high, low)| high * 16 + low);
        if let Some(byte) = byte.filter(|byte| is_text(&[*byte])) {
            out.push(byte);
            rest = after.get(2..).unwrap_or_default();
        } else {
            out.push(*first);
            rest = after;
        }
    }
    out
}

fn digit(byte: u8) -> Option<u8> {
    let digit = char::from(byte).to_digit(16)?;
    u8::try_from(digit).ok()
}

/// Letters of a group that is not whole, filled up as at the end of a text.
fn padded(letters: &[u8]) -> Vec<u8> {
    let mut group = letters.to_vec();
    while !group.len().is_multiple_of(4) {
        group.push(b'A');
    }
    group
}

/// The bytes that base64 stands for, if all of it is such.
pub(in crate::reader) fn base64(letters: &[u8]) -> Option<Vec<u8>> {
    let ends = letters.iter().rev().take_while(|&&letter| letter == b'=').count();
    let body = letters.get(..letters.len().saturating_sub(ends))?;
    if ends > 2 || (ends > 0 && !letters.len().is_multiple_of(4)) {
        return None;
    }
    let mut out = Vec::with_capacity(body.len() / 4 * 3 + 3);
    for group in body.chunks(4) {
        let mut bits = 0_u32;
        for letter in group {
            bits = bits << 6 | u32::from(six_bits(*letter)?);
        }
        let bytes = (bits << (6 * (4 - group.len()))).to_be_bytes();
        out.extend_from_slice(bytes.get(1..group.len())?);
    }
    Some(out)
}

const fn six_bits(letter: u8) -> Option<u8> {
    match letter {
        b'A'..=b'Z' => Some(letter - b'A'),
        b'a'..=b'z' => Some(letter - b'a' + 26),
        b'0'..=b'9' => Some(letter - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}
