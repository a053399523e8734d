//! The resource `WEVT_TEMPLATE`: manifests of providers as the message compiler stores them. Must not know programs.
//!
//! Microsoft publishes no description. Sources: the format as libfwevt's documentation has it,
//! <https://github.com/libyal/libfwevt/blob/main/documentation/Windows%20Event%20manifest%20binary%20format.asciidoc>, and for what
//! that leaves open (the name of the provider, flags and sizes of fields, structures, maps of bits) four binaries of
//! Windows 10 and one of .NET, whose definitions were compared with their published manifests and with traces.
//!
//! All offsets count from the beginning of the resource, `CRIM`. It lists providers, `WEVT`, each of which lists its parts: `PRVA` with
//! the name, `CHAN` with the channels, `EVNT` with the events, which point at their template (`TEMP`), task and opcode.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::messages::Messages;
use super::room::Room;
use crate::reader::etl::manifest::{DEFINITIONS, FIELDS, Manifest};
use crate::reader::etl::payload::{Show, kind};
use crate::reader::etl::record::{Guid, guid};
use crate::reader::etl::template::{Meanings, Property, Size, Template};
use crate::reader::little_endian::{half, wide, word};

/// Providers of one resource, and parts of one provider.
const PROVIDERS: usize = 1024;
const PARTS: usize = 64;
/// Characters of a name.
const NAME: usize = 256;
/// Meanings of one map that are taken.
const MEANINGS: usize = 4096;
/// How deep structures may lie in structures.
const DEPTH: usize = 4;
/// Bytes of the entries of each part.
const EVENT: usize = 48;
const CHANNEL: usize = 16;
const ITEM: usize = 20;
const ATTRIBUTE: usize = 8;
/// The number of a message that is not there.
const NO_MESSAGE: u32 = u32::MAX;

/// What a resource defines; none where it is no such.
pub(super) fn read(bytes: &[u8], messages: &mut Messages<'_>, room: &Room) -> Option<Manifest> {
    let crim = Crim(bytes);
    crim.is_at(0, b"CRIM").then_some(())?;
    let count = crim.count(12, PROVIDERS)?;
    let mut manifest = Manifest::default();
    for place in 0..count {
        let entry = 16 + place * 20;
        let provider = guid(bytes, entry).zip(crim.offset(entry + 16));
        let Some((guid, at)) = provider.filter(|(_, at)| crim.is_at(*at, b"WEVT")) else {
            continue;
        };
        Provider::new((crim, room), guid, at, messages).read(&mut manifest);
    }
    Some(manifest)
}

/// The resource.
#[derive(Debug, Clone, Copy)]
struct Crim<'a>(&'a [u8]);

impl<'a> Crim<'a> {
    fn is_at(self, at: usize, mark: &[u8; 4]) -> bool {
        self.0.get(at..).is_some_and(|rest| rest.starts_with(mark))
    }

    fn word(self, at: usize) -> Option<u32> {
        word(self.0, at)
    }

    /// A number of things, of which so many are taken.
    fn count(self, at: usize, most: usize) -> Option<usize> {
        Some(usize::try_from(self.word(at)?).ok()?.min(most))
    }

    /// An offset; none is written as zero.
    fn offset(self, at: usize) -> Option<usize> {
        usize::try_from(self.word(at)?).ok().filter(|&offset| offset > 0)
    }

    /// UTF-16 behind its size, which counts itself.
    fn sized_text(self, at: usize) -> Option<String> {
        let size = usize::try_from(self.word(at)?).ok()?;
        self.text(self.0.get(at..)?.get(4..size)?)
    }

    /// UTF-16 up to a zero.
    fn text(self, bytes: &[u8]) -> Option<String> {
        let units = bytes
            .chunks_exact(2)
            .take(NAME)
            .take_while(|unit| *unit != [0, 0]);
        let text = wide(bytes.get(..units.count() * 2)?);
        let text = text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }
}

/// A provider while it is read.
struct Provider<'a, 'm, 't> {
    crim: Crim<'a>,
    room: &'a Room,
    guid: Guid,
    parts: Vec<usize>,
    messages: &'t mut Messages<'m>,
    name: Option<Arc<str>>,
    channels: BTreeMap<u8, Arc<str>>,
    /// What many events point at, by its offset.
    fields: BTreeMap<usize, Arc<[Property]>>,
    maps: BTreeMap<usize, Option<Arc<Meanings>>>,
}

impl<'a, 'm, 't> Provider<'a, 'm, 't> {
    fn new(
        (crim, room): (Crim<'a>, &'a Room),
        guid: Guid,
        at: usize,
        messages: &'t mut Messages<'m>,
    ) -> Self {
        let count = crim.count(at.saturating_add(12), PARTS).unwrap_or(0);
        let parts = (0..count).filter_map(|place| crim.offset(at.checked_add(20 + place * 8)?));
        Self {
            crim,
            room,
            guid,
            parts: parts.collect(),
            messages,
            name: None,
            channels: BTreeMap::new(),
            fields: BTreeMap::new(),
            maps: BTreeMap::new(),
        }
    }

    /// The name that an offset leads to.
    fn name(&self, at: usize) -> Option<String> {
        let name = self.crim.sized_text(self.crim.offset(at)?)?;
        self.room.text(name)
    }

    /// The entries of the parts with a mark, behind the head of each: mark, size, count.
    fn entries(&self, mark: &'static [u8; 4], head: usize, size: usize) -> Vec<usize> {
        let mut entries = Vec::new();
        for &part in self.parts.iter().filter(|&&at| self.crim.is_at(at, mark)) {
            let count = self.crim.count(part.saturating_add(8), DEFINITIONS).unwrap_or(0);
            let start = part.saturating_add(head);
            let count = count.min(self.crim.0.len().saturating_sub(start) / size);
            let count = self.room.entries(count);
            entries.extend((0..count).map(|place| start + place * size));
        }
        entries
    }

    fn read(mut self, manifest: &mut Manifest) {
        self.name = self.told_name();
        if let Some(name) = &self.name {
            manifest.providers.insert(self.guid, Arc::clone(name));
        }
        for entry in self.entries(b"CHAN", 12, CHANNEL) {
            let number = self
                .crim
                .word(entry + 8)
                .and_then(|number| u8::try_from(number).ok());
            let name = self.name(entry + 4);
            if let Some((number, name)) = number.zip(name) {
                self.channels.insert(number, name.into());
            }
        }
        for entry in self.entries(b"EVNT", 16, EVENT) {
            if manifest.events.len() < DEFINITIONS
                && let Some((id, version, template)) = self.event(entry)
            {
                manifest.events.insert((self.guid, id, version), template);
            }
        }
    }

    /// The attribute of the provider that is its name: its kind, and an offset to text without a size.
    fn told_name(&self) -> Option<Arc<str>> {
        const NAME: u32 = 0x1000_0001;
        let mut entries = self.entries(b"PRVA", 12, ATTRIBUTE).into_iter();
        let entry = entries.find(|&entry| self.crim.word(entry) == Some(NAME))?;
        let text = self.crim.0.get(self.crim.offset(entry + 4)?..)?;
        self.crim.text(text).map(Arc::from)
    }

    fn event(&mut self, at: usize) -> Option<(u16, u8, Template)> {
        let crim = self.crim;
        let entry = crim.0.get(at..at.checked_add(EVENT)?)?;
        let named = |at: usize, name: usize| self.name(crim.offset(at)?.checked_add(name)?);
        let task = named(at + 32, 24);
        let opcode = named(at + 24, 8).filter(|name| name != "win:Info");
        let opcode = opcode.as_deref().map(|name| name.trim_start_matches("win:"));
        let message = word(entry, 16).filter(|&number| number != NO_MESSAGE);
        let template = Template {
            provider: self.name.clone(),
            channel: self.channels.get(entry.get(3)?).cloned(),
            name: match (task, opcode) {
                (Some(task), Some(opcode)) => Some(format!("{task}/{opcode}").into()),
                (task, opcode) => task.as_deref().or(opcode).map(Arc::from),
            },
            message: message.and_then(|number| self.messages.text(number)),
            properties: match crim.offset(at + 20) {
                Some(template) => self.template(template)?,
                None => Arc::default(),
            },
            ..Template::default()
        };
        Some((half(entry, 0)?, *entry.get(2)?, template))
    }

    /// The fields of a template.
    fn template(&mut self, at: usize) -> Option<Arc<[Property]>> {
        if let Some(known) = self.fields.get(&at) {
            return Some(Arc::clone(known));
        }
        let crim = self.crim;
        crim.is_at(at, b"TEMP").then_some(())?;
        let (top, all) = (crim.count(at + 8, FIELDS)?, crim.count(at + 12, FIELDS)?);
        let items = Items {
            start: crim.offset(at + 16).unwrap_or(usize::MAX),
            all: all.max(top),
            made: Cell::new(0),
        };
        let fields: Option<Vec<Property>> = (0..top).map(|place| self.item(&items, place, 0)).collect();
        let fields: Arc<[Property]> = fields?.into();
        self.fields.insert(at, Arc::clone(&fields));
        Some(fields)
    }

    /// A field: flags, its types or for a structure its members, its map, count and length, its name. The fields of structures
    /// stand behind all others.
    fn item(&mut self, items: &Items, place: usize, depth: usize) -> Option<Property> {
        const IS_STRUCT: u32 = 1;
        const LENGTH: u32 = 2;
        const LENGTH_IN_PROPERTY: u32 = 4;
        const COUNT: u32 = 8;
        const COUNT_IN_PROPERTY: u32 = 16;
        items.made.set(items.made.get() + 1);
        let fits = place < items.all && depth < DEPTH && items.made.get() <= FIELDS;
        let fits = fits && self.room.field();
        let at = items.start.checked_add(place * ITEM).filter(|_| fits)?;
        let bytes = self.crim.0.get(at..at.checked_add(ITEM)?)?;
        let flags = word(bytes, 0)?;
        let size = |at: usize, fixed: u32, in_property: u32| {
            let size = half(bytes, at)?;
            Some(match flags {
                flags if flags & in_property != 0 => Size::Property(size),
                flags if flags & fixed != 0 => Size::Fixed(size),
                _ => Size::Open,
            })
        };
        let name = self.name(at + 16);
        let mut property = Property {
            name: name.unwrap_or_default().into(),
            number: u16::try_from(place).ok()?,
            count: size(12, COUNT, COUNT_IN_PROPERTY)?,
            ..Property::default()
        };
        if flags & IS_STRUCT != 0 {
            let (first, count) = (usize::from(half(bytes, 4)?), usize::from(half(bytes, 6)?));
            // A structure of itself would have no end.
            let members = (first..first + count)
                .map(|member| self.item(items, member, depth + 1).filter(|_| member > place));
            property.members = members.collect::<Option<_>>()?;
            property.kind = kind::STRUCT;
            return Some(property);
        }
        property.kind = u16::from(*bytes.get(4)?);
        property.show = Show::of_tdh(u16::from(*bytes.get(5)?));
        property.length = size(14, LENGTH, LENGTH_IN_PROPERTY)?;
        property.map = self.crim.offset(at + 8).and_then(|at| self.map(at));
        Some(property)
    }

    /// What numbers mean: `VMAP`, or `BMAP` for bits; the texts are messages.
    fn map(&mut self, at: usize) -> Option<Arc<Meanings>> {
        if let Some(known) = self.maps.get(&at) {
            return known.clone();
        }
        let crim = self.crim;
        let is_mask = crim.is_at(at, b"BMAP");
        let is_map = is_mask || crim.is_at(at, b"VMAP");
        let count = crim.count(at.checked_add(16)?, MEANINGS).filter(|_| is_map);
        let count = self.room.meanings(count.unwrap_or(0));
        let mut names = BTreeMap::new();
        for entry in (0..count).map(|place| at + 20 + place * 8) {
            let Some((number, message)) = crim.word(entry).zip(crim.word(entry + 4)) else {
                break;
            };
            if let Some(text) = self.messages.text(message) {
                names.insert(u64::from(number), text);
            }
        }
        let meanings = (!names.is_empty()).then(|| Arc::new(Meanings { names, is_mask }));
        self.maps.insert(at, meanings.clone());
        meanings
    }
}

/// Where the fields of a template are.
struct Items {
    start: usize,
    all: usize,
    /// Fields that were made: one may be a member of many structures.
    made: Cell<usize>,
}
