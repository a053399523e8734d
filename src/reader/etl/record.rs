//! The records of a trace buffer: their headers and what lies behind. Must not know what payloads mean.
//!
//! Source: `evntrace.h`, `evntcons.h` and `wmistr.h` of the Windows SDK, and traces of Windows 7 to 11. A record
//! begins at a multiple of 8 with a header whose byte 2 is its type and whose byte 3 has the top bit set.

use crate::reader::little_endian::{half, long, word};

/// A GUID as it is stored.
pub(super) type Guid = [u8; 16];

/// What kind of record it is, by its header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// Of the kernel: a number for its kind, a fixed layout.
    Kernel,
    /// Of a classic provider: a GUID for the kind of event, its type, its payload.
    Classic,
    /// Of a provider with a manifest or with names in the event.
    Event,
    /// A message of WPP: the text is in the format file of its program, the arguments are here.
    Message,
}

/// A record.
#[derive(Debug, Clone)]
pub(super) struct Record<'a> {
    pub(super) class: Class,
    /// In units of the trace's clock; zero where the record has none.
    pub(super) stamp: u64,
    pub(super) process: Option<u32>,
    pub(super) thread: Option<u32>,
    /// Of classic events the kind of event, of messages the source file; zeros for the kernel.
    pub(super) provider: Guid,
    /// Of events their id, of messages their number, of the kernel group and type: the hook.
    pub(super) id: u16,
    pub(super) version: u8,
    pub(super) channel: u8,
    pub(super) level: u8,
    pub(super) opcode: u8,
    pub(super) task: u16,
    pub(super) keywords: u64,
    pub(super) activity: Option<Guid>,
    /// Whether the payload is one text and nothing else.
    pub(super) is_string: bool,
    /// Bytes of a pointer of the process that wrote it: 4 or 8.
    pub(super) pointer: usize,
    pub(super) items: Items<'a>,
    pub(super) payload: &'a [u8],
}

/// Extended data of a modern event, as far as it is read: the items of these types of `EVENT_HEADER_EXT_TYPE_*`.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Items<'a> {
    /// 1: the activity that this one came of.
    pub(super) related: Option<Guid>,
    /// 2: the user.
    pub(super) sid: Option<&'a [u8]>,
    /// 3: the terminal session.
    pub(super) session: Option<u32>,
    /// 5 and 6: addresses of the call stack, and how many bytes each has. Behind a number that joins parts of a stack.
    pub(super) stack: Option<(&'a [u8], usize)>,
    /// 11: the names in the event, of TraceLogging.
    pub(super) schema: Option<&'a [u8]>,
    /// 12: the name of the provider, and more of it.
    pub(super) traits: Option<&'a [u8]>,
}

/// Extended data items of one event that are looked at.
const ITEMS: usize = 32;

/// Splits a buffer into its records.
pub(super) struct Records<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// What stands at a place of a buffer.
#[expect(
    clippy::large_enum_variant,
    reason = "it lives for one turn of a loop, and the large one is the usual one"
)]
pub(super) enum Next<'a> {
    /// A record, its bytes, and where it begins.
    Record(usize, Record<'a>, &'a [u8]),
    /// No record that can be: the rest of the buffer is lost. Where it begins.
    Broken(usize),
    /// The end.
    End,
}

impl<'a> Records<'a> {
    /// The records in the filled part of a buffer, after its header.
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self::from(bytes, 0)
    }

    /// The records from a place on.
    pub(super) const fn from(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at }
    }

    /// Where the next record begins.
    pub(super) const fn at(&self) -> usize {
        self.at
    }

    pub(super) fn next(&mut self) -> Next<'a> {
        let at = self.at;
        let rest = self.bytes.get(at..).unwrap_or_default();
        let Some(mark) = word(rest, 0).filter(|&mark| mark != u32::MAX) else {
            return Next::End;
        };
        if mark == 0 && rest.iter().all(|&byte| byte == 0) {
            return Next::End;
        }
        let record = size(rest)
            .and_then(|size| rest.get(..size))
            .and_then(|bytes| Some((bytes, parse(bytes)?)));
        match record {
            Some((bytes, record)) => {
                self.at = at.saturating_add(bytes.len().next_multiple_of(8));
                Next::Record(at, record, bytes)
            }
            None => {
                self.at = self.bytes.len();
                Next::Broken(at)
            }
        }
    }
}

/// The type of a message of WPP; such records are marked by bits of byte 3 as well, and then byte 2 may be anything.
const MESSAGE: u8 = 0x0F;

/// The type of the record that begins these bytes. Of byte 3, bit 7 marks a record, bit 6 one with a type in byte 2,
/// bit 4 a message.
fn kind(bytes: &[u8]) -> Option<u8> {
    let marks = *bytes.get(3)?;
    if marks & 0xD0 == 0x90 {
        return Some(MESSAGE);
    }
    (marks & 0x80 != 0).then_some(*bytes.get(2)?)
}

/// The size of the record that begins these bytes: at least its header.
fn size(bytes: &[u8]) -> Option<usize> {
    let at = match kind(bytes)? {
        1..=4 | 0x10 | 0x11 => 4,
        0x0A | 0x0B | 0x0D..=0x0F | 0x12..=0x15 => 0,
        _ => return None,
    };
    let size = usize::from(half(bytes, at)?);
    (size >= 8).then_some(size)
}

/// Reads the record that these bytes are.
pub(super) fn parse(bytes: &[u8]) -> Option<Record<'_>> {
    let kind = kind(bytes)?;
    let mut record = match kind {
        1 | 2 => kernel(bytes, 32),
        3 | 4 => kernel(bytes, 24),
        0x10 | 0x11 => Some(Record {
            stamp: long(bytes, 8)?,
            ..hook(bytes, 16)?
        }),
        0x0A | 0x14 => classic(bytes, 48),
        0x0B | 0x15 => classic(bytes, 72).or_else(|| unknown(bytes)),
        0x12 | 0x13 => event(bytes),
        MESSAGE => return message(bytes),
        // What stands before the payload is not known, so all behind the time is searched.
        _ => unknown(bytes),
    }?;
    // The types come in pairs, of 32 and of 64 bits.
    record.pointer = match kind {
        1 | 3 | 0x0A | 0x0B | 0x10 | 0x12 => 4,
        _ => 8,
    };
    Some(record)
}

const fn blank(class: Class, payload: &[u8]) -> Record<'_> {
    Record {
        class,
        stamp: 0,
        process: None,
        thread: None,
        provider: [0; 16],
        id: 0,
        version: 0,
        channel: 0,
        level: 0,
        opcode: 0,
        task: 0,
        keywords: 0,
        activity: None,
        is_string: false,
        pointer: 8,
        items: Items {
            related: None,
            sid: None,
            session: None,
            stack: None,
            schema: None,
            traits: None,
        },
        payload,
    }
}

/// What the headers of kernel records share: the version, the hook behind the size, and what the bits beside the version say
/// stands between header and payload: 8 bytes for the top one, and counters of the processor, as many as the lower three count.
fn hook(bytes: &[u8], head: usize) -> Option<Record<'_>> {
    let flags = *bytes.get(1)?;
    let between = usize::from(flags >> 7) + usize::from(flags & 7);
    let payload = bytes.get(head + between * 8..)?;
    Some(Record {
        version: *bytes.first()?,
        id: half(bytes, 6)?,
        opcode: *bytes.get(6)?,
        ..blank(Class::Kernel, payload)
    })
}

/// `SYSTEM_TRACE_HEADER`, whole or without its processor times.
fn kernel(bytes: &[u8], head: usize) -> Option<Record<'_>> {
    Some(Record {
        thread: word(bytes, 8),
        process: word(bytes, 12),
        stamp: long(bytes, 16)?,
        ..hook(bytes, head)?
    })
}

/// `EVENT_TRACE_HEADER`, or `EVENT_INSTANCE_GUID_HEADER`, which only goes on behind it.
fn classic(bytes: &[u8], head: usize) -> Option<Record<'_>> {
    Some(Record {
        opcode: *bytes.get(4)?,
        level: *bytes.get(5)?,
        version: *bytes.get(6)?,
        thread: word(bytes, 8),
        process: word(bytes, 12),
        stamp: long(bytes, 16)?,
        provider: guid(bytes, 24)?,
        ..blank(Class::Classic, bytes.get(head..)?)
    })
}

fn unknown(bytes: &[u8]) -> Option<Record<'_>> {
    Some(Record {
        thread: word(bytes, 8),
        process: word(bytes, 12),
        stamp: long(bytes, 16)?,
        ..blank(Class::Classic, bytes.get(24..)?)
    })
}

/// `EVENT_HEADER`, and the extended data behind it: each item is its size, its type, whether another follows, and the
/// size of its data.
fn event(bytes: &[u8]) -> Option<Record<'_>> {
    let flags = half(bytes, 4)?;
    let activity = guid(bytes, 64)?;
    let mut record = Record {
        thread: word(bytes, 8),
        process: word(bytes, 12),
        stamp: long(bytes, 16)?,
        provider: guid(bytes, 24)?,
        id: half(bytes, 40)?,
        version: *bytes.get(42)?,
        channel: *bytes.get(43)?,
        level: *bytes.get(44)?,
        opcode: *bytes.get(45)?,
        task: half(bytes, 46)?,
        keywords: long(bytes, 48)?,
        activity: (activity != [0; 16]).then_some(activity),
        is_string: flags & 4 != 0,
        ..blank(Class::Event, bytes.get(80..)?)
    };
    if flags & 1 == 0 {
        return Some(record);
    }
    for _ in 0..ITEMS {
        let item = record.payload;
        let (size, kind, linked) = (half(item, 0)?, half(item, 2)?, half(item, 4)?);
        let data = item.get(8..8_usize.checked_add(usize::from(half(item, 6)?))?)?;
        record.items.add(kind, data);
        let size = usize::from(size).next_multiple_of(8);
        record.payload = item.get(size.max(8)..)?;
        if linked & 1 == 0 {
            break;
        }
    }
    Some(record)
}

impl<'a> Items<'a> {
    fn add(&mut self, kind: u16, data: &'a [u8]) {
        match kind {
            1 => self.related = guid(data, 0),
            2 => self.sid = Some(data),
            3 => self.session = word(data, 0),
            5 => self.stack = data.get(8..).map(|stack| (stack, 4)),
            6 => self.stack = data.get(8..).map(|stack| (stack, 8)),
            11 => self.schema = Some(data),
            12 => self.traits = Some(data),
            _ => {}
        }
    }
}

/// `MESSAGE_TRACE_HEADER` and what its flags say follows, in this order: sequence number, GUID or component, time,
/// thread and process.
fn message(bytes: &[u8]) -> Option<Record<'_>> {
    const SEQUENCE: u16 = 1;
    const GUID: u16 = 2;
    const COMPONENT: u16 = 4;
    /// The time, of one clock or the other.
    const TIME: u16 = 8 | 0x10;
    const IDS: u16 = 0x20;
    const POINTER_32: u16 = 0x40;

    let mut record = Record {
        id: half(bytes, 4)?,
        ..blank(Class::Message, &[])
    };
    let flags = half(bytes, 6)?;
    if flags & POINTER_32 != 0 {
        record.pointer = 4;
    }
    let mut at = 8;
    if flags & SEQUENCE != 0 {
        at += 4;
    }
    if flags & GUID != 0 {
        record.provider = guid(bytes, at)?;
        at += 16;
    } else if flags & COMPONENT != 0 {
        at += 4;
    }
    if flags & TIME != 0 {
        record.stamp = long(bytes, at)?;
        at += 8;
    }
    if flags & IDS != 0 {
        record.thread = word(bytes, at);
        record.process = word(bytes, at + 4);
        at += 8;
    }
    record.payload = bytes.get(at..)?;
    Some(record)
}

pub(super) fn guid(bytes: &[u8], at: usize) -> Option<Guid> {
    bytes.get(at..at.checked_add(16)?)?.try_into().ok()
}
