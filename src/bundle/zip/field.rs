//! Little-endian fields of zip headers, and the extra fields both header kinds share.

use super::Entry;
use super::seal::Cipher;

/// A header field by field. A field that is not there reads as 0: callers check the length first.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fields<'a>(pub(super) &'a [u8]);

impl Fields<'_> {
    fn bytes<const N: usize>(self, at: usize) -> [u8; N] {
        self.0
            .get(at..)
            .and_then(|rest| rest.first_chunk::<N>())
            .copied()
            .unwrap_or([0; N])
    }

    pub(super) fn u16(self, at: usize) -> u16 {
        u16::from_le_bytes(self.bytes(at))
    }

    pub(super) fn u32(self, at: usize) -> u32 {
        u32::from_le_bytes(self.bytes(at))
    }

    pub(super) fn u64(self, at: usize) -> u64 {
        u64::from_le_bytes(self.bytes(at))
    }
}

/// Takes what the extra fields say into an entry: zip64 sizes (id 1, APPNOTE 4.5.3), AES (0x9901), and the Info-ZIP
/// Unicode name (0x7075, APPNOTE 4.6.9). `wide` tells which of size, packed size and offset stand there as all ones.
pub(super) fn extra(entry: &mut Entry, mut extra: &[u8], wide: [bool; 3]) {
    while let Some((head, rest)) = extra.split_first_chunk::<4>() {
        let head = Fields(head);
        let len = usize::from(head.u16(2)).min(rest.len());
        let (field, next) = rest.split_at(len);
        match head.u16(0) {
            0x0001 => zip64(entry, field, wide),
            0x9901 if field.len() >= 7 => {
                entry.method = Fields(field).u16(5);
                let strength = field.get(4).copied().unwrap_or(0);
                entry.cipher = entry.cipher.map(|_| Cipher::Aes { strength });
                // AE-2 leaves the checksum out
                if Fields(field).u16(0) == 2 {
                    entry.crc = None;
                }
            }
            0x7075 if field.len() > 5 && crc32fast::hash(&entry.name) == Fields(field).u32(1) => {
                entry.name = field.get(5..).unwrap_or_default().to_vec();
            }
            _ => {}
        }
        extra = next;
    }
}

fn zip64(entry: &mut Entry, field: &[u8], wide: [bool; 3]) {
    let mut values = field.chunks_exact(8).map(|value| Fields(value).u64(0));
    let [size, packed, header] = wide;
    if size && let Some(value) = values.next() {
        entry.size = Some(value);
    }
    if packed && let Some(value) = values.next() {
        entry.packed = Some(value);
    }
    if header && let Some(value) = values.next() {
        entry.header = value;
    }
}
