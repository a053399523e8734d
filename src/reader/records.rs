//! Logs whose records begin with a line of a known look and may go on for some lines. Finds the few records that
//! matter in a block without looking at the others. Must not know formats.

use crate::model::Interest;

use super::lines::{Block, Line};

/// Lines that one record may take; what follows is not taken for a part of it.
const RECORD_LINES: usize = 64;

/// What begins at a place in a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Piece {
    /// A record.
    Record {
        /// Its first byte.
        start: usize,
        /// The end of its first line.
        first_end: usize,
        /// Its end.
        end: usize,
    },
    /// Lines that belong to no record.
    Loose {
        /// Their first byte.
        start: usize,
        /// Their end.
        end: usize,
    },
}

impl Piece {
    /// Where the next piece begins.
    pub(crate) const fn end(self) -> usize {
        match self {
            Self::Record { end, .. } | Self::Loose { end, .. } => end,
        }
    }
}

/// The next piece from `from` on that is of interest.
pub(crate) fn next(
    block: &Block<'_>,
    interest: &Interest,
    from: usize,
    starts: impl Fn(&[u8]) -> bool,
) -> Option<Piece> {
    if from >= block.bytes.len() {
        return None;
    }
    let start = if interest.is_everything() {
        from
    } else {
        // A block is counted once, however often it is gone on with.
        let bytes = if from == 0 { block.bytes.len() } else { 0 };
        let hit = interest.scanner(bytes).first(block.bytes.get(from..)?)?;
        start_of(block, from.saturating_add(hit.start), from, &starts)
    };
    Some(piece_at(block, start, starts))
}

/// Where the record begins that spans `hit`; not before `floor`, and not more lines up than a record takes.
pub(crate) fn start_of(block: &Block<'_>, hit: usize, floor: usize, starts: impl Fn(&[u8]) -> bool) -> usize {
    let mut start = block.line_start(hit).max(floor);
    let own = start;
    for _ in 1..RECORD_LINES {
        if starts(block.bytes.get(start..).unwrap_or_default()) {
            return start;
        }
        if start <= floor {
            break;
        }
        start = block.line_start(start - 1).max(floor);
    }
    own
}

/// The extent of what begins at `start`.
fn piece_at(block: &Block<'_>, start: usize, starts: impl Fn(&[u8]) -> bool) -> Piece {
    let is_record = starts(block.bytes.get(start..).unwrap_or_default());
    let first_end = block.piece_end(start).max(start.saturating_add(1));
    let mut end = first_end;
    for _ in 1..RECORD_LINES {
        let rest = block.bytes.get(end..).unwrap_or_default();
        let long = end.saturating_sub(start) > block.line_bytes();
        if rest.is_empty() || long || starts(rest) {
            break;
        }
        end = block.piece_end(end).max(end.saturating_add(1));
    }
    if is_record {
        Piece::Record {
            start,
            first_end,
            end,
        }
    } else {
        Piece::Loose { start, end }
    }
}

/// The lines between two places of a block.
pub(crate) fn lines<'a>(block: &mut Block<'a>, start: usize, end: usize) -> Vec<Line<'a>> {
    let mut lines = Vec::new();
    let mut at = start;
    while at < end
        && let Some((line, next)) = block.line_at(at)
    {
        lines.push(line);
        at = next;
    }
    lines
}
