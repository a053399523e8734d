//! Texts that speak of many faults, each in a line of its own and at no time: lessons, rules, lists of questions, texts to translate. Whoever
//! has a fault has one or two. And texts that call themselves what nobody with a fault writes: test plans, drafts. Owns which texts are such.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::diagnose::incidents::excerpt::Search;
use crate::diagnose::incidents::group::Group;
use crate::diagnose::incidents::sightings::Sightings;
use crate::diagnose::timeline::host::{Entry, Host};
use crate::knowledge::Knowledge;
use crate::knowledge::derived::{CODE_TOLD, WORDS_TOLD};
use crate::model::{COMPLAINS, DOCUMENT, Event, is_note_told};
use crate::parse::Focus;

/// Lines that each point at a cause of their own.
const FAULTS: usize = 3;

/// The texts of a case that list faults, by host and path.
#[derive(Debug, Default)]
pub(in crate::diagnose) struct FaultLists(BTreeSet<(usize, Arc<str>)>);

impl FaultLists {
    /// Those among the few files of excerpts; logs have many faults.
    pub(in crate::diagnose) fn new(knowledge: &Knowledge, hosts: &[Host], sightings: &Sightings<'_>) -> Self {
        let excerpts = hosts.iter().enumerate().filter(|(_, host)| host.is_excerpt());
        let found = excerpts.flat_map(|(number, host)| {
            let texts = faults_told(knowledge, (number, host), sightings);
            let lists = texts.into_iter().filter(|(_, lines)| kinds(lines) >= FAULTS);
            let path = |entry: &Entry| Arc::clone(&entry.event.origin.path);
            let mut documents: BTreeSet<Arc<str>> = host.raw_where(is_document).map(path).collect();
            // Where a document is sent and nobody complains, what lies beside it is of it: texts, and the few records of a test.
            let mut complaints = host.raw_where(complains).map(path);
            if !documents.is_empty() && complaints.all(|path| documents.contains(&path)) {
                documents.extend(host.entries.iter().map(path));
            }
            let paths = lists.map(|(path, _)| path).chain(documents);
            paths.map(move |path| (number, path)).collect::<Vec<_>>()
        });
        Self(found.collect())
    }

    /// Whether an incident is of such lists alone.
    pub(in crate::diagnose) fn hold(&self, group: &Group<'_>, hosts: &[Host]) -> bool {
        let Some(host) = hosts.get(group.host).filter(|_| !self.0.is_empty()) else {
            return false;
        };
        group.occurrences.iter().all(|shown| {
            let entry = host.entries.get(shown.event.entry);
            entry.is_some_and(|entry| {
                self.0
                    .contains(&(group.host, Arc::clone(&entry.event.origin.path)))
            })
        })
    }
}

/// Whether a note says of itself that it is a document.
fn is_document(event: &Event) -> bool {
    is_note_told(event) && event.field(DOCUMENT).is_some()
}

/// Whether a note complains of something.
fn complains(event: &Event) -> bool {
    is_note_told(event) && event.field(COMPLAINS).is_some()
}

/// The causes at which a line points by itself.
type Lines = BTreeMap<u64, BTreeSet<usize>>;

/// The lines of texts without a time that point at causes by themselves, by path.
fn faults_told(
    knowledge: &Knowledge,
    (number, host): (usize, &Host),
    sightings: &Sightings<'_>,
) -> BTreeMap<Arc<str>, Lines> {
    let mut texts: BTreeMap<Arc<str>, Lines> = BTreeMap::new();
    // Fewer lines point at fewer faults: most of what is sent need not be searched.
    if host.entries.iter().filter_map(line_of).nth(FAULTS - 1).is_none() {
        return texts;
    }
    let mut add = |entry: &Entry, causes: &mut dyn Iterator<Item = usize>| {
        let event = &entry.event;
        if let Some(line) = line_of(entry) {
            let lines = texts.entry(Arc::clone(&event.origin.path)).or_default();
            lines.entry(line).or_default().extend(causes);
        }
    };
    for entry in host.entries.iter().filter(|entry| CODE_TOLD.is(&entry.event)) {
        let named = entry
            .event
            .first_field_text(&["Only", "First"])
            .unwrap_or_default();
        let place = |id: &str| knowledge.causes().iter().position(|rule| rule.def.id == id);
        add(entry, &mut named.split('|').filter_map(place));
    }
    let focus = Focus::default();
    let search = Search::new(knowledge, (number, host), sightings, &focus);
    for candidate in search.candidates(|_, _| true) {
        for sighting in &candidate.shown {
            if let Some(entry) = host.entries.get(sighting.event.entry) {
                add(entry, &mut std::iter::once(candidate.order));
            }
        }
    }
    texts
}

/// The line of a text without a time.
fn line_of(entry: &Entry) -> Option<u64> {
    let event = &entry.event;
    let is_line = entry.at.is_none() && event.record_id().is_none() && !WORDS_TOLD.is(event);
    event.origin.line.filter(|_| is_line)
}

/// How many lines point at causes that no line before points at.
fn kinds(lines: &Lines) -> usize {
    let mut known: BTreeSet<usize> = BTreeSet::new();
    let mut count = 0;
    for causes in lines.values() {
        count += usize::from(known.is_disjoint(causes));
        known.extend(causes);
    }
    count
}
