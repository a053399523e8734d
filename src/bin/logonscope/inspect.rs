//! `logonscope inspect`: what is in there.

use std::path::PathBuf;

use clap::Args;
use logonscope::diagnose::{Analyzer, Focus};
use logonscope::report::inputs;

use crate::asked::{Asked, Calendar};
use crate::hide::Hide;
use crate::input;
use crate::options::{Look, Part, Reading, Simple};
use crate::status::{Outcome, Status};

/// Shows what is in a case: files and their formats, hosts, logs and what they cover, problems
#[derive(Debug, Args)]
#[command(after_help = "Example:
  logonscope inspect case.zip -v")]
pub(crate) struct Inspect {
    /// What the customer sent; `-` is the standard input
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// How to print it
    #[arg(short, long, value_enum, default_value_t)]
    format: Simple,
    #[command(flatten)]
    part: Part,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    look: Look,
    #[command(flatten)]
    hide: Hide,
}

impl Inspect {
    pub(crate) fn run(self) -> Outcome {
        self.look.target.check_beside(&self.paths)?;
        self.hide.check_filters(self.part.user())?;
        let analyzer = input::analyzer(&self.reading, Focus::default())?;
        let asked = Asked {
            times: self.part.times().collect(),
            zone: self.look.tz,
            host: self.part.host(),
        };
        let point = |analyzer: Analyzer, calendar: Calendar| Ok(analyzer.focus(self.part.focus(calendar)?));
        let diagnosis = input::diagnose_asked(&self.paths, analyzer, &self.reading, &asked, point)?;
        let diagnosis = self.hide.apply(diagnosis)?;
        let options = self.look.options();
        self.look.target.write(&match self.format {
            Simple::Text => inputs::text(&diagnosis, &options),
            Simple::Json => inputs::json(&diagnosis),
        })?;
        Ok(Status::of_reading(&diagnosis))
    }
}
