//! A text within another: what JSON, pages, addresses, shells and sources write for a sign is made that sign again, and what is joined
//! becomes one, each letter with its place. Must not know what a secret looks like.

use std::ops::Range;

/// How often a text is within another.
pub(super) const DEPTH: usize = 3;
/// Letters between two texts that are joined.
const JOINT: usize = 120;
/// Signs that join texts, as languages have them, and what may stand between.
pub(super) const JOINTS: [char; 6] = ['+', '&', '.', '_', '\\', '`'];

/// Texts with one of these have a name in a text within them that cannot be read as it stands: signs that do not show, letters that are
/// spaced out or wide.
pub(super) const LAYER_HINTS: &str = "\u{ad};\u{200b};\u{200c};\u{200d};\u{2060};\u{feff};p a s s w;k e n n w;p w d;s e c r e t;t o k e n;\
    ｐａｓｓ;Ｐａｓｓ;ＰＡＳＳ;ｐｗｄ;ＰＷＤ;ｔｏｋｅ;ｓｅｃｒ;c o n t r a s;s e n h a;h a s ł o;m o t  d e;w a c h t w;l ö s e n";

/// Elements of pages that only say how letters look.
const PLAIN_ELEMENTS: [&str; 18] = [
    "b", "i", "u", "s", "em", "strong", "span", "font", "code", "tt", "kbd", "mark", "small", "big", "samp",
    "var", "wbr", "o:p",
];
/// Letters that a word has at least which is spaced out.
const SPACED: usize = 4;
/// Letters that an element of a page has at most.
const ELEMENT: usize = 300;

/// A text that another one held.
pub(super) struct Inner {
    pub(super) text: String,
    /// Where each byte of it came from.
    places: Vec<(usize, usize)>,
}

impl Inner {
    /// Where a part of it stands in the outer text.
    pub(super) fn outer(&self, range: &Range<usize>) -> Option<Range<usize>> {
        let (start, _) = *self.places.get(range.start)?;
        let (_, end) = *self.places.get(range.end.checked_sub(1)?)?;
        Some(start..end)
    }

    fn new(bytes: usize) -> Self {
        Self {
            text: String::with_capacity(bytes),
            places: Vec::with_capacity(bytes),
        }
    }

    fn push(&mut self, c: char, from: usize, end: usize) {
        self.text.push(c);
        self.places.extend(std::iter::repeat_n((from, end), c.len_utf8()));
    }

    /// Takes over what stands there as it is.
    fn copy(&mut self, text: &str, range: Range<usize>) {
        self.text.push_str(text.get(range.clone()).unwrap_or_default());
        self.places
            .extend(range.map(|place| (place, place.saturating_add(1))));
    }
}

/// What a text is, so that its signs stand for others.
#[derive(Debug, Clone, Copy)]
struct Dress {
    json: bool,
    page: bool,
    spaced: bool,
    doubled: bool,
    /// A doubled quotation mark stands open.
    open: bool,
}

impl Dress {
    fn of(text: &str) -> Self {
        // Letters that are spaced out are looked for by two of the words alone: what the others have in common.
        let is_single = |letters: &[u8]| matches!(letters, [a, b' ', b, b' ', c, b' ', d, ..] if [a, b, c, d].iter().all(|byte| byte.is_ascii_alphabetic() || **byte >= 0x80));
        Self {
            json: text.contains("\\\"") || text.contains("\\u00") || text.contains("\":"),
            page: text.contains("</") || text.contains("<br"),
            spaced: text.as_bytes().windows(7).any(is_single),
            doubled: text.contains("\"\""),
            open: false,
        }
    }

    /// Whether a byte may stand for another sign.
    const fn is_special(self, byte: u8) -> bool {
        match byte {
            // The last three begin the blanks and arrows of [`of_print`], and wide letters.
            b'\\' | b'&' | b'%' | b'^' | b'"' | b'\'' | b'=' | 0xC2 | 0xCC | 0xCD | 0xE2 | 0xEF => true,
            b'<' => self.page,
            b' ' => self.spaced,
            _ => false,
        }
    }
}

/// The text without one layer of what is written for signs; none where there is nothing of it.
pub(super) fn inner(text: &str) -> Option<Inner> {
    let mut dress = Dress::of(text);
    let mut inner: Option<Inner> = None;
    let mut changed = false;
    let (mut at, mut done) = (0_usize, 0_usize);
    while let Some(found) = text
        .as_bytes()
        .get(at..)?
        .iter()
        .position(|byte| dress.is_special(*byte))
    {
        let place = at.saturating_add(found);
        let rest = text.get(place..)?;
        let Some((letter, length)) = sign(text.get(..place)?, rest, &mut dress) else {
            at = place.saturating_add(1);
            continue;
        };
        at = place.saturating_add(length);
        let inner = inner.get_or_insert_with(|| Inner::new(text.len()));
        inner.copy(text, done..place);
        if let Some(letter) = letter {
            inner.push(letter, place, at);
        }
        done = at;
        // A path with doubled backslashes alone reads as well as it stands.
        changed |= letter != Some('\\') || rest.starts_with("\\\\u0");
    }
    let mut inner = inner.filter(|_| changed)?;
    inner.copy(text, done..text.len());
    Some(inner)
}

/// What the letters that begin here stand for.
fn sign(head: &str, rest: &str, dress: &mut Dress) -> Option<Sign> {
    match rest.chars().next()? {
        '\\' if dress.json => of_json(rest),
        '&' => of_page(rest),
        '%' => of_address(rest),
        // What shells leave out.
        '^' => rest
            .chars()
            .nth(1)
            .map(|next| (Some(next), next.len_utf8().saturating_add(1))),
        mark @ ('"' | '\'') => joint(rest, mark).or_else(|| doubled(head, rest, dress)),
        '=' => rest.starts_with("=>").then_some((Some('='), 2)),
        '<' => of_element(rest),
        ' ' => of_spaced(head, rest),
        letter => of_print(letter),
    }
}

/// A doubled quotation mark that stands beside a letter is one, as tables with commas have it.
fn doubled(head: &str, rest: &str, dress: &mut Dress) -> Option<Sign> {
    let behind = rest.strip_prefix("\"\"").filter(|_| dress.doubled)?;
    let is_inner = |c: char| !c.is_whitespace() && !",;=():|\"'`".contains(c);
    // What closes does so behind one that opened.
    let inner = if dress.open {
        head.ends_with(|c: char| !c.is_whitespace())
    } else {
        behind.starts_with(is_inner)
    };
    dress.open ^= inner;
    inner.then_some((Some('"'), 2))
}

/// What only says how letters look is left out.
fn of_element(rest: &str) -> Option<Sign> {
    let near = rest.get(..rest.floor_char_boundary(ELEMENT))?;
    let (tag, _) = near.get(1..)?.split_once('>')?;
    let name = tag.trim_start_matches('/').split([' ', '\t', '/']).next()?;
    let is_plain = PLAIN_ELEMENTS
        .iter()
        .any(|known| known.eq_ignore_ascii_case(name));
    (is_plain && !tag.contains('<')).then(|| (None, tag.len().saturating_add(2)))
}

/// The blank between two letters of a word that is spaced out: of a few letters at least.
fn of_spaced(head: &str, rest: &str) -> Option<Sign> {
    let behind = rest.chars().skip(1);
    let (before, behind) = (singles(head.chars().rev()), singles(behind));
    (before > 0 && behind > 0 && before.saturating_add(behind) >= SPACED).then_some((None, 1))
}

/// How many letters stand next that have a blank between them, as far as that counts.
fn singles(mut letters: impl Iterator<Item = char>) -> usize {
    let mut count = 0_usize;
    while count < SPACED && letters.next().is_some_and(char::is_alphabetic) {
        match letters.next() {
            Some(' ') => count = count.saturating_add(1),
            Some(c) if c.is_alphanumeric() => break,
            _ => return count.saturating_add(1),
        }
    }
    count
}

type Sign = (Option<char>, usize);

/// What stands in printed text for a blank, for nothing, or for the sign between a name and its value.
fn of_print(letter: char) -> Option<Sign> {
    let plain = match letter {
        '\u{a0}' | '\u{202f}' | '\u{2009}' => Some(' '),
        // Signs that do not show, and marks on the letter before.
        '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' | '\u{300}'..='\u{36f}' => None,
        wide @ '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(wide).saturating_sub(0xFEE0)),
        '→' | '⇒' | '➔' | '➜' => Some(':'),
        _ => return None,
    };
    Some((plain, letter.len_utf8()))
}

fn of_json(rest: &str) -> Option<Sign> {
    let sign = match rest.as_bytes().get(1)? {
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => {
            let code = u32::from_str_radix(rest.get(2..6)?, 16).ok()?;
            return Some((Some(char::from_u32(code)?), 6));
        }
        sign @ (b'"' | b'\\' | b'/' | b'\'') => char::from(*sign),
        _ => return None,
    };
    Some((Some(sign), 2))
}

fn of_page(rest: &str) -> Option<Sign> {
    let (name, _) = rest
        .get(1..)?
        .split_once(';')
        .filter(|(name, _)| name.len() <= 6)?;
    let sign = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "ndash" => '–',
        "mdash" => '—',
        "auml" => 'ä',
        "ouml" => 'ö',
        "uuml" => 'ü',
        "Auml" => 'Ä',
        "Ouml" => 'Ö',
        "Uuml" => 'Ü',
        "szlig" => 'ß',
        "eacute" => 'é',
        "egrave" => 'è',
        "agrave" => 'à',
        "ccedil" => 'ç',
        "ntilde" => 'ñ',
        "laquo" => '«',
        "raquo" => '»',
        "ldquo" => '“',
        "rdquo" => '”',
        "rsquo" => '’',
        _ => {
            let number = name.strip_prefix('#')?;
            let hex = number.strip_prefix(['x', 'X']);
            char::from_u32(
                hex.map_or_else(|| number.parse(), |hex| u32::from_str_radix(hex, 16))
                    .ok()?,
            )?
        }
    };
    Some((Some(sign), name.len().saturating_add(2)))
}

fn of_address(rest: &str) -> Option<Sign> {
    let code = u8::from_str_radix(rest.get(1..3)?, 16).ok()?;
    (code.is_ascii_graphic() || code == b' ').then_some((Some(char::from(code)), 3))
}

/// What joins a text that ends here with the next: nothing of it is a part of either, unless it is a quotation mark by its number.
fn joint(rest: &str, mark: char) -> Option<Sign> {
    let behind = rest.get(1..)?;
    let limit = behind.floor_char_boundary(JOINT);
    let behind = behind.get(..limit)?;
    let signs = |text: &str| {
        text.len()
            - text
                .trim_start_matches(|c: char| c.is_whitespace() || JOINTS.contains(&c))
                .len()
    };
    let first = signs(behind);
    let skipped = behind.get(..first)?;
    let is_new_line =
        skipped.contains('\n') && skipped.trim_start_matches([' ', '\t']).starts_with(['\r', '\n']);
    if first == 0 || !(skipped.contains(['+', '&', '.', '\\', '`']) || is_new_line) {
        return None;
    }
    let next = behind.get(first..)?;
    let lower = next.get(..7).unwrap_or_default().to_ascii_lowercase();
    if lower == "chr(34)" || lower == "chr(39)" {
        let more = next.get(7..)?;
        let second = signs(more);
        let opens = second > 0 && more.get(second..)?.starts_with(mark);
        let length = first.saturating_add(7).saturating_add(second).saturating_add(2);
        return opens.then_some((Some(if lower == "chr(34)" { '"' } else { '\'' }), length));
    }
    next.starts_with(mark).then_some((None, first.saturating_add(2)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_layer_is_taken_off() {
        for (text, plain) in [
            (r#"{\"a\":\"b\u0026c\"}"#, r#"{"a":"b&c"}"#),
            ("a=&quot;b&#38;c&quot;", "a=\"b&c\""),
            ("a%3Db%26c", "a=b&c"),
            ("t^ask^b", "taskb"),
            (r#""a" & "b""#, r#""ab""#),
            (r#""/p " & Chr(34) & "b""#, r#""/p "b""#),
            ("\"a\" _\n  & \"b\"", "\"ab\""),
            ("a\u{a0}=> b", "a = b"),
            ("a\u{ad}c → b", "ac : b"),
        ] {
            let inner = inner(text).unwrap();
            assert_eq!(inner.text, plain, "{text}");
            let b = inner.text.find('b').unwrap();
            let outer = inner.outer(&(b..b + 1)).unwrap();
            assert!(text.get(outer).unwrap().ends_with('b'), "{text}");
        }
    }

    #[test]
    fn what_is_no_layer_stays() {
        for text in [
            "plain text",
            r"C:\new\table",
            "100 % of x",
            "R&D",
            r#""a", "b""#,
            "x ^",
        ] {
            assert!(inner(text).is_none(), "{text}");
        }
    }
}
