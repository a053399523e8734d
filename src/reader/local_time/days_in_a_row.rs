//! The order of day and month in a log all of whose dates can be read two ways: read one way the log goes on from day to day, read
//! the other way it skips from one month to the same day of the next, and wrote nothing in between. Must not know formats of logs.

use std::collections::{BTreeMap, BTreeSet};

use super::scan::Scan;
use super::{DateOrder, digits_before};

/// Dates that a log must have for its silence to mean something.
const FEWEST: usize = 20;
/// And for two days alone.
const FEWEST_OF_TWO: usize = 60;
/// What is written by the hour of one monthly job is no log that goes on.
const HOURS: usize = 6;

/// Tells the order; unknown where both ways are possible.
pub(super) fn order(text: &str) -> DateOrder {
    let bytes = text.as_bytes();
    let mut dates: BTreeMap<(u32, u32, u32), usize> = BTreeMap::new();
    let mut hours = BTreeSet::new();
    for at in memchr::memchr_iter(b'/', bytes) {
        let start = digits_before(bytes, at);
        if start == at || start.checked_sub(1).and_then(|at| bytes.get(at)) == Some(&b'/') {
            continue;
        }
        let mut scan = Scan::new(bytes.get(start..).unwrap_or_default());
        let Some(date) = scan.numeric_date() else {
            continue;
        };
        let is_blank = scan.one_of(b" ").is_some();
        if let Some((hour, _)) = is_blank.then(|| scan.digits(1, 2)).flatten() {
            *dates.entry(date).or_default() += 1;
            hours.insert(hour);
        }
    }
    let count: usize = dates.values().sum();
    let enough = match dates.len() {
        0 | 1 => false,
        2 => count >= FEWEST_OF_TWO,
        _ => count >= FEWEST,
    };
    if !enough || hours.len() < HOURS {
        return DateOrder::Unknown;
    }
    let firsts: BTreeSet<u32> = dates.keys().map(|(first, _, _)| *first).collect();
    let seconds: BTreeSet<u32> = dates.keys().map(|(_, second, _)| *second).collect();
    let years: BTreeSet<u32> = dates.keys().map(|(_, _, year)| *year).collect();
    match (are_in_a_row(&firsts), are_in_a_row(&seconds)) {
        _ if years.len() > 1 => DateOrder::Unknown,
        (true, _) if seconds.len() == 1 => DateOrder::DayFirst,
        (_, true) if firsts.len() == 1 => DateOrder::MonthFirst,
        _ => DateOrder::Unknown,
    }
}

/// Whether numbers follow each other; a log may leave out a day of rest.
fn are_in_a_row(numbers: &BTreeSet<u32>) -> bool {
    const REST: u32 = 3;
    let next = numbers.iter().zip(numbers.iter().skip(1));
    numbers.len() > 1 && next.into_iter().all(|(a, b)| b - a <= REST)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A log of some days, given as they are written, with a row every so many hours.
    fn log(days: &[&str], every: usize) -> String {
        let mut log = String::new();
        for day in days {
            for hour in (0..24).step_by(every) {
                log.push_str(&format!("7036,{day} {hour}:04:11,a service\n"));
            }
        }
        log
    }

    #[test]
    fn days_follow_each_other_and_months_do_not() {
        let days = log(&["03/06/2026", "04/06/2026", "05/06/2026"], 2);
        assert_eq!(order(&days), DateOrder::DayFirst);
        let days = log(&["6/3/2026", "6/4/2026", "6/7/2026"], 2);
        assert_eq!(order(&days), DateOrder::MonthFirst);
    }

    #[test]
    fn a_job_of_each_month_tells_nothing() {
        let at_two = ["01/02/2026 2:00:01", "01/03/2026 2:00:01", "01/04/2026 2:00:02"];
        let rows: String = at_two
            .iter()
            .map(|at| format!("201,{at},done\n").repeat(10))
            .collect();
        assert_eq!(order(&rows), DateOrder::Unknown);
    }

    #[test]
    fn few_dates_or_one_day_tell_nothing() {
        assert_eq!(order(&log(&["03/06/2026"], 1)), DateOrder::Unknown);
        assert_eq!(order(&log(&["03/06/2026", "04/06/2026"], 2)), DateOrder::Unknown);
        assert_eq!(
            order(&log(&["03/06/2026", "04/06/2026", "05/06/2026"], 6)),
            DateOrder::Unknown
        );
        assert_eq!(
            order(&log(&["03/05/2026", "04/06/2026", "05/07/2026"], 1)),
            DateOrder::Unknown
        );
    }
}
