//! Events as tables: CSV and tab-separated text of Event Viewer, `Get-WinEvent`, `Get-EventLog` and collector
//! scripts ([`events`]), the CSV of `tracerpt` ([`tracerpt`]) and of `tracefmt` ([`trace_csv`]), and what an Orchestrator exports ([`jobs`]).
//!
//! Owns rows and columns ([`rows`], [`columns`]). Must not know what events mean. Tables are localized and people
//! cut them, so columns are found by their headings where we know them and by what stands in them otherwise.

pub(crate) mod columns;
pub(crate) mod events;
pub(crate) mod jobs;
mod rows;
pub(crate) mod trace_csv;
pub(crate) mod tracerpt;
