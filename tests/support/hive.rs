//! Registry hives, written as Windows lays them out: a base block, one bin, cells of keys, lists, values and data.
//!
//! Source: the *Windows registry file format specification* of M. Suhanov.

/// How the keys below one key are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lists {
    /// With four characters of the name: Windows 2000.
    Lf,
    /// With a hash of the name: Windows XP and later.
    Lh,
    /// Offsets alone.
    Li,
    /// A list of lists, two keys in each: Windows does so for thousands of keys.
    Ri,
}

/// A value: its name, its type, its bytes.
pub type Value = (String, u32, Vec<u8>);

/// A hive to be written.
#[derive(Debug, Clone)]
pub struct Hive {
    /// How keys are listed.
    pub lists: Lists,
    /// Whether names are UTF-16 even where one byte a character would do.
    pub wide_names: bool,
    /// Whether the hive was in use when it was copied.
    pub dirty: bool,
    /// The type in the base block: 0 for a hive, 1, 2 or 6 for its logs.
    pub file_type: u32,
    root: Node,
}

#[derive(Debug, Clone, Default)]
struct Node {
    name: String,
    children: Vec<Node>,
    values: Vec<Value>,
}

/// UTF-16 with its final zero.
pub fn wide(text: &str) -> Vec<u8> {
    let units = text.encode_utf16().chain([0]);
    units.flat_map(u16::to_le_bytes).collect()
}

/// A number of 32 bits.
pub fn dword(name: &str, number: u32) -> Value {
    (name.to_owned(), 4, number.to_le_bytes().to_vec())
}

/// A text.
pub fn text(name: &str, text: &str) -> Value {
    (name.to_owned(), 1, wide(text))
}

/// Several texts.
pub fn texts(name: &str, texts: &[&str]) -> Value {
    let mut bytes: Vec<u8> = texts.iter().flat_map(|text| wide(text)).collect();
    bytes.extend([0, 0]);
    (name.to_owned(), 7, bytes)
}

/// A number of 64 bits.
pub fn qword(name: &str, number: u64) -> Value {
    (name.to_owned(), 11, number.to_le_bytes().to_vec())
}

impl Default for Hive {
    fn default() -> Self {
        Self::new()
    }
}

impl Hive {
    /// An empty hive as Windows 10 writes it.
    pub fn new() -> Self {
        Self {
            lists: Lists::Lh,
            wide_names: false,
            dirty: false,
            file_type: 0,
            root: Node {
                name: "ROOT".to_owned(),
                ..Node::default()
            },
        }
    }

    /// Adds values to a key, with all the keys above it.
    pub fn key(mut self, path: &str, values: impl IntoIterator<Item = Value>) -> Self {
        let mut node = &mut self.root;
        for part in path.split('\\') {
            let found = node.children.iter().position(|child| child.name == part);
            let index = found.unwrap_or_else(|| {
                node.children.push(Node {
                    name: part.to_owned(),
                    ..Node::default()
                });
                node.children.len() - 1
            });
            node = &mut node.children[index];
        }
        node.values.extend(values);
        self
    }

    /// The bytes of the hive.
    pub fn bytes(&self) -> Vec<u8> {
        let mut bin = b"hbin".to_vec();
        bin.resize(32, 0);
        let mut writer = Writer { hive: self, bin };
        let root = writer.node(&self.root, 0x2C);
        let mut bin = writer.bin;
        // The rest of the bin is one free cell.
        let end = (bin.len() + 8).next_multiple_of(4096);
        let free = i32::try_from(end - bin.len()).unwrap();
        bin.extend(free.to_le_bytes());
        bin.resize(end, 0);
        let length = u32::try_from(end).unwrap().to_le_bytes();
        bin[8..12].copy_from_slice(&length);
        let mut out = self.base_block(root, length);
        out.extend(bin);
        out
    }

    fn base_block(&self, root: u32, length: [u8; 4]) -> Vec<u8> {
        let mut block = vec![0_u8; 4096];
        let mut put = |at: usize, bytes: &[u8]| block[at..at + bytes.len()].copy_from_slice(bytes);
        put(0, b"regf");
        put(4, &9_u32.to_le_bytes());
        put(8, &(9 - u32::from(self.dirty)).to_le_bytes());
        // 2026-05-04T08:00:00Z
        put(12, &134_223_552_000_000_000_u64.to_le_bytes());
        put(20, &1_u32.to_le_bytes());
        put(24, &5_u32.to_le_bytes());
        put(28, &self.file_type.to_le_bytes());
        put(32, &1_u32.to_le_bytes());
        put(36, &root.to_le_bytes());
        put(40, &length);
        put(44, &1_u32.to_le_bytes());
        let sum = block[..508].chunks_exact(4).fold(0_u32, |sum, four| {
            sum ^ u32::from_le_bytes(four.try_into().unwrap())
        });
        block[508..512].copy_from_slice(&sum.to_le_bytes());
        block
    }
}

struct Writer<'a> {
    hive: &'a Hive,
    bin: Vec<u8>,
}

impl Writer<'_> {
    /// Writes a cell and returns its offset.
    fn cell(&mut self, content: &[u8]) -> u32 {
        let offset = self.bin.len();
        let size = (content.len() + 4).next_multiple_of(8);
        let negative = -i32::try_from(size).unwrap();
        self.bin.extend(negative.to_le_bytes());
        self.bin.extend(content);
        self.bin.resize(offset + size, 0);
        u32::try_from(offset).unwrap()
    }

    fn name(&self, name: &str) -> (Vec<u8>, bool) {
        let narrow = !self.hive.wide_names && name.chars().all(|c| u32::from(c) < 256);
        let bytes = if narrow {
            name.chars()
                .map(|c| u8::try_from(u32::from(c)).unwrap())
                .collect()
        } else {
            name.encode_utf16().flat_map(u16::to_le_bytes).collect()
        };
        (bytes, narrow)
    }

    fn node(&mut self, node: &Node, flags: u16) -> u32 {
        let mut children: Vec<&Node> = node.children.iter().collect();
        children.sort_by_key(|child| child.name.to_uppercase());
        let offsets: Vec<u32> = children.iter().map(|child| self.node(child, 0)).collect();
        let names: Vec<&str> = children.iter().map(|child| child.name.as_str()).collect();
        let subkeys = self.lists(&offsets, &names);
        let values: Vec<u32> = node.values.iter().map(|value| self.value(value)).collect();
        let value_list = if values.is_empty() {
            u32::MAX
        } else {
            let list: Vec<u8> = values.iter().flat_map(|offset| offset.to_le_bytes()).collect();
            self.cell(&list)
        };
        let (name, narrow) = self.name(&node.name);
        let mut key = vec![0_u8; 76];
        let mut put = |at: usize, bytes: &[u8]| key[at..at + bytes.len()].copy_from_slice(bytes);
        put(0, b"nk");
        put(2, &(flags | if narrow { 0x20 } else { 0 }).to_le_bytes());
        put(20, &u32::try_from(offsets.len()).unwrap().to_le_bytes());
        put(28, &subkeys.to_le_bytes());
        put(32, &u32::MAX.to_le_bytes());
        put(36, &u32::try_from(values.len()).unwrap().to_le_bytes());
        put(40, &value_list.to_le_bytes());
        put(44, &u32::MAX.to_le_bytes());
        put(48, &u32::MAX.to_le_bytes());
        put(72, &u16::try_from(name.len()).unwrap().to_le_bytes());
        key.extend(name);
        self.cell(&key)
    }

    fn lists(&mut self, offsets: &[u32], names: &[&str]) -> u32 {
        if offsets.is_empty() {
            return u32::MAX;
        }
        if self.hive.lists != Lists::Ri {
            return self.list(self.hive.lists, offsets, names);
        }
        let parts: Vec<u32> = offsets
            .chunks(2)
            .zip(names.chunks(2))
            .map(|(offsets, names)| self.list(Lists::Lh, offsets, names))
            .collect();
        let mut root = b"ri".to_vec();
        root.extend(u16::try_from(parts.len()).unwrap().to_le_bytes());
        root.extend(parts.iter().flat_map(|offset| offset.to_le_bytes()));
        self.cell(&root)
    }

    fn list(&mut self, lists: Lists, offsets: &[u32], names: &[&str]) -> u32 {
        let mut list = match lists {
            Lists::Lf => b"lf".to_vec(),
            Lists::Li => b"li".to_vec(),
            Lists::Lh | Lists::Ri => b"lh".to_vec(),
        };
        list.extend(u16::try_from(offsets.len()).unwrap().to_le_bytes());
        for (offset, name) in offsets.iter().zip(names) {
            list.extend(offset.to_le_bytes());
            match lists {
                Lists::Li => {}
                Lists::Lf => {
                    let mut hint: Vec<u8> = name.bytes().take(4).collect();
                    hint.resize(4, 0);
                    list.extend(hint);
                }
                Lists::Lh | Lists::Ri => {
                    let upper = name.to_uppercase();
                    let hash = upper.encode_utf16().fold(0_u32, |hash, unit| {
                        hash.wrapping_mul(37).wrapping_add(u32::from(unit))
                    });
                    list.extend(hash.to_le_bytes());
                }
            }
        }
        self.cell(&list)
    }

    fn value(&mut self, (name, kind, data): &Value) -> u32 {
        let (name, narrow) = self.name(name);
        let length = u32::try_from(data.len()).unwrap();
        let (size, data) = if data.len() <= 4 {
            let mut inline = data.clone();
            inline.resize(4, 0);
            (length | 0x8000_0000, inline)
        } else if data.len() > 16_344 {
            let segments: Vec<u32> = data.chunks(16_344).map(|part| self.cell(part)).collect();
            let list: Vec<u8> = segments.iter().flat_map(|offset| offset.to_le_bytes()).collect();
            let list = self.cell(&list);
            let mut head = b"db".to_vec();
            head.extend(u16::try_from(segments.len()).unwrap().to_le_bytes());
            head.extend(list.to_le_bytes());
            (length, self.cell(&head).to_le_bytes().to_vec())
        } else {
            (length, self.cell(data).to_le_bytes().to_vec())
        };
        let mut value = b"vk".to_vec();
        value.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
        value.extend(size.to_le_bytes());
        value.extend(data);
        value.extend(kind.to_le_bytes());
        value.extend(u16::from(narrow).to_le_bytes());
        value.extend([0, 0]);
        value.extend(name);
        self.cell(&value)
    }
}
