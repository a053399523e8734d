//! What an incident has in common with those of other customers: its shape, without anybody's name in it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use crate::model::{Cause, Evidence, Incident, Weight};

/// The shape of an incident: symptom, code, cause, and which signals were seen with which weight and on which side. No host, user,
/// task, time, count or text of a log is in it, so that it may leave the house and be compared.
///
/// Of an incident that a cause explains at `possible` or better, the evidence is that of the cause. Of one that none explains, it is
/// what was seen for any cause and joined to the incident by more than closeness in time: the symptoms that lack the same cause in the
/// knowledge have it in common.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct Fingerprint {
    /// Sixteen hexadecimal digits: the first of SHA-256 over the shape.
    pub id: String,
    /// The shape in words: `symptom code: cause +signal:weight -signal:weight`, or `unexplained` in place of the cause.
    pub shape: String,
}

impl Fingerprint {
    /// The fingerprint of an incident.
    pub fn of(incident: &Incident) -> Self {
        let mut shape = incident.symptom.to_string();
        if let Some(code) = &incident.code {
            let _ = write!(shape, " {code}");
        }
        let best = incident.best();
        let _ = write!(shape, ": {}", best.map_or("unexplained", |cause| &cause.id));
        let items = best.map_or_else(|| joined(&incident.causes), told);
        for ((side, signal), weight) in items {
            let _ = write!(shape, " {side}{signal}:{}", weight.words().replace(' ', "-"));
        }
        let hash = Sha256::digest(shape.as_bytes());
        let id = hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        Self { id, shape }
    }
}

/// Signals by side (`+`, `-`) and id, each with its heaviest weight.
type Items<'a> = BTreeMap<(char, &'a str), Weight>;

fn told(cause: &Cause) -> Items<'_> {
    let mut items = Items::new();
    collect(&mut items, '+', cause.supports.iter());
    collect(&mut items, '-', cause.against.iter());
    items
}

fn joined(causes: &[Cause]) -> Items<'_> {
    let mut items = Items::new();
    let seen = causes.iter().flat_map(|cause| &cause.supports);
    collect(
        &mut items,
        '+',
        seen.filter(|evidence| !evidence.joined_by.is_empty()),
    );
    items
}

fn collect<'a>(items: &mut Items<'a>, side: char, evidence: impl Iterator<Item = &'a Evidence>) {
    for evidence in evidence {
        let weight = items.entry((side, &evidence.signal)).or_insert(evidence.weight);
        *weight = evidence.weight.max(*weight);
    }
}
