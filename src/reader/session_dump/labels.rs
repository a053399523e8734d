//! Labelled values in a line: `SessionID: 2`, `State=4`, `[User] CORP\svc-robot`. Must not know what becomes of them.

use crate::reader::settings::sessions;

/// What a label stands before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Label {
    /// The number of a session.
    Id,
    /// Its state.
    State,
    /// The name of its user.
    User,
    /// The domain of its user.
    Domain,
    /// Its window station.
    Station,
}

/// Labels without regard to case, those that begin like others behind them. The last says that a label is so common a
/// word that it counts only near the name of the list.
const LABELS: &[(&str, Label, bool)] = &[
    ("sessionid", Label::Id, false),
    ("session id", Label::Id, false),
    ("session_id", Label::Id, false),
    ("dwsessionid", Label::Id, false),
    ("sessionstate", Label::State, false),
    ("session state", Label::State, false),
    ("sessionstatus", Label::State, false),
    ("session status", Label::State, false),
    ("sessionname", Label::Station, false),
    ("session name", Label::Station, false),
    ("session", Label::Id, true),
    ("id", Label::Id, true),
    ("connectionstate", Label::State, false),
    ("connection state", Label::State, false),
    ("connectstate", Label::State, false),
    ("connect state", Label::State, false),
    ("wtsstate", Label::State, false),
    ("state", Label::State, false),
    ("status", Label::State, false),
    ("username", Label::User, false),
    ("user name", Label::User, false),
    ("user_name", Label::User, false),
    ("user", Label::User, false),
    ("account", Label::User, true),
    ("domainname", Label::Domain, false),
    ("domain name", Label::Domain, false),
    ("domain", Label::Domain, false),
    ("winstationname", Label::Station, false),
    ("pwinstationname", Label::Station, false),
    ("winstation", Label::Station, false),
    ("win station", Label::Station, false),
    ("window station", Label::Station, false),
    ("stationname", Label::Station, false),
    ("station", Label::Station, false),
];

/// A label and what stands behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Labelled<'a> {
    pub(super) label: Label,
    pub(super) value: &'a str,
    /// Whether nothing stands before it in the line but signs.
    pub(super) leads: bool,
}

/// All labelled values of a line in their order. `near` says that the name of the list is near.
pub(super) fn find(line: &str, near: bool) -> Vec<Labelled<'_>> {
    // Where each label begins, where its value does, and what it is.
    let mut places: Vec<(usize, usize, Label)> = Vec::new();
    let mut letters = None;
    let mut at = 0;
    while let Some(start) = next_word(line, at) {
        letters.get_or_insert(start);
        let rest = line.get(start..).unwrap_or_default();
        let first = rest.as_bytes().first().map(u8::to_ascii_lowercase);
        let found = LABELS
            .iter()
            .filter(|(name, ..)| name.as_bytes().first().copied() == first && is_word(rest, name))
            .max_by_key(|(name, ..)| name.len())
            .filter(|(_, _, common)| near || !common);
        let value = found.and_then(|&(name, label, common)| {
            let value = start + name.len() + value_of(rest.get(name.len()..)?, label, near)?;
            let is_number = || line.get(value..).is_some_and(starts_with_digit);
            (!common || label != Label::Id || is_number()).then_some((value, label))
        });
        at = match value {
            Some((value, label)) => {
                places.push((start, value, label));
                value
            }
            None => start + word_end(rest),
        };
    }
    let ends = places
        .iter()
        .skip(1)
        .map(|(start, ..)| *start)
        .chain([line.len()]);
    places
        .iter()
        .zip(ends)
        .map(|(&(start, from, label), end)| Labelled {
            label,
            value: cut(line.get(from..end).unwrap_or_default()),
            leads: letters == Some(start),
        })
        .collect()
}

/// Where the next word begins, from a place that is not inside one.
fn next_word(line: &str, from: usize) -> Option<usize> {
    let rest = line.get(from..)?;
    let mut inside = from > 0 && line.get(..from)?.ends_with(is_of_word);
    for (at, letter) in rest.char_indices() {
        if !is_of_word(letter) {
            inside = false;
        } else if !inside && letter.is_alphabetic() {
            return Some(from + at);
        } else {
            inside = true;
        }
    }
    None
}

fn word_end(rest: &str) -> usize {
    rest.find(|letter| !is_of_word(letter))
        .unwrap_or(rest.len())
        .max(1)
}

fn is_of_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// Whether a text begins with that label, as a word of its own.
fn is_word(text: &str, label: &str) -> bool {
    let begins = text
        .get(..label.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(label));
    begins
        && !text
            .get(label.len()..)
            .unwrap_or_default()
            .starts_with(is_of_word)
}

fn starts_with_digit(text: &str) -> bool {
    text.trim_start_matches([' ', '"', '\'', '#'])
        .starts_with(|letter: char| letter.is_ascii_digit())
}

/// How far behind a label its value begins. Without a sign between, only what cannot be prose is a value.
fn value_of(rest: &str, label: Label, near: bool) -> Option<usize> {
    let bare = rest.trim_start_matches(['"', '\'', ']']);
    let signs = bare.trim_start_matches([' ', '\t']);
    if let Some(value) = signs.strip_prefix([':', '=', '[', '(', '\u{ff1a}']) {
        let value = value.trim_start_matches(['>', '=']);
        return rest.len().checked_sub(value.len());
    }
    // `[State] 4`, and near the name of the list `State 4`.
    let bracket = rest.starts_with(']');
    let plain = match label {
        Label::Id => starts_with_digit(signs),
        Label::State => {
            let word = signs
                .split(|letter| !is_of_word(letter))
                .next()
                .unwrap_or_default();
            sessions::wts_state(word).is_some()
        }
        Label::User | Label::Domain | Label::Station => bracket,
    };
    let apart = bracket || (near && signs.len() < bare.len());
    (apart && plain).then(|| rest.len() - signs.len())
}

/// A value without what follows it and without quotes.
fn cut(text: &str) -> &str {
    let text = text.trim_start();
    let end = text
        .find([',', ';', '|', '\t', ']', ')', '}'])
        .into_iter()
        .chain(text.find("  "))
        .min();
    let text = end.and_then(|end| text.get(..end)).unwrap_or(text);
    text.trim_matches([' ', '"', '\'', '[', '<', '>', '.', '-', '{', '('])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(line: &str, near: bool) -> Vec<(Label, &str)> {
        find(line, near)
            .iter()
            .map(|one| (one.label, one.value))
            .collect()
    }

    #[test]
    fn labels_in_every_dress() {
        let wanted = [
            (Label::Id, "2"),
            (Label::State, "4"),
            (Label::User, r"CORP\svc-robot"),
        ];
        for line in [
            r"SessionID: 2, State: 4, User: CORP\svc-robot",
            r"SessionId=2;Status=4;UserName=CORP\svc-robot;",
            r"rdp.cpp 120 [SessionID: 2] [ConnectState: 4] [User: CORP\svc-robot]",
            "Session ID : 2\tSession State : 4\tUser Name : CORP\\svc-robot",
            r#"{"SessionId": 2, "State": "4", "UserName": "CORP\svc-robot"}"#,
            r"[SessionID] 2 [State] 4 [User] CORP\svc-robot",
            r"SESSION_ID(2) STATE(4) USER(CORP\svc-robot)",
            r"SessionID -> x, dwSessionId = 2 | State => 4 | User = CORP\svc-robot |",
        ] {
            assert_eq!(values(line, false), wanted, "{line}");
        }
        assert_eq!(
            values(r"Session 2 State WTSActive", true),
            [(Label::Id, "2"), (Label::State, "WTSActive")]
        );
        assert_eq!(
            values("User:  State: 4 WinStation: RDP-Tcp#3", false),
            [
                (Label::User, ""),
                (Label::State, "4"),
                (Label::Station, "RDP-Tcp#3")
            ]
        );
    }

    #[test]
    fn prose_has_no_values() {
        for line in [
            "SessionID 0 always has a status of 4 - WTSDisconnected",
            "The session has no user and the state is fine",
            "Session: started; id: none",
            "",
        ] {
            assert!(
                values(line, true).iter().all(|(label, _)| *label == Label::Id),
                "{line}: {:?}",
                values(line, true)
            );
        }
        assert_eq!(values("Session 2 State 4", false), []);
    }
}
