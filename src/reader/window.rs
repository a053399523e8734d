//! The bytes of an artifact of XML or JSON as UTF-8, a window at a time. Must not know elements or objects.

use std::borrow::Cow;
use std::io::{self, Read};

use encoding_rs::{Decoder, UTF_8, UTF_16BE, UTF_16LE};

use crate::model::Encoding;
use crate::source::Source;

/// Bytes taken from the source at once.
const CHUNK_BYTES: usize = 256 << 10;

/// A window over the artifact that moves forward only.
pub(super) struct Window {
    input: Box<dyn Read + Send>,
    /// Only where the artifact is not UTF-8.
    decoder: Option<Decoder>,
    encoding: Encoding,
    raw: Vec<u8>,
    buffer: Vec<u8>,
    /// Where the part of the buffer that counts begins.
    start: usize,
    /// The offset of that byte in the artifact.
    offset: u64,
    bytes: u64,
    done: bool,
    failure: Option<io::Error>,
}

impl Window {
    /// Opens an artifact and tells its encoding as an XML processor does: by the byte order mark, by the shape of
    /// the first sign, by the declaration.
    ///
    /// Source: <https://www.w3.org/TR/xml/#sec-guessing>
    pub(super) fn open(source: Source) -> Self {
        let mut window = Self {
            input: source.into_stream(),
            decoder: None,
            encoding: Encoding::Utf8,
            raw: Vec::new(),
            buffer: Vec::new(),
            start: 0,
            offset: 0,
            bytes: 0,
            done: false,
            failure: None,
        };
        window.fill();
        let head = std::mem::take(&mut window.buffer);
        let (encoding, codec, mark) = detect(&head);
        window.encoding = encoding;
        window.offset = mark as u64;
        if codec == UTF_8 {
            window.buffer = head;
            window.start = mark;
        } else {
            let mut decoder = codec.new_decoder_without_bom_handling();
            decode(
                &mut decoder,
                head.get(mark..).unwrap_or_default(),
                &mut window.buffer,
                window.done,
            );
            window.decoder = Some(decoder);
        }
        window
    }

    /// What is at hand.
    pub(super) fn get(&self) -> &[u8] {
        self.buffer.get(self.start..).unwrap_or_default()
    }

    /// The offset in the artifact of a position in what is at hand.
    pub(super) fn offset_of(&self, position: usize) -> u64 {
        let before = self.get().get(..position).unwrap_or_else(|| self.get());
        self.offset.saturating_add(self.stored(before))
    }

    /// Lets the first `count` bytes go.
    pub(super) fn advance(&mut self, count: usize) {
        let count = count.min(self.get().len());
        self.offset = self.offset_of(count);
        self.start = self.start.saturating_add(count);
        if self.start >= CHUNK_BYTES {
            self.buffer.drain(..self.start);
            self.start = 0;
        }
    }

    /// Takes more from the source; false at its end.
    pub(super) fn fill(&mut self) -> bool {
        if self.done {
            return false;
        }
        self.raw.clear();
        let chunk = (&mut self.input).take(CHUNK_BYTES as u64);
        match { chunk }.read_to_end(&mut self.raw) {
            Ok(count) => self.done = count < CHUNK_BYTES,
            Err(error) => {
                self.failure = Some(error);
                self.done = true;
            }
        }
        self.bytes = self.bytes.saturating_add(self.raw.len() as u64);
        match &mut self.decoder {
            Some(decoder) => decode(decoder, &self.raw, &mut self.buffer, self.done),
            None => self.buffer.extend_from_slice(&self.raw),
        }
        true
    }

    /// How the artifact is stored.
    pub(super) const fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// Bytes read so far.
    pub(super) const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Why reading stopped before the end.
    pub(super) const fn failure(&self) -> Option<&io::Error> {
        self.failure.as_ref()
    }

    /// How many bytes of the artifact these UTF-8 bytes were.
    fn stored(&self, text: &[u8]) -> u64 {
        let units = || {
            text.iter()
                .map(|&byte| u64::from(byte & 0xC0 != 0x80) + u64::from(byte >= 0xF0))
                .sum::<u64>()
        };
        match self.encoding {
            Encoding::Utf8 => text.len() as u64,
            Encoding::Ansi => units(),
            Encoding::Utf16Le | Encoding::Utf16Be => units().saturating_mul(2),
        }
    }
}

/// The encoding, its decoder, and the length of the byte order mark.
fn detect(head: &[u8]) -> (Encoding, &'static encoding_rs::Encoding, usize) {
    match head {
        [0xEF, 0xBB, 0xBF, ..] => (Encoding::Utf8, UTF_8, 3),
        [0xFF, 0xFE, ..] => (Encoding::Utf16Le, UTF_16LE, 2),
        [0xFE, 0xFF, ..] => (Encoding::Utf16Be, UTF_16BE, 2),
        [b'<' | b'{' | b'[' | b'\r' | b'\n' | b' ', 0, ..] => (Encoding::Utf16Le, UTF_16LE, 0),
        [0, b'<' | b'{' | b'[' | b'\r' | b'\n' | b' ', ..] => (Encoding::Utf16Be, UTF_16BE, 0),
        _ => match declared(head) {
            // A declaration that can be read as ASCII does not stand in UTF-16: the tool that cut the file wrote
            // UTF-8 and copied the line.
            Some(codec) if codec != UTF_8 && codec != UTF_16LE && codec != UTF_16BE => {
                (Encoding::Ansi, codec, 0)
            }
            _ => (Encoding::Utf8, UTF_8, 0),
        },
    }
}

/// The first bytes of an artifact as text.
pub(super) fn decode_head(head: &[u8]) -> Cow<'_, str> {
    let (_, codec, mark) = detect(head);
    let (text, _) = codec.decode_without_bom_handling(head.get(mark..).unwrap_or_default());
    text
}

/// The encoding that the XML declaration names.
fn declared(head: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    let head = head.get(..head.len().min(200))?.trim_ascii_start();
    let declaration = head.strip_prefix(b"<?xml")?;
    let end = memchr::memchr(b'>', declaration)?;
    let text = std::str::from_utf8(declaration.get(..end)?).ok()?;
    let (_, label) = text.split_once("encoding")?;
    let label = label.trim_start().strip_prefix('=')?.trim_start();
    let label = label.strip_prefix(['"', '\''])?.split(['"', '\'']).next()?;
    encoding_rs::Encoding::for_label(label.as_bytes())
}

fn decode(decoder: &mut Decoder, mut raw: &[u8], out: &mut Vec<u8>, last: bool) {
    let mut text = String::with_capacity(raw.len().saturating_mul(2));
    loop {
        let (result, read, _) = decoder.decode_to_string(raw, &mut text, last);
        raw = raw.get(read..).unwrap_or_default();
        out.extend_from_slice(text.as_bytes());
        text.clear();
        if result == encoding_rs::CoderResult::InputEmpty {
            return;
        }
        text.reserve(raw.len().max(16).saturating_mul(3));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(bytes: Vec<u8>) -> (Encoding, String, u64) {
        let mut window = Window::open(Source::memory(bytes));
        while window.fill() {}
        let text = String::from_utf8(window.get().to_vec()).unwrap();
        let end = window.offset_of(window.get().len());
        (window.encoding(), text, end)
    }

    #[test]
    fn encodings_and_offsets() {
        let text = "<Event>ä😀</Event>";
        assert_eq!(
            all(text.as_bytes().to_vec()),
            (Encoding::Utf8, text.to_owned(), text.len() as u64)
        );
        for (mark, size) in [("", 0), ("\u{feff}", 2)] {
            let little: Vec<u8> = format!("{mark}{text}")
                .encode_utf16()
                .flat_map(u16::to_le_bytes)
                .collect();
            assert_eq!(
                all(little.clone()),
                (Encoding::Utf16Le, text.to_owned(), little.len() as u64),
                "{size}"
            );
            let big: Vec<u8> = format!("{mark}{text}")
                .encode_utf16()
                .flat_map(u16::to_be_bytes)
                .collect();
            assert_eq!(all(big).0, Encoding::Utf16Be);
        }
        let ansi = b"<?xml version='1.0' encoding=\"windows-1252\"?><Event>Ger\xE4t</Event>".to_vec();
        let (encoding, text, end) = all(ansi.clone());
        assert_eq!((encoding, end), (Encoding::Ansi, ansi.len() as u64));
        assert!(text.contains("Gerät"));
    }

    #[test]
    fn long_utf16_is_decoded_whole() {
        let text = "<Event>äöü</Event>\r\n".repeat(60_000);
        let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let (_, decoded, end) = all(bytes.clone());
        assert_eq!(decoded, text);
        assert_eq!(end, bytes.len() as u64);
    }
}
