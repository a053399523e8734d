//! Dates and times in numbers, as the settings of countries write them: `2026. 07. 06. 8:01:56`, `6. 7. 2026 8.01.56`,
//! `2026-07-06 오전 8:01:56`, `6/7/2569 8:01:56`. Must not know in which order day and month stand.
//!
//! The forms are those of Windows' short dates and long times (the CLDR has nearly the same). Calendars that count other
//! months (Hijri, Persian) are not read: a wrong date is worse than none.

use chrono::NaiveTime;

use super::scan::{Scan, WrittenDate};

/// Whether a time says which half of the day it means, and how.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Half {
    None,
    /// In capitals: the settings of the United States.
    Upper,
    /// In another way.
    Lower,
}

/// What stands before a time and says which half of the day it is in, and whether that is the second one.
const HALVES_BEFORE: &[(&str, bool)] = &[
    ("午前", false),
    ("午後", true),
    ("上午", false),
    ("下午", true),
    ("오전", false),
    ("오후", true),
    ("凌晨", false),
    ("清晨", false),
    ("早上", false),
    ("中午", true),
    ("傍晚", true),
    ("晚上", true),
];

/// What stands behind a time and says which half of the day it is in: the two words of each language.
const HALVES_BEHIND: &[[&str; 2]] = &[
    ["am", "pm"],
    ["a.m.", "p.m."],
    ["a. m.", "p. m."],
    ["a.\u{a0}m.", "p.\u{a0}m."],
    ["a.\u{202f}m.", "p.\u{202f}m."],
    ["πμ", "μμ"],
    ["π.μ.", "μ.μ."],
    ["SA", "CH"],
    ["PD", "MD"],
    ["ص", "م"],
    ["ق.ظ", "ب.ظ"],
    ["vm.", "nm."],
];

/// What the Buddhist calendar of Thailand counts more than the common one.
const BUDDHIST_YEARS: u32 = 543;

impl Scan<'_> {
    pub(super) fn date(&mut self) -> Option<WrittenDate> {
        let (first, count) = self.digits(1, 4)?;
        if let Some(known) = self.date_with_words(first) {
            return Some(known);
        }
        let separator = self.one_of(b"-/.")?;
        let spaced = separator == b'.' && self.rest.starts_with(b" ");
        self.gap_of_date(spaced)?;
        let (second, _) = self.digits(1, 2)?;
        self.one_of(&[separator])?;
        self.gap_of_date(spaced)?;
        if count == 4 {
            let (day, _) = self.digits(1, 2)?;
            self.end_of_date(separator);
            return Some(WrittenDate::Known(common_year(first), second, day));
        }
        let (year, _) = (count <= 2).then(|| self.digits(4, 4)).flatten()?;
        self.end_of_date(separator);
        let year = common_year(year);
        Some(match separator {
            b'.' => WrittenDate::Known(year, second, first),
            _ => WrittenDate::Either(first, second, year),
        })
    }

    /// `2026年5月4日`, `2026년 5월 4일`, behind the year.
    fn date_with_words(&mut self, year: u32) -> Option<WrittenDate> {
        // Both words begin beyond ASCII, and most dates are in digits.
        if self.rest.first().is_none_or(u8::is_ascii) {
            return None;
        }
        let (after_month, after_day) = if self.take("年") {
            ("月", "日")
        } else if self.take("년") {
            ("월", "일")
        } else {
            return None;
        };
        self.blanks();
        let (month, _) = self.digits(1, 2)?;
        self.take(after_month).then_some(())?;
        self.blanks();
        let (day, _) = self.digits(1, 2)?;
        self.take(after_day)
            .then_some(WrittenDate::Known(common_year(year), month, day))
    }

    /// The blank behind each dot, where the first dot has one.
    fn gap_of_date(&mut self, spaced: bool) -> Option<()> {
        (!spaced || self.take(" ")).then_some(())
    }

    /// The dot of Hungary, Croatia and Latvia, and the letter of Bulgaria and Russia, behind a date; a sentence ends with a dot, too.
    fn end_of_date(&mut self, separator: u8) {
        let before = self.rest;
        let dot = separator == b'.' && self.take(".");
        let letter = self.take(" г.") || self.take("\u{a0}г.");
        let goes_on = !matches!(self.rest, [b' ' | b'\t', ..] | []);
        if (dot || letter) && goes_on {
            self.rest = before;
        }
    }

    pub(super) fn time(&mut self) -> Option<(NaiveTime, Half)> {
        let before = self.half_before();
        let (hour, _) = self.digits(1, 2)?;
        self.take(":").then_some(())?;
        let (minute, _) = self.digits(2, 2)?;
        let mut second = 0;
        let mut nanos = 0;
        if self.take(":") {
            second = self.digits(2, 2)?.0;
            nanos = self.fraction();
        }
        let (half, afternoon) = before.unwrap_or_else(|| self.half());
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

    /// `8.01.56`, as Finland, Denmark and Indonesia write it: only behind a date, and no longer row of numbers.
    pub(super) fn time_with_dots(&mut self) -> Option<(NaiveTime, Half)> {
        self.time_with(".", 1, b".")
    }

    /// `07-24-46`, as names of files and logs in them write it: only behind a date.
    pub(super) fn time_with_dashes(&mut self) -> Option<(NaiveTime, Half)> {
        self.time_with("-", 2, b"-.")
    }

    /// A time with a mark between its numbers, an hour of so many digits at least, and none of these marks with a digit behind it.
    fn time_with(&mut self, mark: &str, shortest: usize, longer: &[u8]) -> Option<(NaiveTime, Half)> {
        let (hour, _) = self.digits(shortest, 2)?;
        self.take(mark).then_some(())?;
        let (minute, _) = self.digits(2, 2)?;
        self.take(mark).then_some(())?;
        let (second, _) = self.digits(2, 2)?;
        let goes_on =
            matches!(self.rest, [mark, digit, ..] if longer.contains(mark) && digit.is_ascii_digit());
        let time = NaiveTime::from_hms_opt(hour, minute, second).filter(|_| !goes_on)?;
        Some((time, Half::None))
    }

    /// `20240417 07:24:46`, `20240417T072446.09`, `20240417072446`: a date without marks.
    pub(super) fn compact_stamp(&mut self) -> Option<(WrittenDate, NaiveTime)> {
        let count = self.rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if count != 8 && count != 14 {
            return None;
        }
        let date = WrittenDate::Known(self.next_digits(4)?, self.next_digits(2)?, self.next_digits(2)?);
        if count == 8 {
            let joined = self.take("T") || self.take("-") || self.take("_");
            if !joined {
                self.one_of(b" \t").is_some().then_some(())?;
                self.blanks();
            }
            let before = self.rest;
            if let Some((time, _)) = self.time() {
                return Some((date, time));
            }
            self.rest = before;
            let digits = self.rest.iter().take_while(|byte| byte.is_ascii_digit());
            (digits.count() == 6).then_some(())?;
        }
        let (hour, minute, second) = (self.next_digits(2)?, self.next_digits(2)?, self.next_digits(2)?);
        let nanos = self.fraction();
        let ends = !self.rest.first().is_some_and(u8::is_ascii_alphanumeric);
        let time = NaiveTime::from_hms_nano_opt(hour, minute, second, nanos).filter(|_| ends)?;
        Some((date, time))
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

    /// The next so many digits of a longer row.
    fn next_digits(&mut self, count: usize) -> Option<u32> {
        let (digits, rest) = self.rest.split_at_checked(count)?;
        let number = std::str::from_utf8(digits).ok()?.parse().ok()?;
        self.rest = rest;
        Some(number)
    }

    fn half_before(&mut self) -> Option<(Half, bool)> {
        // Each of the words begins beyond ASCII, and most times are in digits.
        if self.rest.first().is_none_or(u8::is_ascii) {
            return None;
        }
        let (_, afternoon) = HALVES_BEFORE.iter().find(|(word, _)| self.take(word))?;
        self.blanks();
        Some((Half::Lower, *afternoon))
    }

    /// `AM` or `PM` behind the time.
    fn half(&mut self) -> (Half, bool) {
        let before = self.rest;
        // Windows 11 and .NET 8 write a narrow no-break space (U+202F) before AM and PM.
        if !self.take("\u{202f}") && !self.take("\u{a0}") {
            self.blanks();
        }
        for (word, afternoon) in [("AM", false), ("PM", true)] {
            if self.take_word(word) {
                return (Half::Upper, afternoon);
            }
        }
        for [morning, evening] in HALVES_BEHIND {
            for (word, afternoon) in [(morning, false), (evening, true)] {
                if self.take_word(word) {
                    return (Half::Lower, afternoon);
                }
            }
        }
        self.rest = before;
        (Half::None, false)
    }

    /// A word that no letter follows.
    fn take_word(&mut self, word: &str) -> bool {
        let before = self.rest;
        let found = self.take(word) && !self.rest.first().is_some_and(u8::is_ascii_alphanumeric);
        if !found {
            self.rest = before;
        }
        found
    }
}

/// The year as the common calendar counts it.
fn common_year(year: u32) -> u32 {
    match year {
        2530..=2700 => year.saturating_sub(BUDDHIST_YEARS),
        _ => year,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{DateOrder, Stamp, leading, whole};
    use chrono::NaiveDateTime;

    fn at(text: &str) -> Option<Stamp> {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S")
            .ok()
            .map(Stamp::Local)
    }

    #[test]
    fn as_windows_writes_them_in_many_countries() {
        for text in [
            "2026.07.06. 20:01:56",
            "2026. 07. 06. 20:01:56",
            "2026-07-06 오후 8:01:56",
            "2026년 7월 6일 오후 8:01:56",
            "2026/7/6 下午 08:01:56",
            "6.7.2026 г. 20:01:56",
            "6.7.2026. 20:01:56",
            "6. 7. 2026 20:01:56",
            "06. 07. 2026. 20:01:56",
            "6.7.2026 20.01.56",
            "\u{200e}2026\u{200e}-\u{200e}07\u{200e}-\u{200e}06 \u{200f}20:01:56\u{200e}",
            "2026-07-06 8:01:56 p. m.",
            "2026-07-06 8:01:56\u{a0}p.\u{a0}m.",
            "2026-07-06 8:01:56 μμ",
            "2026-07-06 8:01:56 CH",
            "2026-07-06 8:01:56 م",
            "20260706 20:01:56",
            "20260706T200156",
            "20260706-200156",
            "20260706200156",
            "2026-07-06_20-01-56",
            "2026-07-06 at 20:01:56",
            "6.7.2026 klo 20.01.56",
        ] {
            assert_eq!(
                whole(text, DateOrder::Unknown),
                at("2026-07-06 20:01:56"),
                "{text}"
            );
        }
        assert_eq!(
            whole("6/7/2569 20:01:56", DateOrder::DayFirst),
            at("2026-07-06 20:01:56")
        );
    }

    #[test]
    fn what_looks_like_them_is_none() {
        for text in [
            "10.0.19.4 08:00:00",
            "10. 0. 19. 4 08:00:00",
            "2026.07.06.3 08:00",
            "1. 2. 3 08:00",
            "20261706 20:01:56",
            "20260706 200156789",
            "12345678 1",
            "2147943726",
        ] {
            assert_eq!(leading(text, DateOrder::Unknown), None, "{text}");
        }
        // The number of a version behind a date, and a word that begins like a half of the day.
        assert_eq!(leading("2026-07-06 10.12.14.3 started", DateOrder::Unknown), None);
        assert_eq!(
            leading("2026-07-06 08:01:56 PMEM driver", DateOrder::Unknown),
            at("2026-07-06 08:01:56")
        );
        assert_eq!(leading("5/4/2026 8:00:01 AMD driver", DateOrder::Unknown), None);
    }
}
