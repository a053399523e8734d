//! What was read, sorted by machine and time: hosts, their clocks and zones, what their logs cover, who is who on them. Owns the ground that
//! everything above stands on. Must not know ledgers, incidents or causes.

pub(in crate::diagnose) mod accounts;
pub(in crate::diagnose) mod channel_cover;
pub(in crate::diagnose) mod clock;
pub(in crate::diagnose) mod clock_skew;
pub(in crate::diagnose) mod collections;
pub(in crate::diagnose) mod coverage;
pub(in crate::diagnose) mod derived_event;
pub(in crate::diagnose) mod duplicates;
mod entry_order;
pub(in crate::diagnose) mod gather;
pub(in crate::diagnose) mod home_machine;
pub(in crate::diagnose) mod host;
pub(in crate::diagnose) mod host_starts;
pub(in crate::diagnose) mod identity;
pub(in crate::diagnose) mod interval_tree;
pub(in crate::diagnose) mod learned_facts;
pub(in crate::diagnose) mod packing;
mod renamed_hosts;
mod restated;
pub(in crate::diagnose) mod task_definitions;
pub(in crate::diagnose) mod unmatched;

use crate::model::providers::{AUDITING, EVENT_LOG, KERNEL_GENERAL, RCM, RDP_CLIENT, Records};

/// The records that timelines are put in order by: clearings of logs, versions of Windows, zones, settings of the clock, new accounts,
/// and what two machines write of one connection.
pub(in crate::diagnose) const READS: &[Records] = &[
    EVENT_LOG.ids(&[104, 1102, 6008, 6009, 6013]),
    KERNEL_GENERAL.ids(&[1, 12, 13]),
    AUDITING.ids(&[4616, 4720]),
    RCM.ids(&[1149]),
    RDP_CLIENT.ids(&[1024]),
];
