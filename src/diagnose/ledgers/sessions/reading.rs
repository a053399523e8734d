//! The reading of session events in order: which stay each is of, and where stays begin and end.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;

use super::{Drop, DropClass, EndClass, Kind, SessionLedger, Stay, client_address};
use crate::diagnose::ledgers::power::{Down, DownKind, PowerLedger, SHUTDOWN_SPAN};
use crate::diagnose::timeline::derived_event::Derived;
use crate::diagnose::timeline::host::{Entry, Host, Moment};
use crate::knowledge::derived::{SESSION_LOGON, SESSION_SLOW, SESSION_UNFINISHED};
use crate::model::providers::{LSM, WINLOGON};
use crate::model::{Kept, same_user, user_key};

/// Markers of one disconnection lie within this span.
const CLUSTER: TimeDelta = TimeDelta::seconds(5);
/// Winlogon tells of a logon this soon before or after the Local Session Manager does.
const NOTIFIED: TimeDelta = TimeDelta::minutes(2);

#[derive(Default)]
pub(super) struct Reading {
    ledger: SessionLedger,
    /// Open stays by session id.
    open: BTreeMap<u32, usize>,
    /// The last stays by session id, open or not.
    last: BTreeMap<u32, usize>,
    /// Arbitrations that began (41), by session id, and when they ended (42).
    arbitrations: Arbitrations,
    /// Stays that only Winlogon told of, by number.
    unsaid: BTreeSet<usize>,
    /// Sessions that Winlogon saw log off (7002), by session id: when, and the entry that tells it.
    leaving: BTreeMap<u32, (Moment, usize)>,
}

/// Arbitrations by session id: when they began, the entry, and when they ended.
type Arbitrations = BTreeMap<u32, (Moment, usize, Option<Moment>)>;

/// Reads the session events of a host in order.
pub(super) fn read(host: &Host, power: &PowerLedger) -> SessionLedger {
    let mut reading = Reading::default();
    let mut downs = power.downs.iter().peekable();
    let mut boots = power.cited_boots().peekable();
    for (index, entry) in host.entries.iter().enumerate() {
        let of_sessions = LSM.wrote(entry.event.like());
        if let Some(at) = entry.at {
            // Nobody logs on to a host that goes down: who does is of the next start.
            let starts = of_sessions && matches!(entry.event.like().id, Some(21 | 41));
            let slack = if starts { TimeDelta::zero() } else { SHUTDOWN_SPAN };
            while let Some(down) = downs.next_if(|down| down.until.later(slack) < at) {
                reading.all_gone(host, down);
            }
            while let Some((boot, cite)) = boots.next_if(|(boot, _)| boot.later(SHUTDOWN_SPAN) < at) {
                reading.started(boot, cite);
            }
        }
        if of_sessions {
            reading.take(index, entry);
        } else if WINLOGON.wrote(entry.event.like()) {
            reading.notified(host, index, entry);
        }
    }
    for down in downs {
        reading.all_gone(host, down);
    }
    let open = std::mem::take(&mut reading.arbitrations);
    if let Some(last) = host.entries.iter().rev().find_map(|entry| entry.at) {
        reading.settle(last);
        reading.unfinished(host, open, last);
    }
    reading.ledger
}

/// The session manager has loaded its plug-in, which it does when the host starts.
const STARTED: u16 = 32;

/// Reasons of a disconnection (LSM 40) that say no more than that the client is gone.
const GAVE_UP: &[u32] = &[0, 11, 12];

impl Reading {
    fn take(&mut self, index: usize, entry: &Entry) {
        let event = &entry.event;
        let session = ["SessionID", "SessionId", "Session", "TargetSession"]
            .iter()
            .find_map(|name| event.field_number(name));
        let Some(id) = event.like().id else { return };
        if matches!(id, 24 | 39 | 40) {
            self.disconnect(index, entry, session, id);
        }
        if let Some(at) = entry.at.filter(|_| id == STARTED) {
            self.started(at, index);
        }
        let (Some(at), Some(session)) = (entry.at, session) else {
            return;
        };
        match id {
            41 => {
                self.arbitrations.insert(session, (at, index, None));
            }
            // A session that was refused its start is not stuck in it, nor is one that somebody closed at once.
            40 if event
                .field_number("Reason")
                .is_some_and(|reason| !GAVE_UP.contains(&reason) || !self.waits(session, at)) =>
            {
                self.arbitrations.remove(&session);
            }
            42 => {
                if let Some((.., ended)) = self.arbitrations.get_mut(&session) {
                    *ended = Some(at);
                }
            }
            21 => self.logon(index, entry, at, session),
            22 => self.shell(entry, at, session),
            25 => self.reconnect(index, entry, at, session),
            24 if !self.just_ended(session, at) => {
                let stay = self.ensure(event, at, session);
                self.state(stay, at, false, index);
            }
            23 => self.logoff(event, at, session, index),
            _ => {}
        }
    }

    /// Whether the start of a session has taken so long that somebody gives up on it.
    fn waits(&self, session: u32, at: Moment) -> bool {
        const PATIENCE: TimeDelta = TimeDelta::seconds(30);
        let begun = self.arbitrations.get(&session).map(|(begun, ..)| *begun);
        begun
            .and_then(|begun| at.since(begun))
            .is_some_and(|span| span >= PATIENCE)
    }

    fn open_stay(&mut self, event: &Kept, at: Moment, session: u32, start: Option<Moment>) -> usize {
        let number = self.ledger.stays.len();
        let user = event.field_text("User");
        let address = client_address(event);
        let stay = Stay::new(session, user, (Kind::of(event), address), (start, at));
        self.ledger.stays.push(stay);
        // The last stay of an id ended when the next one began, whether that was written or not.
        if let Some(last) = self.open.insert(session, number)
            && let Some(last) = self.ledger.stays.get_mut(last)
        {
            last.end = Some(at);
        }
        self.last.insert(session, number);
        number
    }

    /// Winlogon tells of a logon (7001) and of a log-off (7002). Where the arbitration of a session ended and no 21 followed, this is how the
    /// session is known.
    fn notified(&mut self, host: &Host, index: usize, entry: &Entry) {
        let Some((at, session)) = entry.at.zip(entry.event.field_number("TSId")) else {
            return;
        };
        match entry.event.like().id {
            Some(7001) if !self.open.contains_key(&session) => {
                let begun = self.arbitrations.get(&session);
                let begun = begun.filter(|(_, _, ended)| ended.is_some_and(|ended| at.near(ended, NOTIFIED)));
                if let Some(arbitration) = begun.and_then(|(_, index, _)| host.entries.get(*index)) {
                    let start = arbitration.at;
                    let stay = self.open_stay(&arbitration.event, start.unwrap_or(at), session, start);
                    self.unsaid.insert(stay);
                    self.state(stay, at, true, index);
                }
            }
            Some(7002) if self.open.contains_key(&session) => {
                self.leaving.insert(session, (at, index));
            }
            _ => {}
        }
    }

    /// Ends the sessions of which only Winlogon saw the log-off, until an instant.
    fn settle(&mut self, until: Moment) {
        let (left, later) = std::mem::take(&mut self.leaving)
            .into_iter()
            .partition(|(_, (at, _))| *at <= until);
        self.leaving = later;
        let left: BTreeMap<u32, (Moment, usize)> = left;
        for (session, (at, index)) in left {
            self.left(session, at, index);
        }
    }

    /// Ends a session at its log-off, if no 23 did and only Winlogon knows of it.
    fn left(&mut self, session: u32, at: Moment, index: usize) {
        let unsaid = self
            .open
            .get(&session)
            .copied()
            .filter(|stay| self.unsaid.contains(stay));
        if let Some(stay) = unsaid.and_then(|stay| self.ledger.stays.get_mut(stay)) {
            stay.end = Some(at);
            stay.end_cite = Some(index);
            self.open.remove(&session);
        }
    }

    /// The open stay of a session id, or one that began before the log.
    fn ensure(&mut self, event: &Kept, at: Moment, session: u32) -> usize {
        let user = event.field_text("User");
        let open = self.open.get(&session).copied().filter(|&number| {
            let own = self
                .ledger
                .stays
                .get(number)
                .and_then(|stay| stay.user.as_deref());
            own.is_none()
                || user
                    .as_deref()
                    .is_none_or(|user| own.is_some_and(|own| same_user(own, user)))
        });
        open.unwrap_or_else(|| self.open_stay(event, at, session, None))
    }

    /// A logoff writes 24 after its 23: that is no new session.
    fn just_ended(&self, session: u32, at: Moment) -> bool {
        let last = self.last.get(&session);
        last.and_then(|&number| self.ledger.stays.get(number))
            .and_then(|stay| stay.end)
            .is_some_and(|end| end.near(at, TimeDelta::seconds(30)))
    }

    fn state(&mut self, stay: usize, at: Moment, active: bool, index: usize) {
        if let Some(stay) = self.ledger.stays.get_mut(stay) {
            stay.states.push((at, active, index));
        }
    }

    fn logon(&mut self, index: usize, entry: &Entry, at: Moment, session: u32) {
        let waited = self
            .arbitrations
            .remove(&session)
            .and_then(|(begin, ..)| at.since(begin));
        let stay = self.begin(entry, at, session);
        self.state(stay, at, true, index);
        self.announce(entry, at, session, "logon", waited);
        self.slow(entry, session, "arbitration", waited);
    }

    /// The stay that a logon begins: the one that Winlogon told of a moment before is the same.
    fn begin(&mut self, entry: &Entry, at: Moment, session: u32) -> usize {
        if let Some((left, index)) = self.leaving.remove(&session) {
            self.left(session, left, index);
        }
        let told = self.open.get(&session).copied();
        let told = told.filter(|stay| self.unsaid.remove(stay));
        let told = told.filter(|stay| {
            self.ledger
                .stays
                .get(*stay)
                .is_some_and(|stay| stay.seen.near(at, NOTIFIED))
        });
        let Some(number) = told else {
            return self.open_stay(&entry.event, at, session, Some(at));
        };
        if let Some(stay) = self.ledger.stays.get_mut(number) {
            stay.user = entry.event.field_text("User").or(stay.user.take());
            stay.user_key = stay.user.as_deref().map(user_key);
            stay.kind = Kind::of(&entry.event);
            stay.address = client_address(&entry.event);
            stay.start = Some(at);
            stay.states.clear();
        }
        number
    }

    fn reconnect(&mut self, index: usize, entry: &Entry, at: Moment, session: u32) {
        let stay = self.ensure(&entry.event, at, session);
        if let Some(stay) = self.ledger.stays.get_mut(stay) {
            let address = client_address(&entry.event);
            let before = std::mem::replace(&mut stay.address, address);
            stay.former.push((at, stay.kind, before));
            stay.kind = Kind::of(&entry.event);
        }
        self.state(stay, at, true, index);
        self.announce(entry, at, session, "reconnect", None);
    }

    fn announce(&mut self, entry: &Entry, at: Moment, session: u32, how: &str, waited: Option<TimeDelta>) {
        let user = entry.event.field_text("User");
        let own = user.as_deref().map(user_key);
        let is_other = |number: &usize| {
            self.ledger.stays.get(*number).is_some_and(|stay| {
                let keys = stay.user_key.as_ref().zip(own.as_ref());
                keys.is_some_and(|(theirs, own)| theirs != own) && stay.session != session && stay.active(at)
            })
        };
        let others = || self.open.values().copied().filter(is_other);
        let first = others().min().and_then(|number| self.ledger.stays.get(number));
        let derived = Derived::new(&SESSION_LOGON, entry)
            .with_some("User", user.as_deref())
            .with("SessionID", session)
            .with_some("Address", entry.event.field_text("Address"))
            .with("Kind", Kind::of(&entry.event).name())
            .with("How", how)
            .with_some("ArbitrationSeconds", waited.map(|span| span.num_seconds()))
            .with("OtherActive", others().count())
            .with_some("OtherUser", first.and_then(|stay| stay.user.as_deref()));
        self.ledger.derived.push(derived.build());
    }

    /// A stage of the logon that took 20 seconds or more.
    fn slow(&mut self, entry: &Entry, session: u32, stage: &str, span: Option<TimeDelta>) {
        let Some(span) = span.filter(|span| *span >= TimeDelta::seconds(20) && *span < TimeDelta::hours(1))
        else {
            return;
        };
        let derived = Derived::new(&SESSION_SLOW, entry)
            .with_some("User", entry.event.field_text("User"))
            .with("SessionID", session)
            .with("Stage", stage)
            .with("Seconds", span.num_seconds());
        self.ledger.derived.push(derived.build());
    }

    fn shell(&mut self, entry: &Entry, at: Moment, session: u32) {
        let start = self
            .open
            .get(&session)
            .and_then(|&stay| self.ledger.stays.get(stay))
            .and_then(|stay| stay.start);
        let span = start.and_then(|start| at.since(start));
        self.slow(entry, session, "shell", span);
    }

    fn logoff(&mut self, event: &Kept, at: Moment, session: u32, index: usize) {
        let stay = self.ensure(event, at, session);
        self.open.remove(&session);
        self.leaving.remove(&session);
        if let Some(stay) = self.ledger.stays.get_mut(stay) {
            stay.end = Some(at);
            stay.end_cite = Some(index);
        }
    }

    /// No session survives the host's going down; who was seen first after it is of the next start.
    fn all_gone(&mut self, host: &Host, down: &Down) {
        let class = match down.kind {
            DownKind::Unexpected => EndClass::Crash,
            DownKind::Planned => EndClass::Shutdown,
            DownKind::Hybrid => EndClass::HybridShutdown,
        };
        self.settle(down.until);
        let stays = &mut self.ledger.stays;
        self.open.retain(|_, number| {
            let Some(stay) = stays.get_mut(*number) else {
                return false;
            };
            if stay.seen > down.until {
                return true;
            }
            stay.end = Some(down.until);
            stay.end_cite = Some(down.cite);
            stay.end_class = Some(class);
            false
        });
        let (gone, later) = std::mem::take(&mut self.arbitrations)
            .into_iter()
            .partition(|(_, (at, ..))| *at <= down.until);
        self.arbitrations = later;
        self.unfinished(host, gone, down.until);
    }

    /// The host has started: the sessions before are gone, whether their end was written or not.
    fn started(&mut self, at: Moment, cite: usize) {
        let stays = &mut self.ledger.stays;
        self.open.retain(|_, number| {
            let Some(stay) = stays.get_mut(*number) else {
                return false;
            };
            let last = stay.states.iter().map(|(when, ..)| *when).max();
            if last.unwrap_or(stay.seen) >= at {
                return true;
            }
            stay.end = Some(at);
            stay.end_cite = Some(cite);
            stay.end_class = Some(EndClass::Restart);
            false
        });
    }

    /// Joins the markers of one disconnection. A 24 follows its 40 within moments; a second 40 with another reason is a
    /// restatement of the first (reconnects write 5, then 0 for the temporary id, then 5 again).
    fn disconnect(&mut self, index: usize, entry: &Entry, session: Option<u32>, id: u16) {
        let event = &entry.event;
        let known = self.ledger.drops.iter_mut().rev().take(16).find(|drop| {
            session.is_some()
                && drop.session == session
                && drop.at.zip(entry.at).is_some_and(|(a, b)| a.near(b, CLUSTER))
        });
        let reason = if id == 40 {
            event
                .field_number("Reason")
                .or_else(|| event.field_number("ReasonCode"))
        } else {
            None
        };
        let by_session = if id == 39 {
            event.field_number("Source")
        } else {
            None
        };
        if let Some(drop) = known {
            drop.has_24 |= id == 24;
            drop.by_session = drop.by_session.or(by_session);
            drop.activity = drop
                .activity
                .take()
                .or_else(|| event.activity().map(|activity| activity.to_string()));
            if let Some(reason) = reason
                && drop.reason.is_none_or(|old| old == 0)
            {
                drop.reason = Some(reason);
                drop.cite = index;
            }
            return;
        }
        self.ledger.drops.push(Drop {
            session,
            at: entry.at,
            reason,
            by_session,
            cite: index,
            has_24: id == 24,
            activity: event.activity().map(|activity| activity.to_string()),
            stay: None,
            class: DropClass::Unknown,
        });
    }

    /// Arbitrations that began and never ended, until the log or the host did.
    fn unfinished(&mut self, host: &Host, arbitrations: Arbitrations, last: Moment) {
        for (session, (at, index, _)) in arbitrations
            .into_iter()
            .filter(|(_, (.., ended))| ended.is_none())
        {
            let over = last.since(at).is_some_and(|span| span > TimeDelta::minutes(5));
            if let Some(entry) = host.entries.get(index).filter(|_| over) {
                let derived = Derived::new(&SESSION_UNFINISHED, entry)
                    .with_some("User", entry.event.field_text("User"))
                    .with("SessionID", session);
                self.ledger.derived.push(derived.build());
            }
        }
    }
}
