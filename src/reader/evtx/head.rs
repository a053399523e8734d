//! The head of a record that is written: what its template puts into `System`. Records of one shape have all of it in common but
//! a few values, so the head of one is that of the last one of its template with these taken from where they lie.

use super::decode::Decoder;
use super::instance::{Definition, Slice, Values};
use super::layout::{Content, Step};
use super::lines::Start;
use super::odd::Odd;
use super::shape::ShapeId;
use super::value::{self, FILETIME, GUID, NULL, SID, STRING, UINT8, UINT16, UINT32, UINT64};
use super::walk::Frame;
use crate::model::Origin;
use crate::reader::event_xml::{Draft, Slot};

/// How many heads are kept, by the place of the template.
const HEADS: usize = 32;

/// The last head of each template, as far as there is room.
#[derive(Default)]
pub(super) struct Heads(Vec<Option<Head>>);

/// A head that is filled anew for each record.
pub(super) struct Head {
    shape: ShapeId,
    /// The values that are each record's own, from the first value on.
    own: Vec<(Slot, Slice)>,
    /// The place of the layout, and the first of its steps behind `System`.
    index: usize,
    rest: usize,
    start: Start,
    /// Whether its records cannot be written like this.
    is_odd: bool,
}

impl Heads {
    /// The head of a record of that shape, filled; `None` when it must be decoded as a whole.
    pub(super) fn of<'h, 'c>(
        &'h mut self,
        decoder: &mut Decoder<'c>,
        (shape, definition): (ShapeId, Definition),
        values: &Values<'c>,
        (frame, origin): (&Frame, impl FnOnce() -> Origin),
    ) -> Option<&'h mut Head> {
        // What follows the values is the end of the content, or the record is unusual.
        if !matches!(decoder.chunk.get(values.end()), Some(0)) || values.end() >= frame.content_end() {
            return None;
        }
        if self.0.is_empty() {
            self.0.resize_with(HEADS, || None);
        }
        let place = self.0.get_mut((definition.offset / 8) % HEADS)?;
        if place.as_ref().is_none_or(|head| head.shape != shape) {
            *place = Some(Head::new(decoder, (shape, definition), values, origin()));
        }
        let head = place.as_mut()?;
        if head.is_odd {
            return None;
        }
        head.fill(decoder, values, frame).ok()?;
        Some(head)
    }
}

impl Head {
    fn new<'c>(
        decoder: &mut Decoder<'c>,
        (shape, definition): (ShapeId, Definition),
        values: &Values<'c>,
        origin: Origin,
    ) -> Self {
        let mut head = Self {
            shape,
            own: Vec::new(),
            index: decoder.index(definition, None),
            rest: 0,
            start: Start::new(Draft::of(decoder.blank(origin))),
            is_odd: false,
        };
        head.is_odd = head.learn(decoder, values).is_none();
        head
    }

    /// Finds out what of the head is each record's own, and fills in the rest.
    fn learn<'c>(&mut self, decoder: &mut Decoder<'c>, values: &Values<'c>) -> Option<()> {
        let slices: Vec<Slice> = values.iter().collect();
        let layout = decoder.known_layout(self.index)?;
        if !layout.has_event || layout.names_secret {
            return None;
        }
        let mut seen = Vec::new();
        while let Some(step) = layout.steps.get(self.rest) {
            match step {
                Step::SkipUnless { value, to } => {
                    let slice = slices.get(usize::from(*value));
                    self.rest = match slice {
                        Some(slice) if slice.kind == NULL => (*to).max(self.rest.saturating_add(1)),
                        _ => self.rest.saturating_add(1),
                    };
                }
                Step::System { slot, content } => {
                    self.rest = self.rest.saturating_add(1);
                    if seen.contains(slot) {
                        return None;
                    }
                    seen.push(*slot);
                    if let Some(own) = own(*slot, content, &slices)? {
                        self.own.push((*slot, relative(own, values)));
                    }
                    decoder
                        .system(*slot, content, &slices, &mut self.start.draft)
                        .ok()?;
                }
                _ => break,
            }
        }
        let behind = layout.steps.get(self.rest..).unwrap_or_default();
        let is_behind = behind.iter().any(|step| matches!(step, Step::System { .. }));
        // Only a provider that has a name of its own goes by it.
        (!is_behind && !self.start.draft.event.provider.is_empty()).then_some(())
    }

    /// Fills in what is the record's own.
    fn fill<'c>(&mut self, decoder: &mut Decoder<'c>, values: &Values<'c>, frame: &Frame) -> Result<(), Odd> {
        decoder.spend(self.own.len().saturating_mul(16))?;
        let draft = &mut self.start.draft;
        draft.event.message = None;
        draft.event.record_id = None;
        for (slot, slice) in &self.own {
            let slice = Slice {
                start: slice.start.saturating_add(values.start()),
                ..*slice
            };
            let bytes = slice.of(decoder.chunk)?;
            match (slot, slice.kind) {
                (Slot::Time, _) => {
                    let ticks = bytes.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes));
                    draft.set_time(value::instant(ticks));
                }
                (Slot::Activity, _) => draft.event.activity = decoder.activity(bytes)?,
                (Slot::Sid, kind) => {
                    let sid = decoder.name(kind, bytes)?;
                    draft.event.sid = sid.filter(|sid| !sid.is_empty());
                }
                (slot, _) => {
                    let number = bytes
                        .iter()
                        .rev()
                        .fold(0, |number, byte| number << 8 | u64::from(*byte));
                    draft.set_number(*slot, Some(number));
                }
            }
        }
        draft.event.origin.record = Some(frame.id);
        Ok(())
    }

    /// The place of the layout, and the first of its steps behind the head.
    pub(super) const fn rest(&self) -> (usize, usize) {
        (self.index, self.rest)
    }

    /// The head of the record, which begins at that offset in the file.
    pub(super) const fn start(&mut self, offset: u64) -> &mut Start {
        self.start.draft.event.origin.offset = Some(offset);
        &mut self.start
    }
}

/// The value of a slot where it is each record's own and is written; nothing where it is the same in all records of the shape, or
/// nobody writes it. `None` where it is none of these.
fn own(slot: Slot, content: &Content, slices: &[Slice]) -> Option<Option<Slice>> {
    let is_shared = matches!(
        slot,
        Slot::Provider
            | Slot::ProviderSource
            | Slot::ProviderGuid
            | Slot::Channel
            | Slot::Computer
            | Slot::Version
            | Slot::Task
            | Slot::Opcode
            | Slot::Keywords
    );
    match content {
        _ if is_shared => Some(None),
        Content::Empty => Some(None),
        Content::Literal(_) => (slot != Slot::RecordId).then_some(None),
        Content::Mixed(_) => None,
        Content::Value(index) => {
            let slice = slices.get(usize::from(*index)).copied().unwrap_or(Slice::NONE);
            let fits = match (slot, slice.kind, slice.size) {
                (_, NULL, _) => return Some(None),
                (Slot::Id, UINT16, 2) | (Slot::Level, UINT8, 1) => true,
                (Slot::Time, FILETIME, 8) | (Slot::RecordId, UINT64, 8) => true,
                (Slot::Process | Slot::Thread, UINT32, 4) => true,
                (Slot::Activity, GUID, 16) | (Slot::Sid, SID | STRING, 1..) => true,
                _ => false,
            };
            fits.then_some(Some(slice))
        }
    }
}

fn relative(slice: Slice, values: &Values<'_>) -> Slice {
    Slice {
        start: slice.start.saturating_sub(values.start()),
        ..slice
    }
}
