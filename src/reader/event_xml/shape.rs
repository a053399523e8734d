//! The shape of an `<Event>`: which element and attribute fills which part of an [`Event`]. Shared by event XML and
//! by its binary form, so that both give the same events. Reads no bytes.
//!
//! Names are compared without their namespace prefix: `tracerpt`, `wevtutil` and Event Viewer declare different ones.
//!
//! Schema: <https://learn.microsoft.com/windows/win32/wes/eventschema-eventtype-complextype>

use std::borrow::Cow;
use std::sync::Arc;

use crate::model::{Event, Level, Origin, Time, Value, guid_text, parse_rfc3339};

/// The parts of an event, by the element that holds them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Section {
    /// Before or after the event, or an element directly in it that is none of the below.
    Outside,
    /// `<Event>` itself.
    Event,
    /// `<System>`: the values every event has.
    System,
    /// `<EventData>`, `<UserData>` and the rarer kinds: the payload.
    Payload,
    /// `<DebugData>`: a payload whose `Message` is the message.
    Debug,
    /// `<RenderingInfo>`: what the provider's resources made of it.
    Rendering,
}

impl Section {
    /// The section of an element of that name in an element of that section; `None` stands for no element.
    pub(crate) fn enter(parent: Option<Self>, name: &str) -> Self {
        match (parent, name) {
            (None | Some(Self::Outside), "Event") => Self::Event,
            (Some(Self::Event), "System") => Self::System,
            (Some(Self::Event), "RenderingInfo") => Self::Rendering,
            (Some(Self::Event), "DebugData") => Self::Debug,
            (Some(Self::Event), "EventData" | "UserData" | "BinaryEventData" | "ProcessingErrorData") => {
                Self::Payload
            }
            (Some(Self::Event) | None, _) => Self::Outside,
            (Some(section), _) => section,
        }
    }

    /// Whether its elements are fields.
    pub(crate) const fn is_payload(self) -> bool {
        matches!(self, Self::Payload | Self::Debug)
    }
}

/// A value of `<System>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Slot {
    Provider,
    ProviderSource,
    ProviderGuid,
    Id,
    Version,
    Level,
    Task,
    Opcode,
    Keywords,
    Time,
    RecordId,
    Activity,
    Process,
    Thread,
    Channel,
    Computer,
    Sid,
}

impl Slot {
    /// The slot of an attribute of an element of `<System>`.
    pub(crate) fn of_attribute(element: &str, attribute: &str) -> Option<Self> {
        Some(match (element, attribute) {
            ("Provider", "Name") => Self::Provider,
            ("Provider", "EventSourceName") => Self::ProviderSource,
            ("Provider", "Guid") => Self::ProviderGuid,
            ("TimeCreated", "SystemTime") => Self::Time,
            ("Correlation", "ActivityID") => Self::Activity,
            ("Execution", "ProcessID") => Self::Process,
            ("Execution", "ThreadID") => Self::Thread,
            ("Security", "UserID") => Self::Sid,
            _ => return None,
        })
    }

    /// The slot of the text of an element of `<System>`.
    pub(crate) fn of_text(element: &str) -> Option<Self> {
        Some(match element {
            "EventID" => Self::Id,
            "Version" => Self::Version,
            "Level" => Self::Level,
            "Task" => Self::Task,
            "Opcode" => Self::Opcode,
            "Keywords" => Self::Keywords,
            "EventRecordID" => Self::RecordId,
            "Channel" => Self::Channel,
            "Computer" => Self::Computer,
            _ => return None,
        })
    }

    /// Whether it stands for the name of the provider where that is missing.
    pub(crate) const fn is_substitute(self) -> bool {
        matches!(self, Self::ProviderSource | Self::ProviderGuid)
    }

    /// Whether it holds a text that many events share.
    pub(crate) const fn is_shared_text(self) -> bool {
        matches!(
            self,
            Self::Provider | Self::ProviderSource | Self::Channel | Self::Computer | Self::Sid
        )
    }
}

/// What a slot is filled with.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Input<'a> {
    /// A value.
    Value(&'a Value),
    /// A text that is shared already.
    Shared(&'a Arc<str>),
}

/// An event while it is put together.
#[derive(Debug)]
pub(crate) struct Draft {
    /// What is known so far; the provider may still change.
    pub(crate) event: Event,
    source: Option<Arc<str>>,
    /// The name of the provider outside `<System>`: what it is rendered as, or the component that a message of WPP is of.
    component: Option<Arc<str>>,
    /// What the kind of operation is rendered as.
    opcode: Option<Arc<str>>,
    guid: Option<Arc<str>>,
}

impl Draft {
    /// Nothing is known but where it was read.
    pub(crate) fn new(origin: Origin) -> Self {
        Self::of(Event::new(origin))
    }

    /// This much is known.
    pub(crate) const fn of(event: Event) -> Self {
        Self {
            event,
            source: None,
            component: None,
            opcode: None,
            guid: None,
        }
    }

    /// Takes what `<DebugData>` tells of a message of WPP, so that it is the event that the binary trace gives.
    ///
    /// Source: <https://learn.microsoft.com/windows/win32/wes/eventschema-debugdatatype-complextype>
    pub(crate) fn debug(&mut self, element: &str, text: &str) {
        let text = text.trim();
        match element {
            "Component" if !text.is_empty() => self.component = Some(text.into()),
            "LevelName" if self.event.level == Level::None => {
                self.event.level = Level::from_trace(text);
            }
            "Message" if !text.is_empty() => self.event.message = Some(text.into()),
            _ => {}
        }
    }

    /// Takes what `<RenderingInfo>` tells. Records of traces have their provider and their name nowhere else: the name is written
    /// as the binary trace gives it, with the kind of operation behind it.
    pub(crate) fn rendered(&mut self, element: &str, text: &str) {
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        let is_traced = self.event.provider.is_empty();
        match element {
            "Message" => self.event.message = Some(text.into()),
            _ if !is_traced => {}
            "Provider" => self.component = Some(text.into()),
            "Opcode" => self.opcode = Some(text.into()),
            "EventName" => {
                let name = match &self.opcode {
                    Some(opcode) => format!("{text}/{opcode}"),
                    None => text.to_owned(),
                };
                self.event.supply("EventName", Value::text(name));
            }
            _ => {}
        }
    }

    /// Names the provider. One without a name goes by that of its event source, by the component, or by its GUID: traces of
    /// unregistered providers have nothing else.
    pub(crate) fn settle(&mut self) {
        let substitutes = [self.source.take(), self.component.take(), self.guid.take()];
        if self.event.provider.is_empty()
            && let Some(name) = substitutes.into_iter().flatten().next()
        {
            self.event.provider = name;
        }
    }

    /// The event.
    pub(crate) fn finish(mut self) -> Event {
        self.settle();
        self.event
    }

    /// Fills a slot; a value that does not fit it is no value. `share` gives the shared form of a text.
    pub(crate) fn set(&mut self, slot: Slot, input: Input<'_>, share: &mut impl FnMut(&str) -> Arc<str>) {
        if slot.is_shared_text() {
            let text = match input {
                Input::Shared(text) if text.trim().len() == text.len() => Arc::clone(text),
                Input::Shared(text) => share(text.trim()),
                Input::Value(value) => share(value.to_text().trim()),
            };
            return self.set_text(slot, text);
        }
        match input {
            Input::Value(value) => self.set_value(slot, value),
            Input::Shared(text) => self.set_value(slot, &Value::text(&**text)),
        }
    }

    fn set_text(&mut self, slot: Slot, text: Arc<str>) {
        let event = &mut self.event;
        match slot {
            Slot::Provider => event.provider = text,
            Slot::Channel => event.channel = text,
            Slot::Computer => event.computer = text,
            Slot::Sid if !text.is_empty() => event.sid = Some(text),
            Slot::ProviderSource if !text.is_empty() => self.source = Some(text),
            _ => {}
        }
    }

    fn set_value(&mut self, slot: Slot, value: &Value) {
        match slot {
            Slot::Time => self.event.time = instant(value),
            Slot::Activity => self.event.activity = guid(value),
            Slot::ProviderGuid => self.guid = guid(value),
            slot => self.set_number(slot, value.as_u64()),
        }
    }

    /// Fills the time.
    pub(crate) fn set_time(&mut self, time: Time) {
        self.event.time = Self::told_time(time);
    }

    /// The time that this tells, if any.
    pub(crate) fn told_time(time: Time) -> Option<Time> {
        Some(time).filter(is_told)
    }

    /// Fills a slot that holds a number; one that does not fit it is no number.
    pub(crate) fn set_number(&mut self, slot: Slot, wide: Option<u64>) {
        let event = &mut self.event;
        match slot {
            Slot::Id => event.id = wide.and_then(|id| u16::try_from(id & 0xFFFF).ok()),
            Slot::Version => event.version = narrow(wide),
            Slot::Level => event.level = narrow(wide).map_or(event.level, Level::from_number),
            Slot::Task => event.task = narrow(wide),
            Slot::Opcode => event.opcode = narrow(wide),
            Slot::Keywords => event.keywords = wide,
            Slot::RecordId => event.record_id = wide,
            Slot::Process => event.process = narrow(wide),
            Slot::Thread => event.thread = narrow(wide),
            _ => {}
        }
    }
}

fn narrow<T: TryFrom<u64>>(wide: Option<u64>) -> Option<T> {
    wide.and_then(|wide| T::try_from(wide).ok())
}

/// The first instant of a FILETIME stands for no time at all.
fn is_told(time: &Time) -> bool {
    time.timestamp() > -11_644_473_600
}

fn instant(value: &Value) -> Option<Time> {
    let time = match value {
        Value::Time(time) => Some(*time),
        Value::Text(text) => parse_rfc3339(text),
        _ => None,
    };
    time.filter(is_told)
}

/// A GUID as [`guid_text`] writes it. The nil GUID is what `tracerpt` prints for none.
pub(crate) fn guid(value: &Value) -> Option<Arc<str>> {
    let text: Cow<'_, str> = match value {
        Value::Guid(bytes) => Cow::Owned(guid_text(bytes)),
        Value::Text(text) => {
            let bare = text.trim().trim_matches(['{', '}']);
            Cow::Owned(format!("{{{}}}", bare.to_ascii_lowercase()))
        }
        _ => return None,
    };
    let is_nil = text.bytes().all(|byte| matches!(byte, b'0' | b'-' | b'{' | b'}'));
    (!is_nil).then(|| Arc::from(text))
}

/// Elements of a payload that are told apart by their `Name` attribute and not by their own name.
pub(crate) fn is_named_by_attribute(element: &str) -> bool {
    matches!(element, "Data" | "ComplexData")
}

/// The name without its prefix; `None` for the declaration of a namespace.
pub(crate) fn local_name(name: &str) -> Option<&str> {
    match name.split_once(':') {
        Some(("xmlns", _)) => None,
        Some((_, local)) => Some(local),
        None => (name != "xmlns").then_some(name),
    }
}
