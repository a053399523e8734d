//! The tables of a batch as Parquet files, made anew from the stored diagnoses at the end of every run.

use std::io::ErrorKind;
use std::path::Path;

use logonscope::tables::parquet::Writer;

use super::cases::Case;
use super::stored;
use crate::status::Failure;

/// The folder of the tables.
pub(crate) const FOLDER: &str = "parquet";
/// What it is called while it is being written.
const UNFINISHED: &str = ".logonscope-parquet";

/// Writes `OUT/parquet` beside its name and puts it into the place of an earlier one when all of it is there.
pub(crate) fn write(out: &Path, cases: &[Case]) -> Result<(), Failure> {
    let (whole, unfinished) = (out.join(FOLDER), out.join(UNFINISHED));
    let failed = |error: std::io::Error| Failure::new(format!("{}: {error}", whole.display()));
    clear(&unfinished).map_err(failed)?;
    let mut writer = Writer::new(&unfinished).map_err(failed)?;
    let names = cases.iter().map(|case| &*case.name);
    let complete = stored::each(out, names, |case, diagnosis| {
        writer.add(case, diagnosis).map_err(failed)
    })?;
    writer.finish().map_err(failed)?;
    if !complete {
        return clear(&unfinished).map_err(failed);
    }
    clear(&whole).map_err(failed)?;
    std::fs::rename(&unfinished, &whole).map_err(failed)
}

fn clear(folder: &Path) -> std::io::Result<()> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
