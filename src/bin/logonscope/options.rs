//! Options that several subcommands share.

use std::path::PathBuf;

use chrono::TimeDelta;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};
use logonscope::diagnose::Focus;
use logonscope::knowledge::parse_duration;
use logonscope::model::{Diagnosis, Verdict};
use logonscope::parse;
use logonscope::report::{self, Format, Zone};

use crate::asked::Calendar;
use crate::budget::{Budget, Passwords};
use crate::hide::Hide;
use crate::status::Failure;
use crate::{nearest, output};

/// How the reading goes.
#[derive(Debug, Args)]
#[command(next_help_heading = "Reading")]
pub(crate) struct Reading {
    /// The zone of local times where nothing else says it: UTC, +02:00, Europe/Berlin or a Windows zone name
    #[arg(long, value_name = "ZONE")]
    pub(crate) assume_tz: Option<String>,
    /// Also read stale records from the unused parts of event logs
    #[arg(long)]
    pub(crate) recover: bool,
    /// A folder of knowledge files of your own; an entry with the id of a built-in one replaces it
    #[arg(long, value_name = "DIR")]
    pub(crate) knowledge: Option<PathBuf>,
    /// A file that describes how your own collector lays out its files (README: Teach it)
    #[arg(long, value_name = "FILE")]
    pub(crate) layouts: Option<PathBuf>,
    /// A file or folder that tells how binary traces read: manifests (.man), programs that define providers (.dll, .exe, .sys), format
    /// files of WPP (.tmf); may be given again. Those beside the traces are used anyway
    #[arg(long, visible_alias = "tmf", value_name = "PATH")]
    pub(crate) manifest: Vec<PathBuf>,
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
#[command(next_help_heading = "Output")]
pub(crate) struct Look {
    /// The zone of times, both shown and given: utc, host, +02:00 or Area/City. Without it, text shows the local time of the host,
    /// tables show UTC; JSON is always UTC
    #[arg(long, value_name = "ZONE", value_parser = zone)]
    pub(crate) tz: Option<Zone>,
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
            zone: self.tz.unwrap_or(Zone::Host),
            detail: self.verbose,
            colour: self.target.colours(),
            width: self.target.width(),
            lines: output::lines(),
            ..Default::default()
        }
    }
}

/// How a diagnosis is written down, and what of it counts.
#[derive(Debug, Args)]
#[command(next_help_heading = "Report")]
pub(crate) struct Render {
    /// How to print it; without this, the ending of the name after -o decides, and otherwise it is text
    #[arg(short, long, value_name = "FORMAT", value_parser = format())]
    pub(crate) format: Option<Format>,
    /// Also write the report as a page for a browser, in one file
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Only the answer, in one line
    #[arg(long, conflicts_with_all = ["format", "verbose"])]
    brief: bool,
    /// Leave out causes below this verdict, and incidents without any other
    #[arg(long, value_name = "VERDICT", value_parser = verdict())]
    pub(crate) min_verdict: Option<Verdict>,
    /// From which verdict on the exit status is 1
    #[arg(long, value_name = "VERDICT", default_value = "possible", value_parser = verdict())]
    pub(crate) fail_on: Verdict,
    #[command(flatten)]
    hide: Hide,
}

/// How this run was asked for, without what opens archives.
fn command_line() -> String {
    let mut words = vec!["logonscope".to_owned()];
    let mut arguments = std::env::args_os().skip(1);
    while let Some(word) = arguments.next() {
        let word = word.to_string_lossy();
        if word == "--password" {
            arguments.next();
        }
        if word.starts_with("--password") && word != "--password-file" {
            words.push("--password ...".to_owned());
        } else if word.contains(' ') {
            words.push(format!("\"{word}\""));
        } else {
            words.push(word.into_owned());
        }
    }
    words.join(" ")
}

/// One of the formats, by its name.
fn format() -> impl TypedValueParser<Value = Format> {
    PossibleValuesParser::new(Format::ALL.map(Format::name)).try_map(|text| text.parse::<Format>())
}

/// One of the verdicts, by its name.
pub(crate) fn verdict() -> impl TypedValueParser<Value = Verdict> {
    PossibleValuesParser::new(Verdict::ALL.map(Verdict::name)).try_map(|text| text.parse::<Verdict>())
}

impl Render {
    /// Complains early, before hours of reading.
    pub(crate) fn check(&self, look: &Look, inputs: &[PathBuf]) -> Result<(), Failure> {
        look.target.check_beside(inputs)?;
        self.hide.check()?;
        self.page(look).map_or(Ok(()), |page| page.check_beside(inputs))
    }

    /// Where the page goes that is written beside the output.
    fn page(&self, look: &Look) -> Option<Target> {
        self.html.clone().map(|path| Target {
            output: Some(path),
            force: look.target.force,
            color: Color::Never,
        })
    }

    /// Writes a diagnosis; `options` holds what only the command knows.
    pub(crate) fn write(
        &self,
        diagnosis: Diagnosis,
        look: &Look,
        options: report::Options,
    ) -> Result<(), Failure> {
        let diagnosis = &self.hide.apply(diagnosis)?;
        // The arguments hold names, too.
        let told = !self.hide.pseudonymize;
        let format = self.format(&look.target);
        let options = |format: Format| {
            let zone = if format.is_table() { Zone::Utc } else { Zone::Host };
            report::Options {
                zone: look.tz.unwrap_or(zone),
                why: options.why.clone(),
                why_not: options.why_not.clone(),
                around: options.around,
                left_out: options.left_out,
                source: options.source.clone().filter(|_| told),
                command: told.then(command_line),
                ..look.options()
            }
        };
        if let Some(page) = self.page(look) {
            page.write(&report::render(diagnosis, Format::Html, &options(Format::Html)))?;
        }
        let text = if self.brief {
            report::brief(diagnosis, &options(Format::Text))
        } else {
            report::render(diagnosis, format, &options(format))
        };
        look.target
            .write(&if format == Format::Mail && ends(&look.target, "eml") {
                MAIL_HEAD.to_owned() + &text.replace('\n', "\r\n")
            } else {
                text
            })
    }

    fn format(&self, target: &Target) -> Format {
        let name = target.output.as_deref().and_then(std::path::Path::extension);
        let by_name = || Format::by_extension(name?.to_str()?);
        self.format.or_else(by_name).unwrap_or(Format::Text)
    }

    /// Says so where the ending of a name asks for what this program does not write.
    pub(crate) fn warn_of_ending(&self, target: &Target, quiet: bool) {
        const TEXT: [&str; 4] = ["txt", "text", "log", "out"];
        let ending = target
            .output
            .as_deref()
            .and_then(std::path::Path::extension)
            .and_then(|ending| ending.to_str());
        let unknown = ending.filter(|ending| {
            Format::by_extension(ending).is_none()
                && !TEXT.iter().any(|text| text.eq_ignore_ascii_case(ending))
        });
        if let Some(ending) = unknown.filter(|_| self.format.is_none() && !quiet) {
            let known: Vec<String> = Format::ALL.iter().map(Format::to_string).collect();
            output::warn(&format!(
                "no format is called .{ending}: this is written as text; --format takes {}",
                known.join(", ")
            ));
        }
    }
}

/// What stands above a mail in a file that a mail program opens: it is not sent yet.
const MAIL_HEAD: &str = "Subject: What the logs show\r\nX-Unsent: 1\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\
Content-Transfer-Encoding: 8bit\r\n\r\n";

fn ends(target: &Target, ending: &str) -> bool {
    let found = target.output.as_deref().and_then(std::path::Path::extension);
    found.is_some_and(|found| found.eq_ignore_ascii_case(ending))
}

/// Where the result goes.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct Target {
    /// Write to this file, all of it or nothing
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Replace files that exist
    #[arg(long)]
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
#[command(next_help_heading = "Part of the case")]
pub(crate) struct Part {
    /// Nothing before this time: 2026-05-04T10:42:00Z, or "2026-05-04 10:42" in the zone of --tz, or else of the host
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
    /// The times that it names.
    pub(crate) fn times(&self) -> impl Iterator<Item = &str> {
        self.since.iter().chain(&self.until).map(String::as_str)
    }

    /// The user that it names.
    pub(crate) fn user(&self) -> Option<&str> {
        self.user.as_deref()
    }

    /// The host that it names.
    pub(crate) fn host(&self) -> Option<&str> {
        self.host.as_deref()
    }

    /// The same for the engine, times read by this calendar.
    pub(crate) fn focus(&self, calendar: Calendar) -> Result<Focus, Failure> {
        let time = |text: &Option<String>| text.as_deref().map(|text| calendar.read(text)).transpose();
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

/// Reads a zone, also by the name that Windows gives it.
pub(crate) fn zone(text: &str) -> Result<Zone, String> {
    let named = || parse::zone_name(text)?.parse().ok();
    text.parse::<Zone>().or_else(|error| {
        let known = chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name());
        named().ok_or_else(|| error + &nearest::spelled(text, known))
    })
}

/// Reads `15m`, `2h`, `1d`.
pub(crate) fn duration(text: &str) -> Result<TimeDelta, String> {
    parse_duration(text)
}
