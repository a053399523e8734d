//! Literals that are searched for all at once, wherever they stand. The searchers are made when they are first asked for:
//! the fast one takes longer to make than a small bundle to read. Knows nothing of what the literals mean.

use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, AhoCorasickKind, MatchKind};

use crate::error::{Error, Result};

/// Bytes that all literals may have together: a searcher takes several hundred times as much.
const BYTES: usize = 1 << 20;

/// Literals in lower case and sorted, with the searchers for them. Case of ASCII letters does not count.
#[derive(Debug, Default)]
pub(crate) struct Literals {
    all: Vec<Box<str>>,
    fast: OnceLock<Option<AhoCorasick>>,
    small: OnceLock<Option<AhoCorasick>>,
}

impl Literals {
    /// Takes literals that are sorted, each once.
    ///
    /// # Errors
    /// When they are too many to search for at once.
    pub(crate) fn new(all: Vec<Box<str>>) -> Result<Self> {
        let bytes: usize = all.iter().map(|literal| literal.len()).sum();
        if bytes > BYTES {
            return Err(Error::Usage(format!(
                "the knowledge has too many literals: {bytes} bytes, and {BYTES} can be searched for"
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

    /// The searcher for much text. Pattern `n` is the n-th literal.
    pub(crate) fn fast(&self) -> Option<&AhoCorasick> {
        let make = || self.make(AhoCorasickKind::DFA, true);
        self.fast.get_or_init(make).as_ref()
    }

    /// The searcher that is at hand, else one that is soon made: for little text in lower case. It finds what the other does.
    pub(crate) fn any(&self) -> Option<&AhoCorasick> {
        let make = || self.make(AhoCorasickKind::ContiguousNFA, false);
        let small = || self.small.get_or_init(make);
        self.fast.get().unwrap_or_else(small).as_ref()
    }

    fn make(&self, kind: AhoCorasickKind, any_case: bool) -> Option<AhoCorasick> {
        AhoCorasickBuilder::new()
            .ascii_case_insensitive(any_case)
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
            let hits = searcher.find_overlapping_iter("xabczzab");
            hits.map(|hit| (hit.pattern().as_usize(), hit.start())).collect()
        };
        let small = found(literals.any().unwrap());
        assert_eq!(small, found(literals.fast().unwrap()));
        assert_eq!(small.len(), 6, "{small:?}");
    }

    #[test]
    fn too_many() {
        let many = (0..200_000).map(|number| format!("{number:06}").into()).collect();
        assert!(Literals::new(many).is_err());
    }
}
