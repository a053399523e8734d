//! The only way log text reaches a terminal or a page. Logs are written by strangers: they hold terminal sequences,
//! direction marks that reorder a line, formulas that a spreadsheet runs, markup that a ticket system renders.
//!
//! Escapes keep the text readable and show that something was there: `\x1b`, `\u{202e}`, `\n`.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::Write as _;

/// Whether a character acts on what shows it instead of being shown: controls, line separators, marks of direction,
/// invisible marks and tags. The joiners U+200C and U+200D are letters' business and stay.
const fn acts(c: char) -> bool {
    matches!(c,
        '\0'..='\x1f'
        | '\x7f'..='\u{9f}'
        | '\u{ad}'
        | '\u{61c}'
        | '\u{180e}'
        | '\u{200b}'
        | '\u{200e}' | '\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}')
}

/// Text for one line of a terminal. Tabs become blanks; whatever would move the cursor, change colours, break the line
/// or reorder it is spelled out.
///
/// ```
/// use logonscope::report::escape::terminal;
/// assert_eq!(terminal("a\x1b[31mb\nc"), r"a\x1b[31mb\nc");
/// assert_eq!(terminal("x\u{202e}y"), r"x\u{202e}y");
/// ```
pub fn terminal(text: &str) -> Cow<'_, str> {
    if !text.chars().any(acts) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len().saturating_add(16));
    for c in text.chars() {
        match c {
            '\t' => out.push(' '),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            c if acts(c) && u32::from(c) < 0x80 => {
                let _ = write!(out, "\\x{:02x}", u32::from(c));
            }
            c if acts(c) => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// One field of a CSV row (RFC 4180), on one line. What a spreadsheet would take for a formula gets an apostrophe in
/// front, unless it is a plain number.
///
/// ```
/// use logonscope::report::escape::csv;
/// assert_eq!(csv("=cmd|'/c calc'!A1"), "'=cmd|'/c calc'!A1");
/// assert_eq!(csv("-1073741537"), "-1073741537");
/// assert_eq!(csv("a,\"b\""), "\"a,\"\"b\"\"\"");
/// ```
pub fn csv(text: &str) -> String {
    let text = terminal(text);
    let first = text.trim_start().chars().next();
    let formula = matches!(first, Some('=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠'));
    let defused = if formula && text.parse::<f64>().is_err() {
        Cow::Owned(format!("'{text}"))
    } else {
        text
    };
    if defused.contains([',', '"', ';']) || defused.starts_with(' ') || defused.ends_with(' ') {
        format!("\"{}\"", defused.replace('"', "\"\""))
    } else {
        defused.into_owned()
    }
}

/// Text for a place inside a line or a table cell of Markdown: nothing in it is markup, a link or HTML.
///
/// ```
/// use logonscope::report::escape::markdown;
/// assert_eq!(markdown("<b>|*x*"), r"&lt;b&gt;\|\*x\*");
/// ```
pub fn markdown(text: &str) -> String {
    let text = terminal(text);
    let mut out = String::with_capacity(text.len().saturating_add(16));
    let mut before = ' ';
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' | '!' | '$' => {
                out.push('\\');
                out.push(c);
            }
            // `http://`, `www.` and `@name` become links by themselves.
            '/' if before == ':' => out.push_str("\\/"),
            '.' if before.eq_ignore_ascii_case(&'w') => out.push_str("\\."),
            '@' => out.push_str("&#64;"),
            '\u{a0}' => out.push(' '),
            c => out.push(c),
        }
        before = c;
    }
    out
}

/// Text for HTML, inside an element or a quoted attribute: nothing in it is markup, and nothing acts on the page or reorders it.
///
/// ```
/// use logonscope::report::escape::html;
/// assert_eq!(html("<b a='1'>&"), "&lt;b a=&#39;1&#39;&gt;&amp;");
/// ```
pub fn html(text: &str) -> String {
    let text = terminal(text);
    let mut out = String::with_capacity(text.len().saturating_add(16));
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '`' => out.push_str("&#96;"),
            c => out.push(c),
        }
    }
    out
}

/// Finished JSON for a `<script type="application/json">`: nothing in it ends the element or opens a comment.
///
/// ```
/// use logonscope::report::escape::script_json;
/// assert_eq!(script_json("\"</script><!--\""), r#""\u003c/script\u003e\u003c!--""#);
/// ```
pub fn script_json(text: &str) -> String {
    let text = json(text);
    let mut out = String::with_capacity(text.len().saturating_add(64));
    for c in text.chars() {
        match c {
            '<' => out.push_str("\\u003c"),
            '>' => out.push_str("\\u003e"),
            '&' => out.push_str("\\u0026"),
            c => out.push(c),
        }
    }
    out
}

/// Finished JSON in which nothing acts on a terminal: such characters stand in strings only, and become `\uXXXX`,
/// which means the same.
///
/// ```
/// use logonscope::report::escape::json;
/// assert_eq!(json("\"a\u{9b}b\u{202e}\""), r#""a\u009bb\u202e""#);
/// ```
pub fn json(text: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let (mut from, mut at) = (0, 0);
    // Nearly all of it is ASCII that does nothing, so only the other characters are looked at as such.
    while let Some(next) = text
        .as_bytes()
        .get(at..)
        .and_then(|rest| rest.iter().position(|byte| MAY_ACT[usize::from(*byte)]))
    {
        at += next;
        let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) else {
            break;
        };
        let behind = at + c.len_utf8();
        if acts(c) {
            out.push_str(text.get(from..at).unwrap_or_default());
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{unit:04x}");
            }
            from = behind;
        }
        at = behind;
    }
    if from == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(text.get(from..).unwrap_or_default());
    Cow::Owned(out)
}

/// The bytes with which a character begins that may act in finished JSON, whose lines are broken by `\n`.
const MAY_ACT: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = (byte < 0x20 && byte != b'\n' as usize) || byte >= 0x7f;
        byte += 1;
    }
    table
};

/// A text as a JSON string, quoted, in which nothing acts on a terminal: what [`json`] makes of it in one go.
///
/// ```
/// use logonscope::report::escape::quote;
/// let mut out = Vec::new();
/// quote("C:\\a \"b\"\n\u{9b}\u{e4}", &mut out);
/// assert_eq!(String::from_utf8(out).unwrap(), "\"C:\\\\a \\\"b\\\"\\n\\u009b\u{e4}\"");
/// ```
pub fn quote(text: &str, out: &mut Vec<u8>) {
    if !quote_printable(text.as_bytes(), out) {
        quote_slowly(text, out);
    }
}

/// A text in UTF-16 as a JSON string: the same as [`quote`] makes of it. A lone surrogate becomes the replacement character.
pub(crate) fn quote_utf16(units: &[[u8; 2]], out: &mut Vec<u8>) {
    let units = units.iter().map(|unit| u16::from_le_bytes(*unit));
    let text: String = char::decode_utf16(units)
        .map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect();
    quote(&text, out);
}

/// A text of ASCII as a JSON string: the same as [`quote`] makes of it.
pub(crate) fn quote_ascii(text: &[u8], out: &mut Vec<u8>) {
    if !quote_printable(text, out) {
        quote_slowly(std::str::from_utf8(text).unwrap_or_default(), out);
    }
}

/// What must be done about a byte of a text: nothing, ...
const PLAIN: u8 = 0;
/// ... a backslash goes before it, ...
const BACKSLASH: u8 = 1;
/// ... or it is not plain ASCII.
const OTHER: u8 = 2;

const CLASSES: [u8; 256] = {
    let mut classes = [OTHER; 256];
    let mut byte = b' ';
    while byte <= b'~' {
        #[expect(clippy::indexing_slicing, reason = "a byte is below 256")]
        {
            classes[byte as usize] = if matches!(byte, b'"' | b'\\') {
                BACKSLASH
            } else {
                PLAIN
            };
        }
        byte += 1;
    }
    classes
};

const fn class(byte: u8) -> u8 {
    #[expect(clippy::indexing_slicing, reason = "a byte is below 256")]
    CLASSES[byte as usize]
}

/// Quotes a text of printable ASCII; false, and nothing, when it is another.
fn quote_printable(text: &[u8], out: &mut Vec<u8>) -> bool {
    let seen = text.iter().fold(PLAIN, |seen, byte| seen | class(*byte));
    if seen > BACKSLASH {
        return false;
    }
    out.reserve(text.len().saturating_add(2));
    out.push(b'"');
    let mut rest = text;
    if seen == BACKSLASH {
        while let Some(place) = memchr::memchr2(b'"', b'\\', rest) {
            let (before, after) = rest.split_at(place);
            let (escaped, after) = after.split_at(1);
            out.extend_from_slice(before);
            out.push(b'\\');
            out.extend_from_slice(escaped);
            rest = after;
        }
    }
    out.extend_from_slice(rest);
    out.push(b'"');
    true
}

fn quote_slowly(text: &str, out: &mut Vec<u8>) {
    let is_plain = |byte: &u8| class(*byte) == PLAIN;
    out.push(b'"');
    let mut rest = text;
    while let Some(plain) = rest.bytes().position(|byte| !is_plain(&byte)) {
        let (before, after) = rest.split_at_checked(plain).unwrap_or((rest, ""));
        out.extend_from_slice(before.as_bytes());
        let mut chars = after.chars();
        match chars.next() {
            Some('"') => out.extend_from_slice(b"\\\""),
            Some('\\') => out.extend_from_slice(b"\\\\"),
            Some('\n') => out.extend_from_slice(b"\\n"),
            Some('\r') => out.extend_from_slice(b"\\r"),
            Some('\t') => out.extend_from_slice(b"\\t"),
            Some('\u{8}') => out.extend_from_slice(b"\\b"),
            Some('\u{c}') => out.extend_from_slice(b"\\f"),
            Some(c) if acts(c) => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
            Some(c) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            None => {}
        }
        rest = chars.as_str();
    }
    out.extend_from_slice(rest.as_bytes());
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_acts_is_left() {
        let all: String = (0..=0x10_FFFF_u32)
            .filter_map(char::from_u32)
            .filter(|&c| acts(c))
            .collect();
        for shown in [terminal(&all).into_owned(), csv(&all), markdown(&all), html(&all)] {
            assert!(!shown.chars().any(acts));
        }
        let spelled = serde_json::to_string(&all).unwrap();
        let safe = json(&spelled);
        assert!(!safe.chars().any(acts));
        let wide: Vec<[u8; 2]> = all.encode_utf16().map(u16::to_le_bytes).collect();
        let mut quoted = Vec::new();
        quote_utf16(&wide, &mut quoted);
        assert_eq!(quoted, safe.as_bytes());
        quoted.clear();
        quote(&all, &mut quoted);
        assert_eq!(quoted, safe.as_bytes());
        assert_eq!(serde_json::from_str::<String>(&safe).unwrap(), all);
    }

    #[test]
    fn plain_text_is_not_touched() {
        for text in ["Überstunde, 日本語", r"CORP\svc-robot", "a b"] {
            assert!(matches!(terminal(text), Cow::Borrowed(same) if same == text));
        }
    }

    #[test]
    fn formulas_are_defused() {
        for formula in ["=1+1", "+cmd", "-2+3", "@SUM(A1)", " =1", "＝1"] {
            assert!(
                csv(formula).trim_start_matches('"').starts_with('\''),
                "{formula}"
            );
        }
        assert_eq!(csv("\t=1"), "' =1");
        assert_eq!(csv("-5"), "-5");
    }

    #[test]
    fn links_do_not_arise() {
        assert_eq!(markdown("http://x www.y @me"), r"http:\//x www\.y &#64;me");
    }
}
