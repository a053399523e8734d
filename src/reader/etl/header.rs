//! What the first record of a trace tells: the clock of all others, the machine and the session, and how many events were lost. Must not know events.
//!
//! Source: `TRACE_LOGFILE_HEADER` of `evntrace.h`; its pointers are as wide as the machine's that wrote it.

use super::payload::Payload;
use super::record::{Class, Record};
use super::zone::Zone;
use crate::model::{Time, from_filetime};
use crate::reader::little_endian::{long, word};

/// Ticks of a FILETIME in a second.
const TICKS: u64 = 10_000_000;

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
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) clock: Clock,
    /// What the clock counts, in the words of `WNODE_HEADER.ClientContext`.
    pub(super) counts: &'static str,
    /// Events that the session had no room for.
    pub(super) events_lost: u32,
    /// Buffers that could not be written.
    pub(super) buffers_lost: u32,
    /// Buffers that the session says it wrote.
    pub(super) buffers: u32,
    /// Major and minor version of Windows.
    pub(super) version: (u8, u8),
    /// Build of Windows.
    pub(super) build: u32,
    pub(super) processors: u32,
    /// `EVENT_TRACE_FILE_MODE_*` and others.
    pub(super) mode: u32,
    /// Bytes of a pointer of the machine: 4 or 8.
    pub(super) pointer: usize,
    pub(super) start: Option<Time>,
    /// None where the session was not ended properly.
    pub(super) end: Option<Time>,
    pub(super) boot: Option<Time>,
    pub(super) zone: Option<Zone>,
    /// The name of the session.
    pub(super) session: String,
    /// The path of the trace on the machine that wrote it.
    pub(super) file: String,
}

impl Header {
    /// The header, if this record is one.
    pub(super) fn of(record: &Record<'_>) -> Option<Self> {
        if record.class != Class::Kernel || record.id != 0 {
            return None;
        }
        let bytes = record.payload;
        let pointer = word(bytes, 44)?;
        // Behind two pointers lies the time zone; times follow at the next multiple of 8.
        let (zone, times) = match pointer {
            4 => (64, 240),
            8 => (72, 248),
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
        let mut names = Payload {
            bytes: bytes.get(times + 32..).unwrap_or_default(),
            pointer: 8,
        };
        let counts = match word(bytes, times + 24)? {
            2 => "system time",
            3 => "processor cycles",
            _ => "performance counter",
        };
        Some(Self {
            clock,
            counts,
            events_lost: word(bytes, 48)?,
            buffers_lost: word(bytes, times + 28)?,
            buffers: word(bytes, 36)?,
            version: (*bytes.get(4)?, *bytes.get(5)?),
            build: word(bytes, 8)?,
            processors: word(bytes, 12)?,
            mode: word(bytes, 32)?,
            pointer: if pointer == 4 { 4 } else { 8 },
            start: from_filetime(start),
            end: from_filetime(long(bytes, 16)?),
            boot: from_filetime(long(bytes, times)?),
            zone: bytes.get(zone..).and_then(Zone::of),
            session: names.wide().unwrap_or_default(),
            file: names.wide().unwrap_or_default(),
        })
    }

    /// Minutes east of UTC on the machine that wrote the trace, when it began.
    pub(super) fn offset(&self) -> Option<i32> {
        Some(self.zone.as_ref()?.offset(self.start?))
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
                    let frequency = frequency.max(1);
                    // Some days are in 64 bits, which divide many times faster.
                    if let Some(ticks) = count.checked_mul(TICKS) {
                        return Some(ticks / frequency);
                    }
                    let ticks = u128::from(count).checked_mul(u128::from(TICKS))? / u128::from(frequency);
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
