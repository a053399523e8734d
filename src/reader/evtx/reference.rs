//! Decoding by way of the `evtx` crate: a record to XML, the XML to an event. Slow and thorough.

use std::sync::Arc;

use evtx::{EvtxChunkData, ParserSettings};

use super::Context;
use super::tally::Tally;
use crate::model::{Event, Origin, Problem, ProblemKind, Value};
use crate::reader::event_xml::parse_event;

/// Codes below this are too common as plain numbers to mean anything outside their field.
const SMALLEST_TELLING_CODE: u32 = 0x1_0000;

/// Reads every record of a chunk. The checksums were looked at before.
pub(super) fn read_chunk(bytes: &[u8], offset: u64, context: &Context<'_>, tally: &mut Tally<'_>) {
    let settings = Arc::new(ParserSettings::new().recover_records(context.recover));
    let damaged = |tally: &mut Tally<'_>, detail: String| {
        let origin = Origin::offset(context.path.clone(), offset);
        tally.note(Problem::new(ProblemKind::Damaged, origin, detail));
    };
    let mut data = match EvtxChunkData::new(bytes.to_vec(), false) {
        Ok(data) => data,
        Err(error) => return damaged(tally, error.to_string()),
    };
    let mut chunk = match data.parse(settings) {
        Ok(chunk) => chunk,
        Err(error) => return damaged(tally, error.to_string()),
    };
    for record in chunk.iter() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                damaged(tally, error.to_string());
                continue;
            }
        };
        // The record's header stands before its content.
        let at = offset.saturating_add(record.binxml_offset).saturating_sub(24);
        let origin = Origin::record(context.path.clone(), record.event_record_id, at);
        let (id, recovered) = (record.event_record_id, record.recovered);
        let parsed = record
            .into_xml_bytes()
            .map_err(|error| error.to_string())
            .and_then(|xml| parse_event(&xml.data, origin.clone()));
        match parsed {
            Ok(mut event) => {
                event.record_id = Some(id);
                if recovered {
                    event.push(RECOVERED, Value::Bool(true));
                } else {
                    tally.count(&event.computer, &event.channel, id, event.time);
                }
                if is_wanted(&event, context) {
                    tally.keep(event);
                }
            }
            Err(detail) => tally.note(Problem::new(ProblemKind::Damaged, origin, detail)),
        }
    }
}

/// The field that marks a stale record, found in the slack of a log.
pub(super) const RECOVERED: &str = "logonscope.recovered";

/// Whether a decoded event is of interest: by provider and id, or because it carries a code or a literal that is of
/// interest anywhere.
pub(super) fn is_wanted(event: &Event, context: &Context<'_>) -> bool {
    let interest = context.interest;
    event.id.is_some_and(|id| interest.wants(&event.provider, id))
        || event.fields.iter().any(|field| match &field.value {
            Value::Text(text) => interest.mentions(text),
            value => value
                .as_code()
                .is_some_and(|code| code >= SMALLEST_TELLING_CODE && interest.codes().contains(&code)),
        })
}
