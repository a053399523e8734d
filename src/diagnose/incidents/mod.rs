//! Signals seen in events, and the incidents that they make. Owns what needs explaining; why it happened is weighed elsewhere.

mod counting;
pub(in crate::diagnose) mod excerpt;
pub(in crate::diagnose) mod fault_lists;
pub(in crate::diagnose) mod find;
mod folding;
pub(in crate::diagnose) mod group;
pub(in crate::diagnose) mod in_runs;
pub(in crate::diagnose) mod incident_user;
pub(in crate::diagnose) mod inherited;
mod likeness;
pub(in crate::diagnose) mod own_events;
pub(in crate::diagnose) mod sightings;
pub(in crate::diagnose) mod signal_matcher;
mod word_numbers;
