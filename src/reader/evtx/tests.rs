//! The reader as a whole, on logs made by the writer of the tests.

mod behaviour;
mod differential;
mod hostile;
mod made;
#[path = "../../../tests/support/evtx/mod.rs"]
#[allow(
    dead_code,
    unused_imports,
    missing_docs,
    missing_debug_implementations,
    unreachable_pub,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "shared with other test programs; a test may panic"
)]
mod writer;

use super::*;

#[test]
fn told_by_content() {
    assert!(sniff(b"ElfFile\0 and more"));
    assert!(sniff(b"ElfChnk\0"));
    let mut lost = vec![0; 4096];
    assert!(!sniff(&lost));
    lost.extend_from_slice(CHUNK_MAGIC);
    assert!(sniff(&lost));
    assert!(!sniff(b"ElfFil"));
}
