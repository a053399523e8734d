//! What the knowledge wants to see, in the form the readers need to skip the rest undecoded. Knows no causes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, MatchKind};
use regex::{Regex, RegexBuilder};

use crate::error::{Error, Result};

/// Which events of which provider are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventFilter {
    /// Every event.
    All,
    /// Those whose provider (in lower case) and id are listed; a provider with an empty set wants all its ids.
    Listed(BTreeMap<Box<str>, BTreeSet<u16>>),
}

/// A sentence that Windows or a product writes, and the event it stands for.
///
/// Text copied out of a log viewer loses its frame; the sentence tells which event it was.
#[derive(Debug, Clone)]
pub struct MessagePattern {
    /// The pattern; its named groups become the fields of the event.
    pub pattern: Regex,
    /// A literal that every match contains, in lower case: searched for first.
    pub literal: Box<str>,
    /// The provider of the event it stands for.
    pub provider: Arc<str>,
    /// The channel of the event it stands for.
    pub channel: Arc<str>,
    /// The id of the event it stands for.
    pub id: Option<u16>,
}

/// Everything of interest to the loaded knowledge.
#[derive(Debug, Clone)]
pub struct Interest {
    events: EventFilter,
    needles: Vec<Box<str>>,
    scanner: AhoCorasick,
    codes: BTreeSet<u32>,
    messages: Vec<MessagePattern>,
}

impl Interest {
    /// Compiles what is wanted. `needles` are literals whose presence makes a piece of text of interest; case
    /// of ASCII letters does not count. `codes` are values that are of interest wherever they stand.
    ///
    /// # Errors
    /// When the needles are too many to search for at once.
    pub fn new(
        events: EventFilter,
        needles: impl IntoIterator<Item = String>,
        codes: impl IntoIterator<Item = u32>,
        messages: Vec<MessagePattern>,
    ) -> Result<Self> {
        let codes: BTreeSet<u32> = codes.into_iter().collect();
        let mut all: BTreeSet<Box<str>> = needles
            .into_iter()
            .filter(|needle| !needle.is_empty())
            .map(|needle| needle.to_lowercase().into())
            .collect();
        all.extend(messages.iter().map(|message| message.literal.clone()));
        for &code in codes.iter().filter(|&&code| code >= 0x1_0000) {
            all.insert(format!("{code:08x}").into());
            all.insert(code.to_string().into());
            if code >= 0x8000_0000 {
                all.insert(code.cast_signed().to_string().into());
            }
        }
        let needles: Vec<Box<str>> = all.into_iter().collect();
        let scanner = AhoCorasickBuilder::new()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::Standard)
            .build(needles.iter().map(|needle| needle.as_bytes()))
            .map_err(|error| Error::Usage(format!("the knowledge has too many literals: {error}")))?;
        Ok(Self {
            events,
            needles,
            scanner,
            codes,
            messages,
        })
    }

    /// Wants every event and every line: for listing, not for diagnosis.
    ///
    /// # Errors
    /// None in practice; the empty set of literals always compiles.
    pub fn everything() -> Result<Self> {
        Self::new(EventFilter::All, [], [], Vec::new())
    }

    /// Whether an event of this provider and id is wanted.
    pub fn wants(&self, provider: &str, id: u16) -> bool {
        match &self.events {
            EventFilter::All => true,
            EventFilter::Listed(list) => {
                let ids = if provider.bytes().any(|byte| byte.is_ascii_uppercase()) {
                    list.get(provider.to_ascii_lowercase().as_str())
                } else {
                    list.get(provider)
                };
                ids.is_some_and(|ids| ids.is_empty() || ids.contains(&id))
            }
        }
    }

    /// Which events are wanted.
    pub const fn events(&self) -> &EventFilter {
        &self.events
    }

    /// Whether every event and every line is wanted.
    pub const fn is_everything(&self) -> bool {
        matches!(self.events, EventFilter::All)
    }

    /// The literals, in lower case and sorted.
    pub fn needles(&self) -> &[Box<str>] {
        &self.needles
    }

    /// The searcher for all literals at once; pattern `n` is `needles()[n]`.
    pub const fn scanner(&self) -> &AhoCorasick {
        &self.scanner
    }

    /// Whether a piece of text holds any of the literals.
    pub fn mentions(&self, text: &str) -> bool {
        self.is_everything() || (!self.needles.is_empty() && self.scanner.is_match(text))
    }

    /// The codes that are of interest wherever they stand.
    pub const fn codes(&self) -> &BTreeSet<u32> {
        &self.codes
    }

    /// The sentences that stand for events.
    pub fn messages(&self) -> &[MessagePattern] {
        &self.messages
    }
}

impl MessagePattern {
    /// Compiles a sentence. `.` crosses lines and case does not count; the compiled size is bounded.
    ///
    /// # Errors
    /// What the regular expression engine says of it.
    pub fn new(
        pattern: &str,
        literal: &str,
        provider: &str,
        channel: &str,
        id: Option<u16>,
    ) -> Result<Self, regex::Error> {
        let pattern = RegexBuilder::new(pattern)
            .case_insensitive(true)
            .dot_matches_new_line(true)
            .size_limit(1 << 20)
            .build()?;
        Ok(Self {
            pattern,
            literal: literal.to_lowercase().into(),
            provider: Arc::from(provider),
            channel: Arc::from(channel),
            id,
        })
    }
}
