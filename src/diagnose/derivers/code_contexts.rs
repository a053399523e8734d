//! In what a code was met: the operation, the kind of logon and the accounts that the words around it name. Owns how far around a line is
//! looked and what the nearest word decides; must not know what a code means.

use std::sync::Arc;

use crate::diagnose::derivers::loose_text::{AROUND, LONGEST_NOTE, Line, in_one_line, is_traced};
use crate::diagnose::timeline::host::Host;
use crate::knowledge::Knowledge;
use crate::knowledge::schema::{ContextDef, ContextKind};
use crate::model::{Event, Keyed, user_key};

/// The words that knowledge names contexts by.
#[derive(Debug)]
pub(super) struct Contexts {
    /// The words, and the place of the context of each.
    words: Keyed<usize>,
    names: Vec<(ContextKind, Arc<str>)>,
    /// The words again, with the labels of those that are a label and a value.
    literals: Vec<String>,
}

impl Contexts {
    pub(super) fn new(knowledge: &Knowledge) -> Self {
        let mut words = Vec::new();
        let mut names = Vec::new();
        let mut literals = Vec::new();
        let of_codes = |context: &&ContextDef| context.kind != ContextKind::Question;
        for context in knowledge.contexts().iter().filter(of_codes) {
            let name: Arc<str> = Arc::from(context.name.as_str());
            for word in &context.words {
                words.push((word.to_lowercase(), names.len()));
                literals.push(word.to_lowercase());
                // Between a label and its value stands any number of blanks; the line is kept for its label.
                literals.extend(label_of(word));
            }
            names.push((context.kind, name));
        }
        Self {
            words: Keyed::new(words),
            names,
            literals,
        }
    }

    /// The words of which a text must hold one to name a context.
    pub(super) fn literals(&self) -> &[String] {
        &self.literals
    }

    /// What the other notes of an excerpt tell: the message stands in one file, and what was done in the next.
    pub(super) fn told_beside<'n>(&self, host: &Host, others: impl Iterator<Item = &'n [Line<'n>]>) -> Met {
        const NOTES: usize = 6;
        let mut met = Met::default();
        if !host.is_excerpt() {
            return met;
        }
        for note in others.filter(|note| note.len() <= LONGEST_NOTE).take(NOTES) {
            for (_, text) in note {
                self.words_of(text, &mut met);
            }
            met.accounts.extend(accounts_near(note, 0));
        }
        met
    }

    /// What the words nearest to a line tell: the line itself, then those before and after it.
    pub(super) fn met_in(&self, note: &[Line<'_>], place: usize) -> Met {
        let reach = if note.len() > LONGEST_NOTE { 0 } else { AROUND };
        let mut met = Met::default();
        let mut look = |at: Option<usize>| {
            let line = at.and_then(|at| note.get(at));
            if let Some((_, text)) = line {
                self.words_of(text, &mut met);
            }
        };
        look(Some(place));
        for far in 1..=reach {
            look(place.checked_sub(far));
            look(place.checked_add(far));
        }
        met.operation = met.operation.or(met.background.take());
        met
    }

    /// What the message of a product's trace was met in.
    pub(super) fn met_by(&self, event: &Event) -> Met {
        let mut met = Met::default();
        if is_traced(event) {
            self.words_of(&in_one_line(&event.provider), &mut met);
        }
        Met {
            operation: met.background,
            ..Met::default()
        }
    }

    fn words_of(&self, text: &str, met: &mut Met) {
        let mut places: Vec<usize> = Vec::new();
        self.words.each(text, |place, _| places.push(*place));
        places.sort_unstable();
        places.dedup();
        for (kind, name) in places.into_iter().filter_map(|place| self.names.get(place)) {
            match kind {
                ContextKind::Operation if met.operation.is_none() => met.operation = Some(Arc::clone(name)),
                ContextKind::Background if met.background.is_none() => {
                    met.background = Some(Arc::clone(name));
                }
                ContextKind::Logon if !met.logons.contains(name) => met.logons.push(Arc::clone(name)),
                _ => {}
            }
        }
    }
}

/// In what a code was met.
#[derive(Debug, Default)]
pub(super) struct Met {
    pub(super) operation: Option<Arc<str>>,
    /// What stands for the operation where none is named.
    pub(super) background: Option<Arc<str>>,
    /// Every kind of logon that was named, the nearest first.
    pub(super) logons: Vec<Arc<str>>,
    /// The accounts that are named around it.
    pub(super) accounts: Vec<String>,
}

impl Met {
    /// Takes from other notes what its own does not tell.
    pub(super) fn or_beside(&mut self, beside: &Self) {
        if self.operation.is_none() {
            self.operation.clone_from(&beside.operation);
        }
        if self.logons.is_empty() {
            self.logons.clone_from(&beside.logons);
        }
        if self.accounts.is_empty() {
            self.accounts.clone_from(&beside.accounts);
        }
    }
}

/// The accounts in the lines around a place.
pub(super) fn accounts_near(note: &[Line<'_>], place: usize) -> Vec<String> {
    const ACCOUNTS: usize = 4;
    let lines = note.iter().skip(place.saturating_sub(AROUND)).take(AROUND * 2);
    let named = lines.filter_map(|(entry, _)| account(&entry.event.text()));
    named.take(ACCOUNTS).collect()
}

/// Keys of the registry whose values people name with the key alone: `Lsa\DisableDomainCreds`.
const KEYS: [&str; 11] = [
    "control",
    "currentversion",
    "hkcu",
    "hklm",
    "lsa",
    "parameters",
    "policies",
    "rdp-tcp",
    "services",
    "software",
    "winstations",
];

/// The first `DOMAIN\name` of a text that is no path.
pub(super) fn account(text: &str) -> Option<String> {
    let edges = |letter: char| letter.is_whitespace() || "\"'„“”«»()<>,;:=".contains(letter);
    text.split(edges).find_map(|word| {
        let word = word.trim_end_matches(['.', '?', '!']);
        let (domain, name) = word.split_once('\\')?;
        let plain = |part: &str| {
            !part.is_empty()
                && part
                    .chars()
                    .all(|letter| letter.is_alphanumeric() || "-_.$ ".contains(letter))
        };
        let is_key = KEYS.iter().any(|key| domain.eq_ignore_ascii_case(key));
        let is_account =
            plain(domain) && plain(name) && !name.contains(".exe") && domain.len() > 1 && !is_key;
        (is_account && !user_key(word).is_empty()).then(|| word.to_owned())
    })
}

/// The label of a word such as `logon type: 3`.
fn label_of(word: &str) -> Option<String> {
    let (label, value) = word.split_once(':')?;
    let is_value = value.trim().bytes().all(|byte| byte.is_ascii_digit()) && !value.trim().is_empty();
    (is_value && !label.trim().is_empty()).then(|| label.trim().to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::account;

    #[test]
    fn a_value_of_the_registry_is_no_account() {
        for text in [
            "Lsa\\DisableDomainCreds is 0",
            "RDP-Tcp\\UserAuthentication = 1",
            "HKLM\\SYSTEM",
        ] {
            assert_eq!(account(text), None, "{text}");
        }
        let told = account("as CORP\\svc-bill, Lsa\\DisableDomainCreds is 0");
        assert_eq!(told.as_deref(), Some("CORP\\svc-bill"));
    }
}
