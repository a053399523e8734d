//! Secrets in what was read: a password in an export that was pasted into a mail, in the command line of a ticket, in
//! the headers of a trace, in the audit of a registry value. They are replaced before anything leaves a reader, once for
//! all formats, and that is said.
//!
//! Settings are read by readers that drop secrets by their names and never hold their data. This is for the events of
//! every artifact. It rather hides too much. [`text`] knows what a secret looks like in one text; this file knows the
//! shapes that go over several: a name in one field and the data in another, a heading and the row below it.

mod text;

use std::borrow::Cow;

use crate::model::{Event, Findings, Origin, Problem, ProblemKind, Value};

use super::Context;
use super::sink::add_problem;
pub(super) use text::{Look, is_secret_name, is_the_name, look_utf16, mask as mask_text, may_hold};

/// What stands in the place of a secret.
const MASK: &str = "***";

/// Lines below a heading in which the data may stand: a rule of dashes and the first row.
const LINES_BELOW: u64 = 3;

/// Fields that hold the data of a value that another field names, as in event 4657 of the Security log.
const DATA_FIELDS: [&str; 5] = ["NewValue", "OldValue", "Details", "Data", "Value"];

/// Whether a field of this name holds the data of a value that another field names.
pub(super) fn is_data_name(name: &str) -> bool {
    DATA_FIELDS.iter().any(|other| name.eq_ignore_ascii_case(other))
}

/// Masks the secrets in the events of one artifact, and says that there were some.
pub(super) fn mask(context: &Context<'_>, findings: &mut Findings) {
    let mut masked: Option<(Origin, u64)> = None;
    let mut heading: Option<u64> = None;
    for event in &mut findings.events {
        let line = event.origin.line;
        let below = match (heading, line) {
            (Some(heading), Some(line)) => line > heading && line <= heading.saturating_add(LINES_BELOW),
            _ => false,
        };
        let suspect = is_suspect(event);
        if !suspect && !below {
            continue;
        }
        let names = suspect && names_password(event);
        if names {
            heading = line.filter(|_| !text::is_assigned(&event.text()));
        }
        if (suspect && mask_event(event)) || (below && !names && mask_row(event)) {
            masked.get_or_insert_with(|| (event.origin.clone(), 0)).1 += 1;
        }
    }
    if let Some((origin, count)) = masked {
        let detail = "what looks like a password or a token was replaced";
        let problem = Problem {
            count,
            ..Problem::new(ProblemKind::SecretMasked, origin, detail)
        };
        add_problem(findings, problem, context.limits.problems_per_artifact);
    }
}

/// Whether anything in an event is worth a closer look. Nearly every event is let go here, and there are millions.
fn is_suspect(event: &Event) -> bool {
    event.message.as_deref().is_some_and(may_hold)
        || event.fields.iter().any(|field| {
            is_secret_name(&field.name)
                || (field.name.len() >= text::CLEAR_TEXT.len() && may_hold(&field.name))
                || match &field.value {
                    Value::Text(value) => value.len() > 2 && may_hold(value),
                    Value::List(_) => may_hold(&field.value.to_text()),
                    _ => false,
                }
        })
}

/// Whether an event names the registry value that holds a password.
fn names_password(event: &Event) -> bool {
    event.message.as_deref().is_some_and(text::names_password)
        || event.fields.iter().any(|field| {
            text::names_password(&field.name)
                || match &field.value {
                    Value::Text(value) => text::names_password(value),
                    Value::List(_) => text::names_password(&field.value.to_text()),
                    _ => false,
                }
        })
}

/// Replaces the secrets of an event; true when there was one.
fn mask_event(event: &mut Event) -> bool {
    let mut found = false;
    if let Some(message) = &event.message
        && let Cow::Owned(masked) = text::mask(message)
    {
        event.message = Some(masked.into());
        found = true;
    }
    let named = event
        .fields
        .iter()
        .any(|field| matches!(&field.value, Value::Text(value) if is_the_name(value)));
    for field in &mut event.fields {
        let is_data = DATA_FIELDS
            .iter()
            .any(|name| field.name.eq_ignore_ascii_case(name));
        if let Some(value) = mask_value(&field.name, &field.value, named && is_data) {
            field.value = value;
            found = true;
        }
    }
    found
}

/// What a value becomes; none when it stays. `data` says that another field names it as a password.
fn mask_value(name: &str, value: &Value, data: bool) -> Option<Value> {
    let shown = match value {
        Value::Text(shown) => Cow::Borrowed(&**shown),
        Value::List(_) | Value::Binary(_) => value.to_text(),
        Value::Null => return None,
        // A password of digits that was written as a number.
        _ => return (data || is_secret_name(name)).then(|| Value::text(MASK)),
    };
    // `%%1842` stands for a text that Windows has, such as "Yes" for an elevated token.
    if shown.is_empty() || shown == MASK || shown.starts_with("%%") {
        return None;
    }
    let whole = is_secret_name(name)
        || (data && !is_the_name(&shown))
        || (!matches!(value, Value::Text(_)) && text::names_password(&shown));
    if whole {
        return Some(Value::text(MASK));
    }
    match text::mask(&shown) {
        Cow::Owned(masked) if matches!(value, Value::Text(_)) => Some(Value::text(masked)),
        _ => None,
    }
}

/// Masks the row of a table below a heading with the name.
fn mask_row(event: &mut Event) -> bool {
    let text = event.text();
    if text.trim().is_empty() || text.trim().chars().all(|c| matches!(c, '-' | '=' | ' ')) {
        return false;
    }
    event.message = Some(MASK.into());
    event.fields.clear();
    true
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::limits::Limits;
    use crate::model::Interest;
    use crate::source::Source;

    fn all(text: &str) -> String {
        let interest = Interest::everything().unwrap();
        let limits = Limits::default();
        let context = Context {
            path: Arc::from("case.zip!/settings.txt"),
            interest: &interest,
            limits: &limits,
            recover: false,
        };
        let findings = crate::reader::read(Source::memory(text), &context);
        let kinds = findings.problems.iter().map(|problem| problem.kind);
        assert!(
            kinds.into_iter().any(|kind| kind == ProblemKind::SecretMasked),
            "{text}\n{findings:#?}"
        );
        format!("{findings:?}")
    }

    #[test]
    fn no_format_lets_a_password_through() {
        let winlogon = r"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon";
        let texts = [
            format!("Windows Registry Editor Version 5.00\r\n\r\n[{winlogon}]\r\n\"DefaultPassword\"=\"Geheim73\"\r\n"),
            format!(
                "Windows Registry Editor Version 5.00\n[{winlogon}]\n\"DefaultPassword\"=\"Zeile\nGeheim73\"\n\"AutoAdminLogon\"=\"1\"\n"
            ),
            format!("[{winlogon}]\n\"DefaultPassword\"=\"Geheim73\n\"AutoAdminLogon\"=\"1\"\n"),
            format!("{winlogon}\r\n    DefaultPassword    REG_SZ    Geheim73\r\n"),
            format!("see below\n{winlogon}\n    defaultpassword    REG_SZ    Geheim73\n"),
            format!("{winlogon}\\DefaultPassword = Geheim73\n"),
            format!(
                "DefaultPassword : Geheim73\nPSPath : Microsoft.PowerShell.Core\\Registry::{winlogon}\n"
            ),
            "AutoAdminLogon : 1\nDefaultPassword : Geheim73\n".to_owned(),
            "DefaultPassword\r\n---------------\r\nGeheim73\r\n".to_owned(),
            "\"AutoAdminLogon\",\"DefaultPassword\"\r\n\"1\",\"Geheim73\"\r\n".to_owned(),
            "[Registry Values]\nMACHINE\\Software\\Microsoft\\Windows NT\\CurrentVersion\\Winlogon\\DefaultPassword=1,\"Geheim73\"\n"
                .to_owned(),
            "The customer writes: DefaultPassword is Geheim73, what now?\n".to_owned(),
            "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>\
             <Provider Name='Microsoft-Windows-Security-Auditing'/><EventID>4657</EventID></System><EventData>\
             <Data Name='ObjectName'>\\REGISTRY\\MACHINE\\SOFTWARE\\Winlogon</Data>\
             <Data Name='ObjectValueName'>DefaultPassword</Data><Data Name='NewValue'>Geheim73</Data>\
             </EventData></Event>"
                .to_owned(),
        ];
        for text in texts {
            let out = all(&text);
            assert!(!out.contains("Geheim"), "{text}\n{out}");
            let wide: Vec<u8> = format!("\u{feff}{text}")
                .encode_utf16()
                .flat_map(u16::to_le_bytes)
                .collect();
            let interest = Interest::everything().unwrap();
            let limits = Limits::default();
            let context = Context {
                path: Arc::from("a"),
                interest: &interest,
                limits: &limits,
                recover: false,
            };
            let out = format!("{:?}", crate::reader::read(Source::memory(wide), &context));
            assert!(!out.contains("Geheim"), "UTF-16 of {text}\n{out}");
        }
    }

    #[test]
    fn secret_fields_lose_their_value() {
        let mut event = Event::new(Origin::artifact("a"));
        event.push("DefaultPassword", Value::text("Hunter2"));
        event.push("PasswordLastSet", Value::text("5/4/2026"));
        event.push("SmtpPwd", Value::Unsigned(4_711));
        assert!(mask_event(&mut event));
        assert_eq!(event.field("DefaultPassword"), Some(&Value::text(MASK)));
        assert_eq!(event.field("PasswordLastSet"), Some(&Value::text("5/4/2026")));
        assert_eq!(event.field("SmtpPwd"), Some(&Value::text(MASK)));
        assert!(!mask_event(&mut event));
    }
}
