//! What came of an analysis: the object that every report renders and that `analyze --format json` prints.
//!
//! Consumers treat every field but `schema` as optional: absent means absent.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::happening::{Happening, SessionReport};
use super::local_times;
use super::{ArtifactFormat, CodeSpace, FactScope, Finding, Incident, Origin, Problem, Time, Verdict};

/// What notes ask about. Names are in lower case, without domain, folder and accents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct QuestionReport {
    /// The notes, by their paths inside the bundle.
    pub notes: Vec<Arc<str>>,
    /// The machines that are named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hosts: Vec<String>,
    /// The accounts that are named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub users: Vec<String>,
    /// The tasks that are named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tasks: Vec<String>,
    /// Whether any incident may be what is asked about. Where none is, all that are listed are of others.
    pub found: bool,
}

/// One artifact, as it was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct InputReport {
    /// The path inside the bundle.
    pub path: Arc<str>,
    /// What it is.
    pub format: ArtifactFormat,
    /// How its text is stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<super::Encoding>,
    /// Its size in bytes.
    pub bytes: u64,
    /// Records or lines looked at.
    pub records: u64,
    /// Events of interest taken from it.
    pub events: u64,
    /// Facts taken from it.
    pub facts: u64,
    /// The host, if all of it is of one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<Arc<str>>,
    /// The earliest time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<Time>,
    /// The latest time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<Time>,
    /// How the times of text were placed: `exact`, `host`, `assumed`, `unknown`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock: Option<super::Clock>,
    /// What it tells of itself, if it is a binary trace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trace: Option<super::TraceReport>,
}

/// How far one machine's clock is ahead of another's, told by events that both wrote. No time is rewritten by it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ClockSkew {
    /// The other machine.
    pub against: Arc<str>,
    /// Milliseconds ahead; negative where it is behind.
    pub milliseconds: i64,
    /// How many pairs of events say so.
    pub pairs: u64,
}

/// One machine.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct HostReport {
    /// The name it had last.
    pub name: Arc<str>,
    /// The names it had before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<Arc<str>>,
    /// Its time zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// How its clock stands to that of another machine of the bundle.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock_skew: Option<ClockSkew>,
    /// Its operating system.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub os: Option<String>,
    /// The effective facts by name.
    #[serde(default)]
    pub facts: BTreeMap<Arc<str>, String>,
    /// Where each was read, and what is set elsewhere and not in force, the strongest of a name first; a long list of one
    /// name is cut.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fact_sources: Vec<FactSource>,
}

/// Where a fact was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct FactSource {
    /// Its name.
    pub name: Arc<str>,
    /// Its value.
    pub value: Arc<str>,
    /// Where the setting was made.
    pub scope: FactScope,
    /// Whether something stronger or later is set, so that this is not in force.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub beaten: bool,
    /// When it was so, if the source says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Time>,
    /// Where it was read.
    pub origin: Origin,
}

/// A code that was seen, and how often.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct CodeCount {
    /// The space.
    pub space: CodeSpace,
    /// The value in the usual spelling of the space.
    pub value: String,
    /// The symbolic name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub symbol: Option<String>,
    /// What it says.
    pub meaning: String,
    /// How often.
    pub count: u64,
    /// The first time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<Time>,
    /// The last time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<Time>,
}

/// A field of a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct RecordField {
    /// The name; empty where the source has none.
    pub name: Arc<str>,
    /// The value as Windows renders it; a long one is cut.
    pub value: String,
}

/// A record that the diagnosis cites, decoded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct RecordReport {
    /// Where it was read.
    pub origin: Origin,
    /// When it happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Time>,
    /// The machine that wrote it, as the record says.
    pub computer: Arc<str>,
    /// The channel.
    pub channel: Arc<str>,
    /// The provider.
    pub provider: Arc<str>,
    /// The event id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<u16>,
    /// The severity in a word.
    pub level: String,
    /// The text of the message, where the source has one; a long one is cut.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The payload, in its order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<RecordField>,
}

/// What a channel of a host really covers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Coverage {
    /// The host.
    pub host: Arc<str>,
    /// The channel.
    pub channel: Arc<str>,
    /// From when on silence proves something.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Time>,
    /// Until when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<Time>,
    /// How many records.
    pub records: u64,
    /// Record ids that lie in the span and are not in the export.
    pub missing_records: u64,
    /// The artifacts that hold it.
    #[serde(default)]
    pub paths: Vec<Arc<str>>,
}

/// One thing to ask the customer for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct AskItem {
    /// What is needed. The words end in ` covering TIME UTC`, or `covering TIME to TIME UTC`, where a time is needed.
    pub what: String,
    /// The host it is needed of; absent for settings of no host and for other machines.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<Arc<str>>,
    /// The first instant it must cover.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Time>,
    /// The last instant it must cover.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<Time>,
    /// What is wrong with what was sent of it, where some was: it begins too late, ends too early, or is a selection of records.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent: Option<String>,
    /// The command that makes it, if one does; nothing else stands here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    /// What whoever gathers it should know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
    /// Which causes it would tell apart, the most telling first.
    #[serde(default)]
    pub separates: Vec<Arc<str>>,
}

impl AskItem {
    /// What is needed, with what whoever gathers it should know.
    pub fn what_to_know(&self) -> String {
        match &self.remark {
            Some(remark) => format!("{} ({remark})", self.what),
            None => self.what.clone(),
        }
    }
}

/// Who made the diagnosis.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ToolInfo {
    /// `logonscope`.
    pub name: String,
    /// The version of the crate.
    pub version: String,
    /// SHA-256 of the loaded knowledge.
    pub knowledge: String,
}

/// The whole result.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Diagnosis {
    /// `logonscope.diagnosis/1`.
    pub schema: String,
    /// Who made it.
    pub tool: ToolInfo,
    /// What was read.
    #[serde(default)]
    pub inputs: Vec<InputReport>,
    /// Which machines.
    #[serde(default)]
    pub hosts: Vec<HostReport>,
    /// What the customer's own words ask about, where a note beside the logs names something that they know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<QuestionReport>,
    /// What needs explaining, and why it happened: what the customer asks about first, then the best explained.
    #[serde(default)]
    pub incidents: Vec<Incident>,
    /// What whole logs show besides the incidents.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
    /// Codes seen, most frequent first.
    #[serde(default)]
    pub codes: Vec<CodeCount>,
    /// The session ledger.
    #[serde(default)]
    pub sessions: Vec<SessionReport>,
    /// Restarts, runs of tasks and jobs, changes, by host in order of time; of very many, all failures and some of the others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub happenings: Vec<Happening>,
    /// The records that the leading causes and the stories cite, decoded; of very many, those of the first incidents.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub records: Vec<RecordReport>,
    /// What silence can prove.
    #[serde(default)]
    pub coverage: Vec<Coverage>,
    /// What to ask the customer for, most telling first.
    #[serde(default)]
    pub ask: Vec<AskItem>,
    /// What the inputs were collected with, as far as their layout shows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub collections: Vec<CollectionReport>,
    /// What was not read.
    #[serde(default)]
    pub problems: Vec<Problem>,
}

/// Files that one run of a collector gathered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct CollectionReport {
    /// What the paths of all its files begin with.
    pub path: Arc<str>,
    /// The id of the layout.
    pub layout: Arc<str>,
    /// The collector.
    pub title: String,
    /// The machine, as the name of a folder or a file says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<Arc<str>>,
    /// What is to be expected and is not there, and what that means.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
}

/// The name and version of the JSON contract.
pub const SCHEMA: &str = "logonscope.diagnosis/1";

impl Diagnosis {
    /// Reads what `analyze --format json` wrote; what an older version did not write yet is empty.
    ///
    /// # Errors
    /// In words: no JSON, another schema, a part that is none of this schema.
    pub fn from_json(bytes: &[u8]) -> Result<Self, String> {
        #[derive(Deserialize)]
        struct Named {
            #[serde(default)]
            schema: String,
        }
        let text = local_times::with_zone(std::str::from_utf8(bytes).unwrap_or_default());
        match serde_json::from_str::<Self>(&text) {
            Ok(diagnosis) if diagnosis.schema == SCHEMA => Ok(diagnosis),
            // Only where something is wrong does it matter what.
            read => {
                let named: Named =
                    serde_json::from_slice(bytes).map_err(|error| format!("no stored diagnosis: {error}"))?;
                Err(match read {
                    Err(error) if named.schema == SCHEMA => format!("not as {SCHEMA} says: {error}"),
                    _ => format!("its schema is {:?}, and {SCHEMA:?} is needed", named.schema),
                })
            }
        }
    }

    /// Whether something that could matter was left unread.
    pub fn is_incomplete(&self) -> bool {
        self.problems.iter().any(|problem| problem.kind.is_incomplete())
    }

    /// The best verdict over all incidents.
    pub fn best_verdict(&self) -> Option<Verdict> {
        self.incidents
            .iter()
            .filter_map(Incident::best)
            .map(|cause| cause.verdict)
            .max()
    }
}
