//! Requests to shut the host down of which nobody knows the time: a sentence that somebody pasted. The ledger of power needs times;
//! here the request alone is told. Must not know why a host goes down.

use crate::diagnose::timeline::derived_event::Derived;
use crate::diagnose::timeline::host::{Entry, Host};

const USER32: &[&str] = &["User32", "Microsoft-Windows-User32"];
/// Fields that the event has in common with that of the ledger.
const FIELDS: &[&str] = &["Process", "User", "ReasonCode", "ShutdownType", "Comment"];

/// A `host-restart` for each request without a time.
pub(in crate::diagnose) fn derive(host: &Host) -> Vec<Entry> {
    let raw = host.entries.get(..host.raw).unwrap_or_default().iter();
    let asks = |entry: &&Entry| {
        let event = &entry.event;
        entry.at.is_none()
            && event.id == Some(1074)
            && USER32
                .iter()
                .any(|name| event.provider.eq_ignore_ascii_case(name))
    };
    let tell = |entry: &Entry| {
        let fields = FIELDS.iter();
        let base = Derived::new("host-restart", entry).with("Class", "planned");
        let told = fields.fold(base, |told, name| {
            told.with_some(name, entry.event.field_text(name))
        });
        told.build()
    };
    raw.filter(asks).map(tell).collect()
}
