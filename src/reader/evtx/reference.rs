//! Decoding by way of the `evtx` crate: a record to XML, the XML to an event. Slow and thorough.

use std::collections::BTreeMap;
use std::sync::Arc;

use evtx::{EvtxChunkData, ParserSettings};

use super::Run;
use super::chunk::Left;
use super::header::CHUNK_MAGIC;
use super::odd::Odd;
use super::tally::Tally;
use super::wanted::{is_hollow, is_wanted};
use crate::model::{Event, Origin, Problem, ProblemKind};
use crate::reader::event_xml::parse_event;

/// Bytes before the content of a record.
const RECORD_HEADER: u64 = 24;

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
                    _ => odd.to_string(),
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

/// Decodes the records for which `origin`, given their place in the chunk, has an origin.
pub(super) fn decode(
    chunk: &[u8],
    origin: impl Fn(usize) -> Option<Origin>,
) -> BTreeMap<usize, Result<Event, String>> {
    let mut decoded = BTreeMap::new();
    let mut bytes = chunk.to_vec();
    if let Some(magic) = bytes.get_mut(..CHUNK_MAGIC.len()) {
        // The crate reads nothing without it, and what is in the chunk may be sound.
        magic.copy_from_slice(CHUNK_MAGIC);
    }
    let Ok(mut data) = EvtxChunkData::new(bytes, false) else {
        return decoded;
    };
    let Ok(mut parsed) = data.parse(Arc::new(ParserSettings::new())) else {
        return decoded;
    };
    for record in parsed.iter().flatten() {
        let start = usize::try_from(record.binxml_offset.saturating_sub(RECORD_HEADER)).unwrap_or(usize::MAX);
        if let Some(origin) = origin(start) {
            let event = record
                .into_xml_bytes()
                .map_err(|error| error.to_string())
                .and_then(|xml| parse_event(&xml.data, origin));
            decoded.insert(start, event);
        }
    }
    decoded
}
