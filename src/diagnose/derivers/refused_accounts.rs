//! Accounts of robots and tasks whose logons are refused until the log ends, and nothing but the Security log says so. Derives an
//! event of each such refusal.
//!
//! Refused logons are everyday noise: people mistype, and strangers guess. So this is told only of an account that works for
//! machines or that the host itself locked out, or where a few records of refusals are all that was sent; only of what no success came after; and only of codes that
//! do not pass by themselves, or of refusals that come again and again.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;

use crate::diagnose::derivers::Deriver;
use crate::diagnose::derivers::harmless_refusals::GUESSED;
use crate::diagnose::ledgers::Ledgers;
use crate::diagnose::timeline::accounts::is_named_for_robots;
use crate::diagnose::timeline::accounts::{is_handed_over, is_no_user};
use crate::diagnose::timeline::derived_event::Derived;
use crate::diagnose::timeline::host::{Entry, Host, Moment};
use crate::knowledge::derived::LOGON_STAYS_REFUSED;
use crate::model::providers::{AUDITING, RCM, Records};
use crate::model::{Event, user_key};

pub(super) const DERIVER: Deriver = Deriver {
    reads: &[REFUSALS, LOGONS, OF_OWNERS, CONNECTIONS],
    emits: &[LOGON_STAYS_REFUSED],
    derive: |on| find(on.host, on.ledgers),
};

/// A lockout that comes again after so long is another one: most policies end one by themselves in that time.
const LOCKED_AGAIN: TimeDelta = TimeDelta::minutes(30);
/// What locks an account out again and again does so sooner.
const SAME_DAY: TimeDelta = TimeDelta::hours(24);
/// Refused logons, and refused tickets.
const REFUSALS: Records = AUDITING.ids(&[4625, 4768, 4771, DENIED_REMOTE]);
/// An account was denied access to Remote Desktop; where logons are audited, a 4625 says the same.
const DENIED_REMOTE: u16 = 4825;
/// Logons, and tickets that were given out.
const LOGONS: Records = AUDITING.ids(&[4624, 4768]);
/// The listener of Remote Desktop received a connection.
const CONNECTIONS: Records = RCM.ids(&[261]);
/// A client that proves who it is before it gets a session is refused as one of the network, so soon after it connected.
const CONNECTED: TimeDelta = TimeDelta::seconds(10);
/// A logon from the network.
const NETWORK: u32 = 3;
/// What tells whose an account is: logons, lockouts and their ends, tickets.
const OF_OWNERS: Records = AUDITING.ids(&[4624, 4740, 4767, 4768, 4769, 4771]);
/// Wrong name or password: who mistypes once is no fault.
const OF_PASSWORD: &[u32] = &[0xC000_0064, 0xC000_006A, 0xC000_006D];
/// The state of an account that exists, or a right that it lacks.
pub(in crate::diagnose) const LASTING: &[u32] = &[
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
/// Kerberos: the account is disabled, expired, locked out or outside its hours.
const REVOKED: u32 = 0x12;
/// The account is locked out.
const LOCKED: u32 = 0xC000_0234;
/// What a person cannot mend at the prompt: hours, workstation, disabled, right, expired. An expired password can be changed there.
const BEYOND_A_PERSON: &[u32] = &[0xC000_006F, 0xC000_0070, 0xC000_0072, 0xC000_015B, 0xC000_0193];
/// Hours and workstations: who is let in at another time or from another machine is kept out here and now all the same.
const ON_CONDITION: &[u32] = &[0xC000_006F, 0xC000_0070];
/// Logons of a person at the machine, also with cached credentials.
const AT_THE_CONSOLE: &[u32] = &[2, 11];
/// Logons through Remote Desktop. The client has proven the password before.
const REMOTE: u32 = 10;
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

/// One refused logon.
struct Refusal<'h> {
    at: Option<Moment>,
    entry: &'h Entry,
    user: String,
    kind: u32,
    code: u32,
    /// Whether a client of Remote Desktop connected just before.
    connected: bool,
    /// Whether the account works for machines.
    of_machine: bool,
    /// Whether it is locked out, and the host itself did so.
    locked_here: bool,
    /// Whether it was locked out again and again: then an unlocking, or a logon, helps only until the next time.
    locked_again: bool,
    /// Whether such a logon succeeded afterwards.
    outlived: bool,
}

impl<'h> Refusal<'h> {
    const fn new(entry: &'h Entry, user: String, kind: u32, code: u32) -> Self {
        Self {
            at: entry.at,
            entry,
            user,
            kind,
            code,
            connected: false,
            of_machine: false,
            locked_here: false,
            locked_again: false,
            outlived: false,
        }
    }

    fn keeps_a_person_out(&self) -> bool {
        let of_person = AT_THE_CONSOLE.contains(&self.kind) || self.kind == REMOTE || self.connected;
        of_person && BEYOND_A_PERSON.contains(&self.code)
    }

    fn is_on_condition(&self) -> bool {
        self.keeps_a_person_out() && ON_CONDITION.contains(&self.code)
    }

    /// Whether a person proved who they are, and may not have a session: only an administrator changes that.
    const fn lacks_remote_right(&self) -> bool {
        self.kind == REMOTE && self.code == NOT_GRANTED
    }

    /// Whether a right is lacking that somebody must give: nobody tries a robot's account for fun.
    const fn lacks_right(&self) -> bool {
        self.code == NOT_GRANTED && (self.kind == REMOTE || self.of_machine)
    }
}

/// The derived events, in the order of the accounts.
fn find(host: &Host, ledgers: &Ledgers) -> Vec<Entry> {
    let mut refused: BTreeMap<String, Vec<Refusal<'_>>> = BTreeMap::new();
    let raw = host.entries.get(..host.raw).unwrap_or_default();
    let mut connections: Vec<Moment> = host
        .each(&[CONNECTIONS])
        .filter_map(|(_, entry)| entry.at)
        .collect();
    connections.sort_unstable();
    for mut refusal in host.each(&[REFUSALS]).filter_map(|(_, entry)| refusal(entry)) {
        refusal.connected = refusal.kind == NETWORK && follows_one(refusal.at, &connections);
        refused.entry(user_key(&refusal.user)).or_default().push(refusal);
    }
    let records = host.records();
    // Many names in a row are somebody's guesses.
    let guessed = refused.len() >= GUESSED;
    let alone =
        |refusals: &[Refusal<'_>]| !guessed && records <= EXCERPT && raw.len() <= refusals.len() + OTHERS;
    if !refused.is_empty() {
        let owners = Owners::new(host);
        refused.retain(|user, refusals| alone(refusals) || owners.may_be_at_fault(user, refusals));
    }
    if refused.is_empty() {
        return Vec::new();
    }
    let known = Known::new(host, ledgers);
    let mut found = Vec::new();
    for (user, refusals) in refused {
        let alone = alone(&refusals);
        let lasting = known.lasting(refusals);
        if known.is_fault(&user, &lasting, alone) {
            let times = lasting.len();
            found.extend(lasting.iter().take(MOST).map(|refusal| tell(refusal, times)));
        }
    }
    found
}

/// Whether an instant follows one of these, which are in order, at once.
fn follows_one(at: Option<Moment>, times: &[Moment]) -> bool {
    let before = |at: Moment| {
        let next = times.partition_point(|time| *time <= at);
        let last = next.checked_sub(1).and_then(|place| times.get(place))?;
        at.since(*last)
    };
    at.and_then(before).is_some_and(|since| since <= CONNECTED)
}

fn refusal(entry: &Entry) -> Option<Refusal<'_>> {
    let event = &entry.event;
    if event.id == Some(DENIED_REMOTE) {
        let user = event.field_text("AccountName").filter(|user| !is_no_user(user))?;
        return Some(Refusal::new(entry, user, REMOTE, NOT_GRANTED));
    }
    let code = event.field_number("FailureCode")?;
    let kind = match event.id? {
        4625 => event
            .field_number("LogonType")
            .filter(|kind| !matches!(*kind, 0 | UNLOCK))?,
        4768 | 4771 if code == REVOKED => 0,
        _ => return None,
    };
    let user = event.field_text("TargetUserName")?;
    let known = OF_PASSWORD.contains(&code) || LASTING.contains(&code) || kind == 0;
    // What Credential Guard hands over in the place of a name is nobody's.
    let named = !is_no_user(&user) && !user.ends_with('$') && !is_handed_over(&user);
    (known && named).then(|| Refusal::new(entry, user, kind, code))
}

fn tell(refusal: &Refusal<'_>, times: usize) -> Entry {
    Derived::new(&LOGON_STAYS_REFUSED, refusal.entry)
        .with("User", &refusal.user)
        .with_some("LogonType", Some(refusal.kind).filter(|kind| *kind != 0))
        .with("FailureCode", format!("0x{:08x}", refusal.code))
        .with("Times", times)
        .with("Granted", if refusal.outlived { "yes" } else { "" })
        .with_some("Address", refusal.entry.event.first_field_text(&["IpAddress"]))
        .build()
}

/// Whose accounts a host knows, by what is found at a glance.
struct Owners {
    /// Accounts of robots, and those that log on as a batch job or a service.
    of_machines: BTreeSet<String>,
    /// Accounts that the host itself locked out, and when. A domain controller locks out everybody's, every day.
    locked: BTreeMap<String, Vec<Moment>>,
    /// When somebody unlocked accounts last.
    unlocked: BTreeMap<String, Option<Moment>>,
}

impl Owners {
    fn new(host: &Host) -> Self {
        let facts = host.facts.get("robot.user").map(Vec::as_slice);
        let robots = facts.unwrap_or_default().iter();
        let mut of_machines: BTreeSet<String> = robots.map(|fact| user_key(&fact.value)).collect();
        let mut locked: BTreeMap<String, Vec<Moment>> = BTreeMap::new();
        let mut unlocked: BTreeMap<String, Option<Moment>> = BTreeMap::new();
        let mut is_controller = false;
        for (_, entry) in host.each(&[OF_OWNERS]) {
            let of = |event: &Event| event.field_text("TargetUserName").map(|user| user_key(&user));
            match entry.event.id {
                Some(4624) if is_of_machines(entry.event.field_number("LogonType")) => {
                    of_machines.extend(of(&entry.event));
                }
                Some(4740) => {
                    if let Some(user) = of(&entry.event) {
                        locked.entry(user).or_default().extend(entry.at);
                    }
                }
                Some(4767) => {
                    if let Some(user) = of(&entry.event) {
                        let last = unlocked.entry(user).or_default();
                        *last = (*last).max(entry.at);
                    }
                }
                // Tickets of Kerberos, which only domain controllers give out.
                Some(4768 | 4769 | 4771) => is_controller = true,
                _ => {}
            }
        }
        if is_controller {
            locked.clear();
        }
        Self {
            of_machines,
            locked,
            unlocked,
        }
    }

    /// Whether refusals of this account can be a fault at all. Marks what its owner makes them.
    fn may_be_at_fault(&self, user: &str, refusals: &mut [Refusal<'_>]) -> bool {
        let of_machine = self.of_machines.contains(user)
            || refusals.iter().any(|refusal| is_of_machines(Some(refusal.kind)));
        let locked = self.locked.get(user);
        let again = locked.is_some_and(|times| is_again(times));
        let unlocked = self.unlocked.get(user).copied().flatten();
        for refusal in refusals.iter_mut() {
            refusal.of_machine = of_machine;
            refusal.locked_again = again && refusal.code == LOCKED;
            // Who was unlocked since, and stayed so, has been helped.
            let is_over = (refusal.at.zip(unlocked)).is_some_and(|(at, unlocked)| unlocked > at);
            refusal.locked_here = locked.is_some() && refusal.code == LOCKED && (again || !is_over);
        }
        let is_told = |refusal: &Refusal<'_>| {
            refusal.locked_here || refusal.keeps_a_person_out() || refusal.lacks_remote_right()
        };
        of_machine || is_named_for_robots(user) || refusals.iter().any(is_told)
    }
}

/// Whether one of these lockouts came again within a day: who mistypes once a week is locked out now and then.
fn is_again(times: &[Moment]) -> bool {
    let mut times = times.to_vec();
    times.sort_unstable();
    let mut pairs = times.iter().enumerate().flat_map(|(place, first)| {
        let later = times.get(place + 1..).unwrap_or_default().iter();
        later.map_while(|next| next.since(*first).filter(|span| *span <= SAME_DAY))
    });
    pairs.any(|span| span >= LOCKED_AGAIN)
}

/// Logons as a batch job or a service.
const fn is_of_machines(kind: Option<u32>) -> bool {
    matches!(kind, Some(4 | 5))
}

/// When accounts logged on.
struct Known {
    /// Accounts that had a session or logged on, by their letters and digits: Entra ID makes the name of an account from that of
    /// its person, and leaves out what stands between.
    seen: BTreeSet<String>,
    /// When they did so last, for each type of logon; 0 is any.
    last: BTreeMap<(String, u32), Option<Moment>>,
}

impl Known {
    fn new(host: &Host, ledgers: &Ledgers) -> Self {
        let mut known = Self {
            seen: BTreeSet::new(),
            last: BTreeMap::new(),
        };
        for stay in &ledgers.sessions.stays {
            if let Some(user) = stay.user.as_deref() {
                known.saw(user, 0, stay.start);
            }
        }
        for (_, entry) in host.each(&[LOGONS]) {
            let ticket = entry.event.id == Some(4768) && entry.event.field_number("FailureCode") == Some(0);
            if (entry.event.id == Some(4624) || ticket)
                && let Some(user) = entry.event.field_text("TargetUserName")
            {
                known.saw(
                    &user,
                    entry.event.field_number("LogonType").unwrap_or(0),
                    entry.at,
                );
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
        for refusal in &mut refusals {
            refusal.outlived = outlived(refusal);
        }
        // Who has the right by now was given it because of this.
        let remains = |refusal: &Refusal<'_>| {
            let all_the_same = refusal.lacks_right() || refusal.locked_again || refusal.is_on_condition();
            all_the_same || !refusal.outlived
        };
        refusals.retain(|refusal| refusal.code == code && remains(refusal));
        let is_denial = |refusal: &Refusal<'_>| refusal.entry.event.id == Some(DENIED_REMOTE);
        if !refusals.iter().all(is_denial) {
            refusals.retain(|refusal| !is_denial(refusal));
        }
        refusals
    }

    fn is_fault(&self, user: &str, lasting: &[Refusal<'_>], alone: bool) -> bool {
        let Some(last) = lasting.last() else { return false };
        if last.locked_here || last.lacks_remote_right() {
            return true;
        }
        let addresses: BTreeSet<String> = lasting
            .iter()
            .filter_map(|refusal| refusal.entry.event.first_field_text(&["IpAddress"]))
            .collect();
        if addresses.len() > ADDRESSES {
            return false;
        }
        let of_password = OF_PASSWORD.contains(&last.code);
        // A name alone may be guessed; one that is known here, or whose account has a state, is not.
        let of_machine = last.of_machine
            || is_named_for_robots(user) && (!of_password || self.seen.contains(&letters(user)));
        let first = lasting.first().and_then(|refusal| refusal.at);
        let again = first
            .zip(last.at)
            .and_then(|(first, last)| last.since(first))
            .is_some_and(|span| span >= AGAIN);
        // A domain controller hears of every account that somebody tries.
        let once = !of_password && last.code != REVOKED;
        // Who had logged on here before is no stranger, and an administrator who tries an account leaves it at one try.
        let kept_out = last.keeps_a_person_out() && self.seen.contains(&letters(user)) && again;
        // What was mended after a single refusal is nobody's trouble any more.
        kept_out || alone || of_machine && (again || once && !last.outlived)
    }
}

/// The letters and digits of a bare user name.
fn letters(user: &str) -> String {
    user_key(user)
        .chars()
        .filter(|letter| letter.is_alphanumeric())
        .collect()
}
