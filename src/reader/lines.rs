//! Text of any encoding as blocks of whole lines in UTF-8, each line with its number and its byte offset in the
//! artifact. Must not know formats.
//!
//! A reader that looks for few things in much text takes blocks and searches them whole; one that looks at every
//! line takes lines. UTF-8 is handed on as it is stored and checked only where a line is taken out; other
//! encodings are decoded block by block.

use std::borrow::Cow;
use std::io::{self, Read};

use memchr::{memchr, memchr_iter, memrchr};

use crate::model::{Encoding, ProblemKind};
use crate::source::Source;

use super::encoding;
use super::sink::Sink;

/// Bytes held at once. Longer lines are handed on in pieces, so this also bounds memory.
const BLOCK_BYTES: usize = 512 << 10;

/// Bytes taken from the source at once when they need decoding.
const CHUNK_BYTES: usize = 64 << 10;

/// The lines of an artifact.
pub(crate) struct Text {
    input: Box<dyn Read + Send>,
    encoding: Encoding,
    /// Only for encodings other than UTF-8.
    decoder: Option<encoding_rs::Decoder>,
    /// Undecoded bytes, only with a decoder.
    chunk: Vec<u8>,
    /// UTF-8, or what is taken for it.
    buffer: Vec<u8>,
    /// How much of `buffer` the last block took.
    taken: usize,
    place: Place,
    bytes: u64,
    line_bytes: usize,
    long_lines: u64,
    first_long: Option<Place>,
    /// Whether the last block ended inside a line.
    inside: bool,
    done: bool,
    failure: Option<io::Error>,
    /// Whether bytes that are not UTF-8 are damage; otherwise they show a code page.
    surely_utf8: bool,
}

/// A position in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    /// The number of the line, from 1.
    pub(crate) line: u64,
    /// The offset in the artifact, in bytes.
    pub(crate) offset: u64,
}

/// One line, or a piece of a line that is too long.
#[derive(Debug, Clone)]
pub(crate) struct Line<'a> {
    /// The text without its line end.
    pub(crate) text: Cow<'a, str>,
    /// Where it begins.
    pub(crate) place: Place,
}

impl Line<'_> {
    /// The line apart from its block.
    pub(crate) fn into_owned(self) -> Line<'static> {
        Line {
            text: Cow::Owned(self.text.into_owned()),
            place: self.place,
        }
    }
}

/// Some whole lines.
#[derive(Debug)]
pub(crate) struct Block<'a> {
    /// The bytes, line ends included.
    pub(crate) bytes: &'a [u8],
    /// Bytes of a code unit in the artifact, 0 where `bytes` is how the artifact stores them.
    unit: u64,
    surely_utf8: bool,
    line_bytes: usize,
    /// The place where `bytes` begin.
    first: Place,
    /// The place of the position in `bytes` that was asked for last.
    known: (usize, Place),
}

impl Text {
    /// Opens an artifact and tells its encoding.
    pub(crate) fn open(source: Source, sink: &Sink<'_>) -> Self {
        Self::new(source.into_stream(), sink.context().limits.line_bytes)
    }

    /// Reads text whose lines are cut at `line_bytes`.
    pub(crate) fn new(mut input: Box<dyn Read + Send>, line_bytes: usize) -> Self {
        let mut head = Vec::new();
        let failure = (&mut input).take(CHUNK_BYTES as u64).read_to_end(&mut head).err();
        let (encoding, mark) = encoding::detect(&head);
        let surely_utf8 = mark == 3 || (encoding == Encoding::Utf8 && !head.is_ascii());
        let decoder = (encoding != Encoding::Utf8)
            .then(|| encoding::codec(encoding).new_decoder_without_bom_handling());
        let bytes = head.len() as u64;
        head.drain(..mark);
        let (chunk, buffer) = if decoder.is_some() {
            (head, Vec::new())
        } else {
            (Vec::new(), head)
        };
        Self {
            input,
            encoding,
            decoder,
            chunk,
            buffer,
            taken: 0,
            place: Place {
                line: 1,
                offset: mark as u64,
            },
            bytes,
            line_bytes: line_bytes.max(16),
            long_lines: 0,
            first_long: None,
            inside: false,
            done: failure.is_some(),
            failure,
            surely_utf8,
        }
    }

    /// The text that is at hand without taking it.
    pub(crate) fn preview(&mut self) -> Cow<'_, str> {
        self.fill();
        String::from_utf8_lossy(self.buffer.get(self.taken..).unwrap_or_default())
    }

    /// Bytes of one code unit in the artifact, 0 where nothing was decoded.
    const fn unit(&self) -> u64 {
        match self.encoding {
            Encoding::Utf8 => 0,
            Encoding::Ansi => 1,
            Encoding::Utf16Le | Encoding::Utf16Be => 2,
        }
    }

    /// The next lines, as many as fit. A block begins where `starts` says that a record does, if one does in
    /// what is at hand; so a record of several lines stays in one block.
    pub(crate) fn next_block(&mut self, starts: impl Fn(&[u8]) -> bool) -> Option<Block<'_>> {
        self.buffer.drain(..self.taken);
        self.taken = 0;
        self.fill();
        if self.buffer.is_empty() {
            return None;
        }
        let end = if self.done {
            self.buffer.len()
        } else {
            self.cut(starts)
        };
        let place = self.place;
        self.taken = end;
        let bytes = self.buffer.get(..end).unwrap_or_default();
        self.place = advance(place, bytes, self.unit());
        self.note_long_lines(end, place);
        Some(Block {
            bytes: self.buffer.get(..end).unwrap_or_default(),
            unit: self.unit(),
            surely_utf8: self.surely_utf8,
            line_bytes: self.line_bytes,
            first: place,
            known: (0, place),
        })
    }

    /// Fills the buffer up to a block, or to the end of the source.
    fn fill(&mut self) {
        while !self.done && self.buffer.len() < BLOCK_BYTES {
            if let Err(error) = self.read_some() {
                self.failure = Some(error);
                self.done = true;
            }
        }
        // What came before a failure is still to be decoded.
        if self.done && !self.chunk.is_empty() {
            self.decode(true);
        }
    }

    fn read_some(&mut self) -> io::Result<()> {
        if self.decoder.is_some() {
            if self.chunk.is_empty() {
                let count = (&mut self.input)
                    .take(CHUNK_BYTES as u64)
                    .read_to_end(&mut self.chunk)?;
                self.bytes = self.bytes.saturating_add(count as u64);
                self.done = count == 0;
            }
            self.decode(self.done);
            return Ok(());
        }
        let room = BLOCK_BYTES.saturating_sub(self.buffer.len());
        let count = (&mut self.input)
            .take(room as u64)
            .read_to_end(&mut self.buffer)?;
        self.bytes = self.bytes.saturating_add(count as u64);
        self.done = count < room;
        Ok(())
    }

    fn decode(&mut self, last: bool) {
        let Some(decoder) = self.decoder.as_mut() else {
            return;
        };
        let room = decoder
            .max_utf8_buffer_length(self.chunk.len())
            .unwrap_or(CHUNK_BYTES * 3);
        let mut text = String::with_capacity(room);
        let (_, read, _) = decoder.decode_to_string(&self.chunk, &mut text, last);
        self.chunk.drain(..read);
        if last {
            self.chunk.clear();
        }
        self.buffer.extend_from_slice(text.as_bytes());
    }

    /// Where to end a block: before the last start of a record, else after the last line end, else anywhere.
    fn cut(&self, starts: impl Fn(&[u8]) -> bool) -> usize {
        let Some(last) = memrchr(b'\n', &self.buffer) else {
            return floor_boundary(&self.buffer, self.buffer.len());
        };
        let mut newline = Some(last);
        while let Some(at) = newline {
            if starts(self.buffer.get(at + 1..).unwrap_or_default()) {
                return at + 1;
            }
            newline = memrchr(b'\n', self.buffer.get(..at).unwrap_or_default());
        }
        last + 1
    }

    /// Counts lines that are longer than allowed, each once though it may span blocks.
    fn note_long_lines(&mut self, end: usize, place: Place) {
        let bytes = self.buffer.get(..end).unwrap_or_default();
        let mut start = 0_usize;
        let mut continued = self.inside;
        for newline in memchr_iter(b'\n', bytes).chain([bytes.len()]) {
            if newline.saturating_sub(start) > self.line_bytes && !continued {
                self.long_lines = self.long_lines.saturating_add(1);
                let before = bytes.get(..start).unwrap_or_default();
                let unit = self.unit();
                self.first_long
                    .get_or_insert_with(|| advance(place, before, unit));
            }
            continued = false;
            start = newline.saturating_add(1);
        }
        self.inside = bytes.last() != Some(&b'\n');
    }

    /// Says what was read and what was not; to be called once all lines were taken.
    pub(crate) fn finish(self, sink: &mut Sink<'_>) {
        let lines = self.place.line.saturating_sub(1) + u64::from(self.inside);
        let findings = sink.findings();
        findings.encoding = Some(self.encoding);
        findings.bytes = self.bytes;
        findings.records = lines;
        if let Some(place) = self.first_long {
            let origin = sink.line(place.line, place.offset);
            let detail = format!("line longer than {} bytes, searched in pieces", self.line_bytes);
            sink.problems(ProblemKind::LimitHit, origin, detail, self.long_lines);
        }
        if let Some(error) = self.failure {
            let origin = sink.line(self.place.line, self.place.offset);
            sink.problem(
                ProblemKind::of(&error),
                origin,
                format!("reading stopped here: {error}"),
            );
        }
    }
}

/// The place after `bytes` that begin at `place`.
fn advance(place: Place, bytes: &[u8], unit: u64) -> Place {
    let stored = match unit {
        0 => bytes.len() as u64,
        1 | 2 => (utf16_units(bytes) as u64).saturating_mul(unit),
        _ => 0,
    };
    Place {
        line: place
            .line
            .saturating_add(memchr_iter(b'\n', bytes).count() as u64),
        offset: place.offset.saturating_add(stored),
    }
}

/// How many UTF-16 code units the characters take; Windows-1252 has one byte for each. What was damaged became
/// U+FFFD, one unit for one unit, so that the count holds even then.
fn utf16_units(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .map(|&byte| usize::from(byte & 0xC0 != 0x80) + usize::from(byte >= 0xF0))
        .sum()
}

/// The last place up to `at` that is not inside a UTF-8 character.
fn floor_boundary(bytes: &[u8], at: usize) -> usize {
    let inside = |at: usize| bytes.get(at).is_some_and(|byte| byte & 0xC0 == 0x80);
    let floor = (at.saturating_sub(3)..=at).rev().find(|&at| !inside(at));
    floor.filter(|&at| at > 0).unwrap_or(at)
}

impl<'a> Block<'a> {
    /// The place of a position in `bytes`. Asking in rising order costs one pass over the block; asking for an
    /// earlier position begins anew.
    pub(crate) fn place(&mut self, position: usize) -> Place {
        if position < self.known.0 {
            self.known = (0, self.first);
        }
        let (known, place) = self.known;
        if let Some(between) = self.bytes.get(known..position) {
            self.known = (position, advance(place, between, self.unit));
        }
        self.known.1
    }

    /// The text of a part of `bytes`.
    pub(crate) fn decode(&self, bytes: &'a [u8]) -> Cow<'a, str> {
        match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) if self.surely_utf8 => String::from_utf8_lossy(bytes),
            Err(_) => encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0,
        }
    }

    /// Bytes of a line that may be taken at once.
    pub(crate) const fn line_bytes(&self) -> usize {
        self.line_bytes
    }

    /// The end of the line that begins at or spans `from`: past its line end.
    pub(crate) fn line_end(&self, from: usize) -> usize {
        let rest = self.bytes.get(from..).unwrap_or_default();
        memchr(b'\n', rest).map_or(self.bytes.len(), |at| from + at + 1)
    }

    /// The beginning of the line that spans `from`.
    pub(crate) fn line_start(&self, from: usize) -> usize {
        let before = self.bytes.get(..from).unwrap_or(self.bytes);
        memrchr(b'\n', before).map_or(0, |at| at + 1)
    }

    /// The bytes between two positions, without the line end.
    pub(crate) fn slice(&self, start: usize, end: usize) -> &'a [u8] {
        let line = self.bytes.get(start..end).unwrap_or_default();
        line.strip_suffix(b"\r\n")
            .or_else(|| line.strip_suffix(b"\n"))
            .unwrap_or(line)
    }

    /// The end of the piece that begins at `from`: of the line, or of as much of it as may be taken at once.
    pub(crate) fn piece_end(&self, from: usize) -> usize {
        let end = self.line_end(from);
        if end.saturating_sub(from) <= self.line_bytes.saturating_add(2) {
            return end;
        }
        floor_boundary(self.bytes, from.saturating_add(self.line_bytes))
    }

    /// The line, or piece of a line, that begins at `start`, and where the next begins.
    pub(crate) fn line_at(&mut self, start: usize) -> Option<(Line<'a>, usize)> {
        if start >= self.bytes.len() {
            return None;
        }
        let end = self.piece_end(start).max(start + 1);
        let place = self.place(start);
        let text = self.decode(self.slice(start, end));
        Some((Line { text, place }, end))
    }
}

/// Hands every line of an artifact to `each`, until `each` returns false.
pub(crate) fn for_each_line(text: &mut Text, mut each: impl FnMut(Line<'_>) -> bool) {
    while let Some(mut block) = text.next_block(|_| true) {
        let mut at = 0;
        while let Some((line, next)) = block.line_at(at) {
            if !each(line) {
                return;
            }
            at = next;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Row = (String, u64, u64);

    fn rows(bytes: Vec<u8>, limit: usize) -> Vec<Row> {
        let mut text = Text::new(Source::memory(bytes).into_stream(), limit);
        let mut rows = Vec::new();
        for_each_line(&mut text, |line| {
            rows.push((line.text.into_owned(), line.place.line, line.place.offset));
            true
        });
        rows
    }

    fn row(text: &str, line: u64, offset: u64) -> Row {
        (text.to_owned(), line, offset)
    }

    #[test]
    fn lines_have_their_numbers_and_offsets() {
        let expected = [row("one", 1, 0), row("", 2, 5), row("three", 3, 6)];
        assert_eq!(rows(b"one\r\n\nthree".to_vec(), 100), expected);
        let marked = [row("one", 1, 3), row("two", 2, 7)];
        assert_eq!(rows(b"\xEF\xBB\xBFone\ntwo\n".to_vec(), 100), marked);
        assert_eq!(rows(Vec::new(), 100), []);
    }

    #[test]
    fn offsets_of_decoded_text_are_those_of_the_artifact() {
        let utf16: Vec<u8> = "\u{feff}für 😀\r\nzwei"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(rows(utf16, 100), [row("für 😀", 1, 2), row("zwei", 2, 2 + 16)]);
        assert_eq!(
            rows(b"f\xFCr\nzwei".to_vec(), 100),
            [row("für", 1, 0), row("zwei", 2, 4)]
        );
    }

    #[test]
    fn long_lines_come_in_pieces_that_keep_characters_whole() {
        let text = format!("{}\nend", "ä".repeat(20));
        let rows = rows(text.into_bytes(), 17);
        assert_eq!(rows.last(), Some(&row("end", 2, 41)));
        let joined: String = rows.iter().take(3).map(|row| row.0.as_str()).collect();
        assert_eq!(joined, "ä".repeat(20));
        assert!(rows.iter().take(3).all(|row| row.1 == 1));
    }

    #[test]
    fn a_line_longer_than_a_block_is_counted_once() {
        let mut bytes = vec![b'x'; BLOCK_BYTES * 3];
        bytes.extend_from_slice(b"\nshort\n");
        let mut text = Text::new(Source::memory(bytes).into_stream(), 1 << 10);
        let mut last = None;
        for_each_line(&mut text, |line| {
            last = Some((line.text.into_owned(), line.place));
            true
        });
        let (line, place) = last.unwrap();
        assert_eq!((line.as_str(), place.line), ("short", 2));
        assert_eq!(place.offset, BLOCK_BYTES as u64 * 3 + 1);
        assert_eq!(text.long_lines, 1);
    }

    #[test]
    fn places_can_be_asked_for_in_any_order() {
        let mut text = Text::new(Source::memory(*b"one\ntwo\nthree\n").into_stream(), 100);
        let mut block = text.next_block(|_| true).unwrap();
        let place = |line, offset| Place { line, offset };
        assert_eq!(block.place(8), place(3, 8));
        assert_eq!(block.place(4), place(2, 4));
        assert_eq!(block.place(0), place(1, 0));
    }

    #[test]
    fn blocks_begin_where_records_do() {
        let mut bytes = Vec::new();
        while bytes.len() < BLOCK_BYTES * 2 {
            bytes.extend_from_slice(b"# record\nmore\nand more\n");
        }
        let mut text = Text::new(Source::memory(bytes).into_stream(), 1 << 10);
        let mut blocks = 0;
        while let Some(block) = text.next_block(|line| line.starts_with(b"#")) {
            assert!(block.bytes.starts_with(b"# record"));
            blocks += 1;
        }
        assert!(blocks > 1);
    }

    #[test]
    fn a_code_page_deep_inside_ascii_is_still_read() {
        let mut bytes = b"plain line\n".repeat(10_000);
        bytes.extend_from_slice(b"Ger\xE4t\n");
        assert_eq!(rows(bytes, 100).last().unwrap().0, "Gerät");
    }
}
