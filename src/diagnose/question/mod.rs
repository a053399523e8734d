//! What a customer's own words ask about: of many faults on a machine the one of this robot, this task, that evening. Owns whether an
//! incident is the one that is asked about; must not know why it happened, nor how it is told.

mod asked_hours;
mod hours;
mod names;
mod note;
#[cfg(test)]
mod tests;
mod written;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, FixedOffset, Offset as _, Utc};

pub(in crate::diagnose) use self::asked_hours::AskedHours;
use self::hours::Hour;
use self::names::{Kind, Mention, Name, Names};
use self::note::{Clause, Manners};
use crate::diagnose::incidents::excerpt::REFUSALS;
use crate::diagnose::incidents::group::Group;
use crate::diagnose::incidents::sightings::Keys;
use crate::diagnose::timeline::accounts::is_of_windows;
use crate::diagnose::timeline::host::{Entry, Host};
use crate::knowledge::{Key, Knowledge};
use crate::model::{Event, Field, QuestionReport, Time, Value};
use crate::parse::time_zones::Zone;

/// Names that a question is told with.
const SHOWN: usize = 6;
/// The name of a field that holds an account has one of these words.
const OF_USERS: [&str; 2] = ["user", "account"];
/// Occurrences of an incident whose records are gone through for names.
const OCCURRENCES: usize = 50;
/// What an incident that is near a time that is named gains.
const AT_THAT_TIME: i32 = 4;
/// What an incident gains that a note itself tells; one of the logs that fits what is asked comes before it.
const ITSELF: i32 = 1;
/// What it gains besides where the note writes its code.
const WRITTEN: i32 = 1;

/// What the notes of a case ask about.
#[derive(Debug, Default)]
pub(in crate::diagnose) struct Question {
    notes: BTreeSet<Arc<str>>,
    hours: Vec<Hour>,
    names: BTreeMap<Name, Mention>,
    is_one_host: bool,
    /// The names of each incident.
    own: Vec<Names>,
    /// How surely the surest name of each kind is asked about.
    surest: BTreeMap<Kind, i32>,
}

/// How an incident stands to a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::diagnose) struct Standing {
    /// More is nearer to what is asked; below 0 it is about something else.
    pub score: i32,
    /// Whether it is the one that is asked about, where that can be told.
    pub asked: Option<bool>,
}

impl Question {
    /// The question of the notes that lie beside logs; nothing where there is no note, or it names nothing that the logs know.
    pub(in crate::diagnose) fn of(
        knowledge: &Knowledge,
        hosts: &[Host],
        groups: &[Group<'_>],
    ) -> Option<Self> {
        let manners = Manners::new(knowledge.contexts());
        let (mut notes, mut clauses) = (BTreeSet::new(), Vec::new());
        for (path, text) in hosts.iter().flat_map(Host::note_texts) {
            notes.insert(Arc::clone(path));
            clauses.extend(note::clauses(text, &manners));
        }
        if clauses.is_empty() {
            return None;
        }
        let mut known = Names::new();
        for host in hosts {
            known.extend(Name::new(Kind::Host, &host.name));
            known.extend(users_and_tasks(host, &notes));
        }
        let own: Vec<Names> = groups.iter().map(|group| names_of(group, hosts)).collect();
        known.extend(own.iter().flatten().cloned());
        known.extend(names::sessions_told(&clauses));
        let named_hosts = hosts.iter().filter(|host| !host.name.is_empty()).count();
        let question = Self {
            notes,
            hours: hours::told(&clauses),
            is_one_host: named_hosts < 2,
            own,
            ..Self::naming(&clauses, known)
        };
        let names_nothing = question.surest.is_empty() && question.names.values().all(|told| told.aside == 0);
        (!names_nothing || !question.hours.is_empty()).then_some(question)
    }

    /// With what the notes say of the names that the logs know.
    fn naming(clauses: &[Clause], known: Names) -> Self {
        let told = known.into_iter().map(|name| {
            let mention = name.mention(clauses);
            (name, mention)
        });
        let names: BTreeMap<Name, Mention> = told.filter(|(_, told)| told.asked + told.aside > 0).collect();
        let mut surest = BTreeMap::new();
        for (name, told) in names.iter().filter(|(_, told)| told.in_body && told.counts() > 0) {
            let best: &mut i32 = surest.entry(name.kind).or_default();
            *best = (*best).max(told.asked);
        }
        Self {
            names,
            surest,
            ..Self::default()
        }
    }

    /// How an incident stands to it, which was the one of that number when the question was put.
    pub(in crate::diagnose) fn standing(
        &self,
        (number, group): (usize, &Group<'_>),
        hosts: &[Host],
    ) -> Standing {
        let host = hosts.get(group.host);
        let none = Names::new();
        let own = self.own.get(number).unwrap_or(&none);
        let quotes = |host: &Host| {
            group
                .occurrences
                .iter()
                .all(|shown| self.quotes(host, shown.event.entry))
        };
        if host.is_some_and(quotes) {
            return self.of_note(own);
        }
        let by_name = self.by_name(own.iter());
        let zone = host.and_then(|host| Zone::parse(host.zone.as_deref()?));
        let by_time = self.by_time(&group.times(usize::MAX), zone);
        match by_name.asked {
            // Two may fail in one minute.
            Some(false) => by_name,
            asked => Standing {
                score: by_name.score + by_time,
                asked: asked.or((by_time > 0).then_some(true)),
            },
        }
    }

    /// Takes incidents that were found when the question was put.
    pub(in crate::diagnose) fn take(&mut self, groups: &[Group<'_>], hosts: &[Host]) {
        self.own.extend(groups.iter().map(|group| names_of(group, hosts)));
        self.forget_bystanders();
    }

    /// Asks about no user who is known by a part of the name alone where no incident is any of theirs: who sits at the machine, or has
    /// seen it happen, is named as well as who it befell.
    fn forget_bystanders(&mut self) {
        let is_told = |name: &Name| self.names.get(name).is_some_and(|told| told.counts() > 1);
        let mut own = self.own.iter().flatten();
        let is_somebody_s = own.any(|name| name.kind == Kind::User && is_told(name));
        let is_whole = self
            .surest
            .get(&Kind::User)
            .is_some_and(|surest| *surest >= names::WHOLE);
        if !is_somebody_s && !is_whole {
            self.surest.remove(&Kind::User);
        }
    }

    /// Whether a record is one that is asked about: of somebody or something that is named and of nobody else, or near a time that is
    /// named. The notes themselves are none.
    pub(in crate::diagnose) fn points_at(&self, host: &Host, entry: &Entry, keys: &Keys) -> bool {
        if self.notes.contains(&entry.event.like().origin.path) {
            return false;
        }
        let mut names: Names = names_in(&entry.event).collect();
        let key = |kind: Kind, key: Key| keys.get(key).and_then(|text| named(kind, text));
        names.extend(key(Kind::User, Key::User));
        names.extend(key(Kind::Task, Key::Task));
        let owner = |field: &Field| match &field.value {
            Value::Text(text) => names::owner_of_folder(text),
            _ => None,
        };
        names.extend(entry.event.fields.iter().filter_map(owner));
        let zone = host.zone.as_deref().and_then(Zone::parse);
        let at: Vec<Time> = entry.at.iter().map(|at| at.time).collect();
        let by_name = self.by_name(names.iter()).asked;
        // Somebody is always refused; of those only who is named is meant. Of an excerpt everything is of that time.
        let is_host_s = || zone.is_some() && !host.is_excerpt() && !REFUSALS.are(&entry.event);
        by_name.unwrap_or_else(|| is_host_s() && self.by_time(&at, zone) > 0)
    }

    /// What a note itself says is what is asked, unless it waves the code aside; a code that it writes more surely than one that it
    /// only means.
    fn of_note(&self, own: &Names) -> Standing {
        let codes = own.iter().filter(|name| name.kind == Kind::Code);
        let score = ITSELF + self.by_name(codes).score.min(WRITTEN);
        let asked = if score < 0 {
            Some(false)
        } else {
            (score > 0).then_some(true)
        };
        Standing { score, asked }
    }

    /// Whether an entry of a host stands in one of the notes.
    fn quotes(&self, host: &Host, entry: usize) -> bool {
        let entry = host.entries.get(entry);
        entry.is_some_and(|entry| self.notes.contains(&entry.event.like().origin.path))
    }

    /// What the names of an incident count: those that are asked about, those that are waved aside, and others of a kind of which one is
    /// asked about.
    fn by_name<'n>(&self, own: impl Iterator<Item = &'n Name>) -> Standing {
        let mut best_of: BTreeMap<Kind, Option<i32>> = BTreeMap::new();
        for name in own {
            let told = self.names.get(name).map(|told| told.counts());
            let best = best_of.entry(name.kind).or_default();
            *best = (*best).max(told);
        }
        // Who asks about a task or a session names that, and not whose it is.
        let named = |kind: Kind| {
            best_of
                .get(&kind)
                .copied()
                .flatten()
                .is_some_and(|counts| counts > 1)
        };
        let is_named = named(Kind::Task) || named(Kind::Session);
        let (mut score, mut fits, mut differs) = (0, false, false);
        for (kind, best) in best_of {
            let surest = self.surest.get(&kind).copied().unwrap_or_default();
            // Another of its kind is asked about.
            let another = (surest > 1 && !(is_named && kind == Kind::User)).then_some(match kind {
                // One failure has a code of the task, one of the logon and one of the service.
                Kind::Code => -1,
                Kind::Other => 0,
                _ => -surest,
            });
            let counts = best.filter(|best| *best != 0).or(another).unwrap_or_default();
            // Of one machine alone everything has its name.
            let counts = if kind == Kind::Host && self.is_one_host {
                counts.min(0)
            } else {
                counts
            };
            score += counts;
            fits |= counts > 1 && kind != Kind::Host;
            differs |= counts < 0 && kind != Kind::Code;
        }
        let asked = match (fits, differs) {
            (true, _) => Some(true),
            (false, true) => Some(false),
            (false, false) => (score > 0).then_some(true),
        };
        Standing { score, asked }
    }

    /// What it counts that an incident showed near a time that is named.
    fn by_time(&self, times: &[Time], zone: Option<Zone>) -> i32 {
        let local = |time: &Time| match zone {
            Some(zone) => zone.local(*time),
            None => time.with_timezone(&Utc.fix()),
        };
        let near = |hour: &Hour, at: DateTime<FixedOffset>| match zone {
            Some(_) => hour.is_near(at),
            None => hour.is_near(at) || hour.may_be_near(at),
        };
        let meets = |aside: bool| {
            let mut hours = self.hours.iter().filter(|hour| hour.aside == aside);
            hours.any(|hour| times.iter().any(|time| near(hour, local(time))))
        };
        let weight = if zone.is_some() {
            AT_THAT_TIME
        } else {
            AT_THAT_TIME / 2
        };
        match (meets(false), meets(true)) {
            (true, _) => weight,
            (false, true) => -weight,
            _ => 0,
        }
    }

    /// The question as the result tells it.
    pub(in crate::diagnose) fn report(&self, found: bool) -> QuestionReport {
        let of_kind = |kind: Kind| {
            let named = self
                .names
                .iter()
                .filter(move |(name, told)| name.kind == kind && told.in_body && told.counts() > 1);
            named.map(|(name, _)| name.key.clone()).take(SHOWN).collect()
        };
        QuestionReport {
            notes: self.notes.iter().cloned().collect(),
            hosts: of_kind(Kind::Host),
            users: of_kind(Kind::User),
            tasks: of_kind(Kind::Task),
            found,
        }
    }
}

/// The accounts and tasks that the records of a host name; what a note itself quotes is no record.
fn users_and_tasks(host: &Host, notes: &BTreeSet<Arc<str>>) -> Names {
    let mut seen: BTreeSet<Arc<str>> = BTreeSet::new();
    let mut names = Names::new();
    let raw = host.entries.iter().take(host.raw);
    for entry in raw.filter(|entry| !notes.contains(&entry.event.like().origin.path)) {
        for field in &entry.event.whole().fields {
            let Value::Text(text) = &field.value else { continue };
            if !seen.insert(Arc::clone(text)) {
                continue;
            }
            match kind_of(&field.name).filter(|_| text.len() <= 128) {
                Some(kind) => names.extend(named(kind, text)),
                None => names.extend(names::owner_of_folder(text)),
            }
        }
    }
    names
}

/// What a field of a record names, by its own name.
fn kind_of(field: &str) -> Option<Kind> {
    let field = field.to_ascii_lowercase();
    let of_user = OF_USERS.iter().any(|word| field.contains(word));
    let is_id = ["sid", "id", "type", "control", "workstation", "agent"]
        .iter()
        .any(|end| field.ends_with(end));
    match &*field {
        "taskname" => Some(Kind::Task),
        _ if of_user && !is_id => Some(Kind::User),
        _ => None,
    }
}

fn named(kind: Kind, text: &str) -> Option<Name> {
    let of_windows = kind == Kind::User && is_of_windows(Some(text), None) == Some(true);
    (!of_windows).then(|| Name::new(kind, text)).flatten()
}

/// The names of what an incident befell.
fn names_of(group: &Group<'_>, hosts: &[Host]) -> Names {
    let mut names = Names::new();
    let key = |key| group.keys.get(key).map(|text| &**text);
    names.extend(key(Key::User).and_then(|user| named(Kind::User, user)));
    names.extend(key(Key::Task).and_then(|task| named(Kind::Task, task)));
    names.extend(key(Key::Session).and_then(|session| named(Kind::Session, session)));
    names.extend(key(Key::Code).and_then(|code| named(Kind::Code, code)));
    let Some(host) = hosts.get(group.host) else {
        return names;
    };
    names.extend(Name::new(Kind::Host, &host.name));
    for occurrence in group.occurrences.iter().take(OCCURRENCES) {
        // What was derived says things in words of ours.
        if let Some(entry) = host
            .entries
            .get(..host.raw)
            .and_then(|raw| raw.get(occurrence.event.entry))
        {
            names.extend(names_in(&entry.event));
        }
    }
    // Records name the machine in many places, and that is no name of anything on it.
    let is_machine = |name: &Name| hosts.iter().any(|host| names::is_of_machine(name, &host.name));
    names.retain(|name| !is_machine(name));
    names
}

/// The names that a record carries besides: of services, processes and robots.
fn names_in(event: &Event) -> impl Iterator<Item = Name> {
    event.fields.iter().filter_map(|field| match &field.value {
        Value::Text(text) if (4..=64).contains(&text.len()) => named(Kind::Other, text),
        _ => None,
    })
}
