//! Secrets in what was read: a password in an export that was pasted into a mail, in the command line of a ticket, in
//! the headers of a trace, in the audit of a registry value. They are replaced before anything leaves a reader, once for
//! all formats, and that is said.
//!
//! Settings are read by readers that drop secrets by their names and never hold their data. This is for the events of
//! every artifact. It rather hides too much. [`text`] knows what a secret looks like in one text, [`words`] in one word; this file knows the
//! fields of an event, [`over_lines`] what goes over several of them: a heading and the row below it, a key in lines.
//! What words, forms and shapes there are, [`rules`] has as data, [`givens`] those in which a secret may look like a word, [`plain`] what only
//! looks like one; [`checks`] says whether a value is what a form asks for, [`hints`] which forms a text is worth; [`values`] knows where a value begins
//! and ends in every quoting, [`layers`] takes off what is written for signs within another text, [`announced`] knows what a line says of
//! those below it. [`commands`] reads command lines, of the [`tools`] that take secrets, [`calls`] sources, [`prose`] sentences in the words
//! of [`spoken`], with [`states`] for what a password is and [`moved`] for what it became, [`asked`] questions and options, [`tables`] those of
//! pages, [`columns`] those in lines, [`members`] blocks of settings that are named as a whole, [`pins`] numbers that open something, [`verbs`] what
//! a verb gives, [`pairs`] an account with its secret, and [`encoded`] what stands in base64. [`talk`] follows a conversation
//! about a password, whose turns [`turns`] knows and whose [`answers`]; [`phrases`] knows how far a secret of several words goes, [`tokens`] which words look like none.
//! [`topics`] reads clauses that go back to a password, in the words of [`topic_words`] and the places of [`clause_words`], [`labels`] those that name one, [`wide`] those without
//! blanks; [`claims`] says what can be a secret there. [`names`] finds the names once for all forms, [`gates`] where a form can match at all,
//! and [`pages`] makes lines of elements. [`net`] catches in notes what all of them let through.

mod announced;
mod answers;
mod asked;
mod calls;
mod checks;
mod claims;
mod clause_words;
mod columns;
mod commands;
mod encoded;
mod gates;
mod givens;
mod hints;
mod labels;
mod layers;
mod letters;
mod members;
mod moved;
mod names;
mod net;
mod over_lines;
mod pages;
mod pairs;
mod phrases;
mod pins;
mod plain;
mod prose;
mod rules;
mod secret_names;
mod shapes;
mod sources;
mod spoken;
mod states;
mod tables;
mod talk;
#[cfg(test)]
mod tests;
mod text;
mod tokens;
mod tools;
#[cfg(test)]
mod topic_tests;
mod topic_words;
mod topics;
mod turns;
mod values;
mod verbs;
#[cfg(test)]
mod weak_tests;
mod wide;
mod words;

use std::borrow::Cow;
use std::sync::Arc;

use crate::model::{
    ArtifactFormat, ByPlace, Event, Findings, NOTE_TOLD, Origin, Problem, ProblemKind, Value,
};

use super::Context;
use super::sink::add_problem;
pub(super) use letters::Letters;
use over_lines::Above;
pub(super) use over_lines::Announcing;
pub(super) use text::{is_secret_name, is_the_name, mask as mask_text, may_hold};
pub(super) use words::is_strong;

/// What is said where there were some.
pub(super) const REPLACED: &str = "what looks like a password or a token was replaced";

/// What stands in the place of a secret.
const MASK: &str = "***";

/// Fields that hold the data of a value that another field names, as in event 4657 of the Security log.
const DATA_FIELDS: [&str; 5] = ["NewValue", "OldValue", "Details", "Data", "Value"];

/// Whether a field of this name holds the data of a value that another field names.
pub(super) fn is_data_name(name: &str) -> bool {
    DATA_FIELDS.iter().any(|other| name.eq_ignore_ascii_case(other))
}

/// Whether an object of this name is an account with its secret, or what only its owner can answer: the member for the data has it.
pub(super) fn is_account(name: &str) -> bool {
    const ASKED: [&str; 4] = [
        "recovery",
        "securityquestion",
        "secretquestion",
        "challengequestion",
    ];
    let letters: String = name.chars().filter(|c| c.is_alphanumeric()).collect();
    let is_asked = || {
        ASKED
            .iter()
            .any(|known| letters.to_ascii_lowercase().contains(known))
    };
    ["credential", "credentials", "creds"]
        .iter()
        .any(|known| name.eq_ignore_ascii_case(known))
        || is_asked()
}

/// Whether a value says of what stands beside it that it is a secret.
pub(super) fn is_secure(kind: &str) -> bool {
    kind.eq_ignore_ascii_case("SecureString")
}

/// Whether a member of such an object is its data, and a secret.
pub(super) fn is_secret_data(name: &str, value: &str) -> bool {
    const DATA: [&str; 5] = ["value", "data", "text", "secret", "plaintext"];
    let lower = name.to_ascii_lowercase();
    if lower.ends_with("answer") {
        return true;
    }
    DATA.iter().any(|end| lower.ends_with(end)) && words::is_given(value)
}

/// Whether the value of a member of an object is a secret under its name, whatever stands in the value.
pub(super) fn is_secret_member(name: &str, value: &str) -> bool {
    let is_seed = name.to_ascii_lowercase().ends_with("seed") && is_strong(value);
    if is_secret_name(name) || is_seed {
        return true;
    }
    if announced::is_short_name(name) {
        return if name.eq_ignore_ascii_case("key") {
            words::is_key(value)
        } else {
            is_strong(value) || words::is_typed(value)
        };
    }
    let hides = |text: &str| may_hold(text) && matches!(mask_text(text), Cow::Owned(_));
    may_hold(&format!("{name}=")) && !hides(value) && hides(&format!("\"{name}\": \"{value}\""))
}

/// Masks the secrets in the events and facts of one artifact, and says that there were some.
pub(super) fn mask(context: &Context<'_>, findings: &mut Findings) {
    let mut masked: Option<(Origin, u64)> = None;
    let (mut above, mut again) = (Above::default(), net::Again::default());
    // What goes on over lines begins with a suspect, too.
    let mut known = Known::default();
    let first = findings
        .events
        .iter()
        .position(|event| is_suspect(event, &mut known));
    for (place, event) in findings
        .events
        .iter_mut()
        .enumerate()
        .skip(first.unwrap_or(usize::MAX))
    {
        let suspect = Some(place) == first || is_suspect(event, &mut known);
        if !suspect && !above.is_open() {
            continue;
        }
        // What goes on over lines is looked for before it is masked.
        let row = above.row(event, suspect);
        let mut below = above.below(event, suspect);
        // What is masked tells nothing any more of what stands beside it.
        if let Some(message) = event.message.as_deref().filter(|_| suspect && !below.is_empty()) {
            below.extend(text::find(message));
        }
        let message = event.message.clone();
        let said = message.as_deref().unwrap_or_default();
        for secret in below.iter().filter_map(|place| said.get(place.clone())) {
            again.add(secret);
        }
        let replaced = mask_places(event, below) | (suspect && mask_event(event)) | (row && mask_row(event));
        if replaced && suspect {
            text::secrets(said)
                .into_iter()
                .for_each(|secret| again.add(secret));
        }
        // What a note tells as a whole stands in its lines.
        if replaced && *event.provider != *NOTE_TOLD {
            masked.get_or_insert_with(|| (event.origin.clone(), 0)).1 += 1;
        }
    }
    for origin in catch(findings, &again).into_iter().chain(mask_facts(findings)) {
        masked.get_or_insert((origin, 0)).1 += 1;
    }
    if let Some((origin, count)) = masked {
        let problem = Problem {
            count,
            ..Problem::new(ProblemKind::SecretMasked, origin, REPLACED)
        };
        add_problem(findings, problem, context.limits.problems_per_artifact);
    }
}

/// Masks the secrets in facts; says where.
fn mask_facts(findings: &mut Findings) -> Vec<Origin> {
    let mut masked = Vec::new();
    for fact in &mut findings.facts {
        if may_hold(&fact.value)
            && let Cow::Owned(value) = mask_text(&fact.value)
        {
            fact.value = value.into();
            masked.push(fact.origin.clone());
        }
    }
    masked
}

/// Lines of the longest note.
const LONGEST_NOTE: usize = 5_000;

/// Whether people write in this format.
const fn is_written(format: ArtifactFormat) -> bool {
    matches!(
        format,
        ArtifactFormat::PlainText
            | ArtifactFormat::CommandOutput
            | ArtifactFormat::SystemInfo
            | ArtifactFormat::EventList
            | ArtifactFormat::Json
    )
}

/// Whether an event is a line of what somebody wrote.
fn is_loose(event: &Event) -> bool {
    event.provider.is_empty() || *event.provider == *NOTE_TOLD
}

/// Masks what the forms let through: secrets that stand again, and in notes that speak of passwords what looks like one. Says where.
fn catch(findings: &mut Findings, again: &net::Again) -> Vec<Origin> {
    let is_note = findings.format.is_none_or(is_written) && findings.events.len() <= LONGEST_NOTE;
    let speaks = |event: &Event| is_loose(event) && event.message.as_deref().is_some_and(prose::names_secret);
    let casts = is_note && findings.events.iter().any(speaks);
    let searcher = again.searcher();
    if !casts && searcher.is_none() {
        return Vec::new();
    }
    let places = |text: &str, casts: bool| {
        let mut places = searcher
            .as_ref()
            .map_or_else(Vec::new, |searcher| net::again(text, searcher));
        places.extend(casts.then(|| net::cast(text)).into_iter().flatten());
        places
    };
    let mut caught = Vec::new();
    for event in &mut findings.events {
        let casts = casts && is_loose(event);
        let mut found = false;
        if let Some(masked) = event
            .message
            .as_deref()
            .and_then(|text| text::mask_ranges(text, places(text, casts)))
        {
            event.message = Some(masked.into());
            found = true;
        }
        for field in &mut event.fields {
            if let Value::Text(text) = &field.value
                && let Some(masked) = text::mask_ranges(text, places(text, casts))
            {
                field.value = Value::text(masked);
                found = true;
            }
        }
        if found && *event.provider != *NOTE_TOLD {
            caught.push(event.origin.clone());
        }
    }
    caught
}

/// Names and texts that were let go: events that were read together share them.
#[derive(Default)]
struct Known {
    names: ByPlace<()>,
    texts: ByPlace<()>,
}

/// Whether a text is suspect; one that was let go before need not be looked at again.
fn is_news(let_go: &mut ByPlace<()>, text: &Arc<str>, is_suspect: impl FnOnce(&str) -> bool) -> bool {
    if let_go.get(text).is_some() {
        return false;
    }
    let suspect = is_suspect(text);
    if !suspect {
        let_go.put(text, ());
    }
    suspect
}

/// Whether anything in an event is worth a closer look. Nearly every event is let go here, and there are millions.
fn is_suspect(event: &Event, known: &mut Known) -> bool {
    let is_name =
        |name: &str| is_secret_name(name) || (name.len() >= text::CLEAR_TEXT.len() && may_hold(name));
    event
        .message
        .as_deref()
        .is_some_and(|message| may_hold(message) || is_secret_name(message) || announced::is_short(message))
        || event.fields.iter().any(|field| {
            (is_news(&mut known.names, &field.name, is_name)
                && (may_be_masked(&field.name, &field.value) || may_hold(&field.name)))
                || match &field.value {
                    Value::Text(value) => {
                        let is_told = |text: &str| may_hold(text) || is_secret_name(text);
                        value.len() > 2 && is_news(&mut known.texts, value, is_told)
                    }
                    Value::List(_) => may_hold(&field.value.to_text()),
                    _ => false,
                }
        })
}

/// Whether an event names the registry value that holds a password.
fn names_password(event: &Event) -> bool {
    event.message.as_deref().is_some_and(text::names_password)
        || event.fields.iter().any(|field| {
            text::names_password(&field.name)
                || match &field.value {
                    Value::Text(value) => text::names_password(value),
                    Value::List(_) => text::names_password(&field.value.to_text()),
                    _ => false,
                }
        })
}

/// Secrets shorter than this are not looked for in what a reader made of their text: they stand in any word.
const SHORTEST: usize = 4;

/// Replaces the secrets of an event; true when there was one.
fn mask_event(event: &mut Event) -> bool {
    let mut found = false;
    if let Some(message) = event.message.clone()
        && let Cow::Owned(masked) = text::mask(&message)
    {
        // Readers make fields of the message, by rules of their own.
        // The longest first: where one holds another, nothing of it stays.
        let mut secrets = text::secrets(&message);
        secrets.sort_unstable_by_key(|secret| std::cmp::Reverse(secret.len()));
        for secret in secrets {
            if secret.len() >= SHORTEST {
                blank(event, secret);
            }
        }
        event.message = Some(masked.into());
        found = true;
    }
    let any = |is: fn(&str) -> bool| {
        let mut fields = event.fields.iter();
        fields.any(|field| matches!(&field.value, Value::Text(value) if is(value)))
    };
    let (named, alike) = (any(is_the_name), any(is_secret_name));
    // A value without a name has the one before it for its name, where that is one.
    let mut called = false;
    for field in &mut event.fields {
        let is_data = is_data_name(&field.name);
        let text = match &field.value {
            Value::Text(text) => Arc::clone(text),
            _ => "".into(),
        };
        let told = (called && field.name.is_empty()) || (alike && is_data);
        called = is_secret_name(&text);
        let told = told && !called && is_strong(&text);
        if let Some(value) = mask_value(&field.name, &field.value, (named && is_data) || told) {
            field.value = value;
            found = true;
        }
    }
    found
}

/// Values of so many bytes that stand in a secret are parts of it: readers cut lines at colons and equals signs.
const PART: usize = 6;

/// Replaces a secret wherever a field of an event has it, in its name too, and values that are parts of it.
fn blank(event: &mut Event, secret: &str) {
    // A reader cuts a line at its first colon, within `user:password`, too.
    let behind = secret.split_once([':', '=']).map(|(_, rest)| rest);
    if let Some(rest) = behind.filter(|rest| rest.len() >= PART) {
        blank(event, rest);
    }
    for field in &mut event.fields {
        if let Value::Text(value) = &field.value {
            if value.contains(secret) {
                field.value = Value::text(value.replace(secret, MASK));
            } else if value.len() >= PART && secret.contains(&**value) {
                field.value = Value::text(MASK);
            }
        }
        if field.name.contains(secret) {
            field.name = field.name.replace(secret, MASK).into();
        }
    }
}

/// Whether a field with the name of a secret may have one for its value: a password of digits may have been written as a number, but
/// no token and no key is one: `MethodToken=0x60006d9`.
fn may_be_masked(name: &str, value: &Value) -> bool {
    match value {
        Value::Text(_) | Value::List(_) | Value::Binary(_) => true,
        Value::Null => false,
        _ => words::is_word(&name.to_lowercase()),
    }
}

/// What a value becomes; none when it stays. `data` says that another field names it as a password.
fn mask_value(name: &str, value: &Value, data: bool) -> Option<Value> {
    let shown = match value {
        Value::Text(shown) => Cow::Borrowed(&**shown),
        Value::List(_) | Value::Binary(_) => value.to_text(),
        Value::Null => return None,
        _ => {
            let is_password = is_secret_name(name) && may_be_masked(name, value);
            return (data || is_password).then(|| Value::text(MASK));
        }
    };
    // `%%1842` stands for a text that Windows has, such as "Yes" for an elevated token.
    if shown.is_empty() || shown == MASK || shown.starts_with("%%") {
        return None;
    }
    let whole = is_secret_name(name)
        || (data && !is_the_name(&shown))
        || (!matches!(value, Value::Text(_)) && text::names_password(&shown));
    if whole {
        return Some(Value::text(MASK));
    }
    match text::mask(&shown) {
        Cow::Owned(masked) if matches!(value, Value::Text(_)) => Some(Value::text(masked)),
        Cow::Owned(_) => mask_list(value),
        Cow::Borrowed(_) => None,
    }
}

/// A list with its items masked, each by itself.
fn mask_list(value: &Value) -> Option<Value> {
    let Value::List(items) = value else { return None };
    let mut found = false;
    let mut mask = |item: &Value| match mask_value("", item, false) {
        Some(masked) => {
            found = true;
            masked
        }
        None => item.clone(),
    };
    let items: Vec<Value> = items.iter().map(&mut mask).collect();
    found.then_some(Value::List(items))
}

/// Replaces these places of a line.
fn mask_places(event: &mut Event, places: Vec<std::ops::Range<usize>>) -> bool {
    let Some(line) = event.message.clone() else {
        return false;
    };
    for secret in places.iter().filter_map(|place| line.get(place.clone())) {
        if secret.len() >= SHORTEST {
            blank(event, secret);
        }
    }
    let masked = text::mask_ranges(&line, places);
    let found = masked.is_some();
    if let Some(masked) = masked {
        event.message = Some(masked.into());
    }
    found
}

/// Masks the row of a table below a heading with the name.
fn mask_row(event: &mut Event) -> bool {
    let text = event.text();
    if over_lines::is_rule(&text) || *text == *MASK {
        return false;
    }
    event.message = Some(MASK.into());
    event.fields.clear();
    true
}
