//! Conditions on values: the small language of `where` and `is`. Owns its parsing and its meaning.

use std::cmp::Ordering;
use std::fmt;

use super::schema::OneOrMany;
use crate::model::{Pattern, parse_code, same_user};

/// What a condition compares with.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Operand {
    Text(String),
    /// A key of the incident: `$user`, `$session`, `$host`, `$task`, `$code`, `$address`.
    Variable(String),
}

#[derive(Debug, Clone)]
enum Test {
    Equal(Operand),
    NotEqual(Operand),
    NoneOf(Vec<String>),
    Contains(String),
    Lacks(String),
    Starts(String),
    Ends(String),
    Matches(Pattern),
    Order(&'static str, String),
    Exists,
    Absent,
}

/// One field's condition: any of its tests will do.
#[derive(Debug, Clone)]
pub struct Condition {
    tests: Vec<Test>,
    text: String,
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Condition {
    /// Parses the forms of a knowledge file.
    ///
    /// # Errors
    /// What was written and which operators there are.
    pub fn parse(forms: &OneOrMany) -> Result<Self, String> {
        Self::parse_with(forms, compile)
    }

    /// The same, where expressions are taken in this way.
    pub(super) fn parse_with(forms: &OneOrMany, compile: Compile) -> Result<Self, String> {
        let tests = forms
            .as_slice()
            .iter()
            .map(|form| parse(form, compile))
            .collect::<Result<Vec<_>, _>>()?;
        if tests.is_empty() {
            return Err("an empty list of conditions".to_owned());
        }
        Ok(Self {
            tests,
            text: forms.as_slice().join(" or "),
        })
    }

    /// The keys of the incident, or the other fields of the event, that it compares with.
    pub fn variables(&self) -> impl Iterator<Item = &str> {
        self.tests.iter().filter_map(|test| match test {
            Test::Equal(Operand::Variable(name)) | Test::NotEqual(Operand::Variable(name)) => {
                Some(name.as_str())
            }
            _ => None,
        })
    }

    /// Whether a value meets it. `value` is `None` when the field is not there. `lookup` gives the incident's
    /// keys; a key that the incident lacks makes a comparison with it fail.
    pub fn holds(&self, value: Option<&str>, lookup: &dyn Fn(&str) -> Option<String>) -> bool {
        self.tests.iter().any(|test| test.holds(value, lookup))
    }

    /// The exact values that would meet it, if it is a plain list of them.
    pub fn literals(&self) -> Option<Vec<&str>> {
        self.tests
            .iter()
            .map(|test| match test {
                Test::Equal(Operand::Text(text)) => Some(text.as_str()),
                _ => None,
            })
            .collect()
    }

    /// The exact values that it names, among whatever else would meet it.
    pub(super) fn named(&self) -> impl Iterator<Item = &str> {
        self.tests.iter().filter_map(|test| match test {
            Test::Equal(Operand::Text(text)) => Some(text.as_str()),
            _ => None,
        })
    }

    /// Whether it holds only where the field is not there.
    pub(super) fn is_absence(&self) -> bool {
        self.tests.iter().all(|test| matches!(test, Test::Absent))
    }

    /// Whether it names an exact value: then a field that meets it is a key, not a coincidence.
    pub fn is_exact(&self) -> bool {
        self.tests.iter().all(|test| matches!(test, Test::Equal(_)))
    }
}

const OPERATORS: &str = "= != none-of contains lacks starts ends matches < <= > >= exists absent";

fn parse(form: &str, compile: Compile) -> Result<Test, String> {
    let form = form.trim();
    let (operator, rest) = form.split_once(' ').unwrap_or((form, ""));
    let rest = rest.trim();
    let operand = || match rest.strip_prefix('$') {
        Some(name) => Operand::Variable(name.to_owned()),
        None => Operand::Text(rest.to_owned()),
    };
    Ok(match operator {
        "=" => Test::Equal(operand()),
        "!=" => Test::NotEqual(operand()),
        "none-of" => Test::NoneOf(rest.split_whitespace().map(str::to_owned).collect()),
        "contains" => Test::Contains(rest.to_lowercase()),
        "lacks" => Test::Lacks(rest.to_lowercase()),
        "starts" => Test::Starts(rest.to_lowercase()),
        "ends" => Test::Ends(rest.to_lowercase()),
        "matches" => Test::Matches(compile(rest)?),
        "<" => Test::Order("<", rest.to_owned()),
        "<=" => Test::Order("<=", rest.to_owned()),
        ">" => Test::Order(">", rest.to_owned()),
        ">=" => Test::Order(">=", rest.to_owned()),
        "exists" => Test::Exists,
        "absent" => Test::Absent,
        _ => return Err(format!("{form:?} does not begin with one of: {OPERATORS}")),
    })
}

/// How the expressions of a file are taken: those of a user compiled at once, so that a mistake shows where it is written,
/// those that are built in when they are first asked.
pub(super) type Compile = fn(&str) -> Result<Pattern, String>;

/// Compiles an expression of a user's file.
///
/// # Errors
/// What the engine says of it.
pub(super) fn compile(expression: &str) -> Result<Pattern, String> {
    Pattern::new(expression).map_err(|error| error.to_string())
}

/// Takes an expression that is built in at its word: the tests compile all of them.
///
/// # Errors
/// None.
pub(super) fn built_in(expression: &str) -> Result<Pattern, String> {
    Ok(Pattern::built_in(expression))
}

impl Test {
    fn holds(&self, value: Option<&str>, lookup: &dyn Fn(&str) -> Option<String>) -> bool {
        let Some(value) = value.map(str::trim).filter(|value| !value.is_empty()) else {
            return matches!(self, Self::Absent | Self::Lacks(_))
                || matches!(self, Self::NotEqual(Operand::Text(_)));
        };
        match self {
            Self::Equal(Operand::Text(text)) => equal(value, text),
            Self::NotEqual(Operand::Text(text)) => !equal(value, text),
            Self::Equal(Operand::Variable(name)) => {
                lookup(name).is_some_and(|other| equal(value, &other) || same_user(value, &other))
            }
            Self::NotEqual(Operand::Variable(name)) => {
                lookup(name).is_some_and(|other| !equal(value, &other) && !same_user(value, &other))
            }
            Self::NoneOf(list) => !list.iter().any(|text| equal(value, text)),
            Self::Contains(text) => value.to_lowercase().contains(text.as_str()),
            Self::Lacks(text) => !value.to_lowercase().contains(text.as_str()),
            Self::Starts(text) => value.to_lowercase().starts_with(text.as_str()),
            Self::Ends(text) => value.to_lowercase().ends_with(text.as_str()),
            Self::Matches(pattern) => pattern.is_match(value),
            Self::Order(operator, bound) => compare(value, bound).is_some_and(|order| match *operator {
                "<" => order == Ordering::Less,
                "<=" => order != Ordering::Greater,
                ">" => order == Ordering::Greater,
                _ => order != Ordering::Less,
            }),
            Self::Exists => true,
            Self::Absent => false,
        }
    }
}

/// Equal as codes where both are numbers, in whatever spelling; as text without regard to case otherwise.
fn equal(value: &str, other: &str) -> bool {
    if value == other {
        return true;
    }
    match (parse_code(value), parse_code(other)) {
        (Some(a), Some(b)) => a == b,
        _ if value.is_ascii() && other.is_ascii() => value.eq_ignore_ascii_case(other),
        _ => value.to_lowercase() == other.to_lowercase(),
    }
}

/// Orders numbers, and versions part by part. The year form of a product version counts as its short form:
/// `2018.3.2` is `18.3.2`.
fn compare(value: &str, bound: &str) -> Option<Ordering> {
    let (a, b) = (parts(value)?, parts(bound)?);
    let versions = a.len() > 1 || b.len() > 1;
    let (a, b) = if versions {
        (short_year(a), short_year(b))
    } else {
        (a, b)
    };
    let length = a.len().max(b.len());
    let at = |list: &[u64], index: usize| list.get(index).copied().unwrap_or(0);
    (0..length)
        .map(|index| at(&a, index).cmp(&at(&b, index)))
        .find(|order| order.is_ne())
        .or(Some(Ordering::Equal))
}

fn parts(text: &str) -> Option<Vec<u64>> {
    if let Some(hex) = text.strip_prefix("0x") {
        return Some(vec![u64::from_str_radix(hex, 16).ok()?]);
    }
    let digits = text.trim_start_matches(['v', 'V']);
    let end = digits
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(digits.len());
    let digits = digits.get(..end)?;
    digits
        .split('.')
        .filter(|part| !part.is_empty())
        .map(|part| part.parse().ok())
        .collect::<Option<Vec<u64>>>()
        .filter(|parts| !parts.is_empty())
}

fn short_year(mut parts: Vec<u64>) -> Vec<u64> {
    if let Some(first) = parts.first_mut()
        && (2015..2100).contains(first)
    {
        *first -= 2000;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(form: &str, value: Option<&str>) -> bool {
        let condition = Condition::parse(&OneOrMany::One(form.to_owned())).unwrap();
        condition.holds(value, &|name| {
            (name == "user").then(|| r"CORP\svc-robot".to_owned())
        })
    }

    #[test]
    fn codes_compare_across_spellings() {
        assert!(holds("= 2147943726", Some("0x8007052E")));
        assert!(holds("= 0xC000006D", Some("-1073741715")));
        assert!(!holds("= 1312", Some("2147943712")));
    }

    #[test]
    fn none_of_needs_a_value() {
        assert!(!holds("none-of 1326 2147943726", Some("0x8007052E")));
        assert!(holds("none-of 1326 2147943726", Some("2147943785")));
        assert!(!holds("none-of 1326", None), "an unknown code is of no family");
    }

    #[test]
    fn versions_compare_part_by_part() {
        assert!(holds("< 18.4", Some("18.3.2")));
        assert!(holds("< 18.4", Some("2018.3.2.0")));
        assert!(!holds("< 18.4", Some("18.4.0")));
        assert!(holds(">= 19.10", Some("19.10.1")));
        assert!(!holds(">= 19.10", Some("19.4.1")));
        assert!(holds(">= 19.10", Some("2023.10")));
        assert!(!holds("< 18.4", Some("unknown")));
    }

    #[test]
    fn variables_compare_as_users() {
        assert!(holds("= $user", Some("svc-robot@corp.example")));
        assert!(holds("!= $user", Some(r"CORP\anna")));
        assert!(!holds("!= $session", Some("3")), "an unknown key decides nothing");
    }

    #[test]
    fn absence() {
        assert!(holds("absent", None));
        assert!(holds("absent", Some("")));
        assert!(!holds("exists", None));
        assert!(holds("lacks x", None));
    }

    #[test]
    fn bad_forms_say_what_there_is() {
        let error = Condition::parse(&OneOrMany::One("equals 5".to_owned())).unwrap_err();
        assert!(error.contains("contains"), "{error}");
    }
}
