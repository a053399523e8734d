//! Starts after which nobody was logged on at the console although autologon is set up. Derives an event of each.
//!
//! Settings: <https://learn.microsoft.com/troubleshoot/windows-server/user-profiles-and-logon/turn-on-automatic-logon>

use chrono::TimeDelta;

use crate::diagnose::derivers::Deriver;
use crate::diagnose::ledgers::Ledgers;
use crate::diagnose::ledgers::sessions::Kind;
use crate::diagnose::timeline::derived_event::Derived;
use crate::diagnose::timeline::host::{Entry, Host, Moment};
use crate::knowledge::derived::AUTOLOGON_MISSED;

pub(super) const DERIVER: Deriver = Deriver {
    reads: &[],
    emits: &[AUTOLOGON_MISSED],
    derive: |on| find(on.host, on.ledgers),
};

/// Autologon is done long before this.
const AT_LATEST: TimeDelta = TimeDelta::minutes(10);

/// The starts that autologon did not follow. Only the log of sessions can show that: by its silence where it covers the time, and as a list
/// that may leave records out where it shows somebody who came late, and another start after which nobody did.
fn find(host: &Host, ledgers: &Ledgers) -> Vec<Entry> {
    let on = host.fact("winlogon.AutoAdminLogon");
    if on.is_none_or(|fact| fact.value.trim() != "1") {
        return Vec::new();
    }
    let user = host
        .fact("winlogon.DefaultUserName")
        .map(|fact| fact.value.trim());
    let boots: Vec<(Moment, usize)> = ledgers.power.cited_boots().collect();
    let used_to_work = boots.iter().any(|(at, _)| is_logged_on(ledgers, *at));
    let is_told = |place: usize, boot: Moment| {
        let next = boots.get(place + 1).map(|(at, _)| *at);
        host.covers_sessions(boot.time, boot.later(AT_LATEST).time)
            || used_to_work && is_late(ledgers, boot, next)
    };
    let missed = boots
        .iter()
        .enumerate()
        .filter(|(place, (at, _))| !is_followed(ledgers, *at) && is_told(*place, *at));
    missed
        .map(|(_, boot)| *boot)
        .filter_map(|(_, cite)| host.entries.get(cite))
        .map(|base| {
            Derived::new(&AUTOLOGON_MISSED, base)
                .with_some("User", user)
                .build()
        })
        .collect()
}

/// Whether somebody was logged on at the console then, or the host went down again before it could be.
fn is_followed(ledgers: &Ledgers, boot: Moment) -> bool {
    let until = boot.later(AT_LATEST);
    let within = |at: Moment| at >= boot && at <= until;
    is_logged_on(ledgers, boot) || ledgers.power.downs.iter().any(|down| within(down.at))
}

/// Whether somebody was logged on at the console soon after a start.
fn is_logged_on(ledgers: &Ledgers, boot: Moment) -> bool {
    let until = boot.later(AT_LATEST);
    let mut stays = ledgers
        .sessions
        .stays
        .iter()
        .filter(|stay| stay.kind == Kind::Console);
    stays.any(|stay| stay.user.is_some() && stay.start.is_some_and(|at| at >= boot && at <= until))
}

/// Whether the first one to log on after a start, and before the next, came late.
fn is_late(ledgers: &Ledgers, boot: Moment, next: Option<Moment>) -> bool {
    let is_of_this = |at: &Moment| *at >= boot && next.is_none_or(|next| *at < next);
    let named = ledgers.sessions.stays.iter().filter(|stay| stay.user.is_some());
    let first = named.filter_map(|stay| stay.start).filter(is_of_this).min();
    first.is_some_and(|at| at > boot.later(AT_LATEST))
}
