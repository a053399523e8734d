//! What was read, sorted by machine and time: hosts, their clocks and zones, what their logs cover, who is who on them. Owns the ground that
//! everything above stands on. Must not know ledgers, incidents or causes.

pub(in crate::diagnose) mod accounts;
pub(in crate::diagnose) mod clock;
pub(in crate::diagnose) mod clock_skew;
pub(in crate::diagnose) mod collections;
pub(in crate::diagnose) mod coverage;
pub(in crate::diagnose) mod derived_event;
pub(in crate::diagnose) mod duplicates;
pub(in crate::diagnose) mod home_machine;
pub(in crate::diagnose) mod host;
pub(in crate::diagnose) mod identity;
pub(in crate::diagnose) mod interval_tree;
pub(in crate::diagnose) mod learned_facts;
pub(in crate::diagnose) mod unmatched;
