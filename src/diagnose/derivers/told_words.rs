//! Which causes the words of a complaint are like, where no more than an excerpt was sent: people who have the same fault write of the
//! same things, and few name a code. Owns when that is said at all. How words are compared is [`Parlance`](crate::model::Parlance)'s matter.

use std::collections::BTreeMap;

use crate::diagnose::derivers::Deriver;
use crate::diagnose::timeline::derived_event::Derived;
use crate::diagnose::timeline::host::{Entry, Host};
use crate::knowledge::derived::WORDS_TOLD;
use crate::model::{
    COMPLAINS, CONTENT, DOCUMENT, ELSEWHERE, Event, HARMLESS, LIKE, LIKE_WORDS, NOTE_TEXT, Value,
    is_note_told,
};

pub(super) const DERIVER: Deriver = Deriver {
    reads: &[],
    emits: &[WORDS_TOLD],
    derive: |on| derive(on.host).into_iter().collect(),
};

/// Less is what any two texts of computers have in common.
const LEAST: f64 = 28.0;
/// Where it is clear which cause is meant, a sentence or two say enough.
const LEAST_CLEAR: f64 = 0.7 * LEAST;
/// What speaks of systems that are none of Windows has the words of sessions and idle times, too.
const LEAST_ELSEWHERE: f64 = 1.4 * LEAST;

/// A letter that does not say in so many words that something is wrong, and tells what people tell who have a fault.
const LEAST_UNSAID: f64 = 1.3 * LEAST;
/// Letters of such a one; what is longer tells of many things.
const SHORT_LETTER: usize = 1_500;

/// Of its own score the first is so far ahead of the second where it is clear which one is meant.
const AHEAD: f64 = 0.3;

/// What the notes of a host are like, taken together.
fn derive(host: &Host) -> Option<Entry> {
    if !host.is_excerpt() {
        return None;
    }
    let notes: Vec<&Entry> = host.raw_where(is_note_told).collect();
    let is_elsewhere = notes.iter().any(|note| note.event.field(ELSEWHERE).is_some());
    let least = match complain(&notes) {
        true if is_elsewhere => LEAST_ELSEWHERE,
        true => LEAST,
        false if is_elsewhere || !is_short_letter(&notes) || holds_records(host, &notes) => return None,
        false => LEAST_UNSAID,
    };
    let order = likest(host);
    let &(first, most) = order.first()?;
    let next = order.get(1).map_or(0.0, |(_, score)| *score);
    let is_clear = most - next >= most * AHEAD;
    if most < least && !(is_clear && least <= LEAST && most >= LEAST_CLEAR) {
        return None;
    }
    let note = notes
        .iter()
        .max_by(|a, b| likeness(&a.event, first).total_cmp(&likeness(&b.event, first)))?;
    let place = |place: usize| order.get(place).map(|(topic, _)| format!("|{topic}|"));
    let words = |place: usize| {
        let (topic, _) = order.get(place)?;
        note.event.field_text(&[LIKE_WORDS, topic].concat())
    };
    Some(
        Derived::new(&WORDS_TOLD, note)
            .with_some("First", place(0))
            .with_some("Clear", place(0).filter(|_| is_clear))
            .with_some("Second", place(1))
            .with_some("Third", place(2))
            .with_some("Words", words(0))
            .with_some("SecondWords", words(1))
            .with_some("ThirdWords", words(2))
            .build(),
    )
}

/// The causes that the notes of a host are like, taken together, and how much: the likest first.
pub(in crate::diagnose) fn likest(host: &Host) -> Vec<(&str, f64)> {
    let mut scores: BTreeMap<&str, f64> = BTreeMap::new();
    for note in host.raw_where(is_note_told) {
        for (topic, score) in likenesses(&note.event) {
            *scores.entry(topic).or_default() += score;
        }
    }
    let mut order: Vec<(&str, f64)> = scores.into_iter().collect();
    order.sort_by(|a, b| b.1.total_cmp(&a.1));
    order
}

/// Whether the notes of all hosts together complain.
pub(in crate::diagnose) fn complained(hosts: &[Host]) -> bool {
    let notes: Vec<&Entry> = hosts
        .iter()
        .flat_map(|host| host.raw_where(is_note_told))
        .collect();
    complain(&notes)
}

/// Whether notes complain, and none says that nothing is wrong.
fn complain(notes: &[&Entry]) -> bool {
    let tells = |tone: &str| notes.iter().any(|note| note.event.field(tone).is_some());
    tells(COMPLAINS) && !tells(HARMLESS) && !tells(DOCUMENT)
}

/// Whether somebody wrote one short letter, which is no document and says of nothing that it is well: nobody sends one to say nothing.
fn is_short_letter(notes: &[&Entry]) -> bool {
    let [note] = notes else { return false };
    let tells = |tone: &str| note.event.field(tone).is_some();
    let letter = note.event.field_text(NOTE_TEXT);
    let reports = |text: String| text.chars().count() <= SHORT_LETTER && !text.contains(['?', '？']);
    letter.is_some_and(reports) && ![HARMLESS, DOCUMENT, CONTENT].into_iter().any(tells)
}

/// Whether records stand in the files of notes: what they say, they say themselves.
fn holds_records(host: &Host, notes: &[&Entry]) -> bool {
    let is_of_note = |path: &str| notes.iter().any(|note| *note.event.origin().path == *path);
    let mut records = host.raw_where(|event| event.id.is_some());
    records.any(|record| is_of_note(&record.event.origin().path))
}

/// The topics that a note is like, and how much.
fn likenesses(note: &Event) -> impl Iterator<Item = (&str, f64)> {
    note.fields
        .iter()
        .filter_map(|field| match (field.name.strip_prefix(LIKE), &field.value) {
            (Some(topic), Value::Float(score)) => Some((topic, *score)),
            _ => None,
        })
}

fn likeness(note: &Event, topic: &str) -> f64 {
    let mut all = likenesses(note);
    all.find(|(name, _)| *name == topic)
        .map_or(0.0, |(_, score)| score)
}
