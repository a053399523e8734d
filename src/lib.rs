#![doc = include_str!("ARCHITECTURE.md")]
#![cfg_attr(test, allow(clippy::indexing_slicing, reason = "a test may panic"))]

pub mod bundle;
pub mod diagnose;
pub mod error;
pub mod knowledge;
pub mod limits;
pub mod model;
pub mod parse;
pub mod reader;
pub mod report;
pub mod source;
pub mod tables;

pub use error::{Error, Result};
pub use limits::{Limits, Stop};
