//! Lines of the Snare agent, which a collector of syslog keeps: fixed cells between tabs behind `MSWinEventLog`. Must not know what
//! events mean.
//!
//! <https://docs.snaresolutions.com/docs/snare-event-format>: criticality, log, counter, date, id, source, user, kind of SID, kind of
//! event, computer, category, data, description, checksum.

use super::columns::Column;

const MARK: &str = "MSWinEventLog";

/// The columns, if a line is such a one.
pub(super) fn columns(line: &str) -> Option<Vec<Column>> {
    let (before, rest) = line.split_once(MARK)?;
    if !rest.starts_with('\t') || rest.matches('\t').count() < LAYOUT.len() - 1 {
        return None;
    }
    // Some collectors write their own cells before it, and a second one for the name of the agent.
    let own = before.matches('\t').count();
    let mut columns = vec![Column::Other; own];
    columns.extend(LAYOUT);
    Some(columns)
}

/// Whether columns are those of such lines, which have no headings.
pub(super) fn is_layout(columns: &[Column]) -> bool {
    columns.ends_with(LAYOUT)
}

/// From the cell that ends with the mark on.
const LAYOUT: &[Column] = &[
    Column::Other,
    Column::Other,
    Column::Channel,
    Column::Other,
    Column::Date,
    Column::Id,
    Column::Provider,
    Column::User,
    Column::Other,
    Column::Level,
    Column::Computer,
    Column::Other,
    Column::Other,
    Column::Message,
];
