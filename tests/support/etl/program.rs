//! Programs that define providers, as the compilers of messages and resources lay them out: 64-bit, two sections, resources of
//! one language.

use super::{put, wide};

/// A field of a template: flags, its two types, its map, count, length, name. Of a structure, the types are its first member and
/// how many there are.
#[derive(Clone, Copy)]
pub struct Item {
    pub flags: u32,
    pub types: [u16; 2],
    pub map: Option<usize>,
    pub count: u16,
    pub length: u16,
    pub name: &'static str,
}

/// A plain field, of the types that are stored and shown.
pub const fn item(name: &'static str, stored: u8, shown: u8) -> Item {
    Item {
        flags: 0,
        types: [u16::from_le_bytes([stored, shown]), 0],
        map: None,
        count: 0,
        length: 0,
        name,
    }
}

/// An event: id, channel, task and its number, opcode, number of the message, and which template it has.
pub type Event = (u16, u8, &'static str, u16, &'static str, u32, usize);

/// A map: whether it is of bits, and which messages its numbers mean.
pub type Map = (bool, &'static [(u32, u32)]);

/// What one provider defines.
pub struct Provider<'a> {
    pub guid: [u8; 16],
    pub name: &'a str,
    pub channel: (u32, &'a str),
    pub maps: &'a [Map],
    /// Fields, and how many of them are no members of structures.
    pub templates: &'a [(&'a [Item], usize)],
    pub events: &'a [Event],
}

fn word(number: usize) -> [u8; 4] {
    u32::try_from(number).unwrap().to_le_bytes()
}

/// A resource while it is written: what is appended is at the end, and its offset is known.
struct Writer(Vec<u8>);

impl Writer {
    fn append(&mut self, bytes: &[u8]) -> usize {
        self.0.resize(self.0.len().next_multiple_of(4), 0);
        self.0.extend(bytes);
        self.0.len() - bytes.len()
    }

    fn sized(&mut self, text: &str) -> usize {
        let text = wide(text);
        let mut bytes = word(text.len() + 4).to_vec();
        bytes.extend(text);
        self.append(&bytes)
    }

    /// A part: its mark, its size, how many entries it has, what stands between, the entries.
    fn part(&mut self, mark: &[u8; 4], count: usize, between: usize, entries: &[u8]) -> usize {
        let mut bytes = mark.to_vec();
        bytes.extend(word(12 + between + entries.len()));
        bytes.extend(word(count));
        bytes.resize(12 + between, 0);
        bytes.extend(entries);
        self.append(&bytes)
    }

    fn map(&mut self, (is_mask, meanings): Map) -> usize {
        let name = self.sized("Map");
        let mut bytes = if is_mask { *b"BMAP" } else { *b"VMAP" }.to_vec();
        for number in [
            20 + meanings.len() * 8,
            name,
            usize::from(is_mask),
            meanings.len(),
        ] {
            bytes.extend(word(number));
        }
        for (number, message) in meanings {
            bytes.extend(number.to_le_bytes());
            bytes.extend(message.to_le_bytes());
        }
        self.append(&bytes)
    }

    fn template(&mut self, items: &[Item], top: usize, maps: &[usize]) -> usize {
        let mut bytes = Vec::new();
        for item in items {
            bytes.extend(item.flags.to_le_bytes());
            item.types
                .iter()
                .for_each(|part| bytes.extend(part.to_le_bytes()));
            bytes.extend(word(item.map.map_or(0, |map| maps[map])));
            bytes.extend(item.count.to_le_bytes());
            bytes.extend(item.length.to_le_bytes());
            bytes.extend(word(self.sized(item.name)));
        }
        let place = self.append(&bytes);
        let mut head = b"TEMP".to_vec();
        for number in [40, top, items.len(), place, 1] {
            head.extend(word(number));
        }
        head.extend([9; 16]);
        self.append(&head)
    }

    fn event(&mut self, event: &Event, templates: &[usize]) -> Vec<u8> {
        let (id, channel, task, number, opcode, message, template) = *event;
        let name = word(self.sized(task));
        let mut bytes = [word(usize::from(number)), [0xFF; 4]].concat();
        bytes.extend([8; 16]);
        bytes.extend(name);
        let task = self.append(&bytes);
        let name = word(self.sized(opcode));
        let opcode = self.append(&[[0; 4], [0xFF; 4], name].concat());
        let mut bytes = id.to_le_bytes().to_vec();
        bytes.extend([0, channel, 4, 0]);
        bytes.extend(number.to_le_bytes());
        bytes.extend([0; 8]);
        bytes.extend(message.to_le_bytes());
        for offset in [templates[template], opcode, 0, task, 0, 0, 0] {
            bytes.extend(word(offset));
        }
        bytes
    }
}

/// The resource that defines a provider.
pub fn templates(provider: &Provider<'_>) -> Vec<u8> {
    let mut writer = Writer(vec![0; 36]);
    put(&mut writer.0, 0, b"CRIM");
    put(&mut writer.0, 8, &[5, 0, 1, 0, 1, 0, 0, 0]);
    put(&mut writer.0, 16, &provider.guid);
    let maps: Vec<usize> = provider.maps.iter().map(|map| writer.map(*map)).collect();
    let templates: Vec<usize> = provider
        .templates
        .iter()
        .map(|(items, top)| writer.template(items, *top, &maps))
        .collect();
    let events: Vec<u8> = provider
        .events
        .iter()
        .flat_map(|event| writer.event(event, &templates))
        .collect();
    let name = writer.append(&wide(provider.name));
    let name = [0x1000_0001_u32.to_le_bytes(), word(name)].concat();
    let (number, channel) = provider.channel;
    let channel = [
        [0; 4],
        word(writer.sized(channel)),
        number.to_le_bytes(),
        [0xFF; 4],
    ]
    .concat();
    let parts = [
        writer.part(b"PRVA", 1, 0, &name),
        writer.part(b"CHAN", 1, 0, &channel),
        writer.part(b"EVNT", provider.events.len(), 4, &events),
    ];
    let mut bytes = b"WEVT".to_vec();
    for number in [20 + parts.len() * 8, 0, parts.len(), 0] {
        bytes.extend(word(number));
    }
    for part in parts {
        bytes.extend(word(part));
        bytes.extend([0; 4]);
    }
    let at = writer.append(&bytes);
    put(&mut writer.0, 32, &word(at));
    let size = word(writer.0.len());
    put(&mut writer.0, 4, &size);
    writer.0
}

/// A table of messages by number, in UTF-16.
pub fn messages(messages: &[(u32, &str)]) -> Vec<u8> {
    let mut bytes = word(messages.len()).to_vec();
    let mut entries = Vec::new();
    for (number, text) in messages {
        let place = 4 + messages.len() * 12 + entries.len();
        bytes.extend([number.to_le_bytes(), number.to_le_bytes(), word(place)].concat());
        let mut text = wide(text);
        text.resize(text.len().next_multiple_of(4), 0);
        entries.extend(u16::try_from(text.len() + 4).unwrap().to_le_bytes());
        entries.extend([1, 0]);
        entries.extend(text);
    }
    bytes.extend(entries);
    bytes
}

/// Where the resources are in memory, and in the file.
const ADDRESS: usize = 0x2000;
const PLACE: usize = 0x400;

/// A program with resources: of a type that has a name, or a number.
pub fn program(resources: &[(Result<u32, &str>, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = vec![0; PLACE];
    put(&mut bytes, 0, b"MZ");
    put(&mut bytes, 0x3C, &word(0x80));
    put(&mut bytes, 0x80, b"PE\0\0\x64\x86\x02");
    put(&mut bytes, 0x80 + 20, &[240, 0]);
    let optional = 0x80 + 24;
    put(&mut bytes, optional, &[0x0B, 2]);
    put(&mut bytes, optional + 108, &[16]);
    put(&mut bytes, optional + 128, &word(ADDRESS));
    let tree = tree(resources);
    let sections = [
        (b".text\0\0\0", 0x1000, 0x200, 0x200),
        (b".rsrc\0\0\0", ADDRESS, tree.len(), PLACE),
    ];
    for (number, (name, address, size, place)) in sections.into_iter().enumerate() {
        let entry = optional + 240 + number * 40;
        put(&mut bytes, entry, name);
        for (at, number) in [(8, size), (12, address), (16, size), (20, place)] {
            put(&mut bytes, entry + at, &word(number));
        }
    }
    bytes.extend(tree);
    bytes
}

/// A table of the tree of resources.
fn table(entries: &[[usize; 2]], named: usize) -> Vec<u8> {
    let mut bytes = vec![0; 12];
    for count in [named, entries.len() - named] {
        bytes.extend(u16::try_from(count).unwrap().to_le_bytes());
    }
    entries
        .iter()
        .flatten()
        .for_each(|number| bytes.extend(word(*number)));
    bytes
}

fn tree(resources: &[(Result<u32, &str>, Vec<u8>)]) -> Vec<u8> {
    const ELSEWHERE: usize = 1 << 31;
    let mut writer = Writer(vec![0; 16 + resources.len() * 8]);
    let mut root = Vec::new();
    for (kind, data) in resources {
        let data_at = writer.append(data);
        let entry = [word(ADDRESS + data_at), word(data.len()), [0; 4], [0; 4]].concat();
        let entry = writer.append(&entry);
        let language = writer.append(&table(&[[1033, entry]], 0));
        let names = writer.append(&table(&[[1, ELSEWHERE | language]], 0));
        let name = match kind {
            Ok(number) => usize::try_from(*number).unwrap(),
            Err(text) => {
                let mut name = u16::try_from(text.len()).unwrap().to_le_bytes().to_vec();
                name.extend(wide(text));
                ELSEWHERE | writer.append(&name)
            }
        };
        root.push([name, ELSEWHERE | names]);
    }
    let named = resources.iter().filter(|(kind, _)| kind.is_err()).count();
    put(&mut writer.0, 0, &table(&root, named));
    writer.0
}
