//! "Did you mean": what is spelled almost like what was typed.

/// How alike two words must be, from 0 to 1, to be worth a question.
const ALIKE: f64 = 0.75;
/// Words that are asked for.
const MOST: usize = 3;

/// `; did you mean a or b?`, or nothing where nothing is alike. A part of a word is alike, too.
pub(crate) fn question<'a>(typed: &str, known: impl Iterator<Item = &'a str>) -> String {
    let typed = typed.to_lowercase();
    let mut found: Vec<(f64, &str)> = known
        .map(|word| {
            let part = !typed.is_empty() && word.split('-').any(|part| part == typed);
            let score = if part {
                1.0
            } else {
                strsim::jaro_winkler(&typed, &word.to_lowercase())
            };
            (score, word)
        })
        .filter(|(score, _)| *score >= ALIKE)
        .collect();
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    found.dedup();
    let names: Vec<&str> = found.into_iter().map(|(_, word)| word).take(MOST).collect();
    match names.as_slice() {
        [] => String::new(),
        [one] => format!("; did you mean {one}?"),
        [all @ .., last] => format!("; did you mean {} or {last}?", all.join(", ")),
    }
}

/// How alike what is misspelled and what was meant are.
const MISSPELLED: f64 = 0.93;

/// The same, of long lists in which much is alike: only what is all but the same.
pub(crate) fn spelled<'a>(typed: &str, known: impl Iterator<Item = &'a str>) -> String {
    let alike = |word: &&str| strsim::jaro_winkler(&typed.to_lowercase(), &word.to_lowercase()) >= MISSPELLED;
    question(typed, known.filter(alike))
}

#[cfg(test)]
mod tests {
    use super::question;

    #[test]
    fn the_nearest_is_asked_for() {
        let known = ["idle-session-limit", "network-loss", "lockout-loop"];
        assert_eq!(
            question("idle-sesion-limit", known.into_iter()),
            "; did you mean idle-session-limit?"
        );
        assert_eq!(
            question("lockout", known.into_iter()),
            "; did you mean lockout-loop?"
        );
        assert_eq!(question("xyzzy", known.into_iter()), "");
    }
}
