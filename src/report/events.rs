//! Normalized events, one a line: JSON for programs, CSV for spreadsheets.
//!
//! Millions of lines may be asked for, so they are written straight into a buffer of bytes.

use super::escape;
use crate::model::{
    Clock, Event, EventForm, Form, Level, Part, PartName, Time, Value, guid_letters, hex_text, time_text,
    write_time,
};

/// One event as one line of JSON.
pub fn jsonl(event: &Event) -> String {
    let mut line = Vec::new();
    Jsonl.event(event, &mut line);
    // It is made of text.
    String::from_utf8(line).unwrap_or_default()
}

/// Events as lines of JSON.
#[derive(Debug, Clone, Copy, Default)]
pub struct Jsonl;

impl From<Jsonl> for EventForm {
    fn from(form: Jsonl) -> Self {
        Self::new(form)
    }
}

impl Form for Jsonl {
    fn event(&self, event: &Event, out: &mut Vec<u8>) {
        begin(event, |out| names(event, out), out);
        let mut unnamed = 0;
        for (index, field) in event.fields.iter().enumerate() {
            let (name, value) = (PartName::Plain(&field.name), Part::Value(&field.value));
            self.field((index, unnamed), name, value, out);
            unnamed = unnamed.saturating_add(usize::from(field.name.is_empty()));
        }
        self.end(event.fields.len(), event, out);
    }

    fn takes_parts(&self) -> bool {
        true
    }

    fn names(&self, event: &Event, out: &mut Vec<u8>) {
        names(event, out);
    }

    fn begin(&self, event: &Event, names: &[u8], out: &mut Vec<u8>) {
        begin(event, |out| out.extend_from_slice(names), out);
    }

    fn name(&self, name: &str, out: &mut Vec<u8>) {
        escape::quote(name, out);
        out.push(b':');
    }

    /// Fields are an object in their order; unnamed ones are `#0`, `#1`, as knowledge files name them.
    fn field(&self, before: (usize, usize), name: PartName<'_>, value: Part<'_>, out: &mut Vec<u8>) {
        if before.0 == 0 {
            out.extend_from_slice(b",\"fields\":{");
        } else {
            out.push(b',');
        }
        match name {
            PartName::Spelled(name) => out.extend_from_slice(name),
            PartName::Plain("") => {
                out.extend_from_slice(b"\"#");
                digits(before.1 as u64, out);
                out.extend_from_slice(b"\":");
            }
            PartName::Plain(name) => self.name(name, out),
        }
        match value {
            Part::Plain(text) => plain(text, out),
            Part::Ascii(text) => escape::quote_ascii(text, out),
            Part::Utf16(units) => escape::quote_utf16(units, out),
            Part::Value(value) => self::value(value, out),
        }
    }

    fn end(&self, fields: usize, event: &Event, out: &mut Vec<u8>) {
        if fields > 0 {
            out.push(b'}');
        }
        // The level is always there.
        let mut object = Object { out, mark: b',' };
        if let Some(message) = &event.message {
            object.text("\"message\":", message);
        }
        object.key("\"origin\":");
        let mut origin = Object::open(object.out);
        origin.text("\"path\":", &event.origin.path);
        origin.number("\"record\":", event.origin.record);
        origin.number("\"line\":", event.origin.line);
        origin.number("\"offset\":", event.origin.offset);
        origin.close();
        object.close();
        out.push(b'\n');
    }
}

/// Begins the object of an event: all before its fields.
fn begin(event: &Event, names: impl FnOnce(&mut Vec<u8>), out: &mut Vec<u8>) {
    out.push(b'{');
    if let Some(time) = event.time {
        out.extend_from_slice(b"\"time\":");
        self::time(time, out);
        // Of a zone that nobody knows: as it was written.
        if event.clock == Clock::Unknown
            && let [.., b'Z', b'"'] = out.as_slice()
        {
            out.truncate(out.len().saturating_sub(2));
            out.push(b'"');
        }
        out.push(b',');
    }
    if event.clock != Clock::Exact {
        out.extend_from_slice(b"\"clock\":");
        escape::quote(event.clock.name(), out);
        out.push(b',');
    }
    names(out);
    if let Some(id) = event.id {
        out.extend_from_slice(b"\"id\":");
        digits(id.into(), out);
        out.push(b',');
    }
    out.extend_from_slice(level(event.level));
    // The level is always there.
    let mut object = Object { out, mark: b',' };
    if let Some(sid) = &event.sid {
        object.text("\"sid\":", sid);
    }
    if let Some(activity) = &event.activity {
        object.text("\"activity\":", activity);
    }
    object.number("\"process\":", event.process.map(u64::from));
    object.number("\"thread\":", event.thread.map(u64::from));
}

/// Computer, channel and provider, each with a comma behind it.
fn names(event: &Event, out: &mut Vec<u8>) {
    let names: [(&[u8], &str); 3] = [
        (b"\"computer\":", &event.computer),
        (b"\"channel\":", &event.channel),
        (b"\"provider\":", &event.provider),
    ];
    for (name, text) in names {
        if !text.is_empty() {
            out.extend_from_slice(name);
            escape::quote(text, out);
            out.push(b',');
        }
    }
}

const fn level(level: Level) -> &'static [u8] {
    match level {
        Level::None => b"\"level\":\"none\"",
        Level::Critical => b"\"level\":\"critical\"",
        Level::Error => b"\"level\":\"error\"",
        Level::Warning => b"\"level\":\"warning\"",
        Level::Information => b"\"level\":\"information\"",
        Level::Verbose => b"\"level\":\"verbose\"",
    }
}

/// An object of JSON while it is written. Names are given quoted, with their colon.
struct Object<'a> {
    out: &'a mut Vec<u8>,
    /// What comes before the next name.
    mark: u8,
}

impl<'a> Object<'a> {
    fn open(out: &'a mut Vec<u8>) -> Self {
        Self { out, mark: b'{' }
    }

    #[inline(always)]
    fn key(&mut self, name: &'static str) {
        self.out.push(std::mem::replace(&mut self.mark, b','));
        self.out.extend_from_slice(name.as_bytes());
    }

    #[inline(always)]
    fn text(&mut self, name: &'static str, text: &str) {
        self.key(name);
        escape::quote(text, self.out);
    }

    #[inline(always)]
    fn number(&mut self, name: &'static str, number: Option<u64>) {
        if let Some(number) = number {
            self.key(name);
            digits(number, self.out);
        }
    }

    fn close(self) {
        self.out.push(b'}');
    }
}

fn value(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Unsigned(number) => digits(*number, out),
        Value::Signed(number) => out.extend_from_slice(itoa::Buffer::new().format(*number).as_bytes()),
        Value::Bool(flag) => out.extend_from_slice(if *flag { b"true" } else { b"false" }),
        Value::List(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                self::value(item, out);
            }
            out.push(b']');
        }
        Value::Time(time) => self::time(*time, out),
        Value::Hex32(number) => plain(hex_text(u64::from(*number), &mut [0; 18]), out),
        Value::Hex64(number) => plain(hex_text(*number, &mut [0; 18]), out),
        Value::Guid(bytes) => plain(&guid_letters(bytes), out),
        // A number that is none is written as null.
        Value::Float(number) => drop(serde_json::to_writer(out, number)),
        text => escape::quote(&text.to_text(), out),
    }
}

/// A text in which nothing needs an escape.
fn plain(text: &[u8], out: &mut Vec<u8>) {
    out.reserve(text.len().saturating_add(2));
    out.push(b'"');
    out.extend_from_slice(text);
    out.push(b'"');
}

fn time(time: Time, out: &mut Vec<u8>) {
    out.push(b'"');
    write_time(time, out);
    out.push(b'"');
}

fn digits(number: u64, out: &mut Vec<u8>) {
    out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
}

/// The first row of the CSV form.
pub fn csv_header() -> String {
    "time,computer,channel,provider,id,level,fields,message,path,record,line,offset\r\n".to_owned()
}

/// One event as one row of CSV; its fields in one cell as `Name=value; ...`.
pub fn csv(event: &Event) -> String {
    let number = |number: Option<u64>| number.map(|number| number.to_string()).unwrap_or_default();
    let mut fields = String::new();
    let mut place = 0_u64;
    for field in &event.fields {
        if !fields.is_empty() {
            fields.push_str("; ");
        }
        if field.name.is_empty() {
            fields.push('#');
            fields.push_str(itoa::Buffer::new().format(place));
            place = place.saturating_add(1);
        } else {
            fields.push_str(&field.name);
        }
        fields.push('=');
        fields.push_str(&field.value.to_text());
    }
    super::csv::row([
        event
            .time
            .map(|time| written(time_text(time), event))
            .unwrap_or_default(),
        event.computer.to_string(),
        event.channel.to_string(),
        event.provider.to_string(),
        number(event.id.map(u64::from)),
        event.level.to_string(),
        fields,
        event.message.as_deref().unwrap_or_default().to_owned(),
        event.origin.path.to_string(),
        number(event.origin.record),
        number(event.origin.line),
        number(event.origin.offset),
    ])
}

/// A time without its offset where nobody knows the zone that it was written in.
fn written(time: String, event: &Event) -> String {
    match time.strip_suffix('Z') {
        Some(local) if event.clock == Clock::Unknown => local.to_owned(),
        _ => time,
    }
}

/// Events as rows of CSV.
#[derive(Debug, Clone, Copy, Default)]
pub struct Csv;

impl From<Csv> for EventForm {
    fn from(form: Csv) -> Self {
        Self::new(form)
    }
}

impl Form for Csv {
    fn event(&self, event: &Event, out: &mut Vec<u8>) {
        out.extend_from_slice(csv(event).as_bytes());
    }
}

/// Events as lines for a person: time, machine, level, log, id, and what it says.
#[derive(Debug, Clone, Copy, Default)]
pub struct Text {
    /// The zone of the times; that of the host is not known while a file is read, and is then UTC.
    pub zone: super::Zone,
}

impl From<Text> for EventForm {
    fn from(form: Text) -> Self {
        Self::new(form)
    }
}

impl Form for Text {
    fn event(&self, event: &Event, out: &mut Vec<u8>) {
        let time = event.time.map_or_else(
            || "no time            ".to_owned(),
            |time| match event.clock {
                Clock::Unknown => written(super::Zone::Utc.show(time), event),
                _ => self.zone.show(time),
            },
        );
        let id = event.id.map(|id| format!(" {id}")).unwrap_or_default();
        let log = if event.channel.is_empty() {
            &event.provider
        } else {
            &event.channel
        };
        let log = super::places::log_name(log);
        let level = match event.level {
            Level::Critical | Level::Error | Level::Warning => {
                format!(" {}", format!("{:?}", event.level).to_lowercase())
            }
            _ => String::new(),
        };
        let record = event
            .record_id
            .map(|record| format!(" #{record}"))
            .unwrap_or_default();
        let line = format!(
            "{time} {} {log}{id}{record}{level}: {}",
            event.computer,
            said(event)
        );
        out.extend_from_slice(escape::terminal(line.trim_end()).as_bytes());
        out.push(b'\n');
    }
}

/// The message, or the fields where the source has none.
fn said(event: &Event) -> String {
    match event
        .message
        .as_deref()
        .map(str::trim)
        .filter(|message| !message.is_empty())
    {
        Some(message) => message.split_whitespace().collect::<Vec<_>>().join(" "),
        None => {
            let fields = event
                .fields
                .iter()
                .filter(|field| !matches!(field.value, Value::Null));
            let fields = fields.map(|field| match &*field.name {
                "" => field.value.to_text().into_owned(),
                name => format!("{name}={}", field.value.to_text()),
            });
            fields.collect::<Vec<_>>().join(" ")
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::Origin;

    #[test]
    fn a_line_for_a_person_acts_on_nothing() {
        let mut event = Event::new(Origin::record("a.evtx", 7, 0));
        event.time = "2026-05-04T08:00:00Z".parse().ok();
        event.computer = "RPA-07".into();
        event.channel = "Microsoft-Windows-TaskScheduler/Operational".into();
        event.id = Some(101);
        event.level = Level::Error;
        event.push("TaskName", Value::text("\\A\u{1b}[31m"));
        let mut line = Vec::new();
        Text::default().event(&event, &mut line);
        assert_eq!(
            String::from_utf8(line).unwrap(),
            "2026-05-04 08:00:00Z RPA-07 TaskScheduler 101 error: TaskName=\\A\\x1b[31m\n"
        );
    }

    #[test]
    fn a_line_is_what_serde_reads_back() {
        let mut event = Event::new(Origin::record("case.zip!/a \"b\".evtx", 732, 4_608));
        event.time = "2026-05-04T08:00:00.1234567Z".parse().ok();
        event.clock = Clock::Host;
        event.provider = "Grüße\u{202e}".into();
        event.channel = "System".into();
        event.id = Some(7_036);
        event.level = Level::Information;
        event.sid = Some("S-1-5-18".into());
        event.activity = Some("{f4200002-0000-0000-0000-000000000000}".into());
        event.process = Some(520);
        event.thread = Some(580);
        event.message = Some("one\ntwo\t\u{1b}[31m".into());
        let items = vec![Value::Unsigned(1), Value::text("x")];
        for (name, value) in [
            ("A \"name\"", Value::text("C:\\x")),
            ("", Value::Null),
            ("", Value::Signed(-5)),
            ("Big", Value::Unsigned(u64::MAX)),
            ("Hex", Value::Hex32(0xC000_006D)),
            ("Float", Value::Float(0.1)),
            ("None", Value::Float(f64::NAN)),
            ("Flag", Value::Bool(true)),
            ("Bytes", Value::Binary(vec![0x5E, 0].into())),
            ("Guid", Value::Guid([0x11; 16])),
            ("Time", Value::Time("2026-05-04T08:00:00Z".parse().unwrap())),
            ("List", Value::List(items)),
        ] {
            event.push(name, value);
        }
        let line = jsonl(&event);
        assert!(line.ends_with("}}\n") && !line.contains('\u{202e}') && !line.contains('\u{1b}'));
        let read: serde_json::Value = serde_json::from_str(&line).unwrap();
        let mut fields = serde_json::Map::new();
        let mut place = 0;
        for field in &event.fields {
            let mut name = field.name.to_string();
            if name.is_empty() {
                name = format!("#{place}");
                place += 1;
            }
            fields.insert(name, serde_json::to_value(&field.value).unwrap());
        }
        let expected = json!({
            "time": event.time, "clock": event.clock, "computer": null, "channel": "System",
            "provider": &*event.provider, "id": 7_036, "level": event.level, "sid": "S-1-5-18",
            "activity": event.activity, "process": 520, "thread": 580, "fields": fields,
            "message": event.message, "origin": event.origin,
        });
        let mut expected = expected.as_object().unwrap().clone();
        expected.remove("computer");
        assert_eq!(read, serde_json::Value::Object(expected));
    }
}
