//! Events that the ledgers derive from raw ones. They cite the record they stand on and match signals like any other.

use std::sync::{Arc, LazyLock};

use crate::diagnose::timeline::host::{Entry, Host, Moment};
use crate::knowledge::DERIVED;
use crate::knowledge::derived::DerivedEvent;
use crate::model::{Event, Fact, Level, Value};

/// Fields that most derived events have room for.
const FIELDS: usize = 6;

/// The empty text that they share.
static NOTHING: LazyLock<Arc<str>> = LazyLock::new(|| Arc::from(""));

/// Builds one derived event on the base of a raw one.
#[derive(Debug)]
pub(in crate::diagnose) struct Derived {
    kind: &'static DerivedEvent,
    event: Event,
    at: Option<Moment>,
}

impl Derived {
    /// An event of this kind that happened when `base` did and cites it.
    pub(in crate::diagnose) fn new(kind: &'static DerivedEvent, base: &Entry) -> Self {
        let mut event = Event::blank(base.event.origin.clone(), &NOTHING);
        event.provider = Arc::from([DERIVED, kind.name].concat());
        event.fields.reserve_exact(FIELDS);
        event.computer = Arc::clone(&base.event.computer);
        event.time = base.event.time;
        event.clock = base.event.clock;
        event.level = Level::Information;
        event.activity = base.event.activity.clone();
        Self {
            kind,
            event,
            at: base.at,
        }
    }

    /// An event of this kind that a fact tells of.
    pub(in crate::diagnose) fn of_fact(kind: &'static DerivedEvent, fact: &Fact, host: &Host) -> Self {
        let mut event = Event::new(fact.origin.clone());
        event.provider = Arc::from([DERIVED, kind.name].concat());
        event.computer = Arc::clone(&host.name);
        event.time = fact.at;
        event.level = Level::Information;
        let at = fact.at.map(|time| Moment { epoch: 0, time });
        Self { kind, event, at }
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
            self.event.push(name, Value::text(text));
        }
        self
    }

    /// Adds a field of another event as it is, if it has one.
    pub(in crate::diagnose) fn with_some_value(mut self, name: &str, value: Option<&Value>) -> Self {
        if let Some(value) = value {
            self.declared(name);
            self.event.push(name, value.clone());
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

    pub(in crate::diagnose) fn build(self) -> Entry {
        Entry {
            event: Box::new(self.event),
            at: self.at,
        }
    }
}
