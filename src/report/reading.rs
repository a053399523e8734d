//! What was read, what was not, and that nothing was found, in words. Plain text out, as in [`wording`](super::wording).

use std::collections::BTreeMap;

use super::wording::{counted, host_name, size};
use crate::model::{ArtifactFormat, Diagnosis, ProblemKind};

/// `12 files (7 evtx, 2 registry, 3 not logs)`.
pub(super) fn read(diagnosis: &Diagnosis) -> String {
    let mut kinds: BTreeMap<&str, u64> = BTreeMap::new();
    let mut empty = 0_usize;
    let mut other = 0_usize;
    for input in &diagnosis.inputs {
        match input.format {
            ArtifactFormat::Empty => empty += 1,
            ArtifactFormat::Other => other += 1,
            format => *kinds.entry(noun(format)).or_default() += 1,
        }
    }
    let mut parts: Vec<(u64, String)> = kinds
        .into_iter()
        .map(|(kind, count)| (count, counted(count, kind)))
        .collect();
    parts.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    let mut parts: Vec<String> = parts.into_iter().map(|(_, text)| text).collect();
    parts.extend((other > 0).then(|| match other {
        1 => "1 no log".to_owned(),
        other => format!("{other} no logs"),
    }));
    parts.extend((empty > 0).then(|| format!("{empty} empty")));
    let bytes = diagnosis.inputs.iter().map(|input| input.bytes).sum();
    let files = counted(diagnosis.inputs.len() as u64, "file");
    format!("{files}, {} ({})", size(bytes), parts.join(", "))
}

/// Whether a file of a format holds records of event logs.
const fn is_of_records(format: ArtifactFormat) -> bool {
    matches!(
        format,
        ArtifactFormat::Evtx
            | ArtifactFormat::EventXml
            | ArtifactFormat::EventJson
            | ArtifactFormat::EventTable
            | ArtifactFormat::EventList
    )
}

/// What a file of a format is called.
const fn noun(format: ArtifactFormat) -> &'static str {
    match format {
        ArtifactFormat::Evtx => "event log",
        ArtifactFormat::Etl => "binary trace",
        ArtifactFormat::EventXml => "event XML file",
        ArtifactFormat::EventJson => "event JSON file",
        ArtifactFormat::TraceText => "trace text",
        ArtifactFormat::TracerptCsv | ArtifactFormat::EventTable => "event table",
        ArtifactFormat::EventList => "event list",
        ArtifactFormat::RobotLog => "robot log",
        ArtifactFormat::JobTable => "job table",
        ArtifactFormat::FlowRuns => "table of flow runs",
        ArtifactFormat::PowerAutomate => "Power Automate file",
        ArtifactFormat::Json => "JSON file",
        ArtifactFormat::TraceFormats => "trace format file",
        ArtifactFormat::Registry => "registry export",
        ArtifactFormat::RegistryHive => "registry hive",
        ArtifactFormat::SecurityPolicy => "security policy",
        ArtifactFormat::GroupPolicyResult => "group policy report",
        ArtifactFormat::TaskXml => "task definition",
        ArtifactFormat::CollectionMap => "collection map",
        ArtifactFormat::CapsulePart => "settings file of a capsule",
        ArtifactFormat::SessionList => "session list",
        ArtifactFormat::SystemInfo => "system report",
        ArtifactFormat::CommandOutput => "command output",
        ArtifactFormat::OwnOutput => "report of this program",
        ArtifactFormat::PlainText => "text",
        ArtifactFormat::Other | ArtifactFormat::Empty => "file",
    }
}

/// `2 secrets masked, 1 time zone assumed`: the problems of each kind, as a person says it.
pub(super) fn problems(diagnosis: &Diagnosis) -> String {
    let counts = problem_counts(diagnosis);
    let counts = counts.iter().map(|(kind, count)| problem(*kind, *count));
    counts.collect::<Vec<_>>().join(", ")
}

fn problem(kind: ProblemKind, count: u64) -> String {
    let (thing, what) = match kind {
        ProblemKind::Damaged => ("part", "damaged"),
        ProblemKind::Truncated => ("part", "cut off"),
        ProblemKind::Unreadable => ("part", "unreadable"),
        ProblemKind::Encrypted => ("file", "encrypted"),
        ProblemKind::Unsupported => ("file", "of a format that is not read"),
        ProblemKind::Empty => ("file", "empty"),
        ProblemKind::Duplicate => ("file", "sent twice"),
        ProblemKind::LimitHit => ("limit", "reached"),
        ProblemKind::Undecoded => ("message", "not decoded"),
        ProblemKind::TimeZoneAssumed => ("time zone", "assumed"),
        ProblemKind::ClockJump => ("backward jump of a clock", ""),
        ProblemKind::Filtered => ("log", "exported in part"),
        ProblemKind::LogCleared => ("log", "cleared"),
        ProblemKind::SecretMasked => ("secret", "masked"),
        ProblemKind::Conflict => ("setting", "told in two ways"),
        ProblemKind::Guessed => ("thing", "read by a guess"),
        ProblemKind::Interrupted => ("reading", "interrupted"),
        ProblemKind::NothingMatches => ("filter", "that matches nothing"),
    };
    format!("{} {what}", counted(count, thing)).trim_end().to_owned()
}

/// How many problems there are of each kind.
fn problem_counts(diagnosis: &Diagnosis) -> BTreeMap<ProblemKind, u64> {
    let mut counts = BTreeMap::new();
    for problem in &diagnosis.problems {
        let count: &mut u64 = counts.entry(problem.kind).or_default();
        *count = count.saturating_add(problem.count);
    }
    counts
}

/// The headline where there is no incident.
pub(super) fn nothing_found(diagnosis: &Diagnosis) -> String {
    nothing_found_in(diagnosis, "")
}

/// The same of what was asked about: a span of time, as it stands in a sentence.
pub(super) fn nothing_found_in(diagnosis: &Diagnosis, asked: &str) -> String {
    let hosts = match diagnosis.hosts.as_slice() {
        [] => String::new(),
        [one] => format!(" of {}", host_name(&one.name)),
        many => format!(" of {} hosts", many.len()),
    };
    let read = read(diagnosis);
    if diagnosis.is_incomplete() {
        format!(
            "No fault found{asked} in {read}{hosts}, but not everything could be read: that is no clean bill."
        )
    } else if diagnosis.coverage.is_empty() {
        let of_records = diagnosis.inputs.iter().any(|input| is_of_records(input.format));
        let why = if of_records {
            "But these are exports that may leave records out: a failure may be missing from them."
        } else {
            "But none of these files is an event log: a failure may not show in them."
        };
        format!("No fault found{asked} in {read}{hosts}. {why}")
    } else {
        format!("No fault found{asked} in {read}{hosts}.")
    }
}
