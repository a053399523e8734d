//! The session ledger: who was in which session from when to when, and who owned what at an instant.

use super::page::{Page, Style};
use super::places::Places;
use super::{Clockface, Options, csv};
use crate::model::{Diagnosis, SessionReport, Time};

/// Whether a session was there at an instant. One that began before the log is taken to have been there.
pub fn is_at(session: &SessionReport, at: Time) -> bool {
    session.start.is_none_or(|start| start <= at) && session.end.is_none_or(|end| at < end)
}

/// The last state of a session at an instant.
fn state_at(session: &SessionReport, at: Time) -> &str {
    let mut states = session
        .states
        .iter()
        .filter(|state| state.at.is_none_or(|time| time <= at));
    states
        .next_back()
        .map_or("state not known", |state| &state.summary)
}

/// The ledger, or with `at` who owned what then.
pub fn text(diagnosis: &Diagnosis, at: Option<Time>, options: &Options) -> String {
    let clock = Clockface::new(options.zone, diagnosis);
    let mut page = Page::new(options.colour, options.width);
    let places = Places::new(diagnosis);
    let chosen: Vec<&SessionReport> = chosen(diagnosis, at);
    if chosen.is_empty() {
        let why = match at {
            Some(at) => format!("No session is known at {}.", clock.show("", at)),
            None => "No session is known: none of the logs records logons.".to_owned(),
        };
        page.bullet(0, "", None, &why);
    }
    let mut host = None;
    for session in chosen {
        if host != Some(&session.host) {
            host = Some(&session.host);
            let when = at
                .map(|at| format!(" at {}", clock.show(&session.host, at)))
                .unwrap_or_default();
            page.heading(&format!("{}{when}", session.host));
        }
        entry(&mut page, session, at, (&clock, &places));
    }
    page.finish()
}

fn chosen(diagnosis: &Diagnosis, at: Option<Time>) -> Vec<&SessionReport> {
    let sessions = diagnosis.sessions.iter();
    sessions
        .filter(|session| at.is_none_or(|at| is_at(session, at)))
        .collect()
}

fn entry(
    page: &mut Page,
    session: &SessionReport,
    at: Option<Time>,
    (clock, places): (&Clockface<'_>, &Places<'_>),
) {
    let host = &session.host;
    let from = session
        .start
        .map_or_else(|| "before the log".to_owned(), |start| clock.show(host, start));
    let to = session
        .end
        .map_or_else(|| "not ended in the log".to_owned(), |end| clock.show(host, end));
    let mut text = format!(
        "{}, {}",
        session.user.as_deref().unwrap_or("user not known"),
        session.kind
    );
    if let Some(address) = session.address.as_deref() {
        text += &format!(" from {address}");
    }
    text += &format!(": {from} to {to}");
    if let Some(class) = &session.end_class {
        text += &format!(" ({class})");
    }
    page.bullet(2, &session.named().to_lowercase(), Some(Style::Bold), &text);
    match at {
        Some(at) => page.bullet(6, "", None, state_at(session, at)),
        None => {
            for state in &session.states {
                let at = state.at.map(|at| clock.show(host, at)).unwrap_or_default();
                let told = format!("{at} {} {}", state.summary, places.bracketed(&state.origin));
                // The place of a record can be as wide as the page: it has the line to itself then.
                let mark = page.mark();
                page.bullet(6, "", None, told.trim_start());
                page.emphasize(mark, &at, Style::Dim);
            }
        }
    }
}

/// The same as a JSON list.
pub fn json(diagnosis: &Diagnosis, at: Option<Time>) -> String {
    super::json::part(&chosen(diagnosis, at), diagnosis)
}

/// The same as a table, a row for each session; what happened to it in between is not in it.
pub fn csv(diagnosis: &Diagnosis, at: Option<Time>, options: &Options) -> String {
    let clock = Clockface::new(options.zone, diagnosis);
    let mut text = csv::row([
        "host",
        "session",
        "user",
        "kind",
        "address",
        "start",
        "end",
        "end_class",
        "origin",
    ]);
    for session in chosen(diagnosis, at) {
        let when =
            |time: Option<Time>| time.map_or_else(String::new, |time| clock.exact(&session.host, time));
        let told = |text: Option<&str>| text.unwrap_or_default().to_owned();
        let origin = session.states.first().map(|state| state.origin.to_string());
        text += &csv::row([
            session.host.to_string(),
            session.session.map_or_else(String::new, |id| id.to_string()),
            told(session.user.as_deref()),
            session.kind.clone(),
            told(session.address.as_deref()),
            when(session.start),
            when(session.end),
            told(session.end_class.as_deref()),
            origin.unwrap_or_default(),
        ]);
    }
    text
}
