//! What a code that a text complains of says for the causes that its table names: an item of evidence for each of them, made once
//! here, so that no cause lists its codes. Owns how much a code weighs; which causes it names, the tables say.

use std::sync::Arc;

use super::schema::{CauseDef, Prior};
use super::{Condition, Item, Subject};
use crate::knowledge::schema::OneOrMany;
use crate::model::Weight;

/// The signal of a code that a text complains of.
pub(super) const SIGNAL: &str = super::derived::CODE_TOLD.name;
/// Such items restate one thing.
pub(crate) const GROUP: &str = SIGNAL;

/// The items of a cause. Where a code names one cause, that is as good as certain; of several the first is possible, the next
/// less, and the rest little.
pub(super) fn items(def: &CauseDef, signal: Option<usize>) -> Vec<Item> {
    let Some(signal) = signal else { return Vec::new() };
    let weights = match def.prior {
        Prior::Common => [Weight::Strong, Weight::Moderate, Weight::Weak, Weight::Weak],
        Prior::Occasional => [Weight::Decisive, Weight::Strong, Weight::Moderate, Weight::Weak],
        Prior::Rare => [Weight::Decisive, Weight::Strong, Weight::Strong, Weight::Moderate],
    };
    let places = ["Only", "First", "Second", "Further"];
    let pairs = places.into_iter().zip(weights);
    pairs
        .filter_map(|(place, weight)| item(&def.id, signal, place, weight))
        .collect()
}

fn item(id: &str, signal: usize, place: &str, weight: Weight) -> Option<Item> {
    let names = Condition::parse(&OneOrMany::One(format!("contains |{id}|"))).ok()?;
    Some(Item {
        subject: Subject::Signals(vec![signal]),
        conditions: vec![(Arc::from(place), names)],
        join: Vec::new(),
        same_host: true,
        window: None,
        at_least: 1,
        distinct: None,
        of_the_host: false,
        missing: false,
        weight,
        if_absent: None,
        required: false,
        group: Some(Arc::from(GROUP)),
        say: None,
        unless: Vec::new(),
        symptoms: Vec::new(),
    })
}
