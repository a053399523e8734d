//! How instants are shown: in UTC, in the zone of their host, or in a zone of the reader's choice; always with the offset.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use chrono::{DateTime, Datelike, FixedOffset, LocalResult, NaiveDate, NaiveDateTime, Offset, TimeZone, Utc};
use chrono_tz::Tz;

use crate::model::local_times::Unzoned;
use crate::model::{Clock, Diagnosis, HostReport, InputReport, Time};

/// The zone of the times shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Zone {
    /// UTC.
    #[default]
    Utc,
    /// That of the host an entry is about; UTC where it is not known.
    Host,
    /// A zone with rules.
    Named(Tz),
    /// A fixed offset.
    Fixed(FixedOffset),
}

impl FromStr for Zone {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.trim() {
            utc if utc.eq_ignore_ascii_case("utc") || utc == "Z" => Ok(Self::Utc),
            host if host.eq_ignore_ascii_case("host") => Ok(Self::Host),
            other => other
                .parse::<Tz>()
                .map(Self::Named)
                .ok()
                .or_else(|| other.trim_start_matches("UTC").parse().map(Self::Fixed).ok())
                .ok_or_else(|| format!("no time zone {other:?}; write utc, host, +02:00 or Area/City")),
        }
    }
}

impl Zone {
    fn offset(self, time: Time) -> FixedOffset {
        match self {
            Self::Utc | Self::Host => Utc.fix(),
            Self::Named(zone) => zone.offset_from_utc_datetime(&time.naive_utc()).fix(),
            Self::Fixed(offset) => offset,
        }
    }

    /// `2026-05-04 08:00:00Z`; that of a host is not known here, and is UTC.
    pub fn show(self, time: Time) -> String {
        let local = time.with_timezone(&self.offset(time));
        format!("{}{}", local.format("%Y-%m-%d %H:%M:%S"), offset(&local))
    }

    /// Reads what a person types for a time: `2026-05-04T10:42:13Z`, `2026-05-04 10:42+02:00`, and without an offset, as of
    /// this zone, `2026-05-04 10:42` or `2026-05-04`. Of the two instants that an hour set back offers, the earlier.
    ///
    /// # Errors
    /// What was written and what can be; also a time without an offset where the zone is that of each host.
    pub fn read(self, text: &str) -> Result<Time, String> {
        let text = text.trim();
        for form in [
            "%Y-%m-%dT%H:%M:%S%.f%#z",
            "%Y-%m-%d %H:%M:%S%.f%#z",
            "%Y-%m-%dT%H:%M%#z",
            "%Y-%m-%d %H:%M%#z",
        ] {
            let spaced = text.replace(" +", "+").replace(" -", "-").replace(" Z", "Z");
            if let Ok(time) = DateTime::parse_from_str(&spaced, form) {
                return Ok(time.with_timezone(&Utc));
            }
        }
        let local = [
            "%Y-%m-%dT%H:%M:%S%.f",
            "%Y-%m-%d %H:%M:%S%.f",
            "%Y-%m-%dT%H:%M",
            "%Y-%m-%d %H:%M",
        ]
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
        .or_else(|| text.parse::<NaiveDate>().ok()?.and_hms_opt(0, 0, 0))
        .ok_or_else(|| format!("{text:?} is no time; write 2026-05-04T10:42:00Z, \"2026-05-04 10:42\", or as reports do \"4 May 10:42\""))?;
        let placed = match self {
            Self::Utc => LocalResult::Single(local.and_utc()),
            Self::Host => return Err(format!("with --tz host a time needs its offset: {text}+02:00")),
            Self::Named(zone) => zone
                .from_local_datetime(&local)
                .map(|time| time.with_timezone(&Utc)),
            Self::Fixed(offset) => offset
                .from_local_datetime(&local)
                .map(|time| time.with_timezone(&Utc)),
        };
        placed
            .earliest()
            .ok_or_else(|| format!("{text} does not exist in this zone: the clock is set forward there"))
    }
}

/// Shows instants.
#[derive(Debug)]
pub struct Clockface<'a> {
    zone: Zone,
    hosts: BTreeMap<&'a str, Zone>,
    /// Hosts all of whose times are local ones that nothing places: they are shown as they were written, with no offset.
    unplaced: BTreeSet<&'a str>,
}

impl<'a> Clockface<'a> {
    /// With the zones of the hosts of a diagnosis.
    pub fn new(zone: Zone, diagnosis: &'a Diagnosis) -> Self {
        // A file may name its host by another name of it: without its domain, or as it was called before.
        let placed = diagnosis.hosts.iter().flat_map(|host| {
            let zone = host
                .time_zone
                .as_deref()
                .and_then(|zone| zone.parse::<Zone>().ok());
            let names = host.aliases.iter().chain([&host.name]);
            names.filter_map(move |name| Some((&**name, zone?)))
        });
        Self {
            zone,
            hosts: placed.collect(),
            unplaced: unplaced(diagnosis),
        }
    }

    /// Whether nothing tells the zone of the times of a host.
    pub fn is_unplaced(&self, host: &str) -> bool {
        self.unplaced.contains(host)
    }

    fn offset(&self, host: &str, local: &DateTime<FixedOffset>) -> String {
        if self.is_unplaced(host) {
            String::new()
        } else {
            offset(local)
        }
    }

    fn local(&self, host: &str, time: Time) -> DateTime<FixedOffset> {
        let zone = match self.zone {
            _ if self.is_unplaced(host) => Zone::Utc,
            Zone::Host => self.hosts.get(host).copied().unwrap_or_default(),
            zone => zone,
        };
        time.with_timezone(&zone.offset(time))
    }

    /// `2026-05-04 08:00:00Z`, or `2026-05-04 10:00:00+02:00`.
    pub fn show(&self, host: &str, time: Time) -> String {
        let local = self.local(host, time);
        format!(
            "{}{}",
            local.format("%Y-%m-%d %H:%M:%S"),
            self.offset(host, &local)
        )
    }

    /// What a page says once: the year and the offset of this instant.
    pub fn said(&self, host: &str, time: Time) -> Said {
        let local = self.local(host, time);
        Said {
            year: local.year(),
            offset: local.offset().local_minus_utc(),
        }
    }

    /// `Wed 15 Apr 16:19:00`, with the year and the offset only where they are not those that were said.
    pub fn weekday(&self, host: &str, time: Time, said: Said) -> String {
        self.worded(host, time, said, "%a %-d %b", " %H:%M:%S")
    }

    /// `15 Apr 16:19`, as short as a table needs it.
    pub fn short(&self, host: &str, time: Time, said: Said) -> String {
        self.worded(host, time, said, "%-d %b", " %H:%M")
    }

    fn worded(&self, host: &str, time: Time, said: Said, day: &str, clock: &str) -> String {
        let local = self.local(host, time);
        let mut text = local.format(day).to_string();
        if local.year() != said.year {
            text += &format!(" {}", local.year());
        }
        text += &local.format(clock).to_string();
        if local.offset().local_minus_utc() != said.offset {
            text += &format!(" ({})", zone_name(&local));
        }
        text
    }

    /// Two instants as one span: `Wed 15 Apr 16:19:00 to 16:25:00`.
    pub fn weekday_span(&self, host: &str, first: Time, last: Time, said: Said) -> String {
        let (from, to) = (self.local(host, first), self.local(host, last));
        if from.date_naive() == to.date_naive() && from.offset() == to.offset() {
            let end = to.format("%H:%M:%S").to_string();
            let start = self.weekday(host, first, said);
            // What lies within one second is one instant to a reader.
            return match from.format("%H:%M:%S").to_string() == end {
                true => start,
                false => format!("{start} to {end}"),
            };
        }
        format!(
            "{} to {}",
            self.weekday(host, first, said),
            self.weekday(host, last, said)
        )
    }

    /// The days of a span with their year: `Mon 13 Apr to Sat 18 Apr 2026`.
    pub fn days(&self, host: &str, first: Time, last: Time) -> String {
        let (from, to) = (self.local(host, first), self.local(host, last));
        let end = to.format("%a %-d %b %Y");
        match (from.date_naive() == to.date_naive(), from.year() == to.year()) {
            (true, _) => {
                let (from, to) = (from.format("%H:%M").to_string(), to.format("%H:%M").to_string());
                let to = if from == to {
                    String::new()
                } else {
                    format!(" to {to}")
                };
                format!("{end}, {from}{to}")
            }
            (false, true) => format!("{} to {end}", from.format("%a %-d %b")),
            (false, false) => format!("{} to {end}", from.format("%a %-d %b %Y")),
        }
    }

    /// The days of a span and the zone they are of: `Mon 13 Apr to Sat 18 Apr 2026 (UTC+02:00)`.
    pub(super) fn days_and_zone(&self, host: &str, first: Time, last: Time) -> String {
        format!(
            "{} ({})",
            self.days(host, first, last),
            self.offset_name(host, last)
        )
    }

    /// How the offset of an instant is called: `UTC`, `UTC+02:00`, `an unknown zone`.
    pub fn offset_name(&self, host: &str, time: Time) -> String {
        if self.is_unplaced(host) {
            return "an unknown zone".to_owned();
        }
        zone_name(&self.local(host, time))
    }

    /// The offset of an instant in minutes, east positive.
    pub fn offset_minutes(&self, host: &str, time: Time) -> i32 {
        self.local(host, time).offset().local_minus_utc() / 60
    }

    /// Whether times of this host are shown in a zone that is known to be its own, or in one that the reader chose.
    pub fn knows(&self, host: &str) -> bool {
        self.zone != Zone::Host || self.hosts.contains_key(host)
    }

    /// Whether times are shown in the zone of each host.
    pub fn is_of_hosts(&self) -> bool {
        self.zone == Zone::Host
    }

    /// `2026-05-04T08:00:00Z`, with the fraction that the log gave.
    pub fn exact(&self, host: &str, time: Time) -> String {
        let local = self.local(host, time);
        format!(
            "{}{}",
            local.format("%Y-%m-%dT%H:%M:%S%.f"),
            self.offset(host, &local)
        )
    }

    /// Two instants as one span; the second without its date when that is the same.
    pub fn span(&self, host: &str, first: Time, last: Time) -> String {
        let (from, to) = (self.local(host, first), self.local(host, last));
        if from.date_naive() == to.date_naive() && from.offset() == to.offset() {
            let to = format!("{}{}", to.format("%H:%M:%S"), self.offset(host, &to));
            return format!("{} to {to}", from.format("%Y-%m-%d %H:%M:%S"));
        }
        format!("{} to {}", self.show(host, first), self.show(host, last))
    }
}

/// What a page has said of its times once, so that they need not repeat it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Said {
    year: i32,
    offset: i32,
}

impl Said {
    /// The year, where one was said.
    pub const fn year(self) -> Option<i32> {
        match self.year {
            i32::MIN => None,
            year => Some(year),
        }
    }

    /// The same where no year was said: each time tells its own.
    pub const fn without_year(self) -> Self {
        Self {
            year: i32::MIN,
            ..self
        }
    }
}

/// Of which hosts and artifacts the times have no zone.
pub(super) fn unzoned(diagnosis: &Diagnosis) -> Unzoned {
    let timed = diagnosis.inputs.iter().filter(|input| input.first.is_some());
    let artifacts = timed.map(|input| (&*input.path, input.clock == Some(Clock::Unknown)));
    Unzoned::new(unplaced(diagnosis), artifacts)
}

fn unplaced(diagnosis: &Diagnosis) -> BTreeSet<&str> {
    let is_unplaced = |host: &&HostReport| {
        let is_own = |input: &&InputReport| match input.host.as_deref().filter(|name| !name.is_empty()) {
            Some(name) => *name == *host.name,
            None => host.name.is_empty() || host.name.starts_with('('),
        };
        let mut timed = diagnosis
            .inputs
            .iter()
            .filter(is_own)
            .filter(|input| input.first.is_some())
            .peekable();
        timed.peek().is_some() && timed.all(|input| input.clock == Some(Clock::Unknown))
    };
    let hosts = diagnosis.hosts.iter().filter(is_unplaced);
    let names = |host: &'_ HostReport| {
        // What is of no named host goes by two names.
        let other = host.name.starts_with('(').then_some("");
        other.into_iter()
    };
    hosts.flat_map(|host| names(host).chain([&*host.name])).collect()
}

fn zone_name(time: &DateTime<FixedOffset>) -> String {
    match time.offset().local_minus_utc() {
        0 => "UTC".to_owned(),
        _ => format!("UTC{}", time.offset()),
    }
}

fn offset(time: &DateTime<FixedOffset>) -> String {
    match time.offset().local_minus_utc() {
        0 => "Z".to_owned(),
        _ => time.offset().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_as_people_type_them() {
        let utc: Time = "2026-05-04T08:42:00Z".parse().unwrap();
        for text in [
            "2026-05-04T08:42:00Z",
            "2026-05-04 08:42",
            "2026-05-04 10:42+02:00",
            "2026-05-04 10:42 +0200",
            "2026-05-04T08:42",
        ] {
            assert_eq!(Zone::Utc.read(text), Ok(utc), "{text}");
        }
        let berlin: Zone = "Europe/Berlin".parse().unwrap();
        assert_eq!(berlin.read("2026-05-04 10:42"), Ok(utc));
        assert!(berlin.read("2026-03-29 02:30").is_err());
        assert!(Zone::Host.read("2026-05-04 10:42").is_err());
        assert!(Zone::Utc.read("yesterday").is_err());
        assert!("Middle/Earth".parse::<Zone>().is_err());
    }
}
