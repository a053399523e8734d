//! The result: stories of incidents, what belongs together, what to ask for, what was read. Owns the putting together; judges nothing.

mod agreement;
pub(in crate::diagnose) mod ask_list;
pub(in crate::diagnose) mod assemble;
pub(in crate::diagnose) mod changes;
pub(in crate::diagnose) mod cited_records;
mod code_counts;
mod exports;
pub(in crate::diagnose) mod findings;
mod happenings;
mod host_reports;
mod incident;
pub(in crate::diagnose) mod input_reports;
mod records_then;
mod refused_logons;
mod related_incidents;
pub(in crate::diagnose) mod symptom_list;
