//! The times of day that notes complain of, as instants of a host: what is everyday otherwise is looked at then. Must not know what
//! happened.

use chrono::NaiveDateTime;

use super::hours::{self, Hour};
use super::note::{self, Manners};
use super::written;
use crate::diagnose::derivers::told_words::complained;
use crate::diagnose::timeline::host::Host;
use crate::knowledge::Knowledge;
use crate::model::Time;
use crate::parse::time_zones::Zone;

/// The times of day that the notes of a case complain of.
#[derive(Debug, Default)]
pub(in crate::diagnose) struct AskedHours(Vec<Note>);

/// The times of day of one note, and when that was written, as far as it says so.
#[derive(Debug)]
struct Note {
    hours: Vec<Hour>,
    written: Vec<NaiveDateTime>,
}

/// The same on one host.
#[derive(Debug)]
pub(in crate::diagnose) struct OnHost<'a> {
    notes: &'a [Note],
    zone: Option<Zone>,
    since: Option<Time>,
    is_excerpt: bool,
}

impl AskedHours {
    /// Nothing where no note complains, or one says that nothing is wrong.
    pub(in crate::diagnose) fn of(knowledge: &Knowledge, hosts: &[Host]) -> Self {
        if !complained(hosts) {
            return Self::default();
        }
        let manners = Manners::new(knowledge.contexts());
        let texts = hosts.iter().flat_map(Host::note_texts);
        let notes = texts.map(|(_, text)| {
            let mut hours = hours::told(&note::clauses(text, &manners));
            hours.retain(|hour| !hour.aside);
            let written = written::read(text);
            Note { hours, written }
        });
        Self(notes.filter(|note| !note.hours.is_empty()).collect())
    }

    /// On a host, by its own clock.
    pub(in crate::diagnose) fn on(&self, host: &Host) -> OnHost<'_> {
        let zone = host.zone.as_deref().and_then(Zone::parse);
        // Local times of a zone that nobody knows are kept as they are written.
        let is_local = || {
            host.entries
                .iter()
                .any(|entry| entry.event.like().local.is_some())
        };
        let last = host.entries.iter().filter_map(|entry| entry.at).max();
        OnHost {
            notes: &self.0,
            zone: zone.or_else(|| is_local().then(|| Zone::parse("UTC")).flatten()),
            // A text that does not say when it was written was so when the logs end.
            since: last.map(|last| last.earlier(written::LATELY).time),
            is_excerpt: host.is_excerpt(),
        }
    }
}

impl OnHost<'_> {
    /// Whether an instant is one that is asked about. Without a zone only the very minute tells, and that in a few records alone: of a
    /// whole log many hours have one of it.
    pub(in crate::diagnose) fn points_at(&self, time: Time) -> bool {
        self.notes.iter().any(|note| {
            let mut hours = note.hours.iter();
            self.is_of_days_of(note, time)
                && match self.zone {
                    Some(zone) => hours.any(|hour| hour.is_near(zone.local(time))),
                    None => self.is_excerpt && hours.any(|hour| hour.is_minute_of(time)),
                }
        })
    }

    /// Whether an instant lies in the days that a note speaks of.
    fn is_of_days_of(&self, note: &Note, time: Time) -> bool {
        let local = self
            .zone
            .map_or(time.naive_utc(), |zone| zone.local(time).naive_local());
        let mut written = note.written.iter();
        let is_late = || self.since.is_some_and(|since| time >= since);
        written.any(|written| written::may_speak_of(*written, local)) || is_late()
    }
}
