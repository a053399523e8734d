//! The encryption of 7z: AES-256 in CBC mode under a key that SHA-256 makes of the password in many rounds.

use std::io::{self, Read};

use aes::Aes256;
use aes::cipher::{BlockCipherDecrypt, KeyInit};
use sha2::{Digest, Sha256};

/// The binary logarithm of the rounds at most; 7-Zip uses 19. More would only make us wait.
const ROUNDS: u8 = 22;

/// Decrypts a stream; `None` when the settings make no sense. A wrong password gives noise.
pub(super) fn open<R: Read>(properties: &[u8], inner: R, password: &str) -> Option<Cbc<R>> {
    let (first, rest) = properties.split_first()?;
    let rounds = first & 0x3f;
    let (mut salt, mut iv): (&[u8], &[u8]) = (&[], &[]);
    if first & 0xc0 != 0 {
        let (second, rest) = rest.split_first()?;
        let (salt_len, iv_len) = ((first >> 7) + (second >> 4), (first >> 6 & 1) + (second & 0x0f));
        let rest = rest.split_at_checked(usize::from(salt_len))?;
        salt = rest.0;
        iv = rest.1.get(..usize::from(iv_len))?;
    }
    let key = key(salt, password, rounds)?;
    let mut before = [0; 16];
    before.iter_mut().zip(iv).for_each(|(to, from)| *to = *from);
    Some(Cbc {
        inner,
        cipher: Box::new(Aes256::new_from_slice(&key).ok()?),
        before,
        plain: [0; 16],
        given: 16,
    })
}

fn key(salt: &[u8], password: &str, rounds: u8) -> Option<[u8; 32]> {
    let password: Vec<u8> = password.encode_utf16().flat_map(u16::to_le_bytes).collect();
    if rounds == 0x3f {
        let mut key = [0; 32];
        let bytes = salt.iter().chain(&password);
        key.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
        return Some(key);
    }
    if rounds > ROUNDS {
        return None;
    }
    let mut hash = Sha256::new();
    for round in 0..1_u64 << rounds {
        hash.update(salt);
        hash.update(&password);
        hash.update(round.to_le_bytes());
    }
    Some(hash.finalize().into())
}

/// Plain bytes out of whole blocks; a block that is cut is dropped.
pub(super) struct Cbc<R> {
    inner: R,
    cipher: Box<Aes256>,
    before: [u8; 16],
    plain: [u8; 16],
    given: usize,
}

impl<R: Read> Read for Cbc<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.given >= self.plain.len() {
            let mut sealed = [0; 16];
            match self.inner.read_exact(&mut sealed) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(0),
                Err(error) => return Err(error),
            }
            let mut block = sealed.into();
            self.cipher.decrypt_block(&mut block);
            self.plain = block.into();
            self.plain
                .iter_mut()
                .zip(self.before)
                .for_each(|(byte, before)| *byte ^= before);
            self.before = sealed;
            self.given = 0;
        }
        let mut rest = self.plain.get(self.given..).unwrap_or_default();
        let count = rest.read(buffer)?;
        self.given += count;
        Ok(count)
    }
}
