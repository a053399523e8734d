//! Records that a line of loose text means by the name of their log and their id: `TaskScheduler 104`, `12:41:09 RCM 259`,
//! `event id 322 of TaskScheduler`, or the id alone below a line that names the log. Owns which line means a record; what its
//! description tells, others know. Must not know formats.

use std::sync::Arc;

use crate::model::{Interest, NamedLog};

/// Letters at the beginning of a line among which a record is named.
const HEAD: usize = 120;
/// Digits of an id.
const DIGITS: usize = 5;
/// Logs that one line names.
const LOGS: usize = 4;

/// Words between the name of a log and an id, and before an id that stands alone, besides those that say what the number is.
const LABELS: &[&str] = &[
    "id",
    "ids",
    "kennung",
    "nr",
    "no",
    "n°",
    "source",
    "quelle",
    "origen",
    "log",
    "protokoll",
    "journal",
    "registro",
    "operational",
    "admin",
    "error",
    "warning",
    "fehler",
    "warnung",
    "erreur",
    "avertissement",
    "advertencia",
];
/// Words that say what the number is.
const OF_EVENTS: &[&str] = &[
    "event",
    "events",
    "eventid",
    "event-id",
    "ereignis",
    "ereignis-id",
    "ereignisid",
    "ereigniskennung",
    "événement",
    "évènement",
    "événements",
    "evento",
    "eventos",
    "gebeurtenis",
    "zdarzenie",
    "событие",
    "イベント",
    "イベントid",
    "事件",
    "sistema",
    "système",
    "system",
    "application",
    "anwendung",
    "aplicación",
];
/// Words that say that it was not there.
const NONE: &[&str] = &[
    "no", "not", "kein", "keine", "ohne", "without", "sans", "aucun", "sin", "ningún", "nessun", "geen",
    "brak",
];
/// Words between an id and the name of its log behind it.
const OF: &[&str] = &[
    "of", "from", "by", "in", "von", "aus", "de", "du", "des", "del", "source", "quelle",
];

/// A record that a line means.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mention<'i, 't> {
    pub(super) provider: &'i Arc<str>,
    pub(super) channel: &'i Arc<str>,
    pub(super) id: u16,
    /// What stands behind the id.
    pub(super) rest: &'t str,
}

/// The record that a line means. `above` are the logs that the lines before it are about.
pub(super) fn find<'i, 't>(
    interest: &'i Interest,
    line: &'t str,
    above: &[usize],
) -> Option<Mention<'i, 't>> {
    if interest.logs().is_empty() {
        return None;
    }
    let (body, stamped) = behind_stamp(line);
    let head = body.get(..body.floor_char_boundary(HEAD)).unwrap_or(body);
    numbers(head).find_map(|(start, end)| {
        let id: u16 = head.get(start..end)?.parse().ok()?;
        let lead = head.get(..start)?.to_lowercase();
        let rest = body.get(end..)?;
        let (log, provider) = named_before(interest, &lead, id)
            .or_else(|| named_behind(interest, &lead, rest, id))
            .or_else(|| alone(interest, (&lead, stamped), rest, id, above))?;
        Some(Mention {
            provider,
            channel: &log.channel,
            id,
            rest: rest.trim_start_matches(|letter: char| {
                !letter.is_alphanumeric() && !"\"«„“「\\{".contains(letter)
            }),
        })
    })
}

/// The places of the logs that a line names, where it is short enough to be a heading.
pub(super) fn logs_named(interest: &Interest, line: &str) -> Vec<usize> {
    const SHORTEST: usize = 6;
    let line = line.trim();
    if line.len() > HEAD {
        return Vec::new();
    }
    let lower = line.to_lowercase();
    // Nearly no line has one, and a text of short lines asks for many.
    if !interest.names_a_log(&lower) {
        return Vec::new();
    }
    let names = |log: &NamedLog| {
        let mut long = log.names.iter().filter(|name| name.len() >= SHORTEST);
        long.any(|name| {
            let at = lower.find(&**name);
            at.and_then(|at| lower.get(at..))
                .is_some_and(|text| log.begins(text).is_some())
        })
    };
    let logs = interest.logs().iter().enumerate();
    logs.filter(|(_, log)| names(log))
        .map(|(place, _)| place)
        .take(LOGS)
        .collect()
}

/// A line behind the times and dates that it begins with, and whether there are any.
fn behind_stamp(line: &str) -> (&str, bool) {
    let mut rest = line.trim_start();
    let mut stamped = false;
    loop {
        let word = rest.split_whitespace().next().unwrap_or_default();
        let bare = bare(word);
        let is_time = is_of_stamp(bare);
        let is_half = stamped && (bare.eq_ignore_ascii_case("am") || bare.eq_ignore_ascii_case("pm"));
        let is_mark = !word.is_empty() && bare.is_empty() || bare == "-" || bare == "–";
        if !(is_time || is_half || is_mark) {
            return (rest, stamped);
        }
        stamped |= is_time;
        rest = rest.get(word.len()..).unwrap_or_default().trim_start();
    }
}

/// A word without the marks that columns and lists put around it.
fn bare(word: &str) -> &str {
    word.trim_matches(['[', ']', '(', ')', ',', ';', '|', '*', '•'])
}

/// Whether a word is a date or a time of day.
fn is_of_stamp(word: &str) -> bool {
    let of_time = |letter: char| letter.is_ascii_digit() || ":./-+TZ,".contains(letter);
    word.starts_with(|letter: char| letter.is_ascii_digit())
        && word.chars().all(of_time)
        && word.split([':', '/', '-', '.']).count() >= 2
}

/// A text before the date and the time that it ends with: `LSM 11/11/2025 18:03:24`.
fn before_stamp(text: &str) -> &str {
    let mut text = text.trim_end();
    loop {
        let start = text.rfind(char::is_whitespace).map_or(0, |at| at + 1);
        let word = text.get(start..).unwrap_or_default();
        if !is_of_stamp(bare(word)) {
            return text;
        }
        text = text.get(..start).unwrap_or_default().trim_end();
    }
}

/// Whether a place lies in a date with a whole year: `11/11/2025`.
fn is_in_date(text: &str, place: usize) -> bool {
    let in_date = |letter: char| letter.is_ascii_digit() || letter == '/';
    let (before, behind) = text.split_at_checked(place).unwrap_or((text, ""));
    let begin = before.trim_end_matches(in_date).len();
    let end = behind.len() - behind.trim_start_matches(in_date).len();
    let parts = text.get(begin..place + end).unwrap_or_default().split('/');
    let lengths: Vec<usize> = parts.map(str::len).collect();
    lengths.len() == 3 && lengths.contains(&4)
}

/// The numbers of a text that may be ids.
fn numbers(text: &str) -> impl Iterator<Item = (usize, usize)> {
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let rest = text.get(from..)?;
            let start = from.checked_add(rest.find(|letter: char| letter.is_ascii_digit())?)?;
            let run = text.get(start..)?;
            let end = start.checked_add(
                run.find(|letter: char| !letter.is_ascii_digit())
                    .unwrap_or(run.len()),
            )?;
            from = end;
            let before = text.get(..start)?.chars().next_back();
            let mut after = text.get(end..)?.chars();
            let (next, then) = (after.next(), after.next());
            let joined = |letter: Option<char>| {
                letter.is_some_and(|letter| letter.is_alphanumeric() || "%\\_".contains(letter))
            };
            // Of `3.5`, `10:00` and `2025-06-18` nothing is an id.
            let goes_on = next.is_some_and(|letter| ".:-".contains(letter))
                && then.is_some_and(|letter| letter.is_ascii_digit());
            let went_on = before.is_some_and(|letter| "-.\\_".contains(letter) || letter.is_alphanumeric());
            let is_free = !joined(next) && !goes_on && !went_on && !is_in_date(text, start);
            if end - start <= DIGITS && is_free {
                return Some((start, end));
            }
        }
    })
}

/// The log whose name stands before an id, with nothing but labels between.
fn named_before<'i>(interest: &'i Interest, lead: &str, id: u16) -> Option<(&'i NamedLog, &'i Arc<str>)> {
    let mut lead = trimmed(before_stamp(lead));
    loop {
        let fits = interest.logs().iter().filter_map(|log| {
            let length = log.ends(lead)?;
            Some((length, log, wanted(interest, log, id)?))
        });
        if let Some((length, log, provider)) = fits.max_by_key(|(length, ..)| *length) {
            let before = lead.get(..lead.len().saturating_sub(length)).unwrap_or_default();
            return (!denied(before)).then_some((log, provider));
        }
        let (before, word) = last_word(lead);
        if !LABELS.contains(&word) && !OF_EVENTS.contains(&word) {
            return None;
        }
        lead = trimmed(before);
    }
}

/// The log whose name stands behind an id that a label announces.
fn named_behind<'i>(
    interest: &'i Interest,
    lead: &str,
    rest: &str,
    id: u16,
) -> Option<(&'i NamedLog, &'i Arc<str>)> {
    let (before, word) = last_word(trimmed(lead));
    let labelled = OF_EVENTS.contains(&word) || word == "id" || trimmed(lead).is_empty();
    if !labelled || denied(before) {
        return None;
    }
    let lower = rest
        .get(..rest.floor_char_boundary(HEAD))
        .unwrap_or(rest)
        .to_lowercase();
    let mut text = lower.trim_start_matches(|letter: char| !letter.is_alphanumeric());
    while let Some(of) = OF.iter().find(|of| {
        text.strip_prefix(**of)
            .is_some_and(|after| after.starts_with([' ', ':']))
    }) {
        text = text
            .get(of.len()..)
            .unwrap_or_default()
            .trim_start_matches(|letter: char| !letter.is_alphanumeric());
    }
    let fits = interest
        .logs()
        .iter()
        .filter_map(|log| Some((log.begins(text)?, log, wanted(interest, log, id)?)));
    fits.max_by_key(|(length, ..)| *length)
        .map(|(_, log, provider)| (log, provider))
}

/// The log of an id that stands alone: that which the lines above are about, or the only one that has such an id.
fn alone<'i>(
    interest: &'i Interest,
    (lead, stamped): (&str, bool),
    rest: &str,
    id: u16,
    above: &[usize],
) -> Option<(&'i NamedLog, &'i Arc<str>)> {
    const SHORTEST: u16 = 10;
    let lead = trimmed(lead);
    let (before, word) = last_word(lead);
    // Of `event 40 of 50` nothing is an id.
    let behind = rest.trim_start().trim_start_matches("of").trim_start();
    if behind.len() < rest.trim_start().len() && behind.starts_with(|letter: char| letter.is_ascii_digit()) {
        return None;
    }
    let labelled =
        OF_EVENTS.contains(&word) || word == "id" && OF_EVENTS.contains(&last_word(trimmed(before)).1);
    if id < SHORTEST || denied(before) || names_a_channel(lead) || !(labelled || lead.is_empty()) {
        return None;
    }
    let have = |log: &'i NamedLog| wanted(interest, log, id).map(|provider| (log, provider));
    let near = above
        .iter()
        .filter_map(|place| interest.logs().get(*place))
        .find_map(have);
    if near.is_some() {
        return near.filter(|_| stamped || labelled || rest.starts_with(['\t', ':', ' ']));
    }
    let mut all = interest.logs().iter().filter_map(have);
    // The path of a task in quotes is Task Scheduler's way.
    let of_task = ["\"\\", "« \\", "„\\", "“\\", "「\\"]
        .iter()
        .any(|mark| rest.contains(mark));
    if of_task && (stamped || labelled) {
        return all.find(|(log, _)| log.names.iter().any(|name| &**name == "taskscheduler"));
    }
    if !labelled {
        return None;
    }
    let first = all.next()?;
    all.all(|(_, provider)| provider.eq_ignore_ascii_case(first.1))
        .then_some(first)
}

/// The provider of a log whose records of this id are of interest.
fn wanted<'i>(interest: &Interest, log: &'i NamedLog, id: u16) -> Option<&'i Arc<str>> {
    log.providers.iter().find(|provider| interest.lists(provider, id))
}

/// Whether the words before an id name a log in full, as Windows spells it: then the id is of that log and of no other.
fn names_a_channel(lead: &str) -> bool {
    let mut words = lead.split_whitespace();
    words.any(|word| {
        word.starts_with("microsoft-windows-") || word.contains("/operational") || word.contains("/admin")
    })
}

/// Whether the words before say that there was none.
fn denied(before: &str) -> bool {
    let (rest, word) = last_word(trimmed(before));
    NONE.contains(&word) || NONE.contains(&last_word(trimmed(rest)).1)
}

fn trimmed(text: &str) -> &str {
    text.trim_end_matches(|letter: char| !letter.is_alphanumeric() && letter != '°')
}

/// A text before its last word, and that word.
fn last_word(text: &str) -> (&str, &str) {
    let start = text
        .char_indices()
        .rev()
        .take_while(|(_, letter)| letter.is_alphanumeric() || matches!(letter, '-' | '°'))
        .last()
        .map_or(text.len(), |(at, _)| at);
    text.split_at_checked(start).unwrap_or((text, ""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::EventFilter;

    fn interest() -> Interest {
        let tasks: Arc<str> = "Microsoft-Windows-TaskScheduler".into();
        let sessions: Arc<str> = "Microsoft-Windows-TerminalServices-LocalSessionManager".into();
        let services: Arc<str> = "Service Control Manager".into();
        let listed = [
            (&tasks, vec![104, 201]),
            (&sessions, vec![23, 40]),
            (&services, vec![7031]),
        ];
        let listed = listed.map(|(name, ids)| (name.to_lowercase().into(), ids.into_iter().collect()));
        let log = |alias: &str, name: &Arc<str>| {
            NamedLog::new(
                alias,
                vec![Arc::clone(name)],
                format!("{name}/Operational").into(),
            )
        };
        Interest::new(EventFilter::Listed(listed.into()), [], [], Vec::new())
            .unwrap()
            .with_logs(vec![
                log("TaskScheduler", &tasks),
                log("LSM", &sessions),
                log("SCM", &services),
            ])
    }

    fn found(line: &str, above: &[usize]) -> Option<(String, u16)> {
        let interest = interest();
        find(&interest, line, above).map(|mention| {
            (
                mention.provider.rsplit('-').next().unwrap_or_default().to_owned(),
                mention.id,
            )
        })
    }

    #[test]
    fn a_log_and_an_id_mean_a_record() {
        for (line, name, id) in [
            (
                "25.02.2025 03:02:11  TaskScheduler 104  Fehler beim Anmelden",
                "TaskScheduler",
                104,
            ),
            (
                "04:00:13  LocalSessionManager 40 : La session 6 a été déconnectée",
                "LocalSessionManager",
                40,
            ),
            ("LSM/Operational event id 23", "LocalSessionManager", 23),
            (
                "TaskScheduler   11/11/2025 18:03:24 104 could not log on",
                "TaskScheduler",
                104,
            ),
            (
                "Service Control Manager, 7031: terminated",
                "Service Control Manager",
                7031,
            ),
            (
                "we see event id 104 of TaskScheduler each night",
                "TaskScheduler",
                104,
            ),
            (
                "Event ID 7031: the service ended",
                "Service Control Manager",
                7031,
            ),
            (
                "Registro Sistema, 7031: El servicio",
                "Service Control Manager",
                7031,
            ),
            (
                "16.06.2025 13:20:44  201  Aufgabe \"\\Monitor\", Rückgabecode 5",
                "TaskScheduler",
                201,
            ),
            (
                "[2025-06-16T13:20:44Z] SCM(7031)",
                "Service Control Manager",
                7031,
            ),
        ] {
            assert_eq!(found(line, &[]), Some((name.to_owned(), id)), "{line}");
        }
        assert_eq!(
            found("12:41:09  40  getrennt", &[1]),
            Some(("LocalSessionManager".to_owned(), 40))
        );
    }

    #[test]
    fn numbers_of_everyday_mean_none() {
        for line in [
            "12:41:09  40  files copied",
            "the job took 104 seconds",
            "no TaskScheduler 104 in the log",
            "TaskScheduler 1.104 installed",
            "TaskScheduler 999",
            "event 40 of 50",
            "104",
            "10:40 LSM",
            "LSM 40/11/2025 no such day",
            "Microsoft-Windows-NTLM/Operational, Event ID 7031 (Information)",
            "Contoso-Agent/Operational event 104",
        ] {
            assert_eq!(found(line, &[]), None, "{line}");
        }
    }

    #[test]
    fn a_heading_names_logs() {
        let interest = interest();
        assert_eq!(
            logs_named(&interest, "Auszug (LocalSessionManager/Operational + System):"),
            [1]
        );
        assert!(logs_named(&interest, "nothing").is_empty());
    }
}
