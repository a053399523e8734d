//! Every budget of a run, in one place. Hitting one is a [`Problem`](crate::model::Problem) of kind
//! `limit-hit`: the rest of the bundle is still read.

/// How much of a hostile or huge bundle is taken in before the reading stops.
///
/// ```
/// let limits = logonscope::Limits { archive_depth: 2, ..Default::default() };
/// assert_eq!(limits.archive_depth, 2);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Bytes that come out of archives, over the whole run.
    pub total_bytes: u64,
    /// Bytes of one member of an archive, unpacked.
    pub entry_bytes: u64,
    /// Unpacked bytes for each packed byte of one member, counted from the first mebibyte on.
    pub ratio: u64,
    /// Files and archive members looked at, over the whole run.
    pub entries: u64,
    /// How deep archives may lie in archives.
    pub archive_depth: u32,
    /// Bytes of a nested archive that is held in memory because its directory needs seeking.
    pub memory_bytes: u64,
    /// Bytes of a path inside a bundle; a longer one is cut for display.
    pub path_bytes: usize,
    /// Events of interest kept, over the whole run.
    pub events: usize,
    /// Bytes that the kept events of one artifact take.
    pub event_bytes: u64,
    /// Bytes of long texts in the events of one artifact: past it, texts are cut to an excerpt of 1 KiB.
    pub long_text_bytes: u64,
    /// Facts kept, over the whole run.
    pub facts: usize,
    /// Problems listed one by one for each artifact; further ones are only counted.
    pub problems_per_artifact: usize,
    /// Bytes of one line of text; a longer one is cut.
    pub line_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            total_bytes: 256 << 30,
            entry_bytes: 64 << 30,
            ratio: 2_000,
            entries: 200_000,
            archive_depth: 5,
            memory_bytes: 512 << 20,
            path_bytes: 4_096,
            events: 2_000_000,
            event_bytes: 2 << 30,
            long_text_bytes: 32 << 20,
            facts: 200_000,
            problems_per_artifact: 20,
            line_bytes: 64 << 10,
        }
    }
}
