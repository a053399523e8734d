//! Texts by number, so that contents of events are short and soon compared. Owns what a thread remembers of texts; must not know what they
//! are compared for.

use std::collections::HashMap;
use std::sync::Arc;

use crate::model::ByPlace;

/// Bytes of the longest text that is numbered: longer ones hardly ever come again.
const LONGEST_WORD: usize = 256;
/// Bytes that a text takes beside its own.
pub(super) const WORD_BYTES: usize = 48;

/// Texts by number: events repeat the same few names and values, and those that were read together share them.
#[derive(Debug, Default)]
pub(super) struct Words {
    numbers: HashMap<Arc<str>, u32, foldhash::quality::RandomState>,
    /// Those that came last.
    near: ByPlace<u32>,
    /// What they take.
    pub(super) bytes: usize,
}

impl Words {
    /// The number of a text; `None` for a long one, ever.
    fn number(&mut self, text: &Arc<str>) -> Option<u32> {
        if text.len() > LONGEST_WORD {
            return None;
        }
        if let Some(number) = self.near.get(text) {
            return Some(number);
        }
        let next = u32::try_from(self.numbers.len()).ok()?;
        let number = match self.numbers.get(text) {
            Some(number) => *number,
            None => {
                self.bytes = self.bytes.saturating_add(text.len()).saturating_add(WORD_BYTES);
                self.numbers.insert(Arc::clone(text), next);
                next
            }
        };
        self.near.put(text, number);
        Some(number)
    }

    /// Puts down a text that may come again.
    pub(super) fn put(&mut self, text: &Arc<str>, out: &mut Vec<u8>) {
        match self.number(text) {
            Some(number) => {
                let [a, b, c, d] = number.to_le_bytes();
                out.extend_from_slice(&[0, a, b, c, d]);
            }
            None => {
                out.push(1);
                put_text(text, out);
            }
        }
    }
}

/// Puts down a text as it is.
pub(super) fn put_text(text: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(&text.len().to_le_bytes());
    out.extend_from_slice(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_have_one_number_wherever_they_lie() {
        let mut words = Words::default();
        let mut put = |text: &str| {
            let mut out = Vec::new();
            // Each lies where the one before lay that nobody holds.
            words.put(&Arc::from(text), &mut out);
            out
        };
        let long = "x".repeat(LONGEST_WORD + 1);
        let texts: Vec<String> = (0..400)
            .map(|number| format!("word {number}"))
            .chain([String::new(), long])
            .collect();
        let first: Vec<Vec<u8>> = texts.iter().map(|text| put(text)).collect();
        let again: Vec<Vec<u8>> = texts.iter().map(|text| put(text)).collect();
        assert_eq!(first, again);
        let distinct: std::collections::BTreeSet<&Vec<u8>> = first.iter().collect();
        assert_eq!(distinct.len(), texts.len());
        assert_eq!(first.first().unwrap().len(), 5);
        assert!(words.bytes > texts.len());
    }
}
