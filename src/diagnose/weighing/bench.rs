//! What causes are weighed on: what the whole case knows, and one incident of it. Owns the ground that evidence is looked for on; what is
//! looked for and what it weighs is elsewhere.

use std::sync::{Arc, LazyLock};

use crate::diagnose::incidents::fault_lists::FaultLists;
use crate::diagnose::incidents::group::Group;
use crate::diagnose::incidents::in_runs::InRuns;
use crate::diagnose::incidents::sightings::Sightings;
use crate::diagnose::incidents::signal_matcher::Matcher;
use crate::diagnose::ledgers::Ledgers;
use crate::diagnose::timeline::clock_skew::Skews;
use crate::diagnose::timeline::host::{Entry, Host, Moment};
use crate::diagnose::weighing::templates;
use crate::knowledge::Knowledge;
use crate::knowledge::codes::Codes;

/// All that weighing looks at.
pub(in crate::diagnose) struct Bench<'a> {
    pub knowledge: &'a Knowledge,
    pub matcher: &'a Matcher,
    pub codes: &'a Codes,
    pub hosts: &'a [Host],
    pub ledgers: &'a [Ledgers],
    pub sightings: &'a Sightings<'a>,
    pub skews: &'a Skews,
    pub lists: &'a FaultLists,
}

/// One incident before the bench.
pub(in crate::diagnose) struct Trial<'a> {
    pub bench: &'a Bench<'a>,
    pub group: &'a Group<'a>,
    /// The symptoms whose causes explain it.
    pub symptoms: &'a [&'a str],
    /// When it showed, in order.
    pub times: Vec<Moment>,
    pub own: &'a [Entry],
    /// The ledgers' view when it worked.
    pub worked: &'a [Entry],
    /// The signals that each own event shows, by index and in order.
    pub shown: Vec<Arc<[u32]>>,
    /// What came with each failure and with no success.
    pub in_runs: &'a InRuns,
    /// Whether all that happened came right by itself.
    pub healed: bool,
    /// Whether all that happened is what befalls a person now and then.
    pub lone: bool,
    /// Whether nothing but lists of faults tells of it.
    pub listed: bool,
    /// Whether the sums are written down.
    pub in_full: bool,
}

impl Trial<'_> {
    /// A template with the keys of the incident.
    pub(in crate::diagnose) fn fill(&self, template: &str) -> String {
        templates::fill(template, None, &self.group.keys, &self.host().name)
    }

    pub(in crate::diagnose) fn host(&self) -> &Host {
        // A group is made of an event of its host, so the host is there.
        static NOWHERE: LazyLock<Host> = LazyLock::new(Host::default);
        self.bench.hosts.get(self.group.host).unwrap_or(&NOWHERE)
    }
}
