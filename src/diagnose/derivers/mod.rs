//! Events that no log has, made of those that it has: a session lost its client, an account stays refused, a flood began. Owns one
//! file for each kind. Must not know incidents or causes.

mod clock_jumps;
pub(in crate::diagnose) mod exported_lists;
pub(in crate::diagnose) mod harmless_refusals;
mod interrupted_work;
mod logon_flood;
mod lone_complaint;
mod missed_autologon;
mod refused_accounts;
mod session_losses;
mod sleep_during_job;
pub(in crate::diagnose) mod told_codes;
mod told_settings;
mod untimed_restart;

use chrono::TimeDelta;

use told_codes::Teller;

use crate::diagnose::ledgers::Ledgers;
use crate::diagnose::ledgers::power::PowerLedger;
use crate::diagnose::ledgers::sessions::SessionLedger;
use crate::diagnose::ledgers::tasks::TaskLedger;
use crate::diagnose::timeline::host::Host;
use crate::knowledge::codes::Codes;
use crate::parse::Focus;

/// Builds the ledgers of a host and appends what they derive to its timeline.
pub(in crate::diagnose) fn build(
    host: &mut Host,
    focus: &Focus,
    (teller, codes): (&Teller, &Codes),
) -> Ledgers {
    let power = PowerLedger::new(host);
    power.date_by_boot(host);
    let floods = logon_flood::find(host);
    let jumps = clock_jumps::find(host);
    host.clock_set = jumps.iter().filter_map(|jump| jump.at).collect();
    let sessions = SessionLedger::new(host, &power);
    let tasks = TaskLedger::new(host, &power);
    let mut ledgers = Ledgers {
        power,
        sessions,
        tasks,
    };
    let mut derived = session_losses::derive(host, &ledgers, focus);
    let mut restarts = ledgers.power.derive(host, |down| {
        let before = down.at.earlier(TimeDelta::milliseconds(1));
        let alive = ledgers.sessions.alive(before);
        alive.filter(|stay| stay.active(before)).count()
    });
    interrupted_work::mark(&mut restarts, host, &ledgers, focus);
    derived.append(&mut restarts);
    derived.append(&mut ledgers.sessions.derived);
    let listed = exported_lists::derive(host, &ledgers.tasks);
    derived.extend(Teller::of_results(host, &listed, codes));
    derived.extend(listed);
    derived.append(&mut ledgers.tasks.derived);
    derived.extend(refused_accounts::find(host, &ledgers));
    derived.extend(lone_complaint::derive(host));
    derived.extend(teller.derive(host, codes));
    derived.extend(told_settings::derive(host));
    derived.extend(untimed_restart::derive(host));
    derived.extend(missed_autologon::find(host, &ledgers));
    derived.extend(sleep_during_job::find(host, &ledgers, focus));
    derived.extend(floods);
    derived.extend(jumps);
    derived.sort_by_key(|entry| (entry.at.is_none(), entry.at));
    host.entries.reserve_exact(derived.len());
    host.entries.append(&mut derived);
    ledgers
}
