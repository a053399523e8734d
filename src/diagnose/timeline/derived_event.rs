//! Events that the ledgers derive from raw ones. They cite the record they stand on and match signals like any other.

use std::collections::HashSet;
use std::fmt::{Display, Write as _};
use std::sync::{Arc, LazyLock};

use foldhash::fast::RandomState;

use crate::diagnose::timeline::host::{Entry, Host, Moment};
use crate::knowledge::DERIVED;
use crate::knowledge::derived::{DERIVED_EVENTS, DerivedEvent};
use crate::model::{Event, Fact, Field, Kept, Level, Value};

/// Fields that most derived events have room for.
const FIELDS: usize = 8;

/// The empty text that they share.
static NOTHING: LazyLock<Arc<str>> = LazyLock::new(|| Arc::from(""));

/// The names that all events of one kind share: a log of tasks gives hundreds of thousands.
#[derive(Debug)]
struct Names {
    kind: &'static str,
    provider: Arc<str>,
    fields: Vec<Arc<str>>,
}

impl Names {
    fn new(kind: &DerivedEvent) -> Self {
        Self {
            kind: kind.name,
            provider: Arc::from([DERIVED, kind.name].concat()),
            fields: kind.fields.iter().map(|field| Arc::from(field.name)).collect(),
        }
    }

    /// Those of a kind.
    fn of(kind: &DerivedEvent) -> Option<&'static Self> {
        NAMES.iter().find(|names| names.kind == kind.name)
    }
}

static NAMES: LazyLock<Vec<Names>> = LazyLock::new(|| DERIVED_EVENTS.iter().map(Names::new).collect());

/// Texts that many events and keys share: the same few tasks, accounts and results come again and again.
#[derive(Debug, Default)]
pub(in crate::diagnose) struct Words {
    known: HashSet<Arc<str>, RandomState>,
    room: String,
}

impl Words {
    /// The shared form of a text.
    pub(in crate::diagnose) fn share(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.known.get(text) {
            return Arc::clone(known);
        }
        let new: Arc<str> = Arc::from(text);
        self.known.insert(Arc::clone(&new));
        new
    }

    /// The shared form of what a value is written as.
    pub(in crate::diagnose) fn spell(&mut self, value: impl Display) -> Arc<str> {
        let mut room = std::mem::take(&mut self.room);
        room.clear();
        // Writing to a text does not fail.
        let _ = write!(room, "{value}");
        let shared = self.share(&room);
        self.room = room;
        shared
    }

    /// The text of a named field, trimmed, as [`Event::field_text`] gives it.
    pub(in crate::diagnose) fn text_of(&mut self, event: &Kept, name: &str) -> Option<Arc<str>> {
        event.field_str(name).map(|text| self.share(&text))
    }
}

/// Builds one derived event on the base of a raw one.
#[derive(Debug)]
pub(in crate::diagnose) struct Derived {
    kind: &'static DerivedEvent,
    names: Option<&'static Names>,
    event: Event,
    at: Option<Moment>,
}

impl Derived {
    /// An event of this kind that happened when `base` did and cites it.
    pub(in crate::diagnose) fn new(kind: &'static DerivedEvent, base: &Entry) -> Self {
        let names = Names::of(kind);
        let like = base.event.like();
        let mut event = Event::blank(base.event.origin(), &NOTHING);
        event.provider = provider(kind, names);
        event.fields.reserve_exact(kind.fields.len().min(FIELDS));
        event.computer = Arc::clone(&like.computer);
        event.time = base.event.time();
        event.clock = like.clock;
        event.level = Level::Information;
        event.activity = base.event.activity();
        Self {
            kind,
            names,
            event,
            at: base.at,
        }
    }

    /// An event of this kind that a fact tells of.
    pub(in crate::diagnose) fn of_fact(kind: &'static DerivedEvent, fact: &Fact, host: &Host) -> Self {
        let names = Names::of(kind);
        let mut event = Event::new(fact.origin.clone());
        event.provider = provider(kind, names);
        event.computer = Arc::clone(&host.name);
        event.time = fact.at;
        event.level = Level::Information;
        let at = fact.at.map(Moment::at);
        Self {
            kind,
            names,
            event,
            at,
        }
    }

    /// Moves it to another instant.
    pub(in crate::diagnose) fn at(mut self, at: Option<Moment>) -> Self {
        self.at = at;
        self.event.time = at.map(|at| at.time);
        self
    }

    /// Adds a field unless its value is empty.
    pub(in crate::diagnose) fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.declared(name);
        let text = value.to_string();
        if !text.is_empty() {
            self.push(name, Value::text(text));
        }
        self
    }

    /// Adds a field with a text that others share, if there is one that is not empty.
    pub(in crate::diagnose) fn with_shared(mut self, name: &str, text: Option<Arc<str>>) -> Self {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            self.declared(name);
            self.push(name, Value::Text(text));
        }
        self
    }

    fn push(&mut self, name: &str, value: Value) {
        let names = self.names.into_iter().flat_map(|names| &names.fields);
        let shared = names.into_iter().find(|known| ***known == *name);
        match shared {
            Some(shared) => self.event.fields.push(Field {
                name: Arc::clone(shared),
                value,
            }),
            None => self.event.push(name, value),
        }
    }

    /// Adds a field of another event as it is, if it has one.
    pub(in crate::diagnose) fn with_some_value(mut self, name: &str, value: Option<&Value>) -> Self {
        if let Some(value) = value {
            self.declared(name);
            self.push(name, value.clone());
        }
        self
    }

    /// Adds a field if there is a value.
    pub(in crate::diagnose) fn with_some(self, name: &str, value: Option<impl ToString>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// What is emitted is declared; the tests run every deriver with this on.
    fn declared(&self, field: &str) {
        debug_assert!(
            self.kind.has(field),
            "{} has the field {field}, which knowledge/derived/declared.rs does not declare",
            self.kind.name
        );
    }

    /// The event as it is, and when it happened.
    pub(in crate::diagnose) fn into_event(self) -> (Event, Option<Moment>) {
        (self.event, self.at)
    }

    pub(in crate::diagnose) fn build(self) -> Entry {
        Entry {
            event: Kept::from(self.event),
            at: self.at,
        }
    }
}

/// The provider of events of a kind.
fn provider(kind: &DerivedEvent, names: Option<&Names>) -> Arc<str> {
    let shared = names.map(|names| Arc::clone(&names.provider));
    shared.unwrap_or_else(|| Arc::from([DERIVED, kind.name].concat()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::derived::TASK_RUN;
    use crate::model::Origin;

    fn base(fields: &[(&str, &str)]) -> Entry {
        let mut event = Event::new(Origin::artifact("Tasks.evtx"));
        for (name, text) in fields {
            event.push(name, Value::text(*text));
        }
        Entry {
            event: event.into(),
            at: None,
        }
    }

    #[test]
    fn events_of_a_kind_share_their_names() {
        let make = || Derived::new(&TASK_RUN, &base(&[])).with("TaskName", "a").build();
        let (one, other) = (make(), make());
        assert_eq!(&*one.event.provider, "logonscope/task-run");
        assert!(Arc::ptr_eq(&one.event.provider, &other.event.provider));
        let name = |entry: &Entry| entry.event.fields.first().map(|field| Arc::clone(&field.name));
        let (one, other) = (name(&one).unwrap(), name(&other).unwrap());
        assert_eq!(&*one, "TaskName");
        assert!(Arc::ptr_eq(&one, &other));
    }

    #[test]
    fn words_are_what_was_said_and_are_kept_once() {
        let mut words = Words::default();
        assert_eq!(&*words.spell(0x10_u32), "16");
        assert!(Arc::ptr_eq(&words.share("16"), &words.spell(16)));
        let entry = base(&[
            ("Plain", "CORP\\a"),
            ("Wide", "  b "),
            ("None", "-"),
            ("Blank", " "),
        ]);
        let mut text = |name| words.text_of(&entry.event, name);
        let plain = text("plain").unwrap();
        assert_eq!(&*plain, "CORP\\a");
        assert!(Arc::ptr_eq(&plain, &text("Plain").unwrap()));
        assert_eq!(text("Wide").as_deref(), Some("b"));
        for name in ["None", "Blank", "Missing"] {
            assert_eq!(text(name), None, "{name}");
        }
        let empty = Derived::new(&TASK_RUN, &entry).with_shared("User", Some(Arc::from("")));
        assert!(empty.build().event.fields.is_empty());
    }
}
