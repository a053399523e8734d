//! Secrets in what is encoded: a command in base64, a name and a password in the settings of a tool. What is in them is read as any text.

use super::text;
use crate::reader::encoding;
use crate::reader::mail::base64;

/// Letters of encoded text that are read.
const LETTERS: usize = 64 << 10;

/// Whether text in base64 holds a secret.
pub(super) fn holds_secret(letters: &str) -> bool {
    let letters = letters.trim_end_matches('=');
    // What was cut off is read as far as it goes.
    let length = letters.len().min(LETTERS) / 4 * 4;
    let whole = if letters.len() <= LETTERS {
        letters
    } else {
        letters.get(..length).unwrap_or_default()
    };
    let Some(bytes) = base64(whole.as_bytes()) else {
        return false;
    };
    let (encoding, mark) = encoding::detect(&bytes);
    let said = encoding::decode(bytes.get(mark..).unwrap_or_default(), encoding);
    matches!(text::mask(&said), std::borrow::Cow::Owned(_))
}
