//! What a turn of a conversation gives: an answer, what else was tried, what was said wrong. Must not know what was asked before.

use std::ops::Range;

use super::moved;
use super::phrases::{self, Phrase, bare, is_function, is_reference};
use super::plain::{QUALIFIERS, REFERS, WHOSE};
use super::states::is_state;
use super::tokens::{is_joined, is_named, is_token};
use super::values;
use super::words::{Words, could_be, is_odd, is_typed};

/// Words of an answer, and of what a sentence says before a secret and a colon.
const ANSWER: usize = 7;
/// Words of a secret that stands alone.
const ALONE: usize = 5;

/// Words that ask for something without a question mark.
pub(super) static REQUESTS: Words = Words::new(
    "confirm share whats what's cuál cual quale яке який wat hva jaké send give tell need remind share what which brauche brauchen schick schicken gib geben nenn nennen sag sagen кинь киньте скажи скажите porfa pasas pásame \
     pasa dime necesito necesitamos envoie envoyez donne donnez besoin quel quelle manda mandami dimmi dammi serve qual preciso precisamos passa podaj podać potrzebuję jakie нужен \
     нужна нужно нужны скинь скиньте пришли пришлите подскажи подскажите какой дай дайте stuur geef nodig skicka behöver gönder lazım söyle gerekiyor \
     vilket hvad hvilket welches welche welk",
);
/// Words of what else is asked for.
pub(super) static OTHERS: Words = Words::new(
    "error fehler fehlermeldung erreur error errore erro błąd ошибка fout fel hata version name usuario usuário utente utilisateur benutzer username \
     login user host hostname machine maschine server domain domäne ticket logs log screenshot ip code task job aufgabe tâche tarea",
);
/// Words that ask for a thing and not whether something is so.
pub(super) static ASKS: Words = Words::new(
    "what what's whats which anyone got have has know wie was welches welche welchen hast hat habt kennt weiß cuál cual qué tienes tiene tenéis quel quelle \
     c'est as avez connais quale qual hai avete tens tem jakie jaki masz ktoś ma какой какая есть знает який яке є welk heb heeft weet vilket vad har \
     hvad hvilket hva hvilken jaké jaký máš mi mikä millä onko ne nedir care ce ποιος τι",
);
/// Words of answers that give nothing.
pub(super) static NOTHING: Words = Words::new(
    "wait sec second moment minute idea know sure check checking look looking ask call later busy hold on it's in vault keepass same usual none nothing yes no nope \
     done ticket mail email sent later today tomorrow let me see think believe works worked working failed fails locked expired wrong error \
     warte moment ahnung weiß schau schaue frag frage gleich später ruf rufe keine kein tresor geht ging gesperrt abgelaufen falsch fehler mach mache \
     attends instant sais regarde demande demain coffre marche bloqué expiré erreur espera momento sé ni idea mira pregunta luego mañana caja funciona error \
     aspetta attimo so guarda chiedi dopo domani funziona espere momento sei olha pergunte depois amanhã poczekaj chwilę wiem zapytaj później działa błąd \
     подожди минуту знаю спроси потом завтра работает ошибка wacht even weet vraag straks werkt vänta vet fråga senare fungerar vent ved spør senere virker \
     what which who where when why how host machine user robot bot job server",
);
/// Words that give something as what was or is tried or set.
pub(super) static LEADS: Words = Words::new(
    "its pongo nimmt nehmt prøvd provat try tried trying use used using had have typed type entered enter set put changed change it's its is was now became becomes be \
     c'est c’est essaie essayez essaye essayer avec mets mettez mis met maintenant devient était prueba pruebe probá probad probé es era ahora puse está pon ponga quedó \
     prova provate provato provi è era ora adesso messo metti tenta tente tentei agora é está coloquei usei use fica \
     probier probiere versuch versuche versuchen nimm nehm nehme nehmen nahm jetzt ist war auf hatte hab lautet heißt stimmt setze gesetzt \
     spróbuj wpisz ustawiłem ustawiłam zmieniłem zmieniłam to jest teraz попробуй попробуйте тогда теперь поставил поставила стоит был это введи \
     probeer nu het is was ingesteld op prova testa nu är var satte dene deneyin şimdi oldu yaptım 是 改成了 改成 换成 试试 试一下 现在是 지금은 今は すみません",
);
/// Words that an answer begins with before it comes to the matter.
pub(super) static OPENINGS: Words = Words::new(
    "back yes no ja nein oui non si sí não nao sim tak nie да нет evet hayır ok okay okey sure sorry oh ah eh hm hmm well so thanks danke merci gracias \
     grazie obrigado obrigada dzięki спасибо also und dann and then then, alors bon voilà bueno pues perdón vale ecco allora então ehm klar gut pardon \
     désolé ops oops mistyped typo for für por pour per the my der die das el la le il o a i just still noch nog het oude old new neu here hier aquí ici \
     qui aqui tutaj вот ну а à on new: old: ich i je io eu yo ik ja я we wir nous noi nós nosotros mal doch eben ihn sie es ihm er he she they already \
     pretty think guess should seit montag dienstag mittwoch donnerstag freitag monday tuesday wednesday thursday friday please bitte once more again nochmal wieder noch",
);

/// What stands behind words that give something, where it looks like no word and no name.
pub(super) fn led_odd(text: &str) -> impl Iterator<Item = Range<usize>> {
    led(text).into_iter().filter(|range| {
        let word = text.get(range.clone()).unwrap_or_default();
        let is_joint = || is_joined(word) && (!is_named(word) || is_of_words(word));
        ((is_odd(word) && !is_named(word)) || is_joint()) && !word.contains([' ', '=', '('])
    })
}

/// What somebody says again who said something wrong: "sorry, X".
pub(super) fn corrected(text: &str) -> Option<Range<usize>> {
    const SORRY: [&str; 12] = [
        "sorry",
        "oops",
        "ops",
        "mistyped",
        "typo",
        "perdón",
        "pardon",
        "désolé",
        "entschuldigung",
        "scusa",
        "desculpa",
        "извини",
    ];
    let first = bare(text.split_whitespace().next()?).to_lowercase();
    let place = opened(text).filter(|_| SORRY.contains(&&*first))?;
    let word = text.get(place..)?.trim_end();
    let inner = bare(word);
    let is = place > 0 && !word.contains(char::is_whitespace) && is_typed(inner) && !is_reference(inner);
    let start = place.saturating_add(word.find(inner)?);
    is.then(|| start..start.saturating_add(inner.len()))
}

/// An answer of nothing but a few words.
pub(super) fn told_words(text: &str, headed: bool) -> Option<Range<usize>> {
    let at = opened(text)?;
    let rest = text.get(at..)?;
    // What is said of it beside.
    let end = [", ", ". ", " ("]
        .iter()
        .filter_map(|end| rest.find(end))
        .min()
        .unwrap_or(rest.len());
    let rest = rest.get(..end)?;
    let is_alone = !rest.trim().contains(char::is_whitespace);
    let words = plain_words(rest).filter(|_| headed || !is_alone || rest.contains(['.', '-']))?;
    Some(at..at.saturating_add(words))
}

/// The answer to a question: a few words of which one is none of a language, behind what begins the answer.
pub(super) fn answer(text: &str) -> Option<Range<usize>> {
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
    at = behind_openings(text, at);
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
    (alone && (is_joined(word) || is_of_words(word))).then(|| start..start.saturating_add(word.len()))
}

/// Whether a question asks for the secret itself: with a word for it, or with next to no words.
pub(super) fn asks_for_value(text: &str) -> bool {
    let mut words = text.split_whitespace();
    words.clone().count() <= 3
        || words.any(|word| ASKS.has(&bare(word).to_lowercase()))
        || ["何", "什么", "多少", "뭐", "무엇", "教えて", "알려"]
            .iter()
            .any(|word| text.contains(word))
}

/// How far an answer goes that is nothing but a few words, none of which holds a sentence together as answers do that give nothing.
fn plain_words(rest: &str) -> Option<usize> {
    let said = rest.trim_end_matches(|c: char| !c.is_alphanumeric());
    let words: Vec<String> = said
        .split_whitespace()
        .map(|word| bare(word).to_lowercase())
        .collect();
    let is_word = |word: &String| {
        !word.is_empty()
            && word
                .chars()
                .all(|c| c.is_alphabetic() || matches!(c, '\'' | '-' | '.'))
    };
    let is_nothing = |word: &String| {
        NOTHING.has(word)
            || is_state(word)
            || REQUESTS.has(word)
            || phrases::is_thing(word)
            || moved::is_change(word)
    };
    let functions = words.iter().filter(|word| is_function(word)).count();
    let is = words.len() <= ALONE
        && (words.len() > 1 || said.chars().count() >= 6)
        && words.iter().all(is_word)
        && !words.iter().any(is_nothing)
        && functions < words.len().div_ceil(2)
        && !words.first().is_some_and(|word| is_function(word))
        && !is_reference(said)
        && !rest.trim_end().ends_with(['?', ':', ','])
        && !rest.contains(": ");
    is.then_some(said.len())
}

/// Where an answer begins behind the words that open it.
fn opened(text: &str) -> Option<usize> {
    phrases::next(text, behind_openings(text, 0)).map(|(place, _)| place)
}

fn behind_openings(text: &str, mut at: usize) -> usize {
    while let Some((place, word)) = phrases::next(text, at) {
        let lower = bare(word).to_lowercase();
        if !(OPENINGS.has(&lower) || LEADS.has(&lower)) {
            return place;
        }
        at = place.saturating_add(word.len());
    }
    at
}

/// A number that is an answer of its own.
pub(super) fn number(text: &str) -> Option<Range<usize>> {
    let bare = text.trim_end_matches(|c: char| matches!(c, '.' | '!') || c >= '\u{2e80}');
    let digits = bare.bytes().filter(u8::is_ascii_digit).count();
    let is_number = bare
        .bytes()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b' ' | b'-'));
    (is_number && (4..=10).contains(&digits)).then_some(0..bare.len())
}

/// What stands behind a colon where what stands before it says that it is an old one, or one to try.
pub(super) fn again(text: &str) -> Option<Range<usize>> {
    let (head, rest) = text.split_once(": ").or_else(|| text.split_once('：'))?;
    let mut words = head.split_whitespace();
    let leads = words
        .clone()
        .any(|word| LEADS.has(&bare(word).to_lowercase()) || QUALIFIERS.has(&bare(word).to_lowercase()));
    let refers =
        words.any(|word| REFERS.has(&bare(word).to_lowercase()) || OTHERS.has(&bare(word).to_lowercase()));
    let start = text.len() - rest.len();
    let is = leads && !refers && head.split_whitespace().count() <= ANSWER;
    let words = plain_words(rest.trim_start()).filter(|_| is)?;
    let start = start.saturating_add(rest.len() - rest.trim_start().len());
    Some(start..start.saturating_add(words))
}

/// Whether a phrase is a secret where one was asked for.
fn is_told(text: &str, phrase: &Phrase) -> bool {
    let said = text.get(phrase.range.clone()).unwrap_or_default();
    let first = said.split_whitespace().next().unwrap_or_default();
    let is_word = |word: &str| word.contains(char::is_alphabetic);
    said.chars().count() >= 5 && said.split_whitespace().any(is_word) && !is_reference(first)
}

/// What a turn gives behind words for it: "try X", "it's X now", "I changed it to X".
pub(super) fn led(text: &str) -> Vec<Range<usize>> {
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
            .or_else(|| word.find('。'))
            .map(|comma| comma.saturating_add('、'.len_utf8()));
        let from = place.saturating_add(comma.unwrap_or(0));
        let phrase = || {
            let phrase = phrases::read(text, from).filter(|phrase| is_led(text, phrase));
            phrase.or_else(|| joined(text, place, word))
        };
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

/// Whether words that a line joins are none of what names of accounts and settings are made of.
fn is_of_words(word: &str) -> bool {
    const NAMES: [&str; 9] = [
        "robot", "bot", "svc", "service", "user", "cred", "login", "prod", "test",
    ];
    let lower = word.to_lowercase();
    let mut parts = lower.split('_');
    let is_name = |part: &str| NAMES.iter().any(|name| part.contains(name));
    word.contains('_')
        && word.contains(char::is_lowercase)
        && word.chars().count() >= 14
        && parts.clone().any(|part| part.chars().count() >= 6)
        && parts.all(|part| part.chars().all(char::is_alphabetic) && !is_name(part))
}

/// A word of words that a sign joins, as names of hosts and accounts seldom are.
fn joined(text: &str, place: usize, word: &str) -> Option<Phrase> {
    let quoted = values::quoted(text, place);
    let is_sure = |said: &str| quoted.is_some() || said.contains(|c: char| !c.is_alphanumeric() && c != '-');
    let start = || place.saturating_add(word.find(bare(word)).unwrap_or_default());
    let whole = || start()..start().saturating_add(bare(word).len());
    let inner = quoted.as_ref().map_or_else(whole, |quoted| quoted.inner.clone());
    let said = text.get(inner.clone())?;
    let is = (is_joined(said) || is_of_words(said)) && could_be(said) && is_sure(said);
    is.then(|| Phrase {
        range: inner,
        words: 1,
        ..Phrase::default()
    })
}

/// Whether a phrase is a secret behind a word that gives one: it holds letters, and a digit or a sign in or beside them.
fn is_led(text: &str, phrase: &Phrase) -> bool {
    let said = text.get(phrase.range.clone()).unwrap_or_default();
    let letters = said.chars().filter(|c| c.is_alphabetic()).count();
    let first = said.split_whitespace().next().unwrap_or_default();
    letters >= 4 && phrase.words <= ALONE && !is_reference(first) && !is_state(&first.to_lowercase())
}

/// Words of a turn that look like none of a language, wherever they stand.
pub(super) fn tokens(text: &str) -> Vec<Range<usize>> {
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
