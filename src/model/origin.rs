//! Where a thing was read, precise enough that a person can open it.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A place inside what the customer sent.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Origin {
    /// The path inside the bundle; `!/` stands before what lies inside an archive.
    pub path: Arc<str>,
    /// The event record id, for logs that number their records.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<u64>,
    /// The line, from 1, for text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// The byte offset inside the artifact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
}

impl Origin {
    /// The artifact as a whole.
    pub fn artifact(path: impl Into<Arc<str>>) -> Self {
        Self {
            path: path.into(),
            record: None,
            line: None,
            offset: None,
        }
    }

    /// A line of text: its number from 1 and the offset of its first byte.
    pub fn line(path: impl Into<Arc<str>>, line: u64, offset: u64) -> Self {
        Self {
            path: path.into(),
            record: None,
            line: Some(line),
            offset: Some(offset),
        }
    }

    /// A numbered record and the offset of its first byte.
    pub fn record(path: impl Into<Arc<str>>, record: u64, offset: u64) -> Self {
        Self {
            path: path.into(),
            record: Some(record),
            line: None,
            offset: Some(offset),
        }
    }

    /// A byte offset.
    pub fn offset(path: impl Into<Arc<str>>, offset: u64) -> Self {
        Self {
            path: path.into(),
            record: None,
            line: None,
            offset: Some(offset),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)?;
        if let Some(record) = self.record {
            write!(f, " record {record}")?;
        } else if let Some(line) = self.line {
            write!(f, " line {line}")?;
        } else if let Some(offset) = self.offset {
            write!(f, " byte {offset}")?;
        }
        Ok(())
    }
}
