//! Records of which a second export was sent that does not tell their numbers: tables and texts of a log beside the log itself, or two
//! of them. Owns which of them say the same record; those with numbers are [`duplicates`](super::duplicates).

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use chrono::NaiveDateTime;

use crate::diagnose::timeline::host::Entry;
use crate::knowledge::Key;
use crate::knowledge::signal::usual_keys;
use crate::model::{Kept, user_key};

/// What two exports of one record have in common: who wrote it, its id, and the second, which is all that tables tell. Local times of
/// which nobody knows the zone are seconds of their own.
#[derive(PartialEq, Eq, Hash, Clone)]
struct Trace {
    provider: String,
    id: u16,
    second: i64,
    is_local: bool,
}

impl Trace {
    fn of(event: &Kept) -> Option<Self> {
        let second = |time: NaiveDateTime| time.and_utc().timestamp();
        let (second, is_local) = match (event.time(), event.like().local) {
            (Some(time), _) => (second(time.naive_utc()), false),
            (None, Some(local)) => (second(local), true),
            _ => return None,
        };
        Some(Self {
            provider: event.like().provider.to_lowercase(),
            id: event.like().id?,
            second,
            is_local,
        })
    }
}

/// The exports of a host in which a record of one trace stands, and where: that of the records with numbers, which are each there once,
/// and that of each file without.
type Exports = BTreeMap<Option<Arc<str>>, Vec<usize>>;

fn export(event: &Kept) -> Option<Arc<str>> {
    let has_number = event.record_id().is_some();
    (!has_number).then(|| Arc::clone(&event.like().origin.path))
}

/// Takes out what another export of the same log tells already. What the log itself tells stays.
pub(super) fn drop_restated(entries: &mut Vec<Entry>) {
    let mut all = entries
        .iter()
        .map(|entry| &entry.event)
        .filter(|event| event.like().id.is_some());
    let first = all.next().map(export);
    if first.is_none_or(|first| all.all(|event| export(event) == first)) {
        return;
    }
    let is_of_table = |event: &Kept| event.record_id().is_none() && event.like().id.is_some();
    let tables = entries.iter().filter(|entry| is_of_table(&entry.event));
    let mut traces: HashMap<Trace, Exports> = tables
        .filter_map(|entry| Some((Trace::of(&entry.event)?, Exports::new())))
        .collect();
    if traces.is_empty() {
        return;
    }
    for (place, entry) in entries.iter().enumerate() {
        if let Some(exports) = Trace::of(&entry.event).and_then(|trace| traces.get_mut(&trace)) {
            exports.entry(export(&entry.event)).or_default().push(place);
        }
    }
    let several = traces.into_values().filter(|exports| exports.len() > 1);
    let gone: BTreeSet<usize> = several.flat_map(|exports| restated(&exports, entries)).collect();
    if gone.is_empty() {
        return;
    }
    let mut place = 0_usize..;
    entries.retain(|_| place.next().is_none_or(|place| !gone.contains(&place)));
}

/// Of records with one trace, those that an export before theirs has, too. Each stands for one at most.
fn restated(exports: &Exports, entries: &[Entry]) -> Vec<usize> {
    let mut kept: Vec<usize> = Vec::new();
    let mut gone = Vec::new();
    for places in exports.values() {
        let before = kept.len();
        let mut taken = vec![false; before];
        for &place in places {
            let is_it = |(at, known): (usize, &usize)| {
                taken.get(at) == Some(&false) && may_be_one(entries.get(*known), entries.get(place))
            };
            match kept.iter().enumerate().take(before).position(is_it) {
                Some(at) => {
                    if let Some(taken) = taken.get_mut(at) {
                        *taken = true;
                    }
                    gone.push(place);
                }
                None => kept.push(place),
            }
        }
    }
    gone
}

/// Whether nothing that both tell speaks against their being one record.
fn may_be_one(one: Option<&Entry>, other: Option<&Entry>) -> bool {
    let Some((one, other)) = one.zip(other) else {
        return false;
    };
    let keys = |entry: &Entry| usual_keys(&entry.event, |text: &str| Arc::from(text));
    let is_other = |key: Key, a: &str, b: &str| match key {
        // A table may tell the name of an account where the record has its SID.
        Key::User => !a.starts_with("S-1-") && !b.starts_with("S-1-") && user_key(a) != user_key(b),
        Key::Session | Key::Task => !a.eq_ignore_ascii_case(b),
        _ => false,
    };
    let pairs = keys(one).into_iter().zip(keys(other));
    let mut told = Key::ALL.into_iter().zip(pairs);
    !told.any(|(key, (a, b))| a.zip(b).is_some_and(|(a, b)| is_other(key, &a, &b)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Event, Field, Origin, Value};

    /// A record of a path, with or without its number.
    fn entry(path: &str, number: Option<u64>, second: u32, user: &str) -> Entry {
        let mut event = Event::new(Origin::artifact(path));
        event.provider = Arc::from("Microsoft-Windows-Security-Auditing");
        event.id = Some(4625);
        event.record_id = number;
        event.time = crate::model::parse_rfc3339(&format!("2026-05-04T08:00:{second:02}.250Z"));
        event.fields = vec![Field {
            name: Arc::from("TargetUserName"),
            value: Value::Text(user.into()),
        }];
        Entry {
            event: event.into(),
            at: None,
        }
    }

    fn left(entries: Vec<Entry>) -> Vec<(String, u32)> {
        let mut entries = entries;
        drop_restated(&mut entries);
        let of = |entry: &Entry| {
            let second = entry
                .event
                .time
                .map(|time| time.naive_utc().and_utc().timestamp() % 60);
            (
                entry.event.origin.path.to_string(),
                u32::try_from(second.unwrap()).unwrap(),
            )
        };
        entries.iter().map(of).collect()
    }

    #[test]
    fn what_a_table_tells_of_a_log_beside_it_counts_once() {
        let all = vec![
            entry("a.csv", None, 1, "ANNA"),
            entry("a.evtx", Some(7), 1, "anna"),
            entry("a.csv", None, 2, "anna"),
            entry("b.txt", None, 1, "anna"),
            entry("b.txt", None, 2, "anna"),
        ];
        let once = [("a.evtx".to_owned(), 1), ("a.csv".to_owned(), 2)];
        assert_eq!(left(all), once);
    }

    #[test]
    fn records_of_one_second_are_as_many_as_the_fullest_export_has() {
        let log = (0..3).map(|number| entry("a.evtx", Some(number), 1, "anna"));
        let table = (0..5).map(|_| entry("a.csv", None, 1, "anna"));
        assert_eq!(left(log.chain(table).collect()).len(), 5);
    }

    #[test]
    fn of_somebody_else_or_of_another_second_is_another_record() {
        let all = vec![
            entry("a.evtx", Some(7), 1, "anna"),
            entry("a.csv", None, 1, "bert"),
            entry("a.csv", None, 3, "anna"),
        ];
        assert_eq!(left(all).len(), 3);
    }
}
