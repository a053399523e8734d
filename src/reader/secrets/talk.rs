//! A conversation about a password: somebody asks for it, and one of the next turns gives it, in a word or a few, or says what else was
//! tried. What turns are, [`turns`](super::turns) knows, what phrases are, [`phrases`](super::phrases). Must not know tables and settings.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::answers::{self, OTHERS, REQUESTS, led, led_odd, tokens};
use super::over_lines::begins_with_time;
use super::pages;
use super::phrases::bare;
use super::prose::names_secret;
use super::text;
use super::topics;
use super::turns::{self, Turn};

/// Turns that a conversation about a password goes on for.
const TURNS: u8 = 14;
/// Turns in which an answer is looked for.
const ANSWERS: u8 = 3;
/// Texts that are none of a conversation, between a question and its answer: names and numbers of objects.
const SKIPPED: u8 = 16;
/// Lines below one that speaks of a password in which a word that looks like none of a language is one, and bytes of such a line.
const NEAR: u8 = 3;
const SENTENCE: usize = 600;
/// Words of a question.
const QUESTION: usize = 40;
/// Words of one that nothing but its first word tells: "hast du das Kennwort".
const TURNED: usize = 12;
/// Words of one that only goes on.
const SHORT: usize = 9;

/// Further words for what is asked for.
static NAMES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let more = "mdp|ww|kw|pass|creds?|credentials|zugangsdaten|identifiants|credenziali|credenciales|credenciais|pin|pin-?code|tan|otp|(?:api[ -]?)?keys?|token|secret|\
        clé|jeton|schlüssel|chiave|chave|klucz[a-z]*|ключ[а-я]*|токен[а-я]*|sleutel|nyckel|anahtar[a-zı]*";
    Regex::new(&text::quick(&format!(r"(?i)\b(?:{more})\b|密钥|秘钥|キー"))).ok()
});
/// Words for numbers that open something.
static NUMBERS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)\b(?:pin|tan|otp|code|kod|код)(?-u:\b)|пин|暗証番号|番号").ok());
/// How sure it is that the next turn is the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Asked {
    #[default]
    No,
    Yes(u8),
}

/// What the turns before one said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Talk {
    /// How many turns the conversation goes on for.
    left: u8,
    asked: Asked,
    skipped: u8,
    /// Lines below one that speaks of a password.
    near: u8,
    /// A number was asked for.
    number: bool,
    /// The secret itself was asked for, and not whether something is so.
    value: bool,
}

impl Talk {
    /// Whether the next texts may be of a conversation about a password.
    pub(super) const fn is_open(&self) -> bool {
        self.left > 0 || self.near > 0
    }

    /// The secrets in the lines of the next text; hears what they say.
    pub(super) fn hear_lines(&mut self, said: &str, suspect: bool) -> Vec<Range<usize>> {
        if !self.is_open() && !suspect {
            return Vec::new();
        }
        let lined = pages::lined(said);
        let said = lined.as_deref().unwrap_or(said);
        let mut found = Vec::new();
        let mut start = 0_usize;
        for line in said.split_inclusive('\n') {
            let suspect = suspect && (text::may_hold(line) || text::is_secret_name(line.trim()));
            let shift =
                |range: Range<usize>| start.saturating_add(range.start)..start.saturating_add(range.end);
            found.extend(self.hear(line, suspect).into_iter().map(shift));
            start = start.saturating_add(line.len());
        }
        found
    }

    /// The secrets in the next text; hears what it says itself. `suspect` says that it may speak of a password.
    fn hear(&mut self, said: &str, suspect: bool) -> Vec<Range<usize>> {
        if (!self.is_open() && !suspect) || said.trim().is_empty() {
            return Vec::new();
        }
        let (range, headed) = match turns::read(said) {
            Turn::Alone => return Vec::new(),
            Turn::Told(range) => (range, true),
            Turn::Text(range) => (within_element(said, range), false),
        };
        let text = said.get(range.clone()).unwrap_or_default();
        let names = (suspect || self.is_open()) && is_named_in(text);
        let (mut found, plain) = if self.left > 0 {
            self.given(text, headed)
        } else {
            Default::default()
        };
        let is_log = !headed && begins_with_time(text);
        let speaks = text.len() <= SENTENCE && names && !is_log;
        if speaks || (self.near > 0 && !is_log) {
            let told = topics::find(text, names || self.near > 0);
            if found.is_empty() {
                found = tokens(text);
                found.extend(led_odd(text));
            }
            found.extend(told);
        }
        let is_name = !headed && !text.contains(char::is_whitespace);
        if speaks {
            self.near = NEAR;
            self.skipped = SKIPPED;
        } else if is_name && self.skipped > 0 {
            self.skipped = self.skipped.saturating_sub(u8::from(self.left == 0));
        } else {
            self.near = self.near.saturating_sub(1);
        }
        // The name of somebody looks like an answer of nothing but words: it goes on.
        self.note(text, names, headed, !found.is_empty() && (headed || !plain));
        let shift = |at: usize| range.start.saturating_add(at);
        found
            .into_iter()
            .map(|found| shift(found.start)..shift(found.end))
            .collect()
    }

    /// Notes what a turn asks.
    fn note(&mut self, text: &str, names: bool, headed: bool, found: bool) {
        let words = text.split_whitespace().count();
        let asks = is_question(text);
        let requests = || {
            text.split_whitespace()
                .any(|word| REQUESTS.has(&bare(word).to_lowercase()))
        };
        let is_form = headed && text.trim_end().ends_with([':', '：']);
        let begins = || {
            let first = text.split_whitespace().next().unwrap_or_default();
            words <= TURNED && answers::ASKS.has(&bare(first).to_lowercase())
        };
        if names && words <= QUESTION && (asks || is_form || (headed && (requests() || begins()))) {
            *self = Self {
                left: TURNS,
                asked: Asked::Yes(ANSWERS),
                skipped: SKIPPED,
                near: self.near,
                number: NUMBERS.as_ref().is_some_and(|numbers| numbers.is_match(text)),
                value: requests() || answers::asks_for_value(text),
            };
            return;
        }
        let is_short = asks && words <= SHORT && self.near > 0;
        if self.left == 0 && is_short && !asks_else(text) {
            self.left = TURNS;
            self.skipped = SKIPPED;
        }
        if self.left == 0 {
            return;
        }
        if asks {
            self.asked = if asks_else(text) || words > SHORT {
                Asked::No
            } else {
                Asked::Yes(ANSWERS)
            };
        } else if found {
            self.asked = Asked::No;
        } else if !headed && words == 1 && self.skipped > 0 {
            // The name of somebody, the number of an object.
            self.skipped = self.skipped.saturating_sub(1);
            return;
        } else if let Asked::Yes(left) = self.asked {
            let is_over = left <= 1 || (!headed && words > SHORT);
            self.asked = if is_over {
                Asked::No
            } else {
                Asked::Yes(left.saturating_sub(1))
            };
        }
        self.left = self.left.saturating_sub(1);
    }

    /// The secrets that a turn gives.
    fn given(&self, text: &str, headed: bool) -> (Vec<Range<usize>>, bool) {
        let is_asked = is_question(text) && text.split_whitespace().count() > 2;
        if is_asked || text.trim_end().ends_with([':', '：']) {
            return (Vec::new(), false);
        }
        if self.asked != Asked::No {
            if let Some(answer) =
                answers::answer(text).or_else(|| answers::number(text).filter(|_| self.number))
            {
                return (vec![answer], false);
            }
            if let Some(words) = answers::told_words(text, headed).filter(|_| self.value) {
                return (vec![words], true);
            }
        }
        let mut found = led(text);
        found.extend(tokens(text));
        found.extend(answers::again(text));
        found.extend(answers::corrected(text));
        (found, false)
    }
}

/// The text of the last element in a line of a page that has one.
fn within_element(said: &str, range: Range<usize>) -> Range<usize> {
    let text = said.get(range.clone()).unwrap_or_default();
    if !text.starts_with('<') || !text.ends_with('>') {
        return range;
    }
    let mut start = range.start;
    let mut last = range.clone();
    for piece in text.split('<') {
        let inner = piece.split_once('>').map_or("", |(_, inner)| inner);
        if !inner.trim().is_empty() {
            let from = start.saturating_add(piece.len() - inner.len());
            last = from..from.saturating_add(inner.trim_end().len());
        }
        start = start.saturating_add(piece.len()).saturating_add(1);
    }
    last
}

/// Whether a turn has a word for what is asked for.
fn is_named_in(text: &str) -> bool {
    names_secret(text) || NAMES.as_ref().is_some_and(|names| names.is_match(text))
}

/// Whether a question is one for something else than a password.
fn asks_else(text: &str) -> bool {
    text.split_whitespace()
        .any(|word| OTHERS.has(&bare(word).to_lowercase()))
}

/// Whether a turn asks something.
fn is_question(text: &str) -> bool {
    let text =
        text.trim_end_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '?' | '？' | ':' | ')' | '!'));
    text.ends_with(['?', '？'])
        || ["教えて", "多少", "告诉我", "发我", "发一下", "알려"]
            .iter()
            .any(|asks| text.contains(asks))
        || text.ends_with("か。")
        || text.ends_with("か")
        || text.ends_with("吗")
        || text.ends_with("呢")
        || text.ends_with("까요")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is found in the lines of a conversation.
    fn secrets(said: &str) -> Vec<&str> {
        let mut talk = Talk::default();
        let found = talk.hear_lines(said, true);
        found.into_iter().map(|range| said.get(range).unwrap()).collect()
    }

    #[test]
    fn an_answer_is_found_in_any_kind_of_conversation() {
        for (said, answers) in [
            (
                "[10:04] Ann: what's the new password?\n[10:05] Bob: Plum-tart 88\n[10:06] Ann: I had plumtart88",
                vec!["Plum-tart 88", "plumtart88"],
            ),
            (
                "Ann (08:14): Auf welches Passwort?\nBob (08:15): ja\nBob (08:15): Quark&Speck7\nBob (08:16): ok dann ändere ichs auf Quark 3 Eier",
                vec!["Quark&Speck7", "Quark 3 Eier"],
            ),
            (
                "Ann 14:02\nc'est quoi le mdp ?\nBob 14:03\nPrune+figue6\nAnn 14:04\nessaie avec prune et 2 figues",
                vec!["Prune+figue6", "prune et 2 figues"],
            ),
            (
                "12/3/26, 9:15 - Ann: me pasas la contraseña porfa\n12/3/26, 9:16 - Bob: Nutria.lenta22",
                vec!["Nutria.lenta22"],
            ),
            (
                "2026-03-05 11:00 <Ann> jakie hasło ustawiłeś?\n2026-03-05 11:01 <Bob> Kluski#slaskie15",
                vec!["Kluski#slaskie15"],
            ),
            (
                "3. Password of that account?\nRun over 3 fields",
                vec!["Run over 3 fields"],
            ),
            (
                "6. API key, if any:\nkq_Zq8WvT3nLx7Rb5Yp",
                vec!["kq_Zq8WvT3nLx7Rb5Yp"],
            ),
            ("Ann: what's the PIN?\nBob: 47 19 08", vec!["47 19 08"]),
        ] {
            assert_eq!(secrets(said), answers, "{said}");
        }
    }

    #[test]
    fn other_answers_stay() {
        for said in [
            "Ann: did you change the password?\nBob: yes, on 3 May\nBob: job J-2026-55871 is running\nBob: on CHAI-BOT-05",
            "Ann: what's the password policy?\nBob: see KB5034441\nAnn: and the user?\nBob: hml.robo.bot",
            "Is the password set to never expire?\nYes, since 2024\nWhat happens?\nError 1326 on host RPA-7",
            "Which password does the robot use?\nThe one from the vault, entry rpa-cred-07",
            "Ann: Passwort?\nBob: Fehler 1909: Das Konto ist gesperrt\nBob: siehe C:\\rpa\\run_bot7.cmd",
        ] {
            assert!(secrets(said).is_empty(), "{said}\n{:?}", secrets(said));
        }
    }
}
