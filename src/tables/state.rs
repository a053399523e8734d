//! How the reading of a case ended, in the words of the tables and of a batch.

use serde::{Deserialize, Serialize};

use crate::model::{ArtifactFormat, Diagnosis, ProblemKind, Verdict};

/// How a case ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum State {
    /// The first cause of an incident reaches the verdict that was asked for.
    Findings,
    /// None does, and all of it was read.
    NothingFound,
    /// There is no incident, and none of what was sent is a log that would show one: that is no health.
    NoEvidence,
    /// None does, but not all of it could be read.
    Incomplete,
    /// The time limit ended it; its diagnosis is partial.
    TimeLimit,
    /// There is no diagnosis.
    Failed,
}

impl State {
    /// Of a case that was read to its end.
    pub fn of(diagnosis: &Diagnosis, from: Verdict) -> Self {
        let first = diagnosis
            .incidents
            .iter()
            .filter_map(|incident| incident.causes.first());
        if first.map(|cause| cause.verdict).any(|best| best >= from) {
            Self::Findings
        } else if diagnosis.is_incomplete() {
            Self::Incomplete
        } else if diagnosis.incidents.is_empty() && diagnosis.coverage.is_empty() {
            Self::NoEvidence
        } else {
            Self::NothingFound
        }
    }

    /// The word of the tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Findings => "findings",
            Self::NothingFound => "nothing-found",
            Self::NoEvidence => "no-evidence",
            Self::Incomplete => "incomplete",
            Self::TimeLimit => "time-limit",
            Self::Failed => "failed",
        }
    }
}

/// Why a diagnosis is none, where nothing of what was sent could be read; nothing where something was, or where the reading was ended.
pub fn why_failed(diagnosis: &Diagnosis) -> Option<String> {
    let mut problems = diagnosis.problems.iter();
    let mut formats = diagnosis.inputs.iter().map(|input| input.format);
    if problems.any(|problem| problem.kind == ProblemKind::Interrupted)
        || formats.any(|format| !matches!(format, ArtifactFormat::Empty | ArtifactFormat::Other))
    {
        return None;
    }
    let mut text = "nothing readable".to_owned();
    if diagnosis.problems.is_empty() {
        let files = diagnosis.inputs.len();
        text += &format!(": {files} files, none of them a log, a settings export or text");
    }
    for problem in diagnosis.problems.iter().take(5) {
        text += &format!("\n  {}: {}: {}", problem.kind, problem.origin, problem.detail);
    }
    Some(text)
}
