//! A conversation about a password: somebody asks for it, and one of the next turns gives it, in a word or a few, or says what else was
//! tried. What turns are, [`turns`](super::turns) knows, what phrases are, [`phrases`](super::phrases). Must not know tables and settings.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::over_lines::begins_with_time;
use super::phrases::{self, Phrase, bare, is_function, is_reference};
use super::plain::{REFERS, WHOSE};
use super::secret_names::WORDS;
use super::spoken::SAID;
use super::states::is_state;
use super::text;
use super::tokens::{is_joined, is_named, is_token};
use super::turns::{self, Turn};
use super::words::{Words, is_odd};

/// Turns that a conversation about a password goes on for.
const TURNS: u8 = 14;
/// Turns in which an answer is looked for.
const ANSWERS: u8 = 3;
/// Texts that are none of a conversation, between a question and its answer: names and numbers of objects.
const SKIPPED: u8 = 8;
/// Lines below one that speaks of a password in which a word that looks like none of a language is one, and bytes of such a line.
const NEAR: u8 = 3;
const SENTENCE: usize = 600;
/// Words of a question.
const QUESTION: usize = 40;
/// Words of one that only goes on.
const SHORT: usize = 9;
/// Words of an answer, and of what a sentence says before a secret and a colon.
const ANSWER: usize = 7;
/// Words of a secret that stands alone.
const ALONE: usize = 5;

/// Words for what is asked for.
static NAMES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let more = "mdp|ww|kw|pass|creds?|credentials|zugangsdaten|identifiants|credenziali|credenciales|credenciais|pin|pin-?code|tan|otp|(?:api[ -]?)?keys?|token|secret|\
        clé|jeton|schlüssel|chiave|chave|klucz[a-z]*|ключ[а-я]*|токен[а-я]*|sleutel|nyckel|anahtar[a-zı]*";
    let form = format!(r"(?i)(?:{WORDS}|{SAID})|\b(?:{more})\b|密钥|秘钥|キー");
    Regex::new(&text::quick(&form)).ok()
});
/// Words for numbers that open something.
static NUMBERS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)\b(?:pin|tan|otp|code|kod|код)\b|пин|暗証番号|番号").ok());
/// Words that ask for something without a question mark.
static REQUESTS: Words = Words::new(
    "send give tell need remind share what which brauche brauchen schick schicken gib geben nenn nennen sag sagen porfa pasas pásame \
     pasa dime necesito necesitamos envoie envoyez donne donnez besoin quel quelle manda mandami dimmi dammi serve qual preciso precisamos passa podaj podać potrzebuję jakie нужен \
     нужна нужно нужны скинь скиньте пришли пришлите подскажи подскажите какой дай дайте stuur geef nodig skicka behöver gönder lazım söyle gerekiyor \
     vilket hvad hvilket welches welche welk",
);
/// Words of what else is asked for.
static OTHERS: Words = Words::new(
    "error fehler fehlermeldung erreur error errore erro błąd ошибка fout fel hata version name usuario usuário utente utilisateur benutzer username \
     login user host hostname machine maschine server domain domäne ticket logs log screenshot ip code task job aufgabe tâche tarea",
);
/// Words that give something as what was or is tried or set.
static LEADS: Words = Words::new(
    "try tried trying use used using had have typed type entered enter set put changed change it's its is was now became becomes be \
     c'est c’est essaie essayez essaye essayer avec mets mettez mis met maintenant devient était prueba pruebe probá probad probé es era ahora puse está pon ponga quedó \
     prova provate provato provi è era ora adesso messo metti tenta tente tentei agora é está coloquei usei use fica \
     probier probiere versuch versuche versuchen nimm nehm nehme nehmen nahm jetzt ist war auf hatte hab lautet heißt stimmt setze gesetzt \
     spróbuj wpisz ustawiłem ustawiłam zmieniłem zmieniłam to jest teraz попробуй попробуйте тогда теперь поставил поставила стоит был это введи \
     probeer nu het is was ingesteld op prova testa nu är var satte dene deneyin şimdi oldu yaptım 是 改成了 改成 换成 试试 试一下 现在是 지금은 今は すみません",
);
/// Words that an answer begins with before it comes to the matter.
static OPENINGS: Words = Words::new(
    "yes no ja nein oui non si sí não nao sim tak nie да нет evet hayır ok okay okey sure sorry oh ah eh hm hmm well so thanks danke merci gracias \
     grazie obrigado obrigada dzięki спасибо also und dann and then then, alors bon voilà bueno pues perdón vale ecco allora então ehm klar gut pardon \
     désolé ops oops mistyped typo for für por pour per the my der die das el la le il o a i just still noch nog het oude old new neu here hier aquí ici \
     qui aqui tutaj вот ну а à on new: old: ich i je io eu yo ik ja я we wir nous noi nós nosotros mal doch eben ihn sie es ihm er he she they already \
     please bitte once more again nochmal wieder noch",
);

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
            Turn::Text(range) => (range, false),
        };
        let text = said.get(range.clone()).unwrap_or_default();
        let names = (suspect || self.is_open()) && NAMES.as_ref().is_some_and(|names| names.is_match(text));
        let mut found = if self.left > 0 {
            self.given(text)
        } else {
            Vec::new()
        };
        let is_log = !headed && begins_with_time(text);
        let speaks = text.len() <= SENTENCE && names && !is_log;
        if found.is_empty() && (speaks || (self.near > 0 && !is_log)) {
            found = tokens(text);
            let word = |range: &Range<usize>| text.get(range.clone()).unwrap_or_default();
            found.extend(led(text).into_iter().filter(|range| {
                let word = word(range);
                is_odd(word) && !is_named(word) && !word.contains([' ', '=', '('])
            }));
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
        self.note(text, names, headed, !found.is_empty());
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
        if names && words <= QUESTION && (asks || is_form || (headed && requests())) {
            *self = Self {
                left: TURNS,
                asked: Asked::Yes(ANSWERS),
                skipped: SKIPPED,
                near: self.near,
                number: NUMBERS.as_ref().is_some_and(|numbers| numbers.is_match(text)),
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
    fn given(&self, text: &str) -> Vec<Range<usize>> {
        let is_asked = is_question(text) && text.split_whitespace().count() > 2;
        if is_asked || text.trim_end().ends_with([':', '：']) {
            return Vec::new();
        }
        if self.asked != Asked::No
            && let Some(answer) = answer(text).or_else(|| number(text).filter(|_| self.number))
        {
            return vec![answer];
        }
        let mut found = led(text);
        found.extend(tokens(text));
        found
    }
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
        || text.ends_with("か。")
        || text.ends_with("か")
        || text.ends_with("吗")
        || text.ends_with("呢")
        || text.ends_with("까요")
}

/// The answer to a question: a few words of which one is none of a language, behind what begins the answer.
fn answer(text: &str) -> Option<Range<usize>> {
    let mut at = 0_usize;
    // What is said of it, and a colon.
    if let Some((head, _)) = text.split_once(": ")
        && head.split_whitespace().count() <= ANSWER
        && !head.contains(|c: char| c.is_ascii_digit())
        && !head
            .split_whitespace()
            .any(|word| REFERS.has(&bare(word).to_lowercase()) || WHOSE.has(&bare(word).to_lowercase()))
    {
        at = head.len().saturating_add(2);
    }
    while let Some((place, word)) = phrases::next(text, at) {
        let lower = bare(word).to_lowercase();
        if !(OPENINGS.has(&lower) || LEADS.has(&lower)) {
            at = place;
            break;
        }
        at = place.saturating_add(word.len());
    }
    let (place, word) = phrases::next(text, at)?;
    let rest = text.get(place..)?;
    // A sentence of its own that holds one is looked at otherwise.
    let is_alone = rest.split_whitespace().count() <= ANSWER;
    if let Some(phrase) = phrases::read(text, place).filter(|phrase| phrase.words <= ALONE && is_alone) {
        return is_told(text, &phrase).then(|| within_quotes(text, phrase.range));
    }
    let word = bare(word);
    let start = place.saturating_add(rest.find(word)?);
    let alone = rest.split_whitespace().count() == 1;
    (alone && is_joined(word)).then(|| start..start.saturating_add(word.len()))
}

/// A number that is an answer of its own.
fn number(text: &str) -> Option<Range<usize>> {
    let bare = text.trim_end_matches(['.', '!']);
    let digits = bare.bytes().filter(u8::is_ascii_digit).count();
    let is_number = bare
        .bytes()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b' ' | b'-'));
    (is_number && (4..=10).contains(&digits)).then_some(0..bare.len())
}

/// Whether a phrase is a secret where one was asked for.
fn is_told(text: &str, phrase: &Phrase) -> bool {
    let said = text.get(phrase.range.clone()).unwrap_or_default();
    let first = said.split_whitespace().next().unwrap_or_default();
    let is_word = |word: &str| word.contains(char::is_alphabetic);
    said.chars().count() >= 5 && said.split_whitespace().any(is_word) && !is_reference(first)
}

/// What a turn gives behind words for it: "try X", "it's X now", "I changed it to X".
fn led(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0_usize;
    let mut opened = false;
    while let Some((place, word)) = phrases::next(text, at) {
        let lower = bare(word).to_lowercase();
        at = place.saturating_add(word.len());
        if LEADS.has(&lower) {
            opened = !word.ends_with(['.', '!', '?', '"']);
            continue;
        }
        // Scripts without spaces have no word before it.
        let comma = word
            .rfind(['、', '，'])
            .map(|comma| comma.saturating_add('、'.len_utf8()));
        let from = place.saturating_add(comma.unwrap_or(0));
        let phrase = || phrases::read(text, from).filter(|phrase| is_led(text, phrase));
        if ((opened && !OPENINGS.has(&lower)) || comma.is_some())
            && let Some(phrase) = phrase()
        {
            at = phrase.range.end.max(at);
            found.push(within_quotes(text, phrase.range));
            opened = false;
            continue;
        }
        opened &= OPENINGS.has(&lower) || (is_function(&lower) && !word.ends_with([',', '.']));
    }
    found
}

/// Whether a phrase is a secret behind a word that gives one: it holds letters, and a digit or a sign in or beside them.
fn is_led(text: &str, phrase: &Phrase) -> bool {
    let said = text.get(phrase.range.clone()).unwrap_or_default();
    let letters = said.chars().filter(|c| c.is_alphabetic()).count();
    let first = said.split_whitespace().next().unwrap_or_default();
    letters >= 4 && phrase.words <= ALONE && !is_reference(first) && !is_state(&first.to_lowercase())
}

/// Words of a turn that look like none of a language, wherever they stand.
fn tokens(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0_usize;
    while let Some((place, word)) = phrases::next(text, at) {
        at = place.saturating_add(word.len());
        let inner = bare(word);
        let start = place.saturating_add(word.find(inner).unwrap_or_default());
        if is_token(inner) {
            found.push(start..start.saturating_add(inner.len()));
        }
    }
    found
}

/// A range with the quotation marks within a word at its ends left out.
fn within_quotes(text: &str, range: Range<usize>) -> Range<usize> {
    let said = text.get(range.clone()).unwrap_or_default();
    let inner = said.trim_end_matches([',', '.']);
    range.start..range.start.saturating_add(inner.len())
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
