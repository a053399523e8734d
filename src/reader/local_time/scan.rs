//! A cursor over the text of a date and a time. Owns the forms in which they are written; which order of day and month holds, others tell.

use chrono::{FixedOffset, NaiveDate, NaiveTime, Timelike, Utc};

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
        let (&byte, rest) = self.rest.split_first()?;
        set.contains(&byte).then(|| {
            self.rest = rest;
            byte
        })
    }

    pub(super) fn blanks(&mut self) {
        while self.one_of(b" \t").is_some() {}
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
        let (date, time, half) = self.numbered_stamp().or_else(|| {
            self.rest = source;
            self.named_stamp()
        })?;
        let order = match half {
            Half::Upper if order == DateOrder::Unknown => DateOrder::MonthFirst,
            _ => order,
        };
        let local = date.resolve(order)?.and_time(time);
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

    fn numbered_stamp(&mut self) -> Option<(WrittenDate, NaiveTime, Half)> {
        let date = self.date()?;
        let gap = self.rest.len();
        if !(self.take("T") || self.take(", ") || self.take("-")) {
            self.blanks();
        }
        if self.rest.len() == gap {
            return None;
        }
        self.blanks();
        let (time, half) = self.time()?;
        Some((date, time, half))
    }

    pub(super) fn date(&mut self) -> Option<WrittenDate> {
        let (first, count) = self.digits(1, 4)?;
        if self.take("年") {
            let (month, _) = self.digits(1, 2)?;
            let (day, _) = self.take("月").then(|| self.digits(1, 2)).flatten()?;
            return self.take("日").then_some(WrittenDate::Known(first, month, day));
        }
        let separator = self.one_of(b"-/.")?;
        let (second, _) = self.digits(1, 2)?;
        self.one_of(&[separator])?;
        if count == 4 {
            return Some(WrittenDate::Known(first, second, self.digits(1, 2)?.0));
        }
        let (year, _) = (count <= 2).then(|| self.digits(4, 4)).flatten()?;
        Some(match separator {
            b'.' => WrittenDate::Known(year, second, first),
            _ => WrittenDate::Either(first, second, year),
        })
    }

    pub(super) fn time(&mut self) -> Option<(NaiveTime, Half)> {
        let before = self.japanese_half();
        let (hour, _) = self.digits(1, 2)?;
        self.take(":").then_some(())?;
        let (minute, _) = self.digits(2, 2)?;
        let mut second = 0;
        let mut nanos = 0;
        if self.take(":") {
            second = self.digits(2, 2)?.0;
            nanos = self.fraction();
        }
        let half = before.unwrap_or_else(|| self.half());
        let (half, afternoon) = half;
        let hour = match (half, afternoon) {
            (Half::None, _) => hour,
            (_, false) if (1..=12).contains(&hour) => hour % 12,
            (_, true) if (1..=12).contains(&hour) => hour % 12 + 12,
            // 午後 0 and 13 are written in the wild, too.
            (_, _) => hour,
        };
        let time = NaiveTime::from_hms_nano_opt(hour, minute, second, nanos)?;
        Some((time, half))
    }

    /// The part of a second, in nanoseconds; more than nine digits are cut.
    fn fraction(&mut self) -> u32 {
        let [b'.' | b',' | b':', digits @ ..] = self.rest else {
            return 0;
        };
        let count = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if count == 0 {
            return 0;
        }
        let mut nanos = 0_u32;
        for place in 0..9 {
            let digit = digits.get(place).filter(|_| place < count);
            nanos = nanos * 10 + digit.map_or(0, |digit| u32::from(digit - b'0'));
        }
        self.rest = digits.get(count..).unwrap_or_default();
        nanos
    }

    fn japanese_half(&mut self) -> Option<(Half, bool)> {
        let afternoon = self.take("午後");
        if !afternoon && !self.take("午前") {
            return None;
        }
        self.blanks();
        Some((Half::Lower, afternoon))
    }

    /// `AM` or `PM` behind the time.
    fn half(&mut self) -> (Half, bool) {
        let before = self.rest;
        // Windows 11 and .NET 8 write a narrow no-break space (U+202F) before AM and PM.
        if !self.take("\u{202f}") && !self.take("\u{a0}") {
            self.blanks();
        }
        for (word, half, afternoon) in [
            ("AM", Half::Upper, false),
            ("PM", Half::Upper, true),
            ("am", Half::Lower, false),
            ("pm", Half::Lower, true),
            ("a.m.", Half::Lower, false),
            ("p.m.", Half::Lower, true),
        ] {
            if self.take(word) {
                return (half, afternoon);
            }
        }
        self.rest = before;
        (Half::None, false)
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

/// Whether a time says which half of the day it means, and how.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Half {
    None,
    /// In capitals: the settings of the United States.
    Upper,
    /// In another way.
    Lower,
}

/// A date before the order of its numbers is settled.
pub(super) enum WrittenDate {
    /// Year, month, day.
    Known(u32, u32, u32),
    /// Two numbers that are day and month in some order, and the year.
    Either(u32, u32, u32),
}

impl WrittenDate {
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
