//! Stays as the audits of the Security log tell them, for a host whose log of sessions was not sent: logons at the host and over
//! Remote Desktop, their reconnects, and their ends. They have no session id. Must not know why a session ended.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use super::{Kind, NO_SESSION, Stay, is_local};
use crate::diagnose::ledgers::power::PowerLedger;
use crate::diagnose::timeline::host::{Host, Moment};
use crate::model::providers::AUDITING;
use crate::model::{Event, user_key};

/// One logon gives two logon sessions where its user is an administrator.
const ONE_LOGON: TimeDelta = TimeDelta::seconds(10);
/// A session of which nothing more was heard for so long is not counted on.
const HEARD_OF: TimeDelta = TimeDelta::hours(24);

/// The stays of a host, in order.
pub(super) fn read(host: &Host, power: &PowerLedger) -> Vec<Stay> {
    let mut reading = Reading::default();
    let mut ends = power.ends().into_iter().peekable();
    for (index, entry) in host.entries.iter().enumerate() {
        let Some(at) = entry.at.filter(|_| AUDITING.wrote(entry.event.like())) else {
            continue;
        };
        while ends.next_if(|end| *end < at).is_some() {
            reading.all_gone(at);
        }
        reading.take(&entry.event, at, index);
    }
    for end in ends {
        reading.all_gone(end);
    }
    reading.close();
    reading.stays
}

#[derive(Default)]
struct Reading {
    stays: Vec<Stay>,
    /// Open stays by the logon id of the audits.
    open: BTreeMap<String, usize>,
}

impl Reading {
    fn take(&mut self, event: &Event, at: Moment, index: usize) {
        let (user, logon) = match event.id {
            Some(4778 | 4779) => (event.field_text("AccountName"), event.field_text("LogonID")),
            Some(4624 | 4634 | 4647) => (
                event.field_text("TargetUserName"),
                event.field_text("TargetLogonId"),
            ),
            _ => return,
        };
        let Some((user, logon)) = user.zip(logon).filter(|(user, _)| is_somebody(user)) else {
            return;
        };
        match event.id {
            Some(4624) if opens_session(event) => {
                let stay = self.logon(event, at, &user);
                self.state(stay, at, true, index);
                self.open.insert(logon, stay);
            }
            Some(4778) => {
                let stay = self.known(event, at, &user, logon);
                self.state(stay, at, true, index);
            }
            Some(4779) => {
                let stay = self.known(event, at, &user, logon);
                self.state(stay, at, false, index);
            }
            Some(4634 | 4647) => {
                if let Some(number) = self.open.remove(&logon) {
                    self.open.retain(|_, other| *other != number);
                    if let Some(stay) = self.stays.get_mut(number) {
                        stay.end = Some(at);
                        stay.end_cite = Some(index);
                    }
                }
            }
            _ => {}
        }
    }

    /// The stay of a logon: the second logon session of one logon is no second stay.
    fn logon(&mut self, event: &Event, at: Moment, user: &str) -> usize {
        let same = self.of_user(user);
        same.filter(|number| {
            self.stays
                .get(*number)
                .is_some_and(|stay| stay.seen.near(at, ONE_LOGON))
        })
        .unwrap_or_else(|| self.begin(event, at, user, Some(at)))
    }

    /// The stay of a logon id, of the user where the logon itself was not sent, or one from before the log.
    fn known(&mut self, event: &Event, at: Moment, user: &str, logon: String) -> usize {
        let known = self.open.get(&logon).copied().or_else(|| self.of_user(user));
        let stay = known.unwrap_or_else(|| self.begin(event, at, user, None));
        self.open.insert(logon, stay);
        stay
    }

    fn of_user(&self, user: &str) -> Option<usize> {
        let key = user_key(user);
        let is_own = |number: &&usize| {
            let stay = self.stays.get(**number);
            stay.is_some_and(|stay| stay.user_key.as_deref() == Some(&*key))
        };
        self.open.values().filter(is_own).max().copied()
    }

    fn begin(&mut self, event: &Event, at: Moment, user: &str, start: Option<Moment>) -> usize {
        let domain = ["TargetDomainName", "AccountDomain"]
            .iter()
            .find_map(|name| event.field_text(name));
        let user = domain.map_or_else(|| user.to_owned(), |domain| format!("{domain}\\{user}"));
        let address = ["IpAddress", "ClientAddress"]
            .iter()
            .find_map(|name| event.field_text(name))
            .filter(|address| *address != "-" && !is_local(address));
        // At the machine itself, which audits give its own address for.
        let at_console = matches!(event.field_number("LogonType"), Some(2 | 11));
        let address = address.filter(|_| !at_console);
        let kind = if address.is_some() {
            Kind::Rdp
        } else {
            Kind::Console
        };
        let stay = Stay::new(NO_SESSION, Some(user), (kind, address), (start, at));
        self.stays.push(stay);
        self.stays.len() - 1
    }

    fn state(&mut self, stay: usize, at: Moment, active: bool, index: usize) {
        let Some(stay) = self.stays.get_mut(stay) else {
            return;
        };
        // The two logon sessions of one logon are one beginning.
        let again = |(last, was, _): &(Moment, bool, usize)| *was == active && last.near(at, ONE_LOGON);
        if !stay.states.last().is_some_and(again) {
            stay.states.push((at, active, index));
        }
    }

    fn all_gone(&mut self, at: Moment) {
        for (_, number) in std::mem::take(&mut self.open) {
            if let Some(stay) = self.stays.get_mut(number) {
                stay.end = Some(at);
            }
        }
    }

    /// Whoever is still there is believed to be for a day: the audit of a log-off is often missing.
    fn close(&mut self) {
        for (_, number) in std::mem::take(&mut self.open) {
            if let Some(stay) = self.stays.get_mut(number) {
                let last = stay.states.iter().map(|(when, ..)| *when).max();
                stay.end = Some(last.unwrap_or(stay.seen).later(HEARD_OF));
                stay.end_is_guess = true;
            }
        }
    }
}

/// Whether a logon opens a session: at the host, over Remote Desktop, or either with what was kept of earlier ones. Whoever starts one program
/// as somebody else, or is asked to consent to one, logs on as if at the host, and stays in the session that there is.
fn opens_session(event: &Event) -> bool {
    let ends_with = |name: &str, end: &str| {
        let text = event
            .field_text(name)
            .map(|text| text.trim().to_ascii_lowercase());
        text.is_some_and(|text| text.ends_with(end))
    };
    matches!(event.field_number("LogonType"), Some(2 | 10 | 11 | 12))
        && !ends_with("ProcessName", "\\consent.exe")
        && !ends_with("LogonProcessName", "seclogo")
}

/// Whether an account is a person's or a robot's, and none that Windows makes for itself.
fn is_somebody(user: &str) -> bool {
    let lower = user.to_lowercase();
    let own = ["dwm-", "umfd-", "s-1-5-"];
    !user.ends_with('$')
        && !own.iter().any(|start| lower.starts_with(start))
        && !matches!(lower.as_str(), "-" | "system")
}
