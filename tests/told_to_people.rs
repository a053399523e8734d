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
