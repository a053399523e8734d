//! Decoding by way of the `evtx` crate: a record to XML, the XML to an event. Slow and thorough.

use std::collections::BTreeMap;
use std::sync::Arc;

use evtx::{EvtxChunkData, ParserSettings};

use super::header::CHUNK_MAGIC;
use crate::model::{Event, Origin};
use crate::reader::event_xml::parse_event;

/// Bytes before the content of a record.
const RECORD_HEADER: u64 = 24;

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
