//! Elements with values in them, and how they become BinXML inside a chunk.

use super::chunk::Chunk;
use super::value::{Value, utf16};

/// An element as a person thinks of it: the values are in it, not beside it.
#[derive(Debug, Clone, Default)]
pub struct Element {
    pub name: String,
    pub attributes: Vec<(String, Node)>,
    pub children: Vec<Node>,
}

/// What stands in an element or in an attribute.
#[derive(Debug, Clone)]
pub enum Node {
    Element(Element),
    /// Part of the template.
    Text(String),
    /// Named entity, such as `amp`; part of the template.
    Entity(String),
    /// A value that always shows.
    Value(Value),
    /// A value that takes its element or attribute along when it is null, and the type the template declares.
    Optional(Value, u8),
}

impl Element {
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            ..Self::default()
        }
    }

    pub fn attribute(mut self, name: &str, node: impl Into<Node>) -> Self {
        self.attributes.push((name.to_owned(), node.into()));
        self
    }

    pub fn child(mut self, node: impl Into<Node>) -> Self {
        self.children.push(node.into());
        self
    }
}

impl From<Element> for Node {
    fn from(element: Element) -> Self {
        Self::Element(element)
    }
}

impl From<&str> for Node {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<Value> for Node {
    fn from(value: Value) -> Self {
        Self::Value(value)
    }
}

/// How an element is laid out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Layout {
    /// In a template definition: values become slots, elements carry a dependency.
    Template,
    /// On its own: values become text, as in forwarded events.
    Plain,
}

/// Finds out what an element looks like without its values: two events with the same shape share a template.
fn shape(element: &Element, out: &mut Vec<u8>) {
    out.push(b'<');
    out.extend_from_slice(element.name.as_bytes());
    for (name, node) in &element.attributes {
        out.push(b' ');
        out.extend_from_slice(name.as_bytes());
        node_shape(node, out);
    }
    out.push(b'>');
    for node in &element.children {
        node_shape(node, out);
    }
    out.push(b'/');
}

fn node_shape(node: &Node, out: &mut Vec<u8>) {
    match node {
        Node::Element(element) => shape(element, out),
        Node::Text(text) | Node::Entity(text) => {
            out.push(b'"');
            out.extend_from_slice(text.as_bytes());
        }
        Node::Value(value) => out.extend_from_slice(&[0x0d, value.declared()]),
        Node::Optional(_, kind) => out.extend_from_slice(&[0x0e, *kind]),
    }
}

/// A stable identity for a shape: 128 bits of FNV-1a in two lanes.
fn identity(shape: &[u8]) -> [u8; 16] {
    let lane = |seed: u64| {
        shape.iter().fold(seed, |hash, &byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        })
    };
    let mut guid = [0; 16];
    guid[..8].copy_from_slice(&lane(0xcbf2_9ce4_8422_2325).to_le_bytes());
    guid[8..].copy_from_slice(&lane(0x8422_2325_cbf2_9ce4).to_le_bytes());
    guid
}

fn gather<'a>(element: &'a Element, out: &mut Vec<&'a Value>) {
    let nodes = element
        .attributes
        .iter()
        .map(|(_, node)| node)
        .chain(&element.children);
    for node in nodes {
        match node {
            Node::Element(child) => gather(child, out),
            Node::Value(value) | Node::Optional(value, _) => out.push(value),
            Node::Text(_) | Node::Entity(_) => {}
        }
    }
}

/// The slot that takes the element away when it is null: the one of an optional only child. All ones for none.
fn dependency(element: &Element, slot: u16) -> u16 {
    let in_attributes = element
        .attributes
        .iter()
        .filter(|(_, node)| matches!(node, Node::Value(_) | Node::Optional(..)));
    match element.children.as_slice() {
        [Node::Optional(..)] => slot + u16::try_from(in_attributes.count()).unwrap(),
        _ => u16::MAX,
    }
}

impl Chunk {
    /// Fragment header, template instance, end mark.
    pub(super) fn put_document(&mut self, root: &Element) {
        self.put(&[0x0f, 1, 1, 0]);
        self.put_instance(root);
        self.put(&[0]);
    }

    /// Fragment header, bare elements without dependency ids, end mark: the form of collected events.
    pub(super) fn put_plain_document(&mut self, root: &Element) {
        self.put(&[0x0f, 1, 1, 0]);
        self.put_element(root, Layout::Plain, &mut 0);
        self.put(&[0]);
    }

    /// A template instance: the definition stands here on its first use in a chunk, later uses point at it.
    fn put_instance(&mut self, root: &Element) {
        let mut form = Vec::new();
        shape(root, &mut form);
        let guid = identity(&form);
        let id = u32::from_le_bytes([guid[0], guid[1], guid[2], guid[3]]);
        self.put(&[0x0c, 1]);
        self.put(&id.to_le_bytes());
        if let Some(at) = self.template(&guid) {
            self.put(&at.to_le_bytes());
        } else {
            let at = self.here() + 4;
            self.put(&at.to_le_bytes());
            let next = self.add_template(guid, id, at);
            self.put(&next.to_le_bytes());
            self.put(&guid);
            let size = self.reserve();
            self.put(&[0x0f, 1, 1, 0]);
            self.put_element(root, Layout::Template, &mut 0);
            self.put(&[0]);
            self.fill(size);
        }
        let mut values = Vec::new();
        gather(root, &mut values);
        self.put_values(&values);
    }

    fn put_values(&mut self, values: &[&Value]) {
        self.put(&u32::try_from(values.len()).unwrap().to_le_bytes());
        let table = self.here();
        self.put(&vec![0; values.len() * 4]);
        for (at, value) in values.iter().enumerate() {
            let start = self.here();
            match value {
                Value::Xml(root) => {
                    self.put_instance(root);
                    self.put(&[0]);
                }
                other => self.put(&other.bytes()),
            }
            let size = u16::try_from(self.here() - start)
                .unwrap_or(u16::MAX)
                .to_le_bytes();
            let place = table + u32::try_from(at * 4).unwrap();
            self.patch(place, &[size[0], size[1], value.kind(), 0]);
        }
    }

    fn put_element(&mut self, element: &Element, layout: Layout, slot: &mut u16) {
        let flag = if element.attributes.is_empty() { 0x01 } else { 0x41 };
        self.put(&[flag]);
        if layout == Layout::Template {
            self.put(&dependency(element, *slot).to_le_bytes());
        }
        let size = self.reserve();
        self.put_name(&element.name);
        if !element.attributes.is_empty() {
            let list = self.reserve();
            for (at, (name, node)) in element.attributes.iter().enumerate() {
                let more = at + 1 < element.attributes.len();
                self.put(&[if more { 0x46 } else { 0x06 }]);
                self.put_name(name);
                self.put_node(node, layout, slot, false);
            }
            self.fill(list);
        }
        if element.children.is_empty() {
            self.put(&[0x03]);
        } else {
            self.put(&[0x02]);
            for (at, node) in element.children.iter().enumerate() {
                self.put_node(node, layout, slot, at + 1 < element.children.len());
            }
            self.put(&[0x04]);
        }
        self.fill(size);
    }

    fn put_node(&mut self, node: &Node, layout: Layout, slot: &mut u16, more: bool) {
        let flag = if more { 0x40 } else { 0 };
        match (node, layout) {
            (Node::Element(element), _) => self.put_element(element, layout, slot),
            (Node::Text(text), _) => self.put_text(text, flag),
            (Node::Entity(name), _) => {
                self.put(&[0x09 | flag]);
                self.put_name(name);
            }
            (Node::Value(value), Layout::Template) => self.put_slot(0x0d, value.declared(), slot),
            (Node::Optional(_, kind), Layout::Template) => self.put_slot(0x0e, *kind, slot),
            (Node::Value(Value::Xml(root)), Layout::Plain) => self.put_element(root, layout, slot),
            (Node::Value(value) | Node::Optional(value, _), Layout::Plain) => {
                self.put_text(&value.texts().join(" "), flag);
            }
        }
    }

    fn put_slot(&mut self, token: u8, kind: u8, slot: &mut u16) {
        let number = slot.to_le_bytes();
        self.put(&[token, number[0], number[1], kind]);
        *slot += 1;
    }

    fn put_text(&mut self, text: &str, flag: u8) {
        let units = utf16(text);
        self.put(&[0x05 | flag, 0x01]);
        self.put(&u16::try_from(units.len() / 2).unwrap().to_le_bytes());
        self.put(&units);
    }
}
