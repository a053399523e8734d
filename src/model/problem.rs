//! What was not read, or not read for certain. Never silent.

use std::fmt;
use std::io;

use serde::{Deserialize, Serialize};

use super::Origin;
use crate::source::StreamEnd;

/// What kind of thing went unread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ProblemKind {
    /// A record, buffer, line or member that does not decode.
    Damaged,
    /// The artifact ends before its own structure says.
    Truncated,
    /// The file system or the archive would not give the bytes, or nothing here unpacks or reads them although they can be logs.
    Unreadable,
    /// An archive member that needs a password.
    Encrypted,
    /// A format this crate knows of and does not read, nothing that a log would be in.
    Unsupported,
    /// Nothing in it.
    Empty,
    /// The same bytes as another artifact; read once.
    Duplicate,
    /// A limit of the run was reached; the rest of this artifact was not read.
    LimitHit,
    /// Messages that only their owner can decode, such as WPP without its format file.
    Undecoded,
    /// Local times whose offset nobody told; read as UTC or by the offset the user gave.
    TimeZoneAssumed,
    /// The host's clock was set; times are not subtracted across it.
    ClockJump,
    /// An export of selected records: what it lacks proves nothing.
    Filtered,
    /// The log was cleared.
    LogCleared,
    /// A secret in the input, masked while parsing.
    SecretMasked,
    /// Two sources disagree about one setting.
    Conflict,
    /// Read by a guess: at a layout that nobody published, at the order of day and month.
    Guessed,
    /// The run was interrupted or ran out of time; the result is partial.
    Interrupted,
    /// A host, user or time that was asked for is not in what was sent: nothing found says nothing.
    NothingMatches,
}

impl ProblemKind {
    /// What kind of problem the error is that a reading ended with.
    pub fn of(error: &io::Error) -> Self {
        match (StreamEnd::of(error), error.kind()) {
            (Some(StreamEnd::Stopped(_)), _) => Self::Interrupted,
            (Some(StreamEnd::Limit(_)), _) => Self::LimitHit,
            (Some(StreamEnd::Truncated(_)), _) | (None, io::ErrorKind::UnexpectedEof) => Self::Truncated,
            (Some(_), _) | (None, io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput) => Self::Damaged,
            _ => Self::Unreadable,
        }
    }

    /// Whether something that could matter was left unread, so that "nothing found" would not be the truth.
    pub const fn is_incomplete(self) -> bool {
        matches!(
            self,
            Self::Damaged
                | Self::Truncated
                | Self::Unreadable
                | Self::Encrypted
                | Self::LimitHit
                | Self::Undecoded
                | Self::Interrupted
        )
    }

    /// The stable name, as JSON spells it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Damaged => "damaged",
            Self::Truncated => "truncated",
            Self::Unreadable => "unreadable",
            Self::Encrypted => "encrypted",
            Self::Unsupported => "unsupported",
            Self::Empty => "empty",
            Self::Duplicate => "duplicate",
            Self::LimitHit => "limit-hit",
            Self::Undecoded => "undecoded",
            Self::TimeZoneAssumed => "time-zone-assumed",
            Self::ClockJump => "clock-jump",
            Self::Filtered => "filtered",
            Self::LogCleared => "log-cleared",
            Self::SecretMasked => "secret-masked",
            Self::Conflict => "conflict",
            Self::Guessed => "guessed",
            Self::Interrupted => "interrupted",
            Self::NothingMatches => "nothing-matches",
        }
    }
}

impl fmt::Display for ProblemKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One thing, or `count` like things, that went unread.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Problem {
    /// What kind of thing.
    pub kind: ProblemKind,
    /// Where; the first place when `count` is more than one.
    pub origin: Origin,
    /// What was needed and what was found, for a person.
    pub detail: String,
    /// How many like it, at least 1.
    pub count: u64,
}

impl Problem {
    /// One problem.
    pub fn new(kind: ProblemKind, origin: Origin, detail: impl Into<String>) -> Self {
        Self {
            kind,
            origin,
            detail: detail.into(),
            count: 1,
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.kind, self.origin, self.detail)?;
        if self.count > 1 {
            write!(f, " ({} times)", self.count)?;
        }
        Ok(())
    }
}

impl std::error::Error for Problem {}
