//! Which machine a text is of that names none: learnt from the logs that lie beside it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::model::{Artifact, ArtifactFormat, host_key};

/// The machines that folders hold files of, by the path of the folder.
type Folders = BTreeMap<String, BTreeSet<String>>;

/// Which machine the text in a folder is of, learnt from the logs beside it.
#[derive(Default)]
pub(in crate::diagnose) struct Homes {
    only: Option<String>,
    /// By the files that lie in a folder itself.
    beside: Folders,
    /// By those that lie somewhere below it.
    below: Folders,
    /// The machines of which more than a log or two was sent.
    full: BTreeSet<String>,
    /// Paths within the folders of machines, as far as these have their names.
    within: BTreeSet<String>,
}

impl Homes {
    pub(in crate::diagnose) fn new(artifacts: &[Artifact], lead: &dyn Fn(&str) -> String) -> Self {
        let mut homes = Self::default();
        let mut all = BTreeSet::new();
        for artifact in artifacts {
            let computers = computers(artifact, lead);
            for (step, folder) in parents(&artifact.path).enumerate() {
                let own = homes.below.entry(folder.to_owned()).or_default();
                own.extend(computers.iter().cloned());
                if step == 0 && !computers.is_empty() {
                    let own = homes.beside.entry(folder.to_owned()).or_default();
                    own.extend(computers.iter().cloned());
                }
            }
            all.extend(computers);
        }
        homes.full = full(artifacts, lead);
        for artifact in artifacts {
            let named = folders_of(&artifact.path).filter(|(name, _)| all.contains(&host_key(name)));
            homes.within.extend(named.map(|(_, rest)| rest.to_owned()));
        }
        homes.only = match (all.len(), homes.full.len()) {
            (1, _) => all.into_iter().next(),
            (_, 1) => homes.full.first().cloned(),
            _ => None,
        };
        homes
    }

    /// The machine that a text is of; of none where that is not clear.
    pub(in crate::diagnose) fn of(&self, path: &str) -> String {
        let some =
            |folders: &'_ Folders, folder: &str| folders.get(folder).is_some_and(|own| !own.is_empty());
        let Some(folder) = parents(path).find(|folder| some(&self.below, folder)) else {
            return self.only.clone().unwrap_or_default();
        };
        let near = [&self.beside, &self.below];
        let near = near.into_iter().filter_map(|folders| folders.get(folder));
        let near: Vec<&BTreeSet<String>> = near.collect();
        let clear = near.iter().find_map(|hosts| self.one_of(hosts, path));
        match clear.or(self.only.as_ref()) {
            Some(host) if !self.is_of_another(path, host) => host.clone(),
            _ => String::new(),
        }
    }

    /// The one of some machines that a text beside their logs is of: that after which its folder is named, or the only one of which much was
    /// sent. A domain controller's Security log often lies beside all logs of the machine that has the trouble.
    fn one_of<'h>(&self, hosts: &'h BTreeSet<String>, path: &str) -> Option<&'h String> {
        let named = folders_of(path).find_map(|(name, _)| hosts.get(&host_key(name)));
        let mut full = hosts.iter().filter(|host| self.full.contains(*host));
        let only_full = full.next().filter(|_| full.next().is_none());
        let first = hosts.first().filter(|_| hosts.len() == 1);
        named.or(first).or(only_full)
    }

    /// Whether a text lies in the folder of another machine: in one that has the name of its machine lies the same file at the same place.
    fn is_of_another(&self, path: &str, host: &str) -> bool {
        let mut at = 0;
        let mut folders = folders_of(path).map(|(name, rest)| {
            at += name.len() + 1;
            (name, rest, path.get(..at - 1).unwrap_or_default())
        });
        folders.any(|(name, rest, folder)| {
            let holds_machines = self.below.get(folder).is_some_and(|own| !own.is_empty());
            let is_like = rest.contains('/') && self.within.contains(rest);
            is_like && host_key(name) != host && !holds_machines
        })
    }
}

/// The machines that a file names.
fn computers(artifact: &Artifact, lead: &dyn Fn(&str) -> String) -> BTreeSet<String> {
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
    named.into_iter().map(lead).collect()
}

/// The machines of which more than a log or two was sent, and those of whose robots there are logs.
fn full(artifacts: &[Artifact], lead: &dyn Fn(&str) -> String) -> BTreeSet<String> {
    let mut channels: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for span in artifacts.iter().flat_map(|artifact| &artifact.findings.spans) {
        if !span.computer.is_empty() {
            let own = channels.entry(lead(&span.computer)).or_default();
            own.insert(&span.channel);
        }
    }
    let many = channels.into_iter().filter(|(_, channels)| channels.len() > 2);
    let mut full: BTreeSet<String> = many.map(|(host, _)| host).collect();
    let of_robots = |artifact: &&Artifact| artifact.findings.format == Some(ArtifactFormat::RobotLog);
    for artifact in artifacts.iter().filter(of_robots) {
        full.extend(computers(artifact, lead));
    }
    full
}

/// The folders that hold a path, the innermost first.
fn parents(path: &str) -> impl Iterator<Item = &str> {
    path.rmatch_indices('/')
        .map(move |(end, _)| path.get(..end).unwrap_or_default())
        .chain(std::iter::once(""))
}

/// The names of the folders that hold a path, the outermost first, each with what of the path follows it.
fn folders_of(path: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = path;
    std::iter::from_fn(move || {
        let (name, after) = rest.split_once('/')?;
        rest = after;
        Some((name, after))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ChannelSpan, Findings};

    /// Logs of a machine, or a text without one.
    fn file(path: &str, computer: &str, channels: usize) -> Artifact {
        let span = |number: usize| ChannelSpan {
            computer: Arc::from(computer),
            channel: Arc::from(format!("Channel {number}")),
            records: 10,
            first_record: 1,
            last_record: 10,
            first: None,
            last: None,
        };
        Artifact {
            path: path.into(),
            findings: Findings {
                spans: (0..channels).map(span).collect(),
                ..Default::default()
            },
        }
    }

    fn home(files: &[Artifact], path: &str) -> String {
        Homes::new(files, &host_key).of(path)
    }

    #[test]
    fn a_text_is_of_the_machine_whose_logs_lie_beside_it() {
        let two = [
            file("System.evtx", "RPA-07", 3),
            file("dc/Security.evtx", "DC-01", 1),
            file("other/logs/System.evtx", "RPA-08", 3),
            file("other/dc/Security.evtx", "DC-02", 1),
        ];
        for (path, host) in [
            ("deploy.log", "rpa-07"),
            ("tool/deploy.log", "rpa-07"),
            ("other/tool/deploy.log", "rpa-08"),
            ("other/logs/deploy.log", "rpa-08"),
            ("dc/note.log", "dc-01"),
        ] {
            assert_eq!(home(&two, path), host, "{path}");
        }
        let apart = [
            file("a/System.evtx", "RPA-07", 3),
            file("b/System.evtx", "RPA-08", 3),
        ];
        assert_eq!(home(&apart, "deploy.log"), "");
        assert_eq!(home(&apart, "logs/RPA-08/deploy.log"), "rpa-08");
        assert_eq!(home(&apart[..1], "b/deploy.log"), "rpa-07");
    }

    #[test]
    fn a_folder_like_those_of_machines_is_of_one_of_its_own() {
        let files = [
            file("other/RPA-08/System.evtx", "RPA-08", 3),
            file("other/RPA-08/UiPath/Logs/Robot.log", "", 0),
            file("RPA-07/UiPath/Logs/Robot.log", "", 0),
        ];
        assert_eq!(home(&files, "other/RPA-08/UiPath/Logs/Robot.log"), "rpa-08");
        assert_eq!(home(&files, "RPA-07/UiPath/Logs/Robot.log"), "");
        assert_eq!(home(&files, "texts/note.txt"), "rpa-08");
        assert_eq!(home(&files, "other/UiPath/Logs/Robot.log"), "rpa-08");
    }
}
