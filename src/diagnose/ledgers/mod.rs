//! What happened on one host over time: power, sessions, tasks and the jobs of robots. Owns the joining of raw events to spans
//! with a beginning, an end and a reason. Must not know incidents or causes.

pub(in crate::diagnose) mod power;
pub(in crate::diagnose) mod robot_jobs;
pub(in crate::diagnose) mod sessions;
pub(in crate::diagnose) mod tasks;

use chrono::TimeDelta;

use crate::diagnose::timeline::derived_event::Derived;
use crate::diagnose::timeline::host::{Entry, Host, Moment};
use crate::model::{SessionReport, TimelineEntry, same_user};
use power::PowerLedger;
use sessions::{SessionLedger, Stay};
use tasks::TaskLedger;

/// What happened to power, sessions and tasks of one host.
#[derive(Debug, Default)]
pub(in crate::diagnose) struct Ledgers {
    pub power: PowerLedger,
    pub sessions: SessionLedger,
    pub tasks: TaskLedger,
}

impl Ledgers {
    /// The derived event that says how sessions stood beside an occurrence.
    pub(in crate::diagnose) fn context(&self, base: &Entry, user: Option<&str>, covered: bool) -> Entry {
        let mut event =
            Derived::new("ledger-context", base).with("ServerSide", if covered { "yes" } else { "no" });
        let Some(at) = base.at else { return event.build() };
        let before = at.earlier(TimeDelta::milliseconds(1));
        let is_own = |stay: &&Stay| match (&stay.user, user) {
            (Some(own), Some(user)) => same_user(own, user),
            _ => false,
        };
        let own: Vec<&Stay> = self.sessions.alive(before).filter(is_own).collect();
        let others: Vec<&Stay> = self
            .sessions
            .alive(before)
            .filter(|stay| stay.user.is_some() && !is_own(stay))
            .collect();
        let active: Vec<&&Stay> = others.iter().filter(|stay| stay.active(before)).collect();
        let best = own.iter().find(|stay| stay.active(before)).or(own.first());
        let state = best.map_or("none", |stay| {
            if stay.active(before) {
                "active"
            } else {
                "disconnected"
            }
        });
        let since = best
            .and_then(|stay| stay.disconnected_since(before))
            .and_then(|since| at.since(since));
        event = event
            .with("OwnState", if user.is_some() { state } else { "" })
            .with_some("OwnSession", best.map(|stay| stay.session))
            .with_some("OwnKind", best.map(|stay| stay.kind.name()))
            .with_some("OwnAddress", best.and_then(|stay| stay.address.as_deref()))
            .with_some("DisconnectedMinutes", since.map(|span| span.num_minutes()))
            .with("OwnSessions", own.len())
            .with("OtherActive", active.len())
            .with("OtherDisconnected", others.len() - active.len())
            .with_some(
                "OtherUser",
                active
                    .first()
                    .copied()
                    .or(others.first())
                    .and_then(|stay| stay.user.as_deref()),
            )
            .with_some("MinutesSinceBoot", self.power.minutes_up(at))
            .with_some("MinutesSinceJoin", self.minutes_since_join(at))
            .with_some("User", user);
        event.build()
    }

    /// Minutes since the host was joined to a domain without a start since.
    fn minutes_since_join(&self, at: Moment) -> Option<i64> {
        let join = self.power.joined_since_boot(at)?;
        at.since(join).map(|span| span.num_minutes())
    }

    /// The session ledger for a report.
    pub(in crate::diagnose) fn report(&self, host: &Host) -> Vec<SessionReport> {
        let state = |&(at, active, index): &(Moment, bool, usize)| {
            let origin = host.entries.get(index)?.event.origin.clone();
            let summary = if active { "active" } else { "disconnected" };
            Some(TimelineEntry {
                at: Some(at.time),
                summary: summary.to_owned(),
                origin,
            })
        };
        self.sessions
            .stays
            .iter()
            .map(|stay| SessionReport {
                host: host.name.clone(),
                session: stay.session,
                user: stay.user.as_deref().map(Into::into),
                kind: stay.kind.name().to_owned(),
                address: stay.address.as_deref().map(Into::into),
                start: stay.start.map(|at| at.time),
                end: stay.end.map(|at| at.time),
                end_class: stay.end_class.map(|class| class.name().to_owned()),
                states: stay.states.iter().filter_map(state).collect(),
            })
            .collect()
    }
}
