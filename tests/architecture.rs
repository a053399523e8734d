//! Holds the order of the layers: `error, limits, source <- model <- { bundle, reader, knowledge } <- diagnose` and `model <- report`;
//! the program sees the library from outside; files and functions are short. Names what breaks it.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use logonscope::knowledge::{DERIVED, Knowledge};

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
    "question",
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

/// The one file of Rust with names of providers, and the one with names of derived events, some of which symptoms share.
const OF_PROVIDERS: &str = "model/providers.rs";
const OF_DERIVED: &str = "knowledge/derived/declared.rs";
/// Providers whose names are everyday words: services, keys of the registry, columns, products. Layers that look at records have a use
/// for two of them only, as the kind of a machine and as the name of a product.
const EVERYDAY: &[&str] = &[
    "workstation",
    "uipath",
    "winlogon",
    "netlogon",
    "termservice",
    "uirobotsvc",
    "tcpip",
    "user32",
    "eventlog",
    "lsasrv",
    "termdd",
    "schannel",
    "power automate",
];

/// Names of providers in lower case, and ids of symptoms, by the built-in knowledge.
fn names_of_the_catalogue() -> (BTreeSet<String>, BTreeSet<String>) {
    let knowledge = Knowledge::embedded().unwrap();
    let signals = knowledge.signals().iter().flat_map(|signal| signal.providers());
    let sources = knowledge.sources().iter().map(|source| &source.provider);
    let providers = signals.chain(sources).map(|name| name.to_lowercase());
    let providers = providers.filter(|name| !name.starts_with(DERIVED) && !name.is_empty());
    let symptoms = knowledge.symptoms().iter().map(|symptom| symptom.id.to_string());
    (providers.collect(), symptoms.collect())
}

/// The literals of a file that are names of providers or ids of symptoms, each with its line, before its unit tests.
fn literals_of_the_catalogue(
    file: &str,
    text: &str,
    (providers, symptoms): &(BTreeSet<String>, BTreeSet<String>),
) -> Vec<(usize, String)> {
    let looks_at_records = file.starts_with("diagnose/") || file.starts_with("parse/");
    let everyday = if looks_at_records {
        &EVERYDAY[..2]
    } else {
        EVERYDAY
    };
    let is_name = |literal: &str| {
        let name = literal.to_lowercase();
        let of_windows = name.strip_prefix("microsoft-windows-");
        let of_provider = of_windows.is_some_and(|rest| !rest.is_empty()) || providers.contains(&name);
        of_provider && file != OF_PROVIDERS && !everyday.contains(&&*name)
            || symptoms.contains(literal) && file != OF_DERIVED
    };
    let lines = text.lines().take_while(|line| line.trim() != "mod tests {");
    let code = lines
        .enumerate()
        .filter(|(_, line)| !line.trim_start().starts_with("//"));
    code.flat_map(|(number, line)| line.split('"').map(move |piece| (number + 1, piece)))
        .filter(|(_, literal)| is_name(literal))
        .map(|(number, literal)| (number, literal.to_owned()))
        .collect()
}

#[test]
fn names_of_providers_and_symptoms_stand_in_the_catalogue_only() {
    let names = names_of_the_catalogue();
    assert!(names.0.len() > 50 && names.1.len() > 15);
    let mut files = Vec::new();
    rust_files(&source(), &mut files);
    let is_test = |path: &Path| path.to_string_lossy().contains("tests");
    for path in files
        .iter()
        .filter(|path| !is_test(path.strip_prefix(source()).unwrap()))
    {
        let file = path
            .strip_prefix(source())
            .unwrap()
            .to_string_lossy()
            .replace('\\', "/");
        let found = literals_of_the_catalogue(&file, &fs::read_to_string(path).unwrap(), &names);
        assert!(
            found.is_empty(),
            "{file}: a name that belongs into {OF_PROVIDERS} or the knowledge: {found:?}"
        );
    }
    let planted = |file: &str, line: &str| literals_of_the_catalogue(file, line, &names).len();
    assert_eq!(
        planted("diagnose/scan.rs", "match provider { \"eventlog\" => 1, _ => 0 }"),
        1
    );
    assert_eq!(
        planted("diagnose/scan.rs", "if id == \"session-disconnected\" {"),
        1
    );
    assert_eq!(
        planted(
            "reader/shapes.rs",
            "is(\"Microsoft-Windows-TaskScheduler\", \"LSASRV\")"
        ),
        1
    );
    assert_eq!(
        planted(OF_PROVIDERS, "new(\"Microsoft-Windows-TaskScheduler\")"),
        0
    );
}

/// What a reader takes in at once.
const LINES_OF_A_FILE: usize = 500;
const LINES_OF_A_FUNCTION: usize = 60;
/// Files and functions that are longer all the same. What is shorter by now has to leave the list, so it only shrinks.
const LONG_FILES: &[&str] = &["model/interest.rs", "reader/evtx/decode.rs"];
const LONG_FUNCTIONS: &[&str] = &[
    "reader/evtx/reference.rs read_records",
    "reader/evtx/shape.rs new",
];

/// The name of the function that begins in a line.
fn function_in(line: &str) -> Option<&str> {
    let is_before = |word: &&str| {
        word.starts_with("pub") || word.starts_with("crate::") || ["const", "async"].contains(word)
    };
    let mut words = line.split_whitespace().skip_while(is_before);
    let name = words.next().filter(|word| *word == "fn").and(words.next())?;
    name.split(['(', '<']).next()
}

/// The functions of a file that are too long, before its unit tests.
fn long_functions(text: &str) -> Vec<(String, usize)> {
    let lines: Vec<&str> = text
        .lines()
        .take_while(|line| line.trim() != "mod tests {")
        .collect();
    let begins = lines.iter().enumerate();
    let all = begins.filter_map(|(start, line)| {
        let name = function_in(line)?;
        let margin = " ".repeat(line.len() - line.trim_start().len());
        // As `cargo fmt` lays it out; a function of a trait may have no body.
        let ends = |line: &&str| {
            line.strip_prefix(&*margin)
                .is_some_and(|rest| rest == "}" || !rest.starts_with(' ') && rest.ends_with([';', '}']))
        };
        let length = lines[start..].iter().position(ends)? + 1;
        Some((name.to_owned(), length))
    });
    all.filter(|(_, length)| *length > LINES_OF_A_FUNCTION).collect()
}

#[test]
fn files_and_functions_are_taken_in_at_once() {
    let mut files = Vec::new();
    rust_files(&source(), &mut files);
    let (mut long_files, mut long_ones) = (BTreeSet::new(), BTreeSet::new());
    for path in &files {
        let file = path.strip_prefix(source()).unwrap().to_string_lossy();
        let file = file.replace('\\', "/");
        if file.contains("tests") {
            continue;
        }
        let text = fs::read_to_string(path).unwrap();
        if text.lines().count() > LINES_OF_A_FILE {
            long_files.insert(file.clone());
        }
        let long = long_functions(&text).into_iter();
        long_ones.extend(long.map(|(name, _)| format!("{file} {name}")));
    }
    let listed = |list: &[&str]| -> BTreeSet<String> { list.iter().map(|name| (*name).to_owned()).collect() };
    assert_eq!(
        long_files,
        listed(LONG_FILES),
        "files of more than {LINES_OF_A_FILE} lines, and those that are expected to be"
    );
    assert_eq!(
        long_ones,
        listed(LONG_FUNCTIONS),
        "functions of more than {LINES_OF_A_FUNCTION} lines, and those that are expected to be"
    );
    let planted = |lines: usize| {
        let body = "        x();\n".repeat(lines - 2);
        let text = format!("impl X {{\n    pub(in crate::diagnose) const fn f(&self) {{\n{body}    }}\n}}\n");
        long_functions(&text)
    };
    assert_eq!(planted(60), []);
    assert_eq!(planted(61), [("f".to_owned(), 61)]);
    assert_eq!(function_in("    fn f<T>("), Some("f"));
    assert_eq!(function_in("    f: fn(&str),"), None);
}
