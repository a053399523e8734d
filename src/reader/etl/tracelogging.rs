//! Events that carry the names of their own fields: TraceLogging. Must not know traces.
//!
//! Source: `TraceLoggingProvider.h` of the Windows SDK describes the two blocks, that of the provider and that of the
//! event; checked against a public trace of every primitive type.

use super::payload::{Show, kind};
use super::template::{Property, Size, Template};
use crate::reader::little_endian::half;

/// Fields of one event that are taken.
const FIELDS: usize = 256;
/// How deep structures may lie in structures.
const DEPTH: usize = 4;

/// The name of the provider: a size, then the name up to a zero.
pub(super) fn provider(traits: &[u8]) -> Option<&str> {
    let name = traits.get(2..)?.split(|&byte| byte == 0).next()?;
    std::str::from_utf8(name).ok().filter(|name| !name.is_empty())
}

/// The definition that an event carries; none where it is not one of this kind.
pub(super) fn template(schema: &[u8]) -> Option<Template> {
    let mut names = Schema {
        bytes: schema.get(2..)?,
        fields: 0,
    };
    names.tags()?;
    let name = names.text()?;
    let mut properties = Vec::new();
    while !names.bytes.is_empty() {
        properties.push(names.field(0)?);
    }
    Some(Template {
        name: Some(name.into()),
        properties: properties.into(),
        ..Template::default()
    })
}

/// The names and types of an event.
struct Schema<'a> {
    bytes: &'a [u8],
    /// Fields that were read.
    fields: usize,
}

impl<'a> Schema<'a> {
    fn byte(&mut self) -> Option<u8> {
        let (&byte, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(byte)
    }

    /// Tags: bytes of which all but the last have the top bit set.
    fn tags(&mut self) -> Option<()> {
        while self.byte()? & 0x80 != 0 {}
        Some(())
    }

    fn text(&mut self) -> Option<&'a str> {
        let end = memchr::memchr(0, self.bytes)?;
        let text = std::str::from_utf8(self.bytes.get(..end)?).ok()?;
        self.bytes = self.bytes.get(end + 1..)?;
        Some(text)
    }

    /// A name, the type in memory, and where their bits say so: the type for display, tags, a count.
    fn field(&mut self, depth: usize) -> Option<Property> {
        self.fields += 1;
        if self.fields > FIELDS || depth > DEPTH {
            return None;
        }
        let name = self.text()?;
        let stored = self.byte()?;
        let mut shown = 0;
        if stored & 0x80 != 0 {
            let byte = self.byte()?;
            shown = byte & 0x7F;
            if byte & 0x80 != 0 {
                self.tags()?;
            }
        }
        let count = match stored & 0x60 {
            0 => Size::Open,
            0x20 => {
                let count = half(self.bytes, 0)?;
                self.bytes = self.bytes.get(2..)?;
                Size::Fixed(count)
            }
            0x40 => Size::InFront,
            // A coding of the provider's own.
            _ => return None,
        };
        let mut property = Property {
            name: name.into(),
            count,
            show: Show::of_tracelogging(shown),
            ..Property::default()
        };
        property.kind = match u16::from(stored & 0x1F) {
            // Here, and only here, bytes always stand behind their count.
            kind::BINARY => kind::COUNTED_BINARY,
            kind => kind,
        };
        if property.kind == kind::STRUCT {
            // What is shown is the number of its fields.
            property.show = Show::Plain;
            for _ in 0..shown {
                property.members.push(self.field(depth + 1)?);
            }
        }
        Some(property)
    }
}
