//! One 64 KiB chunk: header, string table, template table, records.

use std::collections::BTreeMap;

use super::value::utf16;

pub(super) const CHUNK: usize = 0x1_0000;
const HEADER: usize = 0x200;
const STRINGS: usize = 0x80;
const TEMPLATES: usize = 0x180;

/// A chunk being written. Offsets are from its start, as the format wants them.
#[derive(Debug, Clone)]
pub(super) struct Chunk {
    bytes: Vec<u8>,
    names: BTreeMap<String, u32>,
    templates: BTreeMap<[u8; 16], u32>,
    /// What the record under way added to the two maps.
    added: (Vec<String>, Vec<[u8; 16]>),
    /// Record ids, first and last.
    records: Option<(u64, u64)>,
    last_record: u32,
}

impl Chunk {
    pub(super) fn new() -> Self {
        Self {
            bytes: vec![0; HEADER],
            names: BTreeMap::new(),
            templates: BTreeMap::new(),
            added: (Vec::new(), Vec::new()),
            records: None,
            last_record: 0,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.records.is_none()
    }

    /// Adds a record, or leaves the chunk as it was and says `false` if there is no room.
    pub(super) fn try_record(&mut self, id: u64, filetime: u64, body: impl FnOnce(&mut Self)) -> bool {
        let start = self.bytes.len();
        let tables = self.bytes[STRINGS..HEADER].to_vec();
        self.added = (Vec::new(), Vec::new());
        self.put(&[0x2a, 0x2a, 0, 0]);
        self.put(&[0; 4]);
        self.put(&id.to_le_bytes());
        self.put(&filetime.to_le_bytes());
        body(self);
        // Windows pads records so that the next one starts on 8 bytes.
        while (self.bytes.len() + 4) % 8 != start % 8 {
            self.bytes.push(0);
        }
        let size = u32::try_from(self.bytes.len() + 4 - start).unwrap();
        self.put(&size.to_le_bytes());
        if self.bytes.len() > CHUNK {
            self.undo(start, &tables);
            return false;
        }
        let start = u32::try_from(start).unwrap();
        self.patch(start + 4, &size.to_le_bytes());
        self.records = Some((self.records.map_or(id, |(first, _)| first), id));
        self.last_record = start;
        true
    }

    fn undo(&mut self, length: usize, tables: &[u8]) {
        self.bytes.truncate(length);
        self.bytes[STRINGS..HEADER].copy_from_slice(tables);
        for name in &self.added.0 {
            self.names.remove(name);
        }
        for guid in &self.added.1 {
            self.templates.remove(guid);
        }
    }

    /// The finished 64 KiB with both checksums. `first` numbers the records of the file from 1.
    pub(super) fn finish(mut self, first: u64) -> Vec<u8> {
        let (first_id, last_id) = self.records.unwrap_or((0, 0));
        let count = self.count();
        let free = u32::try_from(self.bytes.len()).unwrap();
        let events = crc32fast::hash(&self.bytes[HEADER..]);
        let mut head = Vec::with_capacity(STRINGS);
        head.extend_from_slice(b"ElfChnk\0");
        for number in [first, first + count.saturating_sub(1), first_id, last_id] {
            head.extend_from_slice(&number.to_le_bytes());
        }
        for number in [128, self.last_record, free, events] {
            head.extend_from_slice(&number.to_le_bytes());
        }
        self.bytes[..head.len()].copy_from_slice(&head);
        let mut sum = crc32fast::Hasher::new();
        sum.update(&self.bytes[..120]);
        sum.update(&self.bytes[STRINGS..HEADER]);
        self.bytes[124..128].copy_from_slice(&sum.finalize().to_le_bytes());
        self.bytes.resize(CHUNK, 0);
        self.bytes
    }

    /// How many records are in it.
    pub(super) fn count(&self) -> u64 {
        let mut at = HEADER;
        let mut count = 0;
        while let Some(size) = self.bytes.get(at + 4..at + 8) {
            at += u32::from_le_bytes(size.try_into().unwrap()) as usize;
            count += 1;
        }
        count
    }

    pub(super) fn here(&self) -> u32 {
        u32::try_from(self.bytes.len()).unwrap()
    }

    pub(super) fn put(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    pub(super) fn patch(&mut self, at: u32, bytes: &[u8]) {
        let at = at as usize;
        self.bytes[at..at + bytes.len()].copy_from_slice(bytes);
    }

    /// Leaves room for a size; [`Chunk::fill`] puts in how many bytes came after it.
    pub(super) fn reserve(&mut self) -> u32 {
        let at = self.here();
        self.put(&[0; 4]);
        at
    }

    pub(super) fn fill(&mut self, at: u32) {
        let size = self.here() - at - 4;
        self.patch(at, &size.to_le_bytes());
    }

    /// The offset of a name; on its first use in the chunk the name itself follows.
    pub(super) fn put_name(&mut self, name: &str) {
        if let Some(&at) = self.names.get(name) {
            self.put(&at.to_le_bytes());
            return;
        }
        let at = self.here() + 4;
        self.put(&at.to_le_bytes());
        let hash = name_hash(name);
        let next = self.chain(STRINGS + usize::from(hash % 64) * 4, at);
        self.put(&next.to_le_bytes());
        self.put(&hash.to_le_bytes());
        let units = utf16(name);
        self.put(&u16::try_from(units.len() / 2).unwrap().to_le_bytes());
        self.put(&units);
        self.put(&[0, 0]);
        self.names.insert(name.to_owned(), at);
        self.added.0.push(name.to_owned());
    }

    pub(super) fn template(&self, guid: &[u8; 16]) -> Option<u32> {
        self.templates.get(guid).copied()
    }

    /// Registers a definition and returns the offset of the one before it in its bucket.
    pub(super) fn add_template(&mut self, guid: [u8; 16], id: u32, at: u32) -> u32 {
        self.templates.insert(guid, at);
        self.added.1.push(guid);
        self.chain(TEMPLATES + (id as usize % 32) * 4, at)
    }

    /// Puts an entry at the head of its bucket.
    fn chain(&mut self, bucket: usize, at: u32) -> u32 {
        let old: [u8; 4] = self.bytes[bucket..bucket + 4].try_into().unwrap();
        self.bytes[bucket..bucket + 4].copy_from_slice(&at.to_le_bytes());
        u32::from_le_bytes(old)
    }
}

/// The hash of a name: multiply by 65599 and add, low 16 bits.
fn name_hash(name: &str) -> u16 {
    let full = name.encode_utf16().fold(0u32, |hash, unit| {
        hash.wrapping_mul(65_599).wrapping_add(u32::from(unit))
    });
    (full & 0xffff) as u16
}
