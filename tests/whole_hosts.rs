//! What a whole host may mislead by: restarts that follow each other, faults that are ordinary right after a start, filters that match
//! nothing.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

#[path = "whole_hosts/audited_stays.rs"]
mod audited_stays;
#[path = "whole_hosts/missed_starts.rs"]
mod missed_starts;
#[path = "whole_hosts/names.rs"]
mod names;
#[path = "whole_hosts/pointed_at.rs"]
mod pointed_at;
#[path = "whole_hosts/program_logs.rs"]
mod program_logs;
#[path = "whole_hosts/refused_by_servers.rs"]
mod refused_by_servers;
#[path = "whole_hosts/refused_remotely.rs"]
mod refused_remotely;
mod support;
#[path = "whole_hosts/unlocked.rs"]
mod unlocked;
#[path = "whole_hosts/what_goes_on.rs"]
mod what_goes_on;

use logonscope::diagnose::{Analyzer, Focus};
use logonscope::model::{Diagnosis, ProblemKind, Verdict, parse_rfc3339};
use logonscope::{Limits, bundle};
use support::evtx::{Event, Log};

const LSM: &str = "Microsoft-Windows-TerminalServices-LocalSessionManager";
const HOST: &str = "RPA-07";

fn diagnose(logs: &[Log]) -> Diagnosis {
    diagnose_with(logs, Vec::new())
}

/// Logs, and texts that were sent with them.
fn diagnose_with(logs: &[Log], texts: Vec<(String, Vec<u8>)>) -> Diagnosis {
    let logs = logs.iter().enumerate();
    let files = logs.map(|(number, log)| (format!("case/{number}.evtx"), log.to_evtx()));
    let files = files.chain(texts);
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

/// One restart with the records in the order in which Windows writes them: those of the log's own new start before those that the kernel kept.
fn quick_restart(
    request: &str,
    seconds: [&str; 4],
    (process, user, reason, kind): (&str, &str, &str, &str),
) -> Vec<Event> {
    let marker = |provider: &str, id, time: &str| Event::new(provider, id).at(at(time).as_str());
    let [stopped, halted, started, log] = seconds;
    vec![
        marker("User32", 1074, request)
            .data("param1", process)
            .data("param2", HOST)
            .data("param3", "")
            .data("param4", reason)
            .data("param5", kind)
            .data("param6", "")
            .data("param7", user),
        marker("EventLog", 6006, stopped),
        marker("EventLog", 6009, log),
        marker("EventLog", 6005, log),
        marker("EventLog", 6013, log),
        marker("Microsoft-Windows-Kernel-Power", 109, halted),
        marker("Microsoft-Windows-Kernel-General", 13, halted),
        marker("Microsoft-Windows-Kernel-General", 12, started),
    ]
}

/// What is told around an instant: when it began, its cause, and whether that is at least likely.
fn told_around(logs: &[Log], time: &str, minutes: i64) -> Vec<(String, String, bool, u64)> {
    let files = logs
        .iter()
        .enumerate()
        .map(|(number, log)| (format!("case/{number}.evtx"), log.to_evtx()));
    let bundle = bundle::open_buffers(files, &Limits::default(), &[]);
    let focus = Focus {
        around: Some((
            parse_rfc3339(&at(time)).unwrap(),
            chrono::TimeDelta::minutes(minutes),
        )),
        ..Focus::default()
    };
    let found = Analyzer::new().unwrap().focus(focus).analyze_bundle(&bundle);
    let told = found.incidents.iter().map(|one| {
        let cause = one.best().unwrap();
        (
            one.first.unwrap().format("%H:%M:%S").to_string(),
            cause.id.to_string(),
            cause.verdict >= Verdict::Likely,
            one.count,
        )
    });
    let mut told: Vec<_> = told.collect();
    told.sort();
    told
}

#[test]
fn restarts_within_minutes_are_told_one_by_one_and_those_of_setup_are_nobodys() {
    const SYSTEM: &str = r"NT AUTHORITY\SYSTEM";
    let person = (
        r"C:\Windows\System32\RuntimeBroker.exe (RPA-07)",
        r"RPA-07\anna",
        "0x0",
        "power off",
    );
    let setup = (
        r"C:\Windows\system32\winlogon.exe (RPA-07)",
        SYSTEM,
        "0x80020003",
        "restart",
    );
    let first_use = (
        r"C:\Windows\System32\CloudExperienceHostBroker.exe (RPA-07)",
        SYSTEM,
        "0x20004",
        "restart",
    );
    let system = [
        quick_restart(
            "13:04:52",
            ["13:05:25", "13:05:27", "13:05:30", "13:05:44"],
            setup,
        ),
        quick_restart(
            "13:06:57",
            ["13:07:14", "13:07:16", "13:07:18", "13:07:29"],
            first_use,
        ),
        quick_restart(
            "13:09:55",
            ["13:10:05", "13:10:11", "13:11:02", "13:11:20"],
            person,
        ),
        quick_restart(
            "13:14:30",
            ["13:14:36", "13:14:40", "18:00:00", "18:00:12"],
            person,
        ),
    ];
    let log = [Log::new("System", HOST).events(system.concat())];
    let told = told_around(&log, "13:09:00", 10);
    let of = |first: &str, cause: &str| (first.to_owned(), cause.to_owned(), true, 1);
    let by_person = "planned-restart-or-shutdown-by-user-or-admin";
    assert_eq!(
        told,
        [
            of("13:04:52", "windows-setup-restart"),
            of("13:06:57", "windows-setup-restart"),
            of("13:09:55", by_person),
            of("13:14:30", by_person),
        ]
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

#[test]
fn the_record_of_an_account_that_was_made_tells_whose_its_sid_is() {
    const SID: &str = "S-1-5-21-1-2-3-1104";
    let security = [
        Event::new("Microsoft-Windows-Security-Auditing", 4720)
            .at(at("07:00:00").as_str())
            .data("TargetUserName", "svc-robot")
            .data("TargetDomainName", "CORP")
            .data("TargetSid", SID),
        Event::new("Microsoft-Windows-Security-Auditing", 4625)
            .at(at("07:59:59").as_str())
            .data("TargetUserName", "svc-robot")
            .data("LogonType", 4_u32)
            .data("Status", 0xC000_006D_u32)
            .data("SubStatus", 0xC000_006A_u32),
    ];
    let task = Event::new("Microsoft-Windows-TaskScheduler", 101)
        .at(at("08:00:00").as_str())
        .level(2)
        .data("UserContext", SID)
        .data("TaskName", r"\Night")
        .data("ResultCode", 2_147_943_726_u32);
    let found = diagnose(&[
        Log::new("Security", HOST).events(security),
        Log::new("Microsoft-Windows-TaskScheduler/Operational", HOST).event(task),
    ]);
    let one = found.incidents.first().unwrap();
    assert_eq!(one.user.as_deref(), Some("svc-robot"));
    let cause = one.best().unwrap();
    assert_eq!(&*cause.id, "password-drift-stored-credential");
}

#[test]
fn a_report_cites_a_record_once() {
    let refused = Event::new("Microsoft-Windows-Security-Auditing", 4625)
        .at(at("08:00:00").as_str())
        .data("TargetUserName", "anna")
        .data("LogonType", 10_u32)
        .data("Status", 0xC000_015B_u32)
        .data("SubStatus", 0_u32);
    let found = diagnose(&[Log::new("Security", HOST).event(refused)]);
    let cause = found.incidents.first().unwrap().best().unwrap();
    let cited: Vec<_> = cause.supports.iter().map(|evidence| &evidence.origin).collect();
    assert!(
        cited.len() > 1 && cited.iter().all(|origin| *origin == cited[0]),
        "{cited:?}"
    );
    let report = logonscope::report::render(
        &found,
        logonscope::report::Format::Text,
        &logonscope::report::Options::default(),
    );
    assert!(report.contains("[1]") && !report.contains("[2]"), "{report}");
}

/// The first cause of each incident.
fn first_causes(found: &Diagnosis) -> Vec<&str> {
    let best = found.incidents.iter().map(|one| one.best().unwrap());
    best.map(|cause| &*cause.id).collect()
}

/// A robot's own log with one failure among runs that went well; its lines name neither job nor account.
fn robot_log(failure: &str) -> String {
    let mut log = String::new();
    for day in 1..=9 {
        if day == 4 {
            log.push_str(failure);
            continue;
        }
        log.push_str(&format!(
            "2026-05-{day:02}T12:00:00.5+00:00 => [INFO] [UiPath.Service.Host] [UiPath.Executor] [24.10.6.0]\nAll went well\n"
        ));
    }
    log
}

/// A host on which people come and go for days, with the sessions of one morning and the log of its robot.
fn host_with_robot(sessions: Vec<Event>, failure: &str) -> Diagnosis {
    let everyday = |days: std::ops::RangeInclusive<u32>| {
        days.flat_map(|day| {
            let stay = |clock: &str, id| {
                Event::new(LSM, id)
                    .at(format!("2026-05-{day:02}T{clock}Z").as_str())
                    .user_data()
                    .data("User", r"CORP\bob")
                    .data("SessionID", day + 20)
                    .data("Address", "192.0.2.7")
            };
            [stay("08:00:00", 21), stay("17:00:00", 23)]
        })
    };
    let all = everyday(1..=3).chain(sessions).chain(everyday(5..=9));
    let filler = (0..40_u32).map(|hour| {
        Event::new("Service Control Manager", 7036)
            .at(format!("2026-05-0{}T{:02}:20:00Z", 1 + hour / 5, hour % 5 + 9).as_str())
            .data("param1", "Windows Update")
            .data("param2", "running")
    });
    let logs = [
        Log::new(&format!("{LSM}/Operational"), HOST).events(all),
        Log::new("System", HOST).events(filler),
    ];
    let log = robot_log(failure).into_bytes();
    diagnose_with(&logs, vec![("case/Robot.log".to_owned(), log)])
}

fn robot_error(clock: &str, message: &str) -> String {
    format!(
        "2026-05-04T{clock}+00:00 => [ERROR] [UiPath.Service.Host] [UiPath.Executor] [24.10.6.0]\n{message}\n"
    )
}

#[test]
fn a_failure_that_the_robots_service_tells_as_a_session_ends_is_of_that_session() {
    let sessions = || {
        vec![
            session("07:00:00", 21, 3),
            Event::new(LSM, 40)
                .at(at("10:54:26.5").as_str())
                .user_data()
                .data("Session", 3_u32)
                .data("Reason", 11_u32),
            session("10:54:27", 23, 3),
        ]
    };
    let failed = "The execution of 'Stock' was cut off";
    let found = host_with_robot(sessions(), &robot_error("10:54:29.07", failed));
    assert_eq!(first_causes(&found), ["user-logoff"]);
    let later = host_with_robot(sessions(), &robot_error("11:20:00.07", failed));
    assert!(later.incidents.is_empty(), "{}", later.incidents.len());
}

#[test]
fn an_error_of_a_job_is_told_where_it_says_itself_why() {
    let full = "Export faulted: There is not enough space on the disk.";
    let found = host_with_robot(Vec::new(), &robot_error("10:54:29.07", full));
    assert_eq!(first_causes(&found), ["disk-full"]);
    let missing = "Export faulted: The column 'Net' is not in the table.";
    let found = host_with_robot(Vec::new(), &robot_error("10:54:29.07", missing));
    assert!(found.incidents.is_empty(), "{}", found.incidents.len());
}
