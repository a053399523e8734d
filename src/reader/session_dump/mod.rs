//! The list of sessions that a robot writes into its low-level trace as `DumpSessionsInfo`, wherever text shows it: a
//! paste, a trace, a log of the robot. Must not know how those frame their lines.
//!
//! **The layout is a guess.** Nobody publishes these lines and none was at hand. What is known, from the vendor's
//! article on error 1312 (<https://forum.uipath.com/t/a-specified-logon-session-does-not-exist-kb/307121>), is what they
//! tell: for each session its id, its state by the numbers of `WTS_CONNECTSTATE_CLASS`, and the user, if one is
//! connected. So a row is whatever has a labelled id and a labelled state, in any order and spelling, on one line or one
//! label to a line; or, right behind a line with the name of the list, an id and the number of a state. Facts made of
//! it have the scope [`FactScope::Inferred`] where states are numbers alone, and each artifact with such a list says so.
//!
//! What is no session of a user: 0 is that of the services, 65536 the listener, and 1 the one that the robot's service
//! opens for its arbitration.
//!
//! Misses are better than false finds: ids and states stand in many logs. Without the name of the list near it, two
//! rows are wanted and something that only sessions of Windows have.

mod labels;
mod list;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use chrono::{FixedOffset, NaiveDateTime, Utc};
use memchr::memmem;

use super::lines::Block;
use super::local_time::{self, DateOrder, Stamp};
use super::sink::add_problem;
use super::{Context, records};
use crate::model::{Fact, FactScope, Findings, Origin, Problem, ProblemKind, Time};
use labels::Label;
use list::List;

/// The name of the list.
const NAME: &str = "DumpSessionsInfo";
/// Traces are searched for it record by record.
static FINDER: LazyLock<memmem::Finder<'static>> = LazyLock::new(|| memmem::Finder::new(NAME));

/// Whether a text holds such a list.
pub(crate) fn sniff(head: &str) -> bool {
    // What rows without the name of the list must have somewhere, so that most texts are passed by.
    let hinted = || {
        ["WTS", "RDP-", "rdp-", "65536"]
            .iter()
            .any(|mark| head.contains(mark))
    };
    if !head.contains(NAME) && !hinted() {
        return false;
    }
    let mut dumps = Dumps::new(Names::Optional, usize::MAX);
    for line in head.lines() {
        dumps.line(line, || None, || Origin::artifact(""));
        if dumps.lists > 0 {
            return true;
        }
    }
    dumps.close();
    dumps.lists > 0
}

/// Reads every such list in the text.
pub(crate) fn read(text: &str, context: &Context<'_>, findings: &mut Findings) {
    let order = DateOrder::learn(text);
    let mut dumps = Dumps::new(Names::Optional, context.limits.facts);
    for (number, line) in (1_u64..).zip(text.lines()) {
        let stamp = || local_time::near_start(line, order);
        dumps.line(line, stamp, || Origin {
            line: Some(number),
            ..Origin::artifact(Arc::clone(&context.path))
        });
    }
    dumps.finish(context, findings);
}

/// Whether a list must have its name near it. In a log it must: logs are full of ids and states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Names {
    Required,
    Optional,
}

/// Gathers the lists of one artifact from its lines.
#[derive(Debug)]
pub(crate) struct Dumps {
    names: Names,
    list: Option<List>,
    /// When the record was written that is going on.
    stamp: Option<Stamp>,
    found: Vec<Found>,
    /// What was said of single sessions; the same of a later list is not said again.
    said: BTreeSet<(&'static str, String)>,
    room: usize,
    lists: u64,
    damaged: u64,
    first: Option<Origin>,
    first_damaged: Option<Origin>,
}

/// A fact before its time is placed.
#[derive(Debug)]
struct Found {
    name: &'static str,
    value: String,
    stamp: Option<Stamp>,
    /// Whether its list names the states, so that no number is taken for one.
    is_named: bool,
    origin: Origin,
}

impl Dumps {
    /// For the lines of a log, in which a list has its name.
    pub(crate) fn of_log(context: &Context<'_>) -> Self {
        Self::new(Names::Required, context.limits.facts)
    }

    const fn new(names: Names, room: usize) -> Self {
        Self {
            names,
            list: None,
            stamp: None,
            found: Vec::new(),
            said: BTreeSet::new(),
            room,
            lists: 0,
            damaged: 0,
            first: None,
            first_damaged: None,
        }
    }

    /// Looks through a block of a log. `starts` tells whether a line begins a record, and `split` what it says
    /// behind its frame, and when; the lines that follow it are of the same time.
    pub(crate) fn block(
        &mut self,
        block: &mut Block<'_>,
        path: &Arc<str>,
        starts: impl Fn(&[u8]) -> bool,
        split: impl Fn(&str) -> (String, Option<Stamp>),
    ) {
        let (mut from, mut until) = (0_usize, 0_usize);
        loop {
            if self.list.is_none() && from >= until {
                let rest = block.bytes.get(from..).unwrap_or_default();
                let Some(hit) = memmem::find(rest, NAME.as_bytes()) else {
                    return;
                };
                until = from.saturating_add(hit).saturating_add(1);
                from = records::start_of(block, from.saturating_add(hit), from, &starts);
            }
            let is_record = starts(block.bytes.get(from..).unwrap_or_default());
            let Some((line, next)) = block.line_at(from) else {
                return;
            };
            let origin = || Origin::line(Arc::clone(path), line.place.line, line.place.offset);
            if is_record {
                let (text, stamp) = split(&line.text);
                self.stamp = stamp;
                for text in text.lines() {
                    self.line(text, || stamp, origin);
                }
            } else {
                let stamp = self.stamp;
                self.line(&line.text, || stamp, origin);
            }
            from = next;
        }
    }

    /// Whether a record may be of a list, by its bytes.
    pub(crate) fn wants(&self, bytes: &[u8]) -> bool {
        self.list.is_some() || FINDER.find(bytes).is_some()
    }

    /// Takes the text of one record, of one line or several.
    pub(crate) fn record(&mut self, text: &str, stamp: Option<Stamp>, origin: impl Fn() -> Origin) {
        if self.wants(text.as_bytes()) {
            for line in text.lines() {
                self.line(line, || stamp, &origin);
            }
        }
    }

    /// Takes one line, what stood before it in its frame cut off.
    fn line(&mut self, text: &str, stamp: impl Fn() -> Option<Stamp>, origin: impl Fn() -> Origin) {
        let name = text.find(NAME);
        let near = name.is_some() || self.list.as_ref().is_some_and(|list| list.named);
        if !near && self.names == Names::Required {
            return;
        }
        let found = labels::find(text, near);
        let has_id = found.iter().any(|one| one.label == Label::Id);
        let goes_on = self.list.as_ref().is_some_and(|list| list.named && has_id);
        if name.is_some() && !goes_on {
            self.close();
            self.list = Some(List::new(true, stamp(), origin()));
        } else if self.list.is_none() {
            if !has_id && !found.iter().any(|one| one.label == Label::State) {
                return;
            }
            self.list = Some(List::new(false, stamp(), origin()));
        }
        let Some(list) = &mut self.list else { return };
        let text = match name {
            Some(at) => text.get(at.saturating_add(NAME.len())..).unwrap_or_default(),
            None => text,
        };
        if !list.take(text, &found, &origin) {
            // An id comes again: the next list has begun.
            let mut next = list.next(stamp(), origin());
            next.take(text, &found, &origin);
            self.close();
            self.list = Some(next);
        }
        if self.list.as_ref().is_some_and(List::is_over) {
            self.close();
        }
    }

    /// Ends the list that is open; what it says is kept if it is one.
    fn close(&mut self) {
        let Some(mut list) = self.list.take() else { return };
        list.flush();
        if !list.is_one() {
            return;
        }
        self.lists = self.lists.saturating_add(1);
        self.first.get_or_insert_with(|| list.origin.clone());
        let (damaged, place) = list.damaged.clone();
        self.damaged = self.damaged.saturating_add(damaged);
        if self.first_damaged.is_none() {
            self.first_damaged = place;
        }
        for (name, value, origin) in list.facts() {
            let of_list = name.ends_with("_count");
            if self.found.len() < self.room && (of_list || self.said.insert((name, value.clone()))) {
                self.found.push(Found {
                    name,
                    value,
                    stamp: list.stamp,
                    is_named: list.names_states,
                    origin,
                });
            }
        }
    }

    /// Says what was found. The artifact's offset, where it has one, must be known by now.
    pub(crate) fn finish(mut self, context: &Context<'_>, findings: &mut Findings) {
        self.close();
        let offset = findings.utc_offset;
        for found in self.found {
            if findings.facts.len() >= context.limits.facts {
                break;
            }
            let (at, local) = place(found.stamp, offset);
            findings.facts.push(Fact {
                host: Arc::from(""),
                name: Arc::from(found.name),
                value: Arc::from(found.value),
                scope: if found.is_named {
                    FactScope::Observed
                } else {
                    FactScope::Inferred
                },
                at,
                local,
                origin: found.origin,
            });
        }
        let said = [
            (
                ProblemKind::Guessed,
                self.first,
                "a list of sessions (DumpSessionsInfo) whose layout is not published: what was read of it is a guess",
                self.lists,
            ),
            (
                ProblemKind::Damaged,
                self.first_damaged,
                "a row of a session list whose id or state does not read",
                self.damaged,
            ),
        ];
        for (kind, origin, detail, count) in said {
            if let Some(origin) = origin {
                let problem = Problem {
                    count,
                    ..Problem::new(kind, origin, detail)
                };
                add_problem(findings, problem, context.limits.problems_per_artifact);
            }
        }
    }
}

/// The instant of a stamp, or its local time where no offset is known.
fn place(stamp: Option<Stamp>, offset: Option<i32>) -> (Option<Time>, Option<NaiveDateTime>) {
    match stamp {
        None => (None, None),
        Some(Stamp::Exact(time)) => (Some(time), None),
        Some(Stamp::Local(local)) => {
            let offset = offset.and_then(|minutes| FixedOffset::east_opt(minutes.checked_mul(60)?));
            let time = offset.and_then(|offset| local.and_local_timezone(offset).single());
            match time {
                Some(time) => (Some(time.with_timezone(&Utc)), None),
                None => (None, Some(local)),
            }
        }
    }
}
