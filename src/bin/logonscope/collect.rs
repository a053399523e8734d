//! `logonscope collect`: the script that gathers what is missing.

use std::path::{Path, PathBuf};

use clap::{ArgGroup, Args};
use logonscope::diagnose::{self, Analyzer, Focus};
use logonscope::model::Diagnosis;
use logonscope::report::{self, Step};

use crate::asked::Asked;
use crate::options::{Look, Part, Reading};
use crate::status::{Failure, Outcome, Status};
use crate::{input, nearest, output, show};

/// Writes one script for the customer that gathers what a case lacks into one zip
///
/// The customer right-clicks collect.cmd and chooses "Run as administrator", or runs it in such a PowerShell. It takes what is
/// listed on its first lines and nothing else, changes nothing and sends nothing.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("what").required(true).args(["paths", "symptoms"])), after_help = "Examples:
  logonscope collect --for case.zip -o collect.cmd
  logonscope collect --for diagnosis.json
  logonscope collect --symptom task-logon-failure -o collect.cmd

Symptoms: `logonscope knowledge list symptoms`.")]
pub(crate) struct Collect {
    /// What the customer sent so far, or a stored diagnosis of it
    #[arg(long = "for", value_name = "PATH", num_args = 1..)]
    paths: Vec<PathBuf>,
    /// Nothing was sent yet: gather what shows the causes of this symptom; may be given again
    #[arg(long = "symptom", value_name = "SYMPTOM", value_hint = clap::ValueHint::Other)]
    symptoms: Vec<String>,
    #[command(flatten)]
    part: Part,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    look: Look,
    #[arg(long, hide = true)]
    pseudonymize: bool,
    #[arg(long, hide = true, value_name = "FILE")]
    key_file: Option<PathBuf>,
}

impl Collect {
    pub(crate) fn run(self) -> Outcome {
        self.look.target.check_beside(&self.paths)?;
        if self.pseudonymize || self.key_file.is_some() {
            return Err(Failure::new(
                "--pseudonymize does not go with `collect`: a script for a computer must name it, and the customer knows its name",
            ));
        }
        if !self.symptoms.is_empty() {
            let steps = self.of_symptoms()?;
            return self.hand_over(&report::script_of(&steps));
        }
        let diagnosis = match self.paths.as_slice() {
            [one] if is_stored(one) => show::stored(one)?,
            paths => self.diagnose(paths)?,
        };
        if diagnosis.ask.iter().all(|item| item.command.is_none()) {
            return Err(Failure::new("nothing that a script could gather is missing"));
        }
        self.hand_over(&report::script(&diagnosis, &self.look.options()))
    }

    /// What shows the causes of the symptoms that were named, each command once.
    fn of_symptoms(&self) -> Result<Vec<Step>, Failure> {
        let knowledge = input::knowledge(self.reading.knowledge.as_deref())?;
        let mut steps: Vec<Step> = Vec::new();
        for id in &self.symptoms {
            let Some(symptom) = knowledge.symptom(id) else {
                let question = nearest::question(id, knowledge.symptoms().iter().map(|known| &*known.id));
                return Err(Failure::new(format!(
                    "no symptom {id:?}{question}; `logonscope knowledge list symptoms` lists them"
                )));
            };
            for item in diagnose::asks_for_symptom(&knowledge, symptom) {
                let step = Step {
                    host: String::new(),
                    what: item.what_to_know(),
                    command: item.command.unwrap_or_default(),
                };
                let is_same = |known: &Step| match step.command.is_empty() {
                    true => known.what == step.what,
                    false => known.command == step.command,
                };
                if !steps.iter().any(is_same) {
                    steps.push(step);
                }
            }
        }
        Ok(steps)
    }

    fn hand_over(&self, script: &str) -> Outcome {
        self.look.target.write(script)?;
        if let Some(path) = self.look.target.output.as_deref().filter(|_| !self.reading.quiet) {
            let is_runnable = path.extension().is_some_and(|ending| {
                ending.eq_ignore_ascii_case("cmd") || ending.eq_ignore_ascii_case("bat")
            });
            let name = if is_runnable {
                ""
            } else {
                ", under a name that ends in .cmd so that Windows runs it"
            };
            output::warn(&format!(
                "send {} to the customer{name}; it makes one zip on the desktop",
                path.display()
            ));
        }
        Ok(Status::Nothing)
    }

    fn diagnose(&self, paths: &[PathBuf]) -> Result<Diagnosis, Failure> {
        let analyzer = input::analyzer(&self.reading, Focus::default())?;
        let asked = Asked {
            times: self.part.times().collect(),
            zone: self.look.tz,
            host: self.part.host(),
        };
        input::diagnose_asked(
            paths,
            analyzer,
            &self.reading,
            &asked,
            |analyzer: Analyzer, calendar| Ok(analyzer.focus(self.part.focus(calendar)?)),
        )
    }
}

/// Whether a file is a stored diagnosis, by its name.
pub(crate) fn is_stored(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("json"))
        && path.is_file()
        && show::stored(path).is_ok()
}
