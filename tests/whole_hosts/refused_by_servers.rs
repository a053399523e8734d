//! What a server says of an account of this host (LsaSrv 40960), among the other records of a whole log.

use crate::support::evtx::{Event, Log};
use crate::{HOST, LSM, at, diagnose, session};

const EXPIRED: &str = "\"The user's account has expired. (0xc0000193)\"";
const SKEWED: &str = "\"The time at the Primary Domain Controller is different. (0xc0000133)\"";
const WRONG: &str = "\"The attempted logon is invalid. (0xc000006d)\"";

fn refused(time: &str, error: &str) -> Event {
    Event::new("LsaSrv", 40_960)
        .at(at(time).as_str())
        .data("Target", "cifs/FS-01")
        .data("Protocol", "Kerberos")
        .data("Error", error)
}

/// The causes of the first incident of each kind, and how often it happened.
fn said(times: &[&str], error: &str) -> Vec<(Option<String>, u64)> {
    said_beside(None, times, error)
}

/// The same with another log of the host.
fn said_beside(other: Option<Log>, times: &[&str], error: &str) -> Vec<(Option<String>, u64)> {
    let noise = (0..180_u32).map(|number| {
        let time = format!("0{}:{:02}:30", 3 + number / 60, number % 60);
        let event = Event::new("Service Control Manager", 7036).at(at(&time).as_str());
        event
            .data("param1", format!("Service {}", number % 7))
            .data("param2", "running")
    });
    let refusals = times.iter().map(|time| refused(time, error));
    let log = Log::new("System", HOST).events(noise).events(refusals);
    let logs: Vec<Log> = [log].into_iter().chain(other).collect();
    let incidents = diagnose(&logs).incidents;
    let told = incidents.iter().map(|incident| {
        let cause = incident.causes.first().map(|cause| cause.id.to_string());
        (cause, incident.count)
    });
    told.collect()
}

#[test]
fn one_refusal_in_a_log_is_nothing_and_hours_of_them_are() {
    assert_eq!(said(&["10:00:00"], EXPIRED), []);
    assert_eq!(said(&["10:00:00", "10:00:20", "10:00:40"], EXPIRED), []);
    let hours = ["10:00:00", "11:00:00", "12:00:00", "13:00:00"];
    assert_eq!(said(&hours, EXPIRED), [(Some("account-expired".to_owned()), 4)]);
    assert_eq!(said(&hours, SKEWED), [(Some("time-skew".to_owned()), 4)]);
    // Which password it was, and whose, this does not tell.
    assert_eq!(said(&hours, WRONG), []);
}

/// What a host keeps of other logs lies before the refusals, and is no reason to overlook them.
#[test]
fn hours_of_refusals_are_found_behind_other_records() {
    let stays = (1..=6_u32).flat_map(|number| {
        let begin = session(&format!("0{number}:00:00"), 21, number);
        [begin, session(&format!("0{number}:30:00"), 23, number)]
    });
    let sessions = Log::new(&format!("{LSM}/Operational"), HOST).events(stays);
    let hours = ["10:00:00", "11:00:00", "12:00:00", "13:00:00"];
    let told = said_beside(Some(sessions), &hours, EXPIRED);
    assert_eq!(told, [(Some("account-expired".to_owned()), 4)]);
}
