//! Names in sentences: of computers by how they are spelled, and of whoever stands behind a label or a greeting. Owns what may be
//! taken for a name there; what a field holds is the matter of [`gather`](super::gather).

use std::sync::LazyLock;

use regex::Regex;

use super::words::is_ordinary;

/// `RPA-07`, `DESKTOP-FB022`: capitals, hyphens and digits, as Windows makes such names.
static COMPUTER: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\b[A-Z][A-Z0-9]{0,13}(?:-[A-Z0-9]{1,13}){1,3}\b").ok());

/// What stands behind a word for a computer: `on SRV01`, `Caller computer: LAPTOP`.
static AT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"\b(?:(?i:caller computer|client|computer|host|machine|workstation|server|source)(?i: ?name)?\s*[:=]\s*|",
        r"(?:on|from|at|host|computer|machine|workstation|server)\s+)",
        r"(?<name>[A-Za-z][A-Za-z0-9-]{3,14})\b",
    ))
    .ok()
});

/// `Account Name: anna`, `user=anna`.
static USER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(?i)\b(?:account|user|logon account|benutzer|konto)(?: ?name)?\s*[:=]\s*"?(?<name>[\p{L}][\w.$-]{1,63})"#).ok()
});

/// Two or three words with capitals: the name of a person, where none of them is an ordinary word.
static PERSON: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"\b\p{Lu}\p{Ll}+(?:-\p{Lu}\p{Ll}+)?(?: \p{Lu}\p{Ll}+(?:-\p{Lu}\p{Ll}+)?){1,2}\b").ok()
});

/// Abbreviations that carry a number behind a hyphen and name no computer.
const NUMBERED: &[&str] = &[
    "AES", "ASCII", "COM", "CP", "CRC", "CVE", "DES", "EVENT", "GMT", "HTTP", "IP", "ISO", "KB", "MD", "MS",
    "P", "RC", "RDP", "RFC", "RSA", "S", "SHA", "SSL", "TCP", "TLS", "UCS", "USB", "UTC", "UTF", "V", "X",
];

/// Products whose version stands right behind their name.
const VERSIONED: &[&str] = &["OFFICE", "SERVER", "WIN", "WINDOWS"];

/// Beginnings of names that Windows gives by itself: the rest needs no digit.
const GIVEN: &[&str] = &["DESKTOP-", "LAPTOP-", "WIN-"];

/// The computers that a text names by their spelling or behind a word for one.
pub(super) fn computers(text: &str) -> Vec<&str> {
    let spelled = COMPUTER.iter().flat_map(|form| form.find_iter(text));
    let spelled = spelled
        .map(|found| found.as_str())
        .filter(|name| is_computer(name));
    let placed = AT.iter().flat_map(|form| form.captures_iter(text));
    let placed = placed.filter_map(|found| found.name("name")).filter(|found| {
        // `from user.log`, `on CORP\anna`, `on KB123.`: a name ends where the word does.
        let after = text.get(found.end()..).unwrap_or_default();
        let goes_on = after
            .strip_prefix('.')
            .is_some_and(|after| after.starts_with(char::is_alphanumeric));
        !goes_on && !after.starts_with(['\\', '@', '_', '/', '='])
    });
    let placed = placed.map(|found| found.as_str()).filter(|name| is_placed(name));
    spelled.chain(placed).collect()
}

fn is_computer(name: &str) -> bool {
    let first = name.split('-').next().unwrap_or_default();
    let has_number = name.bytes().any(|byte| byte.is_ascii_digit());
    let is_given = GIVEN.iter().any(|start| name.starts_with(start));
    // The names of Windows have 15 characters at most.
    name.len() <= 15 && (has_number || is_given) && !NUMBERED.contains(&first) && !is_ordinary(name)
}

/// Behind a word for a computer no hyphen is needed, but capitals with a digit are.
fn is_placed(name: &str) -> bool {
    let stem = name.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let first = name.split('-').next().unwrap_or_default();
    let has = |wanted: fn(&u8) -> bool| name.as_bytes().iter().any(wanted);
    let is_capital = !has(u8::is_ascii_lowercase) && has(u8::is_ascii_digit) && has(u8::is_ascii_uppercase);
    is_capital
        && !VERSIONED.contains(&stem)
        && !NUMBERED.contains(&first.trim_end_matches(|letter: char| letter.is_ascii_digit()))
        && !is_ordinary(name)
}

/// The accounts that stand behind their label.
pub(super) fn accounts(text: &str) -> impl Iterator<Item = &str> {
    let labelled = USER.iter().flat_map(move |form| form.captures_iter(text));
    let labelled = labelled.filter_map(move |found| {
        let name = found.name("name")?;
        // A domain is followed by its account, which has a rule of its own.
        let is_part = text
            .get(name.end()..)
            .is_some_and(|after| after.starts_with(['\\', '@']));
        (!is_part).then(|| name.as_str().trim_end_matches(['.', '-']))
    });
    labelled.filter(|name| !is_ordinary(name))
}

/// The persons that a text of people names in full.
pub(super) fn persons(text: &str) -> impl Iterator<Item = &str> {
    let found = PERSON.iter().flat_map(move |form| form.find_iter(text));
    found
        .map(|found| found.as_str())
        .filter(|name| !name.split([' ', '-']).any(is_ordinary))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn computers_are_told_from_abbreviations() {
        let text = "Logon from WKS-4711 and on SRV01, host DESKTOP-FBXYZ. Caller computer: MUC12";
        assert_eq!(
            computers(text),
            ["WKS-4711", "DESKTOP-FBXYZ", "WKS-4711", "SRV01", "MUC12"]
        );
        let others = "UTF-8, SHA-256, CVE-2018-0886, on KB5041578, from WIN10, on Windows, host is, from S-1-5-18, RDP-TCP, on CORP1\\anna, at 10:42";
        assert_eq!(computers(others), [] as [&str; 0]);
    }

    #[test]
    fn accounts_and_persons_are_told_from_words() {
        let text = "Account Name: anna.k. User: SYSTEM, user = CORP\\x, user: the owner";
        assert_eq!(accounts(text).collect::<Vec<_>>(), ["anna.k"]);
        let text = "Kind regards, Heike Zwingenberger. Task Scheduler, Remote Desktop and Power Automate";
        assert_eq!(persons(text).collect::<Vec<_>>(), ["Heike Zwingenberger"]);
    }
}
