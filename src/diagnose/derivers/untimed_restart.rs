//! Requests to shut the host down of which nobody knows the time: a sentence that somebody pasted. The ledger of power needs times;
//! here the request alone is told. Must not know why a host goes down.

use crate::diagnose::timeline::derived_event::Derived;
use crate::diagnose::timeline::host::{Entry, Host};
use crate::model::providers::{Records, USER32};

/// Somebody asked for a shutdown.
const ASKED: Records = USER32.ids(&[1074]);
/// Fields that the event has in common with that of the ledger.
const FIELDS: &[&str] = &["Process", "User", "ReasonCode", "ShutdownType", "Comment"];

/// A `host-restart` for each request without a time.
pub(in crate::diagnose) fn derive(host: &Host) -> Vec<Entry> {
    let raw = host.entries.get(..host.raw).unwrap_or_default().iter();
    let asks = |entry: &&Entry| entry.at.is_none() && ASKED.are(&entry.event);
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
