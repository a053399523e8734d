//! The same events as XML and as text, the way `wevtutil qe` and Event Viewer print them.

use std::fmt::Write as _;

use super::binxml::{Element, Node};
use super::event::Event;
use super::file::Log;

impl Log {
    /// One `<Event>` after the other without a root, as `wevtutil qe /f:xml` prints, each on its line.
    pub fn to_wevtutil_xml(&self) -> String {
        self.numbered()
            .iter()
            .fold(String::new(), |mut out, (id, event)| {
                render(&event.element(&self.channel, &self.computer, *id), &mut out);
                out.push_str("\r\n");
                out
            })
    }

    /// `<Events>` with every event, as Event Viewer saves XML.
    pub fn to_viewer_xml(&self) -> String {
        let events = self.to_wevtutil_xml().replace("\r\n", "");
        format!("<?xml version=\"1.0\" encoding=\"utf-8\" standalone=\"yes\"?>\r\n<Events>{events}</Events>")
    }

    /// What a person pastes from the "General" tab and its table. Times are local, `offset` minutes east of UTC.
    pub fn to_pasted_text(&self, offset: i64) -> String {
        self.numbered().iter().fold(String::new(), |mut out, (_, event)| {
            out.push_str(&pasted(event, self, offset));
            out.push_str("\r\n");
            out
        })
    }
}

fn pasted(event: &Event, log: &Log, offset: i64) -> String {
    let local = event.at + chrono::TimeDelta::minutes(offset);
    let level = match event.level {
        1 => "Critical",
        2 => "Error",
        3 => "Warning",
        5 => "Verbose",
        _ => "Information",
    };
    let mut out = String::new();
    let source = event
        .provider
        .strip_prefix("Microsoft-Windows-")
        .unwrap_or(&event.provider);
    for (name, value) in [
        ("Log Name:", log.channel.as_str()),
        ("Source:", source),
        ("Date:", &local.format("%-m/%-d/%Y %-I:%M:%S %p").to_string()),
        ("Event ID:", &event.id.to_string()),
        ("Task Category:", "None"),
        ("Level:", level),
        ("Keywords:", ""),
        ("User:", event.user.as_deref().unwrap_or("N/A")),
        ("Computer:", event.computer.as_deref().unwrap_or(&log.computer)),
        ("Description:", ""),
    ] {
        let _ = write!(out, "{name:<15}{value}\r\n");
    }
    out.push_str(event.message.as_deref().unwrap_or(""));
    out.push_str("\r\n");
    out
}

/// Renders an element with its values in place. An optional value that is null takes its element along.
pub(super) fn render(element: &Element, out: &mut String) {
    if let [Node::Optional(super::Value::Null, _)] = element.children.as_slice()
        && element.attributes.is_empty()
    {
        return;
    }
    let _ = write!(out, "<{}", element.name);
    for (name, node) in &element.attributes {
        if let Some(text) = attribute(node) {
            let _ = write!(out, " {name}='{}'", escape(&text).replace('\'', "&apos;"));
        }
    }
    let mut inner = String::new();
    let mut repeats: Option<Vec<String>> = None;
    for node in &element.children {
        match node {
            Node::Element(child) => render(child, &mut inner),
            Node::Text(text) => inner.push_str(&escape(text)),
            Node::Entity(name) => {
                let _ = write!(inner, "&{name};");
            }
            Node::Value(super::Value::Xml(child)) | Node::Optional(super::Value::Xml(child), _) => {
                render(child, &mut inner);
            }
            Node::Value(value) | Node::Optional(value, _) => {
                let texts = value.texts();
                if texts.len() > 1 {
                    repeats = Some(texts);
                } else {
                    inner.push_str(&escape(&texts.concat()));
                }
            }
        }
    }
    match repeats {
        // An array repeats the element it stands in.
        Some(texts) => {
            for (at, text) in texts.iter().enumerate() {
                let open = if at == 0 {
                    String::new()
                } else {
                    format!("<{}", element.name)
                };
                let _ = write!(out, "{open}>{}</{}>", escape(text), element.name);
            }
        }
        None if inner.is_empty() => out.push_str("/>"),
        None => {
            let _ = write!(out, ">{inner}</{}>", element.name);
        }
    }
}

fn attribute(node: &Node) -> Option<String> {
    match node {
        Node::Text(text) => Some(text.clone()),
        Node::Value(value) => Some(value.texts().concat()),
        Node::Optional(value, _) => value.texts().first().cloned(),
        Node::Element(_) | Node::Entity(_) => None,
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
