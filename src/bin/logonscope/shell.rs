//! `logonscope completions` and `logonscope man`.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use crate::Cli;
use crate::options::Color;
use crate::output;
use crate::status::{Failure, Outcome, Status};

/// Prints the completions for a shell
#[derive(Debug, Args)]
#[command(after_help = "Example:
  logonscope completions bash > ~/.local/share/bash-completion/completions/logonscope")]
pub(crate) struct Completions {
    /// The shell
    shell: Shell,
}

impl Completions {
    pub(crate) fn run(self) -> Outcome {
        let mut bytes = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "logonscope", &mut bytes);
        output::print(&String::from_utf8_lossy(&bytes), Color::Never)?;
        Ok(Status::Nothing)
    }
}

/// Prints the manual page, of the whole program or of one subcommand
#[derive(Debug, Args)]
#[command(after_help = "Example:
  logonscope man analyze | man -l -")]
pub(crate) struct Man {
    /// The subcommand
    subcommand: Option<String>,
}

impl Man {
    pub(crate) fn run(self) -> Outcome {
        let mut command = Cli::command();
        command.build();
        if let Some(name) = &self.subcommand {
            let found = command.find_subcommand(name).cloned();
            command = found.ok_or_else(|| Failure::new(format!("no subcommand {name:?}")))?;
        }
        let mut bytes = Vec::new();
        let rendered = clap_mangen::Man::new(command).render(&mut bytes);
        rendered.map_err(|error| Failure::new(error.to_string()))?;
        output::print(&String::from_utf8_lossy(&bytes), Color::Never)?;
        Ok(Status::Nothing)
    }
}
