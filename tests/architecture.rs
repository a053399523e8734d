//! Holds the order of the layers: `error, limits, source <- model <- { bundle, reader, knowledge } <- diagnose` and `model <- report`;
//! the program sees the library from outside. Names the line that breaks it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

use std::fs;
use std::path::{Path, PathBuf};

/// Each layer and what it may name of the crate. `Error`, `Result` and `Limits` are re-exports of the lowest layer.
const LAYERS: &[(&str, &[&str])] = &[
    ("error", &["model"]),  // in its documentation
    ("limits", &["model"]), // in its documentation
    ("source", &["error", "limits"]),
    ("model", &["error", "limits", "source"]),
    ("bundle", &["error", "limits", "source", "model"]),
    ("reader", &["error", "limits", "source", "model"]),
    ("knowledge", &["error", "limits", "source", "model"]),
    (
        "parse",
        &["error", "limits", "source", "model", "bundle", "reader"],
    ),
    (
        "diagnose",
        &[
            "error",
            "limits",
            "source",
            "model",
            "bundle",
            "reader",
            "knowledge",
            "parse",
        ],
    ),
    ("report", &["error", "limits", "model"]),
    ("tables", &["model"]),
];
/// The rooms of `diagnose`, each above those that stand before it. A file of a room names its own room and lower ones.
const ROOMS: &[&str] = &[
    "timeline",
    "ledgers",
    "derivers",
    "incidents",
    "weighing",
    "answer",
];
const ANYWHERE: &[&str] = &["Error", "Result", "Limits"];

fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            // A folder with a manifest of its own is another package.
            if !path.join("Cargo.toml").exists() {
                rust_files(&path, files);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The layer of a file: the first part of its path below `src`.
fn layer(path: &Path) -> String {
    let relative = path.strip_prefix(source()).unwrap();
    let first = relative
        .components()
        .next()
        .unwrap()
        .as_os_str()
        .to_string_lossy()
        .into_owned();
    first.trim_end_matches(".rs").to_owned()
}

/// Everything that code names of its crate, with the line: every `crate::NAME`, and each NAME of `crate::{a::X, b::Y}`. Comments do
/// not count.
fn named(text: &str) -> Vec<(usize, String)> {
    let code: Vec<&str> = text
        .lines()
        .map(|line| {
            if line.trim_start().starts_with("//") {
                ""
            } else {
                line
            }
        })
        .collect();
    let code = code.join("\n");
    let mut names = Vec::new();
    let mut parts = code.split("crate::");
    let mut before = parts.next().unwrap_or_default();
    let mut line = 1 + before.matches('\n').count();
    for part in parts {
        let glued = before
            .chars()
            .next_back()
            .is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '$');
        if !glued {
            let found = part
                .strip_prefix('{')
                .map_or_else(|| vec![head(part)], group_heads);
            names.extend(found.into_iter().map(|name| (line, name)));
        }
        line += part.matches('\n').count();
        before = part;
    }
    names
}

fn head(text: &str) -> String {
    text.trim_start()
        .chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect()
}

/// The first name of each member of a braced list, as far as its closing brace.
fn group_heads(group: &str) -> Vec<String> {
    let mut members = vec![String::new()];
    let mut depth = 0;
    for c in group.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => members.push(String::new()),
            c if depth == 0 => members.last_mut().unwrap().push(c),
            _ => {}
        }
    }
    members
        .iter()
        .map(|member| head(member))
        .filter(|name| !name.is_empty())
        .collect()
}

/// What a file names and may not, up to its unit tests, as `file:line`.
fn violations(path: &Path, allowed: impl Fn(&str) -> bool) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap();
    let tests = text
        .lines()
        .position(|line| line.trim() == "mod tests {")
        .unwrap_or(usize::MAX);
    named(&text)
        .into_iter()
        .filter(|(line, name)| *line <= tests && !allowed(name))
        .map(|(line, name)| format!("{}:{line} names crate::{name}", path.display()))
        .collect()
}

#[test]
fn layers_name_only_what_lies_below_them() {
    let mut files = Vec::new();
    rust_files(&source(), &mut files);
    let mut broken = Vec::new();
    let mut checked = 0;
    for path in files
        .iter()
        .filter(|path| !path.starts_with(source().join("bin")))
    {
        let own = layer(path);
        if own == "lib" {
            continue;
        }
        // The build script of the knowledge is a program of its own; a macro's `crate` is the layer it stands in.
        let below = LAYERS
            .iter()
            .find(|(name, _)| *name == own)
            .unwrap_or_else(|| panic!("{}: {own} is no layer; put it into {}", path.display(), file!()))
            .1;
        let tests = path
            .file_name()
            .is_some_and(|name| name.to_string_lossy().contains("tests"))
            || path.components().any(|part| part.as_os_str() == "tests");
        if tests {
            continue;
        }
        checked += 1;
        broken.extend(violations(path, |name| {
            name == own || below.contains(&name) || ANYWHERE.contains(&name)
        }));
    }
    assert!(checked > 50, "only {checked} files were looked at");
    assert!(
        broken.is_empty(),
        "imports that point the wrong way:\n{}",
        broken.join("\n")
    );
}

/// What a line names of the rooms of `diagnose`, by its whole path or upward out of its own room.
fn rooms_named(code: &str) -> Vec<String> {
    ["crate::diagnose::", "super::super::"]
        .iter()
        .flat_map(|start| code.split(start).skip(1))
        .map(head)
        .filter(|name| !name.is_empty() && name != "super")
        .collect()
}

/// Each line of a room of `diagnose` that names what stands above it, before its unit tests.
fn upward(room: &str, text: &str) -> Vec<(usize, String)> {
    let below = ROOMS.iter().take_while(|name| **name != room);
    let allowed: Vec<&str> = below.copied().chain([room]).collect();
    let lines = text.lines().take_while(|line| line.trim() != "mod tests {");
    let code = lines.enumerate().filter(|(_, line)| {
        !line.trim_start().starts_with("//") && !line.contains("pub(in crate::diagnose)")
    });
    code.flat_map(|(number, line)| {
        let named = rooms_named(line).into_iter();
        named.map(move |name| (number + 1, name))
    })
    .filter(|(_, name)| !allowed.contains(&name.as_str()))
    .collect()
}

#[test]
fn rooms_of_the_engine_name_only_what_lies_below_them() {
    let mut checked = 0;
    for room in ROOMS.iter().skip(1) {
        let mut files = Vec::new();
        rust_files(&source().join("diagnose").join(room), &mut files);
        for path in files.iter().filter(|path| !path.ends_with("tests.rs")) {
            // `super::super::` in a folder within a room is the room itself.
            let text = fs::read_to_string(path).unwrap();
            let broken = upward(room, &text);
            assert!(
                broken.is_empty(),
                "{} names what stands above it: {broken:?}",
                path.display()
            );
            checked += 1;
        }
    }
    assert!(checked > 25, "only {checked} files were looked at");
    assert_eq!(
        upward(
            "ledgers",
            "use crate::diagnose::timeline::host;\nuse crate::diagnose::weighing::bench;"
        ),
        [(2, "weighing".to_owned())]
    );
    assert_eq!(
        upward("timeline", "use super::super::answer;"),
        [(1, "answer".to_owned())]
    );
}

/// The program is another crate: what it names as `crate::` are its own modules, and it includes no file of the library.
#[test]
fn the_program_sees_the_public_interface_only() {
    let folder = source().join("bin/logonscope");
    let mut files = Vec::new();
    rust_files(&folder, &mut files);
    let own: Vec<String> = files
        .iter()
        .flat_map(|path| [path.file_stem(), path.parent().and_then(Path::file_name)])
        .map(|name| name.unwrap().to_string_lossy().into_owned())
        .chain(["Cli".to_owned()])
        .collect();
    for path in &files {
        let broken = violations(path, |name| own.iter().any(|own| own == name));
        assert!(broken.is_empty(), "{}", broken.join("\n"));
        let text = fs::read_to_string(path).unwrap();
        for (number, line) in text.lines().enumerate() {
            let reaches = line.contains("#[path") || line.contains("include!(");
            assert!(
                !reaches,
                "{}:{} reaches around the public interface",
                path.display(),
                number + 1
            );
        }
    }
}

#[test]
fn names_are_found_in_every_form() {
    let names = |code: &str| -> Vec<String> { named(code).into_iter().map(|(_, name)| name).collect() };
    assert_eq!(names("use crate::model::{Event, Fact};"), ["model"]);
    assert_eq!(
        names("use crate::{Error, model::Event, reader::{self, Context}};"),
        ["Error", "model", "reader"]
    );
    assert_eq!(
        named("\nuse crate::{\n    Error,\n};\nlet x = crate::bundle::open();"),
        [(2, "Error".to_owned()), (5, "bundle".to_owned())]
    );
    assert!(names("mycrate::x $crate::y\n// crate::z").is_empty());
}
