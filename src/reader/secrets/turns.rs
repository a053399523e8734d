//! Turns of a conversation, as programs and people write them down: who says something stands before it or on a line of its own. Must not
//! know what is said.

use std::ops::Range;

use super::text;
use super::words::Words;

/// Bytes of a line in which the head of a turn ends.
const HEAD_BYTES: usize = 100;
/// Words of the name of somebody, and letters of the first and of the others.
const NAME_WORDS: usize = 4;
const FIRST: usize = 31;
const OTHERS: usize = 24;
/// Bytes of what somebody is, in brackets behind the name.
const ROLE: usize = 40;

/// What stands before a head, around a name, and between a time and a name.
const BULLETS: [char; 14] = [
    '\u{200e}', '\u{200f}', '\u{feff}', '\u{202f}', ' ', '\t', '>', '*', '|', '•', '-', '·', '—', '–',
];
const RULES: [char; 6] = ['-', '–', '—', '|', '·', '•'];
/// Signs between who says something and what is said.
const SIGNS: [char; 4] = [':', '：', '>', '|'];

/// A line of a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Turn {
    /// Somebody says what stands there.
    Told(Range<usize>),
    /// It only says who goes on in the lines below.
    Alone,
    /// It says something, and not who.
    Text(Range<usize>),
}

/// What a line is in a conversation.
pub(super) fn read(line: &str) -> Turn {
    let bare = |from: usize| {
        let rest = line.get(from..).unwrap_or_default();
        let inner =
            rest.trim_matches(|c: char| c.is_whitespace() || matches!(c, '>' | '*' | '•' | '|' | '—' | '–'));
        let start = from.saturating_add(rest.find(inner).unwrap_or_default());
        start..start.saturating_add(inner.len())
    };
    let near = line.get(..line.floor_char_boundary(HEAD_BYTES)).unwrap_or(line);
    if line.len() <= HEAD_BYTES && is_alone(near) {
        return Turn::Alone;
    }
    let Some(rest) = told(near) else {
        return Turn::Text(bare(0));
    };
    let end = near.len() - rest.len();
    let head = near.get(..end).unwrap_or_default();
    let names = text::is_secret_name(head.trim_matches(|c: char| !c.is_alphanumeric()));
    // The seconds of a time.
    let goes_on = head.ends_with(':') && rest.starts_with(|c: char| c.is_ascii_digit());
    if names || goes_on {
        return Turn::Text(bare(0));
    }
    Turn::Told(bare(end))
}

/// What stands behind the head of a turn.
fn told(line: &str) -> Option<&str> {
    let line = line.trim_start_matches(BULLETS);
    if let Some(rest) = bracketed(line).or_else(|| time(line)) {
        let tabbed = rest.starts_with('\t');
        let rest = blanks(rest);
        let rest = blanks(rest.strip_prefix(RULES).unwrap_or(rest));
        let named = angled(rest)
            .or_else(|| in_brackets(rest))
            .or_else(|| names(rest).find_map(|name| blanks(stars(name.rest)).strip_prefix(SIGNS)))
            .or_else(|| {
                names(rest)
                    .find_map(|name| name.rest.strip_prefix('\t'))
                    .filter(|_| tabbed)
            });
        let is_level = |word: &str| word.len() > 2 && word.chars().all(|c| c.is_ascii_uppercase());
        let first = rest.split([' ', '\t']).next().unwrap_or_default();
        let is_said = rest.starts_with(char::is_alphabetic) && !is_level(first.trim_end_matches([':', ']']));
        // Lines of a log begin with a day.
        let has_day = date(line.trim_start_matches(['[', '('])).is_some();
        return named.or_else(|| (is_said && !has_day).then_some(rest));
    }
    if let Some(rest) = angled(line).or_else(|| numbered(line)).or_else(|| marked(line)) {
        return Some(rest);
    }
    names(line).find_map(|name| {
        let rest = stars(name.rest);
        let apart = rest.trim_start_matches([' ', ',']);
        if let Some(rest) = bracketed(apart) {
            return blanks(stars(rest)).strip_prefix([':', '：', '>', '|', '-']);
        }
        if apart.len() < rest.len()
            && let Some(rest) = time(apart)
        {
            return blanks(rest).strip_prefix(SIGNS);
        }
        let rest = in_brackets(apart).map_or(rest, blanks);
        let rest = rest.strip_prefix(' ').unwrap_or(rest);
        if let Some(rest) = rest.strip_prefix('：').filter(|_| name.is_sure) {
            return Some(rest);
        }
        let rest = stars(rest.strip_prefix(':')?);
        (name.is_sure && (rest.is_empty() || rest.starts_with(' '))).then_some(rest)
    })
}

/// Whether a line only says who says something, and when.
fn is_alone(line: &str) -> bool {
    let line = line.trim_start_matches(BULLETS).trim_end();
    let line = line.strip_suffix(':').unwrap_or(line).trim_end();
    let any_time = |text| {
        let open = str::strip_prefix(text, ['[', '(']).unwrap_or(text);
        time(open).map(|rest| rest.strip_prefix([']', ')']).unwrap_or(rest))
    };
    if let Some(rest) = any_time(line) {
        let rest = rest.trim_start_matches([' ', ',']);
        let rest = blanks(rest.strip_prefix(RULES).unwrap_or(rest));
        return names(rest).any(|name| stars(name.rest).is_empty());
    }
    names(line).any(|name| {
        let rest = stars(name.rest).trim_start_matches([' ', ',']);
        let rest = in_brackets(rest).map_or(rest, |rest| rest.trim_start_matches([' ', ',']));
        let rest = blanks(rest.strip_prefix(RULES).unwrap_or(rest));
        any_time(rest).is_some_and(|rest| stars(rest).is_empty())
    })
}

/// A name that may begin a head, and what stands behind it.
struct Name<'l> {
    rest: &'l str,
    /// It has no signs that other words have.
    is_sure: bool,
}

/// The names of somebody that may begin here, the longest first.
fn names(line: &str) -> impl Iterator<Item = Name<'_>> {
    let stops = |c: char| {
        c.is_whitespace()
            || matches!(
                c,
                ':' | '：' | '<' | '>' | '|' | '=' | ';' | ',' | '{' | '}' | '[' | ']' | '\\' | '"' | '*'
            )
    };
    let line = stars(line).trim_start_matches('@');
    let mut ends: Vec<Name<'_>> = Vec::new();
    let mut at = 0_usize;
    let mut is_sure = !line.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    if line.starts_with(['(', ')', '/', '-']) {
        return ends.into_iter().rev();
    }
    while ends.len() < NAME_WORDS {
        let rest = line.get(at..).unwrap_or_default();
        let word = rest
            .get(..rest.find(stops).unwrap_or(rest.len()))
            .unwrap_or_default();
        let count = word.chars().count();
        if count == 0 || count > if at == 0 { FIRST } else { OTHERS } {
            break;
        }
        let is_role = at == 0 && word.contains(['(', ')']);
        is_sure &= !(word.contains('/') || is_role) && ends.len() < 3;
        let rest = rest.get(word.len()..).unwrap_or_default();
        ends.push(Name { rest, is_sure });
        let Some(next) = rest.strip_prefix(' ') else { break };
        at = line.len() - next.len();
    }
    ends.into_iter().rev()
}

fn blanks(line: &str) -> &str {
    line.trim_start_matches([' ', '\t'])
}

fn stars(line: &str) -> &str {
    line.trim_start_matches('*')
}

/// What stands behind a name that marks of its own set apart: `[Ann]`, `**Ann**`, `@ann`, `Ann — `.
fn marked(line: &str) -> Option<&str> {
    let is_name = |name: &str| {
        let is_word = |word: &str| word.starts_with(char::is_uppercase) && word.contains(char::is_lowercase);
        name.len() <= ROLE
            && name.split(' ').count() <= 3
            && name.split(' ').all(is_word)
            && name
                .chars()
                .all(|c| c.is_alphabetic() || matches!(c, ' ' | '.' | '-'))
    };
    for (open, close) in [
        ("[", "]"),
        ("**", "**"),
        ("*", "*"),
        ("<b>", "</b>"),
        ("<strong>", "</strong>"),
        ("@", " "),
        ("", " — "),
        ("", " – "),
        ("", " :: "),
    ] {
        let Some((name, rest)) = line.strip_prefix(open).and_then(|inner| inner.split_once(close)) else {
            continue;
        };
        if is_name(name) {
            return Some(rest.strip_prefix([':', '：', '>']).unwrap_or(rest));
        }
    }
    None
}

/// What stands behind a name in angle brackets.
fn angled(line: &str) -> Option<&str> {
    let (name, rest) = line.strip_prefix('<')?.split_once('>')?;
    let name = name.trim().trim_start_matches(['@', '+', '%', '~']);
    names(name)
        .any(|name| name.rest.is_empty())
        .then(|| rest.strip_prefix(':').unwrap_or(rest))
}

/// What stands behind what somebody is, in brackets.
fn in_brackets(line: &str) -> Option<&str> {
    let (open, close) = if line.starts_with('[') {
        ('[', ']')
    } else {
        ('(', ')')
    };
    let (role, rest) = line.strip_prefix(open)?.split_once(close)?;
    (role.len() <= ROLE && !role.contains([':', '=', '<', '{', '"', '\\'])).then_some(rest)
}

/// What stands behind the number of a question or an answer.
fn numbered(line: &str) -> Option<&str> {
    let rest = line
        .strip_prefix(['q', 'a', 'f', 'r', 'p', 'Q', 'A', 'F', 'R', 'P'])
        .unwrap_or(line);
    let rest = digits(rest.strip_prefix(' ').unwrap_or(rest), 1, 2)?;
    let rest = rest.strip_prefix(' ').unwrap_or(rest);
    rest.strip_prefix(['.', ')', ':'])?.strip_prefix(' ')
}

/// What stands behind a time in brackets.
fn bracketed(line: &str) -> Option<&str> {
    let rest = time(line.strip_prefix(['[', '('])?)?;
    rest.strip_prefix([']', ')'])
}

/// Words for days.
static DAYS: Words = Words::new(
    "today yesterday heute gestern hier ayer hoy oggi ieri hoje ontem aujourd'hui monday tuesday wednesday thursday friday saturday sunday \
     mon tue wed thu fri sat sun mo di mi do fr lun",
);

/// What stands behind a time, whose day may stand before it.
fn time(line: &str) -> Option<&str> {
    let word = || DAYS.each().find_map(|day| strip(line, day));
    let day = date(line).or_else(word).unwrap_or(line);
    let day = day
        .strip_prefix(',')
        .unwrap_or(day)
        .trim_start_matches([' ', 'T']);
    let day = ["at ", "um ", "à "]
        .iter()
        .find_map(|at| strip(day, at))
        .unwrap_or(day);
    let half = ["오전", "오후", "上午", "下午", "午前", "午後", "am ", "pm "].iter();
    let day = half
        .filter_map(|half| strip(day, half))
        .next()
        .map_or(day, blanks);
    let rest = digits(day, 1, 2)?.strip_prefix([':', '.', 'h', 'H'])?;
    let rest = digits(rest, 2, 2)?;
    let part = |rest, sign: &[char], most| {
        str::strip_prefix(rest, sign)
            .and_then(|more| digits(more, if most == 2 { 2 } else { 1 }, most))
            .unwrap_or(rest)
    };
    let rest = part(part(rest, &[':', '.'], 2), &['.', ','], 6);
    let rest = rest.strip_prefix(['Z', 'z']).unwrap_or(rest);
    let half = || {
        let half = rest
            .strip_prefix(' ')
            .unwrap_or(rest)
            .strip_prefix(['a', 'p', 'A', 'P'])?;
        let half = half.strip_prefix('.').unwrap_or(half).strip_prefix(['m', 'M'])?;
        Some(half.strip_prefix('.').unwrap_or(half))
    };
    let rest = half().unwrap_or(rest);
    Some(
        [" Uhr", " h"]
            .iter()
            .find_map(|end| strip(rest, end))
            .unwrap_or(rest),
    )
}

/// What stands behind a day in digits.
fn date(line: &str) -> Option<&str> {
    let rest = digits(line, 1, 4)?.strip_prefix(['.', '/', '-'])?;
    let rest = digits(rest, 1, 2)?.strip_prefix(['.', '/', '-'])?;
    digits(rest, 1, 4).or_else(|| rest.starts_with(' ').then_some(rest))
}

/// What stands behind so many digits.
fn digits(line: &str, least: usize, most: usize) -> Option<&str> {
    let count = line.bytes().take(most).take_while(u8::is_ascii_digit).count();
    line.get(count..).filter(|_| count >= least)
}

/// A text without this beginning, whatever its case.
fn strip<'l>(line: &'l str, begin: &str) -> Option<&'l str> {
    let (head, rest) = line.split_at_checked(begin.len())?;
    head.eq_ignore_ascii_case(begin).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_of_all_kinds_are_read() {
        for head in [
            "[10:04] Ann Other: ",
            "[10:04:22] ann: ",
            "Ann (08:14): ",
            "Ann Other [08:14]: ",
            "12/3/26, 9:16 - Ann: ",
            "12.03.26, 09:16 - Ann Other: ",
            "2026-03-05 11:03 <Ann> ",
            "11:03 <ann> ",
            "<ann> ",
            "Kunde: ",
            "cust: ",
            "客户: ",
            "10:02 佐藤: ",
            "3/5/2026 9:16 AM - Ann: ",
            "Ann Other, 10:04: ",
            "**Ann:** ",
            "> Ann: ",
            "3. ",
            "Q3: ",
        ] {
            let line = format!("{head}this and that");
            assert_eq!(read(&line), Turn::Told(head.len()..line.len()), "{line}");
        }
    }

    #[test]
    fn heads_on_lines_of_their_own_are_read() {
        for line in [
            "Ann 14:03",
            "Ann Other  10:04 AM",
            "Élodie, 14:03",
            "10:04 Ann",
            "[10:04] Ann Other",
            "Ann Other — Today at 10:04",
            "Ann Other 05.03.2026 14:03",
        ] {
            assert_eq!(read(line), Turn::Alone, "{line}");
        }
        assert_eq!(read("what is it"), Turn::Text(0..10));
    }
}
