//! What pages put between lines: a text with elements becomes one with lines, each letter in its place, so that what goes on over lines is
//! found in pages, too. Must not know tables, which [`tables`](super::tables) has.

use std::borrow::Cow;
use std::ops::Range;

/// Elements that end a line, and those that only dress words.
const BLOCKS: [&str; 24] = [
    "p",
    "br",
    "div",
    "li",
    "ul",
    "ol",
    "pre",
    "blockquote",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "body",
    "html",
    "head",
    "title",
    "section",
    "article",
    "dt",
    "dd",
    "dl",
];
const INLINE: [&str; 18] = [
    "b", "i", "u", "em", "strong", "span", "font", "code", "tt", "a", "small", "big", "mark", "kbd", "samp",
    "s", "sub", "sup",
];
/// What opens and closes a text within one of elements.
const TEXTS: [&str; 2] = ["<![CDATA[", "]]>"];

/// A text of a page with lines for its elements; none where it has none that end lines.
pub(super) fn lined(text: &str) -> Option<String> {
    if !text.contains('<') {
        return None;
    }
    let mut out = text.to_owned();
    let mut ends = false;
    let mut blank = |range: Range<usize>, ends_line: bool| {
        let length = range.len();
        let sign = if ends_line { "\n" } else { " " };
        out.replace_range(range, &format!("{sign}{}", " ".repeat(length.saturating_sub(1))));
    };
    let mut at = 0_usize;
    while let Some(open) = text.get(at..).and_then(|rest| rest.find('<')) {
        let start = at.saturating_add(open);
        at = start.saturating_add(1);
        let Some(tag) = text.get(at..) else { break };
        let name = tag.strip_prefix('/').unwrap_or(tag);
        let name = name
            .split(|c: char| !c.is_ascii_alphanumeric())
            .next()
            .unwrap_or_default();
        let is = |known: &[&str]| known.iter().any(|known| name.eq_ignore_ascii_case(known));
        let is_block = is(&BLOCKS);
        let Some(close) = tag.find('>').filter(|_| is_block || is(&INLINE)) else {
            continue;
        };
        at = at.saturating_add(close).saturating_add(1);
        ends |= is_block;
        blank(start..at, is_block);
    }
    for mark in TEXTS {
        for (place, _) in text.match_indices(mark) {
            ends = true;
            blank(place..place.saturating_add(mark.len()), true);
        }
    }
    ends.then_some(out)
}

/// A text with the commands that go on over lines in one, each letter in its place.
pub(super) fn flat(text: &str) -> Cow<'_, str> {
    const ENDS: [&str; 6] = [" ^\n", " ^\r\n", " `\n", " `\r\n", " \\\n", " \\\r\n"];
    let mut flat = Cow::Borrowed(text);
    if text.contains('\n') {
        for end in ENDS.iter().filter(|end| text.contains(**end)) {
            flat = Cow::Owned(flat.replace(end, &" ".repeat(end.len())));
        }
    }
    flat
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_become_lines_of_the_same_length() {
        let page = "<p>a <b>b</b></p><br/>c<td>d</td><![CDATA[é]]>";
        let lined = lined(page).unwrap();
        assert_eq!(lined.len(), page.len());
        assert_eq!(lined.replace(' ', ""), "\nab\n\nc<td>d</td>\né\n");
        assert_eq!(super::lined("a < b"), None);
        assert_eq!(super::lined("<td>a</td>"), None);
    }
}
