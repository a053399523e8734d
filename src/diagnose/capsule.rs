//! The smallest part of a case that still shows one of its incidents: the records that the incident cites, their neighbours, all
//! settings, and what the logs covered. Owns which records those are. Writes no files: that is the report's matter.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use chrono::TimeDelta;

use super::Analyzer;
use super::scan::ledgers_read;
use super::timeline::collections;
use crate::bundle::Bundle;
use crate::model::{
    Artifact, ArtifactFormat, CapsulePart, Diagnosis, Event, Fact, FactScope, Findings, Incident, Origin,
    Time, host_key,
};
use crate::parse::time_zones;
use crate::reader::{self, Context};

/// How far around what is cited records are kept.
struct Reach {
    /// Records of the same artifact before and after a cited one.
    neighbours: usize,
    /// Before and after each instant of the incident, on any host.
    around: TimeDelta,
    /// Before and after the incident, of what the stories of sessions, tasks and restarts are built from.
    story: TimeDelta,
}

/// Tried one after the other until the incident keeps its cause and its verdict; after the last, everything of interest is kept.
const REACHES: [Reach; 4] = [
    Reach {
        neighbours: 2,
        around: TimeDelta::minutes(2),
        story: TimeDelta::minutes(30),
    },
    Reach {
        neighbours: 5,
        around: TimeDelta::minutes(15),
        story: TimeDelta::hours(12),
    },
    Reach {
        neighbours: 10,
        around: TimeDelta::hours(1),
        story: TimeDelta::days(3),
    },
    Reach {
        neighbours: 20,
        around: TimeDelta::days(1),
        story: TimeDelta::days(60),
    },
];

/// Lines of a text that are kept before and after one that tells something: messages go over several.
const LINES: (u64, u64) = (3, 20);
/// The first lines of a text, which tell what it is.
const HEAD: u64 = 4;
/// A text of no more bytes is kept whole.
const WHOLE: u64 = 16 << 10;

/// A case that was read and diagnosed, with what is needed to take a part of it.
#[derive(Debug)]
pub struct Reading<'a> {
    analyzer: &'a Analyzer,
    bundle: &'a Bundle,
    artifacts: Vec<Artifact>,
    diagnosis: Diagnosis,
}

/// A part of a case that shows one of its incidents.
#[derive(Debug)]
pub struct Capsule {
    /// What is kept of each artifact.
    pub parts: Vec<CapsulePart>,
    /// Whether the incident keeps its cause and its verdict.
    pub keeps: bool,
}

impl Analyzer {
    /// Reads a bundle and keeps what was read.
    pub fn reading<'a>(&'a self, bundle: &'a Bundle) -> Reading<'a> {
        let run = || {
            let mut artifacts = self.read(bundle, &self.limits);
            for artifact in &mut artifacts {
                artifact.findings.unpack();
            }
            let paths: Vec<&str> = artifacts.iter().map(|artifact| &*artifact.path).collect();
            let found = self.layouts.find(paths);
            collections::name_hosts(&mut artifacts, &found);
            let clocks = self.place_times(&mut artifacts, &mut Vec::new());
            artifacts.extend(zones(&artifacts, &clocks));
            let everything = copy(&artifacts, |_, _| true);
            let diagnosis = self.diagnose(everything, bundle.problems.clone(), &self.limits);
            Reading {
                analyzer: self,
                bundle,
                artifacts,
                diagnosis,
            }
        };
        match &self.pool {
            Some(pool) => pool.install(run),
            None => run(),
        }
    }
}

/// The zones of the hosts as settings: the records that tell them may not be kept.
fn zones(artifacts: &[Artifact], clocks: &time_zones::Clocks) -> Option<Artifact> {
    let events = artifacts.iter().flat_map(|artifact| &artifact.findings.events);
    let mut hosts: BTreeMap<String, Arc<str>> = BTreeMap::new();
    for event in events.filter(|event| !event.computer.is_empty()) {
        let known = hosts.entry(host_key(&event.computer));
        known.or_insert_with(|| Arc::clone(&event.computer));
    }
    let path: Arc<str> = Arc::from("hosts");
    let facts = hosts.into_values().filter_map(|host| {
        Some(Fact {
            name: Arc::from("host.time_zone"),
            value: clocks.zone_of(&host)?.into(),
            scope: FactScope::Plain,
            at: None,
            local: None,
            origin: Origin::artifact(Arc::clone(&path)),
            host,
        })
    });
    let findings = Findings {
        facts: facts.collect(),
        ..Findings::default()
    };
    (!findings.facts.is_empty()).then_some(Artifact { path, findings })
}

/// The artifacts with the events that are wanted, by artifact and place in it.
fn copy(artifacts: &[Artifact], wanted: impl Fn(usize, usize) -> bool) -> Vec<Artifact> {
    let part = |(number, artifact): (usize, &Artifact)| {
        let of = &artifact.findings;
        let events = of.events.iter().enumerate();
        let events = events.filter(|(place, _)| wanted(number, *place));
        Artifact {
            path: Arc::clone(&artifact.path),
            findings: Findings {
                format: of.format,
                bytes: of.bytes,
                records: of.records,
                events: events.map(|(_, event)| event.clone()).collect(),
                facts: of.facts.clone(),
                problems: of.problems.clone(),
                spans: of.spans.clone(),
                utc_offset: of.utc_offset,
                ..Findings::default()
            },
        }
    };
    artifacts.iter().enumerate().map(part).collect()
}

impl Reading<'_> {
    /// What came of the whole case.
    pub const fn diagnosis(&self) -> &Diagnosis {
        &self.diagnosis
    }

    /// The smallest part of the case that shows this incident of it with the same cause and verdict.
    pub fn capsule(&self, incident: &Incident) -> Capsule {
        let marks = Marks::of(&self.artifacts, incident);
        let tries = REACHES.iter().map(Some).chain([None]);
        let mut kept = BTreeSet::new();
        let mut keeps = false;
        for reach in tries {
            kept = self.within(&marks, incident, reach);
            let part = copy(&self.artifacts, |number, place| kept.contains(&(number, place)));
            let run = || {
                self.analyzer
                    .diagnose(part, self.bundle.problems.clone(), &self.analyzer.limits)
            };
            let told = match &self.analyzer.pool {
                Some(pool) => pool.install(run),
                None => run(),
            };
            keeps = shows(&told, incident);
            if keeps {
                break;
            }
        }
        Capsule {
            parts: self.parts(&kept),
            keeps,
        }
    }

    /// The records within reach, by artifact and place in it; without a reach all.
    fn within(&self, marks: &Marks, incident: &Incident, reach: Option<&Reach>) -> BTreeSet<(usize, usize)> {
        let host = host_key(&incident.host);
        let mut kept = BTreeSet::new();
        for (number, artifact) in self.artifacts.iter().enumerate() {
            for (place, event) in artifact.findings.events.iter().enumerate() {
                let Some(reach) = reach else {
                    kept.insert((number, place));
                    continue;
                };
                let cited = marks.cited.contains(&(number, place));
                let near = event.time.is_some_and(|at| marks.near(at, reach.around));
                let is_told = event.id.is_some_and(|id| ledgers_read(&event.provider, id));
                let own =
                    is_told && host_key(&event.computer) == host && marks.spans(event.time, reach.story);
                if near || own {
                    kept.insert((number, place));
                }
                if cited {
                    let from = place.saturating_sub(reach.neighbours);
                    let to = place.saturating_add(reach.neighbours);
                    let last = artifact.findings.events.len().saturating_sub(1);
                    kept.extend((from..=to.min(last)).map(|place| (number, place)));
                }
            }
        }
        kept
    }

    /// What is kept of each artifact of which anything is.
    fn parts(&self, kept: &BTreeSet<(usize, usize)>) -> Vec<CapsulePart> {
        let mut parts = Vec::new();
        for (number, artifact) in self.artifacts.iter().enumerate() {
            let of = &artifact.findings;
            let events: Vec<Event> = kept
                .range((number, 0)..=(number, usize::MAX))
                .filter_map(|(_, place)| of.events.get(*place).cloned())
                .collect();
            if events.is_empty() && of.facts.is_empty() && of.spans.is_empty() {
                continue;
            }
            parts.push(CapsulePart {
                path: Arc::clone(&artifact.path),
                text: self.text(artifact, &events),
                events,
                facts: of.facts.clone(),
                spans: of.spans.clone(),
            });
        }
        parts
    }

    /// The lines of a text around its records.
    fn text(&self, artifact: &Artifact, events: &[Event]) -> Option<String> {
        let is_lines = matches!(
            artifact.findings.format?,
            ArtifactFormat::RobotLog
                | ArtifactFormat::TraceText
                | ArtifactFormat::PlainText
                | ArtifactFormat::JobTable
                | ArtifactFormat::FlowRuns
                | ArtifactFormat::PowerAutomate
                | ArtifactFormat::Json
        );
        if !is_lines || events.is_empty() {
            return None;
        }
        let is_document = matches!(
            artifact.findings.format?,
            ArtifactFormat::PowerAutomate | ArtifactFormat::Json
        );
        let mut wanted: BTreeSet<u64> = (1..=HEAD).collect();
        for event in events {
            let line = event.origin.line?;
            wanted.extend(line.saturating_sub(LINES.0)..=line.saturating_add(LINES.1));
        }
        let is_small = artifact.findings.bytes <= WHOLE;
        if is_document && !is_small {
            return None;
        }
        let mut members = self.bundle.members.iter();
        let source = members.find(|member| member.path == artifact.path)?.open().ok()?;
        let context = Context {
            path: Arc::clone(&artifact.path),
            interest: &self.analyzer.interest,
            limits: &self.analyzer.limits,
            recover: false,
        };
        reader::excerpt(source, &context, (!is_small).then_some(&wanted))
    }
}

/// Whether a diagnosis shows an incident with the same cause and verdict.
fn shows(diagnosis: &Diagnosis, incident: &Incident) -> bool {
    let best = |incident: &Incident| {
        let first = incident.causes.first();
        first.map(|cause| (Arc::clone(&cause.id), cause.verdict))
    };
    let mut same = diagnosis.incidents.iter().filter(|other| other.id == incident.id);
    same.any(|other| best(other) == best(incident))
}

/// What an incident cites, and when it was.
struct Marks {
    cited: HashSet<(usize, usize)>,
    instants: Vec<Time>,
}

impl Marks {
    fn of(artifacts: &[Artifact], incident: &Incident) -> Self {
        let evidence = incident
            .causes
            .iter()
            .flat_map(|cause| cause.supports.iter().chain(&cause.against));
        let mut origins: HashSet<&Origin> = evidence.map(|evidence| &evidence.origin).collect();
        origins.extend(incident.timeline.iter().map(|entry| &entry.origin));
        origins.extend(incident.began_after.iter().map(|change| &change.origin));
        let mut cited = HashSet::new();
        let mut instants: Vec<Time> = incident.times.clone();
        instants.extend(incident.first.iter().chain(&incident.last));
        instants.extend(incident.worked_until.iter().chain(&incident.works_again));
        for (number, artifact) in artifacts.iter().enumerate() {
            for (place, event) in artifact.findings.events.iter().enumerate() {
                if origins.contains(&event.origin) {
                    cited.insert((number, place));
                    instants.extend(event.time);
                }
            }
        }
        instants.sort_unstable();
        instants.dedup();
        Self { cited, instants }
    }

    /// Whether an instant lies near one of the incident.
    fn near(&self, at: Time, span: TimeDelta) -> bool {
        let after = self.instants.partition_point(|instant| *instant < at);
        let next = self.instants.get(after);
        let last = after.checked_sub(1).and_then(|before| self.instants.get(before));
        next.into_iter()
            .chain(last)
            .any(|instant| (*instant - at).abs() <= span)
    }

    /// Whether an instant lies within the incident, or so near to it.
    fn spans(&self, at: Option<Time>, span: TimeDelta) -> bool {
        let (Some(first), Some(last)) = (self.instants.first(), self.instants.last()) else {
            return true;
        };
        at.is_some_and(|at| *first - at <= span && at - *last <= span)
    }
}
