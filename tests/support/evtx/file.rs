//! A log of one channel, and the file it becomes.

use super::chunk::{CHUNK, Chunk};
use super::event::Event;
use super::value::filetime;

/// A channel of a host with its events.
#[derive(Debug, Clone)]
pub struct Log {
    pub channel: String,
    pub computer: String,
    pub events: Vec<Event>,
    first_record: u64,
    dirty: bool,
    full: bool,
    empty_chunks: usize,
    chunk_events: usize,
    renumbered: bool,
}

impl Log {
    pub fn new(channel: &str, computer: &str) -> Self {
        Self {
            channel: channel.to_owned(),
            computer: computer.to_owned(),
            events: Vec::new(),
            first_record: 1,
            dirty: false,
            full: false,
            empty_chunks: 0,
            chunk_events: usize::MAX,
            renumbered: false,
        }
    }

    pub fn event(mut self, event: Event) -> Self {
        self.events.push(event);
        self
    }

    pub fn events(mut self, events: impl IntoIterator<Item = Event>) -> Self {
        self.events.extend(events);
        self
    }

    /// The id of the first record; later ones count up unless an event names its own.
    pub fn first_record(mut self, id: u64) -> Self {
        self.first_record = id;
        self
    }

    /// The header says that the log was not closed; its counts are of before the last chunk.
    pub fn dirty(mut self) -> Self {
        self.dirty = true;
        self
    }

    /// The header says that the log reached its size.
    pub fn full(mut self) -> Self {
        self.full = true;
        self
    }

    /// Preallocated chunks after the last used one: all zero.
    pub fn empty_chunks(mut self, count: usize) -> Self {
        self.empty_chunks = count;
        self
    }

    /// At most this many events go into a chunk.
    pub fn chunk_events(mut self, count: usize) -> Self {
        self.chunk_events = count.max(1);
        self
    }

    /// The headers of the records are numbered from 1 on, as in an export; what the records say of themselves stays.
    pub fn renumbered(mut self) -> Self {
        self.renumbered = true;
        self
    }

    /// The events with the record ids they get.
    pub fn numbered(&self) -> Vec<(u64, &Event)> {
        let mut next = self.first_record;
        self.events
            .iter()
            .map(|event| {
                let id = event.record.unwrap_or(next);
                next = id + 1;
                (id, event)
            })
            .collect()
    }

    /// The name Windows gives the file: `/` of the channel becomes `%4`.
    pub fn file_name(&self) -> String {
        format!("{}.evtx", self.channel.replace('/', "%4"))
    }

    /// The bytes of the file.
    pub fn to_evtx(&self) -> Vec<u8> {
        let mut chunks = Vec::new();
        let mut chunk = Chunk::new();
        let mut in_chunk = 0;
        let mut number = 1;
        for (place, (id, event)) in (1..).zip(self.numbered()) {
            let root = event.element(&self.channel, &self.computer, id);
            let id = if self.renumbered { place } else { id };
            let write = |chunk: &mut Chunk| {
                if event.plain {
                    chunk.put_plain_document(&root);
                } else {
                    chunk.put_document(&root);
                }
            };
            let fits = in_chunk < self.chunk_events && chunk.try_record(id, filetime(event.at), write);
            if !fits {
                let count = chunk.count();
                assert!(count > 0, "an event larger than a chunk: {event:?}");
                chunks.push(std::mem::replace(&mut chunk, Chunk::new()).finish(number));
                number += count;
                in_chunk = 0;
                assert!(
                    chunk.try_record(id, filetime(event.at), write),
                    "an event larger than a chunk"
                );
            }
            in_chunk += 1;
        }
        let next_id = self.numbered().last().map_or(self.first_record, |(id, _)| id + 1);
        if !chunk.is_empty() || chunks.is_empty() {
            chunks.push(chunk.finish(number));
        }
        let mut bytes = self.header(chunks.len(), next_id);
        bytes.extend(chunks.concat());
        bytes.resize(bytes.len() + self.empty_chunks * CHUNK, 0);
        bytes
    }

    fn header(&self, chunks: usize, next_id: u64) -> Vec<u8> {
        let total = chunks + self.empty_chunks;
        // While a log is open the service leaves the header as it was at the last flush.
        let (last, next) = match (self.dirty, chunks) {
            (true, 2..) => (chunks - 2, self.first_record),
            _ => (chunks - 1, next_id),
        };
        let mut bytes = Vec::with_capacity(4096);
        bytes.extend_from_slice(b"ElfFile\0");
        bytes.extend_from_slice(&0u64.to_le_bytes());
        bytes.extend_from_slice(&(last as u64).to_le_bytes());
        bytes.extend_from_slice(&next.to_le_bytes());
        bytes.extend_from_slice(&128u32.to_le_bytes());
        bytes.extend_from_slice(&1u16.to_le_bytes());
        bytes.extend_from_slice(&3u16.to_le_bytes());
        bytes.extend_from_slice(&4096u16.to_le_bytes());
        bytes.extend_from_slice(&u16::try_from(total).unwrap().to_le_bytes());
        bytes.resize(120, 0);
        let sum = crc32fast::hash(&bytes);
        bytes.extend_from_slice(&(u32::from(self.dirty) | u32::from(self.full) << 1).to_le_bytes());
        bytes.extend_from_slice(&sum.to_le_bytes());
        bytes.resize(4096, 0);
        bytes
    }
}
