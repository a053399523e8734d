//! Of the build script: puts the TOML files under `src/knowledge/data` into the program, so that a new file needs no code: each as it is
//! written, and as JSON without its tests, which is read in a tenth of the time. The tests of causes, and how people tell them, lie
//! apart: few runs ask for them.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a build script talks to cargo over stdout and the environment, and a failure stops the build"
)]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use toml::{Table, Value};

use super::{content_hash, embed_pieces, embed_sentences, parlance_words};

pub(crate) fn embed() {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").unwrap()).join("src/knowledge/data");
    println!("cargo:rerun-if-changed={}", root.display());
    let mut files = Vec::new();
    collect(&root, &mut files);
    files.sort();
    let mut code = String::from("&[\n");
    let mut read: Vec<(String, String)> = Vec::new();
    let mut told: Vec<Vec<String>> = Vec::new();
    let mut sentences = embed_sentences::Sentences::default();
    for file in &files {
        println!("cargo:rerun-if-changed={}", file.display());
        let name = file
            .strip_prefix(&root)
            .unwrap()
            .to_string_lossy()
            .replace('\\', "/");
        let text = fs::read_to_string(file).unwrap();
        let mut table: Table = text.parse().unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut apart = |name: &str| table.remove(name).unwrap_or(Value::Array(Vec::new()));
        let (cases, heard) = (apart("case"), apart("heard"));
        if name.starts_with("sentences/") {
            sentences.add(&std::mem::take(&mut table));
        }
        let number = if name.starts_with("causes/") {
            told.push(texts(&table, &heard));
            Some(u8::try_from(told.len() - 1).unwrap())
        } else {
            None
        };
        writeln!(
            code,
            "    BuiltIn {{ path: {name:?}, text: include_str!({:?}), image: {:?}, cases: {:?}, heard: {:?}, heard_terms: &{:?}, letters: {number:?} }},",
            file.display().to_string(),
            json(&Value::Table(table)),
            json(&cases),
            json(&heard),
            heard_terms(&heard),
        )
        .unwrap();
        read.push((name, text));
    }
    code.push(']');
    let out = PathBuf::from(env::var("OUT_DIR").unwrap());
    fs::write(out.join("knowledge_files.rs"), code).unwrap();
    let files = read.iter().map(|(name, text)| (&**name, &**text));
    fs::write(out.join("sentences.rs"), sentences.code()).unwrap();
    fs::write(out.join("knowledge_hash.txt"), content_hash::hash(files)).unwrap();
    let told: Vec<Vec<&str>> = told
        .iter()
        .map(|texts| texts.iter().map(|text| &**text).collect())
        .collect();
    fs::write(out.join("letter_pieces.bin"), embed_pieces::table(&told)).unwrap();
}

/// What is written of a cause, as `CauseRule::told` gives it.
fn texts(cause: &Table, heard: &Value) -> Vec<String> {
    let own = ["title", "explanation"].map(|name| cause[name].as_str().unwrap());
    let heard = heard
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line.as_str().unwrap());
    heard.chain(own).map(str::to_owned).collect()
}

/// The words of each line as they are compared: how many, then these.
fn heard_terms(heard: &Value) -> Vec<u32> {
    let lines = heard.as_array().unwrap().iter();
    let terms = lines.map(|line| parlance_words::terms(line.as_str().unwrap()));
    let counted = terms.flat_map(|terms| std::iter::once(u32::try_from(terms.len()).unwrap()).chain(terms));
    counted.collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    println!("cargo:rerun-if-changed={}", folder.display());
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            files.push(path);
        }
    }
}

/// A value as JSON.
fn json(value: &Value) -> String {
    let mut out = String::new();
    write_json(value, &mut out);
    out
}

fn write_json(value: &Value, out: &mut String) {
    match value {
        Value::String(text) => write_text(text, out),
        Value::Integer(number) => write!(out, "{number}").unwrap(),
        Value::Boolean(flag) => write!(out, "{flag}").unwrap(),
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_json(item, out);
            }
            out.push(']');
        }
        Value::Table(table) => {
            out.push('{');
            for (index, (name, item)) in table.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_text(name, out);
                out.push(':');
                write_json(item, out);
            }
            out.push('}');
        }
        Value::Float(_) | Value::Datetime(_) => panic!("knowledge has no such value: {value:?}"),
    }
}

fn write_text(text: &str, out: &mut String) {
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => out.extend(['\\', letter]),
            '\0'..='\x1f' => write!(out, "\\u{:04x}", u32::from(letter)).unwrap(),
            _ => out.push(letter),
        }
    }
    out.push('"');
}
