//! The buffers of a trace, one after the other, unpacked. Must not know records.
//!
//! Source: `WMI_BUFFER_HEADER` of the Windows SDK, and traces of Windows 7 to 11: 72 bytes; the size of the buffer at 0,
//! the bytes filled at 0x30 (not those saved at 4, which can be 0), flags at 0x34. In a compressed buffer the size is
//! that on the disk, and the filled bytes are those after unpacking.

use std::io::{self, Read};

use super::unpack::{self, Packing};
use crate::model::ProblemKind;
use crate::reader::little_endian::{half, word};

/// Bytes of the header of a buffer.
const HEAD: usize = 72;
/// A session's buffers have at most 16 MiB.
const BUFFER_BYTES: usize = 16 << 20;
/// Unpacked bytes that are not counted against the bytes of the trace.
const FREE: u64 = 16 << 20;
/// Where the state of a buffer is.
const STATE: usize = 0x2C;
/// The flag of a compressed buffer.
const COMPRESSED: u16 = 0x40;
/// Bytes of empty or damaged buffers that are passed over at once.
const SKIP_BYTES: u64 = 1 << 30;
/// Bytes behind a damaged header in which the next one is looked for, where buffers are of different sizes.
const SEARCH_BYTES: usize = 2 * BUFFER_BYTES;
/// How often that is done: a trace of nothing but damage is given up.
const SEARCHES: u8 = 64;

/// A buffer without its header.
pub(super) struct Buffer {
    /// Where it begins in the file.
    pub(super) offset: u64,
    /// Where its records are in the file, if they lie there as they are.
    pub(super) records_at: Option<u64>,
    /// Its records.
    pub(super) bytes: Vec<u8>,
    /// How it was compressed, if it was.
    pub(super) packing: Option<Packing>,
}

/// Something that could not be read, where, and what it was.
pub(super) type Trouble = (ProblemKind, u64, String);

/// Takes buffers out of a stream.
pub(super) struct Buffers {
    input: Box<dyn Read + Send>,
    /// Bytes taken so far.
    at: u64,
    /// The size of all buffers, as long as none is compressed.
    stride: Option<u64>,
    /// The compression that the first buffer states.
    packing: Option<Packing>,
    /// Room that buffers gave back.
    spare: Vec<Vec<u8>>,
    searches: u8,
    done: bool,
    is_cut: bool,
    /// Unpacked bytes so far, and how many there may be for each byte of the trace.
    unpacked: u64,
    ratio: u64,
}

impl Buffers {
    /// Takes buffers out of a stream; one byte of it unpacks to so many at most, over all.
    pub(super) const fn new(input: Box<dyn Read + Send>, ratio: u64) -> Self {
        Self {
            input,
            at: 0,
            stride: None,
            packing: None,
            spare: Vec::new(),
            searches: 0,
            done: false,
            is_cut: false,
            unpacked: 0,
            ratio,
        }
    }

    /// Takes back the room of a buffer that is done with.
    pub(super) fn reuse(&mut self, buffer: Buffer) {
        self.give_back(buffer.bytes);
    }

    fn give_back(&mut self, bytes: Vec<u8>) {
        if self.spare.len() < 4 {
            self.spare.push(bytes);
        }
    }

    /// Bytes taken so far.
    pub(super) const fn bytes(&self) -> u64 {
        self.at
    }

    /// The next buffer, or what is wrong with it; none at the end.
    pub(super) fn next(&mut self) -> Option<Result<Buffer, Trouble>> {
        while !self.done {
            let offset = self.at;
            let head = match self.take(HEAD) {
                Ok(head) if head.is_empty() => return None,
                Ok(head) => head,
                Err(trouble) => return Some(Err(trouble)),
            };
            if head.len() < HEAD {
                self.done = true;
                let detail = "the trace ends inside the header of a buffer".to_owned();
                return Some(Err((ProblemKind::Truncated, offset, detail)));
            }
            let body = self.body(&head, offset);
            self.give_back(head);
            match body {
                Ok(None) => {}
                Ok(Some(buffer)) => return Some(Ok(buffer)),
                Err(trouble) => return Some(Err(trouble)),
            }
        }
        None
    }

    /// The rest of a buffer; none for one that was never used.
    fn body(&mut self, head: &[u8], offset: u64) -> Result<Option<Buffer>, Trouble> {
        let size = usize::try_from(word(head, 0).unwrap_or(0)).unwrap_or(usize::MAX);
        let filled = usize::try_from(word(head, 0x30).unwrap_or(0)).unwrap_or(usize::MAX);
        let compressed = half(head, 0x34).is_some_and(|flags| flags & COMPRESSED != 0);
        let unused = head.iter().all(|&byte| byte == 0);
        if unused || !(HEAD..=BUFFER_BYTES).contains(&size) || filled > BUFFER_BYTES {
            self.skip(offset)?;
            let detail = "a buffer whose size cannot be".to_owned();
            return if unused {
                Ok(None)
            } else {
                Err((ProblemKind::Damaged, offset, detail))
            };
        }
        // The state of a buffer is no state where it is compressed, but the format of that.
        let packing = Packing::of(word(head, STATE).unwrap_or(0));
        if self.at == HEAD as u64 {
            self.stride = Some(size as u64);
            self.packing = packing;
        }
        if compressed {
            self.stride = None;
        }
        let mut body = self.take(size - HEAD)?;
        self.is_cut = body.len() < size - HEAD;
        self.done = self.is_cut;
        let records = filled.saturating_sub(HEAD);
        let mut unpacked_by = None;
        if compressed {
            self.unpacked = self.unpacked.saturating_add(records as u64);
            if self.unpacked > self.at.saturating_mul(self.ratio).saturating_add(FREE) {
                self.done = true;
                let detail = format!("the trace unpacks to more than {} times its size", self.ratio);
                return Err((ProblemKind::LimitHit, offset, detail));
            }
            let mut bytes = self.spare.pop().unwrap_or_default();
            let stated = packing.or(self.packing);
            unpacked_by = if self.done {
                unpack::beginning(stated, &body, records, &mut bytes)
            } else {
                unpack::unpack(stated, &body, records, &mut bytes)
            };
            if unpacked_by.is_none() {
                let detail = "a compressed buffer that does not unpack".to_owned();
                return Err((ProblemKind::Damaged, offset, detail));
            }
            let packed = std::mem::replace(&mut body, bytes);
            self.give_back(packed);
        } else {
            body.truncate(records);
        }
        Ok(Some(Buffer {
            offset,
            records_at: (!compressed).then_some(offset.saturating_add(HEAD as u64)),
            bytes: body,
            packing: unpacked_by,
        }))
    }

    /// Up to `count` bytes; fewer at the end only.
    fn take(&mut self, count: usize) -> Result<Vec<u8>, Trouble> {
        let mut bytes = self.spare.pop().unwrap_or_default();
        bytes.clear();
        let result = (&mut self.input).take(count as u64).read_to_end(&mut bytes);
        self.at = self.at.saturating_add(bytes.len() as u64);
        match result {
            Ok(_) => Ok(bytes),
            Err(error) => {
                self.done = true;
                let detail = format!("reading stopped here: {error}");
                Err((ProblemKind::of(&error), self.at, detail))
            }
        }
    }

    /// Goes on at the next buffer, if it can be told where that is.
    fn skip(&mut self, offset: u64) -> Result<(), Trouble> {
        let Some(stride) = self.stride else {
            return self.search(offset);
        };
        let next = (offset / stride).saturating_add(1).saturating_mul(stride);
        let left = next.saturating_sub(self.at).min(SKIP_BYTES);
        match io::copy(&mut (&mut self.input).take(left), &mut io::sink()) {
            Ok(count) => {
                self.at = self.at.saturating_add(count);
                Ok(())
            }
            Err(error) => {
                self.done = true;
                let detail = format!("reading stopped here: {error}");
                Err((ProblemKind::of(&error), self.at, detail))
            }
        }
    }

    /// Goes on at the next header of a compressed buffer that a header, or the end of the trace, follows in its turn.
    fn search(&mut self, offset: u64) -> Result<(), Trouble> {
        self.searches = self.searches.saturating_add(1);
        let ahead = self.take(SEARCH_BYTES)?;
        let is_whole = ahead.len() < SEARCH_BYTES;
        let next = (0..ahead.len())
            .take_while(|_| self.searches < SEARCHES)
            .find(|&start| follows(&ahead, start, is_whole));
        let Some(next) = next else {
            self.done = true;
            let detail = "the rest of the trace: where its next buffer begins cannot be told".to_owned();
            return Err((ProblemKind::Damaged, offset, detail));
        };
        let rest = ahead.get(next..).unwrap_or_default().to_vec();
        self.at = self.at.saturating_sub(rest.len() as u64);
        let input = std::mem::replace(&mut self.input, Box::new(io::empty()));
        self.input = Box::new(io::Cursor::new(rest).chain(input));
        self.give_back(ahead);
        Ok(())
    }

    /// Whether the last buffer was cut off.
    pub(super) const fn is_cut(&self) -> bool {
        self.is_cut
    }
}

/// Whether a compressed buffer begins at a place: what follows it has to be one as well, or nothing.
fn follows(bytes: &[u8], start: usize, is_whole: bool) -> bool {
    let Some(size) = bytes.get(start..).and_then(packed_size) else {
        return false;
    };
    match bytes.get(start.saturating_add(size)..) {
        Some([]) => is_whole,
        Some(next) => next.len() < HEAD || packed_size(next).is_some(),
        None => !is_whole,
    }
}

/// The size of a compressed buffer on the disk, if a header of one is here.
fn packed_size(head: &[u8]) -> Option<usize> {
    let head = head.get(..HEAD)?;
    let size = usize::try_from(word(head, 0)?).ok()?;
    let filled = usize::try_from(word(head, 0x30)?).ok()?;
    let is_packed = half(head, 0x34)? & COMPRESSED != 0 && Packing::of(word(head, STATE)?).is_some();
    let fits = (HEAD..=BUFFER_BYTES).contains(&size) && (HEAD..=BUFFER_BYTES).contains(&filled);
    (is_packed && fits).then_some(size)
}
