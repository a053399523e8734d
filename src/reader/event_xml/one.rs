//! One `<Event>` element to an [`Event`]. Names are compared without their namespace prefix: `tracerpt`,
//! `wevtutil` and Event Viewer declare different ones.
//!
//! Schema: <https://learn.microsoft.com/windows/win32/wes/eventschema-eventtype-complextype>

use std::borrow::Cow;
use std::sync::Arc;

use quick_xml::Reader;
use quick_xml::escape::{resolve_predefined_entity, unescape};
use quick_xml::events::{BytesStart, Event as Token};

use crate::model::{Event, Level, Origin, Value, parse_rfc3339};

/// Reads one `<Event>` element, with or without a declaration before it.
///
/// # Errors
/// When the bytes are not well-formed XML, end inside an element, or hold no `<Event>`.
pub(crate) fn parse_event(xml: &[u8], origin: Origin) -> Result<Event, String> {
    let text = String::from_utf8_lossy(xml);
    let mut reader = Reader::from_str(&text);
    let mut builder = Builder::new(origin);
    loop {
        let token = reader
            .read_event()
            .map_err(|error| format!("XML at byte {}: {error}", reader.error_position()))?;
        match token {
            Token::Start(start) => builder.open(&start),
            Token::Empty(start) => {
                builder.open(&start);
                builder.close();
            }
            Token::End(_) => builder.close(),
            Token::Text(text) => builder.text(&text),
            Token::CData(text) => builder.text(&text),
            Token::GeneralRef(name) => match name.resolve_char_ref() {
                Ok(Some(letter)) => builder.text(letter.encode_utf8(&mut [0; 4])),
                _ => match resolve_predefined_entity(&name) {
                    Some(text) => builder.text(text),
                    None => builder.text(&format!("&{};", &*name)),
                },
            },
            Token::Eof => break,
            Token::Comment(_) | Token::Decl(_) | Token::PI(_) | Token::DocType(_) => {}
        }
    }
    builder.finish()
}

/// The parts of an event, by the element that holds them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Section {
    /// Before or after the event, or an element directly in it that is none of the below.
    Outside,
    /// `<Event>` itself.
    Event,
    /// `<System>`: the values every event has.
    System,
    /// `<EventData>`, `<UserData>` and the rarer kinds: the payload.
    Payload,
    /// `<RenderingInfo>`: what the provider's resources made of it.
    Rendering,
}

/// One open element.
#[derive(Debug)]
struct Open {
    name: Box<str>,
    /// The name its text is kept under, if not its own.
    label: Option<Box<str>>,
    section: Section,
    text: String,
    has_children: bool,
}

struct Builder {
    event: Event,
    open: Vec<Open>,
    seen: bool,
}

impl Builder {
    fn new(origin: Origin) -> Self {
        Self {
            event: Event::new(origin),
            open: Vec::new(),
            seen: false,
        }
    }

    fn finish(self) -> Result<Event, String> {
        match self.open.last() {
            Some(open) => Err(format!("the XML ends inside <{}>", open.name)),
            None if self.seen => Ok(self.event),
            None => Err("no <Event> element".to_owned()),
        }
    }

    fn open(&mut self, start: &BytesStart<'_>) {
        let name = start.local_name().into_inner();
        let parent = self.open.last_mut().map(|parent| {
            parent.has_children = true;
            parent.section
        });
        let section = match (parent, name) {
            (None | Some(Section::Outside), "Event") => {
                self.seen = true;
                Section::Event
            }
            (Some(Section::Event), "System") => Section::System,
            (Some(Section::Event), "RenderingInfo") => Section::Rendering,
            (
                Some(Section::Event),
                "EventData" | "UserData" | "DebugData" | "BinaryEventData" | "ProcessingErrorData",
            ) => Section::Payload,
            (Some(Section::Event) | None, _) => Section::Outside,
            (Some(section), _) => section,
        };
        let mut label = None;
        match (section, parent) {
            (Section::System, Some(Section::System)) => self.system_attributes(name, start),
            (Section::Payload, Some(Section::Payload)) => label = self.payload_attributes(name, start),
            _ => {}
        }
        self.open.push(Open {
            name: name.into(),
            label,
            section,
            text: String::new(),
            has_children: false,
        });
    }

    fn text(&mut self, text: &str) {
        if let Some(open) = self.open.last_mut() {
            open.text.push_str(text);
        }
    }

    fn close(&mut self) {
        let Some(open) = self.open.pop() else { return };
        let parent = self.open.last().map(|parent| parent.section);
        match (open.section, parent) {
            (Section::System, Some(Section::System)) => self.system_text(&open.name, open.text.trim()),
            (Section::Rendering, Some(Section::Rendering)) if &*open.name == "Message" => {
                self.message(&open.text);
            }
            (Section::Payload, Some(parent)) => {
                let is_root = parent == Section::Event;
                if open.has_children || is_root {
                    // Text beside elements is layout, unless somebody wrote words there.
                    if open.text.trim().is_empty() {
                        return;
                    }
                } else if &*open.name == "Message" {
                    self.message(&open.text);
                }
                let name = match &open.label {
                    Some(label) => label,
                    None if is_unnamed(&open.name) => "",
                    None => &*open.name,
                };
                self.event.push(name, text_value(open.text));
            }
            _ => {}
        }
    }

    fn message(&mut self, text: &str) {
        let text = text.trim();
        if !text.is_empty() {
            self.event.message = Some(Arc::from(text));
        }
    }

    /// A `Data` element is named by its attribute. Other elements keep their own name, and their attributes
    /// become fields of the form `Element.attribute`: CAPI2 and certificate logs keep everything there.
    fn payload_attributes(&mut self, name: &str, start: &BytesStart<'_>) -> Option<Box<str>> {
        let mut label = None;
        for (key, value) in attributes(start) {
            if is_unnamed(name) {
                if key == "Name" {
                    label = Some(value.as_ref().into());
                }
            } else {
                self.event
                    .push(&format!("{name}.{key}"), text_value(value.into_owned()));
            }
        }
        label
    }

    fn system_attributes(&mut self, element: &str, start: &BytesStart<'_>) {
        let event = &mut self.event;
        let mut second_choice = None;
        for (key, value) in attributes(start) {
            let value = value.trim();
            match (element, key) {
                ("Provider", "Name") => event.provider = Arc::from(value),
                ("Provider", "EventSourceName") => second_choice = Some(value.to_owned()),
                ("Provider", "Guid") if second_choice.is_none() => {
                    second_choice = Some(value.to_ascii_lowercase());
                }
                ("TimeCreated", "SystemTime") => event.time = parse_rfc3339(value),
                ("Correlation", "ActivityID") => event.activity = activity(value),
                ("Execution", "ProcessID") => event.process = number(value),
                ("Execution", "ThreadID") => event.thread = number(value),
                ("Security", "UserID") if !value.is_empty() => event.sid = Some(Arc::from(value)),
                _ => {}
            }
        }
        if event.provider.is_empty()
            && let Some(name) = second_choice
        {
            event.provider = Arc::from(name);
        }
    }

    fn system_text(&mut self, element: &str, text: &str) {
        let event = &mut self.event;
        match element {
            "EventID" => event.id = number::<u64>(text).and_then(|id| u16::try_from(id & 0xFFFF).ok()),
            "Version" => event.version = number(text),
            "Level" => event.level = number(text).map_or(event.level, Level::from_number),
            "Task" => event.task = number(text),
            "Opcode" => event.opcode = number(text),
            "Keywords" => event.keywords = number(text),
            "EventRecordID" => event.record_id = number(text),
            "Channel" => event.channel = Arc::from(text),
            "Computer" => event.computer = Arc::from(text),
            _ => {}
        }
    }
}

/// Elements that are told apart by their `Name` attribute and not by their own.
fn is_unnamed(element: &str) -> bool {
    matches!(element, "Data" | "ComplexData")
}

/// Present but without content is [`Value::Null`], whichever way it was written.
fn text_value(text: String) -> Value {
    if text.is_empty() {
        Value::Null
    } else {
        Value::text(text)
    }
}

/// A GUID as [`guid_text`](crate::model::guid_text) writes it. The nil GUID is what `tracerpt` prints for none.
fn activity(text: &str) -> Option<Arc<str>> {
    let bare = text.trim_matches(['{', '}']);
    let is_nil = bare.bytes().all(|byte| matches!(byte, b'0' | b'-'));
    (!is_nil).then(|| Arc::from(format!("{{{}}}", bare.to_ascii_lowercase())))
}

/// A decimal number, or a hexadecimal one with its `0x`.
fn number<T: TryFrom<u64>>(text: &str) -> Option<T> {
    Value::text(text).as_u64().and_then(|wide| T::try_from(wide).ok())
}

/// Attributes by local name, without namespace declarations.
fn attributes<'a>(start: &'a BytesStart<'_>) -> impl Iterator<Item = (&'a str, Cow<'a, str>)> {
    let mut list = start.attributes();
    // A repeated attribute is not worth losing the record for.
    list.with_checks(false);
    list.flatten()
        .filter(|attribute| attribute.key.as_namespace_binding().is_none())
        .map(|attribute| {
            let value = match unescape(&attribute.value) {
                Ok(value) => Cow::Owned(value.into_owned()),
                Err(_) => Cow::Owned(attribute.value.to_string()),
            };
            (attribute.key.local_name().into_inner(), value)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(xml: &str) -> Result<Event, String> {
        parse_event(xml.as_bytes(), Origin::artifact("test"))
    }

    fn pairs(event: &Event) -> Vec<(String, String)> {
        let fields = event.fields.iter();
        fields
            .map(|field| (field.name.to_string(), field.value.to_text().into_owned()))
            .collect()
    }

    #[test]
    fn a_manifest_event() {
        let event = parse(
            r#"<?xml version="1.0"?><Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event">
  <System><Provider Name="Microsoft-Windows-TaskScheduler" Guid="{DE7B24EA-73C8-4A09-985D-5BDADCFA9017}"/>
  <EventID Qualifiers="0">101</EventID><Version>1</Version><Level>2</Level><Task>101</Task><Opcode>101</Opcode>
  <Keywords>0x8000000000000001</Keywords><TimeCreated SystemTime="2026-05-04T10:00:00.1234567+02:00"/>
  <EventRecordID>732</EventRecordID><Correlation ActivityID="{AABBCCDD-0000-0000-0000-000000000001}"/>
  <Execution ProcessID="1092" ThreadID="88"/><Channel>Microsoft-Windows-TaskScheduler/Operational</Channel>
  <Computer>RPA-07.corp.example</Computer><Security UserID="S-1-5-18"/></System>
  <EventData Name="JobStartFailedEvent"><Data Name="TaskName">\Nightly &amp; more &#x41;</Data>
  <Data Name="Empty"></Data><Data Name="Gone"/><Data>loose</Data><Binary>00FF</Binary></EventData>
  <RenderingInfo Culture="en-US"><Message>It did not start.</Message><Level>Error</Level></RenderingInfo></Event>"#,
        )
        .unwrap();
        assert_eq!(&*event.provider, "Microsoft-Windows-TaskScheduler");
        assert_eq!(
            (event.id, event.record_id, event.level),
            (Some(101), Some(732), Level::Error)
        );
        assert_eq!(event.time, parse_rfc3339("2026-05-04T08:00:00.1234567Z"));
        assert_eq!(
            event.activity.as_deref(),
            Some("{aabbccdd-0000-0000-0000-000000000001}")
        );
        assert_eq!(event.keywords, Some(0x8000_0000_0000_0001));
        assert_eq!((event.process, event.thread), (Some(1092), Some(88)));
        assert_eq!(event.sid.as_deref(), Some("S-1-5-18"));
        assert_eq!(&*event.computer, "RPA-07.corp.example");
        assert_eq!(event.message.as_deref(), Some("It did not start."));
        let wanted = [
            ("TaskName", r"\Nightly & more A"),
            ("Empty", ""),
            ("Gone", ""),
            ("", "loose"),
            ("Binary", "00FF"),
        ];
        assert_eq!(
            pairs(&event),
            wanted.map(|(name, value)| (name.to_owned(), value.to_owned()))
        );
        assert_eq!(event.fields[1].value, Value::Null);
    }

    #[test]
    fn user_data_gives_its_leaves_and_their_attributes() {
        let event = parse(
            r#"<e:Event xmlns:e="x"><e:System><e:Provider Name="P"/><e:EventID>3221226600</e:EventID></e:System>
            <e:UserData><EventXML xmlns="Event_NS"><Session>3</Session><Reason>5</Reason>
            <Result value="80092013">gone</Result></EventXML></e:UserData></e:Event>"#,
        )
        .unwrap();
        assert_eq!(event.id, Some(1128));
        let wanted = [
            ("Session", "3"),
            ("Reason", "5"),
            ("Result.value", "80092013"),
            ("Result", "gone"),
        ];
        assert_eq!(
            pairs(&event),
            wanted.map(|(name, value)| (name.to_owned(), value.to_owned()))
        );
    }

    #[test]
    fn classic_and_odd_payloads() {
        let event = parse(
            "<Event><System><Provider EventSourceName='TermService'/></System><ProcessingErrorData><ErrorCode>15005\
             </ErrorCode></ProcessingErrorData><BinaryEventData>CAFE</BinaryEventData></Event>",
        )
        .unwrap();
        assert_eq!(&*event.provider, "TermService");
        assert_eq!(
            pairs(&event),
            [
                ("ErrorCode".to_owned(), "15005".to_owned()),
                ("BinaryEventData".to_owned(), "CAFE".to_owned())
            ]
        );
        let traced = parse(
            "<Event><System><Provider Guid='{AB}'/><Correlation ActivityID='{00000000-0000-0000-0000-000000000000}'/>\
             </System><DebugData><Message>hello</Message></DebugData></Event>",
        )
        .unwrap();
        assert_eq!(&*traced.provider, "{ab}");
        assert_eq!(traced.activity, None);
        assert_eq!(traced.message.as_deref(), Some("hello"));
    }

    #[test]
    fn what_is_no_event_says_so() {
        for (xml, part) in [
            ("", "no <Event>"),
            ("<a/>", "no <Event>"),
            ("<Event><System>", "ends inside <System>"),
            ("<Event></System>", "XML at byte"),
        ] {
            let error = parse(xml).unwrap_err();
            assert!(error.contains(part), "{xml}: {error}");
        }
    }
}
