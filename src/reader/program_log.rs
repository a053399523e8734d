//! Logs of programs that nobody described, whose lines begin with a stamp and a level: which lines tell how a run of the program
//! ended. Marks errors, and the last line before the program fell silent, so that they are kept whatever they say and in whatever
//! language. Must not know what the lines mean.

use crate::model::run_lines::{OF_PROGRAM, RUN_LINE, SHAPE, SILENCE};
use crate::model::{Event, Findings, Level, Value};

use super::lines::{Line, Place};
use super::local_time::{self, DateOrder, Stamp};
use super::sink::Sink;

/// Lines of the beginning that are looked at, and how many must be records.
const LOOKED_AT: usize = 200;
const FEWEST: usize = 5;
/// Where the level of a line stands: among so many words from its beginning.
const LEVEL_WORDS: usize = 7;
/// A program that says nothing for so many seconds has ended its run, or waits for the next.
const RESTS: i64 = 15 * 60;
/// After a warning a shorter silence says so.
const RESTS_AFTER_WARNING: i64 = 2 * 60;
/// Lines of one log that are marked.
const MOST_ERRORS: usize = 1_000;
const MOST_LAST: usize = 20_000;
/// Bytes of a last line that are compared.
const SHAPE_BYTES: usize = 160;

/// Lines that may stand over the first record.
const HEAD_LINES: usize = 10;

/// The offset that such a log states over its first record, in minutes: "times in UTC", "all stamps UTC+02:00".
pub(super) fn stated_offset(head: &str, order: DateOrder) -> Option<i32> {
    let lines = head.lines().take(HEAD_LINES);
    let mut over = lines.take_while(|line| local_time::leading(line.trim(), order).is_none());
    let offset = over.find_map(offset_in)?;
    ProgramLog::new(head, order).map(|_| offset)
}

/// The offset of the first `UTC` or `GMT` in a line that is a word of its own.
fn offset_in(line: &str) -> Option<i32> {
    let upper = line.to_ascii_uppercase();
    let names = ["UTC", "GMT"].into_iter();
    let mut places: Vec<usize> = names
        .flat_map(|name| upper.match_indices(name).map(|(at, _)| at))
        .collect();
    places.sort_unstable();
    let ends_word =
        |letter: Option<char>| !letter.is_some_and(|letter| letter.is_alphanumeric() || letter == '_');
    let word = places.into_iter().find(|at| {
        let before = upper.get(..*at).and_then(|text| text.chars().next_back());
        let after = upper.get(at + 3..).and_then(|text| text.chars().next());
        ends_word(before) && ends_word(after)
    })?;
    let behind = upper.get(word + 3..)?;
    let sign = match behind.chars().next() {
        Some('+') => 1,
        Some('-' | '\u{2212}') => -1,
        _ => return Some(0),
    };
    let digits = behind.trim_start_matches(['+', '-', '\u{2212}']);
    let end = digits.find(|letter: char| !letter.is_ascii_digit() && letter != ':');
    let stated = digits.get(..end.unwrap_or(digits.len()))?;
    let (hours, minutes) = match stated.split_once(':') {
        Some(parts) => parts,
        None if stated.len() == 4 => stated.split_at_checked(2)?,
        None => (stated, "0"),
    };
    // A dash that no number follows is one of the sentence.
    let Ok(hours) = hours.parse::<i32>() else {
        return Some(0);
    };
    let minutes = minutes.parse::<i32>().ok().filter(|minutes| *minutes < 60)?;
    (hours <= 14).then_some(sign * (hours * 60 + minutes))
}

/// The lines of one such log.
pub(super) struct ProgramLog {
    order: DateOrder,
    before: Option<Heard>,
    marked: Vec<Heard>,
    errors: usize,
}

/// A line with a stamp.
struct Heard {
    place: Place,
    text: String,
    stamp: Stamp,
    level: Level,
    /// Whether it is the last one before a silence, and how long that is; unknown at the end of the log.
    rests: bool,
    silence: Option<i64>,
}

impl ProgramLog {
    /// Looks at the beginning of a text; none if this is no such log.
    pub(super) fn new(head: &str, order: DateOrder) -> Option<Self> {
        let lines = head.lines().map(str::trim).filter(|line| !line.is_empty());
        let (mut all, mut records) = (0_usize, 0_usize);
        for line in lines.take(LOOKED_AT) {
            all += 1;
            records += usize::from(level_of(line).is_some() && local_time::leading(line, order).is_some());
        }
        (records >= FEWEST && records * 2 > all).then(|| Self {
            order,
            before: None,
            marked: Vec::new(),
            errors: 0,
        })
    }

    /// Takes the next line.
    pub(super) fn line(&mut self, line: &Line<'_>) {
        let text = line.text.trim();
        let Some(stamp) = local_time::leading(text, self.order) else {
            return;
        };
        if let Some(before) = self.before.take() {
            let silence = seconds_between(before.stamp, stamp);
            self.keep(before, silence);
        }
        self.before = Some(Heard {
            place: line.place,
            text: text.to_owned(),
            stamp,
            level: level_of(text).map_or(Level::None, |(level, _)| level),
            rests: false,
            silence: None,
        });
    }

    fn keep(&mut self, mut line: Heard, silence: Option<i64>) {
        let rest = match line.level {
            Level::Critical | Level::Error | Level::Warning => RESTS_AFTER_WARNING,
            _ => RESTS,
        };
        line.rests = silence.is_none_or(|silence| silence >= rest) && self.marked.len() < MOST_LAST;
        line.silence = silence;
        let fails = line.level.is_error() && self.errors < MOST_ERRORS;
        self.errors += usize::from(fails);
        if line.rests || fails {
            self.marked.push(line);
        }
    }

    /// Marks the events of the lines, and makes those that are not there yet.
    pub(super) fn finish(mut self, sink: &mut Sink<'_>) {
        if let Some(last) = self.before.take() {
            self.keep(last, None);
        }
        for line in self.marked {
            let known = of_line(sink.findings(), line.place.line);
            if let Some(event) = known {
                line.mark(event);
                continue;
            }
            let mut event = Event::new(sink.line(line.place.line, line.place.offset));
            event.message = Some(line.text.as_str().into());
            line.stamp.apply(&mut event);
            line.mark(&mut event);
            sink.event(event);
        }
    }
}

impl Heard {
    fn mark(&self, event: &mut Event) {
        if event.level == Level::None {
            event.level = self.level;
        }
        event.push(RUN_LINE, Value::text(OF_PROGRAM));
        if self.rests {
            event.push(SHAPE, Value::text(shape(&self.text)));
        }
        if let Some(silence) = self.silence {
            event.push(SILENCE, Value::Signed(silence));
        }
    }
}

/// The event of a line that says something of interest anyway. Lines come in order, and so do their events.
fn of_line(findings: &mut Findings, line: u64) -> Option<&mut Event> {
    let events = &mut findings.events;
    let place = events.partition_point(|event| event.origin.line < Some(line));
    events
        .get_mut(place)
        .filter(|event| event.origin.line == Some(line) && event.id.is_none())
}

/// The level of a line, and what stands behind it.
fn level_of(line: &str) -> Option<(Level, &str)> {
    let is_edge = |c: char| c.is_whitespace() || matches!(c, '[' | ']' | '(' | ')' | '|' | ';' | '<' | '>');
    let mut rest = line;
    for _ in 0..LEVEL_WORDS {
        rest = rest.trim_start_matches(is_edge);
        let end = rest.find(is_edge).unwrap_or(rest.len());
        let (word, behind) = rest.split_at_checked(end)?;
        let word = word.trim_matches([':', '-', ',']);
        let is_written = word.starts_with(|c: char| c.is_ascii_alphabetic());
        if let Some(level) = Level::from_word(word).filter(|_| is_written) {
            return Some((level, behind));
        }
        rest = behind;
    }
    None
}

/// What a line says, each number as one mark: runs differ in them.
fn shape(line: &str) -> String {
    let said = level_of(line).map_or(line, |(_, behind)| behind);
    let mut shape = String::new();
    for c in said.chars().take(SHAPE_BYTES) {
        match c {
            _ if c.is_ascii_digit() && shape.ends_with('#') => {}
            _ if c.is_ascii_digit() => shape.push('#'),
            _ => shape.push(c),
        }
    }
    shape
}

/// From one stamp to the next, where both are of one kind.
fn seconds_between(before: Stamp, after: Stamp) -> Option<i64> {
    match (before, after) {
        (Stamp::Exact(before), Stamp::Exact(after)) => Some((after - before).num_seconds()),
        (Stamp::Local(before), Stamp::Local(after)) => Some((after - before).num_seconds()),
        _ => Some(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stated(over: &str) -> Option<i32> {
        let lines = (0..9).map(|minute| format!("2026-05-04 08:0{minute}:00 INFO all went well\n"));
        stated_offset(
            &format!("{over}{}", lines.collect::<String>()),
            DateOrder::Unknown,
        )
    }

    #[test]
    fn a_log_that_states_its_zone_over_its_records_has_it() {
        assert_eq!(stated("# runner 4.2 on BOT-1, times UTC\n"), Some(0));
        assert_eq!(stated("Protokoll\nalle Zeiten in UTC+02:00\n"), Some(120));
        assert_eq!(stated("stamps: GMT-0330\n"), Some(-210));
        assert_eq!(stated("stamps in utc - see the manual\n"), Some(0));
        assert_eq!(stated(""), None);
        assert_eq!(stated("# runner of UTCorp\n"), None);
        // Further on it is one of the things that the program says.
        let line = "2026-05-04 08:00:00 INFO converts stamps to UTC\n";
        assert_eq!(stated(line), None);
    }
}
