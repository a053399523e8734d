//! A few pasted lines that say that a session was disconnected, and nothing around them: whoever sends them asks what they mean.
//! Derives an event of each whose reason says little alone; in a log its neighbours would say more, and this stays silent.

use super::case::{Entry, Host};
use super::derived::{Derived, number_of};

const PROVIDER: &str = "Microsoft-Windows-TerminalServices-LocalSessionManager";
/// More lines are a log, or a piece of one.
const MOST: usize = 4;
/// No reason given, replaced by another connection, disconnected by the user, logged off by the user.
const SAY_LITTLE: &[u32] = &[0, 5, 11, 12];

/// Whether all that a host told are a few lines of sessions that were disconnected.
pub(super) fn derive(host: &Host) -> Vec<Entry> {
    let raw = host.entries.get(..host.raw).unwrap_or_default();
    let records: u64 = host.cover.iter().map(|channel| channel.records).sum();
    let lines: Option<Vec<_>> = raw.iter().map(|entry| Some((entry, reason(entry)?))).collect();
    let Some(lines) = lines.filter(|lines| lines.len() <= MOST && records <= MOST as u64) else {
        return Vec::new();
    };
    let unclear = lines
        .into_iter()
        .filter(|(_, reason)| SAY_LITTLE.contains(reason));
    let tell = |(entry, reason): (&Entry, u32)| {
        Derived::new("session-told", entry)
            .with_some("SessionID", number_of(&entry.event, "Session"))
            .with("Reason", reason)
            .build()
    };
    unclear.map(tell).collect()
}

/// The reason of a session that was disconnected, if the record tells of one.
fn reason(entry: &Entry) -> Option<u32> {
    let event = &entry.event;
    (event.id == Some(40) && event.provider.eq_ignore_ascii_case(PROVIDER))
        .then(|| number_of(event, "Reason"))
        .flatten()
}
