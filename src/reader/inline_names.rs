//! Whom and what machine a line names that tells a record of the Security log in one sentence: `4740: Account CORP\anna locked out. Caller
//! computer: PC-7.` Owns the shapes of such names; must not know what the records mean.

use crate::model::providers::AUDITING;
use crate::model::{Event, Value};

/// Where an event keeps whom it is about; what is known is not looked for.
const USERS: &[&str] = &[
    "TargetUserName",
    "User",
    "UserName",
    "AccountName",
    "SubjectUserName",
];

/// An account was locked out: the record keeps the machine from which it was in the place of its domain.
const LOCKED_OUT: u16 = 4740;

/// Labels of the machine that a lockout or a refusal came from, in lower case.
const CALLERS: &[&str] = &[
    "caller computer name",
    "caller computer",
    "caller machine",
    "caller",
];

/// Longest name of an account or a machine.
const LONGEST: usize = 64;

/// Adds the account and the caller that the text of an event names, where its fields name none.
pub(super) fn complete(event: &mut Event, text: &str) {
    if !AUDITING.wrote(event) {
        return;
    }
    if event.first_field_text(USERS).is_none()
        && let Some((domain, user)) = account(text)
    {
        event.push("TargetUserName", Value::text(user));
        if event.id != Some(LOCKED_OUT) {
            event.push("TargetDomainName", Value::text(domain));
        }
    }
    if event.id == Some(LOCKED_OUT)
        && event.field("TargetDomainName").is_none()
        && let Some(caller) = caller(text)
    {
        event.push("TargetDomainName", Value::text(caller));
    }
}

/// The first `DOMAIN\name` that is no path.
fn account(text: &str) -> Option<(&str, &str)> {
    let is_name = |letter: char| letter.is_alphanumeric() || "-_.$".contains(letter);
    text.match_indices('\\').find_map(|(at, _)| {
        let (before, behind) = (text.get(..at)?, text.get(at + 1..)?);
        let domain = before.get(before.trim_end_matches(is_name).len()..)?;
        let end = behind.find(|letter| !is_name(letter)).unwrap_or(behind.len());
        let user = behind.get(..end)?.trim_end_matches('.');
        let sign = before.get(..before.len() - domain.len())?.chars().next_back();
        let is_path = matches!(sign, Some('\\' | '/' | ':' | '%'))
            || behind.get(end..)?.starts_with(['\\', '/', ':'])
            || user.to_lowercase().ends_with(".exe");
        let fits = |name: &str| (1..=LONGEST).contains(&name.len()) && name.contains(char::is_alphanumeric);
        (!is_path && fits(domain) && fits(user)).then_some((domain, user))
    })
}

/// The machine behind a label of a caller.
fn caller(text: &str) -> Option<&str> {
    let lower = text.to_lowercase();
    // Lower case may be of another length in some languages; then the places mean nothing.
    let lower = Some(lower).filter(|lower| lower.len() == text.len())?;
    CALLERS.iter().find_map(|label| {
        let at = lower.find(label)? + label.len();
        let value = text
            .get(at..)?
            .trim_start()
            .strip_prefix([':', '='])?
            .trim_start();
        let end = value
            .find(|letter: char| !(letter.is_alphanumeric() || "-_.".contains(letter)))
            .unwrap_or(value.len());
        let name = value.get(..end)?.trim_end_matches('.');
        (1..=LONGEST).contains(&name.len()).then_some(name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Origin;

    fn told(id: u16, text: &str) -> [Option<String>; 2] {
        let mut event = Event::new(Origin::artifact("t"));
        event.provider = AUDITING.name.into();
        event.id = Some(id);
        complete(&mut event, text);
        ["TargetUserName", "TargetDomainName"].map(|name| event.field_text(name))
    }

    #[test]
    fn a_sentence_names_whom_it_is_about() {
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(
            told(4740, r"Account CORP\anna.k locked out. Caller computer: PC-7."),
            [some("anna.k"), some("PC-7")]
        );
        assert_eq!(
            told(4771, r"Pre-authentication failed for CORP\anna."),
            [some("anna"), some("CORP")]
        );
        // What a path looks like is no account.
        for text in [
            r"Process C:\Windows\System32\svchost.exe",
            r"\\server\share was reached",
            r"HKLM\Software\Policies",
            r"%SystemRoot%\notepad.exe",
            "nothing",
        ] {
            assert_eq!(told(4625, text), [None, None], "{text}");
        }
    }

    #[test]
    fn what_fields_tell_already_stays() {
        let mut event = Event::new(Origin::artifact("t"));
        event.provider = AUDITING.name.into();
        event.id = Some(4625);
        event.push("TargetUserName", Value::text("otto"));
        complete(&mut event, r"for CORP\anna");
        assert_eq!(event.field_text("TargetUserName").as_deref(), Some("otto"));
    }
}
