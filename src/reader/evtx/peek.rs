//! Looks at single fields of a record without decoding the rest, to tell whether anybody wants it. Where it cannot tell,
//! the record is decoded.

use std::collections::HashMap;

use super::decode::Decoder;
use super::instance::{self, Definition, Slice, Values};
use super::layout::{Content, Layout};
use super::odd::Odd;
use super::value::{self, ARRAY, BIN_XML};
use crate::model::{Holds, Interest};
use crate::reader::event_xml::Section;

/// How deep a payload may lie. Windows makes two levels.
const DEEPEST: u32 = 3;
/// Stands for the type of a value where there is no such field.
const NO_FIELD: u8 = 0xFF;

/// A field of a demand: the number of the list, the place in the list, the place in the demand.
type Asked = (usize, usize, usize);

/// What was found out in a chunk.
#[derive(Default)]
pub(super) struct Peeks<'c> {
    /// The layouts of a record by their place, from the outside in, with their values.
    parts: Vec<(usize, Values<'c>)>,
    /// Whether a value, by its type and bytes, is what is asked for.
    held: HashMap<(Asked, u8, &'c [u8]), bool, foldhash::fast::FixedState>,
}

impl<'c> Decoder<'c> {
    /// Whether one of the demands of that number may hold.
    pub(super) fn may_meet(
        &mut self,
        definition: Definition,
        values: &Values<'c>,
        number: usize,
        interest: &Interest,
    ) -> bool {
        self.peeks.parts.clear();
        if self.parts((definition, *values), None, 0).is_err() {
            return true;
        }
        interest
            .demand(number)
            .enumerate()
            .any(|(place, (demand, names))| {
                let fields = demand.fields.iter().zip(names).enumerate();
                fields
                    .into_iter()
                    .all(|(field, ((_, holds), name))| self.may_hold((number, place, field), *name, holds))
            })
    }

    /// Collects an instance and those in its values.
    fn parts(
        &mut self,
        (definition, values): (Definition, Values<'c>),
        place: Option<Section>,
        depth: u32,
    ) -> Result<(), Odd> {
        if depth > DEEPEST {
            return Err(Odd::TooMuch);
        }
        let index = self.index(definition, place);
        let layout = self.layout(index)?;
        let (steps, nests) = (layout.steps.len(), layout.nests.len());
        if layout.has_instance {
            return Err(Odd::TooMuch);
        }
        self.spend(steps)?;
        self.peeks.parts.push((index, values));
        if values.descriptors().iter().all(|[.., kind, _]| *kind != BIN_XML) {
            return Ok(());
        }
        for nest in 0..nests {
            let Some(&(value, section)) = self.layout(index)?.nests.get(nest) else {
                break;
            };
            let slice = nth(&values, value);
            if slice.kind == BIN_XML && slice.size > 0 {
                let end = slice.start.saturating_add(slice.size.into());
                let at = instance::begin(self.chunk, slice.start, end).ok_or(Odd::TooMuch)?;
                let inner = instance::read(self.chunk, at, end)?;
                self.parts(inner, Some(section), depth.saturating_add(1))?;
            }
        }
        Ok(())
    }

    fn layout(&self, index: usize) -> Result<&Layout, Odd> {
        self.by_place(index).as_deref().map_err(|odd| *odd)
    }

    /// Whether the first field of a name may be what is asked for.
    fn may_hold(&mut self, asked: Asked, name: u16, holds: &Holds) -> bool {
        let mut parts = self.peeks.parts.iter();
        let found = parts.find_map(|(index, values)| {
            let layout = self.layout(*index).ok()?;
            let (_, content) = layout.demanded.iter().find(|(known, _)| *known == name)?;
            Some((content, values))
        });
        let (kind, bytes) = match found {
            None | Some((Some(Content::Empty), _)) => (NO_FIELD, Some(&[] as &[u8])),
            Some((Some(Content::Literal(text)), _)) => return holds(Some(text)),
            Some((Some(Content::Value(index)), values)) => {
                let slice = nth(values, *index);
                (slice.kind, slice.of(self.chunk).ok())
            }
            // What cannot be told here may be.
            Some((None | Some(Content::Mixed(_)), _)) => return true,
        };
        let Some(bytes) = bytes.filter(|_| kind == NO_FIELD || kind & ARRAY == 0 && kind != BIN_XML) else {
            return true;
        };
        if let Some(known) = self.peeks.held.get(&(asked, kind, bytes)) {
            return *known;
        }
        if self.spend(bytes.len()).is_err() {
            return true;
        }
        let result = match kind {
            NO_FIELD => holds(None),
            _ => match value::decode(kind, bytes) {
                Ok(value) => holds(Some(&value.to_text())),
                Err(_) => true,
            },
        };
        self.peeks.held.insert((asked, kind, bytes), result);
        result
    }
}

/// A value by its number.
fn nth(values: &Values<'_>, index: u16) -> Slice {
    values.iter().nth(index.into()).unwrap_or(Slice::NONE)
}
