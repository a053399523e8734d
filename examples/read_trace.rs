//! Reads a binary trace without the rest of the crate: what it is, what it holds, and its decoded events.
//!
//! `cargo run --example read_trace -- trace.etl`
#![allow(clippy::print_stdout, reason = "an example prints")]

use logonscope::model::Decoding;
use logonscope::reader::etl;

fn main() -> std::io::Result<()> {
    let Some(path) = std::env::args().nth(1) else {
        println!("usage: read_trace trace.etl");
        return Ok(());
    };
    let bytes = std::fs::read(path)?;
    let mut trace = etl::read(&bytes);
    for record in trace.by_ref() {
        match record {
            Ok(record) if record.decoding == Decoding::Trace => {}
            Ok(record) => {
                let event = &record.event;
                println!(
                    "{:?} {} {:?} {}",
                    event.time,
                    event.provider,
                    event.id,
                    event.text()
                );
                for field in &event.fields {
                    println!("    {} = {}", field.name, field.value.to_text());
                }
            }
            Err(problem) => println!("not read: {}: {}", problem.origin, problem.detail),
        }
    }
    let report = trace.report();
    println!(
        "session {:?}, {:?}, zone {:?}",
        report.session, report.os, report.time_zone
    );
    for provider in &report.providers {
        println!(
            "{:8} {:14} {}",
            provider.records,
            provider.decoding.name(),
            provider.name
        );
    }
    Ok(())
}
