//! Registry hives as they lie on a disk: `SYSTEM`, `SOFTWARE`, `NTUSER.DAT`, and their copies in `RegBack`. They give
//! the same facts as a text export, by the same table.
//!
//! Only the keys that the table asks for are opened. So a hive of any size costs little, and the secrets of the LSA,
//! password hashes and everything else beside those keys are never looked at; of a `DefaultPassword`, the name is read
//! and the data is not.
//!
//! Which hive it is, its keys tell: the file's name and the name of the root key (`CMI-CreateHive{...}`, `ROOT`) do not.
//!
//! Folklore: a hive copied from a running machine has two unequal sequence numbers; what changed last is in its `.LOG1`
//! and `.LOG2` files. These are not applied, and that is said. `CurrentControlSet` is not in the file: `Select` says
//! which control set it stands for.
//!
//! Why an own reader: of the crates that read hives, `nt-hive` 0.3 is under the GPL and `notatin` 1.0.1 does not build with
//! the current version of its parser library.

mod cells;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::io::Read;
use std::sync::Arc;

use self::cells::{BASE, Broken, Cells, Key as Cell, Value};
use super::known::{Data, Key, Values, WantedKey, is_secret, wanted_keys};
use super::sink::Sink;
use crate::model::{Findings, ProblemKind, from_filetime};
use crate::reader::Context;
use crate::reader::little_endian::{wide, word};
use crate::source::{ReadAt, Source, read_range};

/// Programs or services below one key.
const CHILDREN: usize = 5_000;
/// Control sets that are read where `Select` does not say which counts.
const CONTROL_SETS: usize = 4;

/// Reads a hive.
pub(crate) fn read(source: Source, context: &Context<'_>, findings: &mut Findings) {
    let (bytes, failure) = match positioned(source, context.limits.memory_bytes) {
        Ok(bytes) => (bytes, None),
        Err((bytes, failure)) => (bytes, Some(failure)),
    };
    findings.bytes = bytes.len();
    let head = read_range(&*bytes, 0, usize::try_from(BASE).unwrap_or(4096)).unwrap_or_default();
    let at = head
        .get(12..20)
        .and_then(|ticks| from_filetime(u64::from_le_bytes(ticks.try_into().ok()?)));
    let mut sink = Sink::of_bytes(context, findings, at);
    if let Some((kind, detail)) = failure {
        sink.problem(kind, 0, &detail);
    }
    if is_log(&head) {
        let detail = "the transaction log of a registry hive: the changes in it are not applied";
        sink.problem(ProblemKind::Unsupported, 0, detail);
        return;
    }
    check(&mut sink, &head, bytes.len());
    let Some(root) = word(&head, 36) else {
        return;
    };
    let mut walk = Walk {
        cells: Cells::new(bytes),
        broken: BTreeSet::new(),
        values: Values::default(),
    };
    walk.hive(&mut sink, root);
    walk.values.finish(&mut sink);
}

/// Bytes at any position: those of a stream are held in memory, as far as the limit goes.
type Opened = Result<Arc<dyn ReadAt>, (Arc<dyn ReadAt>, (ProblemKind, String))>;

fn positioned(source: Source, limit: u64) -> Opened {
    let mut stream = match source {
        Source::At(bytes) => return Ok(bytes),
        Source::Stream(stream) => stream,
    };
    let mut bytes = Vec::new();
    let failure = (&mut stream).take(limit).read_to_end(&mut bytes).err();
    let failure = match failure {
        Some(error) => Some((ProblemKind::of(&error), format!("reading stopped: {error}"))),
        None if stream.read(&mut [0]).is_ok_and(|count| count > 0) => Some((
            ProblemKind::LimitHit,
            format!("only the first {limit} bytes were read"),
        )),
        None => None,
    };
    let bytes: Arc<dyn ReadAt> = Arc::new(bytes);
    match failure {
        None => Ok(bytes),
        Some(failure) => Err((bytes, failure)),
    }
}

/// The types of file that are logs of changes.
fn is_log(head: &[u8]) -> bool {
    matches!(word(head, 28), Some(1 | 2 | 6))
}

/// Says what is wrong with the base block.
fn check(sink: &mut Sink<'_, '_>, head: &[u8], length: u64) {
    if length <= BASE {
        sink.problem(ProblemKind::Truncated, 0, "the hive ends before its first key");
        return;
    }
    let words = head.get(..508).unwrap_or_default().chunks_exact(4);
    let sum = words.fold(0_u32, |sum, four| sum ^ word(four, 0).unwrap_or_default());
    // Two sums stand for others, so that none is all zeros or all ones.
    let sum = match sum {
        0 => 1,
        u32::MAX => u32::MAX - 1,
        sum => sum,
    };
    if word(head, 508) != Some(sum) {
        let detail = "the checksum of the hive's base block is wrong";
        sink.problem(ProblemKind::Damaged, 508, detail);
    } else if word(head, 4) != word(head, 8) {
        let detail = "the hive was in use when it was copied: changes that are only in its .LOG files are missing here";
        sink.problem(ProblemKind::Unsupported, 4, detail);
    }
    let bins = word(head, 40).map_or(0, u64::from);
    if length.saturating_sub(BASE) < bins {
        let detail = format!(
            "the hive has {bins} bytes of keys, and {} are there",
            length.saturating_sub(BASE)
        );
        sink.problem(ProblemKind::Truncated, 40, &detail);
    }
}

/// Which hive it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    System,
    Software,
    User,
    /// One that no setting is in: `SAM`, `SECURITY`, the start menu of a user, drivers.
    Other,
}

impl Kind {
    /// Told by the keys right below the root.
    fn of(names: &[String]) -> Self {
        let has = |name: &str| names.iter().any(|one| one.eq_ignore_ascii_case(name));
        if has("Select") || has("ControlSet001") {
            Self::System
        } else if has("Software") && (has("Environment") || has("Control Panel")) {
            Self::User
        } else if has("Microsoft") && (has("Classes") || has("Policies") || has("WOW6432Node")) {
            Self::Software
        } else {
            Self::Other
        }
    }

    /// How exports spell the root.
    const fn prefix(self) -> &'static str {
        match self {
            Self::System => r"HKLM\SYSTEM",
            Self::Software => r"HKLM\SOFTWARE",
            Self::User => "HKCU",
            Self::Other => "",
        }
    }

    /// Where in this hive a wanted key is, if it can be in it.
    fn path(self, wanted: &WantedKey) -> Option<&str> {
        match self {
            Self::System => wanted.path.strip_prefix(r"system\"),
            Self::Software => wanted.path.strip_prefix(r"software\"),
            Self::User => Some(wanted.path.as_str()).filter(|path| !path.starts_with(r"system\")),
            Self::Other => None,
        }
    }
}

/// The reading of one hive.
struct Walk {
    cells: Cells,
    /// Where damage was already told: neighbours of several wanted keys are met more than once.
    broken: BTreeSet<u64>,
    values: Values,
}

impl Walk {
    fn hive(&mut self, sink: &mut Sink<'_, '_>, root: u32) {
        let root = match self.cells.key(root) {
            Ok(root) => root,
            Err(error) => return self.damaged(sink, error),
        };
        let tops = self.children(sink, &root);
        let names: Vec<String> = tops.iter().map(|key| key.name.clone()).collect();
        let kind = Kind::of(&names);
        let sets = if kind == Kind::System {
            self.control_sets(sink, &tops)
        } else {
            Vec::new()
        };
        for wanted in wanted_keys() {
            let Some(path) = kind.path(&wanted) else { continue };
            match path.strip_prefix(r"currentcontrolset\") {
                Some(rest) => {
                    for set in &sets {
                        self.visit(
                            sink,
                            set,
                            &format!(r"HKLM\SYSTEM\{}", set.name),
                            rest,
                            wanted.children,
                        );
                    }
                }
                None => self.visit(sink, &root, kind.prefix(), path, wanted.children),
            }
        }
    }

    /// The control set that `Select` names, or all where it does not.
    fn control_sets(&mut self, sink: &mut Sink<'_, '_>, tops: &[Cell]) -> Vec<Cell> {
        let named = |name: &str| tops.iter().find(|key| key.name.eq_ignore_ascii_case(name));
        let current = named("Select").cloned().and_then(|select| {
            let values = self.values_of(sink, &select);
            let value = values
                .into_iter()
                .find(|value| value.name.eq_ignore_ascii_case("Current"))?;
            let data = self.cells.data(&value).ok()?;
            named(&format!("ControlSet{:03}", word(&data, 0)?)).cloned()
        });
        current.map_or_else(
            || {
                let is_set = |key: &&Cell| key.name.to_ascii_lowercase().starts_with("controlset");
                tops.iter().filter(is_set).take(CONTROL_SETS).cloned().collect()
            },
            |set| vec![set],
        )
    }

    /// Goes down a path and takes what is there.
    fn visit(&mut self, sink: &mut Sink<'_, '_>, from: &Cell, prefix: &str, path: &str, children: bool) {
        let mut key = from.clone();
        for part in path.split('\\') {
            let Some(below) = self.child(sink, &key, part) else {
                return;
            };
            key = below;
        }
        let path = format!(r"{prefix}\{path}");
        if children {
            for child in self.children(sink, &key).iter().take(CHILDREN) {
                self.take(sink, child, &format!(r"{path}\{}", child.name));
            }
        } else {
            self.take(sink, &key, &path);
        }
    }

    /// Hands the values of a key over.
    fn take(&mut self, sink: &mut Sink<'_, '_>, cell: &Cell, path: &str) {
        sink.record();
        let key = Key::new(path);
        for value in self.values_of(sink, cell) {
            if is_secret(&value.name) {
                self.values.add(sink, value.at, &key, &value.name, &Data::Binary);
            } else if Values::wants(&key, &value.name) {
                match self.cells.data(&value) {
                    Ok(bytes) => {
                        let data = data(value.kind, &bytes);
                        self.values.add(sink, value.at, &key, &value.name, &data);
                    }
                    Err(error) => self.damaged(sink, error),
                }
            }
        }
    }

    fn child(&mut self, sink: &mut Sink<'_, '_>, key: &Cell, name: &str) -> Option<Cell> {
        let mut broken = Vec::new();
        let offsets = self.cells.subkeys(key, &mut broken);
        let mut found = None;
        for offset in offsets {
            match self.cells.key(offset) {
                Ok(child) if child.name.eq_ignore_ascii_case(name) => {
                    found = Some(child);
                    break;
                }
                Ok(_) => {}
                Err(error) => broken.push(error),
            }
            if self.cells.is_spent() {
                break;
            }
        }
        self.all_damaged(sink, broken);
        found
    }

    fn children(&mut self, sink: &mut Sink<'_, '_>, key: &Cell) -> Vec<Cell> {
        let mut broken = Vec::new();
        let offsets = self.cells.subkeys(key, &mut broken);
        let mut found = Vec::new();
        for offset in offsets {
            match self.cells.key(offset) {
                Ok(child) => found.push(child),
                Err(error) => broken.push(error),
            }
            if self.cells.is_spent() {
                break;
            }
        }
        self.all_damaged(sink, broken);
        found
    }

    fn values_of(&mut self, sink: &mut Sink<'_, '_>, key: &Cell) -> Vec<Value> {
        let mut broken = Vec::new();
        let values = self.cells.values(key, &mut broken);
        self.all_damaged(sink, broken);
        values
    }

    fn all_damaged(&mut self, sink: &mut Sink<'_, '_>, broken: Vec<Broken>) {
        for error in broken {
            self.damaged(sink, error);
        }
    }

    fn damaged(&mut self, sink: &mut Sink<'_, '_>, error: Broken) {
        let kind = if self.cells.is_spent() {
            ProblemKind::LimitHit
        } else {
            ProblemKind::Damaged
        };
        if self.broken.insert(error.at) {
            sink.problem(kind, error.at, error.what);
        }
    }
}

/// The data of a value by its type. Source: <https://learn.microsoft.com/windows/win32/sysinfo/registry-value-types>
fn data(kind: u32, bytes: &[u8]) -> Data {
    let text = || wide(bytes).trim_end_matches('\0').to_owned();
    let number = match kind {
        4 => word(bytes, 0).map(u64::from),
        5 => word(bytes, 0).map(|number| u64::from(number.swap_bytes())),
        11 => bytes
            .get(..8)
            .and_then(|eight| Some(u64::from_le_bytes(eight.try_into().ok()?))),
        _ => None,
    };
    match (kind, number) {
        (_, Some(number)) => Data::Number(number),
        // What follows the end of a text is left over from an older value.
        (1 | 2, _) => Data::Text(text().split('\0').next().unwrap_or_default().to_owned()),
        (7, _) => Data::Text(text().replace('\0', ",")),
        _ => Data::Binary,
    }
}
