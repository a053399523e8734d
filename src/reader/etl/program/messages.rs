//! Tables of messages in the resources of programs: texts by number. Must not know what they are texts of.
//!
//! Source: `MESSAGE_RESOURCE_DATA` of `winnt.h`: blocks of numbers that follow each other, each with the place of its first
//! entry; an entry is its size, 1 for UTF-16, and the text.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::room::Room;
use crate::model::Encoding;
use crate::reader::encoding;
use crate::reader::little_endian::{half, word};

/// Bytes of a block, and of the head of an entry.
const BLOCK: usize = 12;
const HEAD: usize = 4;

/// The messages of a program. Each is decoded when it is first asked for, and then shared.
#[derive(Debug)]
pub(super) struct Messages<'a> {
    stored: BTreeMap<u32, (bool, &'a [u8])>,
    made: BTreeMap<u32, Option<Arc<str>>>,
    room: &'a Room,
}

impl<'a> Messages<'a> {
    pub(super) const fn new(room: &'a Room) -> Self {
        Self {
            stored: BTreeMap::new(),
            made: BTreeMap::new(),
            room,
        }
    }

    /// Takes a table. Of two messages of a number, the first counts.
    pub(super) fn add(&mut self, table: &'a [u8]) {
        let blocks = table.get(4..).unwrap_or_default().chunks_exact(BLOCK);
        let count = word(table, 0).and_then(|count| usize::try_from(count).ok());
        for block in blocks.take(count.unwrap_or(0)) {
            let _ = self.block(table, block);
        }
    }

    fn block(&mut self, table: &'a [u8], block: &[u8]) -> Option<()> {
        let (low, high) = (word(block, 0)?, word(block, 4)?);
        let mut entry = table.get(usize::try_from(word(block, 8)?).ok()?..)?;
        for number in low..=high {
            self.room.message().then_some(())?;
            let size = usize::from(half(entry, 0)?);
            let is_wide = half(entry, 2)? & 1 != 0;
            let text = entry.get(HEAD..size)?;
            self.stored.entry(number).or_insert((is_wide, text));
            entry = entry.get(size..)?;
        }
        Some(())
    }

    /// The text with a number.
    pub(super) fn text(&mut self, number: u32) -> Option<Arc<str>> {
        let (stored, room) = (self.stored.get(&number), self.room);
        let made = self.made.entry(number);
        made.or_insert_with(|| {
            let (is_wide, bytes) = stored?;
            let coding = if *is_wide {
                Encoding::Utf16Le
            } else {
                Encoding::Ansi
            };
            let text = encoding::decode(bytes, coding).replace("\r\n", "\n");
            room.text(text.trim_end_matches(['\0', '\n']).to_owned())
                .map(Arc::from)
        })
        .clone()
    }
}
