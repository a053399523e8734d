//! What others read of ours, read by others: JSON by its schema, SARIF by the published one, CSV by a strict reader, the script for the
//! customer by a grammar of PowerShell. `check.py` does it with packages of PyPI. Where one is missing, this says what is left out;
//! `LOGONSCOPE_FOREIGN=required` makes that a failure.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test may panic and tells what it left out"
)]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use logonscope::diagnose::{Analyzer, asks_for_symptom};
use logonscope::knowledge::Knowledge;
use logonscope::model::Diagnosis;
use logonscope::report::{self, Format, Options, Step};

const FIXTURES: [&str; 5] = [
    "task-password-drift.zip",
    "rdp-idle-limit.zip",
    "robot-credssp-18.3.zip",
    "healthy-week.zip",
    "damaged.zip",
];

fn fixture(name: &str) -> Diagnosis {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name);
    Analyzer::new().unwrap().analyze([path]).unwrap()
}

/// A diagnosis whose texts hold what formats and shells take for their own.
fn hostile(mut diagnosis: Diagnosis) -> Diagnosis {
    let evil = "x'); Remove-Item C:\\ -Recurse #> $(calc) `n \"q\", ; = | & \u{202e}\u{1b}[31m @\u{85}end";
    for incident in &mut diagnosis.incidents {
        incident.title = format!("=cmd|' /c calc'!A1 {evil}");
        incident.user = Some(Arc::from(evil));
    }
    for item in &mut diagnosis.ask {
        item.what = format!("{evil}\n:run\n{}", item.what);
        item.host = Some(Arc::from("RPA'07"));
    }
    diagnosis
}

/// Writes every output that others read.
fn write_all(folder: &Path) {
    let write = |name: String, text: &str| std::fs::write(folder.join(name), text).unwrap();
    write("diagnosis.schema.json".into(), &report::json_schema());
    let options = Options::default();
    let hostile = ("hostile", hostile(fixture("robot-credssp-18.3.zip")));
    let all = FIXTURES
        .iter()
        .map(|name| (*name, fixture(name)))
        .chain([hostile]);
    for (name, diagnosis) in all {
        for format in [Format::Json, Format::Jsonl, Format::Sarif, Format::Csv] {
            write(
                format!("{name}.{format}"),
                &report::render(&diagnosis, format, &options),
            );
        }
        write(format!("{name}.cmd"), &report::script(&diagnosis, &options));
    }
    let knowledge = Knowledge::embedded().unwrap();
    for symptom in knowledge.symptoms() {
        let step = |item: logonscope::model::AskItem| Step {
            host: String::new(),
            what: item.what,
            command: item.command.unwrap_or_default(),
        };
        let steps: Vec<Step> = asks_for_symptom(&knowledge, symptom)
            .into_iter()
            .map(step)
            .collect();
        write(format!("symptom-{}.cmd", symptom.id), &report::script_of(&steps));
    }
}

#[test]
fn what_we_write_is_what_others_read() {
    let folder = tempfile::tempdir().unwrap();
    write_all(folder.path());
    let python =
        std::env::var_os("LOGONSCOPE_PYTHON").map_or_else(|| PathBuf::from("python3"), PathBuf::from);
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/foreign_tools/check.py");
    let required = std::env::var_os("LOGONSCOPE_FOREIGN").is_some_and(|asked| asked == "required");
    let output = match Command::new(&python).arg(script).arg(folder.path()).output() {
        Ok(output) => output,
        Err(error) => {
            assert!(!required, "{}: {error}", python.display());
            eprintln!("LEFT OUT: {}: {error}", python.display());
            return;
        }
    };
    let told = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(output.status.success(), "{told}");
    assert!(told.contains("all held"), "{told}");
    let left: Vec<&str> = told.lines().filter(|line| line.starts_with("LEFT OUT")).collect();
    assert!(!required || left.is_empty(), "{left:?}");
    left.iter().for_each(|line| eprintln!("{line}"));
}
