//! Adds a cause of one's own to the built-in knowledge, runs its cases, and diagnoses with it.
//!
//! `cargo run --example own_knowledge -- my-knowledge case.zip`
#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "an example prints and takes arguments"
)]

use std::path::PathBuf;

use logonscope::diagnose::{Analyzer, run_cases};
use logonscope::knowledge::{Knowledge, lint};
use logonscope::report::{self, Format, Options};

fn main() -> logonscope::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let knowledge = match arguments.next() {
        Some(folder) => Knowledge::with_folder(&PathBuf::from(folder))?,
        None => Knowledge::embedded()?,
    };
    for complaint in lint::lint(&knowledge) {
        println!("{}: {}", complaint.id, complaint.detail);
    }
    for case in run_cases(&knowledge, None)? {
        if let Some(failure) = case.failure {
            println!("{}, case {:?}: {failure}", case.cause, case.name);
        }
    }
    let paths: Vec<String> = arguments.collect();
    if !paths.is_empty() {
        let diagnosis = Analyzer::with_knowledge(knowledge)?.analyze(paths)?;
        print!(
            "{}",
            report::render(&diagnosis, Format::Text, &Options::default())
        );
    }
    Ok(())
}
