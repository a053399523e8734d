//! The tables of a batch as Parquet files, made anew at the end of every run: of rows that this run has kept, and of the diagnoses that earlier runs stored.

use std::io::ErrorKind;
use std::path::Path;

use logonscope::tables::parquet::Writer;
use rayon::prelude::*;

use super::cases::Case;
use super::kept::{self, Kept};
use super::stored::{self, AT_ONCE, Stored};
use crate::interrupt;
use crate::status::Failure;

/// The folder of the tables.
pub(crate) const FOLDER: &str = "parquet";
/// What it is called while it is being written.
const UNFINISHED: &str = ".logonscope-parquet";

/// What there is of a case.
enum Found {
    Rows(Vec<u8>),
    Stored(Option<Box<Stored>>),
}

/// Writes `OUT/parquet` beside its name and puts it into the place of an earlier one when all of it is there. The present pool reads.
pub(crate) fn write(out: &Path, cases: &[Case], rows: &Kept) -> Result<(), Failure> {
    let (whole, unfinished) = (out.join(FOLDER), out.join(UNFINISHED));
    let failed = |error: std::io::Error| Failure::new(format!("{}: {error}", whole.display()));
    clear(&unfinished).map_err(failed)?;
    let mut writer = Writer::new(&unfinished).map_err(failed)?;
    for some in cases.chunks(AT_ONCE) {
        let find = |case: &Case| {
            let kept = rows.rows(&case.name);
            kept.map_or_else(
                || Found::Stored(stored::one(out, &case.name).map(Box::new)),
                Found::Rows,
            )
        };
        for found in some.par_iter().map(find).collect::<Vec<_>>() {
            if interrupt::asked() {
                drop(writer);
                return clear(&unfinished).map_err(failed);
            }
            let added = match &found {
                Found::Rows(rows) => kept::unpack(rows, |table, cells| writer.add_row(table, cells)),
                Found::Stored(Some(stored)) => writer.add(&stored.0.as_case(), stored.1.as_ref()),
                Found::Stored(None) => Ok(()),
            };
            added.map_err(failed)?;
        }
    }
    writer.finish().map_err(failed)?;
    clear(&whole).map_err(failed)?;
    std::fs::rename(&unfinished, &whole).map_err(failed)
}

fn clear(folder: &Path) -> std::io::Result<()> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
