//! What the customer sent, as a list of artifacts that can be opened: a folder, a file, an archive, archives in
//! archives. Containers are told by their content and read where they lie; nothing is unpacked to a folder.
//!
//! Owns archives, paths inside a bundle and the limits on unpacking. Must not know the formats of logs.
//!
//! A path inside a bundle starts with the base name of what was named and has `!/` before what lies in an archive:
//! `case.zip!/logs/Security.evtx`. Paths are labels: none is ever opened, so none can lead anywhere. A file that
//! is only packed (`Robot.log.gz`) keeps its own path.
//!
//! ```
//! use logonscope::{Limits, bundle};
//!
//! let bundle = bundle::open_memory("note.txt", b"0x80070520".to_vec(), &Limits::default());
//! assert_eq!(&*bundle.members[0].path, "note.txt");
//! ```
#![deny(clippy::indexing_slicing, clippy::string_slice)]

mod cab;
mod codec;
mod content;
mod digest;
mod duplicate;
mod fingerprint;
mod folder;
mod hold;
#[cfg(feature = "diagnose")]
pub mod layout;
mod magic;
mod mail;
mod path;
mod problems;
#[cfg(feature = "archives")]
mod sevenz;
mod share;
mod tar;
mod walk;
mod zip;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use crate::error::Result;
use crate::limits::Limits;
use crate::model::{Origin, Problem, ProblemKind};
use crate::source::Source;
use content::Content;
pub use fingerprint::{Fingerprint, fingerprint};
use walk::Walk;

/// Everything that was sent, in the order of its paths.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Bundle {
    /// What can be opened, sorted by path. The same bytes are listed once.
    pub members: Vec<Member>,
    /// What cannot, sorted by place.
    pub problems: Vec<Problem>,
}

/// One artifact of a bundle.
pub struct Member {
    /// The path inside the bundle, `/` between components, `!/` before what lies in an archive.
    pub path: Arc<str>,
    /// Bytes, if known before reading. An archive may lie about it; reading tells.
    pub size: Option<u64>,
    /// Where else the same bytes lie in the bundle.
    pub duplicates: Vec<Arc<str>>,
    content: Content,
    allowance: u64,
}

impl Member {
    /// Opens the artifact: positioned bytes for a file on disk and for members that lie in an archive as they
    /// are or are held, a stream for packed ones. May be called again, and from several threads.
    ///
    /// A stream that was cut by a limit, that ends early or whose checksum is wrong ends with an error that
    /// [`StreamEnd::of`](crate::source::StreamEnd::of) explains; what came before is good to use.
    ///
    /// # Errors
    /// When the file is gone or the head of a packed stream is broken.
    pub fn open(&self) -> Result<Source, Problem> {
        self.content
            .open_within(self.allowance)
            .map_err(|error| walk::unreadable(&self.path, &error))
    }
}

impl fmt::Debug for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Member")
            .field("path", &self.path)
            .field("size", &self.size)
            .field("duplicates", &self.duplicates)
            .finish_non_exhaustive()
    }
}

/// Opens files and folders as one bundle.
///
/// # Errors
/// When one of the paths does not exist or cannot be read at all. Damage inside is a [`Problem`].
pub fn open(paths: &[PathBuf], limits: &Limits) -> Result<Bundle> {
    open_with_passwords(paths, limits, &[])
}

/// Opens files and folders as one bundle, trying each password on everything that is encrypted.
///
/// # Errors
/// As [`open`].
pub fn open_with_passwords(paths: &[PathBuf], limits: &Limits, passwords: &[String]) -> Result<Bundle> {
    let mut walk = Walk::new(limits, passwords);
    for path in paths {
        folder::take(&mut walk, path)?;
    }
    Ok(walk.finish())
}

/// Opens bytes in memory as if they were a file of this name.
pub fn open_memory(name: &str, bytes: Vec<u8>, limits: &Limits) -> Bundle {
    open_memory_with_passwords(name, bytes, limits, &[])
}

/// As [`open_memory`], trying each password on everything that is encrypted.
pub fn open_memory_with_passwords(
    name: &str,
    bytes: Vec<u8>,
    limits: &Limits,
    passwords: &[String],
) -> Bundle {
    let mut walk = Walk::new(limits, passwords);
    let root = walk.name(path::clean(name.as_bytes(), path::From::Disk));
    let bytes = Arc::new(bytes);
    walk.take(&root, &root, Content::Plain { bytes, crc: None }, 0);
    walk.finish()
}

/// Opens several buffers in memory as one bundle, each as if it were a file of its name. What is shared already is not copied. Each
/// password is tried on everything that is encrypted.
pub fn open_buffers<N: AsRef<str>, B: Into<Arc<[u8]>>>(
    buffers: impl IntoIterator<Item = (N, B)>,
    limits: &Limits,
    passwords: &[String],
) -> Bundle {
    let mut walk = Walk::new(limits, passwords);
    for (name, bytes) in buffers {
        let root = walk.name(path::clean(name.as_ref().as_bytes(), path::From::Disk));
        let bytes: Arc<[u8]> = bytes.into();
        let bytes = Arc::new(bytes);
        walk.take(&root, &root, Content::Plain { bytes, crc: None }, 0);
    }
    walk.finish()
}

fn problem(path: &Arc<str>, kind: ProblemKind, detail: impl Into<String>) -> Problem {
    Problem::new(kind, Origin::artifact(path.clone()), detail)
}

#[cfg(test)]
mod tests;
