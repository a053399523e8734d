//! `logonscope events`: normalized events, filtered.

use std::mem::take;
use std::path::PathBuf;

use chrono::SubsecRound as _;
use clap::{Args, ValueEnum};
use logonscope::bundle::Bundle;
use logonscope::diagnose::Focus;
use logonscope::model::{self, Coverage, Diagnosis, EventForm, Level, Problem};
use logonscope::parse::Parser;
use logonscope::report::pseudonym::{Names, Veil};
use logonscope::report::{Zone, events};

use crate::asked::Asked;
use crate::hide::Hide;
use crate::input;
use crate::options::{Look, Part, Reading, Target};
use crate::output;
use crate::status::{Failure, Outcome, Status};

/// Lists events as JSON lines, CSV or text, in the order of the files
///
/// Filters of one kind are alternatives; filters of different kinds must all hold. Times are UTC; as text they are shown in the
/// zone of --tz, if it names one.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  logonscope events case.zip --provider Microsoft-Windows-TaskScheduler --id 101,104
  logonscope events Security.evtx --id 4625 --format text | less
  logonscope events Security.evtx --id 4625 --since 2026-05-04 --format csv -o logons.csv

Each file is read by itself: its local times are placed by what that file tells of its zone, and have the clock `unknown` where it
tells none. `inspect` and `analyze` see all files, and place them by what another tells; --assume-tz says it to `events`.")]
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
    #[command(flatten)]
    hide: Hide,
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
    pub(crate) fn run(mut self) -> Outcome {
        self.look.target.check_beside(&self.paths)?;
        self.hide.check_filters(self.part.user())?;
        if self.look.tz == Some(Zone::Host) && !self.reading.quiet {
            output::warn(
                "events goes through each file by itself and knows the zone of no host: times are UTC. --tz Europe/Berlin or the like \
                 shows a zone by its name, and `timeline` shows times of hosts",
            );
        }
        let asked = Asked {
            times: self.part.times().collect(),
            zone: self.look.tz,
            host: self.part.host(),
        };
        let focus = self
            .part
            .focus(input::calendar(&self.paths, &self.reading, &asked)?)?;
        let narrowed = Narrowed::of(&self, &focus);
        let limits = self.reading.budget.limits_from_now();
        let bundle = input::open(&self.paths, &self.reading, &limits)?;
        let mut vault = self.hide.vault()?;
        let names = match &vault {
            Some(_) => names(
                &bundle,
                &input::parser(&self.reading, Focus::default())?.limits(limits.clone()),
            )?,
            None => Names::new(),
        };
        let parser = self.select(input::parser(&self.reading, focus)?.limits(limits.clone()));
        let (form, head) = self.form();
        let veil = vault.as_mut().map(|vault| vault.veil(&names)).transpose()?;
        let (problems, written) = list((&parser, &bundle), (form, &head), veil, &self.look.target)?;
        if let Some(vault) = &mut vault {
            vault.keep()?;
        }
        let incomplete = problems
            .iter()
            .filter(|problem| problem.kind.is_incomplete())
            .count();
        if incomplete > 0 && !self.reading.quiet {
            output::warn(&input::unread_parts(incomplete as u64));
        }
        if written.has_unplaced && !self.reading.quiet {
            output::warn(
                "some times are local ones whose file does not tell their zone (clock: unknown); --assume-tz tells it, \
                 and `inspect` and `analyze` place them by what other files tell",
            );
        }
        if written.is_empty && narrowed.is_by_place() {
            return none_found(&narrowed, &input::survey(&bundle, limits)?, self.reading.quiet);
        }
        Ok(if incomplete > 0 {
            Status::Incomplete
        } else {
            Status::Nothing
        })
    }

    /// Has the parser take what was asked for only.
    fn select(&mut self, parser: Parser) -> Parser {
        let mut parser = parser.ids(take(&mut self.id));
        parser = take(&mut self.channel).into_iter().fold(parser, Parser::channel);
        parser = take(&mut self.provider)
            .into_iter()
            .fold(parser, Parser::provider);
        parser = take(&mut self.level).into_iter().fold(parser, Parser::level);
        take(&mut self.text).into_iter().fold(parser, Parser::text)
    }

    /// How events are written, and what stands above them.
    fn form(&self) -> (EventForm, String) {
        let zone = self.look.tz.unwrap_or_default();
        match self.format {
            Form::Text => (events::Text { zone }.into(), String::new()),
            Form::Jsonl => (events::Jsonl.into(), String::new()),
            Form::Csv => (events::Csv.into(), events::csv_header()),
        }
    }
}

/// What was written.
struct Written {
    is_empty: bool,
    /// Whether there is a local time that nothing places; only lines of JSON say so.
    has_unplaced: bool,
}

impl Written {
    fn note(&mut self, bytes: &[u8]) {
        const UNPLACED: &[u8] = br#""clock":"unknown""#;
        self.is_empty &= bytes.is_empty();
        self.has_unplaced = self.has_unplaced || memchr::memmem::find(bytes, UNPLACED).is_some();
    }
}

/// Writes the selected events; what was not read, and what was written.
fn list(
    (parser, bundle): (&Parser, &Bundle),
    (form, head): (EventForm, &str),
    veil: Option<Veil<'_>>,
    target: &Target,
) -> Result<(Vec<Problem>, Written), Failure> {
    let mut problems = Ok(Vec::new());
    let mut written = Written {
        is_empty: true,
        has_unplaced: false,
    };
    target.stream(|out| {
        out.write_all(head.as_bytes())?;
        let mut failure = Ok(());
        let mut write = |bytes: &[u8]| {
            written.note(bytes);
            failure = out.write_all(bytes);
            failure.is_ok()
        };
        problems = match veil {
            None => parser.write(bundle, form, write),
            Some(mut veil) => {
                let mut line = Vec::new();
                parser.each(bundle, |event| {
                    let mut event = event.clone();
                    veil.event(&mut event);
                    line.clear();
                    form.write(&event, &mut line);
                    write(&line)
                })
            }
        };
        failure
    })?;
    Ok((problems?, written))
}

/// The names that all events tell, also those that are not listed: a name stands in the field of one and in the text of another.
fn names(bundle: &Bundle, parser: &Parser) -> Result<Names, Failure> {
    let mut names = Names::new();
    for member in &bundle.members {
        names.of_path(&member.path);
    }
    parser.each(bundle, |event| {
        names.of_event(event);
        true
    })?;
    Ok(names)
}

/// Which filters were given.
struct Narrowed {
    channels: Vec<String>,
    focus: Focus,
    by_provider: bool,
    by_content: bool,
}

impl Narrowed {
    fn of(asked: &Events, focus: &Focus) -> Self {
        Self {
            channels: asked.channel.clone(),
            focus: focus.clone(),
            by_provider: !asked.provider.is_empty(),
            by_content: !asked.id.is_empty() || !asked.level.is_empty() || !asked.text.is_empty(),
        }
    }

    /// Whether a name or a time was given at all: only then it is looked for what there is, which takes another look at the logs.
    fn is_by_place(&self) -> bool {
        let of_focus = self.focus.host.is_some() || self.focus.user.is_some();
        let in_time = self.focus.since.is_some() || self.focus.until.is_some();
        of_focus || in_time || self.by_provider || !self.channels.is_empty()
    }

    /// Whether a name or a time was given that is not there. Where all are, that nothing is of an id or a text is an answer.
    fn is_mistaken(&self, found: &Diagnosis) -> bool {
        let names = |log: &Coverage, wanted: &str| {
            let channel = log.channel.to_lowercase();
            channel.ends_with(&wanted.to_lowercase())
        };
        let fits = |log: &&Coverage| {
            let wanted = |name: &String| names(log, name);
            let since = self
                .focus
                .since
                .is_none_or(|since| log.to.is_none_or(|to| to >= since));
            let until = self
                .focus
                .until
                .is_none_or(|until| log.from.is_none_or(|from| from <= until));
            let host = self.focus.host.as_deref();
            let on_host = host.is_none_or(|host| model::host_key(host) == model::host_key(&log.host));
            (self.channels.is_empty() || self.channels.iter().any(wanted)) && since && until && on_host
        };
        let is_named = self.by_provider || self.focus.user.is_some();
        !found.coverage.iter().any(|log| fits(&log)) || (is_named && !self.by_content)
    }
}

/// Says what there is where nothing passed the filters.
fn none_found(narrowed: &Narrowed, found: &Diagnosis, quiet: bool) -> Outcome {
    /// Logs that are listed.
    const LISTED: usize = 20;
    let mut text = String::from("no event passes these filters; there are");
    for log in found.coverage.iter().take(LISTED) {
        let host = if log.host.is_empty() {
            "(no host)"
        } else {
            &log.host
        };
        let time = |time: Option<model::Time>| {
            time.map_or("?".to_owned(), |time| model::time_text(time.trunc_subsecs(0)))
        };
        text += &format!(
            "\n  {host}: {} record{} of {}, {} to {}",
            log.records,
            if log.records == 1 { "" } else { "s" },
            log.channel,
            time(log.from),
            time(log.to)
        );
    }
    match found.coverage.len().saturating_sub(LISTED) {
        0 if found.coverage.is_empty() => {
            text = "no event passes these filters, and none is in a log with a name".to_owned();
        }
        0 => {}
        more => text += &format!("\n  and {more} logs more"),
    }
    if narrowed.is_mistaken(found) {
        return Err(Failure::new(text));
    }
    if !quiet {
        output::warn(&text);
    }
    Ok(Status::of_reading(found))
}
