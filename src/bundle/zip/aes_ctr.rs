//! AES in zips, as WinZip specified it ("AES Encryption Information: AE-1 and AE-2"). Only opens; must not know who asks.

use std::io::{self, Read};
use std::sync::Arc;

use aes::cipher::{BlockCipherEncrypt, KeyInit};
use hmac::{Hmac, Mac};
use sha1::Sha1;

use crate::source::{Cursor, ReadAt, Region, StreamEnd, read_range};

/// Bytes after the data: the first ten of the HMAC.
const MAC: u64 = 10;
/// Rounds of the key derivation.
const ROUNDS: u32 = 1000;

/// What opens a member.
#[derive(Clone)]
pub(in crate::bundle) struct Keys {
    key: Vec<u8>,
    mac: Vec<u8>,
    /// Where the data begin.
    start: u64,
}

/// The keys that `password` makes, with 128, 192 or 256 bits for strength 1, 2, 3, if the member's check value says they may be right.
pub(super) fn keys(sealed: &dyn ReadAt, password: &str, strength: u8) -> io::Result<Option<Keys>> {
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
    Ok((check == expected).then(|| Keys {
        key: key.to_vec(),
        mac: mac.to_vec(),
        start: head.len() as u64,
    }))
}

impl Keys {
    /// The decrypted bytes, still packed.
    pub(super) fn open(&self, sealed: &Arc<dyn ReadAt>) -> io::Result<Box<dyn Read + Send>> {
        let broken = |_| io::Error::from(io::ErrorKind::InvalidData);
        let tail = sealed.len().saturating_sub(MAC);
        let part = Region::new(sealed.clone(), self.start, tail.saturating_sub(self.start));
        Ok(Box::new(AesCtr {
            inner: Cursor::new(Arc::new(part)),
            cipher: Aes::new(&self.key)?,
            mac: Some(Hmac::new_from_slice(&self.mac).map_err(broken)?),
            expected: read_range(sealed.as_ref(), tail, MAC as usize)?,
            counter: 0,
            pad: [0; 16],
            used: 16,
        }))
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
