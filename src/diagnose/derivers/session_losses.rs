//! Sessions that lost their clients, and sessions that ended: what was going on in them, which limit they met, who else lost theirs
//! then. Derives an event of each.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;

use crate::diagnose::derivers::{Deriver, Pointed};
use crate::diagnose::ledgers::Ledgers;
use crate::diagnose::ledgers::power::{self, DownKind};
use crate::diagnose::ledgers::sessions::{Drop, DropClass, EndClass, Kind, Stay};
use crate::diagnose::ledgers::tasks::Work;
use crate::diagnose::timeline::accounts::is_named_for_robots;
use crate::diagnose::timeline::derived_event::Derived;
use crate::diagnose::timeline::host::{Entry, Host, Moment};
use crate::knowledge::derived::{SESSION_DISCONNECT, SESSION_END};
use crate::model::providers::{GROUP_POLICY, Records};
use crate::model::{same_user, user_key};

pub(super) const DERIVER: Deriver = Deriver {
    reads: &[REFRESHED],
    emits: &[SESSION_DISCONNECT, SESSION_END],
    derive: |on| derive(on.host, on.ledgers, on.pointed),
};

/// Losses of clients right after refreshes of group policy.
#[derive(Debug, Default)]
struct AtRefreshes {
    /// When, in order.
    times: Vec<Moment>,
    /// After how many refreshes.
    refreshes: usize,
}

impl AtRefreshes {
    fn contains(&self, at: &Moment) -> bool {
        self.times.binary_search(at).is_ok()
    }
}

/// A policy that switches Remote Desktop off and on does so within this span.
const AT_REFRESH: TimeDelta = TimeDelta::seconds(15);
/// The events of one refresh of group policy lie this close.
const ONE_REFRESH: TimeDelta = TimeDelta::seconds(60);
/// A refresh of the policy of the computer: begun, or done, at start, by itself or by hand.
const REFRESHED: Records = GROUP_POLICY.ids(&[1500, 1502, 4004, 4006, 8004, 8006]);

/// When the group policy of the computer was refreshed: the times of its events by refresh, in order.
fn refreshes(host: &Host) -> Vec<Vec<Moment>> {
    let times = host.each(&[REFRESHED]);
    let mut refreshes: Vec<Vec<Moment>> = Vec::new();
    for at in times.filter_map(|(_, entry)| entry.at) {
        match refreshes.last_mut() {
            Some(open) if open.last().is_some_and(|last| at.near(*last, ONE_REFRESH)) => open.push(at),
            _ => refreshes.push(vec![at]),
        }
    }
    refreshes
}

/// Windows looks at the limits once a minute, and warns for two before it acts.
const LIMIT_SLACK: TimeDelta = TimeDelta::minutes(3);

/// Sessions that lose their clients this close do so together.
const TOGETHER: TimeDelta = TimeDelta::seconds(10);

/// How many sessions lost their clients around an instant; `losses` are in order.
fn together(losses: &[(Moment, Option<u32>)], at: Moment) -> usize {
    let start = losses.partition_point(|(when, _)| *when < at.earlier(TOGETHER));
    let near = losses
        .iter()
        .skip(start)
        .take_while(|(when, _)| when.near(at, TOGETHER))
        .map(|(_, session)| *session);
    near.collect::<BTreeSet<_>>().len()
}

/// One derived event for each lost client and one for each end of a session.
fn derive(host: &Host, ledgers: &Ledgers, pointed: Pointed<'_>) -> Vec<Entry> {
    let losses = Losses {
        host,
        ledgers,
        pointed,
    };
    let mut events = losses.drops();
    events.extend(losses.ends());
    events
}

/// Whether somebody lost a client, rather than Windows moving its own.
const fn is_real(class: DropClass) -> bool {
    !matches!(
        class,
        DropClass::Housekeeping | DropClass::LoginScreen | DropClass::ConsoleHandover
    )
}

/// Whether whoever was in a session left it: that tells nothing of what befell the others then.
const fn is_left(class: DropClass) -> bool {
    matches!(
        class,
        DropClass::UserDisconnect
            | DropClass::ClientClosed
            | DropClass::LoggedOff
            | DropClass::ReconnectElsewhere
    )
}

/// Whoever takes a session over has it so soon.
const TAKEN: TimeDelta = TimeDelta::seconds(10);

/// When connections broke, by user.
type Broken = BTreeMap<String, Vec<Moment>>;

/// What the losses of one host are told from.
struct Losses<'a> {
    host: &'a Host,
    ledgers: &'a Ledgers,
    pointed: Pointed<'a>,
}

impl Losses<'_> {
    /// One derived event for each real disconnection.
    fn drops(&self) -> Vec<Entry> {
        let times = self.times_of_drops();
        let at_refreshes = self.at_refreshes();
        let broken = self.broken_by_user();
        let drops = self.ledgers.sessions.drops.iter();
        let of_drop = |drop: &Drop| {
            let lost = drop.at.filter(|_| !is_left(drop.class));
            let together = lost.map_or(1, |at| together(&times, at));
            let at = drop.at.filter(|at| at_refreshes.contains(at));
            self.of_drop(drop, together, at.map(|_| at_refreshes.refreshes), &broken)
        };
        drops
            .filter(|drop| is_real(drop.class))
            .filter_map(of_drop)
            .collect()
    }

    /// The event of a disconnection: how many dropped together, and after how many refreshes if they came with those.
    fn of_drop(
        &self,
        drop: &Drop,
        together: usize,
        refreshes: Option<usize>,
        broken: &Broken,
    ) -> Option<Entry> {
        let base = self.host.entries.get(drop.cite)?;
        let sessions = &self.ledgers.sessions;
        let stay = drop.stay.and_then(|stay| sessions.stays.get(stay));
        let by_user = drop
            .by_session
            .zip(drop.at)
            .and_then(|(by, at)| sessions.stay_at(by, at)?.user.clone());
        let before = drop.at.map(|at| at.earlier(TimeDelta::seconds(2)));
        // Who had it when it was lost: the next may have it in the same second.
        let client = stay.map(|stay| stay.client(drop.at.map(Moment::just_before)));
        let user = stay
            .and_then(|stay| stay.user.clone())
            .or_else(|| base.event.field_text("User"));
        let (interrupted, failed) = self.cut_off(drop, user.as_deref(), together);
        let back = self
            .back_after(drop)
            .filter(|_| interrupted.is_none() && together == 1);
        let is_lone = interrupted.is_none() && together == 1 && self.is_lone(drop, user.as_deref(), broken);
        let active = stay.zip(before).and_then(|(stay, at)| stay.active_for(at));
        let limit = stay.zip(drop.at).and_then(|(stay, at)| self.limit_met(stay, at));
        let event = Derived::new(&SESSION_DISCONNECT, base)
            .with_some("User", user)
            .with_some("SessionID", drop.session)
            .with_some("Address", client.and_then(|(_, address)| address))
            .with_some("Kind", client.map(|(kind, _)| kind.name()))
            .with("Class", drop.class.name())
            .with_some("Reason", drop.reason)
            .with_some("BySession", drop.by_session)
            .with_some("ByUser", by_user)
            .with("Together", together)
            .with_some("ActiveMinutes", active)
            .with_some("Limit", limit)
            .with_some("TakenFrom", self.taken_from(drop))
            .with_some("Interrupted", interrupted)
            .with_some("When", interrupted.map(when))
            .with_some("JobFailed", failed.then_some("yes"))
            .with_some("Refreshes", refreshes)
            .with_some("BackAfter", back)
            .with_some("Lone", is_lone.then_some("yes"))
            .with_some("Excerpt", self.host.is_excerpt().then_some("yes"));
        Some(event.build())
    }

    /// When the connections of each user broke, in order.
    fn broken_by_user(&self) -> Broken {
        let mut broken = Broken::new();
        let drops = self.ledgers.sessions.drops.iter();
        for drop in drops.filter(|drop| drop.class == DropClass::Transport) {
            let stay = drop.stay.and_then(|stay| self.ledgers.sessions.stays.get(stay));
            if let Some((user, at)) = stay.and_then(|stay| stay.user.as_deref()).zip(drop.at) {
                broken.entry(user_key(user)).or_default().push(at);
            }
        }
        broken.values_mut().for_each(|times| times.sort_unstable());
        broken
    }

    /// Whether a connection broke that is nothing in a log of many days: of a person, who shuts a notebook or leaves the reach of a network,
    /// now and then, and whom nobody asks about.
    fn is_lone(&self, drop: &Drop, user: Option<&str>, broken: &Broken) -> bool {
        const OFTEN: usize = 3;
        const DAY: TimeDelta = TimeDelta::hours(24);
        let (Some(at), Some(user)) = (drop.at, user) else {
            return false;
        };
        let times = broken.get(&user_key(user)).map(Vec::as_slice);
        let times = times.unwrap_or_default();
        let start = times.partition_point(|time| *time < at.earlier(DAY));
        let near = times.iter().skip(start).take_while(|time| time.near(at, DAY));
        drop.class == DropClass::Transport
            && !self.host.is_excerpt()
            && !self.pointed.is_at(at.time)
            && near.take(OFTEN).count() < OFTEN
            && !is_named_for_robots(user)
            && !self.ledgers.tasks.ever_ran(user)
    }

    /// What work a disconnection cut off, and whether that was a job which failed.
    fn cut_off(&self, drop: &Drop, user: Option<&str>, together: usize) -> (Option<&'static str>, bool) {
        let jobs = &self.ledgers.tasks.jobs;
        let interrupted = drop.at.and_then(|at| self.interrupted(user, at));
        let interrupted = interrupted.filter(|_| !self.is_habit(drop, user));
        let of_job = interrupted.is_none()
            && user.is_some()
            && together == 1
            && drop.at.is_some_and(|at| jobs.somebody_failed_around(at));
        let interrupted = interrupted.or_else(|| of_job.then(|| Work::Job.name()));
        let ended = || {
            drop.stay
                .and_then(|stay| self.ledgers.sessions.stays.get(stay)?.end)
        };
        let failed = of_job
            || interrupted == Some(Work::Job.name())
                && (user.zip(drop.at)).is_some_and(|(user, at)| jobs.failed_after(user, at, ended()));
        (interrupted, failed)
    }

    /// Whether a client left as it does at that time every day: who asks about that hour means something else, unless they point at the very
    /// instant.
    fn is_habit(&self, drop: &Drop, user: Option<&str>) -> bool {
        const ABOUT: TimeDelta = TimeDelta::minutes(30);
        let (Some(at), Some(user)) = (drop.at.filter(|_| is_left(drop.class)), user) else {
            return false;
        };
        let sessions = &self.ledgers.sessions;
        let of_user = |other: &&Drop| {
            let stay = other.stay.and_then(|stay| sessions.stays.get(stay));
            let own = stay.and_then(|stay| stay.user.as_deref());
            is_left(other.class) && own.is_some_and(|own| same_user(own, user))
        };
        let left = sessions.drops.iter().filter(of_user);
        at.is_daily(left.filter_map(|other| other.at), ABOUT) && !self.pointed.focus.points_at(at.time)
    }

    /// Whence the client came that took a session over, if it is not the one that had it.
    fn taken_from(&self, drop: &Drop) -> Option<&str> {
        let stay = self.ledgers.sessions.stays.get(drop.stay?)?;
        let at = drop.at.filter(|_| drop.class == DropClass::ReconnectElsewhere)?;
        let (_, before) = stay.client(Some(at.just_before()));
        let (_, after) = stay.client(Some(at.later(TAKEN)));
        after.filter(|after| before.is_some_and(|before| before != *after))
    }

    /// When sessions of users lost their clients that nobody left, and which, in order.
    fn times_of_drops(&self) -> Vec<(Moment, Option<u32>)> {
        let drops = self.ledgers.sessions.drops.iter();
        let is_lost = |drop: &&Drop| is_real(drop.class) && !is_left(drop.class) && self.has_user(drop.stay);
        let drops = drops.filter(is_lost);
        let mut times: Vec<_> = drops.filter_map(|drop| Some((drop.at?, drop.session))).collect();
        times.sort_unstable();
        times.dedup();
        times
    }

    /// After how many seconds the user of a session that lost its client was in it again. A session that breaks again and again is not
    /// right for all that; one that its own user takes over from elsewhere is.
    fn back_after(&self, drop: &Drop) -> Option<i64> {
        const OFTEN: usize = 3;
        let sessions = &self.ledgers.sessions;
        let number = drop.stay?;
        let stay = sessions.stays.get(number)?;
        let back = stay.back_after(drop.at?)?;
        let again = |other: &&Drop| other.at.is_some_and(|at| stay.back_after(at).is_some());
        let is_moved = drop.class == DropClass::Replaced;
        let often = !is_moved && sessions.drops_of(number).filter(again).take(OFTEN).count() == OFTEN;
        (!often).then(|| back.num_seconds())
    }

    /// When sessions lost their clients, and nobody said why, right after a refresh of group policy; nowhere if most of them
    /// did so at other times.
    fn at_refreshes(&self) -> AtRefreshes {
        let unsaid = |class: DropClass| matches!(class, DropClass::ClientVanished | DropClass::Unknown);
        let lost = self.ledgers.sessions.drops.iter();
        let lost = lost.filter(|drop| unsaid(drop.class) && self.has_user(drop.stay));
        let lost: Vec<Moment> = lost.filter_map(|drop| drop.at).collect();
        let mut found = AtRefreshes::default();
        let refreshes = if lost.is_empty() {
            Vec::new()
        } else {
            refreshes(self.host)
        };
        for refresh in refreshes {
            let follows = |at: &&Moment| {
                let gap = |begun: &Moment| {
                    at.since(*begun)
                        .is_some_and(|gap| gap >= TimeDelta::zero() && gap <= AT_REFRESH)
                };
                refresh.iter().any(gap)
            };
            let before = found.times.len();
            found.times.extend(lost.iter().filter(follows));
            found.refreshes += usize::from(found.times.len() > before);
        }
        found.times.sort_unstable();
        found.times.dedup();
        if found.times.len() * 2 < lost.len() {
            return AtRefreshes::default();
        }
        found
    }

    /// Whether a stay is somebody's: temporary ids and login screens come and go with every reconnect.
    fn has_user(&self, stay: Option<usize>) -> bool {
        stay.and_then(|stay| self.ledgers.sessions.stays.get(stay))
            .is_some_and(|stay| stay.user.is_some())
    }

    /// One derived event for each end of a stay.
    fn ends(&self) -> Vec<Entry> {
        let mut events = Vec::new();
        for (number, stay) in self.ledgers.sessions.stays.iter().enumerate() {
            let (Some(end), Some(class), Some(cite)) = (stay.end, stay.end_class, stay.end_cite) else {
                continue;
            };
            let Some(base) = self.host.entries.get(cite) else {
                continue;
            };
            let drop = self.ledgers.sessions.drops_of(number).next_back();
            let before = end.earlier(TimeDelta::seconds(2));
            let interrupted = self
                .interrupted(stay.user.as_deref(), end)
                .or_else(|| self.cut_job(stay, class, end))
                .or_else(|| self.cut_by_others(stay, class, end))
                .or_else(|| self.of_a_job(stay, end));
            let idle = stay
                .disconnected_since(before)
                .and_then(|since| end.since(since))
                .map(|span| span.num_minutes());
            events.push(
                Derived::new(&SESSION_END, base)
                    .at(Some(end))
                    .with_some("User", stay.user.as_deref())
                    .with("SessionID", stay.session)
                    .with_some("Address", stay.address.as_deref())
                    .with("Kind", stay.kind.name())
                    .with("Class", class.name())
                    .with_some("Reason", drop.and_then(|drop| drop.reason))
                    .with_some("BySession", drop.and_then(|drop| drop.by_session))
                    .with(
                        "State",
                        if stay.active(before) {
                            "active"
                        } else {
                            "disconnected"
                        },
                    )
                    .with_some("DisconnectedMinutes", idle)
                    .with_some("ActiveMinutes", stay.active_for(before))
                    .with_some("Limit", self.limit_met(stay, end))
                    .with_some("Interrupted", interrupted)
                    .with_some("When", interrupted.map(when))
                    .build(),
            );
        }
        events
    }

    /// The configured limit that a session had just reached at an instant: it had stood disconnected, or been active, for as long
    /// as the setting allows. `below-idle` where it had not even been active for as long as the idle limit.
    fn limit_met(&self, stay: &Stay, at: Moment) -> Option<&'static str> {
        let limit = |name: &str| {
            let milliseconds: i64 = self.host.fact(name)?.value.trim().parse().ok()?;
            TimeDelta::try_milliseconds(milliseconds).filter(|limit| *limit > TimeDelta::zero())
        };
        let met = |span: TimeDelta, limit: TimeDelta| {
            (span - limit) >= TimeDelta::seconds(-5) && (span - limit) <= LIMIT_SLACK
        };
        let before = at.earlier(TimeDelta::seconds(2));
        if let Some(span) = stay.disconnected_since(before).and_then(|since| at.since(since)) {
            let limits = [
                ("rdp.MaxDisconnectionTime", "disconnected"),
                ("rdp.RemoteAppLogoffTimeLimit", "remote-app"),
            ];
            let mut fitting = limits
                .into_iter()
                .filter(|(name, _)| limit(name).is_some_and(|limit| met(span, limit)));
            return fitting.next().map(|(_, word)| word);
        }
        let span = stay.active_since(before).and_then(|since| at.since(since))?;
        let active = limit("rdp.MaxConnectionTime");
        if active.is_some_and(|limit| met(span, limit)) {
            return Some("active");
        }
        let idle = limit("rdp.MaxIdleTime")?;
        (span < idle - LIMIT_SLACK).then_some("below-idle")
    }

    /// A robot told at the end of the only session that ended then that a job failed.
    fn of_a_job(&self, stay: &Stay, end: Moment) -> Option<&'static str> {
        let mut others = self
            .ledgers
            .sessions
            .during(end.earlier(TOGETHER), end.later(TOGETHER));
        let ended = |other: &Stay| other.user.is_some() && other.end.is_some_and(|at| at.near(end, TOGETHER));
        let alone = others.all(|other| !ended(other) || other.session == stay.session);
        let at_work = stay.user.is_some() && stay.active(end.earlier(TOGETHER));
        let fails = || self.ledgers.tasks.jobs.somebody_failed_around(end);
        (at_work && alone && fails()).then(|| Work::Job.name())
    }

    /// A job that was still at work when the host went down, whoever took it down.
    fn cut_job(&self, stay: &Stay, class: EndClass, end: Moment) -> Option<&'static str> {
        let down = matches!(class, EndClass::Shutdown | EndClass::Crash);
        let user = stay.user.as_deref().filter(|_| down)?;
        let at_work = self.ledgers.tasks.jobs.at_work_before(user, end);
        at_work.then_some(Work::Job.name())
    }

    /// An active remote session that ended because somebody else, or the system, took the host down, and not as it is every day.
    fn cut_by_others(&self, stay: &Stay, class: EndClass, end: Moment) -> Option<&'static str> {
        let remote = stay.kind == Kind::Rdp && stay.active(end.earlier(TimeDelta::seconds(5)));
        let down = self
            .ledgers
            .power
            .last_around(end, TimeDelta::minutes(15), |down| {
                down.until.near(end, TimeDelta::minutes(15)) || down.at.near(end, power::SHUTDOWN_SPAN)
            })?;
        let own = match (&down.user, &stay.user) {
            (Some(by), Some(user)) => same_user(by, user),
            _ => false,
        };
        let cut = match class {
            EndClass::Shutdown | EndClass::HybridShutdown => {
                down.process.is_some() && !own && !self.ledgers.power.is_routine(down)
            }
            EndClass::Crash => down.kind == DownKind::Unexpected,
            _ => false,
        };
        (remote && cut).then_some("session")
    }

    /// What was going on for the user of a session when it was lost. A program that is cut off may end a moment before the
    /// session does; a stamp in whole seconds lies that much early already.
    fn interrupted(&self, user: Option<&str>, at: Moment) -> Option<&'static str> {
        if self.pointed.is_at(at.time) && user.is_none_or(|user| self.pointed.is_of(user)) {
            return Some(ASKED);
        }
        let user = user?;
        let early = at.time.timestamp_subsec_nanos() == 0;
        let before = if early {
            at
        } else {
            at.earlier(TimeDelta::seconds(1))
        };
        let running = self.ledgers.tasks.running(user, before);
        running.map(|run| run.work.name())
    }
}

/// What is "interrupted" at a time that somebody asks about.
const ASKED: &str = "focus";

/// When a session was lost, by what was going on.
fn when(interrupted: &str) -> String {
    if interrupted == ASKED {
        "around the time asked about".to_owned()
    } else {
        format!("during a {interrupted}")
    }
}
