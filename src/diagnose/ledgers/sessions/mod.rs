//! The session ledger: who owned which session id in which state at any instant, and how each stay ended.
//!
//! Built from the events of the Local Session Manager; RdpCoreTS and the limits of the Remote Connection Manager say why.
//! Owns the reading of these events; [`classify`] owns what the reasons mean.

mod classify;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use chrono::TimeDelta;

use crate::diagnose::ledgers::power::PowerLedger;
use crate::diagnose::timeline::derived_event::Derived;
use crate::diagnose::timeline::host::{Entry, Host, Moment};
use crate::diagnose::timeline::interval_tree::Overlaps;
use crate::model::{Event, same_user};

pub(in crate::diagnose) use classify::{Clues, DropClass, EndClass};

const LSM: &str = "microsoft-windows-terminalservices-localsessionmanager";
const RDP: &str = "microsoft-windows-remotedesktopservices-rdpcorets";
const RCM: &str = "microsoft-windows-terminalservices-remoteconnectionmanager";

/// Markers of one disconnection lie within this span.
const CLUSTER: TimeDelta = TimeDelta::seconds(5);

/// What kind of station a session has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::diagnose) enum Kind {
    Console,
    Rdp,
    /// Hyper-V's enhanced session: the address is empty.
    VmConnect,
    Unknown,
}

impl Kind {
    pub(in crate::diagnose) const fn name(self) -> &'static str {
        match self {
            Self::Console => "console",
            Self::Rdp => "rdp",
            Self::VmConnect => "vmconnect",
            Self::Unknown => "unknown",
        }
    }

    /// `LOCAL` is the console, an address RDP, an empty address VMConnect.
    fn of(event: &Event) -> Self {
        match event
            .get("Address")
            .map(|value| value.to_text().trim().to_owned())
            .as_deref()
        {
            Some("LOCAL") => Self::Console,
            Some("") => Self::VmConnect,
            Some(_) => Self::Rdp,
            None => Self::Unknown,
        }
    }
}

/// One disconnection: the markers 39, 40 and 24 that lie close together.
#[derive(Debug)]
pub(in crate::diagnose) struct Drop {
    pub session: Option<u32>,
    pub at: Option<Moment>,
    /// `Reason` of the last 40 that has one.
    pub reason: Option<u32>,
    /// `Source` of 39.
    pub by_session: Option<u32>,
    /// The entry to cite: the 40, else the 24 or 39.
    pub cite: usize,
    pub has_24: bool,
    pub activity: Option<String>,
    /// The stay it belongs to.
    pub stay: Option<usize>,
    pub class: DropClass,
}

/// One stay of one user in one session.
#[derive(Debug)]
pub(in crate::diagnose) struct Stay {
    pub session: u32,
    pub user: Option<String>,
    pub kind: Kind,
    pub address: Option<String>,
    pub start: Option<Moment>,
    pub end: Option<Moment>,
    pub end_class: Option<EndClass>,
    /// The entry that ended it.
    pub end_cite: Option<usize>,
    /// When it was active (true) or disconnected (false), in order.
    pub states: Vec<(Moment, bool, usize)>,
    /// Who was connected before the present client: until when, its kind and its address, in order.
    former: Vec<(Moment, Kind, Option<String>)>,
    /// When it was seen first, for stays that began before the log.
    seen: Moment,
}

impl Stay {
    /// Whether it was there at an instant.
    pub(in crate::diagnose) fn alive(&self, at: Moment) -> bool {
        self.start.unwrap_or(self.seen) <= at && self.end.is_none_or(|end| end > at)
    }

    /// The client that was connected last at an instant: its kind and its address.
    pub(in crate::diagnose) fn client(&self, at: Option<Moment>) -> (Kind, Option<&str>) {
        let former = at.and_then(|at| {
            let next = self.former.partition_point(|(until, ..)| *until <= at);
            self.former.get(next)
        });
        match former {
            Some((_, kind, address)) => (*kind, address.as_deref()),
            None => (self.kind, self.address.as_deref()),
        }
    }

    /// Whether it was active at an instant, rather than disconnected.
    pub(in crate::diagnose) fn active(&self, at: Moment) -> bool {
        self.alive(at) && self.state_at(at).is_none_or(|(_, active)| active)
    }

    /// Since when it had been active.
    pub(in crate::diagnose) fn active_since(&self, at: Moment) -> Option<Moment> {
        let (when, active) = self.state_at(at)?;
        active.then_some(when)
    }

    /// For how many minutes it had been active.
    pub(in crate::diagnose) fn active_for(&self, at: Moment) -> Option<i64> {
        at.since(self.active_since(at)?).map(|span| span.num_minutes())
    }

    /// Since when it had been disconnected.
    pub(in crate::diagnose) fn disconnected_since(&self, at: Moment) -> Option<Moment> {
        let (when, active) = self.state_at(at)?;
        (!active).then_some(when)
    }

    /// The last state at an instant, and since when.
    fn state_at(&self, at: Moment) -> Option<(Moment, bool)> {
        let known = self.states.partition_point(|(when, ..)| *when <= at);
        let (when, active, _) = self.states.get(known.checked_sub(1)?)?;
        Some((*when, *active))
    }
}

/// All of one host.
#[derive(Debug, Default)]
pub(in crate::diagnose) struct SessionLedger {
    pub stays: Vec<Stay>,
    pub drops: Vec<Drop>,
    /// Logons and reconnects, slow stages and unfinished arbitrations, as derived events.
    pub derived: Vec<Entry>,
    /// When the stays were.
    spans: Overlaps,
    /// The same by session id.
    spans_of: BTreeMap<u32, Overlaps>,
    /// The disconnections of each stay.
    drops_of: BTreeMap<usize, Vec<usize>>,
}

impl SessionLedger {
    /// Reads the session events of a host in order.
    pub(in crate::diagnose) fn new(host: &Host, power: &PowerLedger) -> Self {
        let mut reading = Reading {
            ledger: Self::default(),
            open: BTreeMap::new(),
            last: BTreeMap::new(),
            arbitrations: BTreeMap::new(),
        };
        let mut downs = power.downs.iter().peekable();
        for (index, entry) in host.entries.iter().enumerate() {
            if let Some(at) = entry.at {
                while let Some(down) = downs
                    .next_if(|down| down.until.later(crate::diagnose::ledgers::power::SHUTDOWN_SPAN) < at)
                {
                    reading.all_gone(down.until, down.kind, down.cite);
                }
            }
            if entry.event.provider.eq_ignore_ascii_case(LSM) {
                reading.take(index, entry);
            }
        }
        for down in downs {
            reading.all_gone(down.until, down.kind, down.cite);
        }
        reading.unfinished(host);
        let mut ledger = reading.ledger;
        ledger.index();
        ledger.attach();
        let clues = Clues::new(host, power);
        classify::classify(&mut ledger, host, power, &clues);
        ledger
    }

    /// The stay in a session at an instant.
    pub(in crate::diagnose) fn stay_at(&self, session: u32, at: Moment) -> Option<&Stay> {
        let places = self.spans_of.get(&session)?.touching(at, at);
        let mut stays = places.filter_map(|place| self.stays.get(place));
        stays.find(|stay| stay.alive(at))
    }

    /// Stays that were there at an instant.
    pub(in crate::diagnose) fn alive(&self, at: Moment) -> impl Iterator<Item = &Stay> {
        let stays = self.during(at, at);
        stays.filter(move |stay| stay.alive(at))
    }

    /// Stays that were there at some instant of a span, in order.
    pub(in crate::diagnose) fn during(&self, from: Moment, to: Moment) -> impl Iterator<Item = &Stay> {
        let mut places: Vec<usize> = self.spans.touching(from, to).collect();
        places.sort_unstable();
        places.into_iter().filter_map(|place| self.stays.get(place))
    }

    /// The disconnections of a stay, in order.
    pub(in crate::diagnose) fn drops_of(&self, stay: usize) -> impl DoubleEndedIterator<Item = &Drop> {
        let places = self.drops_of.get(&stay).map(Vec::as_slice).unwrap_or_default();
        places.iter().filter_map(|place| self.drops.get(*place))
    }

    fn index(&mut self) {
        let spans = || {
            self.stays.iter().enumerate().map(|(place, stay)| {
                let start = stay.start.unwrap_or(stay.seen);
                (stay.session, (place, start, stay.end))
            })
        };
        let all = Overlaps::new(spans().map(|(_, span)| span));
        self.spans_of = Overlaps::by_owner(spans());
        self.spans = all;
    }

    /// Gives each disconnection its stay.
    fn attach(&mut self) {
        let slack = TimeDelta::seconds(10);
        for (place, drop) in self.drops.iter_mut().enumerate() {
            let (Some(session), Some(at)) = (drop.session, drop.at) else {
                continue;
            };
            let spans = self.spans_of.get(&session);
            let stays = spans
                .into_iter()
                .flat_map(|spans| spans.touching(at.earlier(slack), at));
            drop.stay = stays.max();
            if let Some(stay) = drop.stay {
                self.drops_of.entry(stay).or_default().push(place);
            }
        }
    }
}

struct Reading {
    ledger: SessionLedger,
    /// Open stays by session id.
    open: BTreeMap<u32, usize>,
    /// The last stays by session id, open or not.
    last: BTreeMap<u32, usize>,
    /// Arbitrations that began (41), by session id, and whether they ended (42).
    arbitrations: BTreeMap<u32, (Moment, usize, bool)>,
}

impl Reading {
    fn take(&mut self, index: usize, entry: &Entry) {
        let event = &entry.event;
        let session = ["SessionID", "SessionId", "Session", "TargetSession"]
            .iter()
            .find_map(|name| event.field_number(name));
        let Some(id) = event.id else { return };
        if matches!(id, 24 | 39 | 40) {
            self.disconnect(index, entry, session, id);
        }
        let (Some(at), Some(session)) = (entry.at, session) else {
            return;
        };
        match id {
            41 => {
                self.arbitrations.insert(session, (at, index, false));
            }
            42 => {
                if let Some((.., ended)) = self.arbitrations.get_mut(&session) {
                    *ended = true;
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

    fn open_stay(&mut self, event: &Event, at: Moment, session: u32, start: Option<Moment>) -> usize {
        let number = self.ledger.stays.len();
        self.ledger.stays.push(Stay {
            session,
            user: event.field_text("User"),
            kind: Kind::of(event),
            address: event.field_text("Address").filter(|address| address != "LOCAL"),
            start,
            end: None,
            end_class: None,
            end_cite: None,
            states: Vec::new(),
            former: Vec::new(),
            seen: at,
        });
        self.open.insert(session, number);
        self.last.insert(session, number);
        number
    }

    /// The open stay of a session id, or one that began before the log.
    fn ensure(&mut self, event: &Event, at: Moment, session: u32) -> usize {
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
        let stay = self.open_stay(&entry.event, at, session, Some(at));
        self.state(stay, at, true, index);
        self.announce(entry, at, session, "logon", waited);
        self.slow(entry, session, "arbitration", waited);
    }

    fn reconnect(&mut self, index: usize, entry: &Entry, at: Moment, session: u32) {
        let stay = self.ensure(&entry.event, at, session);
        if let Some(stay) = self.ledger.stays.get_mut(stay) {
            let address = entry
                .event
                .field_text("Address")
                .filter(|address| address != "LOCAL");
            let before = std::mem::replace(&mut stay.address, address);
            stay.former.push((at, stay.kind, before));
            stay.kind = Kind::of(&entry.event);
        }
        self.state(stay, at, true, index);
        self.announce(entry, at, session, "reconnect", None);
    }

    fn announce(&mut self, entry: &Entry, at: Moment, session: u32, how: &str, waited: Option<TimeDelta>) {
        let user = entry.event.field_text("User");
        // The last stay of an id ended when the next one began, whether that was written or not.
        let mut open: Vec<usize> = self.open.values().copied().collect();
        open.sort_unstable();
        let others: Vec<&Stay> = open
            .into_iter()
            .filter_map(|number| self.ledger.stays.get(number))
            .filter(|stay| stay.session != session && stay.active(at))
            .filter(|stay| match (&stay.user, &user) {
                (Some(a), Some(b)) => !same_user(a, b),
                _ => false,
            })
            .collect();
        let derived = Derived::new("session-logon", entry)
            .with_some("User", user.as_deref())
            .with("SessionID", session)
            .with_some("Address", entry.event.field_text("Address"))
            .with("Kind", Kind::of(&entry.event).name())
            .with("How", how)
            .with_some("ArbitrationSeconds", waited.map(|span| span.num_seconds()))
            .with("OtherActive", others.len())
            .with_some("OtherUser", others.first().and_then(|stay| stay.user.as_deref()));
        self.ledger.derived.push(derived.build());
    }

    /// A stage of the logon that took 20 seconds or more.
    fn slow(&mut self, entry: &Entry, session: u32, stage: &str, span: Option<TimeDelta>) {
        let Some(span) = span.filter(|span| *span >= TimeDelta::seconds(20) && *span < TimeDelta::hours(1))
        else {
            return;
        };
        let derived = Derived::new("session-slow", entry)
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

    fn logoff(&mut self, event: &Event, at: Moment, session: u32, index: usize) {
        let stay = self.ensure(event, at, session);
        self.open.remove(&session);
        if let Some(stay) = self.ledger.stays.get_mut(stay) {
            stay.end = Some(at);
            stay.end_cite = Some(index);
        }
    }

    /// No session survives the host's going down.
    fn all_gone(&mut self, at: Moment, kind: crate::diagnose::ledgers::power::DownKind, cite: usize) {
        for (_, number) in std::mem::take(&mut self.open) {
            if let Some(stay) = self.ledger.stays.get_mut(number).filter(|stay| stay.seen <= at) {
                stay.end = Some(at);
                stay.end_cite = Some(cite);
                stay.end_class = Some(match kind {
                    crate::diagnose::ledgers::power::DownKind::Unexpected => EndClass::Crash,
                    crate::diagnose::ledgers::power::DownKind::Planned => EndClass::Shutdown,
                    crate::diagnose::ledgers::power::DownKind::Hybrid => EndClass::HybridShutdown,
                });
            }
        }
        self.arbitrations.clear();
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
                .or_else(|| event.activity.as_deref().map(str::to_owned));
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
            activity: event.activity.as_deref().map(str::to_owned),
            stay: None,
            class: DropClass::Unknown,
        });
    }

    /// Arbitrations that began and never ended.
    fn unfinished(&mut self, host: &Host) {
        let last = host.entries.iter().rev().find_map(|entry| entry.at);
        let unfinished = std::mem::take(&mut self.arbitrations)
            .into_iter()
            .filter(|(_, (.., ended))| !ended);
        for (session, (at, index, _)) in unfinished {
            let over = last
                .and_then(|last| last.since(at))
                .is_some_and(|span| span > TimeDelta::minutes(5));
            if let Some(entry) = host.entries.get(index).filter(|_| over) {
                let derived = Derived::new("session-unfinished", entry)
                    .with_some("User", entry.event.field_text("User"))
                    .with("SessionID", session);
                self.ledger.derived.push(derived.build());
            }
        }
    }
}
