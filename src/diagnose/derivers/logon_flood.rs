//! Floods of refused logons: somebody on the network tries names and passwords. Owns what is a flood and what is a person, a
//! scanner or a program with an old password.

use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;
use std::ops::Range;

use chrono::TimeDelta;

use crate::diagnose::derivers::Deriver;
use crate::diagnose::timeline::derived_event::Derived;
use crate::diagnose::timeline::host::{Entry, Host, Moment};
use crate::knowledge::derived::LOGON_FLOOD;
use crate::model::providers::{AUDITING, RDP_CORE, Records};

pub(super) const DERIVER: Deriver = Deriver {
    reads: &[REFUSED, REJECTED],
    emits: &[LOGON_FLOOD],
    derive: |on| find(on.host),
};

/// A logon was refused.
const REFUSED: Records = AUDITING.ids(&[4625]);
/// A connection over Remote Desktop failed for a wrong name or password.
const REJECTED: Records = RDP_CORE.ids(&[140]);
/// So many refusals in such a span are no person and no program: a slow trickle as well as a burst.
const RATES: [(usize, TimeDelta); 2] = [(100, TimeDelta::hours(1)), (30, TimeDelta::minutes(5))];
/// So many different names or addresses are no single program with an old password.
const DIFFERENT: usize = 5;
/// And so many in such a span are no person, whatever the name: nobody types so fast. They are no program with an old password where they are
/// for a name that people guess.
const BURST: (usize, TimeDelta) = (30, TimeDelta::seconds(60));
/// Beginnings of the names that are guessed first: the account that every machine has, in the languages of Windows, and its like.
const GUESSED: &[&str] = &[
    "administrat",
    "administrad",
    "amministrat",
    "järjestelmänvalvoja",
    "rendszergazda",
    "správce",
    "администратор",
    "admin",
    "root",
    "guest",
    "user",
    "test",
    "sa",
    "backup",
    "scanner",
    "support",
];
/// A guard such as a firewall writes a line for attempts that it has counted already: fewer lines, from more addresses.
const GUARD_RATES: [(usize, TimeDelta); 1] = [(15, TimeDelta::hours(1))];
const GUARD_DIFFERENT: usize = 10;
/// Words of the lines of such guards, in lower case.
const GUARDED: &[&str] = &[
    "login attempt failed",
    "failed login",
    "failed logon",
    "login failed",
    "logon failed",
    "failed password for",
    "invalid user",
    "banned",
    "blocked ip",
    "ban ip",
];
/// A pause of so long ends a flood.
const PAUSE: TimeDelta = TimeDelta::hours(2);

/// One refusal over the network.
struct Refusal<'h> {
    at: Moment,
    entry: &'h Entry,
    /// In lower case.
    name: Option<String>,
    address: Option<String>,
}

impl Refusal<'_> {
    /// Whether it is for a name that somebody guesses who knows none.
    fn is_guess(&self) -> bool {
        let name = self.name.as_deref().unwrap_or_default();
        let short = |guessed: &&&str| guessed.len() < 5;
        let mut names = GUESSED.iter();
        names.any(|guessed| {
            if short(&guessed) {
                name == *guessed
            } else {
                name.starts_with(guessed)
            }
        })
    }

    /// Whence it came: an address, else the name that the caller gave its machine.
    fn source(&self) -> Option<String> {
        let address = self.address.clone().filter(|address| address != "-");
        address.or_else(|| {
            self.entry
                .event
                .first_field_text(&["WorkstationName", "Workstation"])
        })
    }
}

/// One derived event `logon-flood` for each flood, at its first refusal.
fn find(host: &Host) -> Vec<Entry> {
    // The two logs tell of the same attempts, and one of them may be missing.
    let (audited, rejected) = refusals(host);
    let mut floods = of(&audited, &RATES, DIFFERENT);
    let guessed: Vec<Refusal<'_>> = audited.into_iter().filter(Refusal::is_guess).collect();
    let bursts = of(&guessed, &[BURST], 1);
    let told = of(&guarded(host), &GUARD_RATES, GUARD_DIFFERENT);
    for flood in bursts
        .into_iter()
        .chain(of(&rejected, &RATES, DIFFERENT))
        .chain(told)
    {
        let at = flood.at;
        let told = |other: &Entry| other.at.zip(at).is_some_and(|(a, b)| a.near(b, PAUSE));
        if !floods.iter().any(told) {
            floods.push(flood);
        }
    }
    floods
}

/// Security 4625 of types 3 and 10 with a wrong name or password, and RdpCoreTS 140.
fn refusals(host: &Host) -> (Vec<Refusal<'_>>, Vec<Refusal<'_>>) {
    let (mut audited, mut rejected) = (Vec::new(), Vec::new());
    for (_, entry) in host.each(&[REFUSED, REJECTED]) {
        let Some(at) = entry.at else {
            continue;
        };
        let event = &entry.event;
        let refusal = |name: Option<String>| Refusal {
            at,
            entry,
            name,
            address: event.first_field_text(&["IpAddress", "IPString"]),
        };
        let wrong = || {
            matches!(
                event.field_number("FailureCode"),
                Some(0xC000_0064 | 0xC000_006A | 0xC000_006D)
            )
        };
        if REJECTED.are(event) {
            rejected.push(refusal(None));
        } else if matches!(event.field_number("LogonType"), Some(3 | 10)) && wrong() {
            let name = event.field_text("TargetUserName");
            audited.push(refusal(name.map(|name| name.to_lowercase())));
        }
    }
    (audited, rejected)
}

/// Lines of a guard's log that tell of a refused logon and its address.
fn guarded<'h>(host: &'h Host) -> Vec<Refusal<'h>> {
    let lines = host
        .entries
        .iter()
        .filter(|entry| entry.event.like().id.is_none());
    let tells = |entry: &Entry| {
        let text = entry
            .event
            .message
            .as_deref()
            .unwrap_or_default()
            .to_ascii_lowercase();
        GUARDED.iter().any(|word| text.contains(word))
    };
    let refusal = |entry: &'h Entry| {
        let address = public_address(entry.event.message.as_deref().unwrap_or_default())?;
        let at = entry.at?;
        Some(Refusal {
            at,
            entry,
            name: None,
            address: Some(address),
        })
    };
    lines.filter(|entry| tells(entry)).filter_map(refusal).collect()
}

/// The first address of the internet in a text.
fn public_address(text: &str) -> Option<String> {
    let edges = |letter: char| !(letter.is_ascii_digit() || letter == '.');
    let words = text.split(edges).filter(|word| word.len() >= "1.1.1.1".len());
    let public = |address: &Ipv4Addr| {
        !(address.is_private()
            || address.is_loopback()
            || address.is_link_local()
            || address.is_unspecified())
    };
    let mut addresses = words.filter_map(|word| word.trim_matches('.').parse::<Ipv4Addr>().ok());
    addresses.find(public).map(|address| address.to_string())
}

/// How many refusals within a span have each name and each address.
struct Window<'r> {
    span: TimeDelta,
    end: usize,
    names: BTreeMap<&'r str, usize>,
    addresses: BTreeMap<&'r str, usize>,
}

impl<'r> Window<'r> {
    const fn new(span: TimeDelta, end: usize) -> Self {
        Self {
            span,
            end,
            names: BTreeMap::new(),
            addresses: BTreeMap::new(),
        }
    }

    /// Takes in what lies within the span from its first refusal on.
    fn extend(&mut self, refusals: &'r [Refusal<'_>], first: &Refusal<'_>) {
        let within = |refusal: &Refusal<'_>| refusal.at.since(first.at).is_some_and(|span| span <= self.span);
        while let Some(refusal) = refusals.get(self.end).filter(|refusal| within(refusal)) {
            for (counts, text) in [
                (&mut self.names, &refusal.name),
                (&mut self.addresses, &refusal.address),
            ] {
                if let Some(text) = text {
                    *counts.entry(text).or_default() += 1;
                }
            }
            self.end += 1;
        }
    }

    fn leave(&mut self, refusal: &Refusal<'_>) {
        for (counts, text) in [
            (&mut self.names, &refusal.name),
            (&mut self.addresses, &refusal.address),
        ] {
            let Some(text) = text.as_deref() else { continue };
            if let Some(count) = counts.get_mut(text) {
                *count -= 1;
                if *count == 0 {
                    counts.remove(text);
                }
            }
        }
    }

    fn is_varied(&self, different: usize) -> bool {
        self.names.len() >= different || self.addresses.len() >= different
    }
}

fn of(refusals: &[Refusal<'_>], rates: &[(usize, TimeDelta)], different: usize) -> Vec<Entry> {
    let mut spans: Vec<Range<usize>> = rates
        .iter()
        .flat_map(|rate| at_rate(refusals, *rate, different))
        .collect();
    spans.sort_by_key(|span| (span.start, span.end));
    let mut merged: Vec<Range<usize>> = Vec::new();
    for span in spans {
        match merged.last_mut() {
            Some(last) if span.start < last.end => last.end = last.end.max(span.end),
            _ => merged.push(span),
        }
    }
    merged
        .into_iter()
        .filter_map(|span| tell(refusals.get(span).unwrap_or_default()))
        .collect()
}

/// Where refusals come at a rate, each time until a long pause.
fn at_rate(
    refusals: &[Refusal<'_>],
    (many, span): (usize, TimeDelta),
    different: usize,
) -> Vec<Range<usize>> {
    let mut floods = Vec::new();
    let mut window = Window::new(span, 0);
    let mut from = 0;
    while let Some(first) = refusals.get(from) {
        window.extend(refusals, first);
        if window.end - from < many || !window.is_varied(different) {
            window.leave(first);
            from += 1;
            continue;
        }
        let mut last = first.at;
        let goes_on = |refusal: &&Refusal<'_>| {
            let goes_on = refusal.at.since(last).is_some_and(|pause| pause <= PAUSE);
            last = refusal.at;
            goes_on
        };
        let end = from + refusals.iter().skip(from).take_while(goes_on).count().max(1);
        floods.push(from..end);
        from = end;
        window = Window::new(span, end);
    }
    floods
}

/// How many different texts there are.
fn different<'r>(texts: impl Iterator<Item = Option<&'r String>>) -> usize {
    texts.flatten().collect::<BTreeSet<_>>().len()
}

fn tell(refusals: &[Refusal<'_>]) -> Option<Entry> {
    let (first, last) = (refusals.first()?, refusals.last()?);
    // A minute that was begun counts: so many did not come in less.
    let span = last.at.since(first.at)?;
    let minutes = (span.num_milliseconds().saturating_add(59_999) / 60_000).max(1);
    let sources: BTreeSet<String> = refusals.iter().filter_map(Refusal::source).collect();
    let whence = match (sources.first(), sources.len()) {
        (None, _) => "an address that is not told".to_owned(),
        (Some(only), 1) => only.clone(),
        (Some(_), count) => format!("{count} addresses"),
    };
    let mut event = Derived::new(&LOGON_FLOOD, first.entry)
        .with("Count", refusals.len())
        .with("Minutes", minutes)
        .with("Whence", whence)
        .with(
            "Addresses",
            different(refusals.iter().map(|refusal| refusal.address.as_ref())),
        );
    let names = different(refusals.iter().map(|refusal| refusal.name.as_ref()));
    if names > 0 {
        event = event.with("Names", names);
    }
    Some(event.build())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Event, Origin, Value};

    fn host(count: i64, gap: i64, name: impl Fn(i64) -> String) -> Host {
        let mut host = Host::default();
        let start: crate::model::Time = "2026-05-04T08:00:00Z".parse().unwrap();
        for number in 0..count {
            let mut event = Event::new(Origin::record(
                std::sync::Arc::from("Security.evtx"),
                number as u64 + 1,
                0,
            ));
            event.provider = AUDITING.name.into();
            event.id = Some(4625);
            event.push("TargetUserName", Value::text(name(number)));
            event.push("LogonType", Value::Unsigned(3));
            event.push("FailureCode", Value::Hex32(0xC000_0064));
            event.push("IpAddress", Value::text("203.0.113.9"));
            let time = start + TimeDelta::seconds(number * gap);
            event.time = Some(time);
            host.entries.push(Entry {
                event: event.into(),
                at: Some(Moment::at(time)),
            });
        }
        host.raw = host.entries.len();
        host
    }

    #[test]
    fn many_names_within_an_hour_are_a_flood() {
        let floods = find(&host(160, 20, |number| format!("guess{}", number % 9)));
        assert_eq!(floods.len(), 1);
        let flood = &floods[0].event;
        assert_eq!(flood.field_number("Count"), Some(160));
        assert_eq!(flood.field_number("Names"), Some(9));
    }

    #[test]
    fn a_burst_is_a_flood_below_a_round_number_of_an_hour() {
        let burst = |count, gap| find(&host(count, gap, |number| format!("guess{}", number % 9)));
        assert_eq!(burst(95, 0)[0].event.field_number("Count"), Some(95));
        assert_eq!(burst(29, 1).len(), 0);
        // What is one by both rates is one.
        assert_eq!(burst(400, 5)[0].event.field_number("Count"), Some(400));
        assert_eq!(burst(400, 5).len(), 1);
        // 1,995 seconds: they did not come in 33 minutes.
        assert_eq!(burst(400, 5)[0].event.field_number("Minutes"), Some(34));
    }

    #[test]
    fn one_program_with_an_old_password_is_not() {
        assert!(find(&host(500, 5, |_| "svc-robot".to_owned())).is_empty());
    }

    #[test]
    fn one_name_that_people_guess_faster_than_anybody_types_is() {
        let floods = find(&host(95, 0, |_| "Administrator".to_owned()));
        let [flood] = floods.as_slice() else {
            panic!("{floods:?}")
        };
        assert_eq!(flood.event.field_number("Count"), Some(95));
        assert_eq!(flood.event.field_text("Whence").as_deref(), Some("203.0.113.9"));
        assert!(find(&host(95, 5, |_| "Administrator".to_owned())).is_empty());
        assert!(find(&host(95, 0, |_| "svc-robot".to_owned())).is_empty());
    }

    #[test]
    fn lines_of_a_guard() {
        let of_guard = |count: i64, address: fn(i64) -> String| {
            let mut host = host(count, 60, |_| String::new());
            for (number, entry) in (0..).zip(&mut host.entries) {
                let mut event = Event::new(Origin::artifact("ban.log"));
                event.time = entry.event.time;
                event.message = Some(format!("WARN Login attempt failed: {}, RDP", address(number)).into());
                entry.event = event.into();
            }
            find(&host).len()
        };
        assert_eq!(of_guard(20, |number| format!("203.0.113.{number}")), 1);
        assert_eq!(of_guard(20, |number| format!("10.0.0.{number}")), 0);
        assert_eq!(of_guard(20, |_| "203.0.113.1".to_owned()), 0);
    }

    #[test]
    fn scanners_that_come_by_are_not() {
        assert!(find(&host(300, 600, |number| format!("guess{number}"))).is_empty());
    }
}
