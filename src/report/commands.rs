//! Commands in the steps of a remedy. They stand between backticks, are there to be copied, and so are not broken where a line ends.

use unicode_width::UnicodeWidthStr as _;

/// The parts of a step in turn, and whether each is a command.
pub(super) fn parts(step: &str) -> impl Iterator<Item = (bool, &str)> {
    // A tick that has no second one is a character of the text.
    let paired = step.matches('`').count().is_multiple_of(2);
    let whole = (!paired).then_some((false, step));
    let parts = step.split('`').enumerate().filter(move |_| paired);
    let parts = parts.map(|(place, part)| (place % 2 == 1, part));
    whole
        .into_iter()
        .chain(parts)
        .filter(|(_, part)| !part.is_empty())
}

/// A step as one text, without the ticks.
pub(super) fn plain(step: &str) -> String {
    parts(step).map(|(_, part)| part).collect()
}

/// The same for what breaks lines at blanks: commands of at most so many columns hold together.
pub(super) fn held(step: &str, most: usize) -> String {
    let part = |(is_command, part): (bool, &str)| match is_command && part.width() <= most {
        true => part.replace(' ', "\u{a0}"),
        false => part.to_owned(),
    };
    parts(step).map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_holds_together_where_it_fits() {
        let step = "Set it right: `w32tm /resync /rediscover` on the host";
        assert_eq!(plain(step), "Set it right: w32tm /resync /rediscover on the host");
        assert_eq!(
            held(step, 30),
            "Set it right: w32tm\u{a0}/resync\u{a0}/rediscover on the host"
        );
        assert_eq!(held(step, 10), plain(step));
        assert_eq!(plain("one ` is no command"), "one ` is no command");
        assert_eq!(
            parts("`a b` or `c`").collect::<Vec<_>>(),
            [(true, "a b"), (false, " or "), (true, "c")]
        );
    }
}
