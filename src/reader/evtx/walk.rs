//! Walks the records of a chunk by their headers. Decodes nothing.
//!
//! A record: magic, size, id, FILETIME, content, and its size once more.

use memchr::memmem;

use super::cursor::Cursor;
use super::header::{CHUNK_HEADER_SIZE, ChunkHeader};
use crate::model::Event;

const MAGIC: &[u8] = b"\x2a\x2a\0\0";
/// Bytes before the content.
const HEADER: usize = 24;
/// Bytes of the second size, after the content.
const TRAILER: usize = 4;

/// Where a record lies in its chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) id: u64,
    /// The id to count it by: its own, or the nearest that the header of its chunk allows where its own is far outside. A
    /// damaged id would else make a whole log look as if most of its records had been left out.
    pub(super) counted: u64,
}

/// Ids of one chunk lie closer together: 64 KiB hold no more records.
const FAR: u64 = 65_536;

impl Frame {
    /// The number of the record that says so itself: exports number the headers anew, from 1 on, and only `EventRecordID` is the number that it
    /// had in its log.
    pub(super) fn number(&self, stated: Option<u64>) -> u64 {
        stated.filter(|stated| *stated != self.id).unwrap_or(self.counted)
    }

    /// Gives an event the number that it states, or that of the header.
    pub(super) fn give_number(&self, event: &mut Event) {
        event.record_id = event.record_id.or(Some(self.id));
        event.origin.record = event.record_id;
    }

    /// Where the content starts.
    pub(super) fn content(&self) -> usize {
        self.start.saturating_add(HEADER)
    }

    /// Where the content ends.
    pub(super) fn content_end(&self) -> usize {
        self.end.saturating_sub(TRAILER)
    }

    /// The frame of a record at `start`; `None` when there is none.
    fn at(chunk: &[u8], start: usize) -> Option<Self> {
        let head: &[u8; 16] = chunk.get(start..)?.first_chunk()?;
        let (magic, rest) = head.split_first_chunk::<4>()?;
        let (size, id) = rest.split_first_chunk::<4>()?;
        if magic != MAGIC {
            return None;
        }
        let size = usize::try_from(u32::from_le_bytes(*size)).ok()?;
        let id = u64::from_le_bytes(*id.first_chunk()?);
        let end = start.checked_add(size)?;
        (size >= HEADER.saturating_add(TRAILER) && end <= chunk.len()).then_some(Self {
            start,
            end,
            id,
            counted: id,
        })
    }

    /// Whether the record ends with its size, as all do that are whole.
    fn is_whole(&self, chunk: &[u8]) -> bool {
        let size = Cursor::new(chunk, self.content_end()).u32("size").map(u64::from);
        size == Ok(self.end.saturating_sub(self.start) as u64)
    }
}

/// What lies in a chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// A live record.
    Record(Frame),
    /// Bytes between live records, or before the free space, that are no record.
    Damage { from: usize, to: usize },
}

/// Walks the live records.
pub(super) struct Walk<'c> {
    chunk: &'c [u8],
    header: Option<ChunkHeader>,
    /// The first and last id by the header, if it may be believed.
    ids: Option<(u64, u64)>,
    next: usize,
    live_end: usize,
}

impl<'c> Walk<'c> {
    /// A chunk whose header is lost is walked to its end.
    pub(super) fn new(chunk: &'c [u8]) -> Self {
        let header = ChunkHeader::read(chunk).filter(|header| header.has_magic);
        let free = header.and_then(|header| usize::try_from(header.free_offset).ok());
        let ids = header.map(|header| (header.first_record, header.last_record));
        Self {
            chunk,
            header,
            ids: ids.filter(|(first, last)| first <= last && last.saturating_sub(*first) < FAR),
            next: CHUNK_HEADER_SIZE,
            live_end: free
                .filter(|&free| free >= CHUNK_HEADER_SIZE)
                .map_or(chunk.len(), |free| free.min(chunk.len())),
        }
    }

    fn counted(&self, id: u64) -> u64 {
        match self.ids {
            Some((first, last)) if id > last.saturating_add(FAR) || id.saturating_add(FAR) < first => {
                id.clamp(first, last)
            }
            _ => id,
        }
    }

    /// Where the walk stands: after it, where the slack begins.
    pub(super) fn slack(&self) -> usize {
        self.next
    }

    /// The next live record from `from` on. A chunk that was copied while it was reused also holds records of the
    /// previous pass over it: their ids are outside those of the header.
    fn resync(&self, mut from: usize) -> Option<Frame> {
        loop {
            let rest = self.chunk.get(from..self.live_end)?;
            let start = from.saturating_add(memmem::find(rest, MAGIC)?);
            let frame = Frame::at(self.chunk, start).filter(|frame| {
                frame.end <= self.live_end
                    && frame.is_whole(self.chunk)
                    && self
                        .header
                        .is_none_or(|header| (header.first_record..=header.last_record).contains(&frame.id))
            });
            if frame.is_some() {
                return frame;
            }
            from = start.saturating_add(1);
        }
    }
}

impl Iterator for Walk<'_> {
    type Item = Found;

    fn next(&mut self) -> Option<Found> {
        if self.next >= self.live_end {
            return None;
        }
        let from = self.next;
        if let Some(mut frame) = Frame::at(self.chunk, from) {
            self.next = frame.end;
            frame.counted = self.counted(frame.id);
            if self.header.is_some_and(|header| header.last_record == frame.id) {
                self.live_end = self.next;
            }
            return Some(Found::Record(frame));
        }
        match self.resync(from.saturating_add(1)) {
            Some(frame) => {
                self.next = frame.start;
                Some(Found::Damage {
                    from,
                    to: frame.start,
                })
            }
            None => {
                let to = self.live_end;
                self.live_end = from;
                let rest = self.chunk.get(from..to).unwrap_or_default();
                // The header may place the free space too far, and without a header nobody knows where it is.
                let is_slack = self.header.is_none() || rest.iter().all(|&byte| byte == 0);
                (!is_slack).then_some(Found::Damage { from, to })
            }
        }
    }
}

/// Stale records in `chunk[from..to]`: whole ones that no live record overwrote.
pub(super) fn carve(chunk: &[u8], mut from: usize, to: usize) -> impl Iterator<Item = Frame> {
    std::iter::from_fn(move || {
        loop {
            let rest = chunk.get(from..to)?;
            let start = from.saturating_add(memmem::find(rest, MAGIC)?);
            match Frame::at(chunk, start).filter(|frame| frame.end <= to && frame.is_whole(chunk)) {
                Some(frame) => {
                    from = frame.end;
                    return Some(frame);
                }
                None => from = start.saturating_add(1),
            }
        }
    })
}
