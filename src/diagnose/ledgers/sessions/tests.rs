//! The patterns of disconnect reasons, as they were measured on real logs, one test for each.

use std::sync::Arc;

use chrono::TimeDelta;

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
            records: self.0.len() as u64,
            first_record: 1,
            last_record: self.0.len() as u64,
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
        Some("disconnected")
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
