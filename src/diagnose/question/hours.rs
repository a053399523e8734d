//! Times of day that a note names: "21h30", "7:15 this morning", "gegen 4 Uhr". Owns how they are written and how near is near; the day is
//! left to the logs, for people write "yesterday". Must not know incidents.

use std::sync::LazyLock;

use chrono::{DateTime, FixedOffset, Timelike as _};
use regex::Regex;

use super::note::Clause;
use crate::model::Time;

/// A time of day that somebody names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Hour {
    /// Minutes since midnight.
    pub minute: u32,
    /// Only the hour is named.
    pub rough: bool,
    /// It may be twelve hours later: nobody says which half of the day.
    pub either: bool,
    pub aside: bool,
}

const DAY: u32 = 24 * 60;
/// People round: what is named to the minute, and what is named to the hour.
const NEAR: u32 = 12;
const ROUGH: u32 = 40;

/// Hours with minutes, and hours alone with what says that they are some.
static TOLD: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)(?P<h>[01]?\d|2[0-3])(?::(?P<m>[0-5]\d)(?::[0-5]\d)?|\s?h\s?(?P<m2>[0-5]\d)|\.(?P<m3>[0-5]\d)\s?(?:uhr|uur|h\b))(?:\s?(?P<half>[ap]\.?m\b))?",
        r"|(?P<h2>[01]?\d|2[0-3])\s?(?:(?P<half2>[ap]\.?m\b)|uhr\b|uur\b|h\b|o.clock\b|時|点|點|시|часов\b|часа\b)",
    ))
    .ok()
});

/// What stands in front of a time in the stamp of a chat or of a ticket: a whole date, or the beginning of the line.
static STAMPED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?:\d{1,4}[./年-]\s?\d{1,2}[./月-]\s?\d{1,4}日?|\b\d{4}),?\s*(?:[A-Za-z]{2,4}\.?,?\s*)?[\[(]?$|^[\[(>\s]*$").ok()
});

/// What stands behind the time of a line of a chat: who speaks.
static SPOKEN: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^\s*(?:\([^)]*\)\s*)?(?:\]|:)").ok());

/// The times that the clauses of a note name.
pub(super) fn told(note: &[Clause]) -> Vec<Hour> {
    let Some(told) = TOLD.as_ref() else {
        return Vec::new();
    };
    let mut hours = Vec::new();
    for clause in note.iter().filter(|clause| !clause.head) {
        for found in told.captures_iter(&clause.text) {
            let at = found.get(0).map_or(0, |all| all.start());
            let before = clause.text.get(..at).unwrap_or_default();
            let joined = |letter: char| {
                letter.is_ascii_alphanumeric() || matches!(letter, '.' | ':' | '-' | '/' | '_')
            };
            let after = found.get(0).and_then(|all| clause.text.get(all.end()..));
            let spoken = SPOKEN
                .as_ref()
                .zip(after)
                .is_some_and(|(spoken, after)| spoken.is_match(after));
            if spoken
                || before.ends_with(joined)
                || STAMPED.as_ref().is_some_and(|stamp| stamp.is_match(before))
            {
                continue;
            }
            let number = |names: &[&str]| {
                let group = names.iter().find_map(|name| found.name(name));
                group.and_then(|group| group.as_str().parse::<u32>().ok())
            };
            let Some(hour) = number(&["h", "h2"]) else {
                continue;
            };
            let minutes = number(&["m", "m2", "m3"]);
            let half = found.name("half").or_else(|| found.name("half2"));
            let half = half.map(|half| half.as_str().to_lowercase().starts_with('p'));
            let hour = match half {
                Some(true) => hour % 12 + 12,
                Some(false) => hour % 12,
                None => hour,
            };
            hours.push(Hour {
                minute: (hour * 60 + minutes.unwrap_or_default()) % DAY,
                rough: minutes.is_none(),
                either: half.is_none() && hour <= 12 && minutes.is_none(),
                aside: clause.aside,
            });
        }
    }
    hours
}

impl Hour {
    /// Whether an instant lies near it on a clock.
    pub(super) fn is_near(self, at: DateTime<FixedOffset>) -> bool {
        let reach = if self.rough { ROUGH } else { NEAR };
        let minute = at.hour() * 60 + at.minute();
        let apart = |other: u32| {
            let apart = minute.abs_diff(other % DAY);
            apart.min(DAY - apart)
        };
        apart(self.minute) <= reach || self.either && apart(self.minute + DAY / 2) <= reach
    }

    /// Whether it is the minute of an instant, or the next to it, on the clock of some zone of whole hours.
    pub(super) fn is_minute_of(self, time: Time) -> bool {
        let apart = time.minute().abs_diff(self.minute % 60);
        !self.rough && !self.minute.is_multiple_of(5) && apart.min(60 - apart) <= 1
    }

    /// Whether an instant lies near it on the clock of some zone of whole hours: nothing is known of the host's.
    pub(super) fn may_be_near(self, at: DateTime<FixedOffset>) -> bool {
        let apart = (at.minute()).abs_diff(self.minute % 60);
        !self.rough && !self.minute.is_multiple_of(60) && apart.min(60 - apart) <= NEAR / 2
    }
}
