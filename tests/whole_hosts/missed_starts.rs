//! Starts of tasks that the host was not there for.

use crate::support::evtx::{Event, Log};
use crate::{HOST, at, diagnose, diagnose_with, first_causes, restart};

const NIGHTLY: &str = r"\Nightly";

fn task(id: u16, time: &str, name: &str) -> Event {
    let event = Event::new("Microsoft-Windows-TaskScheduler", id).at(at(time).as_str());
    event.data("TaskName", name)
}

/// The causes of the missed start, the first first.
fn causes(system: Vec<Event>, missed: &str) -> Vec<String> {
    let tasks = Log::new("Microsoft-Windows-TaskScheduler/Operational", HOST)
        .event(task(153, missed, NIGHTLY))
        .event(task(102, "23:00:00", r"\Other"));
    let found = diagnose(&[Log::new("System", HOST).events(system), tasks]);
    let of_task = |task: &Option<std::sync::Arc<str>>| task.as_deref() == Some(NIGHTLY);
    let incident = found.incidents.iter().find(|incident| of_task(&incident.task));
    let causes = incident.into_iter().flat_map(|incident| &incident.causes);
    causes.map(|cause| cause.id.to_string()).collect()
}

fn power(id: u16, time: &str) -> Event {
    Event::new("Microsoft-Windows-Kernel-Power", id).at(at(time).as_str())
}

#[test]
fn a_start_that_is_missed_is_told_by_why_the_host_was_away() {
    let switched_off = || {
        let explorer = r"C:\Windows\Explorer.EXE (RPA-07)";
        restart("01:00:00", "01:00:20", "07:30:00", explorer, r"CORP\anna", "0x0")
    };
    let off = causes(switched_off(), "07:32:00");
    let settings = "task-blocked-by-settings";
    assert_eq!(
        off.iter().map(String::as_str).take(2).collect::<Vec<_>>(),
        ["planned-restart-or-shutdown-by-user-or-admin", settings]
    );
    let later = causes(switched_off(), "12:32:00");
    assert_eq!(later.first().map(String::as_str), Some(settings));
    let asleep = vec![
        power(42, "01:00:00")
            .data("Reason", 7_u32)
            .data("TargetState", 4_u32),
        power(107, "07:30:00"),
    ];
    let asleep = causes(asleep, "07:32:00");
    assert_eq!(
        asleep.first().map(String::as_str),
        Some("hybrid-shutdown-or-sleep")
    );
    let lost = vec![
        Event::new("EventLog", 6013).at(at("01:00:00").as_str()),
        Event::new("Microsoft-Windows-Kernel-General", 12).at(at("07:30:00").as_str()),
        power(41, "07:30:05").data("BugcheckCode", 0_u32),
        Event::new("EventLog", 6005).at(at("07:30:10").as_str()),
    ];
    let lost = causes(lost, "07:32:00");
    assert_eq!(lost.first().map(String::as_str), Some("unexpected-restart"));
}

/// `day` of May, and a time of it.
fn on(day: u32, time: &str) -> String {
    format!("2026-05-{day:02}T{time}Z")
}

#[test]
fn a_daily_start_that_did_not_come_is_told_to_who_asks_about_its_hour() {
    let of_task = |day: u32, id: u16, time: &str, name: &str| {
        let event = Event::new("Microsoft-Windows-TaskScheduler", id).at(on(day, time).as_str());
        event.data("TaskName", name)
    };
    let nights = (4..=6).flat_map(|day| {
        [
            of_task(day, 100, "02:30:00", NIGHTLY),
            of_task(day, 102, "02:34:00", NIGHTLY),
        ]
    });
    let mut tasks: Vec<Event> = nights.collect();
    tasks.push(of_task(8, 100, "09:00:00", r"\Other"));
    let of_host = |day: u32, id: u16, time: &str| {
        Event::new("Microsoft-Windows-Kernel-Power", id).at(on(day, time).as_str())
    };
    let noise = (0..180).map(|number: u32| {
        let time = format!("{:02}:{:02}:30", 8 + number % 12, number % 60);
        Event::new("Service Control Manager", 7036)
            .at(on(4 + number / 60, &time).as_str())
            .data("param1", "WinHTTP")
            .data("param2", "running")
    });
    let asleep = [
        of_host(6, 42, "23:10:00")
            .data("Reason", 7_u32)
            .data("TargetState", 4_u32),
        of_host(7, 107, "07:20:00"),
    ];
    let logs = [
        Log::new("System", HOST).events(noise.chain(asleep)),
        Log::new("Microsoft-Windows-TaskScheduler/Operational", HOST).events(tasks),
    ];
    let told = |note: &str| {
        let zone = "Host Name:                 RPA-07\nOS Name:                   Microsoft Windows 11 Pro\n\
                    OS Version:                10.0.22631 N/A Build 22631\nTime Zone:                 (UTC) Coordinated Universal Time\n";
        let zone = ("case/systeminfo.txt".to_owned(), zone.as_bytes().to_vec());
        let note = ("case/note.txt".to_owned(), note.as_bytes().to_vec());
        let found = diagnose_with(&logs, vec![zone, note]);
        first_causes(&found)
            .into_iter()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let asked =
        "The report of 02:30 did not run on 7 May, and it fails to come since. Started by hand it works.";
    assert_eq!(told(asked), ["hybrid-shutdown-or-sleep"]);
    let of_another = "The printer in the hall fails to print at 11:15.";
    assert!(told(of_another).is_empty());
}
