//! Blocks of settings that are named as a whole: `$passwords = @{`, `variable "robot_pw" {`, `secrets:`. Each member of one is a name and a
//! secret. Must not know what announces lines otherwise.

use std::ops::Range;

use super::states::is_state;
use super::{phrases, text, values, words};

/// Lines of a block.
const LINES: u8 = 40;

/// A block whose members are looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Members {
    left: u8,
    /// The block is one secret: only its data is looked at, and not what else is said of it.
    single: bool,
    /// It ends with a bracket.
    closes: bool,
    /// How many brackets stand open.
    depth: usize,
}

impl Members {
    /// What a line says of the block that it opens.
    pub(super) fn of(said: &str) -> Option<Self> {
        let head = said.trim_end();
        let bracket = head.ends_with(['{', '[', '(']);
        let open = head.trim_end_matches(['{', '[', '(', '@']).trim_end();
        if !bracket && !open.ends_with(':') {
            return None;
        }
        let name = open.trim_end_matches(['=', ':', ' ', '\t', '>', '"', '\'', '`']);
        let name = name.rsplit([' ', '\t', '"', '\'', '$', '.', '<', ',']).next()?;
        let name = name.trim_end_matches(['"', '\'']);
        let single = name.trim_end_matches(['s', 'S']);
        let single = single
            .strip_suffix("Map")
            .or_else(|| single.strip_suffix("Table"))
            .unwrap_or(single);
        let is_plural = single.len() < name.len()
            && text::is_secret_name(single)
            && !single.to_lowercase().ends_with("token");
        let quoted = open.ends_with(['"', '\''])
            && bracket
            && (open.starts_with("variable") || open.starts_with("parameter"));
        let is_single = quoted && is_secret(name);
        (is_plural || is_single).then_some(Self {
            left: LINES,
            single: is_single,
            closes: bracket,
            depth: 1,
        })
    }

    /// The secrets in a line of the block, and the block where it goes on.
    pub(super) fn line(mut self, said: &str) -> (Vec<Range<usize>>, Option<Self>) {
        let bare = said.trim();
        self.left = self.left.saturating_sub(1);
        if self.closes {
            let count = |signs: [char; 3]| bare.matches(signs).count();
            let depth = self.depth.saturating_add(count(['{', '[', '(']));
            self.depth = depth.saturating_sub(count(['}', ']', ')']));
        }
        let is_over = self.depth == 0 || self.left == 0 || (!self.closes && bare.is_empty());
        let value = member(said)
            .filter(|(name, _)| !self.single || is_data(name))
            .map(|(_, value)| value);
        let is_member = value.is_some() || bare.starts_with(['#', '/', '-']) || self.closes;
        let told = |range: &Range<usize>| {
            said.get(range.clone())
                .is_some_and(|value| is_value(value, self.closes))
        };
        let found = value.filter(told).into_iter().collect();
        (found, (!is_over && is_member).then_some(self))
    }
}

/// Whether a name in quotation marks is that of a secret, as those are who name variables.
fn is_secret(name: &str) -> bool {
    let lower = name.to_lowercase();
    text::is_secret_name(name)
        || ["_pw", "-pw", "_pass", "-pass", "_psk", "_pin"]
            .iter()
            .any(|end| lower.ends_with(end))
}

/// Whether a member of a block holds its data.
fn is_data(name: &str) -> bool {
    ["default", "value", "data", "text", "secret", "defaultvalue"]
        .iter()
        .any(|known| name.eq_ignore_ascii_case(known))
}

/// The name and the value of a line.
fn member(said: &str) -> Option<(&str, Range<usize>)> {
    let sign = said.find(['=', ':'])?;
    let name = said
        .get(..sign)?
        .trim()
        .trim_matches(['"', '\'', '-', ' ', '$', ',']);
    let behind = said.get(sign..)?;
    let at = sign.saturating_add(behind.len() - behind.trim_start_matches(['=', ':', '>', ' ', '\t']).len());
    if name.is_empty() || name.contains(' ') {
        return None;
    }
    if let Some(found) = values::quoted(said, at) {
        return Some((name, found.inner));
    }
    let rest = said.get(at..)?.trim_end().trim_end_matches([',', ';']);
    (!rest.is_empty()).then(|| (name, at..at.saturating_add(rest.len())))
}

/// Whether a value is a secret in such a block: neither a variable nor a word of a setting.
fn is_value(value: &str, sure: bool) -> bool {
    let first = value.split_whitespace().next().unwrap_or_default();
    let is_put = value.starts_with(['$', '{', '[', '(', '<', '%', '@', '!']) || words::is_expression(value);
    let told = words::is_typed(value)
        || words::is_odd(value)
        || phrases::read(value, 0).is_some()
        || words::is_given(value);
    let bare = words::is_typed(value)
        || words::is_odd(value)
        || phrases::read(value, 0).is_some_and(|phrase| phrase.words > 1);
    !is_put
        && !words::is_plain(first)
        && !is_state(&value.to_lowercase())
        && value.chars().count() >= 4
        && if sure {
            told
        } else {
            bare && !phrases::is_reference(value)
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets(block: &str) -> Vec<&str> {
        let mut lines = block.lines();
        let mut members = Members::of(lines.next().unwrap());
        let mut all = Vec::new();
        for line in lines {
            let Some(open) = members.take() else { break };
            let (found, next) = open.line(line);
            all.extend(found.into_iter().map(|range| line.get(range).unwrap()));
            members = next;
        }
        all
    }

    #[test]
    fn members_of_a_named_block_are_secrets() {
        let block =
            "$passwords = @{\n  'bot1' = 'Plum=pear1'\n  'bot2' = 'Plum;pear2'\n}\n'x' = 'other7thing'";
        assert_eq!(secrets(block), ["Plum=pear1", "Plum;pear2"]);
        let block =
            "variable \"bot_pw\" {\n  type = string\n  sensitive = true\n  default = \"Plum tree 2\"\n}";
        assert_eq!(secrets(block), ["Plum tree 2"]);
        assert_eq!(
            secrets("passwords:\n  bot1: plum7Pear\n  bot2: plum8Pear\n\nname: other7Name"),
            ["plum7Pear", "plum8Pear"]
        );
        assert!(secrets("tokens = {\n  'a' = 'plum7Pear'\n}").is_empty());
        assert!(secrets("function Get-Password {\n $a = 'plum7Pear'\n}").is_empty());
    }
}
