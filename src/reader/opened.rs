//! An artifact that is open: its first bytes taken and put back, a mail decoded, a code page made UTF-8. Owns what stands between the bytes of an
//! artifact and its reader; must not know formats of logs.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::code_page::CodePage;
use super::mail;
use super::sniff::{self, Kind};
use crate::model::Encoding;
use crate::source::{Cursor, Source};

/// How many bytes of an artifact there are, as far as that is known.
pub(super) struct Count(Arc<AtomicU64>);

impl Count {
    pub(super) fn bytes(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Takes the first bytes, and puts them back before the rest.
pub(super) fn open(source: Source) -> io::Result<(Vec<u8>, Source, Count)> {
    let count = Arc::new(AtomicU64::new(0));
    let mut head = Vec::new();
    match source {
        Source::At(at) => {
            count.store(at.len(), Ordering::Relaxed);
            Cursor::new(Arc::clone(&at))
                .take(sniff::HEAD_BYTES as u64)
                .read_to_end(&mut head)?;
            Ok((head, Source::At(at), Count(count)))
        }
        Source::Stream(stream) => {
            let mut stream = Counted {
                stream,
                count: Arc::clone(&count),
            };
            let failure = (&mut stream)
                .take(sniff::HEAD_BYTES as u64)
                .read_to_end(&mut head)
                .err();
            let rest: Box<dyn Read + Send> = match failure {
                // What came is read; the failure is met again behind it.
                Some(error) if !head.is_empty() => Box::new(Failed::new(error)),
                Some(error) => return Err(error),
                None => Box::new(stream),
            };
            let whole = io::Cursor::new(head.clone()).chain(rest);
            Ok((head, Source::Stream(Box::new(whole)), Count(count)))
        }
    }
}

/// A stream that counts what was read of it.
struct Counted {
    stream: Box<dyn Read + Send>,
    count: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.stream.read(buffer)?;
        self.count.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

/// The end of a stream that broke off.
pub(super) struct Failed(Option<io::Error>);

impl Failed {
    pub(super) const fn new(error: io::Error) -> Self {
        Self(Some(error))
    }
}

impl Read for Failed {
    fn read(&mut self, _buffer: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

/// The text of a mail, with the lines of the artifact that it stands in; what is none stays.
pub(super) fn unmailed(head: Vec<u8>, source: Source) -> (Vec<u8>, Source, Option<mail::Places>) {
    match mail::decoded(&head, source) {
        (source, None) => (head, source, None),
        (source, places) => match open(source) {
            Ok((head, source, _)) => (head, source, places),
            Err(error) => (head, Source::Stream(Box::new(Failed::new(error))), None),
        },
    }
}

/// The text in UTF-8 where it is in a code page that readers do not know; its offsets are not those of the artifact.
pub(super) fn recoded(head: Vec<u8>, source: Source) -> (Vec<u8>, Source, bool) {
    let declares = head.trim_ascii_start().starts_with(b"<?xml");
    let is_text =
        !declares && matches!(sniff::kind(&head), Kind::Text(ref head) if head.encoding == Encoding::Ansi);
    match is_text.then(|| CodePage::of(&head)).flatten() {
        Some(page) => {
            let stream = page.recode(source.into_stream());
            (page.decode(&head).into_bytes(), Source::Stream(stream), true)
        }
        None => (head, source, false),
    }
}
