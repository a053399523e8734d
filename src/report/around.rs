//! What happened to the hosts at a time that somebody asks about where nothing failed: who went down or slept, whose session ended, when the
//! clock was set. Owns what of it is told; must not know how it is laid out.

use std::sync::Arc;

use super::sessions::named;
use crate::model::{Diagnosis, Happening, Lane, Origin, SessionReport, Time};

/// One line of it.
pub(super) struct Line<'d> {
    pub at: Time,
    /// Until when it went on, where that is told.
    pub until: Option<Time>,
    pub host: &'d Arc<str>,
    pub summary: String,
    pub origin: Option<&'d Origin>,
}

/// What happened in a span of time, and what came before each start and sleep in it, in order of time.
pub(super) fn told(diagnosis: &Diagnosis, (from, until): (Time, Time)) -> Vec<Line<'_>> {
    let in_lane = |lane: Lane| diagnosis.happenings.iter().filter(move |one| one.lane == lane);
    let touches = |one: &&Happening| one.at <= until && one.until.unwrap_or(one.at) >= from;
    let mut shown: Vec<&Happening> = Vec::new();
    for one in in_lane(Lane::Power).filter(touches) {
        // The clock may have been set: what came before is not what has the earlier time.
        let before = in_lane(Lane::Power).filter(|other| other.host == one.host && order(other) < order(one));
        for one in before.max_by_key(|other| order(other)).into_iter().chain([one]) {
            if !shown.contains(&one) {
                shown.push(one);
            }
        }
    }
    let of_clock = |one: &&Happening| one.subject.as_deref().is_some_and(|kind| kind.contains("clock"));
    shown.extend(in_lane(Lane::Change).filter(of_clock).filter(touches));
    let mut lines: Vec<Line<'_>> = shown.into_iter().map(happened).collect();
    let ended = |session: &&SessionReport| session.end.is_some_and(|end| end >= from && end <= until);
    lines.extend(diagnosis.sessions.iter().filter(ended).filter_map(end_of));
    lines
}

/// Where it stands among its like; a stored diagnosis does not tell how the clock went, and the times must do.
const fn order(one: &Happening) -> (usize, Time) {
    (one.rank, one.at)
}

fn happened(one: &Happening) -> Line<'_> {
    Line {
        at: one.at,
        until: one.until,
        host: &one.host,
        summary: one.summary.clone(),
        origin: one.origin.as_ref(),
    }
}

fn end_of(session: &SessionReport) -> Option<Line<'_>> {
    let whose = session
        .user
        .as_deref()
        .map(|user| format!(" of {user}"))
        .unwrap_or_default();
    let from = session
        .address
        .as_deref()
        .map(|address| format!(", from {address},"))
        .unwrap_or_default();
    let how = session
        .end_class
        .as_deref()
        .map(|class| format!(": {}", class.replace('-', " ")));
    Some(Line {
        at: session.end?,
        until: None,
        host: &session.host,
        summary: format!("{}{whose}{from} ended{}", named(session), how.unwrap_or_default()),
        origin: session.states.last().map(|state| &state.origin),
    })
}
