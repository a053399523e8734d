//! Secrets in text: what stands behind a word like `password` is replaced before an event leaves a reader. Must not
//! know formats.
//!
//! Settings are read by readers that drop secrets by their names. This is for the rest: a registry export pasted
//! into a mail, a command line in a ticket, the headers of an HTTP trace. It rather hides too much.

use std::borrow::Cow;
use std::sync::{Arc, LazyLock};

use regex::Regex;

use crate::model::{Event, Value};

/// What a secret becomes.
const MASK: &str = "***";

/// Names of things whose value nobody should see.
const NAMES: &str =
    "password|passwort|passwd|kennwort|contraseña|mot de passe|pwd|secret|token|api_?key|パスワード";

/// The patterns: what stays is the first group.
static PATTERNS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    let value = r#"(?:"(?:[^"\\\r\n]|\\.)*|\\"(?:[^"\\\r\n]|\\[^"])*|'[^'\r\n]*|[^\s;&<"']+)"#;
    [
        // A line of its own, and registry values: all the rest of the line.
        format!(r"(?im)(^[ \t]*(?:[\w-]+[ \t]+){{0,2}}\w*(?:{NAMES})[ \t]*[:=][ \t]*)[^\s{{\[][^\r\n]*"),
        format!(r"(?i)((?:{NAMES})[ \t]+REG_(?:EXPAND_)?SZ[ \t]+)[^\r\n]+"),
        // Anywhere: the quoted text or the word.
        format!(r#"(?i)((?:{NAMES})(?:\\?["'])?\s*(?:[:=>]|=>)\s*){value}"#),
        format!(r"(?i)((?:^|\s)/(?:p|pass|pwd):){value}"),
        r"(?i)(\b(?:bearer|basic)[ \t]+)[\w.~+/=-]{8,}".to_owned(),
    ]
    .iter()
    .filter_map(|pattern| Regex::new(pattern).ok())
    .collect()
});

/// A quick look whether the patterns are worth trying.
static HINT: LazyLock<Option<aho_corasick::AhoCorasick>> = LazyLock::new(|| {
    let words = NAMES
        .replace("_?", "")
        .split('|')
        .map(str::to_owned)
        .collect::<Vec<_>>();
    let more = ["api_key", "/p:", "/pass:", "bearer", "basic"].map(str::to_owned);
    aho_corasick::AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .build(words.into_iter().chain(more))
        .ok()
});

/// Replaces the secrets of an event; true when there was one.
pub(crate) fn mask_event(event: &mut Event) -> bool {
    let mut found = false;
    if let Some(message) = &event.message
        && let Cow::Owned(masked) = mask(message)
    {
        event.message = Some(Arc::from(masked));
        found = true;
    }
    for field in &mut event.fields {
        let Value::Text(text) = &field.value else {
            continue;
        };
        if is_secret_name(&field.name) && !text.is_empty() && &**text != MASK {
            field.value = Value::text(MASK);
            found = true;
        } else if let Cow::Owned(masked) = mask(text) {
            field.value = Value::text(masked);
            found = true;
        }
    }
    found
}

/// Whether a field of this name holds a secret and nothing else: `DefaultPassword`, `access_token`.
fn is_secret_name(name: &str) -> bool {
    let name = name.to_lowercase();
    [
        "password", "passwort", "kennwort", "pwd", "secret", "token", "apikey", "api_key",
    ]
    .iter()
    .any(|secret| name.ends_with(secret))
}

/// The text with its secrets replaced; borrowed when there is none.
pub(crate) fn mask(text: &str) -> Cow<'_, str> {
    if !HINT.as_ref().is_some_and(|hint| hint.is_match(text)) {
        return Cow::Borrowed(text);
    }
    let mut masked = Cow::Borrowed(text);
    for pattern in PATTERNS.iter() {
        if let Cow::Owned(changed) = pattern.replace_all(&masked, format!("${{1}}{MASK}")) {
            masked = Cow::Owned(changed);
        }
    }
    match masked {
        Cow::Owned(changed) if changed == text => Cow::Borrowed(text),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_in_every_dress_are_replaced() {
        for text in [
            r#""DefaultPassword"="Hunter2-tail""#,
            "    DefaultPassword    REG_SZ    Hunter2 tail",
            "DefaultPassword : Hunter2 tail",
            r#"{"password":"Hunter2\"tail","user":"svc"}"#,
            r#"{\"password\":\"Hunter2\\tail\",\"user\":\"svc\"}"#,
            "Server=db;Password=Hunter2,tail;User=svc",
            "<Password>Hunter2tail</Password>",
            "xfreerdp /v:RPA-07 /u:svc /p:Hunter2tail",
            "Authorization: Bearer Hunter2.tail.tail",
            "access_token=Hunter2tail&x=1",
            "Kennwort: Hunter2 tail",
        ] {
            let masked = mask(text);
            assert!(
                !masked.contains("Hunter2") && !masked.contains("tail"),
                "{text} -> {masked}"
            );
            assert!(masked.contains(MASK), "{text}");
        }
    }

    #[test]
    fn sentences_about_passwords_stay() {
        for text in [
            "The user name or password is incorrect.",
            "The specified network password is not correct. (0x80070056)",
            "Password Last Set: 5/4/2026",
            "Token Elevation Type: %%1936",
            "Session 3 has been disconnected, reason code 5",
        ] {
            assert!(matches!(mask(text), Cow::Borrowed(_)), "{text}");
        }
    }

    #[test]
    fn secret_fields_lose_their_value() {
        let mut event = Event::new(crate::model::Origin::artifact("a"));
        event.push("DefaultPassword", Value::text("Hunter2"));
        event.push("PasswordLastSet", Value::text("5/4/2026"));
        assert!(mask_event(&mut event));
        assert_eq!(event.field("DefaultPassword"), Some(&Value::text(MASK)));
        assert_eq!(event.field("PasswordLastSet"), Some(&Value::text("5/4/2026")));
        assert!(!mask_event(&mut event));
    }
}
