//! What the command line tells a person who asks it: an id that is nothing, a script, a screen. The contract with scripts is the
//! matter of `cli_contract.rs`.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

use std::path::Path;
use std::process::{Command, Stdio};

/// The status, the standard output and the standard error of a call.
fn run(arguments: &[&str]) -> (i32, String, String) {
    run_with(arguments, &[])
}

fn run_with(arguments: &[&str], environment: &[(&str, &str)]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_logonscope"))
        .args(arguments)
        .envs(environment.iter().copied())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (
        output.status.code().unwrap(),
        text(output.stdout),
        text(output.stderr),
    )
}

fn fixture(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name);
    path.to_str().unwrap().to_owned()
}

#[test]
fn an_event_that_nobody_knows_is_not_explained() {
    for unknown in ["LSM 999", "TaskScheduler 9999", "event 39999"] {
        let (status, _, said) = run(&["explain", unknown]);
        assert_eq!(status, 2, "{unknown}");
        assert!(
            said.contains("nothing is known of it") && !said.contains("did you mean"),
            "{said}"
        );
    }
    for known in [
        "LSM 40",
        "event 40",
        "41",
        "RCM 20518",
        "RemoteConnectionManager/Admin 20518",
        "KB5041578",
    ] {
        assert_eq!(run(&["explain", known]).0, 0, "{known}");
    }
    assert!(run(&["explain", "LSM40"]).2.contains("`explain LSM 40`"));
    assert!(run(&["explain", "41"]).1.contains("KernelPower 41"));
}

#[test]
fn a_cause_is_explained_without_the_grammar_of_its_file() {
    let (_, told, _) = run(&["explain", "password-drift-stored-credential"]);
    assert!(
        !told.contains("contains |") && !told.contains('$') && !told.contains('{'),
        "{told}"
    );
    let (_, told, _) = run(&["explain", "4625"]);
    assert!(told.lines().count() < 40 && !told.contains('{'), "{told}");
}

#[test]
fn every_command_of_a_script_is_a_command() {
    let (_, list, _) = run(&["knowledge", "list", "symptoms"]);
    let ids: Vec<&str> = list
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    let mut commands = 0;
    for id in ids {
        let (status, script, _) = run(&["collect", "--symptom", id]);
        if status != 0 {
            continue;
        }
        for line in script.lines().filter(|line| line.starts_with("Take '")) {
            let command = line.rsplit_once("' '").unwrap().1;
            let bare: String = command.split('"').step_by(2).collect();
            assert!(!bare.contains("first") && !bare.contains(" sl "), "{id}: {line}");
            assert!(bare.starts_with("for ") || !bare.contains('('), "{id}: {line}");
            commands += 1;
        }
    }
    assert!(commands > 50, "{commands}");
}

#[test]
fn a_script_names_its_computer_or_is_none() {
    let drift = fixture("task-password-drift.zip");
    let (status, script, said) = run(&[
        "collect",
        "--for",
        &drift,
        "--pseudonymize",
        "--key-file",
        "no.key",
    ]);
    assert_eq!((status, script.as_str()), (2, ""));
    assert!(said.contains("does not go with `collect`"), "{said}");
}

#[test]
fn a_zone_of_windows_is_one_and_a_misspelled_one_is_asked_about() {
    let drift = fixture("task-password-drift.zip");
    let (status, told, _) = run(&["analyze", &drift, "--tz", "W. Europe Standard Time"]);
    assert_eq!(status, 1);
    assert_eq!(told, run(&["analyze", &drift, "--tz", "Europe/Berlin"]).1);
    let (status, _, said) = run(&["analyze", &drift, "--tz", "Europe/Berln"]);
    assert_eq!(status, 2);
    assert!(said.contains("did you mean Europe/Berlin"), "{said}");
}

#[test]
fn a_bad_default_says_where_it_stands() {
    let drift = fixture("task-password-drift.zip");
    for (name, value) in [
        ("LOGONSCOPE_KNOWLEDGE", "/nowhere/at/all"),
        ("LOGONSCOPE_ASSUME_TZ", "foo"),
        ("LOGONSCOPE_TZ", "foo"),
    ] {
        let (status, _, said) = run_with(&["analyze", &drift], &[(name, value)]);
        assert_eq!(status, 2, "{name}");
        assert!(said.contains(name), "{said}");
    }
}

#[test]
fn what_a_limit_or_a_bar_leaves_out_is_said() {
    let drift = fixture("task-password-drift.zip");
    let (_, _, said) = run(&["analyze", &drift, "--max-incidents", "1"]);
    assert!(said.contains("the limit of 1 incident"), "{said}");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.xlsx");
    let (_, _, said) = run(&["analyze", &drift, "-o", path.to_str().unwrap()]);
    assert!(said.contains("no format is called .xlsx"), "{said}");
    let path = folder.path().join("mail.eml");
    run(&["analyze", &drift, "-o", path.to_str().unwrap()]);
    let mail = std::fs::read_to_string(path).unwrap();
    assert!(
        mail.starts_with("Subject: ") && mail.contains("\r\n\r\nHello,"),
        "{mail}"
    );
    assert!(mail.contains("The same happened to the task"), "{mail}");
}

#[test]
fn text_is_as_wide_as_columns_says_and_a_capsule_names_its_incident() {
    let drift = fixture("task-password-drift.zip");
    let (_, told, _) = run_with(&["analyze", &drift], &[("COLUMNS", "120")]);
    assert!(told.lines().any(|line| line.chars().count() > 80), "{told}");
    let (_, _, said) = run(&["capsule", &drift, "99", "-o", "no.zip"]);
    assert!(
        said.contains("no incident") && !said.contains("did you mean"),
        "{said}"
    );
    let (_, told, said) = run(&["events", &drift, "--id", "4740", "--tz", "host"]);
    assert!(said.contains("times are UTC"), "{told}{said}");
}

#[test]
fn whoever_shows_a_case_is_told_to_analyze_it() {
    let drift = fixture("task-password-drift.zip");
    let (status, _, said) = run(&["show", &drift]);
    assert_eq!(status, 2);
    assert!(said.contains("`logonscope analyze "), "{said}");
}

#[test]
fn a_folder_that_is_not_there_is_named_and_nothing_else() {
    let drift = fixture("task-password-drift.zip");
    let (status, _, said) = run(&["analyze", &drift, "-o", "nowhere/at/all.json"]);
    assert_eq!(status, 2);
    assert!(
        said.contains("nowhere/at is no folder") && !said.contains(".logonscope-"),
        "{said}"
    );
}
