//! What is asked of the texts and numbers of records of traces: less than of loose text. A record says itself whose it is, so nobody
//! takes it for a note that a person wrote; of an event of Windows that has an id nobody asks what texts without an id may tell, and
//! no sentence names it anew. Knows no formats.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use super::byte_search::{ByteSearch, Clue};
use super::providers::is_of_windows;

/// Literals and codes that make a record of interest, whatever its provider and id.
#[derive(Debug)]
pub(crate) struct Question {
    clues: Vec<Clue>,
    codes: BTreeSet<u32>,
    search: OnceLock<ByteSearch>,
}

impl Question {
    /// Takes literals in lower case, and numbers that count wherever they stand.
    #[cfg(feature = "diagnose")]
    pub(crate) const fn new(clues: Vec<Clue>, codes: BTreeSet<u32>) -> Self {
        Self {
            clues,
            codes,
            search: OnceLock::new(),
        }
    }

    /// The search for all of it in bytes, made when it is first asked for.
    pub(crate) fn in_bytes(&self) -> &ByteSearch {
        let make = || ByteSearch::new(self.clues.iter().cloned(), &self.codes);
        self.search.get_or_init(make)
    }

    /// Whether a text has any of the literals.
    pub(crate) fn is_in(&self, text: &str) -> bool {
        self.in_bytes().is_said(text.as_bytes(), text.as_bytes())
    }
}

/// The questions to traces.
#[derive(Debug)]
pub(crate) struct OfTraces {
    /// Of events of Windows that have an id.
    framed: Question,
    /// Of all other records.
    others: Question,
    /// Providers of Windows, in lower case, of whose events as much is asked as of others.
    by_text: BTreeSet<Box<str>>,
}

impl OfTraces {
    #[cfg(feature = "diagnose")]
    pub(crate) const fn new(framed: Question, others: Question, by_text: BTreeSet<Box<str>>) -> Self {
        Self {
            framed,
            others,
            by_text,
        }
    }

    /// What is asked of a provider's events that have an id is what is asked of [`framed`](Self::framed) ones.
    pub(crate) fn is_framed(&self, provider: &str) -> bool {
        is_of_windows(provider) && !self.by_text.contains(provider.to_ascii_lowercase().as_str())
    }

    /// What is asked of events of Windows with an id.
    pub(crate) const fn framed(&self) -> &Question {
        &self.framed
    }

    /// What is asked of all other records.
    pub(crate) const fn others(&self) -> &Question {
        &self.others
    }
}
