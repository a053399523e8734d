//! The finished cases of a batch, read back one after the other for whatever looks at all of them.

use std::path::Path;

use logonscope::model::Diagnosis;
use logonscope::tables::{self, State};
use rayon::prelude::*;

use super::record::{DIAGNOSIS, Record};
use crate::status::Failure;
use crate::{interrupt, output, show};

/// Cases that are read at once.
pub(crate) const AT_ONCE: usize = 8;

/// What is stored of a finished case.
pub(crate) type Stored = (Record, Option<Diagnosis>);

/// Shows each finished case, in the order of the names, read by the threads of the present pool; a case whose diagnosis cannot be read back is told and shown without. False when
/// Ctrl-C ended it.
pub(crate) fn each<'a>(
    out: &Path,
    names: impl IntoIterator<Item = &'a str>,
    mut visit: impl FnMut(&tables::Case<'_>, Option<&Diagnosis>) -> Result<(), Failure>,
) -> Result<bool, Failure> {
    let names: Vec<&str> = names.into_iter().collect();
    for some in names.chunks(AT_ONCE) {
        let read: Vec<_> = some.par_iter().map(|name| one(out, name)).collect();
        for (record, diagnosis) in read.into_iter().flatten() {
            if interrupt::asked() {
                return Ok(false);
            }
            visit(&record.as_case(), diagnosis.as_ref())?;
        }
    }
    Ok(true)
}

/// A finished case; one whose diagnosis cannot be read back is told and has none.
pub(crate) fn one(out: &Path, name: &str) -> Option<Stored> {
    let folder = out.join(name);
    let mut record = Record::read(&folder)?;
    if record.state == State::Failed {
        return Some((record, None));
    }
    match show::stored(&folder.join(DIAGNOSIS)) {
        Ok(diagnosis) => Some((record, Some(diagnosis))),
        Err(failure) => {
            output::warn(&failure.to_string());
            record.detail = failure.to_string();
            Some((record, None))
        }
    }
}
