//! What is kept of a case: the record in its folder, by which a later run knows that the case is done.

use std::path::Path;

use logonscope::model::{Diagnosis, Verdict};
use logonscope::report;
use logonscope::tables::{self, State};
use serde::{Deserialize, Serialize};

/// The name and version of the record.
const SCHEMA: &str = "logonscope.case/1";
/// The file, written last: where it is, the case is done.
pub(crate) const FILE: &str = "case.json";
/// The diagnosis.
pub(crate) const DIAGNOSIS: &str = "diagnosis.json";

/// The record of one case.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Record {
    schema: String,
    pub(crate) case: String,
    pub(crate) source: String,
    /// SHA-256 over the names and bytes sent, the options that matter, the knowledge and the version of the program.
    pub(crate) key: String,
    pub(crate) state: State,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) detail: String,
    /// Bytes of the diagnosis as it was written, so that one which a power failure cut is no result.
    #[serde(default)]
    pub(crate) diagnosis_bytes: u64,
    pub(crate) files: u64,
    pub(crate) bytes: u64,
    pub(crate) hosts: Vec<String>,
    pub(crate) unread: u64,
    /// Rows in the columns of `report::INCIDENT_COLUMNS`.
    pub(crate) incidents: Vec<Vec<String>>,
}

impl Record {
    /// Of a case that has no diagnosis.
    pub(crate) fn failed(case: &str, source: String, key: String, detail: String) -> Self {
        Self {
            schema: SCHEMA.to_owned(),
            case: case.to_owned(),
            source,
            key,
            state: State::Failed,
            detail,
            diagnosis_bytes: 0,
            files: 0,
            bytes: 0,
            hosts: Vec::new(),
            unread: 0,
            incidents: Vec::new(),
        }
    }

    /// Of a case that was diagnosed.
    pub(crate) fn of(
        case: &str,
        source: String,
        key: String,
        diagnosis: &Diagnosis,
        fail_on: Verdict,
        timed_out: Option<String>,
    ) -> Self {
        let state = match &timed_out {
            Some(_) => State::TimeLimit,
            None => State::of(diagnosis, fail_on),
        };
        let unread = diagnosis
            .problems
            .iter()
            .filter(|problem| problem.kind.is_incomplete());
        Self {
            state,
            detail: timed_out.unwrap_or_default(),
            files: diagnosis.inputs.len() as u64,
            bytes: diagnosis
                .inputs
                .iter()
                .map(|input| input.bytes)
                .fold(0, u64::saturating_add),
            hosts: diagnosis.hosts.iter().map(|host| host.name.to_string()).collect(),
            unread: unread.map(|problem| problem.count).fold(0, u64::saturating_add),
            incidents: report::incident_rows(diagnosis, &report::Options::default())
                .into_iter()
                .map(Vec::from)
                .collect(),
            ..Self::failed(case, source, key, String::new())
        }
    }

    /// As the tables have it.
    pub(crate) fn as_case(&self) -> tables::Case<'_> {
        tables::Case {
            name: &self.case,
            source: &self.source,
            state: self.state.name(),
            detail: &self.detail,
        }
    }

    /// What an earlier run left in the folder of a case, if it is whole.
    pub(crate) fn read(folder: &Path) -> Option<Self> {
        let text = std::fs::read(folder.join(FILE)).ok()?;
        let record: Self = serde_json::from_slice(&text).ok()?;
        let kept = || {
            std::fs::metadata(folder.join(DIAGNOSIS))
                .is_ok_and(|kept| kept.is_file() && kept.len() == record.diagnosis_bytes)
        };
        let whole = record.schema == SCHEMA && (record.state == State::Failed || kept());
        whole.then_some(record)
    }

    /// A cell of an incident by the name of its column.
    pub(crate) fn cell<'a>(row: &'a [String], column: &str) -> &'a str {
        let place = report::INCIDENT_COLUMNS.iter().position(|name| *name == column);
        place.and_then(|place| row.get(place)).map_or("", String::as_str)
    }
}
