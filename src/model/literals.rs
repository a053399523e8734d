//! Literals that are searched for all at once, wherever they stand. The searchers are made when they are first asked for, the
//! fast one after some text was searched: it takes longer to make than a small bundle to read. Knows nothing of what the
//! literals mean.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, AhoCorasickKind, MatchKind};

use super::quick_search::{Hit, QuickSearch};
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
    quick: OnceLock<QuickSearch>,
    /// How many bytes were searched before the fast searcher was there, about.
    searched: AtomicUsize,
}

/// What finds literals; both find the same.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Searcher<'l> {
    /// Goes over each byte once.
    Fast(&'l AhoCorasick),
    /// Made in no time.
    Quick(&'l QuickSearch),
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

    /// A searcher for a text of so many bytes; 0 for what is not worth counting.
    pub(crate) fn searcher(&self, bytes: usize) -> Searcher<'_> {
        match self.fast_for(bytes) {
            Some(fast) => Searcher::Fast(fast),
            None => Searcher::Quick(self.quick()),
        }
    }

    /// The fast searcher, once it is worth it.
    fn fast_for(&self, bytes: usize) -> Option<&AhoCorasick> {
        if let Some(fast) = self.fast.get() {
            return fast.as_ref();
        }
        if bytes == 0 {
            return None;
        }
        // Once there is a fast one, nobody counts any more: threads would wait for each other at the number.
        let before = self.searched.fetch_add(bytes, Ordering::Relaxed);
        (before.saturating_add(bytes) > MUCH).then(|| self.fast())?
    }

    fn quick(&self) -> &QuickSearch {
        let make = || QuickSearch::new(self.all.iter().map(|literal| literal.as_bytes()));
        self.quick.get_or_init(make)
    }

    fn fast(&self) -> Option<&AhoCorasick> {
        let make = || {
            AhoCorasickBuilder::new()
                .ascii_case_insensitive(true)
                .match_kind(MatchKind::Standard)
                .kind(Some(AhoCorasickKind::DFA))
                .build(self.all.iter().map(|literal| literal.as_bytes()))
                .ok()
        };
        self.fast.get_or_init(make).as_ref()
    }
}

impl Searcher<'_> {
    /// Hands on each place where a literal stands, in no order that means anything.
    pub(crate) fn each(self, bytes: &[u8], mut found: impl FnMut(Hit)) {
        match self {
            Self::Fast(fast) => fast
                .find_overlapping_iter(bytes)
                .for_each(|hit| found(hit_of(&hit))),
            Self::Quick(quick) => quick.each(bytes, found),
        }
    }

    /// Of the literals in a text the one that ends first, the longest of those that end there.
    pub(crate) fn first(self, bytes: &[u8]) -> Option<Hit> {
        match self {
            Self::Fast(fast) => fast.find(bytes).map(|hit| hit_of(&hit)),
            Self::Quick(quick) => quick.first(bytes),
        }
    }

    /// Whether a text holds any of the literals.
    pub(crate) fn is_in(self, bytes: &[u8]) -> bool {
        match self {
            Self::Fast(fast) => fast.is_match(bytes),
            Self::Quick(quick) => quick.is_in(bytes.iter().copied()),
        }
    }
}

fn hit_of(hit: &aho_corasick::Match) -> Hit {
    Hit {
        literal: hit.pattern().as_usize(),
        start: hit.start(),
        end: hit.end(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn both_searchers_find_the_same(
            literals in prop::collection::btree_set("[a-cé]{1,7}", 1..8),
            text in "[a-cA-Cé]{0,40}",
        ) {
            let literals = Literals::new(literals.into_iter().map(Into::into).collect()).unwrap();
            let quick = literals.searcher(0);
            let fast = Literals::new(literals.all.clone()).unwrap();
            let fast = fast.searcher(MUCH + 1);
            prop_assert!(matches!((quick, fast), (Searcher::Quick(_), Searcher::Fast(_))));
            let found = |searcher: Searcher<'_>| {
                let mut hits = Vec::new();
                searcher.each(text.as_bytes(), |hit| hits.push((hit.start, hit.end, hit.literal)));
                hits.sort_unstable();
                hits
            };
            prop_assert_eq!(found(quick), found(fast));
            prop_assert_eq!(quick.first(text.as_bytes()), fast.first(text.as_bytes()));
            prop_assert_eq!(quick.is_in(text.as_bytes()), fast.is_in(text.as_bytes()));
        }
    }

    #[test]
    fn too_many() {
        let many = (0..200_000).map(|number| format!("{number:06}").into()).collect();
        assert!(Literals::new(many).is_err());
    }
}
