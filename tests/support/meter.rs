//! What a process has used, as Linux tells it. Shared by the tests that bound it.

use std::time::Duration;

/// CPU time of `self` or of `thread-self`: on a busy machine the clock proves nothing.
pub(crate) fn cpu(whose: &str) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{whose}/stat")).unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks = fields
        .skip(11)
        .take(2)
        .filter_map(|field| field.parse::<u64>().ok());
    Duration::from_millis(10 * ticks.sum::<u64>())
}

/// Bytes of memory by their label: `VmHWM:` for the highest so far, `VmRSS:` for now.
pub(crate) fn memory(label: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with(label));
    let kib = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
    kib.unwrap_or(0) << 10
}
