//! Of several things on one host the one that goes on comes first, and what belongs to another story is no evidence: who leaves a session by
//! himself, what a host stops when it goes down, what a note complains of at no time.

use logonscope::model::Verdict;

use crate::support::evtx::{Event, Log};
use crate::{HOST, LSM, diagnose, diagnose_with, first_causes};

/// `day` of May, and a time of it.
fn on(day: u32, time: &str) -> String {
    format!("2026-05-{day:02}T{time}Z")
}

/// What any host writes, so that it was not a few records that were sent.
fn noise() -> impl Iterator<Item = Event> {
    (0..180).map(|number: u32| {
        let time = on(
            3 + number / 60,
            &format!("{:02}:{:02}:30", number % 24, number % 60),
        );
        let event = Event::new("Service Control Manager", 7036).at(time.as_str());
        event.data("param1", "WinHTTP").data("param2", "running")
    })
}

fn of_session(time: &str, id: u16, user: &str, number: u32) -> Event {
    Event::new(LSM, id)
        .at(on(5, time).as_str())
        .user_data()
        .data("User", user)
        .data("SessionID", number)
        .data("Address", "192.0.2.9")
}

fn lost(time: &str, number: u32, reason: u32) -> Event {
    let event = Event::new(LSM, 40).at(on(5, time).as_str()).user_data();
    event.data("Session", number).data("Reason", reason)
}

/// The first cause of a noon at which bob loses his client, and eve hers five seconds before for this reason.
fn noon(reason: u32) -> Vec<String> {
    let by_herself = Event::new(LSM, 39).at(on(5, "12:11:51").as_str()).user_data();
    let by_herself = by_herself.data("TargetSession", 3_u32).data("Source", 3_u32);
    let sessions = [
        of_session("08:00:00", 21, r"CORP\bob", 2),
        of_session("08:10:00", 21, r"CORP\eve", 3),
        lost("12:11:51", 3, reason),
        of_session("12:11:51", 24, r"CORP\eve", 3),
        lost("12:11:56", 2, 0),
        of_session("12:11:56", 24, r"CORP\bob", 2),
        of_session("13:00:00", 25, r"CORP\bob", 2),
        of_session("13:10:00", 25, r"CORP\eve", 3),
        of_session("17:00:00", 23, r"CORP\bob", 2),
        of_session("17:10:00", 23, r"CORP\eve", 3),
    ];
    let found = diagnose(&[
        Log::new("System", HOST).events(noise()),
        Log::new(&format!("{LSM}/Operational"), HOST)
            .events(sessions)
            .events((reason == 11).then_some(by_herself)),
    ]);
    first_causes(&found).into_iter().map(str::to_owned).collect()
}

#[test]
fn who_leaves_a_session_did_not_lose_it_together_with_others() {
    assert_eq!(noon(11), [""; 0]);
    assert_eq!(noon(0), ["network-loss"; 2]);
}

/// The records of a run of a task on a day, until it ends with a code.
fn run(day: u32, end: &str, code: u32) -> Vec<Event> {
    let instance = format!("{{0000000{day}-0000-0000-0000-000000000001}}");
    let event = |time: &str, id: u16| {
        Event::new("Microsoft-Windows-TaskScheduler", id)
            .at(on(day, time).as_str())
            .data("TaskName", r"\Close\Day")
    };
    let action = r"C:\Windows\System32\cmd.exe";
    vec![
        event("18:30:00", 100)
            .data("UserContext", r"CORP\closer")
            .data("InstanceId", instance.as_str()),
        event("18:30:01", 200)
            .data("ActionName", action)
            .data("TaskInstanceId", instance.as_str()),
        event(end, 201)
            .data("TaskInstanceId", instance.as_str())
            .data("ActionName", action)
            .data("ResultCode", code),
        event(end, 102)
            .data("UserContext", r"CORP\closer")
            .data("InstanceId", instance.as_str()),
    ]
}

/// The records of a day on which the account of the task restarts the host.
fn restarted(day: u32) -> Vec<Event> {
    let event = |provider: &str, id: u16, time: &str| Event::new(provider, id).at(on(day, time).as_str());
    vec![
        event("User32", 1074, "18:58:11")
            .data("param1", r"C:\Windows\System32\shutdown.exe (RPA-07)")
            .data("param2", HOST)
            .data("param3", "Other (Unplanned)")
            .data("param4", "0x800000ff")
            .data("param5", "restart")
            .data("param6", "day closed")
            .data("param7", r"CORP\closer"),
        event("Service Control Manager", 7036, "18:58:12")
            .data("param1", "Remote Desktop Services")
            .data("param2", "stopped"),
        event("EventLog", 6006, "18:58:14"),
        event("Microsoft-Windows-Kernel-General", 13, "18:58:15"),
        event("Microsoft-Windows-Kernel-General", 12, "18:59:30"),
        event("EventLog", 6009, "18:59:40"),
        event("EventLog", 6005, "18:59:40"),
    ]
}

#[test]
fn what_a_host_stops_as_it_goes_down_is_no_reason_of_the_run_that_it_cuts() {
    let runs = [
        run(2, "18:41:00", 0),
        run(3, "18:42:00", 0),
        run(4, "18:58:12", 0x4001_0004),
        run(5, "18:58:12", 0x4001_0004),
    ];
    let system = noise().chain(restarted(4)).chain(restarted(5));
    let found = diagnose(&[
        Log::new("System", HOST).events(system),
        Log::new("Microsoft-Windows-TaskScheduler/Operational", HOST).events(runs.concat()),
    ]);
    let first = found.incidents.first().unwrap();
    assert_eq!(&*first.symptom, "task-run-failure");
    assert_eq!(&*first.best().unwrap().id, "scripted-logoff-or-restart");
}

#[test]
fn what_goes_on_comes_before_a_crash_that_is_over() {
    let event = |provider: &str, id: u16, time: &str| Event::new(provider, id).at(on(5, time).as_str());
    let crash = [
        event("Microsoft-Windows-Kernel-General", 12, "17:41:50"),
        event("EventLog", 6008, "17:42:00").classic(&["5:27:08 PM", "5/5/2026"], None),
        event("EventLog", 6009, "17:42:00"),
        event("EventLog", 6005, "17:42:00"),
        event("Microsoft-Windows-Kernel-Power", 41, "17:41:57")
            .level(1)
            .data("BugcheckCode", 0_u32),
    ];
    let untrusted = (0..12_u32).map(|number| {
        let time = on(6, &format!("{:02}:20:00", 6 + number));
        Event::new("NETLOGON", 3210)
            .at(time.as_str())
            .level(2)
            .classic(&["CORP", r"\\dc1.corp.example"], Some(&[0x22, 0, 0, 0xC0]))
    });
    let refused = (0..8_u32).map(|number| {
        let time = on(6, &format!("{:02}:40:00", 6 + number));
        Event::new("Microsoft-Windows-Security-Auditing", 4625)
            .at(time.as_str())
            .data("TargetUserName", "anna")
            .data("TargetDomainName", "CORP")
            .data("Status", 0xC000_018D_u32)
            .data("SubStatus", 0_u32)
            .data("LogonType", 3_u32)
    });
    let found = diagnose(&[
        Log::new("System", HOST)
            .events(noise())
            .events(crash)
            .events(untrusted),
        Log::new("Security", HOST).events(refused),
    ]);
    let causes = first_causes(&found);
    assert_eq!(causes.first(), Some(&"machine-trust-broken"), "{causes:?}");
    assert!(causes.contains(&"unexpected-restart"), "{causes:?}");
}

#[test]
fn a_complaint_without_a_time_does_not_swallow_what_the_logs_tell() {
    let agent = (0..30_u32).map(|number| {
        let time = on(5, &format!("{:02}:{:02}:00", 6 + number / 3, number % 3 * 20));
        Event::new("WVD-Agent", 3277).at(time.as_str()).level(2).classic(
            &["INVALID_REGISTRATION_TOKEN: the session host could not register with its host pool"],
            None,
        )
    });
    let policy = (0..9_u32).map(|number| {
        let time = on(5, &format!("{:02}:05:00", 4 + number));
        Event::new("Microsoft-Windows-GroupPolicy", 1500).at(time.as_str())
    });
    let listener = Event::new("Microsoft-Windows-TerminalServices-RemoteConnectionManager", 258);
    let logs = [
        Log::new("System", HOST).events(noise()).events(policy),
        Log::new("Application", HOST).events(agent),
        Log::new(
            "Microsoft-Windows-TerminalServices-RemoteConnectionManager/Operational",
            HOST,
        )
        .event(listener.at(on(5, "05:50:00").as_str())),
    ];
    let note = "We couldn't connect because there are currently no available resources. It is so for all of us since Tuesday.";
    let found = diagnose_with(&logs, vec![("case/ticket.txt".to_owned(), note.into())]);
    let causes = first_causes(&found);
    assert_eq!(causes.first(), Some(&"avd-agent-not-registered"), "{causes:?}");
}

/// The verdict on a task that found no domain controller at three, and ran at this time.
fn without_a_controller(ran: &str) -> Option<(String, Verdict)> {
    const TASKS: &str = "Microsoft-Windows-TaskScheduler";
    let of_task = |id, time: &str| {
        let event = Event::new(TASKS, id).at(on(5, time).as_str());
        event
            .data("TaskName", r"\Edge\Start")
            .data("UserContext", r"CORP\svc-edge")
    };
    let tasks = Log::new("Microsoft-Windows-TaskScheduler/Operational", HOST).events([
        of_task(101, "03:00:00").data("ResultCode", 2_147_943_711_u32),
        of_task(100, ran).data("InstanceId", "{5ba5c5c1-0000-4000-8000-000000000001}"),
    ]);
    let system = Log::new("System", HOST).events(noise());
    let found = diagnose(&[tasks, system]);
    let best = found.incidents.first()?.best()?;
    Some((best.id.to_string(), best.verdict))
}

#[test]
fn what_was_right_again_before_anybody_could_mend_it_is_no_more_than_possible() {
    let (soon, verdict) = without_a_controller("03:01:00").unwrap();
    assert_eq!(
        (&*soon, verdict),
        ("domain-controller-unreachable", Verdict::Possible)
    );
    let (later, verdict) = without_a_controller("03:40:00").unwrap();
    assert_eq!(later, "domain-controller-unreachable");
    assert!(verdict > Verdict::Possible, "{verdict}");
}
