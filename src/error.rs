//! What can stop an analysis. Damage inside a bundle is not an error but a
//! [`Problem`](crate::model::Problem): it is counted, shown, and costs nothing else.

use std::fmt;
use std::sync::Arc;

/// A failure that leaves nothing to report on, or a request that cannot be carried out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A path that cannot be opened or read.
    #[error("{path}: {source}")]
    Io {
        /// The path as the caller gave it, or the path inside the bundle.
        path: Arc<str>,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// None of the given paths held anything this crate can read.
    #[error("nothing readable in {0}")]
    NothingReadable(Inputs),
    /// A knowledge file that does not load.
    #[error("{path}: {detail}")]
    Knowledge {
        /// The file.
        path: Arc<str>,
        /// Where in it, what was needed, what was found.
        detail: String,
    },
    /// An option or a value that cannot be used.
    #[error("{0}")]
    Usage(String),
}

impl Error {
    /// Wraps what the operating system said about `path`.
    pub fn io(path: impl Into<Arc<str>>, source: std::io::Error) -> Self {
        Self::Io {
            path: path.into(),
            source,
        }
    }

    /// A knowledge file that does not load, and why.
    pub fn knowledge(path: impl Into<Arc<str>>, detail: impl fmt::Display) -> Self {
        Self::Knowledge {
            path: path.into(),
            detail: detail.to_string(),
        }
    }
}

/// The paths of a failed request, for a readable message.
#[derive(Debug)]
pub struct Inputs(pub Vec<String>);

impl fmt::Display for Inputs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_slice() {
            [] => f.write_str("an empty list of paths"),
            [one] => f.write_str(one),
            [first, rest @ ..] => write!(f, "{first} and {} more", rest.len()),
        }
    }
}

/// The result of everything in this crate that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;
