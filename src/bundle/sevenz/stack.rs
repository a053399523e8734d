//! The coders of a 7z folder, put on top of one another.

use std::io::{self, BufReader, Read};

use lzma_rust2::filter::bcj::BcjReader;
use lzma_rust2::filter::delta::DeltaReader;

use super::header::{Coder, Folder};
use super::seal;

/// The coder of the encryption.
pub(super) const AES: [u8; 4] = [6, 0xf1, 7, 1];

/// Bytes of memory for one window. 7-Zip's strongest setting takes 64 MiB, on request up to 4 GiB.
const WINDOW: u64 = 256 << 20;

/// Why a folder is not unpacked.
#[derive(Debug)]
pub(super) enum Refused {
    /// A coder, or a way to join coders, that is not read.
    Unread(String),
    /// It wants so many bytes of memory.
    Window(u64),
    /// Its description makes no sense.
    Broken(String),
}

impl From<io::Error> for Refused {
    fn from(error: io::Error) -> Self {
        Self::Broken(error.to_string())
    }
}

/// The plain bytes of a folder.
pub(super) fn open(
    folder: &Folder,
    packed: impl Read + Send + 'static,
    password: &str,
) -> Result<Box<dyn Read + Send>, Refused> {
    if folder.coders.is_empty() {
        return Err(Refused::Unread("several streams at once (BCJ2)".into()));
    }
    let mut stream: Box<dyn Read + Send> = Box::new(BufReader::with_capacity(64 << 10, packed));
    for coder in &folder.coders {
        stream = add(coder, stream, password)?;
    }
    Ok(stream)
}

fn add(coder: &Coder, input: Box<dyn Read + Send>, password: &str) -> Result<Box<dyn Read + Send>, Refused> {
    let buffered = |input| BufReader::with_capacity(64 << 10, input);
    let broken = || Refused::Broken("the settings of its packer are broken".into());
    Ok(match coder.id.as_slice() {
        [] | [0] => input,
        [3, 1, 1] => {
            let [properties, a, b, c, d] = *coder.properties.first_chunk::<5>().ok_or_else(broken)?;
            let window = window(u32::from_le_bytes([a, b, c, d]), coder.size)?;
            let reader = lzma_rust2::LzmaReader::new_with_props(input, coder.size, properties, window, None)?;
            Box::new(reader)
        }
        [0x21] => {
            let exponent = *coder
                .properties
                .first()
                .filter(|bits| **bits <= 40)
                .ok_or_else(broken)?;
            let dictionary = match exponent {
                40 => u32::MAX,
                bits => (2 | u32::from(bits & 1)) << (bits / 2 + 11),
            };
            Box::new(lzma_rust2::Lzma2Reader::new(
                input,
                window(dictionary, coder.size)?,
                None,
            ))
        }
        [3, 4, 1] => {
            let [order, a, b, c, d] = *coder.properties.first_chunk::<5>().ok_or_else(broken)?;
            let memory = window(u32::from_le_bytes([a, b, c, d]), model(order, coder.size))?;
            let decoder = ppmd_rust::Ppmd7Decoder::new(buffered(input), u32::from(order), memory);
            Box::new(decoder.map_err(|_| broken())?)
        }
        [4, 1, 8] => Box::new(flate2::bufread::DeflateDecoder::new(buffered(input))),
        [4, 1, 9] => Box::new(deflate64::Deflate64Decoder::with_buffer(buffered(input))),
        [4, 2, 2] => Box::new(bzip2::bufread::MultiBzDecoder::new(buffered(input))),
        [3] => {
            let distance = coder
                .properties
                .first()
                .map_or(1, |distance| usize::from(*distance) + 1);
            Box::new(DeltaReader::new(input, distance))
        }
        [4] | [3, 3, 1, 3] => Box::new(BcjReader::new_x86(input, 0)),
        [7] | [3, 3, 5, 1] => Box::new(BcjReader::new_arm(input, 0)),
        [10] => Box::new(BcjReader::new_arm64(input, 0)),
        id if id == AES => Box::new(seal::open(&coder.properties, input, password).ok_or_else(broken)?),
        id => return Err(Refused::Unread(format!("7z method {}", hex(id)))),
    })
}

fn hex(id: &[u8]) -> String {
    id.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The bytes that the model of PPMd can grow to: each plain byte adds a context of 12 bytes and as much for its symbol to
/// each order at most, and as much again is lost between the pieces. A model that never fills its memory is the same in less.
fn model(order: u8, size: u64) -> u64 {
    let grown = size.saturating_mul(u64::from(order)).saturating_mul(64);
    grown.saturating_add(1 << 20)
}

/// The window that is needed: no more than there will be plain bytes.
fn window(dictionary: u32, size: u64) -> Result<u32, Refused> {
    let needed = u64::from(dictionary).min(size.max(4096));
    if needed > WINDOW {
        return Err(Refused::Window(needed));
    }
    u32::try_from(needed).map_err(|_| Refused::Window(needed))
}
