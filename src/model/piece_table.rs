//! Directions of many topics in one table, by piece, so that a text is compared with all of them in one go and nothing is made first.
//! Owns how the table lies in bytes and what it gives; how texts are cut is [`letter_pieces`](super::letter_pieces)'s matter.

use std::sync::Arc;

use super::letter_pieces::{direction, pieces, rarity, said};

/// Where the texts of a topic lie among all.
#[derive(Debug, Clone)]
pub(crate) enum Letters {
    /// The number of the topic in the table.
    BuiltIn(u8),
    Cut(Arc<[(u32, f32)]>),
}

/// All numbers little-endian: how many topics and how many pieces (4 bytes each); for each topic what a weight of one is (4, a float);
/// each piece (4), sorted; for each where its weights end (4); its rarity (4, a float); then the weights: the topic (1), how much (1).
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct PieceTable {
    scales: &'static [u8],
    pieces: &'static [u8],
    ends: &'static [u8],
    rarities: &'static [u8],
    weights: &'static [u8],
}

/// Bytes of a number.
const NUMBER: usize = 4;

impl PieceTable {
    /// Of bytes that the build script wrote; empty if they are none.
    pub(crate) fn new(bytes: &'static [u8]) -> Self {
        Self::split(bytes).unwrap_or_default()
    }

    fn split(bytes: &'static [u8]) -> Option<Self> {
        let topics = number(bytes, 0)? as usize;
        let count = number(bytes, 1)? as usize;
        let (_, rest) = bytes.split_at_checked(2 * NUMBER)?;
        let (scales, rest) = rest.split_at_checked(topics.checked_mul(NUMBER)?)?;
        let size = count.checked_mul(NUMBER)?;
        let (pieces, rest) = rest.split_at_checked(size)?;
        let (ends, rest) = rest.split_at_checked(size)?;
        let (rarities, weights) = rest.split_at_checked(size)?;
        Some(Self {
            scales,
            pieces,
            ends,
            rarities,
            weights,
        })
    }

    /// Where a piece stands.
    fn place(&self, piece: u32) -> Option<usize> {
        let (mut from, mut to) = (0, self.pieces.len() / NUMBER);
        while from < to {
            let middle = from + (to - from) / 2;
            match number(self.pieces, middle)?.cmp(&piece) {
                std::cmp::Ordering::Less => from = middle + 1,
                std::cmp::Ordering::Equal => return Some(middle),
                std::cmp::Ordering::Greater => to = middle,
            }
        }
        None
    }

    fn rarity(&self, piece: u32) -> Option<f32> {
        Some(f32::from_bits(number(self.rarities, self.place(piece)?)?))
    }

    /// The topic and the weight of all that have a piece.
    fn weights(&self, piece: u32) -> Option<&'static [[u8; 2]]> {
        let place = self.place(piece)?;
        let begin = match place.checked_sub(1) {
            Some(before) => number(self.ends, before)?,
            None => 0,
        };
        let end = number(self.ends, place)?;
        let (weights, _) = self.weights.as_chunks();
        weights.get(begin as usize..end as usize)
    }

    /// The direction of texts that are not in the table. A piece that no other text has counts where two of these have it.
    pub(crate) fn cut<'t>(&self, texts: impl IntoIterator<Item = &'t str>) -> Letters {
        let texts: Vec<_> = texts.into_iter().map(pieces).collect();
        let mut all: Vec<u32> = texts.iter().flatten().map(|(piece, _)| *piece).collect();
        all.sort_unstable();
        let having = |piece: u32| {
            let begin = all.partition_point(|other| *other < piece);
            all.get(begin..)
                .unwrap_or_default()
                .partition_point(|other| *other == piece)
        };
        let of_new = |piece| {
            Some(having(piece))
                .filter(|having| *having > 1)
                .map(|having| rarity(having, NEW))
        };
        let found = direction(&texts, |piece| self.rarity(piece).or_else(|| of_new(piece)));
        Letters::Cut(found.into())
    }

    /// How much a text lies in the direction of each topic; only to be compared with the others of the same text.
    pub(crate) fn likeness(&self, text: &str, topics: &[Letters]) -> Vec<f64> {
        let asked = pieces(text);
        let mut built_in = vec![0.0; self.scales.len() / NUMBER];
        for &(piece, times) in &asked {
            let said = f64::from(said(times));
            for &[topic, weight] in self.weights(piece).unwrap_or_default() {
                if let Some(sum) = built_in.get_mut(usize::from(topic)) {
                    *sum += said * f64::from(weight);
                }
            }
        }
        let of_topic = |letters: &Letters| match letters {
            Letters::BuiltIn(topic) => {
                let place = usize::from(*topic);
                let scale = number(self.scales, place).map_or(0.0, f32::from_bits);
                built_in.get(place).copied().unwrap_or_default() * f64::from(scale)
            }
            Letters::Cut(direction) => along(&asked, direction),
        };
        topics.iter().map(of_topic).collect()
    }
}

/// So many texts a new piece is compared with: about as many as are built in.
const NEW: usize = 10_000;

/// How much counted pieces lie in a direction; both are sorted.
fn along(asked: &[(u32, u32)], direction: &[(u32, f32)]) -> f64 {
    let mut rest = direction;
    let mut sum = 0.0;
    for &(piece, times) in asked {
        rest = rest
            .get(rest.partition_point(|(other, _)| *other < piece)..)
            .unwrap_or_default();
        if let Some(&(other, weight)) = rest.first()
            && other == piece
        {
            sum += f64::from(said(times) * weight);
        }
    }
    sum
}

fn number(bytes: &[u8], place: usize) -> Option<u32> {
    let (numbers, _) = bytes.as_chunks();
    numbers.get(place).map(|number| u32::from_le_bytes(*number))
}
