//! What happened on one host over time: power, sessions, tasks and the jobs of robots. Owns the joining of raw events to spans
//! with a beginning, an end and a reason. Must not know incidents or causes.

pub(in crate::diagnose) mod power;
pub(in crate::diagnose) mod program_runs;
pub(in crate::diagnose) mod robot_jobs;
pub(in crate::diagnose) mod sessions;
mod task_logons;
pub(in crate::diagnose) mod tasks;

use chrono::TimeDelta;

use crate::diagnose::timeline::derived_event::Derived;
use crate::diagnose::timeline::host::{Entry, Host, Moment};
use crate::knowledge::codes::Codes;
use crate::knowledge::derived::LEDGER_CONTEXT;
use crate::model::providers::Records;
use crate::model::{CodeSpace, CodeUse, SessionReport, Time, TimelineEntry, same_user};
use power::PowerLedger;
use sessions::{NO_SESSION, SessionLedger, Stay};
use tasks::TaskLedger;

/// The records of one disconnection lie within this span.
const ONE_DROP: TimeDelta = TimeDelta::seconds(5);
/// Two sessions of a user that go together do so within this span.
const TOGETHER: TimeDelta = TimeDelta::seconds(60);

/// What happened to power, sessions and tasks of one host.
#[derive(Debug, Default)]
pub(in crate::diagnose) struct Ledgers {
    pub power: PowerLedger,
    pub sessions: SessionLedger,
    pub tasks: TaskLedger,
}

/// The records that the ledgers are built from.
pub(in crate::diagnose) const READS: &[&[Records]] =
    &[power::READS, sessions::READS, tasks::READS, robot_jobs::READS];

impl Ledgers {
    /// Reads the records of a host. Those that it depends on how long the host was up are told so first.
    pub(in crate::diagnose) fn new(host: &mut Host) -> Self {
        let power = PowerLedger::new(host);
        power.date_by_boot(host);
        let sessions = SessionLedger::new(host, &power);
        let tasks = TaskLedger::new(host, &power);
        Self {
            power,
            sessions,
            tasks,
        }
    }

    /// The derived event that says how sessions stood beside an occurrence. Whose they are is told only where the user of the
    /// incident is known: until then each may be the incident's own.
    pub(in crate::diagnose) fn context(&self, base: &Entry, user: Option<&str>, host: &Host) -> Entry {
        let event = Derived::new(&LEDGER_CONTEXT, base);
        let Some(at) = base.at else {
            return event.with("ServerSide", "no").build();
        };
        let before = at.just_before();
        let stays = self
            .sessions
            .alive_or_audited(before)
            .filter(|stay| stay.user.is_some());
        let stays: Vec<&Stay> = stays.collect();
        let told = user.is_some() || stays.is_empty();
        let covered = told && self.knows_sessions(host, at);
        let event = event
            .with("ServerSide", if covered { "yes" } else { "no" })
            .with_some("MinutesSinceBoot", self.power.minutes_up(at))
            .with_some("MinutesSinceJoin", self.minutes_since_join(at))
            .with_some("User", user);
        match user {
            None if !stays.is_empty() => anybody(event, &stays, before).build(),
            _ => self.own_and_others(event, &stays, (user, host), at).build(),
        }
    }

    /// Whether the log of sessions knows of every session that is there at an instant: it reaches back to the start of the host.
    /// Whoever was logged on before it begins is nowhere in it.
    fn knows_sessions(&self, host: &Host, at: Moment) -> bool {
        let boot = self.power.boot_before(at).map_or(Time::MIN_UTC, |boot| boot.time);
        host.covers_sessions(boot, at.time)
    }

    /// How the sessions of a user stood, and those of others.
    fn own_and_others(
        &self,
        event: Derived,
        stays: &[&Stay],
        (user, host): (Option<&str>, &Host),
        at: Moment,
    ) -> Derived {
        let before = at.just_before();
        let is_own = |stay: &&&Stay| match (&stay.user, user) {
            (Some(own), Some(user)) => same_user(own, user),
            _ => false,
        };
        let (own, others): (Vec<&Stay>, Vec<&Stay>) = stays.iter().partition(|stay| is_own(stay));
        let (active, disconnected): (Vec<&Stay>, Vec<&Stay>) =
            others.into_iter().partition(|stay| stay.active(before));
        let best = own.iter().find(|stay| stay.active(before)).or(own.first());
        let state = best.map_or("none", |stay| state_of(stay, before));
        let since = best.and_then(|stay| stay.disconnected_since(before));
        let left = since.is_some_and(|since| self.is_left_behind(user, since));
        let itself = best.is_some_and(|stay| is_from_itself(stay, host));
        let other = active.first().or(disconnected.first());
        event
            .with("OwnState", state)
            .with_some(
                "OwnSession",
                best.map(|stay| stay.session).filter(|id| *id != NO_SESSION),
            )
            .with_some("OwnKind", best.map(|stay| stay.kind.name()))
            .with_some("OwnAddress", best.and_then(|stay| stay.address.as_deref()))
            .with_some(
                "DisconnectedMinutes",
                since
                    .and_then(|since| at.since(since))
                    .map(|span| span.num_minutes()),
            )
            .with_some("LeftBehind", left.then_some("yes"))
            .with_some("FromItself", itself.then_some("yes"))
            .with("OwnSessions", own.len())
            .with("OtherActive", active.len())
            .with("OtherDisconnected", disconnected.len())
            .with_some("OtherUser", other.and_then(|stay| stay.user.as_deref()))
    }

    /// Whether another session of the user was logged off in the moment in which this one was disconnected: of two that went
    /// together one was left.
    fn is_left_behind(&self, user: Option<&str>, since: Moment) -> bool {
        let (from, to) = (since.earlier(TOGETHER), since.later(TOGETHER));
        let mut stays = self.sessions.during(from, to);
        stays.any(|stay| {
            let own = stay.user.as_deref().zip(user);
            let ended = stay.end.is_some_and(|end| end.near(since, TOGETHER));
            ended && own.is_some_and(|(own, user)| same_user(own, user))
        })
    }

    /// Minutes since the host was joined to a domain without a start since.
    fn minutes_since_join(&self, at: Moment) -> Option<i64> {
        let join = self.power.joined_since_boot(at)?;
        at.since(join).map(|span| span.num_minutes())
    }

    /// The session ledger for a report.
    pub(in crate::diagnose) fn report(&self, host: &Host, codes: &Codes) -> Vec<SessionReport> {
        let stays = self.sessions.told();
        stays
            .map(|(number, stay)| self.stay_report(number, stay, host, codes))
            .collect()
    }

    /// One stay of it.
    pub(in crate::diagnose) fn stay_report(
        &self,
        number: Option<usize>,
        stay: &Stay,
        host: &Host,
        codes: &Codes,
    ) -> SessionReport {
        let state = |number: Option<usize>, &(at, active, index): &(Moment, bool, usize)| {
            let origin = host.entries.get(index)?.event.origin();
            let summary = if active {
                "active".to_owned()
            } else {
                self.disconnected(number, at, codes)
            };
            Some(TimelineEntry {
                at: Some(at.time),
                summary,
                origin,
            })
        };
        let cited = |index: usize| Some(host.entries.get(index)?.event.origin());
        SessionReport {
            host: host.name.clone(),
            session: Some(stay.session).filter(|id| *id != NO_SESSION),
            user: stay.user.as_deref().map(Into::into),
            kind: stay.kind.name().to_owned(),
            address: stay.address.as_deref().map(Into::into),
            start: stay.start.map(|at| at.time),
            end: stay.end.filter(|_| !stay.end_is_guess).map(|at| at.time),
            end_class: stay.end_class.map(|class| class.name().to_owned()),
            end_origin: stay.end_cite.and_then(cited),
            states: stay.states.iter().filter_map(|one| state(number, one)).collect(),
        }
    }

    /// That a stay was disconnected at an instant, with the reason that Windows gave and what it means.
    fn disconnected(&self, number: Option<usize>, at: Moment, codes: &Codes) -> String {
        let drops = number.map(|number| self.sessions.drops_of(number));
        let drop = drops
            .into_iter()
            .flatten()
            .find(|drop| drop.at.is_some_and(|when| when.near(at, ONE_DROP)));
        let Some(reason) = drop.and_then(|drop| drop.reason) else {
            return "disconnected".to_owned();
        };
        let space = CodeSpace::ExtendedDisconnect;
        match codes.resolve(CodeUse { space, value: reason }) {
            Some(code) => {
                let meaning = code.meaning.trim_end_matches('.');
                format!("disconnected, reason {reason}: {meaning}")
            }
            None => format!("disconnected, reason {reason}"),
        }
    }
}

/// How sessions stood of which nobody knows whether one is the incident's own.
fn anybody(event: Derived, stays: &[&Stay], before: Moment) -> Derived {
    let (active, disconnected): (Vec<&Stay>, Vec<&Stay>) = stays.iter().partition(|stay| stay.active(before));
    let name = |stays: &[&Stay]| stays.first().and_then(|stay| stay.user.clone());
    event
        .with("AnyActive", active.len())
        .with("AnyDisconnected", disconnected.len())
        .with("AnyHeld", stays.len())
        .with_some("ActiveUser", name(&active))
        .with_some("DisconnectedUser", name(&disconnected))
}

fn state_of(stay: &Stay, at: Moment) -> &'static str {
    if stay.active(at) { "active" } else { "disconnected" }
}

/// Whether the client of a session runs on the host itself.
fn is_from_itself(stay: &Stay, host: &Host) -> bool {
    let Some(address) = stay.address.as_deref() else {
        return false;
    };
    let own = host.facts.get("host.address").map(Vec::as_slice);
    let loopback = address
        .parse::<std::net::IpAddr>()
        .is_ok_and(|ip| ip.is_loopback());
    loopback || own.unwrap_or_default().iter().any(|fact| &*fact.value == address)
}
