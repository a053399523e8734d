//! Files and folders on disk. Links are not followed, except one that the caller named.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::content::Content;
use super::path::{From, clean};
use super::walk::Walk;
use crate::error::{Error, Result};
use crate::model::ProblemKind;

/// Takes a file or a folder that the caller named.
pub(super) fn take(walk: &mut Walk<'_>, path: &Path) -> Result<()> {
    let failed = |error| Error::io(path.display().to_string(), error);
    let meta = fs::metadata(path).map_err(failed)?;
    let root = walk.name(base_name(path));
    if meta.is_dir() {
        let listing = fs::read_dir(path).map_err(failed)?;
        descend(walk, &root, path, listing);
    } else if meta.is_file() {
        // whether it can be read at all shows only when it is opened
        fs::File::open(path).map_err(failed)?;
        let content = Content::File {
            path: path.to_path_buf(),
            len: meta.len(),
        };
        walk.take(&root, &root, content, 0);
    } else {
        return Err(failed(std::io::Error::other("neither a file nor a folder")));
    }
    Ok(())
}

/// The name that paths inside the bundle start with: never where on this machine it lies.
fn base_name(path: &Path) -> String {
    let name = |path: &Path| Some(clean(path.file_name()?.as_encoded_bytes(), From::Disk));
    name(path)
        .or_else(|| name(&path.canonicalize().ok()?))
        .unwrap_or_else(|| "root".into())
}

/// A folder or file that waits for its turn.
struct Pending {
    path: PathBuf,
    shown: String,
    meta: std::io::Result<fs::Metadata>,
}

/// Walks a folder by a list and not by recursion, so that no depth of folders ends the stack.
fn descend(walk: &mut Walk<'_>, root: &Arc<str>, path: &Path, listing: fs::ReadDir) {
    let mut pending = children(walk, root, path, root, listing);
    while let Some(next) = pending.pop() {
        if walk.is_full() {
            walk.problem(root, root, ProblemKind::LimitHit, walk.full_text());
            return;
        }
        let meta = match next.meta {
            Ok(meta) => meta,
            Err(error) => {
                let shown = next.shown.into();
                walk.problem(root, &shown, ProblemKind::Unreadable, error.to_string());
                continue;
            }
        };
        if meta.is_dir() {
            match fs::read_dir(&next.path) {
                Ok(listing) => pending.extend(children(walk, root, &next.path, &next.shown, listing)),
                Err(error) => {
                    let shown = next.shown.into();
                    walk.problem(root, &shown, ProblemKind::Unreadable, error.to_string());
                }
            }
            continue;
        }
        let shown = walk.name(next.shown);
        walk.count();
        if meta.is_file() {
            let content = Content::File {
                path: next.path,
                len: meta.len(),
            };
            walk.take(root, &shown, content, 0);
        } else {
            let what = if meta.is_symlink() {
                "a link, which is not followed"
            } else {
                "neither a file nor a folder"
            };
            walk.problem(root, &shown, ProblemKind::Unsupported, what);
        }
    }
}

/// What lies directly in a folder, last name first: the list of what waits is taken from its end.
fn children(
    walk: &mut Walk<'_>,
    root: &Arc<str>,
    path: &Path,
    shown: &str,
    listing: fs::ReadDir,
) -> Vec<Pending> {
    let mut names = Vec::new();
    for child in listing {
        match child {
            Ok(child) => names.push(child.file_name()),
            Err(error) => {
                let folder = shown.into();
                walk.problem(root, &folder, ProblemKind::Unreadable, error.to_string());
                break;
            }
        }
    }
    names.sort_by(|a: &std::ffi::OsString, b| b.cmp(a));
    let pending = |name: &OsStr| {
        let path = path.join(name);
        Pending {
            shown: format!("{shown}/{}", clean(name.as_encoded_bytes(), From::Disk)),
            meta: fs::symlink_metadata(&path),
            path,
        }
    };
    names.iter().map(|name| pending(name)).collect()
}
