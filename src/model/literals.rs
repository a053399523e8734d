//! Literals that are searched for all at once, wherever they stand. The searchers are made when they are first asked for, the
//! fast one after some text was searched: it takes longer to make than a small bundle to read. Knows nothing of what the
//! literals mean.

use std::ops::ControlFlow;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, AhoCorasickKind, MatchKind};

use super::quick_search::QuickSearch;
use crate::error::{Error, Result};

/// Bytes that all literals may have together: a searcher takes several hundred times as much.
pub(super) const SEARCHED_BYTES: usize = 1 << 20;

/// Bytes of text after which the fast searcher is made: by then the small one has lost as much time as that takes.
const MUCH: usize = 4 << 20;

/// Literals in lower case and sorted, with the searchers for them. Case of ASCII letters does not count.
#[derive(Debug, Default)]
pub(crate) struct Literals {
    all: Vec<Box<str>>,
    fast: OnceLock<Option<AhoCorasick>>,
    small: OnceLock<Option<AhoCorasick>>,
    quick: OnceLock<QuickSearch>,
    /// How many bytes were searched before the fast searcher was there, about.
    searched: AtomicUsize,
}

impl Literals {
    /// Takes literals that are sorted, each once.
    ///
    /// # Errors
    /// When they are too many to search for at once.
    pub(crate) fn new(all: Vec<Box<str>>) -> Result<Self> {
        let bytes: usize = all.iter().map(|literal| literal.len()).sum();
        if bytes > SEARCHED_BYTES {
            return Err(Error::Usage(format!(
                "the knowledge has too many literals: {bytes} bytes, and {SEARCHED_BYTES} can be searched for"
            )));
        }
        Ok(Self {
            all,
            ..Self::default()
        })
    }

    /// The literals, sorted.
    pub(crate) fn all(&self) -> &[Box<str>] {
        &self.all
    }

    /// A searcher for a text of so many bytes. Pattern `n` is the n-th literal.
    pub(crate) fn searcher(&self, bytes: usize) -> Option<&AhoCorasick> {
        self.fast_for(bytes).or_else(|| self.small())
    }

    /// The fast searcher, once it is worth it.
    fn fast_for(&self, bytes: usize) -> Option<&AhoCorasick> {
        if let Some(fast) = self.fast.get() {
            return fast.as_ref();
        }
        // Once there is a fast one, nobody counts any more: threads would wait for each other at the number.
        let before = self.searched.fetch_add(bytes, Ordering::Relaxed);
        (before.saturating_add(bytes) > MUCH).then(|| self.fast())?
    }

    /// Whether a text holds any of the literals.
    pub(crate) fn are_in(&self, text: &str) -> bool {
        match self.fast_for(text.len()) {
            Some(fast) => fast.is_match(text),
            None => self.quick().is_in(text.bytes()),
        }
    }

    /// Hands on which literals a text holds, with the searcher that is at hand: for texts that are not worth counting.
    pub(crate) fn each(&self, text: &str, mut hit: impl FnMut(usize)) {
        if let Some(Some(fast)) = self.fast.get() {
            let found = fast.find_overlapping_iter(text);
            return found.for_each(|found| hit(found.pattern().as_usize()));
        }
        let _ = self.quick().each(text.bytes(), |index| {
            hit(index);
            ControlFlow::Continue(())
        });
    }

    fn quick(&self) -> &QuickSearch {
        let make = || QuickSearch::new(self.all.iter().map(|literal| literal.as_bytes()));
        self.quick.get_or_init(make)
    }

    fn fast(&self) -> Option<&AhoCorasick> {
        self.fast.get_or_init(|| self.make(AhoCorasickKind::DFA)).as_ref()
    }

    fn small(&self) -> Option<&AhoCorasick> {
        let make = || self.make(AhoCorasickKind::ContiguousNFA);
        self.small.get_or_init(make).as_ref()
    }

    fn make(&self, kind: AhoCorasickKind) -> Option<AhoCorasick> {
        AhoCorasickBuilder::new()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::Standard)
            .kind(Some(kind))
            .build(self.all.iter().map(|literal| literal.as_bytes()))
            .ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_searchers_find_the_same() {
        let literals = Literals::new(["ab", "abc", "b", "zz"].map(Into::into).to_vec()).unwrap();
        let found = |searcher: &AhoCorasick| -> Vec<(usize, usize)> {
            let hits = searcher.find_overlapping_iter("xabCzzAb");
            hits.map(|hit| (hit.pattern().as_usize(), hit.start())).collect()
        };
        let small = found(literals.searcher(8).unwrap());
        assert!(literals.fast.get().is_none());
        assert_eq!(small, found(literals.searcher(MUCH).unwrap()));
        assert!(literals.fast.get().is_some());
        assert_eq!(small.len(), 6, "{small:?}");
    }

    #[test]
    fn too_many() {
        let many = (0..200_000).map(|number| format!("{number:06}").into()).collect();
        assert!(Literals::new(many).is_err());
    }
}
