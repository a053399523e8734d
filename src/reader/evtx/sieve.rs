//! Judges a record by the values of its `System` part as they lie in the chunk. Decodes nothing.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Run;
use super::fold::Folds;
use super::instance::{Definition, Values};
use super::layout::Content;
use super::shape::{Course, Payloads, Shape, ShapeId, Shapes};
use super::spans::Covered;
use super::value::{FILETIME, NULL, STRING, UINT8, UINT16, UINT64, utf16};
use super::walk::Frame;
use super::wanted::Wanted;
use crate::model::Interest;
use crate::reader::event_xml::Slot;

/// Where a text or number is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Source<T> {
    /// In the template.
    Literal(T),
    /// Among the values.
    Value,
}

/// A part of `System` that is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Provider,
    Id,
    Level,
    Time,
    Channel,
    Computer,
    /// `EventRecordID`.
    Record,
    /// A value without which an element of the others, or one around them, is not there.
    Guard,
}

impl Part {
    /// Those that are slots.
    const COUNT: usize = 7;

    const fn of(slot: Slot) -> Option<Self> {
        Some(match slot {
            Slot::Provider => Self::Provider,
            Slot::Id => Self::Id,
            Slot::Level => Self::Level,
            Slot::Time => Self::Time,
            Slot::Channel => Self::Channel,
            Slot::Computer => Self::Computer,
            Slot::RecordId => Self::Record,
            _ => return None,
        })
    }

    /// Whether its value has a type that is understood here.
    pub(super) const fn takes(self, kind: u8) -> bool {
        match self {
            Self::Id => kind == UINT16,
            Self::Level => kind == UINT8,
            Self::Time => kind == FILETIME,
            Self::Record => kind == UINT64,
            Self::Provider | Self::Channel | Self::Computer => kind == STRING,
            Self::Guard => kind != NULL,
        }
    }
}

/// What is needed of a template to judge its records.
#[derive(Debug, Clone)]
pub(super) struct Sieve {
    provider: Source<Wanted>,
    pub(super) id: Source<u16>,
    pub(super) level: Source<u8>,
    pub(super) channel: Source<Arc<str>>,
    pub(super) computer: Source<Arc<str>>,
    /// Which values are looked at, by their index.
    pub(super) spots: Box<[(usize, Part)]>,
    /// The values that are each record's own, though it says the same as another.
    own: Box<[u16]>,
}

/// What is needed of a template, as far as it was seen.
#[derive(Default)]
pub(super) struct SieveParts {
    parts: [Option<Content>; Part::COUNT],
    guards: BTreeSet<u16>,
    own: BTreeSet<u16>,
    /// Whether something was seen twice.
    unsure: bool,
}

impl SieveParts {
    /// `guards` are the values that must be there for it. Windows has the whole event depend on its payload.
    pub(super) fn add(&mut self, slot: Slot, content: &Content, guards: &[u16]) {
        if let (Slot::Time | Slot::RecordId | Slot::Process | Slot::Thread, Content::Value(index)) =
            (slot, content)
        {
            self.own.insert(*index);
        }
        let place = Part::of(slot).and_then(|part| self.parts.get_mut(part as usize));
        if let Some(place) = place {
            self.unsure |= place.is_some();
            // Its own value is looked at anyway.
            let others = guards.iter().filter(|guard| *content != Content::Value(**guard));
            self.guards.extend(others);
            *place = Some(content.clone());
        }
    }

    /// `None` when records of the template must be decoded to be judged.
    pub(super) fn finish(self, interest: &Interest) -> Option<Sieve> {
        let [provider, id, level, time, channel, computer, record] = self.parts;
        if self.unsure {
            return None;
        }
        let mut spots = Vec::new();
        let mut text = |part: Part, content: Option<Content>| match content? {
            Content::Literal(text) if text.trim().len() == text.len() => Some(Source::Literal(text)),
            Content::Value(index) => {
                spots.push((usize::from(index), part));
                Some(Source::Value)
            }
            _ => None,
        };
        if text(Part::Time, time)? != Source::Value {
            return None;
        }
        let provider = match text(Part::Provider, provider)? {
            Source::Literal(name) => Source::Literal(Wanted::of(&name, interest)),
            Source::Value => Source::Value,
        };
        let id = number(text(Part::Id, id)?)?;
        // An event without one has the level of that number.
        let level = match level {
            None => Source::Literal(0),
            level => number(text(Part::Level, level)?)?,
        };
        // Without one, or with one of another form, the header of the record tells its number.
        let _ = text(Part::Record, record);
        let (channel, computer) = (text(Part::Channel, channel)?, text(Part::Computer, computer)?);
        for guard in self.guards.into_iter().map(usize::from) {
            let known = spots.iter().find(|(index, _)| *index == guard);
            match known {
                // That one may be missing.
                Some((_, Part::Level | Part::Record)) => return None,
                Some(_) => {}
                None => spots.push((guard, Part::Guard)),
            }
        }
        spots.sort_by_key(|(index, _)| *index);
        // One value in two places is nothing that anybody writes.
        let distinct = spots
            .windows(2)
            .all(|pair| !matches!(pair, [(a, _), (b, _)] if a == b));
        distinct.then(|| Sieve {
            provider,
            id,
            level,
            channel,
            computer,
            spots: spots.into(),
            own: self.own.into_iter().collect(),
        })
    }
}

fn number<T: std::str::FromStr>(source: Source<Arc<str>>) -> Option<Source<T>> {
    Some(match source {
        Source::Literal(text) => Source::Literal(text.parse().ok()?),
        Source::Value => Source::Value,
    })
}

/// What the sieve makes of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Not asked for, whatever it says.
    Excluded,
    /// Not of interest by provider and id. Its words may still be.
    Passed { has_code: bool, free_text: bool },
    /// Of interest by provider and id.
    Wanted,
    /// Of interest by provider and id if one of the demands of that number holds; else passed.
    Demanded { demand: usize, free_text: bool },
    /// Of interest, and like another that is decoded for both.
    Repeat,
    /// To be decoded first.
    Unsure,
}

/// Judges the records of one chunk, and counts those in that it can judge.
pub(super) struct Judge<'c> {
    run: &'c Run<'c>,
    chunk: &'c [u8],
    /// What is wanted of the providers that are named by a value.
    providers: Vec<(&'c [u8], Wanted)>,
    shapes: Shapes<'c>,
    payloads: Payloads<'c>,
    pub(super) covered: Covered<'c>,
    pub(super) folds: Folds<'c>,
    /// Whether the record that was judged last may stand for others.
    pub(super) stands_for_others: bool,
}

impl<'c> Judge<'c> {
    pub(super) fn new(run: &'c Run<'c>, chunk: &'c [u8]) -> Self {
        Self {
            run,
            chunk,
            providers: Vec::new(),
            shapes: Shapes::default(),
            payloads: Payloads::default(),
            covered: Covered::default(),
            folds: Folds::default(),
            stands_for_others: false,
        }
    }

    /// Judges a record that is like the last one of its template; `None` for any other, which is to be looked at closer.
    pub(super) fn judge_like(
        &mut self,
        frame: &Frame,
        definition: Definition,
        values: &Values<'c>,
    ) -> Option<Verdict> {
        let shape = self
            .shapes
            .find(self.chunk, definition, values, frame.content_end())?;
        let raw = shape.pick(self.chunk, values);
        let course = shape.course(raw.id)?;
        let admitted = self
            .covered
            .count(shape.stretch(), frame.number(raw.record), raw.ticks);
        if !admitted || course == Course::Excluded || !self.run.asked.admits(raw.ticks, raw.level) {
            return Some(Verdict::Excluded);
        }
        Some(self.decide(frame, values, (raw.ticks, course)))
    }

    /// Judges a record.
    pub(super) fn judge(
        &mut self,
        sieve: &Sieve,
        frame: &Frame,
        definition: Definition,
        values: &Values<'c>,
    ) -> Verdict {
        let (chunk, end) = (self.chunk, frame.content_end());
        let narrow = &self.run.asked;
        if self.shapes.find(chunk, definition, values, end).is_none() {
            let covered = &mut self.covered;
            let made = Shape::new(sieve, chunk, definition, values, end, |names| {
                covered.stretch(names, |computer, channel| narrow.admits_names(computer, channel))
            });
            if made.and_then(|made| self.shapes.keep(made)).is_none() {
                return Verdict::Unsure;
            }
        }
        let Some(shape) = self.shapes.last() else {
            return Verdict::Unsure;
        };
        let raw = shape.pick(chunk, values);
        let wanted = match &sieve.provider {
            Source::Literal(wanted) => wanted,
            Source::Value => provider(shape.provider(), &mut self.providers, self.run),
        };
        let course = wanted.course(raw.id);
        shape.set_course(raw.id, course, &sieve.own);
        let admitted = self
            .covered
            .count(shape.stretch(), frame.number(raw.record), raw.ticks);
        if !admitted || !narrow.admits(raw.ticks, raw.level) {
            return Verdict::Excluded;
        }
        self.decide(frame, values, (raw.ticks, course))
    }

    /// Says what becomes of a record that is asked for, whose shape is that of its template.
    fn decide(&mut self, frame: &Frame, values: &Values<'c>, (ticks, course): (u64, Course)) -> Verdict {
        let Some(shape) = self.shapes.last() else {
            return Verdict::Unsure;
        };
        match course {
            Course::Excluded => Verdict::Excluded,
            Course::Passed { free_text } => Verdict::Passed {
                has_code: shape.has_code(self.chunk, values, &self.run.scanner, &mut self.payloads),
                free_text,
            },
            Course::Wanted {
                fold,
                demand,
                free_text,
            } => {
                let is_repeat = fold.is_some_and(|span| {
                    let lying = shape.lying(self.chunk, values, ticks / span);
                    lying.is_some_and(|lying| self.folds.is_repeat(self.chunk, frame.start, lying))
                });
                self.stands_for_others = fold.is_some();
                match demand {
                    _ if is_repeat => Verdict::Repeat,
                    None => Verdict::Wanted,
                    Some(demand) => Verdict::Demanded { demand, free_text },
                }
            }
        }
    }

    /// The shape of the record that was judged last.
    pub(super) fn shape(&mut self) -> Option<ShapeId> {
        self.shapes.last().map(|shape| shape.mark)
    }

    /// Whether the record that was judged last holds a code.
    pub(super) fn has_code(&mut self, values: &Values<'c>) -> bool {
        let shape = self.shapes.last();
        shape.is_none_or(|shape| shape.has_code(self.chunk, values, &self.run.scanner, &mut self.payloads))
    }
}

/// What is wanted of a provider that is named by a value.
fn provider<'l, 'c>(raw: &'c [u8], known: &'l mut Vec<(&'c [u8], Wanted)>, run: &Run<'_>) -> &'l Wanted {
    let index = match known.iter().position(|(name, _)| *name == raw) {
        Some(index) => index,
        None => {
            known.push((raw, Wanted::of(utf16(raw).trim(), run.context.interest)));
            known.len().saturating_sub(1)
        }
    };
    #[expect(clippy::indexing_slicing, reason = "the index was found or pushed above")]
    &known[index].1
}
