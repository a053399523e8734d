//! Settings and results of tests, where they are what somebody chose to send: `nltest`, `Get-Service`, `w32tm`, an export of a few
//! keys. Derives an event of each. Which of them is a complaint, and only where nothing else is, the symptoms say; beside a log they
//! are what a log is weighed with.

use std::sync::Arc;

use crate::diagnose::derivers::Deriver;
use crate::diagnose::timeline::derived_event::Derived;
use crate::diagnose::timeline::host::{Entry, Host};
use crate::knowledge::derived::SETTING_TOLD;
use crate::model::Fact;

pub(super) const DERIVER: Deriver = Deriver {
    reads: &[],
    emits: &[SETTING_TOLD],
    derive: |on| derive(on.host),
};

/// Settings of one host that are told.
const MOST: usize = 200;
/// The list of sessions, and what only `qwinsta` names in it, which shows the listener, too.
const SESSIONS: &str = "session.list";
const OF_QWINSTA: &str = "station=services";

/// What a host's settings tell, where no more than an excerpt was sent of it.
fn derive(host: &Host) -> Vec<Entry> {
    if !host.is_excerpt() {
        return Vec::new();
    }
    let all = host.facts.iter().flat_map(|(name, facts)| {
        let last = facts.last();
        last.map(|fact| (name, fact))
    });
    let tell = |(name, fact): (&Arc<str>, &Fact)| {
        let event = Derived::of_fact(&SETTING_TOLD, fact, host);
        if **name == *SESSIONS {
            // One value for each session of the list.
            let rows = host.facts.get(name).into_iter().flatten();
            let list: String = rows.map(|fact| fact.value.to_lowercase() + "; ").collect();
            let lacks_listener = list.contains(OF_QWINSTA) && !list.contains("state=listen");
            return lacks_listener.then(|| {
                event
                    .with("Fact", "rdp.listener")
                    .with("Value", "missing")
                    .build()
            });
        }
        Some(event.with("Fact", name).with("Value", &fact.value).build())
    };
    all.filter_map(tell).take(MOST).collect()
}
