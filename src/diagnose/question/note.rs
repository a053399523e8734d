//! A note that somebody wrote, cut into clauses: what it speaks of, and what it waves aside ("robot 3 is known, another ticket"). Owns where
//! a clause ends and which of them are no part of the question; must not know what the words name.

use crate::knowledge::schema::{ContextDef, ContextKind};

/// A word of a note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// In lower case and without accents.
    pub text: String,
    /// Whether it begins with a capital letter.
    pub capital: bool,
}

/// Words up to a comma or the end of a sentence.
#[derive(Debug, Clone, Default)]
pub(super) struct Clause {
    pub words: Vec<Word>,
    /// As it is written.
    pub text: String,
    /// Somebody says that it is not what they ask.
    pub aside: bool,
    /// It stands in the head of a mail: who wrote is not always who is asked about.
    pub head: bool,
}

/// The words of knowledge that say what is asked and what is not.
#[derive(Debug, Default, Clone)]
pub(super) struct Manners<'k> {
    aside: Vec<&'k str>,
    fine: Vec<&'k str>,
    until: Vec<&'k str>,
    only: Vec<&'k str>,
    others: Vec<&'k str>,
    writers: Vec<&'k str>,
}

impl<'k> Manners<'k> {
    pub(super) fn new(contexts: &'k [ContextDef]) -> Self {
        let words = |name: &str| {
            let all = contexts
                .iter()
                .filter(|context| context.kind == ContextKind::Question && context.name == name);
            all.flat_map(|context| context.words.iter().map(String::as_str))
                .collect()
        };
        Self {
            aside: words("aside"),
            fine: words("fine"),
            until: words("until"),
            only: words("only"),
            others: words("others"),
            writers: words("writers"),
        }
    }
}

/// Lines of fewer letters were ended by who wrote them, not by the mail program.
const WRAPPED: usize = 60;
/// Lines that the head of a mail may have.
const HEAD_LINES: usize = 8;

/// The clauses of a note, in order.
pub(super) fn clauses(text: &str, manners: &Manners<'_>) -> Vec<Clause> {
    let mut all = Vec::new();
    for (sentence, head) in sentences(text, manners) {
        if !speaks(&sentence) {
            continue;
        }
        let mut parts: Vec<Clause> = split_clauses(&sentence)
            .into_iter()
            .map(|part| clause(part, head, manners))
            .collect();
        refer_back(&mut parts, manners);
        for part in &mut parts {
            part.aside |= is_fine(&part.text, manners);
        }
        all.append(&mut parts);
    }
    all
}

/// "11 and 21 had something, but that is another matter": what waves aside means what was named just before.
fn refer_back(parts: &mut [Clause], manners: &Manners<'_>) {
    for place in (1..parts.len()).rev() {
        let (before, rest) = parts.split_at_mut(place);
        let (Some(before), Some(own)) = (before.last_mut(), rest.first()) else {
            continue;
        };
        let lower = own.text.to_lowercase();
        let of_itself = has_any(&lower, &manners.others) || own.words.iter().any(may_be_name);
        let only = has_any(&before.text.to_lowercase(), &manners.only);
        before.aside |= own.aside && !of_itself && !only;
    }
}

/// "Lucia can work without problems": who has no trouble is named beside who has, unless it is said of a time that is over.
fn is_fine(text: &str, manners: &Manners<'_>) -> bool {
    let lower = text.to_lowercase();
    has_any(&lower, &manners.fine) && !has_any(&lower, &manners.until)
}

/// `robot07`, or its number alone; longer numbers are those of tickets.
fn may_be_name(word: &Word) -> bool {
    let digits = word.text.bytes().filter(u8::is_ascii_digit).count();
    digits > 0 && (digits < word.text.len() || digits <= 3)
}

fn clause(text: &str, head: bool, manners: &Manners<'_>) -> Clause {
    let lower = text.to_lowercase();
    let only = has_any(&lower, &manners.only) && !has_any(&lower, &manners.others);
    Clause {
        words: words(text),
        aside: !only && has_any(&lower, &manners.aside),
        head,
        text: text.to_owned(),
    }
}

/// Whether a text has one of these as whole words; scripts without blanks have no ends of words.
fn has_any(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| {
        text.match_indices(word).any(|(at, found)| {
            let before = text.get(..at).and_then(|text| text.chars().next_back());
            let after = text.get(at + found.len()..).and_then(|text| text.chars().next());
            let is_end = |letter: Option<char>| !letter.is_some_and(char::is_alphanumeric);
            let unspaced = found.chars().any(|letter| letter >= '\u{2E80}');
            unspaced || is_end(before) && (is_end(after) || found.chars().count() > 4)
        })
    })
}

/// The sentences, each with whether it stands in the head of a mail.
fn sentences(text: &str, manners: &Manners<'_>) -> Vec<(String, bool)> {
    let mut found = Vec::new();
    let mut sentence = String::new();
    let mut heads = 0;
    for line in text.lines() {
        if begins_anew(line) {
            flush(&mut sentence, false, &mut found);
        }
        let trimmed = line.trim().trim_start_matches(['>', '*', '•']).trim();
        let head = heads < HEAD_LINES && names_writer(trimmed, manners);
        heads += usize::from(head);
        if head || trimmed.is_empty() {
            flush(&mut sentence, false, &mut found);
        }
        if is_row(trimmed) {
            flush(&mut sentence, false, &mut found);
            continue;
        }
        for piece in pieces(trimmed) {
            sentence.push_str(piece);
            if piece.trim_end().ends_with(is_stop) {
                flush(&mut sentence, head, &mut found);
            }
        }
        sentence.push(' ');
        if head || trimmed.chars().count() < WRAPPED {
            flush(&mut sentence, head, &mut found);
        }
    }
    flush(&mut sentence, false, &mut found);
    found
}

/// Whether a line is a row of a table: nobody speaks in columns.
fn is_row(line: &str) -> bool {
    const GAPS: usize = 3;
    let gaps = line.split("  ").filter(|part| !part.trim().is_empty()).count();
    gaps > GAPS
}

/// Whether a line is no part of the one before: in a chat each begins with a time, in a list with a mark.
fn begins_anew(line: &str) -> bool {
    const STAMP: usize = 32;
    let line = line.trim_start();
    let begin: Vec<char> = line.chars().take(STAMP).collect();
    let is_time = |letters: &[char]| matches!(letters, [a, ':', b, c] if [a, b, c].iter().all(|digit| digit.is_ascii_digit()));
    line.starts_with(['[', '-', '*', '•', '>']) || begin.windows(4).any(is_time)
}

fn flush(sentence: &mut String, head: bool, found: &mut Vec<(String, bool)>) {
    let text = std::mem::take(sentence);
    if !text.trim().is_empty() {
        found.push((text.trim().to_owned(), head));
    }
}

/// A mark at the end of a piece: the end of a sentence, or a dash.
const fn is_stop(letter: char) -> bool {
    is_end(letter) || matches!(letter, '-' | '–' | '—')
}

const fn is_end(letter: char) -> bool {
    matches!(letter, '.' | '!' | '?' | '。' | '！' | '？' | ';' | '…')
}

/// Cuts a line behind the marks that end a sentence where a blank follows, and at dashes between blanks.
fn pieces(line: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let letters: Vec<(usize, char)> = line.char_indices().collect();
    for (place, &(at, letter)) in letters.iter().enumerate() {
        let next = letters.get(place + 1).map(|(_, letter)| *letter);
        let before = place.checked_sub(1).and_then(|place| letters.get(place));
        let blank = next.is_none_or(char::is_whitespace);
        let spaced = blank && before.is_some_and(|(_, letter)| letter.is_whitespace());
        let ends = matches!(letter, '。' | '！' | '？')
            || is_end(letter) && blank
            || matches!(letter, '-' | '–' | '—') && spaced;
        if ends {
            let end = letters.get(place + 1).map_or(line.len(), |(at, _)| *at);
            pieces.extend(line.get(start..end));
            start = end.max(at);
        }
    }
    pieces.extend(line.get(start..).filter(|rest| !rest.trim().is_empty()));
    pieces
}

/// `From: ...`, `Von : ...`, `差出人: ...`: who writes to whom.
fn names_writer(line: &str, manners: &Manners<'_>) -> bool {
    let Some((label, _)) = line.split_once([':', '：']) else {
        return false;
    };
    let label = label.trim().to_lowercase();
    manners.writers.iter().any(|writer| *writer == label)
}

/// Whether somebody speaks: the rows of a list have names and numbers, and few words.
fn speaks(sentence: &str) -> bool {
    const WORDS: usize = 3;
    let unspaced = sentence.chars().filter(|letter| *letter >= '\u{2E80}').count();
    let is_word = |word: &&str| {
        let word = word.trim_matches(|letter: char| letter.is_ascii_punctuation());
        // The signs of vowels that many scripts put beside letters are no letters by themselves.
        let is_letter = |letter: char| letter.is_alphabetic() || !letter.is_ascii() && !letter.is_numeric();
        !word.is_empty() && word.chars().all(is_letter)
    };
    // A colon inside of a word is one of a time.
    let labelled = sentence.contains('：')
        || sentence
            .split_whitespace()
            .any(|word| word.len() > 1 && word.ends_with(':'));
    unspaced > WORDS || labelled || sentence.split_whitespace().filter(is_word).count() >= WORDS
}

fn split_clauses(sentence: &str) -> Vec<&str> {
    let cut = |letter: char| matches!(letter, ',' | '、' | '，' | '：');
    let parts = sentence.split(cut).map(str::trim);
    parts.filter(|part| !part.is_empty()).collect()
}

/// The words of a text as names are compared with them.
pub(super) fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut wide = false;
    for letter in text.chars().chain([' ']) {
        let belongs = letter.is_alphanumeric() || matches!(letter, '\\' | '/' | '.' | '_' | '-' | '@' | '$');
        let is_wide = letter >= '\u{2E80}' && letter.is_alphanumeric();
        if (!belongs || is_wide != wide) && !word.is_empty() {
            words.extend(finished(&word));
            word.clear();
        }
        wide = is_wide;
        if belongs {
            word.push(letter);
        }
    }
    words
}

fn finished(word: &str) -> Option<Word> {
    let trimmed = word
        .trim_end_matches(['.', '-', '/', '\\', '@'])
        .trim_start_matches(['.', '-', '/', '@']);
    (!trimmed.is_empty()).then(|| Word {
        capital: trimmed.chars().next().is_some_and(char::is_uppercase),
        text: fold(trimmed),
    })
}

/// In lower case, and without the accents of Latin letters: accounts are spelled without them.
pub(super) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for letter in text.chars().flat_map(char::to_lowercase) {
        match letter {
            'à'..='å' | 'ā' | 'ă' | 'ą' => folded.push('a'),
            'ç' | 'ć' | 'č' => folded.push('c'),
            'ď' | 'đ' => folded.push('d'),
            'è'..='ë' | 'ē' | 'ė' | 'ę' | 'ě' => folded.push('e'),
            'ğ' => folded.push('g'),
            'ì'..='ï' | 'ı' | 'ī' => folded.push('i'),
            'ł' | 'ľ' | 'ĺ' => folded.push('l'),
            'ñ' | 'ń' | 'ň' => folded.push('n'),
            'ò'..='ö' | 'ø' | 'ő' | 'ō' => folded.push('o'),
            'ř' => folded.push('r'),
            'ś' | 'š' | 'ş' | 'ș' => folded.push('s'),
            'ť' | 'ţ' | 'ț' => folded.push('t'),
            'ù'..='ü' | 'ů' | 'ű' | 'ū' => folded.push('u'),
            'ý' | 'ÿ' => folded.push('y'),
            'ź' | 'ž' | 'ż' => folded.push('z'),
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            // What is left of a capital I with a dot when it is made small.
            '\u{307}' => {}
            other => folded.push(other),
        }
    }
    folded
}
