//! `logonscope events`: normalized events, filtered.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use logonscope::diagnose::Selection;
use logonscope::model::{self, Level};
use logonscope::report::events;

use crate::input::{self, Asked};
use crate::options::{Look, Part, Reading};
use crate::output;
use crate::status::{Outcome, Status};

/// Lists events as JSON lines, CSV or text, in the order of the files
///
/// Filters of one kind are alternatives; filters of different kinds must all hold. Times are UTC.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  logonscope events case.zip --provider Microsoft-Windows-TaskScheduler --id 101,104
  logonscope events Security.evtx --id 4625 --format text | less
  logonscope events Security.evtx --id 4625 --since 2026-05-04 --format csv -o logons.csv")]
pub(crate) struct Events {
    /// What the customer sent; `-` is the standard input
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// How to print it
    #[arg(short, long, value_enum, default_value_t)]
    format: Form,
    /// Only this channel, or those whose name ends so: Security, LocalSessionManager/Operational
    #[arg(long, value_name = "NAME")]
    channel: Vec<String>,
    /// Only this provider
    #[arg(long, value_name = "NAME")]
    provider: Vec<String>,
    /// Only these event ids
    #[arg(long, value_name = "N", value_delimiter = ',')]
    id: Vec<u16>,
    /// Only this level: critical, error, warning, information, verbose
    #[arg(long, value_name = "NAME", value_parser = level)]
    level: Vec<Level>,
    /// Only events whose message or values hold this text; case does not count
    #[arg(long, value_name = "STRING")]
    text: Vec<String>,
    #[command(flatten)]
    part: Part,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    look: Look,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Form {
    #[default]
    Jsonl,
    Csv,
    Text,
}

fn level(text: &str) -> Result<Level, String> {
    match text {
        "none" => Ok(Level::None),
        text => Level::from_word(text).ok_or_else(|| format!("no level {text:?}")),
    }
}

impl Events {
    pub(crate) fn run(self) -> Outcome {
        self.look.target.check_beside(&self.paths)?;
        let asked = Asked {
            times: self.part.times().collect(),
            zone: self.look.tz,
            host: self.part.host(),
        };
        let focus = self
            .part
            .focus(input::zone(&self.paths, &self.reading, &asked)?)?;
        let selection = Selection {
            channels: self.channel,
            providers: self.provider,
            ids: self.id,
            levels: self.level,
            texts: self.text,
        };
        let limits = self.reading.budget.limits_from_now();
        let bundle = input::open(&self.paths, &self.reading, &limits)?;
        let analyzer = input::lister(&self.reading, focus)?.limits(limits);
        let mut problems = Ok(Vec::new());
        self.look.target.stream(|out| {
            let text = events::Text {
                zone: self.look.tz.unwrap_or_default(),
            };
            let form: &dyn model::Form = match self.format {
                Form::Text => &text,
                Form::Jsonl => &events::Jsonl,
                Form::Csv => &events::Csv,
            };
            if matches!(self.format, Form::Csv) {
                out.write_all(events::csv_header().as_bytes())?;
            }
            let mut failure = Ok(());
            problems = analyzer.write_events(&bundle, &selection, form, |bytes| {
                failure = out.write_all(bytes);
                failure.is_ok()
            });
            failure
        })?;
        let problems = problems?;
        let incomplete = problems
            .iter()
            .filter(|problem| problem.kind.is_incomplete())
            .count();
        if incomplete > 0 && !self.reading.quiet {
            output::warn(&format!(
                "{incomplete} parts of the input could not be read; `logonscope inspect` lists them"
            ));
        }
        Ok(if incomplete > 0 {
            Status::Incomplete
        } else {
            Status::Nothing
        })
    }
}
