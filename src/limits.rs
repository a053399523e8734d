//! Every budget of a run, in one place. Hitting one is a [`Problem`](crate::model::Problem) of kind
//! `limit-hit`: the rest of the bundle is still read. What [`Stop`] ends is a problem of kind `interrupted`.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How much of a hostile or huge bundle is taken in before the reading stops.
///
/// ```
/// let limits = logonscope::Limits { archive_depth: 2, ..Default::default() };
/// assert_eq!(limits.archive_depth, 2);
/// ```
#[derive(Debug, Clone)]
pub struct Limits {
    /// Bytes that come out of archives, over the whole run.
    pub total_bytes: u64,
    /// Bytes of one member of an archive, unpacked.
    pub entry_bytes: u64,
    /// Unpacked bytes for each packed byte of one member, counted from the first mebibyte on.
    pub ratio: u64,
    /// Files and archive members looked at, over the whole run.
    pub entries: u64,
    /// How deep archives may lie in archives.
    pub archive_depth: u32,
    /// Bytes of a nested archive that is held in memory because its directory needs seeking.
    pub memory_bytes: u64,
    /// Bytes of a path inside a bundle; a longer one is cut for display.
    pub path_bytes: usize,
    /// Events of interest kept, over the whole run.
    pub events: usize,
    /// Bytes that the kept events of one artifact take.
    pub event_bytes: u64,
    /// Bytes of long texts in the events of one artifact: past it, texts are cut to an excerpt of 512 bytes.
    pub long_text_bytes: u64,
    /// Facts kept, over the whole run.
    pub facts: usize,
    /// Incidents weighed and told, over the whole run: those with the most occurrences.
    pub incidents: usize,
    /// Problems listed one by one for each artifact; further ones are only counted.
    pub problems_per_artifact: usize,
    /// Bytes of one line of text; a longer one is cut.
    pub line_bytes: usize,
    /// Ends the run early, with the result of what was read until then.
    pub stop: Stop,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            total_bytes: 256 << 30,
            entry_bytes: 64 << 30,
            ratio: 2_000,
            entries: 200_000,
            archive_depth: 5,
            memory_bytes: 512 << 20,
            path_bytes: 4_096,
            events: 2_000_000,
            event_bytes: 2 << 30,
            long_text_bytes: 16 << 20,
            facts: 200_000,
            incidents: 5_000,
            problems_per_artifact: 20,
            line_bytes: 64 << 10,
            stop: Stop::default(),
        }
    }
}

/// Ends a run before its end: after a time, or at a word from another thread or a signal handler. Clones are one.
///
/// ```
/// use logonscope::Limits;
/// use logonscope::limits::Stop;
///
/// let limits = Limits { stop: Stop::default().within(std::time::Duration::from_secs(600)), ..Default::default() };
/// let stop = limits.stop.clone();
/// assert!(stop.reason().is_none());
/// stop.now(); // from any thread
/// assert!(stop.reason().is_some());
/// ```
#[derive(Debug, Clone, Default)]
pub struct Stop {
    asked: Arc<AtomicBool>,
    deadline: Option<(Instant, Duration)>,
    outer: Option<Arc<Stop>>,
}

/// Why a run ended early.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum StopReason {
    /// Somebody asked for it.
    Asked,
    /// It took longer than this.
    TimeLimit(Duration),
}

impl fmt::Display for StopReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Asked => f.write_str("interrupted"),
            Self::TimeLimit(time) => write!(f, "the time limit of {} s was reached", time.as_secs_f64()),
        }
    }
}

impl Stop {
    /// One that ends after this time from now, by itself, and whenever this one does.
    #[must_use]
    pub fn within(&self, time: Duration) -> Self {
        Self {
            asked: Arc::default(),
            deadline: Instant::now().checked_add(time).map(|end| (end, time)),
            outer: Some(Arc::new(self.clone())),
        }
    }

    /// One that can be ended by itself, and ends whenever this one does.
    #[must_use]
    pub fn inner(&self) -> Self {
        Self {
            asked: Arc::default(),
            deadline: None,
            outer: Some(Arc::new(self.clone())),
        }
    }

    /// Ends the run.
    pub fn now(&self) {
        self.asked.store(true, Ordering::Relaxed);
    }

    /// What ends the run when it becomes true: a signal handler may do no more than that.
    pub fn flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.asked)
    }

    /// Why the run is to end; `None` as long as it may go on.
    pub fn reason(&self) -> Option<StopReason> {
        if let Some(reason) = self.outer.as_ref().and_then(|outer| outer.reason()) {
            return Some(reason);
        }
        if self.asked.load(Ordering::Relaxed) {
            return Some(StopReason::Asked);
        }
        let over = self.deadline.filter(|(end, _)| Instant::now() >= *end);
        over.map(|(_, time)| StopReason::TimeLimit(time))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_inner_stop_heeds_the_outer_one_and_not_the_other_way() {
        let outer = Stop::default();
        let (first, second) = (
            outer.within(Duration::from_secs(1000)),
            outer.within(Duration::ZERO),
        );
        assert_eq!(second.reason(), Some(StopReason::TimeLimit(Duration::ZERO)));
        first.now();
        assert_eq!((first.reason(), outer.reason()), (Some(StopReason::Asked), None));
        outer.flag().store(true, Ordering::Relaxed);
        assert_eq!(second.reason(), Some(StopReason::Asked));
    }
}
