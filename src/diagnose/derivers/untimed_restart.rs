//! Shutdowns of which nobody knows the time: a sentence that somebody pasted. The ledger of power needs times; here the record alone is
//! told, be it that somebody asked for one or that one came unexpected. Must not know why a host goes down.

use crate::diagnose::derivers::Deriver;
use crate::diagnose::ledgers::power::{DownKind, action};
use crate::diagnose::timeline::derived_event::Derived;
use crate::diagnose::timeline::host::{Entry, Host};
use crate::knowledge::derived::HOST_RESTART;
use crate::model::providers::{EVENT_LOG, KERNEL_POWER, Records, USER32};

pub(super) const DERIVER: Deriver = Deriver {
    reads: &[ASKED, FELL, CRASHED],
    emits: &[HOST_RESTART],
    derive: |on| derive(on.host),
};

/// Somebody asked for a shutdown.
const ASKED: Records = USER32.ids(&[1074]);
/// The host was down without one.
const FELL: Records = EVENT_LOG.ids(&[6008]);
const CRASHED: Records = KERNEL_POWER.ids(&[41]);
/// Fields that the event has in common with that of the ledger.
const FIELDS: &[&str] = &[
    "Process",
    "User",
    "ReasonCode",
    "ShutdownType",
    "Comment",
    "BugcheckCode",
];

/// A `host-restart` for each such record without a time.
fn derive(host: &Host) -> Vec<Entry> {
    let asked = host.each(&[ASKED, FELL, CRASHED]).map(|(_, entry)| entry);
    let tell = |entry: &Entry| {
        let fields = FIELDS.iter();
        let kind = if ASKED.are(&entry.event) {
            DownKind::Planned
        } else {
            DownKind::Unexpected
        };
        let base = Derived::new(&HOST_RESTART, entry).with("Class", kind.name());
        let told = fields.fold(base, |told, name| {
            told.with_some(name, entry.event.field_text(name))
        });
        let kind = entry.event.field_text("ShutdownType");
        told.with("Did", action::did(kind.as_deref(), false)).build()
    };
    asked.filter(|entry| entry.at.is_none()).map(tell).collect()
}
