//! Secrets in sentences: a word for a password, and behind what says that something is something what looks like no word
//! of the language. What the words are, [`spoken`](super::spoken) knows; must not know scripts and settings.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::plain::{OF, QUALIFIERS, SAID_OF, WHOSE};
use super::secret_names::WORDS;
use super::spoken::{BETWEEN, CLAUSES, COPULAS, FILLERS, INTRODUCES, MOVES, PAST, SAID, TYPES, WHICH};
use super::states::{ends_as_state, is_state};
use super::tokens::is_token;
use super::words::{
    could_be, has_inner_capital, is_expression, is_odd, is_pass, is_plain, is_sign, is_sure, is_typed,
};
use super::{moved, phrases, text, values};

/// Bytes behind the name that are looked at.
const TAIL_BYTES: usize = 240;
/// Words behind the name that are looked at.
const TAIL_WORDS: usize = 14;
/// Words between the name and a secret that nothing else announces.
const NEAR: usize = 4;
/// Bytes of a secret in brackets.
const BRACKET_BYTES: usize = 8;
/// Words of a secret in several.
const PHRASE_WORDS: usize = 6;
/// Letters that a word may have behind the name it begins with: `Passwortes`.
const INFLECTION: usize = 2;
/// Bytes of the end of a word in languages that have more of them: `lösenordet`.
const ENDING: usize = 6;

static NAMES: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(&text::quick(&format!("(?i)(?:{WORDS}|{SAID})"))).ok());

/// Whether a text has a word for a password.
pub(super) fn names_secret(text: &str) -> bool {
    NAMES.as_ref().is_some_and(|names| names.is_match(text))
}

/// Where the words for passwords in a text are, with what their language puts at their ends.
pub(super) fn names_in(text: &str) -> Vec<Range<usize>> {
    let names = NAMES.iter().flat_map(|names| names.find_iter(text));
    let inflected = |end: usize| {
        let rest = text.get(end..).unwrap_or_default();
        // Scripts without blanks go on with the next word.
        let ends = |c: char| !c.is_alphanumeric() || is_wide(c.encode_utf8(&mut [0; 4]));
        rest.find(ends).unwrap_or(rest.len())
    };
    let names = names.map(|name| (name.range(), inflected(name.end())));
    let is_ending = |name: &Range<usize>, more: usize| {
        let rest = text.get(name.end..).unwrap_or_default();
        more <= ENDING && !rest.starts_with(char::is_uppercase)
    };
    let names = names.filter(|(name, more)| is_ending(name, *more));
    names
        .map(|(name, more)| name.start..name.end.saturating_add(more))
        .collect()
}

/// What was said before a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Link {
    Nothing,
    /// That something goes somewhere: "changed to".
    Moves,
    /// That somebody enters something: "for the password, type".
    Types,
    /// That something is something.
    Is,
    /// A colon or an equals sign.
    Mark,
}

/// Finds what sentences tell.
pub(super) fn find(text: &str, found: &mut Vec<Range<usize>>) {
    let Some(names) = NAMES.as_ref() else { return };
    let mut first = true;
    for name in names.find_iter(text) {
        // What a line says of a password that became another one, it says behind the name.
        if std::mem::take(&mut first) {
            moved::find(text, name.end(), found);
        }
        // What stands behind an option is one word, as those who read commands know.
        let before = text.get(..name.start()).unwrap_or_default();
        if [" -", " /", " --"].iter().any(|option| before.ends_with(option)) {
            continue;
        }
        let rest = text.get(name.end()..).unwrap_or_default();
        let more = rest.chars().take_while(|c| c.is_alphanumeric()).count();
        let inflected = rest.char_indices().nth(more).map_or(rest.len(), |(at, _)| at);
        // A longer word, or one of a script that puts no space between them.
        if more > INFLECTION {
            continue;
        }
        let start = inflected;
        let said = rest.get(start..).unwrap_or_default();
        let limit = said.floor_char_boundary(TAIL_BYTES);
        let said = said.get(..limit).unwrap_or_default();
        let line = said.find(['\r', '\n']).unwrap_or(said.len());
        // The text that the name stands in, unless that is the name alone.
        let around = values::around(text, name.start(), name.end());
        let close = around.and_then(|mark| said.find(mark)).filter(|close| *close > 0);
        let said = said.get(..line.min(close.unwrap_or(line))).unwrap_or_default();
        let from = name.end().saturating_add(start);
        let mut sentence = Sentence::new(said, name.as_str());
        // Scripts without spaces have a letter for it.
        if rest
            .get(..start)
            .is_some_and(|letter| !letter.is_ascii() && COPULAS.has(letter))
        {
            sentence.link = Link::Is;
        }
        sentence.read();
        let places = sentence.found.into_iter();
        found.extend(places.map(|range| {
            let shift = |at: usize| from.saturating_add(at);
            shift(range.start)..shift(range.end)
        }));
    }
}

struct Sentence<'t> {
    said: &'t str,
    /// The name means a password and nothing else.
    sure: bool,
    /// The name is that of a secret in several words.
    phrase: bool,
    /// The name is a word of a language in which "on" means "is".
    finnic: bool,
    /// The name is a word of a language in which "to" means "is".
    polish: bool,
    link: Link,
    /// Nothing but words that tell nothing stood between the name and here.
    clean: bool,
    /// A comma ended the clause of the name.
    beyond: bool,
    /// Nothing but whose password it is stands between the name and here.
    owned: bool,
    /// The word that said that something is something, where nothing but when it is stands between it and here.
    copula: String,
    /// A word before said that something was changed.
    is_changed: bool,
    /// The words between the name and here.
    words: Vec<String>,
    /// Where a secret in several words may begin, and how many there were since.
    begun: Option<(usize, usize)>,
    found: Vec<Range<usize>>,
}

impl<'t> Sentence<'t> {
    fn new(said: &'t str, name: &str) -> Self {
        let name = name.to_lowercase();
        Self {
            said,
            sure: !is_pass(&name) && !name.ends_with("clave") && !name.starts_with("κωδικ"),
            phrase: name.contains("phrase"),
            finnic: ["salasana", "tunnussana", "parool"].contains(&&*name),
            polish: name.starts_with("has"),
            link: Link::Nothing,
            clean: true,
            beyond: false,
            owned: true,
            copula: String::new(),
            is_changed: false,
            words: Vec::new(),
            begun: None,
            found: Vec::new(),
        }
    }

    fn read(&mut self) {
        // What closes behind the name.
        let closed = self.said.trim_start_matches(['"', '\'', '`', ')', ']', '*']);
        let mut at = self.said.len() - closed.len();
        // Said beside: `the password, "...", is wrong`.
        let beside = closed.strip_prefix(", ").map(|rest| self.said.len() - rest.len());
        at = beside
            .filter(|beside| values::quoted(self.said, *beside).is_some())
            .unwrap_or(at);
        // Behind the name alone, so that words go on behind the mark.
        if let Some(rest) = closed.trim_start().strip_prefix([':', '=', '：']) {
            self.link = Link::Mark;
            at = self.said.len() - rest.len();
        }
        for number in 0..TAIL_WORDS {
            let rest = self.said.get(at..).unwrap_or_default();
            let start = at.saturating_add(rest.len() - rest.trim_start().len());
            let rest = self.said.get(start..).unwrap_or_default();
            if rest.is_empty() {
                break;
            }
            if let Some(next) = self.quoted(start, number) {
                at = next;
                continue;
            }
            if let Some(next) = self.phrase(start, number) {
                at = next;
                continue;
            }
            let length = rest.find(char::is_whitespace).unwrap_or(rest.len());
            // The end of an element ends the word.
            let element = rest.get(..length).and_then(|word| word.find("</"));
            let length = element.filter(|place| *place > 0).unwrap_or(length);
            let word = rest.get(..length).unwrap_or_default();
            if !self.word(start, word, number) {
                break;
            }
            at = start.saturating_add(length);
        }
    }

    /// Reads what stands between quotation marks or in brackets; the place behind them.
    fn quoted(&mut self, start: usize, number: usize) -> Option<usize> {
        let marked = values::quoted(self.said, start);
        let is_bracket = marked.is_none();
        let found = marked.or_else(|| values::in_brackets(self.said, start))?;
        let inner = self.said.get(found.inner.clone())?;
        let first = inner.split_whitespace().next().unwrap_or_default();
        let told = match self.link {
            // A bracket holds what is said beside, too.
            _ if is_bracket => number == 0 && inner.len() >= BRACKET_BYTES && first == inner && is_odd(inner),
            Link::Is | Link::Mark | Link::Types => self.sure && inner.chars().count() > 3 && !is_plain(first),
            Link::Moves => inner.split_whitespace().any(is_odd),
            Link::Nothing if number < NEAR => inner.split_whitespace().any(is_odd),
            Link::Nothing => is_sure(inner) && inner.contains(is_sign),
        };
        if is_bracket && !told {
            return None;
        }
        let end = found.end;
        if told && !self.is_beyond() && !inner.contains('\\') {
            self.found.push(found.inner);
        }
        self.link = Link::Nothing;
        Some(end)
    }

    /// Reads a secret of several words; the place behind it.
    fn phrase(&mut self, start: usize, number: usize) -> Option<usize> {
        if self.is_beyond() {
            return None;
        }
        // Most words have nothing before them that says that a secret stands there.
        let is_near = self.link == Link::Nothing && number == 0;
        if self.link == Link::Nothing && !is_near {
            return None;
        }
        let phrase = phrases::read(self.said, start)?;
        if phrase.words < 2 || (phrase.joined && !phrase.signed) {
            return None;
        }
        let behind = || self.said.get(phrase.range.end..).unwrap_or_default();
        let told = match self.link {
            // Words that mean a key or a code as often.
            _ if !self.sure => phrase.signed && self.link >= Link::Is,
            Link::Nothing => phrase.signed && phrase.numbered,
            Link::Moves => (self.is_changed || moved::ends_with_change(behind())) && self.owned,
            Link::Types => true,
            Link::Is | Link::Mark => phrase.signed || (self.owned && phrase.words <= PHRASE_WORDS),
        };
        let end = phrase.range.end;
        told.then(|| {
            self.found.push(phrase.range);
            self.link = Link::Nothing;
            end
        })
    }

    /// Reads a word; false where the sentence ends.
    fn word(&mut self, start: usize, word: &str, number: usize) -> bool {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric() && !is_sign(c));
        let lower = bare.to_lowercase();
        self.is_changed |= moved::is_change(&lower);
        if number <= NEAR {
            self.words.push(lower.clone());
        }
        let ends = word.ends_with(['.', '!', '?', '。']);
        // The name stands in a text that ends here.
        let closed = word.trim_end_matches([',', ';', '.', ':', ']', ')']);
        if closed.ends_with('"') && !word.starts_with('"') && number > 0 {
            return false;
        }
        let is_own = (self.finnic && lower == "on") || (self.polish && lower == "to");
        if let Some(link) = is_own.then_some(Link::Is).or_else(|| link(word, &lower)) {
            self.owned &= link != Link::Mark || lower.is_empty() || QUALIFIERS.has(&lower);
            self.heard(link, lower);
            return !ends;
        }
        if FILLERS.has(&lower) && !ends {
            if lower == "the" || moved::is_change(&lower) {
                self.copula.clear();
            }
            return true;
        }
        let opens = self.link >= Link::Is && (self.link == Link::Mark || self.phrase);
        let is_signed = bare.contains(|c| c != '=' && is_sign(c));
        let is_data = bare.contains(['"', '{', '}', '|']) || (bare.contains('=') && !is_signed);
        let behind = self
            .said
            .get(start.saturating_add(word.len())..)
            .unwrap_or_default();
        let is = !is_data && self.is_secret(word, bare, behind, number);
        let offset = word.find(bare).unwrap_or_default();
        let from = start.saturating_add(offset);
        if is {
            let from = self.begun.map_or(from, |(begun, _)| begun);
            let end = start.saturating_add(offset).saturating_add(bare.len());
            let end = if self.phrase { self.said.len() } else { end };
            self.found.push(from..end);
            self.begun = None;
        } else if opens && !is_plain(bare) && bare.chars().all(char::is_alphabetic) {
            self.begun = Some((from, 1));
        } else if let Some((_, count)) = &mut self.begun {
            *count = count.saturating_add(1);
        }
        self.end_phrase(word, bare);
        let is_said_of = SAID_OF.has(&lower) && !WHOSE.has(&lower);
        self.beyond |= (number == 0 && is_said_of) || word.ends_with([',', ';']);
        self.clean &= !is_plain(bare) && !BETWEEN.has(&lower);
        self.owned &= number > 0
            || moved::is_change(&lower)
            || [&BETWEEN, &WHICH, &QUALIFIERS]
                .iter()
                .any(|words| words.has(&lower));
        self.link = Link::Nothing;
        !ends
    }

    /// Gives a secret in several words up where a word cannot be in it.
    fn end_phrase(&mut self, word: &str, bare: &str) {
        let over = |(_, count): &(usize, usize)| *count > PHRASE_WORDS;
        if self.begun.as_ref().is_some_and(over) || word.ends_with([',', ';']) || bare.contains(['=', ':']) {
            self.begun = None;
        }
    }

    /// Whether the clause of the name is over, and no word since goes back to it: "before that it was".
    fn is_beyond(&self) -> bool {
        self.beyond && (self.found.is_empty() || !PAST.has(&self.copula))
    }

    /// Whether a word that looks like one of a language is the secret all the same: it is none for a state, and the name stands for
    /// a password alone.
    fn is_told(&self, bare: &str) -> bool {
        let bare = bare.trim_end_matches(is_sign);
        (self.owned || INTRODUCES.has(&self.copula))
            && self.sure
            && could_be(bare)
            && !is_state(&bare.to_lowercase())
            && !ends_as_state(bare, &self.copula)
    }
}

/// Whether a word has letters of a script that puts no spaces between words.
fn is_wide(word: &str) -> bool {
    word.contains(|c: char| c >= '\u{2e80}')
}

/// Whether something is put in the place of a word: a variable, what a program works out.
fn is_put(word: &str) -> bool {
    word.starts_with(['$', '%', '_', '*', '{', '<', '&', '(', '[', '@', '!']) || is_expression(word)
}

/// Whether a clause ends behind a word.
fn closes(word: &str, behind: &str) -> bool {
    let next = behind.split_whitespace().next().unwrap_or_default();
    word.ends_with([',', '.', ';', '!', ')', '。', '"', '”', '»'])
        || next.is_empty()
        || next.starts_with(['(', '–', '—', '-', '/', '<'])
        || CLAUSES.has(&next.to_lowercase())
}

impl Sentence<'_> {
    /// Notes what a word says of the next one.
    fn heard(&mut self, link: Link, word: String) {
        self.link = if link == Link::Moves {
            self.link.max(link)
        } else {
            link
        };
        match link {
            // Letters of scripts without spaces end a word that a sentence goes on behind.
            Link::Is if !is_wide(&word) && !matches!(&*word, "are" | "were" | "be") => self.copula = word,
            _ => self.copula.clear(),
        }
        self.begun = None;
    }

    /// Whether a word is the secret, by what was said before it and what stands behind it.
    fn is_secret(&self, word: &str, bare: &str, behind: &str, number: usize) -> bool {
        let closes = closes(word, behind);
        let told = || closes && self.is_told(bare);
        match self.link {
            Link::Is | Link::Mark if self.is_beyond() => is_sure(bare) && bare.contains(is_sign),
            Link::Types => is_odd(bare) || is_token(bare),
            Link::Is => is_odd(bare) || is_token(bare) || (!self.copula.is_empty() && told()),
            Link::Mark => {
                // Behind a line of its own stands the name of a page as often.
                let near = number == 0 || (number == 1 && self.owned && is_typed(bare));
                is_odd(bare) || (near && !is_put(word) && told())
            }
            Link::Moves => {
                let next = behind.split_whitespace().next().unwrap_or_default();
                let is_next = self.owned && moved::is_change(&next.to_lowercase());
                let changed = closes && self.is_changed && self.owned && !has_inner_capital(bare);
                let sure = is_sure(bare) || ((changed || is_next) && is_typed(bare));
                sure && !self.beyond && (!bare.contains('-') || bare.contains(is_sign))
            }
            Link::Nothing => {
                let alone = self.sure && self.clean && number < NEAR && is_sure(bare) && is_odd(bare);
                (alone && !bare.contains('-'))
                    || (self.sure
                        && number == 0
                        && closes
                        && self.said.starts_with([' ', '\t'])
                        && is_short_token(bare))
                    || self.ends_owner(bare, behind, number)
                    || (self.begun.is_some() && self.ends_phrase(bare))
            }
        }
    }

    /// Whether a word with a digit stands behind whose password it is, and ends the line: `password of the archive zip-7-tree`.
    fn ends_owner(&self, bare: &str, behind: &str, number: usize) -> bool {
        let Some((_, before)) = self.words.split_last() else {
            return false;
        };
        let of = before.iter().any(|word| OF.has(word));
        let last = before.last().map_or("", |word| word);
        let is_owner =
            !OF.has(last) && !WHOSE.has(last) && !phrases::is_function(last) && !phrases::is_thing(last);
        of && is_owner
            && (1..NEAR).contains(&number)
            && self.sure
            && behind.trim().is_empty()
            && is_short_token(bare)
    }

    /// Whether a word looks like none, and ends a secret in several words that began before it.
    fn ends_phrase(&self, word: &str) -> bool {
        let has_digit = word.contains(|c: char| c.is_ascii_digit()) && word.contains(char::is_alphabetic);
        is_odd(word) || (self.phrase && has_digit)
    }
}

/// Whether a word behind a name is letters with a digit, and no name of a thing.
fn is_short_token(bare: &str) -> bool {
    is_typed(bare) && bare.contains(|c: char| c.is_ascii_digit()) && !phrases::is_reference(bare)
}

/// What a word says of the next one.
fn link(word: &str, lower: &str) -> Option<Link> {
    if COPULAS.has(lower) {
        return Some(if word.ends_with(':') { Link::Mark } else { Link::Is });
    }
    if matches!(
        word,
        ":" | "=" | "->" | "=>" | "→" | "：" | "–" | "—" | "-" | ":="
    ) {
        return Some(Link::Mark);
    }
    let is_name = lower
        .chars()
        .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '\''));
    if word.ends_with([':', '：'])
        && is_name
        && !lower.is_empty()
        && (!SAID_OF.has(lower) || WHOSE.has(lower))
    {
        return Some(Link::Mark);
    }
    if TYPES.has(lower) {
        return Some(Link::Types);
    }
    MOVES.has(lower).then_some(Link::Moves)
}
