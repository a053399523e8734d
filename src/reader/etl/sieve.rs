//! Which records can be of interest at all, by the bytes of their payload: most need not be decoded to be passed over. Must not know
//! how records are decoded.
//!
//! What is decoded of a payload is texts, in UTF-16 or in bytes, and numbers. A text can only be of interest if it has a literal; of
//! UTF-16 without its zeros, the ASCII of a literal is left as it is. A number can only be if it is a code that tells by itself.

use std::collections::HashMap;
use std::sync::Arc;

use super::record::Guid;
use super::template::Template;
use crate::model::{EventFilter, Interest, SMALLEST_TELLING_CODE};

/// Providers of which is remembered whether they are asked for.
const PROVIDERS: usize = 10_000;

/// Looks at payloads for what is of interest.
#[derive(Debug)]
pub(super) struct Sieve<'a> {
    interest: &'a Interest,
    /// Whether a code has these upper 16 bits.
    upper: Vec<bool>,
    /// Providers that are asked for, whatever their events say.
    wanted: HashMap<Guid, bool, foldhash::fast::RandomState>,
    bare: Vec<u8>,
}

impl<'a> Sieve<'a> {
    /// For an interest; none where everything is of interest.
    pub(super) fn new(interest: &'a Interest) -> Option<Self> {
        if interest.is_everything() {
            return None;
        }
        let mut upper = vec![false; 1 << 16];
        for &code in interest
            .codes()
            .iter()
            .filter(|&&code| code >= SMALLEST_TELLING_CODE)
        {
            if let Some(place) = upper.get_mut((code >> 16) as usize) {
                *place = true;
            }
        }
        Some(Self {
            interest,
            upper,
            wanted: HashMap::default(),
            bare: Vec::new(),
        })
    }

    /// Whether events of a provider are asked for by their ids.
    pub(super) fn wants(&mut self, guid: &Guid, name: &str) -> bool {
        if let Some(known) = self.wanted.get(guid) {
            return *known;
        }
        let wanted = match self.interest.events() {
            EventFilter::All => true,
            EventFilter::Listed(list) => list.contains_key(name.to_ascii_lowercase().as_str()),
        };
        if self.wanted.len() < PROVIDERS {
            self.wanted.insert(*guid, wanted);
        }
        wanted
    }

    /// Whether the definition of an event has texts of interest itself.
    pub(super) fn is_told_by(&self, template: &Arc<Template>) -> bool {
        let mut all = String::new();
        template.texts(|text| {
            all.push_str(text);
            all.push('\n');
        });
        self.interest.mentions(&all)
    }

    /// The payload without zeros, where texts stand as they are read.
    pub(super) fn bare(&mut self, payload: &[u8]) -> &[u8] {
        self.bare.clear();
        self.bare
            .extend(payload.iter().copied().filter(|&byte| byte != 0));
        &self.bare
    }

    /// Whether what [`bare`](Self::bare) was last made of can be of interest.
    pub(super) fn passes(&self, payload: &[u8]) -> bool {
        let words = self.interest.ascii_words();
        words.is_some_and(|words| words.is_in(self.bare.iter().copied()))
            || self.has_code(payload)
            || self
                .interest
                .other_words()
                .is_some_and(|words| words.is_in(payload.iter().copied()))
    }

    fn has_code(&self, payload: &[u8]) -> bool {
        payload.windows(4).any(|bytes| {
            let upper = match bytes {
                [_, _, low, high] => usize::from(*low) | usize::from(*high) << 8,
                _ => 0,
            };
            self.upper.get(upper).is_some_and(|known| *known)
                && bytes
                    .try_into()
                    .is_ok_and(|bytes| self.interest.codes().contains(&u32::from_le_bytes(bytes)))
        })
    }
}
