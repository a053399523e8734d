//! What scripts rely on: exit statuses, formats, standard input, files that are not overwritten, the same bytes at any number of threads.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_logonscope"))
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn piped(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_logonscope"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn status(output: &Output) -> i32 {
    output
        .status
        .code()
        .unwrap_or_else(|| panic!("killed: {}", text(&output.stderr)))
}

fn fixture(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name);
    path.to_str().unwrap().to_owned()
}

/// A folder with one file in it.
fn folder_with(name: &str, bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    (folder, path)
}

/// The two lines of a robot that meets a listener with network level authentication.
const TRACE: &str = "[0]0B44.0F10::2026/05/04-08:10:03.120000000 [UiPath] rdp.cpp 34 RdpWrapper: Connect: Connection failed\n\
[0]0B44.0F10::2026/05/04-08:10:03.120000000 [UiPath] rdp.cpp 34 RdpWrapper: Log on Wrapper: exiting connection loop, err(rdp):-1073741537\n";

#[test]
fn findings_are_status_1_and_a_higher_bar_is_0() {
    let drift = fixture("task-password-drift.zip");
    let found = run(&["analyze", &drift]);
    assert_eq!(status(&found), 1, "{}", text(&found.stderr));
    let report = text(&found.stdout);
    assert!(report.starts_with("RPA-07 and DC-01: "), "{report}");
    assert!(
        report.contains("\nCause    strong: A stored password no longer matches"),
        "{report}"
    );
    assert!(report.lines().count() <= 22, "{report}");
    let json: serde_json::Value =
        serde_json::from_slice(&run(&["analyze", &drift, "-f", "json"]).stdout).unwrap();
    assert_eq!(json["schema"], "logonscope.diagnosis/1");
    assert_eq!(
        json["incidents"][0]["causes"][0]["id"],
        "password-drift-stored-credential"
    );
    let trace = piped(&["analyze", "-", "--fail-on", "strong"], TRACE.as_bytes());
    assert_eq!(status(&trace), 0, "{}", text(&trace.stdout));
}

#[test]
fn a_healthy_week_is_status_0_and_says_what_was_covered() {
    let output = run(&["analyze", &fixture("healthy-week.zip")]);
    assert_eq!(status(&output), 0, "{}", text(&output.stdout));
    let report = text(&output.stdout);
    assert!(report.starts_with("No fault found in "), "{report}");
    assert!(report.contains("RPA-07"), "{report}");
    assert!(
        text(&output.stderr).is_empty(),
        "nothing to warn of: {}",
        text(&output.stderr)
    );
}

#[test]
fn nothing_readable_and_wrong_usage_are_status_2() {
    let empty = tempfile::tempdir().unwrap();
    let (_junk, junk) = folder_with("junk.evtx", &[0x9C, 0x00, 0xFF, 0x13, 0x37].repeat(999));
    let empty = empty.path().to_str().unwrap();
    for arguments in [
        &["analyze", "no/such/place.zip"][..],
        &["analyze", empty],
        &["analyze", junk.to_str().unwrap()],
        &["analyze"],
        &["analyze", empty, "--since", "yesterday"],
        &["analyze", empty, "--tz", "Middle/Earth"],
        &["analyze", empty, "--min-verdict", "sure"],
        &["analyze", empty, "--why", "no-such-cause"],
        &["inspect", empty],
        &["sessions", "no/such/place.zip"],
        &["explain", "xyzzy"],
        &["knowledge", "show", "no-such-id"],
    ] {
        let output = run(arguments);
        assert_eq!(status(&output), 2, "{arguments:?}: {}", text(&output.stdout));
        assert!(!output.stderr.is_empty(), "{arguments:?} says why");
    }
}

#[test]
fn nothing_found_in_what_could_not_all_be_read_is_status_3() {
    let whole = fs::read(fixture("healthy-week.zip")).unwrap();
    let cut = whole.get(..whole.len() * 2 / 3).unwrap();
    let (_folder, path) = folder_with("cut.zip", cut);
    let output = run(&["analyze", path.to_str().unwrap()]);
    assert_eq!(
        status(&output),
        3,
        "{}\n{}",
        text(&output.stdout),
        text(&output.stderr)
    );
    assert!(
        text(&output.stdout).replace('\n', " ").contains("no clean bill"),
        "{}",
        text(&output.stdout)
    );
    assert!(text(&output.stderr).contains("could not be read"));
}

#[test]
fn standard_input_is_read_like_a_file() {
    let bytes = fs::read(fixture("task-password-drift.zip")).unwrap();
    let output = piped(&["analyze", "-", "-f", "jsonl"], &bytes);
    assert_eq!(status(&output), 1, "{}", text(&output.stderr));
    let first: serde_json::Value =
        serde_json::from_str(text(&output.stdout).lines().next().unwrap()).unwrap();
    assert_eq!(first["symptom"], "task-logon-failure");
}

#[test]
fn a_file_is_written_whole_and_never_overwritten() {
    let (folder, path) = folder_with("report.txt", b"mine");
    let (drift, target) = (fixture("task-password-drift.zip"), path.to_str().unwrap());
    assert_eq!(status(&run(&["analyze", &drift, "-o", target])), 2);
    assert_eq!(fs::read(&path).unwrap(), b"mine");
    let forced = run(&["analyze", &drift, "-o", target, "--force"]);
    assert_eq!(status(&forced), 1);
    assert!(forced.stdout.is_empty());
    assert!(
        fs::read_to_string(&path)
            .unwrap()
            .starts_with("RPA-07 and DC-01: ")
    );
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        1,
        "no temporary file is left"
    );
}

#[test]
fn every_fixture_is_answered_in_22_lines_of_80_columns() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let names = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name());
    let mut bundles: Vec<String> = names
        .map(|name| name.into_string().unwrap())
        .filter(|name| name.ends_with(".zip"))
        .collect();
    bundles.sort();
    assert!(bundles.len() >= 5, "{bundles:?}");
    for bundle in bundles {
        let report = text(&run(&["analyze", "-q", &fixture(&bundle)]).stdout);
        assert!(report.lines().count() <= 22, "{bundle}:\n{report}");
        for line in report.lines().filter(|line| !line.contains("/")) {
            assert!(line.chars().count() <= 80, "{bundle}: {line}");
        }
        let brief = text(&run(&["analyze", "-q", "--brief", &fixture(&bundle)]).stdout);
        assert_eq!(brief.lines().count(), 1, "{brief}");
    }
}

#[test]
fn a_stored_diagnosis_is_shown_like_a_fresh_one() {
    let drift = fixture("task-password-drift.zip");
    let folder = tempfile::tempdir().unwrap();
    let stored = folder.path().join("diagnosis.json");
    let stored = stored.to_str().unwrap();
    let written = run(&["analyze", &drift, "-o", stored]);
    assert_eq!(
        status(&written),
        1,
        "the name chooses the format: {}",
        text(&written.stderr)
    );
    for format in ["text", "json", "jsonl", "csv", "markdown", "mail", "sarif"] {
        let fresh = run(&["analyze", &drift, "-v", "-f", format]);
        let shown = run(&["show", stored, "-v", "-f", format]);
        assert_eq!(status(&shown), 1);
        // The first screen of text ends with a command that names the case.
        let rest = |bytes: &[u8]| match text(bytes).split_once("A script that gathers") {
            Some((screen, rest)) => (screen.to_owned(), rest.split_once("\n\n").unwrap().1.to_owned()),
            None => (text(bytes), String::new()),
        };
        assert!(rest(&fresh.stdout) == rest(&shown.stdout), "{format}");
    }
    assert_eq!(
        status(&run(&[
            "show",
            stored,
            "--fail-on",
            "strong",
            "--min-verdict",
            "likely"
        ])),
        1
    );
    assert_eq!(status(&run(&["show", &drift])), 2);
    assert_eq!(status(&run(&["show", "no-such.json"])), 2);
}

#[test]
fn what_comes_after_a_diagnosis() {
    let (drift, idle) = (fixture("task-password-drift.zip"), fixture("rdp-idle-limit.zip"));
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let stored = path("drift.json");
    let page = path("drift.html");
    assert_eq!(
        status(&run(&["analyze", &drift, "-o", &stored, "--html", &page])),
        1
    );
    assert!(fs::read_to_string(&page).unwrap().starts_with("<!DOCTYPE html>"));

    let script = run(&["collect", "--for", &stored]);
    assert_eq!(status(&script), 0);
    assert!(text(&script.stdout).starts_with("<# :\r\n@goto :run\r\n"));
    assert!(text(&script.stdout).contains("'dsregcmd /status > dsregcmd.txt'"));
    // The System log was sent, whole.
    assert!(!text(&script.stdout).contains("wevtutil epl System"));

    let around = run(&[
        "timeline",
        &idle,
        "--around",
        "2026-04-15T14:19:00Z",
        "--window",
        "1m",
        "-f",
        "jsonl",
    ]);
    let kinds: Vec<String> = text(&around.stdout)
        .lines()
        .map(|line| {
            serde_json::from_str::<serde_json::Value>(line).unwrap()["kind"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    for kind in ["failure", "evidence", "session"] {
        assert!(
            kinds.iter().any(|told| told == kind),
            "{kind} is not in {kinds:?}"
        );
    }

    let same = run(&["verify", &stored, &stored]);
    assert_eq!(
        status(&same),
        3,
        "the same logs prove nothing: {}",
        text(&same.stdout)
    );
    assert!(text(&same.stdout).contains("cannot tell:"));
    assert!(
        text(&same.stdout).starts_with("Before: RPA-07"),
        "it says what is compared"
    );
    let differs = text(&run(&["diff", &fixture("healthy-week.zip"), &stored]).stdout);
    let differs = differs.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        differs.contains("fault: Scheduled task")
            && differs.contains("82 times where it fails, never where it works")
            && differs.contains("85 records where it fails")
            && differs.starts_with("It works: DC-01 and RPA-07"),
        "{differs}"
    );
    let table = text(&run(&["sessions", &drift, "--format", "csv"]).stdout);
    let mut rows = table.lines();
    assert_eq!(
        rows.next().unwrap().trim_end(),
        "host,session,user,kind,address,start,end,end_class,origin"
    );
    assert!(
        rows.next().unwrap().starts_with("RPA-07,"),
        "one row for each session: {table}"
    );

    let lines = text(&run(&["events", &drift, "--id", "104", "-f", "text"]).stdout);
    assert!(
        lines
            .lines()
            .next()
            .unwrap()
            .contains(" RPA-07 TaskScheduler 104 #"),
        "{lines}"
    );
}

#[test]
fn almost_right_is_asked_about() {
    let drift = fixture("task-password-drift.zip");
    let bare = run(&[&drift]);
    assert_eq!(status(&bare), 2);
    assert!(
        text(&bare.stderr).contains("did you mean `logonscope analyze "),
        "{}",
        text(&bare.stderr)
    );
    let cause = run(&["analyze", &drift, "--why", "password-drift"]);
    assert_eq!(status(&cause), 2);
    assert!(
        text(&cause.stderr).contains("password-drift-stored-credential"),
        "{}",
        text(&cause.stderr)
    );
    let absent = text(&run(&["no-such-case.zip"]).stderr);
    assert!(
        absent.contains("did you mean `logonscope analyze no-such-case.zip`?"),
        "{absent}"
    );
    for (typed, meant) in [
        ("TaskSheduler 101", "TaskScheduler"),
        ("idle-sesion-limit", "idle-session-limit"),
    ] {
        let told = run(&["explain", typed]);
        assert_eq!(status(&told), 2);
        assert!(text(&told.stderr).contains(meant), "{}", text(&told.stderr));
    }
    let format = run(&["analyze", &drift, "-f", "pdf"]);
    assert!(
        text(&format.stderr).contains("possible values: text, json"),
        "{}",
        text(&format.stderr)
    );
}

/// The first thing that somebody sees of the program is what the README says it prints.
#[test]
fn the_readme_shows_what_its_first_command_prints() {
    let readme = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let (_, shown) = readme.split_once("The first prints:\n\n```text\n").unwrap();
    let (shown, _) = shown.split_once("```").unwrap();
    let printed = Command::new(env!("CARGO_BIN_EXE_logonscope"))
        .args(["analyze", "fixtures/task-password-drift.zip"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env_remove("COLUMNS")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert_eq!(text(&printed.stdout), shown);
}

#[test]
fn why_without_a_cause_is_of_the_one_that_leads() {
    let drift = fixture("task-password-drift.zip");
    for arguments in [["analyze", "--why", &drift], ["analyze", &drift, "--why"]] {
        let asked = run(&arguments);
        let said = text(&asked.stdout);
        assert!(
            said.starts_with("The sums of password-drift-stored-credential\n"),
            "{said}"
        );
        assert_eq!(status(&asked), 1);
    }
    assert_eq!(status(&run(&["analyze", "--why"])), 2);
}

#[test]
fn a_time_as_a_report_shows_it_is_read() {
    let drift = fixture("task-password-drift.zip");
    for around in ["Sat 6 Jun 14:12:00", "6 Jun 2026 14:12"] {
        let said = text(&run(&["timeline", &drift, "--around", around]).stdout);
        assert!(said.starts_with("Sat 6 Jun 2026, "), "{said}");
    }
}

#[test]
fn times_without_an_offset_are_those_of_the_host() {
    let idle = fixture("rdp-idle-limit.zip");
    let at = |arguments: &[&str]| {
        run(&[
            &["analyze", idle.as_str(), "--window", "5m", "-f", "json"],
            arguments,
        ]
        .concat())
    };
    let local = at(&["--around", "2026-04-15 16:19"]);
    assert_eq!(status(&local), 1, "{}", text(&local.stderr));
    assert!(
        text(&local.stderr).contains("as of Europe/Berlin, the zone of RPA-07"),
        "{}",
        text(&local.stderr)
    );
    assert_eq!(at(&["--around", "2026-04-15T14:19:00Z"]).stdout, local.stdout);
    assert_eq!(
        at(&["--around", "2026-04-15 14:19", "--tz", "utc"]).stdout,
        local.stdout
    );
    assert_eq!(
        at(&["--around", "2026-04-15 16:19", "--tz", "host"]).stdout,
        local.stdout
    );
    // People say the hour; the day is the one of the failure.
    let hour = at(&["--around", "16:19"]);
    assert_eq!(hour.stdout, local.stdout);
    assert!(
        text(&hour.stderr).contains("times without a day are read as of Wed 15 Apr 2026"),
        "{}",
        text(&hour.stderr)
    );
    assert_eq!(at(&["--around", "14:19", "--tz", "utc"]).stdout, local.stdout);
}

#[test]
fn the_same_bytes_at_any_number_of_threads() {
    for bundle in ["task-password-drift.zip", "damaged.zip"] {
        for format in ["text", "json", "csv", "markdown"] {
            let at = |threads: &str| {
                run(&[
                    "analyze",
                    &fixture(bundle),
                    "-v",
                    "-f",
                    format,
                    "--threads",
                    threads,
                ])
                .stdout
            };
            let one = at("1");
            assert!(!one.is_empty());
            for threads in ["2", "8"] {
                assert!(
                    one == at(threads),
                    "{bundle} as {format} differs at {threads} threads"
                );
            }
        }
    }
}

#[test]
fn every_command_has_help_with_an_example() {
    for command in [
        "analyze",
        "explain",
        "inspect",
        "sessions",
        "show",
        "timeline",
        "collect",
        "capsule",
        "verify",
        "diff",
        "events",
        "knowledge",
        "completions",
        "man",
    ] {
        let output = run(&[command, "--help"]);
        assert_eq!(status(&output), 0);
        let help = text(&output.stdout);
        assert!(
            help.contains("Example") && help.contains(&format!("logonscope {command}")),
            "{help}"
        );
        assert_eq!(status(&run(&["man", command])), 0);
    }
    for shell in ["bash", "zsh", "fish", "powershell"] {
        assert!(!run(&["completions", shell]).stdout.is_empty());
    }
    assert!(text(&run(&["man"]).stdout).contains("logonscope"));
}

#[test]
fn explain_reads_numbers_in_their_space() {
    for (what, symbol) in [
        (&["0x80070520"][..], "ERROR_NO_SUCH_LOGON_SESSION"),
        (&["2147943726"], "ERROR_LOGON_FAILURE"),
        (&["-2147023584"], "ERROR_NO_SUCH_LOGON_SESSION"),
        (&["0xC000006D"], "STATUS_LOGON_FAILURE"),
        (&["1309"], "ERROR_NO_IMPERSONATION_TOKEN"),
        (&["disconnect", "5"], "ERRINFO_DISCONNECTED_BY_OTHER_CONNECTION"),
        (&["LSM", "40"], "LocalSessionManager"),
        (&["TaskScheduler", "101"], "could not be started"),
        (&["Security", "4740"], "still sends the old password"),
        (&["SCM", "7036"], "an event of the log System"),
        (&["System", "7036"], "SCM 7036"),
        (&["RCM/Admin", "20517"], "RCM-Admin 20517"),
        (&["Microsoft-Windows-Kernel-Power", "41"], "KernelPower 41"),
        (&["Application", "6005"], "Winlogon-Application 6005"),
        (&["password-drift-stored-credential"], "rules out"),
        (&["session-disconnected"], "shown by"),
    ] {
        let output = run(&[&["explain"], what].concat());
        assert_eq!(status(&output), 0, "{what:?}: {}", text(&output.stderr));
        assert!(
            text(&output.stdout).contains(symbol),
            "{what:?}: {}",
            text(&output.stdout)
        );
    }
    // Nothing is said twice: not the number that was typed, not what its form is.
    let said = text(&run(&["explain", "0x80070520"]).stdout);
    assert!(
        said.starts_with("0x80070520 = 2147943712, -2147023584\n"),
        "{said}"
    );
    assert_eq!(said.matches("it wraps Win32 error 1312").count(), 1, "{said}");
    let pasted = piped(&["explain", "-", "-f", "json"], b"\"err(rdp):-1073741537\"");
    let json: serde_json::Value = serde_json::from_slice(&pasted.stdout).unwrap();
    assert_eq!(json["codes"][0]["readings"][0]["space"], "uipath-rdp");
}

#[test]
fn events_are_filtered_and_sessions_have_owners() {
    let drift = fixture("task-password-drift.zip");
    let output = run(&[
        "events",
        &drift,
        "--provider",
        "Microsoft-Windows-TaskScheduler",
        "--id",
        "101,104",
    ]);
    let lines = text(&output.stdout);
    assert!(lines.lines().count() > 1, "{}", text(&output.stderr));
    for line in lines.lines() {
        let event: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!([101, 104].contains(&event["id"].as_u64().unwrap()), "{line}");
    }
    let csv = text(&run(&["events", &drift, "--id", "104", "-f", "csv"]).stdout);
    assert!(csv.starts_with("time,computer,channel,"));
    let sessions = run(&[
        "sessions",
        &fixture("rdp-idle-limit.zip"),
        "--at",
        "2026-04-15T14:18:00Z",
    ]);
    assert!(
        text(&sessions.stdout).contains("m.ito"),
        "{}",
        text(&sessions.stdout)
    );
}

#[test]
fn inspect_lists_files_and_their_formats() {
    let output = run(&["inspect", &fixture("damaged.zip"), "-q"]);
    assert_eq!(status(&output), 3);
    let report = text(&output.stdout);
    for part in ["evtx", "empty", "duplicate", "truncated"] {
        assert!(report.contains(part), "{part} is not in\n{report}");
    }
    assert!(
        !report.contains(" 1 records") && !report.contains(", 1 records"),
        "{report}"
    );
}

/// What is no path and no command to copy is as wide as the terminal.
#[test]
fn lists_are_as_wide_as_the_terminal() {
    for bundle in ["rdp-idle-limit.zip", "healthy-week.zip", "damaged.zip"] {
        for command in [&["inspect"][..], &["inspect", "-v"], &["sessions"], &["timeline"]] {
            let report = text(&run(&[command, &["-q", &fixture(bundle)]].concat()).stdout);
            let wide = |line: &&str| line.chars().count() > 80 && !line.contains(".zip");
            let wide: Vec<&str> = report.lines().filter(wide).collect();
            assert!(wide.is_empty(), "{command:?} {bundle}: {wide:#?}");
        }
    }
    let read = run(&["analyze", &fixture("damaged.zip")]);
    let said = text(&read.stderr);
    assert!(said.lines().all(|line| line.chars().count() <= 80), "{said}");
}

#[test]
fn the_schema_is_printed_without_input() {
    let output = run(&["analyze", "--json-schema"]);
    assert_eq!(status(&output), 0);
    let schema: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(schema["title"], "Diagnosis");
}

#[test]
#[cfg(unix)]
fn a_reader_that_goes_away_is_no_error() {
    let command = format!(
        "{} analyze -v {} | head -c 10; exit ${{PIPESTATUS[0]}}",
        env!("CARGO_BIN_EXE_logonscope"),
        fixture("task-password-drift.zip")
    );
    let output = Command::new("bash").args(["-c", &command]).output().unwrap();
    assert_eq!(status(&output), 1, "{}", text(&output.stderr));
    assert!(output.stderr.is_empty(), "{}", text(&output.stderr));
}

#[test]
fn knowledge_of_ones_own_is_checked_and_tested() {
    let (folder, _) = folder_with(
        "lonely.toml",
        b"id = \"Lonely\"\ntitle = \"t\"\nexplanation = \"e\"\nexplains = [\"host-restart\"]\nprior = \"rare\"\nremediation = [\"r\"]\n\
          [[for]]\nfact = \"os.build\"\nis = \"= 1\"\nweight = \"weak\"\n",
    );
    let root = tempfile::tempdir().unwrap();
    fs::create_dir(root.path().join("causes")).unwrap();
    fs::copy(
        folder.path().join("lonely.toml"),
        root.path().join("causes/lonely.toml"),
    )
    .unwrap();
    let own = root.path().to_str().unwrap();
    let lint = run(&["knowledge", "lint", own]);
    assert_eq!(status(&lint), 1, "{}", text(&lint.stderr));
    assert!(
        text(&lint.stdout).contains("Lonely nothing speaks against it"),
        "{}",
        text(&lint.stdout)
    );
    let test = run(&["knowledge", "test", own, "--cause", "Lonely"]);
    assert_eq!(status(&test), 0, "{}", text(&test.stderr));
    assert!(text(&test.stdout).contains("0 cases, 0 failed."));
    assert!(text(&run(&["knowledge", "list", "--knowledge", own]).stdout).contains("Lonely"));
}

/// The two lines of an old robot's trace, which name no time, and a robot of today beside them.
#[test]
fn a_robot_of_today_rules_the_old_credssp_faults_out() {
    let folder = tempfile::tempdir().unwrap();
    let lines = "rdp.cpp 34 RdpWrapper: Connect: Connection failed\n\
                 rdp.cpp 34 RdpWrapper: Log on Wrapper: exiting connection loop, err(rdp):-1073741537\n";
    fs::write(folder.path().join("trace.txt"), lines).unwrap();
    let log = "2026-05-04T10:00:00.0000000+02:00 => [INFO] [UiPath.Service.Host] [UiPath.Service.Host] [19.10.1.0] [R1]\nok\n";
    fs::write(folder.path().join("Robot.log"), log).unwrap();
    let diagnosis = logonscope::diagnose::Analyzer::new()
        .unwrap()
        .analyze([folder.path()])
        .unwrap();
    let incident = &diagnosis.incidents[0];
    for id in ["encryption-oracle-remediation", "nla-without-credssp"] {
        let cause = incident.causes.iter().find(|cause| &*cause.id == id).unwrap();
        assert_eq!(cause.verdict, logonscope::model::Verdict::RuledOut, "{id}");
        assert!(
            cause
                .against
                .iter()
                .any(|evidence| &*evidence.signal == "robot.version"),
            "{id}"
        );
    }
}

#[test]
fn a_filter_that_names_what_is_not_there_is_no_clean_verdict() {
    let drift = fixture("task-password-drift.zip");
    for filter in [
        ["--host", "NOPE"],
        ["--user", "nobody-x"],
        ["--since", "2031-01-01"],
        ["--until", "2001-01-01"],
    ] {
        for command in ["analyze", "sessions", "timeline", "events"] {
            let output = run(&[command, &drift, filter[0], filter[1]]);
            assert_eq!(status(&output), 2, "{command} {filter:?}");
            assert!(text(&output.stdout).is_empty(), "{command} {filter:?}");
            if command != "events" {
                assert!(text(&output.stderr).contains(filter[0]), "{command} {filter:?}");
            }
        }
    }
    for command in ["analyze", "timeline"] {
        let output = run(&[command, &drift, "--around", "2031-01-01"]);
        assert_eq!(status(&output), 2, "{command}");
    }
    let output = run(&["events", &drift, "--channel", "Nope"]);
    assert_eq!(status(&output), 2);
    assert!(
        text(&output.stderr).contains("records of Security"),
        "{}",
        text(&output.stderr)
    );
    // A log that is there and has no such record is an answer.
    assert_eq!(
        status(&run(&[
            "events",
            &drift,
            "--channel",
            "Security",
            "--id",
            "64000"
        ])),
        0
    );
}

#[test]
fn a_time_of_an_unknown_zone_has_no_offset() {
    let (_folder, path) = folder_with("trace.txt", TRACE.as_bytes());
    let path = path.to_str().unwrap();
    for arguments in [
        &["analyze", path][..],
        &["analyze", path, "--format", "markdown"],
        &["analyze", path, "--format", "json"],
        &["analyze", path, "--format", "jsonl"],
        &["timeline", path, "--format", "jsonl"],
        &["inspect", path, "--format", "json"],
        &["timeline", path],
        &["inspect", path],
        &["events", path],
        &["events", path, "--format", "csv"],
        &["events", path, "--format", "text", "--tz", "+05:00"],
    ] {
        let output = text(&run(arguments).stdout);
        assert!(
            output.contains("08:10:03") || output.contains("08:10 to"),
            "{arguments:?}\n{output}"
        );
        let shown: Vec<&str> = output
            .split(|c: char| c.is_whitespace() || ",\"".contains(c))
            .filter(|word| word.contains("08:10:03"))
            .collect();
        assert!(
            shown
                .iter()
                .all(|word| !word.contains('Z') && !word.contains('+')),
            "{arguments:?}: {shown:?}"
        );
    }
    // What is stored so is read again, and shown as it was.
    let stored = run(&["analyze", path, "--format", "json"]).stdout;
    assert!(!text(&stored).contains("08:10:03.120Z"));
    let (_other, file) = folder_with("stored.json", &stored);
    let again = run(&["show", file.to_str().unwrap(), "--format", "json"]);
    assert_eq!(text(&again.stdout), text(&stored));
}

#[test]
fn names_are_left_out_and_put_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    for name in [
        "rdp-idle-limit.zip",
        "task-password-drift.zip",
        "robot-credssp-18.3.zip",
    ] {
        let (stored, hidden, key) = (
            path(&format!("{name}.json")),
            path(&format!("{name}.hidden.json")),
            path(&format!("{name}.key")),
        );
        run(&["analyze", &fixture(name), "-o", &stored]);
        let concealed = run(&[
            "show",
            &stored,
            "--format",
            "json",
            "--pseudonymize",
            "--key-file",
            &key,
        ]);
        fs::write(&hidden, &concealed.stdout).unwrap();
        let told = text(&concealed.stdout).to_lowercase();
        for secret in ["rpa-07", "dc-01", "svc-robot", "sa-uipath", "j.weber"] {
            assert!(!told.contains(secret), "{name}: {secret}");
        }
        let revealed = run(&["reveal", &hidden, "--key-file", &key]);
        assert_eq!(
            text(&revealed.stdout),
            fs::read_to_string(&stored).unwrap(),
            "{name}"
        );
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }
}

/// What must not be told of the three fixtures.
const SECRETS: [&str; 5] = ["rpa-07", "dc-01", "svc-robot", "sa-uipath", "j.weber"];

#[test]
fn every_command_that_tells_of_a_case_can_leave_names_out() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (drift, idle) = (fixture("task-password-drift.zip"), fixture("rdp-idle-limit.zip"));
    let key = path("key");
    let hide = ["--pseudonymize", "--key-file", &key];
    for command in [
        &["events", drift.as_str(), "--id", "4625,4738", "-f", "jsonl"][..],
        &["events", &drift, "--id", "4625,4738", "-f", "csv"],
        &["events", &drift, "--id", "4625,4738", "-f", "text"],
        &["timeline", &drift],
        &["sessions", &drift],
        &["sessions", &drift, "-f", "json"],
        &["inspect", &drift, "-v"],
        &["inspect", &drift, "-f", "json"],
        &["analyze", &drift, "--why", "lockout-loop"],
        &["verify", &drift, &idle],
        &["diff", &idle, &drift],
    ] {
        let plain = text(&run(command).stdout);
        let hidden = text(&run(&[command, &hide[..]].concat()).stdout);
        let told = hidden.to_lowercase();
        assert!(hidden.lines().count() > 1, "{command:?}: {hidden}");
        for secret in SECRETS {
            assert!(!told.contains(secret), "{command:?} tells {secret}");
        }
        // Where nothing is wrapped and nothing aligned, the text comes back as it was.
        if command[0] == "events" {
            let file = path("hidden");
            fs::write(&file, &hidden).unwrap();
            let revealed = text(&run(&["reveal", &file, "--key-file", &key]).stdout);
            assert!(revealed == plain, "{command:?} does not come back");
        }
    }
    let user = run(&[&["events", drift.as_str(), "--user", "svc-robot"], &hide[..]].concat());
    assert_eq!(status(&user), 2);
}

#[test]
fn a_batch_without_names_tells_none_in_any_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let incoming = folder.path().join("in");
    fs::create_dir(&incoming).unwrap();
    fs::copy(
        fixture("task-password-drift.zip"),
        incoming.join("Musterfirma RPA-07.zip"),
    )
    .unwrap();
    let (source, out, key) = (path("in"), path("out"), path("key"));
    let output = run(&[
        "batch",
        &source,
        "-o",
        &out,
        "--html",
        "--pseudonymize",
        "--key-file",
        &key,
    ]);
    assert_eq!(status(&output), 1, "{}", text(&output.stderr));
    let mut pending = vec![PathBuf::from(&out)];
    let mut files = 0;
    while let Some(place) = pending.pop() {
        let name = place.file_name().unwrap().to_string_lossy().to_lowercase();
        assert!(!name.contains("musterfirma"), "{name}");
        if place.is_dir() {
            pending.extend(fs::read_dir(&place).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        files += 1;
        let told = fs::read_to_string(&place).unwrap().to_lowercase();
        for secret in SECRETS.iter().chain(&["musterfirma"]) {
            assert!(!told.contains(secret), "{} tells {secret}", place.display());
        }
    }
    assert!(files >= 6, "only {files} files");
}

#[test]
fn a_capsule_shows_the_incident_and_says_which_there_are() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (mini, key) = (path("mini.zip"), path("key"));
    for name in [
        "rdp-idle-limit.zip",
        "task-password-drift.zip",
        "robot-credssp-18.3.zip",
    ] {
        let whole = fixture(name);
        let best = |case: &str| {
            let told = text(&run(&["analyze", case, "--brief"]).stdout);
            told.split(';').next().unwrap().to_owned()
        };
        for hide in [&[][..], &["--pseudonymize", "--key-file", &key]] {
            let made = run(&[&["capsule", whole.as_str(), "1", "-o", &mini, "--force"], hide].concat());
            assert_eq!(status(&made), 0, "{name}: {}", text(&made.stderr));
            assert!(fs::metadata(&mini).unwrap().len() < 200_000, "{name}");
            assert_eq!(best(&mini), best(&whole), "{name}");
        }
    }
    let unknown = run(&[
        "capsule",
        &fixture("rdp-idle-limit.zip"),
        "zzz",
        "-o",
        &path("other.zip"),
    ]);
    assert_eq!(status(&unknown), 2);
    assert!(
        text(&unknown.stderr).contains("there are\n"),
        "{}",
        text(&unknown.stderr)
    );
}
