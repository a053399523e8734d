//! Dates and times as people and programs write them into text. Must not know formats of artifacts.
//!
//! A stamp with an offset is an instant; one without stays local. A date that can be read two ways (`5/4/2026`)
//! is read only where something tells the order: a number above 12 in the same text, an upper-case `AM`/`PM`
//! (written so by the United States' settings), or the form itself. A wrong date is worse than none.

mod days_in_a_row;
mod named_month;
mod numbered;
mod scan;
mod weekday;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Utc};

use scan::Scan;

use crate::model::{Clock, Event, Time};

/// What a piece of text says about when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stamp {
    /// An instant.
    Exact(Time),
    /// A local time whose offset is not told.
    Local(NaiveDateTime),
}

impl Stamp {
    /// Gives the event this time.
    pub(crate) fn apply(self, event: &mut Event) {
        match self {
            Self::Exact(time) => {
                event.time = Some(time);
                event.local = None;
                event.clock = Clock::Exact;
            }
            Self::Local(local) => event.local = Some(local),
        }
    }
}

/// Gives an event with a local time its instant, by the offset in minutes east of UTC that the host reveals.
pub(crate) fn resolve(event: &mut Event, utc_offset: i32) {
    let offset = utc_offset.checked_mul(60).and_then(FixedOffset::east_opt);
    if let (None, Some(local), Some(offset)) = (event.time, event.local, offset)
        && let Some(time) = local.and_local_timezone(offset).single()
    {
        event.time = Some(time.with_timezone(&Utc));
        event.local = None;
        event.clock = Clock::Host;
    }
}

/// The order of day and month in dates such as `5/4/2026`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum DateOrder {
    /// Nothing tells.
    #[default]
    Unknown,
    /// As in the United States.
    MonthFirst,
    /// As in most of the world.
    DayFirst,
}

impl DateOrder {
    /// Looks for a date in the text that can be read one way only. Contradictory dates tell nothing.
    pub(crate) fn learn(text: &str) -> Self {
        let (mut month_first, mut day_first) = (false, false);
        let bytes = text.as_bytes();
        for at in memchr::memchr_iter(b'/', bytes) {
            let start = digits_before(bytes, at);
            if start == at || start.checked_sub(1).and_then(|at| bytes.get(at)) == Some(&b'/') {
                continue;
            }
            let mut scan = Scan::new(bytes.get(start..).unwrap_or_default());
            if let Some((first, second)) = scan.numeric_pair() {
                month_first |= first <= 12 && second > 12 && second <= 31;
                day_first |= second <= 12 && first > 12 && first <= 31;
            }
        }
        match (month_first, day_first) {
            (true, false) => Self::MonthFirst,
            (false, true) => Self::DayFirst,
            _ => Self::Unknown,
        }
    }

    /// Looks how the many dates of a log follow each other, where each of them can be read two ways.
    pub(crate) fn of_days_in_a_row(text: &str) -> Self {
        days_in_a_row::order(text)
    }
}

/// Where the digits begin that end before `at`; two at most.
fn digits_before(bytes: &[u8], at: usize) -> usize {
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut start = at;
    while start > 0 && at - start < 2 && is_digit(start - 1) {
        start -= 1;
    }
    start
}

/// A stamp that fills a text but for blanks, as the value after `Date:` does.
pub(crate) fn whole(text: &str, order: DateOrder) -> Option<Stamp> {
    let mut scan = Scan::new(text.trim().as_bytes());
    let stamp = scan.stamp(order)?;
    scan.direction_marks();
    scan.rest.is_empty().then_some(stamp)
}

/// A stamp at the beginning of a line, behind brackets or quotes at most.
pub(crate) fn leading(text: &str, order: DateOrder) -> Option<Stamp> {
    let text = text.trim_start_matches(['[', '(', '<', '"', '\'', ' ', '\t', '>', '|', ',']);
    Scan::new(text.as_bytes()).stamp(order)
}

/// A time of day at the beginning of a line, behind the marks of a list, in a note whose headings tell the day.
pub(crate) fn leading_time(text: &str) -> Option<NaiveTime> {
    let text = text.trim_start_matches(['[', '(', '-', '*', '•', '–', ' ', '\t', '>', '|']);
    let mut scan = Scan::new(text.as_bytes());
    let (time, _) = scan.time()?;
    let whole = text.len().saturating_sub(scan.rest.len()) >= "0:00:00".len();
    let ends = !scan.rest.first().is_some_and(u8::is_ascii_alphanumeric);
    (whole && ends).then_some(time)
}

/// Where numbers begin that are no tail of a word.
pub(crate) fn number_starts(text: &str) -> impl Iterator<Item = usize> {
    let bytes = text.as_bytes();
    (0..bytes.len()).filter(move |&at| {
        let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
        digit(at) && (at == 0 || !bytes.get(at - 1).is_some_and(u8::is_ascii_alphanumeric))
    })
}

/// The first day that a line names, wherever it stands.
pub(crate) fn day(text: &str, order: DateOrder) -> Option<NaiveDate> {
    let bytes = text.as_bytes();
    number_starts(text).take(DAYS_LOOKED_AT).find_map(|at| {
        let mut scan = Scan::new(bytes.get(at..)?);
        let date = scan.date()?;
        let ends = !scan.rest.first().is_some_and(u8::is_ascii_alphanumeric);
        date.resolve(order).filter(|_| ends)
    })
}

/// The times of day that a line names with their seconds, wherever they stand.
pub(crate) fn times(text: &str) -> impl Iterator<Item = NaiveTime> {
    number_starts(text).filter_map(|at| {
        let text = text.get(at..)?;
        leading_time(text).or_else(|| Some(Scan::new(text.as_bytes()).time_with_dots()?.0))
    })
}

/// Numbers of one line that may begin a date.
const DAYS_LOOKED_AT: usize = 8;

/// How far into a line a stamp may stand behind words of a frame such as a level or a machine.
const FRAME_BYTES: usize = 60;

/// A stamp at the beginning of a line, or one of an unmistakable form (year first, or tracefmt's
/// `MM/dd/yyyy-HH:mm:ss.fff`) near it.
pub(crate) fn near_start(text: &str, order: DateOrder) -> Option<Stamp> {
    if let Some(stamp) = leading(text, order) {
        return Some(stamp);
    }
    let bytes = text.as_bytes();
    let mut previous = 0_u8;
    for (at, &byte) in bytes.iter().enumerate().take(FRAME_BYTES) {
        if byte.is_ascii_digit() && !previous.is_ascii_alphanumeric() {
            let rest = bytes.get(at..).unwrap_or_default();
            if is_unmistakable(rest)
                && let Some(stamp) = Scan::new(rest).stamp(DateOrder::MonthFirst)
            {
                return Some(stamp);
            }
        }
        previous = byte;
    }
    None
}

/// Whether a date begins with its year, or is joined to its time as tracefmt does.
fn is_unmistakable(text: &[u8]) -> bool {
    let shape = |form: &[u8]| {
        form.iter().zip(text).all(|(&want, &byte)| match want {
            b'd' => byte.is_ascii_digit(),
            b's' => byte == b'-' || byte == b'/',
            b'a' => byte.is_ascii_alphabetic(),
            _ => byte == want,
        }) && text.len() >= form.len()
    };
    shape(b"ddddsddsdd") || shape(b"ddddsaaasdd") || shape(b"dd/dd/dddd-dd:dd:dd.ddd")
}

/// Reads an ISO stamp that must say its offset.
pub(crate) fn exact(text: &str) -> Option<Time> {
    let time = DateTime::parse_from_rfc3339(text.trim()).ok()?;
    Some(time.with_timezone(&Utc))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn local(text: &str) -> Option<Stamp> {
        let stamp = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f").unwrap();
        Some(Stamp::Local(stamp))
    }

    fn read(text: &str) -> Option<Stamp> {
        near_start(text, DateOrder::Unknown)
    }

    #[test]
    fn forms_without_doubt() {
        assert_eq!(
            read("2026-05-04 08:00:01.250 failed"),
            local("2026-05-04 08:00:01.25")
        );
        assert_eq!(read("[2026/05/04 8:00:01] failed"), local("2026-05-04 08:00:01"));
        assert_eq!(read("04.05.2026 08:00 Uhr"), local("2026-05-04 08:00:00"));
        assert_eq!(read("5/4/2026 8:00:01 PM"), local("2026-05-04 20:00:01"));
        assert_eq!(read("5/4/2026 8:00:01\u{202f}PM"), local("2026-05-04 20:00:01"));
        assert_eq!(read("25/04/2026 08:00:01"), local("2026-04-25 08:00:01"));
        assert_eq!(read("2026年5月4日 午後 8:00:01"), local("2026-05-04 20:00:01"));
        assert_eq!(
            read("svc: F: 0af4.0c64: 05/04/2026-08:00:01.998: x"),
            local("2026-05-04 08:00:01.998")
        );
        assert_eq!(
            read("ERROR RPA-07 2026-05-04 08:00:01,5 x"),
            local("2026-05-04 08:00:01.5")
        );
    }

    #[test]
    fn an_offset_makes_an_instant() {
        let time = exact("2026-05-04T06:00:00Z").unwrap();
        for text in [
            "2026-05-04T08:00:00+02:00 x",
            "2026-05-04 08:00:00 +0200",
            "2026-05-04T06:00:00.0000000Z",
            "2026-05-04 06:00:00 UTC",
        ] {
            assert_eq!(read(text), Some(Stamp::Exact(time)), "{text}");
        }
        assert_eq!(exact("2026-05-04T06:00:00"), None);
    }

    #[test]
    fn what_can_be_read_two_ways_is_not_read() {
        for text in [
            "5/4/2026 8:00:01",
            "5/4/2026 8:00:01 pm",
            "10.0.19.4 08:00:00",
            "2026-05-04",
            "2026-13-04 08:00:00",
            "1234-05-04 08:00:00",
            "192.168.2026.1 08:00",
            "00/00/0000-00:00:00.000",
            "",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(
            whole("5/4/2026 8:00:01 pm", DateOrder::DayFirst),
            local("2026-04-05 20:00:01")
        );
    }

    #[test]
    fn the_order_is_learnt_from_other_dates() {
        assert_eq!(DateOrder::learn("a 5/4/2026, b 5/14/2026"), DateOrder::MonthFirst);
        assert_eq!(DateOrder::learn("a 14/5/2026"), DateOrder::DayFirst);
        assert_eq!(DateOrder::learn("5/4/2026"), DateOrder::Unknown);
        assert_eq!(DateOrder::learn("14/5/2026 5/14/2026"), DateOrder::Unknown);
        assert_eq!(DateOrder::learn("2026/05/14 and a/b"), DateOrder::Unknown);
    }

    #[test]
    fn a_known_offset_resolves_local_times() {
        let mut event = Event::new(crate::model::Origin::artifact("a"));
        whole("2026-05-04 08:00:00", DateOrder::Unknown)
            .unwrap()
            .apply(&mut event);
        resolve(&mut event, 120);
        assert_eq!(event.time, exact("2026-05-04T06:00:00Z"));
        assert_eq!((event.local, event.clock), (None, Clock::Host));
    }
}
