//! Exit statuses, and what ends a run.

use std::process::ExitCode;

use logonscope::Error;
use logonscope::model::{Diagnosis, Verdict};

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    /// 0: nothing found, and all was read.
    Nothing,
    /// 1: findings.
    Found,
    /// 2: usage, or nothing readable.
    Unusable,
    /// 3: nothing found, but not all was read.
    Incomplete,
}

impl Status {
    /// The status of a command that only shows what was read.
    pub(crate) fn of_reading(diagnosis: &Diagnosis) -> Self {
        if diagnosis.is_incomplete() {
            Self::Incomplete
        } else {
            Self::Nothing
        }
    }
}

/// Whether the first cause of an incident reaches this verdict.
pub(crate) fn reaches(diagnosis: &Diagnosis, verdict: Verdict) -> bool {
    let first = diagnosis
        .incidents
        .iter()
        .filter_map(|incident| incident.causes.first());
    first.map(|cause| cause.verdict).any(|best| best >= verdict)
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(match status {
            Status::Nothing => 0,
            Status::Found => 1,
            Status::Unusable => 2,
            Status::Incomplete => 3,
        })
    }
}

/// What ends a run without a result.
#[derive(Debug)]
pub(crate) struct Failure(String);

impl Failure {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self(error.to_string())
    }
}

impl From<String> for Failure {
    fn from(text: String) -> Self {
        Self(text)
    }
}

/// What every subcommand returns.
pub(crate) type Outcome = Result<Status, Failure>;
