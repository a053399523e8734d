//! Looks at single fields of a record without decoding the rest, to tell whether anybody wants it. Where it cannot tell,
//! the record is decoded.

use std::sync::Arc;

use super::decode::Decoder;
use super::instance::{self, Definition, Slice, Values};
use super::layout::{Content, Layout, Role, Step};
use super::odd::Odd;
use super::value::{self, ARRAY, BIN_XML};
use crate::model::Demand;
use crate::reader::event_xml::Section;

/// How deep a payload may lie. Windows makes two levels.
const DEEPEST: u32 = 3;

/// The layouts of a record, from the outside in, with their values.
type Parts<'c> = Vec<(Arc<Layout>, Values<'c>)>;

impl<'c> Decoder<'c> {
    /// Whether one of the demands may hold.
    pub(super) fn may_meet(
        &mut self,
        definition: Definition,
        values: &Values<'c>,
        demands: &[Demand],
    ) -> bool {
        let mut parts = Parts::new();
        if self.parts((definition, *values), None, 0, &mut parts).is_err() {
            return true;
        }
        let mut texts: Vec<(&str, Option<String>)> = Vec::new();
        demands.iter().any(|demand| {
            demand.fields.iter().all(|(name, holds)| {
                if let Some((_, text)) = texts.iter().find(|(known, _)| *known == &**name) {
                    return holds(text.as_deref());
                }
                let Ok(text) = self.text(&parts, name) else {
                    return true;
                };
                let result = holds(text.as_deref());
                texts.push((name, text));
                result
            })
        })
    }

    /// Collects an instance and those in its values.
    fn parts(
        &mut self,
        (definition, values): (Definition, Values<'c>),
        place: Option<Section>,
        depth: u32,
        parts: &mut Parts<'c>,
    ) -> Result<(), Odd> {
        if depth > DEEPEST {
            return Err(Odd::TooMuch);
        }
        let layout = self.find(definition, place).clone()?;
        self.spend(layout.steps.len())?;
        parts.push((Arc::clone(&layout), values));
        for step in &layout.steps {
            let (index, section) = match step {
                Step::Nested { value, section } => (*value, *section),
                Step::Field {
                    content: Content::Value(value),
                    section,
                    ..
                } => (*value, *section),
                Step::Instance { .. } => return Err(Odd::TooMuch),
                _ => continue,
            };
            let slice = nth(&values, index);
            if slice.kind == BIN_XML && slice.size > 0 {
                let end = slice.start.saturating_add(slice.size.into());
                let at = instance::begin(self.chunk, slice.start, end).ok_or(Odd::TooMuch)?;
                let inner = instance::read(self.chunk, at, end)?;
                self.parts(inner, Some(section), depth.saturating_add(1), parts)?;
            }
        }
        Ok(())
    }

    /// The text of the first field of that name.
    fn text(&mut self, parts: &Parts<'c>, name: &str) -> Result<Option<String>, Odd> {
        for (layout, values) in parts {
            self.spend(layout.steps.len())?;
            for step in &layout.steps {
                let content = match step {
                    Step::Field {
                        name: own,
                        content,
                        role: Role::Leaf,
                        ..
                    }
                    | Step::Attribute { name: own, content }
                        if own.text.eq_ignore_ascii_case(name) =>
                    {
                        content
                    }
                    Step::Field { name: own, .. } if own.text.eq_ignore_ascii_case(name) => {
                        return Err(Odd::TooMuch);
                    }
                    _ => continue,
                };
                return match content {
                    Content::Empty => Ok(None),
                    Content::Literal(text) => Ok(Some(text.to_string())),
                    Content::Value(index) => self.value_text(nth(values, *index)),
                    Content::Mixed(_) => Err(Odd::TooMuch),
                };
            }
        }
        Ok(None)
    }

    fn value_text(&mut self, slice: Slice) -> Result<Option<String>, Odd> {
        self.spend(usize::from(slice.size))?;
        if slice.kind & ARRAY != 0 || slice.kind == BIN_XML {
            return Err(Odd::TooMuch);
        }
        let value = value::decode(slice.kind, slice.of(self.chunk)?)?;
        Ok(Some(value.to_text().into_owned()))
    }
}

/// A value by its number.
fn nth(values: &Values<'_>, index: u16) -> Slice {
    values.iter().nth(index.into()).unwrap_or(Slice::NONE)
}
