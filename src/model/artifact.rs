//! One file of the bundle and what a reader found in it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Event, Fact, Kept, Problem, Stencils, Time, TraceReport};

/// What an artifact is, told by its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "Format"))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ArtifactFormat {
    /// A Windows event log.
    Evtx,
    /// A binary event trace.
    Etl,
    /// Events as XML: Event Viewer, `wevtutil`, `tracerpt`.
    EventXml,
    /// Events as JSON, as many tools write them.
    EventJson,
    /// Lines of the `[cpu]pid.tid::time [provider] message` family.
    TraceText,
    /// CSV written by `tracerpt`.
    TracerptCsv,
    /// A table of events: Event Viewer, `Get-WinEvent`, collector scripts.
    EventTable,
    /// Blocks of `Name: value` lines: `wevtutil /f:text`, `Format-List`, a pasted event.
    EventList,
    /// A log of a UiPath robot.
    RobotLog,
    /// A table of jobs or of robots' log lines, as an Orchestrator exports it.
    JobTable,
    /// A table of runs of flows.
    FlowRuns,
    /// JSON of a Power Automate run.
    PowerAutomate,
    /// Any other JSON.
    Json,
    /// A file that tells how records of traces read: a format file of WPP, an instrumentation manifest.
    TraceFormats,
    /// A registry export or the output of `reg query`.
    Registry,
    /// A registry hive.
    RegistryHive,
    /// A security policy export.
    SecurityPolicy,
    /// The result of group policy.
    GroupPolicyResult,
    /// A task's definition.
    TaskXml,
    /// What the folders of a collection hold.
    CollectionMap,
    /// Settings and coverage in a capsule that this program wrote.
    CapsulePart,
    /// A list of sessions.
    SessionList,
    /// What the machine is: `systeminfo`, installed programs, hotfixes.
    SystemInfo,
    /// Output of another command that states facts.
    CommandOutput,
    /// What this program wrote itself: a report, a listing. It is left out.
    OwnOutput,
    /// Any other text.
    PlainText,
    /// Not a log.
    Other,
    /// Nothing in it.
    Empty,
}

impl ArtifactFormat {
    /// The stable name, as JSON spells it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Evtx => "evtx",
            Self::Etl => "etl",
            Self::EventXml => "event-xml",
            Self::EventJson => "event-json",
            Self::TraceText => "trace-text",
            Self::TracerptCsv => "tracerpt-csv",
            Self::EventTable => "event-table",
            Self::EventList => "event-list",
            Self::RobotLog => "robot-log",
            Self::JobTable => "job-table",
            Self::FlowRuns => "flow-runs",
            Self::PowerAutomate => "power-automate",
            Self::Json => "json",
            Self::TraceFormats => "trace-formats",
            Self::Registry => "registry",
            Self::RegistryHive => "registry-hive",
            Self::SecurityPolicy => "security-policy",
            Self::GroupPolicyResult => "group-policy-result",
            Self::TaskXml => "task-xml",
            Self::CollectionMap => "collection-map",
            Self::CapsulePart => "capsule-part",
            Self::SessionList => "session-list",
            Self::SystemInfo => "system-info",
            Self::CommandOutput => "command-output",
            Self::OwnOutput => "own-output",
            Self::PlainText => "plain-text",
            Self::Other => "other",
            Self::Empty => "empty",
        }
    }
}

/// How the text of an artifact is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark; ASCII too.
    Utf8,
    /// UTF-16, low byte first.
    Utf16Le,
    /// UTF-16, high byte first.
    Utf16Be,
    /// A code page of one byte a character, read as Windows-1252.
    Ansi,
}

/// What one artifact holds of one channel of one computer: the ground on which silence can prove something.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChannelSpan {
    /// The computer, as the records say.
    pub computer: Arc<str>,
    /// The channel, as the records say.
    pub channel: Arc<str>,
    /// How many records, of interest or not.
    pub records: u64,
    /// The lowest record id.
    pub first_record: u64,
    /// The highest record id.
    pub last_record: u64,
    /// The earliest time.
    pub first: Option<Time>,
    /// The latest time.
    pub last: Option<Time>,
}

impl ChannelSpan {
    /// Counts one record in.
    pub fn add(&mut self, record: u64, time: Option<Time>) {
        self.records = self.records.saturating_add(1);
        self.first_record = self.first_record.min(record);
        self.last_record = self.last_record.max(record);
        if let Some(time) = time {
            self.first = Some(self.first.map_or(time, |first| first.min(time)));
            self.last = Some(self.last.map_or(time, |last| last.max(time)));
        }
    }
}

/// All that one artifact gave.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Findings {
    /// What it is; `None` until a reader took it.
    pub format: Option<ArtifactFormat>,
    /// How its text is stored, if it is text.
    pub encoding: Option<Encoding>,
    /// Bytes read.
    pub bytes: u64,
    /// Records or lines looked at, of interest or not.
    pub records: u64,
    /// Events of interest, in the order of the artifact.
    pub events: Vec<Event>,
    /// Further events of interest, packed, in the order of the artifact. Those of an artifact are either here or there.
    pub(crate) kept: Vec<Kept>,
    /// What packs those of a piece of a log.
    pub(crate) stencils: Option<Box<Stencils>>,
    /// States.
    pub facts: Vec<Fact>,
    /// What went unread.
    pub problems: Vec<Problem>,
    /// What it covers.
    pub spans: Vec<ChannelSpan>,
    /// Minutes east of UTC that the artifact itself reveals for its local times.
    pub utc_offset: Option<i32>,
    /// What it tells of itself, if it is a binary trace.
    pub trace: Option<TraceReport>,
}

impl Findings {
    /// How many events of interest there are.
    pub(crate) const fn count(&self) -> usize {
        self.events.len() + self.kept.len()
    }

    /// What of the events their records have in common with others, see [`Kept::like`].
    #[cfg_attr(
        not(feature = "diagnose"),
        allow(dead_code, reason = "the diagnosis keeps events")
    )]
    pub(crate) fn alike(&self) -> impl Iterator<Item = &Event> {
        self.events.iter().chain(self.kept.iter().map(Kept::like))
    }

    /// The events of interest of which something holds that events have in common, see [`Kept::like`].
    pub(crate) fn events_where(&self, holds: impl Fn(&Event) -> bool) -> impl Iterator<Item = &Event> {
        let is_asked = move |event: &Event| holds(event);
        let events = self.events.iter().map(|event| (event, None));
        let kept = self.kept.iter().map(|kept| (kept.like(), Some(kept)));
        events
            .chain(kept)
            .filter(move |(like, _)| is_asked(like))
            .map(|(like, kept)| kept.map_or(like, |kept| kept))
    }

    /// Unpacks the events that are packed.
    #[cfg_attr(
        not(feature = "diagnose"),
        allow(dead_code, reason = "the diagnosis keeps events")
    )]
    pub(crate) fn unpack(&mut self) {
        let kept = std::mem::take(&mut self.kept);
        self.events.extend(kept.into_iter().map(Kept::into_event));
    }
}

/// One file of the bundle after reading.
#[derive(Debug)]
#[non_exhaustive]
pub struct Artifact {
    /// The path inside the bundle.
    pub path: Arc<str>,
    /// What it gave.
    pub findings: Findings,
}
