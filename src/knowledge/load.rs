//! Reads the files of the knowledge, of a folder or built in. Owns which file is what; what they hold is sorted in [`parts`](super::parts), and
//! its references are resolved in [`resolve`](super::resolve).

use std::path::Path;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, Deserializer};

use super::condition::Compile;
use super::content_hash::hash;
use super::parts::Parts;
use super::resolve::resolve;
use super::rules::{Apart, Stored};
use super::schema::CauseDef;
use super::{BuiltIn, EMBEDDED_HASH, Knowledge, bad};
use crate::error::{Error, Result};

/// A folder of knowledge that is larger than this is not one.
const MAX_FILES: usize = 10_000;
const MAX_FILE_BYTES: u64 = 4 << 20;

/// Adds the TOML files below `folder`, by their path under `root`.
pub(super) fn collect(
    root: &Path,
    folder: &Path,
    depth: u32,
    files: &mut Vec<(String, String)>,
) -> Result<()> {
    let name = |path: &Path| path.display().to_string();
    let listing = std::fs::read_dir(folder).map_err(|error| Error::io(name(folder), error))?;
    let mut paths: Vec<_> = listing
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .collect();
    paths.sort();
    for path in paths {
        if path.is_dir() && depth < 8 {
            collect(root, &path, depth + 1, files)?;
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            let size = std::fs::metadata(&path)
                .map_err(|error| Error::io(name(&path), error))?
                .len();
            if size > MAX_FILE_BYTES || files.len() >= MAX_FILES {
                return Err(bad(&name(&path), "too large to be knowledge"));
            }
            let text = std::fs::read_to_string(&path).map_err(|error| Error::io(name(&path), error))?;
            let relative = path
                .strip_prefix(root)
                .unwrap_or(&path)
                .to_string_lossy()
                .replace('\\', "/");
            files.push((relative, text));
        }
    }
    Ok(())
}

/// Loads files in order; later entries replace earlier ones of the same id. Expressions are taken in the way given.
pub(super) fn load(files: &[(&str, &str)], compile: Compile) -> Result<Knowledge> {
    let mut parts = Parts::default();
    for &(path, text) in files {
        let table = DeTable::parse(text).map_err(|error| bad(path, error))?;
        let kind = Kind::of(
            path,
            |key| table.get_ref().contains_key(key),
            table.get_ref().is_empty(),
        )?;
        let origin: Arc<str> = Arc::from(path);
        match kind {
            Kind::Cause => {
                let mut cause: CauseDef = typed(path, text, table)?;
                let apart = Apart {
                    cases: Stored::Read(std::mem::take(&mut cause.case)),
                    heard: Stored::Read(std::mem::take(&mut cause.heard)),
                    heard_terms: &[],
                    letters: None,
                };
                parts.cause(origin, cause, apart);
            }
            Kind::Symptom => parts.symptom(origin, typed(path, text, table)?),
            Kind::Definitions => parts.definitions(&origin, typed(path, text, table)?)?,
            Kind::Other => {}
        }
    }
    resolve(parts, hash(files.iter().copied()), compile)
}

/// Loads the files that are built in, from their images.
pub(super) fn load_built_in<'a>(
    files: impl IntoIterator<Item = &'a BuiltIn>,
    compile: Compile,
) -> Result<Knowledge> {
    let mut parts = Parts::default();
    for &BuiltIn {
        path,
        image,
        cases,
        heard,
        heard_terms,
        letters,
        ..
    } in files
    {
        let origin: Arc<str> = Arc::from(path);
        let wrong = |error| bad(path, error);
        match path.split_once('/') {
            Some(("causes", _)) => {
                let cause = serde_json::from_str(image).map_err(wrong)?;
                let apart = Apart {
                    cases: Stored::Image(cases),
                    heard: Stored::Image(heard),
                    heard_terms,
                    letters,
                };
                parts.cause(origin, cause, apart);
            }
            Some(("symptoms", _)) => parts.symptom(origin, serde_json::from_str(image).map_err(wrong)?),
            Some(("codes" | "events" | "sentences", _)) => {}
            _ => parts.definitions(&origin, serde_json::from_str(image).map_err(wrong)?)?,
        }
    }
    resolve(parts, EMBEDDED_HASH.to_owned(), compile)
}

/// The title of a cause among files that are built in.
pub(super) fn title(files: &[BuiltIn], id: &str) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Titled {
        id: String,
        title: String,
    }
    let name = format!("/{id}.toml");
    let of_causes = || files.iter().filter(|file| file.path.starts_with("causes/"));
    let named = of_causes().filter(|file| file.path.ends_with(&name));
    let titled = |file: &BuiltIn| serde_json::from_str::<Titled>(file.image).ok();
    let mut found = named.chain(of_causes()).filter_map(titled);
    Some(found.find(|titled| titled.id == id)?.title)
}

/// What a file holds.
enum Kind {
    Cause,
    Symptom,
    Definitions,
    /// Codes, their sentences and events lie in files of their own, under `codes/`, `sentences/` and `events/` or with nothing but
    /// `[[code]]`, a `language` or `[[event]]` in them; they are loaded elsewhere, as are zones.
    Other,
}

impl Kind {
    fn of(path: &str, has: impl Fn(&str) -> bool, is_empty: bool) -> Result<Self> {
        let definitions = [
            "signal",
            "source",
            "message",
            "setting",
            "change",
            "context",
            "concept",
            "labels",
            "label_words",
            "strings",
        ];
        Ok(if has("explains") {
            Self::Cause
        } else if has("anchor") {
            Self::Symptom
        } else if definitions.into_iter().any(&has) {
            Self::Definitions
        } else if has("code") || has("language") || has("event") || has("zone") || is_empty {
            Self::Other
        } else {
            return Err(bad(
                path,
                "neither a cause (explains), a symptom (anchor), nor [[signal]], [[source]], [[setting]], [[change]], [[message]], [[context]], [[concept]], [[event]], [[code]] or the sentences of a language",
            ));
        })
    }
}

/// What a file says, in its form; `text` shows the place of a mistake.
fn typed<T: DeserializeOwned>(path: &str, text: &str, table: Spanned<DeTable<'_>>) -> Result<T> {
    T::deserialize(Deserializer::from(table)).map_err(|mut error| {
        error.set_input(Some(text));
        bad(path, error)
    })
}
