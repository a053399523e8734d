//! What tests need to make customer bundles out of nothing: event logs, archives, registry exports, robot logs.
//!
//! Everything here is a writer. Nothing here reads, and nothing here knows how the product reads: the writers
//! follow the published formats, so that a test which writes and then analyzes compares two independent views.
#![allow(
    dead_code,
    unused_imports,
    unreachable_pub,
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "shared by several test programs, none of which uses all of it; a test may panic"
)]

pub mod archive;
pub mod etl;
pub mod evtx;
pub mod exports;
pub mod hive;
pub mod planted;
pub mod robot;
pub mod trace;
