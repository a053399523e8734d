//! `logonscope analyze`: the main job.

use std::path::PathBuf;

use chrono::TimeDelta;
use clap::Args;
use logonscope::diagnose::{Analyzer, Focus};
use logonscope::model::{Diagnosis, Time, Verdict};
use logonscope::report;

use crate::asked::{Asked, Calendar};
use crate::input;
use crate::nearest;
use crate::options::{Look, Part, Reading, Render, duration};
use crate::status::{Failure, Outcome, Status, reaches};

/// What stands for the cause that leads, where `--why` names none.
const LEADING: &str = "";

/// Finds out what failed and why
///
/// All paths are one case: folders, archives (zip, 7z, cab, tar) and single files, recognized by their content. `-` is the
/// standard input.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  logonscope analyze case.zip
  logonscope analyze Security.evtx Robot.log --around \"2026-05-04 10:42\" --tz Europe/Berlin
  logonscope analyze case.zip --html report.html
  logonscope analyze case.zip --format json -o diagnosis.json

Exit status: 0 nothing found at or above --fail-on, 1 findings, 2 usage or nothing readable,
3 nothing found but not everything could be read.")]
pub(crate) struct Analyze {
    /// What the customer sent; `-` is the standard input
    #[arg(value_name = "PATH", required_unless_present_any = ["json_schema", "why"])]
    paths: Vec<PathBuf>,
    /// Explain the verdict of this cause, by its id (-v shows ids): the sum behind it, term by term; without an id, of the cause that
    /// leads the first fault
    #[arg(long, value_name = "CAUSE", num_args = 0..=1, default_missing_value = LEADING)]
    why: Option<String>,
    /// Explain why this cause is not the one, and which single missing thing would make it so
    #[arg(long, value_name = "CAUSE")]
    why_not: Option<String>,
    /// Print the JSON Schema of `--format json` and do nothing else
    #[arg(long)]
    json_schema: bool,
    #[command(flatten)]
    render: Render,
    #[command(flatten)]
    part: Part,
    /// The complaint is about this time or day: explain also what happened then that would be normal at another time
    #[arg(long, value_name = "TIME", conflicts_with_all = ["since", "until"])]
    around: Option<String>,
    /// How far --around reaches to each side
    #[arg(long, value_name = "SPAN", default_value = "15m", value_parser = duration)]
    window: TimeDelta,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    look: Look,
}

impl Analyze {
    pub(crate) fn run(mut self) -> Outcome {
        self.case_behind_why();
        if self.paths.is_empty() && !self.json_schema {
            return Err(Failure::new(
                "name what the customer sent: logonscope analyze case.zip --why".to_owned(),
            ));
        }
        self.render.check(&self.look, &self.paths)?;
        self.render.warn_of_ending(&self.look.target, self.reading.quiet);
        if self.json_schema {
            self.look.target.write(&report::json_schema())?;
            return Ok(Status::Nothing);
        }
        let (mut diagnosis, around) = self.diagnose()?;
        let leading = || {
            let causes = diagnosis.incidents.iter().flat_map(|incident| &incident.causes);
            causes.map(|cause| cause.id.to_string()).next()
        };
        let why = match self.why {
            Some(id) if id == LEADING => leading(),
            why => why,
        };
        let status = status(&diagnosis, self.render.fail_on);
        let mut left_out = None;
        if let Some(least) = self.render.min_verdict {
            let all = diagnosis.incidents.len();
            keep(&mut diagnosis, least);
            left_out =
                Some((all.saturating_sub(diagnosis.incidents.len()), least)).filter(|(count, _)| *count > 0);
        }
        let options = report::Options {
            source: Some(input::names(&self.paths)),
            why,
            why_not: self.why_not,
            around,
            left_out,
            ..Default::default()
        };
        self.render.write(diagnosis, &self.look, options)?;
        Ok(status)
    }

    /// `--why case.zip`: what stands behind the option is the case, and no cause.
    fn case_behind_why(&mut self) {
        let case = self.why.as_deref().map(PathBuf::from);
        if let Some(case) = case.filter(|case| self.paths.is_empty() && case.exists()) {
            self.paths.push(case);
            self.why = Some(LEADING.to_owned());
        }
    }

    /// The result, and the span of time that was asked about.
    fn diagnose(&self) -> Result<(Diagnosis, Option<(Time, Time)>), Failure> {
        let asked = || [&self.why, &self.why_not].into_iter().flatten();
        let analyzer =
            input::analyzer(&self.reading, Focus::default())?.every_cause(asked().next().is_some());
        if let Some(id) = asked().find(|id| *id != LEADING && analyzer.knowledge().cause(id).is_none()) {
            let known = analyzer.knowledge().causes().iter().map(|rule| &*rule.id);
            let question = nearest::question(id, known);
            return Err(Failure::new(format!(
                "no cause {id:?}{question}; `logonscope knowledge list causes` lists them"
            )));
        }
        let mut times: Vec<&str> = self.part.times().collect();
        times.extend(self.around.as_deref());
        let asked = Asked {
            times,
            zone: self.look.tz,
            host: self.part.host(),
        };
        let mut span = None;
        let point = |analyzer: Analyzer, calendar: Calendar| {
            let around = self
                .around
                .as_deref()
                .map(|around| calendar.read_around(around, self.window))
                .transpose()?;
            let near = |at: Time, span: TimeDelta| at.checked_add_signed(span).unwrap_or(at);
            span = around.map(|(at, window)| (near(at, -window), near(at, window)));
            Ok(analyzer.focus(Focus {
                around,
                ..self.part.focus(calendar)?
            }))
        };
        let diagnosis = input::diagnose_asked(&self.paths, analyzer, &self.reading, &asked, point)?;
        Ok((diagnosis, span))
    }
}

pub(crate) fn status(diagnosis: &Diagnosis, fail_on: Verdict) -> Status {
    if reaches(diagnosis, fail_on) {
        Status::Found
    } else {
        Status::of_reading(diagnosis)
    }
}

pub(crate) fn keep(diagnosis: &mut Diagnosis, least: Verdict) {
    for incident in &mut diagnosis.incidents {
        incident.causes.retain(|cause| cause.verdict >= least);
    }
    diagnosis.incidents.retain(|incident| !incident.causes.is_empty());
}
