//! The events that an incident itself is: each occurrence's, what it was derived from, what stands on the same line, and the ledgers' view
//! beside it; and that view when it worked. Owns what counts as the incident; must not know causes.

use std::collections::BTreeSet;

use crate::diagnose::derivers::exported_lists;
use crate::diagnose::incidents::group::Group;
use crate::diagnose::incidents::inherited;
use crate::diagnose::ledgers::Ledgers;
use crate::diagnose::timeline::host::{Entry, Host};
use crate::knowledge::Key;
use crate::knowledge::derived::CODE_TOLD;

/// The ledgers' view when it worked: what stood then as it stood at the failure tells little.
pub(in crate::diagnose) fn when_it_worked(group: &Group<'_>, host: &Host, ledgers: &Ledgers) -> Vec<Entry> {
    let user = group.keys.get(Key::User);
    let successes = group.worked.iter().flatten();
    let entries = successes.filter_map(|success| host.entries.get(success.event.entry));
    entries
        .filter(|base| covers_sessions(host, base))
        .map(|base| ledgers.context(base, user.map(|user| &**user), host))
        .collect()
}

/// Whether the log of sessions covers the time of an entry.
fn covers_sessions(host: &Host, base: &Entry) -> bool {
    base.at.is_some_and(|at| host.covers_sessions(at.time, at.time))
}

/// The events that are the incident itself: each occurrence's, what it was derived from, and the ledgers' view beside it.
pub(in crate::diagnose) fn own_events(group: &Group<'_>, host: &Host, ledgers: &Ledgers) -> Vec<Entry> {
    /// Beyond so many occurrences the views repeat each other.
    const MOST: usize = 200;
    let user = group.keys.get(Key::User);
    let mut own = Vec::new();
    // What stands on one line, such as a document of thousands of objects, is taken once.
    let mut taken = BTreeSet::new();
    for occurrence in group.occurrences.iter().take(MOST) {
        let Some(base) = host.entries.get(occurrence.event.entry) else {
            continue;
        };
        let user = user.map(|user| &**user);
        own.push(ledgers.context(base, user, host));
        own.extend(exported_lists::beside(host, base, user));
        own.push(Entry {
            event: base.event.clone(),
            at: base.at,
        });
        if taken.insert((&base.event.origin, &base.event.provider)) {
            own.extend(same_origin(host, base).map(|entry| Entry {
                event: entry.event.clone(),
                at: entry.at,
            }));
        }
    }
    // What its own records tell besides is there already.
    let of_itself: BTreeSet<_> = group
        .occurrences
        .iter()
        .filter_map(|occurrence| Some(&host.entries.get(occurrence.event.entry)?.event.origin))
        .collect();
    let told = group
        .told
        .iter()
        .filter_map(|event| host.entries.get(event.entry));
    let told = told.filter(|entry| !of_itself.contains(&entry.event.origin));
    own.extend(told.map(|entry| Entry {
        event: entry.event.clone(),
        at: entry.at,
    }));
    own.extend(inherited::losses(group, host).into_iter().map(|entry| Entry {
        event: entry.event.clone(),
        at: entry.at,
    }));
    own
}

/// Other entries that cite the same record, and the codes in it that mean one thing only: what else a code may mean, the better
/// symptom knows better.
fn same_origin<'h>(host: &'h Host, base: &'h Entry) -> impl Iterator<Item = &'h Entry> {
    let raw = at_once(host.entries.get(..host.raw).unwrap_or_default(), base);
    let derived = at_once(host.entries.get(host.raw..).unwrap_or_default(), base);
    let codes = derived.filter(|entry| CODE_TOLD.is(&entry.event) && entry.event.field("Only").is_some());
    raw.chain(codes).filter(move |entry| {
        entry.event.origin == base.event.origin && entry.event.provider != base.event.provider
    })
}

/// The entries of the same instant, of some in order of time.
fn at_once<'h>(entries: &'h [Entry], base: &'h Entry) -> impl Iterator<Item = &'h Entry> {
    // Those without a time come last.
    let start = match base.at {
        Some(at) => entries.partition_point(|entry| entry.at.is_some_and(|other| other < at)),
        None => entries.partition_point(|entry| entry.at.is_some()),
    };
    let rest = entries.iter().skip(start);
    rest.take_while(move |entry| entry.at == base.at)
}
