//! Records of the kernel and of the classic providers it stands for: what they are called and what their fields are. Must not
//! know traces.
//!
//! Sources: the classes of `MSNT_SystemTrace`, <https://learn.microsoft.com/windows/win32/etw/msnt-systemtrace>, one page each;
//! the numbers of the groups, `EVENT_TRACE_GROUP_*`. A record's hook is its group and its type. Where a public trace has records
//! of a kind, the layout was checked against it.

mod machine;
mod names;
mod short;
mod table;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, LazyLock};

use self::machine::OF_MACHINES;
use self::names::GROUPS;
use self::short::of_table;
use self::table::{LAYOUTS, Layout};
use super::payload::Payload;
use super::record::{Class, Guid, Record};
use super::template::Template;
use crate::model::{Event, Value, parse_guid};

/// How the tools of Windows call the provider of kernel records.
pub(super) const PROVIDER: &str = "MSNT_SystemTrace";
/// The group of records about the trace itself.
const OF_TRACE: u8 = 0;

/// The name of the provider, once for all events.
static SHARED: LazyLock<Arc<str>> = LazyLock::new(|| PROVIDER.into());

/// Templates, made when they are first asked for.
#[derive(Debug, Default)]
pub(super) struct Kernel {
    templates: HashMap<[u8; 3], Option<Arc<Template>>, foldhash::fast::RandomState>,
}

/// The group and the type of a record of the kernel, whichever header it has.
pub(super) fn place(record: &Record<'_>) -> Option<(u8, u8)> {
    match record.class {
        Class::Kernel => Some((record.id.to_le_bytes()[1], record.opcode)),
        Class::Classic => Some((group_of(&record.provider)?, record.opcode)),
        _ => None,
    }
}

fn group_of(guid: &Guid) -> Option<u8> {
    static KNOWN: LazyLock<BTreeMap<Guid, u8>> = LazyLock::new(|| {
        let groups = GROUPS.iter();
        groups
            .filter_map(|(group, _, guid)| Some((parse_guid(guid)?, *group)))
            .collect()
    });
    KNOWN.get(guid).copied()
}

/// The name of a group, or its number.
pub(super) fn group_name(group: u8) -> String {
    let found = GROUPS.iter().find(|(known, ..)| *known == group);
    found.map_or_else(
        || format!("group {group:#04x}"),
        |(_, name, _)| (*name).to_owned(),
    )
}

/// Whether a record is about the trace and not about the machine.
pub(super) const fn is_of_trace(group: u8) -> bool {
    group == OF_TRACE
}

impl Kernel {
    /// The layout of the newest version that records of this one are not older than.
    fn template(&mut self, group: u8, kind: u8, version: u8) -> Option<Arc<Template>> {
        let templates = self.templates.entry([group, kind, version]);
        templates
            .or_insert_with(|| template(group, kind, version).map(Arc::new))
            .clone()
    }

    /// Whether the layout of a record of the kernel is known.
    pub(super) fn knows(&mut self, (group, kind): (u8, u8), version: u8) -> bool {
        self.template(group, kind, version).is_some()
    }

    /// Fills an event with the name and the fields of a record; false where its layout is not known, or is another.
    pub(super) fn fill(&mut self, event: &mut Event, record: &Record<'_>) -> bool {
        let Some((group, kind)) = place(record) else {
            return false;
        };
        event.provider = Arc::clone(&SHARED);
        event.opcode = Some(kind);
        event.version = Some(record.version);
        let template = self.template(group, kind, record.version);
        if template.is_some_and(|template| fill(&template, event, record)) {
            return true;
        }
        event.push("EventName", Value::text(format!("{}/{kind}", group_name(group))));
        false
    }
}

/// Fills an event with the fields of a record. Whose pointers these are, the head need not tell: a process of 32 bits may hand on what
/// one of 64 bits has. So where bytes are left, and with pointers of the other width none would be, that width is believed.
fn fill(template: &Template, event: &mut Event, record: &Record<'_>) -> bool {
    let payload = |pointer| Payload {
        bytes: record.payload,
        pointer,
    };
    let left = template.fill_all(event, payload(record.pointer));
    if left == Some(0) || !template.has_pointers() {
        return left.is_some();
    }
    let first = std::mem::take(&mut event.fields);
    let other = if record.pointer == 4 { 8 } else { 4 };
    if template.fill_all(event, payload(other)) == Some(0) {
        return true;
    }
    event.fields = first;
    left.is_some()
}

/// All layouts that are known.
fn layouts() -> impl Iterator<Item = &'static Layout> {
    LAYOUTS.iter().chain(OF_MACHINES)
}

fn template(group: u8, kind: u8, version: u8) -> Option<Template> {
    let known = layouts().filter(|layout| layout.group == group);
    let (layout, name) = known
        .filter(|layout| layout.version <= version)
        .filter_map(|layout| {
            let name = layout.kinds.iter().find(|(number, _)| *number == kind)?;
            Some((layout, name.1))
        })
        .max_by_key(|(layout, _)| layout.version)?;
    Some(Template {
        name: Some(format!("{}/{name}", group_name(group)).into()),
        properties: of_table(layout.fields).into(),
        ..Template::default()
    })
}

/// The name of the product, which the tools of Windows add to merged traces.
pub(super) fn product(record: &Record<'_>) -> Option<String> {
    let bytes = record
        .payload
        .get(8..)
        .filter(|_| place(record) == Some((0xF1, 32)))?;
    let mut texts = Payload { bytes, pointer: 8 };
    let _build = texts.wide()?;
    texts.wide().filter(|name| name.starts_with("Windows"))
}

/// The name of the computer, which the kernel tells with its processors.
pub(super) fn computer(record: &Record<'_>) -> Option<String> {
    let (group, kind) = place(record)?;
    let bytes = record.payload.get(20..).filter(|_| (group, kind) == (0x0B, 10))?;
    let mut name = Payload { bytes, pointer: 8 };
    // Letters and digits are what names have; anything else is another layout.
    let name = name.wide()?;
    let fits = (1..=255).contains(&name.len())
        && name
            .chars()
            .all(|letter| letter.is_alphanumeric() || matches!(letter, '-' | '_' | '.'));
    fits.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reader::etl::payload::{Show, kind};

    #[test]
    fn every_layout_reads() {
        for layout in layouts() {
            let fields = of_table(layout.fields);
            let words = layout.fields.split_whitespace().count();
            assert_eq!(fields.len() * 2, words, "{}", layout.fields);
            for field in &fields {
                assert_ne!(field.kind, u16::MAX, "{} in {}", field.name, layout.fields);
            }
            assert!(!layout.kinds.is_empty());
            assert!(GROUPS.iter().any(|(group, ..)| *group == layout.group));
        }
        for (_, name, guid) in GROUPS {
            assert!(guid.is_empty() || parse_guid(guid).is_some(), "{name}");
        }
        let port = of_table("dport port");
        assert_eq!((port[0].kind, port[0].show), (kind::UINT16, Show::Port));
    }
}
