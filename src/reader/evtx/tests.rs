//! The reader as a whole.

mod differential;

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
