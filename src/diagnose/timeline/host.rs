//! Everything that was read, sorted by machine: the ground that ledgers, incidents and weighing stand on. Owns which
//! events are of one host, in which order, and since which setting of its clock.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock};

use chrono::TimeDelta;

use crate::diagnose::timeline::clock;
use crate::diagnose::timeline::coverage::ChannelCover;
use crate::diagnose::timeline::duplicates::Seen;
use crate::diagnose::timeline::home_machine::Homes;
pub(in crate::diagnose) use crate::model::host_key;
use crate::model::providers::{Records, SESSIONS_LOG};
use crate::model::{Artifact, Event, Fact, Findings, Problem, ProblemKind, Time, time_text};

/// An instant on one host. Times of different epochs, that is from before and after the clock was set back, are never
/// subtracted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::diagnose) struct Moment {
    /// How often the clock had been set back.
    pub epoch: u32,
    /// The time on that clock.
    pub time: Time,
}

impl Moment {
    /// How long after `earlier`; `None` across a clock jump.
    pub(in crate::diagnose) fn since(self, earlier: Self) -> Option<TimeDelta> {
        (self.epoch == earlier.epoch).then(|| self.time - earlier.time)
    }

    /// The instant `span` before, on the same setting of the clock.
    pub(in crate::diagnose) fn earlier(self, span: TimeDelta) -> Self {
        Self {
            epoch: self.epoch,
            time: self.time.checked_sub_signed(span).unwrap_or(Time::MIN_UTC),
        }
    }

    /// The instant `span` after, on the same setting of the clock.
    pub(in crate::diagnose) fn later(self, span: TimeDelta) -> Self {
        Self {
            epoch: self.epoch,
            time: self.time.checked_add_signed(span).unwrap_or(Time::MAX_UTC),
        }
    }

    /// Whether it lies within `span` of the other, before or after.
    pub(in crate::diagnose) fn near(self, other: Self, span: TimeDelta) -> bool {
        self.since(other).is_some_and(|delta| delta.abs() <= span)
    }
}

/// One event on a host's timeline.
#[derive(Debug)]
pub(in crate::diagnose) struct Entry {
    /// The event; boxed, because entries are sorted and appended to by the hundred thousand.
    pub event: Box<Event>,
    /// When, unless nobody knows.
    pub at: Option<Moment>,
}

/// One machine.
#[derive(Debug, Default)]
pub(in crate::diagnose) struct Host {
    /// The name it had last; empty for text of which nobody knows the machine.
    pub name: Arc<str>,
    /// The names it had before.
    pub aliases: Vec<Arc<str>>,
    /// Raw events first, in order; derived events are appended by the ledgers.
    pub entries: Vec<Entry>,
    /// How many of the entries are raw; the derived follow them.
    pub raw: usize,
    /// The places of the raw entries by the ids of their records, once somebody asks.
    pub by_id: OnceLock<HashMap<u16, Vec<usize>>>,
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
pub(in crate::diagnose) const fn is_id_of_logons(id: u16) -> bool {
    matches!(id, 4624 | 4625 | 4634 | 4647 | 4648)
}

impl Host {
    /// A fact's effective value.
    pub(in crate::diagnose) fn fact(&self, name: &str) -> Option<&Fact> {
        self.facts.get(name).and_then(|facts| facts.first())
    }

    /// Its records of these kinds in order, each with its place. Many ask for a few ids each, so they are looked up.
    pub(in crate::diagnose) fn each<'h>(
        &'h self,
        records: &'h [Records],
    ) -> impl Iterator<Item = (usize, &'h Entry)> {
        let by_id = self.by_id.get_or_init(|| {
            let mut places: HashMap<u16, Vec<usize>> = HashMap::new();
            for (place, entry) in self.entries.iter().enumerate() {
                if let Some(id) = entry.event.id {
                    places.entry(id).or_default().push(place);
                }
            }
            places
        });
        let of_kind = |kind: &'h Records| {
            let places = kind.ids.iter().filter_map(|id| by_id.get(id)).flatten().copied();
            let entries = places.filter_map(|place| Some((place, self.entries.get(place)?)));
            entries.filter(|(_, entry)| kind.provider.wrote(&entry.event))
        };
        let mut found: Vec<(usize, &Entry)> = records.iter().flat_map(of_kind).collect();
        found.sort_unstable_by_key(|(place, _)| *place);
        found.into_iter()
    }

    /// Takes raw entries out, before anything is derived from them.
    pub(in crate::diagnose) fn leave_out(&mut self, is_out: impl Fn(&Event) -> bool) {
        self.entries.retain(|entry| !is_out(&entry.event));
        self.raw = self.entries.len();
        self.by_id = OnceLock::new();
    }

    /// How many records its logs hold, of interest or not.
    pub(in crate::diagnose) fn records(&self) -> u64 {
        self.cover.iter().map(|channel| channel.records).sum()
    }

    /// Whether no more than an excerpt was sent of it: a few records, and as few events of interest.
    pub(in crate::diagnose) fn is_excerpt(&self) -> bool {
        const RECORDS: u64 = 60;
        const EVENTS: usize = 60;
        self.raw <= EVENTS && self.records() <= RECORDS
    }

    /// Whether its log of sessions covers a span of time.
    pub(in crate::diagnose) fn covers_sessions(&self, from: Time, to: Time) -> bool {
        let mut cover = self.cover.iter();
        cover.any(|cover| cover.channel.eq_ignore_ascii_case(SESSIONS_LOG) && cover.covers(from, to))
    }
}

/// Which computers are one machine that was renamed: in one log, the records of one name end where those of the next begin.
pub(in crate::diagnose) fn aliases(artifacts: &[Artifact]) -> BTreeMap<String, String> {
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
struct Leads<'a> {
    aliases: &'a BTreeMap<String, String>,
    known: HashMap<Arc<str>, Arc<str>>,
    /// The one asked for last: the events of a log are nearly all of one computer.
    last: Option<(Arc<str>, Arc<str>)>,
}

impl Leads<'_> {
    fn of(&mut self, computer: &Arc<str>) -> Arc<str> {
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

fn lead(aliases: &BTreeMap<String, String>, computer: &str) -> String {
    let key = host_key(computer);
    aliases.get(&key).cloned().unwrap_or(key)
}

/// Events after which the room of those that were taken is given back.
const PIECE: usize = 1 << 14;

/// When something was seen first and last; a time that nobody knows comes before all others.
type Span = (Option<Time>, Option<Time>);

/// The names of a machine.
type Names = BTreeMap<Arc<str>, Span>;

/// What was read, by machine, while it is sorted.
struct Sorting<'a> {
    leads: Leads<'a>,
    hosts: BTreeMap<Arc<str>, Host>,
    names: BTreeMap<Arc<str>, Names>,
    /// Machine and name that came last, with the times they came at: those of a log are nearly all the same.
    named: Option<(Arc<str>, Arc<str>, Span)>,
    seen: Seen,
}

impl Sorting<'_> {
    /// The machine that something is of.
    fn host(&mut self, computer: &Arc<str>, home: &Arc<str>) -> Arc<str> {
        match computer.is_empty() {
            true => Arc::clone(home),
            false => self.leads.of(computer),
        }
    }

    fn name(&mut self, host: &Arc<str>, name: &Arc<str>, seen: Option<Time>) {
        if name.is_empty() {
            return;
        }
        match &mut self.named {
            Some((of, known, span)) if of == host && known == name => widen(span, (seen, seen)),
            _ => {
                self.settle_name();
                self.named = Some((Arc::clone(host), Arc::clone(name), (seen, seen)));
            }
        }
    }

    /// Puts the name that came last with the others.
    fn settle_name(&mut self) {
        if let Some((host, name, span)) = self.named.take() {
            let names = self.names.entry(host).or_default();
            widen(names.entry(name).or_insert(span), span);
        }
    }

    fn take(&mut self, findings: &mut Findings, home: &Arc<str>) {
        for span in &findings.spans {
            let host = self.host(&span.computer, home);
            self.name(&host, &span.computer, span.last);
        }
        let mut events = std::mem::take(&mut findings.events);
        if !newest_first(&events) {
            events.reverse();
        }
        while let Some(event) = events.pop() {
            if events.len().is_multiple_of(PIECE) {
                events.shrink_to_fit();
            }
            let lead = self.leads.of(&event.computer);
            let record = event.record_id.map(|record| (record, event.time));
            if record.is_some_and(|record| !self.seen.insert(&lead, &event.channel, record)) {
                continue;
            }
            let host = if event.computer.is_empty() {
                Arc::clone(home)
            } else {
                lead
            };
            self.name(&host, &event.computer, event.time);
            let event = Box::new(event);
            let at = event.time.map(|time| Moment { epoch: 0, time });
            self.hosts
                .entry(host)
                .or_default()
                .entries
                .push(Entry { event, at });
        }
        for fact in findings.facts.drain(..) {
            let host = self.host(&fact.host, home);
            let facts = &mut self.hosts.entry(host).or_default().facts;
            facts.entry(Arc::clone(&fact.name)).or_default().push(fact);
        }
    }
}

/// Makes a span hold another.
fn widen(span: &mut Span, other: Span) {
    span.0 = span.0.min(other.0);
    span.1 = span.1.max(other.1);
}

/// Groups what was read by machine. Text of which nobody knows the machine goes to the only one there is, to the machine
/// of the artifacts beside it, or to a nameless one.
pub(in crate::diagnose) fn gather(
    artifacts: &mut [Artifact],
    problems: &mut Vec<Problem>,
    default_on: &crate::diagnose::timeline::coverage::DefaultOn<'_>,
) -> Vec<Host> {
    let aliases = aliases(artifacts);
    let lead = |computer: &str| lead(&aliases, computer);
    let homes = Homes::new(artifacts, &lead);
    let mut sorting = Sorting {
        leads: Leads {
            aliases: &aliases,
            known: HashMap::new(),
            last: None,
        },
        hosts: BTreeMap::new(),
        names: BTreeMap::new(),
        named: None,
        seen: Seen::default(),
    };
    for artifact in artifacts.iter_mut() {
        let home = Arc::from(homes.of(&artifact.path));
        sorting.take(&mut artifact.findings, &home);
    }
    sorting.settle_name();
    let Sorting {
        mut hosts, mut names, ..
    } = sorting;
    for key in names.keys() {
        hosts.entry(Arc::clone(key)).or_default();
    }
    let mut hosts: Vec<Host> = hosts
        .into_iter()
        .map(|(key, mut host)| {
            name_host(&mut host, &names.remove(&key).unwrap_or_default(), &key);
            rank_facts(&mut host, problems);
            order(&mut host, problems);
            host.audits_logons = host.entries.iter().any(|entry| is_audit_of_logons(&entry.event));
            host
        })
        .collect();
    hosts.sort_by(|a, b| a.name.cmp(&b.name));
    crate::diagnose::timeline::coverage::assign(&mut hosts, artifacts, &lead, default_on);
    for host in &mut hosts {
        crate::diagnose::timeline::coverage::cut_cleared(host, problems);
    }
    hosts
}

/// Gives a host the name it had last; the others are in the order in which they were first seen.
fn name_host(host: &mut Host, names: &Names, key: &Arc<str>) {
    let last = names.iter().max_by_key(|(name, (_, last))| (*last, *name));
    host.name = Arc::clone(last.map_or(key, |(name, _)| name));
    let mut names: Vec<_> = names.iter().map(|(name, (first, _))| (*first, name)).collect();
    names.sort();
    let mut aliases: Vec<Arc<str>> = Vec::new();
    for (_, name) in names {
        let is_it = |known: &str| known.eq_ignore_ascii_case(name);
        if !is_it(&host.name) && !aliases.iter().any(|alias| is_it(alias)) {
            aliases.push(Arc::clone(name));
        }
    }
    host.aliases = aliases;
}

/// Facts that a host has several of at once; all others are settings with one effective value.
pub(in crate::diagnose) fn is_list(name: &str) -> bool {
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
        "account.",
        "host.address",
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

/// Whether a table lists its newest record first, as Event Viewer does. Where neither numbers nor fractions of a second tell records of
/// one second apart, only their order in the table does: the end of a task would come before its beginning.
fn newest_first(events: &[Event]) -> bool {
    let times = || {
        events
            .iter()
            .filter(|event| event.record_id.is_none())
            .filter_map(|event| event.time)
    };
    let (mut up, mut down) = (0_usize, 0_usize);
    for (earlier, later) in times().zip(times().skip(1)) {
        up += usize::from(later > earlier);
        down += usize::from(later < earlier);
    }
    down > up
}

/// Entries by channel, those with a record id apart from those without, in their order.
fn by_channel(entries: Vec<Entry>) -> BTreeMap<(Arc<str>, bool), Vec<Entry>> {
    let mut channels: BTreeMap<(Arc<str>, bool), Vec<Entry>> = BTreeMap::new();
    let mut run: Vec<Entry> = Vec::new();
    let key = |entry: &Entry| (Arc::clone(&entry.event.channel), entry.event.record_id.is_some());
    let mut settle = |run: &mut Vec<Entry>| {
        if let Some(first) = run.first() {
            channels.entry(key(first)).or_default().append(run);
        }
    };
    for entry in entries {
        let goes_on = run.last().is_none_or(|last| {
            last.event.channel == entry.event.channel
                && last.event.record_id.is_some() == entry.event.record_id.is_some()
        });
        if !goes_on {
            settle(&mut run);
        }
        run.push(entry);
    }
    settle(&mut run);
    channels
}

/// Orders by record id inside each channel and by time across, and numbers the epochs between settings of the clock.
fn order(host: &mut Host, problems: &mut Vec<Problem>) {
    let mut channels = by_channel(std::mem::take(&mut host.entries));
    for ((_, numbered), entries) in &mut channels {
        if *numbered {
            entries.sort_by_key(|entry| entry.event.record_id);
        }
    }
    let set_back = clock::number(&mut channels);
    for jump in &set_back {
        let detail = format!(
            "the clock of {} went back {} s, from {} to {}",
            host.name,
            (jump.old - jump.new).num_seconds(),
            time_text(jump.old),
            time_text(jump.new)
        );
        problems.push(Problem::new(ProblemKind::ClockJump, jump.origin.clone(), detail));
    }
    host.jumped = !set_back.is_empty();
    host.entries = Vec::with_capacity(channels.values().map(Vec::len).sum());
    for entries in channels.values_mut() {
        host.entries.append(entries);
    }
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

    #[test]
    fn tables_that_begin_with_the_newest_record() {
        let table = |seconds: &[i64]| -> Vec<Event> {
            let event = |second: &i64| {
                let mut event = Event::new(crate::model::Origin::artifact("tasks.csv"));
                event.time = Time::from_timestamp(*second, 0);
                event
            };
            seconds.iter().map(event).collect()
        };
        assert!(newest_first(&table(&[9, 9, 8, 8, 3])));
        // An hour comes twice in autumn.
        assert!(newest_first(&table(&[9, 8, 9, 8, 3])));
        assert!(!newest_first(&table(&[3, 8, 8, 9])));
        assert!(!newest_first(&table(&[3, 3, 3])));
        let mut numbered = table(&[9, 8, 3]);
        numbered.iter_mut().for_each(|event| event.record_id = Some(1));
        assert!(!newest_first(&numbered));
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
