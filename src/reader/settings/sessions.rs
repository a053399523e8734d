//! Lists of sessions: `quser`, `qwinsta`, `query user`, `query session`. Columns shift with the language and
//! blank cells, so a row is read by what its words look like: the id is the first lone number, the state stands
//! behind it, and what looks like a station is one. A list in a language whose words are not known is known by its rows, and
//! their states follow from what stands in them: who has a station is active, who has none is disconnected.
//!
//! Folklore: `>` marks the session that asked. Session 0 belongs to the services and is always disconnected;
//! 65536 and above are listeners.

use super::sink::Sink;
use crate::model::{FactScope, Findings, ProblemKind};
use crate::reader::Context;

/// Words of headers that name users or sessions, in the languages seen.
const HEADERS: &[&str] = &[
    "username",
    "sessionname",
    "benutzername",
    "sitzungsname",
    "utilisateur",
    "session",
    "nombre de usuario",
    "nombre de sesión",
    "ユーザー名",
    "セッション名",
];

/// States as they are shortened in different languages, and the word that stands for them.
///
/// Source: <https://learn.microsoft.com/windows-server/administration/windows-commands/query-session>
const STATES: &[(&str, &str)] = &[
    ("active", "Active"),
    ("aktiv", "Active"),
    ("actif", "Active"),
    ("activo", "Active"),
    ("アクティブ", "Active"),
    ("conn", "Conn"),
    ("verb", "Conn"),
    ("connq", "ConnQ"),
    ("disc", "Disc"),
    ("getr", "Disc"),
    ("déco", "Disc"),
    ("desc", "Disc"),
    ("切断", "Disc"),
    ("listen", "Listen"),
    ("abhör", "Listen"),
    ("abhören", "Listen"),
    ("écouter", "Listen"),
    ("escuchar", "Listen"),
    ("リッスン", "Listen"),
    ("shadow", "Shadow"),
    ("idle", "Idle"),
    ("down", "Down"),
    ("init", "Init"),
    ("reset", "Reset"),
];

/// Bytes of the names of the columns at most.
const HEADER_BYTES: usize = 200;

/// The listener's id; what is above is no session of a user either.
pub(crate) const LISTENER: u32 = 65_536;

/// The states in the order of their numbers, without the `WTS` before each name, and the words that stand for them.
///
/// Source: <https://learn.microsoft.com/windows/win32/api/wtsapi32/ne-wtsapi32-wts_connectstate_class>
const WTS_STATES: [(&str, &str); 10] = [
    ("Active", "Active"),
    ("Connected", "Conn"),
    ("ConnectQuery", "ConnQ"),
    ("Shadow", "Shadow"),
    ("Disconnected", "Disc"),
    ("Idle", "Idle"),
    ("Listen", "Listen"),
    ("Reset", "Reset"),
    ("Down", "Down"),
    ("Init", "Init"),
];

/// Whether the text holds such a list.
pub(super) fn sniff(head: &str) -> bool {
    let mut lines = head.lines().peekable();
    while let Some(line) = lines.next() {
        let next = lines.peek().copied().unwrap_or_default();
        if is_header(line, next) && Row::parse(next, false).is_some() {
            return true;
        }
    }
    false
}

/// Reads every such list in the text.
pub(super) fn read(text: &str, context: &Context<'_>, findings: &mut Findings) {
    let mut sink = Sink::new(context, findings);
    let mut list: Option<List> = None;
    let mut lines = (1_u64..).zip(text.lines()).peekable();
    while let Some((number, line)) = lines.next() {
        let next = lines.peek().map_or("", |(_, next)| *next);
        if is_header(line, next) {
            finish(&mut sink, list.take());
            list = Some(List {
                line: number,
                user_first: user_first(line) || ends_with_clock(next),
                count: Count::default(),
                rows: 0,
            });
        } else if let Some(open) = &mut list {
            if let Some(row) = Row::parse(line, open.user_first) {
                open.rows = open.rows.saturating_add(1);
                open.count.add(&row, row.is_users(), true);
                for (name, value) in row.facts() {
                    sink.fact(number, FactScope::Observed, name, &value);
                }
            } else if line.trim().is_empty() && open.rows > 0 {
                finish(&mut sink, list.take());
            } else if !line.trim().is_empty() && open.rows > 0 && line.contains("  ") {
                sink.problem(
                    ProblemKind::Damaged,
                    number,
                    "a row of a session list without an id",
                );
            }
        }
    }
    finish(&mut sink, list);
}

struct List {
    line: u64,
    user_first: bool,
    count: Count,
    rows: u64,
}

fn finish(sink: &mut Sink<'_, '_>, list: Option<List>) {
    if let Some(list) = list.filter(|list| list.rows > 0) {
        for (name, value) in list.count.facts() {
            sink.fact(list.line, FactScope::Observed, name, &value);
        }
    }
}

/// What a list counts.
#[derive(Debug, Default)]
pub(crate) struct Count {
    users: u64,
    places: u64,
}

impl Count {
    /// Counts one row: whether it is a session of a user, and whether such a one may hold a place. The one at the
    /// console holds none: it is no connection.
    pub(crate) fn add(&mut self, row: &Row<'_>, is_users: bool, may_hold: bool) {
        let holds = is_users && may_hold && !is_console(row.station);
        self.users = self.users.saturating_add(u64::from(is_users));
        self.places = self.places.saturating_add(u64::from(holds));
    }

    /// The facts of the list as a whole.
    pub(crate) fn facts(&self) -> [(&'static str, String); 2] {
        [
            ("session.user_count", self.users.to_string()),
            ("session.place_count", self.places.to_string()),
        ]
    }
}

/// Whether a line names the columns of a list: by words that are known, or by the row below it.
fn is_header(line: &str, next: &str) -> bool {
    if line.len() > HEADER_BYTES {
        return false;
    }
    let has_id = line.split_whitespace().any(|word| word == "ID");
    let lower = line.to_lowercase();
    let mut words = lower.split_whitespace();
    if has_id && words.any(|word| HEADERS.contains(&word.trim_matches(['>', '.']))) {
        return true;
    }
    let names_nothing = !line.contains(|letter: char| letter.is_ascii_digit() || "\\#=:".contains(letter));
    let is_list_s = |row: Row<'_>| {
        let at_station = is_station(row.station) && super::labels::cells(next).len() >= 3;
        at_station || has_id && ends_with_clock(next) && !row.user.contains(' ')
    };
    names_nothing && super::labels::cells(line).len() >= 3 && Row::parse(next, true).is_some_and(is_list_s)
}

/// Whether a row ends with a date and a time, as those of `quser` do.
fn ends_with_clock(row: &str) -> bool {
    let mut words = row.split_whitespace().rev().take(4);
    let digits = |word: &str| word.bytes().filter(u8::is_ascii_digit).count();
    let has_clock = words.any(|word| word.contains([':', '.']) && (3..=6).contains(&digits(word)));
    has_clock && words.any(|word| (3..=8).contains(&digits(word)) && word.contains(['.', '/', '-', '年']))
}

fn user_first(header: &str) -> bool {
    let first = header.trim_start().to_lowercase();
    ["user", "benutzer", "utilisateur", "nombre de usuario", "ユーザー"]
        .iter()
        .any(|word| first.starts_with(word))
}

/// One session of a list.
#[derive(Debug)]
pub(crate) struct Row<'a> {
    /// Its number.
    pub(crate) id: u32,
    /// Its user, or nothing.
    pub(crate) user: &'a str,
    /// Its station, or nothing.
    pub(crate) station: &'a str,
    /// Its state, as the table of states shortens it.
    pub(crate) state: &'a str,
    /// How long it has been idle, as printed.
    pub(crate) idle: Option<&'a str>,
}

impl<'a> Row<'a> {
    /// Reads a row; `quser` puts the user first, `qwinsta` the station.
    fn parse(line: &'a str, user_first: bool) -> Option<Self> {
        let line = line.trim_end();
        let (at, id) = id(line)?;
        let before = line.get(..at)?.trim().trim_start_matches('>').trim();
        let after = line.get(at..)?.trim_start().split_once(char::is_whitespace)?.1;
        let mut words = after.split_whitespace();
        let word = words.next()?;
        let idle = words.next().filter(|_| user_first);
        let cells = super::labels::cells(before);
        let (user, station) = match cells[..] {
            [] => ("", ""),
            [one] if is_station(one) => ("", one),
            [one] => split_pair(one, user_first),
            [first, second, ..] if is_station(first) && !is_station(second) => (second, first),
            [first, second, ..] if is_station(second) || user_first => (first, second),
            [first, second, ..] => (second, first),
        };
        let state = state(word).unwrap_or_else(|| match (id, user, station) {
            _ if word.contains(|letter: char| letter.is_ascii_digit()) => word,
            (LISTENER.., ..) => "Listen",
            (0, "", _) => "Disc",
            (_, "", _) => "Conn",
            (_, _, "") => "Disc",
            _ => "Active",
        });
        Some(Self {
            id,
            user,
            station,
            state,
            idle,
        })
    }

    /// Whether it is the session of a user, whom the row names.
    pub(crate) fn is_users(&self) -> bool {
        !self.user.is_empty() && self.id != 0 && self.id < LISTENER
    }

    /// The facts of the row.
    pub(crate) fn facts(&self) -> Vec<(&'static str, String)> {
        let mut value = format!("id={}", self.id);
        for (name, part) in [
            ("user", self.user),
            ("state", self.state),
            ("station", self.station),
            ("idle", self.idle.unwrap_or("")),
        ] {
            if !part.is_empty() {
                value.push_str(&format!(" {name}={part}"));
            }
        }
        let mut facts = vec![("session.list", value)];
        if self.is_users() && self.state == "Disc" {
            facts.push(("session.disconnected", self.user.to_owned()));
        }
        if self.is_users() && self.state == "Active" {
            facts.push(("session.active", self.user.to_owned()));
        }
        facts
    }
}

/// The first lone number that something precedes or that begins the row after blanks, and where it stands.
fn id(line: &str) -> Option<(usize, u32)> {
    let mut at = 0_usize;
    for word in line.split(' ') {
        if !word.is_empty()
            && at > 0
            && word.len() <= 10
            && word.bytes().all(|byte| byte.is_ascii_digit())
            && let Ok(id) = word.parse()
        {
            return Some((at, id));
        }
        at = at.saturating_add(word.len()).saturating_add(1);
    }
    None
}

/// A long name and a station with one blank between them.
fn split_pair(text: &str, user_first: bool) -> (&str, &str) {
    if user_first
        && let Some((user, station)) = text.rsplit_once(' ')
        && is_station(station)
    {
        return (user.trim(), station);
    }
    match text.split_once(' ') {
        Some((station, user)) if !user_first && is_station(station) => (user.trim(), station),
        _ => (text, ""),
    }
}

fn is_console(station: &str) -> bool {
    ["console", "konsole"]
        .iter()
        .any(|name| station.eq_ignore_ascii_case(name))
}

/// Whether a word looks like the name of a station.
pub(crate) fn is_station(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    is_console(text)
        || lower == "services"
        || [
            "rdp-",
            "ica-",
            "wvd",
            "31c5ce94259d4006a9e4",
            "7a78855482a04fa781a7",
            "eh-tcp",
        ]
        .iter()
        .any(|start| lower.starts_with(start))
        || (lower.contains('#') && !lower.contains('\\'))
}

fn state(word: &str) -> Option<&'static str> {
    let bare = word.trim_end_matches('.').to_lowercase();
    let known = STATES.iter().find(|(known, _)| *known == bare);
    known.map(|(_, name)| *name)
}

/// The state that a number of `WTS_CONNECTSTATE_CLASS`, its name, or both together name, and nothing else.
pub(crate) fn wts_state(text: &str) -> Option<&'static str> {
    let mut words = text
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty());
    let state = wts_word(words.next()?)?;
    words.all(|word| wts_word(word) == Some(state)).then_some(state)
}

fn wts_word(word: &str) -> Option<&'static str> {
    if let [digit @ b'0'..=b'9'] = word.as_bytes() {
        return WTS_STATES.get(usize::from(digit - b'0')).map(|(_, short)| *short);
    }
    let bare = word.strip_prefix("WTS").unwrap_or(word);
    WTS_STATES
        .iter()
        .find(|(name, short)| bare.eq_ignore_ascii_case(name) || word.eq_ignore_ascii_case(short))
        .map(|(_, short)| *short)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{facts, value};
    use super::*;

    #[test]
    fn qwinsta_with_disconnected_and_listening() {
        let text = " SESSIONNAME       USERNAME                 ID  STATE   TYPE        DEVICE \n \
            services                                    0  Disc                        \n\
            >console           Administrator             1  Active                      \n                   \
            svc-robot                 3  Disc                        \n \
            rdp-tcp#4          CORP Admin                5  Active  rdpwd               \n \
            rdp-tcp                                 65536  Listen                      \n";
        assert!(sniff(text));
        let found = facts(read, text);
        assert_eq!(
            value(&found, "session.list"),
            [
                "id=0 state=Disc station=services",
                "id=1 user=Administrator state=Active station=console",
                "id=3 user=svc-robot state=Disc",
                "id=5 user=CORP Admin state=Active station=rdp-tcp#4",
                "id=65536 state=Listen station=rdp-tcp",
            ]
        );
        assert_eq!(value(&found, "session.disconnected"), ["svc-robot"]);
        assert_eq!(value(&found, "session.user_count"), ["3"]);
        assert_eq!(value(&found, "session.place_count"), ["2"]);
    }

    #[test]
    fn quser_in_german() {
        let text = " BENUTZERNAME          SITZUNGSNAME       ID  STATUS  LEERLAUF   ANMELDEZEIT\n\
            >administrator         rdp-tcp#4           2  Aktiv          .  04.05.2026 09:01\n \
            svc-robot                                 3  Getr.        1:02  04.05.2026 08:00\n";
        assert!(sniff(text));
        let found = facts(read, text);
        assert_eq!(
            value(&found, "session.list"),
            [
                "id=2 user=administrator state=Active station=rdp-tcp#4 idle=.",
                "id=3 user=svc-robot state=Disc idle=1:02",
            ]
        );
        assert_eq!(value(&found, "session.disconnected"), ["svc-robot"]);
    }

    #[test]
    fn lists_in_languages_whose_words_are_not_known() {
        let dutch = " GEBRUIKERSNAAM        SESSIENAAM         ID  STATUS  NIET-ACTIEVE TIJD   AANMELDINGSTIJD\n \
            pdejong               rdp-tcp#4           2  Actief            .   17-1-2024 08:41\n \
            svc-robot                                 3  Verbr.         1:02   17-1-2024 08:00\n";
        assert!(sniff(dutch));
        assert_eq!(
            value(&facts(read, dutch), "session.list"),
            [
                "id=2 user=pdejong state=Active station=rdp-tcp#4 idle=.",
                "id=3 user=svc-robot state=Disc idle=1:02",
            ]
        );
        let finnish = " ISTUNNONNIMI      KÄYTTÄJÄNIMI             TUNNUS  TILA  LAJI  LAITE\n \
            services                                    0  Katk\n \
            console                                     1  Yhd\n                   \
            svc-robot                 3  Katk\n \
            rdp-tcp#4         matti                     5  Akt\n \
            rdp-tcp                                 65536  Kuunt\n";
        assert!(sniff(finnish));
        assert_eq!(
            value(&facts(read, finnish), "session.list"),
            [
                "id=0 state=Disc station=services",
                "id=1 state=Conn station=console",
                "id=3 user=svc-robot state=Disc",
                "id=5 user=matti state=Active station=rdp-tcp#4",
                "id=65536 state=Listen station=rdp-tcp",
            ]
        );
        for other in [
            "CONTAINER ID   IMAGE   COMMAND   CREATED\n9f1c  web  12  nginx  2 days ago  0.0.0.0:80\n",
            "Name   ID   State   Since\nbuild server   7   done   all   2024-01-17 08:41\n",
        ] {
            assert!(!sniff(other), "{other}");
        }
    }

    #[test]
    fn states_by_number_and_by_name() {
        for (text, state) in [
            ("4", Some("Disc")),
            ("4 - WTSDisconnected", Some("Disc")),
            ("WTSActive(0)", Some("Active")),
            ("disconnected", Some("Disc")),
            ("WTSListen", Some("Listen")),
            ("4 - WTSActive", None),
            ("10", None),
            ("4 of 10", None),
            ("", None),
        ] {
            assert_eq!(wts_state(text), state, "{text}");
        }
    }

    #[test]
    fn a_damaged_row_costs_one_row() {
        let text = " USERNAME              SESSIONNAME        ID  STATE   IDLE TIME  LOGON TIME\n\
            \x20administrator         rdp-tcp#4           2  Active          .  5/4/2026 9:01 AM\n\
            \x20svc-ro\u{fffd}\u{fffd}  \u{fffd}\n\
            \x20svc-robot                                 3  Disc         1:02  5/4/2026 8:00 AM\n";
        let found = facts(read, text);
        assert_eq!(value(&found, "session.list").len(), 2);
        assert_eq!(found.problems.len(), 1);
        assert!(!sniff("ID of the session: 3\nUSERNAME\n"));
    }
}
