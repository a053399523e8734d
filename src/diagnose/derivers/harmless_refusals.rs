//! Refused logons that say nothing of an account: names that somebody guesses at, and passwords that a person mistyped once. Owns when
//! a refusal is so harmless, by the other records of its host. Must not know symptoms.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;

use crate::diagnose::timeline::host::{Entry, Host, Moment};
use crate::model::providers::{AUDITING, Records};
use crate::model::{Event, user_key};

/// Logons and refused logons.
const LOGONS: Records = AUDITING.ids(&[4624, 4625]);
/// What a domain controller gave or refused: tickets, and logons by NTLM.
const TICKETS: Records = AUDITING.ids(&[4768, 4771, 4776]);
/// Whoever is refused under so many names does not know them.
pub(super) const GUESSED: usize = 4;
/// Who mistyped logs on within this time.
const SOON: TimeDelta = TimeDelta::minutes(10);
/// Types of logon for which a person types a password: at the keyboard, to unlock, over Remote Desktop, with cached credentials.
const BY_HAND: [u32; 4] = [2, 7, 10, 11];
/// The type of a logon over the network, as Remote Desktop asks for it before there is a session.
const NETWORK: u32 = 3;

/// What the logons of one host say of its refusals.
pub(in crate::diagnose) struct Refusals {
    names: BTreeSet<String>,
    /// When persons logged on by hand, by their accounts, in order, and from where.
    succeeded: BTreeMap<Option<String>, Vec<(Moment, Option<String>)>>,
}

impl Refusals {
    /// Reads the logons of a host, each once.
    pub(in crate::diagnose) fn new(host: &Host) -> Self {
        let mut names = BTreeSet::new();
        let mut succeeded: BTreeMap<Option<String>, Vec<(Moment, Option<String>)>> = BTreeMap::new();
        for (_, entry) in host.each(&[LOGONS]) {
            let event = &entry.event;
            match event.id {
                Some(4625) => names.extend(account(event)),
                Some(4624) if is_by_hand(event) => {
                    let from = entry.at.map(|at| (at, address(event)));
                    succeeded.entry(account(event)).or_default().extend(from);
                }
                _ => {}
            }
        }
        for (_, entry) in host.each(&[TICKETS]) {
            if is_refused_ticket(&entry.event) {
                names.extend(account(&entry.event).filter(|name| !name.ends_with('$')));
            } else {
                let given = succeeded.entry(account(&entry.event)).or_default();
                given.extend(entry.at.map(|at| (at, None)));
            }
        }
        let by_time = |times: &mut Vec<(Moment, Option<String>)>| times.sort_unstable();
        succeeded.values_mut().for_each(by_time);
        Self { names, succeeded }
    }

    /// Whether so many names were refused that somebody guesses at them: then no account is at fault.
    pub(in crate::diagnose) fn are_guesses(&self) -> bool {
        self.names.len() >= GUESSED
    }

    /// Whether a record is the refusal of a person who then logged on, or of a ticket that the account then got: a mistyped password
    /// is no fault, nor is one that had expired and was changed.
    pub(in crate::diagnose) fn is_mistyped(&self, entry: &Entry) -> bool {
        let event = &entry.event;
        let is_logon = event.id == Some(4625) && is_by_hand(event);
        let is_ticket = TICKETS.are(event) && is_refused_ticket(event);
        // Before a session of Remote Desktop the password is asked over the network, from where the session comes then.
        let asked_from = address(event)
            .filter(|_| event.id == Some(4625) && event.field_number("LogonType") == Some(NETWORK));
        let Some(at) = entry.at.filter(|_| is_logon || is_ticket || asked_from.is_some()) else {
            return false;
        };
        let times = self.succeeded.get(&account(event)).map(Vec::as_slice);
        let times = times.unwrap_or_default();
        let later = times.get(times.partition_point(|(time, _)| *time < at)..);
        let mut later = later.unwrap_or_default().iter();
        let next = later.find(|(_, from)| is_logon || is_ticket || *from == asked_from);
        next.and_then(|(next, _)| next.since(at))
            .is_some_and(|span| span <= SOON)
    }
}

/// The address that a logon came from, if it is one of another machine.
fn address(event: &Event) -> Option<String> {
    let address = event.field_text("IpAddress")?;
    (!matches!(&*address, "-" | "::1" | "127.0.0.1" | "")).then_some(address)
}

fn account(event: &Event) -> Option<String> {
    event.field_text("TargetUserName").map(|name| user_key(&name))
}

/// Whether a record of a ticket is of one that was refused.
fn is_refused_ticket(event: &Event) -> bool {
    let code = event
        .field_number("FailureCode")
        .or_else(|| event.field_number("Status"));
    event.id == Some(4771) || code.is_some_and(|code| code != 0)
}

fn is_by_hand(event: &Event) -> bool {
    event
        .field_number("LogonType")
        .is_some_and(|kind| BY_HAND.contains(&kind))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Origin, Value};

    /// A logon: the id of its record, who, its type, and when in seconds.
    fn entry((id, who, kind, second): (u16, &str, u64, i64), epoch: u32) -> Entry {
        let mut event = Event::new(Origin::record(std::sync::Arc::from("Security.evtx"), 1, 0));
        event.provider = AUDITING.name.into();
        event.id = Some(id);
        event.push("TargetUserName", Value::text(who));
        event.push("LogonType", Value::Unsigned(kind));
        let start: crate::model::Time = "2026-05-04T08:00:00Z".parse().unwrap();
        let time = start + TimeDelta::seconds(second);
        Entry {
            event: event.into(),
            at: Some(Moment::in_epoch(epoch, time)),
        }
    }

    #[test]
    fn who_mistypes_before_a_session_comes_from_the_same_place() {
        let from = |mut entry: Entry, address: &str| {
            let mut event = (*entry.event).clone();
            event.push("IpAddress", Value::text(address));
            entry.event = event.into();
            entry
        };
        let refusals = Refusals::new(&host(vec![
            from(entry((4624, "anna", 3, 10), 0), "10.1.1.9"),
            from(entry((4624, "anna", 10, 20), 0), "10.1.1.5"),
        ]));
        let refused = |address| refusals.is_mistyped(&from(entry((4625, "anna", 3, 0), 0), address));
        assert!(refused("10.1.1.5"));
        assert!(!refused("10.1.1.9"), "a logon over the network is no session");
        assert!(!refused("-"));
    }

    fn host(entries: Vec<Entry>) -> Host {
        Host {
            raw: entries.len(),
            entries,
            ..Host::default()
        }
    }

    #[test]
    fn who_mistypes_logs_on_soon_after_under_the_same_name() {
        let succeeded = |who, kind, second, epoch| {
            let refusals = Refusals::new(&host(vec![
                entry((4624, who, kind, second), epoch),
                entry((4624, "anna", 2, -60), 0),
            ]));
            refusals.is_mistyped(&entry((4625, "anna", 10, 0), 0))
        };
        assert!(succeeded("anna", 10, 0, 0));
        assert!(succeeded(r"CORP\Anna", 7, 600, 0));
        assert!(!succeeded("anna", 10, 601, 0), "too late");
        assert!(!succeeded("anna", 10, -1, 0), "before");
        assert!(!succeeded("bert", 10, 5, 0), "somebody else");
        assert!(!succeeded("anna", 4, 5, 0), "no person");
        assert!(!succeeded("anna", 10, 5, 1), "after the clock was set back");
    }

    #[test]
    fn a_machine_does_not_mistype() {
        let refusals = Refusals::new(&host(vec![entry((4624, "svc", 2, 5), 0)]));
        assert!(!refusals.is_mistyped(&entry((4625, "svc", 4, 0), 0)));
        assert!(!refusals.is_mistyped(&entry((4624, "svc", 2, 0), 0)));
    }

    #[test]
    fn many_names_are_guesses() {
        let refused = |names: &[&str]| {
            let entries = names.iter().map(|name| entry((4625, name, 3, 0), 0));
            Refusals::new(&host(entries.collect())).are_guesses()
        };
        assert!(refused(&["a1", "b1", "c1", "d1"]));
        assert!(!refused(&["a1", "b1", "c1", r"CORP\A1"]));
    }
}
