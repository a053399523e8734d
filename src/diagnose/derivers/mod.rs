//! Events that no log has, made of those that it has: a session lost its client, an account stays refused, a flood began. Owns one
//! file for each kind. Must not know incidents or causes.

pub(in crate::diagnose) mod clock_jumps;
mod code_contexts;
mod code_events;
mod code_lists;
pub(in crate::diagnose) mod exported_lists;
pub(in crate::diagnose) mod harmless_refusals;
mod hidden_screens;
mod interrupted_work;
mod logon_flood;
mod lone_complaint;
mod loose_text;
mod missed_autologon;
mod missed_starts;
mod recorded_codes;
mod refused_accounts;
mod session_losses;
mod sleep_during_job;
pub(in crate::diagnose) mod told_codes;
mod told_settings;
pub(in crate::diagnose) mod told_words;
mod untimed_restart;

use std::collections::HashMap;
use std::sync::LazyLock;

use foldhash::fast::FixedState;
use told_codes::Teller;

use crate::diagnose::ledgers::{self, Ledgers};
use crate::diagnose::timeline;
use crate::diagnose::timeline::host::{Entry, Host};
use crate::knowledge::codes::Codes;
use crate::knowledge::derived::{
    CLOCK_JUMP, DerivedEvent, SESSION_LOGON, SESSION_SLOW, SESSION_UNFINISHED, TASK_LOGON_FAILED, TASK_RUN,
};
use crate::model::Time;
use crate::model::providers::{Provider, Records};
use crate::parse::Focus;

/// Makes events of one kind, or of some that go together.
struct Deriver {
    /// The records that it looks at. Those that no ledger reads are there as far as signals keep them, which a test holds.
    #[cfg_attr(not(test), expect(dead_code, reason = "only the test asks"))]
    reads: &'static [Records],
    /// What it makes.
    emits: &'static [DerivedEvent],
    derive: fn(&mut Ground<'_>) -> Vec<Entry>,
}

/// What events of one host are derived from.
struct Ground<'a> {
    host: &'a Host,
    ledgers: &'a mut Ledgers,
    pointed: Pointed<'a>,
    teller: &'a Teller,
    codes: &'a Codes,
}

/// What somebody points at: the user of the tool at a time or an account, who wrote a note at a time of day.
#[derive(Clone, Copy)]
pub(in crate::diagnose) struct Pointed<'a> {
    pub focus: &'a Focus,
    /// Whether a note asks about an instant of this host.
    pub asked: &'a dyn Fn(Time) -> bool,
}

impl Pointed<'_> {
    /// At an instant.
    fn is_at(&self, time: Time) -> bool {
        self.focus.points_at(time) || (self.asked)(time)
    }

    /// Whether somebody else is not pointed at.
    fn is_of(&self, user: &str) -> bool {
        self.focus.is_of(user)
    }
}

/// All of them. What they make of one instant stands in this order.
const DERIVERS: &[Deriver] = &[
    session_losses::DERIVER,
    interrupted_work::DERIVER,
    Deriver {
        reads: ledgers::sessions::READS,
        emits: &[SESSION_LOGON, SESSION_SLOW, SESSION_UNFINISHED],
        derive: |on| std::mem::take(&mut on.ledgers.sessions.derived),
    },
    exported_lists::DERIVER,
    Deriver {
        reads: ledgers::tasks::READS,
        emits: &[TASK_LOGON_FAILED, TASK_RUN],
        derive: |on| std::mem::take(&mut on.ledgers.tasks.derived),
    },
    refused_accounts::DERIVER,
    lone_complaint::DERIVER,
    told_codes::DERIVER,
    told_settings::DERIVER,
    told_words::DERIVER,
    untimed_restart::DERIVER,
    missed_autologon::DERIVER,
    missed_starts::DERIVER,
    sleep_during_job::DERIVER,
    hidden_screens::DERIVER,
    logon_flood::DERIVER,
    clock_jumps::DERIVER,
];

/// The records that timelines and ledgers are built from. Every one of them is kept, whether a signal looks at it or not.
pub(in crate::diagnose) fn kept() -> impl Iterator<Item = &'static Records> + Clone {
    timeline::READS
        .iter()
        .chain(ledgers::READS.iter().copied().flatten())
}

/// The records that are kept, as a table: it is asked about every event that is read.
#[derive(Default)]
struct Kept {
    by_id: HashMap<u16, Vec<Provider>, FixedState>,
    /// Those of which every record is kept.
    whole: Vec<Provider>,
}

static KEPT: LazyLock<Kept> = LazyLock::new(|| {
    let mut table = Kept::default();
    for records in kept() {
        if records.ids.is_empty() {
            table.whole.push(records.provider);
        }
        for &id in records.ids {
            table.by_id.entry(id).or_default().push(records.provider);
        }
    }
    table
});

/// Whether a record of this provider and id is one of those that timelines and ledgers are built from.
pub(in crate::diagnose) fn keep(provider: &str, id: u16) -> bool {
    let of_id = KEPT.by_id.get(&id).into_iter().flatten();
    of_id.chain(&KEPT.whole).any(|known| known.is(provider))
}

/// Builds the ledgers of a host and appends what is derived to its timeline.
pub(in crate::diagnose) fn build(
    host: &mut Host,
    pointed: Pointed<'_>,
    (teller, codes): (&Teller, &Codes),
) -> Ledgers {
    let out = teller.left_out(host, codes);
    if !out.is_empty() {
        host.leave_out(|event| out.holds(event));
    }
    let mut ledgers = Ledgers::new(host);
    let mut ground = Ground {
        host,
        ledgers: &mut ledgers,
        pointed,
        teller,
        codes,
    };
    let mut derived = Vec::new();
    for deriver in DERIVERS {
        let found = (deriver.derive)(&mut ground);
        let declared = |entry: &Entry| deriver.emits.iter().any(|kind| kind.is(entry.event.like()));
        debug_assert!(
            found.iter().all(declared),
            "a deriver makes what it does not declare"
        );
        derived.extend(found);
    }
    let jumps = derived.iter().filter(|entry| CLOCK_JUMP.is(entry.event.like()));
    host.clock_set = jumps.filter_map(|jump| jump.at).collect();
    derived.sort_by_key(|entry| (entry.at.is_none(), entry.at));
    host.entries.reserve_exact(derived.len());
    host.entries.append(&mut derived);
    ledgers
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::knowledge::Knowledge;
    use crate::knowledge::derived::{DERIVED_EVENTS, LEDGER_CONTEXT, LIST_CONTEXT};

    #[test]
    fn every_derived_event_is_made_by_somebody() {
        // These are made beside each incident.
        let beside = [LEDGER_CONTEXT, LIST_CONTEXT];
        let made: Vec<&DerivedEvent> = DERIVERS.iter().flat_map(|deriver| deriver.emits).collect();
        for kind in DERIVED_EVENTS.iter().filter(|kind| !beside.contains(kind)) {
            assert!(made.contains(&kind), "nobody makes {}", kind.name);
        }
    }

    #[test]
    fn what_is_read_is_kept() {
        let knowledge = Knowledge::embedded().unwrap();
        let interest = knowledge.interest(kept(), [], [], Vec::new()).unwrap();
        let read = DERIVERS.iter().flat_map(|deriver| deriver.reads);
        for records in read.chain(kept()) {
            let name = records.provider.name;
            for &id in records.ids {
                assert!(interest.wants(name, id), "{name} {id} is read and never kept");
            }
        }
    }

    #[test]
    fn the_table_of_kept_records_says_what_their_list_says() {
        let providers = || {
            kept()
                .flat_map(|records| records.provider.names())
                .chain(["Contoso"])
        };
        let listed = |name: &str, id| kept().any(|records| records.have(name, id));
        let named: BTreeSet<u16> = kept().flat_map(|records| records.ids).copied().collect();
        let (mut held, mut all) = (0, 0);
        for id in named.iter().flat_map(|id| [*id, id.wrapping_add(1)]) {
            for name in providers() {
                assert_eq!(keep(name, id), listed(name, id), "{name} {id}");
                held += usize::from(keep(&name.to_uppercase(), id));
                all += 1;
            }
        }
        assert!(held > 100 && held < all, "{held} of {all}");
    }
}
