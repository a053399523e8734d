//! Times in JSON of which nobody knows the zone: they are written as they were read, without `Z`. Owns finding instants in JSON text, and the
//! two ways between an instant and such a time. Must not know what the JSON is of.

use std::collections::BTreeSet;

/// Under these names stand instants, and nothing else.
const NAMES: &[&str] = &[
    "at",
    "covering",
    "end",
    "first",
    "from",
    "last",
    "start",
    "time",
    "times",
    "to",
    "until",
    "worked_until",
    "works_again",
];

/// What JSON text is made of, as far as it matters here.
enum Token<'a> {
    Open,
    Close,
    Name(&'a str),
    /// A text as it is spelled, and where its closing quote is.
    Text(&'a str, usize),
}

/// Goes through JSON text, which must be sound.
fn walk<'a>(json: &'a str, mut visit: impl FnMut(Token<'a>)) {
    let bytes = json.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'{' | b'[' => visit(Token::Open),
            b'}' | b']' => visit(Token::Close),
            b'"' => {
                let from = at + 1;
                at = from;
                while bytes.get(at).is_some_and(|byte| *byte != b'"') {
                    at += if bytes.get(at) == Some(&b'\\') { 2 } else { 1 };
                }
                let text = json.get(from..at).unwrap_or_default();
                let rest = bytes.get(at + 1..).unwrap_or_default();
                let next = rest.iter().find(|byte| !byte.is_ascii_whitespace());
                visit(if next == Some(&b':') {
                    Token::Name(text)
                } else {
                    Token::Text(text, at)
                });
            }
            _ => {}
        }
        at += 1;
    }
}

/// Whether a text is a date and a time of day, and nothing behind it but `end`.
fn is_time(text: &str, end: &str) -> bool {
    const FORM: &[u8] = b"0000-00-00T00:00:00";
    let Some((head, rest)) = text
        .strip_suffix(end)
        .and_then(|text| text.split_at_checked(FORM.len()))
    else {
        return false;
    };
    let mut pairs = head.bytes().zip(FORM);
    let fraction = rest.strip_prefix('.').unwrap_or(rest);
    let is_fraction = rest.len() != fraction.len() && !fraction.is_empty();
    pairs.all(|(byte, form)| {
        if *form == b'0' {
            byte.is_ascii_digit()
        } else {
            byte == *form
        }
    }) && (rest.is_empty() || is_fraction)
        && fraction.bytes().all(|byte| byte.is_ascii_digit())
}

/// Of what the zone is not known: by the name of a host, and by the path of an artifact.
#[derive(Debug, Default)]
pub(crate) struct Unzoned {
    /// Hosts that have no other times, spelled as in JSON.
    hosts: BTreeSet<String>,
    /// Artifacts, likewise.
    paths: BTreeSet<String>,
    /// All other artifacts that have times.
    others: BTreeSet<String>,
    /// Whether nothing has a zone.
    all: bool,
}

/// A text as JSON spells it, without its quotes.
fn spelled(text: &str) -> String {
    let text = serde_json::to_string(text).unwrap_or_default();
    text.trim_matches('"').to_owned()
}

/// One object or list while it is gone through.
#[derive(Default)]
struct Part<'a> {
    /// The name that stands before it.
    name: &'a str,
    /// The name that was read last in it.
    last: &'a str,
    host: Option<&'a str>,
    path: Option<&'a str>,
    clock: Option<&'a str>,
    /// The `Z` of each instant in it of which nothing inside tells the zone.
    open: Vec<usize>,
}

impl Unzoned {
    pub(crate) fn new<'n>(
        hosts: impl IntoIterator<Item = &'n str>,
        artifacts: impl IntoIterator<Item = (&'n str, bool)>,
    ) -> Self {
        let mut found = Self {
            hosts: hosts.into_iter().map(spelled).collect(),
            ..Self::default()
        };
        for (path, unzoned) in artifacts {
            let list = if unzoned {
                &mut found.paths
            } else {
                &mut found.others
            };
            list.insert(spelled(path));
        }
        found.all = found.others.is_empty() && !found.paths.is_empty();
        found
    }

    /// Whether the times of an object have no zone; unknown where it names neither a host nor an artifact.
    fn has(&self, part: &Part<'_>) -> Option<bool> {
        if let Some(clock) = part.clock {
            return Some(clock == "unknown");
        }
        if let Some(path) = part.path {
            if self.paths.contains(path) {
                return Some(true);
            }
            if self.others.contains(path) {
                return Some(false);
            }
        }
        part.host.map(|host| self.hosts.contains(host))
    }

    /// JSON text in which no time of these has a `Z`.
    pub(crate) fn strip(&self, json: String) -> String {
        if self.hosts.is_empty() && self.paths.is_empty() {
            return json;
        }
        let mut stack: Vec<Part<'_>> = vec![Part::default()];
        let mut marks: Vec<usize> = Vec::new();
        walk(&json, |token| {
            let Some(part) = stack.last_mut() else { return };
            match token {
                Token::Open => {
                    let name = part.last;
                    stack.push(Part {
                        name,
                        last: name,
                        ..Part::default()
                    });
                }
                Token::Close => {
                    let Some(part) = stack.pop() else { return };
                    let known = self.has(&part);
                    if let Some(outer) = stack.last_mut() {
                        if part.name == "origin" {
                            outer.path = outer.path.or(part.path);
                        }
                        match known {
                            Some(true) => marks.extend(part.open),
                            Some(false) => {}
                            None => outer.open.extend(part.open),
                        }
                    }
                }
                Token::Name(name) => part.last = name,
                Token::Text(text, end) => match part.last {
                    "host" => part.host = Some(text),
                    "path" => part.path = Some(text),
                    "clock" => part.clock = Some(text),
                    name if NAMES.contains(&name) && is_time(text, "Z") => part.open.push(end - 1),
                    _ => {}
                },
            }
        });
        if self.all {
            marks.extend(stack.into_iter().flat_map(|part| part.open));
        }
        marks.sort_unstable();
        without(&json, &marks)
    }
}

/// A text without the bytes at these places, which are of ASCII and in order.
fn without(text: &str, places: &[usize]) -> String {
    let mut left = String::with_capacity(text.len());
    let mut from = 0;
    for &place in places {
        left.push_str(text.get(from..place).unwrap_or_default());
        from = place + 1;
    }
    left.push_str(text.get(from..).unwrap_or_default());
    left
}

/// JSON text in which every time has a `Z` again: a time without one counts as of UTC until its zone is known.
pub(super) fn with_zone(json: &str) -> String {
    let mut places = Vec::new();
    let mut name = "";
    walk(json, |token| match token {
        Token::Name(read) => name = read,
        Token::Text(text, end) if NAMES.contains(&name) && is_time(text, "") => places.push(end),
        _ => {}
    });
    let mut whole = String::with_capacity(json.len() + places.len());
    let mut from = 0;
    for place in places {
        whole.push_str(json.get(from..place).unwrap_or_default());
        whole.push('Z');
        from = place;
    }
    whole.push_str(json.get(from..).unwrap_or_default());
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_lose_their_zone_with_their_host_or_their_artifact_and_get_it_back() {
        let json = r#"{"inputs": [{"path": "a\\b.txt", "clock": "unknown", "first": "2026-05-04T08:00:00.5Z"}],
 "incidents": [{"at": "2026-05-04T08:00:00Z", "host": "A", "times": ["2026-05-04T08:00:00Z", "2026-05-04T08:00:01Z"],
   "title": "2026-05-04T08:00:00Z", "for": [{"at": "2026-05-04T09:00:00Z", "origin": {"path": "c.evtx"}}]},
  {"first": "2026-05-04T08:00:00Z", "host": "B", "for": [{"at": "2026-05-04T10:00:00Z", "origin": {"path": "a\\b.txt"}}]}],
 "codes": [{"first": "2026-05-04T08:00:00Z"}]}"#;
        let unzoned = Unzoned::new(["A"], [(r"a\b.txt", true), ("c.evtx", false)]);
        let local = unzoned.strip(json.to_owned());
        let expected = json
            .replace("08:00:00.5Z", "08:00:00.5")
            .replace(
                r#""at": "2026-05-04T08:00:00Z""#,
                r#""at": "2026-05-04T08:00:00""#,
            )
            .replace(
                r#"["2026-05-04T08:00:00Z", "2026-05-04T08:00:01Z"]"#,
                r#"["2026-05-04T08:00:00", "2026-05-04T08:00:01"]"#,
            )
            .replace("10:00:00Z", "10:00:00");
        assert_eq!(local, expected);
        assert_eq!(with_zone(&local), json);
        let alone = Unzoned::new([], [("x.txt", true)])
            .strip(r#"{"codes": [{"last": "2026-05-04T08:00:00Z"}]}"#.to_owned());
        assert_eq!(alone, r#"{"codes": [{"last": "2026-05-04T08:00:00"}]}"#);
    }
}
