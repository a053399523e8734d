//! From the entries of a zip to members of the bundle.

use std::sync::Arc;

use super::seal::{Cipher, Key};
use super::{Listing, Placed, directory, list};
use crate::bundle::codec::Codec;
use crate::bundle::content::{Content, Packed};
use crate::bundle::magic::HEAD;
use crate::bundle::path::{From, clean, zip_name};
use crate::bundle::walk::Walk;
use crate::model::ProblemKind;
use crate::source::ReadAt;

/// After so many members of one zip that no password opens, the others are not tried: each try costs a millisecond.
const TRIES: u32 = 8;

/// Takes all members of a zip.
pub(in crate::bundle) fn take(walk: &mut Walk<'_>, path: &Arc<str>, bytes: &Arc<dyn ReadAt>, depth: u32) {
    let listing = match list(bytes, walk.room()) {
        Ok(listing) => listing,
        Err(error) => {
            walk.problem(path, path, ProblemKind::Unreadable, error.to_string());
            return;
        }
    };
    state(walk, path, bytes, &listing);
    let mut zip = Zip {
        path,
        bytes,
        depth,
        tries: TRIES,
    };
    for placed in listing.entries {
        walk.count();
        if !placed.entry.is_folder() {
            zip.entry(walk, placed);
        }
    }
    if listing.more {
        walk.problem(path, path, ProblemKind::LimitHit, walk.full_text());
    }
}

/// Says what is wrong with a zip as a whole.
fn state(walk: &mut Walk<'_>, path: &Arc<str>, bytes: &Arc<dyn ReadAt>, listing: &Listing) {
    let (kind, text) = if directory::is_encrypted(bytes.as_ref()).unwrap_or(false) {
        (
            ProblemKind::Encrypted,
            "even its list of members is encrypted".into(),
        )
    } else if let Some(damage) = &listing.damage {
        let found = listing.entries.len();
        let kind = if found == 0 {
            ProblemKind::Damaged
        } else {
            ProblemKind::Truncated
        };
        (kind, format!("{damage}; {found} members were found in it"))
    } else if listing.entries.is_empty() && !listing.more {
        (ProblemKind::Empty, "an archive without members".into())
    } else {
        return;
    };
    walk.problem(path, path, kind, text);
}

/// One zip while its members are taken.
struct Zip<'a> {
    path: &'a Arc<str>,
    bytes: &'a Arc<dyn ReadAt>,
    depth: u32,
    tries: u32,
}

impl Zip<'_> {
    fn entry(&mut self, walk: &mut Walk<'_>, placed: Placed) {
        let shown = clean(&zip_name(&placed.entry.name), From::Archive);
        let path = walk.name(format!("{}!/{shown}", self.path));
        match self.content(walk, &placed) {
            Ok(content) => walk.take(self.path, &path, content, self.depth),
            Err((kind, text)) => walk.problem(self.path, &path, kind, text),
        }
    }

    /// Where the bytes of an entry lie, or why they cannot be had.
    fn content(&mut self, walk: &Walk<'_>, placed: &Placed) -> Result<Content, (ProblemKind, String)> {
        let entry = &placed.entry;
        let Some(coded) = placed.bytes(self.bytes) else {
            let text = "there is no member where the directory says";
            return Err((ProblemKind::Damaged, text.into()));
        };
        if placed.shared {
            let text = "lies over another member of the same archive and is left out";
            return Err((ProblemKind::Damaged, text.into()));
        }
        if entry.link {
            return Err((ProblemKind::Unsupported, "a link, which is not followed".into()));
        }
        let Some(codec) = entry.codec() else {
            let text = format!("packed by zip method {}, which is not read", entry.method);
            return Err((ProblemKind::Unreadable, text));
        };
        let packed = Packed {
            bytes: coded,
            codec,
            size: entry.size,
            crc: entry.crc,
            cut: placed.cut,
            key: None,
        };
        match entry.cipher {
            Some(cipher) => self.unlock(walk, cipher, packed),
            None if codec == Codec::Stored && !placed.cut => Ok(Content::Plain {
                bytes: packed.bytes,
                crc: packed.crc,
            }),
            None => Ok(Content::Packed(packed)),
        }
    }

    /// Finds the password that opens an entry.
    fn unlock(
        &mut self,
        walk: &Walk<'_>,
        cipher: Cipher,
        packed: Packed,
    ) -> Result<Content, (ProblemKind, String)> {
        if cipher == Cipher::Other {
            return Err((
                ProblemKind::Encrypted,
                "encrypted in a way that is not read".into(),
            ));
        }
        let passwords = walk.passwords;
        if passwords.is_empty() {
            return Err((ProblemKind::Encrypted, "needs a password".into()));
        }
        let fits = |key: &Key| {
            let content = Content::Packed(packed.with_key(key.clone()));
            // a wrong password that passes the check gives noise, which does not unpack
            content.head(HEAD).is_ok()
        };
        let key = passwords
            .iter()
            .filter(|_| self.tries > 0)
            .filter_map(|password| cipher.key(packed.bytes.as_ref(), password).ok().flatten())
            .find(fits);
        match key {
            Some(key) => Ok(Content::Packed(packed.with_key(key))),
            None => {
                self.tries = self.tries.saturating_sub(1);
                let text = match passwords.len() {
                    1 => "needs a password; the one given does not open it".to_owned(),
                    count => format!("needs a password; none of the {count} given opens it"),
                };
                Err((ProblemKind::Encrypted, text))
            }
        }
    }
}
