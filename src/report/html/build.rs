//! Writes HTML: markup of ours goes in raw, every text through the escape.

use super::Context;
use crate::model::Time;
use crate::report::escape;

/// A page that is being written.
#[derive(Debug, Default)]
pub(super) struct Html {
    out: String,
}

impl Html {
    /// Markup of our own, as it is.
    pub(super) fn raw(&mut self, markup: &str) {
        self.out.push_str(markup);
    }

    /// Text of anybody.
    pub(super) fn text(&mut self, text: &str) {
        self.out.push_str(&escape::html(text));
    }

    /// An element with nothing but text in it; `attributes` are our own.
    pub(super) fn element(&mut self, name: &str, attributes: &str, text: &str) {
        let space = if attributes.is_empty() { "" } else { " " };
        self.raw(&format!("<{name}{space}{attributes}>"));
        self.text(text);
        self.raw(&format!("</{name}>"));
    }

    /// A term and what it says; nothing where it says nothing.
    pub(super) fn pair(&mut self, term: &str, text: &str) {
        if !text.is_empty() {
            self.element("dt", "", term);
            self.element("dd", "", text);
        }
    }

    /// An instant that the switch of zones can tell anew.
    pub(super) fn time(&mut self, context: &Context<'_>, host: &str, time: Option<Time>) {
        let Some(time) = time else {
            self.raw("<span>time not given</span>");
            return;
        };
        let teller = context.teller;
        self.raw(&format!(
            "<time datetime=\"{}\" data-offset=\"{}\">",
            time.format("%Y-%m-%dT%H:%M:%S%.3fZ"),
            teller.clock.offset_minutes(host, time)
        ));
        self.text(&teller.clock.weekday(host, time, teller.said));
        self.raw("</time>");
    }

    pub(super) fn finish(self) -> String {
        self.out
    }
}

/// Bytes in the alphabet of RFC 4648, padded: the form in which a content security policy names a hash.
pub(super) fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let byte = |index: usize| u32::from(chunk.get(index).copied().unwrap_or_default());
        let group = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            let letter = ALPHABET.get((group >> (18 - 6 * place) & 63) as usize).copied();
            let used = place <= chunk.len();
            out.push(letter.filter(|_| used).map_or('=', char::from));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::base64;

    #[test]
    fn base64_as_the_rfc_shows_it() {
        for (plain, coded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }
}
