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
/// More than there are states of buffers, or numbers of formats there.
const STATES: u32 = 16;
/// The flag of a compressed buffer.
const COMPRESSED: u16 = 0x40;
/// Bytes of empty or damaged buffers that are passed over at once.
const SKIP_BYTES: u64 = 1 << 30;
/// Bytes behind a damaged header in which the next one is looked for, where buffers are of different sizes.
const SEARCH_BYTES: usize = 2 * BUFFER_BYTES;
/// Bytes in which it is looked for at first: most buffers are much smaller than they may be.
const NEAR_BYTES: usize = 2 << 20;
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
    /// Bytes that were taken and put back, and how many of them were taken again: they come before the rest of the input.
    held: Vec<u8>,
    held_at: usize,
    /// Bytes taken so far.
    at: u64,
    /// The size of all buffers, as long as none is compressed.
    stride: Option<u64>,
    /// The compression that the first buffer states.
    packing: Option<Packing>,
    /// Room that buffers gave back.
    spare: Vec<Vec<u8>>,
    searches: u8,
    /// What was wrong with the buffer before, which could be read all the same.
    trouble: Option<Trouble>,
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
            held: Vec::new(),
            held_at: 0,
            at: 0,
            stride: None,
            packing: None,
            spare: Vec::new(),
            searches: 0,
            trouble: None,
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
        if let Some(trouble) = self.trouble.take() {
            return Some(Err(trouble));
        }
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
        // Where buffers are of different sizes, nearly any number may be one.
        let is_likely = if compressed {
            is_smaller(size, filled)
        } else {
            is_plain(head)
        };
        let is_chance = self.at > HEAD as u64 && self.stride.is_none() && !is_likely;
        if unused || is_chance || !(HEAD..=BUFFER_BYTES).contains(&size) || filled > BUFFER_BYTES {
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
        let body = self.take(size - HEAD)?;
        let records = filled.saturating_sub(HEAD);
        if compressed {
            let stated = packing.or(self.packing);
            return self.packed(offset, (stated, records), size, body).map(Some);
        }
        self.plain(offset, records, size, body).map(Some)
    }

    /// A buffer as it lies there. `size` is what its header states.
    fn plain(
        &mut self,
        offset: u64,
        records: usize,
        size: usize,
        mut body: Vec<u8>,
    ) -> Result<Buffer, Trouble> {
        if self.swallows_others(offset, size, &body) {
            self.put_back(body, 0);
            self.skip(offset)?;
            let detail = "a buffer whose size cannot be: the next one begins within it".to_owned();
            return Err((ProblemKind::Damaged, offset, detail));
        }
        self.is_cut = body.len() < size - HEAD;
        self.done = self.is_cut;
        body.truncate(records);
        Ok(Buffer {
            offset,
            records_at: Some(offset.saturating_add(HEAD as u64)),
            bytes: body,
            packing: None,
        })
    }

    /// Whether a buffer that is longer than all others has another one in it, where that has to begin.
    fn swallows_others(&self, offset: u64, size: usize, body: &[u8]) -> bool {
        let Some(stride) = self.stride.filter(|&stride| stride < size as u64) else {
            return false;
        };
        let next = (offset / stride).saturating_add(1).saturating_mul(stride);
        let place = next.checked_sub(offset.saturating_add(HEAD as u64));
        let next = place.and_then(|place| body.get(usize::try_from(place).ok()?..));
        next.is_some_and(|next| {
            word(next, 0).map(u64::from) == Some(stride)
                && word(next, 0x30).is_some_and(|filled| u64::from(filled) <= stride)
        })
    }

    /// A compressed buffer: how that is stated, and how many bytes it has then. `size` is what its header states.
    fn packed(
        &mut self,
        offset: u64,
        (stated, records): (Option<Packing>, usize),
        size: usize,
        mut body: Vec<u8>,
    ) -> Result<Buffer, Trouble> {
        self.unpacked = self.unpacked.saturating_add(records as u64);
        if self.unpacked > self.at.saturating_mul(self.ratio).saturating_add(FREE) {
            self.done = true;
            let detail = format!("the trace unpacks to more than {} times its size", self.ratio);
            return Err((ProblemKind::LimitHit, offset, detail));
        }
        let swallowed = swallowed(&body, stated.unwrap_or(Packing::Xpress));
        if let Some(next) = swallowed {
            let others = body.split_off(next);
            self.put_back(others, 0);
        }
        let is_cut = swallowed.is_none() && body.len() < size - HEAD;
        self.is_cut = is_cut;
        self.done = is_cut;
        let mut bytes = self.spare.pop().unwrap_or_default();
        let packing = if is_cut {
            unpack::beginning(stated, &body, records, &mut bytes)
        } else {
            unpack::unpack(stated, &body, records, &mut bytes)
        };
        let is_wrong = !is_cut && swallowed.is_none() && !self.is_before_header()?;
        let searched = if is_wrong {
            self.put_back(body, 0);
            self.search(offset)
        } else {
            self.give_back(body);
            Ok(())
        };
        if packing.is_none() {
            searched?;
            let detail = "a compressed buffer that does not unpack".to_owned();
            return Err((ProblemKind::Damaged, offset, detail));
        }
        if swallowed.is_some() || is_wrong {
            let detail = "a compressed buffer whose header states another size than it has".to_owned();
            self.trouble = searched.err().or(Some((ProblemKind::Damaged, offset, detail)));
        }
        Ok(Buffer {
            offset,
            records_at: None,
            bytes,
            packing,
        })
    }

    /// Whether what comes next is the header of a buffer, what is left of one, one that was never used, or nothing.
    fn is_before_header(&mut self) -> Result<bool, Trouble> {
        let next = self.take(HEAD)?;
        let is_unused = next.iter().all(|&byte| byte == 0);
        let is = next.len() < HEAD || is_unused || packed_size(&next).is_some() || is_plain(&next);
        self.put_back(next, 0);
        Ok(is)
    }

    /// Up to `count` bytes; fewer at the end only.
    fn take(&mut self, count: usize) -> Result<Vec<u8>, Trouble> {
        let mut bytes = self.spare.pop().unwrap_or_default();
        bytes.clear();
        let held = self.held.get(self.held_at..).unwrap_or_default();
        let held = held.get(..count).unwrap_or(held);
        bytes.extend_from_slice(held);
        self.held_at += held.len();
        let left = count - held.len();
        let result = (&mut self.input).take(left as u64).read_to_end(&mut bytes);
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

    /// Puts bytes back that were taken last, those before `from` left out.
    fn put_back(&mut self, mut bytes: Vec<u8>, from: usize) {
        self.at = self.at.saturating_sub(bytes.len().saturating_sub(from) as u64);
        bytes.extend_from_slice(self.held.get(self.held_at..).unwrap_or_default());
        let before = std::mem::replace(&mut self.held, bytes);
        self.held_at = from;
        self.give_back(before);
    }

    /// Goes on at the next buffer, if it can be told where that is.
    fn skip(&mut self, offset: u64) -> Result<(), Trouble> {
        let Some(stride) = self.stride else {
            return self.search(offset);
        };
        let next = (offset / stride).saturating_add(1).saturating_mul(stride);
        let left = next.saturating_sub(self.at).min(SKIP_BYTES);
        let held = self.held.len().saturating_sub(self.held_at);
        let held = held.min(usize::try_from(left).unwrap_or(usize::MAX));
        self.held_at += held;
        self.at = self.at.saturating_add(held as u64);
        let left = left - held as u64;
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
        for reach in [NEAR_BYTES, SEARCH_BYTES] {
            let ahead = self.take(reach)?;
            let is_whole = ahead.len() < reach;
            let next = (0..ahead.len())
                .take_while(|_| self.searches < SEARCHES)
                .find(|&start| follows(&ahead, start, is_whole));
            let found = next.is_some();
            self.put_back(ahead, next.unwrap_or(0));
            if found {
                return Ok(());
            }
        }
        self.done = true;
        let detail = "the rest of the trace: where its next buffer begins cannot be told".to_owned();
        Err((ProblemKind::Damaged, offset, detail))
    }

    /// Whether the last buffer was cut off.
    pub(super) const fn is_cut(&self) -> bool {
        self.is_cut
    }
}

/// Where in the rest of a compressed buffer another one of that compression begins: then it is said to be longer than it is.
fn swallowed(body: &[u8], packing: Packing) -> Option<usize> {
    let state = packing.number().to_le_bytes();
    let places = memchr::memmem::find_iter(body, &state);
    places
        .filter_map(|place| place.checked_sub(STATE))
        .find(|&start| {
            let rest = body.get(start..).unwrap_or_default();
            let next = packed_size(rest).map(|size| rest.get(size..).unwrap_or_default());
            next.is_some_and(|next| next.len() < HEAD || packed_size(next).is_some())
        })
}

/// Whether this is the header of a buffer that is not compressed; their sizes are so many KiB, their states few.
fn is_plain(head: &[u8]) -> bool {
    let size = word(head, 0).and_then(|size| usize::try_from(size).ok());
    let filled = word(head, 0x30).and_then(|filled| usize::try_from(filled).ok());
    let is_plain = half(head, 0x34).is_some_and(|flags| flags & COMPRESSED == 0)
        && word(head, STATE).is_some_and(|state| state < STATES);
    size.zip(filled).is_some_and(|(size, filled)| {
        is_plain && size.is_multiple_of(512) && (HEAD..=BUFFER_BYTES).contains(&size) && filled <= size
    })
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
    let state = word(head, STATE).filter(|state| *state <= u32::from(u16::MAX))?;
    let is_packed = half(head, 0x34)? & COMPRESSED != 0 && Packing::of(state).is_some();
    let fits = (HEAD..=BUFFER_BYTES).contains(&size) && (HEAD..=BUFFER_BYTES).contains(&filled);
    (is_packed && fits && is_smaller(size, filled)).then_some(size)
}

/// Whether a buffer of this size may be one of so many bytes that was compressed: what does not become smaller is left as it is.
/// There is some room for doubt.
const fn is_smaller(size: usize, filled: usize) -> bool {
    filled >= HEAD && size <= filled.saturating_mul(2)
}
