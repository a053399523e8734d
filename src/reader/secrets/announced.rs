//! What a line says of the lines below it: that the secret stands there, or goes on. Must not know elements and private keys, which
//! [`over_lines`](super::over_lines) has.

use std::ops::Range;

use super::columns::{self, Table, sure_words};
use super::members::Members;
use super::shapes::RECOVERY;
use super::talk::Talk;
use super::{asked, calls, phrases, text, words};

/// Lines below a heading in which the data may stand: a rule of dashes and the first row.
pub(super) const LINES_BELOW: u64 = 3;
/// Lines that a password in a script has at most.
const TEXT_LINES: u64 = 20;
/// Texts of one line, as readers of strings hand them out, in which the data may stand.
const TEXTS_BELOW: u8 = 4;
/// Lines between two cells that stand in lines of their own, and of their table.
const CELL_LINES: u64 = 4;
const TABLE_LINES: u64 = 80;
/// Bytes of a command over lines.
const COMMAND_BYTES: usize = 4 << 10;
/// Lines that a private key has at most.
pub(super) const KEY_LINES: u64 = 200;

/// What a line says of the lines below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Announced {
    /// The secret stands in the next line, or behind a bracket in the one after it.
    Next { line: u64, left: u8, key: bool },
    /// A table has columns of secrets.
    Table { line: u64, table: Table },
    /// A block of settings holds names and their secrets.
    Members { line: u64, members: Members },
    /// The lines up to the mark that ends them are the secret, as a script writes a text over lines.
    Here { opened: u64, line: u64, ends: Box<str> },
    /// The lines up to the next name are the secret, as YAML writes a text over lines.
    Block { opened: u64, line: u64 },
    /// Lines of encoded bytes are the secret.
    Coded { line: u64, left: u64 },
    /// The command goes on.
    Command { line: u64, so_far: String },
    /// A secret goes on in the text that is joined to it.
    Joint { line: u64, signed: bool },
    /// A remark speaks of a password: what stands between quotation marks is looked at.
    Remark { line: u64 },
    /// An item of a list of arguments is an option that a secret stands behind; `sure` says that it means nothing else.
    Argument { line: u64, sure: bool },
    /// The cells of a table stand in lines of their own, and one of its headings is the name.
    Cells { line: u64, opened: u64 },
    /// Somebody asks for a password: an answer of one word is it.
    Asked { line: u64 },
}

impl Announced {
    /// The secrets in a line below, and what is announced from there on.
    pub(super) fn below(self, line: u64, said: &str) -> (Vec<Range<usize>>, Option<Self>) {
        let whole = || {
            let whole = 0..said.len();
            vec![whole]
        };
        let is_next = |from: u64| line == from.saturating_add(1);
        match self {
            Self::Next {
                line: from,
                left,
                key,
            } if line >= from && line <= from.saturating_add(LINES_BELOW) && left > 0 => {
                named(said, line, from, left, key)
            }
            Self::Here {
                opened,
                line: from,
                ends,
            } if is_next(from)
                && line <= opened.saturating_add(TEXT_LINES)
                && !said.trim_start().starts_with(&*ends) =>
            {
                (whole(), Some(Self::Here { opened, line, ends }))
            }
            Self::Block { opened, line: from }
                if is_next(from) && line <= opened.saturating_add(TEXT_LINES) && !begins_member(said) =>
            {
                (whole(), Some(Self::Block { opened, line }))
            }
            Self::Coded { line: from, left } if is_next(from) && left > 0 && is_coded_line(said) => {
                let left = left.saturating_sub(1);
                (whole(), Some(Self::Coded { line, left }))
            }
            Self::Table { line: from, table } if line > from && line <= from.saturating_add(2) => {
                let (found, next) = table.row(said);
                (found, next.map(|table| Self::Table { line, table }))
            }
            Self::Members { line: from, members } if line > from && line <= from.saturating_add(2) => {
                let (found, next) = members.line(said);
                (found, next.map(|members| Self::Members { line, members }))
            }
            Self::Command { line: from, so_far } if is_next(from) => command(so_far, line, said),
            Self::Joint { line: from, signed } if is_next(from) => {
                let found = calls::texts_of_joint(said, signed);
                let signed = calls::ends_with_sign(said);
                let next = (!found.is_empty()).then_some(Self::Joint { line, signed });
                (found, next)
            }
            Self::Remark { line: from } if is_next(from) => (calls::odd_texts(said), None),
            Self::Cells { line: from, opened } => cell(said, line, from, opened),
            Self::Argument { line: from, sure } if line == from => (asked::value(said, sure), None),
            Self::Argument { line: from, .. } => Self::next(from).below(line, said),
            Self::Asked { line: from } if is_next(from) => (asked::answer(said).into_iter().collect(), None),
            _ => (Vec::new(), None),
        }
    }

    /// The secret stands in the next line.
    const fn next(line: u64) -> Self {
        Self::Next {
            line,
            left: TEXTS_BELOW,
            key: false,
        }
    }

    /// Whether the line that it was asked about last is a part of it, so that it announces nothing else: of a command, or of a table.
    pub(super) const fn goes_on(&self) -> bool {
        matches!(
            self,
            Self::Command { .. } | Self::Table { .. } | Self::Members { .. } | Self::Cells { .. }
        )
    }

    /// What a line says of those below it.
    pub(super) fn of(said: &str, line: u64) -> Option<Self> {
        let said = said.trim();
        let member = said.strip_suffix(',').filter(|head| head.contains("\":"));
        // What ends a line of a page.
        let broken = said.strip_suffix('>').and_then(|head| head.rsplit_once("<br"));
        let untagged = said.strip_suffix('>').and_then(|head| head.rsplit_once("</"));
        let untagged = broken
            .or(untagged)
            .map_or(member.unwrap_or(said), |(head, _)| head);
        let head = untagged.trim_end_matches([
            ' ', '\t', ':', '=', '>', '{', '[', '(', '|', '"', '\'', '*', '_', '-', '`', '@',
        ]);
        asked::argument(said)
            .map(|sure| Self::Argument { line, sure })
            .or_else(|| of_script(said, head, line))
            .or_else(|| Members::of(said).map(|members| Self::Members { line, members }))
            // The last heading of a table may be the name.
            .or_else(|| {
                let is_row = said.contains(['|', '\t']) || said.contains("  ");
                let table = is_row.then(|| Table::of(said))?;
                table.map(|table| Self::Table { line, table })
            })
            .or_else(|| {
                let opened = line;
                columns::heads_cells(said).then_some(Self::Cells { line, opened })
            })
            .or_else(|| asked::announces(said).then(|| Self::next(line)))
            .or_else(|| {
                of_name(said, head).then_some(Self::Next {
                    line,
                    left: TEXTS_BELOW,
                    key: said.eq_ignore_ascii_case("key"),
                })
            })
            .or_else(|| asked::is_remark(said).then_some(Self::Remark { line }))
            .or_else(|| asked::is_question(said).then_some(Self::Asked { line }))
            .or_else(|| Table::of(said).map(|table| Self::Table { line, table }))
    }
}

/// The secrets in a line below a name, and what is announced from there on.
fn named(said: &str, line: u64, from: u64, left: u8, key: bool) -> (Vec<Range<usize>>, Option<Announced>) {
    let direct = line > from && line <= from.saturating_add(2) && left == TEXTS_BELOW;
    let found = below_name(said, line == from, key, direct);
    let left = left.saturating_sub(1);
    let line = from;
    let next = found.is_empty().then_some(Announced::Next { line, left, key });
    (found, next)
}

/// The secret in a line that is one cell of a table.
fn cell(said: &str, line: u64, from: u64, opened: u64) -> (Vec<Range<usize>>, Option<Announced>) {
    if line <= from || line > from.saturating_add(CELL_LINES) || line > opened.saturating_add(TABLE_LINES) {
        return (Vec::new(), None);
    }
    let is_over = said.contains("</table") || said.starts_with("|}");
    let found = columns::of_cell(said).into_iter().collect();
    (found, (!is_over).then_some(Announced::Cells { line, opened }))
}

/// The secrets in a line that a command goes on in.
fn command(mut so_far: String, line: u64, said: &str) -> (Vec<Range<usize>>, Option<Announced>) {
    let before = so_far.len();
    so_far.push_str(said);
    let within = |range: Range<usize>| {
        let end = range.end.checked_sub(before).filter(|end| *end > 0)?;
        Some(range.start.saturating_sub(before)..end)
    };
    let found = text::find(&so_far).into_iter().filter_map(within).collect();
    (found, goes_on(&so_far, line))
}

/// Finds what the lines of a text say of those below them.
pub(super) fn find(text: &str, found: &mut Vec<Range<usize>>) {
    let mut told: Option<Announced> = None;
    found.extend(Talk::default().hear_lines(text, true));
    let mut start = 0_usize;
    for (number, line) in (1..).zip(text.split_inclusive('\n')) {
        let said = line.trim_end_matches(['\r', '\n']);
        let (here, next) = told
            .take()
            .map_or_else(Default::default, |told| told.below(number, said));
        let shift = |range: Range<usize>| start.saturating_add(range.start)..start.saturating_add(range.end);
        found.extend(here.into_iter().map(shift));
        told = next;
        let suspect = text::may_hold(said) || text::is_secret_name(said) || is_short_name(said);
        if suspect && !told.as_ref().is_some_and(Announced::goes_on) {
            told = Announced::of(said, number).or(told);
        }
        start = start.saturating_add(line.len());
    }
}

/// Names of passwords that are words or parts of words elsewhere.
const SHORT: [&str; 4] = ["pass", "pw", "p", "key"];

/// Marks that open a text over lines in a script, and what ends it.
const TEXTS: [(&str, &str); 4] = [("@'", "'@"), ("@\"", "\"@"), ("\"\"\"", "\"\"\""), ("'''", "'''")];
/// Ends of lines of YAML below which a text stands.
const BLOCKS: [&str; 6] = [": |", ": >", ": |-", ": >-", ": |+", ": >+"];

/// Whether a text is the name of an option that a password may stand behind, or a name of one that is a word elsewhere, and nothing else.
pub(super) fn is_short(said: &str) -> bool {
    let option = said.trim_start_matches(['-', '/']);
    is_short_name(option) || (option.len() < said.len() && option.eq_ignore_ascii_case("rp"))
}

/// Whether a text is a name of a password that is a word elsewhere, and nothing else.
pub(super) fn is_short_name(said: &str) -> bool {
    said.len() <= 4 && SHORT.iter().any(|short| short.eq_ignore_ascii_case(said))
}

/// The last word of what stands before a mark, and whether it names a secret.
fn last_name(head: &str) -> (&str, bool) {
    let last = head
        .rsplit([' ', '$', ':', '.', '>', '"'])
        .next()
        .unwrap_or_default();
    let is_short = is_short_name(last) && !last.eq_ignore_ascii_case("key");
    (last, is_short || text::is_secret_name(last))
}

/// What scripts and settings announce: a command, a text or encoded bytes that go on.
fn of_script(said: &str, head: &str, line: u64) -> Option<Announced> {
    if let Some(told) = goes_on(said, line) {
        return Some(told);
    }
    if said.contains("$ANSIBLE_VAULT;") || said.starts_with("Private-Lines:") {
        let left = KEY_LINES;
        return Some(Announced::Coded { line, left });
    }
    let (_, names) = last_name(head);
    let opens = TEXTS.iter().find(|(open, _)| names && said.ends_with(open));
    if let Some(ends) = opens.map(|(_, ends)| (*ends).into()).or_else(|| here_mark(said)) {
        let opened = line;
        return Some(Announced::Here { opened, line, ends });
    }
    if names && BLOCKS.iter().any(|end| said.ends_with(end)) {
        let opened = line;
        return Some(Announced::Block { opened, line });
    }
    calls::ends_with_secret(said).map(|signed| Announced::Joint { line, signed })
}

/// Whether a line ends with the name of a secret, or asks for one.
fn of_name(said: &str, head: &str) -> bool {
    // What only closes says nothing of what stands below.
    if said.starts_with("</") && said.split('<').skip(1).all(|tag| tag.starts_with('/')) {
        return false;
    }
    // The name at the end of an address is that of a page.
    let word = head.split_whitespace().next_back().unwrap_or_default();
    if !said.contains('<') && (word.contains("://") || word.matches('/').count() > 1) {
        return false;
    }
    let (last, names) = last_name(head);
    let before = head.get(..head.len() - last.len()).unwrap_or_default();
    let is_asked = before.ends_with('.') || (before.ends_with('$') && before.contains("> "));
    if names && is_asked && head.len() == said.len() {
        return true;
    }
    // A member that says the name of the one below it.
    let is_called = |name: &str| ["name", "key", "id"].contains(&name.trim_matches([' ', '-', '"', '\'']));
    let is_member = said.split_once(':').is_some_and(|(name, _)| is_called(name));
    let is_marked = head.len() < said.len() || is_member || !said.contains([' ', ',', ';']);
    let is_short = is_short_name(said)
        || (matches!(head.split(' ').next_back(), Some("pass" | "pw" | "Pass" | "PW"))
            && head.len() < said.len());
    let is_recovery = head.len() < said.len()
        && RECOVERY
            .split(';')
            .any(|word| word != "password" && head.to_lowercase().contains(word));
    head.len() < 200 && (is_recovery || is_short || (is_marked && text::is_secret_name(head)))
}

/// What a command says that goes on in the next line.
fn goes_on(said: &str, line: u64) -> Option<Announced> {
    let said = said.trim_end();
    let open = said.strip_suffix(['^', '`', '\\'])?;
    let is_value = said.ends_with('\\') && open.contains('=') && !open.contains(['\\', ':']);
    let so_far = match open.ends_with([' ', '\t']) {
        true => format!("{open} "),
        // The next line goes on with the word.
        false if is_value => open.to_owned(),
        false => return None,
    };
    (open.len() <= COMMAND_BYTES).then_some(Announced::Command { line, so_far })
}

/// The data in a line below its name: all of it where it is one word, the value of a member, and what no word looks like.
/// In the same line stands a text of its own, as readers of JSON hand them out: any that is no word, or a key.
fn below_name(said: &str, same_line: bool, key: bool, direct: bool) -> Vec<Range<usize>> {
    // One name below another.
    if text::is_secret_name(said.trim()) {
        return Vec::new();
    }
    let told = if key { words::is_key } else { words::is_strong };
    if same_line && !said.contains(' ') && told(said) {
        let whole = 0..said.len();
        return vec![whole];
    }
    const SIGNS: [char; 10] = [' ', '\t', '"', '\'', '`', ',', '\r', '\n', '>', '|'];
    let inner = said.trim_matches(SIGNS);
    let start = said.len() - said.trim_start_matches(SIGNS).len();
    let whole = start..start.saturating_add(inner.len());
    let is_recovery = |word: &str| {
        word.len() == 55
            && word
                .split('-')
                .all(|six| six.len() == 6 && six.bytes().all(|byte| byte.is_ascii_digit()))
    };
    if is_recovery(inner) || (words::is_odd(inner) && !inner.contains([' ', ':', '=', '<'])) {
        return vec![whole];
    }
    if let Some(place) = asked::within_elements(said) {
        return vec![place];
    }
    if !key
        && (direct || same_line)
        && let Some(place) = asked::words_below(said, same_line)
    {
        return vec![place];
    }
    let member = inner.split_once([':', '=']).filter(|(name, _)| {
        let name = name.trim_matches(SIGNS).to_ascii_lowercase();
        ["value", "data", "text", "default"]
            .iter()
            .any(|end| name.ends_with(end))
    });
    if let Some((_, value)) = member {
        let value = value.trim_matches(SIGNS);
        let at = said.find(value).unwrap_or_default();
        if words::is_odd(value) || words::is_strong(value) {
            let place = at..at.saturating_add(value.len());
            return vec![place];
        }
    }
    if let Some(phrase) = phrases::read(said, start).filter(|phrase| phrase.range.end >= whole.end) {
        return vec![phrase.range];
    }
    sure_words(said)
}

/// Whether a line begins a member of YAML, or a list.
fn begins_member(line: &str) -> bool {
    let line = line.trim();
    let is_name = |name: &str| {
        !name.is_empty()
            && name
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '"' | '\''))
    };
    line.is_empty()
        || line.starts_with("- ")
        || line.starts_with('#')
        || line.split_once(':').is_some_and(|(name, _)| is_name(name))
}

/// Whether a line holds encoded bytes and nothing else.
fn is_coded_line(line: &str) -> bool {
    let line = line.trim();
    line.len() >= 8
        && line
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='))
}

/// What ends the text that a shell reads for a name: `PASSWORD = <<EOT`.
fn here_mark(said: &str) -> Option<Box<str>> {
    let (head, mark) = said.rsplit_once("<<")?;
    let name = head.trim_end_matches([' ', '\t', '=', '(', '"']);
    let mark = mark.trim_matches(['-', '~', '"', '\'', ';', ' ']);
    let is_mark = !mark.is_empty() && mark.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    (is_mark && name.len() < head.len() && text::is_secret_name(name)).then(|| mark.into())
}
