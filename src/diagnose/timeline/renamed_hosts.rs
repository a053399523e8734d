//! Which computers are one machine that was renamed. Owns how that is told by the numbers of records; must not know what was read otherwise.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::model::{Artifact, host_key};

/// Which computers are one machine that was renamed: in one log, the records of one name end where those of the next begin.
pub(super) fn aliases(artifacts: &[Artifact]) -> BTreeMap<String, String> {
    let mut parent: BTreeMap<String, String> = BTreeMap::new();
    for artifact in artifacts {
        let mut by_channel: BTreeMap<&str, Vec<_>> = BTreeMap::new();
        for span in artifact
            .findings
            .spans
            .iter()
            .filter(|span| !span.computer.is_empty())
        {
            by_channel.entry(&span.channel).or_default().push(span);
        }
        for (channel, mut spans) in by_channel {
            spans.sort_by_key(|span| (span.first_record, span.last_record));
            for pair in spans.windows(2) {
                let [earlier, later] = pair else { continue };
                let adjacent = later.first_record == earlier.last_record.saturating_add(1);
                if channel != "ForwardedEvents" && adjacent {
                    union(
                        &mut parent,
                        &host_key(&earlier.computer),
                        &host_key(&later.computer),
                    );
                }
            }
        }
    }
    let names: Vec<String> = parent.keys().cloned().collect();
    names
        .into_iter()
        .map(|name| (name.clone(), root(&parent, &name)))
        .collect()
}

fn root(parent: &BTreeMap<String, String>, name: &str) -> String {
    let mut name = name;
    while let Some(next) = parent.get(name).filter(|next| *next != name) {
        name = next;
    }
    name.to_owned()
}

/// The later name leads.
fn union(parent: &mut BTreeMap<String, String>, earlier: &str, later: &str) {
    let (a, b) = (root(parent, earlier), root(parent, later));
    parent.insert(b.clone(), b.clone());
    if a != b {
        parent.insert(a, b);
    }
}

/// Which machine a computer's name stands for, looked up once for each name.
pub(super) struct Leads<'a> {
    aliases: &'a BTreeMap<String, String>,
    known: HashMap<Arc<str>, Arc<str>>,
    /// The one asked for last: the events of a log are nearly all of one computer.
    last: Option<(Arc<str>, Arc<str>)>,
}

impl<'a> Leads<'a> {
    pub(super) fn new(aliases: &'a BTreeMap<String, String>) -> Self {
        Self {
            aliases,
            known: HashMap::new(),
            last: None,
        }
    }

    /// The machine of a computer.
    pub(super) fn of(&mut self, computer: &Arc<str>) -> Arc<str> {
        if let Some((name, lead)) = &self.last
            && name == computer
        {
            return Arc::clone(lead);
        }
        let known = self.known.entry(Arc::clone(computer));
        let lead = Arc::clone(known.or_insert_with(|| Arc::from(lead(self.aliases, computer))));
        self.last = Some((Arc::clone(computer), Arc::clone(&lead)));
        lead
    }
}

pub(super) fn lead(aliases: &BTreeMap<String, String>, computer: &str) -> String {
    let key = host_key(computer);
    aliases.get(&key).cloned().unwrap_or(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ChannelSpan, Findings};

    fn artifact(spans: Vec<ChannelSpan>) -> Artifact {
        Artifact {
            path: "a/System.evtx".into(),
            findings: Findings {
                spans,
                ..Default::default()
            },
        }
    }

    fn span(computer: &str, channel: &str, first: u64, last: u64) -> ChannelSpan {
        ChannelSpan {
            computer: computer.into(),
            channel: channel.into(),
            records: last - first + 1,
            first_record: first,
            last_record: last,
            first: None,
            last: None,
        }
    }

    #[test]
    fn a_renamed_machine_is_one_host() {
        let log = artifact(vec![
            span("WIN-A1B2", "System", 1, 90),
            span("RPA-07", "System", 91, 500),
        ]);
        let aliases = aliases(&[log]);
        assert_eq!(aliases.get("win-a1b2").map(String::as_str), Some("rpa-07"));
        assert_eq!(aliases.get("rpa-07").map(String::as_str), Some("rpa-07"));
    }

    #[test]
    fn machines_that_forward_to_one_log_stay_apart() {
        let log = artifact(vec![
            span("RPA-07", "System", 1, 500),
            span("RPA-08", "System", 3, 490),
        ]);
        assert!(aliases(&[log]).is_empty());
    }
}
