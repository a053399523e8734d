//! The two encryptions of zip members that are in use: the traditional one of PKWARE (APPNOTE 6.1) and AES as WinZip
//! specified it ("AES Encryption Information: AE-1 and AE-2"). Only opens; must not know who asks.

use std::io::{self, Read};
use std::sync::Arc;

#[cfg(feature = "archives")]
use super::aes_ctr;
use crate::source::{Cursor, ReadAt, Region, read_range};

/// Bytes before the data in the traditional encryption.
const HEAD: u64 = 12;

/// How a member is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::bundle) enum Cipher {
    /// Traditional; `check` is what the last byte of its head decrypts to.
    Traditional { check: u8 },
    /// AES with keys of 128, 192 or 256 bits for strength 1, 2, 3.
    Aes { strength: u8 },
    /// One that is not read, such as PKWARE's strong encryption.
    Other,
}

/// What opens a member.
#[derive(Clone)]
pub(in crate::bundle) enum Key {
    Traditional(Keys),
    #[cfg(feature = "archives")]
    Aes(aes_ctr::Keys),
}

impl Cipher {
    /// The key that `password` makes, if the member's check value says it may be right: wrong passwords pass one time
    /// in 256 (traditional) or 65,536 (AES).
    pub(in crate::bundle) fn key(self, sealed: &dyn ReadAt, password: &str) -> io::Result<Option<Key>> {
        match self {
            Self::Traditional { check } => {
                let mut keys = Keys::new(password.as_bytes());
                let mut head = read_range(sealed, 0, HEAD as usize)?;
                keys.decrypt(&mut head);
                let fits = head.len() == HEAD as usize && head.last() == Some(&check);
                Ok(fits.then_some(Key::Traditional(keys)))
            }
            #[cfg(feature = "archives")]
            Self::Aes { strength } => Ok(aes_ctr::keys(sealed, password, strength)?.map(Key::Aes)),
            #[cfg(not(feature = "archives"))]
            Self::Aes { .. } => Err(crate::bundle::codec::needs_archives()),
            Self::Other => Ok(None),
        }
    }
}

impl Key {
    /// The decrypted bytes, still packed.
    pub(in crate::bundle) fn open(&self, sealed: &Arc<dyn ReadAt>) -> io::Result<Box<dyn Read + Send>> {
        match self {
            Self::Traditional(keys) => {
                let len = sealed.len().saturating_sub(HEAD);
                Ok(Box::new(Traditional {
                    inner: Cursor::new(Arc::new(Region::new(sealed.clone(), HEAD, len))),
                    keys: keys.clone(),
                }))
            }
            #[cfg(feature = "archives")]
            Self::Aes(keys) => keys.open(sealed),
        }
    }
}

/// The three keys of the traditional encryption.
#[derive(Clone)]
pub(in crate::bundle) struct Keys([u32; 3]);

impl Keys {
    fn new(password: &[u8]) -> Self {
        let mut keys = Self([0x1234_5678, 0x2345_6789, 0x3456_7890]);
        for byte in password {
            keys.update(*byte);
        }
        keys
    }

    fn update(&mut self, plain: u8) {
        let [a, b, c] = self.0;
        let a = crc_step(a, plain);
        let b = b.wrapping_add(a & 0xff).wrapping_mul(134_775_813).wrapping_add(1);
        let c = crc_step(c, b.to_be_bytes()[0]);
        self.0 = [a, b, c];
    }

    fn decrypt(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            let [.., c] = self.0;
            let mask = (c | 2) & 0xffff;
            *byte ^= (mask.wrapping_mul(mask ^ 1) >> 8).to_le_bytes()[0];
            self.update(*byte);
        }
    }
}

/// One byte of CRC-32 without the inversions around it, by eight steps of the reflected polynomial.
const fn crc_step(crc: u32, byte: u8) -> u32 {
    let mut crc = crc ^ byte as u32;
    let mut bit = 0;
    while bit < 8 {
        crc = (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg());
        bit += 1;
    }
    crc
}

struct Traditional {
    inner: Cursor,
    keys: Keys,
}

impl Read for Traditional {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.keys.decrypt(buffer.get_mut(..count).unwrap_or_default());
        Ok(count)
    }
}
