//! The files of a capsule: records as event XML, lines as text, settings and coverage as JSON. All of them are formats that are
//! read. Owns how they are written, not what is kept.

use std::fmt::Write as _;

use serde_json::json;

use crate::model::{CAPSULE_SCHEMA, CapsulePart, Event, Field, Value, time_text};

/// The name and the bytes of each file.
pub type Files = Vec<(String, Vec<u8>)>;

/// Writes the parts as files. Without `lines`, records of texts are written as event XML, too.
pub fn files(parts: &[CapsulePart], lines: bool) -> Files {
    let mut files = Files::new();
    for part in parts {
        let path = inside(&part.path);
        match &part.text {
            Some(text) if lines => files.push((path.clone(), text.clone().into_bytes())),
            _ if part.events.is_empty() => {}
            _ => files.push((format!("{path}.xml"), events(&part.events).into_bytes())),
        }
        if !part.facts.is_empty() || !part.spans.is_empty() {
            files.push((format!("{path}.capsule.json"), settings(part).into_bytes()));
        }
    }
    files
}

/// The path without the archive that it lies in; what lies in an archive inside becomes a folder.
fn inside(path: &str) -> String {
    let path = path.split_once("!/").map_or(path, |(_, inside)| inside);
    let parts = path.split(['/', '\\']).map(|part| part.trim_end_matches('!'));
    let parts: Vec<&str> = parts.filter(|part| !matches!(*part, "" | "." | "..")).collect();
    parts.join("/")
}

/// One fact a line, so that each has a place to point at.
fn settings(part: &CapsulePart) -> String {
    let spans = part.spans.iter().map(|span| {
        json!({
            "computer": &*span.computer, "channel": &*span.channel, "records": span.records,
            "first_record": span.first_record, "last_record": span.last_record,
            "first": span.first, "last": span.last,
        })
    });
    let facts = part.facts.iter().map(|fact| {
        json!({ "host": &*fact.host, "name": &*fact.name, "value": &*fact.value, "scope": fact.scope, "at": fact.at })
    });
    let rows = |rows: Vec<String>| rows.join(",\n");
    format!(
        "{{\"schema\":\"{CAPSULE_SCHEMA}\",\"path\":{},\"spans\":[\n{}\n],\"facts\":[\n{}\n]}}\n",
        json!(inside(&part.path)),
        rows(spans.map(|span| span.to_string()).collect()),
        rows(facts.map(|fact| fact.to_string()).collect()),
    )
}

/// Events as Event Viewer saves them.
fn events(events: &[Event]) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<Events>\n");
    for event in events {
        write_event(event, &mut out);
    }
    out.push_str("</Events>\n");
    out
}

fn write_event(event: &Event, out: &mut String) {
    out.push_str("<Event xmlns=\"http://schemas.microsoft.com/win/2004/08/events/event\"><System>");
    let _ = write!(out, "<Provider Name=\"{}\"/>", text(&event.provider));
    element(out, "EventID", event.id);
    element(out, "Version", event.version);
    element(out, "Level", Some(event.level.number()));
    element(out, "Task", event.task);
    element(out, "Opcode", event.opcode);
    element(
        out,
        "Keywords",
        event.keywords.map(|mask| format!("{mask:#018x}")),
    );
    if let Some(time) = event.time {
        let _ = write!(out, "<TimeCreated SystemTime=\"{}\"/>", time_text(time));
    }
    element(out, "EventRecordID", event.record_id);
    if let Some(activity) = &event.activity {
        let _ = write!(out, "<Correlation ActivityID=\"{}\"/>", text(activity));
    }
    if event.process.is_some() || event.thread.is_some() {
        let number = |number: Option<u32>| number.unwrap_or_default();
        let (process, thread) = (number(event.process), number(event.thread));
        let _ = write!(out, "<Execution ProcessID=\"{process}\" ThreadID=\"{thread}\"/>");
    }
    element(
        out,
        "Channel",
        Some(text(&event.channel)).filter(|text| !text.is_empty()),
    );
    element(
        out,
        "Computer",
        Some(text(&event.computer)).filter(|text| !text.is_empty()),
    );
    if let Some(sid) = &event.sid {
        let _ = write!(out, "<Security UserID=\"{}\"/>", text(sid));
    }
    out.push_str("</System><EventData>");
    for field in &event.fields {
        write_field(field, out);
    }
    out.push_str("</EventData>");
    if let Some(message) = &event.message {
        let message = text(message);
        let _ = write!(
            out,
            "<RenderingInfo Culture=\"en-US\"><Message>{message}</Message></RenderingInfo>"
        );
    }
    out.push_str("</Event>\n");
}

fn write_field(field: &Field, out: &mut String) {
    let name = match &*field.name {
        "" => String::new(),
        name => format!(" Name=\"{}\"", text(name)),
    };
    let _ = match &field.value {
        Value::Null => write!(out, "<Data{name}/>"),
        value => write!(out, "<Data{name}>{}</Data>", text(&value.to_text())),
    };
}

fn element(out: &mut String, name: &str, value: Option<impl std::fmt::Display>) {
    if let Some(value) = value {
        let _ = write!(out, "<{name}>{value}</{name}>");
    }
}

/// Text for the inside of elements and of attributes. What XML cannot hold is replaced.
fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\r' => out.push_str("&#13;"),
            '\n' | '\t' => out.push(letter),
            letter if letter.is_control() || matches!(letter, '\u{fffe}' | '\u{ffff}') => {
                out.push('\u{fffd}');
            }
            letter => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_inside() {
        for (path, wanted) in [
            ("case.zip!/logs/Security.evtx", "logs/Security.evtx"),
            ("a.zip!/b.zip!/c.evtx", "b.zip/c.evtx"),
            ("folder/Robot.log", "folder/Robot.log"),
            ("x.zip!/../../etc/passwd", "etc/passwd"),
            ("x.zip!/C:\\a\\..\\b", "C:/a/b"),
        ] {
            assert_eq!(inside(path), wanted);
        }
    }
}
