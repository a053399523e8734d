//! Which computers are one machine that was renamed. Owns how that is told by the numbers of records, and what is believed of names that
//! several machines began with; must not know what was read otherwise.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use crate::model::{Artifact, host_key};

/// The names that came directly after each name.
type Followers = BTreeMap<String, BTreeSet<String>>;

/// Which computers are one machine that was renamed: in one log, the records of one name end where those of the next begin. Machines that were
/// set up from one image all begin with the name that the image had. So a name that was followed by two of which neither became the other
/// makes no two machines one; nobody knows whose it was where a log has nothing but it, and it stays by itself.
pub(super) fn aliases(artifacts: &[Artifact]) -> BTreeMap<String, String> {
    let followers = followers(artifacts);
    let mut parent: BTreeMap<String, String> = BTreeMap::new();
    for (earlier, later) in &followers {
        if !is_of_an_image(&followers, later) {
            for later in later {
                union(&mut parent, earlier, later);
            }
        }
    }
    let names: Vec<String> = parent.keys().cloned().collect();
    names
        .into_iter()
        .map(|name| (name.clone(), root(&parent, &name)))
        .collect()
}

fn followers(artifacts: &[Artifact]) -> Followers {
    let mut followers = Followers::new();
    for artifact in artifacts {
        let mut by_channel: BTreeMap<&str, Vec<_>> = BTreeMap::new();
        let spans = artifact.findings.spans.iter();
        for span in spans.filter(|span| !span.computer.is_empty() && &*span.channel != "ForwardedEvents") {
            by_channel.entry(&span.channel).or_default().push(span);
        }
        for spans in by_channel.values_mut() {
            spans.sort_by_key(|span| (span.first_record, span.last_record));
            for pair in spans.windows(2) {
                let [earlier, later] = pair else { continue };
                let (name, next) = (host_key(&earlier.computer), host_key(&later.computer));
                let adjacent = later.first_record == earlier.last_record.saturating_add(1);
                if adjacent && name != next {
                    followers.entry(name).or_default().insert(next);
                }
            }
        }
    }
    followers
}

/// Whether two of the names that followed one are of two machines.
fn is_of_an_image(followers: &Followers, later: &BTreeSet<String>) -> bool {
    later.iter().any(|a| {
        let mut others = later.iter().filter(|b| *b > a);
        others.any(|b| !became(followers, a, b) && !became(followers, b, a))
    })
}

/// Whether a machine of one name had the other later.
fn became(followers: &Followers, name: &str, other: &str) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![name];
    while let Some(name) = open.pop() {
        for next in followers.get(name).into_iter().flatten() {
            if next == other {
                return true;
            }
            if seen.insert(next) {
                open.push(next);
            }
        }
    }
    false
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

    /// A log of which each machine wrote ten records, one after the other.
    fn log(channel: &str, computers: &[&str]) -> Artifact {
        let spans = (0u64..).zip(computers).map(|(place, computer)| ChannelSpan {
            computer: (*computer).into(),
            channel: channel.into(),
            records: 10,
            first_record: 1 + place * 10,
            last_record: 10 + place * 10,
            first: None,
            last: None,
        });
        Artifact {
            path: "a/System.evtx".into(),
            findings: Findings {
                spans: spans.collect(),
                ..Default::default()
            },
        }
    }

    #[test]
    fn a_renamed_machine_is_one_host() {
        let aliases = aliases(&[log("System", &["WIN-A1B2", "RPA-07"])]);
        assert_eq!(aliases.get("win-a1b2").map(String::as_str), Some("rpa-07"));
        assert_eq!(aliases.get("rpa-07").map(String::as_str), Some("rpa-07"));
    }

    #[test]
    fn machines_that_forward_to_one_log_stay_apart() {
        let mut log = log("System", &["RPA-07", "RPA-08"]);
        for span in &mut log.findings.spans {
            span.last_record = 500;
        }
        assert!(aliases(&[log]).is_empty());
    }

    #[test]
    fn machines_of_one_image_stay_apart() {
        let logs = [
            log("System", &["WIN-IMAGE", "RPA-07"]),
            log("System", &["WIN-IMAGE", "DESKTOP-1", "RPA-08"]),
        ];
        let aliases = aliases(&logs);
        assert_eq!(aliases.get("win-image"), None);
        assert_eq!(aliases.get("desktop-1").map(String::as_str), Some("rpa-08"));
        assert!(aliases.get("rpa-07").is_none_or(|lead| lead == "rpa-07"));
    }

    #[test]
    fn a_log_that_has_nothing_of_a_name_between_makes_no_second_machine() {
        let logs = [
            log("System", &["WIN-A1B2", "DESKTOP-1", "RPA-07"]),
            log("Security", &["WIN-A1B2", "RPA-07"]),
        ];
        let aliases = aliases(&logs);
        for name in ["win-a1b2", "desktop-1", "rpa-07"] {
            assert_eq!(aliases.get(name).map(String::as_str), Some("rpa-07"), "{name}");
        }
    }
}
