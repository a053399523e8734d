//! What it means that an item of evidence was not found: a log that covers its window is silent, or nobody listened. Owns when
//! silence counts and what to ask for where it does not; what a log covers is [`coverage`](crate::diagnose::timeline::coverage)'s.

use std::sync::Arc;

use crate::diagnose::timeline::host::{Entry, Host, Moment, is_id_of_logons};
use crate::diagnose::weighing::bench::Trial;
use crate::diagnose::weighing::event_evidence::Outcome;
use crate::diagnose::weighing::templates;
use crate::knowledge::derived::{DerivedEvent, LEDGER_CONTEXT, LIST_CONTEXT, derived_event};
use crate::knowledge::signal::field;
use crate::knowledge::{Item, Signal};
use crate::model::{Evidence, Missing, Origin, Time};

/// What begins the words for a sentence that any log may hold.
pub(in crate::diagnose) const ANY_LOG: &str = "any log of that time that says: ";

/// Whether somebody listened where nothing was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Heard {
    /// No log covers the time.
    Nobody,
    /// A log does, but the clock was set then.
    OutOfOrder,
    All,
}

impl Heard {
    const fn of(is_complete: bool) -> Self {
        if is_complete { Self::All } else { Self::Nobody }
    }
}

impl Trial<'_> {
    /// Nothing found: is that silence, or did nobody listen?
    pub(in crate::diagnose) fn not_found(&self, item: &Item, signals: &[usize]) -> Outcome {
        let heard = match item.window {
            None => Heard::of(self.own_is_complete(signals)),
            Some(_) => {
                let signals = signals.iter().filter_map(|&index| self.signal(index));
                signals
                    .map(|signal| self.heard(item, signal))
                    .min()
                    .unwrap_or(Heard::All)
            }
        };
        let first = signals.first().and_then(|&index| self.signal(index));
        // Of a log that is there nobody need ask the customer.
        if heard == Heard::OutOfOrder {
            return Outcome::Moot;
        }
        if heard == Heard::Nobody {
            let (needs, covering) = first.map(|signal| self.needs(signal)).unwrap_or_default();
            let signal = first.map(|signal| Arc::clone(signal.id())).unwrap_or_default();
            return Outcome::Unknown(Missing {
                signal,
                needs,
                covering,
                weight: item.weight,
                against: false,
            });
        }
        match first.filter(|_| item.missing) {
            Some(signal) => Outcome::Seen(Box::new(self.silence(item, signal))),
            None => Outcome::Absent,
        }
    }

    /// The ledgers' view is part of an incident only where the session log covers it, and that of a list only where one was
    /// sent; all else in an incident is there to see.
    fn own_is_complete(&self, signals: &[usize]) -> bool {
        let signals = || signals.iter().filter_map(|&index| self.signal(index));
        let complete = |context: &DerivedEvent, holds: &dyn Fn(&Entry) -> bool| {
            let asks = signals().any(|signal| signal.derived().iter().any(|name| **name == *context.name));
            let mut own = self.own.iter();
            !asks || own.any(|entry| context.is(&entry.event) && holds(entry))
        };
        let covered = |entry: &Entry| field(&entry.event, "ServerSide").is_some_and(|side| side == "yes");
        complete(&LEDGER_CONTEXT, &covered) && complete(&LIST_CONTEXT, &|_| true)
    }

    fn silence(&self, item: &Item, signal: &Signal) -> Evidence {
        let summary = match &item.say {
            Some(say) => self.fill(say),
            None => format!("not seen though its log covers the time: {}", signal.id()),
        };
        let path = self.channels(signal).iter().find_map(|channel| {
            let cover = self
                .host()
                .cover
                .iter()
                .find(|cover| cover.channel.eq_ignore_ascii_case(channel))?;
            cover.paths.first().cloned()
        });
        let own = || self.own.first().map(|entry| entry.event.origin.clone());
        Evidence {
            signal: Arc::clone(signal.id()),
            summary,
            weight: item.weight,
            joined_by: Vec::new(),
            at: None,
            count: 0,
            origin: path
                .map(Origin::artifact)
                .or_else(own)
                .unwrap_or_else(|| Origin::artifact("")),
        }
    }

    /// Whether a log that would show the signal covers the item's window around every occurrence that counts.
    fn heard(&self, item: &Item, signal: &Signal) -> Heard {
        let Some(window) = item.window else {
            return Heard::Nobody;
        };
        let (Some(first), Some(last)) = (self.group.first(), self.group.last()) else {
            return Heard::Nobody;
        };
        let last = if window.first { first } else { last };
        let (mut from, to) = (first.earlier(window.before), last.later(window.after));
        if let Some(until) = self.group.worked_until().filter(|_| window.since_success) {
            from.time = from.time.max(until);
        }
        let set = |at: &Moment| *at >= from && *at <= to;
        let one_clock =
            (!self.host().jumped || from.epoch == to.epoch) && !self.host().clock_set.iter().any(set);
        let channels = self.channels(signal);
        let covers = |host: &Host| {
            channels.iter().any(|channel| {
                let to = host
                    .span
                    .map_or(to.time, |(_, end)| to.time.min(end.max(last.time)));
                host.cover.iter().any(|cover| {
                    cover.channel.eq_ignore_ascii_case(channel)
                        && cover.covers(from.time.max(Time::MIN_UTC), to)
                        && (&**channel != "Security" || host.audits_logons || !is_of_logons(signal))
                })
            })
        };
        let covered = if item.same_host {
            covers(self.host())
        } else {
            self.bench.hosts.iter().any(covers)
        };
        match (covered && !channels.is_empty(), one_clock) {
            (false, _) => Heard::Nobody,
            (true, false) => Heard::OutOfOrder,
            (true, true) => Heard::All,
        }
    }

    /// The channels in which a signal would show.
    fn channels(&self, signal: &Signal) -> Vec<Arc<str>> {
        let named = signal
            .sources()
            .iter()
            .filter_map(|&index| self.bench.knowledge.sources().get(index));
        let mut channels: Vec<Arc<str>> = named.map(|source| Arc::clone(&source.channel)).collect();
        channels.extend(signal.channels());
        for name in signal.derived() {
            // Nobody keeps a log of the lists that people make.
            let Some(alias) = derived_event(name).and_then(|kind| kind.silence) else {
                continue;
            };
            channels.extend(
                self.bench
                    .knowledge
                    .source(alias)
                    .map(|source| Arc::clone(&source.channel)),
            );
        }
        channels
    }

    /// What to ask for, to judge a signal, and the instant that the words name.
    fn needs(&self, signal: &Signal) -> (String, Option<Time>) {
        if !signal.ask().is_empty() {
            return (signal.ask().to_string(), None);
        }
        let channels = self.channels(signal);
        match (channels.first(), self.group.first().map(|at| at.time)) {
            (Some(channel), Some(at)) => (templates::covering(channel, at, at), Some(at)),
            (Some(channel), None) => (format!("{channel} of the time of the failure"), None),
            (None, _) => {
                let says = templates::outline(signal.summary());
                (format!("{ANY_LOG}{says}"), None)
            }
        }
    }
}

/// Whether a signal is of the logons that Security writes only where they are audited.
fn is_of_logons(signal: &Signal) -> bool {
    signal.ids().iter().copied().any(is_id_of_logons)
}
