//! The records that a diagnosis cites, decoded, so that a report can show them where the logs are not at hand. Owns how many and
//! how long.

use std::collections::{HashMap, HashSet};

use crate::diagnose::timeline::host::Host;
use crate::model::{Event, Incident, NOTE_TEXT, Origin, RecordField, RecordReport, Verdict};

/// Records of one diagnosis.
const MOST: usize = 300;
/// Fields of one record.
const FIELDS: usize = 40;
/// Characters of one value.
const VALUE: usize = 400;

/// The cited records in the order in which the incidents cite them.
pub(in crate::diagnose) fn records(hosts: &[Host], incidents: &[Incident]) -> Vec<RecordReport> {
    let cited = cited(incidents);
    let ranks: HashMap<&Origin, usize> = cited.iter().copied().zip(0..).collect();
    // Nearly no event is cited: numbers are compared before paths are.
    let numbers: HashSet<u64> = cited.iter().map(|origin| number(origin)).collect();
    let mut found: Vec<(usize, RecordReport)> = Vec::new();
    let mut taken = HashSet::new();
    for host in hosts.iter().filter(|_| !cited.is_empty()) {
        for entry in host.entries.iter().take(host.raw) {
            let origin = &entry.event.origin();
            if let Some(rank) = numbers
                .contains(&number(origin))
                .then(|| ranks.get(origin))
                .flatten()
                && taken.insert(*rank)
            {
                found.push((*rank, report(&entry.event)));
            }
        }
    }
    found.sort_by_key(|(rank, _)| *rank);
    found.into_iter().map(|(_, record)| record).collect()
}

fn number(origin: &Origin) -> u64 {
    origin
        .record
        .or(origin.line)
        .or(origin.offset)
        .unwrap_or_default()
}

/// Each origin once: of the evidence of leading causes, of changes, of stories; incident by incident.
fn cited(incidents: &[Incident]) -> Vec<&Origin> {
    let mut seen = HashSet::new();
    let mut cited = Vec::new();
    for incident in incidents {
        let worth = incident
            .causes
            .iter()
            .filter(|cause| cause.verdict >= Verdict::Possible);
        let evidence = worth.flat_map(|cause| cause.supports.iter().chain(&cause.against));
        let changes = incident.began_after.iter().map(|change| &change.origin);
        let story = incident.timeline.iter().map(|entry| &entry.origin);
        for origin in evidence
            .map(|evidence| &evidence.origin)
            .chain(changes)
            .chain(story)
        {
            if cited.len() < MOST && seen.insert(origin) {
                cited.push(origin);
            }
        }
    }
    cited
}

fn report(event: &Event) -> RecordReport {
    // A note is read where it lies, not repeated as a record.
    let told = event.fields.iter().filter(|field| *field.name != *NOTE_TEXT);
    let fields = told.take(FIELDS).map(|field| RecordField {
        name: field.name.clone(),
        value: cut(&field.value.to_text()),
    });
    RecordReport {
        origin: event.origin.clone(),
        at: event.time,
        computer: event.computer.clone(),
        channel: event.channel.clone(),
        provider: event.provider.clone(),
        id: event.id,
        level: format!("{:?}", event.level).to_lowercase(),
        message: event.message.as_deref().map(cut),
        fields: fields.collect(),
    }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(VALUE) {
        Some((end, _)) => format!("{}\u{2026}", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
