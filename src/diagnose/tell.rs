//! Words for people: fills the templates of the knowledge. Owns no knowledge of its own.

use super::sighting::Keys;
use crate::knowledge::Key;
use crate::knowledge::signal::field;
use crate::model::Event;

/// Longest piece of log text that goes into a sentence, in characters.
const MOST: usize = 240;

/// Fills `{Field}`, `{user}`, `{session}` and the other keys, and `{host}`. What is not known becomes a plain word.
pub(super) fn fill(template: &str, event: Option<&Event>, keys: &Keys, host: &str) -> String {
    let mut text = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let Some((name, tail)) = after.split_once('}') else {
            text.push('{');
            rest = after;
            continue;
        };
        text.push_str(&clip(&value(name, event, keys, host)));
        rest = tail;
    }
    text.push_str(rest);
    text
}

fn value(name: &str, event: Option<&Event>, keys: &Keys, host: &str) -> String {
    if name == "host" {
        return host.to_owned();
    }
    let key = name.parse::<Key>().ok();
    if let Some(known) = key.and_then(|key| keys.get(key)) {
        return known.to_string();
    }
    if let Some(found) = event
        .and_then(|event| field(event, name))
        .filter(|text| !text.trim().is_empty())
    {
        return found.into_owned();
    }
    match key {
        Some(Key::User) => "an unnamed user".to_owned(),
        Some(Key::Task) => "a task".to_owned(),
        _ => "?".to_owned(),
    }
}

/// A template with its gaps left open, for naming what was not seen.
pub(super) fn outline(template: &str) -> String {
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
