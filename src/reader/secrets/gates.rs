//! Where the mark of a form must stand, so that no expression is made for a text that it cannot match in: most texts that speak of a
//! password give none. Must not know what the marks mean.

use std::sync::LazyLock;

use super::hints::rules;
use super::rules::{Check, GROUPS, Rule};
use super::secret_names::NAMED;

/// Bytes around a word in which a form that begins with it goes on, in its line.
const REACH: usize = 600;

/// Where the marks of a form stand, as seen from the words that it is looked for by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Anywhere,
    /// Before a name, in its line.
    Before,
    /// Behind a name, in its line.
    Behind,
    /// Behind the first name, in any line.
    Below,
}

static SIDES: LazyLock<Vec<Side>> = LazyLock::new(|| rules().map(side).collect());

/// On which side of the names the marks of a form stand, where its wording tells.
fn side(rule: &Rule) -> Side {
    let form = rule.form.replace("(?:", "(");
    let names = ["{WORDS}", "{NAMES}", "password|"];
    let name = names.iter().filter_map(|name| form.find(name)).min();
    let values = GROUPS
        .iter()
        .filter_map(|group| form.find(&format!("(?<{group}>")));
    let value = values
        .min()
        .or_else(|| form.find("{VALUE}"))
        .or_else(|| form.find("{QUOTED}"));
    let (Some(name), Some(value)) = (name, value) else {
        return Side::Anywhere;
    };
    if rule.hints != NAMED || has_choice(&form) {
        return Side::Anywhere;
    }
    // Between brackets that say what is not there, lines do not end.
    let goes_below = form.replace("[^", "").contains(r"\n]") && form.contains(r"[ \t\r\n]");
    if value < name {
        return if goes_below { Side::Anywhere } else { Side::Before };
    }
    let before = form.get(..form.find("(?<n>").map_or(name, |group| group.min(name)));
    let before = before.unwrap_or_default();
    let may_stand = |mark: &&str| {
        mark.chars()
            .any(|c| c == '\n' || !before.contains(c) && !c.is_alphanumeric())
    };
    if before.contains("[^") || !rule.marks.iter().all(may_stand) {
        return Side::Anywhere;
    }
    if goes_below { Side::Below } else { Side::Behind }
}

/// Whether a form is one of several as a whole.
fn has_choice(form: &str) -> bool {
    let (mut depth, mut class, mut escaped) = (0_usize, false, false);
    form.chars().any(|c| {
        let plain = !std::mem::take(&mut escaped);
        match c {
            '\\' if plain => escaped = true,
            '[' if plain => class = true,
            ']' if plain => class = false,
            '(' if plain && !class => depth = depth.saturating_add(1),
            ')' if plain && !class => depth = depth.saturating_sub(1),
            '|' if plain && !class && depth == 0 => return true,
            _ => {}
        }
        false
    })
}

/// The parts of a text that stand around the words that it is looked at for.
#[derive(Debug)]
pub(super) struct Gates<'t> {
    text: Part<'t>,
    before: Part<'t>,
    behind: Part<'t>,
    below: Part<'t>,
}

/// Parts of a text, and which letters of ASCII they have.
#[derive(Debug)]
struct Part<'t> {
    pieces: Vec<&'t str>,
    ascii: u128,
    /// They have digits of any script.
    digits: bool,
}

impl<'t> Part<'t> {
    fn of(pieces: Vec<&'t str>) -> Self {
        let mut ascii = 0;
        for byte in pieces.iter().flat_map(|piece| piece.bytes()) {
            ascii |= bit(byte);
        }
        let wide = || pieces.iter().any(|piece| piece.contains(char::is_numeric));
        let digits = ascii & DIGITS != 0 || (ascii & bit(WIDE) != 0 && wide());
        Self {
            pieces,
            ascii,
            digits,
        }
    }

    fn has(&self, mark: &str) -> bool {
        mark.bytes().all(|byte| self.ascii & bit(byte) != 0)
            && (mark.len() == 1 || self.pieces.iter().any(|piece| piece.contains(mark)))
    }
}

/// Stands for whatever is no ASCII.
const WIDE: u8 = 0x80;
const DIGITS: u128 = 0x3ff << b'0';

/// The bit of a letter.
const fn bit(byte: u8) -> u128 {
    if byte < WIDE { 1 << byte } else { 1 }
}

impl<'t> Gates<'t> {
    /// `places` are those at which such words begin.
    pub(super) fn of(text: &'t str, mut places: Vec<usize>) -> Self {
        places.sort_unstable();
        let below = places.first().and_then(|first| text.get(*first..));
        let (mut before, mut behind, mut over) = (Vec::new(), Vec::new(), 0_usize);
        for place in places {
            let (Some(head), Some(tail)) = (text.get(..place), text.get(place..)) else {
                continue;
            };
            // What stands behind a word stands behind the one before it, and so it is with what stands before one.
            if place < over {
                continue;
            }
            let head = head.get(head.ceil_char_boundary(head.len().saturating_sub(REACH))..);
            let tail = tail.get(..tail.floor_char_boundary(REACH)).unwrap_or_default();
            let end = tail.find(['\r', '\n']).unwrap_or(tail.len());
            let line = tail.get(..end).unwrap_or_default();
            over = place.saturating_add(end);
            behind.push(line);
            before.extend(head.unwrap_or_default().rsplit(['\r', '\n']).next());
            before.push(line);
        }
        Self {
            text: Part::of(vec![text]),
            before: Part::of(before),
            behind: Part::of(behind),
            below: Part::of(vec![below.unwrap_or(text)]),
        }
    }

    /// Whether a form may match.
    pub(super) fn lets(&self, number: usize, rule: &Rule) -> bool {
        let part = match SIDES.get(number) {
            Some(Side::Before) => &self.before,
            Some(Side::Behind) => &self.behind,
            Some(Side::Below) => &self.below,
            _ => &self.text,
        };
        (rule.marks.is_empty() || rule.marks.iter().any(|mark| part.has(mark)))
            && (part.digits || !matches!(rule.check, Check::Sure | Check::Odd | Check::Mixed))
    }
}
