//! Events as tables: CSV and tab-separated text of Event Viewer, `Get-WinEvent`, `Get-EventLog` and collector
//! scripts ([`events`]) and of tools that have JSON, too ([`flattened`]), the CSV of `tracerpt` ([`tracerpt`]) and of `tracefmt` ([`trace_csv`]), what an Orchestrator
//! exports ([`jobs`]), and runs of flows ([`flow_runs`]).
//!
//! Owns rows and columns ([`rows`], [`columns`]). Must not know what events mean. Tables are localized and people
//! cut them, so columns are found by their headings where we know them and by what stands in them otherwise.

mod audit_columns;
pub(crate) mod columns;
pub(crate) mod events;
pub(crate) mod flattened;
pub(crate) mod flow_runs;
mod headed;
pub(crate) mod jobs;
mod layout;
mod lines_below;
mod rows;
mod run_headings;
mod snare;
mod task_history;
pub(crate) mod told_times;
pub(crate) mod trace_csv;
pub(crate) mod tracerpt;

use super::lines::Text;
use super::sink::Sink;
pub(super) use rows::split;

/// Has a table take every line of a text, each with its number and offset. The table is made from the beginning of the text;
/// without any text there is none.
pub(super) fn read_lines<T>(
    text: &mut Text,
    sink: &mut Sink<'_>,
    mut make: impl FnMut(&mut Sink<'_>, &str) -> T,
    take: impl Fn(&mut T, &mut Sink<'_>, u64, u64, &str),
) -> Option<T> {
    let mut table: Option<T> = None;
    while !sink.is_full()
        && let Some(mut block) = text.next_block(|_| true)
    {
        let table = table.get_or_insert_with(|| make(sink, &block.decode(block.bytes)));
        let mut at = 0;
        while let Some((line, next)) = block.line_at(at) {
            take(table, sink, line.place.line, line.place.offset, &line.text);
            at = next;
        }
    }
    table
}

#[cfg(test)]
pub(super) mod testing {
    use std::sync::Arc;

    use crate::limits::Limits;
    use crate::model::{Findings, Interest};
    use crate::reader::{self, Context};
    use crate::source::Source;

    /// What the readers find in a table of whatever kind.
    pub(in crate::reader) fn run(text: &str) -> Findings {
        let interest = Interest::everything().unwrap();
        let limits = Limits::default();
        let context = Context {
            path: Arc::from("table.csv"),
            interest: &interest,
            limits: &limits,
            recover: false,
        };
        reader::read(Source::memory(text), &context)
    }
}
