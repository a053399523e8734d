//! Logs that programs write of their own, in forms and languages that nobody described: what they tell of what befell the host.

use logonscope::model::Verdict;

use crate::support::evtx::{Event, Log};
use crate::{HOST, LSM, at, diagnose_with, restart, session};

/// A log of a program that books vouchers at 06:00 and 08:00, and then as the last lines say.
fn log(last: &[&str]) -> Vec<(String, Vec<u8>)> {
    let mut text = String::new();
    for hour in [6, 8] {
        for (minute, says) in [
            (0, "Lauf gestartet"),
            (4, "Beleg 1 gebucht"),
            (9, "Beleg 2 gebucht"),
            (11, "Lauf beendet"),
        ] {
            text.push_str(&format!(
                "2026-05-04T{hour:02}:{minute:02}:07Z INFO  Import: {says}\n"
            ));
        }
    }
    for line in last {
        text.push_str(&format!("2026-05-04T{line}\n"));
    }
    vec![("case/import.log".to_owned(), text.into_bytes())]
}

/// What any host writes, so that it was not a few records that were sent.
fn noise() -> Log {
    let record = |number: u32| {
        let event = Event::new("Service Control Manager", 7036);
        let time = format!("0{}:{:02}:30", 3 + number / 60, number % 60);
        event
            .at(at(&time).as_str())
            .data("param1", "WinHTTP")
            .data("param2", "running")
    };
    Log::new("System", HOST).events((0..180).map(record))
}

/// Symptom and first cause of each incident.
fn told(mut logs: Vec<Log>, texts: Vec<(String, Vec<u8>)>) -> Vec<(String, String)> {
    logs.push(noise());
    let logs = &logs;
    let found = diagnose_with(logs, texts);
    let best = |incident: &logonscope::model::Incident| {
        let best = incident.best().filter(|cause| cause.verdict >= Verdict::Likely);
        best.map(|cause| cause.id.to_string()).unwrap_or_default()
    };
    let told = found
        .incidents
        .iter()
        .map(|one| (one.symptom.to_string(), best(one)));
    told.collect()
}

/// Somebody restarts the host at ten; nobody has a session.
fn restarted() -> Vec<Log> {
    let explorer = r"C:\Windows\Explorer.EXE (RPA-07)";
    let records = restart("10:02:00", "10:02:20", "10:05:00", explorer, r"CORP\anna", "0x0");
    vec![Log::new("System", HOST).events(records)]
}

#[test]
fn a_restart_that_cut_a_run_off_is_told() {
    let cut = log(&[
        "10:00:07Z INFO  Import: Lauf gestartet",
        "10:01:40Z INFO  Import: Beleg 1 gebucht",
        "14:00:07Z INFO  Import: Lauf gestartet",
    ]);
    let told_of = told(restarted(), cut);
    let cause = "planned-restart-or-shutdown-by-user-or-admin";
    assert_eq!(told_of, [("host-restart".to_owned(), cause.to_owned())]);
    let done = log(&[
        "10:00:07Z INFO  Import: Lauf gestartet",
        "10:01:40Z INFO  Import: Lauf beendet",
    ]);
    assert_eq!(told(restarted(), done), []);
}

#[test]
fn a_host_that_fell_asleep_under_a_run_is_told() {
    let asleep = || {
        let power = |id, time: &str| Event::new("Microsoft-Windows-Kernel-Power", id).at(at(time).as_str());
        let sleep = power(42, "10:09:00")
            .data("Reason", 7_u32)
            .data("TargetState", 4_u32);
        vec![
            Log::new("System", HOST)
                .event(sleep)
                .event(power(107, "13:30:00")),
        ]
    };
    let cut = log(&[
        "10:00:07Z INFO  Import: Lauf gestartet",
        "10:04:07Z INFO  Import: Beleg 1 gebucht",
        "13:30:09Z ERROR Import: Verbindung verloren",
    ]);
    let told_of = told(asleep(), cut);
    assert_eq!(
        told_of,
        [("host-restart".to_owned(), "hybrid-shutdown-or-sleep".to_owned())]
    );
    let done = log(&[
        "10:00:07Z INFO  Import: Lauf gestartet",
        "10:04:07Z INFO  Import: Lauf beendet",
        "14:00:07Z INFO  Import: Lauf gestartet",
    ]);
    assert_eq!(told(asleep(), done), []);
}

/// Anna closes the window of her session at 10:04:00, and leaves for good in the evening.
fn window_closed() -> Vec<Log> {
    let closed = Event::new(LSM, 40).at(at("10:04:00").as_str()).user_data();
    let closed = closed.data("Session", 3_u32).data("Reason", 11_u32);
    let log = Log::new(&format!("{LSM}/Operational"), HOST).events([
        session("05:40:00", 21, 3),
        closed,
        session("10:04:00", 24, 3),
        session("13:00:00", 25, 3),
        session("18:00:00", 23, 3),
    ]);
    vec![log]
}

#[test]
fn an_error_right_after_the_session_was_lost_is_its_work() {
    let after = log(&[
        "10:00:07Z INFO  Import: Lauf gestartet",
        "10:04:06Z ERROR Import: Schaltfläche nicht gefunden",
    ]);
    let told_of = told(window_closed(), after);
    assert_eq!(
        told_of,
        [(
            "session-disconnected".to_owned(),
            "user-disconnect-or-window-closed".to_owned()
        )]
    );
    let before = log(&[
        "10:00:07Z INFO  Import: Lauf gestartet",
        "10:03:55Z ERROR Import: Schaltfläche nicht gefunden",
    ]);
    assert_eq!(told(window_closed(), before), []);
}

#[test]
fn an_error_that_says_why_is_told_and_any_other_is_not() {
    let full = log(&[
        "10:00:07Z INFO  Import: Lauf gestartet",
        "10:01:09Z ERROR Import: System.IO.IOException: Es steht nicht genügend Speicherplatz auf dem Datenträger zur Verfügung.",
    ]);
    assert_eq!(
        told(window_closed(), full),
        [("robot-job-ended".to_owned(), "disk-full".to_owned())]
    );
    let other = log(&[
        "10:00:07Z INFO  Import: Lauf gestartet",
        "10:01:09Z ERROR Import: Beleg 3 hat keinen Betrag",
    ]);
    assert_eq!(told(window_closed(), other), []);
}

/// The session of a robot: it begins, and is locked at 10:02:00; when it is unlocked, if at all.
fn locked(until: Option<&str>) -> Vec<Log> {
    let audit = |id, time: &str| {
        Event::new("Microsoft-Windows-Security-Auditing", id)
            .at(at(time).as_str())
            .data("TargetUserName", "anna")
            .data("TargetDomainName", "CORP")
            .data("SessionId", 3_u32)
    };
    let sessions = Log::new(&format!("{LSM}/Operational"), HOST)
        .events([session("05:40:00", 21, 3), session("18:00:00", 23, 3)]);
    let unlocked = until.map(|time| audit(4801, time));
    let locks = std::iter::once(audit(4800, "10:02:00")).chain(unlocked);
    vec![sessions, Log::new("Security", HOST).events(locks)]
}

#[test]
fn a_window_that_is_not_found_behind_a_lock_is_told() {
    let last = |says: &str| {
        log(&[
            "10:00:07Z INFO  Import: Lauf gestartet",
            &format!("10:04:07Z ERROR Import: {says}"),
        ])
    };
    let not_found = "Schaltfläche \"Buchen\" nicht gefunden";
    assert_eq!(
        told(locked(None), last(not_found)),
        [("robot-job-ended".to_owned(), "no-interactive-desktop".to_owned())]
    );
    // Somebody sat before it again, and what failed had nothing to do with a screen.
    assert_eq!(told(locked(Some("10:03:00")), last(not_found)), []);
    assert_eq!(told(locked(None), last("Beleg 2 ist doppelt")), []);
}
