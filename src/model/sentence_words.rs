//! The words of a sentence of the system: how it is compared, and by which of its words it is searched for. Owns what is of everyday;
//! the build script cuts the sentences of many languages by this, too.

use super::parlance_words::UNSPACED;

/// The signs that stand for an apostrophe.
pub(crate) const APOSTROPHES: &[char] = &['\'', '’', '‘', '´', '`', 'ʼ', '′'];

/// Words that any program writes. Where one of them were searched for first, nearly every line would have to be looked at.
const EVERYDAY: &[&str] = &[
    "access",
    "algorithm",
    "allowed",
    "another",
    "application",
    "associated",
    "attempt",
    "attempts",
    "attribut",
    "attribute",
    "automatically",
    "available",
    "because",
    "between",
    "certificate",
    "change",
    "changed",
    "client",
    "combination",
    "complete",
    "component",
    "components",
    "computer",
    "configuration",
    "connect",
    "connected",
    "connection",
    "consistent",
    "contact",
    "contains",
    "context",
    "continue",
    "currently",
    "database",
    "definition",
    "difference",
    "directory",
    "disabled",
    "display",
    "domain",
    "driver",
    "element",
    "enabled",
    "encryption",
    "failure",
    "function",
    "generate",
    "impossible",
    "information",
    "instance",
    "insufficient",
    "integrity",
    "invalid",
    "license",
    "licensed",
    "limite",
    "malformed",
    "mapping",
    "message",
    "modified",
    "namespace",
    "number",
    "object",
    "operation",
    "password",
    "permission",
    "process",
    "program",
    "properties",
    "provider",
    "reached",
    "received",
    "references",
    "request",
    "required",
    "resources",
    "restriction",
    "section",
    "security",
    "service",
    "services",
    "session",
    "settings",
    "signed",
    "specified",
    "started",
    "supplied",
    "supported",
    "system",
    "terminated",
    "token",
    "unable",
    "unexpected",
    "unreachable",
    "unsupported",
    "validate",
    "values",
    "version",
    "virtual",
    "windows",
];
/// A word of fewer Latin letters is one of everyday, too.
const SHORTEST: usize = 6;
/// So is one of fewer letters where one is beyond Latin as most languages write it: scripts that write no vowels, and Vietnamese, have
/// short words.
const SHORTEST_OF_OTHERS: usize = 4;
/// Where these letters end.
const BEYOND_LATIN: char = '\u{370}';

/// What is searched for first of words in lower case: the longest that is not of everyday, else the longest two that stand side by
/// side. Apostrophes cut words, since people leave them out.
pub(crate) fn key_of(words: &str) -> Option<String> {
    let runs = words.split(|letter: char| letter.is_whitespace() || APOSTROPHES.contains(&letter));
    let letters = |run: &str| run.chars().count();
    let is_rare = |run: &&str| {
        let fewest = match run.chars().max() {
            Some(UNSPACED..) => 0,
            Some(BEYOND_LATIN..) => SHORTEST_OF_OTHERS,
            _ => SHORTEST,
        };
        letters(run) >= fewest && !EVERYDAY.contains(&run.trim_end_matches([':', ',', '.']))
    };
    if let Some(rare) = runs.clone().filter(is_rare).max_by_key(|run| letters(run)) {
        return Some(rare.to_owned());
    }
    let whole: Vec<&str> = words.split_whitespace().collect();
    let pairs = whole.windows(2).map(|pair| pair.join(" "));
    let pairs = pairs.filter(|pair| !pair.contains(APOSTROPHES));
    let pair = pairs.max_by_key(|pair| letters(pair));
    pair.or_else(|| runs.max_by_key(|run| letters(run)).map(str::to_owned))
}

/// The longest word of a sentence besides that one; none that may be spelled in more than one way.
pub(crate) fn other_than(key: &str, text: &str) -> String {
    let words = text.split_whitespace().map(str::to_lowercase);
    let others =
        words.filter(|word| word.bytes().all(|byte| byte.is_ascii_alphanumeric()) && !key.contains(&**word));
    others.max_by_key(String::len).unwrap_or_default()
}

/// Lower case, with one kind of blank and without apostrophes.
pub(crate) fn plain(text: &str) -> String {
    let lower = text.to_lowercase();
    let letters = lower.chars().filter(|letter| !APOSTROPHES.contains(letter));
    letters
        .map(|letter| if letter.is_whitespace() { ' ' } else { letter })
        .collect()
}
