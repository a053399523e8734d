//! Texts that the events of a chunk share. A log says the same few names, tasks and identifiers over and over: each is decoded
//! and kept once for each chunk, which also keeps threads from waiting for each other to count who shares one.

use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::sync::Arc;

use foldhash::fast::FixedState;

use super::odd::Odd;
use super::value::{self, GUID, SID, STRING};
use crate::model::Value;
use crate::reader::event_xml::guid;
use crate::reader::secrets::Letters;

/// Bytes of the longest text that is looked up: longer ones hardly ever come again.
const LONGEST: usize = 512;
/// Letters of a text of which it is remembered whether it may hold a secret: a shorter one is looked at as soon, and a longer one
/// hardly ever comes again.
const LOOKED_UP: RangeInclusive<usize> = 20..=LONGEST / 2;

/// The texts of a chunk that were decoded so far.
#[derive(Default)]
pub(super) struct Texts<'c> {
    /// By type and bytes.
    known: HashMap<(u8, &'c [u8]), Value, FixedState>,
    /// Whether a text may hold a secret.
    suspects: HashMap<&'c [u8], bool, FixedState>,
}

impl<'c> Texts<'c> {
    /// Decodes one value that is neither an array nor binary XML; texts that are equal are one.
    pub(super) fn decode(&mut self, kind: u8, bytes: &'c [u8]) -> Result<Value, Odd> {
        if !matches!(kind, STRING | SID) || bytes.is_empty() || bytes.len() > LONGEST {
            return value::decode(kind, bytes);
        }
        if let Some(known) = self.known.get(&(kind, bytes)) {
            return Ok(known.clone());
        }
        let value = value::decode(kind, bytes)?;
        self.known.insert((kind, bytes), value.clone());
        Ok(value)
    }

    /// The text of an activity; `None` for the nil GUID.
    pub(super) fn activity(&mut self, bytes: &'c [u8]) -> Result<Option<Arc<str>>, Odd> {
        let value = match self.known.get(&(GUID, bytes)) {
            Some(known) => known.clone(),
            None => {
                let text = guid(&value::decode(GUID, bytes)?);
                let value = text.map_or(Value::Null, Value::Text);
                self.known.insert((GUID, bytes), value.clone());
                value
            }
        };
        Ok(match value {
            Value::Text(text) => Some(text),
            _ => None,
        })
    }

    /// Whether a text in UTF-16 may hold a secret; `letters` are its own, and `narrow` what they left.
    pub(super) fn may_hold(&mut self, units: &'c [[u8; 2]], letters: Letters, narrow: &[u8]) -> bool {
        if letters.are_harmless() {
            return false;
        }
        if !LOOKED_UP.contains(&units.len()) {
            return letters.may_hold(units, narrow);
        }
        let known = self.suspects.entry(units.as_flattened());
        *known.or_insert_with(|| letters.may_hold(units, narrow))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_are_one_and_types_stay_apart() {
        let bytes = [
            1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0,
        ];
        let (first, second) = bytes.split_at(12);
        let mut texts = Texts::default();
        let sid = texts.decode(SID, first).unwrap();
        let (Value::Sid(one), Value::Sid(other)) = (&sid, &texts.decode(SID, second).unwrap()) else {
            panic!("{sid:?}");
        };
        assert!(Arc::ptr_eq(one, other));
        assert_eq!(**one, *"S-1-5-18");
        let text = texts.decode(STRING, second).unwrap();
        assert_eq!(text, value::decode(STRING, second).unwrap());
        assert_ne!(text, sid);
        assert!(texts.decode(SID, &bytes).is_err());
        assert_eq!(texts.activity(&[0; 16]).unwrap(), None);
        for _ in 0..2 {
            let activity = texts.activity(&[7; 16]).unwrap();
            assert_eq!(
                activity.as_deref(),
                Some("{07070707-0707-0707-0707-070707070707}")
            );
        }
        assert!(texts.activity(&bytes).is_err());
    }
}
