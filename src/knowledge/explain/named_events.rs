//! Events that a text names: by the word for one, by the name of a log, or by a number that everybody in this field knows. Owns how people
//! write them; knows nothing of what they mean.

use super::context::Context;
use super::label::label;
use super::scan::Token;

/// Names of logs as people write them, and the short name of the log.
const LOGS: &[(&str, &str)] = &[
    ("lsm", "LSM"),
    ("localsessionmanager", "LSM"),
    ("rcm", "RCM"),
    ("remoteconnectionmanager", "RCM"),
    ("rdpcorets", "RdpCoreTS"),
    ("rdpclient", "RDPClient"),
    ("clientactivexcore", "RDPClient"),
    ("taskscheduler", "TaskScheduler"),
    ("security", "Security"),
    ("winlogon", "Winlogon"),
    ("user32", "User32"),
    ("eventlog", "EventLog"),
    ("netlogon", "NETLOGON"),
    ("grouppolicy", "GroupPolicy"),
    ("lsasrv", "LsaSrv"),
    ("termdd", "TermDD"),
    ("schannel", "Schannel"),
];

/// The name of an event in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NamedEvent {
    /// As it is written.
    pub(super) text: String,
    /// The short name of its log, if it is told.
    pub(super) log: Option<&'static str>,
}

/// Whether the number at this place is the id of an event.
pub(super) fn event_at(at: usize, tokens: &[Token<'_>], whole: &Context) -> Option<NamedEvent> {
    let token = tokens.get(at)?;
    let id = token.value.filter(|_| !token.hex)?;
    u16::try_from(id).ok()?;
    let mut index = at;
    let mut word = || {
        index = index.checked_sub(1)?;
        tokens
            .get(index)
            .filter(|token| token.value.is_none())
            .map(|token| token.text.to_ascii_lowercase())
    };
    let mut last = word();
    let mut called_event = matches!(last.as_deref(), Some("eventid" | "ereigniskennung"));
    if called_event {
        last = word();
    } else if last.as_deref() == Some("id") {
        last = word();
        if !last.as_deref().is_some_and(is_event_word) {
            return None;
        }
    }
    if last.as_deref().is_some_and(is_event_word) {
        called_event = true;
        last = word();
    }
    let log = last.as_deref().and_then(log_called);
    let log = log.or_else(|| log_behind(at, tokens).filter(|_| called_event));
    if log.is_none() && !called_event {
        let label = label(at, tokens);
        let bare = label.context.is_empty() && !label.counts_something_else && !whole.is_empty();
        let log = event_by_number(id).filter(|_| bare)?;
        return Some(NamedEvent {
            text: token.text.to_owned(),
            log: Some(log),
        });
    }
    let text = match log {
        Some(log) => format!("{log} {}", token.text),
        None => format!("event {}", token.text),
    };
    Some(NamedEvent {
        text,
        log: log.or_else(|| event_by_number(id)),
    })
}

fn log_called(name: &str) -> Option<&'static str> {
    LOGS.iter().find(|(word, _)| *word == name).map(|(_, log)| *log)
}

/// The log that is told behind the number: `event 40 of LocalSessionManager`.
fn log_behind(at: usize, tokens: &[Token<'_>]) -> Option<&'static str> {
    const NEAR: usize = 5;
    let behind = tokens.iter().skip(at.saturating_add(1)).take(NEAR);
    let mut words = behind.take_while(|token| token.value.is_none() && !token.opens);
    words.find_map(|token| log_called(&token.text.to_ascii_lowercase()))
}

/// The word for an event in the languages that exports come in.
fn is_event_word(word: &str) -> bool {
    ["event", "ereignis", "イベント", "événement", "evento"].contains(&word)
}

/// The log of events whose number alone is known to everybody in this field.
pub(super) const fn event_by_number(id: u32) -> Option<&'static str> {
    Some(match id {
        1074 => "User32",
        1149 => "RCM",
        4608..=4999 => "Security",
        5719 => "NETLOGON",
        6005 | 6006 | 6008 | 6013 => "EventLog",
        _ => return None,
    })
}
