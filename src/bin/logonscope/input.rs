//! From arguments to an open bundle and an analyzer; progress on the error stream while it reads.

use std::io::{IsTerminal, Read};
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use logonscope::bundle::layout::Layouts;
use logonscope::bundle::{self, Bundle};
use logonscope::diagnose::{Analyzer, Focus};
use logonscope::knowledge::Knowledge;
use logonscope::model::{Diagnosis, Problem, ProblemKind};
use logonscope::parse::Parser;
use logonscope::tables::why_failed;
use logonscope::{Error, Limits};

use crate::asked::{Asked, Calendar};
use crate::interrupt;
use crate::options::Reading;
use crate::output;
use crate::status::Failure;

/// Opens all paths as one bundle; `-` is the standard input.
pub(crate) fn open(paths: &[PathBuf], reading: &Reading, limits: &Limits) -> Result<Bundle, Failure> {
    let passwords = reading.passwords.read()?;
    let (standard, named): (Vec<&PathBuf>, Vec<&PathBuf>) =
        paths.iter().partition(|path| path.as_os_str() == "-");
    let named: Vec<PathBuf> = named.into_iter().cloned().collect();
    let mut bundle = if named.is_empty() {
        Bundle::default()
    } else {
        bundle::open_with_passwords(&named, limits, &passwords)?
    };
    if !standard.is_empty() {
        let mut piped =
            bundle::open_memory_with_passwords("stdin", standard_input(limits)?, limits, &passwords);
        bundle.members.append(&mut piped.members);
        bundle.problems.append(&mut piped.problems);
        bundle.members.sort_by(|a, b| a.path.cmp(&b.path));
    }
    Ok(bundle)
}

/// All of the standard input, which is held in memory because archives need seeking.
fn standard_input(limits: &Limits) -> Result<Vec<u8>, Failure> {
    let most = limits.memory_bytes;
    // Who writes to the pipe may never end: another thread waits for it, this one for Ctrl-C as well.
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let read = std::io::stdin()
            .lock()
            .take(most.saturating_add(1))
            .read_to_end(&mut bytes);
        let _ = sender.send(read.map(|_| bytes));
    });
    let read = loop {
        match receiver.recv_timeout(Duration::from_millis(50)) {
            Ok(read) => break read,
            Err(_) if limits.stop.reason().is_some() => return Err(Failure::new("interrupted")),
            Err(_) => {}
        }
    };
    let bytes = read.map_err(|error| Error::io("standard input", error))?;
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
    Ok(unpooled(reading, focus)?.threads(reading.threads)?)
}

/// The same without threads of its own: it uses those of whoever calls it.
pub(crate) fn unpooled(reading: &Reading, focus: Focus) -> Result<Analyzer, Failure> {
    // loading the knowledge takes a moment, too
    interrupt::watch();
    let analyzer = Analyzer::with_knowledge(knowledge(reading.knowledge.as_deref())?)?;
    with_options(analyzer, reading, focus)
}

/// A parser as the options say: it needs no knowledge, and is not kept waiting for it.
pub(crate) fn parser(reading: &Reading, focus: Focus) -> Result<Parser, Failure> {
    interrupt::watch();
    layouts(reading)?;
    let parser = Parser::new()
        .record_texts(Knowledge::for_listing()?.record_texts().clone())
        .recover(reading.recover)
        .threads(reading.threads)
        .focus(focus);
    let parser = reading.manifest.iter().fold(parser, Parser::trace_formats);
    Ok(reading.assume_tz.iter().fold(parser, Parser::assume_zone))
}

/// The layouts of the user's own, with the built-in ones.
fn layouts(reading: &Reading) -> Result<Option<Layouts>, Failure> {
    let Some(file) = &reading.layouts else {
        return Ok(None);
    };
    let name = file.display().to_string();
    let text = std::fs::read_to_string(file).map_err(|error| Error::io(name.as_str(), error))?;
    Ok(Some(Layouts::embedded()?.with(&name, &text)?))
}

fn with_options(analyzer: Analyzer, reading: &Reading, focus: Focus) -> Result<Analyzer, Failure> {
    let mut analyzer = analyzer.recover(reading.recover).focus(focus);
    if let Some(layouts) = layouts(reading)? {
        analyzer = analyzer.layouts(layouts);
    }
    if !reading.manifest.is_empty() {
        let formats = bundle::open(&reading.manifest, &reading.budget.limits())?;
        analyzer = analyzer.trace_formats(&formats);
    }
    if let Some(zone) = &reading.assume_tz {
        analyzer = analyzer.assume_zone(zone)?;
    }
    Ok(analyzer)
}

/// Reads and diagnoses; fails when nothing of it could be read.
pub(crate) fn diagnose(
    paths: &[PathBuf],
    analyzer: Analyzer,
    reading: &Reading,
) -> Result<Diagnosis, Failure> {
    let limits = reading.budget.limits_from_now();
    let bundle = open(paths, reading, &limits)?;
    diagnose_bundle(paths, &bundle, analyzer, reading, limits)
}

fn diagnose_bundle(
    paths: &[PathBuf],
    bundle: &Bundle,
    analyzer: Analyzer,
    reading: &Reading,
    limits: Limits,
) -> Result<Diagnosis, Failure> {
    let quiet = reading.quiet;
    let bar = bar(bundle, quiet);
    let ticks = bar.clone();
    // It is needed to the end, and the system takes its memory back in less time than it takes to go through it.
    let analyzer = ManuallyDrop::new(analyzer.limits(limits).on_progress(move |bytes| ticks.inc(bytes)));
    let diagnosis = analyzer.analyze_bundle(bundle);
    bar.finish_and_clear();
    if let Some(why) = why_failed(&diagnosis) {
        return Err(nothing_readable(paths, &why));
    }
    if let Some(unmatched) = unmatched(&diagnosis) {
        return Err(unmatched);
    }
    if !quiet && diagnosis.is_incomplete() {
        output::warn(&unread(&diagnosis));
    }
    Ok(diagnosis)
}

/// The same for a part of the case that times without an offset may bound: the logs tell the zone of their host, and are then
/// judged anew.
pub(crate) fn diagnose_asked(
    paths: &[PathBuf],
    analyzer: Analyzer,
    reading: &Reading,
    asked: &Asked<'_>,
    mut point: impl FnMut(Analyzer, Calendar) -> Result<Analyzer, Failure>,
) -> Result<Diagnosis, Failure> {
    if let Some(calendar) = asked.given() {
        return diagnose(paths, point(analyzer, calendar)?, reading);
    }
    let limits = reading.budget.limits_from_now();
    let bundle = open(paths, reading, &limits)?;
    let calendar = asked.of_case(&analyzer.analyze_bundle(&bundle), reading.quiet);
    diagnose_bundle(paths, &bundle, point(analyzer, calendar)?, reading, limits)
}

/// How to read the times; the logs are read for it where nothing else tells it.
pub(crate) fn calendar(paths: &[PathBuf], reading: &Reading, asked: &Asked<'_>) -> Result<Calendar, Failure> {
    if let Some(calendar) = asked.given() {
        return Ok(calendar);
    }
    let limits = reading.budget.limits_from_now();
    let bundle = open(paths, reading, &limits)?;
    let analyzer = analyzer(reading, Focus::default())?.limits(limits);
    Ok(asked.of_case(&analyzer.analyze_bundle(&bundle), reading.quiet))
}

/// What there is in a bundle, by host and log, without a diagnosis.
pub(crate) fn survey(bundle: &Bundle, limits: Limits) -> Result<Diagnosis, Failure> {
    Ok(Analyzer::without_knowledge()?
        .limits(limits)
        .analyze_bundle(bundle))
}

/// The bytes of a file, or of the standard input for `-`, up to so many.
pub(crate) fn read(path: &Path, most: u64) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if path.as_os_str() == "-" {
        std::io::stdin().lock().take(most).read_to_end(&mut bytes)?;
    } else {
        std::fs::File::open(path)?.take(most).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

/// How a person would name the inputs again.
pub(crate) fn names(paths: &[PathBuf]) -> String {
    let names = paths.iter().map(|path| {
        let name = path.display().to_string();
        if name.contains(' ') {
            format!("\"{name}\"")
        } else {
            name
        }
    });
    names.collect::<Vec<_>>().join(" ")
}

/// What was asked for and is not in what was sent: to find nothing then would be no verdict.
fn unmatched(diagnosis: &Diagnosis) -> Option<Failure> {
    let problems = diagnosis.problems.iter();
    let told = problems.filter(|problem| problem.kind == ProblemKind::NothingMatches);
    let lines: Vec<String> = told
        .map(|problem| format!("{}: {}", problem.origin, problem.detail))
        .collect();
    (!lines.is_empty()).then(|| Failure::new(lines.join("\n")))
}

fn unread(diagnosis: &Diagnosis) -> String {
    let unread = || {
        diagnosis
            .problems
            .iter()
            .filter(|problem| problem.kind.is_incomplete())
    };
    let is_limit = |problem: &&Problem| problem.kind == ProblemKind::LimitHit;
    let count: u64 = unread()
        .filter(|problem| !is_limit(problem))
        .map(|problem| problem.count)
        .fold(0, u64::saturating_add);
    // Whoever set the limit wants to know which it was, and that nothing is damaged.
    let limits: std::collections::BTreeSet<&str> = unread()
        .filter(is_limit)
        .map(|problem| &*problem.detail)
        .collect();
    let mut told: Vec<String> = limits
        .iter()
        .take(LIMITS)
        .map(|detail| format!("a limit was reached: {detail}"))
        .collect();
    if limits.len() > LIMITS {
        told.push(format!(
            "{} more limits were reached",
            limits.len().saturating_sub(LIMITS)
        ));
    }
    if count > 0 {
        told.push(unread_parts(count));
    }
    if unread().any(|problem| problem.kind == ProblemKind::Encrypted) {
        told.push(PASSWORD.to_owned());
    }
    told.join("; ")
}

/// Limits that are named.
const LIMITS: usize = 2;

/// What is said where something could not be read.
pub(crate) fn unread_parts(count: u64) -> String {
    let parts = if count == 1 { "part" } else { "parts" };
    format!("{count} {parts} could not be read; `logonscope inspect` lists them")
}

fn nothing_readable(paths: &[PathBuf], why: &str) -> Failure {
    let names: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    let what = "nothing readable";
    let opens = if why.contains("needs a password") {
        format!("; {PASSWORD}")
    } else {
        String::new()
    };
    Failure::new(why.replacen(what, &format!("{what} in {}", names.join(", ")), 1) + &opens)
}

/// What opens an archive.
const PASSWORD: &str = "--password or --password-file opens what is encrypted";

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
