//! What the tests of this folder are made of.

#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use chrono::NaiveDateTime;

use crate::model::{Artifact, Event, Findings};

/// A local time: `2026-05-04 08:00:00`.
pub(super) fn local(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").unwrap()
}

/// An artifact with these events.
pub(super) fn artifact(path: &str, events: Vec<Event>) -> Artifact {
    Artifact {
        path: path.into(),
        findings: Findings {
            events,
            ..Findings::default()
        },
    }
}
