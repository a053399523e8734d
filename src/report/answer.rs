//! What the first screen says, as sentences: who it is about, how it stands, why, what to do, how to check, what it is not.
//! Plain text in, plain text out; the formats for people share it.

use std::collections::BTreeSet;

use chrono::TimeDelta;

use super::places::{self, Places};
use super::zone::Said;
use super::{Clockface, commands, shorter, wording};
use crate::model::{Cause, Change, Diagnosis, Evidence, Incident, Time, Verdict, Weight};

/// Pieces of evidence that the first screen tells.
pub(super) const EVIDENCE: usize = 3;

/// In a span so long each day comes twice.
pub(super) const YEAR: TimeDelta = TimeDelta::days(365);

/// How many words a header may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Words {
    All,
    Few,
    Fewest,
}

/// One diagnosis, and how its times and places are called.
pub(super) struct Teller<'d> {
    pub(super) diagnosis: &'d Diagnosis,
    pub(super) clock: &'d Clockface<'d>,
    pub(super) places: &'d Places<'d>,
    pub(super) said: Said,
}

impl<'d> Teller<'d> {
    pub(super) fn new(diagnosis: &'d Diagnosis, clock: &'d Clockface<'d>, places: &'d Places<'d>) -> Self {
        let (host, time) = reference(diagnosis).unwrap_or_default();
        let mut teller = Self {
            diagnosis,
            clock,
            places,
            said: clock.said(host, time),
        };
        // A day without its year would be one of several.
        if teller.span().is_some_and(|(_, from, to)| to - from >= YEAR) {
            teller.said = teller.said.without_year();
        }
        teller
    }

    /// Hosts, days, zone, and whether all was read: in one line if that loses no more than words on the zone, else in as many as there
    /// may be. What was not read is said in any case.
    pub(super) fn header_within(&self, most: usize, fits: impl Fn(&str, usize) -> bool) -> String {
        let [whole, short, shortest] =
            [Words::All, Words::Few, Words::Fewest].map(|words| self.header_in(words));
        let ways = [(&whole, 1), (&short, 1), (&whole, most), (&short, most)];
        let found = ways.into_iter().find(|(text, lines)| fits(text, *lines));
        found.map_or(&shortest, |(text, _)| text).clone()
    }

    pub(super) fn header(&self) -> String {
        self.header_in(Words::All)
    }

    fn header_in(&self, words: Words) -> String {
        let shorts = places::short_hosts(self.diagnosis);
        let names: Vec<&str> = self
            .hosts()
            .into_iter()
            .map(|host| shorts.get(host).map_or(host, |short| *short))
            .collect();
        let mut text = match names.as_slice() {
            [] => "The host is not named".to_owned(),
            [one] => (*one).to_owned(),
            [_, _, ..] if words == Words::Fewest => wording::counted(names.len() as u64, "host"),
            [all @ .., last] if all.len() < 3 => format!("{} and {last}", all.join(", ")),
            [first, second, rest @ ..] => format!(
                "{first}, {second} and {}",
                wording::counted(rest.len() as u64, "more host")
            ),
        };
        if let Some((host, from, to)) = self.span() {
            text += &format!(": {}", self.clock.days(host, from, to));
        }
        if let Some((host, time)) = reference(self.diagnosis) {
            text += &match (words, self.zone(host, time)) {
                (Words::All, zone) => format!(", {zone}"),
                (_, zone) => match zone.strip_prefix("its local time ") {
                    Some(offset) => format!(" {offset}"),
                    None => format!(", {}", zone.split(';').next().unwrap_or(&zone)),
                },
            };
        }
        text + &format!("; {}.", self.completeness())
    }

    /// The hosts that incidents are about, then the others.
    fn hosts(&self) -> Vec<&'d str> {
        let mut seen = BTreeSet::new();
        let about = self.diagnosis.incidents.iter().map(|incident| &*incident.host);
        let all = self.diagnosis.hosts.iter().map(|host| &*host.name);
        about
            .chain(all)
            .filter(|host| !host.starts_with('(') && seen.insert(*host))
            .collect()
    }

    /// The clock, the beginning and the end of what the logs and the failures cover.
    pub(super) fn span(&self) -> Option<(&'d str, Time, Time)> {
        let covers = &self.diagnosis.coverage;
        let inputs = &self.diagnosis.inputs;
        let from = covers.iter().filter_map(|cover| cover.from).min();
        let from = from.or_else(|| inputs.iter().filter_map(|input| input.first).min());
        let failed = &self.diagnosis.incidents;
        // A text may tell of more than the logs cover.
        let from = from
            .into_iter()
            .chain(failed.iter().filter_map(|incident| incident.first))
            .min();
        let to = covers.iter().filter_map(|cover| cover.to).max();
        let to = to.or_else(|| inputs.iter().filter_map(|input| input.last).max());
        let to = to
            .into_iter()
            .chain(failed.iter().filter_map(|incident| incident.last))
            .max();
        let (host, _) = reference(self.diagnosis)?;
        Some((host, from?, to?)).filter(|(_, from, to)| from <= to)
    }

    /// The host whose clock a page says once.
    pub(super) fn reference(&self) -> Option<&'d str> {
        reference(self.diagnosis)
            .map(|(host, _)| host)
            .filter(|host| self.clock.knows(host))
    }

    /// Which zone the times are of.
    fn zone(&self, host: &str, time: Time) -> String {
        let name = self.clock.offset_name(host, time);
        match (self.clock.is_of_hosts(), self.clock.knows(host)) {
            (true, true) => {
                let shorts = places::short_hosts(self.diagnosis);
                let host = shorts.get(host).map_or(host, |short| *short);
                let whose = match self.diagnosis.hosts.len() {
                    0 | 1 => "its local time".to_owned(),
                    _ if host.starts_with('(') => "local times of a host that is not named".to_owned(),
                    _ => format!("times of {host}"),
                };
                format!("{whose} ({name})")
            }
            _ if self.clock.is_unplaced(host) => "times as written; their time zone is not known".to_owned(),
            (true, false) => format!("times in {name}; the time zone of the host is not known"),
            (false, _) => format!("times in {name}"),
        }
    }

    /// The zone of the times of an incident, for a sentence.
    pub(super) fn zone_words(&self, incident: &Incident) -> String {
        match incident.first {
            Some(first) if self.clock.is_of_hosts() && self.clock.knows(&incident.host) => {
                format!(
                    "local times of the computer, {}",
                    self.clock.offset_name(&incident.host, first)
                )
            }
            Some(first) => format!("in {}", self.clock.offset_name(&incident.host, first)),
            None => "as the logs give them".to_owned(),
        }
    }

    fn completeness(&self) -> String {
        let files = wording::counted(self.diagnosis.inputs.len() as u64, "file");
        let unread = self
            .diagnosis
            .problems
            .iter()
            .filter(|problem| problem.kind.is_incomplete());
        match unread.map(|problem| problem.count).fold(0, u64::saturating_add) {
            0 => format!("{files}, all read"),
            count => format!("{files}, {} not readable", wording::counted(count, "part")),
        }
    }

    /// What happened, to whom, where, how often, when.
    pub(super) fn happened(&self, incident: &Incident) -> String {
        self.happened_with(incident, true)
    }

    /// The same; where it does not fit, a code goes without its name, which is the longest of its spellings.
    pub(super) fn happened_within(&self, incident: &Incident, fits: impl Fn(&str) -> bool) -> String {
        let whole = self.happened(incident);
        if fits(&whole) {
            return whole;
        }
        let plain = self.happened_with(incident, false);
        match (fits(&plain), wording::code(incident, None)) {
            // The code stands in the table of codes, too.
            (false, Some(code)) => plain.replacen(&format!(" {code}"), "", 1),
            _ => plain,
        }
    }

    fn happened_with(&self, incident: &Incident, symbols: bool) -> String {
        let (host, said) = (&incident.host, self.said);
        let when = match (incident.count, incident.first, incident.last) {
            (0 | 1, Some(first), _) => format!("once, {}", self.clock.weekday(host, first, said)),
            (0 | 1, None, _) => "once, at a time that is not given".to_owned(),
            (count, Some(first), Some(last)) if first != last => {
                format!(
                    "{}, {}",
                    wording::times(count),
                    self.clock.weekday_span(host, first, last, said)
                )
            }
            (count, Some(first), _) => {
                format!(
                    "{}, {}",
                    wording::times(count),
                    self.clock.weekday(host, first, said)
                )
            }
            (count, None, _) => format!("{}, at times that are not given", wording::times(count)),
        };
        let mut text = format!("{}: {when}.", wording::subject(incident, self.diagnosis));
        let symbols_of = symbols.then_some(self.diagnosis);
        if let Some(code) = wording::code(incident, symbols_of) {
            text += &format!(" {code}");
        }
        if let (_, Some(quoted)) = wording::title(incident) {
            text += &format!(" It reads: {quoted}");
            if !text.ends_with(['.', '\u{2026}']) {
                text.push('.');
            }
        }
        text
    }

    /// The evidence of the first screen.
    pub(super) fn evidence<'c>(&self, cause: &'c Cause, most: usize) -> Vec<&'c Evidence> {
        wording::distinct(&cause.supports)
            .into_iter()
            .take(most)
            .collect()
    }

    /// One sentence: who did what, when.
    pub(super) fn sentence(&self, evidence: &Evidence, host: &str) -> String {
        let summary = wording::summary(evidence);
        let summary = summary.trim_end_matches('.');
        match (
            evidence.count,
            evidence.at.map(|at| self.clock.weekday(host, at, self.said)),
        ) {
            (0 | 1, Some(at)) => format!("{summary}, {at}."),
            // What is cut off ends with its own sign.
            (0 | 1, None) if summary.ends_with('\u{2026}') => summary.to_owned(),
            (0 | 1, None) => format!("{summary}."),
            (count, Some(at)) => format!("{summary}, {} since {at}.", wording::times(count)),
            (count, None) => format!("{summary}, {}.", wording::times(count)),
        }
    }

    /// The same in so many lines: where it does not fit, it is made shorter.
    pub(super) fn sentence_within(
        &self,
        evidence: &Evidence,
        host: &str,
        fits: impl Fn(&str) -> bool,
    ) -> String {
        let whole = self.sentence(evidence, host);
        let said = wording::summary(evidence);
        let Some(when) = whole
            .strip_prefix(said.trim_end_matches('.'))
            .filter(|_| !fits(&whole))
        else {
            return whole;
        };
        let when = when.strip_prefix('.').unwrap_or(when);
        let short = evidence.at.map(|at| self.clock.short(host, at, self.said));
        let short = match (evidence.count, short) {
            (_, None) => ".".to_owned(),
            (0 | 1, Some(at)) => format!(", {at}."),
            (count, Some(at)) => format!(", {} since {at}.", wording::times(count)),
        };
        shorter::sentence(said.trim_end_matches('.'), &[when, &short], fits).unwrap_or(whole)
    }

    /// The rival that could also be it, and what would tell.
    pub(super) fn rival(&self, incident: &Incident) -> Option<String> {
        let rival = incident
            .causes
            .get(1)
            .filter(|rival| rival.verdict >= Verdict::Possible)?;
        let mut text = format!(
            "{}: {}",
            wording::verdict(rival),
            rival.title.trim_end_matches('.')
        );
        match self.heaviest_unknown(rival, &incident.host) {
            Some(needs) => {
                let preposition = if needs.starts_with("a ") { "for" } else { "at" };
                let look = wording::behind(preposition, &needs);
                // A question has no preposition.
                let verb = if look.starts_with(preposition) {
                    "look"
                } else {
                    "ask"
                };
                text += &format!("; to find out, {verb} {look}.");
            }
            None => text.push('.'),
        }
        Some(text)
    }

    /// What would tell most of a cause that is open, of what can be fetched: nobody can look for words that may stand anywhere.
    pub(super) fn heaviest_unknown(&self, cause: &Cause, host: &str) -> Option<String> {
        let missing = cause
            .unknown
            .iter()
            .filter(|missing| wording::is_to_be_had(missing))
            .max_by_key(|missing| missing.weight)?;
        Some(self.needs(missing, host))
    }

    /// What it is not, and the one reason.
    pub(super) fn not(&self, incident: &Incident) -> Option<String> {
        let out = incident.causes.iter().skip(1).filter(|cause| {
            matches!(cause.verdict, Verdict::RuledOut | Verdict::Unlikely) && !cause.against.is_empty()
        });
        let heaviest = |cause: &Cause| cause.against.iter().map(|evidence| evidence.weight).max();
        let out: Vec<&Cause> = out.collect();
        // The most plausible of those that something clear speaks against; causes come best first.
        let clear = |cause: &&&Cause| !cause.supports.is_empty() && heaviest(cause) >= Some(Weight::Strong);
        let rival = out.iter().find(clear).or_else(|| {
            let most = out.iter().map(|cause| heaviest(cause)).max()?;
            out.iter().find(|cause| heaviest(cause) == most)
        })?;
        // What speaks for the cause stands above already; another reason says more.
        let told: Vec<&Evidence> = incident
            .causes
            .first()
            .map(|cause| self.evidence(cause, EVIDENCE))
            .unwrap_or_default();
        let is_new = |reason: &Evidence| !told.iter().any(|evidence| evidence.summary == reason.summary);
        let reason = rival
            .against
            .iter()
            .max_by_key(|evidence| (evidence.weight, is_new(evidence), std::cmp::Reverse(evidence.at)))?;
        let word = if reason.weight == Weight::Veto {
            "ruled out"
        } else {
            "unlikely"
        };
        let sentence = self.sentence(reason, &incident.host);
        Some(format!(
            "{} ({word}): {sentence}",
            rival.title.trim_end_matches('.')
        ))
    }

    /// One piece of evidence with its place.
    pub(super) fn cite(&self, evidence: &Evidence, host: &str) -> String {
        let mut text = self.sentence(evidence, host);
        // Evidence that is an absence has no place of its own.
        if !evidence.origin.path.is_empty() {
            text.truncate(text.trim_end_matches('.').len());
            text += &format!(" {}", self.places.bracketed(&evidence.origin));
        }
        text
    }

    /// The cause and the two heaviest pieces of evidence with their places.
    pub(super) fn likely_cause(&self, cause: &Cause, host: &str) -> String {
        let mut text = format!(
            "{}: {}",
            wording::verdict(cause),
            cause.title.trim_end_matches('.')
        );
        let cited: Vec<String> = wording::distinct(&cause.supports)
            .into_iter()
            .take(2)
            .map(|evidence| self.cite(evidence, host))
            .collect();
        if !cited.is_empty() {
            text += ", because: ";
            text += &cited.join("; ");
        }
        text.trim_end_matches('.').to_owned() + "."
    }

    /// Since when and until when it worked, and what changed in between, where the logs tell.
    pub(super) fn before_and_after(&self, incident: &Incident) -> Option<String> {
        let show = |time| self.clock.weekday(&incident.host, time, self.said);
        let mut text = match (incident.worked_until.map(show), incident.works_again.map(show)) {
            (Some(before), Some(after)) => {
                format!("It last worked {before}, and has worked again since {after}.")
            }
            (Some(before), None) => format!("It last worked {before}, and not since."),
            (None, Some(after)) => format!("It has worked again since {after}."),
            (None, None) => return None,
        };
        let change = |change: &Change| {
            let summary = change.summary.trim_end_matches('.');
            let place = self.places.bracketed(&change.origin);
            format!("{}, {} ({summary}) {place}", change.kind, show(change.at))
        };
        let changes: Vec<String> = incident.began_after.iter().map(change).collect();
        if !changes.is_empty() {
            text += &format!(" The failures began after: {}.", changes.join("; "));
        }
        Some(text)
    }

    /// What to do first.
    pub(super) fn step(&self, incident: &Incident) -> String {
        commands::plain(&wording::next_step(incident, self))
    }
}

/// The host and the instant whose zone and year a page says once: those of the first incident.
fn reference(diagnosis: &Diagnosis) -> Option<(&str, Time)> {
    let incident = diagnosis.incidents.first();
    let first = incident.and_then(|incident| Some((&*incident.host, incident.first?)));
    first.or_else(|| {
        let host = incident.map(|incident| &*incident.host);
        let host = host.or_else(|| {
            diagnosis
                .hosts
                .iter()
                .map(|host| &*host.name)
                .find(|host| !host.starts_with('('))
        });
        let covers = diagnosis.coverage.iter().filter_map(|cover| cover.to);
        let last = covers
            .max()
            .or_else(|| diagnosis.inputs.iter().filter_map(|input| input.last).max());
        Some((host?, last?))
    })
}
