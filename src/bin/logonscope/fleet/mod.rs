//! `logonscope fleet`: what the cases of a batch have in common.

mod html;
mod text;

use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use clap::{Args, ValueEnum};
use logonscope::report::escape;
use logonscope::tables::fleet::{Fleet as Sums, FleetReport};

use crate::batch::stored;
use crate::options::Target;
use crate::output;
use crate::status::{Failure, Outcome, Status};

/// Shows what many cases have in common: common causes, rising causes, and unexplained symptoms that look alike
///
/// Reads what `batch` wrote. A fingerprint is the shape of an incident without anybody's name: symptom, code, and the signals that were
/// seen. Incidents that nothing explains and that share one are the next cause to write.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  logonscope fleet results
  logonscope fleet results -o results/fleet.html

Exit status: 0, or 2 where there is no batch or no finished case in it.")]
pub(crate) struct Fleet {
    /// The folder that `batch -o` wrote
    #[arg(value_name = "OUT")]
    batch: PathBuf,
    /// How to print it; without this, the ending of the name after -o decides, and otherwise it is text
    #[arg(short, long, value_enum, value_name = "FORMAT")]
    format: Option<Format>,
    /// The last day, UTC, of the week that the weeks before are compared with; without this, the latest on which something began
    #[arg(long, value_name = "YYYY-MM-DD")]
    until: Option<NaiveDate>,
    /// How many of each kind text and html show; json has all
    #[arg(long, value_name = "N", default_value_t = 20)]
    top: usize,
    #[command(flatten)]
    target: Target,
}

/// How it is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
    Html,
}

impl Fleet {
    pub(crate) fn run(self) -> Outcome {
        self.target.check()?;
        let names = cases(&self.batch)?;
        let mut sums = Sums::default();
        let mut finished = 0_usize;
        let complete = stored::each(
            &self.batch,
            names.iter().map(String::as_str),
            |case, diagnosis| {
                finished = finished.saturating_add(1);
                sums.add(case, diagnosis);
                Ok(())
            },
        )?;
        if finished == 0 {
            return Err(Failure::new(format!(
                "{}: no case is finished",
                self.batch.display()
            )));
        }
        if finished < names.len() {
            let wait = names.len().saturating_sub(finished);
            output::warn(&format!("{wait} of {} cases are not finished", names.len()));
        }
        let report = sums.report(self.until);
        self.target.write(&match self.format() {
            Format::Text => text::render(&report, self.top, self.target.colours(), self.target.width()),
            Format::Json => json(&report)?,
            Format::Html => html::render(&report, self.top),
        })?;
        Ok(if complete {
            Status::Nothing
        } else {
            Status::Incomplete
        })
    }

    fn format(&self) -> Format {
        let name = self.target.output.as_deref().and_then(Path::extension);
        let by_name = || match name?.to_str()? {
            "json" => Some(Format::Json),
            "html" | "htm" => Some(Format::Html),
            _ => None,
        };
        self.format.or_else(by_name).unwrap_or(Format::Text)
    }
}

fn json(report: &FleetReport) -> Result<String, Failure> {
    let text = serde_json::to_string_pretty(report).map_err(|error| Failure::new(error.to_string()))?;
    Ok(format!("{}\n", escape::json(&text)))
}

/// The names of the cases in the manifest. One that would lead out of the folder is no name of ours.
fn cases(batch: &Path) -> Result<Vec<String>, Failure> {
    let path = batch.join("manifest.json");
    let none = |why: &str| {
        Failure::new(format!(
            "{}: {why}; it is written by logonscope batch",
            path.display()
        ))
    };
    let text = std::fs::read(&path).map_err(|error| none(&error.to_string()))?;
    let manifest: serde_json::Value =
        serde_json::from_slice(&text).map_err(|error| none(&error.to_string()))?;
    if manifest["schema"] != "logonscope.batch/1" {
        return Err(none("no manifest of a batch"));
    }
    let listed = manifest["cases"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let names = listed.iter().filter_map(|case| case["case"].as_str());
    Ok(names.filter(|name| is_plain(name)).map(str::to_owned).collect())
}

/// Whether a name is one that `batch` gives: letters, digits, points, lines.
fn is_plain(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    !name.is_empty() && !name.starts_with('.') && name.chars().all(plain)
}
