//! How collectors lay out what they gather, told by paths: hints, and no more. Which machine a collection came from, where
//! nothing inside says so, and what it means that a file is missing. Unknown trees need no layout: every file is read
//! by its content.
//!
//! The layouts are data: `layouts.toml` beside this file, and files of the same form that users bring. Must not open
//! anything.
//!
//! ```
//! use logonscope::bundle::layout::Layouts;
//!
//! let paths = ["case.zip!/MSRD-Results-RPA-07-20260504_080000/RPA-07_EventLogs/RPA-07_System.evtx"];
//! let found = Layouts::embedded()?.find(paths);
//! assert_eq!(found[0].host.as_deref(), Some("RPA-07"));
//! assert_eq!(found[0].missing[0].name, "the Security log");
//! # Ok::<(), logonscope::Error>(())
//! ```

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use crate::error::{Error, Result};
use crate::model::Pattern;

/// Collections told of one bundle.
const COLLECTIONS: usize = 100;
/// Files of one collection among which a missing one is looked for; of a larger one nothing is said to be missing.
const FILES: usize = 20_000;

/// The layouts that are known.
#[derive(Debug, Clone, Default)]
pub struct Layouts {
    layouts: Vec<Layout>,
    lines: Vec<Pattern>,
}

/// A collection that was found in a bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Collection {
    /// The id of its layout.
    pub layout: Arc<str>,
    /// What it was made with.
    pub title: Arc<str>,
    /// The path that all of it begins with; empty, or with `/` at its end.
    pub root: String,
    /// The machine, as a name of a folder or of a file says.
    pub host: Option<String>,
    /// What is to be expected of such a collection and is not there.
    pub missing: Vec<Gap>,
}

/// Something that a collection lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Gap {
    /// What it is.
    pub name: String,
    /// What it means that it is not there.
    pub means: String,
}

#[derive(Debug, Clone)]
struct Layout {
    id: Arc<str>,
    title: Arc<str>,
    markers: Vec<Pattern>,
    parts: Vec<(Pattern, Gap)>,
}

/// The form of a file of layouts.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    layout: Vec<FileLayout>,
    #[serde(default)]
    line: Vec<FileLine>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileLine {
    pattern: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileLayout {
    id: String,
    title: String,
    marker: Vec<String>,
    #[serde(default)]
    part: Vec<FilePart>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FilePart {
    path: String,
    name: String,
    missing: String,
}

impl Layouts {
    /// The layouts that come with this crate.
    ///
    /// # Errors
    /// None in practice: a test compiles them.
    pub fn embedded() -> Result<Self> {
        let built_in = |text: &str| Ok(Pattern::built_in(text));
        Self::default().add("layouts.toml", include_str!("layouts.toml"), built_in)
    }

    /// Adds the layouts of a file; one with the id of another takes its place. `name` is for messages.
    ///
    /// # Errors
    /// A text that is not of the form, or an expression that does not compile.
    pub fn with(self, name: &str, text: &str) -> Result<Self> {
        self.add(name, text, Pattern::new)
    }

    fn add(mut self, name: &str, text: &str, compile: Compile) -> Result<Self> {
        let file: File = toml::from_str(text).map_err(|error| Error::knowledge(name, error))?;
        for one in file.layout {
            let layout = Layout::new(one, compile).map_err(|error| Error::knowledge(name, error))?;
            self.layouts.retain(|known| known.id != layout.id);
            self.layouts.push(layout);
        }
        for line in file.line {
            let form = compile(&line.pattern).map_err(|error| Error::knowledge(name, error))?;
            self.lines.push(form);
        }
        Ok(self)
    }

    /// Forms in which lines of logs begin that no reader knows: the `[[line]]` entries of a file.
    pub(crate) fn line_forms(&self) -> &[Pattern] {
        &self.lines
    }

    /// The collections that these paths lie in, sorted by their roots. A collection may hold others.
    pub fn find<'a>(&self, paths: impl IntoIterator<Item = &'a str>) -> Vec<Collection> {
        let paths: Vec<&str> = paths.into_iter().collect();
        let mut found: BTreeMap<(&str, usize), Option<String>> = BTreeMap::new();
        for path in &paths {
            for (index, layout) in self.layouts.iter().enumerate() {
                let Some((root, host)) = layout.root(path) else {
                    continue;
                };
                if found.len() < COLLECTIONS || found.contains_key(&(root, index)) {
                    let known = found.entry((root, index)).or_default();
                    if known.is_none() {
                        *known = host.map(str::to_owned);
                    }
                }
            }
        }
        found
            .into_iter()
            .filter_map(|((root, index), host)| {
                let layout = self.layouts.get(index)?;
                Some(Collection {
                    layout: Arc::clone(&layout.id),
                    title: Arc::clone(&layout.title),
                    root: root.to_owned(),
                    host,
                    missing: layout.missing(root, &paths),
                })
            })
            .collect()
    }
}

/// How the expressions of a file are taken: at their word, or compiled at once.
type Compile = fn(&str) -> std::result::Result<Pattern, regex::Error>;

impl Layout {
    fn new(file: FileLayout, compile: Compile) -> std::result::Result<Self, regex::Error> {
        let parts = file.part.into_iter().map(|part| {
            let gap = Gap {
                name: part.name,
                means: part.missing,
            };
            Ok((compile(&part.path)?, gap))
        });
        Ok(Self {
            id: file.id.into(),
            title: file.title.into(),
            markers: file
                .marker
                .iter()
                .map(|marker| compile(marker))
                .collect::<std::result::Result<_, _>>()?,
            parts: parts.collect::<std::result::Result<_, _>>()?,
        })
    }

    /// The root of the collection that a path shows, and the machine.
    fn root<'p>(&self, path: &'p str) -> Option<(&'p str, Option<&'p str>)> {
        self.markers.iter().find_map(|marker| {
            let captures = marker.captures(path)?;
            let end = captures.get(0)?.end();
            let rest = path.get(end.saturating_sub(1)..)?;
            let root = match rest.find('/') {
                Some(at) => end.saturating_sub(1).saturating_add(at).saturating_add(1),
                None => path.rfind('/').map_or(0, |at| at + 1),
            };
            let host = captures.name("host").map(|host| host.as_str());
            Some((path.get(..root)?, host))
        })
    }

    fn missing(&self, root: &str, paths: &[&str]) -> Vec<Gap> {
        let inside = paths.iter().filter_map(|path| path.strip_prefix(root));
        let inside: Vec<&str> = inside.take(FILES + 1).collect();
        if inside.len() > FILES {
            return Vec::new();
        }
        self.parts
            .iter()
            .filter(|(part, _)| !inside.iter().any(|path| part.is_match(path)))
            .map(|(_, gap)| gap.clone())
            .collect()
    }
}

/// The innermost collection that a path lies in.
pub fn innermost<'c>(collections: &'c [Collection], path: &str) -> Option<&'c Collection> {
    collections
        .iter()
        .filter(|collection| path.starts_with(&collection.root))
        .max_by_key(|collection| collection.root.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(paths: &[&str]) -> Vec<(String, String, Option<String>)> {
        let found = Layouts::embedded().unwrap().find(paths.iter().copied());
        found
            .into_iter()
            .map(|one| (one.layout.to_string(), one.root, one.host))
            .collect()
    }

    #[test]
    fn each_layout_by_its_marker_under_wrapper_folders() {
        let cases = [
            (
                "MSRD-Results-RPA-07-20260504_080000/RPA-07_EventLogs/RPA-07_System.evtx",
                "msrd-collect",
                Some("RPA-07"),
            ),
            (
                "case.zip!/MS_DATA/MSRD-Results-RPA-07/RPA-07_RDS/x.txt",
                "msrd-collect",
                Some("RPA-07"),
            ),
            ("case/RPA-07_MSRD-Collect-Log.txt", "msrd-collect", Some("RPA-07")),
            ("logs/RPA-07_evt_System.evtx", "wvd-collect", Some("RPA-07")),
            (
                "a.zip!/b/tss_240202-191840_RPA-07_psSDP_Dom.zip!/x.txt",
                "tss",
                Some("RPA-07"),
            ),
            ("psSDP_Dom_RPA-07_2026-05-04.zip!/x.txt", "pssdp", Some("RPA-07")),
            (
                "Sched-Results-RPA-07-20260504_080000/RPA-07-System.evtx",
                "sched-collect",
                Some("RPA-07"),
            ),
            ("mail/UiPathTrace-1a2b3c4d.etl", "uipath-diagnostics", None),
            (
                "DiagLogs-RPA-07-20260504T080000Z.zip!/(1) RegistryKey/x.reg",
                "intune-diagnostics",
                Some("RPA-07"),
            ),
            (
                "Collection-RPA-07-2026-05-04T08_00_00Z.zip!/uploads/auto/C%3A/Windows/x.evtx",
                "velociraptor",
                Some("RPA-07"),
            ),
            (
                "kape/C/Windows/System32/winevt/Logs/System.evtx",
                "windows-folder",
                None,
            ),
        ];
        for (path, layout, host) in cases {
            for wrapper in ["", "one/", "one/two/"] {
                let path = format!("{wrapper}{path}");
                let all = found(&[&path]);
                let expected = host.map(str::to_owned);
                let right = all.iter().any(|(id, root, name)| {
                    id == layout && *name == expected && path.starts_with(root.as_str())
                });
                assert!(right, "{path}: {all:?}");
            }
        }
        assert_eq!(found(&["logs/System.evtx", "notes.txt"]), []);
    }

    #[test]
    fn collections_lie_in_collections() {
        let paths = [
            "tss_240202-191840_RPA-07_All/RPA-07-System.evtx",
            "tss_240202-191840_RPA-07_All/MSRD-Results-RPA-08/RPA-08_RegistryKeys/a.txt",
        ];
        let found = Layouts::embedded().unwrap().find(paths);
        let inner = innermost(&found, paths[1]).unwrap();
        assert_eq!(
            (&*inner.layout, inner.host.as_deref()),
            ("msrd-collect", Some("RPA-08"))
        );
        let names: Vec<&str> = inner.missing.iter().map(|gap| gap.name.as_str()).collect();
        assert_eq!(
            names,
            ["the Security log", "the log of the local session manager"]
        );
        assert_eq!(&*innermost(&found, paths[0]).unwrap().layout, "tss");
    }

    #[test]
    fn users_bring_their_own() {
        let text = "[[layout]]\nid = 'ours'\ntitle = 'Our collector'\nmarker = ['our-(?<host>[^/]+)/']\n\
                    [[line]]\npattern = '^(?<time>\\d+) (?<message>.*)$'\n";
        let layouts = Layouts::embedded().unwrap().with("ours.toml", text).unwrap();
        let found = layouts.find(["x/our-RPA-07/a.log"]);
        assert_eq!(
            (&*found[0].layout, found[0].root.as_str()),
            ("ours", "x/our-RPA-07/")
        );
        assert_eq!(layouts.line_forms().len(), 1);
        let wrong = Layouts::embedded()
            .unwrap()
            .with("ours.toml", "[[layout]]\nid = 1\n");
        assert!(wrong.unwrap_err().to_string().starts_with("ours.toml: "));
        let wrong = text.replace("[^/]+)/", "(");
        assert!(Layouts::embedded().unwrap().with("ours.toml", &wrong).is_err());
    }
}
