//! Manifests of providers, as XML: instrumentation manifests (`.man`), and those that .NET EventSources write into the trace in
//! pieces. Must not know records.
//!
//! Sources: the schema of instrumentation manifests,
//! <https://learn.microsoft.com/windows/win32/wes/eventmanifestschema-schema>; the envelope of the pieces is
//! `ManifestEnvelope` of .NET's `System.Diagnostics.Tracing`: format 1, two versions, the byte 0x5B, how many pieces, which one.

use std::collections::BTreeMap;
use std::sync::Arc;

use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event as Token};

use super::payload::{Show, kind};
use super::record::Guid;
use super::tdh::{Key, Maps};
use super::template::{Meanings, Property, Size, Template};
use crate::model::parse_guid;
use crate::reader::little_endian::half;

/// The id of the events in which an EventSource writes its manifest.
pub(super) const EVENT_SOURCE: u16 = 0xFFFE;
/// Definitions that one manifest may have.
pub(super) const DEFINITIONS: usize = 20_000;
/// Fields of one template.
pub(super) const FIELDS: usize = 512;
/// Bytes of the pieces of one manifest.
const PIECES_BYTES: usize = 1 << 20;
/// Pieces of one manifest.
const PIECES: usize = 1024;
/// Manifests that are put together at a time.
const OPEN: usize = 16;

/// What a manifest defines.
#[derive(Debug, Default)]
pub(super) struct Manifest {
    pub(super) providers: BTreeMap<Guid, Arc<str>>,
    pub(super) events: BTreeMap<Key, Template>,
}

/// Whether a text begins like a manifest.
pub(super) fn sniff(head: &str) -> bool {
    head.contains("<instrumentationManifest")
        || head.contains("<assembly") && head.contains("<instrumentation")
}

/// Reads a manifest; what follows a place that is no XML is lost.
pub(super) fn read(text: &str) -> Manifest {
    let mut reading = Reading::default();
    let mut xml = Reader::from_str(text);
    loop {
        match xml.read_event() {
            Ok(Token::Start(start)) => reading.element(&start, false),
            Ok(Token::Empty(start)) => reading.element(&start, true),
            Ok(Token::End(end)) => reading.end(local(end.name().into_inner())),
            Ok(Token::Eof) | Err(_) => break,
            Ok(_) => {}
        }
        if reading.events.len() > DEFINITIONS {
            break;
        }
    }
    reading.finish()
}

/// A name without the prefix of its namespace.
fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or_default()
}

/// An event before its template and its texts are looked up.
#[derive(Debug, Default)]
struct Draft {
    provider: Guid,
    id: u16,
    version: u8,
    name: Option<String>,
    message: Option<String>,
    template: Option<String>,
    channel: Option<String>,
    opcode: Option<String>,
}

#[derive(Debug, Default)]
struct Reading {
    provider: Option<(Guid, Arc<str>)>,
    providers: BTreeMap<Guid, Arc<str>>,
    events: Vec<Draft>,
    /// Fields with the names of their maps, by provider and name of the template.
    templates: BTreeMap<(Guid, String), Vec<Draw>>,
    template: Option<(String, Vec<Draw>)>,
    /// The members of a structure that is open, and its head.
    structure: Option<(Draw, Vec<Draw>)>,
    channels: BTreeMap<(Guid, String), String>,
    maps: BTreeMap<(Guid, String), (bool, BTreeMap<u64, String>)>,
    map: Option<(String, bool, BTreeMap<u64, String>)>,
    strings: BTreeMap<String, String>,
}

/// A field before its map and the fields it speaks of are looked up.
#[derive(Debug, Clone, Default)]
struct Draw {
    name: String,
    kind: u16,
    show: Show,
    count: String,
    length: String,
    map: String,
    members: Vec<Draw>,
}

impl Reading {
    fn guid(&self) -> Guid {
        self.provider.as_ref().map_or([0; 16], |(guid, _)| *guid)
    }

    fn element(&mut self, start: &BytesStart<'_>, is_empty: bool) {
        let attributes = Attributes::of(start);
        let tag = local(start.name().into_inner());
        match tag {
            "provider" => {
                if let Some(guid) = attributes.get("guid").and_then(parse_guid) {
                    let name: Arc<str> = attributes.get("name").unwrap_or_default().into();
                    self.providers.insert(guid, Arc::clone(&name));
                    self.provider = Some((guid, name));
                }
            }
            "event" => self.event(&attributes),
            "channel" | "importChannel" => {
                let key = attributes.get("chid").or_else(|| attributes.get("name"));
                if let (Some(key), Some(name)) = (key, attributes.get("name")) {
                    let key = (self.guid(), key.to_owned());
                    self.channels.insert(key, name.to_owned());
                }
            }
            "template" => {
                let name = attributes.get("tid").unwrap_or_default();
                self.template = Some((name.to_owned(), Vec::new()));
            }
            "struct" => self.structure = Some((draw(&attributes), Vec::new())),
            "data" => self.field(draw(&attributes)),
            "valueMap" | "bitMap" => {
                let is_mask = tag == "bitMap";
                let name = attributes.get("name").unwrap_or_default();
                self.map = Some((name.to_owned(), is_mask, BTreeMap::new()));
            }
            "map" => {
                let value = attributes.get("value").and_then(number);
                if let (Some((.., names)), Some(value)) = (&mut self.map, value) {
                    let message = attributes.get("message").or_else(|| attributes.get("symbol"));
                    names.insert(value, message.unwrap_or_default().to_owned());
                }
            }
            "string" => {
                if let (Some(id), Some(value)) = (attributes.get("id"), attributes.get("value")) {
                    // The first language that is given.
                    self.strings
                        .entry(id.to_owned())
                        .or_insert_with(|| value.to_owned());
                }
            }
            _ => {}
        }
        if is_empty {
            self.end(tag);
        }
    }

    fn event(&mut self, attributes: &Attributes) {
        let id = attributes.get("value").and_then(number);
        let Some(id) = id.and_then(|id| u16::try_from(id & 0xFFFF).ok()) else {
            return;
        };
        let version = attributes.get("version").and_then(number);
        let owned = |name: &str| attributes.get(name).map(str::to_owned);
        self.events.push(Draft {
            provider: self.guid(),
            id,
            version: version
                .and_then(|version| u8::try_from(version).ok())
                .unwrap_or(0),
            name: owned("task").or_else(|| owned("symbol")),
            message: owned("message"),
            template: owned("template"),
            channel: owned("channel"),
            opcode: owned("opcode"),
        });
    }

    fn field(&mut self, field: Draw) {
        if let Some((_, members)) = &mut self.structure {
            if members.len() < FIELDS {
                members.push(field);
            }
        } else if let Some((_, fields)) = &mut self.template
            && fields.len() < FIELDS
        {
            fields.push(field);
        }
    }

    fn end(&mut self, name: &str) {
        let guid = self.guid();
        match name {
            "struct" => {
                if let Some((mut head, members)) = self.structure.take() {
                    head.kind = kind::STRUCT;
                    head.members = members;
                    self.field(head);
                }
            }
            "template" => {
                if let Some((name, fields)) = self.template.take() {
                    self.templates.insert((guid, name), fields);
                }
            }
            "valueMap" | "bitMap" => {
                if let Some((name, is_mask, names)) = self.map.take() {
                    self.maps.insert((guid, name), (is_mask, names));
                }
            }
            _ => {}
        }
    }

    /// The maps with the texts that their names stand for.
    fn maps(&self, string: &dyn Fn(&str) -> Arc<str>) -> Maps {
        let maps = self.maps.iter();
        maps.map(|(key, (is_mask, names))| {
            let names = names.iter().map(|(value, text)| (*value, string(text)));
            let meanings = Meanings {
                names: names.collect(),
                is_mask: *is_mask,
            };
            (key.clone(), Arc::new(meanings))
        })
        .collect()
    }

    fn finish(self) -> Manifest {
        // What many events use is there once: a text or a template may be as large as the rest of the manifest.
        let strings: BTreeMap<&str, Arc<str>> = self
            .strings
            .iter()
            .map(|(id, text)| (id.as_str(), Arc::from(text.as_str())))
            .collect();
        let string = |text: &str| -> Arc<str> {
            let id = text.strip_prefix("$(string.").and_then(|id| id.strip_suffix(')'));
            let found = id.and_then(|id| strings.get(id)).cloned();
            found.unwrap_or_else(|| text.into())
        };
        let maps = self.maps(&string);
        let templates: BTreeMap<&(Guid, String), Arc<[Property]>> = self
            .templates
            .iter()
            .map(|(key, fields)| (key, Fields::new(key.0, &maps).properties(fields).into()))
            .collect();
        let channels: BTreeMap<&(Guid, String), Arc<str>> = self
            .channels
            .iter()
            .map(|(key, name)| (key, Arc::from(name.as_str())))
            .collect();
        let mut events = BTreeMap::new();
        for draft in self.events {
            let of = |name: Option<String>| name.map(|name| (draft.provider, name));
            let opcode = draft.opcode.as_deref().filter(|opcode| *opcode != "win:Info");
            let template = Template {
                provider: self.providers.get(&draft.provider).cloned(),
                channel: of(draft.channel).and_then(|key| channels.get(&key).cloned()),
                name: draft.name.map(|name| match opcode {
                    Some(opcode) => format!("{name}/{}", opcode.trim_start_matches("win:")).into(),
                    None => Arc::from(name),
                }),
                // A message that is not there would be the name of its text.
                message: draft
                    .message
                    .as_deref()
                    .map(string)
                    .filter(|text| !text.starts_with("$(")),
                properties: of(draft.template)
                    .and_then(|key| templates.get(&key).cloned())
                    .unwrap_or_default(),
                ..Template::default()
            };
            events.insert((draft.provider, draft.id, draft.version), template);
        }
        Manifest {
            providers: self.providers,
            events,
        }
    }
}

/// Makes the fields of one template.
struct Fields<'a> {
    provider: Guid,
    maps: &'a Maps,
    /// The number of the next field.
    next: u16,
    /// Fields that others may name as their size, of the structure and of what is around it.
    named: Vec<(&'a str, u16)>,
}

impl<'a> Fields<'a> {
    const fn new(provider: Guid, maps: &'a Maps) -> Self {
        Self {
            provider,
            maps,
            next: 0,
            named: Vec::new(),
        }
    }

    fn properties(&mut self, fields: &'a [Draw]) -> Vec<Property> {
        let around = self.named.len();
        let properties = fields.iter().map(|field| self.property(field)).collect();
        self.named.truncate(around);
        properties
    }

    fn property(&mut self, field: &'a Draw) -> Property {
        let number = self.next;
        self.next = self.next.saturating_add(1);
        let property = Property {
            name: field.name.as_str().into(),
            kind: field.kind,
            show: field.show,
            count: self.size(&field.count),
            length: self.size(&field.length),
            number,
            map: self.maps.get(&(self.provider, field.map.clone())).cloned(),
            members: self.properties(&field.members),
        };
        self.named.push((&field.name, number));
        property
    }

    /// A size, which may be the name of a field before.
    fn size(&self, text: &str) -> Size {
        if text.is_empty() {
            return Size::Open;
        }
        if let Some(number) = number(text).and_then(|number| u16::try_from(number).ok()) {
            return Size::Fixed(number);
        }
        let mut nearest = self.named.iter().rev();
        nearest
            .find(|(name, _)| *name == text)
            .map_or(Size::Open, |(_, number)| Size::Property(*number))
    }
}

fn draw(attributes: &Attributes) -> Draw {
    let text = |name: &str| attributes.get(name).unwrap_or_default().to_owned();
    let input = attributes.get("inType").unwrap_or_default();
    let output = attributes.get("outType").unwrap_or_default();
    let kind = match input.trim_start_matches("win:") {
        "UnicodeString" => kind::WIDE,
        "AnsiString" => kind::NARROW,
        "Int8" => kind::INT8,
        "UInt8" => kind::UINT8,
        "Int16" => kind::INT16,
        "UInt16" => kind::UINT16,
        "Int32" => kind::INT32,
        "UInt32" => kind::UINT32,
        "Int64" => kind::INT64,
        "UInt64" => kind::UINT64,
        "Float" => kind::FLOAT,
        "Double" => kind::DOUBLE,
        "Boolean" => kind::BOOL,
        "Binary" => kind::BINARY,
        "GUID" => kind::GUID,
        "Pointer" => kind::POINTER,
        "FILETIME" => kind::FILETIME,
        "SYSTEMTIME" => kind::SYSTEMTIME,
        "SID" => kind::SID,
        "HexInt32" => kind::HEX32,
        "HexInt64" => kind::HEX64,
        "CountedUnicodeString" => kind::COUNTED_WIDE,
        "CountedAnsiString" => kind::COUNTED_NARROW,
        "CountedBinary" => kind::COUNTED_BINARY,
        // A type of which nothing is known: the event cannot be read past it.
        _ => u16::MAX,
    };
    let show = match output.trim_start_matches("win:").trim_start_matches("xs:") {
        "HexInt8" | "HexInt16" | "HexInt32" | "HexInt64" | "NTSTATUS" | "HRESULT" | "CodePointer" => {
            Show::Hex
        }
        "boolean" => Show::Bool,
        "Port" => Show::Port,
        "IPv4" => Show::IpV4,
        "IPv6" => Show::IpV6,
        "SocketAddress" => Show::Socket,
        _ => Show::Plain,
    };
    Draw {
        name: text("name"),
        kind,
        show,
        count: text("count"),
        length: text("length"),
        map: text("map"),
        members: Vec::new(),
    }
}

fn number(text: &str) -> Option<u64> {
    let text = text.trim();
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => u64::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    }
}

struct Attributes(Vec<(String, String)>);

impl Attributes {
    fn of(start: &BytesStart<'_>) -> Self {
        let mut list = start.attributes();
        list.with_checks(false);
        let pairs = list.flatten().map(|attribute| {
            let value = unescape(&attribute.value).map(std::borrow::Cow::into_owned);
            let value = value.unwrap_or_else(|_| attribute.value.into_owned());
            (local(attribute.key.into_inner()).to_owned(), value)
        });
        Self(pairs.collect())
    }

    fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(other, _)| other == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// The pieces of one manifest, those that came.
type Slots = Vec<Option<Vec<u8>>>;

/// Manifests of EventSources while their pieces come in, by provider and process.
#[derive(Debug, Default)]
pub(super) struct Pieces {
    open: BTreeMap<(Guid, Option<u32>), Slots>,
}

impl Pieces {
    /// Takes a piece; the text of the manifest once all are there. `None` also for what is no piece.
    pub(super) fn add(&mut self, provider: Guid, process: Option<u32>, payload: &[u8]) -> Option<String> {
        const MAGIC: u8 = 0x5B;
        let (&[1, _, _, MAGIC], _) = payload.split_first_chunk::<4>()? else {
            return None;
        };
        let (total, place) = (usize::from(half(payload, 4)?), usize::from(half(payload, 6)?));
        let data = payload.get(8..)?;
        let key = (provider, process);
        let is_new = !self.open.contains_key(&key);
        if place >= total || total > PIECES || (is_new && self.open.len() >= OPEN) {
            return None;
        }
        let pieces = self.open.entry(key).or_default();
        // A piece that is there already belongs to another round.
        if pieces.len() != total || pieces.get(place).is_some_and(Option::is_some) {
            *pieces = vec![None; total];
        }
        let size: usize = pieces.iter().flatten().map(Vec::len).sum();
        if size + data.len() <= PIECES_BYTES
            && let Some(piece) = pieces.get_mut(place)
        {
            *piece = Some(data.to_vec());
        }
        if pieces.iter().any(Option::is_none) {
            return None;
        }
        let whole: Vec<u8> = self.open.remove(&key)?.into_iter().flatten().flatten().collect();
        Some(String::from_utf8_lossy(&whole).into_owned())
    }
}

/// Whether a payload is a piece of a manifest.
pub(super) fn is_piece(payload: &[u8]) -> bool {
    matches!(payload, [1, _, _, 0x5B, ..])
}
