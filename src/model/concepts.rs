//! What people say in words of their own: a concept is one thing that may be told, with the words in which it is. Owns how words are
//! found in a text; must not know what follows from what was told.

use std::sync::{Arc, OnceLock};

use super::literals::SEARCHED_BYTES;
use super::parlance_words::UNSPACED;
use super::quick_search::Keyed;
use crate::error::{Error, Result};

/// The provider of the event of a note's concepts; its fields are their names.
pub(crate) const NOTE_TOLD: &str = "logonscope/note-told";

/// Whether an event is that of a note's concepts.
#[cfg(feature = "diagnose")]
pub(crate) fn is_note_told(event: &super::Event) -> bool {
    *event.provider == *NOTE_TOLD
}

/// Fields of that event beside the concepts: that somebody complains, or rather does not.
pub(crate) const COMPLAINS: &str = "logonscope.complains";
/// What the note says as a whole.
pub(crate) const NOTE_TEXT: &str = "logonscope.note";
/// See [`COMPLAINS`].
pub(crate) const HARMLESS: &str = "logonscope.harmless";
/// Another such field: that systems are spoken of which are none of Windows.
pub(crate) const ELSEWHERE: &str = "logonscope.elsewhere";
/// Another: that it is a document about faults, and no report of one.
pub(crate) const DOCUMENT: &str = "logonscope.document";
/// Another: that something goes as it should, or that somebody asks or asks for something.
pub(crate) const CONTENT: &str = "logonscope.content";

/// One thing that may be told.
#[derive(Debug, Clone, Default)]
pub(crate) struct Concept {
    /// Its words in lower case: ` ~ ` for a few words between, a star for the rest of a word.
    pub words: Vec<String>,
    /// The field that it is told under as well: [`COMPLAINS`], [`HARMLESS`],
    /// [`ELSEWHERE`], [`DOCUMENT`] or [`CONTENT`].
    pub tone: Option<&'static str>,
}

/// What stands for words of which nothing is known, in the words of a concept: `turns ~ off`.
const GAP: &str = " ~ ";
/// The beginning of a word before another word.
const STEM: &str = "* ";
/// Letters that may stand between the parts of such words.
const GAP_LETTERS: usize = 60;

/// Words that follow each other. With a star at its end it is the beginning of a word.
#[derive(Debug, Clone, Copy)]
struct Part<'w> {
    text: &'w str,
    is_stem: bool,
    /// Whether it is the very next word behind the part before.
    is_next: bool,
}

/// Takes words apart where something unknown stands between them: the first part is searched for, the others stand behind it.
fn parts(words: &str) -> impl Iterator<Item = Part<'_>> {
    words.split(GAP).flat_map(|part| {
        let within = part.split_inclusive(STEM).enumerate();
        within.map(|(place, part)| Part::new(part, place > 0))
    })
}

/// Whether the words are one part, as most are.
fn is_one_part(words: &str) -> bool {
    !words.bytes().any(|byte| matches!(byte, b'~' | b'*'))
}

fn first_part(words: &str) -> &str {
    match is_one_part(words) {
        true => words.trim_end(),
        false => parts(words).next().map_or("", |part| part.text),
    }
}

/// Concepts, and the search for their words, which is made when the first note is there: most runs have none.
#[derive(Debug, Default)]
pub(crate) struct Concepts {
    /// With their names.
    all: Vec<(Arc<str>, Concept)>,
    search: OnceLock<Search>,
}

/// Finds the first part of the words of each concept: which concept it is, and which of its words.
type Search = Keyed<(usize, usize)>;

/// A concept that a text tells, and the line in which it begins, from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Told {
    /// Its name.
    pub(crate) concept: Arc<str>,
    /// The field that it is told under as well.
    pub(crate) tone: Option<&'static str>,
    /// The line.
    pub(crate) line: usize,
}

impl Concepts {
    /// Takes concepts by their names.
    ///
    /// # Errors
    /// When the words are too many to search for at once.
    pub(crate) fn new(mut all: Vec<(Arc<str>, Concept)>) -> Result<Self> {
        for words in all.iter_mut().flat_map(|(_, concept)| &mut concept.words) {
            let is_lower = |byte: u8| byte.is_ascii() && !byte.is_ascii_uppercase();
            if !words.bytes().all(is_lower) && words.chars().any(char::is_uppercase) {
                *words = words.to_lowercase();
            }
        }
        let words = all.iter().flat_map(|(_, concept)| &concept.words);
        let bytes: usize = words.map(String::len).sum();
        if bytes > SEARCHED_BYTES {
            return Err(Error::Usage(format!(
                "the knowledge has too many words of concepts: {bytes} bytes, and {SEARCHED_BYTES} can be searched for"
            )));
        }
        Ok(Self {
            all,
            search: OnceLock::new(),
        })
    }

    /// The concepts that a text tells, each once, in the order of their names.
    pub(crate) fn told_in(&self, text: &str) -> Vec<Told> {
        let search = self.search.get_or_init(|| search(&self.all));
        let page = Page::new(text);
        let mut lines: Vec<Option<usize>> = vec![None; self.all.len()];
        search.each(&page.text, |&(concept, place), hit| {
            let line = page.line_of(hit.start);
            if let Some(first) = lines.get_mut(concept)
                && first.is_none_or(|first| line < first)
                && let Some((_, concept)) = self.all.get(concept)
                && let Some(words) = concept.words.get(place)
                && stand_at(words, &page.text, hit.start)
                && !(concept.tone == Some(DOCUMENT) && is_asked(&page.text, hit.start))
            {
                *first = Some(line);
            }
        });
        let told = self.all.iter().zip(lines);
        let told = told.filter_map(|((name, concept), line)| {
            Some(Told {
                concept: Arc::clone(name),
                tone: concept.tone,
                line: line?,
            })
        });
        told.collect()
    }
}

fn search(all: &[(Arc<str>, Concept)]) -> Search {
    let words = all.iter().enumerate().flat_map(|(number, (_, concept))| {
        let places = concept.words.iter().enumerate();
        places.map(move |(place, words)| (words, (number, place)))
    });
    let says_something = |words: &str| match is_one_part(words) {
        true => !words.trim_end().is_empty(),
        false => parts(words).all(|part| !part.text.is_empty()),
    };
    let words = words.filter(|(words, _)| says_something(words));
    Keyed::new(words.map(|(words, place)| (first_part(words), place)))
}

impl<'w> Part<'w> {
    fn new(text: &'w str, is_next: bool) -> Self {
        let text = text.trim_end();
        let stem = text.strip_suffix('*');
        Self {
            text: stem.unwrap_or(text),
            is_stem: stem.is_some(),
            is_next,
        }
    }

    /// Whether it stands at a place of a text, and where it ends.
    fn stands_at(&self, text: &str, start: usize) -> Option<usize> {
        let (before, rest) = text.split_at_checked(start)?;
        let after = rest.strip_prefix(self.text)?;
        let begins = !joins(before.chars().next_back(), self.text.chars().next());
        let ends = self.is_stem || !joins(self.text.chars().next_back(), after.chars().next());
        (begins && ends).then(|| text.len() - after.len())
    }

    /// Whether it follows in the same sentence, near enough, and where it ends.
    fn stands_behind(&self, text: &str, end: usize) -> Option<usize> {
        let rest = text.get(end..)?;
        if self.is_next {
            let next = rest.trim_start_matches(char::is_alphanumeric).strip_prefix(' ')?;
            return self.stands_at(text, text.len() - next.len());
        }
        let reach = rest
            .char_indices()
            .nth(GAP_LETTERS)
            .map_or(rest.len(), |(at, _)| at);
        let reach = sentence_end(rest).map_or(reach, |stop| stop.min(reach));
        let near = rest.get(..reach.saturating_add(self.text.len())).unwrap_or(rest);
        let mut starts = near.match_indices(self.text);
        starts.find_map(|(at, _)| self.stands_at(text, end + at))
    }
}

/// Whether the words of a concept stand at a place of a text.
fn stand_at(words: &str, text: &str, start: usize) -> bool {
    let mut parts = parts(words);
    let first = parts.next().and_then(|part| part.stands_at(text, start));
    first.is_some_and(|end| {
        parts
            .try_fold(end, |end, part| part.stands_behind(text, end))
            .is_some()
    })
}

/// Whether the sentence at a place of a text is a question: "is that by design?" says nothing of the kind.
fn is_asked(text: &str, start: usize) -> bool {
    let rest = text.get(start..).unwrap_or_default();
    let end = sentence_end(rest).and_then(|end| rest.get(end..));
    end.is_some_and(|end| end.starts_with(['?', '？']))
}

/// The sentence of a text, or of a line of it, that a place stands in.
#[cfg(feature = "diagnose")]
pub(crate) fn sentence_at(text: &str, at: usize) -> &str {
    let before = text.get(..at).unwrap_or_default();
    let mut from = before.rfind('\n').map_or(0, |line| line.saturating_add(1));
    let behind = text.get(at..).unwrap_or_default();
    let end = behind
        .find('\n')
        .map_or(text.len(), |line| at.saturating_add(line));
    loop {
        let rest = text.get(from..end).unwrap_or_default();
        let Some(stop) = sentence_end(rest) else {
            return rest;
        };
        let mark = rest
            .get(stop..)
            .and_then(|rest| rest.chars().next())
            .map_or(1, char::len_utf8);
        let next = from.saturating_add(stop).saturating_add(mark);
        if next > at {
            return rest.get(..stop).unwrap_or_default();
        }
        from = next;
    }
}

/// Where the sentence ends that a text begins in.
fn sentence_end(text: &str) -> Option<usize> {
    let mut ends = text.match_indices(['.', '!', '?', '。', '？']);
    ends.find_map(|(at, end)| {
        let next = text.get(at + end.len()..)?.chars().next();
        (matches!(end, "。" | "？") || next.is_none_or(char::is_whitespace)).then_some(at)
    })
}

/// Whether two letters that follow each other are of one word. Languages without blanks between words have no such joints.
fn joins(left: Option<char>, right: Option<char>) -> bool {
    let of_word =
        |letter: Option<char>| letter.is_some_and(|letter| letter.is_alphanumeric() && letter < UNSPACED);
    of_word(left) && of_word(right)
}

/// A text in lower case, with one blank for all between two words, and where its lines are in it.
struct Page {
    text: String,
    /// Where each line begins.
    lines: Vec<usize>,
}

impl Page {
    fn new(text: &str) -> Self {
        let mut page = Self {
            text: String::with_capacity(text.len()),
            lines: Vec::new(),
        };
        for line in text.lines() {
            // The margin of a quoted mail.
            let line = line.trim_start_matches(['>', '|', ' ', '\t', '\u{feff}']);
            page.lines.push(page.text.len());
            for letter in line.chars() {
                match letter {
                    _ if letter.is_whitespace() => page.blank(),
                    '’' | '‘' | '`' | '´' => page.text.push('\''),
                    '“' | '”' | '„' => page.text.push('"'),
                    _ => page.text.extend(letter.to_lowercase()),
                }
            }
            page.blank();
        }
        page
    }

    fn blank(&mut self) {
        if !self.text.ends_with(' ') {
            self.text.push(' ');
        }
    }

    fn line_of(&self, at: usize) -> usize {
        self.lines.partition_point(|start| *start <= at).saturating_sub(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<(String, usize)> {
        let words = |list: &[&str]| Concept {
            words: list.iter().map(|word| (*word).to_owned()).collect(),
            tone: None,
        };
        let off = words(&["turns ~ off", "shut* down by itself", "勝手に"]);
        let mfa = words(&["mfa", "second factor"]);
        let concepts = Concepts::new(vec![("off".into(), off), ("mfa".into(), mfa)]).unwrap();
        let found = concepts.told_in(text).into_iter();
        found.map(|told| (told.concept.to_string(), told.line)).collect()
    }

    #[test]
    fn words_may_be_wrapped_quoted_and_apart() {
        assert_eq!(told("it turns itself off"), [("off".into(), 0)]);
        assert_eq!(told("Hello,\n> The second\n>   factor came"), [("mfa".into(), 1)]);
        assert_eq!(
            told("SHUTS down by itself, MFA on"),
            [("off".into(), 0), ("mfa".into(), 0)]
        );
        assert_eq!(told("サーバーが勝手に再起動"), [("off".into(), 0)]);
    }

    #[test]
    fn what_is_asked_is_not_said() {
        let design = Concept {
            words: vec!["by design".to_owned(), "仕様".to_owned()],
            tone: Some(DOCUMENT),
        };
        let concepts = Concepts::new(vec![("design".into(), design)]).unwrap();
        let told = |text: &str| !concepts.told_in(text).is_empty();
        assert!(told("This is by design. Any questions?"));
        assert!(!told("Same since summer. Is that by design? Thanks."));
        assert!(told("仕様です。"));
        assert!(!told("これは仕様ですか？困っています。"));
    }

    #[cfg(feature = "diagnose")]
    #[test]
    fn a_place_stands_in_one_sentence() {
        let text = "We see 0x52E. Is version 1.2 in use? It is\nand stays. 終わり。次";
        let sentence = |word| sentence_at(text, text.find(word).unwrap()).trim();
        assert_eq!(sentence("0x52E"), "We see 0x52E");
        assert_eq!(sentence("1.2"), "Is version 1.2 in use");
        assert_eq!(sentence("It is"), "It is");
        assert_eq!(sentence("and"), "and stays");
        assert_eq!(sentence("終"), "終わり");
        assert_eq!(sentence("次"), "次");
    }

    #[test]
    fn parts_of_words_and_of_other_sentences_do_not_count() {
        assert!(told("comfand infamfa, mfas").is_empty());
        assert!(told("It turns green. Then it goes off").is_empty());
        assert!(told(&format!("turns {} off", "x".repeat(80))).is_empty());
        assert!(told("").is_empty());
    }
}
