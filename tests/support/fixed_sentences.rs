//! The sentences of the knowledge that are the same in every report: titles, remedies, commands, meanings.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The members of the files of the knowledge that hold sentences for people, and those whose texts are others'.
const FIXED: &[&str] = &[
    "title",
    "summary",
    "explanation",
    "remediation",
    "risk",
    "verify",
    "conflicts",
    "ask",
    "remark",
    "elsewhere",
    "export",
    "say",
    "meaning",
    "good_for",
    "symbol",
    "name",
    "note",
    "usual",
    "caution",
    "alias",
    "provider",
    "channel",
    "fields",
];
const OTHERS: &[&str] = &["heard", "case", "concept", "told", "regex", "where"];

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "toml") {
            found.push(path);
        }
    }
}

fn sentences(value: &toml::Value, under: &str, found: &mut BTreeSet<String>) {
    match value {
        toml::Value::Table(table) => {
            let members = table.iter().filter(|(name, _)| !OTHERS.contains(&name.as_str()));
            members.for_each(|(name, member)| sentences(member, name, found));
        }
        toml::Value::Array(items) => items.iter().for_each(|item| sentences(item, under, found)),
        toml::Value::String(text) if FIXED.contains(&under) => {
            found.insert(text.clone());
        }
        _ => {}
    }
}

/// Every fixed sentence, its gaps closed.
pub(crate) fn fixed_sentences() -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/knowledge/data");
    let mut paths = vec![root.join("sources.toml"), root.join("changes.toml")];
    for folder in ["causes", "signals", "symptoms", "codes", "events"] {
        files(&root.join(folder), &mut paths);
    }
    let mut found = BTreeSet::new();
    for path in paths {
        let text = fs::read_to_string(&path).unwrap();
        sentences(&toml::Value::Table(text.parse().unwrap()), "", &mut found);
    }
    let mut gap = String::new();
    found
        .iter()
        .map(|text| {
            gap.clear();
            let mut depth = 0_u32;
            for letter in text.chars() {
                match letter {
                    '{' => depth += 1,
                    '}' => depth = depth.saturating_sub(1),
                    letter if depth == 0 => gap.push(letter),
                    _ => {}
                }
            }
            gap.clone()
        })
        .collect()
}
