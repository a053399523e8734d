//! Mails as they are sent: bodies in quoted-printable and base64 as the text that they are, before any format is told. A sentence or a
//! secret that a soft break cuts is whole again. Must not know formats of logs.
//!
//! Only bodies that say so are decoded (`Content-Transfer-Encoding`), and pasted text all of whose `=` read as quoted-printable. What is
//! not what its header says stays as it stands, so a wrong header hides nothing. Parts that are no text are left alone.
//!
//! Source: RFC 2045 (encodings of bodies), RFC 2046 (boundaries), RFC 2047 (words in headers).

use std::io::{self, BufRead, BufReader, Read};

use crate::model::Encoding;
use crate::source::Source;

mod body;
mod header;
mod places;

use body::Body;
pub(super) use body::base64;
use header::Header;
pub(crate) use places::Places;

use super::sniff::{self, Kind};

/// Bytes of a line that are looked at together; what is longer goes in pieces.
const LONGEST: usize = 64 << 10;
/// Columns of a line of quoted-printable, its `=` with it.
const COLUMNS: usize = 76;
/// A soft break stands near the end of a line.
const SHORTEST_BROKEN: usize = 56;
/// Letters beyond ASCII that tell quoted-printable where no line is broken.
const ENOUGH_LETTERS: usize = 2;

/// The same bytes where they are no mail, else its text, with the lines that it stands in.
pub(crate) fn decoded(head: &[u8], source: Source) -> (Source, Option<Places>) {
    let Some(within) = begins(head) else {
        return (source, None);
    };
    let places = Places::default();
    let mail = Mail {
        input: BufReader::new(source.into_stream()),
        line: Vec::new(),
        number: 0,
        within,
        header: Header::default(),
        body: Body::new(places.clone()),
        given: 0,
        failure: None,
        ended: false,
    };
    (Source::Stream(Box::new(mail)), Some(places))
}

/// What a line stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Within {
    Header,
    Body,
    /// Quoted-printable without any header.
    Pasted,
}

/// What the first line stands in, if this is a mail with something to decode.
fn begins(head: &[u8]) -> Option<Within> {
    let mut lines = head.split(|&byte| byte == b'\n');
    let within = if lines.any(header::tells_mail) {
        let first = head.split(|&byte| byte == b'\n').next().unwrap_or_default();
        let is_header = header::is_field(first) || first.starts_with(b"From ");
        if is_header { Within::Header } else { Within::Body }
    } else if is_quoted_printable(head) {
        Within::Pasted
    } else {
        return None;
    };
    let is_narrow = |text: &sniff::Head| matches!(text.encoding, Encoding::Utf8 | Encoding::Ansi);
    matches!(sniff::kind(head), Kind::Text(ref text) if is_narrow(text)).then_some(within)
}

/// Whether a text without headers is quoted-printable: no line is longer than it may be, each `=` is one of an escape or a soft break, and
/// there is a line broken between words or some letters beyond ASCII.
fn is_quoted_printable(head: &[u8]) -> bool {
    if memchr::memchr(b'=', head).is_none() {
        return false;
    }
    let (mut broken, mut letters) = (0_usize, 0_usize);
    let mut lines = head.split(|&byte| byte == b'\n').peekable();
    while let Some(line) = lines.next() {
        let line = line.trim_ascii_end();
        let is_cut = lines.peek().is_none();
        if line.len() > COLUMNS {
            return false;
        }
        for at in memchr::memchr_iter(b'=', line) {
            let rest = line.get(at + 1..).unwrap_or_default();
            match rest {
                [] => {
                    let is_long = line.len() >= SHORTEST_BROKEN && line.contains(&b' ');
                    broken += usize::from(is_long && !is_cut);
                }
                [high, low, ..] if body::is_hexadecimal(*high) && body::is_hexadecimal(*low) => {
                    let is_letter = matches!(high, b'8'..=b'9' | b'A'..=b'F');
                    letters += usize::from(is_letter && rest.get(2) == Some(&b'='));
                }
                _ if is_cut => {}
                _ => return false,
            }
        }
    }
    broken > 0 || letters >= ENOUGH_LETTERS
}

/// A mail that is decoded while it is read. Holds one line at a time.
struct Mail {
    input: BufReader<Box<dyn Read + Send>>,
    /// A line of the file, or a piece of a long one.
    line: Vec<u8>,
    /// The number of the line.
    number: u64,
    within: Within,
    header: Header,
    body: Body,
    /// How much of what the body has written was given.
    given: usize,
    failure: Option<io::Error>,
    ended: bool,
}

impl Mail {
    /// Takes the next line; what came before a failure is still text.
    fn take_line(&mut self) {
        if self.line.is_empty() || self.line.ends_with(b"\n") {
            self.number = self.number.saturating_add(1);
        }
        self.line.clear();
        let read = (&mut self.input)
            .take(LONGEST as u64)
            .read_until(b'\n', &mut self.line);
        self.failure = read.err();
        if self.line.is_empty() || self.failure.is_some() {
            self.ended = true;
        }
        let line = std::mem::take(&mut self.line);
        self.body.stands_in(self.number);
        if !line.is_empty() {
            self.line_of(&line);
        }
        if self.ended {
            self.body.flush();
        }
        self.line = line;
    }

    fn line_of(&mut self, line: &[u8]) {
        match self.within {
            Within::Pasted => self.body.quoted(line),
            Within::Body if self.header.is_boundary(line) || self.begins_header(line) => {
                self.body.flush();
                self.within = Within::Header;
                self.header.begin();
                let is_field = header::is_field(line);
                self.header_line(line, is_field);
            }
            Within::Body => self.body.line(line),
            Within::Header => self.header_line(line, true),
        }
    }

    /// Whether a header begins within text: in one that is not encoded, as where a mail was pasted, or at the next mail of a box.
    fn begins_header(&self, line: &[u8]) -> bool {
        let is_free = !self.header.has_boundary() && self.body.is_plain();
        (is_free && header::tells_mail(line)) || (self.header.is_whole_mail() && line.starts_with(b"From "))
    }

    fn header_line(&mut self, line: &[u8], is_field: bool) {
        let is_blank = line.trim_ascii().is_empty();
        let continues = line.first().is_some_and(|byte| matches!(byte, b' ' | b'\t'));
        let is_mark = !is_field || line.starts_with(b"From ");
        if is_blank || !(continues || is_mark || header::is_field(line)) {
            self.within = Within::Body;
            self.body.begin(self.header.end());
        } else if !is_mark {
            self.header.line(line, continues);
        }
        if self.within == Within::Body && !is_blank {
            self.body.line(line);
        } else {
            self.body.as_is(&header::readable(line));
        }
    }
}

impl Read for Mail {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given >= self.body.out.len() {
            self.body.out.clear();
            self.given = 0;
            if self.ended {
                return self.failure.take().map_or(Ok(0), Err);
            }
            self.take_line();
        }
        let rest = self.body.out.get(self.given..).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        for (to, from) in buffer.iter_mut().zip(rest) {
            *to = *from;
        }
        self.given = self.given.saturating_add(count);
        Ok(count)
    }
}

#[cfg(test)]
mod tests;
