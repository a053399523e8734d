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

/// The starts that autologon did not follow. Only the log of sessions can show that.
fn find(host: &Host, ledgers: &Ledgers) -> Vec<Entry> {
    let on = host.fact("winlogon.AutoAdminLogon");
    if on.is_none_or(|fact| fact.value.trim() != "1") {
        return Vec::new();
    }
    let user = host
        .fact("winlogon.DefaultUserName")
        .map(|fact| fact.value.trim());
    let boots = ledgers.power.cited_boots();
    let is_told = |boot: Moment| host.covers_sessions(boot.time, boot.later(AT_LATEST).time);
    let missed = boots.filter(|(at, _)| is_told(*at) && !is_followed(ledgers, *at));
    missed
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
    let mut stays = ledgers.sessions.stays.iter();
    stays.any(|stay| stay.kind == Kind::Console && stay.user.is_some() && stay.start.is_some_and(within))
        || ledgers.power.downs.iter().any(|down| within(down.at))
}
