//! The list of members of a 7z. Every count in it is held to the bytes that are left before anything is made of it; what
//! does not fit makes the list broken (`None`).

/// Coders of one folder at most, as in the reference program.
const CODERS: u64 = 32;
/// Folders at most: more than there are members by the default limit.
const FOLDERS: usize = 1 << 18;

/// Bytes of a header, from the front.
#[derive(Debug, Clone)]
pub(super) struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    fn bytes(&mut self, len: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(bytes)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.bytes(N)?.try_into().ok()
    }

    fn u8(&mut self) -> Option<u8> {
        self.array().map(|[byte]| byte)
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    pub(super) fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }

    /// A number of one to nine bytes: the ones at the top of the first byte count those that follow.
    fn number(&mut self) -> Option<u64> {
        let first = self.u8()?;
        let extra = first.leading_ones();
        let mut value = 0;
        for index in 0..extra {
            value |= u64::from(self.u8()?) << (8 * index);
        }
        let high = u64::from(first) & (0x7f_u64 >> extra.min(7));
        // with eight bytes after it the first holds no part of the number
        Some(if extra < 7 {
            value | high << (8 * extra)
        } else {
            value
        })
    }

    /// A count of things that each take at least one of the bytes left.
    fn count(&mut self) -> Option<usize> {
        let count = usize::try_from(self.number()?).ok()?;
        (count <= self.0.len()).then_some(count)
    }

    fn bits(&mut self, count: usize) -> Option<Vec<bool>> {
        let bytes = self.bytes(count.div_ceil(8))?;
        let bits = bytes
            .iter()
            .flat_map(|byte| (0..8).map(move |bit| byte & (0x80 >> bit) != 0));
        Some(bits.take(count).collect())
    }

    /// Bits, or a mark that all are set.
    fn bits_or_all(&mut self, count: usize) -> Option<Vec<bool>> {
        match self.u8()? {
            0 => self.bits(count),
            _ => Some(vec![true; count]),
        }
    }

    /// Checksums, where they are there.
    fn digests(&mut self, count: usize) -> Option<Vec<Option<u32>>> {
        let mut digests = Vec::with_capacity(count);
        for there in self.bits_or_all(count)? {
            digests.push(if there { Some(self.u32()?) } else { None });
        }
        Some(digests)
    }

    fn expect(&mut self, id: u8) -> Option<()> {
        (self.u8()? == id).then_some(())
    }
}

/// One step of unpacking.
#[derive(Debug, Clone)]
pub(super) struct Coder {
    pub(super) id: Vec<u8>,
    pub(super) properties: Vec<u8>,
    /// Plain bytes that come out of it.
    pub(super) size: u64,
}

/// A packed stream and how it is unpacked.
#[derive(Debug)]
pub(super) struct Folder {
    /// From the packed bytes to the plain ones; empty if the way is not a straight line.
    pub(super) coders: Vec<Coder>,
    /// Its first packed stream.
    packed: usize,
    /// How many packed streams it takes.
    packed_count: usize,
    crc: Option<u32>,
}

impl Folder {
    /// Plain bytes.
    pub(super) fn size(&self) -> u64 {
        self.coders.last().map_or(0, |coder| coder.size)
    }

    /// Where its packed bytes start and how many they are.
    pub(super) fn place(&self, streams: &Streams) -> (u64, u64) {
        let (start, len) = streams.places.get(self.packed).copied().unwrap_or_default();
        let start = start
            .saturating_add(streams.start)
            .saturating_add(super::HEAD as u64);
        (start, len)
    }

    pub(super) fn is_encrypted(&self) -> bool {
        self.coders.iter().any(|coder| coder.id == super::stack::AES)
    }
}

/// A member inside a folder.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part {
    pub(super) folder: usize,
    pub(super) start: u64,
    pub(super) size: u64,
    pub(super) crc: Option<u32>,
}

/// The packed streams of a 7z.
#[derive(Debug, Default)]
pub(super) struct Streams {
    /// Where they start, from the end of the first header.
    start: u64,
    /// Where each starts, from the start of the first, and how many bytes it has.
    places: Vec<(u64, u64)>,
    pub(super) folders: Vec<Folder>,
    parts: Vec<Part>,
}

impl Streams {
    pub(super) fn read(fields: &mut Fields<'_>, limit: usize) -> Option<Self> {
        let mut streams = Self::default();
        let mut parted = false;
        loop {
            match fields.u8()? {
                0 => break,
                6 => streams.pack_info(fields)?,
                7 => streams.folders(fields)?,
                8 => {
                    streams.parts(fields, limit)?;
                    parted = true;
                }
                _ => return None,
            }
        }
        if !parted {
            let whole = |(number, folder): (usize, &Folder)| Part {
                folder: number,
                start: 0,
                size: folder.size(),
                crc: folder.crc,
            };
            streams.parts = streams.folders.iter().enumerate().map(whole).collect();
        }
        Some(streams)
    }

    fn pack_info(&mut self, fields: &mut Fields<'_>) -> Option<()> {
        self.start = fields.number()?;
        let count = fields.count()?;
        loop {
            match fields.u8()? {
                0 => return Some(()),
                9 => {
                    let mut start = 0_u64;
                    for _ in 0..count {
                        let size = fields.number()?;
                        self.places.push((start, size));
                        start = start.saturating_add(size);
                    }
                }
                10 => drop(fields.digests(count)?),
                _ => return None,
            }
        }
    }

    fn folders(&mut self, fields: &mut Fields<'_>) -> Option<()> {
        fields.expect(11)?;
        let count = fields.count().filter(|count| *count <= FOLDERS)?;
        // folders that are described in another stream: never seen, not read
        fields.expect(0)?;
        let mut outs = Vec::new();
        let mut packed = 0_usize;
        for _ in 0..count {
            let (mut folder, order, out_count) = folder(fields)?;
            folder.packed = packed;
            packed = packed.checked_add(folder.packed_count)?;
            outs.push((order, out_count));
            self.folders.push(folder);
        }
        fields.expect(12)?;
        for (folder, (order, out_count)) in self.folders.iter_mut().zip(outs) {
            let sizes = (0..out_count)
                .map(|_| fields.number())
                .collect::<Option<Vec<_>>>()?;
            for (coder, out) in folder.coders.iter_mut().zip(order) {
                coder.size = *sizes.get(out)?;
            }
        }
        loop {
            match fields.u8()? {
                0 => return Some(()),
                10 => {
                    let digests = fields.digests(count)?;
                    self.folders
                        .iter_mut()
                        .zip(digests)
                        .for_each(|(folder, crc)| folder.crc = crc);
                }
                _ => return None,
            }
        }
    }

    /// How the folders are cut into members.
    fn parts(&mut self, fields: &mut Fields<'_>, limit: usize) -> Option<()> {
        let mut counts = vec![1_usize; self.folders.len()];
        let mut id = fields.u8()?;
        if id == 13 {
            for count in &mut counts {
                // all but the last of a folder have a size of a byte or more in this list
                *count = usize::try_from(fields.number()?).ok()?;
                if count.saturating_sub(1) > fields.0.len() {
                    return None;
                }
            }
            id = fields.u8()?;
        }
        let has_sizes = id == 9;
        let mut missing = 0;
        for (number, (folder, count)) in self.folders.iter().zip(&counts).enumerate() {
            let mut start = 0_u64;
            for index in 0..*count {
                let rest = folder.size().checked_sub(start)?;
                let size = match index + 1 == *count {
                    true => rest,
                    false if has_sizes => fields.number().filter(|size| *size <= rest)?,
                    false => return None,
                };
                let crc = folder.crc.filter(|_| *count == 1);
                missing += usize::from(crc.is_none());
                if self.parts.len() < limit {
                    self.parts.push(Part {
                        folder: number,
                        start,
                        size,
                        crc,
                    });
                }
                start = start.checked_add(size)?;
            }
        }
        if has_sizes {
            id = fields.u8()?;
        }
        while id != 0 {
            if id != 10 {
                return None;
            }
            let digests = fields.digests(missing)?;
            let without = self.parts.iter_mut().filter(|part| part.crc.is_none());
            without.zip(digests).for_each(|(part, crc)| part.crc = crc);
            id = fields.u8()?;
        }
        Some(())
    }
}

/// One folder, the out streams of its coders in the order they are gone through, and how many out streams it has.
fn folder(fields: &mut Fields<'_>) -> Option<(Folder, Vec<usize>, usize)> {
    let count = fields.number().filter(|count| (1..=CODERS).contains(count))? as usize;
    let mut coders = Vec::new();
    let (mut ins, mut outs) = (0_u64, 0_u64);
    for _ in 0..count {
        let flags = fields.u8()?;
        let id = fields.bytes(usize::from(flags & 0x0f))?.to_vec();
        let (own_in, own_out) = if flags & 0x10 != 0 {
            (fields.number()?, fields.number()?)
        } else {
            (1, 1)
        };
        let properties = if flags & 0x20 != 0 { fields.count()? } else { 0 };
        let properties = fields.bytes(properties)?.to_vec();
        ins = ins.checked_add(own_in).filter(|ins| *ins <= CODERS)?;
        outs = outs.checked_add(own_out).filter(|outs| *outs <= CODERS)?;
        coders.push(Coder {
            id,
            properties,
            size: 0,
        });
    }
    let bind_count = outs.checked_sub(1)?;
    let packed_count = ins.checked_sub(bind_count).filter(|packed| *packed > 0)?;
    let mut binds = Vec::new();
    for _ in 0..bind_count {
        binds.push((fields.number()?, fields.number()?));
    }
    let mut first = (0..ins).find(|own| binds.iter().all(|(to, _)| to != own))?;
    if packed_count > 1 {
        for index in 0..packed_count {
            let packed = fields.number()?;
            first = if index == 0 { packed } else { first };
        }
    }
    let straight = ins == outs && ins == count as u64;
    let order = if straight {
        line(&binds, first, count)?
    } else {
        Vec::new()
    };
    let coders = order
        .iter()
        .filter_map(|index| coders.get(*index).cloned())
        .collect();
    let packed_count = usize::try_from(packed_count).ok()?;
    let folder = Folder {
        coders,
        packed: 0,
        packed_count,
        crc: None,
    };
    Some((folder, order, usize::try_from(outs).ok()?))
}

/// The coders from the packed bytes on, each handing to the next.
fn line(binds: &[(u64, u64)], first: u64, count: usize) -> Option<Vec<usize>> {
    let mut order = vec![usize::try_from(first).ok()?];
    let mut at = first;
    while let Some((to, _)) = binds.iter().find(|(_, from)| *from == at) {
        if order.len() >= count {
            return None;
        }
        at = *to;
        order.push(usize::try_from(at).ok()?);
    }
    (order.len() == count).then_some(order)
}

/// One file or folder.
#[derive(Debug)]
pub(super) struct File {
    pub(super) name: String,
    pub(super) is_folder: bool,
    pub(super) is_link: bool,
    /// Where its bytes lie; `None` if it has none.
    pub(super) part: Option<Part>,
}

/// All that a 7z lists.
#[derive(Debug)]
pub(super) struct Listing {
    pub(super) streams: Streams,
    pub(super) files: Vec<File>,
    /// Whether there are more files than were wanted.
    pub(super) more: bool,
}

/// The properties of the files that matter, as they stand there.
#[derive(Debug, Default)]
struct Properties<'a> {
    names: &'a [u8],
    no_stream: Vec<bool>,
    empty_file: Vec<bool>,
    attributes: Vec<u32>,
}

impl Listing {
    /// Reads a list of members, `limit` at most.
    pub(super) fn read(list: &[u8], limit: usize) -> Option<Self> {
        let mut fields = Fields::new(list);
        let mut streams = Streams::default();
        let mut files = (Vec::new(), false);
        loop {
            match fields.u8() {
                // properties of the archive: never seen
                Some(2) => {
                    while fields.u8()? != 0 {
                        let len = fields.count()?;
                        fields.bytes(len)?;
                    }
                }
                Some(4) => streams = Streams::read(&mut fields, limit)?,
                Some(5) => files = read_files(&mut fields, &streams, limit)?,
                Some(0) | None => break,
                Some(_) => return None,
            }
        }
        let (files, more) = files;
        Some(Self { streams, files, more })
    }
}

fn read_files(fields: &mut Fields<'_>, streams: &Streams, limit: usize) -> Option<(Vec<File>, bool)> {
    let count = fields.count()?;
    let properties = properties(fields, count)?;
    let set = |bits: &[bool], index: usize| bits.get(index).copied().unwrap_or(false);
    let mut parts = streams.parts.iter();
    let (mut names, _) = properties.names.as_chunks::<2>();
    let mut files = Vec::new();
    let mut empties = 0;
    for index in 0..count.min(limit) {
        let end = names.iter().position(|unit| *unit == [0, 0])?;
        let (name, rest) = names.split_at_checked(end)?;
        names = rest.get(1..).unwrap_or_default();
        let units: Vec<u16> = name.iter().map(|unit| u16::from_le_bytes(*unit)).collect();
        let no_stream = set(&properties.no_stream, index);
        let is_folder = no_stream && !set(&properties.empty_file, empties);
        empties += usize::from(no_stream);
        let attributes = properties.attributes.get(index).copied().unwrap_or(0);
        files.push(File {
            name: String::from_utf16_lossy(&units),
            is_folder,
            // the mode of Unix stands in the upper half when the bit says so
            is_link: attributes & 0x8000 != 0 && attributes >> 28 == 0o12,
            part: if no_stream { None } else { Some(*parts.next()?) },
        });
    }
    Some((files, count > limit))
}

fn properties<'a>(fields: &mut Fields<'a>, count: usize) -> Option<Properties<'a>> {
    let mut properties = Properties::default();
    loop {
        let id = fields.u8()?;
        if id == 0 {
            return Some(properties);
        }
        let len = fields.count()?;
        let mut own = Fields::new(fields.bytes(len)?);
        match id {
            14 => properties.no_stream = own.bits(count)?,
            15 => {
                let empties = properties.no_stream.iter().filter(|empty| **empty).count();
                properties.empty_file = own.bits(empties)?;
            }
            17 => {
                own.expect(0)?;
                properties.names = own.0;
            }
            21 => {
                let there = own.bits_or_all(count)?;
                own.expect(0)?;
                for there in there {
                    properties.attributes.push(if there { own.u32()? } else { 0 });
                }
            }
            _ => {}
        }
    }
}
