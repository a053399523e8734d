//! What many cases have in common, and their tables: over the results of a batch, by the program as it is run.
#![cfg(feature = "cli")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_logonscope"))
        .args(arguments)
        .output()
        .unwrap()
}

/// Three cases of one kind, one of another, one that is broken and whose name is markup.
fn incoming(folder: &Path) -> PathBuf {
    let incoming = folder.join("in");
    fs::create_dir_all(&incoming).unwrap();
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let put = |from: &str, name: &str| fs::copy(fixtures.join(from), incoming.join(name)).unwrap();
    put("task-password-drift.zip", "a.zip");
    put("task-password-drift.zip", "b.zip");
    put("rdp-idle-limit.zip", "c.zip");
    fs::write(incoming.join("<b>junk.zip"), [0x9C, 0x00, 0xFF, 0x13].repeat(999)).unwrap();
    incoming
}

fn batch(folder: &Path, more: &[&str]) -> Output {
    let (incoming, out) = (incoming(folder), folder.join("out"));
    let arguments = [
        "batch",
        incoming.to_str().unwrap(),
        "-o",
        out.to_str().unwrap(),
        "-q",
    ];
    run(&[&arguments[..], more].concat())
}

#[test]
fn the_fleet_is_told_as_text_json_and_a_page() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(batch(folder.path(), &[]).status.code(), Some(1));
    let out = folder.path().join("out").to_str().unwrap().to_owned();

    let text = String::from_utf8(run(&["fleet", &out]).stdout).unwrap();
    assert!(text.starts_with("4 cases: 1 failed, 3 findings"), "{text}");
    let cause = text
        .lines()
        .find(|line| line.contains("password-drift-stored-credential"));
    assert!(
        cause.is_some_and(|line| line.trim().starts_with("2 cases")),
        "{text}"
    );

    let json = run(&["fleet", &out, "--format", "json"]);
    assert_eq!(json.status.code(), Some(0));
    let report: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(report["schema"], "logonscope.fleet/1");
    assert_eq!(report["causes"][0]["id"], "password-drift-stored-credential");
    assert_eq!(report["causes"][0]["cases"], 2);
    assert_eq!(report["unread"].as_array().unwrap().len(), 1);
    let symptoms = report["symptoms"].as_array().unwrap();
    assert!(
        symptoms
            .iter()
            .any(|symptom| symptom["id"] == "task-logon-failure")
    );

    let page = folder.path().join("out/index.html");
    assert_eq!(
        run(&["fleet", &out, "-o", page.to_str().unwrap()]).status.code(),
        Some(0)
    );
    let page = fs::read_to_string(page).unwrap();
    assert!(page.starts_with("<!doctype html>") && page.contains("password-drift-stored-credential"));
    for lead in ["src=", "@import", "url(", "<script", "http:", "https:", "<b>"] {
        assert!(!page.contains(lead), "{lead}");
    }
}

#[test]
fn what_is_no_batch_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let none = run(&["fleet", folder.path().to_str().unwrap()]);
    assert_eq!(none.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&none.stderr).contains("written by logonscope batch"));
    // A manifest that a stranger wrote names nothing outside its folder.
    let manifest = r#"{"schema": "logonscope.batch/1", "cases": [{"case": "../secret"}, {"case": "/etc"}]}"#;
    fs::write(folder.path().join("manifest.json"), manifest).unwrap();
    let none = run(&["fleet", folder.path().to_str().unwrap()]);
    assert_eq!(none.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&none.stderr).contains("no case is finished"));
}

#[cfg(not(feature = "parquet"))]
#[test]
fn a_program_without_parquet_says_so_before_it_works() {
    let folder = tempfile::tempdir().unwrap();
    let done = batch(folder.path(), &["--parquet"]);
    assert_eq!(done.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&done.stderr).contains("--features parquet"));
    assert!(!folder.path().join("out").exists());
}

#[cfg(feature = "parquet")]
mod parquet {
    use std::collections::BTreeMap;
    use std::io::Read as _;
    use std::process::Stdio;
    use std::time::Duration;

    use ::parquet::file::reader::{FileReader as _, SerializedFileReader};

    use super::*;

    fn tables(out: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut files = BTreeMap::new();
        for table in fs::read_dir(out.join("parquet")).unwrap() {
            for part in fs::read_dir(table.unwrap().path()).unwrap() {
                let path = part.unwrap().path();
                let bytes = fs::read(&path).unwrap();
                files.insert(path.strip_prefix(out).unwrap().to_path_buf(), bytes);
            }
        }
        files
    }

    fn rows(out: &Path, table: &str) -> Vec<String> {
        let path = out.join("parquet").join(table).join("part-00000.parquet");
        let reader = SerializedFileReader::new(fs::File::open(path).unwrap()).unwrap();
        reader
            .get_row_iter(None)
            .unwrap()
            .map(|row| row.unwrap().to_string())
            .collect()
    }

    #[test]
    fn tables_hold_what_the_diagnoses_hold() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(batch(folder.path(), &["--parquet"]).status.code(), Some(1));
        let out = folder.path().join("out");
        assert_eq!(rows(&out, "cases").len(), 4);
        let incidents = rows(&out, "incidents");
        let drift = incidents
            .iter()
            .filter(|row| row.contains("cause: \"password-drift-stored-credential\""));
        assert!(drift.clone().count() >= 2, "{incidents:?}");
        // The same incident in two cases has one fingerprint.
        let prints: Vec<&str> = drift
            .filter(|row| row.contains("Hourly Poll"))
            .map(|row| {
                row.split("fingerprint: ")
                    .nth(1)
                    .unwrap()
                    .split(',')
                    .next()
                    .unwrap()
            })
            .collect();
        assert_eq!(prints.len(), 2);
        assert_eq!(prints[0], prints[1]);
        let csv = fs::read_to_string(out.join("incidents.csv")).unwrap();
        assert_eq!(csv.lines().count(), incidents.len() + 1);
    }

    #[test]
    fn a_killed_and_resumed_batch_ends_with_the_same_tables() {
        let whole = tempfile::tempdir().unwrap();
        batch(whole.path(), &["--parquet"]);
        let broken = tempfile::tempdir().unwrap();
        let (incoming, out) = (incoming(broken.path()), broken.path().join("out"));
        let arguments = [
            "batch",
            incoming.to_str().unwrap(),
            "-o",
            out.to_str().unwrap(),
            "--parquet",
        ];
        for pause in [1, 40, 150] {
            let mut child = Command::new(env!("CARGO_BIN_EXE_logonscope"))
                .args(arguments)
                .stderr(Stdio::piped())
                .stdout(Stdio::null())
                .spawn()
                .unwrap();
            std::thread::sleep(Duration::from_millis(pause));
            child.kill().unwrap();
            child.wait().unwrap();
            let mut told = String::new();
            child.stderr.take().unwrap().read_to_string(&mut told).unwrap();
        }
        assert_eq!(run(&arguments).status.code(), Some(1));
        // Only the paths of the sources differ.
        let (mut one, mut other) = (tables(&whole.path().join("out")), tables(&out));
        let cases = PathBuf::from("parquet/cases/part-00000.parquet");
        assert!(one.remove(&cases).is_some() && other.remove(&cases).is_some());
        assert!(one.len() >= 7 && one == other);
        assert!(!out.join(".logonscope-parquet").exists());
        let before = tables(&out);
        run(&arguments);
        assert!(before == tables(&out), "again, the same");
    }
}
