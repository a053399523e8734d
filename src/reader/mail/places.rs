//! Which line of a mail each line of its text stands in. Must not know encodings.

use std::sync::{Arc, Mutex, PoisonError};

/// Places where the numbers part; behind so many no line is known.
const MOST: usize = 1 << 16;

/// Which line of the file a line of the text begins in. Clones share what is known.
#[derive(Debug, Clone, Default)]
pub(crate) struct Places(Arc<Mutex<Runs>>);

#[derive(Debug, Default)]
struct Runs {
    /// A line of the text and the one of the file, wherever they do not simply go on.
    runs: Vec<(u64, u64)>,
    /// The first line of the text that there was no room for.
    unknown_from: Option<u64>,
}

impl Places {
    /// Notes where a line begins; lines come in order.
    pub(super) fn note(&self, line: u64, stands_in: u64) {
        let mut runs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if runs.unknown_from.is_some() || runs.place(line) == stands_in {
            return;
        }
        if runs.runs.len() < MOST {
            runs.runs.push((line, stands_in));
        } else {
            runs.unknown_from = Some(line);
        }
    }

    /// The line of the file, where it is known.
    pub(crate) fn of(&self, line: u64) -> Option<u64> {
        let runs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        runs.unknown_from
            .is_none_or(|unknown| line < unknown)
            .then(|| runs.place(line))
    }
}

impl Runs {
    fn place(&self, line: u64) -> u64 {
        let after = self.runs.partition_point(|(first, _)| *first <= line);
        let run = after.checked_sub(1).and_then(|at| self.runs.get(at));
        run.map_or(line, |(first, stands_in)| {
            stands_in.saturating_add(line.saturating_sub(*first))
        })
    }
}
