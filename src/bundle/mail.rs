//! Attachments of mails: what a mail carries in base64 and says to be no text is a member of its own, and a zip in a mail is a
//! zip. The mail itself stays a member: its words are read by whoever reads texts. Must not know formats of logs.
//!
//! Source: RFC 2045 (base64, fields of parts), RFC 2046 (boundaries, mails in mails).

use std::io::{self, BufRead, BufReader, Read};
use std::sync::Arc;

use super::codec::Codec;
use super::content::{Content, Packed};
use super::path::{From, clean};
use super::walk::Walk;
use crate::model::ProblemKind;
use crate::source::{Cursor, ReadAt, Region};

/// Bytes in which a mail with attachments says that it has some.
pub(super) const HEAD: usize = 32 << 10;
/// Bytes of a line that are looked at together; what is longer goes in pieces.
const LONGEST: u64 = 64 << 10;
/// Bytes of a field that are looked at.
const LONGEST_FIELD: usize = 8 << 10;
/// Boundaries that are remembered, the last ones.
const BOUNDARIES: usize = 32;

/// Fields that a mail begins with.
const FIRST_FIELDS: [&str; 16] = [
    "arc-seal",
    "authentication-results",
    "bcc",
    "cc",
    "content-type",
    "date",
    "delivered-to",
    "dkim-signature",
    "from",
    "message-id",
    "mime-version",
    "received",
    "reply-to",
    "return-path",
    "subject",
    "to",
];

/// Whether a file may be a mail, by its first line.
pub(super) fn may_be(head: &[u8]) -> bool {
    let line = head.split(|&byte| byte == b'\n').next().unwrap_or_default();
    let Some(at) = line.iter().position(|&byte| byte == b':') else {
        return line.starts_with(b"From ");
    };
    let name = String::from_utf8_lossy(line.get(..at).unwrap_or_default()).to_ascii_lowercase();
    FIRST_FIELDS.contains(&&*name) || (name.starts_with("x-") && !name.contains(' '))
}

/// Whether the beginning of a mail says that it has parts.
pub(super) fn has_parts(head: &[u8]) -> bool {
    String::from_utf8_lossy(head)
        .to_ascii_lowercase()
        .contains("multipart/")
}

/// Takes all attachments of a mail.
pub(super) fn take(walk: &mut Walk<'_>, mail: &Arc<str>, bytes: &Arc<dyn ReadAt>, depth: u32) {
    match attachments(bytes, walk.room()) {
        Ok((found, is_cut)) => {
            if is_cut {
                let text = "the mail ends before its last part does: what is attached may be missing or cut";
                walk.problem(mail, mail, ProblemKind::Truncated, text.to_owned());
            }
            for attachment in found {
                if walk.is_full() {
                    let text = walk.full_text();
                    walk.problem(mail, mail, ProblemKind::LimitHit, text);
                    return;
                }
                walk.count();
                let path = walk.name(format!(
                    "{mail}!/{}",
                    clean(attachment.name.as_bytes(), From::Archive)
                ));
                let region = Region::new(bytes.clone(), attachment.start, attachment.length);
                let content = Content::Packed(Packed {
                    bytes: Arc::new(region),
                    codec: Codec::Base64,
                    size: None,
                    crc: None,
                    cut: false,
                    key: None,
                });
                walk.take(mail, &path, content, depth);
            }
        }
        Err(error) => walk.problem(mail, mail, ProblemKind::of(&error), error.to_string()),
    }
}

/// Where the base64 of an attachment lies.
struct Attachment {
    name: String,
    start: u64,
    length: u64,
}

/// What a header says of the part behind it.
#[derive(Default)]
struct Part {
    name: Option<String>,
    is_base64: bool,
    is_text: bool,
    is_mail: bool,
}

/// What a line stands in.
enum Within {
    Header,
    Text,
    Attachment { name: String, start: u64 },
}

/// A mail while its lines come.
struct Scan {
    within: Within,
    field: Vec<u8>,
    part: Part,
    boundaries: Vec<String>,
    /// The boundary of the whole mail, until its last part has ended.
    open: Option<String>,
    found: Vec<Attachment>,
}

/// The attachments of a mail, and whether it ends before its last part does.
fn attachments(bytes: &Arc<dyn ReadAt>, most: usize) -> io::Result<(Vec<Attachment>, bool)> {
    let mut input = BufReader::new(Cursor::new(bytes.clone()));
    let mut scan = Scan {
        within: Within::Header,
        field: Vec::new(),
        part: Part::default(),
        boundaries: Vec::new(),
        open: None,
        found: Vec::new(),
    };
    let (mut line, mut at) = (Vec::new(), 0_u64);
    // One more than there is room for, so that it is said.
    while scan.found.len() <= most {
        line.clear();
        let count = (&mut input).take(LONGEST).read_until(b'\n', &mut line)?;
        if count == 0 {
            break;
        }
        let next = at.saturating_add(count as u64);
        scan.line(&line, at, next);
        at = next;
    }
    let is_cut = scan.open.is_some() && scan.found.len() <= most;
    scan.end_part(at);
    Ok((scan.found, is_cut))
}

impl Scan {
    fn line(&mut self, line: &[u8], at: u64, next: u64) {
        let text = line.trim_ascii_end();
        if let Some((boundary, is_last)) = self.boundary(text) {
            self.end_part(at);
            self.within = if is_last { Within::Text } else { Within::Header };
            self.open.take_if(|open| is_last && open.as_bytes() == boundary);
            self.part = Part::default();
        } else if matches!(self.within, Within::Header) {
            if text.is_empty() {
                self.end_field();
                self.within = self.behind_header(next);
            } else {
                if !line.starts_with(b" ") && !line.starts_with(b"\t") {
                    self.end_field();
                }
                let room = LONGEST_FIELD.saturating_sub(self.field.len());
                self.field
                    .extend_from_slice(text.get(..text.len().min(room)).unwrap_or_default());
            }
        }
    }

    /// What stands behind a header.
    fn behind_header(&mut self, start: u64) -> Within {
        let part = std::mem::take(&mut self.part);
        match part {
            Part { is_mail: true, .. } => Within::Header,
            Part {
                is_base64: true,
                is_text: false,
                ..
            } => {
                let number = self.found.len().saturating_add(1);
                let name = part.name.unwrap_or_else(|| format!("attachment-{number}"));
                Within::Attachment { name, start }
            }
            _ => Within::Text,
        }
    }

    fn end_part(&mut self, at: u64) {
        if let Within::Attachment { name, start } = std::mem::replace(&mut self.within, Within::Text) {
            let length = at.saturating_sub(start);
            self.found.push(Attachment { name, start, length });
        }
    }

    /// The boundary of a line that ends a part, and whether that is the last of its mail.
    fn boundary<'l>(&self, line: &'l [u8]) -> Option<(&'l [u8], bool)> {
        let line = line.strip_prefix(b"--")?;
        let is = |text: &[u8]| self.boundaries.iter().any(|boundary| boundary.as_bytes() == text);
        match line.strip_suffix(b"--") {
            _ if is(line) => Some((line, false)),
            Some(last) if is(last) => Some((last, true)),
            _ => None,
        }
    }

    fn end_field(&mut self) {
        let field = String::from_utf8_lossy(&std::mem::take(&mut self.field)).into_owned();
        let Some((name, value)) = field.split_once(':') else {
            return;
        };
        let word = value.trim().to_ascii_lowercase();
        match name.to_ascii_lowercase().as_str() {
            "content-transfer-encoding" => self.part.is_base64 = word.starts_with("base64"),
            "content-disposition" => {
                self.part.name = parameter(value, "filename").or_else(|| self.part.name.take());
            }
            "content-type" => {
                self.part.is_text = word.starts_with("text/");
                self.part.is_mail = word.starts_with("message/rfc822");
                self.part.name = self.part.name.take().or_else(|| parameter(value, "name"));
                if let Some(boundary) = unquoted(value, "boundary") {
                    if self.boundaries.len() >= BOUNDARIES {
                        self.boundaries.remove(0);
                    }
                    if self.boundaries.is_empty() {
                        self.open = Some(boundary.clone());
                    }
                    self.boundaries.push(boundary);
                }
            }
            _ => {}
        }
    }
}

/// The value of a parameter, out of its marks.
fn unquoted(value: &str, name: &str) -> Option<String> {
    value.split(';').skip(1).find_map(|parameter| {
        let (found, value) = parameter.split_once('=')?;
        let value = value.trim().trim_matches('"');
        (found.trim().eq_ignore_ascii_case(name) && !value.is_empty()).then(|| value.to_owned())
    })
}

/// A parameter that is the name of a file, without the folders that somebody had it in. One in encoded words tells none.
fn parameter(value: &str, name: &str) -> Option<String> {
    let value = unquoted(value, name)?;
    let file = value.rsplit(['/', '\\']).next().unwrap_or_default();
    (!file.is_empty() && !value.starts_with("=?")).then(|| file.to_owned())
}

/// The bytes that letters of base64 stand for, as a stream.
pub(super) struct Base64<R> {
    letters: R,
    /// Bits that are no whole byte yet, and how many.
    bits: u32,
    count: u32,
    ended: bool,
    /// What is told once the bytes before it were given.
    failure: Option<io::Error>,
}

impl<R: BufRead> Base64<R> {
    pub(super) const fn new(letters: R) -> Self {
        Self {
            letters,
            bits: 0,
            count: 0,
            ended: false,
            failure: None,
        }
    }

    /// The next byte.
    fn next_byte(&mut self) -> io::Result<Option<u8>> {
        while self.count < 8 {
            let Some(&letter) = self.letters.fill_buf()?.first() else {
                return Ok(None);
            };
            self.letters.consume(1);
            let value = match letter {
                b'A'..=b'Z' => letter - b'A',
                b'a'..=b'z' => letter - b'a' + 26,
                b'0'..=b'9' => letter - b'0' + 52,
                b'+' | b'-' => 62,
                b'/' | b'_' => 63,
                b'=' => return Ok(None),
                b' ' | b'\t' | b'\r' | b'\n' => continue,
                _ => {
                    return Err(io::Error::new(
                        io::ErrorKind::InvalidData,
                        "the attachment is no base64",
                    ));
                }
            };
            self.bits = (self.bits << 6 | u32::from(value)) & 0xFFFF;
            self.count = self.count.saturating_add(6);
        }
        self.count = self.count.saturating_sub(8);
        Ok(u8::try_from(self.bits >> self.count & 0xFF).ok())
    }
}

impl<R: BufRead> Read for Base64<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Some(failure) = self.failure.take() {
            return Err(failure);
        }
        let mut filled = 0_usize;
        for place in buffer.iter_mut() {
            if self.ended {
                break;
            }
            match self.next_byte() {
                Ok(Some(byte)) => *place = byte,
                Ok(None) => {
                    self.ended = true;
                    break;
                }
                Err(error) => {
                    self.ended = true;
                    if filled == 0 {
                        return Err(error);
                    }
                    self.failure = Some(error);
                    break;
                }
            }
            filled = filled.saturating_add(1);
        }
        Ok(filled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(text: &str) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        Base64::new(text.as_bytes()).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    #[test]
    fn base64_in_lines() {
        assert_eq!(decoded("aGVs\r\nbG8=\r\n").unwrap(), b"hello");
        assert_eq!(decoded("aGVsbG8h").unwrap(), b"hello!");
        assert_eq!(decoded("").unwrap(), b"");
        assert_eq!(decoded("//79/A==").unwrap(), [0xFF, 0xFE, 0xFD, 0xFC]);
        assert!(decoded("aGVs(G8=").is_err());
    }

    #[test]
    fn a_log_is_no_mail() {
        assert!(may_be(b"Received: from mx\r\n") && may_be(b"X-Spam: no\n") && may_be(b"From a@b Mon\n"));
        for line in [
            "2026-05-04 08:00:00 started",
            "Error: from here",
            "EventID: 40",
            "x y: z",
            "",
        ] {
            assert!(!may_be(line.as_bytes()), "{line}");
        }
    }
}
