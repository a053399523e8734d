//! Which records can be of interest at all, by their provider and the bytes of their payload: most need not be decoded to be passed
//! over. Must not know how records are decoded.
//!
//! What is decoded of a payload is texts, in UTF-16 or in bytes, and numbers. A text can only be of interest if it has a literal; of
//! UTF-16 without its zeros, the ASCII of a literal is left as it is. A number can only be if it is a code that tells by itself.

use std::collections::HashMap;
use std::sync::Arc;

use super::record::{Class, Guid, Record};
use super::template::Template;
use crate::model::{EventFilter, Interest, Question};

/// Providers of which is remembered what is asked of them.
const PROVIDERS: usize = 10_000;
/// Bytes that are looked at together when zeros are left out.
const CHUNK: usize = 64;

/// What is asked of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// Its id: its provider is one whose events are wanted by theirs.
    Id,
    /// Literals and codes.
    Anything,
    /// Those of them that an event of Windows with an id is of interest for.
    Framed,
}

/// Looks at payloads for what is of interest.
#[derive(Debug)]
pub(super) struct Sieve<'a> {
    interest: &'a Interest,
    asked: HashMap<Guid, Asked, foldhash::fast::RandomState>,
    /// How many names of providers were told when `asked` was begun.
    told: usize,
    bare: Vec<u8>,
}

impl<'a> Sieve<'a> {
    /// For an interest; none where everything is of interest.
    pub(super) fn new(interest: &'a Interest) -> Option<Self> {
        (!interest.is_everything()).then(|| Self {
            interest,
            asked: HashMap::default(),
            told: 0,
            bare: Vec::new(),
        })
    }

    /// What is asked of a record whose provider has this name; so many names of providers were told so far.
    pub(super) fn asked(&mut self, record: &Record<'_>, name: &str, told: usize) -> Asked {
        if self.told != told {
            self.told = told;
            self.asked.clear();
        }
        let asked = match self.asked.get(&record.provider) {
            Some(known) => *known,
            None => {
                let asked = asked_of(self.interest, name);
                if self.asked.len() < PROVIDERS {
                    self.asked.insert(record.provider, asked);
                }
                asked
            }
        };
        match asked {
            // Only an event has an id of its own.
            Asked::Framed if record.class != Class::Event => Asked::Anything,
            asked => asked,
        }
    }

    /// Whether the definition of an event has texts of interest itself.
    pub(super) fn is_told_by(&self, template: &Arc<Template>, asked: Asked) -> bool {
        let mut all = String::new();
        template.texts(|text| {
            all.push_str(text);
            all.push('\n');
        });
        mentions(self.interest, asked, &all)
    }

    /// The payload without zeros, where texts stand as they are read.
    pub(super) fn bare(&mut self, payload: &[u8]) -> &[u8] {
        self.bare.clear();
        for chunk in payload.chunks(CHUNK) {
            // Every byte is written, and the next one over it where it was a zero: nothing has to be guessed.
            let (mut kept, mut count) = ([0; CHUNK], 0);
            for &byte in chunk {
                if let Some(place) = kept.get_mut(count % CHUNK) {
                    *place = byte;
                }
                count += usize::from(byte != 0);
            }
            self.bare.extend(kept.iter().take(count));
        }
        &self.bare
    }

    /// Whether what [`bare`](Self::bare) was last made of can be of interest.
    pub(super) fn passes(&self, payload: &[u8], asked: Asked) -> bool {
        let search = match question(self.interest, asked) {
            Some(question) => question.in_bytes(),
            None => self.interest.in_bytes(),
        };
        search.is_said(payload, &self.bare) || search.has_code(payload)
    }
}

/// What is asked of the events of a provider of this name.
pub(super) fn asked_of(interest: &Interest, name: &str) -> Asked {
    let by_id = match interest.events() {
        EventFilter::All => true,
        EventFilter::Listed(list) => list.contains_key(name.to_ascii_lowercase().as_str()),
    };
    match interest.of_traces() {
        _ if by_id => Asked::Id,
        Some(questions) if questions.is_framed(name) => Asked::Framed,
        _ => Asked::Anything,
    }
}

fn question(interest: &Interest, asked: Asked) -> Option<&Question> {
    let questions = interest.of_traces()?;
    Some(if asked == Asked::Framed {
        questions.framed()
    } else {
        questions.others()
    })
}

/// Whether a text has something that is asked of a record.
pub(super) fn mentions(interest: &Interest, asked: Asked, text: &str) -> bool {
    match question(interest, asked) {
        Some(question) => question.is_in(text),
        None => interest.mentions(text),
    }
}
