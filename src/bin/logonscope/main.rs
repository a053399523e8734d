//! The `logonscope` program. Sees the library's public interface only; one subcommand a file. Arguments are parsed without side
//! effects, then checked, then carried out; only this function decides the exit status.

mod analyze;
mod asked;
mod batch;
mod budget;
mod capsule;
mod collect;
mod compare;
mod defaults;
mod entry;
mod events;
mod explain;
mod fleet;
mod hide;
mod input;
mod inspect;
mod interrupt;
mod knowledge;
mod nearest;
mod options;
mod output;
mod sessions;
mod shell;
mod show;
mod status;
mod timeline;

use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use status::{Outcome, Status};

/// Finds why Windows logon sessions and scheduled tasks failed, from the logs a customer sends.
///
/// Reads event logs, trace dumps, robot logs and settings exports out of folders, archives and single files, rebuilds what
/// happened, and names the likely cause with the evidence for and against it. Offline; nothing is unpacked to disk.
#[derive(Debug, Parser)]
#[command(name = "logonscope", version, propagate_version = true, after_help = EXAMPLES, after_long_help = format!("{EXAMPLES}\n\n{}", defaults::HELP))]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "Examples:
  logonscope analyze case.zip                      what failed and why
  logonscope analyze case.zip --html report.html   the same as a page for a browser
  logonscope collect --for case.zip -o collect.cmd a script for the customer, for what is missing
  logonscope explain 0x80070520                    what a code means
  logonscope sessions case.zip --at \"2026-05-04 10:42\"

Exit status: 0 nothing found, 1 findings, 2 usage or nothing readable, 3 nothing found but not everything could be read.";

#[derive(Debug, Subcommand)]
enum Command {
    Analyze(analyze::Analyze),
    Explain(explain::Explain),
    Batch(batch::Batch),
    Fleet(fleet::Fleet),
    Inspect(inspect::Inspect),
    Sessions(sessions::Sessions),
    Timeline(timeline::Timeline),
    Verify(compare::Verify),
    Diff(compare::Diff),
    Collect(collect::Collect),
    Capsule(capsule::Capsule),
    Show(show::Show),
    Reveal(hide::Reveal),
    Events(events::Events),
    Knowledge(knowledge::KnowledgeCommand),
    Completions(shell::Completions),
    Man(shell::Man),
}

impl Command {
    fn run(self) -> Outcome {
        match self {
            Self::Analyze(command) => command.run(),
            Self::Explain(command) => command.run(),
            Self::Batch(command) => command.run(),
            Self::Fleet(command) => command.run(),
            Self::Inspect(command) => command.run(),
            Self::Sessions(command) => command.run(),
            Self::Timeline(command) => command.run(),
            Self::Verify(command) => command.run(),
            Self::Diff(command) => command.run(),
            Self::Collect(command) => command.run(),
            Self::Capsule(command) => command.run(),
            Self::Show(command) => command.run(),
            Self::Reveal(command) => command.run(),
            Self::Events(command) => command.run(),
            Self::Knowledge(command) => command.run(),
            Self::Completions(command) => command.run(),
            Self::Man(command) => command.run(),
        }
    }
}

/// A case by itself is what people try first: what they may have meant.
fn bare_case(error: &clap::Error) -> Option<String> {
    let word = match error.get(ContextKind::InvalidSubcommand) {
        Some(ContextValue::String(word)) if error.kind() == ErrorKind::InvalidSubcommand => word,
        _ => return None,
    };
    // No subcommand has a dot or a slash, and the name of a case that is not there may be mistyped.
    let is_case = word.contains(['.', '/', '\\']) || std::path::Path::new(word).exists();
    is_case.then(|| {
        format!(
            "did you mean `logonscope analyze {}`?",
            input::names(&[word.into()])
        )
    })
}

fn main() -> ExitCode {
    let command = match defaults::apply(Cli::command()) {
        Ok(command) => command,
        Err(failure) => {
            output::warn(&failure.to_string());
            return Status::Unusable.into();
        }
    };
    let parsed = command.try_get_matches();
    let cli = match parsed.and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => cli,
        Err(error) => {
            let Some(question) = bare_case(&error) else {
                error.exit()
            };
            output::warn(&question);
            return Status::Unusable.into();
        }
    };
    match cli.command.run() {
        Ok(_) if interrupt::asked() => Status::Incomplete.into(),
        Ok(status) => status.into(),
        Err(failure) => {
            output::warn(&failure.to_string());
            if interrupt::asked() {
                Status::Incomplete.into()
            } else {
                Status::Unusable.into()
            }
        }
    }
}
