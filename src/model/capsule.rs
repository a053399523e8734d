//! What is kept of one artifact in a capsule: the smallest set of records and settings that still shows an incident.

use std::sync::Arc;

use super::{ChannelSpan, Event, Fact};

/// The schema of the files that hold the settings and the coverage of a capsule.
pub const CAPSULE_SCHEMA: &str = "logonscope.capsule/1";

/// What is kept of one artifact.
#[derive(Debug, Clone, PartialEq)]
pub struct CapsulePart {
    /// The path inside the bundle that it was taken from.
    pub path: Arc<str>,
    /// The records.
    pub events: Vec<Event>,
    /// The same as lines of the artifact, where it is text; secrets are masked in them.
    pub text: Option<String>,
    /// All settings that it tells.
    pub facts: Vec<Fact>,
    /// What the whole artifact covered: silence proves in the capsule what it proved in the original.
    pub spans: Vec<ChannelSpan>,
}
