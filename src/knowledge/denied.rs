//! What people say that there was not: "no blue screen, no updates". Owns the words that deny the noun behind them; must not know signals.

/// Words right before a noun that say that there is none of it. Words that deny a verb are no part: errors are told with those.
const NONE: &[&str] = &[
    "no",
    "without",
    "neither",
    "nor",
    "kein",
    "keine",
    "keinen",
    "keinem",
    "keiner",
    "ohne",
    "weder",
    "sans",
    "aucun",
    "aucune",
    "ningún",
    "ninguna",
    "ningun",
    "sin",
    "sem",
    "nenhum",
    "nenhuma",
    "senza",
    "nessun",
    "nessuno",
    "nessuna",
    "geen",
    "zonder",
    "ingen",
    "inget",
    "inga",
    "intet",
    "utan",
    "uten",
    "uden",
    "bez",
    "brak",
    "żadnego",
    "žádný",
    "žádná",
    "nincs",
    "без",
    "нет",
    "нету",
    "ніякого",
    "nici",
    "fără",
    "ei",
];

/// Whether a text says a phrase somewhere without denying it. Both are in lower case.
pub(super) fn says(text: &str, phrase: &str) -> bool {
    text.match_indices(phrase)
        .any(|(at, _)| !text.get(..at).is_some_and(is_denied))
}

/// Whether a text ends in a word that denies what follows.
fn is_denied(before: &str) -> bool {
    let Some(words) = before.strip_suffix(' ') else {
        return false;
    };
    let start = words
        .char_indices()
        .rev()
        .find(|(_, letter)| !letter.is_alphabetic())
        .map_or(0, |(at, letter)| at + letter.len_utf8());
    words.get(start..).is_some_and(|word| NONE.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::says;

    #[test]
    fn what_there_was_not_is_not_said() {
        for text in [
            "no blue screen",
            "kein stromausfall, ohne blue screen",
            "sans blue screen",
        ] {
            assert!(!says(text, "blue screen"), "{text}");
        }
        for text in [
            "blue screen",
            "no warning, a blue screen",
            "no blue screen today, yesterday a blue screen",
            "casino blue screen",
        ] {
            assert!(says(text, "blue screen"), "{text}");
        }
    }
}
