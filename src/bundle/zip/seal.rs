//! The two encryptions of zip members that are in use: the traditional one of PKWARE (APPNOTE 6.1) and AES as WinZip
//! specified it ("AES Encryption Information: AE-1 and AE-2"). Only opens; must not know who asks.

use std::io::{self, Read};
use std::sync::Arc;

use aes::cipher::{BlockCipherEncrypt, KeyInit};
use hmac::{Hmac, Mac};
use sha1::Sha1;

use crate::source::{Cursor, ReadAt, Region, StreamEnd, read_range};

/// Bytes before the data in the traditional encryption.
const HEAD: u64 = 12;
/// Bytes after the data in AES: the first ten of the HMAC.
const MAC: u64 = 10;
/// Rounds of the key derivation of AES.
const ROUNDS: u32 = 1000;

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
    Aes { key: Vec<u8>, mac: Vec<u8>, start: u64 },
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
            Self::Aes { strength } => aes_key(sealed, password, strength),
            Self::Other => Ok(None),
        }
    }
}

fn aes_key(sealed: &dyn ReadAt, password: &str, strength: u8) -> io::Result<Option<Key>> {
    let key_len = match strength {
        1 => 16,
        2 => 24,
        3 => 32,
        _ => return Ok(None),
    };
    let salt_len = key_len / 2;
    let head = read_range(sealed, 0, salt_len + 2)?;
    let Some((salt, check)) = head.split_at_checked(salt_len) else {
        return Ok(None);
    };
    let mut derived = vec![0; key_len * 2 + 2];
    pbkdf2::pbkdf2_hmac::<Sha1>(password.as_bytes(), salt, ROUNDS, &mut derived);
    let (key, rest) = derived.split_at(key_len);
    let (mac, expected) = rest.split_at(key_len);
    Ok((check == expected).then(|| Key::Aes {
        key: key.to_vec(),
        mac: mac.to_vec(),
        start: head.len() as u64,
    }))
}

impl Key {
    /// The decrypted bytes, still packed.
    pub(in crate::bundle) fn open(&self, sealed: &Arc<dyn ReadAt>) -> io::Result<Box<dyn Read + Send>> {
        let part = |start, end: u64| {
            let len = sealed.len().saturating_sub(start).saturating_sub(end);
            Cursor::new(Arc::new(Region::new(sealed.clone(), start, len)))
        };
        match self {
            Self::Traditional(keys) => Ok(Box::new(Traditional {
                inner: part(HEAD, 0),
                keys: keys.clone(),
            })),
            Self::Aes { key, mac, start } => {
                let broken = |_| io::Error::from(io::ErrorKind::InvalidData);
                let tail = sealed.len().saturating_sub(MAC);
                Ok(Box::new(AesCtr {
                    inner: part(*start, MAC),
                    cipher: Aes::new(key)?,
                    mac: Some(Hmac::new_from_slice(mac).map_err(broken)?),
                    expected: read_range(sealed.as_ref(), tail, MAC as usize)?,
                    counter: 0,
                    pad: [0; 16],
                    used: 16,
                }))
            }
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

enum Aes {
    Bits128(Box<aes::Aes128>),
    Bits192(Box<aes::Aes192>),
    Bits256(Box<aes::Aes256>),
}

impl Aes {
    fn new(key: &[u8]) -> io::Result<Self> {
        let broken = |_| io::Error::from(io::ErrorKind::InvalidData);
        Ok(match key.len() {
            16 => Self::Bits128(Box::new(aes::Aes128::new_from_slice(key).map_err(broken)?)),
            24 => Self::Bits192(Box::new(aes::Aes192::new_from_slice(key).map_err(broken)?)),
            _ => Self::Bits256(Box::new(aes::Aes256::new_from_slice(key).map_err(broken)?)),
        })
    }

    fn encrypt(&self, block: [u8; 16]) -> [u8; 16] {
        let mut block = block.into();
        match self {
            Self::Bits128(aes) => aes.encrypt_block(&mut block),
            Self::Bits192(aes) => aes.encrypt_block(&mut block),
            Self::Bits256(aes) => aes.encrypt_block(&mut block),
        }
        block.into()
    }
}

/// AES in counter mode; the counter is little-endian and starts at 1.
struct AesCtr {
    inner: Cursor,
    cipher: Aes,
    mac: Option<Hmac<Sha1>>,
    expected: Vec<u8>,
    counter: u128,
    pad: [u8; 16],
    used: usize,
}

impl AesCtr {
    fn next_pad(&mut self) -> u8 {
        if self.used >= self.pad.len() {
            self.counter = self.counter.wrapping_add(1);
            self.pad = self.cipher.encrypt(self.counter.to_le_bytes());
            self.used = 0;
        }
        let byte = self.pad.get(self.used).copied().unwrap_or(0);
        self.used += 1;
        byte
    }
}

impl Read for AesCtr {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        if count == 0 && !buffer.is_empty() {
            let mac = self.mac.take().map(|mac| mac.finalize().into_bytes());
            return match mac {
                Some(mac) if !mac.starts_with(&self.expected) || self.expected.len() != MAC as usize => Err(
                    StreamEnd::Mismatch("the authentication code of the encryption is wrong".into()).into(),
                ),
                _ => Ok(0),
            };
        }
        let part = buffer.get_mut(..count).unwrap_or_default();
        if let Some(mac) = &mut self.mac {
            mac.update(part);
        }
        for byte in part {
            *byte ^= self.next_pad();
        }
        Ok(count)
    }
}
