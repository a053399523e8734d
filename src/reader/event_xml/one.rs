//! One `<Event>` element of XML text to an [`Event`].

use std::sync::Arc;

use quick_xml::Reader;
use quick_xml::escape::{resolve_predefined_entity, unescape};
use quick_xml::events::{BytesStart, Event as Token};

use super::shape::{Draft, Input, Section, Slot, is_named_by_attribute, local_name};
use crate::model::{Event, Origin, Value};

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
        if matches!(token, Token::Eof) {
            break;
        }
        builder.token(&token);
    }
    builder.finish()
}

/// Reads as much of an `<Event>` element as there is: one that was cut, or whose end is damaged. `None` where not even its
/// provider and id are there. A value that the cut falls into is left out: half of it may mean something else.
pub(super) fn parse_part(xml: &[u8], origin: Origin) -> Option<Event> {
    let text = String::from_utf8_lossy(xml);
    let mut reader = Reader::from_str(&text);
    let mut builder = Builder::new(origin);
    loop {
        match reader.read_event() {
            Ok(Token::Eof) | Err(_) => break,
            Ok(token) => builder.token(&token),
        }
    }
    let event = builder.draft.finish();
    (builder.seen && event.id.is_some() && !event.provider.is_empty()).then_some(event)
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
    draft: Draft,
    open: Vec<Open>,
    seen: bool,
}

impl Builder {
    fn new(origin: Origin) -> Self {
        Self {
            draft: Draft::new(origin),
            open: Vec::new(),
            seen: false,
        }
    }

    fn token(&mut self, token: &Token<'_>) {
        match token {
            Token::Start(start) => self.open(start),
            Token::Empty(start) => {
                self.open(start);
                self.close();
            }
            Token::End(_) => self.close(),
            Token::Text(text) => self.text(text),
            Token::CData(text) => self.text(text),
            Token::GeneralRef(name) => match name.resolve_char_ref() {
                Ok(Some(letter)) => self.text(letter.encode_utf8(&mut [0; 4])),
                _ => match resolve_predefined_entity(name) {
                    Some(text) => self.text(text),
                    None => self.text(&format!("&{};", &**name)),
                },
            },
            Token::Comment(_) | Token::Decl(_) | Token::PI(_) | Token::DocType(_) | Token::Eof => {}
        }
    }

    fn finish(self) -> Result<Event, String> {
        match self.open.last() {
            Some(open) => Err(format!("the XML ends inside <{}>", open.name)),
            None if self.seen => Ok(self.draft.finish()),
            None => Err("no <Event> element".to_owned()),
        }
    }

    fn open(&mut self, start: &BytesStart<'_>) {
        let name = start.local_name().into_inner();
        let parent = self.open.last_mut().map(|parent| {
            parent.has_children = true;
            parent.section
        });
        let section = Section::enter(parent, name);
        self.seen |= section == Section::Event;
        let mut label = None;
        if section == Section::System && parent == Some(Section::System) {
            for (key, value) in attributes(start) {
                if let Some(slot) = Slot::of_attribute(name, key) {
                    self.set(slot, value);
                }
            }
        } else if section.is_payload() && parent.is_some_and(Section::is_payload) {
            label = self.payload_attributes(name, start);
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
            (Section::System, Some(Section::System)) => {
                if let Some(slot) = Slot::of_text(&open.name) {
                    self.set(slot, open.text);
                }
            }
            (Section::Rendering, Some(Section::Rendering)) => self.draft.rendered(&open.name, &open.text),
            (Section::Payload | Section::Debug, Some(parent)) => self.field(open, parent),
            _ => {}
        }
    }

    fn field(&mut self, open: Open, parent: Section) {
        if open.has_children || parent == Section::Event {
            // Text beside elements is layout, unless somebody wrote words there.
            if open.text.trim().is_empty() {
                return;
            }
        } else if open.section == Section::Debug {
            self.draft.debug(&open.name, &open.text);
        }
        let name = match &open.label {
            Some(label) => label,
            None if is_named_by_attribute(&open.name) => "",
            None => &*open.name,
        };
        self.draft.event.push(name, text_value(open.text));
    }

    fn set(&mut self, slot: Slot, text: impl Into<Arc<str>>) {
        let value = Value::text(text);
        self.draft
            .set(slot, Input::Value(&value), &mut |text| Arc::from(text));
    }

    /// A `Data` element is named by its attribute. Other elements keep their own name, and their attributes
    /// become fields of the form `Element.attribute`: CAPI2 and certificate logs keep everything there.
    fn payload_attributes(&mut self, name: &str, start: &BytesStart<'_>) -> Option<Box<str>> {
        let mut label = None;
        for (key, value) in attributes(start) {
            if is_named_by_attribute(name) {
                if key == "Name" {
                    label = Some(value.into());
                }
            } else if !value.is_empty() {
                self.draft.event.push(&format!("{name}.{key}"), text_value(value));
            }
        }
        label
    }
}

/// Present but without content is [`Value::Null`], whichever way it was written.
fn text_value(text: String) -> Value {
    if text.is_empty() {
        Value::Null
    } else {
        Value::text(text)
    }
}

/// Attributes by local name, without namespace declarations.
fn attributes<'a>(start: &'a BytesStart<'_>) -> impl Iterator<Item = (&'a str, String)> {
    let mut list = start.attributes();
    // A repeated attribute is not worth losing the record for.
    list.with_checks(false);
    list.flatten().filter_map(|attribute| {
        let key = local_name(attribute.key.into_inner())?;
        let value = match unescape(&attribute.value) {
            Ok(value) => value.into_owned(),
            Err(_) => attribute.value.into_owned(),
        };
        Some((key, value))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Level, parse_rfc3339};

    fn parse(xml: &str) -> Result<Event, String> {
        parse_event(xml.as_bytes(), Origin::artifact("test"))
    }

    fn pairs(event: &Event) -> Vec<(String, String)> {
        let fields = event.fields.iter();
        fields
            .map(|field| (field.name.to_string(), field.value.to_text().into_owned()))
            .collect()
    }

    /// What `tracerpt` writes of a record of the kernel: the binary trace gives the same provider and name.
    #[test]
    fn a_record_of_a_trace_is_named_where_it_is_rendered() {
        let event = parse(
            r#"<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System>
            <Provider Guid="{9e814aad-3204-11d2-9a82-006008a86939}" /><EventID>0</EventID><Opcode>1</Opcode></System>
            <EventData><Data Name="ProcessId">0x10EC</Data></EventData>
            <RenderingInfo Culture="en-US"><Opcode>Start</Opcode><Provider>MSNT_SystemTrace</Provider>
            <EventName xmlns="http://schemas.microsoft.com/win/2004/08/events/trace">Process</EventName></RenderingInfo></Event>"#,
        )
        .unwrap();
        assert_eq!(&*event.provider, "MSNT_SystemTrace");
        assert_eq!(event.field("EventName"), Some(&Value::text("Process/Start")));
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
