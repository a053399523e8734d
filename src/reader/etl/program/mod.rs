//! Definitions of events in programs: providers are compiled into the resources of an `.exe`, a `.dll` or a `.sys`, the texts of
//! their messages there or into the `.mui` of a language beside it. Must not know traces.

mod messages;
mod resources;
mod room;
mod templates;

use std::collections::BTreeMap;

use self::messages::Messages;
use self::resources::{Kind, Resources};
use self::room::Room;
use super::manifest::Manifest;

pub(super) use self::resources::sniff;

/// The type of the resource that defines providers.
const TEMPLATES: Kind<'static> = Kind::Named("WEVT_TEMPLATE");
/// The type of a table of messages.
const MESSAGE_TABLE: Kind<'static> = Kind::Numbered(11);

/// What of a program tells how events read: the resources, in a program without the rest; none where it defines no
/// provider and is no list of messages.
pub(super) fn only_definitions(path: &str, program: &[u8]) -> Option<Vec<u8>> {
    let resources = Resources::of(program)?;
    let defines = !resources.of_kind(TEMPLATES).is_empty();
    let tells = is_of_language(path) && !resources.of_kind(MESSAGE_TABLE).is_empty();
    resources::only(program).filter(|_| defines || tells)
}

/// The definitions in programs, by path and bytes, in their order.
pub(super) fn read<'a>(programs: &[(&'a str, &'a [u8])]) -> Vec<Manifest> {
    let resources: Vec<(&str, Resources<'_>)> = programs
        .iter()
        .filter_map(|(path, bytes)| Some((*path, Resources::of(bytes)?)))
        .collect();
    // Those of the languages come first: what they translate may be there as well.
    let mut tables: BTreeMap<String, Vec<&[u8]>> = BTreeMap::new();
    for is_translated in [true, false] {
        for (path, resources) in &resources {
            if is_of_language(path) == is_translated {
                let list = tables.entry(key(path)).or_default();
                list.extend(resources.of_kind(MESSAGE_TABLE));
            }
        }
    }
    let (mut found, room) = (Vec::new(), Room::default());
    for (path, resources) in &resources {
        let mut messages = Messages::new(&room);
        let templates = resources.of_kind(TEMPLATES);
        let tables = tables.get(&key(path)).filter(|_| !templates.is_empty());
        tables.into_iter().flatten().for_each(|table| messages.add(table));
        let manifests = templates
            .iter()
            .filter_map(|bytes| templates::read(bytes, &mut messages, &room));
        found.extend(manifests);
    }
    found
}

/// Whether a file holds the texts of a program in a language: `name.dll.mui`.
fn is_of_language(path: &str) -> bool {
    path.to_ascii_lowercase().ends_with(".mui")
}

/// What a program and its texts have in common: the name of the program.
fn key(path: &str) -> String {
    let path = path.to_ascii_lowercase();
    let name = path.rsplit(['/', '\\']).next().unwrap_or_default();
    name.strip_suffix(".mui").unwrap_or(name).to_owned()
}
