//! What is told of going down, coming up and sleeping, by the records of each log that tells of it.

use std::sync::Arc;

use chrono::TimeDelta;

use crate::diagnose::Analyzer;
use crate::model::{Event, Findings, Happening, Lane, Origin, Time, Value};

const AUDITING: &str = "Microsoft-Windows-Security-Auditing";
const EVENT_LOG: &str = "Microsoft-Windows-Eventlog";
const KERNEL: &str = "Microsoft-Windows-Kernel-General";
const POWER: &str = "Microsoft-Windows-Kernel-Power";

/// Records of one host: seconds after ten o'clock, log, provider, id.
type Record<'a> = (i64, &'a str, &'a str, u16);

fn at(seconds: i64) -> Time {
    let ten: Time = "2026-05-04T10:00:00Z".parse().unwrap();
    ten + TimeDelta::seconds(seconds)
}

fn event(number: usize, (seconds, channel, provider, id): Record<'_>) -> Event {
    let record = number as u64 + 1;
    let mut event = Event::new(Origin::record(channel, record, 0));
    (event.provider, event.channel) = (Arc::from(provider), Arc::from(channel));
    (event.id, event.record_id) = (Some(id), Some(record));
    event.computer = Arc::from("RPA-07");
    event.time = Some(at(seconds));
    if id == 42 {
        event.push("Reason", Value::Unsigned(7));
    }
    event
}

/// What the power of the host did.
fn told(records: &[Record<'_>]) -> Vec<Happening> {
    let findings = Findings {
        events: records
            .iter()
            .copied()
            .enumerate()
            .map(|(n, r)| event(n, r))
            .collect(),
        ..Default::default()
    };
    let analyzer = Analyzer::new().unwrap();
    let mut all = analyzer
        .diagnose_findings(vec![(Arc::from("logs"), findings)])
        .happenings;
    all.retain(|happening| happening.lane == Lane::Power);
    all
}

fn summaries(records: &[Record<'_>]) -> Vec<(Time, String)> {
    let all = told(records).into_iter();
    all.map(|happening| (happening.at, happening.summary)).collect()
}

#[test]
fn security_alone_tells_of_restarts() {
    let security = |seconds, provider, id| (seconds, "Security", provider, id);
    let restarts = summaries(&[
        security(0, AUDITING, 4608),
        security(5_000, EVENT_LOG, 1100),
        security(5_060, AUDITING, 4608),
        security(9_000, EVENT_LOG, 1100),
    ]);
    let down = |how: &str| format!("The host was {how}");
    let up = || "The host started".to_owned();
    assert_eq!(
        restarts,
        [
            (at(0), up()),
            (at(5_000), down("restarted")),
            (at(5_060), up()),
            (at(9_000), down("shut down"))
        ]
    );
}

#[test]
fn what_security_and_system_tell_of_one_restart_is_one() {
    let system = |seconds, provider, id| (seconds, "System", provider, id);
    let both = summaries(&[
        (5_000, "Security", EVENT_LOG, 1100),
        system(5_001, "EventLog", 6006),
        system(5_003, KERNEL, 13),
        system(5_030, KERNEL, 12),
        (5_041, "Security", AUDITING, 4608),
        system(5_053, "EventLog", 6005),
    ]);
    assert_eq!(
        both,
        [
            (at(5_000), "The host was restarted".to_owned()),
            (at(5_030), "The host started".to_owned()),
        ]
    );
}

#[test]
fn a_sleep_lasts_until_the_host_wakes_up() {
    let system = |seconds, id| (seconds, "System", POWER, id);
    let slept = told(&[system(0, 42), system(7_200, 107)]);
    let [sleep] = slept.as_slice() else {
        panic!("{slept:?}");
    };
    assert_eq!(
        (sleep.at, sleep.until, &*sleep.summary),
        (at(0), Some(at(7_200)), "The host slept")
    );
}
