//! Evidence for and against each cause of an incident. Owns what counts and how much. Must not know how the result is laid out.

pub(in crate::diagnose) mod absent_evidence;
pub(in crate::diagnose) mod bench;
pub(in crate::diagnose) mod event_evidence;
pub(in crate::diagnose) mod evidence_words;
mod judge;
mod likest_first;
pub(in crate::diagnose) mod score;
pub(in crate::diagnose) mod setting_evidence;
mod side;
mod tally;
pub(in crate::diagnose) mod templates;
pub(in crate::diagnose) mod weigh;
