//! `logonscope explain`: codes, pasted lines, events, ids.

use std::io::Read;
use std::mem::ManuallyDrop;
use std::path::PathBuf;

use clap::Args;
use logonscope::Error;
use logonscope::knowledge::codes::{Codes, Reading};
use logonscope::knowledge::events::Events;
use logonscope::knowledge::explain::{CodeMention, EventMention, Explanation, explain};
use logonscope::knowledge::{Knowledge, LogSource};
use logonscope::report::{Page, Style, escape};

use crate::options::{Simple, Target};
use crate::status::{Outcome, Status};
use crate::{entry, input, nearest, output};

/// Standard input beyond this many bytes is not looked at.
const MOST: u64 = 1 << 20;

/// Explains a code in any spelling, a pasted log line, an event, or an id of the knowledge
///
/// A number is explained as the words around it suggest: an error of Windows, a reason of a disconnection and so on. Without
/// such words all its readings are shown.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  logonscope explain 0x80070520
  logonscope explain -1073741537
  logonscope explain disconnect 5
  logonscope explain LSM 40
  logonscope explain password-drift-stored-credential
  tail -1 Robot.log | logonscope explain -

Exit status: 0 explained, 2 nothing known of it.")]
pub(crate) struct Explain {
    /// What to explain; several words are one text unless each is a code or an id; `-` is the standard input
    #[arg(value_name = "WHAT", required = true, allow_negative_numbers = true)]
    what: Vec<String>,
    /// How to print it
    #[arg(short, long, value_enum, default_value_t)]
    format: Simple,
    /// A folder of knowledge files of your own
    #[arg(long, value_name = "DIR")]
    knowledge: Option<PathBuf>,
    #[command(flatten)]
    target: Target,
}

impl Explain {
    pub(crate) fn run(self) -> Outcome {
        let (codes, events) = match &self.knowledge {
            Some(folder) => (Codes::with_folder(folder)?, Events::with_folder(folder)?),
            None => (Codes::embedded()?, Events::embedded()?),
        };
        // Numbers are told without most of the knowledge, which takes a moment to load.
        if self.knowledge.is_none() && self.what.iter().all(|text| is_code_only(text, &events)) {
            let told = self.told(&Knowledge::for_codes()?, (&codes, &events))?;
            if told.found {
                return self.show(told);
            }
        }
        // Needed to the end: the system takes the memory back in less time than it takes to go through it.
        let knowledge = ManuallyDrop::new(input::knowledge(self.knowledge.as_deref())?);
        self.show(self.told(&knowledge, (&codes, &events))?)
    }

    /// Explains each of the texts.
    fn told(&self, knowledge: &Knowledge, (codes, events): (&Codes, &Events)) -> Result<Told, Error> {
        let known = (knowledge, events);
        let (mut found, mut any) = (true, false);
        let mut page = Page::new(self.target.colours(), self.target.width());
        let mut list = Vec::new();
        let mut question = String::new();
        for text in texts(&self.what, knowledge)? {
            let explanation = explain(&text, codes);
            let before = page.mark();
            let entry = entry::write(&mut page, knowledge, &text);
            let entry = entry | named_events(&mut page, known, &explanation, &text);
            let entry = entry | entry::update(&mut page, knowledge, &text);
            let known_here = write(&mut page, known, &explanation, entry);
            let known_here = known_here | by_number(&mut page, known, &explanation);
            let has_reading = |code: &CodeMention| code.readings.iter().any(|reading| reading.known);
            let known_text = entry || known_here || explanation.codes.iter().any(has_reading);
            if !known_text && question.is_empty() {
                question = almost(&text, knowledge);
            }
            found &= known_text;
            any |= known_text;
            debug_assert!(page.mark() > before);
            list.push(explanation);
        }
        Ok(Told {
            page,
            list,
            found,
            any,
            question,
        })
    }

    /// Prints what was told.
    fn show(&self, told: Told) -> Outcome {
        match self.format {
            Simple::Text => self.target.write(&told.page.finish())?,
            Simple::Json => self
                .target
                .write(&(escape::json(&json(&told.list)).into_owned() + "\n"))?,
        }
        if !told.found {
            let how_much = if told.any {
                "not all of it is known"
            } else {
                "nothing is known of it"
            };
            output::warn(&format!("{how_much}{}", told.question));
            return Ok(Status::Unusable);
        }
        Ok(Status::Nothing)
    }
}

/// What is told of all texts.
struct Told {
    page: Page,
    list: Vec<Explanation>,
    /// Whether all of them are known, and whether any is.
    found: bool,
    any: bool,
    /// Whether something else was meant.
    question: String,
}

/// Whether a text is a code that is no id of an event.
fn is_code_only(text: &str, events: &Events) -> bool {
    let id = text.parse::<u16>().ok();
    logonscope::model::parse_code(text).is_some()
        && id.is_none_or(|id| events.iter().all(|event| event.id != id))
}

fn json(list: &[Explanation]) -> String {
    let text = match list {
        [one] => serde_json::to_string_pretty(one),
        many => serde_json::to_string_pretty(many),
    };
    text.unwrap_or_default()
}

/// The texts to explain: each argument where each stands for itself, otherwise all of them as one text.
fn texts(what: &[String], knowledge: &Knowledge) -> Result<Vec<String>, Error> {
    let stands_alone = |text: &String| {
        logonscope::model::parse_code(text).is_some()
            || knowledge.cause(text).is_some()
            || knowledge.symptom(text).is_some()
            || knowledge.signal(text).is_some()
    };
    if let [one] = what
        && one == "-"
    {
        let mut bytes = Vec::new();
        let read = std::io::stdin().lock().take(MOST).read_to_end(&mut bytes);
        read.map_err(|error| Error::io("standard input", error))?;
        return Ok(vec![String::from_utf8_lossy(&bytes).into_owned()]);
    }
    Ok(if what.iter().all(stands_alone) {
        what.to_vec()
    } else {
        vec![what.join(" ")]
    })
}

/// Words of a text that is taken for an id or the name of a log with a number; more words are a line of a log.
const FEW: usize = 3;

/// A question whether an id or a log was meant that is spelled almost like a word of a short text.
fn almost(text: &str, knowledge: &Knowledge) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.len() > FEW {
        return String::new();
    }
    if let [word] = words.as_slice() {
        let (name, number) = word.split_at(
            word.trim_end_matches(|letter: char| letter.is_ascii_digit())
                .len(),
        );
        if let Some(log) = knowledge.source(name).filter(|_| !number.is_empty()) {
            return format!("; did you mean `explain {} {number}`?", log.alias);
        }
    }
    let causes = knowledge.causes().iter().map(|rule| &*rule.id);
    let symptoms = knowledge.symptoms().iter().map(|symptom| &*symptom.id);
    let logs = knowledge.sources().iter().map(|source| &*source.alias);
    let known: Vec<&str> = causes.chain(symptoms).chain(logs).collect();
    // The word for an event is almost the name of a log.
    let is_known = |word: &str| {
        ["event", "events"].contains(&word) || known.iter().any(|known| known.eq_ignore_ascii_case(word))
    };
    let is_word = |word: &&&str| !is_known(word) && word.chars().filter(|c| c.is_alphabetic()).count() > 3;
    words
        .iter()
        .filter(is_word)
        .map(|word| nearest::question(word, known.iter().copied()))
        .find(|question| !question.is_empty())
        .unwrap_or_default()
}

/// Writes an explanation; whether an event of it is known. Remarks that there is nothing are left out where an id was found.
fn write(
    page: &mut Page,
    (knowledge, events): (&Knowledge, &Events),
    explanation: &Explanation,
    entry: bool,
) -> bool {
    let mut known = false;
    for code in &explanation.codes {
        mention(page, knowledge, code);
    }
    for event in &explanation.events {
        known |= event_mention(page, (knowledge, events), event);
    }
    for note in explanation.notes.iter().filter(|_| !entry) {
        page.bullet(0, "", None, note);
    }
    known
}

fn mention(page: &mut Page, knowledge: &Knowledge, code: &CodeMention) {
    let mut title = code.text.clone();
    if let Some(spellings) = &code.spellings {
        let mut others = vec![spellings.hex.clone(), spellings.unsigned.to_string()];
        if spellings.signed < 0 {
            others.push(spellings.signed.to_string());
        }
        // What was typed stands before the sign already.
        others.retain(|other| !other.eq_ignore_ascii_case(&code.text));
        title += &format!("  =  {}", others.join(", "));
    }
    if code.count > 1 {
        title += &format!("  ({} times)", code.count);
    }
    page.heading(&title);
    if let Some(form) = &code.form {
        page.bullet(2, "", Some(Style::Dim), form);
    }
    if let Some(context) = &code.context {
        page.bullet(2, "Read as such because of:", Some(Style::Dim), context);
    }
    if code.ambiguous {
        page.bullet(
            2,
            "!",
            Some(Style::Yellow),
            "Several readings fit; only the place where the number stands decides:",
        );
    }
    for found in &code.readings {
        reading(page, knowledge, (found, code.form.as_deref()));
    }
    if !code.elsewhere.is_empty() {
        let others: Vec<String> = code
            .elsewhere
            .iter()
            .map(|other| format!("{} {}", other.space, name(other)))
            .collect();
        page.bullet(
            2,
            "Elsewhere the number means:",
            Some(Style::Dim),
            &others.join("; "),
        );
    }
}

fn name(reading: &Reading) -> &str {
    if reading.symbol.is_empty() {
        &reading.meaning
    } else {
        &reading.symbol
    }
}

/// One reading of a number whose form was told before.
fn reading(page: &mut Page, knowledge: &Knowledge, (reading, form): (&Reading, Option<&str>)) {
    page.bullet(
        2,
        &format!("[{}]", reading.space),
        Some(Style::Bold),
        &format!("{} {}", reading.spelling, reading.symbol),
    );
    page.bullet(6, "", None, &reading.meaning);
    let parts = [
        ("Usually:", reading.usual.as_deref()),
        ("Mind:", reading.caution.as_deref()),
        (
            "Note:",
            reading
                .note
                .as_deref()
                .filter(|note| form != Some(note.trim_end_matches('.'))),
        ),
        ("Seen in:", Some(reading.seen_in.as_str())),
    ];
    for (label, text) in parts {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            page.bullet(6, label, Some(Style::Bold), text);
        }
    }
    for id in &reading.causes {
        let title = knowledge.title(id).map(|title| format!(": {title}"));
        page.bullet(
            6,
            "may come from",
            None,
            &format!("{id}{}", title.unwrap_or_default()),
        );
    }
}

/// Writes the events that a text names by their log and number, as this program and Windows name logs: `SCM 7036`,
/// `RCM/Admin 20517`, `System 7036`. Those that are told in the words of a line are known already.
fn named_events(
    page: &mut Page,
    known: (&Knowledge, &Events),
    explanation: &Explanation,
    text: &str,
) -> bool {
    let Some((name, id)) = text.trim().rsplit_once([' ', '/', '#', ':']) else {
        return false;
    };
    let Ok(id) = id.parse::<u16>() else { return false };
    let told = |log: &LogSource| {
        explanation
            .events
            .iter()
            .any(|event| event.log.as_deref() == Some(&*log.alias))
    };
    let plain = |text: &str| -> String {
        let kept = text.chars().filter(|c| c.is_alphanumeric());
        kept.flat_map(char::to_lowercase).collect()
    };
    let wanted = plain(name.strip_suffix(" event").unwrap_or(name));
    let short = |name: &str| plain(name.strip_prefix("Microsoft-Windows-").unwrap_or(name));
    // As reports name it: without the family that it belongs to.
    let shortest = |name: &str| {
        name.strip_prefix("Microsoft-Windows-")
            .and_then(|name| name.split_once('-'))
            .map(|(_, name)| plain(name))
    };
    let is_named = |log: &&LogSource| {
        let channel = log.channel.strip_suffix("/Operational").unwrap_or(&log.channel);
        let names = [&*log.alias, &*log.provider, &*log.channel, channel];
        names.iter().any(|name| {
            plain(name) == wanted
                || short(name) == wanted
                || shortest(name).is_some_and(|name| name == wanted)
        })
    };
    let (knowledge, events) = known;
    let named: Vec<&LogSource> = knowledge.sources().iter().filter(is_named).collect();
    let mut found = false;
    // A name that several logs have, as that of a channel, means those that have the event.
    let has = |log: &&&LogSource| named.len() == 1 || events.get(&log.alias, id).is_some();
    for log in named.iter().filter(has).filter(|log| !told(log)) {
        let title = format!("{} {id}, an event of the log {}", log.alias, log.channel);
        let mark = page.mark();
        page.heading(&title);
        match entry::event(page, known, Some(&log.alias), id) {
            true => found = true,
            false => page.back_to(mark),
        }
    }
    found
}

/// The log that has the event, where the one that a text names has not and another one of its provider has: people say `RCM`
/// for both logs of it.
fn log_with<'k>(
    (knowledge, events): (&'k Knowledge, &Events),
    named: &'k LogSource,
    id: u16,
) -> &'k LogSource {
    if events.get(&named.alias, id).is_some() {
        return named;
    }
    let mut siblings = knowledge
        .sources()
        .iter()
        .filter(|log| log.provider == named.provider);
    siblings
        .find(|log| events.get(&log.alias, id).is_some())
        .unwrap_or(named)
}

/// A number and nothing else may be the id of an event: it is told as one in each log that is known to have it.
fn by_number(page: &mut Page, known: (&Knowledge, &Events), explanation: &Explanation) -> bool {
    let (knowledge, events) = known;
    let is_decimal = explanation.text.bytes().all(|byte| byte.is_ascii_digit());
    let Some(id) = explanation
        .text
        .parse::<u16>()
        .ok()
        .filter(|_| is_decimal && explanation.events.is_empty())
    else {
        return false;
    };
    let logs: Vec<&LogSource> = knowledge
        .sources()
        .iter()
        .filter(|log| events.get(&log.alias, id).is_some())
        .collect();
    for log in &logs {
        page.heading(&format!(
            "{} {id}, an event of the log {}",
            log.alias, log.channel
        ));
        entry::event(page, known, Some(&log.alias), id);
    }
    !logs.is_empty()
}

fn event_mention(page: &mut Page, known: (&Knowledge, &Events), event: &EventMention) -> bool {
    let source = event.log.as_deref().and_then(|log| known.0.source(log));
    let source = source.map(|source| log_with(known, source, event.id));
    let log = source.map(|source| &*source.alias);
    page.heading(&match source {
        Some(source) => format!(
            "{} {}, an event of the log {}",
            source.alias, event.id, source.channel
        ),
        None => format!("event {}, of a log that the text does not name", event.id),
    });
    let found = match (log, event.log.as_deref()) {
        // Each log that has such an event tells what it means there.
        (None, None) => entry::in_any_log(page, known, event.id),
        (log, _) => entry::event(page, known, log, event.id),
    };
    if !found {
        page.bullet(2, "", None, "The knowledge looks at no such event.");
    }
    found
}
