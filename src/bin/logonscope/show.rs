//! `logonscope show`: a stored diagnosis, rendered anew.

use std::path::{Path, PathBuf};

use clap::Args;
use logonscope::Error;
use logonscope::model::Diagnosis;
use logonscope::report;

use crate::analyze::{keep, status};
use crate::input;
use crate::options::{Look, Render};
use crate::status::{Failure, Outcome};

/// A stored diagnosis of more bytes than this is none of ours.
const MOST: u64 = 4 << 30;

/// Shows a stored diagnosis again, in any format
///
/// The logs are not needed: all of it comes from what `analyze --format json` or `batch` wrote.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  logonscope show diagnosis.json
  logonscope show results/case-17/diagnosis.json --format html -o case-17.html

Exit status: as that of analyze.")]
pub(crate) struct Show {
    /// What `analyze --format json` wrote; `-` is the standard input
    #[arg(value_name = "DIAGNOSIS.json")]
    path: PathBuf,
    #[command(flatten)]
    render: Render,
    #[command(flatten)]
    look: Look,
}

impl Show {
    pub(crate) fn run(self) -> Outcome {
        self.render.check(&self.look, std::slice::from_ref(&self.path))?;
        let mut diagnosis = stored(&self.path)?;
        let status = status(&diagnosis, self.render.fail_on);
        if let Some(least) = self.render.min_verdict {
            keep(&mut diagnosis, least);
        }
        let options = report::Options {
            source: Some(input::names(std::slice::from_ref(&self.path))),
            ..Default::default()
        };
        self.render.write(diagnosis, &self.look, options)?;
        Ok(status)
    }
}

/// Reads a stored diagnosis.
pub(crate) fn stored(path: &Path) -> Result<Diagnosis, Failure> {
    let name = path.display().to_string();
    let bytes = input::read(path, MOST).map_err(|error| Error::io(name.as_str(), error))?;
    Diagnosis::from_json(&bytes).map_err(|error| match bytes.trim_ascii_start().first() {
        Some(b'{') => Failure::new(format!("{name}: {error}")),
        // Whoever names a case here wants it diagnosed.
        _ => Failure::new(format!(
            "{name} is no stored diagnosis; `logonscope analyze {name}` makes one"
        )),
    })
}
