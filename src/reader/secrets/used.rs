//! A secret that stands before what it is used as: "use X for the password", "gave the robot X as password". Must not know what stands
//! behind a name.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::phrases::{self, bare};
use super::spoken::FILLERS;
use super::states::is_state;
use super::tokens::{is_joined, is_token};
use super::words::{Words, is_plain, is_typed};

/// What says that something is used as a password.
static USED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)[ \t](?:as|als|comme|como|come|jako|som|for|für|pour|para|per|voor|för|til|olarak)[ \t]+(?:(?:the|your|my|new|his|its|a|das|dein|neues|le|la|el|su|tu|il|o|nieuw|nytt|nowe)[ \t]+){0,2}(?:password|passwort|kennwort|passphrase|pass|pwd?|mot de passe|mdp|contrase(?:ñ|n)a|clave|senha|palavra-passe|parola|hasło|wachtwoord|ww|lösenord|adgangskode|passord|пароль|пароля)",
    )
    .ok()
});

/// What a text holds that [`USED`] matches and that names no password in full.
pub(super) const USED_HINTS: &str = " the pw; as pw; for pw; als pw; als ww; het ww; comme mdp; le mdp";

/// Words that say that somebody gives something or uses it.
static VERBS: Words = Words::new(
    "use using used uses with enter entered type typed try tried take took gave give given set put has have takes taking accepts needs wants nimm nimmt nehmt nutze nutzen nutzt verwende \
     verwenden verwendet benutze benutzen benutzt mit habe hat haben jetzt nun neu dem der robot roboter bot the account konto him it ihm ihr utilise utilisez utiliser avec mettez mets mis met \
     usad usa use usen usar con pon pongan puse hemos puesto utilizza utilizzate usate con metti messo gebruik gebruiken met heb użyj użyć ustaw ustawiłem \
     wpisz z använd använder brug bruger bruk bruker med skriv используй используйте поставь поставили введи введите задай задали usem usei com",
);

/// Words before such a text that are looked at.
const WORDS: usize = 10;
/// Words of a secret.
const LONGEST: usize = 5;

/// Finds what is used so.
pub(super) fn find(text: &str, found: &mut Vec<Range<usize>>) {
    let Some(used) = USED.as_ref() else { return };
    for hit in used.find_iter(text) {
        let behind = text.get(hit.end()..).unwrap_or_default();
        if behind.starts_with(|c: char| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let head = text.get(..hit.start()).unwrap_or_default();
        let line = head.rfind('\n').map_or(0, |end| end.saturating_add(1));
        found.extend(before(text, line, hit.start()));
    }
}

/// The secret that ends here.
fn before(text: &str, line: usize, end: usize) -> Option<Range<usize>> {
    let head = text.get(..end)?;
    let mut words: Vec<(usize, &str)> = Vec::new();
    let mut at = line;
    while let Some((place, word)) = phrases::next(head, at) {
        words.push((place, word));
        at = place.saturating_add(word.len());
    }
    let place = |(place, word): (usize, &str)| {
        let inner = bare(word);
        let start = place.saturating_add(word.find(inner).unwrap_or_default());
        start..start.saturating_add(inner.len())
    };
    let last = *words.last()?;
    if is_token(bare(last.1)) {
        return Some(place(last));
    }
    let is_verb = |(_, word): &(usize, &str)| VERBS.has(&bare(word).to_lowercase());
    let count = words.iter().rev().take(WORDS).position(is_verb)?;
    if count == 0 || count > LONGEST {
        return None;
    }
    let first = *words.get(words.len().checked_sub(count)?)?;
    let word = bare(first.1);
    let lower = word.to_lowercase();
    if is_plain(word) || is_state(&lower) || FILLERS.has(&lower) {
        return None;
    }
    if count == 1 {
        let is = (is_typed(word) || is_joined(word)) && !phrases::is_reference(word);
        return is.then(|| place(first));
    }
    let whole = place(first).start..place(last).end;
    let phrase = phrases::read(text, whole.start)?;
    (phrase.range.end.saturating_add(2) >= whole.end).then_some(whole)
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
    fn what_is_used_as_a_password_is_found() {
        for (text, secret) in [
            (
                "log in with ann and use seven-red-Plums for the pw, please",
                "seven-red-Plums",
            ),
            (
                "Ich habe dem Roboter jetzt Eiche,Linde&Ulme als Kennwort gegeben",
                "Eiche,Linde&Ulme",
            ),
            ("para la cuenta usad pera&uva7 como clave.", "pera&uva7"),
            ("we gave the robot Plum & pear 7 as password", "Plum & pear 7"),
        ] {
            assert_eq!(secrets(text), [secret], "{text}");
        }
        for text in [
            "use the same for the password",
            "we use CyberArk as password vault",
            "the account is used with LAPS for the password",
            "enter svc\\bot1 for the password reset",
        ] {
            assert!(secrets(text).is_empty(), "{text}: {:?}", secrets(text));
        }
    }
}
