//! What becomes of the records that the own decoder left: those that a second reading gives are events, the others problems.

#[cfg(not(feature = "evtx-fallback"))]
use std::collections::BTreeMap;
use std::sync::Arc;

use super::Run;
use super::chunk::Left;
use super::odd::Odd;
#[cfg(feature = "evtx-fallback")]
use super::second_reading::decode;
use super::tally::Tally;
use super::wanted::{is_hollow, is_wanted};
use crate::model::{Event, Origin, Problem, ProblemKind};

/// What is said beside a record that nobody reads a second time.
const HINT: &str = if cfg!(feature = "evtx-fallback") {
    ""
} else {
    "; a build with the feature `evtx-fallback` may read it"
};

/// Reads the records of a chunk that the own decoder left. `events` takes those of interest, with their place in the
/// chunk; the tally takes the counts, and a problem for each record that cannot be read here either.
pub(super) fn read_records(
    chunk: &[u8],
    offset: u64,
    left: &[Left],
    run: &Run<'_>,
    events: &mut Vec<(usize, Event)>,
    tally: &mut Tally<'_>,
) {
    let path = &run.context.path;
    let mut decoded = decode(chunk, |start| {
        let left = left
            .iter()
            .find(|left| left.frame.start == start && left.odd != Odd::TooMuch)?;
        Some(Origin::record(
            Arc::clone(path),
            left.frame.id,
            offset.saturating_add(start as u64),
        ))
    });
    for Left {
        frame,
        odd,
        is_counted,
    } in left
    {
        match decoded.remove(&frame.start) {
            Some(Ok(mut event)) if !is_hollow(&event) => {
                frame.give_number(&mut event);
                if !is_counted {
                    tally.count(
                        &event.computer,
                        &event.channel,
                        frame.number(event.record_id),
                        event.time,
                    );
                }
                if is_wanted(&event, run.context.interest) {
                    events.push((frame.start, event));
                }
            }
            failed => {
                if !is_counted {
                    tally.count_undecoded();
                }
                let origin = Origin::record(
                    Arc::clone(path),
                    frame.id,
                    offset.saturating_add(frame.start as u64),
                );
                let detail = match failed {
                    Some(Err(error)) => format!("{odd}; the second reading: {error}"),
                    _ => format!("{odd}{HINT}"),
                };
                let kind = match odd {
                    Odd::TooMuch => ProblemKind::LimitHit,
                    _ => ProblemKind::Damaged,
                };
                tally.note(Problem::new(kind, origin, detail));
            }
        }
    }
}

/// Without the second reader, what the own one left is lost, and told.
#[cfg(not(feature = "evtx-fallback"))]
const fn decode(
    _: &[u8],
    _: impl Fn(usize) -> Option<Origin> + Copy,
) -> BTreeMap<usize, Result<Event, String>> {
    BTreeMap::new()
}
