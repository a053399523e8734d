//! The clock of a host was set by more than a minute. Derives an event of each such moment.

use crate::diagnose::timeline::derived_event::Derived;
use crate::diagnose::timeline::host::{Entry, Host};

/// The clock was set: Kernel-General 1 with more than a minute between the old time and the new. Reason 2 is the clock read
/// from the hardware after sleep: no time was lost then.
pub(super) fn find(host: &Host) -> Vec<Entry> {
    const LEAST: i64 = 60;
    let set = host.entries.iter().filter(|entry| {
        entry.event.id == Some(1)
            && entry
                .event
                .provider
                .eq_ignore_ascii_case("Microsoft-Windows-Kernel-General")
            && entry.event.field_number("Reason") != Some(2)
    });
    let jump = |entry: &Entry| {
        let time = |name: &str| {
            let text = entry.event.field_text(name)?;
            crate::model::parse_rfc3339(&text)
        };
        let seconds = (time("NewTime")? - time("OldTime")?).num_seconds();
        (seconds.abs() > LEAST).then(|| Derived::new("clock-jump", entry).with("Seconds", seconds).build())
    };
    set.filter_map(jump).collect()
}
