//! `logonscope timeline`: everything in the order of time.

use std::path::PathBuf;

use chrono::TimeDelta;
use clap::{Args, ValueEnum};
use logonscope::diagnose::{Analyzer, Focus};
use logonscope::model::Time;
use logonscope::report::timeline::{self, Wanted};
use logonscope::report::{self, Zone};

use crate::asked::Asked;
use crate::hide::Hide;
use crate::input;
use crate::options::{Look, Part, Reading, duration};
use crate::status::{Outcome, Status};

/// Shows what happened, in the order of time: failures, evidence, sessions, tasks, jobs, restarts, changes
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  logonscope timeline case.zip --around \"2026-05-04 10:42\"
  logonscope timeline case.zip --host RPA-07 --format csv -o timeline.csv")]
pub(crate) struct Timeline {
    /// What the customer sent; `-` is the standard input
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// How to print it
    #[arg(short, long, value_enum, default_value_t)]
    format: Form,
    #[command(flatten)]
    part: Part,
    /// Only what lies around this time, or on this day
    #[arg(long, value_name = "TIME", conflicts_with_all = ["since", "until"])]
    around: Option<String>,
    /// How far --around reaches to each side
    #[arg(long, value_name = "SPAN", default_value = "15m", value_parser = duration)]
    window: TimeDelta,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    look: Look,
    #[command(flatten)]
    hide: Hide,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Form {
    #[default]
    Text,
    Jsonl,
    Csv,
}

impl Timeline {
    pub(crate) fn run(self) -> Outcome {
        self.look.target.check_beside(&self.paths)?;
        self.hide.check_filters(self.part.user())?;
        let mut times: Vec<&str> = self.part.times().collect();
        times.extend(self.around.as_deref());
        let asked = Asked {
            times,
            zone: self.look.tz,
            host: self.part.host(),
        };
        let mut wanted = Wanted::default();
        let analyzer = input::analyzer(&self.reading, Focus::default())?;
        let diagnosis = input::diagnose_asked(
            &self.paths,
            analyzer,
            &self.reading,
            &asked,
            |analyzer: Analyzer, calendar| {
                let focus = self.part.focus(calendar)?;
                let around = self
                    .around
                    .as_deref()
                    .map(|around| calendar.read_around(around, self.window))
                    .transpose()?;
                let near = |at: Time, span: TimeDelta| at.checked_add_signed(span);
                wanted = Wanted {
                    since: around.map_or(focus.since, |(at, window)| near(at, -window)),
                    until: around.map_or(focus.until, |(at, window)| near(at, window)),
                    user: focus.user.clone(),
                };
                // What lies before and after still explains what lies in between.
                let whole = Focus {
                    host: focus.host.clone(),
                    ..Focus::default()
                };
                let sought = Focus { around, ..focus };
                Ok(analyzer.focus(whole).seeking(sought))
            },
        )?;
        let diagnosis = self.hide.apply(diagnosis)?;
        let options = report::Options {
            zone: self.look.tz.unwrap_or(if self.format == Form::Text {
                Zone::Host
            } else {
                Zone::Utc
            }),
            ..self.look.options()
        };
        self.look.target.write(&match self.format {
            Form::Text => timeline::text(&diagnosis, &wanted, &options),
            Form::Jsonl => timeline::jsonl(&diagnosis, &wanted),
            Form::Csv => timeline::csv(&diagnosis, &wanted, &options),
        })?;
        Ok(Status::of_reading(&diagnosis))
    }
}
