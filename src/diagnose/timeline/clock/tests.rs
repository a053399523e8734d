//! Settings of the clock that are believed, and records that only came out of turn.

use std::collections::BTreeSet;

use super::*;
use crate::diagnose::timeline::host::Moment;
use crate::model::Value;

const LSM: &str = "Microsoft-Windows-TerminalServices-LocalSessionManager";

fn time(text: &str) -> Time {
    format!("2026-05-04T{text}Z").parse().unwrap()
}

fn entry(record: u64, provider: &str, id: u16, at: &str) -> Entry {
    let mut event = Event::new(Origin::artifact("a.evtx"));
    event.provider = provider.into();
    event.id = Some(id);
    event.record_id = Some(record);
    event.time = Some(time(at));
    let at = Some(Moment::at(time(at)));
    Entry {
        event: event.into(),
        at,
    }
}

fn set(mut entry: Entry, old: &str, new: &str) -> Entry {
    let name = if entry.event.id == Some(1) {
        "OldTime"
    } else {
        "PreviousTime"
    };
    entry.event.push(name, Value::text(time(old).to_rfc3339()));
    entry.event.push("NewTime", Value::text(time(new).to_rfc3339()));
    entry
}

fn channels(of: Vec<(&str, Vec<Entry>)>) -> Channels {
    of.into_iter()
        .map(|(name, entries)| ((Arc::from(name), true), entries))
        .collect()
}

/// How often the clock had been set back at each record of a channel.
fn settings(channels: &Channels, name: &str) -> Vec<usize> {
    let of = |at: Moment| at.with_time(time("00:00:00"));
    let all = channels.values().flatten().map(|entry| of(entry.at.unwrap()));
    let all: BTreeSet<Moment> = all.chain([of(Moment::at(time("00:00:00")))]).collect();
    let entries = channels[&(Arc::from(name), true)].iter();
    entries
        .map(|entry| all.range(..of(entry.at.unwrap())).count())
        .collect()
}

/// The System log of a restart as Windows writes it: the kernel's records of the stop after those of the start.
fn restart() -> Vec<Entry> {
    vec![
        entry(1, "User32", 1074, "10:00:00"),
        entry(2, "EventLog", 6006, "10:00:20"),
        entry(3, "EventLog", 6009, "10:05:00"),
        entry(4, "EventLog", 6005, "10:05:00"),
        entry(5, "EventLog", 6013, "10:05:00"),
        entry(6, KERNEL_POWER.name, 109, "10:00:21"),
        entry(7, KERNEL_GENERAL.name, 13, "10:00:22"),
        entry(8, KERNEL_GENERAL.name, 12, "10:04:50"),
        entry(9, "Service Control Manager", 7036, "10:05:10"),
    ]
}

#[test]
fn a_restart_sets_no_clock() {
    let mut alone = channels(vec![("System", restart())]);
    assert_eq!(number(&mut alone).len(), 0);
    assert_eq!(settings(&alone, "System"), [0; 9]);
}

#[test]
fn a_wake_up_is_put_after_the_sleep() {
    let mut log = channels(vec![(
        "System",
        vec![
            entry(1, KERNEL_POWER.name, 42, "10:00:00"),
            entry(2, "EventLog", 6013, "18:00:00"),
            entry(3, KERNEL_POWER.name, 107, "10:00:02"),
            set(
                entry(4, KERNEL_GENERAL.name, 1, "18:00:00"),
                "10:00:02",
                "18:00:00",
            ),
        ],
    )]);
    assert_eq!(number(&mut log).len(), 0);
    let woken = log.values().next().unwrap()[2].at.unwrap();
    assert_eq!(woken.time, time("18:00:00"));
}

#[test]
fn who_sets_the_clock_is_believed_and_all_channels_follow() {
    let mut both = channels(vec![
        (
            "System",
            vec![
                entry(1, "Service Control Manager", 7036, "11:50:00"),
                set(
                    entry(2, KERNEL_GENERAL.name, 1, "11:00:00"),
                    "12:00:00",
                    "11:00:00",
                ),
                entry(3, "Service Control Manager", 7036, "11:10:00"),
            ],
        ),
        (
            "LSM",
            vec![
                entry(1, LSM, 21, "09:00:00"),
                entry(2, LSM, 23, "11:55:00"),
                entry(3, LSM, 21, "11:20:00"),
                entry(4, LSM, 23, "12:30:00"),
            ],
        ),
        (
            "Security",
            vec![
                entry(1, AUDITING.name, 4624, "10:59:00"),
                set(entry(2, AUDITING.name, 4616, "11:00:00"), "12:00:00", "11:00:00"),
            ],
        ),
    ]);
    assert_eq!(number(&mut both).len(), 1);
    assert_eq!(settings(&both, "System"), [0, 1, 1]);
    assert_eq!(settings(&both, "LSM"), [0, 0, 1, 1]);
    assert_eq!(settings(&both, "Security"), [0, 1]);
    // What came before and after is as far apart as it was.
    let lsm = &both[&(Arc::from("LSM"), true)];
    let (before, after) = (lsm[1].at.unwrap(), lsm[2].at.unwrap());
    assert_eq!(after.since(before), Some(TimeDelta::minutes(25)));
}

#[test]
fn a_step_that_one_of_several_logs_makes_is_none() {
    let odd = || {
        vec![
            entry(1, LSM, 21, "11:50:00"),
            entry(2, LSM, 24, "10:50:00"),
            entry(3, LSM, 25, "10:51:00"),
        ]
    };
    let steady = vec![
        entry(1, "Service Control Manager", 7036, "10:00:00"),
        entry(2, "Service Control Manager", 7036, "12:00:00"),
    ];
    let mut two = channels(vec![("LSM", odd()), ("System", steady)]);
    assert_eq!(number(&mut two).len(), 0);
    // Where there is no other log, or one that made the same step, it is believed.
    assert_eq!(number(&mut channels(vec![("LSM", odd())])).len(), 1);
    let second = vec![
        entry(1, AUDITING.name, 4624, "11:49:00"),
        entry(2, AUDITING.name, 4634, "10:52:00"),
    ];
    let mut agreed = channels(vec![("LSM", odd()), ("Security", second)]);
    assert_eq!(number(&mut agreed).len(), 1);
    assert_eq!(settings(&agreed, "LSM"), [0, 1, 1]);
    assert_eq!(settings(&agreed, "Security"), [0, 1]);
    // Nobody tells how long it took.
    let lsm = &agreed[&(Arc::from("LSM"), true)];
    assert_eq!(lsm[1].at.unwrap().since(lsm[0].at.unwrap()), None);
}

#[test]
fn a_record_that_came_late_is_no_step() {
    let late = vec![
        entry(1, LSM, 21, "11:50:00"),
        entry(2, LSM, 32, "11:40:00"),
        entry(3, LSM, 24, "11:51:00"),
    ];
    assert_eq!(number(&mut channels(vec![("LSM", late)])).len(), 0);
}

#[test]
fn an_old_setting_explains_no_later_restart() {
    let mut log = vec![set(
        entry(1, KERNEL_GENERAL.name, 1, "08:00:00"),
        "23:00:00",
        "08:00:00",
    )];
    for mut entry in restart() {
        entry.event.record_id = entry.event.record_id.map(|record| record + 1);
        log.push(entry);
    }
    let mut one = channels(vec![("System", log)]);
    assert_eq!(number(&mut one).len(), 1);
    assert_eq!(settings(&one, "System"), [1; 10]);
}

/// At a first start the clock is set while the machine starts: the Event Log service, which writes first, has the new time already, and the
/// kernel, whose records it writes next, had the old one.
fn first_start() -> Vec<Entry> {
    let set_back = set(
        entry(10, KERNEL_GENERAL.name, 1, "09:33:50"),
        "12:33:50",
        "09:33:50",
    );
    vec![
        entry(1, KERNEL_GENERAL.name, 12, "12:32:20"),
        entry(2, "EventLog", 6005, "12:32:37"),
        entry(3, "Service Control Manager", 7036, "12:32:40"),
        entry(4, KERNEL_GENERAL.name, 12, "12:33:37"),
        entry(5, "EventLog", 6009, "09:33:51"),
        entry(6, "EventLog", 6005, "09:33:51"),
        entry(7, "EventLog", 6013, "09:33:51"),
        entry(8, "Microsoft-Windows-FilterManager", 6, "12:33:41"),
        entry(9, KERNEL_GENERAL.name, 24, "09:33:50"),
        set_back,
        entry(11, "Service Control Manager", 7036, "09:33:55"),
    ]
}

#[test]
fn what_the_event_log_writes_at_a_start_is_of_the_clock_that_it_had() {
    let mut one = channels(vec![("System", first_start())]);
    assert_eq!(number(&mut one).len(), 1);
    assert_eq!(settings(&one, "System"), [0, 0, 0, 0, 1, 1, 1, 0, 1, 1, 1]);
}

#[test]
fn what_the_kernel_kept_over_a_setting_is_of_the_clock_that_it_had() {
    let mut log = vec![
        entry(1, "User32", 1074, "12:30:00"),
        entry(2, "EventLog", 6006, "12:30:20"),
        set(
            entry(3, KERNEL_GENERAL.name, 1, "09:31:00"),
            "12:31:00",
            "09:31:00",
        ),
        entry(4, "EventLog", 6005, "09:31:10"),
        entry(5, KERNEL_GENERAL.name, 13, "12:30:21"),
        entry(6, KERNEL_GENERAL.name, 12, "09:31:02"),
        entry(7, "Service Control Manager", 7036, "09:31:20"),
    ];
    // Three hours later the clock shows the old time once more, and nothing is set.
    for (record, time) in [(8, "12:33:30"), (9, "12:30:30"), (10, "12:32:00")] {
        log.push(entry(record, KERNEL_GENERAL.name, 12, time));
    }
    log.push(entry(11, "Service Control Manager", 7036, "12:33:40"));
    let mut one = channels(vec![("System", log)]);
    assert_eq!(number(&mut one).len(), 1);
    assert_eq!(settings(&one, "System"), [0, 0, 1, 1, 0, 1, 1, 1, 1, 1, 1]);
}

#[test]
fn a_restart_before_a_setting_is_of_the_clock_that_it_had() {
    let mut log = restart();
    log.push(set(
        entry(10, KERNEL_GENERAL.name, 1, "10:00:30"),
        "13:00:00",
        "10:00:30",
    ));
    let mut one = channels(vec![("System", log)]);
    assert_eq!(number(&mut one).len(), 1);
    assert_eq!(settings(&one, "System"), [0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
}
