//! What a whole host may mislead by: restarts that follow each other, faults that are ordinary right after a start, filters that match
//! nothing.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

mod support;

use logonscope::diagnose::{Analyzer, Focus};
use logonscope::model::{Diagnosis, ProblemKind, Verdict, parse_rfc3339};
use logonscope::{Limits, bundle};
use support::evtx::{Event, Log};

const LSM: &str = "Microsoft-Windows-TerminalServices-LocalSessionManager";
const HOST: &str = "RPA-07";

fn diagnose(logs: &[Log]) -> Diagnosis {
    let files = logs
        .iter()
        .enumerate()
        .map(|(number, log)| (format!("case/{number}.evtx"), log.to_evtx()));
    let bundle = bundle::open_buffers(files, &Limits::default(), &[]);
    Analyzer::new().unwrap().analyze_bundle(&bundle)
}

fn at(time: &str) -> String {
    format!("2026-05-04T{time}Z")
}

/// The records of one restart as Windows writes them: the request, the markers of going down, and those of the next start.
fn restart(request: &str, down: &str, up: &str, process: &str, user: &str, reason: &str) -> Vec<Event> {
    let marker = |provider: &str, id, time: &str| Event::new(provider, id).at(at(time).as_str());
    vec![
        marker("User32", 1074, request)
            .data("param1", process)
            .data("param2", HOST)
            .data("param3", "Other (Planned)")
            .data("param4", reason)
            .data("param5", "restart")
            .data("param6", "")
            .data("param7", user),
        marker("EventLog", 6006, down),
        marker("Microsoft-Windows-Kernel-General", 13, down),
        marker("Microsoft-Windows-Kernel-General", 12, up),
        marker("EventLog", 6009, up),
        marker("EventLog", 6005, up),
    ]
}

fn session(time: &str, id: u16, number: u32) -> Event {
    Event::new(LSM, id)
        .at(at(time).as_str())
        .user_data()
        .data("User", r"CORP\anna")
        .data("SessionID", number)
        .data("Address", "192.0.2.9")
}

#[test]
fn two_restarts_by_two_programs_are_two_stories() {
    let mut system = restart(
        "09:52:40",
        "09:52:50",
        "09:54:00",
        r"C:\Windows\System32\wlms\wlms.exe (RPA-07)",
        r"NT AUTHORITY\SYSTEM",
        "0x800000ff",
    );
    system.extend(restart(
        "10:03:00",
        "10:03:10",
        "10:04:00",
        r"C:\Windows\System32\msiexec.exe (RPA-07)",
        r"NT AUTHORITY\SYSTEM",
        "0x80030002",
    ));
    let sessions = [
        session("09:40:00", 21, 1),
        session("09:52:48", 23, 1),
        session("09:56:00", 21, 1),
        session("10:03:08", 23, 1),
    ];
    let found = diagnose(&[
        Log::new("System", HOST).events(system),
        Log::new(&format!("{LSM}/Operational"), HOST).events(sessions),
    ]);
    let told: Vec<_> = found
        .incidents
        .iter()
        .map(|one| (one.first.unwrap().to_rfc3339(), one.count, one.best().unwrap()))
        .map(|(first, count, cause)| (first, count, cause.id.to_string(), cause.verdict))
        .collect();
    let cause = |time: &str| {
        let one = told.iter().find(|(first, ..)| first.contains(time));
        one.map(|(_, count, cause, verdict)| (*count, cause.as_str(), *verdict >= Verdict::Likely))
    };
    assert_eq!(
        cause("09:52"),
        Some((1, "evaluation-license-shutdown", true)),
        "{told:?}"
    );
    assert_eq!(
        cause("10:03"),
        Some((1, "remote-or-installer-restart", true)),
        "{told:?}"
    );
}

#[test]
fn no_domain_controller_right_after_the_start_weighs_less() {
    let score = |seconds: u32| {
        let fault = format!(
            "{:02}:{:02}:{:02}",
            8 + seconds / 3600,
            seconds / 60 % 60,
            seconds % 60
        );
        let task = format!(
            "{:02}:{:02}:{:02}",
            8 + seconds / 3600,
            seconds / 60 % 60,
            seconds % 60 + 30
        );
        let system = [
            Event::new("Microsoft-Windows-Kernel-General", 12).at(at("08:00:00").as_str()),
            Event::new("EventLog", 6005).at(at("08:00:00").as_str()),
            Event::new("NETLOGON", 5719)
                .at(at(&fault).as_str())
                .level(2)
                .classic(&["CORP", "%%1311"], Some(&[0x5E, 0, 0, 0xC0])),
        ];
        let task = Event::new("Microsoft-Windows-TaskScheduler", 104)
            .at(at(&task).as_str())
            .level(2)
            .data("UserContext", r"CORP\svc-robot")
            .data("TaskName", r"\Night")
            .data("ResultCode", 2_147_943_711_u32);
        let found = diagnose(&[
            Log::new("System", HOST).events(system),
            Log::new("Microsoft-Windows-TaskScheduler/Operational", HOST).event(task),
        ]);
        let cause = found.incidents.first().unwrap().best().unwrap();
        assert_eq!(&*cause.id, "domain-controller-unreachable");
        cause.score
    };
    assert!(score(20) < score(3600));
}

#[test]
fn what_is_asked_for_and_is_not_there_is_told_with_what_there_is() {
    let log = || {
        [Log::new(&format!("{LSM}/Operational"), HOST)
            .events([session("09:40:00", 21, 1), session("09:52:48", 23, 1)])]
    };
    let told = |focus: Focus| {
        let files = log().map(|log| ("case/a.evtx".to_owned(), log.to_evtx()));
        let bundle = bundle::open_buffers(files, &Limits::default(), &[]);
        let found = Analyzer::new().unwrap().focus(focus).analyze_bundle(&bundle);
        let problems = found.problems.into_iter();
        let kind = ProblemKind::NothingMatches;
        problems
            .filter(|one| one.kind == kind)
            .map(|one| one.detail)
            .collect::<Vec<_>>()
    };
    let text = |text: &str| Some(text.to_owned());
    let at = |text: &str| Some(parse_rfc3339(&at(text)).unwrap());
    let none: [Vec<String>; 3] = [
        told(Focus {
            host: text("OTHER"),
            ..Focus::default()
        }),
        told(Focus {
            user: text("bert"),
            ..Focus::default()
        }),
        told(Focus {
            since: at("10:00:00"),
            ..Focus::default()
        }),
    ];
    assert!(none[0][0].ends_with("there are RPA-07"), "{none:?}");
    assert!(none[1][0].ends_with(r"there are CORP\anna"), "{none:?}");
    assert!(
        none[2][0].contains("from 2026-05-04T09:40:00Z to 2026-05-04T09:52:48Z"),
        "{none:?}"
    );
    for there in [
        Focus {
            host: text("rpa-07.corp.example"),
            ..Focus::default()
        },
        Focus {
            user: text("ANNA"),
            ..Focus::default()
        },
        Focus {
            since: at("09:50:00"),
            until: at("09:55:00"),
            ..Focus::default()
        },
    ] {
        assert_eq!(told(there), Vec::<String>::new());
    }
}
