//! The pieces of a text's words: every run of four letters, the blanks around a word among them. Inflections, compounds, related
//! languages and slips of the pen share pieces where they share no word. Owns how words are cut into pieces and how the texts of one
//! matter become one direction in the space of all pieces (tf-idf, the sum of the texts' unit vectors); must not know where either is kept.

use super::parlance_words::fnv;

/// Letters of a piece.
const LETTERS: usize = 4;
/// Bytes of a word; what is longer is a key or an encoded file.
const LONGEST: usize = 64;

/// The pieces of a text, sorted, each with the times that it stands there.
pub(crate) fn pieces(text: &str) -> Vec<(u32, u32)> {
    let mut all = Vec::with_capacity(text.len());
    let mut word = Vec::new();
    for spelling in text.split(|letter: char| !letter.is_alphanumeric()) {
        if spelling.is_empty() || spelling.len() > LONGEST {
            continue;
        }
        word.clear();
        word.push(' ');
        word.extend(spelling.chars().flat_map(char::to_lowercase));
        word.push(' ');
        if word.len() < LETTERS {
            all.push(hash(&word));
        }
        all.extend(word.windows(LETTERS).map(hash));
    }
    all.sort_unstable();
    let mut counted: Vec<(u32, u32)> = Vec::new();
    for piece in all {
        match counted.last_mut() {
            Some((last, times)) if *last == piece => *times += 1,
            _ => counted.push((piece, 1)),
        }
    }
    counted
}

fn hash(letters: &[char]) -> u32 {
    fnv(letters.iter().map(|letter| u32::from(*letter)))
}

/// What is said again and again adds less each time.
pub(crate) fn said(times: u32) -> f32 {
    1.0 + (times as f32).ln()
}

/// How much it says that a text has a piece which so many of all texts have.
pub(crate) fn rarity(having: usize, all: usize) -> f32 {
    1.0 + ((1 + all) as f32 / (1 + having) as f32).ln()
}

/// The direction in which the texts of one matter lie, sorted by piece: what is to be multiplied with how often a text says each piece.
/// Pieces of which no rarity is told are left out.
pub(crate) fn direction(texts: &[Vec<(u32, u32)>], rarity: impl Fn(u32) -> Option<f32>) -> Vec<(u32, f32)> {
    let mut all: Vec<(u32, f32, f32)> = Vec::new();
    for text in texts {
        let begin = all.len();
        let known = text
            .iter()
            .filter_map(|&(piece, times)| Some((piece, said(times), rarity(piece)?)));
        all.extend(known.map(|(piece, said, rarity)| (piece, said * rarity, rarity)));
        let own = all.get_mut(begin..).unwrap_or_default();
        let length = length(own.iter().map(|(_, weight, _)| *weight));
        own.iter_mut().for_each(|(_, weight, _)| *weight /= length);
    }
    // Stable, so that the sums are the same on every machine.
    all.sort_by_key(|(piece, ..)| *piece);
    let mut sums: Vec<(u32, f32, f32)> = Vec::new();
    for (piece, weight, rarity) in all {
        match sums.last_mut() {
            Some((last, sum, _)) if *last == piece => *sum += weight,
            _ => sums.push((piece, weight, rarity)),
        }
    }
    let length = length(sums.iter().map(|(_, sum, _)| *sum));
    let weighed = sums
        .into_iter()
        .map(|(piece, sum, rarity)| (piece, sum / length * rarity));
    weighed.collect()
}

/// Never zero.
fn length(weights: impl Iterator<Item = f32>) -> f32 {
    let squares: f32 = weights.map(|weight| weight * weight).sum();
    squares.sqrt().max(f32::MIN_POSITIVE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shared(one: &str, other: &str) -> usize {
        let other = pieces(other);
        let is_there =
            |(piece, _): &&(u32, u32)| other.binary_search_by_key(piece, |(piece, _)| *piece).is_ok();
        pieces(one).iter().filter(is_there).count()
    }

    #[test]
    fn inflections_compounds_and_slips_share_pieces() {
        // " abc", "abc ": a word of three letters has two.
        assert_eq!(
            pieces("Abc, aBC: x").iter().map(|(_, times)| *times).sum::<u32>(),
            5
        );
        assert_eq!(pieces("Abc").len(), 2);
        assert!(shared("Anmeldung", "Windows-Anmeldungsfehler") >= 6);
        assert!(shared("passwrod", "password") >= 3);
        assert_eq!(shared("blocked", "никогда"), 0);
        assert!(pieces(&"x".repeat(LONGEST + 1)).is_empty());
    }

    #[test]
    fn a_direction_weighs_what_is_rare() {
        let texts = [pieces("lock lock"), pieces("lock disk")];
        let rare = pieces("disk");
        let is_rare = |piece: u32| rare.binary_search_by_key(&piece, |(piece, _)| *piece).is_ok();
        let even = direction(&texts, |_| Some(1.0));
        let uneven = direction(&texts, |piece| Some(if is_rare(piece) { 3.0 } else { 1.0 }));
        let length: f32 = even.iter().map(|(_, weight)| weight * weight).sum();
        assert!((length - 1.0).abs() < 1e-4, "{length}");
        let of_rare = |direction: &[(u32, f32)]| -> f32 {
            let rare = direction.iter().filter(|(piece, _)| is_rare(*piece));
            rare.map(|(_, weight)| *weight).sum()
        };
        assert!(of_rare(&uneven) > of_rare(&even) && even.is_sorted_by_key(|(piece, _)| *piece));
        let none = direction(&texts, |_| None);
        assert!(none.is_empty());
    }
}
