//! A few pasted lines that say that a session was disconnected, or that a server refused an account, and nothing around them:
//! whoever sends them asks what they mean. Derives an event of each that says little alone; in a log its neighbours would say
//! more, or make it noise, and this stays silent.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use crate::diagnose::derivers::Deriver;
use crate::diagnose::derivers::refused_accounts::LASTING;
use crate::diagnose::timeline::derived_event::Derived;
use crate::diagnose::timeline::host::{Entry, Host};
use crate::knowledge::derived::{REFUSAL_TOLD, SESSION_TOLD};
use crate::model::is_note_told;
use crate::model::providers::{LSA, LSM, Records};

pub(super) const DERIVER: Deriver = Deriver {
    reads: &[REFUSED, DISCONNECTED],
    emits: &[REFUSAL_TOLD, SESSION_TOLD],
    derive: |on| derive(on.host),
};

/// A server refused the account.
const REFUSED: Records = LSA.ids(&[40_960]);
/// A session was disconnected.
const DISCONNECTED: Records = LSM.ids(&[40]);
/// More lines are a log, or a piece of one.
const MOST: usize = 4;
/// So many refusals of one code over so long are no slip of a person.
const AGAIN: usize = 3;
const FOR_LONG: TimeDelta = TimeDelta::hours(2);
/// Refusals that are looked at.
const MOST_REFUSED: usize = 1_000;
/// The clocks of the two differ by too much (STATUS_TIME_DIFFERENCE_AT_DC).
const SKEWED: u32 = 0xC000_0133;
/// No reason given, replaced by another connection, disconnected by the user, logged off by the user.
const SAY_LITTLE: &[u32] = &[0, 5, 11, 12];

/// What a host told, where all of it are a few such lines.
fn derive(host: &Host) -> Vec<Entry> {
    // What the same lines tell as a note is no line more.
    let raw = host.raw_where(|event| !is_note_told(event));
    let raw: Vec<&Entry> = raw.take(MOST + 1).collect();
    if raw.len() > MOST || host.records() > MOST as u64 {
        return refused_for_hours(host);
    }
    let refusals: Option<Vec<_>> = raw.iter().map(|entry| refusal(entry)).collect();
    refusals.unwrap_or_else(|| disconnections(&raw))
}

/// In a log one refusal by a server is nothing: people mistype, and accounts are unlocked. What is refused with one code for hours is an
/// account that something on the host goes on using.
fn refused_for_hours(host: &Host) -> Vec<Entry> {
    let refusals = host.each(&[REFUSED]).filter_map(|(_, entry)| refusal(entry));
    let mut by_code: BTreeMap<Option<String>, Vec<Entry>> = BTreeMap::new();
    for refusal in refusals.take(MOST_REFUSED) {
        let code = refusal.event.field_text("Code");
        by_code.entry(code).or_default().push(refusal);
    }
    let lasts = |refusals: &Vec<Entry>| {
        let times = || refusals.iter().filter_map(|entry| entry.at);
        // Where clocks differ somebody sets one, and that takes away no hours.
        let span = times().min().zip(times().max());
        let span = span.map(|(first, last)| (last.time - first.time).abs());
        refusals.len() >= AGAIN && span.is_some_and(|span| span >= FOR_LONG)
    };
    by_code.into_values().filter(lasts).flatten().collect()
}

/// LsaSrv: a server refused the account, with a code that tells of its state or right, or of the clock.
fn refusal(entry: &Entry) -> Option<Entry> {
    let event = &entry.event;
    let mut codes = event.fields.iter().filter_map(|field| field.value.as_code());
    let code = codes.find(|code| LASTING.contains(code) || *code == SKEWED)?;
    REFUSED.are(event).then(|| {
        Derived::new(&REFUSAL_TOLD, entry)
            .with("Code", format!("{code:#010x}"))
            .build()
    })
}

fn disconnections(raw: &[&Entry]) -> Vec<Entry> {
    let lines: Option<Vec<_>> = raw.iter().map(|entry| Some((*entry, reason(entry)?))).collect();
    let Some(lines) = lines else {
        return Vec::new();
    };
    let unclear = lines
        .into_iter()
        .filter(|(_, reason)| SAY_LITTLE.contains(reason));
    let tell = |(entry, reason): (&Entry, u32)| {
        Derived::new(&SESSION_TOLD, entry)
            .with_some("SessionID", entry.event.field_number("Session"))
            .with("Reason", reason)
            .build()
    };
    unclear.map(tell).collect()
}

/// The reason of a session that was disconnected, if the record tells of one.
fn reason(entry: &Entry) -> Option<u32> {
    let event = &entry.event;
    DISCONNECTED
        .are(event)
        .then(|| event.field_number("Reason"))
        .flatten()
}
