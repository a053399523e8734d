//! The order of what a host's logs hold. Owns what comes first: the number of a record within a log, the time across logs, the setting of the
//! clock before both, and which way round a table lists its records.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diagnose::timeline::clock;
use crate::diagnose::timeline::host::{Entry, Host};
use crate::model::{Event, Problem, ProblemKind, time_text};

/// Whether a table lists its newest record first, as Event Viewer does. Where neither numbers nor fractions of a second tell records of
/// one second apart, only their order in the table does: the end of a task would come before its beginning.
pub(super) fn newest_first(events: &[Event]) -> bool {
    let times = || {
        events
            .iter()
            .filter(|event| event.record_id.is_none())
            .filter_map(|event| event.time)
    };
    let (mut up, mut down) = (0_usize, 0_usize);
    for (earlier, later) in times().zip(times().skip(1)) {
        up += usize::from(later > earlier);
        down += usize::from(later < earlier);
    }
    down > up
}

/// Entries by channel, those with a record id apart from those without, in their order.
fn by_channel(entries: Vec<Entry>) -> BTreeMap<(Arc<str>, bool), Vec<Entry>> {
    let mut channels: BTreeMap<(Arc<str>, bool), Vec<Entry>> = BTreeMap::new();
    let mut run: Vec<Entry> = Vec::new();
    let key = |entry: &Entry| (Arc::clone(&entry.event.channel), entry.event.record_id.is_some());
    let mut settle = |run: &mut Vec<Entry>| {
        if let Some(first) = run.first() {
            channels.entry(key(first)).or_default().append(run);
        }
    };
    for entry in entries {
        let goes_on = run.last().is_none_or(|last| {
            last.event.channel == entry.event.channel
                && last.event.record_id.is_some() == entry.event.record_id.is_some()
        });
        if !goes_on {
            settle(&mut run);
        }
        run.push(entry);
    }
    settle(&mut run);
    channels
}

/// Orders by record id inside each channel and by time across, and numbers the epochs between settings of the clock.
pub(super) fn order(host: &mut Host, problems: &mut Vec<Problem>) {
    let mut channels = by_channel(std::mem::take(&mut host.entries));
    for ((_, numbered), entries) in &mut channels {
        if *numbered {
            entries.sort_by_key(|entry| entry.event.record_id);
        }
    }
    let set_back = clock::number(&mut channels);
    for jump in &set_back {
        let detail = format!(
            "the clock of {} went back {} s, from {} to {}",
            host.name,
            (jump.old - jump.new).num_seconds(),
            time_text(jump.old),
            time_text(jump.new)
        );
        problems.push(Problem::new(ProblemKind::ClockJump, jump.origin.clone(), detail));
    }
    host.jumped = !set_back.is_empty();
    host.entries = Vec::with_capacity(channels.values().map(Vec::len).sum());
    for entries in channels.values_mut() {
        host.entries.append(entries);
    }
    host.entries.sort_by(|a, b| {
        let key = |entry: &Entry| (entry.at.is_none(), entry.at);
        key(a)
            .cmp(&key(b))
            .then_with(|| (&a.event.channel, a.event.record_id).cmp(&(&b.event.channel, b.event.record_id)))
    });
    host.raw = host.entries.len();
    let times = || host.entries.iter().filter_map(|entry| entry.at).map(|at| at.time);
    host.span = times().min().zip(times().max());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Origin, Time};

    #[test]
    fn tables_that_begin_with_the_newest_record() {
        let table = |seconds: &[i64]| -> Vec<Event> {
            let event = |second: &i64| {
                let mut event = Event::new(Origin::artifact("tasks.csv"));
                event.time = Time::from_timestamp(*second, 0);
                event
            };
            seconds.iter().map(event).collect()
        };
        assert!(newest_first(&table(&[9, 9, 8, 8, 3])));
        // An hour comes twice in autumn.
        assert!(newest_first(&table(&[9, 8, 9, 8, 3])));
        assert!(!newest_first(&table(&[3, 8, 8, 9])));
        assert!(!newest_first(&table(&[3, 3, 3])));
        let mut numbered = table(&[9, 8, 3]);
        numbered.iter_mut().for_each(|event| event.record_id = Some(1));
        assert!(!newest_first(&numbered));
    }
}
