//! From arguments to an open bundle and an analyzer; progress on the error stream while it reads.

use std::io::{IsTerminal, Read};
use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressStyle};
use logonscope::bundle::{self, Bundle};
use logonscope::diagnose::{Analyzer, Focus};
use logonscope::knowledge::Knowledge;
use logonscope::model::{Diagnosis, Format};
use logonscope::{Error, Limits};

use crate::options::Reading;
use crate::output;
use crate::status::Failure;

/// Opens all paths as one bundle; `-` is the standard input.
pub(crate) fn open(paths: &[PathBuf], limits: &Limits) -> Result<Bundle, Failure> {
    let (standard, named): (Vec<&PathBuf>, Vec<&PathBuf>) =
        paths.iter().partition(|path| path.as_os_str() == "-");
    let named: Vec<PathBuf> = named.into_iter().cloned().collect();
    let mut bundle = if named.is_empty() {
        Bundle::default()
    } else {
        bundle::open(&named, limits)?
    };
    if !standard.is_empty() {
        let mut piped = bundle::open_memory("stdin", standard_input(limits)?, limits);
        bundle.members.append(&mut piped.members);
        bundle.problems.append(&mut piped.problems);
        bundle.members.sort_by(|a, b| a.path.cmp(&b.path));
    }
    Ok(bundle)
}

/// All of the standard input, which is held in memory because archives need seeking.
fn standard_input(limits: &Limits) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let most = limits.memory_bytes;
    std::io::stdin()
        .lock()
        .take(most.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|error| Error::io("standard input", error))?;
    if bytes.len() as u64 > most {
        return Err(Failure::new(format!(
            "more than {} MiB on standard input; give the file by its name",
            most >> 20
        )));
    }
    Ok(bytes)
}

/// The knowledge: the built-in one, with a folder of the user's own if given.
pub(crate) fn knowledge(folder: Option<&Path>) -> Result<Knowledge, Failure> {
    Ok(match folder {
        Some(folder) => Knowledge::with_folder(folder)?,
        None => Knowledge::embedded()?,
    })
}

/// An analyzer as the options say.
pub(crate) fn analyzer(reading: &Reading, focus: Focus) -> Result<Analyzer, Failure> {
    let mut analyzer = Analyzer::with_knowledge(knowledge(reading.knowledge.as_deref())?)?
        .threads(reading.threads)?
        .recover(reading.recover)
        .focus(focus);
    if let Some(zone) = &reading.assume_tz {
        analyzer = analyzer.assume_zone(zone)?;
    }
    Ok(analyzer)
}

/// Reads and diagnoses; fails when nothing of it could be read.
pub(crate) fn diagnose(paths: &[PathBuf], analyzer: Analyzer, quiet: bool) -> Result<Diagnosis, Failure> {
    let bundle = open(paths, &Limits::default())?;
    let bar = bar(&bundle, quiet);
    let ticks = bar.clone();
    let analyzer = analyzer.on_progress(move |bytes| ticks.inc(bytes));
    let diagnosis = analyzer.analyze_bundle(&bundle);
    bar.finish_and_clear();
    if !diagnosis.inputs.iter().any(|input| readable(input.format)) {
        return Err(nothing_readable(paths, &diagnosis));
    }
    if !quiet && diagnosis.is_incomplete() {
        output::warn(&unread(&diagnosis));
    }
    Ok(diagnosis)
}

const fn readable(format: Format) -> bool {
    !matches!(format, Format::Empty | Format::Other)
}

fn unread(diagnosis: &Diagnosis) -> String {
    let unread = diagnosis
        .problems
        .iter()
        .filter(|problem| problem.kind.is_incomplete());
    let count: u64 = unread.map(|problem| problem.count).fold(0, u64::saturating_add);
    format!("{count} parts of the input could not be read; `logonscope inspect` lists them")
}

fn nothing_readable(paths: &[PathBuf], diagnosis: &Diagnosis) -> Failure {
    let names: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    let mut text = format!("nothing readable in {}", names.join(", "));
    for problem in diagnosis.problems.iter().take(5) {
        text += &format!("\n  {}: {}: {}", problem.kind, problem.origin, problem.detail);
    }
    if diagnosis.problems.is_empty() {
        let files = diagnosis.inputs.len();
        text += &format!(": {files} files, none of them a log, a settings export or text");
    }
    Failure::new(text)
}

/// A progress bar where a person looks at it, after the first moments.
fn bar(bundle: &Bundle, quiet: bool) -> ProgressBar {
    if quiet || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bytes = bundle
        .members
        .iter()
        .filter_map(|member| member.size)
        .fold(0, u64::saturating_add);
    let bar = ProgressBar::new(bytes);
    if let Ok(style) = ProgressStyle::with_template("reading {bar:40} {bytes}/{total_bytes} {eta}") {
        bar.set_style(style);
    }
    bar
}
