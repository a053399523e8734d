//! Small numbers that are codes only by the word before them: what a client of Remote Desktop shows, and the last result of a task. Owns these
//! words; whether a text is about either, others know.

use super::told::Told;
use crate::knowledge::codes::{Code, CodeValue, Codes};
use crate::model::{CodeSpace, CodeUse, SMALLEST_TELLING_CODE, parse_code};

/// Words before a number that a client of Remote Desktop shows.
const CLIENT_WORDS: &[&str] = &[
    "error",
    "code",
    "reason",
    "fehler",
    "fehlercode",
    "ursache",
    "erreur",
    "motif",
    "razón",
    "errore",
    "erro",
    "ошибка",
    "エラー",
    "disconnected",
];

/// Below it are numbers of everyday.
const SMALLEST_OF_CLIENT: u32 = 256;

/// The code of a text about a Remote Desktop client that shows a small number: `error 3847`, `Error code: 0x101`. The client has two
/// spaces for them, why it disconnected and what the server said.
pub(crate) fn of_client<'c>(text: &str, codes: &'c Codes) -> Option<Told<'c>> {
    let edges = |letter: char| letter.is_whitespace() || ":;,.!?()[]{}'\"#=".contains(letter);
    let mut words = text.split(edges).filter(|word| !word.is_empty()).peekable();
    while let Some(word) = words.next() {
        let lower = word.to_lowercase();
        let Some(next) = words.peek().filter(|_| CLIENT_WORDS.contains(&&*lower)) else {
            continue;
        };
        let value =
            parse_code(next).filter(|value| (SMALLEST_OF_CLIENT..SMALLEST_TELLING_CODE).contains(value));
        let spaces = [CodeSpace::DiscReason, CodeSpace::ExtendedDisconnect];
        let known = spaces.into_iter().find_map(|space| {
            let used = CodeUse { space, value: value? };
            let code = codes
                .get(space, used.value)
                .filter(|code| !code.causes.is_empty())?;
            Some(Told {
                code,
                used,
                text: (*next).to_owned(),
            })
        });
        if known.is_some() {
            return known;
        }
    }
    None
}

/// Labels of the last result of a task, in lower case.
const RESULTS: &[&str] = &[
    "last run result",
    "last result",
    "lasttaskresult",
    "letztes ausführungsergebnis",
    "letztes ergebnis",
    "letztes laufergebnis",
    "résultat de la dernière exécution",
    "dernier résultat",
    "último resultado",
    "resultado de la última ejecución",
    "ultimo risultato",
    "前回の実行結果",
    "上次运行结果",
];

/// The result of a task under its label, where nothing else in the line is a code: what its program returned.
pub(crate) fn of_result<'c>(text: &str, codes: &'c Codes) -> Option<Told<'c>> {
    let lower = text.to_lowercase();
    let rest = RESULTS
        .iter()
        .find_map(|label| lower.split_once(label).map(|(_, rest)| rest))?;
    let word = rest
        .trim_start_matches([' ', ':', '=', '\t', '('])
        .split([' ', '\t', ')', ',', ';', '.'])
        .next()?;
    let value = parse_code(word).filter(|value| *value != 0)?;
    let used = CodeUse {
        space: CodeSpace::ExitCode,
        value,
    };
    let code = codes
        .get(used.space, value)
        .filter(|code| !code.causes.is_empty())?;
    Some(Told {
        code,
        used,
        text: word.to_owned(),
    })
}

/// How such numbers stand in texts, in lower case.
pub(super) fn client_spellings(codes: &Codes) -> impl Iterator<Item = String> {
    let of_client = |code: &&Code| {
        matches!(code.space, CodeSpace::DiscReason | CodeSpace::ExtendedDisconnect) && !code.causes.is_empty()
    };
    let value = |code: &Code| match code.value {
        CodeValue::Number(value) => Some(value),
        CodeValue::Word(_) => None,
    };
    let values = codes.iter().filter(of_client).filter_map(value);
    values
        .filter(|value| (SMALLEST_OF_CLIENT..SMALLEST_TELLING_CODE).contains(value))
        .flat_map(|value| {
            let forms = [value.to_string(), format!("0x{value:x}")];
            forms.into_iter().flat_map(|form| {
                CLIENT_WORDS
                    .iter()
                    .flat_map(move |word| [format!("{word} {form}"), format!("{word}: {form}")])
                    .collect::<Vec<_>>()
            })
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_a_client() {
        let codes = Codes::embedded().unwrap();
        let cause = |text| of_client(text, &codes).map(|told| told.code.causes[0].clone());
        assert_eq!(
            cause("error 3847").as_deref(),
            Some("password-expired-or-must-change")
        );
        assert_eq!(cause("Error code: 0x101").as_deref(), Some("rds-licensing"));
        for text in ["error 5", "3847", "error 99999", "error: none", "port 3389"] {
            assert_eq!(cause(text), None, "{text}");
        }
    }
}
