//! The power ledger: when a host came up and went down, how, and at whose request.

pub(in crate::diagnose) mod action;
mod reading;
#[cfg(test)]
mod tests;

use chrono::TimeDelta;

use crate::diagnose::timeline::derived_event::Derived;
use crate::diagnose::timeline::host::{Entry, Host, Moment};
use crate::diagnose::timeline::interval_tree::Overlaps;
use crate::knowledge::derived::{HOST_BOOT, HOST_RESTART};
use crate::model::providers::{
    AUDITING, EVENT_LOG, GROUP_POLICY, KERNEL_GENERAL, KERNEL_POWER, LSM, NETLOGON, POWER_TROUBLESHOOTER,
    Records, USER32,
};
use crate::model::{Event, Value};
use reading::Reading;

/// The records that it is built from.
pub(in crate::diagnose) const READS: &[Records] = &[
    USER32.ids(&[1074, 1075]),
    EVENT_LOG.ids(&[1100, 6005, 6006, 6008]),
    AUDITING.ids(&[4608]),
    KERNEL_GENERAL.ids(&[1, 12, 13]),
    KERNEL_POWER.ids(&[41, 42, 107, 109, 506, 507]),
    POWER_TROUBLESHOOTER.ids(&[1]),
    LSM.ids(&[21, 54]),
];

/// How a host went down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::diagnose) enum DownKind {
    /// Windows shut down.
    Planned,
    /// It was gone without shutting down: power, crash, reset.
    Unexpected,
    /// Fast start-up: the users are logged off and the kernel sleeps.
    Hybrid,
}

impl DownKind {
    pub(in crate::diagnose) const fn name(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Unexpected => "unexpected",
            Self::Hybrid => "hybrid",
        }
    }
}

/// One going down.
#[derive(Debug, Clone)]
pub(in crate::diagnose) struct Down {
    /// When it began: the request, or the first marker; for an unexpected one the last sign of life.
    pub at: Moment,
    /// When it was over: the last marker.
    pub until: Moment,
    /// How.
    pub kind: DownKind,
    /// The process that asked, as a base name in lower case.
    pub process: Option<String>,
    /// The user who asked.
    pub user: Option<String>,
    /// Whether that is an account of Windows itself.
    by_windows: Option<bool>,
    /// What was said with the request.
    comment: Option<String>,
    /// The index of the entry to cite.
    pub cite: usize,
    /// The index of the request (User32 1074).
    request: Option<usize>,
    /// The code of a blue screen, if not 0.
    bugcheck: Option<u32>,
    /// Whether the kernel said that it stops: then Windows was through with going down.
    stopped: bool,
}

impl Down {
    /// The record of the request.
    pub(in crate::diagnose) fn request_in<'h>(&self, host: &'h Host) -> Option<&'h Event> {
        host.entries.get(self.request?).map(|entry| &*entry.event)
    }

    /// What kind of account asked.
    pub(in crate::diagnose) fn by(&self) -> Option<&'static str> {
        self.by_windows.map(|own| if own { "windows" } else { "user" })
    }
}

/// A time in which nothing ran on a host.
#[derive(Debug)]
pub(in crate::diagnose) struct Away<'a> {
    pub from: Moment,
    pub until: Moment,
    /// The going down; none where it slept.
    pub down: Option<&'a Down>,
    /// The entry that tells of it.
    pub cite: usize,
}

/// All of one host.
#[derive(Debug, Default)]
pub(in crate::diagnose) struct PowerLedger {
    /// Goings down in order.
    pub downs: Vec<Down>,
    /// Boots in order.
    pub boots: Vec<Moment>,
    /// The entry that tells of each boot.
    boot_cites: Vec<usize>,
    /// When the host was joined to a domain, in order.
    joins: Vec<Moment>,
    /// From when to when it slept, in order; an end that nobody wrote is the next sign of life.
    sleeps: Vec<(Moment, Moment)>,
    /// The entry that tells of each sleep.
    sleep_cites: Vec<usize>,
    /// When the goings down were, from the first marker to the last.
    spans: Overlaps,
}

/// A shutdown marker outranks what a session seems to say within this span.
pub(in crate::diagnose) const SHUTDOWN_SPAN: TimeDelta = TimeDelta::seconds(90);
/// What a request does comes after it, but for clocks of two logs.
const ASKED_SPAN: TimeDelta = TimeDelta::seconds(10);
/// A request is followed by the shutdown within this span.
pub(in crate::diagnose) const REQUEST_SPAN: TimeDelta = TimeDelta::minutes(15);
/// Windows lets go of the clients of its sessions in the last moments before it sleeps, or finds them gone soon after it woke up.
const WAKING_SPAN: TimeDelta = TimeDelta::minutes(2);

impl PowerLedger {
    /// Reads the markers of a host in order.
    pub(in crate::diagnose) fn new(host: &Host) -> Self {
        let mut ledger = Reading::of(host);
        ledger.downs.sort_by_key(|down| (down.until, down.at));
        let spans = ledger.downs.iter().enumerate();
        ledger.spans = Overlaps::new(spans.map(|(place, down)| (place, down.at, Some(down.until))));
        ledger
    }

    /// The goings down that touch an instant and `span` around it.
    fn around(&self, at: Moment, span: TimeDelta) -> impl Iterator<Item = usize> {
        self.spans.touching(at.earlier(span), at.later(span))
    }

    /// The last going down around an instant of which something holds.
    pub(in crate::diagnose) fn last_around(
        &self,
        at: Moment,
        span: TimeDelta,
        holds: impl Fn(&Down) -> bool,
    ) -> Option<&Down> {
        let downs = self.around(at, span);
        let place = downs
            .filter(|place| self.downs.get(*place).is_some_and(&holds))
            .max()?;
        self.downs.get(place)
    }

    /// The going down that something that went on at an instant met first.
    pub(in crate::diagnose) fn next_down(&self, at: Moment) -> Option<&Down> {
        let next = self.downs.partition_point(|down| down.until < at);
        self.downs.get(next)
    }

    /// The going down within 90 s of an instant, before or after. Where the request is there nothing before it is its work, and what comes
    /// after the next start is none of it.
    pub(in crate::diagnose) fn near(&self, at: Moment) -> Option<&Down> {
        let is_near = |down: &Down| {
            let before = if down.request.is_some() {
                ASKED_SPAN
            } else {
                SHUTDOWN_SPAN
            };
            let over = self.boot_before(at).is_some_and(|boot| boot > down.until);
            down.kind != DownKind::Unexpected
                && at.since(down.at).is_some_and(|after| after >= -before)
                && down
                    .until
                    .since(at)
                    .is_some_and(|before| before >= -SHUTDOWN_SPAN)
                && !over
        };
        let places = self.around(at, SHUTDOWN_SPAN);
        let first = places
            .filter(|place| self.downs.get(*place).is_some_and(is_near))
            .min()?;
        self.downs.get(first)
    }

    /// Whether the going down that began at `down` can have to do with what happened at an instant: it went on just then, or where none did,
    /// no other lies between.
    pub(in crate::diagnose) fn bears_on(&self, down: Moment, at: Moment) -> bool {
        if let Some(own) = self.near(at) {
            return own.at == down;
        }
        let (from, to) = (down.min(at), down.max(at));
        let mut between = self.spans.touching(from, to);
        !between.any(|place| {
            let other = self.downs.get(place).map(|other| other.at);
            other.is_some_and(|other| other > from && other < to)
        })
    }

    /// By whom the host was taken down around an instant, where what showed then is of a class that says that it was: what two different
    /// requests did is not one story. A person decides each time anew; what Windows or a program does again for the same is one story.
    pub(in crate::diagnose) fn taken_down_by(&self, at: Moment, class: &str) -> Option<String> {
        let kinds = [DownKind::Planned, DownKind::Unexpected, DownKind::Hybrid];
        let is_down = class.ends_with("shutdown") || kinds.iter().any(|kind| kind.name() == class);
        let down = self.near(at).filter(|_| is_down)?;
        let process = down.process.as_deref().unwrap_or_default();
        let user = down.user.as_deref().unwrap_or_default().to_lowercase();
        let comment = down.comment.as_deref().unwrap_or_default();
        let decided = (down.by_windows == Some(false)).then(|| down.until.time.timestamp_millis());
        Some(format!("{process} for {user} at {decided:?}: {comment}"))
    }

    /// Whether the host was asleep around an instant.
    pub(in crate::diagnose) fn slept(&self, at: Moment) -> bool {
        let begun = self
            .sleeps
            .partition_point(|(from, _)| *from <= at.later(ASKED_SPAN));
        let last = begun.checked_sub(1).and_then(|place| self.sleeps.get(place));
        last.is_some_and(|(_, until)| at <= until.later(WAKING_SPAN))
    }

    /// From when to when the host stayed down after the going down that began at an instant, where its next start is known.
    pub(in crate::diagnose) fn down_for(&self, at: Moment) -> Option<(Moment, Moment)> {
        let down = self.next_down(at).filter(|down| down.at == at)?;
        let next = self.boots.partition_point(|boot| *boot <= down.until);
        Some((down.until, *self.boots.get(next)?))
    }

    /// When the host was down or asleep last, if it came back no longer than `span` before an instant.
    pub(in crate::diagnose) fn away_before<'a>(
        &'a self,
        host: &Host,
        at: Moment,
        span: TimeDelta,
    ) -> Option<Away<'a>> {
        let downs = self.downs.partition_point(|down| down.until <= at);
        let down = downs.checked_sub(1).and_then(|place| self.downs.get(place));
        let sleeps = self.sleeps.partition_point(|(from, _)| *from <= at);
        let slept = sleeps
            .checked_sub(1)
            .and_then(|place| self.sleeps.get(place).zip(self.sleep_cites.get(place)));
        let slept = slept.filter(|((from, _), _)| down.is_none_or(|down| down.until < *from));
        let away = match (slept, down) {
            (Some(((from, until), cite)), _) => Away {
                from: *from,
                until: *until,
                down: None,
                cite: *cite,
            },
            (None, Some(down)) => {
                let next = self.boots.partition_point(|boot| *boot <= down.until);
                let boot = self.boots.get(next).filter(|boot| **boot <= at);
                Away {
                    from: down.until,
                    // What wakes after fast start-up writes no start.
                    until: boot
                        .copied()
                        .unwrap_or_else(|| sign_of_life(host, down.until, at)),
                    down: Some(down),
                    cite: down.request.unwrap_or(down.cite),
                }
            }
            (None, None) => return None,
        };
        let back = at.since(away.until)?;
        (back >= TimeDelta::zero() && back <= span).then_some(away)
    }

    /// When the host was down or asleep, if it was at an instant, and came back.
    pub(in crate::diagnose) fn away_at(&self, at: Moment) -> Option<Away<'_>> {
        let slept = self
            .cited_sleeps()
            .find(|(from, until, _)| *from <= at && at <= *until);
        if let Some((from, until, cite)) = slept {
            return Some(Away {
                from,
                until,
                down: None,
                cite,
            });
        }
        let down = self.downs.iter().rev().find(|down| down.until <= at)?;
        let until = *self.boots.iter().find(|boot| **boot > down.until)?;
        (at <= until).then(|| Away {
            from: down.until,
            until,
            down: Some(down),
            cite: down.request.unwrap_or(down.cite),
        })
    }

    /// The last boot at or before an instant.
    pub(in crate::diagnose) fn boot_before(&self, at: Moment) -> Option<Moment> {
        let known = self.boots.partition_point(|boot| *boot <= at);
        self.boots.get(known.checked_sub(1)?).copied()
    }

    /// Minutes from the last boot before `at` to it.
    pub(in crate::diagnose) fn minutes_up(&self, at: Moment) -> Option<i64> {
        at.since(self.boot_before(at)?).map(|span| span.num_minutes())
    }

    /// The last join to a domain before `at`, if the host has not started since: until then it goes on as what it was.
    pub(in crate::diagnose) fn joined_since_boot(&self, at: Moment) -> Option<Moment> {
        let known = self.joins.partition_point(|join| *join <= at);
        let join = self.joins.get(known.checked_sub(1)?).copied()?;
        self.boot_before(at)
            .is_none_or(|boot| boot < join)
            .then_some(join)
    }

    /// Tells the events for which it decides how long after the boot they came: what needs the network fails before that is up.
    pub(in crate::diagnose) fn date_by_boot(&self, host: &mut Host) {
        for entry in &mut host.entries {
            if let Some(at) = entry.at
                && (NETLOGON.wrote(entry.event.like()) || GROUP_POLICY.wrote(entry.event.like()))
                && let Some(minutes) = self.minutes_up(at)
            {
                entry.event.supply("MinutesSinceBoot", Value::Signed(minutes));
            }
        }
    }

    /// The boots, each with the entry that tells of it.
    pub(in crate::diagnose) fn cited_boots(&self) -> impl Iterator<Item = (Moment, usize)> {
        self.boots.iter().copied().zip(self.boot_cites.iter().copied())
    }

    /// Each boot, with the class of the going down before it.
    fn derive_boots(&self, host: &Host) -> Vec<Entry> {
        let boot = |(at, cite): (Moment, usize)| {
            let base = host.entries.get(cite)?;
            let down = self.spans.begun_by(at).and_then(|place| self.downs.get(place));
            Some(
                Derived::new(&HOST_BOOT, base)
                    .with_some("Class", down.map(|down| down.kind.name()))
                    .build(),
            )
        };
        self.cited_boots().filter_map(boot).collect()
    }

    /// Whether a host is taken down by the same program at the same time of day again and again: somebody wants it so.
    pub(in crate::diagnose) fn is_routine(&self, down: &Down) -> bool {
        const PUNCTUAL: TimeDelta = TimeDelta::minutes(3);
        let by_same = |other: &&Down| {
            other.process.is_some() && other.process == down.process && other.user == down.user
        };
        let all = self.downs.iter().filter(by_same).map(|other| other.at);
        down.at.is_daily(all, PUNCTUAL)
    }

    /// The instants that no session outlives, in order: each going down and each start.
    pub(in crate::diagnose) fn ends(&self) -> Vec<Moment> {
        let downs = self.downs.iter().map(|down| down.until);
        let mut ends: Vec<Moment> = downs.chain(self.boots.iter().copied()).collect();
        ends.sort_unstable();
        ends
    }

    /// The sleeps, each with the entry that tells of it. What is written as the host goes down is none.
    pub(in crate::diagnose) fn cited_sleeps(&self) -> impl Iterator<Item = (Moment, Moment, usize)> {
        let sleeps = self.sleeps.iter().zip(&self.sleep_cites);
        let sleeps = sleeps.map(|((from, until), cite)| (*from, *until, *cite));
        sleeps.filter(|(from, ..)| self.near(*from).is_none())
    }

    /// Whether the host started again so soon after it went down that nobody had left it off.
    fn is_soon_back(&self, down: &Down) -> bool {
        const SOON: TimeDelta = TimeDelta::minutes(10);
        let next = self.boots.partition_point(|boot| *boot < down.at);
        let boot = self.boots.get(next);
        boot.and_then(|boot| boot.since(down.at))
            .is_some_and(|span| span <= SOON)
    }

    /// Derived events: each going down and each boot.
    pub(in crate::diagnose) fn derive(&self, host: &Host, active: impl Fn(&Down) -> usize) -> Vec<Entry> {
        let mut events = self.derive_boots(host);
        for down in &self.downs {
            let Some(base) = host.entries.get(down.cite) else {
                continue;
            };
            let request = down.request_in(host);
            let from = |name: &str| request.and_then(|event| event.field_text(name));
            let did = action::did(from("ShutdownType").as_deref(), self.is_soon_back(down));
            events.push(
                Derived::new(&HOST_RESTART, base)
                    .at(Some(down.at))
                    .with("Class", down.kind.name())
                    .with_some("Process", down.process.as_deref())
                    .with_some("User", down.user.as_deref())
                    .with_some("By", down.by())
                    .with_some("ReasonCode", from("ReasonCode"))
                    .with_some("ShutdownType", from("ShutdownType"))
                    .with("Did", did)
                    .with("Was", action::was(down.kind, did))
                    .with_some("Comment", down.comment.as_deref())
                    .with_some("BugcheckCode", down.bugcheck)
                    .with("ActiveSessions", active(down))
                    .build(),
            );
        }
        events
    }
}

/// The first record that was written well after the host had gone, or `at`, when something was for certain.
fn sign_of_life(host: &Host, gone: Moment, at: Moment) -> Moment {
    let gone = gone.later(SHUTDOWN_SPAN);
    let written = host.entries.iter().take(host.raw).filter_map(|entry| entry.at);
    written.filter(|written| *written > gone).fold(at, Moment::min)
}
