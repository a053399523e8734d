//! What events say again and again. Owns what is remembered of the contents of records, so that one that says what others said need not be
//! decoded, judged and packed once more: only the values that are its own are taken. Must not know how records lie in a log.

use std::collections::HashMap;
use std::hash::BuildHasher;
use std::sync::Arc;

use foldhash::fast::FixedState;

use super::pack::Shape;
use super::{Kept, Packer, Shown};
use crate::model::{Event, Time, Value};

/// Bytes of contents and stencils that one thread remembers at a time.
const KNOWN_BYTES: usize = 4 << 20;
/// Bytes that a content takes besides its own.
const ENTRY_BYTES: usize = 160;
/// Bytes of the longest content that is remembered: longer ones hardly ever come again.
const LONGEST: usize = 2 << 10;
/// Kinds of records of which it is known whether their contents come again, by the remainder of their number.
const KINDS: usize = 256;
/// Records of a kind after which it is judged whether it was worth it: where fewer than one of so many was known, few are looked for, until
/// so many times as many have come.
const TRIES: u16 = 4_096;
const WORTH: u16 = 8;
const SELDOM: u16 = 32;
/// Contents that came once are remembered by a number each, in so many places.
const ONCE: usize = 1 << 13;

/// An event but for the values that are its own.
#[derive(Debug)]
pub(crate) struct Stencil {
    pub(super) shape: Arc<Shape>,
    pub(super) shown: Shown,
    /// The values of its fields, see [`pack`](super::pack).
    pub(super) values: Box<[u8]>,
    pub(super) texts: Box<str>,
}

/// The values that are an event's own, whatever others say.
#[derive(Debug, Clone, Default)]
pub(crate) struct Own {
    /// When it happened.
    pub(crate) time: Option<Time>,
    /// The record id.
    pub(crate) record: u64,
    /// Where the record begins in the file.
    pub(crate) offset: u64,
    /// The process that wrote it.
    pub(crate) process: Option<u32>,
    /// The thread that wrote it.
    pub(crate) thread: Option<u32>,
    /// The GUID of the activity that it is of.
    pub(crate) activity: Option<[u8; 16]>,
    /// Values of fields, in their order.
    pub(crate) values: Vec<Value>,
}

/// What became of the event of a content.
#[derive(Debug, Clone)]
struct Known {
    /// What it cost to decode it.
    cost: usize,
    /// Nothing where it is not kept.
    stencil: Option<Arc<Stencil>>,
    /// Its place in the piece of that number.
    placed: Placed,
}

/// A place in the piece of that number.
pub(super) type Placed = Option<(u32, u16)>;

/// An event whose content is to be remembered once it is known what becomes of it.
#[derive(Debug)]
pub(crate) struct Awaited {
    /// Its place among the events that were decoded.
    pub(crate) place: usize,
    own: Own,
    content: Box<[u8]>,
    /// What it cost to decode it.
    cost: usize,
}

/// What one thread remembers of the contents of the records of a log, and what packs their events.
#[derive(Debug)]
pub(crate) struct Stencils {
    /// Packs the events of a piece.
    pub(crate) packer: Packer,
    /// Packs the values of stencils.
    drawing: Packer,
    /// The content of the record that is looked at.
    content: Vec<u8>,
    own: Own,
    known: HashMap<Box<[u8]>, Known, FixedState>,
    bytes: usize,
    /// Numbers of what many records have in common around their contents.
    frames: HashMap<Box<[u8]>, u32, FixedState>,
    frame_bytes: usize,
    next_frame: u32,
    once: Box<[u32]>,
    /// How often records of a kind were looked for, and how often they were known.
    luck: Box<[(u16, u16)]>,
    kind: usize,
    /// In the order of their places.
    awaited: Vec<Awaited>,
}

impl Default for Stencils {
    fn default() -> Self {
        Self {
            packer: Packer::default(),
            drawing: Packer::default(),
            content: Vec::new(),
            own: Own::default(),
            known: HashMap::default(),
            bytes: 0,
            frames: HashMap::default(),
            frame_bytes: 0,
            next_frame: 0,
            once: vec![0; ONCE].into(),
            luck: vec![(0, 0); KINDS].into(),
            kind: 0,
            awaited: Vec::new(),
        }
    }
}

/// What is known of a record by its content.
#[derive(Debug)]
pub(crate) enum Recalled {
    /// Its event is packed, or not kept.
    Done,
    /// Nothing; where it is given, its event is to be [awaited](Stencils::wait).
    New(Option<Awaited>),
}

impl Stencils {
    /// Whether a record of that kind is worth to be looked for: hardly any is where each says something else.
    pub(crate) fn is_worth(&mut self, kind: u32) -> bool {
        self.kind = kind as usize % KINDS;
        let Some((tries, known)) = self.luck.get_mut(self.kind) else {
            return true;
        };
        *tries = tries.saturating_add(1);
        if *tries >= TRIES && *known < TRIES / WORTH {
            // Now and then it is tried again.
            if *tries == TRIES * WORTH {
                (*tries, *known) = (0, 0);
            }
            return *tries % SELDOM == 0;
        }
        if *tries >= TRIES {
            (*tries, *known) = (0, 0);
        }
        true
    }

    /// The place for the content of a record, by which its event is known but for its own values, which have a place too.
    pub(crate) fn content(&mut self) -> (&mut Vec<u8>, &mut Own) {
        self.content.clear();
        self.own.values.clear();
        (&mut self.content, &mut self.own)
    }

    /// The number of what many records have in common; another one has another number.
    pub(crate) fn frame(&mut self, common: &[u8]) -> u32 {
        if let Some(known) = self.frames.get(common) {
            return *known;
        }
        self.frame_bytes += common.len() + ENTRY_BYTES;
        if self.frame_bytes > KNOWN_BYTES {
            self.frames.clear();
            self.frame_bytes = 0;
        }
        self.next_frame = self.next_frame.wrapping_add(1);
        self.frames.insert(common.into(), self.next_frame);
        self.next_frame
    }

    /// Packs the event of the record whose content was put in, if it is known what becomes of it; `pay` is told what it would have cost to
    /// decode it, and may say that this is too much.
    pub(crate) fn recall(&mut self, pay: impl FnOnce(usize) -> bool) -> Recalled {
        if let Some(known) = self.known.get_mut(&*self.content) {
            if !pay(known.cost) {
                return Recalled::New(None);
            }
            if let Some((_, count)) = self.luck.get_mut(self.kind) {
                *count = count.saturating_add(1);
            }
            if let Some(stencil) = &known.stencil {
                self.packer.like(stencil, &mut known.placed, &self.own);
            }
            return Recalled::Done;
        }
        let is_again = self.content.len() <= LONGEST && self.came_before();
        Recalled::New(is_again.then(|| Awaited {
            place: 0,
            own: self.own.clone(),
            content: self.content.as_slice().into(),
            cost: 0,
        }))
    }

    /// Whether this content came before, as far as a number tells: most that come once come never again.
    fn came_before(&mut self) -> bool {
        let hash = FixedState::default().hash_one(&*self.content);
        let [low, mark] = [hash, hash >> 32].map(|half| (half & u64::from(u32::MAX)) as u32);
        let place = self.once.get_mut(low as usize % ONCE);
        place.is_some_and(|place| std::mem::replace(place, mark | 1) == mark | 1)
    }

    /// Waits for what becomes of the event at that place among those that were decoded, which cost so much to decode.
    pub(crate) fn wait(&mut self, awaited: Awaited, place: usize, cost: usize) {
        self.awaited.push(Awaited {
            place,
            cost,
            ..awaited
        });
    }

    /// Forgets what is waited for.
    pub(crate) fn forget_awaited(&mut self) {
        self.awaited.clear();
    }

    /// Those that are waited for.
    pub(crate) fn take_awaited(&mut self) -> Vec<Awaited> {
        std::mem::take(&mut self.awaited)
    }

    /// Remembers what became of an event that was awaited: `kept` is its shape and what it shows, or it is not kept.
    pub(crate) fn remember(&mut self, awaited: Awaited, event: &Event, kept: Option<(&Arc<Shape>, &Shown)>) {
        let Awaited {
            own, content, cost, ..
        } = awaited;
        let stencil = match kept {
            Some((shape, shown)) => match self.draw(event, &own, (shape, shown)) {
                Some(stencil) => Some(Arc::new(stencil)),
                None => return,
            },
            None => None,
        };
        let drawn = stencil.as_ref();
        let size = drawn.map_or(0, |stencil| stencil.values.len() + stencil.texts.len());
        self.bytes += size + content.len() + ENTRY_BYTES;
        if self.bytes > KNOWN_BYTES {
            self.known.clear();
            self.bytes = 0;
        }
        let known = Known {
            cost,
            stencil,
            placed: None,
        };
        self.known.insert(content, known);
    }

    /// The stencil of an event; nothing where its own values are not among those of its fields, each once and in their order.
    fn draw(&mut self, event: &Event, own: &Own, (shape, shown): (&Arc<Shape>, &Shown)) -> Option<Stencil> {
        let origin = &event.origin;
        let is_plain = event.message.is_none()
            && origin.line.is_none()
            && origin.offset == Some(own.offset)
            && origin.record == Some(own.record)
            && event.record_id == Some(own.record);
        if !is_plain {
            return None;
        }
        let mut places = Vec::new();
        for value in &own.values {
            let mut same = event.fields.iter().enumerate();
            let (place, _) = same.find(|(_, field)| field.value == *value)?;
            if same.any(|(_, field)| field.value == *value)
                || places.last().is_some_and(|last| *last >= place)
            {
                return None;
            }
            places.push(place);
        }
        let (values, texts) = self.drawing.draw(event, &places)?;
        Some(Stencil {
            shape: Arc::clone(shape),
            shown: Arc::clone(shown),
            values,
            texts,
        })
    }

    /// What was packed, in its order.
    pub(crate) fn finish(&mut self) -> Vec<Kept> {
        self.packer.finish()
    }
}
