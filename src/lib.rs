#![doc = include_str!("ARCHITECTURE.md")]
#![cfg_attr(
    not(feature = "diagnose"),
    allow(dead_code, reason = "what only the knowledge asks of the readers"),
    allow(
        rustdoc::broken_intra_doc_links,
        reason = "the pages speak of the whole crate, and what is left out cannot be linked to"
    )
)]
#![cfg_attr(test, allow(clippy::indexing_slicing, reason = "a test may panic"))]

pub mod bundle;
#[cfg(feature = "diagnose")]
pub mod diagnose;
pub mod error;
#[cfg(feature = "diagnose")]
pub mod knowledge;
pub mod limits;
pub mod model;
pub mod parse;
pub mod reader;
#[cfg(feature = "diagnose")]
pub mod report;
pub mod source;
#[cfg(feature = "diagnose")]
pub mod tables;

pub use error::{Error, Result};
pub use limits::{Limits, Stop};
