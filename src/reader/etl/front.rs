//! Traces for whoever wants to read them without the rest of the crate: an iterator of records.

use std::io::Read;
use std::sync::Arc;

use super::buffer::{Buffer, Buffers};
use super::census::Census;
use super::decode::Decoder;
use super::definitions::Definitions;
use super::record::{self, Class, Next, Records};
use crate::limits::Limits;
use crate::model::{Companion, Decoding, Event, Origin, Problem, ProblemKind, TraceReport};

/// What kind of record it is, by its header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RecordClass {
    /// Of the kernel: `SYSTEM_TRACE_HEADER`, `PERFINFO_TRACE_HEADER`.
    Kernel,
    /// Of a classic provider: `EVENT_TRACE_HEADER`.
    Classic,
    /// Of a modern provider: `EVENT_HEADER`.
    Event,
    /// A message of WPP: `MESSAGE_TRACE_HEADER`.
    Message,
}

/// A record as it is stored.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Raw {
    /// Of which kind its header is.
    pub class: RecordClass,
    /// The time in units of the trace's clock; zero where the record has none.
    pub stamp: u64,
    /// The GUID of the provider, of a classic event the kind of event, of a message the source file; zeros for the kernel.
    pub provider: [u8; 16],
    /// Of an event its id, of a message its number, of the kernel the hook: the type, and in the upper 8 bits the group.
    pub id: u16,
    /// The channel of an event, by its number in the manifest.
    pub channel: u8,
    /// Bytes of a pointer in the payload: 4 or 8.
    pub pointer: usize,
    /// What stands behind header and extended data.
    pub payload: Box<[u8]>,
}

/// A record of a trace.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Record {
    /// Where it begins in the file, or where its buffer does if that is compressed.
    pub offset: u64,
    /// As it is stored.
    pub raw: Raw,
    /// What it says. [`Event::time`] is missing where the trace has no header.
    pub event: Event,
    /// How the event was made.
    pub decoding: Decoding,
}

/// A trace while it is read: an iterator of its records in the order of the file.
///
/// Memory is that of one buffer (16 MiB at most) and of the definitions that the trace carries (32 MiB at most).
pub struct Trace {
    buffers: Buffers,
    decoder: Decoder,
    census: Census,
    buffer: Option<Buffer>,
    at: usize,
    path: Arc<str>,
}

impl std::fmt::Debug for Trace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Trace")
            .field("bytes", &self.buffers.bytes())
            .finish_non_exhaustive()
    }
}

/// Reads a trace that is in memory. It goes through twice: merged traces define their events at the end.
///
/// # Errors
/// Of the iterator: what could not be read, and where. It goes on behind that.
pub fn read(bytes: &[u8]) -> Trace {
    let bytes: Arc<[u8]> = bytes.into();
    let open = || Trace::new(std::io::Cursor::new(Arc::clone(&bytes)));
    let mut first = Decoder::default();
    first.learn_all(open().buffers);
    let mut second = open();
    second.decoder.definitions = first.definitions;
    second
}

impl Trace {
    /// Reads a trace that comes as a stream. Events that the trace defines further on have no names of their fields then.
    pub fn new(input: impl Read + Send + 'static) -> Self {
        Self {
            buffers: Buffers::new(Box::new(input), Limits::default().ratio),
            decoder: Decoder::default(),
            census: Census::default(),
            buffer: None,
            at: 0,
            path: Arc::from(""),
        }
    }

    /// Decodes with format files of WPP and instrumentation manifests.
    #[must_use]
    pub fn with(mut self, companions: &[Companion]) -> Self {
        self.decoder.definitions = Definitions::of(companions);
        self
    }

    /// What the header tells, and what was read so far, counted.
    pub fn report(&self) -> TraceReport {
        self.census.report(self.decoder.header.as_ref())
    }

    fn record(&mut self, offset: u64, record: &record::Record<'_>) -> Record {
        let mut event = self.decoder.blank(Origin::offset(Arc::clone(&self.path), offset));
        let is_about_trace = self.decoder.learn(record);
        let mut decoding = self.decoder.decode(&mut event, record);
        if is_about_trace {
            decoding = Decoding::Trace;
            self.census.trace();
        } else {
            self.census.time(record.stamp);
            self.census.event(offset, record, decoding, &event.provider);
        }
        Record {
            offset,
            raw: Raw {
                class: match record.class {
                    Class::Kernel => RecordClass::Kernel,
                    Class::Classic => RecordClass::Classic,
                    Class::Event => RecordClass::Event,
                    Class::Message => RecordClass::Message,
                },
                stamp: record.stamp,
                provider: record.provider,
                id: record.id,
                channel: record.channel,
                pointer: record.pointer,
                payload: record.payload.into(),
            },
            event,
            decoding,
        }
    }
}

impl Iterator for Trace {
    type Item = Result<Record, Problem>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let Some(buffer) = self.buffer.take() else {
                match self.buffers.next()? {
                    Ok(buffer) => {
                        self.census.buffer(buffer.packing);
                        self.at = 0;
                        self.buffer = Some(buffer);
                        continue;
                    }
                    Err((kind, at, detail)) => {
                        let origin = Origin::offset(Arc::clone(&self.path), at);
                        return Some(Err(Problem::new(kind, origin, detail)));
                    }
                }
            };
            let place = |at: usize| match buffer.records_at {
                Some(start) => start.saturating_add(at as u64),
                None => buffer.offset,
            };
            let mut records = Records::from(&buffer.bytes, self.at);
            match records.next() {
                Next::Record(at, record, _) => {
                    self.at = records.at();
                    let record = self.record(place(at), &record);
                    self.buffer = Some(buffer);
                    return Some(Ok(record));
                }
                Next::Broken(at) => {
                    let detail = "a record that does not read; the rest of its buffer is lost";
                    let origin = Origin::offset(Arc::clone(&self.path), place(at));
                    self.buffers.reuse(buffer);
                    return Some(Err(Problem::new(ProblemKind::Damaged, origin, detail)));
                }
                Next::End => self.buffers.reuse(buffer),
            }
        }
    }
}
