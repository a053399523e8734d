//! What the layouts of collectors tell beside what the files say themselves: hints, taken where nothing else is known.

use std::sync::Arc;

use crate::bundle::layout::{Collection, innermost};
use crate::model::{Artifact, CollectionReport};

/// Gives events and facts without a machine that of their collection, where no file of the collection names one.
pub(in crate::diagnose) fn name_hosts(artifacts: &mut [Artifact], collections: &[Collection]) {
    for collection in collections {
        let Some(host) = &collection.host else { continue };
        let host: Arc<str> = Arc::from(host.as_str());
        let own = |artifact: &Artifact| {
            innermost(collections, &artifact.path).is_some_and(|inner| inner.root == collection.root)
        };
        if artifacts
            .iter()
            .filter(|artifact| own(artifact))
            .any(names_a_host)
        {
            continue;
        }
        for artifact in artifacts.iter_mut().filter(|artifact| own(artifact)) {
            let findings = &mut artifact.findings;
            for event in findings
                .events
                .iter_mut()
                .filter(|event| event.computer.is_empty())
            {
                event.computer = Arc::clone(&host);
            }
            let kept = findings.kept.iter_mut();
            for event in kept.filter(|event| event.like().computer.is_empty()) {
                event.computer = Arc::clone(&host);
            }
            for fact in findings.facts.iter_mut().filter(|fact| fact.host.is_empty()) {
                fact.host = Arc::clone(&host);
            }
        }
    }
}

fn names_a_host(artifact: &Artifact) -> bool {
    let findings = &artifact.findings;
    findings.spans.iter().any(|span| !span.computer.is_empty())
        || findings.alike().any(|event| !event.computer.is_empty())
        || findings.facts.iter().any(|fact| !fact.host.is_empty())
}

/// The collections as the result shows them.
pub(in crate::diagnose) fn report(collections: Vec<Collection>) -> Vec<CollectionReport> {
    collections
        .into_iter()
        .map(|collection| CollectionReport {
            path: collection.root.into(),
            layout: collection.layout,
            title: collection.title.to_string(),
            host: collection.host.map(Into::into),
            missing: collection
                .missing
                .into_iter()
                .map(|gap| format!("{}: {}", gap.name, gap.means))
                .collect(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundle::layout::Layouts;
    use crate::model::{Event, Findings, Origin};

    fn text(path: &str, computer: &str) -> Artifact {
        let mut event = Event::new(Origin::artifact(path));
        event.computer = computer.into();
        Artifact {
            path: path.into(),
            findings: Findings {
                events: vec![event],
                ..Default::default()
            },
        }
    }

    #[test]
    fn a_folder_names_the_machine_only_where_no_file_does() {
        let mut artifacts = vec![
            text("MSRD-Results-RPA-07/a.txt", ""),
            text("MSRD-Results-RPA-08/a.txt", ""),
            text("MSRD-Results-RPA-08/b.txt", "WIN-X"),
        ];
        let layouts = Layouts::embedded().unwrap();
        let found = layouts.find(
            artifacts
                .iter()
                .map(|artifact| &*artifact.path)
                .collect::<Vec<_>>(),
        );
        name_hosts(&mut artifacts, &found);
        let hosts: Vec<_> = artifacts
            .iter()
            .map(|artifact| &*artifact.findings.events[0].computer)
            .collect();
        assert_eq!(hosts, ["RPA-07", "", "WIN-X"]);
        assert_eq!(report(found)[1].host.as_deref(), Some("RPA-08"));
    }
}
