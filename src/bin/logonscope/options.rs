//! Options that several subcommands share.

use std::path::PathBuf;

use chrono::TimeDelta;
use clap::{Args, ValueEnum};
use logonscope::diagnose::Focus;
use logonscope::knowledge::parse_duration;
use logonscope::report::{self, Zone};

use crate::budget::{Budget, Passwords};
use crate::status::Failure;

/// How the reading goes.
#[derive(Debug, Args)]
pub(crate) struct Reading {
    /// The zone of local times that nothing else tells: UTC, +02:00, Europe/Berlin or a Windows zone name
    #[arg(long, value_name = "ZONE")]
    pub(crate) assume_tz: Option<String>,
    /// Also read stale records from the unused parts of event logs
    #[arg(long)]
    pub(crate) recover: bool,
    /// A folder of knowledge files of your own; an id that exists replaces the built-in entry
    #[arg(long, value_name = "DIR")]
    pub(crate) knowledge: Option<PathBuf>,
    /// A file of layouts of collections of your own; an id that exists replaces the built-in one
    #[arg(long, value_name = "FILE")]
    pub(crate) layouts: Option<PathBuf>,
    /// Threads to read with; 0 is one for each core
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) threads: usize,
    /// No progress and no warnings
    #[arg(short, long)]
    pub(crate) quiet: bool,
    #[command(flatten)]
    pub(crate) passwords: Passwords,
    #[command(flatten)]
    pub(crate) budget: Budget,
}

/// How the result looks and where it goes.
#[derive(Debug, Args)]
pub(crate) struct Look {
    /// The zone of the times shown: utc, host, +02:00 or Area/City; JSON is always UTC
    #[arg(long, value_name = "ZONE", default_value = "utc", value_parser = |text: &str| text.parse::<Zone>())]
    pub(crate) tz: Zone,
    /// Everything in full: all incidents, stories, problems
    #[arg(short, long)]
    pub(crate) verbose: bool,
    #[command(flatten)]
    pub(crate) target: Target,
}

impl Look {
    /// The same for the renderers.
    pub(crate) fn options(&self) -> report::Options {
        report::Options {
            zone: self.tz,
            detail: self.verbose,
            colour: self.target.colours(),
            ..Default::default()
        }
    }
}

/// Where the result goes.
#[derive(Debug, Args)]
pub(crate) struct Target {
    /// Write to this file, all of it or nothing
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Replace the file of -o when it exists
    #[arg(long, requires = "output")]
    pub(crate) force: bool,
    /// Colours
    #[arg(long, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub(crate) color: Color,
}

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    Always,
    Never,
}

/// Text or JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum Simple {
    #[default]
    Text,
    Json,
}

/// Which part of the case is looked at.
#[derive(Debug, Args)]
pub(crate) struct Part {
    /// Nothing before this time: 2026-05-04T10:42:00Z or "2026-05-04 10:42", the latter in the zone of --tz
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    /// Nothing after this time
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
    /// Only this host
    #[arg(long, value_name = "NAME")]
    host: Option<String>,
    /// Only this user, in any spelling: svc-robot, CORP\svc-robot, svc-robot@corp.example
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
}

impl Part {
    pub(crate) fn focus(&self, zone: Zone) -> Result<Focus, Failure> {
        let time = |text: &Option<String>| text.as_deref().map(|text| zone.read(text)).transpose();
        let focus = Focus {
            since: time(&self.since)?,
            until: time(&self.until)?,
            around: None,
            user: self.user.clone(),
            host: self.host.clone(),
        };
        match (focus.since, focus.until) {
            (Some(since), Some(until)) if since > until => Err(Failure::new("--since is after --until")),
            _ => Ok(focus),
        }
    }
}

/// Reads `15m`, `2h`, `1d`.
pub(crate) fn duration(text: &str) -> Result<TimeDelta, String> {
    parse_duration(text)
}
