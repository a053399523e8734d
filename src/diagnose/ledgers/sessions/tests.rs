//! The patterns of disconnect reasons, as they were measured on real logs, one test for each.

use std::sync::Arc;

use chrono::TimeDelta;

use super::is_local;
use crate::diagnose::Analyzer;
use crate::model::{ChannelSpan, Diagnosis, Event, Findings, Origin, Time, Value};

const LSM: &str = "Microsoft-Windows-TerminalServices-LocalSessionManager";
const RDP: &str = "Microsoft-Windows-RemoteDesktopServices-RdpCoreTS";

/// A log of a few events at milliseconds after 2026-05-04 10:00 UTC.
struct Log(Vec<Event>);

impl Log {
    fn new() -> Self {
        Self(Vec::new())
    }

    fn event(mut self, at: i64, provider: &str, id: u16, fields: &[(&str, &str)]) -> Self {
        let record = self.0.len() as u64 + 1;
        let mut event = Event::new(Origin::record("LSM.evtx", record, 0));
        event.provider = Arc::from(provider);
        event.channel = Arc::from(format!("{provider}/Operational"));
        event.id = Some(id);
        event.record_id = Some(record);
        event.computer = Arc::from("RPA-07");
        let start: Time = "2026-05-04T10:00:00Z".parse().unwrap();
        event.time = Some(start + TimeDelta::milliseconds(at));
        for (name, value) in fields {
            event.push(name, Value::text(*value));
        }
        self.0.push(event);
        self
    }

    fn session(self, at: i64, id: u16, user: &str, session: &str, address: &str) -> Self {
        self.event(
            at,
            LSM,
            id,
            &[("User", user), ("SessionID", session), ("Address", address)],
        )
    }

    fn dropped(self, at: i64, session: &str, reason: &str) -> Self {
        self.event(at, LSM, 40, &[("Session", session), ("Reason", reason)])
    }

    fn diagnose(self) -> Diagnosis {
        let channel = format!("{LSM}/Operational");
        let span = ChannelSpan {
            computer: Arc::from("RPA-07"),
            channel: Arc::from(channel),
            records: RECORDS,
            first_record: 1,
            last_record: RECORDS,
            first: self.0.first().and_then(|event| event.time),
            last: self.0.last().and_then(|event| event.time),
        };
        let findings = Findings {
            events: self.0,
            spans: vec![span],
            ..Default::default()
        };
        Analyzer::new()
            .unwrap()
            .diagnose_findings(vec![(Arc::from("LSM.evtx"), findings)])
    }

    /// How each stay ended.
    fn ends(self) -> Vec<Option<String>> {
        self.diagnose()
            .sessions
            .into_iter()
            .map(|stay| stay.end_class)
            .collect()
    }

    /// The classes of the disconnections that were incidents.
    fn incidents(self) -> Vec<String> {
        let found = self.diagnose().incidents;
        found
            .iter()
            .map(|incident| incident.symptom.to_string())
            .collect()
    }
}

/// A whole log, most of whose records are of no interest: in an excerpt each of these would be a complaint.
const RECORDS: u64 = 500;
const ANNA: &str = r"CORP\anna";
const ROBOT: &str = r"CORP\svc-robot";

#[test]
fn a_reconnect_with_its_temporary_session_is_nothing() {
    let log = Log::new()
        .session(0, 21, ANNA, "2", "10.0.0.5")
        .session(60_000, 41, ANNA, "3", "")
        .dropped(60_500, "2", "5")
        .session(60_600, 24, ANNA, "2", "10.0.0.5")
        .dropped(60_700, "3", "0")
        .dropped(60_800, "2", "5")
        .session(61_500, 25, ANNA, "2", "10.0.0.9")
        .session(61_600, 42, ANNA, "3", "");
    let diagnosis = log.diagnose();
    assert!(diagnosis.incidents.is_empty(), "{:?}", diagnosis.incidents);
    assert_eq!(
        diagnosis.sessions.len(),
        1,
        "the temporary id is no session of its own"
    );
    assert_eq!(diagnosis.sessions[0].address.as_deref(), Some("10.0.0.9"));
}

#[test]
fn a_console_logoff_is_no_disconnect_by_the_user() {
    let log = Log::new()
        .session(0, 21, ANNA, "1", "LOCAL")
        .session(60_000, 23, ANNA, "1", "")
        .event(60_100, LSM, 39, &[("TargetSession", "1"), ("Source", "1")])
        .dropped(60_110, "1", "11")
        .session(60_200, 24, ANNA, "1", "LOCAL");
    let diagnosis = log.diagnose();
    assert!(diagnosis.incidents.is_empty());
    assert_eq!(diagnosis.sessions.len(), 1, "24 after 23 opens no new stay");
    assert_eq!(diagnosis.sessions[0].end_class.as_deref(), Some("logoff"));
}

#[test]
fn reason_12_at_a_shutdown_is_no_logoff_by_the_user() {
    let shutdown = Log::new()
        .session(0, 21, ANNA, "2", "10.0.0.5")
        .event(
            59_000,
            "User32",
            1074,
            &[
                ("param1", r"C:\Windows\system32\shutdown.exe (RPA-07)"),
                ("param7", ANNA),
            ],
        )
        .session(60_000, 23, ANNA, "2", "")
        .event(60_300, LSM, 54, &[])
        .dropped(60_400, "2", "12");
    assert_eq!(shutdown.ends(), [Some("logoff-shutdown".to_owned())]);
    let logoff = Log::new()
        .session(0, 21, ANNA, "2", "10.0.0.5")
        .session(60_000, 23, ANNA, "2", "")
        .dropped(60_400, "2", "12");
    assert_eq!(logoff.ends(), [Some("logoff".to_owned())]);
}

#[test]
fn a_hybrid_shutdown_is_told_from_a_disconnect() {
    let log = Log::new()
        .session(0, 21, ANNA, "1", "LOCAL")
        .session(60_000, 23, ANNA, "1", "")
        .event(60_100, LSM, 39, &[("TargetSession", "1"), ("Source", "1")])
        .dropped(60_110, "1", "11")
        .event(
            63_000,
            "Microsoft-Windows-Kernel-Power",
            42,
            &[("TargetState", "6"), ("Reason", "4")],
        );
    assert_eq!(log.ends(), [Some("logoff-hybrid-shutdown".to_owned())]);
}

#[test]
fn a_host_that_vanishes_ends_its_sessions() {
    let log = Log::new()
        .session(0, 21, ROBOT, "2", "127.0.0.1")
        .event(600_000, "Microsoft-Windows-Kernel-General", 12, &[])
        .event(
            601_000,
            "Microsoft-Windows-Kernel-Power",
            41,
            &[("BugcheckCode", "0")],
        );
    assert_eq!(log.ends(), [Some("crash".to_owned())]);
}

#[test]
fn a_closed_window_leaves_the_session_disconnected_and_is_no_incident() {
    let log = Log::new()
        .session(0, 21, ANNA, "2", "10.0.0.5")
        .event(60_000, RDP, 107, &[])
        .dropped(60_050, "2", "0")
        .event(60_100, RDP, 103, &[("ReasonCode", "13")])
        .session(60_200, 24, ANNA, "2", "10.0.0.5");
    let diagnosis = log.diagnose();
    assert!(diagnosis.incidents.is_empty());
    assert_eq!(diagnosis.sessions[0].end, None);
    assert_eq!(
        diagnosis.sessions[0]
            .states
            .last()
            .map(|state| state.summary.as_str()),
        Some("disconnected, reason 0: The server gives no reason")
    );
}

#[test]
fn limits_and_other_users_are_incidents() {
    let idle = Log::new()
        .session(0, 21, ROBOT, "2", "127.0.0.1")
        .dropped(60_000, "2", "3")
        .session(60_100, 24, ROBOT, "2", "127.0.0.1");
    assert_eq!(idle.incidents(), ["session-disconnected"]);
    let taken = Log::new()
        .session(0, 21, ROBOT, "2", "127.0.0.1")
        .dropped(60_000, "2", "5")
        .session(60_100, 24, ROBOT, "2", "127.0.0.1")
        .session(62_000, 21, ANNA, "3", "10.0.0.5");
    assert_eq!(taken.incidents(), ["session-disconnected"]);
}

#[test]
fn the_login_screen_has_no_user_to_lose() {
    let log = Log::new()
        .event(0, LSM, 39, &[("TargetSession", "1"), ("Source", "1")])
        .dropped(10, "1", "11")
        .dropped(600_000, "4", "12");
    assert!(log.incidents().is_empty());
}

#[test]
fn a_session_id_is_used_again_after_a_logoff() {
    let log = Log::new()
        .session(0, 21, ANNA, "2", "10.0.0.5")
        .session(60_000, 23, ANNA, "2", "")
        .session(120_000, 21, ROBOT, "2", "127.0.0.1")
        .dropped(180_000, "2", "3");
    let diagnosis = log.diagnose();
    assert_eq!(diagnosis.incidents.len(), 1);
    assert_eq!(diagnosis.incidents[0].user.as_deref(), Some(ROBOT));
}

#[test]
fn the_console_is_called_in_the_language_of_windows() {
    for word in ["LOCAL", "LOKAL", "YEREL", "ローカル", "本地"] {
        assert!(is_local(word), "{word}");
    }
    for address in ["10.0.0.5", "fe80::1", "::1", "desktop-7", "pc.example.com"] {
        assert!(!is_local(address), "{address}");
    }
}

#[test]
fn a_restart_is_told_by_the_session_log_alone() {
    let log = Log::new()
        .session(0, 21, ANNA, "2", "10.0.0.5")
        .session(60_000, 23, ANNA, "2", "")
        .event(60_300, LSM, 54, &[])
        .dropped(60_400, "2", "12")
        .session(7_200_000, 21, ANNA, "1", "10.0.0.5")
        .session(9_000_000, 23, ANNA, "1", "")
        .event(9_000_300, LSM, 54, &[]);
    assert_eq!(
        log.ends(),
        [
            Some("logoff-shutdown".to_owned()),
            Some("logoff-shutdown".to_owned())
        ]
    );
}

#[test]
fn a_crash_after_fast_start_up_is_a_crash() {
    let log = Log::new()
        .event(0, "Microsoft-Windows-Kernel-General", 12, &[])
        .event(30_000, "Microsoft-Windows-Kernel-Power", 42, &[("Reason", "4")])
        .session(3_600_000, 21, ROBOT, "2", "127.0.0.1")
        .event(7_200_000, "Microsoft-Windows-Kernel-General", 12, &[])
        .event(
            7_203_000,
            "Microsoft-Windows-Kernel-Power",
            41,
            &[("BugcheckCode", "0")],
        );
    assert_eq!(log.ends(), [Some("crash".to_owned())]);
}

/// Who, from when and until when in seconds, and how it ended.
type Row = (String, Option<i64>, Option<i64>, Option<String>);

/// Seconds after the start.
const fn s(seconds: i64) -> i64 {
    seconds * 1_000
}

impl Log {
    /// User32 1074: somebody asks for a restart.
    fn asked(self, at: i64, process: &str) -> Self {
        let user = ("User", r"CORP\admin");
        self.event(at, "User32", 1074, &[("Process", process), user])
    }

    fn kernel(self, at: i64, id: u16) -> Self {
        self.event(at, "Microsoft-Windows-Kernel-General", id, &[])
    }

    fn stays(self) -> Vec<Row> {
        let start: Time = "2026-05-04T10:00:00Z".parse().unwrap();
        let seconds = |time: Option<Time>| time.map(|time| (time - start).num_seconds());
        let stays = self.diagnose().sessions.into_iter();
        stays
            .map(|stay| {
                let user = stay.user.map(|user| user.to_string()).unwrap_or_default();
                (user, seconds(stay.start), seconds(stay.end), stay.end_class)
            })
            .collect()
    }
}

#[test]
fn who_logs_on_right_after_a_restart_is_of_the_new_start() {
    // The second restart comes days later: it must not split the session that began 67 s after the first.
    let log = Log::new()
        .session(0, 21, ANNA, "2", "LOCAL")
        .event(s(100), LSM, 54, &[])
        .session(s(101), 23, ANNA, "2", "")
        .session(s(167), 21, ROBOT, "2", "LOCAL")
        .event(s(90_000), LSM, 54, &[])
        .session(s(90_001), 23, ROBOT, "2", "");
    let shutdown = Some("logoff-shutdown".to_owned());
    let wanted = vec![
        (ANNA.to_owned(), Some(0), Some(101), shutdown.clone()),
        (ROBOT.to_owned(), Some(167), Some(90_001), shutdown),
    ];
    assert_eq!(log.stays(), wanted);
}

#[test]
fn a_restart_without_its_start_takes_no_later_request() {
    let log = Log::new()
        .event(0, LSM, 54, &[])
        .session(s(600), 21, ROBOT, "2", "10.0.0.5")
        .asked(s(90_000), "msiexec.exe")
        .event(s(90_001), LSM, 54, &[])
        .session(s(90_002), 23, ROBOT, "2", "")
        .kernel(s(90_005), 13);
    let diagnosis = log.diagnose();
    let best = diagnosis.incidents.first().and_then(|incident| incident.best());
    assert_eq!(best.map(|cause| &*cause.id), Some("remote-or-installer-restart"));
}

#[test]
fn a_log_off_before_the_request_is_not_its_work() {
    let log = Log::new()
        .session(0, 21, ROBOT, "2", "10.0.0.5")
        .session(s(940), 23, ROBOT, "2", "")
        .asked(s(1_000), "msiexec.exe")
        .event(s(1_001), LSM, 54, &[])
        .kernel(s(1_005), 13);
    assert_eq!(log.ends(), [Some("logoff".to_owned())]);
}

#[test]
fn a_shutdown_that_hung_and_was_cut_is_told_as_both() {
    let log = Log::new()
        .session(0, 21, ROBOT, "2", "10.0.0.5")
        .asked(s(1_000), "msiexec.exe")
        .event(s(1_001), LSM, 54, &[])
        .session(s(1_010), 23, ROBOT, "2", "")
        .event(s(2_500), "Microsoft-Windows-TaskScheduler", 201, &[])
        .kernel(s(3_000), 12)
        .event(
            s(3_004),
            "Microsoft-Windows-Kernel-Power",
            41,
            &[("BugcheckCode", "0")],
        );
    let diagnosis = log.diagnose();
    let restart = |id: &str| {
        let mut incidents = diagnosis.incidents.iter();
        incidents.any(|incident| incident.best().is_some_and(|cause| &*cause.id == id))
    };
    assert!(restart("unexpected-restart"), "{:?}", diagnosis.incidents);
}

#[test]
fn a_session_of_which_only_winlogon_says_that_it_began() {
    let winlogon = "Microsoft-Windows-Winlogon";
    let log = Log::new()
        .session(0, 41, ROBOT, "3", "")
        .session(s(1), 42, ROBOT, "3", "")
        .event(s(2), winlogon, 7001, &[("TSId", "3")])
        .event(s(800), winlogon, 7002, &[("TSId", "3")])
        .session(s(2_000), 41, ANNA, "4", "")
        .session(s(2_001), 42, ANNA, "4", "")
        .event(s(2_002), winlogon, 7001, &[("TSId", "4")])
        .session(s(2_003), 21, ANNA, "4", "10.0.0.7")
        .session(s(2_900), 23, ANNA, "4", "");
    let logoff = Some("logoff".to_owned());
    let wanted = vec![
        (ROBOT.to_owned(), Some(0), Some(800), logoff.clone()),
        (ANNA.to_owned(), Some(2_003), Some(2_900), logoff),
    ];
    assert_eq!(log.stays(), wanted);
}

#[test]
fn a_later_restart_does_not_take_back_an_arbitration_that_never_ended() {
    let begun = || {
        Log::new()
            .session(0, 41, ROBOT, "3", "")
            .session(s(50_000), 21, ANNA, "4", "LOCAL")
    };
    let later = begun().event(s(54_000), LSM, 54, &[]).kernel(s(54_010), 13);
    let unfinished = |log: Log| {
        let mut ledger = log.diagnose().incidents;
        ledger.retain(|incident| incident.session == Some(3));
        ledger
            .into_iter()
            .map(|incident| incident.symptom.to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(unfinished(begun()), unfinished(later));
    // A session that was denied its place is not stuck.
    let denied = begun().dropped(2_000, "3", "7").diagnose();
    let refused = denied
        .incidents
        .iter()
        .find(|incident| &*incident.symptom == "rdp-connection-refused");
    let stuck = refused
        .unwrap()
        .causes
        .iter()
        .find(|cause| &*cause.id == "stuck-session-arbitration");
    assert!(stuck.is_none_or(|cause| cause.verdict < crate::model::Verdict::Possible));
}

impl Log {
    /// What is told of the quarter of an hour around an instant, in seconds.
    fn around(self, seconds: i64) -> Vec<String> {
        let start: Time = "2026-05-04T10:00:00Z".parse().unwrap();
        let at = start + TimeDelta::seconds(seconds);
        let focus = crate::diagnose::Focus {
            around: Some((at, TimeDelta::minutes(15))),
            ..Default::default()
        };
        let findings = Findings {
            events: self.0,
            ..Default::default()
        };
        let analyzer = Analyzer::new().unwrap().focus(focus);
        let told = analyzer.diagnose_findings(vec![(Arc::from("System.evtx"), findings)]);
        let best = |incident: &crate::model::Incident| incident.best().map(|cause| cause.id.to_string());
        told.incidents.iter().filter_map(best).collect()
    }
}

#[test]
fn a_restart_and_a_sleep_that_are_pointed_at_are_told() {
    let power = "Microsoft-Windows-Kernel-Power";
    let log = || {
        Log::new()
            .event(s(1), "EventLog", 6005, &[])
            .asked(s(9_000), "msiexec.exe")
            .event(s(9_020), "EventLog", 6006, &[])
            .kernel(s(9_025), 13)
            .kernel(s(9_100), 12)
            .event(s(40_000), power, 42, &[("TargetState", "4"), ("Reason", "7")])
            .kernel(s(70_000), 1)
    };
    assert_eq!(log().around(9_030), ["remote-or-installer-restart"]);
    assert_eq!(log().around(40_100), ["hybrid-shutdown-or-sleep"]);
    assert_eq!(log().around(25_000), Vec::<String>::new());
}
