//! Puts what was found into a sentence that counts the records of the one thing it names. Owns what is one thing; what was found and where
//! is [`event_evidence`](crate::diagnose::weighing::event_evidence)'s.

use std::borrow::Cow;
use std::sync::Arc;

use crate::diagnose::incidents::sightings::Keys;
use crate::diagnose::timeline::host::Entry;
use crate::diagnose::weighing::bench::Trial;
use crate::diagnose::weighing::event_evidence::{agree, is_of_note};
use crate::diagnose::weighing::templates;
use crate::knowledge::derived::{SESSION_DISCONNECT, SESSION_END};
use crate::knowledge::signal::field;
use crate::knowledge::{Item, Key, Signal};
use crate::model::providers::LSM;
use crate::model::{CodeSpace, CodeUse, Event, Evidence, Weight};

/// Records of one kind that are compared one by one: of very many nobody looks at each.
pub(in crate::diagnose) const LOOKED_AT: usize = 200;

/// Adds to a sentence that so many records say it of other things.
pub(in crate::diagnose) fn add_more(summary: &mut String, more: u64) {
    if more > 0 {
        summary.push_str(&format!(", and {more} more of this kind"));
    }
}

impl Trial<'_> {
    /// How many records say what the one that is cited says, and how many say it of something else: another update, another name.
    pub(super) fn same_as(
        &self,
        item: &Item,
        signal: &Signal,
        cited: (&Entry, &Keys),
        all: &[(&Entry, Cow<'_, Keys>)],
    ) -> (u64, u64) {
        let count = all.len() as u64;
        if !(2..=LOOKED_AT).contains(&all.len()) {
            return (count, 0);
        }
        let template = item.say.as_deref().unwrap_or(signal.summary());
        let fields: Vec<&str> = templates::fields(template).collect();
        let named = [Key::User, Key::Task]
            .into_iter()
            .filter(|key| template.contains(&format!("{{{}}}", key.name())));
        let named: Vec<Key> = named.collect();
        let (event, own) = cited;
        let is_same = |(other, keys): &&(&Entry, Cow<'_, Keys>)| {
            let mut keys = named.iter().map(|key| (*key, own.get(*key), keys.get(*key)));
            let mut values = fields
                .iter()
                .map(|name| (*name, field(&event.event, name), field(&other.event, name)));
            keys.all(|(key, own, other)| own.zip(other).is_none_or(|(own, other)| agree(key, own, other)))
                && values.all(|(name, own, other)| {
                    own == other
                        || name != "id"
                            && own
                                .zip(other)
                                .is_some_and(|(own, other)| are_measures(&own, &other))
                })
        };
        let same = all.iter().filter(is_same).count() as u64;
        (same, count - same)
    }

    pub(super) fn evidence(
        &self,
        item: &Item,
        signal: &Signal,
        entry: &Entry,
        keys: &Keys,
        joined: Vec<Arc<str>>,
        count: u64,
    ) -> Evidence {
        let template = item.say.as_deref().unwrap_or(signal.summary());
        let summary = templates::fill(template, Some(&entry.event), keys, &self.host().name);
        // Beside what records and codes show, a note that lies near says only where to look.
        let is_beside = is_of_note(&entry.event) && joined.is_empty();
        let weight = if is_beside {
            item.weight.min(Weight::Moderate)
        } else {
            item.weight
        };
        Evidence {
            signal: Arc::clone(signal.id()),
            summary: self.with_reason_in_words(summary, &entry.event),
            weight,
            joined_by: joined,
            at: entry.at.map(|at| at.time),
            count,
            origin: entry.event.origin.clone(),
        }
    }

    /// A sentence that quotes the number of a disconnect reason says what it means, too.
    fn with_reason_in_words(&self, summary: String, event: &Event) -> String {
        // Sleep has reasons, too, in numbers of its own.
        let is_of_session = LSM.wrote(event) || SESSION_DISCONNECT.is(event) || SESSION_END.is(event);
        let reason = event
            .field_number("Reason")
            .filter(|reason| is_of_session && summary.contains(&format!("reason {reason})")));
        let meaning = reason.and_then(|value| {
            let space = CodeSpace::ExtendedDisconnect;
            let code = self.bench.codes.resolve(CodeUse { space, value })?;
            Some((value, code.meaning.trim_end_matches('.')))
        });
        let Some((reason, meaning)) = meaning.filter(|(_, meaning)| !meaning.is_empty()) else {
            return summary;
        };
        summary.replacen(
            &format!("reason {reason})"),
            &format!("reason {reason}: {meaning})"),
            1,
        )
    }
}

/// Whether two values are numbers: how long something took names no other thing.
fn are_measures(own: &str, other: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number(own) && is_number(other)
}
