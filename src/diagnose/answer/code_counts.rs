//! The codes of a case, each with how often and when it was there. Owns which field of which event is a code of which space; must not know
//! what codes are complained of.

use std::collections::BTreeMap;

use crate::diagnose::timeline::host::Host;
use crate::knowledge::codes::{Codes, spell};
use crate::knowledge::derived::CODE_TOLD;
use crate::model::providers::{
    AUDITING, LSM, NETLOGON, Provider, RDP_CLIENT, RDP_CORE, TASK_SCHEDULER, USER32, WINLOGON,
};
use crate::model::{CodeCount, CodeSpace, CodeUse, Kept, Origin, Time};

/// All codes of the hosts, the most frequent first.
pub(super) fn list(known: &Codes, hosts: &[Host]) -> Vec<CodeCount> {
    let mut counts: BTreeMap<CodeUse, CodeCount> = BTreeMap::new();
    let mut add = |used: CodeUse, time: Option<Time>| {
        let count = counts.entry(used).or_insert_with(|| none_of(known, used));
        count.count += 1;
        count.first = count.first.into_iter().chain(time).min();
        count.last = count.last.into_iter().chain(time).max();
    };
    for host in hosts {
        let (raw, derived) = host
            .entries
            .split_at_checked(host.raw)
            .unwrap_or((&host.entries, &[]));
        let told = derived.iter().filter_map(|entry| {
            let used = told_code(&entry.event)?;
            Some(((entry.event.origin(), used.value), (used, entry.event.time())))
        });
        let mut told: BTreeMap<(Origin, u32), (CodeUse, Option<Time>)> = told.collect();
        for event in raw.iter().map(|entry| &entry.event) {
            for used in code_in(event) {
                // The same code of the same record counts once, whether a field holds it or its text.
                if !told.is_empty() {
                    told.remove(&(event.origin(), used.value));
                }
                add(used, event.time());
            }
        }
        told.into_values().for_each(|(used, time)| add(used, time));
    }
    let mut list: Vec<CodeCount> = counts.into_values().collect();
    list.sort_by(|a, b| {
        b.count
            .cmp(&a.count)
            .then_with(|| (a.space, &a.value).cmp(&(b.space, &b.value)))
    });
    list
}

/// A code before it is counted.
fn none_of(known: &Codes, used: CodeUse) -> CodeCount {
    let known = known.resolve(used);
    CodeCount {
        space: used.space,
        value: spell(used.space, used.value),
        symbol: known
            .map(|code| code.symbol.clone())
            .filter(|symbol| !symbol.is_empty()),
        meaning: known.map(|code| code.meaning.clone()).unwrap_or_default(),
        count: 0,
        first: None,
        last: None,
    }
}

/// Which code of which space stands in which field of which event.
fn code_in(kept: &Kept) -> impl Iterator<Item = CodeUse> + use<> {
    let event = kept.like();
    let of = |name: &str, space: CodeSpace| {
        let value = kept.field_number(name)?;
        Some(CodeUse { space, value })
    };
    let hresult = |name: &str| {
        let found = of(name, CodeSpace::Hresult)?;
        let scheduler = matches!(found.value >> 12, 0x0041 | 0x8_0041);
        Some(CodeUse {
            space: if scheduler {
                CodeSpace::TaskScheduler
            } else {
                CodeSpace::Hresult
            },
            ..found
        })
    };
    let one = |found| [found, None, None, None];
    let wrote = |provider: Provider| provider.wrote(event);
    let found: [Option<CodeUse>; 4] = match event.id {
        Some(40) if wrote(LSM) => one(reason(kept, "Reason")),
        Some(103) if wrote(RDP_CORE) => one(reason(kept, "ReasonCode")),
        Some(4625 | 4776) if wrote(AUDITING) => [
            of("Status", CodeSpace::Ntstatus),
            of("SubStatus", CodeSpace::Ntstatus),
            None,
            None,
        ],
        Some(4768 | 4771) if wrote(AUDITING) => one(of("Status", CodeSpace::Kerberos)),
        Some(2) if wrote(WINLOGON) => one(of("Win32Status", CodeSpace::Win32)),
        Some(1026) if wrote(RDP_CLIENT) => one(of("Value", CodeSpace::DiscReason)),
        Some(1074) if wrote(USER32) => one(of("ReasonCode", CodeSpace::ShutdownReason)),
        Some(5719) if wrote(NETLOGON) => one(of("FailureCode", CodeSpace::Ntstatus)),
        _ if wrote(TASK_SCHEDULER) => one(hresult("ResultCode")),
        _ => [
            of("LastError", CodeSpace::Freerdp),
            of("err", CodeSpace::UipathRdp),
            of("status", CodeSpace::Ntstatus),
            hresult("code"),
        ],
    };
    found
        .into_iter()
        .flatten()
        // That no reason is given is a reason of its own.
        .filter(|code| code.value != 0 || code.space == CodeSpace::ExtendedDisconnect)
}

/// A disconnect reason is a reason code when it is small and an HRESULT when its top bit is set.
fn reason(event: &Kept, name: &str) -> Option<CodeUse> {
    let value = event.field_number(name)?;
    let space = if value >= 0x8000_0000 {
        CodeSpace::Hresult
    } else {
        CodeSpace::ExtendedDisconnect
    };
    Some(CodeUse { space, value })
}

/// The code that a text told, as the derived event has it.
fn told_code(event: &Kept) -> Option<CodeUse> {
    if !CODE_TOLD.is(event.like()) {
        return None;
    }
    let space: CodeSpace = event.field_text("Space")?.parse().ok()?;
    // Codes of Win32 are told in the form of an HRESULT.
    let space = match space {
        CodeSpace::Win32 => CodeSpace::Hresult,
        other => other,
    };
    let value = event.field_number("code")?;
    Some(CodeUse { space, value })
}
