//! Diagnoses everything in a folder, one case after the other by one thread, and counts what was found: what `batch` is measured against.
//!
//! `cargo run --release --example one_by_one -- incoming`
#![allow(clippy::print_stdout, reason = "an example prints")]

use logonscope::diagnose::Analyzer;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).ok_or("which folder?")?;
    let analyzer = Analyzer::new()?.threads(1)?;
    let (mut cases, mut incidents, mut unreadable) = (0, 0, 0);
    for entry in std::fs::read_dir(folder)? {
        cases += 1;
        match analyzer.analyze([entry?.path()]) {
            Ok(diagnosis) => incidents += diagnosis.incidents.len(),
            Err(_) => unreadable += 1,
        }
    }
    println!("{cases} cases, {incidents} incidents, {unreadable} cases not readable");
    Ok(())
}
