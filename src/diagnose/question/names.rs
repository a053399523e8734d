//! How people call what logs have names for: `robot07` is "Robot 7" in a mail, `karin.lindqvist` is Karin Lindqvist, `\Finance\PDF Merge`
//! is the PDF Merge. Owns when a note speaks of a name, and how surely; must not know incidents.

use std::collections::BTreeSet;

use super::note::{Clause, Word, fold, words};
use crate::knowledge::codes::Form;
use crate::model::{host_key, parse_code, user_key};

/// What a name is the name of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Host,
    User,
    Task,
    Session,
    Code,
    /// A process, a robot, a service: whatever the records of an incident call by a name.
    Other,
}

/// A name, as it is told from others of its kind.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Name {
    pub kind: Kind,
    /// In lower case, without accents, without the domain or the folder.
    pub key: String,
}

/// How surely a note speaks of a name: the name itself, all its parts, one of them.
pub(super) const WHOLE: i32 = 3;
const PARTS: i32 = 2;
const PART: i32 = 1;

/// What a note says of a name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Mention {
    /// How surely it is asked about; 0 is not at all.
    pub asked: i32,
    /// How surely it is waved aside.
    pub aside: i32,
    /// It is named outside the head of a mail.
    pub in_body: bool,
}

impl Mention {
    /// What it counts for an incident that has the name.
    pub(super) fn counts(self) -> i32 {
        match (self.asked, self.aside) {
            (asked, 0) => asked,
            (0, aside) => -aside,
            // Named both ways: "robot 3 failed as well, 3 is known".
            (asked, aside) => (asked - aside).min(1),
        }
    }
}

/// Parts of accounts that are no names of anybody.
const COMMON: &[&str] = &[
    "svc", "rpa", "bot", "robot", "robo", "user", "admin", "service", "account", "adm", "usr", "the",
];
/// What robots are called, in accounts and in prose.
const ROBOTS: &[&str] = &["rob", "bot", "rpa"];
/// Beginnings of the word for a session.
const SESSIONS: &[&str] = &[
    "sess",
    "sitz",
    "sesj",
    "seanc",
    "sesi",
    "zitting",
    "oturum",
    "munkamenet",
    "сеанс",
    "сесси",
    "セッション",
    "会话",
    "工作阶段",
    "세션",
];
/// Words between the word for a session and its number: "session with the ID 5".
const BETWEEN: usize = 4;
/// Smaller numbers are no codes by themselves.
const SMALLEST_CODE: u32 = 100;

impl Name {
    /// A name of a log; nothing for what is no name.
    pub(super) fn new(kind: Kind, spelled: &str) -> Option<Self> {
        let key = match kind {
            Kind::Host => fold(&host_key(spelled)),
            Kind::User => fold(&user_key(spelled)).trim_end_matches('$').to_owned(),
            Kind::Task => fold(spelled.rsplit('\\').next().unwrap_or(spelled).trim()),
            // An address of the older kind, written as one of the newer.
            Kind::Other => fold(spelled.trim().trim_start_matches("::ffff:")),
            Kind::Session | Kind::Code => fold(spelled.trim()),
        };
        let letters = key.chars().count();
        let fits = match kind {
            Kind::Session | Kind::Code => letters >= 1,
            Kind::Other if is_address(&key) => true,
            _ => (2..=64).contains(&letters) && key.chars().any(char::is_alphabetic),
        };
        fits.then_some(Self { kind, key })
    }

    /// What a note says of it.
    pub(super) fn mention(&self, note: &[Clause]) -> Mention {
        let numbered = self.number().is_some_and(|_| {
            let names_a_robot = |clause: &Clause| robots_numbered(&clause.words).next().is_some();
            self.is_robot() && note.iter().any(names_a_robot)
        });
        let mut told = Mention::default();
        for clause in note {
            let said = self.said_in(clause, numbered);
            if said == 0 {
                continue;
            }
            let place = if clause.aside {
                &mut told.aside
            } else {
                &mut told.asked
            };
            // Who wrote a mail is named in its head.
            *place = (*place).max(if clause.head { said.min(PART) } else { said });
            told.in_body |= !clause.head;
        }
        told
    }

    /// How surely a clause names it.
    fn said_in(&self, clause: &Clause, numbered: bool) -> i32 {
        let words = &clause.words;
        match self.kind {
            Kind::Session => i32::from(self.is_session_of(words)) * WHOLE,
            Kind::Code => i32::from(self.is_code_of(words)) * WHOLE,
            Kind::Host => i32::from(words.iter().any(|word| self.is_host(word))) * WHOLE,
            Kind::Task | Kind::Other => self.sequence_in(words),
            Kind::User => self.user_in(words, numbered),
        }
    }

    fn is_host(&self, word: &Word) -> bool {
        let rest = word.text.strip_prefix(&self.key);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '\\']) || rest == "$")
    }

    fn is_code_of(&self, words: &[Word]) -> bool {
        let own = parse_code(&self.key);
        let wrapped = own.and_then(|code| match Form::of(code) {
            Form::Win32InHresult(code) => Some(code),
            _ => None,
        });
        words.iter().any(|word| {
            let told = parse_code(&word.text).filter(|code| *code >= SMALLEST_CODE);
            told.is_some() && (told == own || told == wrapped)
        })
    }

    fn is_session_of(&self, words: &[Word]) -> bool {
        sessions_in(words).any(|number| number == self.key)
    }

    /// A name of one word or several that follow each other.
    fn sequence_in(&self, clause: &[Word]) -> i32 {
        let own = words(&self.key);
        let is_plain = own.len() == 1 && self.key.chars().all(char::is_alphabetic);
        let found = clause.windows(own.len().max(1)).any(|window| {
            let mut pairs = window.iter().zip(&own);
            let same = |(told, own): (&Word, &Word)| {
                told.text == own.text || told.text.rsplit('\\').next() == Some(&*own.text)
            };
            let capital = window
                .first()
                .is_some_and(|word| word.capital || word.text.contains('\\'));
            !own.is_empty() && pairs.all(same) && (!is_plain || capital)
        });
        let half = || self.kind == Kind::Task && own.windows(2).any(|pair| follows(clause, pair));
        // "The Nachtlauf-Auswertung" is what `Nachtlauf` makes.
        let compound = || is_plain && clause.iter().any(|word| is_compound_of(word, &self.key));
        match (found || compound(), is_plain) {
            (true, true) => PARTS,
            (true, false) => WHOLE,
            // "The shift report" for `Start Shift Report`.
            _ if half() => PARTS,
            _ => 0,
        }
    }

    fn user_in(&self, clause: &[Word], numbered: bool) -> i32 {
        let is_whole = |word: &Word| {
            let bare = word.text.rsplit('\\').next().unwrap_or_default();
            let bare = bare.split('@').next().unwrap_or_default();
            bare == self.key
        };
        if let Some(word) = clause.iter().find(|word| is_whole(word)) {
            // `cleanup` is an account here and a word there.
            let is_plain = word.text.chars().all(char::is_alphabetic);
            return match is_plain {
                true if COMMON.contains(&&*self.key) => 0,
                true => PARTS,
                false => WHOLE,
            };
        }
        if let Some(number) = self.number().filter(|_| self.is_robot()) {
            if robots_numbered(clause).any(|told| told == number) {
                return WHOLE;
            }
            let alone = |word: &Word| word.text.parse() == Ok(number) && word.text.len() <= 3;
            if numbered && clause.iter().any(alone) {
                return PART;
            }
        }
        self.parts_in(clause)
    }

    /// How surely a clause names the parts of an account.
    fn parts_in(&self, clause: &[Word]) -> i32 {
        let parts: Vec<&str> = self.parts().collect();
        let says = |part: &&str| clause.iter().any(|word| says_part(word, part));
        let mut telling = parts.iter().filter(|part| !COMMON.contains(*part));
        let (one, more) = (telling.next(), telling.next().is_some());
        match one {
            None => 0,
            // An initial and a name: `j.meyer`; a name alone was looked for as a whole.
            Some(one) if parts.len() == 1 => i32::from(says(one) && **one != *self.key) * PARTS,
            Some(_) if parts.iter().all(says) => PARTS,
            Some(one) if !more => i32::from(says(one)) * PART,
            Some(_) => {
                let some = parts.iter().any(|part| !COMMON.contains(part) && says(part));
                i32::from(some) * PART
            }
        }
    }

    /// The words of which an account is made.
    fn parts(&self) -> impl Iterator<Item = &str> {
        let parts = self.key.split(|letter: char| !letter.is_alphabetic());
        parts.filter(|part| part.chars().count() >= 3)
    }

    /// The number at its end.
    fn number(&self) -> Option<u32> {
        let digits = self.key.bytes().rev().take_while(u8::is_ascii_digit).count();
        let at = self.key.len().checked_sub(digits)?;
        self.key.get(at..)?.parse().ok()
    }

    fn is_robot(&self) -> bool {
        let mut parts = self.key.split(|letter: char| !letter.is_alphabetic());
        parts.any(|part| ROBOTS.iter().any(|robot| part.starts_with(robot)))
    }
}

fn is_address(text: &str) -> bool {
    text.parse::<std::net::IpAddr>().is_ok()
}

/// Whether two words follow each other in a clause.
fn follows(clause: &[Word], pair: &[Word]) -> bool {
    let same = |window: &[Word]| window.iter().zip(pair).all(|(told, own)| told.text == own.text);
    clause.windows(2).any(same)
}

/// Whether a word is made of a name and of others, joined by hyphens.
fn is_compound_of(word: &Word, name: &str) -> bool {
    let parts = || word.text.split('-');
    let are_words = || parts().all(|part| part.chars().count() >= 3 && part.chars().all(char::is_alphabetic));
    word.capital && parts().count() > 1 && parts().any(|part| part == name) && are_words()
}

/// Whether a word of a note is a part of a name: it, or it with an ending.
fn says_part(word: &Word, part: &str) -> bool {
    const ENDING: usize = 4;
    let with_ending = || {
        let rest = word.text.strip_prefix(part);
        part.len() >= 5
            && rest.is_some_and(|rest| rest.len() <= ENDING && rest.chars().all(char::is_alphabetic))
    };
    word.capital && (word.text == part || with_ending())
}

/// The numbers of robots that a clause names: "robot 7", "Bot 12".
fn robots_numbered(clause: &[Word]) -> impl Iterator<Item = u32> {
    clause.windows(2).filter_map(|pair| match pair {
        [noun, number] if ROBOTS.iter().any(|robot| noun.text.starts_with(robot)) => number.text.parse().ok(),
        _ => None,
    })
}

/// The numbers of sessions that a clause names: "session with the ID 5".
fn sessions_in(clause: &[Word]) -> impl Iterator<Item = &str> {
    let is_word = |word: &Word| {
        SESSIONS.iter().any(|begin| match begin.is_ascii() {
            true => word.text.starts_with(begin),
            false => word.text.contains(begin),
        })
    };
    let places = (0..clause.len()).filter(move |place| clause.get(*place).is_some_and(is_word));
    let behind = places.flat_map(move |place| clause.iter().skip(place + 1).take(BETWEEN));
    let numbers = behind.map(|word| &*word.text);
    numbers.filter(|text| text.len() <= 5 && text.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The sessions that a note names, whether the logs know them or not.
pub(super) fn sessions_told(note: &[Clause]) -> impl Iterator<Item = Name> {
    let numbers = note.iter().flat_map(|clause| sessions_in(&clause.words));
    numbers.filter_map(|number| Name::new(Kind::Session, number))
}

/// Whether something that is called by a name is a machine of that name.
pub(super) fn is_of_machine(name: &Name, host: &str) -> bool {
    name.kind == Kind::Other && !host.is_empty() && fold(&host_key(&name.key)) == fold(&host_key(host))
}

/// Whose folder a path leads through: `C:\Users\a.meier\run.exe`.
pub(super) fn owner_of_folder(path: &str) -> Option<Name> {
    const PROFILES: &str = r"\users\";
    if !path.contains('\\') {
        return None;
    }
    let lower = path.to_lowercase();
    let (_, behind) = lower.split_once(PROFILES)?;
    let (owner, _) = behind.split_once('\\')?;
    Name::new(Kind::User, owner)
}

/// Names of one kind, each once.
pub(super) type Names = BTreeSet<Name>;
