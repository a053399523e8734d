//! The resources of a program: an `.exe`, a `.dll`, a `.sys` or a `.mui`. Must not know what is in them.
//!
//! Source: the PE format, <https://learn.microsoft.com/windows/win32/debug/pe-format>: the headers, the table of sections, and
//! the section of resources, a tree of three levels: type, name, language.

use std::cell::Cell;
use std::ops::Range;

use crate::reader::little_endian::{half, wide, word};

/// Entries of the tree that are looked at, over all questions.
const ENTRIES: usize = 8192;
/// Resources of one type that are taken.
const TAKEN: usize = 64;
/// Bytes of an entry in the table of sections.
const SECTION: usize = 40;
/// Bytes of the head of a table of the tree, and of its entries.
const TABLE: usize = 16;
const ENTRY: usize = 8;
/// The bit that says that a name stands elsewhere, and that a table follows and no resource.
const ELSEWHERE: u32 = 1 << 31;

/// A type of resources.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind<'a> {
    Named(&'a str),
    Numbered(u32),
}

/// The section of resources of a program.
#[derive(Debug)]
pub(super) struct Resources<'a> {
    /// From the root of the tree to the end of the section.
    bytes: &'a [u8],
    /// Where the root is in the memory of the running program.
    address: u32,
    /// Entries of the tree that may still be looked at.
    left: Cell<usize>,
}

/// Whether a file begins like a program.
pub(in super::super) fn sniff(head: &[u8]) -> bool {
    head.starts_with(b"MZ")
}

/// A section, where its entry in the table is and where its bytes are in the file.
struct Section {
    entry: usize,
    address: u32,
    bytes: Range<usize>,
}

/// The address of the resources, and the section that has them.
fn section(program: &[u8]) -> Option<(u32, Section)> {
    let head = index(word(program, 0x3C)?)?;
    let head = head.checked_add(24).filter(|_| {
        sniff(program)
            && program
                .get(head..)
                .is_some_and(|rest| rest.starts_with(b"PE\0\0"))
    })?;
    let coff = head.checked_sub(20)?;
    let sections = usize::from(half(program, coff.checked_add(2)?)?);
    let optional = usize::from(half(program, coff.checked_add(16)?)?);
    // Addresses take 4 bytes or 8, and there are four of them before the directories; resources are the third.
    let directories = match half(program, head)? {
        0x10B => 96,
        0x20B => 112,
        _ => return None,
    };
    let address = word(program, head.checked_add(directories + 16)?)?;
    let table = head.checked_add(optional)?;
    (0..sections).find_map(|number| {
        let entry = table.checked_add(number * SECTION)?;
        let start = word(program, entry.checked_add(12)?)?;
        let size = word(program, entry + 16)?;
        let place = index(word(program, entry + 20)?)?;
        address.checked_sub(start).filter(|&offset| offset < size)?;
        let bytes = place..place.checked_add(index(size)?)?.min(program.len());
        (address > 0 && bytes.start < bytes.end).then_some((
            address,
            Section {
                entry,
                address: start,
                bytes,
            },
        ))
    })
}

/// The program without all sections but that of the resources.
pub(super) fn only(program: &[u8]) -> Option<Vec<u8>> {
    let (_, section) = section(program)?;
    let mut bytes = program.get(..section.entry + SECTION)?.to_vec();
    let place = u32::try_from(bytes.len()).ok()?;
    bytes
        .get_mut(section.entry + 20..section.entry + 24)?
        .copy_from_slice(&place.to_le_bytes());
    bytes.extend_from_slice(program.get(section.bytes)?);
    Some(bytes)
}

impl<'a> Resources<'a> {
    /// Those of a program; none where it has none or is none.
    pub(super) fn of(program: &'a [u8]) -> Option<Self> {
        let (address, section) = section(program)?;
        let skipped = index(address - section.address)?;
        Some(Self {
            bytes: program.get(section.bytes)?.get(skipped..)?,
            address,
            left: Cell::new(ENTRIES),
        })
    }

    /// All resources of a type, in the order of their names and languages.
    pub(super) fn of_kind(&self, kind: Kind<'_>) -> Vec<&'a [u8]> {
        let mut found = Vec::new();
        for (name, types) in self.table(0) {
            let is_it = match kind {
                Kind::Numbered(number) => name == number,
                Kind::Named(text) => self.is_named(name, text),
            };
            let names = types.filter(|_| is_it);
            for (_, languages) in names.into_iter().flat_map(|at| self.table(at)) {
                let resources = languages.map(|at| self.resources(at));
                found.extend(resources.into_iter().flatten());
            }
        }
        found.truncate(TAKEN);
        found
    }

    /// The entries of a table: a name or number, and where the table is to which the entry leads.
    fn table(&self, at: usize) -> Vec<(u32, Option<usize>)> {
        let entries = self.entries(at).into_iter();
        entries
            .map(|(name, to)| {
                (
                    name,
                    (to & ELSEWHERE != 0).then(|| index(to & !ELSEWHERE)).flatten(),
                )
            })
            .collect()
    }

    /// What the entries of the last table lead to, an entry for each language.
    fn resources(&self, at: usize) -> Vec<&'a [u8]> {
        let entries = self.entries(at).into_iter();
        entries
            .filter_map(|(_, to)| {
                let entry = self.bytes.get(index(to)?..)?;
                let start = index(word(entry, 0)?.checked_sub(self.address)?)?;
                let end = start.checked_add(index(word(entry, 4)?)?)?;
                self.bytes.get(start..end)
            })
            .collect()
    }

    fn entries(&self, at: usize) -> Vec<(u32, u32)> {
        let Some(table) = self.bytes.get(at..) else {
            return Vec::new();
        };
        let count = |at| usize::from(half(table, at).unwrap_or(0));
        let count = count(12).saturating_add(count(14)).min(self.left.get());
        let list = table.get(TABLE..).unwrap_or_default().chunks_exact(ENTRY);
        let entries: Vec<_> = list
            .take(count)
            .filter_map(|entry| Some((word(entry, 0)?, word(entry, 4)?)))
            .collect();
        self.left.set(self.left.get() - entries.len());
        entries
    }

    /// Whether an entry has a name, and this one.
    fn is_named(&self, name: u32, text: &str) -> bool {
        let stored = || {
            let at = index(name & !ELSEWHERE)?;
            let units = usize::from(half(self.bytes, at)?);
            let start = at.checked_add(2)?;
            self.bytes.get(start..start.checked_add(units * 2)?).map(wide)
        };
        name & ELSEWHERE != 0 && stored().is_some_and(|name| name == text)
    }
}

fn index(number: u32) -> Option<usize> {
    usize::try_from(number).ok()
}
