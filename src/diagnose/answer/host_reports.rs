//! The hosts of a case as the result lists them: names, systems, facts and where each was read.

use std::sync::Arc;

use crate::diagnose::timeline::host::{Host, is_list};
use crate::diagnose::weighing::bench::Bench;
use crate::model::{Fact, FactSource, HostReport};

/// Sources of one fact that are listed.
const SOURCES: usize = 64;

/// All hosts, with how far each clock is off the others.
pub(super) fn list(bench: &Bench<'_>) -> Vec<HostReport> {
    (0..)
        .zip(bench.hosts)
        .map(|(number, host)| HostReport {
            clock_skew: bench.skews.report(number, bench.hosts),
            ..host_report(host)
        })
        .collect()
}

fn host_report(host: &Host) -> HostReport {
    let value = |name: &str| host.fact(name).map(|fact| fact.value.to_string());
    let os = value("os.name").or_else(|| value("os.version").map(|version| format!("Windows {version}")));
    let facts = host.facts.iter().map(|(name, facts)| {
        let mut values: Vec<&str> = facts.iter().map(|fact| &*fact.value).collect();
        if !is_list(name) {
            values.truncate(1);
        }
        values.dedup();
        (Arc::clone(name), values.join("; "))
    });
    HostReport {
        name: shown(&host.name),
        aliases: host.aliases.clone(),
        time_zone: host.zone.clone(),
        clock_skew: None,
        os,
        facts: facts.collect(),
        fact_sources: host
            .facts
            .iter()
            .flat_map(|(name, facts)| sources(name, facts))
            .collect(),
    }
}

/// Where the values of a fact were read, those in force first.
fn sources(name: &Arc<str>, facts: &[Fact]) -> impl Iterator<Item = FactSource> {
    let effective = facts.first();
    facts.iter().take(SOURCES).map(move |fact| FactSource {
        name: Arc::clone(name),
        value: Arc::clone(&fact.value),
        scope: fact.scope,
        beaten: !is_list(name) && effective.is_some_and(|first| first.value != fact.value),
        at: fact.at,
        origin: fact.origin.clone(),
    })
}

/// Text of which nobody knows the machine has a host without a name.
pub(in crate::diagnose) fn shown(name: &Arc<str>) -> Arc<str> {
    if name.is_empty() {
        Arc::from("(unknown host)")
    } else {
        Arc::clone(name)
    }
}
