//! When a host started: in the first minutes nothing of the domain is in reach, and that passes by itself. Owns which records tell it,
//! and how long it lasts; must not know what failed then.

use chrono::TimeDelta;

use crate::diagnose::timeline::host::{Entry, Host, Moment};
use crate::model::providers::{EVENT_LOG, KERNEL_GENERAL, Records};

/// The times at which a host started.
pub(in crate::diagnose) struct HostStarts(Vec<Moment>);

/// What is written when a host starts.
const STARTS: &[Records] = &[EVENT_LOG.ids(&[6005, 6009]), KERNEL_GENERAL.ids(&[12])];

/// How long after a start.
const BOOTING: TimeDelta = TimeDelta::minutes(5);

impl HostStarts {
    pub(in crate::diagnose) fn new(host: &Host) -> Self {
        Self(host.each(STARTS).filter_map(|(_, entry)| entry.at).collect())
    }

    /// Whether a record was written so soon after a start.
    pub(in crate::diagnose) fn since(&self, entry: &Entry) -> bool {
        let near = |at: Moment| self.0.iter().any(|boot| at.near(*boot, BOOTING));
        entry.at.is_some_and(near)
    }
}
