//! `logonscope collect`: the script that gathers what is missing.

use std::path::{Path, PathBuf};

use clap::Args;
use logonscope::diagnose::{Analyzer, Focus};
use logonscope::model::Diagnosis;
use logonscope::report;

use crate::options::{Look, Part, Reading};
use crate::status::{Failure, Outcome, Status};
use crate::{input, output, show};

/// Writes one script for the customer that gathers what a case lacks into one zip
///
/// It runs as administrator by a double click (collect.cmd) or in PowerShell, takes what is listed on its first lines and
/// nothing else, changes nothing and sends nothing.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  logonscope collect --for case.zip -o collect.cmd
  logonscope collect --for diagnosis.json")]
pub(crate) struct Collect {
    /// What the customer sent so far, or a stored diagnosis of it
    #[arg(long = "for", value_name = "PATH", required = true, num_args = 1..)]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    part: Part,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    look: Look,
}

impl Collect {
    pub(crate) fn run(self) -> Outcome {
        self.look.target.check_beside(&self.paths)?;
        let diagnosis = match self.paths.as_slice() {
            [one] if is_stored(one) => show::stored(one)?,
            paths => self.diagnose(paths)?,
        };
        if diagnosis.ask.iter().all(|item| item.command.is_none()) {
            return Err(Failure::new("nothing that a script could gather is missing"));
        }
        self.look
            .target
            .write(&report::script(&diagnosis, &self.look.options()))?;
        if let Some(path) = self.look.target.output.as_deref().filter(|_| !self.reading.quiet) {
            output::warn(&format!(
                "send {} to the customer; it makes one zip on the desktop",
                path.display()
            ));
        }
        Ok(Status::Nothing)
    }

    fn diagnose(&self, paths: &[PathBuf]) -> Result<Diagnosis, Failure> {
        let analyzer = input::analyzer(&self.reading, Focus::default())?;
        let asked = input::Asked {
            times: self.part.times().collect(),
            zone: self.look.tz,
            host: self.part.host(),
        };
        input::diagnose_asked(
            paths,
            analyzer,
            &self.reading,
            &asked,
            |analyzer: Analyzer, zone| Ok(analyzer.focus(self.part.focus(zone)?)),
        )
    }
}

/// Whether a file is a stored diagnosis, by its name.
pub(crate) fn is_stored(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("json"))
        && path.is_file()
        && show::stored(path).is_ok()
}
