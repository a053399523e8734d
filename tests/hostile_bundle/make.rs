//! Archives written byte by byte, so that every field can lie.

use std::io::Write;

/// One member of a zip, each field as it is to stand there.
#[derive(Clone)]
pub(crate) struct Entry {
    pub(crate) name: Vec<u8>,
    pub(crate) method: u16,
    pub(crate) flags: u16,
    pub(crate) crc: u32,
    pub(crate) packed: u32,
    pub(crate) size: u32,
    pub(crate) extra: Vec<u8>,
    pub(crate) attributes: u32,
    pub(crate) data: Vec<u8>,
    /// Where the directory says that it lies; `None` for the truth.
    pub(crate) offset: Option<u32>,
    /// Whether it stands among the local headers at all.
    pub(crate) local: bool,
}

pub(crate) fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::new(6));
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

impl Entry {
    pub(crate) fn stored(name: &str, bytes: &[u8]) -> Self {
        Self {
            name: name.as_bytes().to_vec(),
            method: 0,
            flags: 0,
            crc: crc32fast::hash(bytes),
            packed: bytes.len() as u32,
            size: bytes.len() as u32,
            extra: Vec::new(),
            attributes: 0,
            data: bytes.to_vec(),
            offset: None,
            local: true,
        }
    }

    pub(crate) fn deflated(name: &str, bytes: &[u8]) -> Self {
        let data = deflate(bytes);
        Self {
            method: 8,
            packed: data.len() as u32,
            data,
            ..Self::stored(name, bytes)
        }
    }

    fn push(&self, out: &mut Vec<u8>, central: Option<u32>) {
        let u16s =
            |out: &mut Vec<u8>, values: &[u16]| values.iter().for_each(|v| out.extend(v.to_le_bytes()));
        let u32s =
            |out: &mut Vec<u8>, values: &[u32]| values.iter().for_each(|v| out.extend(v.to_le_bytes()));
        match central {
            Some(_) => {
                out.extend(b"PK\x01\x02");
                u16s(out, &[0x0314]);
            }
            None => out.extend(b"PK\x03\x04"),
        }
        u16s(out, &[20, self.flags, self.method, 0, 0x5921]);
        u32s(out, &[self.crc, self.packed, self.size]);
        u16s(out, &[self.name.len() as u16, self.extra.len() as u16]);
        if let Some(offset) = central {
            u16s(out, &[0, 0, 0]);
            u32s(out, &[self.attributes, self.offset.unwrap_or(offset)]);
        }
        out.extend(&self.name);
        out.extend(&self.extra);
    }
}

/// The end record: count, directory size and offset as given.
pub(crate) fn end(count: u16, size: u32, offset: u32) -> Vec<u8> {
    let mut out = b"PK\x05\x06\0\0\0\0".to_vec();
    out.extend(count.to_le_bytes());
    out.extend(count.to_le_bytes());
    out.extend(size.to_le_bytes());
    out.extend(offset.to_le_bytes());
    out.extend([0, 0]);
    out
}

/// The members without an end record, and where the directory starts.
pub(crate) fn body(entries: &[Entry]) -> (Vec<u8>, usize) {
    let mut out = Vec::new();
    let mut offsets = Vec::new();
    for entry in entries {
        offsets.push(out.len() as u32);
        if entry.local {
            entry.push(&mut out, None);
            out.extend(&entry.data);
        }
    }
    let start = out.len();
    for (entry, offset) in entries.iter().zip(offsets) {
        entry.push(&mut out, Some(offset));
    }
    (out, start)
}

pub(crate) fn zip(entries: &[Entry]) -> Vec<u8> {
    let (mut out, start) = body(entries);
    let size = out.len() - start;
    out.extend(end(entries.len() as u16, size as u32, start as u32));
    out
}

/// One tar block and its data; `size` as it is to stand there.
pub(crate) fn tar_member(name: &str, kind: u8, size: &[u8], data: &[u8]) -> Vec<u8> {
    let mut head = vec![0; 512];
    head[..name.len()].copy_from_slice(name.as_bytes());
    head[124..124 + size.len()].copy_from_slice(size);
    head[156] = kind;
    head[257..263].copy_from_slice(b"ustar\0");
    head[148..156].fill(b' ');
    let sum: u32 = head.iter().map(|byte| u32::from(*byte)).sum();
    head[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
    head.extend_from_slice(data);
    head.resize(head.len().next_multiple_of(512), 0);
    head
}

pub(crate) fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = Vec::new();
    for (name, data) in members {
        out.extend(tar_member(
            name,
            b'0',
            format!("{:011o}", data.len()).as_bytes(),
            data,
        ));
    }
    out.extend([0; 1024]);
    out
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(6));
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Numbers that look like chance and are the same in every run.
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    pub(crate) fn bytes(&mut self, len: usize) -> Vec<u8> {
        (0..len).map(|_| (self.next() >> 24) as u8).collect()
    }
}

/// A zip of so many empty members, with the wide end record that it takes to count them.
pub(crate) fn empty_members(count: u32) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for number in 0..count {
        let entry = Entry::stored(&format!("{number}"), b"");
        let offset = out.len() as u32;
        entry.push(&mut out, None);
        entry.push(&mut directory, Some(offset));
    }
    let start = out.len() as u64;
    out.append(&mut directory);
    let wide_at = out.len() as u64;
    out.extend(b"PK\x06\x06");
    out.extend(44_u64.to_le_bytes());
    out.extend([45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    for number in [u64::from(count), u64::from(count), wide_at - start, start] {
        out.extend(number.to_le_bytes());
    }
    out.extend(b"PK\x06\x07\0\0\0\0");
    out.extend(wide_at.to_le_bytes());
    out.extend(1_u32.to_le_bytes());
    out.extend(end(u16::MAX, u32::MAX, u32::MAX));
    out
}
