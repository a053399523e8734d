//! Secrets among the arguments of commands, wherever a command line stands in a text. Which commands, [`tools`](super::tools) knows.

use std::ops::Range;

use super::tools::{COMMANDS, Command, FUNCTION_ENDS, Place};
use super::values;
use super::words::{is_plain, is_strong, is_sure, is_word};
use crate::model::ends_like;

/// Arguments looked at behind the name of a command.
const ARGUMENTS: usize = 40;
/// Bytes looked at.
const LINE_BYTES: usize = 4 << 10;

/// An argument: its text without quotes, and where that stands.
struct Argument<'t> {
    text: &'t str,
    start: usize,
    quoted: bool,
}

impl Argument<'_> {
    fn is_option(&self) -> bool {
        self.text.starts_with(['/', '-'])
    }

    const fn range(&self, skipped: usize) -> Range<usize> {
        let start = self.start.saturating_add(skipped);
        start..self.start.saturating_add(self.text.len())
    }
}

/// Finds the secrets of every command in a text.
pub(super) fn find(text: &str, found: &mut Vec<Range<usize>>) {
    let mut at = 0;
    // Names of commands are words of ASCII.
    while let Some(start) = text.get(at..).and_then(|rest| rest.find(is_letter)) {
        let start = at.saturating_add(start);
        let rest = text.get(start..).unwrap_or_default();
        let length = rest.find(|c| !is_letter(c)).unwrap_or(rest.len());
        let word = rest.get(..length).unwrap_or_default();
        at = start.saturating_add(length);
        let before = text.get(..start).and_then(|head| head.chars().next_back());
        if before.is_some_and(|c| matches!(c, '-' | '/' | '.') || c.is_alphanumeric())
            || (before == Some('=') && !is_labelled(text, start))
        {
            continue;
        }
        if let Some(end) = function(text, at)
            && let Some(name) = text.get(start..end)
            && let name = script(name).unwrap_or(name)
            && FUNCTION_ENDS.end(name)
        {
            of_function(name, &arguments(text, end), found);
            continue;
        }
        if let Some(stem) = script(word)
            && FUNCTION_ENDS.end(stem)
        {
            of_function(stem, &arguments(text, at), found);
            continue;
        }
        let commands = || named(word);
        if commands().next().is_none() {
            continue;
        }
        let arguments = arguments(text, at);
        for command in commands() {
            let first = found.len();
            of_command(command, &arguments, found);
            // What a script puts something in the place of.
            let is_place = |range: &Range<usize>| {
                let text = text.get(range.clone()).unwrap_or_default();
                text.starts_with("{{") || (text.len() > 2 && text.starts_with('%') && text.ends_with('%'))
            };
            let fresh = found.split_off(first);
            found.extend(fresh.into_iter().filter(|range| !is_place(range)));
        }
    }
}

/// Whether a command stands behind the label of a field, as systems that collect events write them: `cs1=net use`.
fn is_labelled(text: &str, start: usize) -> bool {
    const LABELS: [&str; 8] = [
        "cs1=",
        "cs2=",
        "cs3=",
        "cs4=",
        "cs5=",
        "cs6=",
        "cmd=",
        "commandline=",
    ];
    let head = text.get(..start).unwrap_or_default();
    LABELS.iter().any(|label| ends_like(head, label))
}

/// What ends an argument without quotation marks.
const fn is_end(c: char) -> bool {
    matches!(c, ' ' | '\t' | '|' | '"')
}

const fn is_letter(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '.'
}

/// The commands that a word names, with or without the extension of a program.
fn named(word: &str) -> impl Iterator<Item = &'static Command> {
    let stem = word
        .len()
        .checked_sub(4)
        .and_then(|at| word.split_at_checked(at))
        .filter(|(_, end)| end.eq_ignore_ascii_case(".exe") || end.eq_ignore_ascii_case(".com"))
        .map_or(word, |(stem, _)| stem);
    COMMANDS
        .iter()
        .filter(move |command| command.names.iter().any(|name| name.eq_ignore_ascii_case(stem)))
}

/// The arguments from a place on, to the end of the command.
fn arguments(all: &str, from: usize) -> Vec<Argument<'_>> {
    let limit = all.floor_char_boundary(from.saturating_add(LINE_BYTES).min(all.len()));
    let line = all.get(from..limit).unwrap_or_default();
    let stop = line.find(['\r', '\n']).unwrap_or(line.len());
    let line = line.get(..stop).unwrap_or_default();
    let mut found = Vec::new();
    // What ends the quoted path of the program, and the elements between a command and its arguments.
    let mut at = skip(line, 0, &['"', '\'', '\\']);
    // A list of arguments in a source, or in an event.
    let is_list = at > 0 && line.get(at..).is_some_and(|rest| rest.starts_with(','));
    at = skip(line, at, &[' ', '\t']);
    while line.get(at..).is_some_and(|rest| rest.starts_with('<')) {
        let close = line.get(at..).and_then(|rest| rest.find('>'));
        let Some(close) = close else { break };
        at = skip(line, at.saturating_add(close).saturating_add(1), &[' ', '\t']);
    }
    while found.len() < ARGUMENTS {
        let before = at;
        at = skip(line, at, &[' ', '\t', if is_list { ',' } else { '^' }]);
        let rest = line.get(at..).unwrap_or_default();
        // What closes around the command.
        let closes = before == at
            && rest.starts_with(['"', '\''])
            && found.last().is_some_and(|last: &Argument<'_>| last.quoted);
        if closes
            || rest.is_empty()
            || rest.starts_with(['|', '&', '<', '>'])
            || (is_list && rest.starts_with(']'))
        {
            break;
        }
        let (start, length, next) = argument(rest, is_list, values::has_elements(line));
        let text = rest.get(start..start.saturating_add(length)).unwrap_or_default();
        let start = from.saturating_add(at).saturating_add(start);
        let quoted = next > length;
        if (is_list && text.contains(' ')) || (quoted && text.starts_with(['/', '-']) && text.contains(" /"))
        {
            // All of them in one.
            found.extend(arguments(
                all.get(..start.saturating_add(length)).unwrap_or_default(),
                start,
            ));
        }
        found.push(Argument { text, start, quoted });
        at = at.saturating_add(next);
    }
    found
}

/// Where the text of the argument begins that stands first, how long it is, and where it ends with what closes it.
fn argument(rest: &str, is_list: bool, has_elements: bool) -> (usize, usize, usize) {
    let is_before = |c| c == '\\' || (is_list && matches!(c, 'r' | '@'));
    let marks = rest.len() - rest.trim_start_matches(is_before).len();
    let marked = rest.get(marks..).unwrap_or_default().starts_with(['"', '\'']) && marks < 4;
    if let Some(value) = values::quoted(rest, 0).filter(|_| marked) {
        return (value.inner.start, value.inner.len(), value.end);
    }
    if marked {
        // Nothing closes it.
        let mark = marks.saturating_add(1);
        return (mark, rest.len().saturating_sub(mark), rest.len());
    }
    let ends = |c| is_end(c) || (c == '<' && has_elements);
    let length = rest.find(ends).unwrap_or(rest.len());
    (0, length, length.max(1))
}

fn skip(line: &str, from: usize, signs: &[char]) -> usize {
    let rest = line.get(from..).unwrap_or_default();
    from.saturating_add(rest.len() - rest.trim_start_matches(signs).len())
}

fn of_command(command: &Command, arguments: &[Argument<'_>], found: &mut Vec<Range<usize>>) {
    let arguments = if command.verb.is_empty() {
        arguments
    } else {
        match arguments.split_first() {
            Some((verb, rest)) if verb.text.eq_ignore_ascii_case(command.verb) => rest,
            _ => return,
        }
    };
    for place in command.places {
        match place {
            Place::After(options) => after(arguments, options, |argument| {
                found.push(argument.range(0));
            }),
            Place::Half(options, sign) => after(arguments, options, |argument| {
                if let Some((before, _)) = argument.text.split_once(*sign) {
                    found.push(argument.range(before.len().saturating_add(1)));
                }
            }),
            Place::Joined(beginnings) => {
                apart(beginnings, arguments, found);
                for argument in arguments {
                    let joined = beginnings.iter().find(|start| begins(argument.text, start));
                    if let Some(start) = joined {
                        found.push(argument.range(start.len()));
                    }
                }
            }
            Place::JoinedHalf(beginnings, sign) => {
                for argument in arguments {
                    let joined = beginnings.iter().find(|start| begins(argument.text, start));
                    let rest = joined.and_then(|start| argument.text.get(start.len()..));
                    if let Some((_, value)) = rest.and_then(|rest| rest.split_once(*sign)) {
                        found.push(argument.range(argument.text.len() - value.len()));
                    }
                }
            }
            Place::Assigned => {
                for argument in arguments.iter().filter(|argument| !argument.is_option()) {
                    if let Some((name, value)) = argument.text.split_once('=')
                        && !value.starts_with('@')
                    {
                        found.push(argument.range(name.len().saturating_add(1)));
                    }
                }
            }
            Place::Further(options, count) => {
                let option = arguments
                    .iter()
                    .position(|argument| options.contains(&argument.text));
                let further = option.and_then(|at| arguments.get(at.saturating_add(*count)));
                if let Some(argument) = further.filter(|argument| argument.text != "*") {
                    found.push(argument.range(0));
                }
            }
            Place::Positional(count) => positional(arguments, *count, found),
            Place::BehindShare => behind_share(arguments, found),
        }
    }
}

/// What is quoted behind the beginning of an argument stands in one of its own.
fn apart(beginnings: &[&str], arguments: &[Argument<'_>], found: &mut Vec<Range<usize>>) {
    for pair in arguments.windows(2) {
        if let [option, value] = pair
            && beginnings.contains(&option.text)
            && value.quoted
            && value.start == option.range(0).end.saturating_add(1)
            && !value.text.starts_with([',', '}', ']', ' ', ':'])
        {
            found.push(value.range(0));
        }
    }
}

/// Where the name of a function ends whose verb ends here: `Set-MyPassword`.
fn function(text: &str, at: usize) -> Option<usize> {
    let rest = text.get(at..)?.strip_prefix('-')?;
    let length = rest.find(|c| !is_letter(c)).unwrap_or(rest.len());
    (length > 0).then(|| at.saturating_add(1).saturating_add(length))
}

/// The name of a script without its extension.
fn script(word: &str) -> Option<&str> {
    let (stem, end) = word.rsplit_once('.')?;
    ["cmd", "bat", "ps1", "vbs", "sh", "py"]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(end))
        .then_some(stem)
}

/// What a function of one's own is given: what is quoted or looks like no word, or stands alone behind a name.
fn of_function(name: &str, arguments: &[Argument<'_>], found: &mut Vec<Range<usize>>) {
    let words: Vec<(usize, &Argument<'_>)> = arguments
        .iter()
        .enumerate()
        .filter(|(_, argument)| !argument.is_option() && !argument.text.starts_with(['$', '(', '*']))
        .collect();
    let of_option = |place: usize| {
        let before = place.checked_sub(1).and_then(|before| arguments.get(before));
        before.is_some_and(Argument::is_option)
    };
    // A sentence about the function goes on with a word of one.
    let is_password =
        is_word(&name.to_lowercase()) && !words.first().is_some_and(|(_, word)| is_plain(word.text));
    let is_quoted = |(place, word): &&(usize, &Argument<'_>)| {
        word.quoted && !word.text.contains(' ') && !is_plain(word.text) && !of_option(*place)
    };
    let quoted = words.iter().rev().find(is_quoted);
    let second = words.get(1).filter(|(place, word)| {
        words.len() == 2 && !is_plain(word.text) && !word.text.contains(' ') && !of_option(*place)
    });
    let told = quoted.or(second).filter(|_| is_password).map(|(_, word)| word);
    let sure = words
        .iter()
        .map(|(_, word)| word)
        .filter(|word| is_sure(word.text));
    found.extend(told.into_iter().chain(sure).map(|word| word.range(0)));
}

fn begins(text: &str, start: &str) -> bool {
    // Options of one letter are told apart by its case.
    let head = text.get(..start.len()).unwrap_or_default();
    let same = if start.contains(':') {
        head.eq_ignore_ascii_case(start)
    } else {
        head == start
    };
    same && text.len() > start.len()
}

/// Hands out what stands behind an option. `*` asks for the secret, and another option is none.
fn after<'a, 't>(arguments: &'a [Argument<'t>], options: &[&str], mut take: impl FnMut(&'a Argument<'t>)) {
    for pair in arguments.windows(2) {
        if let [option, value] = pair
            && options.iter().any(|name| {
                *name == option.text
                    || ((name.len() > 2 || name.starts_with('/')) && name.eq_ignore_ascii_case(option.text))
            })
            && value.text != "*"
            && !value.text.is_empty()
            && !value.text.starts_with('/')
            && !value
                .text
                .strip_prefix("--")
                .is_some_and(|name| name.starts_with(char::is_lowercase))
        {
            take(value);
        }
    }
}

/// More words than a command takes are a sentence about it; then only what no word looks like is a secret.
fn positional(arguments: &[Argument<'_>], count: usize, found: &mut Vec<Range<usize>>) {
    let words: Vec<&Argument<'_>> = arguments
        .iter()
        .filter(|argument| !argument.is_option() && !argument.text.is_empty())
        .collect();
    if let Some(word) = words.get(count)
        && word.text != "*"
        && (is_strong(word.text) || (words.len() == count.saturating_add(1) && !is_plain(word.text)))
    {
        found.push(word.range(0));
    }
}

fn behind_share(arguments: &[Argument<'_>], found: &mut Vec<Range<usize>>) {
    let share = arguments
        .iter()
        .position(|argument| argument.text.starts_with(r"\\"));
    let Some(share) = share else { return };
    let behind = arguments.get(share.saturating_add(1)..).unwrap_or_default();
    // The next field of an event is none of them.
    let is_field = |argument: &Argument<'_>| {
        let name = argument.text.split_once('=').map_or("", |(name, _)| name);
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric())
    };
    // What closes around the command is an argument without letters.
    let is_given = |argument: &&Argument<'_>| !argument.is_option() && !argument.text.is_empty();
    let words = behind.iter().filter(is_given);
    let is_word = |(place, argument): &(usize, &Argument<'_>)| *place == 0 || !is_field(argument);
    let words: Vec<&Argument<'_>> = words.enumerate().filter(is_word).map(|(_, word)| word).collect();
    if let Some(word) = words.first()
        && word.text != "*"
        && (is_strong(word.text) || (words.len() == 1 && !is_plain(word.text)))
    {
        found.push(word.range(0));
    }
}
