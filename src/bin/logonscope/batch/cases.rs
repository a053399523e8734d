//! What the cases of a batch are, and what their folders are called.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use logonscope::report::pseudonym::Names;

use crate::hide::Vault;
use crate::output;
use crate::status::Failure;

/// One thing to diagnose by itself.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    /// The name of its folder in the results, and of the case in every table.
    pub(crate) name: String,
    /// Where it lies.
    pub(crate) path: PathBuf,
    /// The same as results may tell it.
    pub(crate) source: String,
    /// Bytes on disk.
    pub(crate) bytes: u64,
}

/// Names of what lies beside the folders of cases.
pub(crate) const TAKEN: [&str; 4] = ["manifest.json", "cases.csv", "incidents.csv", "parquet"];

/// Characters of a folder's name.
const NAME: usize = 80;

/// Every file and folder directly under each input, and every input that is a file; by name. Hidden ones and links are left
/// out, and so are the results themselves.
pub(crate) fn find(inputs: &[PathBuf], out: &Path) -> Result<Vec<Case>, Failure> {
    let mut paths = Vec::new();
    let results = out.canonicalize().ok();
    for input in inputs {
        let failed = |error: std::io::Error| Failure::new(format!("{}: {error}", input.display()));
        if !std::fs::metadata(input).map_err(failed)?.is_dir() {
            paths.push(input.clone());
            continue;
        }
        // What is no link lies where its folder does.
        let folder = input.canonicalize().ok();
        for child in std::fs::read_dir(input).map_err(failed)? {
            let child = child.map_err(failed)?;
            let place = folder.as_ref().map(|folder| folder.join(child.file_name()));
            let is_results = place.is_some() && place == results;
            let hidden = is_hidden(child.file_name().as_encoded_bytes());
            let kind = child.file_type().map_err(failed)?;
            if kind.is_symlink() {
                output::warn(&format!(
                    "{}: a link, which is not followed",
                    child.path().display()
                ));
            } else if !kind.is_file() && !kind.is_dir() {
                output::warn(&format!(
                    "{}: neither a file nor a folder, left out",
                    child.path().display()
                ));
            } else if !hidden && !is_results {
                paths.push(child.path());
            }
        }
    }
    paths.sort();
    paths.dedup();
    Ok(name(paths))
}

/// Replaces the names of cases and of where they lie: they are often those of customers.
pub(crate) fn conceal(cases: &mut [Case], vault: &mut Vault) -> Result<(), Failure> {
    let mut names = Names::new();
    for case in cases.iter() {
        names.of_path(&case.source);
    }
    vault.with(&names, |veil| {
        for case in cases.iter_mut() {
            case.name = veil.path(&case.name);
            case.source = veil.path(&case.source);
        }
        Ok(())
    })?;
    cases.sort_by(|a, b| (&a.name, &a.path).cmp(&(&b.name, &b.path)));
    Ok(())
}

/// Whether a name is one that people hide: one dot before other letters. `..zip` is a slip, and a case.
fn is_hidden(name: &[u8]) -> bool {
    matches!(name, [b'.', second, ..] if *second != b'.')
}

/// Gives each path a name that is good on every file system and follows from the name it has, wherever it lies. Only where
/// two would have the same does the path count too, for all of them: not their order.
fn name(paths: Vec<PathBuf>) -> Vec<Case> {
    let wanted: Vec<String> = paths.iter().map(|path| wanted(path)).collect();
    let mut count: BTreeMap<String, u32> = BTreeMap::new();
    for name in wanted.iter().map(String::as_str).chain(TAKEN) {
        *count.entry(name.to_lowercase()).or_default() += 1;
    }
    let mut cases: Vec<Case> = paths
        .into_iter()
        .zip(wanted)
        .map(|(path, wanted)| Case {
            name: match count.get(&wanted.to_lowercase()) {
                Some(1) => wanted,
                _ => format!("{wanted}-{}", mark(&path)),
            },
            bytes: bytes(&path),
            source: path.to_string_lossy().into_owned(),
            path,
        })
        .collect();
    cases.sort_by(|a, b| (&a.name, &a.path).cmp(&(&b.name, &b.path)));
    cases
}

/// The base name, marked where something was taken out of it.
fn wanted(path: &Path) -> String {
    let plain = plain(path);
    let base = path.file_name().unwrap_or_default();
    if base.as_encoded_bytes() == plain.as_bytes() {
        plain
    } else {
        format!("{plain}-{}", mark(Path::new(base)))
    }
}

/// The base name with what some file system or shell could stumble over taken out.
fn plain(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let mut plain: String = name
        .chars()
        .map(|character| {
            if character.is_ascii_alphanumeric() || matches!(character, '.' | '_' | '-') {
                character
            } else {
                '_'
            }
        })
        .take(NAME)
        .collect();
    let stem = plain.split('.').next().unwrap_or_default().to_ascii_uppercase();
    let device = matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL")
        || (stem.len() == 4 && (stem.starts_with("COM") || stem.starts_with("LPT")));
    if device || plain.is_empty() || plain.starts_with(['.', '-']) {
        plain.insert(0, '_');
    }
    while plain.ends_with('.') {
        plain.pop();
    }
    plain
}

/// Sixteen hexadecimal digits that follow from the path: FNV-1a over its bytes.
fn mark(path: &Path) -> String {
    let hash = path
        .as_os_str()
        .as_encoded_bytes()
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
        });
    format!("{hash:016x}")
}

/// Bytes of a file, or of all files below a folder; what cannot be told counts nothing.
fn bytes(path: &Path) -> u64 {
    let mut pending = vec![path.to_path_buf()];
    let mut total = 0_u64;
    while let Some(path) = pending.pop() {
        match std::fs::symlink_metadata(&path) {
            Ok(meta) if meta.is_dir() => {
                let listing = std::fs::read_dir(&path).into_iter().flatten();
                pending.extend(listing.filter_map(|entry| entry.ok().map(|entry| entry.path())));
            }
            Ok(meta) => total = total.saturating_add(meta.len()),
            Err(_) => {}
        }
    }
    total
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_safe_and_each_is_given_once() {
        let paths = [
            "in/case-1.zip",
            "in/a b.zip",
            "in/a_b.zip",
            "in/CON.zip",
            "in/Case-1.zip",
            "two/x.zip",
            "in/cases.csv",
            "in/...",
        ];
        let cases = name(paths.iter().map(PathBuf::from).collect());
        let mut seen = std::collections::BTreeSet::new();
        for case in &cases {
            assert!(seen.insert(case.name.to_lowercase()), "{}", case.name);
            assert!(
                !TAKEN.contains(&&*case.name) && !case.name.starts_with('.') && !case.name.ends_with('.')
            );
        }
        let of = |path: &str| {
            &*cases
                .iter()
                .find(|case| case.path == Path::new(path))
                .unwrap()
                .name
        };
        assert_eq!(of("two/x.zip"), "x.zip");
        assert!(of("in/a b.zip").starts_with("a_b.zip-"));
        assert!(of("in/CON.zip").starts_with("_CON.zip-"));
        let alone = name(vec![PathBuf::from("elsewhere/a b.zip")]);
        assert_eq!(alone[0].name, of("in/a b.zip"), "wherever it lies");
    }
}
