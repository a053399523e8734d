//! Many cases in one run, and what happens when a run is killed, interrupted or runs out of time: no file is ever half
//! written, nothing but the results changes, and what was finished is not done again.
//!
//! `LOGONSCOPE_KILLS=50 cargo test --release --test batch` kills as often as it says.
#![cfg(all(feature = "cli", unix))]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test may panic and reads its environment"
)]

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_logonscope"));
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn run(arguments: &[&str]) -> Output {
    program().args(arguments).output().unwrap()
}

fn status(output: &Output) -> i32 {
    let text = String::from_utf8_lossy(&output.stderr);
    output.status.code().unwrap_or_else(|| panic!("killed: {text}"))
}

/// All files below a folder and what they hold.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut pending = vec![folder.to_path_buf()];
    while let Some(path) = pending.pop() {
        if path.is_dir() {
            pending.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else {
            found.insert(
                path.strip_prefix(folder).unwrap().to_path_buf(),
                fs::read(&path).unwrap(),
            );
        }
    }
    found
}

/// Ten cases: the fixtures twice under other names, a folder, a file that is nothing, and one cut off.
fn incoming(folder: &Path) -> PathBuf {
    let incoming = folder.join("in");
    fs::create_dir_all(incoming.join("a folder")).unwrap();
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    for name in [
        "task-password-drift.zip",
        "rdp-idle-limit.zip",
        "robot-credssp-18.3.zip",
        "damaged.zip",
    ] {
        let bytes = fs::read(fixtures.join(name)).unwrap();
        fs::write(incoming.join(name), &bytes).unwrap();
        fs::write(incoming.join(name.replace(".zip", ".again.zip")), &bytes).unwrap();
        fs::write(incoming.join("cut.zip"), &bytes[..bytes.len() / 2]).unwrap();
    }
    fs::write(incoming.join("a folder/Robot.log"), b"nothing to see here\n").unwrap();
    fs::write(incoming.join("junk.zip"), [0x9C, 0x00, 0xFF, 0x13].repeat(999)).unwrap();
    incoming
}

struct Place {
    _folder: tempfile::TempDir,
    incoming: String,
    out: PathBuf,
}

fn place() -> Place {
    let folder = tempfile::tempdir().unwrap();
    let incoming = incoming(folder.path()).to_str().unwrap().to_owned();
    let out = folder.path().join("out");
    Place {
        _folder: folder,
        incoming,
        out,
    }
}

impl Place {
    fn arguments<'a>(&'a self, more: &[&'a str]) -> Vec<&'a str> {
        [
            &["batch", &self.incoming, "-o", self.out.to_str().unwrap(), "-q"],
            more,
        ]
        .concat()
    }

    fn run(&self, more: &[&str]) -> Output {
        run(&self.arguments(more))
    }

    fn inode(&self, name: &str) -> u64 {
        fs::metadata(self.out.join(name)).unwrap().ino()
    }
}

#[test]
fn each_case_is_done_once_and_the_same_at_any_number_of_threads() {
    let one = place();
    let done = one.run(&["--threads", "1"]);
    assert_eq!(status(&done), 1, "{}", String::from_utf8_lossy(&done.stderr));
    let summary = String::from_utf8(done.stdout).unwrap();
    assert!(summary.starts_with("11 cases: "), "{summary}");
    assert!(
        summary.contains("junk.zip") && summary.contains("1 failed"),
        "{summary}"
    );
    let table = fs::read_to_string(one.out.join("cases.csv")).unwrap();
    assert_eq!(table.lines().count(), 12, "{table}");
    assert!(table.contains("\r\ntask-password-drift.zip,"), "{table}");
    let incidents = fs::read_to_string(one.out.join("incidents.csv")).unwrap();
    assert!(incidents.starts_with("case,id,symptom,"), "{incidents}");
    let single = run(&[
        "analyze",
        &format!("{}/rdp-idle-limit.zip", one.incoming),
        "-f",
        "json",
        "-q",
    ]);
    assert!(
        fs::read(one.out.join("rdp-idle-limit.zip/diagnosis.json")).unwrap() == single.stdout,
        "as analyze says"
    );
    // other threads, other folder, the same inputs
    let three = one.out.with_file_name("three");
    let again = run(&[
        "batch",
        &one.incoming,
        "-o",
        three.to_str().unwrap(),
        "-q",
        "--threads",
        "3",
    ]);
    assert_eq!(status(&again), 1);
    assert!(files(&one.out) == files(&three));
}

#[test]
fn a_second_run_does_only_what_changed() {
    let place = place();
    place.run(&[]);
    let (kept, changed) = ("rdp-idle-limit.zip/diagnosis.json", "a_folder");
    let changed = fs::read_dir(&place.out)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .find(|name| name.starts_with(changed))
        .unwrap();
    let changed = format!("{changed}/diagnosis.json");
    let (before, other) = (place.inode(kept), place.inode(&changed));
    fs::write(
        Path::new(&place.incoming).join("a folder/Robot.log"),
        b"something else\n",
    )
    .unwrap();
    place.run(&[]);
    assert_eq!(place.inode(kept), before);
    assert_ne!(place.inode(&changed), other, "its content changed");
    place.run(&["--fail-on", "strong"]);
    assert_ne!(place.inode(kept), before, "the options changed");
    let before = place.inode(kept);
    place.run(&["--fail-on", "strong"]);
    assert_eq!(place.inode(kept), before);
    place.run(&["--fail-on", "strong", "--force"]);
    assert_ne!(place.inode(kept), before, "asked for");
}

#[test]
fn a_folder_of_other_things_is_left_alone() {
    let place = place();
    fs::create_dir_all(&place.out).unwrap();
    fs::write(place.out.join("thesis.txt"), "years of work").unwrap();
    let refused = place.run(&[]);
    assert_eq!(status(&refused), 2);
    assert_eq!(files(&place.out).len(), 1);
    assert_eq!(status(&place.run(&["--force"])), 1);
    assert_eq!(fs::read(place.out.join("thesis.txt")).unwrap(), b"years of work");
    assert_eq!(
        status(&run(&[
            "batch",
            "no/such/place",
            "-o",
            place.out.to_str().unwrap()
        ])),
        2
    );
}

#[test]
fn a_case_that_takes_too_long_costs_the_others_nothing() {
    let place = place();
    let done = place.run(&["--time-limit", "0s"]);
    assert_eq!(status(&done), 3, "{}", String::from_utf8_lossy(&done.stdout));
    let table = fs::read_to_string(place.out.join("cases.csv")).unwrap();
    assert_eq!(table.matches(",time-limit,").count(), 11, "{table}");
    let partial = fs::read_to_string(place.out.join("cut.zip/diagnosis.json")).unwrap();
    assert!(partial.contains("\"interrupted\""), "{partial}");
}

/// What is there is whole: JSON parses, tables end with their last row, records have their diagnosis.
fn check_whole(out: &Path) {
    for (path, bytes) in files(out) {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if name.starts_with(".logonscope-") {
            continue; // a name that no result has
        }
        if name.ends_with(".json") {
            let parsed: Result<serde_json::Value, _> = serde_json::from_slice(&bytes);
            assert!(parsed.is_ok(), "{}: {} bytes", path.display(), bytes.len());
        } else {
            assert!(
                name.ends_with(".csv") && bytes.ends_with(b"\r\n"),
                "{}",
                path.display()
            );
        }
    }
}

fn kills() -> u32 {
    std::env::var("LOGONSCOPE_KILLS").map_or(6, |text| text.parse().unwrap())
}

/// Moments spread over a span of time, in no order.
fn moments(span: Duration) -> impl Iterator<Item = Duration> {
    let count = kills();
    (0..count).map(move |number| span * ((number * 7919 + 13) % 101) / 101)
}

fn kill_after(mut child: Child, time: Duration) -> bool {
    std::thread::sleep(time);
    let running = child.try_wait().unwrap().is_none();
    child.kill().unwrap();
    child.wait().unwrap();
    running
}

#[test]
fn a_batch_killed_at_any_moment_goes_on_where_it_was() {
    let place = place();
    let start = Instant::now();
    place.run(&[]);
    let span = start.elapsed();
    let sent = files(Path::new(&place.incoming));
    let out = place.out.with_file_name("killed");
    let arguments = ["batch", &place.incoming, "-o", out.to_str().unwrap(), "-q"];
    let mut hit = 0;
    for moment in moments(span) {
        hit += u32::from(kill_after(program().args(arguments).spawn().unwrap(), moment));
        if out.is_dir() {
            check_whole(&out);
        }
        if hit % 3 == 0 {
            let _ = fs::remove_dir_all(&out);
        }
    }
    assert!(hit > 0, "never in time");
    run(&arguments);
    assert!(
        files(Path::new(&place.incoming)) == sent,
        "what was sent is untouched"
    );
    let siblings = fs::read_dir(out.parent().unwrap()).unwrap().count();
    assert_eq!(siblings, 3, "nothing beside the results");
    let (whole, killed) = (files(&place.out), files(&out));
    let differ: Vec<_> = whole
        .iter()
        .filter(|(path, bytes)| killed.get(*path) != Some(bytes))
        .collect();
    assert!(differ.is_empty() && whole.len() == killed.len(), "{differ:?}");
}

/// Killed before its manifest had a name, a batch leaves a file that is no result and no hindrance.
#[test]
fn a_batch_killed_at_its_first_file_goes_on() {
    let place = place();
    fs::create_dir_all(&place.out).unwrap();
    fs::write(place.out.join(".logonscope-a1b2c3"), b"{\"schema\":").unwrap();
    place.run(&[]);
    assert!(place.out.join("manifest.json").is_file());
    assert!(!place.out.join(".logonscope-a1b2c3").exists());
}

#[test]
fn a_report_killed_at_any_moment_is_whole_or_not_there() {
    let place = place();
    fs::create_dir_all(&place.out).unwrap();
    let file = place.out.join("diagnosis.json");
    let arguments = [
        "analyze",
        &place.incoming,
        "-f",
        "json",
        "-q",
        "--force",
        "-o",
        file.to_str().unwrap(),
    ];
    let start = Instant::now();
    run(&arguments);
    let span = start.elapsed();
    let good = fs::read(&file).unwrap();
    fs::remove_file(&file).unwrap();
    for moment in moments(span) {
        kill_after(program().args(arguments).spawn().unwrap(), moment);
        if file.exists() {
            assert!(fs::read(&file).unwrap() == good);
        }
    }
}

/// A text that takes a while to read.
fn long_text(folder: &Path) -> PathBuf {
    let path = folder.join("long.log");
    let mut file = std::io::BufWriter::new(fs::File::create(&path).unwrap());
    let mebibytes = if cfg!(debug_assertions) { 96 } else { 4096 };
    let line = "2026-05-04 10:49:19 RPA-07 the session of svc-robot is fine, and so is everything else here 0x80070520\n";
    let block = line.repeat((1 << 20) / line.len());
    for _ in 0..mebibytes {
        file.write_all(block.as_bytes()).unwrap();
    }
    path
}

#[test]
fn ctrl_c_ends_with_what_was_read_until_then() {
    let folder = tempfile::tempdir().unwrap();
    let text = long_text(folder.path());
    for (command, form) in [("analyze", "json"), ("events", "jsonl"), ("inspect", "json")] {
        let child = program()
            .args([command, text.to_str().unwrap(), "-f", form, "-q"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        // somebody has to read what is printed
        let id = child.id().to_string();
        let waiting = std::thread::spawn(move || child.wait_with_output().unwrap());
        std::thread::sleep(Duration::from_millis(1500));
        assert!(
            !waiting.is_finished(),
            "{command} is over before it can be interrupted"
        );
        let start = Instant::now();
        assert!(
            Command::new("kill")
                .args(["-INT", &id])
                .status()
                .unwrap()
                .success()
        );
        let output = waiting.join().unwrap();
        let took = start.elapsed();
        assert_eq!(
            status(&output),
            3,
            "{command}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        assert!(
            took < Duration::from_secs(if cfg!(debug_assertions) { 8 } else { 1 }),
            "{command} took {took:?}"
        );
        if command != "events" {
            let text = String::from_utf8(output.stdout).unwrap();
            assert!(
                text.contains("\"interrupted\"") && text.contains("partial"),
                "{command}"
            );
        }
    }
}

#[test]
fn ctrl_c_ends_the_wait_for_a_pipe() {
    let mut child = program()
        .args(["analyze", "-"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let pipe = child.stdin.take();
    std::thread::sleep(Duration::from_secs(1));
    let id = child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-INT", &id])
            .status()
            .unwrap()
            .success()
    );
    let output = child.wait_with_output().unwrap();
    drop(pipe);
    assert_eq!(status(&output), 3);
}

#[test]
fn a_time_limit_ends_with_what_was_read_until_then() {
    let folder = tempfile::tempdir().unwrap();
    let text = long_text(folder.path());
    let output = run(&[
        "analyze",
        text.to_str().unwrap(),
        "-f",
        "json",
        "-q",
        "--time-limit",
        "500ms",
    ]);
    assert_eq!(status(&output), 3, "{}", String::from_utf8_lossy(&output.stderr));
    let diagnosis: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let problems = diagnosis["problems"].as_array().unwrap();
    let told = problems.iter().any(|problem| {
        problem["kind"] == "interrupted"
            && problem["detail"]
                .as_str()
                .unwrap()
                .contains("time limit of 0.5 s")
    });
    assert!(told, "{problems:?}");
}
