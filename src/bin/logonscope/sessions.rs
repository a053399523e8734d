//! `logonscope sessions`: the session ledger.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use logonscope::diagnose::{Analyzer, Focus};
use logonscope::report::{self, Zone, sessions};

use crate::asked::Asked;
use crate::hide::Hide;
use crate::input;
use crate::options::{Look, Part, Reading};
use crate::status::{Outcome, Status};

/// Shows who was in which session from when to when, and how it ended
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  logonscope sessions case.zip
  logonscope sessions case.zip --at 2026-05-04T10:42:00Z
  logonscope sessions case.zip --format csv -o sessions.csv")]
pub(crate) struct Sessions {
    /// What the customer sent; `-` is the standard input
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// Who owned which session at this time
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    /// How to print it
    #[arg(short, long, value_enum, default_value_t)]
    format: Form,
    #[command(flatten)]
    part: Part,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    look: Look,
    #[command(flatten)]
    hide: Hide,
}

/// How sessions are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Form {
    #[default]
    Text,
    Json,
    Csv,
}

impl Sessions {
    pub(crate) fn run(self) -> Outcome {
        self.look.target.check_beside(&self.paths)?;
        self.hide.check()?;
        let analyzer = input::analyzer(&self.reading, Focus::default())?;
        let mut times: Vec<&str> = self.part.times().collect();
        times.extend(self.at.as_deref());
        let asked = Asked {
            times,
            zone: self.look.tz,
            host: self.part.host(),
        };
        let mut bounds = (None, Focus::default());
        let mut diagnosis = input::diagnose_asked(
            &self.paths,
            analyzer,
            &self.reading,
            &asked,
            |analyzer: Analyzer, calendar| {
                let at = self.at.as_deref().map(|text| calendar.read(text)).transpose()?;
                bounds = (at, self.part.focus(calendar)?);
                Ok(analyzer.focus(bounds.1.clone()))
            },
        )?;
        let (at, focus) = bounds;
        let wanted = |user: &str| {
            focus
                .user
                .as_deref()
                .is_none_or(|wanted| logonscope::model::same_user(wanted, user))
        };
        diagnosis.sessions.retain(|session| {
            session.user.as_deref().map_or(focus.user.is_none(), wanted)
                && focus
                    .since
                    .is_none_or(|since| session.end.is_none_or(|end| end >= since))
                && focus
                    .until
                    .is_none_or(|until| session.start.is_none_or(|start| start <= until))
        });
        let diagnosis = self.hide.apply(diagnosis)?;
        let options = self.look.options();
        self.look.target.write(&match self.format {
            Form::Text => sessions::text(&diagnosis, at, &options),
            Form::Json => sessions::json(&diagnosis, at),
            Form::Csv => sessions::csv(
                &diagnosis,
                at,
                &report::Options {
                    zone: self.look.tz.unwrap_or(Zone::Utc),
                    ..options
                },
            ),
        })?;
        Ok(Status::of_reading(&diagnosis))
    }
}
