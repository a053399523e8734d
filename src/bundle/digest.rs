//! SHA-256 of a stream.

use std::io::{self, Read};

use sha2::{Digest, Sha256};

/// SHA-256, 32 bytes.
pub(super) type Hash = [u8; 32];

/// The hash of all bytes of a stream.
///
/// # Errors
/// When the stream ends with an error.
pub(super) fn digest(mut stream: impl Read) -> io::Result<Hash> {
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 64 << 10];
    loop {
        match stream.read(&mut buffer) {
            Ok(0) => return Ok(hash.finalize().into()),
            Ok(count) => hash.update(buffer.get(..count).unwrap_or_default()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
