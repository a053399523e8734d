//! The clock of a host was set by more than a minute. Derives an event of each such moment.

use chrono::TimeDelta;

use crate::diagnose::derivers::Deriver;
use crate::diagnose::timeline::clock;
use crate::diagnose::timeline::derived_event::Derived;
use crate::diagnose::timeline::host::{Entry, Host, Moment};
use crate::knowledge::derived::CLOCK_JUMP;
use crate::model::Event;

pub(super) const DERIVER: Deriver = Deriver {
    reads: clock::SETTINGS,
    emits: &[CLOCK_JUMP],
    derive: |on| find(on.host),
};

/// System and Security tell of one setting within this span.
pub(in crate::diagnose) const ONE_SETTING: TimeDelta = TimeDelta::seconds(5);

/// Seconds by which a clock is set that put records out of order.
pub(in crate::diagnose) const LEAST: i64 = 60;

/// So many settings are looked back at for the one that another log told.
const BESIDE: usize = 8;

/// The clock was set: Kernel-General 1 or Security 4616 with more than a minute between the old time and the new. Reason 2 of the former is the
/// clock read from the hardware after sleep: no time was lost then.
fn find(host: &Host) -> Vec<Entry> {
    let slept = |entry: &Entry| entry.event.field_number("Reason") == Some(2);
    let settings = || {
        host.each(clock::SETTINGS)
            .filter_map(|(_, entry)| Some((entry, clock::setting(&entry.event)?)))
    };
    let sleeps: Vec<Moment> = settings()
        .filter(|(entry, _)| slept(entry))
        .filter_map(|(entry, _)| entry.at)
        .collect();
    let slept_at = |at: Moment| {
        let next = sleeps.partition_point(|sleep| *sleep < at.earlier(ONE_SETTING));
        sleeps.get(next).is_some_and(|sleep| sleep.near(at, ONE_SETTING))
    };
    let mut jumps: Vec<(Entry, i64)> = Vec::new();
    for (entry, (old, new)) in settings().filter(|(entry, _)| !slept(entry)) {
        let seconds = (new - old).num_seconds();
        let told = |at: Moment| {
            let same = |jump: &(Entry, i64)| {
                jump.0.at.is_some_and(|known| known.near(at, ONE_SETTING)) && (jump.1 - seconds).abs() <= 1
            };
            slept_at(at) || jumps.iter().rev().take(BESIDE).any(same)
        };
        if seconds.abs() > LEAST && !entry.at.is_some_and(told) {
            let jump = Derived::new(&CLOCK_JUMP, entry)
                .with("Seconds", seconds)
                .with("How", in_words(seconds, &entry.event));
            jumps.push((jump.build(), seconds));
        }
    }
    jumps.into_iter().map(|(entry, _)| entry).collect()
}

/// Which way the clock was set and by how much, in its two largest units, and by which program.
pub(in crate::diagnose) fn in_words(seconds: i64, setting: &Event) -> String {
    let way = if seconds < 0 { "back" } else { "forward" };
    let all = seconds.unsigned_abs();
    let units = [
        (all / 86_400, "d"),
        (all / 3_600 % 24, "h"),
        (all / 60 % 60, "min"),
        (all % 60, "s"),
    ];
    let told = units.iter().skip_while(|(count, _)| *count == 0).take(2);
    let told = told
        .filter(|(count, _)| *count > 0)
        .map(|(count, unit)| format!(" {count} {unit}"));
    let program = setting.field_text("ProcessName");
    let program = program
        .as_deref()
        .and_then(|path| path.rsplit(['\\', '/']).next())
        .filter(|name| name.len() > 1)
        .map_or_else(String::new, |name| format!(", by {name}"));
    format!("{way} by{}{program}", told.collect::<String>())
}

#[cfg(test)]
mod tests {
    use crate::model::{Event, Origin, Value};

    use super::in_words;

    #[test]
    fn a_setting_is_told_by_its_two_largest_units() {
        for (seconds, words) in [
            (8_944, "forward by 2 h 29 min"),
            (-10_800, "back by 3 h"),
            (61, "forward by 1 min 1 s"),
            (579_427, "forward by 6 d 16 h"),
        ] {
            let mut event = Event::new(Origin::artifact("a.evtx"));
            assert_eq!(in_words(seconds, &event), words);
            event.push(
                "ProcessName",
                Value::text(r"C:\Program Files\VMware\vmtoolsd.exe"),
            );
            assert_eq!(in_words(seconds, &event), format!("{words}, by vmtoolsd.exe"));
        }
    }
}
