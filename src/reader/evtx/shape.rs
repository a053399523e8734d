//! Where the sieve finds what it looks at. The values of nearly all records of a template have the types and sizes of those of the
//! record before, but for the payload that comes last; then all lies where it lay there. Decodes nothing.

use std::ops::Range;
use std::rc::Rc;

use super::fold::{self, Lying};
use super::instance::{self, Definition, Values};
use super::scan::{Scanner, Suspects};
use super::sieve::{Part, Sieve, Source};
use super::spans::{Given, StretchId};
use super::value::{BIN_XML, NULL};

/// Places for shapes, by that of the template.
const PLACES: usize = 32;
/// How many shapes are remembered at each place: records of one template come with and without a user, an activity and the like.
const WAYS: usize = 4;
/// The ids of a shape of which it is remembered what becomes of them; a provider with one template has dozens of ids.
const IDS: usize = 32;

/// The values of a record that are looked at, or what stands for them in the template.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Raw {
    pub(super) id: u16,
    pub(super) level: Option<u8>,
    pub(super) ticks: u64,
    /// `EventRecordID`.
    pub(super) record: Option<u64>,
}

/// What becomes of records of one shape and id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Course {
    /// Not asked for, whatever they say.
    Excluded,
    /// Not of interest, but for what their values say.
    Passed { free_text: bool },
    /// Of interest.
    Wanted {
        /// Within how many ticks like ones count as one.
        fold: Option<u64>,
        /// The number of the demands, one of which must hold; else they are passed.
        demand: Option<usize>,
        free_text: bool,
    },
}

/// Tells the shapes of a chunk apart.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct ShapeId(pub(super) u32);

/// Where the values lie that are looked at, from the first value on.
#[derive(Debug)]
pub(super) struct Shape<'c> {
    pub(super) mark: ShapeId,
    definition: Definition,
    /// Sizes and types of all values but the payload.
    table: &'c [[u8; 4]],
    /// Their bytes together.
    size: usize,
    has_payload: bool,
    id: Option<usize>,
    level: Option<usize>,
    ticks: usize,
    record: Option<usize>,
    /// The provider, channel and computer where they are values; empty where they stand in the template.
    texts: [(usize, &'c [u8]); 3],
    stretch: StretchId,
    /// The id and level that stand in the template.
    literal_id: u16,
    literal_level: Option<u8>,
    /// What becomes of records of this shape, by the remainder of their id.
    courses: Vec<Option<(u16, Course)>>,
    /// The values that may hold a code, once that was asked for.
    suspects: Option<Suspects<'c>>,
    /// The bytes that like records share, once that was asked for.
    shared: Option<Rc<[Range<usize>]>>,
}

/// The last shapes of each template, as far as there is room.
#[derive(Debug, Default)]
pub(super) struct Shapes<'c> {
    held: Vec<Shape<'c>>,
    /// Where those of each place are held.
    places: [Ways; PLACES],
    /// The one that was found or kept last.
    last: usize,
    /// How many were kept.
    made: u32,
}

#[derive(Debug, Default, Clone, Copy)]
struct Ways {
    held: [u16; WAYS],
    count: u8,
    /// Which of them makes room for the next.
    oldest: u8,
}

impl<'c> Shapes<'c> {
    /// Finds the shape of a record; says whether there is one, which is then the last.
    pub(super) fn find(
        &mut self,
        chunk: &[u8],
        definition: Definition,
        values: &Values<'_>,
        end: usize,
    ) -> Option<&mut Shape<'c>> {
        let ways = self.places.get((definition.offset / 8) % PLACES)?;
        let mut held = ways
            .held
            .iter()
            .take(ways.count.into())
            .map(|way| usize::from(*way));
        self.last = held.find(|way| {
            let shape = self.held.get(*way);
            shape.is_some_and(|shape| shape.fits(chunk, definition, values, end))
        })?;
        self.held.get_mut(self.last)
    }

    /// Keeps a shape, which is then the last.
    pub(super) fn keep(&mut self, mut shape: Shape<'c>) -> Option<&mut Shape<'c>> {
        self.made = self.made.saturating_add(1);
        shape.mark = ShapeId(self.made);
        let ways = self.places.get_mut((shape.definition.offset / 8) % PLACES)?;
        let way = usize::from(ways.count);
        if let Some(way) = ways.held.get_mut(way) {
            self.last = self.held.len();
            *way = u16::try_from(self.last).ok()?;
            ways.count = ways.count.saturating_add(1);
            return Some(self.held.push_mut(shape));
        }
        let oldest = usize::from(ways.oldest) % WAYS;
        ways.oldest = ways.oldest.wrapping_add(1);
        self.last = usize::from(*ways.held.get(oldest)?);
        let place = self.held.get_mut(self.last)?;
        *place = shape;
        Some(place)
    }

    /// The shape that was found or kept last.
    pub(super) fn last(&mut self) -> Option<&mut Shape<'c>> {
        self.held.get_mut(self.last)
    }
}

impl<'c> Shape<'c> {
    /// The shape of a record; `None` when something is not as expected. `stretch` says where records of a computer and channel
    /// are counted.
    pub(super) fn new(
        sieve: &Sieve,
        chunk: &'c [u8],
        definition: Definition,
        values: &Values<'c>,
        end: usize,
        stretch: impl FnOnce((Given<'_, 'c>, Given<'_, 'c>)) -> StretchId,
    ) -> Option<Self> {
        let (mut id, mut level, mut ticks, mut record) = (None, None, 0, None);
        let mut texts: [(usize, &[u8]); 3] = [(0, &[]); 3];
        let mut last_looked_at = 0;
        let mut slices = values.iter().enumerate();
        for &(wanted, part) in &sieve.spots {
            let (_, slice) = slices.by_ref().find(|(index, _)| *index == wanted)?;
            if !part.takes(slice.kind) {
                if part == Part::Record || part == Part::Level && slice.kind == NULL {
                    continue;
                }
                return None;
            }
            let bytes = slice.of(chunk.get(..end)?).ok()?;
            let at = slice.start.checked_sub(values.start())?;
            match part {
                Part::Provider => texts[0] = (at, bytes),
                Part::Channel => texts[1] = (at, bytes),
                Part::Computer => texts[2] = (at, bytes),
                Part::Id if bytes.len() == 2 => id = Some(at),
                Part::Level if bytes.len() == 1 => level = Some(at),
                Part::Time if bytes.len() == 8 => ticks = at,
                Part::Record if bytes.len() == 8 => record = Some(at),
                Part::Guard => continue,
                _ => return None,
            }
            last_looked_at = wanted;
        }
        let table = values.descriptors();
        let rest = table.split_last().filter(|(last, rest)| {
            let [_, _, kind, _] = last;
            *kind == BIN_XML && rest.len() > last_looked_at
        });
        let (has_payload, table) = rest.map_or((false, table), |(_, rest)| (true, rest));
        Some(Self {
            mark: ShapeId::default(),
            definition,
            table,
            size: size(table),
            has_payload,
            id,
            level,
            ticks,
            record,
            texts,
            stretch: stretch((
                given(&sieve.computer, texts[2].1),
                given(&sieve.channel, texts[1].1),
            )),
            literal_id: match sieve.id {
                Source::Literal(id) => id,
                Source::Value => 0,
            },
            literal_level: match sieve.level {
                Source::Literal(level) => Some(level),
                Source::Value => None,
            },
            courses: Vec::new(),
            suspects: None,
            shared: None,
        })
    }

    /// What becomes of records of that id, if one came before.
    #[inline]
    pub(super) fn course(&self, id: u16) -> Option<Course> {
        match self.courses.get(usize::from(id) % IDS) {
            Some(Some((known, course))) if *known == id => Some(*course),
            _ => None,
        }
    }

    /// Keeps what becomes of records of that id; `own` are the values in which like ones may differ.
    pub(super) fn set_course(&mut self, id: u16, course: Course, own: &[u16]) {
        self.courses.resize(IDS, None);
        if let Some(place) = self.courses.get_mut(usize::from(id) % IDS) {
            *place = Some((id, course));
        }
        if self.shared.is_none() && matches!(course, Course::Wanted { fold: Some(_), .. }) {
            self.shared = Some(fold::shared(self.table, own));
        }
    }

    /// Whether the record has this shape, and the same provider, channel and computer.
    #[inline]
    pub(super) fn fits(&self, chunk: &[u8], definition: Definition, values: &Values<'_>, end: usize) -> bool {
        let (table, payload) = if self.has_payload {
            match values.descriptors().split_last() {
                Some((&[low, high, BIN_XML, _], rest)) => (rest, u16::from_le_bytes([low, high])),
                _ => return false,
            }
        } else {
            (values.descriptors(), 0)
        };
        if self.definition != definition || self.table.as_flattened() != table.as_flattened() {
            return false;
        }
        let start = values.start();
        let last = start.saturating_add(self.size).saturating_add(payload.into());
        let Some(bytes) = chunk.get(start..end).filter(|_| last <= end) else {
            return false;
        };
        self.texts
            .iter()
            .all(|(at, text)| text.is_empty() || bytes.get(*at..).is_some_and(|rest| rest.starts_with(text)))
    }

    /// The values of a record of this shape that are looked at.
    pub(super) fn pick(&self, chunk: &[u8], values: &Values<'_>) -> Raw {
        let bytes = chunk.get(values.start()..).unwrap_or_default();
        let id = self.id.and_then(|at| bytes.get(at..)?.first_chunk());
        let level = self.level.and_then(|at| bytes.get(at));
        let wide = |at: usize| Some(u64::from_le_bytes(*bytes.get(at..)?.first_chunk()?));
        Raw {
            id: id.map_or(self.literal_id, |bytes| u16::from_le_bytes(*bytes)),
            level: level.copied().or(self.literal_level),
            ticks: wide(self.ticks).unwrap_or(0),
            record: self.record.and_then(wide),
        }
    }

    /// The payload of a record of this shape: none, an instance of a template, or something else.
    pub(super) fn payload(&self, chunk: &'c [u8], values: &Values<'_>) -> Payload<'c> {
        let size = match values.descriptors().last() {
            Some(&[low, high, ..]) if self.has_payload => usize::from(u16::from_le_bytes([low, high])),
            _ => return Payload::None,
        };
        if size == 0 {
            return Payload::None;
        }
        let start = values.start().saturating_add(self.size);
        let end = start.saturating_add(size);
        let instance = instance::begin(chunk, start, end).and_then(|at| instance::read(chunk, at, end).ok());
        instance.map_or(Payload::Other, |(definition, values)| {
            Payload::Instance(definition, values)
        })
    }

    /// A record of this shape as it lies there; `None` when something about it is unusual.
    pub(super) fn lying(&self, chunk: &'c [u8], values: &Values<'_>, span: u64) -> Option<Lying<'c>> {
        let payload = match self.payload(chunk, values) {
            Payload::None => None,
            Payload::Instance(definition, values) => Some((definition, values)),
            Payload::Other => return None,
        };
        let start = values.start();
        let shared = self.shared.as_ref()?;
        Some(Lying {
            definition: self.definition,
            table: self.table,
            data: chunk.get(start..start.saturating_add(self.size))?,
            shared: Rc::clone(shared),
            payload,
            span,
        })
    }

    /// Whether a record of this shape holds a code.
    pub(super) fn has_code(
        &mut self,
        chunk: &'c [u8],
        values: &Values<'_>,
        scanner: &Scanner,
        payloads: &mut Payloads<'c>,
    ) -> bool {
        if scanner.is_blind() {
            return false;
        }
        let suspects = self.suspects.get_or_insert_with(|| {
            let mut suspects = Suspects::default();
            suspects.list(self.table);
            suspects
        });
        scanner.is_among(suspects, chunk, values.start(), 0)
            || match self.payload(chunk, values) {
                Payload::None => false,
                Payload::Instance(definition, values) => {
                    payloads.have_code(chunk, definition, &values, scanner)
                }
                // Content without a template may be anything.
                Payload::Other => true,
            }
    }

    /// Where records of this shape are counted.
    pub(super) const fn stretch(&self) -> StretchId {
        self.stretch
    }

    /// The provider where it is a value.
    pub(super) const fn provider(&self) -> &'c [u8] {
        self.texts[0].1
    }
}

/// The payload of a record.
#[derive(Debug, Clone, Copy)]
pub(super) enum Payload<'c> {
    None,
    Instance(Definition, Values<'c>),
    Other,
}

/// The last payload of each template: which of its values may hold a code.
#[derive(Debug)]
pub(super) struct Payloads<'c>(Vec<Known<'c>>);

#[derive(Debug, Default)]
struct Known<'c> {
    template: Option<Definition>,
    table: &'c [[u8; 4]],
    suspects: Suspects<'c>,
}

impl Default for Payloads<'_> {
    fn default() -> Self {
        let mut known = Vec::new();
        known.resize_with(PLACES, Known::default);
        Self(known)
    }
}

impl<'c> Payloads<'c> {
    #[expect(clippy::indexing_slicing, reason = "the remainder is below the length")]
    fn have_code(
        &mut self,
        chunk: &'c [u8],
        definition: Definition,
        values: &Values<'c>,
        scanner: &Scanner,
    ) -> bool {
        let known = &mut self.0[(definition.offset / 8) % PLACES];
        if known.template != Some(definition) || known.table != values.descriptors() {
            known.template = Some(definition);
            known.table = values.descriptors();
            known.suspects.list(known.table);
        }
        scanner.is_among(&mut known.suspects, chunk, values.start(), 1)
    }
}

/// The bytes of all values.
fn size(table: &[[u8; 4]]) -> usize {
    table.iter().fold(0, |size, &[low, high, ..]| {
        size.saturating_add(u16::from_le_bytes([low, high]).into())
    })
}

fn given<'l, 'c>(source: &'l Source<std::sync::Arc<str>>, raw: &'c [u8]) -> Given<'l, 'c> {
    match source {
        Source::Literal(text) => Given::Shared(text),
        Source::Value => Given::Raw(raw),
    }
}
