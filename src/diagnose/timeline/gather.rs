//! Sorts everything that was read by machine. Owns which events, names and facts are of one host, and which value of a fact is in force.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diagnose::timeline::coverage::{self, DefaultOn};
use crate::diagnose::timeline::duplicates::Seen;
use crate::diagnose::timeline::entry_order::{newest_first, order, widen};
use crate::diagnose::timeline::home_machine::Homes;
use crate::diagnose::timeline::host::{Entry, Host, Moment, is_id_of_logons, is_list};
use crate::diagnose::timeline::renamed_hosts::{Leads, aliases, lead};
use crate::diagnose::timeline::restated::drop_restated;
use crate::model::{Artifact, Event, Fact, Findings, Kept, Problem, ProblemKind, Time};

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
    /// The events of each machine.
    entries: Vec<Vec<Entry>>,
    /// The places of machines among them.
    places: BTreeMap<Arc<str>, usize>,
    /// The machine that the last event was of, with its place.
    last: Option<(Arc<str>, usize)>,
}

impl<'a> Sorting<'a> {
    fn new(leads: Leads<'a>) -> Self {
        Self {
            leads,
            hosts: BTreeMap::new(),
            names: BTreeMap::new(),
            named: None,
            seen: Seen::default(),
            entries: Vec::new(),
            places: BTreeMap::new(),
            last: None,
        }
    }

    /// The machines with their events, and their names.
    fn finish(mut self) -> (BTreeMap<Arc<str>, Host>, BTreeMap<Arc<str>, Names>) {
        self.settle_name();
        let Self {
            mut hosts,
            names,
            mut entries,
            places,
            seen,
            ..
        } = self;
        // It takes as much room as the entries.
        drop(seen);
        for (key, place) in places {
            let own = entries.get_mut(place).map(std::mem::take);
            hosts.entry(key).or_default().entries = own.unwrap_or_default();
        }
        for key in names.keys() {
            hosts.entry(Arc::clone(key)).or_default();
        }
        (hosts, names)
    }

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
            self.event(Kept::from(event), home);
        }
        for event in std::mem::take(&mut findings.kept) {
            self.event(event, home);
        }
        for fact in findings.facts.drain(..) {
            let host = self.host(&fact.host, home);
            let facts = &mut self.hosts.entry(host).or_default().facts;
            facts.entry(Arc::clone(&fact.name)).or_default().push(fact);
        }
    }

    fn event(&mut self, event: Kept, home: &Arc<str>) {
        let (like, time) = (event.like(), event.time());
        let lead = self.leads.of(&like.computer);
        let record = event.record_id().map(|record| (record, time));
        if record.is_some_and(|record| !self.seen.insert(&lead, &like.channel, record)) {
            return;
        }
        let host = if like.computer.is_empty() {
            Arc::clone(home)
        } else {
            lead
        };
        self.name(&host, &like.computer, time);
        let at = time.map(Moment::at);
        let place = match &self.last {
            Some((of, place)) if *of == host => *place,
            _ => {
                let next = self.entries.len();
                let place = *self.places.entry(Arc::clone(&host)).or_insert(next);
                if place == next {
                    self.entries.push(Vec::new());
                }
                self.last = Some((host, place));
                place
            }
        };
        if let Some(entries) = self.entries.get_mut(place) {
            entries.push(Entry { event, at });
        }
    }
}

/// Which machine what names none is of.
pub(in crate::diagnose) fn homes(artifacts: &[Artifact]) -> Homes {
    let aliases = aliases(artifacts);
    Homes::new(artifacts, &|computer| lead(&aliases, computer))
}

/// Groups what was read by machine. Text of which nobody knows the machine goes to the only one there is, to the machine
/// of the artifacts beside it, or to a nameless one.
pub(in crate::diagnose) fn gather(
    artifacts: &mut [Artifact],
    problems: &mut Vec<Problem>,
    default_on: &DefaultOn<'_>,
) -> Vec<Host> {
    let aliases = aliases(artifacts);
    let lead = |computer: &str| lead(&aliases, computer);
    let homes = homes(artifacts);
    let mut sorting = Sorting::new(Leads::new(&aliases));
    for artifact in artifacts.iter_mut() {
        let home = Arc::from(homes.of(&artifact.path));
        sorting.take(&mut artifact.findings, &home);
    }
    let (hosts, mut names) = sorting.finish();
    let mut hosts: Vec<Host> = hosts
        .into_iter()
        .map(|(key, mut host)| {
            name_host(&mut host, &names.remove(&key).unwrap_or_default(), &key);
            rank_facts(&mut host, problems);
            drop_restated(&mut host.entries);
            order(&mut host, problems);
            host.audits_logons = host
                .entries
                .iter()
                .any(|entry| is_audit_of_logons(entry.event.like()));
            host
        })
        .collect();
    hosts.sort_by(|a, b| a.name.cmp(&b.name));
    coverage::assign(&mut hosts, artifacts, &lead, default_on);
    for host in &mut hosts {
        coverage::cut_cleared(host, problems);
    }
    hosts
}

/// Whether an event is one of those that only the audit of logons writes.
fn is_audit_of_logons(event: &Event) -> bool {
    event.id.is_some_and(is_id_of_logons) && event.channel.eq_ignore_ascii_case("Security")
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
