//! Stays as Winlogon tells them in the System log, for a host of which nothing else tells of sessions: it notifies its subscribers of each
//! logon (7001) and log-off (7002), with the session id and the SID of the user. Must not know why a session ended.

use std::collections::BTreeMap;

use super::{Kind, Stay};
use crate::diagnose::ledgers::power::PowerLedger;
use crate::diagnose::timeline::host::{Entry, Host, Moment};
use crate::model::providers::{Records, WINLOGON};

/// Somebody logged on, and off.
const TOLD: &[Records] = &[WINLOGON.ids(&[LOGON, LOGOFF])];
const LOGON: u16 = 7001;
const LOGOFF: u16 = 7002;

/// The stays of a host, in order.
pub(super) fn read(host: &Host, power: &PowerLedger) -> Vec<Stay> {
    let mut reading = Reading::default();
    let mut ends = power.ends().into_iter().peekable();
    for (index, entry) in host.each(TOLD) {
        let Some(at) = entry.at else { continue };
        while let Some(end) = ends.next_if(|end| *end < at) {
            reading.all_gone(end);
        }
        reading.take(entry, at, index);
    }
    for end in ends {
        reading.all_gone(end);
    }
    reading.stays
}

#[derive(Default)]
struct Reading {
    stays: Vec<Stay>,
    /// Open stays by session id.
    open: BTreeMap<u32, usize>,
}

impl Reading {
    fn take(&mut self, entry: &Entry, at: Moment, index: usize) {
        let Some(session) = entry.event.field_number("TSId") else {
            return;
        };
        match entry.event.like().id {
            Some(LOGON) => {
                let stay = self.begin(entry, at, session, Some(at));
                if let Some(stay) = self.stays.get_mut(stay) {
                    stay.states.push((at, true, index));
                }
                if let Some(last) = self.open.insert(session, stay) {
                    self.end(last, at, None);
                }
            }
            Some(LOGOFF) => {
                let open = self.open.remove(&session);
                let stay = open.unwrap_or_else(|| self.begin(entry, at, session, None));
                self.end(stay, at, Some(index));
            }
            _ => {}
        }
    }

    fn begin(&mut self, entry: &Entry, at: Moment, session: u32, start: Option<Moment>) -> usize {
        let user = entry.event.field_text("UserSid");
        self.stays
            .push(Stay::new(session, user, (Kind::Unknown, None), (start, at)));
        self.stays.len() - 1
    }

    fn end(&mut self, stay: usize, at: Moment, cite: Option<usize>) {
        if let Some(stay) = self.stays.get_mut(stay) {
            stay.end = Some(at);
            stay.end_cite = cite;
        }
    }

    fn all_gone(&mut self, at: Moment) {
        for (_, stay) in std::mem::take(&mut self.open) {
            self.end(stay, at, None);
        }
    }
}
