//! Spans of time, asked which of them touch an instant: hundreds of thousands of events ask for thousands of sessions, task
//! runs and restarts. Owns the search; knows not what the spans are.

use std::collections::BTreeMap;

use crate::diagnose::timeline::host::Moment;
use crate::model::Time;

/// After every instant.
const OPEN: Moment = Moment::in_epoch(u32::MAX, Time::MAX_UTC);

/// A span by its place in a list, from its start to its end; one without an end goes on.
pub(in crate::diagnose) type Span = (usize, Moment, Option<Moment>);

/// Spans in order of their start, with a tree over their ends.
#[derive(Debug, Default)]
pub(in crate::diagnose) struct Overlaps {
    /// Starts, and the places of the spans in the list that they are of.
    starts: Vec<(Moment, usize)>,
    /// The latest end below each node. The children of node `n` are `2n` and `2n + 1`, the root is 1, and the last half are
    /// the spans themselves.
    latest: Vec<Moment>,
}

impl Overlaps {
    /// Puts spans in order.
    pub(in crate::diagnose) fn new(spans: impl IntoIterator<Item = Span>) -> Self {
        let mut spans: Vec<_> = spans.into_iter().collect();
        spans.sort_by_key(|(place, start, _)| (*start, *place));
        let leaves = spans.len().next_power_of_two();
        let before = Moment::at(Time::MIN_UTC);
        let ends = spans.iter().map(|(.., end)| end.unwrap_or(OPEN));
        let mut latest: Vec<Moment> = std::iter::repeat_n(before, leaves).chain(ends).collect();
        latest.resize(leaves.saturating_mul(2), before);
        for node in (1..leaves).rev() {
            let below = latest.get(node * 2).max(latest.get(node * 2 + 1)).copied();
            if let (Some(place), Some(below)) = (latest.get_mut(node), below) {
                *place = below;
            }
        }
        let starts = spans
            .into_iter()
            .map(|(place, start, _)| (start, place))
            .collect();
        Self { starts, latest }
    }

    /// Spans of several owners, each owner's apart.
    pub(in crate::diagnose) fn by_owner<K: Ord>(
        spans: impl IntoIterator<Item = (K, Span)>,
    ) -> BTreeMap<K, Self> {
        let mut owned: BTreeMap<K, Vec<Span>> = BTreeMap::new();
        for (owner, span) in spans {
            owned.entry(owner).or_default().push(span);
        }
        owned
            .into_iter()
            .map(|(owner, spans)| (owner, Self::new(spans)))
            .collect()
    }

    /// The place of the last span to begin at an instant or before.
    pub(in crate::diagnose) fn begun_by(&self, at: Moment) -> Option<usize> {
        let count = self.starts.partition_point(|(start, _)| *start <= at);
        self.starts.get(count.checked_sub(1)?).map(|(_, place)| *place)
    }

    /// The places of the spans that begin at `to` or before and end at `from` or after, the last to begin first.
    pub(in crate::diagnose) fn touching(&self, from: Moment, to: Moment) -> impl Iterator<Item = usize> {
        let count = self.starts.partition_point(|(start, _)| *start <= to);
        let leaves = self.latest.len() / 2;
        // Nodes with the first of their leaves and how many they have; the rightmost is looked at first.
        let mut nodes = vec![(1_usize, 0_usize, leaves)];
        std::iter::from_fn(move || {
            while let Some((node, first, width)) = nodes.pop() {
                if first >= count || self.latest.get(node).is_none_or(|latest| *latest < from) {
                    continue;
                }
                if width <= 1 {
                    return self.starts.get(first).map(|(_, place)| *place);
                }
                let half = width / 2;
                nodes.push((node * 2, first, half));
                nodes.push((node * 2 + 1, first + half, half));
            }
            None
        })
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn at(seconds: i64) -> Moment {
        let time = "2026-05-04T00:00:00Z".parse::<Time>().unwrap() + TimeDelta::seconds(seconds);
        Moment::at(time)
    }

    #[test]
    fn the_same_as_asking_each() {
        for count in [0, 1, 2, 3, 5, 8, 100] {
            let spans: Vec<_> = (0..count)
                .map(|number: i64| {
                    let start = number * 37 % 100;
                    let end = (number % 7 != 0).then(|| at(start + number * 13 % 40));
                    (usize::try_from(number).unwrap(), at(start), end)
                })
                .collect();
            let overlaps = Overlaps::new(spans.clone());
            for (from, to) in [(-5, 0), (0, 0), (20, 20), (30, 50), (99, 99), (500, 500)] {
                let mut wanted: Vec<_> = spans
                    .iter()
                    .filter(|(_, start, end)| *start <= at(to) && end.is_none_or(|end| end >= at(from)))
                    .map(|(place, start, _)| (*start, *place))
                    .collect();
                wanted.sort();
                wanted.reverse();
                let wanted: Vec<usize> = wanted.into_iter().map(|(_, place)| place).collect();
                let found: Vec<usize> = overlaps.touching(at(from), at(to)).collect();
                assert_eq!(found, wanted, "{count} spans, {from} to {to}");
            }
        }
    }
}
