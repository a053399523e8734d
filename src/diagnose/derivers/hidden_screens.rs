//! Errors that a robot or a program wrote while the session it works in was locked or had no client. Derives an event of each such
//! line; whether what it says has anything to do with a screen is for the knowledge to say.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use crate::diagnose::derivers::Deriver;
use crate::diagnose::ledgers::Ledgers;
use crate::diagnose::ledgers::sessions::{Kind, Stay};
use crate::diagnose::timeline::derived_event::Derived;
use crate::diagnose::timeline::host::{Entry, Host, Moment};
use crate::knowledge::derived::SCREEN_HIDDEN;
use crate::model::providers::{AUDITING, Records};
use crate::model::run_lines::RUN_LINE;
use crate::model::{same_user, user_key};

pub(super) const DERIVER: Deriver = Deriver {
    reads: &[LOCKS],
    emits: &[SCREEN_HIDDEN],
    derive: |on| find(on.host, on.ledgers),
};

/// A session was locked, and unlocked.
const LOCKS: Records = AUDITING.ids(&[LOCKED, UNLOCKED]);
const LOCKED: u16 = 4800;
const UNLOCKED: u16 = 4801;
/// What a disconnection breaks fails so soon.
const AT_ONCE: TimeDelta = TimeDelta::minutes(2);
/// Lines of one host that are told.
const MOST: usize = 1_000;

fn find(host: &Host, ledgers: &Ledgers) -> Vec<Entry> {
    let locks = Locks::new(host);
    let lines = host.raw_where(|event| event.id.is_none());
    let told = lines.filter_map(|entry| {
        let failed = entry.event.level.is_error() && entry.event.field_str(RUN_LINE).is_some();
        let at = entry.at.filter(|_| failed)?;
        let user = ledgers.tasks.users_of_jobs(at).next();
        let hidden = hidden(ledgers, &locks, user, at)?;
        Some(
            Derived::new(&SCREEN_HIDDEN, entry)
                .with_some("User", hidden.user)
                .with("State", hidden.state)
                .with_some("Minutes", at.since(hidden.since).map(|span| span.num_minutes()))
                .with_some("Said", entry.event.message.as_deref())
                .build(),
        )
    });
    told.take(MOST).collect()
}

/// How a session shows nothing.
struct Hidden<'a> {
    user: Option<&'a str>,
    state: &'static str,
    since: Moment,
}

/// Whether the session that a line comes from shows nothing: that of its user, or where nobody knows whose it is, every session there is.
fn hidden<'a>(ledgers: &'a Ledgers, locks: &'a Locks, user: Option<&str>, at: Moment) -> Option<Hidden<'a>> {
    let of_user = |stay: &&Stay| match (user, &stay.user) {
        (Some(user), Some(own)) => same_user(user, own),
        (Some(_), None) => false,
        (None, _) => true,
    };
    let mut stays = ledgers.sessions.alive_or_audited(at).filter(of_user).peekable();
    if stays.peek().is_none() {
        return locks.alone(user, at);
    }
    let mut first = None;
    for stay in stays {
        let found = hidden_stay(stay, locks, at)?;
        first = first.or(Some(found));
    }
    first
}

fn hidden_stay<'a>(stay: &'a Stay, locks: &Locks, at: Moment) -> Option<Hidden<'a>> {
    let user = stay.user.as_deref();
    if let Some(since) = stay.disconnected_since(at) {
        // Nobody needs to be connected to the console, and what fails at once is told with the disconnection.
        let is_remote = stay.client(Some(at)).0 == Kind::Rdp;
        let is_later = at.since(since).is_none_or(|span| span > AT_ONCE);
        let state = "disconnected";
        return (is_remote && is_later).then_some(Hidden { user, state, since });
    }
    let since = locks.since(user?, at)?;
    // Who connects anew unlocks the session.
    let is_of_this_time = stay.active_since(at).is_none_or(|active| active <= since);
    let state = "locked";
    is_of_this_time.then_some(Hidden { user, state, since })
}

/// When the sessions of users were locked and unlocked, in order.
struct Locks {
    by_user: BTreeMap<String, (String, Vec<(Moment, bool)>)>,
}

impl Locks {
    fn new(host: &Host) -> Self {
        let mut by_user: BTreeMap<String, (String, Vec<(Moment, bool)>)> = BTreeMap::new();
        for (_, entry) in host.each(&[LOCKS]) {
            let Some((at, user)) = entry.at.zip(entry.event.field_text("TargetUserName")) else {
                continue;
            };
            let (_, states) = by_user
                .entry(user_key(&user))
                .or_insert_with(|| (user, Vec::new()));
            states.push((at, entry.event.id == Some(LOCKED)));
        }
        Self { by_user }
    }

    /// Since when the session of a user had been locked.
    fn since(&self, user: &str, at: Moment) -> Option<Moment> {
        let (_, states) = self.by_user.get(&user_key(user))?;
        Self::locked(states, at)
    }

    fn locked(states: &[(Moment, bool)], at: Moment) -> Option<Moment> {
        let known = states.partition_point(|(when, _)| *when <= at);
        let (when, locked) = states.get(known.checked_sub(1)?)?;
        locked.then_some(*when)
    }

    /// Where no log tells of sessions: that of the user, or of the only one whose session was ever locked.
    fn alone(&self, user: Option<&str>, at: Moment) -> Option<Hidden<'_>> {
        let mut own = self
            .by_user
            .values()
            .filter(|(name, _)| user.is_none_or(|user| same_user(user, name)));
        let (Some((user, states)), None) = (own.next(), own.next()) else {
            return None;
        };
        Some(Hidden {
            user: Some(user),
            state: "locked",
            since: Self::locked(states, at)?,
        })
    }
}
