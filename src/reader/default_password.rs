//! The last gate before findings leave a reader: no event carries the value of a `DefaultPassword`, whatever
//! format told of it. Must not know formats.
//!
//! Readers of settings drop the value while they parse, [`secrets`](super::secrets) masks what stands behind a
//! word within one text. This is for the rest: Security 4657 and Sysmon 13 name the value in one field and its data
//! in another, and tables put the name in one line and the data below.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use crate::model::{Event, Findings, Origin, Problem, ProblemKind, Value};

use super::Context;
use super::sink::add_problem;

/// What stands in the place of a secret.
const MASK: &str = "(masked)";

/// Names of registry values that hold a password in clear text.
const NAME: &str = "DefaultPassword";

/// Lines below a heading of that name in which the value may stand: a rule of dashes and the first row.
const LINES_BELOW: u64 = 3;

static FINDER: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .build([NAME])
        .ok()
});

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
        let mentions = mentions(event);
        if mentions {
            heading = line;
        }
        if (mentions && mask_event(event)) || (below && !mentions && mask_row(event)) {
            let origin = event.origin.clone();
            masked.get_or_insert((origin, 0)).1 += 1;
        }
    }
    if let Some((origin, count)) = masked {
        let problem = Problem {
            count,
            ..Problem::new(
                ProblemKind::SecretMasked,
                origin,
                "text that can hold a password, masked in what was kept of it",
            )
        };
        add_problem(findings, problem, context.limits.problems_per_artifact);
    }
}

fn mentions(event: &Event) -> bool {
    event.message.as_deref().is_some_and(contains)
        || event.fields.iter().any(|field| {
            contains(&field.name)
                || match &field.value {
                    Value::Text(text) => contains(text),
                    Value::List(_) => contains(&field.value.to_text()),
                    _ => false,
                }
        })
}

fn contains(text: &str) -> bool {
    FINDER.as_ref().is_none_or(|finder| finder.is_match(text))
}

/// Masks an event that names the value: what follows the name in texts, and every field beside the name that can
/// be the data. True when there was something to mask.
fn mask_event(event: &mut Event) -> bool {
    let mut masked = false;
    if let Some(message) = event.message.take() {
        let (text, changed) = mask_text(&message);
        masked |= changed;
        event.message = Some(if changed { text.into() } else { message });
    }
    let written = event.fields.iter().any(|field| {
        matches!(&field.value, Value::Text(text) if text.trim_end().to_ascii_lowercase().ends_with("defaultpassword"))
    });
    for field in &mut event.fields {
        let is_data = ["NewValue", "OldValue", "Details", "Data", "Value"]
            .iter()
            .any(|name| field.name.eq_ignore_ascii_case(name));
        if contains(&field.name) || (written && is_data && !contains(&field.value.to_text())) {
            field.value = Value::text(MASK);
            masked = true;
        } else if let Value::Text(text) = &field.value {
            let (text, changed) = mask_text(text);
            if changed {
                field.value = Value::text(text);
                masked = true;
            }
        } else if matches!(field.value, Value::List(_)) && contains(&field.value.to_text()) {
            field.value = Value::text(MASK);
            masked = true;
        }
    }
    masked
}

/// Masks what stands behind the name, to the end of the line, and in the line below when the name ends its line.
fn mask_text(text: &str) -> (String, bool) {
    let mut out = String::with_capacity(text.len());
    let mut masked = false;
    let mut below = 0_u8;
    for line in text.split_inclusive('\n') {
        let found = FINDER.as_ref().and_then(|finder| finder.find(line));
        let Some(found) = found else {
            let rule = line.trim().chars().all(|c| matches!(c, '-' | '='));
            if below > 0 && !rule {
                out.push_str(MASK);
                out.push_str(end_of(line));
                masked = true;
                below = below.saturating_sub(1);
            } else {
                out.push_str(line);
            }
            continue;
        };
        let (head, rest) = line.split_at_checked(found.end()).unwrap_or((line, ""));
        out.push_str(head);
        let data = rest.trim_matches(['"', '\'', ' ', '\t', '\r', '\n', '=', ':', ']', ')', '.']);
        if data.is_empty() {
            out.push_str(rest);
            below = 1;
        } else {
            out.push(' ');
            out.push_str(MASK);
            out.push_str(end_of(rest));
            masked = true;
            below = u8::from(rest.starts_with(['"', ',', ';', '\t']));
        }
    }
    (out, masked)
}

fn end_of(line: &str) -> &'static str {
    if line.ends_with('\n') { "\n" } else { "" }
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
    fn text_around_the_secret_stays() {
        let (text, masked) = mask_text("before\nx DefaultPassword REG_SZ Geheim73\nafter");
        assert_eq!(text, "before\nx DefaultPassword (masked)\nafter");
        assert!(masked);
        assert!(!mask_text("no secret").1);
    }
}
