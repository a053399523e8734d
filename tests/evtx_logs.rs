//! Real logs, where somebody has some: `LOGONSCOPE_EVTX_DIR=/logs cargo test --release --test evtx_logs -- --nocapture`.
//! Does nothing without that variable.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test may panic and print"
)]
use std::path::{Path, PathBuf};
use std::sync::Arc;

use logonscope::Limits;
use logonscope::model::Interest;
use logonscope::reader::{self, Context};
use logonscope::source::{FileAt, Source};

#[expect(
    clippy::disallowed_methods,
    reason = "the variable is how a person hands logs to this test"
)]
fn folder() -> Option<PathBuf> {
    std::env::var("LOGONSCOPE_EVTX_DIR").ok().map(PathBuf::from)
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
}

#[test]
fn every_log_is_read() {
    let Some(folder) = folder() else { return };
    let interest = Interest::everything().unwrap();
    let limits = Limits::default();
    let mut paths = Vec::new();
    files(&folder, &mut paths);
    let (mut records, mut events, mut fields) = (0, 0, 0);
    for path in paths {
        let name: Arc<str> = path.display().to_string().into();
        let context = Context {
            path: Arc::clone(&name),
            interest: &interest,
            limits: &limits,
            recover: false,
        };
        let file = std::fs::File::open(&path).unwrap();
        let source = Source::At(Arc::new(FileAt::new(file).unwrap()));
        let findings = reader::read(source, &context);
        records += findings.records;
        events += findings.events.len();
        fields += findings
            .events
            .iter()
            .map(|event| event.fields.len())
            .sum::<usize>();
        for problem in &findings.problems {
            println!(
                "{} {} x{}: {}",
                problem.kind, problem.origin, problem.count, problem.detail
            );
        }
    }
    println!("{records} records, {events} events, {fields} fields");
}
