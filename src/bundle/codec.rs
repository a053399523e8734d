//! Codings to plain bytes, behind one type. Every decoder works in bounded memory: what a stream asks for
//! beyond [`WINDOW_KIB`] is refused. Must not know archives.

use std::io::{self, BufRead, Read};

use super::magic::Coding;
use super::mail;

/// Memory one decoder may take for its window, KiB. `xz -9` needs 65 MiB, `zstd --ultra` 128 MiB.
#[cfg(feature = "archives")]
pub(super) const WINDOW_KIB: u32 = 136 << 10;

/// What is said where a build leaves out the rarer archives.
#[cfg(not(feature = "archives"))]
pub(super) const NEEDS_ARCHIVES: &str =
    "not read: this build of the library is without its feature `archives`";

#[cfg(not(feature = "archives"))]
pub(super) fn needs_archives() -> io::Error {
    io::Error::new(io::ErrorKind::Unsupported, NEEDS_ARCHIVES)
}

/// log2 of the largest zstd window, the one every decoder must accept (RFC 8878 section 3.1.1.1.2 asks for 8 MiB
/// at least; 128 MiB is what the reference decoder takes).
#[cfg(feature = "archives")]
const ZSTD_WINDOW_LOG: u32 = 27;

/// A coding of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Codec {
    Stored,
    Deflate,
    Deflate64,
    /// LZMA with the zip header: two bytes of version, two of length, five of properties (APPNOTE 5.8.8).
    ZipLzma,
    Bzip2,
    Zstd,
    Xz,
    Gzip,
    /// Letters of base64, as in a mail.
    Base64,
}

impl From<Coding> for Codec {
    fn from(coding: Coding) -> Self {
        match coding {
            Coding::Gzip => Self::Gzip,
            Coding::Xz => Self::Xz,
            Coding::Bzip2 => Self::Bzip2,
            Coding::Zstd => Self::Zstd,
        }
    }
}

impl Codec {
    /// The coding of a zip method (APPNOTE 4.4.5).
    pub(super) const fn of_zip(method: u16) -> Option<Self> {
        Some(match method {
            0 => Self::Stored,
            8 => Self::Deflate,
            9 => Self::Deflate64,
            12 => Self::Bzip2,
            14 => Self::ZipLzma,
            // 20 is what the first zips with zstd used
            20 | 93 => Self::Zstd,
            95 => Self::Xz,
            _ => return None,
        })
    }

    /// Plain bytes out of coded ones. `size` is how many there will be, where the container says so.
    ///
    /// # Errors
    /// When the head of the stream is broken or asks for too large a window.
    pub(super) fn decode(
        self,
        coded: Box<dyn BufRead + Send>,
        size: Option<u64>,
    ) -> io::Result<Box<dyn Read + Send>> {
        Ok(match self {
            Self::Stored => Box::new(coded),
            Self::Deflate => Box::new(flate2::bufread::DeflateDecoder::new(coded)),
            Self::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(coded)),
            Self::Base64 => Box::new(mail::Base64::new(coded)),
            rarer => rarer.decode_rarer(coded, size)?,
        })
    }

    #[cfg(not(feature = "archives"))]
    fn decode_rarer(self, _: Box<dyn BufRead + Send>, _: Option<u64>) -> io::Result<Box<dyn Read + Send>> {
        Err(needs_archives())
    }

    #[cfg(feature = "archives")]
    fn decode_rarer(
        self,
        mut coded: Box<dyn BufRead + Send>,
        size: Option<u64>,
    ) -> io::Result<Box<dyn Read + Send>> {
        Ok(match self {
            Self::Stored | Self::Deflate | Self::Gzip | Self::Base64 => Box::new(coded),
            Self::Deflate64 => Box::new(deflate64::Deflate64Decoder::with_buffer(coded)),
            Self::Bzip2 => Box::new(bzip2::bufread::MultiBzDecoder::new(coded)),
            Self::Xz => Box::new(lzma_rust2::XzReader::new_mem_limit(coded, true, WINDOW_KIB)),
            Self::Zstd => {
                let mut decoder = zstd::stream::read::Decoder::with_buffer(coded)?;
                decoder.window_log_max(ZSTD_WINDOW_LOG)?;
                Box::new(decoder)
            }
            Self::ZipLzma => {
                let mut head = [0; 9];
                coded.read_exact(&mut head)?;
                let [_, _, 5, 0, properties, a, b, c, d] = head else {
                    return Err(io::Error::new(io::ErrorKind::InvalidData, "bad LZMA properties"));
                };
                lzma(coded, properties, u32::from_le_bytes([a, b, c, d]), size)?
            }
        })
    }
}

#[cfg(feature = "archives")]
fn lzma(
    coded: Box<dyn BufRead + Send>,
    properties: u8,
    dictionary: u32,
    size: Option<u64>,
) -> io::Result<Box<dyn Read + Send>> {
    let kib = lzma_rust2::lzma_get_memory_usage_by_props(dictionary, properties)?;
    if kib > WINDOW_KIB {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            format!("the stream wants {kib} KiB of memory, {WINDOW_KIB} are allowed"),
        ));
    }
    let size = size.unwrap_or(u64::MAX);
    let reader = lzma_rust2::LzmaReader::new_with_props(coded, size, properties, dictionary, None)?;
    Ok(Box::new(reader))
}
