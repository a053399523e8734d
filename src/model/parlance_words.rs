//! The words of a text as they are compared: in lower case, without their endings, and each with the next as a pair, for two words
//! side by side say more than both alone. Scripts without blanks give pairs of letters. Owns where words begin and end.

use std::ops::Range;

/// Words of the grammar of some languages, sorted: every text has them.
const OF_GRAMMAR: &[&str] = &[
    "a", "all", "also", "an", "and", "any", "are", "as", "at", "auf", "be", "been", "but", "by", "can",
    "could", "da", "das", "de", "dem", "den", "der", "des", "di", "did", "die", "do", "does", "du", "e",
    "ein", "eine", "einem", "einen", "einer", "el", "en", "es", "est", "et", "for", "from", "had", "has",
    "have", "he", "here", "how", "i", "ich", "if", "il", "im", "in", "into", "is", "ist", "it", "its",
    "just", "la", "las", "le", "les", "los", "mit", "my", "na", "now", "o", "oder", "of", "on", "or", "os",
    "our", "que", "se", "should", "sich", "so", "some", "than", "that", "the", "their", "them", "then",
    "there", "these", "they", "this", "those", "to", "un", "und", "une", "very", "von", "w", "was", "we",
    "were", "what", "when", "where", "which", "while", "who", "will", "wir", "wird", "with", "would", "y",
    "you", "your", "zu", "в", "и", "на", "не", "с",
];
/// Endings that words of one root differ in.
const ENDINGS: &[&str] = &["ations", "ation", "ings", "ing", "edly", "ed", "es", "ly", "s"];
/// Bytes that are left of a word without its ending.
const ROOT_BYTES: usize = 4;
/// Bytes of a word; longer ones are no words.
const LONGEST: usize = 48;
/// A number of so many digits stands everywhere.
const EVERYDAY_DIGITS: usize = 3;
/// Where the scripts begin that have no blanks between words.
pub(crate) const UNSPACED: char = '\u{2E80}';

/// A word, or two side by side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Term {
    /// Equal for equal roots.
    pub hash: u32,
    /// Where it stands in the text.
    pub place: Range<usize>,
}

/// The terms of a phrase, sorted, each once.
pub(crate) fn terms(phrase: &str) -> Vec<u32> {
    let mut terms = Vec::new();
    each_term(phrase, |term| terms.push(term.hash));
    terms.sort_unstable();
    terms.dedup();
    terms
}

/// Calls back with all words of a text, each followed by its pair with the word before.
pub(crate) fn each_term(text: &str, mut each: impl FnMut(Term)) {
    let mut before: Option<Term> = None;
    let mut buffer = String::new();
    let mut start = 0;
    while let Some(word) = next_word(text, start) {
        start = word.end;
        each_root(text, word, &mut buffer, |term| {
            // A name makes no pair with its own last part.
            let other = before
                .as_ref()
                .filter(|before| before.place.start < term.place.start);
            let pair = other.map(|before| Term {
                hash: before.hash.rotate_left(11).wrapping_mul(PRIME) ^ term.hash,
                place: before.place.start..term.place.end,
            });
            before = Some(term.clone());
            each(term);
            pair.into_iter().for_each(&mut each);
        });
    }
}

/// The next run of letters, digits and underscores, in one script.
fn next_word(text: &str, from: usize) -> Option<Range<usize>> {
    let start = from + run(text.get(from..)?, |letter| !is_of_word(letter));
    let rest = text.get(start..)?;
    let unspaced = rest.chars().next()? >= UNSPACED;
    let belongs = |letter| is_of_word(letter) && (letter >= UNSPACED) == unspaced;
    Some(start..start + run(rest, belongs))
}

fn is_of_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// How many bytes at the beginning of a text hold such letters only. Nearly all are ASCII, which need not be put together.
fn run(text: &str, is_so: impl Fn(char) -> bool) -> usize {
    let ascii = text
        .bytes()
        .take_while(|byte| byte.is_ascii() && is_so(char::from(*byte)));
    let at = ascii.count();
    match text.get(at..) {
        Some(rest) if rest.starts_with(|letter: char| !letter.is_ascii() && is_so(letter)) => {
            at + rest.find(|letter| !is_so(letter)).unwrap_or(rest.len())
        }
        _ => at,
    }
}

/// What is compared of a word: it, and the parts of a name that was put together of several.
fn each_root(text: &str, word: Range<usize>, buffer: &mut String, mut each: impl FnMut(Term)) {
    let Some(spelling) = text.get(word.clone()) else {
        return;
    };
    if spelling.starts_with(|letter| letter >= UNSPACED) {
        let nexts = spelling.char_indices().skip(1);
        for ((first, _), (second, letter)) in spelling.char_indices().zip(nexts) {
            let place = word.start + first..word.start + second + letter.len_utf8();
            let pair = text.get(place.clone()).unwrap_or_default();
            each(Term {
                hash: hash(pair),
                place,
            });
        }
        return;
    }
    if spelling.len() > LONGEST {
        return;
    }
    // `fDenyTSConnections`: a part begins with a large letter after a small one.
    let mut begin = word.start;
    let mut was_small = false;
    for (at, letter) in spelling.char_indices() {
        let at = word.start + at;
        if letter.is_uppercase() && was_small {
            root(text, begin..at, buffer).into_iter().for_each(&mut each);
            begin = at;
        }
        was_small = letter.is_lowercase();
    }
    if begin > word.start {
        root(text, begin..word.end, buffer)
            .into_iter()
            .for_each(&mut each);
    }
    root(text, word, buffer).into_iter().for_each(each);
}

/// A word in lower case without its ending, unless it says nothing.
fn root(text: &str, place: Range<usize>, buffer: &mut String) -> Option<Term> {
    let word = text.get(place.clone())?;
    buffer.clear();
    if word.is_ascii() {
        buffer.push_str(word);
        buffer.make_ascii_lowercase();
    } else {
        buffer.extend(word.chars().flat_map(char::to_lowercase));
    }
    let is_number = buffer.bytes().all(|byte| byte.is_ascii_digit());
    let one_letter = buffer.chars().nth(1).is_none();
    if one_letter || is_number && buffer.len() <= EVERYDAY_DIGITS || is_of_grammar(buffer) {
        return None;
    }
    Some(Term {
        hash: hash(without_ending(buffer)),
        place,
    })
}

fn without_ending(word: &str) -> &str {
    // What no ending ends with.
    if !word.ends_with(['d', 'g', 'n', 's', 'y']) {
        return word;
    }
    let mut roots = ENDINGS.iter().filter_map(|ending| word.strip_suffix(ending));
    roots.find(|root| root.len() >= ROOT_BYTES).unwrap_or(word)
}

/// The words of the grammar as numbers, which are compared at once.
const GRAMMAR: [u64; OF_GRAMMAR.len()] = {
    let mut numbers = [0; OF_GRAMMAR.len()];
    let mut place = 0;
    while place < numbers.len() {
        numbers[place] = number(OF_GRAMMAR[place].as_bytes());
        place += 1;
    }
    numbers
};

/// The first bytes of a short word as a number. As words are sorted, so are their numbers.
const fn number(word: &[u8]) -> u64 {
    let mut bytes = [0; size_of::<u64>()];
    let mut place = 0;
    while place < word.len() {
        bytes[place] = word[place];
        place += 1;
    }
    u64::from_be_bytes(bytes)
}

fn is_of_grammar(word: &str) -> bool {
    word.len() <= size_of::<u64>() && GRAMMAR.binary_search(&number(word.as_bytes())).is_ok()
}

const PRIME: u32 = 0x0100_0193;

fn hash(text: &str) -> u32 {
    fnv(text.bytes().map(u32::from))
}

/// FNV-1a over numbers: the same in every run.
pub(crate) fn fnv(numbers: impl Iterator<Item = u32>) -> u32 {
    numbers.fold(0x811C_9DC5, |hash, number| (hash ^ number).wrapping_mul(PRIME))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spelled(text: &str) -> Vec<(&str, u32)> {
        let mut found = Vec::new();
        each_term(text, |term| {
            found.push((text.get(term.place).unwrap(), term.hash));
        });
        found
    }

    fn words(text: &str) -> Vec<&str> {
        spelled(text).into_iter().map(|(word, _)| word).collect()
    }

    #[test]
    fn endings_and_grammar_do_not_count() {
        assert_eq!(
            words("The tasks are locked."),
            ["tasks", "locked", "tasks are locked"]
        );
        let hashes = |text| -> Vec<u32> { spelled(text).into_iter().map(|(_, hash)| hash).collect() };
        assert_eq!(hashes("task lock"), hashes("Tasks: locking"));
        assert_ne!(hashes("task lock"), hashes("lock task"));
        assert!(OF_GRAMMAR.is_sorted() && GRAMMAR.is_sorted());
        for ending in ENDINGS {
            let word = ["place", ending].concat();
            assert!(without_ending(&word).len() < word.len(), "{word}");
        }
    }

    #[test]
    fn names_have_parts_and_numbers_have_digits() {
        let found = words("fDenyTSConnections=1");
        for word in ["Deny", "TSConnections", "fDenyTSConnections"] {
            assert!(found.contains(&word), "{word}: {found:?}");
        }
        assert_eq!(words("1 12 1312"), ["1312"]);
    }

    #[test]
    fn scripts_without_blanks_give_pairs_of_letters() {
        assert_eq!(words("時計の ok"), ["時計", "計の", "時計の", "ok", "計の ok"]);
    }
}
