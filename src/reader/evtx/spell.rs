//! Spells a piece of binary XML out: the same tokens with each name in its place. In a chunk a name stands once and
//! is pointed at from everywhere else, so that one template looks different in every chunk; spelled out it is the
//! same everywhere, which makes it the key of the [layout](super::layout) cache and frees the layout of the chunk.
//!
//! Spec: [MS-EVEN6] 2.2.12. Dependency ids stand only in template definitions.

use super::cursor::Cursor;
use super::odd::Odd;

/// The tokens of a spelled piece: the numbers are those of the format, without the "more follows" bit 0x40.
pub(super) mod token {
    /// The end.
    pub(in super::super) const END: u8 = 0x00;
    /// A start tag: dependency id, name.
    pub(in super::super) const OPEN: u8 = 0x01;
    /// The end of a start tag.
    pub(in super::super) const CLOSE_START: u8 = 0x02;
    /// The end of an element without content.
    pub(in super::super) const CLOSE_EMPTY: u8 = 0x03;
    /// An end tag.
    pub(in super::super) const CLOSE: u8 = 0x04;
    /// A literal: type, then counted UTF-16 text.
    pub(in super::super) const VALUE: u8 = 0x05;
    /// An attribute: name.
    pub(in super::super) const ATTRIBUTE: u8 = 0x06;
    /// A CDATA section: counted UTF-16 text.
    pub(in super::super) const CDATA: u8 = 0x07;
    /// A character reference.
    pub(in super::super) const CHARACTER: u8 = 0x08;
    /// An entity reference: name.
    pub(in super::super) const ENTITY: u8 = 0x09;
    /// The target of a processing instruction: name.
    pub(in super::super) const PI_TARGET: u8 = 0x0A;
    /// The data of a processing instruction: counted UTF-16 text.
    pub(in super::super) const PI_DATA: u8 = 0x0B;
    /// An instance of a template; spelled as its offset in the chunk.
    pub(in super::super) const INSTANCE: u8 = 0x0C;
    /// A substitution: index, type.
    pub(in super::super) const SUBSTITUTION: u8 = 0x0D;
    /// A substitution that leaves nothing behind when it is empty.
    pub(in super::super) const OPTIONAL: u8 = 0x0E;
    /// The start of a fragment: version and flags.
    pub(in super::super) const FRAGMENT: u8 = 0x0F;
}

/// Bytes of a spelled piece, at most. Names can be long and be used often; no template comes near this.
const LONGEST: usize = 1 << 18;

/// No dependency.
pub(super) const INDEPENDENT: u16 = 0xFFFF;

/// What is spelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece {
    /// The definition of a template: elements carry dependency ids, and no other template is used in it.
    Definition,
    /// Content of a record or of a value.
    Direct,
}

/// Spells `chunk[start..end]` into `out`.
pub(super) fn spell(
    chunk: &[u8],
    start: usize,
    end: usize,
    piece: Piece,
    out: &mut Vec<u8>,
) -> Result<(), Odd> {
    let bytes = chunk.get(..end).unwrap_or(chunk);
    let mut cursor = Cursor::new(bytes, start);
    while cursor.at() < end {
        let at = cursor.at();
        let raw = cursor.u8("token")?;
        let plain = raw & !0x40;
        match plain {
            token::END if raw == plain => break,
            token::FRAGMENT if raw == plain => {
                cursor.array::<3>("fragment header")?;
                continue;
            }
            token::INSTANCE if raw == plain && piece == Piece::Direct => {
                out.push(token::INSTANCE);
                out.extend_from_slice(&u32::try_from(at).unwrap_or(u32::MAX).to_le_bytes());
                cursor.seek(super::instance::end(chunk, at, end)?);
                continue;
            }
            _ => out.push(plain),
        }
        match plain {
            token::OPEN => {
                let dependency = match piece {
                    Piece::Definition => cursor.u16("dependency id")?,
                    Piece::Direct => INDEPENDENT,
                };
                cursor.u32("size of the element")?;
                out.extend_from_slice(&dependency.to_le_bytes());
                name(chunk, &mut cursor, out)?;
                if raw != plain {
                    cursor.u32("size of the attributes")?;
                }
            }
            token::CLOSE_START | token::CLOSE_EMPTY | token::CLOSE if raw == plain => {}
            token::VALUE => {
                let kind = cursor.u8("type of a literal")?;
                if kind != super::value::STRING {
                    return Err(Odd::unknown("literal of type", at, kind.into()));
                }
                counted(&mut cursor, out)?;
            }
            token::ATTRIBUTE | token::ENTITY | token::PI_TARGET => name(chunk, &mut cursor, out)?,
            token::CDATA | token::PI_DATA => counted(&mut cursor, out)?,
            token::CHARACTER => out.extend_from_slice(&cursor.array::<2>("character")?),
            token::SUBSTITUTION | token::OPTIONAL if raw == plain => {
                out.extend_from_slice(&cursor.array::<3>("substitution")?);
            }
            _ => return Err(Odd::unknown("token", at, raw.into())),
        }
    }
    out.push(token::END);
    Ok(())
}

/// Text with its length in units before it.
fn counted(cursor: &mut Cursor<'_>, out: &mut Vec<u8>) -> Result<(), Odd> {
    let units = cursor.u16("length of a text")?;
    out.extend_from_slice(&units.to_le_bytes());
    out.extend_from_slice(cursor.take(usize::from(units).saturating_mul(2), "text")?);
    if out.len() > LONGEST {
        Err(Odd::TooMuch)
    } else {
        Ok(())
    }
}

/// A name: an offset in the chunk, and the name itself right here when it is used for the first time.
fn name(chunk: &[u8], cursor: &mut Cursor<'_>, out: &mut Vec<u8>) -> Result<(), Odd> {
    let offset = usize::try_from(cursor.u32("offset of a name")?).unwrap_or(usize::MAX);
    let mut there = Cursor::new(chunk, offset);
    // The next name with the same hash, and the hash.
    there.array::<6>("header of a name")?;
    counted(&mut there, out)?;
    if offset == cursor.at() {
        there.u16("end of a name")?;
        cursor.seek(there.at());
    }
    Ok(())
}
