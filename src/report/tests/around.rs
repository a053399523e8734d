//! What is told of a time that was asked about, where nothing failed.

use std::sync::Arc;

use super::{diagnosis, incident, time};
use crate::model::{Happening, Lane, Time};
use crate::report::{Format, Options, render};

/// A full hour of a day.
fn hour(hour: u32) -> Time {
    time(&format!("2026-05-04T{hour:02}:00:00Z"))
}

/// Something that happened to the power of the host on that day.
fn happening(at: u32, summary: &str) -> Happening {
    Happening {
        at: hour(at),
        until: None,
        host: Arc::from("RPA-07"),
        lane: Lane::Power,
        subject: None,
        user: None,
        outcome: None,
        code: None,
        failed: false,
        summary: summary.to_owned(),
        origin: None,
        rank: 0,
    }
}

#[test]
fn where_nothing_failed_what_happened_at_the_time_asked_about_is_told() {
    let mut healthy = diagnosis(Vec::new());
    healthy.happenings = [
        (8, "The host was shut down, by winlogon.exe"),
        (11, "The host started"),
        (20, "The host slept"),
    ]
    .map(|(hour, summary)| happening(hour, summary))
    .to_vec();
    let around = |from, to| Options {
        around: Some((hour(from), hour(to))),
        ..Default::default()
    };
    let told = |options: Options| render(&healthy, Format::Text, &options);
    let start = told(around(10, 12));
    assert!(
        start.contains("Mon 4 May 11:00:00, RPA-07: The host started"),
        "{start}"
    );
    assert!(
        start.contains("by winlogon.exe") && !start.contains("slept"),
        "{start}"
    );
    for quiet in [around(2, 4), Options::default()] {
        let quiet = told(quiet);
        assert!(!quiet.contains("The host started"), "{quiet}");
    }
}

#[test]
fn what_was_in_another_year_says_so() {
    let mut healthy = diagnosis(Vec::new());
    let mut down = happening(8, "The host was shut down");
    down.at = time("2023-09-05T17:25:32Z");
    let mut start = happening(11, "The host started");
    start.rank = 1;
    healthy.happenings = vec![down, start];
    let options = Options {
        around: Some((hour(10), hour(12))),
        ..Default::default()
    };
    let told = render(&healthy, Format::Text, &options);
    assert!(told.contains("Tue 5 Sep 2023 17:25:32"), "{told}");
    assert!(told.contains("Mon 4 May 11:00:00"), "{told}");
}

#[test]
fn what_else_happened_then_stands_below_the_fault() {
    let mut failed = diagnosis(vec![incident()]);
    let mut of_record = happening(10, "The socket of a connection failed");
    of_record.lane = Lane::Record;
    failed.happenings = vec![
        of_record,
        happening(11, "The host started"),
        happening(20, "The host slept"),
    ];
    let options = Options {
        around: Some((hour(9), hour(12))),
        ..Default::default()
    };
    let told = render(&failed, Format::Text, &options);
    let (_, then) = told.split_once("\nThen     ").expect("nothing is told besides");
    assert!(
        then.contains("11:00:00: The host started") && !then.contains("slept"),
        "{told}"
    );
    assert!(!render(&failed, Format::Text, &Options::default()).contains("\nThen "));
}

#[test]
fn the_all_clear_says_of_which_time_it_is() {
    let options = Options {
        around: Some((hour(9), hour(12))),
        ..Default::default()
    };
    let told = render(&diagnosis(Vec::new()), Format::Text, &options);
    assert!(
        told.starts_with("No fault found from Mon 4 May 2026 09:00:00 to 12:00:00 in 1 file"),
        "{told}"
    );
}

#[test]
fn whoever_asks_about_a_time_at_which_the_host_was_off_is_told_so() {
    let mut healthy = diagnosis(Vec::new());
    healthy.coverage[0].from = Some(hour(1));
    healthy.coverage[0].to = Some(hour(23));
    let power = |rank: usize, at: u32, outcome: &str, summary: &str| Happening {
        rank,
        outcome: Some(outcome.into()),
        ..happening(at, summary)
    };
    healthy.happenings = vec![
        power(0, 4, "down", "The host was shut down, by winlogon.exe"),
        power(1, 14, "started", "The host started"),
        power(2, 18, "down", "The host was restarted"),
        power(3, 19, "started", "The host started"),
    ];
    let told = |from, to| {
        let options = Options {
            around: Some((hour(from), hour(to))),
            width: 200,
            ..Default::default()
        };
        render(&healthy, Format::Text, &options)
    };
    let off = told(8, 10);
    assert!(
        off.contains("shut down, by winlogon.exe; it started again Mon 4 May 14:00:00"),
        "{off}"
    );
    let up = told(15, 16);
    assert!(
        up.contains("14:00:00, RPA-07: The host started") && !up.contains("again"),
        "{up}"
    );
}
