//! Names as an archive or a file system gives them, made fit to be shown. Nothing here is ever opened: a path
//! inside a bundle is a label. Must not know containers.
//!
//! `/` and `\` both separate (old .NET and some Windows packers write `\`), so that a backslash in a cleaned
//! path always marks an escape: `\..`, `\u{202e}`, `\xff`, `C\:`, `\CON`.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::Arc;

/// Where a name comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum From {
    /// A file system: its names are trusted to be what they are, so `10:42.log` stays readable.
    Disk,
    /// An archive: drive letters, streams and device names are escaped too.
    Archive,
}

/// A relative path with `/` between components, no component that is empty, `.` or `..`, and every character
/// that could mislead a reader escaped.
pub(super) fn clean(raw: &[u8], from: From) -> String {
    let mut out = String::with_capacity(raw.len());
    for component in raw.split(|byte| matches!(byte, b'/' | b'\\')) {
        if matches!(component, b"" | b".") {
            continue;
        }
        if !out.is_empty() {
            out.push('/');
        }
        push_component(&mut out, component, from);
    }
    if out.is_empty() {
        out.push_str("unnamed");
    }
    out
}

fn push_component(out: &mut String, component: &[u8], from: From) {
    if component == b".." {
        out.push_str("\\..");
        return;
    }
    if from == From::Archive && is_device(component) {
        out.push('\\');
    }
    let start = out.len();
    for chunk in component.utf8_chunks() {
        for character in chunk.valid().chars() {
            push_character(out, character, from);
        }
        for byte in chunk.invalid() {
            let _ = write!(out, "\\x{byte:02x}");
        }
    }
    // `a.zip!/b` must mean one thing only; Windows drops dots and blanks at the end of a name.
    let last = out.pop();
    if let Some(last) = last {
        let odd = last == '!' || (from == From::Archive && matches!(last, '.' | ' '));
        if odd && out.len() > start && !out.ends_with('\\') {
            out.push('\\');
        }
        out.push(last);
    }
}

fn push_character(out: &mut String, character: char, from: From) {
    match character {
        ':' if from == From::Archive => out.push_str("\\:"),
        _ if misleads(character) => {
            let _ = write!(out, "\\u{{{:x}}}", u32::from(character));
        }
        _ => out.push(character),
    }
}

/// Controls, line breaks of Unicode, and characters without width or that turn the direction of text.
const fn misleads(character: char) -> bool {
    matches!(
        character,
        '\0'..='\x1f'
            | '\x7f'..='\u{9f}'
            | '\u{ad}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

/// Names that Windows takes for a device whatever their extension.
fn is_device(component: &[u8]) -> bool {
    let stem = component.split(|byte| *byte == b'.').next().unwrap_or_default();
    let stem = stem.trim_ascii().to_ascii_uppercase();
    match stem.as_slice() {
        b"CON" | b"PRN" | b"AUX" | b"NUL" | b"CONIN$" | b"CONOUT$" => true,
        [b'C', b'O', b'M', digit] | [b'L', b'P', b'T', digit] => digit.is_ascii_digit(),
        _ => false,
    }
}

/// The code points of CP437 from 0x80 on: the code page zip names are in when nothing else is said.
const CP437: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";

/// A zip name: UTF-8 when it is valid UTF-8 (some packers write it without saying so), CP437 otherwise.
pub(super) fn zip_name(raw: &[u8]) -> Vec<u8> {
    if std::str::from_utf8(raw).is_ok() {
        return raw.to_vec();
    }
    let high: Vec<char> = CP437.chars().collect();
    let decoded: String = raw
        .iter()
        .map(|byte| match byte.checked_sub(0x80) {
            None => char::from(*byte),
            Some(index) => high.get(usize::from(index)).copied().unwrap_or('\u{fffd}'),
        })
        .collect();
    decoded.into_bytes()
}

/// Gives every path once: the second of the same name is `name~2`.
#[derive(Debug, Default)]
pub(super) struct Names {
    taken: HashMap<Arc<str>, u32>,
}

impl Names {
    /// `path`, cut to `limit` bytes, with a suffix when it was given out before.
    pub(super) fn unique(&mut self, mut path: String, limit: usize) -> Arc<str> {
        if path.len() > limit {
            path.truncate(path.floor_char_boundary(limit));
            path.push('…');
        }
        let mut name: Arc<str> = path.as_str().into();
        while let Some(count) = self.taken.get_mut(&name) {
            *count = count.saturating_add(1);
            let suffixed = format!("{path}~{count}");
            name = suffixed.into();
            if !self.taken.contains_key(&name) {
                break;
            }
            name = path.as_str().into();
        }
        self.taken.insert(name.clone(), 1);
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn archive(name: &str) -> String {
        clean(name.as_bytes(), From::Archive)
    }

    #[test]
    fn stays_below_the_root() {
        for (raw, shown) in [
            ("logs/Security.evtx", "logs/Security.evtx"),
            ("../../etc/passwd", "\\../\\../etc/passwd"),
            ("..\\..\\boot.ini", "\\../\\../boot.ini"),
            ("/etc/passwd", "etc/passwd"),
            ("//server/share/a", "server/share/a"),
            ("\\\\?\\C:\\a", "?/C\\:/a"),
            ("C:\\Windows\\a", "C\\:/Windows/a"),
            ("./a//b/./c", "a/b/c"),
            ("a.txt:hidden", "a.txt\\:hidden"),
            ("nul.txt", "\\nul.txt"),
            ("logs/COM1", "logs/\\COM1"),
            ("a\0b", "a\\u{0}b"),
            ("a\u{202e}gpj.exe", "a\\u{202e}gpj.exe"),
            ("\x1b[2Ja", "\\u{1b}[2Ja"),
            ("a. ", "a.\\ "),
            ("x.zip!/y", "x.zip\\!/y"),
            ("", "unnamed"),
            ("/", "unnamed"),
            ("...", "..\\."),
        ] {
            assert_eq!(archive(raw), shown, "{raw:?}");
        }
        assert_eq!(clean(b"10:42.log", From::Disk), "10:42.log");
        assert_eq!(clean(b"a\xffb", From::Disk), "a\\xffb");
    }

    #[test]
    fn zip_names_are_utf8_or_cp437() {
        assert_eq!(zip_name("Prüfung.log".as_bytes()), "Prüfung.log".as_bytes());
        assert_eq!(zip_name(b"Pr\x81fung.log"), "Prüfung.log".as_bytes());
        assert_eq!(CP437.chars().count(), 128);
    }

    #[test]
    fn a_path_is_given_once() {
        let mut names = Names::default();
        let given: Vec<_> = ["a", "a", "a~2", "a", "b"]
            .into_iter()
            .map(|name| names.unique(name.into(), 9))
            .collect();
        let given: Vec<&str> = given.iter().map(AsRef::as_ref).collect();
        assert_eq!(given, ["a", "a~2", "a~2~2", "a~3", "b"]);
        assert_eq!(&*names.unique("0123456789".into(), 9), "012345678…");
    }
}
