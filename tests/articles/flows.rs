//! The third article: flows whose session is logged off.

use logonscope::model::Verdict;

use super::kit::*;
use super::support::evtx::{Event, Log};

#[test]
fn c5_every_reason_of_event_40_explains_a_flow_that_lost_its_session() {
    for (reason, cause) in [
        (1, "forced-by-admin-or-tool"),
        (3, "idle-session-limit"),
        (4, "active-session-limit"),
        (5, "replaced-by-other-connection"),
        (6, "resource-exhaustion"),
        (11, "user-disconnect-or-window-closed"),
        (23, "graphics-or-session-process-crash"),
        (258, "rds-licensing"),
        (2_147_942_521, "network-loss"),
    ] {
        let of = |at: &str| Sent {
            logs: vec![sessions([
                session("09:00:00", 21, FLOW, 3, Some("10.0.0.5")),
                dropped(at, 3, reason),
                session(at, 24, FLOW, 3, Some("10.0.0.5")),
            ])],
            texts: vec![flow_run()],
        };
        of("10:00:00").leads(GONE, cause, Verdict::Likely);
        // An hour before the run ended it was another story.
        for (causes, _) in of("09:01:30").causes(GONE) {
            let said = causes.iter().find(|one| &*one.id == cause);
            assert!(
                said.is_none_or(|one| one.verdict <= Verdict::Possible),
                "{reason}: {:?}",
                summary(&causes)
            );
        }
    }
}

#[test]
fn c5_a_logoff_in_the_same_second_hides_no_crash() {
    let sent = Sent {
        logs: vec![sessions([
            session("09:00:00", 21, FLOW, 3, Some("10.0.0.5")),
            dropped("10:00:00", 3, 23),
            session("10:00:00", 23, FLOW, 3, None),
            session("10:00:00", 24, FLOW, 3, Some("10.0.0.5")),
        ])],
        texts: vec![flow_run()],
    };
    sent.leads(GONE, "graphics-or-session-process-crash", Verdict::Likely);
    sent.does_not_say(GONE, "user-logoff");
}

#[test]
fn c6_what_application_says_in_that_second_is_shown() {
    let of = |at: &str| Sent {
        logs: vec![
            sessions([
                session("09:00:00", 21, FLOW, 3, Some("10.0.0.5")),
                session("10:00:00", 23, FLOW, 3, None),
                dropped("10:00:00", 3, 12),
            ]),
            Log::new("Application", HOST).event(
                Event::new("AcmeDesk", 1001)
                    .at(day(at).as_str())
                    .classic(&["User flow.one was signed out after 1800 seconds"], None),
            ),
        ],
        texts: vec![flow_run()],
    };
    of("09:59:58").leads(GONE, "third-party-software-logoff", Verdict::Likely);
    of("08:59:58").leads(GONE, "user-logoff", Verdict::Likely);
}

#[test]
fn c3_what_befell_another_session_hours_before_is_not_of_the_run() {
    let of = |early: u32| Sent {
        logs: vec![sessions([
            session("04:00:00", 21, FLOW, 2, Some("10.0.0.5")),
            dropped("05:00:00", 2, early),
            session("05:00:00", 23, FLOW, 2, None),
            session("09:00:00", 21, FLOW, 3, Some("10.0.0.5")),
            session("10:01:29", 23, FLOW, 3, None),
            dropped("10:01:29", 3, 12),
        ])],
        texts: vec![listed_run()],
    };
    of(3).leads(GONE, "user-logoff", Verdict::Likely);
    of(2).leads(GONE, "user-logoff", Verdict::Likely);
}

#[test]
fn c6_a_program_that_says_it_is_logging_somebody_off_comes_before_the_force_it_used() {
    let of = |at: &str| Sent {
        logs: vec![
            sessions([
                session("09:00:00", 21, FLOW, 3, Some("10.0.0.5")),
                session("10:01:28", 23, FLOW, 3, None),
                dropped("10:01:28", 3, 2),
            ]),
            Log::new("Application", HOST).event(
                Event::new("AcmeGuard", 77)
                    .at(day(at).as_str())
                    .level(3)
                    .classic(&["Out of hours: logging off flow.one (session 3)"], None),
            ),
        ],
        texts: vec![listed_run()],
    };
    of("10:01:26").leads(GONE, "third-party-software-logoff", Verdict::Likely);
    of("09:01:26").leads(GONE, "forced-by-admin-or-tool", Verdict::Likely);
}

#[test]
fn c1_a_script_that_was_sent_ends_its_own_session() {
    let of = |last: &str| Sent {
        logs: vec![sessions([
            session("09:00:00", 21, FLOW, 3, Some("10.0.0.5")),
            session("10:01:28", 23, FLOW, 3, None),
            dropped("10:01:28", 3, 12),
        ])],
        texts: vec![
            listed_run(),
            (
                "last-step.cmd",
                format!("@echo off\r\ndel /q C:\\out\\*.tmp\r\n{last}\r\n"),
            ),
        ],
    };
    for command in [
        "logoff",
        "call logoff.exe 3",
        r"C:\Windows\System32\shutdown.exe /l",
    ] {
        of(command).leads(GONE, "scripted-logoff-or-restart", Verdict::Likely);
    }
    for harmless in ["rem no logoff here", "echo done"] {
        of(harmless).leads(GONE, "user-logoff", Verdict::Likely);
    }
}
