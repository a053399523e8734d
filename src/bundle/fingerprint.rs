//! What tells whether the same thing was sent again: a hash over names and bytes as they lie on disk. Must not know
//! containers.

use std::fmt;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::digest::{Hash, digest};
use crate::error::{Error, Result};
use crate::limits::Stop;
use crate::source::Source;

/// SHA-256 over the names and bytes of all files of a bundle; shown in hexadecimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Fingerprint {
    hash: Hash,
    /// Bytes that went into it.
    pub bytes: u64,
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.hash.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// The fingerprint of a file or of all that lies in a folder. Names count from the last component of `path` on, so that it
/// is the same wherever the folder lies; times, owners and the order of a listing do not count, links are not followed.
///
/// # Errors
/// When the path does not exist, or `stop` ends the reading. A file inside a folder that cannot be read counts by its name.
pub fn fingerprint(path: &Path, stop: &Stop) -> Result<Fingerprint> {
    let failed = |error| Error::io(path.display().to_string(), error);
    let meta = fs::metadata(path).map_err(failed)?;
    let mut total = Total {
        hash: Sha256::new(),
        bytes: 0,
    };
    let name = path.file_name().unwrap_or_default().as_encoded_bytes().to_vec();
    if meta.is_dir() {
        let mut pending = vec![(name, path.to_path_buf())];
        while let Some((name, path)) = pending.pop() {
            let before = pending.len();
            match fs::symlink_metadata(&path) {
                Ok(meta) if meta.is_dir() => pending.extend(children(&name, &path)),
                Ok(meta) if meta.is_file() => total.file(&name, file(&path, stop).ok()),
                _ => total.file(&name, None),
            }
            // the list is taken from its end
            if let Some(new) = pending.get_mut(before..) {
                new.sort_by(|a, b| b.cmp(a));
            }
            if let Some(reason) = stop.reason() {
                return Err(failed(io::Error::other(reason.to_string())));
            }
        }
    } else if meta.is_file() {
        total.file(&name, Some(file(path, stop).map_err(failed)?));
    } else {
        // Opening a pipe waits for whoever writes to it, and a device may never end.
        return Err(failed(io::Error::other("neither a file nor a folder")));
    }
    Ok(Fingerprint {
        hash: total.hash.finalize().into(),
        bytes: total.bytes,
    })
}

fn children(name: &[u8], path: &Path) -> Vec<(Vec<u8>, PathBuf)> {
    let Ok(listing) = fs::read_dir(path) else {
        return Vec::new();
    };
    let child = |child: fs::DirEntry| {
        let inner = child.file_name();
        ([name, b"/", inner.as_encoded_bytes()].concat(), child.path())
    };
    listing.filter_map(|entry| entry.ok().map(child)).collect()
}

fn file(path: &Path, stop: &Stop) -> io::Result<(Hash, u64)> {
    let file = File::open(path)?;
    let len = file.metadata()?.len();
    let stream = Source::Stream(Box::new(file)).until(stop).into_stream();
    Ok((digest(stream)?, len))
}

struct Total {
    hash: Sha256,
    bytes: u64,
}

impl Total {
    fn file(&mut self, name: &[u8], content: Option<(Hash, u64)>) {
        self.hash.update((name.len() as u64).to_le_bytes());
        self.hash.update(name);
        match content {
            Some((hash, len)) => {
                self.hash.update([1]);
                self.hash.update(hash);
                self.bytes = self.bytes.saturating_add(len);
            }
            None => self.hash.update([0]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_bytes_count_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let case = |number: u32, files: &[(&str, &str)]| {
            let root = folder.path().join(number.to_string()).join("case");
            for (name, text) in files {
                let path = root.join(name);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, text).unwrap();
            }
            fingerprint(&root, &Stop::default()).unwrap()
        };
        let one = case(1, &[("a/b", "x"), ("c", "yy")]);
        assert_eq!(one.bytes, 3);
        assert_eq!(
            one,
            case(2, &[("c", "yy"), ("a/b", "x")]),
            "in any order and place"
        );
        assert_ne!(one, case(3, &[("a/b", "y"), ("c", "yy")]));
        assert_ne!(one, case(4, &[("ab", "x"), ("c", "yy")]));
        assert_ne!(one, case(5, &[("a/b", "x")]));
        assert_eq!(one.to_string().len(), 64);
        assert!(fingerprint(&folder.path().join("none"), &Stop::default()).is_err());
        let stop = Stop::default();
        stop.now();
        assert!(fingerprint(&folder.path().join("1/case"), &stop).is_err());
    }
}
