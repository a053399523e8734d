//! The first article: robots that get no session.

use logonscope::model::Verdict;

use super::kit::*;
use super::support::evtx::{Event, Log};

#[test]
fn a1_whose_session_stands_disconnected_decides() {
    let named = format!(" user: {ROBOT}");
    let of = |user: &str, named: &str| Sent {
        logs: vec![sessions([
            session("07:00:00", 21, user, 2, Some("10.0.0.5")),
            dropped("08:00:00", 2, 11),
            session("08:00:00", 24, user, 2, Some("10.0.0.5")),
            // Without it the log would not reach to the failure.
            session("11:00:00", 21, r"CORP\late", 9, Some("10.0.0.8")),
        ])],
        texts: vec![robot_log(named)],
    };
    of(ROBOT, &named).leads(CREATED, "stale-disconnected-session", Verdict::Likely);
    of(r"CORP\k.meyer", &named).does_not_say(CREATED, "stale-disconnected-session");
    // Which account the robot uses is not said: the session may be the robot's.
    of(r"CORP\k.meyer", "").leads(CREATED, "stale-disconnected-session", Verdict::Possible);
}

#[test]
fn a6_a_list_of_sessions_shows_who_is_there() {
    let of = |rows: &str| Sent {
        logs: Vec::new(),
        texts: vec![
            robot_log(&format!(" user: {ROBOT}")),
            (
                "qwinsta.txt",
                [
                    " SESSIONNAME       USERNAME                 ID  STATE   TYPE        DEVICE\r\n",
                    " services                                    0  Disc\r\n",
                    rows,
                    " rdp-tcp                                 65536  Listen\r\n",
                ]
                .concat(),
            ),
        ],
    };
    of(">rdp-tcp#3         h.price                  2  Active\r\n").leads(
        CREATED,
        "other-user-session-active",
        Verdict::Possible,
    );
    of("                   rpa.one                  2  Disc\r\n")
        .does_not_say(CREATED, "other-user-session-active");
}

#[test]
fn a6_nobody_else_is_proven_only_since_the_host_started() {
    let events = || {
        [
            session("09:40:00", 21, r"CORP\reed", 2, Some("10.0.0.5")),
            session("09:45:00", 23, r"CORP\reed", 2, None),
            session("10:08:00", 24, r"CORP\holt", 7, Some("10.0.0.9")),
        ]
    };
    let late = Sent {
        logs: vec![sessions(events()).first_record(4_000)],
        texts: vec![robot_log(&format!(" user: {ROBOT}"))],
    };
    late.leads(CREATED, "other-user-session-active", Verdict::Possible);
    let whole = Sent {
        logs: vec![sessions(events().into_iter().take(2))],
        texts: vec![robot_log(&format!(" user: {ROBOT}"))],
    };
    whole.does_not_say(CREATED, "other-user-session-active");
}

#[test]
fn a14_at_logoff_one_of_two_sessions_is_left() {
    let of = |left: &str| {
        Sent {
        logs: vec![sessions([
            session("08:00:00", 21, ROBOT, 2, Some("10.0.0.5")),
            session("08:02:00", 21, ROBOT, 3, Some("10.0.0.7")),
            session("09:00:00", 23, ROBOT, 2, None),
            dropped("09:00:00", 2, 12),
            dropped(left, 3, 0),
            session(left, 24, ROBOT, 3, Some("10.0.0.7")),
        ])],
        texts: vec![
            robot_log(&format!(" user: {ROBOT}")),
            ("ipconfig.txt", "Windows IP Configuration\r\n\r\n   IPv4 Address. . . . . . . . . . . : 10.0.0.7(Preferred)\r\n".to_owned()),
        ],
    }
    };
    of("09:00:02").leads(CREATED, "rdweb-loopback-double-session", Verdict::Likely);
    of("09:30:00").leads(CREATED, "stale-disconnected-session", Verdict::Likely);
}

#[test]
fn a7_a_status_in_err_rdp_is_read_as_one() {
    let of = |code: &str| {
        Sent {
        logs: Vec::new(),
        texts: vec![
            ("trace.txt", format!(
                "2026-03-10 10:00:00.200Z rdp.cpp 34 RdpWrapper: Connect: Connection failed\r\n\
                 2026-03-10 10:00:00.200Z rdp.cpp 34 RdpWrapper: Log on Wrapper: exiting connection loop, err(rdp):{code}\r\n"
            )),
            ("p.reg", "Windows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System\\CredSSP\\Parameters]\r\n\"AllowEncryptionOracle\"=dword:00000000\r\n".to_owned()),
        ],
    }
    };
    of("-1073741715").leads(CREATED, "password-drift-stored-credential", Verdict::Possible);
    of("-1073741537").leads(CREATED, "encryption-oracle-remediation", Verdict::Likely);
}

#[test]
fn a_trace_of_the_robot_tells_a_code_of_its_session() {
    let of = |user: &str| {
        let line = "[1]0A10.0B44::03/10/2026-10:00:01.100 [UiPathTrace]";
        let text = format!(
            "{line}DumpSessionsInfo: SessionID: 0, State: 4 - WTSDisconnected, UserName: \r\n\
             {line}DumpSessionsInfo: SessionID: 5, State: 4 - WTSDisconnected, UserName: {user}\r\n\
             {line}DumpSessionsInfo: SessionID: 65536, State: 6 - WTSListen, UserName: \r\n\
             {line}session.cpp 9 Attach: user {ROBOT} failed, hr 80070520\r\n"
        );
        told("trace.txt", &text)
    };
    of("rpa.one").leads(CREATED, "stale-disconnected-session", Verdict::Possible);
    of("k.meyer").does_not_say(CREATED, "stale-disconnected-session");
    // What saving a task may meet, a robot does not.
    of("k.meyer").does_not_say(CREATED, "disable-domain-creds-policy");
}

#[test]
fn a4_the_name_of_a_right_in_an_export_is_no_complaint() {
    let of = |error: &str| {
        Sent {
        logs: Vec::new(),
        texts: vec![
            ("job.txt", format!("user {ROBOT}: Could not start executor. Rdp connection failed: {error}\r\n")),
            (
                "rights.inf",
                "[Unicode]\r\nUnicode=yes\r\n[Privilege Rights]\r\nSeNetworkLogonRight = *S-1-1-0\r\nSeInteractiveLogonRight = *S-1-5-32-544,*S-1-5-32-545\r\n\
                 SeRemoteInteractiveLogonRight = *S-1-5-32-544\r\nSeDenyInteractiveLogonRight =\r\n[Version]\r\nsignature=\"$CHICAGO$\"\r\n"
                    .to_owned(),
            ),
        ],
    }
    };
    let refused = of("Message: Logon failed. Last error: 131092");
    refused.leads(CREATED, "password-drift-stored-credential", Verdict::Possible);
    refused.does_not_say(CREATED, "interactive-logon-right-missing");
    of("Message: insufficient access privileges. Last error: 65545").leads(
        CREATED,
        "rdp-logon-right-missing",
        Verdict::Possible,
    );
}

/// Without a log of sessions the Security log tells who was there.
#[test]
fn a6_audits_tell_who_is_connected() {
    let audit = |at: &str, id: u16, fields: &[(&str, &str)]| {
        let event = Event::new("Microsoft-Windows-Security-Auditing", id).at(day(at).as_str());
        fields
            .iter()
            .fold(event, |event, (name, value)| event.data(name, *value))
    };
    let logon = |at: &str, user: &str, logon: &str, kind: &str| {
        audit(
            at,
            4624,
            &[
                ("TargetUserSid", "S-1-5-21-1-2-3-1410"),
                ("TargetUserName", user),
                ("TargetDomainName", "CORP"),
                ("TargetLogonId", logon),
                ("LogonType", kind),
                ("IpAddress", "10.0.0.9"),
            ],
        )
    };
    let moved = |at: &str, id: u16, user: &str, logon: &str| {
        let names = [
            ("AccountName", user),
            ("AccountDomain", "CORP"),
            ("LogonID", logon),
        ];
        audit(at, id, &names)
    };
    let of = |events: Vec<Event>| Sent {
        logs: vec![Log::new("Security", HOST).events(events)],
        texts: vec![robot_log(&format!(" user: {ROBOT}"))],
    };
    // An administrator has two logon sessions, and one session.
    let there = || {
        vec![
            logon("09:30:00", "h.price", "0xa1", "10"),
            logon("09:30:00", "h.price", "0xa2", "10"),
        ]
    };
    of(there()).leads(CREATED, "other-user-session-active", Verdict::Possible);
    let back = [
        moved("09:40:00", 4779, "h.price", "0xa1"),
        moved("09:50:00", 4778, "h.price", "0xa1"),
    ];
    of(there().into_iter().chain(back).collect()).leads(
        CREATED,
        "other-user-session-active",
        Verdict::Possible,
    );
    // Nobody is there who closed the window, logged off, or came over the network; and the robot is no other user.
    let closed = [moved("09:40:00", 4779, "h.price", "0xa1")];
    of(there().into_iter().chain(closed).collect()).does_not_say(CREATED, "other-user-session-active");
    let off = [audit(
        "09:45:00",
        4647,
        &[
            ("TargetUserSid", "S-1-5-21-1-2-3-1410"),
            ("TargetUserName", "h.price"),
            ("TargetLogonId", "0xa2"),
        ],
    )];
    of(there().into_iter().chain(off).collect()).does_not_say(CREATED, "other-user-session-active");
    of(vec![logon("09:30:00", "h.price", "0xa1", "3")]).does_not_say(CREATED, "other-user-session-active");
    let own = [
        logon("09:30:00", "rpa.one", "0xa1", "10"),
        moved("09:40:00", 4779, "rpa.one", "0xa1"),
    ];
    let own = of(own.into());
    own.does_not_say(CREATED, "other-user-session-active");
    own.leads(CREATED, "stale-disconnected-session", Verdict::Likely);
}
