//! Events as JSON: one object after the other, a line each, in a list, or somewhere in the answer of a search. Which tools
//! write them, and how, [`origins`] knows.
//!
//! The file is never parsed as one document. Each object is found by its ends and parsed alone, so that damage costs one
//! event and memory stays bounded; an object that is too long for an event is entered, and what stands in it is looked at.
//! [`objects`] finds them, [`one`] makes an event of one, [`payload`] reads its fields.

mod objects;
mod one;
mod origins;
mod payload;
#[cfg(test)]
mod tests;

use serde_json::{Map, Value as Json};

use super::Context;
use super::console::is_command;
use super::intake::Intake;
use super::window::Window;
use crate::model::{ArtifactFormat, Event, Findings, Origin, Problem, ProblemKind, Time};
use crate::source::Source;
use objects::{End, Inside, end, seek};
use one::{Record, record};

/// An object longer than this is no event: Windows logs none of more than 64 KiB, and JSON names and escapes it all.
const EVENT_BYTES: usize = 1 << 20;
/// Objects and lists around an event: the answer of a search has some.
const WRAPPERS: usize = 6;
/// Objects at the beginning that are looked at to tell the format.
const SAMPLES: usize = 32;
/// A reception this much later than a multiple of a quarter of an hour still tells the zone of the local time.
const DELAY_SECONDS: i64 = 150;

/// Whether a text begins with objects of which one is an event.
pub(crate) fn sniff(head: &str) -> bool {
    let text = behind_preface(head.trim_start_matches('\u{feff}'));
    if !text.starts_with(['{', '[']) {
        return false;
    }
    let place = Origin::artifact("");
    let mut bytes = text.as_bytes();
    let mut inside = Inside::default();
    for _ in 0..SAMPLES {
        let Ok(start) = seek(bytes, &mut inside) else {
            return false;
        };
        bytes = bytes.get(start..).unwrap_or_default();
        let End::At(length) = end(bytes) else {
            bytes = bytes.get(1..).unwrap_or_default();
            continue;
        };
        let (object, rest) = bytes.split_at_checked(length).unwrap_or((bytes, b""));
        if let Ok(value) = serde_json::from_slice::<Json>(object) {
            let mut found = false;
            each(&value, &place, WRAPPERS, &mut |_| found = true);
            if found {
                return true;
            }
        }
        bytes = rest;
    }
    false
}

/// A text without what a console shows before the objects: nothing, commands, and the line that `evtx_dump` puts before each record.
fn behind_preface(text: &str) -> &str {
    let is_number = |line: &str| {
        let number = line.strip_prefix("Record ").unwrap_or_default();
        !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    };
    let is_preface = |line: &&str| {
        let line = line.trim();
        line.is_empty() || is_number(line) || line.starts_with("```") || is_command(line)
    };
    let passed: usize = text
        .split_inclusive('\n')
        .take_while(is_preface)
        .map(str::len)
        .sum();
    text.get(passed..).unwrap_or_default().trim_start()
}

/// Reads the whole artifact.
pub(crate) fn read(source: Source, context: &Context<'_>, findings: &mut Findings) {
    let mut reader = Reader {
        window: Window::open(source),
        intake: Intake::new(context),
        context,
        line: 1,
        inside: Inside::default(),
        zone: Zone::Unknown,
    };
    reader.run();
    let Reader {
        window, intake, zone, ..
    } = reader;
    intake.finish(&window, findings);
    findings.format = Some(ArtifactFormat::EventJson);
    if let Zone::East(minutes) = zone {
        findings.utc_offset = Some(minutes);
    }
}

/// Gives an event the fields of a payload that a table holds as a text of JSON.
pub(crate) fn tell_payload(event: &mut Event, text: &str) {
    payload::members(event, &Json::from(text));
}

/// Whether the headings of a table are the names that a tool gives the members of a record.
pub(crate) fn names_a_record(headings: &[String]) -> bool {
    one::has_marks(headings)
}

/// The event that a row of such a table is.
pub(crate) fn of_row(object: &Map<String, Json>, place: &Origin) -> Option<Event> {
    record(object, place).map(|record| record.event)
}

/// Hands out the events in a value.
fn each(value: &Json, place: &Origin, wrappers: usize, take: &mut impl FnMut(Record)) {
    match value {
        Json::Object(object) => {
            if let Some(record) = record(object, place) {
                take(record);
            } else if wrappers > 0 {
                for member in object.values() {
                    each(member, place, wrappers - 1, take);
                }
            }
        }
        Json::Array(items) if wrappers > 0 => {
            for item in items {
                each(item, place, wrappers - 1, take);
            }
        }
        _ => {}
    }
}

/// What the records tell of the zone of their local times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Zone {
    /// Nothing yet.
    Unknown,
    /// Minutes east of UTC.
    East(i32),
    /// Records contradict each other.
    Doubtful,
}

struct Reader<'a, 'c> {
    window: Window,
    intake: Intake<'a, 'c>,
    context: &'a Context<'c>,
    /// The number of the line that the window begins in.
    line: u64,
    /// What it begins in.
    inside: Inside,
    zone: Zone,
}

impl Reader<'_, '_> {
    fn run(&mut self) {
        while !self.intake.is_full() {
            let found = seek(self.window.get(), &mut self.inside);
            match found {
                Ok(start) => {
                    self.advance(start);
                    self.next();
                }
                Err(passed) => {
                    self.advance(passed);
                    if !self.window.fill() {
                        if self.inside.objects > 0 {
                            self.note(ProblemKind::Truncated, "the artifact ends inside an object");
                        }
                        return;
                    }
                }
            }
        }
    }

    /// Takes the object that the window begins with, or enters it.
    fn next(&mut self) {
        match self.whole() {
            End::At(length) => {
                let passed = self.object(length);
                self.advance(passed);
            }
            End::Broken(length) => {
                self.note(ProblemKind::Damaged, "an object whose text does not end");
                self.advance(length);
            }
            End::Beyond | End::Open => {
                self.inside.objects += 1;
                self.advance(1);
            }
        }
    }

    /// The end of the object that the window begins with, filling the window as far as an event goes.
    fn whole(&mut self) -> End {
        loop {
            match end(self.window.get()) {
                End::Open if self.window.get().len() <= EVENT_BYTES && self.window.fill() => {}
                found => return found,
            }
        }
    }

    /// Takes the events in an object, and says how many bytes are done with.
    fn object(&mut self, length: usize) -> usize {
        let bytes = self.window.get().get(..length).unwrap_or_default();
        let Ok(value) = serde_json::from_str::<Json>(&String::from_utf8_lossy(bytes)) else {
            // What is damaged ends with its line: the next may be sound.
            let line = memchr::memchr(b'\n', bytes).map_or(length, |at| at + 1);
            self.note(ProblemKind::Damaged, "an object that is no JSON");
            return line;
        };
        let place = self.place();
        let mut records = Vec::new();
        each(&value, &place, WRAPPERS, &mut |record| records.push(record));
        for record in records {
            self.take(record);
        }
        length
    }

    fn take(&mut self, record: Record) {
        let Record { mut event, received } = record;
        if let (Some(local), Some(received)) = (event.local, received) {
            self.learn(local.and_utc(), received);
        }
        event.origin.record = event.record_id;
        self.intake.take(event);
    }

    /// A record that arrived at once tells its zone: all zones are whole quarters of an hour.
    fn learn(&mut self, local: Time, received: Time) {
        const QUARTER: i64 = 15 * 60;
        let late = (received - local).num_seconds();
        let behind = late.rem_euclid(QUARTER);
        let east = i32::try_from(-(late - behind) / 60)
            .ok()
            .filter(|east| (-12 * 60..=14 * 60).contains(east));
        self.zone = match (self.zone, east.filter(|_| behind <= DELAY_SECONDS)) {
            (Zone::Unknown, Some(east)) => Zone::East(east),
            (Zone::East(known), Some(east)) if known != east => Zone::Doubtful,
            (known, _) => known,
        };
    }

    fn advance(&mut self, count: usize) {
        let passed = self.window.get().get(..count).unwrap_or_default();
        let lines = memchr::memchr_iter(b'\n', passed).count() as u64;
        self.line = self.line.saturating_add(lines);
        self.window.advance(count);
    }

    fn place(&self) -> Origin {
        Origin::line(self.context.path.clone(), self.line, self.window.offset_of(0))
    }

    fn note(&mut self, kind: ProblemKind, detail: &str) {
        self.intake.note(Problem::new(kind, self.place(), detail));
    }
}
