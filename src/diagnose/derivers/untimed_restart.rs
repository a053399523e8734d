//! Requests to shut the host down of which nobody knows the time: a sentence that somebody pasted. The ledger of power needs times;
//! here the request alone is told. Must not know why a host goes down.

use crate::diagnose::derivers::Deriver;
use crate::diagnose::timeline::derived_event::Derived;
use crate::diagnose::timeline::host::{Entry, Host};
use crate::knowledge::derived::HOST_RESTART;
use crate::model::providers::{Records, USER32};

pub(super) const DERIVER: Deriver = Deriver {
    reads: &[ASKED],
    emits: &[HOST_RESTART],
    derive: |on| derive(on.host),
};

/// Somebody asked for a shutdown.
const ASKED: Records = USER32.ids(&[1074]);
/// Fields that the event has in common with that of the ledger.
const FIELDS: &[&str] = &["Process", "User", "ReasonCode", "ShutdownType", "Comment"];

/// A `host-restart` for each request without a time.
fn derive(host: &Host) -> Vec<Entry> {
    let asked = host.each(&[ASKED]).map(|(_, entry)| entry);
    let tell = |entry: &Entry| {
        let fields = FIELDS.iter();
        let base = Derived::new(&HOST_RESTART, entry).with("Class", "planned");
        let told = fields.fold(base, |told, name| {
            told.with_some(name, entry.event.field_text(name))
        });
        told.build()
    };
    asked.filter(|entry| entry.at.is_none()).map(tell).collect()
}
