//! An account and its secret beside each other: `CORP\bot1 / X`, behind a heading of such pairs or told by the account alone. Must not
//! know sentences.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::phrases::{self, bare};
use super::states::is_state;
use super::tokens::{is_joined, is_token};
use super::words::{is_plain, is_typed};

/// What says that pairs of an account and its secret stand behind it.
static HEADINGS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)(?:(?-u:\b)(?:creds?|credentials?|zugangsdaten|anmeldedaten|logindaten|zugang|identifiants|accès|credenciales|acceso|credenziali|accesso|credenciais|acesso|inloggegevens|dane logowania|inloggningsuppgifter|(?:user(?:name)?|benutzer(?:name)?|utilisateur|usuario|utente|usuário|gebruiker|użytkownik|login|konto|account)[ \t]*[/+&|][ \t]*(?:password|passwort|kennwort|pass|pwd?|mot de passe|mdp|contraseña|clave|senha|hasło|wachtwoord|ww))|уч[её]тные данные|доступ|логин[ \t]*[/+&|][ \t]*пароль)",
    )
    .ok()
});

/// Texts without any of these are not looked at.
pub(super) const PAIR_HINTS: &str = " / ; // ;creds;credential;zugangsdaten;anmeldedaten;logindaten;identifiants;credenciales;credenziali;credenciais;inloggegevens;dane logow;\
    inloggningsu;тные данные";

/// Signs between an account and its secret.
const SIGNS: [&str; 6] = ["/", "//", "|", ":", ",", ";"];
/// Words behind a heading before the account.
const WORDS: usize = 14;
/// Words of a secret.
const LONGEST: usize = 5;

/// Finds the secrets of pairs.
pub(super) fn find(text: &str, found: &mut Vec<Range<usize>>) {
    let mut start = 0_usize;
    for line in text.split_inclusive('\n') {
        of_line(line, start, found);
        start = start.saturating_add(line.len());
    }
}

fn of_line(line: &str, from: usize, found: &mut Vec<Range<usize>>) {
    let heading = HEADINGS
        .as_ref()
        .and_then(|headings| headings.find(line))
        .map(|hit| hit.end())
        .filter(|end| {
            !line
                .get(*end..)
                .is_some_and(|rest| rest.starts_with(char::is_alphanumeric))
        });
    if heading.is_none() && !line.contains(" / ") && !line.contains(" // ") {
        return;
    }
    let mut at = 0_usize;
    let mut before = "";
    let mut behind = 0_usize;
    while let Some((place, word)) = phrases::next(line, at) {
        at = place.saturating_add(word.len());
        let headed = heading.is_some_and(|end| place >= end);
        behind = behind.saturating_add(usize::from(headed));
        if behind > WORDS {
            break;
        }
        let account = without_elements(before.trim_end_matches([',', ':', ';']));
        let is_slash = matches!(word, "/" | "//");
        let is_sign = is_slash || SIGNS.contains(&word);
        let ends = before.ends_with([',', ':', ';']) && before.len() > 1;
        let told = if is_slash {
            is_name(account)
        } else {
            headed && (is_sign || ends || account.contains('\\')) && is_domain_name(account)
        };
        if told {
            let next = if is_sign { at } else { place };
            let sure = headed || account.contains('\\');
            if let Some(secret) = secret(line, next, sure, headed) {
                let shift = |at: usize| from.saturating_add(at);
                at = secret.end;
                found.push(shift(secret.start)..shift(secret.end));
            }
        }
        before = if is_sign { "" } else { word };
    }
}

/// A word without the elements around it.
fn without_elements(word: &str) -> &str {
    let inner = word.rsplit_once("</").map_or(word, |(inner, _)| inner);
    inner.rsplit('>').next().unwrap_or(inner)
}

/// Whether a word can be the name of an account.
fn is_name(word: &str) -> bool {
    word.chars().count() >= 3
        && word.contains(char::is_alphabetic)
        && word
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '\\' | '.' | '_' | '-' | '@' | '$'))
}

/// Whether a word is the name of an account and can be nothing else.
fn is_domain_name(word: &str) -> bool {
    is_name(word) && word.contains(['\\', '@', '_', '.']) && !word.ends_with('\\')
}

/// The secret that begins here: `sure` says that an account stands before it, `headed` that a heading says so.
fn secret(line: &str, at: usize, sure: bool, headed: bool) -> Option<Range<usize>> {
    let tag = line.get(at..)?.trim_start().strip_prefix('<');
    let at = tag
        .and_then(|tag| tag.split_once('>'))
        .map_or(at, |(_, rest)| line.len() - rest.len());
    let (place, word) = phrases::next(line, at)?;
    let inner = bare(word);
    let start = place.saturating_add(word.find(inner)?);
    if sure
        && let Some(phrase) = phrases::read(line, place)
            .filter(|phrase| phrase.words <= LONGEST && (headed || tag.is_some() || phrase.signed))
    {
        let said = line.get(phrase.range.clone())?;
        return said.contains(char::is_alphabetic).then_some(phrase.range);
    }
    let is_word = !is_plain(inner) && !is_state(&inner.to_lowercase()) && !phrases::is_reference(inner);
    let is = if sure {
        is_word && (is_typed(inner) || is_joined(inner) || is_token(inner))
    } else {
        is_token(inner)
    };
    is.then(|| start..start.saturating_add(inner.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets(text: &str) -> Vec<&str> {
        let mut found = Vec::new();
        find(text, &mut found);
        found.into_iter().map(|range| text.get(range).unwrap()).collect()
    }

    #[test]
    fn what_stands_beside_an_account_is_found() {
        for (text, secret) in [
            ("Benutzer/Passwort: elm\\bot1 / Eicheln 3kg", "Eicheln 3kg"),
            ("the creds are elm\\bot5 Plum;pear 40", "Plum;pear 40"),
            (
                "Voici les identifiants du test : bot8 / poire=d'été3",
                "poire=d'été3",
            ),
            ("Zugang Portal => admin / Plum:pear,44", "Plum:pear,44"),
            ("test box     elm\\bot4 // wading4Fish", "wading4Fish"),
            ("second one: elm\\bot2 / plum=pear\"7\"", "plum=pear\"7"),
        ] {
            assert_eq!(secrets(text), [secret], "{text}");
        }
        for text in [
            "GET / HTTP/1.1",
            "elm\\bot1 / elm\\bot2 are locked",
            "credentials of elm\\bot1 were rejected 3 times",
            "credentials for elm\\bot1: expired",
            "the creds are in the vault",
            "Microsoft Windows / Server2019",
            "session 3 / user elm\\bot1 / state 4",
            "used 3 / 5 retries",
        ] {
            assert!(secrets(text).is_empty(), "{text}: {:?}", secrets(text));
        }
    }
}
