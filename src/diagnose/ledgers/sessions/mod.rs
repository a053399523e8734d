//! The session ledger: who owned which session id in which state at any instant, and how each stay ended.
//!
//! Built from the events of the Local Session Manager; RdpCoreTS and the limits of the Remote Connection Manager say why.
//! Where no record of it was sent, [`audits`] reads who was there from the Security log, or [`notices`] from System.
//! [`reading`] owns which stay an event is of; [`classify`] owns what the reasons mean.

mod audits;
mod before_log;
mod classify;
mod notices;
mod reading;
mod system_codes;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use chrono::TimeDelta;

use crate::diagnose::ledgers::power::PowerLedger;
use crate::diagnose::timeline::host::{Entry, Host, Moment};
use crate::diagnose::timeline::interval_tree::Overlaps;
use crate::model::providers::{AUDITING, LSM, RCM, RDP_CORE, Records, WINLOGON};
use crate::model::{Kept, user_key};

pub(in crate::diagnose) use classify::{Clues, DropClass, EndClass};

/// The records that it is built from.
pub(in crate::diagnose) const READS: &[Records] = &[
    LSM.ids(&[21, 22, 23, 24, 25, 36, 39, 40, 41, 42, 54, 59]),
    RDP_CORE.ids(&[66, 103, 107, 142, 143]),
    RCM.ids(&[259, 20515, 20516, 20517, 20518, 20519]),
    WINLOGON.ids(&[7001, 7002]),
    // Logons and log-offs of users are kept as signals ask for them.
    AUDITING.ids(&[4778, 4779]),
];

/// The session id of a stay whose id is not told.
pub(in crate::diagnose) const NO_SESSION: u32 = u32::MAX;

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

    /// `LOCAL`, in the language of Windows, is the console, an address RDP, an empty address VMConnect.
    fn of(event: &Kept) -> Self {
        match event
            .glimpse("Address")
            .map(|value| value.to_text().trim().to_owned())
            .as_deref()
        {
            Some("") => Self::VmConnect,
            Some(address) if is_local(address) => Self::Console,
            Some(_) => Self::Rdp,
            None => Self::Unknown,
        }
    }
}

/// Whether what stands in place of a client's address is the word for the machine itself, as `LOCAL` and `LOKAL` are: every address has a digit
/// or parts.
fn is_local(address: &str) -> bool {
    let is_of_address = |sign: char| sign.is_ascii_digit() || matches!(sign, '.' | ':' | '-' | '_');
    !address.contains(is_of_address)
}

/// Whence the client of a session came, if it has one.
fn client_address(event: &Kept) -> Option<String> {
    event.field_text("Address").filter(|address| !is_local(address))
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
    /// How its user is compared with others: there may be thousands.
    user_key: Option<String>,
    pub kind: Kind,
    pub address: Option<String>,
    pub start: Option<Moment>,
    pub end: Option<Moment>,
    /// Whether nothing tells of the end.
    pub end_is_guess: bool,
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
    /// One that goes on: of whom, how and whence they are connected, when it began, if that was seen, and when it was seen first.
    fn new(
        session: u32,
        user: Option<String>,
        (kind, address): (Kind, Option<String>),
        (start, seen): (Option<Moment>, Moment),
    ) -> Self {
        Self {
            session,
            user_key: user.as_deref().map(user_key),
            user,
            kind,
            address,
            start,
            end: None,
            end_is_guess: false,
            end_class: None,
            end_cite: None,
            states: Vec::new(),
            former: Vec::new(),
            seen,
        }
    }

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
        let unsaid = || {
            self.states
                .first()
                .is_none_or(|(when, active, _)| *when <= at || !active)
        };
        self.alive(at) && self.state_at(at).map_or_else(unsaid, |(_, active)| active)
    }

    /// After how long its user was connected again, who lost the client at an instant, where that is at once.
    pub(in crate::diagnose) fn back_after(&self, at: Moment) -> Option<TimeDelta> {
        const AT_ONCE: TimeDelta = TimeDelta::minutes(2);
        let next = self.states.partition_point(|(when, ..)| *when < at);
        let mut later = self.states.get(next..).unwrap_or_default().iter();
        let (when, ..) = later.find(|(_, active, _)| *active)?;
        when.since(at).filter(|span| *span <= AT_ONCE)
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
    /// Stays that only audits or Winlogon tell of; none where there is a log of sessions.
    audited: Vec<Stay>,
}

impl SessionLedger {
    /// Reads the session events of a host in order.
    pub(in crate::diagnose) fn new(host: &Host, power: &PowerLedger) -> Self {
        let mut ledger = reading::read(host, power);
        before_log::reach_back(&mut ledger.stays, host, power);
        if ledger.stays.is_empty() {
            ledger.audited = audits::read(host, power);
        }
        if ledger.stays.is_empty() && ledger.audited.is_empty() {
            ledger.audited = notices::read(host, power);
        }
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

    /// Stays that were there at an instant, as far as anything tells of them.
    pub(in crate::diagnose) fn alive_or_audited(&self, at: Moment) -> impl Iterator<Item = &Stay> {
        let audited = self.audited.iter().filter(move |stay| stay.alive(at));
        self.alive(at).chain(audited)
    }

    /// All stays, with the numbers of those that a log of sessions tells of.
    pub(in crate::diagnose) fn told(&self) -> impl Iterator<Item = (Option<usize>, &Stay)> {
        let logged = self.stays.iter().enumerate();
        let logged = logged.map(|(number, stay)| (Some(number), stay));
        logged.chain(self.audited.iter().map(|stay| (None, stay)))
    }

    /// Stays that were there at some instant of a span, in order.
    pub(in crate::diagnose) fn during(&self, from: Moment, to: Moment) -> impl Iterator<Item = &Stay> {
        let mut places: Vec<usize> = self.spans.touching(from, to).collect();
        places.sort_unstable();
        places.into_iter().filter_map(|place| self.stays.get(place))
    }

    /// Whether a session lost its client within seconds of an instant, and had it again at once.
    pub(in crate::diagnose) fn healed_near(&self, at: Moment) -> bool {
        const NEAR: TimeDelta = TimeDelta::seconds(10);
        let near = self
            .drops
            .iter()
            .filter(|drop| drop.at.is_some_and(|when| when.near(at, NEAR)));
        let mut back = near.filter_map(|drop| self.stays.get(drop.stay?)?.back_after(drop.at?));
        back.next().is_some()
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
