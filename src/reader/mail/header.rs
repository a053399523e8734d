//! Headers of mails and of their parts: how a body is encoded, and what stands between parts. Must not know how a body is decoded.

use encoding_rs::Encoding;

use super::body;

/// Bytes of a field that are looked at.
const LONGEST: usize = 8 << 10;
/// Boundaries that are remembered, the last ones; a mail in a mail in a mail has a handful.
const BOUNDARIES: usize = 32;
/// What is longer is no boundary: they have up to 70 letters.
const LONGEST_BOUNDARY: usize = 200;

/// How the body of a part is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Transfer {
    /// As it is.
    #[default]
    Plain,
    Quoted,
    Base64,
    /// What is attached to the mail and no text: it is taken out as a file of its own.
    Attached,
}

/// What a header says of the body behind it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Part {
    pub(super) transfer: Transfer,
    pub(super) charset: Option<&'static Encoding>,
    /// Whether it is something else than text.
    is_other: bool,
}

/// A header while its lines come.
#[derive(Debug, Default)]
pub(super) struct Header {
    field: Vec<u8>,
    part: Part,
    boundaries: Vec<Vec<u8>>,
    is_whole_mail: bool,
}

impl Header {
    /// Begins anew: the next part.
    pub(super) fn begin(&mut self) {
        self.field.clear();
        self.part = Part::default();
    }

    /// Takes a line.
    pub(super) fn line(&mut self, line: &[u8], continues: bool) {
        if !continues {
            self.finish_field();
        }
        let room = LONGEST.saturating_sub(self.field.len());
        self.field
            .extend_from_slice(line.get(..line.len().min(room)).unwrap_or_default());
    }

    /// What it says, at its end. Parts that are no text are left as they are.
    pub(super) fn end(&mut self) -> Part {
        self.finish_field();
        let mut part = std::mem::take(&mut self.part);
        if part.is_other {
            part.transfer = match part.transfer {
                Transfer::Base64 if self.is_whole_mail => Transfer::Attached,
                _ => Transfer::Plain,
            };
        }
        part
    }

    fn finish_field(&mut self) {
        let field = String::from_utf8_lossy(&self.field).into_owned();
        self.field.clear();
        let Some((name, value)) = field.split_once(':') else {
            return;
        };
        let word = value.trim().to_ascii_lowercase();
        match name.to_ascii_lowercase().as_str() {
            "content-transfer-encoding" => self.part.transfer = transfer(&word),
            "content-type" => {
                self.part.is_other = !(word.starts_with("text/") || word.starts_with("message/"));
                self.part.charset = parameter(value, "charset").and_then(|name| {
                    Encoding::for_label(name.as_bytes()).filter(|found| *found != encoding_rs::REPLACEMENT)
                });
                if let Some(boundary) = parameter(value, "boundary") {
                    self.remember(boundary.as_bytes());
                }
            }
            "mime-version" | "received" | "message-id" => self.is_whole_mail = true,
            _ => {}
        }
    }

    fn remember(&mut self, boundary: &[u8]) {
        if boundary.is_empty() || boundary.len() > LONGEST_BOUNDARY {
            return;
        }
        if self.boundaries.len() >= BOUNDARIES {
            self.boundaries.remove(0);
        }
        self.boundaries.push(boundary.to_vec());
    }

    /// Whether a line ends a part.
    pub(super) fn is_boundary(&self, line: &[u8]) -> bool {
        let Some(line) = line.trim_ascii_end().strip_prefix(b"--") else {
            return false;
        };
        let last = line.strip_suffix(b"--");
        let mut boundaries = self.boundaries.iter();
        boundaries.any(|boundary| line == boundary.as_slice() || last == Some(boundary))
    }

    pub(super) fn has_boundary(&self) -> bool {
        !self.boundaries.is_empty()
    }

    /// Whether it is a mail as it was sent, not one that was pasted into a text.
    pub(super) const fn is_whole_mail(&self) -> bool {
        self.is_whole_mail
    }
}

fn transfer(word: &str) -> Transfer {
    match word.split([';', ' ']).next().unwrap_or_default() {
        "quoted-printable" => Transfer::Quoted,
        "base64" => Transfer::Base64,
        _ => Transfer::Plain,
    }
}

/// The value of a parameter, out of its marks.
fn parameter<'a>(value: &'a str, name: &str) -> Option<&'a str> {
    value.split(';').skip(1).find_map(|parameter| {
        let (found, value) = parameter.split_once('=')?;
        let value = value.trim();
        let value = value.strip_prefix('"').map_or(value, |value| {
            value.split_once('"').map_or(value, |(value, _)| value)
        });
        found.trim().eq_ignore_ascii_case(name).then_some(value)
    })
}

/// Whether a line looks like the beginning of a field.
pub(super) fn is_field(line: &[u8]) -> bool {
    let name = line.split(|&byte| byte == b':').next().unwrap_or_default();
    name.len() < line.len()
        && !name.is_empty()
        && name.len() <= 60
        && name
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
}

/// Whether a line is one by which mails are told: how something is encoded, or that it is of the kind that may be.
pub(super) fn tells_mail(line: &[u8]) -> bool {
    let starts = |name: &[u8]| {
        line.get(..name.len())
            .is_some_and(|begin| begin.eq_ignore_ascii_case(name))
    };
    if starts(b"mime-version:") {
        return true;
    }
    const NAME: &[u8] = b"content-transfer-encoding:";
    let value = starts(NAME).then(|| line.get(NAME.len()..).unwrap_or_default());
    value.is_some_and(|value| {
        let word = String::from_utf8_lossy(value).trim().to_ascii_lowercase();
        transfer(&word) != Transfer::Plain
    })
}

/// A line of a header as people read it: encoded words decoded. It says no more that its body is encoded, for then it is not.
pub(super) fn readable(line: &[u8]) -> Vec<u8> {
    if tells_mail(line)
        && !line
            .get(..5)
            .is_some_and(|name| name.eq_ignore_ascii_case(b"mime-"))
    {
        let end = line.get(line.trim_ascii_end().len()..).unwrap_or_default();
        return [b"Content-Transfer-Encoding: 8bit", end].concat();
    }
    let Some(text) = std::str::from_utf8(line).ok().filter(|text| text.contains("=?")) else {
        return line.to_vec();
    };
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, begun)) = rest.split_once("=?") {
        out.push_str(before);
        match word(begun) {
            Some((said, after)) => {
                out.push_str(&said);
                // Blanks between two words are no part of what they say.
                rest = Some(after.trim_start_matches([' ', '\t']))
                    .filter(|next| next.strip_prefix("=?").is_some_and(|next| word(next).is_some()))
                    .unwrap_or(after);
            }
            None => {
                out.push_str("=?");
                rest = begun;
            }
        }
    }
    out.push_str(rest);
    out.into_bytes()
}

/// A word behind its `=?`, and what stands behind it.
fn word(begun: &str) -> Option<(String, &str)> {
    let (charset, rest) = begun.split_once('?')?;
    let (how, rest) = rest.split_once('?')?;
    let (word, after) = rest.split_once("?=")?;
    let charset = Encoding::for_label(charset.split('*').next()?.as_bytes())?;
    let bytes = match how {
        "Q" | "q" => body::unescape(word.replace('_', " ").as_bytes()),
        "B" | "b" => body::base64(word.as_bytes())?,
        _ => return None,
    };
    let (text, _) = charset.decode_without_bom_handling(&bytes);
    let is_text = !text.chars().any(char::is_control);
    is_text.then(|| (text.into_owned(), after))
}
