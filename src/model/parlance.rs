//! Which of several topics a text is most like, by the words that both use. What people write of a fault shares words with what others
//! wrote of the same one, and the rarer a word is among the topics, the more that says. Owns the weighing of words (Okapi BM25:
//! Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009), and how much the pieces of words count
//! beside them, which are another view of the same text; must not know what a topic is.

use std::fmt;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use foldhash::{HashMap, HashMapExt as _, HashSet, HashSetExt as _};

use super::parlance_words::{each_term, terms};
use super::piece_table::{Letters, PieceTable};

/// The names of the fields of a note's event that say how much it is like a topic, and by which words, begin with these.
pub(crate) const LIKE: &str = "like:";
/// See [`LIKE`].
pub(crate) const LIKE_WORDS: &str = "like-words:";

/// A word that is said again and again adds less each time.
const SATURATION: f64 = 1.5;
/// How much of a topic's length counts against it: 0 nothing, 1 all.
const OF_LENGTH: f64 = 0.6;
/// A word that more of the topics have says nothing.
const EVERYWHERE: f64 = 0.4;
/// How often the text itself may say a word that it counts.
const REPEATED: u32 = 3;
/// Bytes of an expression of several words.
const EXPRESSION: usize = 48;
/// What the pieces of words count where the words count one: more, and a word that only one topic has is lost in what all texts share.
const PIECES: f64 = 0.67;

/// Something that is written about, with what is written of it: each phrase with its weight.
#[derive(Debug, Clone)]
pub(crate) struct Topic {
    pub name: Arc<str>,
    pub phrases: Vec<(f32, Phrase)>,
    pub letters: Letters,
}

/// The terms of some words that were written of something: sorted, each once.
#[derive(Debug, Clone)]
pub(crate) enum Phrase {
    BuiltIn(&'static [u32]),
    Cut(Arc<[u32]>),
}

impl Phrase {
    /// Cuts words into their terms.
    pub(crate) fn cut(text: &str) -> Self {
        Self::Cut(terms(text).into())
    }

    /// Its terms.
    pub(crate) fn terms(&self) -> &[u32] {
        match self {
            Self::BuiltIn(terms) => terms,
            Self::Cut(terms) => terms,
        }
    }
}

/// How much a text is like a topic.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Likeness {
    /// The name of the topic.
    pub topic: Arc<str>,
    /// The sum over the words of both; only to be compared with others of the same parlance.
    pub score: f64,
    /// The words that say most, the heaviest first.
    pub words: Vec<String>,
}

/// Texts that are compared without an index.
const FEW: usize = 4;

type Phrases = Box<dyn Fn() -> Vec<Topic> + Send + Sync>;

/// Topics and the words for them. The index of all words is made when several texts have been compared: for one or two it takes longer
/// than to go through the topics for the words of that text.
#[derive(Default)]
pub(crate) struct Parlance {
    phrases: Option<Phrases>,
    pieces: PieceTable,
    index: OnceLock<Index>,
    compared: AtomicUsize,
}

impl fmt::Debug for Parlance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parlance").finish_non_exhaustive()
    }
}

impl Parlance {
    /// With topics that are asked for when they are needed.
    #[cfg(feature = "diagnose")]
    pub(crate) fn new(pieces: PieceTable, phrases: impl Fn() -> Vec<Topic> + Send + Sync + 'static) -> Self {
        Self {
            phrases: Some(Box::new(phrases)),
            pieces,
            index: OnceLock::new(),
            compared: AtomicUsize::new(0),
        }
    }

    /// The topics that a text is most like, at most so many, the likest first. Each names at most `words` words.
    pub(crate) fn likest(&self, text: &str, most: usize, words: usize) -> Vec<Likeness> {
        let Some(phrases) = &self.phrases else {
            return Vec::new();
        };
        if self.index.get().is_none() && self.compared.fetch_add(1, Ordering::Relaxed) < FEW {
            let mut asked = HashSet::new();
            each_term(text, |term| {
                asked.insert(term.hash);
            });
            return Index::new(&phrases(), |term| asked.contains(&term)).likest(
                text,
                self.pieces,
                most,
                words,
            );
        }
        let index = self.index.get_or_init(|| Index::new(&phrases(), |_| true));
        index.likest(text, self.pieces, most, words)
    }
}

/// The words of all topics.
#[derive(Debug, Default)]
struct Index {
    names: Vec<Arc<str>>,
    letters: Vec<Letters>,
    /// For each term the topics that have it, with the weight of what says so.
    terms: HashMap<u32, Vec<(u16, f32)>>,
    /// The weight of all terms of a topic, in averages.
    lengths: Vec<f64>,
}

/// A term of the text that is looked for.
struct Asked<'i> {
    /// Where the text has it first.
    place: Range<usize>,
    times: u32,
    topics: &'i [(u16, f32)],
}

impl Index {
    /// Of the terms that are asked for; what they weigh does not depend on the others that are.
    fn new(topics: &[Topic], is_asked: impl Fn(u32) -> bool) -> Self {
        let mut index = Self::default();
        for (number, topic) in (0_u16..).zip(topics) {
            let mut length = 0.0;
            for (weight, phrase) in &topic.phrases {
                let of_phrase = phrase.terms();
                length += f64::from(*weight) * of_phrase.len() as f64;
                for &term in of_phrase.iter().filter(|term| is_asked(**term)) {
                    let known = index.terms.entry(term).or_default();
                    match known.last_mut() {
                        Some((last, sum)) if *last == number => *sum += weight,
                        _ => known.push((number, *weight)),
                    }
                }
            }
            index.names.push(Arc::clone(&topic.name));
            index.letters.push(topic.letters.clone());
            index.lengths.push(length);
        }
        let average = index.lengths.iter().sum::<f64>() / (index.lengths.len().max(1) as f64);
        index
            .lengths
            .iter_mut()
            .for_each(|length| *length /= average.max(1.0));
        index
    }

    fn likest(&self, text: &str, pieces: PieceTable, most: usize, words: usize) -> Vec<Likeness> {
        let asked = self.asked(text);
        let mut scores = vec![0.0; self.names.len()];
        for term in &asked {
            for &(topic, weight) in term.topics {
                if let Some(score) = scores.get_mut(usize::from(topic)) {
                    *score += self.says(term, topic, weight);
                }
            }
        }
        let mut order: Vec<usize> = (0..scores.len()).collect();
        // What shares no word is told by none.
        order.retain(|topic| scores.get(*topic).is_some_and(|score| *score > 0.0));
        let scores = with_pieces(&scores, &pieces.likeness(text, &self.letters));
        let score = |topic: &usize| scores.get(*topic).copied().unwrap_or_default();
        order.retain(|topic| score(topic) > 0.0);
        // Of equals the first by name.
        order.sort_by(|a, b| score(b).total_cmp(&score(a)));
        order.truncate(most);
        let found = order.into_iter().filter_map(|topic| {
            Some(Likeness {
                topic: Arc::clone(self.names.get(topic)?),
                score: score(&topic),
                words: self.telling(text, &asked, topic, words),
            })
        });
        found.collect()
    }

    /// The terms of a text that some topics have and others have not, in the order in which they are first said.
    fn asked<'i>(&'i self, text: &str) -> Vec<Asked<'i>> {
        let mut places: HashMap<u32, usize> = HashMap::new();
        let mut asked: Vec<Asked<'i>> = Vec::new();
        each_term(text, |term| {
            if let Some(known) = places.get(&term.hash).and_then(|place| asked.get_mut(*place)) {
                known.times = known.times.saturating_add(1);
                return;
            }
            let topics = self
                .terms
                .get(&term.hash)
                .filter(|topics| (topics.len() as f64) < self.names.len() as f64 * EVERYWHERE);
            if let Some(topics) = topics {
                places.insert(term.hash, asked.len());
                asked.push(Asked {
                    place: term.place,
                    times: 1,
                    topics,
                });
            }
        });
        asked
    }

    /// How much a term says for a topic.
    fn says(&self, term: &Asked<'_>, topic: u16, weight: f32) -> f64 {
        let (all, having) = (self.names.len() as f64, term.topics.len() as f64);
        let rarity = (1.0 + (all - having + 0.5) / (having + 0.5)).ln();
        let length = self.lengths.get(usize::from(topic)).copied().unwrap_or(1.0);
        let weight = f64::from(weight);
        let told =
            weight * (SATURATION + 1.0) / (weight + SATURATION * (1.0 - OF_LENGTH + OF_LENGTH * length));
        rarity * told * (1.0 + f64::from(term.times.min(REPEATED)).ln())
    }

    /// The words of a text that say most for a topic, as they stand there: terms that overlap are one expression, whose weight is that of its
    /// heaviest term.
    fn telling(&self, text: &str, asked: &[Asked<'_>], topic: usize, most: usize) -> Vec<String> {
        let told = asked.iter().filter_map(|term| {
            let (topic, weight) = term.topics.iter().find(|(of, _)| usize::from(*of) == topic)?;
            Some((self.says(term, *topic, *weight), term.place.clone()))
        });
        let mut told: Vec<(f64, Range<usize>)> = told.collect();
        told.sort_by(|a, b| b.0.total_cmp(&a.0));
        told.truncate(most.saturating_mul(3));
        told.sort_by_key(|(_, place)| (place.start, place.end));
        let mut whole: Vec<(f64, Range<usize>)> = Vec::new();
        for (weight, place) in told {
            match whole.last_mut().filter(|(_, last)| place.start < last.end) {
                Some((heaviest, last)) if place.end.saturating_sub(last.start) <= EXPRESSION => {
                    last.end = last.end.max(place.end);
                    *heaviest = heaviest.max(weight);
                }
                Some(lighter) if lighter.0 < weight => *lighter = (weight, place),
                Some(_) => {}
                None => whole.push((weight, place)),
            }
        }
        whole.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut words: Vec<String> = Vec::new();
        for (_, place) in whole {
            let spelled = text.get(place).unwrap_or_default();
            let spelled = spelled.split_whitespace().collect::<Vec<_>>().join(" ");
            // Of two, one of which is part of the other, the longer says all.
            let is_of = |word: &&mut String| word.contains(&*spelled) || spelled.contains(&***word);
            if let Some(word) = words.iter_mut().find(is_of) {
                if word.len() < spelled.len() {
                    *word = spelled;
                }
            } else if words.len() < most {
                words.push(spelled);
            }
        }
        words
    }
}

/// The scores of words with those of pieces added on the scale of the words: how far a topic stands out from all others by one is as much
/// as by the other. So the sum grows with what the text has to say, as that of the words does.
fn with_pieces(words: &[f64], pieces: &[f64]) -> Vec<f64> {
    let ((_, of_words), (middle, of_pieces)) = (spread(words), spread(pieces));
    let scale = if of_pieces > 0.0 {
        PIECES * of_words / of_pieces
    } else {
        0.0
    };
    let both = words.iter().zip(pieces);
    both.map(|(words, pieces)| words + (pieces - middle) * scale)
        .collect()
}

/// The mean, and the deviation from it.
fn spread(numbers: &[f64]) -> (f64, f64) {
    let count = numbers.len().max(1) as f64;
    let mean = numbers.iter().sum::<f64>() / count;
    let squares: f64 = numbers.iter().map(|number| (number - mean).powi(2)).sum();
    (mean, (squares / count).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parlance() -> Parlance {
        let topic = |name: &str, phrases: &[&str]| Topic {
            name: name.into(),
            phrases: phrases.iter().map(|phrase| (1.0, Phrase::cut(phrase))).collect(),
            letters: PieceTable::default().cut(phrases.iter().copied()),
        };
        Parlance::new(PieceTable::default(), move || {
            vec![
                topic(
                    "clock",
                    &["the clock of the client is skewed", "Die Uhr geht falsch"],
                ),
                topic(
                    "disk",
                    &["no space is left on the disk", "the disk filled up overnight"],
                ),
                topic(
                    "lock",
                    &[
                        "the account is locked out again",
                        "アカウントがロックされています",
                    ],
                ),
            ]
        })
    }

    fn first(text: &str) -> Option<String> {
        let likest = parlance().likest(text, 1, 3);
        likest.first().map(|like| like.topic.to_string())
    }

    #[test]
    fn a_text_is_like_what_shares_its_rare_words() {
        assert_eq!(
            first("Kerberos says: Clock skew too great").as_deref(),
            Some("clock")
        );
        assert_eq!(first("our disks were filling up").as_deref(), Some("disk"));
        assert_eq!(first("アカウントがまたロックされた").as_deref(), Some("lock"));
        assert_eq!(first("Uhrzeit? Die Uhr geht nach").as_deref(), Some("clock"));
        assert_eq!(first("nothing of this is known"), None);
    }

    #[test]
    fn pieces_of_words_tell_what_words_leave_even() {
        // Both topics have the one word; the other stands in neither, but its pieces do.
        let topic = |name: &str, phrases: [&str; 2]| Topic {
            name: name.into(),
            phrases: phrases.map(|phrase| (1.0, Phrase::cut(phrase))).to_vec(),
            letters: PieceTable::default().cut(phrases),
        };
        let all = vec![
            topic("asleep", ["Rechner im Ruhezustand", "Ruhezustand nachts"]),
            topic("locked", ["Rechner mit Kontosperrung", "Kontosperrung nachts"]),
            topic("else", ["nothing of that", "nothing like that"]),
            topic("disk", ["der Platte fehlt Platz", "Platz fehlt"]),
            topic("clock", ["die Uhr geht nach", "Uhrzeit falsch"]),
            topic("printer", ["Papier ist leer", "Papierstau"]),
        ];
        let parlance = Parlance::new(PieceTable::default(), move || all.clone());
        let first = |text| {
            parlance
                .likest(text, 1, 1)
                .first()
                .map(|like| like.topic.to_string())
        };
        assert_eq!(first("Konto gesperrt am Rechner").as_deref(), Some("locked"));
        assert_eq!(first("Rechner ruhen").as_deref(), Some("asleep"));
    }

    #[test]
    fn both_views_count_on_one_scale() {
        assert_eq!(spread(&[1.0, 3.0]), (2.0, 1.0));
        let both = with_pieces(&[2.0, 4.0], &[500.0, 100.0]);
        assert!((both[0] - 2.0 - PIECES).abs() < 1e-9 && (both[1] - 4.0 + PIECES).abs() < 1e-9);
        assert_eq!(with_pieces(&[2.0, 4.0], &[0.0, 0.0]), [2.0, 4.0]);
        assert!(with_pieces(&[], &[]).is_empty());
    }

    #[test]
    fn an_index_changes_nothing() {
        let parlance = parlance();
        let text = "the disk of the client is full, and its clock is skewed";
        let before = parlance.likest(text, 5, 3);
        (0..FEW).for_each(|_| assert_eq!(parlance.likest(text, 5, 3), before));
        assert!(parlance.index.get().is_some() && before.len() == 2);
    }

    #[test]
    fn it_says_by_which_words() {
        let likest = parlance().likest("The account was locked out. Locked out!", 5, 2);
        let words: Vec<&[String]> = likest.iter().map(|like| &*like.words).collect();
        assert_eq!(words, [["account was locked out"]]);
        // Pairs of letters of one word are that word, and what was said is not said again.
        let words = |text: &str| parlance().likest(text, 1, 3).remove(0).words;
        assert_eq!(words("アカウントがロックされた"), ["アカウントが"]);
        assert_eq!(
            words("The disk? The disk filled up! The disk."),
            ["disk filled up"]
        );
        assert!(Parlance::default().likest("locked", 5, 2).is_empty());
    }
}
