//! `logonscope knowledge`: what is known, and tools for authors.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use logonscope::diagnose::run_cases;
use logonscope::knowledge::codes::Codes;
use logonscope::knowledge::events::Events;
use logonscope::knowledge::lint;
use logonscope::knowledge::schema::{FileKind, json_schema};
use logonscope::report::{Page, Style};

use crate::options::{Color, Target};
use crate::status::{Failure, Outcome, Status};
use crate::{entry, input, nearest};

/// Shows, checks and tests the knowledge
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  logonscope knowledge list causes
  logonscope knowledge show password-drift-stored-credential
  logonscope knowledge lint my-knowledge
  logonscope knowledge test my-knowledge
  logonscope knowledge schema cause > cause.schema.json")]
pub(crate) struct KnowledgeCommand {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Lists what is known
    #[command(after_help = "Example:
  logonscope knowledge list symptoms")]
    List {
        /// Of which kind
        #[arg(value_enum, default_value_t)]
        kind: Kind,
        /// A folder of knowledge files of your own
        #[arg(long = "knowledge", value_name = "DIR")]
        folder: Option<PathBuf>,
    },
    /// Shows one entry
    #[command(after_help = "Example:
  logonscope knowledge show session-disconnected")]
    Show {
        /// The id of a cause, a symptom or a signal, or the short name of a log
        id: String,
        /// A folder of knowledge files of your own
        #[arg(long = "knowledge", value_name = "DIR")]
        folder: Option<PathBuf>,
    },
    /// Finds mistakes
    #[command(after_help = "Example:
  logonscope knowledge lint my-knowledge

Exit status: 0 nothing to complain of, 1 findings, 2 a file that does not load.")]
    Lint {
        /// A folder of knowledge files of your own, checked together with the built-in ones
        #[arg(value_name = "DIR")]
        folder: Option<PathBuf>,
    },
    /// Runs the cases of the causes
    #[command(after_help = "Example:
  logonscope knowledge test my-knowledge --cause my-cause

Exit status: 0 all hold, 1 some fail, 2 a file that does not load.")]
    Test {
        /// A folder of knowledge files of your own, run together with the built-in ones
        #[arg(value_name = "DIR")]
        folder: Option<PathBuf>,
        /// Only the cases of this cause
        #[arg(long, value_name = "ID")]
        cause: Option<String>,
    },
    /// Prints the JSON Schema of a kind of knowledge file, for editors
    #[command(after_help = "Example:
  logonscope knowledge schema cause > cause.schema.json

An editor that knows TOML schemas takes it from the first line of a file: #:schema ./cause.schema.json")]
    Schema {
        /// Of which kind of file
        #[arg(value_enum)]
        kind: File,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum File {
    /// A file with one cause and its cases
    Cause,
    /// A file with one symptom
    Symptom,
    /// A file with sources, settings, changes, signals or messages
    Definitions,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Kind {
    #[default]
    Causes,
    Symptoms,
    Signals,
    Logs,
}

impl KnowledgeCommand {
    pub(crate) fn run(self) -> Outcome {
        match self.what {
            What::List { kind, folder } => list(kind, folder.as_deref()),
            What::Show { id, folder } => show(&id, folder.as_deref()),
            What::Lint { folder } => complaints(folder.as_deref()),
            What::Schema { kind } => schema(kind),
            What::Test { folder, cause } => test(folder.as_deref(), cause.as_deref()),
        }
    }
}

fn page() -> (Target, Page) {
    let target = Target {
        output: None,
        force: false,
        color: Color::Auto,
    };
    let page = Page::new(target.colours(), target.width());
    (target, page)
}

fn list(kind: Kind, folder: Option<&Path>) -> Outcome {
    let knowledge = input::knowledge(folder)?;
    let (target, mut page) = page();
    let rows: Vec<Vec<String>> = match kind {
        Kind::Causes => knowledge
            .causes()
            .iter()
            .map(|rule| vec![rule.id.to_string(), rule.def.title.clone()])
            .collect(),
        Kind::Symptoms => knowledge
            .symptoms()
            .iter()
            .map(|symptom| vec![symptom.id.to_string(), symptom.title.to_string()])
            .collect(),
        Kind::Signals => knowledge
            .signals()
            .iter()
            .map(|signal| vec![signal.id().to_string(), signal.summary().to_string()])
            .collect(),
        Kind::Logs => knowledge
            .sources()
            .iter()
            .map(|source| vec![source.alias.to_string(), source.channel.to_string()])
            .collect(),
    };
    page.table(0, &rows);
    target.write(&page.finish())?;
    Ok(Status::Nothing)
}

fn show(id: &str, folder: Option<&Path>) -> Outcome {
    let knowledge = input::knowledge(folder)?;
    let (target, mut page) = page();
    if !entry::write(&mut page, &knowledge, id) {
        let ids = knowledge.causes().iter().map(|rule| &*rule.id);
        let ids = ids.chain(knowledge.symptoms().iter().map(|symptom| &*symptom.id));
        let ids = ids.chain(knowledge.signals().iter().map(|signal| &**signal.id()));
        let question = nearest::question(id, ids);
        return Err(Failure::new(format!(
            "nothing is known under {id:?}{question}; `logonscope knowledge list` lists the ids"
        )));
    }
    target.write(&page.finish())?;
    Ok(Status::Nothing)
}

fn schema(kind: File) -> Outcome {
    let kind = match kind {
        File::Cause => FileKind::Cause,
        File::Symptom => FileKind::Symptom,
        File::Definitions => FileKind::Definitions,
    };
    let (target, _) = page();
    target.write(&json_schema(kind))?;
    Ok(Status::Nothing)
}

fn complaints(folder: Option<&Path>) -> Outcome {
    let knowledge = input::knowledge(folder)?;
    let (target, mut page) = page();
    let mut complaints = lint::lint(&knowledge);
    let codes = match folder {
        Some(folder) => Codes::with_folder(folder)?,
        None => Codes::embedded()?,
    };
    complaints.extend(lint::lint_codes(&knowledge, &codes));
    let events = match folder {
        Some(folder) => Events::with_folder(folder)?,
        None => Events::embedded()?,
    };
    complaints.extend(lint::lint_events(&knowledge, &events));
    for complaint in &complaints {
        page.bullet(0, &complaint.id, Some(Style::Bold), &complaint.detail);
    }
    page.bullet(
        0,
        "",
        None,
        &match complaints.len() {
            0 => "Nothing to complain of.".to_owned(),
            count => format!("{count} complaints."),
        },
    );
    target.write(&page.finish())?;
    Ok(if complaints.is_empty() {
        Status::Nothing
    } else {
        Status::Found
    })
}

fn test(folder: Option<&Path>, cause: Option<&str>) -> Outcome {
    let knowledge = input::knowledge(folder)?;
    if let Some(id) = cause.filter(|id| knowledge.cause(id).is_none()) {
        return Err(Failure::new(format!("no cause {id:?}")));
    }
    let (target, mut page) = page();
    let outcomes = run_cases(&knowledge, cause)?;
    let mut failed = 0_usize;
    for outcome in &outcomes {
        if let Some(failure) = &outcome.failure {
            failed += 1;
            page.bullet(
                0,
                "FAILED",
                Some(Style::Red),
                &format!("{}: {}: {failure}", outcome.cause, outcome.name),
            );
        }
    }
    page.bullet(
        0,
        "",
        None,
        &format!("{} cases, {failed} failed.", outcomes.len()),
    );
    target.write(&page.finish())?;
    Ok(if failed == 0 {
        Status::Nothing
    } else {
        Status::Found
    })
}
