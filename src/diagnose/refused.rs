//! Accounts of robots and tasks whose logons are refused until the log ends, and nothing but the Security log says so. Derives an
//! event of each such refusal.
//!
//! Refused logons are everyday noise: people mistype, and strangers guess. So this is told only of an account that works for
//! machines or that the host itself locked out, or where a few records of refusals are all that was sent; only of what no success came after; and only of codes that
//! do not pass by themselves, or of refusals that come again and again.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;

use super::case::{Entry, Host, Moment};
use super::derived::{Derived, first_text, number_of, text_of};
use super::ledgers::Ledgers;
use super::sighting::is_no_user;
use super::who::is_named_for_robots;
use crate::model::user_key;

/// Wrong name or password: who mistypes once is no fault.
const OF_PASSWORD: &[u32] = &[0xC000_0064, 0xC000_006A, 0xC000_006D];
/// The state of an account that exists, or a right that it lacks.
const LASTING: &[u32] = &[
    0xC000_006E,
    0xC000_006F,
    0xC000_0070,
    0xC000_0071,
    0xC000_0072,
    0xC000_015B,
    0xC000_0193,
    0xC000_0224,
    0xC000_0234,
];
/// The account is locked out.
const LOCKED: u32 = 0xC000_0234;
/// The logon type is not granted: another type may be.
const NOT_GRANTED: u32 = 0xC000_015B;
/// Unlocking a screen is a person's doing.
const UNLOCK: u32 = 7;
/// Refusals of wrong passwords are a fault when they come from so far apart.
const AGAIN: TimeDelta = TimeDelta::minutes(5);
/// An account that is refused from more addresses is being guessed at.
const ADDRESSES: usize = 2;
/// So many other events of interest may lie beside refusals that are all that was sent.
const OTHERS: usize = 3;
/// So many records have excerpts; logs have more.
const EXCERPT: u64 = 20;
/// Refusals of one account that are told.
const MOST: usize = 1_000;

/// Security: an account was locked out.
const LOCKED_OUT: u16 = 4740;
/// Kerberos tickets, which only domain controllers give out.
const OF_CONTROLLERS: &[u16] = &[4768, 4769, 4771];

/// One refused logon.
struct Refusal<'h> {
    at: Option<Moment>,
    entry: &'h Entry,
    user: String,
    kind: u32,
    code: u32,
}

/// The derived events, in the order of the accounts.
pub(super) fn find(host: &Host, ledgers: &Ledgers) -> Vec<Entry> {
    let mut refused: BTreeMap<String, Vec<Refusal<'_>>> = BTreeMap::new();
    let raw = host.entries.get(..host.raw).unwrap_or_default();
    for refusal in raw.iter().filter_map(refusal) {
        refused.entry(user_key(&refusal.user)).or_default().push(refusal);
    }
    if refused.is_empty() {
        return Vec::new();
    }
    let known = Known::new(host, ledgers);
    let records: u64 = host.cover.iter().map(|channel| channel.records).sum();
    let mut found = Vec::new();
    for refusals in refused.into_values() {
        let alone = records <= EXCERPT && raw.len() <= refusals.len() + OTHERS;
        let lasting = known.lasting(refusals);
        if known.is_fault(&lasting, alone) {
            let times = lasting.len();
            found.extend(lasting.iter().take(MOST).map(|refusal| tell(refusal, times)));
        }
    }
    found
}

fn refusal(entry: &Entry) -> Option<Refusal<'_>> {
    let event = &entry.event;
    if event.id != Some(4625)
        || !event
            .provider
            .eq_ignore_ascii_case("Microsoft-Windows-Security-Auditing")
    {
        return None;
    }
    let kind = number_of(event, "LogonType").filter(|kind| *kind != UNLOCK)?;
    let code = number_of(event, "FailureCode")?;
    let user = text_of(event, "TargetUserName")?;
    let known = OF_PASSWORD.contains(&code) || LASTING.contains(&code);
    (known && !is_no_user(&user) && !user.ends_with('$')).then_some(Refusal {
        at: entry.at,
        entry,
        user,
        kind,
        code,
    })
}

fn tell(refusal: &Refusal<'_>, times: usize) -> Entry {
    Derived::new("logon-stays-refused", refusal.entry)
        .with("User", &refusal.user)
        .with("LogonType", refusal.kind)
        .with("FailureCode", format!("0x{:08x}", refusal.code))
        .with("Times", times)
        .with_some("Address", first_text(&refusal.entry.event, &["IpAddress"]))
        .build()
}

/// What a host tells of its accounts.
struct Known {
    /// Accounts of robots and of tasks.
    of_machines: BTreeSet<String>,
    /// Accounts that the host itself locked out. A domain controller locks out everybody's, every day.
    locked: BTreeSet<String>,
    /// Accounts that had a session or logged on, by their letters and digits: Entra ID makes the name of an account from that of
    /// its person, and leaves out what stands between.
    seen: BTreeSet<String>,
    /// When they did so last, for each type of logon; 0 is any.
    last: BTreeMap<(String, u32), Option<Moment>>,
}

impl Known {
    fn new(host: &Host, ledgers: &Ledgers) -> Self {
        let mut known = Self {
            of_machines: BTreeSet::new(),
            locked: BTreeSet::new(),
            seen: BTreeSet::new(),
            last: BTreeMap::new(),
        };
        let of_facts = host.facts.iter().filter(|(name, _)| {
            &***name == "robot.user" || name.starts_with("task.") && name.ends_with(".UserId")
        });
        known.of_machines.extend(
            of_facts
                .flat_map(|(_, facts)| facts)
                .map(|fact| user_key(&fact.value)),
        );
        let runs = ledgers.tasks.runs.iter().filter(|run| !run.own);
        known
            .of_machines
            .extend(runs.filter_map(|run| run.user.as_deref()).map(user_key));
        for stay in &ledgers.sessions.stays {
            if let Some(user) = stay.user.as_deref() {
                known.saw(user, 0, stay.start);
            }
        }
        let raw = host.entries.get(..host.raw).unwrap_or_default();
        let ids = |wanted: &'static [u16]| {
            raw.iter()
                .filter(move |entry| entry.event.id.is_some_and(|id| wanted.contains(&id)))
        };
        if ids(OF_CONTROLLERS).next().is_none() {
            let locked = ids(&[LOCKED_OUT]).filter_map(|entry| text_of(&entry.event, "TargetUserName"));
            known.locked.extend(locked.map(|user| user_key(&user)));
        }
        for entry in raw {
            if entry.event.id == Some(4624)
                && let Some(user) = text_of(&entry.event, "TargetUserName")
            {
                known.saw(&user, number_of(&entry.event, "LogonType").unwrap_or(0), entry.at);
            }
        }
        known
    }

    fn saw(&mut self, user: &str, kind: u32, at: Option<Moment>) {
        self.seen.insert(letters(user));
        for kind in [0, kind] {
            let last = self.last.entry((user_key(user), kind)).or_default();
            *last = (*last).max(at);
        }
    }

    /// The refusals that no success came after, all of the last one's code.
    fn lasting<'h>(&self, mut refusals: Vec<Refusal<'h>>) -> Vec<Refusal<'h>> {
        refusals.sort_by_key(|refusal| refusal.at);
        let Some(code) = refusals.last().map(|refusal| refusal.code) else {
            return Vec::new();
        };
        let outlived = |refusal: &Refusal<'_>| {
            let kind = if code == NOT_GRANTED { refusal.kind } else { 0 };
            let last = self.last.get(&(user_key(&refusal.user), kind));
            refusal
                .at
                .zip(last.copied().flatten())
                .is_some_and(|(at, last)| last >= at)
        };
        refusals.retain(|refusal| refusal.code == code && !outlived(refusal));
        refusals
    }

    fn is_fault(&self, lasting: &[Refusal<'_>], alone: bool) -> bool {
        let Some(last) = lasting.last() else { return false };
        if last.code == LOCKED && self.locked.contains(&user_key(&last.user)) {
            return true;
        }
        let addresses: BTreeSet<String> = lasting
            .iter()
            .filter_map(|refusal| first_text(&refusal.entry.event, &["IpAddress"]))
            .collect();
        if addresses.len() > ADDRESSES {
            return false;
        }
        let of_password = OF_PASSWORD.contains(&last.code);
        let seen = self.seen.contains(&letters(&last.user));
        let of_machine = self.of_machines.contains(&user_key(&last.user))
            || is_named_for_robots(&last.user) && (seen || !of_password);
        let first = lasting.first().and_then(|refusal| refusal.at);
        let again = first
            .zip(last.at)
            .and_then(|(first, last)| last.since(first))
            .is_some_and(|span| span >= AGAIN);
        alone || of_machine && (again || !of_password)
    }
}

/// The letters and digits of a bare user name.
fn letters(user: &str) -> String {
    user_key(user)
        .chars()
        .filter(|letter| letter.is_alphanumeric())
        .collect()
}
