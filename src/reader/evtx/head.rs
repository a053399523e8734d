//! The head of a record: what its template puts into `System`. Records of one shape have all of it in common but
//! a few values, so the head of one is that of the last one of its template with these taken from where they lie.

use std::ops::Range;

use super::decode::Decoder;
use super::instance::{Definition, Slice, Values};
use super::layout::{Content, Step};
use super::lines::Start;
use super::odd::Odd;
use super::shape::ShapeId;
use super::value::{self, BIN_XML, FILETIME, GUID, HEX64, NULL, SID, STRING, UINT8, UINT16, UINT32, UINT64};
use super::walk::Frame;
use crate::model::Origin;
use crate::reader::event_xml::{Draft, Section, Slot};

/// How many heads are kept, by the number of the shape.
const HEADS: usize = 64;

/// The last head of each shape, as far as there is room.
#[derive(Default)]
pub(super) struct Heads<'c>(Vec<Option<Head<'c>>>);

/// A head that is filled anew for each record.
pub(super) struct Head<'c> {
    shape: ShapeId,
    /// Whether it has what no form writes, too.
    whole: bool,
    own: Vec<Own<'c>>,
    /// What its records have in common, once it was asked for by number.
    pub(super) frame: Option<u32>,
    /// The values that all its records share, from the first value on, and those in which they differ though these decide.
    shared: Vec<Range<usize>>,
    telling: Vec<Range<usize>>,
    /// The mark of the layout.
    mark: Option<u32>,
    /// The place of the layout, and the first of its steps behind `System`.
    index: usize,
    rest: usize,
    /// The section of the payload, if nothing else is behind `System`.
    payload: Option<Section>,
    start: Start,
    /// How many fields the record before had.
    fields: usize,
    /// Whether its records cannot be written like this.
    is_odd: bool,
}

/// A value that is each record's own.
struct Own<'c> {
    slot: Slot,
    /// From the first value on.
    slice: Slice,
    /// What it was in the record before.
    before: &'c [u8],
}

impl<'c> Heads<'c> {
    /// The head of a record of that shape, filled; `None` when it must be decoded as a whole.
    pub(super) fn of<'h>(
        &'h mut self,
        decoder: &mut Decoder<'c>,
        (shape, definition): (ShapeId, Definition),
        values: &Values<'c>,
        (frame, origin): (&Frame, impl FnOnce() -> Origin),
        whole: bool,
    ) -> Option<&'h mut Head<'c>> {
        let ends = (values.end(), frame.content_end());
        let head = self.known(decoder, (shape, definition), values, (ends, origin), whole)?;
        head.fill(decoder, values, frame).ok()?;
        Some(head)
    }

    /// The head of records of that shape, as one before filled it; `None` when they must be decoded as a whole. The `ends` are those of the
    /// values of the record and of its content.
    pub(super) fn known<'h>(
        &'h mut self,
        decoder: &mut Decoder<'c>,
        (shape, definition): (ShapeId, Definition),
        values: &Values<'c>,
        (ends, origin): ((usize, usize), impl FnOnce() -> Origin),
        whole: bool,
    ) -> Option<&'h mut Head<'c>> {
        // What follows the values is the end of the content, or the record is unusual.
        let (end, content_end) = ends;
        if !matches!(decoder.chunk.get(end), Some(0)) || end >= content_end {
            return None;
        }
        let number = usize::try_from(shape.0).ok()? % HEADS;
        if self.0.len() <= number {
            self.0.resize_with(number.saturating_add(1), || None);
        }
        let place = self.0.get_mut(number)?;
        if place
            .as_ref()
            .is_none_or(|head| head.shape != shape || head.whole != whole)
        {
            *place = Some(Head::new(decoder, (shape, definition), values, origin(), whole));
        }
        place.as_mut().filter(|head| !head.is_odd)
    }
}

impl<'c> Head<'c> {
    fn new(
        decoder: &mut Decoder<'c>,
        (shape, definition): (ShapeId, Definition),
        values: &Values<'c>,
        origin: Origin,
        whole: bool,
    ) -> Self {
        let mut head = Self {
            shape,
            whole,
            own: Vec::new(),
            frame: None,
            shared: Vec::new(),
            telling: Vec::new(),
            mark: None,
            index: decoder.index(definition, None),
            rest: 0,
            payload: None,
            start: Start::new(Draft::of(decoder.blank(origin))),
            fields: 0,
            is_odd: false,
        };
        head.is_odd = head.learn(decoder, values).is_none();
        head
    }

    /// Finds out what of the head is each record's own, and fills in the rest.
    fn learn(&mut self, decoder: &mut Decoder<'c>, values: &Values<'c>) -> Option<()> {
        let slices: Vec<Slice> = values.iter().collect();
        let layout = decoder.known_layout(self.index)?;
        if !layout.has_event || layout.names_secret {
            return None;
        }
        self.mark = layout.mark.filter(|_| !layout.has_instance);
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
                    self.tell_apart(*slot, content, (&slices, values), decoder);
                    if let Some(own) = own(*slot, content, &slices, self.whole)? {
                        self.own.push(Own {
                            slot: *slot,
                            slice: relative(own, values),
                            before: &[],
                        });
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
        if let ([Step::Nested { value, section }], Some(last)) = (behind, slices.last())
            && last.kind == BIN_XML
            && usize::from(*value).saturating_add(1) == slices.len()
        {
            self.payload = Some(*section);
        }
        // Only a provider that has a name of its own goes by it.
        (!is_behind && !self.start.draft.event.provider.is_empty()).then_some(())
    }

    /// Notes where a value lies that decides what becomes of a record.
    fn tell_apart(
        &mut self,
        slot: Slot,
        content: &Content,
        (slices, values): (&[Slice], &Values<'c>),
        decoder: &Decoder<'c>,
    ) {
        let Content::Value(index) = content else { return };
        let Some(slice) = slices.get(usize::from(*index)) else {
            return;
        };
        let start = relative(*slice, values).start;
        let range = start..start.saturating_add(slice.size.into());
        let list = match slot {
            Slot::Time | Slot::RecordId | Slot::Thread | Slot::Activity => return,
            Slot::Process if !decoder.asks_for_process() => return,
            // Those of the records of a shape are the same.
            Slot::Provider | Slot::Channel | Slot::Computer => &mut self.shared,
            _ => &mut self.telling,
        };
        match list.last_mut() {
            Some(last) if last.end == range.start => last.end = range.end,
            _ => list.push(range),
        }
    }

    /// Fills in what is the record's own.
    fn fill(&mut self, decoder: &mut Decoder<'c>, values: &Values<'c>, frame: &Frame) -> Result<(), Odd> {
        decoder.spend(self.own.len().saturating_mul(16))?;
        let draft = &mut self.start.draft;
        draft.event.message = None;
        draft.event.record_id = None;
        for Own { slot, slice, before } in &mut self.own {
            let slice = Slice {
                start: slice.start.saturating_add(values.start()),
                ..*slice
            };
            let bytes = slice.of(decoder.chunk)?;
            match (*slot, slice.kind) {
                (Slot::Time, _) => draft.set_time(value::instant(number(bytes))),
                (Slot::Activity | Slot::Sid, _) if bytes == *before => {}
                (Slot::Activity, _) => {
                    draft.event.activity = decoder.activity(bytes)?;
                    *before = bytes;
                }
                (Slot::Sid, kind) => {
                    let sid = decoder.name(kind, bytes)?;
                    draft.event.sid = sid.filter(|sid| !sid.is_empty());
                    *before = bytes;
                }
                (slot, _) => draft.set_number(slot, Some(number(bytes))),
            }
        }
        draft.event.origin.record = Some(frame.id);
        Ok(())
    }

    /// What its records have in common: the template, which values there are and the names in them.
    pub(super) fn common(&self, chunk: &'c [u8], values: &Values<'c>) -> Option<Vec<u8>> {
        let (_, table) = values.descriptors().split_last()?;
        let mut common = self.mark?.to_le_bytes().to_vec();
        common.extend_from_slice(table.as_flattened());
        let lying = chunk.get(values.start()..)?;
        for range in &self.shared {
            common.extend_from_slice(lying.get(range.clone())?);
        }
        Some(common)
    }

    /// Puts what decides over a record besides into its content, and what is its own beside it.
    pub(super) fn put(
        &self,
        chunk: &'c [u8],
        (frame, offset): (&Frame, u64),
        values: &Values<'c>,
        (content, own): (&mut Vec<u8>, &mut crate::model::Own),
    ) -> Option<()> {
        content.extend_from_slice(&self.frame?.to_le_bytes());
        let lying = chunk.get(values.start()..)?;
        for range in &self.telling {
            content.extend_from_slice(lying.get(range.clone())?);
        }
        own.offset = offset;
        own.record = frame.id;
        (own.time, own.process, own.thread, own.activity) = (None, None, None, None);
        for Own { slot, slice, .. } in &self.own {
            let end = slice.start.checked_add(slice.size.into())?;
            let bytes = lying.get(slice.start..end)?;
            match slot {
                Slot::Time => own.time = Draft::told_time(value::instant(number(bytes))),
                Slot::RecordId => own.record = number(bytes),
                Slot::Process => own.process = u32::try_from(number(bytes)).ok(),
                Slot::Thread => own.thread = u32::try_from(number(bytes)).ok(),
                Slot::Activity => own.activity = bytes.try_into().ok().filter(|bytes| *bytes != [0; 16]),
                _ => {}
            }
        }
        Some(())
    }

    /// The place of the layout, and the first of its steps behind the head.
    pub(super) const fn rest(&self) -> (usize, usize) {
        (self.index, self.rest)
    }

    /// The section of the payload, which is the last of the values, if nothing else is behind the head.
    pub(super) const fn payload(&self) -> Option<Section> {
        self.payload
    }

    /// An event that begins with the head of the record, which begins at that offset in the file.
    pub(super) fn draft(&self, offset: u64) -> Draft {
        let mut event = self.start.draft.event.clone();
        event.origin.offset = Some(offset);
        event.fields.reserve_exact(self.fields);
        Draft::of(event)
    }

    /// Says how many fields its records have: as many are made room for.
    pub(super) const fn expect_fields(&mut self, fields: usize) {
        self.fields = fields;
    }

    /// The head of the record, which begins at that offset in the file.
    pub(super) const fn start(&mut self, offset: u64) -> &mut Start {
        self.start.draft.event.origin.offset = Some(offset);
        &mut self.start
    }
}

/// The value of a slot where it is each record's own and is written; nothing where it is the same in all records of the shape, or
/// nobody writes it. `None` where it is none of these.
fn own(slot: Slot, content: &Content, slices: &[Slice], whole: bool) -> Option<Option<Slice>> {
    let is_shared = match slot {
        Slot::Provider | Slot::ProviderSource | Slot::ProviderGuid | Slot::Channel | Slot::Computer => true,
        // No form writes these.
        Slot::Version | Slot::Task | Slot::Opcode | Slot::Keywords => !whole,
        _ => false,
    };
    match content {
        _ if is_shared => Some(None),
        Content::Empty => Some(None),
        Content::Literal(_) => (slot != Slot::RecordId).then_some(None),
        Content::Mixed(_) => None,
        Content::Value(index) => {
            let slice = slices.get(usize::from(*index)).copied().unwrap_or(Slice::NONE);
            let fits = match (slot, slice.kind, slice.size) {
                (_, NULL, _) => return Some(None),
                (Slot::Id | Slot::Task, UINT16, 2) => true,
                (Slot::Level | Slot::Version | Slot::Opcode, UINT8, 1) => true,
                (Slot::Keywords, HEX64 | UINT64, 8) => true,
                (Slot::Time, FILETIME, 8) | (Slot::RecordId, UINT64, 8) => true,
                (Slot::Process | Slot::Thread, UINT32, 4) => true,
                (Slot::Activity, GUID, 16) | (Slot::Sid, SID | STRING, 1..) => true,
                _ => false,
            };
            fits.then_some(Some(slice))
        }
    }
}

/// A number in low byte first.
fn number(bytes: &[u8]) -> u64 {
    match *bytes {
        [a] => a.into(),
        [a, b] => u16::from_le_bytes([a, b]).into(),
        [a, b, c, d] => u32::from_le_bytes([a, b, c, d]).into(),
        _ => bytes.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes)),
    }
}

fn relative(slice: Slice, values: &Values<'_>) -> Slice {
    Slice {
        start: slice.start.saturating_sub(values.start()),
        ..slice
    }
}
