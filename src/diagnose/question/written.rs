//! When a note was written, as the head of a mail or a ticket says. Owns where a note says so; what it says of that day is for others.

use chrono::{NaiveDateTime, TimeDelta};

use crate::reader::local_time::{DateOrder, Stamp, leading, number_starts};

/// Lines in which the head of a mail or of a ticket stands.
const HEAD_LINES: usize = 12;
/// Bytes of a line behind its label: whoever writes more tells a story.
const LINE_BYTES: usize = 80;
/// Who names a time of day and no date speaks of the last days.
pub(super) const LATELY: TimeDelta = TimeDelta::hours(48);
/// The clock of whoever writes may be late.
const LATE: TimeDelta = TimeDelta::hours(1);

/// The instants at which a note may have been written, on the clock of whoever wrote it: a date such as 4/5/2026 has two readings.
pub(super) fn read(note: &str) -> Vec<NaiveDateTime> {
    let mut found = Vec::new();
    for line in note.lines().take(HEAD_LINES) {
        let Some((label, value)) = line.split_once([':', '：']) else {
            continue;
        };
        let is_label = !label.trim().is_empty() && !label.bytes().any(|byte| byte.is_ascii_digit());
        if !is_label || value.len() > LINE_BYTES {
            continue;
        }
        for order in [DateOrder::DayFirst, DateOrder::MonthFirst] {
            found.extend(stamp(value, order).filter(|at| !found.contains(at)));
        }
    }
    found
}

/// The first stamp of a line, behind the name of a day at most.
fn stamp(line: &str, order: DateOrder) -> Option<NaiveDateTime> {
    let at = number_starts(line).next()?;
    let of_text = |text: &str| {
        Some(match leading(text, order)? {
            Stamp::Local(local) => local,
            Stamp::Exact(time) => time.naive_utc(),
        })
    };
    let named = || {
        line.char_indices()
            .map(|(at, _)| at)
            .take_while(|start| *start < at)
    };
    of_text(line.get(at..)?).or_else(|| named().find_map(|start| of_text(line.get(start..)?)))
}

/// Whether a note that was written then speaks of an instant without its date: both on one clock.
pub(super) fn may_speak_of(written: NaiveDateTime, at: NaiveDateTime) -> bool {
    let before = written - at;
    before <= LATELY && before >= -LATE
}

#[cfg(test)]
mod tests {
    use super::{may_speak_of, read};
    use chrono::NaiveDateTime;

    fn local(text: &str) -> NaiveDateTime {
        text.parse().unwrap()
    }

    #[test]
    fn heads_of_mails_and_tickets_say_when_they_were_written() {
        for (note, at) in [
            (
                "Data: 16/06/2025 15:20\n\nO robô parou hoje.",
                "2025-06-16T15:20:00",
            ),
            (
                "差出人: 中村\n送信日時: 2025年5月14日 11:40\n\n本日止まりました",
                "2025-05-14T11:40:00",
            ),
            (
                "От: Ольга\nОтправлено: Пятница, 7 марта 2025 г. 9:05",
                "2025-03-07T09:05:00",
            ),
            (
                "From: Ann\nSent: Wednesday, June 11, 2025 3:20 PM",
                "2025-06-11T15:20:00",
            ),
        ] {
            assert!(read(note).contains(&local(at)), "{note}: {:?}", read(note));
        }
        for note in [
            "Der Job bricht um 9:05 ab.",
            "Log 1: 2025-05-14 11:40 started",
            "Ticket: 4471",
        ] {
            assert!(read(note).is_empty(), "{note}");
        }
    }

    #[test]
    fn whoever_names_no_date_speaks_of_the_last_days() {
        let written = local("2025-06-11T15:20:00");
        assert!(may_speak_of(written, local("2025-06-11T14:07:00")));
        assert!(may_speak_of(written, local("2025-06-10T02:00:00")));
        assert!(!may_speak_of(written, local("2025-06-12T14:07:00")));
        assert!(!may_speak_of(written, local("2025-06-06T14:07:00")));
    }
}
