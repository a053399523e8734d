//! Records to events. Owns which of the ways of decoding a record takes; must not know what is of interest.

use std::collections::HashMap;
use std::sync::Arc;

use super::definitions::Definitions;
use super::header::{Clock, Header};
use super::kernel::{self, Kernel};
use super::payload::Payload;
use super::record::{Class, Guid, Record};
use super::template::Template;
use super::{tdh, text, tracelogging, wpp};
use crate::model::{Decoding, Encoding, Event, Level, Origin, Value, guid_text, providers, sid_text};
use crate::reader::encoding;

/// Characters that make a text in a payload; shorter ones are chance.
const RUN: usize = 4;
/// Providers whose names are remembered.
const PROVIDERS: usize = 10_000;
/// Addresses of a call stack that are taken.
const FRAMES: usize = 64;

/// Decodes the records of one trace.
#[derive(Debug, Default)]
pub(super) struct Decoder {
    /// The header of the trace, of one that was appended to the last.
    pub(super) header: Option<Header>,
    /// The clock of the records.
    pub(super) clock: Option<Clock>,
    pub(super) definitions: Definitions,
    /// The name of its Windows, once it is told.
    pub(super) product: Option<String>,
    /// The name of the machine that wrote the trace, once it is told.
    pub(super) computer: Arc<str>,
    kernel: Kernel,
    /// What events do not have, once for all of them.
    empty: Arc<str>,
    names: HashMap<Guid, Arc<str>, foldhash::fast::RandomState>,
    /// How many names of providers were told when `names` was begun.
    told: usize,
}

impl Decoder {
    pub(super) fn new(definitions: Definitions) -> Self {
        Self {
            definitions,
            ..Self::default()
        }
    }

    /// An event of which nothing is known but where it was read.
    pub(super) fn blank(&self, origin: Origin) -> Event {
        Event::blank(origin, &self.empty)
    }

    /// Takes what a record tells of the trace itself: its header, the name of the machine, definitions of other events. Says
    /// whether it is nothing but that.
    pub(super) fn learn(&mut self, record: &Record<'_>) -> bool {
        match record.class {
            Class::Kernel if record.id == 0 => {
                // A trace that was appended to has a header for each part.
                self.header = Header::of(record).or_else(|| self.header.take());
                self.clock = self.header.as_ref().map(|header| header.clock);
                true
            }
            Class::Kernel | Class::Classic => {
                if let Some(name) = kernel::computer(record) {
                    self.computer = name.into();
                }
                self.product = self.product.take().or_else(|| kernel::product(record));
                let carries = record.class == Class::Classic && record.provider == tdh::PROVIDER;
                if carries {
                    self.definitions.carried(record.opcode, record.payload);
                }
                carries || kernel::place(record).is_some_and(|(group, _)| kernel::is_of_trace(group))
            }
            Class::Event => {
                record.id == super::manifest::EVENT_SOURCE
                    && self
                        .definitions
                        .piece(record.provider, record.process, record.payload)
            }
            Class::Message => false,
        }
    }

    /// Whether a record can be decoded as it should: what is needed for it is there, or will never be.
    pub(super) fn is_ready(&mut self, record: &Record<'_>) -> bool {
        record.class != Class::Event
            || record.is_string
            || record.payload.is_empty()
            || record.items.schema.is_some()
            || self.definitions.event(&key(record)).is_some()
    }

    /// How a record would be decoded and by which definition, as far as that can be told without doing it; `None` for messages
    /// that have a text, which may be anything.
    pub(super) fn classify(&mut self, record: &Record<'_>) -> Option<(Decoding, Option<Arc<Template>>)> {
        if let Some(schema) = record.items.schema
            && let Some(layout) = self.definitions.layout(schema)
        {
            return Some((Decoding::TraceLogging, Some(layout)));
        }
        if record.is_string {
            return Some((Decoding::Text, None));
        }
        match record.class {
            Class::Event => {
                if let Some(template) = self.definitions.event(&key(record)) {
                    return Some((Decoding::Manifest, Some(template)));
                }
            }
            Class::Message => {
                let message = self.definitions.message(&record.provider, record.id);
                return message.is_none().then_some((Decoding::WppUnknown, None));
            }
            Class::Kernel | Class::Classic => {}
        }
        let is_empty = record.payload.is_empty();
        let decoding = if is_empty {
            Decoding::Manifest
        } else {
            Decoding::Unknown
        };
        Some((decoding, None))
    }

    /// Whether the layout of a record is known that has this place among those of the kernel.
    pub(super) fn knows(&mut self, place: (u8, u8), record: &Record<'_>) -> bool {
        self.kernel.knows(place, record.version)
    }

    /// Fills an event with all that a record says.
    pub(super) fn decode(&mut self, event: &mut Event, record: &Record<'_>) -> Decoding {
        self.frame(event, record);
        let decoding = self.fill(event, record);
        items(event, record);
        decoding
    }

    fn fill(&mut self, event: &mut Event, record: &Record<'_>) -> Decoding {
        let payload = Payload {
            bytes: record.payload,
            pointer: record.pointer,
        };
        if kernel::place(record).is_some() {
            let known = self.kernel.fill(event, record);
            return if known {
                Decoding::Kernel
            } else {
                Decoding::KernelUnknown
            };
        }
        if let Some(schema) = record.items.schema {
            let layout = self.definitions.layout(schema);
            if layout.is_some_and(|layout| layout.fill(event, payload)) {
                return Decoding::TraceLogging;
            }
        }
        if record.is_string {
            event.message = some(string(record.payload));
            return Decoding::Text;
        }
        if record.class == Class::Event
            && let Some(template) = self.definitions.event(&key(record))
            && template.fill(event, payload)
        {
            return Decoding::Manifest;
        }
        if record.class == Class::Message {
            let message = self.definitions.message(&record.provider, record.id).cloned();
            if message.is_some_and(|message| wpp::fill(event, &message, payload)) {
                return Decoding::Wpp;
            }
        }
        event.message = some(joined(record.payload));
        match record.class {
            Class::Message => Decoding::WppUnknown,
            // Nothing is in it that could have a name.
            _ if record.payload.is_empty() => Decoding::Manifest,
            _ => Decoding::Unknown,
        }
    }

    /// What the head of a record says.
    fn frame(&mut self, event: &mut Event, record: &Record<'_>) {
        event.provider = self.provider(record);
        event.computer = Arc::clone(&self.computer);
        event.time = self.clock.and_then(|clock| clock.time(record.stamp));
        event.process = record.process;
        event.thread = record.thread;
        event.level = Level::from_number(record.level);
        event.activity = record.activity.map(|guid| guid_text(&guid).into());
        if record.class == Class::Event {
            event.id = Some(record.id);
            event.version = Some(record.version);
            event.opcode = Some(record.opcode);
            event.task = Some(record.task);
            event.keywords = Some(record.keywords);
            event.sid = record.items.sid.and_then(sid_text).map(|(sid, _)| sid.into());
        }
    }

    /// The name of the provider of a record, or its GUID.
    pub(super) fn provider(&mut self, record: &Record<'_>) -> Arc<str> {
        // A manifest further on names what went by its GUID so far.
        if self.told != self.definitions.providers.len() {
            self.told = self.definitions.providers.len();
            self.names.clear();
        }
        if let Some(known) = self.names.get(&record.provider) {
            return Arc::clone(known);
        }
        let told = record.items.traits.and_then(tracelogging::provider);
        let name = told
            .map(Arc::from)
            .or_else(|| self.defined(&record.provider))
            .unwrap_or_else(|| guid_text(&record.provider).into());
        if self.names.len() < PROVIDERS {
            self.names.insert(record.provider, Arc::clone(&name));
        }
        name
    }

    /// The name of the provider with a GUID, where a manifest or the table tells it.
    pub(super) fn defined(&self, guid: &Guid) -> Option<Arc<str>> {
        let name = self.definitions.providers.get(guid).cloned();
        name.or_else(|| providers::name_of_guid(&guid_text(guid)).map(Arc::from))
    }
}

/// Under which an event is defined.
const fn key(record: &Record<'_>) -> tdh::Key {
    (record.provider, record.id, record.version)
}

/// What the extended data of a record say that has no place of its own in an event.
fn items(event: &mut Event, record: &Record<'_>) {
    let items = &record.items;
    if let Some(related) = items.related {
        event.push("RelatedActivityID", Value::Guid(related));
    }
    if let Some(session) = items.session {
        event.supply("SessionId", Value::Unsigned(u64::from(session)));
    }
    if let Some((stack, size)) = items.stack {
        let mut addresses = Payload {
            bytes: stack,
            pointer: size,
        };
        let addresses = std::iter::from_fn(|| addresses.pointer()).take(FRAMES);
        let stack = addresses.map(Value::Hex64).collect();
        event.push("Stack", Value::List(stack));
    }
}

fn some(text: String) -> Option<Arc<str>> {
    (!text.is_empty()).then(|| text.into())
}

/// A payload that is one text.
fn string(payload: &[u8]) -> String {
    let text = encoding::decode(payload, Encoding::Utf16Le);
    text.trim_end_matches('\0').trim_end().to_owned()
}

/// The texts of a payload, joined by blanks as the vendor's tools show values.
fn joined(payload: &[u8]) -> String {
    let mut text = String::new();
    for run in text::runs(payload, RUN) {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(run.trim());
    }
    text
}
