//! What people say that there was not: "no blue screen, no updates". Owns the words that deny the noun behind them; must not know signals.

use super::codes::word_before;

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
    text.match_indices(phrase).any(|(at, _)| {
        let before = text.get(..at).and_then(word_before);
        before.is_none_or(|word| !NONE.contains(&word))
    })
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
