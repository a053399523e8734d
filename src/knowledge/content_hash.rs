//! What tells one knowledge from another: a hash over its files. The build script takes that of what is built in, in the same way as that of
//! files of a user is taken. Must not know what the files say.

use sha2::{Digest, Sha256};

/// SHA-256 over paths and texts, in hexadecimal.
pub(super) fn hash<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut hash = Sha256::new();
    for (path, text) in files {
        for bytes in [path.as_bytes(), b"\0", text.as_bytes(), b"\0"] {
            hash.update(bytes);
        }
    }
    hash.finalize()
        .iter()
        .fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}
