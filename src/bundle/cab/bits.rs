//! The bit stream and the Huffman codes of LZX: 16-bit little-endian words, highest bit first; canonical codes of at most
//! 16 bits.

/// What is wrong with a stream, for a person.
pub(super) type Broken = &'static str;

/// Bits of a block, one after the other. Looking ahead past the end shows zeros; taking them fails.
pub(super) struct Bits<'a> {
    data: &'a [u8],
    /// Bytes moved to `held`, including zeros past the end.
    fetched: usize,
    held: u32,
    count: u32,
}

impl<'a> Bits<'a> {
    pub(super) const fn new(data: &'a [u8]) -> Self {
        Self {
            data,
            fetched: 0,
            held: 0,
            count: 0,
        }
    }

    fn byte_at(&self, at: usize) -> u8 {
        self.data.get(at).copied().unwrap_or(0)
    }

    /// The next 16 bits, not taken.
    pub(super) fn peek(&mut self) -> u32 {
        if self.count < 16 {
            let word = u16::from_le_bytes([self.byte_at(self.fetched), self.byte_at(self.fetched + 1)]);
            self.fetched += 2;
            self.held |= u32::from(word) << (16 - self.count);
            self.count += 16;
        }
        self.held >> 16
    }

    /// Takes bits that were seen by [`Bits::peek`].
    pub(super) fn skip(&mut self, bits: u32) -> Result<(), Broken> {
        self.held = self.held.checked_shl(bits).unwrap_or(0);
        self.count = self.count.saturating_sub(bits);
        if self.taken() > (self.data.len() * 8).next_multiple_of(16) {
            return Err("the data end inside a block");
        }
        Ok(())
    }

    const fn taken(&self) -> usize {
        self.fetched * 8 - self.count as usize
    }

    /// Takes up to 16 bits.
    pub(super) fn take(&mut self, bits: u32) -> Result<u32, Broken> {
        if bits == 0 {
            return Ok(0);
        }
        let value = self.peek() >> (16 - bits.min(16));
        self.skip(bits)?;
        Ok(value)
    }

    /// Takes 16 to 32 bits.
    pub(super) fn take_wide(&mut self, bits: u32) -> Result<u32, Broken> {
        let high = self.take(bits.saturating_sub(16))?;
        Ok(high << 16 | self.take(16)?)
    }

    /// Drops 1 to 16 bits, so that the next byte starts a word.
    pub(super) const fn skip_to_word(&mut self) {
        let taken = self.taken();
        let next = if taken.is_multiple_of(16) {
            taken + 16
        } else {
            taken.next_multiple_of(16)
        };
        self.jump(next / 8);
    }

    const fn jump(&mut self, byte: usize) {
        self.fetched = byte;
        self.held = 0;
        self.count = 0;
    }

    /// The next `len` bytes, or what there is of them; only after [`Bits::skip_to_word`] or another call of this.
    pub(super) fn bytes(&mut self, len: usize) -> &'a [u8] {
        let rest = self.data.get(self.fetched..).unwrap_or_default();
        let part = rest.get(..len).unwrap_or(rest);
        self.jump(self.fetched + part.len());
        part
    }
}

/// The bits that the fast table is indexed with.
const FAST: u32 = 10;

/// A canonical Huffman code.
pub(super) struct Tree {
    /// For each [`FAST`] bits: the symbol shifted by 8, and its length; 0 for longer codes.
    fast: Vec<u32>,
    /// For each length, the first code after the last of it, aligned to 16 bits, and what to add to get an index.
    ends: [u32; 17],
    bases: [i64; 17],
    sorted: Vec<u16>,
}

impl Tree {
    /// A code without words.
    pub(super) fn empty() -> Self {
        Self {
            fast: Vec::new(),
            ends: [0; 17],
            bases: [0; 17],
            sorted: Vec::new(),
        }
    }

    /// The code with these lengths, 0 for symbols that do not occur.
    pub(super) fn new(lengths: &[u8]) -> Result<Self, Broken> {
        let mut tree = Self {
            fast: vec![0; 1 << FAST],
            ..Self::empty()
        };
        let mut code = 0_u32;
        for (length, (end, base)) in (0_u32..).zip(tree.ends.iter_mut().zip(&mut tree.bases)).skip(1) {
            let step = 1_u32 << (16 - length);
            *base = tree.sorted.len() as i64 - i64::from(code >> (16 - length));
            for (symbol, _) in lengths
                .iter()
                .enumerate()
                .filter(|(_, own)| u32::from(**own) == length)
            {
                let symbol = u16::try_from(symbol).map_err(|_| "a code of too many symbols")?;
                tree.sorted.push(symbol);
                if length <= FAST {
                    let (from, count) = (code >> (16 - FAST), 1 << (FAST - length));
                    let slots = tree.fast.iter_mut().skip(from as usize).take(count);
                    slots.for_each(|slot| *slot = u32::from(symbol) << 8 | length);
                }
                code += step;
                if code > 1 << 16 {
                    return Err("a Huffman code with too many short words");
                }
            }
            *end = code;
        }
        Ok(tree)
    }

    /// The next symbol.
    pub(super) fn symbol(&self, bits: &mut Bits<'_>) -> Result<usize, Broken> {
        let next = bits.peek();
        let fast = self
            .fast
            .get((next >> (16 - FAST)) as usize)
            .copied()
            .unwrap_or(0);
        if fast != 0 {
            bits.skip(fast & 0xff)?;
            return Ok((fast >> 8) as usize);
        }
        for (length, (end, base)) in (0_u32..).zip(self.ends.iter().zip(&self.bases)).skip(1) {
            if next < *end {
                let index = i64::from(next >> (16 - length)).saturating_add(*base);
                let symbol = usize::try_from(index)
                    .ok()
                    .and_then(|index| self.sorted.get(index));
                bits.skip(length)?;
                return symbol
                    .map(|symbol| usize::from(*symbol))
                    .ok_or("a broken Huffman code");
            }
        }
        Err("bits that are no word of the Huffman code")
    }
}
