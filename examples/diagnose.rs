//! Diagnoses a bundle and prints each incident with its best causes.
//!
//! `cargo run --example diagnose -- case.zip`
#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "an example prints"
)]

use logonscope::diagnose::Analyzer;

fn main() -> logonscope::Result<()> {
    let diagnosis = Analyzer::new()?.threads(0)?.analyze(std::env::args().skip(1))?;
    for incident in &diagnosis.incidents {
        println!(
            "{} on {}, {} times",
            incident.title, incident.host, incident.count
        );
        for cause in incident.causes.iter().take(3) {
            println!("  {:<12} {}", cause.verdict, cause.title);
            for evidence in &cause.supports {
                println!("      + {} [{}]", evidence.summary, evidence.origin);
            }
            for evidence in &cause.against {
                println!("      - {} [{}]", evidence.summary, evidence.origin);
            }
        }
    }
    println!(
        "{} artifacts, {} problems",
        diagnosis.inputs.len(),
        diagnosis.problems.len()
    );
    Ok(())
}
