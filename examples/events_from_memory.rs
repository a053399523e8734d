//! Reads events from bytes in memory, without files and without a diagnosis, and prints each as a line of JSON.
//!
//! `cargo run --example events_from_memory`
#![allow(clippy::print_stdout, reason = "an example prints")]

use logonscope::parse::Parser;
use logonscope::report::events;

const TRACE: &str = "\
[0]0B44.0F10::2026/05/04-08:10:03.120000000 [Contoso.Robot] asking for a session of CORP\\svc-robot\n\
[0]0B44.0F10::2026/05/04-08:10:09.870000000 [Contoso.Robot] refused: 0x80070520\n";

fn main() -> logonscope::Result<()> {
    let refused = Parser::new().text("0x80070520");
    for item in refused.buffers([("trace.txt", TRACE.as_bytes())])? {
        match item {
            Ok(event) => print!("{}", events::jsonl(&event)),
            Err(problem) => println!("not read: {}: {}", problem.origin, problem.detail),
        }
    }
    Ok(())
}
