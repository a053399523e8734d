//! `logonscope batch`: many cases in one run.

mod cases;
#[cfg(feature = "parquet")]
mod kept;
mod pages;
#[cfg(feature = "parquet")]
mod parquet;
pub(crate) mod record;
pub(crate) mod stored;
mod tables;
mod work;

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use clap::Args;
use logonscope::diagnose::Focus;
use logonscope::model::Verdict;
use logonscope::tables::State;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::hide::Hide;
use crate::options::{Color, Reading};
use crate::status::{Failure, Outcome, Status};
use crate::{input, interrupt, output};

/// Diagnoses many cases: each file and folder directly under IN is one
///
/// Writes OUT/CASE/diagnosis.json for each case, OUT/cases.csv and OUT/incidents.csv over all, and prints what is common and
/// what failed. A case that cannot be read, takes too long or breaks costs the others nothing. Run again, it goes on where
/// it stopped: a case is done anew only when its content, the options, the knowledge or the program changed.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  logonscope batch incoming -o results
  logonscope batch monday tuesday -o results --time-limit 5m --threads 8

Exit status: 0 nothing found in any case, 1 findings, 2 usage or no case readable,
3 nothing found but some case was not read completely, or interrupted.")]
pub(crate) struct Batch {
    /// Folders of cases; a file is one case by itself
    #[arg(value_name = "IN", required = true)]
    inputs: Vec<PathBuf>,
    /// The folder of the results: new, empty, or of an earlier batch
    #[arg(short, long, value_name = "OUT")]
    output: PathBuf,
    /// Do finished cases again, and write to a folder that holds other things
    #[arg(long)]
    force: bool,
    /// Do those cases again that failed or ran out of time
    #[arg(long)]
    retry: bool,
    /// Also write the tables of all cases as Parquet files, OUT/parquet/TABLE/part-00000.parquet and so on
    #[arg(long, hide = !cfg!(feature = "parquet"))]
    parquet: bool,
    /// Also write a page for a browser for each case, CASE/report.html, and index.html over all of them
    #[arg(long)]
    html: bool,
    /// From which verdict on a case counts as one with findings
    #[arg(long, value_name = "VERDICT", default_value = "possible", value_parser = crate::options::verdict())]
    fail_on: Verdict,
    /// Colours
    #[arg(long, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    color: Color,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    hide: Hide,
}

impl Batch {
    pub(crate) fn run(self) -> Outcome {
        if self.parquet && !cfg!(feature = "parquet") {
            return Err(Failure::new(
                "this program was built without Parquet: cargo build --release --features parquet",
            ));
        }
        self.hide.check()?;
        let mut vault = self.hide.vault()?;
        let mut cases = cases::find(&self.inputs, &self.output)?;
        if let Some(vault) = &mut vault {
            cases::conceal(&mut cases, vault)?;
        }
        if cases.is_empty() {
            return Err(Failure::new("no case: nothing lies directly under the inputs"));
        }
        self.prepare()?;
        let mut limits = self.reading.budget.limits();
        let lanes = lanes(self.reading.threads);
        // What does not fit goes to a temporary file, so sharing it out changes no result.
        limits.memory_bytes = (limits.memory_bytes / lanes as u64).max(64 << 20);
        let analyzer = input::unpooled(&self.reading, Focus::default())?.limits(limits.clone());
        let header = self.header(analyzer.knowledge().hash());
        tables::begin(&self.output, &cases, &header)?;
        let passwords = self.reading.passwords.read()?;
        #[cfg(feature = "parquet")]
        let kept = self.parquet.then(|| self.kept()).transpose()?;
        let shop = work::Shop {
            #[cfg(feature = "parquet")]
            kept: kept.as_ref(),
            out: &self.output,
            analyzer: &analyzer,
            limits: &limits,
            key: sha256(&format!("{header} {passwords:?}")),
            passwords,
            vault: vault.map(Mutex::new),
            time_limit: self.reading.budget.time_limit.and_then(|time| time.to_std().ok()),
            fail_on: self.fail_on,
            again: work::Again {
                done: self.force,
                failed: self.retry,
            },
            quiet: self.reading.quiet,
        };
        let pool = work::pool(lanes)?;
        work::run(&shop, &cases, &pool)?;
        let summary = tables::write(&self.output, &cases, &header)?;
        #[cfg(feature = "parquet")]
        if let Some(kept) = kept.filter(|_| !interrupt::asked()) {
            pool.install(|| parquet::write(&self.output, &cases, &kept))?;
        }
        if self.html {
            pages::write(&self.output, &cases)?;
        }
        output::print(
            &summary.text(cases.len(), &self.output, output::colours(self.color)),
            self.color,
        )?;
        Ok(status(&summary, cases.len()))
    }

    #[cfg(feature = "parquet")]
    fn kept(&self) -> Result<kept::Kept, Failure> {
        let failed = |error: std::io::Error| Failure::new(format!("{}: {error}", self.output.display()));
        kept::Kept::new(&self.output).map_err(failed)
    }

    /// What stands above the cases of the manifest: who made it, and how.
    fn header(&self, knowledge: &str) -> Value {
        json!({
            "schema": "logonscope.batch/1",
            "tool": {"name": env!("CARGO_PKG_NAME"), "version": env!("CARGO_PKG_VERSION"), "knowledge": knowledge},
            "options": self.options(),
        })
    }

    /// Makes the folder of the results, or complains of one that is not.
    fn prepare(&self) -> Result<(), Failure> {
        let out = &self.output;
        let failed = |error: std::io::Error| Failure::new(format!("{}: {error}", out.display()));
        std::fs::create_dir_all(out).map_err(failed)?;
        if output::is_blank(out).map_err(failed)? || self.force || is_batch(out) {
            output::clean(out);
            return Ok(());
        }
        Err(Failure::new(format!(
            "{} holds other things; --force writes there all the same",
            out.display()
        )))
    }

    /// The options that change a result.
    fn options(&self) -> Value {
        let mut options = json!({
            "assume_tz": self.reading.assume_tz,
            "recover": self.reading.recover,
            "fail_on": self.fail_on,
            "pseudonymized": self.hide.pseudonymize,
            "limits": self.reading.budget.to_json(),
        });
        // What traces are decoded with decides what is found in them.
        if !self.reading.manifest.is_empty() {
            options["manifest"] = json!(self.reading.manifest);
        }
        options
    }
}

fn is_batch(out: &Path) -> bool {
    let manifest = std::fs::read(out.join("manifest.json")).ok();
    let manifest: Option<Value> = manifest.and_then(|text| serde_json::from_slice(&text).ok());
    manifest.is_some_and(|manifest| manifest["schema"] == "logonscope.batch/1")
}

/// How many cases are worked on at once.
fn lanes(threads: usize) -> usize {
    match threads {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        threads => threads,
    }
}

fn sha256(text: &str) -> String {
    let hash = Sha256::digest(text.as_bytes());
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn status(summary: &tables::Summary, all: usize) -> Status {
    let of = |state| summary.of(state);
    if interrupt::asked() {
        Status::Incomplete
    } else if of(State::Findings) > 0 {
        Status::Found
    } else if of(State::Failed) == all as u64 {
        Status::Unusable
    } else if of(State::Incomplete) + of(State::TimeLimit) + of(State::Failed) > 0 {
        Status::Incomplete
    } else {
        Status::Nothing
    }
}
