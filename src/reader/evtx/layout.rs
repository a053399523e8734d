//! What a template makes of its values: a flat list of steps, each of which fills one part of an event.

use std::sync::{Arc, OnceLock};

use super::cursor::Cursor;
use super::odd::Odd;
use super::repeat;
use super::sieve::{Sieve, SieveParts};
use super::spell::{INDEPENDENT, token};
use super::value::utf16;
use crate::model::{Form, Interest, PartName};
use crate::reader::event_xml::{Section, Slot, is_named_by_attribute, local_name};
use crate::reader::secrets::is_secret_name;

/// A part of the content of an element or attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    Literal(Arc<str>),
    Value(u16),
}

/// The content of an element or attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Content {
    Empty,
    Literal(Arc<str>),
    Value(u16),
    Mixed(Box<[Piece]>),
}

impl Content {
    fn new(mut parts: Vec<Part>) -> Self {
        let last = parts.pop();
        match (last, parts.is_empty()) {
            (None, _) => Self::Empty,
            (Some(Part::Literal(text)), true) => Self::Literal(text.into()),
            (Some(Part::Value(index)), true) => Self::Value(index),
            (Some(last), false) => {
                parts.push(last);
                Self::Mixed(parts.into_iter().map(Piece::from).collect())
            }
        }
    }
}

/// A piece while it grows.
enum Part {
    Literal(String),
    Value(u16),
}

impl From<Part> for Piece {
    fn from(part: Part) -> Self {
        match part {
            Part::Literal(text) => Self::Literal(text.into()),
            Part::Value(index) => Self::Value(index),
        }
    }
}

/// What the text of an element of the payload becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// A field.
    Leaf,
    /// A field and the message.
    Message,
    /// Nothing, unless there are words between its elements.
    Container,
}

/// The name of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) text: Arc<str>,
    /// As whoever writes events spells it; there is one at most for each run.
    spelled: OnceLock<Box<[u8]>>,
}

impl Name {
    fn new(text: Arc<str>) -> Self {
        Self {
            text,
            spelled: OnceLock::new(),
        }
    }

    /// The name for a form to write.
    pub(super) fn part(&self, form: &dyn Form) -> PartName<'_> {
        if self.text.is_empty() {
            return PartName::Plain("");
        }
        PartName::Spelled(self.spelled.get_or_init(|| {
            let mut spelled = Vec::new();
            form.name(&self.text, &mut spelled);
            spelled.into()
        }))
    }
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// Goes on at step `to` when that value is missing: an element that depends on it is not there.
    SkipUnless { value: u16, to: usize },
    /// A value of `<System>`.
    System { slot: Slot, content: Content },
    /// An attribute of an element of the payload; nothing when empty.
    Attribute { name: Name, content: Content },
    /// An element of the payload.
    Field {
        name: Name,
        content: Content,
        role: Role,
        section: Section,
    },
    /// The message.
    Message(Content),
    /// Binary XML in a value, between the elements of this section.
    Nested { value: u16, section: Section },
    /// An instance of a template, between the elements of this section.
    Instance { at: usize, section: Section },
}

impl Step {
    /// The value of it that may be binary XML.
    fn nest(&self) -> Option<(u16, Section)> {
        match self {
            Self::Nested { value, section }
            | Self::Field {
                content: Content::Value(value),
                section,
                ..
            } => Some((*value, *section)),
            _ => None,
        }
    }

    /// The literals that it puts into fields.
    fn literals(&self) -> impl Iterator<Item = &str> {
        let content = match self {
            Self::Field { content, .. } | Self::Attribute { content, .. } => Some(content),
            _ => None,
        };
        let pieces: &[Piece] = match content {
            Some(Content::Mixed(pieces)) => pieces,
            _ => &[],
        };
        let whole = match content {
            Some(Content::Literal(text)) => Some(&**text),
            _ => None,
        };
        whole
            .into_iter()
            .chain(pieces.iter().filter_map(|piece| match piece {
                Piece::Literal(text) => Some(&**text),
                Piece::Value(_) => None,
            }))
    }
}

/// The steps of a template.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    pub(super) steps: Vec<Step>,
    /// How many fields it makes, but for those of values that are lists or binary XML.
    pub(super) fields: usize,
    /// Whether it holds the `<Event>` itself.
    pub(super) has_event: bool,
    /// The values that may be binary XML, and between the elements of which section it stands then.
    pub(super) nests: Box<[(u16, Section)]>,
    /// Whether it holds an instance of a template itself.
    pub(super) has_instance: bool,
    /// What the fields hold that demands ask for, by the place of their name; `None` where that cannot be told without decoding.
    pub(super) demanded: Box<[(u16, Option<Content>)]>,
    /// The values that nobody asks for where they are ids or times, in their order.
    pub(super) free: Box<[u16]>,
    /// Tells it from the other layouts of its thread; those that are made for one use have none.
    pub(super) mark: Option<u32>,
    /// Whether a field of it holds a secret by its name.
    pub(super) names_secret: bool,
    /// `None` when records of it must be decoded to be judged.
    pub(super) sieve: Option<Sieve>,
}

impl Layout {
    /// Makes the steps of a spelled piece that stands in an element of section `place`.
    pub(super) fn new(spelled: &[u8], place: Option<Section>, interest: &Interest) -> Result<Self, Odd> {
        let mut builder = Builder {
            steps: Vec::new(),
            open: Vec::new(),
            place,
            has_event: false,
            guards: Vec::new(),
            sieve: SieveParts::default(),
        };
        builder.read(spelled)?;
        let is_field = |step: &&Step| matches!(step, Step::Field { .. } | Step::Attribute { .. });
        // A word of interest in the template itself is one of every record of it.
        let is_telling = !interest.is_everything()
            && builder
                .steps
                .iter()
                .flat_map(Step::literals)
                .any(|text| interest.mentions(text));
        let is_secret = |step: &Step| match step {
            Step::Field { name, .. } | Step::Attribute { name, .. } => is_secret_name(&name.text),
            _ => false,
        };
        Ok(Self {
            names_secret: builder.steps.iter().any(is_secret),
            sieve: builder.sieve.finish(interest).filter(|_| !is_telling),
            nests: builder.steps.iter().filter_map(Step::nest).collect(),
            has_instance: builder
                .steps
                .iter()
                .any(|step| matches!(step, Step::Instance { .. })),
            demanded: demanded(&builder.steps, interest),
            free: repeat::free(&builder.steps, interest),
            mark: None,
            fields: builder.steps.iter().filter(is_field).count(),
            steps: builder.steps,
            has_event: builder.has_event,
        })
    }
}

/// What the first field of each name holds that demands ask for.
fn demanded(steps: &[Step], interest: &Interest) -> Box<[(u16, Option<Content>)]> {
    let mut found: Vec<(u16, Option<Content>)> = Vec::new();
    for step in steps {
        let (name, content) = match step {
            Step::Attribute { name, content }
            | Step::Field {
                name,
                content,
                role: Role::Leaf,
                ..
            } => (name, Some(content)),
            Step::Field { name, .. } => (name, None),
            _ => continue,
        };
        let Some(place) = interest.demanded_place(&name.text) else {
            continue;
        };
        if found.iter().all(|(known, _)| *known != place) {
            let content = content.filter(|content| !matches!(content, Content::Mixed(_)));
            found.push((place, content.cloned()));
        }
    }
    found.into()
}

/// One open element.
struct Open {
    name: String,
    section: Section,
    label: Option<Arc<str>>,
    parts: Vec<Part>,
    has_children: bool,
    /// The step that skips it.
    guard: Option<usize>,
}

struct Builder {
    steps: Vec<Step>,
    open: Vec<Open>,
    place: Option<Section>,
    has_event: bool,
    /// The values that open elements depend on.
    guards: Vec<u16>,
    sieve: SieveParts,
}

impl Builder {
    fn read(&mut self, spelled: &[u8]) -> Result<(), Odd> {
        let mut cursor = Cursor::new(spelled, 0);
        let mut attribute: Option<(String, Vec<Part>)> = None;
        loop {
            let at = cursor.at();
            let token = cursor.u8("token")?;
            let part = match token {
                token::END => break,
                token::VALUE | token::CDATA => Part::Literal(text(&mut cursor)?),
                token::CHARACTER => Part::Literal(utf16(&cursor.array::<2>("character")?)),
                token::ENTITY => Part::Literal(entity(&text(&mut cursor)?)),
                token::SUBSTITUTION | token::OPTIONAL => {
                    let index = cursor.u16("index of a value")?;
                    cursor.u8("type of a value")?;
                    Part::Value(index)
                }
                _ => {
                    if let Some((name, parts)) = attribute.take() {
                        self.attribute(&name, parts)?;
                    }
                    match token {
                        token::OPEN => {
                            let dependency = cursor.u16("dependency id")?;
                            self.open(&text(&mut cursor)?, dependency);
                        }
                        token::ATTRIBUTE => attribute = Some((text(&mut cursor)?, Vec::new())),
                        token::CLOSE_START => {}
                        token::CLOSE | token::CLOSE_EMPTY => self.close(at)?,
                        token::PI_TARGET | token::PI_DATA => drop(text(&mut cursor)?),
                        token::INSTANCE => {
                            let at = usize::try_from(cursor.u32("instance")?).unwrap_or(usize::MAX);
                            self.instance(at)?;
                        }
                        _ => return Err(Odd::unknown("token", at, token.into())),
                    }
                    continue;
                }
            };
            match &mut attribute {
                Some((_, parts)) => add(parts, part),
                None => self.part(part),
            }
        }
        match self.open.len() {
            0 => Ok(()),
            open => Err(Odd::unknown(
                "elements left open:",
                spelled.len(),
                u32::try_from(open).unwrap_or(u32::MAX),
            )),
        }
    }

    fn section(&self) -> Option<Section> {
        self.open.last().map(|open| open.section).or(self.place)
    }

    fn open(&mut self, name: &str, dependency: u16) {
        let name = local_name(name).unwrap_or(name);
        let section = Section::enter(self.section(), name);
        if let Some(parent) = self.open.last_mut() {
            parent.has_children = true;
        }
        self.has_event |= section == Section::Event;
        let guard = (dependency != INDEPENDENT).then(|| {
            self.guards.push(dependency);
            self.steps.push(Step::SkipUnless {
                value: dependency,
                to: 0,
            });
            self.steps.len().saturating_sub(1)
        });
        self.open.push(Open {
            name: name.to_owned(),
            section,
            label: None,
            parts: Vec::new(),
            has_children: false,
            guard,
        });
    }

    fn attribute(&mut self, name: &str, parts: Vec<Part>) -> Result<(), Odd> {
        let (Some(name), Some((open, outer))) = (local_name(name), self.open.split_last_mut()) else {
            return Ok(());
        };
        let parent = outer.last().map(|parent| parent.section).or(self.place);
        let content = Content::new(parts);
        if open.section == Section::System && parent == Some(Section::System) {
            if let Some(slot) = Slot::of_attribute(&open.name, name) {
                self.system(slot, content);
            }
        } else if open.section.is_payload() && parent.is_some_and(Section::is_payload) {
            if !is_named_by_attribute(&open.name) {
                let name = Name::new(format!("{}.{name}", open.name).into());
                self.steps.push(Step::Attribute { name, content });
            } else if name == "Name" {
                open.label = match content {
                    Content::Literal(label) => Some(label),
                    Content::Empty => Some(Arc::from("")),
                    _ => {
                        return Err(Odd::unknown(
                            "name of a field by value, step",
                            self.steps.len(),
                            0,
                        ));
                    }
                };
            }
        }
        Ok(())
    }

    fn part(&mut self, part: Part) {
        let place = self.place;
        match (self.open.last_mut(), part) {
            (Some(open), part) if open.section != Section::Event => add(&mut open.parts, part),
            (open, Part::Value(value)) => {
                let section = open.map(|open| open.section).or(place);
                if let Some(section) = section {
                    self.steps.push(Step::Nested { value, section });
                }
            }
            (_, Part::Literal(_)) => {}
        }
    }

    fn instance(&mut self, at: usize) -> Result<(), Odd> {
        if let Some(open) = self.open.last_mut() {
            open.has_children = true;
        }
        let Some(section) = self.section() else {
            return Err(Odd::unknown("instance beside other content", at, 0));
        };
        self.steps.push(Step::Instance { at, section });
        Ok(())
    }

    fn close(&mut self, at: usize) -> Result<(), Odd> {
        let Some(open) = self.open.pop() else {
            return Err(Odd::unknown("end tag without a start", at, 0));
        };
        let content = Content::new(open.parts);
        match (open.section, self.section()) {
            (Section::System, Some(Section::System)) => {
                if let Some(slot) = Slot::of_text(&open.name) {
                    self.system(slot, content);
                }
            }
            (Section::System, _) if content != Content::Empty => {
                return Err(Odd::unknown("content in System", at, 0));
            }
            (Section::Rendering, Some(Section::Rendering)) if open.name == "Message" => {
                self.steps.push(Step::Message(content));
            }
            (Section::Payload | Section::Debug, Some(parent)) => {
                let role = if open.has_children || !parent.is_payload() {
                    Role::Container
                } else if open.section == Section::Debug && open.name == "Message" {
                    Role::Message
                } else {
                    Role::Leaf
                };
                let name = match open.label {
                    Some(label) => label,
                    None if is_named_by_attribute(&open.name) => Arc::from(""),
                    None => open.name.into(),
                };
                if role != Role::Container || content != Content::Empty {
                    let section = open.section;
                    self.steps.push(Step::Field {
                        name: Name::new(name),
                        content,
                        role,
                        section,
                    });
                }
            }
            _ => {}
        }
        if let Some(guard) = open.guard {
            self.guards.pop();
            let end = self.steps.len();
            if let Some(Step::SkipUnless { to, .. }) = self.steps.get_mut(guard) {
                *to = end;
            }
        }
        Ok(())
    }

    fn system(&mut self, slot: Slot, content: Content) {
        self.sieve.add(slot, &content, &self.guards);
        self.steps.push(Step::System { slot, content });
    }
}

fn add(parts: &mut Vec<Part>, part: Part) {
    match (parts.last_mut(), part) {
        (_, Part::Literal(text)) if text.is_empty() => {}
        (Some(Part::Literal(before)), Part::Literal(text)) => before.push_str(&text),
        (_, part) => parts.push(part),
    }
}

fn text(cursor: &mut Cursor<'_>) -> Result<String, Odd> {
    let units = usize::from(cursor.u16("length of a text")?);
    Ok(utf16(cursor.take(units.saturating_mul(2), "text")?))
}

fn entity(name: &str) -> String {
    match quick_xml::escape::resolve_predefined_entity(name) {
        Some(text) => text.to_owned(),
        None => format!("&{name};"),
    }
}
