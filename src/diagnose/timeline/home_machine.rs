//! Which machine a text is of that names none: learnt from the logs that lie beside it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::model::Artifact;

/// Which machine the text in a folder is of, learnt from the logs beside it.
pub(in crate::diagnose) struct Homes {
    only: Option<String>,
    folders: BTreeMap<String, BTreeSet<String>>,
}

impl Homes {
    pub(in crate::diagnose) fn new(artifacts: &[Artifact], lead: &dyn Fn(&str) -> String) -> Self {
        let mut all = BTreeSet::new();
        let mut folders: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for artifact in artifacts {
            let findings = &artifact.findings;
            let spans = findings.spans.iter().map(|span| &span.computer);
            // The events of one chunk share the name.
            let mut last: Option<&Arc<str>> = None;
            let events = findings.alike().filter_map(move |event| {
                let is_new = last.is_none_or(|last| !Arc::ptr_eq(last, &event.computer));
                last = Some(&event.computer);
                is_new.then_some(&event.computer)
            });
            let facts = findings.facts.iter().map(|fact| &fact.host);
            let named: BTreeSet<&str> = spans
                .chain(events)
                .chain(facts)
                .map(|name| &**name)
                .filter(|name| !name.is_empty())
                .collect();
            let computers: BTreeSet<String> = named.into_iter().map(lead).collect();
            for folder in parents(&artifact.path) {
                folders
                    .entry(folder.to_owned())
                    .or_default()
                    .extend(computers.iter().cloned());
            }
            all.extend(computers);
        }
        let only = if all.len() == 1 {
            all.into_iter().next()
        } else {
            main_host(artifacts, lead)
        };
        Self { only, folders }
    }

    pub(in crate::diagnose) fn of(&self, path: &str) -> String {
        let nearest =
            parents(path).find_map(|folder| self.folders.get(folder).filter(|hosts| !hosts.is_empty()));
        match nearest {
            Some(hosts) if hosts.len() == 1 => hosts.iter().next().cloned().unwrap_or_default(),
            _ => self.only.clone().unwrap_or_default(),
        }
    }
}

/// The machine the bundle is about: the only one of which more than a log or two was sent. A domain controller's Security log
/// often lies beside all logs of the machine that has the trouble.
fn main_host(artifacts: &[Artifact], lead: &dyn Fn(&str) -> String) -> Option<String> {
    let mut channels: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for span in artifacts.iter().flat_map(|artifact| &artifact.findings.spans) {
        if !span.computer.is_empty() {
            channels
                .entry(lead(&span.computer))
                .or_default()
                .insert(&span.channel);
        }
    }
    let mut full = channels
        .iter()
        .filter(|(_, channels)| channels.len() > 2)
        .map(|(host, _)| host);
    let first = full.next();
    first.filter(|_| full.next().is_none()).cloned()
}

/// The folders that hold a path, the innermost first.
fn parents(path: &str) -> impl Iterator<Item = &str> {
    path.rmatch_indices('/')
        .map(move |(end, _)| path.get(..end).unwrap_or_default())
        .chain(std::iter::once(""))
}
