//! What a whole log shows besides its incidents.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Origin, Time};

/// Evidence that names a cause by itself, in a log where nobody and nothing complains of it. It is no incident: it may be why something
/// will fail, or failed elsewhere.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Finding {
    /// The host; empty where none is named.
    #[serde(default, skip_serializing_if = "str_is_empty")]
    pub host: Arc<str>,
    /// The id of the cause.
    pub cause: Arc<str>,
    /// The cause in words.
    pub title: Arc<str>,
    /// What was seen, for a person.
    pub summary: String,
    /// How many records show it.
    pub count: u64,
    /// When it was seen first, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<Time>,
    /// When it was seen last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<Time>,
    /// The first record.
    pub origin: Origin,
}

fn str_is_empty(text: &Arc<str>) -> bool {
    text.is_empty()
}
