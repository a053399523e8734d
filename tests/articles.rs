//! The statements of four public articles on whole inputs, each as a log of Windows and as its XML, each with a twin that lacks
//! the point: `src/knowledge/ARTICLES.md` names the statement, this proves it on the symptom that the article speaks of.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

mod support;

use logonscope::diagnose::Analyzer;
use logonscope::model::{Cause, Diagnosis, Verdict};
use logonscope::{Limits, bundle};
use support::archive::zip;
use support::evtx::{Event, Log};

const LSM: &str = "Microsoft-Windows-TerminalServices-LocalSessionManager";
const LSM_LOG: &str = "Microsoft-Windows-TerminalServices-LocalSessionManager/Operational";
const HOST: &str = "RPA-07";
const ROBOT: &str = r"CORP\rpa.one";
const FLOW: &str = r"CORP\flow.one";

/// What a customer sends: logs, and text files beside them.
struct Sent {
    logs: Vec<Log>,
    texts: Vec<(&'static str, String)>,
}

/// Logs as Windows keeps them, and as `wevtutil /f:xml` writes them.
const FORMS: [&str; 2] = ["evtx", "xml"];

impl Sent {
    fn diagnose(&self, form: &str) -> Diagnosis {
        let log = |(number, log): (usize, &Log)| match form {
            "evtx" => (format!("case/{number}.evtx"), log.to_evtx()),
            _ => (format!("case/{number}.xml"), log.to_wevtutil_xml().into_bytes()),
        };
        let mut files: Vec<(String, Vec<u8>)> = self.logs.iter().enumerate().map(log).collect();
        for (name, text) in &self.texts {
            files.push((format!("case/{name}"), text.clone().into_bytes()));
        }
        let opened = bundle::open_memory("case.zip", zip(&files), &Limits::default());
        Analyzer::new().unwrap().analyze_bundle(&opened)
    }

    /// The causes of the only incident with this symptom, in each form.
    fn causes(&self, symptom: &str) -> Vec<(Vec<Cause>, Diagnosis)> {
        FORMS
            .iter()
            .map(|form| {
                let diagnosis = self.diagnose(form);
                let mut found = diagnosis.incidents.iter().filter(|one| &*one.symptom == symptom);
                let causes = found.next().map(|one| one.causes.clone());
                let causes =
                    causes.unwrap_or_else(|| panic!("{form}: no {symptom} in {:?}", titles(&diagnosis)));
                assert!(found.next().is_none(), "{form}: {symptom} twice");
                (causes, diagnosis)
            })
            .collect()
    }

    #[track_caller]
    fn leads(&self, symptom: &str, cause: &str, verdict: Verdict) {
        for (causes, _) in self.causes(symptom) {
            let first = causes.first().unwrap();
            assert_eq!(&*first.id, cause, "{:?}", summary(&causes));
            assert!(first.verdict >= verdict, "{:?}", summary(&causes));
        }
    }

    #[track_caller]
    fn does_not_say(&self, symptom: &str, cause: &str) {
        for (causes, _) in self.causes(symptom) {
            let said = causes.iter().find(|one| &*one.id == cause);
            assert!(
                said.is_none_or(|one| one.verdict <= Verdict::Unlikely),
                "{:?}",
                summary(&causes)
            );
        }
    }
}

fn titles(diagnosis: &Diagnosis) -> Vec<&str> {
    diagnosis.incidents.iter().map(|one| &*one.symptom).collect()
}

fn summary(causes: &[Cause]) -> Vec<String> {
    causes
        .iter()
        .take(3)
        .map(|one| format!("{} {} {}", one.id, one.verdict, one.score))
        .collect()
}

fn session(at: &str, id: u16, user: &str, session: u32, address: Option<&str>) -> Event {
    let event = Event::new(LSM, id)
        .at(day(at).as_str())
        .user_data()
        .data("User", user)
        .data("SessionID", session);
    match address {
        Some(address) => event.data("Address", address),
        None => event,
    }
}

fn dropped(at: &str, session: u32, reason: u32) -> Event {
    Event::new(LSM, 40)
        .at(day(at).as_str())
        .user_data()
        .data("Session", session)
        .data("Reason", reason)
}

fn day(at: &str) -> String {
    format!("2026-03-10T{at}Z")
}

fn sessions(events: impl IntoIterator<Item = Event>) -> Log {
    // A log that still has its first record knows every session.
    Log::new(LSM_LOG, HOST).events(events)
}

fn robot_log(user: &str) -> (&'static str, String) {
    let text = format!(
        "2026-03-10T10:00:00.0000000Z => [ERROR] [UiPath.Service.Host] [UiPath.Service.Impl.SessionService] [20.10.4] [0]\r\n\
         Executor start process failed, reason System.Runtime.InteropServices.COMException (0x80070520): A specified logon session \
         does not exist. It may already have been terminated. (Exception from HRESULT: 0x80070520){user}\r\n"
    );
    ("UiPath/Logs/internal/Robot.log", text)
}

fn flow_run() -> (&'static str, String) {
    let error =
        r#"{"code": "SessionHasLoggedOff", "message": "The session logged off during run execution."}"#;
    (
        "flow/run.json",
        format!(r#"{{"error": {error}, "endTime": "2026-03-10T10:01:30Z"}}"#),
    )
}

const CREATED: &str = "robot-session-not-created";
const GONE: &str = "flow-session-logged-off";

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
fn d1_any_provider_that_met_1312_is_heard_and_the_noise_of_health_is_not() {
    let text =
        "System.Runtime.InteropServices.COMException (0x80070520): A specified logon session does not exist.";
    let of = |provider: &str, channel: &str, level: u8| Sent {
        logs: vec![
            Log::new(channel, HOST).event(
                Event::new(provider, 17)
                    .at(day("10:00:00").as_str())
                    .level(level)
                    .classic(&["Unhandled exception in job 77", text], None),
            ),
        ],
        texts: Vec::new(),
    };
    for (provider, channel, level) in [
        ("ASP.NET 4.0.30319.0", "Application", 3),
        ("AcmeReports", "Application", 2),
        ("AcmeService", "System", 2),
    ] {
        for (causes, _) in of(provider, channel, level).causes("no-such-logon-session") {
            assert!(
                causes.first().unwrap().verdict >= Verdict::Possible,
                "{provider}: {:?}",
                summary(&causes)
            );
        }
    }
    let mut noise = of(
        "Microsoft-Windows-CloudStore",
        "Microsoft-Windows-CloudStore/Operational",
        2,
    );
    let everyday = |_| Event::new("Microsoft-Windows-CloudStore", 2).at(day("09:00:00").as_str());
    noise.logs = noise
        .logs
        .into_iter()
        .map(|log| log.events((0..100).map(everyday)))
        .collect();
    for form in FORMS {
        let noise = noise.diagnose(form);
        assert!(noise.incidents.is_empty(), "{form}: {:?}", titles(&noise));
    }
}

#[test]
fn sessions_end_with_the_boot_before_which_they_were() {
    let sent = Sent {
        logs: vec![
            sessions([
                session("07:00:00", 21, FLOW, 2, Some("10.0.0.5")),
                dropped("10:00:00", 2, 3),
            ]),
            Log::new("System", HOST).event(
                Event::new("Microsoft-Windows-Kernel-General", 12)
                    .at(day("08:00:00").as_str())
                    .data("MajorVersion", 10_u32),
            ),
        ],
        texts: Vec::new(),
    };
    for form in FORMS {
        let diagnosis = sent.diagnose(form);
        assert!(
            diagnosis.sessions.iter().all(|one| one.end.is_some()),
            "{form}: {:?}",
            diagnosis.sessions
        );
        assert!(diagnosis.incidents.iter().all(|one| one.user.is_none()), "{form}");
    }
}

#[test]
fn a_reason_that_says_logoff_is_told_where_the_logoff_was_not_sent() {
    let of = |last: Option<Event>| Sent {
        logs: vec![sessions(
            [
                session("07:00:00", 21, ROBOT, 2, Some("10.0.0.5")),
                dropped("08:00:00", 2, 12),
                session("08:00:00", 24, ROBOT, 2, Some("10.0.0.5")),
            ]
            .into_iter()
            .chain(last),
        )],
        texts: Vec::new(),
    };
    of(None).leads("session-logged-off", "user-logoff", Verdict::Possible);
    // With its record it is an everyday logoff, and nobody complained of it.
    let logoff = session("08:00:00", 23, ROBOT, 2, None);
    for form in FORMS {
        assert_eq!(
            titles(&of(Some(logoff.clone())).diagnose(form)),
            Vec::<&str>::new()
        );
    }
}

#[test]
fn codes_of_texts_are_counted_beside_those_of_fields_and_no_reason_is_one() {
    let exception =
        "System.Runtime.InteropServices.COMException (0x80070520): A specified logon session does not exist.";
    let fault = Event::new("AcmeReports", 0)
        .at(day("09:00:00").as_str())
        .level(2)
        .classic(&[exception], None);
    let sent = Sent {
        logs: vec![
            Log::new("Application", HOST).event(fault),
            sessions([
                session("07:00:00", 21, ROBOT, 2, Some("10.0.0.5")),
                dropped("08:00:00", 2, 0),
            ]),
        ],
        texts: Vec::new(),
    };
    for form in FORMS {
        let codes = sent.diagnose(form).codes;
        let counted: Vec<(&str, u64)> = codes
            .iter()
            .map(|code| (code.value.as_str(), code.count))
            .collect();
        assert_eq!(counted, [("0x80070520", 1), ("0", 1)], "{form}");
    }
}

const GONE_1312: &str = "no-such-logon-session";

fn told(name: &'static str, text: &str) -> Sent {
    Sent {
        logs: Vec::new(),
        texts: vec![(name, text.to_owned())],
    }
}

#[test]
fn d_what_stands_beside_1312_in_a_text_decides() {
    const FAILS: &str = "mailer: opening the archive: A specified logon session does not exist. It may already have been terminated.\r\n";
    for (beside, cause) in [
        (
            "mailer: ResumeToken(token=0x0) -> GetLastError 87\r\n",
            "session-id-or-parameter-bug",
        ),
        (
            "mailer: EnterSession sessionId=-1: Falscher Parameter.\r\n",
            "session-id-or-parameter-bug",
        ),
        (
            "<identity impersonate=\"true\" /> and no delegation for the pool's account\r\n",
            "impersonation-1312-service-app",
        ),
        (
            "mailer: got CTRL_LOGOFF_EVENT, working on\r\n",
            "process-outlived-logon-session",
        ),
    ] {
        let text = [beside, FAILS].concat();
        told("note.txt", &text).leads(GONE_1312, cause, Verdict::Possible);
    }
    told("note.txt", FAILS).does_not_say(GONE_1312, "session-id-or-parameter-bug");
    told("note.txt", FAILS).does_not_say(GONE_1312, "process-outlived-logon-session");
}

#[test]
fn d_the_definition_that_was_sent_says_that_no_password_is_stored() {
    let of = |logon: &str| {
        Sent {
        logs: Vec::new(),
        texts: vec![
            (
                "copy.log",
                "copy.ps1: A specified logon session does not exist. It may already have been terminated.\r\n".to_owned(),
            ),
            (
                "task.xml",
                format!(
                    "<?xml version=\"1.0\"?>\r\n<Task version=\"1.2\" xmlns=\"http://schemas.microsoft.com/windows/2004/02/mit/task\">\r\n\
                     <RegistrationInfo><URI>\\Copies\\Evening</URI></RegistrationInfo>\r\n\
                     <Principals><Principal id=\"Author\"><UserId>S-1-5-21-1-2-3-1107</UserId><LogonType>{logon}</LogonType></Principal></Principals>\r\n\
                     <Actions Context=\"Author\"><Exec><Command>copy.cmd</Command></Exec></Actions>\r\n</Task>\r\n"
                ),
            ),
        ],
    }
    };
    of("S4U").leads(GONE_1312, "task-do-not-store-password-s4u", Verdict::Likely);
    of("Password").does_not_say(GONE_1312, "task-do-not-store-password-s4u");
}

#[test]
fn d_a_task_saved_over_a_remote_shell_has_no_place_for_its_password() {
    const SAVED: &str = "task-registration-failure";
    for text in [
        "PLAY [nodes]\r\nconnection: winrm\r\nTASK [win_scheduled_task : evening copy]\r\nfatal: [rpa-07]: FAILED! => {\"msg\": \"A specified logon session does not exist. It may already have been terminated.\"}\r\n",
        "ops@jump:~$ ssh ops@rpa-07\r\nC:\\Users\\ops>schtasks /create /tn Evening /tr C:\\x\\copy.cmd /sc daily /ru CORP\\svc /rp *\r\nERROR: A specified logon session does not exist. It may already have been terminated.\r\n",
    ] {
        told("shell.txt", text).leads(SAVED, "task-registered-from-network-logon", Verdict::Likely);
    }
    // At the console the policy is the first thing to look at.
    let console = "Beim Speichern der Aufgabe: Eine angegebene Anmeldesitzung ist nicht vorhanden. Sie wurde gegebenenfalls bereits beendet.\r\n";
    told("dialog.txt", console).leads(SAVED, "disable-domain-creds-policy", Verdict::Possible);
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

/// A run as the portal lists it: the error stands beside the properties that have its times.
fn listed_run() -> (&'static str, String) {
    let error =
        r#"{"code": "SessionHasLoggedOff", "message": "The session logged off during run execution."}"#;
    let times =
        r#"{"startTime": "2026-03-10T09:00:00Z", "endTime": "2026-03-10T10:01:30Z", "status": "Failed"}"#;
    (
        "flow/run.json",
        format!(r#"{{"name": "08585", "properties": {times}, "error": {error}}}"#),
    )
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

#[test]
fn b3_a_changed_password_beside_a_log_in_which_nothing_failed_is_no_complaint() {
    let tasks = (0..100).map(|run| {
        Event::new("Microsoft-Windows-TaskScheduler", 107)
            .at(day(&format!("{:02}:{:02}:00", run / 60, run % 60)).as_str())
            .data("TaskName", r"\Copies\Evening")
            .data("InstanceId", "{11111111-0000-0000-0000-000000000001}")
    });
    let reset = Event::new("Microsoft-Windows-Security-Auditing", 4724)
        .at(day("00:30:00").as_str())
        .data("TargetUserName", "svc-other")
        .data("TargetDomainName", "CORP")
        .data("SubjectUserName", "adm");
    let sent = Sent {
        logs: vec![
            Log::new("Microsoft-Windows-TaskScheduler/Operational", HOST).events(tasks),
            Log::new("Security", "DC-01").event(reset),
        ],
        texts: Vec::new(),
    };
    for form in FORMS {
        assert_eq!(titles(&sent.diagnose(form)), Vec::<&str>::new(), "{form}");
    }
}

/// Whoever goes on in a session from elsewhere, or has it back after a hiccup of the network, lost nothing.
#[test]
fn a_session_that_its_user_has_back_at_once_is_no_fault() {
    let best = |reason: u32, back: &str| -> Vec<Verdict> {
        let sent = Sent {
            logs: vec![sessions([
                session("08:00:00", 21, ROBOT, 2, Some("10.0.0.8")),
                session("09:00:00", 24, ROBOT, 2, Some("10.0.0.8")),
                dropped("09:00:00", 2, reason),
                session(back, 25, ROBOT, 2, Some("10.0.0.9")),
            ])],
            texts: Vec::new(),
        };
        let best = |form: &&str| {
            let diagnosis = sent.diagnose(form);
            let verdicts = diagnosis.incidents.iter().filter_map(|one| one.best());
            verdicts
                .map(|cause| cause.verdict)
                .max()
                .unwrap_or(Verdict::RuledOut)
        };
        FORMS.iter().map(best).collect()
    };
    assert!(
        best(5, "09:00:03")
            .iter()
            .all(|verdict| *verdict <= Verdict::Possible)
    );
    assert!(
        best(5, "09:40:00")
            .iter()
            .all(|verdict| *verdict >= Verdict::Likely)
    );
}
