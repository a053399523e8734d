//! The host went to sleep while a robot's job was at work, or when the user of the tool points at. Derives an event of each such moment.

use crate::diagnose::ledgers::Ledgers;
use crate::diagnose::timeline::derived_event::Derived;
use crate::diagnose::timeline::host::{Entry, Host};
use crate::model::providers::{KERNEL_POWER, Records};
use crate::parse::Focus;

/// The system enters sleep, and that of modern standby.
const SLEEPS: Records = KERNEL_POWER.ids(&[42, 506]);

/// A host that goes down by fast startup writes the same record: that is no sleep.
pub(in crate::diagnose) fn find(host: &Host, ledgers: &Ledgers, focus: &Focus) -> Vec<Entry> {
    let sleeps = host.entries.iter().filter(|entry| SLEEPS.are(&entry.event));
    let told = |entry: &Entry| {
        let at = entry.at.filter(|at| ledgers.power.near(*at).is_none())?;
        let user = ledgers.tasks.users_of_jobs(at).next();
        let asked = focus.points_at(at.time).then_some("yes");
        let slept = Derived::new("host-slept", entry).with_some("User", user);
        (user.is_some() || asked.is_some()).then(|| slept.with_some("Asked", asked).build())
    };
    sleeps.filter_map(told).collect()
}
