//! `logonscope analyze`: the main job.

use std::path::PathBuf;

use chrono::TimeDelta;
use clap::Args;
use logonscope::model::{Diagnosis, Verdict};
use logonscope::report::{self, Format};

use crate::input;
use crate::options::{Look, Part, Reading, duration};
use crate::status::{Failure, Outcome, Status, reaches};

/// Finds out what failed and why
///
/// All paths are one case: folders, archives (zip, 7z, cab, tar) and single files, told by their content. `-` is the
/// standard input.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  logonscope analyze case.zip
  logonscope analyze Security.evtx Robot.log --around \"2026-05-04 10:42\" --tz Europe/Berlin
  logonscope analyze case.zip --format json -o diagnosis.json

Exit status: 0 nothing found at or above --fail-on, 1 findings, 2 usage or nothing readable,
3 nothing found but not everything could be read.")]
pub(crate) struct Analyze {
    /// What the customer sent
    #[arg(value_name = "PATH", required_unless_present = "json_schema")]
    paths: Vec<PathBuf>,
    /// text, json, jsonl, csv or markdown
    #[arg(short, long, value_name = "FORMAT", default_value = "text", value_parser = |text: &str| text.parse::<Format>())]
    format: Format,
    /// Print the JSON Schema of `--format json` and do nothing else
    #[arg(long)]
    json_schema: bool,
    #[command(flatten)]
    part: Part,
    /// The complaint is about this time: what is normal otherwise is explained there too
    #[arg(long, value_name = "TIME", conflicts_with_all = ["since", "until"])]
    around: Option<String>,
    /// How far --around reaches to each side
    #[arg(long, value_name = "SPAN", default_value = "15m", value_parser = duration)]
    window: TimeDelta,
    /// Leave out causes below this verdict, and incidents without any other: not-evaluated, ruled-out, unlikely, possible,
    /// likely, strong
    #[arg(long, value_name = "VERDICT", value_parser = |text: &str| text.parse::<Verdict>())]
    min_verdict: Option<Verdict>,
    /// From which verdict on the exit status is 1
    #[arg(long, value_name = "VERDICT", default_value = "possible", value_parser = |text: &str| text.parse::<Verdict>())]
    fail_on: Verdict,
    /// Show the sum behind the verdict of this cause, term by term
    #[arg(long, value_name = "CAUSE")]
    why: Option<String>,
    /// Show why this cause is not the one, and which single missing thing would make it so
    #[arg(long, value_name = "CAUSE")]
    why_not: Option<String>,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    look: Look,
}

impl Analyze {
    pub(crate) fn run(self) -> Outcome {
        self.look.target.check()?;
        if self.json_schema {
            self.look.target.write(&report::json_schema())?;
            return Ok(Status::Nothing);
        }
        let mut diagnosis = self.diagnose()?;
        let status = status(&diagnosis, self.fail_on);
        if let Some(least) = self.min_verdict {
            keep(&mut diagnosis, least);
        }
        let options = report::Options {
            why: self.why,
            why_not: self.why_not,
            ..self.look.options()
        };
        self.look
            .target
            .write(&report::render(&diagnosis, self.format, &options))?;
        Ok(status)
    }

    fn diagnose(&self) -> Result<Diagnosis, Failure> {
        let mut focus = self.part.focus(self.look.tz)?;
        if let Some(around) = &self.around {
            focus.around = Some((self.look.tz.read(around)?, self.window));
        }
        let asked = || [&self.why, &self.why_not].into_iter().flatten();
        let analyzer = input::analyzer(&self.reading, focus)?.every_cause(asked().next().is_some());
        if let Some(id) = asked().find(|id| analyzer.knowledge().cause(id).is_none()) {
            return Err(Failure::new(format!(
                "no cause {id:?}; `logonscope knowledge list causes` lists them"
            )));
        }
        input::diagnose(&self.paths, analyzer, &self.reading)
    }
}

fn status(diagnosis: &Diagnosis, fail_on: Verdict) -> Status {
    if reaches(diagnosis, fail_on) {
        Status::Found
    } else {
        Status::of_reading(diagnosis)
    }
}

fn keep(diagnosis: &mut Diagnosis, least: Verdict) {
    for incident in &mut diagnosis.incidents {
        incident.causes.retain(|cause| cause.verdict >= least);
    }
    diagnosis.incidents.retain(|incident| !incident.causes.is_empty());
}
