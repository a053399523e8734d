//! Cabinets ([MS-CAB]): a folder of a cabinet is one packed stream with many members in it. It is unpacked once and held;
//! its members are parts of what is held.

mod bits;
mod data;
mod lzx;

use std::io;
use std::sync::Arc;

use super::content::Content;
use super::path::{From, clean};
use super::walk::Walk;
use crate::model::ProblemKind;
use crate::source::{ReadAt, Region, read_range};
use data::{Folder, Packing};

/// The fixed head of a cabinet.
const HEAD: usize = 36;
/// The longest name of a member or of another cabinet, by [MS-CAB].
const NAME: usize = 257;

/// A member as the cabinet lists it.
struct Member {
    name: Vec<u8>,
    folder: u16,
    start: u64,
    size: u64,
}

/// Takes all members of a cabinet.
pub(super) fn take(walk: &mut Walk<'_>, cab: &Arc<str>, bytes: &Arc<dyn ReadAt>, depth: u32) {
    match layout(bytes.as_ref(), walk.room()) {
        Ok((folders, members)) => {
            let held: Vec<_> = folders
                .into_iter()
                .map(|folder| unpack(walk, cab, bytes, folder))
                .collect();
            for found in members {
                walk.count();
                member(walk, cab, &held, &found, depth);
            }
        }
        Err(error) => walk.problem(cab, cab, ProblemKind::Damaged, error.to_string()),
    }
    if walk.is_full() {
        walk.problem(cab, cab, ProblemKind::LimitHit, walk.full_text());
    }
}

/// Unpacks a folder of the cabinet.
fn unpack(
    walk: &mut Walk<'_>,
    cab: &Arc<str>,
    bytes: &Arc<dyn ReadAt>,
    folder: Folder,
) -> Option<Arc<dyn ReadAt>> {
    let packed = folder.packed(bytes.as_ref());
    match folder.open(bytes.clone()) {
        Some(stream) => walk.hold(cab, stream, packed),
        None => {
            let what = match folder.packing {
                Packing::Quantum => "Quantum",
                _ => "an unknown method",
            };
            let text = format!("packed by {what}, which is not read");
            walk.problem(cab, cab, ProblemKind::Unreadable, text);
            None
        }
    }
}

fn member(walk: &mut Walk<'_>, cab: &Arc<str>, held: &[Option<Arc<dyn ReadAt>>], found: &Member, depth: u32) {
    let path = walk.name(format!("{cab}!/{}", clean(&found.name, From::Archive)));
    if found.folder >= 0xfffd {
        let text = "goes on in another cabinet of its set";
        walk.problem(cab, &path, ProblemKind::Truncated, text);
        return;
    }
    let Some(folder) = held.get(usize::from(found.folder)) else {
        let text = "the cabinet has no such folder";
        walk.problem(cab, &path, ProblemKind::Damaged, text);
        return;
    };
    let Some(folder) = folder else {
        walk.problem(
            cab,
            &path,
            ProblemKind::Unreadable,
            "its folder cannot be unpacked",
        );
        return;
    };
    let region = Region::new(folder.clone(), found.start, found.size);
    if region.len() < found.size {
        let text = format!("ends after {} bytes of {}", region.len(), found.size);
        walk.problem(cab, &path, ProblemKind::Truncated, text);
        if region.is_empty() {
            return;
        }
    }
    let bytes = Arc::new(region);
    walk.take(cab, &path, Content::Plain { bytes, crc: None }, depth);
}

/// A position in the cabinet that only moves onward.
struct Reader<'a> {
    bytes: &'a dyn ReadAt,
    position: u64,
}

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let bytes = read_range(self.bytes, self.position, N)?;
        self.position = self.position.saturating_add(N as u64);
        bytes.try_into().map_err(|_| io::ErrorKind::UnexpectedEof.into())
    }

    fn u16(&mut self) -> io::Result<u16> {
        Ok(u16::from_le_bytes(self.take()?))
    }

    fn u32(&mut self) -> io::Result<u32> {
        Ok(u32::from_le_bytes(self.take()?))
    }

    /// A text up to its NUL.
    fn text(&mut self) -> io::Result<Vec<u8>> {
        let mut text = read_range(self.bytes, self.position, NAME)?;
        let len = text.iter().position(|byte| *byte == 0).ok_or_else(broken)?;
        text.truncate(len);
        self.position = self.position.saturating_add(len as u64).saturating_add(1);
        Ok(text)
    }
}

fn broken() -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        "the cabinet's list of members is broken",
    )
}

/// The folders and members, `limit` members at most. A list that breaks off is used as far as it goes.
fn layout(bytes: &dyn ReadAt, limit: usize) -> io::Result<(Vec<Folder>, Vec<Member>)> {
    let head = read_range(bytes, 0, HEAD)?;
    let mut reader = Reader { bytes, position: 16 };
    let first_member = reader.u32()?;
    reader.position = 26;
    let (folder_count, member_count, flags) = (reader.u16()?, reader.u16()?, reader.u16()?);
    if head.len() < HEAD {
        return Err(broken());
    }
    reader.position = HEAD as u64;
    let (mut folder_reserve, mut data_reserve) = (0, 0);
    if flags & 4 != 0 {
        let header_reserve = reader.u16()?;
        [folder_reserve, data_reserve] = reader.take()?;
        reader.position = reader.position.saturating_add(u64::from(header_reserve));
    }
    // the name and the disk of the cabinet before and of the one after
    for _ in 0..2 * ((flags & 1) + (flags >> 1 & 1)) {
        reader.text()?;
    }
    let mut folders = Vec::new();
    for _ in 0..folder_count {
        folders.push(Folder {
            start: u64::from(reader.u32()?),
            blocks: reader.u16()?,
            packing: Packing::of(reader.u16()?),
            reserve: data_reserve,
        });
        reader.position = reader.position.saturating_add(u64::from(folder_reserve));
    }
    reader.position = u64::from(first_member);
    let mut members = Vec::new();
    for _ in 0..usize::from(member_count).min(limit) {
        match listed(&mut reader) {
            Ok(member) => members.push(member),
            Err(error) if members.is_empty() => return Err(error),
            Err(_) => break,
        }
    }
    Ok((folders, members))
}

fn listed(reader: &mut Reader<'_>) -> io::Result<Member> {
    let (size, start, folder) = (reader.u32()?, reader.u32()?, reader.u16()?);
    // date, time, attributes; names are UTF-8 by an attribute, else in some code page
    reader.take::<6>()?;
    Ok(Member {
        name: reader.text()?,
        folder,
        start: u64::from(start),
        size: u64::from(size),
    })
}

#[cfg(test)]
mod tests;
