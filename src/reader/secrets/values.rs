//! What a value is: where it begins behind a sign and where it ends, in the quoting of shells, languages, formats and people. Must not know
//! what a secret looks like.

use std::ops::Range;

/// Quotation marks and brackets that stand for them: what opens, and what closes. The longer ones come first.
const QUOTES: &[(&str, &str)] = &[
    ("{{", "}}"),
    ("{noformat}", "{noformat}"),
    ("{code}", "{code}"),
    ("\"\"\"", "\"\"\""),
    ("'''", "'''"),
    ("\"\"", "\"\""),
    ("''", "''"),
    ("\"", "\""),
    ("'", "'"),
    ("`", "`"),
    ("„", "“"),
    ("„", "”"),
    ("“", "”"),
    ("”", "”"),
    ("»", "«"),
    ("«", "»"),
    ("‹", "›"),
    ("›", "‹"),
    ("‚", "‘"),
    ("‘", "’"),
    ("「", "」"),
    ("『", "』"),
    (">>>", "<<<"),
    ("<<", ">>"),
];
/// Brackets that a value stands in where nothing else does.
const BRACKETS: [(char, char); 4] = [('{', '}'), ('(', ')'), ('[', ']'), ('<', '>')];
/// Letters that say what kind of text is between the quotation marks that they stand before.
pub(super) const KINDS: [char; 14] = [
    'n', 'l', 'u', 'r', 'b', 'f', 'N', 'L', 'U', 'R', 'P', '@', '$', '8',
];
/// Bytes of a value over lines.
const BYTES: usize = 2 << 10;
/// Bytes around a value in which it is looked for what it stands in.
const NEAR: usize = 400;

/// A text between quotation marks: where it stands, and where what closes it ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Text {
    pub(super) inner: Range<usize>,
    pub(super) end: usize,
}

impl Text {
    fn new(start: usize, length: usize, close: usize) -> Self {
        let inner = start..start.saturating_add(length);
        let end = inner.end.saturating_add(close);
        Self { inner, end }
    }
}

/// The text between quotation marks that begins here, with what says before it what kind of text it is.
pub(super) fn quoted(text: &str, at: usize) -> Option<Text> {
    let rest = text.get(at..)?;
    // Most words of a sentence are let go here.
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric();
    if rest
        .as_bytes()
        .get(..3)
        .is_some_and(|word| word.iter().all(is_word))
    {
        return None;
    }
    let limit = rest.floor_char_boundary(BYTES);
    let rest = rest.get(..limit)?;
    let marked = rest.trim_start_matches(KINDS);
    if rest.len() - marked.len() <= 2
        && let Some(found) = marked_text(marked, at.saturating_add(rest.len() - marked.len()))
    {
        return Some(found);
    }
    // As Perl and Ruby write a text.
    let open = rest.trim_start_matches(['%', 'q', 'Q', 'w']);
    let told = matches!(rest.len() - open.len(), 1 | 2) && rest.starts_with(['%', 'q']);
    told.then(|| in_brackets(text, at.saturating_add(rest.len() - open.len())))?
}

/// The text in brackets that begins here, and may hold the same ones.
pub(super) fn in_brackets(text: &str, at: usize) -> Option<Text> {
    let rest = text.get(at..)?;
    let rest = rest.get(..rest.floor_char_boundary(BYTES))?;
    let (open, close) = *BRACKETS.iter().find(|(open, _)| rest.starts_with(*open))?;
    let mut depth = 0_usize;
    let mut letters = rest.char_indices().take_while(|(_, c)| *c != '\n').peekable();
    while let Some((place, c)) = letters.next() {
        if c == open {
            depth = depth.saturating_add(1);
        }
        // A doubled one is a letter, as ODBC has it.
        if c == '}' && letters.next_if(|(_, next)| *next == '}').is_some() {
            continue;
        }
        if c == close {
            depth = depth.saturating_sub(1);
        }
        if depth == 0 {
            return Some(Text::new(at.saturating_add(1), place.saturating_sub(1), 1));
        }
    }
    None
}

/// The text whose quotation mark stands first in `rest`, which stands at `at`.
fn marked_text(rest: &str, at: usize) -> Option<Text> {
    let marks = rest.trim_start_matches('\\');
    let slashes = rest.len() - marks.len();
    if slashes > 0 && marks.starts_with(['"', '\'']) {
        // As another text holds it: what closes it has as many before it.
        let mark = rest.get(..=slashes)?;
        let inner = rest.get(mark.len()..)?;
        let is_end = |place: &usize| !inner.get(..*place).is_some_and(|head| head.ends_with('\\'));
        let line = inner.find('\n').unwrap_or(inner.len());
        let mut ends = inner.match_indices(mark).map(|(place, _)| place);
        let end = ends.find(is_end).filter(|end| *end <= line);
        return Some(Text::new(
            at.saturating_add(mark.len()),
            end.unwrap_or(line),
            mark.len(),
        ));
    }
    for (open, close) in QUOTES.iter().filter(|(open, _)| rest.starts_with(open)) {
        let inner = rest.get(open.len()..)?;
        let length = match *open {
            "\"\"\"" | "'''" => inner.find(close),
            "\"\"" | "''" if inner.starts_with(is_end) || inner.is_empty() => Some(0),
            "\"\"" | "''" => inner
                .find(close)
                .filter(|end| !inner.get(..*end).is_some_and(|inner| inner.contains(['\n', ',']))),
            "\"" | "'" => closing(inner, open),
            "{{" => inner
                .find(close)
                .filter(|end| inner.get(..*end).is_some_and(|inner| !is_template(inner))),
            _ => inner
                .find(close)
                .filter(|end| !inner.get(..*end).is_some_and(|inner| inner.contains('\n'))),
        };
        if let Some(length) = length {
            let nothing = length == 0 && open.len() == 2 && *open == *close;
            return Some(Text::new(
                at.saturating_add(open.len()),
                length,
                if nothing { 0 } else { close.len() },
            ));
        }
    }
    // A mark alone on its line opens a text over lines, as PowerShell has it.
    let mark = rest.get(..1).filter(|mark| matches!(*mark, "\"" | "'"))?;
    let inner = rest.get(1..)?;
    let body = inner.trim_start_matches([' ', '\t', '\r']).strip_prefix('\n')?;
    let start = inner.len() - body.len();
    let length = body.find(&format!("\n{mark}@"))?;
    Some(Text::new(at.saturating_add(1).saturating_add(start), length, 3))
}

/// Whether what stands between two brackets names what is put there, and is not a text that a page shows as it stands.
fn is_template(inner: &str) -> bool {
    let is_name = |c: char| c.is_ascii_lowercase() || matches!(c, '_' | '.' | '|' | '-' | ' ');
    inner.starts_with([' ', '$', '#', '%', '/', '>'])
        || inner.contains(['\n', '('])
        || inner.chars().all(is_name)
}

/// Whether a letter stands behind a value and is none of it.
fn is_end(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            ',' | ';' | ')' | ']' | '}' | '&' | '>' | '/' | '<' | '|' | '.' | '+'
        )
}

/// Where a text ends that stands between marks of one letter: one that is doubled or escaped is a part of it, unless nothing closes
/// it then.
fn closing(inner: &str, mark: &str) -> Option<usize> {
    let line = inner.find('\n').unwrap_or(inner.len());
    let inner = inner.get(..line)?;
    let mut at = 0_usize;
    let mut first = None;
    while let Some(found) = inner.get(at..)?.find(mark) {
        let place = at.saturating_add(found);
        let head = inner.get(..place)?;
        let behind = inner.get(place.saturating_add(1)..)?;
        let slashes = head.len() - head.trim_end_matches('\\').len();
        let is_escaped = slashes % 2 == 1 || (mark == "\"" && head.ends_with('`'));
        // `'\''` ends the text for a sign, and opens it again.
        let again: usize = if mark == "'" && behind.starts_with("\\''") {
            3
        } else {
            1
        };
        let is_doubled = again > 1 || (behind.starts_with(mark) && !behind.get(1..)?.starts_with(is_end));
        if !is_escaped && !is_doubled {
            return Some(place);
        }
        let may_end = is_escaped && (behind.is_empty() || behind.starts_with(is_end));
        first = first.or_else(|| may_end.then_some(place));
        let skipped = if is_escaped { 1 } else { again.saturating_add(1) };
        at = place.saturating_add(skipped);
    }
    first
}

/// What stands behind a sign: a text between quotation marks, or letters up to what ends them.
pub(super) struct Value {
    pub(super) range: Range<usize>,
    pub(super) bare: bool,
}

/// Reads the value that begins at `at` and belongs to the name that begins at `name`.
pub(super) fn read(text: &str, name: usize, at: usize) -> Option<Value> {
    if let Some(found) = quoted(text, at) {
        return Some(Value {
            range: found.inner,
            bare: false,
        });
    }
    let rest = text.get(at..)?;
    let around = around(text, name, at);
    if rest.chars().next() == around {
        return None;
    }
    if rest.starts_with('{')
        && let Some(found) = in_brackets(text, at).filter(|found| {
            !text
                .get(found.inner.clone())
                .is_some_and(|inner| inner.contains(['"', ':']))
        })
    {
        return Some(Value {
            range: found.inner,
            bare: true,
        });
    }
    if let Some(open) = rest.strip_prefix(['"', '\'']) {
        // Nothing closes it: it was cut off.
        let length = open.find(['\r', '\n']).unwrap_or(open.len());
        let start = at.saturating_add(1);
        return Some(Value {
            range: start..start.saturating_add(length),
            bare: false,
        });
    }
    let before = text.get(..name).unwrap_or_default();
    let end = at.saturating_add(bare(before, around, rest));
    (end > at).then_some(Value {
        range: at..end,
        bare: true,
    })
}

/// How long the value is that stands here without quotation marks of its own.
fn bare(head: &str, around: Option<char>, rest: &str) -> usize {
    // `set "NAME=..."`: all up to the mark is the value.
    let is_whole = around.is_some()
        && head
            .trim_end_matches(['"', '\''])
            .to_ascii_lowercase()
            .ends_with("set ");
    let mut before = ' ';
    for (place, c) in rest.char_indices() {
        let behind = rest.get(place.saturating_add(c.len_utf8())..).unwrap_or_default();
        let ends = match c {
            '\r' | '\n' => true,
            c if c.is_whitespace() => !is_whole,
            '"' | '\'' if around.is_some() => around == Some(c),
            '"' | '\'' => !before.is_alphanumeric() || !behind.starts_with(char::is_alphanumeric),
            _ if is_whole => false,
            ';' => ends_at_semicolon(behind),
            '&' => {
                behind.starts_with(['&', ' '])
                    || behind.is_empty()
                    || is_entity(behind)
                    || is_pair(behind, false)
            }
            ',' => behind.starts_with(['"', '\'']) || is_pair(behind, true),
            '<' => has_elements(rest) || has_elements(last(head)),
            _ => false,
        };
        if ends {
            return place;
        }
        before = c;
    }
    rest.len()
}

/// The quotation mark that stands before a name and closes behind its value, as far as the last one tells.
pub(super) fn around(text: &str, name: usize, at: usize) -> Option<char> {
    let line = last(text.get(..name)?).rsplit('\n').next()?;
    let place = line.rfind(['"', '\''])?;
    let mark = line.get(place..)?.chars().next()?;
    let before = line.get(..place)?.chars().next_back();
    let opens = before.is_none_or(|c| c.is_whitespace() || "=([{,:;\\$@".contains(c) || KINDS.contains(&c));
    let behind = line.get(place.saturating_add(1)..)?;
    let closes = behind.starts_with(|c: char| c.is_whitespace() || ",;)]}".contains(c));
    (opens && !closes && !text.get(name..at)?.contains(mark)).then_some(mark)
}

/// Whether there are elements in a text, so that `<` ends a value.
pub(super) fn has_elements(text: &str) -> bool {
    let near = text.get(..text.floor_char_boundary(NEAR)).unwrap_or(text);
    near.contains("</") || near.contains("/>")
}

/// The last bytes of what stands before a name.
fn last(head: &str) -> &str {
    let from = head.ceil_char_boundary(head.len().saturating_sub(NEAR));
    head.get(from..).unwrap_or_default()
}

/// Whether a semicolon ends a value: the next pair of a name and a value stands behind it, or nothing.
fn ends_at_semicolon(behind: &str) -> bool {
    behind.is_empty()
        || behind.starts_with(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<'))
        || is_pair(behind, false)
}

/// Whether the letters behind `&` make one sign of a page.
fn is_entity(behind: &str) -> bool {
    ["amp;", "quot;", "lt;", "gt;", "apos;", "#"]
        .iter()
        .any(|name| behind.starts_with(name))
}

/// Whether a text begins with a name and a sign behind it.
fn is_pair(text: &str, colon: bool) -> bool {
    let text = text.get(..text.floor_char_boundary(NEAR)).unwrap_or(text);
    let name = text.trim_start_matches(|c: char| {
        c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ' ' | '%' | '[' | ']' | '\'')
    });
    name.len() < text.len()
        && text.len() - name.len() <= 40
        && (name.starts_with('=') || (colon && name.starts_with(':')))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is read behind `name=`, and whether it stands bare.
    fn value(text: &str) -> Option<(&str, bool)> {
        let name = text.find("pw=").unwrap();
        let value = read(text, name, name + 3)?;
        Some((text.get(value.range).unwrap(), value.bare))
    }

    #[test]
    fn a_text_ends_where_its_language_says() {
        for (text, inner) in [
            (r#"pw="a b";"#, "a b"),
            (r#"pw="a\"b";"#, r#"a\"b"#),
            (r#"pw="a""b";"#, r#"a""b"#),
            (r#"pw="a`"b";"#, r#"a`"b"#),
            (r"pw='a''b';", "a''b"),
            (r"pw='a'\''b' x", r"a'\''b"),
            (r#"pw="C:\dir\""#, r"C:\dir\"),
            (r#"pw=""a"", x"#, "a"),
            ("pw=\"\"\"a'\"b\"\"\")", "a'\"b"),
            ("pw=$\'\'\'a\'\'\' x", "a"),
            (r#"pw=L"a";"#, "a"),
            ("pw=qq(a(b)c);", "a(b)c"),
            ("pw=%q[a];", "a"),
            ("pw=« a »", " a "),
            ("pw=「a」です", "a"),
            ("pw=@'\na\nb\n'@\nx", "a\nb"),
            (r#"pw=\"a\",\"x\""#, "a"),
            (r#"pw="", "x""#, ""),
            (r#"pw="cut off"#, "cut off"),
        ] {
            assert_eq!(value(text), Some((inner, false)), "{text}");
        }
    }

    #[test]
    fn a_bare_value_ends_before_the_next_pair() {
        for (text, inner) in [
            ("pw=a;b;user=x", "a;b"),
            ("pw=a;user=x", "a"),
            ("pw=a&b&user=x", "a&b"),
            ("pw=a&&job", "a"),
            ("pw=a&amp;user=x", "a"),
            ("pw=a,b,user=x", "a,b"),
            ("pw=a'b c", "a'b"),
            ("x 'pw=a' c", "a"),
            ("set \"pw=a & b\" x", "a & b"),
            ("pw={a;b}}c};x", "a;b}}c"),
            ("pw=a<b> x", "a<b>"),
            ("<x>pw=a</x>", "a"),
        ] {
            assert_eq!(value(text), Some((inner, true)), "{text}");
        }
        assert_eq!(value("ask('pw=')"), None);
    }
}
