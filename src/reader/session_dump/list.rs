//! One list while its lines come in: rows of labels, labels line by line, or a table without labels. Must not know
//! where the lines come from.

use std::collections::BTreeSet;

use super::labels::{Label, Labelled};
use crate::model::Origin;
use crate::reader::local_time::Stamp;
use crate::reader::settings::sessions::{self, LISTENER, Row};

/// Lines without a row after which a list is over: other threads write between its rows.
const QUIET: u32 = 16;

/// The same for a list without its name.
const QUIET_UNNAMED: u32 = 3;

/// Lines that may stand between the name of the list and a table without labels: headings and rules.
const HEADINGS: u32 = 2;

/// Rows of one list; no host has more sessions.
const ROWS: usize = 4_096;

/// The session that the robot's service opens to see whether there is a place.
const ARBITRATION: u32 = 1;

/// Characters of a name; Windows has none that is longer.
const NAME_CHARS: usize = 256;

/// A list that is being read.
#[derive(Debug)]
pub(super) struct List {
    /// Whether its name stands before it.
    pub(super) named: bool,
    /// When it was written.
    pub(super) stamp: Option<Stamp>,
    /// Where it begins.
    pub(super) origin: Origin,
    /// Ids of its rows.
    pub(super) ids: BTreeSet<u32>,
    /// Rows with a labelled id and state that do not read, and where the first is.
    pub(super) damaged: (u64, Option<Origin>),
    rows: Vec<Entry>,
    table: Vec<Entry>,
    table_over: bool,
    row: Record,
    quiet: u32,
    /// Whether something in it is of Windows sessions alone.
    marked: bool,
    /// Whether it names the states of its sessions.
    pub(super) names_states: bool,
}

/// One row.
#[derive(Debug)]
struct Entry {
    origin: Origin,
    id: u32,
    state: &'static str,
    /// The user; `None` where the row does not speak of one.
    user: Option<String>,
    station: String,
}

/// A row that is being put together. What has a label that was seen is there; what of it reads is inside.
#[derive(Debug, Default)]
struct Record {
    origin: Option<Origin>,
    id: Option<Option<u32>>,
    state: Option<Option<&'static str>>,
    user: Option<String>,
    domain: Option<String>,
    station: Option<String>,
}

impl List {
    /// A list that begins here.
    pub(super) fn new(named: bool, stamp: Option<Stamp>, origin: Origin) -> Self {
        Self {
            named,
            stamp,
            origin,
            ids: BTreeSet::new(),
            damaged: (0, None),
            rows: Vec::new(),
            table: Vec::new(),
            table_over: false,
            row: Record::default(),
            quiet: 0,
            marked: false,
            names_states: false,
        }
    }

    /// A list that goes on where this one, which is over, met an id again; a row that has begun is the new one's.
    pub(super) fn next(&mut self, stamp: Option<Stamp>, origin: Origin) -> Self {
        let mut next = Self::new(self.named, stamp, origin);
        if self.row.id.is_none() {
            next.row = std::mem::take(&mut self.row);
        }
        next
    }

    /// Takes a line: the text behind the list's name, if that is in it, and the labels. False if one of its ids is
    /// in the list already; then nothing of it was taken.
    pub(super) fn take(&mut self, text: &str, found: &[Labelled<'_>], origin: &impl Fn() -> Origin) -> bool {
        self.quiet = self.quiet.saturating_add(1);
        let has = |label: Label| found.iter().any(|one| one.label == label);
        let is_row = has(Label::Id) && has(Label::State);
        if !is_row && !found.first().is_some_and(|first| first.leads) {
            if text.trim().is_empty() {
                self.flush();
            }
            return self.table_row(text, origin);
        }
        if has(Label::Id) && self.row.id.is_some() {
            self.flush();
        }
        let mut ids = found.iter().filter(|one| one.label == Label::Id);
        if ids.any(|one| number(one.value).is_some_and(|id| self.ids.contains(&id))) {
            return false;
        }
        for one in found {
            if self.row.has(one.label) {
                self.flush();
            }
            self.row.origin.get_or_insert_with(origin);
            self.row.set(one);
            self.names_states |= one.label == Label::State && one.value.contains("WTS");
            self.marked |= self.names_states;
            self.marked |= one.label == Label::Station && sessions::is_station(one.value);
        }
        if is_row {
            self.flush();
        }
        self.quiet = 0;
        true
    }

    /// Ends the row that is being put together.
    pub(super) fn flush(&mut self) {
        let row = std::mem::take(&mut self.row);
        let (Some(id), Some(state), Some(origin)) = (row.id, row.state, row.origin) else {
            return;
        };
        let (Some(id), Some(state)) = (id, state) else {
            self.damaged.0 = self.damaged.0.saturating_add(1);
            self.damaged.1.get_or_insert(origin);
            return;
        };
        let user = match (row.domain.filter(|domain| !domain.is_empty()), row.user) {
            (Some(domain), Some(user)) if !user.is_empty() && !user.contains('\\') => {
                Some(format!(r"{domain}\{user}"))
            }
            (_, user) => user,
        };
        self.marked |= id == LISTENER && state == "Listen";
        if self.rows.len() < ROWS && self.ids.insert(id) {
            self.rows.push(Entry {
                origin,
                id,
                state,
                user,
                station: row.station.unwrap_or_default(),
            });
        }
    }

    /// Takes a line of a table without labels: id, state, name. Such a table follows the name of the list at once.
    fn table_row(&mut self, text: &str, origin: &impl Fn() -> Origin) -> bool {
        let over = self.table_over || !self.named || !self.rows.is_empty();
        let Some((id, state, name)) = table_row(text).filter(|_| !over) else {
            self.table_over |= !self.table.is_empty() || self.quiet > HEADINGS;
            return true;
        };
        if self.ids.contains(&id) {
            return false;
        }
        if self.table.len() < ROWS {
            let (user, station) = name_of(name);
            self.ids.insert(id);
            self.table.push(Entry {
                origin: origin(),
                id,
                state,
                user: Some(user.to_owned()),
                station: station.to_owned(),
            });
        }
        self.quiet = 0;
        true
    }

    /// Whether no further row is to be expected.
    pub(super) fn is_over(&self) -> bool {
        self.quiet > if self.named { QUIET } else { QUIET_UNNAMED }
    }

    /// Whether it is a list at all.
    pub(super) fn is_one(&self) -> bool {
        match self.named {
            true => !self.rows.is_empty() || self.table.len() >= 2,
            false => self.rows.len() >= 2 && self.marked,
        }
    }

    /// What it says: names and values of facts, and where each stands.
    pub(super) fn facts(&self) -> Vec<(&'static str, String, Origin)> {
        let rows = if self.rows.is_empty() {
            &self.table
        } else {
            &self.rows
        };
        let tells_users = rows.iter().any(|row| row.user.is_some());
        let mut facts = Vec::new();
        let mut count = sessions::Count::default();
        for entry in rows {
            let row = Row {
                id: entry.id,
                user: entry.user.as_deref().unwrap_or_default(),
                station: &entry.station,
                state: entry.state,
                idle: None,
            };
            let is_arbitration = entry.id == ARBITRATION;
            // Where no row speaks of users, sessions that have one are told by their states.
            let held = matches!(entry.state, "Active" | "Disc") && (1..LISTENER).contains(&entry.id);
            let is_users = match tells_users {
                true => row.is_users(),
                false => held && !is_arbitration,
            };
            count.add(&row, is_users, !is_arbitration);
            let said = row.facts().into_iter();
            facts.extend(said.map(|(name, value)| (name, value, entry.origin.clone())));
        }
        let counted = count.facts().into_iter();
        facts.extend(counted.map(|(name, value)| (name, value, self.origin.clone())));
        facts
    }
}

impl Record {
    const fn has(&self, label: Label) -> bool {
        match label {
            Label::Id => self.id.is_some(),
            Label::State => self.state.is_some(),
            Label::User => self.user.is_some(),
            Label::Domain => self.domain.is_some(),
            Label::Station => self.station.is_some(),
        }
    }

    fn set(&mut self, one: &Labelled<'_>) {
        match one.label {
            Label::Id => self.id = Some(number(one.value)),
            Label::State => self.state = Some(sessions::wts_state(one.value)),
            Label::User => self.user = Some(word(one.value)),
            Label::Domain => self.domain = Some(word(one.value)),
            Label::Station => self.station = Some(word(one.value)),
        }
    }
}

/// An id: digits, and at most a remark behind them.
fn number(text: &str) -> Option<u32> {
    let end = text
        .find(|letter: char| !letter.is_ascii_digit())
        .unwrap_or(text.len());
    let (digits, rest) = text.split_at_checked(end)?;
    let apart = rest.is_empty() || rest.starts_with([' ', '(', '/']);
    digits.parse().ok().filter(|_| apart)
}

/// A name; the ways to say that there is none are none.
fn word(text: &str) -> String {
    let none = ["null", "none", "n/a", "(null)", "nil"];
    if none.iter().any(|word| text.eq_ignore_ascii_case(word)) || text == r"\" {
        return String::new();
    }
    text.chars().take(NAME_CHARS).collect()
}

/// Signs between the cells of a table.
const BETWEEN: [char; 5] = [' ', '\t', ',', ';', '|'];

/// `2 4 CORP\svc-robot`: the number of the session, that of its state or its name, and the rest.
fn table_row(text: &str) -> Option<(u32, &'static str, &str)> {
    let text = text.trim_matches(|letter| BETWEEN.contains(&letter) || matches!(letter, '[' | ']'));
    let (id, rest) = text.split_once(BETWEEN)?;
    let rest = rest.trim_start_matches(BETWEEN);
    let (state, rest) = rest.split_once(BETWEEN).unwrap_or((rest, ""));
    let rest = rest.trim_start_matches(BETWEEN);
    let (id, state) = (number(id)?, sessions::wts_state(state)?);
    // `4 WTSDisconnected`: the state twice.
    let rest = match rest.split_once(BETWEEN).unwrap_or((rest, "")) {
        (word, after) if sessions::wts_state(word) == Some(state) => after,
        _ => rest,
    };
    Some((id, state, rest.trim_matches(BETWEEN)))
}

/// The user and the station that the rest of a row names.
fn name_of(rest: &str) -> (&str, &str) {
    let (first, after) = rest.split_once(BETWEEN).unwrap_or((rest, ""));
    if sessions::is_station(first) {
        return (after.trim_matches(BETWEEN), first);
    }
    match rest.rsplit_once(BETWEEN) {
        Some((user, station)) if sessions::is_station(station) => (user.trim_matches(BETWEEN), station),
        _ => (rest, ""),
    }
}
