//! The statements of four public articles on whole inputs, each as a log of Windows and as its XML, each with a twin that lacks
//! the point: `src/knowledge/ARTICLES.md` names the statement, this proves it on the symptom that the article speaks of. [`rows`]
//! proves each row of that page in three forms.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

#[path = "../support/mod.rs"]
mod support;

mod codes;
mod flows;
mod kit;
mod robots;
mod rows;
