//! The rows of the cases that this run diagnosed, kept until the tables are written, so that no diagnosis need be read again.
//!
//! Tables have their cases by name, and lanes take them by size. In between the rows lie in a file without a name, which ends with the process:
//! whatever is not in it comes from the stored diagnoses.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use logonscope::model::{Diagnosis, Time};
use logonscope::tables::{self, ALL, Case, Cell, Table};

/// The rows of some cases.
#[derive(Debug)]
pub(crate) struct Kept(Mutex<Store>);

#[derive(Debug)]
struct Store {
    file: File,
    end: u64,
    /// Where the rows of a case begin, and how many bytes they are.
    places: BTreeMap<String, (u64, usize)>,
}

impl Kept {
    /// An empty file in the folder of the results, where there is room for much.
    pub(crate) fn new(out: &Path) -> io::Result<Self> {
        Ok(Self(Mutex::new(Store {
            file: tempfile::tempfile_in(out)?,
            end: 0,
            places: BTreeMap::new(),
        })))
    }

    fn store(&self) -> MutexGuard<'_, Store> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps the rows of a case. Where that fails they are not there, which costs time and nothing else.
    pub(crate) fn keep(&self, case: &str, rows: &[u8]) {
        let mut store = self.store();
        let start = store.end;
        let kept = store
            .file
            .seek(SeekFrom::Start(start))
            .and_then(|_| store.file.write_all(rows));
        if kept.is_ok() {
            store.end = start.saturating_add(rows.len() as u64);
            store.places.insert(case.to_owned(), (start, rows.len()));
        }
    }

    /// The rows of a case, if this run has kept them.
    pub(crate) fn rows(&self, case: &str) -> Option<Vec<u8>> {
        let mut store = self.store();
        let (start, size) = *store.places.get(case)?;
        let mut rows = vec![0; size];
        store.file.seek(SeekFrom::Start(start)).ok()?;
        store.file.read_exact(&mut rows).ok()?;
        Some(rows)
    }
}

/// The rows of a case as bytes; nothing if they hold what cannot be told so.
pub(crate) fn pack(case: &Case<'_>, diagnosis: &Diagnosis) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let packed = tables::rows(case, Some(diagnosis), |table, cells| {
        let number = ALL.iter().position(|one| one.name == table.name).ok_or(())?;
        out.push(u8::try_from(number).map_err(drop)?);
        cells.iter().try_for_each(|cell| put(cell, &mut out).ok_or(()))
    });
    packed.is_ok().then_some(out)
}

fn put(cell: &Cell<'_>, out: &mut Vec<u8>) -> Option<()> {
    match cell {
        Cell::Absent => out.push(0),
        Cell::Text(text) => {
            out.push(1);
            out.extend(u32::try_from(text.len()).ok()?.to_le_bytes());
            out.extend(text.as_bytes());
        }
        Cell::Number(number) => {
            out.push(2);
            out.extend(number.to_le_bytes());
        }
        Cell::Real(number) => {
            out.push(3);
            out.extend(number.to_le_bytes());
        }
        Cell::Flag(flag) => out.extend([4, u8::from(*flag)]),
        Cell::Time(time) => {
            out.push(5);
            out.extend(time.timestamp().to_le_bytes());
            out.extend(time.timestamp_subsec_nanos().to_le_bytes());
        }
        _ => return None,
    }
    Some(())
}

/// Hands out the rows that [`pack`] made bytes of.
pub(crate) fn unpack(
    mut rows: &[u8],
    mut row: impl FnMut(&'static Table, &[Cell<'_>]) -> io::Result<()>,
) -> io::Result<()> {
    let broken = || io::Error::other("rows are not as they were kept");
    while let Some((number, rest)) = rows.split_first() {
        let table = *ALL.get(usize::from(*number)).ok_or_else(broken)?;
        rows = rest;
        let cells: Option<Vec<Cell<'_>>> = table.columns.iter().map(|_| get(&mut rows)).collect();
        row(table, &cells.ok_or_else(broken)?)?;
    }
    Ok(())
}

fn get<'a>(rows: &mut &'a [u8]) -> Option<Cell<'a>> {
    let [kind] = array(rows)?;
    Some(match kind {
        0 => Cell::Absent,
        1 => {
            let size = usize::try_from(u32::from_le_bytes(array(rows)?)).ok()?;
            let (text, rest) = rows.split_at_checked(size)?;
            *rows = rest;
            Cell::Text(std::str::from_utf8(text).ok()?.into())
        }
        2 => Cell::Number(i64::from_le_bytes(array(rows)?)),
        3 => Cell::Real(f64::from_le_bytes(array(rows)?)),
        4 => Cell::Flag(array(rows)? == [1]),
        5 => {
            let (seconds, nanoseconds) = (array(rows)?, array(rows)?);
            Cell::Time(Time::from_timestamp(
                i64::from_le_bytes(seconds),
                u32::from_le_bytes(nanoseconds),
            )?)
        }
        _ => return None,
    })
}

fn array<const N: usize>(rows: &mut &[u8]) -> Option<[u8; N]> {
    let (array, rest) = rows.split_first_chunk()?;
    *rows = rest;
    Some(*array)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_what_they_were_and_cut_rows_are_an_error() {
        let time = Time::from_timestamp(-7, 123_456_700).unwrap();
        let cells = [
            Cell::Absent,
            Cell::Text("a\u{e4}\0\"".into()),
            Cell::Text("".into()),
            Cell::Number(i64::MIN),
            Cell::Real(0.1),
            Cell::Flag(true),
            Cell::Flag(false),
            Cell::Time(time),
        ];
        let mut bytes = Vec::new();
        for cell in &cells {
            put(cell, &mut bytes).unwrap();
        }
        let mut rest = &*bytes;
        for cell in &cells {
            assert_eq!(get(&mut rest).as_ref(), Some(cell));
        }
        assert!(rest.is_empty());
        // A row of the first table that ends too soon.
        assert!(unpack(&[0, 0, 0], |_, _| Ok(())).is_err());
        assert!(unpack(&[u8::MAX], |_, _| Ok(())).is_err());
    }

    #[test]
    fn each_case_gets_its_own_rows_back() {
        let folder = tempfile::tempdir().unwrap();
        let kept = Kept::new(folder.path()).unwrap();
        kept.keep("b", b"of b");
        kept.keep("a", b"of case a");
        assert_eq!(kept.rows("b").as_deref(), Some(&b"of b"[..]));
        assert_eq!(kept.rows("a").as_deref(), Some(&b"of case a"[..]));
        kept.keep("c", b"");
        assert_eq!(kept.rows("c").as_deref(), Some(&b""[..]));
        assert_eq!(kept.rows("d"), None);
        assert_eq!(
            std::fs::read_dir(folder.path()).unwrap().count(),
            0,
            "it has no name"
        );
    }
}
