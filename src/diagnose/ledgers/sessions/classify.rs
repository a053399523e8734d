//! What a disconnect reason means where it stands. The number alone is no verdict: 12 is written at every restart, 11 at
//! every console log-off, 5 at every reconnect. The patterns were measured on real logs.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;

use super::{Drop, SessionLedger};
use crate::diagnose::ledgers::power::{DownKind, PowerLedger};
use crate::diagnose::timeline::host::{Entry, Host, Moment};
use crate::model::providers::{LSM, Provider, RCM, RDP_CORE};
use crate::model::same_user;

/// How a session lost its client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::diagnose) enum DropClass {
    ClientClosed,
    ClientVanished,
    UserDisconnect,
    Forced,
    IdleLimit,
    TimeLimit,
    ReplacedByOther,
    /// By a connection that no log shows.
    Replaced,
    ReconnectElsewhere,
    Transport,
    ListenerStopped,
    Memory,
    Denied,
    CredentialsRequired,
    Graphics,
    ServerShutdown,
    Licensing,
    InvalidCredentials,
    Protocol,
    /// A code of the system that is none of the connection.
    SystemError,
    ConsoleHandover,
    /// The reason says that the session was logged off, and no record of the logoff is there.
    LoggedOff,
    Shutdown,
    HybridShutdown,
    /// The host was asleep, and its clients waited in vain.
    Sleep,
    Housekeeping,
    LoginScreen,
    Unknown,
}

impl DropClass {
    pub(in crate::diagnose) const fn name(self) -> &'static str {
        match self {
            Self::ClientClosed => "client-closed",
            Self::ClientVanished => "client-vanished",
            Self::UserDisconnect => "user-disconnect",
            Self::Forced => "forced",
            Self::IdleLimit => "idle-limit",
            Self::TimeLimit => "time-limit",
            Self::ReplacedByOther => "replaced-by-other-user",
            Self::Replaced => "replaced",
            Self::ReconnectElsewhere => "reconnect-elsewhere",
            Self::Transport => "transport",
            Self::ListenerStopped => "listener-stopped",
            Self::Memory => "memory",
            Self::Denied => "denied",
            Self::CredentialsRequired => "credentials-required",
            Self::Graphics => "graphics",
            Self::ServerShutdown => "server-shutdown",
            Self::Licensing => "licensing",
            Self::InvalidCredentials => "invalid-credentials",
            Self::Protocol => "protocol",
            Self::SystemError => "system-error",
            Self::ConsoleHandover => "console-handover",
            Self::LoggedOff => "logged-off",
            Self::Shutdown => "shutdown",
            Self::HybridShutdown => "hybrid-shutdown",
            Self::Sleep => "sleep",
            Self::Housekeeping => "housekeeping",
            Self::LoginScreen => "login-screen",
            Self::Unknown => "unknown",
        }
    }

    /// Whether Windows dropped the session for a fault: whoever was in it did not sign out.
    const fn is_fault(self) -> bool {
        matches!(
            self,
            Self::Memory
                | Self::Graphics
                | Self::Licensing
                | Self::Protocol
                | Self::SystemError
                | Self::InvalidCredentials
        )
    }

    /// What the number itself says, where it says anything that no pattern overrules.
    fn of_reason(reason: u32) -> Option<Self> {
        Some(match reason {
            1 | 2 => Self::Forced,
            3 => Self::IdleLimit,
            4 => Self::TimeLimit,
            6 => Self::Memory,
            7..=9 => Self::Denied,
            10 => Self::CredentialsRequired,
            15..=18 | 23 | 24 | 4399 => Self::Graphics,
            25 | 26 => Self::ServerShutdown,
            256..=267 => Self::Licensing,
            768 => Self::InvalidCredentials,
            0x1000..=0x7FFF => Self::Protocol,
            0x8000_0000.. => return Self::of_system_code(reason),
            _ => return None,
        })
    }
}

/// How a stay ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::diagnose) enum EndClass {
    Logoff,
    Forced,
    IdleLimit,
    TimeLimit,
    DisconnectLimit,
    Shutdown,
    HybridShutdown,
    Crash,
    /// The host started again: it ended before, and nobody wrote when.
    Restart,
    /// In the moment in which Windows dropped it for a fault.
    Fault,
}

impl EndClass {
    pub(in crate::diagnose) const fn name(self) -> &'static str {
        match self {
            Self::Logoff => "logoff",
            Self::Forced => "logoff-forced",
            Self::IdleLimit => "logoff-idle-limit",
            Self::TimeLimit => "logoff-time-limit",
            Self::DisconnectLimit => "logoff-disconnect-limit",
            Self::Shutdown => "logoff-shutdown",
            Self::HybridShutdown => "logoff-hybrid-shutdown",
            Self::Crash => "crash",
            Self::Restart => "restart",
            Self::Fault => "logoff-fault",
        }
    }
}

/// Markers from other logs, in order of time, for looking up around an instant.
pub(in crate::diagnose) struct Clues<'a> {
    power: &'a PowerLedger,
    /// LSM events of interest by id.
    lsm: BTreeMap<u16, Vec<(Moment, usize)>>,
    /// RdpCoreTS events of interest by id.
    rdp: BTreeMap<u16, Vec<(Moment, usize)>>,
    /// RCM 20515 to 20519: (instant, id, session).
    limits: Vec<(Moment, u16, Option<u32>)>,
    /// RCM 259: the listener stopped.
    stops: Vec<Moment>,
    /// Sessions for which a 21, 22, 24 or 25 is there: they had a user.
    owned: BTreeSet<u32>,
}

impl<'a> Clues<'a> {
    pub(in crate::diagnose) fn new(host: &Host, power: &'a PowerLedger) -> Self {
        let mut clues = Self {
            power,
            lsm: BTreeMap::new(),
            rdp: BTreeMap::new(),
            limits: Vec::new(),
            stops: Vec::new(),
            owned: BTreeSet::new(),
        };
        for (index, entry) in host.entries.iter().enumerate() {
            let (Some(at), Some(id)) = (entry.at, entry.event.like().id) else {
                continue;
            };
            let of = |provider: Provider| provider.wrote(entry.event.like());
            if of(LSM) {
                clues.lsm.entry(id).or_default().push((at, index));
                if matches!(id, 21 | 22 | 25) {
                    clues.owned.extend(entry.event.field_number("SessionID"));
                }
            } else if of(RDP_CORE) {
                clues.rdp.entry(id).or_default().push((at, index));
            } else if of(RCM) && id == 259 {
                clues.stops.push(at);
            } else if of(RCM) && (20515..=20519).contains(&id) {
                clues.limits.push((
                    at,
                    id,
                    entry
                        .event
                        .field_number("Session")
                        .or_else(|| entry.event.field_number("Param1")),
                ));
            }
        }
        clues
    }

    fn around(
        list: Option<&Vec<(Moment, usize)>>,
        at: Moment,
        before: i64,
        after: i64,
    ) -> impl Iterator<Item = usize> {
        let list = list.map(Vec::as_slice).unwrap_or_default();
        let (from, to) = (
            at.earlier(TimeDelta::milliseconds(before)),
            at.later(TimeDelta::milliseconds(after)),
        );
        let start = list.partition_point(|(when, _)| *when < from);
        list.iter()
            .skip(start)
            .take_while(move |(when, _)| *when <= to)
            .map(|(_, index)| *index)
    }

    /// LSM events of an id within milliseconds before and after.
    fn lsm<'b>(
        &'b self,
        host: &'b Host,
        id: u16,
        at: Moment,
        before: i64,
        after: i64,
    ) -> impl Iterator<Item = &'b Entry> {
        Self::around(self.lsm.get(&id), at, before, after).filter_map(|index| host.entries.get(index))
    }

    /// RdpCoreTS events of an id within three seconds; of this connection only, where both give their activity.
    fn rdp<'b>(
        &'b self,
        host: &'b Host,
        id: u16,
        drop: &'b Drop,
        at: Moment,
    ) -> impl Iterator<Item = &'b Entry> {
        Self::around(self.rdp.get(&id), at, 3_000, 3_000)
            .filter_map(|index| host.entries.get(index))
            .filter(|entry| match (&drop.activity, &entry.event.activity) {
                (Some(own), Some(other)) => own.eq_ignore_ascii_case(other),
                _ => true,
            })
    }

    /// Whether the listener stopped up to ten seconds before, or in the same moment: the server let go of every client.
    fn listener_stopped(&self, at: Moment) -> bool {
        let from = at.earlier(TimeDelta::seconds(10));
        let next = self.stops.partition_point(|stop| *stop < from);
        let stop = self.stops.get(next);
        stop.is_some_and(|stop| *stop <= at.later(TimeDelta::seconds(2)))
    }

    /// The limit that the Remote Connection Manager reports for a session within a minute.
    fn limit(&self, session: Option<u32>, at: Moment) -> Option<u16> {
        let minute = TimeDelta::seconds(60);
        let start = self
            .limits
            .partition_point(|(when, ..)| *when < at.earlier(minute));
        let mut near = self
            .limits
            .iter()
            .skip(start)
            .take_while(|(when, ..)| when.near(at, minute));
        let hit = near.find(|(_, _, own)| own.is_none() || *own == session);
        hit.map(|(_, id, _)| *id)
    }
}

/// Classifies every disconnection and every end of a stay.
pub(in crate::diagnose) fn classify(
    ledger: &mut SessionLedger,
    host: &Host,
    power: &PowerLedger,
    clues: &Clues<'_>,
) {
    let classes: Vec<DropClass> = ledger
        .drops
        .iter()
        .map(|drop| class_of(drop, ledger, host, clues))
        .collect();
    for (drop, class) in ledger.drops.iter_mut().zip(classes) {
        drop.class = class;
    }
    let ends: Vec<Option<EndClass>> = (0..ledger.stays.len())
        .map(|stay| end_of(stay, ledger, power, clues))
        .collect();
    for (stay, class) in ledger.stays.iter_mut().zip(ends) {
        stay.end_class = stay.end_class.or(class);
    }
}

fn class_of(drop: &Drop, ledger: &SessionLedger, host: &Host, clues: &Clues<'_>) -> DropClass {
    let Some(at) = drop.at else {
        // Pasted text: nothing around it can be looked up, and reasons 5, 11, 12 and 0 mean little alone.
        return drop
            .reason
            .and_then(DropClass::of_reason)
            .unwrap_or(DropClass::Unknown);
    };
    match clues.limit(drop.session, at) {
        Some(20516) => return DropClass::IdleLimit,
        Some(20518) => return DropClass::TimeLimit,
        _ => {}
    }
    let stated = drop.reason.and_then(DropClass::of_reason);
    if let Some(limit @ (DropClass::IdleLimit | DropClass::TimeLimit)) = stated {
        return limit;
    }
    if let Some(down) = clues.power.near(at) {
        return if down.kind == DownKind::Hybrid {
            DropClass::HybridShutdown
        } else {
            DropClass::Shutdown
        };
    }
    let broken = stated == Some(DropClass::Transport) || says_nothing(drop.reason);
    if broken && clues.listener_stopped(at) {
        return DropClass::ListenerStopped;
    }
    if broken && clues.power.slept(at) {
        return DropClass::Sleep;
    }
    if let Some(class) = stated {
        return class;
    }
    if drop.by_session.is_some_and(|by| Some(by) != drop.session) && drop.reason != Some(5) {
        return DropClass::Forced;
    }
    let owned = drop.stay.is_some()
        || drop.has_24
        || drop.session.is_some_and(|session| clues.owned.contains(&session))
            && !begun_just_now(drop, at, host, clues);
    if !owned {
        return without_owner(drop, at, host, clues);
    }
    let logoff = clues
        .lsm(host, 23, at, 2_000, 2_000)
        .any(|entry| entry.event.field_number("SessionID") == drop.session);
    match drop.reason {
        Some(5) => replaced(drop, at, ledger, host, clues),
        Some(11) if logoff => DropClass::ConsoleHandover,
        Some(11) => DropClass::UserDisconnect,
        Some(12) if !logoff => DropClass::LoggedOff,
        _ if logoff => DropClass::ConsoleHandover,
        _ => without_reason(drop, at, host, clues),
    }
}

/// Whether a reason tells nothing: there is none, or it is a success in whatever wrapping.
fn says_nothing(reason: Option<u32>) -> bool {
    reason.is_none_or(|reason| {
        reason == 0 || reason >= 0x8000_0000 && DropClass::of_system_code(reason).is_none()
    })
}

/// Whether the id was given out within the minute before: ids are used again, and whoever had it once has it no more.
fn begun_just_now(drop: &Drop, at: Moment, host: &Host, clues: &Clues<'_>) -> bool {
    let own = |entry: &&Entry| entry.event.field_number("SessionID") == drop.session;
    let begun = clues.lsm(host, 41, at, 60_000, 0).filter(own).last();
    begun.and_then(|entry| entry.at).is_some_and(|begun| {
        let taken = |id| {
            clues
                .lsm(host, id, at, 60_000, 0)
                .filter(own)
                .any(|entry| entry.at >= Some(begun))
        };
        !taken(21) && !taken(22) && !taken(25)
    })
}

/// A session id that never had a user: the temporary id of a reconnect, the login screen, or a client that gave up.
fn without_owner(drop: &Drop, at: Moment, host: &Host, clues: &Clues<'_>) -> DropClass {
    let reconnect = clues.lsm(host, 25, at, 10_000, 10_000).next().is_some();
    let arbitrated = clues
        .lsm(host, 41, at, 60_000, 1_000)
        .any(|entry| entry.event.field_number("SessionID") == drop.session);
    match drop.reason {
        reason if says_nothing(reason) && reconnect && arbitrated => DropClass::Housekeeping,
        Some(5) if reconnect => DropClass::Housekeeping,
        _ => DropClass::LoginScreen,
    }
}

/// Reason 5. The same user coming back from elsewhere writes 25 on the same id within four seconds; fifteen are allowed.
fn replaced(drop: &Drop, at: Moment, ledger: &SessionLedger, host: &Host, clues: &Clues<'_>) -> DropClass {
    let same = clues
        .lsm(host, 25, at, 2_000, 15_000)
        .any(|entry| entry.event.field_number("SessionID") == drop.session);
    if same {
        return DropClass::ReconnectElsewhere;
    }
    let owner = drop
        .stay
        .and_then(|stay| ledger.stays.get(stay))
        .and_then(|stay| stay.user.clone());
    let another = [21, 25]
        .into_iter()
        .flat_map(|id| clues.lsm(host, id, at, 5_000, 60_000))
        .any(|entry| {
            let user = entry.event.field_text("User");
            entry.event.field_number("SessionID") != drop.session
                && match (&owner, &user) {
                    (Some(owner), Some(user)) => !same_user(owner, user),
                    _ => true,
                }
        });
    let by_other = drop.by_session.is_some_and(|by| Some(by) != drop.session);
    if another || by_other {
        DropClass::ReplacedByOther
    } else {
        DropClass::Replaced
    }
}

/// Reason 0, or 24 alone: RdpCoreTS knows who closed the connection.
fn without_reason(drop: &Drop, at: Moment, host: &Host, clues: &Clues<'_>) -> DropClass {
    let reason = |wanted: u32| {
        clues
            .rdp(host, 103, drop, at)
            .any(|entry| entry.event.field_number("ReasonCode") == Some(wanted))
    };
    if clues.rdp(host, 107, drop, at).next().is_some() || reason(13) {
        return DropClass::ClientClosed;
    }
    let failed = [142, 143]
        .into_iter()
        .flat_map(|id| clues.rdp(host, id, drop, at))
        .next()
        .is_some();
    if failed || reason(14) {
        return DropClass::Transport;
    }
    if drop.reason == Some(0) {
        DropClass::ClientVanished
    } else if drop.reason.is_some_and(|reason| reason >= 0x8000_0000) {
        DropClass::SystemError
    } else {
        DropClass::Unknown
    }
}

fn end_of(number: usize, ledger: &SessionLedger, power: &PowerLedger, clues: &Clues<'_>) -> Option<EndClass> {
    let stay = ledger.stays.get(number)?;
    // No record tells why a stay ended whose id was given out anew.
    let at = stay.end.filter(|_| stay.end_cite.is_some())?;
    match clues.limit(Some(stay.session), at) {
        Some(20515) => return Some(EndClass::IdleLimit),
        Some(20517) => return Some(EndClass::TimeLimit),
        Some(20519) => return Some(EndClass::DisconnectLimit),
        _ => {}
    }
    if let Some(down) = power.near(at) {
        return Some(if down.kind == DownKind::Hybrid {
            EndClass::HybridShutdown
        } else {
            EndClass::Shutdown
        });
    }
    let span = TimeDelta::seconds(10);
    let close = ledger
        .drops_of(number)
        .filter(|drop| drop.at.is_some_and(|when| when.near(at, span)));
    for drop in close {
        match drop.class {
            DropClass::Forced => return Some(EndClass::Forced),
            DropClass::IdleLimit => return Some(EndClass::IdleLimit),
            DropClass::TimeLimit => return Some(EndClass::TimeLimit),
            class if class.is_fault() => return Some(EndClass::Fault),
            _ => {}
        }
    }
    Some(EndClass::Logoff)
}
