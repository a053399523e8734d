//! What somebody points at comes first; a start is one although the clock was set meanwhile; what a robot lacked until it was given is told.

use logonscope::diagnose::{Analyzer, Focus};
use logonscope::model::{Diagnosis, parse_rfc3339};
use logonscope::{Limits, bundle};

use super::support::evtx::{Event, Log};
use super::{HOST, LSM, at, diagnose, first_causes, restart, session};

fn around(logs: &[Log], time: &str) -> Diagnosis {
    let logs = logs.iter().enumerate();
    let files = logs.map(|(number, log)| (format!("case/{number}.evtx"), log.to_evtx()));
    let bundle = bundle::open_buffers(files, &Limits::default(), &[]);
    let about = parse_rfc3339(&at(time)).unwrap();
    let focus = Focus {
        around: Some((about, chrono::TimeDelta::minutes(15))),
        ..Focus::default()
    };
    Analyzer::new().unwrap().focus(focus).analyze_bundle(&bundle)
}

#[test]
fn of_two_restarts_the_one_that_is_asked_for_comes_first() {
    let system = r"NT AUTHORITY\SYSTEM";
    let stops = |(asked, down, up): (&str, &str, &str), process: &str, reason: &str| {
        restart(asked, down, up, process, system, reason)
    };
    let first = stops(
        ("09:52:40", "09:52:50", "09:54:00"),
        r"C:\Windows\System32\wlms\wlms.exe (RPA-07)",
        "0x800000ff",
    );
    let second = stops(
        ("10:03:00", "10:03:10", "10:04:00"),
        r"C:\Windows\System32\msiexec.exe (RPA-07)",
        "0x80030002",
    );
    let logs = [
        Log::new("System", HOST).events(first.into_iter().chain(second)),
        Log::new(&format!("{LSM}/Operational"), HOST).events([
            session("09:40:00", 21, 1),
            session("09:52:48", 23, 1),
            session("09:56:00", 21, 1),
            session("10:03:08", 23, 1),
        ]),
    ];
    for (time, cause) in [
        ("09:52:45", "evaluation-license-shutdown"),
        ("10:03:05", "remote-or-installer-restart"),
    ] {
        let found = around(&logs, time);
        assert!(found.incidents.len() >= 2, "{time}");
        assert_eq!(first_causes(&found)[0], cause, "{time}");
    }
}

#[test]
fn of_two_restarts_by_one_person_the_one_of_the_minute_asked_for_comes_first() {
    let by_anna = |asked: &str, down: &str, up: &str| {
        let process = r"C:\Windows\System32\RuntimeBroker.exe (RPA-07)";
        restart(asked, down, up, process, r"RPA-07\anna", "0x0")
    };
    let stops = [
        by_anna("10:00:40", "10:00:47", "10:00:55"),
        by_anna("10:01:41", "10:01:47", "14:00:00"),
    ];
    let logs = [Log::new("System", HOST).events(stops.concat())];
    for (time, first) in [
        ("10:00:00", "10:00:40"),
        ("10:01:00", "10:01:41"),
        ("10:01:38", "10:01:41"),
    ] {
        let found = around(&logs, time);
        let told = found.incidents[0].first.unwrap().to_rfc3339();
        assert!(told.contains(first), "{time}: {told}");
    }
}

#[test]
fn a_start_in_which_the_clock_is_set_back_is_one_start() {
    let kernel = "Microsoft-Windows-Kernel-General";
    let mark = |provider: &str, id, time: &str| Event::new(provider, id).at(at(time).as_str());
    let set = mark(kernel, 1, "10:00:12")
        .data("NewTime", at("10:00:12").as_str())
        .data("OldTime", at("13:00:12").as_str())
        .data("Reason", 1_u32);
    let log = Log::new("System", HOST).events([
        mark(kernel, 12, "13:00:00"),
        set,
        mark("EventLog", 6009, "10:00:20"),
        mark("EventLog", 6005, "10:00:20"),
        mark("EventLog", 6013, "10:00:20"),
        mark("Service Control Manager", 7036, "10:01:00"),
    ]);
    let found = diagnose(&[log]);
    let starts = found
        .happenings
        .iter()
        .filter(|one| one.summary == "The host started");
    assert_eq!(starts.count(), 1);
}

#[test]
fn a_robot_that_lacked_a_right_until_it_was_given_back_is_told() {
    let record = |day: u32, clock: &str, id: u16, kind: u32| {
        let event = Event::new("Microsoft-Windows-Security-Auditing", id)
            .at(format!("2026-05-{day:02}T{clock}Z").as_str())
            .data("TargetUserName", "bot")
            .data("TargetDomainName", "CORP")
            .data("LogonType", kind);
        if id == 4625 {
            event.data("Status", "0xc000015b").data("SubStatus", "0x0")
        } else {
            event
        }
    };
    let host = |refused: Vec<Event>| {
        let before = (1..=6).map(|day| record(day, "05:00:00", 4624, 4));
        let after = record(9, "07:00:00", 4624, 2);
        let events: Vec<Event> = before.chain(refused).chain([after]).collect();
        // More than an excerpt.
        let other = (0..80).map(|minute| {
            Event::new("Microsoft-Windows-Security-Auditing", 4634)
                .at(format!("2026-05-10T09:{:02}:{:02}Z", minute % 60, minute / 60).as_str())
                .data("TargetUserName", "anna")
        });
        diagnose(&[Log::new("Security", HOST).events(events.into_iter().chain(other))])
    };
    let lacked = host(vec![
        record(7, "07:00:00", 4625, 2),
        record(8, "07:00:00", 4625, 2),
    ]);
    assert_eq!(first_causes(&lacked), ["interactive-logon-right-missing"]);
    let once = host(vec![record(8, "07:00:00", 4625, 2)]);
    assert!(once.incidents.is_empty(), "{}", once.incidents.len());
}

#[test]
fn who_used_to_log_on_and_lost_the_right_is_told_on_a_whole_host() {
    let record = |day: u32, clock: &str, id: u16, user: &str| {
        Event::new("Microsoft-Windows-Security-Auditing", id)
            .at(format!("2026-05-{day:02}T{clock}Z").as_str())
            .data("TargetUserName", user)
            .data("TargetDomainName", "CORP")
            .data("LogonType", 2_u32)
    };
    let refused = |day, clock: &str, user: &str| {
        record(day, clock, 4625, user)
            .data("Status", "0xc000015b")
            .data("SubStatus", "0x0")
    };
    let host = |last: Vec<Event>| {
        let everyday = (1..=8).flat_map(|day| {
            let admin = |clock: String| record(day, &clock, 4624, "admin");
            let display = record(day, "07:00:00", 4624, "display");
            let admins = (8..=17).map(|hour| admin(format!("{hour:02}:00:00")));
            std::iter::once(display).chain(admins).collect::<Vec<_>>()
        });
        diagnose(&[Log::new("Security", HOST).events(everyday.chain(last))])
    };
    let out = host(vec![
        refused(9, "07:00:00", "display"),
        refused(9, "09:30:00", "display"),
    ]);
    assert_eq!(first_causes(&out), ["interactive-logon-right-missing"]);
    let once = host(vec![refused(9, "07:00:00", "stranger")]);
    assert!(once.incidents.is_empty(), "{}", once.incidents.len());
}
