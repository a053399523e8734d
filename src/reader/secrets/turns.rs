//! Turns of a conversation, as programs and people write them down: who says something stands before it or on a line of its own. Must not
//! know what is said.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::text;

/// Bytes of a line in which the head of a turn ends.
const HEAD_BYTES: usize = 100;

/// A day, a time, or both, as heads have them.
const TIME: &str = r"(?:(?:[0-9]{1,4}[./-][0-9]{1,2}[./-][0-9]{1,4}|(?:today|yesterday|heute|gestern|hier|ayer|hoy|oggi|ieri|hoje|ontem)(?:\x20at|\x20um)?),?[\x20T]*(?:at\x20|um\x20|à\x20)?)?[0-9]{1,2}[:.h][0-9]{2}(?:[:.][0-9]{2})?(?:[.,][0-9]{1,6})?Z?(?:\x20?[ap]\.?m\.?)?(?:\x20(?:Uhr|h))?";
/// A name of somebody: a few words. Classes of letters would make expressions that are too large.
const NAME: &str = r"[^\s:：<>|=;,{}()\[\]\\\x22*/-][^\s:：<>|=;,{}\[\]\\\x22*]{0,30}(?:\x20[^\s:：<>|=;,{}\[\]\\\x22*]{1,24}){0,3}";

/// Heads with what is said behind them, and such that stand alone.
static HEADS: LazyLock<Option<(Regex, Regex)>> = LazyLock::new(|| {
    let told = format!(
        r"(?xi)^[\x20\t>*|•-]*(?:
            [\[(]{TIME}[\])]\x20*[-–|]?\x20*(?:<{NAME}>:?|\**{NAME}\**\x20*[:：>|])
          | {TIME}\x20*[-–|]?\x20*(?:<{NAME}>:?|\**{NAME}\**\x20*[:：>|])
          | \**{NAME}\**[\x20,]*[\[(]{TIME}[\])]\**\x20*[:：>|-]
          | \**{NAME}\**[\x20,]+{TIME}\x20*[:：>|]
          | <{NAME}>:?
          | \**[^\s0-9:：<>|=;,.{{}}()\[\]\\\x22*/-][^\s:：<>|=;,{{}}()\[\]\\\x22*/]{{0,24}}(?:\x20[^\s:：<>|=;,{{}}\[\]\\\x22*/]{{1,20}}){{0,2}}\**\x20?[:：]\**(?:\x20|$)
          | (?:q|a|f|r|p)?\x20?[0-9]{{1,2}}\x20?[.):]\x20
        )[ \t]*"
    );
    let alone = format!(
        r"(?xi)^[\x20\t>*|•-]*(?:
            [\[(]?{TIME}[\])]?[\x20,]*[-–|]?\x20*\**{NAME}\**
          | \**{NAME}\**[\x20,]*[-–—|]?\x20*[\[(]?{TIME}[\])]?\**
        )\x20*:?\s*$"
    );
    Some((Regex::new(&told).ok()?, Regex::new(&alone).ok()?))
});

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
        let inner = rest.trim_matches(|c: char| c.is_whitespace() || matches!(c, '>' | '*' | '•' | '|'));
        let start = from.saturating_add(rest.find(inner).unwrap_or_default());
        start..start.saturating_add(inner.len())
    };
    let near = line.get(..line.floor_char_boundary(HEAD_BYTES)).unwrap_or(line);
    let Some((told, alone)) = HEADS.as_ref() else {
        return Turn::Text(bare(0));
    };
    if line.len() <= HEAD_BYTES && alone.is_match(near) {
        return Turn::Alone;
    }
    match told.find(near) {
        Some(head) if text::is_secret_name(head.as_str().trim_matches(|c: char| !c.is_alphanumeric())) => {
            Turn::Text(bare(0))
        }
        // The seconds of a time.
        Some(head)
            if head.as_str().ends_with(':')
                && near
                    .get(head.end()..)
                    .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit())) =>
        {
            Turn::Text(bare(0))
        }
        Some(head) => Turn::Told(bare(head.end())),
        None => Turn::Text(bare(0)),
    }
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
