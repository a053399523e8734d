//! The definitions of events that traces carry when they were merged or relogged: `TRACE_EVENT_INFO` and `EVENT_MAP_INFO` in the
//! events of the provider `Microsoft-Windows-EventMetadata`. Must not know traces.
//!
//! Sources: `tdh.h` of the Windows SDK; that the payloads are these structures, and the types 32 and 33 of the events, says
//! `KernelTraceControl.h`. Checked against the 61 definitions in a public trace of PerfView.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::payload::{Show, kind};
use super::record::{Guid, guid};
use super::template::{Meanings, Property, Size, Template};
use crate::reader::little_endian::{half, wide, word};

/// The provider of the events that carry definitions: bbccf6c1-6cd1-48c4-80ff-839482e37671.
pub(super) const PROVIDER: Guid = [
    0xc1, 0xf6, 0xcc, 0xbb, 0xd1, 0x6c, 0xc4, 0x48, 0x80, 0xff, 0x83, 0x94, 0x82, 0xe3, 0x76, 0x71,
];
/// The type of an event that defines another.
pub(super) const EVENT: u8 = 32;
/// The type of an event that tells what numbers mean.
pub(super) const MAP: u8 = 33;

/// Bytes of the structure before its properties.
const HEAD: usize = 112;
/// Bytes of a property.
const PROPERTY: usize = 24;
/// Properties of one event that are taken.
const PROPERTIES: usize = 512;
/// Meanings of one map that are taken.
const MEANINGS: usize = 4096;
/// How deep structures may lie in structures.
const DEPTH: usize = 4;

const IS_STRUCT: u32 = 1;
const LENGTH_IN_PROPERTY: u32 = 2;
const COUNT_IN_PROPERTY: u32 = 4;

/// An event by its provider, its id and its version.
pub(super) type Key = (Guid, u16, u8);

/// What maps mean, by provider and name.
pub(super) type Maps = BTreeMap<(Guid, String), Arc<Meanings>>;

/// The event that a `TRACE_EVENT_INFO` defines, with meanings from the maps that came before it.
pub(super) fn event(bytes: &[u8], maps: &Maps) -> Option<(Key, Template)> {
    let provider = guid(bytes, 0)?;
    let key = (provider, half(bytes, 32)?, *bytes.get(34)?);
    let text = |at: usize| -> Option<Arc<str>> {
        let offset = usize::try_from(word(bytes, at)?).ok()?;
        text(bytes, offset).map(Arc::from)
    };
    let (all, top) = (word(bytes, 100)?, word(bytes, 104)?);
    let all = usize::try_from(all).ok().filter(|&count| count <= PROPERTIES)?;
    let top = usize::try_from(top).ok()?.min(all);
    let info = Info {
        bytes,
        provider,
        all,
        maps,
        made: Cell::new(0),
    };
    let properties: Option<Arc<[Property]>> = (0..top).map(|place| info.property(place, 0)).collect();
    let template = Template {
        provider: text(52),
        channel: text(60),
        // The task names the event; an opcode that says more than "info" is part of it.
        name: match (text(68), text(72).filter(|name| &**name != "win:Info")) {
            (Some(task), Some(opcode)) => {
                Some(format!("{task}/{}", opcode.trim_start_matches("win:")).into())
            }
            (task, opcode) => task.or(opcode),
        },
        message: text(76),
        properties: properties?,
        ..Template::default()
    };
    Some((key, template))
}

/// What numbers mean that an `EVENT_MAP_INFO` names. In a trace, it stands behind the GUID of its provider.
pub(super) fn map(bytes: &[u8]) -> Option<((Guid, String), Meanings)> {
    const MASK: u32 = 2;
    let provider = guid(bytes, 0)?;
    let info = bytes.get(16..)?;
    let name = text(info, usize::try_from(word(info, 0)?).ok()?)?;
    let flag = word(info, 4)?;
    let count = usize::try_from(word(info, 8)?)
        .ok()
        .filter(|&count| count <= MEANINGS)?;
    let mut meanings = Meanings {
        is_mask: flag & MASK != 0,
        ..Meanings::default()
    };
    for place in 0..count {
        let entry = info.get(16 + place * 8..)?;
        let meaning = text(info, usize::try_from(word(entry, 0)?).ok()?)?;
        let number = u64::from(word(entry, 4)?);
        meanings.names.insert(number, meaning.as_str().into());
    }
    Some(((provider, name), meanings))
}

/// UTF-16 that begins so many bytes from the beginning; none at zero.
fn text(bytes: &[u8], offset: usize) -> Option<String> {
    let rest = bytes.get(offset..).filter(|_| offset > 0)?;
    let units = rest.chunks_exact(2).take_while(|unit| *unit != [0, 0]).count();
    let text = wide(rest.get(..units * 2)?);
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

struct Info<'a> {
    bytes: &'a [u8],
    provider: Guid,
    /// Properties that there are.
    all: usize,
    maps: &'a Maps,
    /// Properties that were made: one may be a member of many structures.
    made: Cell<usize>,
}

impl Info<'_> {
    /// `EVENT_PROPERTY_INFO`: flags, name, then for a structure its members and for a value its types and map, then count and
    /// length, each a number or the number of the property that holds it.
    fn property(&self, place: usize, depth: usize) -> Option<Property> {
        let number = u16::try_from(place)
            .ok()
            .filter(|_| place < self.all && depth < DEPTH)?;
        self.made.set(self.made.get() + 1);
        let bytes = self
            .bytes
            .get(HEAD + place * PROPERTY..)
            .filter(|_| self.made.get() <= PROPERTIES)?;
        let flags = word(bytes, 0)?;
        let name = text(self.bytes, usize::try_from(word(bytes, 4)?).ok()?).unwrap_or_default();
        let size = |at: usize, in_property: u32| {
            let size = half(bytes, at)?;
            Some(if flags & in_property != 0 {
                Size::Property(size)
            } else {
                Size::Fixed(size)
            })
        };
        let mut property = Property {
            name: name.into(),
            number,
            count: size(16, COUNT_IN_PROPERTY)?,
            ..Property::default()
        };
        if flags & IS_STRUCT != 0 {
            let (first, count) = (usize::from(half(bytes, 8)?), usize::from(half(bytes, 10)?));
            let members: Option<Vec<Property>> = (first..first + count)
                // A structure of itself would have no end.
                .map(|member| self.property(member, depth + 1).filter(|_| member > place))
                .collect();
            property.kind = kind::STRUCT;
            property.members = members?;
            return Some(property);
        }
        property.kind = half(bytes, 8)?;
        property.show = Show::of_tdh(half(bytes, 10)?);
        // Of types that know their own size, the length says nothing.
        let sized = matches!(property.kind, kind::WIDE | kind::NARROW | kind::BINARY);
        let length = size(18, LENGTH_IN_PROPERTY)?;
        if sized && length != Size::Fixed(0) {
            property.length = length;
        }
        let map = text(self.bytes, usize::try_from(word(bytes, 12)?).ok()?);
        property.map = map.and_then(|name| self.maps.get(&(self.provider, name)).cloned());
        Some(property)
    }
}
