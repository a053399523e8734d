//! What a line asks for, and the answer in the one below it: a question and a word, an option and its value, a label on a page and its text.
//! Must not know how lines follow each other.

use std::ops::Range;

use super::announced::is_short_name;
use super::{text, words};

/// Whether a few words ask for a password.
pub(super) fn is_question(said: &str) -> bool {
    said.ends_with('?')
        && said.split_whitespace().count() <= 12
        && said
            .split(|c: char| !c.is_alphanumeric())
            .any(|word| is_short_name(word) || text::is_secret_name(word))
}

/// The one word of an answer, behind who says it.
pub(super) fn answer(said: &str) -> Option<Range<usize>> {
    let word = said.split_whitespace().next_back()?;
    let start = said.rfind(word)?;
    let who = said.get(..start)?.trim_end();
    let alone = who.is_empty() || who.ends_with([':', '>', ']', '|']);
    (alone && words::is_typed(word)).then(|| start..start.saturating_add(word.len()))
}

/// Whether an item of a list of arguments is an option that a secret stands behind, and whether it means nothing else: `-p`, `--password`,
/// `password=`.
pub(super) fn argument(said: &str) -> Option<bool> {
    let option = said.trim_start_matches(['-', '/']);
    let name = option.trim_end_matches('=');
    let is_option = option.len() < said.len() || name.len() < option.len();
    let sure = text::is_secret_name(name)
        || ["rp", "pw", "pass"]
            .iter()
            .any(|known| name.eq_ignore_ascii_case(known));
    let is = is_option && !said.contains(' ') && (sure || name.eq_ignore_ascii_case("p"));
    is.then_some(sure)
}

/// The item of a list behind such an option, where it can be its secret.
pub(super) fn value(said: &str, sure: bool) -> Vec<Range<usize>> {
    let is = words::is_typed(said) || words::is_odd(said) || (sure && words::is_given(said));
    let whole = 0..said.len();
    is.then_some(whole).into_iter().collect()
}

/// The one word of a line of a page, whatever elements stand around it, where it can be a secret.
pub(super) fn within_elements(said: &str) -> Option<Range<usize>> {
    let start = said.starts_with('<').then(|| said.find('>'))??.saturating_add(1);
    let word = said.get(start..)?.split('<').next()?.trim();
    let plain = word.replace("&amp;", "&");
    let start = start.saturating_add(said.get(start..)?.find(word)?);
    words::is_typed(&plain).then(|| start..start.saturating_add(word.len()))
}

/// Whether a sentence says that the password stands below it.
pub(super) fn announces(said: &str) -> bool {
    static BELOW: words::Words = words::Words::new(
        "following below here folgende folgendes unten hier suivant suivante ci-dessous voici siguiente abajo aquí seguente sotto ecco seguinte abaixo aqui volgende \
         hieronder następujące poniżej следующий ниже följande nedan følgende nedenfor",
    );
    let mut words = said.split_whitespace();
    said.ends_with([':', '：'])
        && words.clone().count() <= 16
        && words.any(|word| BELOW.has(&word.trim_end_matches([':', ',']).to_lowercase()))
        && super::prose::names_secret(said)
}

/// What stands alone in the text below a label, where it is none of the words that pages have there.
pub(super) fn words_below(said: &str, same_line: bool) -> Option<Range<usize>> {
    static PAGES: words::Words = words::Words::new(
        "sign log login logon remember forgot show hide ok cancel next back enter submit continue reset change confirm repeat user username name email e-mail domain \
         text string credential boolean integer number type value asset secret password int bool str object array anmelden weiter abbrechen zurück benutzer anmeldung \
         passwort kennwort connexion annuler suivant entrar cancelar siguiente accedi annulla avanti host machine robot system remark comment notes description message",
    );
    let range = super::columns::cell_of_line(said);
    let inner = said.get(range.clone())?;
    let is_number = (4..=8).contains(&inner.len())
        && inner.bytes().all(|byte| byte.is_ascii_digit())
        && said.contains('<');
    let first = inner.split_whitespace().next()?.to_lowercase();
    let is_words = words::is_given(inner)
        && !PAGES.has(&first)
        && !super::phrases::is_reference(inner)
        && !super::phrases::is_function(&first)
        && !inner.contains([':', ';', '<', '.', ','])
        && inner.contains(char::is_alphabetic)
        && (same_line || inner.contains(' ') || said.contains('<') || inner.starts_with(char::is_uppercase));
    (is_number || is_words).then_some(range)
}

/// Whether a line of a script is a remark of a few words that speaks of a password.
pub(super) fn is_remark(said: &str) -> bool {
    const MARKS: [&str; 6] = [";", "#", "//", "'", "--", "rem "];
    const WORDS: [&str; 9] = [
        "passw",
        "kennw",
        "pwd",
        "contrase",
        "mot de passe",
        "senha",
        "hasł",
        "парол",
        "credential",
    ];
    let lower = said.to_lowercase();
    MARKS.iter().any(|mark| lower.starts_with(mark))
        && lower.split_whitespace().count() <= 8
        && WORDS.iter().any(|word| lower.contains(word))
}
