//! The host went to sleep while a robot's job was at work, or when somebody points at. Derives an event of each such moment.

use crate::diagnose::derivers::{Deriver, Pointed};
use crate::diagnose::ledgers::Ledgers;
use crate::diagnose::timeline::derived_event::Derived;
use crate::diagnose::timeline::host::{Entry, Host};
use crate::knowledge::derived::HOST_SLEPT;
use crate::model::providers::{KERNEL_POWER, Records};

pub(super) const DERIVER: Deriver = Deriver {
    reads: &[SLEEPS],
    emits: &[HOST_SLEPT],
    derive: |on| find(on.host, on.ledgers, on.pointed),
};

/// The system enters sleep, and that of modern standby.
const SLEEPS: Records = KERNEL_POWER.ids(&[42, 506]);

/// A host that goes down by fast startup writes the same record: that is no sleep.
fn find(host: &Host, ledgers: &Ledgers, pointed: Pointed<'_>) -> Vec<Entry> {
    let told = |(_, entry): (usize, &Entry)| {
        let at = entry.at.filter(|at| ledgers.power.near(*at).is_none())?;
        let user = ledgers.tasks.users_of_jobs(at).next();
        let asked = pointed.is_at(at.time).then_some("yes");
        let program = user.is_none() && ledgers.tasks.jobs.programs.cut_at(at);
        let slept = Derived::new(&HOST_SLEPT, entry)
            .with_some("User", user)
            .with_some("Work", program.then_some("program"));
        let told = user.is_some() || program || asked.is_some();
        told.then(|| slept.with_some("Asked", asked).build())
    };
    host.each(&[SLEEPS]).filter_map(told).collect()
}
