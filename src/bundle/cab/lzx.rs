//! LZX as cabinets use it ([MS-PATCH] describes the same stream as LZX DELTA; the window and tree sizes are those of the
//! cabinet SDK). Own code: the crate at hand asserts on broken data, and nothing a stranger sends may end the process.

use super::bits::{Bits, Broken, Tree};

/// Symbols of the main tree before those of matches.
const LITERALS: usize = 256;
/// Symbols of the length tree.
const LENGTHS: usize = 249;
/// E8 translation ends after so many blocks of the cabinet: 1 GiB.
const TRANSLATED_BLOCKS: u32 = 32_768;

/// What a block of LZX is.
enum Kind {
    Verbatim,
    /// The lowest three bits of far offsets have a code of their own.
    Aligned(Box<Tree>),
    Stored,
}

/// The state of a stream; blocks of LZX lie across those of the cabinet.
pub(super) struct Lzx {
    window: Vec<u8>,
    /// Plain bytes so far.
    written: usize,
    recent: [u32; 3],
    main_lengths: Vec<u8>,
    length_lengths: Vec<u8>,
    main: Tree,
    length: Tree,
    kind: Kind,
    /// Plain bytes that the current block still gives.
    left: usize,
    /// Whether a byte of padding follows: after a stored block of odd length.
    pad: bool,
    begun: bool,
    /// The size that E8 translation was told, if it is on.
    translation: Option<i32>,
    blocks: u32,
}

impl Lzx {
    /// A stream with a window of 2 to the power of `window` bytes, 15 to 21.
    pub(super) fn new(window: u8) -> Self {
        let slots = match window {
            ..=19 => usize::from(window) * 2,
            20 => 42,
            _ => 50,
        };
        Self {
            window: vec![0; 1 << window.min(21)],
            written: 0,
            recent: [1; 3],
            main_lengths: vec![0; LITERALS + slots * 8],
            length_lengths: vec![0; LENGTHS],
            main: Tree::empty(),
            length: Tree::empty(),
            kind: Kind::Verbatim,
            left: 0,
            pad: false,
            begun: false,
            translation: None,
            blocks: 0,
        }
    }

    /// Unpacks one block of the cabinet to `size` plain bytes.
    pub(super) fn block(&mut self, data: &[u8], size: usize, plain: &mut Vec<u8>) -> Result<(), Broken> {
        let mut bits = Bits::new(data);
        if !self.begun {
            self.begun = true;
            if bits.take(1)? == 1 {
                self.translation = Some(bits.take_wide(32)?.cast_signed());
            }
        }
        while plain.len() < size {
            if self.left == 0 {
                self.head(&mut bits)?;
            }
            let until = plain.len().saturating_add(self.left).min(size);
            let before = plain.len();
            match &self.kind {
                Kind::Stored => self.stored(&mut bits, until, plain)?,
                Kind::Verbatim | Kind::Aligned(_) => self.coded(&mut bits, until, plain)?,
            }
            self.left = self.left.saturating_sub(plain.len().saturating_sub(before));
        }
        if self.left == 0 && self.pad && !bits.bytes(1).is_empty() {
            self.pad = false;
        }
        self.translate(plain);
        Ok(())
    }

    /// The head of a block: its kind, its size, its codes.
    fn head(&mut self, bits: &mut Bits<'_>) -> Result<(), Broken> {
        if std::mem::take(&mut self.pad) {
            bits.bytes(1);
        }
        let kind = bits.take(3)?;
        self.left = bits.take_wide(24)? as usize;
        if self.left == 0 {
            return Err("a block of no bytes");
        }
        self.kind = match kind {
            1 => Kind::Verbatim,
            2 => {
                let mut lengths = [0; 8];
                for length in &mut lengths {
                    *length = bits.take(3)? as u8;
                }
                Kind::Aligned(Box::new(Tree::new(&lengths)?))
            }
            3 => {
                bits.skip_to_word();
                for recent in &mut self.recent {
                    let bytes = bits
                        .bytes(4)
                        .try_into()
                        .map_err(|_| "the data end inside a block")?;
                    *recent = u32::from_le_bytes(bytes);
                }
                self.pad = self.left % 2 == 1;
                Kind::Stored
            }
            _ => return Err("a block of a kind that does not exist"),
        };
        if kind != 3 {
            let (literals, matches) = self.main_lengths.split_at_mut(LITERALS);
            read_lengths(bits, literals)?;
            read_lengths(bits, matches)?;
            self.main = Tree::new(&self.main_lengths)?;
            read_lengths(bits, &mut self.length_lengths)?;
            self.length = Tree::new(&self.length_lengths)?;
        }
        Ok(())
    }

    fn stored(&mut self, bits: &mut Bits<'_>, until: usize, plain: &mut Vec<u8>) -> Result<(), Broken> {
        let want = until.saturating_sub(plain.len());
        let bytes = bits.bytes(want);
        if bytes.len() < want {
            return Err("the data end inside a block");
        }
        for byte in bytes {
            self.put(*byte, plain);
        }
        Ok(())
    }

    fn put(&mut self, byte: u8, plain: &mut Vec<u8>) {
        let mask = self.window.len() - 1;
        if let Some(place) = self.window.get_mut(self.written & mask) {
            *place = byte;
        }
        self.written = self.written.wrapping_add(1);
        plain.push(byte);
    }

    fn coded(&mut self, bits: &mut Bits<'_>, until: usize, plain: &mut Vec<u8>) -> Result<(), Broken> {
        while plain.len() < until {
            let symbol = self.main.symbol(bits)?;
            let Some(pair) = symbol.checked_sub(LITERALS) else {
                self.put(symbol as u8, plain);
                continue;
            };
            let mut length = (pair & 7) + 2;
            if length == 9 {
                length += self.length.symbol(bits)?;
            }
            let offset = self.offset(pair >> 3, bits)? as usize;
            if offset == 0 || offset > self.written.min(self.window.len()) {
                return Err("a match that reaches back before the start");
            }
            if plain.len().saturating_add(length) > until {
                return Err("a match that is longer than its block");
            }
            let mask = self.window.len() - 1;
            for _ in 0..length {
                let from = self.written.wrapping_sub(offset) & mask;
                let byte = self.window.get(from).copied().unwrap_or(0);
                self.put(byte, plain);
            }
        }
        Ok(())
    }

    /// How far a match reaches back. The three offsets used last have slots of their own.
    fn offset(&mut self, slot: usize, bits: &mut Bits<'_>) -> Result<u32, Broken> {
        let [first, second, third] = self.recent;
        let (offset, recent) = match slot {
            0 => return Ok(first),
            1 => (second, [second, first, third]),
            2 => (third, [third, second, first]),
            _ => {
                let (base, extra) = slot_base(slot);
                let low = match &self.kind {
                    Kind::Aligned(aligned) if extra >= 3 => {
                        let high = take_long(bits, extra - 3)?;
                        high << 3 | aligned.symbol(bits)? as u32
                    }
                    _ => take_long(bits, extra)?,
                };
                let offset = base.saturating_add(low).saturating_sub(2);
                (offset, [offset, first, second])
            }
        };
        self.recent = recent;
        Ok(offset)
    }

    /// Undoes what the packer did to the targets of x86 calls (opcode E8) to pack programs better. It does it to
    /// everything, so that logs have to be undone too.
    fn translate(&mut self, plain: &mut [u8]) {
        let start = i64::try_from(self.written.saturating_sub(plain.len())).unwrap_or(i64::MAX);
        let block = self.blocks;
        self.blocks = self.blocks.saturating_add(1);
        let Some(size) = self.translation.map(i64::from) else {
            return;
        };
        // the last ten bytes of a block are never touched
        let Some(end) = plain.len().checked_sub(10).filter(|_| block < TRANSLATED_BLOCKS) else {
            return;
        };
        let mut at = 0;
        while let Some(found) = plain.get(at..end).and_then(|part| memchr::memchr(0xe8, part)) {
            let position = start.saturating_add((at + found) as i64);
            if let Some(target) = plain
                .get_mut(at + found + 1..)
                .and_then(|rest| rest.first_chunk_mut::<4>())
            {
                let absolute = i64::from(i32::from_le_bytes(*target));
                if absolute >= -position && absolute < size {
                    let relative = if absolute >= 0 {
                        absolute - position
                    } else {
                        absolute + size
                    };
                    *target = (relative as i32).to_le_bytes();
                }
            }
            at += found + 5;
        }
    }
}

/// The first offset of a slot, and how many bits choose among its offsets.
const fn slot_base(slot: usize) -> (u32, u32) {
    let (mut base, mut index) = (0_u32, 0);
    while index < slot {
        base = base.saturating_add(1 << slot_bits(index));
        index += 1;
    }
    (base, slot_bits(slot))
}

const fn slot_bits(slot: usize) -> u32 {
    match slot {
        0..4 => 0,
        4..36 => (slot as u32) / 2 - 1,
        _ => 17,
    }
}

fn take_long(bits: &mut Bits<'_>, count: u32) -> Result<u32, Broken> {
    if count > 16 {
        bits.take_wide(count)
    } else {
        bits.take(count)
    }
}

/// The lengths of a code, told as differences to those before by a code of their own.
fn read_lengths(bits: &mut Bits<'_>, lengths: &mut [u8]) -> Result<(), Broken> {
    let mut own = [0; 20];
    for length in &mut own {
        *length = bits.take(4)? as u8;
    }
    let own = Tree::new(&own)?;
    let mut at = 0;
    while at < lengths.len() {
        let before = |at: usize, lengths: &[u8]| lengths.get(at).copied().unwrap_or(0);
        let differ = |before: u8, symbol: usize| ((usize::from(before) + 17 - symbol) % 17) as u8;
        let (value, run) = match own.symbol(bits)? {
            17 => (0, bits.take(4)? as usize + 4),
            18 => (0, bits.take(5)? as usize + 20),
            19 => {
                let run = bits.take(1)? as usize + 4;
                let symbol = own.symbol(bits)?;
                if symbol > 16 {
                    return Err("a broken list of code lengths");
                }
                (differ(before(at, lengths), symbol), run)
            }
            symbol => (differ(before(at, lengths), symbol), 1),
        };
        for length in lengths.iter_mut().skip(at).take(run) {
            *length = value;
        }
        at = at.saturating_add(run);
    }
    Ok(())
}
