//! The host went to sleep while a robot's job was at work. Derives an event of each such moment.

use crate::diagnose::ledgers::Ledgers;
use crate::diagnose::timeline::derived_event::Derived;
use crate::diagnose::timeline::host::{Entry, Host};

const POWER: &str = "Microsoft-Windows-Kernel-Power";
/// Kernel-Power: the system enters sleep, and that of modern standby.
const SLEEPS: &[u16] = &[42, 506];

/// A host that goes down by fast startup writes the same record: that is no sleep.
pub(in crate::diagnose) fn find(host: &Host, ledgers: &Ledgers) -> Vec<Entry> {
    let sleeps = host.entries.iter().filter(|entry| {
        let event = &entry.event;
        event.id.is_some_and(|id| SLEEPS.contains(&id)) && event.provider.eq_ignore_ascii_case(POWER)
    });
    let under_job = |entry: &Entry| {
        let at = entry.at.filter(|at| ledgers.power.near(*at).is_none())?;
        let user = ledgers.tasks.users_of_jobs(at).next()?;
        Some(Derived::new("host-slept", entry).with("User", user).build())
    };
    sleeps.filter_map(under_job).collect()
}
