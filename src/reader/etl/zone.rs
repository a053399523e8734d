//! The time zone in the header of a trace: how far its machine's clock was from UTC. Must not know records.
//!
//! Source: `TIME_ZONE_INFORMATION` of `timezoneapi.h`: UTC is local time and a bias, in minutes; daylight saving begins and ends on
//! the n-th weekday of a month, the fifth being the last, at a time of the clock that is in force before.

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, TimeDelta};

use crate::model::Time;
use crate::reader::little_endian::{half, wide, word};

/// Bytes of the structure.
pub(super) const SIZE: usize = 172;

/// A time zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Zone {
    /// The name of the standard time, where it is one: newer systems have a reference to a resource there.
    pub(super) name: Option<String>,
    bias: i32,
    standard: Season,
    daylight: Season,
}

/// When one half of the year begins, and what it adds to the bias.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Season {
    bias: i32,
    year: u16,
    month: u16,
    weekday: u16,
    /// The n-th such weekday of the month, or with a year the day.
    day: u16,
    minutes: i64,
}

impl Zone {
    /// Reads the structure; none of zeros, which says nothing, nor of a bias that no clock has.
    pub(super) fn of(bytes: &[u8]) -> Option<Self> {
        let bytes = bytes.get(..SIZE)?;
        if bytes.iter().all(|&byte| byte == 0) {
            return None;
        }
        let bias = word(bytes, 0)?.cast_signed();
        let name = wide(bytes.get(4..68)?);
        let name = name.split('\0').next().unwrap_or_default().trim();
        let zone = Self {
            name: (!name.is_empty() && !name.starts_with('@')).then(|| name.to_owned()),
            bias,
            standard: Season::of(bytes.get(68..88)?)?,
            daylight: Season::of(bytes.get(152..172)?)?,
        };
        (-14 * 60..=14 * 60).contains(&bias).then_some(zone)
    }

    /// Minutes east of UTC at that instant.
    pub(super) fn offset(&self, at: Time) -> i32 {
        let season = if self.is_daylight(at).unwrap_or(false) {
            &self.daylight
        } else {
            &self.standard
        };
        -self.bias.saturating_add(season.bias)
    }

    /// None where there is no daylight saving.
    fn is_daylight(&self, at: Time) -> Option<bool> {
        let standard = at.naive_utc().checked_sub_signed(TimeDelta::minutes(i64::from(
            self.bias.saturating_add(self.standard.bias),
        )))?;
        let begin = self.daylight.begins(standard.year())?;
        // The end is told by the clock of daylight saving.
        let shift = i64::from(self.standard.bias.saturating_sub(self.daylight.bias));
        let end = self
            .standard
            .begins(standard.year())?
            .checked_sub_signed(TimeDelta::minutes(shift))?;
        Some(if begin < end {
            (begin..end).contains(&standard)
        } else {
            !(end..begin).contains(&standard)
        })
    }
}

impl Season {
    /// Reads a `SYSTEMTIME` and the bias behind it.
    fn of(bytes: &[u8]) -> Option<Self> {
        let part = |at: usize| half(bytes, at);
        let bias = word(bytes, 16)?.cast_signed();
        Some(Self {
            bias: bias.clamp(-240, 240),
            year: part(0)?,
            month: part(2)?,
            weekday: part(4)?,
            day: part(6)?,
            minutes: i64::from(part(8)?) * 60 + i64::from(part(10)?),
        })
    }

    fn begins(&self, year: i32) -> Option<NaiveDateTime> {
        let month = u32::from(self.month);
        let date = if self.year == 0 {
            let first = NaiveDate::from_ymd_opt(year, month, 1)?;
            let weekday = first.weekday().num_days_from_sunday();
            let ahead = (u32::from(self.weekday) + 7).checked_sub(weekday)? % 7;
            let weeks = u32::from(self.day.clamp(1, 5)) - 1;
            let place = |weeks: u32| first.checked_add_days(Days::new(u64::from(ahead + 7 * weeks)));
            // The fifth is the last, which may be the fourth.
            place(weeks)
                .filter(|date| date.month() == month)
                .or_else(|| place(3))?
        } else {
            NaiveDate::from_ymd_opt(i32::from(self.year), month, u32::from(self.day))?
        };
        date.and_hms_opt(0, 0, 0)?
            .checked_add_signed(TimeDelta::minutes(self.minutes))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::writer::time_zone;
    use super::*;

    fn offset(zone: &Zone, at: &str) -> i32 {
        zone.offset(at.parse().unwrap())
    }

    #[test]
    fn both_halves_of_the_year() {
        // Of the last Sunday of March and of October, two and three o'clock.
        let berlin = time_zone(-60, "W. Europe Standard Time", [10, 0, 5, 3], [3, 0, 5, 2], -60);
        let berlin = Zone::of(&berlin).unwrap();
        assert_eq!(berlin.name.as_deref(), Some("W. Europe Standard Time"));
        for (at, minutes) in [
            ("2026-01-15T12:00:00Z", 60),
            ("2026-03-29T00:59:59Z", 60),
            ("2026-03-29T01:00:00Z", 120),
            ("2026-07-01T12:00:00Z", 120),
            ("2026-10-25T00:59:59Z", 120),
            ("2026-10-25T01:00:00Z", 60),
        ] {
            assert_eq!(offset(&berlin, at), minutes, "{at}");
        }
        // The first Sundays of April and October, in the southern half.
        let sydney = time_zone(-600, "@tzres.dll,-672", [4, 0, 1, 3], [10, 0, 1, 2], -60);
        let sydney = Zone::of(&sydney).unwrap();
        assert_eq!(sydney.name, None);
        assert_eq!(offset(&sydney, "2026-01-15T12:00:00Z"), 660);
        assert_eq!(offset(&sydney, "2026-07-15T12:00:00Z"), 600);
        let china = time_zone(-480, "China Standard Time", [0; 4], [0; 4], -60);
        assert_eq!(offset(&Zone::of(&china).unwrap(), "2026-07-15T12:00:00Z"), 480);
    }

    #[test]
    fn what_is_no_zone() {
        assert_eq!(Zone::of(&[0; SIZE]), None);
        assert_eq!(Zone::of(&[0xFF; SIZE - 1]), None);
        let mut odd = time_zone(-60, "x", [77, 9, 99, 99], [3, 0, 5, 2], -60);
        assert_eq!(offset(&Zone::of(&odd).unwrap(), "2026-07-15T12:00:00Z"), 60);
        odd[..4].copy_from_slice(&9999_u32.to_le_bytes());
        assert_eq!(Zone::of(&odd), None);
    }
}
