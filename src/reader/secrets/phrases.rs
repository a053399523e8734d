//! A secret of several words where a text says that one stands there: how far it goes, and what tells it from a sentence. Must not know
//! what says so.

use std::ops::Range;

use super::plain::{REFERS, SAID_OF, WHOSE};
use super::spoken::{BETWEEN, CLAUSES, COPULAS, FILLERS, MOVES, WHICH};
use super::states::is_state;
use super::text;
use super::words::{Words, is_account, is_file, is_plain, is_sign};

/// Words that a secret has at most.
const WORDS: usize = 8;
/// Words of one behind the last that is none of a language.
const TAIL: usize = 2;
/// Words behind a comma that may belong to one.
const PART: usize = 4;

/// What numbers in a sentence count.
static UNITS: Words = Words::new(
    "character characters char chars letter letters digit digits sign signs special day days week weeks month months year years hour hours minute \
     minutes second seconds time times attempt attempts user users zeichen stellen buchstaben ziffern tag tage tagen woche wochen monat monate \
     monaten jahr jahre jahren stunde stunden minuten mal sekunden caractère caractères jours semaines mois ans heures fois caracteres días \
     semanas meses años horas veces caratteri giorni settimane mesi anni ore volte dias anos vezes tekens dagen weken maanden jaar uur keer znaków dni \
     tygodni miesięcy lat godzin razy символов дней недель месяцев часов раз лет tecken dagar veckor månader tegn dage uger måneder dager karakter \
     gün hafta kez yıl merkkiä päivää znaků dnů karaktert nap",
);
/// Words of a secret's place and of other things with a number.
static THINGS: Words = Words::new(
    "machine maschine server host pc computer vm rechner user username account konto benutzer robot roboter bot task aufgabe windows office sap \
     policy richtlinie gpo ticket job queue asset folder domain domäne i it they this that these those we you he she ich es wir sie er du man je il elle \
     on nous vous ils yo él ella lo la los las ellos io lui lei loro eu ele ela wij zij hij ja ty on ona my wy oni я ты он она мы вы они still again",
);

/// A phrase that was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Phrase {
    pub(super) range: Range<usize>,
    /// How many words it has.
    pub(super) words: usize,
    /// One of its words holds a sign that no word of a sentence has.
    pub(super) signed: bool,
    /// One of its words is a number or holds one.
    pub(super) numbered: bool,
    /// A word that holds a sentence together stands within, other than "and".
    pub(super) joined: bool,
}

/// What a word is within a phrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Word,
    Number,
    Sign,
    /// The name of a thing, which no phrase holds.
    Name,
}

/// The phrase that begins here, where it is one: some of its words are none of a sentence.
pub(super) fn read(said: &str, from: usize) -> Option<Phrase> {
    let mut phrase = Phrase::default();
    let mut at = from;
    let mut told: Option<usize> = None;
    let mut counted = false;
    while phrase.words < WORDS
        && let Some((place, word)) = next(said, at)
    {
        let (word, ends) = cut(word);
        let bare = bare(word);
        let lower = bare.to_lowercase();
        let kind = kind(word, bare);
        let start = place.saturating_add(word.find(bare)?);
        at = place.saturating_add(word.len());
        counted |= UNITS.has(&lower);
        if phrase.words == 0 {
            phrase.range.start = start;
            if bare.is_empty() || matches!(kind, Kind::Name) || is_first(bare, &lower) {
                return None;
            }
        } else if opens_aside(word) {
            break;
        } else if is_function(&lower) || kind == Kind::Name {
            // From one number to another.
            let is_next =
                next(said, at).is_some_and(|(_, word)| word.starts_with(|c: char| c.is_ascii_digit()));
            if told.is_some() && is_next && !phrase.signed {
                return None;
            }
            if told.is_some() || kind == Kind::Name || !goes_on(said, at) {
                break;
            }
            phrase.joined |= !CLAUSES.has(&lower) || BETWEEN.has(&lower) || MOVES.has(&lower);
        }
        if REFERS.has(&lower) || THINGS.has(&lower) || WHOSE.has(&lower) {
            told?;
            break;
        }
        phrase.words = phrase.words.saturating_add(1);
        phrase.range.end = start.saturating_add(bare.len());
        phrase.signed |= kind == Kind::Sign;
        phrase.numbered |= kind == Kind::Number;
        if matches!(kind, Kind::Sign | Kind::Number) {
            told = Some(phrase.words);
        }
        let behind = said.get(at..).unwrap_or_default();
        if ends || is_over(word, behind) || (word.ends_with([',', ';']) && !continues(said, at)) {
            break;
        }
    }
    let is_near = phrase.words.saturating_sub(told?) <= TAIL;
    let letters = said.get(phrase.range.clone())?.contains(char::is_alphabetic);
    (is_near && letters && (phrase.signed || !counted)).then_some(phrase)
}

/// The word that stands next, and where.
pub(super) fn next(said: &str, at: usize) -> Option<(usize, &str)> {
    let rest = said.get(at..)?;
    let start = at.saturating_add(rest.len() - rest.trim_start().len());
    let rest = said.get(start..)?;
    let length = rest.find(char::is_whitespace).unwrap_or(rest.len());
    rest.get(..length)
        .filter(|word| !word.is_empty())
        .map(|word| (start, word))
}

/// A word without the marks of a sentence at its ends.
pub(super) fn bare(word: &str) -> &str {
    const MARKS: [char; 24] = [
        '.', ',', ';', ':', '!', '?', ')', '(', '"', '\'', '`', '„', '“', '”', '«', '»', '。', '、', '，',
        '」', '「', '’', '…', '>',
    ];
    // A sign alone is a word of a secret.
    if word.chars().count() == 1 && !word.contains(['.', ',', ':', '"', '\'', '…']) {
        return word;
    }
    word.trim_matches(MARKS)
}

/// A word up to a comma or to what says that something is something, behind which a script without spaces goes on.
fn cut(word: &str) -> (&str, bool) {
    let mut letters = word.char_indices().peekable();
    while let Some((place, c)) = letters.next() {
        let is_wide = letters.peek().is_some_and(|(_, next)| *next >= '\u{2e80}');
        // An element of a page.
        let is_tag = c == '<'
            && letters
                .peek()
                .is_some_and(|(_, next)| *next == '/' || next.is_alphabetic());
        if (is_tag && word.contains('>'))
            || matches!(c, '。' | '，' | '、')
            || (matches!(c, ',' | ';') && is_wide)
        {
            return (word.get(..place).unwrap_or(word), true);
        }
    }
    let told = ["でした", "です", "입니다", "이에요", "예요"];
    match told
        .iter()
        .find_map(|end| word.trim_end_matches(['.', '!']).strip_suffix(end))
    {
        Some(head) => (head, true),
        None => (word, false),
    }
}

/// Whether a word is none that a secret begins with.
fn is_first(bare: &str, lower: &str) -> bool {
    text::is_secret_name(lower)
        || is_plain(bare)
        || is_state(lower)
        || FILLERS.has(lower)
        || is_function(lower)
        || SAID_OF.has(lower)
        || UNITS.has(lower)
        || !bare.starts_with(char::is_alphanumeric)
        || super::moved::is_change(lower)
}

/// Whether a word is one that holds a sentence together.
pub(super) fn is_function(lower: &str) -> bool {
    lower.chars().all(char::is_alphabetic)
        && (is_plain(lower)
            || [&CLAUSES, &BETWEEN, &MOVES, &WHICH, &FILLERS, &COPULAS]
                .iter()
                .any(|words| words.has(lower)))
}

/// Whether a word is one for a thing that has a name.
pub(super) fn is_thing(lower: &str) -> bool {
    THINGS.has(lower) || REFERS.has(lower)
}

/// Whether something else is said beside.
fn opens_aside(word: &str) -> bool {
    word.starts_with(['(', '[', '<', '{', '“', '„', '«'])
        || matches!(word, "-" | "–" | "—" | "->" | "→" | "//" | "/" | "||" | "&&")
        || matches!(word, "です" | "でした" | "입니다" | "입니다." | "です。")
}

/// Whether a word of a language only joins words of a secret: a number or a sign stands behind it, and nothing that holds a sentence together.
fn goes_on(said: &str, at: usize) -> bool {
    let mut at = at;
    for _ in 0..2 {
        let Some((place, word)) = next(said, at) else {
            return false;
        };
        let bare = bare(word);
        if is_function(&bare.to_lowercase()) || REFERS.has(&bare.to_lowercase()) || opens_aside(word) {
            return false;
        }
        match kind(word, bare) {
            Kind::Number | Kind::Sign => return true,
            Kind::Name => return false,
            Kind::Word => {}
        }
        at = place.saturating_add(word.len());
    }
    false
}

/// Whether what stands behind a comma belongs to a secret before it: a few words with a number or a sign, and none of a sentence.
fn continues(said: &str, at: usize) -> bool {
    let mut at = at;
    let mut told = false;
    for _ in 0..PART {
        let Some((place, word)) = next(said, at) else {
            break;
        };
        let bare = bare(word);
        let lower = bare.to_lowercase();
        if is_function(&lower) || opens_aside(word) {
            break;
        }
        if REFERS.has(&lower) || THINGS.has(&lower) {
            return false;
        }
        match kind(word, bare) {
            Kind::Number | Kind::Sign => told = true,
            Kind::Name => return false,
            Kind::Word => {}
        }
        at = place.saturating_add(word.len());
        if word.ends_with([',', ';', '.', '!']) || is_over(word, said.get(at..).unwrap_or_default()) {
            break;
        }
    }
    told
}

/// Whether a sentence ends with a word.
fn is_over(word: &str, behind: &str) -> bool {
    let next = behind.trim_start().chars().next();
    word.ends_with(['.', '!', '?', '。', '"', '”', '»'])
        && next.is_none_or(|c| !c.is_lowercase() && !c.is_ascii_digit())
}

fn kind(word: &str, bare: &str) -> Kind {
    if is_reference(bare) || is_setting(bare) {
        return Kind::Name;
    }
    if word.chars().count() == 1
        && word.contains(['&', '+', '|', '#', '*', '~', '^', '$', '%', '§', '@', '€'])
    {
        return Kind::Sign;
    }
    if has_inner_sign(bare) {
        return Kind::Sign;
    }
    match bare.contains(|c: char| c.is_ascii_digit()) {
        true => Kind::Number,
        false => Kind::Word,
    }
}

/// Whether a word is a name with its value, or calls something.
fn is_setting(word: &str) -> bool {
    let is_called = word
        .split_once('(')
        .is_some_and(|(name, rest)| !name.is_empty() && rest.contains(')'));
    is_called
        || word
            .split_once('=')
            .is_some_and(|(name, _)| text::is_secret_name(name))
}

/// Whether a sign stands between letters or digits of a word.
pub(super) fn has_inner_sign(word: &str) -> bool {
    let mut letters = word.chars();
    let (mut before, mut sign) = (false, false);
    letters.any(|c| {
        if c.is_alphanumeric() {
            let found = sign;
            (before, sign) = (true, false);
            return found;
        }
        sign = (before || sign)
            && (is_sign(c) || matches!(c, ',' | ';' | '|' | '"' | '`' | ':' | '/' | '<' | '>' | '('));
        before = false;
        false
    })
}

/// Whether a word is the name of something: a path, an account, a file, a host or a ticket in capitals, a day, a version, a number of a
/// class.
pub(super) fn is_reference(word: &str) -> bool {
    let is_upper = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, '.' | ':' | '/' | '-' | ',' | 'T' | 'Z' | 'v');
    let is_hex = |c: char| c.is_ascii_hexdigit() || c == '-';
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    word.contains(['\\', '{', '}'])
        || word.contains("://")
        || word.starts_with(['/', '$', '%', '<', '@', '-', '['])
        || word.starts_with("0x")
        || word.starts_with("www.")
        || (word.len() > 2
            && word.contains(is_upper)
            && word.contains(|c: char| c.is_ascii_uppercase())
            && word.chars().all(is_upper))
        || (digits > 4 && letters == 0)
        || (digits > 0 && word.len() > 2 && word.contains(['.', ':', '/', '-']) && word.chars().all(is_part))
        || (word.len() >= 8 && digits > 0 && word.chars().all(is_hex))
        || is_account(word)
        || is_file(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phrase(text: &str) -> Option<&str> {
        read(text, 0).and_then(|phrase| text.get(phrase.range))
    }

    #[test]
    fn a_phrase_goes_to_the_end_of_its_clause() {
        for (text, inner) in [
            (
                "Birne & Apfel, 12 Kerne. Der Rechner heißt RPA-7",
                "Birne & Apfel, 12 Kerne",
            ),
            ("Molens malen 4x. Dat van de andere", "Molens malen 4x"),
            ("Nuss & Kern, 2 st och datorn heter", "Nuss & Kern, 2 st"),
            (
                "Gruszka & Jabłko, 9 sztuk (od piątku).",
                "Gruszka & Jabłko, 9 sztuk",
            ),
            ("Birne=Saft & 6 bar, damit kann ich", "Birne=Saft & 6 bar"),
            ("Груша & Слива, 40 лет. Имя", "Груша & Слива, 40 лет"),
            ("梅花&Bird 3只,电脑名 RPA", "梅花&Bird 3只"),
            ("배나무 & Gate 27개 입니다", "배나무 & Gate 27개"),
            ("poire et 2 pommes", "poire et 2 pommes"),
            ("Pear & plum 9 . The rest", "Pear & plum 9"),
            ("Pear;plum 40", "Pear;plum 40"),
            ("kawaii 12ko です", "kawaii 12ko"),
        ] {
            assert_eq!(phrase(text), Some(inner), "{text}");
        }
    }

    #[test]
    fn sentences_are_no_phrases() {
        for text in [
            "expired since 3 days",
            "longer than 14 characters",
            "rejected 5 times",
            "machine RPA-7",
            "wrong, error 1326",
            "marmalade, I changed it on 3 May",
            "svc\\bot1 and 3 others",
            "the same & old",
            "C:\\keys\\a.txt",
            "14 characters",
            "between 8 and 20 characters",
            "about 90 days",
        ] {
            assert_eq!(phrase(text), None, "{text}");
        }
    }
}
