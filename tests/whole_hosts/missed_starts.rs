//! Starts of tasks that the host was not there for.

use crate::support::evtx::{Event, Log};
use crate::{HOST, at, diagnose, restart};

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
