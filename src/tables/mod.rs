//! Diagnoses as tables: what many cases are looked at with, by whatever reads tables.
//!
//! Owns which tables there are, their columns, and the rows that a diagnosis gives. Must not know readers, knowledge or engine: like
//! [`report`](crate::report) it shows what the model holds. The tables do not depend on what stores them; with the feature
//! `parquet` `tables::parquet` writes files.
//!
//! | table | a row is | columns that need a word |
//! | --- | --- | --- |
//! | `cases` | a case | `state`: as in `cases.csv` of a batch; `hosts`: names with a blank between; `first`, `last`: of all incidents |
//! | `incidents` | an incident | `fingerprint`, `shape`: see [`Fingerprint`]; `verdict`, `score`, `cause`, `cause_title`: of its first cause |
//! | `causes` | a cause of an incident | `rank`: from 1, the best first; `supports`, `against`, `unknown`: how many items |
//! | `evidence` | an item of a cause | `side`: `for`, `against` or `unknown`; `summary` of an unknown item: what would tell |
//! | `sessions` | a stay in a session | |
//! | `task_runs` | a run of a task or of a robot's job | `kind`: `task` or `job`; `at`: when it began or, where no record tells that, ended; `until`: its end, if it took time; `outcome`, `code`: how it ended, and with what; of very many, all that failed and some of the others |
//! | `codes` | a code that was seen | |
//! | `facts` | a setting of a host | `in_force`: false for what something stronger or later replaces |
//! | `problems` | what was not read | `incomplete`: whether it could have mattered |
//!
//! `case` is in every table; with `incident` it leads from `causes` and `evidence` to `incidents`. Times are UTC. Absent means absent.

mod fingerprint;
pub mod fleet;
#[cfg(feature = "parquet")]
pub mod parquet;
mod rows;
mod state;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

pub use fingerprint::Fingerprint;
pub use rows::{Case, rows};
pub use state::{State, why_failed};

use crate::model::Time;

/// What the cells of a column hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// Text.
    Text,
    /// A whole number.
    Number,
    /// A number with a fraction.
    Real,
    /// True or false.
    Flag,
    /// An instant in UTC.
    Time,
}

/// One column of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Column {
    /// Its name, the same in every form of the table.
    pub name: &'static str,
    /// What its cells hold.
    pub kind: Kind,
    /// Whether a cell may be absent.
    pub optional: bool,
}

/// One table.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Its columns, in the order of the cells.
    pub columns: &'static [Column],
}

/// One cell of a row.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Cell<'a> {
    /// Nothing, in an optional column.
    Absent,
    /// Of a column of [`Kind::Text`].
    Text(Cow<'a, str>),
    /// Of a column of [`Kind::Number`].
    Number(i64),
    /// Of a column of [`Kind::Real`].
    Real(f64),
    /// Of a column of [`Kind::Flag`].
    Flag(bool),
    /// Of a column of [`Kind::Time`].
    Time(Time),
}

const fn column(name: &'static str, kind: Kind) -> Column {
    Column {
        name,
        kind,
        optional: false,
    }
}

const fn optional(name: &'static str, kind: Kind) -> Column {
    Column {
        name,
        kind,
        optional: true,
    }
}

use Kind::{Flag, Number, Real, Text, Time as Instant};

/// The cases.
pub static CASES: Table = Table {
    name: "cases",
    columns: &[
        column("case", Text),
        column("source", Text),
        column("state", Text),
        optional("detail", Text),
        column("incidents", Number),
        optional("best_verdict", Text),
        optional("best_cause", Text),
        column("hosts", Text),
        optional("first", Instant),
        optional("last", Instant),
        column("files", Number),
        column("bytes", Number),
        column("unread", Number),
        optional("tool_version", Text),
        optional("knowledge", Text),
    ],
};

/// What needs explaining, with its leading cause.
pub static INCIDENTS: Table = Table {
    name: "incidents",
    columns: &[
        column("case", Text),
        column("incident", Text),
        column("fingerprint", Text),
        column("shape", Text),
        column("symptom", Text),
        column("title", Text),
        column("host", Text),
        optional("user", Text),
        optional("session", Number),
        optional("task", Text),
        optional("code", Text),
        optional("first", Instant),
        optional("last", Instant),
        column("count", Number),
        optional("worked_until", Instant),
        optional("works_again", Instant),
        optional("part_of", Text),
        optional("verdict", Text),
        optional("score", Real),
        optional("cause", Text),
        optional("cause_title", Text),
    ],
};

/// Every cause that was weighed.
pub static CAUSES: Table = Table {
    name: "causes",
    columns: &[
        column("case", Text),
        column("incident", Text),
        column("rank", Number),
        column("cause", Text),
        column("title", Text),
        column("verdict", Text),
        column("score", Real),
        optional("capped", Text),
        column("supports", Number),
        column("against", Number),
        column("unknown", Number),
    ],
};

/// Every item that speaks for or against a cause, or could not be judged.
pub static EVIDENCE: Table = Table {
    name: "evidence",
    columns: &[
        column("case", Text),
        column("incident", Text),
        column("cause", Text),
        column("side", Text),
        column("signal", Text),
        column("summary", Text),
        column("weight", Text),
        optional("joined_by", Text),
        optional("at", Instant),
        optional("count", Number),
        optional("path", Text),
        optional("record", Number),
        optional("line", Number),
        optional("offset", Number),
    ],
};

/// The session ledgers.
pub static SESSIONS: Table = Table {
    name: "sessions",
    columns: &[
        column("case", Text),
        column("host", Text),
        optional("session", Number),
        optional("user", Text),
        column("kind", Text),
        optional("address", Text),
        optional("start", Instant),
        optional("end", Instant),
        optional("end_class", Text),
        column("states", Number),
    ],
};

/// The runs of tasks and of robots' jobs.
pub static TASK_RUNS: Table = Table {
    name: "task_runs",
    columns: &[
        column("case", Text),
        column("host", Text),
        column("kind", Text),
        optional("task", Text),
        optional("user", Text),
        column("at", Instant),
        optional("until", Instant),
        column("failed", Flag),
        optional("outcome", Text),
        optional("code", Text),
        column("summary", Text),
        optional("path", Text),
        optional("record", Number),
        optional("line", Number),
        optional("offset", Number),
    ],
};

/// The codes that were seen.
pub static CODES: Table = Table {
    name: "codes",
    columns: &[
        column("case", Text),
        column("space", Text),
        column("value", Text),
        optional("symbol", Text),
        column("meaning", Text),
        column("count", Number),
        optional("first", Instant),
        optional("last", Instant),
    ],
};

/// The settings of the hosts.
pub static FACTS: Table = Table {
    name: "facts",
    columns: &[
        column("case", Text),
        column("host", Text),
        column("name", Text),
        column("value", Text),
        column("in_force", Flag),
        optional("at", Instant),
        optional("path", Text),
        optional("record", Number),
        optional("line", Number),
        optional("offset", Number),
    ],
};

/// What was not read.
pub static PROBLEMS: Table = Table {
    name: "problems",
    columns: &[
        column("case", Text),
        column("kind", Text),
        column("incomplete", Flag),
        column("count", Number),
        column("detail", Text),
        column("path", Text),
        optional("record", Number),
        optional("line", Number),
        optional("offset", Number),
    ],
};

/// Every table.
pub static ALL: [&Table; 9] = [
    &CASES, &INCIDENTS, &CAUSES, &EVIDENCE, &SESSIONS, &TASK_RUNS, &CODES, &FACTS, &PROBLEMS,
];
