//! The host went to sleep while a robot's job was at work, or when the user of the tool points at. Derives an event of each such moment.

use crate::diagnose::ledgers::Ledgers;
use crate::diagnose::timeline::derived_event::Derived;
use crate::diagnose::timeline::host::{Entry, Host};
use crate::parse::Focus;

const POWER: &str = "Microsoft-Windows-Kernel-Power";
/// Kernel-Power: the system enters sleep, and that of modern standby.
const SLEEPS: &[u16] = &[42, 506];

/// A host that goes down by fast startup writes the same record: that is no sleep.
pub(in crate::diagnose) fn find(host: &Host, ledgers: &Ledgers, focus: &Focus) -> Vec<Entry> {
    let sleeps = host.entries.iter().filter(|entry| {
        let event = &entry.event;
        event.id.is_some_and(|id| SLEEPS.contains(&id)) && event.provider.eq_ignore_ascii_case(POWER)
    });
    let told = |entry: &Entry| {
        let at = entry.at.filter(|at| ledgers.power.near(*at).is_none())?;
        let user = ledgers.tasks.users_of_jobs(at).next();
        let asked = focus.points_at(at.time).then_some("yes");
        let slept = Derived::new("host-slept", entry).with_some("User", user);
        (user.is_some() || asked.is_some()).then(|| slept.with_some("Asked", asked).build())
    };
    sleeps.filter_map(told).collect()
}
