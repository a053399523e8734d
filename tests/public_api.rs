//! What embedding programs can name: every public item of the library with its signature, compared with `public_api.txt`. A line that
//! goes or changes there breaks somebody; a new one is a promise. `LOGONSCOPE_BLESS=1 cargo test --test public_api` writes it anew.
//!
//! `cargo public-api` and `cargo semver-checks` say more, from the JSON of rustdoc. That is unstable: its form changes with the compiler,
//! and there is no released version yet to compare with. This reads the source as `cargo fmt` lays it out: items begin at the margin,
//! fields, variants and methods four columns in. What it does not see is what macros other than `derive` make; the public part of
//! the crate has none.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::string_slice,
    reason = "a test may panic, and is told by its environment to bless"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// An item at the margin of a file, or inside one.
#[derive(Debug, Clone)]
struct Item {
    attributes: Vec<String>,
    /// All of it before its body, in one line.
    head: String,
    body: Vec<String>,
}

impl Item {
    fn is_for_tests(&self) -> bool {
        self.attributes
            .iter()
            .any(|attribute| attribute == "#[cfg(test)]")
    }

    /// What attributes say to whoever uses it: what is derived, whether it may grow, which feature it needs.
    fn said(&self) -> String {
        let telling = ["#[derive(", "#[non_exhaustive]", "#[must_use", "#[cfg("];
        let attributes = self.attributes.iter();
        let said = attributes.filter(|text| telling.iter().any(|start| text.starts_with(start)));
        said.map(|text| format!("{text} ")).collect()
    }

    /// Its head without what is said before its name.
    fn public(&self) -> Option<(&str, String)> {
        let rest = self.head.strip_prefix("pub ")?;
        let rest = rest.replace("const fn ", "fn ").replace("async fn ", "fn ");
        let kinds = [
            "fn", "struct", "enum", "trait", "const", "static", "type", "mod", "use",
        ];
        let kind = kinds
            .into_iter()
            .find(|kind| rest.starts_with(&format!("{kind} ")))?;
        Some((kind, rest[kind.len() + 1..].to_owned()))
    }

    /// The name of what can be public under it.
    fn name(&self) -> Option<String> {
        let (kind, rest) = self.public()?;
        let end = rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_');
        let name = &rest[..end.unwrap_or(rest.len())];
        (!matches!(kind, "mod" | "use")).then(|| name.to_owned())
    }
}

/// The lines of one level as items; `margin` is how far in they begin.
fn items<'a>(lines: impl Iterator<Item = &'a str>, margin: usize) -> Vec<Item> {
    let (mut found, mut attributes) = (Vec::new(), Vec::new());
    let inner = |line: &str| line.len() - line.trim_start().len() > margin || line.trim().is_empty();
    let mut lines = lines
        .filter(|line| !line.trim_start().starts_with("//"))
        .peekable();
    while let Some(line) = lines.next() {
        if inner(line) {
            continue;
        }
        // What belongs to the head or the body of it, up to the line that closes it.
        let (mut text, mut body) = (line.trim().to_owned(), Vec::new());
        let is_whole = |text: &str| {
            if text.starts_with("pub use ") {
                return text.ends_with(';');
            }
            let opened = text.matches(['(', '[']).count();
            opened == text.matches([')', ']']).count() && text.ends_with(['{', ';', ',', '}', ']', ')'])
        };
        let is_value = text.starts_with("pub static ")
            || (text.starts_with("pub const ") && !text.starts_with("pub const fn "));
        let starts_item = text.starts_with("pub ") || text.starts_with("impl") || text.starts_with('#');
        while starts_item && !is_whole(&text) && !(is_value && text.contains(" = ")) {
            let Some(next) = lines.next() else { break };
            text = format!("{text} {}", next.trim());
        }
        if text.ends_with('{') {
            while let Some(next) = lines.next_if(|next| inner(next)) {
                body.push(next.to_owned());
            }
        }
        if text.starts_with("#[") {
            attributes.push(tidy(&text));
            continue;
        }
        let head = if is_value {
            text.split(" = ").next().unwrap_or_default()
        } else {
            text.as_str()
        };
        let head = head
            .trim_end_matches([';', ','])
            .trim_end_matches("{}")
            .trim_end_matches('{');
        found.push(Item {
            attributes: std::mem::take(&mut attributes),
            head: tidy(head.trim()),
            body,
        });
    }
    found
}

/// What was broken over lines as it stands in one.
fn tidy(text: &str) -> String {
    let text = text
        .replace("( ", "(")
        .replace(", )", ")")
        .replace("< ", "<")
        .replace(", >", ">");
    text.replace("{ ", "{")
        .replace(", }", "}")
        .replace(" }", "}")
        .replace("mut self", "self")
}

/// A module on the way through: its file, and the folder in which its own modules lie.
#[derive(Clone)]
struct Module {
    file: PathBuf,
    folder: PathBuf,
}

impl Module {
    fn child(&self, name: &str) -> Self {
        let single = self.folder.join(format!("{name}.rs"));
        let folder = self.folder.join(name);
        let file = if single.exists() {
            single
        } else {
            folder.join("mod.rs")
        };
        Self { file, folder }
    }
}

/// What a `pub use` hands on: paths, each with the name it gets.
fn leaves(tree: &str) -> Vec<(String, String)> {
    assert!(
        !tree.contains('*'),
        "a `pub use` of everything hides what it makes public: {tree}"
    );
    let (before, names) = tree.split_once('{').unwrap_or(("", tree));
    assert!(!names.contains('{'), "one group at most, to be read here: {tree}");
    let names = names.trim_end_matches('}').split(',').map(str::trim);
    let named = names.filter(|name| !name.is_empty()).map(|name| {
        let (path, alias) = name.split_once(" as ").unwrap_or((name, name));
        let alias = alias.rsplit("::").next().unwrap_or_default();
        (format!("{before}{path}"), alias.to_owned())
    });
    named.collect()
}

/// The files of the library, each as its items, and what was found public in them.
struct Library {
    root: PathBuf,
    files: BTreeMap<PathBuf, Vec<Item>>,
    lines: BTreeSet<(String, String)>,
}

impl Library {
    fn read(root: PathBuf) -> Self {
        let mut library = Self {
            files: BTreeMap::new(),
            lines: BTreeSet::new(),
            root,
        };
        library.load(&library.root.clone());
        library
    }

    fn load(&mut self, folder: &Path) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.join("Cargo.toml").exists() && !path.ends_with("bin") {
                self.load(&path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                let items = items(text.lines(), 0);
                self.files.insert(
                    path,
                    items.into_iter().filter(|item| !item.is_for_tests()).collect(),
                );
            }
        }
    }

    fn top(&self) -> Module {
        Module {
            file: self.root.join("lib.rs"),
            folder: self.root.clone(),
        }
    }

    fn items(&self, file: &Path) -> Vec<Item> {
        self.files
            .get(file)
            .unwrap_or_else(|| panic!("no file {}", file.display()))
            .clone()
    }

    fn add(&mut self, item: &Item, kind: &str, about: String) {
        self.lines.insert((about, format!("{}{kind}", item.said())));
    }

    /// Every public item of a module under its public path.
    fn module(&mut self, module: &Module, path: &str) {
        for item in self.items(&module.file) {
            let Some((kind, rest)) = item.public() else {
                continue;
            };
            match kind {
                "mod" => {
                    self.add(&item, "mod", format!("{path}{rest}"));
                    self.module(&module.child(&rest), &format!("{path}{rest}::"));
                }
                "use" => {
                    for (place, alias) in leaves(&rest) {
                        self.handed_on(module, &place, &format!("{path}{alias}"));
                    }
                }
                _ => self.item(&item, &module.file, path),
            }
        }
    }

    /// An item that a module hands on from below.
    fn handed_on(&mut self, module: &Module, place: &str, path: &str) {
        let (way, last) = place.rsplit_once("::").unwrap_or(("self", place));
        let (start, way) = match way.strip_prefix("crate::") {
            Some(way) => (self.top(), way),
            None => (module.clone(), way),
        };
        let steps = way.split("::").filter(|step| *step != "self");
        let at = steps.fold(start, |at, step| at.child(step));
        let items = self.items(&at.file);
        if let Some(item) = items.iter().find(|item| item.name().as_deref() == Some(last)) {
            let above = path.rsplit_once("::").map_or("", |(above, _)| above);
            let above = if above.is_empty() {
                String::new()
            } else {
                format!("{above}::")
            };
            let alias = path.rsplit("::").next().unwrap_or_default();
            let mut item = item.clone();
            item.head = item.head.replacen(last, alias, 1);
            return self.item(&item, &at.file, &above);
        }
        let uses = items
            .iter()
            .filter_map(Item::public)
            .filter(|(kind, _)| *kind == "use");
        let mut places = uses.flat_map(|(_, tree)| leaves(&tree));
        match places.find(|(_, alias)| alias == last) {
            Some((place, _)) => self.handed_on(&at, &place, path),
            None => panic!("{path}: {last} is not in {}", at.file.display()),
        }
    }

    fn item(&mut self, item: &Item, file: &Path, above: &str) {
        let (Some((kind, rest)), Some(name)) = (item.public(), item.name()) else {
            return;
        };
        let path = format!("{above}{name}");
        self.add(item, kind, format!("{above}{rest}"));
        let inside = items(item.body.iter().map(String::as_str), 4);
        for inner in inside.iter().filter(|inner| !inner.is_for_tests()) {
            let head = &inner.head;
            match kind {
                "struct" => {
                    if let Some(field) = head.strip_prefix("pub ") {
                        self.add(inner, "field", format!("{path}.{field}"));
                    }
                }
                "enum" => {
                    let fields = inner
                        .body
                        .iter()
                        .map(|line| line.trim())
                        .filter(|line| !line.starts_with("//"));
                    let fields: Vec<&str> = fields.collect();
                    let fields = if fields.is_empty() {
                        String::new()
                    } else {
                        format!(" {{ {} }}", fields.join(" "))
                    };
                    if head.starts_with(|first: char| first.is_ascii_uppercase()) {
                        self.add(inner, "variant", format!("{path}::{head}{fields}"));
                    }
                }
                "trait" if head.starts_with("fn ") => self.add(inner, "method", format!("{path}::{head}")),
                _ => {}
            }
        }
        if matches!(kind, "struct" | "enum") {
            self.implemented(&name, file, &path);
        }
    }

    /// What is implemented for a type: in its own file, and in files of its part that have no other type of that name.
    fn implemented(&mut self, name: &str, file: &Path, path: &str) {
        let part = |file: &Path| {
            file.strip_prefix(&self.root)
                .unwrap()
                .components()
                .next()
                .unwrap()
                .as_os_str()
                .to_owned()
        };
        let own = |item: &Item| {
            let words: Vec<&str> = item.head.split([' ', '<', '(']).collect();
            words
                .windows(2)
                .any(|pair| matches!(pair[0], "struct" | "enum") && pair[1] == name)
        };
        let near = self
            .files
            .iter()
            .filter(|(other, items)| *other == file || (part(other) == part(file) && !items.iter().any(own)));
        let all: Vec<Item> = near.flat_map(|(_, items)| items.clone()).collect();
        for item in all.iter().filter(|item| item.head.starts_with("impl")) {
            let (of_trait, of) = item.head.rsplit_once(" for ").unwrap_or(("", &item.head));
            let of = of
                .trim_end_matches('>')
                .split(" where ")
                .next()
                .unwrap_or_default();
            let of = of
                .split_once('<')
                .filter(|(head, _)| *head != "impl")
                .map_or(of, |(head, _)| head);
            let word = of
                .rsplit(['<', '>', ' ', ':'])
                .find(|word| !word.is_empty() && *word != "_" && !word.starts_with('\''));
            if word != Some(name) {
                continue;
            }
            if !of_trait.is_empty() {
                self.add(
                    item,
                    "impl",
                    format!("{path}: {}", of_trait.trim_start_matches("impl").trim()),
                );
                continue;
            }
            for inner in items(item.body.iter().map(String::as_str), 4) {
                if let Some((kind, rest)) = inner.public().filter(|_| !inner.is_for_tests()) {
                    self.add(&inner, kind, format!("{path}::{rest}"));
                }
            }
        }
    }
}

#[test]
fn what_is_public_changes_only_on_purpose() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut library = Library::read(root.join("src"));
    library.module(&library.top(), "");
    let lines = library.lines.into_iter();
    let found: String = lines
        .map(|(about, kind)| format!("{about}  [{kind}]\n"))
        .collect();
    let place = root.join("tests/public_api.txt");
    if std::env::var_os("LOGONSCOPE_BLESS").is_some() {
        fs::write(&place, &found).unwrap();
    }
    let known = fs::read_to_string(&place).unwrap();
    let (known, found): (BTreeSet<&str>, BTreeSet<&str>) = (known.lines().collect(), found.lines().collect());
    let gone: Vec<_> = known.difference(&found).collect();
    let new: Vec<_> = found.difference(&known).collect();
    assert!(
        gone.is_empty() && new.is_empty(),
        "gone: {gone:#?}\nnew: {new:#?}"
    );
}

/// What several threads are meant to share or hand on.
#[test]
fn what_is_public_goes_between_threads() {
    const fn both<T: Send + Sync>() {}
    const fn sent<T: Send>() {}
    both::<logonscope::diagnose::Analyzer>();
    both::<logonscope::knowledge::Knowledge>();
    both::<logonscope::knowledge::codes::Codes>();
    both::<logonscope::bundle::Bundle>();
    both::<logonscope::bundle::Member>();
    both::<logonscope::bundle::layout::Layouts>();
    both::<logonscope::model::Diagnosis>();
    both::<logonscope::model::Event>();
    both::<logonscope::model::EventForm>();
    both::<logonscope::model::Findings>();
    both::<logonscope::model::Problem>();
    both::<logonscope::parse::Parser>();
    both::<logonscope::report::Options>();
    both::<logonscope::tables::fleet::Fleet>();
    both::<logonscope::Error>();
    both::<logonscope::Limits>();
    both::<logonscope::Stop>();
    sent::<logonscope::parse::Events>();
    sent::<logonscope::reader::etl::Trace>();
    sent::<logonscope::source::Source>();
    #[cfg(feature = "parquet")]
    sent::<logonscope::tables::parquet::Writer>();
}
