//! A cursor over the text of a date and a time. Owns the forms in which they are written; which order of day and month holds, others tell.

use chrono::{Datelike, FixedOffset, NaiveDate, NaiveTime, Timelike, Utc, Weekday};

use super::numbered::Half;
use super::weekday::Day;
use super::{DateOrder, Stamp};

/// A cursor over text.
pub(super) struct Scan<'a> {
    pub(super) rest: &'a [u8],
}

impl<'a> Scan<'a> {
    pub(super) const fn new(rest: &'a [u8]) -> Self {
        Self { rest }
    }

    /// A number of `min` to `max` digits that no further digit follows.
    pub(super) fn digits(&mut self, min: usize, max: usize) -> Option<(u32, usize)> {
        self.direction_marks();
        let count = self.rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if count < min || count > max {
            return None;
        }
        let (digits, rest) = self.rest.split_at_checked(count)?;
        let number = std::str::from_utf8(digits).ok()?.parse().ok()?;
        self.rest = rest;
        Some((number, count))
    }

    pub(super) fn take(&mut self, text: &str) -> bool {
        let rest = self.rest.strip_prefix(text.as_bytes());
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    pub(super) fn one_of(&mut self, set: &[u8]) -> Option<u8> {
        self.direction_marks();
        let (&byte, rest) = self.rest.split_first()?;
        set.contains(&byte).then(|| {
            self.rest = rest;
            byte
        })
    }

    /// The marks of the direction of writing, which Windows puts around the parts of a date, are not seen.
    pub(super) fn direction_marks(&mut self) {
        while let [0xe2, 0x80, 0x8e | 0x8f, rest @ ..] = self.rest {
            self.rest = rest;
        }
    }

    pub(super) fn blanks(&mut self) {
        self.skip(b" \t");
    }

    /// Passes over whatever is of a set.
    pub(super) fn skip(&mut self, set: &[u8]) {
        while self.one_of(set).is_some() {}
    }

    /// `d/d/dddd`: the first two numbers.
    pub(super) fn numeric_pair(&mut self) -> Option<(u32, u32)> {
        let (first, second, _) = self.numeric_date()?;
        Some((first, second))
    }

    /// `5/4/2026`.
    pub(super) fn numeric_date(&mut self) -> Option<(u32, u32, u32)> {
        let (first, _) = self.digits(1, 2)?;
        let separator = self.one_of(b"/")?;
        let (second, _) = self.digits(1, 2)?;
        self.one_of(&[separator])?;
        let (year, _) = self.digits(4, 4)?;
        Some((first, second, year))
    }

    pub(super) fn stamp(&mut self, order: DateOrder) -> Option<Stamp> {
        let source = self.rest;
        let is_number = self.rest.first().is_some_and(u8::is_ascii_digit);
        let before = if is_number { None } else { self.weekday() };
        let begin = self.rest;
        let (date, time, half, behind) = self.numbered_stamp().or_else(|| {
            self.rest = begin;
            let (date, time, half) = self.named_stamp()?;
            Some((date, time, half, None))
        })?;
        let order = match half {
            Half::Upper if order == DateOrder::Unknown => DateOrder::MonthFirst,
            _ => order,
        };
        let day = before.or(behind).and_then(Day::known);
        let local = date.resolve_on(order, day)?.and_time(time);
        // Of `07:00-07:30` the second is the end of a span and no offset.
        let is_span = matches!(self.rest, [b'-', ..]) && time.second() == 0 && {
            let read = source.len().saturating_sub(self.rest.len());
            let written = source.get(..read).unwrap_or_default();
            !written.contains(&b'T') && written.iter().filter(|byte| **byte == b':').count() == 1
        };
        if is_span {
            return Some(Stamp::Local(local));
        }
        Some(match self.offset() {
            Some(offset) => Stamp::Exact(local.and_local_timezone(offset).single()?.with_timezone(&Utc)),
            None => Stamp::Local(local),
        })
    }

    /// Date and time in numbers, with the name of the day that may stand between them.
    fn numbered_stamp(&mut self) -> Option<(WrittenDate, NaiveTime, Half, Option<Day>)> {
        let source = self.rest;
        if let Some((date, time)) = self.compact_stamp() {
            return Some((date, time, Half::None, None));
        }
        self.rest = source;
        let date = self.date()?;
        let gap = self.rest;
        let joined = self.take("T") || self.take(", ") || self.take("-") || self.take("_");
        let day = if joined { None } else { self.before_time() };
        if self.rest.len() == gap.len() {
            return None;
        }
        self.blanks();
        let before = self.rest;
        let mut again = |read: fn(&mut Self) -> Option<(NaiveTime, Half)>| {
            self.rest = before;
            read(self)
        };
        let (time, half) = again(Self::time)
            .or_else(|| again(Self::time_with_dots))
            .or_else(|| again(Self::time_with_dashes))?;
        Some((date, time, half, day))
    }

    /// What may stand between a date and its time: the name of the day, and the word for `at`.
    pub(super) fn before_time(&mut self) -> Option<Day> {
        const AT: [&str; 20] = [
            "at ",
            "um ",
            "à ",
            "klo ",
            "kl. ",
            "kl ",
            "a las ",
            "alle ore ",
            "alle ",
            "ore ",
            "às ",
            "om ",
            "la ora ",
            "в ",
            "о ",
            "saat ",
            "o godz. ",
            "godz. ",
            "o ",
            "u ",
        ];
        self.skip(b" \t.,-");
        let day = self.weekday();
        let _ = AT.iter().any(|word| self.take(word));
        day
    }

    fn offset(&mut self) -> Option<FixedOffset> {
        let before = self.rest;
        if self.take("Z") {
            return FixedOffset::east_opt(0);
        }
        self.blanks();
        let named = self.take("UTC") || self.take("GMT");
        let found = self.numeric_offset();
        if found.is_none() && !named {
            self.rest = before;
        }
        found.or_else(|| named.then(|| FixedOffset::east_opt(0)).flatten())
    }

    /// `+02:00` or `+0200`.
    fn numeric_offset(&mut self) -> Option<FixedOffset> {
        let before = self.rest;
        let parsed = (|| {
            let sign = self.one_of(b"+-")?;
            let (hours, minutes) = match self.digits(4, 4) {
                Some((both, _)) => (both / 100, both % 100),
                None => {
                    let (hours, _) = self.digits(2, 2)?;
                    self.take(":").then_some(())?;
                    (hours, self.digits(2, 2)?.0)
                }
            };
            let seconds = i32::try_from(hours * 3600 + minutes * 60).ok()?;
            (hours <= 14 && minutes < 60)
                .then(|| FixedOffset::east_opt(if sign == b'-' { -seconds } else { seconds }))
                .flatten()
        })();
        if parsed.is_none() {
            self.rest = before;
        }
        parsed
    }
}

/// A date before the order of its numbers is settled.
#[derive(Clone, Copy)]
pub(super) enum WrittenDate {
    /// Year, month, day.
    Known(u32, u32, u32),
    /// Two numbers that are day and month in some order, and the year.
    Either(u32, u32, u32),
}

impl WrittenDate {
    /// The date, where the day of the week that stands beside it tells the order if nothing else does.
    fn resolve_on(self, order: DateOrder, day: Option<Weekday>) -> Option<NaiveDate> {
        let (Self::Either(..), DateOrder::Unknown, Some(day)) = (self, order, day) else {
            return self.resolve(order);
        };
        let read = |order| self.resolve(order).filter(|date| date.weekday() == day);
        match (read(DateOrder::MonthFirst), read(DateOrder::DayFirst)) {
            (Some(date), None) | (None, Some(date)) => Some(date),
            _ => self.resolve(order),
        }
    }

    pub(super) fn resolve(self, order: DateOrder) -> Option<NaiveDate> {
        let (year, month, day) = match (self, order) {
            (Self::Known(year, month, day), _) => (year, month, day),
            (Self::Either(first, second, year), _) if first > 12 => (year, second, first),
            (Self::Either(first, second, year), _) if second > 12 => (year, first, second),
            (Self::Either(first, second, year), _) if first == second => (year, first, second),
            (Self::Either(first, second, year), DateOrder::MonthFirst) => (year, first, second),
            (Self::Either(first, second, year), DateOrder::DayFirst) => (year, second, first),
            (Self::Either(..), DateOrder::Unknown) => return None,
        };
        // Before Windows NT and long after it, the number is no year.
        let year = i32::try_from(year)
            .ok()
            .filter(|year| (1990..2200).contains(year))?;
        NaiveDate::from_ymd_opt(year, month, day)
    }
}
