//! Names in text: found as whole words, in any case, and what has the form of an identifier, an address or a path.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, BuildError, MatchKind};
use regex::{Captures, Regex};

use super::gather::{Names, SHORTEST};
use super::words::is_ordinary;
use super::{Key, Kind, gather, short};

/// `DOMAIN\user`, and no part of a longer path.
static ACCOUNT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?:^|[^\\\w.-])(?<domain>[A-Za-z0-9][\w.-]{0,63})\\(?<user>[\w$-][\w.$-]{0,62}[\w$-])(?:[^\\\w$-]|$)",
    )
    .ok()
});

/// The accounts of a text with their domains. `Windows NT\Terminal Services` in a path of the registry is none: the word before it
/// belongs to the path, too.
pub(super) fn accounts(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let found = ACCOUNT
        .iter()
        .flat_map(move |account| account.captures_iter(text));
    found.filter_map(move |found| {
        let (domain, user) = (found.name("domain")?, found.name("user")?);
        let before = text.get(..domain.start()).unwrap_or_default();
        let is_apart = before.ends_with(' ');
        let last = before.split_whitespace().next_back().unwrap_or_default();
        let is_in_path =
            is_apart && (last.matches('\\').count() > 1 || last.contains(":\\") || last.starts_with("HK"));
        // Facts are called `task.\Nightly.Enabled`.
        let is_fact = domain.as_str().ends_with('.') || domain.as_str().starts_with("task.");
        (!is_in_path && !is_fact).then(|| (domain.as_str(), user.as_str()))
    })
}

/// `user@domain`.
pub(super) static MAIL: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"[\w.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+").ok());

/// What is recognized by its form alone.
static FORMS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?<sid>[Ss]-1-(?:5-21-\d+-\d+-\d+(?:-\d+)?|12-1-\d+-\d+-\d+-\d+))",
        r"|(?<guid>[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12})",
        r#"|(?<path>(?:\b[A-Za-z]:\\|\\\\)(?:[^\\/:*?"<>|\r\n\t]{1,80}\\)*[^\\/:*?"<>|\s,;)]+)"#,
        r"|(?<phone>\+\d{1,3}[ (/.-]{0,2}\d[\d ()/.-]{5,18}\d)",
        r"|(?<six>[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7})",
        r"|(?<four>\d{1,3}(?:\.\d{1,3}){3})",
    ))
    .ok()
});

/// Whether a name is no name but something that its form tells.
pub(super) fn has_form(text: &str) -> bool {
    FORMS.as_ref().is_some_and(|forms| {
        forms
            .find(text)
            .is_some_and(|found| found.as_str().len() == text.len())
    })
}

/// Folders that every machine has.
const FOLDERS: &[&str] = &[
    "",
    ".",
    "..",
    "windows",
    "system32",
    "syswow64",
    "winevt",
    "logs",
    "users",
    "program files",
    "program files (x86)",
    "programdata",
    "appdata",
    "local",
    "roaming",
    "temp",
    "tmp",
    "documents",
    "desktop",
    "uipath",
    "microsoft",
    "tasks",
    "studio",
    "robot",
    "public",
    "default",
    "config",
    "drivers",
];

/// Finds names in texts.
#[derive(Debug)]
pub(super) struct Replacer {
    names: Names,
    kinds: Vec<Kind>,
    words: AhoCorasick,
}

impl Replacer {
    pub(super) fn new(names: &Names) -> Result<Self, BuildError> {
        let mut patterns = Vec::new();
        let mut kinds = Vec::new();
        for (name, kind) in &names.known {
            // A task may be called as a file is, and names of tasks stay.
            let is_task = *kind == Kind::Path && names.tasks.contains(name);
            if name.chars().count() < SHORTEST || is_task {
                continue;
            }
            patterns.push(name.clone());
            kinds.push(*kind);
            if !name.is_ascii() {
                patterns.push(name.to_uppercase());
                kinds.push(*kind);
            }
        }
        let words = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::Standard)
            .build(patterns)?;
        Ok(Self {
            names: names.clone(),
            kinds,
            words,
        })
    }

    /// A text of the member `under` without its names.
    pub(super) fn conceal(&self, key: &mut Key, under: &str, text: &str) -> String {
        match under {
            "path" | "paths" => return self.path(key, text),
            _ if self.is_whole(text) => match gather::place_of(under) {
                "user" => return key.pseudonym(Kind::User, text),
                "domain" => return key.pseudonym(Kind::Domain, text),
                "host" => return key.pseudonym(Kind::Host, text),
                _ => {}
            },
            _ => {}
        }
        if gather::is_fixed(under) {
            let mut out = String::with_capacity(text.len());
            self.words(key, text, true, &mut out);
            return out;
        }
        let is_prose = under == "needs";
        let mut out = String::with_capacity(text.len());
        let mut done = 0;
        // Forms come first: a name inside a path must not hide that it is a path.
        for found in FORMS.iter().flat_map(|forms| forms.captures_iter(text)) {
            let whole = found.get_match();
            if let Some(made_up) = self.form(key, text, &found, is_prose) {
                self.words(
                    key,
                    text.get(done..whole.start()).unwrap_or_default(),
                    false,
                    &mut out,
                );
                out.push_str(&made_up);
                done = whole.end();
            }
        }
        self.words(key, text.get(done..).unwrap_or_default(), false, &mut out);
        out
    }

    /// Whether a member for names holds one that is found nowhere else: it is short, or a word.
    fn is_whole(&self, text: &str) -> bool {
        self.names.short.contains_key(text) || self.names.ordinary.contains_key(&text.to_lowercase())
    }

    /// What stands instead of something that its form tells; nothing if it stays.
    fn form(&self, key: &mut Key, text: &str, found: &Captures<'_>, is_prose: bool) -> Option<String> {
        let whole = found.get_match();
        let name = whole.as_str();
        if found.name("path").is_some() {
            // The full stop of a sentence belongs to no path.
            let bare = name.trim_end_matches('.');
            let stop = name.get(bare.len()..).unwrap_or_default();
            return (!is_prose).then(|| self.windows_path(key, bare) + stop);
        }
        let kind = if found.name("sid").is_some() {
            Kind::Sid
        } else if found.name("guid").is_some() {
            Kind::Guid
        } else if found.name("phone").is_some() {
            Kind::Phone
        } else if found.name("six").is_some() {
            six(name)?
        } else {
            if self.names.versions.contains(name) && !self.names.known.contains_key(name) {
                return None;
            }
            four(text.get(..whole.start()).unwrap_or_default(), name)?
        };
        is_word(text, whole.start(), whole.end()).then(|| key.pseudonym(kind, name))
    }

    /// A text without the names that are known. What the knowledge tells somebody to type names files of ours.
    fn words(&self, key: &mut Key, text: &str, is_fixed: bool, out: &mut String) {
        let mut done = 0;
        let found = self.words_of(text);
        for (start, end, kind) in found
            .into_iter()
            .filter(|(.., kind)| !is_fixed || *kind != Kind::Path)
        {
            out.push_str(text.get(done..start).unwrap_or_default());
            let name = text.get(start..end).unwrap_or_default();
            out.push_str(&match kind {
                Kind::Path => self.path(key, name),
                Kind::Account => account(key, name),
                kind => key.pseudonym(kind, name),
            });
            done = end;
        }
        out.push_str(text.get(done..).unwrap_or_default());
    }

    /// The longest names, from the left.
    fn words_of(&self, text: &str) -> Vec<(usize, usize, Kind)> {
        let mut found: Vec<_> = self
            .words
            .find_overlapping_iter(text)
            .filter(|found| is_word(text, found.start(), found.end()))
            .filter_map(|found| {
                let kind = self.kinds.get(found.pattern().as_usize())?;
                Some((found.start(), found.end(), *kind))
            })
            .collect();
        found.extend(short::find(&self.names.short, text));
        found.sort_by_key(|&(start, end, _)| (start, std::cmp::Reverse(end)));
        let mut done = 0;
        found.retain(|&(start, end, _)| {
            let keeps = start >= done;
            if keeps {
                done = end;
            }
            keeps
        });
        found
    }

    /// A path of Windows: folders that every machine has stay, and so does what the file ends with.
    fn windows_path(&self, key: &mut Key, text: &str) -> String {
        let (lead, rest) = match text.strip_prefix(r"\\") {
            Some(rest) => (r"\\", rest),
            None => text.split_at_checked(3).unwrap_or(("", text)),
        };
        let mut out = lead.to_owned();
        let mut parts = rest.split('\\').peekable();
        let mut is_server = lead == r"\\";
        let mut is_home = false;
        let is_of_windows = is_program_of_windows(rest);
        while let Some(part) = parts.next() {
            let is_last = parts.peek().is_none();
            if is_server && !is_ordinary(part) {
                out.push_str(&key.pseudonym(Kind::Host, part));
            } else if is_of_windows && self.known(part).is_none() {
                out.push_str(part);
            } else {
                // Below it, a folder has the name of its user.
                let is_plain = !is_home && self.known(part).is_none() && is_ordinary(part);
                out.push_str(&match is_plain {
                    true => part.to_owned(),
                    false => self.component(key, part, is_last),
                });
            }
            is_home = part.eq_ignore_ascii_case("users");
            is_server = false;
            if !is_last {
                out.push('\\');
            }
        }
        out
    }

    /// A path inside the bundle.
    fn path(&self, key: &mut Key, text: &str) -> String {
        let mut out = String::new();
        let mut pieces = text.split_inclusive(['/', '\\']).peekable();
        while let Some(piece) = pieces.next() {
            let name = piece.trim_end_matches(['/', '\\']);
            let separator = piece.get(name.len()..).unwrap_or_default();
            let (name, mark) = match name.strip_suffix('!') {
                Some(name) => (name, "!"),
                None => (name, ""),
            };
            out.push_str(&self.component(key, name, pieces.peek().is_none() || mark == "!"));
            out.push_str(mark);
            out.push_str(separator);
        }
        out
    }

    /// What a part of a path is the name of, where it is known.
    fn known(&self, part: &str) -> Option<Kind> {
        let kind = self.names.known.get(&part.to_lowercase()).copied();
        kind.filter(|kind| *kind != Kind::Path)
    }

    /// One part of a path. What an event log is called says which log it is, and nothing else.
    fn component(&self, key: &mut Key, name: &str, is_file: bool) -> String {
        let folded = name.to_lowercase();
        let is_log = ["security", "system", "application", "setup"].iter().any(|log| {
            folded
                .strip_prefix(log)
                .is_some_and(|rest| [".evtx", ".evt", ".etl"].contains(&rest))
        });
        let is_channel = folded.starts_with("microsoft-windows-") && folded.ends_with(".evtx");
        let is_known = FOLDERS.contains(&folded.as_str()) || gather::is_common(name);
        if is_known || is_log || is_channel || self.names.tasks.contains(&folded) {
            return name.to_owned();
        }
        // A folder, or a file before its ending, that is called as a host or a user is that name.
        if let Some(kind) = self.known(name) {
            return key.pseudonym(kind, name);
        }
        match name.rsplit_once('.') {
            Some((stem, ending)) if is_file && !stem.is_empty() && is_ending(ending) => {
                // `settings.reg` says what it holds, and nothing of anybody.
                if self.known(stem).is_none() && is_ordinary(stem) {
                    return name.to_owned();
                }
                format!(
                    "{}.{ending}",
                    key.pseudonym(self.known(stem).unwrap_or(Kind::File), stem)
                )
            }
            _ if is_file => key.pseudonym(Kind::File, name),
            _ => key.pseudonym(Kind::Folder, name),
        }
    }
}

/// Whether a path behind its drive is that of a program that comes with Windows: which one failed says nothing of anybody.
fn is_program_of_windows(path: &str) -> bool {
    let path = path.to_lowercase();
    let is_program = [".exe", ".dll", ".sys"]
        .iter()
        .any(|ending| path.ends_with(ending));
    let inside = path.strip_prefix("windows\\");
    is_program && inside.is_some_and(|inside| !inside.starts_with("temp\\"))
}

/// Whether neither a letter nor a digit touches this part of a text.
pub(super) fn is_word(text: &str, start: usize, end: usize) -> bool {
    let joins = |letter: Option<char>| letter.is_some_and(|letter| letter.is_alphanumeric() || letter == '_');
    let before = text.get(..start).and_then(|text| text.chars().next_back());
    let after = text.get(end..).and_then(|text| text.chars().next());
    !joins(before) && !joins(after)
}

/// Both parts of an account have the pseudonyms that they have alone.
fn account(key: &mut Key, name: &str) -> String {
    match name.split_once('\\') {
        Some((domain, user)) => format!(
            r"{}\{}",
            key.pseudonym(Kind::Domain, domain),
            key.pseudonym(Kind::User, user)
        ),
        None => key.pseudonym(Kind::User, name),
    }
}

fn six(text: &str) -> Option<Kind> {
    let address: Ipv6Addr = text.parse().ok()?;
    (!address.is_loopback() && !address.is_unspecified()).then_some(Kind::Ipv6)
}

/// An address, and no version of a program.
fn four(before: &str, text: &str) -> Option<Kind> {
    let address: Ipv4Addr = text.parse().ok()?;
    let before = before.trim_end().to_lowercase();
    let is_version = before.ends_with("version") || before.ends_with("build") || before.ends_with('v');
    let says_nothing = address.is_loopback() || address.is_unspecified() || address.octets()[0] == 255;
    (!is_version && !says_nothing).then_some(Kind::Ipv4)
}

fn is_ending(text: &str) -> bool {
    const ENDINGS: &[&str] = &[
        "evtx", "evt", "etl", "log", "txt", "csv", "json", "jsonl", "xml", "html", "htm", "zip", "7z", "cab",
        "tar", "gz", "tgz", "reg", "xaml", "exe", "dll", "sys", "cmd", "bat", "ps1", "vbs", "config",
        "nupkg", "dat", "hiv", "inf", "eml", "md", "sarif", "dmp",
    ];
    ENDINGS.contains(&text.to_lowercase().as_str())
}

/// How a name is written in a text of this kind.
fn escaped(text: &str, name: &str) -> String {
    let start = text.trim_start();
    if start.starts_with('{') || start.starts_with('[') {
        let quoted = serde_json::to_string(name).unwrap_or_default();
        quoted
            .strip_prefix('"')
            .and_then(|quoted| quoted.strip_suffix('"'))
            .unwrap_or(name)
            .to_owned()
    } else if start
        .get(..9)
        .is_some_and(|start| start.eq_ignore_ascii_case("<!doctype"))
    {
        crate::report::escape::html(name)
    } else {
        name.to_owned()
    }
}

/// A text with the pseudonyms put back.
pub(super) fn reveal(names: &BTreeMap<String, String>, text: &str) -> String {
    let Ok(pseudonyms) = AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .build(names.keys())
    else {
        return text.to_owned();
    };
    let originals: Vec<&String> = names.values().collect();
    let mut out = String::with_capacity(text.len());
    pseudonyms.replace_all_with(text, &mut out, |found, word, out| {
        match originals
            .get(found.pattern().as_usize())
            .filter(|_| is_word(text, found.start(), found.end()))
        {
            Some(name) => out.push_str(&escaped(text, name)),
            None => out.push_str(word),
        }
        true
    });
    out
}
