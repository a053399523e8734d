//! A diagnosis for people and for programs: text for a terminal, a page for a browser, a mail, JSON, JSON lines, CSV, Markdown; one
//! file or folder each.
//!
//! Owns layout and escaping. Must not know readers, knowledge or engine: it renders what the model holds and adds no
//! judgement. Log text reaches a terminal or a page only through [`escape`].
//!
//! ```no_run
//! use logonscope::diagnose::Analyzer;
//! use logonscope::report::{self, Format, Options};
//!
//! let diagnosis = Analyzer::new()?.analyze(["case.zip"])?;
//! print!("{}", report::render(&diagnosis, Format::Text, &Options::default()));
//! # Ok::<(), logonscope::Error>(())
//! ```

mod answer;
mod around;
mod asking;
pub mod capsule;
mod collect;
mod commands;
pub mod comparison;
mod csv;
#[cfg(test)]
mod defused;
pub mod escape;
pub mod events;
mod fault_table;
mod html;
pub mod inputs;
mod json;
mod jsonl;
mod mail;
mod markdown;
mod page;
mod places;
pub mod pseudonym;
mod reading;
mod sarif;
mod screen;
pub mod sessions;
mod shorter;
mod standing;
mod strip;
mod text;
pub mod timeline;
mod trace;
mod why;
mod wording;
mod zone;

pub use collect::{Step, of_steps as script_of, script};
pub use html::{CaseRow, index as html_index};
pub use page::{Page, Style, WIDTH};
pub use screen::LINES as SCREEN;
pub use zone::{Clockface, Said, Zone};

use std::fmt;
use std::str::FromStr;

use crate::model::{Diagnosis, Time, Verdict};

/// How a diagnosis is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// For a person at a terminal.
    Text,
    /// One object, indented.
    Json,
    /// One incident a line.
    Jsonl,
    /// One incident a row.
    Csv,
    /// For a ticket or a wiki.
    Markdown,
    /// A page for a browser, in one file.
    Html,
    /// A mail to the customer.
    Mail,
    /// SARIF 2.1.0, for tools that show results of analyzers.
    Sarif,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 8] = [
        Self::Text,
        Self::Json,
        Self::Jsonl,
        Self::Csv,
        Self::Markdown,
        Self::Html,
        Self::Mail,
        Self::Sarif,
    ];

    /// The format of files whose names end so, without the dot.
    pub fn by_extension(extension: &str) -> Option<Self> {
        match extension.to_ascii_lowercase().as_str() {
            "txt" | "text" => Some(Self::Text),
            "json" => Some(Self::Json),
            "jsonl" | "ndjson" => Some(Self::Jsonl),
            "csv" => Some(Self::Csv),
            "md" | "markdown" => Some(Self::Markdown),
            "html" | "htm" => Some(Self::Html),
            "eml" => Some(Self::Mail),
            "sarif" => Some(Self::Sarif),
            _ => None,
        }
    }

    /// Whether it is for spreadsheets and programs rather than for people.
    pub const fn is_table(self) -> bool {
        matches!(self, Self::Json | Self::Jsonl | Self::Csv)
    }

    /// The name, as the command line spells it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Csv => "csv",
            Self::Markdown => "markdown",
            Self::Html => "html",
            Self::Mail => "mail",
            Self::Sarif => "sarif",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|format| format.name() == text)
            .ok_or_else(|| {
                let names: Vec<_> = Self::ALL.iter().map(|format| format.name()).collect();
                format!("no format {text:?}; there are {}", names.join(", "))
            })
    }
}

/// How a report is to look.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The zone of the times shown. JSON is always UTC.
    pub zone: Zone,
    /// Every incident, story and problem in full instead of the leading ones.
    pub detail: bool,
    /// The sums behind the verdicts of this cause; only text shows them.
    pub why: Option<String>,
    /// Why this cause is not the one, and what would make it so; only text shows it.
    pub why_not: Option<String>,
    /// Terminal colours; only text has them.
    pub colour: bool,
    /// Columns of text; 0 is [`WIDTH`].
    pub width: usize,
    /// Lines that the first screen of text may take; 0, or fewer, are [`SCREEN`].
    pub lines: usize,
    /// How many faults were left out because no cause of theirs reaches this verdict; only text says so.
    pub left_out: Option<(usize, Verdict)>,
    /// The span of time that was asked about; only text shows what happened in it where nothing failed.
    pub around: Option<(Time, Time)>,
    /// What the diagnosis is of, as a person would type it to get it again.
    pub source: Option<String>,
    /// The command that made it; only the page shows it.
    pub command: Option<String>,
}

/// The answer in one line, for a list of many cases.
pub fn brief(diagnosis: &Diagnosis, options: &Options) -> String {
    text::brief(diagnosis, options)
}

/// Renders a diagnosis.
pub fn render(diagnosis: &Diagnosis, format: Format, options: &Options) -> String {
    match format {
        Format::Text => text::render(diagnosis, options),
        Format::Json => json::render(diagnosis),
        Format::Jsonl => jsonl::render(diagnosis),
        Format::Csv => csv::render(diagnosis, options),
        Format::Markdown => markdown::render(diagnosis, options),
        Format::Html => html::render(diagnosis, options),
        Format::Mail => mail::render(diagnosis, options),
        Format::Sarif => sarif::render(diagnosis, options),
    }
}

/// What the columns of [`Format::Csv`] are.
pub const INCIDENT_COLUMNS: [&str; 21] = csv::HEADER;

/// The cells of each incident in the columns of [`Format::Csv`], as they are: for tables over several diagnoses.
pub fn incident_rows(diagnosis: &Diagnosis, options: &Options) -> Vec<[String; 21]> {
    csv::rows(diagnosis, options)
}

/// One row of a CSV table, its cells escaped so that no spreadsheet takes one for a formula.
pub fn csv_row(cells: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    csv::row(cells)
}

/// The JSON Schema of what [`Format::Json`] gives, indented.
#[cfg(feature = "schema")]
pub fn json_schema() -> String {
    json::schema()
}

#[cfg(test)]
mod tests;
