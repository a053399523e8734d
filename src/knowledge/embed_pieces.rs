//! Of the build script: the table of the pieces of letters of all that is heard of each cause, in the bytes that the program reads
//! (`model/piece_table.rs` tells how they lie).

#![allow(clippy::unwrap_used, reason = "a failure stops the build")]

use std::collections::BTreeMap;

use super::letter_pieces::{direction, pieces, rarity};

/// Texts that must have a piece: what one alone has says nothing of any other.
const FEWEST: usize = 2;
/// Weights of one topic that are kept, the heaviest.
const MOST: usize = 4000;

/// The table of topics, each with its texts.
pub(crate) fn table(topics: &[Vec<&str>]) -> Vec<u8> {
    let cut: Vec<Vec<_>> = topics
        .iter()
        .map(|texts| texts.iter().map(|text| pieces(text)).collect())
        .collect();
    let all = cut.iter().map(Vec::len).sum();
    let mut said: Vec<u32> = Vec::new();
    for text in cut.iter().flatten() {
        said.extend(text.iter().map(|(piece, _)| *piece));
    }
    said.sort_unstable();
    let having = said.chunk_by(|a, b| a == b).filter(|same| same.len() >= FEWEST);
    let (known, rarities): (Vec<u32>, Vec<f32>) =
        having.map(|same| (same[0], rarity(same.len(), all))).unzip();
    let mut weights: BTreeMap<u32, Vec<[u8; 2]>> = BTreeMap::new();
    let mut scales = Vec::new();
    for (number, texts) in cut.iter().enumerate() {
        let rarity = |piece| known.binary_search(&piece).ok().map(|place| rarities[place]);
        let mut found = direction(texts, rarity);
        found.sort_by(|a, b| b.1.total_cmp(&a.1));
        found.truncate(MOST);
        let scale = found.first().map_or(1.0, |(_, weight)| *weight) / f32::from(u8::MAX);
        scales.push(scale);
        for (piece, weight) in found {
            let weight = (weight / scale).round() as u8;
            if weight > 0 {
                let topic = u8::try_from(number).unwrap();
                weights.entry(piece).or_default().push([topic, weight]);
            }
        }
    }
    written(&scales, &known, &rarities, &weights)
}

fn written(
    scales: &[f32],
    known: &[u32],
    rarities: &[f32],
    weights: &BTreeMap<u32, Vec<[u8; 2]>>,
) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut number = |number: u32| bytes.extend(number.to_le_bytes());
    number(u32::try_from(scales.len()).unwrap());
    number(u32::try_from(known.len()).unwrap());
    scales.iter().for_each(|scale| number(scale.to_bits()));
    known.iter().for_each(|piece| number(*piece));
    let mut end = 0;
    for piece in known {
        end += weights.get(piece).map_or(0, Vec::len);
        number(u32::try_from(end).unwrap());
    }
    rarities.iter().for_each(|rarity| number(rarity.to_bits()));
    let weights = known.iter().filter_map(|piece| weights.get(piece));
    bytes.extend(weights.flatten().flatten());
    bytes
}
