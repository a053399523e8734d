//! 7z (the format description that comes with the LZMA SDK, `7zFormat.txt`). A folder of a 7z is one packed stream with
//! many members in it, often all: it is unpacked once and held; its members are parts of what is held.
//!
//! Own code and not a crate's: the list of members is itself packed, and a few bytes of it may claim gigabytes; only who
//! reads it can hold it to a limit before it is unpacked.

mod header;
mod seal;
mod stack;

use std::io::{self, Read};
use std::sync::Arc;

use super::content::Content;
use super::path::{From, clean};
use super::walk::Walk;
use crate::model::ProblemKind;
use crate::source::{Cursor, ReadAt, Region, read_range};
use header::{Fields, File, Folder, Listing, Streams};
use stack::Refused;

/// The signature header.
const HEAD: usize = 32;
/// Bytes of the list of members, unpacked. A member takes some 60 to 200.
const LIST: u64 = 16 << 20;
/// How much of an encrypted folder is unpacked to try a password.
const TRIAL: u64 = 64 << 10;

/// Why a 7z is not listed.
type Failure = (ProblemKind, String);

fn damaged(what: &str) -> Failure {
    (ProblemKind::Damaged, what.into())
}

fn too_long() -> Failure {
    let text = format!("its list of members is longer than {LIST} bytes");
    (ProblemKind::LimitHit, text)
}

/// Takes all members of a 7z.
pub(super) fn take(walk: &mut Walk<'_>, path: &Arc<str>, bytes: &Arc<dyn ReadAt>, depth: u32) {
    let archive = Archive {
        path,
        bytes,
        passwords: walk.passwords,
    };
    match archive.listing(walk.room()) {
        Ok(listing) => archive.members(walk, listing, depth),
        Err((kind, text)) => walk.problem(path, path, kind, text),
    }
}

struct Archive<'a> {
    path: &'a Arc<str>,
    bytes: &'a Arc<dyn ReadAt>,
    passwords: &'a [String],
}

impl Archive<'_> {
    fn listing(&self, limit: usize) -> Result<Listing, Failure> {
        let unreadable = |error: io::Error| (ProblemKind::Unreadable, error.to_string());
        let head = read_range(self.bytes.as_ref(), 0, HEAD).map_err(unreadable)?;
        let mut fields = Fields::new(head.get(12..).unwrap_or_default());
        let (Some(offset), Some(size), Some(crc)) = (fields.u64(), fields.u64(), fields.u32()) else {
            return Err((ProblemKind::Truncated, "it ends inside its first header".into()));
        };
        if size == 0 {
            return Err(match offset {
                0 if self.bytes.len() > HEAD as u64 => {
                    damaged("it was never finished: it has no list of members")
                }
                _ => (ProblemKind::Empty, "an archive without members".into()),
            });
        }
        let start = offset.saturating_add(HEAD as u64);
        if start.saturating_add(size) > self.bytes.len() {
            let text = "it is cut off: the list of its members stands at its end and is missing";
            return Err((ProblemKind::Truncated, text.into()));
        }
        if size > LIST {
            return Err(too_long());
        }
        let list = read_range(self.bytes.as_ref(), start, size as usize).map_err(unreadable)?;
        if crc32fast::hash(&list) != crc {
            return Err(damaged("the checksum of its list of members is wrong"));
        }
        self.parse(list, limit)
    }

    /// Reads a list of members; one that is packed is unpacked first, a few times over if need be.
    fn parse(&self, mut list: Vec<u8>, limit: usize) -> Result<Listing, Failure> {
        for _ in 0..4 {
            match list.split_first() {
                Some((1, rest)) => {
                    return Listing::read(rest, limit)
                        .ok_or_else(|| damaged("its list of members is broken"));
                }
                Some((0x17, rest)) => {
                    let streams = Streams::read(&mut Fields::new(rest), limit);
                    let streams = streams.ok_or_else(|| damaged("its packed list of members is broken"))?;
                    list = self.unpack_list(&streams)?;
                }
                _ => break,
            }
        }
        Err(damaged("it has no list of members where it should be"))
    }

    fn unpack_list(&self, streams: &Streams) -> Result<Vec<u8>, Failure> {
        let folder = streams
            .folders
            .first()
            .ok_or_else(|| damaged("its packed list of members is missing"))?;
        if folder.size() > LIST {
            return Err(too_long());
        }
        let stream = self.open(streams, folder)?;
        let mut list = Vec::new();
        let read = stream.take(folder.size()).read_to_end(&mut list);
        if read.is_err() || list.len() as u64 != folder.size() {
            return Err(damaged("its packed list of members does not unpack"));
        }
        Ok(list)
    }

    /// The plain bytes of a folder, under the first password that seems to fit.
    fn open(&self, streams: &Streams, folder: &Folder) -> Result<Box<dyn Read + Send>, Failure> {
        let (start, len) = folder.place(streams);
        let packed = || Cursor::new(Arc::new(Region::new(self.bytes.clone(), start, len)));
        let refused = |refused: Refused| match refused {
            Refused::Unread(what) => (
                ProblemKind::Unreadable,
                format!("packed by {what}, which is not read"),
            ),
            Refused::Window(bytes) => (
                ProblemKind::LimitHit,
                format!("unpacking wants {bytes} bytes of memory"),
            ),
            Refused::Broken(what) => (ProblemKind::Damaged, what),
        };
        if !folder.is_encrypted() {
            return stack::open(folder, packed(), "").map_err(refused);
        }
        if self.passwords.is_empty() {
            return Err((ProblemKind::Encrypted, "needs a password".into()));
        }
        for password in self.passwords {
            // noise in place of a packed stream may be refused at once
            let trial = match stack::open(folder, packed(), password) {
                Err(Refused::Broken(_)) => continue,
                other => other.map_err(refused)?,
            };
            // noise may also read as a packed stream that ends at once
            let whole = TRIAL.min(folder.size());
            if io::copy(&mut trial.take(whole), &mut io::sink()).is_ok_and(|count| count == whole) {
                return stack::open(folder, packed(), password).map_err(refused);
            }
        }
        let count = self.passwords.len();
        Err((
            ProblemKind::Encrypted,
            match count {
                1 => "needs a password; the one given does not open it".to_owned(),
                count => format!("needs a password; none of the {count} given opens it"),
            },
        ))
    }

    fn members(&self, walk: &mut Walk<'_>, listing: Listing, depth: u32) {
        if listing.files.is_empty() {
            walk.problem(
                self.path,
                self.path,
                ProblemKind::Empty,
                "an archive without members",
            );
        }
        let mut held: Option<(usize, Option<Arc<dyn ReadAt>>)> = None;
        for file in &listing.files {
            walk.count();
            if file.is_folder {
                continue;
            }
            let path = walk.name(format!(
                "{}!/{}",
                self.path,
                clean(file.name.as_bytes(), From::Archive)
            ));
            let Some(part) = file.part else {
                let bytes = Arc::new(Vec::new());
                walk.take(self.path, &path, Content::Plain { bytes, crc: None }, depth);
                continue;
            };
            if held.as_ref().is_none_or(|(folder, _)| *folder != part.folder) {
                held = Some((part.folder, self.unpack(walk, &listing.streams, part.folder)));
            }
            if let Some((_, bytes)) = &held {
                self.member(walk, file, &path, bytes.as_ref(), depth);
            }
        }
        if listing.more {
            walk.problem(self.path, self.path, ProblemKind::LimitHit, walk.full_text());
        }
    }

    /// Unpacks a folder; why it cannot be is said once, for the archive.
    fn unpack(&self, walk: &mut Walk<'_>, streams: &Streams, number: usize) -> Option<Arc<dyn ReadAt>> {
        let folder = streams.folders.get(number)?;
        match self.open(streams, folder) {
            Ok(stream) => {
                let (_, packed) = folder.place(streams);
                walk.hold(self.path, stream.take(folder.size()), packed)
            }
            Err((kind, text)) => {
                walk.problem(self.path, self.path, kind, text);
                None
            }
        }
    }

    fn member(
        &self,
        walk: &mut Walk<'_>,
        file: &File,
        path: &Arc<str>,
        held: Option<&Arc<dyn ReadAt>>,
        depth: u32,
    ) {
        let (Some(held), Some(part)) = (held, file.part) else {
            walk.problem(
                self.path,
                path,
                ProblemKind::Unreadable,
                "its part of the archive cannot be unpacked",
            );
            return;
        };
        if file.is_link {
            walk.problem(
                self.path,
                path,
                ProblemKind::Unsupported,
                "a link, which is not followed",
            );
            return;
        }
        let region: Arc<dyn ReadAt> = Arc::new(Region::new(held.clone(), part.start, part.size));
        if region.len() < part.size {
            let text = format!("ends after {} bytes of {}", region.len(), part.size);
            walk.problem(self.path, path, ProblemKind::Truncated, text);
            if region.is_empty() {
                return;
            }
        } else if part.crc.is_some_and(|crc| checksum(&region) != Some(crc)) {
            let text = "its checksum is wrong; its bytes are used all the same";
            walk.problem(self.path, path, ProblemKind::Damaged, text);
        }
        let content = Content::Plain {
            bytes: region,
            crc: part.crc,
        };
        walk.take(self.path, path, content, depth);
    }
}

/// CRC-32 of bytes that lie somewhere.
fn checksum(bytes: &Arc<dyn ReadAt>) -> Option<u32> {
    let mut crc = crc32fast::Hasher::new();
    let mut stream = Cursor::new(bytes.clone());
    let mut buffer = vec![0; 64 << 10];
    loop {
        match stream.read(&mut buffer).ok()? {
            0 => return Some(crc.finalize()),
            count => crc.update(buffer.get(..count)?),
        }
    }
}

#[cfg(test)]
mod tests;
