//! What was sent is left as it is, and what is no file of it stops nothing: pipes and devices, odd names, results written onto the
//! input, XML that never ends.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const FAILED: &str =
    "ERROR: A specified logon session does not exist. It may already have been terminated.\r\n";

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_logonscope"))
        .args(arguments)
        .output()
        .unwrap()
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn said(output: &Output) -> String {
    [&output.stdout[..], &output.stderr[..]]
        .map(String::from_utf8_lossy)
        .concat()
}

/// Nobody writes into the pipe, and the device never ends: whoever opens them waits for ever.
#[cfg(unix)]
#[test]
fn pipes_devices_and_sockets_are_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let incoming = folder.path().join("in");
    let case = incoming.join("one");
    fs::create_dir_all(&case).unwrap();
    fs::write(case.join("ticket.txt"), FAILED).unwrap();
    for pipe in [incoming.join("pipe.evtx"), case.join("pipe.log")] {
        assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    }
    std::os::unix::fs::symlink("/dev/zero", case.join("zero.log")).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(case.join("socket.log")).unwrap();
    let out = folder.path().join("out");
    let batch = run(&["batch", path(&incoming), "-o", path(&out), "--time-limit", "60s"]);
    assert_eq!(batch.status.code(), Some(1), "{}", said(&batch));
    assert!(
        said(&batch).contains("pipe.evtx"),
        "it is said what is left out: {}",
        said(&batch)
    );
    assert!(out.join("one/diagnosis.json").exists());
    for command in ["analyze", "inspect", "events", "sessions"] {
        let whole = run(&[command, path(&case)]);
        assert!(whole.status.code() <= Some(1), "{command}: {}", said(&whole));
        for special in ["pipe.log", "zero.log", "socket.log"] {
            let alone = run(&[command, path(&case.join(special))]);
            assert_eq!(
                alone.status.code(),
                Some(2),
                "{command} {special}: {}",
                said(&alone)
            );
        }
    }
}

#[test]
fn a_case_with_a_slip_in_its_name_is_a_case() {
    let folder = tempfile::tempdir().unwrap();
    let incoming = folder.path().join("in");
    fs::create_dir_all(&incoming).unwrap();
    fs::write(incoming.join("..txt"), FAILED).unwrap();
    fs::write(incoming.join(".hidden.txt"), FAILED).unwrap();
    let out = folder.path().join("out");
    let batch = run(&["batch", path(&incoming), "-o", path(&out)]);
    let cases = fs::read_to_string(out.join("cases.csv")).unwrap();
    assert_eq!(cases.lines().count(), 2, "{cases}\n{}", said(&batch));
    assert!(cases.contains("..txt"), "{cases}");
    // It has a folder of its own below the results, and none beside them.
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
}

#[test]
fn no_result_is_written_onto_what_was_sent() {
    let folder = tempfile::tempdir().unwrap();
    let case = folder.path().join("case");
    fs::create_dir_all(&case).unwrap();
    let ticket = case.join("ticket.txt");
    fs::write(&ticket, FAILED).unwrap();
    let round = case.join("../case/ticket.txt");
    for input in [&case, &ticket] {
        for output in [&ticket, &round] {
            for before in [
                &["analyze"][..],
                &["analyze", "--format", "json"],
                &["events"],
                &["timeline"],
                &["inspect"],
                &["collect", "--for"],
            ] {
                let arguments = [before, &[path(input), "-o", path(output), "--force"]].concat();
                let refused = run(&arguments);
                assert_eq!(
                    refused.status.code(),
                    Some(2),
                    "{arguments:?}: {}",
                    said(&refused)
                );
                assert_eq!(fs::read_to_string(&ticket).unwrap(), FAILED, "{arguments:?}");
            }
            let page = run(&["analyze", path(input), "--html", path(output), "--force"]);
            assert_eq!(page.status.code(), Some(2), "{}", said(&page));
            let capsule = run(&["capsule", path(input), "1", "-o", path(output), "--force"]);
            assert_eq!(capsule.status.code(), Some(2), "{}", said(&capsule));
            assert_eq!(fs::read_to_string(&ticket).unwrap(), FAILED);
        }
    }
    // Beside it there is room.
    let beside = run(&["analyze", path(&ticket), "-o", path(&case.join("report.txt"))]);
    assert_eq!(beside.status.code(), Some(1), "{}", said(&beside));
}

/// Each is damaged, and a reading that says nothing of it would pass for a clean bill.
#[test]
fn malformed_deep_xml_is_no_clean_bill() {
    let folder = tempfile::tempdir().unwrap();
    let event = "<Events><Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='UiPath'/>\
                 <EventID>0</EventID></System><EventData>";
    let deep = "<a>".repeat(20_000);
    for (name, text) in [
        ("events.xml", format!("{event}{deep}")),
        ("crossed.xml", format!("{event}{deep}{}", "</b>".repeat(20_000))),
        (
            "task.xml",
            format!("<?xml version='1.0'?><Task>{deep}</b></Task>"),
        ),
        ("any.xml", format!("<root>{deep}{}", "</b>".repeat(20_000))),
    ] {
        let file = folder.path().join(name);
        fs::write(&file, text).unwrap();
        let read = run(&["analyze", path(&file)]);
        assert_eq!(read.status.code(), Some(3), "{name}: {}", said(&read));
    }
}
