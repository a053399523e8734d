//! Which lines of a robot's jobs tell when each of them ran: the first, the last, and errors. Marks them, so that they are kept
//! whatever they say and in whatever language. Must not know how lines are written.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::run_lines::{OF_JOB, RUN_LINE, SILENCE};
use crate::model::{Event, Interest, Value};

use super::sink::Sink;

/// The silence after an error that names no job, where it is the last line, in seconds.
const AT_THE_END: i64 = 24 * 3600;

/// Jobs that are open at once; more make the oldest end.
const OPEN: usize = 64;
/// Jobs of one log whose beginning is marked.
const JOBS: usize = 20_000;
/// Errors of one log that are marked.
const ERRORS: usize = 1_000;

/// The lines of one log.
#[derive(Default)]
pub(super) struct JobLines {
    /// Whether every line is wanted anyway.
    all: bool,
    begun: BTreeSet<String>,
    /// The latest line of each job, which may be its last.
    latest: BTreeMap<String, Event>,
    errors: usize,
    /// An error without an id, until the next line tells how long nothing followed.
    unanswered: Option<Event>,
}

impl JobLines {
    pub(super) fn new(interest: &Interest) -> Self {
        Self {
            all: interest.is_everything(),
            ..Self::default()
        }
    }

    /// Hands a line on, or holds it until the job has another one.
    pub(super) fn line(&mut self, sink: &mut Sink<'_>, event: Event) {
        let id = event.field("jobId").map(|id| id.to_text().into_owned());
        if self.all {
            return sink.event(event);
        }
        if let Some(error) = self.unanswered.take() {
            let silence = error.time.zip(event.time).map(|(before, after)| after - before);
            answer(sink, error, silence.map_or(0, |silence| silence.num_seconds()));
        }
        let fails = event.level.is_error() && self.errors < ERRORS;
        self.errors += usize::from(fails);
        let Some(id) = id else {
            if fails {
                self.unanswered = Some(event);
            } else {
                sink.event(event);
            }
            return;
        };
        if let Some(before) = self.latest.remove(&id) {
            sink.event(before);
        }
        let begins = self.begun.len() < JOBS && self.begun.insert(id.clone());
        if begins || fails {
            mark(sink, event);
            return;
        }
        self.latest.insert(id, event);
        if self.latest.len() > OPEN {
            let oldest = self.latest.iter().min_by_key(|(_, event)| event.origin.line);
            let oldest = oldest.map(|(id, _)| id.clone());
            if let Some(event) = oldest.and_then(|id| self.latest.remove(&id)) {
                mark(sink, event);
            }
        }
    }

    /// Hands on what is held, at the end of the log.
    pub(super) fn finish(self, sink: &mut Sink<'_>) {
        if let Some(error) = self.unanswered {
            answer(sink, error, AT_THE_END);
        }
        let mut latest: Vec<Event> = self.latest.into_values().collect();
        latest.sort_by_key(|event| event.origin.line);
        for event in latest {
            mark(sink, event);
        }
    }
}

fn answer(sink: &mut Sink<'_>, mut error: Event, silence: i64) {
    error.push(SILENCE, Value::Signed(silence));
    mark(sink, error);
}

fn mark(sink: &mut Sink<'_>, mut event: Event) {
    event.push(RUN_LINE, Value::text(OF_JOB));
    sink.event(event);
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::limits::Limits;
    use crate::model::{EventFilter, Findings};
    use crate::source::Source;

    fn read(log: &str) -> Vec<Event> {
        let filter = EventFilter::Listed(BTreeMap::new());
        let interest = Interest::new(filter, ["windowsidentity".to_owned()], [], Vec::new()).unwrap();
        let limits = Limits::default();
        let context = super::super::Context {
            path: Arc::from("case/2026-05-04_Execution.log"),
            interest: &interest,
            limits: &limits,
            recover: false,
        };
        let mut findings = Findings::default();
        super::super::robot_log::read(Source::memory(log), &context, &mut findings);
        findings.events
    }

    /// The messages of the marked lines of a log.
    fn marked(log: &str) -> Vec<String> {
        let events = read(log);
        let marked = events.iter().filter(|event| event.field(RUN_LINE).is_some());
        marked
            .map(|event| event.message.as_deref().unwrap_or_default().to_owned())
            .collect()
    }

    fn line(second: u32, level: &str, message: &str, job: u32) -> String {
        format!(
            "10:00:{second:02}.0000 {level} {{\"message\":\"{message}\",\"timeStamp\":\"2026-05-04T10:00:{second:02}Z\",\
             \"windowsIdentity\":\"CORP\\\\svc-robot\",\"jobId\":\"{job}\"}}\n"
        )
    }

    #[test]
    fn first_last_and_errors() {
        let log = [
            line(1, "Info", "Abschluss gestartet", 1),
            line(2, "Info", "Schritt 1", 1),
            line(3, "Info", "anderer Vorgang", 2),
            line(4, "Error", "Element fehlt", 1),
            line(5, "Info", "Schritt 2", 1),
            line(6, "Info", "Ende", 1),
        ];
        assert_eq!(
            marked(&log.concat()),
            ["Abschluss gestartet", "anderer Vorgang", "Element fehlt", "Ende"]
        );
    }

    #[test]
    fn an_error_without_an_id_knows_how_long_nothing_followed() {
        let line = |minute: u32, level: &str, says: &str| {
            format!(
                "10:{minute:02}:00.0000 {level} {{\"message\":\"{says}\",\"timeStamp\":\"2026-05-04T10:{minute:02}:00Z\",\
                 \"windowsIdentity\":\"CORP\\\\svc-robot\"}}\n"
            )
        };
        let log = [
            line(1, "Info", "Vorgang beginnt"),
            line(2, "Error", "Feld fehlt"),
            line(3, "Info", "weiter"),
            line(4, "Error", "Speicher reicht nicht"),
        ];
        let silences: Vec<String> = read(&log.concat())
            .iter()
            .filter_map(|event| event.field_text(SILENCE))
            .collect();
        assert_eq!(silences, ["60", "86400"]);
    }

    #[test]
    fn many_open_jobs_are_not_held() {
        let count = u32::try_from(OPEN).unwrap() + 8;
        let mut log: String = (0..count).map(|job| line(1, "Info", "begin", job)).collect();
        log.extend((0..count).map(|job| line(2, "Info", "end", job)));
        let found = marked(&log);
        assert_eq!(found.iter().filter(|text| *text == "end").count(), count as usize);
    }
}
