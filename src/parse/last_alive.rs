//! The last sign of life that EventLog 6008 tells in its text, where no binary data came with it. Owns which of the moments that the text may
//! mean is the one; must not know zones: it tells how long before the record that was, both by the host's own clock.

use chrono::{NaiveDateTime, TimeDelta};

use crate::reader::local_time::{self, DateOrder};

/// A host that was off for longer may have had its clock set in between, and a date read in the wrong order lies as far away.
const LONGEST: TimeDelta = TimeDelta::days(20);

/// How many seconds before it was written the record says that the host was last alive.
///
/// A date that can be read in two ways is the later one that is not after the record.
pub(super) fn seconds_before(text: &str, written: NaiveDateTime) -> Option<i64> {
    let orders = [DateOrder::MonthFirst, DateOrder::DayFirst].into_iter();
    let days = orders.filter_map(|order| local_time::day(text, order));
    let all = days.flat_map(|day| local_time::times(text).map(move |time| day.and_time(time)));
    let latest = all.filter(|alive| *alive <= written).max()?;
    let gap = written - latest;
    (gap <= LONGEST).then(|| gap.num_seconds())
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;

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

    #[test]
    fn a_date_with_dots_is_no_time() {
        let written = NaiveDate::from_ymd_opt(2026, 5, 4)
            .unwrap()
            .and_hms_opt(9, 49, 38)
            .unwrap();
        for text in [
            "Das System wurde zuvor am 04.05.2026 um 03:49:38 unerwartet heruntergefahren.",
            "Edellinen sammutus 4.5.2026 3.49.38 oli odottamaton.",
        ] {
            assert_eq!(seconds_before(text, written), Some(6 * 3600), "{text}");
        }
    }
}
