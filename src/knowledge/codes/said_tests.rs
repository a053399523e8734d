//! Sentences of the system are found in every language, and what only speaks of the same things is not.

use std::collections::BTreeSet;

use super::said::Said;
use super::sentences::SPOKEN;
use super::*;
use crate::model::{Clue, CodeSpace, parse_code};

fn symbols(text: &str) -> Vec<String> {
    let codes = Codes::embedded().unwrap();
    let said = codes.said_in(text);
    said.iter().map(|said| said.code.symbol.clone()).collect()
}

#[test]
fn sentences_are_known_by_their_words_in_any_language() {
    for (text, symbol) in [
        (
            "ERROR: The user name or password is incorrect.",
            "ERROR_LOGON_FAILURE",
        ),
        (
            "FEHLER: Eine angegebene Anmeldesitzung ist\nnicht vorhanden.",
            "ERROR_NO_SUCH_LOGON_SESSION",
        ),
        (
            "Le nom d’utilisateur ou le mot de passe est incorrect.",
            "ERROR_LOGON_FAILURE",
        ),
        (
            "Anmeldung an CORP: Das Konto des Benutzers ist momentan deaktiviert",
            "ERROR_ACCOUNT_DISABLED",
        ),
    ] {
        assert_eq!(symbols(text), [symbol], "{text}");
    }
}

#[test]
fn apostrophes_and_case_do_not_matter() {
    for text in [
        "We can't sign you in with this credential because your domain isn't available.",
        "we cant sign you in with this credential because your domain isnt available",
        "WE CAN’T SIGN YOU IN WITH THIS CREDENTIAL BECAUSE YOUR DOMAIN ISN’T AVAILABLE.",
    ] {
        assert_eq!(symbols(text), ["ERROR_NO_LOGON_SERVERS"], "{text}");
    }
    assert_eq!(
        symbols("Le compte de l´utilisateur a expiré."),
        ["ERROR_ACCOUNT_EXPIRED"]
    );
}

#[test]
fn of_two_sentences_in_one_place_the_longer_counts() {
    assert_eq!(
        symbols("The password for this account has expired."),
        ["ERROR_PASSWORD_EXPIRED"]
    );
    assert_eq!(
        symbols("The user's account has expired."),
        ["ERROR_ACCOUNT_EXPIRED"]
    );
}

#[test]
fn what_an_account_is_not_is_no_sentence() {
    let codes = Codes::embedded().unwrap();
    let told = |text: &str| codes.said_in(text).len();
    assert_eq!(told("Kontot är låst."), 1);
    assert_eq!(told("Kontot är inte låst, lösenordet är bytt."), 0);
    assert_eq!(told("the account is not currently disabled"), 0);
}

#[test]
fn words_far_apart_or_in_another_order_are_no_sentence() {
    assert!(symbols("password incorrect is or the user name").is_empty());
    let far = format!("the user name {} or password is incorrect", "x ".repeat(100));
    assert!(symbols(&far).is_empty());
}

#[test]
fn every_sentence_has_its_clue() {
    let codes = Codes::embedded().unwrap();
    let sentences: Vec<String> = codes.sentences().map(|(_, text)| text.to_lowercase()).collect();
    let clues: Vec<Clue> = codes.sentence_clues().collect();
    assert_eq!(sentences.len(), clues.len());
    for (text, clue) in sentences.iter().zip(&clues) {
        assert!(
            text.contains(&*clue.literal) && text.contains(&*clue.with),
            "{text}: {clue:?}"
        );
    }
    let alone = clues
        .iter()
        .filter(|clue| clue.with.is_empty() && clue.literal.is_ascii());
    let alone = alone.count();
    assert!(
        alone < clues.len() / 20,
        "most sentences have two words of their own, {alone} have not"
    );
}

/// Codes that stand for the same fault to whoever is told of it: the causes that one names first, the other names, too.
fn are_alike(one: &Code, other: &Code) -> bool {
    let (first, second) = (one.causes.first(), other.causes.first());
    first.is_some_and(|cause| other.causes.contains(cause))
        || second.is_some_and(|cause| one.causes.contains(cause))
}

#[test]
fn every_sentence_is_found_and_told_of_its_code_alone() {
    let codes = Codes::embedded().unwrap();
    let mut wrong = Vec::new();
    for (code, text) in codes.sentences() {
        let said = codes.said_in(text);
        let others = said.iter().filter(|said| !are_alike(said.code, code));
        let others: Vec<&String> = others.map(|said| &said.code.symbol).collect();
        if !said.iter().any(|said| said.code == code) || !others.is_empty() {
            let told = said.iter().map(|said| (said.code.space, &said.code.value));
            let told: Vec<_> = told.collect();
            wrong.push(format!(
                "{text} of {} {:?} tells {told:?}",
                code.space, code.value
            ));
        }
    }
    assert!(wrong.is_empty(), "{}: {wrong:#?}", wrong.len());
}

/// The codes of which each language has a sentence: those that people quote by it, of dialogs, records and prompts.
const QUOTED: &[(CodeSpace, &[u32])] = &[
    (
        CodeSpace::Win32,
        &[
            15, 86, 267, 1058, 1069, 1245, 1260, 1265, 1311, 1312, 1314, 1317, 1326, 1327, 1328, 1329, 1330,
            1331, 1332, 1355, 1384, 1385, 1396, 1398, 1450, 1455, 1787, 1789, 1792, 1793, 1907, 1908, 1909,
            1935, 1937, 7024,
        ],
    ),
    (
        CodeSpace::DiscReason,
        &[264, 516, 2308, 2825, 3848, 6151, 7431, 8455],
    ),
    (CodeSpace::ExtendedDisconnect, &[1, 3, 4, 5, 7, 9, 257]),
    (CodeSpace::Hresult, &[0x8009_0302, 0x8009_030C, 0x8009_030E]),
    (CodeSpace::TaskScheduler, &[0x8004_131F, 0x8004_1320]),
    (CodeSpace::LogonError, &[0xFFFF_FFF9]),
];

#[test]
fn every_language_says_every_code_that_is_quoted_by_its_sentence() {
    let languages: BTreeSet<&str> = SPOKEN
        .iter()
        .flat_map(|spoken| spoken.sentences)
        .map(|sentence| sentence.language)
        .collect();
    assert!(languages.len() >= 34, "{languages:?}");
    let codes = Codes::embedded().unwrap();
    let mut silent = Vec::new();
    for (space, values) in QUOTED {
        for &value in *values {
            let code = codes.get(*space, value).unwrap();
            assert!(
                !code.said.is_empty() && !code.causes.is_empty(),
                "{space} {value}"
            );
            let spoken = SPOKEN
                .iter()
                .find(|spoken| (spoken.space, spoken.value) == (*space, value));
            let spoken = spoken.into_iter().flat_map(|spoken| spoken.sentences);
            let there: BTreeSet<&str> = spoken.map(|sentence| sentence.language).collect();
            silent.extend(
                languages
                    .difference(&there)
                    .map(|language| format!("{language} {space} {value}")),
            );
        }
    }
    assert!(silent.is_empty(), "{silent:?}");
}

#[test]
fn every_code_of_a_language_is_known() {
    let codes = Codes::embedded().unwrap();
    for spoken in SPOKEN {
        let code = codes.get(spoken.space, spoken.value);
        let speaks = code.is_some_and(|code| !code.causes.is_empty());
        assert!(speaks, "{} {} has no causes", spoken.space, spoken.value);
    }
}

/// Whole sentences, written from the languages and not from the words that tell them.
const TOLD: &str = include_str!("../../../tests/sentences/told.txt");
/// What is said in health, or of the same things in general.
const HARMLESS: &str = include_str!("../../../tests/sentences/harmless.txt");

#[test]
fn whole_sentences_are_told_of_their_code() {
    let codes = Codes::embedded().unwrap();
    let mut wrong = Vec::new();
    for line in TOLD.lines() {
        let mut parts = line.splitn(4, ' ').skip(1);
        let (space, value, text) = (
            parts.next().unwrap(),
            parts.next().unwrap(),
            parts.next().unwrap(),
        );
        let value = parse_code(value).unwrap();
        let said = codes.said_in(text);
        let is_it = |said: &Said<'_>| {
            said.code.space.to_string() == space && said.code.value == CodeValue::Number(value)
        };
        if said.len() != 1 || !said.iter().all(is_it) {
            let told: Vec<&str> = said.iter().map(|said| &*said.code.symbol).collect();
            wrong.push(format!("{line}: {told:?}"));
        }
    }
    assert!(TOLD.lines().count() >= 150);
    assert!(wrong.is_empty(), "{}: {wrong:#?}", wrong.len());
}

#[test]
fn what_is_said_in_health_is_no_sentence() {
    let codes = Codes::embedded().unwrap();
    let told = |line: &&str| {
        let (_, text) = line.split_once(' ').unwrap();
        !codes.said_in(text).is_empty()
    };
    assert!(HARMLESS.lines().count() >= 60);
    let told: Vec<&str> = HARMLESS.lines().filter(told).collect();
    assert!(told.is_empty(), "{told:#?}");
}

#[test]
fn languages_deny_in_their_own_way() {
    let codes = Codes::embedded().unwrap();
    let told = |text: &str| codes.said_in(text).len();
    // Among the words, before them, behind them, and in a script without blanks.
    for (said, denied) in [
        ("Konto jest zablokowane.", "Konto nie jest zablokowane."),
        ("Konto gesperrt", "Kein Konto gesperrt"),
        ("Hesap kilitli.", "Hesap kilitli değil."),
        (
            "アカウントはロックされています。",
            "アカウントはロックされていません。",
        ),
        ("帐户已锁定", "帐户并未锁定"),
    ] {
        assert_eq!((told(said), told(denied)), (1, 0), "{said}");
    }
    // "Now" in Swedish is "not" in Romanian, and what comes after the sentence is another matter.
    assert_eq!(told("Kontot är nu låst."), 1);
    assert_eq!(told("Contul nu este blocat."), 0);
    assert_eq!(told("Hesap kilitli. Parola yanlış değil."), 1);
}

#[test]
fn short_words_are_words_of_their_own() {
    let codes = Codes::embedded().unwrap();
    let told = |text: &str| codes.said_in(text).len();
    assert_eq!(told("Račun je zaključan."), 1);
    assert_eq!(told("Račun nije zaključan."), 0);
}

#[test]
fn a_file_of_a_user_adds_sentences() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("is.toml");
    let text = "language = \"is\"\n[win32]\n1326 = [\"notandanafn eða lykilorð er rangt\"]\n";
    std::fs::write(&file, text).unwrap();
    let codes = Codes::with_folder(folder.path()).unwrap();
    let said = codes.said_in("Notandanafn eða lykilorð er rangt.");
    assert_eq!(said.first().unwrap().code.symbol, "ERROR_LOGON_FAILURE");
    assert!(crate::knowledge::Knowledge::with_folder(folder.path()).is_ok());
    for wrong in [
        "[win32]\n9999999 = [\"x\"]",
        "[win33]\n1326 = [\"x\"]",
        "[win32]\n1326 = 1",
    ] {
        std::fs::write(&file, format!("language = \"is\"\n{wrong}\n")).unwrap();
        let error = Codes::with_folder(folder.path()).unwrap_err().to_string();
        assert!(error.contains("is.toml"), "{error}");
    }
}
