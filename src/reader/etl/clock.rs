//! What the first record of a trace tells: the clock of all others, and how many events were lost. Must not know events.
//!
//! Source: `TRACE_LOGFILE_HEADER` of `evntrace.h`; its pointers are as wide as the machine's that wrote it.

use super::record::{Class, Record};
use crate::model::{Time, from_filetime};
use crate::reader::little_endian::{long, word};

/// Ticks of a FILETIME in a second.
const TICKS: u128 = 10_000_000;

/// How stamps become times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Clock {
    /// They are FILETIMEs.
    Filetime,
    /// They count from `first`, so many a second, and the trace began at `start`, a FILETIME.
    Counter {
        /// The stamp of the first record.
        first: u64,
        /// FILETIME of the start.
        start: u64,
        /// Ticks in a second.
        frequency: u64,
    },
}

/// The header of a trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) clock: Clock,
    /// Events that the session had no room for.
    pub(super) events_lost: u32,
    /// Buffers that could not be written.
    pub(super) buffers_lost: u32,
}

impl Header {
    /// The header, if this first record is one.
    pub(super) fn of(record: &Record<'_>) -> Option<Self> {
        if record.class != Class::Kernel {
            return None;
        }
        let bytes = record.payload;
        // Behind two pointers lies the time zone, 172 bytes; times follow at the next multiple of 8.
        let times = match word(bytes, 44)? {
            4 => 240,
            8 => 248,
            _ => return None,
        };
        let start = long(bytes, times + 16)?;
        let frequency = match word(bytes, times + 24)? {
            2 => None,
            3 => Some(u64::from(word(bytes, 52)?).checked_mul(1_000_000)?),
            _ => Some(long(bytes, times + 8)?),
        };
        let clock = match frequency.filter(|&frequency| frequency > 0) {
            Some(frequency) => Clock::Counter {
                first: record.stamp,
                start,
                frequency,
            },
            None => Clock::Filetime,
        };
        Some(Self {
            clock,
            events_lost: word(bytes, 48)?,
            buffers_lost: word(bytes, times + 28)?,
        })
    }
}

impl Clock {
    /// The time of a stamp.
    pub(super) fn time(self, stamp: u64) -> Option<Time> {
        match self {
            Self::Filetime => from_filetime(stamp),
            Self::Counter {
                first,
                start,
                frequency,
            } => {
                // Processors disagree a little: a record may be older than the first.
                let ticks = |count: u64| {
                    let ticks = u128::from(count).checked_mul(TICKS)? / u128::from(frequency.max(1));
                    u64::try_from(ticks).ok()
                };
                let moved = if stamp >= first {
                    start.checked_add(ticks(stamp - first)?)?
                } else {
                    start.checked_sub(ticks(first - stamp)?)?
                };
                from_filetime(moved)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_become_times() {
        let start = 134_223_552_000_000_000;
        let clock = Clock::Counter {
            first: 1_000,
            start,
            frequency: 3_000_000,
        };
        let text = |stamp| clock.time(stamp).unwrap().to_rfc3339();
        assert_eq!(text(1_000), "2026-05-04T08:00:00+00:00");
        assert_eq!(text(1_000 + 3_000_000 * 90), "2026-05-04T08:01:30+00:00");
        assert_eq!(text(0), "2026-05-04T07:59:59.999666700+00:00");
        assert_eq!(clock.time(u64::MAX), None);
        assert_eq!(Clock::Filetime.time(start).unwrap().to_rfc3339(), text(1_000));
    }
}
