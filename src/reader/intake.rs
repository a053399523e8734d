//! Takes whole events of an artifact that names their `System` values, whatever it is written in: counts each for the coverage
//! of its channel, keeps those of interest within the budgets. Must not know formats.

use crate::model::{Event, Findings, Origin, Problem, ProblemKind, Time};

use super::Context;
use super::event_list;
use super::evtx::Tally;
use super::local_time::Stamp;
use super::room::Room;
use super::session_dump::Dumps;
use super::sink::CUT;
use super::window::Window;
use super::wording::Wording;

/// What was taken so far.
pub(crate) struct Intake<'a, 'c> {
    wording: Wording<'c>,
    tally: Tally<'c>,
    room: Room,
    /// Whether the room for events is used up.
    full: bool,
    dumps: Dumps,
    context: &'a Context<'c>,
}

impl<'a, 'c> Intake<'a, 'c> {
    /// Nothing yet.
    pub(crate) fn new(context: &'a Context<'c>) -> Self {
        Self {
            wording: Wording::new(context.interest),
            tally: Tally::new(context),
            room: Room::new(context.limits),
            full: false,
            dumps: Dumps::of_log(context),
            context,
        }
    }

    /// Whether no further event is kept.
    pub(crate) fn is_full(&self) -> bool {
        self.full || self.tally.is_full()
    }

    /// Whether these bytes may belong to a list of sessions.
    pub(crate) fn dumps_want(&self, bytes: &[u8]) -> bool {
        self.dumps.wants(bytes)
    }

    /// Counts a record that is not of interest.
    pub(crate) fn count(&mut self, computer: &str, channel: &str, record: u64, time: Option<Time>) {
        self.tally.count(computer, channel, record, time);
    }

    /// Counts a record and keeps it if it is of interest.
    pub(crate) fn take(&mut self, mut event: Event) {
        let record = event.record_id.unwrap_or(0);
        self.tally
            .count(&event.computer, &event.channel, record, event.time);
        self.dumps
            .record(&event.text(), event.time.map(Stamp::Exact), || {
                event.origin.clone()
            });
        let interest = self.context.interest;
        interest.strings().name(&mut event);
        let wanted = event.id.is_some_and(|id| interest.wants(&event.provider, id));
        if wanted || interest.mentions(&event.text()) {
            // Where the payload has no names, the message tells what there is to tell.
            // A record of a trace is of no channel.
            let is_traced = event.channel.is_empty() && event.record_id.is_none();
            let told = event.message.clone();
            if let Some(message) = told.filter(|_| is_traced || is_nameless(&event)) {
                if is_traced {
                    self.wording.name_tracer(&mut event, &message);
                }
                if event.fields.is_empty() {
                    event_list::tell_description(&mut event, &message, &self.wording);
                } else {
                    self.wording.tell(&mut event, &message);
                }
            }
            self.keep(event);
        }
    }

    /// Keeps an event as far as there is room.
    fn keep(&mut self, mut event: Event) {
        let cut = self.room.cut();
        let origin = event.origin.clone();
        if !self.room.fit(&mut event, self.context.interest) {
            self.full = true;
            let detail = format!(
                "events of interest of more than {} bytes",
                self.context.limits.event_bytes
            );
            self.note(Problem::new(ProblemKind::LimitHit, origin, detail));
            return;
        }
        if self.room.cut() > cut {
            self.note(Problem::new(ProblemKind::LimitHit, origin, CUT));
        }
        self.tally.keep(event);
    }

    /// Notes a problem.
    pub(crate) fn note(&mut self, problem: Problem) {
        self.tally.note(problem);
    }

    /// Hands all over, with what the window that the events came through has to say.
    pub(crate) fn finish(mut self, window: &Window, findings: &mut Findings) {
        if let Some(error) = window.failure() {
            let origin = Origin::offset(self.context.path.clone(), window.bytes());
            self.note(Problem::new(ProblemKind::of(error), origin, error.to_string()));
        }
        findings.encoding = Some(window.encoding());
        findings.bytes = window.bytes();
        self.tally.finish(findings);
        self.dumps.finish(self.context, findings);
    }
}

/// Whether an event has no payload with names, so that only its message tells.
fn is_nameless(event: &Event) -> bool {
    event.fields.iter().all(|field| {
        matches!(
            &*field.name,
            "" | "Message" | "EventPayload" | "BinaryEventData" | "ErrorCode"
        )
    })
}
