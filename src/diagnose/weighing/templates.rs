//! Words for people: fills the templates of the knowledge. Owns no knowledge of its own.

use crate::diagnose::incidents::sightings::Keys;
use crate::knowledge::signal::field;
use crate::knowledge::{DERIVED, Key};
use crate::model::{Event, Time};

/// `CHANNEL covering 2026-05-04 10:42 UTC`, or a span where the two differ.
pub(in crate::diagnose) fn covering(what: &str, from: Time, to: Time) -> String {
    let (from, to) = (from.format("%Y-%m-%d %H:%M"), to.format("%Y-%m-%d %H:%M"));
    let (from, to) = (from.to_string(), to.to_string());
    if from == to {
        format!("{what} covering {from} UTC")
    } else {
        format!("{what} covering {from} to {to} UTC")
    }
}

/// What is counted in sentences: many of it, and one.
const COUNTED: &[(&str, &str)] = &[
    (" seconds", " second"),
    (" minutes", " minute"),
    (" hours", " hour"),
    (" sessions", " session"),
    (" refreshes", " refresh"),
    (" places", " place"),
    (" logons", " logon"),
    (" addresses", " address"),
];

/// Longest piece of log text that goes into a sentence, in characters.
const MOST: usize = 240;

/// The fields of records that a sentence names, and their id; the keys of an incident and the record's other own values are none.
pub(in crate::diagnose) fn fields(template: &str) -> impl Iterator<Item = &str> {
    let names = template
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}'));
    let names = names.flat_map(|(names, _)| names.split('|'));
    names.filter(|name| *name == "id" || !name.bytes().all(|byte| byte.is_ascii_lowercase()))
}

/// Fills `{Field}`, `{user}`, `{session}` and the other keys, and `{host}`; of `{A|B}` the first that is there. What is not known becomes a plain word, and what
/// the sentence can do without, a parenthesis or the end behind a colon, is left out.
pub(in crate::diagnose) fn fill(template: &str, event: Option<&Event>, keys: &Keys, host: &str) -> String {
    let mut text = String::with_capacity(template.len() + 32);
    let mut open = None;
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        for (at, sign) in before
            .char_indices()
            .filter(|(_, sign)| matches!(sign, '(' | ')'))
        {
            open = (sign == '(').then_some(text.len() + at);
        }
        text.push_str(before);
        let Some((name, tail)) = after.split_once('}') else {
            text.push('{');
            rest = after;
            continue;
        };
        rest = tail;
        let found = name.split('|').find_map(|name| value(name, event, keys, host));
        match (found, open) {
            // The classes of the ledgers are spelled with hyphens.
            (Some(value), _) if name == "class" => text.push_str(&value.replace('-', " ")),
            (Some(value), _) => {
                text.push_str(&clip(&value));
                if value == "1"
                    && let Some((many, one)) = COUNTED.iter().find(|(many, _)| tail.starts_with(many))
                {
                    text.push_str(one);
                    rest = tail.get(many.len()..).unwrap_or_default();
                }
            }
            (None, Some(start)) if tail.contains(')') => {
                text.truncate(start);
                text.truncate(text.trim_end().len());
                rest = tail.split_once(')').map_or("", |(_, tail)| tail);
                open = None;
            }
            (None, _) if tail.is_empty() && text.ends_with(": ") => text.truncate(text.len() - 2),
            (None, _) => unknown(&mut text, name),
        }
    }
    text.push_str(rest);
    capital(&text)
}

fn value(name: &str, event: Option<&Event>, keys: &Keys, host: &str) -> Option<String> {
    if name == "host" {
        return Some(host.to_owned());
    }
    let key = name.parse::<Key>().ok();
    if let Some(known) = key.and_then(|key| keys.get(key)) {
        return Some(known.to_string());
    }
    // What is made of a code that a text names has that text in a field of its own, beside words for signals.
    if let Some(event) = event.filter(|event| name == "message" && event.provider.starts_with(DERIVED)) {
        return event.field_text("Said").or_else(|| told(event));
    }
    event
        .and_then(|event| field(event, name))
        // Windows writes a hyphen where it knows nothing, and its installer `(NULL)`.
        .filter(|text| !matches!(text.trim(), "" | "-" | "(NULL)"))
        .map(std::borrow::Cow::into_owned)
}

/// What there is to say of a derived event, which has no text of its own: whose it is, and its code.
fn told(event: &Event) -> Option<String> {
    const PARTS: [(&str, &str); 9] = [
        ("User", ""),
        ("TaskName", ""),
        ("SessionID", "session "),
        ("LogonType", "logon type "),
        ("Address", "from "),
        ("Reason", "code "),
        ("FailureCode", "code "),
        ("ResultCode", "code "),
        ("Status", "code "),
    ];
    let part = |(name, word): &(&str, &str)| {
        let value = event.field_text(name).filter(|value| !value.trim().is_empty())?;
        let number = value
            .parse::<u32>()
            .ok()
            .filter(|number| *word == "code " && *number > 0xFFFF);
        Some(match number {
            Some(number) => format!("{word}{value} (0x{number:08X})"),
            None => format!("{word}{value}"),
        })
    };
    let parts: Vec<String> = PARTS.iter().filter_map(part).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// Words for what nobody knows, so that the sentence stays one: `session {session}` becomes `a session`.
fn unknown(text: &mut String, name: &str) {
    // What happened is told without whoever did it.
    if text.ends_with(" by ") {
        text.truncate(text.len() - " by ".len());
        return;
    }
    let lower = text.to_ascii_lowercase();
    let noun = ["scheduled task", "session", "task"]
        .into_iter()
        .find(|noun| lower.ends_with(&format!("{noun} ")));
    if let Some(noun) = noun {
        let start = text.len() - noun.len() - 1;
        let definite = lower.get(..start).is_some_and(|before| before.ends_with("the "));
        text.truncate(start);
        if !definite {
            text.push_str("a ");
        }
        text.push_str(noun);
        return;
    }
    let lower = name.to_lowercase();
    text.push_str(match name.parse::<Key>() {
        Ok(Key::User) => "an unnamed user",
        Ok(Key::Task) => "a task",
        Ok(Key::Session) => "a session",
        Ok(Key::Address) => "an unknown address",
        _ if lower.ends_with("user") || lower.ends_with("username") => "somebody",
        _ if lower == "was" => "went down",
        _ if lower == "did" => "took the host down",
        _ if lower.starts_with("update") => "an update",
        _ if lower.ends_with("process") || lower.starts_with("program") => "a program",
        // A field that has no name tells its kind by the word before it.
        _ if text.ends_with(" connection of ") || text.ends_with(" session of ") => "somebody",
        _ => "an unknown value",
    });
}

/// A sentence that begins with words for what nobody knows begins with a capital all the same.
fn capital(text: &str) -> String {
    let begins = ["a ", "an ", "somebody"]
        .iter()
        .any(|word| text.starts_with(word));
    match text.chars().next() {
        Some(first) if begins => first.to_uppercase().collect::<String>() + text.get(1..).unwrap_or_default(),
        _ => text.to_owned(),
    }
}

/// A template with its gaps left open, for naming what was not seen.
pub(in crate::diagnose) fn outline(template: &str) -> String {
    let mut text = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        text.push('…');
        rest = after.split_once('}').map_or("", |(_, tail)| tail);
    }
    text.push_str(rest);
    text
}

/// One line of bounded length.
fn clip(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(MOST) {
        Some((end, _)) => line.get(..end).unwrap_or(&line).to_owned() + "…",
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bare(template: &str) -> String {
        fill(template, None, &Keys::default(), "RPA-07")
    }

    #[test]
    fn what_is_not_known_leaves_a_sentence() {
        for (template, sentence) in [
            (
                "Scheduled task {task} could not log on",
                "A scheduled task could not log on",
            ),
            ("{task} started as {user}", "A task started as an unnamed user"),
            (
                "Windows says that session {session} was idle",
                "Windows says that a session was idle",
            ),
            (
                "The session {OwnSession} of {user} was at the console then",
                "The session of an unnamed user was at the console then",
            ),
            ("The connection broke (reason {Reason})", "The connection broke"),
            (
                "{Process} shut {host} down for {User}: {Comment}",
                "A program shut RPA-07 down for somebody",
            ),
            (
                "The user who was logged on declined the connection of {Param2}",
                "The user who was logged on declined the connection of somebody",
            ),
            ("{task} was changed by {user}", "A task was changed"),
            (
                "The host {Was} by {Process} while a job was running",
                "The host went down while a job was running",
            ),
            ("Windows installed {updateTitle}", "Windows installed an update"),
            (
                "Windows Update restarted the host: {Process} ({ReasonCode}): {Comment}",
                "Windows Update restarted the host: a program",
            ),
            (
                "It ran (event 104) and returned {ResultCode}",
                "It ran (event 104) and returned an unknown value",
            ),
        ] {
            let found = bare(template);
            assert_eq!(found, sentence, "{template}");
        }
    }

    #[test]
    fn what_is_known_is_filled_in() {
        let mut keys = Keys::default();
        keys.set(Key::Task, r"\Nightly");
        assert_eq!(
            fill("Scheduled task {task} ran and failed", None, &keys, "RPA-07"),
            r"Scheduled task \Nightly ran and failed"
        );
        let mut event = Event::new(crate::model::Origin::artifact("t"));
        event.push("Path", crate::model::Value::text(r"M:\job.cmd"));
        event.push("CallerComputer", crate::model::Value::text("-"));
        assert_eq!(
            fill(
                "It was locked out (the wrong passwords came from {CallerComputer})",
                Some(&event),
                &keys,
                "RPA-07"
            ),
            "It was locked out"
        );
        assert_eq!(
            fill("{task} starts {ActionName|Path}", Some(&event), &keys, "RPA-07"),
            r"\Nightly starts M:\job.cmd"
        );
    }
}
