//! The last sign of life that EventLog 6008 tells in its text, where no binary data came with it. Owns how a date and a time are found in a
//! sentence of any language; must not know zones: it tells how long before the record that was, both by the host's own clock.

use std::sync::LazyLock;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use regex::Regex;

/// A host that was off for longer may have had its clock set in between, and a date read in the wrong order lies as far away.
const LONGEST: TimeDelta = TimeDelta::days(20);

static TIME: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?-u:\b)(\d{1,2})[:.](\d{2})[:.](\d{2})(?:\s*([AP])M(?-u:\b))?").ok());
static DATE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?-u:\b)(\d{1,4})[-/.年년]\s?(\d{1,2})[-/.月월]\s?(\d{1,4})(?-u:\b|日|일)").ok()
});

/// How many seconds before it was written the record says that the host was last alive.
///
/// A date that can be read in two ways is the later one that is not after the record.
pub(super) fn seconds_before(text: &str, written: NaiveDateTime) -> Option<i64> {
    let plain: String = text
        .chars()
        .filter(|c| !matches!(c, '\u{200e}' | '\u{200f}'))
        .collect();
    let dates = dates(&plain);
    let times: Vec<NaiveTime> = TIME
        .as_ref()?
        .captures_iter(&plain)
        .filter_map(|found| time(&found))
        .collect();
    let all = dates
        .iter()
        .flat_map(|date| times.iter().map(|time| date.and_time(*time)));
    let latest = all.filter(|alive| *alive <= written).max()?;
    let gap = written - latest;
    (gap <= LONGEST).then(|| gap.num_seconds())
}

fn time(found: &regex::Captures<'_>) -> Option<NaiveTime> {
    let number = |group| found.get(group)?.as_str().parse::<u32>().ok();
    let hour = number(1)?;
    let hour = match found.get(4).map(|half| half.as_str()) {
        Some("A") => hour % 12,
        Some(_) => hour % 12 + 12,
        None => hour,
    };
    NaiveTime::from_hms_opt(hour, number(2)?, number(3)?)
}

/// The dates that a text may mean, each order of day and month.
fn dates(text: &str) -> Vec<NaiveDate> {
    let mut dates = Vec::new();
    for found in DATE.iter().flat_map(|form| form.captures_iter(text)) {
        let number = |group| {
            found
                .get(group)
                .and_then(|digits| digits.as_str().parse::<u32>().ok())
        };
        let (Some(first), Some(second), Some(third)) = (number(1), number(2), number(3)) else {
            continue;
        };
        for (year, month, day) in [
            (first, second, third),
            (third, second, first),
            (third, first, second),
        ] {
            let year = i32::try_from(year)
                .ok()
                .filter(|year| (1990..2200).contains(year));
            dates.extend(year.and_then(|year| NaiveDate::from_ymd_opt(year, month, day)));
        }
    }
    dates
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_and_a_time_apart_in_any_language() {
        let written = NaiveDate::from_ymd_opt(2026, 5, 4)
            .unwrap()
            .and_hms_opt(3, 49, 38)
            .unwrap();
        for (text, seconds) in [
            (
                "The previous system shutdown at 3:45:23 AM on \u{200e}5\u{200e}/\u{200e}4\u{200e}/\u{200e}2026 was unexpected.",
                255,
            ),
            (
                "Das System wurde zuvor am 04.05.2026 um 03:45:23 unerwartet heruntergefahren.",
                255,
            ),
            (
                "以前のシステムのシャットダウン (2026/05/04 3:45:23) は予期されていませんでした。",
                255,
            ),
            (
                "A rendszer előző leállása (3:45:23, 2026. 05. 04.) váratlan volt.",
                255,
            ),
            // Day and month in the order that is not after the record.
            (
                "L'arrêt système précédant à 23:45:23 le 03/05/2026 n'était pas prévu.",
                4 * 3600 + 255,
            ),
        ] {
            assert_eq!(seconds_before(text, written), Some(seconds), "{text}");
        }
    }

    #[test]
    fn what_tells_no_such_time_tells_nothing() {
        let written = NaiveDate::from_ymd_opt(2026, 5, 4)
            .unwrap()
            .and_hms_opt(3, 49, 38)
            .unwrap();
        for text in [
            "",
            "at 3:45:23 AM",
            "on 5/4/2026",
            "at 3:55:23 AM on 5/4/2026",
            "3:45:23 1/1/2020",
        ] {
            assert_eq!(seconds_before(text, written), None, "{text}");
        }
    }
}
