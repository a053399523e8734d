//! What is asked of the texts and numbers of an event that says itself whose it is: less than of loose text. Nobody takes it for a
//! message of a product, no sentence names it anew, and who wants texts that have no id does not want it. Knows no formats.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use super::Literals;
use super::byte_search::ByteSearch;
use super::providers::is_of_windows;

/// The literals and codes that events of Windows with an id are of interest for, whatever their ids.
#[derive(Debug, Default)]
pub(crate) struct Framed {
    literals: Literals,
    codes: BTreeSet<u32>,
    /// Providers, in lower case, of which more is asked.
    others: BTreeSet<Box<str>>,
    bytes: OnceLock<ByteSearch>,
}

impl Framed {
    /// Takes literals in lower case, the numbers that count wherever they stand, and the providers, in lower case, of whose
    /// events everything else may be of interest, too.
    ///
    /// # Errors
    /// When the literals are too many to search for at once.
    #[cfg(feature = "diagnose")]
    pub(crate) fn new(
        literals: BTreeSet<Box<str>>,
        codes: BTreeSet<u32>,
        others: BTreeSet<Box<str>>,
    ) -> crate::error::Result<Self> {
        Ok(Self {
            literals: Literals::new(literals.into_iter().collect())?,
            codes,
            others,
            bytes: OnceLock::new(),
        })
    }

    /// Whether no more is asked of the events of a provider.
    pub(crate) fn is_for(&self, provider: &str) -> bool {
        is_of_windows(provider) && !self.others.contains(provider.to_ascii_lowercase().as_str())
    }

    /// Whether a text has any of the literals.
    pub(crate) fn is_in(&self, text: &str) -> bool {
        self.literals.are_in(text)
    }

    /// The search for all of it in bytes of which nothing is decoded.
    pub(crate) fn in_bytes(&self) -> &ByteSearch {
        let make = || ByteSearch::new(self.literals.all().iter().map(|word| &**word), &self.codes);
        self.bytes.get_or_init(make)
    }
}
