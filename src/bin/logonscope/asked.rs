//! Times as a person types them: without an offset they are those of the host, without a day they are of the day that has a failure
//! nearest to them. What the logs tell of both is asked only where a time needs it.

use chrono::{Datelike as _, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Weekday};
use logonscope::model::{Diagnosis, Time};
use logonscope::report::Zone;

use crate::output;

/// Times as a person typed them, and what tells the zone of those without an offset.
pub(crate) struct Asked<'a> {
    pub(crate) times: Vec<&'a str>,
    pub(crate) zone: Option<Zone>,
    pub(crate) host: Option<&'a str>,
}

/// What the times of one command are read by.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Calendar {
    zone: Zone,
    /// The day of each time that has none.
    day: Option<NaiveDate>,
    /// The year of each day that has none.
    year: i32,
}

impl Calendar {
    /// Reads one time.
    ///
    /// # Errors
    /// What was written and what can be.
    pub(crate) fn read(self, text: &str) -> Result<Time, String> {
        match (time_of_day(text), self.day) {
            (Some(time), Some(day)) => self.zone.read(&format!("{day} {time}")),
            _ => match as_reports_write(text, Some(self.year)) {
                Some(time) => self.zone.read(&time.format("%Y-%m-%d %H:%M:%S").to_string()),
                None => self.zone.read(text),
            },
        }
    }
}

impl Calendar {
    /// Reads a time around which so much is meant; a day alone is meant as a whole.
    ///
    /// # Errors
    /// What was written and what can be.
    pub(crate) fn read_around(self, text: &str, window: TimeDelta) -> Result<(Time, TimeDelta), String> {
        let at = self.read(text)?;
        if !is_day(text) {
            return Ok((at, window));
        }
        let half = TimeDelta::hours(12);
        Ok((at.checked_add_signed(half).unwrap_or(at), window.max(half)))
    }
}

/// A day without a time: `2026-06-06`, `Sat 6 Jun`. A leap year has every day that could be meant.
fn is_day(text: &str) -> bool {
    text.trim().parse::<NaiveDate>().is_ok()
        || as_reports_write(text, Some(2024)).is_some() && !text.contains(':')
}

/// `Sat 6 Jun 14:12:00`, `6 Jun 2026 14:12`, `6 Jun`: a time that was copied from a report, which leaves the year out where all are of one.
fn as_reports_write(text: &str, year: Option<i32>) -> Option<NaiveDateTime> {
    let text = text.trim();
    let rest = match text.split_once(' ') {
        Some((day, rest)) if day.parse::<Weekday>().is_ok() => rest.trim_start(),
        _ => text,
    };
    let forms = ["%d %b %Y %H:%M:%S", "%d %b %Y %H:%M"];
    let read = |text: &str| {
        let mut forms = forms.iter();
        forms.find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
    };
    let with_year = || {
        let (date, time) = rest.rsplit_once(' ')?;
        read(&format!("{date} {} {time}", year?))
    };
    let day = |text: &str| {
        let day = NaiveDate::parse_from_str(text, "%d %b %Y").ok()?;
        day.and_hms_opt(0, 0, 0)
    };
    let day_with_year = || day(&format!("{rest} {}", year?));
    read(rest)
        .or_else(with_year)
        .or_else(|| day(rest))
        .or_else(day_with_year)
}

/// A time without a day: `10:42`, `10:42:13`.
fn time_of_day(text: &str) -> Option<NaiveTime> {
    let text = text.trim();
    let forms = ["%H:%M:%S", "%H:%M"];
    forms
        .iter()
        .find_map(|form| NaiveTime::parse_from_str(text, form).ok())
}

impl Asked<'_> {
    /// How to read the times, where no log has to be looked at for it.
    pub(crate) fn given(&self) -> Option<Calendar> {
        let whole = |zone| {
            Some(Calendar {
                zone,
                day: None,
                year: 0,
            })
        };
        // A leap year has every day that could be meant.
        let is_of_report = |text: &&str| as_reports_write(text, Some(2024)).is_some();
        if self.days_left_out().next().is_some() || self.times.iter().any(is_of_report) {
            return None;
        }
        let needs_none = || {
            self.times
                .iter()
                .all(|text| Zone::Utc.read(text).is_err() || Zone::Host.read(text).is_ok())
        };
        match self.zone {
            Some(zone) if zone != Zone::Host => whole(zone),
            _ => needs_none().then_some(Zone::Utc).and_then(whole),
        }
    }

    fn days_left_out(&self) -> impl Iterator<Item = NaiveTime> {
        self.times.iter().filter_map(|text| time_of_day(text))
    }

    /// How to read the times of a case, and says so.
    pub(crate) fn of_case(&self, diagnosis: &Diagnosis, quiet: bool) -> Calendar {
        let (zone, words) = match self.zone.filter(|zone| *zone != Zone::Host) {
            Some(zone) => (zone, None),
            None => {
                let (zone, words) = self.of_host(diagnosis);
                (zone, Some(words))
            }
        };
        let day = self
            .days_left_out()
            .next()
            .and_then(|time| day_of(time, zone, diagnosis));
        if !quiet {
            if let Some(words) = words {
                output::warn(&format!("times without an offset are read as of {words}"));
            }
            if let Some(day) = day {
                output::warn(&format!(
                    "times without a day are read as of {}",
                    day.format("%a %-d %b %Y")
                ));
            }
        }
        let year = last_of(diagnosis).and_then(|last| day_in(zone, last));
        Calendar {
            zone,
            day,
            year: year.map_or(0, |day| day.year()),
        }
    }

    /// The zone that the host of a case tells: the one asked for, or the one of the first incident, or the first that tells it.
    fn of_host(&self, diagnosis: &Diagnosis) -> (Zone, String) {
        let key = |name: &str| name.split('.').next().unwrap_or_default().to_ascii_lowercase();
        let zone = |name: &str| {
            let mut hosts = diagnosis.hosts.iter().filter(|host| key(&host.name) == key(name));
            let text = hosts.find_map(|host| host.time_zone.clone())?;
            Some((text.parse::<Zone>().ok()?, format!("{text}, the zone of {name}")))
        };
        let first = diagnosis.incidents.iter().map(|incident| &*incident.host);
        let any = diagnosis.hosts.iter().map(|host| &*host.name);
        let found = match self.host {
            Some(host) => zone(host),
            None => first.chain(any).find_map(zone),
        };
        found.unwrap_or_else(|| {
            (
                Zone::Utc,
                "UTC; no log says what the time zone of the host is".to_owned(),
            )
        })
    }
}

/// The day that somebody means who names only the time: the one whose failure lies nearest to it, of equals the last; the last day of the
/// logs where nothing failed.
fn day_of(time: NaiveTime, zone: Zone, diagnosis: &Diagnosis) -> Option<NaiveDate> {
    let failures = diagnosis.incidents.iter().flat_map(|incident| {
        incident
            .times
            .iter()
            .copied()
            .chain(incident.first)
            .chain(incident.last)
    });
    let days = failures.filter_map(|failure| {
        let day = day_in(zone, failure)?;
        [day.pred_opt(), Some(day), day.succ_opt()]
            .into_iter()
            .flatten()
            .filter_map(|day| Some((zone.read(&format!("{day} {time}")).ok()?, day)))
            .map(|(meant, day)| ((meant - failure).num_seconds().abs(), std::cmp::Reverse(day)))
            .min()
    });
    match days.min() {
        Some((_, std::cmp::Reverse(day))) => Some(day),
        None => day_in(zone, last_of(diagnosis)?),
    }
}

/// The last time that the logs have.
fn last_of(diagnosis: &Diagnosis) -> Option<Time> {
    let covers = diagnosis.coverage.iter().filter_map(|cover| cover.to);
    covers
        .max()
        .or_else(|| diagnosis.inputs.iter().filter_map(|input| input.last).max())
}

/// The day of an instant in a zone.
fn day_in(zone: Zone, time: Time) -> Option<NaiveDate> {
    zone.show(time).get(..10)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{Calendar, TimeDelta, Zone, as_reports_write, time_of_day};

    #[test]
    fn a_time_that_a_report_shows_is_read() {
        let read = |text: &str, year| as_reports_write(text, year).map(|time| time.to_string());
        let told = Some("2026-06-06 14:12:00".to_owned());
        for text in [
            "Sat 6 Jun 14:12:00",
            "6 Jun 14:12",
            "Sat 6 Jun 2026 14:12:00",
            " 06 Jun 2026 14:12 ",
        ] {
            assert_eq!(read(text, Some(2026)), told, "{text}");
        }
        assert_eq!(read("6 Jun 14:12", None), None);
        for text in ["6 Jun", "Sat 6 Jun", "Sat 6 Jun 2026"] {
            assert_eq!(
                read(text, Some(2026)).as_deref(),
                Some("2026-06-06 00:00:00"),
                "{text}"
            );
        }
        for text in ["2026-06-06 14:12", "14:12", "31 Jun 14:12", "Sat"] {
            assert_eq!(read(text, Some(2026)), None, "{text}");
        }
    }

    #[test]
    fn a_day_alone_is_meant_as_a_whole() {
        let calendar = Calendar {
            zone: Zone::Utc,
            day: None,
            year: 2026,
        };
        let quarter = TimeDelta::minutes(15);
        let around = |text| {
            let (at, window) = calendar.read_around(text, quarter).unwrap();
            (at.to_string(), window.num_minutes())
        };
        for text in ["2026-06-06", "Sat 6 Jun"] {
            assert_eq!(
                around(text),
                ("2026-06-06 12:00:00 UTC".to_owned(), 720),
                "{text}"
            );
        }
        for text in ["2026-06-06 14:12", "6 Jun 14:12"] {
            assert_eq!(around(text), ("2026-06-06 14:12:00 UTC".to_owned(), 15), "{text}");
        }
    }

    #[test]
    fn a_time_of_day_is_told_from_a_day_with_a_time() {
        for text in ["10:42", " 10:42:13 ", "9:05"] {
            assert!(time_of_day(text).is_some(), "{text}");
        }
        for text in ["2026-05-04 10:42", "10:42Z", "10", "25:00"] {
            assert!(time_of_day(text).is_none(), "{text}");
        }
    }
}
