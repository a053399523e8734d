//! Everything that was read, sorted by machine: the ground that ledgers, incidents and weighing stand on. Owns which
//! events are of one host, in which order, and since which setting of its clock.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use chrono::TimeDelta;

use super::coverage::ChannelCover;
pub(super) use crate::model::host_key;
use crate::model::{Artifact, Event, Fact, Problem, ProblemKind, Time};

/// An instant on one host. Times of different epochs, that is from before and after the clock was set back, are never
/// subtracted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Moment {
    /// How often the clock had been set back.
    pub epoch: u32,
    /// The time on that clock.
    pub time: Time,
}

impl Moment {
    /// How long after `earlier`; `None` across a clock jump.
    pub(super) fn since(self, earlier: Self) -> Option<TimeDelta> {
        (self.epoch == earlier.epoch).then(|| self.time - earlier.time)
    }

    /// The instant `span` before, on the same setting of the clock.
    pub(super) fn earlier(self, span: TimeDelta) -> Self {
        Self {
            epoch: self.epoch,
            time: self.time.checked_sub_signed(span).unwrap_or(Time::MIN_UTC),
        }
    }

    /// The instant `span` after, on the same setting of the clock.
    pub(super) fn later(self, span: TimeDelta) -> Self {
        Self {
            epoch: self.epoch,
            time: self.time.checked_add_signed(span).unwrap_or(Time::MAX_UTC),
        }
    }

    /// Whether it lies within `span` of the other, before or after.
    pub(super) fn near(self, other: Self, span: TimeDelta) -> bool {
        self.since(other).is_some_and(|delta| delta.abs() <= span)
    }
}

/// One event on a host's timeline.
#[derive(Debug)]
pub(super) struct Entry {
    /// The event; boxed, because entries are sorted and appended to by the hundred thousand.
    pub event: Box<Event>,
    /// When, unless nobody knows.
    pub at: Option<Moment>,
}

/// One machine.
#[derive(Debug, Default)]
pub(super) struct Host {
    /// The name it had last; empty for text of which nobody knows the machine.
    pub name: Arc<str>,
    /// The names it had before.
    pub aliases: Vec<Arc<str>>,
    /// Raw events first, in order; derived events are appended by the ledgers.
    pub entries: Vec<Entry>,
    /// How many of the entries are raw; the derived follow them.
    pub raw: usize,
    /// Facts by name, the effective first.
    pub facts: BTreeMap<Arc<str>, Vec<Fact>>,
    /// What each channel covers.
    pub cover: Vec<ChannelCover>,
    /// The time zone, for display.
    pub zone: Option<String>,
    /// The earliest and the latest time seen.
    pub span: Option<(Time, Time)>,
    /// Account names by SID, in lower case.
    pub accounts: BTreeMap<String, Arc<str>>,
    /// Whether its clock was ever set back.
    pub jumped: bool,
    /// When its clock was set by more than a minute, by the new time.
    pub clock_set: Vec<Moment>,
    /// Whether it audits logons: a Security log without any, which every boot writes, is of a machine that does not.
    pub audits_logons: bool,
}

/// Whether an event is one of those that only the audit of logons writes.
fn is_audit_of_logons(event: &Event) -> bool {
    event.id.is_some_and(is_id_of_logons) && event.channel.eq_ignore_ascii_case("Security")
}

/// Ids of Security that only the audit of logons writes.
pub(super) const fn is_id_of_logons(id: u16) -> bool {
    matches!(id, 4624 | 4625 | 4634 | 4647 | 4648)
}

impl Host {
    /// A fact's effective value.
    pub(super) fn fact(&self, name: &str) -> Option<&Fact> {
        self.facts.get(name).and_then(|facts| facts.first())
    }
}

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

/// Groups what was read by machine. Text of which nobody knows the machine goes to the only one there is, to the machine
/// of the artifacts beside it, or to a nameless one.
pub(super) fn gather(
    artifacts: &mut [Artifact],
    problems: &mut Vec<Problem>,
    default_on: &super::coverage::DefaultOn<'_>,
) -> Vec<Host> {
    let aliases = aliases(artifacts);
    let lead = |computer: &str| {
        let key = host_key(computer);
        aliases.get(&key).cloned().unwrap_or(key)
    };
    let homes = Homes::new(artifacts, &lead);
    let mut gathering = Gathering::default();
    for artifact in artifacts.iter_mut() {
        gathering.take(artifact, &homes, &lead);
    }
    let mut hosts = gathering.finish(problems);
    hosts.sort_by(|a, b| a.name.cmp(&b.name));
    super::coverage::assign(&mut hosts, artifacts, &lead, default_on);
    for host in &mut hosts {
        super::coverage::cut_cleared(host, problems);
    }
    hosts
}

/// A name of a machine and when it was last seen.
type Named = (Option<Time>, Arc<str>);

/// The machines as they grow.
#[derive(Default)]
struct Gathering {
    hosts: BTreeMap<String, Host>,
    /// The names of each machine, and when each was seen first and last.
    names: BTreeMap<String, BTreeMap<Arc<str>, Span>>,
    /// Records that were taken, by machine and channel: several files may hold the same.
    seen: BTreeMap<(String, Arc<str>), HashSet<Record>>,
}

/// The first time and the last; a time that nobody knows comes before all others.
type Span = (Option<Time>, Option<Time>);

/// What makes a record the same as another of its channel.
type Record = (u64, Option<Time>);

/// Events after which the room of those that were taken is given back.
const PIECE: usize = 1 << 14;

impl Gathering {
    /// Takes what one artifact holds.
    fn take(&mut self, artifact: &mut Artifact, homes: &Homes, lead: &dyn Fn(&str) -> String) {
        let home = homes.of(&artifact.path);
        let of = |computer: &str| {
            if computer.is_empty() {
                home.clone()
            } else {
                lead(computer)
            }
        };
        for span in &artifact.findings.spans {
            self.name(&span.computer, &of, span.last);
        }
        let mut events = std::mem::take(&mut artifact.findings.events);
        events.reverse();
        while let Some(event) = events.pop() {
            if events.len().is_multiple_of(PIECE) {
                events.shrink_to_fit();
            }
            if let Some(record) = event.record_id {
                let channel = (lead(&event.computer), Arc::clone(&event.channel));
                if !self.seen.entry(channel).or_default().insert((record, event.time)) {
                    continue;
                }
            }
            self.name(&event.computer, &of, event.time);
            let at = event.time.map(|time| Moment { epoch: 0, time });
            let host = self.hosts.entry(of(&event.computer)).or_default();
            let event = Box::new(event);
            host.entries.push(Entry { event, at });
        }
        for fact in artifact.findings.facts.drain(..) {
            let host = self.hosts.entry(of(&fact.host)).or_default();
            host.facts.entry(Arc::clone(&fact.name)).or_default().push(fact);
        }
    }

    fn name(&mut self, computer: &Arc<str>, of: &dyn Fn(&str) -> String, at: Option<Time>) {
        if !computer.is_empty() {
            let names = self.names.entry(of(computer)).or_default();
            let (first, last) = names.entry(Arc::clone(computer)).or_insert((at, at));
            *first = at.min(*first);
            *last = at.max(*last);
        }
    }

    /// The hosts, named and in order of time each.
    fn finish(mut self, problems: &mut Vec<Problem>) -> Vec<Host> {
        for key in self.names.keys() {
            self.hosts.entry(key.clone()).or_default();
        }
        let hosts = self.hosts.into_iter().map(|(key, mut host)| {
            let names = self.names.remove(&key).unwrap_or_default().into_iter();
            let names = names.flat_map(|(name, (first, last))| [(first, Arc::clone(&name)), (last, name)]);
            name_host(&mut host, names.collect(), &key);
            rank_facts(&mut host, problems);
            order(&mut host, problems);
            host.audits_logons = host.entries.iter().any(|entry| is_audit_of_logons(&entry.event));
            host
        });
        hosts.collect()
    }
}

/// Gives a host the name it had last.
fn name_host(host: &mut Host, mut names: Vec<Named>, key: &str) {
    names.sort();
    let last = names
        .last()
        .map(|(_, name)| Arc::clone(name))
        .unwrap_or_else(|| Arc::from(key));
    let mut aliases: Vec<Arc<str>> = Vec::new();
    for (_, name) in names {
        if !name.eq_ignore_ascii_case(&last) && !aliases.iter().any(|alias| alias.eq_ignore_ascii_case(&name))
        {
            aliases.push(name);
        }
    }
    host.name = last;
    host.aliases = aliases;
}

/// Facts that a host has several of at once; all others are settings with one effective value.
pub(super) fn is_list(name: &str) -> bool {
    [
        "robot.user",
        "right.",
        "group.",
        "hotfix.",
        "program.",
        "session.",
        "task.",
        "whoami.",
        "gpo.",
        "collection.",
    ]
    .iter()
    .any(|prefix| name.starts_with(prefix))
}

/// Puts the effective value first: policy before plain value, computer before user; says where sources disagree.
fn rank_facts(host: &mut Host, problems: &mut Vec<Problem>) {
    for (name, facts) in &mut host.facts {
        facts.sort_by(|a, b| (b.scope, b.at, &a.origin).cmp(&(a.scope, a.at, &b.origin)));
        facts.dedup_by(|a, b| a.value == b.value && a.scope == b.scope && a.origin == b.origin);
        let Some((first, rest)) = facts.split_first() else {
            continue;
        };
        // Of two times the later counts; where one of them is not known, nothing tells which does.
        let undecided = |fact: &Fact| fact.at == first.at || fact.at.is_none() || first.at.is_none();
        let rival = rest
            .iter()
            .find(|fact| fact.scope == first.scope && fact.value != first.value && undecided(fact));
        if let Some(rival) = rival.filter(|_| !is_list(name)) {
            let detail = format!(
                "{name} is {} here and {} in {}",
                first.value, rival.value, rival.origin
            );
            problems.push(Problem::new(ProblemKind::Conflict, first.origin.clone(), detail));
        }
    }
}

/// A step back of more than this between neighbours in one channel is a clock that was set.
const JUMP: TimeDelta = TimeDelta::seconds(60);

/// Orders by record id inside each channel and by time across, and numbers the epochs between settings of the clock.
fn order(host: &mut Host, problems: &mut Vec<Problem>) {
    let mut channels: BTreeMap<(Arc<str>, bool), Vec<Entry>> = BTreeMap::new();
    for entry in host.entries.drain(..) {
        let numbered = entry.event.record_id.is_some();
        channels
            .entry((Arc::clone(&entry.event.channel), numbered))
            .or_default()
            .push(entry);
    }
    let mut most = 0;
    for ((channel, numbered), entries) in &mut channels {
        if !numbered {
            continue;
        }
        entries.sort_by_key(|entry| entry.event.record_id);
        let mut latest: Option<Time> = None;
        let mut epoch = 0;
        for entry in entries.iter_mut() {
            let Some(at) = &mut entry.at else { continue };
            if let Some(before) = latest.filter(|&before| before - at.time > JUMP) {
                epoch += 1;
                let back = (before - at.time).num_seconds();
                let detail =
                    format!("the clock went back {back} s between neighbouring records of {channel}");
                problems.push(Problem::new(
                    ProblemKind::ClockJump,
                    entry.event.origin.clone(),
                    detail,
                ));
            }
            at.epoch = epoch;
            latest = Some(at.time);
        }
        most = most.max(epoch);
    }
    // A ring buffer may have lost the first settings of the clock, never the last: count from the end.
    for ((_, numbered), entries) in &mut channels {
        let own = entries
            .iter()
            .filter_map(|entry| entry.at)
            .map(|at| at.epoch)
            .max()
            .unwrap_or(0);
        let shift = if *numbered { most - own } else { most };
        for at in entries.iter_mut().filter_map(|entry| entry.at.as_mut()) {
            at.epoch += shift;
        }
    }
    host.jumped = most > 0;
    host.entries = channels.into_values().flatten().collect();
    host.entries.sort_by(|a, b| {
        let key = |entry: &Entry| (entry.at.is_none(), entry.at);
        key(a)
            .cmp(&key(b))
            .then_with(|| (&a.event.channel, a.event.record_id).cmp(&(&b.event.channel, b.event.record_id)))
    });
    host.raw = host.entries.len();
    let times = || host.entries.iter().filter_map(|entry| entry.at).map(|at| at.time);
    host.span = times().min().zip(times().max());
}

/// Which machine the text in a folder is of, learnt from the logs beside it.
struct Homes {
    only: Option<String>,
    folders: BTreeMap<String, BTreeSet<String>>,
}

impl Homes {
    fn new(artifacts: &[Artifact], lead: &dyn Fn(&str) -> String) -> Self {
        let mut all = BTreeSet::new();
        let mut folders: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for artifact in artifacts {
            let findings = &artifact.findings;
            let spans = findings.spans.iter().map(|span| &span.computer);
            let events = findings.events.iter().map(|event| &event.computer);
            let facts = findings.facts.iter().map(|fact| &fact.host);
            let computers: BTreeSet<String> = spans
                .chain(events)
                .chain(facts)
                .filter(|name| !name.is_empty())
                .map(|name| lead(name))
                .collect();
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

    fn of(&self, path: &str) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ChannelSpan, Findings};

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

    fn artifact(spans: Vec<ChannelSpan>) -> Artifact {
        Artifact {
            path: "a/System.evtx".into(),
            findings: Findings {
                spans,
                ..Default::default()
            },
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

    #[test]
    fn names_of_hosts() {
        assert_eq!(host_key("RPA-07.corp.example"), "rpa-07");
        assert_eq!(host_key("10.0.0.5"), "10.0.0.5");
    }
}
