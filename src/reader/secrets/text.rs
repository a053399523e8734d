//! Secrets in one piece of text. Must not know events.

use std::borrow::Cow;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use regex::Regex;

use super::MASK;

/// Names of things whose value nobody should see.
const NAMES: &str =
    "password|passwort|passwd|kennwort|contraseña|mot de passe|pwd|secret|token|api_?key|パスワード";

/// The registry value that holds a password in clear text. A line that names it is not trusted at all: what follows
/// the name goes, whatever the form.
pub(super) const CLEAR_TEXT: &str = "DefaultPassword";

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

/// Data that stands before the name it belongs to, as attributes and members of objects do in any order.
static DATA: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(?i)(\b(?:new|old)?(?:value|data)\\?["']?\s*[:=]\s*)(?:\\?"[^"\r\n]*|'[^'\r\n]*)"#).ok()
});

/// A quick look whether the patterns are worth trying.
static HINT: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let words = NAMES
        .replace("_?", "")
        .split('|')
        .map(str::to_owned)
        .collect::<Vec<_>>();
    let more = ["api_key", "/p:", "/pass:", "bearer", "basic"].map(str::to_owned);
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .build(words.into_iter().chain(more))
        .ok()
});

static FINDER: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .build([CLEAR_TEXT])
        .ok()
});

/// Whether a text names the registry value that holds a password.
pub(super) fn names_password(text: &str) -> bool {
    FINDER.as_ref().is_none_or(|finder| finder.is_match(text))
}

/// Whether the data stands beside the name where a text names it last, so that no row below holds it.
pub(super) fn is_assigned(text: &str) -> bool {
    let hits = FINDER.as_ref().and_then(|finder| finder.find_iter(text).last());
    let rest = hits.and_then(|hit| text.get(hit.end()..)).unwrap_or_default();
    let (line, more) = rest.split_once('\n').unwrap_or((rest, ""));
    let data = line
        .trim_start()
        .strip_prefix([':', '='])
        .or_else(|| line.trim_start().strip_prefix("REG_SZ"));
    more.trim().is_empty() && data.is_some_and(|data| !data.trim().is_empty() && !data.contains('"'))
}

/// Whether a text is that name, or ends with it.
pub(in crate::reader) fn is_the_name(text: &str) -> bool {
    let text = text.trim_end().trim_end_matches(['"', '\'', ')', ']']);
    let start = text.len().saturating_sub(CLEAR_TEXT.len());
    text.get(start..)
        .is_some_and(|end| end.eq_ignore_ascii_case(CLEAR_TEXT))
}

/// Whether a field of this name holds a secret and nothing else: `DefaultPassword`, `access_token`.
pub(in crate::reader) fn is_secret_name(name: &str) -> bool {
    // Nearly every name is let go by its last letter.
    if !matches!(
        name.as_bytes().last(),
        Some(b'd' | b't' | b'n' | b'y' | b'D' | b'T' | b'N' | b'Y')
    ) {
        return false;
    }
    [
        "password", "passwort", "kennwort", "pwd", "secret", "token", "apikey", "api_key",
    ]
    .iter()
    .any(|secret| {
        let start = name.len().checked_sub(secret.len());
        let end = start.and_then(|start| name.as_bytes().get(start..));
        end.is_some_and(|end| end.eq_ignore_ascii_case(secret.as_bytes()))
    })
}

/// Whether a text may hold a secret: a quick look.
pub(in crate::reader) fn may_hold(text: &str) -> bool {
    // A secret stands behind a mark, or it is told by the longest of the names alone.
    let is_mark = |byte| mark(byte) == MARK;
    (text.len() >= CLEAR_TEXT.len() || text.bytes().any(is_mark)) && is_hinted(text.as_bytes())
}

/// What a quick look at a text in UTF-16 says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::reader) enum Look {
    /// It holds no secret.
    Harmless,
    /// It may hold one.
    Suspect,
    /// There is a zero in it, and nobody looked on.
    Zero,
}

/// Looks whether a text in UTF-16 may hold a secret; `narrow` is room for it.
pub(in crate::reader) fn look_utf16(units: &[[u8; 2]], narrow: &mut Vec<u8>) -> Look {
    let seen = units.iter().fold(0, |seen, [low, high]| {
        seen | if *high == 0 { mark(*low) } else { WIDE }
    });
    if seen & ZERO != 0 {
        return Look::Zero;
    }
    if seen & MARK == 0 && (units.len() < CLEAR_TEXT.len() || seen & LETTER == 0) {
        return Look::Harmless;
    }
    let is_suspect = if seen & WIDE == 0 {
        narrow.clear();
        narrow.extend(units.iter().map(|[low, _]| *low));
        is_hinted(narrow)
    } else {
        let units: Vec<u16> = units.iter().map(|unit| u16::from_le_bytes(*unit)).collect();
        is_hinted(String::from_utf16_lossy(&units).as_bytes())
    };
    if is_suspect { Look::Suspect } else { Look::Harmless }
}

/// A secret stands behind one of these.
const MARK: u8 = 1;
const ZERO: u8 = 2;
/// No ASCII.
const WIDE: u8 = 4;
/// The rarest letter of the longest of the names.
const LETTER: u8 = 8;

const MARKS: [u8; 256] = {
    let mut marks = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        #[expect(clippy::indexing_slicing, reason = "counted while compiling: it is below 256")]
        {
            marks[byte] = match byte as u8 {
                0 => ZERO,
                b' ' | b'\t' | b'\r' | b'\n' | b':' | b'=' | b'>' => MARK,
                0x80.. => WIDE,
                b'w' | b'W' => LETTER,
                _ => 0,
            };
        }
        byte += 1;
    }
    marks
};

const fn mark(byte: u8) -> u8 {
    #[expect(clippy::indexing_slicing, reason = "a byte is below 256")]
    MARKS[byte as usize]
}

fn is_hinted(text: &[u8]) -> bool {
    HINT.as_ref().is_some_and(|hint| hint.is_match(text))
}

/// The text with its secrets replaced; borrowed when there is none.
pub(in crate::reader) fn mask(text: &str) -> Cow<'_, str> {
    if !may_hold(text) {
        return Cow::Borrowed(text);
    }
    let mut masked = Cow::Borrowed(text);
    if names_password(text) {
        masked = Cow::Owned(mask_lines(text));
    }
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

/// Masks what stands behind the name, to the end of the line, and in the line below when the name ends its line or
/// heads a column of a table.
fn mask_lines(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut below = false;
    for line in text.split_inclusive('\n') {
        let found = FINDER.as_ref().and_then(|finder| finder.find(line));
        let Some(found) = found else {
            let rule = line.trim().chars().all(|c| matches!(c, '-' | '='));
            if below && !rule {
                out.push_str(MASK);
                out.push_str(end_of(line));
                below = false;
            } else {
                out.push_str(line);
            }
            continue;
        };
        let (head, rest) = line.split_at_checked(found.end()).unwrap_or((line, ""));
        let head = match DATA.as_ref() {
            Some(data) => data.replace_all(head, format!("${{1}}{MASK}")),
            None => Cow::Borrowed(MASK),
        };
        out.push_str(&head);
        let data = rest.trim_matches(['"', '\'', ' ', '\t', '\r', '\n', '=', ':', ']', ')', '.']);
        if data.is_empty() {
            out.push_str(rest);
            below = true;
        } else {
            out.push(' ');
            out.push_str(MASK);
            out.push_str(end_of(rest));
            below = rest.starts_with(['"', ',', ';', '\t']);
        }
    }
    out
}

fn end_of(line: &str) -> &'static str {
    if line.ends_with('\n') { "\n" } else { "" }
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
            r#"<Properties cpassword="Hunter2tail" userName="svc"/>"#,
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
    fn text_around_the_secret_stays() {
        let text = mask("before\nx DefaultPassword REG_SZ Geheim73\nafter");
        assert_eq!(text, "before\nx DefaultPassword ***\nafter");
    }

    #[test]
    fn data_may_stand_before_its_name() {
        let text = mask(r#"<Properties type="REG_SZ" value="Geheim73" name="DefaultPassword"/>"#);
        assert!(!text.contains("Geheim"), "{text}");
        let text = mask(r#"{"value": "Geheim73", "name": "DefaultPassword"}"#);
        assert!(!text.contains("Geheim"), "{text}");
    }
}
