//! What a code that a text complains of says for the causes that its table names, and what the words of a text say for the causes that
//! are told in such words: an item of evidence for each of them, made once here, so that no cause lists its codes or its words. Owns
//! how much they weigh; which causes a code names, the tables say, and which a text is like, [`parlance`](super::parlance).

use std::sync::Arc;

use chrono::TimeDelta;

use super::schema::{CauseDef, Prior};
use super::{Condition, Item, Subject, Window};
use crate::knowledge::schema::OneOrMany;
use crate::model::Weight;

/// The signal of a code that a text complains of.
pub(super) const CODE: &str = super::derived::CODE_TOLD.name;
/// The signal of what the words of a text are like, and the group of the items that say so.
pub(crate) const WORDS: &str = super::derived::WORDS_TOLD.name;
/// Items that restate one code.
pub(crate) const GROUP: &str = CODE;

/// Items of one cause: by the place that it has in a field of the signal's event.
type Weighted = [(&'static str, Weight)];

/// The items of a cause for codes. Where a code names one cause, that is as good as certain; of several the first is possible, the next
/// less, and the rest little.
pub(super) fn items_of_codes(def: &CauseDef, signal: Option<usize>) -> Vec<Item> {
    let Some(signal) = signal else { return Vec::new() };
    let weights: &Weighted = match def.prior {
        Prior::Common => &[
            ("Only", Weight::Strong),
            ("First", Weight::Moderate),
            ("Second", Weight::Weak),
            ("Further", Weight::Weak),
        ],
        Prior::Occasional => &[
            ("Only", Weight::Decisive),
            ("First", Weight::Strong),
            ("Second", Weight::Moderate),
            ("Further", Weight::Weak),
        ],
        Prior::Rare => &[
            ("Only", Weight::Decisive),
            ("First", Weight::Strong),
            ("Second", Weight::Strong),
            ("Further", Weight::Moderate),
        ],
    };
    items(def, signal, (weights, GROUP), None)
}

/// The items of a cause for the words of a text. Where they are all that there is, the likest is possible however rare it is, the next
/// less. Beside another complaint they say little by themselves: which of the possible comes first, and that nothing becomes more than
/// possible by them, the weighing sees to.
pub(super) fn items_of_words(def: &CauseDef, signal: Option<usize>) -> Vec<Item> {
    let Some(signal) = signal else { return Vec::new() };
    let first = ("First", words_alone(def.prior));
    let alone: &Weighted = match def.prior {
        Prior::Common => &[first, ("Second", Weight::Weak)],
        Prior::Occasional => &[first, ("Second", Weight::Moderate), ("Third", Weight::Weak)],
        Prior::Rare => &[first, ("Second", Weight::Strong), ("Third", Weight::Moderate)],
    };
    // What is common is possible without it.
    let beside: &Weighted = match def.prior {
        Prior::Common => &[("Clear", Weight::Decisive)],
        Prior::Occasional | Prior::Rare => &[
            ("Clear", Weight::Decisive),
            ("First", Weight::Weak),
            ("Second", Weight::Weak),
        ],
    };
    let near = Window {
        before: NEAR,
        after: NEAR,
        first: false,
        since_success: false,
    };
    let mut all = items(def, signal, (alone, WORDS), None);
    all.extend(items(def, signal, (beside, WORDS), Some(near)));
    all
}

/// What the words of a text weigh that are most like those in which a cause is told, where nothing better is known: so much makes it possible.
pub(crate) const fn words_alone(prior: Prior) -> Weight {
    match prior {
        Prior::Common | Prior::Occasional => Weight::Strong,
        Prior::Rare => Weight::Decisive,
    }
}

/// Whoever writes of a fault writes within so long of it.
const NEAR: TimeDelta = TimeDelta::days(1);

/// Whether an item is one of those that are made here.
pub(crate) fn is_made(item: &Item) -> bool {
    item.group
        .as_deref()
        .is_some_and(|group| [GROUP, WORDS].contains(&group))
}

/// The sentence that quotes the words of the cause in a place.
fn sounds_like(place: &str) -> Arc<str> {
    let words = match place {
        "Second" => "SecondWords",
        "Third" => "ThirdWords",
        _ => "Words",
    };
    Arc::from(format!(
        "The text sounds like this fault as people describe it: {{{words}}}"
    ))
}

fn items(
    def: &CauseDef,
    signal: usize,
    (weights, group): (&Weighted, &str),
    window: Option<Window>,
) -> Vec<Item> {
    let items = weights.iter().filter_map(|&(place, weight)| {
        let names = Condition::parse(&OneOrMany::One(format!("contains |{}|", def.id))).ok()?;
        Some(Item {
            subject: Subject::Signals(vec![signal]),
            conditions: vec![(Arc::from(place), names)],
            join: Vec::new(),
            same_host: window.is_none(),
            window,
            at_least: 1,
            distinct: None,
            of_the_host: false,
            missing: false,
            weight,
            if_absent: None,
            required: false,
            group: Some(Arc::from(group)),
            say: (group == WORDS).then(|| sounds_like(place)),
            unless: Vec::new(),
            until: Vec::new(),
            symptoms: Vec::new(),
        })
    });
    items.collect()
}
