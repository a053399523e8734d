//! Format files. Must not know arguments in a trace.
//!
//! ```text
//! // PDB:  rdpwrapper.pdb
//! 0dc1a2b3-1122-3344-5566-778899aabbcc RdpWrapper // SRC=rdp.cpp MJ= MN=
//! #typev rdp_cpp34 10 "%0Connection failed, err %10!d!" //   LEVEL=TRACE_LEVEL_ERROR FLAGS=RDP FUNC=Connect
//! {
//! err, ItemLong -- 10
//! }
//! ```
//!
//! The GUID and the number behind the name are those of the messages in a trace. The name is the source file, its point an
//! underscore, and the line.

use std::sync::Arc;

use super::argument::Item;
use crate::model::parse_guid;
use crate::reader::etl::record::Guid;

/// Arguments of one message.
const ARGUMENTS: usize = 64;
/// Messages of one file.
const MESSAGES: usize = 200_000;

/// A message as its format file describes it.
#[derive(Debug, Clone, Default)]
pub(in super::super) struct Message {
    pub(in super::super) guid: Guid,
    pub(in super::super) number: u16,
    /// The program or driver.
    pub(super) component: Arc<str>,
    pub(super) file: Option<Arc<str>>,
    pub(super) line: Option<u32>,
    pub(super) function: Option<String>,
    pub(super) level: Option<String>,
    pub(super) flags: Option<String>,
    /// The text, with `%10!d!` for the first argument.
    pub(super) format: String,
    /// In the order in which they lie in the trace.
    pub(super) arguments: Vec<Argument>,
}

/// An argument as a format file describes it.
#[derive(Debug, Clone)]
pub(super) struct Argument {
    /// Its expression in the source.
    pub(super) name: String,
    pub(super) item: Item,
    /// The number by which the text calls it.
    pub(super) number: u16,
}

/// Whether a text begins like a format file: comments, a GUID with a name, a message.
pub(in super::super) fn sniff(head: &str) -> bool {
    let mut lines = head
        .lines()
        .map(|line| line.trim_start_matches('\u{feff}').trim())
        .filter(|line| !line.is_empty() && !line.starts_with("//"));
    lines.next().is_some_and(|line| source(line).is_some())
        && lines
            .next()
            .is_some_and(|line| line.starts_with("#typev ") || source(line).is_some())
}

/// Reads a format file; what is not understood is passed over.
pub(in super::super) fn read(text: &str) -> Vec<Message> {
    let mut messages: Vec<Message> = Vec::new();
    let mut head: Option<(Guid, Arc<str>, Option<Arc<str>>)> = None;
    for line in text.lines() {
        let line = line.trim_start_matches('\u{feff}').trim();
        if let Some(definition) = line.strip_prefix("#typev ") {
            if messages.len() == MESSAGES {
                break;
            }
            let message = head
                .as_ref()
                .and_then(|(guid, component, file)| message(definition, *guid, component, file.as_ref()));
            // One that is not understood must not leave its arguments to the one before.
            messages.push(message.unwrap_or_default());
        } else if let Some(found) = source(line) {
            head = Some(found);
        } else if let Some(argument) = argument(line)
            && let Some(message) = messages.last_mut()
            && message.arguments.len() < ARGUMENTS
        {
            message.arguments.push(argument);
        }
    }
    for message in &mut messages {
        message.arguments.sort_by_key(|argument| argument.number);
    }
    messages.retain(|message| message.number > 0);
    messages
}

/// The GUID, the component and the source file that open the messages of a file.
fn source(line: &str) -> Option<(Guid, Arc<str>, Option<Arc<str>>)> {
    let (head, notes) = line.split_once("//").unwrap_or((line, ""));
    let (guid, component) = head.trim().split_once(' ')?;
    let guid = parse_guid(guid)?;
    let file = note(notes, "SRC").filter(|file| !file.starts_with("Unknown_"));
    Some((guid, component.trim().into(), file.map(Arc::from)))
}

/// `rdp_cpp34 10 "text" //   LEVEL=... FLAGS=... FUNC=...`
fn message(definition: &str, guid: Guid, component: &Arc<str>, file: Option<&Arc<str>>) -> Option<Message> {
    let (name, rest) = definition.split_once(' ')?;
    let (number, rest) = rest.trim_start().split_once(' ')?;
    let quoted = rest.trim_start().strip_prefix('"')?;
    let (format, notes) = match quoted.rsplit_once("\" //") {
        Some(split) => split,
        None => (quoted.trim_end().strip_suffix('"')?, ""),
    };
    let line = file.and_then(|file| {
        let stem = file.replace('.', "_");
        name.strip_prefix(stem.as_str())?
            .trim_start_matches('_')
            .parse()
            .ok()
    });
    let owned = |key| note(notes, key).map(str::to_owned);
    Some(Message {
        guid,
        number: number.parse().ok()?,
        component: Arc::clone(component),
        file: file.cloned(),
        line,
        function: owned("FUNC"),
        level: owned("LEVEL"),
        flags: owned("FLAGS").or_else(|| owned("FLAG")),
        format: format.to_owned(),
        arguments: Vec::new(),
    })
}

/// What stands behind `KEY=` up to the next blank.
fn note<'t>(notes: &'t str, key: &str) -> Option<&'t str> {
    let found = notes.split_whitespace().find_map(|word| {
        let (name, value) = word.split_once('=')?;
        name.eq_ignore_ascii_case(key).then_some(value)
    });
    found.filter(|value| !value.is_empty())
}

/// `expression, ItemType -- 10`; the expression may have commas too.
fn argument(line: &str) -> Option<Argument> {
    let (left, number) = line.rsplit_once(" -- ").or_else(|| line.rsplit_once(" // "))?;
    let (name, item) = left.rsplit_once(", Item")?;
    Some(Argument {
        name: name.trim().to_owned(),
        item: Item::parse(item.trim()),
        number: number.trim().parse().ok()?,
    })
}
